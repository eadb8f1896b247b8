//! Any value that serde can walk over goes into the slots directly: no JSON value, no text, no binary float between.
//!
//! Structs, maps (also those that `flatten` makes) and the insides of enum variants are records; a variant without content is its name; `None` and `()` are `null`.
//! Integers are exact; a float is the number that its shortest round-trip text denotes, and NaN and the infinities are refused.

use super::record::RecordBuilder;
use super::scalar::Scalar;
use super::{Binder, Problem, Target, json, parts::QuantityParts};
use crate::types::Type;
use crate::value::{Number, Value};
use serde::ser::{self, Serialize};

/// The name under which serde_json passes on a number with all its digits.
const NUMBER_TEXT: &str = "$serde_json::private::Number";

/// Takes one value for a target.
#[derive(Clone, Copy)]
pub(super) struct ValueSerializer<'b> {
    binder: &'b Binder<'b>,
    target: Target<'b>,
}

impl<'b> ValueSerializer<'b> {
    pub(super) fn new(binder: &'b Binder<'b>, target: Target<'b>) -> Self {
        ValueSerializer { binder, target }
    }

    fn scalar(self, scalar: &Scalar<'_>) -> Result<Value, Problem> {
        self.binder.scalar(self.target, scalar)
    }

    fn integer(self, value: i128) -> Result<Value, Problem> {
        self.scalar(&Scalar::Number(Number::from_i128(value)))
    }

    fn float(self, value: Option<Number>, shown: &str) -> Result<Value, Problem> {
        match value {
            Some(number) => self.scalar(&Scalar::Number(number)),
            None => Err(self.binder.mismatch(self.target, shown)),
        }
    }

    fn list(self) -> Result<ListSerializer<'b>, Problem> {
        match self.target.element() {
            Some(element) => Ok(ListSerializer {
                binder: self.binder,
                element,
                values: Vec::new(),
                claims: self.binder.claim_count(),
            }),
            None => Err(self.binder.mismatch(self.target, "a list")),
        }
    }

    fn object(self) -> Result<ObjectSerializer<'b>, Problem> {
        let content = match self.binder.fields_of(self.target) {
            Some(fields) => Content::Record(RecordBuilder::new(self.binder, fields)),
            None if self.target.has_unit() => Content::Quantity(QuantityParts::default()),
            None => return Err(self.binder.mismatch(self.target, "an object")),
        };
        Ok(ObjectSerializer { binder: self.binder, target: self.target, content, key: None })
    }

    /// An object with one field, as serde writes the content of an enum variant.
    fn variant<T: Serialize + ?Sized>(self, name: &str, value: &T) -> Result<Value, Problem> {
        let mut object = self.object()?;
        object.field(name, value)?;
        object.finish()
    }
}

impl<'b> ser::Serializer for ValueSerializer<'b> {
    type Ok = Value;
    type Error = Problem;
    type SerializeSeq = ListSerializer<'b>;
    type SerializeTuple = ListSerializer<'b>;
    type SerializeTupleStruct = ListSerializer<'b>;
    type SerializeTupleVariant = VariantSerializer<'b, ListSerializer<'b>>;
    type SerializeMap = ObjectSerializer<'b>;
    type SerializeStruct = ObjectSerializer<'b>;
    type SerializeStructVariant = VariantSerializer<'b, ObjectSerializer<'b>>;

    fn serialize_bool(self, value: bool) -> Result<Value, Problem> {
        self.scalar(&Scalar::YesNo(value))
    }

