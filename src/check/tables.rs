//! Tables as written, or as read from CSV files, become typed tables.

use super::Loader;
use crate::diagnostic::Diagnostic;
use crate::program::{EnumType, Period};
use crate::source::SourceMap;
use crate::syntax::ast;
use crate::table::Table;
use crate::types::{Type, Units};

/// What is needed to read cells and files.
pub(crate) struct TableContext<'a> {
    pub units: &'a mut Units,
    pub enums: &'a [EnumType],
    pub sources: &'a mut SourceMap,
    pub loader: &'a dyn Loader,
    /// The folder of the file that declares the table, from the loader's root.
    pub folder: &'a str,
    pub diagnostics: &'a mut Vec<Diagnostic>,
}

/// Builds the table of one or more versions, each with its period if it has one.
pub(crate) fn build(_: &mut TableContext, _: &[&ast::Table], _: &[Option<Type>], _: &[Option<Period>]) -> Option<Table> {
    None
}

/// Replaces the rows of a base's table that have the same keys.
pub(crate) fn override_rows(_: &mut TableContext, _: &mut Table, _: &ast::Table) {}
