//! How two answers are compared: their lines are gathered by charge, currency and element, and the sums held against each other.
//!
//! Two answers with the same lines in the same order are known to match at one glance. Otherwise the lines of both sides are sorted in
//! memory that is used again, so that nothing is allocated unless something differs. All sums are exact.

mod answers;

use super::answer::{Prices, Said, Sort};
use super::comparison::{About, Comparison, Difference, Kind, Stated, Verdict};
use super::measure::{Belongs, Measure};
use crate::quote::Money;
use crate::value::{Currency, Number, NumberError};
use answers::{answers, of_answer};
use std::borrow::Cow;

/// The memory of comparisons, to be reused by one thread for many.
#[derive(Debug, Default)]
pub struct ComparisonMemory {
    entries: Vec<Entry>,
    /// The first lines of the sums that both sides have, where their order counts.
    places: Vec<(u32, u32)>,
    /// What is ignored, on the legacy side negative.
    ignored: Vec<Money>,
}

/// A line of either side.
#[derive(Debug)]
struct Entry {
    belongs: Belongs,
    currency: Currency,
    item: Option<u32>,
    candidate: bool,
    /// Its place among the lines of its side.
    at: u32,
    amount: Number,
}

/// The sum of one side.
struct Sum {
    amount: Number,
    first: u32,
}

impl Measure {
    /// Compares what the two sides say to one input. Costs some hundred nanoseconds for a dozen lines, and allocates only where
    /// something differs, in memory that was used before.
    pub fn compare<'l, 'c>(
        &self,
        memory: &mut ComparisonMemory,
        legacy: impl Into<Said<'l>>,
        candidate: impl Into<Said<'c>>,
    ) -> Comparison {
        let (legacy, candidate) = (legacy.into(), candidate.into());
        match (legacy.sort(), candidate.sort()) {
            (Sort::Priced, Sort::Priced) if self.written().totals_only && legacy.totals().is_empty() => {
                answers((Said::from(&NOTHING_STATED), Sort::Failed(Cow::Borrowed(NO_TOTAL))), (candidate, Sort::Priced))
            }
            (Sort::Priced, Sort::Priced) if self.is_plainly_equal(legacy, candidate) => Comparison::default(),
            (Sort::Priced, Sort::Priced) => self.prices(memory, legacy, candidate),
            (Sort::Refused(one, _), Sort::Refused(other, _)) if self.is_same_refusal(one, other) => {
                Comparison::default()
            }
            (one, other) => answers((legacy, one), (candidate, other)),
        }
    }

    fn is_same_refusal(&self, legacy: &str, candidate: &str) -> bool {
        self.written().refusals.get(legacy).map_or(legacy, String::as_str) == candidate
    }

    /// Whether both state the same lines in the same order, and the same totals.
    fn is_plainly_equal(&self, legacy: Said<'_>, candidate: Said<'_>) -> bool {
        if !self.is_plain() || !have_equal_totals(legacy, candidate) {
            return false;
        }
        let mut others = candidate.lines();
        let equal = legacy.lines().all(|line| {
            others.next().is_some_and(|other| {
                (line.charge, line.currency, line.item) == (other.charge, other.currency, other.item)
                    && line.amount == other.amount
            })
        });
        equal && others.next().is_none()
    }

    /// Compares lines and totals.
    fn prices(&self, memory: &mut ComparisonMemory, legacy: Said<'_>, candidate: Said<'_>) -> Comparison {
        let compared = Comparing { sides: Sides { measure: self, legacy, candidate }, found: Comparison::default() };
        compared.all(memory).unwrap_or_else(|_| {
            let too_large = Stated::Failed("its amounts are too large to be compared".to_owned());
            Comparison { differences: vec![of_answer(Kind::Error, Stated::Nothing, too_large)], more: Vec::new() }
        })
    }
}

/// What is said of a legacy side that states lines alone, where totals alone are compared.
const NO_TOTAL: &str = "it states no total, and totals alone are compared";

static NOTHING_STATED: Prices = Prices { lines: Vec::new(), totals: Vec::new() };

