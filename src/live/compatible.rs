//! Whether callers who send inputs for one edition can send them to another: what they run into, field by field.

use crate::difference;
use crate::eval::show::{show, show_type};
use crate::program::{InputField, Program};
use crate::types::{RecordType, Type};
use std::fmt;

/// What a caller runs into who sends inputs as before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputBreak {
    /// The field on the wire: `weight`, `lines[].weight`.
    pub field: String,
    /// What has become of it, for people.
    pub what: String,
}

impl fmt::Display for InputBreak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.field, self.what)
    }
}

const MUST_BE_SENT: &str = "it must now be sent; with a default, or `?` after its type, callers could leave it out";

/// What callers of `old` run into with `new`; nothing, where all that `old` takes is taken by `new` in the same meaning.
pub(super) fn breaks(old: &Program, new: &Program) -> Vec<InputBreak> {
    let mut comparison = Comparison { old, new, found: Vec::new() };
    comparison.fields("", &old.inputs, &new.inputs);
    comparison.found
}

struct Comparison<'p> {
    old: &'p Program,
    new: &'p Program,
    found: Vec<InputBreak>,
}

impl<'p> Comparison<'p> {
    fn say(&mut self, field: &str, what: String) {
        self.found.push(InputBreak { field: field.to_string(), what });
    }

    fn fields(&mut self, before: &str, old: &'p [InputField], new: &'p [InputField]) {
        for field in old {
            let path = format!("{before}{}", field.wire);
            match new.iter().find(|other| other.wire == field.wire) {
                Some(other) => self.field(&path, field, other),
                None => self.say(&path, "it is no longer read, and whoever sends it is refused".to_string()),
            }
        }
        let known = |field: &InputField| old.iter().any(|other| other.wire == field.wire);
        for field in new.iter().filter(|field| !known(field) && is_required(field)) {
            self.say(&format!("{before}{}", field.wire), MUST_BE_SENT.to_string());
        }
    }

    fn field(&mut self, path: &str, old: &'p InputField, new: &'p InputField) {
        if is_required(new) && !is_required(old) {
            self.say(path, MUST_BE_SENT.to_string());
        }
        let found = self.found.len();
        let (ty, other) = (old.ty.present(), new.ty.present());
        self.types(path, ty, other);
        if self.found.len() > found && !self.measure_the_same(ty, other) {
            return;
        }
        let pattern = |field: &'p InputField| field.domain.matching.as_ref().map(|pattern| pattern.text.as_str());
        if let Some(text) = pattern(new).filter(|text| pattern(old) != Some(text)) {
            self.say(path, format!("it must now match \"{text}\""));
        }
        let gone: Vec<&str> = match new.domain.currencies.is_empty() {
            true => Vec::new(),
            false => {
                let gone = old.domain.currencies.iter().filter(|one| !new.domain.currencies.contains(one));
                gone.map(|currency| currency.code()).collect()
            }
        };
        if !gone.is_empty() || (old.domain.currencies.is_empty() && !new.domain.currencies.is_empty()) {
            let which = if gone.is_empty() { "others than those listed".to_string() } else { gone.join(", ") };
            self.say(path, format!("it takes fewer currencies: no longer {which}"));
        }
        if difference::is_narrower((self.old, self.new), old, new) {
            let (was, is) = (range_of(self.old, old), range_of(self.new, new));
            self.say(path, format!("its range is narrower: {is}, where it was {was}"));
        }
    }

    /// Whether both are quantities of one dimension, in whatever units: then their ranges can be compared.
    fn measure_the_same(&self, old: &Type, new: &Type) -> bool {
        match (old, new) {
            (Type::In(one), Type::In(other)) => self.old.units.dimension(one) == self.new.units.dimension(other),
            _ => false,
        }
    }

    fn types(&mut self, path: &str, old: &'p Type, new: &'p Type) {
        match (old, new) {
            (Type::Integer, Type::Number) => {}
            (Type::List(old), Type::List(new)) => {
                if matches!(**old, Type::Optional(_)) && !matches!(**new, Type::Optional(_)) {
                    self.say(path, "its elements must now be there".to_string());
                }
                self.types(&format!("{path}[]"), old.present(), new.present());
            }
            (Type::Record(old), Type::Record(new)) => {
                let (old, new) = (fields_of(self.old, old), fields_of(self.new, new));
                self.fields(&format!("{path}."), old, new);
            }
            (Type::Enum(old), Type::Enum(new)) => {
                let members = |program: &'p Program, id: u32| {
                    let one = usize::try_from(id).ok().and_then(|at| program.enums.get(at));
                    one.map_or(&[][..], |one| &one.members)
                };
                let (old, new) = (members(self.old, old.0), members(self.new, new.0));
                let gone = old.iter().filter(|(name, _)| !new.iter().any(|(other, _)| other == name));
                let gone: Vec<&str> = gone.map(|(name, _)| &**name).collect();
                if !gone.is_empty() {
                    self.say(path, format!("it can no longer be {}", gone.join(" or ")));
                }
            }
            _ => {
                let (old_words, new_words) = (show_type(self.old, old), show_type(self.new, new));
                let factors = match (old, new) {
                    (Type::In(one), Type::In(other)) => self.old.units.factor(one) == self.new.units.factor(other),
                    _ => std::mem::discriminant(old) == std::mem::discriminant(new),
                };
                if old_words != new_words {
                    self.say(path, format!("it is read as {new_words}, no longer as {old_words}"));
                } else if !factors {
                    self.say(path, format!("its unit, {new_words}, has another size"));
                }
            }
        }
    }
}

fn is_required(field: &InputField) -> bool {
    field.default.is_none() && !matches!(field.ty, Type::Optional(_))
}

/// What a field takes: `from 1 lb through 150 lb`, `over 0 USD`, `any value`.
fn range_of(program: &Program, field: &InputField) -> String {
    let shown = |value| show(program, value, &field.ty);
    let low = field.domain.low.as_ref().map(|(value, with)| match with {
        true => format!("from {}", shown(value)),
        false => format!("over {}", shown(value)),
    });
    let high = field.domain.high.as_ref().map(|(value, with)| match (with, &field.domain.low) {
        (true, Some((_, true))) => format!("through {}", shown(value)),
        (true, _) => format!("up to {}", shown(value)),
        (false, Some(_)) => format!("until {}", shown(value)),
        (false, None) => format!("under {}", shown(value)),
    });
    match (low, high) {
        (None, None) => "any value".to_string(),
        (Some(one), None) | (None, Some(one)) => one,
        (Some(low), Some(high)) => format!("{low} {high}"),
    }
}

/// The fields of a declared record.
fn fields_of<'p>(program: &'p Program, record: &RecordType) -> &'p [InputField] {
    let at = program.records.iter().position(|known| known.name == record.name);
    at.and_then(|at| program.record_fields.get(at)).map_or(&[], Vec::as_slice)
}
