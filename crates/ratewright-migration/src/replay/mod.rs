//! Recorded cases priced again: case → what the rules say, how that differs from what was recorded, and sums of it all.
//!
//! A [`Replayer`] is one thread's, and says of each case the same whoever asks; a [`Tally`] is told of the cases in their order. Files,
//! threads and progress are the caller's: `ratewright replay` has all of it.

mod tally;
#[cfg(test)]
mod tests;

pub use tally::{Counted, Example, Flawed, OTHERS, Sum, Tally, TooLarge, Unanswered};

use crate::recorded::{Case, Input};
use ratewright::eval::EvalError;
use ratewright::live::Edition;
use ratewright::migrate::cluster::{FieldValues, InputFields};
use ratewright::migrate::{Answer, Comparison, ComparisonMemory, Measure, Path, Said, Tracing};
use ratewright::{Context, Quote};

/// Prices recorded cases and compares them. Each thread has its own.
///
/// ```
/// use ratewright::{RuleSet, live::Edition, migrate::{Measure, Tracing, Verdict}};
/// use ratewright_migration::{recorded::{LONGEST, Map, Recorded}, replay::{Replayer, Tally}};
///
/// let rules = RuleSet::compile("ruleset r { currency USD }\ninput { weight : mass in lb }\ncharge BASE = 2.50 USD per lb * weight")?;
/// let file = r#"{"input": {"weight": 3}, "answer": {"priced": {"lines": [{"charge": "BASE", "amount": "7.49 USD"}]}}}"#;
/// let Recorded { records, reading, .. } = Recorded::open(Box::new(file.as_bytes()), None, &Map::default(), LONGEST)?;
/// let (mut replayer, mut tally) = (Replayer::new(&Edition::new(rules), &Measure::exact()), Tally::default());
/// for record in records {
///     let case = reading.case(&record?).unwrap();
///     let replayed = replayer.replay(&case).unwrap();
///     assert_eq!(replayed.comparison.to_string(), "mismatch: BASE: 7.50 USD instead of 7.49 USD, +0.01 USD");
///     tally.compared(&case, &replayed.comparison)?;
/// }
/// assert_eq!((tally.compared, tally.mismatches), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Replayer {
    edition: Edition,
    tracing: Option<Tracing>,
    fields: Option<InputFields>,
    measure: Measure,
    context: Context,
    memory: ComparisonMemory,
    quote: Quote,
}

/// What a case came to.
#[derive(Debug)]
pub struct Replayed {
    /// How the rules differ from what was recorded, before waivers.
    pub comparison: Comparison,
    /// What the rules say; only where anything differs.
    pub candidate: Option<Answer>,
    /// What evidence is taken from, where the replayer traces.
    pub traced: Option<Traced>,
    /// What clusters are seen beside; only where nothing differs, and the replayer was asked for it.
    pub agreed: Option<Agreed>,
}

/// What the fields of a case say that agrees, and its charges.
#[derive(Debug)]
pub struct Agreed {
    /// The fields.
    pub fields: FieldValues,
    /// The codes of the charges that both sides have; none of a refusal.
    pub charges: Vec<String>,
}

/// What evidence is taken from.
#[derive(Debug)]
pub struct Traced {
    /// The rules that the case exercised.
    pub path: Path,
    /// The quote; none where the rules refuse or fail.
    pub quote: Option<Quote>,
}

impl Replayer {
    /// Prices by an edition.
    pub fn new(edition: &Edition, measure: &Measure) -> Replayer {
        Replayer {
            edition: edition.clone(),
            tracing: None,
            fields: None,
            measure: measure.clone(),
            context: edition.rules().context(),
            memory: ComparisonMemory::default(),
            quote: Quote::default(),
        }
    }

    /// Prices by an edition, and takes down which rules a case exercised; that takes about twice as long.
    pub fn tracing(tracing: &Tracing, measure: &Measure) -> Replayer {
        Replayer { tracing: Some(tracing.clone()), ..Replayer::new(tracing.edition(), measure) }
    }

    /// Says of a case that agrees what its fields say, for what cases of a cluster have in common; that takes another reading of the input.
    #[must_use]
    pub fn telling_fields(mut self) -> Replayer {
        self.fields = Some(InputFields::of(self.edition.rules()));
        self
    }

    /// What a case comes to; none where the old code's answer was not recorded.
    pub fn replay(&mut self, case: &Case) -> Option<Replayed> {
        let legacy = case.answer.as_ref()?;
        let mut path = Path::default();
        let priced = self.price(&case.input, &mut path);
        let said = match &priced {
            Ok(()) => Said::from(&self.quote),
            Err(error) => Said::from(error),
        };
        let comparison = self.measure.compare(&mut self.memory, legacy, said);
        let candidate = (!comparison.is_match()).then(|| said.to_answer());
        let agreed = comparison.is_match().then(|| self.agreed(&case.input, priced.is_ok())).flatten();
        let traced = self.tracing.is_some().then(|| {
            let quote = priced.is_ok().then(|| std::mem::take(&mut self.quote));
            Traced { path, quote }
        });
        Some(Replayed { comparison, candidate, traced, agreed })
    }

    /// What is said of a case that agrees, where that was asked for.
    fn agreed(&mut self, input: &Input, is_priced: bool) -> Option<Agreed> {
        let fields = self.fields.as_ref()?;
        let fields = match input {
            Input::Json(text) => fields.of_json(&mut self.context, text),
            Input::Fields(owned) => fields.of_fields(&mut self.context, &borrowed(owned)),
        };
        let quote = is_priced.then_some(&self.quote);
        let mut charges: Vec<String> =
            quote.into_iter().flat_map(Quote::charges).map(|charge| charge.code().to_owned()).collect();
        charges.sort_unstable();
        charges.dedup();
        Some(Agreed { fields, charges })
    }

    fn price(&mut self, input: &Input, path: &mut Path) -> Result<(), EvalError> {
        let Replayer { edition, tracing, context, quote, .. } = self;
        match (input, tracing) {
            (Input::Json(text), None) => edition.rules().quote_json_into(context, text, quote),
            (Input::Json(text), Some(tracing)) => tracing.quote_json_into(context, text, quote, path),
            (Input::Fields(owned), tracing) => {
                let fields = borrowed(owned);
                match tracing {
                    None => edition.rules().quote_fields_into(context, &fields, quote),
                    Some(tracing) => tracing.quote_fields_into(context, &fields, quote, path),
                }
            }
        }
    }
}

fn borrowed(owned: &[(String, String)]) -> Vec<(&str, &str)> {
    owned.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect()
}
