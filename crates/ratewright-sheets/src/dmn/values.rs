//! Sets of values that a cell accepts, and what rows of such sets have in common or leave out.
//!
//! Numbers, dates and times are held as disjoint intervals in order, texts as the named ones or all but those, yes/no as two answers. Between
//! two numbers, dates or times there is always taken to be another: a set of rows may so be thought incomplete that is complete, never the
//! other way round.

use ratewright::value::{Date, Number, TimeOfDay};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::ops::Range;

/// A point on an ordered scale. Only points of one kind are compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Point {
    Number(Number),
    Date(Date),
    Time(TimeOfDay),
}

/// A place between points: just before one, or just after it. `None` at either end of an interval is without end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Edge {
    pub(super) point: Point,
    pub(super) after: bool,
}

/// From one edge to another, never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interval {
    pub(super) low: Option<Edge>,
    pub(super) high: Option<Edge>,
}

/// A set of values of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Values {
    Ordered(Vec<Interval>),
    /// The named texts; or, where `others`, all but those.
    Texts {
        named: BTreeSet<String>,
        others: bool,
    },
    YesNo {
        yes: bool,
        no: bool,
    },
}

impl Interval {
    pub(super) fn point(point: Point) -> Self {
        let edge = |after| Some(Edge { point: point.clone(), after });
        Interval { low: edge(false), high: edge(true) }
    }

    fn is_empty(&self) -> bool {
        matches!((&self.low, &self.high), (Some(low), Some(high)) if low >= high)
    }
}

fn later_low<'a>(a: &'a Option<Edge>, b: &'a Option<Edge>) -> &'a Option<Edge> {
    if a >= b { a } else { b }
}

fn order_high(a: &Option<Edge>, b: &Option<Edge>) -> Ordering {
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Greater,
        (_, None) => Ordering::Less,
        (Some(a), Some(b)) => a.cmp(b),
    }
}

impl Values {
    pub(super) fn all_ordered() -> Self {
        Values::Ordered(vec![Interval { low: None, high: None }])
    }

    pub(super) fn all_texts() -> Self {
        Values::Texts { named: BTreeSet::new(), others: true }
    }

    pub(super) fn both() -> Self {
        Values::YesNo { yes: true, no: true }
    }

    pub(super) fn interval(interval: Interval) -> Self {
        Values::Ordered(if interval.is_empty() { Vec::new() } else { vec![interval] })
    }

    pub(super) fn text(text: String) -> Self {
        Values::Texts { named: BTreeSet::from([text]), others: false }
    }

    pub(super) fn answer(answer: bool) -> Self {
        Values::YesNo { yes: answer, no: !answer }
    }

    pub(super) fn is_empty(&self) -> bool {
        match self {
            Values::Ordered(intervals) => intervals.is_empty(),
            Values::Texts { named, others } => named.is_empty() && !others,
            Values::YesNo { yes, no } => !yes && !no,
        }
    }

    pub(super) fn is_all(&self) -> bool {
        self.complement().is_empty()
    }

    pub(super) fn complement(&self) -> Self {
        match self {
            Values::Ordered(intervals) => {
                let mut rest = Vec::new();
                let mut low = None;
                let mut ended = false;
                for interval in intervals {
                    if interval.low.is_some() {
                        rest.push(Interval { low: low.take(), high: interval.low.clone() });
                    }
                    low.clone_from(&interval.high);
                    ended = interval.high.is_none();
                }
                if !ended {
                    rest.push(Interval { low, high: None });
                }
                rest.retain(|interval| !interval.is_empty());
                Values::Ordered(rest)
            }
            Values::Texts { named, others } => Values::Texts { named: named.clone(), others: !others },
            Values::YesNo { yes, no } => Values::YesNo { yes: !yes, no: !no },
        }
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Values::Ordered(a), Values::Ordered(b)) => {
                let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
                let mut both = Vec::new();
                while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
                    let ends = order_high(&x.high, &y.high);
                    let high = if ends == Ordering::Greater { &y.high } else { &x.high };
                    let part = Interval { low: later_low(&x.low, &y.low).clone(), high: high.clone() };
                    if !part.is_empty() {
                        both.push(part);
                    }
                    if ends == Ordering::Greater {
                        b.next();
                    } else {
                        a.next();
                    }
                }
                Values::Ordered(both)
            }
            (Values::Texts { named: a, others: false }, Values::Texts { named: b, others }) => {
                let keep = |text: &&String| b.contains(*text) != *others;
                Values::Texts { named: a.iter().filter(keep).cloned().collect(), others: false }
            }
            (Values::Texts { others: true, .. }, Values::Texts { others: false, .. }) => other.and(self),
            (Values::Texts { named: a, .. }, Values::Texts { named: b, .. }) => {
                Values::Texts { named: a.union(b).cloned().collect(), others: true }
            }
            (Values::YesNo { yes, no }, Values::YesNo { yes: and_yes, no: and_no }) => {
                Values::YesNo { yes: *yes && *and_yes, no: *no && *and_no }
            }
            // Sets of different kinds have nothing in common; the types of a column keep them apart.
            _ => Values::Texts { named: BTreeSet::new(), others: false },
        }
    }

    pub(super) fn or(&self, other: &Self) -> Self {
        self.complement().and(&other.complement()).complement()
    }

    /// Whether every value here is one of `other`.
    pub(super) fn within(&self, other: &Self) -> bool {
        self.and(&other.complement()).is_empty()
    }

    pub(super) fn meets(&self, other: &Self) -> bool {
        !self.and(other).is_empty()
    }
}