fn have_equal_totals(legacy: Said<'_>, candidate: Said<'_>) -> bool {
    if !are_compared_by_totals(legacy, candidate) {
        return true;
    }
    let (legacy, candidate) = (legacy.totals(), candidate.totals());
    let within = |one: &[Money], other: &[Money]| one.iter().all(|total| other.contains(total));
    within(legacy, candidate) && within(candidate, legacy)
}

/// Whether both state totals. A candidate that charges nothing states that its total is nothing.
fn are_compared_by_totals(legacy: Said<'_>, candidate: Said<'_>) -> bool {
    !legacy.totals().is_empty() && (!candidate.totals().is_empty() || candidate.line(0).is_none())
}

/// What is compared, and how.
#[derive(Clone, Copy)]
struct Sides<'a> {
    measure: &'a Measure,
    legacy: Said<'a>,
    candidate: Said<'a>,
}

/// A comparison on its way.
struct Comparing<'a> {
    sides: Sides<'a>,
    found: Comparison,
}

impl<'a> Sides<'a> {
    /// Gathers the lines of both sides, those of one charge, currency and element together.
    fn gather(self, memory: &mut ComparisonMemory) -> Result<(), NumberError> {
        memory.entries.clear();
        memory.places.clear();
        memory.ignored.clear();
        for (side, candidate) in [(self.legacy, false), (self.candidate, true)] {
            for (at, line) in (0_u32..).zip(side.lines()) {
                if self.measure.ignores(line.charge) {
                    let amount = if candidate { line.amount.clone() } else { line.amount.neg() };
                    add(&mut memory.ignored, line.currency, &amount)?;
                    continue;
                }
                let belongs = match candidate {
                    true => self.measure.of_candidate(line.charge),
                    false => self.measure.of_legacy(line.charge),
                };
                let (currency, item, amount) = (line.currency, line.item, line.amount.clone());
                memory.entries.push(Entry { belongs, currency, item, candidate, at, amount });
            }
        }
        memory.entries.sort_unstable_by(|one, other| {
            let own = |entry: &Entry| (entry.belongs == Belongs::Own).then(|| self.code(entry));
            let rest = |entry: &Entry| (entry.currency, entry.item, entry.candidate, entry.at);
            one.belongs
                .cmp(&other.belongs)
                .then_with(|| own(one).cmp(&own(other)))
                .then_with(|| rest(one).cmp(&rest(other)))
        });
        Ok(())
    }

    /// The code of a line, as its side names it.
    fn code(self, entry: &Entry) -> &'a str {
        let side = if entry.candidate { self.candidate } else { self.legacy };
        side.line(entry.at as usize).map_or("", |line| line.charge)
    }

    fn are_of_one_charge(self, one: &Entry, other: &Entry) -> bool {
        one.belongs == other.belongs && (one.belongs != Belongs::Own || self.code(one) == self.code(other))
    }
}

