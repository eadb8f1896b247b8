//! Many small rules: what a rule set keeps of each, and that it prices as they do by hand.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

#[path = "../benches/workloads/mod.rs"]
mod workloads;

use allocation_counter::measure;
use ratewright::{Compiler, RuleSet};
use workloads::rules::{Form, due, rules};

/// The rule set, and how many bytes it keeps of each rule.
fn compiled(form: Form, count: usize) -> (RuleSet, i64) {
    let compiler = Compiler::new().source("many.rules", &form.text(&rules(count)));
    let mut compiled = None;
    let memory = measure(|| compiled = compiler.compile("many.rules").ok());
    (compiled.unwrap(), memory.bytes_current / count as i64)
}

/// The text itself and the rest of the rule set included; as many for each, however many there are.
#[test]
fn a_rule_is_kept_in_less_than_1400_bytes() {
    for count in [1_000, 4_000] {
        let (_, each) = compiled(Form::Charges, count);
        // The text of a rule alone has 135 bytes.
        assert!((135..1_400).contains(&each), "{count}: {each} bytes a rule");
    }
}

#[test]
fn a_rule_in_a_table_is_kept_in_less_than_300_bytes() {
    let (_, each) = compiled(Form::Table, 4_000);
    assert!((49..300).contains(&each), "{each} bytes a rule");
}

#[test]
fn many_rules_price_as_they_do_by_hand() {
    let rules = rules(1_000);
    let (compiled, _) = compiled(Form::Charges, rules.len());
    for rule in rules.iter().step_by(37) {
        for cents in [rule.low * 100, rule.high * 100 - 1, rule.high * 100] {
            let amount = format!("{}.{:02}", cents / 100, cents % 100);
            let input =
                format!(r#"{{"tier": "{}", "amount": "{amount}", "country": "{}"}}"#, rule.tier, rule.countries[0]);
            let quote = compiled.quote_json(&input).unwrap();
            let due = due(&rules, rule.tier, cents, rule.countries[0]);
            let total = quote.totals().first().map_or("0.00 USD".to_string(), ToString::to_string);
            assert_eq!(total, format!("{}.{:02} USD", due / 100, due % 100), "{input}");
        }
    }
}
