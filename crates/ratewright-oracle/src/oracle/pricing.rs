//! One quote from beginning to end: the input is read, refusals are looked at, then charges, total, outputs and flags are computed.
//!
//! What fails ends the quote. Where the reference does not say which of several failures comes first, all of them are told.

use super::Answer as Told;
use super::explained::{Explained, TierLine};
use super::rules::{Definition, Notice, Rules};
use super::value::{Answer, Problem, Problems, Value};
use super::wire;
use crate::outcome::{Line, Outcome, Priced};
use ratewright::syntax::ast::TypeKind;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// A table and a row of it, from 1.
pub(crate) type UsedRow = (String, u32);

/// What a definition came to, and the rows that it came from.
type Computed = (Answer<Value>, Vec<UsedRow>);

/// A name of a layer.
pub(super) type Key = (String, usize, bool);

/// What is known while a quote is made.
pub(crate) struct Pricing<'r> {
    pub(crate) rules: &'r Rules,
    pub(crate) input: BTreeMap<String, Value>,
    /// Definitions that are computed, with the rows that they came from.
    pub(super) done: RefCell<BTreeMap<Key, Computed>>,
    /// Charges that are computed.
    pub(super) booked: RefCell<BTreeMap<Key, Answer<super::charge::Booked>>>,
    /// The rows that were used since somebody began to listen.
    pub(super) rows: RefCell<Vec<UsedRow>>,
    /// What tiers gave since somebody began to listen.
    pub(super) tier_parts: RefCell<Vec<TierLine>>,
    /// What tiers gave within each definition and charge.
    pub(super) tiers_of: RefCell<BTreeMap<Key, Vec<TierLine>>>,
    pub(super) depth: Cell<usize>,
}

/// The names that an expression sees besides those of the rule set.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    pub(crate) locals: BTreeMap<String, Value>,
    /// The layer of the definition that the expression is part of.
    pub(crate) layer: usize,
    /// What is meant without its exceptions: what the exception that the expression is part of replaces.
    pub(crate) plain: Option<String>,
}

impl Scope {
    pub(crate) fn of_layer(layer: usize) -> Self {
        Scope { layer, ..Scope::default() }
    }

    /// The same with another local name.
    pub(crate) fn with(&self, name: &str, value: Value) -> Self {
        let mut scope = self.clone();
        scope.locals.insert(name.to_string(), value);
        scope
    }
}

/// Prices an input; `None` is one that is not JSON.
pub(crate) fn price(rules: &Rules, json: Option<wire::Json>) -> Told {
    match Pricing::new(rules).with_input(json) {
        Ok(pricing) => {
            let told = told(pricing.quote());
            Told { explained: pricing.explained(), ..told }
        }
        Err(problems) => told(Err(problems)),
    }
}

/// An answer as it is told: with the first of all that failed in front.
pub(crate) fn told(answer: Answer<Priced>) -> Told {
    let outcome = |problem: Problem| match problem.refusal {
        Some((code, message)) => Outcome::Refused { code, message },
        None => Outcome::Failed(problem.words),
    };
    match answer {
        Ok(priced) => Told { outcome: Outcome::Quote(priced), equally: Vec::new(), explained: Explained::default() },
        Err(Problems(problems)) => {
            let equally: Vec<Outcome> = problems.into_iter().map(outcome).collect();
            let first =
                equally.first().cloned().unwrap_or_else(|| Outcome::Failed("oracle: nothing failed".to_string()));
            Told { outcome: first, equally, explained: Explained::default() }
        }
    }
}

impl<'r> Pricing<'r> {
    /// A quote of which nothing is known yet, the input neither.
    pub(crate) fn new(rules: &'r Rules) -> Self {
        Pricing {
            rules,
            input: BTreeMap::new(),
            done: RefCell::default(),
            booked: RefCell::default(),
            rows: RefCell::default(),
            tier_parts: RefCell::default(),
            tiers_of: RefCell::default(),
            depth: Cell::new(0),
        }
    }

    fn with_input(mut self, json: Option<wire::Json>) -> Answer<Self> {
        let Some(wire::Json::Object(fields)) = json else { return Err(Problems::failed("input not accepted")) };
        // A currency that the caller chooses is known before amounts of it are read.
        for field in self.rules.inputs.iter().filter(|field| matches!(field.ty.kind, TypeKind::CurrencyAmong(_))) {
            let sent: Vec<_> = fields.iter().filter(|(name, _)| *name == field.name.text).cloned().collect();
            self.input.extend(self.read_fields(std::slice::from_ref(field), &sent)?);
        }
        self.input = self.read_fields(&self.rules.inputs, &fields)?.into_iter().collect();
        self.check_ranges()?;
        self.check_in_force()?;
        Ok(self)
    }

