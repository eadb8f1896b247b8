//! A folder of rule files, tables and bundles as a source: for development, and for folders that somebody else keeps whole, such as the
//! ConfigMap of a cluster.
//!
//! A look takes all files into memory once they have been at rest for a while, compiles them from there, and publishes all of it or nothing.
//! What is half-written, wrong or gone never takes the place of what runs. That the files are those that somebody meant to publish
//! only bundles and channels can tell: a file that was cut off at the end of a line, and left so, may be a whole rule set.

mod editions;
mod listing;
mod publishing;
mod snapshot;
#[cfg(test)]
mod tests;

use crate::channel::Trust;
use crate::clock::{Clock, Moment, SystemClock};
use crate::source::{Look, Origin, Outcome, Running, RunningEdition, Source};
use editions::{All, BUNDLE, CSV, Maker, RETIRED, RULES, SIGNATURE};
use listing::{Listing, NoListing};
use ratewright::Compiler;
use ratewright::digest::Digest;
use ratewright::live::Book;
use snapshot::{NoSnapshot, Snapshot};
use std::collections::BTreeSet;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long nothing may have changed before it is read.
const SETTLING: Duration = Duration::from_millis(300);

/// How often contents are compared although nothing seems to have changed: each so manieth look.
const CONTENTS_EVERY: u64 = 20;

/// After so long an operator is told that the files never come to rest.
const RESTLESS: Duration = Duration::from_secs(60);

/// So many paths outside the usual endings are watched because rules name them.
const MOST_WANTED: usize = 1000;

/// A folder from which a book is brought up to date.
///
/// Every `.rules` file in it and in its folders that begins with `ruleset`, and every `.bundle.zip`, is an edition. What a name
/// that begins with a dot holds does not count. `docs/sources.md` says what becomes of files that are being written, wrong or gone.
///
/// ```
/// use ratewright::live::Book;
/// use ratewright_sources::{Directory, Keeper};
/// use std::sync::Arc;
///
/// let folder = std::env::temp_dir().join(format!("ratewright-doc-{}", std::process::id()));
/// std::fs::create_dir_all(&folder)?;
/// std::fs::write(folder.join("parcel.rules"), "ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = 10 USD\n")?;
///
/// let keeping = Keeper::new(Arc::new(Book::default())).source(Directory::new(&folder)).start()?;
/// assert_eq!(keeping.book().quote_json("parcel", "{}")?.totals()[0].to_string(), "10.00 USD");
/// keeping.stop();
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Directory {
    folder: PathBuf,
    maker: Maker,
    clock: Arc<dyn Clock>,
    settling: Duration,
    allows_breaking: bool,
    expected: Vec<String>,
    most_files: usize,
    most_bytes: u64,
    /// Paths that rules name, and that count whatever their endings are.
    wanted: BTreeSet<String>,
    /// The last listing, and since when it is the same.
    seen: Option<(Listing, Duration)>,
    /// Since when files have been changing.
    restless: Option<Duration>,
    judged: Option<Judged>,
    looks: u64,
    /// What the book has from here.
    published: All,
    since: Option<Moment>,
    /// What somebody else does after everything was read.
    #[cfg(test)]
    meanwhile: Option<Box<dyn FnOnce() + Send>>,
}

/// What came of the files that were read last.
#[derive(Debug)]
struct Judged {
    listing: Listing,
    contents: Digest,
    /// The generation of the book beside which they were refused.
    generation: u64,
    /// Why they must not run.
    refused: Option<String>,
    warnings: Vec<String>,
    /// Whether a file was so young that a later change to it may not show in its times.
    young: bool,
}

impl Directory {
    /// The folder at a path. Nothing is read yet.
    pub fn new(folder: impl Into<PathBuf>) -> Directory {
        Directory {
            folder: folder.into(),
            maker: Maker { compiler: Box::new(Compiler::new), trusted: Trust::Unsigned },
            clock: Arc::new(SystemClock::default()),
            settling: SETTLING,
            allows_breaking: false,
            expected: Vec::new(),
            most_files: 10_000,
            most_bytes: 1 << 30,
            wanted: BTreeSet::new(),
            seen: None,
            restless: None,
            judged: None,
            looks: 0,
            published: All::new(),
            since: None,
            #[cfg(test)]
            meanwhile: None,
        }
    }

