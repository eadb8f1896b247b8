//! What a new edition of a rule set does to real inputs: quotes of both editions in, sums and the largest changes out.
//!
//! Quotes come one pair at a time and are not kept, so that any number of inputs can be measured. Sums are exact; they are over
//! the inputs that both editions price. A failure is kept for each input that has one.

use crate::eval::{ErrorKind, EvalError};
use crate::quote::{ChargeLine, Money, Quote};
use crate::value::{Currency, Number};
use std::collections::HashMap;

/// The bounds of the classes by which changes are counted, in percent of the older total.
pub const CLASSES: [&str; 12] = ["-50", "-20", "-10", "-5", "-2", "-1", "1", "2", "5", "10", "20", "50"];

/// The measured effect.
#[derive(Debug, Clone, Default)]
pub struct Effect {
    /// How many inputs were priced with both editions, or tried.
    pub inputs: usize,
    /// How many both price.
    pub priced: usize,
    /// Of these, how many have another amount on some line.
    pub changed: usize,
    /// Of these, how many have a higher total, and how many a lower one.
    pub up_and_down: (usize, usize),
    /// How many have the same amounts but other outputs, flags or chosen options.
    pub told_otherwise: usize,
    /// The sums of totals, by currency.
    pub totals: Vec<Sum>,
    /// The sums of lines by their code, in the order in which they occur.
    pub charges: Vec<ChargeSum>,
    /// For each key that was asked for, the sums by its value.
    pub keys: Vec<Key>,
    /// How many changed totals lie in each class of change: below the first of [`CLASSES`], from each until the next, and from the
    /// last; those that came from a total of zero are not among them.
    pub classes: [usize; 13],
    /// The largest changes of a total, largest first.
    pub largest: Vec<Largest>,
    /// The total that moved furthest as a part of what it was: one from zero or to the other sign before all others.
    pub widest: Option<Largest>,
    /// Inputs that one edition or both do not price.
    pub failures: Vec<Failed>,
    /// Whether a sum grew beyond what numbers can hold, and so is not complete.
    pub overflowed: bool,
    limit: usize,
    groups: Vec<HashMap<String, usize>>,
}

/// A sum of one currency in both editions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The currency.
    pub currency: Currency,
    /// The sum in the older edition.
    pub before: Number,
    /// The sum in the newer edition.
    pub after: Number,
}

/// The sum of the lines of one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeSum {
    /// The code.
    pub code: String,
    /// The label, of the newer edition where it has one.
    pub label: Option<String>,
    /// In how many quotes it changed, came or went.
    pub changed: usize,
    /// The sum.
    pub sum: Sum,
}

/// The sums by the values of one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The field.
    pub name: String,
    /// Its values in the order in which they occur.
    pub groups: Vec<Group>,
}

/// The inputs with one value of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The value; empty where an input has none.
    pub value: String,
    /// How many inputs both editions price.
    pub priced: usize,
    /// Of these, how many changed.
    pub changed: usize,
    /// The sums of totals, by currency.
    pub totals: Vec<Sum>,
}

/// A change of one quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Largest {
    /// The number of the input, from 0.
    pub input: usize,
    /// The total in the older and in the newer edition.
    pub total: Sum,
}

/// An input that an edition does not price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The number of the input, from 0.
    pub input: usize,
    /// Why the older edition does not price it.
    pub before: Option<Reason>,
    /// Why the newer edition does not price it.
    pub after: Option<Reason>,
}

/// Why an input is not priced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The kind of failure.
    pub kind: ErrorKind,
    /// The code of a refusal.
    pub code: Option<String>,
    /// What is said.
    pub words: String,
}

impl Sum {
    fn new(currency: Currency) -> Sum {
        Sum { currency, before: Number::ZERO, after: Number::ZERO }
    }

    /// The newer less the older.
    pub fn difference(&self) -> Number {
        self.after.sub(&self.before).unwrap_or_default()
    }

    /// The change as a part of the older sum, where that is not zero: 0.021 is up by 2.1%.
    pub fn part(&self) -> Option<Number> {
        self.difference().div(&self.before.abs()).ok()
    }
}

impl Failed {
    /// Whether both editions say the same; the rows that were nearest, which stand elsewhere in each, are no part of that.
    pub fn is_same(&self) -> bool {
        let said = |reason: &Option<Reason>| {
            let reason = reason.as_ref()?;
            let words = reason.words.split("; nearest: ").next().unwrap_or_default();
            Some((reason.kind, reason.code.clone(), words.to_string()))
        };
        said(&self.before) == said(&self.after)
    }
}

