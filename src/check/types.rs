//! Types as written become types; types as authors read them.

use super::{Checker, borrowed};
use crate::diagnostic::{Diagnostic, codes, did_you_mean};
use crate::source::Span;
use crate::syntax::ast::{self, TypeExpr, TypeKind};
use crate::types::{Base, Dimension, Type, UnitExpr};
use std::sync::Arc;

/// The words that name a type and take no unit.
const PLAIN: &[(&str, Type)] = &[
    ("number", Type::Number),
    ("integer", Type::Integer),
    ("percent", Type::Percent),
    ("date", Type::Date),
    ("time", Type::Time),
    ("instant", Type::Instant),
    ("months", Type::Months),
    ("zone", Type::Zone),
    ("text", Type::Text),
];

/// The words before `in` with the dimension that its unit must have; `money` is any currency.
const DIMENSIONS: &[(&str, Option<(Base, i8)>)] = &[
    ("mass", Some((Base::Mass, 1))),
    ("length", Some((Base::Length, 1))),
    ("area", Some((Base::Length, 2))),
    ("volume", Some((Base::Length, 3))),
    ("duration", Some((Base::Time, 1))),
    ("energy", Some((Base::Energy, 1))),
    ("data", Some((Base::Data, 1))),
    ("money", None),
];

