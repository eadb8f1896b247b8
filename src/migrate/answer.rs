//! What either side says to one input: prices, a refusal, or that it failed.
//!
//! The legacy side is written down by the host ([`Prices`]), the candidate's is made of what the engine gives. Where nothing is to be
//! kept, a quote or an error is compared as it stands ([`Said`]), without an answer made of it. Amounts are exact, and texts in JSON.

use crate::eval::{ErrorKind, EvalError};
use crate::live::LiveError;
use crate::quote::{Money, Quote};
use crate::value::{Currency, Number};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What one side says to one input.
///
/// ```
/// use ratewright::{RuleSet, migrate::{Answer, Prices}};
///
/// let legacy: Answer = Prices::new().line("BASE", "10.00 USD".parse()?).total("10.00 USD".parse()?).into();
/// let rules = RuleSet::compile("ruleset r { currency USD }\ncharge BASE = 10 USD")?;
/// let quote = rules.quote_json("{}");
/// assert_eq!(Answer::from(&quote), legacy);
///
/// let recorded = r#"{"priced":{"lines":[{"charge":"BASE","amount":"10.00 USD"}],"totals":["10.00 USD"]}}"#;
/// assert_eq!(serde_json::from_str::<Answer>(recorded)?, legacy);
/// let refused = r#"{"refused":{"code":"TOO_HEAVY","words":"more than 150 lb"}}"#;
/// assert_eq!(serde_json::from_str::<Answer>(refused)?, Answer::refused("TOO_HEAVY", "more than 150 lb"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// It prices the input.
    Priced(Prices),
    /// It declines to price it, as it is meant to.
    Refused {
        /// The code of the refusal.
        code: String,
        /// Why, for people.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        words: String,
    },
    /// It does not answer: an error, a panic; what happened.
    Failed(String),
}

/// The prices of an input: lines, and totals where the side states them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// What is charged for what, in the order of the side.
    pub lines: Vec<Line>,
    /// One for each currency; none where the side states no totals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<Money>,
}

/// One line of a side's prices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The code of the charge, as this side names it.
    pub charge: String,
    /// How much.
    pub amount: Money,
    /// The element of a list that it is for, from 0, where the side says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<u32>,
}

impl Prices {
    /// No lines yet.
    pub fn new() -> Self {
        Prices::default()
    }

    /// Adds a line.
    pub fn line(mut self, charge: impl Into<String>, amount: Money) -> Self {
        self.lines.push(Line { charge: charge.into(), amount, item: None });
        self
    }

    /// Adds a line for an element of a list, counted from 0.
    pub fn line_for(mut self, charge: impl Into<String>, item: u32, amount: Money) -> Self {
        self.lines.push(Line { charge: charge.into(), amount, item: Some(item) });
        self
    }

    /// States the total in a currency.
    pub fn total(mut self, total: Money) -> Self {
        self.totals.push(total);
        self
    }
}

impl Answer {
    /// A refusal.
    pub fn refused(code: impl Into<String>, words: impl Into<String>) -> Self {
        Answer::Refused { code: code.into(), words: words.into() }
    }

    /// No answer, and what happened.
    pub fn failed(words: impl Into<String>) -> Self {
        Answer::Failed(words.into())
    }
}

impl From<Prices> for Answer {
    fn from(prices: Prices) -> Self {
        Answer::Priced(prices)
    }
}

impl From<&Quote> for Answer {
    fn from(quote: &Quote) -> Self {
        Said::from(quote).to_answer()
    }
}

/// A refusal where a rule of the rule set refuses; every other error is a failure.
impl From<&EvalError> for Answer {
    fn from(error: &EvalError) -> Self {
        Said::from(error).to_answer()
    }
}

/// A refusal where a rule of the edition in force refuses; every other error, that no edition is in force too, is a failure.
impl From<&LiveError> for Answer {
    fn from(error: &LiveError) -> Self {
        Said::from(error).to_answer()
    }
}

impl From<&Result<Quote, EvalError>> for Answer {
    fn from(outcome: &Result<Quote, EvalError>) -> Self {
        Said::from(outcome).to_answer()
    }
}

impl From<&Result<Quote, LiveError>> for Answer {
    fn from(outcome: &Result<Quote, LiveError>) -> Self {
        Said::from(outcome).to_answer()
    }
}

/// What a side says, as it stands: an [`Answer`] or its [`Prices`], a quote, or an error of the engine. Copies nothing.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a>(Form<'a>);

