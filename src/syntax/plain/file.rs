//! A file whose plain items are read without the grammar, and what stands between them by it.

use pest::Parser;

use crate::source::FileId;
use crate::syntax::ast::{Comment, Header, Item};
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::node::{Node, Reader};
use crate::syntax::scan::Scan;
use crate::syntax::{documentation, tokens};

/// What a file holds besides its comments.
pub(in crate::syntax) struct Whole {
    pub header: Header,
    pub items: Vec<Item>,
}

/// Reads a file; `None` where it has any problem, where it cannot be cut into items for certain, and where nothing in it is plain.
pub(in crate::syntax) fn file(id: FileId, scan: &Scan) -> Option<Whole> {
    if !scan.problems.is_empty() || !scan.cut {
        return None;
    }
    let text = scan.masked.as_str();
    let mut reading = Reading { id, text, comments: &scan.comments, header: None, items: Vec::new() };
    let mut rest = 0;
    let ends = scan.items.iter().skip(1).copied().chain([text.len()]);
    for (start, next) in scan.items.iter().copied().zip(ends) {
        if let Some(item) = super::item(id, text, start, next) {
            reading.by_the_grammar(rest, start)?;
            reading.push(item, start);
            rest = next;
        }
    }
    if rest == 0 {
        return None;
    }
    reading.by_the_grammar(rest, text.len())?;
    Some(Whole { header: reading.header?, items: reading.items })
}

struct Reading<'t> {
    id: FileId,
    text: &'t str,
    comments: &'t [Comment],
    header: Option<Header>,
    items: Vec<Item>,
}

impl Reading<'_> {
    fn push(&mut self, mut item: Item, start: usize) {
        item.doc = documentation(self.text, self.comments, start);
        self.items.push(item);
    }

    /// Reads the bytes `from..to`; `None` where anything is wrong with them.
    fn by_the_grammar(&mut self, from: usize, to: usize) -> Option<()> {
        let text = self.text.get(from..to)?;
        if is_blank(text) {
            return Some(());
        }
        let reader = Reader::new(self.id, u32::try_from(from).ok()?);
        let file = Grammar::parse(Rule::file, text).ok()?.next()?;
        for entry in Node(file).parts() {
            match entry.rule() {
                Rule::header if self.header.is_none() && self.items.is_empty() => {
                    self.header = Some(reader.header(&entry)?);
                }
                Rule::item => self.push(reader.item(&entry)?, from.saturating_add(entry.start())),
                Rule::EOI => {}
                _ => return None,
            }
        }
        reader.problems.borrow().is_empty().then_some(())
    }
}

/// Whether there are only blanks and comments.
fn is_blank(text: &str) -> bool {
    let mut at = 0;
    while let Some(token) = tokens::next(text, at) {
        if token.kind != tokens::TokenKind::Comment {
            return false;
        }
        at = token.end;
    }
    true
}
