//! An invoice of twenty metered lines with graduated, volume, package and floor prices, and a minimum for the whole.

use super::{Exact, Random, assert_total, cents, rounded};
use ratewright::RuleSet;
use ratewright::value::{Number, Value};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

#[derive(Serialize, Clone, Copy, Debug)]
pub enum Plan {
    G1,
    G2,
    V1,
    V2,
    P1,
    P2,
    F1,
    F2,
}

/// A line, with a decimal that is sent by its text or in the exact form.
#[derive(Serialize)]
pub struct Line<N = Decimal> {
    pub plan: Plan,
    pub quantity: N,
    pub discount: String,
    /// The discount for the version by hand, in tenths of a percent.
    #[serde(skip)]
    pub tenths: i64,
}

#[derive(Serialize)]
pub struct Invoice<N = Decimal> {
    pub lines: Vec<Line<N>>,
}

impl Invoice {
    /// The same in the exact form.
    pub fn exact(&self) -> Invoice<Exact> {
        let line = |line: &Line| {
            let Line { plan, quantity, ref discount, tenths } = *line;
            Line { plan, quantity: Exact(quantity), discount: discount.clone(), tenths }
        };
        Invoice { lines: self.lines.iter().map(line).collect() }
    }
}

/// A line in whole numbers: hundredths of a quantity, tenths of a percent.
pub struct Scaled {
    pub plan: Plan,
    pub quantity: i64,
    pub discount: i64,
}

pub const BOUNDS: [i64; 6] = [100, 1_000, 5_000, 20_000, 100_000, i64::MAX / 1_000_000];

/// Ten-thousandths of a dollar by tier.
pub fn rates(plan: Plan) -> [i64; 6] {
    match plan {
        Plan::G1 => [500, 425, 360, 305, 260, 215],
        Plan::G2 => [1275, 1133, 987, 851, 733, 619],
        Plan::V1 => [450, 405, 355, 300, 255, 205],
        _ => [1111, 987, 873, 761, 643, 529],
    }
}

/// Cents by tier.
pub fn flats(plan: Plan) -> [i64; 6] {
    match plan {
        Plan::V1 => [0, 250, 500, 1_000, 2_500, 5_000],
        _ => [199, 199, 499, 499, 999, 999],
    }
}

pub fn rules() -> RuleSet {
    RuleSet::compile(include_str!("../rules/billing.rules")).unwrap()
}

pub fn inputs(count: usize) -> (Vec<Invoice>, Vec<Vec<Scaled>>) {
    let mut random = Random::new(4);
    let plans = [Plan::G1, Plan::G2, Plan::V1, Plan::V2, Plan::P1, Plan::P2, Plan::F1, Plan::F2];
    let mut line = || {
        let plan = random.one_of(&plans);
        let whole = random.spread(1.0, 200_000.0);
        let hundredths = if matches!(plan, Plan::F1 | Plan::F2) { random.between(0, 99) } else { 0 };
        let scaled = Scaled { plan, quantity: 100 * whole + hundredths, discount: random.one_of(&[0, 50, 75, 125]) };
        let discount = format!("{}%", Decimal::new(scaled.discount, 1));
        let quantity = Decimal::new(scaled.quantity, 2).normalize();
        (Line { plan, quantity, discount, tenths: scaled.discount }, scaled)
    };
    (0..count)
        .map(|_| {
            let (lines, scaled) = (0..20).map(|_| line()).unzip();
            (Invoice { lines }, scaled)
        })
        .unzip()
}

/// The input as the evaluator takes it: one slot, a list of records.
pub fn slots(invoice: &Invoice) -> Vec<Value> {
    let number = |decimal| Value::Number(Number::from_decimal(decimal));
    let line = |line: &Line| {
        let discount = Decimal::new(line.tenths, 3);
        Value::record([Value::Member(line.plan as u32), number(line.quantity), number(discount)])
    };
    vec![Value::list(invoice.lines.iter().map(line))]
}

pub fn decimal(invoice: &Invoice) -> Decimal {
    let subtotal: Decimal = invoice.lines.iter().map(decimal_line).sum();
    subtotal.max(Decimal::from(6000))
}

fn decimal_line(line: &Line) -> Decimal {
    let (quantity, new) = (line.quantity, Decimal::new);
    let gross = match line.plan {
        Plan::G1 | Plan::G2 => {
            let (mut gross, mut lower) = (Decimal::ZERO, Decimal::ZERO);
            for (bound, rate) in BOUNDS.iter().zip(rates(line.plan)) {
                let bound = Decimal::from(*bound);
                gross += (quantity.min(bound) - lower) * new(rate, 4);
                lower = bound;
                if quantity <= bound {
                    break;
                }
            }
            gross
        }
        Plan::V1 | Plan::V2 => {
            let at = BOUNDS.iter().position(|bound| quantity <= Decimal::from(*bound)).unwrap();
            quantity * new(rates(line.plan)[at], 4) + new(flats(line.plan)[at], 2)
        }
        Plan::P1 => ((quantity - new(500, 0)).max(Decimal::ZERO) / new(250, 0)).ceil() * new(375, 2),
        Plan::P2 => (quantity / new(1000, 0)).ceil() * new(1190, 2),
        Plan::F1 => (quantity * new(175, 4)).max(new(4900, 2)),
        Plan::F2 => (quantity * new(333, 4)).max(new(1500, 2)),
    };
    let amount = gross * (Decimal::ONE_HUNDRED - new(line.tenths, 1)) / Decimal::ONE_HUNDRED;
    amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

pub fn scaled(lines: &[Scaled]) -> i64 {
    lines.iter().map(scaled_line).sum::<i64>().max(600_000)
}

fn scaled_line(line: &Scaled) -> i64 {
    let quantity = line.quantity;
    // Millionths of a dollar: hundredths of a quantity times ten-thousandths.
    let gross = match line.plan {
        Plan::G1 | Plan::G2 => {
            let (mut gross, mut lower) = (0, 0);
            for (bound, rate) in BOUNDS.iter().zip(rates(line.plan)) {
                let bound = bound * 100;
                gross += (quantity.min(bound) - lower) * rate;
                lower = bound;
                if quantity <= bound {
                    break;
                }
            }
            gross
        }
        Plan::V1 | Plan::V2 => {
            let at = BOUNDS.iter().position(|bound| quantity <= bound * 100).unwrap();
            quantity * rates(line.plan)[at] + flats(line.plan)[at] * 10_000
        }
        Plan::P1 => ((quantity - 50_000).max(0) + 24_999) / 25_000 * 3_750_000,
        Plan::P2 => (quantity + 99_999) / 100_000 * 11_900_000,
        Plan::F1 => (quantity * 175).max(49_000_000),
        Plan::F2 => (quantity * 333).max(15_000_000),
    };
    rounded(gross * (1_000 - line.discount), 10_000_000)
}

/// Asserts that the three agree on every input.
pub fn check(rules: &RuleSet, invoices: &[Invoice], small: &[Vec<Scaled>]) {
    for (invoice, small) in invoices.iter().zip(small) {
        let expected = decimal(invoice);
        assert_total(&rules.quote(invoice).unwrap(), expected);
        assert_total(&rules.quote(&invoice.exact()).unwrap(), expected);
        assert_eq!(cents(scaled(small)), expected);
    }
}
