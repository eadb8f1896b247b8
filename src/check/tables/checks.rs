//! What is said about the rows of a table together: rows that meet, rows that never win, holes between bands.

use super::{Builder, MOST_PROBLEMS};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::EnumType;
use crate::source::Span;
use crate::table::{Default as Miss, HitPolicy, Role};
use crate::types::{Type, Units};
use crate::value::Value;

impl Builder<'_, '_> {
    pub(super) fn check_rows(&mut self) {
        match self.table.policy {
            HitPolicy::Unique | HitPolicy::Any | HitPolicy::MostSpecific => self.check_meetings(),
            HitPolicy::First => self.check_never_first(),
            HitPolicy::Priority(..) | HitPolicy::Collect(_) => {}
        }
        if matches!(self.table.default, Miss::Error) && !matches!(self.table.policy, HitPolicy::Collect(_)) {
            self.check_holes();
        }
    }

    fn span_of(&self, row: u32) -> Span {
        self.table.row_span(row).unwrap_or(self.table.span)
    }

    fn check_meetings(&mut self) {
        let meetings = self.table.meetings(MOST_PROBLEMS.saturating_mul(4));
        for meeting in meetings.found {
            let (first, second) = (self.span_of(meeting.first), self.span_of(meeting.second));
            let keys = self.show_keys(&meeting.at);
            let same = self.same_keys(meeting.first, meeting.second);
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
            let diagnostic = Diagnostic::error(code, title, second, format!("matches {keys}"));
            self.report(diagnostic.also(first, "matches it too").help(help));
        }
        if !meetings.complete {
            let title = format!("it was not decided whether rows of `{}` overlap", self.table.name);
            let diagnostic =
                Diagnostic::warning(codes::NOT_DECIDED, title, self.table.span, "too many rows to compare");
            self.report(diagnostic.help("where two rows match one key, the quote fails; keys that are matched exactly make the comparison quick"));
        }
    }

    fn same_keys(&self, first: u32, second: u32) -> bool {
        let mut keys = (0_u16..).zip(&self.table.columns).filter(|(_, column)| column.role != Role::Value);
        keys.all(|(at, _)| self.table.cell_id(first, at) == self.table.cell_id(second, at))
    }

    fn check_never_first(&mut self) {
        for (dead, by) in self.table.never_first() {
            let (dead, by) = (self.span_of(dead), self.span_of(by));
            let diagnostic =
                Diagnostic::warning(codes::ROW_NEVER_USED, "a row that is never used", dead, "all its keys are taken");
            self.report(
                diagnostic
                    .also(by, "by this row, which comes first")
                    .help("put the narrower row first, or take it out"),
            );
        }
    }

    /// One error for each column, about its first hole: a key that falls there has no price, unless an `otherwise` row says one.
    fn check_holes(&mut self) {
        let holes = self.table.holes();
        for (at, column) in
            self.table.columns.iter().enumerate().map(|(at, column)| (at, column.name.clone())).collect::<Vec<_>>()
        {
            let mut here = holes.iter().filter(|hole| hole.column == at);
            let Some(first) = here.next() else { continue };
            let more = here.count();
            let keys = self.show_keys(&first.at);
            let title = format!("the bands of `{column}` leave a hole");
            let (below, above) = (self.span_of(first.below), self.span_of(first.above));
            let diagnostic = Diagnostic::error(codes::HOLE, title, above, "the next band begins here");
            let help = match more {
                0 => String::new(),
                1 => "; there is one more hole".to_string(),
                _ => format!("; there are {more} more holes"),
            };
            self.report(
                diagnostic
                    .also(below, format!("after this band, no row matches {keys}"))
                    .help(format!(
                        "let one band begin where the other ends, or say what holds there: `| otherwise || … |`, which may be `refuse \"CODE\" \"why\"`{help}"
                    )),
            );
        }
    }

    /// Keys as an author would write them: `service ground, weight 3 lb`.
    fn show_keys(&self, keys: &[Option<Value>]) -> String {
        let columns = self.table.columns.iter().filter(|column| column.role != Role::Value);
        let shown = |(column, key): (&crate::table::Column, &Option<Value>)| {
            let value = show(key.as_ref()?, &column.ty, self.context.units, self.context.enums);
            let word = if column.role == Role::Valid { "on" } else { column.name.as_str() };
            Some(format!("{word} {value}"))
        };
        let keys: Vec<String> = columns.zip(keys).filter_map(shown).collect();
        if keys.is_empty() { "any keys".to_string() } else { keys.join(", ") }
    }
}

/// A value of a key as it is written in rules.
pub(in crate::check) fn show(value: &Value, ty: &Type, units: &Units, enums: &[EnumType]) -> String {
    match (value, ty.present()) {
        (Value::Number(number), Type::In(unit)) => format!("{number} {}", units.show(unit)),
        (Value::Number(number), Type::Percent) => match number.mul(&crate::value::Number::from_i64(100)) {
            Ok(percent) => format!("{percent}%"),
            Err(_) => number.to_string(),
        },
        (Value::Number(number), _) => number.to_string(),
        (Value::Member(member), Type::Enum(id)) => {
            let members = enums.get(id.0 as usize).map(|declared| &declared.members);
            members
                .and_then(|members| members.get(*member as usize))
                .map_or_else(String::new, |(name, _)| name.to_string())
        }
        (Value::Text(text), _) => format!("\"{text}\""),
        (Value::YesNo(answer), _) => if *answer { "yes" } else { "no" }.to_string(),
        (Value::Date(day), _) => day.to_string(),
        (Value::Time(time), _) => time.to_string(),
        (Value::Instant(instant), _) => instant.to_string(),
        (Value::Months(months), _) => format!("{months} months"),
        (Value::Zone(zone), _) => zone.to_string(),
        (Value::Currency(currency), _) => currency.to_string(),
        (Value::Record(_) | Value::List(_) | Value::Row { .. } | Value::Member(_) | Value::Absent, _) => String::new(),
    }
}
