//! A look-up through the index finds what a scan of all rows finds: random tables of every kind of key and hit policy.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use proptest::prelude::*;
use ratewright::program::Period;
use ratewright::source::Span;
use ratewright::syntax::ast::Collect;
use ratewright::table::{Cell, Column, Default, Found, HitPolicy, Index, Origin, Role, RowsBuilder, Table};
use ratewright::types::Type;
use ratewright::value::{Date, Number, Value};

fn number(n: i64) -> Value {
    Value::Number(Number::from_i64(n))
}

fn date(day: u8) -> Date {
    Date::new(2026, 1, 1).unwrap().add_days(i64::from(day)).unwrap()
}

fn table(roles: &[Role], policy: HitPolicy, default: Default, rows: Vec<Vec<Cell>>) -> Table {
    let column = |(at, role): (usize, &Role)| Column {
        name: format!("c{at}"),
        role: *role,
        ty: match role {
            Role::LongestPrefix => Type::Text,
            Role::Valid => Type::Date,
            _ => Type::Number,
        },
        span: Span::default(),
    };
    let mut builder = RowsBuilder::new(roles.len());
    for (number, cells) in (1..).zip(rows) {
        builder.push(cells, Origin { number, ..Origin::default() });
    }
    let mut table = Table {
        name: "t".into(),
        columns: roles.iter().enumerate().map(column).collect(),
        policy,
        rows: builder.build(),
        default,
        index: Index::default(),
        span: Span::default(),
    };
    table.index_rows();
    table
}

/// The oracle: the language's words, one after another, over all rows.
mod scan {
    use super::*;

    fn accepts(role: Role, cell: &Cell, key: &Value) -> bool {
        match (cell, role) {
            (Cell::Any, _) => true,
            (Cell::Value(v), Role::Break) => v <= key,
            (Cell::Value(v), Role::NextRow) => v >= key,
            (Cell::Value(v), Role::LongestPrefix) => key.as_text().unwrap().starts_with(v.as_text().unwrap()),
            (Cell::Value(v), _) => v == key,
            (Cell::OneOf(vs), _) => vs.iter().any(|v| v == key),
            (Cell::Exactly(t), _) => key.as_text().unwrap() == &**t,
            (Cell::Period(p), _) => p.contains(key.as_date().unwrap()),
            (Cell::Range(ends), _) => {
                let above = match &ends.low {
                    Some((v, true)) => key >= v,
                    Some((v, false)) => key > v,
                    None => true,
                };
                let below = match &ends.high {
                    Some((v, true)) => key <= v,
                    Some((v, false)) => key < v,
                    None => true,
                };
                above && below
            }
        }
    }

    /// Higher is closer.
    fn rank(role: Role, cell: &Cell) -> (u8, Option<Value>) {
        match (cell, role) {
            (Cell::Any, _) => (0, None),
            (Cell::Value(v), Role::Break) => (1, Some(v.clone())),
            (Cell::Value(Value::Number(n)), Role::NextRow) => (1, Some(Value::Number(n.neg()))),
            (Cell::Value(v), Role::LongestPrefix) => (1, Some(number(v.as_text().unwrap().len() as i64))),
            (Cell::Exactly(_), _) => (2, None),
            (Cell::Range(ends), _) => match (&ends.low, &ends.high) {
                (Some((a, true)), Some((b, true))) if a == b => (2, None),
                _ => (1, None),
            },
            _ => (2, None),
        }
    }

    fn cell(table: &Table, row: u32, column: usize) -> &Cell {
        table.cell(row, column as u16).unwrap()
    }

    pub fn candidates(table: &Table, keys: &[Option<Value>], on: Date) -> Vec<u32> {
        let count = table.len() - usize::from(matches!(table.default, Default::Row));
        let mut keys = keys.iter();
        let keys: Vec<Option<Value>> = table
            .columns
            .iter()
            .filter(|c| c.role != Role::Value)
            .map(|c| if c.role == Role::Valid { Some(Value::Date(on)) } else { keys.next().unwrap().clone() })
            .collect();
        let fits = |row: u32| {
            keys.iter().enumerate().all(|(at, key)| {
                key.as_ref().is_none_or(|key| accepts(table.columns[at].role, cell(table, row, at), key))
            })
        };
        let mut rows: Vec<u32> = (0..count as u32).filter(|row| fits(*row)).collect();
        if table.policy == HitPolicy::MostSpecific {
            return rows;
        }
        for (at, key) in keys.iter().enumerate() {
            if key.is_some() && matches!(table.columns[at].role, Role::Break | Role::NextRow | Role::LongestPrefix) {
                keep(table, &mut rows, at);
            }
        }
        rows
    }

    fn keep(table: &Table, rows: &mut Vec<u32>, at: usize) {
        let rank = |row: &u32| rank(table.columns[at].role, cell(table, *row, at));
        if let Some(best) = rows.iter().map(rank).max() {
            rows.retain(|row| rank(row) == best);
        }
    }

