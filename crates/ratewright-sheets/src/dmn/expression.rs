//! FEEL expressions into expressions of the rules, with their types.
//!
//! Only what has one exact meaning on both sides is written; everything else is refused with its reason. DMN's null never wanders: a value
//! that may be absent is refused wherever DMN would go on computing with null.

use super::cells::{self, Literal};
use super::feel::{Expression, Operator};
use super::functions;
use super::report::Refused;
use super::scope::{Call, Scope};
use super::types::{Type, Types};
use super::values::{Point, Values};

/// How tightly a piece of text holds together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Loose,
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Atom,
}

/// A piece of the rules that computes a value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Typed {
    pub(super) text: String,
    pub(super) ty: Type,
    /// Whether it may be absent, where DMN says null.
    pub(super) optional: bool,
    pub(super) level: Level,
    /// The only values that it may have, where that is known.
    pub(super) domain: Option<Values>,
}

impl Typed {
    pub(super) fn new(text: impl Into<String>, ty: Type, level: Level) -> Self {
        Typed { text: text.into(), ty, optional: false, level, domain: None }
    }

    pub(super) fn atom(text: impl Into<String>, ty: Type) -> Self {
        Typed::new(text, ty, Level::Atom)
    }

    /// The text, in parentheses where it holds less tightly than this.
    pub(super) fn at(&self, level: Level) -> String {
        if self.level < level { format!("({})", self.text) } else { self.text.clone() }
    }

    fn constant(literal: &Literal) -> Result<Self, Refused> {
        let text = literal.write()?;
        let level = if text.starts_with('-') { Level::Product } else { Level::Atom };
        Ok(Typed { domain: Some(literal.values()), ..Typed::new(text, literal.ty(), level) })
    }
}

/// Translates expressions of one scope.
pub(super) struct Translator<'t, 'c> {
    pub(super) scope: &'t Scope,
    pub(super) types: &'t Types,
    pub(super) call: &'t mut Call<'c>,
    /// What was kept, with something to know about it.
    pub(super) notes: Vec<String>,
}

pub(super) fn absent(value: &Typed) -> Refused {
    Refused::new(
        format!("`{}` may be null, and DMN goes on computing with null", value.text),
        "make what it comes from complete: rules for every input, or a default output",
    )
}

impl Translator<'_, '_> {
    /// A value that is always there.
    pub(super) fn present(&mut self, expression: &Expression) -> Result<Typed, Refused> {
        let value = self.value(expression)?;
        if value.optional { Err(absent(&value)) } else { Ok(value) }
    }

    pub(super) fn typed(&mut self, expression: &Expression, ty: &Type) -> Result<Typed, Refused> {
        let value = self.present(expression)?;
        if value.ty == *ty {
            return Ok(value);
        }
        Err(Refused::new(
            format!("`{}` is {} where {} is wanted, which is null in DMN", value.text, value.ty.words(), ty.words()),
            "use values of the same type",
        ))
    }

    pub(super) fn number(&mut self, expression: &Expression) -> Result<Typed, Refused> {
        self.typed(expression, &Type::Number)
    }

    pub(super) fn text(&mut self, expression: &Expression) -> Result<Typed, Refused> {
        self.typed(expression, &Type::Text)
    }

    pub(super) fn yes_no(&mut self, expression: &Expression) -> Result<Typed, Refused> {
        self.typed(expression, &Type::YesNo)
    }

    /// Any value.
    pub(super) fn value(&mut self, expression: &Expression) -> Result<Typed, Refused> {
        if let Some(literal) = cells::literal(expression)? {
            return Typed::constant(&literal);
        }
        match expression {
            Expression::Name(name) => self.name(name),
            Expression::Input => {
                self.scope.input.clone().ok_or_else(|| Refused::new("`?` stands outside a cell", "take it out"))
            }
            Expression::Path(of, component) => self.path(of, component),
            Expression::Call(name, arguments) => self.called(name, arguments),
            Expression::Negate(inner) => {
                let inner = self.number(inner)?;
                Ok(Typed::new(format!("-{}", inner.at(Level::Atom)), Type::Number, Level::Product))
            }
            Expression::Binary(operator, left, right) => self.binary(*operator, left, right),
            Expression::If(condition, then, other) => self.choice(condition, then, other),
            Expression::Between(value, low, high) => {
                let value = self.ordered(value)?;
                let (low, high) = (self.typed(low, &value.ty)?, self.typed(high, &value.ty)?);
                let text =
                    format!("{} is from {} through {}", value.at(Level::Sum), low.at(Level::Sum), high.at(Level::Sum));
                Ok(Typed::new(text, Type::YesNo, Level::Comparison))
            }
            Expression::In(value, tests) => {
                let value = self.present(value)?;
                self.any_of(&value, tests)
            }
            Expression::List(items) => self.list(items),
            Expression::Null => Err(Refused::new(
                "`null` has no counterpart as a value",
                "leave the value out by a table that does not match",
            )),
            Expression::At(text) => Err(Refused::new(
                format!("`@\"{text}\"` is no date, nor a time of day in whole seconds without a zone"),
                "instants and durations differ between DMN and the rules: write it by hand",
            )),
            Expression::Number(_) | Expression::Text(_) | Expression::YesNo(_) => {
                Err(Refused::new("a constant cannot be read", "write it in another way"))
            }
        }
    }

