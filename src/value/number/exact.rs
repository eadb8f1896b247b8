//! Numbers on their way from one part of this library to another: by their digits, where every other serializer is given their text.
//!
//! A value that is serialized cannot ask who takes it. It can ask what the taker answers with: our reader of inputs answers with
//! [`Taken`], which no other serializer does. A wrong answer could only make a number slower, as both forms are exact.

use std::any::type_name;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use super::{Lane, Number};

/// What our reader of inputs answers when it has taken a value.
pub(crate) struct Taken;

/// The name under which our reader of inputs is given a number: a variant whose index is the number of decimals, and whose content
/// is the number without its point. One place in memory, so that it is recognised by its address.
pub(crate) static EXACT: &str = "$ratewright::private::Exact";

/// Whether the serializer is our reader of inputs.
#[inline]
fn is_ours<S: Serializer>() -> bool {
    type_name::<S::Ok>() == type_name::<Taken>()
}

impl Number {
    /// Serializes by its digits where it is taken by our reader of inputs and fits one machine word.
    #[inline]
    pub(super) fn serialize_exact<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.lane() {
            Some(Lane { mantissa, scale }) if is_ours::<S>() => {
                serializer.serialize_newtype_variant(EXACT, u32::from(scale), "", &i128::from(mantissa))
            }
            _ => self.with_decimals(0).serialize(serializer),
        }
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
            true => serializer.serialize_newtype_variant(EXACT, self.scale(), "", &self.mantissa()),
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
