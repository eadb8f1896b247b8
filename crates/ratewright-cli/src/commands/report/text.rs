//! A report for a terminal, on a few screens: the verdict, what to do next, and the first of what it rests on.
//!
//! What others wrote, as keys of cases and words of the old code, goes through [`plain`] first: it may not move the cursor.

use super::model::Report;
use super::waivers::Together;
use super::words;
use crate::figures::{amount, cases_of, grouped, part};
use crate::outcome::Result;
use crate::terminal::{ERROR, FAINT, GOOD, STRONG, WARNING, plain};
use anstyle::Style;
use ratewright::migrate::{Cluster, Readiness, WaiverStanding};
use std::io::Write;

/// How many rules, clusters and changes of stages are shown.
const RULES: usize = 15;
const CLUSTERS: usize = 8;
const CHANGES: usize = 3;

/// Writes it.
pub fn write(report: &Report, out: &mut impl Write) -> Result<()> {
    head(report, out)?;
    next(report, out)?;
    release(report, out)?;
    measure(report, out)?;
    rules(report, out)?;
    clusters(report, out)?;
    waivers(report, out)?;
    not_compared(report, out)?;
    stages(report, out)
}

fn style(readiness: Readiness) -> Style {
    match readiness {
        Readiness::Ready => GOOD,
        Readiness::InsufficientEvidence => WARNING,
        Readiness::NotReady => ERROR,
    }
}

/// A sign that needs no colour.
fn sign(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Ready => "✓",
        Readiness::InsufficientEvidence => "?",
        Readiness::NotReady => "✗",
    }
}

fn head(report: &Report, out: &mut impl Write) -> Result<()> {
    let verdict = words::verdict(report);
    writeln!(
        out,
        "{STRONG}{}{STRONG:#}  {FAINT}{} on {}{FAINT:#}",
        report.name(),
        report.edition.digest().short(),
        report.today
    )?;
    let style = style(report.readiness);
    writeln!(out, "{style}{verdict}{style:#}")?;
    for sentence in words::compared(report) {
        writeln!(out, "{}", plain(&sentence))?;
    }
    if let Some(sentence) = words::facts_before(report) {
        writeln!(out, "{WARNING}{sentence}{WARNING:#}")?;
    }
    for file in report.evidence_files.iter().filter(|file| file.carried_over) {
        writeln!(
            out,
            "{WARNING}`{}` is of edition {}{WARNING:#}: what it knows of {} of {} rules counts, which are the same here",
            plain(&file.path.display().to_string()),
            file.edition.short(),
            grouped(file.same_rules),
            grouped(report.rules.len())
        )?;
    }
    Ok(())
}

fn next(report: &Report, out: &mut impl Write) -> Result<()> {
    writeln!(out, "\n{STRONG}what to do next{STRONG:#}")?;
    for (number, step) in (1..).zip(&report.next) {
        writeln!(out, "  {number}. {}", plain(&step.words))?;
        for command in &step.commands {
            writeln!(out, "     {FAINT}{}{FAINT:#}", plain(command))?;
        }
    }
    Ok(())
}

fn release(report: &Report, out: &mut impl Write) -> Result<()> {
    writeln!(out, "\n{STRONG}demands on the release{STRONG:#}")?;
    for gate in &report.gates {
        let style = style(gate.readiness);
        writeln!(out, "  {style}{}{style:#} {}: {}", sign(gate.readiness), gate.name, plain(&gate.words))?;
    }
    Ok(())
}

fn measure(report: &Report, out: &mut impl Write) -> Result<()> {
    writeln!(out, "\n{STRONG}how the two were compared{STRONG:#}")?;
    super::measure::sentences(report).iter().try_for_each(|sentence| writeln!(out, "  {}", plain(sentence)))?;
    Ok(())
}

fn rules(report: &Report, out: &mut impl Write) -> Result<()> {
    let mut open: Vec<_> = report.rules.iter().filter(|rule| rule.judgement.readiness != Readiness::Ready).collect();
    open.sort_by_key(|rule| std::cmp::Reverse(rule.judgement.readiness));
    if open.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n{STRONG}rules that are not ready{STRONG:#}: {} of {}",
        grouped(open.len()),
        grouped(report.rules.len())
    )?;
    for rule in open.iter().take(RULES) {
        let style = style(rule.judgement.readiness);
        let place = rule.place.as_deref().unwrap_or_default();
        writeln!(
            out,
            "  {style}{}{style:#} {}  {FAINT}{place}{FAINT:#}",
            sign(rule.judgement.readiness),
            plain(&rule.in_one_line())
        )?;
    }
    more(out, open.len(), RULES)
}

