//! Stages: discounts, additions, bounds and roundings, each applied to everything before it, as written.

use super::evaluator::Evaluator;
use super::failure::Outcome;
use super::{Node, Note, Observer};
use crate::program::{Expr, RoundTo, Stage, StageKind, StageLine};
use crate::value::{Number, Value};

/// A stage with its operand computed.
pub(super) enum Applied<'p> {
    /// `less 10%` is × 0.9, `plus 10%` is × 1.1.
    Factor(Number),
    /// `less 5 USD`, `plus 5 USD`.
    Add(Number),
    /// `minimum 5 USD`, with the line that books it.
    Minimum(Number, Option<&'p StageLine>),
    /// `maximum 5 USD`, with the line that books it.
    Maximum(Number, Option<&'p StageLine>),
    /// `rounded …`: step and mode.
    Round(Number, &'p RoundTo),
}

/// Whether a stage books a line of its own.
pub(super) fn books_line(stage: &Stage) -> bool {
    matches!(stage.kind, StageKind::Minimum(_, Some(_)) | StageKind::Maximum(_, Some(_)))
}

impl<'p> Applied<'p> {
    /// The line that the stage books, if it books one.
    pub(super) fn line(&self) -> Option<&'p StageLine> {
        match self {
            Applied::Minimum(_, line) | Applied::Maximum(_, line) => *line,
            _ => None,
        }
    }

    /// The value after the stage.
    pub(super) fn apply(&self, value: &Number) -> Outcome<Number> {
        Ok(match self {
            Applied::Factor(factor) => value.mul(factor)?,
            Applied::Add(amount) => value.add(amount)?,
            Applied::Minimum(bound, _) => value.max(bound).clone(),
            Applied::Maximum(bound, _) => value.min(bound).clone(),
            Applied::Round(step, how) => value.round_to(step, how.mode)?,
        })
    }
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// `x less 10% rounded to 0.01 USD` within an expression.
    pub(super) fn staged(&mut self, value: &'p Expr, stages: &'p [Stage]) -> Outcome<Value> {
        let mut value = self.number(value)?;
        for stage in stages {
            (value, _) = self.stage(&value, stage)?;
        }
        Ok(Value::Number(value))
    }

    /// The value after one stage, and the stage with its operand.
    #[inline(never)]
    pub(super) fn stage(&mut self, value: &Number, stage: &'p Stage) -> Outcome<(Number, Applied<'p>)> {
        self.enter(Node::Stage(stage));
        let applied = self.operand(stage).map_err(|failure| failure.at(stage.span))?;
        let after = applied.apply(value).map_err(|failure| failure.at(stage.span))?;
        if O::ENABLED {
            if let Applied::Round(_, how) = &applied {
                self.observer.note(Note::Rounded(how, value, &after));
            }
            self.observer.leave(Some(&Value::Number(after.clone())));
        }
        Ok((after, applied))
    }

    fn operand(&mut self, stage: &'p Stage) -> Outcome<Applied<'p>> {
        Ok(match &stage.kind {
            StageKind::LessPercent(percent) => Applied::Factor(Number::ONE.sub(&self.number(percent)?)?),
            StageKind::PlusPercent(percent) => Applied::Factor(Number::ONE.add(&self.number(percent)?)?),
            StageKind::LessAmount(amount) => Applied::Add(self.number(amount)?.neg()),
            StageKind::PlusAmount(amount) => Applied::Add(self.number(amount)?),
            StageKind::Minimum(bound, line) => Applied::Minimum(self.number(bound)?, line.as_ref()),
            StageKind::Maximum(bound, line) => Applied::Maximum(self.number(bound)?, line.as_ref()),
            StageKind::Rounded(how) => Applied::Round(self.round_step(how)?, how),
        })
    }
}

/// Applies stages in order to a value, those with a line of their own only as far as `lines` of them.
pub(super) fn apply_with_lines(value: &Number, stages: &[Applied<'_>], lines: usize) -> Outcome<Number> {
    let mut seen = 0;
    let mut value = value.clone();
    for stage in stages {
        if stage.line().is_some() {
            seen += 1;
            if seen > lines {
                continue;
            }
        }
        value = stage.apply(&value)?;
    }
    Ok(value)
}
