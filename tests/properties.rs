//! Random rule sets: what is checked prices, exactly, the same every time, and explains itself.
//!
//! A generator writes rule sets whose every expression is well typed (numbers, percents, money, masses in two units, rates,
//! conditions, stages, charges with and without a condition) and computes the same with fractions of big integers, without any
//! code of the engine. By default 128 rule sets are priced; `PROPTEST_CASES=20000` takes the long way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "arithmetic/oracle.rs"]
#[allow(dead_code, reason = "the arithmetic tests use the rest of it")]
mod oracle;

use num_bigint::BigInt;
use oracle::Exact;
use proptest::prelude::*;
use ratewright::RuleSet;
use ratewright::eval::ErrorKind;
use ratewright::value::{Number, NumberError};
use std::fmt::Write;

/// The types of generated expressions. Quantities are in the unit named.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ty {
    Number,
    Percent,
    Usd,
    Pound,
    Rate,
    YesNo,
}

#[derive(Debug, Clone)]
enum E {
    /// Digits and decimals of a literal.
    Literal(Ty, i32, u8),
    /// The input of the type.
    Input(Ty),
    /// An earlier definition of the type, if there is one; else a literal.
    Earlier(Ty, usize),
    Add(Box<E>, Box<E>),
    Subtract(Box<E>, Box<E>),
    /// A quantity and a number.
    Times(Box<E>, Box<E>),
    Over(Box<E>, Box<E>),
    /// Pounds and a rate.
    Priced(Box<E>, Box<E>),
    /// Two quantities of one type.
    Ratio(Box<E>, Box<E>),
    PercentOf(Box<E>, Box<E>),
    If(Box<E>, Box<E>, Box<E>),
    Greatest(Box<E>, Box<E>),
    Least(Box<E>, Box<E>),
    /// Value, mode, step in hundredths.
    Rounded(Box<E>, usize, u8),
    LessPercent(Box<E>, Box<E>),
    Minimum(Box<E>, Box<E>),
    /// Kilograms as pounds: the input in kg.
    Kilograms,
    Below(Box<E>, Box<E>),
    Flag,
    And(Box<E>, Box<E>),
    Not(Box<E>),
}

const MODES: [&str; 7] = ["half up", "half even", "half down", "up", "down", "ceiling", "floor"];

fn boxed(strategy: impl Strategy<Value = E> + 'static) -> BoxedStrategy<Box<E>> {
    strategy.prop_map(Box::new).boxed()
}

fn leaf(ty: Ty) -> BoxedStrategy<E> {
    let literal = (prop_oneof![0..20_i32, 0..100_000_i32], 0..4_u8)
        .prop_map(move |(digits, decimals)| E::Literal(ty, digits, decimals));
    match ty {
        Ty::YesNo => Just(E::Flag).boxed(),
        Ty::Pound => prop_oneof![
            literal,
            Just(E::Input(ty)),
            Just(E::Kilograms),
            (0..9_usize).prop_map(move |n| E::Earlier(ty, n))
        ]
        .boxed(),
        _ => prop_oneof![literal, Just(E::Input(ty)), (0..9_usize).prop_map(move |n| E::Earlier(ty, n))].boxed(),
    }
}

