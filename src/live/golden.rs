//! Golden cases: an input and what must come of it, whoever wrote the rules.

use super::{Choice, Shelf};
use crate::quote::Quote;
use crate::value::{Currency, Date, Number};
use serde_json::Value as Json;

/// An input in JSON and what must come of it before a book takes new editions.
///
/// ```
/// use ratewright::{RuleSet, live::{Edition, Golden, Shelf}};
///
/// let rules = RuleSet::compile("ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = 10 USD")?;
/// let shelf = Shelf::builder().with(Edition::new(rules)).build()?;
/// assert_eq!(Golden::total("any", "parcel", "{}", "10 USD").problem(&shelf), None);
/// assert_eq!(
///     Golden::total("any", "parcel", "{}", "11 USD").problem(&shelf).unwrap(),
///     "expected a total of 11 USD, found 10.00 USD"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Golden {
    name: String,
    by: By,
    known_on: Option<Date>,
    input: String,
    expected: Expected,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum By {
    RuleSet(String),
    Customer(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Expected {
    Total(String),
    Quote(String),
    Refusal(String),
}

impl Golden {
    /// A case with a name, whose total must be an amount: `7.50 USD`.
    pub fn total<'c>(name: &str, by: impl Into<Choice<'c>>, input: &str, amount: &str) -> Golden {
        Golden::new(name, by.into(), input, Expected::Total(amount.to_string()))
    }

    /// A case whose quote must be the same in JSON. Its version and edition are compared where the expected quote names them.
    pub fn quote<'c>(name: &str, by: impl Into<Choice<'c>>, input: &str, json: &str) -> Golden {
        Golden::new(name, by.into(), input, Expected::Quote(json.to_string()))
    }

    /// A case that must be refused with a code.
    pub fn refusal<'c>(name: &str, by: impl Into<Choice<'c>>, input: &str, code: &str) -> Golden {
        Golden::new(name, by.into(), input, Expected::Refusal(code.to_string()))
    }

    fn new(name: &str, choice: Choice<'_>, input: &str, expected: Expected) -> Golden {
        let by = match choice.of {
            super::choice::Of::RuleSet(name) => By::RuleSet(name.to_string()),
            super::choice::Of::Customer(key) => By::Customer(key.to_string()),
        };
        Golden { name: name.to_string(), by, known_on: choice.known_on, input: input.to_string(), expected }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What came of it on a shelf that should not; nothing where all is as expected.
    pub fn problem(&self, shelf: &Shelf) -> Option<String> {
        let choice = match &self.by {
            By::RuleSet(name) => Choice::rule_set(name),
            By::Customer(key) => Choice::customer(key),
        };
        let outcome = shelf.quote_json(Choice { known_on: self.known_on, ..choice }, &self.input);
        match (&self.expected, outcome) {
            (Expected::Refusal(code), Err(error)) => {
                let found = error.pricing().and_then(|error| error.code.as_deref());
                (found != Some(code)).then(|| format!("expected the refusal {code}, found: {error}"))
            }
            (Expected::Refusal(code), Ok(quote)) => {
                Some(format!("expected the refusal {code}, found {}", totals(&quote)))
            }
            (Expected::Total(amount), Ok(quote)) => {
                let is_met = amount_of(amount).is_some_and(|(number, currency)| {
                    quote.totals().len() == 1 && quote.total(currency) == Some(&number)
                });
                (!is_met).then(|| format!("expected a total of {amount}, found {}", totals(&quote)))
            }
            (Expected::Quote(expected), Ok(quote)) => differs(expected, &quote),
            (Expected::Total(amount), Err(error)) => Some(format!("expected a total of {amount}, found: {error}")),
            (Expected::Quote(_), Err(error)) => Some(format!("expected a quote, found: {error}")),
        }
    }
}

fn amount_of(text: &str) -> Option<(Number, Currency)> {
    let (number, currency) = text.trim().split_once(' ')?;
    Some((Number::parse_exact(number).ok()?, Currency::parse(currency.trim())?))
}

fn totals(quote: &Quote) -> String {
    quote.totals().iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ")
}

fn differs(expected: &str, quote: &Quote) -> Option<String> {
    let wanted: Json = match serde_json::from_str(expected) {
        Ok(wanted) => wanted,
        Err(error) => return Some(format!("the expected quote is no JSON: {error}")),
    };
    let mut text = Vec::new();
    quote.write_json(&mut text);
    let mut found: Json = serde_json::from_slice(&text).unwrap_or_default();
    for name in ["version", "edition"].into_iter().filter(|name| wanted.get(*name).is_none()) {
        found.as_object_mut().and_then(|fields| fields.remove(name));
    }
    (wanted != found).then(|| format!("expected the quote {wanted}, found {found}"))
}
