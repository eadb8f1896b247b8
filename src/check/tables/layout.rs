//! Which cell of a row belongs to which column: the heading line of an inline table or a CSV file against the declared columns.
//!
//! Headings may stand in any order. What the table does not declare must be ignored by name, so that a column added to a price
//! list is not overlooked.

use super::{Builder, Spec, cell_text};
use crate::diagnostic::{Diagnostic, codes, did_you_mean};
use crate::source::Span;
use crate::syntax::ast;
use crate::table::{Cell, Role};

/// Where the cells of each declared column stand in a row.
pub(super) struct Layout {
    pub(super) sources: Vec<Source>,
    pub(super) because: Option<usize>,
    /// How many cells a row has.
    pub(super) width: usize,
    /// How many of them stand before `||`.
    pub(super) split: usize,
    /// In a crosstab: the cells that hold values, with the key that their heading is.
    pub(super) across: Vec<(usize, Cell)>,
}

/// Where one column's cell comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// The cell at a place.
    Cell(usize),
    /// Two cells hold the ends of a range, each with whether it is included.
    Ends(Option<(usize, bool)>, Option<(usize, bool)>),
    /// The headings of a crosstab.
    Heading,
    /// The cells under the headings of a crosstab.
    Crossed,
}

/// A heading and its place.
pub(super) struct Heading {
    pub(super) text: String,
    pub(super) span: Span,
}

impl Builder<'_, '_> {
    /// The layout of rows under these headings; `None` where a column is missing, which is reported.
    pub(super) fn layout(
        &mut self,
        specs: &[Spec],
        declaration: &ast::Table,
        headings: &[Heading],
        split: usize,
    ) -> Option<Layout> {
        let before = self.errors;
        self.check_headings(headings);
        let across = declaration.crosstab.then(|| {
            specs.iter().rposition(|spec| !matches!(spec.role, Role::Value | Role::Valid)).unwrap_or(usize::MAX)
        });
        let mut used = vec![false; headings.len()];
        let mut sources = Vec::new();
        for (at, spec) in specs.iter().enumerate() {
            let source = match (across, spec.role, &spec.ends) {
                (Some(across), _, _) if across == at => Source::Heading,
                (Some(_), Role::Value, _) => Source::Crossed,
                (_, _, Some(ends)) => {
                    let mut end = |end: &Option<(ast::Text, bool)>| {
                        let (text, included) = end.as_ref()?;
                        Some((self.find(&text.text, text.span, false, headings, &mut used)?, *included))
                    };
                    Source::Ends(end(&ends.low), end(&ends.high))
                }
                _ => match self.find(&spec.heading, spec.span, declaration.file.is_none(), headings, &mut used) {
                    Some(place) => Source::Cell(place),
                    None => continue,
                },
            };
            sources.push(source);
        }
        let because = self.because(specs, headings, &mut used);
        self.ignore(declaration, headings, &mut used);
        let rest: Vec<usize> = used.iter().enumerate().filter(|(_, used)| !**used).map(|(at, _)| at).collect();
        let across = match across {
            Some(across) => self.across(specs, across, headings, &rest),
            None => {
                self.undeclared(specs, headings, &rest);
                Vec::new()
            }
        };
        (self.errors == before).then_some(Layout { sources, because, width: headings.len(), split, across })
    }

    fn check_headings(&mut self, headings: &[Heading]) {
        for (at, heading) in headings.iter().enumerate() {
            if heading.text.is_empty() {
                let diagnostic =
                    Diagnostic::error(codes::NO_SUCH_COLUMN, "a column without a heading", heading.span, "no heading");
                self.report(diagnostic.help("name the column, or take it out"));
            } else if let Some(twin) = headings.iter().take(at).find(|other| other.text == heading.text) {
                let title = format!("two columns are headed `{}`", heading.text);
                let diagnostic = Diagnostic::error(codes::HEADING_TWICE, title, heading.span, "the second");
                self.report(diagnostic.also(twin.span, "the first").help("give one of them another heading"));
            }
        }
    }

