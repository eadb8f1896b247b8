//! Days, instants, zones and windows.

use super::expression::{negated_unless, yes_no};
use super::scope::Scope;
use super::{Checker, Progress, Symbol};
use crate::diagnostic::{Diagnostic, codes, did_you_mean};
use crate::program::{CalendarId, Expr, ExprKind, WindowLine, Windows, WindowsId};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::Type;
use crate::value::{Value, Zone};
use std::sync::Arc;

impl Checker<'_> {
    pub(super) fn within(
        &mut self,
        inner: &ast::Expr,
        name: &ast::Name,
        positive: bool,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        match self.find_symbol(name) {
            Some(Symbol::Calendar(index)) => {
                let date = self.expect(inner, &Type::Date, "what lies within a calendar", scope);
                negated_unless(positive, yes_no(ExprKind::WithinCalendar(date, CalendarId(index as u32)), span))
            }
            Some(Symbol::Windows(index)) => {
                let instant = self.expect(inner, &Type::Instant, "what lies within windows", scope);
                negated_unless(positive, yes_no(ExprKind::WithinWindows(instant, WindowsId(index as u32)), span))
            }
            _ => {
                self.report(
                    Diagnostic::error(
                        codes::UNKNOWN_NAME,
                        format!("there are no windows and no calendar `{}`", name.text),
                        name.span,
                        "not windows or a calendar",
                    )
                    .help(format!("declare `calendar {0} {{ … }}` or `windows {0} in zone \"…\" {{ … }}`", name.text)),
                );
                self.broken(span)
            }
        }
    }

    pub(super) fn days(
        &mut self,
        from: &ast::Expr,
        to: &ast::Expr,
        inclusive: bool,
        thirty_360: bool,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let from = self.expect(from, &Type::Date, "the first day", scope);
        let to = self.expect(to, &Type::Date, "the last day", scope);
        let ty = Type::In(self.unit_named("day"));
        Expr::new(ExprKind::Days { from, to, inclusive, thirty_360 }, ty, span)
    }

    /// A zone: an expression of that type, or the name of one as text.
    pub(super) fn zone(&mut self, zone: &ast::Expr, scope: &mut Scope) -> Expr {
        let checked = self.expression(zone, Some(&Type::Zone), scope);
        if checked.ty != Type::Text {
            return self.coerce(checked, &Type::Zone, "the zone");
        }
        let known = match &checked.kind {
            ExprKind::Constant(Value::Text(name)) => Zone::named(name),
            _ => None,
        };
        match known {
            Some(zone) => Expr::new(ExprKind::Constant(Value::Zone(zone)), Type::Zone, checked.span()),
            None => {
                let diagnostic = Diagnostic::error(
                    codes::UNKNOWN_ZONE,
                    "there is no such time zone",
                    checked.span(),
                    "not in the zone database",
                );
                let near = match &checked.kind {
                    ExprKind::Constant(Value::Text(name)) => near_zone(name),
                    _ => None,
                };
                self.report(diagnostic.help(near.unwrap_or_else(|| {
                    "write an IANA name such as `\"Europe/London\"`, or an input of type `zone`".to_owned()
                })));
                self.broken(checked.span())
            }
        }
    }

    pub(super) fn civil_of(
        &mut self,
        instant: &ast::Expr,
        zone: &ast::Expr,
        date: bool,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let instant = self.expect(instant, &Type::Instant, "what is read in a zone", scope);
        let zone = self.zone(zone, scope);
        let (kind, ty) = if date {
            (ExprKind::DateOf(instant, zone), Type::Date)
        } else {
            (ExprKind::TimeOf(instant, zone), Type::Time)
        };
        Expr::new(kind, ty, span)
    }

    pub(super) fn instant_of(
        &mut self,
        date: &ast::Expr,
        time: &ast::Expr,
        zone: &ast::Expr,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let date = self.expect(date, &Type::Date, "the day", scope);
        let time = self.expect(time, &Type::Time, "the time of day", scope);
        let zone = self.zone(zone, scope);
        Expr::new(ExprKind::InstantOf(Box::new([date, time, zone])), Type::Instant, span)
    }

    pub(super) fn split(
        &mut self,
        from: &ast::Expr,
        until: &ast::Expr,
        name: &ast::Name,
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let from = self.expect(from, &Type::Instant, "the beginning", scope);
        let until = self.expect(until, &Type::Instant, "the end", scope);
        match self.find_symbol(name) {
            Some(Symbol::Windows(index)) => {
                let ty = Type::List(Arc::new(self.piece_type()));
                Expr::new(ExprKind::Split(from, until, WindowsId(index as u32)), ty, span)
            }
            _ => {
                self.report(
                    Diagnostic::error(
                        codes::UNKNOWN_NAME,
                        format!("there are no windows `{}`", name.text),
                        name.span,
                        "not windows",
                    )
                    .help(format!("declare `windows {} in zone \"…\" {{ … }}`", name.text)),
                );
                self.broken(span)
            }
        }
    }

    pub(super) fn need_windows(&mut self, index: usize) {
        if !matches!(self.windows.get(index), Some(Progress::Waiting)) {
            return;
        }
        let Some(item) = self.windows_entries.get(index).copied().and_then(|entry| self.entry_item(entry)) else {
            return;
        };
        let ast::ItemKind::Windows { name, zone, lines } = &item.kind else { return };
        let zone = self.zone(zone, &mut Scope::default());
        let lines = lines
            .iter()
            .map(|line| WindowLine {
                days: line.days.clone(),
                from: line.from,
                until: line.until,
                except: line.except.as_ref().and_then(|name| self.calendar(name)),
                only: line.only.as_ref().and_then(|name| self.calendar(name)),
            })
            .collect();
        let windows = Windows { name: name.text.clone(), zone, lines, span: name.span };
        if let Some(place) = self.windows.get_mut(index) {
            *place = Progress::Done(windows);
        }
    }

    fn calendar(&mut self, name: &ast::Name) -> Option<CalendarId> {
        match self.find_symbol(name) {
            Some(Symbol::Calendar(index)) => Some(CalendarId(index as u32)),
            _ => {
                self.report(
                    Diagnostic::error(
                        codes::UNKNOWN_NAME,
                        format!("there is no calendar `{}`", name.text),
                        name.span,
                        "not a calendar",
                    )
                    .help(format!("declare `calendar {} {{ … }}`", name.text)),
                );
                None
            }
        }
    }
}

/// The question whether a zone of a similar name is meant.
pub(super) fn near_zone(name: &str) -> Option<String> {
    did_you_mean(name, Zone::names_like(name)).map(|near| format!("did you mean `\"{near}\"`?"))
}
