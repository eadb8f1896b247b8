//! Two charges that share a limit, of which neither or both hold exactly on it.

use super::Look;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Comparison, ExprKind as K};
use crate::source::Span;
use crate::value::Value;

/// A charge that holds on one side of a limit.
struct Side {
    subject: String,
    limit: Value,
    /// Above the limit.
    above: bool,
    /// On it as well.
    included: bool,
    span: Span,
    written: String,
}

impl Look<'_> {
    pub(super) fn bounds(&mut self) {
        let sides: Vec<Side> = self.charges().filter_map(|charge| self.side(charge.when.as_ref()?)).collect();
        for (at, second) in sides.iter().enumerate() {
            for first in sides.iter().take(at) {
                let meet =
                    first.subject == second.subject && first.limit == second.limit && first.above != second.above;
                if meet && first.included == second.included {
                    self.meet(first, second);
                }
            }
        }
    }

    /// A condition that is a limit and nothing else.
    fn side(&self, when: &crate::program::Expr) -> Option<Side> {
        let K::Compare(comparison, value, limit) = &when.kind else { return None };
        let K::Constant(limit_value) = &limit.kind else { return None };
        let (above, included) = match comparison {
            Comparison::Less => (false, false),
            Comparison::AtMost => (false, true),
            Comparison::Greater => (true, false),
            Comparison::AtLeast => (true, true),
            Comparison::Is | Comparison::IsNot => return None,
        };
        Some(Side {
            subject: self.text(value.span()),
            limit: limit_value.clone(),
            above,
            included,
            span: when.span(),
            written: self.text(limit.span()),
        })
    }

    fn meet(&mut self, first: &Side, second: &Side) {
        let (title, label, help) = match first.included {
            true => (
                "two charges both hold on their common limit",
                "holds on it too",
                "let one of them leave the limit out",
            ),
            false => (
                "neither of two charges holds on their common limit",
                "nor does this one",
                "let one of them include the limit",
            ),
        };
        let other = format!("exactly {} {}", first.written, if first.included { "is included" } else { "is left out" });
        let diagnostic =
            Diagnostic::warning(codes::LIMIT_ODD, title, second.span, label).also(first.span, other).help(help);
        self.say(diagnostic);
    }
}
