//! FEEL, as far as it is read: expressions and unary tests become a tree, and every other construct is refused by its name.
//!
//! Names may hold spaces and signs, so the reader is given the names that are known where the text stands, and takes the longest that fits.

mod parse;
mod primary;
mod scan;

pub(super) use parse::{Known, expression, unary_tests};

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    /// A number as it is written, without its sign.
    Number(String),
    Text(String),
    YesNo(bool),
    Null,
    /// `@"2026-01-05"`.
    At(String),
    Name(String),
    /// The input value of a unary test.
    Input,
    Path(Box<Expression>, String),
    Call(String, Vec<(Option<String>, Expression)>),
    Negate(Box<Expression>),
    Binary(Operator, Box<Expression>, Box<Expression>),
    If(Box<Expression>, Box<Expression>, Box<Expression>),
    Between(Box<Expression>, Box<Expression>, Box<Expression>),
    In(Box<Expression>, Vec<Test>),
    List(Vec<Expression>),
}

/// An infix operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
}

/// One unary test of a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Test {
    /// Equal to a value, or, where it asks about `?`, the condition itself.
    Value(Expression),
    Compare(Operator, Expression),
    Range {
        low: Expression,
        low_included: bool,
        high: Expression,
        high_included: bool,
    },
    Not(Vec<Test>),
}

impl Expression {
    /// Whether a part of it is the input value of a unary test.
    pub(super) fn asks(&self) -> bool {
        match self {
            Expression::Input => true,
            Expression::Number(_)
            | Expression::Text(_)
            | Expression::YesNo(_)
            | Expression::Null
            | Expression::At(_)
            | Expression::Name(_) => false,
            Expression::Path(of, _) | Expression::Negate(of) => of.asks(),
            Expression::Call(_, arguments) => arguments.iter().any(|(_, argument)| argument.asks()),
            Expression::Binary(_, a, b) => a.asks() || b.asks(),
            Expression::If(a, b, c) | Expression::Between(a, b, c) => a.asks() || b.asks() || c.asks(),
            Expression::In(of, tests) => of.asks() || tests.iter().any(Test::asks),
            Expression::List(items) => items.iter().any(Expression::asks),
        }
    }
}

impl Test {
    fn asks(&self) -> bool {
        match self {
            Test::Value(value) | Test::Compare(_, value) => value.asks(),
            Test::Range { low, high, .. } => low.asks() || high.asks(),
            Test::Not(tests) => tests.iter().any(Test::asks),
        }
    }
}
