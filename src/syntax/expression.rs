//! Expressions: chains of operators by precedence, stages, and the plain values.
//!
//! `None` anywhere means that the grammar and this reader disagree; the caller reports it with its place.

use pest::iterators::Pair;

use super::ast::{Aggregate, BinaryOp, Expr, ExprKind, Literal, OneOf, Range, RoundTo, Stage, StageKind};
use super::grammar::Rule;
use super::node::{Node, Reader};
use crate::diagnostic::{Diagnostic, codes};
use crate::source::Span;
use crate::value::RoundingMode;

impl Reader {
    /// `expression`: a value with its stages.
    pub fn expression(&self, node: &Node<'_>) -> Option<Expr> {
        let value = self.value(&node.part(Rule::value)?)?;
        let stages: Vec<Stage> = node.each(Rule::stage).map(|stage| self.stage(&stage)).collect::<Option<_>>()?;
        let Some(last) = stages.last() else { return Some(value) };
        let span = value.span.to(last.span);
        Some(Expr { kind: ExprKind::Stages(Box::new(value), stages), span })
    }

    /// `value`: an `if` or a chain of operators.
    pub fn value(&self, node: &Node<'_>) -> Option<Expr> {
        let form = node.first()?;
        if form.rule() == Rule::operation { self.chain(&form) } else { self.conditional(&form) }
    }

