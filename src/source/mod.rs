//! Where texts live: source files by id, places in them, and the line and column of a place.
//!
//! A [`Span`] is a range of bytes in one file of a [`SourceMap`]. Everything that reports to people carries spans;
//! lines and columns are computed only when something is shown.

use std::fmt::Write;
use std::sync::Arc;

/// The identity of one source text within its [`SourceMap`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FileId(pub(crate) u32);

/// A range of bytes in one source text: `start` included, `end` excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Span {
    /// The text that the bytes are in.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of the bytes `start..end` of `file`.
    pub fn new(file: FileId, start: u32, end: u32) -> Self {
        Span { file, start, end }
    }

    /// The smallest span that covers both, where they are in one file; else `self`.
    pub fn to(self, other: Span) -> Span {
        if self.file == other.file {
            Span { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
        } else {
            self
        }
    }

    /// Whether all of another one lies in this one.
    pub(crate) fn covers(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// One source text: a `.rules` file or a CSV table.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// The name that people see, with `/` between folders.
    pub name: Arc<str>,
    /// The whole text.
    pub text: Arc<str>,
    /// Where every sixteenth line starts, from the first one on.
    line_starts: Vec<u32>,
    /// Places within long lines.
    within_lines: Vec<Mark>,
}

/// How many lines lie between two whose starts are kept.
const MARKED: usize = 16;

/// From how many bytes on a line is long, and how many then lie between two marks in it.
const LONG: usize = 1024;

/// A place that is known: lines and columns are counted on from there.
#[derive(Debug, Clone, Copy)]
struct Mark {
    offset: u32,
    /// Lines and characters before it, from 0.
    line: u32,
    column: u32,
}

/// A place as people count it: line and column from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl SourceFile {
    /// The line and column of the byte `offset`; past the end, the last place of the text.
    pub fn place(&self, offset: u32) -> Place {
        let offset = (offset as usize).min(self.text.len());
        let mark = self.mark_before(offset);
        let since = self.text.as_bytes().get(mark.offset as usize..offset).unwrap_or_default();
        let lines = since.iter().filter(|byte| **byte == b'\n').count();
        let (start, before) = match since.iter().rposition(|byte| *byte == b'\n') {
            Some(at) => ((mark.offset as usize).saturating_add(at).saturating_add(1), 0),
            None => (mark.offset as usize, mark.column),
        };
        let column = self.text.get(start..offset).map_or(0, |after| after.chars().count() as u32);
        let line = mark.line.saturating_add(lines as u32);
        Place { line: line.saturating_add(1), column: before.saturating_add(column).saturating_add(1) }
    }

    /// The line of the byte `offset`, as [`SourceFile::place`] says it.
    pub(crate) fn line_at(&self, offset: u32) -> u32 {
        let offset = (offset as usize).min(self.text.len());
        let mark = self.mark_before(offset);
        let since = self.text.as_bytes().get(mark.offset as usize..offset).unwrap_or_default();
        let lines = since.iter().filter(|byte| **byte == b'\n').count();
        mark.line.saturating_add(lines as u32).saturating_add(1)
    }

    /// The last known place at or before the byte `offset`.
    fn mark_before(&self, offset: usize) -> Mark {
        let lines = self.line_starts.partition_point(|start| *start as usize <= offset).saturating_sub(1);
        let start = self.line_starts.get(lines).copied().unwrap_or(0);
        let start = Mark { offset: start, line: lines.saturating_mul(MARKED) as u32, column: 0 };
        let within = self.within_lines.partition_point(|mark| mark.offset as usize <= offset).checked_sub(1);
        let within = within.and_then(|at| self.within_lines.get(at)).filter(|mark| mark.offset > start.offset);
        within.copied().unwrap_or(start)
    }

    /// The text of line `line` (from 1) without its line end.
    pub fn line(&self, line: u32) -> &str {
        let index = (line as usize).saturating_sub(1);
        let Some(&mark) = self.line_starts.get(index / MARKED) else { return "" };
        let mut lines = self.text.get(mark as usize..).unwrap_or_default().split_inclusive('\n');
        lines.nth(index % MARKED).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }
}

