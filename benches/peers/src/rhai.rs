//! Rhai: scripts with its decimal numbers, rates in a map by lane.
//!
//! Maps that all inputs share are shared values, so that no call copies them; scopes with the fields of an input are made beforehand.

use crate::tiers::{Tier, pointed, tiered};
use crate::workloads::billing::{Invoice, Line};
use crate::workloads::freight::{self, Lane, Prices, Shipment};
use crate::workloads::lanes::{Query, Rates};
use crate::{Answer, Peer, exact};
use rhai::{AST, Dynamic, Engine, Map, OptimizationLevel, Scope};
use rust_decimal::Decimal;

const ROW: &str = "
    let row = rates[service + '|' + origin_zone + '|' + dest_zone]
        [if billable >= 150 { 4 } else if billable >= 70 { 3 } else if billable >= 30 { 2 } else if billable >= 10 { 1 } else { 0 }];
";

const FREIGHT: &str = "
    let dimensional = length * width * height / 5000;
    let billable = ((if weight > dimensional { weight } else { dimensional }) * 2).ceiling / 2;
    ROW
    let lines = [];
    let freight = round_half_up(billable * row.rate, 2);
    if freight < row.lowest { freight = row.lowest; }
    lines.push(#{ code: `FREIGHT`, amount: freight });
    lines.push(#{ code: `FUEL`, amount: round_half_up(freight * fuel[week] / 100, 2) });
    if residential {
        if service == `EXPRESS` { lines.push(#{ code: `RES_EXPRESS`, amount: 5.25 }); }
        else { lines.push(#{ code: `RES_DELIVERY`, amount: 4.10 }); }
    }
    if length > 120 || width > 120 || height > 120 || length + 2 * (width + height) > 300 {
        lines.push(#{ code: `OVERSIZE`, amount: 24.00 });
    }
    if billable > 30 { lines.push(#{ code: `HEAVY`, amount: round_half_up(billable * 0.185, 2) }); }
    if declared > 100 { lines.push(#{ code: `INSURANCE`, amount: round_half_up((declared - 100) * 0.0085, 2) }); }
    if dest_zone == `Z00` || dest_zone == `Z03` || dest_zone == `Z07` {
        let remote = round_half_up(billable * 0.125, 2);
        lines.push(#{ code: `REMOTE`, amount: if remote < 3.50 { 3.50 } else { remote } });
    }
    if day >= 314 && day <= 360 && service != `ECONOMY` {
        lines.push(#{ code: `PEAK`, amount: round_half_up(freight * 0.065, 2) });
    }
    if declared >= 1000 && (residential || tier == `BRONZE`) { lines.push(#{ code: `SIGNATURE`, amount: 7.95 }); }
    if tier != `BRONZE` {
        let share = if tier == `SILVER` { 0.0375 } else if tier == `GOLD` { 0.08 } else { 0.125 };
        lines.push(#{ code: `DISCOUNT`, amount: -round_half_up(freight * share, 2) });
    }
    let total = 0.0;
    for line in lines { total += line.amount; }
    #{ lines: lines, total: total }
";

const BILLING: &str = "
    let amounts = [];
    let total = 0.0;
    for line in lines {
        let q = line.quantity;
        let gross = switch line.plan {
            TIERS
            `P1` => if q > 500 { ((q - 500) / 250).ceiling * 3.75 } else { 0.0 },
            `P2` => (q / 1000).ceiling * 11.90,
            `F1` => { let a = q * 0.0175; if a > 49 { a } else { 49.00 } },
            _ => { let a = q * 0.0333; if a > 15 { a } else { 15.00 } },
        };
        let amount = round_half_up(gross * (100 - line.discount) / 100, 2);
        amounts.push(amount);
        total += amount;
    }
    #{ lines: amounts, total: if total > 6000 { total } else { 6000.0 } }
";

/// The tiers as `if`s.
fn conditions(tiers: &[Tier]) -> String {
    let mut text = String::new();
    for tier in tiers {
        let (constant, rate) = (pointed(tier.constant), pointed(tier.rate));
        let part = if tier.lower == 0 { "q".to_string() } else { format!("(q - {})", tier.lower) };
        let price = format!("{{ {constant} + {part} * {rate} }}");
        text += &match tier.bound {
            Some(bound) => format!("if q <= {bound} {price} else "),
            None => price,
        };
    }
    text
}

pub fn engine() -> Engine {
    let mut engine = Engine::new();
    engine.set_optimization_level(OptimizationLevel::Full);
    engine
}

pub struct Script {
    engine: Engine,
    script: AST,
    scopes: Vec<Scope<'static>>,
}

/// `SERVICE|Z00|Z07` to the rates and lowest charges of a lane.
fn keyed<'a>(rows: impl Iterator<Item = (String, &'a Lane)>) -> Dynamic {
    let price = |(rate, lowest): &(i64, i64)| {
        let fields = [("rate", Decimal::new(*rate, 4)), ("lowest", Decimal::new(*lowest, 2))];
        Dynamic::from_map(fields.into_iter().map(|(name, value)| (name.into(), Dynamic::from_decimal(value))).collect())
    };
    let entry = |(key, prices): (String, &Lane)| (key.into(), prices.iter().map(price).collect::<Vec<_>>().into());
    Dynamic::from_map(rows.map(entry).collect::<Map>()).into_shared()
}

pub fn key(service: freight::Service, origin: &str, destination: &str) -> String {
    format!("{}|{origin}|{destination}", format!("{service:?}").to_uppercase())
}

/// Keys and prices of the lanes of the freight workload.
pub fn freight_rows(prices: &Prices) -> impl Iterator<Item = (String, &Lane)> {
    prices.lanes.iter().enumerate().map(|(number, prices)| {
        let (service, origin, destination) = freight::lane(number);
        (key(service, &freight::zone(origin), &freight::zone(destination)), prices)
    })
}

pub fn lane_rows(rates: &Rates) -> impl Iterator<Item = (String, &Lane)> {
    rates.lanes.iter().enumerate().map(|(number, prices)| {
        let (service, origin, destination) = rates.key(number);
        (key(service, &origin, &destination), prices)
    })
}

impl Script {
    fn new(text: &str, scopes: Vec<Scope<'static>>) -> Self {
        let engine = engine();
        let script = engine.compile(text).unwrap();
        Script { engine, script, scopes }
    }

    pub fn freight(prices: &Prices, inputs: &[Shipment]) -> Self {
        let rates = keyed(freight_rows(prices));
        let weeks: Vec<Dynamic> = prices.weeks.iter().map(|percent| Dynamic::from_decimal(*percent)).collect();
        let weeks = Dynamic::from_array(weeks).into_shared();
        let scope = |input: &Shipment| {
            let mut scope = Scope::new();
            scope.push_constant_dynamic("rates", rates.clone()).push_constant_dynamic("fuel", weeks.clone());
            scope.push_constant("origin_zone", input.origin_zone.clone());
            scope.push_constant("dest_zone", input.dest_zone.clone());
            scope.push_constant("weight", input.weight).push_constant("length", input.length);
            scope.push_constant("width", input.width).push_constant("height", input.height);
            scope.push_constant("service", format!("{:?}", input.service).to_uppercase());
            scope.push_constant("residential", input.residential).push_constant("declared", input.declared);
            scope.push_constant("day", input.day as i64).push_constant("week", input.day as i64 / 7);
            scope.push_constant("tier", format!("{:?}", input.customer_tier).to_uppercase());
            scope
        };
        Script::new(&FREIGHT.replace("ROW", ROW), inputs.iter().map(scope).collect())
    }

    pub fn billing(inputs: &[Invoice]) -> Self {
        let arm = |(plan, tiers): &(&str, Vec<Tier>)| format!("`{plan}` => {},", conditions(tiers));
        let tiers: String = tiered().iter().map(arm).collect();
        let line = |line: &Line| {
            let mut map = Map::new();
            map.insert("plan".into(), format!("{:?}", line.plan).into());
            map.insert("quantity".into(), Dynamic::from_decimal(line.quantity));
            map.insert("discount".into(), Dynamic::from_decimal(Decimal::new(line.tenths, 1)));
            Dynamic::from_map(map).into_shared()
        };
        let scope = |input: &Invoice| {
            let mut scope = Scope::new();
            let lines = Dynamic::from_array(input.lines.iter().map(line).collect());
            scope.push_constant_dynamic("lines", lines.into_shared());
            scope
        };
        Script::new(&BILLING.replace("TIERS", &tiers), inputs.iter().map(scope).collect())
    }

    pub fn lanes(rates: &Rates, queries: &[Query]) -> Self {
        let shared = keyed(lane_rows(rates));
        let scope = |input: &Query| {
            let mut scope = Scope::new();
            scope.push_constant_dynamic("rates", shared.clone());
            scope.push_constant("service", format!("{:?}", input.service).to_uppercase());
            scope.push_constant("origin_zone", input.origin.clone());
            scope.push_constant("dest_zone", input.destination.clone());
            scope.push_constant("billable", input.billable);
            scope
        };
        Script::new(&format!("{ROW} row.rate"), queries.iter().map(scope).collect())
    }

    fn evaluate(&mut self, input: usize) -> Dynamic {
        let scope = &mut self.scopes[input];
        let before = scope.len();
        let result = self.engine.eval_ast_with_scope(scope, &self.script).unwrap();
        scope.rewind(before);
        result
    }
}

impl Peer for Script {
    fn name(&self) -> &'static str {
        "rhai 1.27, decimals"
    }

    fn quote(&mut self, input: usize) {
        drop(std::hint::black_box(self.evaluate(input)));
    }

    fn answer(&mut self, input: usize) -> Answer {
        let result = self.evaluate(input);
        let number = |value: &Dynamic, digits| exact(value.as_decimal().unwrap(), digits);
        let Some(map) = result.read_lock::<Map>() else {
            return Answer { lines: Vec::new(), total: number(&result, 4) };
        };
        let lines = map["lines"].read_lock::<rhai::Array>().unwrap();
        let line = |line: &Dynamic| match line.read_lock::<Map>() {
            Some(line) => (line["code"].clone().into_string().unwrap(), number(&line["amount"], 2)),
            None => ("LINE".to_string(), number(line, 2)),
        };
        Answer { lines: lines.iter().map(line).collect(), total: number(&map["total"], 2) }
    }
}
