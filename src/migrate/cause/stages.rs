//! The factors in stages, of charges and of totals: two of them the other way round, a minimum or maximum left out, a rounding left out or in
//! another mode.

use super::Cause;
use super::rules::{MODES, MOST, Variations, short};
use crate::program::{Charge, ChargeAmount, ExprKind, Stage, StageKind};
use crate::source::Span;

impl Variations<'_> {
    /// Two stages the other way round; minimums and maximums left out; roundings in another mode, and none.
    pub(super) fn stages(&mut self, stages: &[Stage]) {
        for pair in stages.windows(2) {
            let [one, other] = pair else { continue };
            let (first, second) = (self.text(one.span), self.text(other.span));
            let words = format!("with `{}` before `{}`", short(&second), short(&first));
            let cause = match (&one.kind, &other.kind) {
                (StageKind::Rounded(_), _) | (_, StageKind::Rounded(_)) => Cause::Rounding,
                _ => Cause::OrderOfStages,
            };
            self.add(cause, words, vec![(one.span, second), (other.span, first)]);
        }
        for stage in stages {
            let text = self.text(stage.span);
            match &stage.kind {
                StageKind::Minimum(..) | StageKind::Maximum(..) => {
                    let left_out = vec![(stage.span, String::new())];
                    self.add(Cause::ExtraBound, format!("without `{}`", short(&text)), left_out);
                    continue;
                }
                StageKind::Rounded(_) => {}
                _ => continue,
            }
            self.add(Cause::Rounding, format!("without `{}`", short(&text)), vec![(stage.span, String::new())]);
            let Some((_, step)) = text.split_once(" to ") else { continue };
            for mode in MODES {
                let edit = vec![(stage.span, format!("rounded {mode} to {step}"))];
                self.add(Cause::Rounding, format!("with `rounded {mode}` instead of `{}`", short(&text)), edit);
            }
        }
    }

    /// Minimums and maximums of totals left out, with the word before one that stands alone.
    pub(super) fn bounds_of_totals(&mut self) {
        let program = self.program;
        for stage in program.total.iter().take(MOST) {
            let Some(file) = program.sources.file(stage.span.file) else { continue };
            let around = (file.text.get(..stage.span.start as usize), file.text.get(stage.span.end as usize..));
            let (Some(before), Some(after)) = around else { continue };
            let has_next = ["minimum", "maximum"].iter().any(|word| after.trim_start().starts_with(word));
            let total = before.trim_end().strip_suffix("total").filter(|_| !has_next);
            let start = total.and_then(|before| u32::try_from(before.len()).ok()).unwrap_or(stage.span.start);
            let words = format!("without `{}` of the total", short(&self.text(stage.span)));
            let span = Span::new(stage.span.file, start, stage.span.end);
            self.add(Cause::ExtraBound, words, vec![(span, String::new())]);
        }
    }
}

/// The codes of the lines that a charge's own minimums and maximums book.
pub(super) fn lines_of(charge: &Charge) -> impl Iterator<Item = &str> {
    let stages: &[Stage] = match &charge.amount {
        ChargeAmount::Group(group) => &group.stages,
        ChargeAmount::Expr(amount) => match &amount.kind {
            ExprKind::Stages(_, stages) => stages,
            _ => &[],
        },
    };
    stages.iter().filter_map(|stage| match &stage.kind {
        StageKind::Minimum(_, line) | StageKind::Maximum(_, line) => line.as_ref().map(|line| &*line.code),
        _ => None,
    })
}
