//! Tables, whose rows are read without the grammar: all that stands before the first row is read by it.
//!
//! The text of one item that starts with `table` comes in, the item goes out; `None` where anything but rows and comments stands between
//! the first row and the closing brace, and for crosstabs.

use pest::Parser;

use crate::source::{FileId, Span};
use crate::syntax::ast::{Item, ItemKind, Row, Table, Text};
use crate::syntax::cell::split_row;
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::node::{Node, Reader};
use crate::syntax::tokens::{self, Token, TokenKind};

/// The table that starts at byte `start` and ends before byte `next`, where another item or the end of the text is.
pub(super) fn table(id: FileId, text: &str, start: usize, next: usize) -> Option<Item> {
    let text = text.get(..next)?;
    let mut at = start;
    let mut first = None;
    while first.is_none() {
        let token = tokens::next(text, at)?;
        first = (token.kind == TokenKind::Row).then_some(token.start);
        at = token.end;
    }
    at = first?;
    let mut table = head(id, text.get(start..at)?, start)?;
    let mut rows = Vec::new();
    let closed = loop {
        let token = tokens::next(text, at)?;
        at = token.end;
        match token.kind {
            TokenKind::Row => rows.push(row(id, text, &token)?),
            TokenKind::Comment => {}
            TokenKind::Close if text.get(token.start..token.end) == Some("}") => break token.end,
            _ => return None,
        }
    };
    while let Some(token) = tokens::next(text, at) {
        if token.kind != TokenKind::Comment {
            return None;
        }
        at = token.end;
    }
    let mut rows = rows.into_iter();
    if !table.columns.is_empty() && table.file.is_none() {
        table.heading = rows.next();
    }
    table.rows = rows.collect();
    let span = Span::new(id, u32::try_from(start).ok()?, u32::try_from(closed).ok()?);
    Some(Item { doc: None, kind: ItemKind::Table(table), span })
}

/// A table without its rows; `head` is its text before them.
fn head(id: FileId, head: &str, start: usize) -> Option<Table> {
    let reader = Reader::new(id, u32::try_from(start).ok()?);
    let text = format!("{head}}}");
    let file = Grammar::parse(Rule::file, &text).ok()?.next()?;
    let mut entries = Node(file).parts().filter(|entry| entry.rule() != Rule::EOI);
    let entry = entries.next().filter(|entry| entry.rule() == Rule::item)?;
    let item = reader.item(&entry)?;
    let alone = entries.next().is_none() && reader.problems.borrow().is_empty();
    match item.kind {
        ItemKind::Table(table) if alone && !table.crosstab => Some(table),
        _ => None,
    }
}

fn row(id: FileId, text: &str, token: &Token) -> Option<Row> {
    let line = text.get(token.start..token.end)?;
    let place = |offset: usize| u32::try_from(token.start.saturating_add(offset)).ok();
    let (cells, split) = split_row(line);
    let cells = cells.into_iter().map(|cell| {
        let span = Span::new(id, place(cell.start)?, place(cell.end)?);
        Some(Text { text: line.get(cell)?.to_string(), span })
    });
    let cells: Vec<Text> = cells.collect::<Option<_>>()?;
    if cells.is_empty() {
        return None;
    }
    Some(Row { cells, split, span: Span::new(id, place(0)?, place(line.len())?) })
}