    pub fn look_up(table: &Table, keys: &[Value], on: Date) -> Found {
        let keys: Vec<Option<Value>> = keys.iter().cloned().map(Some).collect();
        let mut rows = candidates(table, &keys, on);
        if table.policy == HitPolicy::MostSpecific {
            for at in 0..table.columns.len() {
                if !matches!(table.columns[at].role, Role::Value | Role::Valid) {
                    keep(table, &mut rows, at);
                }
            }
        }
        let collects = matches!(table.policy, HitPolicy::Collect(_));
        let last = table.len() as u32;
        let value = |row: u32| cell(table, row, table.columns.len() - 1).clone();
        let number = |row: u32| match value(row) {
            Cell::Value(v) => v,
            other => panic!("{other:?}"),
        };
        if rows.is_empty() {
            return match (&table.default, collects) {
                (Default::Row, true) => Found::Rows(vec![last - 1]),
                (Default::Row, false) => Found::Row(last - 1),
                (Default::Error, true) => Found::Rows(vec![]),
                _ => Found::Nothing,
            };
        }
        match &table.policy {
            HitPolicy::Collect(_) => Found::Rows(rows),
            HitPolicy::First => Found::Row(rows[0]),
            HitPolicy::Unique | HitPolicy::MostSpecific if rows.len() > 1 => Found::Several(rows[0], rows[1]),
            HitPolicy::Unique | HitPolicy::MostSpecific => Found::Row(rows[0]),
            HitPolicy::Any => match rows.iter().find(|r| value(**r) != value(rows[0])) {
                Some(other) => Found::Several(rows[0], *other),
                None => Found::Row(rows[0]),
            },
            HitPolicy::Priority(highest, _) => {
                let mut best = rows[0];
                for row in rows {
                    if if *highest { number(row) > number(best) } else { number(row) < number(best) } {
                        best = row;
                    }
                }
                Found::Row(best)
            }
        }
    }
}

const TEXTS: [&str; 8] = ["", "a", "b", "ab", "aé", "abc", "abd", "béb"];

fn role() -> impl Strategy<Value = Role> {
    prop_oneof![
        3 => Just(Role::Exact),
        3 => Just(Role::Range),
        2 => Just(Role::Break),
        1 => Just(Role::NextRow),
        2 => Just(Role::LongestPrefix),
    ]
}

fn cell(role: Role, wide: i64) -> BoxedStrategy<Cell> {
    let value = (0..wide).prop_map(number);
    let end = || proptest::option::weighted(0.8, ((0..wide).prop_map(number), any::<bool>()));
    let day = || proptest::option::of((0_u8..8).prop_map(date));
    match role {
        Role::Exact => prop_oneof![
            4 => value.clone().prop_map(Cell::Value),
            1 => Just(Cell::Any),
            1 => proptest::collection::vec(value, 1..4).prop_map(|v| Cell::OneOf(v.into())),
        ]
        .boxed(),
        Role::Range => prop_oneof![
            1 => value.prop_map(Cell::Value),
            1 => Just(Cell::Any),
            6 => (end(), end()).prop_map(|(low, high)| Cell::range(low, high)),
        ]
        .boxed(),
        Role::Break | Role::NextRow => value.prop_map(Cell::Value).boxed(),
        Role::LongestPrefix => prop_oneof![
            4 => proptest::sample::select(&TEXTS[1..]).prop_map(|t| Cell::Value(Value::text(t))),
            1 => Just(Cell::Any),
            1 => proptest::sample::select(&TEXTS[1..]).prop_map(|t| Cell::Exactly(t.into())),
        ]
        .boxed(),
        Role::Valid => prop_oneof![
            1 => Just(Cell::Any),
            3 => (day(), day()).prop_map(|(from, until)| Cell::Period(Period { from, until })),
        ]
        .boxed(),
        Role::Value => (0..4_i64).prop_map(|n| Cell::Value(number(n))).boxed(),
    }
}

fn policy() -> impl Strategy<Value = HitPolicy> {
    prop_oneof![
        Just(HitPolicy::Unique),
        Just(HitPolicy::First),
        Just(HitPolicy::Any),
        Just(HitPolicy::Priority(true, u16::MAX)),
        Just(HitPolicy::Priority(false, u16::MAX)),
        Just(HitPolicy::MostSpecific),
        Just(HitPolicy::Collect(Collect::List)),
    ]
}

fn tables() -> impl Strategy<Value = Table> {
    let roles = (proptest::collection::vec(role(), 1..4), any::<bool>()).prop_map(|(mut roles, dated)| {
        if dated {
            roles.push(Role::Valid);
        }
        roles.push(Role::Value);
        roles
    });
    (roles, policy(), 0..3_u8, 2..9_i64).prop_flat_map(|(roles, policy, default, wide)| {
        let row: Vec<BoxedStrategy<Cell>> = roles.iter().map(|role| cell(*role, wide)).collect();
        let policy = match policy {
            HitPolicy::Priority(highest, _) => HitPolicy::Priority(highest, roles.len() as u16 - 1),
            other => other,
        };
        proptest::collection::vec(row, 0..60).prop_map(move |mut rows| {
            let default = match default {
                0 => Default::Error,
                1 => Default::Refuse("R".into(), "none".into(), Span::default()),
                _ => {
                    rows.push(
                        roles
                            .iter()
                            .map(|r| if *r == Role::Value { Cell::Value(number(9)) } else { Cell::Any })
                            .collect(),
                    );
                    Default::Row
                }
            };
            table(&roles, policy.clone(), default, rows)
        })
    })
}

