//! Holds: where one side refuses what the other prices, or refuses for another reason, what would make the rules answer as old code did is named.

use super::causes::{edition, found, is};
use ratewright::migrate::cause::Cause;
use ratewright::migrate::{Answer, CauseFinder, Measure};

const HEAVY: &str = r#"
ruleset heavy "Heavy" { currency USD  priced on shipped }
input { shipped : date, booked : instant = 2026-08-03T12:00:00Z, weight : mass in lb, length : length in in = 10 in }
parameter most : mass in lb {
  from 2026-01-01 150 lb
  from 2026-07-01 120 lb
}
refuse TOO_HEAVY "too heavy" when weight > most
refuse TOO_LONG "too long" when length >= 96 in
refuse TOO_LATE "too late" when (time of booked in zone "Europe/London") > 18:00
charge BASE = 2 USD per lb * weight
"#;

fn input(day: &str, weight: u32, more: &str) -> String {
    format!(r#"{{"shipped": "{day}", "weight": {weight}{more}}}"#)
}

fn refused(code: &str) -> Answer {
    Answer::refused(code, "")
}

fn of_refusal(input: &str, code: &str) -> ratewright::migrate::Finding {
    CauseFinder::new(&edition(HEAVY), Measure::exact()).find(input, &refused(code))
}

#[test]
fn a_boundary_of_a_refusal() {
    // 120 lb are not too heavy; old code refuses them.
    is(
        &of_refusal(&input("2026-08-03", 120, ""), "TOO_HEAVY"),
        &[Cause::BoundarySide],
        "with weight a millionth more than 120 lb",
    );
    // 96 in are too long; old code prices 100 lb at 200.00.
    let finding = found(HEAVY, &input("2026-08-03", 100, r#", "length": 96"#), "BASE 200.00 USD");
    is(&finding, &[Cause::BoundarySide], "with length a millionth less than 96 in");
}

#[test]
fn a_unit_of_a_refusal() {
    // 200 lb taken for kilograms that are pounds are 90.72 at 2 USD; the rules refuse them.
    is(
        &found(HEAVY, &input("2026-08-03", 200, ""), "BASE 181.44 USD"),
        &[Cause::UnitSlip],
        "(as kilograms for pounds)",
    );
}

#[test]
fn a_refusal_that_any_larger_weight_gives_is_named_after_none() {
    // 100 lb are not too heavy. As pounds for kilograms they would be, and ten and sixteen times as many too.
    let finding = of_refusal(&input("2026-08-03", 100, ""), "TOO_HEAVY");
    assert!(
        finding.guess.iter().chain(&finding.others).all(|one| one.cause != Cause::UnitSlip || !one.specific),
        "{finding}"
    );
}

#[test]
fn a_day_and_an_hour_of_a_refusal() {
    // On 1 July 120 lb are the most; old code, a day behind, takes 130 lb.
    is(
        &found(HEAVY, &input("2026-07-01", 130, ""), "BASE 260.00 USD"),
        &[Cause::DateShift],
        "with shipped of 2026-07-01 a day earlier",
    );
    // 17:30Z is 18:30 in London.
    let late = input("2026-08-03", 100, r#", "booked": "2026-08-03T17:30:00Z""#);
    is(&found(HEAVY, &late, "BASE 200.00 USD"), &[Cause::DateShift], "1 hour earlier");
}

#[test]
fn another_edition_of_a_refusal() {
    // Old code still has the bound of June.
    is(&found(HEAVY, &input("2026-08-03", 130, ""), "BASE 260.00 USD"), &[Cause::OtherEdition], "");
    let older = HEAVY.replace("from 2026-07-01 120 lb", "");
    let mut finder = CauseFinder::new(&edition(HEAVY), Measure::exact()).with_editions([&edition(&older)]);
    let finding = finder.find(&input("2026-08-03", 130, ""), &super::comparison::priced("BASE 260.00 USD"));
    is(&finding, &[Cause::OtherEdition], "");
    // Old code has the bound of July in June already.
    is(&of_refusal(&input("2026-06-03", 130, ""), "TOO_HEAVY"), &[Cause::OtherEdition], "");
}

#[test]
fn two_refusals_and_nothing() {
    // 96 in are too long, and 121 lb are too heavy, which comes first.
    is(&of_refusal(&input("2026-08-03", 121, r#", "length": 96"#), "TOO_LONG"), &[Cause::OtherEdition], "");
    // A refusal that the rules do not have.
    is(&of_refusal(&input("2026-08-03", 100, ""), "CLOSED"), &[Cause::Unexplained], "unexplained");
}
