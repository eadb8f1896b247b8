//! Text to tree and back: the only user of the grammar.

pub mod ast;

/// Reads a file.
pub fn parse(id: crate::source::FileId, _: &str) -> (ast::File, Vec<crate::diagnostic::Diagnostic>) {
    (ast::File { id, header: None, items: vec![], comments: vec![] }, vec![])
}
