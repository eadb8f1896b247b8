//! The values of one subject, as far as its tests can tell them apart: single values, what lies between two of them, absence.

use super::conditions::{Subject, Test, holds};
use crate::program::Program;
use crate::types::Type;
use crate::value::{Number, RoundingMode, TimeOfDay, Value};
use std::cmp::Ordering;

/// Some values of a subject that no test tells apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Class {
    /// No value.
    Absent,
    /// One value.
    One(Value),
    /// Those between two values, without these; an absent end is open.
    Between(Option<Value>, Option<Value>),
}

impl Class {
    /// Whether the values pass the test.
    pub(super) fn passes(&self, test: &Test) -> bool {
        match (self, test) {
            (Class::Absent, _) => false,
            (_, Test::Given) => true,
            (Class::One(value), Test::Compare(comparison, wanted)) => holds(*comparison, value.cmp(wanted)),
            (Class::Between(_, high), Test::Compare(comparison, wanted)) => {
                let less = high.as_ref().is_some_and(|high| high <= wanted);
                holds(*comparison, if less { Ordering::Less } else { Ordering::Greater })
            }
            (Class::One(value), Test::Among(wanted)) => wanted.binary_search(value).is_ok(),
            (Class::Between(..), Test::Among(_)) => false,
        }
    }

    /// A value of the class that can be named.
    pub(super) fn example(&self, subject: &Subject) -> Option<Value> {
        let found = match self {
            Class::Absent => return Some(Value::Absent),
            Class::One(value) => value.clone(),
            Class::Between(low, high) => between(low.as_ref(), high.as_ref(), &subject.ty)?,
        };
        let pattern = subject.declared.as_ref().and_then(|declared| declared.domain.matching.as_ref());
        match (pattern, &found) {
            (Some(pattern), Value::Text(text)) => pattern.regex.is_match(text).then_some(found),
            _ => Some(found),
        }
    }
}

/// The classes that these tests tell apart. Without the domain a subject may have any value of its type.
pub(super) fn classes(program: &Program, subject: &Subject, tests: &[&Test], within_domain: bool) -> Vec<Class> {
    let mut found = match finite(program, subject) {
        Some(values) => values.into_iter().map(Class::One).collect(),
        None => stretches(subject, tests, within_domain),
    };
    if within_domain {
        found.retain(|class| may_be(subject, class));
    }
    if subject.optional {
        found.push(Class::Absent);
    }
    merged(found, subject, tests)
}

/// All values, where there are few.
fn finite(program: &Program, subject: &Subject) -> Option<Vec<Value>> {
    let whole = |number: i64| Value::Number(Number::from_i64(number));
    match &subject.ty {
        _ if subject.order => Some(vec![whole(-1), whole(0), whole(1)]),
        Type::YesNo => Some(vec![Value::YesNo(true), Value::YesNo(false)]),
        Type::Enum(id) => {
            let members = program.enumeration(*id)?.members.len() as u32;
            Some((0..members).map(Value::Member).collect())
        }
        Type::Currency => {
            let among = &subject.declared.as_ref()?.domain.currencies;
            (!among.is_empty()).then(|| among.iter().map(|currency| Value::Currency(*currency)).collect())
        }
        _ => None,
    }
}

fn stretches(subject: &Subject, tests: &[&Test], within_domain: bool) -> Vec<Class> {
    let mut ends: Vec<Value> = Vec::new();
    for test in tests {
        match test {
            Test::Given => {}
            Test::Compare(_, wanted) => ends.push(wanted.clone()),
            Test::Among(wanted) => ends.extend(wanted.iter().cloned()),
        }
    }
    if let Some(declared) = subject.declared.as_ref().filter(|_| within_domain) {
        let domain = &declared.domain;
        ends.extend(domain.low.iter().chain(&domain.high).map(|(end, _)| end.clone()));
    }
    ends.sort();
    ends.dedup();
    let mut found = Vec::new();
    let mut low: Option<Value> = None;
    for end in ends {
        push_between(&mut found, low.as_ref(), Some(&end), &subject.ty);
        let is_one = !matches!((&end, &subject.ty), (Value::Number(number), Type::Integer) if !number.is_integer());
        if is_one {
            found.push(Class::One(end.clone()));
        }
        low = Some(end);
    }
    push_between(&mut found, low.as_ref(), None, &subject.ty);
    found
}

fn push_between(found: &mut Vec<Class>, low: Option<&Value>, high: Option<&Value>, ty: &Type) {
    if !is_empty(low, high, ty) {
        found.push(Class::Between(low.cloned(), high.cloned()));
    }
}

