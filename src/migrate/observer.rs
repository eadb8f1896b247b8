//! Who is told what comes of comparisons, and who takes cases that are to be compared elsewhere. Neither can change, delay by a wait or lose
//! an answer: both are called beside it, and a panic in them is contained and counted.

use super::answer::{Answer, Said};
use super::comparison::Comparison;
use super::migration::Running;
use super::stage::{Decision, Stage, Subject};
use super::tally::{Cause, Ticket};
use crate::digest::Digest;
use crate::live::{Edition, Pinned};
use std::fmt;
use std::sync::Arc;

/// A case that was compared.
pub struct Observed<'a> {
    /// Whose price it was.
    pub subject: Subject<'a>,
    /// What was decided for it.
    pub decision: Decision,
    /// The stage.
    pub stage: Stage,
    /// The number of the change of stages by which it was decided.
    pub generation: u64,
    /// The edition that the candidate priced by; none where it gave no quote.
    pub edition: Option<Digest>,
    /// What the legacy says.
    pub legacy: &'a Answer,
    /// What the candidate says.
    pub candidate: Said<'a>,
    /// How the two differ.
    pub comparison: &'a Comparison,
    pub(super) input: &'a dyn Fn() -> Option<String>,
    pub(super) priced_by: &'a dyn Fn() -> Option<Edition>,
}

impl Observed<'_> {
    /// The input as JSON, written when it is asked for; none where it cannot be written.
    pub fn input(&self) -> Option<String> {
        (self.input)()
    }

    /// The edition that the candidate priced by, or by which it refused or failed; looked up when it is asked for.
    pub fn priced_by(&self) -> Option<Edition> {
        (self.priced_by)()
    }
}

impl fmt::Debug for Observed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Observed");
        shown.field("subject", &self.subject).field("decision", &self.decision).field("comparison", self.comparison);
        shown.finish_non_exhaustive()
    }
}

/// Is told what comes of a migration, by the thread in which it comes. What it does takes its time there; it should hand on what takes longer.
pub trait Observer: Send + Sync {
    /// A case was compared.
    fn compared(&self, _observed: &Observed<'_>) {}

    /// The legacy priced what the candidate was to price, or to price a part of.
    fn stood_in(&self, _standing: &Standing) {}

    /// The candidate is left alone from now on: why, for people.
    fn breaker_opened(&self, _why: &str) {}
}

/// Why the legacy's answer stands where the candidate's was wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The breaker is open.
    BreakerOpen,
    /// The candidate failed: what happened.
    Failed(String),
    /// The program could not make an answer of its own form of what the candidate says.
    NotMade,
    /// Trusted charges could not be put beside the legacy's: why.
    NotComposed(String),
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Standing::BreakerOpen => f.write_str("the breaker is open"),
            Standing::Failed(words) => write!(f, "the candidate failed: {words}"),
            Standing::NotMade => f.write_str("no answer could be made of what the candidate says"),
            Standing::NotComposed(words) => f.write_str(words),
        }
    }
}

/// Takes cases to be compared later, in another thread, so that the caller does not pay for a slow candidate; or has them compared beside the call, where
/// that is quick enough.
pub trait Elsewhere: Send + Sync {
    /// Has a case compared at once, in this thread, by calling what it is given; or does not, and the case is handed on. What it is given asks the candidate,
    /// compares, and tells observers: whoever has a clock can measure it. Called again it does nothing.
    fn beside(&self, _compare: &mut dyn FnMut()) {}

    /// Why no case would be taken now, if so: asked before one is written down, which costs more.
    fn refuses(&self) -> Option<Cause> {
        None
    }

    /// Takes a case. It must not wait: what cannot be kept is [dropped](Handed::drop_for) for its cause.
    fn take(&self, case: Handed);
}

/// A case to be compared later: what the legacy said, and all that the candidate needs to price the same as it would have then. Of a case that is
/// lost the count is not.
pub struct Handed {
    pub(super) whose: Whose,
    pub(super) decision: Decision,
    pub(super) running: Arc<Running>,
    pub(super) input: String,
    pub(super) legacy: Answer,
    /// The editions as they were.
    pub(super) shelf: Pinned,
    pub(super) ticket: Ticket,
}

impl Handed {
    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let Whose { key, segment, case, class } = &self.whose;
        let texts = [key, segment, case, class];
        let texts: usize = texts.into_iter().flatten().map(String::capacity).sum();
        let answer = match &self.legacy {
            Answer::Priced(prices) => {
                let lines: usize = prices.lines.iter().map(|line| line.charge.capacity().saturating_add(96)).sum();
                lines.saturating_add(prices.totals.len().saturating_mul(64))
            }
            Answer::Refused { code, words } => code.capacity().saturating_add(words.capacity()),
            Answer::Failed(words) => words.capacity(),
        };
        [size_of::<Handed>(), texts, answer, self.input.capacity()].into_iter().fold(0, usize::saturating_add)
    }

    /// Gives it up: it is counted.
    pub fn drop_for(self, cause: Cause) {
        self.ticket.dropped(cause);
    }

    /// Its subject.
    pub(super) fn subject(&self) -> Subject<'_> {
        self.whose.subject()
    }
}

/// What a case was written in that has been compared. Nothing is left to be done with it but to drop it: best in a thread that prices, whose memory
/// it is. An allocator lets threads wait for each other where one frees all the time what another one takes.
#[must_use = "it can be given back to a thread that prices"]
pub struct Spent {
    pub(super) _whose: Whose,
    pub(super) _input: String,
    pub(super) _legacy: Answer,
}

impl fmt::Debug for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spent").finish_non_exhaustive()
    }
}

/// A subject in texts of its own.
pub(super) struct Whose {
    key: Option<String>,
    segment: Option<String>,
    case: Option<String>,
    class: Option<String>,
}

impl Whose {
    pub(super) fn of(subject: &Subject<'_>) -> Whose {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let (key, segment) = (owned(subject.key()), owned(subject.segment()));
        Whose { key, segment, case: owned(subject.case_key()), class: owned(subject.class()) }
    }

    pub(super) fn subject(&self) -> Subject<'_> {
        let [key, segment, case, class] =
            [&self.key, &self.segment, &self.case, &self.class].map(|text| text.as_deref().unwrap_or_default());
        Subject::of(key).in_segment(segment).case(case).like(class)
    }
}

impl fmt::Debug for Handed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handed").field("subject", &self.subject()).field("bytes", &self.bytes()).finish_non_exhaustive()
    }
}
