//! Every operation and rounding mode of the lane, held against fractions of big integers that know no lanes; and where the lane has
//! no answer, `Number` gives the exact one. Operands are all pairs of the edges, and random ones around them.
//!
//! The long run is `RATEWRIGHT_ARITHMETIC_OPERATIONS=1000000 cargo test --release --lib lane`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[allow(dead_code, reason = "its reading of texts is for the tests of `Number`")]
#[path = "../../../../tests/arithmetic/oracle.rs"]
mod oracle;

use num_bigint::BigInt;
use oracle::Exact;

use super::{Lane, over_power_of_ten};
use crate::value::{Number, NumberError, RoundingMode};

const MOST: i64 = i64::MAX;
const TEN_TO_18: i64 = 1_000_000_000_000_000_000;

/// Whole numbers where an operation begins to overflow, to end in zeros, to lie at a tie or to terminate.
const EDGES: [i64; 23] = [
    0,
    1,
    2,
    3,
    5,
    7,
    10,
    25,
    64,
    410,
    5_000,
    999_999,
    1 << 31,
    3_037_000_500, // the least whose square is beyond 2^63
    TEN_TO_18 / 1_000,
    TEN_TO_18 - 1,
    TEN_TO_18,
    TEN_TO_18 * 9,
    1 << 62,
    7_450_580_596_923_828_125, // 5^27
    MOST / 10,
    MOST - 1,
    MOST,
];

fn exact(lane: Lane) -> Exact {
    Exact::new(BigInt::from(lane.mantissa), BigInt::from(10).pow(u32::from(lane.scale)))
}

fn is(lane: Lane, expected: &Exact) -> bool {
    let found = exact(lane);
    let kept = lane.mantissa != i64::MIN && lane.scale <= Lane::MAX_SCALE;
    kept && found.numerator == expected.numerator && found.denominator == expected.denominator
}

/// Whether the number has a lane at all.
fn fits(expected: &Exact) -> bool {
    (0..=Lane::MAX_SCALE).any(|scale| {
        let mantissa = &expected.numerator * BigInt::from(10).pow(u32::from(scale));
        &mantissa % &expected.denominator == BigInt::ZERO
            && i64::try_from(&mantissa / &expected.denominator).is_ok_and(|mantissa| mantissa != i64::MIN)
    })
}

/// What the lane has found, or `Number` where the lane has found nothing, is the expected number.
fn agree(found: Option<Lane>, number: Result<Number, NumberError>, expected: Result<Exact, NumberError>, about: &str) {
    match (found, expected) {
        (Some(lane), Ok(expected)) => assert!(is(lane, &expected), "{about}: {lane:?}"),
        (Some(lane), Err(error)) => panic!("{about}: {lane:?}, but expected {error}"),
        (None, expected) => {
            assert_eq!(number.map(|number| number.to_string()), expected.map(|exact| exact.text()), "{about}")
        }
    }
}

fn every_operation(a: Lane, b: Lane) {
    let (exact_a, exact_b) = (exact(a), exact(b));
    let (number_a, number_b) = (Number::from_lane(a), Number::from_lane(b));
    let about = |what: &str| format!("{a:?} {what} {b:?}");

    let sum = exact_a.add(&exact_b);
    assert_eq!(a.add(b).is_some(), sum.as_ref().is_ok_and(fits), "{}", about("+"));
    agree(a.add(b), number_a.add(&number_b), sum, &about("+"));
    let difference = exact_a.sub(&exact_b);
    assert_eq!(a.sub(b).is_some(), difference.as_ref().is_ok_and(fits), "{}", about("-"));
    agree(a.sub(b), number_a.sub(&number_b), difference, &about("-"));
    let product = exact_a.mul(&exact_b);
    assert_eq!(a.mul(b).is_some(), product.as_ref().is_ok_and(fits), "{}", about("*"));
    agree(a.mul(b), number_a.mul(&number_b), product, &about("*"));
    agree(a.div(b), number_a.div(&number_b), exact_a.div(&exact_b), &about("/"));

    assert_eq!(a.compare(b), exact_a.order(&exact_b), "{}", about("<=>"));
    assert_eq!(number_a == number_b, a.compare(b).is_eq(), "one form: {}", about("=="));
    for mode in RoundingMode::ALL {
        let rounded = a.round_to(b, mode);
        let about = about(&format!("rounded {mode} to"));
        agree(rounded, number_a.round_to(&number_b, mode), exact_a.round_to(&exact_b, mode.words()), &about);
        assert!(rounded.is_none_or(|lane| lane.scale == b.scale), "the scale of the step: {about}");
    }
}

fn operations() -> u64 {
    std::env::var("RATEWRIGHT_ARITHMETIC_OPERATIONS").map_or(2_000, |text| text.parse().expect("a whole number"))
}

