//! Values that a rule set speaks of, by their types: what an input is compared with.
//!
//! Program → the constants of its expressions, the keys of its tables, the ends of declared ranges and periods, the inputs of its tests.

use super::places::number;
use crate::eval::{Hosts, Limits, evaluate};
use crate::program::{CalendarDays, Domain, Expr, ExprKind, Program};
use crate::table::{Cell, Role, Table};
use crate::types::{Base, Type};
use crate::value::{Number, Value};
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

/// How many values of one column of a table are taken.
const OF_COLUMN: usize = 48;

/// How many decimals a step has at most.
const FINEST: u32 = 6;

/// Values by their type, without `?`.
pub(super) struct Pools<'p> {
    program: &'p Program,
    values: HashMap<Type, BTreeSet<Value>>,
}

impl<'p> Pools<'p> {
    /// The values that a program speaks of.
    pub(super) fn new(program: &'p Program) -> Self {
        let mut pools = Pools { program, values: HashMap::new() };
        program.parts(&mut |whole| {
            whole.walk(&mut |expr| {
                if let ExprKind::Constant(value) = &expr.kind {
                    pools.add(&expr.ty, value);
                }
            });
        });
        for field in program.inputs.iter().chain(program.record_fields.iter().flatten()) {
            pools.add_domain(&field.ty, &field.domain);
        }
        for parameter in &program.parameters {
            for value in &parameter.values {
                pools.add(&parameter.ty, &value.value);
                let ends = [value.period.from, value.period.until.and_then(|until| until.add_days(-1))];
                ends.into_iter().flatten().for_each(|day| pools.add(&Type::Date, &Value::Date(day)));
            }
        }
        program.tables.iter().for_each(|table| pools.add_table(table));
        for days in program.calendars.iter().flat_map(|calendar| &calendar.days) {
            if let CalendarDays::Dates(from, to) = days {
                [from, to].into_iter().for_each(|day| pools.add(&Type::Date, &Value::Date(*day)));
            }
        }
        for slots in pools.tests() {
            for (slot, value) in slots {
                if let Some(field) = program.inputs.get(slot) {
                    pools.add(&field.ty, &value);
                }
            }
        }
        pools
    }

    /// The inputs that the rule set's own tests give, as far as they can be computed without any.
    pub(super) fn tests(&self) -> Vec<Vec<(usize, Value)>> {
        let given = self.program.tests.iter().map(|test| {
            let values = test.given.iter().map(|(slot, expr)| {
                let locals = self.program.locals.max(test.locals);
                let value = evaluate(self.program, &Hosts::default(), &[], &Limits::default(), (expr, locals)).ok()?;
                Some((usize::from(*slot), value))
            });
            values.collect::<Option<Vec<_>>>()
        });
        given.flatten().collect()
    }

    /// What an expression that needs no input comes to.
    pub(super) fn constant(&self, expr: &Expr) -> Value {
        let locals = self.program.locals;
        evaluate(self.program, &Hosts::default(), &[], &Limits::default(), (expr, locals)).unwrap_or_default()
    }

    fn add(&mut self, ty: &Type, value: &Value) {
        match (ty.present(), value) {
            (_, Value::Absent | Value::Row { .. }) => {}
            (Type::Record(record), Value::Record(values)) => {
                let fields: Vec<_> = record.fields.iter().map(|field| field.ty.clone()).collect();
                fields.iter().zip(values.iter()).for_each(|(ty, value)| self.add(ty, value));
            }
            (Type::List(element), Value::List(values)) => values.iter().for_each(|value| self.add(element, value)),
            (ty, value) => {
                self.values.entry(ty.clone()).or_default().insert(value.clone());
            }
        }
    }

    fn add_domain(&mut self, ty: &Type, domain: &Domain) {
        let ty = match ty.present() {
            Type::List(element) => element.present(),
            ty => ty,
        };
        for (end, _) in [&domain.low, &domain.high].into_iter().flatten() {
            self.add(ty, end);
        }
        domain.currencies.iter().for_each(|currency| self.add(ty, &Value::Currency(*currency)));
    }

