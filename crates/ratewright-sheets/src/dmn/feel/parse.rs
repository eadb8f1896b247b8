//! FEEL text into a tree, by descent. What is no expression, or a construct without a counterpart in the rules, is refused by name.

use super::scan::Scan;
use super::{Expression, Operator, Test};
use crate::dmn::report::Refused;

/// How deep expressions may nest.
const DEEPEST: usize = 60;

/// How many operators and dots one text may hold.
const MOST_OPERATORS: usize = 250;

/// The names that may stand in a text.
#[derive(Debug, Clone, Default)]
pub(in crate::dmn) struct Known {
    /// Variables and functions.
    pub(in crate::dmn) names: Vec<String>,
    /// Components, after a dot.
    pub(in crate::dmn) components: Vec<String>,
}

/// Reads a whole text as one expression.
pub(in crate::dmn) fn expression(text: &str, known: &Known) -> Result<Expression, Refused> {
    let mut parser = Parser { scan: Scan::new(text), known, depth: 0, operators: 0, range_may_end: false };
    let found = parser.expression()?;
    parser.end(found)
}

/// Reads a cell: `None` is `-`, any value.
pub(in crate::dmn) fn unary_tests(text: &str, known: &Known) -> Result<Option<Vec<Test>>, Refused> {
    let mut parser = Parser { scan: Scan::new(text), known, depth: 0, operators: 0, range_may_end: false };
    if parser.scan.at_end() || text.trim() == "-" {
        return Ok(None);
    }
    let tests = parser.tests()?;
    parser.end(Some(tests))
}

pub(super) struct Parser<'a> {
    pub(super) scan: Scan<'a>,
    pub(super) known: &'a Known,
    depth: usize,
    operators: usize,
    /// Whether a bracket would end a range here, as in `[1..2[`.
    range_may_end: bool,
}

