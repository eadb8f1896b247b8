//! The live book: a shelf that is replaced as a whole while others quote from it.
//!
//! Readers take the shelf once for each quote and never wait. Writers come one after the other: a publication is built, compared and
//! tested beside what runs, and then stored at once or not at all. What was replaced is held for a while, so that going back is one store.

use super::publication::{Publication, Published, Reason, Refused};
use super::sync::{Mutex, MutexGuard, Swap};
use super::{Edition, Prepared, Shelf, Watcher};
use crate::digest::Digest;
use std::collections::VecDeque;
use std::fmt;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};

/// How many generations a book holds where nothing else is said, the one that runs included.
const HELD: usize = 8;

/// Editions that are replaced while others quote from them.
///
/// Every quote is made from one shelf and by one edition of it, and says which. A book is shared by reference or in an [`Arc`]: all of
/// its methods take `&self`.
///
/// ```
/// use ratewright::{RuleSet, live::{Book, Edition}};
///
/// let edition = |version: &str, price: &str| {
///     let text = format!("ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD }}\ncharge BASE = {price} USD");
///     RuleSet::compile(&text).map(Edition::new)
/// };
/// let book = Book::default();
/// let first = book.publish(edition("1", "10")?)?;
///
/// let bill_run = book.pin();
/// let old = book.pin().newest("parcel").unwrap().digest();
/// book.publish(ratewright::live::Publication::new().remove(old).put(edition("2", "12")?))?;
/// assert_eq!(book.quote_json("parcel", "{}")?.version(), Some("2"));
/// assert_eq!(bill_run.quote_json("parcel", "{}")?.version(), Some("1"));
///
/// book.roll_back(first.generation)?;
/// assert_eq!(book.quote_json("parcel", "{}")?.version(), Some("1"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Book {
    /// What tells it from other books.
    pub(super) identity: Arc<()>,
    pub(super) current: Swap<Generation>,
    /// Held while a publication is tested: one at a time.
    publishing: Mutex<()>,
    /// Held for a store alone.
    history: Mutex<History>,
    watchers: Vec<Arc<dyn Watcher>>,
}

/// A shelf, and since when.
pub(super) struct Generation {
    pub(super) number: u64,
    /// The generation whose shelf it is again.
    of: Option<u64>,
    pub(super) shelf: Arc<Shelf>,
}

struct History {
    /// The generations that are held, the one that runs last.
    held: VecDeque<Arc<Generation>>,
    most: usize,
    /// Those that are not, until nobody quotes from them: so that no quote pays for freeing an edition.
    let_go: Vec<Arc<Generation>>,
}

/// A shelf as it was when it was pinned: a bill run quotes from it from beginning to end, whatever is published meanwhile. A clone counts a
/// reference.
#[derive(Clone)]
pub struct Pinned {
    generation: Arc<Generation>,
}

/// A generation that is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its number, which counts the changes of the book.
    pub generation: u64,
    /// The generation whose editions are its own again, where it came of going back.
    pub again: Option<u64>,
    /// Its editions.
    pub editions: Vec<Edition>,
}

/// The book has gone back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RolledBack {
    /// The number of the generation that runs now.
    pub generation: u64,
    /// The generation whose editions run again.
    pub to: u64,
    /// The generation that ran before.
    pub from: u64,
}

/// What was to run again is not held.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{wanted} is not held; what is held are the generations {held:?}")]
pub struct NotHeld {
    /// What was wanted.
    pub wanted: String,
    /// The generations that are held, the one that runs last.
    pub held: Vec<u64>,
}

impl Default for Book {
    fn default() -> Self {
        Book::new(Shelf::default())
    }
}

impl Book {
    /// A book that begins with a shelf, as generation 0. Its editions are not tested: those that are published are.
    pub fn new(shelf: Shelf) -> Book {
        let first = Arc::new(Generation { number: 0, of: None, shelf: Arc::new(shelf) });
        Book {
            identity: Arc::new(()),
            current: Swap::new(first.clone()),
            publishing: Mutex::new(()),
            history: Mutex::new(History { held: VecDeque::from([first]), most: HELD, let_go: Vec::new() }),
            watchers: Vec::new(),
        }
    }

