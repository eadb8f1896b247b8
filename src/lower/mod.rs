//! From a program's typed expressions to its code: registers instead of names, every value computed once, constants folded.
//!
//! Program → [`Code`], and [`Marks`] where somebody asks. The same program gives the same operations with and without marks. What is
//! lowered first lies deepest: the registers of a definition begin above those of everything that it refers to, so that
//! computing one never disturbs another that waits for it. What stands in the course of the quote (`main`) lies above all.

mod calls;
mod charges;
mod choices;
mod expression;
mod forms;
mod lists;
mod main;
mod registers;
mod shared;
mod stages;
mod tiers;

use crate::program::code::{Code, Entry, Event, Form, FormId, Marks, Op, Purpose, Reg, Source};
use crate::program::{Expr, ExprKind, FunctionId, Program};
use crate::source::Span;
use crate::value::{Number, Value};
use main::Main;
use registers::{Frame, Owner};
use shared::Shared;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The registers of constants are counted from here until it is known how many others there are.
const CONSTANTS: u32 = 1 << 30;

/// The registers of the quote's own code are counted from here until then.
const MAIN: u32 = 1 << 29;

/// The code of a program's quotes. Takes time in proportion to the program.
pub(crate) fn lower(program: &Program) -> Code {
    Lowering::new(program, None, Purpose::Quote).finish().0
}

/// The code that answers single questions: defaults of inputs, what tests say, and an expression that is none of the program's own.
pub(crate) fn lower_asked(program: &Program, other: Option<(&Expr, u16)>) -> Code {
    let purpose = Purpose::Asked(other.map(|(expr, locals)| (expr.clone(), locals)));
    let (code, _) = Lowering::new(program, None, purpose.clone()).finish();
    Code { purpose, ..code }
}

/// The marks of the operations of a program's code.
pub(crate) fn marks(program: &Program, code: &Code) -> Marks {
    Lowering::new(program, Some(Marks::default()), code.purpose.clone()).finish().1
}

/// A program while it is lowered.
struct Lowering<'p> {
    program: &'p Program,
    code: Code,
    marks: Option<Marks>,
    /// What the observer is told before the next operation.
    pending: Vec<Event>,
    constants: HashMap<Value, Reg>,
    /// The forms that ask whether a value is one of constants: rules name the same lists over and over.
    choices: HashMap<(Reg, Box<[Value]>), FormId>,
    /// Where the registers of what has been lowered end; `None` for what has not.
    ends: HashMap<Owner, u32>,
    /// The registers of the parameters of functions and tiers.
    parameters: HashMap<Owner, u32>,
    /// The registers of what is being lowered.
    frame: Frame,
    /// What has been computed on every way to here.
    shared: Shared,
    /// The elements that are visited by what is being lowered, the innermost last.
    elements: Vec<lists::Element>,
    /// The functions that something has called.
    called: HashSet<FunctionId>,
    /// The registers that stand for the parameters of functions in place of calls.
    arguments: HashMap<Reg, Reg>,
    /// The chain of conditions that the next choice may belong to.
    chain: Option<choices::Chain>,
    /// The place of what is being lowered.
    span: Span,
    roots: u32,
    /// The last place that a jump leads to.
    landed: Option<u32>,
    /// What the code of the quote computes in its course.
    main: Main,
}

impl<'p> Lowering<'p> {
    fn new(program: &'p Program, marks: Option<Marks>, purpose: Purpose) -> Self {
        let definition_registers = program.inputs.len() as u32;
        let charge_registers = definition_registers.saturating_add(program.definitions.len() as u32);
        let code = Code {
            definition_registers,
            charge_registers,
            definitions: vec![Entry::default(); program.definitions.len()],
            functions: vec![(Entry::default(), Reg::default()); program.functions.len()],
            tiers: vec![None; program.tiers.len()],
            charges: vec![Entry::default(); program.charges.len()],
            charge_forms: vec![Default::default(); program.charges.len()],
            purpose,
            identity: Arc::new(()),
            ..Code::default()
        };
        Lowering {
            program,
            code,
            marks,
            pending: Vec::new(),
            constants: HashMap::new(),
            choices: HashMap::new(),
            ends: HashMap::new(),
            parameters: HashMap::new(),
            frame: Frame::default(),
            shared: Shared::default(),
            elements: Vec::new(),
            called: HashSet::new(),
            arguments: HashMap::new(),
            chain: None,
            span: Span::default(),
            roots: 0,
            landed: None,
            main: Main::default(),
        }
    }