impl Checker<'_> {
    /// The type that is written, or [`Type::Unknown`] after saying what is wrong.
    pub(crate) fn resolve_type(&mut self, ty: &TypeExpr) -> Type {
        match &ty.kind {
            TypeKind::YesNo => Type::YesNo,
            TypeKind::Name(name) => self.resolve_type_name(name, ty.span),
            TypeKind::In(word, unit) => self.resolve_dimension(word, unit),
            TypeKind::Unit(unit) => self.resolve_unit(unit).map_or(Type::Unknown, super::convert::in_unit),
            TypeKind::List(element) => Type::List(Arc::new(self.resolve_type(element))),
            TypeKind::Optional(inner) => self.resolve_type(inner).optional(),
            TypeKind::CurrencyAmong(_) => Type::Currency,
        }
    }

    fn resolve_type_name(&mut self, name: &str, span: Span) -> Type {
        if let Some((_, ty)) = PLAIN.iter().find(|(word, _)| *word == name) {
            return ty.clone();
        }
        if name == "money" {
            return self.house_money(span);
        }
        if let Some(id) = self.enum_names.get(name) {
            return Type::Enum(*id);
        }
        if let Some((_, record)) = self.records.iter().find(|(known, _)| known == name) {
            return Type::Record(record.clone());
        }
        if let Some(id) = self.units.find(name) {
            return Type::In(UnitExpr::one(id));
        }
        if DIMENSIONS.iter().any(|(word, _)| *word == name) {
            self.report(
                Diagnostic::error(codes::UNIT_MISSING, format!("{name} needs its unit"), span, "in which unit?")
                    .help(format!("write the unit after it, such as `{name} in {}`", example_unit(name))),
            );
            return Type::Unknown;
        }
        let words: Vec<String> = PLAIN
            .iter()
            .map(|(word, _)| word.to_string())
            .chain(DIMENSIONS.iter().map(|(word, _)| word.to_string()))
            .chain(["yes/no".to_string()])
            .chain(self.enum_names.keys().cloned())
            .chain(self.records.iter().map(|(name, _)| name.clone()))
            .chain(self.units.names().map(str::to_string))
            .collect();
        let mut diagnostic = Diagnostic::error(
            codes::UNKNOWN_TYPE,
            format!("there is no type or unit called `{name}`"),
            span,
            "not known here",
        );
        if let Some(own) = super::borrowed::type_name(name) {
            diagnostic = diagnostic.help(format!("write `{own}`")).edit(span, own);
        } else if let Some(near) = did_you_mean(name, words.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?")).edit(span, near);
        } else {
            diagnostic =
                diagnostic.help(format!("declare it: `enum {name} {{ … }}`, `record {name} {{ … }}` or `unit {name}`"));
        }
        self.report(diagnostic);
        Type::Unknown
    }

    /// `money` without a currency: that of the rule set.
    fn house_money(&mut self, span: Span) -> Type {
        match self.currency {
            Some(currency) => Type::In(self.units.money(currency)),
            // What is wrong with the header has been said.
            None if self.currency_is_lost => Type::Unknown,
            None => {
                self.report(
                    Diagnostic::error(codes::UNIT_MISSING, "money needs its currency", span, "of which currency?")
                        .help("write `money in USD`, or give the rule set a currency: `currency USD` in its braces"),
                );
                Type::Unknown
            }
        }
    }

    fn resolve_dimension(&mut self, word: &ast::Name, unit: &ast::UnitExpr) -> Type {
        let Some(expr) = self.resolve_unit(unit) else { return Type::Unknown };
        let dimension = self.units.dimension(&expr);
        let fits = match DIMENSIONS.iter().find(|(known, _)| *known == word.text) {
            Some((_, Some((base, power)))) => dimension == Dimension(vec![(*base, *power)]),
            Some((_, None)) => self.units.currency(&expr).is_some(),
            None => {
                let problem = Diagnostic::error(
                    codes::UNKNOWN_TYPE,
                    format!("`{}` has no unit", word.text),
                    word.span,
                    "not a dimension",
                );
                self.report(match did_you_mean(&word.text, DIMENSIONS.iter().map(|(known, _)| *known)) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")).edit(word.span, near),
                    None => problem.help("the dimensions are mass, length, area, volume, duration, energy, data and money; for another unit write the unit alone"),
                });
                return Type::Unknown;
            }
        };
        if !fits {
            self.report(
                Diagnostic::error(
                    codes::WRONG_DIMENSION,
                    format!("`{}` is a unit of {}, not of {}", self.units.show(&expr), dimension.show(), word.text),
                    unit.span,
                    format!("not a unit of {}", word.text),
                )
                .help(format!("such as `{} in {}`", word.text, example_unit(&word.text))),
            );
            return Type::Unknown;
        }
        Type::In(expr)
    }

    /// The unit that is written, or `None` after saying what is wrong.
    pub(crate) fn resolve_unit(&mut self, unit: &ast::UnitExpr) -> Option<UnitExpr> {
        let mut expr = UnitExpr::one(self.find_unit(&unit.top)?);
        for name in &unit.per {
            let below = UnitExpr::one(self.find_unit(name)?);
            match self.units.product(&expr, &below, true) {
                Ok((quotient, factor)) if factor == crate::value::Number::ONE => expr = quotient,
                _ => {
                    self.report(
                        Diagnostic::error(
                            codes::WRONG_DIMENSION,
                            "the units of one dimension cancel",
                            unit.span,
                            "a quotient of two units of one dimension",
                        )
                        .help("write a number or a percent instead"),
                    );
                    return None;
                }
            }
        }
        Some(expr)
    }

    fn find_unit(&mut self, name: &ast::Name) -> Option<crate::types::UnitId> {
        if let Some(id) = self.units.find(&name.text) {
            return Some(id);
        }
        let mut diagnostic = Diagnostic::error(
            codes::UNKNOWN_UNIT,
            format!("there is no unit called `{}`", name.text),
            name.span,
            "not a unit or a currency",
        );
        let near = match borrowed::currency(&name.text) {
            Some(code) => Some(code.to_string()),
            None => did_you_mean(&name.text, self.units.names()).map(str::to_string),
        };
        diagnostic = match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).edit(name.span, near),
            None => diagnostic.help(format!("declare it: `unit {}`", name.text)),
        };
        self.report(diagnostic);
        None
    }

    /// The type in the author's words, with its article: `a number`, `USD per cwt`, `a list of Line`.
    pub(crate) fn show_type(&self, ty: &Type) -> String {
        match ty {
            Type::Number => "a number".to_string(),
            Type::Integer => "a whole number".to_string(),
            Type::Percent => "a percent".to_string(),
            Type::In(unit) => self.show_unit_type(unit),
            Type::YesNo => "yes or no".to_string(),
            Type::Text => "text".to_string(),
            Type::Enum(id) => self.enums.get(id.0 as usize).map_or_else(String::new, |e| e.name.clone()),
            Type::Date => "a date".to_string(),
            Type::Time => "a time of day".to_string(),
            Type::Instant => "an instant".to_string(),
            Type::Months => "a count of months".to_string(),
            Type::Zone => "a time zone".to_string(),
            Type::Currency => "a currency".to_string(),
            Type::Record(record) if record.name.is_empty() => {
                let fields: Vec<_> = record.fields.iter().map(|field| field.name.as_str()).collect();
                format!("a record {{ {} }}", fields.join(", "))
            }
            Type::Record(record) => record.name.clone(),
            Type::Row(id) => format!("a row of {}", self.table_name(*id)),
            Type::List(element) => format!("a list of {}", self.show_type(element).trim_start_matches("a ")),
            Type::Optional(inner) => format!("{}, or absent", self.show_type(inner)),
            Type::Unknown => "unknown".to_string(),
        }
    }

    fn show_unit_type(&self, unit: &UnitExpr) -> String {
        let dimension = self.units.dimension(unit);
        let unit = self.units.show(unit);
        match dimension.0.as_slice() {
            [(Base::Money(_) | Base::Chosen(_), 1)] => format!("money in {unit}"),
            [(Base::Declared(_), 1)] => format!("a count of {unit}"),
            [_] => format!("{} in {unit}", dimension.show()),
            _ => unit,
        }
    }
}

fn example_unit(word: &str) -> &'static str {
    match word {
        "mass" => "lb",
        "length" => "in",
        "area" => "m2",
        "volume" => "m3",
        "duration" => "s",
        "energy" => "kWh",
        "data" => "GiB",
        _ => "USD",
    }
}
