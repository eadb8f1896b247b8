//! Inputs that take the rows of tables: each row at an end of what it says of its keys, and one step beside its breaks.
//!
//! A row says which keys it wants. From the starting point whose look-up wants least, one key after the other is brought to its value:
//! through the field that it comes from, through an input that is known to give it, or by moving a field along.

use super::aim::{Aim, cross};
use super::places::{Place, at, number, of_number, places, with};
use super::search::{Search, Site};
use super::thresholds::{Field, Thresholds};
use super::words;
use crate::eval::path::fold;
use crate::table::{Cell, Role, Table};
use crate::types::TableId;
use crate::value::{Number, RoundingMode, Value};
use std::collections::{BTreeSet, HashMap, HashSet};

/// From how many starting points a row is looked for.
const STARTS: usize = 3;

/// How many values are tried beside for a row that another one takes the place of.
const TRIED: usize = 12;

/// How many rows of a table are looked for by trying.
const BY_TRYING: usize = 64;

/// Which of the keys that a row takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Variant {
    Low,
    High,
    /// Not at an end, where there is anything else.
    Inside,
}

/// The keys that are wanted, and the day; none where any will do.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Keys {
    keys: Vec<Option<Value>>,
    day: Option<Value>,
}

/// The rows of one table that are looked for, and how keys were reached before.
struct Looking<'p> {
    id: TableId,
    table: &'p Table,
    roles: Vec<Role>,
    routes: HashMap<usize, Place>,
    beside: HashSet<(usize, Value)>,
    tried: usize,
}

