//! The files of a report, read and put together: evidence of several runs is merged, that of an older edition carried over first.

use super::facts::{WrittenFacts, part_lost};
use super::model::{EvidenceFile, Found, Report, StageLog};
use super::{ReportCommand, follows, gates, next, rules};
use crate::commands::log;
use crate::day::named_or_today;
use crate::files::read as text_of;
use crate::gathered::{self, wrong};
use crate::load;
use crate::outcome::{Failure, Result};
use crate::terminal::warn;
use crate::written::{policy, why};
use ratewright::digest::Digest;
use ratewright::live::Edition;
use ratewright::migrate::judgement::Gate;
use ratewright::migrate::log::verify;
use ratewright::migrate::{Evidence, Stratum, Tracing};
use ratewright_migration::findings::{Findings, PricedBy};
use ratewright_migration::recorded::Cause;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Reads all files, and judges.
pub fn read(arguments: &ReportCommand) -> Result<Report> {
    let edition = Edition::new(load::needed(&arguments.rules, "used")?);
    let policy = policy(arguments.policy.as_deref())?;
    let written_facts = match &arguments.facts {
        Some(path) => {
            let text = text_of(path)?;
            let not = |error| wrong(path, &why("facts", &text, &format!("the facts: {error}")));
            WrittenFacts::of_text(&text).map_err(not)?
        }
        None => WrittenFacts::default(),
    };
    // What the facts say of their own day does not stop waivers from ending.
    let today = named_or_today(arguments.day.as_deref())?;
    if let (Some(path), Some(of_facts)) = (&arguments.facts, written_facts.today.filter(|day| *day > today)) {
        let words = format!("it is of {of_facts}, after the day of the judgement, {today}; name a later `--day`");
        return Err(wrong(path, &words));
    }
    written_facts.approvals_of_nothing(&edition).iter().try_for_each(|words| warn(&format!("the facts: {words}")))?;
    let (evidence, evidence_files) = evidence(&arguments.evidence, &edition)?;
    let found = findings(&arguments.findings, &edition)?;
    found.iter().filter_map(Found::stopped).try_for_each(|words| warn(&words))?;
    let stages = arguments.log.as_deref().map(|path| stages(path, arguments.head.as_deref())).transpose()?;
    let facts = written_facts.of(&edition, today, offered_and_dropped(&found));
    let judgement = policy.judge(&evidence, &facts);
    let never_compared = judgement.reasons.iter().find(|reason| reason.gate == Gate::Numbers);
    let never_compared = never_compared.map(|reason| reason.words.clone());
    let gates = gates::gates(&edition, &evidence, &judgement, &found, stages.as_ref(), today);
    let mut rules = rules::rules(&arguments.rules, &edition, &evidence, &judgement);
    follows::tell(&edition, &found, &mut rules);
    let mut report = Report {
        path: arguments.rules.clone(),
        today,
        policy,
        written_facts,
        offered_and_dropped: (facts.offered, facts.dropped),
        evidence_files,
        never_compared,
        readiness: gates::readiness(&gates),
        gates,
        rules,
        found,
        stages,
        next: Vec::new(),
        evidence,
        edition,
    };
    report.next = next::steps(&report);
    Ok(report)
}

fn evidence(paths: &[PathBuf], edition: &Edition) -> Result<(Evidence, Vec<EvidenceFile>)> {
    let tracing = Tracing::new(edition);
    let (mut all, mut files): (Option<Evidence>, Vec<EvidenceFile>) = (None, Vec::new());
    let mut before: Vec<(&PathBuf, Evidence)> = Vec::new();
    for path in distinct(paths)? {
        let known = gathered::evidence(path)?;
        is_of(path, known.name(), edition)?;
        before.iter().try_for_each(|(other, others)| counts_once((path, &known), (other, others)))?;
        let is_of_this_edition = known.edition() == edition.digest();
        let own: HashSet<_> = edition.rule_digests().iter().map(|rule| rule.digest).collect();
        files.push(EvidenceFile {
            path: path.clone(),
            edition: known.edition(),
            same_rules: known.rules().iter().filter(|known| own.contains(&known.rule.digest)).count(),
            carried_over: !is_of_this_edition,
        });
        let of_this = if is_of_this_edition { known.clone() } else { known.carry_over(&tracing) };
        before.push((path, known));
        match &mut all {
            Some(all) => all.merge(&of_this).map_err(|error| wrong(path, &error))?,
            None => all = Some(of_this),
        }
    }
    let all = all.ok_or_else(|| Failure::usage("no evidence was named"))?;
    Ok((all, files))
}

