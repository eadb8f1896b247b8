//! Quotes as CSV for a spreadsheet: a line for each charge, total, output, flag and error of each row.

use crate::outcome::{Failure, Result};
use crate::rows::Row;
use anstream::AutoStream;
use ratewright::eval::EvalError;
use ratewright::quote::{Data, Money, Quantity, Quote};
use std::io::{BufWriter, Stdout};

type Out = BufWriter<AutoStream<Stdout>>;

/// The columns.
const HEADER: [&str; 12] =
    ["line", "id", "kind", "code", "label", "item", "quantity", "unit", "unit_price", "amount", "currency", "text"];

/// Writes the lines.
pub struct Writer {
    csv: csv::Writer<Out>,
}

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

impl Writer {
    /// A writer that has written the header.
    pub fn new(out: Out) -> Result<Self> {
        let mut csv = csv::Writer::from_writer(out);
        csv.write_record(HEADER).map_err(failure)?;
        Ok(Writer { csv })
    }

    /// Writes the lines of a quote; `row` is its input.
    pub fn quote(&mut self, row: &Row, quote: &Quote) -> Result<()> {
        for charge in quote.charges() {
            self.write(
                row,
                Cells {
                    kind: "charge",
                    code: charge.code().to_string(),
                    label: charge.label().unwrap_or("").to_owned(),
                    item: charge.item().map(|item| item.saturating_add(1).to_string()).unwrap_or_default(),
                    quantity: charge.quantity().map(quantity).unwrap_or_default(),
                    unit_price: charge.unit_price().map(|price| price.to_string()).unwrap_or_default(),
                    money: money(&charge.money()),
                    text: charge.reason().unwrap_or_default().to_owned(),
                },
            )?;
        }
        for total in quote.totals() {
            self.write(row, Cells { kind: "total", money: money(total), ..Cells::default() })?;
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
            self.write(row, cells)?;
        }
        for flag in quote.flags() {
            let (code, text) = (flag.code().to_owned(), flag.message().to_owned());
            self.write(row, Cells { kind: "flag", code, text, ..Cells::default() })?;
        }
        Ok(())
    }

    /// Writes the line of a row that failed.
    pub fn failure(&mut self, row: &Row, error: &EvalError) -> Result<()> {
        let code = error.code.clone().unwrap_or_default();
        self.write(row, Cells { kind: "error", code, text: error.to_string(), ..Cells::default() })
    }

    fn write(&mut self, row: &Row, cells: Cells) -> Result<()> {
        let line = row.line.to_string();
        let (quantity, unit) = &cells.quantity;
        let (amount, currency) = &cells.money;
        let record = [
            &line,
            row.id.as_deref().unwrap_or(""),
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
        self.csv.write_record(record).map_err(failure)
    }

    /// Writes what is still held back.
    pub fn finish(mut self) -> Result<()> {
        self.csv.flush()?;
        Ok(())
    }
}

fn failure(error: csv::Error) -> Failure {
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