    fn finish(mut self) -> (Code, Marks) {
        match self.code.purpose.clone() {
            Purpose::Quote => self.quote(),
            Purpose::Asked(other) => self.asked(other.as_ref()),
        }
        self.skip_nothing();
        let mut marks = self.marks.unwrap_or_default();
        marks.starts.push(marks.events.len() as u32);
        registers::place(&mut self.code, &mut marks, self.main.registers);
        self.code.ops.shrink_to_fit();
        self.code.forms.shrink_to_fit();
        self.code.constants.shrink_to_fit();
        (self.code, marks)
    }

    /// Says at each operation that does nothing where something is done.
    fn skip_nothing(&mut self) {
        let mut at = self.here();
        let mut next = at;
        for op in self.code.ops.iter_mut().rev() {
            at = at.saturating_sub(1);
            match op {
                Op::Nothing(goal) => *goal = next,
                _ => next = at,
            }
        }
    }

    /// Where the next operation will stand.
    fn here(&self) -> u32 {
        self.code.ops.len() as u32
    }

    /// Adds an operation; what waits to be told is told before it.
    fn emit(&mut self, op: Op) -> u32 {
        let at = self.here();
        self.code.ops.push(op);
        self.frame.waiting = false;
        if let Some(marks) = &mut self.marks {
            marks.spans.push(self.span);
            marks.starts.push(marks.events.len() as u32);
            marks.events.append(&mut self.pending);
        }
        at
    }

    /// Adds a jump whose goal is not known yet.
    fn jump(&mut self, jump: impl FnOnce(u32) -> Op) -> u32 {
        self.emit(jump(0))
    }

    /// Adds a jump to where an answer is no. A comparison that stands directly before becomes one operation with it.
    fn jump_unless(&mut self, answer: Reg) -> u32 {
        if let Some(Op::Compare(comparison, to, a, b)) = self.code.ops.last().copied()
            && to == answer
            && !self.landed_here()
            && let Some(last) = self.code.ops.last_mut()
        {
            *last = Op::CompareJump(comparison, to, a, b, 0);
            self.frame.waiting = false;
            let at = self.here().saturating_sub(1);
            if let Some(marks) = &mut self.marks {
                marks.decided.push((at, std::mem::take(&mut self.pending)));
            }
            return at;
        }
        self.emit(Op::JumpUnless(answer, 0))
    }

    /// Whether a jump leads here, so that what stands before is not all that leads here.
    fn landed_here(&self) -> bool {
        self.landed == Some(self.here())
    }

    /// The value of an expression into a register: the operation that gives it writes there at once, where it can.
    fn expression_to(&mut self, to: Reg, expr: &Expr) {
        let free = self.frame.next;
        let value = self.expression_at(Some(to), expr);
        if value == to {
            return;
        }
        if value.0 >= free
            && value.0 < CONSTANTS
            && !self.landed_here()
            && let Some(result) = self.code.ops.last_mut().and_then(Op::result_mut)
            && *result == value
        {
            *result = to;
            self.shared.forget_result(value);
            let place = &mut |reg: &mut Reg| {
                if *reg == value {
                    *reg = to;
                }
            };
            self.pending.iter_mut().for_each(|event| event.registers(place));
        } else {
            self.emit(Op::Move(to, value));
        }
    }

