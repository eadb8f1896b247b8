//! Cells of a file that were read before: what a column has read once under some text need not be read again.
//!
//! A text is known by its place in the file, so that nothing is copied. Only cells about which nothing was said are known. A column
//! in which nearly every text is another one soon stops learning.

use crate::source::Span;
use crate::table::slots::{Slots, hash};
use std::sync::Arc;

/// After this many texts a column learns on only if it has met half of them again.
const TRIAL: usize = 1 << 16;

/// The cells that were read from one file, by the column and the text.
#[derive(Debug, Default)]
pub(super) struct Known {
    text: Option<Arc<str>>,
    columns: Vec<Column>,
}

#[derive(Debug, Default)]
struct Column {
    slots: Slots,
    learnt: Vec<Learnt>,
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
        Known { text: Some(text), columns: (0..columns).map(|_| Column::default()).collect() }
    }

    /// The number of a column's cell that was read from the same texts as stand at these places.
    pub(super) fn number(&mut self, column: usize, spans: [Span; 2]) -> Option<u32> {
        let text = self.text.as_deref()?;
        let wanted = words(text, places(spans))?;
        let column = self.columns.get_mut(column)?;
        let is =
            |at: u32| column.learnt.get(at as usize).is_some_and(|known| words(text, known.places) == Some(wanted));
        let found = column.slots.find(hash(&wanted), is)?;
        column.met = column.met.saturating_add(1);
        column.learnt.get(found as usize).map(|known| known.number)
    }

    /// Keeps in mind what the texts at these places gave.
    pub(super) fn learn(&mut self, column: usize, spans: [Span; 2], number: u32) {
        let (Some(text), Some(column)) = (self.text.as_deref(), self.columns.get_mut(column)) else { return };
        if column.learnt.len() >= TRIAL && column.met < column.learnt.len() / 2 {
            return;
        }
        let Some(read) = words(text, places(spans)) else { return };
        let at = column.learnt.len() as u32;
        let hash_of = |at: u32| {
            column.learnt.get(at as usize).and_then(|known| words(text, known.places)).map_or(0, |words| hash(&words))
        };
        column.slots.insert(hash(&read), at, hash_of);
        column.learnt.push(Learnt { places: places(spans), number });
    }
}

fn places(spans: [Span; 2]) -> [(u32, u32); 2] {
    spans.map(|span| (span.start, span.end))
}

fn words(text: &str, places: [(u32, u32); 2]) -> Option<[&str; 2]> {
    let [one, other] = places.map(|(start, end)| text.get(start as usize..end as usize));
    Some([one?, other?])
}
