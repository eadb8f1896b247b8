//! The seven rounding modes: given where a value lies between two multiples of a step, which of the two is taken.
//!
//! The decision is one function, used alike by the small lane and by big fractions.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Which multiple of the step a rounding takes. The words of the rule language are those of `Display`: `half up`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundingMode {
    /// To the nearest; a tie goes away from zero: 0.5 → 1, -0.5 → -1. What merchants mean by rounding, and the default.
    #[default]
    HalfUp,
    /// To the nearest; a tie goes to the even multiple of the step: 0.5 → 0, 1.5 → 2.
    HalfEven,
    /// To the nearest; a tie goes toward zero: 0.5 → 0, -0.5 → 0.
    HalfDown,
    /// Away from zero: 0.1 → 1, -0.1 → -1.
    Up,
    /// Toward zero: 0.9 → 0, -0.9 → 0.
    Down,
    /// Toward plus infinity: 0.1 → 1, -0.9 → 0.
    Ceiling,
    /// Toward minus infinity: 0.9 → 0, -0.1 → -1.
    Floor,
}

impl RoundingMode {
    /// Every mode, in the order of the reference.
    pub const ALL: [RoundingMode; 7] = [
        RoundingMode::HalfUp,
        RoundingMode::HalfEven,
        RoundingMode::HalfDown,
        RoundingMode::Up,
        RoundingMode::Down,
        RoundingMode::Ceiling,
        RoundingMode::Floor,
    ];

    /// The words of the rule language.
    pub fn words(self) -> &'static str {
        match self {
            RoundingMode::HalfUp => "half up",
            RoundingMode::HalfEven => "half even",
            RoundingMode::HalfDown => "half down",
            RoundingMode::Up => "up",
            RoundingMode::Down => "down",
            RoundingMode::Ceiling => "ceiling",
            RoundingMode::Floor => "floor",
        }
    }

    /// The mode with these words, written with single spaces.
    pub fn from_words(words: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.words() == words)
    }

    /// Whether a value that lies strictly between two multiples takes the one farther from zero.
    /// `odd`: the nearer-to-zero multiple is an odd one; `half`: the remainder compared with half a step.
    pub(super) fn goes_away_from_zero(self, negative: bool, odd: bool, half: Ordering) -> bool {
        match self {
            RoundingMode::HalfUp => half != Ordering::Less,
            RoundingMode::HalfDown => half == Ordering::Greater,
            RoundingMode::HalfEven => half == Ordering::Greater || (half == Ordering::Equal && odd),
            RoundingMode::Up => true,
            RoundingMode::Down => false,
            RoundingMode::Ceiling => !negative,
            RoundingMode::Floor => negative,
        }
    }
}

impl fmt::Display for RoundingMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}
