//! What calamine does not tell of a workbook: of an OpenDocument sheet, which cells are merged, are percents and hold errors; of
//! an Excel workbook, whether its formulas have still to be computed.
//!
//! One pass over one file of the archive, looking at attributes alone.

use super::screen::MOST_UNPACKED;
use crate::place::Place;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::HashSet;
use std::io::{Cursor, Read};

/// No sheet has more rows or columns.
const MOST_REPEATED: u32 = 1 << 20;

/// What is known of single cells of a sheet.
#[derive(Debug, Default)]
pub(super) struct Details {
    /// The corners of merged cells.
    pub merged: Vec<(Place, Place)>,
    /// Cells kept as percents.
    pub percents: HashSet<Place>,
    /// Cells whose text is an error.
    pub errors: HashSet<Place>,
    /// Whether the results of formulas are placeholders.
    pub waits_for_results: bool,
}

/// Reads the details of one sheet.
pub(super) fn details(bytes: &[u8], sheet: &str) -> Result<Details, String> {
    let text = part(bytes, "content.xml")?;
    let mut reader = Reader::from_str(&text);
    let mut details = Details::default();
    let mut at: Option<Place> = None;
    let mut repeated_rows = 1;
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(tag) if name(&tag) == "table:table" => {
                at = (attribute(&tag, "table:name")?.as_deref() == Some(sheet)).then(Place::default);
            }
            Event::End(tag) if at.is_some() && as_text(tag.name().as_ref()) == "table:table" => break,
            Event::Start(tag) if name(&tag) == "table:table-row" => {
                repeated_rows = count(&tag, "table:number-rows-repeated")?;
                if let Some(at) = &mut at {
                    at.column = 0;
                }
            }
            Event::Empty(tag) if name(&tag) == "table:table-row" => {
                if let Some(at) = &mut at {
                    at.row = at.row.saturating_add(count(&tag, "table:number-rows-repeated")?);
                }
            }
            Event::End(tag) if as_text(tag.name().as_ref()) == "table:table-row" => {
                if let Some(at) = &mut at {
                    at.row = at.row.saturating_add(repeated_rows);
                }
            }
            Event::Start(tag) | Event::Empty(tag)
                if matches!(name(&tag).as_str(), "table:table-cell" | "table:covered-table-cell") =>
            {
                if let Some(at) = &mut at {
                    details.cell(&tag, *at, repeated_rows)?;
                    at.column = at.column.saturating_add(count(&tag, "table:number-columns-repeated")?);
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    Ok(details)
}

/// Whether an Excel workbook says that its formulas are computed when it is opened next: their results are placeholders till then.
pub(super) fn waits_for_results(bytes: &[u8]) -> bool {
    let Ok(text) = part(bytes, "xl/workbook.xml") else { return false };
    let mut reader = Reader::from_str(&text);
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag) | Event::Empty(tag)) if as_text(tag.local_name().as_ref()) == "calcPr" => {
                let written = attribute(&tag, "fullCalcOnLoad").ok().flatten();
                return matches!(written.as_deref(), Some("1" | "true"));
            }
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

/// The text of one file of an archive.
fn part(bytes: &[u8], name: &str) -> Result<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let content = archive.by_name(name).map_err(|error| error.to_string())?;
    let mut text = String::new();
    content.take(MOST_UNPACKED).read_to_string(&mut text).map_err(|error| error.to_string())?;
    Ok(text)
}

impl Details {
    fn cell(&mut self, tag: &BytesStart<'_>, at: Place, rows: u32) -> Result<(), String> {
        let wide = count(tag, "table:number-columns-spanned")?;
        let high = count(tag, "table:number-rows-spanned")?;
        if wide > 1 || high > 1 {
            let end = |start: u32, cells: u32| start.saturating_add(cells).saturating_sub(1);
            self.merged.push((at, Place { row: end(at.row, high), column: end(at.column, wide) }));
        }
        let percent = attribute(tag, "office:value-type")?.as_deref() == Some("percentage");
        let error = attribute(tag, "calcext:value-type")?.as_deref() == Some("error");
        if percent || error {
            let columns = count(tag, "table:number-columns-repeated")?;
            for row in (at.row..).take(rows as usize) {
                for column in (at.column..).take(columns as usize) {
                    let set = if error { &mut self.errors } else { &mut self.percents };
                    set.insert(Place { row, column });
                }
            }
        }
        Ok(())
    }
}

fn as_text(bytes: impl AsRef<str>) -> String {
    bytes.as_ref().to_owned()
}

fn name(tag: &BytesStart<'_>) -> String {
    as_text(tag.name().as_ref())
}

fn attribute(tag: &BytesStart<'_>, wanted: &str) -> Result<Option<String>, String> {
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| error.to_string())?;
        if as_text(attribute.key.as_ref()) == wanted {
            let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// A number of cells; one where nothing is said.
fn count(tag: &BytesStart<'_>, wanted: &str) -> Result<u32, String> {
    let written = attribute(tag, wanted)?.and_then(|text| text.parse::<u32>().ok());
    Ok(written.unwrap_or(1).clamp(1, MOST_REPEATED))
}
