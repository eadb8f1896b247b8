//! How it stands with a source: what its looks came to → a page for operators, and what they are told of it.
//!
//! Nothing here asks a clock. What is wrong is told once, when it begins or the words for it change, and so is that it is over.

use super::schedule::Time;
use crate::clock::Moment;
use crate::source::{Look, Origin, Outcome, Running, RunningEdition};
use ratewright::live::{Published, Shelf};
use serde::{Serialize, Serializer};
use std::collections::VecDeque;
use std::time::Duration;

/// So many different words for what is wrong are remembered; words that differ from look to look are not told for ever.
const REMEMBERED: usize = 16;

/// How it stands with a source, for a page of status. Names and reasons come from the source, which leaves out what is secret.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct SourceStatus {
    /// The source.
    pub source: String,
    /// Who prices by it now.
    pub running: Running,
    /// Whether it is being looked at just now.
    pub looking: bool,
    /// How many looks have ended.
    pub looks: u64,
    /// When it last answered, whatever it said.
    pub last_contact: Option<Moment>,
    /// When a look last told that what runs is what should run.
    pub last_confirmed: Option<Moment>,
    /// How much time has passed since then, not by the time of day, which may be set. Where there was none since the start: since what was begun with was
    /// published, for what was kept may have been confirmed then and never again; since the start, where that is not known. In JSON `staleness_seconds`.
    #[serde(rename = "staleness_seconds", serialize_with = "seconds")]
    pub staleness: Duration,
    /// Looks in a row that no answer came to.
    pub failures: u32,
    /// What is wrong, or was last.
    pub problem: Option<Problem>,
    /// What an operator should know, although pricing goes on.
    pub warnings: Vec<String>,
    /// Whether a new pointer should have come by now.
    pub expired: bool,
    /// Rule sets that run otherwise than the source gave them: somebody took the book back by hand, or something else publishes them. For a
    /// moment, while something new is swapped, also those.
    pub taken_back: Vec<String>,
    /// Those of them that nobody prices, for the book has no edition of them any more.
    pub unpriced: Vec<String>,
    /// The editions by which the book prices the rule sets of `taken_back`, in the place of those that `running` says.
    pub priced_instead: Vec<RunningEdition>,
    /// When it is looked at next, at the latest.
    pub next_look: Moment,
}

impl SourceStatus {
    /// What is wrong now.
    pub fn trouble(&self) -> Option<&Problem> {
        self.problem.as_ref().filter(|problem| problem.over.is_none())
    }

    /// Whether there is something to price by, for each rule set that the source gave.
    pub fn is_priced_by(&self) -> bool {
        self.running.origin != Origin::Nothing && self.unpriced.is_empty()
    }
}

fn seconds<S: Serializer>(time: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(time.as_secs())
}

/// What is wrong with a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Problem {
    /// Of which kind.
    pub kind: Found,
    /// What, for people.
    pub why: String,
    /// Since when something is wrong, whatever it was at first.
    pub since: Moment,
    /// When it was last seen.
    pub last: Moment,
    /// Looks in a row that met something wrong.
    pub looks: u64,
    /// When it was over; none while it is not.
    pub over: Option<Moment>,
}

/// What a look found, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Found {
    /// What runs is what should.
    Unchanged,
    /// Something new, which runs now.
    Swapped,
    /// Something new that goes live later.
    Announced,
    /// Something that is still being written.
    Unsettled,
    /// No answer.
    Unreachable,
    /// What must not run.
    Refused,
    /// Nothing to price by.
    Nothing,
    /// The source itself failed.
    Panicked,
}

impl Found {
    /// The word: `unchanged`.
    pub fn as_str(self) -> &'static str {
        match self {
            Found::Unchanged => "unchanged",
            Found::Swapped => "swapped",
            Found::Announced => "announced",
            Found::Unsettled => "unsettled",
            Found::Unreachable => "unreachable",
            Found::Refused => "refused",
            Found::Nothing => "nothing",
            Found::Panicked => "panicked",
        }
    }

    fn of(outcome: &Outcome) -> (Found, Option<&str>) {
        match outcome {
            Outcome::Unchanged => (Found::Unchanged, None),
            Outcome::Swapped(_) => (Found::Swapped, None),
            Outcome::Announced { .. } => (Found::Announced, None),
            Outcome::Unsettled => (Found::Unsettled, None),
            Outcome::Unreachable { why, .. } => (Found::Unreachable, Some(why)),
            Outcome::Refused { why } => (Found::Refused, Some(why)),
            Outcome::Nothing { why } => (Found::Nothing, Some(why)),
        }
    }
}

/// What is to be told of a look.
#[derive(Debug)]
pub(super) enum Notice {
    Troubled(Problem),
    Recovered(Problem),
    Warned(String),
    Swapped(Published),
}

/// What is known of a source from its looks.
#[derive(Debug, Clone)]
pub(super) struct Record {
    name: String,
    pub(super) running: Running,
    looks: u64,
    last_contact: Option<Moment>,
    last_confirmed: Option<Moment>,
    /// When a look last told that what runs is what should; the start, where none did.
    confirmed: Duration,
    /// How old what it began with may have been then, until a look tells more.
    age_before: Duration,
    failures: u32,
    problem: Option<Problem>,
    /// The words for what is wrong that were told.
    told: VecDeque<(Found, String)>,
    warnings: Vec<String>,
}

