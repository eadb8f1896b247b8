//! Exact arithmetic, held against fractions of big integers that are computed here, without the number type's own code.
//!
//! `random_operations` draws operands where mistakes live (edges of a machine word, long decimals, fractions, ties of a rounding,
//! results of earlier operations, numbers near the bound) and compares every operation and every rounding mode. By default it does
//! 24 000 operations; the long run is
//! `RATEWRIGHT_ARITHMETIC_OPERATIONS=1000000 cargo test --release --test arithmetic`,
//! and `RATEWRIGHT_ARITHMETIC_SEED` takes another path. A failure prints the operands.
//! `rows_of_the_table` runs `tests/cases/arithmetic.csv`, whose results were worked out by hand and with Python's `fractions`;
//! `texts.rs` holds what is read and written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod oracle;
mod texts;

use std::cmp::Ordering;
use std::hash::{DefaultHasher, Hash, Hasher};

use num_bigint::BigInt;
use oracle::Exact;
use ratewright::value::{Number, NumberError, RoundingMode};

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a whole number"))
}

fn hash_of(number: &Number) -> u64 {
    let mut hasher = DefaultHasher::new();
    number.hash(&mut hasher);
    hasher.finish()
}

/// A small generator of pseudo-random numbers (splitmix64), so that a seed names a run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn sign(&mut self) -> i64 {
        if self.below(3) == 0 { -1 } else { 1 }
    }
}

fn ten_to(exponent: u64) -> BigInt {
    BigInt::from(10).pow(exponent as u32)
}

/// A pair of the same number in both worlds.
#[derive(Clone)]
struct Pair {
    number: Number,
    exact: Exact,
}

impl Pair {
    fn of(exact: Exact) -> Self {
        let number = Number::parse_exact(&exact.text()).expect("an operand");
        Self { number, exact }
    }
}

fn operand(random: &mut Random, pool: &[Pair]) -> Pair {
    let sign = BigInt::from(random.sign());
    let decimal = |mantissa: BigInt, scale: u64| Pair::of(Exact::new(mantissa, ten_to(scale)));
    match random.below(19) {
        0 => decimal(BigInt::from(random.below(21)) - 10, 0),
        1 => decimal(sign * random.below(10_000_000), 2),
        2 => decimal(sign * random.below(5_000_000), random.below(7)),
        3 => decimal(sign * random.below(2_000), 3),
        4 => decimal(sign * (i64::MAX - random.below(4) as i64), random.below(20)),
        5 => decimal(sign * (BigInt::from(i64::MAX) + random.below(4)), random.below(20)),
        6 => decimal(sign * random.next(), random.below(30)),
        7 => decimal(sign * (BigInt::from(random.next()) * random.next()), random.below(30)),
        8 => Pair::of(Exact::new(sign * random.below(200), BigInt::from(1 + random.below(40)))),
        9 => Pair::of(Exact::new(sign * random.next(), BigInt::from(1 + random.below(1 << 40)))),
        10 => {
            // 2^a * 5^b over 2^c * 5^d: where decimals begin and end to terminate
            let power = |base: u32, exponent: u64| BigInt::from(base).pow(exponent as u32);
            let over = power(2, random.below(70)) * power(5, random.below(30));
            Pair::of(Exact::new(sign * power(2, random.below(64)) * power(5, random.below(27)), over))
        }
        11 if random.below(3) == 0 => {
            // near the bound of 1024 bits
            let long = (BigInt::from(1) << (1020 + random.below(5))) - (1 + random.below(9));
            let short = BigInt::from(1 + random.below(100));
            Pair::of(if random.below(2) == 0 { Exact::new(sign * long, short) } else { Exact::new(sign * short, long) })
        }
        // the edges of 128 bits: as a decimal, as the parts of a fraction, and with as many decimals as there is room for
        12 => decimal(sign * ((BigInt::from(1) << 127) - 2 + random.below(4)), random.below(42)),
        13 => decimal(sign * (BigInt::from(random.next()) << random.below(66)), 30 + random.below(12)),
        14 => {
            let edge = (BigInt::from(1) << (60 + random.below(69))) - random.below(3);
            let other = BigInt::from(1 + random.below(1 << 20));
            Pair::of(if random.below(2) == 0 { Exact::new(sign * edge, other) } else { Exact::new(sign * other, edge) })
        }
        _ => pool[random.below(pool.len() as u64) as usize].clone(),
    }
}

