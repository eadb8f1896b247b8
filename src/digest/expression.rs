//! Expressions in canonical form.
//!
//! What has a name in the rules is written as the digest of its meaning; an input by its name on the wire; a local by how deep it is
//! bound; a member, field or column by its name; a unit as its dimension and size, so that `lb` and an alias of it are one.

use super::writer::Writer;
use super::{Digest, SEMANTICS};
use crate::program::{
    Arithmetic, Expr, ExprKind, Program, RoundStep, RoundTo, Stage, StageKind, Template, TemplatePiece,
};
use crate::types::{Base, Type, UnitExpr};
use crate::value::{Number, Value, zone_database_version};
use std::collections::HashMap;

/// Something that others refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Item {
    Definition(u32),
    Parameter(u32),
    Function(u32),
    Tiers(u32),
    Calendar(u32),
    Windows(u32),
    Table(u32),
    Charge(u32),
}

/// Reads a program; each item's digest is made once.
pub(super) struct Reading<'p> {
    pub(super) program: &'p Program,
    /// Whether all that quotes and explanations show is part of the form, and not only what is charged.
    pub(super) shown: bool,
    pub(super) known: HashMap<Item, Digest>,
}

/// The local slots that are bound, outermost first.
#[derive(Debug, Default)]
pub(super) struct Scope(pub(super) Vec<u16>);

impl<'p> Reading<'p> {
    /// Of what is charged.
    pub(super) fn of_meaning(program: &'p Program) -> Self {
        Reading { program, shown: false, known: HashMap::new() }
    }

    /// Of all that is shown.
    pub(super) fn of_all_shown(program: &'p Program) -> Self {
        Reading { program, shown: true, known: HashMap::new() }
    }

    /// A text for people.
    pub(super) fn show(&self, writer: &mut Writer, text: Option<&str>) {
        if self.shown {
            writer.optional(text);
        }
    }

    /// Begins the form of an item.
    pub(super) fn begin(kind: &str) -> Writer {
        let mut writer = Writer::new(kind);
        writer.count(SEMANTICS as usize);
        writer
    }

    /// The digest of an expression by itself.
    fn digest_of(&mut self, expr: &Expr, scope: &mut Scope) -> Digest {
        let mut writer = Writer::new("part");
        self.expression(&mut writer, expr, scope);
        writer.finish()
    }

    pub(super) fn expressions(&mut self, writer: &mut Writer, list: &[Expr], scope: &mut Scope) {
        writer.count(list.len());
        list.iter().for_each(|expr| self.expression(writer, expr, scope));
    }

    pub(super) fn maybe(&mut self, writer: &mut Writer, expr: Option<&Expr>, scope: &mut Scope) {
        writer.yes_no(expr.is_some());
        expr.into_iter().for_each(|expr| self.expression(writer, expr, scope));
    }

