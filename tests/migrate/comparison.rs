//! Holds: two answers differ by exactly what a person finds who holds the lines against each other; a quote compared with itself
//! matches; the differences of the charges add up to the difference of the totals; a match allocates nothing.

use proptest::prelude::*;
use ratewright::migrate::{
    About, Answer, Comparison, ComparisonMemory, Kind, Measure, Prices, Said, Stated, Tolerance, Verdict,
};
use ratewright::quote::Money;
use ratewright::value::{Currency, Number};
use ratewright::{Quote, RuleSet};

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

/// `BASE 10.00 USD, FUEL 1.20 USD; 11.20 USD`: lines, and totals after a semicolon; `PARCEL[1]` is the second element.
pub(crate) fn priced(text: &str) -> Answer {
    let (lines, totals) = text.split_once("; ").unwrap_or((text, ""));
    let mut prices = Prices::new();
    for line in lines.split(", ").filter(|line| !line.is_empty()) {
        let (code, amount) = line.split_once(' ').unwrap();
        prices = match code.split_once('[') {
            Some((code, item)) => prices.line_for(code, item.trim_end_matches(']').parse().unwrap(), money(amount)),
            None => prices.line(code, money(amount)),
        };
    }
    for total in totals.split(", ").filter(|total| !total.is_empty()) {
        prices = prices.total(money(total));
    }
    prices.into()
}

pub(crate) fn compared(measure: &Measure, legacy: &str, candidate: &str) -> Comparison {
    measure.compare(&mut ComparisonMemory::default(), &priced(legacy), &priced(candidate))
}

#[track_caller]
fn says(measure: &Measure, legacy: &str, candidate: &str, expected: &str) {
    assert_eq!(compared(measure, legacy, candidate).to_string(), expected);
}

#[test]
fn equal_lines_match_in_any_order() {
    let exact = Measure::exact();
    says(&exact, "BASE 10 USD, FUEL 1.2 USD; 11.20 USD", "BASE 10.00 USD, FUEL 1.20 USD; 11.20 USD", "match");
    says(&exact, "FUEL 1.20 USD, BASE 10 USD; 11.20 USD", "BASE 10.00 USD, FUEL 1.20 USD; 11.20 USD", "match");
    says(&exact, "BASE 4 USD, BASE 6 USD", "BASE 10 USD; 10 USD", "match");
    says(&exact, "", "; 0 USD", "match");
}

#[test]
fn each_kind_of_difference_has_its_words() {
    let exact = Measure::exact();
    says(
        &exact,
        "BASE 10.00 USD, FUEL 1.20 USD; 11.20 USD",
        "BASE 10.01 USD; 10.01 USD",
        "mismatch: BASE: 10.01 USD instead of 10.00 USD, +0.01 USD; FUEL: missing, instead of 1.20 USD, -1.20 USD; \
         total: 10.01 USD instead of 11.20 USD, -1.19 USD",
    );
    says(&exact, "", "TAX 0.07 EUR", "mismatch: TAX: 0.07 EUR, which the old code does not charge, +0.07 EUR");
    says(&exact, "BASE 10 USD", "BASE 9 EUR", "mismatch: BASE: 9.00 EUR instead of 10.00 USD");
    says(
        &Measure::exact().ordered(),
        "B 1 USD, A 2 USD, C 3 USD",
        "A 2 USD, B 1 USD, C 3 USD",
        "mismatch: whole answer: A comes at another place among the lines",
    );
    says(
        &Measure::exact().ordered(),
        "B 1 USD, C 3 USD",
        "A 2 USD, B 1 USD, C 3 USD",
        "mismatch: A: 2.00 USD, which the old code does not charge, +2.00 USD",
    );
}