impl Effect {
    /// Nothing measured yet: sums will be kept by the values of these keys, and so many of the largest changes.
    pub fn new(keys: &[String], largest: usize) -> Effect {
        let key = |name: &String| Key { name: name.clone(), groups: Vec::new() };
        Effect {
            keys: keys.iter().map(key).collect(),
            groups: keys.iter().map(|_| HashMap::new()).collect(),
            limit: largest,
            ..Effect::default()
        }
    }

    /// Takes in what both editions make of an input; `values` are those of the keys, in their order.
    ///
    /// ```
    /// use ratewright::{RuleSet, difference::effect::Effect};
    ///
    /// let text = "ruleset r { currency USD }\ninput { weight : mass in lb  zone : text }\ncharge BASE = 2.50 USD per lb * weight";
    /// let (older, newer) = (RuleSet::compile(text)?, RuleSet::compile(&text.replace("2.50", "2.75"))?);
    /// let mut effect = Effect::new(&["zone".to_string()], 1);
    /// for (input, zone) in [(r#"{"weight": 2, "zone": "A"}"#, "A"), (r#"{"weight": 4, "zone": "B"}"#, "B")] {
    ///     effect.add(&[zone], &older.quote_json(input), &newer.quote_json(input));
    /// }
    /// assert_eq!((effect.totals[0].before.to_string(), effect.totals[0].after.to_string()), ("15".into(), "16.5".into()));
    /// assert_eq!(effect.keys[0].groups[1].totals[0].difference().to_string(), "1");
    /// assert_eq!(effect.largest[0].input, 1);
    /// # Ok::<(), ratewright::Rejected>(())
    /// ```
    pub fn add(&mut self, values: &[&str], before: &Result<Quote, EvalError>, after: &Result<Quote, EvalError>) {
        let input = self.inputs;
        self.inputs = self.inputs.saturating_add(1);
        let (Ok(before), Ok(after)) = (before, after) else {
            let reason = |outcome: &Result<Quote, EvalError>| {
                let error = outcome.as_ref().err()?;
                Some(Reason { kind: error.kind, code: error.code.clone(), words: error.to_string() })
            };
            self.failures.push(Failed { input, before: reason(before), after: reason(after) });
            return;
        };
        self.priced = self.priced.saturating_add(1);
        let totals = totals_of(before, after);
        let changed = self.add_charges(before, after) | totals.iter().any(|sum| sum.before != sum.after);
        self.overflowed |= add_sums(&mut self.totals, &totals);
        self.changed = self.changed.saturating_add(usize::from(changed));
        let told = before.outputs().eq(after.outputs())
            && before.flags().eq(after.flags())
            && options(before).eq(options(after));
        if !changed && !told {
            self.told_otherwise = self.told_otherwise.saturating_add(1);
        }
        for (at, value) in values.iter().enumerate() {
            self.add_to_group(at, value, changed, &totals);
        }
        for total in totals.iter().filter(|sum| sum.before != sum.after) {
            self.add_change(input, total);
        }
    }

    fn add_to_group(&mut self, at: usize, value: &str, changed: bool, totals: &[Sum]) {
        let (Some(key), Some(places)) = (self.keys.get_mut(at), self.groups.get_mut(at)) else { return };
        let place = match places.get(value) {
            Some(place) => *place,
            None => {
                places.insert(value.to_string(), key.groups.len());
                key.groups.push(Group { value: value.to_string(), priced: 0, changed: 0, totals: Vec::new() });
                key.groups.len().saturating_sub(1)
            }
        };
        if let Some(group) = key.groups.get_mut(place) {
            group.priced = group.priced.saturating_add(1);
            group.changed = group.changed.saturating_add(usize::from(changed));
            self.overflowed |= add_sums(&mut group.totals, totals);
        }
    }

