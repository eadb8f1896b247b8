//! What a name in an expression stands for.

use super::scope::{Fact, Scope};
use super::{Checker, Progress, Symbol, borrowed};
use crate::diagnostic::{Diagnostic, codes, did_you_mean};
use crate::program::{ChargeId, DefinitionId, Expr, ExprKind, ParameterId};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::{EnumId, Type};
use crate::value::Value;

impl Checker<'_> {
    /// A bare name: a local, a member of the enumeration that is expected here, a definition, or a member of any.
    pub(super) fn name(&mut self, name: &str, span: Span, expected: Option<&Type>, scope: &Scope) -> Expr {
        if let Some(local) = scope.local(name) {
            let expr = Expr::new(ExprKind::Local(local.slot), local.ty.clone(), span);
            return self.narrowed(expr, || Some(vec![name.to_string()]), scope);
        }
        if let Some(Type::Enum(id)) = expected.map(Type::present)
            && let Some(member) = self.member_of(*id, name)
        {
            return self.member_value(*id, member, span);
        }
        if scope.replaces.as_deref() == Some(name)
            && let Some((symbol, known_as)) = self.without_exceptions(name)
        {
            return self.symbol(symbol, &known_as, span, scope);
        }
        if let Some((symbol, _)) = self.symbols.get(name).copied() {
            return self.symbol(symbol, name, span, scope);
        }
        match self.members.get(name).map(Vec::as_slice) {
            Some([(id, member)]) => return self.member_value(*id, *member, span),
            Some(several) => {
                let enums: Vec<String> = several
                    .iter()
                    .filter_map(|(id, _)| self.enums.get(id.0 as usize))
                    .map(|e| format!("`{}.{name}`", e.name))
                    .collect();
                self.report(
                    Diagnostic::error(
                        codes::AMBIGUOUS,
                        format!("`{name}` is a member of several enumerations"),
                        span,
                        "which one?",
                    )
                    .help(format!("write {}", enums.join(" or "))),
                );
                return self.broken(span);
            }
            None => {}
        }
        self.unknown_name(name, span, expected, scope);
        self.broken(span)
    }

    /// `EUR/day`: the place from the `/` on, and the rate that is meant.
    fn quotient_of_units(&mut self, name: &str, span: Span) -> Option<(Span, String)> {
        self.units.find(name)?;
        let text = &self.sources.file(span.file)?.text;
        let before = text.get(..span.start as usize)?.trim_end().strip_suffix('/')?.trim_end();
        let unit = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next()?.to_string();
        let start = u32::try_from(before.len()).ok()?;
        self.units.find(&unit)?;
        Some((Span::new(span.file, start, span.end), format!("{unit} per {name}")))
    }

    pub(super) fn unknown_name(&mut self, name: &str, span: Span, expected: Option<&Type>, scope: &Scope) {
        let mut candidates: Vec<String> = scope
            .local_names()
            .map(str::to_string)
            .chain(self.symbols.keys().filter(|known| !known.contains(' ')).cloned())
            .collect();
        let mut title = format!("there is nothing called `{name}`");
        if let Some(Type::Enum(id)) = expected.map(Type::present) {
            if let Some(e) = self.enums.get(id.0 as usize) {
                title = format!("`{name}` is not a member of {}", e.name);
                candidates = e.members.iter().map(|(m, _)| m.to_string()).collect();
            }
        } else {
            candidates.extend(self.members.keys().cloned());
        }
        candidates.sort();
        let mut diagnostic = Diagnostic::error(codes::UNKNOWN_NAME, title, span, "not known here");
        if let Some((slash, rate)) = self.quotient_of_units(name, span) {
            diagnostic = diagnostic.help(format!("a rate is written `{rate}`")).edit(slash, format!(" per {name}"));
        } else if let Some(own) = borrowed::value(name) {
            diagnostic = diagnostic.help(format!("write `{own}`")).edit(span, own);
        } else if let Some(near) = did_you_mean(name, candidates.iter().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?")).edit(span, near);
        } else if matches!(expected.map(Type::present), Some(Type::Enum(_))) {
            diagnostic = diagnostic.help(format!("its members are {}", candidates.join(", ")));
        } else if matches!(expected.map(Type::present), Some(Type::Text)) {
            diagnostic =
                diagnostic.help(format!("text stands in quotes: `\"{name}\"`")).edit(span, format!("\"{name}\""));
        } else {
            diagnostic =
                diagnostic.help(format!("define it: `let {name} = …`, or take it from the caller in `input {{ … }}`"));
        }
        self.report(diagnostic);
    }

    pub(super) fn member_of(&self, id: EnumId, name: &str) -> Option<u32> {
        self.members.get(name)?.iter().find(|(other, _)| *other == id).map(|(_, member)| *member)
    }

    fn member_value(&mut self, id: EnumId, member: u32, span: Span) -> Expr {
        self.leaves.constant(Value::Member(member), Type::Enum(id), span)
    }

    pub(super) fn symbol(&mut self, symbol: Symbol, name: &str, span: Span, scope: &Scope) -> Expr {
        self.used.insert(symbol);
        match symbol {
            Symbol::Input(slot) => {
                let ty = || self.inputs.get(slot as usize).map_or(Type::Unknown, |field| field.ty.clone());
                let input = self.leaves.input(slot, ty, span);
                self.narrowed(input, || Some(vec![name.to_string()]), scope)
            }
            Symbol::Definition(index) => {
                self.enter(name, span);
                let ty = self.definition_type(index, name, span);
                self.leave();
                let expr = Expr::new(ExprKind::Definition(DefinitionId(index as u32)), ty, span);
                self.narrowed(expr, || Some(vec![name.to_string()]), scope)
            }
            Symbol::Parameter(index) => self.parameter(index, None, span),
            Symbol::Charge(index) => self.charge_reference(index, name, span, scope),
            Symbol::Table(_) => self.misused(name, span, "a table", &format!("look a row up: `{name}[…]`")),
            Symbol::Function(_) | Symbol::Host(_) | Symbol::Tiers(_) => {
                self.misused(name, span, "a function", &format!("give it its values: `{name}(…)`"))
            }
            Symbol::Calendar(_) => {
                self.misused(name, span, "a calendar", &format!("ask `… is within {name}` of a date"))
            }
            Symbol::Windows(_) => {
                self.misused(name, span, "windows", &format!("ask `… is within {name}` of an instant"))
            }
        }
    }

    fn misused(&mut self, name: &str, span: Span, what: &str, help: &str) -> Expr {
        self.report(
            Diagnostic::error(
                codes::NOT_A_VALUE,
                format!("`{name}` is {what}, not a value"),
                span,
                format!("this is {what}"),
            )
            .help(help),
        );
        self.broken(span)
    }

    /// Notes that a name is being worked out, for the message about a circle.
    pub(super) fn enter(&mut self, name: &str, span: Span) {
        self.stack.push((name.to_string(), span));
    }

    pub(super) fn leave(&mut self) {
        self.stack.pop();
    }

    fn definition_type(&mut self, index: usize, name: &str, span: Span) -> Type {
        if matches!(self.definitions.get(index), Some(Progress::Begun)) {
            self.stack.pop();
            self.report_circle(name, span);
            self.stack.push((name.to_string(), span));
            return Type::Unknown;
        }
        self.need_definition(index);
        match self.definitions.get(index) {
            Some(Progress::Done(definition)) => definition.value.ty.clone(),
            _ => Type::Unknown,
        }
    }

    /// A parameter on a date: the rule set's pricing date where none is written.
    pub(super) fn parameter(&mut self, index: usize, on: Option<Expr>, span: Span) -> Expr {
        self.need_parameter(index);
        let Some(Progress::Done(parameter)) = self.parameters.get(index) else { return self.broken(span) };
        let (ty, constant, name, place) =
            (parameter.ty.clone(), parameter.constant, parameter.name.clone(), parameter.span);
        let on = match (constant, on) {
            (true, Some(date)) => {
                self.report(
                    Diagnostic::error(
                        codes::NO_DATE,
                        format!("`{name}` has one value, on every date"),
                        date.span(),
                        "no date is needed",
                    )
                    .also(place, "not a dated parameter")
                    .help(format!("write `{name}` alone")),
                );
                None
            }
            (true, None) => None,
            (false, Some(date)) => Some(date),
            (false, None) => match self.pricing_date(span, &format!("`{name}` changes with the date")) {
                Some(date) => Some(date),
                None => return self.broken(span),
            },
        };
        Expr::new(ExprKind::Parameter(ParameterId(index as u32), on), ty, span)
    }

    /// The pricing date, or an error that says why one is needed.
    pub(super) fn pricing_date(&mut self, span: Span, why: &str) -> Option<Expr> {
        if self.priced_on.is_none() {
            self.report(
                Diagnostic::error(codes::NO_DATE, "on which date?", span, why)
                    .help("say `priced on FIELD` in the rule set's braces, or write the date here: `… on FIELD`"),
            );
        }
        self.priced_on.clone().map(|date| date.with_span(span))
    }

    fn charge_reference(&mut self, index: usize, name: &str, span: Span, scope: &Scope) -> Expr {
        let Some((unit, may_be_absent)) = self.charge_unit(index, name, span) else { return self.broken(span) };
        if may_be_absent && !scope.knows(&Fact::Applied(name.to_string())) {
            self.report(
                Diagnostic::error(
                    codes::MAYBE_NOT_APPLIED,
                    format!("the charge {name} may not apply"),
                    span,
                    "no amount where it does not apply",
                )
                .help(format!(
                    "write `sum of applied ({name})`, which is zero then, or `if {name} is applied then {name} else …`"
                ))
                .edit(span, format!("sum of applied ({name})")),
            );
            return self.broken(span);
        }
        Expr::new(ExprKind::Charge(ChargeId(index as u32)), Type::In(unit), span)
    }

    /// The unit of a charge, and whether it may be absent; `None` after saying what is wrong.
    pub(super) fn charge_unit(
        &mut self,
        index: usize,
        name: &str,
        span: Span,
    ) -> Option<(crate::types::UnitExpr, bool)> {
        self.used.insert(Symbol::Charge(index));
        if matches!(self.charges.get(index), Some(Progress::Begun)) {
            self.report_circle(name, span);
            return None;
        }
        self.enter(name, span);
        self.need_charge(index);
        self.leave();
        match self.charges.get(index) {
            Some(Progress::Done(charge)) if !charge.unit.parts().is_empty() => {
                let absent = super::charges::may_be_absent(charge);
                Some((charge.unit.clone(), absent))
            }
            _ => None,
        }
    }

    /// The charge with this code, or an error.
    pub(super) fn find_charge(&mut self, code: &ast::Name) -> Option<usize> {
        match self.symbols.get(&code.text) {
            Some((Symbol::Charge(index), _)) => Some(*index),
            _ => {
                let codes_known: Vec<String> = self
                    .symbols
                    .iter()
                    .filter(|(_, (s, _))| matches!(s, Symbol::Charge(_)))
                    .map(|(n, _)| n.clone())
                    .collect();
                let mut diagnostic = Diagnostic::error(
                    codes::UNKNOWN_NAME,
                    format!("there is no charge `{}`", code.text),
                    code.span,
                    "not a charge",
                );
                if let Some(near) = did_you_mean(&code.text, codes_known.iter().map(String::as_str)) {
                    diagnostic = diagnostic.help(format!("did you mean `{near}`?")).edit(code.span, near);
                } else {
                    diagnostic = diagnostic.help("name a charge of this rule set by its code");
                }
                self.report(diagnostic);
                None
            }
        }
    }

    /// The expression with its plain type where a condition has established that it is given.
    pub(super) fn narrowed(&self, expr: Expr, path: impl FnOnce() -> Option<Vec<String>>, scope: &Scope) -> Expr {
        if let Type::Optional(inner) = &expr.ty
            && let Some(path) = path()
            && scope.knows(&Fact::Given(path))
        {
            let present = inner.as_ref().clone();
            return expr.with_type(present);
        }
        expr
    }

    /// What holds where the condition is `truth`.
    pub(super) fn facts(&self, condition: &ast::Expr, truth: bool) -> Vec<Fact> {
        match &condition.kind {
            ast::ExprKind::Given(inner, positive) if *positive == truth => {
                path_of(inner).map(Fact::Given).into_iter().collect()
            }
            ast::ExprKind::Applied(name, positive) if *positive == truth => vec![Fact::Applied(name.text.clone())],
            ast::ExprKind::Not(inner) => self.facts(inner, !truth),
            ast::ExprKind::Binary(ast::BinaryOp::And, a, b) if truth => {
                [self.facts(a, true), self.facts(b, true)].concat()
            }
            ast::ExprKind::Binary(ast::BinaryOp::Or, a, b) if !truth => {
                [self.facts(a, false), self.facts(b, false)].concat()
            }
            _ => Vec::new(),
        }
    }
}

/// The path of names that an expression is: `loyalty.tier`.
pub(super) fn path_of(expr: &ast::Expr) -> Option<Vec<String>> {
    match &expr.kind {
        ast::ExprKind::Name(name) => Some(vec![name.clone()]),
        ast::ExprKind::Field(inner, field) => {
            let mut path = path_of(inner)?;
            path.push(field.text.clone());
            Some(path)
        }
        _ => None,
    }
}
