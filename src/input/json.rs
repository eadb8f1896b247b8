//! JSON text, read into slots as it is parsed: numbers from their digits, repeated and unknown fields refused.
//!
//! The type decides how far the reader descends, so that the nesting of the text has no say; a value of a type without parts is taken
//! whole from the text. A problem is kept beside the parser, whose own errors carry only words.

use super::parts::QuantityParts;
use super::record::RecordBuilder;
use super::scalar::Scalar;
use super::{Binder, Problem, Target};
use crate::value::{Number, Value};
use serde::Deserializer as _;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::cell::RefCell;
use std::fmt;

/// Reads a whole JSON text as the target.
pub(super) fn read<'b>(binder: &Binder<'b>, target: Target<'b>, text: &str) -> Result<Value, Problem> {
    let problem = RefCell::new(None);
    let mut parser = serde_json::Deserializer::from_str(text);
    let seed = Seed { binder, target, problem: &problem };
    let value = seed.deserialize(&mut parser).and_then(|value| parser.end().map(|()| value));
    value.map_err(|error| match problem.take() {
        Some(problem) => problem,
        None => Problem::new(format!("this is not JSON: {error}")),
    })
}

/// Reads one value.
#[derive(Clone, Copy)]
struct Seed<'a, 'b> {
    binder: &'a Binder<'b>,
    target: Target<'b>,
    problem: &'a RefCell<Option<Problem>>,
}

impl<'b> Seed<'_, 'b> {
    fn to(&self, target: Target<'b>) -> Self {
        Seed { target, ..*self }
    }

    /// Keeps the problem and gives the parser an error to stop with.
    fn stop<E: Error>(&self, problem: Problem) -> E {
        self.problem.replace(Some(problem));
        E::custom("refused")
    }

    fn keep<T, E: Error>(&self, result: Result<T, Problem>) -> Result<T, E> {
        result.map_err(|problem| self.stop(problem))
    }

    fn refuse<T, E: Error>(&self, found: &str) -> Result<T, E> {
        Err(self.stop(self.binder.mismatch(self.target, found)))
    }

    /// Says where a problem is, seen one level further out.
    fn place<E: Error>(&self, error: E, outward: impl FnOnce(Problem) -> Problem) -> E {
        let inner = self.problem.take().unwrap_or_else(|| Problem::new(format!("this is not JSON: {error}")));
        self.problem.replace(Some(outward(inner)));
        error
    }

    /// A value of a type without parts, from its text.
    fn scalar(&self, raw: &str) -> Result<Value, Problem> {
        let scalar = |scalar: &Scalar<'_>| self.binder.scalar(self.target, scalar);
        let broken = |error: serde_json::Error| Problem::new(format!("this is not JSON: {error}"));
        match raw.as_bytes().first() {
            Some(b'"') => match serde_json::from_str::<PlainText>(raw).map_err(broken)?.0 {
                Cow::Borrowed(text) => scalar(&Scalar::Text(text)),
                Cow::Owned(text) => scalar(&Scalar::Text(&text)),
            },
            Some(b't') => scalar(&Scalar::YesNo(true)),
            Some(b'f') => scalar(&Scalar::YesNo(false)),
            Some(b'n') => self.binder.null(self.target),
            Some(b'{') if self.target.has_unit() => self.quantity(raw),
            Some(b'{') => Err(self.binder.mismatch(self.target, "an object")),
            Some(b'[') => Err(self.binder.mismatch(self.target, "a list")),
            _ => match Number::parse_json(raw) {
                Ok(number) => scalar(&Scalar::Number(number)),
                Err(error) => Err(Problem::new(format!("found {}: {error}", super::problem::excerpt(raw)))),
            },
        }
    }

    fn quantity(&self, raw: &str) -> Result<Value, Problem> {
        let mut parser = serde_json::Deserializer::from_str(raw);
        let read = parser.deserialize_map(ObjectVisitor(*self));
        read.map_err(|error| self.problem.take().unwrap_or_else(|| Problem::new(format!("this is not JSON: {error}"))))
    }
}

/// A text, borrowed where it has no escapes.
#[derive(serde::Deserialize)]
struct PlainText<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, parser: D) -> Result<Value, D::Error> {
        let has_parts = self.binder.fields_of(self.target).is_some() || self.target.element().is_some();
        if has_parts {
            return parser.deserialize_any(ObjectVisitor(self));
        }
        let raw = <&RawValue as serde::Deserialize>::deserialize(parser)?;
        self.keep(self.scalar(raw.get()))
    }
}

/// Reads the object or the list that the target wants.
struct ObjectVisitor<'a, 'b>(Seed<'a, 'b>);

impl<'de> Visitor<'de> for ObjectVisitor<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or a list")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        self.0.refuse(&value.to_string())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.0.refuse(&format!("the number {value}"))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.0.refuse(&format!("the number {value}"))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Value, E> {
        self.0.refuse("a number")
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.0.refuse(&format!("the text {}", super::problem::excerpt(value)))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.0.keep(self.0.binder.null(self.0.target))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let seed = self.0;
        let Some(element) = seed.target.element() else { return seed.refuse("a list") };
        let mut values = Vec::new();
        let mut claims = seed.binder.claim_count();
        loop {
            let index = values.len();
            let next = list.next_element_seed(seed.to(element));
            match next.map_err(|error| seed.place(error, |p| p.within_element(index)))? {
                Some(value) => values.push(value),
                None => return Ok(Value::List(values.into())),
            }
            claims = seed.binder.claims_within_element(claims, index);
            seed.keep(seed.binder.check_length(values.len()))?;
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let seed = self.0;
        let Some(fields) = seed.binder.fields_of(seed.target) else { return read_quantity(seed, object) };
        let mut record = RecordBuilder::new(seed.binder, fields);
        while let Some(PlainText(name)) = object.next_key()? {
            let (at, field) = seed.keep(record.field(&name))?;
            let value = object.next_value_seed(seed.to(Target::field(field)));
            let value = value.map_err(|error| seed.place(error, |p| p.within_field(&name).declared_at(field.span)))?;
            record.set(seed.binder, at, value);
        }
        seed.keep(record.finish(seed.binder, seed.target))
    }
}

fn read_quantity<'de, A: MapAccess<'de>>(seed: Seed<'_, '_>, mut object: A) -> Result<Value, A::Error> {
    if !seed.target.has_unit() {
        return seed.refuse("an object");
    }
    let mut parts = QuantityParts::default();
    while let Some(PlainText(name)) = object.next_key()? {
        let target = seed.keep(parts.target(&name))?;
        let value = object.next_value_seed(seed.to(target));
        parts.set(&name, value.map_err(|error| seed.place(error, |p| p.within_field(&name)))?);
    }
    seed.keep(parts.finish(seed.binder, seed.target))
}
