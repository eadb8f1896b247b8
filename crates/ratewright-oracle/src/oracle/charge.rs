//! Charges: which apply, what lines they book, and the totals of the lines.
//!
//! A charge is rounded once, when it is booked. What a minimum or maximum with a code changes is a line of its own, so that the lines
//! always add up to what a reference to the charge means.

use super::exception::Replaced;
use super::number::{Rational, rounded, whole};
use super::pricing::{Pricing, Scope};
use super::rules::Definition;
use super::units::Unit;
use super::value::{Answer, Problems, Value};
use crate::outcome::{Datum, Line, Money, Part};
use num_traits::Zero;
use ratewright::syntax::ast::{
    Charge, ChargeAmount, Expr, ExprKind, GroupOption, GroupPolicy, RoundTo, Stage, StageKind,
};
use ratewright::value::RoundingMode;
use std::cmp::Ordering;

/// What a charge comes to.
#[derive(Debug, Clone)]
pub(crate) struct Booked {
    pub(crate) applied: bool,
    /// Its lines, and those of its minimum and maximum.
    pub(crate) lines: Vec<Line>,
    /// What a reference to it means.
    pub(crate) amount: Option<Value>,
}

/// An amount after its stages: what it is without those that book lines, and what they book.
struct Staged {
    amount: Value,
    booked: Vec<(String, Option<String>, Value)>,
    own_rounding: bool,
    /// The option of a group that is charged: its code, and its label.
    option: Option<(String, String)>,
}

