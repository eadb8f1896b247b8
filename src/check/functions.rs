//! Calls: functions of the rules, of the host and of the library, and tiers.

use super::convert::in_unit;
use super::scope::Scope;
use super::{Checker, Progress, Symbol, borrowed};
use crate::diagnostic::{Diagnostic, codes, did_you_mean};
use crate::library::{FUNCTIONS, Function as Library, Shape};
use crate::program::{Expr, ExprKind, FunctionId, HostId, TiersId};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::Type;
use std::sync::Arc;

impl Checker<'_> {
    pub(super) fn call(&mut self, name: &ast::Name, args: &[ast::Expr], span: Span, scope: &mut Scope) -> Expr {
        match self.find_symbol(name) {
            Some(Symbol::Function(index)) => {
                let Some((params, result)) = self.function_signature(index, &name.text, span) else {
                    return self.broken(span);
                };
                let Some(args) = self.arguments(name, &params, args, span, scope) else { return self.broken(span) };
                Expr::new(ExprKind::Call(FunctionId(index as u32), args.into()), result, span)
            }
            Some(Symbol::Host(index)) => {
                let Some(host) = self.hosts.get(index).cloned() else { return self.broken(span) };
                let Some(args) = self.arguments(name, &host.params, args, span, scope) else {
                    return self.broken(span);
                };
                Expr::new(ExprKind::Host(HostId(index as u32), args.into()), host.result, span)
            }
            Some(Symbol::Tiers(index)) => {
                let Some((params, result)) = self.tiers_signature(index, &name.text, span) else {
                    return self.broken(span);
                };
                let Some(args) = self.arguments(name, &params, args, span, scope) else { return self.broken(span) };
                Expr::new(ExprKind::Tiers(TiersId(index as u32), args.into()), result, span)
            }
            Some(_) => {
                self.report(
                    Diagnostic::error(
                        codes::NOT_A_FUNCTION,
                        format!("`{}` is not a function", name.text),
                        name.span,
                        "cannot be called",
                    )
                    .help(format!("write `{}` alone; a table is looked up with `[…]`", name.text)),
                );
                self.broken(span)
            }
            None => match Library::named(&name.text) {
                Some(function) => self.library(function, name, args, span, scope),
                None => {
                    self.unknown_function(name, args, span);
                    for arg in args {
                        self.expression(arg, None, scope);
                    }
                    self.broken(span)
                }
            },
        }
    }

    fn unknown_function(&mut self, name: &ast::Name, args: &[ast::Expr], span: Span) {
        let mut known: Vec<String> = FUNCTIONS.iter().map(|(name, _)| name.to_string()).collect();
        known.extend(
            self.symbols
                .iter()
                .filter(|(_, (s, _))| matches!(s, Symbol::Function(_) | Symbol::Host(_) | Symbol::Tiers(_)))
                .map(|(n, _)| n.clone()),
        );
        let mut diagnostic = Diagnostic::error(
            codes::UNKNOWN_NAME,
            format!("there is no function `{}`", name.text),
            name.span,
            "not a function",
        );
        let near = did_you_mean(&name.text, known.iter().map(String::as_str));
        diagnostic = match (borrowed::function(&name.text), near) {
            (Some(form), _)
                if let [condition, yes, no] = args
                    && name.text.eq_ignore_ascii_case("if") =>
            {
                let text = |part: &ast::Expr| self.sources.text(part.span);
                let edit = format!("(if {} then {} else {})", text(condition), text(yes), text(no));
                diagnostic.help(form).edit(span, edit)
            }
            (Some(form), _) => diagnostic.help(form),
            (None, Some(near)) => diagnostic.help(format!("did you mean `{near}`?")).edit(name.span, near),
            (None, None) => diagnostic.help(format!("define it: `function {}(…) = …`", name.text)),
        };
        self.report(diagnostic);
    }

    fn arguments(
        &mut self,
        name: &ast::Name,
        params: &[(String, Type)],
        args: &[ast::Expr],
        span: Span,
        scope: &mut Scope,
    ) -> Option<Vec<Expr>> {
        let mut checked = Vec::new();
        for (at, arg) in args.iter().enumerate() {
            let param = params.get(at);
            checked.push(match param {
                Some((param, ty)) => self.expect(arg, ty, &format!("`{param}` of {}", name.text), scope),
                None => self.expression(arg, None, scope),
            });
        }
        if args.len() != params.len() {
            let names: Vec<&str> = params.iter().map(|(n, _)| n.as_str()).collect();
            self.wrong_count(name, &names, args.len(), span);
            return None;
        }
        checked.iter().all(|arg| arg.ty != Type::Unknown).then_some(checked)
    }

    fn wrong_count(&mut self, name: &ast::Name, params: &[&str], given: usize, span: Span) {
        self.report(
            Diagnostic::error(
                codes::WRONG_ARGUMENTS,
                format!(
                    "`{}` takes {} value{}, and {given} are given",
                    name.text,
                    params.len(),
                    if params.len() == 1 { "" } else { "s" }
                ),
                span,
                "not what it takes",
            )
            .help(format!("write `{}({})`", name.text, params.join(", "))),
        );
    }

    fn function_signature(&mut self, index: usize, name: &str, span: Span) -> Option<(Vec<(String, Type)>, Type)> {
        if matches!(self.functions.get(index), Some(Progress::Begun)) {
            self.report_circle(name, span);
            return None;
        }
        self.enter(name, span);
        self.need_function(index);
        self.leave();
        match self.functions.get(index) {
            Some(Progress::Done(function)) => Some((function.params.clone(), function.body.ty.clone())),
            _ => None,
        }
    }

    fn tiers_signature(&mut self, index: usize, name: &str, span: Span) -> Option<(Vec<(String, Type)>, Type)> {
        if matches!(self.tiers.get(index), Some(Progress::Begun)) {
            self.report_circle(name, span);
            return None;
        }
        self.enter(name, span);
        self.need_tiers(index);
        self.leave();
        match self.tiers.get(index) {
            Some(Progress::Done(tiers)) if tiers.result != Type::Unknown => {
                let mut params = vec![("quantity".to_string(), tiers.over.clone())];
                params.extend(tiers.params.iter().cloned());
                Some((params, tiers.result.clone()))
            }
            _ => None,
        }
    }

    fn library(
        &mut self,
        function: Library,
        name: &ast::Name,
        args: &[ast::Expr],
        span: Span,
        scope: &mut Scope,
    ) -> Expr {
        let (shapes, result) = function.signature();
        if shapes.len() != args.len() {
            let names: Vec<String> = shapes.iter().map(|shape| self.shape_words(shape)).collect();
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            self.wrong_count(name, &names, args.len(), span);
            return self.broken(span);
        }
        let mut checked: Vec<Expr> = Vec::new();
        for (shape, arg) in shapes.iter().zip(args) {
            let first = checked.first().map(|first| first.ty.clone());
            let Some(arg) = self.library_argument(function, shape, first, arg, scope) else { return self.broken(span) };
            checked.push(arg);
        }
        if let [first, second] = checked.as_mut_slice()
            && widens(&first.ty, &second.ty)
        {
            first.node_mut().ty = second.ty.clone();
        }
        let ty = match result {
            Shape::Is(ty) => ty,
            Shape::Days => in_unit(self.unit_named("day")),
            Shape::Integers => Type::List(Arc::new(Type::Integer)),
            _ => checked.first().map_or(Type::Unknown, |first| first.ty.clone()),
        };
        Expr::new(ExprKind::Library(function, checked.into()), ty, span)
    }

    fn library_argument(
        &mut self,
        function: Library,
        shape: &Shape,
        first: Option<Type>,
        arg: &ast::Expr,
        scope: &mut Scope,
    ) -> Option<Expr> {
        let what = format!("what `{}` takes", function.name());
        let checked = match shape {
            Shape::Is(ty) => self.expect(arg, ty, &what, scope),
            Shape::SameAsFirst => {
                let first = first?;
                let arg = self.expression(arg, Some(&first), scope);
                if widens(&first, &arg.ty) { arg } else { self.coerce(arg, &first, &what) }
            }
            _ => self.expression(arg, None, scope),
        };
        let fits = match shape {
            Shape::Numeric => checked.ty.is_numeric(),
            Shape::List => matches!(checked.ty, Type::List(_)),
            Shape::Days => self.is_duration(&checked.ty),
            _ => true,
        };
        if checked.ty == Type::Unknown {
            return None;
        }
        if !fits && matches!(checked.ty, Type::Optional(_)) {
            self.absent_operand(&checked, checked.span());
            return None;
        }
        if !fits {
            let (shown, wanted) = (self.show_type(&checked.ty), self.shape_words(shape));
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    format!("{what} must be {wanted}"),
                    checked.span(),
                    format!("this is {shown}"),
                )
                .help(format!("give `{}` {wanted}", function.name())),
            );
            return None;
        }
        Some(checked)
    }

    fn shape_words(&self, shape: &Shape) -> String {
        match shape {
            Shape::Is(ty) => self.show_type(ty),
            Shape::Days => "a number of days".to_string(),
            Shape::Numeric => "a number, amount or quantity".to_string(),
            Shape::SameAsFirst => "the same as the first".to_string(),
            Shape::List => "a list".to_string(),
            Shape::Integers => "a list of whole numbers".to_string(),
            Shape::Anything => "anything".to_string(),
        }
    }
}

/// Whether a whole number, or a list of them, stands before a number, or a list of numbers.
fn widens(first: &Type, second: &Type) -> bool {
    match (first, second) {
        (Type::Integer, Type::Number) => true,
        (Type::List(first), Type::List(second)) => **first == Type::Integer && **second == Type::Number,
        _ => false,
    }
}
