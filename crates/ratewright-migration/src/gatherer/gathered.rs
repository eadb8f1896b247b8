//! What was gathered of each edition: cases → evidence, findings, and what is known of classes. Pure but for pricing: it knows no files, threads or clocks.
//!
//! Each case is priced once more, traced, by the edition that priced it then; of a mismatch the cause is looked for. An edition that comes takes over the
//! evidence of the rules that it has unchanged. Invariant: a case counts in one edition and stratum, once; what must not be kept is in nothing that is.

use super::classes::Classes;
use super::{GathererLimits, Gathering};
use crate::findings::{Days, Findings, PricedBy, UsedWaiver, day_of};
use crate::recorded::{self, Input};
use crate::redacting::{Redacting, Storable};
use crate::replay::Tally;
use ratewright::digest::{Digest, RuleDigest, RuleKind};
use ratewright::live::Edition;
use ratewright::migrate::{
    Answer, Case, CauseFinder, Clusters, Comparison, Counting, Evidence, Finding, KeptCase, Measure, Path, Stratum,
    Tracing, Verdict, WaiverUses, Wanted,
};
use ratewright::value::Date;
use ratewright::{Context, Quote};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// So many editions are gathered at once.
const EDITIONS: usize = 4;

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

/// All of it.
pub(super) struct Gathered {
    how: Gathering,
    redacting: Redacting,
    limits: GathererLimits,
    kept: Stored,
    /// What pricing uses, of each edition that was met since the start.
    running: Vec<Running>,
}

/// What a restart goes on from.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Stored {
    /// How many cases were taken in.
    seen: u64,
    uses: WaiverUses,
    classes: Classes,
    /// The one that was met last at the end.
    editions: Vec<OfEdition>,
}

/// What was gathered of one edition.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfEdition {
    rules: PricedBy,
    #[serde(with = "written")]
    evidence: Evidence,
    traffic: Sums,
    adaptive: Sums,
    /// What was not compared, or not gathered, while it was the last that was met.
    dropped: BTreeMap<String, u64>,
}

/// What cases of one stratum came to.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sums {
    tally: Tally,
    days: Days,
    clusters: Clusters,
}

struct Running {
    tracing: Tracing,
    context: Context,
    /// A path of the redaction that leads to no input of this edition: nothing of its cases is kept then but what they came to.
    astray: Option<String>,
    /// One that was never used, with all that was compiled, and the one that searches.
    finders: Option<(CauseFinder, CauseFinder)>,
}

