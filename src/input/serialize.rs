//! Any value that serde can walk over goes into the slots directly: no JSON value, no text, no binary float between.
//!
//! Structs, maps (also those that `flatten` makes) and the insides of enum variants are records; a variant without content is its name; `None` and `()` are `null`.
//! Integers are exact, as are our own numbers, dates and times and decimals in the exact form, which come as they are; a float is the number that its shortest round-trip text
//! denotes, and NaN and the infinities are refused.

mod object;
mod variant;

use super::form::{Plain, Target};
use super::layout::is_same;
use super::list::List;
use super::{Problem, Reader};
use crate::value::exact::{EXACT, Exact, Taken};
use crate::value::{Number, Value};
use object::{MapSerializer, ObjectSerializer};
use serde::ser::{self, Serialize};
use variant::VariantSerializer;

/// Takes one value into its slot, or the whole input into all slots.
pub(super) struct SlotSerializer<'s, 'r> {
    reader: &'s mut Reader<'r>,
    target: &'r Target,
    slot: &'s mut Value,
    /// The form of a value of our own whose content comes next; else 0.
    form: u32,
}

impl<'s, 'r> SlotSerializer<'s, 'r> {
    #[inline]
    pub(super) fn new(reader: &'s mut Reader<'r>, target: &'r Target, slot: &'s mut Value) -> Self {
        SlotSerializer { reader, target, slot, form: 0 }
    }

    #[inline]
    fn number(self, number: Number) -> Result<Taken, Problem> {
        self.reader.number(self.target, number, self.slot).map(|()| Taken)
    }

    #[inline]
    fn text(self, text: &str) -> Result<Taken, Problem> {
        self.reader.text(self.target, text, self.slot).map(|()| Taken)
    }

    #[inline]
    fn null(self) -> Result<Taken, Problem> {
        self.reader.null(self.target, self.slot).map(|()| Taken)
    }

    /// A value of our own, or a decimal, as it is; where a text is wanted, its text, as if it had been sent by it.
    #[inline(always)]
    fn exact(self, content: i128) -> Result<Taken, Problem> {
        let SlotSerializer { reader, target, slot, form } = self;
        let taken = match Exact::received(form, content) {
            Some(Exact::Number { number, .. }) if target.plain == Plain::Number => {
                slot.put(Value::Number(number));
                Ok(())
            }
            Some(Exact::Number { number, decimals }) => reader.exact_number(target, number, decimals, slot),
            Some(Exact::Date(date)) => reader.own(target, Plain::Date, Value::Date(date), slot),
            Some(Exact::Time(time)) => reader.own(target, Plain::Time, Value::Time(time), slot),
            Some(Exact::Instant(instant)) => reader.own(target, Plain::Instant, Value::Instant(instant), slot),
            None => Err(reader.mismatch(target, "a number with too many digits")),
        };
        taken.map(|()| Taken)
    }

    /// A variant with a content: a record of one field.
    fn variant<T: Serialize + ?Sized>(self, name: &'static str, value: &T) -> Result<Taken, Problem> {
        let mut object = ObjectSerializer::open(self)?;
        object.field(name, value)?;
        object.finish().map(|_| Taken)
    }

    fn float(self, value: Option<Number>, shown: &str) -> Result<Taken, Problem> {
        match value {
            Some(number) => self.number(number),
            None => Err(self.reader.mismatch(self.target, shown)),
        }
    }

    fn list(self) -> Result<ListSerializer<'s, 'r>, Problem> {
        let SlotSerializer { reader, target, slot, .. } = self;
        match List::open(reader, target, slot) {
            Some(list) => Ok(ListSerializer { reader, list }),
            None => Err(reader.mismatch(target, "a list")),
        }
    }
}

impl<'s, 'r> ser::Serializer for SlotSerializer<'s, 'r> {
    type Ok = Taken;
    type Error = Problem;
    type SerializeSeq = ListSerializer<'s, 'r>;
    type SerializeTuple = ListSerializer<'s, 'r>;
    type SerializeTupleStruct = ListSerializer<'s, 'r>;
    type SerializeTupleVariant = VariantSerializer<'s, 'r, ListSerializer<'s, 'r>>;
    type SerializeMap = MapSerializer<'s, 'r>;
    type SerializeStruct = ObjectSerializer<'s, 'r>;
    type SerializeStructVariant = VariantSerializer<'s, 'r, ObjectSerializer<'s, 'r>>;

    #[inline]
    fn serialize_bool(self, value: bool) -> Result<Taken, Problem> {
        self.reader.yes_no(self.target, value, self.slot).map(|()| Taken)
    }

    #[inline]
    fn serialize_i8(self, value: i8) -> Result<Taken, Problem> {
        self.number(Number::from_i64(value.into()))
    }

    #[inline]
    fn serialize_i16(self, value: i16) -> Result<Taken, Problem> {
        self.number(Number::from_i64(value.into()))
    }

