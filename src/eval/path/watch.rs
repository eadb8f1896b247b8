//! The observer that records a path.

use super::{Edges, Path};
use crate::eval::{EvalError, Node, Note, Observer, Scratch};
use crate::program::Program;
use crate::value::Value;

/// Records what one evaluation meets.
pub(crate) struct Watch<'m> {
    edges: &'m Edges,
    path: &'m mut Path,
}

impl<'m> Watch<'m> {
    /// A path begins, for an input with these values.
    pub(crate) fn begin(edges: &'m Edges, path: &'m mut Path, slots: &[Value]) -> Self {
        path.begin(edges);
        path.input = edges.signature(slots);
        Watch { edges, path }
    }

    /// A path without an evaluation: the input could not be read.
    pub(crate) fn nothing(edges: &'m Edges, path: &'m mut Path) {
        path.begin(edges);
    }

    /// The evaluation has ended: what stands in the registers is known.
    pub(crate) fn end(self, program: &Program, scratch: &Scratch, outcome: &Result<(), EvalError>) {
        for (id, charge) in (0..).zip(&program.charges) {
            // Where an exception took the place of the amount, the exception was exercised.
            if charge.exceptions.is_empty() && scratch.is_booked(&program.code, id) {
                self.path.take_rule(self.edges.charge(id));
            }
        }
        for (edge, rule) in self.edges.notices() {
            if self.path.has_edge(*edge) {
                self.path.take_rule(*rule);
            }
        }
        match outcome {
            Ok(()) => self.edges.always().for_each(|rule| self.path.take_rule(rule)),
            Err(error) => self.edges.refusing(error.span).into_iter().for_each(|rule| self.path.take_rule(rule)),
        }
    }
}

impl<'p> Observer<'p> for Watch<'_> {
    const VALUES: bool = false;
    const EDGES: bool = true;

    #[inline]
    fn enter(&mut self, node: Node<'p>) {
        let rule = match node {
            Node::Exception(exception) => self.edges.exception(exception.span),
            Node::TotalStage(index) => Some(self.edges.total_stage(index)),
            _ => None,
        };
        rule.into_iter().for_each(|rule| self.path.take_rule(rule));
    }

    #[inline]
    fn leave(&mut self, _: Option<&Value>) {}

    #[inline]
    fn note(&mut self, note: Note<'p, '_>) {
        let edge = match note {
            Note::Condition(span, answer) => self.edges.condition(span, answer),
            Note::Equal(span) => self.edges.equal(span),
            Note::Row(table, row) => {
                self.path.take_rule(self.edges.table(table));
                self.edges.row(table, row)
            }
            Note::NoRow(table) => {
                self.path.take_rule(self.edges.table(table));
                None
            }
            Note::OwnAmount(charge) => {
                self.path.take_rule(self.edges.charge(charge.0));
                None
            }
            Note::Bound(span, at) => self.edges.bound(span, at),
            Note::AtRowEnd(table, row) => self.edges.row_end(table, row),
            Note::Tier(_, line) => self.edges.tier(line.span, false),
            Note::AtTierBound(span) => self.edges.tier(span, true),
            Note::DatedValue(parameter, index) => {
                self.path.take_rule(self.edges.parameter(parameter));
                self.edges.dated(parameter, index)
            }
            _ => None,
        };
        edge.into_iter().for_each(|edge| self.path.take_edge(edge));
    }
}
