//! The direct parts of an expression, for whoever walks programs: depth, coverage, dependencies.

use super::{
    Charge, ChargeAmount, Definition, Each, Exception, Expr, ExprKind, Program, RoundStep, RoundTo, Stage, StageKind,
    Template, TemplatePiece, Tier, TierPart, TierRows, Tiers, WalkStep,
};

impl Expr {
    /// Calls `visit` with the expression and with all that stands in it, outer before inner.
    pub fn walk<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(self);
        self.parts(&mut |part| part.walk(visit));
    }

    /// Calls `visit` with each expression that stands directly in this one, in the order written.
    pub fn parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            ExprKind::Constant(_)
            | ExprKind::Input(_)
            | ExprKind::Local(_)
            | ExprKind::Definition(_)
            | ExprKind::Charge(_)
            | ExprKind::IsApplied(_)
            | ExprKind::SumApplied(_) => {}
            ExprKind::Parameter(_, on) => on.iter().for_each(&mut *visit),
            ExprKind::Field(inner, _)
            | ExprKind::Column(inner, _)
            | ExprKind::Negate(inner)
            | ExprKind::Not(inner)
            | ExprKind::Scale(inner, _)
            | ExprKind::IsGiven(inner)
            | ExprKind::WithinWindows(inner, _)
            | ExprKind::WithinCalendar(inner, _)
            | ExprKind::AggregateList(_, inner, _)
            | ExprKind::Count(inner)
            | ExprKind::FirstLast(_, inner, _) => visit(inner),
            ExprKind::Record(list)
            | ExprKind::List(list)
            | ExprKind::Call(_, list)
            | ExprKind::Host(_, list)
            | ExprKind::Library(_, list)
            | ExprKind::Tiers(_, list)
            | ExprKind::AggregateValues(_, list) => list.iter().for_each(visit),
            ExprKind::Arithmetic(_, a, b)
            | ExprKind::DateArithmetic(_, a, b)
            | ExprKind::Compare(_, a, b)
            | ExprKind::And(a, b)
            | ExprKind::Or(a, b)
            | ExprKind::Otherwise(a, b)
            | ExprKind::InList(a, b)
            | ExprKind::ContainedIn(a, b)
            | ExprKind::DateOf(a, b)
            | ExprKind::TimeOf(a, b)
            | ExprKind::Split(a, b, _)
            | ExprKind::Days { from: a, to: b, .. } => {
                visit(a);
                visit(b);
            }
            ExprKind::If(parts)
            | ExprKind::InstantOf(parts)
            | ExprKind::Increments(parts)
            | ExprKind::PerStep { parts, .. } => parts.iter().for_each(visit),
            ExprKind::OneOf(inner, list) | ExprKind::Draw(inner, list) => {
                visit(inner);
                list.iter().for_each(visit);
            }
            ExprKind::InRange { value, low, high } => {
                visit(value);
                low.iter().chain(high).for_each(|end| visit(&end.0));
            }
            ExprKind::Stages(inner, stages) => {
                visit(inner);
                stages.iter().for_each(|stage| stage.parts(visit));
            }
            ExprKind::Lookup { keys, on, .. } => {
                keys.iter().flatten().for_each(&mut *visit);
                on.iter().for_each(&mut *visit);
            }
            ExprKind::Aggregate { each, body, .. }
            | ExprKind::Quantified(_, each, body)
            | ExprKind::Group(each, body) => {
                each.parts(visit);
                visit(body);
            }
            ExprKind::CountEach(each) => each.parts(visit),
            ExprKind::The { each, by, .. } => {
                each.parts(visit);
                visit(by);
            }
            ExprKind::Walk(walk) => {
                walk.each.parts(visit);
                walk.state.iter().for_each(|(_, first)| visit(first));
                for step in &walk.steps {
                    match step {
                        WalkStep::Let(_, value) | WalkStep::Next(_, value) => visit(value),
                        WalkStep::Keep(row, when) => {
                            visit(row);
                            when.iter().for_each(&mut *visit);
                        }
                    }
                }
            }
            ExprKind::Allocate { parts, round, .. } => {
                parts.iter().for_each(&mut *visit);
                round.parts(visit);
            }
            ExprKind::Template(template) => template.parts(visit),
        }
    }
}

