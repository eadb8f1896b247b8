//! Rules that cases say nothing of, since nothing of them is compared, and rules that need no evidence.

use super::*;

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

/// What no quote can exercise needs no evidence: here a charge that a contract replaces, with its table, and a parameter nobody uses.
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