impl Search<'_> {
    /// Looks for the rows of all tables that no kept input takes.
    pub(super) fn rows(&mut self, known: &mut Thresholds, tick: &mut dyn FnMut(&Self)) {
        for (at, table) in self.program().tables.iter().enumerate() {
            let id = TableId(at as u32);
            if !self.by_site.contains_key(&Site::Table(id)) {
                continue;
            }
            let roles = table.keys().map(|(_, column)| column.role).collect();
            let (routes, beside) = Default::default();
            let mut looking = Looking { id, table, roles, routes, beside, tried: 0 };
            for row in 0..table.len() as u32 {
                self.row(known, &mut looking, row);
                if row % 64 == 0 {
                    tick(self);
                }
            }
        }
    }

    fn row(&mut self, known: &mut Thresholds, looking: &mut Looking<'_>, row: u32) {
        let edges = self.tracing.edges();
        let (Some(edge), Some(end)) = (edges.row(looking.id, row), edges.row_end(looking.id, row)) else { return };
        let again = !known.rows.insert((looking.id, row));
        if !self.wants(edge) || (again && !self.lacks(edge) && !self.lacks(end)) {
            return;
        }
        let mut reached: Option<Vec<Value>> = None;
        let wants = wants(looking.table, row);
        for keys in &wants {
            let Some(input) = self.reach(looking, keys) else { continue };
            self.keep_row(looking, row, &input, true);
            reached.get_or_insert(input);
        }
        if reached.is_none() {
            let keys = keys_of(looking.table, row, Variant::Inside, 0);
            reached = self.reach(looking, &keys);
            reached.iter().for_each(|input| self.keep_row(looking, row, input, true));
        }
        let Some(input) = reached else { return };
        if self.lacks(edge) && looking.tried < BY_TRYING {
            looking.tried = looking.tried.saturating_add(1);
            self.row_by_trying(looking, row, &input, edge);
        }
        for (input, key, value) in self.beside_row(looking, row, &input) {
            let (program, table) = (self.trials.program(), looking.table);
            self.consider(&input, true, &|| {
                let column = table.keys().nth(key).map_or("", |(_, column)| column.name.as_str());
                format!("one step beside {} of {}", words::key(program, table, key, column, &value), table.name)
            });
        }
    }

    fn keep_row(&mut self, looking: &Looking<'_>, row: u32, input: &[Value], stays: bool) {
        let (program, table) = (self.trials.program(), looking.table);
        self.consider(input, stays, &|| words::row(program, table, row));
    }

    /// The inputs with a key one step beside what the row says of it, each value once for a table.
    fn beside_row(&mut self, looking: &mut Looking<'_>, row: u32, input: &[Value]) -> Vec<(Vec<Value>, usize, Value)> {
        let mut found = Vec::new();
        for (key, (column, of)) in looking.table.keys().enumerate() {
            for end in ends_of(looking.table, row, column, of.role) {
                if !looking.beside.insert((key, end.clone())) {
                    continue;
                }
                let step = self.pools.step(&of.ty);
                let Some(own) = number(&end) else { continue };
                let open = places(self.program(), input);
                let direct = open.into_iter().map(|open| open.place).find(|place| at(input, place) == Some(&end));
                if let Some(place) = direct.as_ref().or(looking.routes.get(&key)) {
                    for moved in [own.sub(&step), own.add(&step)].into_iter().flatten() {
                        let changed = of_number(&end, &moved).and_then(|value| with(input, place, value));
                        found.extend(changed.map(|changed| (changed, key, end.clone())));
                    }
                    continue;
                }
                let aim = Aim::Key(looking.id, key, end.clone());
                for Field { place, step, .. } in self.bearing_of(input, Site::Table(looking.id)) {
                    if let Some(crossing) = cross(&mut self.trials, input, &place, &aim, &step) {
                        let inputs = crossing.below.into_iter().chain(crossing.equal).chain(crossing.above);
                        found.extend(inputs.map(|input| (input, key, end.clone())));
                        break;
                    }
                }
            }
        }
        found
    }

    /// Brings the keys of a look-up to what is wanted; the input, where they are.
    fn reach(&mut self, looking: &mut Looking<'_>, keys: &Keys) -> Option<Vec<Value>> {
        let starts = self.by_site.get(&Site::Table(looking.id)).cloned().unwrap_or_default();
        let mut ranked: Vec<(usize, usize)> = Vec::new();
        for start in starts {
            let Some(slots) = self.starts.get(start).map(|start| start.slots.clone()) else { continue };
            self.trials.slots(&slots);
            ranked.extend(self.missing(looking, keys).map(|(missing, _)| (missing.len(), start)));
        }
        ranked.sort_unstable();
        for (_, start) in ranked.into_iter().take(STARTS) {
            let Some(slots) = self.starts.get(start).map(|start| start.slots.clone()) else { continue };
            if let Some(found) = self.reach_from(looking, keys, slots) {
                return Some(found);
            }
        }
        None
    }

    fn reach_from(&mut self, looking: &mut Looking<'_>, keys: &Keys, mut slots: Vec<Value>) -> Option<Vec<Value>> {
        self.trials.slots(&slots);
        let (mut missing, mut found) = self.missing(looking, keys)?;
        for _ in 0..keys.keys.len().saturating_add(2) {
            if missing.is_empty() {
                return Some(slots);
            }
            let before = missing.len();
            let mut better = None;
            for key in missing.clone() {
                better = self.bring(looking, keys, (key, found.get(&key)), &slots, before);
                if better.is_some() {
                    break;
                }
            }
            slots = better?;
            self.trials.slots(&slots);
            (missing, found) = self.missing(looking, keys)?;
        }
        missing.is_empty().then_some(slots)
    }

    /// Brings one key to its value, so that fewer are missing than before. A key beyond the last is the day.
    fn bring(
        &mut self,
        looking: &mut Looking<'_>,
        keys: &Keys,
        (key, now): (usize, Option<&Value>),
        slots: &[Value],
        before: usize,
    ) -> Option<Vec<Value>> {
        let wanted = keys.keys.get(key).map_or(keys.day.as_ref(), Option::as_ref)?.clone();
        let mut candidates: Vec<(Vec<Value>, Option<Place>)> = Vec::new();
        let mut put = |place: &Place, value: Value| {
            candidates.extend(with(slots, place, value).map(|changed| (changed, Some(place.clone()))));
        };
        if let Some(place) = looking.routes.get(&key) {
            put(place, wanted.clone());
        }
        let open = places(self.program(), slots);
        for one in &open {
            if at(slots, &one.place) == now && now.is_some() {
                put(&one.place, wanted.clone());
                if let (Some(Value::Text(now)), Value::Text(wanted)) = (now, &wanted) {
                    let rest = now.get(wanted.len()..).unwrap_or_default();
                    put(&one.place, Value::text(&format!("{wanted}{rest}")));
                    put(&one.place, Value::text(&format!("{wanted}{}", "0".repeat(rest.len()))));
                }
            }
        }
        if let Some(donor) = self.by_key.get(&(looking.id, key, wanted.clone())).and_then(|at| self.starts.get(*at)) {
            let differing = open.iter().filter_map(|one| {
                let (mine, other) = (at(slots, &one.place)?, at(&donor.slots, &one.place)?);
                (mine != other).then(|| (&one.place, other.clone()))
            });
            for (place, value) in differing.take(16) {
                candidates.extend(with(slots, place, value).map(|changed| (changed, None)));
            }
        }
        for (changed, route) in candidates {
            self.trials.slots(&changed);
            if self.missing(looking, keys).is_some_and(|(missing, _)| missing.len() < before) {
                if let Some(place) = route {
                    looking.routes.insert(key, place);
                }
                return Some(changed);
            }
        }
        let aim = if key < keys.keys.len() { Aim::Key(looking.id, key, wanted) } else { Aim::Day(looking.id, wanted) };
        for Field { place, step, dense } in self.bearing_of(slots, Site::Table(looking.id)) {
            let Some(mut crossing) = cross(&mut self.trials, slots, &place, &aim, &step) else { continue };
            if crossing.equal.is_empty() && dense {
                let fine = Number::from_scaled(1, 6).unwrap_or(Number::ONE);
                let finer = cross(&mut self.trials, slots, &place, &aim, &fine);
                crossing.equal = finer.map(|finer| finer.equal).unwrap_or_default();
            }
            if crossing.equal.is_empty() {
                // No step gives the key itself; those beside it may take the row all the same.
                for beside in crossing.below.iter().chain(&crossing.above) {
                    let program = self.trials.program();
                    self.consider(beside, false, &|| {
                        format!(
                            "with {}: beside an end of a row of {}",
                            words::place(program, beside, &place),
                            looking.table.name
                        )
                    });
                }
            }
            for changed in crossing.equal {
                self.trials.slots(&changed);
                if self.missing(looking, keys).is_some_and(|(missing, _)| missing.len() < before) {
                    return Some(changed);
                }
            }
        }
        None
    }

    /// The keys that are not what is wanted in the look-up of the last trial that comes closest, and what they all are there.
    fn missing(&self, looking: &Looking<'_>, keys: &Keys) -> Option<(Vec<usize>, HashMap<usize, Value>)> {
        let mut best: Option<(Vec<usize>, HashMap<usize, Value>)> = None;
        for (_, found, day) in self.trials.sights.looked_up.iter().filter(|(table, ..)| *table == looking.id) {
            let mut missing: Vec<usize> = Vec::new();
            for (key, (wanted, role)) in keys.keys.iter().zip(&looking.roles).enumerate() {
                let fits = match (wanted, found.get(key)) {
                    (Some(Value::Text(wanted)), Some(Value::Text(found))) if *role == Role::LongestPrefix => {
                        found.starts_with(&**wanted)
                    }
                    (Some(wanted), found) => Some(wanted) == found,
                    (None, _) => true,
                };
                if !fits {
                    missing.push(key);
                }
            }
            let day = day.map(Value::Date);
            if keys.day.is_some() && keys.day != day {
                missing.push(keys.keys.len());
            }
            if best.as_ref().is_none_or(|(least, _)| missing.len() < least.len()) {
                let mut values: HashMap<usize, Value> = found.iter().cloned().enumerate().collect();
                values.extend(day.map(|day| (keys.keys.len(), day)));
                best = Some((missing, values));
            }
        }
        best
    }

    /// Tries other values in all fields until a row is taken that another one takes the place of.
    fn row_by_trying(&mut self, looking: &Looking<'_>, row: u32, input: &[Value], edge: u32) {
        for open in places(self.program(), input) {
            for value in self.changes(&open, at(input, &open.place)).into_iter().take(TRIED) {
                let Some(changed) = with(input, &open.place, value) else { continue };
                self.keep_row(looking, row, &changed, false);
                if !self.lacks(edge) {
                    return;
                }
            }
        }
    }
}