    /// Says how many generations are held, the one that runs included; at least that one. Eight, where nothing is said.
    pub fn holding(self, most: usize) -> Book {
        lock(&self.history).hold(most.max(1));
        self
    }

    /// Says who is told of changes, beside those that already are.
    pub fn watched_by(mut self, watcher: Arc<dyn Watcher>) -> Book {
        self.watchers.push(watcher);
        self
    }

    /// The number of the generation that runs.
    pub fn generation(&self) -> u64 {
        self.current.take().number
    }

    /// The shelf that runs, to be kept for as long as a bill run takes.
    pub fn pin(&self) -> Pinned {
        Pinned { generation: self.current.hold() }
    }

    /// The generations that are held, the one that runs last.
    pub fn held(&self) -> Vec<Held> {
        let described = |one: &Arc<Generation>| Held {
            generation: one.number,
            again: one.of,
            editions: one.shelf.all_editions().cloned().collect(),
        };
        lock(&self.history).held.iter().map(described).collect()
    }

    /// Publishes an edition, a shelf, or what a [`Publication`] says: all of it at once, or nothing.
    ///
    /// The periods of the editions must stand together; callers of running editions must be able to send what they send, unless the
    /// publication allows for more; the tests of new editions and the golden cases must hold. All of this takes its time in
    /// the calling thread, while others quote from what runs. An edition that was compiled anew from the texts of one that runs is that
    /// one; where a publication changes nothing, no generation is made: what is told then is the one that runs.
    ///
    /// # Errors
    /// All reasons why not, of the first kind that there is. What ran before still runs.
    pub fn publish(&self, publication: impl Into<Publication>) -> Result<Published, Refused> {
        let publication = publication.into();
        let mut changes = false;
        let outcome = {
            let _one_at_a_time = lock(&self.publishing);
            self.tested(&publication).and_then(|prepared| {
                changes = prepared.changes_the_book();
                self.stored(prepared)
            })
        };
        self.told(changes, outcome)
    }

