//! Reading and writing numbers, held against patterns of what each notation takes and against the oracle's fractions.

use num_bigint::BigInt;
use ratewright::value::{Number, ParseNumberError};
use regex_lite::Regex;

use super::oracle::Exact;
use super::{Random, setting, ten_to};

/// A text that is a number, or nearly one.
fn nearly_a_number(random: &mut Random) -> String {
    let digits = |random: &mut Random| {
        let length = [1, 2, 3, random.below(9), random.below(26)][random.below(5) as usize];
        let zeros = random.below(3) == 0;
        let digit = |random: &mut Random| if zeros { b'0' } else { b'0' + random.below(10) as u8 };
        (0..length).map(|_| char::from(digit(random))).collect::<String>()
    };
    let mut text = ["", "", "", "-", "-", "+"][random.below(6) as usize].to_owned();
    text.push_str(&digits(random));
    if random.below(3) > 0 {
        text.push('.');
        text.push_str(&digits(random));
    }
    if random.below(8) == 0 {
        text.push_str(["e", "E", "e+", "E-", "/", "_"][random.below(6) as usize]);
        text.push_str(&digits(random).chars().take(2).collect::<String>());
    }
    if random.below(8) == 0 {
        let place = random.below(text.len() as u64 + 1) as usize;
        text.insert(place, ['.', '-', '_', ' ', '0', ',', '٣', ':', '\0'][random.below(9) as usize]);
    }
    text
}

/// The number that a text of an accepted form denotes.
fn denoted(text: &str) -> Exact {
    let text = text.replace(['_', '+'], "").to_lowercase();
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (mantissa, exponent) = (Exact::parse(mantissa), exponent.parse::<i32>().unwrap());
    let power = ten_to(exponent.unsigned_abs().into());
    match exponent < 0 {
        true => Exact::new(mantissa.numerator, mantissa.denominator * power),
        false => Exact::new(mantissa.numerator * power, mantissa.denominator),
    }
}

#[test]
fn every_notation_takes_its_form_and_nothing_else() {
    type Reader = fn(&str) -> Result<Number, ParseNumberError>;
    let notations: [(&str, Reader); 4] = [
        (r"^[+-]?[0-9]+(\.[0-9]+)?$", Number::parse),
        (r"^[+-]?[0-9](_*[0-9])*(\.[0-9](_*[0-9])*)?$", Number::parse_literal),
        (r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?0*([0-9]{1,2}|100))?$", Number::parse_json),
        (r"^[+-]?[0-9]+(\.[0-9]+)?$|^[+-]?[0-9]+/0*[1-9][0-9]*$", Number::parse_exact),
    ];
    let notations = notations.map(|(pattern, reader)| (Regex::new(pattern).unwrap(), reader));
    let mut random = Random(setting("RATEWRIGHT_ARITHMETIC_SEED", 20_260_105));
    let mut read = 0;
    for _ in 0..setting("RATEWRIGHT_ARITHMETIC_OPERATIONS", 24_000) / 4 {
        let text = nearly_a_number(&mut random);
        for (index, (pattern, reader)) in notations.iter().enumerate() {
            let about = format!("{text:?} in notation {index}");
            match reader(&text) {
                Ok(number) => {
                    assert!(pattern.is_match(&text), "{about}: {number}");
                    assert_eq!(number.to_string(), denoted(&text).text(), "{about}");
                    read += 1;
                }
                Err(error) => assert!(!pattern.is_match(&text), "{about}: {error}"),
            }
        }
    }
    assert!(read > 3_000, "only {read} texts were numbers");
}

#[test]
fn a_number_is_written_with_at_least_so_many_decimals() {
    let mut random = Random(setting("RATEWRIGHT_ARITHMETIC_SEED", 20_260_105));
    for _ in 0..setting("RATEWRIGHT_ARITHMETIC_OPERATIONS", 24_000) / 8 {
        let mantissa = match random.below(5) {
            0 => BigInt::from(i64::MAX) - random.below(3),
            1 => BigInt::from(random.below(2_000)),
            2 => BigInt::from(random.next()) * random.next(),
            _ => BigInt::from(random.next() >> random.below(60)),
        };
        let exact = Exact::new(mantissa * random.sign(), ten_to(random.below(30)));
        let number = Number::parse_exact(&exact.text()).unwrap();
        let least = random.below(25) as usize;
        let mut expected = exact.text();
        let decimals = expected.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        if decimals == 0 && least > 0 {
            expected.push('.');
        }
        expected.push_str(&"0".repeat(least.saturating_sub(decimals)));
        assert_eq!(number.to_text(least as u32), expected);
        assert_eq!(format!("{number:>40}"), format!("{:>40}", exact.text()), "widths are kept");
        assert_eq!(serde_json::to_string(&number).unwrap(), format!("\"{}\"", exact.text()));
        assert_eq!(serde_json::from_str::<Number>(&format!("\"{}\"", exact.text())).unwrap(), number);
    }
}
