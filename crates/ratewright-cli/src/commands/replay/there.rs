//! What stands already in the files of evidence and findings: nothing is written over that the run has not gathered as well, unless that is said.
//!
//! The files that are named + the run → those that are written. What can be known of it is refused before anything is compared. What only the end
//! shows loses neither: what was there stays, and what was gathered stands beside it, under a number.

use super::Replay;
use crate::figures::{cases_of, grouped};
use crate::gathered;
use crate::outcome::{Failure, Result};
use ratewright::live::Edition;
use ratewright::migrate::{Counting, Evidence, Stratum};
use ratewright_migration::findings::Findings;
use std::path::{Path, PathBuf};

/// Up to which number files are looked for that may be written.
const MOST: u32 = 10_000;

/// The files that are written at the end of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// That of evidence.
    pub evidence: Option<PathBuf>,
    /// That of findings.
    pub findings: Option<PathBuf>,
}

/// What a run gathers.
#[derive(Clone, Copy)]
pub struct Run<'r> {
    /// By which rules.
    pub edition: &'r Edition,
    /// How it is compared, and counted.
    pub counting: &'r Counting,
    /// Of which cases.
    pub stratum: Stratum,
}

/// What a run has gathered.
#[derive(Clone, Copy)]
pub struct Gathered<'g> {
    /// Of each rule.
    pub evidence: Option<&'g Evidence>,
    /// Of what differs.
    pub findings: Option<&'g Findings>,
}

/// What was there.
struct There {
    evidence: Option<Evidence>,
    findings: Option<Findings>,
}

/// Refuses what would be lost, as far as that is known before the run.
pub fn refuse(arguments: &Replay, run: Run<'_>) -> Result<()> {
    match arguments.force {
        true => Ok(()),
        false => Places::named(arguments).there(run).map(drop).map_err(Failure::usage),
    }
}

/// Where all is written, and what is to be said where that is not where it was to be.
pub fn places(arguments: &Replay, run: Run<'_>, gathered: Gathered<'_>) -> Result<(Places, Option<String>)> {
    let named = Places::named(arguments);
    let Some(why) = named.lost(run, gathered).filter(|_| !arguments.force) else { return Ok((named, None)) };
    let mut others = (2..=MOST).map(|number| named.numbered(number));
    let beside = others.find(|other| other.is_apart() && other.lost(run, gathered).is_none());
    let beside = beside.ok_or_else(|| Failure::usage(format!("{why}; and no file beside it is free")))?;
    let both = |option: &str, named: &Option<PathBuf>, beside: &Option<PathBuf>| {
        let (named, beside) = (named.as_ref()?.display(), beside.as_ref()?.display());
        Some(format!("`--{option} {named} {beside}`"))
    };
    let taken =
        [both("evidence", &named.evidence, &beside.evidence), both("findings", &named.findings, &beside.findings)];
    let taken: Vec<String> = taken.into_iter().flatten().collect();
    let written: Vec<String> = beside.all().map(|path| format!("`{}`", path.display())).collect();
    let words = format!(
        "{why}: it stays, and what this run gathered stands in {}; `report` takes both, {}; or say `--force` to write over it",
        written.join(" and "),
        taken.join(" ")
    );
    Ok((beside, Some(words)))
}

impl Places {
    fn named(arguments: &Replay) -> Places {
        Places { evidence: arguments.evidence.clone(), findings: arguments.findings.clone() }
    }

    fn all(&self) -> impl Iterator<Item = &PathBuf> {
        self.evidence.iter().chain(&self.findings)
    }

    /// `replay-2.evidence` for `replay.evidence`.
    fn numbered(&self, number: u32) -> Places {
        let numbered = |path: &PathBuf| {
            let mut name = path.file_stem().unwrap_or_default().to_owned();
            name.push(format!("-{number}"));
            if let Some(extension) = path.extension() {
                name.push(".");
                name.push(extension);
            }
            path.with_file_name(name)
        };
        Places { evidence: self.evidence.as_ref().map(numbered), findings: self.findings.as_ref().map(numbered) }
    }

    /// Whether no file stands there that somebody may write to now.
    fn is_apart(&self) -> bool {
        self.all().all(|path| !path.exists() || holds_something(path))
    }

    /// What stands there; or what of it a run as this would lose, whatever its cases are.
    fn there(&self, run: Run<'_>) -> std::result::Result<There, String> {
        let evidence = self.evidence.as_deref().filter(|path| holds_something(path));
        let evidence = evidence.map(|path| evidence_in(path, run)).transpose()?;
        let Some(path) = self.findings.as_deref().filter(|path| holds_something(path)) else {
            return Ok(There { evidence, findings: None });
        };
        let found = findings_in(path, run)?;
        // Findings are of the cases of their evidence, which knows them.
        let go_together = |known: &Evidence| {
            let cases = known.release().of(run.stratum).cases;
            found.rules.edition == known.edition() && found.tally.compared == cases
        };
        match (&self.evidence, evidence.as_ref().is_some_and(go_together)) {
            (Some(of), false) => Err(lost(
                path,
                &format!("{}, which is not what is known in `{}`", held(&found), of.display()),
                "findings",
            )),
            _ => Ok(There { evidence, findings: Some(found) }),
        }
    }

