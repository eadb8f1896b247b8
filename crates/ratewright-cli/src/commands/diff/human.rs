//! A comparison as text: a line that says it all, then sections for what changed and nothing else.

use super::measure::{Measured, Shown};
use super::report::{self, Report};
use super::sides::{Line, explanations, report_lines};
use crate::figures::grouped;
use crate::outcome::Result;
use crate::terminal::{self, ERROR, FAINT, GOOD, STRONG, WARNING, plain};
use ratewright::difference::effect::{Effect, Failed, Sum};
use ratewright::difference::{Change, Detail, Kind, TableChange, Verdict};
use std::io::Write;

/// How many of a long list are shown.
const SHOWN: usize = 10;

/// Writes the report.
pub fn write(report: &Report<'_>, out: &mut dyn Write) -> Result<()> {
    let style = if report.difference.changes_meaning() { WARNING } else { GOOD };
    writeln!(out, "{STRONG}{}{STRONG:#}: {style}{}{style:#}", report.title(), report.summary())?;
    let mut kind = None;
    for change in report.changes(true) {
        if kind.replace(change.kind) != Some(change.kind) {
            writeln!(out, "\n{STRONG}{}{STRONG:#}", change.kind.words().1)?;
        }
        item(report, change, out)?;
    }
    affected(report, out)?;
    words(report, out)?;
    tests(report, out)?;
    if let Some(measured) = report.measured {
        effect(report, measured, out)?;
    }
    if let Some(held) = report.held {
        held.write(report, out)?;
    }
    Ok(())
}

fn item(report: &Report<'_>, change: &Change, out: &mut dyn Write) -> Result<()> {
    let place = report.places(change.before_place, change.after_place);
    let how = report::how(change);
    let how = if how.is_empty() { how } else { format!("  {how}") };
    let name = if change.name.is_empty() { "this rule set" } else { &change.name };
    let label = change.label.as_ref().map(|label| format!(" \"{label}\"")).unwrap_or_default();
    writeln!(out, "  {STRONG}{name}{STRONG:#}{label}{WARNING}{how}{WARNING:#}  {FAINT}{place}{FAINT:#}")?;
    for detail in &change.details {
        detail_line(detail, out)?;
    }
    if let Some(breaks) = &change.breaks {
        writeln!(out, "    {ERROR}callers{ERROR:#}: {breaks}")?;
    }
    if let Some(table) = &change.table {
        boxes(report, table, out)?;
    }
    Ok(())
}

fn detail_line(detail: &Detail, out: &mut dyn Write) -> Result<()> {
    let aspect = report::aspect(detail);
    let alone = detail.before.is_none() && detail.after.is_none();
    let aspect = if aspect.is_empty() || alone { aspect } else { format!("{aspect}: ") };
    let because = detail.because.as_ref().map(|text| format!("  {FAINT}because {text:?}{FAINT:#}")).unwrap_or_default();
    let line = match (&detail.before, &detail.after) {
        (Some(before), Some(after)) if before.len().max(after.len()) > 60 => {
            writeln!(out, "    {aspect}")?;
            writeln!(out, "      {ERROR}-{ERROR:#} {before}")?;
            writeln!(out, "      {GOOD}+{GOOD:#} {after}{because}")?;
            return Ok(());
        }
        (Some(before), Some(after)) => format!("{before} → {after}"),
        (Some(before), None) => format!("{ERROR}-{ERROR:#} {before}"),
        (None, Some(after)) => format!("{GOOD}+{GOOD:#} {after}"),
        (None, None) if aspect.is_empty() => "is another".to_owned(),
        (None, None) => String::new(),
    };
    writeln!(out, "    {aspect}{line}{because}")?;
    Ok(())
}

fn boxes(report: &Report<'_>, table: &TableChange, out: &mut dyn Write) -> Result<()> {
    let many = table.boxes.len() > SHOWN || !table.decided;
    if many {
        writeln!(out, "    {}", report::table_summary(table))?;
    }
    if let Some(largest) = report::largest_box(table).filter(|_| many) {
        let values: Vec<String> = largest.values.iter().map(|one| report::value(one, false)).collect();
        writeln!(out, "    the largest: {}: {}", report::keys(largest), values.join(", "))?;
    }
    let shown = if report.all { table.boxes.len() } else { SHOWN };
    for one in table.boxes.iter().take(shown) {
        let values: Vec<String> = one.values.iter().map(|value| report::value(value, one.values.len() == 1)).collect();
        let place = match one.after_place {
            None => report.places(one.before_place, None),
            after => report.places(None, after),
        };
        writeln!(out, "    {}: {}  {FAINT}{place}{FAINT:#}", report::keys(one), values.join(", "))?;
    }
    more(table.boxes.len(), shown, out)
}

fn more(all: usize, shown: usize, out: &mut dyn Write) -> Result<()> {
    if all > shown {
        writeln!(out, "    {FAINT}… and {} more; --all shows them{FAINT:#}", grouped(all.saturating_sub(shown)))?;
    }
    Ok(())
}

