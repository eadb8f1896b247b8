//! The fixed limits of a rule file, the same on every host, checked before the grammar sees the text.
//!
//! Whoever walks a tree recursively needs room for [`TREE_DEPTH`] levels, and for no more.

/// The largest file, in bytes: 16 MiB.
pub const FILE_BYTES: usize = 16 * 1024 * 1024;

/// How deep brackets and braces, `if`, `not`, `of`, `has`, `otherwise`, `in` and minus signs may stand in each other.
pub const NESTING: usize = 64;

/// How many operators, stages and `else if` may follow each other in one expression, those around its brackets included.
pub const OPERATORS: usize = 1_000;

/// The longest name, in characters.
pub const NAME_CHARACTERS: usize = 200;

/// The longest text literal, in bytes between the quotes.
pub const TEXT_BYTES: usize = 10_000;

/// The deepest tree that [`NESTING`] and [`OPERATORS`] let through.
pub const TREE_DEPTH: usize = OPERATORS + 4 * NESTING;
