//! Values on their way from one part of this library to another: as they are, where every other serializer is given their text.
//!
//! A value that is serialized cannot ask who takes it. It can ask what the taker answers with: our reader of inputs answers with
//! [`Taken`], which no other serializer does. A wrong answer could only make a value slower, as both forms are exact.

use std::any::type_name;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use super::number::Lane;
use super::{Date, Instant, Number, TimeOfDay};

/// What our reader of inputs answers when it has taken a value.
pub(crate) struct Taken;

/// The name under which our reader of inputs is given a value as it is: a variant whose index is the form of the value, and whose
/// content is a whole number. One place in memory, so that it is recognised by its address.
pub(crate) static EXACT: &str = "$ratewright::private::Exact";

/// The forms. The first two have the number of decimals in their lowest byte; none is 0.
const LANE: u32 = 1 << 8;
const DECIMAL: u32 = 2 << 8;
const DATE: u32 = 3 << 8;
const TIME: u32 = 4 << 8;
const INSTANT: u32 = 5 << 8;

/// The bits of a form that count decimals.
const DECIMALS: u32 = 0xff;

/// A value that was sent as it is.
pub(crate) enum Exact {
    /// A number that the sender has with so many decimals.
    Number { number: Number, decimals: u32 },
    /// A date.
    Date(Date),
    /// A time of day.
    Time(TimeOfDay),
    /// An instant.
    Instant(Instant),
}

impl Exact {
    /// The value with this form and content; none where there is no such value.
    #[inline(always)]
    pub(crate) fn received(form: u32, content: i128) -> Option<Self> {
        let decimals = form & DECIMALS;
        match form & !DECIMALS {
            LANE => {
                let lane = Lane { mantissa: i64::try_from(content).ok()?, scale: decimals as u8 };
                Some(Exact::Number { number: Number::from_sent(lane), decimals })
            }
            DECIMAL => Number::from_scaled(content, decimals).map(|number| Exact::Number { number, decimals }),
            DATE => Date::from_day_number(i32::try_from(content).ok()?).map(Exact::Date),
            TIME => TimeOfDay::from_seconds(u32::try_from(content).ok()?).map(Exact::Time),
            INSTANT => Instant::from_unix_nanoseconds(content).map(Exact::Instant),
            _ => None,
        }
    }
}

/// Whether the serializer is our reader of inputs.
#[inline]
fn is_ours<S: Serializer>() -> bool {
    type_name::<S::Ok>() == type_name::<Taken>()
}

#[inline(always)]
fn send<S: Serializer>(serializer: S, form: u32, content: i128) -> Result<S::Ok, S::Error> {
    serializer.serialize_newtype_variant(EXACT, form, "", &content)
}

/// A value of our own that can be sent as it is.
pub(super) trait Sent {
    /// Its form and its content, where it has one.
    fn sent(&self) -> Option<(u32, i128)>;

    /// Serializes the value as it is where our reader of inputs takes it, else in its other form.
    #[inline]
    fn serialize_or<S: Serializer>(
        &self,
        serializer: S,
        other: impl FnOnce(S) -> Result<S::Ok, S::Error>,
    ) -> Result<S::Ok, S::Error> {
        match is_ours::<S>().then(|| self.sent()).flatten() {
            Some((form, content)) => send(serializer, form, content),
            None => other(serializer),
        }
    }
}

impl Sent for Number {
    #[inline]
    fn sent(&self) -> Option<(u32, i128)> {
        self.lane().map(|Lane { mantissa, scale }| (LANE | u32::from(scale), i128::from(mantissa)))
    }
}

impl Sent for Date {
    #[inline]
    fn sent(&self) -> Option<(u32, i128)> {
        Some((DATE, self.day_number().into()))
    }
}

impl Sent for TimeOfDay {
    #[inline]
    fn sent(&self) -> Option<(u32, i128)> {
        Some((TIME, self.seconds().into()))
    }
}

impl Sent for Instant {
    #[inline]
    fn sent(&self) -> Option<(u32, i128)> {
        Some((INSTANT, self.unix_nanoseconds()))
    }
}

/// Serializes a field of type `Decimal` or `Option<Decimal>` by its digits where [`crate::RuleSet::quote`] reads it, which is
/// several times quicker than by its text. Every other serializer is given the text, `"12.50"`, as by `Decimal` itself.
///
/// ```
/// # let rules = ratewright::RuleSet::compile(r#"
/// #     ruleset parcel "Parcels" { currency USD }
/// #     input { weight : mass in lb  declared : money? }
/// #     charge BASE = 2.50 USD per lb * weight
/// # "#)?;
/// use rust_decimal::Decimal;
///
/// #[derive(serde::Serialize)]
/// struct Parcel {
///     #[serde(serialize_with = "ratewright::input::decimal")]
///     weight: Decimal,
///     #[serde(serialize_with = "ratewright::input::decimal")]
///     declared: Option<Decimal>,
/// }
///
/// let parcel = Parcel { weight: Decimal::new(350, 2), declared: None };
/// assert_eq!(rules.quote(&parcel)?.totals()[0].to_string(), "8.75 USD");
/// assert_eq!(serde_json::to_string(&parcel)?, r#"{"weight":"3.50","declared":null}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[inline]
pub fn exact_decimal<D: ExactDecimal, S: Serializer>(value: &D, serializer: S) -> Result<S::Ok, S::Error> {
    value.serialize_exact(serializer)
}

/// What [`exact_decimal`] takes: `Decimal` and `Option<Decimal>`.
pub trait ExactDecimal: sealed::Sealed {
    /// Serializes by its digits where our reader of inputs takes it.
    #[doc(hidden)]
    fn serialize_exact<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for rust_decimal::Decimal {}
    impl Sealed for Option<rust_decimal::Decimal> {}
}

impl ExactDecimal for Decimal {
    #[inline]
    fn serialize_exact<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match is_ours::<S>() {
            true => send(serializer, DECIMAL | self.scale(), self.mantissa()),
            false => serializer.collect_str(self),
        }
    }
}

impl ExactDecimal for Option<Decimal> {
    #[inline]
    fn serialize_exact<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => serializer.serialize_some(&Exactly(value)),
            None => serializer.serialize_none(),
        }
    }
}

/// A decimal that serializes in the exact form.
struct Exactly<'a>(&'a Decimal);

impl Serialize for Exactly<'_> {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize_exact(serializer)
    }
}
