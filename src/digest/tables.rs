//! Tables in canonical form. Each distinct cell of a column is written once; a row is the digests of its cells.

use super::Digest;
use super::expression::Reading;
use super::writer::{Writer, sort};
use crate::table::{Cell, Default, Ends, HitPolicy, Table};
use crate::types::Type;
use crate::value::{Date, Value};

impl Reading<'_> {
    /// What a table gives for which keys. Its rows are in no order where their order neither means anything nor is shown.
    pub(super) fn table(&self, table: &Table) -> Digest {
        let mut writer = self.head(table);
        let mut rows = self.rows(table);
        if !self.shown && !keeps_order(&table.policy) {
            let matchable = table.matchable().min(rows.len());
            if let Some(matchable) = rows.get_mut(..matchable) {
                sort(matchable);
            }
        }
        writer.count(rows.len());
        rows.into_iter().for_each(|row| writer.digest(row));
        writer.finish()
    }

    fn head(&self, table: &Table) -> Writer {
        let mut writer = Self::begin("table");
        self.show(&mut writer, Some(&table.name));
        writer.text(&format!("{:?}", table.policy));
        match &table.default {
            Default::Error => writer.text("no default"),
            Default::Row => writer.text("otherwise"),
            Default::Refuse(code, message, _) => {
                writer.text("refuse");
                writer.text(code);
                self.show(&mut writer, Some(message));
            }
        }
        writer.count(table.columns.len());
        for column in &table.columns {
            writer.text(&column.name);
            writer.text(&format!("{:?}", column.role));
            self.ty(&mut writer, &column.ty);
        }
        writer
    }

    /// The digest of each row.
    fn rows(&self, table: &Table) -> Vec<Digest> {
        let columns: Vec<(&[u32], Vec<Digest>)> = (0..table.columns.len() as u16)
            .zip(&table.columns)
            .map(|(at, column)| (table.rows.cell_ids(at), self.cells(table.distinct(at), &column.ty)))
            .collect();
        let mut writer = Writer::empty();
        let row = |row: usize| {
            writer.text("row");
            for (ids, cells) in &columns {
                let cell = ids.get(row).and_then(|id| cells.get(*id as usize));
                cell.into_iter().for_each(|cell| writer.digest(*cell));
            }
            self.show(&mut writer, table.because(row as u32).map(|because| &**because));
            writer.take()
        };
        (0..table.rows.len()).map(row).collect()
    }

    /// The digest of each distinct cell of a column.
    fn cells(&self, cells: &[Cell], ty: &Type) -> Vec<Digest> {
        // A unit is written the same in every cell, and takes longer than all the rest.
        let unit = match ty.present() {
            Type::In(unit) => Some(Writer::bytes_of(|writer| self.unit(writer, unit))),
            _ => None,
        };
        let mut writer = Writer::empty();
        let cell = |cell: &Cell| {
            writer.text("cell");
            match (cell, &unit) {
                (Cell::Value(value @ Value::Number(_)), Some(unit)) => {
                    writer.text("value");
                    writer.simple(value);
                    writer.bytes(unit);
                }
                _ => self.cell(&mut writer, cell, ty),
            }
            writer.take()
        };
        cells.iter().map(cell).collect()
    }

    fn cell(&self, writer: &mut Writer, cell: &Cell, ty: &Type) {
        match cell {
            Cell::Any => writer.text("any"),
            Cell::Value(value) => {
                writer.text("value");
                self.value(writer, value, ty);
            }
            Cell::OneOf(values) => {
                writer.text("one of");
                let one = |value| {
                    let mut writer = Writer::new("value");
                    self.value(&mut writer, value, ty);
                    writer.finish()
                };
                writer.unordered(values.iter().map(one).collect());
            }
            Cell::Range(ends) => {
                let Ends { low, high } = &**ends;
                writer.text("range");
                for end in [low, high] {
                    writer.yes_no(end.is_some());
                    if let Some((end, included)) = end {
                        writer.yes_no(*included);
                        self.value(writer, end, ty);
                    }
                }
            }
            Cell::Exactly(text) => {
                writer.text("exactly");
                writer.text(text);
            }
            Cell::Period(period) => {
                writer.text("period");
                for day in [period.from, period.until] {
                    writer.optional(day.map(|day: Date| day.to_string()).as_deref());
                }
            }
        }
    }
}

/// Whether the order of a table's rows decides what it gives.
fn keeps_order(policy: &HitPolicy) -> bool {
    match policy {
        HitPolicy::Unique | HitPolicy::Any => false,
        HitPolicy::First | HitPolicy::Priority(..) | HitPolicy::MostSpecific | HitPolicy::Collect(_) => true,
    }
}