    /// Does all that [`Book::publish`] does but the last step: what is prepared runs once [`Book::swap`] is called. In between it can be
    /// kept on a disk, for instance, so that nothing prices that is not kept.
    ///
    /// # Errors
    /// All reasons why not, of the first kind that there is.
    ///
    /// ```
    /// use ratewright::{RuleSet, live::{Book, Edition}};
    ///
    /// let rules = RuleSet::compile("ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = 10 USD")?;
    /// let book = Book::default();
    /// let prepared = book.prepare(Edition::new(rules))?;
    /// assert_eq!((prepared.loaded().len(), book.generation()), (1, 0));
    /// // What was tested is kept here; then it runs.
    /// assert_eq!(book.swap(prepared)?.generation, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn prepare(&self, publication: impl Into<Publication>) -> Result<Prepared, Refused> {
        let publication = publication.into();
        let outcome = {
            let _one_at_a_time = lock(&self.publishing);
            self.tested(&publication)
        };
        outcome.inspect_err(|refused| self.tell(|watcher| watcher.refused(refused)))
    }

    /// Lets what was prepared run, in one step and without testing it again.
    ///
    /// # Errors
    /// The book has changed since, [`Reason::Overtaken`]: prepare it again, if it is still wanted. Or it was prepared for another book.
    pub fn swap(&self, prepared: Prepared) -> Result<Published, Refused> {
        self.told(prepared.changes_the_book(), self.stored(prepared))
    }

    /// Lets the editions of a generation run again that is held: as a new generation, at once and without tests.
    ///
    /// # Errors
    /// It is not held.
    pub fn roll_back(&self, generation: u64) -> Result<RolledBack, NotHeld> {
        self.go_back(&format!("generation {generation}"), |one| one.number == generation)
    }

    /// Goes back to the last generation in which an edition was the newest of its rule set: see [`Shelf::newest`].
    ///
    /// # Errors
    /// None is held.
    pub fn roll_back_to(&self, edition: Digest) -> Result<RolledBack, NotHeld> {
        self.go_back(&format!("a generation whose newest edition is {}", edition.short()), |one| {
            one.shelf.names().any(|name| one.shelf.newest(name).is_some_and(|newest| newest.digest() == edition))
        })
    }

    fn go_back(&self, wanted: &str, is_wanted: impl Fn(&Generation) -> bool) -> Result<RolledBack, NotHeld> {
        let rolled_back = {
            let mut history = lock(&self.history);
            let Some(to) = history.held.iter().rev().find(|one| is_wanted(one)).cloned() else {
                let held = history.held.iter().map(|one| one.number).collect();
                return Err(NotHeld { wanted: wanted.to_string(), held });
            };
            let from = self.generation();
            let generation = self.store(&mut history, to.shelf.clone(), Some(to.number));
            RolledBack { generation, to: to.number, from }
        };
        self.free();
        self.tell(|watcher| watcher.rolled_back(&rolled_back));
        Ok(rolled_back)
    }

    /// Lets what was prepared run, where nothing has changed since.
    fn stored(&self, prepared: Prepared) -> Result<Published, Refused> {
        let Prepared { book, beside, next, loaded, removed, breaks } = prepared;
        if !Arc::ptr_eq(&book, &self.identity) {
            return Err(Refused { reasons: vec![Reason::OfAnotherBook] });
        }
        let mut history = lock(&self.history);
        let by = self.generation();
        if by != beside {
            return Err(Refused { reasons: vec![Reason::Overtaken { by }] });
        }
        let Some(next) = next else { return Ok(Published { generation: by, loaded, removed, breaks }) };
        let generation = self.store(&mut history, next, None);
        drop(history);
        self.free();
        Ok(Published { generation, loaded, removed, breaks })
    }

    /// Lets a shelf run as the next generation.
    fn store(&self, history: &mut History, shelf: Arc<Shelf>, of: Option<u64>) -> u64 {
        let number = self.generation().saturating_add(1);
        let next = Arc::new(Generation { number, of, shelf });
        self.current.store(next.clone());
        history.held.push_back(next);
        history.hold(history.most);
        number
    }

    /// Frees what is neither held nor quoted from, here rather than in somebody's quote, and while nobody waits for a mutex.
    pub(super) fn free(&self) {
        let unused = lock(&self.history).unused();
        drop(unused);
    }

    /// Tells what came of a publication; nothing, where it changed nothing.
    fn told(&self, changes: bool, outcome: Result<Published, Refused>) -> Result<Published, Refused> {
        match &outcome {
            Ok(published) if changes => {
                published.loaded.iter().for_each(|edition| self.tell(|watcher| watcher.loaded(edition)));
                self.tell(|watcher| watcher.swapped(published));
            }
            Ok(_) => {}
            Err(refused) => self.tell(|watcher| watcher.refused(refused)),
        }
        outcome
    }

    fn tell(&self, event: impl Fn(&dyn Watcher)) {
        for watcher in &self.watchers {
            // A watcher that panics says so itself; it changes nothing here.
            drop(catch_unwind(AssertUnwindSafe(|| event(&**watcher))));
        }
    }
}

impl Pinned {
    /// The number of the generation that was pinned.
    pub fn generation(&self) -> u64 {
        self.generation.number
    }
}

impl Deref for Pinned {
    type Target = Shelf;

    fn deref(&self) -> &Shelf {
        &self.generation.shelf
    }
}

impl History {
    /// Holds so many generations, and lets the others go.
    fn hold(&mut self, most: usize) {
        self.most = most;
        let others = self.held.len().saturating_sub(most);
        self.let_go.extend(self.held.drain(..others));
    }

    /// Gives out what was let go and nobody quotes from. What is replaced is counted by whoever still does.
    fn unused(&mut self) -> Vec<Arc<Generation>> {
        self.let_go.extract_if(.., |one| Arc::strong_count(one) == 1).collect()
    }
}

/// What a mutex holds is whole at every moment, so that a panic elsewhere does not matter.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl fmt::Debug for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Book").field("generation", &self.generation()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Pinned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pinned").field("generation", &self.generation()).finish_non_exhaustive()
    }
}
