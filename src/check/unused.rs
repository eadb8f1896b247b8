//! What nothing uses.

use super::{Checker, Symbol};
use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::program::Program;
use crate::source::Span;
use crate::types::Type;

impl Checker<'_> {
    /// Warns about inputs, lets, parameters, tables, functions and tiers that nothing uses.
    ///
    /// Not while there are errors: what a broken definition would have used is not known.
    pub(super) fn warn_unused(&mut self) {
        if self.diagnostics.iter().any(|known| known.severity == Severity::Error) {
            return;
        }
        let mut unused = Vec::new();
        for (name, (symbol, span)) in &self.symbols {
            let (what, entry) = match symbol {
                Symbol::Input(_) => ("input", None),
                Symbol::Definition(index) => ("definition", self.definition_entries.get(*index)),
                Symbol::Parameter(index) => ("parameter", self.parameter_entries.get(*index)),
                Symbol::Table(index) => ("table", self.table_entries.get(*index).and_then(|entries| entries.first())),
                Symbol::Function(index) => ("function", self.function_entries.get(*index)),
                Symbol::Tiers(index) => ("tiers", self.tiers_entries.get(*index)),
                Symbol::Windows(index) => ("windows", self.windows_entries.get(*index)),
                Symbol::Host(_) | Symbol::Calendar(_) | Symbol::Charge(_) => continue,
            };
            let foreign =
                entry.and_then(|entry| self.entries.get(*entry)).is_some_and(|entry| entry.foreign || entry.hidden);
            let chosen = matches!(symbol, Symbol::Input(slot) if self.inputs.get(*slot as usize).is_some_and(|f| f.ty == Type::Currency));
            let in_contract = self.header.as_ref().is_some_and(|header| header.extends.is_some());
            let from_base = in_contract && matches!(symbol, Symbol::Input(_));
            if !foreign && !chosen && !from_base && !self.used.contains(symbol) {
                unused.push((name.clone(), what, *span));
            }
        }
        unused.sort_by_key(|(_, _, span)| *span);
        for (name, what, span) in unused {
            let help = match what {
                "input" if self.may_price(&name) => &*format!(
                    "if it is the day on which an input is priced, write `priced on {name}` in the braces of the header; else take it out so that callers need not send it"
                ),
                "input" => "use it, or take it out so that callers need not send it",
                _ => "use it, or take it out",
            };
            let verb = if matches!(what, "tiers" | "windows") { "are" } else { "is" };
            self.report(
                Diagnostic::warning(
                    codes::UNUSED,
                    format!("the {what} `{name}` {verb} never used"),
                    span,
                    "never used",
                )
                .help(help),
            );
        }
    }

    /// Whether an input that nothing uses may be meant as the day on which the rule set is priced, and was not named so.
    fn may_price(&self, name: &str) -> bool {
        let of_date = |slot: u32| self.inputs.get(slot as usize).is_some_and(|field| field.ty == Type::Date);
        let is_date = matches!(self.symbols.get(name), Some((Symbol::Input(slot), _)) if of_date(u32::from(*slot)));
        is_date && self.effective_span.is_some() && self.priced_on_written.is_none()
    }

    /// Nothing in a program without errors is of an unknown type: an empty list may be, where nothing says what it holds.
    pub(super) fn check_known(&mut self, program: &Program) {
        if self.diagnostics.iter().any(|known| known.severity == Severity::Error) {
            return;
        }
        let mut unknown: Vec<Span> = Vec::new();
        program.parts(&mut |whole| {
            let mut inner = None;
            whole.walk(&mut |part| {
                if part.ty.is_partly_unknown() {
                    inner = Some(part.span());
                }
            });
            unknown.extend(inner);
        });
        unknown.sort();
        unknown.dedup();
        for span in unknown {
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISSING,
                    "what is this list empty of?",
                    span,
                    "nothing says what the list holds",
                )
                .help("state its type where it is named: `let lines : list of money = []`"),
            );
        }
    }
}
