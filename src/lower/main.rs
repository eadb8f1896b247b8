//! The code of a quote: its charges one after the other, and in their course what every quote computes.
//!
//! A charge that nothing asks for before its turn, and a definition where every quote first asks for it, stand in the course of
//! the quote itself, without a call. Everything else is computed when something asks for it.

use super::registers::Owner;
use super::{Lowering, MAIN};
use crate::program::code::{Event, Op, Reg};
use crate::program::{ChargeId, DefinitionId, Expr, ExprKind, FunctionId, TiersId};
use std::collections::HashSet;

/// What stands in the course of a quote.
#[derive(Debug, Default)]
pub(super) struct Main {
    /// Whether the course is being lowered.
    running: bool,
    /// Charges that stand in it.
    charges: HashSet<ChargeId>,
    /// Definitions that stand in it, as far as it is lowered.
    definitions: HashSet<DefinitionId>,
    /// What something outside may ask for.
    asked: HashSet<Owner>,
    /// How many registers it has.
    pub(super) registers: u32,
}

impl Main {
    pub(super) fn has_charge(&self, id: ChargeId) -> bool {
        self.charges.contains(&id)
    }

    pub(super) fn has_definition(&self, id: DefinitionId) -> bool {
        self.definitions.contains(&id)
    }
}

