//! The observer that records a path, and what decided at each edge on it.

use super::{Edges, Path, Watch};
use crate::eval::{EvalError, Node, Note, Observer, Scratch};
use crate::program::{ParameterId, Program};
use crate::source::Span;
use crate::types::TableId;
use crate::value::{Date, Number, Value};

/// How many sights of a kind are kept of one evaluation: lists can be long.
const MOST: usize = 512;

/// What was seen on the way through the rules.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sights {
    /// Comparisons: where in the code, where in the rules, and both sides.
    pub(crate) compared: Vec<(u32, Span, Value, Value)>,
    /// Look-ups: keys and day.
    pub(crate) looked_up: Vec<(TableId, Vec<Value>, Option<Date>)>,
    /// Tiers: the tier, the quantity, and the upper bound.
    pub(crate) measured: Vec<(Span, Number, Number)>,
    /// Bounds of amounts: the bound, and its two sides.
    pub(crate) bounded: Vec<(Span, Number, Number)>,
    /// Parameters, with the day on which they were asked for.
    pub(crate) asked_on: Vec<(ParameterId, Date)>,
}

impl Sights {
    fn clear(&mut self) {
        self.compared.clear();
        self.looked_up.clear();
        self.measured.clear();
        self.bounded.clear();
        self.asked_on.clear();
    }
}

/// Records a path and sights.
pub(crate) struct Scout<'m> {
    watch: Watch<'m>,
    sights: &'m mut Sights,
}

impl<'m> Scout<'m> {
    /// A path begins, for an input with these values.
    pub(crate) fn begin(edges: &'m Edges, path: &'m mut Path, sights: &'m mut Sights, slots: &[Value]) -> Self {
        sights.clear();
        Scout { watch: Watch::begin(edges, path, slots), sights }
    }

    /// The evaluation has ended.
    pub(crate) fn end(self, program: &Program, scratch: &Scratch, outcome: &Result<(), EvalError>) {
        self.watch.end(program, scratch, outcome);
    }
}

fn keep<T>(kept: &mut Vec<T>, sight: T) {
    if kept.len() < MOST {
        kept.push(sight);
    }
}

impl<'p> Observer<'p> for Scout<'_> {
    const VALUES: bool = false;
    const EDGES: bool = true;
    const SIGHTS: bool = true;

    fn enter(&mut self, node: Node<'p>) {
        self.watch.enter(node);
    }

    fn leave(&mut self, _: Option<&Value>) {}

    fn note(&mut self, note: Note<'p, '_>) {
        match note {
            Note::Compared(at, span, a, b) => keep(&mut self.sights.compared, (at, span, a, b)),
            Note::LookedUp(table, keys, on) => keep(&mut self.sights.looked_up, (table, keys, on)),
            Note::Measured(tier, quantity, bound) => keep(&mut self.sights.measured, (tier, quantity, bound)),
            Note::Bounded(bound, one, other) => keep(&mut self.sights.bounded, (bound, one, other)),
            Note::AskedOn(parameter, day) => keep(&mut self.sights.asked_on, (parameter, day)),
            note => self.watch.note(note),
        }
    }
}
