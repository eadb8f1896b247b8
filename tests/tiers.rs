//! Tiers against a price added up unit by unit, and the edges that authors ask about.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod eval;

use eval::{case, lines};
use proptest::prelude::*;
use ratewright::eval::{Coverage, Hosts, Limits};

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

/// Tiers whose bounds and prices are constants: of both kinds, with ends and without, `under` and `up to`, roundings, percents, scales.
const CONSTANT: [&str; 9] = [
    "tiers t graduated over number { up to 10 0.125 USD  up to 25.5 0.10 USD plus 2 USD flat  above 0.075 USD }",
    "tiers t graduated over number, flat due at zero { under 10 1 USD plus 3 USD flat  under 25.5 -0.50 USD plus 1 USD flat  under 40 0 USD }",
    "tiers t volume over number { under 10 0.125 USD plus 1 USD flat  up to 25.5 0.10 USD  above 0.075 USD plus 9.99 USD flat }",
    "tiers t volume over number, flat due at zero { up to 10 4 USD flat  up to 25.5 6 USD flat }",
    "tiers t graduated over number, each tier rounded half up to 0.05 USD { up to 10 0.123 USD  under 25.5 0.117 USD  above 0.001 USD }",
    "tiers t graduated over money in USD { up to 10 10%  up to 25.5 7.25% plus 1 USD flat  above 0.5% }\nfunction u(x : number) = t(x * 1 USD)",
    "tiers t graduated over data in GiB { up to 10 0.085 USD per GiB  up to 25.5 1.5 USD per TiB  above 0.00002 USD per MiB }\nfunction u(x : number) = t(x * 1 GiB)",
    "parameter first = 0.25 USD\ntiers t graduated over number { up to 10 first  up to 25.5 first * 2  above 3 * first plus first flat }",
    "tiers t graduated over number { up to 10 2 USD per started 4  up to 25.5 0.10 USD  above 3_000_000_000 USD }",
];

const QUANTITIES: [&str; 18] = [
    "0",
    "0.01",
    "1",
    "9.99",
    "10",
    "10.01",
    "25.49",
    "25.5",
    "25.501",
    "39.999",
    "40",
    "41",
    "1_000_000.000001",
    "-1",
    "9_000_000_000_000_000",
    "123_456_789_012_345.678901",
    "1 / 3",
    "100 / 7",
];

#[test]
fn constant_tiers_are_priced_alike_whether_or_not_somebody_watches() {
    for tiers in CONSTANT {
        let called = if tiers.contains("function u") { "u(q)" } else { "t(q)" };
        let rules = format!(
            "ruleset t \"t\" {{ currency USD  rounding none }}\ninput {{ q : number }}\n{tiers}\ncharge A = {called} * 2 + {called}\nlet idle = {called}\ncharge B = idle when q > 3"
        );
        for quantity in QUANTITIES {
            let case = case(&rules, &format!("given q = {quantity}"));
            for steps in (0..24).chain([1_000]) {
                let limits = Limits { steps, ..Limits::default() };
                let watched = case.price_with(&Hosts::default(), &limits, &mut Coverage::new());
                assert_eq!(case.price_within(&limits), watched, "{tiers}, {quantity}, {steps} steps");
            }
        }
    }
}

#[test]
fn the_breakdown_of_constant_tiers_is_what_lies_in_each() {
    let rules = "ruleset t \"t\" { currency USD }\ninput { q : number }\n
        tiers g graduated over number { under 10 0.125 USD plus 1 USD flat  under 25.5 0 USD  above 0.075 USD plus 2 USD flat }
        tiers p volume over money in USD { up to 10 10%  above 7.25% plus 1 USD flat }
        charge G = g(q)\ncharge P = p(q * 1 USD)";
    let shown = |quantity: &str| -> Vec<String> {
        let quote = case(rules, &format!("given q = {quantity}")).price().unwrap();
        let part = |l: ratewright::quote::BreakdownLine<'_>| {
            format!("{}: {} at {} = {}", l.label(), l.quantity().unwrap(), l.rate().unwrap(), l.money())
        };
        quote.charges().flat_map(|line| line.breakdown().map(part).collect::<Vec<_>>()).collect()
    };
    assert_eq!(shown("0"), [""; 0]);
    let small = ["under 10: 4 at 0.125 USD = 1.50 USD", "0 to 10 USD: 4 USD at 10% = 0.40 USD"];
    assert_eq!(shown("4"), small);
    // What equals a bound that is not included lies in the tier above, in which nothing is then but its flat fee.
    let bound = [
        "under 10: 10 at 0.125 USD = 2.25 USD",
        "10 to under 25.5: 15.5 at 0 USD = 0.00 USD",
        "from 25.5: 0 at 0.075 USD = 2.00 USD",
        "over 10 USD: 25.5 USD at 7.25% = 2.84875 USD",
    ];
    assert_eq!(shown("25.5"), bound);
}

#[test]
fn the_breakdown_of_a_group_has_the_tiers_of_the_option_that_is_charged() {
    let rules = |policy: &str| {
        format!(
            "ruleset t \"t\" {{ currency USD }}\ninput {{ q : number }}\n
            tiers low volume over number {{ above 1 USD }}\ntiers high volume over number {{ above 2 USD }}\ntiers asked volume over number {{ above 5 USD }}
            charge C = {policy} of {{ FIRST low(q)  SECOND high(q) when asked(q) > 1 USD  THIRD low(q) + 1 USD when no }} plus high(1)"
        )
    };
    // By hand: 3 of 1 USD or of 2 USD, and what the stage adds, 1 of 2 USD.
    for (policy, chosen, amount) in
        [("cheapest", "FIRST", "3.00 USD"), ("dearest", "SECOND", "6.00 USD"), ("first", "FIRST", "3.00 USD")]
    {
        let quote = case(&rules(policy), "given q = 3").price().unwrap();
        let line = quote.charges().next().unwrap();
        let parts: Vec<(Option<&str>, String)> =
            line.breakdown().map(|part| (part.code(), part.money().to_string())).collect();
        assert_eq!(parts.first().unwrap().0, Some(chosen));
        assert_eq!(parts.get(1..).unwrap(), [(None, amount.to_owned()), (None, "2.00 USD".to_owned())], "{policy}");
    }
}