impl Parser<'_> {
    fn end<T>(&self, found: T) -> Result<T, Refused> {
        if self.scan.at_end() {
            return Ok(found);
        }
        Err(self.unexpected("after the expression"))
    }

    pub(super) fn unexpected(&self, place: &str) -> Refused {
        let rest: String = self.scan.rest().chars().take(24).collect();
        if rest.is_empty() {
            return Refused::new("the expression ends before it is whole", "complete it");
        }
        Refused::new(
            format!("`{rest}` {place} is not understood"),
            "write it with inputs, required decisions, numbers, texts, dates, operators and `if`",
        )
    }

    pub(super) fn expect(&mut self, sign: &str) -> Result<(), Refused> {
        if self.scan.sign(sign) {
            return Ok(());
        }
        Err(self.unexpected(&format!("where `{sign}` is expected")))
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Refused>) -> Result<T, Refused> {
        if self.depth >= DEEPEST {
            return Err(Refused::new(
                format!("the expression nests more than {DEEPEST} deep"),
                "name its parts in decisions of their own",
            ));
        }
        self.depth = self.depth.saturating_add(1);
        let result = read(self);
        self.depth = self.depth.saturating_sub(1);
        result
    }

    fn operator(&mut self) -> Result<(), Refused> {
        self.operators = self.operators.saturating_add(1);
        if self.operators <= MOST_OPERATORS {
            return Ok(());
        }
        Err(Refused::new(
            format!("the expression has more than {MOST_OPERATORS} operators"),
            "name its parts in decisions of their own",
        ))
    }

    fn binary(
        &mut self,
        operator: Operator,
        left: Expression,
        right: impl FnOnce(&mut Self) -> Result<Expression, Refused>,
    ) -> Result<Expression, Refused> {
        self.operator()?;
        Ok(Expression::Binary(operator, Box::new(left), Box::new(right(self)?)))
    }

    fn tests(&mut self) -> Result<Vec<Test>, Refused> {
        let start = self.scan.rest();
        if self.scan.word("not") && self.scan.sign("(") {
            let tests = self.deeper(Self::tests)?;
            if self.scan.sign(")") && (self.scan.at_end() || self.scan.peek() == Some(')')) {
                return Ok(vec![Test::Not(tests)]);
            }
        }
        self.scan.back_to(start);
        let mut tests = vec![self.test()?];
        while self.scan.sign(",") {
            tests.push(self.test()?);
        }
        Ok(tests)
    }

    fn test(&mut self) -> Result<Test, Refused> {
        for (sign, operator) in [
            ("<=", Operator::AtMost),
            (">=", Operator::AtLeast),
            ("<", Operator::Less),
            (">", Operator::Greater),
            ("!=", Operator::NotEqual),
            ("=", Operator::Equal),
        ] {
            if self.scan.sign(sign) {
                return Ok(Test::Compare(operator, self.sum()?));
            }
        }
        match self.range()? {
            Some(range) => Ok(range),
            None => self.deeper(Self::expression).map(Test::Value),
        }
    }

    /// A range, or nothing where the bracket begins something else.
    fn range(&mut self) -> Result<Option<Test>, Refused> {
        let start = self.scan.rest();
        let low_included = match self.scan.peek() {
            Some('[') => true,
            Some('(' | ']') => false,
            _ => return Ok(None),
        };
        let opened = self.scan.sign("[") || self.scan.sign("(") || self.scan.sign("]");
        debug_assert!(opened, "one of the three was seen");
        let low = self.deeper(Self::sum);
        let (Ok(low), true) = (low, self.scan.sign("..")) else {
            self.scan.back_to(start);
            return Ok(None);
        };
        let before = std::mem::replace(&mut self.range_may_end, true);
        let high = self.deeper(Self::sum);
        self.range_may_end = before;
        let high = high?;
        let high_included = self.scan.sign("]");
        if !high_included && !self.scan.sign(")") && !self.scan.sign("[") {
            return Err(self.unexpected("where a range ends"));
        }
        Ok(Some(Test::Range { low, low_included, high, high_included }))
    }

    pub(super) fn expression(&mut self) -> Result<Expression, Refused> {
        self.deeper(|parser| {
            for (word, called) in
                [("for", "`for`"), ("some", "`some`"), ("every", "`every`"), ("function", "a function literal")]
            {
                if parser.scan.sees_word(word) && !parser.sees_known() {
                    return Err(Refused::new(
                        format!("{called} has no counterpart that is sure to mean the same"),
                        "write it by hand in the rules",
                    ));
                }
            }
            if parser.scan.word("if") {
                let condition = parser.expression()?;
                let then = parser.keyword("then")?;
                let other = parser.keyword("else")?;
                return Ok(Expression::If(Box::new(condition), Box::new(then), Box::new(other)));
            }
            parser.or()
        })
    }

    pub(super) fn sees_known(&mut self) -> bool {
        let start = self.scan.rest();
        let found = self.scan.known(&self.known.names).is_some();
        self.scan.back_to(start);
        found
    }

    fn keyword(&mut self, word: &str) -> Result<Expression, Refused> {
        if !self.scan.word(word) {
            return Err(self.unexpected(&format!("where `{word}` is expected")));
        }
        self.expression()
    }

    fn or(&mut self) -> Result<Expression, Refused> {
        let mut left = self.and()?;
        while self.scan.word("or") {
            left = self.binary(Operator::Or, left, Self::and)?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Expression, Refused> {
        let mut left = self.comparison()?;
        while self.scan.word("and") {
            left = self.binary(Operator::And, left, Self::comparison)?;
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Result<Expression, Refused> {
        let mut left = self.sum()?;
        loop {
            let operators = [
                ("<=", Operator::AtMost),
                (">=", Operator::AtLeast),
                ("!=", Operator::NotEqual),
                ("<", Operator::Less),
                (">", Operator::Greater),
                ("=", Operator::Equal),
            ];
            let found = operators.into_iter().find(|(sign, _)| self.scan.sign(sign));
            if let Some((_, operator)) = found {
                left = self.binary(operator, left, Self::sum)?;
            } else if self.scan.word("between") {
                self.operator()?;
                let low = self.sum()?;
                if !self.scan.word("and") {
                    return Err(self.unexpected("where `and` is expected"));
                }
                left = Expression::Between(Box::new(left), Box::new(low), Box::new(self.sum()?));
            } else if self.scan.word("in") {
                self.operator()?;
                left = Expression::In(Box::new(left), self.in_tests()?);
            } else if self.scan.sees_word("instance") {
                return Err(Refused::new("`instance of` has no counterpart", "types are fixed in rules: take it out"));
            } else {
                return Ok(left);
            }
        }
    }

    fn in_tests(&mut self) -> Result<Vec<Test>, Refused> {
        if let Some(range) = self.range()? {
            return Ok(vec![range]);
        }
        if self.scan.sign("(") {
            let tests = self.deeper(Self::tests)?;
            self.expect(")")?;
            return Ok(tests);
        }
        Ok(vec![self.test()?])
    }

    fn sum(&mut self) -> Result<Expression, Refused> {
        let mut left = self.product()?;
        loop {
            if self.scan.sign("+") {
                left = self.binary(Operator::Add, left, Self::product)?;
            } else if self.scan.sign("-") {
                left = self.binary(Operator::Subtract, left, Self::product)?;
            } else {
                return Ok(left);
            }
        }
    }

    fn product(&mut self) -> Result<Expression, Refused> {
        let mut left = self.power()?;
        loop {
            if self.scan.rest().starts_with("**") {
                return Ok(left);
            } else if self.scan.sign("*") {
                left = self.binary(Operator::Multiply, left, Self::power)?;
            } else if self.scan.sign("/") {
                left = self.binary(Operator::Divide, left, Self::power)?;
            } else {
                return Ok(left);
            }
        }
    }

    fn power(&mut self) -> Result<Expression, Refused> {
        let mut left = self.negation()?;
        while self.scan.sign("**") {
            left = self.binary(Operator::Power, left, Self::negation)?;
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Expression, Refused> {
        if self.scan.sign("-") {
            return self.deeper(|parser| Ok(Expression::Negate(Box::new(parser.negation()?))));
        }
        self.postfix()
    }

    fn postfix(&mut self) -> Result<Expression, Refused> {
        let mut found = self.primary()?;
        loop {
            if !self.scan.rest().starts_with("..") && self.scan.sign(".") {
                self.operator()?;
                let component = match self.scan.known(&self.known.components) {
                    Some(component) => component.to_owned(),
                    None => match self.scan.simple_name() {
                        Some(name) => name.to_owned(),
                        None => return Err(self.unexpected("after a dot")),
                    },
                };
                found = Expression::Path(Box::new(found), component);
            } else if self.scan.rest().starts_with('[') && !self.range_may_end {
                return Err(Refused::new(
                    "a filter has no counterpart that is sure to mean the same",
                    "write it by hand in the rules",
                ));
            } else {
                return Ok(found);
            }
        }
    }
}
