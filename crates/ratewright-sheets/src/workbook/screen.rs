//! A first look at the file of a workbook, before its cells are read: how much it unpacks to, how much of each thing it holds, and whether
//! what it says of itself can be.
//!
//! Whoever reads cells makes room for what a file declares: for strings, for a sheet as wide as its farthest cell, for a row that is
//! repeated a million times. So each part of the archive is walked once, holding nothing, and what is beyond a limit is refused before any room is
//! made for it. Every part is looked at, for a workbook says itself which of them are its sheets. What is no XML is left to the reader of cells,
//! which stops where this walk stops.

use super::repeated::Repeated;
use crate::place::Place;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufReader, Cursor, Read};
use zip::ZipArchive;

/// The most bytes of a workbook's file.
pub const LARGEST_WORKBOOK: usize = 64 << 20;
/// The most bytes of all its parts, unpacked.
pub const MOST_UNPACKED: u64 = 512 << 20;
/// The most parts of its archive.
pub const MOST_PARTS: usize = 10_000;
/// The most rows and columns of a sheet.
const MOST_ROWS: u32 = 1 << 20;
const MOST_COLUMNS: u32 = 1 << 14;
/// The most attributes of an element.
const MOST_ATTRIBUTES: usize = 1_000;
/// The most bytes of an attribute.
const LONGEST_ATTRIBUTE: usize = 32 << 10;
/// The most bytes of the code of a number format and of the name of a font, which are kept once for each style.
const LONGEST_FORMAT: usize = 1_000;
/// How many elements of these names all parts may have together.
const MOST: [(&str, u32); 5] =
    [("c", 20_000_000), ("si", 10_000_000), ("mergeCell", 100_000), ("xf", 65_536), ("sheet", 1_000)];

/// What every archive begins with.
const PACKED: &[u8] = b"PK";
/// What stands before each entry of an archive's directory.
const ENTRY: &[u8] = b"PK\x01\x02";
/// What older workbooks begin with, and those that a password protects.
const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0";

/// Looks at the bytes of a workbook; `open_document` tells its kind.
///
/// # Errors
/// It is no archive, or larger than what is read; in words for the author.
pub(super) fn screen(bytes: &[u8], open_document: bool) -> Result<(), String> {
    within(MOST_UNPACKED, bytes, open_document)
}

/// As [`screen`], with so many bytes unpacked at most.
fn within(most: u64, bytes: &[u8], open_document: bool) -> Result<(), String> {
    if bytes.len() > LARGEST_WORKBOOK {
        return Err(beyond(&format!("is larger than {} MiB", LARGEST_WORKBOOK >> 20)));
    }
    if bytes.starts_with(COMPOUND) {
        return Err(
            "this workbook is protected by a password, or of an older kind; save it without one as .xlsx or .ods"
                .into(),
        );
    }
    if !bytes.starts_with(PACKED) {
        return Err(NO_WORKBOOK.into());
    }
    let entries = bytes.windows(ENTRY.len()).filter(|window| *window == ENTRY).take(MOST_PARTS.saturating_add(1));
    if entries.count() > MOST_PARTS {
        return Err(beyond(&format!("has more than {MOST_PARTS} parts")));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| NO_WORKBOOK.to_owned())?;
    let too_much = || beyond(&format!("unpacks to more than {} MiB", most >> 20));
    // What the parts say that they unpack to; more may come out of them.
    let mut said = 0_u64;
    for at in 0..archive.len() {
        said = said.saturating_add(archive.by_index_raw(at).map_or(0, |part| part.size()));
    }
    if said > most {
        return Err(too_much());
    }
    let mut walk = Walk { counted: [0; MOST.len()], unpacked: 0, repeated: Repeated::default() };
    for at in 0..archive.len() {
        // What cannot be unpacked cannot be read as a part of a workbook either.
        let Ok(part) = archive.by_index(at) else { continue };
        let content = open_document && part.name().is_ok_and(|name| name == "content.xml");
        let room = most.saturating_sub(walk.unpacked);
        let mut counted = Counted { part: part.take(room.saturating_add(1)), read: 0 };
        let walked = walk.part(&mut counted, content);
        // An error ends the walk of a part, not the part.
        let rest = std::io::copy(&mut counted, &mut std::io::sink());
        walk.unpacked = walk.unpacked.saturating_add(counted.read);
        if walk.unpacked > most {
            return Err(too_much());
        }
        walked?;
        if content && rest.is_err() {
            return Err(NO_WORKBOOK.into());
        }
    }
    Ok(())
}

/// What is said of a file that is none.
pub(super) const NO_WORKBOOK: &str = "this is no workbook, or not a whole one; save it again as .xlsx or .ods";

/// What is said of a workbook that is larger than what is read.
pub(super) fn beyond(what: &str) -> String {
    format!("this workbook {what}, which is more than is read; save the table by itself, as CSV where it is that large")
}

