//! What an operation on exact numbers costs, beside `rust_decimal`, and beside whole numbers of 64 bits where their scale is known.
//!
//! Amounts have two decimals, factors four, long numbers twenty. Every version is checked against the others on every pair before
//! anything is measured; a quotient that does not end is rounded, for `rust_decimal` has no other. A line is one operation: the
//! median over turns in one process, as in `turns.rs`, and its ratio to `rust_decimal`. (The evaluator computes in the small lane
//! itself, without making a `Number` of each result: what is measured here is what a host pays that computes with numbers.)
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::type_complexity,
    reason = "a benchmark stops where its data are wrong, and prints what it measured"
)]

mod turns;

use std::hint::black_box;

use ratewright::value::{Number, RoundingMode};
use rust_decimal::{Decimal, RoundingStrategy};
use turns::Contest;

const PAIRS: usize = 256;

/// Three forms of one operand.
struct Operands {
    numbers: Vec<Number>,
    decimals: Vec<Decimal>,
    mantissas: Vec<i64>,
}

impl Operands {
    /// Pseudo-random mantissas below a bound, with so many decimals; `filler` stands between two copies of the digits.
    fn new(seed: u64, below: u64, scale: u32, filler: i128) -> Self {
        let mut state = seed;
        let mantissas: Vec<i64> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as i64 % below as i64 + 1
        })
        .take(PAIRS)
        .collect();
        let long = |mantissa: i64| i128::from(mantissa) * filler + i128::from(mantissa);
        let number = |mantissa: &i64| Number::from_scaled(long(*mantissa), scale).unwrap();
        let numbers: Vec<Number> = mantissas.iter().map(number).collect();
        let decimals = numbers.iter().map(|number| number.to_decimal().unwrap()).collect();
        Operands { numbers, decimals, mantissas }
    }
}

/// Checks and measures one operation of all pairs.
fn operation(
    name: &str,
    (a, b): (&Operands, &Operands),
    of_numbers: impl Fn(&Number, &Number) -> Number,
    of_decimals: impl Fn(Decimal, Decimal) -> Decimal,
    of_mantissas: Option<&dyn Fn(i64, i64) -> i64>,
) {
    for index in 0..PAIRS {
        let expected = of_decimals(a.decimals[index], b.decimals[index]);
        assert_eq!(of_numbers(&a.numbers[index], &b.numbers[index]), Number::from_decimal(expected), "{name}");
    }
    let mut contest = Contest::new(name);
    contest.add("rust_decimal", || {
        for (a, b) in a.decimals.iter().zip(&b.decimals) {
            black_box(of_decimals(black_box(*a), black_box(*b)));
        }
    });
    contest.add("Number", || {
        for (a, b) in a.numbers.iter().zip(&b.numbers) {
            black_box(of_numbers(black_box(a), black_box(b)));
        }
    });
    if let Some(of_mantissas) = of_mantissas {
        contest.add("i64", || {
            for (a, b) in a.mantissas.iter().zip(&b.mantissas) {
                black_box(of_mantissas(black_box(*a), black_box(*b)));
            }
        });
    }
    let medians = contest.medians();
    let (_, decimal) = medians[0];
    let cells = medians.iter().map(|(_, whole)| format!(" {:.1} ns | {:.2} |", whole / PAIRS as f64, whole / decimal));
    println!("| {name} |{}", cells.collect::<String>());
}

fn main() {
    let amounts = Operands::new(1, 10_000_000, 2, 0);
    let others = Operands::new(2, 10_000_000, 2, 0);
    let factors = Operands::new(3, 30_000, 4, 0);
    let products = Operands::new(4, 1_000_000_000, 6, 0);
    let long = Operands::new(5, 10_000_000, 20, 10_i128.pow(16));
    let cent = Number::parse("0.01").unwrap();
    let to_cents = |number: Number| number.round_to(&cent, RoundingMode::HalfUp).unwrap();
    let cents = |decimal: Decimal| decimal.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);

    println!("| operation | rust_decimal | × | Number | × | i64 | × |\n|---|---:|---:|---:|---:|---:|---:|");
    operation("a + b", (&amounts, &others), |a, b| a.add(b).unwrap(), |a, b| a + b, Some(&|a, b| a + b));
    operation("a × f", (&amounts, &factors), |a, f| a.mul(f).unwrap(), |a, f| a * f, Some(&|a, f| a * f));
    operation(
        "p to cents",
        (&products, &products),
        |p, _| to_cents(p.clone()),
        |p, _| cents(p),
        Some(&|p, _| (p + 5_000) / 10_000),
    );
    operation(
        "a × f + a to cents",
        (&amounts, &factors),
        |a, f| to_cents(a.mul(f).unwrap().add(a).unwrap()),
        |a, f| cents(a * f + a),
        None,
    );
    operation("a ÷ f to cents", (&amounts, &factors), |a, f| to_cents(a.div(f).unwrap()), |a, f| cents(a / f), None);
    operation("long + a", (&long, &amounts), |a, b| a.add(b).unwrap(), |a, b| a + b, None);
    operation("long × f to cents", (&long, &factors), |a, f| to_cents(a.mul(f).unwrap()), |a, f| cents(a * f), None);
}
