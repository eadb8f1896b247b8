//! A problem as a workflow annotation of GitHub: `::error file=…,line=…::message`.

use super::{Problem, json::severity};

/// The annotation, on one line.
pub fn render(problem: &Problem) -> String {
    let diagnostic = &problem.diagnostic;
    let span = diagnostic.primary.span;
    let mut place = String::new();
    if let Some(file) = problem.sources.file(span.file) {
        let (start, end) = (file.place(span.start), file.place(span.end));
        place = format!(
            "file={},line={},endLine={},col={},endColumn={},",
            property(&problem.path(span)),
            start.line,
            end.line,
            start.column,
            end.column
        );
    }
    let mut message = diagnostic.title.clone();
    if !diagnostic.primary.text.is_empty() {
        message.push_str(": ");
        message.push_str(&diagnostic.primary.text);
    }
    if let Some(help) = &diagnostic.help {
        message.push_str("\nhelp: ");
        message.push_str(help);
    }
    annotation(severity(diagnostic.severity), &place, &diagnostic.code.to_string(), &message)
}

/// An annotation; `place` is empty or `file=…,line=…,`.
pub fn annotation(level: &str, place: &str, title: &str, message: &str) -> String {
    format!("::{level} {place}title={}::{}", property(title), data(message))
}

/// A message, escaped as workflow commands need it.
pub fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property, escaped as workflow commands need it.
pub fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_command_is_escaped() {
        assert_eq!(annotation("error", "", "a:b", "100%\nno"), "::error title=a%3Ab::100%25%0Ano");
    }
}
