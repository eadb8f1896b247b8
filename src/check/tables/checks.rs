//! What is said about the rows of a table together: rows that meet, rows that never win, columns that never decide.
//!
//! All of it comes from the table's analysis, within a bound of steps. A table that is beyond the bound is said not to be decided, and
//! its rows are then compared pair by pair. Which rows could be one is never said here: a rate sheet has equal neighbours on
//! purpose. Gaps are told in `gaps`.

use super::{Builder, MOST_PROBLEMS};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::Period;
use crate::source::Span;
use crate::table::analysis::{Analysis, Effort};
use crate::table::periods::seams;
use crate::table::{Cell, Domain, HitPolicy, Role};
use crate::types::Type;
use crate::value::Value;

impl Builder<'_, '_> {
    pub(super) fn check_rows(&mut self) {
        let hints = self.is_written_here();
        let effort = Effort { findings: MOST_PROBLEMS.saturating_mul(4), hints, ..Effort::default() };
        let analysis = self.table.analyse(&self.domains(), effort);
        if analysis.decided {
            self.report_overlaps(&analysis);
            self.report_never(&analysis);
            self.report_idle(&analysis);
            self.report_gaps(&analysis);
        } else {
            self.compare_rows();
        }
    }

    /// Where keys are looked for: what the types of the columns say.
    fn domains(&self) -> Vec<Domain> {
        let keys = self.table.columns.iter().filter(|column| column.role != Role::Value);
        let domain = |column: &crate::table::Column| {
            let members = match column.ty.present() {
                Type::Enum(id) => self.context.enums.get(id.0 as usize).map_or(0, |declared| declared.members.len()),
                _ => 0,
            };
            Domain::of(column.role, &column.ty, members)
        };
        keys.map(domain).collect()
    }

    pub(super) fn span_of(&self, row: u32) -> Span {
        self.table.row_span(row).unwrap_or(self.table.span)
    }

    /// Whether all rows stand in the rule file, so that somebody wrote them one by one.
    fn is_written_here(&self) -> bool {
        self.table.row_span(0).is_some_and(|row| row.file == self.table.span.file)
    }

    fn report_overlaps(&mut self, analysis: &Analysis) {
        let mut editions: Vec<(usize, usize)> = Vec::new();
        for overlap in &analysis.overlaps {
            match (self.edition_of(overlap.first), self.edition_of(overlap.second)) {
                _ if overlap.agree && self.table.policy == HitPolicy::Any => {}
                (Some(first), Some(second)) if first != second => editions.push((first, second)),
                _ => self.report_meeting(overlap.first, overlap.second, &overlap.at),
            }
        }
        editions.sort_unstable();
        editions.dedup();
        self.report_editions(&editions);
    }

    /// Which of several declarations with periods a row stands in.
    fn edition_of(&self, row: u32) -> Option<usize> {
        let valid = self.table.columns.iter().position(|column| column.role == Role::Valid)?;
        let Cell::Period(period) = self.table.cell(row, u16::try_from(valid).ok()?)? else { return None };
        self.editions.iter().position(|(edition, _)| edition == period)
    }

    /// Two declarations of one table have rows for the same keys on the same days: said once, with the days.
    fn report_editions(&mut self, pairs: &[(usize, usize)]) {
        let periods: Vec<Period> = self.editions.iter().map(|(period, _)| *period).collect();
        for seam in seams(&periods).iter().filter(|seam| seam.overlap) {
            let meet = pairs.contains(&(seam.before, seam.after)) || pairs.contains(&(seam.after, seam.before));
            let (Some((_, before)), Some((_, after))) = (self.editions.get(seam.before), self.editions.get(seam.after))
            else {
                continue;
            };
            if !meet {
                continue;
            }
            let last = seam.days.until.and_then(|until| until.add_days(-1));
            let days = match (seam.days.from, last) {
                (Some(from), Some(last)) if from == last => format!("on {from}"),
                (Some(from), Some(last)) => format!("from {from} through {last}"),
                (Some(from), None) => format!("from {from} on"),
                (None, Some(last)) => format!("through {last}"),
                (None, None) => "on every day".to_string(),
            };
            let title = format!("two editions of `{}` hold at once", self.table.name);
            let diagnostic = Diagnostic::error(codes::OVERLAPPING_DATES, title, *after, format!("both hold {days}"))
                .also(*before, "still holds then")
                .help("let the earlier one end on the day before the later one begins");
            self.report(diagnostic);
        }
    }