    /// Adds the lines of both quotes; whether any of them differ.
    fn add_charges(&mut self, before: &Quote, after: &Quote) -> bool {
        let mut lines: Vec<(&str, Option<&str>, Sum, [usize; 2])> = Vec::new();
        for (newer, quote) in [(false, before), (true, after)] {
            for line in quote.charges() {
                let currency = line.currency();
                let known = lines.iter().position(|(code, _, sum, _)| *code == line.code() && sum.currency == currency);
                let at = known.unwrap_or_else(|| {
                    lines.push((line.code(), None, Sum::new(currency), [0, 0]));
                    lines.len().saturating_sub(1)
                });
                let Some((_, label, sum, count)) = lines.get_mut(at) else { continue };
                *label = line.label().or(*label);
                let (side, [old, new]) = (if newer { &mut sum.after } else { &mut sum.before }, count);
                let count = if newer { new } else { old };
                *count = count.saturating_add(1);
                match side.add(line.amount()) {
                    Ok(total) => *side = total,
                    Err(_) => self.overflowed = true,
                }
            }
        }
        let mut changed = false;
        for (code, label, sum, [old, new]) in lines {
            let differs = sum.before != sum.after || old != new;
            changed |= differs;
            let known = self.charges.iter().position(|one| one.code == code && one.sum.currency == sum.currency);
            let at = known.unwrap_or_else(|| {
                let sum = Sum::new(sum.currency);
                self.charges.push(ChargeSum { code: code.to_string(), label: None, changed: 0, sum });
                self.charges.len().saturating_sub(1)
            });
            let Some(charge) = self.charges.get_mut(at) else { continue };
            charge.changed = charge.changed.saturating_add(usize::from(differs));
            if label.is_some() && charge.label.as_deref() != label {
                charge.label = label.map(ToString::to_string);
            }
            self.overflowed |= add_sum(&mut charge.sum, &sum);
        }
        changed
    }

    fn add_change(&mut self, input: usize, total: &Sum) {
        let (up, down) = &mut self.up_and_down;
        let side = if total.after > total.before { up } else { down };
        *side = side.saturating_add(1);
        if let Some(part) = total.part() {
            let percent = part.mul(&Number::from_i64(100)).unwrap_or_default();
            let class = CLASSES.iter().filter(|bound| Number::parse(bound).is_ok_and(|bound| bound <= percent)).count();
            if let Some(count) = self.classes.get_mut(class) {
                *count = count.saturating_add(1);
            }
        }
        // As a part of the older total; one that was zero moved further than any other.
        let width = |total: &Sum| match total.before.is_negative() == total.after.is_negative() || total.after.is_zero()
        {
            true => total.part().map(|part| part.abs()),
            false => None,
        };
        let wider = match (&self.widest, width(total)) {
            (None, _) => true,
            (Some(known), own) => match (width(&known.total), own) {
                (None, _) => false,
                (Some(_), None) => true,
                (Some(known), Some(own)) => own > known,
            },
        };
        if wider {
            self.widest = Some(Largest { input, total: total.clone() });
        }
        let size = total.difference().abs();
        let at = self.largest.partition_point(|known| known.total.difference().abs() >= size);
        if at < self.limit {
            self.largest.insert(at, Largest { input, total: total.clone() });
            self.largest.truncate(self.limit);
        }
    }
}

/// The options that were chosen: the code of the line, its label, and code and label of the option.
fn options(quote: &Quote) -> impl Iterator<Item = (&str, Option<&str>, &str, &str)> {
    fn of(line: ChargeLine<'_>) -> impl Iterator<Item = (&str, Option<&str>, &str, &str)> {
        line.breakdown().filter_map(move |part| Some((line.code(), line.label(), part.code()?, part.label())))
    }
    quote.charges().flat_map(of)
}

/// The totals of both quotes, by currency.
fn totals_of(before: &Quote, after: &Quote) -> Vec<Sum> {
    let mut totals: Vec<Sum> = Vec::new();
    for (newer, quote) in [(false, before), (true, after)] {
        for Money { amount, currency } in quote.totals() {
            let known = totals.iter().position(|sum| sum.currency == *currency);
            let at = known.unwrap_or_else(|| {
                totals.push(Sum::new(*currency));
                totals.len().saturating_sub(1)
            });
            if let Some(sum) = totals.get_mut(at) {
                *(if newer { &mut sum.after } else { &mut sum.before }) = amount.clone();
            }
        }
    }
    totals
}

/// Adds sums of several currencies; whether one grew too large.
fn add_sums(all: &mut Vec<Sum>, more: &[Sum]) -> bool {
    let mut overflowed = false;
    for sum in more {
        let known = all.iter().position(|one| one.currency == sum.currency);
        let at = known.unwrap_or_else(|| {
            all.push(Sum::new(sum.currency));
            all.len().saturating_sub(1)
        });
        if let Some(one) = all.get_mut(at) {
            overflowed |= add_sum(one, sum);
        }
    }
    overflowed
}

fn add_sum(all: &mut Sum, more: &Sum) -> bool {
    match (all.before.add(&more.before), all.after.add(&more.after)) {
        (Ok(before), Ok(after)) => {
            (all.before, all.after) = (before, after);
            false
        }
        _ => true,
    }
}
