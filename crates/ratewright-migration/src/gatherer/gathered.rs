//! What was gathered of each edition: cases → evidence, findings, and what is known of classes. Pure but for pricing: it knows no files, threads or clocks.
//!
//! Each case is priced once more, traced, by the edition that priced it then; of a mismatch the cause is looked for. An edition that comes takes over the
//! evidence of the rules that it has unchanged; where there are many, those met longest ago go, and come back as they went.
//! Invariant: a case counts in one edition and stratum, once; what must not be kept is in nothing that is.

use super::files::add;
use super::filing::Finders;
use super::shelf::Unreadable;
use super::stored::{OfEdition, Stored, Sums};
use super::{GathererLimits, Gathering};
use crate::findings::{PricedBy, day_of};
use crate::recorded::{self, Input};
use crate::redacting::{Redacting, Storable};
use ratewright::digest::{Digest, RuleDigest, RuleKind};
use ratewright::live::Edition;
use ratewright::migrate::cluster::InputFields;
use ratewright::migrate::{Answer, Case, Comparison, Counting, Evidence, Path, Stratum, Tracing, Verdict, Wanted};
use ratewright::value::Date;
use ratewright::{Context, Quote};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// So many editions stay when files are written.
pub(super) const EDITIONS: usize = 16;

/// So many are gathered between two such times: cases of one more are not.
pub(super) const MOST_EDITIONS: usize = 32;

/// What so many editions lack, those met last, is wanted.
const WANTING: usize = 8;

/// A case that was compared, as it was told.
pub(super) struct Taken {
    pub(super) id: Option<String>,
    pub(super) class: Option<String>,
    /// When, in words.
    pub(super) time: String,
    pub(super) stratum: Stratum,
    pub(super) edition: Option<Edition>,
    pub(super) input: String,
    pub(super) comparison: Comparison,
    /// What the two say; only where they differ.
    pub(super) answers: Option<(Answer, Answer)>,
}

/// What became of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Became {
    Gathered,
    /// No edition priced it, nor any other before: it is in no sum, and to be counted by whoever asked.
    NoEdition,
    /// It is of one edition too many, or what was gathered of its edition cannot be gone on from: it is in no sum either.
    NoRoom,
}

/// All of it.
pub(super) struct Gathered {
    pub(super) how: Gathering,
    redacting: Redacting,
    limits: GathererLimits,
    pub(super) kept: Stored,
    /// What pricing uses, of each edition that was met since the start.
    pub(super) running: Vec<Running>,
    /// Editions that went, and cannot be gone on from: why.
    pub(super) unreadable: BTreeMap<Digest, Unreadable>,
    /// Editions of which cases came since files were written last.
    met: BTreeSet<Digest>,
    /// Why nothing of some of them is kept, as it was found when files were written last.
    astray: Option<String>,
    /// How often compiling what causes are looked for by panicked.
    pub(super) unprepared: u64,
    #[cfg(test)]
    pub(super) panics_preparing: bool,
    /// Editions whose finders were let go of: what is compiled for them again is in the share of time.
    pub(super) let_go: BTreeSet<Digest>,
    /// How often a finder was used.
    pub(super) used: u64,
}

/// What pricing an edition uses.
pub(super) struct Running {
    pub(super) tracing: Tracing,
    context: Context,
    fields: InputFields,
    /// A path of the redaction that leads to no input of this edition: nothing of its cases is kept then but what they came to.
    astray: Option<String>,
    /// What looks for causes.
    pub(super) finders: Option<Finders>,
}

impl Gathered {
    /// From where an earlier run has come to.
    pub(super) fn new(how: Gathering, limits: GathererLimits, stored: Option<Stored>) -> Gathered {
        let redacting = Redacting::new(how.redaction.clone(), how.key.clone());
        let (kept, running) = (stored.unwrap_or_default(), Vec::new());
        let (unreadable, let_go) = (BTreeMap::new(), BTreeSet::new());
        Gathered {
            how,
            redacting,
            limits,
            kept,
            running,
            unreadable,
            met: BTreeSet::new(),
            astray: None,
            unprepared: 0,
            #[cfg(test)]
            panics_preparing: false,
            let_go,
            used: 0,
        }
    }

