//! The tree becomes a program, or diagnostics.
//!
//! Texts come through a [`Loader`]; the checker itself knows no files.

use crate::diagnostic::Diagnostic;
use crate::program::Program;
use crate::source::SourceMap;
use std::sync::Arc;

/// Where the texts that a rule set names come from: imports, base rule sets, CSV tables and test books.
pub trait Loader {
    /// The text at a path, which is relative to the folder of the main file, uses `/`, and holds no `..` that leaves the root.
    ///
    /// # Errors
    /// Why there is no such text, in words for the author: `no such file`.
    fn load(&self, path: &str) -> Result<String, String>;
}

/// What checking gave: the program where there was no error, and everything found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The texts read, for showing diagnostics.
    pub sources: Arc<SourceMap>,
    /// The program; absent where a diagnostic is an error.
    pub program: Option<Program>,
    /// Errors and warnings in the order of their places.
    pub diagnostics: Vec<Diagnostic>,
}
