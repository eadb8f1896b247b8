//! Labels of charges that are filled in, line by line.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use ratewright::RuleSet;

#[test]
fn a_label_says_what_its_line_is_about() {
    let rules = r#"
        ruleset energy "Energy" { currency USD }
        record Line { season : text  kwh : energy in kWh }
        input { lines : list of Line }
        charge ENERGY "Energy, {line.season}: {line.kwh}" for each line in lines = 0.50 USD per kWh * line.kwh
        charge FIXED "Fixed {{charge}}" = 1.00 USD
    "#;
    let rule_set = RuleSet::compile(rules).expect("it compiles");
    let quote = rule_set
        .quote_json(r#"{"lines": [{"season": "summer", "kwh": 3}, {"season": "winter", "kwh": "1500 Wh"}]}"#)
        .expect("it is priced");
    let labels: Vec<_> = quote.charges().map(|line| line.label().unwrap_or("")).collect();
    assert_eq!(labels, ["Energy, summer: 3 kWh", "Energy, winter: 1.5 kWh", "Fixed {charge}"]);
}

#[test]
fn an_unknown_name_in_a_label_is_an_error_with_its_place() {
    let rules = "ruleset a \"A\" { currency USD }\ncharge A \"for {nobody}\" = 1 USD\n";
    let rejected = RuleSet::compile(rules).unwrap_err();
    let found = &rejected.diagnostics[0];
    assert_eq!((found.code.to_string().as_str(), rejected.sources.text(found.primary.span)), ("RW0201", "nobody"));
}
