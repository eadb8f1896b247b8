//! Stages: what is done to a value after it is computed, in the order written.

use super::Checker;
use super::scope::Scope;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Expr, ExprKind, RoundStep, RoundTo, Stage, StageKind, StageLine};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::Type;
use crate::value::{Number, RoundingMode, Value};

impl Checker<'_> {
    pub(super) fn stages(
        &mut self,
        inner: &ast::Expr,
        stages: &[ast::Stage],
        span: Span,
        expected: Option<&Type>,
        scope: &mut Scope,
    ) -> Expr {
        for stage in stages {
            self.line_out_of_place(stage);
        }
        self.booked_stages(inner, stages, span, expected, scope)
    }

    /// A line is booked by a charge or a total; within an expression it would be lost.
    fn line_out_of_place(&mut self, stage: &ast::Stage) {
        let (ast::StageKind::Minimum(_, Some((code, _))) | ast::StageKind::Maximum(_, Some((code, _)))) = &stage.kind
        else {
            return;
        };
        self.report(
            Diagnostic::error(
                codes::LINE_OUT_OF_PLACE,
                format!("the line {} is booked nowhere", code.text),
                code.span,
                "not directly in a charge or a total",
            )
            .help(format!("leave `as {}` out, or put the bound at the end of a charge", code.text)),
        );
    }

    /// The stages of a charge, which may book lines.
    pub(super) fn booked_stages(
        &mut self,
        inner: &ast::Expr,
        stages: &[ast::Stage],
        span: Span,
        expected: Option<&Type>,
        scope: &mut Scope,
    ) -> Expr {
        let value = self.expression(inner, expected, scope);
        let (stages, ty) = self.stage_list(&value.ty.clone(), value.span(), stages, scope);
        if ty == Type::Unknown {
            return self.broken(span);
        }
        Expr::new(ExprKind::Stages(value, stages.into()), ty, span)
    }

    /// Checks stages that follow a value of this type, and tells the type after them.
    pub(super) fn stage_list(
        &mut self,
        ty: &Type,
        span: Span,
        stages: &[ast::Stage],
        scope: &mut Scope,
    ) -> (Vec<Stage>, Type) {
        let mut ty = ty.clone();
        if matches!(ty, Type::Optional(_)) {
            let text = self.sources.text(span).to_string();
            self.report(
                Diagnostic::error(
                    codes::MAYBE_ABSENT,
                    format!("`{text}` may be absent"),
                    span,
                    "cannot be changed where it is absent",
                )
                .help(format!("give a value for that case: `({text} otherwise …)`")),
            );
            return (Vec::new(), Type::Unknown);
        }
        let mut checked = Vec::new();
        for stage in stages {
            let Some((kind, after)) = self.stage(&ty, stage, scope) else { return (checked, Type::Unknown) };
            ty = after;
            checked.push(Stage { kind, span: stage.span });
        }
        (checked, ty)
    }

    fn stage(&mut self, ty: &Type, stage: &ast::Stage, scope: &mut Scope) -> Option<(StageKind, Type)> {
        if *ty == Type::Unknown {
            return None;
        }
        let loose = if *ty == Type::Integer { Type::Number } else { ty.clone() };
        if !ty.is_numeric() {
            let help = match stage.kind {
                ast::StageKind::Minimum(..) if ty.is_ordered() => "write `greatest of (…, …)`, the later of the two",
                ast::StageKind::Maximum(..) if ty.is_ordered() => "write `least of (…, …)`, the earlier of the two",
                _ => "stages apply to numbers, amounts and quantities",
            };
            let shown = self.show_type(ty);
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    format!("{shown} has no such stage"),
                    stage.span,
                    format!("does not apply to {shown}"),
                )
                .help(help),
            );
            return None;
        }
        match &stage.kind {
            ast::StageKind::Less(by) => self.discount(&loose, by, true, scope),
            ast::StageKind::Plus(by) => self.discount(&loose, by, false, scope),
            ast::StageKind::Minimum(bound, line) => {
                let bound = self.expect(bound, &loose, "the minimum", scope);
                let kind = StageKind::Minimum(bound, line.as_ref().map(stage_line));
                Some((kind, loose))
            }
            ast::StageKind::Maximum(bound, line) => {
                let bound = self.expect(bound, &loose, "the maximum", scope);
                let kind = StageKind::Maximum(bound, line.as_ref().map(stage_line));
                Some((kind, loose))
            }
            ast::StageKind::Rounded(to) => {
                let to = self.round_to(&loose, to, scope)?;
                let whole = loose == Type::Number && step_is_whole(&to);
                Some((StageKind::Rounded(to), if whole { Type::Integer } else { loose }))
            }
        }
    }

    fn discount(&mut self, ty: &Type, by: &ast::Expr, less: bool, scope: &mut Scope) -> Option<(StageKind, Type)> {
        let amount = self.expression(by, Some(ty), scope);
        if amount.ty == Type::Unknown {
            return None;
        }
        if amount.ty == Type::Percent {
            if *ty == Type::Percent {
                let (sign, word) = if less { ("-", "less") } else { ("+", "plus") };
                self.report(
                    Diagnostic::error(
                        codes::AMBIGUOUS,
                        format!("`{word}` between two percents can mean two things"),
                        amount.span(),
                        "percent of it, or percentage points?",
                    )
                    .help(format!("write `{sign}` for percentage points, or `… of …` for a part of it")),
                );
                return None;
            }
            return Some((
                if less { StageKind::LessPercent(amount) } else { StageKind::PlusPercent(amount) },
                ty.clone(),
            ));
        }
        let amount = self.coerce(amount, ty, if less { "what is taken off" } else { "what is added" });
        if amount.ty == Type::Unknown {
            return None;
        }
        Some((if less { StageKind::LessAmount(amount) } else { StageKind::PlusAmount(amount) }, ty.clone()))
    }

    /// Mode and step of a rounding of values of this type.
    pub(super) fn round_to(&mut self, ty: &Type, to: &ast::RoundTo, scope: &mut Scope) -> Option<RoundTo> {
        let mode = to.mode.unwrap_or(RoundingMode::HalfUp);
        let step = match (&to.step, ty) {
            (Some(step), _) => {
                let step = self.expression(step, None, scope);
                let step = self.coerce(step, ty, "the step of the rounding");
                if step.ty == Type::Unknown {
                    return None;
                }
                if let Some(Value::Number(number)) = super::convert::constant(&step)
                    && !number.is_positive()
                {
                    self.report(
                        Diagnostic::error(
                            codes::BAD_STEP,
                            "the step of a rounding must be above zero",
                            step.span(),
                            "not above zero",
                        )
                        .help("such as `0.01 USD`, `1 lb` or `0.5 kg`"),
                    );
                    return None;
                }
                RoundStep::Expr(step)
            }
            (None, Type::In(unit)) => self.minor_unit(unit, to.span)?,
            (None, _) => {
                let shown = self.show_type(ty);
                self.report(
                    Diagnostic::error(
                        codes::TYPE_MISMATCH,
                        format!("{shown} has no minor unit"),
                        to.span,
                        "not an amount of money",
                    )
                    .help("write the step, such as `rounded to 0.01`"),
                );
                return None;
            }
        };
        Some(RoundTo { mode, step })
    }
}

pub(super) fn stage_line((code, label): &(ast::Name, Option<ast::Text>)) -> StageLine {
    StageLine { code: code.text.as_str().into(), label: label.as_ref().map(|l| l.text.as_str().into()) }
}

fn step_is_whole(to: &RoundTo) -> bool {
    match &to.step {
        RoundStep::Expr(step) => {
            matches!(super::convert::constant(step), Some(Value::Number(n)) if n.is_integer() && n != Number::ZERO)
        }
        _ => false,
    }
}
