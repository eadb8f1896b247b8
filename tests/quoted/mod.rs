//! A quote as its JSON shows it, and exact numbers to compare it with: what the billing tests read results through.
//!
//! Numbers are fractions of whole numbers here, so that no comparison rounds unless it says so.

#![allow(dead_code)]

use serde_json::Value as Json;

/// An exact number of a test.
#[derive(Debug, Clone, Copy)]
pub struct Exact {
    top: i128,
    bottom: i128,
}

impl Exact {
    /// Reads `12.50`, `-3`, `1/3`, and the number of `12.50 USD`.
    pub fn read(text: &str) -> Exact {
        let text = text.split(' ').next().unwrap();
        let (top, bottom) = text.split_once('/').unwrap_or((text, "1"));
        let (top, bottom) = (decimal(top), decimal(bottom));
        Exact { top: top.0 * bottom.1, bottom: top.1 * bottom.0 }
    }

    /// The number of a JSON text or number.
    pub fn of(value: &Json) -> Exact {
        match value {
            Json::String(text) => Exact::read(text),
            Json::Number(number) => Exact::read(&number.to_string()),
            Json::Object(fields) => Exact::of(fields.get("amount").or(fields.get("value")).unwrap()),
            other => panic!("not a number: {other}"),
        }
    }

    pub fn times(self, other: i128) -> Exact {
        Exact { top: self.top * other, bottom: self.bottom }
    }

    pub fn plus(self, other: Exact) -> Exact {
        Exact { top: self.top * other.bottom + other.top * self.bottom, bottom: self.bottom * other.bottom }.reduced()
    }

    pub fn minus(self) -> Exact {
        Exact { top: -self.top, bottom: self.bottom }
    }

    /// Rounded half up (away from zero) to so many decimals.
    pub fn rounded(self, decimals: u32) -> Exact {
        let scale = 10i128.pow(decimals);
        let this = self.reduced();
        let whole = (this.top.abs() * scale * 2 + this.bottom) / (this.bottom * 2);
        Exact { top: whole * this.top.signum(), bottom: scale }
    }

    fn reduced(self) -> Exact {
        let (mut a, mut b) = (self.top.abs(), self.bottom.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let divisor = a.max(1) * self.bottom.signum();
        Exact { top: self.top / divisor, bottom: self.bottom / divisor }
    }
}

impl PartialEq for Exact {
    fn eq(&self, other: &Exact) -> bool {
        let (a, b) = (self.reduced(), other.reduced());
        (a.top, a.bottom) == (b.top, b.bottom)
    }
}

impl std::fmt::Display for Exact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let this = self.reduced();
        let places = (0..=18).find(|places| this.top * 10i128.pow(*places) % this.bottom == 0);
        match places {
            Some(places) => {
                let digits = (this.top * 10i128.pow(places) / this.bottom).abs().to_string();
                let digits = format!("{digits:0>width$}", width = places as usize + 1);
                let (whole, part) = digits.split_at(digits.len() - places as usize);
                let sign = if this.top < 0 { "-" } else { "" };
                write!(f, "{sign}{whole}{}{part}", if part.is_empty() { "" } else { "." })
            }
            None => write!(f, "{}/{}", this.top, this.bottom),
        }
    }
}

/// A quote, read through its JSON.
pub struct Quoted {
    json: Json,
}

impl Quoted {
    pub fn of(quote: &impl serde::Serialize) -> Quoted {
        Quoted { json: serde_json::to_value(quote).unwrap() }
    }

    /// The only total.
    pub fn total(&self) -> Exact {
        let totals = self.json["totals"].as_array().unwrap();
        assert_eq!(totals.len(), 1, "one total in {}", self.json);
        Exact::of(&totals[0])
    }

    /// The lines with a code.
    pub fn lines(&self, code: &str) -> Vec<&Json> {
        self.json["charges"].as_array().unwrap().iter().filter(|line| line["code"] == code).collect()
    }

    /// The amounts of the lines with a code.
    pub fn amounts(&self, code: &str) -> Vec<Exact> {
        self.lines(code).iter().map(|line| Exact::of(&line["amount"])).collect()
    }

    /// What the lines with a code come to; zero where there are none.
    pub fn sum(&self, code: &str) -> Exact {
        self.amounts(code).into_iter().fold(Exact::read("0"), Exact::plus)
    }

    /// What all lines come to.
    pub fn sum_of_lines(&self) -> Exact {
        let lines = self.json["charges"].as_array().unwrap().iter();
        lines.map(|line| Exact::of(&line["amount"])).fold(Exact::read("0"), Exact::plus)
    }

    /// A named output.
    pub fn output(&self, name: &str) -> &Json {
        let outputs = self.json["outputs"].as_array().unwrap();
        let found = outputs.iter().find(|output| output["name"] == name);
        &found.unwrap_or_else(|| panic!("no output {name} in {}", self.json))["value"]
    }

    /// A named output that is a number, an amount or a quantity.
    pub fn number(&self, name: &str) -> Exact {
        Exact::of(self.output(name))
    }
}

/// A decimal as whole number and power of ten.
fn decimal(text: &str) -> (i128, i128) {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let digits: i128 = format!("{whole}{part}").parse().unwrap_or_else(|_| panic!("not a number: {text}"));
    (digits, 10i128.pow(part.len() as u32))
}

/// How many decimals a number is written with.
pub fn decimals(text: &str) -> u32 {
    text.split_once('.').map_or(0, |(_, part)| part.len() as u32)
}
