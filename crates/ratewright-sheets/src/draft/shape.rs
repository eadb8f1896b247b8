//! What each column is for: which are ends of ranges, which tell the rows apart, which are looked up.
//!
//! The ends of ranges are found by their headings and by how the rows follow each other. Of the other columns the leftmost that are
//! needed to tell all rows apart are keys; what they determine are values.

use super::grid::{Column, Grid};
use super::names::{self, End};
use crate::looks::Kind;
use ratewright::value::{Number, Value};
use std::collections::HashMap;

/// How many rows are compared with each other before a table is taken to be free of overlaps.
const MOST_COMPARISONS: usize = 20_000_000;

/// Two columns that hold the ends of a range.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub low: usize,
    pub high: usize,
    /// Whether it is the period of a row.
    pub valid: bool,
    /// Whether the upper end belongs to the range.
    pub included: bool,
    /// Why it is taken to.
    pub because: String,
}

/// What the columns are for.
pub(super) struct Shape {
    pub pairs: Vec<Pair>,
    /// Columns whose cell is one value of the key.
    pub keys: Vec<usize>,
    pub values: Vec<usize>,
    /// Columns that hold nothing, or the same everywhere.
    pub ignored: Vec<usize>,
    /// Two lines whose keys are the same.
    pub twins: Option<(u64, u64)>,
}

impl Shape {
    /// Whether there is a key and a value.
    pub fn is_table(&self) -> bool {
        (!self.keys.is_empty() || self.pairs.iter().any(|pair| !pair.valid)) && !self.values.is_empty()
    }

    pub fn of(grid: &Grid) -> Shape {
        let pairs = pairs(grid);
        let in_pair = |at: usize| pairs.iter().any(|pair| pair.low == at || pair.high == at);
        let all = grid.columns.len();
        let words: Vec<Vec<String>> = grid.columns.iter().map(|column| names::words(&column.heading)).collect();
        let result = |at: usize| {
            let kind = grid.column(at).map(|column| column.kind);
            words.get(at).is_some_and(|words| names::is_result(words))
                || matches!(kind, Some(Kind::Number(false) | Kind::Percent))
        };
        let free: Vec<usize> = (0..all).filter(|at| !in_pair(*at)).collect();
        let first_result = free
            .iter()
            .copied()
            .find(|at| result(*at))
            .or_else(|| free.last().copied().filter(|_| free.len() + pairs.len() > 1));
        let dated = |at: usize| grid.column(at).is_some_and(|column| column.kind == Kind::Date);
        let can_be_key = |at: usize| grid.column(at).is_some_and(|column| column.empty == 0);
        let candidates: Vec<usize> = free
            .iter()
            .copied()
            .filter(|at| {
                can_be_key(*at) && first_result.is_none_or(|result| *at < result || dated(*at) && *at != result)
            })
            .collect();
        let mut rows = Rows::of(grid, &pairs);
        let mut keys: Vec<usize> = Vec::new();
        let mut twins = rows.twins(grid, &keys);
        for candidate in &candidates {
            if twins.is_none() && !(keys.is_empty() && pairs.iter().all(|pair| pair.valid)) {
                break;
            }
            keys.push(*candidate);
            twins = rows.twins(grid, &keys);
        }
        if twins.is_none() {
            // A date is needed least, then what stands leftmost.
            let mut order = keys.clone();
            order.sort_by_key(|key| (!dated(*key), *key));
            for candidate in order {
                let fewer: Vec<usize> = keys.iter().copied().filter(|key| *key != candidate).collect();
                let enough = !fewer.is_empty() || pairs.iter().any(|pair| !pair.valid);
                if enough && rows.twins(grid, &fewer).is_none() {
                    keys = fewer;
                }
            }
        }
        let rest = free.into_iter().filter(|at| !keys.contains(at));
        let dull = |at: &usize| {
            grid.column(*at).is_some_and(|column| {
                column.kind == Kind::Nothing || (column.distinct() == 1 && grid.rows() > 1 && !result(*at))
            })
        };
        let (mut ignored, mut values): (Vec<usize>, Vec<usize>) = rest.partition(dull);
        let ranged = pairs.iter().any(|pair| !pair.valid);
        if values.is_empty() {
            let spare = if ignored.is_empty() && keys.len() > usize::from(!ranged) { keys.pop() } else { None };
            values.extend(ignored.pop().or(spare));
            twins = rows.twins(grid, &keys);
        }
        if keys.is_empty()
            && !ranged
            && values.len() > 1
            && let Some(at) = values.iter().position(|at| can_be_key(*at))
        {
            keys.push(values.remove(at));
            twins = rows.twins(grid, &keys);
        }
        Shape { pairs, keys, values, ignored, twins: twins.map(|(a, b)| (line(grid, a), line(grid, b))) }
    }
}

fn line(grid: &Grid, row: usize) -> u64 {
    grid.lines.get(row).copied().unwrap_or_default()
}

