//! A number with its unit, read back from the words of a difference, so that two can be compared.

use crate::program::Program;
use crate::value::{Currency, Number};

/// A number in base units, and what it is a number of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Quantity {
    pub(super) number: Number,
    /// `%`, `USD per lb` in base units, nothing.
    dimension: Vec<(String, bool)>,
}

/// Reads `18.5%`, `200`, `2_000`, `42.10 USD per cwt`, `$4.10`; nothing where more than that is written.
pub(super) fn quantity(text: &str, program: &Program) -> Option<Quantity> {
    let text = text.trim();
    let (dollars, text) = match text.strip_prefix('$') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '_' | '-' | ','))).unwrap_or(text.len());
    let (digits, unit) = text.split_at_checked(end)?;
    let number = Number::parse_exact(&digits.replace(['_', ','], "")).ok()?;
    let unit = unit.trim();
    if unit == "%" {
        return Some(Quantity { number, dimension: vec![("%".to_string(), true)] });
    }
    if unit.is_empty() {
        let own = program.currency.filter(|_| dollars).map(|currency| (currency.to_string(), true));
        return Some(Quantity { number, dimension: own.into_iter().collect() });
    }
    let mut number = number;
    let mut dimension = Vec::new();
    for (at, word) in unit.split(" per ").enumerate() {
        let (factor, base) = one(word.trim(), program)?;
        number = if at == 0 { number.mul(&factor).ok()? } else { number.div(&factor).ok()? };
        dimension.push((base, at == 0));
    }
    Some(Quantity { number, dimension })
}

/// A unit or currency: how many base units it is, and of what.
fn one(word: &str, program: &Program) -> Option<(Number, String)> {
    if let Some(currency) = Currency::parse(word) {
        return Some((Number::from_i64(1), currency.to_string()));
    }
    let unit = program.units.get(program.units.named(word)?)?;
    Some((unit.factor.clone(), format!("{:?}^{}", unit.base, unit.power)))
}

/// The change from one to the other as a part of the former: 0.05 is up by 5 %. `None` where they are of two kinds.
pub(super) fn moved(before: &Quantity, after: &Quantity) -> Option<Moved> {
    if before.dimension != after.dimension {
        return None;
    }
    part(&before.number, &after.number)
}

/// How far a number moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Moved {
    /// By so many percent, up or down.
    Percent(Number),
    /// From zero, or to the other sign.
    Beyond,
}

/// How far a number moved, in percent of what it was.
pub(super) fn part(before: &Number, after: &Number) -> Option<Moved> {
    if before == after {
        return Some(Moved::Percent(Number::ZERO));
    }
    if before.is_zero() || before.is_negative() != after.is_negative() && !after.is_zero() {
        return Some(Moved::Beyond);
    }
    let change = after.sub(before).ok()?.div(&before.abs()).ok()?;
    Some(Moved::Percent(change.mul(&Number::from_i64(100)).ok()?))
}
