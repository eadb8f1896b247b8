//! Keys that no row matches, told with all of them in words, one of them, the rows around and what to write.
//!
//! - A hole between two bands of rows that agree in all other keys is an error wherever nothing says what holds there, and a warning
//!   where the `otherwise` row refuses it or where it lies between two periods, for what is offered in summer only has one.
//! - A member without any row is an error. One that only some names have, and bands that end earlier for one zone than for another, are
//!   a warning, for many tariffs do so on purpose. All in a table in which some look-up expects to find a row.
//! - Names and codes of an open list leave no gap by being left out, nor do days on which a row was not yet or is no longer in force,
//!   nor does an empty cell of a crosstab.
//! - Rows of a table that sums, or takes the least or greatest, are there by themselves: keys without one are a warning.

use super::{Builder, LeftOut};
use crate::diagnostic::{Code, Diagnostic, codes};
use crate::source::Span;
use crate::table::analysis::{Analysis, Gap};
use crate::table::{Cell, Column, Default as Miss, Domain, HitPolicy, Role};
use crate::types::Type;
use crate::value::{Number, Value};

impl Builder<'_, '_> {
    pub(super) fn report_gaps(&mut self, analysis: &Analysis) {
        if self.table.policy.finds_without_rows() || matches!(self.table.default, Miss::Row) {
            return;
        }
        let (holes, gaps): (Vec<&Gap>, Vec<&Gap>) = analysis.gaps.iter().partition(|gap| self.is_hole(gap));
        for at in 0..self.table.columns.len() {
            let mut here = holes.iter().copied().filter(|hole| hole.column == at);
            if let Some(first) = here.next() {
                self.report_hole(first, here.count(), analysis.more_gaps);
            }
        }
        if !matches!(self.table.default, Miss::Error) {
            return;
        }
        let asked: Vec<(&Gap, Missing)> = gaps.into_iter().filter_map(|gap| Some((gap, self.left_out(gap)?))).collect();
        for missing in [Missing::Member, Missing::MemberOfName, Missing::Band] {
            let mut here = asked.iter().filter(|(_, of)| *of == missing).map(|(gap, _)| *gap);
            if let Some(first) = here.next()
                && (missing == Missing::Member || !self.crosstab)
            {
                self.report_gap(first, missing, here.count(), analysis.more_gaps);
            }
        }
    }

    /// Whether the gap lies between the bands of two rows that agree in all other keys.
    fn is_hole(&self, gap: &Gap) -> bool {
        let (Some(below), Some(above)) = (gap.below, gap.above) else { return false };
        let banded = self.table.columns.get(gap.column).is_some_and(|column| {
            matches!(column.role, Role::Range | Role::Valid) && column.ty.present() != &Type::Text
        });
        let mut keys = (0_u16..).zip(&self.table.columns).filter(|(_, column)| column.role != Role::Value);
        banded
            && keys.all(|(at, _)| {
                usize::from(at) == gap.column || self.table.cell_id(below, at) == self.table.cell_id(above, at)
            })
    }

    /// What is left out; `None` where it is names and codes, or days.
    fn left_out(&self, gap: &Gap) -> Option<Missing> {
        let keys = (0_u16..).zip(&self.table.columns).filter(|(_, column)| column.role != Role::Value);
        let keys: Vec<_> =
            keys.zip(&gap.at).filter_map(|((at, column), key)| Some((at, column, key.as_ref()?))).collect();
        // Whether some row has these keys in the columns of the kinds.
        let some_row = |kinds: &[Kind]| {
            (0..self.table.matchable() as u32).any(|row| {
                let mut asked = keys.iter().filter(|(_, column, _)| kinds.contains(&kind(column)));
                asked.all(|(at, column, key)| {
                    self.table.cell(row, *at).is_some_and(|cell| cell.accepts(column.role, key))
                })
            })
        };
        let on_another_day = self.table.is_dated() && some_row(&[Kind::Name, Kind::Member, Kind::Band]);
        if on_another_day || !some_row(&[Kind::Name]) {
            None
        } else if !some_row(&[Kind::Member]) {
            Some(Missing::Member)
        } else if !some_row(&[Kind::Name, Kind::Member]) {
            Some(Missing::MemberOfName)
        } else {
            Some(Missing::Band)
        }
    }

