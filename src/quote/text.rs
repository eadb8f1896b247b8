//! A quote as text for people: one line for each charge, amounts aligned.

use super::{ChargeLine, Data, Money, Quantity, Quote};
use std::fmt;

/// The columns that codes and labels take at most before the amounts are pushed out.
const WIDEST: usize = 60;

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", crate::eval::show::decimal(&self.amount, self.currency.digits()), self.currency)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&crate::eval::show::join(&crate::eval::show::decimal(&self.value, 0), &self.unit))
    }
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Data::Number(number) => f.write_str(&crate::eval::show::decimal(number, 0)),
            Data::Money(money) => money.fmt(f),
            Data::Quantity(quantity) => quantity.fmt(f),
            Data::YesNo(true) => f.write_str("yes"),
            Data::YesNo(false) => f.write_str("no"),
            Data::Text(text) => f.write_str(text),
            Data::Record(fields) => {
                let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                write!(f, "{{ {} }}", fields.join(", "))
            }
            Data::List(values) => {
                let values: Vec<String> = values.iter().map(ToString::to_string).collect();
                write!(f, "[{}]", values.join(", "))
            }
            Data::Absent => f.write_str("not given"),
        }
    }
}

/// `BASE  Transportation`, with the item of a charge `for each` counted from 1.
fn heading(line: &ChargeLine) -> String {
    let mut text = line.code.to_string();
    if let Some(item) = line.item {
        text.push_str(&format!(" [{}]", item + 1));
    }
    if let Some(label) = &line.label {
        text.push_str("  ");
        text.push_str(label);
    }
    text
}

fn width(text: &str) -> usize {
    text.chars().count()
}

/// The itemised quote: lines with their amounts, quantities, tiers and reasons, then totals, outputs and flags.
impl fmt::Display for Quote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.ruleset)?;
        if let Some(version) = &self.version {
            write!(f, " version {version}")?;
        }
        writeln!(f)?;
        let total = |money: &Money| format!("total {}", money.currency);
        let headings: Vec<String> = self.charges.iter().map(heading).chain(self.totals.iter().map(total)).collect();
        let left = headings.iter().map(|text| width(text)).max().unwrap_or(0).min(WIDEST);
        let amounts: Vec<String> =
            self.charges.iter().map(|line| &line.amount).chain(&self.totals).map(ToString::to_string).collect();
        let right = amounts.iter().map(|text| width(text)).max().unwrap_or(0);
        for (index, (heading, amount)) in headings.iter().zip(&amounts).enumerate() {
            if index == self.charges.len() {
                writeln!(f, "  {}", "-".repeat(left + right + 2))?;
            }
            let gap = left.saturating_sub(width(heading)) + right.saturating_sub(width(amount)) + 2;
            writeln!(f, "  {heading}{}{amount}", " ".repeat(gap))?;
            if let Some(line) = self.charges.get(index) {
                details(f, line)?;
            }
        }
        for output in &self.outputs {
            writeln!(f, "  {} = {}", output.label.as_ref().unwrap_or(&output.name), output.value)?;
        }
        for flag in &self.flags {
            writeln!(f, "  flag {}: {}", flag.code, flag.message)?;
        }
        Ok(())
    }
}

fn details(f: &mut fmt::Formatter<'_>, line: &ChargeLine) -> fmt::Result {
    match (&line.quantity, &line.unit_price) {
        (Some(quantity), Some(price)) => writeln!(f, "    {quantity} at {price}")?,
        (Some(quantity), None) => writeln!(f, "    {quantity}")?,
        _ => {}
    }
    for part in &line.breakdown {
        write!(f, "    {}", part.label)?;
        if let Some(quantity) = &part.quantity {
            write!(f, ": {quantity}")?;
        }
        if let Some(rate) = &part.rate {
            write!(f, " at {rate}")?;
        }
        writeln!(f, " = {}", part.amount)?;
    }
    if let Some(reason) = &line.reason {
        writeln!(f, "    because {reason}")?;
    }
    Ok(())
}
