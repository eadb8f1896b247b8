//! The source [`Channel`]: the editions of a rule set that run on a channel, as signed pointers say.
//!
//! A look at the store becomes a publication in the book, an announcement, or the reason why not. The steps of [`Channel::consider`] are
//! the protocol of `docs/channels.md`, in its order; whatever fails, what runs goes on. What was verified once is remembered: an
//! older epoch never runs after a newer one was seen, and what must not run is tried again only when the store shows something else.

mod behind;
mod keys;
mod live;
mod start;

use self::behind::{Behind, LOOKED_BACK};
use super::gather::{Editions, Making, Stop};
use super::kept::{GenerationId, Kept, Mark, Place, Seen};
use super::{LARGEST_POINTER, Named, Pointer, SignedPointer, Trust, pointer_path};
use crate::bundle::Limits;
use crate::clock::Moment;
use crate::disk::{Disk, LocalDisk};
use crate::signature::KeyId;
use crate::source::{AnnouncedEpoch, Look, Outcome, Running, Source};
use crate::store::{Answer, Store, StoreError, Tag};
use ratewright::Compiler;
use ratewright::digest::Digest;
use ratewright::live::{Book, Golden, Prepared};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How often the store is asked in one look, where others run ahead.
const ASKED_ANEW: usize = 8;

/// A rule set on a channel of a store.
///
/// It begins with what was kept on this machine, else with what the program brought along, else with nothing: the book then has no such
/// rule set, and whoever asks for a quote is told so. From then on it does what the pointer in the store says.
///
/// Bundles need no signature of their own: the pointer names them by their digests, and the pointer is signed.
///
/// ```
/// use ratewright::{RuleSet, live::{Book, Golden}};
/// use ratewright_sources::channel::{Channel, Named, Pointer, SignedPointer, Trust, bundle_path, pointer_path};
/// use ratewright_sources::store::{Memory, WritableStore};
/// use ratewright_sources::{Bundle, Moment, Source};
/// use std::sync::Arc;
///
/// // What `ratewright bundle publish` does, here without a signature.
/// let rules = RuleSet::compile("ruleset parcel \"Parcels\" version \"2026.1\" { currency USD }\ncharge BASE = 10 USD")?;
/// let (store, bundle) = (Arc::new(Memory::default()), Bundle::build(&rules)?);
/// let named = Named::of(&bundle);
/// store.create(&bundle_path(named.sha256), bundle.as_bytes())?;
/// let now: Moment = "2026-04-02T06:00:00Z".parse()?;
/// let pointer = SignedPointer::text_of(&Pointer::new("production", "parcel", 1, vec![named], now))?;
/// let signed = SignedPointer { pointer, signature: None };
/// store.create(&pointer_path("production", "parcel"), &signed.to_bytes()?)?;
///
/// let book = Book::default();
/// let mut channel = Channel::new(store, "production", "parcel", Trust::Unsigned)
///     .golden(Golden::total("a parcel", "parcel", "{}", "10 USD"));
/// channel.start(&book, now);
/// assert!(book.quote_json("parcel", "{}").is_err(), "nothing was kept, and nothing brought along");
/// channel.look(&book, now);
/// assert_eq!(book.quote_json("parcel", "{}")?.version(), Some("2026.1"));
/// assert_eq!(channel.running().epoch, Some(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Channel {
    store: Arc<dyn Store>,
    channel: String,
    trust: Trust,
    making: Making,
    golden: Vec<Golden>,
    embedded: Vec<Vec<u8>>,
    kept: Option<Kept>,

    /// Whether what is on the disk has been read.
    has_recalled: bool,
    /// The highest epoch whose pointer was ever verified; no lower one counts.
    seen: Option<Seen>,
    /// The highest epoch of each key that was seen since the start.
    marks: Vec<Mark>,
    /// What is to be marked on the disk, and what has been.
    mark: Option<Mark>,
    marked: Option<Mark>,
    /// What the store shows, where it has been dealt with for good.
    settled: Option<Settled>,
    /// The bundles of pointers that have not been dealt with: what was fetched of them is not fetched again.
    half_done: Vec<Named>,
    /// What runs by a pointer.
    live: Option<Generation>,
    /// What has been tested and goes live later.
    announced: Option<(Generation, Option<Prepared>)>,
    /// The pointer that the store shows, where it does not run, for which those before it are looked at.
    behind: Option<Behind>,
    /// The last pointers that must not run, which are not tried again.
    must_not_run: VecDeque<GenerationId>,
    editions: Editions,
    /// Whether the disk may hold what nothing needs.
    has_more_than_needed: bool,
    running: Running,
    warnings: Vec<String>,
}

/// A file of a pointer that need not be looked at again.
struct Settled {
    file: Digest,
    tag: Option<Tag>,
    /// Why it does not run, where it does not.
    refused: Option<String>,
}