/// Evidence as its own file has it.
mod written {
    use ratewright::migrate::Evidence;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(evidence: &Evidence, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&evidence.to_json())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Evidence, D::Error> {
        Evidence::from_json(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

const FORMAT: &str = "ratewright gathered 1";

/// The file: what is stored, with the digest of its bytes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateFile<'f> {
    format: String,
    sha256: Digest,
    #[serde(borrow)]
    gathered: &'f RawValue,
}

impl Stored {
    /// Reads what [`Gathered::state`] wrote.
    pub(super) fn read(text: &str) -> Result<Stored, String> {
        let file: StateFile<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if file.format != FORMAT {
            return Err(format!("its format is `{}`, and `{FORMAT}` is read", file.format));
        }
        if Digest::of_bytes(file.gathered.get().as_bytes()) != file.sha256 {
            return Err("its checksum is not that of what stands in it".to_owned());
        }
        serde_json::from_str(file.gathered.get()).map_err(|error| error.to_string())
    }
}

impl Stored {
    /// Whether all of it was compared by a measure; why not.
    pub(super) fn is_by(&self, measure: &Measure) -> Result<(), String> {
        match self.editions.iter().all(|one| one.evidence.counting().measure == *measure) {
            true => Ok(()),
            false => {
                Err("it was compared by another measure: gather into another folder, or remove it to begin anew"
                    .to_owned())
            }
        }
    }
}

impl Gathered {
    /// From where an earlier run has come to.
    pub(super) fn new(how: Gathering, limits: GathererLimits, stored: Option<Stored>) -> Gathered {
        let redacting = Redacting::new(how.redaction.clone(), how.key.clone());
        Gathered { how, redacting, limits, kept: stored.unwrap_or_default(), running: Vec::new() }
    }

    /// Takes in a case.
    pub(super) fn take(&mut self, case: Taken) {
        let day = day_of(&case.time);
        // What runs code of the host comes first: a panic there leaves everything as it was.
        let priced = case.edition.as_ref().map(|edition| {
            let at = self.edition(edition);
            (at, self.trace(at, &case))
        });
        let mut comparison = case.comparison.clone();
        if let Some(day) = day {
            self.how.waivers.apply(&mut self.kept.uses, &mut comparison, day);
        }
        self.kept.seen = self.kept.seen.saturating_add(1);
        let number = self.kept.seen;
        let (at, traced) = match priced {
            Some((at, traced)) => (at, Some(traced)),
            // No edition priced it: it counts where the others do, without evidence.
            None => match self.kept.editions.len().checked_sub(1) {
                Some(last) => (last, None),
                None => return,
            },
        };
        let differs = !comparison.is_match();
        let is_astray = traced.is_some() && self.running(at).is_some_and(|running| running.astray.is_some());
        let storable = differs.then(|| match is_astray {
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
        if let (Some(storable), true, true) = (&storable, comparison.verdict() == Verdict::Mismatch, traced.is_some()) {
            self.find(at, &case, comparison, (number, id, day), storable);
        }
    }

    /// Compiles what the cause of a case is looked for by; whether anything was compiled: once for each charge of an edition.
    pub(super) fn prepare(&mut self, case: &Taken) -> bool {
        let (Some(edition), Verdict::Mismatch) = (&case.edition, case.comparison.verdict()) else { return false };
        let at = self.edition(edition);
        let Some((unused, _)) = self.finders(at) else { return false };
        // What panics is no preparation: its time is that of the case.
        catch_unwind(AssertUnwindSafe(|| unused.prepare(&case.comparison))).unwrap_or(false)
    }

    /// What looks for causes in an edition.
    fn finders(&mut self, at: usize) -> Option<&mut (CauseFinder, CauseFinder)> {
        let measure = self.how.measure.clone();
        let running = self.running(at)?;
        let finder = || CauseFinder::new(running.tracing.edition(), measure);
        Some(running.finders.get_or_insert_with(|| {
            let unused = finder();
            (unused.clone(), unused)
        }))
    }

    /// Lets go of memory in which something panicked.
    pub(super) fn begin_memory_anew(&mut self) {
        for one in &mut self.running {
            one.context = one.tracing.edition().context();
        }
    }

    /// The place of an edition among those that are gathered; the last, where it is new.
    fn edition(&mut self, edition: &Edition) -> usize {
        let digest = edition.digest();
        if !self.running.iter().any(|one| one.tracing.edition().digest() == digest) {
            let tracing = Tracing::new(edition);
            let astray = self.how.redaction.check(edition.rules()).err().map(|unknown| unknown.to_string());
            self.running.push(Running { context: edition.context(), tracing, astray, finders: None });
        }
        let known = self.kept.editions.iter().position(|one| one.rules.edition == digest);
        let own = match known {
            Some(at) if at.saturating_add(1) == self.kept.editions.len() => return at,
            Some(at) => self.kept.editions.remove(at),
            None => self.begun(edition),
        };
        self.kept.editions.push(own);
        if self.kept.editions.len() > EDITIONS {
            let gone = self.kept.editions.remove(0).rules.edition;
            self.running.retain(|one| one.tracing.edition().digest() != gone);
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
            None => Evidence::new(&tracing, Counting { measure: self.how.measure.clone(), ..Counting::default() }),
        };
        let sums = || Sums {
            tally: Tally::default(),
            days: Days::default(),
            clusters: Clusters::sampling(self.limits.sample),
        };
        let dropped = BTreeMap::new();
        OfEdition { rules: PricedBy::from(edition), evidence, traffic: sums(), adaptive: sums(), dropped }
    }

    fn running(&mut self, at: usize) -> Option<&mut Running> {
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

    fn count(
        &mut self,
        at: usize,
        case: &Taken,
        comparison: &Comparison,
        number: u64,
        day: Option<Date>,
        id: Option<String>,
    ) {
        let Some(sums) = self.sums(at, case.stratum) else { return };
        let told = recorded::Case {
            line: number,
            id,
            key: None,
            segment: None,
            time: None,
            input: Input::Json(String::new()),
            answer: None,
        };
        // A sum that no number can hold, of more than 10³⁰⁰ of a currency, is left at what it was.
        let _ = sums.tally.compared(&told, comparison);
        sums.days.add(day, comparison);
    }

    fn sums(&mut self, at: usize, stratum: Stratum) -> Option<&mut Sums> {
        let own = self.kept.editions.get_mut(at)?;
        Some(if stratum == Stratum::Adaptive { &mut own.adaptive } else { &mut own.traffic })
    }

    /// Looks for the cause of a mismatch, and files it.
    fn find(
        &mut self,
        at: usize,
        case: &Taken,
        comparison: Comparison,
        (number, id, day): (u64, Option<String>, Option<Date>),
        storable: &Storable,
    ) {
        let Some((legacy, candidate)) = &case.answers else { return };
        let Some((unused, finder)) = self.finders(at) else { return };
        // It prices other inputs too, at which the host may panic: then the cause is not known, and the case counts all the same.
        let found = catch_unwind(AssertUnwindSafe(|| finder.find(&case.input, legacy)));
        let Ok(finding) = found else {
            // What was compiled is kept.
            *finder = unused.clone();
            return;
        };
        if finding.comparison.differences.len() != comparison.differences.len() {
            // The host answers otherwise than it did: what was tried says nothing of this case.
            return;
        }
        let finding = storable.finding(Finding { comparison, ..finding });
        let Some(edition) = case.edition.as_ref() else { return };
        let explained = || {
            let explained = catch_unwind(AssertUnwindSafe(|| edition.explain_json(&case.input).ok()));
            let (_, explanation) = explained.ok().flatten()?;
            Some(storable.explanation(&explanation.to_text(), edition.rules()))
        };
        let kept = || {
            let (legacy, candidate) = (storable.answer(legacy), storable.answer(candidate));
            let (input, redacted) = (storable.input().to_owned(), storable.paths());
            KeptCase { input, legacy, candidate, explanation: explained(), redacted }
        };
        let key = id.unwrap_or_else(|| format!("case {number}"));
        if let Some(sums) = self.sums(at, case.stratum) {
            sums.clusters.add(&finding, &key, number, day, kept);
        }
    }

    /// Takes in what was not compared, or not gathered, since the last time.
    pub(super) fn dropped(&mut self, more: impl IntoIterator<Item = (String, u64)>) {
        let Some(last) = self.kept.editions.last_mut() else { return };
        for (cause, count) in more {
            let own = last.dropped.entry(cause).or_default();
            *own = own.saturating_add(count);
        }
    }

    /// Why nothing of cases is kept, where a path of the redaction leads to no input of an edition.
    pub(super) fn astray(&self) -> Option<String> {
        self.running.iter().find_map(|running| running.astray.clone())
    }

    /// Whether there is any edition by which something was priced.
    pub(super) fn has_any(&self) -> bool {
        !self.kept.editions.is_empty()
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
        for own in self.kept.editions.iter().filter(is_met) {
            let rules = self.how.policy.lacking(&own.evidence).into_iter().zip(own.evidence.rules());
            lacking.extend(
                rules.filter(|(lacks, _)| *lacks).map(|(_, known)| (known.rule.kind, known.rule.name.as_str())),
            );
        }
        self.kept.classes.wanted(&lacking, self.limits.cases_of_a_class, self.limits.classes)
    }

    /// The files for people and `ratewright report`, by name: evidence and findings of each edition.
    pub(super) fn files(&self, today: Option<Date>) -> Vec<(String, String)> {
        let mut files = Vec::new();
        for own in &self.kept.editions {
            let short = own.rules.edition.short();
            files.push((format!("evidence-{short}.json"), own.evidence.to_json()));
            for (stratum, sums) in [(Stratum::Traffic, &own.traffic), (Stratum::Adaptive, &own.adaptive)] {
                if stratum == Stratum::Adaptive && sums.tally == Tally::default() {
                    continue;
                }
                files.push((
                    format!("findings-{short}-{stratum}.json"),
                    self.findings(own, stratum, sums, today).to_json(),
                ));
            }
        }
        files
    }

    fn findings(&self, own: &OfEdition, stratum: Stratum, sums: &Sums, today: Option<Date>) -> Findings {
        let mut findings = Findings::of(own.rules.clone(), stratum, &self.how.measure);
        if stratum == Stratum::Traffic {
            findings.dropped = own.dropped.clone();
            if let Some(today) = today {
                findings.waivers = UsedWaiver::all(&self.how.waivers, &self.kept.uses, today);
            }
        }
        let dropped = findings.dropped.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
        findings.records = sums.tally.compared.saturating_add(dropped);
        findings.tally = sums.tally.clone();
        findings.set_days(sums.days.clone());
        findings.clusters = sums.clusters.read();
        findings
    }

    /// What a restart goes on from.
    pub(super) fn state(&self) -> String {
        // Maps with plain keys, texts and numbers: nothing of it can fail.
        let gathered = serde_json::value::to_raw_value(&self.kept).unwrap_or_default();
        let sha256 = Digest::of_bytes(gathered.get().as_bytes());
        let file = StateFile { format: FORMAT.to_owned(), sha256, gathered: &gathered };
        serde_json::to_string(&file).unwrap_or_default()
    }
}
