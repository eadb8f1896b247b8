//! Numbers as people read them: thousands apart, amounts with their currency, parts as percentages. Exact; only percentages are rounded.

use ratewright::quote::Money;
use ratewright::value::{Currency, Number, RoundingMode};

/// `12,345`
pub fn grouped(number: impl TryInto<u64>) -> String {
    // What is no count of so many digits is not counted anywhere here.
    group(&number.try_into().unwrap_or(u64::MAX).to_string())
}

/// `1 row`, `2,000 rows`
pub fn count_of(number: impl TryInto<u64>, one: &str, many: &str) -> String {
    let number = grouped(number);
    let what = if number == "1" { one } else { many };
    format!("{number} {what}")
}

/// `1 case`, `1,204 cases`
pub fn cases_of(count: u64) -> String {
    count_of(count, "case", "cases")
}

/// The digits before the point of a plain decimal, thousands apart: `-12345.678` → `-12,345.678`.
fn group(decimal: &str) -> String {
    let (sign, digits) = match decimal.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", decimal),
    };
    let (whole, rest) = digits.split_at(digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len()));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && whole.len().saturating_sub(at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text + rest
}

/// `12,345.60 USD`
pub fn amount(money: &Money) -> String {
    group(&money.to_string())
}

/// A text in which amounts of money have their thousands apart, as those around it: `LINE 1306.22 USD` → `LINE 1,306.22 USD`.
pub fn amounts_in(text: &str) -> String {
    let is_number = |letter: char| letter.is_ascii_digit() || letter == '.';
    let (mut all, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, number) = rest.split_at(start);
        let (number, behind) = number.split_at(number.find(|letter| !is_number(letter)).unwrap_or(number.len()));
        let is_of_money = behind.strip_prefix(' ').is_some_and(begins_with_currency);
        // Digits behind a letter, a digit or a comma are a part of something else.
        let is_whole = !before.ends_with(|letter: char| letter.is_alphanumeric() || ",._".contains(letter));
        all += before;
        all += &if is_of_money && is_whole { group(number) } else { number.to_owned() };
        rest = behind;
    }
    all + rest
}

fn begins_with_currency(text: &str) -> bool {
    let code = text.get(..3).filter(|code| code.parse::<Currency>().is_ok());
    code.is_some() && !text.chars().nth(3).is_some_and(char::is_alphanumeric)
}

/// `+12,345.60 USD`, `-0.01 USD`; nothing has no sign.
pub fn signed(money: &Money) -> String {
    let sign = if money.amount.is_positive() { "+" } else { "" };
    format!("{sign}{}", amount(money))
}

/// A part of one as a percentage for reading: `2.14%`.
pub fn percent(part: &Number) -> String {
    let hundredth = Number::from_scaled(1, 2).unwrap_or(Number::ONE);
    let percent = part
        .mul(&Number::from_i64(100))
        .and_then(|percent| percent.round_to(&hundredth, RoundingMode::HalfUp))
        .unwrap_or_default();
    format!("{percent}%")
}

/// A count of a whole as a percentage, never shown as none or all of it where it is not: `under 0.01%`, `99.99%`.
pub fn part(count: u64, all: u64) -> String {
    let hundredths = u128::from(count).saturating_mul(10_000).checked_div(u128::from(all)).unwrap_or(0);
    if count > 0 && hundredths == 0 {
        return "under 0.01%".to_owned();
    }
    let part = Number::from_scaled(i128::try_from(hundredths).unwrap_or(i128::MAX), 4).unwrap_or_default();
    percent(&part)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0_u64, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([0_u64, 1, 1_204].map(cases_of), ["0 cases", "1 case", "1,204 cases"]);
        let amounts = ["-1234567.8915 USD", "1000 JPY", "-999.5 USD", "0 USD"];
        let amounts = amounts.map(|text| amount(&text.parse().unwrap()));
        assert_eq!(amounts, ["-1,234,567.8915 USD", "1,000 JPY", "-999.50 USD", "0.00 USD"]);
    }

    #[test]
    fn amounts_in_a_text_have_their_thousands_apart() {
        for (text, said) in [
            ("LINE 1306.22 USD = 5278 lb × 24.75 USD per cwt", "LINE 1,306.22 USD = 5278 lb × 24.75 USD per cwt"),
            ("-12345 JPY, +1000.50 EUR", "-12,345 JPY, +1,000.50 EUR"),
            ("S-20260302 USD1000 and 1,306.22 USD", "S-20260302 USD1000 and 1,306.22 USD"),
            ("x1000 USD, 1000 USDX, 1000 USD.", "x1000 USD, 1000 USDX, 1,000 USD."),
            ("运费 1000 USD 2026-03-02", "运费 1,000 USD 2026-03-02"),
            ("1000 运费", "1000 运费"),
        ] {
            assert_eq!(amounts_in(text), said);
        }
    }

    #[test]
    fn nearly_all_is_not_all() {
        assert_eq!(part(999_999, 1_000_000), "99.99%");
        assert_eq!(part(1, 1_000_000), "under 0.01%");
        assert_eq!((part(1, 4), part(3, 3), part(0, 0)), ("25%".to_owned(), "100%".to_owned(), "0%".to_owned()));
    }
}
