//! The value of an expression: a walk over the tree, one form after the other.
//!
//! Where a form needs several values, all are computed before it fails, so that every failure that could come first is told. `and`, `or`,
//! `if` and `otherwise` compute what they need and no more.

use super::number::{Rational, fits};
use super::pricing::{Pricing, Scope};
use super::rules::Definition;
use super::value::{Answer, Problems, Value, all, both};
use num_traits::{Signed, Zero};
use ratewright::syntax::ast::{Aggregate, AggregateOver, BinaryOp, Expr, ExprKind, Name, OneOf, Range};
use std::cmp::Ordering;

/// A number that is not too large.
pub(crate) fn sized(number: Rational) -> Answer<Rational> {
    if fits(&number) { Ok(number) } else { Err(Problems::failed("overflow")) }
}

impl Pricing<'_> {
    /// The value of an expression.
    pub(crate) fn value(&self, expr: &Expr, scope: &Scope) -> Answer<Value> {
        self.deeper(|| self.form(expr, scope))
    }

    fn form(&self, expr: &Expr, scope: &Scope) -> Answer<Value> {
        match &expr.kind {
            ExprKind::Literal(literal) => self.rules.literal(literal),
            ExprKind::Name(name) => self.name(name, scope),
            ExprKind::Negate(inner) => self.negative(self.taken_away(inner, scope)?),
            ExprKind::Not(inner) => Ok(Value::YesNo(!self.yes(inner, scope)?)),
            ExprKind::Binary(operator, left, right) => self.binary(*operator, left, right, scope),
            ExprKind::Field(inner, field) => self.field(inner, field, scope),
            ExprKind::Lookup { table, keys, on, if_any, rows } => {
                self.look_up(&table.text, keys, on.as_deref(), *if_any, *rows, scope)
            }
            ExprKind::On(name, date) => self.dated(&name.text, date, scope),
            ExprKind::Call(name, arguments) => self.call(&name.text, arguments, scope),
            ExprKind::Record(fields) => self.record(fields, scope),
            ExprKind::List(elements) => self.list_of(elements, scope),
            ExprKind::If(condition, then, otherwise) => {
                if self.yes(condition, scope)? {
                    return self.value(then, scope);
                }
                self.as_first(self.value(otherwise, scope)?, then, scope)
            }
            ExprKind::Given(inner, wanted) => Ok(Value::YesNo((self.value(inner, scope)? != Value::Absent) == *wanted)),
            ExprKind::Applied(name, wanted) => Ok(Value::YesNo(self.is_applied(&name.text)? == *wanted)),
            ExprKind::OneOf(inner, values, wanted) => Ok(Value::YesNo(self.one_of(inner, values, scope)? == *wanted)),
            ExprKind::InRange(inner, range, wanted) => {
                let value = self.value(inner, scope);
                let ends = self.ends(range, scope);
                let (value, (low, high)) = both(value, ends)?;
                Ok(Value::YesNo(self.between(&value, &low, &high)? == *wanted))
            }
            ExprKind::Within(inner, name, wanted) => {
                Ok(Value::YesNo(self.within(&self.value(inner, scope)?, &name.text)? == *wanted))
            }
            ExprKind::Stages(inner, stages) => self.stages(self.value(inner, scope)?, stages, scope),
            ExprKind::PerStep { amount, step, of, started } => {
                let of = self.value(of, scope)?;
                if !counts(&of) {
                    return Ok(self.nothing_of_kind(amount, scope));
                }
                let (amount, step) = both(self.value(amount, scope), self.value(step, scope))?;
                self.per_step(&amount, &step, &of, *started)
            }
            _ => self.list_form(expr, scope),
        }
    }

    /// The forms that go over lists, and those of time.
    fn list_form(&self, expr: &Expr, scope: &Scope) -> Answer<Value> {
        match &expr.kind {
            ExprKind::Aggregate(what, over, if_any) => self.aggregate(*what, over, *if_any, scope),
            ExprKind::SumApplied(names) => self.sum_of_charges(names.iter().map(|name| name.text.clone()).collect()),
            ExprKind::SumTagged(tag) => match self.tagged(&tag.text) {
                codes if codes.is_empty() => Ok(self.nothing_of_tag(&tag.text)),
                codes => self.sum_of_charges(codes),
            },
            ExprKind::Count(list) => Ok(Value::whole(self.elements_of(list, scope)?.len() as i64)),
            ExprKind::CountEach(each) => Ok(Value::whole(self.each(each, scope)?.len() as i64)),
            ExprKind::Quantified(any, each, condition) => self.quantified(*any, each, condition, scope),
            ExprKind::FirstLast(first, list, if_any) => {
                let elements = self.elements_of(list, scope)?;
                let found = if *first { elements.first() } else { elements.last() };
                found.map_or_else(|| none(*if_any), |value| Ok(value.clone()))
            }
            ExprKind::The { each, greatest, by, tie_last, if_any } => {
                self.the_element(each, (*greatest, *tie_last, *if_any), by, scope)
            }
            ExprKind::Group(each, by) => self.groups(each, by, scope),
            ExprKind::Walk(walk) => self.walk(walk, scope),
            ExprKind::Draw(pool, names) => self.draw(pool, names, scope),
            ExprKind::Allocate { amount, by, each, round, remainder } => {
                let weights = match each {
                    Some(each) => {
                        all(self.each(each, scope)?.iter().map(|scope| self.value(by, scope)).collect::<Vec<_>>())
                    }
                    None => self.elements_of(by, scope),
                };
                let (amount, weights) = both(self.value(amount, scope), weights)?;
                self.allocate(&amount, &weights, round, *remainder, scope)
            }
            _ => self.time_form(expr, scope),
        }
    }

    fn time_form(&self, expr: &Expr, scope: &Scope) -> Answer<Value> {
        match &expr.kind {
            ExprKind::Days { from, to, inclusive, thirty_360 } => {
                let (from, to) = both(self.value(from, scope), self.value(to, scope))?;
                self.days(&from, &to, *inclusive, *thirty_360)
            }
            ExprKind::DateOf(instant, zone) => {
                let (instant, zone) = both(self.value(instant, scope), self.value(zone, scope))?;
                self.date_of(&instant, &zone)
            }
            ExprKind::TimeOf(instant, zone) => {
                let (instant, zone) = both(self.value(instant, scope), self.value(zone, scope))?;
                self.time_of(&instant, &zone)
            }
            ExprKind::InstantOf(date, time, zone) => {
                let (date, (time, zone)) =
                    both(self.value(date, scope), both(self.value(time, scope), self.value(zone, scope)))?;
                self.instant_of(&date, &time, &zone)
            }
            ExprKind::Split(from, to, windows) => {
                let (from, to) = both(self.value(from, scope), self.value(to, scope))?;
                self.split(&from, &to, &windows.text)
            }
            ExprKind::Increments(of, first, then) => {
                let (of, (first, then)) =
                    both(self.value(of, scope), both(self.value(first, scope), self.value(then, scope)))?;
                self.increments(&of, &first, &then)
            }
            ExprKind::As(inner, ty) => self.converted(self.value(inner, scope)?, ty),
            _ => Err(Problems::mistaken("an expression that could not be read")),
        }
    }

    /// Whether a condition holds.
    pub(crate) fn yes(&self, expr: &Expr, scope: &Scope) -> Answer<bool> {
        match self.value(expr, scope)? {
            Value::YesNo(answer) => Ok(answer),
            _ => Err(Problems::mistaken("a condition that is neither yes nor no")),
        }
    }

    /// What a name means: a local, a definition, or a member of an enumeration.
    fn name(&self, name: &str, scope: &Scope) -> Answer<Value> {
        if let Some(value) = scope.locals.get(name) {
            return Ok(value.clone());
        }
        if scope.plain.as_deref() == Some(name) {
            return self.plain_value(name);
        }
        if self.rules.definitions.contains_key(name) {
            return self.definition(name, scope);
        }
        if self.rules.enums.values().flatten().any(|member| member == name) {
            return Ok(Value::Member(name.to_string()));
        }
        if super::units::is_currency(name) {
            return Ok(Value::Currency(name.to_string()));
        }
        Err(Problems::mistaken(&format!("nothing is named {name}")))
    }

    fn field(&self, inner: &Expr, field: &Name, scope: &Scope) -> Answer<Value> {
        if let ExprKind::Name(name) = &inner.kind
            && !scope.locals.contains_key(name)
            && !self.rules.definitions.contains_key(name)
        {
            if name == "base" {
                return self.version_value(&field.text, scope.layer, false);
            }
            if self.rules.enums.contains_key(name) {
                return Ok(Value::Member(field.text.clone()));
            }
        }
        self.value(inner, scope)?.field(&field.text)
    }

    fn record(&self, fields: &[(Name, Expr)], scope: &Scope) -> Answer<Value> {
        let fields = fields.iter().map(|(name, value)| Ok((name.text.clone(), self.value(value, scope)?)));
        all(fields.collect::<Vec<_>>()).map(Value::Record)
    }

    /// A list of values of one type: quantities in the unit of the first.
    fn list_of(&self, elements: &[Expr], scope: &Scope) -> Answer<Value> {
        let elements = all(elements.iter().map(|element| self.value(element, scope)).collect::<Vec<_>>())?;
        let Some(first) = elements.first().cloned() else { return Ok(Value::List(elements)) };
        elements.into_iter().map(|element| self.like(element, &first)).collect::<Answer<_>>().map(Value::List)
    }

    /// The elements of an expression that is a list.
    pub(crate) fn elements_of(&self, list: &Expr, scope: &Scope) -> Answer<Vec<Value>> {
        match self.value(list, scope)? {
            Value::List(elements) => Ok(elements),
            _ => Err(Problems::mistaken("what is no list is taken for one")),
        }
    }

    fn binary(&self, operator: BinaryOp, left: &Expr, right: &Expr, scope: &Scope) -> Answer<Value> {
        match operator {
            BinaryOp::And => Ok(Value::YesNo(self.yes(left, scope)? && self.yes(right, scope)?)),
            BinaryOp::Or => Ok(Value::YesNo(self.yes(left, scope)? || self.yes(right, scope)?)),
            BinaryOp::Otherwise => match self.value(left, scope)? {
                Value::Absent => self.as_first(self.value(right, scope)?, left, scope),
                value => Ok(value),
            },
            _ => {
                let left = self.value(left, scope);
                let right = match operator {
                    BinaryOp::Subtract => self.taken_away(right, scope),
                    _ => self.value(right, scope),
                };
                let (left, right) = both(left, right)?;
                self.operate(operator, &left, &right)
            }
        }
    }

    fn one_of(&self, inner: &Expr, values: &OneOf, scope: &Scope) -> Answer<bool> {
        match values {
            OneOf::Values(values) => {
                let value = self.value(inner, scope)?;
                values
                    .iter()
                    .try_fold(false, |found, other| Ok(found || self.equal(&value, &self.value(other, scope)?)?))
            }
            OneOf::List(list) => {
                let (value, values) = both(self.value(inner, scope), self.elements_of(list, scope))?;
                values.iter().try_fold(false, |found, other| Ok(found || self.equal(&value, other)?))
            }
        }
    }

    fn ends(&self, range: &Range, scope: &Scope) -> Answer<(super::cell::End, super::cell::End)> {
        let end = |end: &Option<(Box<Expr>, bool)>| match end {
            Some((expr, included)) => Ok(Some((self.value(expr, scope)?, *included))),
            None => Ok(None),
        };
        both(end(&range.low), end(&range.high))
    }

    /// Whether a value lies in a range.
    pub(crate) fn in_range(&self, value: &Value, range: &Range, scope: &Scope) -> Answer<bool> {
        let (low, high) = self.ends(range, scope)?;
        self.between(value, &low, &high)
    }

    /// Whether a value lies between two ends.
    pub(crate) fn between(&self, value: &Value, low: &super::cell::End, high: &super::cell::End) -> Answer<bool> {
        let above = match low {
            Some((low, included)) => {
                let order = self.order(value, low)?;
                order == Ordering::Greater || (*included && order == Ordering::Equal)
            }
            None => true,
        };
        let below = match high {
            Some((high, included)) => {
                let order = self.order(value, high)?;
                order == Ordering::Less || (*included && order == Ordering::Equal)
            }
            None => true,
        };
        Ok(above && below)
    }

    /// The value of an aggregate over nothing, besides a sum.
    fn aggregate(&self, what: Aggregate, over: &AggregateOver, if_any: bool, scope: &Scope) -> Answer<Value> {
        let values = match over {
            AggregateOver::Each(expr, each) => {
                all(self.each(each, scope)?.iter().map(|scope| self.value(expr, scope)).collect::<Vec<_>>())?
            }
            AggregateOver::List(list) => self.elements_of(list, scope)?,
            AggregateOver::Values(values) => {
                all(values.iter().map(|value| self.value(value, scope)).collect::<Vec<_>>())?
            }
        };
        match what {
            Aggregate::Sum if values.is_empty() => Ok(self.nothing_of(over, scope)),
            Aggregate::Sum => self.sum(&values),
            Aggregate::Least | Aggregate::Greatest => {
                let extreme = self.extreme(&values, what == Aggregate::Greatest)?;
                extreme.map_or_else(|| none(if_any), Ok)
            }
            Aggregate::List => Ok(Value::List(values)),
            Aggregate::Distinct => self.distinct(values).map(Value::List),
        }
    }

    /// A number without a unit that is not too large, and is whole.
    pub(crate) fn whole_number(&self, value: &Value) -> Answer<i64> {
        let mistaken = || Problems::mistaken("a whole number was expected");
        let Value::Number(number, _) = value else { return Err(mistaken()) };
        if !number.fract().is_zero() {
            return Err(mistaken());
        }
        i64::try_from(number.to_integer()).map_err(|_| Problems::failed("overflow"))
    }

    /// The dated parameter of a name on a date that the look-up names.
    fn dated(&self, name: &str, date: &Expr, scope: &Scope) -> Answer<Value> {
        let date = self.value(date, scope)?;
        match self.version(name, usize::MAX) {
            Some((layer, Definition::Parameter(parameter))) => {
                self.parameter(parameter, Some(date), &Scope::of_layer(*layer))
            }
            _ => Err(Problems::mistaken(&format!("{name} is no dated parameter"))),
        }
    }
}

/// Whether there is anything to count in steps.
fn counts(of: &Value) -> bool {
    !matches!(of, Value::Number(number, _) | Value::Percent(number) if !number.is_positive())
}

/// What there is of an empty list: nothing, or an error.
pub(crate) fn none(if_any: bool) -> Answer<Value> {
    if if_any { Ok(Value::Absent) } else { Err(Problems::failed("no row matched")) }
}
