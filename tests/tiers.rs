//! Tiers against a price added up unit by unit, and the edges that authors ask about.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod eval;

use eval::{case, lines};
use proptest::prelude::*;

/// Rules with graduated and volume tiers of the same bounds and rates, `up to` or `under`, over a number `q`.
fn rules(kind: &str, word: &str, bounds: &[i64], rates: &[i64], flats: &[i64]) -> String {
    let mut text = format!(
        "ruleset t \"t\" {{ currency USD  rounding none }}\nunit piece\ninput {{ q : piece }}\ntiers price {kind} over piece {{\n"
    );
    for (index, rate) in rates.iter().enumerate() {
        match bounds.get(index) {
            Some(bound) => text.push_str(&format!("  {word} {bound}")),
            None => text.push_str("  above"),
        }
        text.push_str(&format!("  {rate} USD per piece plus {} USD flat\n", flats[index]));
    }
    text.push_str("}\ncharge P = price(q)\n");
    text
}

fn total(rules: &str, quantity: i64) -> String {
    case(rules, &format!("given q = {quantity} piece")).price().unwrap().totals()[0].amount.to_string()
}

fn tiers() -> impl Strategy<Value = (Vec<i64>, Vec<i64>, Vec<i64>)> {
    (prop::collection::btree_set(1i64..40, 1..4), prop::collection::vec(0i64..9, 4), prop::collection::vec(0i64..9, 4))
        .prop_map(|(bounds, mut rates, mut flats)| {
            let bounds: Vec<i64> = bounds.into_iter().collect();
            rates.truncate(bounds.len() + 1);
            flats.truncate(bounds.len() + 1);
            (bounds, rates, flats)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(ProptestConfig::default().cases / 10))]

    #[test]
    fn graduated_tiers_are_the_sum_over_single_units((bounds, rates, flats) in tiers(), quantity in 0i64..50) {
        // The unit number n (from 1) lies in the first tier whose bound is not below n.
        let tier_of = |n: i64| bounds.iter().position(|bound| n <= *bound).unwrap_or(bounds.len());
        let units: i64 = (1..=quantity).map(|n| rates[tier_of(n)]).sum();
        let reached: i64 = (0..=bounds.len()).filter(|tier| (1..=quantity).any(|n| tier_of(n) == *tier)).map(|tier| flats[tier]).sum();
        prop_assert_eq!(total(&rules("graduated", "up to", &bounds, &rates, &flats), quantity), (units + reached).to_string());
        // With `under`, a quantity that equals a bound is in the next tier already: its flat fee is due.
        let at_bound = bounds.iter().position(|bound| *bound == quantity).map_or(0, |tier| flats[tier + 1]);
        prop_assert_eq!(total(&rules("graduated", "under", &bounds, &rates, &flats), quantity), (units + reached + at_bound).to_string());
    }

    #[test]
    fn volume_tiers_price_all_at_one_rate((bounds, rates, flats) in tiers(), quantity in 0i64..50) {
        for (word, included) in [("up to", true), ("under", false)] {
            let tier = bounds.iter().position(|b| quantity < *b || (included && quantity == *b)).unwrap_or(bounds.len());
            let flat = if quantity > 0 { flats[tier] } else { 0 };
            let expected = quantity * rates[tier] + flat;
            prop_assert_eq!(total(&rules("volume", word, &bounds, &rates, &flats), quantity), expected.to_string());
        }
    }
}

const HEAD: &str = "ruleset t \"t\" { currency USD }\nunit seat plural seats\ninput { q : seat }\n";

#[test]
fn the_first_flat_fee_at_zero_is_due_only_where_the_tiers_say_so() {
    let tiers = |words: &str| {
        format!(
            "{HEAD}tiers t graduated over seat{words} {{ up to 5  1 USD per seat plus 3 USD flat\n above 2 USD per seat }}\ncharge A = t(q)"
        )
    };
    assert_eq!(lines(&tiers(""), "given q = 0 seat"), "A 0.00 USD; total 0.00 USD");
    assert_eq!(lines(&tiers(", flat due at zero"), "given q = 0 seat"), "A 3.00 USD; total 3.00 USD");
    assert_eq!(lines(&tiers(", flat due at zero"), "given q = 6 seat"), "A 10.00 USD; total 10.00 USD"); // 5 + 3 + 2
}

#[test]
fn each_tier_can_be_rounded_and_priced_per_started_step() {
    let rules = format!(
        "{HEAD}tiers t graduated over seat, each tier rounded half up to 1 USD {{ up to 3  0.50 USD per seat\n above 1.50 USD per started 2 seat }}\ncharge A = t(q)"
    );
    // 1.50 → 2; 4 seats beyond: two started pairs, 3.00
    assert_eq!(lines(&rules, "given q = 7 seat"), "A 5.00 USD; total 5.00 USD");
}

#[test]
fn tiers_of_a_list_must_rise_and_reach() {
    let rules = "ruleset t \"t\" { currency USD }\nunit seat\nrecord Step { limit : seat?  rate : USD per seat }\ninput { q : seat  steps : list of Step }
tiers t(steps : list of Step) graduated over seat { each step in steps { up to step.limit  step.rate } }\ncharge A = t(q, steps)";
    let given = |steps: &str| format!("given q = 12 seat\ngiven steps = [{steps}]");
    let step = |limit: i64, rate: i64| format!("{{ limit = {limit} seat, rate = {rate} USD per seat }}");
    assert_eq!(lines(rules, &given(&format!("{}, {}", step(10, 2), step(20, 1)))), "A 22.00 USD; total 22.00 USD");
    let error = case(rules, &given(&format!("{}, {}", step(10, 2), step(10, 1)))).price().unwrap_err();
    assert_eq!(error.to_string(), "input not accepted: the bounds of `t` do not rise: 10 follows 10");
    let error = case(rules, &given(&step(10, 2))).price().unwrap_err();
    assert_eq!(error.to_string(), "no row matched: no tier of `t` goes up to 12 seat");
}

#[test]
fn each_tier_is_a_line_of_the_breakdown() {
    let rules = "ruleset t \"t\" { currency USD }\ninput { q : data in GiB }\ntiers egress graduated over data in GiB { up to 10_240  0.085 USD per GiB\n up to 51_200 0.065 USD per GiB\n above 0.045 USD per GiB }\ncharge A = egress(q) - egress(1 GiB)";
    let quote = case(rules, "given q = 10_241 GiB").price().unwrap();
    let shown: Vec<String> = quote
        .charges()
        .next()
        .unwrap()
        .breakdown()
        .map(|l| format!("{}: {} at {} = {}", l.label(), l.quantity().unwrap(), l.rate().unwrap(), l.money()))
        .collect();
    assert_eq!(
        shown,
        [
            "0 to 10240 GiB: 10240 GiB at 0.085 USD per GiB = 870.40 USD",
            "10240 to 51200 GiB: 1 GiB at 0.065 USD per GiB = 0.065 USD",
            "0 to 10240 GiB: 1 GiB at 0.085 USD per GiB = -0.085 USD",
        ]
    );
    assert_eq!(quote.charges().next().unwrap().money().to_string(), "870.38 USD");
    let json = serde_json::to_value(&quote).unwrap();
    assert_eq!(
        json["charges"][0]["breakdown"][0]["rate"],
        serde_json::json!({ "value": "0.085", "unit": "USD per GiB" })
    );
    assert_eq!(json["charges"][0]["amount"], serde_json::json!({ "amount": "870.38", "currency": "USD" }));
}
