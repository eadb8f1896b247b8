//! The declaration of a table that is read from an exported file.

use crate::declared::Declared;
use ratewright::program::Program;
use ratewright::syntax::ast;
use ratewright::table::{HitPolicy, Role, Table};

/// The declaration before the name of the file, and after it.
pub(super) fn of(program: &Program, table: &Table) -> Result<(String, String), String> {
    let name = program.sources.text(table.span);
    let before = format!("table {name} {} from ", policy(table));
    let mut after = String::from(" {\n");
    let mut declared = Declared::default();
    for column in &table.columns {
        let line = match column.role {
            Role::Valid => "valid".to_owned(),
            role => {
                let written = declared.of(program, column)?;
                let (name, ty) = (&written.name, &written.ty);
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
