//! The axis of one key column: everything its cells can tell apart, as a row of slabs.
//!
//! The ends of all cells are cuts, sorted once; between two neighbouring cuts lies a slab, and no cell tells two keys of one slab
//! apart. Where a key may be absent, that is the first slab. A cell is then a few stretches of slab numbers, whatever its kind:
//! a value, a range, all keys from a break on, the texts that start with a prefix, the days of a period.

use super::interval::{Cut, stretch};
use super::{Cell, Role};
use crate::types::Type;
use crate::value::{Number, RoundingMode, TimeOfDay, Value};
use std::ops::Range;
use std::sync::Arc;

/// Which keys of a column are looked at for gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Domain {
    /// Those between two cuts: the members of an enumeration, `yes` and `no`, what an input may be.
    Between(Cut, Cut),
    /// From the lowest to the highest end of the column's cells.
    Reach,
    /// Those that a cell names; the rest of an open list of texts is no gap.
    Named,
}

impl Domain {
    /// What a column is looked at for by its role and type alone. `members` counts the members of its enumeration.
    pub fn of(role: Role, ty: &Type, members: usize) -> Domain {
        match (ty.present(), role) {
            (Type::YesNo, _) => Domain::Between(Cut::Start, Cut::End),
            (Type::Enum(_), _) => {
                let past = u32::try_from(members).unwrap_or(u32::MAX);
                Domain::Between(Cut::At(Value::Member(0), false), Cut::At(Value::Member(past), false))
            }
            (_, Role::Exact | Role::LongestPrefix | Role::Value) | (Type::Text, _) => Domain::Named,
            (_, Role::Range | Role::Break | Role::NextRow | Role::Valid) => Domain::Reach,
        }
    }
}

/// The slabs of one column, and the stretches of them that each distinct cell accepts.
#[derive(Debug)]
pub(super) struct Axis<'t> {
    cuts: Cuts<'t>,
    /// Whether the first slab is the absent key.
    absent: bool,
    /// The slabs in which gaps are looked for; `None` where those that a cell names are.
    inside: Option<Range<u32>>,
    /// Whether no key can lie outside of them.
    closed: bool,
    /// Whether a slab holds no key: nothing lies between all texts that start with `AB` and the text `AC`. Empty where none is so.
    hollow: Box<[bool]>,
    /// For each distinct cell which of the stretches are its own; `None` for `any`.
    cells: Vec<Option<Range<u32>>>,
    /// The stretches of slabs that cells accept.
    stretches: Vec<Range<u32>>,
}

/// The cuts between slabs, in order: the first is `Start`, the last `End`.
#[derive(Debug)]
enum Cuts<'t> {
    Any(Vec<Cut>),
    /// One just before and one just after each of these texts.
    Texts(Vec<&'t Arc<str>>),
}

impl Cuts<'_> {
    fn len(&self) -> usize {
        match self {
            Cuts::Any(cuts) => cuts.len(),
            Cuts::Texts(texts) => texts.len().saturating_mul(2).saturating_add(2),
        }
    }

    fn get(&self, at: usize) -> Option<Cut> {
        let texts = match self {
            Cuts::Any(cuts) => return cuts.get(at).cloned(),
            Cuts::Texts(texts) => texts,
        };
        let Some(before) = at.checked_sub(1) else { return Some(Cut::Start) };
        match texts.get(before / 2) {
            Some(text) => Some(Cut::At(Value::Text(Arc::clone(text)), before % 2 == 1)),
            None => (before == texts.len().saturating_mul(2)).then_some(Cut::End),
        }
    }

    /// How many come before the first of which `is` says no. Those of texts are asked one by one: only tests ask.
    fn partition_point(&self, is: impl Fn(&Cut) -> bool) -> u32 {
        let found = match self {
            Cuts::Any(cuts) => cuts.partition_point(is),
            Cuts::Texts(_) => (0..self.len()).take_while(|at| self.get(*at).is_some_and(|cut| is(&cut))).count(),
        };
        found as u32
    }
}