    /// What of what stands there a run would lose that has gathered this; none where it would lose nothing.
    fn lost(&self, run: Run<'_>, gathered: Gathered<'_>) -> Option<String> {
        let There { evidence, findings } = match self.there(run) {
            Ok(there) => there,
            Err(why) => return Some(why),
        };
        let of = |path: &Option<PathBuf>, what: String| {
            path.as_ref().map(|path| format!("`{}` holds {what}", path.display()))
        };
        match (evidence, findings, gathered) {
            // Where both are there they are of the same cases, and evidence tells cases apart.
            (Some(known), _, Gathered { evidence: Some(own), .. }) => {
                lacking(own, &known, run.stratum).and_then(|what| of(&self.evidence, what))
            }
            (_, Some(known), Gathered { findings: Some(own), .. }) => {
                other_days(own, &known).and_then(|what| of(&self.findings, what))
            }
            _ => None,
        }
    }
}

/// Whether a file is there in which something stands; what is no file, such as a pipe, keeps nothing.
fn holds_something(path: &Path) -> bool {
    path.metadata().is_ok_and(|there| there.is_file() && there.len() > 0)
}

fn lost(path: &Path, what: &str, option: &str) -> String {
    format!(
        "`{0}` holds {what}, and would be lost: name another file, which `report --{option}` takes beside `{0}`, or say `--force` to write over it",
        path.display()
    )
}

fn no_such(path: &Path, what: &str) -> String {
    format!(
        "`{}` holds what is no {what} of this version of ratewright, and would be lost: name another file, or say `--force` to write over it",
        path.display()
    )
}

/// Evidence that a run may write over if it has its cases.
fn evidence_in(path: &Path, run: Run<'_>) -> std::result::Result<Evidence, String> {
    let known = gathered::evidence(path).map_err(|_| no_such(path, "evidence"))?;
    let strata = Stratum::ALL.into_iter().map(|stratum| (stratum, known.release().of(stratum).cases));
    let held: Vec<_> = strata.filter(|(_, cases)| *cases > 0).collect();
    let each: Vec<String> = held.iter().map(|(stratum, cases)| format!("{} in {stratum}", cases_of(*cases))).collect();
    let other = match () {
        () if held.is_empty() => return Ok(known),
        () if known.edition() != run.edition.digest() => {
            format!(" with other rules, {} {}", known.name(), known.edition().short())
        }
        () if known.counting().measure != run.counting.measure => " by another measure".to_owned(),
        () if held.iter().any(|(stratum, _)| *stratum != run.stratum) => String::new(),
        () => return Ok(known),
    };
    Err(lost(path, &format!("evidence of {} compared{other}", each.join(" and ")), "evidence"))
}

/// `findings of 2,000 cases in replay`
fn held(found: &Findings) -> String {
    format!("findings of {} in {}", cases_of(found.tally.compared), found.stratum)
}

/// Findings that a run may write over if it has their cases.
fn findings_in(path: &Path, run: Run<'_>) -> std::result::Result<Findings, String> {
    let found = gathered::findings(path).map_err(|_| no_such(path, "findings"))?;
    let other = match () {
        () if found.rules.name != run.edition.name() => format!(" with other rules, {}", found.rules.name),
        () if found.stratum != run.stratum => String::new(),
        () => return Ok(found),
    };
    Err(lost(path, &format!("{}{other}", held(&found)), "findings"))
}

/// The cases that evidence knows and a run has not.
fn lacking(own: &Evidence, known: &Evidence, stratum: Stratum) -> Option<String> {
    let (own, known) = (own.release().of(stratum), known.release().of(stratum));
    // What is told apart no longer may be anything: then only as many cases are taken for the same.
    let is_other = (own.distinct.is_full() || known.distinct.is_full()) && own.cases != known.cases;
    match known.distinct.beyond(&own.distinct) {
        0 if known.cases <= own.cases && !is_other => None,
        0 => {
            let (known, own) = (cases_of(known.cases), grouped(own.cases));
            Some(format!("evidence of {known} in {stratum}, and this run has {own}"))
        }
        1 => Some(format!("evidence of a distinct case in {stratum} that this run has not")),
        more => Some(format!("evidence of {} distinct cases in {stratum} that this run has not", grouped(more))),
    }
}

/// The first day on which findings have more cases than a run has; or those without a day.
fn other_days(own: &Findings, known: &Findings) -> Option<String> {
    let on = |day| own.days.get(day).map_or(0, |day| day.cases);
    let of_days = known.days.iter().map(|(day, known)| (format!("of {day}"), known.cases, on(day)));
    let undated = ("without a time".to_owned(), known.undated, own.undated);
    let (when, known, own) = of_days.chain([undated]).find(|(_, known, own)| known > own)?;
    Some(format!("findings of {} {when}, and this run has {}", cases_of(known), grouped(own)))
}
