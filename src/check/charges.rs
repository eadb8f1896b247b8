//! Charges, flags, refusals and the total.

use super::scope::Scope;
use super::{Checker, Progress};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{
    Charge, ChargeAmount, ChargeDetails, ChargeGroup, DefinitionId, Exception, Expr, ExprKind, GroupOption, Notice,
    Output, RoundTo, Stage, StageKind, TotalStage,
};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::{Type, UnitExpr};
use crate::value::Value;
use std::sync::Arc;

/// Whether a plain reference to the charge may find none. A charge for each element is a sum, zero at the least.
pub(super) fn may_be_absent(charge: &Charge) -> bool {
    if charge.each.is_some() {
        return false;
    }
    let group = match &charge.amount {
        ChargeAmount::Group(group) => group.options.iter().all(|option| option.when.is_some()),
        ChargeAmount::Expr(_) => false,
    };
    charge.when.is_some() || group
}

impl Checker<'_> {
    pub(super) fn need_charge(&mut self, index: usize) {
        if !matches!(self.charges.get(index), Some(Progress::Waiting)) {
            return;
        }
        if let Some(place) = self.charges.get_mut(index) {
            *place = Progress::Begun;
        }
        let Some(at) = self.charge_entries.get(index).copied() else { return };
        let (Some(item), Some(entry)) = (self.entry_item(at), self.entries.get(at)) else { return };
        let (hidden, removed) = (entry.hidden, entry.removed);
        let ast::ItemKind::Charge(charge) = &item.kind else { return };
        let checked = self.charge(charge, hidden, removed);
        if let Some(place) = self.charges.get_mut(index) {
            *place = Progress::Done(checked);
        }
    }

    fn charge(&mut self, charge: &ast::Charge, hidden: bool, removed: bool) -> Charge {
        let mut scope = Scope::default();
        let each = charge.each.as_ref().and_then(|each| self.charge_each(each, &mut scope));
        let when = self.charge_when(charge, removed, &mut scope);
        let (amount, ty) = self.charge_amount(charge, &mut scope);
        let unit = self.money_unit(&ty, charge.code.span, &charge.code.text);
        let rounds_itself = match &amount {
            ChargeAmount::Expr(amount) => amount.rounds_itself(),
            ChargeAmount::Group(group) => group.stages.last().is_some_and(Stage::is_rounding),
        };
        let usual = match &unit {
            Some(unit) if !self.round_total => self.booking_for(unit, charge.code.span),
            _ => None,
        };
        let mut exceptions = match &unit {
            Some(unit) if !hidden => self.exceptions_to(&charge.code.text, &Type::In(unit.clone()), &mut scope),
            _ => Vec::new(),
        };
        exceptions.iter_mut().for_each(|exception| book_exception(exception, usual.as_ref()));
        let booking = usual.filter(|_| !rounds_itself);
        let label = charge.label.as_ref().map(|label| self.template(label, &mut scope));
        let because = charge.because.as_ref().map(|because| self.template(because, &mut scope));
        let shown = charge.shown.as_deref().map(|(quantity, price)| {
            let quantity = self.expression(quantity, None, &mut scope);
            let price = price.as_ref().map(|price| self.expression(price, None, &mut scope));
            for part in [Some(&quantity), price.as_ref()].into_iter().flatten() {
                if !part.ty.is_numeric() && part.ty != Type::Unknown {
                    let shown = self.show_type(&part.ty);
                    self.report(
                        Diagnostic::error(
                            codes::TYPE_MISMATCH,
                            "a line shows a quantity at a price",
                            part.span(),
                            format!("this is {shown}"),
                        )
                        .help("such as `shown as billed at 0.45 USD per lb`"),
                    );
                }
            }
            (quantity, price)
        });
        let tags = charge.tags.iter().map(|tag| tag.text.as_str().into()).collect();
        Charge {
            code: charge.code.text.as_str().into(),
            amount,
            when,
            unit: unit.unwrap_or_else(|| UnitExpr::new(Vec::new())),
            booking,
            listed: !hidden,
            locals: scope.slots(),
            span: charge.code.span,
            details: ChargeDetails { label, each, because, tags, shown, exceptions }.into(),
        }
    }

    fn charge_when(&mut self, charge: &ast::Charge, removed: bool, scope: &mut Scope) -> Option<Expr> {
        if removed {
            let never = ExprKind::Constant(Value::YesNo(false));
            return Some(Expr::new(never, Type::YesNo, charge.code.span));
        }
        charge.when.as_ref().map(|when| {
            let checked = self.condition(when, scope);
            scope.learn(self.facts(when, true));
            checked
        })
    }

    fn charge_amount(&mut self, charge: &ast::Charge, scope: &mut Scope) -> (ChargeAmount, Type) {
        match &charge.amount {
            ast::ChargeAmount::Expr(expr) => {
                let expr = match &expr.kind {
                    ast::ExprKind::Stages(inner, stages) => self.booked_stages(inner, stages, expr.span, None, scope),
                    _ => self.expression(expr, None, scope),
                };
                let ty = expr.ty.clone();
                (ChargeAmount::Expr(expr), ty)
            }
            ast::ChargeAmount::Group(policy, options, stages) => {
                let mut ty: Option<Type> = None;
                let mut checked = Vec::new();
                for option in options {
                    let mark = scope.mark();
                    let when = option.when.as_ref().map(|when| {
                        let checked = self.condition(when, scope);
                        scope.learn(self.facts(when, true));
                        checked
                    });
                    let amount = self.expression(&option.amount, None, scope);
                    scope.reset(mark);
                    let wanted = ty.get_or_insert_with(|| amount.ty.clone()).clone();
                    let amount = self.coerce(amount, &wanted, &format!("the amount of {}", option.code.text));
                    checked.push(GroupOption {
                        code: option.code.text.as_str().into(),
                        label: option.label.as_ref().map(|label| label.text.as_str().into()),
                        amount,
                        when,
                        span: option.code.span,
                    });
                }
                let ty = ty.unwrap_or(Type::Unknown);
                let (stages, ty) = self.stage_list(&ty, charge.code.span, stages, scope);
                let group = ChargeGroup { policy: *policy, options: checked.into(), stages: stages.into() };
                (ChargeAmount::Group(Box::new(group)), ty)
            }
        }
    }

    /// The unit of an amount of money, or `None` after saying that it is none.
    fn money_unit(&mut self, ty: &Type, span: Span, code: &str) -> Option<UnitExpr> {
        match ty {
            Type::Unknown => None,
            Type::In(unit) if self.units.currency(unit).is_some() => Some(unit.clone()),
            other => {
                let shown = self.show_type(other);
                let help = match (other, self.currency) {
                    (Type::Number | Type::Integer, Some(currency)) => {
                        format!("give the number its currency, such as `12.50 {currency}` or `(…) as {currency}`")
                    }
                    (Type::Optional(_), _) => {
                        "say what is charged where it is absent: `… otherwise 0 USD`, or `when … is given`".to_string()
                    }
                    (Type::Row(_), _) => "say which value of the row: `….price`, say".to_string(),
                    (Type::In(_), _) => "multiply a quantity by a rate such as `42.10 USD per cwt`".to_string(),
                    _ => "a charge books money, such as `12.50 USD`; any other value can be an `output`".to_string(),
                };
                self.report(
                    Diagnostic::error(
                        codes::NOT_MONEY,
                        format!("the charge {code} is {shown}, not an amount of money"),
                        span,
                        format!("this charge is {shown}"),
                    )
                    .help(help),
                );
                None
            }
        }
    }

    /// Flags, refusals and outputs in the order written.
    pub(super) fn check_notices(&mut self) {
        self.check_exception_targets();
        let mut definition = 0u32;
        for at in 0..self.entries.len() {
            let Some(item) = self.entry_item(at) else { continue };
            let hidden = self.entries.get(at).is_some_and(|entry| entry.hidden);
            match &item.kind {
                ast::ItemKind::Let { .. } => definition = definition.saturating_add(1),
                ast::ItemKind::Output { name, label, .. } => {
                    if !hidden {
                        self.outputs.push(Output {
                            name: name.text.clone(),
                            label: label.as_ref().map(|label| label.text.clone()),
                            definition: DefinitionId(definition),
                        });
                        self.used.insert(super::Symbol::Definition(definition as usize));
                    }
                    definition = definition.saturating_add(1);
                }
                ast::ItemKind::Flag { code, message, when } if !hidden => {
                    let notice = self.notice(code, message, when);
                    self.flags.push(notice);
                }
                ast::ItemKind::Refuse { code, message, when } if !hidden => {
                    let notice = self.notice(code, message, when);
                    self.refusals.push(notice);
                }
                _ => {}
            }
        }
    }

    fn notice(&mut self, code: &ast::Name, message: &ast::Template, when: &ast::Expr) -> Notice {
        let mut scope = Scope::default();
        let checked = self.condition(when, &mut scope);
        scope.learn(self.facts(when, true));
        let message = self.template(message, &mut scope);
        Notice { code: code.text.as_str().into(), message, when: checked, locals: scope.slots(), span: code.span }
    }

    pub(super) fn check_total(&mut self) {
        for at in 0..self.entries.len() {
            let Some(item) = self.entry_item(at) else { continue };
            if let ast::ItemKind::Total(stages) = &item.kind {
                for stage in stages {
                    self.total_stage(stage);
                }
            }
        }
    }

    fn total_stage(&mut self, stage: &ast::Stage) {
        let (bound, line, maximum) = match &stage.kind {
            ast::StageKind::Minimum(bound, line) => (bound, line, false),
            ast::StageKind::Maximum(bound, line) => (bound, line, true),
            _ => {
                self.report(
                    Diagnostic::error(
                        codes::BAD_TOTAL,
                        "a total has a minimum or a maximum",
                        stage.span,
                        "not a minimum or maximum",
                    )
                    .help("book a discount or a surcharge as a charge of its own, so that the lines add up"),
                );
                return;
            }
        };
        let mut scope = Scope::default();
        let bound = self.expression(bound, None, &mut scope);
        let Some(unit) = self.money_unit(&bound.ty.clone(), bound.span(), "total") else { return };
        let (code, label) = match line {
            Some(line) => {
                let line = super::stages::stage_line(line);
                (line.code, line.label)
            }
            None if maximum => ("MAXIMUM".into(), Some("Maximum charge".into())),
            None => ("MINIMUM".into(), Some("Minimum charge".into())),
        };
        self.total.push(TotalStage { unit, bound, maximum, code, label, locals: scope.slots(), span: stage.span });
    }

    /// The codes of lines that stages and groups book besides the charges.
    pub(super) fn line_codes(&self) -> Vec<String> {
        let mut codes: Vec<String> = self.total.iter().map(|stage| stage.code.to_string()).collect();
        if self.round_total {
            codes.push("ROUNDING".to_string());
        }
        for progress in &self.charges {
            let Progress::Done(charge) = progress else { continue };
            let stages: &[Stage] = match &charge.amount {
                ChargeAmount::Expr(amount) => match &amount.kind {
                    ExprKind::Stages(_, stages) => stages,
                    _ => &[],
                },
                ChargeAmount::Group(group) => {
                    codes.extend(group.options.iter().map(|option| option.code.to_string()));
                    &group.stages
                }
            };
            for stage in stages {
                if let StageKind::Minimum(_, Some(line)) | StageKind::Maximum(_, Some(line)) = &stage.kind {
                    codes.push(line.code.to_string());
                }
            }
        }
        codes
    }
}

/// Says how what stands instead of an amount is booked: as is usual, unless it rounds itself. Whether the amount does that it replaces is no matter.
fn book_exception(exception: &mut Exception, usual: Option<&Arc<RoundTo>>) {
    exception.booking = usual.filter(|_| !exception.value.rounds_itself()).cloned();
    exception.exceptions.iter_mut().for_each(|inner| book_exception(inner, usual));
}