/// What is said of a workbook that contradicts itself.
fn broken(what: &str) -> String {
    format!("this is no workbook that can be read ({what}); save it again as .xlsx or .ods")
}

/// A part with how much of it was read.
struct Counted<R> {
    part: R,
    read: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.part.read(into)?;
        self.read = self.read.saturating_add(read as u64);
        Ok(read)
    }
}

/// What was met so far.
struct Walk {
    counted: [u32; MOST.len()],
    unpacked: u64,
    repeated: Repeated,
}

impl Walk {
    /// Walks through one part, as far as it is XML. The one that holds OpenDocument sheets must be whole: an end that is missing is waited for.
    fn part(&mut self, part: &mut impl Read, content: bool) -> Result<(), String> {
        let mut reader = Reader::from_reader(BufReader::new(part));
        reader.config_mut().check_end_names = content;
        let mut buffer = Vec::new();
        let mut depth = 0_usize;
        loop {
            buffer.clear();
            let event = match reader.read_event_into(&mut buffer) {
                Ok(event) => event,
                Err(error) if content => return Err(broken(&error.to_string())),
                Err(_) => return Ok(()),
            };
            match &event {
                Event::Start(tag) | Event::Empty(tag) => {
                    self.element(tag)?;
                    depth = depth.saturating_add(usize::from(matches!(event, Event::Start(_))));
                }
                Event::End(_) => depth = depth.saturating_sub(1),
                Event::Eof if content && depth > 0 => return Err(broken("an element has no end")),
                Event::Eof => return Ok(()),
                _ => {}
            }
            if content {
                self.repeated.note(&event)?;
            }
        }
    }

    fn element(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        let name = tag.local_name();
        let name: &str = name.as_ref();
        for ((counted, most), count) in MOST.iter().zip(&mut self.counted) {
            if *counted == name {
                *count = count.saturating_add(1);
                if *count > *most {
                    return Err(beyond(&format!("has more than {most} elements `{name}`")));
                }
            }
        }
        for (at, attribute) in tag.attributes().with_checks(false).enumerate() {
            let Ok(attribute) = attribute else { return Ok(()) };
            if at >= MOST_ATTRIBUTES {
                return Err(beyond(&format!("has an element `{name}` of more than {MOST_ATTRIBUTES} attributes")));
            }
            let (key, value): (&str, &str) = (attribute.key.as_ref(), &attribute.value);
            if value.len() > LONGEST_ATTRIBUTE {
                return Err(beyond(&format!("has an attribute `{key}` of more than {LONGEST_ATTRIBUTE} bytes")));
            }
            let can_be = match (name, key) {
                ("c", "r") => is_cell(value),
                ("row", "r") => is_row(value),
                ("dimension" | "mergeCell" | "f", "ref") => is_area(value),
                ("sst", "uniqueCount") => value.parse::<u32>().is_ok_and(|count| count <= 10_000_000),
                ("numFmt", "formatCode") | ("name" | "rFont", "val") => value.len() <= LONGEST_FORMAT,
                _ => true,
            };
            if !can_be {
                let shown: String = value.chars().take(40).collect();
                return Err(broken(&format!("`{key}` of an element `{name}` cannot be {shown}")));
            }
        }
        Ok(())
    }
}

fn is_cell(text: &str) -> bool {
    text.len() <= 10 && Place::parse(text).is_some_and(|place| place.row < MOST_ROWS && place.column < MOST_COLUMNS)
}

fn is_row(text: &str) -> bool {
    text.len() <= 7 && text.parse::<u32>().is_ok_and(|row| (1..=MOST_ROWS).contains(&row))
}

fn is_area(text: &str) -> bool {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    let ordered = |first: Place, last: Place| first.row <= last.row && first.column <= last.column;
    is_cell(first)
        && is_cell(last)
        && Place::parse(first).zip(Place::parse(last)).is_some_and(|(first, last)| ordered(first, last))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    #[test]
    fn a_part_unpacks_to_no_more_than_it_says_and_what_it_says_is_counted() {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        archive.start_file("xl/sharedStrings.xml", SimpleFileOptions::default()).unwrap();
        archive.write_all(&[b' '; 3 << 20]).unwrap();
        let mut bytes = archive.finish().unwrap().into_inner();
        assert_eq!(within(3 << 20, &bytes, false), Ok(()));
        assert!(within(2 << 20, &bytes, false).unwrap_err().contains("unpacks to more than 2 MiB"));
        assert!(bytes.len() < 8 << 10, "{}", bytes.len());
        // The size that the directory of the archive gives, and the one before the part itself.
        let entry = bytes.windows(4).position(|four| four == ENTRY).unwrap();
        for place in [22, entry + 24] {
            bytes[place..place + 4].copy_from_slice(&[1, 0, 0, 0]);
        }
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut out = Vec::new();
        let read = archive.by_index(0).unwrap().read_to_end(&mut out);
        assert!(out.len() <= 1 || read.is_err() && out.len() <= 64 << 10, "{} bytes: {read:?}", out.len());
    }
}
