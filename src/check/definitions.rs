//! Lets, outputs and exceptions.

use super::scope::{Fact, Scope};
use super::{Checker, Entry, Progress, Symbol};
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::program::{Definition, Exception};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::Type;
use std::collections::HashSet;

impl Checker<'_> {
    pub(super) fn need_definition(&mut self, index: usize) {
        if !matches!(self.definitions.get(index), Some(Progress::Waiting)) {
            return;
        }
        self.set_definition(index, Progress::Begun);
        let Some(item) = self.definition_entries.get(index).copied().and_then(|entry| self.entry_item(entry)) else {
            return;
        };
        let (name, ty, value) = match &item.kind {
            ast::ItemKind::Let { name, ty, value } | ast::ItemKind::Output { name, ty, value, .. } => (name, ty, value),
            _ => return,
        };
        let mut scope = Scope::default();
        let stated = ty.as_ref().map(|ty| self.resolve_type(ty));
        let mut checked = self.expression(value, stated.as_ref(), &mut scope);
        if let Some(stated) = &stated {
            checked = self.coerce(checked, stated, &format!("`{}`", name.text));
        }
        let entry = self.definition_entries.get(index).and_then(|entry| self.entries.get(*entry));
        let exceptions = match entry.is_some_and(|entry| entry.hidden) {
            true => Vec::new(),
            false => self.exceptions_to(&name.text, &checked.ty.clone(), &mut scope),
        };
        let definition =
            Definition { name: name.text.clone(), value: checked, exceptions, locals: scope.slots(), span: name.span };
        self.set_definition(index, Progress::Done(definition));
    }

    fn set_definition(&mut self, index: usize, progress: Progress<Definition>) {
        if let Some(place) = self.definitions.get_mut(index) {
            *place = progress;
        }
    }

    /// The exceptions to a name, with values of its type, and the exceptions to those.
    pub(super) fn exceptions_to(&mut self, name: &str, ty: &Type, scope: &mut Scope) -> Vec<Exception> {
        let mut checked = Vec::new();
        for entry in self.exceptions.get(name).cloned().unwrap_or_default() {
            let Some(item) = self.entry_item(entry) else { continue };
            let ast::ItemKind::Exception(exception) = &item.kind else { continue };
            if self.stack.iter().filter(|(known, _)| known == name).count() > 1 {
                continue;
            }
            if self.excepted.iter().any(|known| known == name) {
                self.report(
                    Diagnostic::error(
                        codes::CIRCLE,
                        format!("`{name}` is an exception to itself"),
                        exception.to.span,
                        "closes the circle",
                    )
                    .help("make it an exception to a charge, a `let` or an output"),
                );
                continue;
            }
            self.reached_exceptions.insert(entry);
            self.excepted.push(name.to_string());
            checked.push(self.exception(exception, ty, item.span, scope));
            self.excepted.pop();
        }
        checked
    }

    fn exception(&mut self, exception: &ast::Exception, ty: &Type, span: Span, scope: &mut Scope) -> Exception {
        let mark = scope.mark();
        let when = match &exception.when {
            Some(when) => {
                let checked = self.condition(when, scope);
                scope.learn(self.facts(when, true));
                checked
            }
            None => {
                self.report(
                    Diagnostic::error(
                        codes::EXCEPTION_ALWAYS,
                        "an exception says when it holds",
                        span,
                        "it would always hold",
                    )
                    .help("add `when …`, or change the definition itself"),
                );
                self.broken(span)
            }
        };
        let to = exception.to.text.clone();
        let outermost = scope.replaces.is_none();
        if outermost {
            scope.replaces = Some(to.clone());
        }
        let replaced = scope.replaces.as_deref().map(known_without_exceptions);
        scope.learn(replaced.map(Fact::Applied).into_iter().collect());
        let value = self.expect(&exception.value, ty, &format!("the exception to {to}"), scope);
        let because = exception.because.as_ref().map(|because| self.template(because, scope));
        scope.reset(mark);
        let exceptions = match &exception.name {
            Some(name) if name.text != to => self.exceptions_to(&name.text, ty, scope),
            _ => Vec::new(),
        };
        if outermost {
            scope.replaces = None;
        }
        Exception {
            name: exception.name.as_ref().map_or(to, |name| name.text.clone()),
            label: exception.label.as_ref().map(|label| label.text.clone()),
            when,
            value,
            booking: None,
            because,
            exceptions,
            span,
        }
    }

    /// What the name of a charge, `let` or output stands for within an exception to it: the same without its exceptions, which is
    /// made when it is first asked for. A charge `for each` has none, for its name is the sum of its lines.
    pub(super) fn without_exceptions(&mut self, name: &str) -> Option<(Symbol, String)> {
        let known_as = known_without_exceptions(name);
        if let Some((symbol, _)) = self.symbols.get(&known_as) {
            return Some((*symbol, known_as));
        }
        let (symbol, span) = *self.symbols.get(name)?;
        let entry = match symbol {
            Symbol::Charge(index) => *self.charge_entries.get(index)?,
            Symbol::Definition(index) => *self.definition_entries.get(index)?,
            _ => return None,
        };
        let plain = Entry { hidden: true, ..self.entries.get(entry)?.clone() };
        if matches!(&plain.item.kind, ast::ItemKind::Charge(charge) if charge.each.is_some()) {
            return None;
        }
        let at = self.entries.len();
        self.entries.push(plain);
        let symbol = match symbol {
            Symbol::Charge(_) => {
                self.charge_entries.push(at);
                self.charges.push(Progress::Waiting);
                Symbol::Charge(self.charges.len().saturating_sub(1))
            }
            _ => {
                self.definition_entries.push(at);
                self.definitions.push(Progress::Waiting);
                Symbol::Definition(self.definitions.len().saturating_sub(1))
            }
        };
        self.symbols.insert(known_as.clone(), (symbol, span));
        Some((symbol, known_as))
    }

    /// Says which exceptions name nothing.
    pub(super) fn check_exception_targets(&mut self) {
        let mut names: Vec<String> = Vec::new();
        let mut written = Vec::new();
        for entry in 0..self.entries.len() {
            let Some(item) = self.entry_item(entry) else { continue };
            match &item.kind {
                ast::ItemKind::Let { name, .. } | ast::ItemKind::Output { name, .. } => names.push(name.text.clone()),
                ast::ItemKind::Charge(charge) => names.push(charge.code.text.clone()),
                ast::ItemKind::Exception(exception) => {
                    names.extend(exception.name.iter().map(|name| name.text.clone()));
                    written.push((entry, exception.to.clone()));
                }
                _ => {}
            }
        }
        let known: HashSet<&str> = names.iter().map(String::as_str).collect();
        for (entry, to) in written {
            if known.contains(to.text.as_str()) {
                self.check_exception_is_reached(entry, &to);
                continue;
            }
            let mut diagnostic = Diagnostic::error(
                codes::UNKNOWN_NAME,
                format!("there is nothing called `{}` to make an exception to", to.text),
                to.span,
                "not a charge, a `let`, an output or a named exception",
            );
            diagnostic = match crate::diagnostic::did_you_mean(&to.text, names.iter().map(String::as_str)) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")).edit(to.span, near),
                None => diagnostic.help("name what the exception replaces"),
            };
            self.report(diagnostic);
        }
    }

    /// An exception to an exception that belongs to nothing would never be asked for.
    fn check_exception_is_reached(&mut self, entry: usize, to: &ast::Name) {
        let broken = self.diagnostics.iter().any(|known| known.severity == Severity::Error);
        let hidden = self.entries.get(entry).is_some_and(|entry| entry.hidden);
        if broken || hidden || self.reached_exceptions.contains(&entry) {
            return;
        }
        self.report(
            Diagnostic::error(
                codes::CIRCLE,
                format!("this exception to `{}` is never asked for", to.text),
                to.span,
                "an exception that belongs to no charge, `let` or output",
            )
            .help("name the charge, the `let` or the output that it replaces"),
        );
    }
}

/// How the table of names knows a definition without its exceptions; no author can write it.
fn known_without_exceptions(name: &str) -> String {
    format!("{name} without exceptions")
}