    fn report_hole(&mut self, hole: &Gap, more: usize, uncounted: bool) {
        let (Some(below), Some(above)) = (hole.below, hole.above) else { return };
        let Some(column) = self.table.columns.get(hole.column) else { return };
        let missing = self.show_region(hole);
        let refused = matches!(self.table.default, Miss::Refuse(..));
        let name = &column.name;
        let (above_span, below_span) = (self.span_of(above), self.span_of(below));
        let (diagnostic, after, help) = match (column.role, refused) {
            (_, true) => (
                Diagnostic::warning(
                    codes::HOLE_REFUSED,
                    format!("the bands of `{name}` leave a hole that is refused"),
                    above_span,
                    "the next band begins here",
                ),
                format!("after this one, {missing} is refused"),
                "let one band begin where the other ends",
            ),
            (Role::Valid, _) => (
                Diagnostic::warning(
                    codes::PERIODS_APART,
                    "the periods of the rows leave days between them",
                    above_span,
                    "the next period begins here",
                ),
                format!("after this period, no row matches {missing}"),
                "let one period begin where the other ends, or say what holds in between: `| otherwise || … |`",
            ),
            _ => (
                self.grave(
                    (codes::HOLE, codes::BANDS_END),
                    format!("the bands of `{name}` leave a hole"),
                    above_span,
                    "the next band begins here",
                ),
                format!("after this band, no row matches {missing}"),
                "let one band begin where the other ends, or say what holds there: `| otherwise || … |`, which may be `refuse \"CODE\" \"why\"`",
            ),
        };
        let edit = self.moved_end(hole.column, below, above);
        let diagnostic = diagnostic.also(below_span, after);
        let diagnostic = diagnostic.help(format!("{help}{}", more_words(more, uncounted, "hole")));
        let diagnostic = match edit {
            Some((span, text)) => diagnostic.edit(span, text),
            None => diagnostic,
        };
        match self.table.policy {
            HitPolicy::Collect(_) => self.context.gaps.push(LeftOut { table: self.table.name.clone(), diagnostic }),
            _ => self.report(diagnostic),
        }
    }

    fn report_gap(&mut self, gap: &Gap, missing: Missing, more: usize, uncounted: bool) {
        let (table, span) = (self.table.name.clone(), self.table.span);
        let region = self.show_region(gap);
        let example = self.show_keys(&gap.at);
        let such = if region == example { String::new() } else { format!(", such as {example}") };
        let label = format!("no row matches {region}{such}");
        let mut diagnostic = match missing {
            Missing::Member => {
                let title = format!("`{table}` has no row for some keys");
                self.grave((codes::GAP, codes::BANDS_END), title, span, label)
            }
            Missing::MemberOfName => {
                Diagnostic::warning(codes::BANDS_END, format!("`{table}` has rows for some keys only"), span, label)
            }
            Missing::Band => {
                let title = format!("the bands of `{table}` do not reach equally far");
                Diagnostic::warning(codes::BANDS_END, title, span, label)
            }
        };
        if let Some(below) = gap.below {
            diagnostic = diagnostic.also(self.span_of(below), "a row before the gap");
        }
        if let Some(above) = gap.above {
            diagnostic = diagnostic.also(self.span_of(above), "a row after it");
        }
        let help = format!(
            "add the rows, say what holds there: `| otherwise || … |`, which may be `refuse \"CODE\" \"why\"`, or look it up with `if any`{}",
            more_words(more, uncounted, "gap")
        );
        diagnostic = diagnostic.help(help);
        if let Some((place, text)) = self.otherwise_row() {
            diagnostic = diagnostic.edit(place, text);
        }
        self.context.gaps.push(LeftOut { table, diagnostic });
    }

