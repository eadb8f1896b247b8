//! What a quote comes to, as plain exact data: both evaluators are brought to it, and held against each other in it.
//!
//! An engine's quote or error goes in, or an oracle's answer; [`compare`] says in words what differs first. Amounts are fractions
//! of any length, so that equal means equal to the last digit.

use num_rational::BigRational;
use ratewright::EvalError;
use ratewright::quote::{Data, Money as EngineMoney, Quote};
use serde_json::json;
use std::fmt;

/// What pricing an input comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// A quote.
    Quote(Priced),
    /// The rules refuse.
    Refused {
        /// The code that the rules give.
        code: String,
        /// The message for people.
        message: String,
    },
    /// Pricing fails, in the words of `docs/language/tests.md`: `no row matched`. What begins with `oracle: ` is what the oracle itself
    /// cannot do.
    Failed(String),
}

/// The parts of a quote.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Priced {
    /// The lines in the order of the quote.
    pub lines: Vec<Line>,
    /// The totals, one for each currency.
    pub totals: Vec<Money>,
    /// The outputs, by name.
    pub outputs: Vec<(String, Datum)>,
    /// The flags that are raised: code and message.
    pub flags: Vec<(String, String)>,
}

/// A line of a quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The code of its charge.
    pub code: String,
    /// Its label, filled in.
    pub label: Option<String>,
    /// Its amount.
    pub amount: Money,
    /// Its reason, filled in.
    pub reason: Option<String>,
    /// The quantity that it shows, and the price of one.
    pub shown: Option<(Datum, Option<Datum>)>,
    /// The rows that priced it, where that is known: table, and row from 1.
    pub rows: Option<Vec<(String, u32)>>,
    /// Its breakdown: the option that is charged, and the tiers.
    pub parts: Vec<Part>,
}

/// A line of a breakdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The code of an option.
    pub code: Option<String>,
    /// The tier, or the label of the option.
    pub label: String,
    /// What lies in the tier.
    pub quantity: Option<Datum>,
    /// Its rate.
    pub rate: Option<Datum>,
    /// What that amounts to.
    pub amount: Money,
}

/// An amount of a currency.
#[derive(Clone, PartialEq, Eq)]
pub struct Money {
    /// How much.
    pub amount: BigRational,
    /// The ISO 4217 code.
    pub currency: String,
}

/// A value as it leaves on the wire.
#[derive(Clone, PartialEq, Eq)]
pub enum Datum {
    /// A plain number.
    Number(BigRational),
    /// An amount.
    Money(Money),
    /// A quantity or rate in its unit; of a percent the unit is `%`.
    Quantity(BigRational, String),
    /// Yes or no.
    YesNo(bool),
    /// A text, and what is sent as one.
    Text(String),
    /// Named fields.
    Record(Vec<(String, Datum)>),
    /// A list.
    List(Vec<Datum>),
    /// Nothing.
    Absent,
}

/// The fraction that the digits of an engine's number denote.
fn fraction(number: &ratewright::value::Number) -> BigRational {
    // A number leaves the engine as JSON: its text, a decimal or a reduced fraction.
    let text = serde_json::to_value(number).ok().and_then(|json| json.as_str().map(str::to_string));
    let read = text.and_then(|text| crate::oracle::number::decimal_or_fraction(&text));
    read.unwrap_or_else(|| BigRational::from_integer(0.into()))
}

impl Money {
    fn of_engine(money: &EngineMoney) -> Self {
        Money { amount: fraction(&money.amount), currency: money.currency.code().to_string() }
    }
}

impl Datum {
    fn of_engine(data: Data<'_>) -> Self {
        match data {
            Data::Number(number) => Datum::Number(fraction(number)),
            Data::Money(money) => Datum::Money(Money::of_engine(money)),
            Data::Quantity(quantity) => Datum::Quantity(fraction(quantity.value), quantity.unit.to_string()),
            Data::YesNo(answer) => Datum::YesNo(answer),
            Data::Text(text) => Datum::Text(text.to_string()),
            Data::Record(fields) => {
                Datum::Record(fields.map(|(name, value)| (name.to_string(), Datum::of_engine(value))).collect())
            }
            Data::List(elements) => Datum::List(elements.map(Datum::of_engine).collect()),
            Data::Absent => Datum::Absent,
        }
    }
}

impl Datum {
    /// The value as it is sent: numbers as texts, so that no reader makes binary floats of them.
    pub fn to_json(&self) -> serde_json::Value {
        use crate::oracle::number::wire;
        match self {
            Datum::Number(number) => json!(wire(number)),
            Datum::Money(money) => json!({ "amount": wire(&money.amount), "currency": money.currency }),
            Datum::Quantity(number, unit) => json!({ "value": wire(number), "unit": unit }),
            Datum::YesNo(answer) => json!(answer),
            Datum::Text(text) => json!(text),
            Datum::Record(fields) => fields.iter().map(|(name, value)| (name.clone(), value.to_json())).collect(),
            Datum::List(elements) => elements.iter().map(Datum::to_json).collect(),
            Datum::Absent => serde_json::Value::Null,
        }
    }
}

