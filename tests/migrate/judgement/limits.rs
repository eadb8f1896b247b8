//! How far evidence goes: which money says what, how many cases are told apart, and which days have been.

use super::*;

/// A few cents of live traffic, all of A, do not hide what a thousand recorded cases show of B.
#[test]
fn a_little_live_money_does_not_say_which_rules_are_of_high_revenue() {
    let tracing = tracing(
        r#"
ruleset t "t" { currency USD }
input { a : integer  b : integer }
charge A = 0.01 USD * a
charge B = 10 USD * b
"#,
    );
    let mut evidence = Evidence::new(&tracing, Counting::default());
    let (mut quote, mut path, mut context) = (Quote::default(), Path::default(), tracing.edition().context());
    let mut record = |stratum, a: u64, b: u64| {
        let input = format!(r#"{{"a": {a}, "b": {b}}}"#);
        tracing.quote_json_into(&mut context, &input, &mut quote, &mut path).unwrap();
        evidence.record(&tracing, Case { stratum, path: &path, quote: Some(&quote), comparison: &Default::default() });
    };
    record(Stratum::Traffic, 3, 0);
    (1..=50).for_each(|n| record(Stratum::Replay, 1, n));
    let judgement = policy().judge(&evidence, &facts(&tracing));
    assert!(rule(&judgement, "A").high_revenue, "of what live traffic billed");
    assert!(rule(&judgement, "B").high_revenue, "of what was recorded");
    assert_eq!(
        reason(&rule(&judgement, "B").reasons, Gate::Cases).1,
        "50 of 60 distinct cases in replay, since much money passes through it: 10 more"
    );
}

/// What is planned was not seen: of a shadow that goes on, the days through that of the judgement count, and no other edition came on a
/// day that is no day of it.
#[test]
fn days_to_come_do_not_count() {
    let tracing = tracing(RULES);
    let mut evidence = Evidence::new(&tracing, Counting::default());
    gather(&mut evidence, &tracing, Stratum::Traffic, 80, 40, 0);
    let found = |from: &str, through: &str, effective_dates| {
        let facts = Facts { shadow: Some((day(from), day(through))), effective_dates, ..facts(&tracing) };
        let judgement = policy().judge(&evidence, &facts);
        let shadow = judgement.reasons.iter().filter(|reason| reason.gate == Gate::Shadow);
        (judgement.readiness, shadow.map(|reason| reason.found.unwrap()).collect::<Vec<_>>())
    };
    // The judgement is of 2026-11-23.
    assert_eq!(found("2026-11-20", "2027-11-22", 99), (Readiness::InsufficientEvidence, vec![4, 0, 4]));
    assert_eq!(found("2026-12-01", "2027-11-22", 1), (Readiness::InsufficientEvidence, vec![0, 0, 0]));
    assert_eq!(found("2026-10-15", "2026-12-31", 1), (Readiness::Ready, vec![40, 1, 1]));
    let ahead = Facts { shadow: Some((day("2026-11-20"), day("2026-12-31"))), ..facts(&tracing) };
    let judgement = policy().judge(&evidence, &ahead);
    assert_eq!(
        judgement.reasons.iter().find(|reason| reason.gate == Gate::Shadow).unwrap().words,
        "both sides ran beside each other on days: 4 of 30: let both run on; the days after 2026-11-23 through 2026-12-31 are still to come and do not count"
    );
    // Nothing was seen, also where nothing is demanded.
    let nothing = Policy { shadow_days: 0, shadow_month_ends: 0, shadow_effective_dates: 0, ..policy() };
    let planned = Facts { shadow: Some((day("2026-12-01"), day("2026-12-31"))), ..facts(&tracing) };
    assert_eq!(nothing.judge(&evidence, &planned).readiness, Readiness::InsufficientEvidence);
}