    #[inline]
    fn serialize_i32(self, value: i32) -> Result<Taken, Problem> {
        self.number(Number::from_i64(value.into()))
    }

    #[inline]
    fn serialize_i64(self, value: i64) -> Result<Taken, Problem> {
        self.number(Number::from_i64(value))
    }

    /// A whole number, or the content of a value of our own.
    #[inline(always)]
    fn serialize_i128(self, value: i128) -> Result<Taken, Problem> {
        match self.form {
            0 => self.number(Number::from_i128(value)),
            _ => self.exact(value),
        }
    }

    #[inline]
    fn serialize_u8(self, value: u8) -> Result<Taken, Problem> {
        self.number(Number::from_i64(value.into()))
    }

    #[inline]
    fn serialize_u16(self, value: u16) -> Result<Taken, Problem> {
        self.number(Number::from_i64(value.into()))
    }

    #[inline]
    fn serialize_u32(self, value: u32) -> Result<Taken, Problem> {
        self.number(Number::from_i64(value.into()))
    }

    #[inline]
    fn serialize_u64(self, value: u64) -> Result<Taken, Problem> {
        self.number(Number::from_i128(value.into()))
    }

    fn serialize_u128(self, value: u128) -> Result<Taken, Problem> {
        self.float(Number::parse(&value.to_string()).ok(), "a number with too many digits")
    }

    fn serialize_f32(self, value: f32) -> Result<Taken, Problem> {
        let number = value.is_finite().then(|| Number::parse_json(&format!("{value:e}")).ok()).flatten();
        self.float(number, &format!("the float {value}"))
    }

    fn serialize_f64(self, value: f64) -> Result<Taken, Problem> {
        match Number::from_f64_shortest(value) {
            Some(number) => self.number(number),
            None => self.float(None, &format!("the float {value}")),
        }
    }

    fn serialize_char(self, value: char) -> Result<Taken, Problem> {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    #[inline]
    fn serialize_str(self, value: &str) -> Result<Taken, Problem> {
        self.text(value)
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<Taken, Problem> {
        Err(self.reader.mismatch(self.target, "bytes"))
    }

    #[inline]
    fn serialize_none(self) -> Result<Taken, Problem> {
        self.null()
    }

    #[inline]
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Taken, Problem> {
        value.serialize(self)
    }

    #[inline]
    fn serialize_unit(self) -> Result<Taken, Problem> {
        self.null()
    }

    #[inline]
    fn serialize_unit_struct(self, _: &'static str) -> Result<Taken, Problem> {
        self.null()
    }

    #[inline]
    fn serialize_unit_variant(self, _: &'static str, index: u32, variant: &'static str) -> Result<Taken, Problem> {
        self.reader.variant(self.target, index, variant, self.slot).map(|()| Taken)
    }

    #[inline]
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<Taken, Problem> {
        value.serialize(self)
    }

    /// A value of our own, or a record of one field. In line, where the form of a value of our own is known to the compiler.
    #[inline(always)]
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Taken, Problem> {
        if is_same(name, EXACT) || name == EXACT {
            return value.serialize(SlotSerializer { form: index, ..self });
        }
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
        VariantSerializer::open(self, variant, SlotSerializer::list)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Problem> {
        MapSerializer::open(self)
    }

    #[inline]
    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Self::SerializeStruct, Problem> {
        ObjectSerializer::open_struct(self, name)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Problem> {
        VariantSerializer::open(self, variant, ObjectSerializer::open)
    }
}

/// Takes the elements of a list.
pub(super) struct ListSerializer<'s, 'r> {
    reader: &'s mut Reader<'r>,
    list: List<'s, 'r>,
}

impl<'s, 'r> ListSerializer<'s, 'r> {
    #[inline]
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        let (index, element) = (self.list.count(), self.list.element);
        self.reader.check_length(index.saturating_add(1))?;
        let taken = value.serialize(SlotSerializer::new(&mut *self.reader, element, self.list.slot()));
        taken.map_err(|problem| problem.within_element(index))?;
        self.list.note(self.reader);
        Ok(())
    }

    fn finish(self) -> &'s mut Reader<'r> {
        self.list.finish(self.reader);
        self.reader
    }
}

impl ser::SerializeSeq for ListSerializer<'_, '_> {
    type Ok = Taken;
    type Error = Problem;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.element(value)
    }

    fn end(self) -> Result<Taken, Problem> {
        self.finish();
        Ok(Taken)
    }
}

impl ser::SerializeTuple for ListSerializer<'_, '_> {
    type Ok = Taken;
    type Error = Problem;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.element(value)
    }

    fn end(self) -> Result<Taken, Problem> {
        self.finish();
        Ok(Taken)
    }
}

impl ser::SerializeTupleStruct for ListSerializer<'_, '_> {
    type Ok = Taken;
    type Error = Problem;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        self.element(value)
    }

    fn end(self) -> Result<Taken, Problem> {
        self.finish();
        Ok(Taken)
    }
}
