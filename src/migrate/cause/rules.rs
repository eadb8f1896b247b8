//! The factors in rules: the texts of a rule set with one place changed, compiled anew.
//!
//! The places are those of the compiled program, so that nothing is guessed about the texts; what does not compile when it is changed is not
//! tried. A rule set is compiled once for each factor, when a charge that it may explain differs for the first time.

use super::Cause;
use crate::program::{Aggregate, Arithmetic, Charge, ChargeAmount, Comparison, Expr, ExprKind, Program};
use crate::rule_set::RuleSet;
use crate::source::Span;
use crate::types::Type;
use std::collections::BTreeSet;

/// How many factors of one kind are tried at most.
pub(super) const MOST: usize = 48;

/// How many cells of tables the factors of one charge hold at most: each is a rule set with tables of its own.
const MOST_CELLS: usize = 4_000_000;

/// The modes of rounding, as rules write them.
pub(super) const MODES: [&str; 5] = ["half up", "half even", "half down", "down", "up"];

/// A rule set with one factor changed.
pub(super) struct Variation {
    pub(super) cause: Cause,
    /// What was changed, in words.
    pub(super) words: String,
    pub(super) rules: RuleSet,
}

/// Changes of the texts on their way.
pub(super) struct Variations<'r> {
    rules: &'r RuleSet,
    pub(super) program: &'r Program,
    found: Vec<Variation>,
    /// What was tried already.
    seen: BTreeSet<(Span, String)>,
    /// How many factors there may be.
    most: usize,
}

impl<'r> Variations<'r> {
    pub(super) fn of(rules: &'r RuleSet) -> Self {
        let program = rules.program();
        let cells = program.tables.iter().map(|table| table.rows.len().saturating_mul(table.columns.len()));
        let most = most_of(cells.sum());
        Variations { rules, program, found: Vec::new(), seen: BTreeSet::new(), most }
    }

    pub(super) fn finish(self) -> Vec<Variation> {
        self.found
    }

    /// Compiles the texts with some places changed, which lie in one text and do not overlap.
    pub(super) fn add(&mut self, cause: Cause, words: String, mut edits: Vec<(Span, String)>) {
        edits.sort_by_key(|(span, _)| std::cmp::Reverse(*span));
        let Some((last, text)) = edits.first() else { return };
        if self.found.len() >= self.most || !self.seen.insert((*last, format!("{text}{}", edits.len()))) {
            return;
        }
        if let Some(rules) = compiled(self.rules, edits) {
            self.found.push(Variation { cause, words, rules });
        }
    }

    pub(super) fn text(&self, span: Span) -> String {
        self.program.sources.text(span).to_owned()
    }

    /// An expression in parentheses, rounded.
    fn rounded(&self, expr: &Expr, mode: &str) -> (Span, String) {
        (expr.span(), format!("(({}) rounded {mode} to minor unit)", self.text(expr.span())))
    }

    /// What concerns every charge: totals rounded instead of charges, named amounts, boundaries, roundings and stages wherever they stand.
    pub(super) fn of_all(&mut self) {
        self.rounding_of_totals();
        self.bounds_of_totals();
        let program = self.program;
        let amounts = program.definitions.iter().filter(|one| is_money(program, &one.value.ty)).take(MOST);
        for definition in amounts {
            let edit = self.rounded(&definition.value, "half up");
            self.add(Cause::Rounding, format!("with `{}` rounded before it is used", definition.name), vec![edit]);
            self.parts_of_sums(&definition.value);
        }
        self.on_other_days();
        for definition in program.definitions.iter().take(MOST) {
            self.within(&definition.value);
        }
        for function in program.functions.iter().take(MOST) {
            self.within(&function.body);
        }
        for notice in program.refusals.iter().take(MOST) {
            self.within(&notice.when);
        }
    }

    /// What concerns one charge.
    pub(super) fn of_charge(&mut self, charge: &Charge) {
        let code = charge.code.to_string();
        self.applied(charge);
        if let Some(when) = &charge.when {
            self.within(when);
        }
        match &charge.amount {
            ChargeAmount::Expr(amount) => {
                self.booking(&code, amount);
                self.parts_of_sums(amount);
                self.unrounded_charges(&code, amount);
                self.within(amount);
            }
            ChargeAmount::Group(group) => {
                group.options.iter().for_each(|option| {
                    self.within(&option.amount);
                    option.when.iter().for_each(|when| self.within(when));
                });
                self.stages(&group.stages);
            }
        }
    }