/// Compares a result in every respect that a caller can see.
fn agree(result: &Result<Number, NumberError>, expected: &Result<Exact, NumberError>, about: &str) {
    match (result, expected) {
        (Err(error), Err(wanted)) => assert_eq!(error, wanted, "{about}"),
        (Ok(number), Ok(exact)) => {
            let text = exact.text();
            assert_eq!(number.to_string(), text, "{about}");
            let again = Number::parse_exact(&text).expect("the text of a number");
            assert_eq!(number, &again, "one form: {about}");
            assert_eq!(hash_of(number), hash_of(&again), "one hash: {about}");
            assert_eq!(number.terminates(), !text.contains('/'), "{about}");
            assert_eq!(number.is_zero(), exact.numerator == BigInt::ZERO, "{about}");
            assert_eq!(number.is_negative(), text.starts_with('-'), "{about}");
            assert_eq!(number.is_integer(), exact.denominator == BigInt::from(1), "{about}");
        }
        _ => panic!("{about}: {result:?}, but expected {expected:?}"),
    }
}

#[test]
fn random_operations() {
    let operations = setting("RATEWRIGHT_ARITHMETIC_OPERATIONS", 24_000);
    let mut random = Random(setting("RATEWRIGHT_ARITHMETIC_SEED", 20_260_105));
    let mut pool: Vec<Pair> = (1..=64).map(|n| Pair::of(Exact::new(BigInt::from(n), BigInt::from(7)))).collect();
    let (mut overflows, mut divisions_by_zero, mut fractions) = (0_u64, 0_u64, 0_u64);
    for turn in 0..operations {
        let (a, b) = (operand(&mut random, &pool), operand(&mut random, &pool));
        let about = |sign: &str| format!("{} {sign} {} (operation {turn})", a.exact.text(), b.exact.text());
        let (result, expected, about) = match random.below(6) {
            0 => (a.number.add(&b.number), a.exact.add(&b.exact), about("+")),
            1 => (a.number.sub(&b.number), a.exact.sub(&b.exact), about("-")),
            2 => (a.number.mul(&b.number), a.exact.mul(&b.exact), about("*")),
            3 => (a.number.div(&b.number), a.exact.div(&b.exact), about("/")),
            4 => {
                let mode = RoundingMode::ALL[random.below(7) as usize];
                let about = about(&format!("rounded {mode} to"));
                (a.number.round_to(&b.number, mode), a.exact.round_to(&b.exact, &mode.to_string()), about)
            }
            _ => {
                let order = a.exact.order(&b.exact);
                assert_eq!(a.number.cmp(&b.number), order, "{}", about("<=>"));
                assert_eq!(a.number == b.number, order == Ordering::Equal, "{}", about("=="));
                (Ok(a.number.neg()), Ok(Exact::new(-&a.exact.numerator, a.exact.denominator.clone())), about("neg"))
            }
        };
        agree(&result, &expected, &about);
        match (result, expected) {
            (Ok(number), Ok(exact)) => {
                fractions += u64::from(!number.terminates());
                let place = random.below(pool.len() as u64) as usize;
                pool[place] = Pair { number, exact };
            }
            (Err(NumberError::Overflow), _) => overflows += 1,
            (Err(NumberError::DivisionByZero), _) => divisions_by_zero += 1,
            (Ok(_), Err(_)) => {}
        }
    }
    assert!(overflows * 1000 > operations, "the bound was met only {overflows} times");
    assert!(divisions_by_zero * 1000 > operations, "a zero divisor was met only {divisions_by_zero} times");
    assert!(fractions * 20 > operations, "only {fractions} results did not terminate");
}

