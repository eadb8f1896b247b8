//! Inputs: fields as they are declared, and values for them that favour thresholds, edges, zero, extremes and absence.

use super::Program;
use super::choices::Choices;
use super::decimal::{Day, Decimal};
use super::literals::{TEXTS, ZONES};
use super::types::{DIMENSIONS, Ty};
use super::writer::Landmark;
use serde_json::{Map, Value, json};
use std::fmt;

/// A field of the input or of a record.
#[derive(Debug, Clone)]
pub struct Field {
    pub name: String,
    pub ty: Ty,
    pub wire: Option<String>,
    pub bounds: Option<Bounds>,
    pub default: Option<String>,
    pub pattern: Option<&'static str>,
    /// Of a `currency among`.
    pub currencies: Vec<&'static str>,
    pub label: Option<String>,
}

/// A declared range.
#[derive(Debug, Clone)]
pub struct Bounds {
    pub text: String,
    /// Its ends.
    pub inside: Vec<Landmark>,
}

impl Default for Field {
    fn default() -> Self {
        Field {
            name: String::new(),
            ty: Ty::Number,
            wire: None,
            bounds: None,
            default: None,
            pattern: None,
            currencies: Vec::new(),
            label: None,
        }
    }
}

impl Field {
    /// The type that rules read.
    pub fn read_as(&self) -> Ty {
        self.ty.clone()
    }

    pub fn must_be_sent(&self) -> bool {
        self.default.is_none() && !matches!(self.ty, Ty::Optional(_))
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.currencies.as_slice() {
            [] => write!(f, "{} : {}", self.name, self.ty)?,
            currencies => write!(f, "{} : currency among ({})", self.name, currencies.join(", "))?,
        }
        if let Some(wire) = &self.wire {
            write!(f, " named \"{wire}\"")?;
        }
        if let Some(pattern) = self.pattern {
            write!(f, " matching \"{pattern}\"")?;
        }
        if let Some(bounds) = &self.bounds {
            f.write_str(&bounds.text)?;
        }
        if let Some(default) = &self.default {
            write!(f, " = {default}")?;
        }
        match &self.label {
            Some(label) => write!(f, " \"{label}\""),
            None => Ok(()),
        }
    }
}

/// So many inputs for the program.
pub fn inputs(program: &Program, c: &mut Choices, count: usize) -> Vec<Value> {
    let mut maker = Maker { program, c, wild: true };
    // A base that each next input changes in some fields, so that one threshold is crossed at a time.
    let mut base = maker.input();
    let mut all = vec![base.clone()];
    while all.len() < count {
        if maker.c.once_in(8) {
            base = maker.input();
            all.push(base.clone());
            continue;
        }
        let mut next = base.clone();
        let keep = maker.c.once_in(2);
        maker.wild = !keep;
        for _ in 0..maker.c.between(1, 2) {
            let Some(field) = maker.c.one_of(&program.fields).cloned() else { break };
            maker.set(&mut next, &field);
        }
        if keep {
            base.clone_from(&next);
        } else if maker.c.once_in(60)
            && let Some(next) = next.as_object_mut()
        {
            next.insert("unknown".to_owned(), json!(1));
        }
        all.push(next);
    }
    all
}

struct Maker<'a, 'c> {
    program: &'a Program,
    c: &'c mut Choices,
    /// Whether something that is not accepted may be sent.
    wild: bool,
}

impl Maker<'_, '_> {
    fn input(&mut self) -> Value {
        self.wild = false;
        let mut input = Value::Object(Map::new());
        for field in &self.program.fields.clone() {
            self.set(&mut input, field);
        }
        self.wild = true;
        input
    }

    fn set(&mut self, input: &mut Value, field: &Field) {
        let Some(input) = input.as_object_mut() else { return };
        let name = field.wire.clone().unwrap_or_else(|| field.name.clone());
        input.remove(&name);
        if !field.must_be_sent() && self.c.once_in(3) || self.wild && self.c.once_in(40) {
            if self.c.once_in(4) {
                input.insert(name, Value::Null);
            }
            return;
        }
        let value = match field.currencies.as_slice() {
            [] => match (&field.bounds, field.pattern) {
                (Some(bounds), _) => self.bounded(&field.ty, &bounds.inside),
                (None, Some(pattern)) if !self.wild || !self.c.once_in(8) => json!(match pattern {
                    "[0-9]{5}" => self.c.among("43004", &["06510"]),
                    "[A-Z]{1,3}" => self.c.among("A", &["AB", "B"]),
                    _ => self.c.among("A", &["AB1", "ZE1", "43004"]),
                }),
                _ => self.value(&field.ty),
            },
            currencies => json!(self.c.one_of(currencies)),
        };
        input.insert(name, value);
    }

