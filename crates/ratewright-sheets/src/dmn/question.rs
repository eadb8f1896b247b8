//! Whether a value fits the tests of a cell, as a condition of the rules: `in`, and cells that must be computed.

use super::expression::{Level, Translator, Typed};
use super::feel::{Operator, Test};
use super::report::Refused;
use super::types::Type;

impl Translator<'_, '_> {
    /// Whether a value fits one of the tests.
    pub(super) fn any_of(&mut self, value: &Typed, tests: &[Test]) -> Result<Typed, Refused> {
        let mut questions = Vec::new();
        for test in tests {
            questions.push(self.question(value, test)?);
        }
        match questions.as_slice() {
            [one] => Ok(one.clone()),
            many => {
                let texts: Vec<String> = many.iter().map(|question| question.at(Level::And)).collect();
                Ok(Typed::new(texts.join(" or "), Type::YesNo, Level::Or))
            }
        }
    }

    fn question(&mut self, value: &Typed, test: &Test) -> Result<Typed, Refused> {
        let left = value.at(Level::Sum);
        let comparison = |text: String| Typed::new(text, Type::YesNo, Level::Comparison);
        match test {
            Test::Not(tests) => {
                let inner = self.any_of(value, tests)?;
                Ok(Typed::new(format!("not {}", inner.at(Level::Atom)), Type::YesNo, Level::Not))
            }
            Test::Value(condition) if condition.asks() => self.yes_no(condition),
            Test::Value(other) => {
                let other = self.present(other)?;
                if other.ty == Type::List(Box::new(value.ty.clone())) {
                    return Ok(comparison(format!("{left} is one of {}", other.at(Level::Atom))));
                }
                self.comparable(value, &other)?;
                Ok(comparison(format!("{left} is {}", other.at(Level::Sum))))
            }
            Test::Compare(operator, other) => {
                let other = self.present(other)?;
                self.comparable(value, &other)?;
                let sign = match operator {
                    Operator::Less => "<",
                    Operator::AtMost => "<=",
                    Operator::Greater => ">",
                    Operator::AtLeast => ">=",
                    Operator::NotEqual => "is not",
                    _ => "is",
                };
                if value.ty == Type::YesNo && !sign.starts_with("is") {
                    return Err(Refused::new("a yes/no has no order", "compare it with `=`"));
                }
                Ok(comparison(format!("{left} {sign} {}", other.at(Level::Sum))))
            }
            Test::Range { low, low_included, high, high_included } => {
                let (low, high) = (self.typed(low, &value.ty)?, self.typed(high, &value.ty)?);
                if value.ty == Type::YesNo {
                    return Err(Refused::new("a yes/no has no order", "compare it with `=`"));
                }
                let (low, high) = (low.at(Level::Sum), high.at(Level::Sum));
                Ok(comparison(match (low_included, high_included) {
                    (true, true) => format!("{left} is from {low} through {high}"),
                    (true, false) => format!("{left} is from {low} until {high}"),
                    (false, true) => format!("{left} is over {low} up to {high}"),
                    (false, false) => format!("{left} is over {low} until {high}"),
                }))
            }
        }
    }

    fn comparable(&self, value: &Typed, other: &Typed) -> Result<(), Refused> {
        if value.ty == other.ty && !matches!(value.ty, Type::Opaque | Type::Record(_) | Type::List(_)) {
            return Ok(());
        }
        Err(Refused::new(
            format!("{} is compared with {}, which never matches in DMN", value.ty.words(), other.ty.words()),
            "compare values of the same type",
        ))
    }
}
