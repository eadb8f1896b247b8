//! Amounts of money from outside: `12.50 USD`, or in JSON `{"amount": "12.50", "currency": "USD"}`. What is not exactly that is refused.

use super::Money;
use crate::value::{Currency, Number};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::str::FromStr;

/// Why a text is no amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no amount of money: write a number, a space and a currency, such as 12.50 USD")]
pub struct NotMoney {
    text: String,
}

impl Money {
    /// So much of a currency.
    pub fn new(amount: Number, currency: Currency) -> Money {
        Money { amount, currency }
    }
}

/// ```
/// use ratewright::quote::Money;
///
/// let fee: Money = "12.50 USD".parse()?;
/// assert_eq!(fee.to_string(), "12.50 USD");
/// assert!("12,50 USD".parse::<Money>().is_err() && "12.50".parse::<Money>().is_err());
/// # Ok::<(), ratewright::quote::NotMoney>(())
/// ```
impl FromStr for Money {
    type Err = NotMoney;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (amount, currency) = text.split_once(' ')?;
            Some(Money { amount: Number::parse_exact(amount).ok()?, currency: Currency::parse(currency)? })
        };
        read().ok_or_else(|| NotMoney { text: text.to_owned() })
    }
}

/// In each form that the wire has for money with its currency.
impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MoneyVisitor)
    }
}

struct MoneyVisitor;

impl<'de> Visitor<'de> for MoneyVisitor {
    type Value = Money;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(r#"an amount of money such as "12.50 USD" or {"amount": "12.50", "currency": "USD"}"#)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Money, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Money, A::Error> {
        let (mut amount, mut currency) = (None, None);
        while let Some(name) = map.next_key::<String>()? {
            match name.as_str() {
                "amount" if amount.is_none() => amount = Some(map.next_value()?),
                "currency" if currency.is_none() => currency = Some(map.next_value()?),
                "amount" | "currency" => return Err(A::Error::custom(format!("`{name}` is there twice"))),
                _ => return Err(A::Error::unknown_field(&name, &["amount", "currency"])),
            }
        }
        let amount = amount.ok_or_else(|| A::Error::missing_field("amount"))?;
        Ok(Money { amount, currency: currency.ok_or_else(|| A::Error::missing_field("currency"))? })
    }
}