    fn value(&mut self, ty: &Ty) -> Value {
        if self.wild && self.c.once_in(40) {
            return self.c.among(json!("?"), &[json!(true), json!([]), json!(-1), json!("3 parsec"), json!({"a": 1})]);
        }
        let near = self.program.landmarks.get(&ty.kind()).map(Vec::as_slice).unwrap_or_default();
        let near = if self.c.once_in(4) { None } else { self.c.one_of(near).cloned() };
        self.near(ty, near)
    }

    /// A value at an end of what may be sent, or a step inside; at times a step outside.
    fn bounded(&mut self, ty: &Ty, ends: &[Landmark]) -> Value {
        let upper = self.c.once_in(2);
        let Some(end) = (if upper { ends.last() } else { ends.first() }) else { return Value::Null };
        let inside = if upper { -1 } else { 1 };
        let step = match self.c.below(8) {
            0 if self.wild => -inside,
            0 | 1 if self.wild => 0,
            _ => inside,
        };
        let moved = match end {
            Landmark::Number(decimal, unit) => Landmark::Number(decimal.moved(step), unit.clone()),
            Landmark::Day(day) => Landmark::Day(day.moved(step)),
            Landmark::Time(at) => Landmark::Time(at.saturating_add(step.saturating_mul(60))),
            Landmark::Instant(at) => Landmark::Instant(at.saturating_add(step)),
            Landmark::Text(text) => Landmark::Text(text.clone()),
        };
        match (ty, &moved) {
            (Ty::Percent, Landmark::Number(decimal, _)) => json!(format!("{decimal}%")),
            (
                Ty::Money(_) | Ty::Quantity(_) | Ty::Number | Ty::Integer | Ty::Rate(..),
                Landmark::Number(decimal, _),
            ) => {
                json!(decimal.to_string())
            }
            (ty, moved) => json!(moved.literal(ty).trim_matches('"')),
        }
    }

    fn near(&mut self, ty: &Ty, near: Option<Landmark>) -> Value {
        match ty {
            ty if ty.is_magnitude() => self.magnitude(ty, near),
            Ty::Date => {
                let day = match near {
                    Some(Landmark::Day(day)) => day.moved(self.c.among(0, &[-1, 1])),
                    _ => Day::of(self.c.among(2026, &[2024, 2025, 2027]), 1, 1).moved(self.c.between(0, 400) as i64),
                };
                json!(if self.c.once_in(60) {
                    self.c.among("0001-01-01", &["9999-12-31", "2024-02-29"]).to_owned()
                } else {
                    day.to_string()
                })
            }
            Ty::Time => {
                let at = match near {
                    Some(Landmark::Time(at)) => at.saturating_add(self.c.among(0, &[-1, 1])).rem_euclid(86_400),
                    _ => self.c.between(0, 86_399) as i64,
                };
                json!(format!("{:02}:{:02}:{:02}", at / 3_600, at / 60 % 60, at % 60))
            }
            Ty::Instant => {
                let at = match near {
                    Some(Landmark::Instant(at)) => at.saturating_add(self.c.among(0, &[-1, 1, 3_600])),
                    Some(Landmark::Time(time)) => {
                        let day = Day::of(2026, self.c.among(3, &[1, 10, 7]), self.c.between(1, 30) as i64).0;
                        day.saturating_mul(86_400)
                            .saturating_add(time)
                            .saturating_add(self.c.among(0, &[-1, 1, -3_600, 3_600]))
                    }
                    _ => Day::of(2026, 1, 1)
                        .0
                        .saturating_mul(86_400)
                        .saturating_add(self.c.between(0, 40_000_000) as i64),
                };
                let (day, of_day) = (Day(at.div_euclid(86_400)), at.rem_euclid(86_400));
                let zone = self.c.among("Z", &["Z", "+02:00"]);
                json!(format!("{day}T{:02}:{:02}:{:02}{zone}", of_day / 3_600, of_day / 60 % 60, of_day % 60))
            }
            Ty::Months => json!(self.c.among("1 month", &["3 months", "1 year", "0 months", "13 months"])),
            Ty::Zone => json!(self.c.among("UTC", ZONES)),
            Ty::Text => match near {
                Some(Landmark::Text(text)) => json!(match self.c.below(4) {
                    0..=1 => text,
                    2 => format!("{text}9"),
                    _ => text.to_lowercase(),
                }),
                _ => json!(self.c.among("43004", TEXTS)),
            },
            Ty::YesNo => json!(self.c.once_in(2)),
            Ty::Enum(name) => {
                let members = self.program.enums.iter().find(|known| known.0 == *name).map(|known| known.1.clone());
                json!(self.c.one_of(&members.unwrap_or_default()))
            }
            Ty::Record(name) => {
                let fields = self.program.records.iter().find(|known| known.0 == *name).map(|known| known.1.clone());
                let mut record = Value::Object(Map::new());
                for field in fields.unwrap_or_default() {
                    self.set(&mut record, &field);
                }
                record
            }
            Ty::List(inner) => {
                let count = self.c.among(2, &[0, 1, 3, 5]);
                Value::Array((0..count).map(|_| self.value(inner)).collect())
            }
            Ty::Optional(inner) => self.value(inner),
            _ => Value::Null,
        }
    }

