//! What an evaluation reached: for the report of which rules no test covers.

use super::{Node, Note, Observer};
use crate::program::{ChargeId, DefinitionId, Program};
use crate::source::Span;
use crate::types::TableId;
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Collects what was reached over any number of evaluations of one program.
#[derive(Debug, Clone, Default)]
pub struct Coverage {
    /// Charges that booked an amount.
    pub charges: BTreeSet<ChargeId>,
    /// Definitions that were computed.
    pub definitions: BTreeSet<DefinitionId>,
    /// Rows that gave a value.
    pub rows: BTreeSet<(TableId, u32)>,
    /// Conditions by their place: whether they were decided yes, and no.
    pub conditions: BTreeMap<Span, (bool, bool)>,
    /// Exceptions that held, by their place.
    pub exceptions: BTreeSet<Span>,
    /// Options of groups that were priced, by their place.
    pub options: BTreeSet<Span>,
    /// Tiers that something lay in, by their place.
    pub tiers: BTreeSet<Span>,
    /// Flags that were raised, by their index.
    pub flags: BTreeSet<usize>,
    /// Refusals that refused, by their index.
    pub refusals: BTreeSet<usize>,
    /// The nodes that are open.
    open: Vec<Open>,
}

#[derive(Debug, Clone, Copy)]
enum Open {
    Charge(ChargeId),
    Exception(Span),
    Option(Span),
    Flag(usize),
    Other,
}

impl<'p> Observer<'p> for Coverage {
    fn enter(&mut self, node: Node<'p>) {
        self.open.push(match node {
            Node::Charge(id) => Open::Charge(id),
            Node::Exception(exception) => Open::Exception(exception.span),
            Node::Option(option) => Open::Option(option.span),
            Node::Flag(index) => Open::Flag(index),
            Node::Definition(id) => {
                self.definitions.insert(id);
                Open::Other
            }
            _ => Open::Other,
        });
    }

    fn leave(&mut self, value: Option<&Value>) {
        match (self.open.pop(), value) {
            (Some(Open::Charge(id)), Some(_)) => drop(self.charges.insert(id)),
            (Some(Open::Exception(span)), Some(_)) => drop(self.exceptions.insert(span)),
            (Some(Open::Option(span)), Some(_)) => drop(self.options.insert(span)),
            (Some(Open::Flag(index)), Some(_)) => drop(self.flags.insert(index)),
            _ => {}
        }
    }

    fn note(&mut self, note: Note<'p, '_>) {
        match note {
            Note::Row(table, row) => drop(self.rows.insert((table, row))),
            Note::Tier(_, line) => drop(self.tiers.insert(line.span)),
            Note::Condition(span, answer) => {
                let (yes, no) = self.conditions.entry(span).or_default();
                *yes |= answer;
                *no |= !answer;
            }
            _ => {}
        }
    }
}

impl Coverage {
    /// Nothing reached yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends one evaluation, also one that failed, so that another can be watched. A refusal is told here, by its place.
    pub fn end(&mut self, program: &Program, refused_at: Option<Span>) {
        self.open.clear();
        let refusals = program.refusals.iter().enumerate();
        self.refusals.extend(refusals.filter(|(_, refusal)| Some(refusal.span) == refused_at).map(|(index, _)| index));
    }
}