#[test]
fn one_legacy_line_may_stand_for_several_charges_and_several_for_one() {
    let measure = Measure::exact().stands_for("FRT", ["BASE", "FUEL"]).stands_for("DISC", ["FUEL"]);
    says(&measure, "FRT 12 USD, DISC -1 USD", "BASE 10 USD, FUEL 1 USD", "match");
    says(
        &measure,
        "FRT 12 USD, DISC -1 USD",
        "BASE 10 USD, FUEL 1.5 USD",
        "mismatch: BASE + FUEL: 11.50 USD instead of 11.00 USD, +0.50 USD",
    );
    // A code that nothing is written of stands for the charge of its own name, also where that is in a group.
    says(&measure, "FRT 10 USD, FUEL 1 USD", "BASE 10 USD, FUEL 1 USD", "match");
    // Two codes that change places.
    let swapped = Measure::exact().stands_for("A", ["B"]).stands_for("B", ["A"]);
    says(&swapped, "A 1 USD, B 2 USD", "A 2 USD, B 1 USD", "match");
    // A code that stands for nothing should cost nothing.
    let none: [&str; 0] = [];
    says(
        &Measure::exact().stands_for("OLD", none),
        "OLD 1 USD",
        "",
        "mismatch: OLD: missing, instead of 1.00 USD, -1.00 USD",
    );
    // Groups that a third code links later are one.
    let linked = Measure::exact().stands_for("A", ["X"]).stands_for("B", ["Y"]).stands_for("C", ["X", "Y"]);
    says(&linked, "A 1 USD, B 2 USD, C 3 USD", "X 5 USD, Y 1 USD", "match");
}

#[test]
fn elements_are_held_against_each_other_where_both_sides_state_them() {
    let exact = Measure::exact();
    says(
        &exact,
        "PARCEL[0] 4 USD, PARCEL[1] 6 USD; 10 USD",
        "PARCEL[0] 5 USD, PARCEL[1] 5 USD; 10 USD",
        "mismatch: PARCEL of element 1: 5.00 USD instead of 4.00 USD, +1.00 USD; PARCEL of element 2: 5.00 USD instead of 6.00 USD, -1.00 USD",
    );
    says(&exact, "PARCEL 10 USD", "PARCEL[0] 5 USD, PARCEL[1] 5 USD", "match");
}

#[test]
fn tolerances_are_written_and_counted_apart() {
    let cent = Measure::exact().tolerance("BASE", Tolerance::MinorUnits(1));
    let found = compared(&cent, "BASE 10.00 USD; 10.00 USD", "BASE 10.01 USD; 10.01 USD");
    assert_eq!(
        (found.verdict(), found.tolerated().count(), found.mismatches().count()),
        (Verdict::WithinTolerance, 2, 0)
    );
    assert_eq!(found.more, [money("0.01 USD")]);
    assert_eq!(compared(&cent, "BASE 10.00 USD", "BASE 10.011 USD").verdict(), Verdict::Mismatch);
    assert_eq!(compared(&cent, "BASE 10 JPY", "BASE 11 JPY").verdict(), Verdict::WithinTolerance); // the smallest unit is a yen
    assert_eq!(compared(&cent, "BASE 10.00 USD", "").verdict(), Verdict::Mismatch);
    assert_eq!(compared(&cent, "FUEL 10.00 USD", "FUEL 10.01 USD").verdict(), Verdict::Mismatch);
    // 50 parts per million of 2,000 are 0.10.
    let parts = Measure::exact().tolerance("BASE", Tolerance::PartsPerMillion(50));
    assert_eq!(compared(&parts, "BASE 2000 USD", "BASE 1999.90 USD").verdict(), Verdict::WithinTolerance);
    assert_eq!(compared(&parts, "BASE 2000 USD", "BASE 1999.89 USD").verdict(), Verdict::Mismatch);
    // What tolerated charges explain is tolerated in the total, and no more.
    let found = compared(&cent, "BASE 10.00 USD; 10.00 USD", "BASE 10.01 USD; 10.02 USD");
    assert_eq!(found.mismatches().map(|one| one.about).collect::<Vec<_>>(), [About::Total]);
    // For a group each tolerance of its charges must hold.
    let group = Measure::exact()
        .stands_for("F", ["A", "B"])
        .tolerance("A", Tolerance::MinorUnits(1))
        .tolerance("B", Tolerance::MinorUnits(5));
    assert_eq!(compared(&group, "F 3.00 USD", "A 1 USD, B 2.01 USD").verdict(), Verdict::WithinTolerance);
    assert_eq!(compared(&group, "F 3.00 USD", "A 1 USD, B 2.02 USD").verdict(), Verdict::Mismatch);
}

