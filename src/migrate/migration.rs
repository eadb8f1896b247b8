//! The door of a service: the call of the legacy and the candidate's book → one answer, and beside it a comparison.
//!
//! The legacy's answer is the caller's own type, and comes out as it went in wherever the legacy prices; where the candidate does, for the
//! whole or for trusted charges, the program makes one of its own form from lines that add up. Invariants: the legacy is called at most once, and
//! always where nothing else answers; nothing that the candidate, a comparison or an observer does changes, loses or holds up its answer
//! but by the time of a call in the same thread; a panic of a legacy that prices goes on to the caller as it is.

use super::answer::Answer;
use super::breaker::{Breaker, BreakerLimit};
use super::comparing::ComparisonMemory;
use super::compose::{self, Composed, ComposedPrices};
use super::measure::Measure;
use super::observer::{Elsewhere, Observer, Standing};
use super::stage::{Because, Side, Stage, Stages, StagesError, Subject};
use super::tally::{Event, MigrationCounts, Tally};
use super::turn::Begun;
use super::wanting::Wanting;
use crate::digest::{Digest, RuleKind};
use crate::live::{Book, Choice, LiveContext, Pinned, Swap};
use crate::quote::{Money, Quote};
use serde::Serialize;
use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

/// Reads what the legacy answers.
type Reading<L, E> = Box<dyn Fn(Result<&L, &E>) -> Answer + Send + Sync>;
/// Makes an answer of the legacy's form; none where it cannot.
type Making<L, E> = Box<dyn Fn(&Composed<'_>) -> Option<Result<L, E>> + Send + Sync>;
/// What somebody's code comes to, or its panic.
pub(super) type Caught<T> = Result<T, Box<dyn Any + Send>>;

/// Prices by old code and by rules, as far as its stages say. Shared by reference or in an [`Arc`]; `L` is what the old code answers, and `E` its
/// error.
///
/// ```
/// use ratewright::migrate::stage::{Stages, Subject};
/// use ratewright::migrate::{Answer, Composed, Migration, MigrationContext, Prices};
/// use ratewright::{RuleSet, live::{Book, Edition}};
/// use std::sync::Arc;
///
/// let book = Arc::new(Book::default());
/// book.publish(Edition::new(RuleSet::compile("ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = 10 USD")?))?;
///
/// // The old code answers with cents.
/// let reading = |answer: Result<&i64, &String>| match answer {
///     Ok(cents) => {
///         let amount = format!("{}.{:02} USD", cents / 100, cents % 100);
///         amount.parse().map_or_else(|_| Answer::failed("no amount"), |amount| Prices::new().line("BASE", amount).into())
///     }
///     Err(words) => Answer::failed(words.clone()),
/// };
/// let making = |composed: &Composed<'_>| match composed {
///     Composed::Priced(prices) => prices.totals[0].amount.mul(&100.into()).ok()?.to_i64().map(Ok),
///     Composed::Refused { words, .. } => Some(Err(words.to_string())),
/// };
/// let shadow: Stages = r#"{ "format": 1, "migration": "parcel", "stage": "shadow" }"#.parse()?;
/// let migration = Migration::new(shadow, book, "parcel", reading, making);
///
/// let mut context = MigrationContext::default(); // one for each thread
/// let priced = migration.price(&mut context, &Subject::of("customer 17"), &serde_json::json!({}), || Ok(999));
/// assert_eq!(priced.answer, Ok(999)); // the legacy's, whatever the rules say
/// assert_eq!(migration.counts().compared, 1);
///
/// migration.change(r#"{ "format": 1, "migration": "parcel", "stage": "primary" }"#.parse()?)?;
/// let priced = migration.price(&mut context, &Subject::of("customer 17"), &serde_json::json!({}), || Ok(999));
/// assert_eq!(priced.answer, Ok(1000));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Migration<L, E> {
    pub(super) running: Swap<Running>,
    /// Held while stages are changed.
    changing: Mutex<()>,
    pub(super) book: Arc<Book>,
    chosen: Chosen,
    pub(super) measure: Measure,
    pub(super) breaker: Breaker,
    pub(super) tally: Arc<Tally>,
    observers: Vec<Arc<dyn Observer>>,
    pub(super) wanting: Option<Arc<Wanting>>,
    pub(super) elsewhere: Option<Arc<dyn Elsewhere>>,
    reading: Reading<L, E>,
    making: Making<L, E>,
}

/// Stages, and since which change.
pub(super) struct Running {
    pub(super) generation: u64,
    pub(super) stages: Stages,
}

/// Which editions the candidate is.
enum Chosen {
    RuleSet(String),
    Customer,
}

/// The memory of one thread for a migration.
#[derive(Debug, Default)]
pub struct MigrationContext {
    pub(super) live: LiveContext,
    pub(super) quote: Quote,
    pub(super) memory: ComparisonMemory,
    /// Whether the trusted charges of a change of stages can be put beside the legacy's, by an edition.
    pub(super) checked: Option<(u64, Digest, Result<(), String>)>,
}