/// Every mode × sign × (below, at, above a tie, and on a multiple) × odd and even neighbours × steps of both lanes.
#[test]
fn every_mode_sign_and_tie() {
    let steps = [
        "1",
        "0.01",
        "0.05",
        "100",
        "0.5",
        "3",
        "1/3",
        "1/7",
        "-0.01",
        "0.00000000000000000000001",
        "12345678901234567890123",
    ];
    let mut checked = 0;
    for step in steps {
        let step = Pair::of(Exact::parse(step));
        for multiple in [0, 1, 2, 3, 10, 11, 999_999] {
            for (numerator, denominator) in
                [(0, 1), (1, 1_000_000), (1, 3), (49, 100), (1, 2), (51, 100), (2, 3), (999_999, 1_000_000)]
            {
                for sign in [1, -1] {
                    let part = Exact::new(BigInt::from(numerator), BigInt::from(denominator));
                    let position = Exact::new(BigInt::from(multiple), BigInt::from(1)).add(&part).unwrap();
                    let value = position
                        .mul(&step.exact)
                        .unwrap()
                        .mul(&Exact::new(BigInt::from(sign), BigInt::from(1)))
                        .unwrap();
                    let value = Pair::of(value);
                    for mode in RoundingMode::ALL {
                        let result = value.number.round_to(&step.number, mode);
                        let expected = value.exact.round_to(&step.exact, &mode.to_string());
                        agree(
                            &result,
                            &expected,
                            &format!("{} rounded {mode} to {}", value.exact.text(), step.exact.text()),
                        );
                        checked += 1;
                    }
                }
            }
        }
    }
    assert_eq!(checked, 11 * 7 * 8 * 2 * 7);
}

#[test]
fn rows_of_the_table() {
    let table = include_str!("../cases/arithmetic.csv");
    let mut rows = 0;
    for (index, line) in table.lines().enumerate().skip(1) {
        let cells: Vec<&str> = line.splitn(6, ',').collect();
        let [operation, a, b, mode, result, _about] = cells[..] else { panic!("line {}: {line}", index + 1) };
        let number = |text: &str| Number::parse_exact(text).unwrap_or_else(|_| panic!("line {}: {text}", index + 1));
        let (a, b) = (number(a), number(b));
        let text = |result: Result<Number, NumberError>| match result {
            Ok(number) => number.to_string(),
            Err(error) => error.to_string(),
        };
        let got = match operation {
            "add" => text(a.add(&b)),
            "sub" => text(a.sub(&b)),
            "mul" => text(a.mul(&b)),
            "div" => text(a.div(&b)),
            "remainder" => text(a.remainder(&b)),
            "round" => text(a.round_to(&b, RoundingMode::from_words(mode).expect("a mode"))),
            "compare" => match a.cmp(&b) {
                Ordering::Less => "below".to_owned(),
                Ordering::Equal => "equal".to_owned(),
                Ordering::Greater => "above".to_owned(),
            },
            other => panic!("line {}: no operation {other}", index + 1),
        };
        assert_eq!(got, result, "line {}: {line}", index + 1);
        rows += 1;
    }
    assert!(rows >= 60, "{rows} rows");
}

/// The bound is that of the reduced result: 2^1024 - 1 is a number, 2^1024 is not, and dividing on the way changes nothing.
#[test]
fn the_bound_is_that_of_the_reduced_result() {
    let two = Number::from_i64(2);
    let mut power = Number::ONE;
    for _ in 0..1023 {
        power = power.mul(&two).unwrap();
    }
    assert_eq!(power.mul(&two), Err(NumberError::Overflow)); // 2^1024
    let largest = power.sub(&Number::ONE).unwrap().add(&power).unwrap(); // 2^1024 - 1
    assert_eq!(largest.to_string(), ((BigInt::from(1) << 1024_u32) - 1_u32).to_string());
    assert_eq!(largest.add(&Number::ONE), Err(NumberError::Overflow));
    assert_eq!(largest.neg().sub(&Number::ONE), Err(NumberError::Overflow));
    let finest = Number::ONE.div(&largest).unwrap();
    assert_eq!(finest.div(&two), Err(NumberError::Overflow));
    assert_eq!(largest.mul(&finest), Ok(Number::ONE));
    assert_eq!(power.mul(&power), Err(NumberError::Overflow));
    assert_eq!(power.div(&power), Ok(Number::ONE));
    assert!(power > finest && finest.is_positive());
}
