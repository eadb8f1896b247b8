//! Plain items, read without the grammar: `charge`, `let`, `output`, `flag` and `refuse` of names, literals and operators, and the rows of
//! a `table`.
//!
//! Long rule sets are mostly such items, and the grammar takes ten times as long for one. In: a text without problems, cut where its
//! items start. Out: the same tree as by the grammar, or nothing. Whatever is not plain, and any file with a mistake, is left to the
//! grammar, which alone says what is wrong; so a form of the language that is unknown here only takes longer to read.

mod expression;
mod file;
mod table;
#[cfg(test)]
mod tests;
mod tokens;

pub(super) use file::file;

use super::ast::{Charge, ChargeAmount, Item, ItemKind, Template, TemplatePiece, Text};
use crate::source::{FileId, Span};

/// A place in a text whose items are read.
pub(super) struct Plain<'t> {
    id: FileId,
    text: &'t str,
    at: usize,
    /// The end of the last token.
    end: usize,
}

/// The item that starts at byte `start` and ends before byte `next`, where another one or the end of the text is.
pub(super) fn item(id: FileId, text: &str, start: usize, next: usize) -> Option<Item> {
    let mut plain = Plain { id, text: text.get(..next)?, at: start, end: start };
    let kind = match plain.word()? {
        "charge" => plain.charge()?,
        "table" => return table::table(id, text, start, next),
        "let" => {
            let name = plain.name()?;
            plain.mark(b'=')?;
            ItemKind::Let { name, ty: None, value: plain.expression()? }
        }
        "output" => {
            let name = plain.name()?;
            plain.mark(b'=')?;
            let value = plain.expression()?;
            ItemKind::Output { name, ty: None, value, label: plain.label()? }
        }
        word @ ("flag" | "refuse") => {
            let (code, message) = (plain.name()?, plain.template()?);
            plain.keyword("when")?;
            let when = plain.expression()?;
            match word {
                "flag" => ItemKind::Flag { code, message, when },
                _ => ItemKind::Refuse { code, message, when },
            }
        }
        _ => return None,
    };
    plain.peek().is_none().then(|| Item { doc: None, kind, span: plain.since(start) })
}

impl Plain<'_> {
    fn charge(&mut self) -> Option<ItemKind> {
        let code = self.name()?;
        let label = if self.peek() == Some(b'"') { Some(self.template()?) } else { None };
        self.mark(b'=')?;
        let amount = ChargeAmount::Expr(self.expression()?);
        let mut charge =
            Charge { code, label, each: None, amount, when: None, because: None, tags: Vec::new(), shown: None };
        loop {
            match self.peek_word() {
                Some("when") if charge.when.is_none() => {
                    self.word()?;
                    charge.when = Some(self.expression()?);
                }
                Some("because") if charge.because.is_none() => {
                    self.word()?;
                    charge.because = Some(self.template()?);
                }
                Some("tagged") if charge.tags.is_empty() => {
                    self.word()?;
                    charge.tags.push(self.name()?);
                    while self.takes(b',') {
                        charge.tags.push(self.name()?);
                    }
                }
                _ => return Some(ItemKind::Charge(charge)),
            }
        }
    }

    fn label(&mut self) -> Option<Option<Text>> {
        match self.peek() {
            Some(b'"') => {
                let (text, span) = self.quoted()?;
                Some(Some(Text { text: text.into(), span }))
            }
            _ => Some(None),
        }
    }

    /// A message in which nothing is filled in.
    fn template(&mut self) -> Option<Template> {
        let (text, span) = self.quoted()?;
        if text.contains(['{', '}']) {
            return None;
        }
        let pieces = if text.is_empty() { Vec::new() } else { vec![TemplatePiece::Text(text.into())] };
        Some(Template { pieces, span })
    }

    /// From byte `start` to the last token.
    fn since(&self, start: usize) -> Span {
        Span::new(self.id, start as u32, self.end as u32)
    }
}