impl Pricing<'_> {
    /// What a charge comes to, computed when it is first needed.
    pub(crate) fn charge(&self, code: &str, below: usize, plain: bool) -> Answer<Booked> {
        let key = (code.to_string(), below, plain);
        if let Some(known) = self.booked.borrow().get(&key) {
            return known.clone();
        }
        let before = self.rows.take();
        let tiers = self.tier_parts.take();
        let booked = self.deeper(|| self.book(code, below, plain));
        self.rows.replace(before);
        let used = self.tier_parts.replace(tiers);
        self.tiers_of.borrow_mut().insert(key.clone(), used);
        self.booked.borrow_mut().insert(key, booked.clone());
        booked
    }

    fn book(&self, code: &str, below: usize, plain: bool) -> Answer<Booked> {
        let absent = Booked { applied: false, lines: Vec::new(), amount: None };
        let removed = !self.rules.charges.iter().any(|known| known == code);
        let Some((layer, Definition::Charge(charge))) = self.version(code, below) else {
            return Err(Problems::mistaken(&format!("there is no charge {code}")));
        };
        let scope = Scope::of_layer(*layer);
        if removed {
            return Ok(absent);
        }
        let listed = below == usize::MAX && !plain;
        let scopes = match &charge.each {
            Some(each) => self.each(each, &scope)?,
            None => vec![scope],
        };
        // Of a charge for each element of a list that has none to book for, nothing is told, also not the tiers of what was asked of the elements.
        if scopes.is_empty() {
            self.tier_parts.take();
        }
        let mut booked = Booked { applied: charge.each.is_some(), ..absent };
        let of_the_list = self.rows.take();
        for scope in &scopes {
            self.rows.replace(of_the_list.clone());
            let tiers = self.tiers_told();
            let applies = match &charge.when {
                Some(condition) => self.decided(condition, scope)?,
                None => true,
            };
            if applies {
                let replaced = if plain || below != usize::MAX { Ok(None) } else { self.replaced(code, scope) };
                let replaced = replaced.map_err(|problems| problems.or_of(self.staged_amount(charge, scope)))?;
                self.book_one(charge, (replaced, listed, tiers), scope, &mut booked)?;
            }
        }
        Ok(booked)
    }

    /// Books one line of a charge, and those of its minimum and maximum.
    fn book_one(
        &self,
        charge: &Charge,
        (replaced, listed, tiers): (Option<Replaced<'_>>, bool, usize),
        scope: &Scope,
        booked: &mut Booked,
    ) -> Answer<()> {
        let because = match &replaced {
            Some(Replaced { because: Some((because, layer)), .. }) => {
                Some((*because, Scope { layer: *layer, ..scope.clone() }))
            }
            _ => charge.because.as_ref().map(|because| (because, scope.clone())),
        };
        let label_instead = replaced.as_ref().and_then(|replaced| replaced.label.clone());
        let staged = match replaced {
            Some(replaced) => {
                let own_rounding = replaced.rounded;
                Some(Staged { amount: replaced.value, booked: Vec::new(), own_rounding, option: None })
            }
            None => self.staged_amount(charge, scope)?,
        };
        let Some(staged) = staged else { return Ok(()) };
        booked.applied = true;
        let tiers: Vec<_> = self.tier_parts.borrow().iter().skip(tiers).cloned().collect();
        let mut sum = self.booking(&staged.amount, staged.own_rounding)?;
        let mut line = self.line(&charge.code.text, None, &sum)?;
        // What stands in no quote, as the base's of a charge that overrides, says nothing.
        if listed {
            line.label = match label_instead {
                Some(label) => Some(label),
                None => charge.label.as_ref().map(|label| self.template(label, scope)).transpose()?,
            };
            line.reason = because.map(|(because, scope)| self.template(because, &scope)).transpose()?;
            line.shown = charge.shown.as_deref().map(|shown| self.shown_as(shown, scope)).transpose()?;
        }
        line.rows = Some(distinct(self.rows.borrow().clone()));
        if let Some((code, label)) = staged.option {
            let amount = line.amount.clone();
            line.parts.push(Part { code: Some(code), label, quantity: None, rate: None, amount });
        }
        line.parts.extend(self.parts(&tiers)?);
        booked.lines.push(line);
        for (code, label, reached) in staged.booked {
            let reached = self.booking(&reached, staged.own_rounding)?;
            let difference = self.add(&reached, &sum, &whole(-1))?;
            if amount(&difference).is_some_and(|amount| !amount.is_zero()) {
                booked.lines.push(self.line(&code, label, &difference)?);
            }
            sum = reached;
        }
        booked.amount = Some(match &booked.amount {
            Some(known) => self.add(known, &sum, &whole(1))?,
            None => sum,
        });
        Ok(())
    }

    /// What a line shows of its price: the quantity, and the price of one.
    fn shown_as(&self, (quantity, price): &(Expr, Option<Expr>), scope: &Scope) -> Answer<(Datum, Option<Datum>)> {
        let price = price.as_ref().map(|price| self.measure(price, scope)).transpose();
        super::value::both(self.measure(quantity, scope), price)
    }

    /// A quantity as a line shows it.
    fn measure(&self, expr: &Expr, scope: &Scope) -> Answer<Datum> {
        Ok(match self.datum(&self.value(expr, scope)?)? {
            Datum::Number(number) => Datum::Quantity(number, String::new()),
            Datum::Money(money) => Datum::Quantity(money.amount, money.currency),
            datum => datum,
        })
    }

    fn line(&self, code: &str, label: Option<String>, booked: &Value) -> Answer<Line> {
        let amount = Money { amount: amount(booked).unwrap_or_else(|| whole(0)), currency: self.currency_of(booked)? };
        Ok(Line { code: code.to_string(), label, amount, reason: None, shown: None, rows: None, parts: Vec::new() })
    }

    /// The amount of a charge; nothing where no option of a group applies.
    fn staged_amount(&self, charge: &Charge, scope: &Scope) -> Answer<Option<Staged>> {
        match &charge.amount {
            ChargeAmount::Expr(Expr { kind: ExprKind::Stages(inner, stages), .. }) => {
                self.staged(self.value(inner, scope)?, stages, scope).map(Some)
            }
            ChargeAmount::Expr(expr) => self.staged(self.value(expr, scope)?, &[], scope).map(Some),
            ChargeAmount::Group(policy, options, stages) => match self.option(*policy, options, scope)? {
                Some((amount, option)) => {
                    let label =
                        option.label.as_ref().map_or_else(|| option.code.text.clone(), |label| label.text.clone());
                    let option = Some((option.code.text.clone(), label));
                    Ok(Some(Staged { option, ..self.staged(amount, stages, scope)? }))
                }
                None => Ok(None),
            },
        }
    }

    /// The amount of the option that a group charges; of equals the first.
    fn option<'o>(
        &self,
        policy: GroupPolicy,
        options: &'o [GroupOption],
        scope: &Scope,
    ) -> Answer<Option<(Value, &'o GroupOption)>> {
        let mut best: Option<(Value, &GroupOption)> = None;
        let before_all = self.tiers_told();
        for option in options {
            let applies = match &option.when {
                Some(condition) => self.decided(condition, scope)?,
                None => true,
            };
            if !applies {
                continue;
            }
            let before = self.tiers_told();
            let amount = self.value(&option.amount, scope)?;
            let wanted = match policy {
                GroupPolicy::First => return Ok(Some((amount, option))),
                GroupPolicy::Dearest => Ordering::Greater,
                GroupPolicy::Cheapest => Ordering::Less,
            };
            let better = match &best {
                Some((best, _)) => self.order(&amount, best)? == wanted,
                None => true,
            };
            if better {
                self.set_aside(before_all, before);
                best = Some((amount, option));
            } else {
                self.set_aside(before, usize::MAX);
            }
        }
        Ok(best)
    }

    fn staged(&self, amount: Value, stages: &[Stage], scope: &Scope) -> Answer<Staged> {
        let own_rounding = matches!(stages.last(), Some(Stage { kind: StageKind::Rounded(_), .. }));
        let mut staged = Staged { amount, booked: Vec::new(), own_rounding, option: None };
        for stage in stages {
            match &stage.kind {
                StageKind::Minimum(_, Some((code, label))) | StageKind::Maximum(_, Some((code, label))) => {
                    let before = staged.booked.last().map_or(&staged.amount, |(_, _, amount)| amount).clone();
                    let after = self.stage(before, stage, scope)?;
                    let label = label.as_ref().map(|label| label.text.clone());
                    staged.booked.push((code.text.clone(), label, after));
                }
                // What stands after is a stage of the amount with its minimum, and of the one without.
                _ => {
                    staged.amount = self.stage(staged.amount, stage, scope)?;
                    for (_, _, amount) in &mut staged.booked {
                        *amount = self.stage(amount.clone(), stage, scope)?;
                    }
                }
            }
        }
        Ok(staged)
    }

    /// An amount as it is booked, in its currency: rounded as the rule set says, unless it has a rounding of its own.
    fn booking(&self, value: &Value, own_rounding: bool) -> Answer<Value> {
        let dimension = match value {
            Value::Number(_, unit) => self.rules.units.dimension(unit),
            _ => return Err(Problems::mistaken("what is no money is booked")),
        };
        let Some(base) = dimension.keys().next() else { return Err(Problems::mistaken("what is no money is booked")) };
        let value = Value::Number(self.amount_of(value)?, Unit::one(base));
        let minor = || self.rounded_to_minor(&value);
        match &self.rules.rounding {
            _ if own_rounding => Ok(value),
            None => minor(),
            Some(rounding) if rounding.on_total => Ok(value),
            Some(rounding) => match &rounding.how {
                Some(how) => self.rounded_as(value, how),
                None => Ok(value),
            },
        }
    }

    fn rounded_to_minor(&self, value: &Value) -> Answer<Value> {
        let span = ratewright::source::Span::default();
        self.rounded(value.clone(), &RoundTo { mode: None, step: None, span }, &Scope::default())
    }

    /// A booking rounded as the head of the file says; its step is of the rule set's currency, others have their minor unit.
    pub(super) fn rounded_as(&self, value: Value, how: &RoundTo) -> Answer<Value> {
        if let (Some(step), Value::Number(number, unit)) = (&how.step, &value) {
            let step = self.value(step, &Scope::default())?;
            if self.currency_of(&step)? == self.currency_of(&value)? {
                // The value is in its currency itself, be it that of the step or one that the caller chose.
                let mode = how.mode.unwrap_or(RoundingMode::HalfUp);
                return Ok(Value::Number(rounded(number, &self.amount_of(&step)?, mode), unit.clone()));
            }
        }
        self.rounded(value, &RoundTo { mode: how.mode, step: None, span: how.span }, &Scope::default())
    }

    /// What a reference to a charge means: the sum of its lines. The rows that priced it are its own.
    pub(crate) fn booked_amount(&self, code: &str, below: usize, plain: bool) -> Answer<Value> {
        let booked = self.charge(code, below, plain)?;
        match booked.amount {
            Some(amount) => Ok(amount),
            None if booked.applied => self.nothing_of_charge(code),
            None => Err(Problems::mistaken(&format!("the charge {code} does not apply"))),
        }
    }

    /// `X is applied`
    pub(crate) fn is_applied(&self, code: &str) -> Answer<bool> {
        self.charge(code, usize::MAX, false).map(|booked| booked.applied)
    }

    /// The charges with a tag.
    pub(crate) fn tagged(&self, tag: &str) -> Vec<String> {
        let has_tag = |code: &&String| match self.version(code, usize::MAX) {
            Some((_, Definition::Charge(charge))) => charge.tags.iter().any(|known| known.text == tag),
            _ => false,
        };
        self.rules.charges.iter().filter(has_tag).cloned().collect()
    }

    /// The sum of those charges that apply.
    pub(crate) fn sum_of_charges(&self, codes: Vec<String>) -> Answer<Value> {
        let mut amounts = Vec::new();
        for code in &codes {
            if self.is_applied(code)? {
                amounts.push(self.booked_amount(code, usize::MAX, false)?);
            }
        }
        match codes.first() {
            Some(code) if amounts.is_empty() => self.nothing_of_charge(code),
            _ => self.sum(&amounts),
        }
    }
}

pub(super) fn amount(value: &Value) -> Option<Rational> {
    match value {
        Value::Number(number, _) => Some(number.clone()),
        _ => None,
    }
}

fn distinct(rows: Vec<(String, u32)>) -> Vec<(String, u32)> {
    rows.into_iter().fold(Vec::new(), |mut known, row| {
        if !known.contains(&row) {
            known.push(row);
        }
        known
    })
}
