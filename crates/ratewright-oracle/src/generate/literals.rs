//! Literals of every type, and ranges of them; each threshold is noted, so that inputs come near it.

use super::decimal::{Day, Decimal};
use super::types::{DIMENSIONS, Ty, Unit};
use super::writer::{Landmark, Level, Piece, Writer};

/// Zones whose clocks change, that are half an hour off, that skipped a day.
pub const ZONES: &[&str] = &[
    "Europe/London",
    "America/New_York",
    "Asia/Tokyo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Pacific/Apia",
    "UTC",
];

pub const TEXTS: &[&str] = &["A", "AB", "AB1", "B", "430", "43004", "06510", "ZE1", "a b", "Überlänge", "运费"];

/// Days on which something changes: ends of months and years, leap days, changes of the clock.
const DAYS: &[(i64, i64, i64)] = &[
    (2026, 1, 5),
    (2026, 1, 1),
    (2026, 2, 28),
    (2026, 3, 29),
    (2026, 6, 30),
    (2026, 7, 1),
    (2026, 10, 25),
    (2026, 12, 31),
    (2024, 2, 29),
    (2025, 12, 31),
    (2026, 3, 8),
    (2027, 1, 3),
];

/// A point in time, by its seconds since 1970.
pub fn instant(seconds: i64) -> String {
    let (day, clock) = (Day(seconds.div_euclid(86_400)), seconds.rem_euclid(86_400));
    format!("{day}T{:02}:{:02}:{:02}Z", clock / 3_600, clock / 60 % 60, clock % 60)
}

