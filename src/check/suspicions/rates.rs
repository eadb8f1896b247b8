//! Rates that break the order of their neighbours, or are many times as large: along the bands of a table, from tier to tier, from one
//! value of a parameter to the next.

use super::Look;
use super::columns::Line;
use super::sequences::{is_times, meant, out_and_back, out_of_crowd, out_of_order, out_of_size};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{DatedValue, Parameter, TierPart, TierRows, Tiers};
use crate::source::Span;
use crate::table::{Role, Table};
use crate::types::Type;
use crate::value::{Number, Value};
use std::collections::BTreeSet;

/// A number with its place.
struct Rate {
    value: Number,
    span: Span,
}

impl Look<'_> {
    pub(super) fn rates(&mut self) {
        let program = self.program;
        program.tables.iter().for_each(|table| self.table_rates(table));
        program.tiers.iter().for_each(|tiers| self.tier_rates(tiers));
        program.parameters.iter().for_each(|parameter| self.series(parameter));
    }

    fn table_rates(&mut self, table: &Table) {
        if self.disordered.contains(&table.span) {
            return;
        }
        let mut said: BTreeSet<(u32, u16)> = BTreeSet::new();
        for (at, column) in (0_u16..).zip(&table.columns).filter(|(_, column)| column.role == Role::Value) {
            if !column.ty.present().is_numeric() {
                continue;
            }
            for (axis, lines) in super::columns::lines(table, at) {
                let banded = matches!(axis, Role::Range | Role::Break | Role::NextRow);
                for (line, odd) in odd_lines(&lines, banded) {
                    if odd.iter().all(|place| line.rows.get(*place).is_some_and(|row| said.insert((*row, at)))) {
                        let rate = |place: usize| {
                            let span = table.row_span(line.rows.get(place).copied()?)?;
                            Some(Rate { value: line.values.get(place)?.clone(), span })
                        };
                        let rates: Option<Vec<Rate>> = (0..line.values.len()).map(rate).collect();
                        let about = format!("column `{}` of `{}`", column.name, table.name);
                        self.odd(&rates.unwrap_or_default(), &odd, &column.ty, &about);
                    }
                }
            }
            if said.is_empty()
                && let Some(crowd) = super::columns::crowd(table, at)
                && let Some(odd) = out_of_crowd(&crowd.values)
                && let Some(row) = crowd.rows.get(odd)
                && let Some((span, value)) = table.row_span(*row).zip(crowd.values.get(odd))
            {
                let rest = || crowd.values.iter().enumerate().filter(|(at, _)| *at != odd).map(|(_, value)| value);
                let shown = self.show(&Value::Number(value.clone()), &column.ty);
                let title = format!("{shown} is far from the other rates in column `{}`", column.name);
                let (low, high) = (rest().min(), rest().max());
                let between = low.zip(high).map(|(low, high)| {
                    let shown = |end: &Number| self.show(&Value::Number(end.clone()), &column.ty);
                    format!("the others are from {} to {}", shown(low), shown(high))
                });
                let help = self.probably(meant(value, low, high), &column.ty);
                let label = between.unwrap_or_default();
                self.say(Diagnostic::warning(codes::RATE_ODD, title, span, label).help(help));
            }
        }
    }

    /// What is probably meant, in words.
    fn probably(&self, meant: Option<Number>, ty: &Type) -> String {
        match meant {
            Some(meant) => format!("is {} meant?", self.show(&Value::Number(meant), ty)),
            None => "compare it with the price list".to_string(),
        }
    }

    /// Says that one of several rates, or one of two neighbours among them, is unlike the others.
    fn odd(&mut self, rates: &[Rate], odd: &[usize], ty: &Type, about: &str) {
        let shown = |look: &Self, rate: &Rate| look.show(&Value::Number(rate.value.clone()), ty);
        let Some((first, rest)) = odd.split_first() else { return };
        let Some(rate) = rates.get(*first) else { return };
        let value = shown(self, rate);
        let neighbours: Vec<String> =
            [first.checked_sub(1), rest.last().or(Some(first)).and_then(|at| at.checked_add(1))]
                .iter()
                .flatten()
                .filter_map(|at| Some(shown(self, rates.get(*at)?)))
                .collect();
        let bound = |at: Option<usize>| at.and_then(|at| rates.get(at)).map(|rate| &rate.value);
        let (mut low, mut high) = (bound(first.checked_sub(1)), bound(first.checked_add(1)));
        if low.zip(high).is_some_and(|(low, high)| low > high) {
            std::mem::swap(&mut low, &mut high);
        }
        let meant =
            if rest.is_empty() && low.is_some() && high.is_some() { meant(&rate.value, low, high) } else { None };
        let help = self.probably(meant, ty);
        let mut diagnostic = match rest.first().and_then(|second| rates.get(*second)) {
            Some(second) => {
                let title = format!("{value} or {} is out of order in {about}", shown(self, second));
                Diagnostic::warning(codes::RATE_ODD, title, rate.span, "this one")
                    .also(second.span, "or this one; without it all others follow one order")
            }
            None => {
                let title = format!("{value} is unlike its neighbours in {about}");
                Diagnostic::warning(codes::RATE_ODD, title, rate.span, format!("beside {}", neighbours.join(" and ")))
            }
        };
        diagnostic = diagnostic.help(help);
        self.say(diagnostic);
    }

    fn tier_rates(&mut self, tiers: &Tiers) {
        let TierRows::Written(rows) = &tiers.rows else { return };
        let mut rates = Vec::new();
        let mut flats = Vec::new();
        for tier in rows {
            match tier.parts.as_slice() {
                [TierPart::Rate { rate, scale }] => {
                    if let crate::program::ExprKind::Constant(Value::Number(value)) = &rate.kind
                        && let Ok(value) = value.mul(scale)
                        && !value.is_zero()
                    {
                        rates.push((Rate { value, span: rate.span() }, rate.ty.clone()));
                    }
                }
                [TierPart::Flat(_)] => flats.push(tier.span),
                _ => return,
            }
        }
        // The first step of a price per weight is often flat, and so is the last.
        if let [flat] = flats.as_slice()
            && rates.len() >= 3
            && rows.first().is_some_and(|tier| tier.span != *flat)
            && rows.last().is_some_and(|tier| tier.span != *flat)
        {
            let title = format!("one tier of `{}` is flat, where the others have a rate", tiers.name);
            let label = "one amount for all that lies in this tier";
            let help = "write so much per unit, if that is meant";
            self.say(Diagnostic::warning(codes::RATE_ODD, title, *flat, label).help(help));
        }
        let values: Vec<Number> = rates.iter().map(|(rate, _)| rate.value.clone()).collect();
        let odd = out_of_order(&values).or_else(|| out_of_size(&values).map(|at| vec![at]));
        if let Some(odd) = odd
            && let Some((_, ty)) = rates.first()
        {
            let ty = ty.clone();
            let rates: Vec<Rate> = rates.into_iter().map(|(rate, _)| rate).collect();
            self.odd(&rates, &odd, &ty, &format!("the tiers `{}`", tiers.name));
        }
    }

    fn series(&mut self, parameter: &Parameter) {
        let rate = |dated: &DatedValue| match &dated.value {
            Value::Number(value) if value.is_positive() => Some(Rate { value: value.clone(), span: dated.span }),
            _ => None,
        };
        let rates: Vec<Rate> = parameter.values.iter().filter_map(rate).collect();
        let values: Vec<Number> = rates.iter().map(|rate| rate.value.clone()).collect();
        let odd = match values.as_slice() {
            [first, second] if is_times(first, second, 5) || is_times(second, first, 5) => Some(vec![0, 1]),
            [first, rest @ ..] if rest.len() == 2 => three(first, rest),
            _ => out_of_size(&values).or_else(|| out_and_back(&values)).map(|at| vec![at]),
        };
        if let Some(odd) = odd {
            self.odd(&rates, &odd, &parameter.ty, &format!("the values of `{}`", parameter.name));
        }
    }
}

