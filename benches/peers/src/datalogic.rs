//! datalogic-rs: JSON Logic over binary floats, compiled, with inputs and intermediate values in its arena.
//!
//! Its objects are searched from the front, so rates are nested by service, origin and destination. JSON Logic names nothing, so a
//! rule is compiled for each thing that is used twice, and sees what those before it gave.

use crate::tiers::{Tier, tiered};
use crate::workloads::billing::{Invoice, Line};
use crate::workloads::freight::{self, Lane, Prices, Service, Shipment};
use crate::workloads::lanes::{Query, Rates as LaneRates};
use crate::{Answer, Peer, nearest};
use datalogic_rs::bumpalo::Bump;
use datalogic_rs::{DataValue, Engine, Logic};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// What lives as long as the inputs.
pub type Arena = Bump;

type Fields<'a> = Vec<(&'a str, DataValue<'a>)>;

fn var(path: &str) -> Json {
    json!({ "var": path })
}

/// Rounds a positive amount to cents; the language only rounds down and up.
fn cents(amount: Json) -> Json {
    json!({ "/": [{ "floor": [{ "+": [{ "*": [amount, 100] }, 0.5] }] }, 100] })
}

fn billable() -> Json {
    let dimensional = json!({ "/": [{ "*": [var("s.length"), var("s.width"), var("s.height")] }, 5000] });
    json!({ "/": [{ "ceil": [{ "*": [{ "max": [var("s.weight"), dimensional] }, 2] }] }, 2] })
}

fn row(billable: &str) -> Json {
    let from = |bound: u32| json!({ ">=": [var(billable), bound] });
    let at = json!({ "if": [from(150), 4, from(70), 3, from(30), 2, from(10), 1, 0] });
    json!({ "val": ["rates", var("s.service"), var("s.origin_zone"), var("s.dest_zone"), at] })
}

fn charges() -> Json {
    let charge = |condition: Json, code: &str, amount: Json| json!({ "if": [condition, [[code, amount]], []] });
    let (freight, billable) = (var("freight"), var("billable"));
    let share =
        json!({ "if": [{ "==": [var("s.tier"), "SILVER"] }, 0.0375, { "==": [var("s.tier"), "GOLD"] }, 0.08, 0.125] });
    let girth = json!({ "+": [var("s.length"), { "*": [2, { "+": [var("s.width"), var("s.height")] }] }] });
    let express = json!({ "==": [var("s.service"), "EXPRESS"] });
    let longest = json!({ "max": [var("s.length"), var("s.width"), var("s.height")] });
    let over = |value: Json, bound: u32| json!({ ">": [value, bound] });
    let fuel = json!({ "/": [{ "*": [freight, { "val": ["fuel", var("s.week")] }] }, 100] });
    let bronze = json!({ "==": [var("s.tier"), "BRONZE"] });
    let peak = json!({ "and": [{ "<=": [314, var("s.day"), 360] }, { "!=": [var("s.service"), "ECONOMY"] }] });
    json!({ "merge": [
        [["FREIGHT", freight], ["FUEL", cents(fuel)]],
        charge(json!({ "and": [var("s.residential"), { "!": [express] }] }), "RES_DELIVERY", json!(4.10)),
        charge(json!({ "and": [var("s.residential"), express] }), "RES_EXPRESS", json!(5.25)),
        charge(json!({ "or": [over(longest, 120), over(girth, 300)] }), "OVERSIZE", json!(24)),
        charge(over(billable.clone(), 30), "HEAVY", cents(json!({ "*": [billable, 0.185] }))),
        charge(over(var("s.declared"), 100), "INSURANCE",
            cents(json!({ "*": [{ "-": [var("s.declared"), 100] }, 0.0085] }))),
        charge(json!({ "in": [var("s.dest_zone"), ["Z00", "Z03", "Z07"]] }), "REMOTE",
            json!({ "max": [cents(json!({ "*": [billable, 0.125] })), 3.5] })),
        charge(peak, "PEAK", cents(json!({ "*": [freight, 0.065] }))),
        charge(json!({ "and": [{ ">=": [var("s.declared"), 1000] }, { "or": [var("s.residential"), bronze] }] }),
            "SIGNATURE", json!(7.95)),
        charge(json!({ "!": [bronze] }), "DISCOUNT", json!({ "-": [cents(json!({ "*": [freight, share] }))] })),
    ] })
}

