//! The frame of a bundle: a zip file of a fixed form, with nothing compressed.
//!
//! Parts become bytes and bytes parts, in one way only: names, sizes and contents of the parts decide every byte of the file. There
//! are no times, no owners, no comments, nothing between the parts. Reading takes names and sizes from the directory at the end,
//! makes from them the frame as it must be, and compares. So a file that is read is byte for byte the one that writing its parts
//! gives, a flipped bit anywhere is found, and a part is never larger than its bytes in the file.

use super::error::BundleError;
use super::{Limits, MANIFEST};
use std::ops::Range;

/// The marks of a part's own header, of its line in the directory, and of the end.
const PART: [u8; 4] = *b"PK\x03\x04";
const LINE: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
/// The bytes of each, without names.
const PART_LENGTH: usize = 30;
const LINE_LENGTH: usize = 46;
const END_LENGTH: usize = 22;
/// What follows the versions in both headers: names in UTF-8, stored as they are, at midnight on 1980-01-01, the zero of zip files.
const FIXED: [u8; 8] = [0, 8, 0, 0, 0, 0, 0x21, 0];
/// Version 2.0 of the format, and no system whose attributes would be kept.
const VERSION: [u8; 2] = [20, 0];

/// A part: its name in the file, and where its bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub name: String,
    pub bytes: Range<usize>,
}

/// What the headers say of a part.
struct Entry<'a> {
    name: &'a str,
    size: u32,
    sum: u32,
    offset: u32,
}

impl Entry<'_> {
    fn put_sizes(&self, to: &mut Vec<u8>) {
        to.extend(FIXED);
        to.extend(self.sum.to_le_bytes());
        to.extend(self.size.to_le_bytes());
        to.extend(self.size.to_le_bytes());
        to.extend((self.name.len() as u16).to_le_bytes());
    }

    fn put_header(&self, to: &mut Vec<u8>) {
        to.extend(PART);
        to.extend(VERSION);
        self.put_sizes(to);
        to.extend([0; 2]);
        to.extend(self.name.as_bytes());
    }

    fn put_line(&self, to: &mut Vec<u8>) {
        to.extend(LINE);
        to.extend(VERSION);
        to.extend(VERSION);
        self.put_sizes(to);
        to.extend([0; 12]);
        to.extend(self.offset.to_le_bytes());
        to.extend(self.name.as_bytes());
    }
}

fn put_end(lines: usize, directory: Range<usize>, to: &mut Vec<u8>) {
    to.extend(END);
    to.extend([0; 4]);
    to.extend((lines as u16).to_le_bytes());
    to.extend((lines as u16).to_le_bytes());
    to.extend((directory.len() as u32).to_le_bytes());
    to.extend((directory.start as u32).to_le_bytes());
    to.extend([0; 2]);
}

/// The file of these parts, in their order.
///
/// # Errors
/// They are more, or larger, than a plain zip file can say.
pub(super) fn write(parts: &[(String, &[u8])]) -> Result<Vec<u8>, BundleError> {
    let of_name = |name: &str| PART_LENGTH.saturating_add(LINE_LENGTH).saturating_add(name.len().saturating_mul(2));
    let sizes = parts.iter().map(|(name, bytes)| of_name(name).saturating_add(bytes.len()));
    let length = sizes.fold(END_LENGTH, usize::saturating_add);
    if u32::try_from(length).is_err() {
        return Err(BundleError::TooLarge {
            what: "the bundle".to_owned(),
            bytes: length as u64,
            allowed: u64::from(u32::MAX),
        });
    }
    if u16::try_from(parts.len()).is_err() {
        return Err(BundleError::TooManyParts { parts: parts.len() as u64, allowed: u64::from(u16::MAX) });
    }
    let (mut file, mut directory) = (Vec::with_capacity(length), Vec::new());
    for (name, bytes) in parts {
        let offset = file.len() as u32;
        let entry = Entry { name, size: bytes.len() as u32, sum: crc32fast::hash(bytes), offset };
        entry.put_header(&mut file);
        file.extend_from_slice(bytes);
        entry.put_line(&mut directory);
    }
    let start = file.len();
    file.append(&mut directory);
    let end = file.len();
    put_end(parts.len(), start..end, &mut file);
    Ok(file)
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(length)?)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

/// The parts of a file, none of them larger than `limits` allows.
pub(super) fn read(file: &[u8], limits: &Limits) -> Result<Vec<Part>, BundleError> {
    if file.len() as u64 > limits.bundle {
        let (what, bytes) = ("the bundle".to_owned(), file.len() as u64);
        return Err(BundleError::TooLarge { what, bytes, allowed: limits.bundle });
    }
    if file.starts_with(&END) {
        return Err(BundleError::OtherZip { first: String::new() });
    }
    if !file.starts_with(&PART) {
        return Err(BundleError::NotABundle);
    }
    let Some(first) = packed_by_another(file) else { return read_own(file, limits) };
    if first != MANIFEST {
        return Err(BundleError::OtherZip { first });
    }
    read_own(file, limits).map_err(|error| match error {
        BundleError::Altered { .. } | BundleError::NotWhole | BundleError::GoesOn { .. } => BundleError::Repacked,
        other => other,
    })
}

