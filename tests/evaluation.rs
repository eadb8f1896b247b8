//! Rules and inputs to quotes. Expected amounts are worked out by hand beside the rules.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod eval;

use eval::{case, failure, lines, summary, value};

const PARCEL: &str = r#"
ruleset freight.parcel "Parcel" version "1" {
  currency USD
  effective 2026-01-05 through 2027-01-03
  priced on ship_date
}
enum Service { ground "Ground", air }
enum Loyalty { none, gold }
input {
  ship_date : date
  service : Service
  weight : mass in lb
  declared : money = 0 USD
  loyalty : Loyalty?
}
parameter fuel : percent {
  from 2026-01-05 18.50% because "Fuel index week 1"
  from 2026-02-02 17.75%
}
table base_rate unique {
  service : Service
  weight : mass in lb by range
  -> price : money
  | service | weight          || price | because |
  | ground  | up to 1         || 9.12  | "Rate sheet 3" |
  | ground  | over 1 up to 10 || 10.44 | "Rate sheet 4" |
  | air     | any             || 31.00 | |
  | otherwise || refuse "R7" "no rate for this lane" |
}
let billed = weight rounded up to 1 lb
charge BASE "Transportation" = base_rate[service, billed].price
charge DECL "Declared value" = 1.45 USD per started 100 USD of (declared - 100 USD)
  minimum 4.35 USD
  when declared > 100 USD
  because "Tariff 12.4(b), {declared} declared"
  tagged insurance
charge FUEL "Fuel surcharge" = fuel of sum of applied (BASE, DECL)
exception gold to DECL "gold customers insure free" = 0 USD
  when loyalty is given and loyalty is gold because "Loyalty terms 4"
total minimum 15.00 USD as TRUE_UP "Minimum charge"
output billed_weight = billed "Billed weight"
flag HEAVY "{billed} is over 5 lb" when billed > 5 lb
refuse NO_AIR "no air over {100 lb}" when service is air and weight > 100 lb
"#;

#[test]
fn prices_a_parcel() {
    // 3 lb: 10.44; fuel 18.5% of 10.44 = 1.9314; together 12.37, so 2.63 are missing to 15.00.
    let quote = case(PARCEL, "given ship_date = 2026-01-20, service = ground, weight = 2.4 lb").price().unwrap();
    assert_eq!(summary(&quote), "BASE 10.44 USD; FUEL 1.93 USD; TRUE_UP 2.63 USD; total 15.00 USD");
    assert_eq!(quote.output("billed_weight").unwrap().to_string(), "3 lb");
    assert!(quote.flags().next().is_none());
}

#[test]
fn declared_value_is_charged_per_started_hundred_with_a_minimum() {
    // 250: 1.45 × ceil(150 / 100) = 2.90, at least 4.35; fuel 17.75% of 14.79 = 2.625225.
    let given = "given ship_date = 2026-02-02, service = ground, weight = 2.4 lb, declared = 250 USD";
    let quote = case(PARCEL, given).price().unwrap();
    assert_eq!(summary(&quote), "BASE 10.44 USD; DECL 4.35 USD; FUEL 2.63 USD; total 17.42 USD");
    assert_eq!(quote.charges().nth(1).unwrap().reason(), Some("Tariff 12.4(b), 250.00 USD declared"));
    assert_eq!(quote.charges().nth(1).unwrap().tags().next(), Some("insurance"));
}

#[test]
fn an_exception_replaces_the_amount_and_gives_its_reason() {
    let given = "given ship_date = 2026-02-02, service = air, weight = 8 lb, declared = 250 USD, loyalty = gold";
    let quote = case(PARCEL, given).price().unwrap();
    // 17.75% of 31.00 = 5.5025
    assert_eq!(summary(&quote), "BASE 31.00 USD; DECL 0.00 USD; FUEL 5.50 USD; total 36.50 USD");
    assert_eq!(quote.charges().nth(1).unwrap().label(), Some("gold customers insure free"));
    assert_eq!(quote.charges().nth(1).unwrap().reason(), Some("Loyalty terms 4"));
    assert_eq!(quote.flags().next().unwrap().message(), "8 lb is over 5 lb");
}

