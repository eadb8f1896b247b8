//! One call of a migration, step by step: decision → the candidate, the legacy, what is composed of both → the answer, and the comparison.
//!
//! A call that needs the legacy is cut in two by it, so that a program which waits for its old code asynchronously can do so in between:
//! [`Migration::begin`] and [`Migration::finish`]. The order is always: what can change the answer first, the comparison last.

mod beside;

pub use beside::{Beside, First};

use super::answer::Answer;
use super::asked::Asked;
use super::compose::{self, Composed, ComposedPrices};
use super::migration::{By, Caught, Migration, MigrationContext, Part, Priced, Running};
use super::observer::{Handed, Observed, Spent, Standing, Whose};
use super::stage::{Because, Decision, Side, Stage, Subject};
use super::tally::{Cause, Event, Ticket};
use crate::digest::Digest;
use crate::eval::ErrorKind;
use crate::live::{Choice, LiveContext, LiveError, Pinned};
use crate::quote::Quote;
use serde::Serialize;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

/// A call that has begun.
#[must_use]
#[expect(clippy::large_enum_variant, reason = "it lives for one call, which would pay for a box")]
pub enum Begun<L, E> {
    /// The legacy is not wanted: this is the answer.
    Priced(Priced<L, E>),
    /// The legacy is to be called, and the call finished with what it answers.
    Legacy(Turn<L, E>),
}

/// A call that waits for what the legacy answers.
#[must_use]
pub struct Turn<L, E> {
    running: Arc<Running>,
    decision: Decision,
    shelf: Pinned,
    /// Held where the two are to be compared.
    ticket: Option<Ticket>,
    /// What the candidate said, where it was asked already, and its quote.
    asked: Option<Asked>,
    quote: Quote,
    /// The answer, where it is the candidate's.
    made: Option<Result<L, E>>,
    /// The edition that made it.
    edition: Option<Digest>,
    composes: bool,
    standing: Option<Standing>,
}

/// An answer of both sides, and its lines.
type Both<L, E> = (Result<L, E>, Vec<Part>);

impl<L, E> Migration<L, E> {
    /// Begins a call: decides, and lets the candidate price where it has the say. For programs that call their old code asynchronously;
    /// others use [`Migration::price`].
    pub fn begin<I: Serialize + ?Sized>(
        &self,
        context: &mut MigrationContext,
        subject: &Subject<'_>,
        input: &I,
    ) -> Begun<L, E> {
        let running = self.running.hold();
        let decision = running
            .stages
            .decide_wanting(subject, |class| self.wanting.as_ref().is_some_and(|wanting| wanting.wants(class)));
        if decision.because == Because::WithoutKey {
            self.tally.count(Event::WithoutKey);
        }
        let mut turn = Turn {
            decision,
            shelf: self.book.pin(),
            ticket: decision.compares.then(|| self.tally.offer()),
            asked: None,
            quote: Quote::default(),
            made: None,
            edition: None,
            composes: decision.composes,
            standing: None,
            running,
        };
        let has_a_part = decision.by == Side::Candidate || decision.composes;
        // Where the rules are all that is left, they are asked whatever happened.
        if decision.asks_candidate() && self.breaker.is_open() && turn.stage() != Stage::Complete {
            turn.drop_for(Cause::Breaker);
            turn.composes = false;
            if has_a_part {
                self.stand_in(&mut turn, Event::FellBack, Standing::BreakerOpen);
            }
        } else if decision.by == Side::Candidate {
            let asked = self.ask(context, &turn.shelf, |shelf, live, quote| {
                shelf.quote_into(live, self.choice(subject), input, quote)
            });
            self.answer_of(context, &mut turn, asked);
        }
        match (turn.made.take(), &turn.ticket) {
            (Some(answer), None) => Begun::Priced(self.by_candidate(turn, answer)),
            (made, _) => Begun::Legacy(Turn { made, quote: std::mem::take(&mut context.quote), ..turn }),
        }
    }

