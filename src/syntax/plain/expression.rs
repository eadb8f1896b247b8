//! The expressions of plain items: chains of operators in the order of the table in `precedence`, over names, literals and calls.

use super::Plain;
use super::tokens::is_only_a_name;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Literal, Name, OneOf, Range, UnitExpr};
use crate::syntax::tokens::is_reserved;
use crate::value::Number;

/// Words that open a form, or a share, where a value is expected.
const OPENERS: [&str; 24] = [
    "allocate",
    "any",
    "count",
    "date",
    "days",
    "distinct",
    "draw",
    "every",
    "first",
    "greatest",
    "group",
    "increments",
    "instant",
    "last",
    "least",
    "list",
    "one",
    "rows",
    "split",
    "sum",
    "the",
    "time",
    "walk",
    "contained",
];

/// Words that are no units after a number, or not always; reserved words are none but `in`.
const NOT_A_UNIT: [&str; 27] = [
    "above",
    "at",
    "carrying",
    "contained",
    "descending",
    "each",
    "expect",
    "first",
    "flat",
    "given",
    "has",
    "in",
    "keep",
    "last",
    "matching",
    "month",
    "months",
    "named",
    "next",
    "remainder",
    "row",
    "shown",
    "sorted",
    "tagged",
    "tie",
    "to",
    "year",
];

