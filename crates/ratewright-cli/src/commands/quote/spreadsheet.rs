//! Quotes as CSV for a spreadsheet: a line for each charge, total, output, flag and error of each row.

use crate::outcome::{Failure, Result};
use crate::rows::Name;
use ratewright::eval::EvalError;
use ratewright::quote::{Data, Money, Quantity, Quote};

/// The line of the columns' names.
pub const HEADER: &str = "line,id,kind,code,label,item,quantity,unit,unit_price,amount,currency,text\n";

/// One line, with empty cells where it says nothing.
#[derive(Default)]
struct Cells {
    kind: &'static str,
    code: String,
    label: String,
    item: String,
    quantity: (String, String),
    unit_price: String,
    money: (String, String),
    text: String,
}

/// Writes the lines of a quote; `row` is its input.
pub fn quote(out: &mut Vec<u8>, row: Name<'_>, quote: &Quote) -> Result<()> {
    let mut lines = Lines::of(out, row);
    for charge in quote.charges() {
        lines.write(Cells {
            kind: "charge",
            code: charge.code().to_string(),
            label: charge.label().unwrap_or("").to_owned(),
            item: charge.item().map(|item| item.saturating_add(1).to_string()).unwrap_or_default(),
            quantity: charge.quantity().map(quantity).unwrap_or_default(),
            unit_price: charge.unit_price().map(|price| price.to_string()).unwrap_or_default(),
            money: money(&charge.money()),
            text: charge.reason().unwrap_or_default().to_owned(),
        })?;
    }
    for total in quote.totals() {
        lines.write(Cells { kind: "total", money: money(total), ..Cells::default() })?;
    }
    for output in quote.outputs() {
        let label = output.label().unwrap_or_default().to_owned();
        let mut cells = Cells { kind: "output", code: output.name().to_owned(), label, ..Cells::default() };
        match output.value() {
            Data::Money(value) => cells.money = money(value),
            Data::Quantity(value) => cells.quantity = quantity(value),
            Data::Number(value) => cells.quantity.0 = value.to_string(),
            other => cells.text = other.to_string(),
        }
        lines.write(cells)?;
    }
    for flag in quote.flags() {
        let (code, text) = (flag.code().to_owned(), flag.message().to_owned());
        lines.write(Cells { kind: "flag", code, text, ..Cells::default() })?;
    }
    lines.finish()
}

/// Writes the line of a row that failed.
pub fn failure(out: &mut Vec<u8>, row: Name<'_>, error: &EvalError) -> Result<()> {
    let code = error.code.clone().unwrap_or_default();
    let mut lines = Lines::of(out, row);
    lines.write(Cells { kind: "error", code, text: error.to_string(), ..Cells::default() })?;
    lines.finish()
}

/// The lines of one row.
struct Lines<'a> {
    csv: csv::Writer<&'a mut Vec<u8>>,
    line: String,
    id: &'a str,
}

impl<'a> Lines<'a> {
    fn of(out: &'a mut Vec<u8>, row: Name<'a>) -> Self {
        let csv = csv::WriterBuilder::new().buffer_capacity(1024).from_writer(out);
        Lines { csv, line: row.line.to_string(), id: row.id.unwrap_or("") }
    }

    fn write(&mut self, cells: Cells) -> Result<()> {
        let (quantity, unit) = &cells.quantity;
        let (amount, currency) = &cells.money;
        let record = [
            &self.line,
            self.id,
            cells.kind,
            &cells.code,
            &cells.label,
            &cells.item,
            quantity,
            unit,
            &cells.unit_price,
            amount,
            currency,
            &cells.text,
        ];
        self.csv.write_record(record).map_err(not_written)
    }

    fn finish(mut self) -> Result<()> {
        Ok(self.csv.flush()?)
    }
}

fn not_written(error: csv::Error) -> Failure {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => Failure::Internal(format!("cannot write CSV: {other:?}")),
    }
}

fn money(money: &Money) -> (String, String) {
    let currency = money.currency.to_string();
    let shown = money.to_string();
    (shown.strip_suffix(&currency).unwrap_or(&shown).trim_end().to_owned(), currency)
}

fn quantity(quantity: Quantity<'_>) -> (String, String) {
    (quantity.value.to_string(), quantity.unit.to_owned())
}
