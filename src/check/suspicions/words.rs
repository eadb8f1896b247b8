//! Labels and messages that say something else than the rule: another limit, another percent, the opposite.

use super::{Look, amount_of};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{ChargeAmount, Expr, ExprKind as K, Notice, Template};
use crate::source::Span;

/// A number with its unit, as it is written.
#[derive(Debug, PartialEq, Eq)]
struct Written {
    number: String,
    unit: String,
    /// Whether it is what something goes by: `per started 60 min`, `rounded up to 1 lb`, `every 15 min`.
    step: bool,
}

impl Look<'_> {
    pub(super) fn words(&mut self) {
        for charge in self.charges() {
            let parts: Vec<Span> = charge.when.iter().chain(amount_of(charge)).map(Expr::span).collect();
            if let Some(label) = &charge.label {
                self.compare(&self.fixed(label), label.span, &parts);
                if let Some(when) = &charge.when {
                    self.opposite(&charge.code, charge.span, when);
                }
            }
            if let ChargeAmount::Group(group) = &charge.amount {
                for option in &group.options {
                    let parts: Vec<Span> = option.when.iter().map(Expr::span).collect();
                    if let Some(label) = &option.label {
                        self.compare(label, option.span, &parts);
                    }
                }
            }
        }
        let program = self.program;
        for Notice { message, when, .. } in program.flags.iter().chain(&program.refusals) {
            self.compare(&self.fixed(message), message.span, &[when.span()]);
        }
    }

    /// The text of a message without what is filled in.
    fn fixed(&self, template: &Template) -> String {
        let piece = |piece: &crate::program::TemplatePiece| match piece {
            crate::program::TemplatePiece::Text(text) => text.to_string(),
            crate::program::TemplatePiece::Fill(_) => " ".to_string(),
        };
        template.pieces.iter().map(piece).collect()
    }

    /// A number that is said with a unit, where the rule has numbers in that unit, and none of them is this. A step of the rule is
    /// contradicted by a step alone: `"15 min free"` says nothing of `per started 60 min`.
    fn compare(&mut self, said: &str, span: Span, parts: &[Span]) {
        let meant: Vec<Written> = parts.iter().flat_map(|part| numbers(self.sources.text(*part))).collect();
        for said in numbers(said) {
            let mut same_unit =
                meant.iter().filter(|meant| meant.unit == said.unit && (said.step || !meant.step)).peekable();
            let Some(first) = same_unit.peek().map(|first| first.number.clone()) else { continue };
            if same_unit.any(|meant| meant.number == said.number) {
                continue;
            }
            let Written { number, unit, .. } = said;
            let gap = if unit == "%" { "" } else { " " };
            let title = format!("the words say {number}{gap}{unit}, the rule {first}{gap}{unit}");
            let place =
                parts.iter().find(|part| numbers(self.sources.text(**part)).iter().any(|meant| meant.unit == unit));
            let mut diagnostic = Diagnostic::warning(codes::WORDS_ODD, title, span, "says so");
            if let Some(place) = place {
                diagnostic = diagnostic.also(*place, "computes otherwise");
            }
            self.say(diagnostic.help("correct the one that is wrong"));
            return;
        }
    }

    /// A charge that is called as an input is, and applies where the input is not so.
    fn opposite(&mut self, code: &str, span: Span, when: &Expr) {
        let K::Not(inner) = &when.kind else { return };
        let K::Input(slot) = &inner.kind else { return };
        let Some(input) = self.program.inputs.get(usize::from(*slot)) else { return };
        if code.eq_ignore_ascii_case(&input.name) {
            let title = format!("the charge `{code}` applies where `{}` is no", input.name);
            let help = "is the `not` one too many?";
            self.say(
                Diagnostic::warning(codes::WORDS_ODD, title, when.span(), "the opposite of what it is called")
                    .also(span, "called so")
                    .help(help),
            );
        }
    }
}

/// The numbers with units in a text: `over 50 lb` has 50 lb, `18.5%` is 18.5 %.
fn numbers(text: &str) -> Vec<Written> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let before = rest.get(..at).unwrap_or_default();
        let begins = !before.chars().next_back().is_some_and(|c| c.is_alphanumeric() || c == '.' || c == '-');
        let step = before
            .split_whitespace()
            .next_back()
            .is_some_and(|word| STEPS.iter().any(|step| word.eq_ignore_ascii_case(step)));
        let from = rest.get(at..).unwrap_or_default();
        let end = from.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_' | ','))).unwrap_or(from.len());
        let (number, after) = from.split_at(end);
        let plain: String = number.trim_end_matches(['.', ',']).chars().filter(|c| *c != '_' && *c != ',').collect();
        let plain =
            if plain.contains('.') { plain.trim_end_matches('0').trim_end_matches('.').to_string() } else { plain };
        let unit: String = match after.chars().next() {
            Some('%') => "%".to_string(),
            _ => after.strip_prefix(' ').unwrap_or_default().chars().take_while(|c| c.is_alphabetic()).collect(),
        };
        if begins && !unit.is_empty() && !WORDS.contains(&&*unit) {
            found.push(Written { number: plain, unit, step });
        }
        rest = after;
    }
    found
}

/// Words before a number that something goes by.
const STEPS: [&str; 6] = ["started", "whole", "per", "every", "each", "to"];

/// Words that may follow a number and are no unit.
const WORDS: [&str; 12] = ["and", "or", "then", "else", "of", "per", "through", "until", "to", "up", "over", "when"];
