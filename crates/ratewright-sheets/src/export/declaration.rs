//! The declaration of a table that is read from an exported file.

use ratewright::program::Program;
use ratewright::source::{FileId, Span};
use ratewright::syntax::{self, ast};
use ratewright::table::{Column, HitPolicy, Role, Table};
use std::collections::HashMap;

/// The declaration before the name of the file, and after it.
pub(super) fn of(program: &Program, table: &Table) -> Result<(String, String), String> {
    let name = program.sources.text(table.span);
    let before = format!("table {name} {} from ", policy(table));
    let mut after = String::from(" {\n");
    let mut types = Types::default();
    for column in &table.columns {
        let line = match column.role {
            Role::Valid => "valid".to_owned(),
            role => {
                let (name, ty) = types.of(program, column)?;
                let arrow = if role == Role::Value { "-> " } else { "" };
                let by = match role {
                    Role::Range => " by range",
                    Role::Break => " by break",
                    Role::NextRow => " by next row",
                    Role::LongestPrefix => " by longest prefix",
                    Role::Exact | Role::Valid | Role::Value => "",
                };
                format!("{arrow}{name} : {ty}{by}")
            }
        };
        after.push_str(&format!("    {line}\n"));
    }
    after.push_str("}\n");
    Ok((before, after))
}

fn policy(table: &Table) -> String {
    match &table.policy {
        HitPolicy::Unique => "unique".into(),
        HitPolicy::First => "first".into(),
        HitPolicy::Any => "any".into(),
        HitPolicy::MostSpecific => "most specific".into(),
        HitPolicy::Priority(highest, column) => {
            let name = table.columns.get(*column as usize).map_or("", |column| column.name.as_str());
            format!("priority {} {name}", if *highest { "highest" } else { "lowest" })
        }
        HitPolicy::Collect(collect) => {
            let word = match collect {
                ast::Collect::Sum => "sum",
                ast::Collect::Min => "min",
                ast::Collect::Max => "max",
                ast::Collect::Count => "count",
                ast::Collect::List => "list",
            };
            format!("collect {word}")
        }
    }
}

/// The columns of all tables of the files that were looked at, by their place: how their name and type are written.
#[derive(Default)]
struct Types {
    files: Vec<FileId>,
    columns: HashMap<Span, (String, String)>,
}

impl Types {
    fn of(&mut self, program: &Program, column: &Column) -> Result<(String, String), String> {
        let file = column.span.file;
        if !self.files.contains(&file) {
            self.files.push(file);
            let text = program.sources.file(file).map_or("", |file| &*file.text);
            let (tree, _) = syntax::parse(file, text);
            for item in &tree.items {
                self.take(program, &item.kind);
            }
        }
        self.columns
            .get(&column.span)
            .cloned()
            .ok_or_else(|| format!("the column `{}` is declared nowhere", column.name))
    }

    fn take(&mut self, program: &Program, item: &ast::ItemKind) {
        match item {
            ast::ItemKind::Table(table) => {
                for column in &table.columns {
                    let text = |span: Span| program.sources.text(span).to_owned();
                    if let Some(ty) = &column.ty {
                        self.columns.insert(column.span, (text(column.name.span), text(ty.span)));
                    }
                }
            }
            ast::ItemKind::Override(inner) => self.take(program, &inner.kind),
            _ => {}
        }
    }
}
