//! The row `otherwise`: the values of a miss, or a refusal with a message in which keys are filled in.

use super::cell_text;
use super::layout::{Layout, Source};
use super::rows::{About, Raw};
use super::{Builder, Problem, Spec};
use crate::diagnostic::codes;
use crate::source::Span;
use crate::syntax::ast;
use crate::table::message::{self, Piece};
use crate::table::{Cell, Default as Miss, Role};

impl Builder<'_, '_> {
    /// Reads the row `otherwise` of a table whose rows are in a file: a refusal, or the values in the order of their declaration.
    pub(super) fn otherwise_beside_file(&mut self, specs: &[Spec], layout: &Layout, row: &ast::Row, about: About) {
        let written = row.cells.iter().skip(row.split).map(|cell| Raw { text: cell.text.trim(), span: cell.span });
        let values: Vec<Raw<'_>> = written.collect();
        let mut cells = vec![Raw { text: "", span: about.span }; layout.width];
        let sources = specs.iter().zip(&layout.sources).filter(|(spec, _)| spec.role == Role::Value);
        for ((_, source), value) in sources.zip(&values) {
            if let Source::Cell(place) = source
                && let Some(cell) = cells.get_mut(*place)
            {
                *cell = *value;
            }
        }
        self.otherwise(specs, layout, &cells, &values, about);
    }

    pub(super) fn otherwise_inline(
        &mut self,
        specs: &[Spec],
        layout: &Layout,
        keys: &[Raw<'_>],
        values: &[Raw<'_>],
        about: About,
    ) {
        let (keys, values) = if values.is_empty() && keys.len() > 1 { keys.split_at(1) } else { (keys, values) };
        if let Some(extra) = keys.iter().skip(1).find(|cell| !cell.text.is_empty()) {
            let problem = Problem::new(codes::OTHERWISE_PLACE, "`otherwise` stands for all keys");
            self.report(problem.help("leave the other keys empty, or out").at(extra.span, "not needed"));
            return;
        }
        // The cells under the headings after `||`, with the keys left empty.
        let blank = Raw { text: "", span: about.span };
        let mut cells = vec![blank; layout.split];
        cells.extend(values);
        self.otherwise(specs, layout, &cells, values, about);
    }

    pub(super) fn otherwise_file(&mut self, specs: &[Spec], layout: &Layout, cells: &[Raw<'_>], about: About) {
        let value = |source: &Source| matches!(source, Source::Cell(_));
        let sources =
            specs.iter().zip(&layout.sources).filter(|(spec, source)| spec.role == Role::Value && value(source));
        let places: Vec<usize> =
            sources.filter_map(|(_, source)| if let Source::Cell(at) = source { Some(*at) } else { None }).collect();
        let places = if layout.across.is_empty() { places } else { layout.across.iter().map(|(at, _)| *at).collect() };
        let filled = places.iter().filter_map(|at| cells.get(*at)).filter(|raw| !raw.text.is_empty());
        let values: Vec<Raw<'_>> = filled.copied().collect();
        self.otherwise(specs, layout, cells, &values, about);
    }

    /// A refusal fills in keys of the look-up, and nothing else.
    fn check_refusal(&mut self, specs: &[Spec], message: &str, span: Span) {
        let keys: Vec<&str> =
            specs.iter().filter(|s| !matches!(s.role, Role::Value | Role::Valid)).map(|s| s.name.as_str()).collect();
        for piece in message::pieces(message) {
            let Piece::Key(name) = piece else { continue };
            if !keys.contains(&name) {
                let problem = Problem::new(codes::UNKNOWN_NAME, format!("the table has no key `{name}` to fill in"));
                let help = format!("its keys are {}; a brace itself is written `{{{{`", keys.join(", "));
                self.report(problem.help(help).at(span, "in this message"));
            }
        }
    }

    /// Takes the `otherwise` row: a refusal, or the values of a miss. `values` are its cells after the keys that hold something.
    fn otherwise(&mut self, specs: &[Spec], layout: &Layout, cells: &[Raw<'_>], values: &[Raw<'_>], about: About) {
        if let Some(before) = self.otherwise.replace(about.span) {
            let problem = Problem::new(codes::OTHERWISE_PLACE, "two rows `otherwise`");
            self.report(
                problem.help("keep one, as the last row").at(about.span, "the second").also(before, "the first"),
            );
            return;
        }
        if let Some(first) = values.first()
            && first.text.starts_with("refuse ")
        {
            match cell_text::refusal(first.text) {
                Some((code, message)) => {
                    self.check_refusal(specs, &message, first.span);
                    self.table.default = Miss::Refuse(code.into(), message.into(), first.span);
                }
                None => {
                    let problem = Problem::new(codes::BAD_CELL, "a refusal that cannot be read");
                    self.report(problem.help("write `refuse \"CODE\" \"message\"`").at(first.span, "this refusal"));
                }
            }
            return;
        }
        let mut row = Vec::with_capacity(specs.len());
        for (column, (spec, source)) in specs.iter().zip(&layout.sources).enumerate() {
            let raw = match source {
                _ if spec.role != Role::Value => {
                    row.push(Some(self.intern(column, Cell::Any)));
                    continue;
                }
                Source::Cell(place) => cells.get(*place),
                _ => values.first(),
            };
            let Some(raw) = raw else {
                let problem = Problem::new(codes::RAGGED_ROW, format!("`otherwise` has no cell for `{}`", spec.name));
                self.report(
                    problem.help("write its values, or `refuse \"CODE\" \"message\"`").at(about.span, "this row"),
                );
                return;
            };
            row.push(self.cell_id(column, spec, *raw));
        }
        let because = layout.because.and_then(|place| cells.get(place)).and_then(|raw| self.because_of(*raw));
        if let Some(row) = row.into_iter().collect::<Option<Vec<u32>>>() {
            self.push_row(&row, because, About { period: None, ..about });
            self.table.default = Miss::Row;
        }
    }
}