impl Each {
    /// The lists, the filter and the sort keys.
    pub fn parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.binders.iter().for_each(|(_, list)| visit(list));
        self.filter.iter().for_each(&mut *visit);
        self.sort.iter().for_each(|(key, _)| visit(key));
    }
}

impl Stage {
    /// The bound, discount or step.
    pub fn parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.kind {
            StageKind::LessPercent(expr)
            | StageKind::LessAmount(expr)
            | StageKind::PlusPercent(expr)
            | StageKind::PlusAmount(expr)
            | StageKind::Minimum(expr, _)
            | StageKind::Maximum(expr, _) => visit(expr),
            StageKind::Rounded(to) => to.parts(visit),
        }
    }
}

impl RoundTo {
    /// The step, where it is an expression.
    pub fn parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        if let RoundStep::Expr(step) | RoundStep::OwnOf(_, _, step) = &self.step {
            visit(step);
        }
    }
}

impl Template {
    /// The expressions that are filled in.
    pub fn parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        for piece in &self.pieces {
            if let TemplatePiece::Fill(expr) = piece {
                visit(expr);
            }
        }
    }
}

impl Program {
    /// Calls `visit` with each whole expression of the rules; those of tests are left out.
    pub fn parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.inputs.iter().filter_map(|field| field.default.as_ref()).for_each(&mut *visit);
        self.priced_on.iter().for_each(&mut *visit);
        self.definitions.iter().for_each(|definition| definition.parts(visit));
        self.functions.iter().for_each(|function| visit(&function.body));
        self.tiers.iter().for_each(|tiers| tiers.parts(visit));
        self.windows.iter().for_each(|windows| visit(&windows.zone));
        self.charges.iter().for_each(|charge| charge.parts(visit));
        self.total.iter().for_each(|stage| visit(&stage.bound));
        for notice in self.flags.iter().chain(&self.refusals) {
            visit(&notice.when);
            notice.message.parts(visit);
        }
        self.round_total.iter().for_each(|round| round.parts(visit));
    }
}

impl Charge {
    /// Its list, amount, condition, reason and exceptions.
    pub fn parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.each.iter().for_each(|each| each.parts(visit));
        self.when.iter().for_each(&mut *visit);
        match &self.amount {
            ChargeAmount::Expr(amount) => visit(amount),
            ChargeAmount::Group(group) => {
                for option in &group.options {
                    visit(&option.amount);
                    option.when.iter().for_each(&mut *visit);
                }
                group.stages.iter().for_each(|stage| stage.parts(visit));
            }
        }
        self.label.iter().chain(&self.because).for_each(|text| text.parts(visit));
        if let Some((quantity, price)) = &self.shown {
            visit(quantity);
            price.iter().for_each(&mut *visit);
        }
        self.booking.iter().for_each(|round| round.parts(visit));
        exceptions(&self.exceptions, visit);
    }
}

fn exceptions<'a>(all: &'a [Exception], visit: &mut dyn FnMut(&'a Expr)) {
    for exception in all {
        visit(&exception.when);
        visit(&exception.value);
        exception.booking.iter().for_each(|round| round.parts(visit));
        exception.because.iter().for_each(|because| because.parts(visit));
        exceptions(&exception.exceptions, visit);
    }
}

impl Definition {
    /// The value and the exceptions to it.
    pub fn parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        visit(&self.value);
        exceptions(&self.exceptions, visit);
    }
}

impl Tiers {
    /// The list that the tiers come from, if any, and their bounds, prices and rounding.
    pub fn parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        match &self.rows {
            TierRows::Written(tiers) => tiers.iter().for_each(|tier| tier.parts(visit)),
            TierRows::Each { list, tier, .. } => {
                visit(list);
                tier.parts(visit);
            }
        }
        self.each_rounded.iter().for_each(|round| round.parts(visit));
    }
}

impl Tier {
    /// Its bound and its prices.
    pub fn parts<'a>(&'a self, visit: &mut dyn FnMut(&'a Expr)) {
        self.bound.iter().for_each(|(bound, _)| visit(bound));
        for part in &self.parts {
            match part {
                TierPart::Rate { rate: expr, .. } | TierPart::Flat(expr) => visit(expr),
                TierPart::PerStep { amount, step, .. } => {
                    visit(amount);
                    visit(step);
                }
            }
        }
    }
}
