//! Literals, texts, types and ranges.

use super::ast::{Expr, ExprKind, Literal, Name, Range, Text, TypeExpr, TypeKind, UnitExpr};
use super::grammar::Rule;
use super::node::{Node, Reader};
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::value::{Date, Instant, Number, TimeOfDay};

impl Reader {
    /// A literal; one that has no value is reported and [`ExprKind::Broken`].
    pub fn literal(&self, node: &Node<'_>) -> Expr {
        let span = self.span(node);
        let kind = self.literal_value(node, span).map_or(ExprKind::Broken, ExprKind::Literal);
        Expr { kind, span }
    }

    fn literal_value(&self, node: &Node<'_>, span: Span) -> Option<Literal> {
        let text = node.text();
        match node.rule() {
            Rule::number => self.number(text, span).map(|number| Literal::Number(number, None)),
            Rule::percent => {
                let number = self.number(text.trim_end_matches('%'), span)?;
                Some(Literal::Percent(number.mul(&Number::ratio(1, 100)?).ok()?))
            }
            Rule::quantity => {
                let number = self.number(node.part(Rule::number)?.text(), span)?;
                let unit = self.unit(&node.part(Rule::line_unit)?)?;
                let months = match unit.top.text.as_str() {
                    "month" | "months" => Some(1),
                    "year" | "years" => Some(12),
                    _ => None,
                };
                match months.filter(|_| unit.per.is_empty()) {
                    Some(factor) => self.months(&number, factor, span),
                    None => Some(Literal::Number(number, Some(Box::new(unit)))),
                }
            }
            Rule::dollars => {
                let number = self.number(node.part(Rule::number)?.text(), span)?;
                let sign = node.part(Rule::dollar_sign)?;
                let top = Name { text: "USD".into(), span: self.span(&sign) };
                Some(Literal::Number(number, Some(Box::new(UnitExpr { top, per: self.units_below(node), span }))))
            }
            Rule::date => self.date(node).map(Literal::Date),
            Rule::time => self.time(node).map(Literal::Time),
            Rule::instant => {
                let instant = Instant::parse(text);
                if instant.is_none() {
                    self.no_such(
                        span,
                        "instant",
                        "an instant is written `2026-03-03T19:59:40Z` or `2026-03-03T19:59:40+01:00`",
                    );
                }
                instant.map(Literal::Instant)
            }
            _ => None,
        }
    }

    fn number(&self, text: &str, span: Span) -> Option<Number> {
        match Number::parse_literal(text) {
            Ok(number) => Some(number),
            Err(error) => {
                self.report(
                    Diagnostic::error(codes::BAD_NUMBER, "this number cannot be read", span, error.to_string())
                        .help("write it as in `10_240` or `0.085`"),
                );
                None
            }
        }
    }

    fn months(&self, number: &Number, factor: i64, span: Span) -> Option<Literal> {
        let months =
            number.to_i64().and_then(|count| count.checked_mul(factor)).and_then(|months| i32::try_from(months).ok());
        if months.is_none() {
            self.report(
                Diagnostic::error(
                    codes::BAD_NUMBER,
                    "calendar months come in whole numbers",
                    span,
                    "not a whole number of months",
                )
                .help("write `6 months` for half a year; a share of a month is counted in days"),
            );
        }
        months.map(Literal::Months)
    }

    fn no_such(&self, span: Span, what: &str, help: &str) {
        self.report(
            Diagnostic::error(
                codes::BAD_DATE,
                format!("there is no such {what}"),
                span,
                format!("not a possible {what}"),
            )
            .help(help),
        );
    }

    /// A date; one that the calendar does not have is reported.
    pub fn date(&self, node: &Node<'_>) -> Option<Date> {
        let date = Date::parse(node.text());
        if date.is_none() {
            self.no_such(self.span(node), "date", "a date is written year, month, day: `2026-01-05`");
        }
        date
    }

    /// A time of day.
    pub fn time(&self, node: &Node<'_>) -> Option<TimeOfDay> {
        let time = TimeOfDay::parse(node.text());
        if time.is_none() {
            self.no_such(self.span(node), "time of day", "a time is written `08:00` or `08:00:30`, up to `23:59:59`");
        }
        time
    }

    /// A time of day that ends a window: also `24:00`.
    pub fn end_time(&self, node: &Node<'_>) -> Option<TimeOfDay> {
        TimeOfDay::parse_end(node.text()).or_else(|| self.time(node))
    }

