//! How the two were compared, in words: the measure of the evidence, and what it and waivers have let pass.
//!
//! A report without it would not tell rules that agree from rules that nobody looked at.

use super::model::Report;
use super::waivers::{Together, together};
use crate::figures::{amount, cases_of, grouped};
use ratewright::migrate::{Stratum, Tolerance, WrittenMeasure};
use ratewright::quote::Money;
use std::collections::{BTreeMap, BTreeSet};

/// All of it, a sentence for each part.
pub fn sentences(report: &Report) -> Vec<String> {
    let mut all = of_measure(report.evidence.counting().measure.written());
    all.extend(Stratum::ALL.into_iter().filter_map(|stratum| let_pass(report, stratum)));
    all.extend(undrawn(report));
    all
}

/// In which currencies nobody knows which part of the money differs at most; where that is demanded, the demand says so.
fn undrawn(report: &Report) -> Option<String> {
    let intervals = &report.evidence.counting().intervals;
    let billed = report.evidence.release().iter().flat_map(|(_, counts)| counts.money.keys());
    let undrawn: BTreeSet<&str> =
        billed.filter(|currency| !intervals.contains_key(currency)).map(|currency| currency.code()).collect();
    let undrawn: Vec<&str> = undrawn.into_iter().collect();
    let is_told = undrawn.is_empty() || report.policy.money_rate_at_most.is_some();
    (!is_told).then(|| {
        format!(
            "nobody drew the money in {}: which part of it differs at most is not known, nor is it demanded",
            undrawn.join(", ")
        )
    })
}

fn of_measure(written: &WrittenMeasure) -> Vec<String> {
    let mut all = Vec::new();
    let stand_for = |codes: Vec<String>, what: &str| (!codes.is_empty()).then(|| format!("{what}{}", codes.join(", ")));
    let charges = written.charges.iter().map(|(code, charges)| format!("{code} stands for {}", charges.join(" + ")));
    all.extend(stand_for(charges.collect(), "of the old code "));
    let refusals = written.refusals.iter().map(|(code, other)| format!("{code} stands for {other}"));
    all.extend(stand_for(refusals.collect(), "of the refusals of the old code "));
    all.extend(stand_for(written.ignored.iter().cloned().collect(), "left out: "));
    for (holds, what) in [
        (written.totals_only, "totals alone are compared"),
        (written.ordered, "lines must come in the same order"),
        (written.zero_is_none, "a line of nothing is as good as none"),
    ] {
        all.extend(holds.then(|| what.to_owned()));
    }
    if !written.totals_only {
        all.push(of_charges(&written.tolerances, written.tolerance));
    }
    all.push(match by(written.total).as_str() {
        NOTHING => "totals must be equal".to_owned(),
        total => format!("totals may differ by {total}"),
    });
    all
}

/// `BASE may differ by 3 minor units; any other charge by nothing`
fn of_charges(tolerances: &BTreeMap<String, Tolerance>, others: Tolerance) -> String {
    let each: Vec<String> =
        tolerances.iter().map(|(charge, tolerance)| format!("{charge} by {}", by(*tolerance))).collect();
    match (each.is_empty(), by(others).as_str()) {
        (true, NOTHING) => "charges must be equal".to_owned(),
        (true, others) => format!("any charge may differ by {others}"),
        (false, NOTHING) => format!("of charges may differ {}; all others must be equal", each.join(", ")),
        (false, others) => format!("of charges may differ {}; any other by {others}", each.join(", ")),
    }
}

const NOTHING: &str = "nothing";

fn by(tolerance: Tolerance) -> String {
    match tolerance {
        Tolerance::Exact | Tolerance::MinorUnits(0) | Tolerance::PartsPerMillion(0) => NOTHING.to_owned(),
        Tolerance::MinorUnits(1) => "1 minor unit".to_owned(),
        Tolerance::MinorUnits(units) => format!("{} minor units", grouped(units)),
        Tolerance::PartsPerMillion(parts) => format!("{} millionths of the old amount", grouped(parts)),
    }
}

/// How many cases are within tolerance or waived in a stratum, and by how much; and for how much waivers were used.
fn let_pass(report: &Report, stratum: Stratum) -> Option<String> {
    let counts = report.evidence.release().of(stratum);
    let mut parts = Vec::new();
    for (count, word) in [(counts.within_tolerance, "within tolerance"), (counts.waived, "waived")] {
        match (count, parts.is_empty()) {
            (0, _) => {}
            (_, true) => parts.push(format!("{} {word}", cases_of(count))),
            (_, false) => parts.push(format!("{} {word}", grouped(count))),
        }
    }
    if parts.is_empty() {
        return None;
    }
    let money = counts.money.iter().filter(|(_, money)| !money.allowed.is_zero());
    let money: Vec<String> =
        money.map(|(currency, money)| amount(&Money::new(money.allowed.clone(), *currency))).collect();
    let money = if money.is_empty() { String::new() } else { format!(", by {} without signs", money.join(", ")) };
    let used = report.found.iter().filter(|found| found.is_of_this_edition && found.findings.stratum == stratum);
    let used = together(used.flat_map(|found| &found.findings.waivers).filter(|waiver| waiver.cases > 0));
    let taken = |one: &Together| Some(format!("{} {}", one.waiver.id, amount(one.waiver.amount.as_ref()?)));
    let used: Vec<String> = used.iter().filter_map(taken).collect();
    let used =
        if used.is_empty() { String::new() } else { format!("; waivers took up, line by line, {}", used.join(", ")) };
    Some(format!("let pass in {stratum}: {}{money}{used}", parts.join(", ")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn told(measure: &str) -> Vec<String> {
        of_measure(&serde_json::from_str(measure).unwrap())
    }

    #[test]
    fn a_measure_is_told_in_sentences() {
        assert_eq!(told("{}"), ["charges must be equal", "totals must be equal"]);
        let all = r#"{"charges": {"FRT": ["BASE", "FUEL"], "RES": ["RESI"]}, "refusals": {"E17": "TOO_HEAVY"}, "ignored": ["NOTE", "ID"],
            "tolerances": {"BASE": {"minor_units": 1}}, "tolerance": {"parts_per_million": 5000}, "zero_is_none": true, "ordered": true}"#;
        assert_eq!(
            told(all),
            [
                "of the old code FRT stands for BASE + FUEL, RES stands for RESI",
                "of the refusals of the old code E17 stands for TOO_HEAVY",
                "left out: ID, NOTE",
                "lines must come in the same order",
                "a line of nothing is as good as none",
                "of charges may differ BASE by 1 minor unit; any other by 5,000 millionths of the old amount",
                "totals must be equal",
            ]
        );
        assert_eq!(
            told(r#"{"totals_only": true, "total": {"minor_units": 20}}"#),
            ["totals alone are compared", "totals may differ by 20 minor units"]
        );
    }
}
