//! Tables as authors write them, inline and as CSV: what is read from them, and what is said about the ones that are wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::diagnostic::Severity;
use ratewright::source::SourceMap;
use ratewright::table::{Cell, Found, Table};
use ratewright::value::{Date, Number, Value};
use ratewright::{Compiler, Rejected, RuleSet};

const HEAD: &str = "ruleset t \"Tables\" { currency USD }\n\
    enum Service { ground \"UPS Ground\", two_day, overnight }\n";

fn compile(table: &str, files: &[(&str, &str)]) -> Result<RuleSet, Rejected> {
    let text = format!("{HEAD}{table}\n");
    let compiler = files.iter().fold(Compiler::new(), |compiler, (path, text)| compiler.source(path, text));
    compiler.source("t.rules", &text).compile("t.rules")
}

/// The table `t`, and the warnings.
fn table_of(text: &str, files: &[(&str, &str)]) -> (Table, Vec<String>) {
    let rules = compile(text, files).unwrap_or_else(|rejected| panic!("{rejected}"));
    let warnings = shown(rules.sources(), rules.warnings(), Severity::Warning);
    let tables = &rules.program().tables;
    (tables.iter().find(|table| table.name == "t").unwrap().clone(), warnings)
}

/// `file:line:column RW0506 title | help` for each diagnostic of a severity, without what is said about unused names.
fn shown(sources: &SourceMap, diagnostics: &[ratewright::diagnostic::Diagnostic], severity: Severity) -> Vec<String> {
    let mine = diagnostics.iter().filter(|d| d.severity == severity && !d.title.contains("unused") && d.code.0 != 900);
    mine.map(|d| {
        let file = sources.file(d.primary.span.file).unwrap();
        let place = file.place(d.primary.span.start);
        let help = d.help.as_deref().unwrap_or("");
        format!("{}:{}:{} {} {} | {help}", file.name, place.line, place.column, d.code, d.title)
    })
    .collect()
}

fn errors(text: &str, files: &[(&str, &str)]) -> Vec<String> {
    match compile(text, files) {
        Ok(_) => panic!("compiled: {text}"),
        Err(rejected) => shown(&rejected.sources, &rejected.diagnostics, Severity::Error),
    }
}

#[track_caller]
fn only_error(text: &str, files: &[(&str, &str)], place: &str, words: &str) {
    let found = errors(text, files);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].starts_with(place) && found[0].contains(words), "{}", found[0]);
}

/// The error that a CSV file of two columns, an exact key and a value, gives.
#[track_caller]
fn cell_error(key: &str, value: &str, row: &str, place: &str, words: &str) {
    let text = format!("table t from \"t.csv\" {{ k : {key}\n -> v : {value} }}");
    only_error(&text, &[("t.csv", &format!("k,v\n{row}\n"))], place, words);
}

fn n(text: &str) -> Value {
    Value::Number(Number::parse_exact(text).unwrap())
}

fn d(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn value(table: &Table, keys: &[Value], on: Option<Date>) -> Option<Value> {
    match table.look_up(keys, on) {
        Found::Row(row) => table.value(row, table.columns.len() as u16 - 1),
        other => {
            assert_eq!(other, Found::Nothing);
            None
        }
    }
}

#[test]
fn an_inline_table_is_read() {
    let (t, warnings) = table_of(
        r#"table t unique {
  service : Service
  zone    : integer by range
  weight  : mass in lb by range
  -> price : money

  | service | zone        | weight         || price | because         |
  | UPS Ground  | 2 through 4 | up to 16 oz    || 9.12  | "Rate sheet 3"  |
  | ground  | 2 through 4 | over 1 up to 10 || $10.44 |                |
  | two_day, overnight | any | any         || 31 USD |                 |
  | otherwise                              || refuse "R7" "no rate for this lane" |
}"#,
        &[],
    );
    assert_eq!(warnings, Vec::<String>::new());
    let at = |service, zone: &str, weight: &str| value(&t, &[Value::Member(service), n(zone), n(weight)], None);
    assert_eq!(at(0, "2", "1"), Some(n("9.12")));
    assert_eq!(at(0, "4", "1.01"), Some(n("10.44")));
    assert_eq!(at(2, "9", "1000"), Some(n("31")));
    assert_eq!(at(0, "5", "1"), None);
    assert_eq!(t.because(0).map(|b| &**b), Some("Rate sheet 3"));
    assert_eq!(t.because(1), None);
    assert!(matches!(&t.default, ratewright::table::Default::Refuse(code, message, _)
        if &**code == "R7" && &**message == "no rate for this lane"));
}