impl Comparing<'_> {
    fn all(mut self, memory: &mut ComparisonMemory) -> Result<Comparison, NumberError> {
        let sides = self.sides;
        sides.gather(memory)?;
        let ComparisonMemory { entries, places, ignored } = memory;
        let totals_only = self.sides.measure.written().totals_only;
        let by_totals = totals_only || are_compared_by_totals(self.sides.legacy, self.sides.candidate);
        if !totals_only {
            for charge in entries.chunk_by(|one, other| sides.are_of_one_charge(one, other)) {
                self.charge(charge, places, !by_totals)?;
            }
            self.order(places);
        }
        if by_totals {
            self.totals(ignored)?;
        }
        self.found.more.retain(|money| !money.amount.is_zero());
        Ok(self.found)
    }

    /// Compares what one charge, or one group of them, comes to.
    fn charge(&mut self, lines: &[Entry], places: &mut Vec<(u32, u32)>, counts: bool) -> Result<(), NumberError> {
        let before = self.found.differences.len();
        for in_currency in lines.chunk_by(|one, other| one.currency == other.currency) {
            let by_item = in_currency.iter().all(|entry| entry.item.is_some())
                && in_currency.iter().any(|entry| entry.candidate)
                && in_currency.iter().any(|entry| !entry.candidate);
            if by_item {
                for of_item in in_currency.chunk_by(|one, other| one.item == other.item) {
                    self.sums(of_item, true, places, counts)?;
                }
            } else {
                self.sums(in_currency, false, places, counts)?;
            }
        }
        self.join_currencies(before);
        Ok(())
    }

    /// Compares the sums of the two sides over some lines of one charge in one currency.
    fn sums(
        &mut self,
        lines: &[Entry],
        of_item: bool,
        places: &mut Vec<(u32, u32)>,
        counts: bool,
    ) -> Result<(), NumberError> {
        let Some(any) = lines.first() else { return Ok(()) };
        let (legacy, candidate) = (sum(lines, false)?, sum(lines, true)?);
        if let (Some(one), Some(other)) = (&legacy, &candidate)
            && self.sides.measure.written().ordered
        {
            places.push((one.first, other.first));
        }
        let (one, other) = (amount_of(&legacy), amount_of(&candidate));
        let difference = other.sub(one)?;
        if counts && !difference.is_zero() {
            add(&mut self.found.more, any.currency, &difference)?;
        }
        let kind = match (&legacy, &candidate) {
            (Some(_), Some(_)) if difference.is_zero() => return Ok(()),
            (None, _) | (_, None) if difference.is_zero() && self.sides.measure.written().zero_is_none => return Ok(()),
            (Some(_), Some(_)) => Kind::Amount,
            (Some(_), None) => Kind::Missing,
            (None, _) => Kind::Extra,
        };
        let code = self.sides.code(any);
        let tolerated =
            kind == Kind::Amount && self.sides.measure.allows((any.belongs, code), (one, &difference, any.currency));
        let charges = self.sides.measure.charges_of(any.belongs, code);
        let stated = |sum: Option<Sum>| sum.map_or(Stated::Nothing, |sum| amount(sum.amount, any.currency));
        self.found.differences.push(Difference {
            about: About::Charge,
            kind,
            charges,
            item: any.item.filter(|_| of_item),
            difference: Some(Money { amount: difference, currency: any.currency }),
            legacy: stated(legacy),
            candidate: stated(candidate),
            verdict: if tolerated { Verdict::WithinTolerance } else { Verdict::Mismatch },
            waiver: None,
        });
        Ok(())
    }

    /// Makes one difference of two where a charge is in one currency on one side, and in another on the other.
    fn join_currencies(&mut self, from: usize) {
        let Some([one, other]) = self.found.differences.get(from..) else { return };
        let joined = match (one.kind, other.kind) {
            (Kind::Missing, Kind::Extra) => (one.legacy.clone(), other.candidate.clone()),
            (Kind::Extra, Kind::Missing) => (other.legacy.clone(), one.candidate.clone()),
            _ => return,
        };
        self.found.differences.truncate(from.saturating_add(1));
        if let Some(difference) = self.found.differences.last_mut() {
            (difference.legacy, difference.candidate) = joined;
            (difference.kind, difference.difference, difference.item) = (Kind::Currency, None, None);
        }
    }

    /// Compares the order of what both sides charge.
    fn order(&mut self, places: &mut [(u32, u32)]) {
        places.sort_unstable();
        let mut last = 0;
        for (_, place) in places.iter() {
            if *place < last {
                let code = self.sides.candidate.line(*place as usize).map_or("", |line| line.charge);
                let charges = self.sides.measure.charges_of(self.sides.measure.of_candidate(code), code);
                let order = of_answer(Kind::Order, Stated::Nothing, Stated::Nothing);
                self.found.differences.push(Difference { charges, ..order });
                return;
            }
            last = *place;
        }
    }

    /// Compares the totals, less what is ignored.
    fn totals(&mut self, ignored: &[Money]) -> Result<(), NumberError> {
        let legacy = self.sides.legacy.totals();
        let summed = match self.sides.candidate.totals() {
            [] => sums_of(self.sides.candidate)?,
            _ => Vec::new(),
        };
        let candidate = if summed.is_empty() { self.sides.candidate.totals() } else { &summed };
        let only_there = candidate.iter().filter(|total| legacy.iter().all(|one| one.currency != total.currency));
        for currency in legacy.iter().chain(only_there).map(|total| total.currency) {
            if self.found.more.iter().any(|money| money.currency == currency) {
                continue; // a total that is stated twice is one
            }
            let total = |totals: &[Money]| -> Result<Option<Number>, NumberError> {
                let mut of_currency = totals.iter().filter(|total| total.currency == currency).peekable();
                match of_currency.peek() {
                    Some(_) => of_currency.try_fold(Number::ZERO, |sum, total| sum.add(&total.amount)).map(Some),
                    None => Ok(None),
                }
            };
            let (one, other) = (total(legacy)?, total(candidate)?);
            let left_out = ignored.iter().find(|money| money.currency == currency).map(|money| &money.amount);
            let (a, b) = (one.clone().unwrap_or_default(), other.clone().unwrap_or_default());
            let difference = b.sub(&a)?.sub(left_out.unwrap_or(&Number::ZERO))?;
            if difference.is_zero() {
                continue;
            }
            let tolerated = self.sides.measure.written().total.allows(&a, &difference, currency)
                || difference == sum_of_differences(self.found.tolerated(), currency)?;
            let stated = |total: Option<Number>| total.map_or(Stated::Nothing, |total| amount(total, currency));
            let kind = match (&one, &other) {
                (_, None) => Kind::Missing,
                (None, _) => Kind::Extra,
                _ => Kind::Amount,
            };
            let difference = Money { amount: difference, currency };
            self.found.more.push(difference.clone());
            self.found.differences.push(Difference {
                about: About::Total,
                difference: Some(difference),
                verdict: if tolerated { Verdict::WithinTolerance } else { Verdict::Mismatch },
                ..of_answer(kind, stated(one), stated(other))
            });
        }
        Ok(())
    }
}