/// Whether certainly nothing of the type lies between the values.
fn is_empty(low: Option<&Value>, high: Option<&Value>, ty: &Type) -> bool {
    match (low, high) {
        (Some(Value::Number(low)), Some(Value::Number(high))) if *ty == Type::Integer => {
            let next = low.round_to(&Number::ONE, RoundingMode::Floor).and_then(|low| low.add(&Number::ONE));
            next.is_ok_and(|next| next >= *high)
        }
        (Some(Value::Date(low)), Some(Value::Date(high))) => low.days_until(*high) <= 1,
        (Some(Value::Time(low)), Some(Value::Time(high))) => high.seconds().saturating_sub(low.seconds()) <= 1,
        (None, Some(Value::Time(high))) => high.seconds() == 0,
        (Some(Value::Months(low)), Some(Value::Months(high))) => high.saturating_sub(*low) <= 1,
        _ => false,
    }
}

/// Whether the declaration allows values of the class.
fn may_be(subject: &Subject, class: &Class) -> bool {
    let Some(declared) = &subject.declared else { return true };
    let domain = &declared.domain;
    let above = domain.low.as_ref().is_none_or(|(low, included)| match class {
        Class::Absent => true,
        Class::One(value) => value > low || (*included && value == low),
        Class::Between(start, _) => start.as_ref().is_some_and(|start| start >= low),
    });
    let below = domain.high.as_ref().is_none_or(|(high, included)| match class {
        Class::Absent => true,
        Class::One(value) => value < high || (*included && value == high),
        Class::Between(_, end) => end.as_ref().is_some_and(|end| end <= high),
    });
    let matches = match (class, &domain.matching) {
        (Class::One(Value::Text(text)), Some(pattern)) => pattern.regex.is_match(text),
        _ => true,
    };
    above && below && matches
}

/// How many answers are compared to make one class of those that pass the same tests.
const MOST_ANSWERS: usize = 4096;

/// Of the classes that pass the same tests one, and one with an example where there is one.
fn merged(found: Vec<Class>, subject: &Subject, tests: &[&Test]) -> Vec<Class> {
    if found.len().saturating_mul(tests.len()) > MOST_ANSWERS {
        return found;
    }
    let mut kept: Vec<Kept> = Vec::with_capacity(found.len());
    let answers_of = |class: &Class| {
        let mut answers = vec![0_u64; tests.len().div_ceil(64)];
        for (at, test) in tests.iter().enumerate() {
            if let Some(word) = answers.get_mut(at / 64) {
                *word |= u64::from(class.passes(test)) << (at % 64);
            }
        }
        answers
    };
    for class in found {
        let answers = answers_of(&class);
        match kept.iter_mut().find(|known| known.answers == answers) {
            Some(known) => {
                let shown = *known.shown.get_or_insert_with(|| known.class.example(subject).is_some());
                if !shown {
                    (known.class, known.shown) = (class, None);
                }
            }
            None => kept.push(Kept { answers, class, shown: None }),
        }
    }
    kept.into_iter().map(|known| known.class).collect()
}

/// A class, a bit for each test that says whether it passes, and whether it has an example, once that is known.
struct Kept {
    answers: Vec<u64>,
    class: Class,
    shown: Option<bool>,
}

/// A value between two, if one can be named.
fn between(low: Option<&Value>, high: Option<&Value>, ty: &Type) -> Option<Value> {
    let whole = *ty == Type::Integer;
    let floor = |number: &Number| number.round_to(&Number::ONE, RoundingMode::Floor).ok();
    match (low, high) {
        (Some(Value::Number(low)), _) if whole => floor(low)?.add(&Number::ONE).ok().map(Value::Number),
        (None, Some(Value::Number(high))) if whole => {
            floor(high).filter(|floor| floor < high).or_else(|| high.sub(&Number::ONE).ok()).map(Value::Number)
        }
        (Some(Value::Number(low)), Some(Value::Number(high))) => {
            let next = floor(low)?.add(&Number::ONE).ok()?;
            let middle = || low.add(high).ok()?.div(&Number::from_i64(2)).ok();
            if next < *high { Some(Value::Number(next)) } else { middle().map(Value::Number) }
        }
        (Some(Value::Number(low)), None) => low.add(&Number::ONE).ok().map(Value::Number),
        (None, Some(Value::Number(high))) => high.sub(&Number::ONE).ok().map(Value::Number),
        (Some(Value::Date(low)), _) => low.add_days(1).map(Value::Date),
        (None, Some(Value::Date(high))) => high.add_days(-1).map(Value::Date),
        (Some(Value::Time(low)), _) => TimeOfDay::from_seconds(low.seconds().checked_add(1)?).map(Value::Time),
        (None, Some(Value::Time(high))) => TimeOfDay::from_seconds(high.seconds().checked_sub(1)?).map(Value::Time),
        (Some(Value::Months(low)), _) => low.checked_add(1).map(Value::Months),
        (None, Some(Value::Months(high))) => high.checked_sub(1).map(Value::Months),
        (Some(Value::Text(low)), high) => {
            let longer = Value::Text(format!("{low}x").into());
            high.is_none_or(|high| longer < *high).then_some(longer)
        }
        (None, Some(Value::Text(high))) => (!high.is_empty()).then(|| Value::text("")),
        (None, None) if ty.is_numeric() => Some(Value::Number(Number::ONE)),
        _ => None,
    }
}
