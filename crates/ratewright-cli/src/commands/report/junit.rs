//! A report for a build server: a case for each rule, and one for each demand on the release.
//!
//! What is not ready fails, and so does what is not known: a build that goes green without evidence would be taken for a proof. The type of a
//! failure tells the two apart.

use super::model::Report;
use super::rules::Rule;
use super::words;
use crate::outcome::Result;
use crate::render::junit::{self, Case, Failure, Suite};
use ratewright::migrate::Readiness;
use std::io::Write;

/// Writes both suites.
pub fn write(report: &Report, out: &mut impl Write) -> Result<()> {
    let name = report.edition.name();
    let gates = report.gates.iter().map(|gate| Case {
        name: gate.name.to_owned(),
        place: None,
        failures: failure(gate.readiness, &gate.words, &gate.words),
    });
    let suites = [
        Suite { name: format!("{name} release"), cases: gates.collect() },
        Suite { name: format!("{name} rules"), cases: report.rules.iter().map(of_rule).collect() },
    ];
    junit::write(&suites, out)
}

fn of_rule(rule: &Rule) -> Case {
    let reasons: Vec<String> = rule.reasons().map(|(readiness, words)| format!("{readiness}: {words}")).collect();
    let first = rule.reasons().next().map_or("", |(_, words)| words);
    Case {
        name: format!("{} {}", words::kind(rule.judgement.rule.kind), rule.name()),
        place: rule.place.clone(),
        failures: failure(rule.judgement.readiness, first, &reasons.join("\n")),
    }
}

fn failure(readiness: Readiness, message: &str, text: &str) -> Vec<Failure> {
    let sort = match readiness {
        Readiness::Ready => return Vec::new(),
        Readiness::InsufficientEvidence => "insufficient evidence",
        Readiness::NotReady => "not ready",
    };
    vec![Failure { sort: Some(sort), message: message.to_owned(), text: text.to_owned() }]
}
