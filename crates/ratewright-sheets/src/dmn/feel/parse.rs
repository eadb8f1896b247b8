//! FEEL text into a tree, by descent. What is no expression, or a construct without a counterpart in the rules, is refused by name.

use super::scan::{Scan, is_name_start};
use super::{Expression, Operator, Test};
use crate::dmn::report::Refused;

/// How deep expressions may nest.
const DEEPEST: usize = 60;

/// How many operators and dots one text may hold.
const MOST_OPERATORS: usize = 250;

/// The words that cannot begin a name.
const RESERVED: [&str; 12] =
    ["and", "or", "if", "then", "else", "between", "in", "return", "satisfies", "true", "false", "null"];

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
    let mut parser = Parser { scan: Scan::new(text), known, depth: 0, operators: 0 };
    let found = parser.expression()?;
    parser.end(found)
}

/// Reads a cell: `None` is `-`, any value.
pub(in crate::dmn) fn unary_tests(text: &str, known: &Known) -> Result<Option<Vec<Test>>, Refused> {
    let mut parser = Parser { scan: Scan::new(text), known, depth: 0, operators: 0 };
    if parser.scan.at_end() || text.trim() == "-" {
        return Ok(None);
    }
    let tests = parser.tests()?;
    parser.end(Some(tests))
}

struct Parser<'a> {
    scan: Scan<'a>,
    known: &'a Known,
    depth: usize,
    operators: usize,
}

impl Parser<'_> {
    fn end<T>(&self, found: T) -> Result<T, Refused> {
        if self.scan.at_end() {
            return Ok(found);
        }
        Err(self.unexpected("after the expression"))
    }

    fn unexpected(&self, place: &str) -> Refused {
        let rest: String = self.scan.rest().chars().take(24).collect();
        if rest.is_empty() {
            return Refused::new("the expression ends before it is whole", "complete it");
        }
        Refused::new(
            format!("`{rest}` {place} is not understood"),
            "write it with inputs, required decisions, numbers, texts, dates, operators and `if`",
        )
    }

    fn expect(&mut self, sign: &str) -> Result<(), Refused> {
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
        let high = self.deeper(Self::sum)?;
        let high_included = self.scan.sign("]");
        if !high_included && !self.scan.sign(")") && !self.scan.sign("[") {
            return Err(self.unexpected("where a range ends"));
        }
        Ok(Some(Test::Range { low, low_included, high, high_included }))
    }

    fn expression(&mut self) -> Result<Expression, Refused> {
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

    fn sees_known(&mut self) -> bool {
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
            } else if self.scan.rest().starts_with('[') {
                return Err(Refused::new(
                    "a filter has no counterpart that is sure to mean the same",
                    "write it by hand in the rules",
                ));
            } else {
                return Ok(found);
            }
        }
    }

    fn primary(&mut self) -> Result<Expression, Refused> {
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
            return self.arguments(super::super::xml::normal(&words));
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
        self.scan.sign(":").then(|| super::super::xml::normal(&words))
    }
}
