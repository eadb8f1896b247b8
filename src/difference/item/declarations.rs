//! Inputs, records, enumerations, units, calendars and windows.

use super::super::form::{Form, Head, Order};
use super::super::{Kind, words as said};
use super::{Facet, Item, Lister, facet, fact, words};
use crate::eval::show;
use crate::program::{Calendar, EnumType, ExprKind, InputField, Windows};
use crate::source::Span;
use crate::types::{Base, RecordType, Type, UnitExpr, Units};
use crate::value::{Currency, Number, Value};
use std::sync::Arc;

impl<'p> Lister<'p> {
    pub(super) fn inputs(&self) -> Vec<Item> {
        let item = |(index, field): (usize, &InputField)| {
            let mut item = self.item(Kind::Input, &self.name(Kind::Input, index), index, field.span);
            item.label.clone_from(&field.label);
            item.facets = self.field(field, "");
            item
        };
        self.program.inputs.iter().enumerate().map(item).collect()
    }

    pub(super) fn field(&self, field: &InputField, before: &str) -> Vec<Facet> {
        let (program, span) = (self.program, field.span);
        let named = |aspect: &str| format!("{before}{aspect}");
        let mut facets = vec![
            fact(named("type"), self.type_words(&field.ty), span),
            fact(named("name on the wire"), format!("{:?}", field.wire), span),
        ];
        let reading = self.reading();
        let element = element_type(&field.ty);
        let end = |end: &(Value, bool), (with, without): (&str, &str)| {
            let (value, included) = end;
            let text = show::plain(program, &[], value, element);
            let text = format!("{} {text}", if *included { with } else { without });
            Form::of(format!("{included}"), vec![reading.constant(value, element, span)], span).saying(text)
        };
        let domain = &field.domain;
        facets.extend(domain.low.iter().map(|low| facet(named("lowest"), end(low, ("from", "over")))));
        facets.extend(domain.high.iter().map(|high| facet(named("highest"), end(high, ("up to", "under")))));
        facets.extend(domain.matching.iter().map(|one| fact(named("pattern"), format!("{:?}", one.text), span)));
        if !domain.currencies.is_empty() {
            let one = |currency: &Currency| Form::leaf(currency.code(), span).saying(currency.code());
            let form = Form::free("currencies", domain.currencies.iter().map(one).collect(), span);
            facets.push(facet(named("currencies"), form));
        }
        if let Some(default) = &field.default {
            let form = self.reading().form(default);
            let form = match &default.kind {
                ExprKind::Constant(value) => form.saying(show::show(program, value, &field.ty)),
                _ => form,
            };
            facets.push(facet(named("default"), form));
        }
        facets.extend(words(&named("label"), field.label.as_ref(), span));
        facets
    }

    pub(super) fn enumerations(&self) -> Vec<Item> {
        let item = |(index, one): (usize, &EnumType)| {
            let mut item = self.item(Kind::Enumeration, &self.name(Kind::Enumeration, index), index, one.span);
            let members = one.members.iter().map(|(name, _)| Form::leaf(&**name, one.span).saying(&**name)).collect();
            item.facets.push(facet("member", Form::free("members", members, one.span)));
            for (name, label) in &one.members {
                item.facets.extend(words(&format!("label of {name}"), label.as_ref(), one.span));
            }
            item
        };
        self.program.enums.iter().enumerate().map(item).collect()
    }

    pub(super) fn records(&self) -> Vec<Item> {
        let records = self.program.records.iter().zip(&self.program.record_fields).enumerate();
        let item = |(index, (record, fields)): (usize, (&Arc<RecordType>, &Vec<InputField>))| {
            let span = fields.first().map_or_else(Span::default, |field| field.span);
            let mut item = self.item(Kind::Record, &record.name, index, span);
            item.facets = fields.iter().flat_map(|field| self.field(field, &format!("{}, ", field.name))).collect();
            item
        };
        records.map(item).collect()
    }

    /// The units that authors declared, by name.
    pub(super) fn units(&self) -> Vec<Item> {
        let known = Units::default();
        let units = &self.program.units;
        let mut names: Vec<&str> = units.names().filter(|name| known.named(name).is_none()).collect();
        names.sort_unstable();
        let mut items = Vec::new();
        for (index, name) in names.into_iter().enumerate() {
            let Some((id, unit)) = units.named(name).and_then(|id| Some((id, units.get(id)?))) else { continue };
            let of_money = matches!(unit.base, Base::Money(_) | Base::Chosen(_)) && unit.factor == Number::ONE;
            if of_money && (Currency::parse(name).is_some() || matches!(unit.base, Base::Chosen(_))) {
                continue;
            }
            let dimension = self.reading().dimension(&UnitExpr::one(id));
            let text = format!("{} {dimension}", unit.factor);
            let mut item = Item { span: None, ..self.item(Kind::Unit, name, index, Span::default()) };
            item.facets.push(fact("size", text, Span::default()));
            items.push(item);
        }
        items
    }

    pub(super) fn calendars(&self) -> Vec<Item> {
        let item = |(index, calendar): (usize, &Calendar)| {
            let span = Span::default();
            let mut item =
                Item { span: None, ..self.item(Kind::Calendar, &self.name(Kind::Calendar, index), index, span) };
            let days = calendar.days.iter().map(|days| {
                let words = said::days(days);
                Form::leaf(words.clone(), span).saying(words)
            });
            item.facets.push(facet("day", Form::free("days", days.collect(), span)));
            item
        };
        self.program.calendars.iter().enumerate().map(item).collect()
    }

    pub(super) fn windows(&self) -> Vec<Item> {
        let item = |(index, windows): (usize, &Windows)| {
            let mut item = self.item(Kind::Windows, &self.name(Kind::Windows, index), index, windows.span);
            item.facets.push(facet("zone", self.reading().form(&windows.zone)));
            let lines = windows.lines.iter().map(|line| {
                let words = said::window(line, &|id| self.names.of(Kind::Calendar, id.0));
                let calendars = line.except.iter().chain(&line.only);
                let parts = calendars.map(|id| {
                    let head = Head::Named(Kind::Calendar, self.names.of(Kind::Calendar, id.0));
                    Form::new(head, Order::Fixed, Vec::new(), windows.span)
                });
                Form::of(words.clone(), parts.collect(), windows.span).saying(words)
            });
            item.facets.push(facet("hours", Form::free("lines", lines.collect(), windows.span)));
            item
        };
        self.program.windows.iter().enumerate().map(item).collect()
    }
}

/// The type of what a domain is about: of a list, of its elements.
fn element_type(ty: &Type) -> &Type {
    match ty.present() {
        Type::List(element) => element_type(element),
        other => other,
    }
}
