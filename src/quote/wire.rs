//! How amounts and values are written in JSON.

use super::{Data, Money};
use serde::ser::{SerializeMap, SerializeStruct};
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// A shared text as a string.
pub(super) fn shared<S: Serializer>(text: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(text)
}

/// A shared text or null.
pub(super) fn shared_option<S: Serializer>(text: &Option<Arc<str>>, serializer: S) -> Result<S::Ok, S::Error> {
    match text {
        Some(text) => serializer.serialize_some(&**text),
        None => serializer.serialize_none(),
    }
}

/// A list of shared texts.
pub(super) fn shared_list<S: Serializer>(texts: &[Arc<str>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(texts.iter().map(|text| &**text))
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut money = serializer.serialize_struct("Money", 2)?;
        money.serialize_field("amount", &self.amount.to_text(self.currency.digits()))?;
        money.serialize_field("currency", self.currency.code())?;
        money.end()
    }
}

impl Serialize for Data {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Data::Number(number) => number.serialize(serializer),
            Data::Money(money) => money.serialize(serializer),
            Data::Quantity(quantity) => quantity.serialize(serializer),
            Data::YesNo(answer) => serializer.serialize_bool(*answer),
            Data::Text(text) => serializer.serialize_str(text),
            Data::Record(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
            Data::List(values) => serializer.collect_seq(values),
            Data::Absent => serializer.serialize_none(),
        }
    }
}
