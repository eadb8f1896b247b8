//! What an explanation says beside a quote: the value of each definition, and what each tier gave.

use super::charge::Booked;
use super::number::{Rational, shown, whole};
use super::pricing::{Key, Pricing, Scope};
use super::units::Unit;
use super::value::{Answer, Value};
use crate::outcome::{Datum, Money, Part};
use num_traits::Zero;
use ratewright::syntax::ast::Expr;
use std::collections::{BTreeMap, BTreeSet};

/// What an explanation says, by the names of definitions and the codes of charges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explained {
    /// Each that was needed; behind it what it stands for: the versions of a base, and what an exception replaces.
    pub named: BTreeMap<String, Vec<Named>>,
}

/// What is told of a definition or a charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its value as people write it; nothing of a charge that does not apply.
    pub value: Option<String>,
    /// What each tier gave, in a fixed order.
    pub tiers: Vec<ToldTier>,
    /// The rows that it came from, of a definition: table, and row from 1.
    pub rows: Option<BTreeSet<(String, u32)>>,
}

/// What a tier gave, as people write it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ToldTier {
    /// The tier by its bounds.
    pub label: String,
    /// What lies in it, and its rate where it has one.
    pub priced: String,
    /// What that amounts to.
    pub amount: String,
}

/// What a tier gave.
#[derive(Debug, Clone)]
pub(crate) struct TierLine {
    pub(crate) label: String,
    pub(crate) quantity: Value,
    pub(crate) rate: Option<Value>,
    pub(crate) amount: Value,
    /// Whether it is taken away from what it is part of.
    pub(crate) negative: bool,
    /// Whether it only decides, and is no part of an amount.
    pub(crate) aside: bool,
}

