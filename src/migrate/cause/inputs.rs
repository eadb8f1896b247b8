//! The factors in an input: its fields, and how each can be changed by a little, by a unit, by an hour or a day.
//!
//! An input is read by the rule set, one field changed, and written again as JSON that is read back to the same values. A field of a
//! list's elements is changed in all of them at once: it is one factor.

use super::Cause;
use crate::input::{fields_of_record, wire};
use crate::program::Program;
use crate::table::Cell;
use crate::types::{Base, Type, UnitExpr};
use crate::value::{Date, Number, TimeOfDay, Value};
use std::collections::BTreeSet;

/// How deep records and lists are looked into.
const DEEPEST: usize = 6;

/// How many values of one kind are tried at most.
const MOST: usize = 64;

/// A field of the input, maybe within records and lists.
#[derive(Debug)]
pub(in crate::migrate) struct Leaf {
    pub(in crate::migrate) path: String,
    /// The same path by the names under which fields are sent.
    pub(in crate::migrate) sent: String,
    slot: usize,
    steps: Vec<Option<usize>>,
    pub(in crate::migrate) ty: Type,
}

impl Leaf {
    /// Whether it is a field of the elements of a list.
    pub(in crate::migrate) fn is_in_list(&self) -> bool {
        self.steps.contains(&None)
    }

    /// Its value in an input, where it stands in no list; none where the record around it was not sent either.
    pub(in crate::migrate) fn value<'v>(&self, slots: &'v [Value]) -> Option<&'v Value> {
        self.steps.iter().try_fold(slots.get(self.slot)?, |value, step| match (value, step) {
            (Value::Record(fields), Some(place)) => fields.get(*place),
            _ => None,
        })
    }
}

/// How a field is changed.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Change {
    /// A little more, or less.
    Nudge { more: bool },
    /// Times a factor of a family.
    Times { family: usize, place: usize },
    /// By days.
    Days(i64),
    /// To this day.
    Day(Date),
    /// By hours.
    Hours(i64),
    /// To this value.
    To(Value),
}

/// Factors by which units are mistaken for each other, with the dimension of these units; powers of ten are tried for any number.
pub(super) const FAMILIES: [(&str, Option<Base>, &[&str]); 9] = [
    ("as kilograms for pounds", Some(Base::Mass), &["0.45359237", "0.4536", "0.454", "0.45"]),
    (
        "as pounds for kilograms",
        Some(Base::Mass),
        &["100000000/45359237", "2.20462262", "2.20462", "2.2046", "2.205", "2.2"],
    ),
    ("as ounces and pounds", Some(Base::Mass), &["16", "0.0625"]),
    ("as centimetres and inches", Some(Base::Length), &["2.54", "50/127"]),
    ("as inches and feet", Some(Base::Length), &["12", "1/12"]),
    ("as feet and metres", Some(Base::Length), &["0.3048", "1250/381"]),
    ("by a factor of 10", None, &["10", "0.1"]),
    ("by a factor of 100", None, &["100", "0.01"]),
    ("by a factor of 1000", None, &["1000", "0.001"]),
];

impl Change {
    pub(super) fn cause(&self) -> Cause {
        match self {
            Change::Nudge { .. } => Cause::BoundarySide,
            Change::Times { .. } => Cause::UnitSlip,
            Change::Days(_) | Change::Hours(_) => Cause::DateShift,
            Change::Day(_) => Cause::OtherEdition,
            Change::To(_) => Cause::WrongRow,
        }
    }

    /// What was done, in words.
    pub(super) fn words(&self, program: &Program, leaf: &Leaf, before: &Value) -> String {
        let (path, was) = (&leaf.path, wire::text(program, &leaf.ty, before));
        let direction = |more: bool| if more { "later" } else { "earlier" };
        match self {
            Change::Nudge { more } => {
                let by = if matches!(leaf.ty.present(), Type::Integer) { "one" } else { "a millionth" };
                format!("with {path} {by} {} than {was}", if *more { "more" } else { "less" })
            }
            Change::Times { family, place } => {
                let (words, _, factors) = FAMILIES.get(*family).copied().unwrap_or_default();
                format!("with {path} of {was} times {} ({words})", factors.get(*place).copied().unwrap_or_default())
            }
            Change::Days(days) => format!("with {path} of {was} a day {}", direction(*days > 0)),
            Change::Hours(hours) => {
                let plural = if hours.abs() == 1 { "" } else { "s" };
                format!("with {path} of {was} {} hour{plural} {}", hours.abs(), direction(*hours > 0))
            }
            Change::Day(day) => format!("with {path} as on {day} instead of {was}, when another value was in force"),
            Change::To(value) => format!("with {path} {} instead of {was}", wire::text(program, &leaf.ty, value)),
        }
    }

