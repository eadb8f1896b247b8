//! Large rate tables as CSV, of any number of rows, with the rules that read them.
//!
//! `Bands` is a carrier's rate sheet: codes, two columns of a weight band, the first day, and rates that come again and again. In
//! `Rates` the keys are the same and every rate is another one. `Codes` has one row for each code.

use super::Random;
use std::fmt::Write;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Bands,
    Rates,
    Codes,
}

/// How many bands a code has on each of its days.
const BANDS: i64 = 50;
const DAYS: [&str; 4] = ["2026-01-01", "2026-04-01", "2026-07-01", "2026-10-01"];

impl Shape {
    pub const ALL: [Shape; 3] = [Shape::Bands, Shape::Rates, Shape::Codes];

    pub fn words(self) -> &'static str {
        match self {
            Shape::Bands => "bands, rates of 10,000 amounts",
            Shape::Rates => "bands, every rate another one",
            Shape::Codes => "one row for each code",
        }
    }

    pub fn rules(self) -> &'static str {
        match self {
            Shape::Codes => {
                r#"ruleset large.codes "Codes" { currency USD }
input { code : text }
table rates from "rates.csv" { code : text -> rate : money }
charge RATE "Rate" = rates[code].rate
"#
            }
            _ => {
                r#"ruleset large.bands "Bands" { currency USD }
input { code : text  weight : integer  day : date }
table rates from "rates.csv" {
  code   : text
  weight : integer by range from "low" through "high"
  day    : date by break
  -> rate : money
}
charge RATE "Rate" = rates[code, weight, day].rate
"#
            }
        }
    }

    /// The CSV file of so many rows, 200 for a code.
    pub fn csv(self, rows: usize) -> String {
        let mut random = Random::new(7);
        if self == Shape::Codes {
            let mut text = String::from("code,rate\n");
            for row in 0..rows {
                let _ = writeln!(text, "{},{}", code(row), cents(random.between(100, 10_099)));
            }
            return text;
        }
        let mut text = String::from("code,low,high,day,rate\n");
        for row in 0..rows {
            let (of_code, band) = (row / 200, row as i64 % BANDS);
            let day = DAYS[row / BANDS as usize % DAYS.len()];
            let (low, high) = (band * 250, band * 250 + 249);
            let rate = if self == Shape::Rates { row as i64 * 7 } else { random.between(100, 10_099) };
            let _ = writeln!(text, "{},{low},{high},{day},{}", code(of_code), cents(rate));
        }
        text
    }

    /// Keys of a row as JSON, and the rate that it has.
    pub fn example(self, rows: usize) -> (String, String) {
        let csv = self.csv(rows);
        let cells: Vec<&str> = csv.lines().nth(rows - rows / 3).unwrap_or_default().split(',').collect();
        match self {
            Shape::Codes => (format!(r#"{{"code": "{}"}}"#, cells[0]), cells[1].to_string()),
            _ => {
                let (code, weight, day) = (cells[0], cells[2], cells[3]);
                (format!(r#"{{"code": "{code}", "weight": {weight}, "day": "{day}"}}"#), cells[4].to_string())
            }
        }
    }
}

/// `10042-QX`: as no two are alike, and not in order.
fn code(number: usize) -> String {
    let mixed = (number * 7919) % 10_000_019;
    let letter = |n: usize| char::from(b'A' + (n % 26) as u8);
    format!("{mixed:07}-{}{}", letter(number), letter(number / 26))
}

fn cents(amount: i64) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}
