//! What a column holds, told by the looks of its cells.
//!
//! Each cell looks like something by itself; what most of the cells look like is what the column is meant to hold, and the others are
//! what is wrong with it. Cells that look nearly like a number, a date or yes and no count as such here, and are refused later.

use ratewright::check::{CellFault, CellTrial};
use ratewright::table::Role;
use ratewright::types::Type;
use ratewright::value::{Date, Instant, Number, TimeOfDay};
use std::collections::BTreeMap;

/// What a cell looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// Nothing stands there.
    Empty,
    /// A whole number.
    Whole,
    /// A number with decimals.
    Decimal,
    /// Digits that begin with a zero: `07030`.
    Code,
    /// `18.5%`
    Percent,
    /// A number that is not written as one: `1,665.25`, `225 [1]`.
    NearNumber,
    /// `2026-01-05`
    Date,
    /// `1/5/2026`
    NearDate,
    /// `08:00`
    Time,
    /// `2026-03-03T19:59:40Z`
    Instant,
    /// `yes`, `no`
    YesNo,
    /// `TRUE`, `N`
    NearYesNo,
    /// `over 1 up to 10`
    Range,
    /// `2-10`, `11+`
    NearRange,
    /// `any`, `*`
    Any,
    /// A mark that stands for no value: `-`, `n/a`, `[1]`.
    Placeholder,
    /// Anything else.
    Text,
}

/// Tells looks.
pub struct Looks {
    number: CellTrial,
    range: CellTrial,
}

impl Default for Looks {
    fn default() -> Self {
        Looks { number: CellTrial::new(Role::Value, &Type::Number), range: CellTrial::new(Role::Range, &Type::Number) }
    }
}

impl Looks {
    /// What a cell looks like.
    pub fn of(&mut self, text: &str) -> Look {
        let text = text.trim();
        if text.is_empty() {
            return Look::Empty;
        }
        let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
        if has_digit && Number::parse_literal(text).is_ok() {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            return match (digits, text.len() > 1 && text.starts_with('0'), text.contains('.')) {
                (true, true, _) => Look::Code,
                (_, _, true) => Look::Decimal,
                _ => Look::Whole,
            };
        }
        let lower = text.to_ascii_lowercase();
        match lower.as_str() {
            "any" | "*" => return Look::Any,
            "yes" | "no" => return Look::YesNo,
            "true" | "false" | "y" | "n" => return Look::NearYesNo,
            "-" | "--" | "–" | "—" | "n/a" | "#n/a" | "null" | "none" | "tbd" | "?" | "." => {
                return Look::Placeholder;
            }
            _ if text.starts_with('[') && text.ends_with(']') && text.len() < 6 => return Look::Placeholder,
            _ if !has_digit => return Look::Text,
            _ => {}
        }
        if text.strip_suffix('%').is_some_and(|number| Number::parse_literal(number.trim_end()).is_ok()) {
            return Look::Percent;
        }
        if Date::parse(text).is_some() {
            return Look::Date;
        }
        if TimeOfDay::parse(text).is_some() {
            return Look::Time;
        }
        if Instant::parse(text).is_some() {
            return Look::Instant;
        }
        if near_date(text) {
            return Look::NearDate;
        }
        let meant = |fault: CellFault| fault.meant.is_some_and(|meant| Number::parse_literal(&meant).is_ok());
        if self.number.read(text).is_err_and(meant) {
            return Look::NearNumber;
        }
        match self.range.read(text) {
            Ok(_) => Look::Range,
            Err(CellFault { meant: Some(meant), .. }) if self.range.read(&meant).is_ok() => Look::NearRange,
            Err(_) => Look::Text,
        }
    }
}