/// How much work [`complete`] may do.
const MOST_STEPS: usize = 2_000_000;

/// Whether the rows leave nothing of the columns' domains uncovered. Where that takes too long to decide, the answer is no.
pub(super) fn complete(domains: &[Values], rows: &[Vec<Values>]) -> bool {
    let active: Vec<&[Values]> = rows.iter().map(Vec::as_slice).collect();
    covered(domains, &active, &mut 0) == Some(true)
}

fn covered(domains: &[Values], rows: &[&[Values]], steps: &mut usize) -> Option<bool> {
    let Some((domain, rest)) = domains.split_first() else { return Some(!rows.is_empty()) };
    if rows.is_empty() {
        return Some(domain.is_empty());
    }
    for (part, matching) in divided(domain, rows, steps)? {
        if part.within(domain) && !covered(rest, &matching, steps)? {
            return Some(false);
        }
    }
    Some(true)
}

/// A part of a domain, with the rest of each row whose first cell holds it.
type Part<'r> = (Values, Vec<&'r [Values]>);

/// All values, cut where any of the first cells or the domain changes its answer. `None` where that is too much work.
fn divided<'r>(domain: &Values, rows: &[&'r [Values]], steps: &mut usize) -> Option<Vec<Part<'r>>> {
    let cells = || rows.iter().filter_map(|row| row.split_first());
    let (mut parts, places) = match domain {
        Values::Ordered(_) => by_edges(domain, cells().map(|(cell, _)| cell)),
        _ => singly(domain, cells().map(|(cell, _)| cell)),
    };
    for (place, (_, rest)) in places.iter().zip(cells()) {
        for range in place {
            let held = parts.get_mut(range.clone())?;
            *steps = steps.saturating_add(held.len().saturating_add(1));
            if *steps > MOST_STEPS {
                return None;
            }
            for (_, matching) in held {
                matching.push(rest);
            }
        }
    }
    Some(parts)
}

/// For each cell, the parts that it holds.
type Places = Vec<Vec<Range<usize>>>;

fn by_edges<'r, 'c>(domain: &'c Values, cells: impl Iterator<Item = &'c Values>) -> (Vec<Part<'r>>, Places) {
    let intervals = |values: &'c Values| match values {
        Values::Ordered(intervals) => intervals.as_slice(),
        _ => &[],
    };
    let cells: Vec<&Values> = cells.collect();
    let all = cells.iter().copied().chain([domain]).flat_map(intervals);
    let mut edges: Vec<&Edge> = all.flat_map(|interval| [&interval.low, &interval.high]).flatten().collect();
    edges.sort();
    edges.dedup();
    let lows = std::iter::once(None).chain(edges.iter().map(|edge| Some((*edge).clone())));
    let highs = edges.iter().map(|edge| Some((*edge).clone())).chain([None]);
    let parts = lows.zip(highs).map(|(low, high)| (Values::interval(Interval { low, high }), Vec::new())).collect();
    let before = |edge: &Edge| edges.partition_point(|other| *other < edge);
    let place = |interval: &Interval| {
        let first = interval.low.as_ref().map_or(0, |edge| before(edge).saturating_add(1));
        let last = interval.high.as_ref().map_or(edges.len(), before);
        first..last.saturating_add(1)
    };
    (parts, cells.iter().map(|cell| intervals(cell).iter().map(place).collect()).collect())
}