    /// Whether the rule set may be used on the date that it is priced on.
    pub(crate) fn check_in_force(&self) -> Answer<()> {
        let (Some(range), Some(date)) = (&self.rules.effective, &self.rules.priced_on) else { return Ok(()) };
        let date = self.value(date, &Scope::default())?;
        let in_force = self.in_range(&date, range, &Scope::default())?;
        if in_force { Ok(()) } else { Err(Problems::failed("input not accepted")) }
    }

    /// The quote.
    pub(crate) fn quote(&self) -> Answer<Priced> {
        for refusal in &self.rules.refusals {
            if let Some(message) = self.notice(refusal)? {
                return Err(Problems::refused(&refusal.code, message));
            }
        }
        let lines = self.lines();
        let outputs = self
            .rules
            .outputs
            .iter()
            .map(|name| Ok((name.clone(), self.datum(&self.definition(name, &Scope::default())?)?)));
        let outputs = super::value::all(outputs.collect::<Vec<_>>());
        let flags =
            self.rules.flags.iter().map(|flag| Ok(self.notice(flag)?.map(|message| (flag.code.clone(), message))));
        let flags = super::value::all(flags.collect::<Vec<_>>());
        let bounds = self.bounds_of_totals();
        let rest = super::value::both(outputs, super::value::both(flags, bounds));
        let (lines, (outputs, (flags, _))) = super::value::both(lines, rest)?;
        let (lines, totals) = self.totals(lines)?;
        Ok(Priced { lines, totals, outputs, flags: flags.into_iter().flatten().collect() })
    }

    /// The message of a flag or refusal whose condition holds.
    fn notice(&self, notice: &Notice) -> Answer<Option<String>> {
        let scope = Scope::of_layer(notice.layer);
        if self.yes(&notice.when, &scope)? { self.template(&notice.message, &scope).map(Some) } else { Ok(None) }
    }

    fn lines(&self) -> Answer<Vec<Line>> {
        let charges = self.rules.charges.iter().map(|code| self.charge(code, usize::MAX, false));
        let booked = super::value::all(charges.collect::<Vec<_>>())?;
        Ok(booked.into_iter().flat_map(|booked| booked.lines).collect())
    }

    /// The definition of a name: its version of the highest layer below `layer`.
    pub(crate) fn version(&self, name: &str, below: usize) -> Option<&'r (usize, Definition)> {
        self.rules.definitions.get(name)?.iter().rev().find(|(layer, _)| *layer < below)
    }

    /// The value of a definition, computed when it is first needed.
    pub(crate) fn definition(&self, name: &str, scope: &Scope) -> Answer<Value> {
        let plain = scope.plain.as_deref() == Some(name);
        self.version_value(name, usize::MAX, plain)
    }

    /// The value of a definition as the layers below `below` have it; with `plain`, without its exceptions.
    pub(crate) fn version_value(&self, name: &str, below: usize, plain: bool) -> Answer<Value> {
        let key = (name.to_string(), below, plain);
        if let Some((known, rows)) = self.done.borrow().get(&key) {
            self.rows.borrow_mut().extend(rows.iter().cloned());
            return known.clone();
        }
        let before = self.rows.take();
        let tiers = self.tier_parts.take();
        let value = self.compute(name, below, plain);
        let rows = self.rows.replace(before);
        let used = self.tier_parts.replace(tiers);
        if self.rules.is_named(name) {
            self.tiers_of.borrow_mut().insert(key.clone(), used);
        }
        self.rows.borrow_mut().extend(rows.iter().cloned());
        self.done.borrow_mut().insert(key, (value.clone(), rows));
        value
    }

    fn compute(&self, name: &str, below: usize, plain: bool) -> Answer<Value> {
        let Some((layer, definition)) = self.version(name, below) else {
            return Err(Problems::mistaken(&format!("nothing is named {name}")));
        };
        let scope = Scope::of_layer(*layer);
        match definition {
            Definition::Named(ty, expr) => {
                let replaced = if plain || below != usize::MAX { Ok(None) } else { self.exception_to(name) };
                let replaced = replaced.map_err(|problems| problems.or_of(self.value(expr, &scope)))?;
                let value = match replaced {
                    Some(value) => value,
                    None => self.value(expr, &scope)?,
                };
                match ty {
                    Some(ty) => self.typed(value, ty),
                    None => Ok(value),
                }
            }
            Definition::Parameter(parameter) => self.parameter(parameter, None, &scope),
            Definition::Charge(_) => self.booked_amount(name, below, plain),
            Definition::Input(_) => {
                let value = self.input.get(name).cloned();
                value.ok_or_else(|| Problems::mistaken(&format!("the input {name} was not read")))
            }
            _ => Err(Problems::mistaken(&format!("{name} is no value"))),
        }
    }

    /// Runs `work` one level deeper; too many levels are a limit of the language.
    pub(crate) fn deeper<T>(&self, work: impl FnOnce() -> Answer<T>) -> Answer<T> {
        let depth = self.depth.get();
        self.depth.set(depth.saturating_add(1));
        let done = if depth > 5_000 { Err(Problems::failed("limit reached")) } else { work() };
        self.depth.set(depth);
        done
    }
}
