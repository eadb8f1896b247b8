//! How quotes, amounts and values are written in JSON. A number is written from the stack: nothing is allocated for a line.

use super::{BreakdownLine, ChargeLine, Data, Flag, Money, Output, Quantity, Quote};
use crate::value::{Currency, Number};
use serde::ser::{SerializeMap, SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

/// What an iterator gives, as a list.
struct Each<I>(I);

impl<I: ExactSizeIterator<Item: Serialize> + Clone> Serialize for Each<I> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = self.0.clone();
        let mut list = serializer.serialize_seq(Some(all.len()))?;
        for one in all {
            list.serialize_element(&one)?;
        }
        list.end()
    }
}

/// A field that is left out where there is nothing to say.
fn optional<T: SerializeStruct>(
    fields: &mut T,
    name: &'static str,
    value: Option<impl Serialize>,
) -> Result<(), T::Error> {
    match value {
        Some(value) => fields.serialize_field(name, &value),
        None => fields.skip_field(name),
    }
}

/// A list that is left out where it is empty.
fn list<T: SerializeStruct>(
    fields: &mut T,
    name: &'static str,
    all: impl ExactSizeIterator<Item: Serialize> + Clone,
) -> Result<(), T::Error> {
    optional(fields, name, (all.len() > 0).then_some(Each(all)))
}

impl Serialize for Quote {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (version, edition) = (self.version(), self.edition());
        let given = [version.is_some(), edition.is_some(), self.outputs().len() > 0, self.flags().len() > 0];
        let mut fields = serializer.serialize_struct("Quote", 3 + given.iter().filter(|given| **given).count())?;
        fields.serialize_field("ruleset", self.rule_set())?;
        optional(&mut fields, "version", version)?;
        optional(&mut fields, "edition", edition)?;
        fields.serialize_field("charges", &Each(self.charges()))?;
        fields.serialize_field("totals", self.totals())?;
        list(&mut fields, "outputs", self.outputs())?;
        list(&mut fields, "flags", self.flags())?;
        fields.end()
    }
}

impl Serialize for ChargeLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (label, reason, item) = (self.label(), self.reason(), self.item());
        let (quantity, unit_price) = (self.quantity(), self.unit_price());
        let (breakdown, tags) = (self.breakdown(), self.tags());
        let given = [
            label.is_some(),
            quantity.is_some(),
            unit_price.is_some(),
            breakdown.len() > 0,
            tags.len() > 0,
            reason.is_some(),
            item.is_some(),
        ];
        let mut fields = serializer.serialize_struct("ChargeLine", 2 + given.iter().filter(|given| **given).count())?;
        fields.serialize_field("code", self.code())?;
        optional(&mut fields, "label", label)?;
        fields.serialize_field("amount", &Amount(self.amount(), self.currency()))?;
        optional(&mut fields, "quantity", quantity)?;
        optional(&mut fields, "unit_price", unit_price)?;
        list(&mut fields, "breakdown", breakdown)?;
        list(&mut fields, "tags", tags)?;
        optional(&mut fields, "reason", reason)?;
        optional(&mut fields, "item", item)?;
        fields.end()
    }
}

impl Serialize for BreakdownLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (code, quantity, rate) = (self.code(), self.quantity(), self.rate());
        let given = [code.is_some(), quantity.is_some(), rate.is_some()];
        let mut fields =
            serializer.serialize_struct("BreakdownLine", 2 + given.iter().filter(|given| **given).count())?;
        optional(&mut fields, "code", code)?;
        fields.serialize_field("label", self.label())?;
        optional(&mut fields, "quantity", quantity)?;
        optional(&mut fields, "rate", rate)?;
        fields.serialize_field("amount", &Amount(self.amount(), self.currency()))?;
        fields.end()
    }
}

/// An amount of money, as [`Money`] is written.
struct Amount<'n>(&'n Number, Currency);

impl Serialize for Amount<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Amount(amount, currency) = self;
        let mut money = serializer.serialize_struct("Money", 2)?;
        money.serialize_field("amount", &amount.with_decimals(currency.digits()))?;
        money.serialize_field("currency", currency.code())?;
        money.end()
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Amount(&self.amount, self.currency).serialize(serializer)
    }
}

impl Serialize for Quantity<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut quantity = serializer.serialize_struct("Quantity", 2)?;
        quantity.serialize_field("value", self.value)?;
        quantity.serialize_field("unit", self.unit)?;
        quantity.end()
    }
}

impl Serialize for Output<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let label = self.label();
        let mut fields = serializer.serialize_struct("Output", 2 + usize::from(label.is_some()))?;
        fields.serialize_field("name", self.name())?;
        optional(&mut fields, "label", label)?;
        fields.serialize_field("value", &self.value())?;
        fields.end()
    }
}

impl Serialize for Flag<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Flag", 2)?;
        fields.serialize_field("code", self.code())?;
        fields.serialize_field("message", self.message())?;
        fields.end()
    }
}

impl Serialize for Data<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Data::Number(number) => number.serialize(serializer),
            Data::Money(money) => money.serialize(serializer),
            Data::Quantity(quantity) => quantity.serialize(serializer),
            Data::YesNo(answer) => serializer.serialize_bool(*answer),
            Data::Text(text) => serializer.serialize_str(text),
            Data::Record(fields) => {
                let mut map = serializer.serialize_map(Some(fields.count()))?;
                for (name, value) in *fields {
                    map.serialize_entry(name, &value)?;
                }
                map.end()
            }
            Data::List(values) => {
                let mut list = serializer.serialize_seq(Some(values.count()))?;
                for value in *values {
                    list.serialize_element(&value)?;
                }
                list.end()
            }
            Data::Absent => serializer.serialize_none(),
        }
    }
}