#[test]
fn a_file_is_read() {
    let csv = "\u{feff}\"Zone Number\",origin,miles_lower,miles_upper,effective_from,effective_to,remarks\r\n\
        1,AB,,100,2026-01-01,2027-01-01,\"a, \"\"b\"\"\"\r\n\
        2,AB,100,200,,2027-01-01,\r\n\
        3,ABC,0,200,2026-01-01,,\r\n\
        4,exactly ABC,0,200,2026-01-01,,x\r\n\
        5,any,0,,,,\r\n";
    let text = r#"table t from "t.csv" {
      origin : text by longest prefix
      miles  : length in mi by range from "miles_lower" until "miles_upper"
      valid from "effective_from" until "effective_to"
      -> zone : integer column "Zone Number"
      ignoring "remarks"
    }"#;
    let (t, warnings) = table_of(text, &[("t.csv", csv)]);
    assert_eq!(warnings, Vec::<String>::new());
    let at = |origin: &str, miles: &str, on: &str| value(&t, &[Value::text(origin), n(miles)], Some(d(on)));
    assert_eq!(at("AB1", "99.99", "2026-06-01"), Some(n("1")));
    assert_eq!(at("AB1", "100", "2026-12-31"), Some(n("2")));
    assert_eq!(at("AB1", "100", "2027-01-01"), Some(n("5")));
    assert_eq!(at("ABCD", "100", "2026-01-01"), Some(n("3")));
    assert_eq!(at("ABC", "100", "2026-01-01"), Some(n("4")));
    assert_eq!(at("X", "-1", "2026-01-01"), None);
    assert_eq!(t.row_number(3), Some(4));
}

#[test]
fn a_crosstab_is_read_inline_and_from_a_file() {
    let inline = r#"table t crosstab {
      class : text
      across weight : mass in lb by break
      -> rate : USD per cwt
      | class || 0     | 500   | 1000  |
      | c70   || 48.12 | 41.06 | 33.87 |
      | c85   || 50    | 0.42 USD per lb | 34 |
    }"#;
    let file = r#"table t from "t.csv" crosstab {
      class : text
      across weight : mass in lb by break
      -> rate : USD per cwt
    }"#;
    let csv = "class,0,500,1000\nc70,48.12,41.06,33.87\nc85,50,0.42 USD per lb,34\n";
    for (t, warnings) in [table_of(inline, &[]), table_of(file, &[("t.csv", csv)])] {
        assert_eq!(warnings, Vec::<String>::new());
        let at = |class: &str, weight: &str| value(&t, &[Value::text(class), n(weight)], None);
        assert_eq!(at("c70", "499.9"), Some(n("48.12")));
        assert_eq!(at("c70", "500"), Some(n("41.06")));
        assert_eq!(at("c70", "5000"), Some(n("33.87")));
        assert_eq!(at("c85", "600"), Some(n("42")));
        assert_eq!(at("c85", "-1"), None);
    }
}

#[test]
fn an_empty_cell_of_a_crosstab_is_no_row_and_never_its_neighbours() {
    let text = "table t from \"t.csv\" crosstab { zone : integer across weight : mass in lb by range -> p : money }";
    let (t, _) = table_of(text, &[("t.csv", "zone,up to 1,over 1 up to 2\n1,5,\n2,6,7\n")]);
    assert_eq!(value(&t, &[n("1"), n("1")], None), Some(n("5")));
    assert_eq!(value(&t, &[n("1"), n("2")], None), None);
    let text = "table t from \"t.csv\" crosstab { zone : integer across weight : mass in lb by break -> p : money }";
    only_error(text, &[("t.csv", "zone,0,1\n1,5,\n")], "t.csv:2:5", "in whose stead");
}

