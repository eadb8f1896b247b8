//! Currencies: the codes of ISO 4217 and the digits of their minor units.
//!
//! A `Currency` can only be one of the table's codes, so its digits and name are always known. Amounts do not live here: which
//! currency an amount is in is part of its type in a rule set.

mod iso_4217;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::number::Number;
use iso_4217::{CURRENCIES, Entry};

/// A currency of ISO 4217, in use or withdrawn since 2010: its place in the table, in the order of the codes.
///
/// ```
/// use ratewright::value::Currency;
///
/// let yen = Currency::parse("JPY").ok_or("unknown")?;
/// assert_eq!((yen.digits(), yen.name()), (0, "Japanese yen"));
/// assert_eq!(yen.minor_unit().to_string(), "1");
/// assert_eq!(Currency::parse("KWD").map(|dinar| dinar.minor_unit().to_string()), Some("0.001".to_owned()));
/// assert_eq!(Currency::parse("usd"), None); // codes are in capitals
/// # Ok::<(), &'static str>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency(u8);

impl Currency {
    /// The currency with this code, in capitals. `None` for an unknown code, and for codes without a minor unit (`XAU`, `XXX`).
    pub fn parse(code: &str) -> Option<Self> {
        let code = <[u8; 3]>::try_from(code.as_bytes()).ok()?;
        let place = CURRENCIES.binary_search_by_key(&code, |entry| entry.code).ok()?;
        u8::try_from(place).ok().map(Self)
    }

    /// The code: `USD`.
    pub fn code(&self) -> &'static str {
        self.entry().and_then(|entry| std::str::from_utf8(&entry.code).ok()).unwrap_or_default()
    }

    /// The decimal digits of the minor unit: 2 for USD, 0 for JPY, 3 for KWD, 4 for CLF.
    pub fn digits(self) -> u32 {
        self.entry().map_or(2, |entry| u32::from(entry.digits))
    }

    /// The smallest amount that is booked: 0.01 for USD, 1 for JPY.
    pub fn minor_unit(self) -> Number {
        Number::from_scaled(1, self.digits()).unwrap_or(Number::ONE)
    }

    /// The English name: `United States dollar`.
    pub fn name(self) -> &'static str {
        self.entry().map_or("", |entry| entry.name)
    }

    /// The currency that took the place of one that is withdrawn: EUR for HRK.
    pub fn successor(self) -> Option<Self> {
        self.entry().and_then(|entry| Self::parse(entry.successor))
    }

    /// Every currency, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..=u8::MAX).zip(&CURRENCIES).map(|(place, _)| Self(place))
    }

    #[inline]
    fn entry(self) -> Option<&'static Entry> {
        CURRENCIES.get(usize::from(self.0))
    }
}

/// Every place in the table fits a byte.
const _: () = assert!(CURRENCIES.len() <= 256);

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Currency({})", self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

/// The text is not a currency code of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a currency code of ISO 4217")]
pub struct UnknownCurrency;

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or(UnknownCurrency)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}
