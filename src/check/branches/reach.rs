//! Inputs that are declared to reach further than the bands of a table they are looked up in.
//!
//! A look-up is followed from the charges, outputs, flags and totals that need it, through definitions, under the conditions on
//! the way and after all refusals. Where then an input within its declared bounds lies beyond every band, it is named. An input without
//! declared bounds says nothing about how far it reaches, so nothing is said of it.

use super::conditions::{Conditions, Formula, Test, not};
use super::decide::Budget;
use crate::check::tables::show;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{
    Charge, ChargeAmount, ChargeGroup, Comparison, Each, Exception, Expr, ExprKind as K, GroupPolicy, Program,
};
use crate::table::{Cell, Column, Default as Miss, Role, Table};
use crate::types::{TableId, Type};
use crate::value::{Number, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The lowest and the highest key of a column's bands, and whether each is matched; `None` where there is no end.
type Ends = (Option<(Value, bool)>, Option<(Value, bool)>);

/// Whole numbers are looked at one by one only where there are no more of them.
const MOST_MEMBERS: i64 = 200;

/// A walk along what a quote needs.
pub(super) struct Reach<'p> {
    pub(super) program: &'p Program,
    pub(super) conditions: Conditions<'p>,
    pub(super) budget: Budget,
    pub(super) premises: Vec<Rc<Formula>>,
    seen: BTreeSet<u32>,
    ends: BTreeMap<(u32, usize), Ends>,
    /// Columns of tables of which it was said, and at which end.
    pub(super) said: BTreeSet<(u32, usize, bool)>,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'p> Reach<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Reach {
            program,
            conditions: Conditions::new(program),
            budget: Budget::new(),
            premises: Vec::new(),
            seen: BTreeSet::new(),
            ends: BTreeMap::new(),
            said: BTreeSet::new(),
            diagnostics: Vec::new(),
        }
    }

    pub(super) fn program(&mut self) {
        let program = self.program;
        if program.tables.is_empty() {
            return; // nothing is looked up
        }
        for refusal in &program.refusals {
            let formula = not(self.conditions.formula(&refusal.when));
            self.premises.push(formula);
        }
        for charge in program.charges.iter().filter(|charge| charge.listed) {
            self.apart(|reach| reach.charge(charge));
        }
        for output in &program.outputs {
            self.definition(output.definition.0);
        }
        program.total.iter().for_each(|stage| self.apart(|reach| reach.visit(&stage.bound)));
        program.flags.iter().for_each(|flag| self.apart(|reach| reach.visit(&flag.when)));
    }

    /// At a place without local names, which adds no premises to what comes after it.
    fn apart(&mut self, visit: impl FnOnce(&mut Self)) {
        let depth = self.premises.len();
        let locals = self.conditions.leave_locals();
        visit(self);
        self.conditions.return_to(locals);
        self.premises.truncate(depth);
    }

    fn under(&mut self, premise: Rc<Formula>, visit: impl FnOnce(&mut Self)) {
        let depth = self.premises.len();
        self.premises.push(premise);
        visit(self);
        self.premises.truncate(depth);
    }

    fn charge(&mut self, charge: &'p Charge) {
        if let Some(each) = &charge.each {
            self.enter(each);
        }
        if let Some(when) = &charge.when {
            self.visit(when);
            let formula = self.conditions.formula(when);
            self.premises.push(formula);
        }
        self.exceptions(&charge.exceptions);
        match &charge.amount {
            ChargeAmount::Expr(amount) => self.visit(amount),
            ChargeAmount::Group(group) => {
                let ChargeGroup { policy, options, stages } = &**group;
                for option in options {
                    let depth = self.premises.len();
                    if let Some(when) = &option.when {
                        self.visit(when);
                        let formula = self.conditions.formula(when);
                        self.premises.push(formula);
                    }
                    self.visit(&option.amount);
                    self.premises.truncate(depth);
                    if *policy == GroupPolicy::First {
                        let formula = option.when.as_ref().map(|when| not(self.conditions.formula(when)));
                        self.premises.push(formula.unwrap_or_else(|| Rc::new(Formula::Known(false))));
                    }
                }
                stages.iter().for_each(|stage| stage.parts(&mut |part| self.visit(part)));
            }
        }
    }

    /// The exceptions, and then that none of them holds.
    fn exceptions(&mut self, exceptions: &'p [Exception]) {
        for exception in exceptions {
            self.visit(&exception.when);
            let holds = self.conditions.formula(&exception.when);
            self.under(holds, |reach| {
                reach.exceptions(&exception.exceptions);
                reach.visit(&exception.value);
            });
        }
        for exception in exceptions {
            let formula = not(self.conditions.formula(&exception.when));
            self.premises.push(formula);
        }
    }

    fn definition(&mut self, id: u32) {
        let Some(definition) = self.program.definitions.get(id as usize) else { return };
        if self.seen.insert(id) {
            self.apart(|reach| {
                reach.exceptions(&definition.exceptions);
                reach.visit(&definition.value);
            });
        }
    }

    fn enter(&mut self, each: &'p Each) {
        each.binders.iter().for_each(|(_, list)| self.visit(list));
        for (slot, list) in &each.binders {
            self.conditions.bind(*slot, Some(list));
        }
        if let Some(filter) = &each.filter {
            self.visit(filter);
            let formula = self.conditions.formula(filter);
            self.premises.push(formula);
        }
    }

    fn within(&mut self, each: &'p Each, body: &'p Expr) {
        let depth = self.premises.len();
        let locals = self.conditions.leave_locals();
        self.conditions.return_to(locals.clone());
        self.enter(each);
        self.visit(body);
        self.conditions.return_to(locals);
        self.premises.truncate(depth);
    }

    fn visit(&mut self, expr: &'p Expr) {
        match &expr.kind {
            K::If(parts) => {
                let [condition, yes, no] = &**parts;
                self.visit(condition);
                let formula = self.conditions.formula(condition);
                self.under(formula.clone(), |reach| reach.visit(yes));
                self.under(not(formula), |reach| reach.visit(no));
            }
            K::And(left, right) | K::Or(left, right) => {
                self.visit(left);
                let formula = self.conditions.formula(left);
                let premise = if matches!(expr.kind, K::And(..)) { formula } else { not(formula) };
                self.under(premise, |reach| reach.visit(right));
            }
            K::Otherwise(value, _) => self.visit(value), // what stands instead is needed where the value is absent
            K::Definition(id) => self.definition(id.0),
            K::Aggregate { each, body, .. } => self.within(each, body),
            // What these need of each element depends on more than their conditions.
            K::Walk(_) | K::The { .. } | K::Group(..) | K::CountEach(_) | K::Quantified(..) => {}
            K::Lookup { table, keys, on, if_any, rows } => {
                keys.iter().flatten().for_each(|key| self.visit(key));
                if !if_any && !rows {
                    self.look_up(*table, keys, on.as_ref());
                }
            }
            _ => expr.parts(&mut |part| self.visit(part)),
        }
    }

    fn look_up(&mut self, id: TableId, keys: &'p [Option<Expr>], on: Option<&'p Expr>) {
        let Some(table) = self.program.tables.get(id.0 as usize) else { return };
        if !matches!(table.default, Miss::Error) || table.policy.finds_without_rows() {
            return;
        }
        let mut asked: Vec<(usize, &'p Column, &'p Expr)> = Vec::new();
        for ((at, column), key) in table.keys().zip(keys) {
            asked.extend(key.as_ref().map(|key| (at, column, key)));
        }
        let dated = table.columns.iter().enumerate().find(|(_, column)| column.role == Role::Valid);
        asked.extend(dated.zip(on).map(|((at, column), day)| (at, column, day)));
        for (at, column, key) in asked.iter().copied() {
            if column.role == Role::Exact
                && column.ty.present() == &Type::Integer
                && !self.said.contains(&(id.0, at, true))
            {
                self.without_row((id, at), table, column, key);
            }
            let (low, high) = self.ends.entry((id.0, at)).or_insert_with(|| ends(table, at, column)).clone();
            let below = low.map(|(end, matched)| (end, if matched { Comparison::Less } else { Comparison::AtMost }));
            let above =
                high.map(|(end, matched)| (end, if matched { Comparison::Greater } else { Comparison::AtLeast }));
            for (is_above, (end, beyond)) in
                [(false, below), (true, above)].into_iter().filter_map(|(a, b)| Some((a, b?)))
            {
                if !self.said.contains(&(id.0, at, is_above)) {
                    self.beyond((id, at, is_above), table, column, key, (end, beyond));
                }
            }
        }
        self.without_rows(id, table, &asked);
    }

    /// Says so where a whole number within its declared bounds is in no cell of a column.
    fn without_row(&mut self, (id, at): (TableId, usize), table: &Table, column: &Column, key: &'p Expr) {
        let Some(cells) = u16::try_from(at).ok().map(|at| table.rows.distinct(at)) else { return };
        let mut known: BTreeSet<i64> = BTreeSet::new();
        for cell in cells {
            let values = match cell {
                Cell::Value(value) => std::slice::from_ref(value),
                Cell::OneOf(values) => values,
                _ => return,
            };
            known.extend(values.iter().filter_map(|value| match value {
                Value::Number(number) => number.to_i64(),
                _ => None,
            }));
        }
        let asked = |reach: &mut Self, number: i64| {
            reach.conditions.against(Comparison::Is, key, Value::Number(Number::from_i64(number)))
        };
        let any = asked(self, 0);
        let Formula::Test(subject, _) = any.as_ref() else { return };
        let declared = self.conditions.subjects.get(*subject as usize).and_then(|subject| subject.declared.clone());
        let Some(declared) = declared else { return };
        let (Some((Value::Number(low), true)), Some((Value::Number(high), true))) =
            (&declared.domain.low, &declared.domain.high)
        else {
            return;
        };
        let (Some(low), Some(high)) = (low.to_i64(), high.to_i64()) else { return };
        if high.saturating_sub(low) > MOST_MEMBERS {
            return;
        }
        for number in (low..=high).filter(|number| !known.contains(number)) {
            let mut formulas = self.premises.clone();
            formulas.push(asked(self, number));
            if self.conditions.example(&formulas, &mut self.budget).is_none() {
                continue;
            }
            self.said.insert((id.0, at, true));
            let title = format!("the inputs reach beyond the rows of `{}`", table.name);
            let help = "add its row, refuse it, or let the declaration say which ones there are";
            self.diagnostics.push(
                Diagnostic::warning(
                    codes::INPUT_BEYOND,
                    title,
                    key.span(),
                    format!("no row matches where this is {number}"),
                )
                .also(column.span, "no cell of this column has it")
                .also(declared.span, "within its declared bounds")
                .help(help),
            );
            return;
        }
    }

    /// Says so where an input within its declared bounds lies beyond the end.
    fn beyond(
        &mut self,
        place: (TableId, usize, bool),
        table: &Table,
        column: &Column,
        key: &'p Expr,
        (end, beyond): (Value, Comparison),
    ) {
        let formula = self.conditions.against(beyond, key, end.clone());
        let Formula::Test(subject, test) = formula.as_ref() else { return };
        let Test::Compare(comparison, _) = test.as_ref() else { return };
        let Some(declared) = self.conditions.subjects.get(*subject as usize).and_then(|s| s.declared.clone()) else {
            return;
        };
        let bounded = match comparison {
            Comparison::Less | Comparison::AtMost => declared.domain.low.is_some(),
            _ => declared.domain.high.is_some(),
        };
        let mut formulas = self.premises.clone();
        formulas.push(formula.clone());
        if !bounded {
            return;
        }
        let Some(example) = self.conditions.example(&formulas, &mut self.budget) else { return };
        let Some((_, value)) = example.into_iter().find(|(known, _)| known == subject) else { return };
        self.said.insert((place.0.0, place.1, place.2));
        let shown = |value: &Value, ty: &Type| show(value, ty, &self.program.units, &self.program.enums);
        let (name, found) = (&table.name, shown(&value, &declared.ty));
        let (what, ends) = match (column.role, place.2) {
            (Role::Valid, false) => ("rows", format!("its rows begin on {}", shown(&end, &column.ty))),
            (Role::Valid, true) => ("rows", format!("its rows end before {}", shown(&end, &column.ty))),
            (_, false) => ("bands", format!("its bands begin at {}", shown(&end, &column.ty))),
            (_, true) => ("bands", format!("its bands end at {}", shown(&end, &column.ty))),
        };
        let title = format!("the inputs reach beyond the {what} of `{name}`");
        let help = "let the declaration end where the table does, refuse what lies beyond, or say what holds there: `| otherwise || … |`";
        let label = format!("no row matches where this is {found}");
        self.diagnostics.push(
            Diagnostic::warning(codes::INPUT_BEYOND, title, key.span(), label)
                .also(table.span, ends)
                .also(
                    declared.span,
                    if declared.in_force { "within the rule set's period" } else { "within its declared bounds" },
                )
                .help(help),
        );
    }
}

