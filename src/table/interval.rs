//! Sorted intervals, and which of them hold a key.
//!
//! Ends are cuts: places just before or just after a value, so that included and excluded ends, points and open ends are one
//! thing. An interval is everything between two cuts.

use super::Cell;
use crate::value::Value;
use std::cmp::Ordering;
use std::collections::BTreeMap;
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

/// Distinct intervals, sorted by their lower cut, then by their upper cut.
#[derive(Debug, Clone)]
pub(super) struct Intervals {
    bounds: Box<[(Cut, Cut)]>,
    /// Where intervals overlap: for each place, as the root of the balanced tree over a stretch of `bounds`, the interval of that
    /// stretch that reaches furthest.
    furthest: Option<Box<[u32]>>,
}

impl Intervals {
    /// The distinct intervals of the cells, and the rows of each.
    pub(super) fn of<'a>(cells: impl Iterator<Item = (u32, &'a Cell)>) -> (Intervals, Vec<Vec<u32>>) {
        let mut groups: BTreeMap<(Cut, Cut), Vec<u32>> = BTreeMap::new();
        for (row, cell) in cells {
            if let Some(bounds) = stretch(cell) {
                groups.entry(bounds).or_default().push(row);
            }
        }
        let (bounds, groups): (Vec<_>, Vec<_>) = groups.into_iter().unzip();
        let apart = bounds.windows(2).all(|pair| match pair {
            [(_, high), (low, _)] => high <= low,
            _ => true,
        });
        let mut intervals = Intervals { bounds: bounds.into(), furthest: None };
        if !apart {
            let mut furthest = vec![0; intervals.bounds.len()];
            intervals.reach(0, intervals.bounds.len(), &mut furthest);
            intervals.furthest = Some(furthest.into());
        }
        (intervals, groups)
    }

    fn reach(&self, from: usize, to: usize, furthest: &mut [u32]) -> Option<u32> {
        if from >= to {
            return None;
        }
        let middle = from.midpoint(to);
        let sides = [self.reach(from, middle, furthest), self.reach(middle.saturating_add(1), to, furthest)];
        let best = sides
            .into_iter()
            .flatten()
            .fold(middle as u32, |best, other| if self.end(other) > self.end(best) { other } else { best });
        if let Some(place) = furthest.get_mut(middle) {
            *place = best;
        }
        Some(best)
    }

    fn end(&self, interval: u32) -> Option<&Cut> {
        self.bounds.get(interval as usize).map(|(_, high)| high)
    }

    /// The interval that holds the key and nothing else.
    pub(super) fn point(&self, key: &Value) -> Option<usize> {
        // Of the intervals that start just before the key, the point is the first.
        let first = self.bounds.partition_point(|(low, _)| match low {
            Cut::Start => true,
            Cut::At(value, after) => (value, *after) < (key, false),
            Cut::Beyond(_) | Cut::End => false,
        });
        match self.bounds.get(first)? {
            (Cut::At(low, false), Cut::At(high, true)) if low == key && high == key => Some(first),
            _ => None,
        }
    }

    /// Gives each interval that holds the key.
    pub(super) fn stab(&self, key: &Value, found: &mut dyn FnMut(usize)) {
        let started = self.bounds.partition_point(|(low, _)| low.is_before(key));
        match &self.furthest {
            None => {
                let last = started.wrapping_sub(1);
                if self.bounds.get(last).is_some_and(|(_, high)| !high.is_before(key)) {
                    found(last);
                }
            }
            Some(furthest) => self.stab_within(key, (0, self.bounds.len()), started, furthest, found),
        }
    }

    fn stab_within(
        &self,
        key: &Value,
        (from, to): (usize, usize),
        started: usize,
        furthest: &[u32],
        found: &mut dyn FnMut(usize),
    ) {
        if from >= to || from >= started {
            return;
        }
        let middle = from.midpoint(to);
        let best = furthest.get(middle).and_then(|best| self.end(*best));
        if best.is_none_or(|high| high.is_before(key)) {
            return;
        }
        self.stab_within(key, (from, middle), started, furthest, found);
        if middle < started && self.bounds.get(middle).is_some_and(|(_, high)| !high.is_before(key)) {
            found(middle);
        }
        self.stab_within(key, (middle.saturating_add(1), to), started, furthest, found);
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
}
