//! What is known about a step besides its value: a rounding's difference, since when a parameter holds, the row of a table.

use super::build::Builder;
use super::tree::Range;
use super::words;
use crate::eval::show;
use crate::program::ParameterId;
use crate::types::TableId;
use crate::value::Number;

impl Builder<'_> {
    /// `+0.005 from 10.435`
    pub(super) fn rounding_note(&mut self, before: &Number, after: &Number) -> Range {
        let mut notes = self.tree.no_notes();
        self.tree.note(&mut notes, |text| {
            let difference = after.sub(before).unwrap_or_default();
            text.push_str(if difference.is_negative() { "" } else { "+" });
            show::write_decimal(text, &difference, 0);
            text.push_str(" from ");
            show::write_decimal(text, before, 0);
        });
        notes
    }

    /// What is known about a parameter's value: since when, where, why.
    pub(super) fn dated_notes(&mut self, id: ParameterId, index: usize) -> Range {
        let mut notes = self.tree.no_notes();
        let program = self.program;
        let Some(parameter) = program.parameters.get(id.0 as usize) else { return notes };
        let Some(value) = parameter.values.get(index) else { return notes };
        if !parameter.constant {
            self.tree.note(&mut notes, |text| text.push_str(&show::period(&value.period)));
        }
        self.tree.note(&mut notes, |text| program.sources.write_line_of(value.span, text));
        self.because(&mut notes, value.because.as_deref());
        notes
    }

    /// What is known about a row: its number, its place, its text, its reason.
    pub(super) fn row_notes(&mut self, notes: &mut Range, table: TableId, row: u32) {
        let program = self.program;
        let Some(table) = program.tables.get(table.0 as usize) else { return };
        let (Some(number), Some(span)) = (table.row_number(row), table.row_span(row)) else { return };
        self.tree.note(notes, |text| {
            show::put(text, format_args!("row {number} of {}, ", table.name));
            program.sources.write_line_of(span, text);
            text.push_str(": ");
            words::write(text, program.sources.text(span));
        });
        self.because(notes, table.because(row).map(|because| &**because));
    }

    fn because(&mut self, notes: &mut Range, because: Option<&str>) {
        if let Some(because) = because {
            self.tree.note(notes, |text| {
                text.push_str("because ");
                text.push_str(because);
            });
        }
    }
}
