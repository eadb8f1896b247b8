//! Mistyped rates: numbers that are written in rules, each by what old code seems to have in its place.
//!
//! A case and a charge that differs → the numbers of which the charge is computed; for each, the rules are priced with twice the number, which
//! says how much the charge moves with it and so which number would give what old code says. Where a number that is one slip of typing away
//! (`figures`) lies there, the rules are priced with that: only where the difference vanishes is it a cause. Where more than one in twenty of
//! the amounts thereabouts would be explained so by one of the numbers that are looked at, it says nothing, and is not tried.

use super::figures::{Figures, places};
use super::retyped::Retyped;
use super::slips::{Known, Slip};
use super::trials::{Case, Trials};
use crate::eval::Explanation;
use crate::migrate::comparison::{Difference, Kind};
use crate::program::{ChargeAmount, Exception, Expr, ExprKind, Program};
use crate::source::Span;
use crate::table::{Cell, Role, Table};
use crate::value::{Number, RoundingMode, Value};
use std::collections::BTreeSet;

/// How many of the figures that are one slip away are tried for a number: those next to what old code seems to have.
const NEAREST: usize = 3;

/// Of so many amounts one may be explained by chance, whichever of the numbers it is that explains it.
const ONE_IN: i64 = 20;

/// A number in the texts of rules.
pub(super) struct Written {
    /// Its figures.
    span: Span,
    figures: Figures,
    /// The number as people read it: what stands before its figures, the figures, and its unit.
    shown: [String; 3],
    /// Where it stands, in words.
    place: String,
}

impl Written {
    /// By what it is known in other cases: `24.70 in row 1 of `rate``.
    fn name(&self) -> String {
        format!("{} in {}", self.shown.concat(), self.place)
    }

    fn words(&self, figures: &str) -> String {
        let [before, _, after] = &self.shown;
        format!("with {before}{figures}{after} written for {}", self.name())
    }
}

/// What numbers are sought for.
pub(super) struct Sought<'k> {
    /// The place of a difference.
    pub(super) place: u32,
    /// The slips of cases before.
    pub(super) known: &'k Known,
    /// Whether other slips are sought too, to which the case leads.
    pub(super) leads: bool,
}

/// A number that explains something: what was written for what, and the places of the differences that are gone.
pub(super) struct Mistyped {
    pub(super) slip: Slip,
    pub(super) tried: String,
    pub(super) explains: Vec<u32>,
}

impl Trials {
    /// The numbers of which a charge is computed that explain that it differs when they are written with one slip less: with one that explained
    /// other cases, or else with one that this case leads to.
    pub(super) fn mistyped(&mut self, case: &Case<'_>, sought: &Sought<'_>, tries: &mut u32) -> Vec<Mistyped> {
        let Sought { place, known, leads } = *sought;
        let Some(difference) = case.before.differences.get(place as usize) else { return Vec::new() };
        let (Kind::Amount, Some(before)) = (difference.kind, &difference.difference) else { return Vec::new() };
        let cent = before.currency.minor_unit();
        // What is not more than a cent of rounding leads to no rate.
        let leads = leads && before.amount.abs() > cent;
        if self.retyped.most == 0 || known.is_empty() && !leads {
            return Vec::new();
        }
        let retyped = self.retyped.clone();
        let mut numbers = Numbers::of(retyped.rules.program(), case.explanation);
        difference.charges.iter().for_each(|code| numbers.of_charge(code));
        let mut found = Vec::new();
        let among = numbers.found.len().min(retyped.most);
        for written in numbers.found.iter().take(retyped.most) {
            let (number, mut tried) = (written.name(), BTreeSet::new());
            let mut with = |trials: &mut Trials, figures: String, tries: &mut u32| {
                let rules = tried.insert(figures.clone()).then(|| retyped.with(written.span, &figures)).flatten()?;
                *tries = tries.saturating_add(1);
                let explains = trials.priced(&rules, 1, case.input, case).filter(|all| all.contains(&place))?;
                let tried = written.words(&figures);
                Some(Mistyped { slip: Slip { number: number.clone(), figures }, tried, explains })
            };
            let known = known.of(&number);
            if let Some(one) = known.iter().find_map(|figures| with(self, figures.clone(), tries)) {
                found.push(one);
                continue;
            }
            if !leads {
                continue;
            }
            let differs = Differs { difference, before: &before.amount, cent: &cent, among };
            let likely = self.likely(&retyped, written, case, &differs, tries).unwrap_or_default();
            found.extend(likely.into_iter().find_map(|figures| with(self, figures, tries)));
        }
        found
    }

