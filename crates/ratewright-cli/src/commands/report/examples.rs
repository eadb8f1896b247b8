//! The case of a cluster that shows it best, and its two answers side by side.
//!
//! Best is the smallest input that shows the whole cause: of the first case, the largest and the sample those for which the cluster's cause
//! explains all that differs, of these the one with the shortest input, of these the one with fewest lines. Whoever reads it has least to read.

use crate::figures::{amount, signed};
use ratewright::migrate::cause::{Cause, Factor};
use ratewright::migrate::{About, Answer, Cluster, Difference, Example, Prices, Stated, Verdict, WrittenMeasure};
use ratewright::quote::Money;
use std::collections::{BTreeMap, BTreeSet};

/// All cases that are kept, each once: the first, the largest, then the sample.
pub fn kept(cluster: &Cluster) -> Vec<&Example> {
    let mut all: Vec<&Example> = Vec::new();
    for example in cluster.first.iter().chain(&cluster.largest).chain(&cluster.sample) {
        let is_there = |known: &&Example| known.sequence == example.sequence && known.key == example.key;
        if !all.iter().any(is_there) {
            all.push(example);
        }
    }
    all
}

/// The case that shows the cause best.
pub fn best(cluster: &Cluster) -> Option<&Example> {
    let effort = |example: &&Example| {
        let shows = shows(cluster, example);
        (!shows, example.input.len(), example.comparison.differences.len(), example.sequence)
    };
    kept(cluster).into_iter().min_by_key(effort)
}

/// Whether a cause of the cluster explains all that differs in a case.
fn shows(cluster: &Cluster, example: &Example) -> bool {
    let causes = &cluster.key.causes;
    let charges = example.comparison.differences.iter().filter(|one| one.about != About::Total).count();
    let is_whole = |cause: &Cause| {
        let whole = |factor: &&Factor| factor.cause == *cause && factor.explains.len() >= charges;
        *cause == Cause::Unexplained || example.factors.iter().any(|factor| whole(&factor))
    };
    causes.iter().any(is_whole)
}

/// What is said of a case for each cause of its cluster: `it vanishes`, with what was changed so that it did, and what the rules say of lines
/// that one side lacks; empty where nothing is.
pub fn said(cluster: &Cluster, example: &Example) -> String {
    let of = |cause: &Cause| example.factors.iter().find(|factor| factor.cause == *cause);
    let factors = cluster.key.causes.iter().filter_map(of);
    let (tried, named): (Vec<&Factor>, Vec<&Factor>) = factors.partition(|factor| factor.is_tried);
    let joined = |factors: Vec<&Factor>, with: &str| -> String {
        factors.iter().map(|factor| factor.tried.as_str()).collect::<Vec<_>>().join(with)
    };
    // Another case of the cluster may need another value of the field.
    let differs = cluster.cases > 1 && tried.iter().any(|factor| factor.field.is_some());
    let instance = if differs { "for instance, " } else { "" };
    let vanishes = (!tried.is_empty()).then(|| format!("{instance}it vanishes {}", joined(tried, ", and ")));
    let named = (!named.is_empty()).then(|| joined(named, "; "));
    vanishes.into_iter().chain(named).collect::<Vec<_>>().join("; ")
}

/// A line of two answers beside each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it is about.
    pub about: String,
    /// What the old code says.
    pub legacy: String,
    /// What the rules say.
    pub candidate: String,
    /// What the rules charge more, and what else is said of it.
    pub difference: String,
    /// Whether it differs.
    pub differs: bool,
}

/// Both answers: each difference as it was compared, and beside these the lines that agree, those together that stand for each other.
pub fn lines(example: &Example, measure: &WrittenMeasure) -> Vec<Line> {
    let (mut lines, mut totals) = (Vec::new(), Vec::new());
    for difference in &example.comparison.differences {
        let line = differing(difference);
        if difference.about == About::Total { totals.push(line) } else { lines.push(line) }
    }
    if let (Answer::Priced(legacy), Answer::Priced(candidate)) = (&example.legacy, &example.candidate) {
        lines.extend(agreeing((legacy, candidate), &example.comparison.differences, measure));
        if totals.is_empty() {
            totals.extend(agreeing_totals(legacy, candidate));
        }
    }
    lines.append(&mut totals);
    lines
}

fn stated(stated: &Stated) -> String {
    match stated {
        Stated::Amount(money) => amount(money),
        Stated::Nothing => "–".to_owned(),
        other => other.to_string(),
    }
}