/// `1/5/2026`, `05.01.2026`, `2026/01/05`, `05-Jan-2026`.
fn near_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['/', '.', '-', ' ']).collect();
    let number = |part: &str| part.parse::<u32>().ok().filter(|_| part.len() <= 4);
    let year = |part: &str| part.len() == 4 && number(part).is_some_and(|year| (1900..2200).contains(&year));
    let small = |part: &str| part.len() <= 2 && number(part).is_some_and(|day| (1..=31).contains(&day));
    let month = |part: &str| small(part) || (part.len() == 3 && part.chars().all(char::is_alphabetic));
    match parts.as_slice() {
        [a, b, c] => (small(a) && month(b) && year(c)) || (year(a) && month(b) && small(c)),
        _ => false,
    }
}

/// What a column is meant to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Numbers; `true` where all of them are whole.
    Number(bool),
    /// Percents.
    Percent,
    /// Ranges of numbers.
    Range,
    /// Days.
    Date,
    /// Times of day.
    Time,
    /// Points in time.
    Instant,
    /// Yes or no.
    YesNo,
    /// Texts of digits, whose leading zeros count.
    Code,
    /// Texts.
    Text,
    /// Nothing at all.
    Nothing,
}

impl Kind {
    /// In words, as in "a column of …".
    pub fn words(self) -> &'static str {
        match self {
            Kind::Number(true) => "whole numbers",
            Kind::Number(false) => "numbers",
            Kind::Percent => "percents",
            Kind::Range => "ranges",
            Kind::Date => "dates",
            Kind::Time => "times of day",
            Kind::Instant => "points in time",
            Kind::YesNo => "yes and no",
            Kind::Code => "codes of digits",
            Kind::Text => "texts",
            Kind::Nothing => "nothing",
        }
    }

    /// How its cells are read, as keys or as values.
    pub(crate) fn trial(self) -> CellTrial {
        match self {
            Kind::Number(true) => CellTrial::new(Role::Value, &Type::Integer),
            Kind::Number(false) => CellTrial::new(Role::Value, &Type::Number),
            Kind::Percent => CellTrial::new(Role::Value, &Type::Percent),
            Kind::Range => CellTrial::new(Role::Range, &Type::Number),
            Kind::Date => CellTrial::new(Role::Value, &Type::Date),
            Kind::Time => CellTrial::new(Role::Value, &Type::Time),
            Kind::Instant => CellTrial::new(Role::Value, &Type::Instant),
            Kind::YesNo => CellTrial::new(Role::Value, &Type::YesNo),
            Kind::Code | Kind::Text | Kind::Nothing => CellTrial::new(Role::Value, &Type::Text),
        }
    }
}

/// What the cells of a column look like, counted.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    counts: BTreeMap<Look, usize>,
    /// How many cells of digits have how many of them.
    lengths: BTreeMap<usize, usize>,
    /// The same, of those that begin with a zero.
    zero_lengths: BTreeMap<usize, usize>,
}

impl Profile {
    /// Adds a cell.
    pub fn add(&mut self, look: Look, text: &str) {
        let count = self.counts.entry(look).or_default();
        *count = count.saturating_add(1);
        if matches!(look, Look::Whole | Look::Code) && text.len() < 64 {
            for lengths in
                std::iter::once(&mut self.lengths).chain((look == Look::Code).then_some(&mut self.zero_lengths))
            {
                let count = lengths.entry(text.len()).or_default();
                *count = count.saturating_add(1);
            }
        }
    }

    /// How many cells have one of these looks.
    pub fn count(&self, looks: &[Look]) -> usize {
        looks.iter().filter_map(|look| self.counts.get(look)).sum()
    }

    /// How many digits codes have, where all that begin with a zero have as many, and no other has more.
    pub fn code_length(&self) -> Option<usize> {
        let (longest, _) = self.lengths.last_key_value()?;
        let zeros = self.zero_lengths.keys().all(|length| length == longest);
        (zeros && !self.zero_lengths.is_empty()).then_some(*longest)
    }