impl Outcome {
    /// What the engine says.
    pub fn of_engine(answer: &Result<Quote, EvalError>) -> Self {
        let quote = match answer {
            Ok(quote) => quote,
            Err(error) => {
                return match &error.code {
                    Some(code) => Outcome::Refused { code: code.clone(), message: error.message.clone() },
                    None => Outcome::Failed(error.kind.words().to_string()),
                };
            }
        };
        let datum = |of: ratewright::quote::Quantity<'_>| Datum::Quantity(fraction(of.value), of.unit.to_string());
        let part = |part: ratewright::quote::BreakdownLine<'_>| Part {
            code: part.code().map(str::to_string),
            label: part.label().to_string(),
            quantity: part.quantity().map(datum),
            rate: part.rate().map(datum),
            amount: Money::of_engine(&part.money()),
        };
        let lines = quote.charges().map(|line| Line {
            code: line.code().to_string(),
            label: line.label().map(str::to_string),
            amount: Money::of_engine(&line.money()),
            reason: line.reason().map(str::to_string),
            shown: line.quantity().map(|quantity| (datum(quantity), line.unit_price().map(datum))),
            rows: None,
            parts: line.breakdown().map(part).collect(),
        });
        Outcome::Quote(Priced {
            lines: lines.collect(),
            totals: quote.totals().iter().map(Money::of_engine).collect(),
            outputs: quote.outputs().map(|o| (o.name().to_string(), Datum::of_engine(o.value()))).collect(),
            flags: quote.flags().map(|f| (f.code().to_string(), f.message().to_string())).collect(),
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

impl fmt::Debug for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Datum::Number(number) => write!(f, "{number}"),
            Datum::Money(money) => write!(f, "{money}"),
            Datum::Quantity(number, unit) => write!(f, "{number} {unit}"),
            Datum::YesNo(answer) => write!(f, "{answer}"),
            Datum::Text(text) => write!(f, "{text:?}"),
            Datum::Record(fields) => f.debug_map().entries(fields.iter().map(|(name, value)| (name, value))).finish(),
            Datum::List(elements) => f.debug_list().entries(elements).finish(),
            Datum::Absent => f.write_str("absent"),
        }
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Refused { code, message } => write!(f, "refused {code}: {message}"),
            Outcome::Failed(words) => write!(f, "failed: {words}"),
            Outcome::Quote(quote) => {
                let lines: Vec<String> =
                    quote.lines.iter().map(|line| format!("{} {}", line.code, line.amount)).collect();
                let totals: Vec<String> = quote.totals.iter().map(Money::to_string).collect();
                write!(f, "lines [{}], totals [{}]", lines.join(", "), totals.join(", "))
            }
        }
    }
}

/// What differs first between what the engine and what the oracle say; `None` where nothing does.
pub fn compare(engine: &Outcome, oracle: &Outcome) -> Option<String> {
    differences(engine, oracle).into_iter().next()
}

/// All that differs, in words.
pub fn differences(engine: &Outcome, oracle: &Outcome) -> Vec<String> {
    let (Outcome::Quote(left), Outcome::Quote(right)) = (engine, oracle) else {
        return if engine == oracle { Vec::new() } else { vec![format!("engine {engine}; oracle {oracle}")] };
    };
    let mut found = pairs("line", &left.lines, &right.lines, same_line);
    found.extend(pairs("total", &left.totals, &right.totals, PartialEq::eq));
    found.extend(pairs("output", &left.outputs, &right.outputs, PartialEq::eq));
    found.extend(pairs("flag", &left.flags, &right.flags, PartialEq::eq));
    found
}

/// Whether two lines are the same; rows count where both sides tell them, in whatever order and however often.
fn same_line(left: &Line, right: &Line) -> bool {
    let sorted = |rows: &Option<Vec<(String, u32)>>| {
        let mut rows = rows.clone()?;
        rows.sort();
        rows.dedup();
        Some(rows)
    };
    let rows = left.rows.is_none() || right.rows.is_none() || sorted(&left.rows) == sorted(&right.rows);
    rows && (&left.code, &left.label, &left.amount, &left.reason, &left.shown, &left.parts)
        == (&right.code, &right.label, &right.amount, &right.reason, &right.shown, &right.parts)
}

fn pairs<T: fmt::Debug>(what: &str, engine: &[T], oracle: &[T], same: impl Fn(&T, &T) -> bool) -> Vec<String> {
    let places = 0..engine.len().max(oracle.len());
    let pairs = places.map(|place| (place.saturating_add(1), engine.get(place), oracle.get(place)));
    let differing =
        pairs.filter(|(_, left, right)| !matches!((left, right), (Some(left), Some(right)) if same(left, right)));
    differing.map(|(place, left, right)| format!("{what} {place}: engine {left:?}; oracle {right:?}")).collect()
}