fn tier_conditions(tiers: &[Tier]) -> Json {
    let mut list = Vec::new();
    for tier in tiers {
        let float = |value: Decimal| value.to_f64().unwrap();
        if let Some(bound) = tier.bound {
            list.push(json!({ "<=": [var("quantity"), bound] }));
        }
        let part = if tier.lower == 0 { var("quantity") } else { json!({ "-": [var("quantity"), tier.lower] }) };
        list.push(json!({ "+": [float(tier.constant), { "*": [part, float(tier.rate)] }] }));
    }
    json!({ "if": list })
}

fn line_amount() -> Json {
    let mut plans = Vec::new();
    let is = |plan: &str| json!({ "==": [var("plan"), plan] });
    for (plan, tiers) in tiered() {
        plans.extend([is(plan), tier_conditions(&tiers)]);
    }
    let above = json!({ "max": [{ "-": [var("quantity"), 500] }, 0] });
    let times = |rate: f64| json!({ "*": [var("quantity"), rate] });
    plans.extend([is("P1"), json!({ "*": [{ "ceil": [{ "/": [above, 250] }] }, 3.75] })]);
    plans.extend([is("P2"), json!({ "*": [{ "ceil": [{ "/": [var("quantity"), 1000] }] }, 11.90] })]);
    plans.extend([is("F1"), json!({ "max": [times(0.0175), 49] }), json!({ "max": [times(0.0333), 15] })]);
    cents(json!({ "/": [{ "*": [{ "if": plans }, { "-": [100, var("discount")] }] }, 100] }))
}

fn float<'a>(value: Decimal) -> DataValue<'a> {
    DataValue::from_f64(value.to_f64().unwrap())
}

fn text<'a>(arena: &'a Arena, text: &str) -> DataValue<'a> {
    DataValue::String(arena.alloc_str(text))
}

fn object<'a>(arena: &'a Arena, fields: Fields<'a>) -> DataValue<'a> {
    DataValue::Object(arena.alloc_slice_copy(&fields))
}

/// Rates nested by service, origin and destination.
fn nested<'a>(arena: &'a Arena, rows: impl Iterator<Item = ([String; 3], Lane)>) -> DataValue<'a> {
    let mut tree: BTreeMap<String, BTreeMap<String, Fields<'a>>> = BTreeMap::new();
    for ([service, origin, destination], prices) in rows {
        let price = |(rate, lowest): (i64, i64)| {
            let fields = vec![("rate", float(Decimal::new(rate, 4))), ("lowest", float(Decimal::new(lowest, 2)))];
            object(arena, fields)
        };
        let prices = DataValue::Array(arena.alloc_slice_copy(&prices.map(price)));
        tree.entry(service).or_default().entry(origin).or_default().push((arena.alloc_str(&destination), prices));
    }
    let mut services = Vec::new();
    for (service, origins) in tree {
        let mut fields = Vec::new();
        for (origin, destinations) in origins {
            fields.push((&*arena.alloc_str(&origin), object(arena, destinations)));
        }
        services.push((&*arena.alloc_str(&service), object(arena, fields)));
    }
    object(arena, services)
}

fn service(service: Service) -> String {
    format!("{service:?}").to_uppercase()
}

pub struct Rules<'a> {
    engine: Engine,
    steps: Vec<(&'static str, Logic)>,
    inputs: Vec<Fields<'a>>,
    arena: Arena,
}

