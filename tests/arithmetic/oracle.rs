//! The independent calculation: a fraction of two big integers, written for plainness and not for speed.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_integer::Integer;

use super::NumberError;

/// A fraction in lowest terms, with a positive denominator.
#[derive(Clone, Debug)]
pub struct Exact {
    pub numerator: BigInt,
    pub denominator: BigInt,
}

const BOUND_IN_BITS: u64 = 1024;

impl Exact {
    pub fn new(numerator: BigInt, denominator: BigInt) -> Self {
        assert!(denominator != BigInt::ZERO);
        let (mut a, mut b) = (numerator.clone(), denominator.clone());
        while b != BigInt::ZERO {
            (a, b) = (b.clone(), a % b); // Euclid
        }
        if (a < BigInt::ZERO) != (denominator < BigInt::ZERO) {
            a = -a;
        }
        Self { numerator: numerator / &a, denominator: denominator / a }
    }

    /// `12`, `-0.5` or `1/3`.
    pub fn parse(text: &str) -> Self {
        match text.split_once('/') {
            Some((numerator, denominator)) => Self::new(numerator.parse().unwrap(), denominator.parse().unwrap()),
            None => {
                let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len() as u32);
                Self::new(text.replace('.', "").parse().unwrap(), BigInt::from(10).pow(decimals))
            }
        }
    }

    fn checked(numerator: BigInt, denominator: BigInt) -> Result<Self, NumberError> {
        if denominator == BigInt::ZERO {
            return Err(NumberError::DivisionByZero);
        }
        let exact = Self::new(numerator, denominator);
        let bound = BigInt::from(1) << BOUND_IN_BITS;
        let magnitude = if exact.numerator < BigInt::ZERO { -&exact.numerator } else { exact.numerator.clone() };
        if magnitude >= bound || exact.denominator >= bound { Err(NumberError::Overflow) } else { Ok(exact) }
    }

    pub fn add(&self, other: &Self) -> Result<Self, NumberError> {
        Self::checked(
            &self.numerator * &other.denominator + &other.numerator * &self.denominator,
            &self.denominator * &other.denominator,
        )
    }

    pub fn sub(&self, other: &Self) -> Result<Self, NumberError> {
        Self::checked(
            &self.numerator * &other.denominator - &other.numerator * &self.denominator,
            &self.denominator * &other.denominator,
        )
    }

    pub fn mul(&self, other: &Self) -> Result<Self, NumberError> {
        Self::checked(&self.numerator * &other.numerator, &self.denominator * &other.denominator)
    }

    pub fn div(&self, other: &Self) -> Result<Self, NumberError> {
        Self::checked(&self.numerator * &other.denominator, &self.denominator * &other.numerator)
    }

    pub fn order(&self, other: &Self) -> Ordering {
        (&self.numerator * &other.denominator).cmp(&(&other.numerator * &self.denominator))
    }

    /// Chooses between the multiples of the step below and above, by their distances, as each mode is described in words.
    pub fn round_to(&self, step: &Self, mode: &str) -> Result<Self, NumberError> {
        if step.numerator == BigInt::ZERO {
            return Err(NumberError::DivisionByZero);
        }
        let step = Self::new(step.numerator.magnitude().clone().into(), step.denominator.clone());
        let numerator = &self.numerator * &step.denominator;
        let denominator = &self.denominator * &step.numerator;
        let below = numerator.div_floor(&denominator);
        let above = numerator.div_ceil(&denominator);
        let to_below = &numerator - &below * &denominator;
        let to_above = &above * &denominator - &numerator;
        let (toward_zero, away) =
            if below.magnitude() <= above.magnitude() { (&below, &above) } else { (&above, &below) };
        let even = if below.is_even() { &below } else { &above };
        let nearest = |tie| match to_below.cmp(&to_above) {
            Ordering::Less => &below,
            Ordering::Greater => &above,
            Ordering::Equal => tie,
        };
        let multiple = match mode {
            "half up" => nearest(away),
            "half down" => nearest(toward_zero),
            "half even" => nearest(even),
            "up" => away,
            "down" => toward_zero,
            "ceiling" => &above,
            "floor" => &below,
            other => panic!("no mode {other}"),
        };
        Self::checked(multiple * &step.numerator, step.denominator)
    }

    /// The decimal by long division if it ends, else `n/d`.
    pub fn text(&self) -> String {
        // a denominator below 2^1024 of nothing but factors 2 and 5 divides 10^1024
        let ends = BigInt::from(10).modpow(&BigInt::from(BOUND_IN_BITS), &self.denominator) == BigInt::ZERO;
        if !ends {
            return format!("{}/{}", self.numerator, self.denominator);
        }
        let sign = if self.numerator < BigInt::ZERO { "-" } else { "" };
        let magnitude = BigInt::from(self.numerator.magnitude().clone());
        let whole = &magnitude / &self.denominator;
        let mut rest = &magnitude % &self.denominator;
        let mut decimals = String::new();
        while rest != BigInt::ZERO {
            rest *= 10;
            decimals.push_str(&(&rest / &self.denominator).to_string());
            rest %= &self.denominator;
        }
        let point = if decimals.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{decimals}")
    }
}
