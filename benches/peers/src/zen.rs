//! zen-engine: as a decision graph with a decision table, and as compiled expressions over keyed maps, without the graph.
//!
//! It computes with `rust_decimal`. The graph is what its editor makes; the expressions are the quickest way that it offers.

use crate::tiers::{tiered, with_question_marks};
use crate::workloads::billing::Invoice;
use crate::workloads::freight::{self, BREAKS, Prices, Shipment};
use crate::workloads::lanes::{Query, Rates};
use crate::{Answer, Peer, exact};
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use zen_engine::Decision;
use zen_engine::model::GraphContent;
use zen_expression::expression::Standard;
use zen_expression::variable::{Symbol, Variable, VariableMap};
use zen_expression::vm::VM;
use zen_expression::{Expression, Scope, compile_expression};

const BILLABLE: &str = "ceil(max([weight, length * width * height / 5000]) * 2) / 2";
const LONGEST: &str = "max([length, width, height])";

/// The charges, of `billable`, `longest`, `rate` and `lowest`; `$` is put before what the same node computed.
const CHARGES: &str = "filter([
    { code: 'FREIGHT', amount: $freight },
    { code: 'FUEL', amount: round($freight * fuel[week] / 100, 2) },
    residential and service != 'EXPRESS' ? { code: 'RES_DELIVERY', amount: 4.10 } : null,
    residential and service == 'EXPRESS' ? { code: 'RES_EXPRESS', amount: 5.25 } : null,
    longest > 120 or length + 2 * (width + height) > 300 ? { code: 'OVERSIZE', amount: 24.00 } : null,
    billable > 30 ? { code: 'HEAVY', amount: round(billable * 0.185, 2) } : null,
    declared > 100 ? { code: 'INSURANCE', amount: round((declared - 100) * 0.0085, 2) } : null,
    dest_zone in ['Z00', 'Z03', 'Z07'] ? { code: 'REMOTE', amount: max([round(billable * 0.125, 2), 3.50]) } : null,
    day >= 314 and day <= 360 and service != 'ECONOMY' ? { code: 'PEAK', amount: round($freight * 0.065, 2) } : null,
    declared >= 1000 and (residential or tier == 'BRONZE') ? { code: 'SIGNATURE', amount: 7.95 } : null,
    tier == 'BRONZE' ? null : { code: 'DISCOUNT',
        amount: -round($freight * (tier == 'SILVER' ? 0.0375 : tier == 'GOLD' ? 0.08 : 0.125), 2) },
], # != null)";

fn freight_amount(rate: &str, lowest: &str) -> String {
    format!("max([round(billable * {rate}, 2), {lowest}])")
}

/// The amount of a line of an invoice, of the element `#`.
fn line_amount() -> String {
    let mut gross = String::new();
    for (plan, tiers) in tiered() {
        gross += &format!("#.plan == '{plan}' ? {} : ", with_question_marks(&tiers, "#.quantity", |n| n.to_string()));
    }
    gross += "#.plan == 'P1' ? (#.quantity <= 500 ? 0 : ceil((#.quantity - 500) / 250) * 3.75) : ";
    gross += "#.plan == 'P2' ? ceil(#.quantity / 1000) * 11.90 : ";
    gross += "#.plan == 'F1' ? max([#.quantity * 0.0175, 49.00]) : max([#.quantity * 0.0333, 15.00])";
    format!("round(({gross}) * (100 - #.discount) / 100, 2)")
}

fn lines() -> String {
    format!("map(lines, {})", line_amount())
}

