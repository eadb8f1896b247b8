//! Amounts that nobody means to charge: a floor above its ceiling, a percent above a hundred, nothing at all, less than nothing, fractions of a
//! cent, another currency.

use super::columns::number;
use super::{Look, amount_of};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Arithmetic, Charge, ChargeAmount, Comparison, Expr, ExprKind as K, RoundStep, Stage, StageKind};
use crate::source::Span;
use crate::types::Type;
use crate::value::{Number, Value};

impl Look<'_> {
    pub(super) fn amounts(&mut self) {
        let mut stages: Vec<(&Expr, &[Stage])> = Vec::new();
        self.program.parts(&mut |whole: &Expr| {
            whole.walk(&mut |expr| {
                if let K::Stages(value, list) = &expr.kind {
                    stages.push((value, list));
                }
            });
        });
        for (value, list) in &stages {
            self.floor_above_ceiling(value, list);
            self.discount_of_more_than_all(list);
        }
        for charge in self.charges() {
            if let Some(amount) = amount_of(charge) {
                self.more_than_the_whole(amount);
                self.nothing(charge, amount);
                self.less_than_nothing(charge, amount);
            }
        }
        self.unrounded();
        self.foreign();
    }

    /// A floor and a ceiling beside each other, the floor being the higher.
    fn floor_above_ceiling(&mut self, value: &Expr, stages: &[Stage]) {
        if !matches!(value.ty, Type::In(_)) {
            return;
        }
        for pair in stages.windows(2) {
            let [first, second] = pair else { return };
            let (floor, ceiling) = match (&first.kind, &second.kind) {
                (StageKind::Minimum(floor, None), StageKind::Maximum(ceiling, None))
                | (StageKind::Maximum(ceiling, None), StageKind::Minimum(floor, None)) => (floor, ceiling),
                _ => continue,
            };
            if let (Some(low), Some(high)) = (self.constant(floor), self.constant(ceiling))
                && low > high
            {
                let title = "the minimum is above the maximum";
                let diagnostic = Diagnostic::warning(codes::AMOUNT_ODD, title, floor.span(), "at least so much")
                    .also(ceiling.span(), "and at most so much")
                    .help("did they change places? as they stand, the amount is always the same");
                self.say(diagnostic);
            }
        }
    }

    /// The number that an expression always is: written, or a parameter with one value.
    fn constant(&self, expr: &Expr) -> Option<Number> {
        match &expr.kind {
            K::Parameter(id, _) => match self.program.parameters.get(id.0 as usize)?.values.as_slice() {
                [only] => match &only.value {
                    Value::Number(number) => Some(number.clone()),
                    _ => None,
                },
                _ => None,
            },
            kind => number(kind).cloned(),
        }
    }

    /// The percents that an expression may be, as they are written, with their places.
    fn percents(&self, expr: &Expr, depth: u32, found: &mut Vec<(Number, Span)>) {
        let Some(depth) = depth.checked_sub(1) else { return };
        match &expr.kind {
            K::Constant(Value::Number(value)) => found.push((value.clone(), expr.span())),
            K::Parameter(id, _) => {
                let values = self.program.parameters.get(id.0 as usize).map(|parameter| &parameter.values);
                for dated in values.into_iter().flatten() {
                    if let Value::Number(value) = &dated.value {
                        found.push((value.clone(), dated.span));
                    }
                }
            }
            K::Definition(id) => {
                if let Some(definition) = self.program.definitions.get(id.0 as usize) {
                    self.percents(&definition.value, depth, found);
                }
            }
            K::If(parts) => {
                let [_, yes, no] = &**parts;
                self.percents(yes, depth, found);
                self.percents(no, depth, found);
            }
            K::Otherwise(value, other) => {
                self.percents(value, depth, found);
                self.percents(other, depth, found);
            }
            _ => {}
        }
    }

    /// The first percent above a hundred that an expression may be.
    fn above_all(&self, percent: &Expr) -> Option<(Number, Span)> {
        let mut found = Vec::new();
        self.percents(percent, 20, &mut found);
        found.into_iter().find(|(value, _)| *value > Number::from_i64(1))
    }

    fn discount_of_more_than_all(&mut self, stages: &[Stage]) {
        for stage in stages {
            let StageKind::LessPercent(percent) = &stage.kind else { continue };
            if let Some((value, span)) = self.above_all(percent) {
                let shown = self.show(&Value::Number(value), &Type::Percent);
                let title = format!("a discount of {shown}, more than everything");
                let diagnostic = Diagnostic::warning(codes::AMOUNT_ODD, title, span, "above 100%");
                let diagnostic =
                    if span == percent.span() { diagnostic } else { diagnostic.also(stage.span, "taken off here") };
                self.say(diagnostic.help("is its point missing?"));
            }
        }
    }

    /// A charge of more than 100 % of other charges.
    fn more_than_the_whole(&mut self, amount: &Expr) {
        let value = if let K::Stages(value, _) = &amount.kind { value } else { amount };
        let K::Arithmetic(Arithmetic::Multiply, percent, of) = &value.kind else { return };
        let mut of_charges = false;
        of.walk(&mut |part| of_charges |= matches!(part.kind, K::Charge(_) | K::SumApplied(_)));
        if percent.ty != Type::Percent || !of_charges {
            return;
        }
        if let Some((value, span)) = self.above_all(percent) {
            let shown = self.show(&Value::Number(value), &Type::Percent);
            let title = format!("a surcharge of {shown}, more than what it is taken of");
            let diagnostic = Diagnostic::warning(codes::AMOUNT_ODD, title, span, "above 100%");
            let diagnostic =
                if span == percent.span() { diagnostic } else { diagnostic.also(percent.span(), "used here") };
            self.say(diagnostic.help("is its point missing?"));
        }
    }

    /// A charge of nothing, that no exception makes something of.
    fn nothing(&mut self, charge: &Charge, amount: &Expr) {
        // Nobody writes the sign of a line that is to be nothing where no exception holds.
        let (value, signed) = match &amount.kind {
            K::Negate(inner) => (number(&inner.kind), true),
            kind => (number(kind), self.text(amount.span()).starts_with('-')),
        };
        let mended = charge.exceptions.iter().any(|exception| !is_nothing(&exception.value));
        if value.is_some_and(Number::is_zero) && (signed || !mended) {
            let title = format!("the charge `{}` is nothing", charge.code);
            let help = "is a digit missing? what is free needs no line, unless it is to be shown";
            if charge.when.is_some() {
                self.say(Diagnostic::warning(codes::AMOUNT_ODD, title, amount.span(), "always zero").help(help));
            }
        }
    }

    /// `rate * (used - included)` without a floor, where less than what is included may be used.
    fn less_than_nothing(&mut self, charge: &Charge, amount: &Expr) {
        let K::Arithmetic(Arithmetic::Multiply, left, right) = &amount.kind else { return };
        for (rate, over) in [(left, right), (right, left)] {
            let over = if let K::Scale(inner, _) = &over.kind { inner } else { over };
            let K::Arithmetic(Arithmetic::Subtract, used, included) = &over.kind else { continue };
            let (K::Input(slot), Some(included_value)) = (&used.kind, self.constant(included)) else { continue };
            let Some(input) = self.program.inputs.get(usize::from(*slot)) else { continue };
            let Some((Value::Number(least), _)) = &input.domain.low else { continue };
            let positive = self.constant(rate).is_some_and(|rate| rate.is_positive());
            if !positive || *least >= included_value || self.keeps_above(charge, *slot, &included_value) {
                continue;
            }
            let title = format!("the charge `{}` can be less than nothing", charge.code);
            let label = format!("negative where `{}` is less than what is taken off", input.name);
            let help = "write `minimum 0 …` after the difference, or a condition with the same limit";
            self.say(Diagnostic::warning(codes::AMOUNT_ODD, title, amount.span(), label).help(help));
        }
    }

    /// Whether the condition of a charge keeps an input at or above a limit.
    fn keeps_above(&self, charge: &Charge, slot: u16, limit: &Number) -> bool {
        let mut kept = false;
        if let Some(when) = &charge.when {
            when.walk(&mut |part| {
                if let K::Compare(Comparison::Greater | Comparison::AtLeast, value, bound) = &part.kind {
                    let is_input = matches!(value.kind, K::Input(other) if other == slot);
                    kept |= is_input && self.constant(bound).is_none_or(|bound| bound >= *limit);
                } else if let K::Compare(Comparison::Less | Comparison::AtMost, bound, value) = &part.kind {
                    let is_input = matches!(value.kind, K::Input(other) if other == slot);
                    kept |= is_input && self.constant(bound).is_none_or(|bound| bound >= *limit);
                }
            });
        }
        kept
    }

    /// `rounding none`, and an amount that is computed: a bill with fractions of a cent.
    fn unrounded(&mut self) {
        let program = self.program;
        if program.round_total.is_some() || program.currency.is_none() {
            return;
        }
        let unrounded = |charge: &&Charge| {
            let Some(amount) = amount_of(charge) else { return false };
            let mut computed = false;
            let mut rounded = false;
            amount.walk(&mut |part| {
                computed |= matches!(&part.kind, K::Arithmetic(Arithmetic::Multiply | Arithmetic::Divide, ..));
                rounded |= matches!(&part.kind, K::Stages(_, stages) if stages.iter().any(|stage| matches!(&stage.kind, StageKind::Rounded(to) if !matches!(to.step, RoundStep::MinorOf(_) | RoundStep::OwnOf(..)))));
            });
            charge.booking.is_none() && computed && !rounded
        };
        let all: Vec<&Charge> = self.charges().filter(unrounded).collect();
        // A part of a bill may go on to be rounded elsewhere; several lines with labels are the bill.
        let Some(first) = all.first().filter(|_| self.charges().filter(|charge| charge.label.is_some()).count() > 2)
        else {
            return;
        };
        let Some(span) = self.rounding_none() else { return };
        let title = "nothing rounds what is charged";
        let diagnostic =
            Diagnostic::warning(codes::NEVER_ROUNDED, title, span, "no charge is rounded when it is booked")
                .also(first.span, "may have fractions of a cent")
                .help("write `rounding half up to …`, or round the charge itself");
        self.say(diagnostic);
    }

    /// Where the main file says `rounding none`.
    fn rounding_none(&self) -> Option<Span> {
        let (id, file) = self.sources.files().next()?;
        let words: Vec<&str> = file.text.split_whitespace().collect();
        words
            .windows(2)
            .any(|pair| matches!(pair, ["rounding", none] if none.trim_end_matches('}') == "none"))
            .then_some(())?;
        let mut from = 0;
        while let Some(at) = file.text.get(from..)?.find("rounding").map(|at| at.saturating_add(from)) {
            let after = at.saturating_add("rounding".len());
            let rest = file.text.get(after..)?;
            if rest.trim_start().starts_with("none") {
                return Some(Span::new(id, at as u32, after as u32));
            }
            from = after;
        }
        None
    }

    /// One charge of a written amount, shown to people, in a currency that nothing else in the rule set has.
    fn foreign(&mut self) {
        let Some(own) = self.program.currency else { return };
        let currency = |charge: &Charge| self.program.units.currency(&charge.unit);
        let is_own =
            |charge: &Charge| matches!(currency(charge), Some(crate::types::Base::Money(known)) if known == own);
        let others: Vec<&Charge> = self.charges().filter(|charge| !is_own(charge)).collect();
        let [only] = others.as_slice() else { return };
        let ChargeAmount::Expr(amount) = &only.amount else { return };
        if number(&amount.kind).is_none() || only.label.is_none() || self.charges().count() < 3 {
            return;
        }
        let title = format!("`{}` alone is in another currency", only.code);
        let label = format!("all other charges are in {own}; this one gets a total of its own");
        let help = format!("write the amount in {own}, or convert it with a rate");
        self.say(Diagnostic::warning(codes::CURRENCY_ODD, title, amount.span(), label).help(help));
    }
}

/// Whether an amount is written as nothing.
fn is_nothing(value: &Expr) -> bool {
    number(&value.kind).is_some_and(Number::is_zero)
}
