//! One formula: `round(base + max(weight, volume / 5000) × rate × (1 + fuel / 100), 2)`.

use super::{Exact, Random, assert_total, cents, rounded};
use ratewright::RuleSet;
use ratewright::value::{Number, Value};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::Serialize;

/// The input, with decimals that are sent by their texts or in the exact form.
#[derive(Serialize)]
pub struct Input<N = Decimal> {
    pub base: N,
    pub weight: N,
    pub volume: N,
    pub rate: N,
    pub fuel_pct: N,
}

impl Input {
    /// The same in the exact form.
    pub fn exact(&self) -> Input<Exact> {
        let Input { base, weight, volume, rate, fuel_pct } = self;
        let [base, weight, volume, rate, fuel_pct] = [base, weight, volume, rate, fuel_pct].map(|field| Exact(*field));
        Input { base, weight, volume, rate, fuel_pct }
    }
}

/// The same input in whole numbers: cents, hundredths of a kilogram, cubic centimetres, ten-thousandths, hundredths of a percent.
pub struct Scaled {
    base: i64,
    weight: i64,
    volume: i64,
    rate: i64,
    fuel: i64,
}

pub fn rules() -> RuleSet {
    RuleSet::compile(include_str!("../rules/expression.rules")).unwrap()
}

pub fn inputs(count: usize) -> (Vec<Input>, Vec<Scaled>) {
    let mut random = Random::new(1);
    (0..count)
        .map(|_| {
            let scaled = Scaled {
                base: random.between(0, 5_000),
                weight: random.spread(10.0, 20_000.0),
                volume: random.spread(100.0, 1_000_000.0),
                rate: random.between(5_000, 90_000),
                fuel: random.between(500, 3_000),
            };
            let input = Input {
                base: cents(scaled.base),
                weight: Decimal::new(scaled.weight, 2),
                volume: Decimal::from(scaled.volume),
                rate: Decimal::new(scaled.rate, 4),
                fuel_pct: Decimal::new(scaled.fuel, 2),
            };
            (input, scaled)
        })
        .unzip()
}

/// The input as the evaluator takes it, one value for each slot.
pub fn slots(input: &Input) -> Vec<Value> {
    let fields = [input.base, input.weight, input.volume, input.rate, input.fuel_pct];
    fields.map(|field| Value::Number(Number::from_decimal(field))).into()
}

pub fn decimal(input: &Input) -> Decimal {
    let dimensional = input.volume / Decimal::from(5000);
    let fuel = Decimal::ONE + input.fuel_pct / Decimal::ONE_HUNDRED;
    let price = input.base + input.weight.max(dimensional) * input.rate * fuel;
    price.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

pub fn scaled(input: &Scaled) -> i64 {
    // A cubic centimetre is two ten-thousandths of a kilogram; the product has 4 + 4 + 4 decimals, in all less than 2^63.
    let weight = (input.weight * 100).max(input.volume * 2);
    input.base + rounded(weight * input.rate * (10_000 + input.fuel), 10_000_000_000)
}

/// Asserts that the three agree on every input.
pub fn check(rules: &RuleSet, inputs: &[Input], small: &[Scaled]) {
    for (input, small) in inputs.iter().zip(small) {
        let expected = decimal(input);
        assert_total(&rules.quote(input).unwrap(), expected);
        assert_total(&rules.quote(&input.exact()).unwrap(), expected);
        assert_eq!(cents(scaled(small)), expected);
    }
}