#[derive(Debug, Clone, Copy)]
enum Form<'a> {
    Prices(&'a Prices),
    Answer(&'a Answer),
    Quote(&'a Quote),
    Pricing(&'a EvalError),
    Live(&'a LiveError),
}

/// What kind of answer it is.
pub(super) enum Sort<'a> {
    Priced,
    Refused(&'a str, &'a str),
    Failed(Cow<'a, str>),
}

/// A line as it stands.
pub(super) struct SaidLine<'a> {
    pub(super) charge: &'a str,
    pub(super) amount: &'a Number,
    pub(super) currency: Currency,
    pub(super) item: Option<u32>,
}

impl<'a> Said<'a> {
    pub(super) fn sort(self) -> Sort<'a> {
        match self.0 {
            Form::Prices(_) | Form::Answer(Answer::Priced(_)) | Form::Quote(_) => Sort::Priced,
            Form::Answer(Answer::Refused { code, words }) => Sort::Refused(code, words),
            Form::Answer(Answer::Failed(words)) => Sort::Failed(Cow::Borrowed(words)),
            Form::Pricing(error) => pricing(error),
            Form::Live(LiveError::Pricing { error, .. }) => pricing(error),
            Form::Live(error) => Sort::Failed(Cow::Owned(error.to_string())),
        }
    }

    /// The line at a place, from 0; none behind the last.
    pub(super) fn line(self, place: usize) -> Option<SaidLine<'a>> {
        match self.0 {
            Form::Prices(prices) | Form::Answer(Answer::Priced(prices)) => {
                prices.lines.get(place).map(|line| SaidLine {
                    charge: &line.charge,
                    amount: &line.amount.amount,
                    currency: line.amount.currency,
                    item: line.item,
                })
            }
            Form::Quote(quote) => quote.charge_at(place).map(|line| SaidLine {
                charge: line.code(),
                amount: line.amount(),
                currency: line.currency(),
                item: line.item().and_then(|item| u32::try_from(item).ok()),
            }),
            _ => None,
        }
    }

    /// All lines.
    pub(super) fn lines(self) -> impl Iterator<Item = SaidLine<'a>> {
        (0..).map_while(move |place| self.line(place))
    }

    /// The totals that it states.
    pub(super) fn totals(self) -> &'a [Money] {
        match self.0 {
            Form::Prices(prices) | Form::Answer(Answer::Priced(prices)) => &prices.totals,
            Form::Quote(quote) => quote.totals(),
            _ => &[],
        }
    }

    /// An answer of its own, to be kept.
    pub fn to_answer(self) -> Answer {
        match (self.0, self.sort()) {
            (Form::Answer(answer), _) => answer.clone(),
            (_, Sort::Refused(code, words)) => Answer::refused(code, words),
            (_, Sort::Failed(words)) => Answer::failed(words),
            (_, Sort::Priced) => {
                let line = |line: SaidLine<'_>| Line {
                    charge: line.charge.to_owned(),
                    amount: Money { amount: line.amount.clone(), currency: line.currency },
                    item: line.item,
                };
                Answer::Priced(Prices { lines: self.lines().map(line).collect(), totals: self.totals().to_vec() })
            }
        }
    }
}

/// Rules that refuse mean it; everything else that goes wrong is a failure.
fn pricing(error: &EvalError) -> Sort<'_> {
    match (error.kind, &error.code) {
        (ErrorKind::Refused, Some(code)) => Sort::Refused(code, &error.message),
        _ => Sort::Failed(Cow::Owned(error.to_string())),
    }
}

impl<'a> From<&'a Answer> for Said<'a> {
    fn from(answer: &'a Answer) -> Self {
        Said(Form::Answer(answer))
    }
}

impl<'a> From<&'a Prices> for Said<'a> {
    fn from(prices: &'a Prices) -> Self {
        Said(Form::Prices(prices))
    }
}

impl<'a> From<&'a Quote> for Said<'a> {
    fn from(quote: &'a Quote) -> Self {
        Said(Form::Quote(quote))
    }
}

impl<'a> From<&'a EvalError> for Said<'a> {
    fn from(error: &'a EvalError) -> Self {
        Said(Form::Pricing(error))
    }
}

impl<'a> From<&'a LiveError> for Said<'a> {
    fn from(error: &'a LiveError) -> Self {
        Said(Form::Live(error))
    }
}

impl<'a> From<&'a Result<Quote, EvalError>> for Said<'a> {
    fn from(outcome: &'a Result<Quote, EvalError>) -> Self {
        Said(outcome.as_ref().map_or_else(Form::Pricing, Form::Quote))
    }
}

impl<'a> From<&'a Result<Quote, LiveError>> for Said<'a> {
    fn from(outcome: &'a Result<Quote, LiveError>) -> Self {
        Said(outcome.as_ref().map_or_else(Form::Live, Form::Quote))
    }
}