    /// A condition as met, and as not met.
    fn applied(&mut self, charge: &Charge) {
        let code = &charge.code;
        if let Some(when) = &charge.when {
            let met = vec![(when.span(), "yes".to_owned())];
            let words = format!("with {code} charged although `{}` does not hold", short(&self.text(when.span())));
            self.add(Cause::MissingSurcharge, words, met);
            let not_met = vec![(when.span(), "no".to_owned())];
            self.add(Cause::ExtraSurcharge, format!("with {code} left out"), not_met);
        } else if let Some(end) = end_of_amount(charge) {
            let not_met = vec![(end, " when no".to_owned())];
            self.add(Cause::ExtraSurcharge, format!("with {code} left out"), not_met);
        }
    }

    /// How a charge is rounded when it is booked.
    fn booking(&mut self, code: &str, amount: &Expr) {
        for mode in MODES {
            let edit = match &amount.kind {
                ExprKind::Stages(_, stages) => match stages.last() {
                    Some(last) => (behind(last.span), format!(" rounded {mode} to minor unit")),
                    None => continue,
                },
                _ => self.rounded(amount, mode),
            };
            self.add(Cause::Rounding, format!("with {code} rounded {mode}"), vec![edit]);
        }
    }

    /// The parts of a sum rounded before they are added.
    fn parts_of_sums(&mut self, amount: &Expr) {
        let mut sums: Vec<(String, Vec<Expr>)> = Vec::new();
        amount.walk(&mut |expr: &Expr| {
            let mut parts = Vec::new();
            match &expr.kind {
                ExprKind::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, ..) => terms(expr, &mut parts),
                ExprKind::Aggregate { kind: Aggregate::Sum, body, .. } => parts.push(body.clone()),
                ExprKind::AggregateValues(Aggregate::Sum, values) => parts.extend(values.iter().cloned()),
                _ => return,
            }
            sums.push((self.text(expr.span()), parts));
        });
        for (sum, parts) in sums.into_iter().take(MOST) {
            for mode in ["half up", "down", "up"] {
                let edits: Vec<_> = parts
                    .iter()
                    .filter(|part| is_money(self.program, &part.ty))
                    .map(|part| self.rounded(part, mode))
                    .collect();
                self.add(
                    Cause::Rounding,
                    format!("with each part of `{}` rounded {mode} before they are added", short(&sum)),
                    edits,
                );
            }
        }
    }

    /// Charges that others are computed of, before they are rounded.
    fn unrounded_charges(&mut self, code: &str, amount: &Expr) {
        let mut used = Vec::new();
        amount.walk(&mut |expr: &Expr| {
            if let ExprKind::Charge(id) = &expr.kind {
                used.push((expr.span(), *id));
            }
        });
        for (span, id) in used {
            let Some(charge) = self.program.charges.get(id.0 as usize) else { continue };
            let ChargeAmount::Expr(inner) = &charge.amount else { continue };
            if matches!(inner.kind, ExprKind::Stages(..)) || inner.span().file != span.file {
                continue;
            }
            let edit = vec![(span, format!("({})", self.text(inner.span())))];
            self.add(Cause::Rounding, format!("with {code} of {} before it is rounded", charge.code), edit);
        }
    }

    /// Roundings, stages and boundaries within an expression.
    fn within(&mut self, whole: &Expr) {
        let (mut comparisons, mut stages) = (Vec::new(), Vec::new());
        whole.walk(&mut |expr: &Expr| match &expr.kind {
            ExprKind::Compare(comparison, left, right) => {
                comparisons.push((*comparison, Span::new(left.span().file, left.span().end, right.span().start)));
            }
            ExprKind::Stages(_, all) => stages.push(all.clone()),
            _ => {}
        });
        for (comparison, between) in comparisons.into_iter().take(MOST) {
            let (was, is) = match comparison {
                Comparison::Less => ("<", "<="),
                Comparison::AtMost => ("<=", "<"),
                Comparison::Greater => (">", ">="),
                Comparison::AtLeast => (">=", ">"),
                Comparison::Is | Comparison::IsNot => continue,
            };
            let text = self.text(between);
            if text.trim() == was {
                let edit = vec![(between, text.replace(was, is))];
                let place = self.program.sources.line_of(between);
                self.add(Cause::BoundarySide, format!("with `{is}` instead of `{was}` at {place}"), edit);
            }
        }
        stages.iter().take(MOST).for_each(|stages| self.stages(stages));
    }

    /// Each total rounded instead of each charge.
    fn rounding_of_totals(&mut self) {
        let Some(file) = self.program.sources.file(self.program.name_span.file) else { return };
        let from = self.program.name_span.end as usize;
        let Some(opened) = file.text.get(from..).and_then(|rest| rest.find('{')).map(|at| from + at + 1) else {
            return;
        };
        let head = file.text.get(opened..).and_then(|rest| rest.split_once('}')).map_or("", |(head, _)| head);
        let (start, end) = match head.find("rounding ") {
            Some(at) => {
                let line = head.get(at..).and_then(|rest| rest.lines().next()).unwrap_or_default();
                (opened + at, opened + at + line.trim_end().len())
            }
            None => (opened, opened),
        };
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else { return };
        let Some(unit) = self.program.currency.map(|currency| format!("{} {currency}", currency.minor_unit())) else {
            return;
        };
        let span = Span::new(self.program.name_span.file, start, end);
        for mode in ["half up", "half even"] {
            let text = format!(" rounding {mode} to {unit} on the total ");
            self.add(Cause::Rounding, format!("with totals rounded {mode} instead of charges"), vec![(span, text)]);
        }
    }
}

