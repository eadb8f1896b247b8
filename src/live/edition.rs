//! An edition: a rule set with its identity. It prices as the rule set does, and says so in each quote.

use crate::digest::{self, Digest, RuleDigest};
use crate::eval::{EvalError, Explanation};
use crate::input::{Flat, Json, Sent, Walked};
use crate::program::{Period, Supersedes};
use crate::quote::Quote;
use crate::rule_set::{Context, RuleSet};
use crate::value::Date;
use serde::Serialize;
use std::fmt;
use std::sync::Arc;

/// A rule set with its identity: its digest and those of its rules. It never changes; a clone counts a reference.
///
/// Two editions are equal where their digests are: where each input gets the same quote from both, whatever the layout of their texts.
///
/// ```
/// use ratewright::{RuleSet, live::Edition};
///
/// let edition = Edition::new(RuleSet::compile(r#"
///     ruleset parcel "Parcels" version "2026.2" {
///         currency USD  priced on shipped
///         effective 2026-01-01 through 2026-12-31  published 2026-04-02  supersedes "2026.1" from 2026-03-01
///     }
///     input { shipped : date  weight : mass in lb }
///     charge BASE = 2.50 USD per lb * weight
/// "#)?);
/// assert_eq!((edition.name(), edition.version()), ("parcel", Some("2026.2")));
/// assert_eq!(edition.effective().to_string(), "from 2026-01-01 through 2026-12-31");
/// assert_eq!(edition.published().unwrap().to_string(), "2026-04-02");
/// assert_eq!(edition.supersedes().unwrap().version, "2026.1");
/// assert_eq!(edition.to_string(), "`parcel` \"2026.2\"");
///
/// let quote = edition.quote_json(r#"{"shipped": "2026-05-04", "weight": 3}"#).unwrap();
/// assert_eq!(quote.edition(), Some(edition.digest()));
/// # Ok::<(), ratewright::Rejected>(())
/// ```
#[derive(Clone)]
pub struct Edition {
    inner: Arc<Inner>,
}

struct Inner {
    rules: RuleSet,
    digest: Digest,
    rule_digests: Vec<RuleDigest>,
}

impl Edition {
    /// Makes the digests, once: in time in proportion to the rules and the rows of tables.
    pub fn new(rules: RuleSet) -> Edition {
        let (digest, rule_digests) = (rules.digest(), rules.rule_digests());
        Edition { inner: Arc::new(Inner { rules, digest, rule_digests }) }
    }

    /// The rule set. What it prices by itself carries no edition.
    pub fn rules(&self) -> &RuleSet {
        &self.inner.rules
    }

    /// The digest of its meaning.
    pub fn digest(&self) -> Digest {
        self.inner.digest
    }

    /// The digest of each of its rules, as [`RuleSet::rule_digests`].
    pub fn rule_digests(&self) -> &[RuleDigest] {
        &self.inner.rule_digests
    }

    /// The dotted name of its rule set, which all editions of one tariff have in common.
    pub fn name(&self) -> &str {
        self.inner.rules.name()
    }

    /// Its version, as its author wrote it.
    pub fn version(&self) -> Option<&str> {
        self.inner.rules.version()
    }

    /// The business days for which it was written.
    pub fn effective(&self) -> Period {
        self.inner.rules.program().effective
    }

    /// The day from which it is known; known always where it does not say.
    pub fn published(&self) -> Option<Date> {
        self.inner.rules.program().published
    }

    /// The version that it replaces, and from which business day on.
    pub fn supersedes(&self) -> Option<&Supersedes> {
        self.inner.rules.program().supersedes.as_ref()
    }

    /// The version of what rules mean, [`digest::SEMANTICS`], by which it prices.
    pub fn semantics(&self) -> u32 {
        digest::SEMANTICS
    }

