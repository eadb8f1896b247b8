//! The demands on a release: those of the policy, and those that the files themselves make: findings of these rules that the evidence knows
//! of, waivers that still hold, a log that nobody altered.
//!
//! Invariant: whatever contradicts that a release is ready keeps it from being so, in whichever file it stands.

use super::model::{Found, StageLog};
use super::waivers::{self, Together};
use super::words;
use crate::figures::{cases_of, grouped};
use ratewright::live::Edition;
use ratewright::migrate::judgement::Gate;
use ratewright::migrate::log::Fault;
use ratewright::migrate::{Evidence, Judgement, Readiness, Stratum};
use ratewright::value::Date;
use serde::Serialize;

/// A demand, and whether it is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateLine {
    /// What it is about, where it is one of the policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
    /// Its name.
    pub name: &'static str,
    /// Whether it is met.
    pub readiness: Readiness,
    /// What was found, what is demanded, and what to do.
    pub words: String,
    /// The number that was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub found: Option<u64>,
    /// The number that is demanded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted: Option<u64>,
}

impl GateLine {
    fn own(name: &'static str, readiness: Readiness, words: String) -> GateLine {
        GateLine { gate: None, name, readiness, words, found: None, wanted: None }
    }
}

/// The findings are of these rules.
pub const FINDINGS: &str = "the findings are of these rules";
/// Findings and evidence tell the same.
pub const AGREEMENT: &str = "findings and evidence agree";
/// No replay was stopped before the end of what was recorded.
pub const WHOLE: &str = "replays went to the end";
/// Each difference is in the sums.
pub const SUMS: &str = "the sums are whole";
/// No waiver that is in use has expired, or has reached its caps by what several runs used of it.
pub const WAIVERS: &str = "waivers still hold";
/// The log of stages was not altered.
pub const LOG: &str = "the log of stages is whole";

/// How many places of a log are named that were altered.
const ALTERED: usize = 3;

/// All demands.
pub fn gates(
    edition: &Edition,
    evidence: &Evidence,
    judgement: &Judgement,
    found: &[Found],
    stages: Option<&StageLog>,
    today: Date,
) -> Vec<GateLine> {
    // Each demand has a name of its own.
    let mut of_shadow = words::SHADOW.into_iter();
    let mut name = |gate: Gate| match gate {
        Gate::Shadow => of_shadow.next().unwrap_or(words::gate(gate)),
        other => words::gate(other),
    };
    let mut gates: Vec<GateLine> = judgement
        .reasons
        .iter()
        // What was never compared and is not demanded is said beside the verdict.
        .filter(|reason| reason.gate != Gate::Numbers || reason.wanted.is_some())
        .map(|reason| GateLine {
            gate: Some(reason.gate),
            name: name(reason.gate),
            readiness: reason.readiness,
            words: reason.words.clone(),
            found: reason.found,
            wanted: reason.wanted,
        })
        .collect();
    gates.extend(findings(edition, found));
    gates.extend(agreement(evidence, found));
    gates.extend(whole(found));
    gates.extend(sums(found));
    gates.extend(waivers_hold(evidence, found, today));
    gates.extend(stages.map(log));
    gates
}

/// Findings of other rules show what may be mended by now, and not what is new.
fn findings(edition: &Edition, found: &[Found]) -> Option<GateLine> {
    if found.is_empty() {
        return None;
    }
    let other: Vec<String> = found
        .iter()
        .filter(|found| !found.is_of_this_edition)
        .map(|found| format!("`{}` of edition {}", found.path.display(), found.findings.rules.edition.short()))
        .collect();
    Some(match other.is_empty() {
        true => GateLine::own(FINDINGS, Readiness::Ready, "all findings are of the rules of this release".to_owned()),
        false => {
            let words = format!(
                "these rules are edition {}, but the findings in {}: what they show may be mended, and what is new is not in them; replay again",
                edition.digest().short(),
                other.join(", ")
            );
            GateLine::own(FINDINGS, Readiness::InsufficientEvidence, words)
        }
    })
}