    /// Expressions in whose order nothing lies.
    pub(super) fn unordered<'e>(
        &mut self,
        writer: &mut Writer,
        list: impl IntoIterator<Item = &'e Expr>,
        scope: &mut Scope,
    ) {
        let digests = list.into_iter().map(|expr| self.digest_of(expr, scope)).collect();
        writer.unordered(digests);
    }

    pub(super) fn expression(&mut self, writer: &mut Writer, expr: &Expr, scope: &mut Scope) {
        match &expr.kind {
            ExprKind::Constant(value) => self.value(writer, value, &expr.ty),
            ExprKind::Local(slot) => {
                writer.text("local");
                writer.count(scope.0.iter().rposition(|bound| bound == slot).unwrap_or(usize::MAX));
            }
            ExprKind::Scale(inner, factor) => {
                writer.text("scale");
                writer.number(factor);
                self.expression(writer, inner, scope);
            }
            ExprKind::Arithmetic(how @ (Arithmetic::Add | Arithmetic::Multiply), ..) => {
                writer.text(if *how == Arithmetic::Add { "sum" } else { "product" });
                let mut terms = Vec::new();
                chain(expr, *how, &mut terms);
                self.unordered(writer, terms, scope);
            }
            ExprKind::Stages(inner, stages) => {
                writer.text("stages");
                self.expression(writer, inner, scope);
                self.stages(writer, stages, scope);
            }
            ExprKind::Template(template) => self.template(writer, template, scope),
            ExprKind::Library(function, arguments) => {
                // A function may see in which unit its argument is counted, as `whole` does.
                writer.text("library");
                writer.text(function.name());
                for argument in arguments {
                    self.ty(writer, &argument.ty);
                    self.expression(writer, argument, scope);
                }
            }
            ExprKind::Allocate { parts, round, remainder } => {
                let [amount, weights] = &**parts;
                writer.text(&format!("allocate {remainder:?}"));
                self.expression(writer, amount, scope);
                self.expression(writer, weights, scope);
                self.rounding(writer, round, scope);
            }
            kind if self.reference(writer, kind, scope) || self.list(writer, expr, scope) => {}
            kind => {
                writer.text(&self.word(kind));
                expr.parts(&mut |part| self.expression(writer, part, scope));
            }
        }
    }

    /// What stands for something with a name, or for a part of it; whether it is that.
    fn reference(&mut self, writer: &mut Writer, kind: &ExprKind, scope: &mut Scope) -> bool {
        let program = self.program;
        match kind {
            ExprKind::Input(slot) => {
                writer.text("input");
                if let Some(field) = program.inputs.get(*slot as usize) {
                    writer.text(&field.wire);
                    self.ty(writer, &field.ty);
                    self.maybe(writer, field.default.as_ref(), scope);
                }
            }
            ExprKind::Definition(id) => self.refer(writer, "let", Item::Definition(id.0)),
            ExprKind::Charge(id) => self.refer(writer, "charge", Item::Charge(id.0)),
            ExprKind::IsApplied(id) => self.refer(writer, "is applied", Item::Charge(id.0)),
            ExprKind::SumApplied(ids) => {
                writer.text("sum of those that apply");
                let digests = ids.iter().map(|id| self.item(Item::Charge(id.0))).collect();
                writer.unordered(digests);
            }
            ExprKind::Parameter(id, on) => {
                self.refer(writer, "parameter", Item::Parameter(id.0));
                self.maybe(writer, on.as_ref(), scope);
            }
            ExprKind::Lookup { table, keys, on, if_any, rows } => {
                self.refer(writer, "look-up", Item::Table(table.0));
                writer.count(keys.len());
                keys.iter().for_each(|key| self.maybe(writer, key.as_ref(), scope));
                self.maybe(writer, on.as_ref(), scope);
                writer.yes_no(*if_any);
                writer.yes_no(*rows);
            }
            ExprKind::Call(id, arguments) => {
                self.refer(writer, "call", Item::Function(id.0));
                self.expressions(writer, arguments, scope);
            }
            ExprKind::Tiers(id, arguments) => {
                self.refer(writer, "tiers", Item::Tiers(id.0));
                self.expressions(writer, arguments, scope);
            }
            ExprKind::Host(id, arguments) => {
                writer.text("host");
                if let Some(host) = program.hosts.get(id.0 as usize) {
                    self.host(writer, host);
                }
                self.expressions(writer, arguments, scope);
            }
            ExprKind::WithinWindows(inner, id) => {
                self.refer(writer, "within windows", Item::Windows(id.0));
                self.expression(writer, inner, scope);
            }
            ExprKind::WithinCalendar(inner, id) => {
                self.refer(writer, "within calendar", Item::Calendar(id.0));
                self.expression(writer, inner, scope);
            }
            ExprKind::Split(from, until, id) => {
                self.refer(writer, "split", Item::Windows(id.0));
                self.expression(writer, from, scope);
                self.expression(writer, until, scope);
            }
            _ => return false,
        }
        true
    }

    fn refer(&mut self, writer: &mut Writer, word: &str, item: Item) {
        writer.text(word);
        let digest = self.item(item);
        writer.digest(digest);
    }

    /// The word of an operation that is nothing but its parts and what the word says.
    fn word(&self, kind: &ExprKind) -> String {
        match kind {
            ExprKind::Negate(_) => "negate".to_string(),
            ExprKind::Not(_) => "not".to_string(),
            ExprKind::Arithmetic(how, ..) => format!("{how:?}"),
            ExprKind::DateArithmetic(how, ..) => format!("{how:?}"),
            ExprKind::Compare(comparison, ..) => format!("compare {comparison:?}"),
            ExprKind::And(..) => "and".to_string(),
            ExprKind::Or(..) => "or".to_string(),
            ExprKind::If(..) => "if".to_string(),
            ExprKind::IsGiven(_) => "is given".to_string(),
            ExprKind::Otherwise(..) => "otherwise".to_string(),
            ExprKind::InRange { low, high, .. } => {
                let end = |end: &Option<Box<(Expr, bool)>>| end.as_ref().map(|end| end.1);
                format!("in range {:?} {:?}", end(low), end(high))
            }
            ExprKind::ContainedIn(..) => "contained in".to_string(),
            ExprKind::PerStep { started, .. } => format!("per step {started}"),
            ExprKind::Draw(..) => "draw".to_string(),
            ExprKind::Days { inclusive, thirty_360, .. } => format!("days {inclusive} {thirty_360}"),
            ExprKind::DateOf(..) => format!("date of {}", zone_database_version()),
            ExprKind::TimeOf(..) => format!("time of {}", zone_database_version()),
            ExprKind::InstantOf(..) => format!("instant of {}", zone_database_version()),
            ExprKind::Increments(..) => "increments".to_string(),
            // Everything else has been written by its own function.
            _ => "operation".to_string(),
        }
    }

    pub(super) fn stages(&mut self, writer: &mut Writer, stages: &[Stage], scope: &mut Scope) {
        writer.count(stages.len());
        for stage in stages {
            let (word, bound, line) = match &stage.kind {
                StageKind::LessPercent(bound) => ("less percent", bound, None),
                StageKind::LessAmount(bound) => ("less amount", bound, None),
                StageKind::PlusPercent(bound) => ("plus percent", bound, None),
                StageKind::PlusAmount(bound) => ("plus amount", bound, None),
                StageKind::Minimum(bound, line) => ("minimum", bound, line.as_ref()),
                StageKind::Maximum(bound, line) => ("maximum", bound, line.as_ref()),
                StageKind::Rounded(to) => {
                    writer.text("rounded");
                    self.rounding(writer, to, scope);
                    continue;
                }
            };
            writer.text(word);
            self.expression(writer, bound, scope);
            writer.optional(line.map(|line| &*line.code));
            self.show(writer, line.and_then(|line| line.label.as_deref()));
        }
    }

    pub(super) fn rounding(&mut self, writer: &mut Writer, to: &RoundTo, scope: &mut Scope) {
        writer.text(to.mode.words());
        match &to.step {
            RoundStep::Expr(step) => {
                writer.text("step");
                self.expression(writer, step, scope);
            }
            RoundStep::Fixed(step) => {
                writer.text("fixed");
                writer.number(step);
            }
            RoundStep::OwnOf(slot, own, step) => {
                writer.text("own step of");
                writer.optional(self.program.inputs.get(*slot as usize).map(|field| field.wire.as_str()));
                writer.text(own.code());
                self.expression(writer, step, scope);
            }
            RoundStep::MinorOf(slot) => {
                writer.text("minor unit of");
                writer.optional(self.program.inputs.get(*slot as usize).map(|field| field.wire.as_str()));
            }
        }
    }

    /// A text with what is filled in.
    pub(super) fn template(&mut self, writer: &mut Writer, template: &Template, scope: &mut Scope) {
        writer.text("text");
        writer.count(template.pieces.len());
        for piece in &template.pieces {
            match piece {
                TemplatePiece::Text(text) => writer.text(text),
                TemplatePiece::Fill(expr) => {
                    self.ty(writer, &expr.ty);
                    self.expression(writer, expr, scope);
                }
            }
        }
    }

    /// A value of a type: members, fields and units by what they are.
    pub(super) fn value(&self, writer: &mut Writer, value: &Value, ty: &Type) {
        match (value, ty.present()) {
            (Value::Member(member), Type::Enum(id)) => {
                let enumeration = self.program.enumeration(*id);
                let name = enumeration.and_then(|e| e.members.get(*member as usize)).map(|(name, _)| &**name);
                writer.text("member");
                writer.optional(name);
            }
            (Value::Record(fields), Type::Record(record)) => {
                writer.text("record");
                for (field, declared) in fields.iter().zip(&record.fields) {
                    writer.text(&declared.name);
                    self.value(writer, field, &declared.ty);
                }
            }
            (Value::List(elements), Type::List(element)) => {
                writer.text("list");
                writer.count(elements.len());
                elements.iter().for_each(|value| self.value(writer, value, element));
            }
            (Value::Number(_), Type::In(unit)) => {
                writer.simple(value);
                self.unit(writer, unit);
            }
            _ => writer.simple(value),
        }
    }

    pub(super) fn ty(&self, writer: &mut Writer, ty: &Type) {
        match ty {
            Type::In(unit) => {
                writer.text("in");
                self.unit(writer, unit);
            }
            Type::Enum(id) => {
                writer.text("enumeration");
                let members = self.program.enumeration(*id).map_or(&[][..], |enumeration| &enumeration.members);
                writer.count(members.len());
                members.iter().for_each(|(name, _)| writer.text(name));
            }
            Type::Record(record) => {
                writer.text("record");
                writer.count(record.fields.len());
                for field in &record.fields {
                    writer.text(&field.name);
                    self.ty(writer, &field.ty);
                }
            }
            Type::Row(_) => writer.text("row"),
            Type::List(element) => {
                writer.text("list of");
                self.ty(writer, element);
            }
            Type::Optional(inner) => {
                writer.text("optional");
                self.ty(writer, inner);
            }
            simple => writer.text(&format!("{simple:?}")),
        }
    }

    /// A unit: its dimension, and its size in base units.
    pub(super) fn unit(&self, writer: &mut Writer, unit: &UnitExpr) {
        let units = &self.program.units;
        let mut bases: Vec<String> =
            units.dimension(unit).0.iter().map(|(base, power)| format!("{} {power}", self.base(base))).collect();
        bases.sort_unstable();
        writer.count(bases.len());
        bases.iter().for_each(|base| writer.text(base));
        writer.number(&units.factor(unit).unwrap_or(Number::ZERO));
        if self.shown {
            writer.text(&units.show(unit));
        }
    }

    fn base(&self, base: &Base) -> String {
        match base {
            Base::Money(currency) => format!("money {currency}"),
            Base::Chosen(slot) => {
                let field = self.program.inputs.get(*slot as usize);
                format!("money chosen by {}", field.map_or("?", |field| &field.wire))
            }
            Base::Declared(id) => {
                format!("counts of {}", self.program.units.get(*id).map_or("?", |unit| &unit.name))
            }
            fixed => format!("{fixed:?}"),
        }
    }
}

/// The terms of a sum, or the factors of a product.
fn chain<'e>(expr: &'e Expr, how: Arithmetic, terms: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::Arithmetic(other, a, b) if *other == how => {
            chain(a, how, terms);
            chain(b, how, terms);
        }
        _ => terms.push(expr),
    }
}