/// A generator of pseudo-random numbers (xorshift64*).
fn random(state: &mut u64) -> u64 {
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    state.wrapping_mul(0x2545_F491_4F6C_DD1D)
}

#[test]
fn all_pairs_of_edges() {
    let mut lanes = Vec::new();
    for (index, edge) in EDGES.into_iter().enumerate() {
        for (scale, sign) in [(0, 1), (2, -1), (18, 1), ([1, 4, 9, 17][index % 4], -1)] {
            lanes.push(Lane { mantissa: edge * sign, scale });
        }
    }
    for a in &lanes {
        for b in &lanes {
            every_operation(*a, *b);
        }
    }
}

#[test]
fn random_pairs() {
    let mut state = 20_260_105;
    let mut lane = || {
        let random = &mut || random(&mut state);
        let digits = (random() >> 1) as i64 >> (random() % 63);
        let around = EDGES[(random() % EDGES.len() as u64) as usize];
        let mantissa = match random() % 4 {
            0 => around.saturating_add((random() % 7) as i64).saturating_sub(3),
            1 => digits / 1_000 * 1_000,
            _ => digits,
        };
        let scale = [2, 4, (random() % 19) as u8][(random() % 3) as usize];
        Lane { mantissa: if random() % 3 == 0 { -mantissa } else { mantissa }, scale }
    };
    for _ in 0..operations() {
        every_operation(lane(), lane());
    }
}

#[test]
fn one_lane() {
    for edge in EDGES {
        for scale in 0..=Lane::MAX_SCALE {
            let lane = Lane { mantissa: edge, scale };
            let opposite = Exact::new(-BigInt::from(edge), BigInt::from(10).pow(u32::from(scale)));
            assert!(is(lane.neg(), &opposite), "{lane:?}");
            assert!(is(lane.neg().neg(), &exact(lane)), "{lane:?}");
            let canonical = lane.canonical();
            assert!(is(canonical, &exact(lane)), "{lane:?}");
            assert!(canonical.scale == 0 || canonical.mantissa % 10 != 0, "{lane:?}: {canonical:?}");
            let number = Number::from_lane(lane);
            assert_eq!(number, Number::parse_exact(&exact(lane).text()).unwrap(), "{lane:?}");
            let back = number.lane().unwrap();
            assert_eq!((back.mantissa, back.scale), (canonical.mantissa, canonical.scale), "{lane:?}");
        }
    }
}

#[test]
fn quotients_by_powers_of_ten() {
    let mut state = 20_260_105;
    for exponent in 0..=Lane::MAX_SCALE {
        let power = 10_u64.pow(u32::from(exponent));
        let highest = MOST as u64 / power;
        let random = std::iter::repeat_with(|| random(&mut state) % (highest + 1)).take(200);
        for multiple in [0, 1, 2, highest / 2, highest.saturating_sub(1), highest].into_iter().chain(random) {
            let number = multiple * power;
            for number in [number.saturating_sub(1), number, number + 1, number + (power - 1), MOST as u64] {
                let number = number.min(MOST as u64);
                assert_eq!(over_power_of_ten(number, exponent), Some((number / power, power)), "{number} / {power}");
            }
        }
    }
    assert_eq!(over_power_of_ten(1, Lane::MAX_SCALE + 1), None);
}

#[test]
fn lanes_as_they_come_in_a_price() {
    let lane = |mantissa, scale| Lane { mantissa, scale };
    let words = |lane: Option<Lane>| lane.map(|lane| (lane.mantissa, lane.scale));
    assert_eq!(words(lane(410, 2).add(lane(25, 2))), Some((435, 2)));
    assert_eq!(words(lane(410, 2).sub(lane(41, 1))), Some((0, 2)));
    assert_eq!(words(lane(1_250, 2).mul(lane(185, 3))), Some((231_250, 5)));
    assert_eq!(words(lane(231_250, 5).round_to(lane(1, 2), RoundingMode::HalfUp)), Some((231, 2)));
    assert_eq!(words(lane(-231_500, 5).round_to(lane(1, 2), RoundingMode::HalfUp)), Some((-232, 2)));
    assert_eq!(words(lane(7, 0).round_to(lane(5, 1), RoundingMode::Up)), Some((70, 1)));
    assert_eq!(words(lane(MOST, 0).add(lane(1, 0))), None);
    assert_eq!(words(lane(MOST - 7, 18).mul(lane(5, 18))), None);
    assert_eq!(words(lane(1, 0).div(lane(3, 0))), None);
    assert_eq!(words(lane(1, 0).div(lane(0, 2))), None);
    assert_eq!(words(lane(1, 0).round_to(lane(0, 2), RoundingMode::Up)), None);
}
