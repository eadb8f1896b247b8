//! Tables, currencies, windows and contracts in quotes, and how a quote is shown.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod eval;

use eval::{case, lines, summary};
use ratewright::Quote;
use ratewright::eval::{Hosts, Limits, Scratch, Silent, price};
use ratewright::value::{Number, Value};
use std::sync::Arc;

const TABLES: &str = r#"ruleset t "t" { currency USD }
input { w : mass in lb }
table fees collect sum {
  w : mass in lb by range
  -> fee : money
  | w          || fee  | because |
  | from 1 lb  || 1.50 | "one" |
  | from 10 lb || 2.25 | "ten" |
}
table names collect list {
  w : mass in lb by range
  -> name : text
  | w        || name |
  | from 1   || "a" |
  | from 10  || "b" |
}
table two unique {
  w : mass in lb by range
  -> name : text
  | w        || name |
  | over 8 until 20 || "small" |
  | from 20  || "large" |
}
table breaks crosstab {
  kind : text
  across w : mass in lb by break
  -> rate : USD per cwt
  | kind  || 0     | 500   |
  | "all" || 48.12 | 41.06 |
}
"#;

fn output(expression: &str, weight: &str) -> String {
    let case = case(&format!("{TABLES}output result = {expression}"), &format!("given w = {weight}"));
    match case.price() {
        Ok(quote) => quote.output("result").unwrap().to_string(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn collecting_tables_sum_and_list_the_rows_that_match() {
    assert_eq!(output("fees[w].fee", "12 lb"), "3.75 USD");
    assert_eq!(output("fees[w].fee", "2 lb"), "1.50 USD");
    assert_eq!(output("list of r.name for each r in names[w]", "12 lb"), "[a, b]");
    assert_eq!(output("count of names[w]", "0 lb"), "0");
}

#[test]
fn a_miss_is_an_error_or_absent() {
    assert_eq!(
        output("two[w].name", "7 lb"),
        "no row matched: no row of `two` matches w 7 lb; nearest: row 1 (main.rules:21) wants w over 8 until 20 lb"
    );
    assert_eq!(output("if two[w] if any is given then \"some\" else \"none\"", "7 lb"), "none");
    assert_eq!(output("two[w].name", "20 lb"), "large");
}

#[test]
fn a_row_gives_its_break_and_its_rate() {
    assert_eq!(output("breaks[\"all\", w].w", "620 lb"), "500 lb");
    assert_eq!(output("w * breaks[\"all\", w].rate rounded to 0.01 USD", "620 lb"), "254.57 USD"); // 6.2 × 41.06 = 254.572
}

#[test]
fn a_table_row_is_explained_with_its_place_and_reason() {
    let case = case(&format!("{TABLES}charge FEE \"Fee\" = fees[w].fee"), "given w = 12 lb");
    let (_, explanation) = case.explain();
    let text = explanation.charge_text("FEE").unwrap();
    assert!(text.contains("row 2 of fees, main.rules:8: | from 10 lb || 2.25 | \"ten\" |"), "{text}");
    assert!(text.contains("because ten"), "{text}");
    let rows: Vec<(&str, u32, &str)> =
        explanation.charge("FEE").unwrap().rows.iter().map(|row| (row.table, row.row, row.place)).collect();
    assert_eq!(rows, [("fees", 1, "main.rules:7"), ("fees", 2, "main.rules:8")]);
    assert_eq!(case.coverage().rows.len(), 2);
}

#[test]
fn the_caller_may_choose_the_currency() {
    let rules = "ruleset t \"t\" { currency EUR }\ninput { paid : currency among (EUR, USD, JPY)  rate : paid per EUR }
charge A = 10.006 EUR * rate rounded to minor unit\ncharge B = 1 EUR";
    assert_eq!(
        lines(rules, "given paid = JPY, rate = 161.40 paid per EUR"),
        "A 1615 JPY; B 1.00 EUR; total 1615 JPY; total 1.00 EUR"
    );
    assert_eq!(lines(rules, "given paid = EUR, rate = 1 paid per EUR"), "A 10.01 EUR; B 1.00 EUR; total 11.01 EUR");
}

#[test]
fn a_call_is_split_at_the_windows_of_its_zone() {
    // London, Monday 30 March 2026, 19:59:40 until 20:00:41 (BST, one hour ahead of UTC): 20 s of peak, 41 s off peak.
    let rules = "ruleset t \"t\" { currency USD }\ninput { start : instant  end : instant }
calendar holidays { 25 December }
windows peak in zone \"Europe/London\" { Monday through Friday 08:00 until 20:00 except on holidays }
output inside = sum of p.length for each p in (split start until end by peak) where p.inside
output pieces = count of (split start until end by peak)
let starts = list of start + i.start for each i in increments of (end - start) first 30 s then 6 s
charge CALL = sum of (if at is within peak then 0.12 USD else 0.06 USD) for each at in starts";
    let quote = case(rules, "given start = 2026-03-30T18:59:40Z, end = 2026-03-30T19:00:41Z").price().unwrap();
    assert_eq!(quote.output("inside").unwrap().to_string(), "20 s");
    assert_eq!(quote.output("pieces").unwrap().to_string(), "2");
    // The first 30 s begin in peak; 31 s more are six increments of 6 s, all begun after 20:00.
    assert_eq!(summary(&quote), "CALL 0.48 USD; total 0.48 USD");
    // On 25 December all day is off peak.
    let quote = case(rules, "given start = 2025-12-25T12:00:00Z, end = 2025-12-25T13:00:00Z").price().unwrap();
    assert_eq!(quote.output("inside").unwrap().to_string(), "0 s");
}

const HOST: &str =
    "ruleset t \"t\" { currency USD }\nhost function distance(origin : text, destination : text) -> length in mi
input { origin : text }\ncharge A = 2 USD per mi * distance(origin, \"b\")";

fn with_host(answer: Result<Value, String>) -> String {
    let case = case(HOST, "given origin = \"a\"");
    let hosts = Hosts::new(vec![Arc::new(move |arguments: &[Value]| {
        assert_eq!(arguments, [Value::text("a"), Value::text("b")]);
        answer.clone()
    })]);
    match case.price_with(&hosts, &Limits::default(), &mut Silent) {
        Ok(quote) => summary(&quote),
        Err(error) => error.to_string(),
    }
}

#[test]
fn host_functions_are_called_and_checked() {
    assert_eq!(with_host(Ok(Value::Number(Number::from_i64(7)))), "A 14.00 USD; total 14.00 USD");
    assert_eq!(
        with_host(Ok(Value::text("far"))),
        "host function failed: `distance` gave a value that is not of type mi"
    );
    assert_eq!(with_host(Err("no route".to_string())), "host function failed: `distance` failed: no route");
    let error = case(HOST, "given origin = \"a\"").price().unwrap_err();
    assert_eq!(error.to_string(), "host function failed: the program gives no function `distance`");
}

#[test]
fn a_scratch_and_a_quote_forget_the_input_before() {
    let rules = "ruleset t \"t\" { currency USD }\ninput { n : number }\nlet twice = n * 2\ncharge A = twice * 1 USD";
    let (one, two) = (case(rules, "given n = 1"), case(rules, "given n = 5"));
    let (mut scratch, mut quote) = (Scratch::new(), Quote::default());
    for (case, total) in [(&one, "2.00 USD"), (&two, "10.00 USD"), (&one, "2.00 USD")] {
        let (hosts, limits) = (Hosts::default(), Limits::default());
        price(&case.program, &hosts, &case.inputs, &limits, &mut scratch, &mut quote, &mut Silent).unwrap();
        assert_eq!(quote, case.price().unwrap());
        assert_eq!(quote.totals()[0].to_string(), total);
    }
}

#[test]
fn a_quote_is_shown_line_by_line() {
    let rules = "ruleset shop.fees \"Fees\" version \"7\" { currency USD }\nunit piece\ninput { n : list of piece  q : data in GiB }
tiers egress graduated over data in GiB { up to 10  0.085 USD per GiB\n above 0.045 USD per GiB }
charge PIECE \"Piece fee\" for each p in n = 0.45 USD per piece * p shown as p at 0.45 USD per piece because \"{p} handled\"
charge EGRESS \"Egress\" = egress(q)
output volume = q \"Volume\"\nflag BIG \"over 10 GiB\" when q > 10 GiB";
    let quote = case(rules, "given n = [2 piece, 1 piece], q = 12 GiB").price().unwrap();
    let expected = "\
shop.fees version 7
  PIECE [1]  Piece fee  0.90 USD
    2 piece at 0.45 USD per piece
    because 2 piece handled
  PIECE [2]  Piece fee  0.45 USD
    1 piece at 0.45 USD per piece
    because 1 piece handled
  EGRESS  Egress        0.94 USD
    0 to 10 GiB: 10 GiB at 0.085 USD per GiB = 0.85 USD
    over 10 GiB: 2 GiB at 0.045 USD per GiB = 0.09 USD
  ------------------------------
  total USD             2.29 USD
  Volume = 12 GiB
  flag BIG: over 10 GiB
";
    assert_eq!(quote.to_string(), expected);
    let json = serde_json::to_value(&quote).unwrap();
    assert_eq!(json["totals"][0], serde_json::json!({ "amount": "2.29", "currency": "USD" }));
    assert_eq!(json["outputs"][0]["value"], serde_json::json!({ "value": "12", "unit": "GiB" }));
    assert_eq!(json["charges"][1]["item"], 1);
}
