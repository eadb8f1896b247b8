//! Inputs that take the rows of tables: each row at an end of what it says of its keys, and one step beside its breaks.
//!
//! A row says which keys it wants. From the starting point whose look-up wants least, one key after the other is brought to its value:
//! through the field that it comes from, through an input that is known to give it, or by moving a field along.

use super::aim::{Aim, cross};
use super::keys::{Keys, Variant, ends_of, keys_of, wants};
use super::places::{Place, at, number, of_number, places, with};
use super::search::{Search, Site};
use super::thresholds::{Field, Thresholds};
use super::words;
use crate::table::{Role, Table};
use crate::types::TableId;
use crate::value::{Number, Value};
use std::collections::{HashMap, HashSet};

/// From how many starting points a row is looked for.
const STARTS: usize = 3;

/// How many values are tried beside for a row that another one takes the place of.
const TRIED: usize = 12;

/// How many rows of a table are looked for by trying.
const BY_TRYING: usize = 64;

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
