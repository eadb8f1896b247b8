//! Rates by service, origin, destination and weight break: the table, the same by hand in `rust_decimal` and in scaled `i64`, and keys in the
//! form that each wants. Also the fuel percents of 52 weeks.

use super::workloads::Random;
use ratewright::program::Period;
use ratewright::source::Span;
use ratewright::table::{Cell, Column, Default, Found, HitPolicy, Index, Origin, Role, RowsBuilder, Table};
use ratewright::types::{EnumId, Type};
use ratewright::value::{Date, Number, Value};
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

const BREAKS: [i64; 5] = [0, 10, 30, 70, 150];
const SERVICES: usize = 3;
const KEYS: usize = 65_536;

/// Ten-thousandths of a dollar per kilogram, and the lowest charge in cents.
type Price = (i64, i64);

/// Digits, and how many of them stand after the point.
pub type Digits = (i64, u8);

/// Breaks, rates and lowest charges of a lane.
type Breaks = [(Decimal, Decimal, Decimal); 5];

/// A rate table in every form.
pub struct LaneRates {
    pub table: Table,
    zones: usize,
    names: Vec<Arc<str>>,
    by_number: Vec<[Price; 5]>,
}

/// What is asked of a table, in every form.
pub struct Ask<'a> {
    pub values: [Value; 4],
    pub lane: (u8, &'a str, &'a str),
    pub weight: Decimal,
    /// Service, origin and destination as one number, and hundredths of a kilogram.
    pub number: (usize, i64),
}

fn column(name: &str, role: Role, ty: Type) -> Column {
    Column { name: name.into(), role, ty, span: Span::default() }
}

fn cell(value: Value) -> Cell {
    Cell::Value(value)
}

fn scaled(mantissa: i64, scale: u32) -> Value {
    Value::Number(Number::from_scaled(mantissa.into(), scale).unwrap())
}

fn table(columns: Vec<Column>, rows: impl Iterator<Item = Vec<Cell>>) -> Table {
    let mut builder = RowsBuilder::new(columns.len());
    for (number, cells) in (1..).zip(rows) {
        builder.push(cells, Origin { number, ..Origin::default() });
    }
    let mut table = Table {
        name: "rates".into(),
        columns,
        policy: HitPolicy::Unique,
        rows: builder.build(),
        default: Default::Error,
        index: Index::default(),
        span: Span::default(),
    };
    table.index_rows();
    table
}

impl LaneRates {
    /// A table of so many rows, in the order of services, origins and destinations, or with the lanes shuffled.
    pub fn new(rows: usize, shuffled: bool) -> LaneRates {
        let lanes = rows / 5;
        let zones = (1..).find(|zones| SERVICES * zones * zones >= lanes).unwrap();
        let names: Vec<Arc<str>> = (0..zones).map(|zone| format!("Z{zone:02}").into()).collect();
        let mut random = Random::new(4);
        let by_number: Vec<[Price; 5]> = (0..lanes)
            .map(|_| {
                let (rate, lowest) = (random.between(20_000, 80_000), random.between(500, 2_000));
                std::array::from_fn(|at| (rate - 3_137 * at as i64, lowest + 250 * at as i64))
            })
            .collect();
        let columns = vec![
            column("service", Role::Exact, Type::Enum(EnumId(0))),
            column("origin", Role::Exact, Type::Text),
            column("destination", Role::Exact, Type::Text),
            column("weight", Role::Break, Type::Number),
            column("rate", Role::Value, Type::Number),
            column("lowest", Role::Value, Type::Number),
        ];
        let mut order: Vec<usize> = (0..lanes).collect();
        if shuffled {
            for at in (1..lanes).rev() {
                order.swap(at, random.between(0, at as i64) as usize);
            }
        }
        let row = |lane: usize, at: usize| {
            let (rate, lowest) = by_number[lane][at];
            vec![
                cell(Value::Member((lane / zones / zones) as u32)),
                cell(Value::Text(names[lane / zones % zones].clone())),
                cell(Value::Text(names[lane % zones].clone())),
                cell(Value::Number(Number::from_i64(BREAKS[at]))),
                cell(scaled(rate, 4)),
                cell(scaled(lowest, 2)),
            ]
        };
        let row = &row;
        let table = table(columns, order.into_iter().flat_map(|lane| (0..5).map(move |at| row(lane, at))));
        LaneRates { table, zones, names, by_number }
    }

