//! What tells one input from another: values → 64 bits, by multiplying and folding.
//!
//! [`SIGNATURE`] names the way, which never changes: another way would have another name. Numbers of two words are folded into one by
//! [`fold`]; a text is folded eight bytes at a time, lowest first, then its length. Fields are added up, so that their order means
//! nothing, and one at its default adds nothing: an edition that has one field more, with a default, knows the inputs of the one before.

use crate::program::Program;
use crate::program::{ExprKind, InputField};
use crate::types::{EnumId, Type};
use crate::value::Value;

/// The name of the way from an input to its signature.
pub const SIGNATURE: &str = "fold-64-1";

const ONE: u64 = 0x9e37_79b9_7f4a_7c15;
const OTHER: u64 = 0xd6e8_feb8_6659_fd93;

/// Two words into one: the product of (a XOR 9e3779b97f4a7c15) and (b XOR d6e8feb86659fd93), its upper half XOR its lower half.
#[inline]
pub fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a ^ ONE).wrapping_mul(u128::from(b ^ OTHER));
    (product >> 64) as u64 ^ product as u64
}

/// A field of the input that some rule reads.
#[derive(Debug, Clone)]
pub(super) struct Field {
    slot: u16,
    name: u64,
    default: Option<Value>,
    /// The names of the members, where it is one of an enumeration: their order may change.
    members: Vec<u64>,
}

impl Field {
    pub(super) fn new(program: &Program, slot: u16, field: &InputField) -> Field {
        let default = match field.default.as_ref().map(|expr| &expr.kind) {
            Some(ExprKind::Constant(value)) => Some(value.clone()),
            _ => None,
        };
        let members = match enumeration(&field.ty).and_then(|id| program.enumeration(id)) {
            Some(members) => members.members.iter().map(|(name, _)| text(0, name)).collect(),
            None => Vec::new(),
        };
        Field { slot, name: text(0, &field.wire), default, members }
    }
}

fn enumeration(ty: &Type) -> Option<EnumId> {
    match ty {
        Type::Enum(id) => Some(*id),
        _ => None,
    }
}

/// The signature of an input: the values of its slots.
pub(super) fn of(fields: &[Field], slots: &[Value]) -> u64 {
    let mut sum = 0_u64;
    for field in fields {
        let Some(value) = slots.get(usize::from(field.slot)) else { continue };
        if value.is_absent() || field.default.as_ref() == Some(value) {
            continue;
        }
        let own = match value {
            Value::Member(member) => field.members.get(*member as usize).copied().unwrap_or_default(),
            value => value_of(0, value),
        };
        sum = sum.wrapping_add(fold(own, field.name));
    }
    sum
}

/// What tells the fields apart that signatures are of: their names and defaults. A field more with a default is another form.
pub(super) fn of_fields(fields: &[Field]) -> u64 {
    let one = |field: &Field| {
        let default = field.default.as_ref().map_or(0, |value| match value {
            Value::Member(member) => field.members.get(*member as usize).copied().unwrap_or_default(),
            value => value_of(0, value),
        });
        fold(field.name, default)
    };
    fields.iter().map(one).fold(0, u64::wrapping_add)
}

fn text(seed: u64, text: &str) -> u64 {
    let mut sum = seed;
    for chunk in text.as_bytes().chunks(8) {
        let word = chunk.iter().rev().fold(0_u64, |word, byte| word << 8 | u64::from(*byte));
        sum = fold(sum, word);
    }
    fold(sum, text.len() as u64)
}

/// A value behind what came before it. Each kind begins with its own number.
fn value_of(before: u64, value: &Value) -> u64 {
    let words = |kind: u64, word: u64| fold(fold(before, kind), word);
    match value {
        Value::Number(number) => match number.lane() {
            Some(lane) => fold(words(1, lane.mantissa.cast_unsigned()), u64::from(lane.scale)),
            None => text(words(2, 0), &number.to_string()),
        },
        Value::YesNo(answer) => words(3, u64::from(*answer)),
        Value::Text(letters) => text(words(4, 0), letters),
        Value::Member(member) => words(5, u64::from(*member)),
        Value::Date(day) => words(6, i64::from(day.day_number()).cast_unsigned()),
        Value::Time(time) => words(7, u64::from(time.seconds())),
        Value::Instant(instant) => {
            let nanoseconds = instant.unix_nanoseconds().cast_unsigned();
            fold(words(8, nanoseconds as u64), (nanoseconds >> 64) as u64)
        }
        Value::Months(months) => words(9, i64::from(*months).cast_unsigned()),
        Value::Zone(zone) => text(words(10, 0), zone.name()),
        Value::Currency(currency) => text(words(11, 0), currency.code()),
        Value::Record(parts) | Value::List(parts) => parts.iter().fold(words(12, parts.len() as u64), value_of),
        Value::Row { table, row } => fold(words(13, u64::from(*table)), u64::from(*row)),
        Value::Absent => words(14, 0),
    }
}

/// What tells an edge of a rule from its others, in every edition that has the rule: its kind, its words as they stand in the rules with
/// any white space as one blank, and the how-manieth of those that say the same it is.
pub(super) fn of_words(kind: u64, words: &str, occurrence: u64) -> u64 {
    let mut sum = fold(kind, occurrence);
    words.split_whitespace().for_each(|word| sum = text(sum, word));
    sum
}