#[test]
fn declarations_with_periods_are_one_table() {
    let text = r#"
    table t unique effective 2026-01-01 through 2026-06-30 { k : text -> v : number
      | k || v |
      | a || 1 |
    }
    table t unique effective 2026-07-01 through 2026-12-31 { k : text -> v : number
      | k || v |
      | a || 2 |
      | b || 3 |
    }"#;
    let (t, _) = table_of(text, &[]);
    assert!(t.is_dated());
    let at = |k: &str, on: &str| value(&t, &[Value::text(k)], Some(d(on)));
    assert_eq!(at("a", "2026-06-30"), Some(n("1")));
    assert_eq!(at("a", "2026-07-01"), Some(n("2")));
    assert_eq!(at("b", "2026-06-30"), None);
    assert_eq!(at("a", "2027-01-01"), None);
    let overlapping = text.replace("2026-07-01 through", "2026-06-30 through");
    only_error(&overlapping, &[], "t.rules:8:30", "RW0410 two editions of `t` hold at once");
    let other_keys = overlapping.replacen("| a || 2 |", "| c || 2 |", 1);
    assert!(compile(&other_keys, &[]).is_ok(), "editions with other keys may hold at once");
}

#[test]
fn every_type_of_value_is_read() {
    let text = r#"unit carton plural cartons
    unit pallet = 48 carton
    table t from "t.csv" { k : integer
      -> a : percent -> b : date -> c : time -> e : instant -> f : months -> g : zone -> h : yes/no -> i : Service
      -> j : carton -> l : text -> m : text? -> o : number? -> p : number }"#;
    let csv = "k,a,b,c,e,f,g,h,i,j,l,m,o,p\n\
        1,18.5%,2026-02-28,08:30,2026-03-03T19:59:40+01:00,1 year,Europe/London,yes,UPS Ground,2 pallet,\"any, of these\",,,-1_000.5\n";
    let (t, _) = table_of(text, &[("t.csv", csv)]);
    let values: Vec<Value> = (1..14).map(|column| t.value(0, column).unwrap()).collect();
    assert_eq!(values[0], n("0.185"));
    assert_eq!(values[1], Value::Date(d("2026-02-28")));
    assert_eq!(values[2].clone(), Value::Time(ratewright::value::TimeOfDay::parse("08:30").unwrap()));
    assert_eq!(values[3].clone(), Value::Instant(ratewright::value::Instant::parse("2026-03-03T18:59:40Z").unwrap()));
    assert_eq!(values[4], Value::Months(12));
    assert_eq!(values[5], Value::Zone(ratewright::value::Zone::named("Europe/London").unwrap()));
    assert_eq!(values[6], Value::YesNo(true));
    assert_eq!(values[7], Value::Member(0));
    assert_eq!(values[8], n("96"));
    assert_eq!(values[9], Value::text("any, of these"));
    assert_eq!(values[10], Value::Absent);
    assert_eq!(values[11], Value::Absent);
    assert_eq!(values[12], n("-1000.5"));
}

#[test]
fn several_values_and_quotes_in_a_key() {
    let (t, _) = table_of(
        r#"table t first { k : text -> v : number
          | k            || v |
          | GB, FR       || 1 |
          | "a, b", "any" || 2 |
          | *            || 3 |
          | "otherwise"  || 4 |
        }"#,
        &[],
    );
    for (key, expected) in [("GB", "1"), ("FR", "1"), ("a, b", "2"), ("any", "2"), ("DE", "3")] {
        assert_eq!(value(&t, &[Value::text(key)], None), Some(n(expected)), "{key}");
    }
    assert_eq!(t.cell(2, 0), Some(&Cell::Any));
    assert_eq!(t.cell(3, 0), Some(&Cell::Value(Value::text("otherwise"))));
}