#[test]
fn refusals_come_first_and_misses_may_refuse() {
    let error = case(PARCEL, "given ship_date = 2026-02-02, service = air, weight = 101 lb").price().unwrap_err();
    assert_eq!((error.code.as_deref(), error.message.as_str()), (Some("NO_AIR"), "no air over 100 lb"));
    let error = case(PARCEL, "given ship_date = 2026-02-02, service = ground, weight = 11 lb").price().unwrap_err();
    assert_eq!(error.to_string(), "refused: R7: no rate for this lane");
    let error = case(PARCEL, "given ship_date = 2027-01-04, service = ground, weight = 1 lb").price().unwrap_err();
    assert_eq!(
        error.to_string(),
        "input not accepted: the rules are in force from 2026-01-05 until 2027-01-04, and this is priced on 2027-01-04"
    );
}

fn charges(body: &str) -> String {
    lines(&format!("ruleset t \"t\" {{ currency USD }}\n{body}"), "")
}

#[test]
fn bounds_with_a_code_book_a_line_of_their_own() {
    assert_eq!(charges("charge A = 3 USD minimum 4.35 USD as A_MIN"), "A 3.00 USD; A_MIN 1.35 USD; total 4.35 USD");
    assert_eq!(
        charges("charge A = 3 USD maximum 2 USD as A_CAP \"Cap\""),
        "A 3.00 USD; A_CAP -1.00 USD; total 2.00 USD"
    );
    assert_eq!(charges("charge A = 5 USD minimum 4.35 USD as A_MIN"), "A 5.00 USD; total 5.00 USD");
    // 10 less 5% is 9.50; without the minimum 3 less 5% is 2.85.
    assert_eq!(charges("charge A = 3 USD minimum 10 USD as M less 5%"), "A 2.85 USD; M 6.65 USD; total 9.50 USD");
}

#[test]
fn a_reference_to_a_charge_is_all_that_it_booked() {
    let body = "charge A = 3 USD minimum 4.35 USD as A_MIN\ncharge B = 10% of A";
    assert_eq!(charges(body), "A 3.00 USD; A_MIN 1.35 USD; B 0.44 USD; total 4.79 USD");
}

#[test]
fn stages_apply_as_written() {
    assert_eq!(value("100 USD less 10% less 5 USD plus 2%"), "86.70 USD"); // (90 - 5) × 1.02
    assert_eq!(value("2.345 USD rounded half even to 0.01 USD"), "2.34 USD");
    assert_eq!(value("2.345 USD rounded to 0.01 USD"), "2.35 USD");
    assert_eq!(value("20% contained in 120 USD"), "20.00 USD");
    assert_eq!(value("1.45 USD per whole 100 USD of 250 USD"), "2.90 USD");
    assert_eq!(value("1.45 USD per started 100 USD of -250 USD"), "0.00 USD");
}

#[test]
fn groups_choose_one_option() {
    let body = "charge H = dearest of {\n SIZE \"Over\" 31 USD when 1 > 0\n WEIGHT 55 USD when 1 > 0\n DUP 55 USD }";
    let quote = case(&format!("ruleset t \"t\" {{ currency USD }}\n{body}"), "").price().unwrap();
    assert_eq!(summary(&quote), "H 55.00 USD; total 55.00 USD");
    assert_eq!(quote.charges().next().unwrap().breakdown().next().unwrap().code(), Some("WEIGHT"));
    assert_eq!(charges("charge H = cheapest of { A 31 USD\n B 30 USD } plus 1 USD"), "H 31.00 USD; total 31.00 USD");
    assert_eq!(
        charges("charge H = first of { A 31 USD when 1 < 0\n B 30 USD\n C 1 USD }"),
        "H 30.00 USD; total 30.00 USD"
    );
    assert_eq!(charges("charge H = dearest of { A 31 USD when 1 < 0 }"), "total 0.00 USD");
}

