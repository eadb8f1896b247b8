//! The evaluator's state, its limits, and how registers are read and written.

use super::bounds::Untold;
use super::failure::{Failure, Outcome};
use super::word::Word;
use super::{Hosts, Limits, Node, Note, Observer, Scratch};
use crate::lower;
use crate::program::Program;
use crate::program::code::{Code, Marks, Reg, Source};
use crate::quote::Quote;
use crate::value::{Date, Number, Value};
use std::cmp::Ordering;
use std::sync::Arc;

/// One evaluation of a program on an input.
pub(super) struct Evaluator<'p, 'r, O> {
    /// The program.
    pub(super) program: &'p Program,
    /// Its code.
    pub(super) code: &'p Code,
    /// The host's functions.
    pub(super) hosts: &'r Hosts,
    /// The input, a value for each slot.
    pub(super) inputs: &'r [Value],
    /// The limits.
    pub(super) limits: &'r Limits,
    /// The registers.
    pub(super) scratch: &'r mut Scratch,
    /// The quote that is written.
    pub(super) quote: &'r mut Quote,
    /// Who watches.
    pub(super) observer: &'r mut O,
    /// How deep the expressions are nested that wait for what is computed now.
    pub(super) depth: u32,
    /// Whether tiers belong to the breakdown of the charge that is being computed.
    pub(super) breakdown: bool,
    /// Where the tiers of the charge that is being computed begin.
    pub(super) tiers_from: u32,
    /// The index of the element that the line of a charge is for.
    pub(super) item: u32,
    /// The bounds of the option or exception that is being computed, where somebody watches edges.
    pub(super) untold: Option<Untold<'p>>,
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// What errors and observers need to know of the operations; made when first asked for.
    pub(super) fn marks(&self) -> &'p Marks {
        let (program, code) = (self.program, self.code);
        code.marks.get_or_init(|| lower::marks(program, code))
    }

    /// What a register holds.
    #[inline(always)]
    pub(super) fn word(&self, reg: Reg) -> Word {
        self.scratch.words.get(reg.index()).copied().unwrap_or(Word::ABSENT)
    }

    /// The value beside a register.
    pub(super) fn beside(&self, reg: Reg) -> &Value {
        static ABSENT: Value = Value::Absent;
        let at = reg.index();
        let value = match at.checked_sub(self.code.registers as usize) {
            Some(constant) => self.code.constants.get(constant),
            None => self.inputs.get(at).or_else(|| self.scratch.values.get(at)),
        };
        value.unwrap_or(&ABSENT)
    }

    /// The value of a register.
    pub(super) fn value(&self, reg: Reg) -> Value {
        self.word(reg).value().unwrap_or_else(|| self.beside(reg).clone())
    }

    /// Sets a register.
    #[inline(always)]
    pub(super) fn set_word(&mut self, reg: Reg, word: Word) {
        if let Some(place) = self.scratch.words.get_mut(reg.index()) {
            *place = word;
        }
    }

    /// Sets a register to a value.
    pub(super) fn set(&mut self, reg: Reg, value: Value) {
        let word = Word::of(&value);
        self.set_word(reg, word);
        if word.is_elsewhere()
            && let Some(place) = self.scratch.values.get_mut(reg.index())
        {
            *place = value;
        }
    }

    /// Sets a register to what another holds.
    #[inline]
    pub(super) fn copy(&mut self, to: Reg, from: Reg) {
        let word = self.word(from);
        self.set_word(to, word);
        if word.is_elsewhere() {
            self.set(to, self.beside(from).clone());
        }
    }

    /// The order of two registers' values.
    pub(super) fn order(&self, a: Reg, b: Reg) -> Ordering {
        match (self.word(a).value(), self.word(b).value()) {
            (None, None) => self.beside(a).cmp(self.beside(b)),
            (Some(a), None) => a.cmp(self.beside(b)),
            (None, Some(b)) => self.beside(a).cmp(&b),
            (Some(a), Some(b)) => a.cmp(&b),
        }
    }

    /// How two values compare; what lists and records hold counts as steps.
    pub(super) fn compare(&mut self, a: Reg, b: Reg) -> Outcome<Ordering> {
        if self.word(a).is_elsewhere() && matches!(self.beside(a), Value::List(_) | Value::Record(_)) {
            let value = self.value(a);
            self.count_held(&value)?;
        }
        Ok(self.order(a, b))
    }

    /// A number.
    pub(super) fn number(&self, reg: Reg) -> Outcome<Number> {
        let word = self.word(reg);
        match word.lane() {
            Some(lane) => Ok(Number::from_lane(lane)),
            None => match self.beside_word(word, reg) {
                Some(Value::Number(number)) => Ok(number.clone()),
                _ => Err(Failure::mismatch("a number")),
            },
        }
    }

    fn beside_word(&self, word: Word, reg: Reg) -> Option<&Value> {
        (word.is_elsewhere()).then(|| self.beside(reg))
    }

    /// Yes or no.
    pub(super) fn yes_no(&self, reg: Reg) -> Outcome<bool> {
        self.word(reg).answer().ok_or_else(|| Failure::mismatch("yes or no"))
    }

    /// A date.
    pub(super) fn date(&self, reg: Reg) -> Outcome<Date> {
        self.word(reg).date().ok_or_else(|| Failure::mismatch("a date"))
    }

    /// The elements of a list.
    pub(super) fn elements(&self, reg: Reg) -> Outcome<Arc<[Value]>> {
        match self.beside_word(self.word(reg), reg) {
            Some(Value::List(elements)) => Ok(elements.clone()),
            _ => Err(Failure::mismatch("a list")),
        }
    }

    /// Computes a value that is needed now; its register.
    #[inline]
    pub(super) fn obtain(&mut self, source: Source) -> Outcome<Reg> {
        match source.code {
            Some(start) => self.run(start)?,
            None if O::ENABLED && O::VALUES => self.tell_leaf(source),
            None => {}
        }
        Ok(source.value)
    }

    /// Tells the observer of a value that needs no code.
    #[inline(never)]
    fn tell_leaf(&mut self, source: Source) {
        if let Some(expr) = self.marks().roots.get(source.root as usize) {
            self.observer.enter(Node::Expr(expr));
            self.leave_with(source.value);
        }
    }

    /// A number that is needed now.
    pub(super) fn number_of(&mut self, source: Source) -> Outcome<Number> {
        let reg = self.obtain(source)?;
        self.number(reg)
    }

    /// A value that is needed now.
    pub(super) fn value_of(&mut self, source: Source) -> Outcome<Value> {
        let reg = self.obtain(source)?;
        Ok(self.value(reg))
    }

    /// Yes or no, needed now.
    pub(super) fn answer_of(&mut self, source: Source) -> Outcome<bool> {
        let reg = self.obtain(source)?;
        self.yes_no(reg)
    }

    /// A condition of an exception, an option: yes where none is written. The observer is told how it was decided.
    pub(super) fn condition(&mut self, source: Option<Source>) -> Outcome<bool> {
        let Some(source) = source else { return Ok(true) };
        let answer = self.answer_of(source)?;
        if O::ENABLED
            && let Some(expr) = self.marks().roots.get(source.root as usize)
        {
            self.observer.note(Note::Condition(expr.span(), answer));
        }
        Ok(answer)
    }

    /// Goes deeper: to something asked for at a level, in which expressions are nested so deep.
    pub(super) fn enter_depth(&mut self, level: u16, depth: u16) -> Outcome<()> {
        self.depth = self.depth.saturating_add(u32::from(level)).saturating_add(1);
        self.check_depth(depth)
    }

    /// Checks that so much deeper is within the limit.
    #[inline]
    pub(super) fn check_depth(&self, depth: u16) -> Outcome<()> {
        if self.depth.saturating_add(u32::from(depth)) > self.limits.depth {
            return Err(depth_reached(self.limits.depth));
        }
        Ok(())
    }

    /// Counts one step.
    #[inline]
    pub(super) fn step(&mut self) -> Outcome<()> {
        self.steps(1)
    }

    /// Counts so many steps.
    #[inline]
    pub(super) fn steps(&mut self, steps: usize) -> Outcome<()> {
        self.scratch.steps = self.scratch.steps.saturating_add(steps as u64);
        if self.scratch.steps > self.limits.steps {
            return Err(steps_reached(self.limits.steps));
        }
        Ok(())
    }

    /// Checks the length of a list that the rules make.
    pub(super) fn check_length(&self, length: usize) -> Outcome<()> {
        if length > self.limits.list {
            return Err(list_reached(self.limits.list));
        }
        Ok(())
    }

    /// Tells the observer something, where there is one.
    #[inline]
    pub(super) fn note(&mut self, note: Note<'p, '_>) {
        if O::ENABLED {
            self.observer.note(note);
        }
    }

    /// Tells the observer that a node begins, where there is one.
    #[inline]
    pub(super) fn enter(&mut self, node: Node<'p>) {
        if O::ENABLED {
            self.observer.enter(node);
        }
    }

    /// Tells the observer that a node ends, where there is one.
    #[inline]
    pub(super) fn leave(&mut self, value: Option<&Value>) {
        if O::ENABLED {
            self.observer.leave(value);
        }
    }

    /// Tells the observer that a node ends with the value of a register, where there is one.
    #[inline]
    pub(super) fn leave_with(&mut self, reg: Reg) {
        if O::ENABLED && O::VALUES {
            let value = self.value(reg);
            self.observer.leave(Some(&value));
        }
    }
}

#[cold]
#[inline(never)]
fn depth_reached(depth: u32) -> Failure {
    Failure::limit(format!("expressions are nested more than {depth} deep"))
}

#[cold]
#[inline(never)]
fn steps_reached(steps: u64) -> Failure {
    Failure::limit(format!("the quote takes more than {steps} steps"))
}

#[cold]
#[inline(never)]
fn list_reached(length: usize) -> Failure {
    Failure::limit(format!("a list has more than {length} elements"))
}
