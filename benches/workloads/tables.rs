//! Tables as an embedding program could build them, cell by cell, and the CSV text of the same.

use super::Random;
use ratewright::program::Period;
use ratewright::source::Span;
use ratewright::table::{Cell, Column, Default, Domain, Ends, HitPolicy, Index, Origin, Role, RowsBuilder, Table};
use ratewright::types::{EnumId, Type};
use ratewright::value::{Date, Number, Value};
use std::fmt::Write;

/// The columns of a table and the cells of its rows.
#[derive(Clone)]
pub struct Parsed {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    members: usize,
}

fn number(n: i64) -> Value {
    Value::Number(Number::from_i64(n))
}

fn day(n: i64) -> Date {
    Date::new(2026, 1, 1).unwrap().add_days(n).unwrap()
}

fn from_until(low: i64, high: i64) -> Cell {
    Cell::Range(Box::new(Ends { low: Some((number(low), true)), high: Some((number(high), false)) }))
}

fn column(name: &str, role: Role, ty: Type) -> Column {
    Column { name: name.into(), role, ty, span: Span::default() }
}

impl Parsed {
    /// 40,000 rates by service, zone, ten bands of weight and ten periods: complete and free of overlap.
    pub fn grid() -> Parsed {
        let columns = vec![
            column("service", Role::Exact, Type::Text),
            column("zone", Role::Exact, Type::Integer),
            column("weight", Role::Range, Type::Number),
            column("valid", Role::Valid, Type::Date),
            column("rate", Role::Value, Type::Number),
        ];
        let mut random = Random::new(40);
        let mut rows = Vec::new();
        for n in 0..40_000_i64 {
            let (service, zone, weight, period) = (n / 2_000, n / 100 % 20, n / 10 % 10, n % 10);
            rows.push(vec![
                Cell::Value(Value::text(&format!("S{service:02}"))),
                Cell::Value(number(zone)),
                from_until(weight * 50, weight * 50 + 50),
                Cell::Period(Period { from: Some(day(period * 30)), until: Some(day(period * 30 + 30)) }),
                Cell::Value(number(random.between(100, 99_999))),
            ]);
        }
        Parsed { columns, rows, members: 0 }
    }

    /// The next edition of the grid: a hundred other rates, and in one place the ends of two bands moved.
    pub fn next_edition(&self) -> Parsed {
        let mut next = self.clone();
        let mut random = Random::new(41);
        for _ in 0..100 {
            let row = random.between(0, 39_999) as usize;
            next.rows[row][4] = Cell::Value(number(random.between(100_000, 199_999)));
        }
        // Service 6, zone 3, period 7: the second band ends at 90, and the third begins there.
        let row = 6 * 2_000 + 3 * 100 + 10 + 7;
        next.rows[row][2] = from_until(50, 90);
        next.rows[row + 10][2] = from_until(90, 150);
        next
    }

    /// 10,000 rows of eight keys of every kind, some of them `any`: what it holds is drawn at random.
    pub fn mixed() -> Parsed {
        let columns = vec![
            column("network", Role::Exact, Type::Enum(EnumId(0))),
            column("account", Role::Exact, Type::Text),
            column("zone", Role::Range, Type::Integer),
            column("weight", Role::Range, Type::Number),
            column("hazard", Role::Exact, Type::YesNo),
            column("valid", Role::Valid, Type::Date),
            column("postcode", Role::LongestPrefix, Type::Text),
            column("pieces", Role::Break, Type::Integer),
            column("rate", Role::Value, Type::Number),
        ];
        let mut random = Random::new(8);
        let mut rows = Vec::new();
        for n in 0..10_000_i64 {
            let zone = random.between(0, 8) * 10;
            let weight = random.between(0, 19) * 50;
            let half = random.between(0, 7) * 180;
            let postcode = format!("{}{}", random.one_of(&["AB", "EH", "G", "KW", "ZE"]), random.between(1, 20));
            rows.push(vec![
                Cell::Value(Value::Member(random.between(0, 3) as u32)),
                Cell::Value(Value::text(&format!("A{:04}", n / 20))),
                if random.between(0, 9) == 0 { Cell::Any } else { from_until(zone, zone + 10) },
                from_until(weight, weight + 50),
                if random.between(0, 1) == 0 { Cell::Any } else { Cell::Value(Value::YesNo(n % 2 == 0)) },
                Cell::Period(Period { from: Some(day(half)), until: Some(day(half + 180)) }),
                Cell::Value(Value::text(&postcode)),
                Cell::Value(number(random.between(0, 4) * 10)),
                Cell::Value(number(random.between(100, 99_999))),
            ]);
        }
        Parsed { columns, rows, members: 4 }
    }

    /// Weight bands of lanes, ten to a lane; keys are the lane and the weight.
    pub fn bands(rows: usize) -> Parsed {
        let columns = vec![
            column("lane", Role::Exact, Type::Integer),
            column("weight", Role::Range, Type::Integer),
            column("rate", Role::Value, Type::Number),
        ];
        let row =
            |(lane, low, high, rate)| vec![Cell::Value(number(lane)), from_until(low, high), Cell::Value(number(rate))];
        Parsed { columns, rows: plain_bands(rows).map(row).collect(), members: 0 }
    }

    /// The table, as one in which one row may match, without an index.
    pub fn table(self) -> Table {
        let mut rows = RowsBuilder::new(self.columns.len());
        for (number, cells) in (1..).zip(self.rows) {
            rows.push(cells, Origin { number, ..Origin::default() });
        }
        Table {
            name: "rates".into(),
            columns: self.columns,
            policy: HitPolicy::Unique,
            rows: rows.build(),
            default: Default::Error,
            index: Index::default(),
            span: Span::default(),
        }
    }

    /// Where gaps are looked for.
    pub fn domains(&self) -> Vec<Domain> {
        let keys = self.columns.iter().filter(|column| column.role != Role::Value);
        keys.map(|column| Domain::of(column.role, &column.ty, self.members)).collect()
    }
}

/// Lane, weight from and until, and rate of each row: lanes in another order than that of their numbers.
pub fn plain_bands(rows: usize) -> impl Iterator<Item = (i64, i64, i64, i64)> {
    let mut random = Random::new(10);
    (0..rows as i64)
        .map(move |n| (n / 10 * 7_919 % 1_000_003, n % 10 * 100, n % 10 * 100 + 100, random.between(1, 1_000_000)))
}

/// Rules and a CSV text of the grid.
pub fn grid_text() -> (&'static str, String) {
    let rules = r#"ruleset grid { currency USD  priced on day }
input { day : date, service : text, zone : integer, weight : number }
table rates from "rates.csv" {
  service : text
  zone    : integer
  weight  : number by range from "low" until "high"
  valid from "first" until "last"
  -> rate : number
}
output rate = rates[service, zone, weight].rate
"#;
    let mut random = Random::new(40);
    let mut csv = String::from("service,zone,low,high,first,last,rate\n");
    for n in 0..40_000_i64 {
        let (service, zone, weight, period) = (n / 2_000, n / 100 % 20, n / 10 % 10 * 50, n % 10 * 30);
        let rate = random.between(100, 99_999);
        let (first, last) = (day(period), day(period + 30));
        writeln!(csv, "S{service:02},{zone},{weight},{},{first},{last},{rate}", weight + 50).unwrap();
    }
    (rules, csv)
}
