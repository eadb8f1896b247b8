//! Numbers that nobody chose: every operation of both lanes, held against fractions of big integers that are computed without the engine.

use num_bigint::BigInt;
use ratewright::value::{Number, NumberError, RoundingMode};
use std::cmp::Ordering;

#[path = "../../../tests/arithmetic/oracle.rs"]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    missing_docs,
    reason = "it is a part of the tests of the engine, and stops with what is wrong"
)]
mod oracle;

use oracle::Exact;

/// How many numbers a run keeps.
const KEPT: usize = 8;
/// The most operations of one run.
const MOST: usize = 200;

/// A number in both worlds.
#[derive(Clone)]
struct Pair {
    number: Number,
    exact: Exact,
}

impl Pair {
    fn of(exact: Exact) -> Pair {
        match Number::parse_exact(&exact.text()) {
            Ok(number) => Pair { number, exact },
            Err(error) => panic!("{} is refused: {error}", exact.text()),
        }
    }
}

/// Reads the bytes as a calculation: numbers, and what is done with the last of them. Each result, and each refusal, must be that of the fractions.
pub fn operations(bytes: &[u8]) {
    let mut bytes = bytes.iter().copied();
    let mut kept = vec![Pair::of(Exact::new(BigInt::from(1), BigInt::from(1)))];
    for _ in 0..MOST {
        let Some(what) = bytes.next() else { return };
        if let Some(pair) = step(what, &mut bytes, &kept) {
            kept.push(pair);
        }
        if kept.len() > KEPT {
            kept.remove(0);
        }
    }
}

/// A new number, or what an operation makes of two that are kept.
fn step(what: u8, bytes: &mut impl Iterator<Item = u8>, kept: &[Pair]) -> Option<Pair> {
    let chosen = |byte: u8| kept.get(usize::from(byte) % kept.len());
    if what % 8 == 7 {
        return Some(literal(bytes));
    }
    let (a, b) = (chosen(bytes.next()?)?, chosen(bytes.next()?)?);
    let (got, expected) = match what % 8 {
        0 => (a.number.add(&b.number), a.exact.add(&b.exact)),
        1 => (a.number.sub(&b.number), a.exact.sub(&b.exact)),
        2 => (a.number.mul(&b.number), a.exact.mul(&b.exact)),
        3 => (a.number.div(&b.number), a.exact.div(&b.exact)),
        4 => {
            let mode = *RoundingMode::ALL.get(usize::from(what / 8) % RoundingMode::ALL.len())?;
            (a.number.round_to(&b.number, mode), a.exact.round_to(&b.exact, &mode.to_string()))
        }
        5 => {
            assert_eq!(a.number.cmp(&b.number), a.exact.order(&b.exact), "{} <=> {}", a.number, b.number);
            assert_eq!(
                a.number == b.number,
                a.exact.order(&b.exact) == Ordering::Equal,
                "{} == {}",
                a.number,
                b.number
            );
            return None;
        }
        _ => (Ok(a.number.neg()), Ok(Exact::new(-&a.exact.numerator, a.exact.denominator.clone()))),
    };
    agree(what % 8, a, b, got, expected)
}

fn agree(
    what: u8,
    a: &Pair,
    b: &Pair,
    got: Result<Number, NumberError>,
    expected: Result<Exact, NumberError>,
) -> Option<Pair> {
    let about = || format!("operation {what} of {} and {}", a.exact.text(), b.exact.text());
    match (got, expected) {
        (Ok(number), Ok(exact)) => {
            assert_eq!(number.to_string(), exact.text(), "{}", about());
            let pair = Pair::of(exact);
            assert_eq!(pair.number, number, "one number in two forms: {}", about());
            Some(Pair { number, ..pair })
        }
        (got, expected) => {
            assert_eq!(got.err(), expected.err(), "{}", about());
            None
        }
    }
}

/// A decimal or a fraction of up to 16 bytes.
fn literal(bytes: &mut impl Iterator<Item = u8>) -> Pair {
    let form = bytes.next().unwrap_or_default();
    let length = usize::from(form % 16) + 1;
    let mantissa = BigInt::from_signed_bytes_le(&bytes.by_ref().take(length).collect::<Vec<u8>>());
    let below = match form {
        0..=127 => BigInt::from(10).pow(u32::from(form) / 4),
        _ => BigInt::from(u32::from(bytes.next().unwrap_or_default()) * 256 + u32::from(form) + 1),
    };
    Pair::of(Exact::new(mantissa, below))
}
