//! How the evaluator writes a quote; all memory is kept from one quote to the next.
//!
//! 1. [`Quote::begin`] with the words of the rule set; [`Quote::clear`] where pricing fails.
//! 2. For each line [`Quote::line`], at once followed by its [`Quote::show`], its [`Quote::part`] and its [`Quote::parts`], if any. Charges may come in
//!    any order: a line says its charge's place.
//! 3. [`Quote::sum`] puts the lines in order and adds them up by currency. [`Quote::add`] books a line more on its total.
//! 4. For each output [`Quote::open_output`] and its value: [`Quote::value`], and [`Quote::enclose`] after what a record or list
//!    holds. For each flag [`Quote::flag`].
//!
//! Words are the rule set's by their id, or [`Quote::made`] and [`Quote::written`] for this quote.

use super::line::{Line, NONE, Shown};
use super::output::{Node, RaisedFlag, StoredOutput};
use super::{Money, OutputWords, Quote, TagsId, TextId, Texts, Words};
use crate::digest::Digest;
use crate::value::{Currency, Number, NumberError};
use std::fmt;
use std::sync::Arc;

/// A line as the evaluator writes it.
#[derive(Debug)]
pub(crate) struct LineParts {
    /// The place of its charge in the rules; lines of one place stay in the order written.
    pub(crate) place: u32,
    /// Its code.
    pub(crate) code: TextId,
    /// Its label.
    pub(crate) label: Words,
    /// How much, in the currency.
    pub(crate) amount: Number,
    /// The currency.
    pub(crate) currency: Currency,
    /// Its tags.
    pub(crate) tags: TagsId,
    /// Its reason.
    pub(crate) reason: Words,
    /// The index of the element that it is for.
    pub(crate) item: Option<usize>,
}

impl LineParts {
    /// The place of what follows all charges: the bounds and roundings of totals.
    pub(crate) const LAST: u32 = u32::MAX;

    /// A line with nothing but an amount.
    pub(crate) fn new(place: u32, code: TextId, label: Words, amount: Number, currency: Currency) -> Self {
        LineParts { place, code, label, amount, currency, tags: TagsId::default(), reason: Words::Absent, item: None }
    }
}

/// A number and the name of its unit, which is absent for a plain number.
#[derive(Debug, Clone)]
pub(crate) struct Measure {
    /// The number.
    pub(crate) value: Number,
    /// The unit.
    pub(crate) unit: Words,
}

/// A part of a line: a tier, or the chosen option of a group.
#[derive(Debug, Clone)]
pub(crate) struct PartOfLine {
    /// The code of an option.
    pub(crate) code: Words,
    /// Its label.
    pub(crate) label: Words,
    /// How much lies in the tier.
    pub(crate) quantity: Option<Measure>,
    /// The rate of the tier.
    pub(crate) rate: Option<Measure>,
    /// What that amounts to, in the currency.
    pub(crate) amount: Number,
    /// The currency.
    pub(crate) currency: Currency,
}

/// The totals: nearly always one, which needs no memory of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Totals {
    /// The only one; none where there are several.
    one: Option<Money>,
    several: Vec<Money>,
}

impl Totals {
    pub(super) fn as_slice(&self) -> &[Money] {
        if self.several.is_empty() { self.one.as_slice() } else { &self.several }
    }

    fn clear(&mut self) {
        self.one = None;
        self.several.clear();
    }

    /// Adds to the total of a currency, which begins where it first occurs.
    #[inline]
    fn add(&mut self, amount: &Number, currency: Currency) -> Result<(), NumberError> {
        let known = match &mut self.one {
            Some(one) => (one.currency == currency).then_some(one),
            None => self.several.iter_mut().find(|total| total.currency == currency),
        };
        if let Some(total) = known {
            total.amount = total.amount.add(amount)?;
            return Ok(());
        }
        let more = Money { amount: amount.clone(), currency };
        if self.one.is_none() && self.several.is_empty() {
            self.one = Some(more);
        } else {
            self.several.extend(self.one.take());
            self.several.push(more);
        }
        Ok(())
    }
}

/// The lines that a new quote makes room for, where the rule set has as many charges.
const ROOM: usize = 32;

impl Quote {
    /// Begins anew, with the words of a rule set. Counts no reference where they are those of the quote before.
    pub(crate) fn begin(&mut self, texts: &Arc<Texts>) {
        self.forget();
        if !self.texts.as_ref().is_some_and(|known| Arc::ptr_eq(known, texts)) {
            self.texts = Some(texts.clone());
        }
        if self.lines.capacity() == 0 {
            self.lines.reserve(texts.listed().min(ROOM));
        }
    }

    /// Leaves a quote that says nothing.
    pub(crate) fn clear(&mut self) {
        self.forget();
        self.texts = None;
    }

    /// Says which edition made it.
    pub(crate) fn of_edition(&mut self, edition: Digest) {
        self.edition = Some(edition);
    }

