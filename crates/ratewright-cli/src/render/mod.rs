//! Problems of rule sets, as people, programs and continuous integration read them.
//!
//! [`human`] draws the text with its labels, [`json`] gives plain data, [`github`] gives workflow annotations. What reports of several
//! commands are made of stands here too: [`markup`], [`chart`] and [`stacked`] for pages, [`junit`] for build servers.
//! Spans are cut to the text and to whole characters, so that no problem can fail to be shown.

pub mod chart;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
pub mod markup;
pub mod stacked;

use ratewright::diagnostic::{Diagnostic, Severity};
use ratewright::source::{SourceMap, Span};
use std::ops::Range;
use std::sync::Arc;

/// One problem with the texts that it speaks of.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What it is.
    pub diagnostic: Diagnostic,
    /// The texts.
    pub sources: Arc<SourceMap>,
    /// The folder before the names of the texts, with its `/`; empty for the folder that the command runs in.
    pub folder: String,
}

impl Problem {
    /// The name of the file that a span is in, as seen from the folder that the command runs in.
    pub fn path(&self, span: Span) -> String {
        let name = self.sources.file(span.file).map_or("", |file| &*file.name);
        if name.starts_with('/') || self.folder.is_empty() {
            name.to_owned()
        } else {
            tidy(&format!("{}{name}", self.folder))
        }
    }

    /// What makes two reports of a problem the same one: a module is read again for each rule set that imports it.
    pub fn identity(&self) -> (String, Span, u16, String) {
        let span = self.diagnostic.primary.span;
        let place = Span { file: Default::default(), ..span };
        (self.path(span), place, self.diagnostic.code.0, self.diagnostic.title.clone())
    }

    /// Whether it keeps the rule set from being used.
    pub fn is_error(&self) -> bool {
        self.diagnostic.severity == Severity::Error
    }
}

/// The path of a file in a folder, `folder` with its `/` or empty; an absolute name is kept.
pub fn under(folder: &str, name: &str) -> String {
    if name.starts_with('/') { name.to_owned() } else { tidy(&format!("{folder}{name}")) }
}

/// `a/b/../c` as `a/c`.
fn tidy(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| !last.is_empty() && *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// The bytes of a span, cut to the text and to whole characters.
fn bytes(text: &str, span: Span) -> Range<usize> {
    let mut start = (span.start as usize).min(text.len());
    let mut end = (span.end as usize).clamp(start, text.len());
    while !text.is_char_boundary(start) {
        start = start.saturating_sub(1);
    }
    while !text.is_char_boundary(end) {
        end = end.saturating_add(1);
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratewright::source::SourceMap;

    #[test]
    fn paths_lose_their_detours() {
        assert_eq!(tidy("rules/acme/../base/a.rules"), "rules/base/a.rules");
        assert_eq!(tidy("./a.rules"), "a.rules");
        assert_eq!(tidy("../../a.rules"), "../../a.rules");
    }

    #[test]
    fn spans_are_cut_to_the_text() {
        let mut sources = SourceMap::default();
        let file = sources.add("a.rules", "运费");
        assert_eq!(bytes("运费", Span::new(file, 1, 4)), 0..6);
        assert_eq!(bytes("运费", Span::new(file, 9, 12)), 6..6);
    }
}