/// A pointer that counts, with all its editions tested.
#[derive(Clone)]
struct Generation {
    id: GenerationId,
    /// As it was fetched.
    file: Vec<u8>,
    pointer: Pointer,
    /// Whether this file has been kept.
    is_kept: bool,
    /// Why its signature does not count any more, where a key was revoked or taken out since.
    counts_no_more: Option<String>,
}

impl Channel {
    /// The rule set of a name on a channel of a store. Nothing is asked of the store yet. Keys that are given as a value count for as long as the
    /// channel is followed; those of [`Trust::Files`] are read again at each look.
    pub fn new(store: Arc<dyn Store>, channel: &str, rule_set: &str, trust: Trust) -> Channel {
        let compiler = Box::new(Compiler::new);
        Channel {
            store,
            channel: channel.to_owned(),
            trust,
            making: Making { rule_set: rule_set.to_owned(), limits: Limits::default(), compiler },
            golden: Vec::new(),
            embedded: Vec::new(),
            kept: None,
            has_recalled: false,
            seen: None,
            marks: Vec::new(),
            mark: None,
            marked: None,
            settled: None,
            half_done: Vec::new(),
            live: None,
            announced: None,
            behind: None,
            must_not_run: VecDeque::new(),
            editions: Editions::default(),
            has_more_than_needed: true,
            running: Running { rule_set: Some(rule_set.to_owned()), ..Running::default() },
            warnings: Vec::new(),
        }
    }

    /// Keeps what runs in a folder, each rule set on each channel in its own place, and begins with it. Without this a restart begins with
    /// what the program brought along, and does not know which epochs were seen.
    pub fn kept_in(self, folder: impl AsRef<Path>) -> Channel {
        self.kept_on(LocalDisk, folder)
    }

    /// As [`Channel::kept_in`], on another disk than that of the machine: in tests, one that fails.
    pub fn kept_on(mut self, disk: impl Disk + 'static, folder: impl AsRef<Path>) -> Channel {
        self.kept = Some(Kept::new(Box::new(disk), folder.as_ref(), &self.channel, &self.making.rule_set));
        self
    }

    /// A bundle that the program brings along, to begin with where nothing was kept. Called for each edition; they are trusted as the
    /// program is.
    pub fn embedded(mut self, bundle: impl Into<Vec<u8>>) -> Channel {
        self.embedded.push(bundle.into());
        self
    }

    /// A case that must hold before anything runs, whoever signed it.
    pub fn golden(mut self, case: Golden) -> Channel {
        self.golden.push(case);
        self
    }

    /// Makes the compilers that bring the functions of the program and its limits. Texts come from bundles alone.
    pub fn compiler(mut self, compiler: impl Fn() -> Compiler + Send + 'static) -> Channel {
        self.making.compiler = Box::new(compiler);
        self
    }

    /// How large a bundle may be, and all of them together that a pointer names. What is larger is refused, and nothing of it fetched.
    pub fn limits(mut self, limits: Limits) -> Channel {
        self.making.limits = limits;
        self
    }

    fn rule_set(&self) -> &str {
        &self.making.rule_set
    }

    /// Asks the store. Where others who share the folder have seen a later epoch since the store was read, what was read is not an old pointer
    /// that somebody shows again: it is asked anew.
    fn ask_while_others_do(&mut self, book: &Book, now: Moment) -> Outcome {
        let highest = |seen: &Option<Seen>| seen.as_ref().map_or(0, |seen| seen.epoch);
        for _ in 1..ASKED_ANEW {
            let known = highest(&self.seen);
            let asked = self.ask(book, now);
            let shown = self.mark.map_or(0, |mark| mark.id.epoch);
            if !matches!(asked, Outcome::Refused { .. }) || highest(&self.seen) <= known.max(shown) {
                return asked;
            }
        }
        self.ask(book, now)
    }

    /// Asks the store, and does what the pointer says that it shows.
    fn ask(&mut self, book: &Book, now: Moment) -> Outcome {
        let path = pointer_path(&self.channel, self.rule_set());
        let tag = self.settled.as_ref().and_then(|settled| settled.tag.as_ref());
        let (bytes, tag) = match self.store.read(&path, tag, LARGEST_POINTER) {
            Ok(Answer::Unchanged) => return self.unchanged(),
            Ok(Answer::File { bytes, tag }) => (bytes, tag),
            Err(StoreError::Failed { path, place, why, wait }) => {
                let why = StoreError::Failed { path, place, why, wait: None }.to_string();
                return Outcome::Unreachable { why, wait };
            }
            Err(error @ StoreError::Missing { .. }) if self.live.is_none() => {
                return Outcome::Nothing { why: error.to_string() };
            }
            Err(error) => return Stop::Damaged(error.to_string()).into(),
        };
        let file = Digest::of_bytes(&bytes);
        if let Some(settled) = self.settled.as_mut().filter(|settled| settled.file == file) {
            settled.tag = tag;
            return self.unchanged();
        }
        let considered = self.consider(book, now, bytes);
        // What may be mended is looked at again, even where the pointer stays the same.
        self.settled = match &considered {
            Ok(_) => Some(Settled { file, tag, refused: None }),
            Err(Stop::Refused(why)) => Some(Settled { file, tag, refused: Some(why.clone()) }),
            Err(_) => None,
        };
        if self.settled.is_some() {
            self.half_done.clear();
        }
        considered.unwrap_or_else(Outcome::from)
    }