    fn report_meeting(&mut self, first: u32, second: u32, at: &[Option<Value>]) {
        let keys = self.show_keys(at);
        let same = self.same_keys(first, second);
        let (code, title, help) = match (&self.table.policy, same) {
            (HitPolicy::Any, _) => (
                codes::ROWS_OVERLAP,
                "two rows match the same keys and have different values",
                "let them agree, or say which one holds with another hit policy, such as `first`",
            ),
            (_, true) => (codes::SAME_KEYS, "two rows have the same keys", "take one of them out"),
            (HitPolicy::MostSpecific, _) => (
                codes::ROWS_OVERLAP,
                "two rows match the same keys, and neither is more specific",
                "let one end where the other begins, or let one of them say `any` or a single value",
            ),
            _ => (
                codes::ROWS_OVERLAP,
                "two rows match the same keys",
                "let one end where the other begins, or say which one holds with another hit policy, such as `first`",
            ),
        };
        let diagnostic = Diagnostic::error(code, title, self.span_of(second), format!("matches {keys}"));
        self.report(diagnostic.also(self.span_of(first), "matches it too").help(help));
    }

    fn same_keys(&self, first: u32, second: u32) -> bool {
        let mut keys = (0_u16..).zip(&self.table.columns).filter(|(_, column)| column.role != Role::Value);
        keys.all(|(at, _)| self.table.cell_id(first, at) == self.table.cell_id(second, at))
    }

    fn report_never(&mut self, analysis: &Analysis) {
        let (preferred, help) = match self.table.policy {
            HitPolicy::First => ("which comes first", "put the narrower row first, or take it out"),
            _ => ("which is preferred", "take it out, or narrow the rows that take its keys"),
        };
        for never in &analysis.never {
            let label = if never.by.is_empty() { "no key matches it" } else { "all its keys are taken" };
            let title = "a row that is never used";
            let mut diagnostic = Diagnostic::warning(codes::ROW_NEVER_USED, title, self.span_of(never.row), label);
            for row in &never.by {
                diagnostic = diagnostic.also(self.span_of(*row), format!("by this row, {preferred}"));
            }
            self.report(diagnostic.help(help));
        }
    }

    /// Only looked for in tables in the rule file: a column of a price list that makes no difference today may make one tomorrow. Where rows
    /// are never used, that is what there is to mend.
    fn report_idle(&mut self, analysis: &Analysis) {
        if !analysis.never.is_empty() {
            return;
        }
        for at in &analysis.idle {
            let Some(column) = self.table.columns.get(*at) else { continue };
            let title = format!("the column `{}` never decides anything", column.name);
            let diagnostic =
                Diagnostic::warning(codes::COLUMN_IDLE, title, column.span, "each of its keys finds the same");
            self.report(diagnostic.help("take the column out, or look again at its cells"));
        }
    }

    /// What can be said of a table whose analysis takes too many steps.
    fn compare_rows(&mut self) {
        let (mut decided, mut all_looked_at) = (true, true);
        match self.table.policy {
            HitPolicy::Unique | HitPolicy::Any | HitPolicy::MostSpecific => {
                let meetings = self.table.meetings(MOST_PROBLEMS.saturating_mul(4));
                decided = meetings.complete;
                for meeting in meetings.found {
                    self.report_meeting(meeting.first, meeting.second, &meeting.at);
                }
            }
            HitPolicy::First => {
                let never = self.table.never_first();
                all_looked_at = never.complete;
                for (row, by) in never.found {
                    let analysis = Analysis {
                        never: vec![crate::table::analysis::Never { row, by: vec![by] }],
                        ..Analysis::default()
                    };
                    self.report_never(&analysis);
                }
            }
            HitPolicy::Priority(..) | HitPolicy::Collect(_) => {}
        }
        let all_bands = self.compare_bands();
        let name = &self.table.name;
        let (title, help) = if !all_bands {
            let help = "gaps between the neighbouring bands that were compared are told; keys that are matched exactly make the comparison quick";
            (format!("not all gaps of `{name}` were looked for"), help)
        } else if !all_looked_at {
            let help = "gaps between neighbouring bands, and the first rows that are never found, are told";
            (format!("it was not decided whether `{name}` has gaps, or rows that are never found"), help)
        } else if decided {
            (format!("it was not decided whether `{name}` has gaps"), "gaps between neighbouring bands are told")
        } else {
            let help = "where two rows match one key, the quote fails; keys that are matched exactly make the comparison quick";
            (format!("it was not decided whether rows of `{name}` overlap"), help)
        };
        let diagnostic = Diagnostic::warning(codes::NOT_DECIDED, title, self.table.span, "too many rows to compare");
        self.report(diagnostic.help(help));
    }

    /// Keys as an author would write them: `service ground, weight 3 lb`.
    pub(super) fn show_keys(&self, keys: &[Option<Value>]) -> String {
        let columns = self.table.columns.iter().filter(|column| column.role != Role::Value);
        let shown = |(column, key): (&crate::table::Column, &Option<Value>)| {
            let value = super::show(key.as_ref()?, &column.ty, self.context.units, self.context.enums);
            let word = if column.role == Role::Valid { "on" } else { column.name.as_str() };
            Some(format!("{word} {value}"))
        };
        let keys: Vec<String> = columns.zip(keys).filter_map(shown).collect();
        if keys.is_empty() { "any keys".to_string() } else { keys.join(", ") }
    }
}
