//! A `minimum` or `maximum` is a number of the sheet that cases have told only where it was seen to apply, and not to. What applies where is
//! worked by hand.

use crate::tracing::{path, tracing};
use ratewright::Quote;
use ratewright::migrate::{
    Answer, Approval, Case, ComparisonMemory, Counting, Evidence, Facts, Judgement, Measure, Path, Policy, Prices,
    Prober, Probes, Readiness, Said, Stratum, Tracing,
};
use ratewright::value::{Date, Number};
use std::collections::BTreeMap;

/// The edges of bounds that an input meets, in words: those that the probe with just this input is said to meet.
fn met(tracing: &Tracing, words: &BTreeMap<u32, String>, input: &str) -> Vec<String> {
    let mut met: Vec<String> =
        path(tracing, input).edges().iter().filter_map(|edge| words.get(edge)).cloned().collect();
    met.sort();
    met
}

/// What each edge is that some probe meets, in words. A probe names the edges that it is the first to meet, in their order.
fn words(probes: &Probes) -> BTreeMap<u32, String> {
    let (mut words, mut known) = (BTreeMap::new(), std::collections::BTreeSet::new());
    for probe in &probes.probes {
        let new = probe.edges.iter().filter(|edge| known.insert(**edge)).copied();
        words.extend(new.zip(probe.meets.iter().cloned()));
    }
    words.retain(|_, word| word.starts_with("`minimum") || word.starts_with("`maximum"));
    words
}

fn probes(tracing: &Tracing) -> Probes {
    Prober::new(tracing).probes(&mut |_| {})
}

/// The probes meet all edges. A bound without a line of its own has none where the amount is exactly that: both come to the same there.
#[track_caller]
fn bounds(text: &str, cases: &[(&str, &[&str])]) {
    let tracing = tracing(text);
    let probes = probes(&tracing);
    assert_eq!(probes.edges_met(), probes.edges(), "{:?}", probes.rules);
    let words = words(&probes);
    for (input, expected) in cases {
        let expected: Vec<&str> =
            expected.iter().filter(|word| word.contains(" as ") || !word.ends_with("exactly that")).copied().collect();
        assert_eq!(met(&tracing, &words, input), expected, "{input}");
    }
}

const HEAD: &str = "ruleset t \"t\" { currency USD }\ninput { weight : mass in lb from 0 lb through 5000 lb }\n";

