//! The order of a quote: period, refusals, charges, totals, outputs, flags.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::machine::NO_ITEM;
use super::{ErrorKind, EvalError, Hosts, Limits, Node, Observer, Scratch, Silent, show};
use crate::lower;
use crate::program::code::{Code, NoticeForm};
use crate::program::{DefinitionId, Expr, ExprKind, Period, Program};
use crate::quote::Quote;
use crate::value::Value;

/// Prices an input, a value for each slot of the program in the types that it declares, into a quote.
///
/// The scratch and the quote are cleared first and keep their memory; on an error the quote is left empty. Takes time in
/// proportion to the steps of the rules, bounded by the limits.
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
    quote.begin(&program.texts);
    let mut evaluator = Evaluator::new((program, &program.code), hosts, inputs, limits, scratch, quote, observer);
    let outcome = evaluator.write_quote();
    outcome.map_err(|failure| {
        quote.clear();
        failure.into_error()
    })
}

/// The value of one expression of the program on an input, with `locals` local slots of its own.
///
/// An expression of the program is found in its code; another one is lowered together with the program.
///
/// # Errors
/// As [`price`].
pub fn evaluate(
    program: &Program,
    hosts: &Hosts,
    inputs: &[Value],
    limits: &Limits,
    (expr, locals): (&Expr, u16),
) -> Result<Value, EvalError> {
    if let ExprKind::Constant(value) = &expr.kind {
        return Ok(value.clone());
    }
    let ask = |code: &Code| {
        let source = code.asked(expr)?;
        let (mut scratch, mut quote, mut silent) = (Scratch::new(), Quote::default(), Silent); // lines of charges go nowhere
        let mut evaluator =
            Evaluator::new((program, code), hosts, inputs, limits, &mut scratch, &mut quote, &mut silent);
        Some(evaluator.value_of(source).map_err(Failure::into_error))
    };
    let asking = program.code.asking.get_or_init(|| Box::new(lower::lower_asked(program, None)));
    let value = ask(asking).or_else(|| ask(&lower::lower_asked(program, Some((expr, locals)))));
    value.unwrap_or_else(|| Err(Failure::mismatch("an expression").into_error()))
}

impl<'p, 'r, O: Observer<'p>> Evaluator<'p, 'r, O> {
    fn new(
        (program, code): (&'p Program, &'p Code),
        hosts: &'r Hosts,
        inputs: &'r [Value],
        limits: &'r Limits,
        scratch: &'r mut Scratch,
        quote: &'r mut Quote,
        observer: &'r mut O,
    ) -> Self {
        scratch.prepare(code, inputs);
        Evaluator {
            program,
            code,
            hosts,
            inputs,
            limits,
            scratch,
            quote,
            observer,
            depth: 0,
            breakdown: false,
            tiers_from: 0,
            item: NO_ITEM,
            untold: None,
        }
    }

    fn write_quote(&mut self) -> Outcome<()> {
        self.check_period()?;
        for (index, (refusal, form)) in self.program.refusals.iter().zip(&self.code.refusals).enumerate() {
            if let Some(message) = self.notice(Node::Refusal(index), form)? {
                return Err(Failure::refused(&refusal.code, message, refusal.span));
            }
        }
        self.check_depth(self.code.depth)?;
        self.run(self.code.quote)?;
        self.totals()?;
        self.outputs()?;
        self.flags()
    }

    /// Refuses an input that is priced on a day outside the rule set's period.
    fn check_period(&mut self) -> Outcome<()> {
        let period = self.program.effective;
        let (Some(priced_on), Some(source)) = (&self.program.priced_on, self.code.priced_on) else { return Ok(()) };
        if period == Period::default() {
            return Ok(());
        }
        let day = self.obtain(source)?;
        let day = self.date(day)?;
        if period.contains(day) {
            return Ok(());
        }
        let message = format!("the rules are in force {}, and this is priced on {day}", show::period(&period));
        Err(Failure::new(ErrorKind::Input, message).at(priced_on.span()))
    }

    fn outputs(&mut self) -> Outcome<()> {
        for (index, output) in self.program.outputs.iter().enumerate() {
            let value = self.output(index, output.definition)?;
            let definition = self.program.definitions.get(output.definition.0 as usize);
            let (Some(definition), Some(words)) = (definition, self.program.texts.output(index)) else { continue };
            self.quote.open_output(words);
            show::data(self.program, self.inputs, &value, &definition.value.ty, self.quote);
        }
        Ok(())
    }

    /// The value of an output.
    fn output(&mut self, index: usize, id: DefinitionId) -> Outcome<Value> {
        if let Some(start) = self.code.outputs.get(index) {
            self.run(*start)?;
        }
        Ok(self.value(self.code.definition(id)))
    }

    fn flags(&mut self) -> Outcome<()> {
        for (index, form) in self.code.flags.iter().enumerate() {
            if let Some(message) = self.notice(Node::Flag(index), form)? {
                let message = self.quote.made(&message);
                self.quote.flag(self.program.texts.flag(index), message);
            }
        }
        Ok(())
    }

    /// The message of a flag or refusal, where its condition holds.
    fn notice(&mut self, node: Node<'p>, notice: &'p NoticeForm) -> Outcome<Option<String>> {
        self.enter(node);
        let message = match self.condition(Some(notice.when))? {
            true => Some(self.fill(&notice.message)?),
            false => None,
        };
        self.leave(message.as_ref().map(|_| Value::YesNo(true)).as_ref());
        Ok(message)
    }
}
