//! The keeper with sources that do as they are told, and with clocks that are moved by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod clocks;
mod schedule;
mod status;
mod threads;

use super::*;
use crate::clock::{ManualClock, Moment};
use crate::source::{Look, Outcome, Running, RunningEdition};
use ratewright::RuleSet;
use ratewright::live::{Edition, Published};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, MutexGuard};

/// Monday noon, far from every change of clocks.
const NOON: &str = "2026-04-06T12:00:00Z";

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

fn edition(version: &str, price: &str) -> Edition {
    let text =
        format!("ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD }}\ncharge BASE = {price} USD");
    Edition::new(RuleSet::compile(&text).unwrap())
}

fn total(book: &Book) -> String {
    book.quote_json("parcel", "{}").map_or_else(|error| error.to_string(), |quote| quote.totals()[0].to_string())
}

/// What the next look does.
type Step = Box<dyn FnOnce(&Book) -> Look + Send>;

/// A source that does what comes through a channel; nothing new where nothing comes.
struct Scripted {
    name: &'static str,
    steps: Receiver<Step>,
    at_start: Option<Step>,
    running: Running,
}

fn scripted(name: &'static str) -> (Scripted, Sender<Step>) {
    let (sender, steps) = channel();
    (Scripted { name, steps, at_start: None, running: Running::default() }, sender)
}

impl Scripted {
    fn starting_with(mut self, step: Step) -> Scripted {
        self.at_start = Some(step);
        self
    }

    fn done(&mut self, look: Look, book: &Book, origin: Origin) -> Look {
        if let Outcome::Swapped(published) = &look.outcome {
            let editions = book.pin();
            let editions = editions.editions("parcel").map(|edition| RunningEdition {
                rule_set: edition.name().to_owned(),
                version: edition.version().map(str::to_owned),
                digest: edition.digest(),
            });
            let epoch = Some(published.generation);
            self.running = Running { origin, epoch, editions: editions.collect(), ..self.running.clone() };
        }
        look
    }
}

impl Source for Scripted {
    fn name(&self) -> String {
        self.name.to_owned()
    }

    fn start(&mut self, book: &Book, _now: Moment) -> Look {
        match self.at_start.take() {
            Some(step) => {
                let look = step(book);
                self.done(look, book, Origin::Kept)
            }
            None => Outcome::Nothing { why: "nothing was kept".into() }.into(),
        }
    }

    fn look(&mut self, book: &Book, _now: Moment) -> Look {
        match self.steps.try_recv() {
            Ok(step) => {
                let look = step(book);
                self.done(look, book, Origin::Source)
            }
            Err(_) => Outcome::Unchanged.into(),
        }
    }

    fn running(&self) -> Running {
        self.running.clone()
    }
}

/// A look that publishes an edition in the place of the others.
fn publishes(version: &'static str, price: &'static str) -> Step {
    Box::new(move |book| {
        let publication = ratewright::live::Publication::new().replace_rule_set("parcel", [edition(version, price)]);
        Outcome::Swapped(book.publish(publication).unwrap()).into()
    })
}

fn gives(outcome: Outcome) -> Step {
    Box::new(move |_| outcome.into())
}

fn unreachable(why: &str) -> Outcome {
    Outcome::Unreachable { why: why.to_owned(), wait: None }
}

fn refused(why: &str) -> Outcome {
    Outcome::Refused { why: why.to_owned() }
}

/// Writes down what it is told, without the looks.
#[derive(Default)]
struct Diary {
    lines: Mutex<Vec<String>>,
}

impl Diary {
    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.lines.lock().unwrap()
    }

    fn write(&self, line: String) {
        self.lines().push(line);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.lines())
    }
}

impl KeeperWatcher for Diary {
    fn unreachable(&self, status: &SourceStatus, problem: &Problem) {
        assert_eq!(status.trouble(), Some(problem));
        self.write(format!("unreachable: {}", problem.why));
    }

    fn refused(&self, _: &SourceStatus, problem: &Problem) {
        self.write(format!("{}: {}", problem.kind.as_str(), problem.why));
    }

    fn warned(&self, _: &SourceStatus, warning: &str) {
        self.write(format!("warned: {warning}"));
    }

    fn swapped(&self, _: &SourceStatus, published: &Published) {
        self.write(format!("swapped: {}", published.loaded[0].version().unwrap()));
    }

    fn recovered(&self, status: &SourceStatus, problem: &Problem) {
        assert_eq!(status.trouble(), None);
        self.write(format!("recovered after {} looks: {}", problem.looks, problem.why));
    }
}

/// A post with what is around it, and a clock that is moved by hand.
struct Stand {
    post: Post,
    common: Common,
    clock: Arc<ManualClock>,
    diary: Arc<Diary>,
}

impl Stand {
    fn new(source: impl Source + 'static, every: Duration) -> Stand {
        let (clock, diary) = (Arc::new(ManualClock::at(moment(NOON))), Arc::new(Diary::default()));
        let book = Arc::new(Book::default());
        let common = Common { book, clock: clock.clone(), watchers: vec![diary.clone()] };
        let post = Post::new(Box::new(source), every, Random::from(7), &common);
        Stand { post, common, clock, diary }
    }

    fn time(&self) -> super::schedule::Time {
        super::schedule::Time::of(&*self.clock)
    }

    /// How long until the next look.
    fn wait(&self) -> Duration {
        self.post.schedule.wait(self.time(), false)
    }

    fn look(&mut self) -> Found {
        self.post.look(&self.common, |_, _| {})
    }

    fn status(&self) -> SourceStatus {
        self.post.record.status(&self.common.book.pin(), self.time(), false, self.wait())
    }
}
