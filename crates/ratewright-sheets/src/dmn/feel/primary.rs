//! What an expression is made of: constants, names, calls, lists.

use super::Expression;
use super::parse::Parser;
use super::scan::is_name_start;
use crate::dmn::report::Refused;
use crate::dmn::xml::normal;

/// The words that cannot begin a name.
const RESERVED: [&str; 12] =
    ["and", "or", "if", "then", "else", "between", "in", "return", "satisfies", "true", "false", "null"];

impl Parser<'_> {
    pub(super) fn primary(&mut self) -> Result<Expression, Refused> {
        match self.scan.peek() {
            Some('"') => return self.scan.text().map(Expression::Text),
            Some('@') => {
                self.scan.sign("@");
                if self.scan.peek() != Some('"') {
                    return Err(self.unexpected("after `@`"));
                }
                return self.scan.text().map(Expression::At);
            }
            Some('?') => {
                self.scan.sign("?");
                return Ok(Expression::Input);
            }
            Some('(') => {
                self.scan.sign("(");
                let inner = self.expression()?;
                self.expect(")")?;
                return Ok(inner);
            }
            Some('[') => return self.list(),
            Some('{') => {
                return Err(Refused::new(
                    "a context has no counterpart that is sure to mean the same",
                    "use a decision for each of its entries",
                ));
            }
            _ => {}
        }
        if let Some(number) = self.scan.number() {
            return Ok(Expression::Number(number));
        }
        self.name()
    }

    fn list(&mut self) -> Result<Expression, Refused> {
        self.expect("[")?;
        let mut items = Vec::new();
        if !self.scan.sign("]") {
            items.push(self.expression()?);
            while self.scan.sign(",") {
                items.push(self.expression()?);
            }
            self.expect("]")?;
        }
        Ok(Expression::List(items))
    }

    fn name(&mut self) -> Result<Expression, Refused> {
        if !self.sees_known() {
            for (word, value) in
                [("true", Expression::YesNo(true)), ("false", Expression::YesNo(false)), ("null", Expression::Null)]
            {
                if self.scan.word(word) {
                    return Ok(value);
                }
            }
        }
        if let Some(name) = self.scan.known(&self.known.names) {
            return match self.scan.sign("(") {
                true => self.arguments(name.to_owned()),
                false => Ok(Expression::Name(name.to_owned())),
            };
        }
        if !self.scan.peek().is_some_and(is_name_start) || RESERVED.iter().any(|word| self.scan.sees_word(word)) {
            return Err(self.unexpected("where a value is expected"));
        }
        let start = self.scan.rest();
        let simple = self.scan.simple_name().unwrap_or_default();
        if self.scan.sign("(") {
            return self.arguments(simple.to_owned());
        }
        // Several words may be a function's name.
        let words: String = start.chars().take_while(|c| c.is_alphanumeric() || matches!(c, ' ' | '_')).collect();
        if start.get(words.len()..).is_some_and(|rest| rest.starts_with('(')) && !words.trim().is_empty() {
            self.scan.back_to(start.get(words.len()..).unwrap_or_default());
            self.expect("(")?;
            return self.arguments(normal(&words));
        }
        Ok(Expression::Name(simple.to_owned()))
    }

    fn arguments(&mut self, name: String) -> Result<Expression, Refused> {
        let mut arguments = Vec::new();
        if !self.scan.sign(")") {
            loop {
                let start = self.scan.rest();
                let named = self.argument_name();
                if named.is_none() {
                    self.scan.back_to(start);
                }
                arguments.push((named, self.expression()?));
                if !self.scan.sign(",") {
                    break;
                }
            }
            self.expect(")")?;
        }
        Ok(Expression::Call(name, arguments))
    }

    /// The words before a colon.
    fn argument_name(&mut self) -> Option<String> {
        let words: String = self
            .scan
            .rest()
            .chars()
            .take_while(|c| is_name_start(*c) || c.is_alphanumeric() || matches!(c, ' ' | '_' | '-'))
            .collect();
        let rest = self.scan.rest().get(words.len()..)?;
        if words.trim().is_empty() || !rest.starts_with(':') {
            return None;
        }
        self.scan.back_to(rest);
        self.scan.sign(":").then(|| normal(&words))
    }
}
