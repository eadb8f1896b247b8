//! Inputs at thresholds and beside them: comparisons, bounds of tiers and of amounts, days on which a value changes.

use super::aim::{Aim, Crossing, cross};
use super::places::{Place, at, number, of_number, places, with};
use super::search::{Search, Site, Start};
use super::words;
use crate::eval::AtBound;
use crate::program::ParameterId;
use crate::source::Span;
use crate::types::{TableId, Type};
use crate::value::{Number, Value};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

/// From how many starting points a threshold is looked for.
const STARTS: usize = 6;

/// How many fields are moved for one threshold, from one starting point.
const FIELDS: usize = 6;

/// The steps by which a field is moved to see what that changes.
const STRIDES: [i64; 6] = [1, -1, 100, -100, 10_000, 1_000_000];

/// The fields that bear on each place in the rules, for one starting point.
#[derive(Debug, Clone, Default)]
pub(super) struct Bearing(HashMap<Site, Vec<Field>>);

/// A field that can be moved along.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) place: Place,
    pub(super) step: Number,
    /// Whether its values may lie between two steps.
    pub(super) dense: bool,
}

/// What has been looked for already.
#[derive(Debug, Default)]
pub(super) struct Thresholds {
    bearings: HashMap<usize, Bearing>,
    done: usize,
    /// Rows that were looked for.
    pub(super) rows: HashSet<(TableId, u32)>,
    /// Thresholds at which both sides were found and the point itself was not.
    pub(super) without_point: Vec<Span>,
}