    /// A text literal, with its escapes resolved.
    pub fn text(&self, node: &Node<'_>) -> Text {
        let (text, bad) = unescape(inside(node.text()));
        for (offset, length) in bad {
            let start = node.start().saturating_add(1).saturating_add(offset);
            let problem = Diagnostic::error(
                codes::UNKNOWN_ESCAPE,
                "this escape means nothing",
                self.place(start, start.saturating_add(length)),
                "not one of `\\\"`, `\\\\`, `\\n`",
            );
            self.report(problem.help("a backslash itself is written `\\\\`"));
        }
        Text { text, span: self.span(node) }
    }

    /// `: type`, where it is written.
    pub fn stated_type(&self, node: &Node<'_>) -> Option<Option<TypeExpr>> {
        match node.part(Rule::colon_type) {
            Some(stated) => self.type_expr(&stated.part(Rule::r#type)?).map(Some),
            None => Some(None),
        }
    }

    /// A type.
    pub fn type_expr(&self, node: &Node<'_>) -> Option<TypeExpr> {
        let form = node.first()?;
        let span = self.span(&form);
        let plain = match form.rule() {
            Rule::yes_no => TypeExpr { kind: TypeKind::YesNo, span },
            Rule::list_type => {
                TypeExpr { kind: TypeKind::List(Box::new(self.type_expr(&form.part(Rule::r#type)?)?)), span }
            }
            Rule::currency_type => TypeExpr { kind: TypeKind::CurrencyAmong(self.names(&form)), span },
            _ => self.named_type(&form)?,
        };
        if !node.has(Rule::question) {
            return Some(plain);
        }
        Some(TypeExpr { kind: TypeKind::Optional(Box::new(plain)), span: self.span(node) })
    }

    /// `number`, `mass in lb`, `USD per cwt`.
    pub fn named_type(&self, node: &Node<'_>) -> Option<TypeExpr> {
        let span = self.span(node);
        let top = self.named(node, Rule::unit_name)?;
        let per = self.units_below(node);
        let kind = if let Some(unit) = node.part(Rule::unit) {
            TypeKind::In(top, self.unit(&unit)?)
        } else if per.is_empty() {
            TypeKind::Name(top.text)
        } else {
            TypeKind::Unit(UnitExpr { top, per, span })
        };
        Some(TypeExpr { kind, span })
    }

    /// `USD per cwt`
    fn unit(&self, node: &Node<'_>) -> Option<UnitExpr> {
        Some(UnitExpr { top: self.named(node, Rule::unit_name)?, per: self.units_below(node), span: self.span(node) })
    }

    fn units_below(&self, node: &Node<'_>) -> Vec<Name> {
        node.parts()
            .filter(|part| matches!(part.rule(), Rule::per_unit | Rule::line_per))
            .filter_map(|part| self.named(&part, Rule::unit_name))
            .collect()
    }

    /// A range, whichever way it is written.
    pub fn range(&self, node: &Node<'_>) -> Option<Range> {
        self.range_form(&node.first()?)
    }

    /// One of `range_from`, `range_over`, `range_up_to`, `range_under`, `range_between`.
    pub fn range_form(&self, form: &Node<'_>) -> Option<Range> {
        let first = Box::new(self.sum_at(form, 0)?);
        let second = match form.nth(Rule::sum, 1) {
            Some(high) => Some(Box::new(self.chain(&high)?)),
            None => None,
        };
        let high_included = !form.has(Rule::kw_until);
        let (low, high) = match form.rule() {
            Rule::range_from | Rule::range_between => (Some((first, true)), second.map(|high| (high, high_included))),
            Rule::range_over => (Some((first, false)), second.map(|high| (high, high_included))),
            Rule::range_up_to => (None, Some((first, true))),
            Rule::range_under => (None, Some((first, false))),
            _ => return None,
        };
        Some(Range { low, high, span: self.span(form) })
    }
}

/// A quoted text without its quotes.
pub(super) fn inside(quoted: &str) -> &str {
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(quoted)
}

/// Resolves `\"`, `\\` and `\n`; the places and lengths of what else stands after a backslash.
pub(super) fn unescape(raw: &str) -> (String, Vec<(usize, usize)>) {
    let mut text = String::with_capacity(raw.len());
    let mut bad = Vec::new();
    let mut characters = raw.char_indices();
    while let Some((offset, character)) = characters.next() {
        if character != '\\' {
            text.push(character);
            continue;
        }
        match characters.next() {
            Some((_, 'n')) => text.push('\n'),
            Some((_, escaped @ ('"' | '\\'))) => text.push(escaped),
            Some((_, other)) => {
                bad.push((offset, other.len_utf8().saturating_add(1)));
                text.push('\\');
                text.push(other);
            }
            None => text.push('\\'),
        }
    }
    (text, bad)
}
