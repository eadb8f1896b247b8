//! Messages and reasons: texts in which `{expression}` is filled in.

use super::ast::{Expr, ExprKind, Template, TemplatePiece};
use super::literals::{inside, unescape};
use super::node::{Node, Reader};
use crate::diagnostic::{Diagnostic, codes};

impl Reader {
    /// The pieces of a text literal that is a message.
    pub fn template(&self, node: &Node<'_>) -> Template {
        let span = self.span(node);
        let raw = inside(node.text());
        let base = node.start().saturating_add(1);
        let mut pieces = Vec::new();
        let mut fixed = String::new();
        let mut at = 0;
        // Reported escapes are those of the text as a whole; here the pieces are cut.
        let _ = self.text(node);
        while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
            let length = rest.find(['{', '}']).unwrap_or(rest.len());
            fixed.push_str(&unescape(rest.get(..length).unwrap_or("")).0);
            let brace = rest.get(length..).unwrap_or("");
            at = at.saturating_add(length);
            if brace.starts_with("{{") || brace.starts_with("}}") {
                fixed.push_str(brace.get(..1).unwrap_or(""));
                at = at.saturating_add(2);
            } else if brace.starts_with('}') {
                let place = self.place(base.saturating_add(at), base.saturating_add(at).saturating_add(1));
                self.report(
                    Diagnostic::error(codes::BAD_FILL, "a `}` without its `{`", place, "nothing is filled in here")
                        .help("a brace itself is written `}}`")
                        .edit(place, "}}"),
                );
                at = at.saturating_add(1);
            } else if let Some(end) = brace.find('}') {
                if !fixed.is_empty() {
                    pieces.push(TemplatePiece::Text(std::mem::take(&mut fixed)));
                }
                let fill = brace.get(1..end).unwrap_or("");
                let start = base.saturating_add(at).saturating_add(1);
                pieces.push(TemplatePiece::Fill(self.fill(fill, start)));
                at = at.saturating_add(end).saturating_add(1);
            } else if !brace.is_empty() {
                let place = self.place(base.saturating_add(at), base.saturating_add(raw.len()));
                self.report(
                    Diagnostic::error(
                        codes::BAD_FILL,
                        "a `{` is not closed in this text",
                        place,
                        "what is filled in ends with `}`",
                    )
                    .help("a brace itself is written `{{`"),
                );
                at = raw.len();
            }
        }
        if !fixed.is_empty() {
            pieces.push(TemplatePiece::Text(fixed));
        }
        Template { pieces, span }
    }

    fn fill(&self, text: &str, start: usize) -> Expr {
        let span = self.place(start, start.saturating_add(text.len()));
        if text.contains('\\') {
            self.report(
                Diagnostic::error(
                    codes::BAD_FILL,
                    "a text cannot stand within `{…}`",
                    span,
                    "quotes and escapes have no meaning here",
                )
                .help("give the value a name with `let`, and fill in the name"),
            );
            return Expr { kind: ExprKind::Broken, span };
        }
        let (value, problems) = super::parse_expression(self.id, text, span.start);
        self.problems.borrow_mut().extend(problems);
        value
    }
}