#[test]
fn numbers_that_are_not_written_as_numbers() {
    cell_error("integer", "money", "1,\"1,665.25\"", "t.csv:2:3", "without thousands marks | write `1665.25`");
    cell_error("integer", "money", "\"1,665\",1", "t.csv:2:1", "thousands marks, or several values?");
    cell_error("integer", "money", "1,\"12,50\"", "t.csv:2:3", "a point, not a comma | write `12.50`");
    cell_error("integer", "money", "1,12.50 [1]", "t.csv:2:3", "a footnote");
    cell_error("integer", "money", "1,12.50*", "t.csv:2:3", "a footnote mark");
    cell_error("integer", "money", "1,12.50\u{a0}", "t.csv:2:3", "U+00A0");
    cell_error("integer", "money", "1, 12.50", "t.csv:2:3", "a blank stands before or after");
    cell_error("integer", "money", "1,1.5E+3", "t.csv:2:3", "without an exponent | write `1500`");
    cell_error("integer", "money", "1,1e400", "t.csv:2:3", "not a number written out | write all its digits");
    cell_error("integer", "money", "1e400,1", "t.csv:2:1", "not a number written out | write all its digits");
    cell_error(
        "integer",
        "money",
        "1,\"9\n12\"",
        "t.csv:2:3",
        "a line break or tab stands in this number | write the number",
    );
    cell_error(
        "integer",
        "money",
        "1,5\0",
        "t.csv:2:3",
        "a control character (U+0000) stands in this number | take it out",
    );
    cell_error("integer", "money", "1,.5", "t.csv:2:3", "begins with a digit | write `0.5`");
    cell_error("integer", "money", "1,5.", "t.csv:2:3", "ends with a digit | write `5`");
    cell_error("integer", "money", "1,(5)", "t.csv:2:3", "with a minus sign | write `-5`");
    cell_error("integer", "money", "1,−5", "t.csv:2:3", "a dash, not a minus");
    cell_error("integer", "money", "1,€5", "t.csv:2:3", "a currency sign");
    cell_error("integer", "money in EUR", "1,$5", "t.csv:2:3", "RW0509 this column is not in US dollars");
    cell_error("integer", "money", "1,5 EUR", "t.csv:2:3", "RW0509 an amount in EUR in a column in USD");
    cell_error("integer", "money", "1,5 lb", "t.csv:2:3", "RW0509 `lb` is mass");
    cell_error("integer", "money", "1,5 UDS", "t.csv:2:3", "not a unit");
    cell_error("integer", "money", "1,5USD", "t.csv:2:3", "between a number and its unit stands a space");
    cell_error("integer", "number", "1,5 lb", "t.csv:2:3", "has no unit");
    cell_error("integer", "number", "1,5%", "t.csv:2:3", "a percent in a column of numbers");
    cell_error(
        "integer",
        "percent",
        "1,0.185",
        "t.csv:2:3",
        "RW0508 a percent without its `%` | write `18.5%` if this",
    );
    cell_error("integer", "percent", "1,18.5", "t.csv:2:3", "RW0508 a percent without its `%` | write `18.5%`");
    cell_error("integer", "integer", "1,1.5", "t.csv:2:3", "holds whole numbers");
    cell_error("integer", "number", "1,n/a", "t.csv:2:3", "this is not a number");
    cell_error("integer", "number", "x,1", "t.csv:2:1", "this is not a whole number");
}

#[test]
fn cells_of_the_wrong_kind() {
    cell_error("Service", "number", "grund,1", "t.csv:2:1", "is not a member of Service | did you mean `ground`?");
    cell_error("Service", "number", "rail,1", "t.csv:2:1", "its members are ground, two_day, overnight");
    cell_error("date", "number", "2026-02-29,1", "t.csv:2:1", "this is not a date");
    cell_error("integer", "yes/no", "1,Y", "t.csv:2:3", "neither `yes` nor `no`");
    cell_error("integer", "zone", "1,Europe/Londn", "t.csv:2:3", "no such time zone");
    cell_error("integer", "time", "1,25:00", "t.csv:2:3", "not a time of day");
    cell_error("text", "number", "GB\u{a0},1", "t.csv:2:1", "an invisible character (U+00A0)");
    cell_error("text", "number", "GB ,1", "t.csv:2:1", "a blank stands");
    cell_error("text", "number", ",1", "t.csv:2:1", "RW0507 an empty cell in a key column | write `any`");
    cell_error("text", "number", "a,", "t.csv:2:3", "RW0507 an empty cell in a column of values");
    cell_error("integer", "number", "2 through 4,1", "t.csv:2:1", "a range in a column that is matched exactly");
    cell_error("integer by range", "number", "4 through 2,1", "t.csv:2:1", "RW0404 the range ends before it begins");
    cell_error("integer by range", "number", "2 until 2,1", "t.csv:2:1", "RW0404 the range holds nothing");
    cell_error("mass in lb by range", "number", "1 through 2 kg,1", "t.csv:2:1", "RW0509 a unit at one end");
    cell_error("integer by break", "number", "any,1", "t.csv:2:1", "matched by the nearest row");
    cell_error("text by longest prefix", "number", "\"AB,CD\",1", "t.csv:2:1", "several prefixes in one cell");
}

