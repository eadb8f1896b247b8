//! Calls of functions.
//!
//! A function that calls no other stands in the place of the first call of it, its parameters being the registers of the arguments: there are
//! no values to move and nothing to come back from. It takes the same step and is as deep as a call.

use super::{Lowering, Owner};
use crate::program::code::{Op, Reg};
use crate::program::{Expr, ExprKind, Function, FunctionId};

impl<'p> Lowering<'p> {
    pub(super) fn call(&mut self, id: FunctionId, arguments: &[Expr]) -> Reg {
        let arguments = self.expressions(arguments);
        if let Some(function) = self.in_place(id) {
            return self.called_in_place(id, function, &arguments);
        }
        let parameters = self.parameters.get(&Owner::Function(id.0)).copied().unwrap_or_default();
        for (parameter, argument) in (parameters..).map(Reg).zip(arguments) {
            self.emit(Op::Move(parameter, argument));
        }
        let level = self.frame.level;
        self.emit(Op::Call(id.0, level));
        let result = self.code.functions.get(id.0 as usize).map_or(Reg::default(), |(_, result)| *result);
        let to = self.temporary();
        self.emit(Op::Move(to, result));
        to
    }

    /// The function, where this is the first call of it and it calls no other.
    fn in_place(&mut self, id: FunctionId) -> Option<&'p Function> {
        let program = self.program;
        let function = program.functions.get(id.0 as usize)?;
        if !self.called.insert(id) {
            return None;
        }
        let mut calls = false;
        self.every_part(&function.body, &mut |part| calls |= matches!(part.kind, ExprKind::Call(..)));
        (!calls).then_some(function)
    }

    fn called_in_place(&mut self, id: FunctionId, function: &'p Function, arguments: &[Reg]) -> Reg {
        let (level, depth) = (self.frame.level, self.frame.depth);
        let needed = self.code.functions.get(id.0 as usize).map_or(0, |(entry, _)| entry.depth);
        self.emit(Op::Deeper(level, needed));
        let outer = self.own_locals(function.locals);
        let parameters: Vec<Reg> = (0..).zip(arguments).map(|(slot, _)| self.local(slot)).collect();
        self.arguments.extend(parameters.iter().copied().zip(arguments.iter().copied()));
        // As deep as within a call; that it is not too deep is asked where it begins, and not of what stands around it.
        self.frame.level = level.saturating_add(1);
        let value = self.expression(&function.body);
        self.frame.level = level;
        self.frame.depth = depth;
        self.frame.locals = outer;
        parameters.iter().for_each(|parameter| {
            self.arguments.remove(parameter);
        });
        value
    }
}