/// What one file has taken over from another edition, whose file is named too, would count in both.
fn counts_once(one: (&PathBuf, &Evidence), other: (&PathBuf, &Evidence)) -> Result<()> {
    let shared = |stratum| {
        let has = |known: &Evidence| known.rules().iter().any(|rule| rule.strata.of(stratum).cases > 0);
        has(one.1) && has(other.1)
    };
    for ((path, known), (later, taken)) in [(one, other), (other, one)] {
        if known.edition() != taken.edition()
            && Stratum::ALL.into_iter().any(|own| shared(own) && takes_over(taken, own))
        {
            let (later, edition) = (later.display(), known.edition().short());
            let words = format!(
                "`{later}` has taken over evidence of an edition before it, and that of edition {edition} may count twice: leave this file out"
            );
            return Err(wrong(path, &words));
        }
    }
    Ok(())
}

/// Whether a rule has more cases than the whole edition was asked: these it has from another edition.
fn takes_over(known: &Evidence, stratum: Stratum) -> bool {
    let whole = known.release().of(stratum).cases;
    known.rules().iter().any(|rule| rule.strata.of(stratum).cases > whole)
}

fn findings(paths: &[PathBuf], edition: &Edition) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for path in distinct(paths)? {
        let findings = gathered::findings(path)?;
        // What no edition priced was dropped whichever it is that is judged.
        let is_of_none = findings.rules == PricedBy::nothing();
        if !is_of_none {
            is_of(path, &findings.rules.name, edition)?;
        }
        let is_of_this_edition = is_of_none || findings.rules.edition == edition.digest();
        found.push(Found { path: path.clone(), findings, is_of_this_edition, first_cluster: 1 });
    }
    found.sort_by_key(|found| !found.is_of_this_edition);
    let mut next = 1_usize;
    for one in &mut found {
        one.first_cluster = next;
        next = next.saturating_add(one.findings.clusters.len());
    }
    Ok(found)
}

/// A file that is named twice, or of which a copy is, would count twice.
fn distinct(paths: &[PathBuf]) -> Result<&[PathBuf]> {
    let mut seen = HashSet::new();
    if let Some(path) =
        paths.iter().find(|path| !seen.insert(std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())))
    {
        return Err(Failure::usage(format!("`{}` is named twice, and would count twice", path.display())));
    }
    let mut known: HashMap<Digest, &PathBuf> = HashMap::new();
    // Of one file nothing can be a copy; a pipe is read once only.
    for path in paths.iter().filter(|path| paths.len() > 1 && path.is_file()) {
        let bytes = std::fs::read(path).map_err(|error| Failure::file("read", path, &error))?;
        if let Some(other) = known.insert(Digest::of_bytes(&bytes), path) {
            return Err(wrong(path, &format!("it is a copy of `{}`, and would count twice", other.display())));
        }
    }
    Ok(paths)
}

/// What is of another rule set altogether was named by mistake.
fn is_of(path: &Path, name: &str, edition: &Edition) -> Result<()> {
    match name == edition.name() {
        true => Ok(()),
        false => Err(wrong(path, &format!("it is of the rule set `{name}`, and the rules are `{}`", edition.name()))),
    }
}

fn stages(path: &Path, head: Option<&str>) -> Result<StageLog> {
    let head = head.map(log::head).transpose()?;
    let bytes = std::fs::read(path).map_err(|error| Failure::file("read", path, &error))?;
    Ok(StageLog { path: path.to_owned(), verified: verify(&bytes, head), head })
}

/// How many cases were offered for comparison and how many were lost, of the file that lost most of its cases: a large one does not hide
/// a small one. An answer that came twice is no case that was lost, and a probe that nobody answered shows in the edges that were not met.
fn offered_and_dropped(found: &[Found]) -> (u64, u64) {
    let own = found.iter().filter(|found| found.is_of_this_edition && found.findings.stratum != Stratum::Probe);
    let counts = own.map(|found| {
        let Findings { records, tally, dropped, .. } = &found.findings;
        let twice = tally.not_compared.get(&Cause::Duplicate).map_or(0, |flawed| flawed.records);
        let lost = dropped.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
        (records.saturating_sub(twice), lost.saturating_add(tally.flaws().saturating_sub(twice)))
    });
    counts.max_by_key(part_lost).unwrap_or((0, 0))
}