/// A rule set with some places of its texts changed, which lie in one text and do not overlap; none where it does not compile.
pub(super) fn compiled(rules: &RuleSet, mut edits: Vec<(Span, String)>) -> Option<RuleSet> {
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(*span));
    let sources = &rules.program().sources;
    let (file, main) = (sources.file(edits.first()?.0.file)?, sources.file(rules.program().name_span.file)?);
    let mut changed = file.text.to_string();
    for (span, text) in &edits {
        let range = span.start as usize..span.end as usize;
        changed.get(range.clone())?;
        changed.replace_range(range, text);
    }
    rules.compiler().source(&file.name, &changed).compile(&main.name).ok()
}

/// How many factors there may be where a rule set has so many cells in its tables.
fn most_of(cells: usize) -> usize {
    MOST_CELLS.checked_div(cells).unwrap_or(usize::MAX).max(2)
}

/// An edition that prices also on days on which it is not in force, as old code that was not changed would.
pub(super) fn on_every_day(rules: &RuleSet) -> RuleSet {
    let program = rules.program();
    let span = program.effective_span;
    let whole = || {
        let file = program.sources.file(span.file)?;
        let main = program.sources.file(program.name_span.file)?;
        let before = file.text.get(..span.start as usize)?;
        let setting =
            before.rfind("effective").filter(|at| before.get(at + 9..).is_some_and(|rest| rest.trim().is_empty()))?;
        let text = format!("{}{}", before.get(..setting)?, file.text.get(span.end as usize..)?);
        rules.compiler().source(&file.name, &text).compile(&main.name).ok()
    };
    let is_always = program.effective.from.is_none() && program.effective.until.is_none();
    (!is_always).then(whole).flatten().unwrap_or_else(|| rules.clone())
}

/// The place behind a charge's amount and its stages.
fn end_of_amount(charge: &Charge) -> Option<Span> {
    match &charge.amount {
        ChargeAmount::Expr(amount) => Some(match &amount.kind {
            ExprKind::Stages(_, stages) => behind(stages.last()?.span),
            _ => behind(amount.span()),
        }),
        ChargeAmount::Group(_) => None,
    }
}

fn is_money(program: &Program, ty: &Type) -> bool {
    matches!(ty.present(), Type::In(unit) if program.units.currency(unit).is_some())
}

fn behind(span: Span) -> Span {
    Span::new(span.file, span.end, span.end)
}

/// The terms of a sum.
fn terms(expr: &Expr, found: &mut Vec<Expr>) {
    match &expr.kind {
        ExprKind::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, left, right) => {
            terms(left, found);
            terms(right, found);
        }
        _ => found.push(expr.clone()),
    }
}

/// Words of rules on one line.
pub(super) fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn large_tables_leave_room_for_few_factors() {
        // Four million cells in all: without tables any number, of 40,000 cells a hundred, of ten million two.
        assert_eq!([0, 40_000, 10_000_000].map(most_of), [usize::MAX, 100, 2]);
        let text = "ruleset r { currency USD }\ninput { w : mass in lb }\ncharge A = 2 USD per lb * w when w > 3 lb";
        let rules = RuleSet::compile(text).unwrap();
        let of_charge = |most: usize| {
            let mut variations = Variations { most, ..Variations::of(&rules) };
            rules.program().charges.iter().for_each(|charge| variations.of_charge(charge));
            variations.finish().len()
        };
        assert_eq!((of_charge(2), of_charge(3)), (2, 3));
        assert!(of_charge(usize::MAX) > 5);
    }
}
