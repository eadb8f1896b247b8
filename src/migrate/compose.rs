//! One answer of two: what the legacy says + trusted charges of the candidate → lines that add up, or why they cannot be put together.
//!
//! A line is priced by one side alone and says by which. Where it is not certain that the parts make a whole, nothing is composed: a
//! legacy line for several charges of which some are not trusted, totals that are not the sum of their lines, another currency.

use super::answer::{Prices, Said};
use super::measure::Measure;
use super::stage::{Side, Stages};
use crate::quote::{Money, Quote};
use crate::value::{Currency, Number, NumberError};

/// What the candidate contributes to, to be made an answer of the legacy's own form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Composed<'a> {
    /// Prices.
    Priced(ComposedPrices<'a>),
    /// The rules refuse the input; only where they price all of it.
    Refused {
        /// The code of the refusal.
        code: &'a str,
        /// Why, for people.
        words: &'a str,
    },
}

/// Prices of which each line says who priced it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComposedPrices<'a> {
    /// The lines: those of the legacy in its order, those of the candidate where the legacy had the charge, or at the end.
    pub lines: Vec<ComposedLine<'a>>,
    /// The sum of the lines in each currency.
    pub totals: Vec<Money>,
    /// All that the candidate says, of which the lines may be a part.
    pub quote: &'a Quote,
}

/// A line, and who priced it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ComposedLine<'a> {
    /// The code of the charge, as the side names it that priced it.
    pub charge: &'a str,
    /// How much.
    pub amount: &'a Number,
    /// In which currency.
    pub currency: Currency,
    /// The element of a list, from 0, where the side says so.
    pub item: Option<u32>,
    /// Who priced it.
    pub by: Side,
}

/// All lines of a quote.
pub(super) fn whole(quote: &Quote) -> ComposedPrices<'_> {
    ComposedPrices {
        lines: lines_of(Said::from(quote), Side::Candidate).collect(),
        totals: quote.totals().to_vec(),
        quote,
    }
}

fn lines_of(said: Said<'_>, by: Side) -> impl Iterator<Item = ComposedLine<'_>> {
    said.lines().map(move |line| ComposedLine {
        charge: line.charge,
        amount: line.amount,
        currency: line.currency,
        item: line.item,
        by,
    })
}

/// Whether trusted charges can be put beside the legacy's at all: `is_charge` says which charges the rules have.
pub(super) fn check(stages: &Stages, measure: &Measure, is_charge: impl Fn(&str) -> bool) -> Result<(), String> {
    if measure.written().totals_only {
        return Err("the old code states no lines that trusted charges could be put beside".to_owned());
    }
    for charge in &stages.plan().trusted {
        if !is_charge(charge) {
            return Err(format!("`{charge}` is trusted, and the rules have no charge of this code"));
        }
        if measure.ignores(charge) {
            return Err(format!("`{charge}` is trusted, and comparisons leave it out, so that nothing is known of it"));
        }
        let together = measure.charges_of(measure.of_candidate(charge), charge);
        if let Some(other) = together.iter().find(|other| !stages.trusts(other)) {
            return Err(format!(
                "`{charge}` is trusted and `{other}` is not, and one line of the old code is for both: trust both or neither"
            ));
        }
    }
    Ok(())
}

/// Puts trusted charges of a quote in the place of those of the legacy. [`check`] has held.
pub(super) fn together<'a>(
    stages: &Stages,
    measure: &Measure,
    legacy: &'a Prices,
    said: Said<'a>,
    quote: &'a Quote,
) -> Result<ComposedPrices<'a>, String> {
    let too_large = |_: NumberError| "the amounts are too large to be added up".to_owned();
    let before: Vec<ComposedLine<'a>> = lines_of(said, Side::Legacy).collect();
    if before.is_empty() && legacy.totals.is_empty() {
        return Err("the old code states neither lines nor totals".to_owned());
    }
    let sums = sums(&before, &[]).map_err(too_large)?;
    adds_up(&sums, &legacy.totals)?;
    let mut trusted: Vec<ComposedLine<'a>> =
        lines_of(Said::from(quote), Side::Candidate).filter(|line| stages.trusts(line.charge)).collect();
    let is_known = |currency: Currency| sums.iter().chain(&legacy.totals).any(|money| money.currency == currency);
    if let Some(line) = trusted.iter().find(|line| !is_known(line.currency)) {
        return Err(format!(
            "the rules charge {} in {}, in which the old code charges nothing",
            line.charge, line.currency
        ));
    }
    let mut lines = Vec::with_capacity(before.len().saturating_add(trusted.len()));
    for line in before {
        let belongs = measure.of_legacy(line.charge);
        let charges = measure.charges_of(belongs, line.charge);
        if !charges.iter().any(|charge| stages.trusts(charge)) {
            lines.push(line);
            continue;
        }
        // The first legacy line of these charges gives its place to all that the rules charge for them.
        let is_of_these = |line: &mut ComposedLine<'a>| charges.iter().any(|charge| charge == line.charge);
        lines.extend(trusted.extract_if(.., is_of_these));
    }
    lines.append(&mut trusted);
    let stated: Vec<Currency> = legacy.totals.iter().map(|total| total.currency).collect();
    let totals = self::sums(&lines, &stated).map_err(too_large)?;
    Ok(ComposedPrices { lines, totals, quote })
}

/// What lines come to in each currency, and nothing in those that have none.
fn sums(lines: &[ComposedLine<'_>], also: &[Currency]) -> Result<Vec<Money>, NumberError> {
    let nothing = |currency: &Currency| Money { amount: Number::ZERO, currency: *currency };
    let mut sums: Vec<Money> = Vec::new();
    for currency in also {
        if sums.iter().all(|sum| sum.currency != *currency) {
            sums.push(nothing(currency));
        }
    }
    for line in lines {
        match sums.iter_mut().find(|sum| sum.currency == line.currency) {
            Some(sum) => sum.amount = sum.amount.add(line.amount)?,
            None => sums.push(Money { amount: line.amount.clone(), currency: line.currency }),
        }
    }
    Ok(sums)
}

/// Whether the totals that a side states are the sums of its lines; it need not state any.
fn adds_up(sums: &[Money], totals: &[Money]) -> Result<(), String> {
    if totals.is_empty() {
        return Ok(());
    }
    let of = |list: &[Money], currency: Currency| {
        list.iter().find(|money| money.currency == currency).map_or(Number::ZERO, |money| money.amount.clone())
    };
    for currency in sums.iter().chain(totals).map(|money| money.currency) {
        let (sum, total) = (of(sums, currency), of(totals, currency));
        let stated = totals.iter().filter(|money| money.currency == currency).count();
        if sum != total || stated > 1 {
            let (sum, total) = (Money { amount: sum, currency }, Money { amount: total, currency });
            return Err(format!("the old code's total of {total} is not the sum of its lines, {sum}"));
        }
    }
    Ok(())
}