    /// The release of the zone database by which it prices.
    pub fn zone_database_version(&self) -> &'static str {
        self.inner.rules.zone_database_version()
    }

    /// Memory for many quotes.
    pub fn context(&self) -> Context {
        Context::default()
    }

    /// As [`RuleSet::quote`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn quote<I: Serialize + ?Sized>(&self, input: &I) -> Result<Quote, EvalError> {
        self.quote_in(&mut self.context(), input)
    }

    /// As [`RuleSet::quote_json`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote_json`].
    pub fn quote_json(&self, text: &str) -> Result<Quote, EvalError> {
        self.quote_json_in(&mut self.context(), text)
    }

    /// As [`RuleSet::quote_fields`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn quote_fields(&self, fields: &[(&str, &str)]) -> Result<Quote, EvalError> {
        self.quote_fields_in(&mut self.context(), fields)
    }

    /// As [`RuleSet::quote_in`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn quote_in<I: Serialize + ?Sized>(&self, context: &mut Context, input: &I) -> Result<Quote, EvalError> {
        self.stamped(self.rules().quote_in(context, input))
    }

    /// As [`RuleSet::quote_json_in`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote_json`].
    pub fn quote_json_in(&self, context: &mut Context, text: &str) -> Result<Quote, EvalError> {
        self.stamped(self.rules().quote_json_in(context, text))
    }

    /// As [`RuleSet::quote_fields_in`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn quote_fields_in(&self, context: &mut Context, fields: &[(&str, &str)]) -> Result<Quote, EvalError> {
        self.stamped(self.rules().quote_fields_in(context, fields))
    }

    /// As [`RuleSet::quote_into`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn quote_into<I: Serialize + ?Sized>(
        &self,
        context: &mut Context,
        input: &I,
        quote: &mut Quote,
    ) -> Result<(), EvalError> {
        self.price_if(context, &Walked(input), quote, |_| true).map(|_| ())
    }

    /// As [`RuleSet::quote_json_into`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote_json`].
    pub fn quote_json_into(&self, context: &mut Context, text: &str, quote: &mut Quote) -> Result<(), EvalError> {
        self.price_if(context, &Json(text), quote, |_| true).map(|_| ())
    }

    /// As [`RuleSet::quote_fields_into`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn quote_fields_into(
        &self,
        context: &mut Context,
        fields: &[(&str, &str)],
        quote: &mut Quote,
    ) -> Result<(), EvalError> {
        self.price_if(context, &Flat(fields), quote, |_| true).map(|_| ())
    }

    /// As [`RuleSet::explain`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn explain<I: Serialize + ?Sized>(&self, input: &I) -> Result<(Quote, Explanation), EvalError> {
        self.explained(self.rules().explain(input))
    }

    /// As [`RuleSet::explain_json`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote_json`].
    pub fn explain_json(&self, text: &str) -> Result<(Quote, Explanation), EvalError> {
        self.explained(self.rules().explain_json(text))
    }

    /// As [`RuleSet::explain_fields`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn explain_fields(&self, fields: &[(&str, &str)]) -> Result<(Quote, Explanation), EvalError> {
        self.explained(self.rules().explain_fields(fields))
    }

    /// As [`RuleSet::explain_into`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn explain_into<I: Serialize + ?Sized>(
        &self,
        context: &mut Context,
        input: &I,
        quote: &mut Quote,
    ) -> Result<Explanation, EvalError> {
        let outcome = self.rules().explain_into(context, input, quote);
        outcome.inspect(|_| quote.of_edition(self.inner.digest))
    }

    /// As [`RuleSet::explain_json_into`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote_json`].
    pub fn explain_json_into(
        &self,
        context: &mut Context,
        text: &str,
        quote: &mut Quote,
    ) -> Result<Explanation, EvalError> {
        let outcome = self.rules().explain_json_into(context, text, quote);
        outcome.inspect(|_| quote.of_edition(self.inner.digest))
    }

    /// As [`RuleSet::explain_fields_into`]; the quote carries the edition.
    ///
    /// # Errors
    /// As [`RuleSet::quote`].
    pub fn explain_fields_into(
        &self,
        context: &mut Context,
        fields: &[(&str, &str)],
        quote: &mut Quote,
    ) -> Result<Explanation, EvalError> {
        let outcome = self.rules().explain_fields_into(context, fields, quote);
        outcome.inspect(|_| quote.of_edition(self.inner.digest))
    }

    /// Whether it was made of the same texts as another, with the same functions of the host and the same limits.
    pub(super) fn is_made_alike(&self, other: &Edition) -> bool {
        self.digest() == other.digest() && self.rules().is_made_alike(other.rules())
    }

    fn stamped(&self, outcome: Result<Quote, EvalError>) -> Result<Quote, EvalError> {
        let mut quote = outcome?;
        quote.of_edition(self.inner.digest);
        Ok(quote)
    }

    fn explained(&self, outcome: Result<(Quote, Explanation), EvalError>) -> Result<(Quote, Explanation), EvalError> {
        let (mut quote, explanation) = outcome?;
        quote.of_edition(self.inner.digest);
        Ok((quote, explanation))
    }

    /// Reads an input, and prices it where `takes` says so of its day. After an error the quote is empty.
    pub(super) fn price_if(
        &self,
        context: &mut Context,
        input: &impl Sent,
        quote: &mut Quote,
        takes: impl FnOnce(Option<Date>) -> bool,
    ) -> Result<bool, EvalError> {
        let priced = self.rules().price_if(context, input, quote, takes).inspect_err(|_| quote.clear())?;
        if priced {
            quote.of_edition(self.inner.digest);
        }
        Ok(priced)
    }
}

impl PartialEq for Edition {
    fn eq(&self, other: &Self) -> bool {
        self.inner.digest == other.inner.digest
    }
}

impl Eq for Edition {}

/// Its name and version, or what there is of its digest and period: `` `parcel` "2026.2" ``, `` `parcel` 3f9a0c11d2e4 (from 2026-01-01) ``.
impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.version() {
            Some(version) => write!(f, "`{}` \"{version}\"", self.name()),
            None => write!(f, "`{}` {} ({})", self.name(), self.digest().short(), self.effective()),
        }
    }
}

impl fmt::Debug for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edition")
            .field("name", &self.name())
            .field("version", &self.version())
            .field("digest", &self.digest())
            .finish_non_exhaustive()
    }
}
