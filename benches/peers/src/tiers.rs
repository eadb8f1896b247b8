//! Tiered prices of the invoice as nested conditions, in the syntax of each engine.
//!
//! Graduated tiers are written as someone who counts would: what all lower tiers come to is a constant.

use crate::workloads::billing::{BOUNDS, Plan, flats, rates};
use rust_decimal::Decimal;

/// A tier as `quantity up to bound: constant + (quantity - lower) × rate`; the last one has no bound.
pub struct Tier {
    pub bound: Option<i64>,
    pub constant: Decimal,
    pub lower: i64,
    pub rate: Decimal,
}

pub fn graduated(plan: Plan) -> Vec<Tier> {
    let (mut constant, mut lower) = (Decimal::ZERO, 0);
    let tier = |(at, bound): (usize, &i64)| {
        let rate = Decimal::new(rates(plan)[at], 4);
        let tier = Tier { bound: (at < 5).then_some(*bound), constant: constant.normalize(), lower, rate };
        constant += Decimal::from(bound - lower) * rate;
        lower = *bound;
        tier
    };
    BOUNDS.iter().enumerate().map(tier).collect()
}

pub fn volume(plan: Plan) -> Vec<Tier> {
    let tier = |(at, bound): (usize, &i64)| Tier {
        bound: (at < 5).then_some(*bound),
        constant: Decimal::new(flats(plan)[at], 2),
        lower: 0,
        rate: Decimal::new(rates(plan)[at], 4),
    };
    BOUNDS.iter().enumerate().map(tier).collect()
}

/// `q <= 100 ? c + (q - l) * r : …`
pub fn with_question_marks(tiers: &[Tier], quantity: &str, number: impl Fn(Decimal) -> String) -> String {
    let mut text = String::new();
    for tier in tiers {
        if let Some(bound) = tier.bound {
            text += &format!("{quantity} <= {} ? ", number(bound.into()));
        }
        let (constant, lower, rate) = (number(tier.constant), number(tier.lower.into()), number(tier.rate));
        text += &match tier.lower {
            0 => format!("{constant} + {quantity} * {rate}"),
            _ => format!("{constant} + ({quantity} - {lower}) * {rate}"),
        };
        if tier.bound.is_some() {
            text += " : ";
        }
    }
    format!("({text})")
}

/// Every plan with the tiers that price it.
pub fn tiered() -> [(&'static str, Vec<Tier>); 4] {
    [("G1", graduated(Plan::G1)), ("G2", graduated(Plan::G2)), ("V1", volume(Plan::V1)), ("V2", volume(Plan::V2))]
}

/// A decimal with a point, as languages that tell integers from other numbers want it.
pub fn pointed(value: Decimal) -> String {
    let text = value.to_string();
    if text.contains('.') { text } else { text + ".0" }
}
