//! The number that a sheet means: it keeps binary fractions, of which 15 digits can be trusted.
//!
//! A double whose shortest text has at most 15 digits is that decimal. One with more comes from binary arithmetic, as
//! `33.800000000000004` does from `33.8`; it is taken only where the cell's number format shows the same decimal that 15 digits
//! give, and refused else. So is a number of which the format shows less than there is.

/// How many digits of a decimal survive in a double.
const TRUSTED_DIGITS: usize = 15;

/// What a number format shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Shown {
    /// How many decimals; `None` where the format says nothing of them, as `General`.
    pub decimals: Option<usize>,
    /// How many digits there are at least before the point.
    pub whole: usize,
    /// A hundredfold with a percent sign.
    pub percent: bool,
}

/// A number in a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Read {
    /// The text of the number.
    Exact(String),
    /// The text of the number as it is shown, and what the file holds.
    AsShown(String, String),
    /// What is found, and what to do.
    Refused(String, String),
}

/// Reads a format code such as `#,##0.00`, `0.0%`, `00000`.
pub(super) fn shown(code: &str) -> Shown {
    let mut bare = String::new();
    let mut characters = code.chars();
    while let Some(character) = characters.next() {
        match character {
            ';' => break,
            '\\' | '_' | '*' => drop(characters.next()),
            '"' => drop(characters.find(|c| *c == '"')),
            '[' => drop(characters.find(|c| *c == ']')),
            other => bare.push(other),
        }
    }
    let digit = |c: &char| matches!(c, '0' | '#' | '?');
    let unusual = bare.contains(['E', 'e', '/', '@', 'G']) || !bare.contains(|c| digit(&c));
    // A comma after the last digit shows thousands as units.
    let scaled = bare.rfind(|c| digit(&c)).and_then(|at| bare.get(at..)).is_some_and(|rest| rest.contains(','));
    let percent = bare.contains('%');
    if unusual || scaled || bare.matches('%').count() > 1 {
        return Shown { percent, ..Shown::default() };
    }
    let (before, after) = bare.split_once('.').unwrap_or((&bare, ""));
    Shown {
        decimals: Some(after.chars().filter(digit).count()),
        whole: before.chars().filter(|c| *c == '0').count(),
        percent,
    }
}

/// The number that the double `held` means in a cell of this format.
pub(super) fn read(held: f64, shown: Shown) -> Read {
    if !held.is_finite() {
        return Read::Refused("holds a number that is not finite".into(), "write the number that is meant".into());
    }
    let shift: u8 = if shown.percent { 2 } else { 0 };
    let sign = if shown.percent { "%" } else { "" };
    let text = shifted(&format!("{held}"), shift.into());
    let trusted = shifted(&format!("{:.*e}", TRUSTED_DIGITS - 1, held), shift.into());
    let as_shown = |decimal: &str| shown.decimals.map(|decimals| with_decimals(decimal, decimals, shown.whole));
    if significant(&text) <= TRUSTED_DIGITS {
        return match as_shown(&text) {
            None => Read::Exact(format!("{text}{sign}")),
            Some(Some(padded)) => Read::Exact(format!("{padded}{sign}")),
            Some(None) => Read::Refused(
                format!("holds {text}{sign} and shows fewer decimals"),
                format!("write the number that is meant, or show {} decimals", decimals_of(&text)),
            ),
        };
    }
    if !text.contains('.') {
        return Read::Refused(
            format!("holds {text}, a whole number of more than 15 digits, of which the sheet keeps 15"),
            "format the cell as text and write it again".into(),
        );
    }
    match as_shown(&trusted) {
        Some(Some(padded)) => Read::AsShown(format!("{padded}{sign}"), format!("{text}{sign}")),
        _ => Read::Refused(
            format!("holds {text}{sign}, which binary arithmetic left behind; {trusted}{sign} was probably meant"),
            format!(
                "write {trusted}{sign}, or round in the formula: =ROUND(…, {})",
                decimals_of(&trusted).saturating_add(shift.into())
            ),
        ),
    }
}

