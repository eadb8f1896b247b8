//! The workloads that are measured: rule sets, inputs from a fixed seed, and the same prices written by hand twice.
//!
//! `expression` is one formula, `freight` a parcel quote over a rate table, `billing` an invoice of tiered lines, `lanes` the look-up
//! of the parcel quote alone in a table of any size, `rates` a large table, `rules` many small
//! rules, `tables` tables without text. Each of the first four has
//! a version in `rust_decimal` and one in scaled `i64`; `check` asserts that all agree on every input. `calls` makes of a rule set
//! or a version by hand, and a list of inputs, a call that prices the next one.
#![allow(dead_code)] // each user of this module uses a part of it

pub mod billing;
pub mod calls;
pub mod expression;
pub mod freight;
pub mod lanes;
mod random;
pub mod rates;
pub mod rules;
pub mod tables;

pub use random::Random;
use ratewright::Quote;
use ratewright::value::Number;
use rust_decimal::Decimal;

/// Up to eleven coded amounts and their sum, in memory of their own.
#[derive(Clone, Copy)]
pub struct Bill<A> {
    lines: [(&'static str, A); 11],
    count: usize,
    pub total: A,
}

impl<A: Copy + Default + std::ops::AddAssign> Bill<A> {
    pub fn new() -> Self {
        Bill { lines: [("", A::default()); 11], count: 0, total: A::default() }
    }

    pub fn add(&mut self, code: &'static str, amount: A) {
        self.lines[self.count] = (code, amount);
        self.count += 1;
        self.total += amount;
    }

    pub fn lines(&self) -> &[(&'static str, A)] {
        &self.lines[..self.count]
    }
}

/// `numerator / denominator` to the nearest whole number, halves up. Both are positive.
pub fn rounded(numerator: i64, denominator: i64) -> i64 {
    (2 * numerator + denominator) / (2 * denominator)
}

/// A decimal in the exact form, as a field has it with the attribute that `docs/wire-format.md` recommends. Without, it is sent by its text.
#[derive(serde::Serialize, Clone, Copy)]
pub struct Exact(#[serde(serialize_with = "ratewright::input::decimal")] pub Decimal);

/// Cents as a decimal.
pub fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

/// Asserts that a quote is a total in dollars.
pub fn assert_total(quote: &Quote, expected: Decimal) {
    assert_eq!(quote.totals()[0].amount, Number::from_decimal(expected));
}