    /// Keys that are in the table, in no order.
    pub fn asks(&self) -> Vec<Ask<'_>> {
        let mut random = Random::new(5);
        let one = |_| {
            let lane = random.between(0, self.by_number.len() as i64 - 1) as usize;
            let weight = random.spread(10.0, 20_000.0);
            let (origin, destination) = (&self.names[lane / self.zones % self.zones], &self.names[lane % self.zones]);
            let service = lane / self.zones / self.zones;
            Ask {
                values: [
                    Value::Member(service as u32),
                    Value::Text(origin.clone()),
                    Value::Text(destination.clone()),
                    scaled(weight, 2),
                ],
                lane: (service as u8, origin, destination),
                weight: Decimal::new(weight, 2),
                number: (lane, weight),
            }
        };
        (0..KEYS).map(one).collect()
    }

    /// The rate and the lowest charge, by the engine's index.
    pub fn find(&self, ask: &Ask<'_>) -> Option<(Digits, Digits)> {
        let Found::Row(row) = self.table.look_up(&ask.values, None) else { return None };
        Some((self.table.digits(row, 4)?, self.table.digits(row, 5)?))
    }

    /// By hand: the breaks of each lane by its texts.
    pub fn hashed(&self) -> HashMap<(u8, &str, &str), Breaks> {
        let lane = |(lane, prices): (usize, &[Price; 5])| {
            let (origin, destination) = (&*self.names[lane / self.zones % self.zones], &*self.names[lane % self.zones]);
            let breaks = std::array::from_fn(|at| {
                (Decimal::from(BREAKS[at]), Decimal::new(prices[at].0, 4), Decimal::new(prices[at].1, 2))
            });
            (((lane / self.zones / self.zones) as u8, origin, destination), breaks)
        };
        self.by_number.iter().enumerate().map(lane).collect()
    }

    /// By hand: zones are numbers already.
    pub fn dense(&self, ask: &Ask<'_>) -> Option<Price> {
        let (lane, weight) = ask.number;
        let prices = self.by_number.get(lane)?;
        let at = BREAKS.iter().rposition(|from| from * 100 <= weight)?;
        prices.get(at).copied()
    }
}

/// By hand: the rate and the lowest charge of the highest break that is not above the weight.
pub fn hashed<'m>(
    rates: &'m HashMap<(u8, &'m str, &'m str), Breaks>,
    ask: &'m Ask<'m>,
) -> Option<(&'m Decimal, &'m Decimal)> {
    let (_, rate, lowest) = rates.get(&ask.lane)?.iter().rev().find(|(from, ..)| *from <= ask.weight)?;
    Some((rate, lowest))
}

/// Asserts that all versions find the same.
pub fn check<'m>(rates: &LaneRates, by_hand: &'m HashMap<(u8, &'m str, &'m str), Breaks>, asks: &'m [Ask<'m>]) {
    for ask in asks {
        let (rate, lowest) = rates.dense(ask).unwrap();
        let number = |(digits, scale): Digits| scaled(digits, scale.into());
        let found = rates.find(ask).map(|(rate, lowest)| (number(rate), number(lowest)));
        assert_eq!(found, Some((scaled(rate, 4), scaled(lowest, 2))));
        assert_eq!(hashed(by_hand, ask), Some((&Decimal::new(rate, 4), &Decimal::new(lowest, 2))));
    }
}

/// Percents of 52 weeks: the table, and by hand the first days with the percents.
pub fn weeks() -> (Table, Vec<(Date, Decimal)>) {
    let mut random = Random::new(6);
    let first = Date::new(2026, 1, 5).unwrap();
    let week = |n: i64| first.add_days(n * 7).unwrap();
    let percents: Vec<i64> = (0..52).map(|_| random.between(1_200, 2_400)).collect();
    let columns = vec![column("valid", Role::Valid, Type::Date), column("percent", Role::Value, Type::Percent)];
    let rows = (0..).zip(&percents).map(|(n, percent)| {
        let period = Period { from: Some(week(n)), until: Some(week(n + 1)) };
        vec![Cell::Period(period), cell(scaled(*percent, 4))]
    });
    let table = table(columns, rows);
    (table, (0..).zip(&percents).map(|(n, percent)| (week(n), Decimal::new(*percent, 4))).collect())
}

/// Days of those weeks in no order.
pub fn days() -> Vec<Date> {
    let mut random = Random::new(7);
    let first = Date::new(2026, 1, 5).unwrap();
    (0..KEYS).map(|_| first.add_days(random.between(0, 363)).unwrap()).collect()
}
