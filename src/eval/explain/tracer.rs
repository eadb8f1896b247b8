//! The observer that writes down what happens: a log, from which the explanation is built afterwards.

use super::super::{NearRow, Node, Note, Observer, TierLine};
use crate::program::{ChargeId, DefinitionId, ParameterId, TiersId};
use crate::types::TableId;
use crate::value::{Number, Value};

/// The most nodes and notes that a log holds; what comes after is left out, and the explanation says so.
const LONGEST_LOG: usize = 400_000;

/// Watches an evaluation and writes it down.
#[derive(Debug, Default)]
pub struct Tracer<'p> {
    log: Vec<Event<'p>>,
    /// How many nodes that were left out are open.
    left_out: usize,
    cut_short: bool,
}

#[derive(Debug)]
enum Event<'p> {
    Enter(Node<'p>),
    Leave(Option<Value>),
    Note(Noted<'p>),
}

/// A note that is kept.
#[derive(Debug)]
pub(super) enum Noted<'p> {
    KnownDefinition(DefinitionId),
    KnownCharge(ChargeId),
    Row(TableId, u32),
    NoRow(TableId),
    Nearest(NearRow),
    DatedValue(ParameterId, usize),
    /// How the node before it, a condition, was decided.
    Condition(bool),
    Tier(TiersId, TierLine),
    Rounded(Number, Number),
    Booked(Number, Number),
    StageLine(&'p str, Number),
    Winner(usize),
    Reason(String),
}

/// A node of the tree that a log describes.
#[derive(Debug)]
pub(super) struct Traced<'p> {
    pub(super) node: Option<Node<'p>>,
    pub(super) value: Option<Value>,
    pub(super) items: Vec<Item<'p>>,
}

/// What lies in a node, in the order in which it happened.
#[derive(Debug)]
pub(super) enum Item<'p> {
    Node(Traced<'p>),
    Note(Noted<'p>),
}

impl<'p> Tracer<'p> {
    /// A tracer with an empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether something was left out.
    pub(super) fn is_cut_short(&self) -> bool {
        self.cut_short
    }

    /// The tree of what happened. Nodes that an error left open end where it happened.
    pub(super) fn into_tree(self) -> Traced<'p> {
        let mut open = vec![Traced { node: None, value: None, items: Vec::new() }];
        for event in self.log {
            match event {
                Event::Enter(node) => open.push(Traced { node: Some(node), value: None, items: Vec::new() }),
                Event::Leave(value) => close(&mut open, value),
                Event::Note(note) => {
                    if let Some(node) = open.last_mut() {
                        node.items.push(Item::Note(note));
                    }
                }
            }
        }
        while open.len() > 1 {
            close(&mut open, None);
        }
        open.pop().unwrap_or(Traced { node: None, value: None, items: Vec::new() })
    }

    fn is_full(&mut self) -> bool {
        let full = self.log.len() >= LONGEST_LOG;
        self.cut_short |= full;
        full
    }
}

fn close<'p>(open: &mut Vec<Traced<'p>>, value: Option<Value>) {
    if open.len() < 2 {
        return;
    }
    if let (Some(mut node), Some(parent)) = (open.pop(), open.last_mut()) {
        node.value = value;
        parent.items.push(Item::Node(node));
    }
}

impl<'p> Observer<'p> for Tracer<'p> {
    const EXPLAINS: bool = true;

    fn enter(&mut self, node: Node<'p>) {
        if self.left_out > 0 || self.is_full() {
            self.left_out += 1;
        } else {
            self.log.push(Event::Enter(node));
        }
    }

    fn leave(&mut self, value: Option<&Value>) {
        if self.left_out > 0 {
            self.left_out -= 1;
        } else {
            self.log.push(Event::Leave(value.cloned()));
        }
    }

    fn note(&mut self, note: Note<'p, '_>) {
        if self.left_out > 0 || self.is_full() {
            return;
        }
        self.log.push(Event::Note(match note {
            Note::KnownDefinition(id) => Noted::KnownDefinition(id),
            Note::KnownCharge(id) => Noted::KnownCharge(id),
            Note::Row(table, row) => Noted::Row(table, row),
            Note::NoRow(table) => Noted::NoRow(table),
            Note::Nearest(row) => Noted::Nearest(row.clone()),
            Note::DatedValue(parameter, index) => Noted::DatedValue(parameter, index),
            Note::Condition(_, answer) => Noted::Condition(answer),
            Note::Tier(tiers, line) => Noted::Tier(tiers, line.clone()),
            Note::Rounded(before, after) => Noted::Rounded(before.clone(), after.clone()),
            Note::Booked(before, after) => Noted::Booked(before.clone(), after.clone()),
            Note::Reason(reason) => Noted::Reason(reason.to_string()),
            Note::StageLine(code, amount) => Noted::StageLine(code, amount.clone()),
            Note::Winner(index) => Noted::Winner(index),
        }));
    }
}