fn expression(ty: Ty, depth: u32) -> BoxedStrategy<E> {
    if depth == 0 {
        return leaf(ty);
    }
    let of = |ty| boxed(expression(ty, depth - 1));
    if ty == Ty::YesNo {
        return prop_oneof![
            2 => leaf(ty),
            4 => (of(Ty::Usd), of(Ty::Usd)).prop_map(|(a, b)| E::Below(a, b)),
            3 => (of(Ty::Pound), of(Ty::Pound)).prop_map(|(a, b)| E::Below(a, b)),
            1 => (of(ty), of(ty)).prop_map(|(a, b)| E::And(a, b)),
            1 => of(ty).prop_map(E::Not),
        ]
        .boxed();
    }
    let mut forms: Vec<(u32, BoxedStrategy<E>)> = vec![
        (3, leaf(ty)),
        (3, (of(ty), of(ty)).prop_map(|(a, b)| E::Add(a, b)).boxed()),
        (2, (of(ty), of(ty)).prop_map(|(a, b)| E::Subtract(a, b)).boxed()),
        (2, (of(ty), of(Ty::Number)).prop_map(|(a, b)| E::Times(a, b)).boxed()),
        (2, (of(ty), of(Ty::Number)).prop_map(|(a, b)| E::Over(a, b)).boxed()),
        (1, (of(Ty::YesNo), of(ty), of(ty)).prop_map(|(c, a, b)| E::If(c, a, b)).boxed()),
        (1, (of(ty), of(ty)).prop_map(|(a, b)| E::Greatest(a, b)).boxed()),
        (1, (of(ty), of(ty)).prop_map(|(a, b)| E::Least(a, b)).boxed()),
        (1, (of(ty), of(ty)).prop_map(|(a, b)| E::Minimum(a, b)).boxed()),
        (2, (of(ty), 0..7_usize, 1..30_u8).prop_map(|(a, mode, step)| E::Rounded(a, mode, step)).boxed()),
    ];
    if ty != Ty::Percent {
        forms.push((1, (of(Ty::Percent), of(ty)).prop_map(|(p, a)| E::PercentOf(p, a)).boxed()));
        forms.push((1, (of(ty), of(Ty::Percent)).prop_map(|(a, p)| E::LessPercent(a, p)).boxed()));
    }
    if ty == Ty::Usd {
        forms.push((4, (of(Ty::Pound), of(Ty::Rate)).prop_map(|(a, b)| E::Priced(a, b)).boxed()));
    }
    if ty == Ty::Number {
        forms.push((1, (of(Ty::Usd), of(Ty::Usd)).prop_map(|(a, b)| E::Ratio(a, b)).boxed()));
        forms.push((1, (of(Ty::Pound), of(Ty::Pound)).prop_map(|(a, b)| E::Ratio(a, b)).boxed()));
    }
    proptest::strategy::Union::new_weighted(forms).boxed()
}

/// The inputs of one quote, as digits and decimals: number, percent in percent, USD, lb, USD per lb, kg.
type Inputs = ([(i32, u8); 6], bool);

fn exact(digits: i64, decimals: u8) -> Exact {
    Exact::new(BigInt::from(digits), BigInt::from(10).pow(u32::from(decimals)))
}

fn decimal(digits: i32, decimals: u8) -> String {
    let text = format!("{:0>width$}", digits, width = usize::from(decimals) + 1);
    let (whole, part) = text.split_at(text.len() - usize::from(decimals));
    if part.is_empty() { whole.to_string() } else { format!("{whole}.{part}") }
}

fn slot(ty: Ty) -> usize {
    match ty {
        Ty::Number => 0,
        Ty::Percent => 1,
        Ty::Usd => 2,
        Ty::Pound => 3,
        Ty::Rate | Ty::YesNo => 4,
    }
}

/// A rule set of definitions, of which each may use the earlier ones of its type, and charges.
#[derive(Debug, Clone)]
struct Rules {
    definitions: Vec<(Ty, E)>,
    charges: Vec<(E, Option<E>)>,
}

impl Rules {
    /// The definition that `Earlier` means at this place.
    fn earlier(&self, ty: Ty, pick: usize, before: usize) -> Option<usize> {
        let known: Vec<usize> =
            (0..before.min(self.definitions.len())).filter(|at| self.definitions[*at].0 == ty).collect();
        (!known.is_empty()).then(|| known[pick % known.len()])
    }