fn singly<'r, 'c>(domain: &'c Values, cells: impl Iterator<Item = &'c Values>) -> (Vec<Part<'r>>, Places) {
    let cells: Vec<&Values> = cells.collect();
    let mut named: Vec<&String> = Vec::new();
    for values in cells.iter().copied().chain([domain]) {
        if let Values::Texts { named: texts, .. } = values {
            named.extend(texts);
        }
    }
    named.sort();
    named.dedup();
    let parts: Vec<Part<'r>> = match domain {
        Values::YesNo { .. } => [true, false].map(|answer| (Values::answer(answer), Vec::new())).into(),
        _ => {
            let rest = Values::Texts { named: named.iter().map(|text| (*text).clone()).collect(), others: true };
            let single = named.iter().map(|text| Values::text((*text).clone()));
            single.chain([rest]).map(|values| (values, Vec::new())).collect()
        }
    };
    let place = |text: &String| named.binary_search(&text).unwrap_or(named.len());
    let one = |at: usize| at..at.saturating_add(1);
    let places = cells.iter().map(|cell| match cell {
        Values::Texts { named, others: false } => named.iter().map(|text| one(place(text))).collect(),
        Values::Texts { named: excluded, others: true } => {
            let mut first = 0;
            let mut ranges = Vec::new();
            for at in excluded.iter().map(place) {
                ranges.push(first..at);
                first = at.saturating_add(1);
            }
            ranges.push(first..parts.len());
            ranges
        }
        Values::YesNo { yes, no } => {
            [(*yes, 0), (*no, 1)].iter().filter(|(held, _)| *held).map(|(_, at)| one(*at)).collect()
        }
        Values::Ordered(_) => Vec::new(),
    });
    let places = places.collect();
    (parts, places)
}

/// The first two rows that match a common input, where `differ` says that they must not.
pub(super) fn meeting(rows: &[Vec<Values>], mut differ: impl FnMut(usize, usize) -> bool) -> Option<(usize, usize)> {
    for (at, row) in rows.iter().enumerate() {
        for (before, other) in rows.iter().enumerate().take(at) {
            if differ(before, at) && row.iter().zip(other).all(|(a, b)| a.meets(b)) {
                return Some((before, at));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn number(value: i64) -> Point {
        Point::Number(Number::from(value))
    }

    fn range(low: Option<(i64, bool)>, high: Option<(i64, bool)>) -> Values {
        let low = low.map(|(value, included)| Edge { point: number(value), after: !included });
        let high = high.map(|(value, included)| Edge { point: number(value), after: included });
        Values::interval(Interval { low, high })
    }

    #[test]
    fn a_point_between_two_open_bands_is_a_gap() {
        let below = range(None, Some((130, false)));
        let above = range(Some((130, false)), None);
        assert!(!complete(&[Values::all_ordered()], &[vec![below.clone()], vec![above.clone()]]));
        let at = range(Some((130, true)), Some((130, true)));
        assert!(complete(&[Values::all_ordered()], &[vec![below], vec![at], vec![above]]));
    }

    #[test]
    fn rows_are_complete_over_the_domain_of_texts() {
        let domain = Values::text("High".into()).or(&Values::text("Low".into()));
        let rows = vec![
            vec![Values::text("High".into()), Values::both()],
            vec![Values::text("Low".into()), Values::answer(true)],
        ];
        assert!(!complete(&[domain.clone(), Values::both()], &rows));
        let mut whole = rows;
        whole.push(vec![Values::all_texts(), Values::answer(false)]);
        assert!(complete(&[domain, Values::both()], &whole));
        assert!(!complete(&[Values::all_texts(), Values::both()], &whole));
        assert_eq!(meeting(&whole, |_, _| true), Some((0, 2)));
    }

    #[test]
    fn sets_combine() {
        let low = range(None, Some((5, true)));
        let high = range(Some((3, false)), None);
        assert!(low.or(&high).is_all());
        assert_eq!(low.and(&high), range(Some((3, false)), Some((5, true))));
        assert_eq!(low.complement(), range(Some((5, false)), None));
        assert!(range(Some((5, true)), Some((5, false))).is_empty());
        assert!(Values::text("a".into()).complement().meets(&Values::text("b".into())));
    }
}