    fn name(&mut self, name: &str) -> Result<Typed, Refused> {
        if let Some(variable) = self.scope.variables.iter().find(|variable| variable.name == name) {
            return Ok(variable.value.clone());
        }
        if let Some((_, why)) = self.scope.missing.iter().find(|(missing, _)| missing == name) {
            return Err(why.clone());
        }
        Err(Refused::new(
            format!("`{name}` is no input, decision or parameter that is required here"),
            "add the information requirement, or correct the name",
        ))
    }

    fn path(&mut self, of: &Expression, component: &str) -> Result<Typed, Refused> {
        let of = self.present(of)?;
        if of.ty == Type::Date {
            let function = match component {
                "year" | "month" | "day" | "weekday" => component,
                _ => {
                    return Err(Refused::new(
                        format!("a date has no `{component}`"),
                        "use year, month, day or weekday",
                    ));
                }
            };
            return Ok(Typed::atom(format!("{function}({})", of.text), Type::Number));
        }
        let record = self.types.record_of(&of.ty).ok_or_else(|| {
            Refused::new(
                format!("`.{component}` of {} has no counterpart", of.ty.words()),
                "use components of item definitions",
            )
        })?;
        let field = record.fields.iter().find(|field| field.component == component).ok_or_else(|| {
            Refused::new(
                format!("`{}` has no component `{component}`", of.text),
                "correct the name, or the item definition",
            )
        })?;
        if field.resolved.ty == Type::Opaque {
            return Err(Refused::new(
                format!("`{}.{component}` is an instant or a duration of DMN, which has no counterpart", of.text),
                "use a date, a time or a number",
            ));
        }
        Ok(Typed {
            optional: field.resolved.nullable,
            domain: field.resolved.domain.clone(),
            ..Typed::atom(format!("{}.{}", of.at(Level::Atom), field.name), field.resolved.ty.clone())
        })
    }

    fn called(&mut self, name: &str, arguments: &[(Option<String>, Expression)]) -> Result<Typed, Refused> {
        if let Some((_, at)) = self.scope.functions.iter().find(|(function, _)| function == name) {
            let mut values = Vec::new();
            for (parameter, argument) in arguments {
                values.push((parameter.clone(), self.value(argument)?));
            }
            return (self.call)(*at, &values);
        }
        if let Some((_, why)) = self.scope.missing.iter().find(|(missing, _)| missing == name) {
            return Err(why.clone());
        }
        functions::call(self, name, arguments)
    }

    fn binary(&mut self, operator: Operator, left: &Expression, right: &Expression) -> Result<Typed, Refused> {
        match operator {
            Operator::Or => self.logical("or", Level::Or, left, right),
            Operator::And => self.logical("and", Level::And, left, right),
            Operator::Equal => self.equality("is", left, right),
            Operator::NotEqual => self.equality("is not", left, right),
            Operator::Less => self.order("<", left, right),
            Operator::AtMost => self.order("<=", left, right),
            Operator::Greater => self.order(">", left, right),
            Operator::AtLeast => self.order(">=", left, right),
            Operator::Add => self.sum("+", left, right),
            Operator::Subtract => self.sum("-", left, right),
            Operator::Multiply => self.product("*", left, right),
            Operator::Divide => {
                let exact =
                    matches!(cells::literal(right)?, Some(Literal::Point(Point::Number(by))) if terminates(&by));
                if !exact {
                    self.notes.push(
                        "a division that does not come out even keeps its fraction, where DMN rounds to 34 digits"
                            .into(),
                    );
                }
                self.product("/", left, right)
            }
            Operator::Power => self.power(left, right),
        }
    }

    fn logical(&mut self, word: &str, level: Level, left: &Expression, right: &Expression) -> Result<Typed, Refused> {
        let (left, right) = (self.yes_no(left)?, self.yes_no(right)?);
        let tighter = if level == Level::Or { Level::And } else { Level::Not };
        Ok(Typed::new(format!("{} {word} {}", left.at(level), right.at(tighter)), Type::YesNo, level))
    }

    fn same_types(&mut self, left: &Expression, right: &Expression) -> Result<(Typed, Typed), Refused> {
        if *left == Expression::Null || *right == Expression::Null {
            return Err(Refused::new(
                "a comparison with `null` has no counterpart: every input of the rules is sent",
                "take it out, or declare the input optional in the rules and write `is given`",
            ));
        }
        let left = self.present(left)?;
        let right = self.typed(right, &left.ty)?;
        if matches!(left.ty, Type::Opaque | Type::Record(_) | Type::List(_)) {
            return Err(Refused::new(
                format!("a comparison of {} has no counterpart", left.ty.words()),
                "compare their parts",
            ));
        }
        Ok((left, right))
    }