    /// The place of a heading, matched exactly. A heading that stands in the rules themselves can be corrected there.
    fn find(
        &mut self,
        wanted: &str,
        declared: Span,
        inline: bool,
        headings: &[Heading],
        used: &mut [bool],
    ) -> Option<usize> {
        if let Some(place) = headings.iter().position(|heading| heading.text == wanted) {
            if let Some(used) = used.get_mut(place) {
                *used = true;
            }
            return Some(place);
        }
        let title = format!("there is no column headed `{wanted}`");
        let mut diagnostic = Diagnostic::error(codes::NO_SUCH_COLUMN, title, declared, "declared here");
        if let (Some(first), Some(last)) = (headings.first(), headings.last()) {
            diagnostic = diagnostic.also(first.span.to(last.span), "the headings");
        }
        let same = |heading: &&Heading| heading.text.trim().eq_ignore_ascii_case(wanted);
        let near = headings.iter().find(same).map(|heading| heading.text.as_str());
        let near = near.or_else(|| did_you_mean(wanted, headings.iter().map(|heading| heading.text.as_str())));
        let written = headings.iter().find(|heading| inline && near == Some(heading.text.as_str()));
        self.report(match (near, written) {
            (_, Some(heading)) => diagnostic
                .help(format!("did you mean `{wanted}` where the heading says `{}`?", heading.text))
                .edit(heading.span, wanted),
            (Some(near), _) if near != near.trim() => {
                diagnostic.help(format!("blanks stand around the heading: \"{near}\""))
            }
            (Some(near), _) => {
                diagnostic.help(format!("did you mean \"{near}\"? write `column \"{near}\"` after the type"))
            }
            (None, _) => diagnostic.help("headings are matched letter by letter; `column \"…\"` names another heading"),
        });
        None
    }

    fn because(&mut self, specs: &[Spec], headings: &[Heading], used: &mut [bool]) -> Option<usize> {
        let place = headings.iter().position(|heading| heading.text == "because")?;
        if specs.iter().any(|spec| spec.heading == "because") {
            return None;
        }
        let used = used.get_mut(place)?;
        *used = true;
        Some(place)
    }

    fn ignore(&mut self, declaration: &ast::Table, headings: &[Heading], used: &mut [bool]) {
        for ignored in &declaration.ignoring {
            let place = headings.iter().position(|heading| heading.text == ignored.text);
            match place.and_then(|place| used.get_mut(place)) {
                Some(used) => *used = true,
                None => {
                    let title = format!("there is no column headed `{}` to ignore", ignored.text);
                    let diagnostic =
                        Diagnostic::warning(codes::NOTHING_IGNORED, title, ignored.span, "not in the file");
                    let near = did_you_mean(&ignored.text, headings.iter().map(|heading| heading.text.as_str()));
                    self.report(match near {
                        Some(near) => diagnostic
                            .help(format!("did you mean \"{near}\"?"))
                            .edit(ignored.span, format!("\"{near}\"")),
                        None => diagnostic.help("take it out"),
                    });
                }
            }
        }
    }

    fn undeclared(&mut self, specs: &[Spec], headings: &[Heading], rest: &[usize]) {
        for heading in rest.iter().filter_map(|at| headings.get(*at)).filter(|heading| !heading.text.is_empty()) {
            // A second heading is told as such, and what looks like a column that was not found with that column.
            let missing = specs.iter().map(|spec| spec.heading.as_str());
            let missing = missing.filter(|wanted| !headings.iter().any(|heading| heading.text == *wanted));
            let twin = headings.iter().filter(|other| other.text == heading.text).count() > 1;
            if twin || did_you_mean(&heading.text, missing).is_some() {
                continue;
            }
            let title = format!("the table does not declare a column headed `{}`", heading.text);
            let diagnostic = Diagnostic::error(codes::COLUMN_NOT_DECLARED, title, heading.span, "not declared");
            self.report(diagnostic.help(format!("declare it, or write `ignoring \"{}\"` in the table", heading.text)));
        }
    }

    /// The keys of a crosstab that stand in its heading.
    fn across(&mut self, specs: &[Spec], across: usize, headings: &[Heading], rest: &[usize]) -> Vec<(usize, Cell)> {
        let mut keys = Vec::new();
        let name = specs.get(across).map_or("", |spec| spec.name.as_str()).to_string();
        for at in rest {
            let Some(heading) = headings.get(*at) else { continue };
            let Some(reader) = self.readers.get_mut(across) else { continue };
            match reader.read(&heading.text, self.context.units) {
                Ok(read) => keys.push((*at, read.cell)),
                Err(problem) => self.report(problem.at(heading.span, format!("a key of `{name}`"))),
            }
        }
        if keys.is_empty() {
            let span = specs.get(across).map_or(Span::default(), |spec| spec.span);
            let title = format!("no heading holds a key of `{name}`");
            self.report(Diagnostic::error(codes::NO_SUCH_COLUMN, title, span, "goes across"));
        }
        keys
    }
}

/// The headings of an inline table; quotes may stand around one.
pub(super) fn headings_of(row: &ast::Row) -> Vec<Heading> {
    let heading = |cell: &ast::Text| Heading {
        text: cell_text::unquote(&cell.text).map_or_else(|| cell.text.clone(), |word| word.text.into_owned()),
        span: cell.span,
    };
    row.cells.iter().map(heading).collect()
}
