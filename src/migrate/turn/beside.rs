//! An answer of the rules first, and the old code that is asked beside them later: for old code behind a network, for which nobody should wait
//! who has an answer already.

use super::super::answer::Answer;
use super::super::migration::{Migration, MigrationContext, Priced, words_of};
use super::super::stage::Subject;
use super::super::tally::Event;
use super::Turn;
use serde::Serialize;
use std::any::Any;

/// The rest of a call that was answered by the rules: the old code is still to be asked, to be compared. One that is dropped is counted as lost.
#[must_use]
pub struct Beside<L, E>(Turn<L, E>);

/// Who answers a call that has begun.
#[must_use]
pub enum First<L, E> {
    /// The rules have, and the old code is still to be asked, to be [compared](Migration::finish_beside).
    Answered(Priced<L, E>, Beside<L, E>),
    /// The old code is to answer: the call is [finished](Migration::finish) with what it says.
    Legacy(Turn<L, E>),
}

impl<L, E> Migration<L, E> {
    /// The answer of a call that has begun, where it is the rules' and the old code is only asked beside them. Otherwise the call as it was: the old code is
    /// to answer.
    pub fn answer_first(&self, mut turn: Turn<L, E>) -> First<L, E> {
        let Some(answer) = turn.made.take() else { return First::Legacy(turn) };
        let (ticket, asked, quote) = (turn.ticket.take(), turn.asked.take(), std::mem::take(&mut turn.quote));
        let rest = Turn { ticket, asked, quote, ..Turn::like(&turn) };
        First::Answered(self.by_candidate(turn, answer), Beside(rest))
    }

    /// Compares a call that was answered by the rules with what the old code answered since, or with its panic, which is contained.
    pub fn finish_beside<I: Serialize + ?Sized>(
        &self,
        context: &mut MigrationContext,
        beside: Beside<L, E>,
        subject: &Subject<'_>,
        input: &I,
        called: Result<Result<L, E>, Box<dyn Any + Send>>,
    ) {
        let Beside(mut turn) = beside;
        context.quote = std::mem::take(&mut turn.quote);
        self.compare_beside(context, &mut turn, subject, called, &|| serde_json::to_string(input).ok());
    }

    pub(super) fn compare_beside(
        &self,
        context: &mut MigrationContext,
        turn: &mut Turn<L, E>,
        subject: &Subject<'_>,
        called: Result<Result<L, E>, Box<dyn Any + Send>>,
        written: &dyn Fn() -> Option<String>,
    ) {
        let legacy = match called {
            Ok(legacy) => self.read(&legacy),
            Err(panic) => {
                // Nobody waits for it; it is no fault of the candidate.
                self.tally.count(Event::Panics);
                Some(Answer::failed(format!("it panicked: {}", words_of(&*panic))))
            }
        };
        self.compare_now(context, turn, subject, legacy.as_ref(), written);
    }
}

impl<L, E> Turn<L, E> {
    /// The same call, in which nothing has happened.
    fn like(turn: &Turn<L, E>) -> Turn<L, E> {
        Turn {
            running: turn.running.clone(),
            decision: turn.decision,
            shelf: turn.shelf.clone(),
            ticket: None,
            asked: None,
            quote: Default::default(),
            made: None,
            edition: None,
            composes: false,
            standing: None,
        }
    }
}