fn differing(difference: &Difference) -> Line {
    let about = match difference.about {
        About::Charge => difference.charges.join(" + "),
        About::Total => "total".to_owned(),
        About::Answer => "whole answer".to_owned(),
    };
    let item = difference.item.map(|item| format!(", element {}", u64::from(item) + 1)).unwrap_or_default();
    let note = match difference.verdict {
        Verdict::WithinTolerance => " (within tolerance)",
        Verdict::Waived => " (waived)",
        Verdict::Match | Verdict::Mismatch => "",
    };
    let by = difference.difference.as_ref().map_or_else(|| difference.kind.to_string(), signed);
    Line {
        about: about + &item,
        legacy: stated(&difference.legacy),
        candidate: stated(&difference.candidate),
        difference: by + note,
        differs: difference.verdict == Verdict::Mismatch,
    }
}

type Named = BTreeMap<(String, Option<u32>, &'static str), Money>;

/// Sums by code and element, in each currency.
fn named(prices: &Prices) -> Named {
    let mut named = Named::new();
    for line in &prices.lines {
        let key = (line.charge.clone(), line.item, line.amount.currency.code());
        match named.get_mut(&key) {
            Some(sum) => sum.amount = sum.amount.add(&line.amount.amount).unwrap_or(sum.amount.clone()),
            None => drop(named.insert(key, line.amount.clone())),
        }
    }
    named
}

/// The lines that no difference is about: of one name on both sides, by what the measure says, and what is left together.
fn agreeing(
    (legacy, candidate): (&Prices, &Prices),
    differences: &[Difference],
    measure: &WrittenMeasure,
) -> Vec<Line> {
    let told = |code: &str| differences.iter().any(|one| one.charges.iter().any(|charge| charge == code));
    let (mut legacy, mut candidate) = (named(legacy), named(candidate));
    candidate.retain(|(code, ..), _| !told(code));
    legacy.retain(|(code, ..), money| !told(code) && !is_stated(money, code, differences));
    let mut lines = Vec::new();
    let both: Vec<_> =
        legacy.iter().filter(|(key, money)| candidate.get(*key) == Some(money)).map(|(key, _)| key.clone()).collect();
    for key in both {
        let (Some(money), Some(_)) = (legacy.remove(&key), candidate.remove(&key)) else { continue };
        let item = key.1.map(|item| format!(", element {}", u64::from(item) + 1)).unwrap_or_default();
        let (about, text) = (key.0 + &item, amount(&money));
        lines.push(Line { about, legacy: text.clone(), candidate: text, difference: String::new(), differs: false });
    }
    for charges in groups(measure) {
        lines.extend(paired(&charges, (&mut legacy, &mut candidate)));
    }
    if !legacy.is_empty() || !candidate.is_empty() {
        lines.push(Line {
            about: "other lines, under other names".to_owned(),
            legacy: listed(&legacy),
            candidate: listed(&candidate),
            difference: String::new(),
            differs: false,
        });
    }
    lines
}

/// A measure's charges, those together that hang together, with the old codes that stand for them.
fn groups(measure: &WrittenMeasure) -> Vec<(BTreeSet<&str>, BTreeSet<&str>)> {
    let mut groups: Vec<(BTreeSet<&str>, BTreeSet<&str>)> = Vec::new();
    for (code, charges) in &measure.charges {
        let charges: BTreeSet<&str> = charges.iter().map(String::as_str).collect();
        let mut own = (BTreeSet::from([code.as_str()]), charges);
        groups.retain(|(codes, others)| {
            let is_apart = others.is_disjoint(&own.1);
            if !is_apart {
                own.0.extend(codes);
                own.1.extend(others);
            }
            is_apart
        });
        groups.push(own);
    }
    groups
}

/// The lines of both sides that stand for each other, in one line; none where one side has none.
fn paired(
    (codes, charges): &(BTreeSet<&str>, BTreeSet<&str>),
    (legacy, candidate): (&mut Named, &mut Named),
) -> Option<Line> {
    let of = |named: &Named, group: &BTreeSet<&str>| -> Named {
        let own = named.iter().filter(|((code, ..), _)| group.contains(code.as_str()));
        own.map(|(key, money)| (key.clone(), money.clone())).collect()
    };
    let (old, new) = (of(legacy, codes), of(candidate, charges));
    if old.is_empty() || new.is_empty() {
        return None;
    }
    legacy.retain(|key, _| !old.contains_key(key));
    candidate.retain(|key, _| !new.contains_key(key));
    let names: BTreeSet<&str> = new.keys().map(|(code, ..)| code.as_str()).collect();
    let about = names.into_iter().collect::<Vec<_>>().join(" + ");
    let rules = if new.len() == 1 { new.values().map(amount).collect() } else { listed(&new) };
    Some(Line { about, legacy: listed(&old), candidate: rules, difference: String::new(), differs: false })
}

fn listed(rest: &Named) -> String {
    let each: Vec<String> = rest.iter().map(|((code, ..), money)| format!("{code} {}", amount(money))).collect();
    if each.is_empty() { "–".to_owned() } else { each.join(", ") }
}

/// Whether a legacy line of another name is what a difference states already.
fn is_stated(money: &Money, code: &str, differences: &[Difference]) -> bool {
    let states =
        |one: &Difference| one.legacy == Stated::Amount(money.clone()) && !one.charges.iter().any(|own| own == code);
    differences.iter().any(|one| one.about == About::Charge && states(one))
}

fn agreeing_totals(legacy: &Prices, candidate: &Prices) -> Option<Line> {
    let listed = |prices: &Prices| prices.totals.iter().map(amount).collect::<Vec<_>>().join(", ");
    let (legacy, candidate) = (listed(legacy), listed(candidate));
    (!candidate.is_empty() || !legacy.is_empty()).then(|| Line {
        about: "total".to_owned(),
        legacy: if legacy.is_empty() { "not stated".to_owned() } else { legacy },
        candidate,
        difference: String::new(),
        differs: false,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn example(legacy: &str, candidate: &str, comparison: &str) -> Example {
        let text = format!(
            r#"{{"key": "S-1", "sequence": 1, "input": "{{}}", "legacy": {legacy}, "candidate": {candidate}, "comparison": {comparison}}}"#
        );
        serde_json::from_str(&text).unwrap()
    }

    #[test]
    fn each_line_stands_once_and_what_differs_is_marked() {
        let example = example(
            r#"{"priced": {"lines": [{"charge": "BASE", "amount": "10.00 USD"}, {"charge": "FSC", "amount": "1.00 USD"},
                {"charge": "RES", "amount": "4.00 USD"}, {"charge": "MISC", "amount": "0.50 USD"}], "totals": ["15.00 USD"]}}"#,
            r#"{"priced": {"lines": [{"charge": "BASE", "amount": "10.00 USD"}, {"charge": "FUEL", "amount": "1.01 USD"},
                {"charge": "RESI", "amount": "4.00 USD"}], "totals": ["15.01 USD"]}}"#,
            r#"{"differences": [
                {"about": "charge", "kind": "amount", "charges": ["FUEL"], "legacy": {"amount": "1.00 USD"}, "candidate": {"amount": "1.01 USD"},
                 "difference": "0.01 USD", "verdict": "mismatch"},
                {"about": "total", "kind": "amount", "legacy": {"amount": "15.00 USD"}, "candidate": {"amount": "15.01 USD"},
                 "difference": "0.01 USD", "verdict": "mismatch"}]}"#,
        );
        let measure: WrittenMeasure =
            serde_json::from_str(r#"{"charges": {"FSC": ["FUEL"], "RES": ["RESI"]}}"#).unwrap();
        let told: Vec<String> = lines(&example, &measure)
            .into_iter()
            .map(|line| {
                let sign = if line.differs { "≠" } else { "=" };
                format!("{sign} {}: {} | {} | {}", line.about, line.legacy, line.candidate, line.difference)
            })
            .collect();
        assert_eq!(
            told,
            [
                "≠ FUEL: 1.00 USD | 1.01 USD | +0.01 USD",
                "= BASE: 10.00 USD | 10.00 USD | ",
                "= RESI: RES 4.00 USD | 4.00 USD | ",
                "= other lines, under other names: MISC 0.50 USD | – | ",
                "≠ total: 15.00 USD | 15.01 USD | +0.01 USD",
            ]
        );
    }

    #[test]
    fn the_best_example_is_the_shortest_input_that_shows_the_whole_cause() {
        let one = |key: &str, input: &str, factors: &str| {
            format!(
                r#"{{"key": "{key}", "sequence": {}, "input": "{input}", "legacy": {{"failed": "x"}}, "candidate": {{"failed": "y"}},
                "comparison": {{"differences": [{{"about": "answer", "kind": "error", "legacy": {{"failed": "x"}}, "candidate": {{"failed": "y"}}, "verdict": "mismatch"}}]}},
                "factors": [{factors}]}}"#,
                key.len()
            )
        };
        let shows = r#"{"cause": "rounding", "tried": "rounded down", "explains": [0], "specific": true}"#;
        let text = format!(
            r#"{{"key": {{"charges": [["BASE", "amount"]], "rules": [], "direction": "less", "size": 1, "causes": ["rounding"]}}, "cases": 3,
            "differences": [], "explained_by": {{}}, "first": {}, "largest": {}, "sample": [{}]}}"#,
            one("a", "1234567890", shows),
            one("bb", "12", ""),
            one("ccc", "1234", shows)
        );
        let cluster: Cluster = serde_json::from_str(&text).unwrap();
        assert_eq!(best(&cluster).map(|example| example.key.as_str()), Some("ccc"));
    }
}
