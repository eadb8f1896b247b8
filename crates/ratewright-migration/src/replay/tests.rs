//! Sums that were added up by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::recorded::{self, LONGEST, Map, Recorded};
use ratewright::RuleSet;
use ratewright::migrate::{ComparisonMemory, Kind, Prices};

const RULES: &str = "ruleset r { currency USD }\ninput { weight : mass in lb }\n\
    charge BASE = 2.50 USD per lb * weight\ncharge FEE = 1 USD when weight > 10 lb\n";

const FILE: &str = r#"{"id": "A", "input": {"weight": 3}, "answer": {"priced": {"lines": [{"charge": "BASE", "amount": "7.50 USD"}]}}}
{"id": "B", "input": {"weight": 4}, "answer": {"priced": {"lines": [{"charge": "BASE", "amount": "10.02 USD"}]}}}
{"id": "C", "input": {"weight": 12}, "answer": {"priced": {"lines": [{"charge": "BASE", "amount": "29.90 USD"}]}}}
{"id": "D", "input": {"weight": 4}, "answer": {"refused": {"code": "E1"}}}
{"id": "E", "input": {"weight": "heavy"}, "answer": {"failed": "timeout"}}
"#;

fn tally(trace: bool) -> Tally {
    let edition = Edition::new(RuleSet::compile(RULES).unwrap());
    let mut replayer = match trace {
        true => Replayer::tracing(&Tracing::new(&edition), &Measure::exact()),
        false => Replayer::new(&edition, &Measure::exact()),
    };
    let Recorded { records, reading, .. } =
        Recorded::open(Box::new(FILE.as_bytes()), None, &Map::default(), LONGEST).unwrap();
    let mut tally = Tally::default();
    for record in records {
        let case = reading.case(&record.unwrap()).unwrap();
        let replayed = replayer.replay(&case).unwrap();
        assert_eq!(replayed.candidate.is_none(), replayed.comparison.is_match());
        assert_eq!(replayed.traced.is_some(), trace);
        tally.compared(&case, &replayed.comparison).unwrap();
    }
    tally
}

#[test]
fn counts_and_sums_are_those_added_up_by_hand() {
    let tally = tally(false);
    assert_eq!((tally.compared, tally.matches, tally.mismatches), (5, 1, 4));
    // BASE: 10.00 for 10.02, 30.00 for 29.90; FEE of 1.00 extra.
    let base = &tally.charges["BASE"][&Kind::Amount];
    let sum = &base.sums[0];
    assert_eq!((base.cases, base.sums.len(), base.first.id.as_deref()), (2, 1, Some("B")));
    assert_eq!((sum.more.to_string(), sum.without_signs.to_string()), ("0.08 USD".into(), "0.12 USD".into()));
    assert_eq!((sum.largest.line, sum.largest.id.as_deref()), (3, Some("C")));
    assert_eq!(tally.charges["FEE"][&Kind::Extra].sums[0].more.to_string(), "1.00 USD");
    assert_eq!(tally.kinds[&Kind::RefusalAgainstAmount].first.id.as_deref(), Some("D"));
    assert_eq!((tally.kinds[&Kind::Error].cases, tally.kinds[&Kind::Amount].cases), (1, 2));
}

#[test]
fn a_tally_that_is_stored_is_read_as_it_was_and_tracing_changes_nothing() {
    let tally = tally(false);
    assert_eq!(serde_json::from_str::<Tally>(&serde_json::to_string(&tally).unwrap()).unwrap(), tally);
    assert_eq!(self::tally(true), tally);
}

#[test]
fn beyond_ten_thousand_charges_all_others_are_counted_together() {
    let (mut tally, mut memory) = (Tally::default(), ComparisonMemory::default());
    let case = recorded::Case {
        line: 1,
        id: None,
        key: None,
        segment: None,
        time: None,
        input: recorded::Input::Json(String::new()),
        answer: None,
    };
    // Each of 10,003 lines of old code is of a charge of its own, and the first comes once more at the end.
    for number in (0..10_003).chain([0]) {
        let legacy = Prices::new().line(format!("C{number}"), "1.00 USD".parse().unwrap());
        tally.compared(&case, &Measure::exact().compare(&mut memory, &legacy, &Prices::new())).unwrap();
    }
    let cases = |name: &str| tally.charges[name].values().map(|counted| counted.cases).sum::<u64>();
    assert_eq!((tally.charges.len(), cases(OTHERS), cases("C0"), cases("C9999")), (10_001, 3, 2, 1));
    assert_eq!((tally.mismatches, tally.more[0].to_string()), (10_004, "-10004.00 USD".to_owned()));
}
