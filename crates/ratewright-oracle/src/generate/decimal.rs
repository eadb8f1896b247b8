//! Decimals and days as the generator writes them: small whole numbers and a scale; a day counted from 1970-01-01.

use std::fmt;

/// `digits` / 10^`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    pub digits: i64,
    pub scale: u8,
}

impl Decimal {
    pub fn whole(digits: i64) -> Self {
        Decimal { digits, scale: 0 }
    }

    /// It and so many steps of its last decimal; of a whole number, of 1.
    pub fn moved(self, steps: i64) -> Self {
        Decimal { digits: self.digits.saturating_add(steps), ..self }
    }

    /// With more decimals, so that a step is smaller.
    pub fn finer(self) -> Self {
        Decimal { digits: self.digits.saturating_mul(10), scale: self.scale.saturating_add(1) }
    }

    pub fn is_negative(self) -> bool {
        self.digits < 0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = usize::from(self.scale).saturating_add(1);
        let text = format!("{:0>width$}", self.digits.unsigned_abs());
        let (whole, part) = text.split_at(text.len().saturating_sub(usize::from(self.scale)));
        let sign = if self.is_negative() { "-" } else { "" };
        if part.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{part}") }
    }
}

/// A day, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(pub i64);

impl Day {
    pub fn of(year: i64, month: i64, day: i64) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        Day(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    pub fn moved(self, days: i64) -> Self {
        Day(self.0.saturating_add(days))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = self.0.saturating_add(719_468);
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_and_days_are_written_as_rules_write_them() {
        assert_eq!(Decimal { digits: -5, scale: 3 }.to_string(), "-0.005");
        assert_eq!(Decimal { digits: 1250, scale: 2 }.moved(1).to_string(), "12.51");
        assert_eq!(Decimal::whole(7).finer().moved(-1).to_string(), "6.9");
        for (day, text) in [
            (Day::of(1970, 1, 1), "1970-01-01"),
            (Day::of(2024, 2, 29).moved(1), "2024-03-01"),
            (Day::of(2026, 1, 1).moved(-1), "2025-12-31"),
            (Day::of(2100, 2, 28).moved(1), "2100-03-01"),
        ] {
            assert_eq!(day.to_string(), text);
        }
    }
}
