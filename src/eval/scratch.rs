//! The memory of an evaluation, to be reused by the next one.

use super::machine::Return;
use super::priced::Special;
use super::word::Word;
use crate::program::ChargeId;
use crate::program::code::Code;
use crate::quote::PartOfLine;
use crate::value::Value;
use std::sync::Arc;

/// Registers and what waits. Reusing it saves the memory that a quote needs besides its result.
#[derive(Debug, Default)]
pub struct Scratch {
    /// What the registers hold; those of constants come last.
    pub(super) words: Vec<Word>,
    /// What does not fit a word, by register.
    pub(super) values: Vec<Value>,
    /// Where to go on.
    pub(super) returns: Vec<Return>,
    /// The tiers of the charge that is being computed.
    pub(super) tiers: Vec<PartOfLine>,
    /// What the amount of a line consists of besides.
    pub(super) special: Option<Special>,
    /// How many lines the charge `for each` has booked.
    pub(super) lines: usize,
    /// Steps taken so far.
    pub(super) steps: u64,
    /// The code that the registers are for.
    code: Option<Arc<()>>,
}

impl Scratch {
    /// An empty one.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the last evaluation, of a program with this code, gave a charge an amount.
    pub(super) fn is_booked(&self, code: &Code, charge: u32) -> bool {
        let word = self.words.get(code.charge(ChargeId(charge)).index()).copied().unwrap_or(Word::ABSENT);
        !word.is_absent() && !word.is_unknown()
    }

    /// Makes the registers ready for an input of a program: constants and inputs are known, nothing else.
    pub(super) fn prepare(&mut self, code: &Code, inputs: &[Value]) {
        if !self.code.as_ref().is_some_and(|known| Arc::ptr_eq(known, &code.identity)) {
            let registers = code.registers as usize;
            self.words.clear();
            self.words.resize(registers, Word::ABSENT);
            self.words.extend(code.constants.iter().map(Word::of));
            self.values.clear();
            self.values.resize(registers, Value::Absent);
            self.code = Some(code.identity.clone());
        }
        let slots = code.definition_registers as usize;
        for (place, input) in self.words.iter_mut().zip(inputs).take(slots) {
            *place = Word::of(input);
        }
        let behind = (code.charge_registers as usize).saturating_add(code.charges.len());
        if let Some(unknown) = self.words.get_mut(slots..behind) {
            unknown.fill(Word::UNKNOWN);
        }
        self.returns.clear();
        self.tiers.clear();
        self.special = None;
        self.lines = 0;
        self.steps = 0;
    }
}
