//! Workbooks: the sheets of an `.xlsx` or `.ods` file, each value read exactly or refused with its cell.
//!
//! The reading is calamine's. What it gives is a double, a serial day or a cached result; what that means is decided here, with the
//! cell's number format, and nothing is rounded or guessed on the way.

mod details;
mod held;
mod number;
mod repeated;
mod screen;

use crate::place::{Area, Place};
use crate::sheet::{Kind, MOST_REMARKS, Remark, Sheet, SheetCell};
use calamine::{Data, ExcelDateTime, Ods, OdsError, Reader, StyleRange, Xlsx, XlsxError, open_workbook_from_rs};
use details::Details;
use held::{Held, too_many_cells};
use number::Read;

use std::io::Cursor;

pub use screen::{LARGEST_WORKBOOK, MOST_PARTS, MOST_UNPACKED};

/// The most cells of a sheet that are read.
pub const MOST_CELLS: usize = 5_000_000;
/// How many sheets are named where one is looked for.
const MOST_LISTED: usize = 20;

/// An open workbook.
pub struct Workbook {
    kind: Format,
}

enum Format {
    Excel(Box<Xlsx<Cursor<Vec<u8>>>>, bool),
    OpenDocument(Box<Ods<Cursor<Vec<u8>>>>, Vec<u8>),
}

/// What the file says of a sheet.
struct Raw {
    held: Held,
    styles: StyleRange,
    details: Details,
}

impl Workbook {
    /// Opens the bytes of an `.xlsx` or `.ods` file.
    ///
    /// # Errors
    /// They are no such file; in words for the author.
    pub fn open(bytes: Vec<u8>) -> Result<Workbook, String> {
        let broken = |error: &dyn std::fmt::Display| {
            format!("this is no workbook that can be read ({error}); save it again as .xlsx or .ods")
        };
        // The type of an OpenDocument file is the first thing in it, uncompressed.
        let head = bytes.get(..200.min(bytes.len())).unwrap_or_default();
        let open_document = head.windows(8).any(|window| window == b"mimetype");
        screen::screen(&bytes, open_document)?;
        let kind = if open_document {
            let workbook = open_workbook_from_rs(Cursor::new(bytes.clone()));
            Format::OpenDocument(Box::new(workbook.map_err(|error: OdsError| broken(&error))?), bytes)
        } else {
            let waits = details::waits_for_results(&bytes);
            let workbook = open_workbook_from_rs(Cursor::new(bytes));
            Format::Excel(Box::new(workbook.map_err(|error: XlsxError| broken(&error))?), waits)
        };
        Ok(Workbook { kind })
    }

    /// The names of its sheets, in its order.
    pub fn sheet_names(&self) -> Vec<String> {
        match &self.kind {
            Format::Excel(workbook, _) => workbook.sheet_names(),
            Format::OpenDocument(workbook, _) => workbook.sheet_names(),
        }
    }

    /// The cells of a sheet: of the only one where none is named, and all that hold something where no area is.
    ///
    /// # Errors
    /// There is no such sheet, it is empty, or it cannot be read. What is wrong with single cells is in [`Sheet::refusals`].
    pub fn sheet(&mut self, name: Option<&str>, area: Option<Area>) -> Result<Sheet, String> {
        let name = self.named(name)?;
        let raw = self.raw(&name, area)?;
        let Some((first, last)) = raw.held.bounds(area) else {
            return Err(format!("the sheet `{name}` holds nothing there"));
        };
        if area.is_none() && first.column > 0 {
            return Err(format!(
                "the first column of the sheet `{name}` is empty; say where the table begins: `#{name}!{first}`"
            ));
        }
        let height = last.row.saturating_sub(first.row).saturating_add(1) as usize;
        let width = last.column.saturating_sub(first.column).saturating_add(1) as usize;
        if height.saturating_mul(width) > MOST_CELLS {
            return Err(too_many_cells(&name));
        }
        let mut sheet =
            Sheet { name, first, rows: Vec::with_capacity(height), refusals: Vec::new(), notes: Vec::new() };
        for row in first.row..=last.row {
            let cells =
                (first.column..=last.column).map(|column| raw.cell(Place { row, column }, &mut sheet)).collect();
            sheet.rows.push(cells);
            check_remarks(&sheet)?;
        }
        raw.refuse_merged(&mut sheet, last);
        refuse_missing_headings(&mut sheet);
        sheet.refuse_lost_zeros();
        check_remarks(&sheet)?;
        sheet.refusals.sort_by_key(|remark| remark.place);
        Ok(sheet)
    }