/// What a side charges in each currency: its totals, or else the sums of its lines; of a quote of nothing, nothing.
fn sums_of(side: Said<'_>) -> Result<Vec<Money>, NumberError> {
    let mut sums = Vec::new();
    match side.totals() {
        [] => side.lines().try_for_each(|line| add(&mut sums, line.currency, line.amount))?,
        totals => totals.iter().try_for_each(|total| add(&mut sums, total.currency, &total.amount))?,
    }
    Ok(sums)
}

/// Adds to the sum of a currency.
fn add(sums: &mut Vec<Money>, currency: Currency, amount: &Number) -> Result<(), NumberError> {
    match sums.iter_mut().find(|sum| sum.currency == currency) {
        Some(sum) => sum.amount = sum.amount.add(amount)?,
        None => sums.push(Money { amount: amount.clone(), currency }),
    }
    Ok(())
}

/// What the candidate charges more by some differences in a currency.
pub(super) fn sum_of_differences<'d>(
    differences: impl Iterator<Item = &'d Difference>,
    currency: Currency,
) -> Result<Number, NumberError> {
    let of_charges = differences.filter(|difference| difference.about == About::Charge);
    let changes = of_charges.flat_map(Difference::changes).filter(|change| change.currency == currency);
    changes.map(|change| change.amount).try_fold(Number::ZERO, |sum, change| sum.add(&change))
}

fn sum(lines: &[Entry], candidate: bool) -> Result<Option<Sum>, NumberError> {
    let mut sum: Option<Sum> = None;
    for line in lines.iter().filter(|line| line.candidate == candidate) {
        sum = Some(match sum {
            Some(Sum { amount, first }) => Sum { amount: amount.add(&line.amount)?, first: first.min(line.at) },
            None => Sum { amount: line.amount.clone(), first: line.at },
        });
    }
    Ok(sum)
}

fn amount_of(sum: &Option<Sum>) -> &Number {
    const NOTHING: &Number = &Number::ZERO;
    sum.as_ref().map_or(NOTHING, |sum| &sum.amount)
}

fn amount(amount: Number, currency: Currency) -> Stated {
    Stated::Amount(Money { amount, currency })
}
