//! CEL: compiled programs over binary floats, one for each thing that is used twice; its language has no numbers with decimals.
//!
//! The host adds rounding and a sum, as CEL itself has neither, and gives each program what those before it gave. Contexts with the
//! fields of an input are made beforehand.

use crate::rhai::{freight_rows, lane_rows};
use crate::tiers::{pointed, tiered, with_question_marks};
use crate::workloads::billing::{Invoice, Line};
use crate::workloads::freight::{Lane, Prices, Shipment};
use crate::workloads::lanes::{Query, Rates};
use crate::{Answer, Peer, nearest};
use cel::objects::Key;
use cel::{Context, Program, Value};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::HashMap;
use std::sync::Arc;

const BILLABLE: &str = "up(max(weight, length * width * height / 5000.0) * 2.0) / 2.0";

const ROW: &str = "rates[service + '|' + origin_zone + '|' + dest_zone]\
    [billable >= 150.0 ? 4 : billable >= 70.0 ? 3 : billable >= 30.0 ? 2 : billable >= 10.0 ? 1 : 0]";

const CHARGES: &str = "
    [{'code': 'FREIGHT', 'amount': freight}, {'code': 'FUEL', 'amount': cents(freight * fuel[week] / 100.0)}]
    + (residential && service != 'EXPRESS' ? [{'code': 'RES_DELIVERY', 'amount': 4.10}] : [])
    + (residential && service == 'EXPRESS' ? [{'code': 'RES_EXPRESS', 'amount': 5.25}] : [])
    + (length > 120.0 || width > 120.0 || height > 120.0 || length + 2.0 * (width + height) > 300.0
        ? [{'code': 'OVERSIZE', 'amount': 24.00}] : [])
    + (billable > 30.0 ? [{'code': 'HEAVY', 'amount': cents(billable * 0.185)}] : [])
    + (declared > 100.0 ? [{'code': 'INSURANCE', 'amount': cents((declared - 100.0) * 0.0085)}] : [])
    + (dest_zone in ['Z00', 'Z03', 'Z07'] ? [{'code': 'REMOTE', 'amount': max(cents(billable * 0.125), 3.50)}] : [])
    + (day >= 314 && day <= 360 && service != 'ECONOMY' ? [{'code': 'PEAK', 'amount': cents(freight * 0.065)}] : [])
    + (declared >= 1000.0 && (residential || tier == 'BRONZE') ? [{'code': 'SIGNATURE', 'amount': 7.95}] : [])
    + (tier == 'BRONZE' ? [] : [{'code': 'DISCOUNT',
        'amount': -cents(freight * (tier == 'SILVER' ? 0.0375 : tier == 'GOLD' ? 0.08 : 0.125))}])";

fn line_amount() -> String {
    let mut gross = String::new();
    for (plan, tiers) in tiered() {
        gross += &format!("l.plan == '{plan}' ? {} : ", with_question_marks(&tiers, "l.quantity", pointed));
    }
    gross += "l.plan == 'P1' ? (l.quantity <= 500.0 ? 0.0 : up((l.quantity - 500.0) / 250.0) * 3.75) : ";
    gross += "l.plan == 'P2' ? up(l.quantity / 1000.0) * 11.90 : ";
    gross += "l.plan == 'F1' ? max(l.quantity * 0.0175, 49.00) : max(l.quantity * 0.0333, 15.00)";
    format!("cents(({gross}) * (100.0 - l.discount) / 100.0)")
}

/// What all inputs share: functions, and for a workload its tables.
pub fn root() -> Context<'static, 'static> {
    let mut root = Context::default();
    root.add_function("cents", |x: f64| (x * 100.0).round() / 100.0).unwrap();
    root.add_function("up", f64::ceil).unwrap();
    root.add_function("max", f64::max).unwrap();
    root.add_function("total", |list: Arc<Vec<Value>>| list.iter().map(float).sum::<f64>()).unwrap();
    root
}

fn float(value: &Value) -> f64 {
    let Value::Float(float) = value else { panic!("{value:?}") };
    *float
}

fn number(value: Decimal) -> Value {
    Value::Float(value.to_f64().unwrap())
}

fn map(fields: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    fields.into_iter().map(|(name, value)| (Key::from(name), value)).collect::<HashMap<Key, Value>>().into()
}

fn keyed<'a>(rows: impl Iterator<Item = (String, &'a Lane)>) -> Value {
    let price = |(rate, lowest): &(i64, i64)| {
        map([("rate", number(Decimal::new(*rate, 4))), ("lowest", number(Decimal::new(*lowest, 2)))])
    };
    let entry =
        |(key, prices): (String, &Lane)| (Key::from(key), Value::List(Arc::new(prices.iter().map(price).collect())));
    rows.map(entry).collect::<HashMap<Key, Value>>().into()
}

