//! Numbers as they are written, and what they become by one slip of typing.
//!
//! Text → where in it a number stands; figures → all figures that are one slip away: two neighbouring digits swapped, one digit another, one
//! too few or too many, the point moved by one or two places. None of them is the same number.

use crate::value::Number;
use std::collections::BTreeMap;
use std::ops::Range;

/// Numbers with more digits are nothing that is typed.
const MOST_DIGITS: usize = 18;

/// The places of the numbers that stand alone in a text: not those of dates and times, nor within names.
pub(super) fn places(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let is_figure = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'_');
    let belongs = |byte: Option<&u8>| {
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_' | b'.'))
    };
    let (mut found, mut at) = (Vec::new(), 0_usize);
    while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
        let length = rest.iter().take_while(|byte| is_figure(byte)).count();
        let end = at.saturating_add(length);
        let starts = rest.first().is_some_and(u8::is_ascii_digit);
        let before = at.checked_sub(1).and_then(|before| bytes.get(before));
        if starts && !belongs(before) && !belongs(bytes.get(end)) {
            found.push(at..end);
        }
        at = end.saturating_add(usize::from(length == 0));
    }
    found
}

/// The digits of a number, and how many of them stand behind the point.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Figures {
    digits: Vec<u8>,
    decimals: usize,
}

impl Figures {
    /// Figures as they are written, such as `20_000` or `45.20`.
    pub(super) fn read(text: &str) -> Option<Figures> {
        let plain = text.replace('_', "");
        let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
        let digits: Vec<u8> = whole.bytes().chain(decimals.bytes()).collect();
        let is_number = !whole.is_empty() && digits.len() <= MOST_DIGITS && digits.iter().all(u8::is_ascii_digit);
        is_number.then_some(Figures { digits, decimals: decimals.len() })
    }

    pub(super) fn number(&self) -> Option<Number> {
        Number::parse_exact(&self.text()).ok()
    }

    /// As it is written, without zeros before it.
    fn text(&self) -> String {
        let (whole, decimals) = self.digits.split_at(self.digits.len().saturating_sub(self.decimals));
        let text = |digits: &[u8]| digits.iter().copied().map(char::from).collect::<String>();
        let whole = text(whole);
        let whole = match whole.trim_start_matches('0') {
            "" => "0",
            significant => significant,
        };
        let missing = self.decimals.saturating_sub(decimals.len());
        match self.decimals {
            0 => whole.to_owned(),
            _ => format!("{whole}.{}{}", "0".repeat(missing), text(decimals)),
        }
    }

    /// All figures that are one slip away, by their values: of the same value those with as many decimals, and else the shortest.
    pub(super) fn slips(&self) -> BTreeMap<Number, String> {
        let mut all = Vec::new();
        self.other_digits(&mut all);
        self.more_and_fewer_digits(&mut all);
        self.moved_points(&mut all);
        all.sort_by_key(|one| (one.decimals != self.decimals, one.digits.len()));
        let own = self.number();
        let mut slips = BTreeMap::new();
        for one in &all {
            if let Some(number) = one.number().filter(|number| Some(number) != own.as_ref()) {
                slips.entry(number).or_insert_with(|| one.text());
            }
        }
        slips
    }

    /// Two neighbours swapped, or one digit another.
    fn other_digits(&self, all: &mut Vec<Figures>) {
        for at in 0..self.digits.len() {
            let mut swapped = self.clone();
            if at.saturating_add(1) < self.digits.len() {
                swapped.digits.swap(at, at.saturating_add(1));
                all.push(swapped);
            }
            for digit in b'0'..=b'9' {
                let mut other = self.clone();
                other.digits.iter_mut().skip(at).take(1).for_each(|own| *own = digit);
                all.push(other);
            }
        }
    }

    /// One digit left out; or one more, anywhere.
    fn more_and_fewer_digits(&self, all: &mut Vec<Figures>) {
        let whole = self.digits.len().saturating_sub(self.decimals);
        for at in 0..self.digits.len() {
            let mut fewer = self.clone();
            fewer.digits.remove(at);
            fewer.decimals = if at < whole { self.decimals } else { self.decimals.saturating_sub(1) };
            if !fewer.digits.is_empty() {
                all.push(fewer);
            }
        }
        for (at, digit) in (0..=self.digits.len()).flat_map(|at| (b'0'..=b'9').map(move |digit| (at, digit))) {
            let mut more = self.clone();
            more.digits.insert(at, digit);
            if at <= whole {
                all.push(more.clone());
            }
            if at >= whole {
                more.decimals = self.decimals.saturating_add(1);
                all.push(more);
            }
        }
    }

    /// The point one or two places to the left or right.
    fn moved_points(&self, all: &mut Vec<Figures>) {
        for places in 1..=2_usize {
            all.push(Figures { decimals: self.decimals.saturating_add(places), ..self.clone() });
            let mut larger = self.clone();
            larger.digits.extend(std::iter::repeat_n(b'0', places.saturating_sub(self.decimals)));
            larger.decimals = self.decimals.saturating_sub(places);
            all.push(larger);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_stand_alone_and_dates_are_none() {
        let found = |text: &str| places(text).into_iter().map(|at| text[at].to_owned()).collect::<Vec<_>>();
        assert_eq!(found("from 2026-01-05  27.5%"), ["27.5"]);
        assert_eq!(found("| 1 | c50, 18:00 || 20_000.50 USD per cwt |"), ["1", "20_000.50"]);
        assert_eq!(found("6,20000,2026-01-05,,31.10"), ["6", "20000", "31.10"]);
        assert!(found("rate_2 -3 v1.2").is_empty());
    }

    #[test]
    fn slips_are_those_of_a_hand_on_a_keyboard() {
        let slips = |text: &str| Figures::read(text).unwrap().slips();
        let all: Vec<String> = slips("45.20").into_values().collect();
        // Swapped (across the point too), another digit, one too few, one too many, the point moved.
        for expected in
            ["54.20", "42.50", "45.02", "48.20", "45.29", "5.20", "45.0", "445.20", "45.120", "4.520", "4520", "0.4520"]
        {
            assert!(
                all.iter().any(|one| Number::parse_exact(one) == Number::parse_exact(expected)),
                "{expected}: {all:?}"
            );
        }
        for other in ["45.20", "45.2", "20.45", "42.05", "12.34"] {
            assert!(!all.iter().any(|one| Number::parse_exact(one) == Number::parse_exact(other)), "{other}");
        }
        let of_one: Vec<String> = slips("5").into_values().collect();
        assert!(
            ["8", "50", "500", "0.05", "5.5", "15"].iter().all(|one| of_one.iter().any(|other| other == one)),
            "{of_one:?}"
        );
        assert_eq!(Figures::read("1.2.3"), None);
        assert_eq!(Figures::read("0.05").unwrap().text(), "0.05");
    }
}
