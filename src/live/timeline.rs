//! The editions of one rule set in time: which is in force on a day, and what is wrong with where they meet.
//!
//! An edition holds on the days of its period, from the day on from which it supersedes another where it does. On a day that several
//! hold, that one is in force which no other of them supersedes, directly or through others; editions that overlap and of which
//! neither supersedes the other are a problem, so that there is one edition for each day.

use super::{Edition, ShelfProblem};
use crate::program::{ExprKind, Period};
use crate::table::periods::seams;
use crate::types::Type;
use crate::value::Date;
use std::collections::BTreeMap;

/// The editions of one name, ordered by the first day that they hold.
#[derive(Debug, Clone)]
pub(super) struct Timeline {
    placed: Vec<Placed>,
    /// From which day on which edition is in force, where all are known.
    seasons: Vec<(Option<Date>, Option<usize>)>,
    /// Whether every edition is priced on one and the same plain field of the input.
    agrees: bool,
}

/// An edition in its place.
#[derive(Debug, Clone)]
pub(super) struct Placed {
    pub(super) edition: Edition,
    /// The days that it holds.
    days: Period,
    /// The places of those that supersede it, directly or through others.
    superseded_by: Vec<usize>,
}

impl Placed {
    fn is_known(&self, known_on: Option<Date>) -> bool {
        let published = self.edition.published();
        known_on.is_none_or(|known_on| published.is_none_or(|published| published <= known_on))
    }

    /// Whether it holds from `start` on; `None` is before all days.
    fn holds(&self, start: Option<Date>) -> bool {
        self.days.from <= start && self.days.until.is_none_or(|until| start.is_none_or(|start| start < until))
    }
}

impl Timeline {
    /// Puts editions in their places, and says all that is wrong with them.
    pub(super) fn new(editions: Vec<Edition>) -> (Timeline, Vec<ShelfProblem>) {
        let mut placed: Vec<Placed> = editions
            .into_iter()
            .map(|edition| Placed { days: days_of(&edition), edition, superseded_by: Vec::new() })
            .collect();
        placed
            .sort_by(|a, b| a.days.from.cmp(&b.days.from).then_with(|| a.edition.version().cmp(&b.edition.version())));
        let mut problems = same_versions(&placed);
        problems.extend(supersede(&mut placed));
        problems.extend(meetings(&placed));
        problems.extend(undated(&placed));
        let agrees = agrees(&placed);
        let mut timeline = Timeline { placed, seasons: Vec::new(), agrees };
        timeline.seasons = timeline.make_seasons();
        (timeline, problems)
    }

    /// The editions, by the first day that they hold.
    pub(super) fn editions(&self) -> impl DoubleEndedIterator<Item = &Edition> + ExactSizeIterator {
        self.placed.iter().map(|placed| &placed.edition)
    }

    /// The name that they have in common.
    pub(super) fn name(&self) -> &str {
        self.placed.first().map_or("", |placed| placed.edition.name())
    }

    /// The edition that is in force last.
    pub(super) fn newest(&self) -> Option<&Edition> {
        let last = self.seasons.iter().rev().find_map(|(_, place)| *place)?;
        self.at(last)
    }

    /// The edition at a place.
    pub(super) fn at(&self, place: usize) -> Option<&Edition> {
        self.placed.get(place).map(|placed| &placed.edition)
    }

    /// The edition that prices everything: the only one, in force always.
    pub(super) fn only(&self) -> Option<&Edition> {
        match self.placed.as_slice() {
            [one] if one.days == Period::default() => Some(&one.edition),
            _ => None,
        }
    }

    /// Whether any edition was known on a day.
    pub(super) fn is_known(&self, known_on: Option<Date>) -> bool {
        self.placed.iter().any(|placed| placed.is_known(known_on))
    }

    /// The place of the edition in force on a day, among those known on another.
    pub(super) fn in_force(&self, day: Date, known_on: Option<Date>) -> Option<usize> {
        match known_on {
            Some(_) => self.find(Some(day), known_on),
            None => {
                let next = self.seasons.partition_point(|(from, _)| *from <= Some(day));
                self.seasons.get(next.checked_sub(1)?)?.1
            }
        }
    }

    /// The places in the order in which their editions are asked for the day of an input: the last one in force first. Where all read
    /// the day from the same field, the one that was used last may be asked first, for it gives the same day.
    pub(super) fn asked(&self, used_last: usize, known_on: Option<Date>) -> impl Iterator<Item = usize> {
        let is_last = |placed: &Placed| placed.edition.rules().address() == used_last && placed.is_known(known_on);
        let first = self.agrees.then(|| self.placed.iter().position(is_last)).flatten();
        let known = move |place: &usize| self.placed.get(*place).is_some_and(|placed| placed.is_known(known_on));
        let newest_first = (0..self.placed.len()).rev().filter(known).filter(move |place| Some(*place) != first);
        first.into_iter().chain(newest_first)
    }

    /// The days on which any edition is in force, among those known on another: one stretch, where all are known.
    pub(super) fn stretches(&self, known_on: Option<Date>) -> Vec<Period> {
        let mut stretches: Vec<Period> = Vec::new();
        for days in self.placed.iter().filter(|placed| placed.is_known(known_on)).map(|placed| placed.days) {
            match stretches.last_mut() {
                Some(last) if last.until.is_none_or(|until| days.from.is_none_or(|from| from <= until)) => {
                    last.until = last.until.zip(days.until).map(|(one, other)| one.max(other));
                }
                _ => stretches.push(days),
            }
        }
        stretches
    }