/// The pairs of columns that hold the ends of ranges.
fn pairs(grid: &Grid) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = Vec::new();
    let ends: Vec<Option<(End, Vec<String>)>> =
        grid.columns.iter().map(|column| names::end(&names::words(&column.heading))).collect();
    for (low, column) in grid.columns.iter().enumerate() {
        let Some(Some((End::Low, stem))) = ends.get(low) else { continue };
        let partner = |high: &usize| matches!(ends.get(*high), Some(Some((End::High, other))) if other == stem);
        let high = (0..grid.columns.len()).find(|high| partner(high) && !pairs.iter().any(|pair| pair.high == *high));
        let Some((high, other)) = high.and_then(|high| Some((high, grid.column(high)?))) else { continue };
        if ordered(column, other) {
            pairs.push(pair(grid, low, high, pairs.iter().any(|pair| pair.valid)));
        }
    }
    for (low, column) in grid.columns.iter().enumerate() {
        let high = low.saturating_add(1);
        let Some(other) = grid.column(high) else { continue };
        let used = |at: usize| pairs.iter().any(|pair| pair.low == at || pair.high == at);
        let numbers =
            matches!((column.kind, other.kind), (Kind::Number(_), Kind::Number(_)) | (Kind::Date, Kind::Date));
        if numbers && !used(low) && !used(high) && ordered(column, other) && follow(column, other) {
            pairs.push(pair(grid, low, high, pairs.iter().any(|pair| pair.valid)));
        }
    }
    pairs
}

/// Whether the cells of two columns of one kind are never the wrong way round.
fn ordered(low: &Column, high: &Column) -> bool {
    let alike = match (low.kind, high.kind) {
        (Kind::Number(_), Kind::Number(_)) => true,
        (a, b) => a == b && matches!(a, Kind::Date | Kind::Code),
    };
    let (lows, highs) = (low.values(), high.values());
    let value = |values: &[Option<Value>], id: u32| values.get(id as usize).cloned().flatten();
    alike
        && low.ids.iter().zip(&high.ids).all(|(low, high)| match (value(&lows, *low), value(&highs, *high)) {
            (Some(low), Some(high)) => low <= high,
            _ => true,
        })
}

/// Whether most rows begin where the row before them ends, or one further.
fn follow(low: &Column, high: &Column) -> bool {
    let (lows, highs) = (low.values(), high.values());
    let number = |values: &[Option<Value>], id: &u32| values.get(*id as usize)?.as_ref()?.as_number().cloned();
    let mut meets = 0_usize;
    for (next, before) in low.ids.iter().skip(1).zip(&high.ids) {
        if let (Some(next), Some(before)) = (number(&lows, next), number(&highs, before))
            && next.sub(&before).is_ok_and(|gap| gap >= Number::ZERO && gap <= Number::ONE)
        {
            meets = meets.saturating_add(1);
        }
    }
    low.ids.len() > 2 && meets.saturating_mul(2) >= low.ids.len().saturating_sub(1)
}

/// The pair of two columns, with how its rows meet.
fn pair(grid: &Grid, low: usize, high: usize, has_valid: bool) -> Pair {
    let dated = grid.column(low).is_some_and(|column| column.kind == Kind::Date);
    let mut pair = Pair { low, high, valid: dated && !has_valid, included: true, because: String::new() };
    let heading = grid.column(high).map(|column| names::words(&column.heading)).unwrap_or_default();
    let (touching, apart, example) = meetings(grid, &pair);
    let single = single(grid, &pair);
    (pair.included, pair.because) = match names::includes_end(&heading) {
        Some(included) => (
            included,
            format!("the heading says that the upper end is {}", if included { "included" } else { "excluded" }),
        ),
        None if let Some(single) = single => (true, format!("a row holds {single} alone")),
        None if touching == 0 && apart == 0 => {
            (true, "no two rows meet, so settle whether the upper end belongs to it".to_owned())
        }
        None if touching > apart && dated => (false, format!("a row ends on the day that the next begins ({example})")),
        None if touching > apart => (
            false,
            format!(
                "a row ends where the next begins ({example}); settle which of the two the shared bound belongs to"
            ),
        ),
        None => (true, format!("a row ends just before the next begins ({example}); what lies between is in no row")),
    };
    pair
}

/// The value of a row whose ends are the same.
fn single(grid: &Grid, pair: &Pair) -> Option<String> {
    let (low, high) = (grid.column(pair.low)?, grid.column(pair.high)?);
    let (lows, highs) = (low.values(), high.values());
    let value = |values: &[Option<Value>], id: u32| values.get(id as usize).cloned().flatten();
    let rows = low.ids.iter().zip(&high.ids);
    let mut alike =
        rows.filter(|(low, high)| value(&lows, **low).is_some_and(|low| Some(low) == value(&highs, **high)));
    alike.next().and_then(|(id, _)| low.texts.get(*id as usize).cloned())
}