    /// Finishes a call with what the legacy answered, or with its panic, which goes on to the caller unless the answer is the candidate's.
    /// In the same context in which it began, or another.
    pub fn finish<I: Serialize + ?Sized>(
        &self,
        context: &mut MigrationContext,
        mut turn: Turn<L, E>,
        subject: &Subject<'_>,
        input: &I,
        called: Result<Result<L, E>, Box<dyn Any + Send>>,
    ) -> Priced<L, E> {
        context.quote = std::mem::take(&mut turn.quote);
        let written = || serde_json::to_string(input).ok();
        if let Some(answer) = turn.made.take() {
            self.compare_beside(context, &mut turn, subject, called, &written);
            return self.by_candidate(turn, answer);
        }
        let answer = match called {
            Ok(answer) => answer,
            Err(panic) => {
                turn.drop_for(Cause::LegacyPanicked);
                resume_unwind(panic)
            }
        };
        let legacy = if turn.composes || turn.ticket.is_some() { self.read(&answer) } else { None };
        let ask = |context: &mut MigrationContext, turn: &mut Turn<L, E>| {
            let asked = self.ask(context, &turn.shelf, |shelf, live, quote| {
                shelf.quote_into(live, self.choice(subject), input, quote)
            });
            turn.asked = Some(asked);
        };
        let mut composed = None;
        if turn.composes {
            ask(context, &mut turn);
            match self.compose(context, &turn, legacy.as_ref()) {
                Ok(both) => composed = Some(both),
                Err((event, standing)) => self.stand_in(&mut turn, event, standing),
            }
        }
        if turn.ticket.is_some() {
            let elsewhere = self.elsewhere.as_ref().filter(|_| turn.asked.is_none() && legacy.is_some());
            let mut compare = || {
                if turn.ticket.is_some() {
                    if turn.asked.is_none() && legacy.is_some() {
                        ask(context, &mut turn);
                    }
                    self.compare_now(context, &mut turn, subject, legacy.as_ref(), &written);
                }
            };
            match elsewhere {
                Some(elsewhere) => {
                    self.contained("who takes cases", || elsewhere.beside(&mut compare));
                    self.hand(&mut turn, subject, legacy, &written);
                }
                None => compare(),
            }
        }
        let edition = composed.as_ref().and_then(|_| context.quote.edition());
        let (answer, by, parts) = match composed {
            Some((both, parts)) => (both, By::Both, parts),
            None => (answer, By::Legacy, Vec::new()),
        };
        self.tally.count(if by == By::Both { Event::ByBoth } else { Event::ByLegacy });
        Priced { edition, parts, ..turn.priced(answer, by) }
    }

    /// Lets the candidate price into the memory of a context. A panic is contained, and the memory begun anew.
    fn ask(
        &self,
        context: &mut MigrationContext,
        shelf: &Pinned,
        price: impl FnOnce(&Pinned, &mut LiveContext, &mut Quote) -> Result<(), LiveError>,
    ) -> Asked {
        self.breaker.call();
        let MigrationContext { live, quote, .. } = context;
        let caught: Caught<_> = catch_unwind(AssertUnwindSafe(|| price(shelf, live, quote)));
        let error = match caught {
            Ok(Ok(())) => return Asked::Quoted,
            Ok(Err(error)) => error,
            Err(panic) => {
                (*live, *quote) = (LiveContext::new(), Quote::default());
                return Asked::Panicked(Answer::failed(self.panicked("the candidate", &*panic)));
            }
        };
        match error.pricing() {
            Some(pricing) if pricing.kind == ErrorKind::Refused && pricing.code.is_some() => Asked::Refused(error),
            Some(pricing) if pricing.kind == ErrorKind::Limit => {
                self.tally.count(Event::Exhausted);
                self.fault(&format!("the candidate reached the limit of its work: {pricing}"));
                Asked::Failed(error)
            }
            _ => Asked::Failed(error),
        }
    }