    fn magnitude(&mut self, ty: &Ty, near: Option<Landmark>) -> Value {
        let (mut decimal, unit) = match near {
            Some(Landmark::Number(decimal, unit)) => (decimal, unit),
            _ => {
                let digits = match self.c.below(8) {
                    0 => 0,
                    1 => self.c.among(1_000_000_000_000, &[-1, -5, 999_999_999]),
                    _ => self.c.between(0, 300) as i64,
                };
                (Decimal { digits, scale: if *ty == Ty::Integer { 0 } else { self.c.among(0, &[1, 2]) } }, ty.unit())
            }
        };
        // At the threshold, a step beside it, or a finer step.
        decimal = match self.c.below(5) {
            0 | 1 => decimal,
            2 => decimal.moved(1),
            3 => decimal.moved(-1),
            _ if *ty == Ty::Integer => decimal.moved(2),
            _ => decimal.finer().moved(self.c.among(1, &[-1])),
        };
        if *ty == Ty::Integer && decimal.scale > 0 {
            decimal = Decimal::whole(decimal.digits / 10_i64.saturating_pow(u32::from(decimal.scale)));
        }
        if decimal.is_negative() && !self.c.once_in(4) {
            decimal.digits = decimal.digits.saturating_neg();
        }
        // A literal may be in another unit than the field.
        let unit =
            if unit.is_empty() || matches!(ty, Ty::Number | Ty::Integer | Ty::Percent) { ty.unit() } else { unit };
        match ty {
            Ty::Percent => json!(format!("{decimal}%")),
            Ty::Number | Ty::Integer => match self.c.below(3) {
                0 if decimal.scale == 0 => json!(decimal.digits),
                0 => serde_json::from_str(&decimal.to_string()).unwrap_or(Value::Null),
                _ => json!(decimal.to_string()),
            },
            // What the caller chose as his currency has no unit that could be sent.
            Ty::Money(currency) | Ty::Rate(currency, _) if currency == "paid_in" => json!(decimal.to_string()),
            ty => match self.c.below(5) {
                0 if unit == ty.unit() => json!(decimal.to_string()),
                1 if unit == ty.unit() => serde_json::from_str(&decimal.to_string()).unwrap_or(Value::Null),
                2 if matches!(ty, Ty::Money(_)) => json!({"amount": decimal.to_string(), "currency": unit}),
                2 => json!({"value": decimal.to_string(), "unit": unit}),
                3 => json!(format!("{decimal} {}", self.other_unit(ty, &unit))),
                _ => json!(format!("{decimal} {unit}")),
            },
        }
    }

    fn other_unit(&mut self, ty: &Ty, unit: &str) -> String {
        match ty {
            Ty::Quantity(known) => {
                let units = DIMENSIONS.iter().find(|dimension| dimension.0 == known.dimension);
                units.and_then(|units| self.c.one_of(units.1)).map_or(unit.to_owned(), |name| (*name).to_owned())
            }
            _ => unit.to_owned(),
        }
    }
}
