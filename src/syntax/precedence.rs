//! The one table of precedences, loosest first.

use pest::pratt_parser::{Assoc, Op, PrattParser};

use super::grammar::Rule;

/// How tightly operators bind, loosest first. Stages and `if` are looser than all of them, and stand outside of chains.
pub(super) fn table() -> PrattParser<Rule> {
    let infix = |rule| Op::infix(rule, Assoc::Left);
    let to_the_right = |rule| Op::infix(rule, Assoc::Right);
    PrattParser::new()
        .op(to_the_right(Rule::kw_otherwise))
        .op(infix(Rule::kw_or))
        .op(infix(Rule::kw_and))
        .op(Op::prefix(Rule::kw_not))
        .op(infix(Rule::less_than)
            | infix(Rule::at_most)
            | infix(Rule::greater_than)
            | infix(Rule::at_least)
            | Op::postfix(Rule::is_tail))
        .op(infix(Rule::add) | infix(Rule::subtract))
        .op(infix(Rule::multiply) | infix(Rule::divide))
        .op(to_the_right(Rule::of) | to_the_right(Rule::contained_in) | to_the_right(Rule::per_step))
        .op(Op::prefix(Rule::negate))
        .op(Op::postfix(Rule::dot_field) | Op::postfix(Rule::as_type))
}
