//! A look-up that no row matches names the rows that came closest and what they want: in the error, and where a quote is explained.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::source::Span;
use ratewright::table::{Cell, Column, Default, Ends, HitPolicy, Index, Near, Origin, Role, RowsBuilder, Table};
use ratewright::types::Type;
use ratewright::value::{Number, Value};
use ratewright::{Compiler, ErrorKind, RuleSet};

const PARCEL: &str = r#"ruleset parcel { currency USD }
enum Service { ground, two_day, overnight }
input { service : Service, zone : integer, weight : mass in lb }
table base_rate from "rates.csv" { service : Service, zone : integer by range, weight : mass in lb by range -> price : money }
charge BASE = base_rate[service, zone, weight].price
"#;

/// Rows 1 to 4 stand in lines 2 to 5.
const RATES: &str = "service,zone,weight,price
ground,2 through 4,up to 10,9.00
ground,5 through 8,up to 10,12.00
two_day,2 through 8,up to 70,31.00
overnight,2 through 8,up to 70,41.00
";

fn compiled(rules: &str, files: &[(&str, &str)]) -> RuleSet {
    let compiler = files.iter().fold(Compiler::new(), |compiler, (name, text)| compiler.source(name, text));
    compiler.source("main.rules", rules).compile("main.rules").unwrap_or_else(|why| panic!("{why}"))
}

/// The words of the error of a look-up in one table.
fn miss(inputs: &str, columns: &str, rows: &[&str], keys: &str, given: &str) -> String {
    let rows: String = rows.iter().map(|row| format!("{row}\n")).collect();
    let table = format!("table t {{ {columns} -> v : integer\n{rows}}}");
    let rules = format!("ruleset t {{ currency USD }} input {{ {inputs} }}\n{table}\noutput found = t[{keys}].v\n");
    compiled(&rules, &[]).quote_json(given).unwrap_err().to_string()
}

