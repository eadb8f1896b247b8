//! Tiers: bounds that rise, and prices that all give one kind of amount.

use super::convert::in_unit;
use super::scope::Scope;
use super::{Checker, Progress};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Expr, ExprKind, Program, Tier, TierPart, TierRows, Tiers};
use crate::source::Span;
use crate::syntax::ast;
use crate::types::{Type, UnitExpr};
use crate::value::{Number, Value};

impl Checker<'_> {
    pub(super) fn need_tiers(&mut self, index: usize) {
        if !matches!(self.tiers.get(index), Some(Progress::Waiting)) {
            return;
        }
        if let Some(place) = self.tiers.get_mut(index) {
            *place = Progress::Begun;
        }
        let Some(item) = self.tiers_entries.get(index).copied().and_then(|entry| self.entry_item(entry)) else {
            return;
        };
        let ast::ItemKind::Tiers(tiers) = &item.kind else { return };
        let checked = self.check_tiers(tiers);
        if let Some(place) = self.tiers.get_mut(index) {
            *place = Progress::Done(checked);
        }
    }

    fn check_tiers(&mut self, tiers: &ast::Tiers) -> Tiers {
        let over = self.resolve_type(&tiers.over);
        let over = if over == Type::Integer { Type::Number } else { over };
        let mut scope = Scope::default();
        self.check_countable(&over, tiers);
        scope.bind("", over.clone()); // the quantity, which rules cannot name
        let params = self.bind_params(&tiers.params, &mut scope);
        let mut result: Option<Type> = None;
        let rows = match &tiers.rows {
            ast::TierRows::Written(rows) => {
                let rows: Vec<Tier> = rows.iter().map(|tier| self.tier(tier, &over, &mut result, &mut scope)).collect();
                self.check_bounds(&rows, tiers.name.span);
                TierRows::Written(rows)
            }
            ast::TierRows::Each { name, list, tier } => {
                let list = self.expression(list, None, &mut scope);
                let element = match &list.ty {
                    Type::List(element) => element.as_ref().clone(),
                    Type::Unknown => Type::Unknown,
                    other => {
                        let shown = self.show_type(other);
                        self.report(
                            Diagnostic::error(
                                codes::NOT_A_LIST,
                                "tiers are made of a list",
                                list.span(),
                                format!("this is {shown}"),
                            )
                            .help("name a list of records, one for each tier"),
                        );
                        Type::Unknown
                    }
                };
                let slot = scope.bind(&name.text, element);
                let tier = Box::new(self.tier(tier, &over, &mut result, &mut scope));
                TierRows::Each { list, slot, tier }
            }
        };
        let result = result.unwrap_or(Type::Unknown);
        let each_rounded = tiers.each_rounded.as_ref().and_then(|to| self.round_to(&result, to, &mut scope));
        Tiers {
            name: tiers.name.text.clone(),
            params,
            over,
            result,
            volume: tiers.volume,
            flat_at_zero: tiers.flat_at_zero,
            each_rounded,
            rows,
            locals: scope.slots(),
            span: tiers.name.span,
        }
    }

    /// Tiers are over something that is counted.
    fn check_countable(&mut self, over: &Type, tiers: &ast::Tiers) {
        if over.is_numeric() || *over == Type::Unknown {
            return;
        }
        let shown = self.show_type(over);
        self.report(
            Diagnostic::error(
                codes::TYPE_MISMATCH,
                format!("tiers cannot be over {shown}"),
                tiers.over.span,
                "not a number, an amount or a quantity",
            )
            .help("such as `over data in GiB`, `over money in USD` or `over number`"),
        );
    }

    fn tier(&mut self, tier: &ast::Tier, over: &Type, result: &mut Option<Type>, scope: &mut Scope) -> Tier {
        let bound = tier.bound.as_ref().map(|(bound, included)| {
            let checked = self.expression(bound, Some(over), scope);
            // A bare number is a number of the unit that the tiers are over.
            let checked = match (&checked.ty, over) {
                (Type::Integer | Type::Number, Type::In(_)) => checked.with_type(over.clone()),
                (Type::Optional(inner), Type::In(_)) if matches!(inner.as_ref(), Type::Integer | Type::Number) => {
                    checked.with_type(over.clone().optional())
                }
                _ => checked,
            };
            let wanted = if matches!(checked.ty, Type::Optional(_)) { over.clone().optional() } else { over.clone() };
            (self.coerce(checked, &wanted, "the tier's bound"), *included)
        });
        let parts = tier.parts.iter().filter_map(|part| self.tier_part(part, over, result, scope)).collect();
        Tier { bound, parts, span: tier.span }
    }

    fn tier_part(
        &mut self,
        part: &ast::TierPart,
        over: &Type,
        result: &mut Option<Type>,
        scope: &mut Scope,
    ) -> Option<TierPart> {
        match part {
            ast::TierPart::Rate(rate) => {
                let rate = self.expression(rate, None, scope);
                let (ty, scale) = self.rate_result(&rate, over)?;
                let factor = self.same_result(ty, result, rate.span())?;
                Some(TierPart::Rate { rate, scale: scale.mul(&factor).ok()? })
            }
            ast::TierPart::Flat(amount) => {
                let amount = self.expression(amount, None, scope);
                Some(TierPart::Flat(self.result_amount(amount, result)?))
            }
            ast::TierPart::PerStep(amount, step, started) => {
                let amount = self.expression(amount, None, scope);
                let amount = self.result_amount(amount, result)?;
                let step = self.expression(step, None, scope);
                let step = match (&step.ty, over) {
                    (Type::Integer | Type::Number, Type::In(_)) => step.with_type(over.clone()),
                    _ => self.coerce(step, over, "the tier's step"),
                };
                Some(TierPart::PerStep { amount, step, started: *started })
            }
        }
    }

    /// What a rate times a quantity gives, and the exact conversion in it.
    fn rate_result(&mut self, rate: &Expr, over: &Type) -> Option<(Type, Number)> {
        let plain = UnitExpr::new(Vec::new());
        match (&rate.ty, over) {
            (Type::Unknown, _) | (_, Type::Unknown) => None,
            (Type::Percent, ty) => Some((ty.clone(), Number::ONE)),
            (Type::Integer | Type::Number, Type::Number) => Some((Type::Number, Number::ONE)),
            (Type::In(unit), Type::Number) => Some((Type::In(unit.clone()), Number::ONE)),
            (Type::In(rate_unit), Type::In(unit)) => {
                let (product, factor) = self.units.product(rate_unit, unit, false).ok()?;
                let leftover = product.parts().iter().any(|part| unit.parts().contains(part)) && product != plain;
                if leftover {
                    self.no_rate(rate, over);
                    return None;
                }
                Some((in_unit(product), factor))
            }
            _ => {
                self.no_rate(rate, over);
                None
            }
        }
    }

    fn no_rate(&mut self, rate: &Expr, over: &Type) {
        let (shown, quantity) = (self.show_type(&rate.ty), self.show_type(over));
        self.report(
            Diagnostic::error(
                codes::TYPE_MISMATCH,
                format!("{shown} is not a rate for {quantity}"),
                rate.span(),
                format!("this is {shown}"),
            )
            .help("write a rate such as `0.085 USD per GiB`, a percent, or `… flat` for an amount that is due once"),
        );
    }

    fn same_result(&mut self, ty: Type, result: &mut Option<Type>, span: Span) -> Option<Number> {
        match result {
            None => {
                *result = Some(ty);
                Some(Number::ONE)
            }
            Some(known) => {
                let factor = match (&*known, &ty) {
                    (a, b) if a == b => Some(Number::ONE),
                    (Type::In(to), Type::In(from)) => self.units.conversion(from, to),
                    _ => None,
                };
                if factor.is_none() {
                    let (a, b) = (self.show_type(known), self.show_type(&ty));
                    self.report(
                        Diagnostic::error(
                            codes::TYPE_MISMATCH,
                            format!("one tier gives {a}, another {b}"),
                            span,
                            format!("gives {b}"),
                        )
                        .help("give all tiers one currency and one kind of rate"),
                    );
                }
                factor
            }
        }
    }

    fn result_amount(&mut self, amount: Expr, result: &mut Option<Type>) -> Option<Expr> {
        let ty = match &amount.ty {
            Type::Unknown => return None,
            Type::Integer => Type::Number,
            other => other.clone(),
        };
        if !ty.is_numeric() {
            let shown = self.show_type(&ty);
            let help = match ty {
                Type::Optional(_) => "give a value for the case that it is absent: `(… otherwise 0 USD)`",
                _ => "write an amount such as `5.00 USD`",
            };
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    format!("a tier cannot cost {shown}"),
                    amount.span(),
                    format!("this is {shown}"),
                )
                .help(help),
            );
            return None;
        }
        let known = result.get_or_insert(ty).clone();
        let amount = self.coerce(amount, &known, "the tier's amount");
        (amount.ty != Type::Unknown).then_some(amount)
    }

    /// Bounds that are written out must rise, and the last tier has none.
    fn check_bounds(&mut self, rows: &[Tier], span: Span) {
        let mut before: Option<(Value, Span)> = None;
        for (at, tier) in rows.iter().enumerate() {
            let last = at.saturating_add(1) == rows.len();
            match &tier.bound {
                Some((bound, _)) => {
                    if let Some(value) = super::convert::constant(bound) {
                        if let Some((_, place)) = before.as_ref().filter(|(known, _)| *known >= value) {
                            let place = *place;
                            self.report(
                                Diagnostic::error(
                                    codes::TIERS_NOT_RISING,
                                    "the bounds of tiers rise",
                                    bound.span(),
                                    "not above the bound before",
                                )
                                .also(place, "the bound before")
                                .help("order the tiers by their bounds"),
                            );
                        }
                        before = Some((value, bound.span()));
                    }
                    if last {
                        self.report(
                            Diagnostic::warning(
                                codes::TIERS_END,
                                "a quantity above the last tier has no price",
                                tier.span,
                                "the last tier ends here",
                            )
                            .help("end with `above …`, unless such a quantity is an error"),
                        );
                    }
                }
                None if !last => {
                    self.report(
                        Diagnostic::error(
                            codes::TIERS_NOT_RISING,
                            "`above` is the last tier",
                            tier.span,
                            "tiers follow that are never reached",
                        )
                        .help("move it to the end"),
                    );
                }
                None => {}
            }
        }
        if rows.is_empty() {
            self.report(
                Diagnostic::error(codes::TIERS_END, "tiers without a tier", span, "no tier here")
                    .help("write `above …` at least"),
            );
        }
    }
}