impl<'t> Axis<'t> {
    /// The axis of the distinct cells of a column (of one table, or of two that are compared).
    pub(super) fn new(cells: &[&'t Cell], role: Role, ty: &Type, domain: &Domain) -> Axis<'t> {
        if let Some(axis) = Axis::of_texts(cells, role, ty, domain) {
            return axis;
        }
        let reaches: Vec<Option<Vec<(Cut, Cut)>>> = cells.iter().map(|cell| reach(cell, role, ty)).collect();
        let mut cuts = vec![Cut::Start, Cut::End];
        for (low, high) in reaches.iter().flatten().flatten() {
            cuts.push(low.clone());
            cuts.push(high.clone());
        }
        if let Domain::Between(low, high) = domain {
            cuts.push(whole(low.clone(), ty));
            cuts.push(whole(high.clone(), ty));
        }
        cuts.sort_unstable();
        cuts.dedup();
        let absent = matches!(ty, Type::Optional(_));
        let first = u32::from(absent);
        let hollow = hollow(&cuts, first);
        let cuts = Cuts::Any(cuts);
        let place = |cut: &Cut| cuts.partition_point(|other| other < cut).saturating_add(first);
        let mut stretches = Vec::new();
        let mut own = |reach: &Vec<(Cut, Cut)>| {
            let from = stretches.len() as u32;
            stretches.extend(joined(reach.iter().map(|(low, high)| place(low)..place(high)).collect()));
            from..stretches.len() as u32
        };
        let cells = reaches.iter().map(|reach| reach.as_ref().map(&mut own)).collect();
        let closed = matches!(domain, Domain::Between(..));
        let mut axis = Axis { inside: None, closed, hollow, cuts, absent, cells, stretches };
        axis.inside = axis.within(domain, ty);
        axis
    }

    /// The axis of single texts, which are sorted once; most large tables have such a column. `None` of any other cells.
    fn of_texts(cells: &[&'t Cell], role: Role, ty: &Type, domain: &Domain) -> Option<Axis<'t>> {
        if role != Role::Exact || domain != &Domain::Named {
            return None;
        }
        let mut texts: Vec<(u64, &'t Arc<str>, u32)> = Vec::with_capacity(cells.len());
        for (at, cell) in (0..).zip(cells) {
            match cell {
                Cell::Value(Value::Text(text)) => texts.push((first_letters(text), text, at)),
                Cell::Any => {}
                _ => return None,
            }
        }
        texts.sort_unstable();
        let absent = matches!(ty, Type::Optional(_));
        let mut cells = vec![None; cells.len()];
        let mut stretches: Vec<Range<u32>> = Vec::with_capacity(texts.len());
        let mut distinct: Vec<&'t Arc<str>> = Vec::with_capacity(texts.len());
        let mut last = None;
        for (letters, text, at) in texts {
            if last.replace((letters, text)) != Some((letters, text)) {
                distinct.push(text);
            }
            // The slab between the two cuts of the newest text.
            let slab = (distinct.len() as u32).saturating_mul(2).saturating_sub(1).saturating_add(u32::from(absent));
            if let Some(cell) = cells.get_mut(at as usize) {
                let own = stretches.len() as u32;
                *cell = Some(own..own.saturating_add(1));
                stretches.push(slab..slab.saturating_add(1));
            }
        }
        let cuts = Cuts::Texts(distinct);
        Some(Axis { inside: None, closed: false, hollow: Box::default(), cuts, absent, cells, stretches })
    }

    fn within(&self, domain: &Domain, ty: &Type) -> Option<Range<u32>> {
        let first = u32::from(self.absent);
        let place = |cut: &Cut| {
            let cut = whole(cut.clone(), ty);
            self.cuts.partition_point(|other| *other < cut).saturating_add(first)
        };
        match domain {
            Domain::Between(low, high) => Some(place(low)..place(high)),
            Domain::Reach => {
                let low = self.stretches.iter().map(|span| span.start).min().unwrap_or(first);
                let high = self.stretches.iter().map(|span| span.end).max().unwrap_or(self.slabs());
                Some(low..high)
            }
            Domain::Named => None,
        }
    }

    /// How many slabs there are, the absent key included.
    pub(super) fn slabs(&self) -> u32 {
        (self.cuts.len() as u32).saturating_sub(1).saturating_add(u32::from(self.absent))
    }

    /// The stretches of slabs that a distinct cell accepts; `None` where it is `any`.
    pub(super) fn spans(&self, cell: u32) -> Option<&[Range<u32>]> {
        let own = self.cells.get(cell as usize)?.as_ref()?;
        self.stretches.get(own.start as usize..own.end as usize)
    }

    /// The parts of a stretch of slabs in which gaps are looked for; `covered` says whether a row matches there.
    pub(super) fn inside(&self, span: Range<u32>, covered: bool) -> impl Iterator<Item = Range<u32>> + use<> {
        let absent = (self.absent && span.start == 0).then_some(0..1);
        let rest = match &self.inside {
            Some(inside) => Some(span.start.max(inside.start)..span.end.min(inside.end)),
            None => covered.then(|| span.start.max(u32::from(self.absent))..span.end),
        };
        absent.into_iter().chain(rest.and_then(|rest| self.solid(rest)))
    }

    /// The stretch without the slabs at its ends that hold no key; `None` where nothing is left.
    fn solid(&self, mut span: Range<u32>) -> Option<Range<u32>> {
        let hollow = |slab: u32| self.hollow.get(slab as usize) == Some(&true);
        while span.start < span.end && hollow(span.start) {
            span.start = span.start.saturating_add(1);
        }
        while span.start < span.end && hollow(span.end.saturating_sub(1)) {
            span.end = span.end.saturating_sub(1);
        }
        (span.start < span.end).then_some(span)
    }

    /// The parts of a stretch of slabs in which keys can lie at all.
    pub(super) fn possible(&self, span: Range<u32>) -> impl Iterator<Item = Range<u32>> + use<> {
        let whole = if self.closed { None } else { self.solid(span.clone()) };
        let parts = self.closed.then(|| self.inside(span, true));
        whole.into_iter().chain(parts.into_iter().flatten())
    }

    /// Whether gaps are looked for at the keys that a cell names.
    pub(super) fn is_open(&self) -> bool {
        self.inside.is_none()
    }

    /// Whether the stretch begins with the absent key.
    pub(super) fn has_absent(&self, span: &Range<u32>) -> bool {
        self.absent && span.start == 0
    }

    /// The cuts that a stretch of slabs lies between, without the absent key; `None` where it holds nothing else.
    pub(super) fn between(&self, span: &Range<u32>) -> Option<(Cut, Cut)> {
        let first = u32::from(self.absent);
        let low = span.start.saturating_sub(first) as usize;
        let high = span.end.saturating_sub(first) as usize;
        (low < high).then(|| Some((self.cuts.get(low)?, self.cuts.get(high)?))).flatten()
    }

    /// A key in the stretch that people would name; `None` where none is found.
    pub(super) fn example(&self, span: &Range<u32>) -> Option<Value> {
        match self.between(span) {
            Some((low, high)) => example(&low, &high),
            None => Some(Value::Absent),
        }
    }

    /// The slab of a key.
    #[cfg(test)]
    pub(super) fn slab(&self, key: &Value) -> u32 {
        if key.is_absent() {
            return 0;
        }
        let before = self.cuts.partition_point(|cut| cut.is_before(key));
        before.saturating_sub(1).saturating_add(u32::from(self.absent))
    }
}

/// The first eight bytes of a text, which are in the order of texts as far as they differ.
fn first_letters(text: &str) -> u64 {
    let mut letters = [0; 8];
    letters.iter_mut().zip(text.bytes()).for_each(|(letter, byte)| *letter = byte);
    u64::from_be_bytes(letters)
}

/// For each slab, the first `before` of which lie before the cuts, whether no text lies in it.
fn hollow(cuts: &[Cut], before: u32) -> Box<[bool]> {
    if !cuts.iter().any(|cut| matches!(cut, Cut::Beyond(_))) {
        return Box::default();
    }
    let between = cuts.windows(2).map(|pair| match pair {
        [Cut::Beyond(prefix), Cut::At(Value::Text(text), false)] => following(prefix).as_deref() == Some(&**text),
        [Cut::Beyond(prefix), Cut::End] => following(prefix).is_none(),
        _ => false,
    });
    (0..before).map(|_| false).chain(between).collect()
}

/// The first text behind all that start with this one.
fn following(prefix: &str) -> Option<String> {
    let mut stem = prefix.to_string();
    while let Some(last) = stem.pop() {
        // Past the last character before the surrogates, which are none, comes the first one after them.
        let next = u32::from(last).checked_add(1).map(|next| if next == 0xD800 { 0xE000 } else { next });
        if let Some(next) = next.and_then(char::from_u32) {
            stem.push(next);
            return Some(stem);
        }
    }
    None
}

/// Sorted, with those that touch made one.
fn joined(mut spans: Vec<Range<u32>>) -> Vec<Range<u32>> {
    spans.retain(|span| span.start < span.end);
    spans.sort_unstable_by_key(|span| (span.start, span.end));
    let mut joined: Vec<Range<u32>> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => joined.push(span),
        }
    }
    joined
}

/// What a cell accepts, as pairs of cuts; `None` for `any`.
fn reach(cell: &Cell, role: Role, ty: &Type) -> Option<Vec<(Cut, Cut)>> {
    let at = |value: &Value, after: bool| whole(Cut::At(value.clone(), after), ty);
    let text = |value: &Value| match value {
        Value::Text(text) => Cut::Beyond(text.clone()),
        _ => Cut::End,
    };
    let found = match (cell, role) {
        (Cell::Any, _) => return None,
        (Cell::Value(value), Role::Break) => vec![(at(value, false), Cut::End)],
        (Cell::Value(value), Role::NextRow) => vec![(Cut::Start, at(value, true))],
        (Cell::Value(value), Role::LongestPrefix) => vec![(at(value, false), text(value))],
        (Cell::Exactly(text), _) => {
            let text = Value::Text(text.clone());
            vec![(at(&text, false), at(&text, true))]
        }
        (Cell::OneOf(values), _) => values.iter().map(|value| (at(value, false), at(value, true))).collect(),
        (cell, _) => stretch(cell).into_iter().map(|(low, high)| (whole(low, ty), whole(high, ty))).collect(),
    };
    Some(found)
}

/// The same cut, just before a value wherever the values of the type can be counted: two names of one place become one.
pub(super) fn whole(cut: Cut, ty: &Type) -> Cut {
    let Cut::At(value, after) = cut else { return cut };
    match (value, ty.present()) {
        (Value::Number(number), Type::Integer) => {
            let floor = number.round_to(&Number::ONE, RoundingMode::Floor).unwrap_or_else(|_| number.clone());
            let next = if after || floor != number { floor.add(&Number::ONE).unwrap_or(floor) } else { floor };
            Cut::At(Value::Number(next), false)
        }
        (Value::Date(day), _) if after => day.add_days(1).map_or(Cut::End, |next| Cut::At(Value::Date(next), false)),
        (Value::Member(member), _) if after => Cut::At(Value::Member(member.saturating_add(1)), false),
        (Value::Months(months), _) if after => {
            months.checked_add(1).map_or(Cut::End, |next| Cut::At(Value::Months(next), false))
        }
        (Value::YesNo(answer), _) => match (answer, after) {
            (false, false) => Cut::Start,
            (true, true) => Cut::End,
            _ => Cut::At(Value::YesNo(true), false),
        },
        (value, _) => Cut::At(value, after),
    }
}

/// A key between two cuts, the lowest where there is one; `None` where none can be named.
pub(crate) fn example(low: &Cut, high: &Cut) -> Option<Value> {
    let one = Number::ONE;
    match (low, high) {
        (Cut::At(value, false), _) | (Cut::Start, Cut::At(value, true)) => Some(value.clone()),
        (Cut::At(Value::Number(low), true), Cut::At(Value::Number(high), _)) => {
            Some(Value::Number(low.add(high).ok()?.div(&Number::from_i64(2)).ok()?))
        }
        (Cut::At(Value::Number(low), true), Cut::End) => Some(Value::Number(low.add(&one).ok()?)),
        (Cut::Start, Cut::At(Value::Number(high), false)) => Some(Value::Number(high.sub(&one).ok()?)),
        (Cut::Start, Cut::At(Value::Date(high), false)) => high.add_days(-1).map(Value::Date),
        (Cut::Start, Cut::At(Value::YesNo(true), false)) => Some(Value::YesNo(false)),
        (Cut::Start, Cut::At(Value::Time(high), false)) => {
            high.seconds().checked_sub(1).and_then(TimeOfDay::from_seconds).map(Value::Time)
        }
        (Cut::At(Value::Time(low), true), Cut::End) => {
            low.seconds().checked_add(1).and_then(TimeOfDay::from_seconds).map(Value::Time)
        }
        (Cut::Start, Cut::At(Value::Instant(high), false)) => high.add_seconds(&one.neg()).map(Value::Instant),
        (Cut::Start, Cut::At(Value::Months(high), false)) => high.checked_sub(1).map(Value::Months),
        (Cut::Start, Cut::At(Value::Member(_), false)) => Some(Value::Member(0)),
        // The empty text comes before all others.
        (Cut::Start, Cut::At(Value::Text(_), _) | Cut::Beyond(_)) => Some(Value::text("")),
        (Cut::At(Value::Time(low), true), Cut::At(Value::Time(high), _)) => {
            let middle = low.seconds().midpoint(high.seconds());
            (middle > low.seconds()).then(|| TimeOfDay::from_seconds(middle)).flatten().map(Value::Time)
        }
        (Cut::At(Value::Instant(low), true), _) => low.add_seconds(&one).map(Value::Instant),
        (Cut::At(Value::Text(low), true), _) => example_text(low, low, high),
        (Cut::Beyond(prefix), _) => {
            let mut stem: String = prefix.to_string();
            stem.pop();
            example_text(&stem, prefix, high)
        }
        _ => None,
    }
}

/// A text that starts with the stem, lies behind all that start with `low`, and before the cut.
fn example_text(stem: &str, low: &str, high: &Cut) -> Option<Value> {
    let last = low.chars().last().unwrap_or('0');
    let near = (1..4).filter_map(|step| char::from_u32(u32::from(last).checked_add(step)?));
    let texts = near.chain(['0', '9', 'A', 'Z', 'a', 'z']).map(|end| Value::Text(format!("{stem}{end}").into()));
    let low = if stem == low { Cut::At(Value::text(low), true) } else { Cut::Beyond(low.into()) };
    texts.into_iter().find(|text| low.is_before(text) && !high.is_before(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_of_single_texts_is_the_axis_of_any_cells() {
        let text = |text: &str| Cell::Value(Value::text(text));
        let cells = [text("b"), Cell::Any, text("a"), text("ab"), text("b")];
        // A list of one value accepts what the value does, and is no single text.
        let listed = [Cell::OneOf([Value::text("b")].into()), Cell::Any, text("a"), text("ab"), text("b")];
        for ty in [Type::Text, Type::Optional(Type::Text.into())] {
            let axis = |cells| Axis::new(cells, Role::Exact, &ty, &Domain::Named);
            let (single, one_listed) = (cells.each_ref(), listed.each_ref());
            let (texts, any) = (axis(&single), axis(&one_listed));
            assert!(matches!((&texts.cuts, &any.cuts), (Cuts::Texts(_), Cuts::Any(_))));
            let cuts = |axis: &Axis<'_>| (0..=axis.cuts.len()).map(|at| axis.cuts.get(at)).collect::<Vec<_>>();
            assert_eq!(cuts(&texts), cuts(&any));
            for cell in 0..=cells.len() as u32 {
                assert_eq!(texts.spans(cell), any.spans(cell), "{cell}");
            }
            assert_eq!((texts.hollow, texts.inside), (any.hollow, any.inside));
            assert_eq!((texts.absent, texts.closed), (any.absent, any.closed));
        }
    }
}
