//! The memory of one evaluation, reusable for the next: local slots, and what is already known.

use super::charge::ChargeState;
use super::tiers::TierLine;
use crate::program::Program;
use crate::value::Value;

/// The memory of one evaluation. Reusing it for many quotes saves allocations; it holds nothing from one quote to the next.
#[derive(Debug, Default)]
pub struct Scratch {
    /// A stack of frames of local slots.
    pub(super) locals: Vec<Value>,
    /// The values of definitions that are known.
    pub(super) definitions: Vec<Option<Value>>,
    /// The charges that are known.
    pub(super) charges: Vec<ChargeState>,
    /// Tier lines of the charge that is being computed.
    pub(super) tiers: Vec<TierLine>,
    /// Steps taken so far.
    pub(super) steps: u64,
}

impl Scratch {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Forgets everything, for another input.
    pub fn clear(&mut self) {
        self.locals.clear();
        self.definitions.clear();
        self.charges.clear();
        self.tiers.clear();
        self.steps = 0;
    }

    /// Makes room for what a program may need.
    pub(super) fn prepare(&mut self, program: &Program) {
        self.locals.clear();
        self.tiers.clear();
        self.definitions.resize_with(program.definitions.len(), || None);
        self.charges.resize_with(program.charges.len(), ChargeState::default);
    }
}
