//! The summary of a replay, for people and as JSON.

use super::checks::charges_of;
use super::codes::Codes;
use super::gathering::Gathering;
use super::{Format, Replay, clusters};
use crate::differing;
use crate::figures::{amount, cases_of, grouped, signed};
use crate::outcome::Result;
use crate::terminal::{self, ERROR, FAINT, GOOD, STRONG, WARNING, plain};
use ratewright::live::Edition;
use ratewright::migrate::{Cluster, Kind, WaiverStanding};
use ratewright::quote::Money;
use ratewright_migration::findings::{PricedBy, UsedWaiver};
use ratewright_migration::replay::{Counted, Example, OTHERS, Sum, Tally, Unanswered};
use serde::Serialize;
use std::io::Write;

/// What totals and whole answers are filed under, beside charges.
const TOTAL: &str = "total";
const WHOLE: &str = "whole answer";
/// How many old codes are named that stand for nothing.
const CODES: usize = 20;

#[derive(Serialize)]
struct Report<'a> {
    rules: PricedBy,
    records: u64,
    #[serde(flatten)]
    tally: &'a Tally,
    codes: Option<&'a Codes>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    waivers: Vec<UsedWaiver>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clusters: Option<Vec<Cluster>>,
}

/// Writes it to standard output.
pub fn write(arguments: &Replay, edition: &Edition, gathering: &Gathering) -> Result<()> {
    let mut out = terminal::stdout();
    match arguments.format {
        Format::Json => {
            let (rules, clusters) = (PricedBy::from(edition), gathering.clusters());
            let (records, tally, waivers) = (gathering.records(), gathering.tally(), waivers(gathering));
            serde_json::to_writer_pretty(
                &mut out,
                &Report { rules, records, tally, codes: gathering.codes(), waivers, clusters },
            )?;
            writeln!(out)?;
        }
        Format::Human => human(&mut out, edition, gathering)?,
    }
    out.flush()?;
    Ok(())
}

fn waivers(gathering: &Gathering) -> Vec<UsedWaiver> {
    let (waivers, uses, day) = gathering.waivers();
    UsedWaiver::all(waivers, uses, day)
}

fn human(out: &mut impl Write, edition: &Edition, gathering: &Gathering) -> Result<()> {
    let tally = gathering.tally();
    let style = if tally.mismatches == 0 && tally.flaws() == 0 { GOOD } else { ERROR };
    writeln!(out, "{STRONG}{edition}{STRONG:#}")?;
    let cases = cases_of(tally.compared);
    let parts = [
        (tally.matches, "match"),
        (tally.within_tolerance, "within tolerance"),
        (tally.waived, "waived"),
        (tally.mismatches, "mismatch"),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, word)| *count > 0 || matches!(*word, "match" | "mismatch"))
        .map(|(count, word)| format!("{} {word}", grouped(*count)))
        .collect();
    writeln!(out, "{style}{cases} compared{style:#}: {}", parts.join(", "))?;
    if let Some(money) = differing::in_all(&tally.more) {
        writeln!(out, "{money}")?;
    }
    if let Some(words) = unanswered(&tally.unanswered) {
        writeln!(out, "not in that sum: {words}")?;
    }
    details(out, tally, &tally.more)?;
    of_codes(out, edition, tally)?;
    let told = gathering.codes().map(Codes::words).unwrap_or_default();
    told.iter().try_for_each(|words| writeln!(out, "\n{WARNING}{words}{WARNING:#}"))?;
    if let Some(found) = gathering.clusters() {
        clusters::write(out, &found)?;
    }
    of_waivers(out, gathering)
}

/// Mismatches by kind and by charge, and what could not be compared; `all` is what the rules charge more in all, to which kinds are to add up.
pub fn details(out: &mut impl Write, tally: &Tally, all: &[Money]) -> Result<()> {
    if !tally.charges.is_empty() {
        writeln!(out, "\n{STRONG}mismatches by kind{STRONG:#}")?;
        for (kind, counted) in &tally.kinds {
            row(out, "  ", kind.words(), counted)?;
        }
        let rest: Vec<Money> = all.iter().filter_map(|all| beside_kinds(tally, all)).collect();
        if !rest.is_empty() {
            let rest = rest.iter().map(signed).collect::<Vec<_>>().join(", ");
            writeln!(out, "  {FAINT}tolerated or waived, or in totals alone: {rest}{FAINT:#}")?;
        }
        writeln!(out, "\n{STRONG}mismatches by charge{STRONG:#}")?;
    }
    for (charge, kinds) in &tally.charges {
        // A total beside charges differs by what they do: whoever adds up is told.
        let is_of_others = charge == TOTAL && tally.charges.keys().any(|name| name != TOTAL && name != WHOLE);
        let note = if is_of_others { " (what charges differ by is in it)" } else { "" };
        writeln!(out, "  {}{note}", plain(charge))?;
        for (kind, counted) in kinds {
            of_charge(out, *kind, counted)?;
        }
    }
    if !tally.not_compared.is_empty() {
        writeln!(out, "\n{STRONG}not compared{STRONG:#}")?;
        for (cause, flawed) in &tally.not_compared {
            let first = plain(&flawed.first.to_string());
            writeln!(out, "  {WARNING}{} {}{WARNING:#}; the first: {first}", grouped(flawed.records), cause.words())?;
        }
    }
    Ok(())
}

