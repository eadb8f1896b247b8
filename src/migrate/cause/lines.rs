//! A line that one side lacks: the candidate's answer with it, or without it, and what the rules say of its charge.
//!
//! That a difference is gone when its line is added or taken away says nothing. What there is to say is when the rules charge it: the condition
//! in the words of the rule, and for a missing line that part of it which does not hold. None of these words is of the input.

use super::Cause;
use super::rules::short;
use super::trials::Case;
use crate::eval::explain::Steps;
use crate::migrate::answer::{Answer, Line};
use crate::migrate::comparison::{About, Difference, Kind, Stated};
use crate::program::{Expr, ExprKind, Program};
use crate::quote::Money;

/// The candidate's answer with a missing line added, or with the lines of a charge taken away.
pub(super) fn with_line(
    program: &Program,
    case: &Case<'_>,
    difference: &Difference,
) -> Option<(Cause, String, Answer)> {
    let Answer::Priced(prices) = case.candidate else { return None };
    let (change, mut prices) = (difference.difference.clone()?, prices.clone());
    let names = difference.charges.join(" + ");
    let (cause, said) = match (difference.kind, &difference.legacy, difference.about) {
        (Kind::Missing, Stated::Amount(money), About::Charge) => {
            let code = difference.charges.first()?.clone();
            prices.lines.push(Line { charge: code, amount: money.clone(), item: difference.item });
            (Cause::MissingSurcharge, format!("{names} of {money}, {}", when_missing(program, case, difference)))
        }
        (Kind::Extra, _, About::Charge) => {
            prices.lines.retain(|line| {
                !(difference.charges.contains(&line.charge)
                    && line.amount.currency == change.currency
                    && (difference.item.is_none() || line.item == difference.item))
            });
            (Cause::ExtraSurcharge, format!("{names}, {}", when_extra(program, difference)))
        }
        _ => return None,
    };
    for total in prices.totals.iter_mut().filter(|total| total.currency == change.currency) {
        *total = Money { amount: total.amount.sub(&change.amount).ok()?, currency: total.currency };
    }
    Some((cause, said, Answer::Priced(prices)))
}

/// The condition of the one charge that a difference is about.
enum Charged<'p> {
    /// No charge of the rules has that code.
    Never,
    Always,
    When(&'p Expr),
    /// Several conditions, or several charges.
    Variously,
}

fn charged<'p>(program: &'p Program, difference: &Difference) -> Charged<'p> {
    let is_of = |code: &str| difference.charges.iter().any(|one| one == code);
    let mut all = program.charges.iter().filter(|charge| charge.listed && is_of(&charge.code));
    match (all.next(), all.next()) {
        (None, _) => Charged::Never,
        (Some(charge), None) => charge.when.as_ref().map_or(Charged::Always, Charged::When),
        _ => Charged::Variously,
    }
}

fn when_extra(program: &Program, difference: &Difference) -> String {
    match charged(program, difference) {
        Charged::When(when) => format!("which the rules charge when {}", words(program, when)),
        Charged::Always => "which the rules always charge".to_owned(),
        Charged::Never | Charged::Variously => "which the rules charge".to_owned(),
    }
}

/// Of a condition that has several parts the one that does not hold; those behind it are not asked.
fn when_missing(program: &Program, case: &Case<'_>, difference: &Difference) -> String {
    let when = match charged(program, difference) {
        Charged::When(when) => when,
        Charged::Never => return "for which the rules have no charge".to_owned(),
        Charged::Always | Charged::Variously => return "which the rules do not charge here".to_owned(),
    };
    let mut parts = Vec::new();
    all_of(when, &mut parts);
    let explained = difference.charges.first().and_then(|code| case.explanation?.charge(code));
    let does_not_hold = |part: &&&Expr| {
        let text = program.sources.text(part.span());
        explained.as_ref().is_some_and(|explained| is_no(explained.parts, text))
    };
    let failed: Vec<String> = parts.iter().filter(does_not_hold).map(|part| words(program, part)).collect();
    match failed.is_empty() {
        true => format!("which the rules charge when {}", words(program, when)),
        false => format!("which the rules charge only when {}", failed.join(" and ")),
    }
}

/// The parts of a condition that must all hold.
fn all_of<'p>(when: &'p Expr, parts: &mut Vec<&'p Expr>) {
    match &when.kind {
        ExprKind::And(one, other) => {
            all_of(one, parts);
            all_of(other, parts);
        }
        _ => parts.push(when),
    }
}

/// Whether steps say of what has these words that it is not so.
fn is_no(steps: Steps<'_>, words: &str) -> bool {
    steps.iter().any(|step| step.label == words && step.value == Some("no") || is_no(step.parts, words))
}

fn words(program: &Program, expr: &Expr) -> String {
    short(program.sources.text(expr.span()))
}