    fn write(&self, e: &E, before: usize) -> String {
        let w = |e: &E| self.write(e, before);
        match e {
            E::Literal(ty, digits, decimals) => {
                let number = decimal(*digits, *decimals);
                match ty {
                    Ty::Percent => format!("{number}%"),
                    Ty::Usd => format!("{number} USD"),
                    Ty::Pound => format!("{number} lb"),
                    Ty::Rate => format!("({number} USD per lb)"),
                    Ty::Number | Ty::YesNo => number,
                }
            }
            E::Input(ty) => ["count", "share", "price", "weight", "rate"][slot(*ty)].to_string(),
            E::Earlier(ty, pick) => match self.earlier(*ty, *pick, before) {
                Some(at) => format!("d{at}"),
                None => w(&E::Input(*ty)),
            },
            E::Add(a, b) => format!("({} + {})", w(a), w(b)),
            E::Subtract(a, b) => format!("({} - {})", w(a), w(b)),
            E::Times(a, b) | E::Priced(a, b) => format!("({} * {})", w(a), w(b)),
            E::Over(a, b) | E::Ratio(a, b) => format!("({} / {})", w(a), w(b)),
            E::PercentOf(p, a) => format!("({} of {})", w(p), w(a)),
            E::If(c, a, b) => format!("(if {} then {} else {})", w(c), w(a), w(b)),
            E::Greatest(a, b) => format!("greatest of ({}, {})", w(a), w(b)),
            E::Least(a, b) => format!("least of ({}, {})", w(a), w(b)),
            E::Rounded(a, mode, step) => {
                let step = decimal(i32::from(*step), 2);
                let unit = match self.type_of(a) {
                    Ty::Percent => "%",
                    Ty::Usd => " USD",
                    Ty::Pound => " lb",
                    Ty::Rate => " USD per lb",
                    Ty::Number | Ty::YesNo => "",
                };
                format!("({} rounded {} to {step}{unit})", w(a), MODES[*mode])
            }
            E::LessPercent(a, p) => format!("({} less {})", w(a), w(p)),
            E::Minimum(a, b) => format!("({} minimum {})", w(a), w(b)),
            E::Kilograms => "crate".to_string(),
            E::Below(a, b) => format!("({} < {})", w(a), w(b)),
            E::Flag => "rush".to_string(),
            E::And(a, b) => format!("({} and {})", w(a), w(b)),
            E::Not(a) => format!("(not {})", w(a)),
        }
    }

    fn type_of(&self, e: &E) -> Ty {
        match e {
            E::Literal(ty, ..) | E::Input(ty) | E::Earlier(ty, _) => *ty,
            E::Add(a, _) | E::Subtract(a, _) | E::Times(a, _) | E::Over(a, _) | E::If(_, a, _) => self.type_of(a),
            E::Greatest(a, _) | E::Least(a, _) | E::Rounded(a, ..) | E::LessPercent(a, _) | E::Minimum(a, _) => {
                self.type_of(a)
            }
            E::PercentOf(_, a) => self.type_of(a),
            E::Priced(..) => Ty::Usd,
            E::Ratio(..) => Ty::Number,
            E::Kilograms => Ty::Pound,
            E::Below(..) | E::Flag | E::And(..) | E::Not(_) => Ty::YesNo,
        }
    }

    fn text(&self) -> String {
        let mut text = String::from(
            "ruleset random \"Random\" { currency USD }\ninput {\n  count : number\n  share : percent\n  price : money\n  weight : mass in lb\n  \
             rate : USD per lb\n  crate : mass in kg\n  rush : yes/no\n}\n",
        );
        for (at, (ty, e)) in self.definitions.iter().enumerate() {
            // Masses may be computed in kilograms; the stated type brings them to pounds.
            let stated = if *ty == Ty::Pound { " : mass in lb" } else { "" };
            writeln!(text, "let d{at}{stated} = {}\noutput o{at} = d{at}", self.write(e, at)).unwrap();
        }
        for (at, (amount, when)) in self.charges.iter().enumerate() {
            write!(text, "charge C{at} = {}", self.write(amount, self.definitions.len())).unwrap();
            if let Some(when) = when {
                write!(text, " when {}", self.write(when, self.definitions.len())).unwrap();
            }
            text.push('\n');
        }
        text
    }