#[test]
fn an_error_names_the_rows_that_one_cell_keeps_from_matching() {
    let rules = compiled(PARCEL, &[("rates.csv", RATES)]);
    let error = rules.quote_json(r#"{"service": "ground", "zone": 9, "weight": "8"}"#).unwrap_err();
    assert_eq!(
        error.message,
        "no row of `base_rate` matches service ground, zone 9, weight 8 lb; nearest: row 2 (rates.csv:3) wants zone 5 through 8"
    );
    assert_eq!(error.kind, ErrorKind::NoRow);
    assert_eq!((error.nearest[0].row, error.nearest[0].place.as_str()), (2, "rates.csv:3"));
    assert_eq!(
        (error.nearest[0].wants[0].column.as_str(), error.nearest[0].wants[0].cell.as_str()),
        ("zone", "5 through 8")
    );
    // Too heavy for ground, but not for the others: each of the columns says what it would take.
    let error = rules.quote_json(r#"{"service": "ground", "zone": 4, "weight": "12.5"}"#).unwrap_err();
    assert_eq!(
        error.message,
        "no row of `base_rate` matches service ground, zone 4, weight 12.5 lb; nearest: row 1 (rates.csv:2) wants weight up to 10 lb; row 3 (rates.csv:4) wants service two_day"
    );
}

#[test]
fn where_no_row_fails_in_one_cell_alone_it_is_said_what_is_wrong_with_each() {
    let rules = compiled(PARCEL, &[("rates.csv", RATES)]);
    let error = rules.quote_json(r#"{"service": "ground", "zone": 9, "weight": "12"}"#).unwrap_err();
    assert_eq!(
        error.message,
        "no row of `base_rate` matches service ground, zone 9, weight 12 lb; nearest: row 2 (rates.csv:3) wants zone 5 through 8 and weight up to 10 lb; row 3 (rates.csv:4) wants service two_day and zone 2 through 8"
    );
}

#[test]
fn each_kind_of_key_says_what_it_wants() {
    let said = |inputs: &str, columns: &str, rows: &[&str], given: &str| {
        let words = miss(inputs, columns, rows, "k", given);
        words.split_once("nearest: ").map(|(_, near)| near.to_string()).unwrap_or(words)
    };
    let mass = ["| k || v |", "| 500 || 1 |", "| 1000 || 2 |"];
    assert_eq!(
        said("k : mass in lb", "k : mass in lb by break", &mass, r#"{"k": "499.5"}"#),
        "row 1 (main.rules:4) wants k from 500 lb"
    );
    assert_eq!(
        said("k : mass in lb", "k : mass in lb by next row", &mass, r#"{"k": "1001"}"#),
        "row 2 (main.rules:5) wants k up to 1000 lb"
    );
    assert_eq!(
        said("k : integer", "k : integer", &["| k || v |", "| 1, 2 || 1 |", "| 9 || 2 |", "| 7 || 3 |"], r#"{"k": 4}"#),
        "row 1 (main.rules:4) wants k 1, 2; row 3 (main.rules:6) wants k 7"
    );
    assert_eq!(
        said("k : text", "k : text", &["| k || v |", "| GB || 1 |", "| FR || 2 |", "| FX || 2 |"], r#"{"k": "FI"}"#),
        "row 2 (main.rules:5) wants k \"FR\""
    );
    assert_eq!(
        said(
            "k : text",
            "k : text by longest prefix",
            &["| k || v |", "| EH || 1 |", "| AB1 || 2 |"],
            r#"{"k": "AB20"}"#
        ),
        "row 2 (main.rules:5) wants k beginning with \"AB1\""
    );
    assert_eq!(
        said("k : percent", "k : percent by range", &["| k || v |", "| 5% until 10% || 1 |"], r#"{"k": "10%"}"#),
        "row 1 (main.rules:4) wants k 5% until 10%"
    );
    assert_eq!(
        said(
            "k : date",
            "k : date by range",
            &["| k || v |", "| 2026-01-01 through 2026-06-30 || 1 |"],
            r#"{"k": "2026-07-01"}"#
        ),
        "row 1 (main.rules:4) wants k 2026-01-01 through 2026-06-30"
    );
    assert_eq!(
        said("k : integer?", "k : integer?", &["| k || v |", "| 1 || 1 |"], "{}"),
        "row 1 (main.rules:4) wants k 1"
    );
}

#[test]
fn a_row_of_another_period_is_near() {
    let rules = compiled(
        "ruleset t { currency USD priced on day }
        input { day : date, zone : integer }
        table t { zone : integer valid -> price : money
        | zone | valid                         || price |
        | 1    | 2026-01-01 through 2026-03-31 || 1.00  |
        | 1    | from 2026-07-01               || 2.00  |
        }
        charge A = t[zone].price",
        &[],
    );
    let error = rules.quote_json(r#"{"day": "2026-05-01", "zone": 1}"#).unwrap_err();
    assert_eq!(
        error.message,
        "no row of `t` matches zone 1, on 2026-05-01; nearest: row 1 (main.rules:5) wants valid 2026-01-01 through 2026-03-31; row 2 (main.rules:6) wants valid from 2026-07-01"
    );
}

#[test]
fn explaining_a_refusal_or_an_otherwise_row_or_an_absent_row_names_the_rows_too() {
    let rules = |otherwise: &str, charge: &str| {
        let table = format!("{RATES}{otherwise}\n");
        let head = PARCEL.split("charge").next().unwrap();
        compiled(&format!("{head}{charge}"), &[("rates.csv", &table)])
    };
    let input = r#"{"service": "overnight", "zone": 9, "weight": "1"}"#;
    let near = "row 4 (rates.csv:5) wants zone 2 through 8";
    let charge = "charge BASE = base_rate[service, zone, weight].price";

    let refusing = rules("otherwise,,,\"refuse \"\"R7\"\" \"\"no rate for zone {zone}\"\"\"", charge);
    let refusal = refusing.explain_json(input).unwrap_err();
    assert_eq!((refusal.kind, refusal.message.as_str()), (ErrorKind::Refused, "no rate for zone 9"));
    assert_eq!(refusal.nearest.iter().map(ToString::to_string).collect::<Vec<_>>(), [near]);
    assert!(refusing.quote_json(input).unwrap_err().nearest.is_empty());

    let (_, explanation) = rules("otherwise,,,99.00", charge).explain_json(input).unwrap();
    assert!(explanation.to_text().contains(&format!("nearest: {near}")), "{}", explanation.to_text());

    let asking =
        "let row = base_rate[service, zone, weight] if any\ncharge BASE = if row is given then row.price else 0 USD";
    let (_, explanation) = rules("", asking).explain_json(input).unwrap();
    assert!(explanation.to_text().contains(&format!("nearest: {near}")), "{}", explanation.to_text());
}

/// A table of bands of one number, each `from .. until`, unchecked.
fn bands(bands: impl Iterator<Item = (i64, i64)>) -> Table {
    let number = |n| Value::Number(Number::from_i64(n));
    let mut rows = RowsBuilder::new(1);
    for (at, (low, high)) in (1..).zip(bands) {
        let cell = Cell::Range(Box::new(Ends { low: Some((number(low), true)), high: Some((number(high), false)) }));
        rows.push([cell], Origin { number: at, ..Origin::default() });
    }
    let column = Column { name: "k".into(), role: Role::Range, ty: Type::Number, span: Span::default() };
    let mut table = Table {
        name: "t".into(),
        columns: vec![column],
        policy: HitPolicy::First,
        rows: rows.build(),
        default: Default::Error,
        index: Index::default(),
        span: Span::default(),
    };
    table.index_rows();
    table
}

#[test]
fn both_neighbours_of_a_hole_are_found_in_a_table_too_large_to_search() {
    let table = bands((0..220_000).map(|n| (n * 10, n * 10 + 9)));
    for band in [0_u32, 7, 49_999, 123_456, 219_998] {
        let key = Value::Number(Number::ratio(i64::from(band) * 20 + 19, 2).unwrap());
        let near: Vec<Near> = [band, band + 1].into_iter().map(|row| Near { row, columns: vec![0] }).collect();
        assert_eq!(table.nearest(&[key], None), near);
    }
    let past = Value::Number(Number::from_i64(3_000_005));
    assert_eq!(table.nearest(&[past], None), [Near { row: 219_999, columns: vec![0] }]);
}

#[test]
fn an_end_that_is_not_included_is_near_from_its_own_side() {
    let table = bands([(6, 8), (1, 5), (8, 9)].into_iter());
    let key = |n| [Value::Number(Number::from_i64(n))];
    let rows = |n| table.nearest(&key(n), None).into_iter().map(|near| near.row).collect::<Vec<_>>();
    assert_eq!((rows(5), rows(0), rows(9)), (vec![1, 0], vec![1], vec![2]));
}
