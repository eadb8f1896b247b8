//! What goes through lists, records and rows, in canonical form.

use super::expression::{Reading, Scope};
use super::writer::Writer;
use crate::program::{Aggregate, Each, Expr, ExprKind, Walk, WalkStep};
use crate::types::Type;

impl Reading<'_> {
    /// What goes through lists, records and rows; whether it is that.
    pub(super) fn list(&mut self, writer: &mut Writer, expr: &Expr, scope: &mut Scope) -> bool {
        match &expr.kind {
            ExprKind::Aggregate { kind, each, body, if_any } => {
                writer.text(&format!("{kind:?} for each {if_any}"));
                self.each(writer, each, scope, |reading, writer, scope| reading.expression(writer, body, scope));
            }
            ExprKind::AggregateValues(kind, values) => {
                writer.text(&format!("{kind:?} of values"));
                match kind {
                    Aggregate::List | Aggregate::Distinct => self.expressions(writer, values, scope),
                    Aggregate::Sum | Aggregate::Least | Aggregate::Greatest => self.unordered(writer, values, scope),
                }
            }
            ExprKind::AggregateList(kind, inner, if_any) => {
                writer.text(&format!("{kind:?} of list {if_any}"));
                self.expression(writer, inner, scope);
            }
            ExprKind::Count(inner) => {
                writer.text("count");
                self.expression(writer, inner, scope);
            }
            ExprKind::CountEach(each) => {
                writer.text("count each");
                self.each(writer, each, scope, |_, _, _| {});
            }
            ExprKind::Quantified(any, each, body) => {
                writer.text(if *any { "any" } else { "every" });
                self.each(writer, each, scope, |reading, writer, scope| reading.expression(writer, body, scope));
            }
            ExprKind::FirstLast(first, inner, if_any) => {
                writer.text(&format!("first {first} {if_any}"));
                self.expression(writer, inner, scope);
            }
            ExprKind::The { each, greatest, by, tie_last, if_any } => {
                writer.text(&format!("the {greatest} {tie_last} {if_any}"));
                self.each(writer, each, scope, |reading, writer, scope| reading.expression(writer, by, scope));
            }
            ExprKind::Group(each, by) => {
                writer.text("group");
                self.each(writer, each, scope, |reading, writer, scope| reading.expression(writer, by, scope));
            }
            ExprKind::Walk(walk) => self.walk(writer, walk, scope),
            ExprKind::List(elements) => {
                writer.text("list");
                self.expressions(writer, elements, scope);
            }
            ExprKind::Record(fields) => {
                writer.text("record");
                self.ty(writer, &expr.ty);
                self.expressions(writer, fields, scope);
            }
            ExprKind::OneOf(value, values) => {
                writer.text("one of");
                self.expression(writer, value, scope);
                self.unordered(writer, values, scope);
            }
            ExprKind::InList(value, list) => {
                writer.text("in list");
                self.expression(writer, value, scope);
                self.expression(writer, list, scope);
            }
            ExprKind::Field(inner, at) | ExprKind::Column(inner, at) => {
                writer.text("field");
                writer.optional(self.field_name(&inner.ty, *at).as_deref());
                self.expression(writer, inner, scope);
            }
            _ => return false,
        }
        true
    }

    /// The name of a field of a record, or of a column of a row.
    fn field_name(&self, ty: &Type, at: u16) -> Option<String> {
        match ty.present() {
            Type::Record(record) => record.fields.get(at as usize).map(|field| field.name.clone()),
            Type::Row(id) => {
                let table = self.program.tables.get(id.0 as usize)?;
                table.columns.get(at as usize).map(|column| column.name.clone())
            }
            _ => None,
        }
    }

    /// The lists, the filter and the order, then what sees the elements.
    pub(super) fn each(
        &mut self,
        writer: &mut Writer,
        each: &Each,
        scope: &mut Scope,
        body: impl FnOnce(&mut Self, &mut Writer, &mut Scope),
    ) {
        let outer = scope.0.len();
        writer.count(each.binders.len());
        each.binders.iter().for_each(|(_, list)| self.expression(writer, list, scope));
        scope.0.extend(each.binders.iter().map(|(slot, _)| *slot));
        self.maybe(writer, each.filter.as_ref(), scope);
        writer.count(each.sort.len());
        for (key, descending) in &each.sort {
            writer.yes_no(*descending);
            self.expression(writer, key, scope);
        }
        body(self, writer, scope);
        scope.0.truncate(outer);
    }

    fn walk(&mut self, writer: &mut Writer, walk: &Walk, scope: &mut Scope) {
        writer.text("walk");
        writer.count(walk.state.len());
        walk.state.iter().for_each(|(_, first)| self.expression(writer, first, scope));
        self.each(writer, &walk.each, scope, |reading, writer, scope| {
            scope.0.extend(walk.state.iter().map(|(slot, _)| *slot));
            writer.count(walk.steps.len());
            for step in &walk.steps {
                match step {
                    WalkStep::Let(slot, value) => {
                        writer.text("let");
                        reading.expression(writer, value, scope);
                        scope.0.push(*slot);
                    }
                    WalkStep::Keep(row, when) => {
                        writer.text("keep");
                        reading.expression(writer, row, scope);
                        reading.maybe(writer, when.as_ref(), scope);
                    }
                    WalkStep::Next(slot, value) => {
                        writer.text("next");
                        writer.count(scope.0.iter().rposition(|bound| bound == slot).unwrap_or(usize::MAX));
                        reading.expression(writer, value, scope);
                    }
                }
            }
        });
    }
}
