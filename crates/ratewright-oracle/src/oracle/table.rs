//! The rows of a table, from the rules or from a CSV file, with every cell read by its column; a crosstab as the plain table that it
//! abbreviates.

use super::cell::{Cell, unquoted};
use super::csv;
use super::rules::Rules;
use super::value::{Answer, Value};
use ratewright::syntax::ast::{Column, ColumnRole, HitPolicy, Range, Row, Table};

/// A table, or the edition of one that a period has.
#[derive(Debug, Clone)]
pub(crate) struct TableRows {
    pub(crate) policy: HitPolicy,
    pub(crate) effective: Option<Range>,
    /// The columns before `->`, `valid` among them.
    pub(crate) keys: Vec<Column>,
    /// The columns after it.
    pub(crate) values: Vec<Column>,
    pub(crate) rows: Vec<TableRow>,
    /// The row for all that no other row matches.
    pub(crate) otherwise: Option<TableRow>,
}

/// A row.
#[derive(Debug, Clone)]
pub(crate) struct TableRow {
    /// Its number, from 1.
    pub(crate) number: u32,
    /// A cell for each key column.
    pub(crate) keys: Vec<Cell>,
    pub(crate) result: RowResult,
}

/// What a row gives.
#[derive(Debug, Clone)]
pub(crate) enum RowResult {
    /// A value for each value column.
    Values(Vec<Value>),
    /// A refusal: its code, and its message with `{…}` still to be filled in.
    Refuse(String, String),
}

impl TableRows {
    /// Reads the rows of a table, those of its file where it has one.
    pub(crate) fn read(rules: &Rules, table: Table, csv: Option<&str>) -> Result<Self, String> {
        let (values, keys) = table.columns.iter().cloned().partition(|column| column.role == ColumnRole::Value);
        let policy = table.policy.clone().map_or(HitPolicy::Unique, |(policy, _)| policy);
        let effective = table.effective.clone();
        let mut rows = TableRows { policy, effective, keys, values, rows: Vec::new(), otherwise: None };
        let problem = |problems: super::value::Problems| format!("table {}: {:?}", table.name.text, problems.0);
        if let Some(text) = csv {
            rows.read_file(rules, text).map_err(problem)?;
        }
        for row in &table.rows {
            if table.crosstab {
                rows.read_across(rules, &table, row).map_err(problem)?;
            } else {
                rows.read_row(rules, table.heading.as_ref(), row).map_err(problem)?;
            }
        }
        Ok(rows)
    }

    fn next_number(&self) -> u32 {
        self.rows.last().map_or(1, |row| row.number.saturating_add(1))
    }

