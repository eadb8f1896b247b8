//! A policy over a difference: each demand is broken by one small edit, and kept without it. The figures are worked out by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::RuleSet;
use ratewright::difference::Policy;
use ratewright::difference::effect::Effect;

const OLD: &str = r#"
ruleset parcel "Parcel" version "1" { currency USD }
unit seat plural seats
input {
    zone   : integer
    weight : mass in lb from 0 lb
    seats  : seat = 1 seat
}
table rate {
    zone : integer
    -> price : USD per cwt
    | zone      || price |
    | 1         || 40.00 |
    | 2         || 50.00 |
    | 3         || 60.00 |
}
tiers per_seat graduated over seat { up to 10 20.00 USD per seat  above 15.00 USD per seat }
parameter fuel = 20% because "Index of May"
charge BASE "Transportation" = rate[zone].price * weight minimum 9.00 USD
charge SEATS "Seats" = per_seat(seats)
charge HEAVY "Heavy" = 25.00 USD when weight > 100 lb
charge FUEL "Fuel surcharge" = fuel of BASE
refuse NO_ZONE "no such zone" when zone > 3
test "one parcel" { given zone = 1, weight = 50 lb  expect charge BASE is 20.00 USD }
"#;

/// 100 lb to zone 1: 40.00, fuel 8.00, one seat 20.00: 68.00. 200 lb to zone 2: 100.00, 20.00, 20.00, heavy 25.00: 165.00.
const INPUTS: [&str; 2] = [r#"{"zone": 1, "weight": 100}"#, r#"{"zone": 2, "weight": 200}"#];

/// What a policy says of an edit, as `demand: words`.
fn judged(policy: &str, edits: &[(&str, &str)]) -> Vec<String> {
    let mut text = OLD.to_owned();
    for (old, new) in edits {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text = text.replace(old, new);
    }
    let (older, newer) = (RuleSet::compile(OLD).unwrap(), RuleSet::compile(&text).unwrap());
    let mut effect = Effect::new(&[], 0);
    INPUTS.iter().for_each(|input| effect.add(&[], &older.quote_json(input), &newer.quote_json(input)));
    let policy: Policy = policy.parse().unwrap();
    let violations = policy.judge(&older, &newer, &older.difference(&newer), Some(&effect));
    violations.into_iter().map(|violation| format!("{}: {}", violation.demand, violation.words)).collect()
}

#[track_caller]
fn says(policy: &str, edits: &[(&str, &str)], words: &[&str]) {
    assert_eq!(judged(policy, edits), words);
}

#[test]
fn what_stays_within_the_demands_is_let_through() {
    says("{}", &[], &[]);
    // 4 % more in a table, in tiers, in a parameter and in a limit; and another layout.
    says(
        "{}",
        &[("|| 40.00 |", "|| 41.60 |"), ("15.00 USD", "15.60 USD"), ("= 20%", "= 20.8%"), ("100 lb", "1_664 oz")],
        &[],
    );
}

#[test]
fn a_rate_that_moves_too_far_is_told_with_both_values() {
    // 60 → 70 is 10 of 60.
    let words = "rate_percent: rate, zone 3: 60.00 USD per cwt → 70.00 USD per cwt is up by 16.7 %, more than 10 %";
    says("{}", &[("|| 60.00 |", "|| 70.00 |")], &[words]);
    says(r#"{"rate_percent": "16.7"}"#, &[("|| 60.00 |", "|| 70.00 |")], &[]);
    says(r#"{"rate_percent_of": {"rate": 20}}"#, &[("|| 60.00 |", "|| 70.00 |")], &[]);
    let words = "rate_percent: per_seat, tier, up to 10: 10 → 100 is up by 900 %, more than 10 %";
    says("{}", &[("up to 10 ", "up to 100 ")], &[words]);
    let words = "rate_percent: HEAVY, when: 100 lb → 100 kg is up by 120.5 %, more than 10 %";
    says(r#"{"quote_percent": 100, "impact_percent": 100}"#, &[("> 100 lb", "> 100 kg")], &[words]);
    let words = "rate_percent: BASE, amount: 9.00 USD → 90.0 USD is up by 900 %, more than 10 %";
    says(r#"{"quote_percent": 100, "impact_percent": 100}"#, &[("minimum 9.00", "minimum 90.0")], &[words]);
}

#[test]
fn another_formula_needs_a_reason() {
    let edit = ("fuel of BASE", "fuel of (BASE + SEATS)");
    let loose = r#""quote_percent": 100, "impact_percent": 100"#;
    let found = judged(&format!("{{{loose}}}"), &[edit]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("formulas: FUEL, amount: ") && found[0].ends_with("and no `because` says why"),
        "{found:?}"
    );
    let with_reason = ("fuel of BASE", "fuel of (BASE + SEATS) because \"Terms 2026\"");
    says(&format!("{{{loose}}}"), &[with_reason], &[]);
    says(&format!(r#"{{{loose}, "formulas": "allowed"}}"#), &[edit], &[]);
    assert_eq!(judged(&format!(r#"{{{loose}, "formulas": "forbidden"}}"#), &[with_reason]).len(), 1);
    says(&format!(r#"{{{loose}, "accepted": {{"FUEL": "asked for by sales"}}}}"#), &[edit], &[]);
}

#[test]
fn charges_rows_tests_and_inputs_may_not_go() {
    let loose = r#"{"quote_percent": 100, "impact_percent": 100}"#;
    let heavy = "charge HEAVY \"Heavy\" = 25.00 USD when weight > 100 lb\n";
    says(loose, &[(heavy, "")], &["charges_removed: the charge HEAVY is gone"]);
    says(
        loose,
        &[("charge HEAVY", "charge HEAVYWEIGHT")],
        &["charges_removed: the charge HEAVY is called HEAVYWEIGHT now"],
    );
    let added = ("refuse", "charge LIFT = 1.00 USD\nrefuse");
    says(loose, &[added], &["charges_added: the charge LIFT is new, and no `because` says why"]);
    says(loose, &[("refuse", "charge LIFT = 1.00 USD because \"Terms 3\"\nrefuse")], &[]);
    says(loose, &[("    | 3         || 60.00 |\n", "")], &["rows_removed: rate, zone 3 has no row any more"]);
    says(loose, &[("\"one parcel\"", "\"a parcel\"")], &["tests_removed: the test \"one parcel\" is gone"]);
    let found = judged(loose, &[("mass in lb from 0 lb", "mass in kg from 0 kg")]);
    assert!(found.iter().any(|words| words.starts_with("inputs: ")), "{found:?}");
    let refusal = "refuse NO_ZONE \"no such zone\" when zone > 3\n";
    says(loose, &[(refusal, "")], &["formulas: the refusal NO_ZONE is gone, and no `because` says why"]);
}

#[test]
fn the_effect_on_inputs_is_held_against_its_limits() {
    // Zone 1 from 40 to 44: 4.00 and 0.80 fuel more on 68.00; 4.80 on 233.00 in all is 2.06 %.
    let edit = ("|| 40.00 |", "|| 44.00 |");
    says("{}", &[edit], &[]);
    let words = "impact_percent: the sum of all totals: 233 → 237.8 USD is up by 2.1 %, more than 2 %";
    says(r#"{"impact_percent": 2}"#, &[edit], &[words]);
    let words = "impact_amount: the sum of all totals: 233 → 237.8 USD is more than 4.5 USD apart";
    says(r#"{"impact_amount": {"USD": "4.5", "EUR": 1}}"#, &[edit], &[words]);
    // 4.80 of 68.00 is 7.06 %.
    let words = "quote_percent: the total of input 1: 68 → 72.8 USD is up by 7.1 %, more than 7 %";
    says(r#"{"quote_percent": 7}"#, &[edit], &[words]);
    let words = "unpriced: 1 of the inputs have no price any more, the first is input 2";
    says(r#"{"rate_percent": 100}"#, &[("zone > 3", "zone > 1")], &[words]);
    says(r#"{"rate_percent": 100, "unpriced": 1}"#, &[("zone > 3", "zone > 1")], &[]);
}

#[test]
fn a_file_that_is_no_policy_says_why() {
    let error = |text: &str| text.parse::<Policy>().unwrap_err().to_string();
    assert!(error("[]").starts_with("the policy: an object in braces is expected"));
    assert!(error("{").starts_with("the policy: not JSON"));
    assert_eq!(
        error(r#"{"rate_percent": -1}"#),
        "the policy: `rate_percent` is a number of percent from 0, such as 10 or \"2.5\""
    );
    assert_eq!(
        error(r#"{"impact_amount": {"USB": 5}}"#),
        "the policy: `impact_amount`: `USB` is no currency of ISO 4217"
    );
    assert_eq!(
        error(r#"{"formulas": true}"#),
        "the policy: `formulas` is \"allowed\", \"with a reason\" or \"forbidden\""
    );
    assert_eq!(
        error(r#"{"accepted": {"BASE": " "}}"#),
        "the policy: `accepted.BASE` is the reason why the change is accepted"
    );
    assert_eq!(error(r#"{"unpriced": 1.5}"#), "the policy: `unpriced` is a whole number of inputs, from 0");
    let read: Policy = r#"{"rate_percent": 2.5, "impact_amount": {"EUR": "5000.50"}}"#.parse().unwrap();
    assert_eq!(read.rate_percent.to_string(), "2.5");
    assert_eq!(read.impact_amount.values().map(ToString::to_string).collect::<Vec<_>>(), ["5000.5"]);
    assert_eq!("{}".parse::<Policy>().unwrap(), Policy::default());
}
