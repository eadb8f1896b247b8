//! The lines of a quote: the record that is stored, and the views that it is read through.
//!
//! A stored line is one cache line of plain data. A view is two references: it is made on the way and copied freely.

use super::{Measure, Money, PartOfLine, Quote, TagsId, TextId, Texts, Words};
use crate::value::{Currency, Number};
use std::fmt;

/// A stored line. `NONE` stands for an absent item or shown quantity.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) amount: Number,
    pub(super) label: Words,
    pub(super) reason: Words,
    pub(super) code: TextId,
    pub(super) tags: TagsId,
    /// Its charge's place in the rules.
    pub(super) place: u32,
    pub(super) item: u32,
    /// Its quantity, by its place among those shown.
    pub(super) shown: u32,
    /// Its parts: the first one, and how many.
    pub(super) parts: (u32, u32),
    pub(super) currency: Currency,
}

/// A line lies in one cache line.
const _: () = assert!(size_of::<Line>() <= 64);

pub(super) const NONE: u32 = u32::MAX;

/// What a line shows of its price.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) quantity: Measure,
    pub(super) unit_price: Option<Measure>,
}

/// One line of a quote.
#[derive(Clone, Copy)]
pub struct ChargeLine<'q> {
    pub(super) quote: &'q Quote,
    pub(super) line: &'q Line,
}

/// A part of a line: of a tier, or of the chosen option of a group.
#[derive(Clone, Copy)]
pub struct BreakdownLine<'q> {
    quote: &'q Quote,
    part: &'q PartOfLine,
}

/// A number with its unit: `3 lb`, `0.085 USD per GiB`, `18.5 %`; the unit is empty for a plain number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quantity<'q> {
    /// The number.
    pub value: &'q Number,
    /// The unit, as rules write it.
    pub unit: &'q str,
}

impl<'q> ChargeLine<'q> {
    /// The code of the charge, or of the bound that booked the line.
    pub fn code(self) -> &'q str {
        self.quote.text(self.line.code)
    }

    /// Its label for people; of an exception, where one replaced the amount.
    pub fn label(self) -> Option<&'q str> {
        self.quote.words(self.line.label)
    }

    /// How much is booked, in [`ChargeLine::currency`].
    pub fn amount(self) -> &'q Number {
        &self.line.amount
    }

    /// The currency of the amount.
    pub fn currency(self) -> Currency {
        self.line.currency
    }

    /// The booked amount with its currency.
    pub fn money(self) -> Money {
        Money { amount: self.line.amount.clone(), currency: self.line.currency }
    }

    /// How much of something is charged for, where the rules show it.
    pub fn quantity(self) -> Option<Quantity<'q>> {
        self.shown().map(|shown| self.quote.quantity(&shown.quantity))
    }

    /// The price of one, where the rules show it.
    pub fn unit_price(self) -> Option<Quantity<'q>> {
        self.shown().and_then(|shown| shown.unit_price.as_ref()).map(|price| self.quote.quantity(price))
    }

    /// The tiers that it consists of, or the option that was chosen.
    pub fn breakdown(self) -> impl ExactSizeIterator<Item = BreakdownLine<'q>> + Clone {
        let quote = self.quote;
        let (first, count) = self.line.parts;
        let parts = quote.parts.get(first as usize..(first as usize).saturating_add(count as usize));
        parts.unwrap_or_default().iter().map(move |part| BreakdownLine { quote, part })
    }

    /// Its tags.
    pub fn tags(self) -> impl ExactSizeIterator<Item = &'q str> + Clone {
        let quote = self.quote;
        let tags = quote.texts.as_deref().map(|texts: &Texts| texts.tags(self.line.tags));
        tags.unwrap_or_default().iter().map(move |tag| quote.text(*tag))
    }

    /// Why it is charged.
    pub fn reason(self) -> Option<&'q str> {
        self.quote.words(self.line.reason)
    }

    /// The index in its list, from 0, of the element that a charge `for each` is for.
    pub fn item(self) -> Option<usize> {
        (self.line.item != NONE).then_some(self.line.item as usize)
    }

    fn shown(self) -> Option<&'q Shown> {
        self.quote.shown.get(self.line.shown as usize)
    }
}

impl<'q> BreakdownLine<'q> {
    /// The code of an option.
    pub fn code(self) -> Option<&'q str> {
        self.quote.words(self.part.code)
    }

    /// The tier, `0 to 10240 GiB`, or the option's label.
    pub fn label(self) -> &'q str {
        self.quote.words(self.part.label).unwrap_or_default()
    }

    /// How much lies in the tier.
    pub fn quantity(self) -> Option<Quantity<'q>> {
        self.part.quantity.as_ref().map(|quantity| self.quote.quantity(quantity))
    }

    /// The rate of the tier.
    pub fn rate(self) -> Option<Quantity<'q>> {
        self.part.rate.as_ref().map(|rate| self.quote.quantity(rate))
    }

    /// What that amounts to, before stages of the charge, in [`BreakdownLine::currency`].
    pub fn amount(self) -> &'q Number {
        &self.part.amount
    }

    /// The currency of the amount.
    pub fn currency(self) -> Currency {
        self.part.currency
    }

    /// The amount with its currency.
    pub fn money(self) -> Money {
        Money { amount: self.part.amount.clone(), currency: self.part.currency }
    }
}

impl Quote {
    pub(super) fn quantity<'q>(&'q self, measure: &'q Measure) -> Quantity<'q> {
        Quantity { value: &measure.value, unit: self.words(measure.unit).unwrap_or_default() }
    }
}

impl PartialEq for ChargeLine<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.code(), self.label(), self.amount(), self.currency(), self.reason(), self.item())
            == (other.code(), other.label(), other.amount(), other.currency(), other.reason(), other.item())
            && (self.quantity(), self.unit_price()) == (other.quantity(), other.unit_price())
            && self.breakdown().eq(other.breakdown())
            && self.tags().eq(other.tags())
    }
}

impl Eq for ChargeLine<'_> {}

impl PartialEq for BreakdownLine<'_> {
    fn eq(&self, other: &Self) -> bool {
        (self.code(), self.label(), self.quantity(), self.rate(), self.amount(), self.currency())
            == (other.code(), other.label(), other.quantity(), other.rate(), other.amount(), other.currency())
    }
}

impl Eq for BreakdownLine<'_> {}

impl fmt::Debug for ChargeLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChargeLine")
            .field("code", &self.code())
            .field("label", &self.label())
            .field("amount", &self.money())
            .field("quantity", &self.quantity())
            .field("unit_price", &self.unit_price())
            .field("breakdown", &self.breakdown().collect::<Vec<_>>())
            .field("tags", &self.tags().collect::<Vec<_>>())
            .field("reason", &self.reason())
            .field("item", &self.item())
            .finish()
    }
}

impl fmt::Debug for BreakdownLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BreakdownLine")
            .field("code", &self.code())
            .field("label", &self.label())
            .field("quantity", &self.quantity())
            .field("rate", &self.rate())
            .field("amount", &self.money())
            .finish()
    }
}
