//! Charges, bounds on totals, flags and refusals.

use super::super::Kind;
use super::super::form::Form;
use super::super::reading::Reading;
use super::{Facet, Item, Lister, OPTION_ORDER, facet, fact, words};
use crate::program::{
    Charge, ChargeAmount, ChargeGroup, Exception, ExprKind, GroupOption, GroupPolicy, Notice, RoundTo, Template,
    TotalStage,
};
use crate::types::Type;
use crate::value::Value;
use std::sync::Arc;

impl<'p> Lister<'p> {
    pub(super) fn charges(&self) -> Vec<Item> {
        // What a contract took away stays in the program as a charge that never applies.
        let removed = |charge: &Charge| match &charge.when {
            Some(when) => when.span() == charge.span && matches!(when.kind, ExprKind::Constant(Value::YesNo(false))),
            None => false,
        };
        let charges = self.program.charges.iter().enumerate().filter(|(_, charge)| !removed(charge));
        charges.map(|(index, charge)| self.charge(index, charge)).collect()
    }

    pub(super) fn charge(&self, index: usize, charge: &Charge) -> Item {
        let mut item = self.item(Kind::Charge, &self.name(Kind::Charge, index), index, charge.span);
        item.hidden |= !charge.listed;
        item.label = charge.label.as_ref().and_then(Template::fixed).map(ToString::to_string);
        let (mut reading, mut facets) = (self.reading(), Vec::new());
        match &charge.each {
            Some(each) => {
                let span = charge.span;
                let list = reading.each(
                    each,
                    |reading| {
                        self.charge_facets(charge, reading, &mut facets);
                        Vec::new()
                    },
                    span,
                );
                facets.insert(0, facet("for each", Form::of("for each", list, span)));
            }
            None => self.charge_facets(charge, &mut reading, &mut facets),
        }
        item.facets = facets;
        item
    }

    pub(super) fn charge_facets(&self, charge: &Charge, reading: &mut Reading<'p>, facets: &mut Vec<Facet>) {
        let span = charge.span;
        match &charge.amount {
            ChargeAmount::Expr(amount) => facets.push(facet("amount", reading.form(amount))),
            ChargeAmount::Group(group) => {
                let ChargeGroup { policy, options, stages } = &**group;
                facets.push(fact("choice", format!("{policy:?}").to_lowercase(), span));
                let option = |option: &GroupOption| {
                    let amount = reading.form(&option.amount);
                    let when = option.when.iter().map(|when| reading.form(when)).collect();
                    let parts = vec![amount, Form::run("when", when, option.span)];
                    Form::of(format!("option {}", option.code), parts, option.span)
                        .titled(format!("option {}", option.code))
                };
                let parts = options.iter().map(option).collect();
                // Which of several counts is a matter of their order only for `first of`; of equal amounts, the first is named.
                let free = *policy != GroupPolicy::First;
                let form = if free { Form::free("options", parts, span) } else { Form::run("options", parts, span) };
                facets.push(facet("amount", form));
                if free {
                    let codes: Vec<&str> = options.iter().map(|option| &*option.code).collect();
                    facets.push(fact(OPTION_ORDER, codes.join(", "), span));
                }
                for option in options {
                    facets.extend(words(&format!("label of {}", option.code), option.label.as_ref(), option.span));
                }
                let unit = reading.factor(&Type::In(charge.unit.clone()));
                let stages: Vec<Form> = stages.iter().map(|stage| reading.stage(stage, &unit)).collect();
                facets.push(facet("stages", Form::run("stages", stages, span)));
            }
        }
        facets.extend(charge.when.iter().map(|when| facet("when", reading.form(when))));
        self.exceptions(&charge.exceptions, reading, "", facets);
        let unit = reading.factor(&Type::In(charge.unit.clone()));
        facets.push(fact("currency", reading.dimension(&charge.unit), span));
        let rounding = match &charge.booking {
            Some(round) => Some(("rounding", round)),
            // The amount rounds itself, and not what replaces it.
            None => booking_of(&charge.exceptions).map(|round| ("rounding of exceptions", round)),
        };
        if let Some((name, round)) = rounding {
            let form = reading.rounding(round, &unit, span);
            facets.push(facet(name, form.saying(self.rounding(round))));
        }
        if !charge.tags.is_empty() {
            let one = |tag: &Arc<str>| Form::leaf(&**tag, span).saying(&**tag);
            facets.push(facet("tag", Form::free("tags", charge.tags.iter().map(one).collect(), span)));
        }
        if let Some((quantity, price)) = &charge.shown {
            let mut parts = vec![reading.form(quantity)];
            parts.extend(price.iter().map(|price| reading.form(price)));
            facets.push(Facet { words: true, ..facet("shown as", Form::run("shown", parts, quantity.span())) });
        }
        facets.extend(self.reason("label", charge.label.as_ref(), reading));
        facets.extend(self.reason("because", charge.because.as_ref(), reading));
    }

    pub(super) fn totals(&self) -> Vec<Item> {
        let item = |(index, stage): (usize, &TotalStage)| {
            let mut item = self.item(Kind::Total, &stage.code, index, stage.span);
            item.label = stage.label.as_ref().map(ToString::to_string);
            let bound = self.reading().form(&stage.bound);
            item.facets.push(facet(if stage.maximum { "maximum" } else { "minimum" }, bound));
            item.facets.extend(words("label", stage.label.as_ref(), stage.span));
            item
        };
        self.program.total.iter().enumerate().map(item).collect()
    }

    pub(super) fn notices(&self, kind: Kind, notices: &[Notice]) -> Vec<Item> {
        let item = |(index, notice): (usize, &Notice)| {
            let mut item = self.item(kind, &notice.code, index, notice.span);
            let mut reading = self.reading();
            item.facets.push(facet("when", reading.form(&notice.when)));
            item.facets.extend(self.reason("message", Some(&notice.message), &mut reading));
            item
        };
        notices.iter().enumerate().map(item).collect()
    }
}

/// How exceptions are rounded when they are booked, as far as they do not say so themselves: all in one way.
fn booking_of(all: &[Exception]) -> Option<&Arc<RoundTo>> {
    all.iter().find_map(|exception| exception.booking.as_ref().or_else(|| booking_of(&exception.exceptions)))
}