/// `1 case that one side did not answer, in which the old code charges 26.40 USD`: no difference of prices, and in no sum of them.
pub fn unanswered(unanswered: &Unanswered) -> Option<String> {
    let Unanswered { cases, legacy, candidate } = unanswered;
    let charged = |side: &str, sums: &[Money]| {
        let sums: Vec<String> = sums.iter().map(amount).collect();
        (!sums.is_empty()).then(|| format!("{side} {}", sums.join(", ")))
    };
    let charged = [charged("the old code charges", legacy), charged("the rules charge", candidate)];
    let charged: Vec<String> = charged.into_iter().flatten().collect();
    let cases = (*cases > 0).then(|| cases_of(*cases))?;
    let charged = if charged.is_empty() { String::new() } else { format!(", in which {}", charged.join(" and ")) };
    Some(format!("{cases} that one side did not answer{charged}"))
}

/// What of a sum in a currency is in no kind of mismatch: what is tolerated or waived, and what totals differ by beside their charges.
fn beside_kinds(tally: &Tally, all: &Money) -> Option<Money> {
    let sums = tally.kinds.values().flat_map(|counted| &counted.sums).filter(|sum| sum.more.currency == all.currency);
    let rest = sums.map(|sum| &sum.more.amount).try_fold(all.amount.clone(), |rest, more| rest.sub(more)).ok()?;
    (!rest.is_zero()).then(|| Money::new(rest, all.currency))
}

/// Old codes that stand for nothing: most often what is missing is a measure.
fn of_codes(out: &mut impl Write, edition: &Edition, tally: &Tally) -> Result<()> {
    let is_old = |name: &str| ![TOTAL, WHOLE, OTHERS].contains(&name) && !name.contains(" + ");
    let missing = tally.charges.iter().filter(|(_, kinds)| kinds.contains_key(&Kind::Missing));
    let names = missing.map(|(name, _)| name.as_str());
    let old: Vec<String> =
        names.filter(|name| is_old(name) && charges_of(edition).all(|own| own != *name)).map(plain).collect();
    let are = match old.as_slice() {
        [] => return Ok(()),
        [_] => "is no charge of the rules: a measure says what it stands for",
        _ => "are no charges of the rules: a measure says what they stand for",
    };
    let more = old.len().saturating_sub(CODES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let shown: Vec<String> = old.into_iter().take(CODES).collect();
    writeln!(out, "\n{WARNING}of the old code {}{more}{WARNING:#} {are}, `--measure FILE`", shown.join(", "))?;
    Ok(())
}

/// Why waivers were used more often than cases are waived, where that is so.
pub fn used_more_often(waivers: &[&UsedWaiver], waived: u64) -> Option<String> {
    let uses = waivers.iter().fold(0_u64, |sum, waiver| sum.saturating_add(waiver.cases));
    let cases = format!("{} waived {}", grouped(waived), if waived == 1 { "case" } else { "cases" });
    let why = "a case may need several, and one that differs in something else too is a mismatch";
    (uses != waived).then(|| {
        format!("waivers were used {} {} for {cases}: {why}", grouped(uses), if uses == 1 { "time" } else { "times" })
    })
}

fn of_waivers(out: &mut impl Write, gathering: &Gathering) -> Result<()> {
    let waivers = waivers(gathering);
    if !waivers.is_empty() {
        writeln!(out, "\n{STRONG}waivers{STRONG:#}")?;
    }
    for one in &waivers {
        let used = one.amount.as_ref().map_or_else(|| "nothing".to_owned(), amount);
        let standing = match one.standing {
            WaiverStanding::Expired => ", expired",
            WaiverStanding::UsedUp => ", used up",
            WaiverStanding::Open => "",
        };
        let (id, owner) = (plain(&one.id), plain(&one.owner));
        let (cases, of_cases) = (grouped(one.cases), grouped(one.of_cases));
        let caps = format!("{cases} of {of_cases} cases, {used} of {}", amount(&one.of_amount));
        writeln!(out, "  {id} ({owner}, until {}): {caps}{standing}", one.expires)?;
    }
    if let Some(words) = used_more_often(&waivers.iter().collect::<Vec<_>>(), gathering.tally().waived) {
        writeln!(out, "  {FAINT}{words}{FAINT:#}")?;
    }
    Ok(())
}

fn row(out: &mut impl Write, indent: &str, word: &str, counted: &Counted) -> Result<()> {
    let cases = cases_of(counted.cases);
    let sum = |sum: &Sum| format!("{} ({} without signs)", signed(&sum.more), amount(&sum.without_signs));
    let sums: Vec<String> = counted.sums.iter().map(sum).collect();
    let sums = if sums.is_empty() { String::new() } else { format!(", {}", sums.join(", ")) };
    writeln!(out, "{indent}{word}: {cases}{sums}")?;
    Ok(())
}

fn of_charge(out: &mut impl Write, kind: Kind, counted: &Counted) -> Result<()> {
    row(out, "    ", kind.words(), counted)?;
    example(out, "first", &counted.first)?;
    for sum in counted.sums.iter().filter(|sum| sum.largest != counted.first) {
        example(out, "largest", &sum.largest)?;
    }
    Ok(())
}

fn example(out: &mut impl Write, which: &str, example: &Example) -> Result<()> {
    let id = example.id.as_ref().map(|id| format!(", {id}")).unwrap_or_default();
    let words = plain(&format!("line {}{id}: {}", example.line, example.difference));
    writeln!(out, "      {FAINT}{which}:{FAINT:#} {words}")?;
    Ok(())
}
