//! The order of a quote: period, refusals, charges, totals, outputs, flags.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::{ErrorKind, EvalError, Hosts, Limits, Node, Observer, Scratch, show};
use crate::program::{ChargeId, Expr, Notice, Period, Program};
use crate::quote::Quote;
use crate::value::Value;

/// Prices an input, a value for each slot of the program in the types that it declares, into a quote.
///
/// The scratch and the quote are cleared first and keep their memory; on an error the quote is left empty. Takes time in proportion to the steps of the rules, bounded by the limits.
///
/// # Errors
/// The first thing that goes wrong, with its place in the rules; a refusal of the rules is one of kind [`ErrorKind::Refused`].
pub fn price<'p, O: Observer<'p>>(
    program: &'p Program,
    hosts: &Hosts,
    inputs: &[Value],
    limits: &Limits,
    scratch: &mut Scratch,
    quote: &mut Quote,
    observer: &mut O,
) -> Result<(), EvalError> {
    scratch.clear();
    quote.begin(&program.texts);
    let mut evaluator = Evaluator::new(program, hosts, inputs, limits, scratch, quote, observer);
    let outcome = evaluator.quote();
    outcome.map_err(|failure| {
        quote.clear();
        failure.into_error()
    })
}

/// The value of one expression of the program on an input, with `locals` local slots of its own.
///
/// What the scratch knows from an earlier call on the same program and input is used: clear it for another input.
///
/// # Errors
/// As [`price`].
pub fn evaluate<'p, O: Observer<'p>>(
    program: &'p Program,
    hosts: &Hosts,
    inputs: &[Value],
    limits: &Limits,
    scratch: &mut Scratch,
    observer: &mut O,
    (expr, locals): (&'p Expr, u16),
) -> Result<Value, EvalError> {
    let mut quote = Quote::default(); // lines of charges that the expression needs go nowhere
    let mut evaluator = Evaluator::new(program, hosts, inputs, limits, scratch, &mut quote, observer);
    evaluator.open_new(locals);
    evaluator.evaluate(expr).map_err(Failure::into_error)
}

impl<'p, 'r, O: Observer<'p>> Evaluator<'p, 'r, O> {
    fn new(
        program: &'p Program,
        hosts: &'r Hosts,
        inputs: &'r [Value],
        limits: &'r Limits,
        scratch: &'r mut Scratch,
        quote: &'r mut Quote,
        observer: &'r mut O,
    ) -> Self {
        scratch.prepare(program);
        Evaluator { program, hosts, inputs, limits, scratch, quote, observer, base: 0, depth: 0, breakdown: false }
    }

    fn quote(&mut self) -> Outcome<()> {
        self.check_period()?;
        for (index, refusal) in self.program.refusals.iter().enumerate() {
            if let Some(message) = self.notice(Node::Refusal(index), refusal)? {
                return Err(Failure::refused(&refusal.code, message, refusal.span));
            }
        }
        self.charges()?;
        self.totals()?;
        self.outputs()?;
        self.flags()
    }

    /// Refuses an input that is priced on a day outside the rule set's period.
    fn check_period(&mut self) -> Outcome<()> {
        let period = self.program.effective;
        let Some(priced_on) = &self.program.priced_on else { return Ok(()) };
        if period == Period::default() {
            return Ok(());
        }
        let old = self.open_new(self.program.locals);
        let day = self.date(priced_on);
        self.close(old);
        let day = day?;
        if period.contains(day) {
            return Ok(());
        }
        let message = format!("the rules are in force {}, and this is priced on {day}", show::period(&period));
        Err(Failure::new(ErrorKind::Input, message).at(priced_on.span))
    }

    fn charges(&mut self) -> Outcome<()> {
        for (index, charge) in self.program.charges.iter().enumerate() {
            if !charge.listed {
                continue;
            }
            let known = self.scratch.charges.get(index).is_some_and(|state| state.known);
            if !known {
                self.known(ChargeId(index as u32))?;
            }
        }
        Ok(())
    }

    fn outputs(&mut self) -> Outcome<()> {
        for (index, output) in self.program.outputs.iter().enumerate() {
            let value = self.definition(output.definition)?;
            let definition = self.program.definitions.get(output.definition.0 as usize);
            let (Some(definition), Some(words)) = (definition, self.program.texts.output(index)) else { continue };
            self.quote.open_output(words);
            show::data(self.program, self.inputs, &value, &definition.value.ty, self.quote);
        }
        Ok(())
    }

    fn flags(&mut self) -> Outcome<()> {
        for (index, flag) in self.program.flags.iter().enumerate() {
            if let Some(message) = self.notice(Node::Flag(index), flag)? {
                let message = self.quote.made(&message);
                self.quote.flag(self.program.texts.flag(index), message);
            }
        }
        Ok(())
    }

    /// The message of a flag or refusal, where its condition holds.
    fn notice(&mut self, node: Node<'p>, notice: &'p Notice) -> Outcome<Option<String>> {
        self.enter(node);
        let old = self.open_new(notice.locals);
        let outcome = match self.condition(Some(&notice.when)) {
            Ok(true) => self.fill(&notice.message).map(Some),
            Ok(false) => Ok(None),
            Err(failure) => Err(failure),
        };
        self.close(old);
        let message = outcome?;
        self.leave(message.as_ref().map(|_| Value::YesNo(true)).as_ref());
        Ok(message)
    }
}