    /// Makes the answer of what the candidate says, where it says something and the program can.
    fn answer_of(&self, context: &MigrationContext, turn: &mut Turn<L, E>, asked: Asked) {
        let composed = match &asked {
            Asked::Quoted => Ok(Composed::Priced(compose::whole(&context.quote))),
            Asked::Refused(error) => {
                let pricing = error.pricing();
                let code = pricing.and_then(|pricing| pricing.code.as_deref()).unwrap_or_default();
                let words = pricing.map(|pricing| pricing.message.as_str()).unwrap_or_default();
                Ok(Composed::Refused { code, words })
            }
            Asked::Failed(error) => Err(error.to_string()),
            Asked::Panicked(Answer::Failed(words)) => Err(words.clone()),
            Asked::Panicked(_) => Err(String::new()),
        };
        match composed.map(|composed| self.make(&composed)) {
            Ok(Some(answer)) => {
                turn.made = Some(answer);
                turn.edition = context.quote.edition().filter(|_| matches!(asked, Asked::Quoted));
            }
            Ok(None) => self.stand_in(turn, Event::NotMade, Standing::NotMade),
            Err(words) => self.stand_in(turn, Event::FellBack, Standing::Failed(words)),
        }
        turn.asked = Some(asked);
    }

    /// The answer of both, or why it is the legacy's alone.
    fn compose(
        &self,
        context: &mut MigrationContext,
        turn: &Turn<L, E>,
        legacy: Option<&Answer>,
    ) -> Result<Both<L, E>, (Event, Standing)> {
        let not = |words: &str| (Event::NotComposed, Standing::NotComposed(words.to_owned()));
        let legacy = legacy.ok_or_else(|| not("what the old code answers could not be read"))?;
        let prices = match legacy {
            Answer::Priced(prices) => prices,
            Answer::Refused { .. } => return Err(not("the old code refuses the input")),
            Answer::Failed(_) => return Err(not("the old code failed")),
        };
        match &turn.asked {
            Some(Asked::Quoted) => {}
            Some(Asked::Refused(error)) => return Err(not(&format!("the candidate refuses the input: {error}"))),
            Some(Asked::Failed(error)) => return Err((Event::FellBack, Standing::Failed(error.to_string()))),
            Some(Asked::Panicked(Answer::Failed(words))) => {
                return Err((Event::FellBack, Standing::Failed(words.clone())));
            }
            Some(Asked::Panicked(_)) | None => return Err(not("the candidate was not asked")),
        }
        self.may_compose(context, &turn.running, &turn.shelf).map_err(|words| not(&words))?;
        let both: ComposedPrices<'_> =
            compose::together(&turn.running.stages, &self.measure, prices, legacy.into(), &context.quote)
                .map_err(|words| not(&words))?;
        let parts = Part::all(&both);
        let made = self.make(&Composed::Priced(both)).ok_or((Event::NotMade, Standing::NotMade))?;
        Ok((made, parts))
    }

    /// Compares here, and tells of it.
    fn compare_now(
        &self,
        context: &mut MigrationContext,
        turn: &mut Turn<L, E>,
        subject: &Subject<'_>,
        legacy: Option<&Answer>,
        input: &dyn Fn() -> Option<String>,
    ) {
        let Some(ticket) = turn.ticket.take() else { return };
        let (Some(legacy), Some(asked)) = (legacy, &turn.asked) else { return ticket.dropped(Cause::Panicked) };
        let MigrationContext { quote, memory, .. } = context;
        let said = asked.said(quote);
        let Some(comparison) = self.contained("the comparison", || self.measure.compare(memory, legacy, said)) else {
            *memory = Default::default();
            return ticket.dropped(Cause::Panicked);
        };
        ticket.compared();
        let observed = Observed {
            subject: *subject,
            decision: turn.decision,
            stage: turn.stage(),
            generation: turn.running.generation,
            edition: quote.edition().filter(|_| matches!(asked, Asked::Quoted)),
            legacy,
            candidate: said,
            comparison: &comparison,
            input,
            priced_by: &|| asked.priced_by(quote, &turn.shelf),
        };
        self.tell(|observer| observer.compared(&observed));
    }

