//! Which table rows a charge or definition used, directly or through definitions.

use super::UsedRow;
use super::build::Builder;
use super::tracer::{Item, Noted, Traced};
use crate::eval::Node;
use crate::program::{ChargeId, DefinitionId};
use crate::types::TableId;
use crate::value::Value;
use std::collections::BTreeSet;

/// What uses rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    Charge(ChargeId),
    Definition(DefinitionId),
    Nobody,
}

#[derive(Debug, Default)]
pub(super) struct Uses {
    rows: BTreeSet<(TableId, u32)>,
    definitions: BTreeSet<DefinitionId>,
}

impl<'p> Builder<'p> {
    /// Collects the amounts of charges, and who used which rows.
    pub(super) fn gather(&mut self, node: &Traced<'p>, owner: Owner) {
        let owner = match node.node {
            Some(Node::Charge(id)) => {
                let amount = node.value.as_ref().and_then(Value::as_number).cloned().unwrap_or_default();
                self.charge_amounts.insert(id, amount);
                Owner::Charge(id)
            }
            Some(Node::Definition(id)) => {
                self.uses.entry(owner).or_default().definitions.insert(id);
                Owner::Definition(id)
            }
            _ => owner,
        };
        for item in &node.items {
            match item {
                Item::Node(child) => self.gather(child, owner),
                Item::Note(Noted::Row(table, row)) => {
                    self.uses.entry(owner).or_default().rows.insert((*table, *row));
                }
                Item::Note(Noted::KnownDefinition(id)) => {
                    self.uses.entry(owner).or_default().definitions.insert(*id);
                }
                Item::Note(_) => {}
            }
        }
    }

    /// The rows that something used, directly or through definitions.
    pub(super) fn rows_of(&self, owner: Owner) -> Vec<UsedRow> {
        let mut rows = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut todo = vec![owner];
        while let Some(owner) = todo.pop() {
            let Some(uses) = self.uses.get(&owner) else { continue };
            rows.extend(uses.rows.iter().copied());
            todo.extend(uses.definitions.iter().filter(|id| seen.insert(**id)).map(|id| Owner::Definition(*id)));
        }
        let used = |(table, row): (TableId, u32)| {
            let table = self.program.tables.get(table.0 as usize)?;
            let place = self.place(table.row_span(row)?);
            Some(UsedRow { table: table.name.clone(), row: table.row_number(row)?, place })
        };
        rows.into_iter().filter_map(used).collect()
    }
}