/// How many neighbours share a bound, how many do not, and an example of what is more frequent.
fn meetings(grid: &Grid, pair: &Pair) -> (usize, usize, String) {
    let (Some(low), Some(high)) = (grid.column(pair.low), grid.column(pair.high)) else { return (0, 0, String::new()) };
    let values = low.values();
    let lows: HashMap<&Value, u32> =
        values.iter().zip(0..).filter_map(|(value, id)| Some((value.as_ref()?, id))).collect();
    let mut sorted: Vec<&Value> = lows.keys().copied().collect();
    sorted.sort();
    let (mut touching, mut apart, mut examples) = (0_usize, 0_usize, [String::new(), String::new()]);
    for (value, text) in high.values().iter().zip(&high.texts) {
        let Some(value) = value else { continue };
        let next = sorted.get(sorted.partition_point(|low| *low < value));
        let Some(id) = next.and_then(|next| lows.get(*next)) else { continue };
        let start = low.texts.get(*id as usize).map_or("", String::as_str);
        let meets = next.is_some_and(|next| *next == value);
        let (count, example) = if meets { (&mut touching, 0) } else { (&mut apart, 1) };
        *count = count.saturating_add(1);
        if let Some(example) = examples.get_mut(example).filter(|example| example.is_empty()) {
            *example = format!("{text}, then {start}");
        }
    }
    let [touch, space] = examples;
    (touching, apart, if touching > apart { touch } else { space })
}

/// The ranges of the rows as numbers whose order is that of their ends.
struct Rows {
    /// For each pair the ends of each row, as ranks; an open end is beyond all.
    boxes: Vec<Vec<(u32, u32, bool)>>,
    comparisons: usize,
}

impl Rows {
    fn of(grid: &Grid, pairs: &[Pair]) -> Rows {
        let boxes = pairs.iter().map(|pair| {
            let (Some(low), Some(high)) = (grid.column(pair.low), grid.column(pair.high)) else { return Vec::new() };
            let (lows, highs) = (low.values(), high.values());
            let mut sorted: Vec<&Value> = lows.iter().chain(&highs).flatten().collect();
            sorted.sort();
            sorted.dedup();
            let rank = |values: &[Option<Value>], id: &u32| {
                let value = values.get(*id as usize)?.as_ref()?;
                u32::try_from(sorted.partition_point(|other| *other < value)).ok()
            };
            let row = |(low, high): (&u32, &u32)| {
                (
                    rank(&lows, low).map_or(0, |rank| rank.saturating_add(1)),
                    rank(&highs, high).map_or(u32::MAX, |rank| rank.saturating_add(1)),
                    pair.included,
                )
            };
            low.ids.iter().zip(&high.ids).map(row).collect()
        });
        Rows { boxes: boxes.collect(), comparisons: 0 }
    }

    /// Two rows that these keys and the ranges do not tell apart.
    fn twins(&mut self, grid: &Grid, keys: &[usize]) -> Option<(usize, usize)> {
        let mut groups: HashMap<Vec<u32>, Vec<usize>> = HashMap::new();
        for row in 0..grid.rows() {
            let id =
                |key: &usize| grid.column(*key).and_then(|column| column.ids.get(row)).copied().unwrap_or_default();
            groups.entry(keys.iter().map(id).collect()).or_default().push(row);
        }
        let mut groups: Vec<Vec<usize>> = groups.into_values().filter(|rows| rows.len() > 1).collect();
        groups.sort_unstable();
        groups.iter().find_map(|rows| self.twins_of(rows))
    }

    fn twins_of(&mut self, rows: &[usize]) -> Option<(usize, usize)> {
        let Some(sweep) = self.boxes.iter().max_by_key(|ends| distinct_starts(ends, rows)) else {
            return Some((*rows.first()?, *rows.get(1)?));
        };
        let mut sorted = rows.to_vec();
        sorted.sort_by_key(|row| sweep.get(*row).copied().unwrap_or_default());
        for (at, row) in sorted.iter().enumerate() {
            let end = sweep.get(*row).copied().unwrap_or_default();
            for other in sorted.iter().skip(at.saturating_add(1)) {
                self.comparisons = self.comparisons.saturating_add(1);
                let start = sweep.get(*other).copied().unwrap_or_default();
                if !overlap(end, start) || self.comparisons > MOST_COMPARISONS {
                    break;
                }
                let both = |ends: &Vec<(u32, u32, bool)>| matches!((ends.get(*row), ends.get(*other)), (Some(a), Some(b)) if overlap(*a, *b));
                if self.boxes.iter().all(both) {
                    return Some((*row.min(other), *row.max(other)));
                }
            }
        }
        None
    }
}

fn distinct_starts(ends: &[(u32, u32, bool)], rows: &[usize]) -> usize {
    let mut starts: Vec<u32> = rows.iter().filter_map(|row| ends.get(*row)).map(|(low, ..)| *low).collect();
    starts.sort_unstable();
    starts.dedup();
    starts.len()
}

fn overlap(a: (u32, u32, bool), b: (u32, u32, bool)) -> bool {
    let reaches = |(_, high, included): (u32, u32, bool), (low, ..): (u32, u32, bool)| {
        if included { low <= high } else { low < high }
    };
    reaches(a, b) && reaches(b, a)
}
