//! Expressions: each form to its typed, resolved node. This file only tells the forms apart; the rooms beside it check them.

use super::convert::in_unit;
use super::scope::Scope;
use super::{Checker, DEEPEST, Symbol};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{ChargeId, Expr, ExprKind, Template, TemplatePiece};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Ast, Literal};
use crate::types::Type;
use crate::value::{Number, Value};
use std::sync::Arc;

impl Checker<'_> {
    /// Checks an expression. `expected` helps to read names of members and empty lists; the result may have another type.
    pub(super) fn expression(&mut self, expr: &ast::Expr, expected: Option<&Type>, scope: &mut Scope) -> Expr {
        if self.nested >= DEEPEST {
            self.report_depth(expr.span);
            return self.broken(expr.span);
        }
        self.nested = self.nested.saturating_add(1);
        let checked = self.expression_form(expr, expected, scope);
        self.nested = self.nested.saturating_sub(1);
        checked
    }

    fn expression_form(&mut self, expr: &ast::Expr, expected: Option<&Type>, scope: &mut Scope) -> Expr {
        let span = expr.span;
        match &expr.kind {
            Ast::Broken => self.broken(span),
            Ast::Literal(literal) => self.literal(literal, span),
            Ast::Name(name) => self.name(name, span, expected, scope),
            Ast::Negate(inner) => self.negate(inner, span, expected, scope),
            Ast::Not(inner) => {
                let inner = self.condition(inner, scope);
                yes_no(ExprKind::Not(inner), span)
            }
            Ast::Binary(op, left, right) => self.binary(*op, left, right, span, expected, scope),
            Ast::Field(inner, field) => self.field(expr, inner, field, scope),
            Ast::Lookup { table, keys, on, if_any, rows } => {
                self.look_up(table, keys, on.as_deref(), *if_any, *rows, span, scope)
            }
            Ast::On(name, date) => self.parameter_on(name, date, span, scope),
            Ast::Call(name, args) => self.call(name, args, span, scope),
            Ast::Record(fields) => self.record(fields, span, expected, scope),
            Ast::List(elements) => self.list(elements, span, expected, scope),
            Ast::If(condition, yes, no) => self.if_then_else(condition, yes, no, span, expected, scope),
            Ast::Given(inner, positive) => self.given(inner, *positive, span, scope),
            Ast::Applied(code, positive) => self.applied(code, *positive, span),
            Ast::OneOf(inner, choices, positive) => self.one_of(inner, choices, *positive, span, scope),
            Ast::InRange(inner, range, positive) => self.in_range(inner, range, *positive, span, scope),
            Ast::Within(inner, name, positive) => self.within(inner, name, *positive, span, scope),
            Ast::Stages(inner, stages) => self.stages(inner, stages, span, expected, scope),
            Ast::PerStep { amount, step, of, started } => self.per_step(amount, step, of, *started, span, scope),
            Ast::Aggregate(kind, over, if_any) => self.aggregate(*kind, over, *if_any, span, expected, scope),
            Ast::SumApplied(codes) => self.sum_applied(codes, span),
            Ast::SumTagged(tag) => self.sum_tagged(tag, span),
            Ast::Count(list) => self.count(list, span, scope),
            Ast::CountEach(each) => self.count_each(each, span, scope),
            Ast::Quantified(some, each, body) => self.quantified(*some, each, body, span, scope),
            Ast::FirstLast(first, list, if_any) => self.first_last(*first, list, *if_any, span, scope),
            Ast::The { each, greatest, by, tie_last, if_any } => {
                self.the_element(each, *greatest, by, *tie_last, *if_any, span, scope)
            }
            Ast::Group(each, key) => self.group(each, key, span, scope),
            Ast::Walk(walk) => self.walk(walk, span, scope),
            Ast::Draw(pool, names) => self.draw(pool, names, span, scope),
            Ast::Allocate { amount, by, each, round, remainder } => {
                self.allocate(amount, by, each.as_deref(), round, *remainder, span, scope)
            }
            Ast::Days { from, to, inclusive, thirty_360 } => self.days(from, to, *inclusive, *thirty_360, span, scope),
            Ast::DateOf(instant, zone) => self.civil_of(instant, zone, true, span, scope),
            Ast::TimeOf(instant, zone) => self.civil_of(instant, zone, false, span, scope),
            Ast::InstantOf(date, time, zone) => self.instant_of(date, time, zone, span, scope),
            Ast::Split(from, until, windows) => self.split(from, until, windows, span, scope),
            Ast::Increments(of, first, then) => self.increments(of, first, then, span, scope),
            Ast::As(inner, ty) => self.convert_as(inner, ty, span, scope),
        }
    }

    /// Checks an expression that must have this type.
    pub(super) fn expect(&mut self, expr: &ast::Expr, ty: &Type, what: &str, scope: &mut Scope) -> Expr {
        let checked = self.expression(expr, Some(ty), scope);
        self.coerce(checked, ty, what)
    }

    /// Checks a yes/no expression.
    pub(super) fn condition(&mut self, expr: &ast::Expr, scope: &mut Scope) -> Expr {
        self.expect(expr, &Type::YesNo, "a condition", scope)
    }

    fn literal(&mut self, literal: &Literal, span: Span) -> Expr {
        let (value, ty) = match literal {
            Literal::Number(number, None) => {
                let ty = if number.is_integer() { Type::Integer } else { Type::Number };
                (Value::Number(number.clone()), ty)
            }
            Literal::Number(number, Some(unit)) => match self.resolve_unit(unit) {
                Some(unit) => (Value::Number(number.clone()), in_unit(unit)),
                None => return self.broken(span),
            },
            Literal::Percent(fraction) => (Value::Number(fraction.clone()), Type::Percent),
            Literal::Months(months) => (Value::Months(*months), Type::Months),
            Literal::Date(date) => (Value::Date(*date), Type::Date),
            Literal::Time(time) => (Value::Time(*time), Type::Time),
            Literal::Instant(instant) => (Value::Instant(*instant), Type::Instant),
            Literal::Text(text) => (Value::Text(self.shared(text)), Type::Text),
            Literal::YesNo(yes) => (Value::YesNo(*yes), Type::YesNo),
        };
        self.leaves.constant(value, ty, span)
    }

    /// The text, kept once for all places that have it.
    fn shared(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let text: Arc<str> = text.into();
        self.texts.insert(text.clone());
        text
    }

    /// What `base.NAME` stands for in a file: the definition nearest below it. A base is read after the file that extends it.
    pub(super) fn base_name(&self, name: &str, file: crate::source::FileId) -> String {
        let mut nearest: Option<(crate::source::FileId, String)> = None;
        let mut known = name.to_string();
        while let Some((_, place)) = self.symbols.get(&known) {
            let nearer = nearest.as_ref().is_none_or(|(best, _)| place.file < *best);
            if place.file > file && nearer {
                nearest = Some((place.file, known.clone()));
            }
            known = format!("base.{known}");
        }
        nearest.map_or_else(|| name.to_string(), |(_, known)| known)
    }

    fn if_then_else(
        &mut self,
        condition: &ast::Expr,
        yes: &ast::Expr,
        no: &ast::Expr,
        span: Span,
        expected: Option<&Type>,
        scope: &mut Scope,
    ) -> Expr {
        let checked = self.condition(condition, scope);
        let mark = scope.mark();
        scope.learn(self.facts(condition, true));
        let yes = self.expression(yes, expected, scope);
        scope.reset(mark);
        scope.learn(self.facts(condition, false));
        let hint = expected.cloned().or_else(|| Some(yes.ty.clone()));
        let no = self.expression(no, hint.as_ref(), scope);
        scope.reset(mark);
        let Some(ty) = self.common(&yes.ty, &no.ty) else {
            self.two_types("the two branches are of two types", &yes, &no);
            return self.broken(span);
        };
        let yes = self.coerce(yes, &ty, "this branch");
        let no = self.coerce(no, &ty, "this branch");
        Expr::new(ExprKind::If(Box::new([checked, yes, no])), ty, span)
    }

    /// Reports that two sides do not go together, naming both.
    pub(super) fn two_types(&mut self, title: &str, left: &Expr, right: &Expr) {
        let (a, b) = (self.show_type(&left.ty), self.show_type(&right.ty));
        let mut diagnostic = Diagnostic::error(
            codes::TYPE_MISMATCH,
            format!("{title}: {a} and {b}"),
            right.span(),
            format!("this is {b}"),
        )
        .also(left.span(), format!("this is {a}"));
        for (written, other) in [(left, right), (right, left)] {
            if let Some((text, unit)) = self.unit_missing(written, other) {
                diagnostic = diagnostic
                    .help(format!("give the number its unit: `{text} {unit}`"))
                    .edit(written.span(), format!("{text} {unit}"));
            } else if let Some(meant) = self.other_unit(written, other) {
                diagnostic = diagnostic.help(format!("name the value that is meant, or write `{meant}`"));
            } else if let Some((help, edit)) = self.quoted_member(written, &other.ty) {
                diagnostic = diagnostic.help(help);
                diagnostic = match edit {
                    Some(member) => diagnostic.edit(written.span(), member),
                    None => diagnostic,
                };
            }
        }
        if diagnostic.help.is_none() {
            diagnostic = diagnostic.help("make both of one kind");
        }
        self.report(diagnostic);
    }

    /// What a quantity that is written would be in the other side's unit.
    fn other_unit(&self, written: &Expr, other: &Expr) -> Option<String> {
        let (Type::In(_), Type::In(unit)) = (&written.ty, &other.ty) else { return None };
        let text = self.sources.text(written.span());
        let number = text.split(' ').next().filter(|number| number.starts_with(|c: char| c.is_ascii_digit()))?;
        let currencies =
            [&written.ty, &other.ty].map(|ty| matches!(ty, Type::In(u) if self.units.currency(u).is_some()));
        (matches!(written.kind, ExprKind::Constant(_)) && currencies != [true, true])
            .then(|| format!("{number} {}", self.units.show(unit)))
    }

    /// A text that stands against an enumeration: the member without quotes, or the members there are.
    pub(super) fn quoted_member(&self, text: &Expr, member: &Type) -> Option<(String, Option<String>)> {
        let Type::Enum(id) = member.present() else { return None };
        let ExprKind::Constant(Value::Text(text)) = &text.kind else { return None };
        let members = &self.enums.get(id.0 as usize)?.members;
        let named = members.iter().find(|(name, label)| **name == **text || label.as_deref() == Some(&**text));
        Some(match named {
            Some((name, _)) => (format!("a member is written without quotes: `{name}`"), Some(name.to_string())),
            None => {
                let names: Vec<&str> = members.iter().take(12).map(|(name, _)| &**name).collect();
                (format!("its members are written without quotes: {}", names.join(", ")), None)
            }
        })
    }

    /// The text of a bare number that stands against a quantity, and the quantity's unit.
    fn unit_missing(&self, number: &Expr, quantity: &Expr) -> Option<(String, String)> {
        let Type::In(unit) = &quantity.ty else { return None };
        let bare = matches!(number.ty, Type::Number | Type::Integer) && matches!(number.kind, ExprKind::Constant(_));
        bare.then(|| (self.sources.text(number.span()).to_string(), self.units.show(unit)))
    }

    fn given(&mut self, inner: &ast::Expr, positive: bool, span: Span, scope: &mut Scope) -> Expr {
        let inner = self.expression(inner, None, scope);
        if !matches!(inner.ty, Type::Optional(_) | Type::Unknown) {
            let shown = self.show_type(&inner.ty);
            self.report(
                Diagnostic::error(
                    codes::ALWAYS_GIVEN,
                    "this is always given",
                    inner.span(),
                    format!("this is {shown}, never absent"),
                )
                .help("take the question out, or make the field optional: `… : type?`"),
            );
        }
        negated_unless(positive, yes_no(ExprKind::IsGiven(inner), span))
    }

    fn applied(&mut self, code: &ast::Name, positive: bool, span: Span) -> Expr {
        let Some(index) = self.find_charge(code) else { return self.broken(span) };
        if self.charge_unit(index, &code.text, span).is_none() {
            return self.broken(span);
        }
        negated_unless(positive, yes_no(ExprKind::IsApplied(ChargeId(index as u32)), span))
    }

    fn sum_applied(&mut self, codes_written: &[ast::Name], span: Span) -> Expr {
        let mut charges = Vec::new();
        for code in codes_written {
            if let Some(index) = self.find_charge(code) {
                charges.push((index, code.text.clone(), code.span));
            }
        }
        self.sum_of_charges(charges, codes_written.len(), span)
    }

    fn sum_tagged(&mut self, tag: &ast::Name, span: Span) -> Expr {
        let mut charges = Vec::new();
        for (index, entry) in self.charge_entries.clone().into_iter().enumerate() {
            let hidden = self.entries.get(entry).is_some_and(|e| e.hidden);
            let Some(item) = self.entry_item(entry) else { continue };
            if let ast::ItemKind::Charge(charge) = &item.kind
                && !hidden
                && charge.tags.iter().any(|t| t.text == tag.text)
            {
                charges.push((index, charge.code.text.clone(), span));
            }
        }
        if charges.is_empty() {
            self.report(
                Diagnostic::error(
                    codes::UNKNOWN_NAME,
                    format!("no charge is tagged `{}`", tag.text),
                    tag.span,
                    "not a tag of any charge",
                )
                .help(format!("write `tagged {}` with the charges that are meant", tag.text)),
            );
            return self.broken(span);
        }
        let count = charges.len();
        self.sum_of_charges(charges, count, span)
    }

    fn sum_of_charges(&mut self, charges: Vec<(usize, String, Span)>, written: usize, span: Span) -> Expr {
        let mut ids = Vec::new();
        let mut unit: Option<(crate::types::UnitExpr, Span)> = None;
        for (index, name, place) in &charges {
            let Some((found, _)) = self.charge_unit(*index, name, *place) else { return self.broken(span) };
            match &unit {
                Some((first, before)) if *first != found => {
                    let (a, b) = (self.units.show(first), self.units.show(&found));
                    let before = *before;
                    self.report(
                        Diagnostic::error(
                            codes::TYPE_MISMATCH,
                            format!("these charges are in {a} and in {b}"),
                            *place,
                            format!("in {b}"),
                        )
                        .also(before, format!("in {a}"))
                        .help("sum charges of one currency"),
                    );
                    return self.broken(span);
                }
                Some(_) => {}
                None => unit = Some((found, *place)),
            }
            ids.push(ChargeId(*index as u32));
        }
        match unit {
            Some((unit, _)) if ids.len() == written => {
                Expr::new(ExprKind::SumApplied(ids.into()), Type::In(unit), span)
            }
            _ => self.broken(span),
        }
    }

    fn convert_as(&mut self, inner: &ast::Expr, ty: &ast::TypeExpr, span: Span, scope: &mut Scope) -> Expr {
        let inner = self.expression(inner, None, scope);
        if inner.ty == Type::Unknown {
            return inner;
        }
        let (from, to) = match &ty.kind {
            ast::TypeKind::In(word, unit) if word.text == "number" => match self.resolve_unit(unit) {
                Some(unit) => {
                    let inner = self.coerce(inner, &Type::In(unit), "what the number is taken of");
                    if inner.ty == Type::Unknown {
                        return inner;
                    }
                    return inner.with_type(Type::Number).with_span(span);
                }
                None => return self.broken(span),
            },
            _ => (inner.ty.clone(), self.resolve_type(ty)),
        };
        match (&from, &to) {
            (_, Type::Unknown) => self.broken(span),
            (Type::Percent, Type::Number)
            | (Type::Number | Type::Integer, Type::Percent | Type::Number)
            | (Type::Number | Type::Integer, Type::In(_)) => converted(inner.with_type(to), span),
            (Type::In(_), Type::In(_)) => converted(self.coerce(inner, &to, "what is converted"), span),
            _ => {
                let (a, b) = (self.show_type(&from), self.show_type(&to));
                self.report(
                    Diagnostic::error(codes::CANNOT_CONVERT, format!("{a} cannot be read as {b}"), span, "no such conversion")
                        .help("the conversions are `percent as number`, `number as percent`, `quantity as number in UNIT` and `number as UNIT`"),
                );
                self.broken(span)
            }
        }
    }

    /// A message or reason with its parts to fill in.
    pub(super) fn template(&mut self, template: &ast::Template, scope: &mut Scope) -> Template {
        let mut pieces = Vec::new();
        for piece in &template.pieces {
            pieces.push(match piece {
                ast::TemplatePiece::Text(text) => TemplatePiece::Text(text.as_str().into()),
                ast::TemplatePiece::Fill(expr) => TemplatePiece::Fill(self.expression(expr, None, scope)),
            });
        }
        Template { pieces, span: template.span }
    }

    /// The days of a calendar or the hours of windows that a name stands for.
    pub(super) fn find_symbol(&mut self, name: &ast::Name) -> Option<Symbol> {
        let (symbol, _) = self.symbols.get(&name.text).copied()?;
        self.used.insert(symbol);
        Some(symbol)
    }
}

pub(super) fn yes_no(kind: ExprKind, span: Span) -> Expr {
    Expr::new(kind, Type::YesNo, span)
}

pub(super) fn negated_unless(positive: bool, expr: Expr) -> Expr {
    if positive {
        return expr;
    }
    let span = expr.span();
    yes_no(ExprKind::Not(expr), span)
}

pub(super) fn number(value: Number, ty: Type, span: Span) -> Expr {
    Expr::new(ExprKind::Constant(Value::Number(value)), ty, span)
}

/// What was converted, a value of its own: a rounding within it is none of the charge that it is the amount of.
fn converted(value: Expr, span: Span) -> Expr {
    if !value.rounds_itself() {
        return value.with_span(span);
    }
    let ty = value.ty.clone();
    Expr::new(ExprKind::Scale(value, Number::ONE), ty, span)
}
