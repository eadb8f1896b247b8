//! One test: its inputs, its quote, and each of its expectations.

use super::{Failure, Outcome, TestResult};
use crate::eval::{self, Coverage, EvalError, Explanation, Hosts, Limits, Scratch, Tracer, show};
use crate::input::{Binder, InputForm, InputLimits, InputMemory};
use crate::program::{ChargeId, Expect, ExpectKind, Expr, ExprKind, Program, Test};
use crate::quote::{BreakdownLine, ChargeLine, Quote};
use crate::source::Span;
use crate::types::{Base, TableId, Type, UnitExpr};
use crate::value::{Currency, Number, Value};
use std::sync::Arc;

/// A test while it runs.
struct Case<'p, 'r> {
    program: &'p Program,
    hosts: &'r Hosts,
    limits: &'r Limits,
    test: &'p Test,
    /// The slots of the input; empty where it was not accepted.
    inputs: Vec<Value>,
    quote: Result<Quote, EvalError>,
    /// How the quote came about, once somebody asks.
    explanation: Option<Explanation>,
    failures: Vec<Failure>,
}

/// Runs a test.
pub(super) fn run(
    program: &Program,
    hosts: &Hosts,
    limits: &Limits,
    test: &Test,
    reached: &mut Coverage,
) -> TestResult {
    let inputs = bind(program, hosts, limits, test);
    let quote = match &inputs {
        Ok(inputs) => {
            let mut quote = Quote::default();
            eval::price(program, hosts, inputs, limits, &mut Scratch::new(), &mut quote, reached).map(|()| quote)
        }
        Err(error) => Err(error.clone()),
    };
    reached.end(program, quote.as_ref().err().and_then(|error| error.span));
    let inputs = inputs.unwrap_or_default();
    let mut case = Case { program, hosts, limits, test, inputs, quote, explanation: None, failures: Vec::new() };
    case.check_that_it_is_priced();
    for expect in &test.expects {
        case.check(expect);
    }
    let outcome = if case.failures.is_empty() { Outcome::Passed } else { Outcome::Failed };
    TestResult { name: test.name.clone(), place: test.span, outcome, failures: case.failures }
}

/// The slots that a test gives; what it does not give has its default.
fn bind(program: &Program, hosts: &Hosts, limits: &Limits, test: &Test) -> Result<Vec<Value>, EvalError> {
    let constant = |expr: &Expr| eval::evaluate(program, hosts, &[], limits, (expr, program.locals.max(test.locals)));
    let limits = InputLimits { list_length: limits.list, ..InputLimits::default() };
    let mut given = Vec::with_capacity(test.given.len());
    for (slot, value) in &test.given {
        given.push((*slot as usize, constant(value)?));
    }
    let (form, mut memory) = (Arc::new(InputForm::new(program)), InputMemory::default());
    Binder::new(program, &form, limits, &constant).bind_values(&mut memory, given).map(<[_]>::to_vec)
}