/// The last tiers that end where nothing comes above them: all quantities that their tiers are asked for are inputs that are declared
/// to reach no further.
pub(super) fn ends_that_no_input_passes(program: &Program) -> Vec<Span> {
    let mut calls = vec![(false, false); program.tiers.len()]; // whether there is a call, and one that may pass the end
    program.parts(&mut |whole| {
        whole.walk(&mut |expr| {
            let ExprKind::Tiers(id, arguments) = &expr.kind else { return };
            let at = id.0 as usize;
            let within = program.tiers.get(at).zip(arguments.first()).is_some_and(|(t, q)| stays_within(program, t, q));
            if let Some((called, passes)) = calls.get_mut(at) {
                (*called, *passes) = (true, *passes || !within);
            }
        });
    });
    let ends = program.tiers.iter().zip(calls).filter(|(_, calls)| *calls == (true, false));
    ends.filter_map(|(tiers, _)| last(tiers)).map(|tier| tier.span).collect()
}

/// Whether a quantity is an input, perhaps in another unit, whose declared range ends within the last tier.
fn stays_within(program: &Program, tiers: &Tiers, quantity: &Expr) -> bool {
    let (input, factor) = match &quantity.kind {
        ExprKind::Scale(inner, factor) => (&inner.kind, factor.clone()),
        kind => (kind, Number::ONE),
    };
    let ExprKind::Input(slot) = input else { return false };
    let high = program.inputs.get(usize::from(*slot)).and_then(|input| input.domain.high.as_ref());
    let (Some((Value::Number(high), high_included)), Some((bound, included))) =
        (high, last(tiers).and_then(|tier| tier.bound.as_ref()))
    else {
        return false;
    };
    match (super::convert::constant(bound), high.mul(&factor)) {
        (Some(Value::Number(bound)), Ok(high)) => high < bound || high == bound && (*included || !high_included),
        _ => false,
    }
}

fn last(tiers: &Tiers) -> Option<&Tier> {
    match &tiers.rows {
        TierRows::Written(rows) => rows.last(),
        TierRows::Each { .. } => None,
    }
}
