//! The rows of a table, column by column: each distinct cell once, and for each row the number of its cell.
//!
//! A [`RowsBuilder`] takes rows in their order and gives [`Rows`], which afterwards change only where a contract overrides a
//! value. Within one column, cells have the same number exactly if they are equal. A row costs four bytes for each column and
//! four for its place; its end, number, file and reason cost next to nothing where they follow a pattern or are not there.

use super::interner::Interner;
use super::{Cell, Default as Miss, Table};
use crate::source::{FileId, Span};
use crate::value::Value;
use std::sync::Arc;

/// Where a row comes from and why it is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// Its number in its table, from 1: the data row of a CSV file.
    pub number: u32,
    /// Its place: the line.
    pub span: Span,
    /// Its reason.
    pub because: Option<Arc<str>>,
}

/// The rows of a table, in the order written.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    columns: Box<[Cells]>,
    /// The first byte of each row.
    starts: Vec<u32>,
    /// From which row on how many bytes lie between the end of a row and the start of the next, modulo 2³².
    gaps: Vec<(u32, u32)>,
    /// One past the last byte of the last row.
    end: u32,
    /// From which row on rows stand in which file.
    files: Vec<(u32, FileId)>,
    numbers: Vec<Run>,
    /// Rows that were moved by an override, ascending.
    moved: Vec<(u32, Span)>,
    /// The rows that have a reason, ascending, with its number.
    because: Vec<(u32, u32)>,
    reasons: Vec<Arc<str>>,
}

/// The cells of one column.
#[derive(Debug, Clone, Default)]
struct Cells {
    distinct: Vec<Cell>,
    /// For each row the place of its cell in `distinct`.
    rows: Vec<u32>,
}

/// Rows whose numbers are all the same, or go up by one.
#[derive(Debug, Clone, Copy)]
struct Run {
    first: u32,
    number: u32,
    counts: bool,
}

impl Run {
    fn number(&self, row: u32) -> u32 {
        if self.counts { self.number.saturating_add(row.saturating_sub(self.first)) } else { self.number }
    }
}

impl Rows {
    /// How many rows there are, `otherwise` included.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The cell of a row.
    pub fn cell(&self, row: u32, column: u16) -> Option<&Cell> {
        let cells = self.columns.get(column as usize)?;
        cells.distinct.get(*cells.rows.get(row as usize)? as usize)
    }

    /// The number of a row's cell among the distinct ones of its column.
    pub fn cell_id(&self, row: u32, column: u16) -> Option<u32> {
        self.columns.get(column as usize)?.rows.get(row as usize).copied()
    }

    /// The numbers of the cells of a column, for each row.
    pub fn cell_ids(&self, column: u16) -> &[u32] {
        self.columns.get(column as usize).map_or(&[], |cells| &cells.rows)
    }

    /// The distinct cells of a column, at their numbers. Some may stand in no row any more, after an override.
    pub fn distinct(&self, column: u16) -> &[Cell] {
        self.columns.get(column as usize).map_or(&[], |cells| &cells.distinct)
    }

    /// The place of a row: its line.
    pub fn span(&self, row: u32) -> Option<Span> {
        let start = *self.starts.get(row as usize)?;
        if let Ok(moved) = self.moved.binary_search_by_key(&row, |(row, _)| *row) {
            return self.moved.get(moved).map(|(_, span)| *span);
        }
        let file = self.files.partition_point(|(first, _)| *first <= row).checked_sub(1)?;
        Some(Span::new(self.files.get(file)?.1, start, self.end(row)?))
    }

    fn end(&self, row: u32) -> Option<u32> {
        let Some(next) = self.starts.get((row as usize).saturating_add(1)) else { return Some(self.end) };
        let gap = self.gaps.partition_point(|(first, _)| *first <= row).checked_sub(1)?;
        Some(next.wrapping_sub(self.gaps.get(gap)?.1))
    }

    /// The number of a row in its table, from 1: the data row of a CSV file.
    pub fn number(&self, row: u32) -> Option<u32> {
        self.starts.get(row as usize)?;
        let run = self.numbers.partition_point(|run| run.first <= row).checked_sub(1)?;
        Some(self.numbers.get(run)?.number(row))
    }

    /// The reason of a row.
    pub fn because(&self, row: u32) -> Option<&Arc<str>> {
        let place = self.because.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        self.reasons.get(self.because.get(place)?.1 as usize)
    }

    /// Puts another cell into a row. O(distinct cells of the column).
    pub(crate) fn replace(&mut self, row: u32, column: u16, cell: Cell) {
        let Some(cells) = self.columns.get_mut(column as usize) else { return };
        let Some(place) = cells.rows.get_mut(row as usize) else { return };
        let number = cells.distinct.iter().position(|other| *other == cell).unwrap_or_else(|| {
            cells.distinct.push(cell);
            cells.distinct.len().saturating_sub(1)
        });
        *place = number as u32;
    }