#[test]
fn files_that_are_not_as_they_should_be() {
    let text = "table t from \"t.csv\" { k : text\n -> v : number }";
    let at = |csv: &str, place: &str, words: &str| only_error(text, &[("t.csv", csv)], place, words);
    at(
        "k,v,note\na,1,x\n",
        "t.csv:1:5",
        "RW0501 the table does not declare a column headed `note` | declare it, or write `ignoring \"note\"`",
    );
    at("k\na\n", "t.rules:4:2", "RW0500 there is no column headed `v`");
    at("k,V\na,1\n", "t.rules:4:2", "did you mean \"V\"? write `column \"V\"` after the type");
    at("k,v,v\na,1,2\n", "t.csv:1:5", "RW0502 two columns are headed `v`");
    at("k,v\na,1\nb\n", "t.csv:3:1", "RW0503 a row with 1 cell under 2 headings");
    at("k,v\na,1,665\n", "t.csv:2:1", "RW0503 a row with 3 cells under 2 headings");
    at("", "t.rules:3:14", "RW0505 \"t.csv\" is empty");
    at("k,v\n", "t.rules:3:14", "RW0505 \"t.csv\" has headings and no rows");
    at("k,v\na,\"1\nb,2\n", "t.csv:2:3", "RW0504 a quote that is never closed");
    at("k,v\na,1\na,2\n", "t.csv:3:1", "RW0511 two rows have the same keys");
    at("k,v\r\na,1\r\n\r\na,2\r\n", "t.csv:4:1", "RW0511");
    let missing = errors(text, &[]);
    assert!(missing[0].contains("RW0200 \"t.csv\" cannot be read"), "{missing:#?}");
}

#[test]
fn a_table_tells_twenty_problems_and_counts_the_rest() {
    let rows: String = (0..30).map(|n| format!("{n},x\n")).collect();
    let found = errors("table t from \"t.csv\" { k : integer\n -> v : number }", &[("t.csv", &format!("k,v\n{rows}"))]);
    assert_eq!(found.len(), 21, "{found:#?}");
    assert!(found.iter().any(|line| line.contains("and 10 more problems in the table `t`")), "{found:#?}");
}

