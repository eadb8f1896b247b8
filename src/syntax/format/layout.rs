//! Documents: text with places where a line may break, laid out within a width.
//!
//! A group is written on one line where that fits; else every break that belongs to it becomes a line end.

/// The width that lines keep to where they can.
pub(super) const WIDTH: usize = 110;

/// How far a nested line is set in.
pub(super) const INDENT: usize = 4;

/// A piece of text to lay out.
#[derive(Debug, Clone)]
pub(super) enum Doc {
    Text(String),
    /// A place to break: what stands there where the group is on one line.
    Line(&'static str),
    /// Laid out as one: all its own breaks, or none.
    Group(Vec<Doc>),
    /// As its parts, with line ends set in.
    Nest(Vec<Doc>),
}

impl Doc {
    pub fn text(text: impl Into<String>) -> Doc {
        Doc::Text(text.into())
    }

    /// Parts with a blank between any two.
    pub fn words(parts: Vec<Doc>) -> Doc {
        let mut words = Vec::new();
        for part in parts {
            if !words.is_empty() {
                words.push(Doc::text(" "));
            }
            words.push(part);
        }
        Doc::Nest(words).unnested()
    }

    fn unnested(self) -> Doc {
        match self {
            Doc::Nest(parts) => Doc::Group(parts),
            other => other,
        }
    }

    /// The text on one line.
    pub fn flat(&self) -> String {
        let mut out = String::new();
        self.write_flat(&mut out);
        out
    }

    fn write_flat(&self, out: &mut String) {
        match self {
            Doc::Text(text) => out.push_str(text),
            Doc::Line(flat) => out.push_str(flat),
            Doc::Group(parts) | Doc::Nest(parts) => parts.iter().for_each(|part| part.write_flat(out)),
        }
    }

    /// Whether the text on one line is at most `room` wide.
    fn fits(&self, room: usize) -> bool {
        self.room_left(room).is_some()
    }

    fn room_left(&self, room: usize) -> Option<usize> {
        match self {
            Doc::Text(text) => room.checked_sub(width(text)),
            Doc::Line(flat) => room.checked_sub(flat.len()),
            Doc::Group(parts) | Doc::Nest(parts) => parts.iter().try_fold(room, |room, part| part.room_left(room)),
        }
    }

    /// Writes the text at the end of `out`, whose last line is `column` wide; line ends are set in by `indent`.
    pub fn write(&self, out: &mut String, column: &mut usize, indent: usize) {
        match self {
            Doc::Group(_) if self.fits(WIDTH.saturating_sub(*column)) => {
                let flat = self.flat();
                *column = column.saturating_add(width(&flat));
                out.push_str(&flat);
            }
            Doc::Group(parts) => parts.iter().for_each(|part| part.write(out, column, indent)),
            Doc::Nest(parts) => parts.iter().for_each(|part| part.write(out, column, indent.saturating_add(INDENT))),
            Doc::Text(text) => {
                *column = column.saturating_add(width(text));
                out.push_str(text);
            }
            Doc::Line(_) => {
                out.push('\n');
                out.push_str(&" ".repeat(indent));
                *column = indent;
            }
        }
    }
}

/// The columns that a text takes on a terminal: two for the wide characters of East Asian scripts, none for combining marks.
pub(super) fn width(text: &str) -> usize {
    text.chars().map(character_width).sum()
}

fn character_width(character: char) -> usize {
    match u32::from(character) {
        0x0300..=0x036F | 0x200B..=0x200D | 0xFE00..=0xFE0F => 0,
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0x33FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xA000..=0xA4CF => 2,
        0xAC00..=0xD7A3 | 0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 | 0x1F300..=0x1F64F => {
            2
        }
        0x1F900..=0x1F9FF | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

/// `text` filled up with blanks to `columns`.
pub(super) fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}
