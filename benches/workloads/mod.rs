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
pub mod rates;
pub mod rules;
pub mod tables;

use ratewright::Quote;
use ratewright::value::Number;
use rust_decimal::Decimal;

/// A quick and good enough generator: the same numbers on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + (self.next() % (high - low + 1) as u64) as i64
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.between(0, all.len() as i64 - 1) as usize]
    }

    /// A whole number from `low` to `high`, small ones as likely as large ones.
    pub fn spread(&mut self, low: f64, high: f64) -> i64 {
        let share = self.next() as f64 / u64::MAX as f64;
        (low * (high / low).powf(share)).round() as i64
    }
}

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