#[test]
fn rows_that_overlap_are_told_with_a_key_that_both_match() {
    let inline = |policy: &str, key: &str, rows: &str| format!("table t {policy} {{ {key}\n -> v : number\n{rows}\n}}");
    let two = "z : integer\n w : mass in lb by range";
    let rows = "| z | w || v |\n| 1, 2 | up to 5 || 1 |\n| any | 5 until 9 || 2 |";
    let rejected = compile(&inline("unique", two, rows), &[]).err().unwrap();
    assert_eq!(rejected.diagnostics.len(), 1, "{rejected}");
    let problem = &rejected.diagnostics[0];
    assert_eq!((problem.code.0, problem.primary.text.as_str()), (510, "matches z 1, w 5 lb"));
    assert_eq!(rejected.sources.line_of(problem.secondary[0].span), "t.rules:7");
    // The same under another policy, or apart by a whole unit, is none.
    assert!(compile(&inline("first", two, rows), &[]).is_ok());
    assert!(compile(&inline("any", two, &rows.replace("|| 2", "|| 1")), &[]).is_ok());
    only_error(&inline("any", two, rows), &[], "t.rules:8:", "different values");
    let whole = "z : integer by range";
    assert!(compile(&inline("unique", whole, "| z || v |\n| over 1 until 3 || 1 |\n| over 2 || 2 |\n"), &[]).is_ok());
    // `most specific` needs no help where one row says more.
    let specific = "| z | w || v |\n| 1 | any || 1 |\n| any | up to 5 || 2 |";
    assert!(compile(&inline("most specific", two, specific), &[]).is_ok());
    only_error(&inline("unique", two, specific), &[], "t.rules:8:", "RW0510");
    // Neither of two ranges is more specific than the other.
    let ranges = "| z | w || v |\n| 1 | up to 6 || 1 |\n| 1 | from 5 || 2 |";
    only_error(&inline("most specific", two, ranges), &[], "t.rules:8:", "neither is more specific");
    // A break or a prefix is chosen, so different ones never meet.
    let prefixes = "| k || v |\n| AB || 1 |\n| ABC || 2 |\n| exactly ABC || 3 |\n| any || 4 |";
    assert!(compile(&inline("unique", "k : text by longest prefix", prefixes), &[]).is_ok());
}

#[test]
fn holes_between_bands_are_refused() {
    let rows = "m,lo,hi,p\na,0,0.010,6\na,0.011,0.020,7\na,0.021,0.030,8\nb,0,,5\n";
    let table =
        "table t from \"t.csv\" { m : text\n kg : mass in kg by range from \"lo\" through \"hi\"\n -> p : money }";
    let rejected = compile(table, &[("t.csv", rows)]).unwrap_err();
    let holes: Vec<_> = rejected.diagnostics.iter().filter(|d| d.code.0 == 518).collect();
    assert_eq!((holes.len(), holes[0].severity), (1, Severity::Error));
    assert_eq!(holes[0].secondary[0].text, "after this band, no row matches m \"a\", kg over 0.01 kg until 0.011 kg");
    assert!(holes[0].help.as_deref().unwrap().ends_with("there is one more hole"), "{:?}", holes[0].help);
    // Whole numbers have none between 3 and 4, and `otherwise` fills all.
    let whole =
        "table t { z : integer by range\n -> v : number\n| z || v |\n| 2 through 3 || 1 |\n| 4 through 5 || 2 |\n}";
    assert_eq!(table_of(whole, &[]).1, Vec::<String>::new());
    let gap = whole.replace("4 through 5", "6 through 7");
    only_error(&gap, &[], "t.rules:", "leave a hole");
    let filled = gap.replace("|| 2 |\n", "|| 2 |\n| otherwise || 0 |\n");
    assert_eq!(table_of(&filled, &[]).1, Vec::<String>::new());
    // Another row that covers the hole, whatever else it says.
    let covered = "table t first { k : text\n z : integer by range\n -> v : number\n| k | z || v |\n| a | 2 || 1 |\n| a | 4 || 2 |\n| any | any || 3 |\n}";
    assert_eq!(table_of(covered, &[]).1, Vec::<String>::new());
}

#[test]
fn rows_that_never_win_are_warned_of() {
    let text = "table t first { k : text\n z : integer by range\n -> v : number\n| k | z || v |\n\
        | a, b | from 0 || 1 |\n| any | 3 || 2 |\n| b | over 0 || 3 |\n| b | any || 4 |\n| otherwise || 9 |\n}";
    let (_, warnings) = table_of(text, &[]);
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    assert!(warnings[0].starts_with("t.rules:9:") && warnings[0].contains("RW0911"), "{}", warnings[0]);
}