impl Plain<'_> {
    /// A value with its operators, loosest first.
    pub(super) fn expression(&mut self) -> Option<Expr> {
        let left = self.alternatives()?;
        if !self.takes_word("otherwise") {
            return Some(left);
        }
        let right = self.expression()?;
        Some(binary(BinaryOp::Otherwise, left, right))
    }

    fn alternatives(&mut self) -> Option<Expr> {
        let mut left = self.conditions()?;
        while self.takes_word("or") {
            let right = self.conditions()?;
            left = binary(BinaryOp::Or, left, right);
        }
        Some(left)
    }

    fn conditions(&mut self) -> Option<Expr> {
        let mut left = self.condition()?;
        while self.takes_word("and") {
            let right = self.condition()?;
            left = binary(BinaryOp::And, left, right);
        }
        Some(left)
    }

    /// One condition; a second comparison after the first is not plain.
    fn condition(&mut self) -> Option<Expr> {
        if self.takes_word("not") {
            let start = self.end.saturating_sub("not".len());
            let inner = self.condition()?;
            return Some(Expr { kind: ExprKind::Not(Box::new(inner)), span: self.since(start) });
        }
        let left = self.sum()?;
        let (operation, length) = match (self.peek(), self.byte(1)) {
            (Some(b'<'), Some(b'=')) => (BinaryOp::AtMost, 2),
            (Some(b'<'), _) => (BinaryOp::Less, 1),
            (Some(b'>'), Some(b'=')) => (BinaryOp::AtLeast, 2),
            (Some(b'>'), _) => (BinaryOp::Greater, 1),
            _ if self.takes_word("is") => return self.is(left),
            _ => return Some(left),
        };
        self.take(length);
        let right = self.sum()?;
        let again = matches!(self.peek(), Some(b'<' | b'>')) || self.peek_word() == Some("is");
        (!again).then(|| binary(operation, left, right))
    }

    /// What stands after `is`.
    fn is(&mut self, operand: Expr) -> Option<Expr> {
        let positive = !self.takes_word("not");
        let start = operand.span.start as usize;
        let kind = match self.peek_word() {
            Some("given") => {
                self.word()?;
                ExprKind::Given(Box::new(operand), positive)
            }
            Some("applied") => {
                self.word()?;
                let ExprKind::Name(text) = operand.kind else { return None };
                ExprKind::Applied(Name { text, span: operand.span }, positive)
            }
            Some("within") => {
                self.word()?;
                ExprKind::Within(Box::new(operand), self.name()?, positive)
            }
            Some("one") => {
                self.word()?;
                self.keyword("of")?;
                self.mark(b'(')?;
                let values = self.values()?;
                if values.is_empty() || self.peek() == Some(b'.') {
                    return None;
                }
                ExprKind::OneOf(Box::new(operand), OneOf::Values(values), positive)
            }
            Some("from" | "over" | "up" | "under") => {
                ExprKind::InRange(Box::new(operand), Box::new(self.range()?), positive)
            }
            _ => {
                let low = self.sum()?;
                match self.until()? {
                    Some((high, included)) => {
                        let span = low.span.to(high.span);
                        let range = Range { low: Some((Box::new(low), true)), high: Some((high, included)), span };
                        ExprKind::InRange(Box::new(operand), Box::new(range), positive)
                    }
                    None => {
                        let operation = if positive { BinaryOp::Is } else { BinaryOp::IsNot };
                        ExprKind::Binary(operation, Box::new(operand), Box::new(low))
                    }
                }
            }
        };
        let again = matches!(self.peek(), Some(b'<' | b'>')) || self.peek_word() == Some("is");
        (!again).then(|| Expr { kind, span: self.since(start) })
    }

    /// `through x` or `until x`, where it stands here.
    #[allow(clippy::option_option, reason = "the outer one says that it is not plain")]
    fn until(&mut self) -> Option<Option<(Box<Expr>, bool)>> {
        let included = match self.peek_word() {
            Some("through") => true,
            Some("until") => false,
            _ => return Some(None),
        };
        self.word()?;
        Some(Some((Box::new(self.sum()?), included)))
    }

    /// A range that begins with a word.
    fn range(&mut self) -> Option<Range> {
        let word = self.word()?;
        let start = self.end.saturating_sub(word.len());
        if word == "up" {
            self.keyword("to")?;
        }
        let first = Box::new(self.sum()?);
        let (low, high) = match word {
            "from" => (Some((first, true)), self.until()?),
            "over" => {
                let high = match self.peek_word() {
                    Some("up") => {
                        self.word()?;
                        self.keyword("to")?;
                        Some((Box::new(self.sum()?), true))
                    }
                    Some("through") => return None,
                    _ => self.until()?,
                };
                (Some((first, false)), high)
            }
            _ => (None, Some((first, word == "up"))),
        };
        Some(Range { low, high, span: self.since(start) })
    }

    fn sum(&mut self) -> Option<Expr> {
        let mut left = self.product()?;
        loop {
            let operation = match self.peek() {
                Some(b'+') => BinaryOp::Add,
                Some(b'-') => BinaryOp::Subtract,
                _ => return Some(left),
            };
            self.take(1);
            if self.peek() == Some(b'>') {
                return None;
            }
            let right = self.product()?;
            left = binary(operation, left, right);
        }
    }

    fn product(&mut self) -> Option<Expr> {
        let mut left = self.share()?;
        loop {
            let operation = match self.peek() {
                Some(b'*') => BinaryOp::Multiply,
                Some(b'/') => BinaryOp::Divide,
                _ => return Some(left),
            };
            self.take(1);
            let right = self.share()?;
            left = binary(operation, left, right);
        }
    }

    /// `5% of 20% of x`
    fn share(&mut self) -> Option<Expr> {
        let left = self.signed()?;
        if !self.takes_word("of") {
            return Some(left);
        }
        let right = self.share()?;
        Some(binary(BinaryOp::Of, left, right))
    }

    fn signed(&mut self) -> Option<Expr> {
        if self.takes(b'-') {
            let start = self.end.saturating_sub(1);
            let inner = self.signed()?;
            return Some(Expr { kind: ExprKind::Negate(Box::new(inner)), span: self.since(start) });
        }
        let mut value = self.primary()?;
        while self.takes(b'.') {
            let (start, field) = (value.span.start as usize, self.field_name()?);
            value = Expr { kind: ExprKind::Field(Box::new(value), field), span: self.since(start) };
        }
        Some(value)
    }

    fn primary(&mut self) -> Option<Expr> {
        match self.peek()? {
            b'(' => {
                let start = self.at;
                self.take(1);
                let mut values = self.values()?;
                let only = values.pop().filter(|_| values.is_empty())?;
                Some(Expr { kind: only.kind, span: self.since(start) })
            }
            b'"' => {
                let (text, span) = self.quoted()?;
                Some(Expr { kind: ExprKind::Literal(Literal::Text(text.into())), span })
            }
            b'0'..=b'9' => self.number(),
            _ => self.reference(),
        }
    }

    /// The values up to the closing parenthesis.
    fn values(&mut self) -> Option<Vec<Expr>> {
        let mut values = Vec::new();
        while !self.takes(b')') {
            values.push(self.expression()?);
            if !self.takes(b',') {
                self.mark(b')')?;
                break;
            }
        }
        Some(values)
    }

    /// A name, a call, `yes` or `no`.
    fn reference(&mut self) -> Option<Expr> {
        let word = self.word()?;
        let start = self.end.saturating_sub(word.len());
        let kind = match word {
            "yes" | "no" => ExprKind::Literal(Literal::YesNo(word == "yes")),
            _ if !is_only_a_name(word) || OPENERS.contains(&word) => return None,
            _ if self.byte(0) == Some(b'(') => {
                let name = self.named(word);
                self.take(1);
                if self.peek() == Some(b',') {
                    return None;
                }
                ExprKind::Call(name, self.values()?)
            }
            _ => ExprKind::Name(word.into()),
        };
        Some(Expr { kind, span: self.since(start) })
    }

    /// A number, a percent or a quantity; dates and times are not plain.
    fn number(&mut self) -> Option<Expr> {
        let start = self.at;
        let digits = |from: usize, plain: &Self| {
            let rest = plain.text.as_bytes().get(from..).unwrap_or_default();
            rest.iter().position(|byte| !(byte.is_ascii_digit() || *byte == b'_')).unwrap_or(rest.len())
        };
        self.take(digits(self.at, self));
        if self.byte(0) == Some(b'.') && self.byte(1).is_some_and(|digit| digit.is_ascii_digit()) {
            self.take(1);
            self.take(digits(self.at, self));
        }
        let number = Number::parse_literal(self.text.get(start..self.at)?).ok()?;
        let literal = match self.byte(0) {
            Some(b'%') => {
                self.take(1);
                Literal::Percent(number.mul(&Number::ratio(1, 100)?).ok()?)
            }
            Some(b' ' | b'\t') => Literal::Number(number, self.unit()?.map(Box::new)),
            Some(b'-') if self.byte(1).is_some_and(|digit| digit.is_ascii_digit()) => return None,
            Some(b'\r' | b'\n' | b')' | b',' | b'+' | b'-' | b'*' | b'/' | b'<' | b'>') | None => {
                Literal::Number(number, None)
            }
            Some(_) => return None,
        };
        Some(Expr { kind: ExprKind::Literal(literal), span: self.since(start) })
    }

    /// The unit after a number on its line, where one stands there.
    #[allow(clippy::option_option, reason = "the outer one says that it is not plain")]
    fn unit(&mut self) -> Option<Option<UnitExpr>> {
        let Some(top) = self.unit_name(true)? else { return Some(None) };
        let start = top.span.start as usize;
        let mut per = Vec::new();
        loop {
            let before = (self.at, self.end);
            if !self.takes_word_on_the_line("per") {
                break;
            }
            match self.unit_name(false)? {
                Some(name) if !matches!(name.text.as_str(), "started" | "whole") => per.push(name),
                _ => {
                    (self.at, self.end) = before;
                    break;
                }
            }
        }
        Some(Some(UnitExpr { top, per, span: self.since(start) }))
    }

    /// The name of a unit after blanks.
    #[allow(clippy::option_option, reason = "the outer one says that it is not plain")]
    fn unit_name(&mut self, first: bool) -> Option<Option<Name>> {
        let blanks = self.blanks();
        let byte = self.byte(blanks);
        if blanks == 0
            || !byte.is_some_and(|byte| byte.is_ascii_alphabetic() || byte >= 0x80 || matches!(byte, b'_' | b'`'))
        {
            return Some(None);
        }
        let place = (self.at, self.end);
        self.at = self.at.saturating_add(blanks);
        let word = self.word_here()?;
        if is_reserved(word) && word != "in" {
            (self.at, self.end) = place;
            return Some(None);
        }
        if word == "in" || (first && (NOT_A_UNIT.contains(&word) || word == "years" || !is_only_a_name(word))) {
            return None;
        }
        self.take(word.len());
        Some(Some(self.named(word)))
    }

    fn blanks(&self) -> usize {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        rest.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(rest.len())
    }

    fn takes_word_on_the_line(&mut self, word: &str) -> bool {
        let (blanks, place) = (self.blanks(), (self.at, self.end));
        self.at = self.at.saturating_add(blanks);
        let stands = blanks > 0 && self.word_here() == Some(word);
        if stands {
            self.take(word.len());
        } else {
            (self.at, self.end) = place;
        }
        stands
    }
}

fn binary(operation: BinaryOp, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    Expr { kind: ExprKind::Binary(operation, Box::new(left), Box::new(right)), span }
}