/// All keys of a column that could be told apart, in halves for numbers.
fn keys(role: Role) -> Vec<Value> {
    match role {
        Role::LongestPrefix => TEXTS.iter().chain(&["abcd", "c", "é"]).map(|t| Value::text(t)).collect(),
        _ => (-1..18).map(|n| Value::Number(Number::ratio(n, 2).unwrap())).collect(),
    }
}

/// The combination of keys with this number, counting every combination once.
fn combination(lists: &[Vec<Value>], mut number: usize) -> Vec<Value> {
    lists
        .iter()
        .map(|list| {
            let key = list[number % list.len()].clone();
            number /= list.len();
            key
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn every_look_up_is_what_a_scan_finds(table in tables(), seed in 0..10_000_usize, open in 0..8_u8) {
        let lists: Vec<Vec<Value>> = table.keys().map(|(_, c)| keys(c.role)).collect();
        let all: usize = lists.iter().map(Vec::len).product();
        // Up to 400 of the combinations, spread over all of them.
        let step = (all / 400).max(1);
        for at in (seed % step..all).step_by(step) {
            let on = date((at % 9) as u8);
            let keys = combination(&lists, at);
            prop_assert_eq!(table.look_up(&keys, Some(on)), scan::look_up(&table, &keys, on), "{:?} on {}", keys, on);
            let partly: Vec<Option<Value>> =
                keys.into_iter().enumerate().map(|(i, key)| (open & (1 << i) == 0).then_some(key)).collect();
            prop_assert_eq!(table.matching(&partly, Some(on)), scan::candidates(&table, &partly, on), "{:?} on {}", partly, on);
        }
    }
}

#[test]
fn an_absent_key_matches_any_alone() {
    let cells = |cell: Cell, value: i64| vec![cell, Cell::Value(number(value))];
    let from = Cell::range(Some((number(1), true)), None);
    let rows = vec![cells(from, 1), cells(Cell::Any, 2)];
    let found = table(&[Role::Range, Role::Value], HitPolicy::First, Default::Error, rows);
    assert_eq!(found.look_up(&[Value::Absent], None), Found::Row(1));
}

#[test]
fn the_columns_of_a_row_are_read_whatever_their_cells_hold() {
    let rules = r#"ruleset rows "Rows" { currency USD }
enum Zone { near, far }
input { code : text }
table rates {
  code : text by longest prefix
  -> rate : USD per kg
     share : number
     zone : Zone
     word : text

  | code          || rate   | share                | zone | word  |
  | exactly "AB1" || 1.5    | 0.333                | near | "one" |
  | "AB"          || 2.0625 | 12345678901234567890 | far  | "two" |
}
output key = rates[code].code
output rate = rates[code].rate
output share = rates[code].share
output zone = rates[code].zone
output word = rates[code].word
"#;
    let compiled = ratewright::Compiler::new().source("main.rules", rules).compile("main.rules");
    let compiled = compiled.unwrap_or_else(|rejected| panic!("{rejected}"));
    for (code, expected) in [
        ("AB1", ["AB1", "1.5", "0.333", "near", "one"]),
        ("AB2", ["AB", "2.0625", "12345678901234567890", "far", "two"]),
    ] {
        let quote = compiled.quote_json(&format!(r#"{{"code": "{code}"}}"#)).unwrap();
        let quote = serde_json::to_value(&quote).unwrap();
        let outputs = quote["outputs"].as_array().unwrap().iter();
        // A rate has its unit beside it.
        let found: Vec<&str> =
            outputs.map(|output| output["value"].as_str().or(output["value"]["value"].as_str()).unwrap()).collect();
        assert_eq!(found, expected);
    }
}

#[test]
fn a_grid_of_two_intervals_is_not_scanned() {
    // 300 × 300 cells in shuffled order; a scan for each of the 90,000 keys would take minutes.
    let side = 300_i64;
    let band = |n: i64| Cell::range(Some((number(n * 10), true)), Some((number(n * 10 + 10), false)));
    let rows = (0..side * side)
        .map(|n| n * 7 % (side * side))
        .map(|n| vec![Cell::Value(number(2026)), band(n / side), band(n % side), Cell::Value(number(n))]);
    let grid =
        table(&[Role::Exact, Role::Range, Role::Range, Role::Value], HitPolicy::Unique, Default::Error, rows.collect());
    for n in 0..side * side {
        let keys = [number(2026), number(n / side * 10 + 9), number(n % side * 10)];
        let Found::Row(row) = grid.look_up(&keys, None) else { panic!("no row for {keys:?}") };
        assert_eq!(grid.value(row, 3), Some(number(n)));
    }
}