#[test]
fn otherwise_is_the_last_row() {
    let text = |rows: &str| format!("table t {{ k : integer\n -> v : number\n| k || v |\n{rows}\n}}");
    let (t, _) = table_of(&text("| 1 || 5 |\n| otherwise || 7 |"), &[]);
    assert_eq!(value(&t, &[n("2")], None), Some(n("7")));
    assert_eq!(t.matching(&[None], None), [0]);
    only_error(&text("| otherwise || 7 |\n| 1 || 5 |"), &[], "t.rules:7:", "RW0512 a row after the row `otherwise`");
    only_error(&text("| otherwise || refuse \"R\" |"), &[], "t.rules:6:", "a refusal that cannot be read");
    let csv = "k,v\n1,5\notherwise,\"refuse \"\"R7\"\" \"\"none\"\"\"\n";
    let (t, _) = table_of("table t from \"t.csv\" { k : integer\n -> v : number }", &[("t.csv", csv)]);
    assert!(matches!(t.default, ratewright::table::Default::Refuse(..)));
    assert_eq!(t.look_up(&[n("2")], None), Found::Nothing);
}

#[test]
fn policies_and_columns_fit() {
    let text = |policy: &str, columns: &str| format!("table t {policy} {{ {columns}\n| k || v |\n| a || b |\n}}");
    let texts = "k : text\n -> v : text";
    only_error(
        &text("collect sum", texts),
        &[],
        "t.rules:3:9",
        "RW0513 `collect sum` needs columns of numbers, and `v` is none",
    );
    only_error(
        &text("priority highest w", texts),
        &[],
        "t.rules:3:26",
        "RW0513 the table has no column of values called `w`",
    );
    only_error(
        &text("unique", "k : yes/no by range\n -> v : text"),
        &[],
        "t.rules:3:18",
        "RW0514 the values of `k` have no order",
    );
    only_error(
        &text("unique", "k : integer by longest prefix\n -> v : text"),
        &[],
        "t.rules:3:18",
        "RW0514 `k` is not a text",
    );
    assert!(errors(&text("unique", "k : text"), &[])[0].contains("without a column of values"));
}

#[test]
fn numbers_with_very_many_decimals_are_warned_of() {
    let csv = "k,v\n1,33.800000000000004\n";
    let (t, warnings) = table_of("table t from \"t.csv\" { k : integer\n -> v : number }", &[("t.csv", csv)]);
    assert_eq!(t.value(0, 1), Some(n("33.800000000000004")));
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].starts_with("t.csv:2:3") && warnings[0].contains("was `33.8` meant?"), "{}", warnings[0]);
}

#[test]
fn an_override_changes_rows_of_its_base() {
    let base = format!(
        "{HEAD}table t unique {{ s : Service\n w : mass in lb by range\n -> p : money\n| s | w || p |\n\
        | ground | up to 1 || 9.12 |\n| ground | over 1 || 10 |\n| otherwise || 99 |\n}}\n"
    );
    let contract = |rows: &str| {
        format!("ruleset c extends t from \"t.rules\" \"Contract\" {{ }}\noverride table t {{\n{rows}\n}}\n")
    };
    let compile =
        |rows: &str| Compiler::new().source("t.rules", &base).source("c.rules", &contract(rows)).compile("c.rules");
    let rules = compile("| ground | up to 16 oz || 8.00 | \"Contract 4\" |\n| otherwise || 50 |")
        .unwrap_or_else(|r| panic!("{r}"));
    let t = &rules.program().tables[0];
    assert_eq!(value(t, &[Value::Member(0), n("1")], None), Some(n("8")));
    assert_eq!(value(t, &[Value::Member(0), n("2")], None), Some(n("10")));
    assert_eq!(value(t, &[Value::Member(1), n("2")], None), Some(n("50")));
    assert_eq!(t.because(0).map(|b| &**b), Some("Contract 4"));
    assert_eq!(rules.sources().line_of(t.row_span(0).unwrap()), "c.rules:3");
    let rejected = compile("| ground | up to 2 || 8.00 |").err().unwrap();
    let found = shown(&rejected.sources, &rejected.diagnostics, Severity::Error);
    assert!(
        found[0].starts_with("c.rules:3:") && found[0].contains("RW0515 this row is not in the base table"),
        "{found:#?}"
    );
}

