//! A problem as plain data, one shape for every program that reads it.

use super::{Problem, bytes};
use ratewright::diagnostic::{Label, Severity};
use ratewright::source::Span;
use serde_json::{Value, json};

/// The problem with its places as path, line and column (from 1, in characters) and bytes (from 0).
pub fn render(problem: &Problem) -> Value {
    let diagnostic = &problem.diagnostic;
    let label = |label: &Label| json!({ "text": label.text, "place": place(problem, label.span) });
    json!({
        "severity": severity(diagnostic.severity),
        "code": diagnostic.code.to_string(),
        "title": diagnostic.title,
        "primary": label(&diagnostic.primary),
        "secondary": diagnostic.secondary.iter().map(label).collect::<Vec<_>>(),
        "help": diagnostic.help,
        "edit": diagnostic.edit.as_ref().map(|edit| json!({ "place": place(problem, edit.span), "text": edit.text })),
    })
}

/// A span as data.
pub fn place(problem: &Problem, span: Span) -> Value {
    let Some(file) = problem.sources.file(span.file) else { return Value::Null };
    let range = bytes(&file.text, span);
    let (start, end) = (file.place(span.start), file.place(span.end));
    json!({
        "path": problem.path(span),
        "line": start.line, "column": start.column,
        "end_line": end.line, "end_column": end.column,
        "start": range.start, "end": range.end,
    })
}

/// The severity's word.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
