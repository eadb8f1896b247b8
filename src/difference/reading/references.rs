//! What stands for something with a name: inputs, definitions, charges, parameters, look-ups, calls.

use super::super::Kind;
use super::super::form::{Form, Head, Order};
use super::{Reading, Scaled, exactly};
use crate::program::{Expr, ExprKind};
use crate::source::Span;
use crate::types::Type;
use crate::value::Number;

impl Reading<'_> {
    /// What stands for something with a name.
    pub(super) fn reference(&mut self, expr: &Expr) -> Option<Scaled> {
        let (program, names, span) = (self.program, self.names, expr.span());
        let found = match &expr.kind {
            ExprKind::Input(slot) => {
                let field = program.inputs.get(*slot as usize)?;
                self.named(Kind::Input, names.of(Kind::Input, u32::from(*slot)), &field.ty, span)
            }
            ExprKind::Definition(id) => {
                let definition = program.definitions.get(id.0 as usize)?;
                self.named(names.definition(*id), names.of(Kind::Let, id.0), &definition.value.ty, span)
            }
            ExprKind::Charge(id) => {
                let unit = Type::In(program.charges.get(id.0 as usize)?.unit.clone());
                self.named(Kind::Charge, names.of(Kind::Charge, id.0), &unit, span)
            }
            ExprKind::IsApplied(id) => {
                let charge = self.named(Kind::Charge, names.of(Kind::Charge, id.0), &Type::Text, span).form;
                exactly(Form::of("is applied", vec![charge], span))
            }
            ExprKind::SumApplied(ids) => {
                let unit =
                    ids.first().and_then(|id| program.charges.get(id.0 as usize)).map(|c| Type::In(c.unit.clone()));
                let one = |id: &crate::program::ChargeId| {
                    let name = names.of(Kind::Charge, id.0);
                    self.named(Kind::Charge, name.clone(), &Type::Text, span).form.saying(name)
                };
                let form = Form::free("sum of applied", ids.iter().map(one).collect(), span);
                self.in_unit(form, &unit.unwrap_or(Type::Number))
            }
            ExprKind::Parameter(id, on) => {
                let parameter = program.parameters.get(id.0 as usize)?;
                let name = names.of(Kind::Parameter, id.0);
                let parts = on.iter().map(|on| self.raw(on)).collect();
                let form = Form::new(Head::Named(Kind::Parameter, name), Order::Fixed, parts, span);
                self.in_unit(form, &parameter.ty)
            }
            ExprKind::Lookup { table, keys, on, if_any, rows } => {
                let columns: Vec<_> = program.tables.get(table.0 as usize)?.keys().map(|(_, column)| column).collect();
                let mut parts = Vec::with_capacity(keys.len());
                for (key, column) in keys.iter().zip(columns) {
                    let unit = self.factor(&column.ty);
                    let key = key.as_ref().map_or_else(|| Form::leaf("any", span), |key| self.counted(key, &unit));
                    let key_span = key.span;
                    parts.push(Form::of(format!("key {}", column.name), vec![key], key_span));
                }
                if let Some(on) = on {
                    let on_span = on.span();
                    parts.push(Form::of("on", vec![self.raw(on)], on_span));
                }
                parts.extend(if_any.then(|| Form::leaf("if any", span)));
                parts.extend(rows.then(|| Form::leaf("rows of", span)));
                let name = names.of(Kind::Table, table.0);
                exactly(Form::new(Head::Named(Kind::Table, name), Order::Run, parts, span))
            }
            ExprKind::Call(id, arguments) => {
                let function = program.functions.get(id.0 as usize)?;
                let types = function.params.iter().map(|(_, ty)| ty);
                self.call(Kind::Function, names.of(Kind::Function, id.0), (types, arguments), &function.body.ty, span)
            }
            ExprKind::Host(id, arguments) => {
                let host = program.hosts.get(id.0 as usize)?;
                let types = host.params.iter().map(|(_, ty)| ty);
                self.call(
                    Kind::HostFunction,
                    names.of(Kind::HostFunction, id.0),
                    (types, arguments),
                    &host.result,
                    span,
                )
            }
            ExprKind::Tiers(id, arguments) => {
                let tiers = program.tiers.get(id.0 as usize)?;
                let types = std::iter::once(&tiers.over).chain(tiers.params.iter().map(|(_, ty)| ty));
                self.call(Kind::Tiers, names.of(Kind::Tiers, id.0), (types, arguments), &tiers.result, span)
            }
            ExprKind::WithinWindows(inner, id) => {
                let windows = self.named(Kind::Windows, names.of(Kind::Windows, id.0), &Type::Text, span).form;
                exactly(Form::of("is within", vec![self.raw(inner), windows], span))
            }
            ExprKind::WithinCalendar(inner, id) => {
                let calendar = self.named(Kind::Calendar, names.of(Kind::Calendar, id.0), &Type::Text, span).form;
                exactly(Form::of("is within", vec![self.raw(inner), calendar], span))
            }
            ExprKind::Split(from, until, id) => {
                let windows = self.named(Kind::Windows, names.of(Kind::Windows, id.0), &Type::Text, span).form;
                exactly(Form::of("split", vec![self.raw(from), self.raw(until), windows], span))
            }
            _ => return None,
        };
        Some(found)
    }

    pub(super) fn call<'t>(
        &mut self,
        kind: Kind,
        name: String,
        (types, arguments): (impl Iterator<Item = &'t Type>, &[Expr]),
        result: &Type,
        span: Span,
    ) -> Scaled {
        let units: Vec<Number> = types.map(|ty| self.factor(ty)).collect();
        let parts = arguments.iter().zip(units).map(|(argument, unit)| self.counted(argument, &unit)).collect();
        self.in_unit(Form::new(Head::Named(kind, name), Order::Fixed, parts, span), result)
    }
}