/// How far the bands of a column reach.
fn ends(table: &Table, at: usize, column: &Column) -> Ends {
    let banded = matches!(column.role, Role::Range | Role::Break | Role::NextRow | Role::Valid);
    let Some(at) = u16::try_from(at).ok().filter(|_| banded && column.ty.present() != &Type::Text) else {
        return (None, None);
    };
    let mut found: Option<Ends> = None;
    for cell in table.rows.distinct(at) {
        let (low, high) = match (cell, column.role) {
            (Cell::Value(value), Role::Break) => (Some((value.clone(), true)), None),
            (Cell::Value(value), Role::NextRow) => (None, Some((value.clone(), true))),
            (Cell::Value(value), _) => (Some((value.clone(), true)), Some((value.clone(), true))),
            (Cell::Range(ends), _) => (ends.low.clone(), ends.high.clone()),
            (Cell::Period(period), _) => {
                (period.from.map(|day| (Value::Date(day), true)), period.until.map(|day| (Value::Date(day), false)))
            }
            _ => (None, None),
        };
        found = Some(match found {
            None => (low, high),
            Some((lowest, highest)) => (
                lowest.zip(low).map(|(a, b)| if (&b.0, !b.1) < (&a.0, !a.1) { b } else { a }),
                highest.zip(high).map(|(a, b)| if (&b.0, b.1) > (&a.0, a.1) { b } else { a }),
            ),
        });
    }
    found.unwrap_or((None, None))
}