pub fn freight_root(mut root: Context<'static, 'static>, prices: &Prices) -> Context<'static, 'static> {
    root.add_variable_from_value("rates", keyed(freight_rows(prices)));
    let weeks = prices.weeks.iter().map(|percent| number(*percent)).collect();
    root.add_variable_from_value("fuel", Value::List(Arc::new(weeks)));
    root
}

pub fn lanes_root(mut root: Context<'static, 'static>, rates: &Rates) -> Context<'static, 'static> {
    root.add_variable_from_value("rates", keyed(lane_rows(rates)));
    root
}

pub struct Programs<'a> {
    steps: Vec<(&'static str, Program)>,
    contexts: Vec<Context<'a, 'static>>,
}

impl<'a> Programs<'a> {
    fn new(steps: &[(&'static str, &str)], contexts: Vec<Context<'a, 'static>>) -> Self {
        let compile = |(name, text): &(&'static str, &str)| (*name, Program::compile(text).unwrap());
        Programs { steps: steps.iter().map(compile).collect(), contexts }
    }

    pub fn freight(root: &'a Context<'static, 'static>, inputs: &[Shipment]) -> Self {
        let context = |input: &Shipment| {
            let mut context = root.new_inner_scope();
            let mut add = |name: &str, value: Value| context.add_variable_from_value(name, value);
            add("origin_zone", input.origin_zone.as_str().into());
            add("dest_zone", input.dest_zone.as_str().into());
            add("weight", number(input.weight));
            add("length", number(input.length));
            add("width", number(input.width));
            add("height", number(input.height));
            add("service", format!("{:?}", input.service).to_uppercase().into());
            add("residential", Value::Bool(input.residential));
            add("declared", number(input.declared));
            add("day", Value::Int(input.day as i64));
            add("week", Value::Int(input.day as i64 / 7));
            add("tier", format!("{:?}", input.customer_tier).to_uppercase().into());
            context
        };
        let steps = [
            ("billable", BILLABLE),
            ("row", ROW),
            ("freight", "max(cents(billable * row.rate), row.lowest)"),
            ("lines", CHARGES),
            ("total", "total(lines.map(l, l.amount))"),
        ];
        Programs::new(&steps, inputs.iter().map(context).collect())
    }

    pub fn billing(root: &'a Context<'static, 'static>, inputs: &[Invoice]) -> Self {
        let line = |line: &Line| {
            map([
                ("plan", format!("{:?}", line.plan).into()),
                ("quantity", number(line.quantity)),
                ("discount", number(Decimal::new(line.tenths, 1))),
            ])
        };
        let context = |input: &Invoice| {
            let mut context = root.new_inner_scope();
            let lines = input.lines.iter().map(line).collect();
            context.add_variable_from_value("invoice", Value::List(Arc::new(lines)));
            context
        };
        let amounts = format!("invoice.map(l, {})", line_amount());
        let steps = [("lines", amounts.as_str()), ("total", "max(total(lines), 6000.0)")];
        Programs::new(&steps, inputs.iter().map(context).collect())
    }

    pub fn lanes(root: &'a Context<'static, 'static>, queries: &[Query]) -> Self {
        let context = |input: &Query| {
            let mut context = root.new_inner_scope();
            let mut add = |name: &str, value: Value| context.add_variable_from_value(name, value);
            add("service", format!("{:?}", input.service).to_uppercase().into());
            add("origin_zone", input.origin.as_str().into());
            add("dest_zone", input.destination.as_str().into());
            add("billable", number(input.billable));
            context
        };
        Programs::new(&[("rate", &format!("{ROW}.rate"))], queries.iter().map(context).collect())
    }

    /// The last two values.
    fn evaluate(&mut self, input: usize) -> [Value; 2] {
        let mut context = self.contexts[input].new_inner_scope();
        let (mut before, mut last) = (Value::Null, Value::Null);
        for (at, (name, program)) in self.steps.iter().enumerate() {
            before = std::mem::replace(&mut last, program.execute(&context).unwrap());
            if at + 1 < self.steps.len() {
                context.add_variable_from_value(*name, last.clone());
            }
        }
        [before, last]
    }
}

impl Peer for Programs<'_> {
    fn name(&self) -> &'static str {
        "cel 0.15, binary floats"
    }

    fn quote(&mut self, input: usize) {
        drop(std::hint::black_box(self.evaluate(input)));
    }

    fn answer(&mut self, input: usize) -> Answer {
        let [lines, total] = self.evaluate(input);
        let Value::List(lines) = lines else {
            return Answer { lines: Vec::new(), total: nearest(float(&total), 4) };
        };
        let line = |line: &Value| match line {
            Value::Map(map) => {
                let Some(Value::String(code)) = map.get(&Key::from("code")) else { panic!("{map:?}") };
                (code.to_string(), nearest(float(map.get(&Key::from("amount")).unwrap()), 2))
            }
            _ => ("LINE".to_string(), nearest(float(line), 2)),
        };
        Answer { lines: lines.iter().map(line).collect(), total: nearest(float(&total), 2) }
    }
}