    /// The cell under the heading of a column; without headings, cells stand in the order of the columns.
    fn cell<'r>(&self, heading: Option<&Row>, row: &'r Row, column: &Column) -> &'r str {
        let place = match heading {
            Some(heading) => heading.cells.iter().position(|cell| cell.text.trim_matches('`') == column.name.text),
            None => self.keys.iter().chain(&self.values).position(|known| known.name.text == column.name.text),
        };
        place.and_then(|place| row.cells.get(place)).map_or("", |cell| cell.text.as_str())
    }

    /// What stands after `||` in a row.
    fn result(&self, rules: &Rules, heading: Option<&Row>, row: &Row) -> Answer<RowResult> {
        let keys = if is_otherwise(row) { 1 } else { row.split };
        let first = row.cells.get(keys).map_or("", |cell| cell.text.as_str());
        if let Some(refusal) = refusal(first) {
            return Ok(refusal);
        }
        // An `otherwise` row has one cell before `||`, however many keys there are.
        let skipped = heading.map_or(self.keys.len(), |heading| heading.split).saturating_sub(keys);
        let values = self.values.iter().enumerate().map(|(place, column)| {
            let named = heading.and_then(|heading| heading.cells.iter().position(|cell| cell.text == column.name.text));
            let place = named.unwrap_or(self.keys.len().saturating_add(place)).saturating_sub(skipped);
            let text = row.cells.get(place).map_or("", |cell| cell.text.as_str());
            rules.value_cell(text, column.ty.as_ref())
        });
        values.collect::<Answer<_>>().map(RowResult::Values)
    }

    fn read_row(&mut self, rules: &Rules, heading: Option<&Row>, row: &Row) -> Answer<()> {
        let result = self.result(rules, heading, row)?;
        let number = self.next_number();
        if is_otherwise(row) {
            self.otherwise = Some(TableRow { number, keys: Vec::new(), result });
            return Ok(());
        }
        let cell = |column: &Column| rules.key_cell(self.cell(heading, row, column), column.role, column.ty.as_ref());
        let keys = self.keys.iter().map(cell).collect::<Answer<_>>()?;
        self.rows.push(TableRow { number, keys, result });
        Ok(())
    }

    /// A row of a crosstab is a row for each heading after `||`.
    fn read_across(&mut self, rules: &Rules, table: &Table, row: &Row) -> Answer<()> {
        let (Some(heading), Some(value)) = (&table.heading, self.values.first()) else { return Ok(()) };
        let (number, value) = (self.next_number(), value.clone());
        if is_otherwise(row) {
            let result = self.result(rules, None, row)?;
            self.otherwise = Some(TableRow { number, keys: Vec::new(), result });
            return Ok(());
        }
        for (place, across) in heading.cells.iter().enumerate().skip(heading.split) {
            let text = row.cells.get(place).map_or("", |cell| cell.text.as_str());
            if across.text == "because" {
                continue;
            }
            let cell = |column: &Column| {
                let text = if column.across { across.text.as_str() } else { self.cell(Some(heading), row, column) };
                rules.key_cell(text, column.role, column.ty.as_ref())
            };
            let keys = self.keys.iter().map(cell).collect::<Answer<_>>()?;
            let result = match refusal(text) {
                Some(refusal) => refusal,
                None => RowResult::Values(vec![rules.value_cell(text, value.ty.as_ref())?]),
            };
            self.rows.push(TableRow { number, keys, result });
        }
        Ok(())
    }

    fn read_file(&mut self, rules: &Rules, text: &str) -> Answer<()> {
        let mut records = csv::records(text).into_iter();
        let headings = records.next().unwrap_or_default();
        for record in records {
            let field = |heading: &str| {
                let place = headings.iter().position(|known| known.trim() == heading);
                place.and_then(|place| record.get(place)).map_or("", |field| field.trim())
            };
            let key = |column: &Column| {
                let ty = column.ty.as_ref();
                let Some(ends) = &column.ends else {
                    return rules.key_cell(field(heading_of(column)), column.role, ty);
                };
                let end = |end: &Option<(ratewright::syntax::ast::Text, bool)>| match end {
                    Some((heading, included)) if !field(&heading.text).is_empty() => {
                        Ok(Some((rules.value_cell(field(&heading.text), ty)?, *included)))
                    }
                    _ => Ok(None),
                };
                Ok(Cell::Range(end(&ends.low)?, end(&ends.high)?))
            };
            let keys = self.keys.iter().map(key).collect::<Answer<_>>()?;
            let value = |column: &Column| rules.value_cell(field(heading_of(column)), column.ty.as_ref());
            let result = RowResult::Values(self.values.iter().map(value).collect::<Answer<_>>()?);
            self.rows.push(TableRow { number: self.next_number(), keys, result });
        }
        Ok(())
    }

    /// Puts the rows of a contract in the place of those that have the same keys.
    pub(crate) fn override_rows(&mut self, rules: &Rules, table: &Table) -> Result<(), String> {
        let mut other = TableRows { rows: Vec::new(), otherwise: None, ..self.clone() };
        for row in &table.rows {
            other.read_row(rules, None, row).map_err(|problems| format!("{:?}", problems.0))?;
        }
        for row in other.rows {
            if let Some(known) = self.rows.iter_mut().find(|known| known.keys == row.keys) {
                known.result = row.result;
            }
        }
        if other.otherwise.is_some() {
            self.otherwise = other.otherwise;
        }
        Ok(())
    }
}

fn heading_of(column: &Column) -> &str {
    column.heading.as_ref().map_or(column.name.text.as_str(), |heading| heading.text.as_str())
}

fn is_otherwise(row: &Row) -> bool {
    row.cells.first().is_some_and(|cell| cell.text == "otherwise")
}

/// `refuse "R7" "no rate for this lane"`
fn refusal(cell: &str) -> Option<RowResult> {
    let rest = cell.strip_prefix("refuse")?.trim_start();
    let end = closing_quote(rest)?;
    let (code, message) = (rest.get(..=end)?, rest.get(end.saturating_add(1)..)?.trim());
    Some(RowResult::Refuse(unquoted(code), message.to_string()))
}

/// Where the quoted text at the start of a text ends.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().skip(1).find_map(|(place, character)| {
        let ends = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        ends.then_some(place)
    })
}
