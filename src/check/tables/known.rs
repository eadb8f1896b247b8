//! Cells of a file that were read before: what a column has read once under some text need not be read again.
//!
//! A text is known by its place in the file, so that nothing is copied. Only cells about which nothing was said are known. Of a column
//! in which nearly every text is another one soon nothing is known any more.

use crate::source::Span;
use crate::table::slots::Marks;
use std::sync::Arc;

/// After this many texts a column goes on only if it has met half of them again.
const TRIAL: usize = 1 << 16;

/// The cells that were read from one file, by the column and the text.
#[derive(Debug, Default)]
pub(super) struct Known {
    text: Option<Arc<str>>,
    /// `None` where it is not worth the search.
    columns: Vec<Option<Column>>,
}

#[derive(Debug, Default)]
struct Column {
    marks: Marks,
    learnt: Vec<Learnt>,
    /// What was met last: in the next row mostly the same stands again.
    last: usize,
    met: usize,
}

/// The places of the one or two cells that were read, and the number of what they gave.
#[derive(Debug, Clone, Copy)]
struct Learnt {
    places: [(u32, u32); 2],
    number: u32,
}

impl Known {
    /// Knows nothing of a file with this text, whose rows have so many columns.
    pub(super) fn of(text: Arc<str>, columns: usize) -> Self {
        Known { text: Some(text), columns: (0..columns).map(|_| Some(Column::default())).collect() }
    }

    /// The number of a column's cell that was read from the same texts as stand at these places.
    pub(super) fn number(&mut self, column: usize, spans: [Span; 2]) -> Option<u32> {
        let column = self.columns.get_mut(column)?.as_mut()?;
        let text = self.text.as_deref()?;
        let wanted = words(text, places(spans))?;
        let is = |at: usize| column.learnt.get(at).is_some_and(|known| words(text, known.places) == Some(wanted));
        if !is(column.last) {
            column.last = column.marks.find(column.marks.hash(&wanted), |at| is(at as usize))? as usize;
        }
        column.met = column.met.saturating_add(1);
        column.learnt.get(column.last).map(|known| known.number)
    }

    /// Keeps in mind what the texts at these places gave.
    pub(super) fn learn(&mut self, at: usize, spans: [Span; 2], number: u32) {
        let (Some(text), Some(place)) = (self.text.as_deref(), self.columns.get_mut(at)) else { return };
        let Some(column) = place else { return };
        if column.learnt.len() >= TRIAL && column.met < column.learnt.len() / 2 {
            *place = None;
            return;
        }
        let Some(read) = words(text, places(spans)) else { return };
        column.last = column.learnt.len();
        let hashed = column.marks.hash(&read);
        column.marks.insert(hashed, column.last as u32);
        column.learnt.push(Learnt { places: places(spans), number });
    }
}

fn places(spans: [Span; 2]) -> [(u32, u32); 2] {
    spans.map(|span| (span.start, span.end))
}

fn words(text: &str, places: [(u32, u32); 2]) -> Option<[&[u8]; 2]> {
    let [one, other] = places.map(|(start, end)| text.as_bytes().get(start as usize..end as usize));
    Some([one?, other?])
}