    fn named(&self, name: Option<&str>) -> Result<String, String> {
        let names = self.sheet_names();
        let listed = || {
            let mut listed: Vec<_> = names.iter().take(MOST_LISTED).map(|name| format!("`{name}`")).collect();
            listed.extend((names.len() > MOST_LISTED).then(|| format!("{} more", names.len() - MOST_LISTED)));
            listed.join(", ")
        };
        match (name, names.as_slice()) {
            (Some(name), _) if names.iter().any(|known| known == name) => Ok(name.to_owned()),
            (Some(name), _) => Err(format!("there is no sheet `{name}`; its sheets are {}", listed())),
            (None, [only]) => Ok(only.clone()),
            (None, []) => Err("the workbook has no sheet".to_owned()),
            (None, [first, ..]) => {
                Err(format!("the workbook has several sheets ({}); name one after `#`, such as `#{first}`", listed()))
            }
        }
    }

    fn raw(&mut self, name: &str, area: Option<Area>) -> Result<Raw, String> {
        let broken = |error: &dyn std::fmt::Display| format!("the sheet `{name}` cannot be read ({error})");
        match &mut self.kind {
            Format::Excel(workbook, waits_for_results) => {
                let merged = workbook.merge_cells_by_sheet_name(name).map_err(|error| broken(&error))?;
                let place = |(row, column): (u32, u32)| Place { row, column };
                let merged = merged.iter().map(|area| (place(area.start), place(area.end))).collect();
                let styles = workbook.worksheet_style(name).map_err(|error| broken(&error))?;
                let details = Details { merged, waits_for_results: *waits_for_results, ..Details::default() };
                Ok(Raw { held: Held::of_excel(workbook, name, area)?, styles, details })
            }
            Format::OpenDocument(workbook, bytes) => {
                let values = workbook.worksheet_range(name).map_err(|error| broken(&error))?;
                let formulas = workbook.worksheet_formula(name).map_err(|error| broken(&error))?;
                let details = details::details(bytes, name).map_err(|error| broken(&error))?;
                let held = Held::of_open_document(&values, &formulas);
                Ok(Raw { held, styles: StyleRange::default(), details })
            }
        }
    }
}

/// Refuses a sheet so many of whose cells must be told of that nobody would read it.
fn check_remarks(sheet: &Sheet) -> Result<(), String> {
    let too_many = |remarks: &[Remark], what: &str| match remarks.first() {
        Some(first) if remarks.len() > MOST_REMARKS => Err(format!(
            "the sheet `{}` has more than {MOST_REMARKS} cells that {what}; the first: {first}",
            sheet.name
        )),
        _ => Ok(()),
    };
    too_many(&sheet.refusals, "cannot be taken as they stand")?;
    too_many(&sheet.notes, "hold more digits than they show")
}

impl Raw {
    fn cell(&self, place: Place, sheet: &mut Sheet) -> SheetCell {
        let (held, formula) = self.held.at(place);
        let mut refuse = |found: String, advice: &str| {
            sheet.refusals.push(Remark::on(place, found, advice));
            SheetCell { text: String::new(), kind: Kind::Text }
        };
        let text = |text: String, kind: Kind| SheetCell { text, kind };
        match held {
            _ if formula && (self.details.waits_for_results || *held == Data::Empty) => refuse(
                "holds a formula without its result".into(),
                "open the workbook in a spreadsheet program, let it compute and save it again",
            ),
            Data::Empty => SheetCell::default(),
            Data::String(held) if held.is_empty() => SheetCell::default(),
            Data::String(held) if self.details.errors.contains(&place) => {
                refuse(format!("holds the error {held}"), "mend its formula, or write the value")
            }
            Data::String(held) => text(held.clone(), Kind::Text),
            Data::Bool(held) => text(if *held { "yes" } else { "no" }.into(), Kind::YesNo),
            Data::Error(error) => refuse(format!("holds the error {error}"), "mend its formula, or write the value"),
            Data::Int(held) => self.number(*held as f64, place, sheet),
            Data::Float(held) => self.number(*held, place, sheet),
            Data::DateTime(held) => match date(held) {
                Ok(date) => text(date, Kind::Date),
                Err((found, advice)) => refuse(found, advice),
            },
            Data::DateTimeIso(held) => text(date_of_iso(held), Kind::Date),
            Data::DurationIso(held) => match time_of_iso(held) {
                Some(time) => text(time, Kind::Date),
                None => {
                    refuse(format!("holds the duration {held}"), "write it as a number of hours, minutes or seconds")
                }
            },
        }
    }