/// All the texts that one rule set was made of.
#[derive(Debug, Clone, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// Adds a text under the name that people will see.
    pub fn add(&mut self, name: &str, text: &str) -> FileId {
        let (line_starts, within_lines) = marks(text);
        self.files.push(SourceFile { name: name.into(), text: text.into(), line_starts, within_lines });
        FileId(self.files.len().saturating_sub(1) as u32)
    }

    /// The text with this id.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The texts with their ids, in the order in which they were added.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(i, f)| (FileId(i as u32), f))
    }

    /// The words at a span; empty where there are none.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).and_then(|f| f.text.get(span.start as usize..span.end as usize)).unwrap_or("")
    }

    /// `name:line` of the start of a span, as explanations and reports show it.
    pub fn line_of(&self, span: Span) -> String {
        let mut text = String::new();
        self.write_line_of(span, &mut text);
        text
    }

    /// Appends what [`SourceMap::line_of`] gives.
    pub(crate) fn write_line_of(&self, span: Span, out: &mut String) {
        if let Some(file) = self.file(span.file) {
            out.push_str(&file.name);
            let _ = write!(out, ":{}", file.line_at(span.start)); // a string takes whatever is written
        }
    }
}

/// Where every sixteenth line starts, and the marks in lines that are long.
fn marks(text: &str) -> (Vec<u32>, Vec<Mark>) {
    let (mut starts, mut marks) = (Vec::new(), Vec::new());
    let mut start = 0_usize;
    for (line, words) in text.split('\n').enumerate() {
        if line % MARKED == 0 {
            starts.push(start as u32);
        }
        if words.len() > LONG {
            let mut last = 0_usize;
            for (column, (at, _)) in words.char_indices().enumerate() {
                if at.saturating_sub(last) >= LONG {
                    last = at;
                    let offset = start.saturating_add(at) as u32;
                    marks.push(Mark { offset, line: line as u32, column: column as u32 });
                }
            }
        }
        start = start.saturating_add(words.len()).saturating_add(1);
    }
    (starts, marks)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn places_in_long_lines_are_found() {
        let text = ["short", &"aé".repeat(3_000), "", &"x".repeat(1_025), "end"].join("\n");
        let mut sources = SourceMap::default();
        let id = sources.add("a.rules", &text);
        let file = sources.file(id).unwrap();
        let (mut line, mut column) = (1, 1);
        for (offset, character) in text.char_indices() {
            assert_eq!(file.place(offset as u32), Place { line, column }, "{offset}");
            assert_eq!(file.line_at(offset as u32), line, "{offset}");
            (line, column) = if character == '\n' { (line + 1, 1) } else { (line, column + 1) };
        }
        assert_eq!(line, 5);
    }

    #[test]
    fn places_and_lines_are_found_wherever_they_are() {
        for end in ["", "\n", "\r\n", "\n\n"] {
            let text: String = (1..=40).map(|line| format!("line {line} é\n")).collect::<String>() + "last" + end;
            let mut sources = SourceMap::default();
            let id = sources.add("a.rules", &text);
            let file = sources.file(id).unwrap();
            for (offset, _) in text.char_indices() {
                let before = text.get(..offset).unwrap();
                let line = before.matches('\n').count() as u32 + 1;
                let column = before.chars().rev().take_while(|character| *character != '\n').count() as u32 + 1;
                assert_eq!(file.place(offset as u32), Place { line, column }, "{offset}");
                assert_eq!(file.line_at(offset as u32), line, "{offset}");
            }
            for (line, words) in (1..).zip(text.lines()) {
                assert_eq!(file.line(line), words);
            }
            assert_eq!((file.line(0), file.line(99)), ("line 1 é", ""));
            assert_eq!(file.place(u32::MAX), file.place(text.len() as u32));
        }
    }
}
