//! JSON text, read into slots as it is parsed: numbers from their digits, repeated and unknown fields refused.
//!
//! The type decides how far the reader descends, so that the nesting of the text has no say. Texts are taken from the parser as they
//! stand; what may be a number is taken whole from the text. A problem is kept beside the parser, whose own errors carry only
//! words; where there is one, the text is read again with care: every value of a type without parts whole from the text, so that it
//! can be named in full.

use super::form::Target;
use super::list::List;
use super::parts::QuantityParts;
use super::problem::excerpt;
use super::record::Record;
use super::{Problem, Reader};
use crate::types::Type;
use crate::value::{Number, Value};
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Reads a whole JSON text as the target.
pub(super) fn read<'r>(
    reader: &mut Reader<'r>,
    target: &'r Target,
    slot: &mut Value,
    text: &str,
) -> Result<(), Problem> {
    let claims = reader.claims.len();
    let mut quick = Parsing { reader, problem: None, careful: false };
    if quick.whole(target, slot, text).is_ok() {
        return Ok(());
    }
    reader.claims.truncate(claims);
    Parsing { reader, problem: None, careful: true }.whole(target, slot, text)
}

/// The reading of one text.
struct Parsing<'p, 'r> {
    reader: &'p mut Reader<'r>,
    /// What stopped the parser.
    problem: Option<Problem>,
    /// Whether each value of a type without parts is taken whole from the text.
    careful: bool,
}

impl<'r> Parsing<'_, 'r> {
    fn whole(&mut self, target: &'r Target, slot: &mut Value, text: &str) -> Result<(), Problem> {
        let mut parser = serde_json::Deserializer::from_str(text);
        let read = Seed { parsing: &mut *self, target, slot }.deserialize(&mut parser);
        read.and_then(|()| parser.end()).map_err(|error| self.problem(&error))
    }

    /// The problem that stopped the parser.
    #[cold]
    fn problem(&mut self, error: &serde_json::Error) -> Problem {
        self.problem.take().unwrap_or_else(|| broken(error))
    }

    /// Keeps the problem and gives the parser an error to stop with.
    #[cold]
    fn stop<E: Error>(&mut self, problem: Problem) -> E {
        self.problem = Some(problem);
        E::custom("refused")
    }

    /// Stops the parser since something else was found than the target wants.
    #[cold]
    fn refuse<E: Error>(&mut self, target: &Target, found: &str) -> Result<(), E> {
        let problem = self.reader.mismatch(target, found);
        Err(self.stop(problem))
    }

    #[inline]
    fn keep<T, E: Error>(&mut self, result: Result<T, Problem>) -> Result<T, E> {
        result.map_err(|problem| self.stop(problem))
    }

    /// Says where a problem is, seen one level further out.
    #[cold]
    fn place<E: Error>(&mut self, error: E, outward: impl FnOnce(Problem) -> Problem) -> E {
        let inner = self.problem.take().unwrap_or_else(|| broken(&error));
        self.problem = Some(outward(inner));
        error
    }

    /// A value of a type without parts, from its text.
    fn scalar(&mut self, target: &'r Target, slot: &mut Value, raw: &str) -> Result<(), Problem> {
        match raw.as_bytes() {
            [b'"', ..] => match plain(raw) {
                Some(text) => self.reader.text(target, text, slot),
                None => {
                    let text: PlainText<'_> = serde_json::from_str(raw).map_err(|error| broken(&error))?;
                    self.reader.text(target, &text.0, slot)
                }
            },
            [b't', ..] => self.reader.yes_no(target, true, slot),
            [b'f', ..] => self.reader.yes_no(target, false, slot),
            [b'n', ..] => self.reader.null(target, slot),
            [b'{', ..] if target.has_unit() => self.quantity(target, slot, raw),
            [b'{', ..] => Err(self.reader.mismatch(target, "an object")),
            [b'[', ..] => Err(self.reader.mismatch(target, "a list")),
            _ => match Number::parse_json(raw) {
                Ok(number) => self.reader.number(target, number, slot),
                Err(error) => Err(Problem::new(format!("found {}: {error}", excerpt(raw)))),
            },
        }
    }

    fn quantity(&mut self, target: &'r Target, slot: &mut Value, raw: &str) -> Result<(), Problem> {
        let mut parser = serde_json::Deserializer::from_str(raw);
        let read = parser.deserialize_map(Seed { parsing: &mut *self, target, slot });
        read.map_err(|error| self.problem(&error))
    }
}

#[cold]
fn broken(error: &dyn fmt::Display) -> Problem {
    let words = error.to_string();
    let escape = ["unexpected end of hex escape", "lone leading surrogate in hex escape"];
    match escape.iter().find_map(|known| words.strip_prefix(known)) {
        Some(place) => Problem::new(format!("an escape `\\u…` of a text is cut off, or is half of a pair{place}")),
        None => Problem::new(format!("this is not JSON: {words}")),
    }
}

