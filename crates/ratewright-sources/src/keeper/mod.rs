//! The keeper: it keeps a book up to date from sources, each in a thread of its own.
//!
//! Sources → looks at the right time → a book that is up to date, and a page that says how it stands. Polling is what everything rests
//! on; hints (events of files, messages, callers that know more) only let a look come earlier. What runs goes on whatever happens.

#[cfg(feature = "events")]
mod events;
mod keeping;
mod post;
mod schedule;
mod status;
#[cfg(test)]
mod tests;
mod watcher;

pub use keeping::Keeping;
pub use status::{Found, Problem, SourceStatus};
pub use watcher::KeeperWatcher;

use crate::clock::{Clock, SystemClock};
use crate::source::{Origin, Source};
use keeping::Desk;
use post::{Common, Post};
use ratewright::live::Book;
use schedule::Random;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often a source is looked at, on average.
const EVERY: Duration = Duration::from_secs(15);

/// How long the start waits for the first look of a source that has nothing newer than what the program brought along.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long it waits for one that has what was kept on this machine.
const PATIENCE_WITH_KEPT: Duration = Duration::from_millis(500);

/// Keeps a book up to date from sources.
///
/// ```
/// use ratewright::live::Book;
/// use ratewright_sources::{Directory, Keeper, WithoutRules};
/// use std::sync::Arc;
///
/// let keeper = Keeper::new(Arc::new(Book::default())).source(Directory::new("/srv/no/such/folder"));
/// let error = keeper.start().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "there is nothing to price by from the folder /srv/no/such/folder: there is no folder /srv/no/such/folder"
/// );
///
/// let keeper = Keeper::new(Arc::new(Book::default())).source(Directory::new("/srv/no/such/folder"));
/// let keeping = keeper.without_rules(WithoutRules::RefuseToPrice).start()?;
/// assert!(keeping.book().quote_json("parcel", "{}").is_err() && !keeping.status()[0].is_priced_by());
/// # Ok::<(), ratewright_sources::StartError>(())
/// ```
#[must_use = "nothing is kept before `start` is called"]
pub struct Keeper {
    book: Arc<Book>,
    sources: Vec<Box<dyn Source>>,
    every: Duration,
    patience: Duration,
    clock: Arc<dyn Clock>,
    watchers: Vec<Arc<dyn KeeperWatcher>>,
    without_rules: WithoutRules,
}

/// What to do at the start where a source has nothing to price by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum WithoutRules {
    /// The start is an error that names the source.
    #[default]
    Fail,
    /// The program starts, and whoever asks for a quote gets an error until the source has something.
    RefuseToPrice,
}

/// Why a book is not kept.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// Sources have nothing to price by.
    NothingToPriceBy {
        /// Each of them, and why, for people.
        sources: Vec<(String, String)>,
    },
    /// The system gives no thread.
    Thread {
        /// The source that was to be kept by it.
        source: String,
        /// What the system says.
        why: std::io::Error,
    },
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::NothingToPriceBy { sources } => {
                sources.iter().enumerate().try_for_each(|(index, (source, why))| {
                    let line = if index > 0 { "\n" } else { "" };
                    write!(f, "{line}there is nothing to price by from {source}: {why}")
                })
            }
            StartError::Thread { source, why } => write!(f, "there is no thread to look at {source}: {why}"),
        }
    }
}

impl std::error::Error for StartError {}

impl Keeper {
    /// For a book; so far from no source.
    pub fn new(book: Arc<Book>) -> Keeper {
        Keeper {
            book,
            sources: Vec::new(),
            every: EVERY,
            patience: PATIENCE,
            clock: Arc::new(SystemClock::default()),
            watchers: Vec::new(),
            without_rules: WithoutRules::default(),
        }
    }

    /// From this source too. Two sources should not be for one rule set: each would put its own editions in the place of the other's.
    pub fn source(mut self, source: impl Source + 'static) -> Keeper {
        self.sources.push(Box::new(source));
        self
    }

    /// How often each source is looked at: at random times that are as far apart on average, and at most twice as far. 15 seconds where
    /// nothing is said.
    pub fn every(mut self, interval: Duration) -> Keeper {
        self.every = interval;
        self
    }

    /// How long [`Keeper::start`] waits for the first answer of a source that has nothing, or only what the program brought along. 30
    /// seconds where nothing is said; half a second for one that has what was kept on this machine.
    pub fn patience(mut self, time: Duration) -> Keeper {
        self.patience = time;
        self
    }

    /// By another clock than that of the machine.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Keeper {
        self.clock = clock;
        self
    }

    /// Says who is told what comes of looks, beside those that already are.
    pub fn watched_by(mut self, watcher: Arc<dyn KeeperWatcher>) -> Keeper {
        self.watchers.push(watcher);
        self
    }

    /// What to do where a source has nothing to price by at the start. It is an error where nothing is said.
    pub fn without_rules(mut self, choice: WithoutRules) -> Keeper {
        self.without_rules = choice;
        self
    }

    /// Takes what all sources can give without the outside world, lets each be looked at in a thread of its own, and waits for the first look:
    /// of those that have nothing, or only what the program brought along, as long as [`Keeper::patience`] says; of the others for half
    /// a second. From then on the book is up to date as far as can be told.
    ///
    /// # Errors
    /// A source has nothing to price by, or there is no thread for it.
    pub fn start(self) -> Result<Keeping, StartError> {
        let common = Common { book: self.book, clock: self.clock, watchers: self.watchers };
        let common = Arc::new(common);
        let every = self.every;
        let mut posts: Vec<Post> =
            self.sources.into_iter().map(|source| Post::new(source, every, Random::new(), &common)).collect();
        posts.iter_mut().for_each(|post| post.start(&common));
        let mut keeping =
            Keeping { book: common.book.clone(), clock: common.clock.clone(), desks: Vec::new(), threads: Vec::new() };
        for post in posts {
            let desk = Arc::new(Desk::new(post.record.clone()));
            let source = post.record.name().to_owned();
            let (common, its_desk) = (common.clone(), desk.clone());
            let thread = std::thread::Builder::new().name(format!("ratewright {source}").replace('\0', ""));
            let thread = thread.spawn(move || keeping::keep(post, &its_desk, &common));
            keeping.threads.push(thread.map_err(|why| StartError::Thread { source, why })?);
            keeping.desks.push(desk);
        }
        let without = wait_for_all(&keeping.desks, self.patience);
        match self.without_rules {
            WithoutRules::Fail if !without.is_empty() => Err(StartError::NothingToPriceBy { sources: without }),
            _ => Ok(keeping),
        }
    }
}

impl fmt::Debug for Keeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Keeper");
        shown.field("sources", &self.sources.len()).field("every", &self.every).finish_non_exhaustive()
    }
}

/// Waits for first looks. Says of which sources there is nothing to price by, and why.
fn wait_for_all(desks: &[Arc<Desk>], patience: Duration) -> Vec<(String, String)> {
    let start = Instant::now();
    let mut without = Vec::new();
    for desk in desks {
        let (before, _) = desk.begun(Duration::ZERO);
        let patience = match before.running.origin {
            Origin::Kept => patience.min(PATIENCE_WITH_KEPT),
            _ => patience,
        };
        let (record, begun) = desk.begun(patience.saturating_sub(start.elapsed()));
        if record.running.origin == Origin::Nothing {
            let why = match record.trouble() {
                Some(why) => why.to_owned(),
                None if begun => "it has nothing".to_owned(),
                None => format!("it has not answered within {} s, or is still being written", patience.as_secs()),
            };
            without.push((record.name().to_owned(), why));
        }
    }
    without
}