/// The numbers and days at which what a row says of a key begins or ends.
fn ends_of(table: &Table, row: u32, column: usize, role: Role) -> Vec<Value> {
    match u16::try_from(column).ok().and_then(|column| table.cell(row, column)) {
        Some(Cell::Value(value)) if matches!(role, Role::Break | Role::NextRow) => vec![value.clone()],
        Some(Cell::Range(ends)) => [&ends.low, &ends.high].into_iter().flatten().map(|end| end.0.clone()).collect(),
        _ => Vec::new(),
    }
}

/// The keys that a row takes: at the lower ends of what it says, at the upper ends where there are others, and each of several values.
fn wants(table: &Table, row: u32) -> Vec<Keys> {
    let mut all = vec![keys_of(table, row, Variant::Low, 0)];
    let high = keys_of(table, row, Variant::High, 0);
    all.push(high);
    let most = table.keys().filter_map(|(column, _)| match table.cell(row, u16::try_from(column).ok()?) {
        Some(Cell::OneOf(values)) => Some(values.len()),
        _ => None,
    });
    let most = most.max().unwrap_or(0);
    all.extend((1..most).map(|member| keys_of(table, row, Variant::Low, member)));
    let mut seen = HashSet::new();
    all.retain(|keys| seen.insert(keys.clone()));
    all
}