/// A mismatch that stands in the findings and not in the evidence was taken down by another run: no evidence speaks against it.
fn agreement(evidence: &Evidence, found: &[Found]) -> Option<GateLine> {
    let mut contradictions = Vec::new();
    for (stratum, counts) in evidence.release().iter() {
        let own = found.iter().filter(|found| found.is_of_this_edition && found.findings.stratum == stratum);
        let (compared, mismatches) = own.fold((0_u64, 0_u64), |(compared, mismatches), Found { findings, .. }| {
            let tally = &findings.tally;
            (compared.saturating_add(tally.compared), mismatches.saturating_add(tally.mismatches))
        });
        // Findings of as many cases are of the same runs; those of fewer need not know of all that differ.
        let is_less = compared == counts.cases && mismatches < counts.unexplained;
        if mismatches > counts.unexplained || is_less {
            contradictions.push(format!(
                "{} by the findings, and {} by the evidence",
                words::differ_in(mismatches, &stratum.to_string()),
                grouped(counts.unexplained)
            ));
        }
    }
    let measure = &evidence.counting().measure;
    for other in found.iter().filter(|found| found.is_of_this_edition && found.findings.measure != *measure) {
        contradictions.push(format!("`{}` was compared by another measure than the evidence", other.path.display()));
    }
    let words = format!("{}: name the evidence of the same runs", contradictions.join("; "));
    (!contradictions.is_empty()).then(|| GateLine::own(AGREEMENT, Readiness::NotReady, words))
}

/// What lies behind the place where a replay was stopped may differ.
fn whole(found: &[Found]) -> Option<GateLine> {
    let told: Vec<String> = found.iter().filter_map(Found::stopped).collect();
    let words = format!("{}: replay without it", told.join("; "));
    (!told.is_empty()).then(|| GateLine::own(WHOLE, Readiness::InsufficientEvidence, words))
}

/// By how much money a release differs nobody knows where differences are in no sum.
fn sums(found: &[Found]) -> Option<GateLine> {
    let told: Vec<String> =
        found.iter().filter(|found| found.is_of_this_edition).filter_map(words::beyond_sums).collect();
    let words = format!("{}: find the amount that cannot be right, and gather anew", told.join("; "));
    (!told.is_empty()).then(|| GateLine::own(SUMS, Readiness::InsufficientEvidence, words))
}

/// What is waived by a waiver that has expired since is a mismatch again; by which one cases are waived, the findings alone say.
fn waivers_hold(evidence: &Evidence, found: &[Found], today: Date) -> Option<GateLine> {
    let used = || found.iter().flat_map(|found| &found.findings.waivers).filter(|waiver| waiver.cases > 0);
    let expired: Vec<String> = used()
        .filter(|waiver| waiver.expires < today)
        .map(|waiver| {
            let (id, owner, cases) = (&waiver.id, &waiver.owner, cases_of(waiver.cases));
            let rest = if waiver.cases == 1 { "rests" } else { "rest" };
            format!(
                "{id} ended on {}, and {cases} {rest} on it: {owner} must renew it, or the rules be mended",
                waiver.expires
            )
        })
        .collect();
    let all = waivers::together(found.iter().flat_map(|found| &found.findings.waivers));
    let broken: Vec<String> = expired.into_iter().chain(passed(&all)).collect();
    if !broken.is_empty() {
        return Some(GateLine::own(WAIVERS, Readiness::NotReady, broken.join("; ")));
    }
    let untold: Vec<String> =
        Stratum::ALL.into_iter().filter_map(|stratum| waived_untold(evidence, found, stratum)).collect();
    if !untold.is_empty() {
        let words = format!(
            "{}: nobody can say that these waivers still hold; name the findings of the same runs (`--findings`)",
            untold.join("; ")
        );
        return Some(GateLine::own(WAIVERS, Readiness::InsufficientEvidence, words));
    }
    used().next()?;
    let others = all.iter().filter_map(|one| Some((&one.waiver.id, one.other_caps.as_ref()?)));
    let others: String =
        others.map(|(id, caps)| format!("; {id} had other caps in these runs, {caps}: the least hold")).collect();
    Some(GateLine::own(WAIVERS, Readiness::Ready, format!("each waiver that is in use still holds{others}")))
}

