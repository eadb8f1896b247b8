//! Many quotes on all cores: inputs in a slice or from an iterator → results in their order, an error in the place of its row.
//!
//! The one module with threads: those of rayon's current pool, behind the feature `parallel`. A thread prices runs of
//! neighbouring inputs with a [`Context`] of its own and shares with the others nothing but the rule set, which never changes; so
//! how many threads there are can never be told from a result.

use crate::eval::EvalError;
use crate::quote::Quote;
use crate::rule_set::{Context, RuleSet};
use rayon::prelude::*;
use serde::Serialize;

/// The fewest inputs of a long slice that one thread takes at a time: enough that a new [`Context`] costs nothing beside them.
const RUN: usize = 256;

/// Into how many runs for each thread a slice is cut at most, so that no thread waits long for the last one.
const RUNS: usize = 8;

impl RuleSet {
    /// The quotes for many inputs, on all cores: `quotes[n]` is what [`RuleSet::quote`] gives for `inputs[n]`. An input that cannot
    /// be priced has its error there, and changes nothing for the others. Needs the feature `parallel`.
    ///
    /// It runs in rayon's current pool: the global one, or that in which it is called (`pool.install(|| rules.quote_many(…))`). All
    /// quotes are kept, each in memory of its own; [`RuleSet::quote_each`] keeps a bounded number. One input is priced as quickly as
    /// by [`RuleSet::quote_in`]; a slice of a few dozen is often done before a second thread has woken.
    ///
    /// # Panics
    /// Where a host function does, as a single quote would; the quotes already made are then lost.
    ///
    /// ```
    /// # let rules = ratewright::RuleSet::compile(r#"
    /// #     ruleset parcel "Parcels" { currency USD }
    /// #     input { weight : mass in lb up to 70 lb }
    /// #     charge BASE = 2.50 USD per lb * weight
    /// # "#)?;
    /// #[derive(serde::Serialize)]
    /// struct Parcel {
    ///     weight: u32,
    /// }
    ///
    /// let parcels = [Parcel { weight: 3 }, Parcel { weight: 300 }, Parcel { weight: 4 }];
    /// let quotes = rules.quote_many(&parcels);
    /// assert_eq!(quotes[0].as_ref().unwrap().totals()[0].to_string(), "7.50 USD");
    /// assert_eq!(quotes[1].as_ref().unwrap_err().path.as_deref(), Some("weight"));
    /// assert_eq!(quotes[2].as_ref().unwrap().totals()[0].to_string(), "10.00 USD");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn quote_many<I: Serialize + Sync>(&self, inputs: &[I]) -> Vec<Result<Quote, EvalError>> {
        many(self, inputs, |context, input| self.quote_in(context, input))
    }

    /// As [`RuleSet::quote_many`], for inputs in JSON, such as the lines of a file. Reading them is shared out, too.
    ///
    /// # Panics
    /// As [`RuleSet::quote_many`].
    ///
    /// ```
    /// # let rules = ratewright::RuleSet::compile(r#"
    /// #     ruleset parcel "Parcels" { currency USD }
    /// #     input { weight : mass in lb }
    /// #     charge BASE = 2.50 USD per lb * weight
    /// # "#)?;
    /// let lines: Vec<&str> = "{\"weight\": 3}\n{\"weight\": }\n{\"weight\": 4}".lines().collect();
    /// let quotes = rules.quote_many_json(&lines);
    /// assert!(quotes[0].is_ok() && quotes[1].is_err() && quotes[2].is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn quote_many_json<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Vec<Result<Quote, EvalError>> {
        many(self, texts, |context, text| self.quote_json_in(context, text.as_ref()))
    }

    /// Prices inputs that need not be held whole, on all cores, and hands every result over in the order of the inputs: their
    /// number from 0, and the quote or the error. Needs the feature `parallel`.
    ///
    /// Inputs are taken from the iterator some thousands ahead. The iterator and `each` run on the calling thread, while rayon's
    /// current pool prices; so `each` should do little, such as adding up or writing. Memory is bounded by two batches of inputs and
    /// quotes, which are used again: a quote that is to be kept must be cloned.
    ///
    /// # Errors
    /// The first error of `each`, which ends the run; results of later inputs are not handed over. Errors of pricing are given to
    /// `each`.
    ///
    /// # Panics
    /// Where a host function does, as a single quote would; results before it may not have been handed over. Where the iterator or
    /// `each` does.
    ///
    /// ```
    /// use ratewright::value::Number;
    ///
    /// # let rules = ratewright::RuleSet::compile(r#"
    /// #     ruleset parcel "Parcels" { currency USD }
    /// #     input { weight : mass in lb up to 70 lb }
    /// #     charge BASE = 2.50 USD per lb * weight
    /// # "#)?;
    /// #[derive(serde::Serialize)]
    /// struct Parcel {
    ///     weight: u32,
    /// }
    ///
    /// let parcels = (1..=100).map(|weight| Parcel { weight });
    /// let (mut sum, mut refused) = (Number::ZERO, Vec::new());
    /// rules.quote_each(parcels, |index, outcome| {
    ///     match outcome {
    ///         Ok(quote) => sum = sum.add(&quote.totals()[0].amount)?,
    ///         Err(error) => refused.push((index, error.kind)),
    ///     }
    ///     Ok::<(), Box<dyn std::error::Error>>(())
    /// })?;
    /// assert_eq!((sum.to_string().as_str(), refused.len(), refused[0].0), ("6212.5", 30, 70));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn quote_each<I: Serialize + Sync, E>(
        &self,
        inputs: impl IntoIterator<Item = I>,
        each: impl FnMut(usize, Result<&Quote, EvalError>) -> Result<(), E>,
    ) -> Result<(), E> {
        let price = |context: &mut Context, input: &I, quote: &mut Quote| self.quote_into(context, input, quote);
        one_after_the_other(self, inputs.into_iter(), price, each)
    }

    /// As [`RuleSet::quote_each`], for inputs in JSON, such as the lines of a file. Reading them is shared out, too.
    ///
    /// # Errors
    /// As [`RuleSet::quote_each`].
    ///
    /// # Panics
    /// As [`RuleSet::quote_each`].
    ///
    /// ```
    /// # let rules = ratewright::RuleSet::compile(r#"
    /// #     ruleset parcel "Parcels" { currency USD }
    /// #     input { weight : mass in lb }
    /// #     charge BASE = 2.50 USD per lb * weight
    /// # "#)?;
    /// let lines = "{\"weight\": 3}\n{\"weight\": 4}\n";
    /// let mut answers = Vec::new();
    /// rules.quote_each_json(lines.lines(), |_, outcome| {
    ///     serde_json::to_writer(&mut answers, outcome?)?;
    ///     answers.push(b'\n');
    ///     Ok::<(), Box<dyn std::error::Error>>(())
    /// })?;
    /// assert_eq!(String::from_utf8(answers)?.lines().count(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn quote_each_json<T: AsRef<str> + Sync, E>(
        &self,
        texts: impl IntoIterator<Item = T>,
        each: impl FnMut(usize, Result<&Quote, EvalError>) -> Result<(), E>,
    ) -> Result<(), E> {
        let price =
            |context: &mut Context, text: &T, quote: &mut Quote| self.quote_json_into(context, text.as_ref(), quote);
        one_after_the_other(self, texts.into_iter(), price, each)
    }
}