impl Pricing<'_> {
    /// What an explanation of this quote says.
    pub(crate) fn explained(&self) -> Explained {
        let (done, booked) = (self.done.borrow(), self.booked.borrow());
        let definitions = done.iter().filter(|((name, ..), _)| self.rules.is_named(name));
        let definitions = definitions.map(|(key, (value, rows))| {
            (key, value.as_ref().ok().map(|value| self.shown(value)), Some(rows.iter().cloned().collect()))
        });
        let charge = |booked: &Booked| booked.amount.as_ref().map(|amount| self.shown(amount));
        let charges = booked.iter().map(|(key, booked)| (key, booked.as_ref().ok().and_then(charge), None));
        let mut versions: Vec<_> = definitions.chain(charges).collect();
        versions.sort_by_key(|((_, below, plain), ..)| (std::cmp::Reverse(*below), *plain));
        let mut explained = Explained::default();
        for (key, value, rows) in versions {
            let named = Named { value, tiers: self.tiers_told_of(key), rows };
            explained.named.entry(key.0.clone()).or_default().push(named);
        }
        // What a contract removes applies to nothing.
        let nothing = || vec![Named { value: None, tiers: Vec::new(), rows: None }];
        for removed in self.rules.removed_charges() {
            explained.named.entry(removed.clone()).or_insert_with(nothing);
        }
        explained
    }

    /// What tiers gave within a definition or a charge, in a fixed order.
    fn tiers_told_of(&self, key: &Key) -> Vec<ToldTier> {
        let tell = |line: &TierLine| {
            let quantity = self.shown(&line.quantity);
            let rate = line.rate.as_ref().map(|rate| format!(" at {}", self.plain_shown(rate))).unwrap_or_default();
            let (label, amount) = (line.label.clone(), self.shown(&line.amount));
            ToldTier { label, priced: format!("{quantity}{rate}"), amount }
        };
        let tiers = self.tiers_of.borrow();
        let mut told: Vec<ToldTier> = tiers.get(key).into_iter().flatten().map(tell).collect();
        told.sort();
        told
    }

    /// How many tiers were told of so far.
    pub(crate) fn tiers_told(&self) -> usize {
        self.tier_parts.borrow().len()
    }

    /// A value that is subtracted, and with it what tiers gave for it.
    pub(crate) fn taken_away(&self, expr: &Expr, scope: &Scope) -> Answer<Value> {
        let before = self.tiers_told();
        let value = self.value(expr, scope);
        for line in self.tier_parts.borrow_mut().iter_mut().skip(before) {
            line.negative = !line.negative;
        }
        value
    }

    /// Whether a condition holds, of which no tier is part of an amount.
    pub(crate) fn decided(&self, condition: &Expr, scope: &Scope) -> Answer<bool> {
        let before = self.tiers_told();
        let answer = self.yes(condition, scope);
        self.set_aside(before, usize::MAX);
        answer
    }

    /// Takes what tiers gave, from one to before another, out of what an amount is made of.
    pub(crate) fn set_aside(&self, from: usize, to: usize) {
        let mut parts = self.tier_parts.borrow_mut();
        parts.iter_mut().take(to).skip(from).for_each(|line| line.aside = true);
    }

    /// A tier by its bounds, each with whether it belongs to the tier.
    pub(crate) fn tier_label(
        &self,
        lower: Option<(&Value, bool)>,
        upper: Option<(&Value, bool)>,
        of: &Value,
    ) -> String {
        let number = |value: &Value| match value {
            Value::Number(number, _) => shown(number, 0),
            Value::Percent(fraction) => shown(&(fraction * whole(100)), 0),
            value => self.shown(value),
        };
        let lower = lower.filter(|(value, _)| !is_nothing(value));
        let text = match (lower, upper) {
            (None, None) => "from 0".to_string(),
            (None, Some((upper, true))) => format!("0 to {}", number(upper)),
            (None, Some((upper, false))) => format!("under {}", number(upper)),
            (Some((lower, true)), None) => format!("from {}", number(lower)),
            (Some((lower, false)), None) => format!("over {}", number(lower)),
            (Some((lower, _)), Some((upper, true))) => format!("{} to {}", number(lower), number(upper)),
            (Some((lower, _)), Some((upper, false))) => format!("{} to under {}", number(lower), number(upper)),
        };
        match of {
            Value::Number(_, unit) if !unit.is_none() => format!("{text} {}", self.chosen(unit).shown()),
            Value::Percent(_) => format!("{text}%"),
            _ => text,
        }
    }

    /// The breakdown that the tiers of a line make.
    pub(crate) fn parts(&self, lines: &[TierLine]) -> Answer<Vec<Part>> {
        let costs = |line: &TierLine| !is_nothing(&line.quantity) || !is_nothing(&line.amount);
        let says = |line: &&TierLine| !line.aside && costs(line);
        let telling = lines.iter().filter(says);
        let part = |line: &TierLine| {
            let amount = if line.negative { self.negative(line.amount.clone())? } else { line.amount.clone() };
            Ok(Part {
                code: None,
                label: line.label.clone(),
                quantity: Some(self.measured(&line.quantity)),
                rate: line.rate.as_ref().map(|rate| self.measured(rate)),
                amount: Money { amount: self.amount_of(&amount)?, currency: self.currency_of(&amount)? },
            })
        };
        telling.map(part).collect()
    }

    /// A number and its unit.
    fn measured(&self, value: &Value) -> Datum {
        let (number, unit) = self.number_and_unit(value);
        Datum::Quantity(number, unit)
    }

    /// A number with its own decimals, and its unit.
    fn plain_shown(&self, value: &Value) -> String {
        match self.number_and_unit(value) {
            (number, unit) if unit.is_empty() => shown(&number, 0),
            (number, unit) if unit == "%" => format!("{}%", shown(&number, 0)),
            (number, unit) => format!("{} {unit}", shown(&number, 0)),
        }
    }

    fn number_and_unit(&self, value: &Value) -> (Rational, String) {
        match value {
            Value::Number(number, unit) if *unit == Unit::default() => (number.clone(), String::new()),
            Value::Number(number, unit) => (number.clone(), self.chosen(unit).shown()),
            Value::Percent(fraction) => (fraction * whole(100), "%".to_string()),
            value => (whole(0), self.shown(value)),
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    matches!(value, Value::Number(number, _) | Value::Percent(number) if number.is_zero())
}