fn affected(report: &Report<'_>, out: &mut dyn Write) -> Result<()> {
    if report.difference.affected.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{STRONG}affected, and unchanged themselves{STRONG:#}")?;
    for one in &report.difference.affected {
        // What is paid comes first, and a long list is cut.
        let mut items: Vec<_> = one.items.iter().collect();
        items.sort_by_key(|(kind, _)| *kind != Kind::Charge);
        let shown = if report.all { items.len() } else { SHOWN };
        let mut words: Vec<String> = items.iter().take(shown).map(|(kind, name)| format!("{kind} {name}")).collect();
        if items.len() > shown {
            words.push(format!("… and {} more", items.len().saturating_sub(shown)));
        }
        let (kind, name) = &one.through;
        writeln!(out, "  through {kind} {name}: {}", words.join(", "))?;
    }
    Ok(())
}

/// What no price depends on: labels, reasons, names that nobody sees, places.
fn words(report: &Report<'_>, out: &mut dyn Write) -> Result<()> {
    let (words, renamed) = (report.changes(false).count(), report.renamed().count());
    if words > 0 {
        writeln!(out, "\n{STRONG}words only{STRONG:#}")?;
    }
    for change in report.changes(false) {
        writeln!(out, "  {}", report::heading(change))?;
        for detail in &change.details {
            detail_line(&Detail { because: None, ..detail.clone() }, out)?;
        }
    }
    if renamed > 0 {
        writeln!(out, "\n{STRONG}renamed, otherwise the same{STRONG:#}")?;
    }
    for (change, was) in report.renamed() {
        writeln!(out, "  {} {was} → {}", change.kind, change.name)?;
    }
    let moved = &report.difference.moved;
    if !moved.is_empty() && report.difference.changes_meaning() {
        writeln!(out, "\n{FAINT}{} only moved{FAINT:#}", terminal::count(moved.len(), "item", "items"))?;
    }
    Ok(())
}

fn tests(report: &Report<'_>, out: &mut dyn Write) -> Result<()> {
    let all = report.retest.tests.len();
    let changed: Vec<_> = report.tests_that_change().collect();
    if changed.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n{STRONG}tests{STRONG:#}  {} of {} pass on the rules of one edition only",
        grouped(changed.len()),
        grouped(all)
    )?;
    let shown = if report.all { changed.len() } else { SHOWN };
    for test in changed.iter().take(shown) {
        writeln!(out, "  {STRONG}{}{STRONG:#}  {FAINT}{}{FAINT:#}", test.name, report.place_of_test(test))?;
        for (rules, verdict) in [("old", &test.before), ("new", &test.after)] {
            let style = if *verdict == Verdict::Passed { GOOD } else { ERROR };
            let text = report::verdict(verdict);
            let (word, rest) =
                text.split_once(':').map_or((text.as_str(), String::new()), |(word, rest)| (word, format!(":{rest}")));
            writeln!(out, "    on the {rules} rules it {style}{word}{style:#}{rest}")?;
        }
    }
    more(changed.len(), shown, out)
}

fn effect(report: &Report<'_>, measured: &Measured, out: &mut dyn Write) -> Result<()> {
    let effect = &measured.effect;
    let inputs = terminal::count(effect.inputs, "input", "inputs");
    writeln!(out, "\n{STRONG}effect on {inputs} of {}{STRONG:#}", measured.source)?;
    let (up, down) = effect.up_and_down;
    writeln!(
        out,
        "  {} priced by both, {} with other amounts: {} up, {} down",
        grouped(effect.priced),
        grouped(effect.changed),
        grouped(up),
        grouped(down)
    )?;
    if effect.told_otherwise > 0 {
        writeln!(
            out,
            "  {} with the same amounts and other outputs, flags or chosen options",
            grouped(effect.told_otherwise)
        )?;
    }
    if effect.overflowed {
        writeln!(out, "  {ERROR}a sum grew too large, and is not complete{ERROR:#}")?;
    }
    let totals = effect.totals.iter().map(|sum| (format!("total {}", sum.currency), None, sum));
    let charges = effect.charges.iter().map(|one| (one.code.clone(), Some(one.changed), &one.sum));
    columns(&totals.chain(charges).collect::<Vec<_>>(), ("quote", "quotes"), out)?;
    for key in &effect.keys {
        writeln!(out, "\n  {STRONG}by {}{STRONG:#}", key.name)?;
        let name = |value: &str| if value.is_empty() { "not given".to_owned() } else { plain(value) };
        let mut groups: Vec<_> = key
            .groups
            .iter()
            .flat_map(|one| one.totals.iter().map(move |sum| (name(&one.value), Some(one.changed), sum)))
            .collect();
        groups.sort_by_key(|(_, _, sum)| std::cmp::Reverse(sum.difference().abs()));
        let shown = if report.all { groups.len() } else { SHOWN.saturating_mul(2) };
        columns(groups.get(..shown.min(groups.len())).unwrap_or_default(), ("changed", "changed"), out)?;
        more(groups.len(), shown, out)?;
    }
    classes(effect, out)?;
    failures(report, measured, out)?;
    if !measured.largest.is_empty() {
        writeln!(out, "\n  {STRONG}largest changes{STRONG:#}")?;
    }
    for (one, shown) in effect.largest.iter().zip(&measured.largest) {
        let title = measured.titles.get(one.input).map(|title| plain(title)).unwrap_or_default();
        let (before, after) =
            (report::amount(&one.total, &one.total.before), report::amount(&one.total, &one.total.after));
        writeln!(out, "  {STRONG}{title}{STRONG:#}  {before} → {after}  {}", report::by_how_much(&one.total))?;
        largest(shown, out)?;
    }
    Ok(())
}

/// Names, older and newer sums, and by how much they differ, in columns.
fn columns(lines: &[(String, Option<usize>, &Sum)], (one, many): (&str, &str), out: &mut dyn Write) -> Result<()> {
    let cells: Vec<[String; 5]> = lines
        .iter()
        .map(|(name, changed, sum)| {
            let by = if sum.before == sum.after { "unchanged".to_owned() } else { report::by_how_much(sum) };
            let changed =
                changed.map(|changed| format!("{} {}", grouped(changed), if changed == 1 { one } else { many }));
            let changed = changed.unwrap_or_default();
            [name.clone(), report::amount(sum, &sum.before), report::amount(sum, &sum.after), by, changed]
        })
        .collect();
    let mut widths = [0; 5];
    for line in &cells {
        for (widest, cell) in widths.iter_mut().zip(line) {
            *widest = terminal::width(cell).max(*widest);
        }
    }
    let [first, second, third, fourth, fifth] = widths;
    for [name, before, after, by, changed] in &cells {
        let line = format!(
            "    {}  {} → {}  {}  {}",
            terminal::left(name, first),
            terminal::right(before, second),
            terminal::right(after, third),
            terminal::left(by, fourth),
            terminal::right(changed, fifth)
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// How many quotes changed by how much, as a bar for each class.
fn classes(effect: &Effect, out: &mut dyn Write) -> Result<()> {
    let most = effect.classes.iter().copied().max().unwrap_or(0);
    if most == 0 || effect.changed < 2 {
        return Ok(());
    }
    writeln!(out, "\n  {STRONG}by size of the change{STRONG:#}")?;
    for (at, count) in effect.classes.iter().enumerate().filter(|(_, count)| **count > 0) {
        let length = count.saturating_mul(40).div_ceil(most);
        writeln!(out, "    {}  {} {}", terminal::right(&report::class(at), 16), "█".repeat(length), grouped(*count))?;
    }
    Ok(())
}

fn failures(report: &Report<'_>, measured: &Measured, out: &mut dyn Write) -> Result<()> {
    let failures = &measured.effect.failures;
    let same = failures.iter().filter(|one| one.is_same()).count();
    let other: Vec<&Failed> = failures.iter().filter(|one| !one.is_same()).collect();
    if same > 0 {
        writeln!(out, "\n  {} not priced by either, for the same reason", grouped(same))?;
    }
    if !other.is_empty() {
        writeln!(out, "\n  {STRONG}refusals and errors that come, go or change{STRONG:#}")?;
    }
    let shown = if report.all { other.len() } else { SHOWN };
    for one in other.iter().take(shown) {
        let title = measured.titles.get(one.input).map(|title| plain(title)).unwrap_or_default();
        let text = match (&one.before, &one.after) {
            (None, Some(after)) => format!("{ERROR}now{ERROR:#} {}", plain(&after.words)),
            (Some(before), None) => format!("{GOOD}no longer{GOOD:#} {}", plain(&before.words)),
            (Some(before), Some(after)) => format!("{} → {}", plain(&before.words), plain(&after.words)),
            (None, None) => String::new(),
        };
        writeln!(out, "    {title}: {text}")?;
    }
    more(other.len(), shown, out)
}

/// Both quotes line by line, then how the lines that differ came about.
fn largest(shown: &Shown, out: &mut dyn Write) -> Result<()> {
    let lines = report_lines(shown);
    let width = |side: fn(&Line) -> &String| lines.iter().map(|line| terminal::width(side(line))).max().unwrap_or(0);
    let widths = (width(|line| &line.code), width(|line| &line.before), width(|line| &line.after));
    for line in &lines {
        let style = if line.before == line.after { FAINT } else { anstyle::Style::new() };
        let (code, before, after) = (
            terminal::left(&line.code, widths.0),
            terminal::right(&line.before, widths.1),
            terminal::right(&line.after, widths.2),
        );
        writeln!(out, "      {style}{code}  {before} → {after}{style:#}")?;
    }
    let mut told: Vec<&str> = Vec::new();
    for line in lines.iter().filter(|line| line.before != line.after) {
        // Lines of one charge have one explanation.
        if told.contains(&&*line.charge) {
            continue;
        }
        told.push(&line.charge);
        let text = |(_, explanation): &(_, ratewright::eval::Explanation)| explanation.charge_text(&line.charge);
        explanations(text(&shown.before).as_deref(), text(&shown.after).as_deref(), out)?;
    }
    Ok(())
}
