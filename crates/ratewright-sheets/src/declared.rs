//! How the columns of compiled tables are written in their declarations.

use ratewright::program::Program;
use ratewright::source::{FileId, Span};
use ratewright::syntax::{self, ast};
use ratewright::table::Column;
use std::collections::HashMap;

/// A column as its author wrote it.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    /// Its name, in backticks where it has some.
    pub name: String,
    /// Its type.
    pub ty: String,
    /// Its heading in a file.
    pub heading: String,
}

/// The columns of all tables of the files that were looked at, by their place.
#[derive(Default)]
pub(crate) struct Declared {
    files: Vec<FileId>,
    columns: HashMap<Span, Written>,
}

impl Declared {
    /// How a column is written; why that cannot be told.
    pub fn of(&mut self, program: &Program, column: &Column) -> Result<Written, String> {
        let file = column.span.file;
        if !self.files.contains(&file) {
            self.files.push(file);
            let text = program.sources.file(file).map_or("", |file| &*file.text);
            let (tree, _) = syntax::parse(file, text);
            for item in &tree.items {
                self.take(program, &item.kind);
            }
        }
        let found = self.columns.get(&column.span).cloned();
        found.ok_or_else(|| format!("the column `{}` is declared nowhere", column.name))
    }

    fn take(&mut self, program: &Program, item: &ast::ItemKind) {
        match item {
            ast::ItemKind::Table(table) => {
                for column in &table.columns {
                    let text = |span: Span| program.sources.text(span).to_owned();
                    let heading = column.heading.as_ref().map_or(&column.name.text, |heading| &heading.text).clone();
                    if let Some(ty) = &column.ty {
                        let written = Written { name: text(column.name.span), ty: text(ty.span), heading };
                        self.columns.insert(column.span, written);
                    }
                }
            }
            ast::ItemKind::Override(inner) => self.take(program, &inner.kind),
            _ => {}
        }
    }
}
