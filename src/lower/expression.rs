//! Expressions that are operations: arithmetic, comparisons, choices, stages, references.

use super::Lowering;
use crate::program::code::*;
use crate::program::{Aggregate, Arithmetic, ChargeId, Comparison, Expr, ExprKind as K};
use crate::value::{Number, Value};

impl Lowering<'_> {
    /// The register that holds the value of an expression once the operations emitted here have run.
    pub(super) fn expression(&mut self, expr: &Expr) -> Reg {
        self.expression_at(None, expr)
    }

    /// As [`Lowering::expression`]; a choice puts its value where it is wanted.
    pub(super) fn expression_at(&mut self, wanted: Option<Reg>, expr: &Expr) -> Reg {
        let span = std::mem::replace(&mut self.span, expr.span());
        self.frame.level = self.frame.level.saturating_add(1);
        self.frame.depth = self.frame.depth.max(self.frame.level);
        self.tell(|| Event::Enter(expr.clone()));
        let value = match self.leaf(expr) {
            Some(value) => value,
            None => self.kind(wanted, expr),
        };
        self.tell(|| Event::Leave(value));
        self.frame.level = self.frame.level.saturating_sub(1);
        self.span = span;
        value
    }

    /// The values of several expressions, in order.
    pub(super) fn expressions<'e>(&mut self, all: impl IntoIterator<Item = &'e Expr>) -> Box<[Reg]> {
        all.into_iter().map(|expr| self.expression(expr)).collect()
    }

    fn kind(&mut self, wanted: Option<Reg>, expr: &Expr) -> Reg {
        match &expr.kind {
            K::Definition(id) => self.define(*id),
            K::Charge(id) => self.charge_amount(*id),
            K::IsApplied(id) => {
                self.charge(*id);
                let to = self.temporary();
                self.emit(Op::IsApplied(to, *id));
                to
            }
            K::Arithmetic(arithmetic, left, right) => self.arithmetic(*arithmetic, left, right),
            K::Scale(value, factor) => {
                let value = self.expression(value);
                let factor = self.constant_number(factor.clone());
                self.calculate(Arithmetic::Multiply, value, factor)
            }
            K::Negate(value) => self.negate(value),
            K::Not(value) => {
                let value = self.expression(value);
                self.compute(|to| Op::Not(to, value))
            }
            K::Compare(comparison, left, right) => {
                let (left, right) = (self.expression(left), self.expression(right));
                self.compute(|to| Op::Compare(*comparison, to, left, right))
            }
            K::And(left, right) => self.and_or(wanted, (left, right), true),
            K::Or(left, right) => self.and_or(wanted, (left, right), false),
            K::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                self.branch(wanted, expr, (condition, then, otherwise))
            }
            K::IsGiven(value) => {
                let value = self.expression(value);
                self.compute(|to| Op::IsGiven(to, value))
            }
            K::Otherwise(value, otherwise) => self.otherwise(wanted, value, otherwise),
            K::OneOf(value, values) => self.one_of(value, values),
            K::InRange { value, low, high } => self.in_range(value, low.as_deref(), high.as_deref()),
            K::Field(record, field) => {
                if let Some(value) = self.field_of_element(record, *field, &expr.ty) {
                    return value;
                }
                let record = self.expression(record);
                self.compute(|to| Op::Field(to, record, *field))
            }
            K::Column(row, column) => {
                let row = self.expression(row);
                self.compute(|to| Op::Column(to, row, *column))
            }
            K::Stages(value, stages) => {
                let value = self.expression(value);
                let (value, bounds) = self.stages(expr, value, stages);
                self.tell_bounds(bounds, None);
                value
            }
            K::ContainedIn(percent, value) => {
                let (percent, value) = (self.expression(percent), self.expression(value));
                let part = self.calculate(Arithmetic::Multiply, value, percent);
                let one = self.constant_number(Number::ONE);
                let whole = self.calculate(Arithmetic::Add, one, percent);
                self.calculate(Arithmetic::Divide, part, whole)
            }
            K::PerStep { parts, started } => {
                let [amount, step, of] = &**parts;
                self.per_step(amount, step, of, *started)
            }
            K::Call(id, arguments) => self.call(*id, arguments),
            K::AggregateValues(Aggregate::Sum, values) if expr.ty.is_numeric() => {
                self.chain(values, |this, a, b| this.calculate(Arithmetic::Add, a, b))
            }
            K::AggregateValues(Aggregate::Greatest, values) if expr.ty.is_numeric() => {
                self.chain(values, |this, a, b| this.compute(|to| Op::Greatest(to, a, b)))
            }
            K::AggregateValues(Aggregate::Least, values) if expr.ty.is_numeric() => {
                self.chain(values, |this, a, b| this.compute(|to| Op::Least(to, a, b)))
            }
            _ => self.other_form(expr),
        }
    }

    fn chain(&mut self, values: &[Expr], join: impl Fn(&mut Self, Reg, Reg) -> Reg) -> Reg {
        let mut values = values.iter();
        let Some(first) = values.next() else { return self.constant_number(Number::ZERO) };
        let mut result = self.expression(first);
        for value in values {
            let value = self.expression(value);
            result = join(self, result, value);
        }
        result
    }

    /// Arithmetic on two registers; of constants, it is done here.
    pub(super) fn calculate(&mut self, arithmetic: Arithmetic, left: Reg, right: Reg) -> Reg {
        if let (Some(a), Some(b)) = (self.known_number(left), self.known_number(right)) {
            let result = match arithmetic {
                Arithmetic::Add => a.add(b),
                Arithmetic::Subtract => a.sub(b),
                Arithmetic::Multiply => a.mul(b),
                Arithmetic::Divide => a.div(b),
            };
            if let Ok(number) = result {
                return self.constant_number(number);
            }
        }
        if arithmetic == Arithmetic::Multiply && self.known_number(right) == Some(&Number::ONE) {
            return left;
        }
        // A quotient by 5000 is a product by 0.0002, exactly.
        if arithmetic == Arithmetic::Divide
            && let Some(Ok(inverse)) = self.known_number(right).map(|divisor| Number::ONE.div(divisor))
            && inverse.lane().is_some()
        {
            let inverse = self.constant_number(inverse);
            return self.compute(|to| Op::Multiply(to, left, inverse));
        }
        self.compute(|to| operation(arithmetic, to, left, right))
    }

    fn arithmetic(&mut self, arithmetic: Arithmetic, left: &Expr, right: &Expr) -> Reg {
        let left = self.expression(left);
        let count = self.count_tiers(arithmetic == Arithmetic::Subtract, right);
        let right = self.expression(right);
        self.negate_tiers(count);
        self.calculate(arithmetic, left, right)
    }

    fn negate(&mut self, value: &Expr) -> Reg {
        let count = self.count_tiers(true, value);
        let value = self.expression(value);
        self.negate_tiers(count);
        self.compute(|to| Op::Negate(to, value))
    }

    /// Remembers how many tiers there are before a part of an amount that is taken off.
    fn count_tiers(&mut self, taken_off: bool, part: &Expr) -> Option<Reg> {
        if !taken_off || !self.has_tiers(part) {
            return None;
        }
        let count = self.temporary();
        self.emit(Op::CountTiers(count));
        Some(count)
    }

    fn negate_tiers(&mut self, count: Option<Reg>) {
        if let Some(count) = count {
            self.emit(Op::NegateTiers(count));
        }
    }

    /// Whether tiers may add to the breakdown of a charge while an expression is computed.
    pub(super) fn has_tiers(&self, expr: &Expr) -> bool {
        let mut found = false;
        if !self.program.tiers.is_empty() {
            self.every_part(expr, &mut |part| found |= matches!(part.kind, K::Tiers(..) | K::Call(..)));
        }
        found
    }

    /// The right side only where the left does not decide.
    fn and_or(&mut self, wanted: Option<Reg>, (left, right): (&Expr, &Expr), and: bool) -> Reg {
        let to = wanted.unwrap_or_else(|| self.temporary());
        self.expression_to(to, left);
        let end = if and { self.jump_unless(to) } else { self.jump(|goal| Op::JumpIf(to, goal)) };
        self.sometimes(|this| this.expression_to(to, right));
        self.land(&[end]);
        to
    }

    fn branch(
        &mut self,
        wanted: Option<Reg>,
        choice: &Expr,
        (condition, then, otherwise): (&Expr, &Expr, &Expr),
    ) -> Reg {
        let to = wanted.unwrap_or_else(|| self.temporary());
        let arm = self.arm(choice);
        let answer = self.condition(condition);
        let no = self.jump_unless(answer);
        self.begin_arm(arm, answer);
        self.sometimes(|this| this.expression_to(to, then));
        let end = self.jump(Op::Jump);
        self.land(&[no]);
        self.end_arm(arm, otherwise);
        self.sometimes(|this| this.expression_to(to, otherwise));
        self.land(&[end]);
        to
    }

    /// A condition of a charge, an `if`: the observer is told how it was decided.
    pub(super) fn condition(&mut self, condition: &Expr) -> Reg {
        let answer = self.expression(condition);
        self.tell(|| Event::Condition(condition.span(), answer));
        answer
    }

    fn otherwise(&mut self, wanted: Option<Reg>, value: &Expr, otherwise: &Expr) -> Reg {
        let to = wanted.unwrap_or_else(|| self.temporary());
        self.expression_to(to, value);
        let end = self.jump(|goal| Op::JumpIfGiven(to, goal));
        self.sometimes(|this| this.expression_to(to, otherwise));
        self.land(&[end]);
        to
    }

    fn one_of(&mut self, value: &Expr, values: &[Expr]) -> Reg {
        let value = self.expression(value);
        let constant = |expr: &Expr| match &expr.kind {
            K::Constant(value) => Some(value.clone()),
            _ => None,
        };
        if let Some(constants) = values.iter().map(constant).collect::<Option<Box<[Value]>>>() {
            return self.compute_form(Form::OneOf(value, constants));
        }
        let to = self.temporary();
        let ends: Vec<u32> = self.sometimes(|this| {
            let ends = values.iter().map(|candidate| {
                let candidate = this.expression(candidate);
                this.emit(Op::Compare(Comparison::Is, to, value, candidate));
                this.jump(|goal| Op::JumpIf(to, goal))
            });
            ends.collect()
        });
        self.land(&ends);
        to
    }

    fn in_range(&mut self, value: &Expr, low: Option<&(Expr, bool)>, high: Option<&(Expr, bool)>) -> Reg {
        let value = self.expression(value);
        let to = self.temporary();
        let yes = self.constant(Value::YesNo(true));
        let low = low.map(|(end, included)| (end, if *included { Comparison::AtLeast } else { Comparison::Greater }));
        let high = high.map(|(end, included)| (end, if *included { Comparison::AtMost } else { Comparison::Less }));
        if low.is_none() && high.is_none() {
            self.emit(Op::Move(to, yes));
        }
        let outside: Vec<u32> = self.sometimes(|this| {
            let outside = low.into_iter().chain(high).map(|(end, comparison)| {
                let end = this.expression(end);
                this.emit(Op::Compare(comparison, to, value, end));
                this.jump_unless(to)
            });
            outside.collect()
        });
        // Nothing comes after the last end.
        self.land(&outside);
        to
    }

    /// `amount × ⌈of ÷ step⌉`; where there is nothing to count, neither the step nor the amount is asked for.
    fn per_step(&mut self, amount: &Expr, step: &Expr, of: &Expr, started: bool) -> Reg {
        let to = self.temporary();
        let of = self.expression(of);
        let zero = self.constant_number(Number::ZERO);
        self.emit(Op::Move(to, zero));
        let end = self.jump(|goal| Op::JumpUnlessPositive(of, goal));
        self.sometimes(|this| {
            let step = this.expression(step);
            let steps = this.compute(|to| Op::Steps(to, of, step, started));
            let amount = this.expression(amount);
            this.emit(Op::Multiply(to, amount, steps));
        });
        self.land(&[end]);
        to
    }

    /// Sees to it that a charge is known.
    pub(super) fn charge(&mut self, id: ChargeId) {
        if self.main.has_charge(id) {
            self.tell(|| Event::KnownCharge(id));
            return;
        }
        let (own, level) = (self.code.charge(id), self.frame.level);
        self.emit(Op::Charge(own, id, level));
    }

    fn charge_amount(&mut self, id: ChargeId) -> Reg {
        self.charge(id);
        let to = self.temporary();
        let own = self.code.charge(id);
        self.emit(Op::Amount(to, own, id));
        to
    }
}
