//! A quote as text for people: one line for each charge, amounts aligned.

use super::{ChargeLine, Data, Money, Quantity, Quote};
use crate::eval::show;
use crate::value::Number;
use std::borrow::Cow;
use std::fmt;

/// The columns that codes and labels take at most before the amounts are pushed out.
const WIDEST: usize = 60;

/// A number for people; one that no decimal is equal to with six decimals after `≈`.
fn write_number(f: &mut fmt::Formatter<'_>, number: &Number, least_decimals: u32) -> fmt::Result {
    match number.lane() {
        Some(_) => write!(f, "{}", number.with_decimals(least_decimals)),
        None => f.write_str(&show::decimal(number, least_decimals)),
    }
}

/// A text that may be a caller's, as one line for people: every character that breaks lines, moves a cursor, changes colours or turns
/// the direction of writing is a blank.
///
/// ```
/// assert_eq!(ratewright::quote::one_line("Depot\n  Total 0.00"), "Depot   Total 0.00");
/// ```
pub fn one_line(text: &str) -> Cow<'_, str> {
    let harmful = |c: char| c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    match text.contains(harmful) {
        true => Cow::Owned(text.replace(harmful, " ")),
        false => Cow::Borrowed(text),
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_number(f, &self.amount, self.currency.digits())?;
        write!(f, " {}", self.currency)
    }
}

impl fmt::Display for Quantity<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_number(f, self.value, 0)?;
        match self.unit {
            "" => Ok(()),
            "%" => f.write_str("%"),
            unit => write!(f, " {unit}"),
        }
    }
}

impl fmt::Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::Number(number) => write_number(f, number, 0),
            Data::Money(money) => money.fmt(f),
            Data::Quantity(quantity) => quantity.fmt(f),
            Data::YesNo(true) => f.write_str("yes"),
            Data::YesNo(false) => f.write_str("no"),
            Data::Text(text) => f.write_str(text),
            Data::Record(fields) => {
                let fields: Vec<String> = fields.map(|(name, value)| format!("{name} = {value}")).collect();
                write!(f, "{{ {} }}", fields.join(", "))
            }
            Data::List(values) => {
                let values: Vec<String> = values.map(|value| value.to_string()).collect();
                write!(f, "[{}]", values.join(", "))
            }
            Data::Absent => f.write_str("not given"),
        }
    }
}

/// `BASE  Transportation`, with the item of a charge `for each` counted from 1.
fn heading(line: ChargeLine<'_>) -> String {
    let mut text = line.code().to_string();
    if let Some(item) = line.item() {
        text.push_str(&format!(" [{}]", item + 1));
    }
    if let Some(label) = line.label() {
        text.push_str("  ");
        text.push_str(&one_line(label));
    }
    text
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// The itemised quote: lines with their amounts, quantities, tiers and reasons, then totals, outputs and flags.
impl fmt::Display for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.rule_set())?;
        if let Some(version) = self.version() {
            write!(f, " version {version}")?;
        }
        writeln!(f)?;
        let total = |money: &Money| format!("total {}", money.currency);
        let headings: Vec<String> = self.charges().map(heading).chain(self.totals().iter().map(total)).collect();
        let left = headings.iter().map(|text| width(text)).max().unwrap_or(0).min(WIDEST);
        let amounts: Vec<String> =
            self.charges().map(ChargeLine::money).chain(self.totals().iter().cloned()).map(|m| m.to_string()).collect();
        let right = amounts.iter().map(|text| width(text)).max().unwrap_or(0);
        let mut lines = self.charges();
        for (index, (heading, amount)) in headings.iter().zip(&amounts).enumerate() {
            if index == self.charges().len() {
                writeln!(f, "  {}", "-".repeat(left + right + 2))?;
            }
            let gap = left.saturating_sub(width(heading)) + right.saturating_sub(width(amount)) + 2;
            writeln!(f, "  {heading}{}{amount}", " ".repeat(gap))?;
            if let Some(line) = lines.next() {
                details(f, line)?;
            }
        }
        for output in self.outputs() {
            writeln!(f, "  {} = {}", output.label().unwrap_or(output.name()), one_line(&output.value().to_string()))?;
        }
        for flag in self.flags() {
            writeln!(f, "  flag {}: {}", flag.code(), one_line(flag.message()))?;
        }
        Ok(())
    }
}

fn details(f: &mut fmt::Formatter<'_>, line: ChargeLine<'_>) -> fmt::Result {
    match (line.quantity(), line.unit_price()) {
        (Some(quantity), Some(price)) => writeln!(f, "    {quantity} at {price}")?,
        (Some(quantity), None) => writeln!(f, "    {quantity}")?,
        _ => {}
    }
    for part in line.breakdown() {
        write!(f, "    {}", one_line(part.label()))?;
        if let Some(quantity) = part.quantity() {
            write!(f, ": {quantity}")?;
        }
        if let Some(rate) = part.rate() {
            write!(f, " at {rate}")?;
        }
        writeln!(f, " = {}", part.money())?;
    }
    if let Some(reason) = line.reason() {
        writeln!(f, "    because {}", one_line(reason))?;
    }
    Ok(())
}