fn object(fields: impl IntoIterator<Item = (&'static str, Variable)>) -> Variable {
    let mut map = VariableMap::with_capacity(16);
    for (name, value) in fields {
        map.insert(Symbol::from(name), value);
    }
    Variable::from_object(map)
}

fn text(text: &str) -> Variable {
    Variable::String(Symbol::from(text))
}

fn shipment(input: &Shipment, shared: &[(&'static str, Variable)]) -> Variable {
    let number = Variable::Number;
    let fields = [
        ("origin_zone", text(&input.origin_zone)),
        ("dest_zone", text(&input.dest_zone)),
        ("weight", number(input.weight)),
        ("length", number(input.length)),
        ("width", number(input.width)),
        ("height", number(input.height)),
        ("service", text(&format!("{:?}", input.service).to_uppercase())),
        ("residential", Variable::Bool(input.residential)),
        ("declared", number(input.declared)),
        ("day", number(input.day.into())),
        ("week", number((input.day / 7).into())),
        ("tier", text(&format!("{:?}", input.customer_tier).to_uppercase())),
    ];
    object(fields.into_iter().chain(shared.iter().map(|(name, value)| (*name, value.clone()))))
}

fn weeks(prices: &Prices) -> Variable {
    Variable::from_array(prices.weeks.iter().map(|percent| Variable::Number(*percent)).collect())
}

fn invoice(input: &Invoice) -> Variable {
    let line = |line: &crate::workloads::billing::Line| {
        object([
            ("plan", text(&format!("{:?}", line.plan))),
            ("quantity", Variable::Number(line.quantity)),
            ("discount", Variable::Number(Decimal::new(line.tenths, 1))),
        ])
    };
    object([("lines", Variable::from_array(input.lines.iter().map(line).collect()))])
}

fn query(input: &Query, shared: &[(&'static str, Variable)]) -> Variable {
    let fields = [
        ("service", text(&format!("{:?}", input.service).to_uppercase())),
        ("origin_zone", text(&input.origin)),
        ("dest_zone", text(&input.destination)),
        ("billable", Variable::Number(input.billable)),
    ];
    object(fields.into_iter().chain(shared.iter().map(|(name, value)| (*name, value.clone()))))
}

/// What came out, of `lines` and `total`, or a `rate`.
fn answer(result: &Variable) -> Answer {
    let number = |value: Option<Variable>, digits| value.and_then(|value| exact(value.as_number()?, digits));
    if let Some(rate) = result.dot("rate") {
        return Answer { lines: Vec::new(), total: number(Some(rate), 4) };
    }
    let lines = result.dot("lines").and_then(|lines| lines.as_array()).unwrap();
    let line = |line: &Variable| match line.dot("code") {
        Some(code) => (code.as_str().unwrap_or_default().to_string(), number(line.dot("amount"), 2)),
        None => ("LINE".to_string(), number(Some(line.clone()), 2)),
    };
    let lines = lines.borrow().iter().map(line).collect();
    Answer { lines, total: number(result.dot("total"), 2) }
}

/// A decision graph.
pub struct Graph {
    decision: Decision,
    inputs: Vec<Variable>,
}

/// The expressions of a node, computed in order.
pub fn expressions(id: &str, passes: bool, list: &[(&str, &str)]) -> Json {
    let list: Vec<Json> = list.iter().map(|(key, value)| json!({ "id": key, "key": key, "value": value })).collect();
    json!({ "id": id, "name": id, "type": "expressionNode", "content": { "expressions": list, "passThrough": passes } })
}

/// The nodes one after the other, between an input and an output.
pub fn graph(nodes: Vec<Json>) -> Json {
    let mut all = vec![json!({ "id": "in", "name": "in", "type": "inputNode", "content": {} })];
    all.extend(nodes);
    all.push(json!({ "id": "out", "name": "out", "type": "outputNode", "content": {} }));
    let edge = |pair: &[Json]| {
        let name = format!("{} {}", pair[0]["id"], pair[1]["id"]);
        json!({ "id": name, "sourceId": pair[0]["id"], "targetId": pair[1]["id"] })
    };
    let edges: Vec<Json> = all.windows(2).map(edge).collect();
    json!({ "nodes": all, "edges": edges })
}

/// A decision table of lanes and breaks, the highest break first, since the first row that matches is taken.
fn rate_table(rows: impl Iterator<Item = (String, String, String, [(i64, i64); 5])>, passes: bool) -> Json {
    let quoted = |text: String| format!("'{text}'");
    let mut rules = Vec::new();
    for (service, origin, destination, prices) in rows {
        for (at, (rate, lowest)) in prices.iter().enumerate().rev() {
            rules.push(json!({
                "_id": rules.len().to_string(), "s": quoted(service.clone()), "o": quoted(origin.clone()),
                "d": quoted(destination.clone()), "w": format!(">= {}", BREAKS[at]),
                "r": Decimal::new(*rate, 4).to_string(), "l": Decimal::new(*lowest, 2).to_string(),
            }));
        }
    }
    let input = |id, field| json!({ "id": id, "name": field, "field": field });
    json!({ "id": "rates", "name": "rates", "type": "decisionTableNode", "content": {
        "hitPolicy": "first", "rules": rules, "passThrough": passes,
        "inputs": [input("s", "service"), input("o", "origin_zone"), input("d", "dest_zone"), input("w", "billable")],
        "outputs": [input("r", "rate"), input("l", "lowest")],
    } })
}

/// The rows of the freight workload: service, origin, destination and prices of each lane.
fn freight_rows(prices: &Prices) -> impl Iterator<Item = (String, String, String, [(i64, i64); 5])> {
    prices.lanes.iter().enumerate().map(|(number, prices)| {
        let (service, origin, destination) = freight::lane(number);
        (format!("{service:?}").to_uppercase(), freight::zone(origin), freight::zone(destination), *prices)
    })
}

fn lane_rows(rates: &Rates) -> impl Iterator<Item = (String, String, String, [(i64, i64); 5])> {
    rates.lanes.iter().enumerate().map(|(number, prices)| {
        let (service, origin, destination) = rates.key(number);
        (format!("{service:?}").to_uppercase(), origin, destination, *prices)
    })
}

/// Parses and compiles a graph.
pub fn decision(text: &str) -> Decision {
    let mut content: GraphContent = serde_json::from_str(text).unwrap();
    content.compile();
    Decision::from(content)
}

impl Graph {
    fn new(graph: &Json, inputs: Vec<Variable>) -> Self {
        Graph { decision: decision(&graph.to_string()), inputs }
    }

    pub fn freight(prices: &Prices, inputs: &[Shipment]) -> Self {
        let before = expressions("before", true, &[("billable", BILLABLE), ("longest", LONGEST)]);
        let charges = CHARGES.replace("$freight", "$.freight");
        let freight = freight_amount("rate", "lowest");
        let after = [("freight", freight.as_str()), ("lines", &charges), ("total", "sum(map($.lines, #.amount))")];
        let after = expressions("after", false, &after);
        let shared = [("fuel", weeks(prices))];
        let inputs = inputs.iter().map(|input| shipment(input, &shared)).collect();
        Graph::new(&graph(vec![before, rate_table(freight_rows(prices), true), after]), inputs)
    }

    pub fn billing(inputs: &[Invoice]) -> Self {
        let list = [("lines", &*lines()), ("total", "max([sum($.lines), 6000])")];
        Graph::new(&graph(vec![expressions("amounts", false, &list)]), inputs.iter().map(invoice).collect())
    }

    pub fn lanes(rates: &Rates, queries: &[Query]) -> Self {
        let inputs = queries.iter().map(|input| query(input, &[])).collect();
        Graph::new(&graph(vec![rate_table(lane_rows(rates), false)]), inputs)
    }

    fn evaluate(&self, input: usize) -> Variable {
        run(&self.decision, self.inputs[input].clone())
    }
}

/// Evaluates; nothing in these graphs waits for anything.
pub fn run(decision: &Decision, input: Variable) -> Variable {
    let future = pin!(decision.evaluate(input));
    let Poll::Ready(result) = future.poll(&mut Context::from_waker(Waker::noop())) else { panic!("it waits") };
    result.unwrap().result
}

impl Peer for Graph {
    fn name(&self) -> &'static str {
        "zen-engine 2.1, decision graph"
    }

    fn quote(&mut self, input: usize) {
        drop(std::hint::black_box(self.evaluate(input)));
    }

    fn answer(&mut self, input: usize) -> Answer {
        answer(&self.evaluate(input))
    }
}

/// Compiled expressions, each of which sees what those before it gave.
pub struct Expressions {
    steps: Vec<(Symbol, Expression<Standard>)>,
    /// From which step on the values are the answer.
    answers: usize,
    inputs: Vec<Variable>,
    machine: VM,
}

/// `SERVICE|Z00|Z07` to five rates and lowest charges.
fn keyed(rows: impl Iterator<Item = (String, String, String, [(i64, i64); 5])>) -> Variable {
    let mut map = VariableMap::with_capacity(64);
    for (service, origin, destination, prices) in rows {
        let price = |(rate, lowest): &(i64, i64)| {
            let (rate, lowest) = (Decimal::new(*rate, 4), Decimal::new(*lowest, 2));
            object([("rate", Variable::Number(rate)), ("lowest", Variable::Number(lowest))])
        };
        let prices = Variable::from_array(prices.iter().map(price).collect());
        map.insert(Symbol::from(format!("{service}|{origin}|{destination}").as_str()), prices);
    }
    Variable::from_object(map)
}

const ROW: &str = "rates[service + '|' + origin_zone + '|' + dest_zone]\
    [billable >= 150 ? 4 : billable >= 70 ? 3 : billable >= 30 ? 2 : billable >= 10 ? 1 : 0]";

impl Expressions {
    fn new(steps: &[(&str, &str)], answers: usize, inputs: Vec<Variable>) -> Self {
        let compile = |(name, text): &(&str, &str)| (Symbol::from(*name), compile_expression(text).unwrap());
        Expressions { steps: steps.iter().map(compile).collect(), answers, inputs, machine: VM::new() }
    }

    pub fn freight(prices: &Prices, inputs: &[Shipment]) -> Self {
        let charges = CHARGES.replace("$freight", "freight");
        let steps = [
            ("billable", BILLABLE),
            ("longest", LONGEST),
            ("row", ROW),
            ("freight", &freight_amount("row.rate", "row.lowest")),
            ("lines", &charges),
            ("total", "sum(map(lines, #.amount))"),
        ];
        let shared = [("fuel", weeks(prices)), ("rates", keyed(freight_rows(prices)))];
        Expressions::new(&steps, 4, inputs.iter().map(|input| shipment(input, &shared)).collect())
    }

    pub fn billing(inputs: &[Invoice]) -> Self {
        let steps = [("amounts", &*lines()), ("total", "max([sum(amounts), 6000])")];
        Expressions::new(&steps, 0, inputs.iter().map(invoice).collect())
    }

    pub fn lanes(rates: &Rates, queries: &[Query]) -> Self {
        let shared = [("rates", keyed(lane_rows(rates)))];
        let inputs = queries.iter().map(|input| query(input, &shared)).collect();
        Expressions::new(&[("rate", &format!("{ROW}.rate"))], 0, inputs)
    }

    fn evaluate(&mut self, input: usize) -> Scope {
        let mut scope = Scope::new(self.inputs[input].clone());
        for (name, step) in &self.steps {
            let value = step.evaluate_with_scope(&scope, &mut self.machine).unwrap();
            scope.set_local(name.clone(), value);
        }
        scope
    }
}

impl Peer for Expressions {
    fn name(&self) -> &'static str {
        "zen-expression 2.1, keyed maps"
    }

    fn quote(&mut self, input: usize) {
        drop(std::hint::black_box(self.evaluate(input)));
    }

    fn answer(&mut self, input: usize) -> Answer {
        let scope = self.evaluate(input);
        let mut map = VariableMap::with_capacity(4);
        for (name, value) in scope.locals().iter().skip(self.answers) {
            let name = if name.as_str() == "amounts" { Symbol::from("lines") } else { name.clone() };
            map.insert(name, value.clone());
        }
        answer(&Variable::from_object(map))
    }
}
