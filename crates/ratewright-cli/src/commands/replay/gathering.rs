//! What all cases come to, told in their order: duplicates, waivers, sums, evidence, the file of mismatches, and the state.

use super::Replay;
use super::checks::refusals_of;
use super::codes::Codes;
use super::explained::Explained;
use super::state::{Given, State};
use super::there::{self, Gathered, Run};
use super::work::Done;
use crate::files::write_made;
use crate::outcome::{Failure, Result};
use ratewright::live::Edition;
use ratewright::migrate::{
    Answer, Cluster, Comparison, Evidence, Measure, Stratum, Tracing, Verdict, WaiverUses, Waivers,
};
use ratewright::value::Date;
use ratewright_migration::findings::{Findings, PricedBy, UsedWaiver};
use ratewright_migration::recorded::{Case, Cause, Flaw, Ids};
use ratewright_migration::redacting::{Redacting, TakenOut};
use ratewright_migration::replay::{Agreed, Replayed, Tally};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How often a state is written while cases are compared.
const BETWEEN_STATES: Duration = Duration::from_secs(5);

/// What was gathered so far.
pub struct Gathering {
    state: State,
    path: Option<PathBuf>,
    /// How many records were looked at, also those that an earlier run counted.
    seen: u64,
    ids: Ids,
    waivers: (Waivers, Date),
    evidence: Option<(Tracing, Evidence)>,
    stratum: Stratum,
    /// By which codes the rules refuse.
    refused_by: BTreeSet<String>,
    measure: Measure,
    mismatches: Option<Mismatches>,
    explained: Option<Explained>,
    redacting: Redacting,
    written: Instant,
}

/// What cases are priced by.
pub struct Priced<'a> {
    /// By which rules and how, and of which cases.
    pub run: Run<'a>,
    /// Other editions that the old code may price by.
    pub others: &'a [Edition],
    /// On how many threads.
    pub threads: usize,
}

/// The file of mismatches.
struct Mismatches {
    path: PathBuf,
    out: BufWriter<File>,
    bytes: u64,
    /// Not a pipe or a device, which are written into and keep nothing.
    is_file: bool,
}

/// A line of it.
#[derive(Serialize)]
struct Mismatch<'a> {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    segment: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'a str>,
    input: Option<Box<RawValue>>,
    legacy: Option<&'a Answer>,
    candidate: Option<&'a Answer>,
    comparison: &'a Comparison,
    #[serde(skip_serializing_if = "Option::is_none")]
    redacted: Option<TakenOut>,
}

impl Gathering {
    /// From where an earlier run has come to, or from the beginning.
    pub fn start(
        arguments: &Replay,
        priced: &Priced<'_>,
        tracing: Option<Tracing>,
        waivers: (Waivers, Date),
        redacting: Redacting,
        given: Given,
    ) -> Result<Gathering> {
        let mut state = match &arguments.resume {
            Some(path) => State::read(path, given)?,
            None => State::new(given),
        };
        let Run { edition, counting, stratum } = priced.run;
        if state.records == 0 {
            state.codes = Some(Codes::of(&counting.measure));
        }
        let evidence = match (tracing, &arguments.evidence) {
            (Some(tracing), Some(_)) => {
                let known = match &state.evidence {
                    Some(text) => Evidence::from_json(text).map_err(|error| {
                        Failure::usage(format!(
                            "the evidence in the state cannot be read: {error}; to begin anew, remove it"
                        ))
                    })?,
                    None => Evidence::new(&tracing, counting.clone()),
                };
                Some((tracing, known))
            }
            _ => None,
        };
        let open = |path: &PathBuf| Mismatches::open(path, state.mismatches.unwrap_or(0));
        let explain = || {
            let found = state.found.take();
            Explained::start(arguments, (edition, priced.others), &counting.measure, priced.threads, found)
        };
        Ok(Gathering {
            explained: arguments.findings.is_some().then(explain),
            redacting,
            mismatches: arguments.mismatches.as_ref().map(open).transpose()?,
            path: arguments.resume.clone(),
            seen: 0,
            ids: Ids::default(),
            waivers,
            evidence,
            stratum,
            refused_by: refusals_of(edition).into_iter().map(str::to_owned).collect(),
            measure: counting.measure.clone(),
            written: Instant::now(),
            state,
        })
    }

    /// How many records were counted, now and by earlier runs.
    pub fn records(&self) -> u64 {
        self.state.records
    }

