//! Intervals of values.
//!
//! Ends are cuts: places just before or just after a value, so that included and excluded ends, points and open ends are one
//! thing. An interval is everything between two cuts.

use super::Cell;
use crate::value::Value;
use std::cmp::Ordering;
use std::sync::Arc;

/// A place between values.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cut {
    /// Before every value.
    Start,
    /// Just before the value, or just after it (true).
    At(Value, bool),
    /// After every text that starts with this one.
    Beyond(Arc<str>),
    /// After every value.
    End,
}

impl Cut {
    /// Whether the cut lies before the value.
    pub(super) fn is_before(&self, value: &Value) -> bool {
        match self {
            Cut::Start => true,
            Cut::At(cut, after) => match cut.cmp(value) {
                Ordering::Less => true,
                Ordering::Equal => !after,
                Ordering::Greater => false,
            },
            Cut::Beyond(prefix) => match value {
                Value::Text(text) => !text.starts_with(&**prefix) && **prefix < **text,
                _ => false,
            },
            Cut::End => false,
        }
    }
}

impl Ord for Cut {
    fn cmp(&self, other: &Cut) -> Ordering {
        match (self, other) {
            (Cut::Start, Cut::Start) | (Cut::End, Cut::End) => Ordering::Equal,
            (Cut::Start, _) | (_, Cut::End) => Ordering::Less,
            (_, Cut::Start) | (Cut::End, _) => Ordering::Greater,
            (Cut::At(a, a_after), Cut::At(b, b_after)) => a.cmp(b).then(a_after.cmp(b_after)),
            // What lies beyond a prefix lies beyond everything that starts with it.
            (Cut::Beyond(a), Cut::Beyond(b)) if a != b && b.starts_with(&**a) => Ordering::Greater,
            (Cut::Beyond(a), Cut::Beyond(b)) if a != b && a.starts_with(&**b) => Ordering::Less,
            (Cut::Beyond(a), Cut::Beyond(b)) => a.cmp(b),
            (Cut::Beyond(_), Cut::At(value, _)) => {
                if self.is_before(value) {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (Cut::At(value, _), Cut::Beyond(_)) => {
                if other.is_before(value) {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
        }
    }
}

impl PartialOrd for Cut {
    fn partial_cmp(&self, other: &Cut) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The stretch of values that a cell of a range, `valid` or exact column with one value accepts; `None` where it is not one stretch.
pub(crate) fn stretch(cell: &Cell) -> Option<(Cut, Cut)> {
    match cell {
        Cell::Any => Some((Cut::Start, Cut::End)),
        Cell::Value(value) => Some((Cut::At(value.clone(), false), Cut::At(value.clone(), true))),
        Cell::Range(ends) => Some((
            ends.low.as_ref().map_or(Cut::Start, |(value, included)| Cut::At(value.clone(), !included)),
            ends.high.as_ref().map_or(Cut::End, |(value, included)| Cut::At(value.clone(), *included)),
        )),
        Cell::Period(period) => Some((
            period.from.map_or(Cut::Start, |day| Cut::At(Value::Date(day), false)),
            period.until.map_or(Cut::End, |day| Cut::At(Value::Date(day), false)),
        )),
        Cell::OneOf(_) | Cell::Exactly(_) => None,
    }
}

/// The most cells that hold at one key.
pub(super) fn depth<'a>(cells: impl Iterator<Item = &'a Cell>) -> usize {
    let mut cuts = Vec::new();
    for (low, high) in cells.filter_map(stretch) {
        cuts.push((low, true));
        cuts.push((high, false));
    }
    // At one cut, what ends is counted before what starts.
    cuts.sort();
    let (mut open, mut most) = (0_usize, 0);
    for (_, starts) in cuts {
        open = if starts { open.saturating_add(1) } else { open.saturating_sub(1) };
        most = most.max(open);
    }
    most
}