/// An answer, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Priced<L, E> {
    /// What the caller gives its own caller.
    pub answer: Result<L, E>,
    /// Who made it.
    pub by: By,
    /// The stage by which it was made.
    pub stage: Stage,
    /// Why that side had the say.
    pub because: Because,
    /// The number of the change of stages by which it was made.
    pub generation: u64,
    /// The edition of the candidate, where its amounts are in the answer.
    pub edition: Option<Digest>,
    /// Who priced each line, where both did; they add up to what the answer was made of.
    pub parts: Vec<Part>,
    /// Why the answer is the legacy's although it was to be the candidate's, wholly or in part.
    pub standing: Option<Standing>,
}

/// Who made an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum By {
    /// The old code; it is its answer as it was.
    Legacy,
    /// The rules.
    Candidate,
    /// The old code but for trusted charges, which are the rules'.
    Both,
}

/// A line of an answer that both made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The code of the charge, as the side names it that priced it.
    pub charge: String,
    /// How much.
    pub amount: Money,
    /// The element of a list, from 0, where the side says so.
    pub item: Option<u32>,
    /// Who priced it.
    pub by: Side,
}

impl<L, E> Migration<L, E> {
    /// Between old code and the rule set of a name in a book.
    ///
    /// `reading` says what an answer of the old code means. `making` makes one of what is composed: where it gives none, the old code's stands.
    pub fn new(
        stages: Stages,
        book: Arc<Book>,
        rule_set: &str,
        reading: impl Fn(Result<&L, &E>) -> Answer + Send + Sync + 'static,
        making: impl Fn(&Composed<'_>) -> Option<Result<L, E>> + Send + Sync + 'static,
    ) -> Self {
        Migration {
            running: Swap::new(Arc::new(Running { generation: 0, stages })),
            changing: Mutex::new(()),
            book,
            chosen: Chosen::RuleSet(rule_set.to_owned()),
            measure: Measure::exact(),
            breaker: Breaker::new(BreakerLimit::default()),
            tally: Arc::default(),
            observers: Vec::new(),
            wanting: None,
            elsewhere: None,
            reading: Box::new(reading),
            making: Box::new(making),
        }
    }

    /// By the contract of the customer whose key the subject has, rather than by one rule set.
    pub fn by_contract(self) -> Self {
        Migration { chosen: Chosen::Customer, ..self }
    }

    /// Says how answers are compared: exactly, where nothing is said.
    pub fn measured_by(self, measure: Measure) -> Self {
        Migration { measure, ..self }
    }

    /// Says who is told what comes of it, beside those that already are.
    pub fn observed_by(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observers.push(observer);
        self
    }

    /// Cases that only are to be compared are compared elsewhere, or beside the call where that says so ([`Elsewhere::beside`]).
    pub fn handing_to(self, elsewhere: Arc<dyn Elsewhere>) -> Self {
        Migration { elsewhere: Some(elsewhere), ..self }
    }

    /// Compares all cases of classes that are wanted, beyond the sample.
    pub fn favouring(self, wanting: Arc<Wanting>) -> Self {
        Migration { wanting: Some(wanting), ..self }
    }

    /// Says when the candidate is left alone.
    pub fn breaker(self, limit: BreakerLimit) -> Self {
        Migration { breaker: Breaker::new(limit), ..self }
    }

    /// The stages that count, and the number of the change that made them so: 0 for those that it began with.
    pub fn stages(&self) -> (Stages, u64) {
        let running = self.running.hold();
        (running.stages.clone(), running.generation)
    }

    /// What happened so far.
    pub fn counts(&self) -> MigrationCounts {
        self.tally.counts()
    }

    /// Whether the candidate is left alone.
    pub fn breaker_is_open(&self) -> bool {
        self.breaker.is_open()
    }

    /// Asks the candidate again.
    pub fn close_breaker(&self) {
        self.breaker.close();
    }

    /// Whether stages can take the place of those that count.
    ///
    /// # Errors
    /// They are of another migration; or another salt would divide the customers of a running canary anew.
    pub fn may_change(&self, stages: &Stages) -> Result<(), StagesError> {
        let running = &self.running.hold().stages;
        if running.migration() != stages.migration() {
            return Err(StagesError::new(format!(
                "`migration` is `{}`, and this is the migration `{}`",
                stages.migration(),
                running.migration()
            )));
        }
        let are_both_canaries = [running.stage(), stages.stage()] == [Stage::Canary; 2];
        if are_both_canaries && running.plan().salt() != stages.plan().salt() {
            return Err(StagesError::new(
                "`salt` is another one: it would divide the customers of a running canary anew",
            ));
        }
        Ok(())
    }

    /// Lets other stages count, for all calls that begin from now on, and closes the breaker. Gives the number of the change. Whoever keeps a log of
    /// changes logs it before.
    ///
    /// # Errors
    /// As [`Migration::may_change`].
    pub fn change(&self, stages: Stages) -> Result<u64, StagesError> {
        let _one_at_a_time = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        self.may_change(&stages)?;
        let generation = self.running.hold().generation.saturating_add(1);
        self.running.store(Arc::new(Running { generation, stages }));
        self.breaker.close();
        Ok(generation)
    }

    /// Prices one input: calls the legacy where it has the say, where nothing else answers, or to compare; and the candidate as the stages say.
    ///
    /// A panic of the legacy goes on to the caller, unless the answer is the candidate's. Where the candidate does not answer, the
    /// legacy is called in every stage, also in `complete`.
    pub fn price<I: Serialize + ?Sized>(
        &self,
        context: &mut MigrationContext,
        subject: &Subject<'_>,
        input: &I,
        legacy: impl FnOnce() -> Result<L, E>,
    ) -> Priced<L, E> {
        match self.begin(context, subject, input) {
            Begun::Priced(priced) => priced,
            Begun::Legacy(turn) => {
                let called = catch_unwind(AssertUnwindSafe(legacy));
                self.finish(context, turn, subject, input, called)
            }
        }
    }

    /// What the legacy answers, if reading it does not panic.
    pub(super) fn read(&self, answer: &Result<L, E>) -> Option<Answer> {
        self.contained("reading the legacy's answer", || (self.reading)(answer.as_ref()))
    }

    /// An answer of the legacy's form, if one can be made.
    pub(super) fn make(&self, composed: &Composed<'_>) -> Option<Result<L, E>> {
        self.contained("making an answer", || (self.making)(composed)).flatten()
    }

    /// What somebody's code comes to; a panic is counted as a fault.
    pub(super) fn contained<T>(&self, what: &str, call: impl FnOnce() -> T) -> Option<T> {
        catch_unwind(AssertUnwindSafe(call)).inspect_err(|panic| drop(self.panicked(what, &**panic))).ok()
    }

    pub(super) fn panicked(&self, what: &str, panic: &(dyn Any + Send)) -> String {
        self.tally.count(Event::Panics);
        let words = format!("{what} panicked: {}", words_of(panic));
        self.fault(&words);
        words
    }

    pub(super) fn fault(&self, words: &str) {
        if self.breaker.fault() {
            self.tally.count(Event::BreakerOpened);
            self.tell(|observer| observer.breaker_opened(words));
        }
    }

    pub(super) fn tell(&self, event: impl Fn(&dyn Observer)) {
        for observer in &self.observers {
            if catch_unwind(AssertUnwindSafe(|| event(&**observer))).is_err() {
                self.tally.count(Event::ObserverPanics);
            }
        }
    }

    pub(super) fn choice<'c>(&'c self, subject: &Subject<'c>) -> Choice<'c> {
        match &self.chosen {
            Chosen::RuleSet(name) => Choice::rule_set(name),
            Chosen::Customer => Choice::customer(subject.key().unwrap_or_default()),
        }
    }

    /// Whether trusted charges can be put beside the legacy's by the edition of a quote. Checked once for each.
    pub(super) fn may_compose(
        &self,
        context: &mut MigrationContext,
        running: &Running,
        shelf: &Pinned,
    ) -> Result<(), String> {
        let digest = context.quote.edition().ok_or("the candidate has no edition")?;
        if let Some((generation, of, outcome)) = &context.checked
            && (*generation, *of) == (running.generation, digest)
        {
            return outcome.clone();
        }
        let edition = shelf.editions(context.quote.rule_set()).find(|edition| edition.digest() == digest);
        let edition = edition.ok_or("the edition is no longer there")?;
        let is_charge =
            |code: &str| edition.rule_digests().iter().any(|rule| rule.kind == RuleKind::Charge && rule.name == code);
        let outcome = compose::check(&running.stages, &self.measure, is_charge);
        context.checked = Some((running.generation, digest, outcome.clone()));
        outcome
    }
}

impl Part {
    pub(super) fn all(prices: &ComposedPrices<'_>) -> Vec<Part> {
        let part = |line: &compose::ComposedLine<'_>| Part {
            charge: line.charge.to_owned(),
            amount: Money { amount: line.amount.clone(), currency: line.currency },
            item: line.item,
            by: line.by,
        };
        prices.lines.iter().map(part).collect()
    }
}

impl<L, E> fmt::Debug for Migration<L, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let running = self.running.hold();
        let mut shown = f.debug_struct("Migration");
        shown.field("stages", &running.stages).field("generation", &running.generation).finish_non_exhaustive()
    }
}

/// What a panic said.
pub(super) fn words_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it said nothing".to_owned())
}