    /// What they came to.
    pub fn tally(&self) -> &Tally {
        &self.state.tally
    }

    /// What is to be told of codes of the old code, where it is known of all cases; probes are made for a few charges.
    pub fn codes(&self) -> Option<&Codes> {
        self.state.codes.as_ref().filter(|_| self.stratum != Stratum::Probe && self.state.tally.compared > 0)
    }

    /// The waivers, and what was used of them.
    pub fn waivers(&self) -> (&Waivers, &WaiverUses, Date) {
        (&self.waivers.0, &self.state.uses, self.waivers.1)
    }

    /// Takes in the records of a chunk.
    pub fn take(&mut self, all: Vec<Done>) -> Result<()> {
        for done in all {
            self.seen = self.seen.saturating_add(1);
            match done {
                Done::Before(id) => drop(id.map(|id| self.ids.is_new(&id))),
                Done::Flawed(flaw) => self.flawed(flaw),
                Done::Compared(compared) => {
                    let (case, replayed) = *compared;
                    match case.id.as_deref().is_none_or(|id| self.ids.is_new(id)) {
                        true => self.compared(&case, replayed)?,
                        false => self.count(duplicate(case.line, case.id)),
                    }
                }
            }
            self.state.records = self.state.records.max(self.seen);
        }
        if self.path.is_some() && self.seen == self.state.records && self.written.elapsed() >= BETWEEN_STATES {
            self.save()?;
        }
        Ok(())
    }

    fn flawed(&mut self, mut flaw: Flaw) {
        // A case without an answer has its id all the same; in joined files it was looked at there.
        let comes_again = |id: &String| flaw.cause == Cause::NoAnswer && !self.ids.is_new(id);
        let again = flaw.id.as_ref().is_some_and(comes_again);
        if again {
            flaw = duplicate(flaw.line, flaw.id);
        }
        self.count(flaw);
    }

    /// Counts a flaw. Where something is to be redacted, nobody knows what of a record that is no case.
    fn count(&mut self, mut flaw: Flaw) {
        if self.redacting.is_any() {
            flaw = Flaw { id: None, words: flaw.cause.words().to_owned(), ..flaw };
        }
        self.state.tally.flawed(flaw);
    }

    fn compared(&mut self, case: &Case, replayed: Replayed) -> Result<()> {
        let Replayed { mut comparison, candidate, traced, agreed } = replayed;
        if let (Some(codes), Some(answer)) = (&mut self.state.codes, &case.answer) {
            codes.take(answer, &self.measure, &self.refused_by);
        }
        self.waivers.0.apply(&mut self.state.uses, &mut comparison, self.waivers.1);
        if let (Some((tracing, evidence)), Some(traced)) = (&mut self.evidence, &traced) {
            let (path, quote) = (&traced.path, traced.quote.as_ref());
            let case = ratewright::migrate::Case { stratum: self.stratum, path, quote, comparison: &comparison };
            evidence.record(tracing, case);
        }
        if let Some(explained) = &mut self.explained {
            explained.compared(case, &comparison);
            if let Some(Agreed { fields, charges }) = agreed {
                explained.agrees(&self.redacting.fields(fields), &charges);
            }
        }
        let too_large = |error| Failure::Internal(format!("line {}: {error}", case.line));
        if comparison.verdict() != Verdict::Mismatch {
            return self.state.tally.compared(case, &comparison).map_err(too_large);
        }
        // From here on nothing is written but what may be stored.
        let storable = self.redacting.of(case.input.to_json());
        let (stored, compared) = match self.redacting.is_any() {
            true => (&storable.case(case), &storable.comparison(&comparison)),
            false => (case, &comparison),
        };
        self.state.tally.compared(stored, compared).map_err(too_large)?;
        if let Some(file) = &mut self.mismatches {
            let candidate = candidate.map(|answer| storable.answer(&answer));
            file.write(stored, candidate.as_ref(), compared, storable.taken())?;
        }
        if let Some(explained) = &mut self.explained {
            explained.differs(case, &comparison, storable);
        }
        Ok(())
    }