    fn number(&self, held: f64, place: Place, sheet: &mut Sheet) -> SheetCell {
        let style = self.styles.get((place.row, place.column)).and_then(|style| style.number_format.as_ref());
        let mut shown = style.map(|format| number::shown(&format.format_code)).unwrap_or_default();
        shown.percent |= self.details.percents.contains(&place);
        let text = match number::read(held, shown) {
            Read::Exact(text) => text,
            Read::AsShown(text, held) => {
                let found = format!("holds {held} and shows {text}");
                sheet.notes.push(Remark::on(place, found, format!("it is read as {text}")));
                text
            }
            Read::Refused(found, advice) => {
                sheet.refusals.push(Remark::on(place, found, advice));
                String::new()
            }
        };
        SheetCell { text, kind: Kind::Number }
    }

    fn refuse_merged(&self, sheet: &mut Sheet, last: Place) {
        let first = sheet.first;
        let apart = |start: &Place, end: &Place| {
            end.row < first.row || start.row > last.row || end.column < first.column || start.column > last.column
        };
        let merged = self.details.merged.iter().filter(|(start, end)| !apart(start, end) && start != end);
        for (start, end) in merged.take(MOST_REMARKS.saturating_add(1)) {
            sheet.refusals.push(Remark {
                place: *start,
                cells: format!("the cells {start}:{end}"),
                found: "are merged, so that only the first of them holds a value".into(),
                advice: "unmerge them and fill in each".into(),
            });
        }
    }
}

/// A heading that is missing above values: most often the table begins further down, below a title.
fn refuse_missing_headings(sheet: &mut Sheet) {
    let Some(headings) = sheet.rows.first() else { return };
    let is_empty = |row: &[SheetCell], column: usize| row.get(column).is_none_or(|cell| cell.kind == Kind::Empty);
    let Some(missing) = (0..headings.len()).find(|column| is_empty(headings, *column)) else { return };
    let full = |row: &&Vec<SheetCell>| row.iter().all(|cell| cell.kind != Kind::Empty);
    let below = sheet.rows.iter().position(|row| full(&row));
    let advice = match below {
        Some(row) => format!(
            "name the column; or, if the headings stand in row {}, say so: `#{}!{}`",
            sheet.place(row, 0).row.saturating_add(1),
            sheet.name,
            sheet.place(row, 0)
        ),
        None => "name the column, or take out what stands below it".to_owned(),
    };
    let place = sheet.place(0, missing);
    sheet.refusals.push(Remark::on(place, "is empty, and values stand below it", advice));
}

/// A serial day and time as text: `2026-01-05`, `08:00`, `2026-01-05 08:00:30`.
fn date(held: &ExcelDateTime) -> Result<String, (String, &'static str)> {
    let serial = held.as_f64();
    if held.is_duration() {
        return Err((format!("holds a duration ({serial} days)"), "write it as a number of hours, minutes or seconds"));
    }
    let unclear = || {
        let advice = "write the date as a text such as 2026-01-05";
        Err((format!("holds the day {serial}, which spreadsheets do not agree about"), advice))
    };
    if !(0.0..2_958_466.0).contains(&serial) {
        return unclear();
    }
    let (year, month, day, hour, minute, second, milli) = held.to_ymd_hms_milli();
    if (1.0..61.0).contains(&serial) && year == 1900 {
        return unclear();
    }
    let seconds = match (second, milli) {
        (0, 0) => String::new(),
        (_, 0) => format!(":{second:02}"),
        _ => format!(":{second:02}.{milli:03}"),
    };
    let time = format!("{hour:02}:{minute:02}{seconds}");
    Ok(if serial < 1.0 && serial > 0.0 {
        time
    } else if (hour, minute, second, milli) == (0, 0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02} {time}")
    })
}

/// `2026-01-05T00:00:00` without a time that says nothing.
fn date_of_iso(held: &str) -> String {
    match held.split_once('T') {
        Some((day, time)) if time.chars().all(|c| matches!(c, '0' | ':' | '.')) => day.to_owned(),
        Some((day, time)) => format!("{day} {time}"),
        None => held.to_owned(),
    }
}

/// `PT08H30M00S` as `08:30`; `None` for what is no time of day.
fn time_of_iso(held: &str) -> Option<String> {
    let (hours, rest) = held.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?;
    let within = |text: &str, end: u32| text.parse::<u32>().ok().filter(|value| *value < end);
    let (hours, minutes, seconds) = (within(hours, 24)?, within(minutes, 60)?, within(seconds, 60)?);
    let seconds = if seconds == 0 { String::new() } else { format!(":{seconds:02}") };
    Some(format!("{hours:02}:{minutes:02}{seconds}"))
}
