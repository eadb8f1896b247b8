//! Columns of a table and fields of a record that nothing reads.

use super::Look;
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Expr, ExprKind as K, TemplatePiece};
use crate::table::{HitPolicy, Role};
use crate::types::{RecordType, Type};
use std::collections::BTreeSet;

impl Look<'_> {
    pub(super) fn unread(&mut self) {
        let program = self.program;
        if program.extends.is_some() {
            return; // the base is read as a whole
        }
        let mut read: BTreeSet<(u32, u16)> = BTreeSet::new();
        let mut whole: BTreeSet<u32> = BTreeSet::new();
        let mut looked_up: BTreeSet<u32> = BTreeSet::new();
        let mut fields: Vec<(&RecordType, u16)> = Vec::new();
        let mut records: Vec<&RecordType> = Vec::new();
        program.parts(&mut |root: &Expr| {
            root.walk(&mut |expr| match &expr.kind {
                K::Column(row, at) => {
                    if let Type::Row(table) = row.ty.present() {
                        read.insert((table.0, *at));
                    }
                }
                K::Field(inner, at) => {
                    if let Type::Record(record) = inner.ty.present() {
                        fields.push((record, *at));
                    }
                }
                K::Lookup { table, .. } => {
                    looked_up.insert(table.0);
                }
                K::Compare(..) | K::OneOf(..) | K::InList(..) | K::Library(..) | K::Host(..) | K::Group(..) => {
                    expr.parts(&mut |part| wholes(&part.ty, &mut whole, &mut records));
                }
                K::AggregateList(_, list, _) => wholes(&list.ty, &mut whole, &mut records),
                K::Template(template) => {
                    for piece in &template.pieces {
                        if let TemplatePiece::Fill(filled) = piece {
                            wholes(&filled.ty, &mut whole, &mut records);
                        }
                    }
                }
                _ => {}
            });
        });
        for output in &program.outputs {
            if let Some(definition) = program.definitions.get(output.definition.0 as usize) {
                wholes(&definition.value.ty, &mut whole, &mut records);
            }
        }
        self.columns_unread(&read, &whole, &looked_up);
        self.fields_unread(&fields, &records);
    }

    fn columns_unread(&mut self, read: &BTreeSet<(u32, u16)>, whole: &BTreeSet<u32>, looked_up: &BTreeSet<u32>) {
        let main = self.sources.files().next().map(|(id, _)| id);
        for (id, table) in (0_u32..).zip(&self.program.tables) {
            if whole.contains(&id) || !looked_up.contains(&id) || Some(table.span.file) != main {
                continue;
            }
            let values = || (0_u16..).zip(&table.columns).filter(|(_, column)| column.role == Role::Value);
            let used = |at: u16| {
                let decides = matches!(table.policy, HitPolicy::Priority(_, by) if by == at);
                read.contains(&(id, at)) || decides
            };
            if values().filter(|(at, _)| used(*at)).count() == 0 {
                continue; // what counts is that a row is there
            }
            for (_, column) in values().filter(|(at, _)| !used(*at)) {
                let title = format!("nothing reads the column `{}` of `{}`", column.name, table.name);
                let help = "is it meant where another column is read? else take it out, or list it after `ignoring`";
                self.say(Diagnostic::warning(codes::UNREAD, title, column.span, "never read").help(help));
            }
        }
    }

    fn fields_unread(&mut self, fields: &[(&RecordType, u16)], wholes: &[&RecordType]) {
        let program = self.program;
        let main = self.sources.files().next().map(|(id, _)| id);
        for (record, declared) in program.records.iter().zip(&program.record_fields) {
            let of_input = program.inputs.iter().any(|input| holds(&input.ty, record));
            let read = |at: u16| fields.iter().any(|(other, field)| *field == at && *other == &**record);
            let as_whole = wholes.iter().any(|other| *other == &**record);
            if !of_input || as_whole || !(0_u16..).zip(declared).any(|(at, _)| read(at)) {
                continue;
            }
            for (_, field) in (0_u16..).zip(declared).filter(|(at, field)| !read(*at) && Some(field.span.file) == main)
            {
                let title = format!("nothing reads the field `{}` of `{}`", field.name, record.name);
                let help =
                    "is it meant where another field is read? else take it out, so that callers need not send it";
                self.say(Diagnostic::warning(codes::UNREAD, title, field.span, "never read").help(help));
            }
        }
    }
}

/// The tables and records whose values as a whole a type has.
fn wholes<'t>(ty: &'t Type, tables: &mut BTreeSet<u32>, records: &mut Vec<&'t RecordType>) {
    match ty {
        Type::Row(table) => {
            tables.insert(table.0);
        }
        Type::Record(record) => {
            records.push(record);
            record.fields.iter().for_each(|field| wholes(&field.ty, tables, records));
        }
        Type::List(inner) | Type::Optional(inner) => wholes(inner, tables, records),
        _ => {}
    }
}

/// Whether values of a record stand in those of a type.
fn holds(ty: &Type, record: &RecordType) -> bool {
    match ty {
        Type::Record(own) => **own == *record || own.fields.iter().any(|field| holds(&field.ty, record)),
        Type::List(inner) | Type::Optional(inner) => holds(inner, record),
        _ => false,
    }
}
