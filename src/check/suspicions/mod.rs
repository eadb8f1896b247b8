//! What is allowed and looks unlikely: a rate unlike its neighbours, a limit in another unit, a discount taken twice.
//!
//! The typed program and its texts come in, warnings go out. Unlike an error none of them is proved to be a mistake, so each is said only
//! where its siblings speak against it: the other rows of the table, the other tiers, the label, the names. A rate sheet that means
//! what it says should hardly ever hear of one.

mod amounts;
mod bounds;
mod columns;
mod dates;
mod each;
mod grids;
mod names;
mod order;
mod rates;
mod sequences;
mod texts;
mod twice;
mod units;
mod unread;
mod words;
mod written;

use super::tables::show;
use crate::diagnostic::Diagnostic;
use crate::program::{Charge, ChargeAmount, Expr, Program};
use crate::source::{SourceMap, Span};
use crate::types::Type;
use crate::value::Value;

/// What the suspicions are about.
struct Look<'p> {
    program: &'p Program,
    sources: &'p SourceMap,
    found: Vec<Diagnostic>,
    /// Tables whose breaks are out of order, so that their rates are as well.
    disordered: Vec<Span>,
}

/// Warnings about what looks unlikely in a program without errors. In a contract, only those that concern what it says itself.
///
/// Cost: linear in the size of the rules, with a factor for pairs of charges, and bounded for tables.
pub(super) fn findings(program: &Program, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut look = Look { program, sources, found: Vec::new(), disordered: Vec::new() };
    look.order();
    look.rates();
    look.grids();
    look.units();
    look.dates();
    look.twice();
    look.amounts();
    look.bounds();
    look.texts();
    look.names();
    look.words();
    look.each();
    look.unread();
    look.written();
    let main = sources.files().next().map(|(id, _)| id);
    let mut found = look.found;
    if program.extends.is_some() {
        found.retain(|diagnostic| {
            let mut spans = diagnostic.secondary.iter().chain([&diagnostic.primary]).map(|label| label.span);
            spans.any(|span| Some(span.file) == main)
        });
    }
    found
}

impl<'p> Look<'p> {
    /// The charges that book lines.
    fn charges(&self) -> impl Iterator<Item = &'p Charge> + use<'p> {
        self.program.charges.iter().filter(|charge| charge.listed)
    }

    fn show(&self, value: &Value, ty: &Type) -> String {
        show(value, ty, &self.program.units, &self.program.enums)
    }

    /// The text at a place, with single spaces.
    fn text(&self, span: Span) -> String {
        self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn say(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }
}

/// The amount of a charge that is one expression.
fn amount_of(charge: &Charge) -> Option<&Expr> {
    match &charge.amount {
        ChargeAmount::Expr(amount) => Some(amount),
        ChargeAmount::Group(_) => None,
    }
}
