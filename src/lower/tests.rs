//! What must be true of the code of real rule sets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::{lower, marks};
use crate::program::code::{Code, Event, Op};
use crate::{Compiler, Directory, RuleSet};

const SHIPPED: [&str; 6] = [
    "freight/household_goods.rules",
    "freight/shop_shipping_templates.rules",
    "freight/ltl_deficit_weight.rules",
    "billing/multi_currency_invoice.rules",
    "billing/telephone_call.rules",
    "billing/electricity.rules",
];

fn shipped() -> Vec<RuleSet> {
    let compile = |path: &str| Compiler::new().loader(Directory::new("rules")).compile(path).unwrap();
    SHIPPED.into_iter().map(compile).collect()
}

fn code(rules: &str) -> Code {
    let rules = RuleSet::compile(&format!("ruleset t \"t\" {{ currency USD }}\n{rules}\n")).unwrap();
    rules.program().code.clone()
}

#[test]
fn the_operations_are_the_same_with_and_without_marks() {
    for rules in shipped() {
        let program = rules.program();
        let plain = lower(program);
        let marks = marks(program, &plain);
        assert_eq!(plain.ops, program.code.ops);
        assert_eq!(marks.spans.len(), plain.ops.len());
        assert_eq!(marks.starts.len(), plain.ops.len() + 1);
        assert!(marks.events.len() > plain.ops.len() / 2);
    }
}

#[test]
fn every_expression_that_an_observer_enters_it_leaves() {
    for rules in shipped() {
        let marks = marks(rules.program(), &rules.program().code);
        let events = || marks.events.iter().chain(marks.decided.iter().flat_map(|(_, events)| events));
        let entered = events().filter(|event| matches!(event, Event::Enter(_) | Event::EnterDefinition(_))).count();
        let left = events().filter(|event| matches!(event, Event::Leave(_))).count();
        assert_eq!(entered, left);
    }
}

#[test]
fn constants_are_folded_and_a_constant_divisor_is_a_factor() {
    let code = code("input { n : number }\noutput x = n / 5000 * (2 + 3)");
    let products = code.ops.iter().filter(|op| matches!(op, Op::Multiply(..))).count();
    assert_eq!(products, 2, "{:?}", code.ops);
    assert!(!code.ops.iter().any(|op| matches!(op, Op::Divide(..) | Op::Add(..))), "{:?}", code.ops);
}

#[test]
fn what_is_written_twice_is_computed_once() {
    let code = code("input { a : number  b : number }\ncharge C = (a * b + 1) * 1 USD when a * b + 1 > 3");
    let sums = code.ops.iter().filter(|op| matches!(op, Op::Add(..))).count();
    assert_eq!(sums, 1, "{:?}", code.ops);
}

#[test]
fn what_only_one_branch_computes_is_not_known_in_the_other() {
    let code = code("input { a : number  b : number }\noutput x = if a > 0 then a * b else a * b + 1");
    let products = code.ops.iter().filter(|op| matches!(op, Op::Multiply(..))).count();
    assert_eq!(products, 2, "{:?}", code.ops);
}