/// The waivers that several runs have used beyond their caps together.
fn passed(all: &[Together]) -> Vec<String> {
    let beyond = all.iter().filter_map(Together::beyond);
    beyond.map(|words| format!("{words}: whoever owns it must raise its caps, or the rules be mended")).collect()
}

/// `12 cases are waived in replay, and by which waiver the findings say of 3`, where they do not say it of all.
fn waived_untold(evidence: &Evidence, found: &[Found], stratum: Stratum) -> Option<String> {
    let of_rules = evidence.rules().iter().map(|known| known.strata.of(stratum).waived);
    let waived = of_rules.max().unwrap_or(0).max(evidence.release().of(stratum).waived);
    let own = found.iter().filter(|found| found.is_of_this_edition && found.findings.stratum == stratum);
    let (mut told, mut differ) = (0_u64, 0_u64);
    for Found { findings, .. } in own {
        let by_waivers = findings.waivers.iter().fold(0_u64, |sum, waiver| sum.saturating_add(waiver.cases));
        told = told.saturating_add(findings.tally.waived.min(by_waivers));
        differ = differ.saturating_add(findings.tally.mismatches);
    }
    // A case in which one rule is waived and another differs is a mismatch, and holds the release back as such.
    (waived > told.saturating_add(differ)).then(|| {
        let (cases, are) = (cases_of(waived), if waived == 1 { "is" } else { "are" });
        match told {
            0 => format!("{cases} {are} waived in {stratum}, and no findings say by which waivers"),
            _ => {
                format!("{cases} {are} waived in {stratum}, and the findings say by which waivers of {}", grouped(told))
            }
        }
    })
}

/// A last line without its end is a writer that died, or writes; all else was altered. What is missing at the end only a head tells.
fn log(stages: &StageLog) -> GateLine {
    let altered: Vec<String> = stages
        .verified
        .faults
        .iter()
        .filter(|fault| !matches!(fault, Fault::Unfinished { .. }))
        .map(ToString::to_string)
        .collect();
    if !altered.is_empty() {
        let more = altered.len().saturating_sub(ALTERED);
        let more = if more > 0 { format!("; and {} more places", grouped(more)) } else { String::new() };
        let shown: Vec<String> = altered.into_iter().take(ALTERED).collect();
        let words = format!("{}{more}: find out who changed it, and why", shown.join("; "));
        return GateLine::own(LOG, Readiness::NotReady, words);
    }
    let changes = stages.verified.records.len();
    if changes == 0 {
        let words = "no change stands in it: name the log of this migration, or find out who emptied it".to_owned();
        return GateLine::own(LOG, Readiness::InsufficientEvidence, words);
    }
    let changes = format!("{} {}", grouped(changes), if changes == 1 { "change" } else { "changes" });
    let words = match stages.head {
        Some(head) => format!(
            "{changes} in the log, none of them altered, and {} is among them, the last that was known",
            head.short()
        ),
        None => format!(
            "{changes} in the log, none of them altered: whole as far as the file can tell; whether lines are missing at the end only an earlier head tells: give `--head`"
        ),
    };
    GateLine::own(LOG, Readiness::Ready, words)
}

/// How ready it all is.
pub fn readiness(gates: &[GateLine]) -> Readiness {
    gates.iter().map(|gate| gate.readiness).max().unwrap_or(Readiness::InsufficientEvidence)
}