    fn value(&self, e: &E, before: usize, inputs: &Inputs) -> Result<Exact, NumberError> {
        let v = |e: &E| self.value(e, before, inputs);
        let input = |at: usize| exact(i64::from(inputs.0[at].0), inputs.0[at].1);
        let hundred = exact(100, 0);
        match e {
            E::Literal(Ty::Percent, digits, decimals) => exact(i64::from(*digits), *decimals).div(&hundred),
            E::Literal(_, digits, decimals) => Ok(exact(i64::from(*digits), *decimals)),
            E::Input(Ty::Percent) => input(1).div(&hundred),
            E::Input(ty) => Ok(input(slot(*ty))),
            E::Earlier(ty, pick) => match self.earlier(*ty, *pick, before) {
                Some(at) => self.value(&self.definitions[at].1, at, inputs),
                None => v(&E::Input(*ty)),
            },
            E::Add(a, b) => v(a)?.add(&v(b)?),
            E::Subtract(a, b) => v(a)?.sub(&v(b)?),
            E::Times(a, b) | E::Priced(a, b) => v(a)?.mul(&v(b)?),
            E::Over(a, b) | E::Ratio(a, b) => v(a)?.div(&v(b)?),
            E::PercentOf(p, a) => v(p)?.mul(&v(a)?),
            E::If(c, a, b) => {
                if self.holds(c, before, inputs)? {
                    v(a)
                } else {
                    v(b)
                }
            }
            E::Greatest(a, b) | E::Minimum(a, b) => {
                let (a, b) = (v(a)?, v(b)?);
                Ok(if a.order(&b).is_lt() { b } else { a })
            }
            E::Least(a, b) => {
                let (a, b) = (v(a)?, v(b)?);
                Ok(if b.order(&a).is_lt() { b } else { a })
            }
            E::Rounded(a, mode, step) => {
                let mut step = exact(i64::from(*step), 2);
                if self.type_of(a) == Ty::Percent {
                    step = step.div(&hundred)?;
                }
                v(a)?.round_to(&step, MODES[*mode])
            }
            E::LessPercent(a, p) => {
                let a = v(a)?;
                a.sub(&v(p)?.mul(&a)?)
            }
            // One pound is 0.45359237 kg exactly.
            E::Kilograms => input(5).div(&exact(45_359_237, 8)),
            E::Below(..) | E::Flag | E::And(..) | E::Not(_) => panic!("a condition is not a number"),
        }
    }

    fn holds(&self, e: &E, before: usize, inputs: &Inputs) -> Result<bool, NumberError> {
        match e {
            E::Below(a, b) => Ok(self.value(a, before, inputs)?.order(&self.value(b, before, inputs)?).is_lt()),
            E::Flag => Ok(inputs.1),
            E::And(a, b) => Ok(self.holds(a, before, inputs)? && self.holds(b, before, inputs)?),
            E::Not(a) => Ok(!self.holds(a, before, inputs)?),
            _ => panic!("not a condition"),
        }
    }

    /// The booked amounts of the charges that apply, in order, and the outputs.
    #[allow(clippy::type_complexity, reason = "charges and outputs of one quote")]
    fn price(&self, inputs: &Inputs) -> Result<(Vec<(String, Exact)>, Vec<Exact>), NumberError> {
        let mut charges = Vec::new();
        for (at, (amount, when)) in self.charges.iter().enumerate() {
            let all = self.definitions.len();
            if when.as_ref().map_or(Ok(true), |when| self.holds(when, all, inputs))? {
                charges.push((format!("C{at}"), self.value(amount, all, inputs)?.round_to(&exact(1, 2), "half up")?));
            }
        }
        let outputs = self.definitions.iter().enumerate().map(|(at, (_, e))| self.value(e, at, inputs));
        Ok((charges, outputs.collect::<Result<_, _>>()?))
    }
}

fn rules() -> impl Strategy<Value = Rules> {
    let ty = prop_oneof![Just(Ty::Number), Just(Ty::Percent), Just(Ty::Usd), Just(Ty::Pound), Just(Ty::Rate)];
    let definition = ty.prop_flat_map(|ty| expression(ty, 3).prop_map(move |e| (ty, e)));
    let charge = (expression(Ty::Usd, 3), proptest::option::of(expression(Ty::YesNo, 2)));
    (proptest::collection::vec(definition, 0..5), proptest::collection::vec(charge, 1..4))
        .prop_map(|(definitions, charges)| Rules { definitions, charges })
}

fn inputs() -> impl Strategy<Value = Inputs> {
    let number = || (prop_oneof![Just(0), 1..50_i32, 1..1_000_000_i32], 0..5_u8);
    ([number(), number(), number(), number(), number(), number()], any::<bool>())
}