#[test]
fn what_is_ignored_counts_in_no_total() {
    let measure = Measure::exact().ignoring("TAX").ignoring("MEMO");
    says(&measure, "BASE 100 USD, TAX 10 USD; 110 USD", "BASE 100 USD; 100 USD", "match");
    says(
        &measure,
        "BASE 100 USD, TAX 10 USD; 110 USD",
        "BASE 100 USD, FEE 5 USD; 105 USD",
        "mismatch: FEE: 5.00 USD, which the old code does not charge, +5.00 USD; total: 105.00 USD instead of 110.00 USD, +5.00 USD",
    );
    let zero = Measure::exact().zero_is_none();
    says(&zero, "BASE 1 USD, FUEL 0 USD; 1 USD", "BASE 1 USD; 1 USD", "match");
    says(
        &Measure::exact(),
        "BASE 1 USD, FUEL 0 USD; 1 USD",
        "BASE 1 USD; 1 USD",
        "mismatch: FUEL: missing, instead of 0.00 USD, +0.00 USD",
    );
    says(&Measure::exact().totals_only(), "; 5 USD", "BASE 4 USD, FUEL 1 USD; 5 USD", "match");
    says(
        &Measure::exact().totals_only(),
        "; 5 USD",
        "BASE 4 USD; 4 USD",
        "mismatch: total: 4.00 USD instead of 5.00 USD, -1.00 USD",
    );
}

#[test]
fn where_totals_alone_are_compared_one_is_stated() {
    let totals = Measure::exact().totals_only();
    let words = "mismatch: whole answer: 19.85 USD instead of failed (it states no total, and totals alone are compared), +19.85 USD";
    says(&totals, "", "BASE 7.50 USD, FUEL 12.35 USD; 19.85 USD", words);
    // Also where both sides have the same lines, or nothing.
    assert_eq!(compared(&totals, "BASE 5 USD", "BASE 5 USD; 5 USD").verdict(), Verdict::Mismatch);
    assert_eq!(compared(&totals, "", "").verdict(), Verdict::Mismatch);
    // A candidate without totals is summed up.
    says(&totals, "; 5 USD", "BASE 4 USD, FUEL 1 USD", "match");
    assert_eq!(compared(&totals, "; 5 USD", "BASE 4 USD").more, [money("-1 USD")]);
    // One that charges nothing lacks the total, whatever is compared.
    for measure in [totals, Measure::exact()] {
        says(&measure, "; 5 USD", "", "mismatch: total: missing, instead of 5.00 USD, -5.00 USD");
        says(&measure, "; 0 USD", "", "match");
    }
}

