//! A chain of conditions on the member that one value is: `if plan is A then … else if plan is B then … else …`.
//!
//! Where nobody watches, [`Op::Choose`] before the chain goes to the branch of the member at once. The conditions stay where they are, for an
//! observer and for a value that is absent; what they find is not known to what comes after them.

use super::Lowering;
use crate::program::code::{Choice, Op, Reg};
use crate::program::{Comparison, Expr, ExprKind as K};
use crate::source::Span;
use crate::value::Value;

/// How many conditions a chain has at least.
const LEAST: usize = 3;

/// A chain that is being lowered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    /// The next choice of the chain.
    next: (usize, Span),
    /// The register that all its conditions look at.
    of: Reg,
    /// Its place in the code.
    choice: usize,
}

/// A branch of a chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arm {
    of: Reg,
    choice: usize,
    member: u32,
}

impl Lowering<'_> {
    /// The branch of a chain that a choice is, if it is one; the first one of a chain chooses.
    pub(super) fn arm(&mut self, choice: &Expr) -> Option<Arm> {
        let chain = self.chain.take();
        let K::If(parts) = &choice.kind else { return None };
        let [condition, ..] = &**parts;
        let (value, member) = member_is(condition)?;
        let next = chain.filter(|chain| chain.next == choice.address());
        if next.is_none() && chain_length(choice, value) < LEAST {
            return None;
        }
        let of = match &value.kind {
            K::Input(_) | K::Local(_) => self.leaf(value)?,
            K::Field(record, field) => self.visited_field(record, *field, &value.ty)?,
            _ => return None,
        };
        match next {
            Some(chain) if chain.of == of => return Some(Arm { of, choice: chain.choice, member }),
            Some(_) if chain_length(choice, value) < LEAST => return None,
            _ => {}
        }
        let choice = self.code.choices.len();
        self.code.choices.push(Choice::default());
        self.emit(Op::Choose(of, choice as u32));
        Some(Arm { of, choice, member })
    }

    /// The branch begins here.
    pub(super) fn begin_arm(&mut self, arm: Option<Arm>, answer: Reg) {
        let Some(Arm { choice, member, .. }) = arm else { return };
        self.shared.forget_result(answer);
        let here = self.here();
        let Some(choice) = self.code.choices.get_mut(choice) else { return };
        let member = member as usize;
        if choice.goals.len() <= member {
            choice.goals.resize(member.saturating_add(1), None);
        }
        if let Some(goal @ None) = choice.goals.get_mut(member) {
            *goal = Some(here);
        }
    }

    /// What all other members lead to begins here; it may be the next branch.
    pub(super) fn end_arm(&mut self, arm: Option<Arm>, otherwise: &Expr) {
        let Some(Arm { of, choice, .. }) = arm else { return };
        let here = self.here();
        if let Some(choice) = self.code.choices.get_mut(choice) {
            choice.otherwise = here;
        }
        self.chain = Some(Chain { next: otherwise.address(), of, choice });
    }
}

/// How many conditions a choice and those that follow it have on one value.
fn chain_length(choice: &Expr, of: &Expr) -> usize {
    let (mut length, mut choice) = (0_usize, choice);
    while let K::If(parts) = &choice.kind
        && let [condition, _, otherwise] = &**parts
        && let Some((value, _)) = member_is(condition)
        && is_same(value, of)
    {
        length = length.saturating_add(1);
        choice = otherwise;
    }
    length
}

/// Whether two expressions are one input, one local value, or one field of it.
fn is_same(one: &Expr, other: &Expr) -> bool {
    match (&one.kind, &other.kind) {
        (K::Input(one), K::Input(other)) => one == other,
        (K::Local(one), K::Local(other)) => one == other,
        (K::Field(one, field), K::Field(other, other_field)) => field == other_field && is_same(one, other),
        _ => false,
    }
}

/// The value and the member of a condition that it is one.
fn member_is(condition: &Expr) -> Option<(&Expr, u32)> {
    match &condition.kind {
        K::Compare(Comparison::Is, value, member) => match member.kind {
            K::Constant(Value::Member(member)) => Some((value, member)),
            _ => None,
        },
        _ => None,
    }
}