#[test]
fn an_amount_lies_below_at_or_above_its_minimum_as_it_is_booked() {
    // 10 USD per cwt: 45 USD at 450 lb.
    let text = format!("{HEAD}charge LINE = weight * 10 USD per cwt minimum 45.00 USD as LEAST");
    bounds(
        &text,
        &[
            (r#"{"weight": 449}"#, &["`minimum 45.00 USD as LEAST`: applies"]),
            (r#"{"weight": 450}"#, &["`minimum 45.00 USD as LEAST`: the amount is exactly that"]),
            (r#"{"weight": 451}"#, &["`minimum 45.00 USD as LEAST`: does not apply"]),
        ],
    );
    // 9.97 USD per cwt: 451.35 lb are 44.999595 USD, which are booked as 45.00 as well; 451 lb are 44.9647, 452 lb 45.0644.
    let text = format!("{HEAD}charge LINE = weight * 9.97 USD per cwt minimum 45.00 USD as LEAST");
    bounds(
        &text,
        &[
            (r#"{"weight": "451 lb"}"#, &["`minimum 45.00 USD as LEAST`: applies"]),
            (r#"{"weight": "451.35 lb"}"#, &["`minimum 45.00 USD as LEAST`: the amount is exactly that"]),
            (r#"{"weight": "452 lb"}"#, &["`minimum 45.00 USD as LEAST`: does not apply"]),
        ],
    );
}

#[test]
fn bounds_are_looked_at_wherever_they_stand() {
    // Both after a discount of 10 %: 9 USD per cwt; 45 USD at 500 lb, 90 USD at 1000 lb. The lines of their own change nothing.
    for (minimum, maximum) in [("", ""), (" as LEAST", " as MOST"), ("", " as MOST \"at most\"")] {
        let text = format!(
            "{HEAD}charge LINE = weight * 10 USD per cwt less 10% minimum 45 USD{minimum} maximum 90 USD{maximum}"
        );
        let (least, most) = (format!("`minimum 45 USD{minimum}`"), format!("`maximum 90 USD{maximum}`"));
        let (applies, exactly, not) = (": applies", ": the amount is exactly that", ": does not apply");
        for (weight, above, below) in
            [(400, not, applies), (500, not, exactly), (700, not, not), (1000, exactly, not), (1001, applies, not)]
        {
            let expected = [format!("{most}{above}"), format!("{least}{below}")];
            let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
            bounds(&text, &[(&format!(r#"{{"weight": {weight}}}"#), &expected)]);
        }
    }
    // Of each line.
    let text = "ruleset t \"t\" { currency USD }\ninput { pieces : list of mass in lb }\n\
                charge LINE for each piece in pieces = piece * 2 USD per lb minimum 40 USD";
    let (applies, exactly, not) = (
        "`minimum 40 USD`: applies",
        "`minimum 40 USD`: the amount is exactly that",
        "`minimum 40 USD`: does not apply",
    );
    let cases: [(&str, &[&str]); 3] = [
        (r#"{"pieces": [19]}"#, &[applies]),
        (r#"{"pieces": [21, 19]}"#, &[applies, not]),
        (r#"{"pieces": [21, 20, 22]}"#, &[not, exactly]),
    ];
    bounds(text, &cases);
    // Of the dearest option, of a total, and of a value with a name.
    for text in [
        "charge LINE = dearest of {\n A weight * 1 USD per lb when weight > 5 lb\n B weight * 2 USD per lb\n} minimum 40 USD",
        "charge LINE = weight * 2 USD per lb\ntotal minimum 40 USD as LEAST",
        "let price = weight * 2 USD per lb minimum 40 USD\ncharge LINE = price",
    ] {
        let stage = text.get(text.find("minimum").unwrap()..).unwrap().lines().next().unwrap();
        let words = |says: &str| [format!("`{stage}`: {says}")];
        for (weight, says) in [(19, "applies"), (20, "the amount is exactly that"), (21, "does not apply")] {
            let expected = words(says);
            bounds(&format!("{HEAD}{text}"), &[(&format!(r#"{{"weight": {weight}}}"#), &[expected[0].as_str()])]);
        }
    }
}

fn facts(tracing: &Tracing) -> Facts {
    Facts::new(Date::new(2026, 11, 23).unwrap(), tracing.edition())
}

fn judged(evidence: &Evidence, facts: &Facts) -> Judgement {
    let policy = Policy { distinct_cases_per_rule: 100, distinct_cases_of_high_revenue: 100, ..Policy::default() };
    policy.judge(evidence, facts)
}

/// Old code without the minimum, and traffic that is never below it: nothing differs, and nothing is known of the minimum.
#[test]
fn a_minimum_that_traffic_never_reaches_is_not_shown_by_it() {
    let tracing = tracing(&format!("{HEAD}charge LINE = weight * 10 USD per cwt minimum 45.00 USD"));
    let mut evidence = Evidence::new(&tracing, Counting::default());
    let take = |evidence: &mut Evidence, stratum, input: &str, weight: &Number| {
        let (mut quote, mut path) = (Quote::default(), Path::default());
        tracing.quote_json_into(&mut tracing.edition().context(), input, &mut quote, &mut path).unwrap();
        let cents = weight.mul(&Number::parse("0.1").unwrap()).unwrap();
        let cents = cents.round_to(&Number::parse("0.01").unwrap(), ratewright::value::RoundingMode::HalfUp).unwrap();
        let old: Answer = Prices::new().line("LINE", format!("{cents} USD").parse().unwrap()).into();
        let mut memory = ComparisonMemory::default();
        let comparison = Measure::exact().compare(&mut memory, Said::from(&old), Said::from(&quote));
        evidence.record(&tracing, Case { stratum, path: &path, quote: Some(&quote), comparison: &comparison });
    };
    for weight in 500..742 {
        take(&mut evidence, Stratum::Replay, &format!(r#"{{"weight": {weight}}}"#), &Number::from_i64(weight));
    }
    let known = &evidence.rules()[0];
    assert_eq!((known.edges, known.strata.of(Stratum::Replay).edges.count()), (2, 1));
    assert_eq!(known.strata.of(Stratum::Replay).unexplained, 0);
    assert!(!known.has_seen_its_bounds());
    let facts = facts(&tracing);
    let judgement = judged(&evidence, &facts);
    assert_eq!(judgement.rules[0].readiness, Readiness::InsufficientEvidence);
    assert_eq!(judgement.rules[0].reasons[1].words, "242 distinct cases in replay of 100 that are wanted");
    assert_eq!(
        judgement.rules[0].reasons[2].words,
        "a minimum or maximum in it, or in what it refers to, was not seen both to apply and not to apply: probe it, or name an approver"
    );
    assert_eq!(Evidence::from_json(&evidence.to_json()).unwrap(), evidence, "a file knows it too");
    assert!(!evidence.carry_over(&tracing).rules()[0].has_seen_its_bounds());
    // Somebody may answer for it all the same.
    let rule = &tracing.edition().rule_digests()[0];
    let approval = Approval { rule: rule.digest, name: rule.name.clone(), approver: "J. Doe".into() };
    let approved = judged(&evidence, &Facts { approvals: vec![approval], ..facts.clone() });
    assert_eq!(approved.rules[0].readiness, Readiness::Ready);

    // The rule lacks evidence by the policy, so that it is probed; old code answers, and what it lacks comes to light.
    let mut prober = Prober::new(&tracing);
    prober.lacking(
        &evidence,
        &Policy { distinct_cases_per_rule: 100, distinct_cases_of_high_revenue: 100, ..Policy::default() },
        facts.today,
    );
    let probes = prober.probes(&mut |_| {});
    assert_eq!((probes.edges_met(), probes.edges()), (2, 2));
    for probe in &probes.probes {
        let weight = probe.input.trim_matches(|c: char| !c.is_ascii_digit()).to_owned();
        take(&mut evidence, Stratum::Probe, &probe.input, &Number::parse(&weight).unwrap());
    }
    assert!(evidence.rules()[0].has_seen_its_bounds());
    let judgement = judged(&evidence, &facts);
    assert_eq!(judgement.rules[0].readiness, Readiness::NotReady, "{judgement}");
    assert!(evidence.rules()[0].strata.of(Stratum::Probe).unexplained > 0);
}