impl<'a> Rules<'a> {
    fn new(steps: &[(&'static str, Json)], inputs: Vec<Fields<'a>>) -> Self {
        let engine = Engine::new();
        let compile = |(name, rule): &(&'static str, Json)| (*name, engine.compile(&*rule.to_string()).unwrap());
        Rules { steps: steps.iter().map(compile).collect(), engine, inputs, arena: Arena::new() }
    }

    pub fn freight(arena: &'a Arena, prices: &Prices, inputs: &[Shipment]) -> Self {
        let rows = prices.lanes.iter().enumerate().map(|(number, prices)| {
            let (of, origin, destination) = freight::lane(number);
            ([service(of), freight::zone(origin), freight::zone(destination)], *prices)
        });
        let rates = nested(arena, rows);
        let weeks: Vec<DataValue<'a>> = prices.weeks.iter().map(|percent| float(*percent)).collect();
        let weeks = DataValue::Array(arena.alloc_slice_copy(&weeks));
        let input = |input: &Shipment| {
            let shipment = vec![
                ("service", text(arena, &service(input.service))),
                ("origin_zone", text(arena, &input.origin_zone)),
                ("dest_zone", text(arena, &input.dest_zone)),
                ("weight", float(input.weight)),
                ("length", float(input.length)),
                ("width", float(input.width)),
                ("height", float(input.height)),
                ("residential", DataValue::Bool(input.residential)),
                ("declared", float(input.declared)),
                ("day", DataValue::from_i64(input.day as i64)),
                ("week", DataValue::from_i64(input.day as i64 / 7)),
                ("tier", text(arena, &format!("{:?}", input.customer_tier).to_uppercase())),
            ];
            vec![("s", object(arena, shipment)), ("rates", rates), ("fuel", weeks)]
        };
        let freight = json!({ "max": [cents(json!({ "*": [var("billable"), var("row.rate")] })), var("row.lowest")] });
        let total = json!({ "reduce": [var("lines"), { "+": [var("accumulator"), var("current.1")] }, 0] });
        let steps = [
            ("billable", billable()),
            ("row", row("billable")),
            ("freight", freight),
            ("lines", charges()),
            ("total", total),
        ];
        Rules::new(&steps, inputs.iter().map(input).collect())
    }

    pub fn billing(arena: &'a Arena, inputs: &[Invoice]) -> Self {
        let line = |line: &Line| {
            let fields = vec![
                ("plan", text(arena, &format!("{:?}", line.plan))),
                ("quantity", float(line.quantity)),
                ("discount", float(Decimal::new(line.tenths, 1))),
            ];
            object(arena, fields)
        };
        let input = |input: &Invoice| {
            let lines: Vec<DataValue<'a>> = input.lines.iter().map(line).collect();
            vec![("invoice", DataValue::Array(arena.alloc_slice_copy(&lines)))]
        };
        let sum = json!({ "reduce": [var("lines"), { "+": [var("accumulator"), var("current")] }, 0] });
        let steps =
            [("lines", json!({ "map": [var("invoice"), line_amount()] })), ("total", json!({ "max": [sum, 6000] }))];
        Rules::new(&steps, inputs.iter().map(input).collect())
    }

    pub fn lanes(arena: &'a Arena, rates: &LaneRates, queries: &[Query]) -> Self {
        let rows = rates.lanes.iter().enumerate().map(|(number, prices)| {
            let (of, origin, destination) = rates.key(number);
            ([service(of), origin, destination], *prices)
        });
        let rates = nested(arena, rows);
        let input = |input: &Query| {
            let query = vec![
                ("service", text(arena, &service(input.service))),
                ("origin_zone", text(arena, &input.origin)),
                ("dest_zone", text(arena, &input.destination)),
                ("billable", float(input.billable)),
            ];
            vec![("s", object(arena, query)), ("rates", rates)]
        };
        Rules::new(&[("row", row("s.billable"))], queries.iter().map(input).collect())
    }

    /// Evaluates all steps, and reads the values that they gave.
    fn evaluate<R>(&mut self, input: usize, read: impl FnOnce(&[(&str, DataValue<'_>)]) -> R) -> R {
        self.arena.reset();
        let given = &self.inputs[input];
        let mut fields: Fields<'_> = Vec::with_capacity(given.len() + self.steps.len());
        fields.extend_from_slice(given);
        for (name, rule) in &self.steps {
            let data: &DataValue<'_> = self.arena.alloc(DataValue::Object(self.arena.alloc_slice_copy(&fields)));
            let value = self.engine.evaluate(rule, data, &self.arena).unwrap();
            fields.push((name, *value));
        }
        read(&fields[given.len()..])
    }
}

fn answer(fields: &[(&str, DataValue<'_>)]) -> Answer {
    let number = |value: &DataValue<'_>, digits| nearest(value.as_f64()?, digits);
    let field = |name: &str| fields.iter().find(|field| field.0 == name).map(|field| &field.1);
    let Some(lines) = field("lines") else {
        return Answer { lines: Vec::new(), total: number(&field("row").unwrap()["rate"], 4) };
    };
    let line = |line: &DataValue<'_>| match line.as_array() {
        Some([code, amount]) => (code.as_str().unwrap_or_default().to_string(), number(amount, 2)),
        _ => ("LINE".to_string(), number(line, 2)),
    };
    let lines = lines.as_array().unwrap().iter().map(line).collect();
    Answer { lines, total: number(field("total").unwrap(), 2) }
}

impl Peer for Rules<'_> {
    fn name(&self) -> &'static str {
        "datalogic-rs 5.4, binary floats"
    }

    fn quote(&mut self, input: usize) {
        self.evaluate(input, |fields| {
            std::hint::black_box(fields);
        });
    }

    fn answer(&mut self, input: usize) -> Answer {
        self.evaluate(input, answer)
    }
}
