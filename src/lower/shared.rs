//! What has been computed on every way to a place, so that it is not computed again.
//!
//! Only operations whose value depends on their registers alone, on registers that do not change while it is known.

use super::Lowering;
use crate::program::DefinitionId;
use crate::program::code::{Event, Form, Op, Reg};

/// How far back an equal operation is looked for.
const MOST: usize = 64;

/// What is known; a stack, cut back where a way ends that not every other takes.
#[derive(Debug, Default)]
pub(super) struct Shared {
    known: Vec<Known>,
}

#[derive(Debug)]
enum Known {
    Op(Op, Reg),
    Form(Form, Reg),
    Definition(DefinitionId),
}

impl Shared {
    pub(super) fn mark(&self) -> usize {
        self.known.len()
    }

    pub(super) fn forget(&mut self, mark: usize) {
        self.known.truncate(mark);
    }

    /// A register no longer holds what was computed into it last.
    pub(super) fn forget_result(&mut self, result: Reg) {
        if matches!(self.known.last(), Some(Known::Op(_, reg) | Known::Form(_, reg)) if *reg == result) {
            self.known.pop();
        }
    }

    fn recent(&self) -> impl Iterator<Item = &Known> {
        self.known.iter().rev().take(MOST)
    }
}

impl Lowering<'_> {
    /// The result of an operation, whose own result register is not looked at.
    pub(super) fn compute(&mut self, op: impl Fn(Reg) -> Op) -> Reg {
        let wanted = op(Reg::default());
        let known = self.shared.recent().find_map(|known| match known {
            Known::Op(op, reg) if *op == wanted => Some(*reg),
            _ => None,
        });
        if let Some(reg) = known {
            return reg;
        }
        let to = self.temporary();
        self.emit(op(to));
        self.shared.known.push(Known::Op(wanted, to));
        to
    }

    /// The result of a form that depends on its registers alone.
    pub(super) fn compute_form(&mut self, form: Form) -> Reg {
        let known = self.shared.recent().find_map(|known| match known {
            Known::Form(other, reg) if *other == form => Some(*reg),
            _ => None,
        });
        if let Some(reg) = known {
            if let Form::LookUp { table, .. } = form {
                self.tell(|| Event::Row(table, reg));
            }
            return reg;
        }
        let reg = self.form(form.clone());
        self.shared.known.push(Known::Form(form, reg));
        reg
    }

    /// The register of a definition, computed where it may not be known yet.
    pub(super) fn define(&mut self, id: DefinitionId) -> Reg {
        let known = self.main.has_definition(id)
            || self.shared.recent().any(|known| matches!(known, Known::Definition(other) if *other == id));
        let own = self.code.definition(id);
        if known {
            self.tell(|| Event::Known(id));
        } else if !self.define_here(id, own) {
            let level = self.frame.level;
            self.emit(Op::Define(own, id, level));
            self.shared.known.push(Known::Definition(id));
        }
        own
    }
}
