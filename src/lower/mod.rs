//! From a program's typed expressions to its code: registers instead of names, every value computed once, constants folded.
//!
//! Program → [`Code`], and [`Marks`] where somebody asks. The same program gives the same operations with and without marks. What is
//! lowered first lies deepest: the registers of a definition begin above those of everything that it refers to, so that
//! computing one never disturbs another that waits for it.

mod charges;
mod expression;
mod forms;
mod lists;
mod registers;
mod shared;

use crate::program::code::{Code, Entry, Event, Form, FormId, Marks, Op, Reg, Source};
use crate::program::{Expr, ExprKind, Program};
use crate::source::Span;
use crate::value::{Number, Value};
use registers::{Frame, Owner};
use shared::Shared;
use std::collections::HashMap;
use std::sync::Arc;

/// The registers of constants are counted from here until it is known how many others there are.
const CONSTANTS: u32 = 1 << 30;

/// The code of a program. Takes time in proportion to the program.
pub(crate) fn lower(program: &Program) -> Code {
    Lowering::new(program, None).finish(&[]).0
}

/// The code of a program with an expression that is none of its own, to be asked for.
pub(crate) fn lower_with(program: &Program, expr: &Expr, locals: u16) -> Code {
    let others = [(expr.clone(), locals)];
    let (code, _) = Lowering::new(program, None).finish(&others);
    Code { others: others.into(), ..code }
}

/// The marks of the operations of a program's code.
pub(crate) fn marks(program: &Program, code: &Code) -> Marks {
    Lowering::new(program, Some(Marks::default())).finish(&code.others).1
}

/// A program while it is lowered.
struct Lowering<'p> {
    program: &'p Program,
    code: Code,
    marks: Option<Marks>,
    /// What the observer is told before the next operation.
    pending: Vec<Event>,
    constants: HashMap<Value, Reg>,
    /// Where the registers of what has been lowered end; `None` for what has not.
    ends: HashMap<Owner, u32>,
    /// The registers of the parameters of functions and tiers.
    parameters: HashMap<Owner, u32>,
    /// The registers of what is being lowered.
    frame: Frame,
    /// What has been computed on every way to here.
    shared: Shared,
    /// The place of what is being lowered.
    span: Span,
    roots: u32,
}

impl<'p> Lowering<'p> {
    fn new(program: &'p Program, marks: Option<Marks>) -> Self {
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
            identity: Arc::new(()),
            ..Code::default()
        };
        Lowering {
            program,
            code,
            marks,
            pending: Vec::new(),
            constants: HashMap::new(),
            ends: HashMap::new(),
            parameters: HashMap::new(),
            frame: Frame::default(),
            shared: Shared::default(),
            span: Span::default(),
            roots: 0,
        }
    }

    fn finish(mut self, others: &[(Expr, u16)]) -> (Code, Marks) {
        self.charges_and_notices();
        self.asked(others);
        let mut marks = self.marks.unwrap_or_default();
        marks.starts.push(marks.events.len() as u32);
        registers::place_constants(&mut self.code, &mut marks);
        self.code.ops.shrink_to_fit();
        self.code.forms.shrink_to_fit();
        (self.code, marks)
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

    /// The goal of a jump is here. What waits to be told belongs to the way that does not jump.
    fn land(&mut self, jumps: &[u32]) {
        self.flush();
        let here = self.here();
        for jump in jumps {
            if let Some(
                Op::Jump(goal)
                | Op::JumpIf(_, goal)
                | Op::JumpUnless(_, goal)
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
            self.emit(Op::Nothing);
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
        let id = FormId(self.code.forms.len() as u32);
        self.code.forms.push(form);
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
        let over = self.jump(Op::Jump);
        let mark = self.shared.mark();
        let start = self.here();
        let value = self.expression(expr);
        self.emit(Op::Return);
        self.shared.forget(mark);
        self.land(&[over]);
        Source { value, code: Some(start), root }
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
            ExprKind::Local(slot) => Some(self.local(*slot)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
