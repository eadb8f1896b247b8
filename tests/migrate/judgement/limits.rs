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