    /// Says where a row stands now, and why; without a reason the one before stays.
    pub(crate) fn replace_origin(&mut self, row: u32, span: Span, because: Option<Arc<str>>) {
        match self.moved.binary_search_by_key(&row, |(row, _)| *row) {
            Ok(at) => self.moved.iter_mut().skip(at).take(1).for_each(|(_, place)| *place = span),
            Err(at) => self.moved.insert(at, (row, span)),
        }
        let Some(because) = because else { return };
        let reason = self.reasons.len() as u32;
        self.reasons.push(because);
        match self.because.binary_search_by_key(&row, |(row, _)| *row) {
            Ok(at) => self.because.iter_mut().skip(at).take(1).for_each(|(_, place)| *place = reason),
            Err(at) => self.because.insert(at, (row, reason)),
        }
    }

    /// Takes the last row out.
    pub(crate) fn drop_last(&mut self) {
        let row = (self.starts.len() as u32).saturating_sub(1);
        if let Some(end) = row.checked_sub(1).and_then(|last| self.end(last)) {
            self.end = end;
        }
        self.starts.pop();
        self.gaps.retain(|(first, _)| first.saturating_add(1) < row);
        for cells in &mut self.columns {
            cells.rows.truncate(row as usize);
        }
        self.moved.retain(|(moved, _)| *moved < row);
        self.because.retain(|(with, _)| *with < row);
    }

    /// The number of an equal cell in a column. O(distinct cells of the column).
    pub(crate) fn id_of(&self, column: u16, cell: &Cell) -> Option<u32> {
        self.distinct(column).iter().position(|other| other == cell).map(|at| at as u32)
    }
}

/// Takes in the rows of a table one after another.
#[derive(Debug)]
pub struct RowsBuilder {
    rows: Rows,
    cells: Vec<Interner<Cell>>,
    reasons: Interner<Arc<str>>,
}

impl RowsBuilder {
    /// For rows of so many columns.
    pub fn new(columns: usize) -> Self {
        RowsBuilder {
            rows: Rows { columns: vec![Cells::default(); columns].into(), ..Rows::default() },
            cells: (0..columns).map(|_| Interner::new()).collect(),
            reasons: Interner::new(),
        }
    }

    /// The number of a cell in its column, for [`RowsBuilder::push_ids`].
    pub fn intern(&mut self, column: usize, cell: Cell) -> u32 {
        self.cells.get_mut(column).map_or(0, |cells| cells.number(cell))
    }

    /// The cell with a number in its column.
    pub fn interned(&self, column: usize, id: u32) -> Option<&Cell> {
        self.cells.get(column)?.get(id)
    }

    /// Adds a row with a cell for each column; one that is missing is `any`.
    pub fn push(&mut self, cells: impl IntoIterator<Item = Cell>, origin: Origin) {
        let mut cells = cells.into_iter();
        for (column, interner) in self.rows.columns.iter_mut().zip(&mut self.cells) {
            column.rows.push(interner.number(cells.next().unwrap_or(Cell::Any)));
        }
        self.push_origin(origin);
    }

    /// Adds a row by the numbers of its cells, one for each column.
    pub fn push_ids(&mut self, ids: impl IntoIterator<Item = u32>, origin: Origin) {
        let mut ids = ids.into_iter();
        for column in &mut self.rows.columns {
            column.rows.push(ids.next().unwrap_or(0));
        }
        self.push_origin(origin);
    }

    /// Whether no row was added.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows. What served to take them in is given up.
    pub fn build(self) -> Rows {
        let mut rows = self.rows;
        for (column, cells) in rows.columns.iter_mut().zip(self.cells) {
            column.distinct = cells.into_distinct();
            column.rows.shrink_to_fit();
        }
        rows.reasons = self.reasons.into_distinct();
        rows.starts.shrink_to_fit();
        rows.gaps.shrink_to_fit();
        rows.numbers.shrink_to_fit();
        rows.because.shrink_to_fit();
        rows
    }

    fn push_origin(&mut self, origin: Origin) {
        let rows = &mut self.rows;
        let row = rows.starts.len() as u32;
        if let Some(last) = row.checked_sub(1) {
            let gap = origin.span.start.wrapping_sub(rows.end);
            if rows.gaps.last().is_none_or(|(_, known)| *known != gap) {
                rows.gaps.push((last, gap));
            }
        }
        rows.starts.push(origin.span.start);
        rows.end = origin.span.end;
        if rows.files.last().is_none_or(|(_, file)| *file != origin.span.file) {
            rows.files.push((row, origin.span.file));
        }
        match rows.numbers.last_mut() {
            Some(run) if run.number(row) == origin.number => {}
            // The second row of a run says whether it counts.
            Some(run) if run.first.checked_add(1) == Some(row) && run.number == origin.number => run.counts = false,
            _ => rows.numbers.push(Run { first: row, number: origin.number, counts: true }),
        }
        if let Some(because) = origin.because {
            rows.because.push((row, self.reasons.number(because)));
        }
    }
}

