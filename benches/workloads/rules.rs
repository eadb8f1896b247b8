//! Many small rules as text, of any number: a percent of the amount for a tier, a band of amounts and two countries.
//!
//! `Charges` is what an analyst writes who thinks in rules, one `charge` each: all that apply are due. `Table` holds the same rules as the
//! rows of a table that collects. `applying` says by hand which rules apply, to compare the two with.

use super::Random;
use std::fmt::Write;

const TIERS: [&str; 4] = ["BRONZE", "SILVER", "GOLD", "PLATINUM"];
const COUNTRIES: [&str; 24] = [
    "AT", "BE", "BG", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "NL", "PL", "PT", "RO", "SE",
];

/// One rule: amounts in dollars, the percent in hundredths.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    pub tier: &'static str,
    pub low: i64,
    pub high: i64,
    pub countries: [&'static str; 2],
    pub percent: i64,
}

/// The same rules every time.
pub fn rules(count: usize) -> Vec<Rule> {
    let mut random = Random::new(5);
    (0..count)
        .map(|_| {
            let low = random.between(0, 1_990) * 5;
            let (first, apart) = (random.between(0, 23), random.between(1, 23));
            Rule {
                tier: random.one_of(&TIERS),
                low,
                high: low + random.between(1, 100) * 5,
                countries: [first, first + apart].map(|at| COUNTRIES[at as usize % COUNTRIES.len()]),
                percent: random.between(5, 950),
            }
        })
        .collect()
}

/// How the rules are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Charges,
    Table,
}

impl Form {
    pub const ALL: [Form; 2] = [Form::Charges, Form::Table];

    pub fn words(self) -> &'static str {
        match self {
            Form::Charges => "a charge for each rule",
            Form::Table => "the same rules as rows",
        }
    }

    /// The rule set as text.
    pub fn text(self, rules: &[Rule]) -> String {
        let mut text = String::from("ruleset bench.load \"Fees by tier, amount and country\" { currency USD }\n\n");
        text.push_str("enum Tier { BRONZE, SILVER, GOLD, PLATINUM }\n\n");
        text.push_str("input {\n  tier    : Tier\n  amount  : money\n  country : text\n}\n\n");
        if self == Form::Table {
            text.push_str("table fees collect sum {\n  tier    : Tier\n  amount  : money by range\n  country : text\n");
            text.push_str("  -> rate : percent\n\n  | tier | amount | country || rate |\n");
        }
        for (at, rule) in rules.iter().enumerate() {
            let Rule { tier, low, high, countries: [first, second], percent } = rule;
            let percent = format!("{}.{:02}%", percent / 100, percent % 100);
            let _ = match self {
                Form::Charges => writeln!(
                    text,
                    "charge FEE_{:05} = {percent} of amount\n  when tier is {tier} and amount is from {low} USD until {high} USD \
                     and country is one of (\"{first}\", \"{second}\")",
                    at + 1,
                ),
                Form::Table => writeln!(text, "  | {tier} | {low} until {high} | {first}, {second} || {percent} |"),
            };
        }
        if self == Form::Table {
            text.push_str("}\n\ncharge FEE = fees[tier, amount, country].rate of amount\n");
        }
        text
    }
}

/// The cents that are due for so many cents of an amount: each rule's percent, rounded half up as it is booked.
pub fn due(rules: &[Rule], tier: &str, amount: i64, country: &str) -> i64 {
    let applies = |rule: &&Rule| {
        rule.tier == tier && (rule.low * 100..rule.high * 100).contains(&amount) && rule.countries.contains(&country)
    };
    rules.iter().filter(applies).map(|rule| super::rounded(rule.percent * amount, 10_000)).sum()
}
