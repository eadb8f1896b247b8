//! Records: their fields read, and records written out.

use super::scope::Scope;
use super::{Checker, MOST_NAMES};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Expr, ExprKind};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::{FieldType, RecordType, Type};
use std::sync::Arc;

impl Checker<'_> {
    pub(super) fn field(&mut self, whole: &ast::Expr, inner: &ast::Expr, field: &ast::Name, scope: &mut Scope) -> Expr {
        if let ast::ExprKind::Name(name) = &inner.kind
            && scope.local(name).is_none()
            && let Some(expr) = self.qualified(name, field, whole.span, scope)
        {
            return expr;
        }
        let record = self.expression(inner, None, scope);
        let expr = self.field_of(record, field, whole.span);
        self.narrowed(expr, || super::names::path_of(whole), scope)
    }

    /// `base.BASE` and `Service.ground`.
    fn qualified(&mut self, name: &str, field: &ast::Name, span: Span, scope: &Scope) -> Option<Expr> {
        if name == "base" && !self.symbols.contains_key("base") {
            if self.header.as_ref().is_some_and(|header| header.extends.is_none()) {
                self.report(
                    Diagnostic::error(
                        codes::UNKNOWN_NAME,
                        "there is no base here",
                        span,
                        "this rule set extends no other",
                    )
                    .help(format!("write `{}` alone", field.text))
                    .edit(span, field.text.clone()),
                );
                return Some(self.broken(span));
            }
            let known = self.base_name(&field.text, span.file);
            return Some(match self.symbols.get(&known).copied() {
                Some((symbol, _)) => self.symbol(symbol, &known, span, scope),
                None => self.name(&field.text, field.span, None, scope),
            });
        }
        if self.symbols.contains_key(name) {
            return None;
        }
        let id = *self.enum_names.get(name)?;
        if self.member_of(id, &field.text).is_none() {
            self.unknown_name(&field.text, field.span, Some(&Type::Enum(id)), &Scope::default());
            return Some(self.broken(span));
        }
        Some(self.name(&field.text, span, Some(&Type::Enum(id)), &Scope::default()))
    }

    /// A field of a record, or a column of a row.
    pub(super) fn field_of(&mut self, record: Expr, field: &ast::Name, span: Span) -> Expr {
        match record.ty.clone() {
            Type::Unknown => self.broken(span),
            Type::Record(ty) => match ty.field(&field.text) {
                Some((at, found)) => Expr::new(ExprKind::Field(record, at as u16), found.ty.clone(), span),
                None => {
                    let names: Vec<&str> = ty.fields.iter().map(|f| f.name.as_str()).collect();
                    let shown = self.show_type(&record.ty);
                    self.no_such_field(&shown, field, &names);
                    self.broken(span)
                }
            },
            Type::Row(id) => self.column_of(record, id, field, span),
            Type::Optional(_) => {
                let text = self.sources.text(record.span()).to_string();
                self.report(
                    Diagnostic::error(
                        codes::MAYBE_ABSENT,
                        format!("`{text}` may be absent"),
                        record.span(),
                        "it has no fields where it is absent",
                    )
                    .help(format!("ask first: `if {text} is given then {text}.{} else …`", field.text)),
                );
                self.broken(span)
            }
            other => {
                let shown = self.show_type(&other);
                self.report(
                    Diagnostic::error(
                        codes::UNKNOWN_FIELD,
                        format!("{shown} has no fields"),
                        field.span,
                        "not a field",
                    )
                    .also(record.span(), format!("this is {shown}"))
                    .help("take the part after the dot out"),
                );
                self.broken(span)
            }
        }
    }

    pub(super) fn no_such_field(&mut self, of: &str, field: &ast::Name, names: &[&str]) {
        let mut diagnostic = Diagnostic::error(
            codes::UNKNOWN_FIELD,
            format!("there is no `{}` in {of}", field.text),
            field.span,
            "not a field of it",
        );
        diagnostic = match crate::diagnostic::did_you_mean(&field.text, names.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).edit(field.span, near),
            None if names.is_empty() => diagnostic.help("it has none that can be read"),
            None => diagnostic.help(format!("it has {}", names.join(", "))),
        };
        self.report(diagnostic);
    }

    pub(super) fn record(
        &mut self,
        fields: &[(ast::Name, ast::Expr)],
        span: Span,
        expected: Option<&Type>,
        scope: &mut Scope,
    ) -> Expr {
        self.check_count(fields.len(), span, "fields in one place");
        let wanted = match expected.map(Type::present) {
            Some(Type::Record(record)) => Some(record.clone()),
            _ => None,
        };
        let mut types: Vec<FieldType> = Vec::new();
        let mut values = Vec::new();
        for (name, value) in fields.iter().take(MOST_NAMES) {
            if types.iter().any(|known| known.name == name.text) {
                self.report(
                    Diagnostic::error(
                        codes::DEFINED_TWICE,
                        format!("the field `{}` is written twice", name.text),
                        name.span,
                        "again",
                    )
                    .help("take one of them out"),
                );
                continue;
            }
            let hint = wanted.as_ref().and_then(|record| record.field(&name.text)).map(|(_, field)| field.ty.clone());
            if let (Some(record), None) = (&wanted, &hint) {
                let names: Vec<&str> = record.fields.iter().map(|f| f.name.as_str()).collect();
                let shown = record.name.clone();
                if !shown.is_empty() {
                    self.no_such_field(&shown, name, &names);
                    continue;
                }
            }
            let mut value = self.expression(value, hint.as_ref(), scope);
            if let Some(hint) = &hint {
                value = self.coerce(value, hint, &format!("`{}`", name.text));
            }
            types.push(FieldType { name: name.text.clone(), ty: value.ty.clone() });
            values.push(value);
        }
        let ty = Type::Record(Arc::new(RecordType { name: String::new(), fields: types }));
        if !self.check_fields_in_all(&ty, span) {
            return self.broken(span);
        }
        let expr = Expr::new(ExprKind::Record(values.into()), ty, span);
        match wanted {
            Some(record) if expr.ty != Type::Record(record.clone()) => self.complete_record(expr, &record, span),
            Some(record) => expr.with_type(Type::Record(record)),
            None => expr,
        }
    }

    /// Fills in defaults and absent fields, or says which are missing.
    fn complete_record(&mut self, expr: Expr, record: &Arc<RecordType>, span: Span) -> Expr {
        match self.try_coerce(expr, &Type::Record(record.clone())) {
            Ok(expr) => expr,
            Err(expr) => {
                let Type::Record(found) = &expr.ty else { return expr };
                if record.name.is_empty() || found.fields.iter().any(|f| f.ty == Type::Unknown) {
                    return expr;
                }
                let missing: Vec<String> = record
                    .fields
                    .iter()
                    .filter(|field| found.field(&field.name).is_none() && !matches!(field.ty, Type::Optional(_)))
                    .map(|field| format!("`{}`", field.name))
                    .collect();
                self.report(
                    Diagnostic::error(
                        codes::MISSING_FIELD,
                        format!("{} lacks {}", record.name, missing.join(", ")),
                        span,
                        "fields are missing here",
                    )
                    .help(format!("write `{} = …`", missing.first().map_or("", |m| m.trim_matches('`')))),
                );
                self.broken(span)
            }
        }
    }
}
