//! Values as people and the wire see them: texts of messages, and the data of outputs.

use super::civil;
use super::number::{Rational, shown, whole};
use super::pricing::{Pricing, Scope};
use super::units::{Unit, is_currency, minor_digits};
use super::value::{Answer, Value, all};
use crate::outcome::{Datum, Money};
use ratewright::syntax::ast::{Template, TemplatePiece};

impl Pricing<'_> {
    /// A message with its expressions filled in.
    pub(crate) fn template(&self, template: &Template, scope: &Scope) -> Answer<String> {
        let piece = |piece: &TemplatePiece| match piece {
            TemplatePiece::Text(text) => Ok(text.clone()),
            TemplatePiece::Fill(expr) => Ok(self.filled(&self.value(expr, scope)?)),
        };
        Ok(all(template.pieces.iter().map(piece).collect::<Vec<_>>())?.concat())
    }

    /// A value within a message: a text without its quotes.
    pub(crate) fn filled(&self, value: &Value) -> String {
        match value {
            Value::Text(text) => text.clone(),
            value => self.shown(value),
        }
    }

    /// A value as rules write it.
    pub(crate) fn shown(&self, value: &Value) -> String {
        match value {
            Value::Number(number, unit) => self.quantity(number, unit),
            Value::Percent(fraction) => format!("{}%", shown(&(fraction * whole(100)), 0)),
            Value::YesNo(answer) => if *answer { "yes" } else { "no" }.to_string(),
            Value::Text(text) => {
                format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
            }
            Value::Member(name) | Value::Zone(name) | Value::Currency(name) => name.clone(),
            Value::Date(day) => civil::shown(*day),
            Value::Time(seconds) => civil::shown_time(*seconds),
            Value::Instant(seconds) => super::zone::shown(seconds),
            Value::Months(months) => format!("{months} month{}", if *months == 1 { "" } else { "s" }),
            Value::Record(fields) => {
                let field = |(name, value): &(_, Value)| format!("{name} = {}", self.shown(value));
                let fields: Vec<String> = fields.iter().map(field).collect();
                format!("{{ {} }}", fields.join(", "))
            }
            Value::List(elements) => {
                let mut told: Vec<String> = elements.iter().take(12).map(|element| self.shown(element)).collect();
                let more = elements.len().saturating_sub(told.len());
                told.extend((more > 0).then(|| format!("… {more} more")));
                format!("[{}]", told.join(", "))
            }
            Value::Absent => "not given".to_string(),
        }
    }

    /// `12.50 USD`, `3 lb`, `41.06 USD per cwt`: money has at least the decimals of its currency.
    fn quantity(&self, number: &Rational, unit: &Unit) -> String {
        let unit = self.chosen(unit);
        let mut above = unit.0.iter().filter(|(_, power)| *power > 0);
        let least = match (above.next(), above.next()) {
            (Some((name, 1)), None) if is_currency(name) => minor_digits(name),
            _ => 0,
        };
        if unit.is_none() { shown(number, 0) } else { format!("{} {}", shown(number, least), unit.shown()) }
    }

    /// A unit in which a currency that the caller chose has its code.
    pub(crate) fn chosen(&self, unit: &Unit) -> Unit {
        let name = |name: &String| match self.input.get(name) {
            Some(Value::Currency(code)) => code.clone(),
            _ => name.clone(),
        };
        Unit(unit.0.iter().map(|(named, power)| (name(named), *power)).collect())
    }

    /// A value as it leaves on the wire.
    pub(crate) fn datum(&self, value: &Value) -> Answer<Datum> {
        Ok(match value {
            Value::Number(number, unit) if unit.is_none() => Datum::Number(number.clone()),
            // Money in whatever unit leaves in its currency.
            Value::Number(number, unit) => match self.currency_of(value) {
                Ok(currency) => Datum::Money(Money { amount: self.amount_of(value)?, currency }),
                Err(_) => Datum::Quantity(number.clone(), self.chosen(unit).shown()),
            },
            Value::Percent(fraction) => Datum::Quantity(fraction * whole(100), "%".to_string()),
            Value::YesNo(answer) => Datum::YesNo(*answer),
            Value::Text(text) => Datum::Text(text.clone()),
            Value::Record(fields) => {
                let field = |(name, value): &(String, Value)| Ok((name.clone(), self.datum(value)?));
                Datum::Record(fields.iter().map(field).collect::<Answer<_>>()?)
            }
            Value::List(elements) => {
                Datum::List(elements.iter().map(|element| self.datum(element)).collect::<Answer<_>>()?)
            }
            Value::Absent => Datum::Absent,
            value => Datum::Text(self.shown(value)),
        })
    }
}