impl<'p> Case<'p, '_> {
    fn fail(&mut self, span: Span, expected: impl Into<String>, found: impl Into<String>) {
        self.failures.push(Failure {
            span,
            expected: expected.into(),
            found: found.into(),
            difference: None,
            explanation: None,
        });
    }

    /// A test that expects no refusal and no error expects a quote.
    fn check_that_it_is_priced(&mut self) {
        let expects_failure =
            self.test.expects.iter().any(|e| matches!(e.kind, ExpectKind::Refusal(_) | ExpectKind::Error(_)));
        if let (Err(error), false) = (&self.quote, expects_failure) {
            let found = self.show_error(error);
            self.fail(self.test.span, "a quote", found);
        }
    }

    fn check(&mut self, expect: &'p Expect) {
        let span = expect.span;
        match &expect.kind {
            ExpectKind::Refusal(code) => match &self.quote {
                Err(error) if error.kind == eval::ErrorKind::Refused && error.code.as_deref() == Some(code) => {}
                other => {
                    let found = self.show_outcome(other);
                    self.fail(span, format!("refusal {code}"), found);
                }
            },
            ExpectKind::Error(kind) => match &self.quote {
                Err(error) if error.kind == *kind => {}
                other => {
                    let found = self.show_outcome(other);
                    self.fail(span, format!("error {}", kind.words()), found);
                }
            },
            ExpectKind::That(condition) => self.check_condition(span, condition),
            _ => {
                if let Ok(quote) = self.quote.clone() {
                    self.check_quote(span, &quote, &expect.kind);
                }
            }
        }
    }

    fn check_quote(&mut self, span: Span, quote: &Quote, expected: &'p ExpectKind) {
        match expected {
            ExpectKind::Charge { charge, amount, by } => self.check_charge(span, quote, *charge, amount.as_ref(), *by),
            ExpectKind::NoCharge(charge) => {
                let code = self.code(*charge);
                self.check_no_line(span, quote, &code, "charge");
            }
            ExpectKind::Line(code, amount) => self.check_line(span, quote, code, amount.as_ref()),
            ExpectKind::NoLine(code) => self.check_no_line(span, quote, code, "line"),
            ExpectKind::Total(unit, amount) => self.check_total(span, quote, unit, amount),
            ExpectKind::Flag(code, raised) => {
                let found = quote.flags().find(|flag| flag.code() == &**code);
                match (found, raised) {
                    (None, true) => self.fail(span, format!("flag {code}"), "it is not raised"),
                    (Some(flag), false) => {
                        self.fail(span, format!("no flag {code}"), format!("it is raised: {}", flag.message()))
                    }
                    _ => {}
                }
            }
            ExpectKind::Explanation(charge, text) => self.check_explanation(span, *charge, text),
            ExpectKind::Refusal(_) | ExpectKind::Error(_) | ExpectKind::That(_) => {}
        }
    }

    fn check_charge(
        &mut self,
        span: Span,
        quote: &Quote,
        charge: ChargeId,
        amount: Option<&'p Expr>,
        by: Option<(TableId, u32)>,
    ) {
        let code = self.code(charge);
        let found: Vec<Number> = quote.lines(&code).map(|line| line.amount().clone()).collect();
        if found.is_empty() {
            return self.fail(span, format!("charge {code}"), "it is not charged");
        }
        if let Some(amount) = amount {
            let before = self.failures.len();
            self.check_amounts(span, &format!("charge {code}"), &found, amount);
            self.explain_failures(before, charge);
        }
        if let Some((table, row)) = by {
            self.check_row(span, &code, table, row);
        }
    }

    /// Compares the amounts of one or several lines with an amount or a list of amounts.
    fn check_amounts(&mut self, span: Span, what: &str, found: &[Number], expected: &'p Expr) {
        let value = match self.evaluate(expected) {
            Ok(value) => value,
            Err(error) => {
                let error = self.show_error(&error);
                return self.fail(span, self.written(expected), error);
            }
        };
        let (ty, all) = match (&value, expected.ty.present()) {
            (Value::List(values), Type::List(element)) => (&**element, values.to_vec()),
            _ => (expected.ty.present(), vec![value.clone()]),
        };
        let factor = match ty {
            Type::In(unit) => self.program.units.factor(unit).unwrap_or(Number::ONE),
            _ => Number::ONE,
        };
        let expected_amounts: Vec<Number> =
            all.iter().filter_map(Value::as_number).filter_map(|n| n.mul(&factor).ok()).collect();
        let one = matches!(value, Value::Number(_));
        let sum = || found.iter().try_fold(Number::ZERO, |sum, n| sum.add(n)).unwrap_or_default();
        let found = if one { vec![sum()] } else { found.to_vec() };
        if expected_amounts == found {
            return;
        }
        // Shown in the unit of the expectation.
        let back = |number: &Number| number.div(&factor).map(Value::Number).unwrap_or_default();
        let shown = |value: &Value, ty: &Type| show::show_in(self.program, &self.inputs, value, ty);
        let (found_text, difference) = match (found.as_slice(), expected_amounts.as_slice()) {
            ([found], [expected]) if one => {
                let difference = found.sub(expected).ok().map(|n| shown(&back(&n), ty));
                (shown(&back(found), ty), difference)
            }
            _ => (shown(&Value::list(found.iter().map(back)), &Type::List(std::sync::Arc::new(ty.clone()))), None),
        };
        let expected = format!("{what} is {}", shown(&value, &expected.ty));
        self.failures.push(Failure { span, expected, found: found_text, difference, explanation: None });
    }

    fn check_row(&mut self, span: Span, code: &str, table: TableId, number: u32) {
        let Some(rows_of_table) = self.program.tables.get(table.0 as usize) else { return };
        let used = self.explain().charge(code).into_iter().flat_map(|charge| charge.rows.iter());
        let numbers: Vec<u32> = used.filter(|used| used.table == rows_of_table.name).map(|used| used.row).collect();
        if numbers.contains(&number) {
            return;
        }
        let found = match numbers.as_slice() {
            [] => format!("no row of {}", rows_of_table.name),
            some => format!("row {}", some.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")),
        };
        self.fail(span, format!("charge {code} by {} row {number}", rows_of_table.name), found);
    }

    fn check_line(&mut self, span: Span, quote: &Quote, code: &str, amount: Option<&'p Expr>) {
        let lines = quote.lines(code).map(|line| line.amount().clone());
        let parts = quote.charges().flat_map(ChargeLine::breakdown).filter(|part| part.code() == Some(code));
        let mut found: Vec<Number> = lines.collect();
        if found.is_empty() {
            found = parts.map(|part| part.amount().clone()).collect();
        }
        match amount {
            _ if found.is_empty() => self.fail(span, format!("a line {code}"), "there is none"),
            Some(amount) => self.check_amounts(span, code, &found, amount),
            None => {}
        }
    }

    fn check_no_line(&mut self, span: Span, quote: &Quote, code: &str, what: &str) {
        let line = quote.lines(code).map(ChargeLine::money).next();
        let part = quote.charges().flat_map(ChargeLine::breakdown).find(|part| part.code() == Some(code));
        if let Some(amount) = line.or(part.map(BreakdownLine::money)) {
            self.fail(span, format!("no {what} {code}"), amount.to_string());
        }
    }

    fn check_total(&mut self, span: Span, quote: &Quote, unit: &UnitExpr, amount: &'p Expr) {
        let Some(currency) = self.currency(unit) else { return };
        match quote.total(currency) {
            Some(total) => self.check_amounts(span, "total", std::slice::from_ref(total), amount),
            None => self.fail(span, format!("a total in {currency}"), "there is none"),
        }
    }

    /// The currency of a unit of money; one that the caller chooses is in the input.
    fn currency(&self, unit: &UnitExpr) -> Option<Currency> {
        match self.program.units.currency(unit)? {
            Base::Money(currency) => Some(currency),
            Base::Chosen(slot) => match self.inputs.get(slot as usize) {
                Some(Value::Currency(currency)) => Some(*currency),
                _ => None,
            },
            _ => None,
        }
    }

    fn check_explanation(&mut self, span: Span, charge: ChargeId, text: &str) {
        let explanation = self.explanation(charge);
        if !explanation.as_deref().unwrap_or_default().contains(text) {
            let code = self.code(charge);
            self.fail(span, format!("explanation of {code} has {text:?}"), "it does not");
            if let Some(failure) = self.failures.last_mut() {
                failure.explanation = explanation;
            }
        }
    }

    fn check_condition(&mut self, span: Span, condition: &'p Expr) {
        let outcome = self.evaluate(condition);
        match outcome {
            Ok(Value::YesNo(true)) => {}
            Ok(_) => {
                let (found, difference) = self.sides(condition);
                let expected = self.written(condition);
                self.failures.push(Failure { span, expected, found, difference, explanation: None });
            }
            Err(error) => {
                // A quote that failed is reported once, not again by each expectation.
                if self.quote.is_ok() || self.quote.as_ref().err().is_some_and(|first| *first != error) {
                    let error = self.show_error(&error);
                    self.fail(span, self.written(condition), error);
                }
            }
        }
    }

    /// What a condition compared, with values, and the difference of two amounts.
    fn sides(&mut self, condition: &'p Expr) -> (String, Option<String>) {
        let ExprKind::Compare(_, left, right) = &condition.kind else { return ("it does not hold".to_string(), None) };
        let (Ok(found), Ok(expected)) = (self.evaluate(left), self.evaluate(right)) else {
            return ("it does not hold".to_string(), None);
        };
        let shown = |value: &Value, ty: &Type| show::show_in(self.program, &self.inputs, value, ty);
        let difference = match (&found, &expected) {
            (Value::Number(found), Value::Number(expected)) => found.sub(expected).ok(),
            _ => None,
        };
        let mut text = format!("{} is {}", self.written(left), shown(&found, &left.ty));
        if !matches!(right.kind, ExprKind::Constant(_)) {
            text.push_str(&format!(", {} is {}", self.written(right), shown(&expected, &right.ty)));
        }
        (text, difference.map(|number| shown(&Value::Number(number), &left.ty)))
    }

    fn evaluate(&self, expr: &'p Expr) -> Result<Value, EvalError> {
        let (program, locals) = (self.program, self.test.locals);
        eval::evaluate(program, self.hosts, &self.inputs, self.limits, (expr, locals))
    }

    fn explain_failures(&mut self, from: usize, charge: ChargeId) {
        if self.failures.len() > from {
            let explanation = self.explanation(charge);
            self.failures.iter_mut().skip(from).for_each(|failure| failure.explanation = explanation.clone());
        }
    }

    /// How the quote came about. Only some tests ask, so the input is priced again for them.
    fn explain(&mut self) -> &Explanation {
        let (program, inputs) = (self.program, &self.inputs);
        self.explanation.get_or_insert_with(|| {
            let (mut tracer, mut quote) = (Tracer::new(), Quote::default());
            let _ = eval::price(program, self.hosts, inputs, self.limits, &mut Scratch::new(), &mut quote, &mut tracer);
            tracer.explain(program, inputs)
        })
    }

    /// How a charge came about, for people.
    fn explanation(&mut self, charge: ChargeId) -> Option<String> {
        let code = self.code(charge);
        self.explain().charge_text(&code)
    }

    fn code(&self, charge: ChargeId) -> String {
        self.program.charges.get(charge.0 as usize).map_or(String::new(), |charge| charge.code.to_string())
    }

    /// An expression as its author wrote it, on one line.
    fn written(&self, expr: &Expr) -> String {
        self.program.sources.text(expr.span()).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn show_outcome(&self, outcome: &Result<Quote, EvalError>) -> String {
        match outcome {
            Ok(quote) => {
                let totals: Vec<_> = quote.totals().iter().map(ToString::to_string).collect();
                format!("a quote of {}", totals.join(" and "))
            }
            Err(error) => self.show_error(error),
        }
    }

    fn show_error(&self, error: &EvalError) -> String {
        match error.span {
            Some(span) => format!("{error} ({})", self.program.sources.line_of(span)),
            None => error.to_string(),
        }
    }
}