    /// An error by the first code; by the second a warning, where each row is there by itself.
    fn grave(&self, (error, warning): (Code, Code), title: String, span: Span, label: impl Into<String>) -> Diagnostic {
        match self.table.policy {
            HitPolicy::Collect(_) => Diagnostic::warning(warning, title, span, label),
            _ => Diagnostic::error(error, title, span, label),
        }
    }

    /// All keys of a gap: `zone A, weight over 10 lb until 12 lb`.
    fn show_region(&self, gap: &Gap) -> String {
        let columns = self.table.columns.iter().filter(|column| column.role != Role::Value);
        let shown = |(column, stretches): (&Column, &Option<Vec<_>>)| {
            let words =
                super::region::stretches(stretches.as_ref()?, &column.ty, self.context.units, self.context.enums);
            let word = if column.role == Role::Valid { "on" } else { column.name.as_str() };
            (!words.is_empty()).then(|| format!("{word} {words}"))
        };
        let words: Vec<String> = columns.zip(&gap.region).filter_map(shown).collect();
        if words.is_empty() { self.show_keys(&gap.at) } else { words.join(", ") }
    }

    /// The row `otherwise` after the last row, where that stands in the rule file.
    fn otherwise_row(&self) -> Option<(Span, String)> {
        let last = self.table.row_span((self.table.len() as u32).checked_sub(1)?)?;
        if last.file != self.table.span.file {
            return None;
        }
        let file = self.context.sources.file(last.file)?;
        let indent: String = file.line(file.place(last.start).line).chars().take_while(|c| c.is_whitespace()).collect();
        let end = Span::new(last.file, last.end, last.end);
        let name = &self.table.name;
        Some((end, format!("\n{indent}| otherwise || refuse \"NO_ROW\" \"no row of {name} matches\" |")))
    }

    /// The cell of one band with its end moved to where the other begins or ends: of 0.999 and 1, to the rounder one.
    fn moved_end(&self, column: usize, below: u32, above: u32) -> Option<(Span, String)> {
        self.raised_end(column, below, above).or_else(|| self.lowered_start(column, below, above))
    }

    /// The cell of the earlier band, its end where the later one begins, if that is the rounder number.
    fn raised_end(&self, column: usize, below: u32, above: u32) -> Option<(Span, String)> {
        let at = u16::try_from(column).ok()?;
        let (Cell::Range(earlier), Cell::Range(later)) = (self.table.cell(below, at)?, self.table.cell(above, at)?)
        else {
            return None;
        };
        let (Value::Number(end), (Value::Number(start), included)) = (&earlier.high.as_ref()?.0, later.low.as_ref()?)
        else {
            return None;
        };
        let decimals = |number: &Number| number.to_string().split_once('.').map_or(0, |(_, decimals)| decimals.len());
        if decimals(end) <= decimals(start) {
            return None;
        }
        let (cell, text) = self.range_cell(below)?;
        let low = [" through ", " until ", " up to "].iter().find_map(|word| {
            let (low, high) = text.split_once(word)?;
            (high.trim() == end.to_string()).then_some(low.trim_end())
        })?;
        let word = match (included, low.starts_with("over ")) {
            (true, _) => "until",
            (false, true) => "up to",
            (false, false) => "through",
        };
        Some((cell, format!("{low} {word} {start}")))
    }