/// Every result in the place of its input.
fn many<I: Sync>(
    rules: &RuleSet,
    inputs: &[I],
    price: impl Fn(&mut Context, &I) -> Result<Quote, EvalError> + Send + Sync,
) -> Vec<Result<Quote, EvalError>> {
    let runs = rayon::current_num_threads().saturating_mul(RUNS);
    let run = inputs.len().div_ceil(runs).clamp(1, RUN);
    inputs.par_iter().with_min_len(run).map_init(|| rules.context(), price).collect()
}

/// Inputs that are priced together, and what became of them.
struct Batch<I> {
    inputs: Vec<I>,
    outcomes: Vec<Outcome>,
}

/// What became of an input: a quote, to be used again, where there is no error.
#[derive(Default)]
struct Outcome {
    quote: Quote,
    error: Option<EvalError>,
}

impl<I> Batch<I> {
    fn new() -> Self {
        Batch { inputs: Vec::new(), outcomes: Vec::new() }
    }

    /// Takes the next inputs, `room` at most, in the place of those before.
    fn fill(&mut self, inputs: &mut impl Iterator<Item = I>, room: usize) {
        self.inputs.clear();
        self.inputs.extend(inputs.take(room));
        if self.outcomes.len() < self.inputs.len() {
            self.outcomes.resize_with(self.inputs.len(), Outcome::default);
        }
    }