impl Writer<'_> {
    /// A small decimal, not negative.
    pub fn decimal(&mut self) -> Decimal {
        match self.c.below(8) {
            0..=2 => Decimal::whole(self.c.between(0, 12) as i64),
            3 | 4 => Decimal { digits: self.c.between(0, 2_000) as i64, scale: 2 },
            5 => Decimal { digits: self.c.between(0, 999) as i64, scale: 1 },
            6 => Decimal { digits: self.c.between(0, 20_000) as i64, scale: 3 },
            _ => Decimal::whole(self.c.among(100, &[1_000, 500, 150, 10_240, 999_999, 1_000_000_000_000])),
        }
    }

    /// A small decimal over zero.
    pub fn positive(&mut self) -> Decimal {
        let decimal = self.decimal();
        if decimal.digits == 0 { Decimal::whole(1) } else { decimal }
    }

    pub fn day(&mut self) -> Day {
        let (year, month, day) = self.c.among((2026, 1, 5), DAYS);
        let day = Day::of(year, month, day);
        if self.c.once_in(3) { day.moved(self.c.between(0, 60) as i64 - 30) } else { day }
    }

    /// How a magnitude with these digits is written.
    pub fn magnitude(ty: &Ty, decimal: Decimal) -> String {
        match ty {
            Ty::Percent => format!("{decimal}%"),
            Ty::Number | Ty::Integer => decimal.to_string(),
            _ => format!("{decimal} {}", ty.unit()),
        }
    }

    /// A magnitude of the type over zero.
    pub fn step(&mut self, ty: &Ty) -> String {
        let decimal = match ty {
            Ty::Integer => Decimal::whole(self.c.between(1, 12) as i64),
            Ty::Money(_) | Ty::Rate(..) => self.c.among(
                Decimal { digits: 1, scale: 2 },
                &[
                    Decimal { digits: 5, scale: 2 },
                    Decimal { digits: 25, scale: 2 },
                    Decimal::whole(1),
                    Decimal { digits: 5, scale: 3 },
                ],
            ),
            _ => match self.c.below(3) {
                0 => Decimal::whole(1),
                1 => {
                    self.c.among(Decimal { digits: 5, scale: 1 }, &[Decimal { digits: 1, scale: 1 }, Decimal::whole(5)])
                }
                _ => self.positive(),
            },
        };
        Self::magnitude(ty, decimal)
    }

    /// A literal of a type that has some.
    pub fn literal(&mut self, ty: &Ty) -> Option<Piece> {
        Some(match ty {
            Ty::Integer => {
                let decimal = Decimal::whole(self.c.between(0, 12) as i64);
                self.landmark(ty, Landmark::Number(decimal, String::new()));
                Piece::primary(decimal.to_string())
            }
            ty if ty.is_magnitude() => {
                let decimal = self.decimal();
                // Another unit of the dimension than the one wanted, at times.
                let ty = &if self.c.once_in(8) { self.other_unit(ty) } else { ty.clone() };
                self.landmark(ty, Landmark::Number(decimal, ty.unit()));
                let literal = Self::magnitude(ty, decimal);
                match self.c.once_in(12) {
                    true => Piece::new(format!("-{literal}"), Level::Unary),
                    // `3 USD per lb` would go on with what stands behind it.
                    false if matches!(ty, Ty::Rate(..)) => Piece::new(literal, Level::Unary),
                    false => Piece::primary(literal),
                }
            }
            Ty::Date => {
                let day = self.day();
                self.landmark(ty, Landmark::Day(day));
                Piece::primary(day.to_string())
            }
            Ty::Time => Piece::primary(self.time()),
            Ty::Instant => {
                let day = self.day();
                let seconds = self.c.among(0, &[3_600, 1_800, 5_400, 71_980, 86_399, 43_200]);
                self.landmark(ty, Landmark::Instant(day.0.saturating_mul(86_400).saturating_add(seconds)));
                let clock = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
                let offset = self.c.among("Z", &["+01:00", "-05:00"]);
                Piece::primary(format!("{day}T{clock}{offset}"))
            }
            Ty::Months => {
                let count = self.c.between(0, 14);
                Piece::primary(if self.c.once_in(4) { "1 year".to_owned() } else { format!("{count} months") })
            }
            Ty::Text => {
                let text = self.text();
                self.landmark(ty, Landmark::Text(text.clone()));
                Piece::primary(format!("\"{text}\""))
            }
            Ty::YesNo => Piece::primary(self.c.among("yes", &["no"])),
            Ty::Enum(name) => {
                let members = self.members_of(name);
                let member = self.c.one_of(&members)?.clone();
                Piece::primary(if self.c.once_in(4) { format!("{name}.{member}") } else { member })
            }
            _ => return None,
        })
    }

    pub fn time(&mut self) -> String {
        let seconds = self.c.among(28_800, &[0, 43_200, 79_200, 7_200, 3_600, 86_399, 72_000]);
        self.landmark(&Ty::Time, Landmark::Time(seconds));
        self.landmark(&Ty::Instant, Landmark::Time(seconds));
        let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
        if seconds == 0 { format!("{hours:02}:{minutes:02}") } else { format!("{hours:02}:{minutes:02}:{seconds:02}") }
    }

    pub fn text(&mut self) -> String {
        self.c.among("A", TEXTS).to_owned()
    }

    /// The same type in some unit of its dimension.
    pub fn other_unit(&mut self, ty: &Ty) -> Ty {
        let mut other = |unit: &Unit| {
            let known = DIMENSIONS.iter().find(|known| known.0 == unit.dimension);
            let name =
                known.and_then(|known| self.c.one_of(known.1)).map_or(unit.name.clone(), |name| (*name).to_owned());
            Unit { name, ..unit.clone() }
        };
        match ty {
            Ty::Quantity(unit) if unit.known => Ty::Quantity(other(unit)),
            Ty::Rate(currency, unit) if unit.known => Ty::Rate(currency.clone(), other(unit)),
            ty => ty.clone(),
        }
    }

    /// Some values of the type that rise, as literals; fewer where the type has fewer.
    pub fn rising(&mut self, ty: &Ty, count: usize) -> Vec<String> {
        let marks = self.rising_marks(ty, count);
        marks.into_iter().map(|mark| mark.literal(ty)).collect()
    }

    /// The same, as what inputs are drawn to.
    pub fn rising_marks(&mut self, ty: &Ty, count: usize) -> Vec<Landmark> {
        let mut marks = Vec::new();
        match ty {
            Ty::Date => {
                let mut day = self.day();
                for _ in 0..count {
                    marks.push(Landmark::Day(day));
                    day = day.moved(self.c.between(1, 90) as i64);
                }
            }
            Ty::Time => {
                let mut hour = 7;
                while hour < 24 && marks.len() < count {
                    marks.push(Landmark::Time(hour * 3_600));
                    hour = hour.saturating_add(self.c.between(1, 5) as i64);
                }
            }
            Ty::Instant => {
                let mut at = self.day().0.saturating_mul(86_400);
                for _ in 0..count {
                    marks.push(Landmark::Instant(at));
                    at = at.saturating_add(self.c.among(3_600, &[1, 86_400, 2_592_000]));
                }
            }
            Ty::Text => {
                let mut texts: Vec<&str> = TEXTS.iter().copied().filter(|_| self.c.once_in(2)).take(count).collect();
                texts.sort_unstable();
                marks.extend(texts.iter().map(|text| Landmark::Text((*text).to_owned())));
            }
            ty => {
                let scale = if *ty == Ty::Integer { 0 } else { self.c.among(0, &[0, 1, 2]) };
                let mut digits = self.c.between(0, 9) as i64;
                for _ in 0..count {
                    marks.push(Landmark::Number(Decimal { digits, scale }, ty.unit()));
                    digits = digits.saturating_add(self.c.between(1, 40) as i64);
                }
            }
        }
        marks.iter().for_each(|mark| self.landmark(ty, mark.clone()));
        marks
    }
}

impl Landmark {
    /// As rules write it.
    pub fn literal(&self, ty: &Ty) -> String {
        match self {
            Landmark::Number(decimal, _) => Writer::magnitude(ty, *decimal),
            Landmark::Day(day) => day.to_string(),
            Landmark::Text(text) => format!("\"{text}\""),
            Landmark::Time(at) => format!("{:02}:{:02}", at / 3_600, at / 60 % 60),
            Landmark::Instant(at) => instant(*at),
        }
    }
}
