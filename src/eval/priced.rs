//! The amount of a charge with exceptions, options, or bounds that book lines of their own.

use super::bounds::{Booking, Untold};
use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::num::Num;
use super::{ErrorKind, Node, Note, Observer};
use crate::program::code::Source;
use crate::program::code::{ExceptionForm, Reg, RoundForm, SpecialForm, StageForm};
use crate::program::{
    ChargeAmount, ChargeId, DefinitionId, Exception, ExprKind, GroupPolicy, Stage, StageKind, StageLine,
};
use crate::value::{RoundingMode, Value};
use std::cmp::Ordering;

/// What the amount of a line consists of, besides what operations compute.
#[derive(Debug, Clone, Default)]
pub(super) struct Special {
    /// What bounds with lines of their own added: the index of the stage.
    pub(super) bounds: Vec<(usize, Num)>,
    /// The index of the option that was chosen.
    pub(super) option: Option<usize>,
    /// The exception that replaced the amount: its index, and those of the exceptions to it.
    pub(super) exception: Vec<usize>,
}

/// A stage with its operand computed.
pub(super) enum Applied {
    /// `less 10%` is × 0.9, `plus 10%` is × 1.1.
    Factor(Num),
    /// `less 5 USD`, `plus 5 USD`.
    Add(Num),
    Minimum(Num),
    Maximum(Num),
    /// `rounded …`: step and mode.
    Round(Num, RoundingMode),
}

impl Applied {
    pub(super) fn apply(&self, value: &Num) -> Outcome<Num> {
        match self {
            Applied::Factor(factor) => value.mul(factor),
            Applied::Add(amount) => value.add(amount),
            Applied::Minimum(bound) if bound.compare(value) == Ordering::Greater => Ok(bound.clone()),
            Applied::Maximum(bound) if bound.compare(value) == Ordering::Less => Ok(bound.clone()),
            Applied::Minimum(_) | Applied::Maximum(_) => Ok(value.clone()),
            Applied::Round(step, mode) => value.round_to(step, *mode),
        }
    }
}

/// The line that a stage books.
pub(super) fn line_of(stage: &Stage) -> Option<&StageLine> {
    match &stage.kind {
        StageKind::Minimum(_, line) | StageKind::Maximum(_, line) => line.as_ref(),
        _ => None,
    }
}

/// The stages of a charge's amount.
pub(super) fn stages_of(amount: &ChargeAmount) -> &[Stage] {
    match amount {
        ChargeAmount::Group(group) => &group.stages,
        ChargeAmount::Expr(expr) => match &expr.kind {
            ExprKind::Stages(_, stages) => stages,
            _ => &[],
        },
    }
}

/// The exception at a path of indices.
pub(super) fn exception_at<'p>(exceptions: &'p [Exception], path: &[usize]) -> Option<&'p Exception> {
    let (first, rest) = path.split_first()?;
    let exception = exceptions.get(*first)?;
    if rest.is_empty() { Some(exception) } else { exception_at(&exception.exceptions, rest) }
}

