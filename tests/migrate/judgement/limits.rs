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

/// Of n clean draws, 0.9 × (1 − p)^−n ≥ 20 shows less than p: 309 do for 1 %, 300 do not.
#[test]
fn a_part_of_the_money_may_be_demanded() {
    let tracing = tracing(RULES);
    let usd = "USD".parse().unwrap();
    let judged = |cases, interval: Option<&str>, most: Option<&str>, wrong| {
        let intervals = interval.map(|interval| (usd, interval.parse().unwrap())).into_iter().collect();
        let mut evidence = Evidence::new(&tracing, Counting { intervals, ..Counting::default() });
        gather(&mut evidence, &tracing, Stratum::Replay, cases, wrong, wrong);
        let money_rate_at_most = most.map(|most| most.parse().unwrap());
        Policy { money_rate_at_most, ..policy() }.judge(&evidence, &facts(&tracing))
    };
    let money = |judgement: &Judgement| {
        let (readiness, words) = reason(&judgement.reasons, Gate::Money);
        (readiness, words.to_owned())
    };
    // BASE is 20 USD: 310 cases are 310 draws of 20 USD.
    let clean = judged(310, Some("20"), Some("1%"), 0);
    let (readiness, words) = money(&clean);
    assert_eq!(readiness, Readiness::Ready, "{words}");
    assert!(
        words.ends_with("of the money in USD differs in replay, by 310 draws of 20 USD on distinct cases, of which 0 may fall on what differs; 1% may differ"),
        "{words}"
    );
    let (readiness, words) = money(&judged(300, Some("20"), Some("1%"), 0));
    assert_eq!(readiness, Readiness::InsufficientEvidence);
    assert!(words.ends_with("; 1% may differ: gather more cases, or with a smaller interval"), "{words}");
    // A tenth of the interval makes ten draws of each case, and ten draws on one case show no more than one.
    assert_eq!(money(&judged(300, Some("2"), Some("1%"), 0)).0, Readiness::InsufficientEvidence);
    // A case that differs: FAR is 1 USD of 21 USD, old code says 3 USD, so that two draws of 20 USD may fall on it.
    let (readiness, words) = money(&judged(310, Some("20"), Some("1%"), 1));
    assert_eq!(readiness, Readiness::InsufficientEvidence);
    assert!(words.contains("of which 2 may fall on what differs"), "{words}");
    let words = "nobody drew the money in USD: gather with an interval of about a typical bill";
    assert_eq!(money(&judged(310, None, Some("1%"), 0)), (Readiness::InsufficientEvidence, words.to_owned()));
    let words = "nothing was billed, so that nothing is known of the money";
    assert_eq!(money(&judged(0, Some("20"), Some("1%"), 0)), (Readiness::InsufficientEvidence, words.to_owned()));
    // Without a demand it is told where it was drawn, and of each rule.
    assert_eq!(money(&judged(300, Some("20"), None, 0)).0, Readiness::Ready);
    // Where it was not, nothing is held back by it, and nothing is met either.
    let judgement = judged(310, None, None, 0);
    assert_eq!(judgement.readiness, clean.readiness);
    for none in [judgement, judged(0, None, None, 0)] {
        assert!(!none.reasons.iter().any(|reason| reason.gate == Gate::Money));
    }
    let figures = &rule(&clean, "BASE").figures[0].money[0];
    assert_eq!((figures.currency, figures.bounds.draws, figures.bounds.differ), (usd, 310, 0));
}

/// A limit of distinct cases that lies below what is demanded is told with what to do about it.
#[test]
fn a_limit_below_the_demand_says_how_to_raise_it() {
    let tracing = tracing(RULES);
    let judged = |distinct_per_rule| {
        let mut evidence = Evidence::new(&tracing, Counting { distinct_per_rule, ..Counting::default() });
        gather(&mut evidence, &tracing, Stratum::Replay, 80, 80, 0);
        Policy { rate_at_most: Some("5%".parse().unwrap()), ..policy() }.judge(&evidence, &facts(&tracing))
    };
    let low = judged(40);
    let advice =
        "; no more than 40 are told apart: gather anew with a higher limit, `ratewright replay --distinct-per-rule N`";
    for gate in [Gate::Cases, Gate::Rate] {
        let (readiness, words) = reason(&rule(&low, "BASE").reasons, gate);
        assert_eq!(readiness, Readiness::InsufficientEvidence);
        assert!(words.ends_with(advice), "{words}");
    }
    assert_eq!(judged(80).readiness, Readiness::Ready, "{}", judged(80));
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
    // What is not demanded is met, although nothing was seen.
    let nothing = Policy { shadow_days: 0, shadow_month_ends: 0, shadow_effective_dates: 0, ..policy() };
    let planned = Facts { shadow: Some((day("2026-12-01"), day("2026-12-31"))), ..facts(&tracing) };
    let judgement = nothing.judge(&evidence, &planned);
    let shadow = judgement.reasons.iter().filter(|reason| reason.gate == Gate::Shadow);
    assert!(shadow.clone().all(|reason| reason.readiness == Readiness::Ready) && shadow.count() == 3);
    assert_eq!(judgement.readiness, Readiness::Ready);
}
