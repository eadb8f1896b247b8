//! Fields that come in from outside: their types, defaults and domains, and values that must be written out.

use super::convert::constant;
use super::scope::Scope;
use super::{Checker, MOST_NAMES};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Domain, InputField, Pattern, Period};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::Type;
use crate::value::{Currency, Value};

impl Checker<'_> {
    pub(super) fn check_fields(&mut self, fields: &[ast::Field]) -> Vec<InputField> {
        if let Some(first) = fields.get(MOST_NAMES) {
            self.check_count(fields.len(), first.name.span, "fields in one place");
        }
        let mut checked: Vec<InputField> = Vec::new();
        for field in fields.iter().take(MOST_NAMES) {
            if checked.iter().any(|known| known.name == field.name.text) {
                self.report(
                    Diagnostic::error(
                        codes::DEFINED_TWICE,
                        format!("the field `{}` is declared twice", field.name.text),
                        field.name.span,
                        "declared again here",
                    )
                    .help("take it out, or give it another name"),
                );
                continue;
            }
            let ty = self.resolve_type(&field.ty);
            let domain = self.check_domain(field, &ty);
            let default = field.default.as_ref().and_then(|default| self.check_default(default, field, &ty, &domain));
            checked.push(InputField {
                name: field.name.text.clone(),
                wire: field.wire.as_ref().map_or_else(|| field.name.text.clone(), |w| w.text.clone()),
                ty,
                domain,
                default,
                label: field.label.as_ref().map(|l| l.text.clone()),
                span: field.name.span,
            });
        }
        checked
    }

    fn check_default(
        &mut self,
        default: &ast::Expr,
        field: &ast::Field,
        ty: &Type,
        domain: &Domain,
    ) -> Option<crate::program::Expr> {
        let name = &field.name.text;
        let expr = match (ty, &default.kind) {
            (Type::Zone, _) => self.zone(default, &mut Scope::default()),
            (Type::Currency, ast::ExprKind::Name(code)) => self.currency_among(code, default.span, domain)?,
            _ => self.expression(default, Some(ty), &mut Scope::default()),
        };
        let expr = self.coerce(expr, ty, &format!("the default of `{name}`"));
        if expr.ty == Type::Unknown {
            return None;
        }
        match constant(&expr) {
            Some(value) => Some(expr.with_kind(crate::program::ExprKind::Constant(value))),
            None => {
                self.report(
                    Diagnostic::error(
                        codes::NOT_CONSTANT,
                        format!("the default of `{name}` must be written out"),
                        default.span,
                        "this is computed",
                    )
                    .help(
                        "write a value, or make the field optional with `?` and say `… otherwise …` where it is used",
                    ),
                );
                None
            }
        }
    }

    /// The default of `currency among (…)`: one of them.
    fn currency_among(&mut self, code: &str, span: Span, domain: &Domain) -> Option<crate::program::Expr> {
        let among = Currency::parse(code).filter(|currency| domain.currencies.contains(currency));
        let Some(currency) = among else {
            let known: Vec<String> = domain.currencies.iter().map(|currency| format!("`{currency}`")).collect();
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    format!("`{code}` is none of the currencies that may be chosen"),
                    span,
                    "not among them",
                )
                .help(format!("write {}, or add it to the list", known.join(" or "))),
            );
            return None;
        };
        let constant = crate::program::ExprKind::Constant(crate::value::Value::Currency(currency));
        Some(crate::program::Expr::new(constant, Type::Currency, span))
    }

    fn check_domain(&mut self, field: &ast::Field, ty: &Type) -> Domain {
        let mut domain = Domain::default();
        if let Some(range) = &field.range {
            let inner = ty.present().clone();
            if inner.is_ordered() || inner == Type::Unknown {
                (domain.low, domain.high) = self.constant_range(range, &inner);
            } else {
                let shown = self.show_type(&inner);
                self.report(
                    Diagnostic::error(
                        codes::TYPE_MISMATCH,
                        format!("{shown} has no range"),
                        range.span,
                        "a range of what has no order",
                    )
                    .help("take the range out; for text write `matching \"…\"`"),
                );
            }
        }
        if let Some(matching) = &field.matching {
            domain.matching = self.check_pattern(matching, ty);
        }
        if let ast::TypeKind::CurrencyAmong(names) = &field.ty.kind {
            for name in names {
                match Currency::parse(&name.text) {
                    Some(currency) => domain.currencies.push(currency),
                    None => self.report(
                        Diagnostic::error(
                            codes::UNKNOWN_UNIT,
                            format!("there is no currency `{}`", name.text),
                            name.span,
                            "not an ISO 4217 code",
                        )
                        .help("write the three letters, such as `USD`"),
                    ),
                }
            }
        }
        domain
    }

    fn check_pattern(&mut self, matching: &ast::Text, ty: &Type) -> Option<Pattern> {
        if *ty.present() != Type::Text && *ty != Type::Unknown {
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    "only text matches a pattern",
                    matching.span,
                    "a pattern for what is not text",
                )
                .help("take `matching` out, or make the field text"),
            );
            return None;
        }
        match regex_lite::Regex::new(&format!("^(?:{})$", matching.text)) {
            Ok(regex) => Some(Pattern { text: matching.text.clone(), regex }),
            Err(problem) => {
                self.report(
                    Diagnostic::error(
                        codes::BAD_PATTERN,
                        "this pattern cannot be read",
                        matching.span,
                        problem.to_string(),
                    )
                    .help("such as `[0-9]{5}` for five digits, `[A-Z]{2}.*` for two letters and more"),
                );
                None
            }
        }
    }

    /// The ends of a range whose ends are written out, in the type's unit.
    #[allow(clippy::type_complexity, reason = "the two ends of a range, each with its inclusion")]
    pub(super) fn constant_range(
        &mut self,
        range: &ast::Range,
        ty: &Type,
    ) -> (Option<(Value, bool)>, Option<(Value, bool)>) {
        let low = range
            .low
            .as_ref()
            .and_then(|(end, included)| Some((self.constant_of(end, ty, "the range's lower end")?, *included)));
        let high = range
            .high
            .as_ref()
            .and_then(|(end, included)| Some((self.constant_of(end, ty, "the range's upper end")?, *included)));
        if let (Some((low, low_in)), Some((high, high_in))) = (&low, &high)
            && (low > high || (low == high && !(*low_in && *high_in)))
        {
            self.report(
                Diagnostic::error(
                    codes::EMPTY_RANGE,
                    "nothing lies in this range",
                    range.span,
                    "its end comes before its beginning",
                )
                .help("swap the two ends, or include both: `A through B`"),
            );
        }
        (low, high)
    }

    /// The value of an expression that must be written out, in the type's unit.
    pub(super) fn constant_of(&mut self, expr: &ast::Expr, ty: &Type, what: &str) -> Option<Value> {
        let checked = self.expression(expr, Some(ty), &mut Scope::default());
        let checked = self.coerce(checked, ty, what);
        if checked.ty == Type::Unknown {
            return None;
        }
        let value = constant(&checked);
        if value.is_none() {
            self.report(
                Diagnostic::error(
                    codes::NOT_CONSTANT,
                    format!("{what} must be written out"),
                    expr.span,
                    "this is computed",
                )
                .help("write a value here; what is computed belongs in a `let`"),
            );
        }
        value
    }

    /// The half-open period of a range of dates.
    pub(super) fn period_of(&mut self, range: &ast::Range) -> Period {
        let (low, high) = self.constant_range(range, &Type::Date);
        let day_after = |value: Value, after: bool| {
            let date = value.as_date()?;
            if after { date.add_days(1) } else { Some(date) }
        };
        Period {
            from: low.and_then(|(value, included)| day_after(value, !included)),
            until: high.and_then(|(value, included)| day_after(value, included)),
        }
    }
}
