//! Which table rows a charge or definition used, directly or through definitions.

use super::build::Builder;
use super::tracer::{Noted, Record};
use super::tree::{Range, RowNode, place};
use crate::eval::Node;
use crate::program::{ChargeId, DefinitionId};
use crate::types::TableId;
use crate::value::Value;

/// What uses rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Owner {
    Charge(ChargeId),
    Definition(DefinitionId),
    Nobody,
}

/// What is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Used {
    Row(TableId, u32),
    Definition(DefinitionId),
}

impl<'p> Builder<'p> {
    /// Collects the amounts of charges, and who used which rows.
    pub(super) fn gather(&mut self, log: &[Record<'p>]) {
        // The charges and definitions that are open, and where they end.
        let mut open: Vec<(Owner, usize)> = Vec::new();
        for (at, record) in log.iter().enumerate() {
            while open.last().is_some_and(|(_, end)| *end <= at) {
                open.pop();
            }
            let owner = open.last().map_or(Owner::Nobody, |(owner, _)| *owner);
            match record {
                Record::Node(Node::Charge(id), value, end) => {
                    let amount = value.as_ref().and_then(Value::as_number).cloned().unwrap_or_default();
                    self.charge_amounts.push((*id, amount));
                    open.push((Owner::Charge(*id), *end as usize));
                }
                Record::Node(Node::Definition(id), _, end) => {
                    self.uses.push((owner, Used::Definition(*id)));
                    open.push((Owner::Definition(*id), *end as usize));
                }
                Record::Note(Noted::Row(table, row)) => self.uses.push((owner, Used::Row(*table, *row))),
                Record::Note(Noted::KnownDefinition(id)) => self.uses.push((owner, Used::Definition(*id))),
                _ => {}
            }
        }
        self.uses.sort_unstable();
        self.uses.dedup();
        self.charge_amounts.sort_by_key(|(id, _)| *id);
    }

    /// The rows that something used, directly or through definitions.
    pub(super) fn rows_of(&mut self, owner: Owner) -> Range {
        let (mut rows, mut seen, mut next) = (Vec::new(), Vec::new(), Some(owner));
        let mut todo = Vec::new();
        while let Some(owner) = next {
            let from = self.uses.partition_point(|(other, _)| *other < owner);
            let own = self.uses.get(from..).unwrap_or_default().iter().take_while(|(other, _)| *other == owner);
            for (_, used) in own {
                match used {
                    Used::Row(table, row) => rows.push((*table, *row)),
                    Used::Definition(id) => {
                        if let Err(at) = seen.binary_search(id) {
                            seen.insert(at, *id);
                            todo.push(Owner::Definition(*id));
                        }
                    }
                }
            }
            next = todo.pop();
        }
        rows.sort_unstable();
        rows.dedup();
        let from = place(self.tree.rows.len());
        for (table, row) in rows {
            let Some(table) = self.program.tables.get(table.0 as usize) else { continue };
            let (Some(span), Some(row)) = (table.row_span(row), table.row_number(row)) else { continue };
            let place = self.place(span);
            let table = self.tree.say(&table.name);
            self.tree.rows.push(RowNode { table, row, place });
        }
        Range { from, to: place(self.tree.rows.len()) }
    }
}