    /// Hands the results over; `first` is the number of the first one.
    fn hand_over<E>(
        &mut self,
        first: usize,
        each: &mut impl FnMut(usize, Result<&Quote, EvalError>) -> Result<(), E>,
    ) -> Result<(), E> {
        for (at, (_, outcome)) in self.inputs.iter().zip(&mut self.outcomes).enumerate() {
            let result = match outcome.error.take() {
                Some(error) => Err(error),
                None => Ok(&outcome.quote),
            };
            each(first.saturating_add(at), result)?;
        }
        Ok(())
    }
}

/// Prices a batch on the pool; each context goes with one run of inputs.
fn price_batch<I: Sync>(
    inputs: &[I],
    outcomes: &mut [Outcome],
    contexts: &mut [Context],
    price: &(impl Fn(&mut Context, &I, &mut Quote) -> Result<(), EvalError> + Sync),
) {
    let runs = inputs.par_chunks(RUN).zip(outcomes.par_chunks_mut(RUN)).zip(contexts);
    runs.for_each(|((inputs, outcomes), context)| {
        for (input, outcome) in inputs.iter().zip(outcomes) {
            outcome.error = price(context, input, &mut outcome.quote).err();
        }
    });
}

/// Prices one batch while the one before is handed over and the one after is read.
fn one_after_the_other<I: Sync, E>(
    rules: &RuleSet,
    mut inputs: impl Iterator<Item = I>,
    price: impl Fn(&mut Context, &I, &mut Quote) -> Result<(), EvalError> + Sync,
    mut each: impl FnMut(usize, Result<&Quote, EvalError>) -> Result<(), E>,
) -> Result<(), E> {
    let runs = rayon::current_num_threads().saturating_mul(RUNS);
    let room = runs.saturating_mul(RUN);
    let mut contexts: Vec<Context> = std::iter::repeat_with(|| rules.context()).take(runs).collect();
    let (mut ahead, mut behind) = (Batch::new(), Batch::new());
    let mut handed = 0usize;
    ahead.fill(&mut inputs, room);
    while !(ahead.inputs.is_empty() && behind.inputs.is_empty()) {
        let Batch { inputs: given, outcomes } = &mut ahead;
        let (given, contexts, price) = (given.as_slice(), contexts.as_mut_slice(), &price);
        let mut handing = Ok(());
        rayon::in_place_scope(|scope| {
            if !given.is_empty() {
                scope.spawn(move |_| price_batch(given, outcomes, contexts, price));
            }
            handing = behind.hand_over(handed, &mut each);
            handed = handed.saturating_add(behind.inputs.len());
            match handing {
                Ok(()) => behind.fill(&mut inputs, room),
                Err(_) => behind.inputs.clear(),
            }
        });
        handing?;
        std::mem::swap(&mut ahead, &mut behind);
    }
    Ok(())
}
