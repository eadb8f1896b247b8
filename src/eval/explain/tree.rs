//! The tree of an explanation: all its words in one text, and small plain records that point into it.
//!
//! A builder writes words at the end of the text and links steps; what it drops on the way stays in the text and is pointed to by
//! nothing. Once built a tree needs neither program nor input to be read, and is read through the views of `view`.

use crate::value::Number;

/// What is linked to nothing.
const NONE: u32 = u32::MAX;

/// All that an explanation says.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    /// The words.
    text: String,
    pub(super) ruleset: Passage,
    pub(super) version: Option<Passage>,
    /// Charges, then definitions, then notices.
    pub(super) explained: Vec<Named>,
    /// How many charges there are, and where the notices begin.
    pub(super) charges: u32,
    pub(super) notices: u32,
    pub(super) cut_short: bool,
    steps: Vec<Node>,
    pub(super) notes: Vec<Passage>,
    pub(super) addends: Vec<AddendNode>,
    pub(super) rows: Vec<RowNode>,
}

/// Words: a part of a tree's text.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Passage {
    from: u32,
    to: u32,
}

/// Places in a list of a tree: `from` included, `to` excluded.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Range {
    pub(super) from: u32,
    pub(super) to: u32,
}

/// Something with a name.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    pub(super) name: Passage,
    pub(super) label: Option<Passage>,
    pub(super) value: Option<Passage>,
    pub(super) place: Passage,
    pub(super) amount: Option<Number>,
    pub(super) addends: Range,
    pub(super) rows: Range,
    pub(super) parts: Chain,
}

/// A part of a charge's amount.
#[derive(Debug, Clone)]
pub(super) struct AddendNode {
    pub(super) label: Passage,
    pub(super) amount: Number,
    pub(super) shown: Passage,
}

/// A row that was used.
#[derive(Debug, Clone)]
pub(super) struct RowNode {
    pub(super) table: Passage,
    pub(super) row: u32,
    pub(super) place: Passage,
}

/// Where a step is explained.
#[derive(Debug, Clone, Copy)]
pub(super) enum See {
    Charge(Passage),
    Definition(Passage),
}

/// A step.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    pub(super) label: Passage,
    pub(super) value: Option<Passage>,
    pub(super) notes: Range,
    pub(super) see: Option<See>,
    pub(super) parts: Chain,
    pub(super) next: Next,
}

/// The step after a step, by its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next(u32);

impl Default for Next {
    fn default() -> Self {
        Next(NONE)
    }
}

/// Steps that follow each other: the places of the first and of the last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    first: u32,
    last: u32,
}

impl Default for Chain {
    fn default() -> Self {
        Chain { first: NONE, last: NONE }
    }
}

impl Chain {
    pub(super) fn is_empty(self) -> bool {
        self.first == NONE
    }

    /// The place of the only step.
    pub(super) fn only(self) -> Option<u32> {
        (self.first == self.last && self.first != NONE).then_some(self.first)
    }
}

impl Tree {
    /// A tree with room for so many steps.
    pub(super) fn with_room(steps: usize) -> Self {
        Tree {
            text: String::with_capacity(steps.saturating_mul(24)),
            steps: Vec::with_capacity(steps),
            ..Tree::default()
        }
    }

    /// Writes words.
    #[inline]
    pub(super) fn write(&mut self, write: impl FnOnce(&mut String)) -> Passage {
        let from = place(self.text.len());
        write(&mut self.text);
        Passage { from, to: place(self.text.len()) }
    }

    /// Writes words that are known.
    #[inline]
    pub(super) fn say(&mut self, words: &str) -> Passage {
        self.write(|text| text.push_str(words))
    }

    /// The words of a passage.
    #[inline]
    pub(super) fn words(&self, passage: Passage) -> &str {
        self.text.get(passage.from as usize..passage.to as usize).unwrap_or_default()
    }

    /// Writes words again, after those in front of them: `[2] ` and a label.
    pub(super) fn after(&mut self, front: impl FnOnce(&mut String), passage: Passage) -> Passage {
        let words = passage.from as usize..passage.to as usize;
        self.write(|text| {
            front(text);
            text.extend_from_within(words);
        })
    }

    /// The words of a passage without so many bytes at its beginning.
    pub(super) fn without_front(&self, passage: Passage, bytes: usize) -> &str {
        self.words(passage).get(bytes..).unwrap_or_default()
    }

    /// Adds a step.
    pub(super) fn step(&mut self, node: Node) -> Chain {
        let at = place(self.steps.len());
        self.steps.push(node);
        Chain { first: at, last: at }
    }

    /// Steps, then others.
    pub(super) fn join(&mut self, before: Chain, after: Chain) -> Chain {
        if before.is_empty() || after.is_empty() {
            return if before.is_empty() { after } else { before };
        }
        if let Some(last) = self.steps.get_mut(before.last as usize) {
            last.next = Next(after.first);
        }
        Chain { first: before.first, last: after.last }
    }

    /// A step by its place.
    #[inline]
    pub(super) fn node(&self, at: u32) -> Option<&Node> {
        self.steps.get(at as usize)
    }

    pub(super) fn node_mut(&mut self, at: u32) -> Option<&mut Node> {
        self.steps.get_mut(at as usize)
    }

    /// The first step of some, with those that follow it.
    #[inline]
    pub(super) fn first(&self, chain: Chain) -> Option<(&Node, Chain)> {
        let node = self.steps.get(chain.first as usize)?;
        let first = if chain.first == chain.last { NONE } else { node.next.0 };
        Some((node, Chain { first, last: chain.last }))
    }

    /// Adds a note behind those that were added since `range` began.
    pub(super) fn note(&mut self, range: &mut Range, write: impl FnOnce(&mut String)) {
        let note = self.write(write);
        self.notes.push(note);
        range.to = place(self.notes.len());
    }

    /// No notes yet.
    pub(super) fn no_notes(&self) -> Range {
        let at = place(self.notes.len());
        Range { from: at, to: at }
    }
}

/// A place as trees keep it. One behind all others stands for those that do not fit: an explanation is far shorter.
#[inline]
pub(super) fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE)
}
