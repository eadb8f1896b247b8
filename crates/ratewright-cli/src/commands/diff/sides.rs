//! Two quotes and two explanations of one input, side by side.

use super::measure::Shown;
use crate::outcome::Result;
use crate::terminal::{ERROR, FAINT, GOOD};
use std::io::Write;

/// Two explanations as one: `-` before what only the older says, `+` before what only the newer says, `…` for what both say.
pub fn explanations(before: Option<&str>, after: Option<&str>, out: &mut dyn Write) -> Result<()> {
    let lines = |text: Option<&str>| text.unwrap_or("").lines().map(str::to_owned).collect::<Vec<_>>();
    let (before, after) = (lines(before), lines(after));
    let mut skipped = false;
    for (sign, line) in merged(&before, &after) {
        let (style, word) = match sign {
            Sign::Both => {
                skipped = true;
                continue;
            }
            Sign::Before => (ERROR, "-"),
            Sign::After => (GOOD, "+"),
        };
        if std::mem::take(&mut skipped) {
            writeln!(out, "          {FAINT}…{FAINT:#}")?;
        }
        writeln!(out, "        {style}{word}{style:#} {line}")?;
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Both,
    Before,
    After,
}

/// A line without the place at its end, which is another in every edition.
fn without_place(line: &str) -> &str {
    match line.rsplit_once("  (") {
        Some((rest, place)) if place.ends_with(')') && place.contains(".rules:") => rest,
        _ => line,
    }
}

/// The lines of two texts in one, by a longest common run.
fn merged<'t>(before: &'t [String], after: &'t [String]) -> Vec<(Sign, &'t str)> {
    let width = after.len().saturating_add(1);
    let mut common = vec![0_u32; width.saturating_mul(before.len().saturating_add(1))];
    let at = |old: usize, new: usize| old.saturating_mul(width).saturating_add(new);
    let get = |common: &[u32], old, new| common.get(at(old, new)).copied().unwrap_or(0);
    let same = |old: usize, new: usize| {
        before.get(old).map(|line| without_place(line)) == after.get(new).map(|line| without_place(line))
    };
    for old in (0..before.len()).rev() {
        for new in (0..after.len()).rev() {
            let length = match same(old, new) {
                true => get(&common, old.saturating_add(1), new.saturating_add(1)).saturating_add(1),
                false => get(&common, old.saturating_add(1), new).max(get(&common, old, new.saturating_add(1))),
            };
            if let Some(place) = common.get_mut(at(old, new)) {
                *place = length;
            }
        }
    }
    let (mut old, mut new, mut lines) = (0, 0, Vec::new());
    while old < before.len() || new < after.len() {
        let (next_old, next_new) = (old.saturating_add(1), new.saturating_add(1));
        if old < before.len() && new < after.len() && same(old, new) {
            lines.extend(before.get(old).map(|line| (Sign::Both, line.as_str())));
            (old, new) = (next_old, next_new);
        } else if new >= after.len()
            || (old < before.len() && get(&common, next_old, new) >= get(&common, old, next_new))
        {
            lines.extend(before.get(old).map(|line| (Sign::Before, line.as_str())));
            old = next_old;
        } else {
            lines.extend(after.get(new).map(|line| (Sign::After, line.as_str())));
            new = next_new;
        }
    }
    lines
}

/// A line of two quotes.
pub struct Line {
    /// The code of the charge, for the explanation.
    pub charge: String,
    /// The code, with the number of the element of a charge for each.
    pub code: String,
    /// The older amount; `-` where there is no such line.
    pub before: String,
    /// The newer amount.
    pub after: String,
}

/// The lines of both quotes by code and element, in the order of the older one.
pub fn report_lines(shown: &Shown) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (newer, (quote, _)) in [(false, &shown.before), (true, &shown.after)] {
        let mut seen: Vec<(&str, Option<usize>, usize)> = Vec::new();
        for charge in quote.charges() {
            let again = seen.iter().filter(|(code, item, _)| *code == charge.code() && *item == charge.item()).count();
            seen.push((charge.code(), charge.item(), again));
            let mut code = charge.code().to_string();
            if let Some(item) = charge.item() {
                code.push_str(&format!(" [{}]", item.saturating_add(1)));
            }
            if again > 0 {
                code.push_str(&format!(" ({})", again.saturating_add(1)));
            }
            let amount = charge.money().to_string();
            match lines.iter_mut().find(|line| line.code == code) {
                Some(line) if newer => line.after = amount,
                Some(line) => line.before = amount,
                None => {
                    let none = "-".to_owned();
                    let (before, after) = if newer { (none, amount) } else { (amount, none) };
                    lines.push(Line { charge: charge.code().to_string(), code, before, after });
                }
            }
        }
    }
    lines
}
