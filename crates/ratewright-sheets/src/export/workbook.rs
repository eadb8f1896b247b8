//! A table as an Excel workbook. Numbers are numbers where a sheet keeps them exactly, and texts else.

use super::{Export, holds_more_than_values};
use ratewright::table::Role;
use ratewright::types::Type;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

/// A sheet has no more rows.
const MOST_ROWS: usize = 1_048_576;

/// What the cells of a column are written as.
struct Look {
    kind: Kind,
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Percent,
    Date,
}

pub(super) fn write(export: &Export<'_>) -> Result<Vec<u8>, String> {
    let rows = export.rows().count();
    if rows >= MOST_ROWS {
        return Err(format!(
            "the table has {rows} rows, and a sheet holds {}; write it as .csv",
            MOST_ROWS.saturating_sub(1)
        ));
    }
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    fill(export, sheet).and_then(|()| workbook.save_to_buffer()).map_err(|error| error.to_string())
}

fn fill(export: &Export<'_>, sheet: &mut Worksheet) -> Result<(), XlsxError> {
    let name: String = export.table.name.chars().take(31).collect();
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    let heading = Format::new().set_bold();
    for (text, column) in export.headings.iter().zip(0..) {
        sheet.write_string_with_format(0, column, text, &heading)?;
        sheet.set_column_width(column, (text.chars().count() as f64 + 2.0).max(12.0))?;
    }
    let looks: Vec<Look> = (0..export.headings.len()).map(|column| look(export, column)).collect();
    for (cells, row) in export.rows().zip(1..) {
        for ((cell, look), column) in cells.into_iter().zip(&looks).zip(0..) {
            write_cell(sheet, (row, column), &cell, look)?;
        }
    }
    Ok(())
}

/// How a column is shown: its numbers all with as many decimals as the one that has most.
fn look(export: &Export<'_>, column: usize) -> Look {
    let text = Look { kind: Kind::Text, format: Format::new().set_num_format("@") };
    let (Some(declared), Some(texts)) = (export.table.columns.get(column), export.texts.get(column)) else {
        return text;
    };
    let decimals = |percent: bool| {
        let numbers = texts.iter().map(|text| if percent { text.trim_end_matches('%') } else { text.as_str() });
        let most = numbers.filter(|text| is_decimal(text)).map(decimals_of).max().unwrap_or(0);
        if most == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(most)) }
    };
    match declared.ty.present() {
        Type::Percent => {
            Look { kind: Kind::Percent, format: Format::new().set_num_format(format!("{}%", decimals(true))) }
        }
        Type::Number | Type::Integer | Type::In(_) => {
            Look { kind: Kind::Number, format: Format::new().set_num_format(decimals(false)) }
        }
        Type::Date if declared.role != Role::Valid && !holds_more_than_values(export.table, column as u16) => {
            Look { kind: Kind::Date, format: Format::new().set_num_format("yyyy-mm-dd") }
        }
        _ => text,
    }
}

fn write_cell(sheet: &mut Worksheet, (row, column): (u32, u16), text: &str, look: &Look) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    match look.kind {
        Kind::Number if let Some(number) = kept(text, 0) => {
            sheet.write_number_with_format(row, column, number, &look.format)?;
        }
        Kind::Percent if let Some(number) = text.strip_suffix('%').and_then(|text| kept(text, 2)) => {
            sheet.write_number_with_format(row, column, number, &look.format)?;
        }
        Kind::Date if let Some(day) = serial_day(text) => {
            sheet.write_datetime_with_format(row, column, &day, &look.format)?;
        }
        _ => {
            sheet.write_string_with_format(row, column, text, &Format::new().set_num_format("@"))?;
        }
    }
    Ok(())
}

/// The double that a sheet keeps of a decimal divided by a power of ten; `None` where it would not be read back as that decimal.
fn kept(text: &str, shift: u32) -> Option<f64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    if !is_decimal(text) || digits.trim_matches('0').len() > 15 || digits.len() > 300 {
        return None;
    }
    // Rust reads and writes the nearest double, so that up to 15 digits come back as they were.
    format!("{text}e-{shift}").parse().ok()
}

fn is_decimal(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(decimals)
}

fn decimals_of(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, decimals)| decimals.len())
}

/// A day on which all spreadsheets agree.
fn serial_day(text: &str) -> Option<ExcelDateTime> {
    ExcelDateTime::parse_from_str(text).ok().filter(|_| text >= "1900-03-01" && text.len() == 10)
}
