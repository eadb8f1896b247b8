//! Rate tables as they are published: the 400NG linehaul grid is complete where it says anything, and small tables with the faults of
//! others are found out. `examples/real_tables.rs` does the same on published tables that are not part of the repository.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::table::analysis::{Analysis, Effort, Stretch};
use ratewright::table::interval::Cut;
use ratewright::table::{Domain, HitPolicy, Origin, Role, RowsBuilder, Table};
use ratewright::value::{Date, Number, Value};
use ratewright::{Compiler, Directory, RuleSet};

fn number(n: i64) -> Value {
    Value::Number(Number::from_i64(n))
}

fn from_until(from: Value, until: Value) -> Domain {
    Domain::Between(Cut::At(from, false), Cut::At(until, false))
}

/// All that keys can be in the 400NG linehaul table: a network (by its place in the enumeration), miles, weight, day of pickup.
fn domains(network: u32, miles_until: i64) -> [Domain; 4] {
    let day = |year, month| Value::Date(Date::new(year, month, 15).unwrap());
    [
        from_until(Value::Member(network), Value::Member(network + 1)),
        from_until(number(1), number(miles_until)),
        from_until(number(1_000), number(24_000)),
        from_until(day(2019, 5), day(2021, 5)),
    ]
}

fn linehaul() -> Table {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/rules/freight");
    let rules = Compiler::new().loader(Directory::new(folder)).compile("household_goods.rules").unwrap();
    rules.program().tables.iter().find(|table| table.name == "linehaul").unwrap().clone()
}

#[test]
fn the_linehaul_grid_of_the_400ng_tariff_is_complete_in_its_range() {
    let table = linehaul();
    // 76 distances and 94 weights a year within the lower 48 states, 36 and 94 within Alaska, in two years.
    assert_eq!(table.matchable(), 2 * (76 * 94 + 36 * 94));
    for (network, miles_until) in [(0, 6_001), (1, 2_001)] {
        let analysis = table.analyse(&domains(network, miles_until), Effort::default());
        assert!(analysis.decided);
        assert_eq!((analysis.gaps, analysis.overlaps), (vec![], vec![]), "network {network}");
    }
}

#[test]
fn a_rate_that_is_taken_out_of_the_linehaul_grid_is_missed_at_its_keys() {
    let table = linehaul();
    let taken = 4_321;
    let mut rows = RowsBuilder::new(table.columns.len());
    for row in (0..table.len() as u32).filter(|row| *row != taken) {
        rows.push(table.cells(row).cloned(), Origin::default());
    }
    let shorter = Table { rows: rows.build(), ..table.clone() };
    let analysis = shorter.analyse(&domains(0, 6_001), Effort::default());
    assert_eq!((analysis.gaps.len(), analysis.overlaps.len()), (1, 0));
    let gap = &analysis.gaps[0];
    for (column, key) in gap.at.iter().enumerate() {
        let key = key.as_ref().unwrap();
        assert!(
            table.cell(taken, column as u16).unwrap().accepts(table.columns[column].role, key),
            "column {column}: {key:?}"
        );
    }
}

/// The only table of a rule set, as one in which one row may match, and what is found out about it.
fn analysed(columns: &str, csv: &str) -> (RuleSet, Table, Analysis) {
    let rules = format!("ruleset t {{ currency GBP }}\ntable t collect list from \"t.csv\" {{ {columns} }}\n");
    let rules = Compiler::new().source("main.rules", &rules).source("t.csv", csv).compile("main.rules").unwrap();
    let mut table = rules.program().tables[0].clone();
    table.policy = HitPolicy::Unique;
    let keys = table.columns.iter().filter(|column| column.role != Role::Value);
    let domains: Vec<Domain> = keys.map(|column| Domain::of(column.role, &column.ty, 0)).collect();
    let analysis = table.analyse(&domains, Effort::default());
    (rules, table, analysis)
}

/// A postal tariff whose bands end a gram before the next begin, and two of whose bands share an end.
const POST: &str = "product,min_kg,max_kg,price
letter,0.001,0.010,1.00
letter,0.011,0.020,1.50
letter,0.020,0.100,2.00
parcel,0.001,2.000,5.00
parcel,2.001,5.000,7.00
parcel,5.001,10.000,9.00
";

#[test]
fn bands_that_leave_a_gram_between_them_are_gaps_and_a_shared_end_is_an_overlap() {
    let columns = r#"product : text  weight : mass in kg by range from "min_kg" through "max_kg"  -> price : money"#;
    let (rules, table, analysis) = analysed(columns, POST);
    let line = |row: u32| rules.sources().line_of(table.row_span(row).unwrap());
    let between = analysis.gaps.iter().filter_map(|gap| Some((gap, gap.below?, gap.above?)));
    let told: Vec<_> =
        between.map(|(gap, below, above)| (line(below), line(above), gap.region[1].clone().unwrap())).collect();
    let grams = |n: i64| Value::Number(Number::ratio(n, 1_000).unwrap());
    let gap = |low: i64, high: i64| vec![Stretch::Between(Cut::At(grams(low), true), Cut::At(grams(high), false))];
    let wanted = [
        ("t.csv:2", "t.csv:3", gap(10, 11)),
        ("t.csv:5", "t.csv:6", gap(2_000, 2_001)),
        ("t.csv:6", "t.csv:7", gap(5_000, 5_001)),
    ];
    assert_eq!(told, wanted.map(|(below, above, gap)| (below.to_string(), above.to_string(), gap)));
    // Past the heaviest letter there are parcels of its weight, but no letters.
    let past: Vec<_> =
        analysis.gaps.iter().filter(|gap| gap.above.is_none()).map(|gap| line(gap.below.unwrap())).collect();
    assert_eq!(past, ["t.csv:4"]);
    let overlaps: Vec<_> =
        analysis.overlaps.iter().map(|o| (line(o.first), line(o.second), o.agree, o.at.clone())).collect();
    let at = vec![Some(Value::text("letter")), Some(grams(20))];
    assert_eq!(overlaps, [("t.csv:3".to_string(), "t.csv:4".to_string(), false, at)]);
}

/// Two charts of zones by the first three digits of a destination; the second lists 010 twice.
const CHARTS: &str = "chart,from,to,ground,air
004.csv,004,005,2,102
004.csv,006,007,,125
004.csv,010,089,3,103
005.csv,004,010,2,102
005.csv,010,089,[1],103
";

#[test]
fn ranges_of_destinations_meet_within_a_chart_only() {
    let columns =
        r#"chart : text  destination : text by range from "from" through "to"  -> ground : text?  -> air : text"#;
    let (rules, table, analysis) = analysed(columns, CHARTS);
    let line = |row: u32| rules.sources().line_of(table.row_span(row).unwrap());
    assert_eq!(analysis.overlaps.len(), 1);
    let overlap = &analysis.overlaps[0];
    assert_eq!((line(overlap.first), line(overlap.second)), ("t.csv:5".to_string(), "t.csv:6".to_string()));
    assert_eq!(overlap.at, [Some(Value::text("005.csv")), Some(Value::text("010"))]);
}
