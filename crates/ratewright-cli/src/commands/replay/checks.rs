//! What is asked of the files of a replay before anything is compared, and said of them when all is: measure and waivers.

use super::gathering::Gathering;
use crate::outcome::{Failure, Result};
use crate::terminal::warn;
use ratewright::diagnostic::did_you_mean;
use ratewright::digest::RuleKind;
use ratewright::live::Edition;
use ratewright::migrate::{Measure, Waivers};
use ratewright::table::Default;
use std::collections::BTreeSet;

/// That a measure speaks of charges that the rules have: one that is misspelt would be one that they never charge.
pub fn codes(measure: &Measure, edition: &Edition) -> Result<()> {
    let written = measure.written();
    let known = charges_of(edition);
    for code in written.charges.values().flatten().chain(written.tolerances.keys()) {
        if known.clone().any(|name| name == code) {
            continue;
        }
        let help = match did_you_mean(code, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its charges are {}", known.collect::<Vec<_>>().join(", ")),
        };
        return Err(Failure::usage(format!("the measure: `{code}` is no charge of {}: {help}", edition.name())));
    }
    let refusals = refusals_of(edition);
    if let Some(code) = written.refusals.values().find(|code| !refusals.contains(code.as_str())) {
        let help = match did_you_mean(code, refusals.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if refusals.is_empty() => "they refuse nothing".to_owned(),
            None => format!("they refuse by {}", refusals.iter().copied().collect::<Vec<_>>().join(", ")),
        };
        return Err(Failure::usage(format!("the measure: {} never refuses by `{code}`: {help}", edition.name())));
    }
    for code in written.ignored.iter().filter(|code| !known.clone().any(|name| name == *code)) {
        if let Some(near) = did_you_mean(code, known.clone()) {
            warn(&format!(
                "the measure leaves out `{code}`, which is no charge of {}: a line of old code may be called so, or did you mean `{near}`?",
                edition.name()
            ))?;
        }
    }
    Ok(())
}

/// The codes by which rules refuse, and tables that have no row.
pub fn refusals_of(edition: &Edition) -> BTreeSet<&str> {
    let program = edition.rules().program();
    let tables = program.tables.iter().filter_map(|table| match &table.default {
        Default::Refuse(code, ..) => Some(&**code),
        _ => None,
    });
    program.refusals.iter().map(|refusal| &*refusal.code).chain(tables).collect()
}

/// The codes of the charges of the rules.
pub fn charges_of(edition: &Edition) -> impl Iterator<Item = &str> + Clone {
    edition.rule_digests().iter().filter(|rule| rule.kind == RuleKind::Charge).map(|rule| rule.name.as_str())
}

/// Says which waivers are for charges that the rules do not have: a line of old code may be called so, or the waiver is misspelt.
pub fn waivers(waivers: &Waivers, edition: &Edition) -> Result<()> {
    let known = charges_of(edition);
    for (waiver, code) in waivers.iter().flat_map(|waiver| waiver.charges.iter().map(move |code| (waiver, code))) {
        if known.clone().any(|name| name == code) {
            continue;
        }
        let help = match did_you_mean(code, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "it waives a line of old code of that name alone".to_owned(),
        };
        let words =
            format!("the waivers: {} is for `{code}`, which is no charge of {}: {help}", waiver.id, edition.name());
        warn(&words)?;
    }
    Ok(())
}

/// Says which waivers are in a currency in which nothing differs that they are for.
pub fn currencies(gathering: &Gathering) -> Result<()> {
    let (waivers, uses, _) = gathering.waivers();
    for waiver in waivers.iter().filter(|waiver| uses.of(&waiver.id).is_none_or(|used| used.cases == 0)) {
        let kinds = waiver.charges.iter().filter_map(|code| gathering.tally().charges.get(code));
        let of_kinds = kinds.flatten().filter(|(kind, _)| waiver.kinds.contains(kind));
        let differ: BTreeSet<&str> =
            of_kinds.flat_map(|(_, counted)| &counted.sums).map(|sum| sum.more.currency.code()).collect();
        if !differ.is_empty() && !differ.contains(waiver.amount.currency.code()) {
            let differ = differ.into_iter().collect::<Vec<_>>().join(", ");
            warn(&format!(
                "the waivers: {} holds up to {}, and what it is for differs in {differ}: it waives nothing",
                waiver.id, waiver.amount
            ))?;
        }
    }
    Ok(())
}