    /// Writes the state, where one is kept: first what it counts on, then itself.
    pub fn save(&mut self) -> Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        if let Some(file) = &mut self.mismatches {
            file.sync()?;
            self.state.mismatches = Some(file.bytes);
        }
        self.state.found = self.explained.as_mut().map(|explained| explained.found().clone());
        self.state.evidence = self.evidence.as_ref().map(|(_, evidence)| evidence.to_json());
        self.state.write(path)?;
        self.written = Instant::now();
        Ok(())
    }

    /// Mismatches by their cause, where that was asked for.
    pub fn clusters(&self) -> Option<Vec<Cluster>> {
        self.explained.as_ref().map(Explained::clusters)
    }

    /// Writes what is written at the end; after how many records the run was stopped, where it was. Where evidence and findings could not be written
    /// to the files that were named, that is said.
    pub fn finish(&mut self, arguments: &Replay, run: Run<'_>, stopped: Option<u64>) -> Result<Option<String>> {
        if let Some(file) = &mut self.mismatches {
            file.flush()?;
        }
        let findings = self.findings(run, stopped);
        let evidence = self.evidence.as_ref().map(|(_, evidence)| evidence);
        let (places, words) = there::places(arguments, run, Gathered { evidence, findings: findings.as_ref() })?;
        if let (Some(path), Some(evidence)) = (&places.evidence, evidence) {
            write_made(path, evidence.to_json().as_bytes())?;
        }
        if let (Some(path), Some(findings)) = (&places.findings, findings) {
            write_made(path, findings.to_json().as_bytes())?;
        }
        Ok(words)
    }

    /// What was found, where that was asked for.
    fn findings(&mut self, run: Run<'_>, stopped: Option<u64>) -> Option<Findings> {
        let explained = self.explained.as_mut()?;
        let mut findings = Findings::of(PricedBy::from(run.edition), self.stratum, &run.counting.measure);
        findings.set_days(explained.found().days.clone());
        findings.clusters = explained.clusters();
        findings.records = self.state.records;
        findings.stopped = stopped;
        findings.tally = self.state.tally.clone();
        findings.waivers = UsedWaiver::all(&self.waivers.0, &self.state.uses, self.waivers.1);
        Some(findings)
    }
}

fn duplicate(line: u64, id: Option<String>) -> Flaw {
    let words = "a case before it has its id; that one counts".to_owned();
    Flaw { line, of_answers: false, id, cause: Cause::Duplicate, words }
}

impl Mismatches {
    /// The file, with so many bytes of an earlier run in it: what that run wrote after its last state is written again.
    fn open(path: &Path, bytes: u64) -> Result<Mismatches> {
        let failed = |error| Failure::file("write", path, &error);
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(failed)?;
        let data = file.metadata().map_err(failed)?;
        if !data.is_file() {
            return match bytes {
                0 => Ok(Mismatches { path: path.to_owned(), out: BufWriter::new(file), bytes, is_file: false }),
                _ => Err(Failure::usage(format!(
                    "`{}` keeps nothing of the earlier run: name a file, or remove the state",
                    path.display()
                ))),
            };
        }
        if data.len() < bytes {
            return Err(Failure::usage(format!(
                "`{}` is shorter than the earlier run left it: to begin anew, remove the state",
                path.display()
            )));
        }
        file.set_len(bytes).and_then(|()| file.seek(SeekFrom::Start(bytes))).map_err(failed)?;
        Ok(Mismatches { path: path.to_owned(), out: BufWriter::new(file), bytes, is_file: true })
    }

    fn write(
        &mut self,
        case: &Case,
        candidate: Option<&Answer>,
        comparison: &Comparison,
        redacted: Option<TakenOut>,
    ) -> Result<()> {
        let mismatch = Mismatch {
            line: case.line,
            id: case.id.as_deref(),
            key: case.key.as_deref(),
            segment: case.segment.as_deref(),
            time: case.time.as_deref(),
            input: RawValue::from_string(case.input.to_json()).ok(),
            legacy: case.answer.as_ref(),
            candidate,
            comparison,
            redacted,
        };
        let mut line = serde_json::to_vec(&mismatch)?;
        line.push(b'\n');
        self.out.write_all(&line).map_err(|error| Failure::file("write", &self.path, &error))?;
        self.bytes = self.bytes.saturating_add(u64::try_from(line.len()).unwrap_or(u64::MAX));
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        self.out.flush().map_err(|error| Failure::file("write", &self.path, &error))
    }

    fn sync(&mut self) -> Result<()> {
        self.flush()?;
        if !self.is_file {
            return Ok(());
        }
        self.out.get_ref().sync_data().map_err(|error| Failure::file("write", &self.path, &error))
    }
}