    fn conditional(&self, node: &Node<'_>) -> Option<Expr> {
        let arm = |node: &Node<'_>| -> Option<(Expr, Expr)> {
            Some((self.value(&node.nth(Rule::value, 0)?)?, self.value(&node.nth(Rule::value, 1)?)?))
        };
        let (condition, then) = arm(node)?;
        let mut otherwise = self.value(&node.nth(Rule::value, 2)?)?;
        let ladder: Vec<Node<'_>> = node.each(Rule::else_if).collect();
        for rung in ladder.iter().rev() {
            let (condition, then) = arm(rung)?;
            // The rung's own text begins with `else`; the tree's with `if`.
            let start = rung.part(Rule::kw_if).map_or(rung.start(), |word| word.start());
            let span = self.place(start, rung.end()).to(otherwise.span);
            otherwise = Expr { kind: ExprKind::If(Box::new(condition), Box::new(then), Box::new(otherwise)), span };
        }
        let span = self.span(node).to(otherwise.span);
        Some(Expr { kind: ExprKind::If(Box::new(condition), Box::new(then), Box::new(otherwise)), span })
    }

    /// The part `rule` (`sum`, `limit_sum` or `operand`) as an expression.
    pub fn chain_in(&self, node: &Node<'_>, rule: Rule) -> Option<Expr> {
        self.chain(&node.part(rule)?)
    }

    /// Part number `index` of those that are `sum`s.
    pub fn sum_at(&self, node: &Node<'_>, index: usize) -> Option<Expr> {
        self.chain(&node.nth(Rule::sum, index)?)
    }

    /// `operation`, `sum`, `limit_sum`, `operand`: a flat chain, put in order by the table of precedences.
    pub fn chain(&self, node: &Node<'_>) -> Option<Expr> {
        let mut parts = Vec::new();
        for part in node.parts() {
            push_with_tail(part, &mut parts);
        }
        self.ordered(parts)
    }

    /// The first operand of a chain alone; what follows it was pushed after the aggregate by [`push_with_tail`].
    pub fn first_operand(&self, chain: &Node<'_>) -> Option<Expr> {
        self.ordered(operand_parts(chain).into_iter().map(|node| node.0).collect())
    }

    fn ordered(&self, parts: Vec<Pair<'_, Rule>>) -> Option<Expr> {
        if parts.is_empty() {
            return None;
        }
        self.pratt
            .map_primary(|primary| self.primary(&Node(primary)))
            .map_prefix(|operator, operand: Option<Expr>| self.prefix(&Node(operator), operand?))
            .map_infix(|left: Option<Expr>, operator, right: Option<Expr>| self.infix(left?, &Node(operator), right?))
            .map_postfix(|operand: Option<Expr>, operator| self.postfix(operand?, &Node(operator)))
            .parse(parts.into_iter())
    }

    fn prefix(&self, operator: &Node<'_>, operand: Expr) -> Option<Expr> {
        let span = self.span(operator).to(operand.span);
        let kind = if operator.rule() == Rule::kw_not {
            ExprKind::Not(Box::new(operand))
        } else {
            ExprKind::Negate(Box::new(operand))
        };
        Some(Expr { kind, span })
    }

    fn infix(&self, left: Expr, operator: &Node<'_>, right: Expr) -> Option<Expr> {
        let span = left.span.to(right.span);
        let operation = match operator.rule() {
            Rule::add => BinaryOp::Add,
            Rule::subtract => BinaryOp::Subtract,
            Rule::multiply => BinaryOp::Multiply,
            Rule::divide => BinaryOp::Divide,
            Rule::less_than => BinaryOp::Less,
            Rule::at_most => BinaryOp::AtMost,
            Rule::greater_than => BinaryOp::Greater,
            Rule::at_least => BinaryOp::AtLeast,
            Rule::kw_and => BinaryOp::And,
            Rule::kw_or => BinaryOp::Or,
            Rule::kw_otherwise => BinaryOp::Otherwise,
            Rule::of => BinaryOp::Of,
            Rule::contained_in => BinaryOp::ContainedIn,
            Rule::per_step => {
                let step = self.chain_in(operator, Rule::operand)?;
                let started = operator.has(Rule::kw_started);
                let kind =
                    ExprKind::PerStep { amount: Box::new(left), step: Box::new(step), of: Box::new(right), started };
                return Some(Expr { kind, span });
            }
            _ => return None,
        };
        Some(Expr { kind: ExprKind::Binary(operation, Box::new(left), Box::new(right)), span })
    }

    fn postfix(&self, operand: Expr, operator: &Node<'_>) -> Option<Expr> {
        let span = operand.span.to(self.span(operator));
        let operand = Box::new(operand);
        let kind = match operator.rule() {
            Rule::dot_field => ExprKind::Field(operand, self.named(operator, Rule::field_name)?),
            Rule::as_type => ExprKind::As(
                operand,
                Box::new(self.named_type(&operator.part(Rule::as_target)?.part(Rule::named_type)?)?),
            ),
            Rule::is_tail => return self.is_tail(operand, operator, span),
            _ => return None,
        };
        Some(Expr { kind, span })
    }

    fn is_tail(&self, operand: Box<Expr>, tail: &Node<'_>, span: Span) -> Option<Expr> {
        let positive = !tail.has(Rule::kw_not);
        let form = tail.last()?;
        let kind = match form.rule() {
            Rule::is_given => ExprKind::Given(operand, positive),
            Rule::is_applied => match operand.kind {
                ExprKind::Name(text) => ExprKind::Applied(super::ast::Name { text, span: operand.span }, positive),
                _ => {
                    let problem = Diagnostic::error(
                        codes::NOT_A_CHARGE,
                        "only a charge can be applied or not",
                        operand.span,
                        "not the code of a charge",
                    )
                    .help("write the charge's code before `is applied`");
                    self.report(problem);
                    ExprKind::Broken
                }
            },
            Rule::is_one_of => ExprKind::OneOf(operand, self.one_of(&form.part(Rule::operand)?)?, positive),
            Rule::is_within => ExprKind::Within(operand, self.named(&form, Rule::name)?, positive),
            Rule::is_in_range => ExprKind::InRange(operand, Box::new(self.range_form(&form.first()?)?), positive),
            Rule::is_value => match form.nth(Rule::sum, 1) {
                Some(high) => {
                    let low = self.sum_at(&form, 0)?;
                    let high = self.chain(&high)?;
                    let place = low.span.to(high.span);
                    let range = Range {
                        low: Some((Box::new(low), true)),
                        high: Some((Box::new(high), form.has(Rule::kw_through))),
                        span: place,
                    };
                    ExprKind::InRange(operand, Box::new(range), positive)
                }
                None => {
                    let operation = if positive { BinaryOp::Is } else { BinaryOp::IsNot };
                    ExprKind::Binary(operation, operand, Box::new(self.sum_at(&form, 0)?))
                }
            },
            _ => return None,
        };
        Some(Expr { kind, span })
    }

    fn one_of(&self, operand: &Node<'_>) -> Option<OneOf> {
        let mut parts = operand.parts();
        let values = parts.next().filter(|first| first.rule() == Rule::parenthesised && parts.next().is_none());
        match values {
            Some(values) => Some(OneOf::Values(self.expressions(&values)?)),
            None => Some(OneOf::List(Box::new(self.chain(operand)?))),
        }
    }

    /// All the parts that are expressions.
    pub fn expressions(&self, node: &Node<'_>) -> Option<Vec<Expr>> {
        node.each(Rule::expression).map(|value| self.expression(&value)).collect()
    }

    /// The values of `(a, b, c)`, where a list in parentheses may stand.
    pub fn values_in_parentheses(&self, chain: &Node<'_>) -> Option<Option<Vec<Expr>>> {
        let parts = operand_parts(chain);
        match parts.as_slice() {
            [only] if only.rule() == Rule::parenthesised && only.each(Rule::expression).nth(1).is_some() => {
                Some(Some(self.expressions(only)?))
            }
            _ => Some(None),
        }
    }

    pub fn parenthesised(&self, node: &Node<'_>) -> Option<Expr> {
        let span = self.span(node);
        let mut values = self.expressions(node)?;
        if values.len() > 1 {
            let problem = Diagnostic::error(
                codes::LOOSE_VALUES,
                "several values in parentheses stand alone",
                span,
                "one value is expected here",
            )
            .help(
                "a list is written `[a, b]`; after `least of`, `greatest of`, `sum of` and `is one of` also `(a, b)`",
            );
            self.report(problem);
            return Some(Expr { kind: ExprKind::Broken, span });
        }
        let value = values.pop()?;
        Some(Expr { kind: value.kind, span })
    }

    fn stage(&self, node: &Node<'_>) -> Option<Stage> {
        let form = node.first()?;
        let kind = match form.rule() {
            Rule::less_stage => StageKind::Less(self.sum_at(&form, 0)?),
            Rule::plus_stage => StageKind::Plus(self.sum_at(&form, 0)?),
            Rule::minimum_stage => StageKind::Minimum(self.chain_in(&form, Rule::limit_sum)?, self.booked_as(&form)),
            Rule::maximum_stage => StageKind::Maximum(self.chain_in(&form, Rule::limit_sum)?, self.booked_as(&form)),
            Rule::rounded_stage => StageKind::Rounded(self.round_to(&form.part(Rule::round_to)?)?),
            _ => return None,
        };
        Some(Stage { kind, span: self.span(node) })
    }

    /// The stages among the parts.
    pub fn stages(&self, node: &Node<'_>) -> Option<Vec<Stage>> {
        node.each(Rule::stage).map(|stage| self.stage(&stage)).collect()
    }

    fn booked_as(&self, stage: &Node<'_>) -> Option<(super::ast::Name, Option<super::ast::Text>)> {
        let booked = stage.part(Rule::booked_as)?;
        Some((self.named(&booked, Rule::name)?, self.text_in(&booked, Rule::label)))
    }

    /// `half up to 0.01 USD`
    pub fn round_to(&self, node: &Node<'_>) -> Option<RoundTo> {
        let mode = node.part(Rule::round_mode).and_then(|mode| {
            let words: Vec<&str> = mode.text().split_whitespace().collect();
            RoundingMode::from_words(&words.join(" "))
        });
        let step = match node.part(Rule::sum) {
            Some(step) => Some(Box::new(self.chain(&step)?)),
            None => None,
        };
        Some(RoundTo { mode, step, span: self.span(node) })
    }

    /// A plain value that needs no further parts, or a form with words.
    fn primary(&self, node: &Node<'_>) -> Option<Expr> {
        let span = self.span(node);
        let kind = match node.rule() {
            Rule::parenthesised => return self.parenthesised(node),
            Rule::reference => ExprKind::Name(self.named(node, Rule::name)?.text),
            Rule::yes_value => ExprKind::Literal(Literal::YesNo(node.text() == "yes")),
            Rule::text => ExprKind::Literal(Literal::Text(self.text(node).text)),
            Rule::record_value => ExprKind::Record(self.assignments(node)?),
            Rule::list_value => ExprKind::List(self.expressions(node)?),
            Rule::call => ExprKind::Call(self.named(node, Rule::name)?, self.expressions(node)?),
            Rule::number | Rule::percent | Rule::quantity | Rule::dollars | Rule::date | Rule::time | Rule::instant => {
                return Some(self.literal(node));
            }
            _ => return self.form(node, span),
        };
        Some(Expr { kind, span })
    }
}