    /// Hands a case on, to be compared elsewhere.
    fn hand(
        &self,
        turn: &mut Turn<L, E>,
        subject: &Subject<'_>,
        legacy: Option<Answer>,
        written: &dyn Fn() -> Option<String>,
    ) {
        let (Some(ticket), Some(legacy), Some(elsewhere)) = (turn.ticket.take(), legacy, &self.elsewhere) else {
            return;
        };
        let refused = self.contained("who takes cases", || elsewhere.refuses()).unwrap_or(Some(Cause::Panicked));
        if let Some(cause) = refused {
            return ticket.dropped(cause);
        }
        let Some(input) = self.contained("writing the input", written).flatten() else {
            return ticket.dropped(Cause::Unwritable);
        };
        let case = Handed {
            whose: Whose::of(subject),
            decision: turn.decision,
            running: turn.running.clone(),
            input,
            legacy,
            shelf: turn.shelf.clone(),
            ticket,
        };
        self.contained("who takes cases", || elsewhere.take(case));
    }

    /// Compares a case that was handed on, in the thread of whoever took it: by the editions of then. It is dropped where the breaker is open. What it was
    /// written in comes back, to be freed where it was taken.
    pub fn compare(&self, context: &mut MigrationContext, case: Handed) -> Spent {
        let Handed { whose, decision, running, input, legacy, shelf, ticket } = case;
        if self.breaker.is_open() {
            ticket.dropped(Cause::Breaker);
        } else {
            self.compare_handed(context, (&whose.subject(), &input, &legacy), (running, decision, shelf, ticket));
        }
        Spent { _whose: whose, _input: input, _legacy: legacy }
    }

    fn compare_handed(
        &self,
        context: &mut MigrationContext,
        (subject, input, legacy): (&Subject<'_>, &str, &Answer),
        (running, decision, shelf, ticket): (Arc<Running>, Decision, Pinned, Ticket),
    ) {
        let choice: Choice<'_> = self.choice(subject);
        let asked = self.ask(context, &shelf, |shelf, live, quote| shelf.quote_json_into(live, choice, input, quote));
        let mut turn = Turn {
            running,
            decision,
            shelf,
            ticket: Some(ticket),
            asked: Some(asked),
            quote: Quote::default(),
            made: None,
            edition: None,
            composes: false,
            standing: None,
        };
        self.compare_now(context, &mut turn, subject, Some(legacy), &|| Some(input.to_owned()));
    }

    fn stand_in(&self, turn: &mut Turn<L, E>, event: Event, standing: Standing) {
        self.tally.count(event);
        self.tell(|observer| observer.stood_in(&standing));
        turn.standing = Some(standing);
    }

    fn by_candidate(&self, turn: Turn<L, E>, answer: Result<L, E>) -> Priced<L, E> {
        self.tally.count(Event::ByCandidate);
        let edition = turn.edition;
        Priced { edition, ..turn.priced(answer, By::Candidate) }
    }
}

impl<L, E> Turn<L, E> {
    fn stage(&self) -> Stage {
        self.running.stages.stage()
    }

    /// What was decided.
    pub fn decision(&self) -> Decision {
        self.decision
    }

    fn drop_for(&mut self, cause: Cause) {
        if let Some(ticket) = self.ticket.take() {
            ticket.dropped(cause);
        }
    }

    fn priced(self, answer: Result<L, E>, by: By) -> Priced<L, E> {
        Priced {
            answer,
            by,
            stage: self.stage(),
            because: self.decision.because,
            generation: self.running.generation,
            edition: None,
            parts: Vec::new(),
            standing: self.standing,
        }
    }
}