    /// The goal of a jump is here. What waits to be told belongs to the way that does not jump.
    fn land(&mut self, jumps: &[u32]) {
        self.flush();
        let here = self.here();
        self.landed = Some(here);
        for jump in jumps {
            if let Some(
                Op::Jump(goal)
                | Op::JumpIf(_, goal)
                | Op::JumpUnless(_, goal)
                | Op::CompareJump(.., goal)
                | Op::JumpIfGiven(_, goal)
                | Op::JumpUnlessPositive(_, goal),
            ) = self.code.ops.get_mut(*jump as usize)
            {
                *goal = here;
            }
        }
    }

    /// An operation of its own for what waits to be told. It stands there without marks as well, so that the operations are the same.
    fn flush(&mut self) {
        if self.frame.waiting {
            self.emit(Op::Nothing(0));
        }
    }

    /// Tells an observer something before the next operation.
    fn tell(&mut self, event: impl FnOnce() -> Event) {
        self.frame.waiting = true;
        if self.marks.is_some() {
            self.pending.push(event());
        }
    }

    fn form(&mut self, form: Form) -> Reg {
        let to = self.temporary();
        self.form_to(to, form);
        to
    }

    fn form_to(&mut self, to: Reg, form: Form) {
        let next = FormId(self.code.forms.len() as u32);
        let id = match &form {
            Form::OneOf(value, choices) => *self.choices.entry((*value, choices.clone())).or_insert(next),
            _ => next,
        };
        if id == next {
            self.code.forms.push(form);
        }
        self.emit(Op::Form(to, id));
    }

    /// The register of a constant.
    fn constant(&mut self, value: Value) -> Reg {
        if let Some(known) = self.constants.get(&value) {
            return *known;
        }
        let reg = Reg(CONSTANTS.saturating_add(self.code.constants.len() as u32));
        self.code.constants.push(value.clone());
        self.constants.insert(value, reg);
        reg
    }

    fn constant_number(&mut self, number: Number) -> Reg {
        self.constant(Value::Number(number))
    }

    /// The number in a register, where it is a constant.
    fn known_number(&self, reg: Reg) -> Option<&Number> {
        let at = reg.0.checked_sub(CONSTANTS)?;
        self.code.constants.get(at as usize)?.as_number()
    }

    /// A value that is computed when it is needed: its code stands here, and is jumped over.
    fn source(&mut self, expr: &Expr) -> Source {
        let root = self.root(expr);
        if let Some(value) = self.leaf(expr) {
            return Source { value, code: None, root };
        }
        let (start, value) = self.aside(|this| this.expression(expr));
        Source { value, code: Some(start), root }
    }

    /// A piece of code of its own, which is jumped over; where it begins.
    fn aside<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> (u32, T) {
        let over = self.jump(Op::Jump);
        let start = self.here();
        let result = self.sometimes(|this| {
            let result = work(this);
            this.emit(Op::Return);
            result
        });
        self.land(&[over]);
        (start, result)
    }

    /// Something that not every way to what comes after it computes.
    fn sometimes<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let mark = self.shared.mark();
        self.frame.sometimes = self.frame.sometimes.saturating_add(1);
        let result = work(self);
        self.frame.sometimes = self.frame.sometimes.saturating_sub(1);
        self.shared.forget(mark);
        result
    }

    fn root(&mut self, expr: &Expr) -> u32 {
        let root = self.roots;
        self.roots = root.saturating_add(1);
        if let Some(marks) = &mut self.marks {
            marks.roots.push(expr.clone());
        }
        root
    }

    /// The register of an expression that needs no code.
    fn leaf(&mut self, expr: &Expr) -> Option<Reg> {
        match &expr.kind {
            ExprKind::Constant(value) => Some(self.constant(value.clone())),
            ExprKind::Input(slot) => Some(Reg(u32::from(*slot))),
            ExprKind::Local(slot) => {
                let local = self.local(*slot);
                self.elements
                    .iter_mut()
                    .rev()
                    .find(|visited| visited.element == local)
                    .iter_mut()
                    .for_each(|visited| visited.whole = true);
                Some(local)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