    /// Takes in a case.
    pub(super) fn take(&mut self, case: Taken) -> Became {
        if case.edition.as_ref().is_some_and(|edition| !self.has_room_for(edition.digest())) {
            return Became::NoRoom;
        }
        let day = day_of(&case.time);
        // What runs code of the host comes first: a panic there leaves everything as it was.
        let priced = case.edition.as_ref().map(|edition| {
            let at = self.edition(edition);
            self.met.insert(edition.digest());
            (at, self.trace(at, &case))
        });
        let (at, traced) = match priced {
            Some((at, traced)) => (at, Some(traced)),
            // No edition priced it: it counts where the others do, without evidence.
            None => match self.kept.editions.len().checked_sub(1) {
                Some(last) => (last, None),
                None => return Became::NoEdition,
            },
        };
        let mut comparison = case.comparison.clone();
        if let Some(day) = day {
            self.how.waivers.apply(&mut self.kept.uses, &mut comparison, day);
        }
        self.kept.seen = self.kept.seen.saturating_add(1);
        let number = self.kept.seen;
        let storable = (!comparison.is_match()).then(|| match self.is_astray(at) {
            true => Storable::nothing(),
            false => self.redacting.of(case.input.clone()),
        });
        if let Some(storable) = &storable {
            comparison = storable.comparison(&comparison);
        }
        if let Some((path, quote)) = &traced {
            self.record(at, &case, path, quote.as_ref(), &comparison);
        }
        let id = case.id.as_ref().zip(storable.as_ref()).map(|(id, storable)| storable.words(id).into_owned());
        self.count(at, &case, &comparison, number, day, id.clone());
        if let (Some((_, quote)), None) = (&traced, &storable) {
            self.agrees(at, &case, quote.as_ref());
        }
        if let (Some(storable), Verdict::Mismatch) = (&storable, comparison.verdict()) {
            self.file(at, &case, comparison, (number, id, day), storable);
        }
        Became::Gathered
    }

    /// Whether a path of the redaction leads to no input of an edition, or nobody knows, since it was not met since the start.
    fn is_astray(&mut self, at: usize) -> bool {
        self.running(at).is_none_or(|running| running.astray.is_some())
    }

    /// Lets go of memory in which something panicked.
    pub(super) fn begin_memory_anew(&mut self) {
        for one in &mut self.running {
            one.context = one.tracing.edition().context();
        }
    }

    /// The place of an edition among those that are gathered; the last, where it is new.
    pub(super) fn edition(&mut self, edition: &Edition) -> usize {
        let digest = edition.digest();
        if !self.running.iter().any(|one| one.tracing.edition().digest() == digest) {
            let tracing = Tracing::new(edition);
            let astray = self.how.redaction.check(edition.rules()).err().map(|unknown| unknown.to_string());
            let (context, fields) = (edition.context(), InputFields::of(edition.rules()));
            self.running.push(Running { context, tracing, fields, astray, finders: None });
        }
        let known = self.kept.editions.iter().position(|one| one.rules.edition == digest);
        let own = match known {
            Some(at) if at.saturating_add(1) == self.kept.editions.len() => return at,
            Some(at) => self.kept.editions.remove(at),
            None => self.begun(edition),
        };
        self.kept.editions.push(own);
        let before = std::mem::take(&mut self.kept.before);
        if let Some(last) = self.kept.editions.last_mut() {
            add(&mut last.dropped, before);
        }
        self.kept.editions.len().saturating_sub(1)
    }

    /// What is known of an edition that was never met: what others know of its rules.
    fn begun(&self, edition: &Edition) -> OfEdition {
        let tracing = self.running.iter().find(|one| one.tracing.edition().digest() == edition.digest());
        let tracing = tracing.map_or_else(|| Tracing::new(edition), |one| one.tracing.clone());
        let own: HashSet<&RuleDigest> = edition.rule_digests().iter().collect();
        let shared = |one: &&OfEdition| one.evidence.rules().iter().filter(|known| own.contains(&known.rule)).count();
        // Of equals the one that was met last. From one alone, since one may have been taken over from another.
        let alike = self.kept.editions.iter().filter(|one| one.rules.name == edition.name()).max_by_key(shared);
        let evidence = match alike {
            Some(alike) => alike.evidence.carry_over(&tracing),
            None => Evidence::new(&tracing, self.counting()),
        };
        let sums = || Sums::sampling(self.limits.sample);
        let dropped = BTreeMap::new();
        OfEdition { rules: PricedBy::from(edition), evidence, traffic: sums(), adaptive: sums(), dropped }
    }

