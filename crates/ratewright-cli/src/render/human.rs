//! A problem as a drawing of its text: what rustc's users know.

use super::{Problem, bytes};
use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};
use ratewright::diagnostic::{Label, Severity};
use ratewright::source::{FileId, SourceFile, Span};
use std::ops::Range;

/// How many bytes of a file are handed to the renderer in one piece.
const LONGEST_WINDOW: usize = 64 * 1024;

/// Draws a problem; `columns` is the width to which long lines are cut.
///
/// The result has styles, which the streams of [`crate::terminal`] drop where nobody sees them.
pub fn render(problem: &Problem, columns: usize) -> String {
    let diagnostic = &problem.diagnostic;
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group =
        level.primary_title(diagnostic.title.as_str()).id(diagnostic.code.to_string()).elements(snippets(problem));
    let mut groups = Vec::new();
    match (&diagnostic.edit, &diagnostic.help) {
        (Some(edit), help) => {
            groups.push(group);
            let title = Level::HELP.secondary_title(help.as_deref().unwrap_or("write it like this"));
            if let Some(window) = Window::of(problem, edit.span.file, [edit.span].into_iter()) {
                let patch = Patch::new(window.place(edit.span), edit.text.as_str());
                groups.push(title.element(window.snippet(problem).patch(patch)));
            } else {
                groups.push(Group::with_title(title));
            }
        }
        (None, Some(help)) => {
            group = group.element(Level::HELP.message(help.as_str()));
            groups.push(group);
        }
        (None, None) => groups.push(group),
    }
    Renderer::styled().term_width(columns).render(&groups)
}

/// The text around the labels, one snippet for each file; the file of the primary label comes first.
fn snippets(problem: &Problem) -> Vec<Snippet<'_, annotate_snippets::Annotation<'_>>> {
    let diagnostic = &problem.diagnostic;
    let mut files = vec![diagnostic.primary.span.file];
    for label in &diagnostic.secondary {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files.into_iter().flat_map(|file| snippets_of(problem, file)).collect()
}

/// The text around the labels in one file: in one piece, or around each of them where they stand far apart.
fn snippets_of(problem: &Problem, file: FileId) -> Vec<Snippet<'_, annotate_snippets::Annotation<'_>>> {
    let primary = [&problem.diagnostic.primary].into_iter();
    let labels: Vec<_> = primary.chain(&problem.diagnostic.secondary).filter(|label| label.span.file == file).collect();
    let together = Window::of(problem, file, labels.iter().map(|label| label.span));
    match together.filter(|window| window.lines.len() <= LONGEST_WINDOW) {
        Some(window) => vec![snippet(problem, &window, &labels)],
        None => labels
            .iter()
            .filter_map(|label| {
                Some(snippet(problem, &Window::of(problem, file, [label.span].into_iter())?, &[*label]))
            })
            .collect(),
    }
}

fn snippet<'a>(
    problem: &'a Problem,
    window: &Window<'a>,
    labels: &[&'a Label],
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let mut snippet = window.snippet(problem);
    for label in labels {
        let is_primary = std::ptr::eq(*label, &problem.diagnostic.primary);
        let kind = if is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let text = Some(label.text.as_str()).filter(|text| !text.is_empty());
        snippet = snippet.annotation(kind.span(window.place(label.span)).label(text));
    }
    snippet
}

/// The whole lines of a file that some spans lie in: all that is handed to the renderer, which would otherwise read
/// the whole of a large table for each of its problems.
struct Window<'a> {
    file: &'a SourceFile,
    lines: Range<usize>,
    first_line: usize,
    path_of: Span,
}

