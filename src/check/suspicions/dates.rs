//! Dates that were not meant: a value that comes into force long after the rule set ends, a February without its leap day, a weekday that
//! no week has.

use super::Look;
use super::columns::number;
use crate::diagnostic::{Diagnostic, codes};
use crate::library::Function;
use crate::program::{CalendarDays, Expr, ExprKind as K};
use crate::source::Span;

/// How many days after the end of the period a value begins that was not meant for it.
const LONG_AFTER: i64 = 400;

impl Look<'_> {
    pub(super) fn dates(&mut self) {
        self.values_never_in_force();
        self.leap_days();
        self.impossible_days();
    }

    fn values_never_in_force(&mut self) {
        let program = self.program;
        let Some(end) = program.effective.until.and_then(|end| end.add_days(LONG_AFTER)) else { return };
        for parameter in &program.parameters {
            for dated in parameter.values.iter().filter(|dated| dated.period.from.is_some_and(|from| from > end)) {
                let title = format!("a value of `{}` begins long after the rule set has ended", parameter.name);
                let diagnostic = Diagnostic::warning(codes::DATE_ODD, title, dated.span, "never in force")
                    .also(program.effective_span, "the period of the rule set")
                    .help("is its year mistyped?");
                self.say(diagnostic);
            }
        }
    }

    /// `1 December through 28 February`: in a leap year the 29th is missing.
    fn leap_days(&mut self) {
        let program = self.program;
        for calendar in &program.calendars {
            let ends_early =
                |days: &CalendarDays| matches!(days, CalendarDays::Yearly(from, (2, 28)) if *from != (2, 28));
            let begins_late = |days: &CalendarDays| matches!(days, CalendarDays::Yearly((3, 1), to) if *to != (3, 1));
            let early = calendar.days.iter().any(ends_early);
            let late = program.calendars.iter().flat_map(|calendar| &calendar.days).any(begins_late);
            if let Some(span) = self.calendar_span(&calendar.name).filter(|_| early) {
                let title = format!("`{}` leaves the leap day out", calendar.name);
                let label =
                    if late { "ends on 28 February, and the next begins on 1 March" } else { "ends on 28 February" };
                let help = "write `29 February`: in other years that day does not come";
                self.say(Diagnostic::warning(codes::DATE_ODD, title, span, label).help(help));
            }
        }
    }

    /// The line on which a calendar stands.
    fn calendar_span(&self, name: &str) -> Option<Span> {
        let start = format!("calendar {name} ");
        self.sources.files().find_map(|(id, file)| {
            let at = file.text.find(&start)?;
            let end = file.text.get(at..)?.find('}')?.saturating_add(at).saturating_add(1);
            Some(Span::new(id, at as u32, end as u32))
        })
    }

    fn impossible_days(&mut self) {
        let mut found = Vec::new();
        self.program.parts(&mut |whole: &Expr| {
            whole.walk(&mut |expr| match &expr.kind {
                K::Compare(_, a, b) => found.extend(outside(a, b).or_else(|| outside(b, a))),
                K::OneOf(value, list) => found.extend(list.iter().filter_map(|element| outside(value, element))),
                _ => {}
            });
        });
        for (span, words) in found {
            let title = format!("there is no such day or month: {words}");
            self.say(
                Diagnostic::warning(codes::CONDITION_NEVER, title, span, "never holds").help("correct the number"),
            );
        }
    }
}

/// A number with which a part of a date is compared, and which it never is.
fn outside(part: &Expr, with: &Expr) -> Option<(Span, &'static str)> {
    let K::Library(function, _) = &part.kind else { return None };
    let (most, words) = match function {
        Function::Weekday => (7, "weekdays are 1, Monday, to 7, Sunday"),
        Function::Month => (12, "months are 1 to 12"),
        Function::Day => (31, "days are 1 to 31"),
        _ => return None,
    };
    let value = number(&with.kind)?.to_i64()?;
    (!(1..=most).contains(&value)).then(|| (with.span(), words))
}