    /// The figures, one slip away, that lie where old code's number seems to lie.
    fn likely(
        &mut self,
        retyped: &Retyped,
        written: &Written,
        case: &Case<'_>,
        differs: &Differs<'_>,
        tries: &mut u32,
    ) -> Option<Vec<String>> {
        let Differs { difference, before, cent, among } = *differs;
        let own = written.figures.number()?;
        let more = if own.is_zero() { Number::ONE } else { own.clone() };
        let rules = retyped.with(written.span, &own.add(&more).ok()?.to_text(0))?;
        *tries = tries.saturating_add(1);
        let after = self.compared(&rules, 1, case.input, case);
        let is_same = |one: &&Difference| {
            (one.about, one.item, &one.charges) == (difference.about, difference.item, &difference.charges)
        };
        let after = match after.differences.iter().find(is_same) {
            Some(one) if one.kind == Kind::Amount => one.difference.as_ref()?.amount.clone(),
            Some(_) => return None,
            None => Number::ZERO,
        };
        let moved = after.sub(before).ok().filter(|moved| !moved.is_zero())?;
        near(&written.figures, &Line { own: &own, more: &more, before, moved: &moved, cent, among })
    }
}

/// A charge that differs from old code's.
struct Differs<'d> {
    difference: &'d Difference,
    /// By how much it is more.
    before: &'d Number,
    cent: &'d Number,
    /// How many numbers are looked at for it.
    among: usize,
}

/// How far a charge lies from old code's with the number and with more of it.
struct Line<'l> {
    own: &'l Number,
    /// How much more of it was tried.
    more: &'l Number,
    /// By how much the charge is more than old code's.
    before: &'l Number,
    /// How much the charge moved with it.
    moved: &'l Number,
    cent: &'l Number,
    /// How many numbers are looked at.
    among: usize,
}

/// The figures next to where the charge would be that of old code, if they are few enough to say something.
fn near(figures: &Figures, line: &Line<'_>) -> Option<Vec<String>> {
    let by_cent = line.cent.mul(line.more).ok()?.div(line.moved).ok()?.abs();
    let sought = line.own.sub(&line.before.mul(line.more).ok()?.div(line.moved).ok()?).ok()?;
    let slips = figures.slips();
    // Slips are close together next to the number, where most differences are small: of the numbers up to twice as far from it as what is sought,
    // so many lead to an amount of old code that a slip leads to. All within half a cent are the same to old code.
    let away = sought.sub(line.own).ok()?.abs().mul(&Number::from_i64(2)).ok()?;
    let is_about = |number: &Number| number.sub(line.own).is_ok_and(|far| far.abs() <= away);
    let cell = |number: &Number| number.div(&by_cent).and_then(|far| far.round_to(&Number::ONE, RoundingMode::HalfUp));
    let cells: BTreeSet<Number> =
        slips.keys().filter(|number| is_about(number)).filter_map(|one| cell(one).ok()).collect();
    let covered = by_cent.mul(&Number::from_i64(i64::try_from(cells.len()).ok()?)).ok()?;
    let by_chance = covered.mul(&Number::from_i64(i64::try_from(line.among).ok()?.checked_mul(ONE_IN)?)).ok()?;
    if by_chance > away.mul(&Number::from_i64(2)).ok()? {
        return None;
    }
    // Both amounts are rounded, and so may be what they are computed of.
    let ratio = line.before.div(line.moved).ok()?.abs();
    let room = by_cent.mul(&ratio.add(&Number::from_i64(2)).ok()?).ok()?;
    let distance = |number: &Number| number.sub(&sought).map(|far| far.abs());
    let mut near: Vec<(Number, String)> =
        slips.into_iter().filter_map(|(number, text)| Some((distance(&number).ok()?, text))).collect();
    near.retain(|(far, _)| *far <= room);
    near.sort();
    near.truncate(NEAREST);
    Some(near.into_iter().map(|(_, text)| text).collect())
}

/// The numbers of which a charge is computed, on their way: those in its amount, in the named values, functions and tiers that it uses, in
/// parameters, and in the rows that the case used.
struct Numbers<'p> {
    program: &'p Program,
    explanation: Option<&'p Explanation>,
    found: Vec<Written>,
    seen: BTreeSet<Span>,
    /// The places whose parts were looked through.
    entered: BTreeSet<Span>,
}

impl<'p> Numbers<'p> {
    fn of(program: &'p Program, explanation: Option<&'p Explanation>) -> Self {
        Numbers { program, explanation, found: Vec::new(), seen: BTreeSet::new(), entered: BTreeSet::new() }
    }

    fn of_charge(&mut self, code: &str) {
        for charge in self.program.charges.iter().filter(|charge| *charge.code == *code) {
            match &charge.amount {
                ChargeAmount::Expr(amount) => self.within(amount, code),
                ChargeAmount::Group(group) => {
                    group.options.iter().for_each(|option| self.within(&option.amount, code));
                    group.stages.iter().for_each(|stage| stage.parts(&mut |part| self.within(part, code)));
                }
            }
            self.exceptions(&charge.exceptions, code);
        }
        let explained = self.explanation.and_then(|explanation| explanation.charge(code));
        if let Some(explained) = explained {
            explained.rows.iter().for_each(|row| self.row(row.table, row.row, row.place));
        }
    }

    fn exceptions(&mut self, all: &'p [Exception], of: &str) {
        for exception in all {
            self.within(&exception.value, of);
            self.exceptions(&exception.exceptions, of);
        }
    }