/// The plain decimal of a number in plain or scientific notation, times a power of ten, without needless zeros.
fn shifted(text: &str, shift: i32) -> String {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let exponent = exponent.parse::<i32>().unwrap_or(0).saturating_add(shift);
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{decimals}");
    let point = i32::try_from(whole.len()).unwrap_or(i32::MAX).saturating_add(exponent);
    let length = i32::try_from(digits.len()).unwrap_or(i32::MAX);
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let (whole, decimals) = if point <= 0 {
        (String::new(), format!("{}{digits}", zeros(point.saturating_neg())))
    } else if point >= length {
        (format!("{digits}{}", zeros(point.saturating_sub(length))), String::new())
    } else {
        let (whole, decimals) = digits.split_at_checked(point as usize).unwrap_or((&digits, ""));
        (whole.to_owned(), decimals.to_owned())
    };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let decimals = decimals.trim_end_matches('0');
    let sign = if whole == "0" && decimals.is_empty() { "" } else { sign };
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

/// The decimal with so many decimals and at least so many digits before the point; `None` where it has more decimals.
fn with_decimals(text: &str, decimals: usize, whole: usize) -> Option<String> {
    let (sign, text) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (before, after) = text.split_once('.').unwrap_or((text, ""));
    if after.len() > decimals {
        return None;
    }
    let point = if decimals > 0 { "." } else { "" };
    Some(format!("{sign}{before:0>whole$}{point}{after:0<decimals$}"))
}

/// The digits from the first to the last that is not zero.
fn significant(text: &str) -> usize {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.trim_matches('0').len()
}

fn decimals_of(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, decimals)| decimals.len())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    fn exact(held: f64, code: &str) -> Read {
        read(held, shown(code))
    }

    #[test]
    fn formats_say_what_they_show() {
        let some = |decimals, whole, percent| Shown { decimals: Some(decimals), whole, percent };
        assert_eq!(shown("General"), Shown::default());
        assert_eq!(shown("@"), Shown::default());
        assert_eq!(shown("0.00E+00"), Shown::default());
        assert_eq!(shown("# ?/?"), Shown::default());
        assert_eq!(shown("#,##0,"), Shown::default());
        assert_eq!(shown("#,##0.00"), some(2, 1, false));
        assert_eq!(shown("0.0%"), some(1, 1, true));
        assert_eq!(shown("00000"), some(0, 5, false));
        assert_eq!(shown("\"USD\" #,##0.00_);[Red](#,##0.000)"), some(2, 1, false));
        assert_eq!(shown("[$€-407] 0.000"), some(3, 1, false));
        assert_eq!(shown("0.00\" per 100\""), some(2, 1, false));
    }

    #[test]
    fn a_number_is_the_decimal_that_was_typed() {
        for (held, code, text) in [
            (33.8, "General", "33.8"),
            (33.8, "0.00", "33.80"),
            (1665.25, "#,##0.00", "1665.25"),
            (0.185, "0.0%", "18.5%"),
            (0.07, "0%", "7%"),
            (-0.5, "General", "-0.5"),
            (-0.0, "0.00", "0.00"),
            (7030.0, "00000", "07030"),
            (1e15, "General", "1000000000000000"),
            (0.000_000_1, "General", "0.0000001"),
            (123_456_789.012_345, "General", "123456789.012345"),
        ] {
            assert_eq!(exact(held, code), Read::Exact(text.into()), "{held} as {code}");
        }
    }

    #[test]
    fn what_binary_arithmetic_left_is_taken_only_as_it_is_shown() {
        // 33.8 in steps of 0.1 from 33, as a sheet computes it.
        let dirty = 33.800000000000004;
        assert_eq!(exact(dirty, "0.00"), Read::AsShown("33.80".into(), "33.800000000000004".into()));
        assert_eq!(exact(0.1 + 0.2, "0.0%"), Read::AsShown("30.0%".into(), "30.000000000000004%".into()));
        assert_eq!(
            exact(dirty, "General"),
            Read::Refused(
                "holds 33.800000000000004, which binary arithmetic left behind; 33.8 was probably meant".into(),
                "write 33.8, or round in the formula: =ROUND(…, 1)".into()
            )
        );
        assert_eq!(
            exact(10.0 / 3.0, "0.00"),
            Read::Refused(
                "holds 3.3333333333333335, which binary arithmetic left behind; 3.33333333333333 was probably meant"
                    .into(),
                "write 3.33333333333333, or round in the formula: =ROUND(…, 14)".into()
            )
        );
    }

    #[test]
    fn what_is_not_shown_is_refused() {
        assert_eq!(
            exact(9.1249, "0.00"),
            Read::Refused(
                "holds 9.1249 and shows fewer decimals".into(),
                "write the number that is meant, or show 4 decimals".into()
            )
        );
        assert_eq!(
            exact(0.185, "0%"),
            Read::Refused(
                "holds 18.5% and shows fewer decimals".into(),
                "write the number that is meant, or show 1 decimals".into()
            )
        );
        let Read::Refused(found, advice) = exact(1_234_567_890_123_456.0, "General") else { panic!("taken") };
        assert_eq!(found, "holds 1234567890123456, a whole number of more than 15 digits, of which the sheet keeps 15");
        assert_eq!(advice, "format the cell as text and write it again");
    }
}
