//! A report as data: everything, amounts as exact texts.

use super::model::{EvidenceFile, Found, Report, StageLog};
use super::rules::Rule;
use super::words;
use ratewright::migrate::Readiness;
use serde_json::{Value, json};

/// What the format is called; it changes where a reader has to.
const FORMAT: &str = "ratewright report 1";

/// The report.
pub fn report(report: &Report) -> Value {
    let (offered, dropped) = report.offered_and_dropped;
    json!({
        "format": FORMAT,
        "readiness": report.readiness,
        "verdict": words::verdict(report),
        "compared": words::compared(report),
        "rule_set": {
            "path": report.path,
            "name": report.edition.name(),
            "version": report.edition.version(),
            "title": report.edition.rules().title(),
            "edition": report.edition.digest(),
        },
        "day": report.today,
        "counts": {
            "rules": report.rules.len(),
            "ready": report.count(Readiness::Ready),
            "insufficient_evidence": report.count(Readiness::InsufficientEvidence),
            "not_ready": report.count(Readiness::NotReady),
        },
        "next": report.next,
        "release": report.gates,
        "rules": report.rules.iter().map(rule).collect::<Vec<_>>(),
        "policy": report.policy,
        "measure": report.evidence.counting().measure,
        "facts": report.written_facts,
        "offered": offered,
        "dropped": dropped,
        "evidence": report.evidence_files.iter().map(evidence).collect::<Vec<_>>(),
        "findings": report.found.iter().map(findings).collect::<Vec<_>>(),
        "stages": report.stages.as_ref().map(stages),
    })
}

fn rule(rule: &Rule) -> Value {
    let mut value = serde_json::to_value(&rule.judgement).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.insert("label".to_owned(), json!(rule.label));
        fields.insert("place".to_owned(), json!(rule.place));
        if let Some(follows) = &rule.follows {
            fields.insert("follows".to_owned(), json!(follows));
        }
        let money = rule.money.iter().map(|(stratum, currency, money)| {
            json!({
                "stratum": stratum, "currency": currency, "seen": money.seen, "differed": money.differed, "allowed": money.allowed
            })
        });
        fields.insert("money".to_owned(), money.collect());
    }
    value
}

fn evidence(file: &EvidenceFile) -> Value {
    json!({
        "path": file.path, "edition": file.edition, "carried_over": file.carried_over, "same_rules": file.same_rules
    })
}

fn findings(found: &Found) -> Value {
    json!({
        "path": found.path,
        "is_of_this_edition": found.is_of_this_edition,
        "first_cluster": found.first_cluster,
        "findings": found.findings,
    })
}

fn stages(stages: &StageLog) -> Value {
    let faults: Vec<String> = stages.verified.faults.iter().map(ToString::to_string).collect();
    json!({ "path": stages.path, "head": stages.head, "faults": faults, "changes": stages.verified.records })
}
