//! What is said about conditions: what never happens, what takes it before, and which declarations make it so.

use super::conditions::{Declared, Formula};
use super::walk::Walker;
use crate::check::tables::show;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::Exception;
use crate::source::Span;
use crate::types::Type;
use crate::value::Value;
use std::rc::Rc;

/// What a condition decides.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// `if … then`; where its `else` stands.
    Branch(Span),
    /// A charge.
    Charge(&'a str),
    /// An option of a group.
    Option(&'a str),
    /// An exception.
    Exception(&'a str),
    /// A refusal.
    Refusal(&'a str),
    /// A flag.
    Flag(&'a str),
    /// Which elements of a list take part.
    Filter,
    /// An alternative within a condition.
    Part,
}

/// How many reasons are shown.
const MOST_SHOWN: usize = 4;

impl Walker<'_> {
    /// Says that a condition never holds, and why.
    pub(super) fn report_never(&mut self, formula: &Rc<Formula>, span: Span, place: &Place<'_>) {
        let title = match place {
            Place::Branch(_) => "a branch that is never taken".to_string(),
            Place::Charge(code) => format!("the charge `{code}` never applies"),
            Place::Option(code) => format!("the option `{code}` is never chosen"),
            Place::Exception(name) => format!("the exception `{name}` never holds"),
            Place::Refusal(code) => format!("the refusal `{code}` is never told"),
            Place::Flag(code) => format!("the flag `{code}` is never raised"),
            Place::Filter => "a condition that no element meets".to_string(),
            Place::Part => "an alternative that never holds".to_string(),
        };
        let reasons = self.reasons(formula);
        let declarations = self.declarations(formula, &reasons);
        let before = reasons.iter().any(|premise| premise.before);
        let label = match (before, reasons.is_empty(), declarations.is_empty()) {
            (true, ..) => "all that it asks for is taken before",
            (false, false, _) => "cannot hold here",
            (false, true, false) => "never holds for what the inputs may be",
            (false, true, true) => "contradicts itself",
        };
        let code = if before { codes::BRANCH_NEVER_TAKEN } else { codes::CONDITION_NEVER };
        let mut diagnostic = Diagnostic::warning(code, title, span, label);
        for premise in reasons.iter().take(MOST_SHOWN) {
            diagnostic = diagnostic.also(premise.span, if premise.before { "taken here" } else { "holds here" });
        }
        let help = match before {
            true => "put the narrower condition first, or take this one out",
            false => "correct the condition, or take out what depends on it",
        };
        self.report(self.with_declarations(diagnostic, &declarations).help(help));
    }

    /// Says that a condition always holds: `opposite` never does.
    pub(super) fn report_always(&mut self, opposite: &Rc<Formula>, span: Span, place: &Place<'_>) {
        let reasons = self.reasons(opposite);
        let declarations = self.declarations(opposite, &reasons);
        let mut diagnostic = match (place, reasons.is_empty()) {
            (Place::Branch(no), false) => {
                let title = "an `else` that is never reached";
                let label = "everything is taken before";
                let help = "write the last case as the `else`, or correct one of the conditions";
                Diagnostic::warning(codes::BRANCH_NEVER_TAKEN, title, *no, label).also(span, "taken here").help(help)
            }
            (Place::Branch(no), true) => {
                let title = "a condition that always holds";
                let diagnostic = Diagnostic::warning(codes::CONDITION_ALWAYS, title, span, "always holds");
                diagnostic.also(*no, "so this is never reached").help("correct the condition, or take it out")
            }
            _ => {
                let title = match place {
                    Place::Charge(code) | Place::Option(code) => format!("the condition of `{code}` always holds"),
                    Place::Exception(name) => format!("the exception `{name}` always holds"),
                    Place::Refusal(code) => format!("the refusal `{code}` refuses everything"),
                    Place::Flag(code) => format!("the flag `{code}` is always raised"),
                    _ => "a condition that every element meets".to_string(),
                };
                let diagnostic = Diagnostic::warning(codes::CONDITION_ALWAYS, title, span, "always holds");
                diagnostic.help("correct the condition, or take it out")
            }
        };
        for premise in reasons.iter().take(MOST_SHOWN) {
            diagnostic = diagnostic.also(premise.span, if premise.before { "and here" } else { "holds here" });
        }
        let diagnostic = self.with_declarations(diagnostic, &declarations);
        self.report(diagnostic);
    }

    /// Says that two exceptions to one thing can hold at once: at the example, or wherever the second holds.
    pub(super) fn report_together(
        &mut self,
        first: &Exception,
        second: &Exception,
        to: &str,
        example: Option<&[(u32, Value)]>,
    ) {
        let (title, label, other) = match example {
            Some(example) => {
                let shown = self.show_example(example);
                (format!("two exceptions to `{to}` can hold at once"), format!("holds for {shown}"), "and so does this")
            }
            None => (
                format!("where one exception to `{to}` holds, another one holds too"),
                "where this holds".to_string(),
                "this one holds as well",
            ),
        };
        let diagnostic = Diagnostic::warning(codes::EXCEPTIONS_MEET, title, second.when.span(), label);
        let help = "two at once are an error in a quote: let one be an exception to the other, or add `and not …` to one of them";
        self.report(diagnostic.also(first.when.span(), other).help(help));
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn with_declarations(&self, mut diagnostic: Diagnostic, subjects: &[u32]) -> Diagnostic {
        for subject in subjects.iter().take(MOST_SHOWN) {
            let known = self.conditions.subjects.get(*subject as usize);
            if let Some(declared) = known.and_then(|subject| subject.declared.as_ref()) {
                diagnostic = diagnostic.also(declared.span, self.show_declared(declared));
            }
        }
        diagnostic
    }

    /// `declared from 0.1 lb through 150 lb`.
    fn show_declared(&self, declared: &Declared) -> String {
        let element = match declared.ty.present() {
            Type::List(element) => element.present(),
            other => other,
        };
        let end = |value: &Value| show(value, element, &self.program.units, &self.program.enums);
        let domain = &declared.domain;
        let last = match &domain.high {
            Some((Value::Date(until), false)) => until.add_days(-1).map(Value::Date),
            _ => None,
        };
        let range = match (&domain.low, &domain.high) {
            (Some((low, true)), Some((high, true))) => format!("from {} through {}", end(low), end(high)),
            (Some((low, true)), Some((high, false))) if last.is_none() => {
                format!("from {} until {}", end(low), end(high))
            }
            (Some((low, true)), Some((high, false))) => {
                format!("from {} through {}", end(low), end(last.as_ref().unwrap_or(high)))
            }
            (Some((low, false)), Some((high, true))) => format!("over {} up to {}", end(low), end(high)),
            (Some((low, false)), Some((high, false))) => format!("over {} until {}", end(low), end(high)),
            (Some((low, true)), None) => format!("from {}", end(low)),
            (Some((low, false)), None) => format!("over {}", end(low)),
            (None, Some((high, true))) => format!("up to {}", end(high)),
            (None, Some((high, false))) => format!("under {}", end(high)),
            (None, None) => match &domain.matching {
                Some(pattern) => format!("matching \"{}\"", pattern.text),
                None => "so".to_string(),
            },
        };
        let word = if declared.in_force { "the rules are in force" } else { "declared" };
        format!("{word} {range}")
    }

    /// `weight 60 lb, gold yes, loyalty absent`.
    fn show_example(&self, example: &[(u32, Value)]) -> String {
        let shown = example.iter().filter_map(|(subject, value)| {
            let subject = self.conditions.subjects.get(*subject as usize)?;
            let value = match value {
                Value::Absent => "absent".to_string(),
                value => show(value, &subject.ty, &self.program.units, &self.program.enums),
            };
            Some(format!("{} {value}", self.sources.text(subject.span)))
        });
        let shown: Vec<String> = shown.collect();
        if shown.is_empty() { "every input".to_string() } else { shown.join(", ") }
    }
}
