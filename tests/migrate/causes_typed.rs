//! Holds: a rate that is one slip of typing away from old code's is named, wherever it is written, with amounts worked out by hand; what is
//! farther away, or would be explained so by chance, is not. What explained one case is tried for all others.

use super::causes::{edition, found, is};
use super::comparison::priced;
use ratewright::migrate::cause::Cause;
use ratewright::migrate::{CauseFinder, Measure};

const RATES: &str = r#"
ruleset rates "Rates" { currency USD  priced on shipped }
enum Class { c50, c70 }
input {
  shipped : date
  class   : Class = c70
  weight  : mass in lb
  hazmat  : yes/no = no
}
table factor {
  class : Class
  -> factor : number
  | class || factor |
  | c50   || 0.72   |
  | c70   || 0.86   |
}
parameter fuel : percent {
  from 2026-01-05 28.5%
  from 2026-07-06 31.5%
}
let gross = weight * 2.50 USD per lb * factor[class].factor
charge BASE = gross less 10% minimum 40 USD
charge FUEL = fuel of BASE
charge HAZMAT = 45.20 USD when hazmat
"#;

fn input(weight: u32, more: &str) -> String {
    format!(r#"{{"shipped": "2026-03-03", "weight": {weight}{more}}}"#)
}

#[track_caller]
fn mistyped(weight: u32, legacy: &str, words: &str) {
    is(&found(RATES, &input(weight, ""), legacy), &[Cause::MistypedRate], words);
}

#[test]
fn an_amount_of_a_charge() {
    // 1,000 lb at 2.50 times 0.86 are 2,150.00, less 10 % 1,935.00; fuel of 28.5 % is 551.475.
    let input = input(1000, r#", "hazmat": true"#);
    let right = "BASE 1935.00 USD, FUEL 551.48 USD";
    let finding = found(RATES, &input, &format!("{right}, HAZMAT 42.50 USD"));
    is(&finding, &[Cause::MistypedRate], "with 42.50 USD written for 45.20 USD in HAZMAT");
    // The point: 452.00; a digit too few: 4.52; one too many: 145.20.
    for (legacy, words) in
        [("452.00", "452.0 USD written"), ("4.52", "4.520 USD written"), ("145.20", "145.20 USD written")]
    {
        let finding = found(RATES, &input, &format!("{right}, HAZMAT {legacy} USD"));
        is(&finding, &[Cause::MistypedRate], words);
    }
    // Two slips, and a cent, are no slip of typing.
    for legacy in ["42.05", "12.34", "45.21"] {
        is(&found(RATES, &input, &format!("{right}, HAZMAT {legacy} USD")), &[Cause::Unexplained], "unexplained");
    }
}

#[test]
fn a_percentage_of_a_parameter() {
    // 25.8 % of 1,935.00 are 499.23.
    mistyped(
        1000,
        "BASE 1935.00 USD, FUEL 499.23 USD",
        "with 25.8% written for 28.5% in `fuel` from 2026-01-05 through 2026-07-05",
    );
}

#[test]
fn a_row_that_was_used_explains_what_is_computed_of_it_too() {
    // 2,500.00 times 0.68 are 1,700.00, less 10 % 1,530.00; fuel 436.05.
    mistyped(1000, "BASE 1530.00 USD, FUEL 436.05 USD", "with 0.68 written for 0.86 in row 2 of `factor`");
}

#[test]
fn a_rate_in_a_named_value_and_a_bound_of_a_stage() {
    // 2,050.00 times 0.86 are 1,763.00, less 10 % 1,586.70; fuel 452.2095.
    mistyped(1000, "BASE 1586.70 USD, FUEL 452.21 USD", "with 2.05 USD per lb written for 2.50 USD per lb in `gross`");
    // 10 lb are 19.35, so that the minimum counts: 44.00, fuel 12.54.
    mistyped(10, "BASE 44.00 USD, FUEL 12.54 USD", "with 44 USD written for 40 USD in BASE");
    // Less 16 % instead of 10 %: 1,806.00, fuel 514.71.
    mistyped(1000, "BASE 1806.00 USD, FUEL 514.71 USD", "with 16% written for 10% in BASE");
}

#[test]
fn what_many_numbers_would_lead_to_says_nothing() {
    let rules = "ruleset r { currency USD }\ninput { w : mass in lb }\ncharge BASE = 2.50 USD per lb * w\ncharge FUEL = 10% of BASE";
    // Fuel of 7.50 is 0.75. 11 % would be 0.825, so 0.83; but so would be all from 11.0 to 11.13 %, and most amounts are one slip away from such.
    is(&found(rules, r#"{"w": 3}"#, "BASE 7.50 USD, FUEL 0.83 USD"), &[Cause::Unexplained], "unexplained");
    // Of 750.00 it is 82.50, to the cent.
    is(
        &found(rules, r#"{"w": 300}"#, "BASE 750.00 USD, FUEL 82.50 USD"),
        &[Cause::MistypedRate],
        "with 11% written for 10% in FUEL",
    );
}

/// Amounts that have nothing to do with a slip: at most one in twenty may look like one, however many numbers a charge is computed of.
#[test]
fn chance_names_at_most_one_in_twenty() {
    let mut state = 20_260_303_u64;
    let mut below = |bound: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % bound
    };
    let mut finder = CauseFinder::new(&edition(RATES), Measure::exact());
    // Weight, and what the rules charge for it in cents: BASE of four numbers, HAZMAT of one. Old code has up to 5 % or up to half of it less or more.
    for (code, weight, cents) in
        [("BASE", 10, 4_000), ("BASE", 40, 7_740), ("BASE", 400, 77_400), ("HAZMAT", 10, 4_520)]
    {
        for part in [20, 2] {
            let (mut named, of) = (0, 100);
            for _ in 0..of {
                let apart = 2 + below(cents / part);
                let cents = if below(2) == 0 { cents + apart } else { cents - apart };
                let amount = format!("{}.{:02} USD", cents / 100, cents % 100);
                let (more, legacy) = match code {
                    "HAZMAT" => (r#", "hazmat": true"#, format!("BASE 40.00 USD, FUEL 11.40 USD, HAZMAT {amount}")),
                    _ => ("", format!("BASE {amount}")),
                };
                let finding = finder.find(&input(weight, more), &priced(&legacy));
                named += u32::from(finding.causes().contains(&Cause::MistypedRate));
            }
            assert!(
                named * 20 <= of,
                "{code} of {weight} lb, up to 1/{part} apart: {named} of {of} are called mistyped"
            );
        }
    }
}

#[test]
fn beside_another_cause_it_explains_its_part() {
    // A fee that the rules do not have, and a mistyped amount.
    let legacy = "BASE 1935.00 USD, FUEL 551.48 USD, HAZMAT 42.50 USD, FEE 1.00 USD";
    let finding = found(RATES, &input(1000, r#", "hazmat": true"#), legacy);
    is(&finding, &[Cause::MissingSurcharge, Cause::MistypedRate], "42.50 USD written for 45.20 USD");
    assert!(!finding.incomplete);
}

#[test]
fn a_slip_that_is_known_explains_what_lies_behind_a_minimum() {
    let mut finder = CauseFinder::new(&edition(RATES), Measure::exact());
    // 26 lb at 2.50 times 0.86 are 55.90, less 10 % 50.31; times 0.68 they are 39.78 after that, and so 40.00: any factor from 0.6838 down would
    // do. Fuel is 14.34 and 11.40.
    let behind = "BASE 40.00 USD, FUEL 11.40 USD";
    let mut says = |input: &str, legacy: &str| {
        let finding = finder.find(input, &priced(legacy));
        let slip = "with 0.68 written for 0.86 in row 2 of `factor`";
        (finding.guess.iter().any(|one| one.tried == slip), finding.causes(), finding.incomplete)
    };
    assert!(!says(&input(26, ""), behind).0);
    // 1,000 lb lead to the slip.
    let typed = vec![Cause::MistypedRate];
    assert_eq!(says(&input(1000, ""), "BASE 1530.00 USD, FUEL 436.05 USD"), (true, typed.clone(), false));
    assert_eq!(says(&input(26, ""), behind), (true, typed, false));
    // Also where something else differs: 45.20 that old code does not charge.
    let both = vec![Cause::ExtraSurcharge, Cause::MistypedRate];
    assert_eq!(says(&input(26, r#", "hazmat": true"#), behind), (true, both, false));
    // It is tried and not asserted: it does not explain another amount, nor another row: 35 lb of class 50 are 56.70 by 0.72.
    assert_eq!(says(&input(26, ""), "BASE 41.30 USD, FUEL 11.77 USD"), (false, vec![Cause::Unexplained], true));
    let other_row = r#"{"shipped": "2026-03-03", "class": "c50", "weight": 35}"#;
    assert!(!says(other_row, behind).0);
}
