//! Tables, parameters and fields: values that are looked up.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::list::count_value;
use super::{ErrorKind, NearRow, Note, Observer, nearest, show};
use crate::program::{Expr, ExprKind, ParameterId};
use crate::table::message::{self, Piece};
use crate::table::{Collect, Default, Found, HitPolicy, Role, Table};
use crate::types::TableId;
use crate::value::{Date, Number, Value};

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// A field of a record.
    pub(super) fn field(&mut self, record: &'p Expr, field: u16) -> Outcome<Value> {
        match self.evaluate(record)? {
            Value::Record(fields) => fields.get(field as usize).cloned().ok_or_else(|| Failure::mismatch("a field")),
            _ => Err(Failure::mismatch("a record")),
        }
    }

    /// A column of a row.
    pub(super) fn column(&mut self, row: &'p Expr, column: u16) -> Outcome<Value> {
        let value = match self.evaluate(row)? {
            Value::Row { table, row } => {
                self.program.tables.get(table as usize).and_then(|table| table.value(row, column))
            }
            _ => None,
        };
        value.ok_or_else(|| Failure::mismatch("a column with a value"))
    }

    /// A parameter on a date.
    #[inline(never)]
    pub(super) fn parameter(&mut self, id: ParameterId, on: Option<&'p Expr>) -> Outcome<Value> {
        let Some(parameter) = self.program.parameters.get(id.0 as usize) else {
            return Err(Failure::mismatch("a parameter"));
        };
        let day = match on {
            Some(on) => Some(self.date(on)?),
            None => None,
        };
        let in_force = match day {
            None => parameter.values.first().map(|value| (0, value)),
            Some(day) => {
                // Sorted by their first day: the last that has begun is the one that may still hold.
                let begun = parameter.values.partition_point(|value| value.period.from.is_none_or(|from| from <= day));
                let last = begun.saturating_sub(1);
                parameter.values.get(last).filter(|value| value.period.contains(day)).map(|value| (last, value))
            }
        };
        match (in_force, day) {
            (Some((index, value)), _) => {
                self.note(Note::DatedValue(id, index));
                Ok(value.value.clone())
            }
            (None, Some(day)) => {
                Err(Failure::new(ErrorKind::NoRow, format!("`{}` has no value on {day}", parameter.name)))
            }
            (None, None) => Err(Failure::new(ErrorKind::NoRow, format!("`{}` has no value", parameter.name))),
        }
    }

    /// A date.
    pub(super) fn date(&mut self, expr: &'p Expr) -> Outcome<Date> {
        match self.evaluate(expr)? {
            Value::Date(date) => Ok(date),
            _ => Err(Failure::mismatch("a date")),
        }
    }

    /// A look-up: a row, the rows, or what a collecting table makes of them.
    pub(super) fn look_up(&mut self, expr: &'p Expr) -> Outcome<Value> {
        let ExprKind::Lookup { table: id, keys, on, if_any, rows } = &expr.kind else {
            return Err(Failure::mismatch("a look-up"));
        };
        let Some(table) = self.program.tables.get(id.0 as usize) else { return Err(Failure::mismatch("a table")) };
        self.step()?;
        let start = self.scratch.locals.len();
        for key in keys {
            let value = match key {
                Some(key) => self.evaluate(key)?,
                None => Value::Absent,
            };
            self.scratch.locals.push(value);
        }
        let day = match on {
            Some(on) => Some(self.date(on)?),
            None => None,
        };
        let given = self.scratch.locals.get(start..).unwrap_or_default();
        let outcome = if *rows {
            let given: Vec<_> =
                given.iter().zip(keys).map(|(value, key)| key.as_ref().map(|_| value.clone())).collect();
            self.rows(*id, table.matching(&given, day))
        } else {
            let found = table.look_up(given, day);
            self.found(*id, table, found, *if_any, start, day)
        };
        self.scratch.locals.truncate(start);
        outcome
    }

    fn rows(&mut self, id: TableId, rows: Vec<u32>) -> Outcome<Value> {
        self.check_length(rows.len())?;
        for row in &rows {
            self.step()?;
            self.note(Note::Row(id, *row));
        }
        Ok(Value::list(rows.into_iter().map(|row| Value::Row { table: id.0, row })))
    }

    fn found(
        &mut self,
        id: TableId,
        table: &'p Table,
        found: Found,
        if_any: bool,
        start: usize,
        day: Option<Date>,
    ) -> Outcome<Value> {
        match (found, &table.policy) {
            (Found::Row(row), _) => {
                self.note(Note::Row(id, row));
                if O::EXPLAINS && row as usize == table.matchable() {
                    self.note_nearest(&self.nearest(table, start, day));
                }
                Ok(Value::Row { table: id.0, row })
            }
            (Found::Several(first, second), _) => Err(self.several(table, first, second, start, day)),
            (Found::Rows(rows), HitPolicy::Collect(how)) if !rows.is_empty() => self.collected(id, table, *how, rows),
            (Found::Rows(rows), _) if !rows.is_empty() => self.rows(id, rows),
            (Found::Nothing | Found::Rows(_), policy) => self.missed(id, table, policy, if_any, start, day),
        }
    }

    #[cold]
    #[inline(never)]
    fn missed(
        &mut self,
        id: TableId,
        table: &'p Table,
        policy: &HitPolicy,
        if_any: bool,
        start: usize,
        day: Option<Date>,
    ) -> Outcome<Value> {
        if let Default::Refuse(code, message, span) = &table.default {
            // A refusal is an answer, and may be a frequent one: the rows are only looked for where someone asks why.
            let near = if O::EXPLAINS { self.nearest(table, start, day) } else { Vec::new() };
            return Err(Failure::refused(code, self.refusal(table, message, start), *span).near(near));
        }
        self.note(Note::NoRow(id));
        match policy {
            _ if if_any => {
                if O::EXPLAINS {
                    self.note_nearest(&self.nearest(table, start, day));
                }
                Ok(Value::Absent)
            }
            HitPolicy::Collect(Collect::Count) => Ok(count_value(0)),
            HitPolicy::Collect(Collect::List) => Ok(Value::list([])),
            _ => {
                let near = self.nearest(table, start, day);
                let (name, keys) = (&table.name, self.keys_in_words(table, start, day));
                let message = format!("no row of `{name}` matches {keys}{}", nearest::in_words(&near));
                Err(Failure::new(ErrorKind::NoRow, message).near(near))
            }
        }
    }

    /// The rows that came closest to the keys of a look-up.
    #[cold]
    #[inline(never)]
    fn nearest(&self, table: &Table, start: usize, day: Option<Date>) -> Vec<NearRow> {
        let keys = self.scratch.locals.get(start..).unwrap_or_default();
        nearest::nearest(self.program, self.inputs, table, keys, day)
    }

    fn note_nearest(&mut self, near: &[NearRow]) {
        for row in near {
            self.note(Note::Nearest(row));
        }
    }

    #[cold]
    #[inline(never)]
    fn several(&self, table: &Table, first: u32, second: u32, start: usize, day: Option<Date>) -> Failure {
        let place = |row: u32| match (table.row_number(row), table.row_span(row)) {
            (Some(number), Some(span)) => format!("{number} ({})", self.program.sources.line_of(span)),
            _ => row.to_string(),
        };
        let keys = self.keys_in_words(table, start, day);
        let message = format!("rows {} and {} of `{}` match {keys}", place(first), place(second), table.name);
        Failure::new(ErrorKind::SeveralRows, message)
    }

    /// The keys of a look-up for a message: `service ground, zone 9`.
    fn keys_in_words(&self, table: &Table, start: usize, day: Option<Date>) -> String {
        let keys = self.scratch.locals.get(start..).unwrap_or_default();
        let mut words: Vec<String> = table
            .keys()
            .zip(keys)
            .map(|((_, column), key)| {
                format!("{} {}", column.name, show::show_in(self.program, self.inputs, key, &column.ty))
            })
            .collect();
        if let Some(day) = day {
            words.push(format!("on {day}"));
        }
        words.join(", ")
    }

    /// The message of a refusing row, with the keys of the look-up filled in.
    fn refusal(&self, table: &Table, message: &str, start: usize) -> String {
        let keys = self.scratch.locals.get(start..).unwrap_or_default();
        let shown = |name: &str| {
            let ((_, column), key) = table.keys().zip(keys).find(|((_, column), _)| column.name == name)?;
            Some(show::plain(self.program, self.inputs, key, &column.ty))
        };
        let pieces = message::pieces(message).into_iter().map(|piece| match piece {
            Piece::Text(text) => text.to_string(),
            Piece::Key(name) => shown(name).unwrap_or_default(),
        });
        pieces.collect()
    }

    /// What a collecting table makes of its rows: for sums, least and greatest values a record of the value columns.
    #[inline(never)]
    fn collected(&mut self, id: TableId, table: &'p Table, how: Collect, rows: Vec<u32>) -> Outcome<Value> {
        match how {
            Collect::List => return self.rows(id, rows),
            Collect::Count => return Ok(count_value(rows.len())),
            Collect::Sum | Collect::Min | Collect::Max => {}
        }
        for row in &rows {
            self.step()?;
            self.note(Note::Row(id, *row));
        }
        let mut columns = Vec::with_capacity(table.columns.len());
        for (index, column) in table.columns.iter().enumerate() {
            if column.role != Role::Value {
                continue;
            }
            let values = rows.iter().filter_map(|row| table.value(*row, index as u16));
            columns.push(match how {
                Collect::Min => values.min().unwrap_or_default(),
                Collect::Max => values.max().unwrap_or_default(),
                _ => Value::Number(sum_of(values)?),
            });
        }
        Ok(Value::record(columns))
    }
}

fn sum_of(values: impl Iterator<Item = Value>) -> Outcome<Number> {
    let mut sum = Number::ZERO;
    for value in values {
        match value {
            Value::Number(number) => sum = sum.add(&number)?,
            _ => return Err(Failure::mismatch("numbers to add")),
        }
    }
    Ok(sum)
}