impl Search<'_> {
    /// Looks for the thresholds of all places in the rules that were come to since the last time.
    pub(super) fn thresholds(&mut self, known: &mut Thresholds, tick: &mut dyn FnMut(&Self)) {
        while let Some(site) = self.sites.get(known.done).copied() {
            known.done = known.done.saturating_add(1);
            match site {
                Site::Compared(code) => self.threshold(known, site, &Aim::Compared(code)),
                Site::Tier(tier) => self.threshold(known, site, &Aim::Measured(tier)),
                Site::Bound(bound) => self.threshold(known, site, &Aim::Bounded(bound)),
                Site::Parameter(parameter) => self.days_of_parameter(known, parameter),
                Site::Table(_) => {}
            }
            tick(self);
        }
    }

    /// The edge that is met where both are equal; of a bound of an amount those beside it too.
    fn edges_of(&self, aim: &Aim) -> Vec<u32> {
        let edges = self.tracing.edges();
        match aim {
            Aim::Compared(of) => {
                let mut compared = self.trials.sights.compared.iter();
                let equal = compared.find_map(|(code, span, ..)| (code == of).then(|| edges.equal(*span)).flatten());
                equal.into_iter().collect()
            }
            Aim::Measured(tier) => edges.tier(*tier, true).into_iter().collect(),
            Aim::Bounded(bound) => AtBound::ALL.into_iter().filter_map(|at| edges.bound(*bound, at)).collect(),
            _ => Vec::new(),
        }
    }

    fn threshold(&mut self, known: &mut Thresholds, site: Site, aim: &Aim) {
        let starts = self.by_site.get(&site).cloned().unwrap_or_default();
        let (mut sides, mut point) = (false, false);
        for (turn, start) in starts.into_iter().enumerate() {
            let Some(Start { slots, rules, .. }) = self.starts.get(start).cloned() else { continue };
            self.trials.slots(&slots);
            let edges = self.edges_of(aim);
            if !edges.is_empty() && !edges.iter().any(|edge| self.wants(*edge)) {
                return;
            }
            let lacking: Vec<usize> = edges.iter().flat_map(|edge| self.lacking_rules(*edge)).collect();
            let helps = lacking.iter().any(|rule| rules.contains(rule));
            if (point || turn >= STARTS) && !helps {
                continue;
            }
            for Field { place, step, dense } in self.bearing(known, start, site).into_iter().take(FIELDS) {
                let Some(mut crossing) = cross(&mut self.trials, &slots, &place, aim, &step) else { continue };
                if crossing.equal.is_empty() && dense {
                    let fine = Number::from_scaled(1, 6).unwrap_or(Number::ONE);
                    let finer = cross(&mut self.trials, &slots, &place, aim, &fine);
                    crossing.equal = finer.map(|finer| finer.equal).unwrap_or_default();
                }
                let whole = crossing.below.is_some() && crossing.above.is_some();
                let at_point = !crossing.equal.is_empty();
                let first = (whole && !sides) || (at_point && !point);
                if first || at_point || (whole && helps) {
                    self.keep_crossing(&crossing, aim, &place, first);
                    sides |= whole;
                }
                point |= at_point;
                if at_point {
                    break;
                }
            }
        }
        if sides
            && !point
            && let Some(span) = self.span_of(aim)
        {
            known.without_point.push(span);
        }
    }

    /// Keeps the inputs at a threshold and on both sides of it.
    fn keep_crossing(&mut self, crossing: &Crossing, aim: &Aim, place: &Place, stays: bool) {
        let what = self.threshold_words(aim);
        let program = self.trials.program();
        let keep = |search: &mut Self, slots: &Vec<Value>, where_: &str| {
            search.consider(slots, stays, &|| format!("with {}: {where_} {what}", words::place(program, slots, place)));
        };
        crossing.below.iter().for_each(|slots| keep(self, slots, "the last step below where both are equal in"));
        crossing.equal.iter().for_each(|slots| keep(self, slots, "both are equal in"));
        crossing.above.iter().for_each(|slots| keep(self, slots, "the first step above where both are equal in"));
    }

    fn span_of(&self, aim: &Aim) -> Option<Span> {
        match aim {
            Aim::Compared(code) => {
                let marks = self.program().code.marks.get()?;
                marks.spans.get(*code as usize).copied()
            }
            Aim::Measured(place) | Aim::Bounded(place) => Some(*place),
            _ => None,
        }
    }

    fn threshold_words(&self, aim: &Aim) -> String {
        match (aim, self.span_of(aim)) {
            (Aim::AskedOn(parameter, day), _) => {
                let name = self.program().parameters.get(parameter.0 as usize).map_or("", |one| one.name.as_str());
                format!("the day of `{name}` and {}", day.as_date().map(|day| day.to_string()).unwrap_or_default())
            }
            (Aim::Measured(_), Some(span)) => {
                format!("the quantity and the bound of the tier {}", words::of(self.program(), span))
            }
            (Aim::Bounded(_), Some(span)) => format!("the amount and {}", words::of(self.program(), span)),
            (_, Some(span)) => words::of(self.program(), span),
            _ => String::new(),
        }
    }

    /// The fields that bear on a place in the rules, from one starting point, with the step of each.
    pub(super) fn bearing(&mut self, known: &mut Thresholds, start: usize, site: Site) -> Vec<Field> {
        let bearing = match known.bearings.entry(start) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let slots = self.starts.get(start).map(|start| start.slots.clone()).unwrap_or_default();
                new.insert(self.bearing_all(&slots))
            }
        };
        bearing.0.get(&site).cloned().unwrap_or_default()
    }

    /// The fields that bear on a place in the rules, from any input.
    pub(super) fn bearing_of(&mut self, slots: &[Value], site: Site) -> Vec<Field> {
        self.bearing_all(slots).0.remove(&site).unwrap_or_default()
    }

    fn bearing_all(&mut self, slots: &[Value]) -> Bearing {
        let mut bearing = Bearing::default();
        self.trials.slots(slots);
        let before = self.trials.sights.clone();
        for open in places(self.program(), slots) {
            let Some(now) = at(slots, &open.place).cloned() else { continue };
            let Some(own) = number(&now) else { continue };
            let step = self.pools.step(open.ty);
            for stride in STRIDES {
                let moved = Number::from_i64(stride).mul(&step).and_then(|by| own.add(&by)).ok();
                let changed = moved.and_then(|moved| with(slots, &open.place, of_number(&now, &moved)?));
                let Some(changed) = changed else { continue };
                if let super::trial::Ended::NoInput(_) = self.trials.slots(&changed) {
                    continue;
                }
                for site in changed_sites(&before, &self.trials.sights) {
                    let places = bearing.0.entry(site).or_default();
                    if !places.iter().any(|field| field.place == open.place) {
                        let dense = is_dense(open.ty);
                        places.push(Field { place: open.place.clone(), step: step.clone(), dense });
                    }
                }
            }
        }
        bearing
    }

    /// The days on which the values of a parameter begin and end.
    fn days_of_parameter(&mut self, known: &mut Thresholds, parameter: u32) {
        let Some(values) = self.program().parameters.get(parameter as usize).map(|one| one.values.clone()) else {
            return;
        };
        let site = Site::Parameter(parameter);
        let starts = self.by_site.get(&site).cloned().unwrap_or_default();
        for (at, value) in (0_usize..).zip(&values) {
            let edge = self.tracing.edges().dated(ParameterId(parameter), at);
            if edge.is_none_or(|edge| !self.wants(edge)) {
                continue;
            }
            let last = value.period.until.and_then(|until| until.add_days(-1));
            for day in [value.period.from, last].into_iter().flatten() {
                let aim = Aim::AskedOn(ParameterId(parameter), Value::Date(day));
                for start in starts.iter().take(STARTS) {
                    let Some(slots) = self.starts.get(*start).map(|start| start.slots.clone()) else { continue };
                    let places = self.bearing(known, *start, site);
                    let crossing = places.iter().find_map(|Field { place, step, .. }| {
                        Some((place, cross(&mut self.trials, &slots, place, &aim, step)?))
                    });
                    if let Some((place, crossing)) = crossing {
                        self.keep_crossing(&crossing, &aim, place, true);
                        break;
                    }
                }
            }
        }
    }
}

/// The places in the rules at which something is different.
fn changed_sites(before: &crate::eval::Sights, after: &crate::eval::Sights) -> Vec<Site> {
    let mut sites = Vec::new();
    let mut add = |site: Site| {
        if !sites.contains(&site) {
            sites.push(site);
        }
    };
    for (code, _, a, b) in &after.compared {
        if !before.compared.iter().any(|(other, _, c, d)| other == code && (a, b) == (c, d)) {
            add(Site::Compared(*code));
        }
    }
    for sight in &after.measured {
        if !before.measured.contains(sight) {
            add(Site::Tier(sight.0));
        }
    }
    for sight in &after.bounded {
        if !before.bounded.contains(sight) {
            add(Site::Bound(sight.0));
        }
    }
    for sight in &after.looked_up {
        if !before.looked_up.contains(sight) {
            add(Site::Table(sight.0));
        }
    }
    for sight in &after.asked_on {
        if !before.asked_on.contains(sight) {
            add(Site::Parameter(sight.0.0));
        }
    }
    sites
}

/// Whether values of a type may lie between two steps.
fn is_dense(ty: &Type) -> bool {
    matches!(ty.present(), Type::Number | Type::In(_) | Type::Percent)
}
