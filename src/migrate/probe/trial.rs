//! One input tried: slots → the way through the rules, what decided on it, and how it ended.

use crate::eval::ErrorKind;
use crate::eval::{Edge, Path, Sights};
use crate::migrate::Tracing;
use crate::program::Program;
use crate::quote::Quote;
use crate::rule_set::Context;
use crate::value::Value;

/// How a trial ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// With prices, or a refusal of the rules: something to compare.
    Answered,
    /// With an error, in words.
    Failed(String),
    /// The values are no input.
    NoInput(String),
}

/// Tries inputs.
pub(super) struct Trials<'t> {
    tracing: &'t Tracing,
    context: Context,
    quote: Quote,
    /// The way of the last trial.
    pub(super) path: Path,
    /// What decided on it.
    pub(super) sights: Sights,
    /// The slots of the last trial, with defaults.
    pub(super) slots: Vec<Value>,
    /// What each edge is that belongs to no row.
    pub(super) plain: Vec<Edge>,
    /// How many trials there were.
    pub(super) count: u64,
}

impl<'t> Trials<'t> {
    pub(super) fn new(tracing: &'t Tracing) -> Self {
        Trials {
            tracing,
            context: tracing.edition().context(),
            quote: Quote::default(),
            path: Path::default(),
            sights: Sights::default(),
            slots: Vec::new(),
            plain: tracing.edges().plain_edges(),
            count: 0,
        }
    }

    pub(super) fn program(&self) -> &'t Program {
        self.tracing.edition().rules().program()
    }

    /// Tries slots.
    pub(super) fn slots(&mut self, slots: &[Value]) -> Ended {
        let given = slots.iter().enumerate().filter(|(_, value)| !value.is_absent());
        self.given(given.map(|(slot, value)| (slot, value.clone())).collect())
    }

    /// Tries values by their slots.
    pub(super) fn given(&mut self, given: Vec<(usize, Value)>) -> Ended {
        self.count = self.count.saturating_add(1);
        let rules = self.tracing.edition().rules();
        let way = (self.tracing.edges(), &mut self.path, &mut self.sights);
        let (slots, outcome) = rules.scout(&mut self.context, given, &mut self.quote, way);
        self.slots.clear();
        self.slots.extend_from_slice(slots);
        match outcome {
            Ok(()) => Ended::Answered,
            Err(error) if error.kind == ErrorKind::Refused => Ended::Answered,
            Err(error) if self.slots.is_empty() && !self.program().inputs.is_empty() => Ended::NoInput(error.message),
            Err(error) => Ended::Failed(error.message),
        }
    }
}
