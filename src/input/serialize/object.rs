//! The fields of a struct or a map, by the layout of the struct where it is known, else by their names.

use super::SlotSerializer;
use crate::input::edition::{Parts, TEXT, Target};
use crate::input::layout::{Layout, Step, is_same};
use crate::input::parts::QuantityParts;
use crate::input::record::Record;
use crate::input::{Problem, Reader, json};
use crate::value::Value;
use crate::value::number::Taken;
use serde::ser::{self, Serialize};

/// The name under which serde_json passes on a number with all its digits.
const NUMBER_TEXT: &str = "$serde_json::private::Number";

/// Takes the fields of an object.
pub(in crate::input) struct ObjectSerializer<'s, 'r> {
    reader: &'s mut Reader<'r>,
    content: Content<'s, 'r>,
    /// The key of a map whose value is to come.
    key: Value,
}

/// What the fields of an object mean.
enum Content<'s, 'r> {
    Record { record: Record<'s, 'r>, order: Order<'r> },
    Quantity { parts: QuantityParts, target: &'r Target, slots: &'s mut [Value] },
    NumberText { text: Value, target: &'r Target, slots: &'s mut [Value] },
}

/// In which order the fields of a record come.
enum Order<'r> {
    /// As the struct sent them before: what is still to come.
    Known(&'r [Step]),
    /// As a struct sends them of which nothing is known.
    Learning { name: &'static str, parts: &'r Parts, steps: Vec<Step> },
    /// In any.
    Any,
}

impl<'s, 'r> ObjectSerializer<'s, 'r> {
    /// An object of any kind.
    pub(super) fn open(at: SlotSerializer<'s, 'r>) -> Result<Self, Problem> {
        let order = Order::Any;
        Self::open_in(at, order)
    }

    /// A struct.
    #[inline]
    pub(super) fn open_struct(at: SlotSerializer<'s, 'r>, name: &'static str) -> Result<Self, Problem> {
        let parts = &at.target.parts;
        if let Some(steps) = Layout::of(at.reader.layouts, name, parts) {
            return Self::open_in(at, Order::Known(steps));
        }
        if name == NUMBER_TEXT {
            let SlotSerializer { reader, target, slots } = at;
            let content = Content::NumberText { text: Value::Absent, target, slots };
            return Ok(ObjectSerializer { reader, content, key: Value::Absent });
        }
        Self::open_in(at, Order::Learning { name, parts, steps: Vec::new() })
    }

    #[inline]
    fn open_in(at: SlotSerializer<'s, 'r>, order: Order<'r>) -> Result<Self, Problem> {
        let SlotSerializer { reader, target, slots } = at;
        let content = if target.has_parts() {
            match Record::open(reader, target, slots) {
                Some(record) => Content::Record { record, order },
                None => return Err(reader.mismatch(target, "an object")),
            }
        } else if target.has_unit() {
            Content::Quantity { parts: QuantityParts::default(), target, slots }
        } else {
            return Err(reader.mismatch(target, "an object"));
        };
        Ok(ObjectSerializer { reader, content, key: Value::Absent })
    }

    /// Takes a field of a struct: the next that is expected, or one by its name.
    #[inline]
    fn field_in_order<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Problem> {
        let Content::Record { record, order } = &mut self.content else { return self.field(key, value) };
        let at = match order {
            Order::Known([step, rest @ ..]) if is_same(step.key, key) => {
                *order = Order::Known(rest);
                step.at
            }
            _ => place(record, order, key)?,
        };
        take(self.reader, record, at, value)
    }

    /// Takes a field by its name.
    pub(super) fn field<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Problem> {
        match &mut self.content {
            Content::Record { record, .. } => {
                let at = record.find(name)?;
                take(self.reader, record, at, value)
            }
            Content::Quantity { parts, .. } => {
                let (target, slot) = parts.slot(name)?;
                let slots = std::slice::from_mut(slot);
                let taken = value.serialize(SlotSerializer::new(self.reader, target, slots));
                taken.map(drop).map_err(|problem| problem.within_field(name))
            }
            Content::NumberText { text, .. } => {
                let slots = std::slice::from_mut(text);
                value.serialize(SlotSerializer::new(self.reader, &TEXT, slots)).map(drop)
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
                if let Order::Learning { name, parts, steps } = order {
                    reader.learned.push(Layout::new(name, parts, steps));
                }
            }
            Content::Quantity { parts, target, slots } => parts.finish(reader, target, slots)?,
            Content::NumberText { text, target, slots } => {
                json::read(reader, target, slots, text.as_text().unwrap_or_default())?;
            }
        }
        Ok(reader)
    }
}

/// The place of a field that is not the next one expected. From here on nothing is expected.
#[cold]
fn place(record: &mut Record<'_, '_>, order: &mut Order<'_>, key: &'static str) -> Result<usize, Problem> {
    let at = record.find(key)?;
    match order {
        Order::Learning { steps, .. } => steps.push(Step { key, at }),
        _ => *order = Order::Any,
    }
    Ok(at)
}

/// Takes the value of the field at a place.
#[inline]
fn take<'r, T: Serialize + ?Sized>(
    reader: &mut Reader<'r>,
    record: &mut Record<'_, 'r>,
    at: usize,
    value: &T,
) -> Result<(), Problem> {
    let Some((field, slot)) = record.slot(at) else { return Ok(()) };
    let slots = std::slice::from_mut(slot);
    match value.serialize(SlotSerializer::new(&mut *reader, &field.target, slots)) {
        Ok(_) => record.note(reader, at),
        Err(problem) => return Err(problem.within_field(&field.wire).declared_at(field.span)),
    }
    Ok(())
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
        match order {
            Order::Known([step, rest @ ..]) if is_same(step.key, key) => *order = Order::Known(rest),
            Order::Learning { steps, .. } => steps.extend(record.position(key).map(|at| Step { key, at })),
            Order::Known(_) | Order::Any => {}
        }
        Ok(())
    }

    #[inline]
    fn end(self) -> Result<Taken, Problem> {
        self.finish().map(|_| Taken)
    }
}

impl ser::SerializeMap for ObjectSerializer<'_, '_> {
    type Ok = Taken;
    type Error = Problem;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Problem> {
        let slots = std::slice::from_mut(&mut self.key);
        key.serialize(SlotSerializer::new(self.reader, &TEXT, slots)).map(drop)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Problem> {
        let name = std::mem::take(&mut self.key);
        self.field(name.as_text().unwrap_or_default(), value)
    }

    fn end(self) -> Result<Taken, Problem> {
        self.finish().map(|_| Taken)
    }
}
