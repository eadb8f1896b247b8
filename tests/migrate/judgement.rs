//! What is ready and what is not, and in which words; that nothing is ready where nothing is known.

mod compared;
mod limits;
mod release;

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
        (
            r#"{"rows_at_least": 90}"#,
            "`rows_at_least`: it must be a percentage in quotes, such as \"0.1%\", and it is 90",
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