    /// The cell of the later band, with its lower end where the earlier one ends.
    fn lowered_start(&self, column: usize, below: u32, above: u32) -> Option<(Span, String)> {
        let at = u16::try_from(column).ok()?;
        let (Cell::Range(earlier), Cell::Range(later)) = (self.table.cell(below, at)?, self.table.cell(above, at)?)
        else {
            return None;
        };
        let whole = self.table.columns.get(column)?.ty.present() == &Type::Integer;
        let ((Value::Number(end), included), Value::Number(start)) = (earlier.high.as_ref()?, &later.low.as_ref()?.0)
        else {
            return None;
        };
        let (cell, text) = self.range_cell(above)?;
        let rest = text.strip_prefix("over ").unwrap_or(text);
        let (word, high) = [" through ", " until ", " up to "].iter().find_map(|word| {
            let (low, high) = rest.split_once(word)?;
            (low.trim() == start.to_string()).then(|| (word.trim(), high.trim()))
        })?;
        let included_above = word != "until";
        let text = match (included, included_above, whole) {
            (true, _, true) => {
                format!("{} {} {high}", end.add(&Number::ONE).ok()?, if included_above { "through" } else { "until" })
            }
            (true, true, _) => format!("over {end} up to {high}"),
            (true, false, _) => format!("over {end} until {high}"),
            (false, true, _) => format!("{end} through {high}"),
            (false, false, _) => format!("{end} until {high}"),
        };
        Some((cell, text))
    }

    /// The one cell of a row in the rule file that holds a range of two numbers.
    fn range_cell(&self, row: u32) -> Option<(Span, &str)> {
        let span = self.span_of(row);
        if span.file != self.table.span.file {
            return None;
        }
        let line = self.context.sources.text(span);
        let mut found = None;
        let mut start = 0_usize;
        for part in line.split('|') {
            let text = part.trim();
            if [" through ", " until ", " up to "].iter().any(|word| text.contains(word)) {
                if found.is_some() {
                    return None;
                }
                let lead = part.len().checked_sub(part.trim_start().len())?;
                let from = span.start.checked_add(u32::try_from(start.checked_add(lead)?).ok()?)?;
                found = Some((Span::new(span.file, from, from.checked_add(u32::try_from(text.len()).ok()?)?), text));
            }
            start = start.checked_add(part.len())?.checked_add(1)?;
        }
        found
    }

    /// Holes between neighbouring bands, where the table is too large for more; whether all neighbours were looked at.
    pub(super) fn compare_bands(&mut self) -> bool {
        if !matches!(self.table.default, Miss::Error) || self.table.policy.finds_without_rows() {
            return true;
        }
        let holes = self.table.holes();
        for column in 0..self.table.columns.len() {
            let mut here = holes.found.iter().filter(|hole| hole.column == column);
            if let Some(first) = here.next() {
                let gap = Gap {
                    region: vec![None; first.at.len()],
                    at: first.at.clone(),
                    column,
                    below: Some(first.below),
                    above: Some(first.above),
                };
                self.report_hole(&gap, here.count(), !holes.complete);
            }
        }
        holes.complete
    }
}

/// What has no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    /// A member, or several together, whatever the names are.
    Member,
    /// A member of some names, where others have it.
    MemberOfName,
    /// A part of a scale.
    Band,
}

/// What a key is, as far as gaps go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// One of an open list.
    Name,
    /// One of a closed list.
    Member,
    /// A place on a scale.
    Band,
    /// A day on which rows are in force.
    Day,
}

fn kind(column: &Column) -> Kind {
    match (column.role, Domain::of(column.role, &column.ty, 0)) {
        (Role::Valid, _) => Kind::Day,
        (_, Domain::Between(..)) => Kind::Member,
        (_, Domain::Reach) => Kind::Band,
        (_, Domain::Named) => Kind::Name,
    }
}

/// `; there are 3 more holes`.
fn more_words(more: usize, uncounted: bool, word: &str) -> String {
    match (more, uncounted) {
        (_, true) => format!("; there are more than {more} others"),
        (0, _) => String::new(),
        (1, _) => format!("; there is one more {word}"),
        _ => format!("; there are {more} more {word}s"),
    }
}