#[test]
fn a_charge_for_each_books_a_line_for_each_element() {
    let rules = "ruleset t \"t\" { currency USD }\nrecord Line { w : mass in lb }\ninput { parts : list of Line }
charge P \"Piece\" for each line in parts where line.w > 3 lb = 0.455 USD per lb * line.w shown as line.w at 0.455 USD per lb
charge Q = 10% of P";
    let given = "given parts = [{ w = 2 lb }, { w = 5 lb }, { w = 7 lb }]";
    let quote = case(rules, given).price().unwrap();
    // 2.275 → 2.28, 3.185 → 3.19; 10% of 5.47
    assert_eq!(summary(&quote), "P 2.28 USD; P 3.19 USD; Q 0.55 USD; total 6.02 USD");
    assert_eq!(quote.charges().next().unwrap().item(), Some(1));
    assert_eq!(quote.charges().next().unwrap().quantity().unwrap().to_string(), "5 lb");
    assert_eq!(quote.charges().next().unwrap().unit_price().unwrap().to_string(), "0.455 USD per lb");
}

#[test]
fn totals_can_be_rounded_visibly() {
    let body = "ruleset t \"t\" { currency CHF rounding half up to 0.05 CHF on the total }\ncharge A = 1.111 CHF\ncharge B = 1 CHF";
    assert_eq!(lines(body, ""), "A 1.111 CHF; B 1.00 CHF; ROUNDING -0.011 CHF; total 2.10 CHF");
}

#[test]
fn each_currency_has_its_total() {
    let body = "charge A = 1 EUR\ncharge B = 2 USD\ncharge C = 150 JPY\ncharge D = 3 EUR\nunit cent = 0.01 USD\ncharge E = 75 cent";
    let all =
        "A 1.00 EUR; B 2.00 USD; C 150 JPY; D 3.00 EUR; E 0.75 USD; total 4.00 EUR; total 2.75 USD; total 150 JPY";
    assert_eq!(charges(body), all);
}

#[test]
fn lists_are_aggregated_and_chosen_from() {
    assert_eq!(value("sum of x * x for each x in [1, 2, 3] where x > 1"), "13");
    assert_eq!(value("greatest of (3 lb, 2 kg)"), "≈4.409245 lb");
    assert_eq!(value("list of x for each x in [3, 1, 2] sorted by x descending"), "[3, 2, 1]");
    assert_eq!(value("distinct of [2, 1, 2, 3, 1]"), "[2, 1, 3]");
    assert_eq!(value("the x in [3, 1, 2, 1] with least x tie first"), "1");
    assert_eq!(value("sum of a * b for each a in [1, 2] with b in [10, 20]"), "50");
    assert_eq!(value("count of each x in [1, 2, 3] where x >= 2"), "2");
    assert_eq!(value("any x in [1, 2] has x > 1"), "yes");
    assert_eq!(value("every x in [1, 2] has x > 1"), "no");
    assert_eq!(value("count of numbers(1, 5)"), "5");
    assert_eq!(
        value("group x in [1, 2, 3, 4] by remainder(x, 2)"),
        "[{ key = 1, items = [1, 3] }, { key = 0, items = [2, 4] }]"
    );
    assert_eq!(
        failure("sum of a * b for each a in [1, 2] with b in [10]"),
        "input not accepted: lists in step differ in length: 2 and 1 elements"
    );
    assert_eq!(failure("first of numbers(2, 1)"), "no row matched: the list has no first element");
}

#[test]
fn a_walk_carries_state() {
    // Running volume before each amount; next values are set together.
    let walk = "walk x in [5, 7, 9] carrying n = 0, m = 100 { let before = n  keep { before = before, m = m } when x > 5  next n = n + x  next m = n }";
    assert_eq!(value(&format!("({walk}).rows")), "[{ before = 5, m = 0 }, { before = 12, m = 5 }]");
    assert_eq!(value(&format!("({walk}).final.n")), "21");
    assert_eq!(value(&format!("({walk}).final.m")), "12");
}