    /// What the column is meant to hold: what four fifths of its cells look like.
    pub fn kind(&self) -> Kind {
        use Look::*;
        let all: usize = self.counts.values().sum();
        let counted = all.saturating_sub(self.count(&[Empty, Placeholder]));
        if counted == 0 {
            return if self.count(&[Placeholder]) > 0 { Kind::Text } else { Kind::Nothing };
        }
        let most = |looks: &[Look]| self.count(looks).saturating_mul(5) >= counted.saturating_mul(4);
        let some = |looks: &[Look]| self.count(looks) > 0;
        let numbers = [Whole, Decimal, NearNumber];
        if some(&[Code]) && most(&[Code, Whole, Any]) {
            // A single 0 or 007 among numbers would not make them codes.
            return Kind::Code;
        }
        if some(&[Percent])
            && self.count(&[Percent]) >= self.count(&numbers)
            && most(&[Percent, Whole, Decimal, NearNumber])
        {
            return Kind::Percent;
        }
        if most(&numbers) {
            return Kind::Number(!some(&[Decimal, NearNumber]));
        }
        if some(&[Range, NearRange]) && most(&[Whole, Decimal, NearNumber, Range, NearRange, Any]) {
            return Kind::Range;
        }
        if most(&[Date, NearDate]) {
            return Kind::Date;
        }
        if most(&[YesNo, NearYesNo]) {
            return Kind::YesNo;
        }
        if most(&[Time]) {
            return Kind::Time;
        }
        if most(&[Instant]) {
            return Kind::Instant;
        }
        Kind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_look_like_what_they_are_meant_for() {
        let mut looks = Looks::default();
        for (text, look) in [
            ("", Look::Empty),
            ("12", Look::Whole),
            ("-12.50", Look::Decimal),
            ("07030", Look::Code),
            ("0", Look::Whole),
            ("18.5%", Look::Percent),
            ("1,665.25", Look::NearNumber),
            ("225 [1]", Look::NearNumber),
            ("€ 12.50", Look::NearNumber),
            ("12,5", Look::NearNumber),
            ("2026-01-05", Look::Date),
            ("1/5/2026", Look::NearDate),
            ("05.01.2026", Look::NearDate),
            ("5-Jan-2026", Look::NearDate),
            ("08:00", Look::Time),
            ("2026-03-03T19:59:40Z", Look::Instant),
            ("yes", Look::YesNo),
            ("TRUE", Look::NearYesNo),
            ("over 1 up to 10", Look::Range),
            ("2-10", Look::NearRange),
            ("11+", Look::NearRange),
            ("any", Look::Any),
            ("n/a", Look::Placeholder),
            ("[1]", Look::Placeholder),
            ("Zone 3", Look::Text),
            ("AB10", Look::Text),
            ("4A", Look::Text),
            ("GB", Look::Text),
        ] {
            assert_eq!(looks.of(text), look, "{text}");
        }
    }

    #[test]
    fn a_column_is_what_four_fifths_of_it_look_like() {
        let kind = |cells: &[&str]| {
            let (mut looks, mut profile) = (Looks::default(), Profile::default());
            cells.iter().for_each(|cell| profile.add(looks.of(cell), cell));
            profile.kind()
        };
        assert_eq!(kind(&["1", "2", "3", "", "-"]), Kind::Number(true));
        assert_eq!(kind(&["1", "2.5", "1,000"]), Kind::Number(false));
        assert_eq!(kind(&["1", "2", "3", "4", "x"]), Kind::Number(true));
        assert_eq!(kind(&["1", "2", "3", "x"]), Kind::Text);
        assert_eq!(kind(&["07030", "10001"]), Kind::Code);
        assert_eq!(kind(&["18.5%", "17%", "3"]), Kind::Percent);
        assert_eq!(kind(&["up to 1", "over 1 up to 2", "3"]), Kind::Range);
        assert_eq!(kind(&["2026-01-05", "1/5/2026"]), Kind::Date);
        assert_eq!(kind(&["yes", "N"]), Kind::YesNo);
        assert_eq!(kind(&["", ""]), Kind::Nothing);
    }
}
