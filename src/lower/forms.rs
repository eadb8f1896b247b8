//! Expressions that are forms: look-ups, dates, texts, functions of the library and of the host.

use super::{Lowering, Owner};
use crate::program::code::*;
use crate::program::{Expr, ExprKind as K, Template, TemplatePiece, WindowsId};
use crate::types::Type;
use crate::value::Value;

impl Lowering<'_> {
    pub(super) fn other_form(&mut self, expr: &Expr) -> Reg {
        let form = match &expr.kind {
            K::Parameter(id, on) => return self.parameter(*id, on.as_ref()),
            K::Lookup { table, keys, on, if_any, rows } => {
                let keys = keys.iter().map(|key| key.as_ref().map(|key| self.expression(key))).collect();
                let on = on.as_ref().map(|on| self.expression(on));
                return self.compute_form(Form::LookUp { table: *table, keys, on, if_any: *if_any, rows: *rows });
            }
            K::Tiers(id, arguments) => {
                let arguments = self.expressions(arguments);
                let (to, level) = (self.temporary(), self.frame.level);
                if let ([quantity], true) = (&*arguments, self.are_known(*id)) {
                    self.emit(Op::Tiers(to, *quantity, *id, level));
                    return to;
                }
                let parameters = self.parameters.get(&Owner::Tiers(id.0)).copied().unwrap_or_default();
                for (parameter, argument) in (parameters..).map(Reg).zip(arguments) {
                    self.emit(Op::Move(parameter, argument));
                }
                self.emit(Op::Tiers(to, Reg(parameters), *id, level));
                return to;
            }
            K::SumApplied(ids) => {
                ids.iter().for_each(|id| self.charge(*id));
                Form::SumApplied(ids.iter().copied().collect())
            }
            K::Record(fields) => Form::Record(self.expressions(fields)),
            K::List(elements) => Form::List(self.expressions(elements)),
            K::DateArithmetic(arithmetic, left, right) => {
                let (left, right) = (self.expression(left), self.expression(right));
                Form::DateArithmetic(*arithmetic, left, right)
            }
            K::InList(value, list) => {
                let (value, list) = (self.expression(value), self.expression(list));
                Form::InList(value, list)
            }
            K::WithinWindows(instant, id) => {
                let instant = self.expression(instant);
                let zone = self.zone_of(*id);
                Form::WithinWindows(instant, *id, zone)
            }
            K::WithinCalendar(date, id) => Form::WithinCalendar(self.expression(date), *id),
            K::Host(id, arguments) => Form::Host(*id, self.expressions(arguments)),
            K::Library(function, arguments) => {
                let ty = arguments.first().map_or(Type::Unknown, |argument| argument.ty.clone());
                Form::Library(*function, self.expressions(arguments), ty)
            }
            K::Draw(pool, wants) => {
                let pool = self.expression(pool);
                Form::Draw(pool, self.expressions(wants))
            }
            K::Allocate { parts, round, remainder } => {
                let [amount, weights] = &**parts;
                let (amount, weights) = (self.expression(amount), self.expression(weights));
                let step = self.round_step(round);
                Form::Allocate(amount, weights, step, round.mode, *remainder)
            }
            K::Days { from, to, inclusive, thirty_360 } => {
                let (from, to) = (self.expression(from), self.expression(to));
                Form::Days(from, to, *inclusive, *thirty_360)
            }
            K::DateOf(instant, zone) => {
                let (instant, zone) = (self.expression(instant), self.expression(zone));
                Form::DateOf(instant, zone)
            }
            K::TimeOf(instant, zone) => {
                let (instant, zone) = (self.expression(instant), self.expression(zone));
                Form::TimeOf(instant, zone)
            }
            K::InstantOf(parts) => {
                let [date, time, zone] = parts.each_ref().map(|part| self.expression(part));
                Form::InstantOf(date, time, zone)
            }
            K::Split(start, end, id) => {
                let (start, end) = (self.expression(start), self.expression(end));
                let zone = self.zone_of(*id);
                Form::Split(start, end, *id, zone)
            }
            K::Increments(parts) => {
                let [total, first, then] = parts.each_ref().map(|part| self.expression(part));
                Form::Increments(total, first, then)
            }
            K::Template(template) => Form::Text(self.text(template)),
            _ => self.list_form(expr),
        };
        self.form(form)
    }

    fn parameter(&mut self, id: crate::program::ParameterId, on: Option<&Expr>) -> Reg {
        let only = self.program.parameters.get(id.0 as usize).and_then(|parameter| parameter.values.first());
        match (on, only) {
            (Some(on), _) => {
                let on = self.expression(on);
                self.form(Form::Parameter(id, on))
            }
            (None, Some(only)) => {
                self.tell(|| Event::Constant(id));
                self.constant(only.value.clone())
            }
            (None, None) => self.constant(Value::Absent),
        }
    }

    fn zone_of(&mut self, id: WindowsId) -> Reg {
        match self.program.windows.get(id.0 as usize) {
            Some(windows) => self.expression(&windows.zone),
            None => self.constant(Value::Absent),
        }
    }

    /// A text whose values are computed when it is filled in.
    pub(super) fn text(&mut self, template: &Template) -> TextForm {
        let pieces = template.pieces.iter().map(|piece| match piece {
            TemplatePiece::Text(text) => TextPiece::Text(text.clone()),
            TemplatePiece::Fill(expr) => TextPiece::Fill(self.source(expr), expr.ty.clone()),
        });
        TextForm { pieces: pieces.collect() }
    }
}
