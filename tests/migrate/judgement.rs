//! What is ready and what is not, and in which words; that nothing is ready where nothing is known.

mod limits;

use crate::tracing::tracing;
use ratewright::live::Edition;
use ratewright::migrate::judgement::{Gate, Reason};
use ratewright::migrate::{
    Approval, Case, ComparisonMemory, Counting, Evidence, Facts, Judgement, Measure, Path, Policy, Prices, Readiness,
    RuleJudgement, Said, Stratum, Tracing,
};
use ratewright::value::Date;
use ratewright::{Compiler, Quote};

const RULES: &str = r#"
ruleset parcel "Parcels" { currency USD }
input { n : integer  far : yes/no = no }
charge BASE = 20 USD + n * 0 USD
charge FAR = 1 USD when far
"#;

fn day(text: &str) -> Date {
    Date::parse(text).unwrap()
}

/// `cases` distinct inputs, of which the first `wrong` differ in FAR; FAR applies in the first `far`.
fn gather(evidence: &mut Evidence, tracing: &Tracing, stratum: Stratum, cases: u64, far: u64, wrong: u64) {
    let (mut quote, mut path, mut memory) = (Quote::default(), Path::default(), ComparisonMemory::default());
    let mut context = tracing.edition().context();
    for n in 0..cases {
        let input = format!(r#"{{"n": {n}, "far": {}}}"#, n < far);
        tracing.quote_json_into(&mut context, &input, &mut quote, &mut path).unwrap();
        let mut legacy = Prices::new().line("BASE", "20 USD".parse().unwrap());
        if n < far {
            legacy = legacy.line("FAR", if n < wrong { "3 USD" } else { "1 USD" }.parse().unwrap());
        }
        let comparison = Measure::exact().compare(&mut memory, Said::from(&legacy), Said::from(&quote));
        evidence.record(tracing, Case { stratum, path: &path, quote: Some(&quote), comparison: &comparison });
    }
}

/// A policy of small numbers.
fn policy() -> Policy {
    Policy { distinct_cases_per_rule: 30, distinct_cases_of_high_revenue: 60, distinct_cases: 50, ..Policy::default() }
}

/// Facts that leave nothing to be desired.
fn facts(tracing: &Tracing) -> Facts {
    Facts {
        offered: 10_000,
        dropped: 10,
        shadow: Some((day("2026-10-15"), day("2026-11-20"))),
        effective_dates: 1,
        p99_microseconds: Some(3),
        drill: Some((day("2026-11-20"), 12)),
        ..Facts::new(day("2026-11-23"), tracing.edition())
    }
}

fn rule<'j>(judgement: &'j Judgement, name: &str) -> &'j RuleJudgement {
    judgement.rules.iter().find(|rule| rule.rule.name == name).unwrap()
}

#[track_caller]
fn reason(reasons: &[Reason], gate: Gate) -> (Readiness, &str) {
    let reason = reasons.iter().filter(|reason| reason.gate == gate).max_by_key(|reason| reason.readiness).unwrap();
    (reason.readiness, &reason.words)
}

/// The figures of the usual demands, as they are published.
#[test]
fn the_usual_demands_are_the_published_ones() {
    let policy: Policy = "{}".parse().unwrap();
    assert_eq!(policy, Policy::default());
    assert_eq!(
        (policy.distinct_cases_per_rule, policy.distinct_cases_of_high_revenue, policy.distinct_cases),
        (300, 3_000, 300_000)
    );
    assert_eq!(
        (policy.high_revenue.to_string(), policy.drops_at_most.to_string()),
        ("80%".to_owned(), "0.1%".to_owned())
    );
    assert_eq!(
        (policy.drill_days, policy.drill_seconds, policy.shadow_month_ends, policy.shadow_effective_dates),
        (7, 60, 1, 1)
    );
    assert!(policy.edges_with_approver);
    let written = serde_json::to_string(&policy).unwrap();
    assert_eq!(written.parse(), Ok(policy), "{written}");
}

