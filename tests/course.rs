//! The order in which things ask for each other: a quote is the same whether something is computed in its turn or asked for earlier.
//! Expected amounts are worked out by hand from the rules.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use ratewright::{Compiler, RuleSet};

/// The total of rules for an input.
#[track_caller]
fn total(rules: &str, input: &str) -> String {
    let rules = RuleSet::compile(&format!("ruleset t \"T\" {{ currency USD }}\n{rules}\n")).unwrap();
    let quote = rules.quote_json(input).unwrap();
    let (explained, _) = rules.explain_json(input).unwrap();
    assert_eq!(quote, explained);
    quote.totals().first().unwrap().to_string()
}

#[test]
fn a_charge_that_is_asked_for_early_computes_what_it_needs() {
    let sum = "input { w : number }\nlet d = w * 2\ncharge A = 1 USD + sum of applied (B)\ncharge X = 1 USD * d\ncharge B = 3 USD when d < 3";
    // d = 2: A 1 + 3, X 2, B 3
    assert_eq!(total(sum, r#"{"w": 1}"#), "9.00 USD");
    let applied = "input { w : number }\nlet d = w * 2\ncharge A = 1 USD when B is applied\ncharge X = 1 USD * d\ncharge B = 3 USD when d is 4";
    // d = 4: A 1, X 4, B 3
    assert_eq!(total(applied, r#"{"w": 2}"#), "8.00 USD");
    let through = "input { w : number }\nlet d = w * 2\nlet u = sum of applied (B) / 1 USD\ncharge A = u * 1 USD\ncharge X = 1 USD * d when d > 0\ncharge B = 3 USD when d < 100\nrefuse R \"x\" when w > 1000";
    // d = 4: A 3, X 4, B 3
    assert_eq!(total(through, r#"{"w": 2}"#), "10.00 USD");
    let amount =
        "input { w : number }\nlet d = w * 2\ncharge A = 1 USD + B\ncharge X = d * 1 USD\ncharge B = d * 3 USD";
    // d = 4: A 13, X 4, B 12
    assert_eq!(total(amount, r#"{"w": 2}"#), "29.00 USD");
}

#[test]
fn a_contract_halves_the_charge_of_its_base() {
    let base = "ruleset base.r \"Base\" { currency USD }\ninput { w : number }\nlet d = w * 2\ncharge BASE = 3 USD * d\ncharge X = 1 USD * d\n";
    let contract =
        "ruleset con.r extends base.r from \"base.rules\" \"C\" { }\noverride charge BASE = base.BASE less 50%\n";
    let rules = Compiler::new().source("base.rules", base).source("con.rules", contract).compile("con.rules").unwrap();
    // d = 4: half of 12, and 4
    assert_eq!(rules.quote_json(r#"{"w": 2}"#).unwrap().totals().first().unwrap().to_string(), "10.00 USD");
}

#[test]
fn the_zone_of_windows_may_be_computed() {
    let rules = "input { at : instant  home : zone  work : zone?  w : number }
let z = if (w * 5 + 3) * (w + 4) > 20 then home else (work otherwise home)
windows peak in zone z { every day 08:00 until 20:00 }
function g(p : number) = (p * 11) + (if at is within peak then p else 0)
charge D = g(w + 2) * 1 USD";
    // 07:30 UTC is 08:30 in Paris: within the windows, so that D = 3 × 11 + 3.
    let input = r#"{"w": 1, "home": "Europe/Paris", "at": "2026-03-03T07:30:00Z"}"#;
    assert_eq!(total(rules, input), "36.00 USD");
    let rules = format!("{rules}\ncharge E = if at is within peak then 1 USD else 2 USD");
    assert_eq!(total(&rules, input), "37.00 USD");
}

#[test]
fn tiers_of_an_option_that_is_not_chosen_are_on_no_line() {
    let tiers = "tiers t graduated over number { up to 2 1 USD above 0.5 USD }";
    let rules = format!(
        "ruleset t \"T\" {{ currency USD }}\ninput {{ w : number }}\n{tiers}\ncharge A = first of {{ O1 5 USD when t(w) > 100 USD }}\ncharge B = 3 USD\n"
    );
    let quote = RuleSet::compile(&rules).unwrap().quote_json(r#"{"w": 3}"#).unwrap();
    let lines: Vec<_> = quote.charges().map(|line| (line.code(), line.breakdown().count())).collect();
    assert_eq!(lines, [("B", 0)]);
    let rules = format!(
        "ruleset t \"T\" {{ currency USD }}\ninput {{ ls : list of number }}\n{tiers}\ncharge A for each l in ls = first of {{ O1 5 USD when t(l) > 2 USD }}\n"
    );
    let quote = RuleSet::compile(&rules).unwrap().quote_json(r#"{"ls": [1, 5]}"#).unwrap();
    // Of the second element: the option that was chosen. The tiers of its condition are no part of its amount.
    let lines: Vec<_> = quote.charges().map(|line| (line.item(), line.breakdown().count())).collect();
    assert_eq!(lines, [(Some(1), 1)]);
}
