//! The look-up of a parcel quote alone: service, origin, destination and billable weight give a rate, in a table of any size.
//!
//! A lane has five breaks, lower bound inclusive, so `rows` are a fifth as many lanes. By hand a lane is found by hashing its key
//! and the break by going through the five; in whole numbers the caller knows the place of the lane.

use super::freight::{BREAKS, Lane, Service};
use super::{Random, cents};
use ratewright::quote::Data;
use ratewright::table::{Found, Table};
use ratewright::value::{Number, Value};
use ratewright::{Compiler, RuleSet};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::HashMap;
use std::fmt::Write;

const SERVICES: [Service; 3] = [Service::Express, Service::Standard, Service::Economy];

const RULES: &str = r#"ruleset bench.lanes "Rates of lanes" { currency USD }
enum Service { EXPRESS, STANDARD, ECONOMY }
input {
  service             : Service
  origin, destination : text
  billable            : mass in kg
}
table rates from "rates.csv" {
  service     : Service
  origin      : text
  destination : text
  weight      : mass in kg by break
  -> rate   : USD per kg
     lowest : money

  | otherwise || refuse "NO_RATE" "no rate for this lane" |
}
output rate = rates[service, origin, destination, billable].rate
"#;

/// What is looked up.
#[derive(Serialize, Clone)]
pub struct Query {
    pub service: Service,
    pub origin: String,
    pub destination: String,
    #[serde(serialize_with = "ratewright::input::decimal")]
    pub billable: Decimal,
}

/// The same for the version in whole numbers: the place of the lane, half kilograms.
pub struct Scaled {
    pub lane: usize,
    pub halves: i64,
}

/// The rates in the forms of the versions by hand.
pub struct Rates {
    pub lanes: Vec<Lane>,
    zones: usize,
    by_key: HashMap<(Service, String, String), [(Decimal, Decimal); 5]>,
}

impl Rates {
    pub fn new(rows: usize) -> Self {
        let mut random = Random::new(5);
        let lanes: Vec<Lane> = (0..rows / 5)
            .map(|_| {
                let (rate, lowest) = (random.between(20_000, 80_000), random.between(500, 2_000));
                std::array::from_fn(|at| (rate - 3_137 * at as i64, lowest + 250 * at as i64))
            })
            .collect();
        let zones = (1..).find(|zones| 3 * zones * zones >= lanes.len()).unwrap();
        let mut rates = Rates { lanes, zones, by_key: HashMap::new() };
        for (number, prices) in rates.lanes.iter().enumerate() {
            let breaks = std::array::from_fn(|at| (Decimal::from(BREAKS[at]), Decimal::new(prices[at].0, 4)));
            rates.by_key.insert(rates.key(number), breaks);
        }
        rates
    }

    /// Service, origin and destination of a lane.
    pub fn key(&self, lane: usize) -> (Service, String, String) {
        let zone = |number: usize| format!("Z{number:03}");
        (SERVICES[lane % 3], zone(lane / 3 % self.zones), zone(lane / 3 / self.zones))
    }

    pub fn csv(&self) -> String {
        let mut text = "service,origin,destination,weight,rate,lowest\n".to_string();
        for (number, prices) in self.lanes.iter().enumerate() {
            let (service, origin, destination) = self.key(number);
            let service = format!("{service:?}").to_uppercase();
            for (at, (rate, lowest)) in prices.iter().enumerate() {
                let (rate, lowest) = (Decimal::new(*rate, 4), cents(*lowest));
                writeln!(text, "{service},{origin},{destination},{},{rate},{lowest}", BREAKS[at]).unwrap();
            }
        }
        text
    }

    pub fn rules(&self) -> RuleSet {
        Compiler::new().source("lanes.rules", RULES).source("rates.csv", &self.csv()).compile("lanes.rules").unwrap()
    }

    pub fn queries(&self, count: usize) -> (Vec<Query>, Vec<Scaled>) {
        let mut random = Random::new(6);
        (0..count)
            .map(|_| {
                let lane = random.between(0, self.lanes.len() as i64 - 1) as usize;
                let halves = random.spread(1.0, 400.0);
                let (service, origin, destination) = self.key(lane);
                let query = Query { service, origin, destination, billable: Decimal::new(halves * 5, 1) };
                (query, Scaled { lane, halves })
            })
            .unzip()
    }

    pub fn decimal(&self, query: &Query, key: &mut (Service, String, String)) -> Decimal {
        key.0 = query.service;
        key.1.clone_from(&query.origin);
        key.2.clone_from(&query.destination);
        self.by_key[key].iter().rev().find(|(from, _)| *from <= query.billable).unwrap().1
    }

    /// Ten-thousandths of a dollar.
    pub fn scaled(&self, query: &Scaled) -> i64 {
        let at = BREAKS.iter().rposition(|from| 2 * from <= query.halves).unwrap();
        self.lanes[query.lane][at].0
    }

    /// Asserts that all agree on every query.
    #[allow(clippy::panic, reason = "an assertion")]
    pub fn check(&self, rules: &RuleSet, queries: &[Query], small: &[Scaled]) {
        let (table, mut key) = (table(rules), super::freight::key());
        for (query, small) in queries.iter().zip(small) {
            let expected = self.decimal(query, &mut key);
            assert_eq!(Decimal::new(self.scaled(small), 4), expected);
            let quote = rules.quote(query).unwrap();
            let Some(Data::Quantity(rate)) = quote.output("rate") else { panic!("{quote}") };
            assert_eq!(rate.value, &Number::from_decimal(expected));
            let Found::Row(row) = table.look_up(&slots(query), None) else { panic!("no row") };
            assert_eq!(table.value(row, 4), Some(Value::Number(Number::from_decimal(expected))));
        }
    }
}

/// The table that is looked up in.
pub fn table(rules: &RuleSet) -> &Table {
    &rules.program().tables[0]
}

/// The query as the evaluator and the table take it.
pub fn slots(query: &Query) -> Vec<Value> {
    vec![
        Value::Member(query.service as u32),
        Value::text(&query.origin),
        Value::text(&query.destination),
        Value::Number(Number::from_decimal(query.billable)),
    ]
}
