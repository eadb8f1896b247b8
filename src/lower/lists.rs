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
                let (each, body) = self.each_with(each, false, body);
                Form::Aggregate(*kind, each, body, *if_any, months)
            }
            K::AggregateValues(kind, values) => Form::AggregateValues(*kind, self.expressions(values)),
            K::AggregateList(kind, list, if_any) => Form::AggregateList(*kind, self.expression(list), *if_any, months),
            K::Count(list) => Form::Count(self.expression(list)),
            K::CountEach(each) => Form::CountEach(self.each(each, false, |_| ()).0),
            K::Quantified(any, each, condition) => {
                let (each, condition) = self.each_with(each, false, condition);
                Form::Quantified(*any, each, condition)
            }
            K::FirstLast(first, list, if_any) => Form::FirstLast(*first, self.expression(list), *if_any),
            K::The { each, greatest, by, tie_last, if_any } => {
                let (each, by) = self.each_with(each, true, by);
                Form::The(each, by, *greatest, *tie_last, *if_any)
            }
            K::Group(each, by) => {
                let (each, by) = self.each_with(each, true, by);
                Form::Group(each, by)
            }
            K::Walk(walk) => self.walk(walk),
            // Everything else is lowered elsewhere; a list of nothing stands for what cannot be.
            _ => Form::List(Box::new([])),
        }
    }

    /// Lists whose elements are visited, and what is done with each element; `whole` where the visit itself asks for the elements.
    pub(super) fn each<T>(&mut self, each: &Each, whole: bool, body: impl FnOnce(&mut Self) -> T) -> (EachForm, T) {
        let lists: Vec<Source> = each.binders.iter().map(|(_, list)| self.source(list)).collect();
        let outer = self.elements.len();
        for (slot, _) in &each.binders {
            let element = self.local(*slot);
            self.elements.push(Element { element, whole, fields: Vec::new() });
        }
        let filter = each.filter.as_ref().map(|filter| self.source(filter));
        let sort = each.sort.iter().map(|(key, descending)| (self.source(key), *descending)).collect();
        let result = body(self);
        let elements = self.elements.split_off(outer);
        let binders = elements.into_iter().zip(lists).map(|(Element { element, whole, fields }, list)| Binder {
            element,
            whole,
            fields: fields.into(),
            list,
        });
        (EachForm { binders: binders.collect(), filter, sort }, result)
    }

    fn each_with(&mut self, each: &Each, whole: bool, body: &Expr) -> (EachForm, Source) {
        self.each(each, whole, |this| this.source(body))
    }

    /// The register of a field of an element that is being visited, where it fits a word: the visit puts it there.
    pub(super) fn field_of_element(&mut self, record: &Expr, field: u16, ty: &Type) -> Option<Reg> {
        let at = self.visited(record)?;
        let register = self.visited_field(record, field, ty)?;
        let whole = self.elements.get(at)?.whole;
        self.expression(record); // told to an observer, and as deep as any other
        self.elements.get_mut(at)?.whole = whole;
        Some(register)
    }

    /// The register of such a field.
    pub(super) fn visited_field(&mut self, record: &Expr, field: u16, ty: &Type) -> Option<Reg> {
        let at = self.visited(record).filter(|_| fits_word(ty))?;
        let free = Reg(self.frame.next);
        let visited = self.elements.get_mut(at)?;
        if let Some((_, known)) = visited.fields.iter().find(|(other, _)| *other == field) {
            return Some(*known);
        }
        visited.fields.push((field, free));
        Some(self.temporary())
    }

    /// The place of an element among those that are being visited.
    fn visited(&self, element: &Expr) -> Option<usize> {
        let K::Local(slot) = element.kind else { return None };
        let element = self.local(slot);
        self.elements.iter().rposition(|visited| visited.element == element)
    }

    fn walk(&mut self, walk: &Walk) -> Form {
        let (each, (state, steps)) = self.each(&walk.each, false, |this| {
            let state = walk.state.iter().map(|(slot, first)| (this.local(*slot), this.source(first))).collect();
            let steps = walk.steps.iter().map(|step| match step {
                WalkStep::Let(slot, value) => StepForm::Let(this.local(*slot), this.source(value)),
                WalkStep::Keep(value, when) => {
                    StepForm::Keep(this.source(value), when.as_ref().map(|when| this.source(when)))
                }
                WalkStep::Next(slot, value) => StepForm::Next(this.local(*slot), this.source(value)),
            });
            (state, steps.collect())
        });
        Form::Walk(each, state, steps)
    }
}

/// An element that is visited while what is done with it is lowered.
#[derive(Debug)]
pub(super) struct Element {
    /// Its register.
    pub(super) element: Reg,
    /// Whether it is asked for itself.
    pub(super) whole: bool,
    /// Its fields that are asked for.
    fields: Vec<(u16, Reg)>,
}

/// Whether values of a type fit a word, but for numbers that are too long.
fn fits_word(ty: &Type) -> bool {
    let ty = ty.present();
    ty.is_numeric() || matches!(ty, Type::YesNo | Type::Enum(_) | Type::Date | Type::Months | Type::Row(_))
}