    fn forget(&mut self) {
        self.edition = None;
        self.made.clear();
        self.lines.clear();
        self.disordered = false;
        self.parts.clear();
        self.shown.clear();
        self.totals.clear();
        self.outputs.clear();
        self.nodes.clear();
        self.flags.clear();
    }

    /// A text of this quote.
    pub(crate) fn made(&mut self, text: &str) -> Words {
        Words::Made(self.made.push(text))
    }

    /// A text of this quote, written as it is shown.
    pub(crate) fn written(&mut self, shown: fmt::Arguments<'_>) -> Words {
        Words::Made(self.made.write(shown))
    }

    /// Writes a line.
    #[inline]
    pub(crate) fn line(&mut self, line: LineParts) {
        self.disordered |= self.lines.last().is_some_and(|last| last.place > line.place);
        self.lines.push(Line {
            amount: line.amount,
            label: line.label,
            reason: line.reason,
            code: line.code,
            tags: line.tags,
            place: line.place,
            item: line.item.and_then(|item| u32::try_from(item).ok()).unwrap_or(NONE),
            shown: NONE,
            parts: (0, 0),
            currency: line.currency,
        });
    }

    /// Shows the quantity, and the price of one, on the line that was written last.
    pub(crate) fn show(&mut self, quantity: Measure, unit_price: Option<Measure>) {
        if let Some(line) = self.lines.last_mut() {
            line.shown = u32::try_from(self.shown.len()).unwrap_or(NONE);
            self.shown.push(Shown { quantity, unit_price });
        }
    }

    /// Adds a part to the line that was written last.
    pub(crate) fn part(&mut self, part: PartOfLine) {
        if let Some(line) = self.lines.last_mut() {
            let (first, count) = line.parts;
            let first = if count == 0 { u32::try_from(self.parts.len()).unwrap_or(NONE) } else { first };
            line.parts = (first, count.saturating_add(1));
            self.parts.push(part);
        }
    }

    /// Moves parts, from one on, to the line that was written last.
    pub(crate) fn parts(&mut self, parts: &mut Vec<PartOfLine>, from: usize) {
        let count = u32::try_from(parts.len().saturating_sub(from)).unwrap_or(0);
        if let (Some(line), true) = (self.lines.last_mut(), count > 0) {
            let (first, before) = line.parts;
            let first = if before == 0 { u32::try_from(self.parts.len()).unwrap_or(NONE) } else { first };
            line.parts = (first, before.saturating_add(count));
            match from {
                0 => self.parts.append(parts),
                _ => self.parts.extend(parts.drain(from..)),
            }
        }
    }

    /// Puts the lines in the order of the rules, and adds them up by currency.
    pub(crate) fn sum(&mut self) -> Result<(), NumberError> {
        if self.disordered {
            self.lines.sort_by_key(|line| line.place);
            self.disordered = false;
        }
        self.totals.clear();
        // Lines of one currency whose sum fits the small lane: nearly always all of them.
        let mut lines = self.lines.iter().peekable();
        if let Some(first) = lines.peek().copied()
            && let Some(mut sum) = first.amount.lane()
        {
            lines.next();
            while let Some(line) = lines.peek()
                && line.currency == first.currency
                && let Some(next) = line.amount.lane().and_then(|amount| sum.add(amount))
            {
                sum = next;
                lines.next();
            }
            self.totals.add(&Number::from_lane(sum), first.currency)?;
        }
        for line in lines {
            self.totals.add(&line.amount, line.currency)?;
        }
        Ok(())
    }

    /// Begins the total of a currency at zero, where it has none.
    pub(crate) fn has_total(&mut self, currency: Currency) -> Result<(), NumberError> {
        self.totals.add(&Number::ZERO, currency)
    }

    /// Writes a line after all others, and adds it to its total.
    pub(crate) fn add(&mut self, line: LineParts) -> Result<(), NumberError> {
        self.totals.add(&line.amount, line.currency)?;
        self.line(line);
        Ok(())
    }

    /// Begins the output whose value is written next.
    pub(crate) fn open_output(&mut self, words: OutputWords) {
        let node = self.nodes.len();
        self.outputs.push(StoredOutput { name: words.name, label: words.label, node });
    }

    /// Writes a value of an output and returns its place, for [`Quote::enclose`].
    pub(crate) fn value(&mut self, node: Node) -> usize {
        self.nodes.push(node);
        self.nodes.len().saturating_sub(1)
    }

    /// Ends the record or list at a place: all that was written since belongs to it.
    pub(crate) fn enclose(&mut self, place: usize) {
        let nodes = self.nodes.len().saturating_sub(place).saturating_sub(1);
        if let Some(Node::Record(within) | Node::List(within)) = self.nodes.get_mut(place) {
            *within = u32::try_from(nodes).unwrap_or(u32::MAX);
        }
    }

    /// Raises a flag.
    pub(crate) fn flag(&mut self, code: TextId, message: Words) {
        self.flags.push(RaisedFlag { code, message });
    }
}
