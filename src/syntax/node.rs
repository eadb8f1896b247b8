//! The cursor over what the grammar found: a piece of text, the rule it was read by, and its parts.
//!
//! The one place that touches pest's pairs. Parts are asked for by rule, so a part that is missing is `None`, never a panic.

use pest::iterators::Pair;
use pest::pratt_parser::PrattParser;
use std::cell::RefCell;

use super::ast::{Name, Text};
use super::grammar::Rule;
use super::precedence;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// A piece of text that a rule of the grammar has read.
#[derive(Clone)]
pub(super) struct Node<'t>(pub(super) Pair<'t, Rule>);

impl<'t> Node<'t> {
    pub fn rule(&self) -> Rule {
        self.0.as_rule()
    }

    /// The text, with the blanks that the grammar read after its last part.
    pub fn text(&self) -> &'t str {
        self.0.as_str()
    }

    pub fn start(&self) -> usize {
        self.0.as_span().start()
    }

    /// The end of its last token.
    pub fn end(&self) -> usize {
        let mut last = self.0.clone();
        while let Some(part) = last.clone().into_inner().next_back() {
            last = part;
        }
        last.as_span().end()
    }

    /// Its parts in order.
    pub fn parts(&self) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.0.clone().into_inner().map(Node)
    }

    /// Its parts that were read by `rule`, in order.
    pub fn each(&self, rule: Rule) -> impl Iterator<Item = Node<'t>> + use<'t> {
        self.parts().filter(move |part| part.rule() == rule)
    }

    /// Its first part that was read by `rule`.
    pub fn part(&self, rule: Rule) -> Option<Node<'t>> {
        self.each(rule).next()
    }

    /// Its part number `index`, from 0, of those that were read by `rule`.
    pub fn nth(&self, rule: Rule, index: usize) -> Option<Node<'t>> {
        self.each(rule).nth(index)
    }

    pub fn has(&self, rule: Rule) -> bool {
        self.part(rule).is_some()
    }

    /// Its first part.
    pub fn first(&self) -> Option<Node<'t>> {
        self.parts().next()
    }

    /// Its last part.
    pub fn last(&self) -> Option<Node<'t>> {
        self.0.clone().into_inner().next_back().map(Node)
    }
}

/// Turns nodes into the tree, and notes what the grammar could not see.
pub(super) struct Reader {
    pub id: FileId,
    /// Where the text that the grammar read begins in the file.
    pub base: u32,
    pub problems: RefCell<Vec<Diagnostic>>,
    pub pratt: PrattParser<Rule>,
}

impl Reader {
    pub fn new(id: FileId, base: u32) -> Self {
        Reader { id, base, problems: RefCell::new(Vec::new()), pratt: precedence::table() }
    }

    pub fn report(&self, problem: Diagnostic) {
        self.problems.borrow_mut().push(problem);
    }

    /// The span of the bytes `start..end` of the text that the grammar read.
    pub fn place(&self, start: usize, end: usize) -> Span {
        let offset = |at: usize| self.base.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
        Span::new(self.id, offset(start), offset(end))
    }

    pub fn span(&self, node: &Node<'_>) -> Span {
        self.place(node.start(), node.end())
    }

    /// A name, without its backticks.
    pub fn name(&self, node: &Node<'_>) -> Name {
        Name { text: node.text().trim_matches('`').into(), span: self.span(node) }
    }

    /// The part that is a name read by `rule`.
    pub fn named(&self, node: &Node<'_>, rule: Rule) -> Option<Name> {
        node.part(rule).map(|name| self.name(&name))
    }

    /// All the parts that are names.
    pub fn names(&self, node: &Node<'_>) -> Vec<Name> {
        node.each(Rule::name).map(|name| self.name(&name)).collect()
    }

    /// The text literal among the parts, or that of the part `rule`.
    pub fn text_in(&self, node: &Node<'_>, rule: Rule) -> Option<Text> {
        let part = node.part(rule)?;
        if rule == Rule::text { Some(self.text(&part)) } else { part.part(Rule::text).map(|text| self.text(&text)) }
    }
}
