//! The numbers in the value columns, row by row side by side, so that what was found is fetched at once.
//!
//! A column is here if all its values are decimals that fit half a machine word at the scale of the finest one. The values of its rows
//! are what the rows' cells say, in another form.

use crate::table::{Cell, Role, Table};

/// Digits of value columns.
#[derive(Debug, Clone, Default)]
pub(super) struct Values {
    /// For each column of the table its place in a row of `digits` and its scale.
    columns: Box<[Option<(u16, u8)>]>,
    /// How many digits there are for a row.
    width: usize,
    digits: Box<[i32]>,
}

impl Values {
    pub(super) fn new(table: &Table) -> Values {
        let mut packed: Vec<(Vec<i32>, &[u32])> = Vec::new();
        let mut columns = Vec::with_capacity(table.columns.len());
        for (at, column) in (0_u16..).zip(&table.columns) {
            let found = (column.role == Role::Value).then(|| digits(table.distinct(at))).flatten();
            columns.push(found.map(|(digits, scale)| {
                packed.push((digits, table.rows.cell_ids(at)));
                ((packed.len() as u16).saturating_sub(1), scale)
            }));
        }
        let width = packed.len();
        let mut rows = vec![0; table.len().saturating_mul(width)];
        for (place, (digits, ids)) in packed.iter().enumerate() {
            for (digit, cell) in rows.iter_mut().skip(place).step_by(width).zip(*ids) {
                *digit = digits.get(*cell as usize).copied().unwrap_or_default();
            }
        }
        Values { columns: columns.into(), width, digits: rows.into() }
    }

    /// The digits of a number, and how many of them stand after the point.
    #[inline]
    pub(super) fn get(&self, row: u32, column: u16) -> Option<(i64, u8)> {
        let (place, scale) = (*self.columns.get(usize::from(column))?)?;
        let at = (row as usize).wrapping_mul(self.width).wrapping_add(usize::from(place));
        Some((i64::from(*self.digits.get(at)?), scale))
    }
}

/// The digits of cells at the scale of the finest one.
fn digits(cells: &[Cell]) -> Option<(Vec<i32>, u8)> {
    let lane = |cell: &Cell| match cell {
        Cell::Value(value) => value.as_number()?.lane(),
        _ => None,
    };
    let scale =
        cells.iter().map(|cell| lane(cell).map(|lane| lane.scale)).collect::<Option<Vec<u8>>>()?.into_iter().max()?;
    let at_scale = |cell: &Cell| {
        let lane = lane(cell)?;
        let power = 10_i64.checked_pow(u32::from(scale.checked_sub(lane.scale)?))?;
        i32::try_from(lane.mantissa.checked_mul(power)?).ok()
    };
    Some((cells.iter().map(at_scale).collect::<Option<_>>()?, scale))
}
