//! Numbers in text, in `Decimal`, in floats and in JSON; currencies; and what a value is.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::HashSet;

use ratewright::value::{Currency, Date, Number, NumberError, ParseNumberError, RoundingMode, Value, Zone};
use rust_decimal::Decimal;

fn number(text: &str) -> Number {
    Number::parse_exact(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

const NOT_A_NUMBER: ParseNumberError = ParseNumberError::NotANumber;

#[test]
fn plain_numbers() {
    for (text, shown) in [
        ("0", "0"),
        ("-0", "0"),
        ("+0.00", "0"),
        ("-0.0", "0"),
        ("12.50", "12.5"),
        ("007", "7"),
        ("+3", "3"),
        ("-0.085", "-0.085"),
        ("0.00000000000000000001", "0.00000000000000000001"),
        ("100000000000000000000.000", "100000000000000000000"),
        ("-9223372036854775808", "-9223372036854775808"),
        (
            "0.0000000000000000000000000000000000000000000000000010",
            "0.000000000000000000000000000000000000000000000000001",
        ),
    ] {
        assert_eq!(Number::parse(text).map(|number| number.to_string()), Ok(shown.to_owned()), "{text}");
    }
    for text in [
        "", "-", "+", ".", ".5", "5.", "1.2.3", "1e3", "1E3", "--1", "+-1", "1 ", " 1", "1,000", "1_000", "0x10",
        "NaN", "inf", "½", "٣", "1/3", "1.-2", "−1",
    ] {
        assert_eq!(Number::parse(text), Err(NOT_A_NUMBER), "{text:?}");
    }
}

#[test]
fn a_text_is_parsed_as_a_number_is_written() {
    assert_eq!("-12.50".parse(), Ok(number("-12.5")));
    assert_eq!("12,50".parse::<Number>(), Err(NOT_A_NUMBER));
}

#[test]
fn literals_may_have_underscores_between_digits() {
    assert_eq!(Number::parse_literal("10_240"), Ok(Number::from_i64(10_240)));
    assert_eq!(Number::parse_literal("1_000.000_5").map(|n| n.to_string()), Ok("1000.0005".to_owned()));
    for text in ["_1", "1_", "1_.5", "1._5", "1.5_", "_"] {
        assert_eq!(Number::parse_literal(text), Err(NOT_A_NUMBER), "{text:?}");
    }
}

#[test]
fn quotients_at_the_edge_of_128_bits() {
    assert_eq!(
        number("59049000000000000000000059049").div(&number("0.0000118098")), // (10^24 + 1) * 3^10 over 2 * 3^10 / 10^10
        Ok(number("5000000000000000000000005000000000"))
    );
    // 1/5^28 is a decimal; 1/(5^28 + 2) is close to it, and none
    let divisor = number("37252902984619140627");
    let quotient = Number::ONE.div(&divisor).unwrap();
    assert_eq!((quotient.to_string(), quotient.terminates()), (format!("1/{divisor}"), false));
    assert_eq!(quotient.mul(&divisor), Ok(Number::ONE));
    let divisor = number("37252902984619140625");
    assert_eq!(Number::ONE.div(&divisor).map(|n| n.to_string()), Ok("0.0000000000000000000268435456".to_owned())); // 2^28 / 10^28
}

#[test]
fn a_hundred_digits_are_accepted_and_no_more() {
    let hundred = "9".repeat(100);
    assert_eq!(Number::parse(&hundred).map(|n| n.to_string()), Ok(hundred.clone()));
    assert_eq!(Number::parse(&format!("{}.{}", "9".repeat(50), "9".repeat(50))).map(|n| n.to_string().len()), Ok(101));
    for text in [format!("{hundred}9"), format!("{hundred}.9"), format!("0.{hundred}"), "1".repeat(100_000)] {
        assert_eq!(Number::parse(&text), Err(ParseNumberError::TooManyDigits));
        assert_eq!(Number::parse_json(&text), Err(ParseNumberError::TooManyDigits));
    }
    let spaced = vec!["9"; 100].join("_");
    assert_eq!(Number::parse_literal(&spaced).map(|n| n.to_string()), Ok(hundred));
    assert_eq!(Number::parse_literal(&format!("1{}1", "_".repeat(200))), Ok(Number::from_i64(11)), "two digits");
    assert_eq!(ParseNumberError::TooManyDigits.to_string(), "a number has at most 100 digits");
}

#[test]
fn json_numbers() {
    for (text, shown) in [
        ("0", "0"),
        ("-0", "0"),
        ("1e3", "1000"),
        ("1E+3", "1000"),
        ("1.5e-3", "0.0015"),
        ("-12.50e1", "-125"),
        ("0e100", "0"),
        ("12345678901234567.89", "12345678901234567.89"),
        ("1e-30", "0.000000000000000000000000000001"),
        ("1e05", "100000"),
    ] {
        assert_eq!(Number::parse_json(text).map(|number| number.to_string()), Ok(shown.to_owned()), "{text}");
    }
    for text in ["", "01", "-01", "+1", ".5", "5.", "1e", "1e+", "1e1.5", "1_0", "e5", "0x1", "1ee5", "-", "1e--5"] {
        assert_eq!(Number::parse_json(text), Err(NOT_A_NUMBER), "{text:?}");
    }
    for text in ["1e101", "1e-101", "1e99999999999999999999"] {
        assert_eq!(Number::parse_json(text), Err(ParseNumberError::ExponentOutOfRange), "{text}");
    }
    assert_eq!(Number::parse_json("1e100").map(|n| n.to_string().len()), Ok(101));
}

#[test]
fn text_with_decimals_of_a_currency() {
    for (value, decimals, text) in [
        ("12.5", 2, "12.50"),
        ("12", 2, "12.00"),
        ("12", 0, "12"),
        ("-0.5", 2, "-0.50"),
        ("12.345", 2, "12.345"),
        ("0", 3, "0.000"),
        ("1/3", 2, "1/3"),
        ("-10/3", 2, "-10/3"),
        ("12345678901234567890.5", 2, "12345678901234567890.50"),
        ("-0.00000000000000000001", 2, "-0.00000000000000000001"),
    ] {
        assert_eq!(number(value).to_text(decimals), text);
    }
    assert_eq!(format!("{:>8}|{:<6}|", number("12.5"), number("-3")), "    12.5|-3    |");
}

#[test]
fn decimals_of_other_libraries_are_taken_and_given_exactly() {
    for text in ["12.50", "-0.0001", "79228162514264337593543950335", "-0.0000000000000000000000000001", "0.00"] {
        let decimal: Decimal = text.parse().unwrap();
        let number = Number::from_decimal(decimal);
        assert_eq!(number, Number::parse(text).unwrap());
        assert_eq!(number.to_decimal(), Some(decimal));
    }
    assert_eq!(Number::from_decimal(-Decimal::ZERO), Number::ZERO);
    for text in
        ["1/3", "79228162514264337593543950336", "0.00000000000000000000000000001", "12345678901234567890123456789.5"]
    {
        assert_eq!(number(text).to_decimal(), None, "{text}");
    }
}

#[test]
fn floats_are_read_by_their_shortest_text() {
    for (float, text) in [
        (0.1, "0.1"),
        (-2.675, "-2.675"),
        (1e21, "1000000000000000000000"),
        (5e-7, "0.0000005"),
        (-0.0, "0"),
        (0.1 + 0.2, "0.30000000000000004"),
    ] {
        assert_eq!(Number::from_f64_shortest(float).map(|n| n.to_string()), Some(text.to_owned()));
    }
    for float in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE] {
        assert_eq!(Number::from_f64_shortest(float), None, "{float}");
    }
}

#[test]
fn whole_numbers() {
    assert_eq!(number("12").to_i64(), Some(12));
    assert_eq!(number("12.5").to_i64(), None);
    assert_eq!(Number::from_i64(i64::MIN).to_i64(), Some(i64::MIN));
    assert_eq!(Number::from_i64(i64::MIN).neg().to_i64(), None);
    assert_eq!(Number::from_i64(i64::MIN).neg().to_i128(), Some(-i128::from(i64::MIN)));
    assert_eq!(Number::from_i64(i64::MIN).abs().neg(), Number::from_i64(i64::MIN));
    assert_eq!(Number::from_i128(i128::MIN).to_i128(), Some(i128::MIN));
    let beyond = "340282366920938463463374607431768211457"; // 2^128 + 1
    for text in [beyond.to_owned(), format!("5/{beyond}"), format!("{beyond}/5"), "1/3".to_owned(), "0.5".to_owned()] {
        assert_eq!(number(&text).to_i128(), None, "{text}");
    }
    assert_eq!(Number::ratio(6, -4).map(|n| n.to_string()), Some("-1.5".to_owned()));
    assert_eq!(Number::ratio(1, 0), None);
    assert_eq!(Number::ratio(i64::MIN, i64::MIN), Some(Number::ONE));
    assert_eq!(Number::ONE.div(&Number::ZERO), Err(NumberError::DivisionByZero));
}

#[test]
fn signs() {
    // one machine word, 128 bits, and fractions
    for magnitude in ["0.01", "7", "12345678901234567890123.5", "1/3", "98765432109876543210987654321/7"] {
        let (above, below) = (number(magnitude), number(&format!("-{magnitude}")));
        assert_eq!((above.is_positive(), above.is_negative(), above.is_zero()), (true, false, false), "{above}");
        assert_eq!((below.is_positive(), below.is_negative(), below.is_zero()), (false, true, false), "{below}");
        assert_eq!((below.abs(), above.abs(), above.neg()), (above.clone(), above.clone(), below), "{magnitude}");
    }
    assert!(!Number::ZERO.is_positive() && !Number::ZERO.is_negative() && Number::ZERO.is_zero());
}

#[test]
fn digits_and_a_count_of_decimals() {
    for (mantissa, scale, shown) in [
        (1250, 2, "12.5"),
        (-7, 0, "-7"),
        (0, 300, "0"),
        (i64::MIN.into(), 3, "-9223372036854775.808"),
        (10_i128.pow(30), 30, "1"),
        (i128::MIN, 0, "-170141183460469231731687303715884105728"),
    ] {
        assert_eq!(Number::from_scaled(mantissa, scale).map(|n| n.to_string()), Some(shown.to_owned()));
    }
    let smallest = format!("0.{}1", "0".repeat(299));
    assert_eq!(Number::from_scaled(1, 300).map(|n| n.to_string()), Some(smallest));
    assert_eq!(Number::from_scaled(1, 301), None);
    assert_eq!((Number::from(7_i64), Number::from(Decimal::new(-1250, 2))), (number("7"), number("-12.5")));
}

#[test]
fn numbers_travel_as_strings() {
    assert_eq!(serde_json::to_string(&number("12.50")).unwrap(), "\"12.5\"");
    assert_eq!(serde_json::to_string(&number("1/3")).unwrap(), "\"1/3\"");
    for (json, shown) in [
        ("\"12.50\"", "12.5"),
        ("\"1/3\"", "1/3"),
        ("\"-2/6\"", "-1/3"),
        ("7", "7"),
        ("-7", "-7"),
        ("18446744073709551615", "18446744073709551615"),
    ] {
        assert_eq!(serde_json::from_str::<Number>(json).unwrap().to_string(), shown);
    }
    for json in
        ["12.5", "\"\"", "\"1/0\"", "\"1/-3\"", "\"1.5/2\"", "\"1/3/4\"", "\"1/\"", "\"1e5\"", "null", "true", "[1]"]
    {
        assert!(serde_json::from_str::<Number>(json).is_err(), "{json}");
    }
    let long = format!("\"{}\"", "9".repeat(309)); // above 2^1024
    assert!(serde_json::from_str::<Number>(&long).is_err());
}

#[test]
fn modes_have_the_words_of_the_language() {
    let words = ["half up", "half even", "half down", "up", "down", "ceiling", "floor"];
    for (mode, words) in RoundingMode::ALL.into_iter().zip(words) {
        assert_eq!(mode.to_string(), words);
        assert_eq!(RoundingMode::from_words(words), Some(mode));
    }
    assert_eq!(RoundingMode::from_words("half  up"), None);
}

#[test]
fn currencies() {
    let digits = |code: &str| Currency::parse(code).map(Currency::digits);
    for (code, expected) in [
        ("USD", 2),
        ("EUR", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("CLP", 0),
        ("ISK", 0),
        ("KWD", 3),
        ("BHD", 3),
        ("TND", 3),
        ("CLF", 4),
        ("UYW", 4),
        ("XOF", 0),
        ("CHF", 2),
        ("HRK", 2),
        ("BGN", 2),
        ("XCG", 2),
        ("ZWG", 2),
    ] {
        assert_eq!(digits(code), Some(expected), "{code}");
    }
    for code in ["usd", "US", "USDX", "", "XXX", "XAU", "ABC", "£££"] {
        assert_eq!(Currency::parse(code), None, "{code:?}");
    }
    assert_eq!(format!("{:>5}|", Currency::parse("USD").unwrap()), "  USD|");
    let kuna = Currency::parse("HRK").unwrap();
    assert_eq!((kuna.name(), kuna.successor()), ("Croatian kuna", Currency::parse("EUR")));
    let all: Vec<Currency> = Currency::all().collect();
    assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "sorted, each once");
    for currency in all {
        assert_eq!(Currency::parse(currency.code()), Some(currency));
        assert!(!currency.name().is_empty() && currency.digits() <= 4);
        assert_eq!(
            currency.minor_unit().to_text(currency.digits()).len(),
            if currency.digits() == 0 { 1 } else { 2 + currency.digits() as usize }
        );
    }
}

#[test]
fn values_are_small_and_shared_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Value>();
    assert!(size_of::<Number>() <= 16, "{}", size_of::<Number>());
    assert!(size_of::<Value>() <= 24, "{}", size_of::<Value>());
}

