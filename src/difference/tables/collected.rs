//! What the rows of a collecting table come to, before and after: sums, least and greatest values, numbers of rows.
//!
//! Two layouts of the rows that come to the same are no change, unless the rules take the rows one by one.

use super::{Edition, Sides, ValueChange};
use crate::eval::show;
use crate::program::{Expr, ExprKind};
use crate::table::{Collect, Column, HitPolicy, Role, Table};
use crate::types::Type;
use crate::value::Value;

impl Sides<'_> {
    /// Whether only one edition counts its rows.
    pub(super) fn one_counts(&self) -> bool {
        counts(self.older) != counts(self.newer)
    }

    /// What rows come to, by column.
    pub(super) fn collected(&self, older: &[Value], newer: &[Value]) -> Vec<ValueChange> {
        let names = self.columns.iter().filter(|column| column.role == Role::Value).map(|column| column.name.clone());
        let names: Vec<String> = if counts(self.older) { vec!["rows".to_string()] } else { names.collect() };
        let (before, after) = (self.come_to(self.older, older), self.come_to(self.newer, newer));
        let words = before.into_iter().zip(after);
        let both = names.into_iter().zip(older.iter().zip(newer)).zip(words);
        let differ = both.filter(|((_, (older, newer)), _)| older != newer);
        let change = differ.map(|((column, values), (before, after))| {
            let numbers = match values {
                (Value::Number(before), Value::Number(after)) => Some((before.clone(), after.clone())),
                _ => None,
            };
            ValueChange { column, before, after, numbers }
        });
        change.collect()
    }

    /// The words of what rows come to, in the units of the older edition.
    pub(super) fn come_to(&self, table: &Table, values: &[Value]) -> Vec<String> {
        if counts(table) {
            return values.iter().map(|value| show::plain(self.old.program, &[], value, &Type::Integer)).collect();
        }
        let columns = self.columns.iter().filter(|column| column.role == Role::Value);
        let types = columns.map(|column| column.old.and_then(|at| self.old.table.columns.get(at)));
        let show = |(column, value): (Option<&Column>, &Value)| {
            column.map(|column| show::plain(self.old.program, &[], value, &column.ty)).unwrap_or_default()
        };
        types.zip(values).map(show).collect()
    }
}

/// Whether a table tells how many rows match.
pub(super) fn counts(table: &Table) -> bool {
    table.policy == HitPolicy::Collect(Collect::Count)
}

/// Whether an edition's rules take the rows of the table one by one, whatever it makes of them.
pub(super) fn takes_rows(edition: Edition<'_>) -> bool {
    let mut found = false;
    let mut look = |expr: &Expr| {
        if let ExprKind::Lookup { table, rows: true, .. } = &expr.kind {
            let table = edition.program.tables.get(table.0 as usize);
            found |= table.is_some_and(|table| std::ptr::eq(table, edition.table));
        }
    };
    edition.program.parts(&mut |part| part.walk(&mut look));
    found
}