/// The text that a JSON text is, where it has no escapes. The parser has seen that it ends, and that no control character is in it.
fn plain(raw: &str) -> Option<&str> {
    let text = raw.strip_prefix('"')?.strip_suffix('"')?;
    (!text.bytes().any(|byte| byte == b'\\')).then_some(text)
}

/// A text, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct PlainText<'a>(#[serde(borrow)] Cow<'a, str>);

/// Reads one value into its slot, or the whole input into all slots.
struct Seed<'a, 'p, 'r> {
    parsing: &'a mut Parsing<'p, 'r>,
    target: &'r Target,
    slot: &'a mut Value,
}

impl Seed<'_, '_, '_> {
    /// Whether the value is taken whole from the text: where it may be a number, which the parser would make a binary float.
    #[inline]
    fn is_taken_whole(&self) -> bool {
        match self.target.ty {
            Type::Number | Type::Integer | Type::In(_) | Type::Percent => true,
            _ => self.parsing.careful && !self.target.has_parts(),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_, '_, '_> {
    type Value = ();

    #[inline]
    fn deserialize<D: serde::Deserializer<'de>>(self, parser: D) -> Result<(), D::Error> {
        if !self.is_taken_whole() {
            return parser.deserialize_any(self);
        }
        let raw = <&RawValue as serde::Deserialize>::deserialize(parser)?;
        let taken = self.parsing.scalar(self.target, self.slot, raw.get());
        self.parsing.keep(taken)
    }
}

impl<'de> Visitor<'de> for Seed<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    #[inline]
    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        let taken = self.parsing.reader.yes_no(self.target, value, self.slot);
        self.parsing.keep(taken)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.parsing.refuse(self.target, &format!("the number {value}"))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.parsing.refuse(self.target, &format!("the number {value}"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.parsing.refuse(self.target, "a number")
    }

    #[inline]
    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        let taken = self.parsing.reader.text(self.target, value, self.slot);
        self.parsing.keep(taken)
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        let taken = self.parsing.reader.null(self.target, self.slot);
        self.parsing.keep(taken)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Seed { parsing, target, slot } = self;
        let Some(mut list) = List::open(parsing.reader, target, slot) else {
            return parsing.refuse(target, "a list");
        };
        loop {
            let (index, element) = (list.count(), list.element);
            let slot = list.slot();
            match elements.next_element_seed(Seed { parsing: &mut *parsing, target: element, slot }) {
                Ok(Some(())) => list.note(parsing.reader),
                Ok(None) => break,
                Err(error) => return Err(parsing.place(error, |p| p.within_element(index))),
            }
            let checked = parsing.reader.check_length(list.count());
            parsing.keep(checked)?;
        }
        list.finish(parsing.reader);
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        let Seed { parsing, target, slot } = self;
        if !target.has_parts() {
            return read_quantity(Seed { parsing, target, slot }, object);
        }
        let Some(mut record) = Record::open(parsing.reader, target, slot) else {
            return parsing.refuse(target, "an object");
        };
        while let Some(at) = object.next_key_seed(Key { parsing: &mut *parsing, record: &mut record })? {
            let Some((field, slot)) = record.slot(at) else { continue };
            match object.next_value_seed(Seed { parsing: &mut *parsing, target: &field.target, slot }) {
                Ok(()) => record.note(parsing.reader, at),
                Err(error) => {
                    return Err(parsing.place(error, |p| p.within_field(&field.wire).declared_at(field.span)));
                }
            }
        }
        let finished = record.finish(parsing.reader);
        parsing.keep(finished)
    }
}

/// Reads the name of a field as its place in the record.
struct Key<'a, 'p, 's, 'r> {
    parsing: &'a mut Parsing<'p, 'r>,
    record: &'a mut Record<'s, 'r>,
}

impl<'de> DeserializeSeed<'de> for Key<'_, '_, '_, '_> {
    type Value = usize;

    #[inline]
    fn deserialize<D: serde::Deserializer<'de>>(self, parser: D) -> Result<usize, D::Error> {
        parser.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_, '_, '_, '_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_str<E: Error>(self, name: &str) -> Result<usize, E> {
        let found = self.record.find(name);
        self.parsing.keep(found)
    }
}

fn read_quantity<'de, A: MapAccess<'de>>(seed: Seed<'_, '_, '_>, mut object: A) -> Result<(), A::Error> {
    if !seed.target.has_unit() {
        return seed.parsing.refuse(seed.target, "an object");
    }
    let Seed { parsing, target, slot } = seed;
    let mut parts = QuantityParts::default();
    while let Some(PlainText(name)) = object.next_key()? {
        let (target, slot) = parsing.keep(parts.slot(&name))?;
        let value = object.next_value_seed(Seed { parsing: &mut *parsing, target, slot });
        value.map_err(|error| parsing.place(error, |p| p.within_field(&name)))?;
    }
    let finished = parts.finish(parsing.reader, target, slot);
    parsing.keep(finished)
}