fn json(inputs: &Inputs) -> String {
    let n = |at: usize| decimal(inputs.0[at].0, inputs.0[at].1);
    format!(
        "{{\"count\": {}, \"share\": \"{}%\", \"price\": {}, \"weight\": {}, \"rate\": {}, \"crate\": {}, \"rush\": {}}}",
        n(0),
        n(1),
        n(2),
        n(3),
        n(4),
        n(5),
        inputs.1
    )
}

fn same(number: &Number, exact: &Exact) -> bool {
    Exact::parse(&number.to_string()).order(exact).is_eq()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 2, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_checked_rule_set_prices_exactly_and_explains_itself(rules in rules(), inputs in inputs()) {
        let text = rules.text();
        let rule_set = RuleSet::compile(&text).unwrap_or_else(|rejected| panic!("{rejected}\n{text}"));
        let input = json(&inputs);
        let outcome = rule_set.explain_json(&input);
        let again = rule_set.quote_json(&input);
        match (rules.price(&inputs), outcome) {
            (Ok((charges, outputs)), Ok((quote, explanation))) => {
                let lines: Vec<_> = quote.charges().map(|line| line.code().to_string()).collect();
                prop_assert_eq!(lines, charges.iter().map(|(code, _)| code.clone()).collect::<Vec<_>>(), "{}", text);
                let mut total = Number::ZERO;
                for (line, (_, wanted)) in quote.charges().zip(&charges) {
                    prop_assert!(same(line.amount(), wanted), "{} is {}, not {:?}\n{}", line.code(), line.money(), wanted, text);
                    total = total.add(line.amount()).unwrap();
                    let explained = explanation.charge(line.code()).expect("each charge is explained");
                    let parts = explained.addends.iter().try_fold(Number::ZERO, |sum, part| sum.add(part.amount)).unwrap();
                    prop_assert_eq!(&parts, line.amount(), "the parts of {} add up\n{}", line.code(), explanation.to_text());
                }
                prop_assert_eq!(&quote.totals()[0].amount, &total);
                for (at, (wanted, output)) in outputs.iter().zip(quote.outputs()).enumerate() {
                    let shown = serde_json::to_value(output).unwrap();
                    prop_assert!(holds_number(&shown, wanted), "o{at} is {shown}, not {wanted:?}\n{text}");
                }
                let again = again.expect("priced once, priced again");
                prop_assert_eq!(serde_json::to_string(&quote).unwrap(), serde_json::to_string(&again).unwrap());
            }
            (Err(NumberError::DivisionByZero), Err(error)) => {
                prop_assert_eq!(error.kind, ErrorKind::DivisionByZero, "{}\n{}", error, text);
                prop_assert!(error.span.is_some());
                prop_assert_eq!(again.unwrap_err(), error);
            }
            (Err(NumberError::Overflow), Err(error)) => prop_assert_eq!(error.kind, ErrorKind::Overflow),
            (wanted, found) => prop_assert!(false, "{wanted:?} against {found:?}\n{text}\n{input}"),
        }
    }
}

/// Whether an output's wire form holds exactly this number: `"1.5"`, `"1.5 lb"`, `"12%"`, or an object with it.
fn holds_number(shown: &serde_json::Value, wanted: &Exact) -> bool {
    match shown {
        serde_json::Value::String(text) => {
            let number: String =
                text.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '/')).collect();
            if number.is_empty() || number == "-" || number.matches('-').count() > 1 {
                return false;
            }
            let exact = Exact::parse(&number);
            let exact = if text.ends_with('%') { exact.div(&Exact::parse("100")).unwrap() } else { exact };
            exact.order(wanted).is_eq()
        }
        serde_json::Value::Number(number) => Exact::parse(&number.to_string()).order(wanted).is_eq(),
        serde_json::Value::Object(fields) if fields.get("unit").is_some_and(|unit| unit == "%") => {
            let hundredfold = wanted.mul(&Exact::parse("100")).unwrap();
            fields.get("value").is_some_and(|value| holds_number(value, &hundredfold))
        }
        serde_json::Value::Object(fields) => fields.values().any(|value| holds_number(value, wanted)),
        _ => false,
    }
}