impl Table {
    /// How many rows it has, `otherwise` included.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows can match: all but `otherwise`.
    pub fn matchable(&self) -> usize {
        match self.default {
            Miss::Row => self.rows.len().saturating_sub(1),
            Miss::Error | Miss::Refuse(..) => self.rows.len(),
        }
    }

    /// The cell of a row.
    pub fn cell(&self, row: u32, column: u16) -> Option<&Cell> {
        self.rows.cell(row, column)
    }

    /// The number of a row's cell among the distinct ones of its column: equal exactly for equal cells.
    pub fn cell_id(&self, row: u32, column: u16) -> Option<u32> {
        self.rows.cell_id(row, column)
    }

    /// The distinct cells of a column, at their numbers; those of `otherwise` are among them.
    pub fn distinct(&self, column: u16) -> &[Cell] {
        self.rows.distinct(column)
    }

    /// The cells of a row, in the order of the columns.
    pub fn cells(&self, row: u32) -> impl Iterator<Item = &Cell> {
        (0..self.columns.len()).filter_map(move |column| self.cell(row, column as u16))
    }

    /// The one value in a cell: of a value column, or of a key that holds one value.
    pub fn value(&self, row: u32, column: u16) -> Option<Value> {
        match self.cell(row, column)? {
            Cell::Value(value) => Some(value.clone()),
            Cell::Exactly(text) => Some(Value::Text(text.clone())),
            _ => None,
        }
    }

    /// The value in a cell that holds one as it is, without a copy of it.
    pub fn value_ref(&self, row: u32, column: u16) -> Option<&Value> {
        match self.cell(row, column)? {
            Cell::Value(value) => Some(value),
            _ => None,
        }
    }

    /// The place of a row: its line.
    pub fn row_span(&self, row: u32) -> Option<Span> {
        self.rows.span(row)
    }

    /// The number of a row, from 1: the data row of a CSV file.
    pub fn row_number(&self, row: u32) -> Option<u32> {
        self.rows.number(row)
    }

    /// The reason of a row.
    pub fn because(&self, row: u32) -> Option<&Arc<str>> {
        self.rows.because(row)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::value::Number;

    fn number(n: i64) -> Cell {
        Cell::Value(Value::Number(Number::from_i64(n)))
    }

    fn origin(number: u32, file: u32, start: u32, because: Option<&str>) -> Origin {
        let span = Span::new(FileId(file), start, start + 5 + number % 3);
        Origin { number, span, because: because.map(Arc::from) }
    }

    /// Rows of a file that lacks its third, a crosstab's line of three rows, and rows of another file.
    fn origins() -> Vec<Origin> {
        let mut all: Vec<Origin> = [1, 2, 4, 5].iter().map(|n| origin(*n, 1, n * 10, None)).collect();
        all.extend([6, 6, 6, 7, 7, 7].map(|n| origin(n, 1, n * 10, Some("rate sheet"))));
        all.extend([1, 2, 3].map(|n| origin(n, 2, n * 10, (n == 2).then_some("contract"))));
        all
    }

    fn rows() -> Rows {
        let mut builder = RowsBuilder::new(2);
        for (at, origin) in (0_i64..).zip(origins()) {
            builder.push([number(at), number(at % 3)], origin);
        }
        builder.build()
    }

    fn origin_of(rows: &Rows, row: u32) -> Origin {
        let because = rows.because(row).cloned();
        Origin { number: rows.number(row).unwrap(), span: rows.span(row).unwrap(), because }
    }

    #[test]
    fn rows_keep_what_was_pushed() {
        let rows = rows();
        assert_eq!(rows.len(), 13);
        for (row, origin) in (0..).zip(origins()) {
            assert_eq!(origin_of(&rows, row), origin, "row {row}");
            assert_eq!(rows.cell(row, 0), Some(&number(i64::from(row))));
            assert_eq!(rows.cell(row, 1), Some(&number(i64::from(row % 3))));
            assert_eq!(rows.cell_id(row, 1), Some(row % 3));
        }
        assert_eq!(rows.distinct(1), [number(0), number(1), number(2)]);
        assert_eq!((rows.number(13), rows.span(13), rows.cell(13, 0)), (None, None, None));
    }

    #[test]
    fn an_override_replaces_a_value_and_its_origin() {
        let mut rows = rows();
        rows.replace(4, 1, number(2));
        rows.replace(5, 1, number(99));
        rows.replace_origin(4, origin(6, 7, 300, None).span, None);
        rows.replace_origin(0, origin(1, 7, 400, None).span, Some("agreed".into()));
        assert_eq!(rows.cell_id(4, 1), rows.cell_id(2, 1));
        assert_eq!(rows.cell(5, 1), Some(&number(99)));
        assert_eq!(rows.cell(6, 1), Some(&number(0)));
        assert_eq!(origin_of(&rows, 4), origin(6, 7, 300, Some("rate sheet")));
        assert_eq!(origin_of(&rows, 0), origin(1, 7, 400, Some("agreed")));
        rows.drop_last();
        assert_eq!((rows.len(), rows.number(12)), (12, None));
        assert_eq!(origin_of(&rows, 11), origins()[11]);
    }
}
