//! Holds: a waiver waives what it is written for, within its caps and until its day, and nothing else; each thing that is missing is said.

use super::comparison::compared;
use ratewright::migrate::{
    Answer, Comparison, ComparisonMemory, Kind, Measure, Tolerance, Verdict, WaiverNote, WaiverStanding, WaiverUses,
    Waivers,
};
use ratewright::value::Date;

const FUEL: &str = r#"{"id": "W-7", "owner": "Dana Reyes", "reason": "truncation", "expires": "2026-12-31",
    "charges": ["FUEL"], "kinds": ["amount"], "cases": 3, "amount": "0.05 USD"}"#;

fn waivers(text: &str) -> Waivers {
    serde_json::from_str(&format!("[{text}]")).unwrap()
}

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

fn waived(waivers: &Waivers, uses: &mut WaiverUses, legacy: &str, candidate: &str, on: &str) -> Comparison {
    let mut found = compared(&Measure::exact(), legacy, candidate);
    waivers.apply(uses, &mut found, day(on));
    found
}

#[test]
fn it_waives_until_its_cases_or_its_amount_are_used_up() {
    let (waivers, uses) = (waivers(FUEL), &mut WaiverUses::default());
    let mut one = |legacy: &str, candidate: &str| waived(&waivers, uses, legacy, candidate, "2026-12-31");
    let first = one("FUEL 1.00 USD; 1.00 USD", "FUEL 1.02 USD; 1.02 USD");
    assert_eq!((first.verdict(), first.differences.len()), (Verdict::Waived, 2)); // the total as well, as the charge explains it
    assert_eq!(one("FUEL 1.00 USD", "FUEL 0.98 USD").verdict(), Verdict::Waived); // 0.04, without signs
    let over = one("FUEL 1.00 USD", "FUEL 1.02 USD");
    assert_eq!(over.to_string(), "mismatch: FUEL: 1.02 USD instead of 1.00 USD, +0.02 USD (waiver W-7 is used up)");
    assert_eq!(one("FUEL 1.00 USD", "FUEL 1.01 USD").verdict(), Verdict::Waived); // the third case, 0.05 in all
    assert_eq!(one("FUEL 1.00 USD", "FUEL 1.00001 USD").verdict(), Verdict::Mismatch);
    let used = uses.of("W-7").unwrap();
    assert_eq!((used.cases, used.amount.to_string()), (3, "0.05 USD".to_owned()));
    assert_eq!(waivers.standing("W-7", uses, day("2026-12-31")), Some(WaiverStanding::UsedUp));
    assert_eq!(waivers.standing("W-7", &WaiverUses::default(), day("2026-12-31")), Some(WaiverStanding::Open));

    let text = serde_json::to_string(uses).unwrap();
    assert_eq!(text, r#"{"W-7":{"cases":3,"amount":{"amount":"0.05","currency":"USD"}}}"#);
    assert_eq!(&serde_json::from_str::<WaiverUses>(&text).unwrap(), uses);
}

#[test]
fn it_waives_nothing_after_its_last_day_and_counts_nothing() {
    let (waivers, uses) = (waivers(FUEL), &mut WaiverUses::default());
    let late = waived(&waivers, uses, "FUEL 1.00 USD", "FUEL 1.01 USD", "2027-01-01");
    assert_eq!(late.to_string(), "mismatch: FUEL: 1.01 USD instead of 1.00 USD, +0.01 USD (waiver W-7 has expired)");
    assert_eq!(uses, &WaiverUses::default());
    assert_eq!(waivers.standing("W-7", uses, day("2027-01-01")), Some(WaiverStanding::Expired));
}

#[test]
fn it_covers_its_charges_kinds_and_currency_alone() {
    let (waivers, uses) = (waivers(FUEL), &mut WaiverUses::default());
    for (legacy, candidate) in [
        ("BASE 1.00 USD", "BASE 1.01 USD"),
        ("FUEL 1.00 USD", ""),
        ("FUEL 1.00 EUR", "FUEL 1.01 EUR"),
        ("; 1.00 USD", "; 1.01 USD"),
    ] {
        let found = waived(&waivers, uses, legacy, candidate, "2026-11-23");
        assert_eq!((found.verdict(), &found.differences[0].waiver), (Verdict::Mismatch, &None), "{legacy} {candidate}");
    }
    // Of two charges that differ one is waived: the total is more than that explains, and stays.
    let found = waived(
        &waivers,
        uses,
        "BASE 5 USD, FUEL 1.00 USD; 6.00 USD",
        "BASE 5.01 USD, FUEL 1.01 USD; 6.02 USD",
        "2026-11-23",
    );
    assert_eq!(
        found.differences.iter().map(|one| one.verdict).collect::<Vec<_>>(),
        [Verdict::Mismatch, Verdict::Waived, Verdict::Mismatch]
    );
    // A group is covered where each of its charges is.
    let measure = Measure::exact().stands_for("FRT", ["BASE", "FUEL"]);
    let mut group = compared(&measure, "FRT 1.00 USD", "BASE 1.01 USD");
    waivers.apply(uses, &mut group, day("2026-11-23"));
    assert_eq!(group.verdict(), Verdict::Mismatch);
    // What is tolerated needs no waiver and uses none.
    let mut tolerated =
        compared(&Measure::exact().tolerance("FUEL", Tolerance::MinorUnits(1)), "FUEL 1.00 USD", "FUEL 1.01 USD");
    let before = uses.clone();
    waivers.apply(uses, &mut tolerated, day("2026-11-23"));
    assert_eq!((tolerated.verdict(), &before), (Verdict::WithinTolerance, &*uses));
}

#[test]
fn a_second_waiver_takes_over_and_whole_answers_can_be_waived() {
    let later = FUEL.replace("W-7", "W-8").replace("2026-12-31", "2027-06-30");
    let (two, uses) = (waivers(&format!("{FUEL}, {later}")), &mut WaiverUses::default());
    let found = waived(&two, uses, "FUEL 1.00 USD", "FUEL 1.01 USD", "2027-01-01");
    assert_eq!(found.differences[0].waiver, Some(WaiverNote::Covered("W-8".to_owned())));

    let refusals = waivers(
        r#"{"id": "R", "owner": "Dana", "reason": "hazmat moved to another carrier", "expires": "2026-12-31", "kinds": ["refusal_against_amount"], "cases": 2, "amount": "100 USD"}"#,
    );
    let measure = Measure::exact();
    let priced = super::comparison::priced("BASE 40 USD");
    let mut found = measure.compare(&mut ComparisonMemory::default(), &priced, &Answer::refused("HAZMAT", ""));
    assert_eq!(found.differences[0].kind, Kind::RefusalAgainstAmount);
    refusals.apply(uses, &mut found, day("2026-11-23"));
    assert_eq!(found.verdict(), Verdict::Waived);
}

#[test]
fn what_is_missing_is_said() {
    let refused = |text: &str| serde_json::from_str::<Waivers>(&format!("[{text}]")).unwrap_err().to_string();
    let without = |part: &str| refused(&FUEL.replace(part, ""));
    for (part, words) in [
        (r#""owner": "Dana Reyes", "#, "waiver `W-7` has no owner: write who answers for it"),
        (r#""reason": "truncation", "#, "waiver `W-7` has no reason"),
        (r#""expires": "2026-12-31","#, "waiver `W-7` does not expire: write the last day on which it holds"),
        (r#""charges": ["FUEL"], "#, "waiver `W-7` covers every charge"),
        (r#""kinds": ["amount"], "#, "waiver `W-7` covers nothing"),
        (r#", "amount": "0.05 USD""#, "waiver `W-7` has no cap on its amount"),
        (r#""cases": 3, "#, "waiver `W-7` has no cap: write for how many cases"),
        (r#""id": "W-7", "#, "waiver without an id"),
    ] {
        assert!(without(part).starts_with(words), "{}", without(part));
    }
    assert!(refused(&FUEL.replace("Dana Reyes", " ")).starts_with("waiver `W-7` has no owner"));
    assert!(refused(&FUEL.replace("0.05 USD", "-1 USD")).starts_with("waiver `W-7` has a cap below zero"));
    assert!(refused(&format!("{FUEL}, {FUEL}")).starts_with("waiver `W-7` is there twice"));
    assert!(refused(&FUEL.replace("kinds", "kind")).contains("unknown field `kind`"));
    let written = serde_json::to_string(&waivers(FUEL)).unwrap();
    assert_eq!(serde_json::from_str::<Waivers>(&written).unwrap(), waivers(FUEL));
}
