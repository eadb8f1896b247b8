//! Which table rows a charge or definition used, directly or through definitions.

use super::build::Builder;
use super::tracer::{Item, Noted, Traced};
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
    pub(super) fn gather(&mut self, whole: Traced<'_, 'p>) {
        self.gather_of(whole, Owner::Nobody);
        self.uses.sort_unstable();
        self.uses.dedup();
        self.charge_amounts.sort_by_key(|(id, _)| *id);
    }

    fn gather_of(&mut self, node: Traced<'_, 'p>, owner: Owner) {
        let owner = match node.node {
            Some(Node::Charge(id)) => {
                let amount = node.value.and_then(Value::as_number).cloned().unwrap_or_default();
                self.charge_amounts.push((id, amount));
                Owner::Charge(id)
            }
            Some(Node::Definition(id)) => {
                self.uses.push((owner, Used::Definition(id)));
                Owner::Definition(id)
            }
            _ => owner,
        };
        for item in node.items {
            match item {
                Item::Node(child) => self.gather_of(child, owner),
                Item::Note(Noted::Row(table, row)) => self.uses.push((owner, Used::Row(*table, *row))),
                Item::Note(Noted::KnownDefinition(id)) => self.uses.push((owner, Used::Definition(*id))),
                Item::Note(_) => {}
            }
        }
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
