//! Which edition prices an input: the one that is in force on the day on which the input is priced.
//!
//! The day is computed by `priced on` of an edition from the input as that edition reads it. So the last edition in force is asked
//! first, or if it cannot read the input, the one before. Where another is in force on the day that it names, that one reads
//! the input anew; the day that it names itself must be one of its own, or nothing is priced. A quote is thus made by one edition
//! from beginning to end.

use super::choice::Of;
use super::timeline::Timeline;
use super::{Choice, Edition, LiveContext, LiveError, Shelf};
use crate::eval::{ErrorKind, EvalError};
use crate::input::{Flat, Json, Sent, Walked};
use crate::quote::Quote;
use crate::value::Date;
use serde::Serialize;

impl Shelf {
    /// The quote for an input: any value that serde can walk over. See [`RuleSet::quote`](crate::RuleSet::quote).
    ///
    /// # Errors
    /// No edition is in force on the day on which the input is priced, or the one in force does not price it.
    pub fn quote<'c, I: Serialize + ?Sized>(
        &self,
        choice: impl Into<Choice<'c>>,
        input: &I,
    ) -> Result<Quote, LiveError> {
        self.quote_in(&mut LiveContext::new(), choice, input)
    }

    /// The quote for an input in JSON.
    ///
    /// # Errors
    /// As [`Shelf::quote`].
    pub fn quote_json<'c>(&self, choice: impl Into<Choice<'c>>, text: &str) -> Result<Quote, LiveError> {
        self.quote_json_in(&mut LiveContext::new(), choice, text)
    }

    /// The quote for an input in flat text fields.
    ///
    /// # Errors
    /// As [`Shelf::quote`].
    pub fn quote_fields<'c>(&self, choice: impl Into<Choice<'c>>, fields: &[(&str, &str)]) -> Result<Quote, LiveError> {
        self.quote_fields_in(&mut LiveContext::new(), choice, fields)
    }

    /// As [`Shelf::quote`], in memory that is used again.
    ///
    /// # Errors
    /// As [`Shelf::quote`].
    pub fn quote_in<'c, I: Serialize + ?Sized>(
        &self,
        context: &mut LiveContext,
        choice: impl Into<Choice<'c>>,
        input: &I,
    ) -> Result<Quote, LiveError> {
        let mut quote = Quote::default();
        self.quote_into(context, choice, input, &mut quote).map(|()| quote)
    }

    /// As [`Shelf::quote_json`], in memory that is used again.
    ///
    /// # Errors
    /// As [`Shelf::quote`].
    pub fn quote_json_in<'c>(
        &self,
        context: &mut LiveContext,
        choice: impl Into<Choice<'c>>,
        text: &str,
    ) -> Result<Quote, LiveError> {
        let mut quote = Quote::default();
        self.quote_json_into(context, choice, text, &mut quote).map(|()| quote)
    }

    /// As [`Shelf::quote_fields`], in memory that is used again.
    ///
    /// # Errors
    /// As [`Shelf::quote`].
    pub fn quote_fields_in<'c>(
        &self,
        context: &mut LiveContext,
        choice: impl Into<Choice<'c>>,
        fields: &[(&str, &str)],
    ) -> Result<Quote, LiveError> {
        let mut quote = Quote::default();
        self.quote_fields_into(context, choice, fields, &mut quote).map(|()| quote)
    }

    /// As [`Shelf::quote_in`], into a quote that is used again too. After an error the quote is empty.
    ///
    /// # Errors
    /// As [`Shelf::quote`].
    pub fn quote_into<'c, I: Serialize + ?Sized>(
        &self,
        context: &mut LiveContext,
        choice: impl Into<Choice<'c>>,
        input: &I,
        quote: &mut Quote,
    ) -> Result<(), LiveError> {
        self.price(context, choice.into(), &Walked(input), quote)
    }

    /// As [`Shelf::quote_into`], for an input in JSON.
    ///
    /// # Errors
    /// As [`Shelf::quote`].
    pub fn quote_json_into<'c>(
        &self,
        context: &mut LiveContext,
        choice: impl Into<Choice<'c>>,
        text: &str,
        quote: &mut Quote,
    ) -> Result<(), LiveError> {
        self.price(context, choice.into(), &Json(text), quote)
    }

    /// As [`Shelf::quote_into`], for an input in flat text fields.
    ///
    /// # Errors
    /// As [`Shelf::quote`].
    pub fn quote_fields_into<'c>(
        &self,
        context: &mut LiveContext,
        choice: impl Into<Choice<'c>>,
        fields: &[(&str, &str)],
        quote: &mut Quote,
    ) -> Result<(), LiveError> {
        self.price(context, choice.into(), &Flat(fields), quote)
    }

    /// The edition that prices an input: to explain its quote, for instance.
    ///
    /// # Errors
    /// As [`Shelf::quote`], but for what is found when it is priced.
    ///
    /// ```
    /// # use ratewright::{RuleSet, live::{Edition, Shelf}};
    /// # let edition = Edition::new(RuleSet::compile("ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = 1 USD")?);
    /// let shelf = Shelf::builder().with(edition).build()?;
    /// let (quote, explanation) = shelf.edition_for_json("parcel", "{}")?.explain_json("{}")?;
    /// assert_eq!(explanation.charge("BASE").unwrap().value, Some("1.00 USD"));
    /// assert!(quote.edition().is_some());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn edition_for<'c, I: Serialize + ?Sized>(
        &self,
        choice: impl Into<Choice<'c>>,
        input: &I,
    ) -> Result<&Edition, LiveError> {
        self.find(choice.into(), &Walked(input))
    }

    /// As [`Shelf::edition_for`], for an input in JSON.
    ///
    /// # Errors
    /// As [`Shelf::edition_for`].
    pub fn edition_for_json<'c>(&self, choice: impl Into<Choice<'c>>, text: &str) -> Result<&Edition, LiveError> {
        self.find(choice.into(), &Json(text))
    }

    /// As [`Shelf::edition_for`], for an input in flat text fields.
    ///
    /// # Errors
    /// As [`Shelf::edition_for`].
    pub fn edition_for_fields<'c>(
        &self,
        choice: impl Into<Choice<'c>>,
        fields: &[(&str, &str)],
    ) -> Result<&Edition, LiveError> {
        self.find(choice.into(), &Flat(fields))
    }

    fn price(
        &self,
        context: &mut LiveContext,
        choice: Choice<'_>,
        input: &impl Sent,
        quote: &mut Quote,
    ) -> Result<(), LiveError> {
        let priced = self.choose(choice, &mut Asked { context, input, quote, prices: true, known_on: choice.known_on });
        priced.map(|_| ()).inspect_err(|_| quote.clear())
    }

    fn find(&self, choice: Choice<'_>, input: &impl Sent) -> Result<&Edition, LiveError> {
        let (context, quote) = (&mut LiveContext::new(), &mut Quote::default());
        self.choose(choice, &mut Asked { context, input, quote, prices: false, known_on: choice.known_on })
    }

    fn choose(&self, choice: Choice<'_>, asked: &mut Asked<'_, impl Sent>) -> Result<&Edition, LiveError> {
        match choice.of {
            Of::RuleSet(name) => asked.among(name, self.of_rule_set(name)?),
            Of::Customer(key) => {
                let (contract, lapsed) = self.of_customer(key)?;
                match (asked.among(contract.name(), contract), lapsed) {
                    (Err(LiveError::NotInForce { .. } | LiveError::NotKnown { .. }), Some(base)) => {
                        asked.among(base.name(), base)
                    }
                    (outcome, _) => outcome,
                }
            }
        }
    }
}

