//! Random rule sets as source text, and inputs for them as JSON, from a deterministic source of choices.
//!
//! Most are well typed by construction: every expression is written for the type that is wanted, out of names in scope. A share is raw:
//! such a text with some of its words swapped, left out or doubled. The same choices give the same program on every machine, and
//! choices of zero give the simplest one.

mod cells;
mod charges;
mod choices;
mod conditions;
mod decimal;
mod expression;
mod files;
mod inputs;
mod items;
mod lists;
mod literals;
mod mutate;
mod raw;
mod shapes;
pub mod shrink;
mod table_rules;
mod tables;
mod tiers;
mod time;
mod types;
mod writer;

pub use choices::Choices;
pub use files::program;
pub use inputs::inputs;
pub use mutate::mutate;
pub use raw::raw;
pub use table_rules::table_program;
pub use writer::Feature;
use writer::Landmark;

use std::collections::{BTreeMap, BTreeSet};

/// A random rule set.
#[derive(Debug, Clone)]
pub struct Program {
    /// Path and text of each file, the rule set's own first.
    pub files: Vec<(String, String)>,
    /// The constructs that it has.
    pub features: BTreeSet<Feature>,
    /// What it declares as its input.
    pub(crate) fields: Vec<inputs::Field>,
    /// Values near which something changes, by type.
    pub(crate) landmarks: BTreeMap<String, Vec<Landmark>>,
    enums: Vec<(String, Vec<String>)>,
    records: Vec<(String, Vec<inputs::Field>)>,
}

impl Program {
    /// The path of the rule set's own file.
    pub fn main(&self) -> &str {
        self.files.first().map_or("", |file| file.0.as_str())
    }

    /// The same inputs for other texts.
    pub fn with_files(&self, files: Vec<(String, String)>) -> Program {
        Program { files, ..self.clone() }
    }

    /// All texts, one behind the other, for people.
    pub fn text(&self) -> String {
        let files = self.files.iter().map(|(path, text)| format!("# ---- {path}\n{text}"));
        files.collect::<Vec<_>>().join("\n")
    }
}