    /// The store shows what it showed before. What does not run is said again, in the same words, for as long as it is there.
    fn unchanged(&self) -> Outcome {
        let refused = self.settled.as_ref().and_then(|settled| settled.refused.clone());
        refused.map_or(Outcome::Unchanged, |why| Outcome::Refused { why })
    }

    /// The protocol: each step may be the last, and nothing of what follows is then done.
    fn consider(&mut self, book: &Book, now: Moment, file: Vec<u8>) -> Result<Outcome, Stop> {
        let (generation, by) = self.verified(file)?;
        let (id, made) = (generation.id, generation.pointer.made);
        self.check_seen(id)?;
        self.see(Mark { id, by })?;
        if self.is_known(&generation) {
            return Ok(Outcome::Unchanged);
        }
        self.withdraw();
        if self.behind.as_ref().is_none_or(|behind| behind.shown != id) {
            self.behind = Some(Behind { shown: id, made, is_done: false });
        }
        let (generation, prepared) = self.tested(book, generation)?;
        match generation.pointer.not_before.filter(|time| now < *time) {
            Some(not_before) => {
                self.announced = Some((generation, Some(prepared)));
                Ok(Outcome::Announced { not_before })
            }
            None => self.go_live(book, generation, Some(prepared), now),
        }
    }

    /// The pointer in a file, where it counts here; and who signed it.
    fn verified(&self, file: Vec<u8>) -> Result<(Generation, Option<KeyId>), Stop> {
        let refused = |error: super::PointerError| Stop::Refused(error.to_string());
        let signed = SignedPointer::read(&file).map_err(refused)?;
        let (pointer, by) = signed.open(&self.trust, &self.channel, self.rule_set()).map_err(refused)?;
        let id = GenerationId { epoch: pointer.epoch, pointer: signed.digest() };
        Ok((Generation { id, file, pointer, is_kept: false, counts_no_more: None }, by.map(|by| by.key)))
    }

    /// Fetches what a pointer names, compiles it, and tests it beside what runs.
    fn tested(&mut self, book: &Book, generation: Generation) -> Result<(Generation, Prepared), Stop> {
        let id = generation.id;
        let prepared = self.prepared(book, &generation).map_err(|stop| self.does_not_run(id, stop))?;
        Ok((generation, prepared))
    }

    fn prepared(&mut self, book: &Book, generation: &Generation) -> Result<Prepared, Stop> {
        let named = &generation.pointer.editions;
        let more = named.iter().filter(|named| !self.half_done.contains(named)).cloned();
        self.half_done = self.half_done.iter().cloned().chain(more).collect();
        check_engine(&generation.pointer)?;
        let editions = self.editions.gather(named, &self.making, self.kept.as_ref(), Some(&*self.store))?;
        self.prepare(book, generation, &editions)
    }

    /// Names the epoch of what stopped it, and remembers what must not run.
    fn does_not_run(&mut self, id: GenerationId, stop: Stop) -> Stop {
        let of_epoch = |why| format!("epoch {} does not run: {why}", id.epoch);
        match stop {
            Stop::Refused(why) => {
                self.must_not_run.push_back(id);
                let most = self.must_not_run.len().saturating_sub(LOOKED_BACK);
                self.must_not_run.drain(..most);
                Stop::Refused(of_epoch(why))
            }
            Stop::Damaged(why) => Stop::Damaged(of_epoch(why)),
            unreachable => unreachable,
        }
    }

    /// An epoch below the highest that was seen is an old pointer that somebody shows again; another pointer of the same epoch means that two
    /// were signed.
    fn check_seen(&self, id: GenerationId) -> Result<(), Stop> {
        let Some(seen) = &self.seen else { return Ok(()) };
        let (place, epoch) = (self.store.place(), id.epoch);
        if epoch < seen.epoch {
            return Err(Stop::Refused(format!(
                "{place} shows epoch {epoch}, and epoch {} was seen before: an old pointer was put in its place, or the store was restored from a backup; \
                 what is to run must be published above epoch {}: `ratewright bundle publish`, or `rollback`, with `--least-epoch {}`",
                seen.epoch,
                seen.epoch,
                seen.epoch.saturating_add(1)
            )));
        }
        if epoch == seen.epoch && seen.pointers != [id.pointer] {
            return Err(Stop::Refused(format!(
                "there are two pointers of epoch {epoch}: {place} shows {}…, and another was seen before; two have published at once, or a key is in wrong hands; publish a new epoch",
                id.pointer.short()
            )));
        }
        Ok(())
    }