    fn add_table(&mut self, table: &Table) {
        for (at, column) in (0_u16..).zip(&table.columns).filter(|(_, column)| column.role != Role::Value) {
            let cells = table.rows.distinct(at);
            let every = cells.len().div_ceil(OF_COLUMN).max(1);
            for cell in cells.iter().step_by(every) {
                match cell {
                    Cell::Any => {}
                    Cell::Value(value) => self.add(&column.ty, value),
                    Cell::OneOf(values) => values.iter().for_each(|value| self.add(&column.ty, value)),
                    Cell::Exactly(text) => self.add(&Type::Text, &Value::Text(text.clone())),
                    Cell::Range(ends) => {
                        let ends = [&ends.low, &ends.high].into_iter().flatten();
                        ends.for_each(|(end, _)| self.add(&column.ty, end));
                    }
                    Cell::Period(period) => {
                        let ends = [period.from, period.until.and_then(|until| until.add_days(-1))];
                        ends.into_iter().flatten().for_each(|day| self.add(&Type::Date, &Value::Date(day)));
                    }
                }
            }
        }
    }

    /// The values that are known of a type.
    pub(super) fn of(&self, ty: &Type) -> impl Iterator<Item = &Value> {
        self.values.get(ty.present()).into_iter().flatten()
    }

    /// The values that are worth trying at a place of this type: members, yes and no, what rules speak of, and a little beside it.
    pub(super) fn tried(&self, ty: &Type, most: usize) -> Vec<Value> {
        match ty.present() {
            Type::YesNo => vec![Value::YesNo(false), Value::YesNo(true)],
            Type::Enum(id) => {
                let members = self.program.enumeration(*id).map_or(0, |one| one.members.len());
                (0..members as u32).take(most).map(Value::Member).collect()
            }
            ty => {
                let mut tried = BTreeSet::new();
                let known: Vec<&Value> = self.of(ty).collect();
                for value in known.iter().step_by(known.len().div_ceil(most / 3).max(1)) {
                    tried.insert((*value).clone());
                    tried.extend(self.beside(ty, value));
                }
                if ty.is_numeric() {
                    tried.extend([0, 1, 2, 1000, 100_000].map(|some| Value::Number(Number::from_i64(some))));
                }
                tried.into_iter().collect()
            }
        }
    }

    /// The values one step before and behind another.
    pub(super) fn beside(&self, ty: &Type, value: &Value) -> Vec<Value> {
        let (Some(own), step) = (number(value), self.step(ty)) else { return Vec::new() };
        let moved = [own.sub(&step), own.add(&step)];
        moved.into_iter().flatten().filter_map(|moved| super::places::of_number(value, &moved)).collect()
    }

    /// The smallest step that is sensible for a type: one for whole numbers and days, the minor unit of money, else the last digit of
    /// anything that the rules say of it.
    pub(super) fn step(&self, ty: &Type) -> Number {
        let decimals = match ty.present() {
            Type::Number | Type::In(_) | Type::Percent => {
                let written = self.of(ty).filter_map(Value::as_number).map(decimals).max().unwrap_or(0);
                let least = match ty.present() {
                    Type::In(unit) => match unit.parts() {
                        [(id, 1)] => match self.program.units.get(*id).map(|unit| unit.base) {
                            Some(Base::Money(currency)) => currency.digits(),
                            _ => 0,
                        },
                        _ => 0,
                    },
                    Type::Percent => 2,
                    _ => 0,
                };
                written.max(least)
            }
            Type::Time => return Number::from_i64(60),
            _ => 0,
        };
        Number::from_scaled(1, decimals.min(FINEST)).unwrap_or(Number::ONE)
    }

    /// Whether a domain takes a value.
    pub(super) fn admits(&self, domain: &Domain, value: &Value) -> bool {
        let low = domain.low.as_ref().is_none_or(|(low, own)| match value.cmp(low) {
            Ordering::Equal => *own,
            order => order == Ordering::Greater,
        });
        let high = domain.high.as_ref().is_none_or(|(high, own)| match value.cmp(high) {
            Ordering::Equal => *own,
            order => order == Ordering::Less,
        });
        let text = domain.matching.as_ref().zip(value.as_text()).is_none_or(|(p, text)| p.regex.is_match(text));
        low && high && text
    }
}

/// How many decimals a number is written with.
fn decimals(number: &Number) -> u32 {
    let ten = |scale| Number::from_scaled(1, scale);
    (0..=FINEST)
        .find(|scale| ten(*scale).and_then(|one| number.div(&one).ok()).is_some_and(|n| n.is_integer()))
        .unwrap_or(0)
}
