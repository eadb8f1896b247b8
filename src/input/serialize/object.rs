//! The fields of a struct or a map, by the layout of the struct where it is known, else by their names.

use super::SlotSerializer;
use crate::input::form::{TEXT, Target};
use crate::input::layout::{Layout, Step, is_same};
use crate::input::parts::QuantityParts;
use crate::input::record::Record;
use crate::input::{Problem, Reader, json};
use crate::value::Value;
use crate::value::exact::Taken;
use serde::ser::{self, Serialize};

/// The name under which serde_json passes on a number with all its digits.
const NUMBER_TEXT: &str = "$serde_json::private::Number";

/// Takes the fields of an object. What a struct needs at most is small, as it is moved on its way to the code that sends it.
pub(in crate::input) struct ObjectSerializer<'s, 'r> {
    reader: &'s mut Reader<'r>,
    content: Content<'s, 'r>,
}

/// What the fields of an object mean.
enum Content<'s, 'r> {
    Record { record: Record<'s, 'r>, order: Order<'r> },
    Quantity { parts: QuantityParts, target: &'r Target, slot: &'s mut Value },
    NumberText { text: Value, target: &'r Target, slot: &'s mut Value },
}

/// In which order the fields of a record come.
#[derive(Default)]
struct Order<'r> {
    /// What is still to come if a struct sends it as before.
    expected: &'r [Step],
    /// What a struct of which nothing is known has sent.
    learning: Option<Box<Layout>>,
}

impl<'s, 'r> ObjectSerializer<'s, 'r> {
    /// An object of any kind.
    pub(super) fn open(at: SlotSerializer<'s, 'r>) -> Result<Self, Problem> {
        Self::open_in(at, Order::default())
    }

    /// A struct.
    #[inline]
    pub(super) fn open_struct(at: SlotSerializer<'s, 'r>, name: &'static str) -> Result<Self, Problem> {
        match Layout::of(at.reader.layouts, name, &at.target.parts) {
            Some(expected) => Self::open_in(at, Order { expected, learning: None }),
            None => Self::open_unknown(at, name),
        }
    }

    /// A struct of which nothing is known.
    #[cold]
    fn open_unknown(at: SlotSerializer<'s, 'r>, name: &'static str) -> Result<Self, Problem> {
        if name == NUMBER_TEXT {
            let SlotSerializer { reader, target, slot, .. } = at;
            return Ok(ObjectSerializer { reader, content: Content::NumberText { text: Value::Absent, target, slot } });
        }
        let parts = &at.target.parts;
        let learning = match Layout::of(&at.reader.learned, name, parts) {
            Some(_) => None,
            None => Some(Box::new(Layout::new(name, parts))),
        };
        Self::open_in(at, Order { expected: &[], learning })
    }

    #[inline]
    fn open_in(at: SlotSerializer<'s, 'r>, order: Order<'r>) -> Result<Self, Problem> {
        let SlotSerializer { reader, target, slot, .. } = at;
        let content = if target.has_parts() {
            match Record::open(reader, target, slot) {
                Some(record) => Content::Record { record, order },
                None => return Err(reader.mismatch(target, "an object")),
            }
        } else if target.has_unit() {
            Content::Quantity { parts: QuantityParts::default(), target, slot }
        } else {
            return Err(reader.mismatch(target, "an object"));
        };
        Ok(ObjectSerializer { reader, content })
    }

    /// Takes a field of a struct: the next that is expected, or one by its name.
    #[inline]
    fn field_in_order<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Problem> {
        let Content::Record { record, order } = &mut self.content else { return self.field(key, value) };
        let at = match order.expected {
            [step, rest @ ..] if is_same(step.key, key) => {
                order.expected = rest;
                step.at
            }
            _ => place(record, order, key)?,
        };
        record.take(self.reader, at, |reader, target, slot| {
            value.serialize(SlotSerializer::new(reader, target, slot)).map(drop)
        })
    }

    /// Takes a field by its name.
    pub(super) fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Problem> {
        match &mut self.content {
            Content::Record { record, .. } => {
                let at = record.find(name)?;
                record.take(self.reader, at, |reader, target, slot| {
                    value.serialize(SlotSerializer::new(reader, target, slot)).map(drop)
                })
            }
            Content::Quantity { parts, .. } => {
                let (target, slot) = parts.slot(name)?;
                let taken = value.serialize(SlotSerializer::new(self.reader, target, slot));
                taken.map(drop).map_err(|problem| problem.within_field(name))
            }
            Content::NumberText { text, .. } => {
                value.serialize(SlotSerializer::new(self.reader, &TEXT, text)).map(drop)
            }
        }
    }

    /// Gives the object its value, and the reader back.
    #[inline]
    pub(super) fn finish(self) -> Result<&'s mut Reader<'r>, Problem> {
        let reader = self.reader;
        match self.content {
            Content::Record { record, order } => {
                record.finish(reader)?;
                if let Some(learned) = order.learning {
                    reader.learned.push(*learned);
                }
            }
            Content::Quantity { parts, target, slot } => parts.finish(reader, target, slot)?,
            Content::NumberText { text, target, slot } => {
                json::read(reader, target, slot, text.as_text().unwrap_or_default())?;
            }
        }
        Ok(reader)
    }
}

/// The place of a field that is not the next one expected. From here on nothing is expected.
#[cold]
fn place(record: &mut Record<'_, '_>, order: &mut Order<'_>, key: &'static str) -> Result<usize, Problem> {
    let at = record.find(key)?;
    order.expected = &[];
    if let Some(learning) = &mut order.learning {
        learning.step(key, at);
    }
    Ok(at)
}

impl ser::SerializeStruct for ObjectSerializer<'_, '_> {
    type Ok = Taken;
    type Error = Problem;

    #[inline]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Problem> {
        self.field_in_order(name, value)
    }

    /// A field that is not sent this time may be the one that is expected.
    fn skip_field(&mut self, key: &'static str) -> Result<(), Problem> {
        let Content::Record { record, order } = &mut self.content else { return Ok(()) };
        match order.expected {
            [step, rest @ ..] if is_same(step.key, key) => order.expected = rest,
            _ => {
                if let (Some(learning), Some(at)) = (&mut order.learning, record.position(key)) {
                    learning.step(key, at);
                }
            }
        }
        Ok(())
    }

    #[inline]
    fn end(self) -> Result<Taken, Problem> {
        self.finish().map(|_| Taken)
    }
}

/// Takes the keys and values of a map.
pub(in crate::input) struct MapSerializer<'s, 'r> {
    object: ObjectSerializer<'s, 'r>,
    /// The key whose value is to come.
    key: Value,
}

impl<'s, 'r> MapSerializer<'s, 'r> {
    pub(super) fn open(at: SlotSerializer<'s, 'r>) -> Result<Self, Problem> {
        ObjectSerializer::open(at).map(|object| MapSerializer { object, key: Value::Absent })
    }
}

impl ser::SerializeMap for MapSerializer<'_, '_> {
    type Ok = Taken;
    type Error = Problem;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Problem> {
        key.serialize(SlotSerializer::new(self.object.reader, &TEXT, &mut self.key)).map(drop)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        let name = std::mem::take(&mut self.key);
        self.object.field(name.as_text().unwrap_or_default(), value)
    }

    fn end(self) -> Result<Taken, Problem> {
        self.object.finish().map(|_| Taken)
    }
}