    /// Takes nothing but bundles that one of these keys signed, by the file `NAME.bundle.zip.minisig` beside each.
    /// [`TrustedKeys`](crate::TrustedKeys) count for as long as the folder is looked at; [`KeyFiles`](crate::KeyFiles) are read again at each look.
    pub fn signed_by(mut self, keys: impl Into<Trust>) -> Directory {
        self.maker.trusted = keys.into();
        self
    }

    /// What compiles the rules: functions of the host, and limits. It is asked for each rule set.
    pub fn compiler(mut self, compiler: impl Fn() -> Compiler + Send + 'static) -> Directory {
        self.maker.compiler = Box::new(compiler);
        self
    }

    /// Goes on where callers of running editions run into something: fields that must now be sent, are gone, or take less.
    pub fn allow_breaking(mut self) -> Directory {
        self.allows_breaking = true;
        self
    }

    /// Says that this rule set must be there: without it nothing of the folder is published, also at the start.
    pub fn expecting(mut self, rule_set: &str) -> Directory {
        self.expected.push(rule_set.to_owned());
        self
    }

    /// How long nothing may have changed before it is read: 300 milliseconds where nothing is said. None is needed where files are only ever put there
    /// by renaming whole folders, as a ConfigMap is.
    pub fn settling(mut self, time: Duration) -> Directory {
        self.settling = time;
        self
    }

    /// How many files of rules, tables and bundles there may be, and how many bytes they may have together: 10,000 and 1 GiB where
    /// nothing is said. All of them are held in memory while they are compiled.
    pub fn at_most(mut self, files: usize, bytes: u64) -> Directory {
        (self.most_files, self.most_bytes) = (files, bytes);
        self
    }

    /// By another clock than that of the machine. It counts how long files have been at rest.
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Directory {
        self.clock = clock;
        self
    }

    fn list(&self) -> Result<Listing, NoListing> {
        let endings = [RULES, CSV, BUNDLE, SIGNATURE, RETIRED];
        let counts = |path: &str| endings.iter().any(|ending| path.ends_with(ending)) || self.wanted.contains(path);
        listing::list(&self.folder, &counts, self.most_files)
    }

    /// Whether what is listed has been at rest for long enough.
    fn is_at_rest(&mut self, listing: &Listing) -> bool {
        let now = self.clock.elapsed();
        let since = match &self.seen {
            Some((seen, since)) if seen == listing => *since,
            _ => {
                self.seen = Some((listing.clone(), now));
                now
            }
        };
        now.saturating_sub(since) >= self.settling
    }

    fn unsettled(&mut self) -> Look {
        let now = self.clock.elapsed();
        let since = *self.restless.get_or_insert(now);
        let mut look = Look::from(Outcome::Unsettled);
        if now.saturating_sub(since) >= RESTLESS {
            look.warnings.push(format!(
                "files in {} never come to rest: nothing of them is published; write them elsewhere and rename them",
                self.folder.display()
            ));
        }
        look
    }

    /// What was said of these files before, as long as the book has not changed meanwhile.
    fn known(&self, book: &Book) -> Option<Look> {
        let judged = self.judged.as_ref()?;
        let mut warnings = judged.warnings.clone();
        let outcome = match &judged.refused {
            Some(_) if judged.generation != book.generation() => return None,
            Some(why) if self.published.is_empty() => Outcome::Nothing { why: why.clone() },
            Some(why) => Outcome::Refused { why: why.clone() },
            None => Outcome::Unchanged,
        };
        let (says, until) = (self.folder.display().to_string(), "the folder changes");
        warnings.extend(self.running().warnings_of(&book.pin(), &says, until));
        Some(Look { outcome, warnings, again_at: None })
    }