/// Of three values, the one that is far from both others.
fn three(first: &Number, rest: &[Number]) -> Option<Vec<usize>> {
    let [second, third] = rest else { return None };
    let far = |a: &Number, b: &Number| is_times(a, b, 5) || is_times(b, a, 5);
    match (far(first, second), far(second, third), far(first, third)) {
        (true, true, false) => Some(vec![1]),
        (true, false, true) => Some(vec![0]),
        (false, true, true) => Some(vec![2]),
        _ => None,
    }
}

/// The lines with a rate unlike the others. Where several lines are out of order, order is not what these rates have.
fn odd_lines(lines: &[Line], banded: bool) -> Vec<(&Line, Vec<usize>)> {
    let ordered = |line: &&Line| super::sequences::direction(line.values.iter()).is_some();
    let directions: BTreeSet<bool> =
        lines.iter().filter_map(|line| super::sequences::direction(line.values.iter())).collect();
    let level = |line: &&Line| line.values.iter().all(|value| Some(value) == line.values.first());
    let broken: Vec<&Line> = lines.iter().filter(|line| !ordered(line) && !level(line)).collect();
    let others = lines.iter().filter(ordered).count();
    // One line alone shows an order only along bands.
    let orderly = directions.len() < 2 && broken.len() <= 1.max(lines.len() / 10) && (banded || others >= 2);
    let mut found = Vec::new();
    for line in lines {
        let by_order = if orderly { out_of_order(&line.values) } else { None };
        let by_order = by_order.filter(|odd| fits_others(line, odd, &directions));
        let by_size = || if banded { out_of_size(&line.values).map(|at| vec![at]) } else { None };
        // Where either of two breaks the order, the one of another size is meant.
        let odd = match (by_order, by_size()) {
            (Some(order), Some(size)) if size.iter().all(|at| order.contains(at)) => Some(size),
            (order, size) => order.or(size),
        };
        found.extend(odd.map(|odd| (line, odd)));
    }
    // What many lines have is meant.
    if found.len() > 1.max(lines.len() / 10) { Vec::new() } else { found }
}

/// Whether a line without its odd one goes the way that the other lines go.
fn fits_others(line: &Line, odd: &[usize], directions: &BTreeSet<bool>) -> bool {
    let Some(first) = odd.first() else { return false };
    let rest = line.values.iter().enumerate().filter(|(at, _)| at != first).map(|(_, value)| value);
    super::sequences::direction(rest).is_some_and(|way| directions.is_empty() || directions.contains(&way))
}
