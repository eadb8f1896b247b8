//! Tables, parameters and columns: values that are looked up.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::list::count_value;
use super::word::{Kind, Word};
use super::{ErrorKind, NearRow, Note, Observer, nearest, show};
use crate::program::ParameterId;
use crate::program::code::Reg;
use crate::table::message::{self, Piece};
use crate::table::{Cell, Collect, Default, Found, HitPolicy, Key, Role, Table};
use crate::types::TableId;
use crate::value::number::Lane;
use crate::value::{Date, Number, Value};

/// The keys of a look-up, and its day.
#[derive(Clone, Copy)]
struct Keys<'k> {
    keys: &'k [Option<Reg>],
    on: Option<Date>,
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// A column of a row, where it is a small number; whether it is.
    #[inline(always)]
    pub(super) fn column_of_digits(&mut self, to: Reg, row: Reg, column: u16) -> bool {
        let digits = self.word(row).table_row().and_then(|(table, row)| {
            let table = self.program.tables.get(table as usize)?;
            table.digits(row, column)
        });
        let Some((mantissa, scale)) = digits else { return false };
        self.set_word(to, Word::number(Lane { mantissa, scale }));
        true
    }

    /// A column of a row.
    pub(super) fn column(&mut self, to: Reg, row: Reg, column: u16) -> Outcome<()> {
        let program = self.program;
        let (Some(table), row) =
            self.word(row).table_row().map_or((None, 0), |(table, row)| (program.tables.get(table as usize), row))
        else {
            return Err(Failure::mismatch("a row"));
        };
        let Some(value) = table.value(row, column) else { return Err(Failure::mismatch("a column with a value")) };
        let word = Word::of(&value);
        match word.kind() {
            Kind::Elsewhere => self.set(to, value),
            _ => self.set_word(to, word),
        }
        Ok(())
    }

    /// A parameter on a date.
    pub(super) fn parameter(&mut self, id: ParameterId, on: Reg) -> Outcome<Value> {
        let Some(parameter) = self.program.parameters.get(id.0 as usize) else {
            return Err(Failure::mismatch("a parameter"));
        };
        let day = self.date(on)?;
        if O::SIGHTS {
            self.observer.note(Note::AskedOn(id, day));
        }
        // Sorted by their first day: the last that has begun is the one that may still hold.
        let begun = parameter.values.partition_point(|value| value.period.from.is_none_or(|from| from <= day));
        let last = begun.saturating_sub(1);
        match parameter.values.get(last).filter(|value| value.period.contains(day)) {
            Some(value) => {
                self.note(Note::DatedValue(id, last));
                Ok(value.value.clone())
            }
            None => Err(Failure::new(ErrorKind::NoRow, format!("`{}` has no value on {day}", parameter.name))),
        }
    }

    /// The key in a register.
    fn key(&self, reg: Option<Reg>) -> Key<'_> {
        let Some(reg) = reg else { return Key::Open };
        let word = self.word(reg);
        match word.kind() {
            Kind::Number => word.lane().map_or(Key::Absent, Key::Number),
            Kind::YesNo => word.answer().map_or(Key::Absent, Key::YesNo),
            Kind::Member => word.member().map_or(Key::Absent, Key::Member),
            Kind::Date => word.date().map_or(Key::Absent, Key::Date),
            Kind::Absent | Kind::Unknown => Key::Absent,
            Kind::Elsewhere => Key::of(self.beside(reg)),
            // No key column has months or rows.
            Kind::Months | Kind::Row => Key::Absent,
        }
    }

    /// A look-up: a row, the rows, or what a collecting table makes of them.
    pub(super) fn look_up(
        &mut self,
        to: Reg,
        id: TableId,
        (keys, on): (&'p [Option<Reg>], Option<Reg>),
        if_any: bool,
        rows: bool,
    ) -> Outcome<()> {
        let Some(table) = self.program.tables.get(id.0 as usize) else { return Err(Failure::mismatch("a table")) };
        self.step()?;
        let on = match on {
            Some(on) => Some(self.date(on)?),
            None => None,
        };
        if O::SIGHTS {
            let sight = Note::LookedUp(id, self.values_of(Keys { keys, on }), on);
            self.observer.note(sight);
        }
        let key = |place: usize| self.key(keys.get(place).copied().flatten());
        let value = if rows {
            let rows = table.matching_by(key, on);
            self.rows(id, rows)?
        } else {
            match table.look_up_by(key, on) {
                Found::Row(row) => {
                    let at_end = O::EDGES && is_at_an_end(table, row, key, on);
                    self.note(Note::Row(id, row));
                    if at_end {
                        self.observer.note(Note::AtRowEnd(id, row));
                    }
                    if O::EXPLAINS && row as usize == table.matchable() {
                        let near = self.nearest(table, Keys { keys, on });
                        self.note_nearest(&near);
                    }
                    self.set_word(to, Word::row(id.0, row));
                    return Ok(());
                }
                found => self.found(id, table, found, if_any, Keys { keys, on })?,
            }
        };
        self.set(to, value);
        Ok(())
    }

    fn rows(&mut self, id: TableId, rows: Vec<u32>) -> Outcome<Value> {
        self.check_length(rows.len())?;
        for row in &rows {
            self.step()?;
            self.note(Note::Row(id, *row));
        }
        Ok(Value::list(rows.into_iter().map(|row| Value::Row { table: id.0, row })))
    }

    #[inline(never)]
    fn found(&mut self, id: TableId, table: &'p Table, found: Found, if_any: bool, keys: Keys<'_>) -> Outcome<Value> {
        match (found, &table.policy) {
            (Found::Row(row), _) => Ok(Value::Row { table: id.0, row }),
            (Found::Several(first, second), _) => Err(self.several(table, first, second, keys)),
            (Found::Rows(rows), HitPolicy::Collect(how)) if !rows.is_empty() => self.collected(id, table, *how, rows),
            (Found::Rows(rows), _) if !rows.is_empty() => self.rows(id, rows),
            (Found::Nothing | Found::Rows(_), policy) => self.missed(id, table, policy, if_any, keys),
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
        keys: Keys<'_>,
    ) -> Outcome<Value> {
        if let Default::Refuse(code, message, span) = &table.default {
            // A refusal is an answer, and may be a frequent one: the rows are only looked for where someone asks why.
            let near = if O::EXPLAINS { self.nearest(table, keys) } else { Vec::new() };
            return Err(Failure::refused(code, self.refusal(table, message, keys), *span).near(near));
        }
        self.note(Note::NoRow(id));
        match policy {
            _ if if_any => {
                if O::EXPLAINS {
                    self.note_nearest(&self.nearest(table, keys));
                }
                Ok(Value::Absent)
            }
            HitPolicy::Collect(Collect::Count) => Ok(count_value(0)),
            HitPolicy::Collect(Collect::List) => Ok(Value::list([])),
            _ => {
                let near = self.nearest(table, keys);
                let (name, words) = (&table.name, self.keys_in_words(table, keys));
                let message = format!("no row of `{name}` matches {words}{}", nearest::in_words(&near));
                Err(Failure::new(ErrorKind::NoRow, message).near(near))
            }
        }
    }

    /// The rows that came closest to the keys of a look-up.
    #[cold]
    #[inline(never)]
    fn nearest(&self, table: &Table, keys: Keys<'_>) -> Vec<NearRow> {
        nearest::nearest(self.program, self.inputs, table, &self.values_of(keys), keys.on)
    }

    fn values_of(&self, keys: Keys<'_>) -> Vec<Value> {
        keys.keys.iter().map(|key| key.map_or(Value::Absent, |key| self.value(key))).collect()
    }

    fn note_nearest(&mut self, near: &[NearRow]) {
        for row in near {
            self.note(Note::Nearest(row));
        }
    }

    #[cold]
    #[inline(never)]
    fn several(&self, table: &Table, first: u32, second: u32, keys: Keys<'_>) -> Failure {
        let place = |row: u32| match (table.row_number(row), table.row_span(row)) {
            (Some(number), Some(span)) => format!("{number} ({})", self.program.sources.line_of(span)),
            _ => row.to_string(),
        };
        let keys = self.keys_in_words(table, keys);
        let message = format!("rows {} and {} of `{}` match {keys}", place(first), place(second), table.name);
        Failure::new(ErrorKind::SeveralRows, message)
    }

    /// The keys of a look-up for a message: `service ground, zone 9`.
    fn keys_in_words(&self, table: &Table, keys: Keys<'_>) -> String {
        let day = keys.on;
        let keys = self.values_of(keys);
        let mut words: Vec<String> = table
            .keys()
            .zip(&keys)
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
    fn refusal(&self, table: &Table, message: &str, keys: Keys<'_>) -> String {
        let keys = self.values_of(keys);
        let shown = |name: &str| {
            let ((_, column), key) = table.keys().zip(&keys).find(|((_, column), _)| column.name == name)?;
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

/// Whether a key is an end, that belongs to it, of what the row says of the key's column; or the day the first or last of its period.
fn is_at_an_end<'k>(table: &Table, row: u32, key: impl Fn(usize) -> Key<'k>, on: Option<Date>) -> bool {
    let cells = (0_u16..).zip(&table.columns).filter_map(|(at, column)| Some((table.cell(row, at)?, column.role)));
    let (mut keys, mut found) = (0_usize, false);
    for (cell, role) in cells {
        match (cell, role) {
            (Cell::Period(period), Role::Valid) => {
                let last = period.until.and_then(|until| until.add_days(-1));
                found |= on.is_some() && (period.from == on || last == on);
            }
            (Cell::Range(ends), _) => {
                let is = |end: &Option<(Value, bool)>| end.as_ref().is_some_and(|(end, own)| *own && key(keys).is(end));
                found |= is(&ends.low) || is(&ends.high);
            }
            (Cell::Value(value), Role::Break | Role::NextRow) => found |= key(keys).is(value),
            _ => {}
        }
        keys = keys.saturating_add(usize::from(!matches!(role, Role::Value | Role::Valid)));
    }
    found
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