    fn try_to_look(&mut self, book: &Book, now: Moment) -> Result<Look, NoListing> {
        self.looks = self.looks.saturating_add(1);
        let listing = self.list()?;
        let compares_contents = self.looks.is_multiple_of(CONTENTS_EVERY);
        let is_known = |judged: &Judged| judged.listing == listing && !judged.young && !compares_contents;
        if self.judged.as_ref().is_some_and(is_known)
            && let Some(look) = self.known(book)
        {
            self.restless = None;
            return Ok(look);
        }
        if !self.is_at_rest(&listing) {
            return Ok(self.unsettled());
        }
        let snapshot = match Snapshot::read(&listing, self.most_bytes) {
            Ok(snapshot) => snapshot,
            Err(NoSnapshot::Changed) => {
                self.seen = None;
                return Ok(self.unsettled());
            }
            Err(NoSnapshot::No(why)) => return Err(why),
        };
        #[cfg(test)]
        self.meanwhile.take().into_iter().for_each(|happens| happens());
        let after = self.list()?;
        if after != listing {
            self.seen = Some((after, self.clock.elapsed()));
            return Ok(self.unsettled());
        }
        self.restless = None;
        Ok(self.judge(book, listing, &snapshot, now))
    }

    /// Compiles and publishes what was read, unless that has been done already.
    fn judge(&mut self, book: &Book, listing: Listing, snapshot: &Snapshot, now: Moment) -> Look {
        let (contents, young) = (snapshot.digest(), listing.is_young(now));
        if let Some(judged) = self.judged.as_mut().filter(|judged| judged.contents == contents) {
            (judged.listing, judged.young) = (listing.clone(), young);
            if let Some(look) = self.known(book) {
                return look;
            }
        }
        let made = self.maker.make(snapshot, &self.published);
        if self.wants_more(snapshot, &listing) {
            return self.unsettled();
        }
        let judged = |refused: Option<String>, warnings: Vec<String>| {
            Some(Judged { listing, contents, generation: book.generation(), refused, warnings, young })
        };
        match made.and_then(|(all, warnings)| self.publish(book, snapshot, all, warnings, now)) {
            Ok(None) => self.unsettled(),
            Ok(Some(look)) => {
                self.judged = judged(None, look.warnings.clone());
                look
            }
            Err(why) => {
                self.judged = judged(Some(why), Vec::new());
                self.known(book).unwrap_or_else(|| Outcome::Unsettled.into())
            }
        }
    }

    /// Whether rules name files that are there and were not read because of their endings. They count from now on.
    fn wants_more(&mut self, snapshot: &Snapshot, listing: &Listing) -> bool {
        let mut is_more = false;
        for path in snapshot.missed() {
            if self.wanted.len() < MOST_WANTED && self.wanted.insert(path.clone()) {
                is_more |= listing.root.join(&path).is_file();
            }
        }
        is_more
    }
}

impl Source for Directory {
    fn name(&self) -> String {
        format!("the folder {}", self.folder.display())
    }

    /// There is nothing without the folder: what was kept is the folder itself.
    fn start(&mut self, _book: &Book, _now: Moment) -> Look {
        Outcome::Nothing { why: format!("{} has not been read yet", self.name()) }.into()
    }

    fn look(&mut self, book: &Book, now: Moment) -> Look {
        let (other_keys, warning) = self.maker.trusted.read_again();
        if other_keys {
            self.judged = None; // what was refused may count now, and what was taken may not
        }
        let outcome = match self.try_to_look(book, now) {
            Ok(mut look) => {
                look.warnings.extend(warning);
                return look;
            }
            Err(NoListing::Failed(why)) => Outcome::Unreachable { why, wait: None },
            Err(NoListing::Missing) => self.refused(format!("there is no folder {}", self.folder.display())),
            Err(NoListing::Unusable(why)) => self.refused(why),
        };
        // Whatever comes next is to be read anew.
        self.seen = None;
        Look { warnings: warning.into_iter().collect(), ..outcome.into() }
    }

    fn hints(&self) -> Vec<PathBuf> {
        match &self.seen {
            Some((listing, _)) => listing.places.iter().cloned().collect(),
            None => listing::places_of(&self.folder).into_iter().collect(),
        }
    }

    fn running(&self) -> Running {
        let editions: Vec<RunningEdition> = self.published.values().map(|made| (&made.edition).into()).collect();
        let origin = if self.since.is_some() { Origin::Source } else { Origin::Nothing };
        Running { origin, editions, since: self.since, ..Running::default() }
    }
}

impl Directory {
    fn refused(&self, why: String) -> Outcome {
        match self.published.is_empty() {
            true => Outcome::Nothing { why },
            false => Outcome::Refused { why },
        }
    }
}

impl fmt::Debug for Directory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Directory").field("folder", &self.folder).finish_non_exhaustive()
    }
}
