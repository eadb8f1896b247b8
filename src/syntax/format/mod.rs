//! Tree to text: the one style, without options.
//!
//! `parse(format(parse(x)))` is the tree of `x`, whatever its layout was, and formatting twice is formatting once. Texts, numbers and cells
//! stay as their author wrote them, comments stay where they stood, and a file with problems stays as it is.

mod charges;
mod expression;
mod forms;
mod items;
mod layout;
mod tables;
mod writer;

use super::ast::File;
use super::tokens::{self, TokenKind};
use crate::source::Span;
use writer::Writer;

/// Writes a file in the one style.
///
/// `text` must be the text that `file` was read from. A text with problems is returned unchanged: what could not be read cannot be written.
/// Takes time in proportion to the text.
pub fn format(file: &File, text: &str) -> String {
    if !super::parse(file.id, text).1.is_empty() {
        return text.into();
    }
    let mut formatter = Formatter { printer: Printer { text }, writer: Writer::new(text, &file.comments) };
    if let Some(header) = &file.header {
        formatter.header(header);
    }
    for item in &file.items {
        formatter.item(item, item.span.start as usize, "");
    }
    formatter.writer.finish()
}

/// Makes documents of the parts of a tree.
struct Printer<'t> {
    text: &'t str,
}

impl<'t> Printer<'t> {
    /// The text as its author wrote it.
    fn source(&self, span: Span) -> &'t str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The same without comments, and with one blank where there were any; parentheses around it are left out.
    fn rewritten(&self, span: Span) -> String {
        let source = self.source(span);
        let mut out = String::new();
        let (mut at, mut end) = (0, None);
        while let Some(token) = tokens::next(source, at) {
            at = token.end;
            let text = source.get(token.start..token.end).unwrap_or("");
            if token.kind == TokenKind::Comment || matches!(text, "(" | ")") {
                continue;
            }
            let apart = end.is_some_and(|end| end < token.start) || out.ends_with(',');
            if apart && text != "," {
                out.push(' ');
            }
            out.push_str(text);
            end = Some(token.end);
        }
        out
    }
}

/// Writes a file item by item.
struct Formatter<'t> {
    printer: Printer<'t>,
    writer: Writer<'t>,
}
