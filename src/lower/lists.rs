//! Expressions over lists: what is done with each element is code of its own.

use super::Lowering;
use crate::program::code::*;
use crate::program::{Each, Expr, ExprKind as K, Walk, WalkStep};
use crate::types::Type;

impl Lowering<'_> {
    pub(super) fn list_form(&mut self, expr: &Expr) -> Form {
        let months = expr.ty == Type::Months;
        match &expr.kind {
            K::Aggregate { kind, each, body, if_any } => {
                let (each, body) = self.each_with(each, body);
                Form::Aggregate(*kind, each, body, *if_any, months)
            }
            K::AggregateValues(kind, values) => Form::AggregateValues(*kind, self.expressions(values)),
            K::AggregateList(kind, list, if_any) => Form::AggregateList(*kind, self.expression(list), *if_any, months),
            K::Count(list) => Form::Count(self.expression(list)),
            K::CountEach(each) => Form::CountEach(self.each(each)),
            K::Quantified(any, each, condition) => {
                let (each, condition) = self.each_with(each, condition);
                Form::Quantified(*any, each, condition)
            }
            K::FirstLast(first, list, if_any) => Form::FirstLast(*first, self.expression(list), *if_any),
            K::The { each, greatest, by, tie_last, if_any } => {
                let (each, by) = self.each_with(each, by);
                Form::The(each, by, *greatest, *tie_last, *if_any)
            }
            K::Group(each, by) => {
                let (each, by) = self.each_with(each, by);
                Form::Group(each, by)
            }
            K::Walk(walk) => self.walk(walk),
            // Everything else is lowered elsewhere; a list of nothing stands for what cannot be.
            _ => Form::List(Box::new([])),
        }
    }

    pub(super) fn each(&mut self, each: &Each) -> EachForm {
        let binders: Vec<Source> = each.binders.iter().map(|(_, list)| self.source(list)).collect();
        let elements = each.binders.iter().map(|(slot, _)| self.local(*slot));
        let binders = elements.zip(binders).collect();
        let filter = each.filter.as_ref().map(|filter| self.source(filter));
        let sort = each.sort.iter().map(|(key, descending)| (self.source(key), *descending)).collect();
        EachForm { binders, filter, sort }
    }

    fn each_with(&mut self, each: &Each, body: &Expr) -> (EachForm, Source) {
        let each = self.each(each);
        let body = self.source(body);
        (each, body)
    }

    fn walk(&mut self, walk: &Walk) -> Form {
        let each = self.each(&walk.each);
        let state = walk.state.iter().map(|(slot, first)| (self.local(*slot), self.source(first))).collect();
        let steps = walk.steps.iter().map(|step| match step {
            WalkStep::Let(slot, value) => StepForm::Let(self.local(*slot), self.source(value)),
            WalkStep::Keep(value, when) => {
                StepForm::Keep(self.source(value), when.as_ref().map(|when| self.source(when)))
            }
            WalkStep::Next(slot, value) => StepForm::Next(self.local(*slot), self.source(value)),
        });
        Form::Walk(each, state, steps.collect())
    }
}
