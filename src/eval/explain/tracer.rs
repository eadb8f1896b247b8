//! The observer that writes down what happens: a flat log, from which the explanation is built afterwards.
//!
//! A node is one record that says where what lies in it ends, so that a part of the log is the tree below it.

use super::super::{NearRow, Node, Note, Observer, TierLine};
use crate::program::{ChargeId, DefinitionId, ParameterId, TiersId};
use crate::types::TableId;
use crate::value::{Number, Value};

/// The most that a log is told: beginnings and ends of nodes, and notes. What comes after is left out, and the explanation says so.
const LONGEST_LOG: usize = 400_000;

/// The end of a node that is open.
const OPEN: u32 = u32::MAX;

/// Watches an evaluation and writes it down.
#[derive(Debug, Default)]
pub struct Tracer<'p> {
    log: Vec<Record<'p>>,
    /// The places of the nodes that are open.
    open: Vec<u32>,
    /// How often it was told something that was kept.
    told: usize,
    /// How many nodes that were left out are open.
    left_out: usize,
    cut_short: bool,
}

/// What is written down.
#[derive(Debug)]
enum Record<'p> {
    /// A node, its value, and where the records of what lies in it end.
    Node(Node<'p>, Option<Value>, u32),
    Note(Noted<'p>),
}

/// A note that is kept.
#[derive(Debug)]
pub(super) enum Noted<'p> {
    KnownDefinition(DefinitionId),
    KnownCharge(ChargeId),
    Row(TableId, u32),
    NoRow(TableId),
    Nearest(Box<NearRow>),
    DatedValue(ParameterId, usize),
    /// How the node before it, a condition, was decided.
    Condition(bool),
    Tier(TiersId, Box<TierLine>),
    Rounded(Number, Number),
    Booked(Number, Number),
    StageLine(&'p str, Number),
    Winner(usize),
    Reason(Box<str>),
}

/// A node of a log, with what lies in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Traced<'t, 'p> {
    /// What it is; `None` for the whole log.
    pub(super) node: Option<Node<'p>>,
    pub(super) value: Option<&'t Value>,
    pub(super) items: Items<'t, 'p>,
}

/// What lies in a node, in the order in which it happened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Items<'t, 'p> {
    log: &'t [Record<'p>],
    at: usize,
    end: usize,
}

/// One of them.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item<'t, 'p> {
    Node(Traced<'t, 'p>),
    Note(&'t Noted<'p>),
}

impl<'t, 'p> Iterator for Items<'t, 'p> {
    type Item = Item<'t, 'p>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let record = self.log.get(self.at)?;
        let within = self.at.saturating_add(1);
        Some(match record {
            Record::Note(note) => {
                self.at = within;
                Item::Note(note)
            }
            Record::Node(node, value, end) => {
                // A node that an error left open ends where it happened.
                let end = (*end as usize).min(self.end);
                self.at = end;
                let items = Items { log: self.log, at: within, end };
                Item::Node(Traced { node: Some(*node), value: value.as_ref(), items })
            }
        })
    }
}

impl Items<'_, '_> {
    /// How the condition before these items was decided, where it was one.
    pub(super) fn decided(&self) -> Option<bool> {
        match self.log.get(self.at) {
            Some(Record::Note(Noted::Condition(answer))) if self.at < self.end => Some(*answer),
            _ => None,
        }
    }
}

impl<'p> Tracer<'p> {
    /// A tracer with an empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// One with room for so many nodes and notes.
    pub(super) fn with_room(records: usize) -> Self {
        Tracer { log: Vec::with_capacity(records), ..Self::default() }
    }

    /// Whether something was left out.
    pub(super) fn is_cut_short(&self) -> bool {
        self.cut_short
    }

    /// How many records there are.
    pub(super) fn len(&self) -> usize {
        self.log.len()
    }

    /// All that happened.
    pub(super) fn whole(&self) -> Traced<'_, 'p> {
        Traced { node: None, value: None, items: Items { log: &self.log, at: 0, end: self.log.len() } }
    }

    fn is_full(&mut self) -> bool {
        let full = self.told >= LONGEST_LOG;
        self.cut_short |= full;
        full
    }
}

impl<'p> Observer<'p> for Tracer<'p> {
    const EXPLAINS: bool = true;

    #[inline]
    fn enter(&mut self, node: Node<'p>) {
        if self.left_out > 0 || self.is_full() {
            self.left_out += 1;
        } else {
            self.told += 1;
            self.open.push(self.log.len() as u32);
            self.log.push(Record::Node(node, None, OPEN));
        }
    }

    #[inline]
    fn leave(&mut self, value: Option<&Value>) {
        if self.left_out > 0 {
            self.left_out -= 1;
            return;
        }
        self.told += 1;
        let end = self.log.len() as u32;
        let open = self.open.pop().and_then(|at| self.log.get_mut(at as usize));
        if let Some(Record::Node(_, left_with, ends)) = open {
            *left_with = value.cloned();
            *ends = end;
        }
    }

    #[inline]
    fn note(&mut self, note: Note<'p, '_>) {
        if self.left_out > 0 || self.is_full() {
            return;
        }
        let noted = match note {
            Note::KnownDefinition(id) => Noted::KnownDefinition(id),
            Note::KnownCharge(id) => Noted::KnownCharge(id),
            Note::Row(table, row) => Noted::Row(table, row),
            Note::NoRow(table) => Noted::NoRow(table),
            Note::Nearest(row) => Noted::Nearest(Box::new(row.clone())),
            Note::DatedValue(parameter, index) => Noted::DatedValue(parameter, index),
            Note::Condition(_, answer) => Noted::Condition(answer),
            Note::Tier(tiers, line) => Noted::Tier(tiers, Box::new(line.clone())),
            Note::Rounded(before, after) => Noted::Rounded(before.clone(), after.clone()),
            Note::Booked(before, after) => Noted::Booked(before.clone(), after.clone()),
            Note::Reason(reason) => Noted::Reason(reason.into()),
            Note::StageLine(code, amount) => Noted::StageLine(code, amount.clone()),
            Note::Winner(index) => Noted::Winner(index),
            Note::OwnAmount(_)
            | Note::Equal(_)
            | Note::AtTierBound(_)
            | Note::AtRowEnd(..)
            | Note::Compared(..)
            | Note::LookedUp(..)
            | Note::Measured(..)
            | Note::AskedOn(..)
            | Note::Bound(..)
            | Note::Bounded(..) => return,
        };
        self.told += 1;
        self.log.push(Record::Note(noted));
    }
}