    /// Remembers an epoch, on the disk too; what others who share the folder have seen counts.
    fn see(&mut self, mark: Mark) -> Result<(), Stop> {
        self.seen = Seen::merge(self.seen.take(), Some(mark.id.into()));
        self.mark = Some(mark);
        self.remember(mark);
        self.write_mark();
        self.check_seen(mark.id)
    }

    /// Whether it is what runs or what is announced already; signed anew, it is kept in the new form.
    fn is_known(&mut self, shown: &Generation) -> bool {
        let announced = self.announced.as_mut().map(|(generation, _)| generation);
        let known = announced.into_iter().chain(self.live.as_mut()).find(|generation| generation.id == shown.id);
        let Some(generation) = known else { return false };
        if generation.file != shown.file {
            (generation.file, generation.is_kept) = (shown.file.clone(), false);
        }
        generation.counts_no_more = None;
        true
    }

    /// Takes back what was announced: a later pointer has come.
    fn withdraw(&mut self) {
        let Some((generation, _)) = self.announced.take() else { return };
        if let Some(Err(error)) = self.kept.as_ref().map(|kept| kept.forget(Place::Announced, generation.id)) {
            self.warnings.push(format!("what was announced as epoch {} is still kept: {error}", generation.id.epoch));
        }
    }

    /// What a look comes to in the end.
    fn told(&mut self, book: &Book, outcome: Outcome, now: Moment) -> Look {
        self.keep_what_is_not_kept();
        self.warn_of_what_runs_otherwise(book);
        self.warn_of_what_does_not_count();
        let live = self.live.iter().chain(self.announced.iter().map(|(generation, _)| generation));
        let all_is_kept = self.kept.is_none() || live.clone().all(|generation| generation.is_kept);
        let named: Vec<Digest> = live
            .flat_map(|generation| &generation.pointer.editions)
            .chain(&self.half_done)
            .map(|named| named.sha256)
            .collect();
        self.editions.let_go_but(|sha256| named.contains(sha256), all_is_kept && self.half_done.is_empty());
        if let (Some(expires), Some(epoch)) =
            (self.running.expires.filter(|expires| *expires <= now), self.running.epoch)
        {
            let why =
                format!("epoch {epoch} was to be followed by another until {expires}: newer ones may be held back");
            self.warnings.push(why);
        }
        let again_at = self.announced.as_ref().and_then(|(generation, _)| generation.pointer.not_before);
        Look { outcome, warnings: std::mem::take(&mut self.warnings), again_at }
    }
}

impl Source for Channel {
    fn name(&self) -> String {
        format!("{} on {} from {}", self.rule_set(), self.channel, self.store.place())
    }

    fn start(&mut self, book: &Book, now: Moment) -> Look {
        self.recall();
        let outcome = self.begin(book, now);
        self.told(book, outcome, now)
    }

    fn look(&mut self, book: &Book, now: Moment) -> Look {
        self.read_keys();
        self.recall();
        let asked = self.ask_while_others_do(book, now);
        let asked = self.catch_up(book, now, asked);
        let outcome = self.go_live_if_due(book, now, asked);
        self.told(book, outcome, now)
    }

    /// The pointer, where the store is a folder.
    fn hints(&self) -> Vec<PathBuf> {
        self.store.file_of(&pointer_path(&self.channel, self.rule_set())).into_iter().collect()
    }

    fn running(&self) -> Running {
        let announced = self.announced.as_ref().map(|(generation, _)| AnnouncedEpoch {
            epoch: generation.id.epoch,
            not_before: generation.pointer.not_before,
        });
        let highest_seen = self.seen.as_ref().map(|seen| seen.epoch);
        Running { highest_seen, announced, ..self.running.clone() }
    }
}

/// Whether this engine may price by it.
fn check_engine(pointer: &Pointer) -> Result<(), Stop> {
    let parts = |text: &str| text.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>();
    let Some(needed) = &pointer.min_engine else { return Ok(()) };
    let here = env!("CARGO_PKG_VERSION");
    match (parts(needed), parts(here)) {
        (Some(needed), Some(here)) if needed <= here => Ok(()),
        (Some(_), _) => Err(Stop::Refused(format!("it needs the engine {needed} or later, and this is {here}"))),
        (None, _) => Err(Stop::Refused(format!("`{needed}` is no version of an engine, such as {here}"))),
    }
}