impl Record {
    pub(super) fn new(name: String, time: Time) -> Record {
        Record {
            name,
            running: Running::default(),
            looks: 0,
            last_contact: None,
            last_confirmed: None,
            confirmed: time.elapsed,
            age_before: Duration::ZERO,
            failures: 0,
            problem: None,
            told: VecDeque::new(),
            warnings: Vec::new(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// What is wrong now, in words.
    pub(super) fn trouble(&self) -> Option<&str> {
        self.problem.as_ref().filter(|problem| problem.over.is_none()).map(|problem| problem.why.as_str())
    }

    /// Takes note of what could be done without the outside world. That nothing was there yet is no problem.
    pub(super) fn started(&mut self, look: Result<Look, String>, running: Running, time: Time) -> Vec<Notice> {
        // Nobody outside was asked yet: a restart makes nothing any newer.
        self.age_before = running.published.map_or(Duration::ZERO, |published| time.now.since(published));
        self.running = running;
        let mut notices = Vec::new();
        match look {
            Ok(look) => {
                self.warn(look.warnings, true, &mut notices);
                match look.outcome {
                    Outcome::Swapped(published) => notices.push(Notice::Swapped(published)),
                    Outcome::Refused { why } | Outcome::Unreachable { why, .. } => {
                        self.trouble_is(Found::Refused, why, time, &mut notices);
                    }
                    _ => {}
                }
            }
            Err(why) => self.trouble_is(Found::Panicked, why, time, &mut notices),
        }
        notices
    }

    /// Takes note of a look; `Err` is what a source said that panicked.
    pub(super) fn looked(
        &mut self,
        look: Result<Look, String>,
        running: Running,
        failures: u32,
        time: Time,
    ) -> (Found, Vec<Notice>) {
        self.looks = self.looks.saturating_add(1);
        (self.running, self.failures) = (running, failures);
        let mut notices = Vec::new();
        let look = match look {
            Ok(look) => look,
            Err(why) => {
                self.trouble_is(Found::Panicked, why, time, &mut notices);
                return (Found::Panicked, notices);
            }
        };
        let (found, why) = Found::of(&look.outcome);
        let answered = found != Found::Unreachable;
        if answered {
            self.last_contact = Some(time.now);
        }
        self.warn(look.warnings, answered, &mut notices);
        if let Some(why) = why {
            self.trouble_is(found, why.to_owned(), time, &mut notices);
        } else if found != Found::Unsettled {
            (self.last_confirmed, self.confirmed, self.age_before) = (Some(time.now), time.elapsed, Duration::ZERO);
            self.trouble_is_over(time, &mut notices);
        }
        if let Outcome::Swapped(published) = look.outcome {
            notices.push(Notice::Swapped(published));
        }
        (found, notices)
    }

    fn trouble_is(&mut self, kind: Found, why: String, time: Time, notices: &mut Vec<Notice>) {
        let before = self.problem.take().filter(|problem| problem.over.is_none());
        let (since, looks) = before.map_or((time.now, 0), |before| (before.since, before.looks));
        let problem = Problem { kind, why, since, last: time.now, looks: looks.saturating_add(1), over: None };
        let words = (kind, problem.why.clone());
        if !self.told.contains(&words) {
            if self.told.len() >= REMEMBERED {
                self.told.pop_front();
            }
            self.told.push_back(words);
            notices.push(Notice::Troubled(problem.clone()));
        }
        self.problem = Some(problem);
    }

    fn trouble_is_over(&mut self, time: Time, notices: &mut Vec<Notice>) {
        self.told.clear();
        if let Some(problem) = self.problem.as_mut().filter(|problem| problem.over.is_none()) {
            problem.over = Some(time.now);
            notices.push(Notice::Recovered(problem.clone()));
        }
    }

    /// Warnings last while they are given; those of a look without an answer are beside those before.
    fn warn(&mut self, mut warnings: Vec<String>, answered: bool, notices: &mut Vec<Notice>) {
        let fresh: Vec<String> = warnings.iter().filter(|warning| !self.warnings.contains(warning)).cloned().collect();
        if !answered {
            let lasting = self.warnings.iter().filter(|warning| !warnings.contains(warning)).cloned();
            warnings = lasting.collect::<Vec<_>>().into_iter().chain(warnings).collect();
            warnings.truncate(REMEMBERED);
        }
        self.warnings = warnings;
        notices.extend(fresh.into_iter().map(Notice::Warned));
    }

    /// The page, beside what the book has.
    pub(super) fn status(&self, shelf: &Shelf, time: Time, looking: bool, wait: Duration) -> SourceStatus {
        let taken_back = self.running.otherwise_in(shelf);
        let is_gone = |name: &&String| shelf.editions(name).next().is_none();
        SourceStatus {
            source: self.name.clone(),
            running: self.running.clone(),
            looking,
            looks: self.looks,
            last_contact: self.last_contact,
            last_confirmed: self.last_confirmed,
            staleness: time.elapsed.saturating_sub(self.confirmed).saturating_add(self.age_before),
            failures: self.failures,
            problem: self.problem.clone(),
            warnings: self.warnings.clone(),
            expired: self.running.expires.is_some_and(|expires| expires <= time.now),
            unpriced: taken_back.iter().filter(is_gone).cloned().collect(),
            priced_instead: taken_back.iter().flat_map(|name| shelf.editions(name)).map(RunningEdition::from).collect(),
            taken_back,
            next_look: time.now + wait,
        }
    }
}