    fn apply(&self, ty: &Type, value: &Value) -> Option<Value> {
        let by = |factor: &str| value.as_number()?.mul(&Number::parse_exact(factor).ok()?).ok();
        let integer = matches!(ty.present(), Type::Integer);
        match (self, value) {
            (Change::Nudge { more }, Value::Number(number)) => {
                let step = if integer { Number::ONE } else { Number::from_scaled(1, 6)? };
                let nudged = if *more { number.add(&step) } else { number.sub(&step) };
                Some(Value::Number(nudged.ok()?))
            }
            (Change::Times { family, place }, Value::Number(_)) => {
                let changed = by(FAMILIES.get(*family)?.2.get(*place)?)?;
                (!integer || changed.is_integer()).then_some(Value::Number(changed))
            }
            (Change::Days(days), Value::Date(date)) => date.add_days(*days).map(Value::Date),
            (Change::Day(day), Value::Date(date)) => (day != date).then_some(Value::Date(*day)),
            (Change::Hours(hours), Value::Instant(instant)) => {
                instant.add_seconds(&Number::from_i64(hours.checked_mul(3600)?)).map(Value::Instant)
            }
            (Change::Hours(hours), Value::Time(time)) => {
                let seconds = i64::from(time.seconds()).checked_add(hours.checked_mul(3600)?)?.rem_euclid(86_400);
                TimeOfDay::from_seconds(u32::try_from(seconds).ok()?).map(Value::Time)
            }
            (Change::To(other), value) => (other != value).then(|| other.clone()),
            _ => None,
        }
    }
}

/// All fields of an input.
pub(in crate::migrate) fn leaves(program: &Program) -> Vec<Leaf> {
    let mut found = Vec::new();
    for (slot, field) in program.inputs.iter().enumerate() {
        below(program, &mut found, (field.name.clone(), field.wire.clone()), slot, Vec::new(), &field.ty);
    }
    found
}

fn below(
    program: &Program,
    found: &mut Vec<Leaf>,
    (path, sent): (String, String),
    slot: usize,
    steps: Vec<Option<usize>>,
    ty: &Type,
) {
    let deeper = |step: Option<usize>| steps.iter().copied().chain([step]).collect();
    match ty.present() {
        _ if steps.len() > DEEPEST => {}
        Type::Record(record) => {
            let sent_as = fields_of_record(program, record);
            for (place, field) in record.fields.iter().enumerate() {
                let sent_as = sent_as.get(place).map_or(&field.name, |field| &field.wire);
                let names = (format!("{path}.{}", field.name), format!("{sent}.{}", sent_as));
                below(program, found, names, slot, deeper(Some(place)), &field.ty);
            }
        }
        Type::List(element) => {
            below(program, found, (format!("{path}[]"), format!("{sent}[]")), slot, deeper(None), element)
        }
        _ => found.push(Leaf { path, sent, slot, steps, ty: ty.clone() }),
    }
}

/// The changes that are worth trying on a field.
pub(super) fn changes(program: &Program, leaf: &Leaf) -> Vec<Change> {
    let factors = |own: Option<Base>| {
        let families = FAMILIES.iter().enumerate().filter(move |(_, (_, of, _))| of.is_none() || *of == own);
        families
            .flat_map(|(family, (.., factors))| (0..factors.len()).map(move |place| Change::Times { family, place }))
    };
    let nudges = [false, true].map(|more| Change::Nudge { more });
    match leaf.ty.present() {
        Type::In(unit) => nudges.into_iter().chain(factors(dimension(program, unit))).collect(),
        Type::Number | Type::Integer | Type::Percent => nudges.into_iter().chain(factors(None)).collect(),
        Type::Date => {
            let days = [-1, 1].map(Change::Days);
            days.into_iter().chain(days_of_change(program).into_iter().map(Change::Day)).collect()
        }
        Type::Instant | Type::Time => {
            (1..=14).chain([24]).flat_map(|hours| [Change::Hours(-hours), Change::Hours(hours)]).collect()
        }
        Type::Enum(id) => {
            let members = program.enumeration(*id).map_or(0, |one| one.members.len()).min(MOST);
            (0..members).filter_map(|member| Some(Change::To(Value::Member(u32::try_from(member).ok()?)))).collect()
        }
        Type::Text => texts(program).into_iter().map(|text| Change::To(Value::text(&text))).collect(),
        _ => Vec::new(),
    }
}