#[test]
fn values_are_equal_and_ordered_within_a_kind() {
    let numbers =
        ["-1", "-1/3", "0", "0.3333", "1/3", "1", "9223372036854775808"].map(|text| Value::Number(number(text)));
    assert!(numbers.is_sorted());
    assert!(Value::text("EC1") < Value::text("EC2"));
    assert!(Value::Member(1) < Value::Member(2));
    assert!(Value::list([Value::Member(1), Value::Member(9)]) < Value::list([Value::Member(2)]));
    assert_eq!(Value::Date(Date::new(2026, 1, 5).unwrap()).as_date(), Date::parse("2026-01-05"));
    assert_eq!(Value::Number(number("1.50")), Value::Number(number("1.5")));
    assert_ne!(Value::Number(Number::ZERO), Value::Absent);
    let keys: HashSet<Value> = [number("2").div(&number("6")).unwrap(), number("1/3"), number("0.5"), number("1/2")]
        .into_iter()
        .map(Value::Number)
        .chain([Value::Zone(Zone::utc()), Value::Zone(Zone::named("UTC").unwrap())])
        .collect();
    assert_eq!(keys.len(), 3);
    assert!(Value::default().is_absent());
}

#[test]
fn a_value_answers_for_its_own_kind_alone() {
    let day = Date::parse("2026-01-05").unwrap();
    let (price, parts) = (number("1.50"), [Value::from(true), Value::text("EC1")]);
    let values: [Value; 7] = [
        Value::Absent,
        Value::from(price.clone()),
        Value::from(false),
        Value::text("EC1"),
        Value::Date(day),
        Value::list(parts.clone()),
        Value::record(parts.clone()),
    ];
    for (place, value) in values.iter().enumerate() {
        let expected = |own: usize| own == place;
        assert_eq!(value.is_absent(), expected(0), "{value:?}");
        assert_eq!(value.as_number(), expected(1).then_some(&price), "{value:?}");
        assert_eq!(value.as_yes_no(), expected(2).then_some(false), "{value:?}");
        assert_eq!(value.as_text(), expected(3).then_some("EC1"), "{value:?}");
        assert_eq!(value.as_date(), expected(4).then_some(day), "{value:?}");
        assert_eq!(value.as_list(), expected(5).then_some(&parts[..]), "{value:?}");
        assert_eq!(value.as_record(), expected(6).then_some(&parts[..]), "{value:?}");
    }
}