#[test]
fn a_refusing_row_fills_in_its_keys() {
    let table = "table t { z : integer\n w : mass in lb by range\n -> v : number\n| z | w || v |\n| 1 | up to 5 || 1 |\n\
        | otherwise || refuse \"NO_RATE\" \"no rate for zone {z} and {w} {{yet}}\" |\n}";
    let rules = format!(
        "ruleset r \"R\" {{ currency USD }}\ninput {{ z : integer  w : mass in lb }}\n{table}\ncharge A = t[z, w].v * 1 USD"
    );
    let refusal = ratewright::RuleSet::compile(&rules).unwrap().quote_json("{\"z\": 3, \"w\": 7}").unwrap_err();
    assert_eq!(refusal.message, "no rate for zone 3 and 7 lb {yet}");
    only_error(&table.replace("{z}", "{zoen}"), &[], "t.rules:", "no key `zoen`");
}

#[test]
fn the_double_bar_is_where_the_values_begin() {
    let table = "table t { z : integer\n -> v : number\n| z || v |\n| 1 || 1 |\n| 2 || 2 |\n}";
    assert!(compile(table, &[]).is_ok());
    only_error(&table.replace("||", "|"), &[], "t.rules:", "`||` stands between");
    only_error(&table.replace("| 2 || 2 |", "| 2 | 2 |"), &[], "t.rules:", "`||` stands in another place");
}

/// The text after the edits that are proposed for it.
fn edited(text: &str, file: &str) -> (String, Vec<String>) {
    let mut text = format!("{HEAD}{text}\n");
    let mut helps = Vec::new();
    let mut csv = file.to_string();
    for _ in 0..4 {
        let Err(rejected) = Compiler::new().source("t.rules", &text).source("t.csv", &csv).compile("t.rules") else {
            break;
        };
        let Some((edit, help)) = rejected.diagnostics.iter().find_map(|d| Some((d.edit.clone()?, d.help.clone())))
        else {
            break;
        };
        let place = edit.span.start as usize..edit.span.end as usize;
        let rules = &*rejected.sources.file(edit.span.file).unwrap().name == "t.rules";
        if rules { &mut text } else { &mut csv }.replace_range(place, &edit.text);
        helps.push(help.unwrap_or_default());
    }
    (if file.is_empty() { text } else { csv }, helps)
}

#[test]
fn an_edit_keeps_what_stands_around_the_number() {
    for (wrong, right) in [
        ("up to 10,0", "up to 10.0"),
        ("over 1,000 up to 2,000", "over 1000 up to 2000"),
        ("over 2,5 up to 10", "over 2.5 up to 10"),
        ("up to 10kg", "up to 10 kg"),
        ("over 2,5 kg up to 10,5 kg", "over 2.5 kg up to 10.5 kg"),
        ("2-10", "over 2 up to 10"),
        ("2 to 10 kg", "over 2 kg up to 10 kg"),
        ("0-2", "0 through 2"),
        ("<= 2", "up to 2"),
        ("> 10", "over 10"),
        ("10+", "from 10"),
        ("< 5", "under 5"),
        (">= 5", "from 5"),
    ] {
        let columns = "w : mass in kg by range\n -> p : number";
        let (text, _) = edited(&format!("table t {{ {columns}\n | w || p |\n | {wrong} || 1 |\n}}"), "");
        assert!(text.contains(&format!("| {right} || 1 |")), "{wrong}: {text}");
        let table = format!("table t from \"t.csv\" {{ {columns} }}");
        let (csv, _) = edited(&table, &format!("w,p\n\"{wrong}\",1\n"));
        assert_eq!(csv, format!("w,p\n\"{right}\",1\n"));
    }
    let (csv, helps) = edited("table t from \"t.csv\" { k : integer\n -> p : percent }", "k,p\n1,\"9,25%\"\n");
    assert_eq!((csv.as_str(), helps), ("k,p\n1,\"9.25%\"\n", vec!["write `9.25%`".to_string()]));
}

#[test]
fn what_is_told_of_a_range_is_for_its_column() {
    let row = |ty: &str, cell: &str, words: &str| cell_error(ty, "number", &format!("{cell},1"), "t.csv:2:1", words);
    let both = "write `over 2 up to 10`, or `2 through 10` where 2 itself belongs to it";
    row("mass in kg by range", "2–10", both);
    row("integer by range", "2-4", "a range is written in words | write `2 through 4`");
    row("integer", "2-4", "declare the column `by range`, and write `2 through 4`");
}
