//! What the tests of the evaluator share: rules and input as text, a quote or an error.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use ratewright::check::{Loader, check};
use ratewright::eval::{self, Coverage, EvalError, Explanation, Hosts, Limits, Observer, Scratch, Silent, Tracer};
use ratewright::program::{Program, Test};
use ratewright::quote::Quote;
use ratewright::value::Value;

struct One(String);

impl Loader for One {
    fn load(&self, path: &str) -> Result<String, String> {
        if path == "main.rules" { Ok(self.0.clone()) } else { Err("no such file".to_string()) }
    }
}

/// Rules and the values of their inputs.
pub struct Case {
    pub program: Program,
    pub inputs: Vec<Value>,
}

/// Compiles rules and computes inputs from `given` lines.
#[track_caller]
pub fn case(rules: &str, given: &str) -> Case {
    let text = format!("{rules}\ntest \"given\" {{\n{given}\n expect error refused }}\n");
    let checked = check("main.rules", &One(text.clone()));
    let Some(program) = checked.program else {
        let problem = |d: &ratewright::diagnostic::Diagnostic| {
            format!(
                "{} {} [{}] {:?}\n",
                checked.sources.line_of(d.primary.span),
                d.title,
                checked.sources.text(d.primary.span),
                d.help
            )
        };
        let problems: String = checked.diagnostics.iter().map(problem).collect();
        panic!("the rules do not compile:\n{problems}{text}");
    };
    let inputs = inputs_of(&program, program.tests.last().unwrap());
    Case { program, inputs }
}

/// The inputs that a test gives, with defaults.
pub fn inputs_of(program: &Program, test: &Test) -> Vec<Value> {
    let mut inputs: Vec<Value> = Vec::new();
    for (slot, field) in program.inputs.iter().enumerate() {
        let given = test.given.iter().find(|(s, _)| *s as usize == slot).map(|(_, e)| (e, test.locals));
        let expr = given.or_else(|| field.default.as_ref().map(|e| (e, program.locals)));
        let value = match expr {
            Some(expr) => {
                let limits = Limits::default();
                eval::evaluate(program, &Hosts::default(), &inputs, &limits, expr).unwrap()
            }
            None => Value::Absent,
        };
        inputs.push(value);
    }
    inputs
}

impl Case {
    pub fn price(&self) -> Result<Quote, EvalError> {
        self.price_with(&Hosts::default(), &Limits::default(), &mut Silent)
    }

    pub fn price_with<'p, O: Observer<'p>>(
        &'p self,
        hosts: &Hosts,
        limits: &Limits,
        observer: &mut O,
    ) -> Result<Quote, EvalError> {
        let mut quote = Quote::default();
        eval::price(&self.program, hosts, &self.inputs, limits, &mut Scratch::new(), &mut quote, observer)
            .map(|()| quote)
    }

    pub fn price_within(&self, limits: &Limits) -> Result<Quote, EvalError> {
        self.price_with(&Hosts::default(), limits, &mut Silent)
    }

    pub fn explain(&self) -> (Result<Quote, EvalError>, Explanation) {
        let mut tracer = Tracer::new();
        let quote = self.price_with(&Hosts::default(), &Limits::default(), &mut tracer);
        (quote, tracer.explain(&self.program, &self.inputs))
    }

    pub fn coverage(&self) -> Coverage {
        let mut coverage = Coverage::new();
        let quote = self.price_with(&Hosts::default(), &Limits::default(), &mut coverage);
        coverage.end(&self.program, quote.err().and_then(|error| error.span));
        coverage
    }
}

/// `CODE amount currency` of every line, then `total amount currency`, joined by `; `.
#[track_caller]
pub fn lines(rules: &str, given: &str) -> String {
    summary(&case(rules, given).price().unwrap())
}

pub fn summary(quote: &Quote) -> String {
    let lines = quote.charges().map(|line| format!("{} {}", line.code(), line.money()));
    lines.chain(quote.totals().iter().map(|total| format!("total {total}"))).collect::<Vec<_>>().join("; ")
}

/// The value of an expression as an output of a rule set without charges.
#[track_caller]
pub fn value(expression: &str) -> String {
    let rules = format!("ruleset t \"t\" {{ currency USD }}\noutput result = {expression}\n");
    case(&rules, "").price().unwrap().output("result").unwrap().to_string()
}

/// The kind and message of the error of an expression.
#[track_caller]
pub fn failure(expression: &str) -> String {
    let rules = format!("ruleset t \"t\" {{ currency USD }}\noutput result = {expression}\n");
    case(&rules, "").price().unwrap_err().to_string()
}
