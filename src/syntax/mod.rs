//! Text to tree and back: the only user of the grammar.

pub mod ast;