/// An input for which an edition is looked for, and priced by it where that is wanted.
struct Asked<'a, S> {
    context: &'a mut LiveContext,
    input: &'a S,
    quote: &'a mut Quote,
    prices: bool,
    known_on: Option<Date>,
}

/// What an edition says of an input.
enum Answer {
    /// It is in force on the day that it names.
    Own,
    /// It names a day on which it is not.
    Another(Date),
    /// It cannot name a day.
    None(EvalError),
}

impl<S: Sent> Asked<'_, S> {
    /// The edition that is in force on the day of the input.
    fn among<'t>(&mut self, name: &str, timeline: &'t Timeline) -> Result<&'t Edition, LiveError> {
        if let Some(known_on) = self.known_on.filter(|_| !timeline.is_known(self.known_on)) {
            return Err(LiveError::NotKnown { rule_set: name.to_string(), known_on });
        }
        if let Some(only) = timeline.only() {
            if self.prices {
                let priced = only.price_if(self.context.of(only), self.input, self.quote, |_| true);
                priced.map_err(|error| pricing(only, error))?;
            }
            return Ok(only);
        }
        // Of editions none of which can read the input, the one that begins last has the word: whichever was asked first.
        let mut unread: Option<(usize, &Edition, EvalError)> = None;
        for place in timeline.asked(self.context.used_last(), self.known_on) {
            let Some(edition) = timeline.at(place) else { continue };
            match self.ask(timeline, place, edition)? {
                Answer::Own => return Ok(edition),
                Answer::Another(day) => return self.in_force(name, timeline, edition, day),
                Answer::None(error) if unread.as_ref().is_none_or(|(newest, ..)| *newest < place) => {
                    unread = Some((place, edition, error));
                }
                Answer::None(_) => {}
            }
        }
        Err(match unread {
            Some((_, edition, error)) => pricing(edition, error),
            None => LiveError::NoRuleSet { rule_set: name.to_string(), there: Vec::new(), others: 0 },
        })
    }

    /// The edition in force on the day that another one named.
    fn in_force<'t>(
        &mut self,
        name: &str,
        timeline: &'t Timeline,
        asked: &Edition,
        day: Date,
    ) -> Result<&'t Edition, LiveError> {
        let place = timeline.in_force(day, self.known_on);
        let Some((place, edition)) = place.and_then(|place| Some((place, timeline.at(place)?))) else {
            let priced = timeline.stretches(self.known_on);
            return Err(LiveError::NotInForce { rule_set: name.to_string(), day, known_on: self.known_on, priced });
        };
        match self.ask(timeline, place, edition)? {
            Answer::Own => Ok(edition),
            Answer::None(error) => Err(pricing(edition, error)),
            Answer::Another(its_day) => {
                Err(LiveError::Disagree { asked: asked.clone(), day, in_force: edition.clone(), its_day })
            }
        }
    }

    /// Lets an edition read the input, and price it where it is in force on the day that it names.
    fn ask(&mut self, timeline: &Timeline, place: usize, edition: &Edition) -> Result<Answer, LiveError> {
        let (known_on, prices) = (self.known_on, self.prices);
        let (mut day, mut own) = (None, false);
        let outcome = edition.price_if(self.context.of(edition), self.input, self.quote, |named| {
            day = named;
            own = named.is_some_and(|named| timeline.in_force(named, known_on) == Some(place));
            own && prices
        });
        match (outcome, day) {
            (Err(error), Some(_)) => Err(pricing(edition, error)),
            (Err(error), None) => Ok(Answer::None(error)),
            (Ok(_), Some(_)) if own => Ok(Answer::Own),
            (Ok(_), Some(day)) => Ok(Answer::Another(day)),
            (Ok(_), None) => Ok(Answer::None(EvalError {
                kind: ErrorKind::Input,
                message: "there is no day on which this is priced".to_string(),
                span: None,
                code: None,
                path: None,
                nearest: Vec::new(),
            })),
        }
    }
}

fn pricing(edition: &Edition, error: EvalError) -> LiveError {
    LiveError::Pricing { edition: edition.clone(), error: Box::new(error) }
}