/// The form of the exception at a path of indices.
pub(super) fn form_at<'p>(forms: &'p [ExceptionForm], path: &[usize]) -> Option<&'p ExceptionForm> {
    let (first, rest) = path.split_first()?;
    let form = forms.get(*first)?;
    if rest.is_empty() { Some(form) } else { form_at(&form.exceptions, rest) }
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// The booked amount into a register; absent where no option of a group holds.
    pub(super) fn price_specially(&mut self, to: Reg, id: ChargeId) -> Outcome<()> {
        let charge = self.program.charges.get(id.0 as usize);
        let form = self.code.charge_forms.get(id.0 as usize).and_then(|form| form.details().special.as_deref());
        let (Some(charge), Some(form)) = (charge, form) else { return Err(Failure::mismatch("a charge")) };
        let mut special = Special::default();
        if !form.exceptions.is_empty() {
            special.exception = self.exception(&charge.exceptions, &form.exceptions)?;
        }
        self.breakdown = charge.listed;
        let amount = if special.exception.is_empty() {
            let value = match (&charge.amount, form.amount) {
                (ChargeAmount::Group(group), _) => self.option(group.policy, charge, form, &mut special)?,
                (_, Some(amount)) => {
                    let amount = self.obtain(amount)?;
                    Some((self.num(amount)?, None))
                }
                _ => None,
            };
            match value {
                Some(value) => {
                    let amount = self.after_stages(value, stages_of(&charge.amount), form, &mut special)?;
                    self.note(Note::OwnAmount(id));
                    Some(amount)
                }
                None => None,
            }
        } else {
            let holding = exception_at(&charge.exceptions, &special.exception);
            let outer = self.hold(holding.map(|exception| Untold::of_exception(&exception.value)));
            let value = self.exceptional(&charge.exceptions, &form.exceptions, &special.exception)?;
            let untold = self.release(outer);
            let value = self.num(value)?;
            let booking = form_at(&form.exceptions, &special.exception).and_then(|form| form.booking);
            Some(self.booked(&value, booking, untold)?)
        };
        self.breakdown = false;
        match amount {
            Some(amount) => self.set_num(to, amount),
            None => {
                // What the options were made of belongs to no line.
                self.scratch.tiers.truncate(self.tiers_from as usize);
                self.set(to, Value::Absent);
            }
        }
        self.scratch.special = Some(special);
        Ok(())
    }

    /// The amount of the option that is charged, and what is to be told of its bounds.
    fn option(
        &mut self,
        policy: GroupPolicy,
        charge: &'p crate::program::Charge,
        form: &'p SpecialForm,
        special: &mut Special,
    ) -> Outcome<Option<(Num, Option<Untold<'p>>)>> {
        let ChargeAmount::Group(group) = &charge.amount else { return Ok(None) };
        let mut best: Option<(Num, Option<Untold<'p>>)> = None;
        let listed = self.breakdown;
        // The tiers of the best option so far end here, and begin where those of the line do.
        let mut tiers_end = self.scratch.tiers.len();
        for (index, (option, (when, amount))) in group.options.iter().zip(&form.options).enumerate() {
            self.enter(Node::Option(option));
            self.breakdown = false;
            let holds = self.condition(*when)?;
            self.breakdown = listed;
            let amount = match holds {
                true => {
                    let outer = self.hold(Some(Untold::of_option(&option.amount)));
                    let amount = self.obtain(*amount)?;
                    Some((self.num(amount)?, self.release(outer)))
                }
                false => None,
            };
            if O::ENABLED {
                let value = amount.as_ref().map(|(amount, _)| Value::Number(amount.to_number()));
                self.observer.leave(value.as_ref());
            }
            let Some(amount) = amount else { continue };
            let better = match (&best, policy) {
                (None, _) => true,
                (Some(_), GroupPolicy::First) => false,
                (Some((best, _)), GroupPolicy::Dearest) => amount.0.compare(best) == Ordering::Greater,
                (Some((best, _)), GroupPolicy::Cheapest) => amount.0.compare(best) == Ordering::Less,
            };
            if better {
                best = Some(amount);
                special.option = Some(index);
                self.forget_tiers_before(tiers_end);
                tiers_end = self.scratch.tiers.len();
            } else {
                self.scratch.tiers.truncate(tiers_end);
            }
            if policy == GroupPolicy::First {
                break;
            }
        }
        if let Some(index) = special.option {
            self.note(Note::Winner(index));
        }
        Ok(best)
    }

    /// Forgets the tiers of the line from its first to before one.
    fn forget_tiers_before(&mut self, end: usize) {
        let first = self.tiers_from as usize;
        if first < end {
            let mut at = 0_usize..;
            self.scratch.tiers.retain(|_| at.next().is_none_or(|at| at < first || at >= end));
        }
    }

    /// The value after its stages, booked, and what each bound with a line of its own added.
    fn after_stages(
        &mut self,
        (value, untold): (Num, Option<Untold<'p>>),
        stages: &'p [Stage],
        form: &'p SpecialForm,
        special: &mut Special,
    ) -> Outcome<Num> {
        let mut applied: Vec<Applied> = Vec::with_capacity(stages.len());
        let mut after = value.clone();
        for (stage, operand) in stages.iter().zip(&form.stages) {
            self.enter(Node::Stage(stage));
            let operand = self.operand(operand).map_err(|failure| failure.at(stage.span))?;
            let next = operand.apply(&after).map_err(|failure| failure.at(stage.span))?;
            if O::ENABLED {
                let (before, value) = (after.to_number(), next.to_number());
                if matches!(operand, Applied::Round(..)) {
                    self.observer.note(Note::Rounded(&before, &value));
                }
                self.observer.leave(Some(&Value::Number(value)));
            }
            after = next;
            applied.push(operand);
        }
        let booking = self.rounding(form.booking)?;
        let amount = rounded(&after, &booking)?;
        if O::EDGES {
            self.tell_untold(untold, &booking);
            self.tell_bounds(&value, stages, &applied, &booking);
        }
        if O::ENABLED {
            self.observer.note(Note::Booked(&after.to_number(), &amount.to_number()));
        }
        let mut before: Option<Num> = None;
        for (index, stage) in stages.iter().enumerate() {
            let Some(line) = line_of(stage) else { continue };
            let without = match before {
                Some(before) => before,
                None => rounded(&up_to(&value, stages, &applied, index)?, &booking)?,
            };
            let with = rounded(&up_to(&value, stages, &applied, index.saturating_add(1))?, &booking)?;
            let added = with.sub(&without)?;
            if !added.is_zero() {
                if O::ENABLED {
                    self.observer.note(Note::StageLine(&line.code, &added.to_number()));
                }
                special.bounds.push((index, added));
            }
            before = Some(with);
        }
        Ok(amount)
    }

    fn operand(&mut self, stage: &'p StageForm) -> Outcome<Applied> {
        let one = Num::Small(crate::value::number::Lane::ONE);
        Ok(match stage {
            StageForm::LessPercent(percent) => Applied::Factor(one.sub(&self.num_of(*percent)?)?),
            StageForm::PlusPercent(percent) => Applied::Factor(one.add(&self.num_of(*percent)?)?),
            StageForm::LessAmount(amount) => Applied::Add(self.num_of(*amount)?.neg()),
            StageForm::PlusAmount(amount) => Applied::Add(self.num_of(*amount)?),
            StageForm::Minimum(bound) => Applied::Minimum(self.num_of(*bound)?),
            StageForm::Maximum(bound) => Applied::Maximum(self.num_of(*bound)?),
            StageForm::Rounded(how) => Applied::Round(self.step_of(*how)?, how.mode),
        })
    }

    /// The step of a rounding, in the unit of what is rounded.
    pub(super) fn step_of(&mut self, how: RoundForm) -> Outcome<Num> {
        if let Some(chosen) = how.minor_of.filter(|chosen| how.own.is_none_or(|own| !self.is_currency(*chosen, own))) {
            return Ok(Num::from(self.minor_unit(chosen)?));
        }
        let step = self.num_of(how.step)?;
        super::arithmetic::check_step_num(&step)?;
        Ok(step)
    }

    fn rounding(&mut self, how: Option<RoundForm>) -> Outcome<Booking> {
        match how {
            Some(how) => Ok(Some((self.step_of(how)?, how.mode))),
            None => Ok(None),
        }
    }

    /// An amount without stages, booked.
    fn booked(&mut self, value: &Num, booking: Option<RoundForm>, untold: Option<Untold<'p>>) -> Outcome<Num> {
        let booking = self.rounding(booking)?;
        let amount = rounded(value, &booking)?;
        if O::EDGES {
            self.tell_untold(untold, &booking);
        }
        if O::ENABLED {
            self.observer.note(Note::Booked(&value.to_number(), &amount.to_number()));
        }
        Ok(amount)
    }

    /// A definition with exceptions.
    pub(super) fn excepted(&mut self, id: DefinitionId, forms: &'p [ExceptionForm], value: Source) -> Outcome<Value> {
        let Some(definition) = self.program.definitions.get(id.0 as usize) else {
            return Err(Failure::mismatch("a definition"));
        };
        let path = self.exception(&definition.exceptions, forms)?;
        if path.is_empty() {
            return self.value_of(value);
        }
        let value = self.exceptional(&definition.exceptions, forms, &path)?;
        Ok(self.value(value))
    }

    /// The value of an exception that holds.
    fn exceptional(&mut self, exceptions: &'p [Exception], forms: &'p [ExceptionForm], path: &[usize]) -> Outcome<Reg> {
        let (Some(exception), Some(form)) = (exception_at(exceptions, path), form_at(forms, path)) else {
            return Err(Failure::mismatch("an exception"));
        };
        self.enter(Node::Exception(exception));
        let value = self.obtain(form.value)?;
        self.leave_with(value);
        Ok(value)
    }

    /// The path to the exception that holds, or to an exception to it; two at once are an error. Empty where none holds.
    fn exception(&mut self, exceptions: &'p [Exception], forms: &'p [ExceptionForm]) -> Outcome<Vec<usize>> {
        let mut holding: Option<(usize, &'p Exception, &'p ExceptionForm)> = None;
        for (index, (exception, form)) in exceptions.iter().zip(forms).enumerate() {
            if !self.condition(Some(form.when))? {
                continue;
            }
            if let Some((_, other, _)) = holding {
                let message = format!("the exceptions {} and {} hold at once", named(other), named(exception));
                return Err(Failure::new(ErrorKind::TwoExceptions, message).at(exception.span));
            }
            holding = Some((index, exception, form));
        }
        let Some((index, exception, form)) = holding else { return Ok(Vec::new()) };
        let mut path = vec![index];
        if !exception.exceptions.is_empty() {
            path.append(&mut self.exception(&exception.exceptions, &form.exceptions)?);
        }
        Ok(path)
    }
}

/// The value after the first stages; of those after them, the ones that book no line.
fn up_to(value: &Num, stages: &[Stage], applied: &[Applied], count: usize) -> Outcome<Num> {
    let mut value = value.clone();
    for (index, (stage, operand)) in stages.iter().zip(applied).enumerate() {
        if index < count || line_of(stage).is_none() {
            value = operand.apply(&value)?;
        }
    }
    Ok(value)
}

pub(super) fn rounded(value: &Num, booking: &Booking) -> Outcome<Num> {
    match booking {
        Some((step, mode)) => value.round_to(step, *mode),
        None => Ok(value.clone()),
    }
}

/// An exception as an error names it.
fn named(exception: &Exception) -> String {
    match &exception.label {
        Some(label) => format!("`{}` ({label})", exception.name),
        None => format!("`{}`", exception.name),
    }
}
