//! When two expressions are one subject: a key for each, equal only where the expressions have one value in every quote.
//!
//! Places and types do not count. What a host computes, and what is rarely written twice, is equal to nothing but itself.

use super::conditions::Conditions;
use crate::program::{Each, Expr, ExprKind as K};
use crate::value::{Number, Value};
use std::mem::{Discriminant, discriminant};

/// What an expression is, so that equal keys have equal values within one quote.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// A value.
    Constant(Value),
    /// An input field.
    Input(u16),
    /// A local name; each binding of a slot has a number of its own.
    Local(u32),
    /// A form with what it holds besides expressions, and its parts.
    Form(Discriminant<K>, Vec<Value>, Vec<Key>),
    /// Which of two values is the greater: -1, 0 or 1.
    Order(Box<Key>, Box<Key>),
    /// Equal to itself alone.
    Alone(u32),
}

impl<'p> Conditions<'p> {
    /// The key of an expression.
    pub(super) fn key(&mut self, expr: &'p Expr) -> Key {
        match &expr.kind {
            K::Constant(value) => Key::Constant(value.clone()),
            K::Input(slot) => Key::Input(*slot),
            K::Local(slot) => Key::Local(self.local(*slot)),
            kind => match held(kind) {
                Some(held) => {
                    let mut parts = Vec::new();
                    expr.parts(&mut |part| parts.push(part));
                    Key::Form(discriminant(kind), held, parts.into_iter().map(|part| self.key(part)).collect())
                }
                None => Key::Alone(self.fresh()),
            },
        }
    }
}

/// What a form holds besides its parts, and how many parts of each kind it has; `None` where it is equal to itself alone.
fn held(kind: &K) -> Option<Vec<Value>> {
    let held = match kind {
        K::Definition(id) => vec![number(id.0)],
        K::Charge(id) | K::IsApplied(id) => vec![number(id.0)],
        K::SumApplied(ids) => ids.iter().map(|id| number(id.0)).collect(),
        K::Parameter(id, _) => vec![number(id.0)],
        K::Field(_, field) | K::Column(_, field) => vec![number(u32::from(*field))],
        K::Scale(_, factor) => vec![Value::Number(factor.clone())],
        K::Arithmetic(operation, ..) => vec![number(*operation as u32)],
        K::DateArithmetic(operation, ..) => vec![number(*operation as u32)],
        K::Compare(comparison, ..) => vec![number(*comparison as u32)],
        K::InRange { low, high, .. } => {
            let included = |end: &Option<Box<(Expr, bool)>>| match end.as_deref() {
                Some((_, included)) => Value::YesNo(*included),
                None => Value::Absent,
            };
            vec![included(low), included(high)]
        }
        K::WithinWindows(_, id) => vec![number(id.0)],
        K::WithinCalendar(_, id) => vec![number(id.0)],
        K::PerStep { started, .. } => vec![Value::YesNo(*started)],
        K::Lookup { table, keys, if_any, rows, .. } => {
            let mut held = vec![number(table.0), Value::YesNo(*if_any), Value::YesNo(*rows)];
            held.extend(keys.iter().map(|key| Value::YesNo(key.is_some())));
            held
        }
        K::Call(id, _) => vec![number(id.0)],
        K::Library(function, _) => vec![number(*function as u32)],
        K::Tiers(id, _) => vec![number(id.0)],
        K::AggregateValues(kind, _) => vec![number(*kind as u32)],
        K::AggregateList(kind, _, if_any) => vec![number(*kind as u32), Value::YesNo(*if_any)],
        K::FirstLast(first, _, if_any) => vec![Value::YesNo(*first), Value::YesNo(*if_any)],
        K::Days { inclusive, thirty_360, .. } => vec![Value::YesNo(*inclusive), Value::YesNo(*thirty_360)],
        K::Aggregate { kind, each, if_any, .. } => {
            let mut held = vec![number(*kind as u32), Value::YesNo(*if_any)];
            held.extend(bound(each));
            held
        }
        K::CountEach(each) => bound(each),
        K::Quantified(some, each, _) => {
            let mut held = vec![Value::YesNo(*some)];
            held.extend(bound(each));
            held
        }
        K::Record(_)
        | K::List(_)
        | K::Negate(_)
        | K::Not(_)
        | K::And(..)
        | K::Or(..)
        | K::If(..)
        | K::IsGiven(_)
        | K::Otherwise(..)
        | K::OneOf(..)
        | K::InList(..)
        | K::ContainedIn(..)
        | K::Count(_)
        | K::DateOf(..)
        | K::TimeOf(..)
        | K::InstantOf(..) => Vec::new(),
        K::Constant(_)
        | K::Input(_)
        | K::Local(_)
        | K::Stages(..)
        | K::Host(..)
        | K::The { .. }
        | K::Group(..)
        | K::Walk(_)
        | K::Draw(..)
        | K::Allocate { .. }
        | K::Split(..)
        | K::Increments(..)
        | K::Template(_) => return None,
    };
    Some(held)
}

/// The slots that an iteration binds, and which further parts it has.
fn bound(each: &Each) -> Vec<Value> {
    let mut held: Vec<Value> = each.binders.iter().map(|(slot, _)| number(u32::from(*slot))).collect();
    held.push(Value::YesNo(each.filter.is_some()));
    held.extend(each.sort.iter().map(|(_, descending)| Value::YesNo(*descending)));
    held
}

fn number(number: u32) -> Value {
    Value::Number(Number::from_i64(i64::from(number)))
}
