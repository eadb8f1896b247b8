//! Looking a row up: all rows are gone through, one after the other, and the table's policy says what becomes of those that match.

use super::cell::Cell;
use super::expression::none;
use super::pricing::{Pricing, Scope};
use super::table::{RowResult, TableRow, TableRows};
use super::value::{Answer, Problems, Value, all};
use ratewright::source::FileId;
use ratewright::syntax::ast::{Collect, ColumnRole, Expr, HitPolicy};
use ratewright::syntax::parse_expression;
use std::cmp::Ordering;

/// The keys of a look-up, `None` for one written `any`; `valid` is one of them.
type Keys = Vec<Option<Value>>;

impl Pricing<'_> {
    /// `table[a, b] on d if any`, `rows of table[a, any]`
    pub(crate) fn look_up(
        &self,
        table: &str,
        keys: &[Option<Expr>],
        on: Option<&Expr>,
        if_any: bool,
        rows_of: bool,
        scope: &Scope,
    ) -> Answer<Value> {
        let given = keys.iter().map(|key| key.as_ref().map(|key| self.value(key, scope)).transpose());
        let given = all(given.collect::<Vec<_>>())?;
        let on = on.map(|on| self.value(on, scope)).transpose()?;
        let Some(table_rows) = self.edition(table, on.as_ref())? else { return none(if_any) };
        let keys = self.with_date(table_rows, given, on)?;
        let matching = self.matching(table_rows, &keys)?;
        if rows_of {
            return Ok(Value::List(self.as_values(table, table_rows, &matching)?));
        }
        // The row `otherwise` is the row of the keys that no other row matches, also where rows are collected.
        let mut matching = matching;
        if let (HitPolicy::Collect(_), true, Some(row)) =
            (&table_rows.policy, matching.is_empty(), &table_rows.otherwise)
        {
            if let RowResult::Refuse(..) = row.result {
                return self.row(table, table_rows, row, &keys);
            }
            matching.push(row);
        }
        match &table_rows.policy {
            HitPolicy::Collect(_) if matching.is_empty() && if_any => Ok(Value::Absent),
            HitPolicy::Collect(Collect::Count) => Ok(Value::whole(matching.len() as i64)),
            HitPolicy::Collect(Collect::List) => Ok(Value::List(self.as_values(table, table_rows, &matching)?)),
            HitPolicy::Collect(how) if !matching.is_empty() => self.collected(table, table_rows, *how, &matching),
            policy => {
                let found = self.chosen_row(table_rows, policy, &matching)?.or(table_rows.otherwise.as_ref());
                match found {
                    Some(row) => self.row(table, table_rows, row, &keys),
                    None => none(if_any),
                }
            }
        }
    }

    /// The table that is in force: of several with periods, the one of the date.
    fn edition(&self, table: &str, on: Option<&Value>) -> Answer<Option<&TableRows>> {
        let Some(editions) = self.rules.tables.get(table) else {
            return Err(Problems::mistaken(&format!("there is no table {table}")));
        };
        for edition in editions {
            let in_force = match &edition.effective {
                Some(period) => {
                    let date = on.cloned().map_or_else(|| self.priced_on(), Ok)?;
                    self.in_range(&date, period, &Scope::default())?
                }
                None => true,
            };
            if in_force {
                return Ok(Some(edition));
            }
        }
        Ok(None)
    }

    /// A key for each key column; for `valid`, the date.
    fn with_date(&self, table: &TableRows, given: Keys, on: Option<Value>) -> Answer<Keys> {
        let mut given = given.into_iter();
        let mut keys = Vec::new();
        for column in &table.keys {
            if column.role == ColumnRole::Valid {
                keys.push(Some(on.clone().map_or_else(|| self.priced_on(), Ok)?));
            } else {
                keys.push(given.next().flatten());
            }
        }
        Ok(keys)
    }

    /// The rows that match, in the order of the table.
    fn matching<'t>(&self, table: &'t TableRows, keys: &Keys) -> Answer<Vec<&'t TableRow>> {
        let mut matching = Vec::new();
        for row in &table.rows {
            let mut matches = true;
            for ((column, cell), key) in table.keys.iter().zip(&row.keys).zip(keys) {
                matches = matches && self.cell_matches(column.role, cell, key.as_ref())?;
            }
            if matches {
                matching.push(row);
            }
        }
        // The most specific row is chosen column by column, of all that match.
        if table.policy == HitPolicy::MostSpecific {
            return Ok(matching);
        }
        // Of breaks, next rows and prefixes only the best stays, among the rows whose other keys match.
        for (place, column) in table.keys.iter().enumerate() {
            let chosen = matches!(column.role, ColumnRole::Break | ColumnRole::NextRow | ColumnRole::LongestPrefix);
            if chosen && keys.get(place).is_some_and(Option::is_some) {
                matching = self.only_best(matching, place, column.role)?;
            }
        }
        Ok(matching)
    }

    fn cell_matches(&self, role: ColumnRole, cell: &Cell, key: Option<&Value>) -> Answer<bool> {
        let Some(key) = key else { return Ok(true) };
        match (cell, key) {
            (Cell::Any, _) => Ok(true),
            (Cell::Range(low, high), key) => self.between(key, low, high),
            (Cell::Prefix(prefix), Value::Text(text)) => Ok(text.starts_with(prefix)),
            (Cell::Exactly(whole), Value::Text(text)) => Ok(text == whole),
            (Cell::Values(values), key) => values.iter().try_fold(false, |found, value| {
                let matches = match role {
                    ColumnRole::Break => self.order(value, key)? != Ordering::Greater,
                    ColumnRole::NextRow => self.order(value, key)? != Ordering::Less,
                    _ => self.equal(key, value)?,
                };
                Ok(found || matches)
            }),
            _ => Err(Problems::mistaken("a key that is not of its column's kind")),
        }
    }

    /// The rows with the highest break, the lowest next row or the longest prefix.
    fn only_best<'t>(&self, rows: Vec<&'t TableRow>, place: usize, role: ColumnRole) -> Answer<Vec<&'t TableRow>> {
        let mut best: Vec<&TableRow> = Vec::new();
        for row in rows {
            let order = match (best.first().and_then(|best| best.keys.get(place)), row.keys.get(place)) {
                (Some(known), Some(cell)) => self.better(cell, known, role)?,
                _ => Ordering::Greater,
            };
            if order == Ordering::Greater {
                best.clear();
            }
            if order != Ordering::Less {
                best.push(row);
            }
        }
        Ok(best)
    }

    /// Which of two cells that match is the better one: `Greater` where the first is.
    fn better(&self, cell: &Cell, known: &Cell, role: ColumnRole) -> Answer<Ordering> {
        let length = |cell: &Cell| match cell {
            Cell::Prefix(prefix) => prefix.chars().count().saturating_add(1),
            Cell::Exactly(_) => usize::MAX,
            _ => 0,
        };
        match (cell, known) {
            (Cell::Values(a), Cell::Values(b)) => match (a.first(), b.first()) {
                (Some(a), Some(b)) if role == ColumnRole::Break => self.order(a, b),
                (Some(a), Some(b)) if role == ColumnRole::NextRow => self.order(b, a),
                _ => Ok(Ordering::Equal),
            },
            (Cell::Any, Cell::Values(_) | Cell::Range(..)) => Ok(Ordering::Less),
            (Cell::Values(_) | Cell::Range(..), Cell::Any) => Ok(Ordering::Greater),
            _ => Ok(length(cell).cmp(&length(known))),
        }
    }

    /// The row that a policy chooses of those that match.
    fn chosen_row<'t>(
        &self,
        table: &TableRows,
        policy: &HitPolicy,
        matching: &[&'t TableRow],
    ) -> Answer<Option<&'t TableRow>> {
        let Some((first, rest)) = matching.split_first() else { return Ok(None) };
        let several = || Err(Problems::failed("several rows matched"));
        match policy {
            HitPolicy::Unique if !rest.is_empty() => several(),
            HitPolicy::Any if rest.iter().any(|row| !same_result(row, first)) => several(),
            HitPolicy::Priority(highest, column) => {
                let Some(place) = table.values.iter().position(|value| value.name.text == column.text) else {
                    return Err(Problems::mistaken("a priority by no column"));
                };
                // Of equals the first in the order written.
                let mut best: &TableRow = first;
                for row in rest {
                    let order = match (value_at(row, place), value_at(best, place)) {
                        (Some(a), Some(b)) => self.order(a, b)?,
                        _ => Ordering::Equal,
                    };
                    let order = if *highest { order } else { order.reverse() };
                    if order == Ordering::Greater {
                        best = row;
                    }
                }
                Ok(Some(best))
            }
            HitPolicy::MostSpecific => self.most_specific(table, matching).map(Some),
            _ => Ok(Some(first)),
        }
    }

    /// Column by column from the left, the rows with the better cell stay.
    fn most_specific<'t>(&self, table: &TableRows, matching: &[&'t TableRow]) -> Answer<&'t TableRow> {
        let mut rows = matching.to_vec();
        for (place, column) in table.keys.iter().enumerate() {
            rows = self.only_best(rows, place, column.role)?;
        }
        match rows.as_slice() {
            [row] => Ok(row),
            _ => Err(Problems::failed("several rows matched")),
        }
    }

    fn as_values(&self, table: &str, rows: &TableRows, matching: &[&TableRow]) -> Answer<Vec<Value>> {
        let no_keys = vec![None; rows.keys.len()];
        all(matching.iter().map(|row| self.row(table, rows, row, &no_keys)).collect::<Vec<_>>())
    }

    /// A row as a record of its values and of the keys that are one value; a refusing one refuses.
    fn row(&self, table: &str, rows: &TableRows, row: &TableRow, keys: &Keys) -> Answer<Value> {
        self.rows.borrow_mut().push((table.to_string(), row.number));
        let values = match &row.result {
            RowResult::Values(values) => values,
            RowResult::Refuse(code, message) => {
                return Err(Problems::refused(code, self.refusal(rows, message, keys)?));
            }
        };
        let mut fields: Vec<(String, Value)> = Vec::new();
        for (column, cell) in rows.keys.iter().zip(&row.keys) {
            let single = match cell {
                Cell::Values(values) => values.first().filter(|_| values.len() == 1).cloned(),
                Cell::Prefix(text) | Cell::Exactly(text) => Some(Value::Text(text.clone())),
                Cell::Range(Some((low, true)), Some((high, true))) if low == high => Some(low.clone()),
                _ => None,
            };
            fields.extend(single.map(|value| (column.name.text.clone(), value)));
        }
        for (column, value) in rows.values.iter().zip(values) {
            fields.push((column.name.text.clone(), value.clone()));
        }
        Ok(Value::Record(fields))
    }

    /// The message of a refusing row, with the keys filled in.
    fn refusal(&self, rows: &TableRows, message: &str, keys: &Keys) -> Answer<String> {
        let mut scope = Scope::default();
        for (column, key) in rows.keys.iter().zip(keys) {
            let Some(key) = key.clone() else { continue };
            let key = match &column.ty {
                Some(ty) => self.typed(key, ty)?,
                None => key,
            };
            scope = scope.with(&column.name.text, key);
        }
        let message = super::cell::unquoted(message);
        let (mut text, mut rest) = (String::new(), message.as_str());
        while let Some(place) = rest.find(['{', '}']) {
            let (before, brace) = rest.split_at(place);
            text.push_str(before);
            if brace.starts_with("{{") || brace.starts_with("}}") {
                text.extend(brace.chars().next());
                rest = brace.get(2..).unwrap_or("");
                continue;
            }
            let (expression, after) = brace.trim_start_matches('{').split_once('}').unwrap_or((brace, ""));
            let (expression, _) = parse_expression(FileId::default(), expression, 0);
            text.push_str(&self.filled(&self.value(&expression, &scope)?));
            rest = after;
        }
        Ok(text + rest)
    }

    /// A row of sums, least or greatest values.
    fn collected(&self, table: &str, rows: &TableRows, how: Collect, matching: &[&TableRow]) -> Answer<Value> {
        for row in matching {
            self.row(table, rows, row, &vec![None; rows.keys.len()])?;
        }
        let column = |place: usize| {
            let values: Vec<Value> = matching.iter().filter_map(|row| value_at(row, place).cloned()).collect();
            match how {
                Collect::Sum => self.sum(&values),
                how => Ok(self.extreme(&values, how == Collect::Max)?.unwrap_or(Value::Absent)),
            }
        };
        let fields = rows.values.iter().enumerate().map(|(place, value)| Ok((value.name.text.clone(), column(place)?)));
        fields.collect::<Answer<_>>().map(Value::Record)
    }
}

fn value_at(row: &TableRow, place: usize) -> Option<&Value> {
    match &row.result {
        RowResult::Values(values) => values.get(place),
        RowResult::Refuse(..) => None,
    }
}

fn same_result(left: &TableRow, right: &TableRow) -> bool {
    match (&left.result, &right.result) {
        (RowResult::Values(a), RowResult::Values(b)) => a == b,
        (RowResult::Refuse(a, b), RowResult::Refuse(c, d)) => (a, b) == (c, d),
        _ => false,
    }
}