#[test]
fn a_slip_in_a_policy_is_an_error() {
    for (text, words) in [
        (
            r#"{"distinct_cases_per_rule": -1}"#,
            "`distinct_cases_per_rule`: it must be a whole number from 0, and it is -1",
        ),
        (r#"{"drop_at_most": "1%"}"#, "`drop_at_most` is not known; did you mean `drops_at_most`?"),
        (r#"{"drill_days": 1, "drill_days": 9}"#, "`drill_days` stands there twice"),
        (
            r#"{"drops_at_most": "lots"}"#,
            "`drops_at_most`: `lots` is no share: write a percentage from 0% through 100%, with up to four digits after the point, such as 12.5%",
        ),
        (
            r#"{"strata": []}"#,
            "`strata`: it must be a list of `traffic`, `adaptive`, `probe` and `replay`, and it is empty",
        ),
        (r#"{"confidence": "100%"}"#, "`confidence`: it must lie between 0% and 100%"),
    ] {
        assert_eq!(text.parse::<Policy>().unwrap_err().to_string(), format!("the policy: {words}"), "{text}");
    }
}

#[test]
fn all_that_is_demanded_makes_a_release_ready() {
    let tracing = tracing(RULES);
    let mut evidence = Evidence::new(&tracing, Counting::default());
    gather(&mut evidence, &tracing, Stratum::Traffic, 80, 40, 0);
    let judgement = policy().judge(&evidence, &facts(&tracing));
    assert_eq!(judgement.readiness, Readiness::Ready, "{judgement}");
    assert_eq!(reason(&judgement.reasons, Gate::Rules).1, "2 of 2 rules are ready");
    assert_eq!(reason(&judgement.reasons, Gate::Cases).1, "80 of 50 distinct cases in traffic");
    assert_eq!(
        reason(&rule(&judgement, "FAR").reasons, Gate::Cases).1,
        "40 distinct cases in traffic of 30 that are wanted"
    );
    let base = &rule(&judgement, "BASE").figures;
    assert_eq!((base.len(), base[0].distinct, base[0].unexplained), (1, 80, 0));
    assert_eq!(base[0].bounds.fixed.to_string(), "3.67542%", "1 - 0.05^(1/80)");
}

#[test]
fn nothing_is_ready_where_nothing_is_known() {
    let tracing = tracing(RULES);
    let evidence = Evidence::new(&tracing, Counting::default());
    let judgement = Policy::default().judge(&evidence, &Facts::new(day("2026-11-23"), tracing.edition()));
    assert_eq!(judgement.readiness, Readiness::InsufficientEvidence);
    for reason in judgement.reasons.iter().filter(|reason| reason.gate != Gate::Digests) {
        assert_eq!(reason.readiness, Readiness::InsufficientEvidence, "{}", reason.words);
    }
    assert!(judgement.rules.iter().all(|rule| rule.readiness == Readiness::InsufficientEvidence));
    // Not even where nothing is demanded.
    let nothing: Policy = r#"{"distinct_cases_per_rule": 0, "distinct_cases_of_high_revenue": 0, "distinct_cases": 0,
        "shadow_days": 0, "shadow_month_ends": 0, "shadow_effective_dates": 0}"#
        .parse()
        .unwrap();
    let judgement = nothing.judge(&evidence, &facts(&tracing));
    assert_eq!(judgement.readiness, Readiness::InsufficientEvidence);
    assert!(judgement.rules.iter().all(|rule| rule.readiness == Readiness::InsufficientEvidence));
    let mut empty = facts(&tracing);
    empty.release.clear();
    assert_eq!(nothing.judge(&evidence, &empty).readiness, Readiness::InsufficientEvidence);
}

/// FAR has two edges, the sides of its condition; traffic shows one of them, and is told from probes.
#[test]
fn what_traffic_never_reaches_is_probed_and_approved() {
    let tracing = tracing(RULES);
    let mut evidence = Evidence::new(&tracing, Counting::default());
    gather(&mut evidence, &tracing, Stratum::Traffic, 80, 0, 0);
    let mut facts = facts(&tracing);
    let far = |evidence: &Evidence, facts: &Facts| {
        let judgement = policy().judge(evidence, facts);
        let far = rule(&judgement, "FAR");
        (far.readiness, reason(&far.reasons, Gate::Cases).1.to_owned())
    };
    let before = "0 of 30 distinct cases in traffic: 30 more; or all edges and an approver, and 1 of 2 edges were met in traffic: probe it";
    assert_eq!(far(&evidence, &facts), (Readiness::InsufficientEvidence, before.to_owned()));

    gather(&mut evidence, &tracing, Stratum::Probe, 2, 1, 0);
    let probed = "0 of 30 distinct cases in traffic: 30 more; all 2 edges were met in probe: name an approver instead";
    assert_eq!(far(&evidence, &facts), (Readiness::InsufficientEvidence, probed.to_owned()));

    let rules = tracing.edition().rule_digests();
    let approval = Approval { rule: rules[0].digest, name: "FAR".to_owned(), approver: "Ida Falk".to_owned() };
    facts.approvals.push(approval.clone());
    assert_eq!(far(&evidence, &facts).0, Readiness::InsufficientEvidence, "of the rule as it was before");
    facts.approvals.push(Approval { rule: rules[1].digest, approver: " ".to_owned(), ..approval.clone() });
    assert_eq!(far(&evidence, &facts).0, Readiness::InsufficientEvidence, "by nobody");
    facts.approvals.push(Approval { rule: rules[1].digest, ..approval });
    assert_eq!(
        far(&evidence, &facts),
        (Readiness::Ready, "all 2 edges met in probe, and Ida Falk approves".to_owned())
    );
    let strict = Policy { edges_with_approver: false, ..policy() };
    assert_eq!(strict.judge(&evidence, &facts).readiness, Readiness::InsufficientEvidence);
    assert_eq!(policy().judge(&evidence, &facts).readiness, Readiness::Ready);
}

#[test]
fn a_mismatch_in_any_stratum_keeps_a_rule_back() {
    let tracing = tracing(RULES);
    let mut evidence = Evidence::new(&tracing, Counting::default());
    gather(&mut evidence, &tracing, Stratum::Traffic, 80, 40, 0);
    gather(&mut evidence, &tracing, Stratum::Probe, 5, 5, 2);
    let judgement = policy().judge(&evidence, &facts(&tracing));
    assert_eq!(judgement.readiness, Readiness::NotReady);
    assert_eq!(
        (rule(&judgement, "BASE").readiness, rule(&judgement, "FAR").readiness),
        (Readiness::Ready, Readiness::NotReady)
    );
    let words = "2 mismatches (2 in probe): mend the rules, or waive them";
    assert_eq!(reason(&rule(&judgement, "FAR").reasons, Gate::Mismatches), (Readiness::NotReady, words));
    assert_eq!(reason(&judgement.reasons, Gate::Rules).1, "1 of 2 rules is ready; not ready: FAR");
    assert_eq!(judgement.to_string().lines().next(), Some("not ready"));
}

/// Strata are not added up: 20 in traffic and 20 recorded are not 40.
#[test]
fn strata_count_each_by_itself() {
    let tracing = tracing(RULES);
    let mut evidence = Evidence::new(&tracing, Counting::default());
    gather(&mut evidence, &tracing, Stratum::Traffic, 20, 20, 0);
    gather(&mut evidence, &tracing, Stratum::Replay, 20, 20, 0);
    gather(&mut evidence, &tracing, Stratum::Adaptive, 500, 500, 0);
    let judgement = policy().judge(&evidence, &facts(&tracing));
    // 37 days for 20: 10 more take 18.5 of them. Nobody has approved of edges.
    let words = "20 of 60 distinct cases in traffic, since much money passes through it: 40 more, 74 days at this rate";
    assert_eq!(reason(&rule(&judgement, "BASE").reasons, Gate::Cases), (Readiness::InsufficientEvidence, words));
    let words = "20 of 30 distinct cases in traffic: 10 more, 19 days at this rate; or all edges and an approver, and 1 of 2 edges were met in replay: probe it";
    assert_eq!(reason(&rule(&judgement, "FAR").reasons, Gate::Cases), (Readiness::InsufficientEvidence, words));
    let adaptive = Policy { strata: vec![Stratum::Adaptive], ..policy() };
    assert_eq!(adaptive.judge(&evidence, &facts(&tracing)).readiness, Readiness::Ready);
}

/// Charges of 50, 30, 15 and 5 USD: the first two make up 80 %. The table that bears on the second passes as much.
#[test]
fn much_money_needs_more_cases() {
    let tracing = tracing(
        r#"
ruleset t "t" { currency USD }
input { n : integer }
parameter small = 15 USD
table large { n : integer by break -> price : money
  | n || price |
  | 0 || 30    |
}
charge A = 50 USD
charge B = large[n].price
charge C = small
charge D = 5 USD
"#,
    );
    let mut evidence = Evidence::new(&tracing, Counting::default());
    let (mut quote, mut path, mut context) = (Quote::default(), Path::default(), tracing.edition().context());
    for n in 0..7 {
        tracing.quote_json_into(&mut context, &format!(r#"{{"n": {n}}}"#), &mut quote, &mut path).unwrap();
        let case = Case { stratum: Stratum::Replay, path: &path, quote: Some(&quote), comparison: &Default::default() };
        evidence.record(&tracing, case);
    }
    let judgement = policy().judge(&evidence, &facts(&tracing));
    let high: Vec<(&str, bool)> =
        judgement.rules.iter().map(|rule| (rule.rule.name.as_str(), rule.high_revenue)).collect();
    let expected = [("A", true), ("B", true), ("C", false), ("D", false), ("large", true), ("small", false)];
    assert_eq!(high, expected);
    assert_eq!(
        reason(&rule(&judgement, "large").reasons, Gate::Cases).1,
        "7 of 60 distinct cases in replay, since much money passes through it: 53 more"
    );
}

#[test]
fn each_demand_on_a_release_is_told_with_its_numbers() {
    let tracing = tracing(RULES);
    let mut evidence = Evidence::new(&tracing, Counting::default());
    gather(&mut evidence, &tracing, Stratum::Traffic, 80, 40, 0);
    let good = facts(&tracing);
    let told = |facts: Facts, gate| {
        let judgement = policy().judge(&evidence, &facts);
        let (readiness, words) = reason(&judgement.reasons, gate);
        assert_eq!(judgement.readiness, readiness, "{words}");
        (readiness, words.to_owned())
    };
    let (missing, wrong) = (Readiness::InsufficientEvidence, Readiness::NotReady);
    let expect =
        |facts: Facts, gate, readiness, words: &str| assert_eq!(told(facts, gate), (readiness, words.to_owned()));
    expect(
        Facts { offered: 0, dropped: 0, ..good.clone() },
        Gate::Drops,
        missing,
        "nothing was offered for comparison, or nobody has counted it",
    );
    expect(
        Facts { dropped: 11, ..good.clone() },
        Gate::Drops,
        wrong,
        "11 of 10,000 cases were dropped, and 0.1% may be: what was dropped may be just what differs; find out why, and gather anew",
    );
    expect(
        Facts { p99_microseconds: None, ..good.clone() },
        Gate::Latency,
        missing,
        "nobody has measured what the comparison adds to calls; 5 µs are allowed",
    );
    expect(
        Facts { p99_microseconds: Some(6), ..good.clone() },
        Gate::Latency,
        wrong,
        "the comparison adds 6 µs to the slowest hundredth of calls, and 5 µs are allowed",
    );
    expect(
        Facts { drill: None, ..good.clone() },
        Gate::Drill,
        missing,
        "going back has not been practised: practise it",
    );
    expect(
        Facts { drill: Some((day("2026-11-15"), 12)), ..good.clone() },
        Gate::Drill,
        missing,
        "going back was practised on 2026-11-15 and took 12 s: that must be within the last 7 days; practise it again",
    );
    expect(
        Facts { drill: Some((day("2026-11-24"), 12)), ..good.clone() },
        Gate::Drill,
        missing,
        "going back was practised on 2026-11-24 and took 12 s: that must be within the last 7 days; practise it again",
    );
    expect(
        Facts { drill: Some((day("2026-11-16"), 61)), ..good.clone() },
        Gate::Drill,
        wrong,
        "going back was practised on 2026-11-16 and took 61 s, and 60 s are allowed",
    );
    expect(
        Facts { effective_dates: 0, ..good.clone() },
        Gate::Shadow,
        missing,
        "both sides ran beside each other on first days of another edition: 0 of 1: let both run on",
    );
    expect(
        Facts { shadow: Some((day("2026-11-02"), day("2026-11-20"))), ..good.clone() },
        Gate::Shadow,
        missing,
        "both sides ran beside each other at ends of months: 0 of 1: let both run on",
    );
    let other = self::tracing(&RULES.replace("1 USD when far", "2 USD when far"));
    let judgement = policy().judge(&evidence, &Facts { release: other.edition().rule_digests().to_vec(), ..good });
    assert_eq!(
        reason(&judgement.reasons, Gate::Digests),
        (missing, "the evidence is of other rules: 1 of 2 are those of this release; carry it over")
    );
    assert_eq!((rule(&judgement, "BASE").readiness, rule(&judgement, "FAR").readiness), (Readiness::Ready, missing));
}

/// Counted on a calendar.
#[test]
fn ends_of_months_are_counted() {
    let tracing = tracing(RULES);
    let evidence = Evidence::new(&tracing, Counting::default());
    for (from, through, days, ends) in [
        ("2026-02-01", "2026-02-27", 27, 0),
        ("2026-02-01", "2026-02-28", 28, 1),
        ("2026-01-31", "2026-01-31", 1, 1),
        ("2026-01-31", "2026-02-28", 29, 2),
        ("2026-11-15", "2027-02-14", 92, 3),
        ("2026-02-02", "2026-02-01", 0, 0),
    ] {
        let today = day("2027-03-01");
        let facts = Facts { today, shadow: Some((day(from), day(through))), ..facts(&tracing) };
        let judgement = policy().judge(&evidence, &facts);
        let found: Vec<_> = judgement
            .reasons
            .iter()
            .filter(|reason| reason.gate == Gate::Shadow)
            .filter_map(|reason| reason.found)
            .collect();
        assert_eq!(found, [days, ends, days.min(1)], "{from} through {through}");
    }
}

/// 309 clean cases show less than 1 % where they are watched; for two rules at once that takes 376, from 0.9 × (1 − 0.01)^−n ≥ 40.
#[test]
fn a_rate_may_be_demanded_of_one_rule_or_of_all_at_once() {
    let tracing = tracing(RULES);
    let readiness = |cases, jointly| {
        let mut evidence = Evidence::new(&tracing, Counting::default());
        gather(&mut evidence, &tracing, Stratum::Replay, cases, cases, 0);
        let rate_at_most = Some("1%".parse().unwrap());
        let judgement = Policy { rate_at_most, jointly, ..policy() }.judge(&evidence, &facts(&tracing));
        reason(&rule(&judgement, "FAR").reasons, Gate::Rate).0
    };
    assert_eq!([readiness(290, false), readiness(309, false)], [Readiness::InsufficientEvidence, Readiness::Ready]);
    assert_eq!([readiness(309, true), readiness(378, true)], [Readiness::InsufficientEvidence, Readiness::Ready]);
}

/// What no quote can exercise needs no evidence: here a charge that a contract replaces, with its table, and a parameter nobody uses.
/// What no answer of old code states, or a measure leaves out, was not compared however many cases exercise it: somebody must approve of it.
#[test]
fn what_nothing_compares_is_not_ready_by_cases() {
    let tracing = tracing(
        r#"
ruleset parcel "Parcels" { currency USD }
input { n : integer }
parameter step = 3
parameter rate = 2 USD
parameter share = 10%
let billed = n + step
output billed = billed
flag LARGE "a large one" when n > 20
charge BASE = rate
charge FUEL = share of BASE
"#,
    );
    let gathered = |measure: Measure| {
        let mut evidence = Evidence::new(&tracing, Counting { measure: measure.clone(), ..Counting::default() });
        let (mut quote, mut path, mut memory) = (Quote::default(), Path::default(), ComparisonMemory::default());
        let mut context = tracing.edition().context();
        for n in 0..80 {
            tracing.quote_json_into(&mut context, &format!(r#"{{"n": {n}}}"#), &mut quote, &mut path).unwrap();
            let legacy = Prices::new().line("BASE", "2 USD".parse().unwrap()).line("FUEL", "0.20 USD".parse().unwrap());
            let comparison = measure.compare(&mut memory, Said::from(&legacy), Said::from(&quote));
            evidence.record(
                &tracing,
                Case { stratum: Stratum::Replay, path: &path, quote: Some(&quote), comparison: &comparison },
            );
        }
        assert!(Evidence::from_json(&evidence.to_json()).unwrap() == evidence, "a file brings it back");
        evidence
    };
    let ready = |evidence: &Evidence, facts: &Facts| -> Vec<String> {
        let rules = policy().judge(evidence, facts).rules;
        rules.into_iter().filter(|rule| rule.readiness == Readiness::Ready).map(|rule| rule.rule.name).collect()
    };
    let exact = gathered(Measure::exact());
    assert_eq!(ready(&exact, &facts(&tracing)), ["BASE", "FUEL", "rate", "share"]);
    let judgement = policy().judge(&exact, &facts(&tracing));
    let words = |judgement: &Judgement, name: &str| reason(&rule(judgement, name).reasons, Gate::Cases).1.to_owned();
    assert_eq!(
        words(&judgement, "billed"),
        "it was not compared, since no answer of the old code states it: look at it, and name an approver"
    );
    assert_eq!(
        words(&judgement, "step"),
        "it was not compared, since it changes nothing that is compared: look at it, and name an approver"
    );
    assert_eq!(rule(&judgement, "LARGE").readiness, Readiness::InsufficientEvidence);

    // Left out, BASE says nothing of itself, nor of what only it refers to.
    let ignored = gathered(Measure::exact().ignoring("BASE"));
    assert_eq!(ready(&ignored, &facts(&tracing)), ["FUEL", "share"]);
    let words = words(&policy().judge(&ignored, &facts(&tracing)), "BASE");
    assert!(words.contains("since the measure leaves it out"), "{words}");

    // Who approves does so by name and digest.
    let approved = tracing.edition().rule_digests().iter().find(|rule| rule.name == "LARGE").unwrap();
    let approval = Approval { rule: approved.digest, name: "LARGE".into(), approver: "J. Doe".into() };
    let facts = Facts { approvals: vec![approval], ..facts(&tracing) };
    assert_eq!(ready(&exact, &facts), ["BASE", "FUEL", "rate", "share", "LARGE"]);
}

#[test]
fn what_changes_no_quote_needs_no_evidence() {
    let base = r#"
ruleset parcel "Parcels" { currency USD }
input { n : integer }
parameter used = 3 USD
parameter left = 4 USD
table old { n : integer by break -> price : money
  | n || price |
  | 0 || 30    |
}
charge BASE = old[n].price
charge MORE = used
"#;
    let contract = r#"
ruleset contracts.acme extends parcel from "base.rules" "ACME" { }
override charge BASE = 20 USD
"#;
    let compiler = Compiler::new().source("base.rules", base).source("acme.rules", contract);
    let rules = compiler.compile("acme.rules").unwrap_or_else(|rejected| panic!("{rejected}"));
    let tracing = Tracing::new(&Edition::new(rules));
    let evidence = Evidence::new(&tracing, Counting::default());
    let judgement = policy().judge(&evidence, &facts(&tracing));
    let mut ready: Vec<&str> = judgement
        .rules
        .iter()
        .filter(|rule| rule.readiness == Readiness::Ready)
        .map(|rule| rule.rule.name.as_str())
        .collect();
    ready.sort_unstable();
    assert_eq!(ready, ["BASE", "left", "old"]);
    assert_eq!(
        judgement.rules.iter().filter(|rule| rule.rule.name == "BASE").count(),
        2,
        "the charge that replaces it needs evidence"
    );
    assert_eq!(Evidence::from_json(&evidence.to_json()).unwrap(), evidence);
}