/// What is measured in a unit, where it is one alone: nobody takes inches for pounds.
fn dimension(program: &Program, unit: &UnitExpr) -> Option<Base> {
    match unit.parts() {
        [(id, 1)] => program.units.get(*id).map(|unit| unit.base),
        _ => None,
    }
}

/// The days on which a dated value or row changes, and those before.
fn days_of_change(program: &Program) -> BTreeSet<Date> {
    let mut days = BTreeSet::new();
    let parameters = program.parameters.iter().flat_map(|parameter| &parameter.values).map(|value| value.period);
    let cells = program.tables.iter().flat_map(|table| {
        (0..table.columns.len()).flat_map(|column| table.rows.distinct(u16::try_from(column).unwrap_or(u16::MAX)))
    });
    let rows = cells.filter_map(|cell| match cell {
        Cell::Period(period) => Some(*period),
        _ => None,
    });
    for day in parameters.chain(rows).flat_map(|period| [period.from, period.until]).flatten().take(MOST) {
        days.insert(day);
        days.extend(day.add_days(-1));
    }
    days
}

/// The texts that are keys of tables.
fn texts(program: &Program) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    for table in &program.tables {
        for (column, _) in table.keys().filter(|(_, column)| matches!(column.ty.present(), Type::Text)) {
            for cell in table.rows.distinct(u16::try_from(column).unwrap_or(u16::MAX)).iter().take(MOST) {
                let values = match cell {
                    Cell::Value(value) => std::slice::from_ref(value),
                    Cell::OneOf(values) => values,
                    _ => &[],
                };
                texts.extend(values.iter().filter_map(Value::as_text).map(str::to_owned));
            }
        }
    }
    texts.into_iter().take(MOST).collect()
}

/// An input with one field changed, as JSON, and what the field was; none where nothing changes.
pub(super) fn changed(program: &Program, slots: &[Value], leaf: &Leaf, change: &Change) -> Option<(String, Value)> {
    let mut first = None;
    let changed = apply(slots.get(leaf.slot)?, &leaf.steps, &mut |value| {
        let changed = change.apply(&leaf.ty, value)?;
        first.get_or_insert_with(|| value.clone());
        Some(changed)
    })?;
    let mut object = serde_json::Map::new();
    for (slot, (field, value)) in program.inputs.iter().zip(slots).enumerate() {
        let value = if slot == leaf.slot { &changed } else { value };
        if !value.is_absent() {
            object.insert(field.wire.clone(), wire::json(program, &field.ty, value));
        }
    }
    Some((serde_json::Value::Object(object).to_string(), first?))
}

/// A value with what lies at the end of the steps changed; none where nothing does.
fn apply(value: &Value, steps: &[Option<usize>], change: &mut dyn FnMut(&Value) -> Option<Value>) -> Option<Value> {
    match (steps.split_first(), value) {
        (None, value) => change(value),
        (Some((Some(place), rest)), Value::Record(fields)) => {
            let changed = apply(fields.get(*place)?, rest, change)?;
            let mut fields = fields.to_vec();
            *fields.get_mut(*place)? = changed;
            Some(Value::record(fields))
        }
        (Some((None, rest)), Value::List(elements)) => {
            let changed: Vec<Option<Value>> = elements.iter().map(|element| apply(element, rest, change)).collect();
            if changed.iter().all(Option::is_none) {
                return None;
            }
            let kept = elements.iter().zip(changed);
            Some(Value::list(kept.map(|(before, after)| after.unwrap_or_else(|| before.clone()))))
        }
        _ => None,
    }
}