impl Lowering<'_> {
    /// Everything of a quote.
    pub(super) fn quote(&mut self) {
        self.choose_charges();
        self.ask_other_charges();
        self.functions_and_tiers();
        self.course();
        self.asked_later();
        self.outside_charges();
    }

    /// The charges that nothing asks for before their turn.
    fn choose_charges(&mut self) {
        let program = self.program;
        let mut seen = HashSet::new();
        let mut early = HashSet::new();
        let mut first = Vec::new();
        program.priced_on.iter().for_each(|expr| first.push(expr));
        for refusal in &program.refusals {
            first.push(&refusal.when);
            refusal.message.parts(&mut |part| first.push(part));
        }
        let mut found = Vec::new();
        first.into_iter().for_each(|expr| self.reach(expr, &mut seen, &mut found));
        early.extend(found.drain(..));
        for owner in &early {
            self.main.asked.insert(*owner);
        }
        for (id, charge) in (0..).zip(&program.charges) {
            if seen.insert(Owner::Charge(id)) {
                charge.parts(&mut |part| self.reach(part, &mut seen, &mut found));
            }
            // What is asked for on the way to a charge, and comes only after it.
            early.extend(found.drain(..).filter(|owner| matches!(owner, Owner::Charge(other) if *other > id)));
        }
        let in_turn =
            (0..).zip(&program.charges).filter(|(id, charge)| charge.listed && !early.contains(&Owner::Charge(*id)));
        self.main.charges = in_turn.map(|(id, _)| ChargeId(id)).collect();
    }

    /// Charges that do not stand in the course may be asked for anywhere in it, and with them all that they ask for.
    fn ask_other_charges(&mut self) {
        for id in 0..self.program.charges.len() as u32 {
            if !self.main.charges.contains(&ChargeId(id)) {
                self.ask_outside(Owner::Charge(id));
            }
        }
    }

    /// Everything that an expression refers to, directly or not, that has not been seen yet; charges each time they are asked for.
    fn reach(&self, expr: &Expr, seen: &mut HashSet<Owner>, found: &mut Vec<Owner>) {
        let program = self.program;
        let mut direct = Vec::new();
        self.every_part(expr, &mut |part| match &part.kind {
            ExprKind::Definition(id) => direct.push(Owner::Definition(id.0)),
            ExprKind::Charge(id) | ExprKind::IsApplied(id) => direct.push(Owner::Charge(id.0)),
            ExprKind::SumApplied(ids) => direct.extend(ids.iter().map(|id| Owner::Charge(id.0))),
            ExprKind::Call(id, _) => direct.push(Owner::Function(id.0)),
            ExprKind::Tiers(id, _) => direct.push(Owner::Tiers(id.0)),
            _ => {}
        });
        for owner in direct {
            found.push(owner);
            if !seen.insert(owner) {
                continue;
            }
            let mut parts = Vec::new();
            match owner {
                Owner::Definition(id) => {
                    program.definitions.get(id as usize).iter().for_each(|d| d.parts(&mut |part| parts.push(part)));
                }
                Owner::Charge(id) => {
                    program.charges.get(id as usize).iter().for_each(|c| c.parts(&mut |part| parts.push(part)));
                }
                Owner::Function(id) => parts.extend(program.functions.get(id as usize).map(|f| &f.body)),
                Owner::Tiers(id) => {
                    program.tiers.get(id as usize).iter().for_each(|t| t.parts(&mut |part| parts.push(part)));
                }
            }
            parts.into_iter().for_each(|part| self.reach(part, seen, found));
        }
    }

    /// Functions and tiers, whose parameters have to have registers before anything calls them; with all that they ask for.
    fn functions_and_tiers(&mut self) {
        for id in 0..self.program.functions.len() as u32 {
            self.need_function(FunctionId(id));
        }
        for id in 0..self.program.tiers.len() as u32 {
            self.need_tiers(TiersId(id));
        }
    }

    /// The charges in the order of the rules.
    fn course(&mut self) {
        let program = self.program;
        self.code.quote = self.here();
        self.frame = super::Frame { locals: MAIN, next: MAIN, ..super::Frame::default() };
        self.main.running = true;
        for (id, charge) in (0..).map(ChargeId).zip(&program.charges) {
            if !charge.listed {
                continue;
            }
            self.span = charge.span;
            if !self.main.charges.contains(&id) {
                self.charge(id);
                continue;
            }
            self.tell(|| Event::EnterCharge(id));
            let outer = self.own_locals(charge.locals);
            let form = self.each_line(id, charge);
            self.frame.locals = outer;
            if let Some(place) = self.code.charge_forms.get_mut(id.0 as usize) {
                *place = form;
            }
            let own = self.code.charge(id);
            self.tell(|| Event::LeaveCharge(own));
        }
        self.emit(Op::Return);
        self.main.running = false;
        self.main.registers = self.frame.next.saturating_sub(MAIN);
        self.code.depth = self.frame.depth;
        self.frame = super::Frame::default();
        self.shared = super::Shared::default();
    }

    /// Gives local slots of their own to what is lowered next; the first of the slots before.
    pub(super) fn own_locals(&mut self, locals: u16) -> u32 {
        let first = self.frame.next;
        self.frame.next = first.saturating_add(u32::from(locals));
        std::mem::replace(&mut self.frame.locals, first)
    }

    /// Lowers a definition in the course of the quote, where every quote asks for it first; whether that could be done.
    pub(super) fn define_here(&mut self, id: DefinitionId, own: Reg) -> bool {
        let program = self.program;
        if !self.main.running {
            return false;
        }
        let owner = Owner::Definition(id.0);
        let asked = self.main.asked.contains(&owner) || self.ends.contains_key(&owner);
        let definition = match program.definitions.get(id.0 as usize) {
            Some(definition) if self.frame.sometimes == 0 && !asked && definition.exceptions.is_empty() => definition,
            _ => {
                self.ask_outside(owner);
                return false;
            }
        };
        if self.has_tiers(&definition.value) {
            self.ask_outside(owner);
            return false;
        }
        self.tell(|| Event::EnterDefinition(id));
        let outer = self.own_locals(definition.locals);
        let span = std::mem::replace(&mut self.span, definition.span);
        self.expression_to(own, &definition.value);
        self.span = span;
        self.frame.locals = outer;
        self.main.definitions.insert(id);
        self.tell(|| Event::Leave(own));
        true
    }

    /// Something will be computed when it is asked for; so will all that it asks for.
    fn ask_outside(&mut self, owner: Owner) {
        let mut seen = std::mem::take(&mut self.main.asked);
        if seen.insert(owner) {
            let mut parts = Vec::new();
            match owner {
                Owner::Definition(id) => {
                    let definition = self.program.definitions.get(id as usize);
                    definition.iter().for_each(|definition| definition.parts(&mut |part| parts.push(part)));
                }
                Owner::Charge(id) => {
                    let charge = self.program.charges.get(id as usize);
                    charge.iter().for_each(|charge| charge.parts(&mut |part| parts.push(part)));
                }
                Owner::Function(_) | Owner::Tiers(_) => {}
            }
            let mut found = Vec::new();
            parts.into_iter().for_each(|part| self.reach(part, &mut seen, &mut found));
        }
        self.main.asked = seen;
    }
}
