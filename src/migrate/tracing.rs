//! Pricing while taking down which rules a case exercised: edition + input → quote and path.

use crate::digest::RuleDigest;
use crate::eval::{Edges, EvalError, Path};
use crate::input::{Flat, Json, Sent, Walked};
use crate::live::Edition;
use crate::quote::Quote;
use crate::rule_set::Context;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// An edition that prices and says which of its rules that exercised, and which of their edges were met. A clone counts references.
///
/// An edge is a side of a condition; the point where two values that are compared by size are equal; a row of a table, and an end of what
/// the row says of a key (also the first and the last day of its period); a tier, and its upper bound; a `minimum` or `maximum` that
/// applies, and that does not, and where it books a line of its own that the amount is exactly that, both as they are booked; a value of a dated parameter. A test at the bound and beside it on both sides meets all edges of
/// a comparison. What lies one step beside a bound is not told from what lies further away: a rule does not say how large a step is.
///
/// A traced quote is the plain one, and takes about twice as long: a parcel 2.0 times, an invoice of tiered lines 2.2 times
/// (`benches/trace.rs`).
///
/// ```
/// use ratewright::{Quote, RuleSet, live::Edition, migrate::{Path, Tracing}};
///
/// let edition = Edition::new(RuleSet::compile(r#"
///     ruleset parcel "Parcels" { currency USD }
///     input { weight : mass in lb }
///     parameter surcharge = 3 USD
///     charge BASE = 2 USD per lb * weight
///     charge HEAVY = surcharge when weight > 70 lb
/// "#)?);
/// let tracing = Tracing::new(&edition);
/// let (mut context, mut quote, mut path) = (edition.context(), Quote::default(), Path::default());
/// let mut names = |input| {
///     tracing.quote_json_into(&mut context, input, &mut quote, &mut path).unwrap();
///     tracing.rules(&path).map(|rule| rule.name.clone()).collect::<Vec<_>>()
/// };
/// assert_eq!(names(r#"{"weight": 70}"#), ["BASE"]);
/// assert_eq!(names(r#"{"weight": 71}"#), ["BASE", "HEAVY", "surcharge"]);
/// # Ok::<(), ratewright::Rejected>(())
/// ```
#[derive(Clone)]
pub struct Tracing {
    edition: Edition,
    edges: Arc<Edges>,
}

impl Tracing {
    /// Numbers the rules and edges of an edition, in time in proportion to its rules and the rows of its tables.
    pub fn new(edition: &Edition) -> Tracing {
        Tracing { edition: edition.clone(), edges: Arc::new(Edges::of(edition.rules().program())) }
    }

    /// The edition that it prices by.
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// The edges of its rules.
    pub fn edges(&self) -> &Edges {
        &self.edges
    }

    /// The rules that a path of this edition exercised.
    pub fn rules<'t>(&'t self, path: &'t Path) -> impl Iterator<Item = &'t RuleDigest> {
        path.rules().filter_map(|rule| self.edition.rule_digests().get(rule))
    }

    /// As [`Edition::quote_into`], with the path. Once all have been used, nothing is allocated for an input without lists. After an error
    /// the quote is empty, and the path is what was met before: of a refusal, the rule that refused.
    ///
    /// # Errors
    /// As [`Edition::quote`].
    pub fn quote_into<I: Serialize + ?Sized>(
        &self,
        context: &mut Context,
        input: &I,
        quote: &mut Quote,
        path: &mut Path,
    ) -> Result<(), EvalError> {
        self.trace(context, &Walked(input), quote, path)
    }

    /// As [`Tracing::quote_into`], for an input in JSON.
    ///
    /// # Errors
    /// As [`Edition::quote_json`].
    pub fn quote_json_into(
        &self,
        context: &mut Context,
        text: &str,
        quote: &mut Quote,
        path: &mut Path,
    ) -> Result<(), EvalError> {
        self.trace(context, &Json(text), quote, path)
    }

    /// As [`Tracing::quote_into`], for an input in flat text fields.
    ///
    /// # Errors
    /// As [`Edition::quote`].
    pub fn quote_fields_into(
        &self,
        context: &mut Context,
        fields: &[(&str, &str)],
        quote: &mut Quote,
        path: &mut Path,
    ) -> Result<(), EvalError> {
        self.trace(context, &Flat(fields), quote, path)
    }

    fn trace(
        &self,
        context: &mut Context,
        input: &impl Sent,
        quote: &mut Quote,
        path: &mut Path,
    ) -> Result<(), EvalError> {
        let outcome = self.edition.rules().trace(context, input, quote, (&self.edges, path));
        outcome.inspect(|()| quote.of_edition(self.edition.digest()))
    }
}

impl fmt::Debug for Tracing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracing")
            .field("edition", &self.edition)
            .field("edges", &self.edges.len())
            .finish_non_exhaustive()
    }
}