    /// The days on which each edition is in force, in order.
    pub(super) fn seasons(&self) -> impl Iterator<Item = (Period, &Edition)> {
        self.seasons.iter().enumerate().filter_map(|(index, (from, place))| {
            let until = self.seasons.get(index + 1).and_then(|(next, _)| *next);
            Some((Period { from: *from, until }, self.at((*place)?)?))
        })
    }

    fn find(&self, start: Option<Date>, known_on: Option<Date>) -> Option<usize> {
        let counts = |placed: &Placed| placed.holds(start) && placed.is_known(known_on);
        let free = |placed: &Placed| {
            counts(placed) && !placed.superseded_by.iter().any(|other| self.placed.get(*other).is_some_and(counts))
        };
        self.placed.iter().position(free)
    }

    fn make_seasons(&self) -> Vec<(Option<Date>, Option<usize>)> {
        let ends = self.placed.iter().flat_map(|placed| [placed.days.from, placed.days.until]);
        let mut starts: Vec<Option<Date>> = ends.chain([None]).collect();
        starts.sort_unstable();
        starts.dedup();
        let mut seasons: Vec<_> = starts.into_iter().map(|start| (start, self.find(start, None))).collect();
        seasons.dedup_by_key(|(_, place)| *place);
        seasons
    }
}

/// The days that an edition holds, whatever the others.
fn days_of(edition: &Edition) -> Period {
    let from = edition.supersedes().map(|replaced| replaced.from);
    edition.effective().within(Period { from, until: None })
}

fn same_versions(placed: &[Placed]) -> Vec<ShelfProblem> {
    let mut by_version: BTreeMap<&str, &Edition> = BTreeMap::new();
    let mut problems = Vec::new();
    for Placed { edition, .. } in placed {
        let Some(version) = edition.version() else { continue };
        if let Some(one) = by_version.insert(version, edition) {
            problems.push(ShelfProblem::SameVersion { one: one.clone(), other: edition.clone() });
        }
    }
    problems
}

/// Finds out which edition each supersedes, directly and through others; those that do so in a circle are the problems.
fn supersede(placed: &mut [Placed]) -> Vec<ShelfProblem> {
    let of_version = |version: &str| placed.iter().position(|other| other.edition.version() == Some(version));
    let replaced: Vec<Option<usize>> =
        placed.iter().map(|one| of_version(&one.edition.supersedes()?.version)).collect();
    let mut problems = Vec::new();
    for place in 0..placed.len() {
        let mut chain = Vec::new();
        let mut next = replaced.get(place).copied().flatten();
        while let Some(older) = next.filter(|older| !chain.contains(older) && *older != place) {
            chain.push(older);
            next = replaced.get(older).copied().flatten();
        }
        // A circle is told of once, at its first edition.
        if next == Some(place)
            && chain.iter().all(|other| *other > place)
            && let (Some(one), Some(other)) = (placed.get(place), chain.first().and_then(|other| placed.get(*other)))
        {
            problems.push(ShelfProblem::Circle { one: one.edition.clone(), other: other.edition.clone() });
        }
        for older in chain {
            placed.get_mut(older).into_iter().for_each(|older| older.superseded_by.push(place));
        }
    }
    problems
}

/// Days that two editions claim, and days between two that none does.
fn meetings(placed: &[Placed]) -> Vec<ShelfProblem> {
    let periods: Vec<Period> = placed.iter().map(|placed| placed.days).collect();
    let told = seams(&periods).into_iter().filter_map(|seam| {
        let (before, after) = (placed.get(seam.before)?, placed.get(seam.after)?);
        let superseded = before.superseded_by.contains(&seam.after) || after.superseded_by.contains(&seam.before);
        let (before, after, days) = (before.edition.clone(), after.edition.clone(), seam.days);
        match seam.overlap {
            true => (!superseded).then(|| {
                let is_there = |version: &str| placed.iter().any(|one| one.edition.version() == Some(version));
                let is_astray = |edition: &&Edition| edition.supersedes().is_some_and(|old| !is_there(&old.version));
                let astray = [&after, &before].into_iter().find(is_astray).cloned();
                ShelfProblem::Overlap { before, after, days, astray }
            }),
            false => Some(ShelfProblem::Gap { before, after, days }),
        }
    });
    told.collect()
}

/// Editions that say no day on which they are priced, where it decides which of them prices.
fn undated(placed: &[Placed]) -> Vec<ShelfProblem> {
    let needed = |one: &&Placed| placed.len() > 1 || one.days != Period::default();
    let without = placed.iter().filter(needed).filter(|one| one.edition.rules().program().priced_on.is_none());
    without.map(|one| ShelfProblem::NotPricedOnADay { edition: one.edition.clone() }).collect()
}

/// Whether every edition is priced on the same field, a date that must be sent: then all of them read the same day.
fn agrees(placed: &[Placed]) -> bool {
    let fields = placed.iter().map(|one| {
        let program = one.edition.rules().program();
        let ExprKind::Input(slot) = program.priced_on.as_ref()?.kind else { return None };
        let field = program.inputs.get(usize::from(slot))?;
        (field.ty == Type::Date && field.default.is_none()).then_some(field.wire.as_str())
    });
    let names: Option<Vec<&str>> = fields.collect();
    names.is_some_and(|names| names.iter().all(|name| Some(name) == names.first()))
}