fn keys_of(table: &Table, row: u32, variant: Variant, member: usize) -> Keys {
    let mut keys = Keys { keys: Vec::new(), day: None };
    for (at, column) in (0_u16..).zip(&table.columns).filter(|(_, column)| column.role != Role::Value) {
        let value = match table.cell(row, at) {
            None | Some(Cell::Any) => None,
            Some(Cell::Value(value)) => match (variant, column.role) {
                (Variant::Inside, Role::Break) => inside(Some(value), None),
                (Variant::Inside, Role::NextRow) => inside(None, Some(value)),
                _ => Some(value.clone()),
            },
            Some(Cell::Exactly(text)) => Some(Value::Text(text.clone())),
            Some(Cell::OneOf(values)) => values.get(member.checked_rem(values.len()).unwrap_or(0)).cloned(),
            Some(Cell::Range(ends)) => {
                let own =
                    |end: &Option<(Value, bool)>| end.as_ref().filter(|(_, own)| *own).map(|(end, _)| end.clone());
                let (low, high) = (own(&ends.low), own(&ends.high));
                let inside = || inside(ends.low.as_ref().map(|end| &end.0), ends.high.as_ref().map(|end| &end.0));
                match variant {
                    Variant::Low => low.or(high).or_else(inside),
                    Variant::High => high.or_else(inside).or(low),
                    Variant::Inside => inside().or(low).or(high),
                }
            }
            Some(Cell::Period(period)) => {
                let (first, last) = (period.from, period.until.and_then(|until| until.add_days(-1)));
                let day = if variant == Variant::Low { first.or(last) } else { last.or(first) };
                day.map(Value::Date)
            }
        };
        match column.role {
            Role::Valid => keys.day = value,
            _ => keys.keys.push(value),
        }
    }
    keys
}

/// A value between two ends, or beyond the only one.
fn inside(low: Option<&Value>, high: Option<&Value>) -> Option<Value> {
    let like = low.or(high)?;
    let (low, high) = (low.and_then(number), high.and_then(number));
    let inside = match (low, high) {
        (Some(low), Some(high)) => {
            let middle = low.add(&high).ok()?.div(&Number::from_i64(2)).ok()?;
            let whole = middle.round_to(&Number::ONE, RoundingMode::Floor).ok()?;
            if whole > low && whole < high { whole } else { middle }
        }
        (Some(low), None) => low.add(&Number::ONE).ok()?,
        (None, Some(high)) => high.sub(&Number::ONE).ok()?,
        (None, None) => return None,
    };
    of_number(like, &inside)
}

/// Of a table with more rows than are wanted those that are looked for: the first and the last, those at which a break of a column
/// begins and ends, and of the others those with the smallest digests of their places.
pub(super) fn chosen(table: &Table, most: usize) -> BTreeSet<u32> {
    let all = table.len() as u32;
    if table.len() <= most {
        return (0..all).collect();
    }
    let mut chosen: BTreeSet<u32> = [0, all.saturating_sub(1)].into();
    for (column, _) in table.keys() {
        let Ok(column) = u16::try_from(column) else { continue };
        let mut seen: HashMap<u32, (u32, u32)> = HashMap::new();
        for (row, cell) in (0..).zip(table.rows.cell_ids(column)) {
            seen.entry(*cell).and_modify(|(_, last)| *last = row).or_insert((row, row));
        }
        if seen.len() <= most / 4 {
            chosen.extend(seen.into_values().flat_map(|(first, last)| [first, last]));
        }
    }
    let mut others: Vec<(u64, u32)> = (0..all).map(|row| (fold(u64::from(row), 1), row)).collect();
    others.sort_unstable();
    for (_, row) in others {
        if chosen.len() >= most {
            break;
        }
        chosen.insert(row);
    }
    chosen
}