    /// How evidence is counted: as it is said, and where more cases were told apart before, as many still.
    pub(super) fn counting(&self) -> Counting {
        let mut counting = self.how.counting();
        for known in self.kept.editions.iter().map(|one| one.evidence.counting()) {
            counting.distinct_per_rule = counting.distinct_per_rule.max(known.distinct_per_rule);
            counting.distinct = counting.distinct.max(known.distinct);
        }
        counting
    }

    pub(super) fn running(&mut self, at: usize) -> Option<&mut Running> {
        let digest = self.kept.editions.get(at)?.rules.edition;
        self.running.iter_mut().find(|one| one.tracing.edition().digest() == digest)
    }

    /// The way of a case through the rules, and its quote where there is one.
    fn trace(&mut self, at: usize, case: &Taken) -> (Path, Option<Quote>) {
        let (mut path, mut quote) = (Path::default(), Quote::default());
        let Some(Running { tracing, context, .. }) = self.running(at) else { return (path, None) };
        let priced = tracing.quote_json_into(context, &case.input, &mut quote, &mut path);
        (path, priced.is_ok().then_some(quote))
    }

    fn record(&mut self, at: usize, case: &Taken, path: &Path, quote: Option<&Quote>, comparison: &Comparison) {
        let Some(own) = self.kept.editions.get_mut(at) else { return };
        let running = self.running.iter().find(|one| one.tracing.edition().digest() == own.rules.edition);
        let Some(Running { tracing, .. }) = running else { return };
        own.evidence.record(tracing, Case { stratum: case.stratum, path, quote, comparison });
        if let Some(class) = &case.class {
            self.kept.classes.learn(class, tracing.rules(path), self.limits.classes);
        }
    }

    /// What may be told of the fields of a case that agrees, beside which clusters stand.
    fn agrees(&mut self, at: usize, case: &Taken, quote: Option<&Quote>) {
        let Some(Running { context, fields, astray: None, .. }) = self.running(at) else { return };
        let fields = fields.of_json(context, &case.input);
        let fields = self.redacting.fields(fields);
        let charges: BTreeSet<&str> = quote.into_iter().flat_map(Quote::charges).map(|charge| charge.code()).collect();
        if let Some(own) = self.kept.editions.get_mut(at) {
            own.sums(case.stratum).clusters.agrees(&fields, charges);
        }
    }

    fn count(
        &mut self,
        at: usize,
        case: &Taken,
        comparison: &Comparison,
        number: u64,
        day: Option<Date>,
        id: Option<String>,
    ) {
        let Some(own) = self.kept.editions.get_mut(at) else { return };
        let sums = own.sums(case.stratum);
        let told = recorded::Case {
            line: number,
            id,
            key: None,
            segment: None,
            time: None,
            input: Input::Json(String::new()),
            answer: None,
        };
        // A sum that no number can hold, of more than 10³⁰⁰ of a currency, is left at what it was, and that is told.
        if sums.tally.compared(&told, comparison).is_err() {
            sums.beyond = sums.beyond.saturating_add(1);
        }
        sums.days.add(day, comparison);
    }

    /// Why nothing of cases is kept, where a path of the redaction leads to no input of an edition of which cases came since this was asked last; where none came at
    /// all, what was found then.
    pub(super) fn astray(&mut self) -> Option<String> {
        let met = std::mem::take(&mut self.met);
        if !met.is_empty() {
            let mut of_met = self.running.iter().filter(|one| met.contains(&one.tracing.edition().digest()));
            self.astray = of_met.find_map(|one| one.astray.clone());
        }
        self.astray.clone()
    }

    /// Which classes of cases are wanted.
    pub(super) fn wanted(&self) -> Wanted {
        // What an edition lacks that was not met since the start nobody can fill in; but before any was met, the last is the likeliest.
        let last = self.kept.editions.last().map(|one| one.rules.edition);
        let is_met = |own: &&OfEdition| {
            let is_running = self.running.iter().any(|one| one.tracing.edition().digest() == own.rules.edition);
            is_running || (self.running.is_empty() && last == Some(own.rules.edition))
        };
        let mut lacking: HashSet<(RuleKind, &str)> = HashSet::new();
        for own in self.kept.editions.iter().rev().take(WANTING).filter(is_met) {
            let rules = self.how.policy.lacking(&own.evidence).into_iter().zip(own.evidence.rules());
            lacking.extend(
                rules.filter(|(lacks, _)| *lacks).map(|(_, known)| (known.rule.kind, known.rule.name.as_str())),
            );
        }
        self.kept.classes.wanted(&lacking, self.limits.cases_of_a_class, self.limits.classes)
    }
}