/// Pushes a part of a chain, and after an aggregate what its text went on with: in `sum of fees + 1 USD` the sum is over `fees`.
fn push_with_tail<'t>(part: Node<'t>, parts: &mut Vec<Pair<'t, Rule>>) {
    parts.push(part.0.clone());
    if part.rule() == Rule::aggregate && !part.has(Rule::for_each) {
        push_tail(&part, parts);
    }
}

fn push_tail<'t>(aggregate: &Node<'t>, parts: &mut Vec<Pair<'t, Rule>>) {
    let Some(chain) = aggregate.part(Rule::sum) else { return };
    let first = operand_parts(&chain);
    for part in &first {
        if part.rule() == Rule::aggregate && !part.has(Rule::for_each) {
            push_tail(part, parts);
        }
    }
    for part in chain.parts().skip(first.len()) {
        push_with_tail(part, parts);
    }
}

/// The parts of the first operand of a chain: its signs, its value and what is written directly after that.
fn operand_parts<'t>(chain: &Node<'t>) -> Vec<Node<'t>> {
    let mut parts: Vec<Node<'t>> = Vec::new();
    let mut value_seen = false;
    for part in chain.parts() {
        match part.rule() {
            Rule::negate | Rule::kw_not if !value_seen => {}
            Rule::dot_field | Rule::as_type => {}
            _ if value_seen => break,
            _ => value_seen = true,
        }
        parts.push(part);
    }
    parts
}

/// Whether operators follow the operand of an aggregate that has no `for each`.
pub(super) fn has_tail(aggregate: &Node<'_>) -> bool {
    aggregate.part(Rule::sum).is_some_and(|chain| chain.parts().count() > operand_parts(&chain).len())
}

/// What an aggregate makes of its elements.
pub(super) fn aggregate_of(node: &Node<'_>) -> Option<Aggregate> {
    match node.first()?.rule() {
        Rule::kw_sum => Some(Aggregate::Sum),
        Rule::kw_least => Some(Aggregate::Least),
        Rule::kw_greatest => Some(Aggregate::Greatest),
        Rule::kw_list => Some(Aggregate::List),
        Rule::kw_distinct => Some(Aggregate::Distinct),
        _ => None,
    }
}