    fn serialize_i8(self, value: i8) -> Result<Value, Problem> {
        self.integer(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<Value, Problem> {
        self.integer(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<Value, Problem> {
        self.integer(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<Value, Problem> {
        self.integer(value.into())
    }

    fn serialize_i128(self, value: i128) -> Result<Value, Problem> {
        self.integer(value)
    }

    fn serialize_u8(self, value: u8) -> Result<Value, Problem> {
        self.integer(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<Value, Problem> {
        self.integer(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<Value, Problem> {
        self.integer(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<Value, Problem> {
        self.integer(value.into())
    }

    fn serialize_u128(self, value: u128) -> Result<Value, Problem> {
        self.float(Number::parse(&value.to_string()).ok(), "a number with too many digits")
    }

    fn serialize_f32(self, value: f32) -> Result<Value, Problem> {
        let number = value.is_finite().then(|| Number::parse_json(&format!("{value:e}")).ok()).flatten();
        self.float(number, &format!("the float {value}"))
    }

    fn serialize_f64(self, value: f64) -> Result<Value, Problem> {
        self.float(Number::from_f64_shortest(value), &format!("the float {value}"))
    }

    fn serialize_char(self, value: char) -> Result<Value, Problem> {
        self.scalar(&Scalar::Text(value.encode_utf8(&mut [0; 4])))
    }

    fn serialize_str(self, value: &str) -> Result<Value, Problem> {
        self.scalar(&Scalar::Text(value))
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Value, Problem> {
        Err(self.binder.mismatch(self.target, "bytes"))
    }

    fn serialize_none(self) -> Result<Value, Problem> {
        self.binder.null(self.target)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Problem> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Value, Problem> {
        self.binder.null(self.target)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Problem> {
        self.binder.null(self.target)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Problem> {
        self.scalar(&Scalar::Text(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Value, Problem> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Problem> {
        self.variant(variant, value)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Problem> {
        self.list()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Problem> {
        self.list()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Problem> {
        self.list()
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Problem> {
        VariantSerializer::open(self, variant, ValueSerializer::list)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Problem> {
        self.object()
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeStruct, Problem> {
        let content = match name {
            NUMBER_TEXT => Content::NumberText(Value::Absent),
            _ => return self.object(),
        };
        Ok(ObjectSerializer { binder: self.binder, target: self.target, content, key: None })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Problem> {
        VariantSerializer::open(self, variant, ValueSerializer::object)
    }
}

/// Takes the elements of a list.
pub(super) struct ListSerializer<'b> {
    binder: &'b Binder<'b>,
    element: Target<'b>,
    values: Vec<Value>,
    claims: usize,
}

impl ListSerializer<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        let index = self.values.len();
        self.binder.check_length(index.saturating_add(1))?;
        let value = value.serialize(ValueSerializer::new(self.binder, self.element));
        self.values.push(value.map_err(|problem| problem.within_element(index))?);
        self.claims = self.binder.claims_within_element(self.claims, index);
        Ok(())
    }

    fn finish(self) -> Value {
        Value::List(self.values.into())
    }
}

/// What the fields of an object mean.
enum Content<'b> {
    Record(RecordBuilder<'b>),
    Quantity(QuantityParts),
    NumberText(Value),
}

/// Takes the fields of an object.
pub(super) struct ObjectSerializer<'b> {
    binder: &'b Binder<'b>,
    target: Target<'b>,
    content: Content<'b>,
    key: Option<String>,
}

impl<'b> ObjectSerializer<'b> {
    fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Problem> {
        let take = |target| value.serialize(ValueSerializer::new(self.binder, target));
        match &mut self.content {
            Content::Record(record) => {
                let (at, field) = record.field(name)?;
                let value = take(Target::field(field)).map_err(|p| p.within_field(name).declared_at(field.span))?;
                record.set(self.binder, at, value);
            }
            Content::Quantity(parts) => {
                let value = take(parts.target(name)?).map_err(|p| p.within_field(name))?;
                parts.set(name, value);
            }
            Content::NumberText(text) => *text = take(Target::of(&Type::Text))?,
        }
        Ok(())
    }

    fn finish(self) -> Result<Value, Problem> {
        match self.content {
            Content::Record(record) => record.finish(self.binder, self.target),
            Content::Quantity(parts) => parts.finish(self.binder, self.target),
            Content::NumberText(text) => json::read(self.binder, self.target, text.as_text().unwrap_or_default()),
        }
    }
}

/// The content of a variant, to be put under its name.
pub(super) struct VariantSerializer<'b, S> {
    outer: ObjectSerializer<'b>,
    field: Option<(usize, &'b crate::program::InputField)>,
    inner: S,
}

impl<'b, S> VariantSerializer<'b, S> {
    fn open(
        at: ValueSerializer<'b>,
        variant: &str,
        inner: impl FnOnce(ValueSerializer<'b>) -> Result<S, Problem>,
    ) -> Result<Self, Problem> {
        let mut outer = at.object()?;
        let Content::Record(record) = &mut outer.content else {
            return Err(at.binder.mismatch(at.target, "an object"));
        };
        let (position, field) = record.field(variant)?;
        let target = Target::field(field);
        let inner = inner(ValueSerializer::new(at.binder, target))
            .map_err(|p| p.within_field(variant).declared_at(field.span))?;
        Ok(VariantSerializer { outer, field: Some((position, field)), inner })
    }

    fn close(
        mut outer: ObjectSerializer<'b>,
        field: Option<(usize, &'b crate::program::InputField)>,
        value: Result<Value, Problem>,
    ) -> Result<Value, Problem> {
        if let (Content::Record(record), Some((at, field))) = (&mut outer.content, field) {
            let value = value.map_err(|p| p.within_field(&field.wire).declared_at(field.span))?;
            record.set(outer.binder, at, value);
        }
        outer.finish()
    }
}

impl ser::SerializeSeq for ListSerializer<'_> {
    type Ok = Value;
    type Error = Problem;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.element(value)
    }

    fn end(self) -> Result<Value, Problem> {
        Ok(self.finish())
    }
}

impl ser::SerializeTuple for ListSerializer<'_> {
    type Ok = Value;
    type Error = Problem;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.element(value)
    }

    fn end(self) -> Result<Value, Problem> {
        Ok(self.finish())
    }
}

impl ser::SerializeTupleStruct for ListSerializer<'_> {
    type Ok = Value;
    type Error = Problem;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.element(value)
    }

    fn end(self) -> Result<Value, Problem> {
        Ok(self.finish())
    }
}

impl<'b> ser::SerializeTupleVariant for VariantSerializer<'b, ListSerializer<'b>> {
    type Ok = Value;
    type Error = Problem;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.inner.element(value)
    }

    fn end(self) -> Result<Value, Problem> {
        Self::close(self.outer, self.field, Ok(self.inner.finish()))
    }
}

impl ser::SerializeMap for ObjectSerializer<'_> {
    type Ok = Value;
    type Error = Problem;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Problem> {
        let name = key.serialize(ValueSerializer::new(self.binder, Target::of(&Type::Text)))?;
        self.key = name.as_text().map(str::to_string);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        let name = self.key.take().unwrap_or_default();
        self.field(&name, value)
    }

    fn end(self) -> Result<Value, Problem> {
        self.finish()
    }
}

impl ser::SerializeStruct for ObjectSerializer<'_> {
    type Ok = Value;
    type Error = Problem;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Problem> {
        self.field(name, value)
    }

    fn end(self) -> Result<Value, Problem> {
        self.finish()
    }
}

impl<'b> ser::SerializeStructVariant for VariantSerializer<'b, ObjectSerializer<'b>> {
    type Ok = Value;
    type Error = Problem;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Problem> {
        self.inner.field(name, value)
    }

    fn end(self) -> Result<Value, Problem> {
        Self::close(self.outer, self.field, self.inner.finish())
    }
}
