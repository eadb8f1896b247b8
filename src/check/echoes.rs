//! Echoes: a name whose declaration is broken is not reported as unknown wherever it is used.
//!
//! Where something else is wrong, a declaration may be lost. A name that is unknown, but that the texts do declare, is then no
//! mistake of its own.

use crate::diagnostic::{Code, Diagnostic, Severity, codes};
use crate::source::SourceMap;
use std::collections::HashMap;

/// The words before a name, at the start of a line, that declare it.
const DECLARING: &[&str] = &[
    "let",
    "output",
    "parameter",
    "function",
    "host function",
    "table",
    "tiers",
    "charge",
    "enum",
    "record",
    "unit",
    "calendar",
    "windows",
];

/// How many names are searched for, so that a text of nothing but unknown names is checked in time.
const MOST_NAMES: usize = 200;

fn says_unknown(code: Code) -> bool {
    [codes::UNKNOWN_NAME, codes::UNKNOWN_TYPE, codes::UNKNOWN_UNIT].contains(&code)
}

/// Takes out what only follows from another error. A name that is `known` was declared, and is used for what it is not.
pub(super) fn drop_echoes(diagnostics: &mut Vec<Diagnostic>, sources: &SourceMap, known: &dyn Fn(&str) -> bool) {
    let cause = |d: &Diagnostic| d.severity == Severity::Error && !says_unknown(d.code);
    if !diagnostics.iter().any(cause) {
        return;
    }
    let mut declared: HashMap<String, bool> = HashMap::new();
    diagnostics.retain(|d| {
        let name = sources.text(d.primary.span);
        if !says_unknown(d.code) || !is_name(name) || known(name) || declared.len() >= MOST_NAMES {
            return true;
        }
        let in_texts = || sources.files().any(|(_, file)| declares(&file.text, name));
        !*declared.entry(name.to_string()).or_insert_with(in_texts)
    });
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Whether the text has `let NAME` and the like, or a line `NAME : …`.
fn declares(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).unwrap_or("");
        let after = text.get(at.saturating_add(name.len())..).unwrap_or("");
        let whole = !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
            && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let line = before.rsplit('\n').next().unwrap_or("");
        let field = line.trim().is_empty() && after.trim_start().starts_with(':');
        whole && (field || DECLARING.contains(&line.trim()))
    })
}