    fn equality(&mut self, word: &str, left: &Expression, right: &Expression) -> Result<Typed, Refused> {
        let (left, right) = self.same_types(left, right)?;
        Ok(Typed::new(
            format!("{} {word} {}", left.at(Level::Sum), right.at(Level::Sum)),
            Type::YesNo,
            Level::Comparison,
        ))
    }

    fn ordered(&mut self, expression: &Expression) -> Result<Typed, Refused> {
        let value = self.present(expression)?;
        if value.ty == Type::YesNo || matches!(value.ty, Type::Opaque | Type::Record(_) | Type::List(_)) {
            return Err(Refused::new(
                format!("{} has no order, and the comparison is null in DMN", value.ty.words()),
                "compare it with `=`",
            ));
        }
        Ok(value)
    }

    fn order(&mut self, sign: &str, left: &Expression, right: &Expression) -> Result<Typed, Refused> {
        self.ordered(left)?;
        let (left, right) = self.same_types(left, right)?;
        Ok(Typed::new(
            format!("{} {sign} {}", left.at(Level::Sum), right.at(Level::Sum)),
            Type::YesNo,
            Level::Comparison,
        ))
    }

    fn sum(&mut self, sign: &str, left: &Expression, right: &Expression) -> Result<Typed, Refused> {
        let first = self.present(left)?;
        match first.ty {
            Type::Number => {}
            Type::Date => {
                if let Some(span) = functions::span(right) {
                    let text = format!("{} {sign} {span}", first.at(Level::Sum));
                    return Ok(Typed::new(text, Type::Date, Level::Sum));
                }
                return Err(Refused::new(
                    "a computation with dates has a counterpart only with `duration(\"P…\")` of months or of days",
                    "write the duration as a constant",
                ));
            }
            Type::Text => {
                return Err(Refused::new(
                    "texts cannot be joined in rules",
                    "let the program that shows them join them, or list the whole texts in a table",
                ));
            }
            _ => {
                return Err(Refused::new(
                    format!("`{sign}` of {} has no counterpart", first.ty.words()),
                    "use numbers",
                ));
            }
        }
        let right = self.number(right)?;
        Ok(Typed::new(
            format!("{} {sign} {}", first.at(Level::Sum), right.at(Level::Product)),
            Type::Number,
            Level::Sum,
        ))
    }

    fn product(&mut self, sign: &str, left: &Expression, right: &Expression) -> Result<Typed, Refused> {
        let (left, right) = (self.number(left)?, self.number(right)?);
        let text = format!("{} {sign} {}", left.at(Level::Product), right.at(Level::Atom));
        Ok(Typed::new(text, Type::Number, Level::Product))
    }

    /// A small whole power is written out; any other is rounded by DMN.
    fn power(&mut self, base: &Expression, exponent: &Expression) -> Result<Typed, Refused> {
        let count = match cells::literal(exponent)? {
            Some(Literal::Point(Point::Number(count))) => count.to_i64().filter(|count| (1..=8).contains(count)),
            _ => None,
        };
        let Some(count) = count else {
            return Err(Refused::new(
                "a power has a counterpart only with an exponent from 1 through 8",
                "write it by hand, or as a host function",
            ));
        };
        let base = self.number(base)?.at(Level::Atom);
        let factors = std::iter::repeat_n(base, usize::try_from(count).unwrap_or(1));
        Ok(Typed::new(factors.collect::<Vec<_>>().join(" * "), Type::Number, Level::Product))
    }

    fn choice(&mut self, condition: &Expression, then: &Expression, other: &Expression) -> Result<Typed, Refused> {
        let condition = self.yes_no(condition)?;
        let (then, other) = (self.value(then)?, self.value(other)?);
        if then.ty != other.ty {
            return Err(Refused::new(
                format!("the two sides of `if` are {} and {}", then.ty.words(), other.ty.words()),
                "let both give the same type",
            ));
        }
        let domain = match (&then.domain, &other.domain) {
            (Some(a), Some(b)) => Some(a.or(b)),
            _ => None,
        };
        let text = format!("if {} then {} else {}", condition.at(Level::Or), then.at(Level::Or), other.at(Level::Or));
        let optional = then.optional || other.optional;
        Ok(Typed { optional, domain, ..Typed::new(text, then.ty, Level::Loose) })
    }

    fn list(&mut self, items: &[Expression]) -> Result<Typed, Refused> {
        let mut values: Vec<Typed> = Vec::new();
        for item in items {
            let value = self.present(item)?;
            if values.first().is_some_and(|first| first.ty != value.ty) {
                return Err(Refused::new("a list of values of several types has no counterpart", "use one type"));
            }
            values.push(value);
        }
        let ty = values.first().map(|first| first.ty.clone());
        let ty = ty.ok_or_else(|| Refused::new("the type of an empty list is not known", "take it out"))?;
        let texts: Vec<String> = values.iter().map(|value| value.text.clone()).collect();
        Ok(Typed::atom(format!("[{}]", texts.join(", ")), Type::List(Box::new(ty))))
    }
}

/// Whether a quotient by this number always ends.
fn terminates(by: &ratewright::value::Number) -> bool {
    let one = ratewright::value::Number::from(1);
    one.div(by).is_ok_and(|quotient| quotient.terminates())
}