    /// Numbers in an expression, but for those that only decide something.
    fn within(&mut self, expr: &'p Expr, of: &str) {
        let program = self.program;
        match &expr.kind {
            ExprKind::Compare(..) | ExprKind::InRange { .. } | ExprKind::OneOf(..) | ExprKind::InList(..) => return,
            ExprKind::Constant(Value::Number(_)) => self.constant(expr.span(), of),
            ExprKind::Parameter(id, _) => self.parameter(id.0 as usize),
            ExprKind::Definition(id) => {
                if let Some(one) = program.definitions.get(id.0 as usize).filter(|one| self.entered.insert(one.span)) {
                    let of = format!("`{}`", one.name);
                    self.within(&one.value, &of);
                    self.exceptions(&one.exceptions, &of);
                    let explained = self.explanation.and_then(|explanation| explanation.definition(&one.name));
                    explained
                        .iter()
                        .flat_map(|one| one.rows.iter())
                        .for_each(|row| self.row(row.table, row.row, row.place));
                }
            }
            ExprKind::Call(id, _) => {
                if let Some(one) = program.functions.get(id.0 as usize).filter(|one| self.entered.insert(one.span)) {
                    self.within(&one.body, &format!("`{}`", one.name));
                }
            }
            ExprKind::Tiers(id, _) => {
                if let Some(one) = program.tiers.get(id.0 as usize).filter(|one| self.entered.insert(one.span)) {
                    one.parts(&mut |part| self.within(part, &format!("`{}`", one.name)));
                }
            }
            _ => {}
        }
        expr.parts(&mut |part| self.within(part, of));
    }

    /// A constant: the one number in its text.
    fn constant(&mut self, span: Span, of: &str) {
        let text = self.program.sources.text(span);
        let all = places(text);
        let [at] = all.as_slice() else { return };
        let shown = [text.get(..at.start), text.get(at.clone()), text.get(at.end..)];
        let [Some(before), Some(own), Some(after)] = shown else { return };
        self.add(within(span, at), [before, own, after], of.to_owned());
    }

    fn parameter(&mut self, place: usize) {
        let Some(parameter) = self.program.parameters.get(place) else { return };
        for dated in &parameter.values {
            let period = if parameter.constant { String::new() } else { format!(" {}", dated.period) };
            self.equal_to(&dated.value, dated.span, 0, format!("`{}`{period}", parameter.name));
        }
    }

    /// The values in a row that was used.
    fn row(&mut self, table: &str, number: u32, place: &str) {
        let sources = &self.program.sources;
        let Some(table) = self.program.tables.iter().find(|one| one.name == table) else { return };
        let stands = |row: &u32| {
            let is_there = |span: Span| sources.line_of(span) == place;
            table.rows.number(*row) == Some(number) && table.rows.span(*row).is_some_and(is_there)
        };
        let Some(row) = number.checked_sub(1).filter(stands).or_else(|| rows(table).find(stands)) else { return };
        let Some(span) = table.rows.span(row) else { return };
        let keys = sources.text(span).find("||").unwrap_or(0);
        for (column, _) in (0_u16..).zip(&table.columns).filter(|(_, column)| column.role == Role::Value) {
            if let Some(Cell::Value(value)) = table.rows.cell(row, column) {
                self.equal_to(value, span, keys, format!("row {number} of `{}`", table.name));
            }
        }
    }

    /// The last number in a text, from an offset on, that is a value or, with a percent sign, a hundred times it.
    fn equal_to(&mut self, value: &Value, span: Span, from: usize, of: String) {
        let (Value::Number(value), text) = (value, self.program.sources.text(span)) else { return };
        let hundredfold = value.mul(&Number::from_i64(100)).ok();
        for at in places(text).into_iter().rev().filter(|at| at.start >= from) {
            let (Some(own), Some(after)) = (text.get(at.clone()), text.get(at.end..)) else { continue };
            let number = Figures::read(own).and_then(|figures| figures.number());
            let percent = if after.starts_with('%') { "%" } else { "" };
            if number.as_ref() == Some(value) || !percent.is_empty() && number == hundredfold {
                return self.add(within(span, &at), ["", own, percent], of);
            }
        }
    }

    fn add(&mut self, span: Span, shown: [&str; 3], place: String) {
        let Some(figures) = Figures::read(shown.get(1).copied().unwrap_or_default()) else { return };
        if self.seen.insert(span) {
            self.found.push(Written { span, figures, shown: shown.map(str::to_owned), place });
        }
    }
}

fn rows(table: &Table) -> impl Iterator<Item = u32> {
    (0..u32::try_from(table.rows.len()).unwrap_or(u32::MAX)).take(40_000)
}

/// A part of a span.
fn within(span: Span, at: &std::ops::Range<usize>) -> Span {
    let offset = |bytes: usize| span.start.saturating_add(u32::try_from(bytes).unwrap_or(u32::MAX));
    Span::new(span.file, offset(at.start), offset(at.end))
}