impl<'a> Window<'a> {
    fn of(problem: &'a Problem, file: FileId, spans: impl Iterator<Item = Span>) -> Option<Window<'a>> {
        let source = problem.sources.file(file)?;
        let text: &str = &source.text;
        let all = spans.map(|span| bytes(text, span)).reduce(|a, b| a.start.min(b.start)..a.end.max(b.end))?;
        let start = text.get(..all.start)?.rfind('\n').map_or(0, |at| at.saturating_add(1));
        let end = text.get(all.end..)?.find('\n').map_or(text.len(), |at| all.end.saturating_add(at));
        let first_line = source.place(u32::try_from(start).ok()?).line as usize;
        Some(Window { file: source, lines: start..end, first_line, path_of: Span::new(file, 0, 0) })
    }

    /// A span of the file as a range of the window.
    fn place(&self, span: Span) -> Range<usize> {
        let range = bytes(&self.file.text, span);
        let within = |at: usize| at.clamp(self.lines.start, self.lines.end).saturating_sub(self.lines.start);
        within(range.start)..within(range.end)
    }

    fn snippet<T: Clone>(&self, problem: &Problem) -> Snippet<'a, T> {
        let text = self.file.text.get(self.lines.clone()).unwrap_or("");
        Snippet::source(text).line_start(self.first_line).path(problem.path(self.path_of))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratewright::diagnostic::{Diagnostic, codes};
    use ratewright::source::SourceMap;
    use std::sync::Arc;

    /// Compares a drawing, without its styles, with a file of `tests/drawings`; `UPDATE=1` writes the file.
    #[track_caller]
    fn shows(problem: &Problem, name: &str) {
        let drawn = format!("{}\n", anstream::adapter::strip_str(&render(problem, 100)));
        let path = format!("{}/tests/drawings/{name}.txt", env!("CARGO_MANIFEST_DIR"));
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &drawn).unwrap();
        }
        assert_eq!(drawn, std::fs::read_to_string(&path).unwrap(), "{path}");
    }

    fn at(sources: &SourceMap, file: FileId, words: &str) -> Span {
        let start = sources.file(file).unwrap().text.find(words).unwrap();
        Span::new(file, start as u32, (start + words.len()) as u32)
    }

    fn problem(sources: SourceMap, diagnostic: Diagnostic) -> Problem {
        Problem { diagnostic, sources: Arc::new(sources), folder: "rules/".into() }
    }

    #[test]
    fn an_edit_is_shown_on_its_line() {
        let mut sources = SourceMap::default();
        let file = sources.add("a.rules", "# one\nlet billed = 3 lb\ncharge BASE = 2 USD per lb * biled\n");
        let span = at(&sources, file, "biled");
        let diagnostic = Diagnostic::error(codes::UNKNOWN_NAME, "there is no `biled`", span, "not known here")
            .also(at(&sources, file, "billed"), "`billed` is defined here")
            .help("did you mean `billed`?")
            .edit(span, "billed");
        shows(&problem(sources, diagnostic), "edit");
    }

    #[test]
    fn marks_stand_below_wide_characters() {
        let mut sources = SourceMap::default();
        let file = sources.add("运费.rules", "let 运费 = 3 lb + 2 in # 包裹\n");
        let diagnostic =
            Diagnostic::error(codes::WRONG_DIMENSION, "lb and in do not add up", at(&sources, file, "2 in"), "length")
                .also(at(&sources, file, "3 lb"), "mass")
                .help("both sides of `+` have one dimension");
        shows(&problem(sources, diagnostic), "wide");
    }

    #[test]
    fn the_other_side_may_be_in_another_file() {
        let mut sources = SourceMap::default();
        let file =
            sources.add("contracts/acme.rules", "ruleset acme extends base from \"../base.rules\"\nremove charge FUEL");
        let base = sources.add("contracts/../base.rules", "ruleset base\n\n\n# far down\ncharge FUEL = 2 USD\n");
        let diagnostic =
            Diagnostic::warning(codes::NOTHING_TO_OVERRIDE, "it is gone already", at(&sources, file, "FUEL"), "")
                .also(at(&sources, base, "FUEL"), "the charge");
        shows(&problem(sources, diagnostic), "two_files");
    }

    #[test]
    fn labels_that_stand_far_apart_are_shown_without_what_lies_between() {
        let mut sources = SourceMap::default();
        let text = format!("charge A = 1 USD\n{}charge B = 2 USD\n", "# between\n".repeat(10_000));
        let file = sources.add("a.rules", &text);
        let diagnostic = Diagnostic::error(codes::DEFINED_TWICE, "twice", at(&sources, file, "charge B"), "again")
            .also(at(&sources, file, "charge A"), "first here");
        let drawn = anstream::adapter::strip_str(&render(&problem(sources, diagnostic), 100)).to_string();
        for shown in ["10002 | charge B = 2 USD", "1 | charge A = 1 USD", "again", "first here"] {
            assert!(drawn.contains(shown), "{drawn}");
        }
        assert!(!drawn.contains("between"), "{drawn}");
    }

    #[test]
    fn a_place_past_the_end_is_shown_at_the_end() {
        let mut sources = SourceMap::default();
        let file = sources.add("a.rules", "let x =");
        let span = Span::new(file, 7, 9);
        shows(&problem(sources, Diagnostic::error(codes::SYNTAX, "the value is missing", span, "here")), "end");
        let mut sources = SourceMap::default();
        let file = sources.add("empty.rules", "");
        let span = Span::new(file, 0, 0);
        shows(&problem(sources, Diagnostic::error(codes::SYNTAX, "nothing here", span, "here")), "empty");
    }
}