/// The name of the first part, where the header before it is none that is written here: it says other things, and more than one
/// byte that a disk or a line lost could.
fn packed_by_another(file: &[u8]) -> Option<String> {
    let found = file.get(PART.len()..)?;
    let own = VERSION.iter().chain(&FIXED);
    let other = found.iter().zip(own).filter(|(found, own)| found != own).count();
    let length = number(file, PART_LENGTH.checked_sub(4)?, 2)?;
    let name = file.get(PART_LENGTH..PART_LENGTH.checked_add(length)?)?;
    (other > 1).then(|| String::from_utf8_lossy(name).into_owned())
}

/// How many bytes stand after an end that fits what stands before it.
fn beyond_the_end(file: &[u8]) -> Option<usize> {
    // As far back as other tools look for it.
    let from = file.len().saturating_sub(END_LENGTH.saturating_add(0xffff));
    let tail = file.get(from..)?;
    let at = from.checked_add(tail.windows(END.len()).rposition(|bytes| bytes == END)?)?;
    let (length, start) = (number(file, at.checked_add(12)?, 4)?, number(file, at.checked_add(16)?, 4)?);
    let after = file.len().checked_sub(at.checked_add(END_LENGTH)?)?;
    (start.checked_add(length) == Some(at) && after > 0).then_some(after)
}

/// The parts of a file that begins as those do that are written here.
fn read_own(file: &[u8], limits: &Limits) -> Result<Vec<Part>, BundleError> {
    let end =
        file.len().checked_sub(END_LENGTH).filter(|end| file.get(*end..).is_some_and(|end| end.starts_with(&END)));
    let Some(end) = end else {
        return Err(beyond_the_end(file).map_or(BundleError::NotWhole, |bytes| BundleError::GoesOn { bytes }));
    };
    let said = |at: usize, length: usize| number(file, end.saturating_add(at), length).ok_or(BundleError::NotWhole);
    let (lines, length, start) = (said(10, 2)?, said(12, 4)?, said(16, 4)?);
    if lines as u64 > limits.parts {
        return Err(BundleError::TooManyParts { parts: lines as u64, allowed: limits.parts });
    }
    if start.checked_add(length) != Some(end) {
        return Err(BundleError::NotWhole);
    }
    let directory = file.get(start..end).ok_or(BundleError::NotWhole)?;
    let parts = read_directory(directory, lines, limits)?;
    compare(file, &parts, start..end)?;
    Ok(parts)
}

/// Takes names and sizes, and nothing else, from the directory: where a part lies follows from the sizes of those before it.
fn read_directory(directory: &[u8], lines: usize, limits: &Limits) -> Result<Vec<Part>, BundleError> {
    let mut parts: Vec<Part> = Vec::new();
    let (mut at, mut from) = (0_usize, 0_usize);
    for _ in 0..lines {
        let said =
            |offset: usize, length| number(directory, at.saturating_add(offset), length).ok_or(BundleError::NotWhole);
        let (method, size, length) = (said(10, 2)?, said(24, 4)?, said(28, 2)?);
        let name_from = at.saturating_add(LINE_LENGTH);
        at = name_from.saturating_add(length);
        let name = directory.get(name_from..at).ok_or(BundleError::NotWhole)?;
        let name = String::from_utf8_lossy(name).into_owned();
        if method != 0 {
            return Err(BundleError::Compressed { part: name });
        }
        let allowed = if parts.is_empty() { limits.manifest } else { limits.part };
        if size as u64 > allowed {
            let what = format!("the part `{name}`");
            return Err(BundleError::TooLarge { what, bytes: size as u64, allowed });
        }
        let bytes_from = from.saturating_add(PART_LENGTH).saturating_add(length);
        from = bytes_from.saturating_add(size);
        parts.push(Part { name, bytes: bytes_from..from });
    }
    Ok(parts)
}

/// Whether everything but the bytes of the parts is what writing these parts gives.
fn compare(file: &[u8], parts: &[Part], directory: Range<usize>) -> Result<(), BundleError> {
    let (mut frame, mut lines, mut at) = (Vec::new(), Vec::new(), 0);
    for Part { name, bytes } in parts {
        let held = file.get(bytes.clone()).ok_or(BundleError::NotWhole)?;
        let entry = Entry { name, size: held.len() as u32, sum: crc32fast::hash(held), offset: at as u32 };
        frame.clear();
        entry.put_header(&mut frame);
        same(file, at, &frame)?;
        entry.put_line(&mut lines);
        at = bytes.end;
    }
    put_end(parts.len(), directory, &mut lines);
    same(file, at, &lines)?;
    match at.saturating_add(lines.len()) == file.len() {
        true => Ok(()),
        false => Err(BundleError::NotWhole),
    }
}

fn same(file: &[u8], at: usize, expected: &[u8]) -> Result<(), BundleError> {
    let found = file.get(at..).unwrap_or_default();
    if found.starts_with(expected) {
        return Ok(());
    }
    let equal = found.iter().zip(expected).take_while(|(one, other)| one == other).count();
    Err(BundleError::Altered { at: at.saturating_add(equal) })
}