#[test]
fn refusals_and_failures() {
    let memory = &mut ComparisonMemory::default();
    let exact = Measure::exact();
    let rules = RuleSet::compile(
        "ruleset r { currency USD }\ninput { weight : mass in lb }\nrefuse TOO_HEAVY \"more than 150 lb\" when weight > 150 lb\ncharge BASE = 2 USD per lb * weight",
    )
    .unwrap();
    let quote = |weight: &str| rules.quote_json(&format!(r#"{{"weight": {weight}}}"#));
    let refused = Answer::refused("TOO_HEAVY", "weight limit");
    assert!(exact.compare(memory, &refused, &quote("151")).is_match());

    let found = exact.compare(memory, &refused, &quote("3"));
    assert_eq!(found.differences[0].kind, Kind::RefusalAgainstAmount);
    assert_eq!(found.more, [money("6.00 USD")]);
    assert_eq!(
        found.to_string(),
        "mismatch: whole answer: 6.00 USD instead of refused (TOO_HEAVY: weight limit), +6.00 USD"
    );
    let found = exact.compare(memory, &priced("BASE 302 USD, FUEL 1 EUR"), &quote("151"));
    assert_eq!(found.more, [money("-302 USD"), money("-1 EUR")]);
    assert!(found.differences.iter().all(|one| one.kind == Kind::RefusalAgainstAmount));

    let other = exact.compare(memory, &Answer::refused("E17", ""), &quote("151"));
    assert_eq!(
        other.to_string(),
        "mismatch: whole answer: refused (TOO_HEAVY: more than 150 lb) instead of refused (E17)"
    );
    assert!(
        Measure::exact()
            .refuses_as("E17", "TOO_HEAVY")
            .compare(memory, &Answer::refused("E17", ""), &quote("151"))
            .is_match()
    );

    // An input that cannot be read is no refusal, whatever the legacy side says.
    let found = exact.compare(memory, &refused, &quote("\"heavy\""));
    assert_eq!((found.differences[0].kind, found.verdict()), (Kind::Error, Verdict::Mismatch));
    assert!(matches!(Answer::from(&quote("\"heavy\"")), Answer::Failed(_)));
    let both = exact.compare(memory, &Answer::failed("timeout"), &Answer::failed("timeout"));
    assert_eq!(both.to_string(), "mismatch: whole answer: failed (timeout) instead of failed (timeout)");
}

#[test]
fn what_is_written_is_read_again() {
    let measure = Measure::exact()
        .stands_for("FRT", ["BASE", "FUEL"])
        .tolerance("BASE", Tolerance::MinorUnits(1))
        .ordered()
        .ignoring("X");
    let text = serde_json::to_string(&measure).unwrap();
    assert_eq!(
        text,
        r#"{"charges":{"FRT":["BASE","FUEL"]},"ignored":["X"],"tolerances":{"BASE":{"minor_units":1}},"ordered":true}"#
    );
    assert_eq!(serde_json::from_str::<Measure>(&text).unwrap(), measure);
    assert!(
        serde_json::from_str::<Measure>(r#"{"charge":{}}"#).unwrap_err().to_string().contains("unknown field `charge`")
    );

    let refused = |text: &str| serde_json::from_str::<Measure>(text).unwrap_err().to_string();
    let words = "the tolerance of `BASE` is 4000000000 parts per million, and may be 100000, a tenth of the amount at most: agree to larger differences by a waiver";
    assert!(refused(r#"{"tolerances": {"BASE": {"parts_per_million": 4000000000}}}"#).starts_with(words));
    assert!(
        refused(r#"{"total": {"minor_units": 10001}}"#).starts_with("the tolerance of totals is 10001 minor units")
    );
    assert!(
        refused(r#"{"tolerance": {"parts_per_million": 100001}}"#).starts_with("the tolerance of every other charge")
    );
    assert!(
        serde_json::from_str::<Measure>(
            r#"{"tolerance": {"parts_per_million": 100000}, "total": {"minor_units": 10000}}"#
        )
        .is_ok()
    );

    let answer = priced("BASE[3] 1/3 USD, FUEL 12345678901234567890.01 USD; 1 USD");
    let text = serde_json::to_string(&answer).unwrap();
    assert!(text.contains(r#""amount":{"amount":"12345678901234567890.01","currency":"USD"}"#), "{text}");
    assert_eq!(serde_json::from_str::<Answer>(&text).unwrap(), answer);
    assert!(
        serde_json::from_str::<Answer>(
            r#"{"priced":{"lines":[{"charge":"A","amount":{"amount":0.1,"currency":"USD"}}]}}"#
        )
        .is_err()
    );

    let found = compared(&measure, "FRT 3 USD, B 1 USD; 4 USD", "BASE 1 USD, B 1 EUR; 1 USD, 1 EUR");
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Comparison>(&text).unwrap(), found);
}

const CODES: [&str; 5] = ["A", "B", "C", "D", "E"];

fn lines() -> impl Strategy<Value = Vec<(usize, i64, bool)>> {
    proptest::collection::vec((0..CODES.len(), -300_i64..300, any::<bool>()), 0..9)
}

/// An answer of cents, with its totals.
fn answer(lines: &[(usize, i64, bool)]) -> Answer {
    let currency = |euros: bool| Currency::parse(if euros { "EUR" } else { "USD" }).unwrap();
    let cents = |cents: i64, euros| Money::new(Number::from_scaled(cents.into(), 2).unwrap(), currency(euros));
    let prices = lines
        .iter()
        .fold(Prices::new(), |prices, (code, amount, euros)| prices.line(CODES[*code], cents(*amount, *euros)));
    let total = |euros: bool| cents(lines.iter().filter(|line| line.2 == euros).map(|line| line.1).sum(), euros);
    prices.total(total(true)).total(total(false)).into()
}

proptest! {
    #[test]
    fn differences_of_charges_add_up_to_those_of_totals(legacy in lines(), candidate in lines()) {
        let found = Measure::exact().compare(&mut ComparisonMemory::default(), &answer(&legacy), &answer(&candidate));
        for (code, euros) in [("USD", false), ("EUR", true)] {
            let currency = Currency::parse(code).unwrap();
            let cents = |lines: &[(usize, i64, bool)]| lines.iter().filter(|line| line.2 == euros).map(|line| line.1).sum::<i64>();
            let expected = Number::from_scaled((cents(&candidate) - cents(&legacy)).into(), 2).unwrap();
            let sum = found.differences.iter().filter(|one| one.about == About::Charge).flat_map(|one| one.changes())
                .filter(|change| change.currency == currency).fold(Number::ZERO, |sum, change| sum.add(&change.amount).unwrap());
            prop_assert_eq!(&sum, &expected);
            prop_assert_eq!(found.more_in(currency), expected);
        }
        // What is missing one way is extra the other way.
        let back = Measure::exact().compare(&mut ComparisonMemory::default(), &answer(&candidate), &answer(&legacy));
        prop_assert_eq!(back.differences.len(), found.differences.len());
        for (there, here) in back.differences.iter().zip(&found.differences) {
            prop_assert_eq!((&there.charges, &there.legacy, &there.candidate), (&here.charges, &here.candidate, &here.legacy));
        }
    }

    #[test]
    fn an_answer_matches_itself_in_any_order(mut lines in lines(), seed in any::<u64>()) {
        let one = answer(&lines);
        let turn = seed as usize % lines.len().max(1);
        lines.rotate_left(turn);
        let measures = [Measure::exact(), Measure::exact().stands_for("A", ["A", "B"]), Measure::exact().ignoring("C")];
        for measure in measures {
            let memory = &mut ComparisonMemory::default();
            prop_assert!(measure.compare(memory, &one, &one).is_match());
            prop_assert!(measure.compare(memory, &one, &answer(&lines)).is_match());
        }
    }
}

#[test]
fn a_quote_matches_itself_and_a_match_allocates_nothing() {
    let rules = RuleSet::compile(
        "ruleset r { currency USD }\nrecord Parcel { weight : mass in lb }\ninput { parcels : list of Parcel }\n\
         charge PARCEL for each parcel in parcels = 2 USD per lb * parcel.weight\ncharge FUEL = 10% of PARCEL\ncharge FEE = 3 USD",
    )
    .unwrap();
    let quote: Quote = rules.quote_json(r#"{"parcels": [{"weight": 1}, {"weight": "2.5"}, {"weight": 7}]}"#).unwrap();
    let kept = Answer::from(&quote);
    // The legacy side with its lines in another order, and one code for two charges.
    let Answer::Priced(prices) = &kept else { panic!("a price") };
    let mut turned = prices.clone();
    turned.lines.reverse();
    let turned = Answer::from(turned);
    let merged = priced("OLD 23.10 USD, FEE 3 USD; 26.10 USD");
    let cases = [
        (Measure::exact(), &kept),
        (Measure::exact(), &turned),
        (Measure::exact().stands_for("OLD", ["PARCEL", "FUEL"]), &merged),
    ];
    for (measure, legacy) in &cases {
        let memory = &mut ComparisonMemory::default();
        assert_eq!(measure.compare(memory, *legacy, &quote).to_string(), "match");
        let counted = allocation_counter::measure(|| assert!(measure.compare(memory, *legacy, &quote).is_match()));
        assert_eq!(counted.count_total, 0);
    }
    assert!(Measure::exact().compare(&mut ComparisonMemory::default(), Said::from(&quote), &quote).is_match());
    let lacking = Measure::exact().compare(&mut ComparisonMemory::default(), &merged, &quote);
    assert_eq!(lacking.differences[0].candidate, Stated::Amount(money("2.10 USD")));
}