fn more(out: &mut impl Write, all: usize, shown: usize) -> Result<()> {
    if all > shown {
        let more = grouped(all.saturating_sub(shown));
        writeln!(out, "  {FAINT}… and {more} more; --format html or json shows them{FAINT:#}")?;
    }
    Ok(())
}

fn clusters(report: &Report, out: &mut impl Write) -> Result<()> {
    let all = report.clusters().count();
    if all == 0 {
        return Ok(());
    }
    writeln!(out, "\n{STRONG}what differs, by cause{STRONG:#}")?;
    for (number, found, cluster) in report.clusters().take(CLUSTERS) {
        let (about, cases) = (words::cluster(cluster), cases_of(cluster.cases));
        let other = if found.is_of_this_edition { "" } else { ", by other rules than these" };
        writeln!(
            out,
            "  {number}. {}: {cases} in {}{other}; {}",
            plain(&about),
            found.findings.stratum,
            words::money(&cluster.differences)
        )?;
        words::shared(cluster).iter().try_for_each(|words| writeln!(out, "     {}", plain(words)))?;
        example(cluster, out)?;
    }
    more(out, all, CLUSTERS)
}

fn example(cluster: &Cluster, out: &mut impl Write) -> Result<()> {
    let Some(example) = super::examples::best(cluster) else { return Ok(()) };
    writeln!(out, "     {FAINT}{}:{FAINT:#} {}", plain(&example.key), plain(&example.comparison.to_string()))?;
    let said = super::examples::said(cluster, example);
    if !said.is_empty() {
        writeln!(out, "     {FAINT}{}{FAINT:#}", plain(&said))?;
    }
    Ok(())
}

fn waivers(report: &Report, out: &mut impl Write) -> Result<()> {
    let all = report.waivers();
    if all.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{STRONG}waivers{STRONG:#}")?;
    for Together { waiver, other_caps, .. } in &all {
        let standing = match waiver.standing {
            _ if waiver.expires < report.today => format!(", {ERROR}expired{ERROR:#}"),
            WaiverStanding::UsedUp => format!(", {WARNING}used up{WARNING:#}"),
            _ => String::new(),
        };
        let used = waiver.amount.as_ref().map_or_else(|| "nothing".to_owned(), amount);
        let caps =
            other_caps.as_ref().map(|caps| format!("; its caps were {caps}: the least hold")).unwrap_or_default();
        writeln!(
            out,
            "  {} ({}, until {}): {} of {} cases, {used} of {}{standing}{caps}",
            plain(&waiver.id),
            plain(&waiver.owner),
            waiver.expires,
            grouped(waiver.cases),
            grouped(waiver.of_cases),
            amount(&waiver.of_amount)
        )?;
    }
    if let Some(words) = words::uses_of_waivers(report) {
        writeln!(out, "  {FAINT}{words}{FAINT:#}")?;
    }
    Ok(())
}

fn not_compared(report: &Report, out: &mut impl Write) -> Result<()> {
    let mut lines = Vec::new();
    for found in &report.found {
        let of = grouped(found.findings.records);
        for (cause, flawed) in &found.findings.tally.not_compared {
            let first = plain(&flawed.first.to_string());
            lines.push(format!("{} of {of} {}; the first: {first}", grouped(flawed.records), cause.words()));
        }
        for (cause, count) in found.findings.dropped.iter().filter(|(_, count)| **count > 0) {
            let part = part(*count, found.findings.records);
            lines.push(format!("{} of {of} ({part}) dropped: {}", grouped(*count), plain(&cause.replace('_', " "))));
        }
    }
    if !lines.is_empty() {
        writeln!(out, "\n{STRONG}not compared{STRONG:#}")?;
    }
    lines.iter().try_for_each(|line| writeln!(out, "  {line}"))?;
    Ok(())
}

fn stages(report: &Report, out: &mut impl Write) -> Result<()> {
    let Some(stages) = &report.stages else { return Ok(()) };
    writeln!(out, "\n{STRONG}stages so far{STRONG:#}")?;
    let records = &stages.verified.records;
    let before = records.len().saturating_sub(CHANGES);
    if before > 0 {
        let changes = if before == 1 { "change" } else { "changes" };
        let path = words::quoted(&stages.path.display().to_string());
        writeln!(
            out,
            "  {FAINT}{} earlier {changes}: `ratewright log show {}`{FAINT:#}",
            grouped(before),
            plain(&path)
        )?;
    }
    for record in records.iter().skip(before) {
        let (stage, change) = (record.change().stages.stage(), record.change());
        writeln!(out, "  {}  {STRONG}{stage}{STRONG:#}  {}: {}", record.at(), plain(&change.who), plain(&change.why))?;
    }
    Ok(())
}