#[test]
fn pools_and_increments() {
    let rules =
        "ruleset t \"t\" { currency USD }\nlet a = 60 GiB\nlet b = 70 GiB\nlet d = draw 100 GiB from (a, b) in order
output a_rest = d.a.rest\noutput b_taken = d.b.taken\noutput b_rest = d.b.rest\noutput left = d.left";
    let quote = case(rules, "").price().unwrap();
    let outputs: Vec<String> = quote.outputs().map(|o| format!("{} {}", o.name(), o.value())).collect();
    assert_eq!(outputs, ["a_rest 0 GiB", "b_taken 40 GiB", "b_rest 30 GiB", "left 0 GiB"]);
    let increments = value("list of i.length for each i in increments of 41 s first 30 s then 6 s");
    assert_eq!(increments, "[30 s, 6 s, 6 s]");
    assert_eq!(value("count of increments of 0 s first 30 s then 6 s"), "0");
}

#[test]
fn allocations_add_up() {
    assert_eq!(
        value("allocate 100 USD by [1, 1, 1] rounded down to 0.01 USD remainder to last"),
        "[33.33 USD, 33.33 USD, 33.34 USD]"
    );
    assert_eq!(
        value("allocate 10 USD by [59.97, 4.35, 6.93] rounded down to 0.01 USD remainder to largest"),
        "[8.42 USD, 0.61 USD, 0.97 USD]"
    );
    assert_eq!(
        value("allocate -0.05 USD by [1, 1] rounded half up to 0.01 USD remainder to first"),
        "[-0.02 USD, -0.03 USD]"
    );
    assert_eq!(
        failure("allocate 1 USD by [0, 0] rounded to 0.01 USD remainder to first"),
        "input not accepted: an amount cannot be allocated: all weights are zero"
    );
}

#[test]
fn time_follows_the_zone() {
    assert_eq!(value("date of 2026-03-03T23:30:00Z in zone \"Europe/Paris\""), "2026-03-04");
    assert_eq!(value("time of 2026-03-29T01:00:00Z in zone \"Europe/London\""), "02:00");
    assert_eq!(value("days from 2026-01-31 until 2026-03-31 on 30/360"), "60 day");
    assert_eq!(value("days from 2026-02-10 through 2026-02-28"), "19 day");
    assert_eq!(value("2026-01-31 + 1 month"), "2026-02-28");
    assert_eq!(value("2026-03-01 - 2026-02-01"), "28 day");
}

#[test]
fn only_what_is_needed_is_computed() {
    assert_eq!(value("if 1 < 2 then 3 else 1 / 0"), "3");
    assert_eq!(value("2 < 1 and 1 / 0 > 1"), "no");
    assert_eq!(failure("1 / (2 - 2)"), "division by zero: the divisor or the step of a rounding is zero");
}

#[test]
fn two_exceptions_at_once_are_an_error_unless_one_is_to_the_other() {
    let rules = "ruleset t \"t\" { currency USD }\ninput { a : yes/no  b : yes/no }\nlet x = 1\nexception one to x \"first\" = 2 when a\n";
    let apart = format!("{rules}exception two to x \"second\" = 3 when b\noutput result = x");
    let error = case(&apart, "given a = yes, b = yes").price().unwrap_err();
    assert_eq!(
        error.to_string(),
        "two exceptions at once: the exceptions `one` (first) and `two` (second) hold at once"
    );
    assert_eq!(case(&apart, "given a = no, b = yes").price().unwrap().output("result").unwrap().to_string(), "3");
    let nested = format!("{rules}exception two to one \"second\" = 3 when b\noutput result = x");
    assert_eq!(case(&nested, "given a = yes, b = yes").price().unwrap().output("result").unwrap().to_string(), "3");
    assert_eq!(case(&nested, "given a = no, b = yes").price().unwrap().output("result").unwrap().to_string(), "1");
}
