//! Random rule sets: a quote is the same whoever watches it, and whatever of it is computed in its course.
//!
//! Where nobody watches, a member goes to its branch at once, tiers of constants are priced from what is known of them, and what only
//! observers are told of is skipped; what every quote asks for stands in the course of the quote. All that is left out when a value is
//! asked for by itself while it is watched. A generator writes rule sets of what can be left out, and every way has to give the same
//! quote or the same error, whatever the limits are. By default 64 rule sets are priced; `PROPTEST_CASES=20000` takes the long way.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use proptest::prelude::*;
use ratewright::eval::{self, Coverage, EvalError, Hosts, Limits, Observer, Scratch, Silent, Tracer};
use ratewright::program::{Expect, ExpectKind, Program};
use ratewright::types::Type;
use ratewright::value::{Number, Value};
use ratewright::{Quote, RuleSet};
use std::fmt::Write;

const HEADER: &str = "ruleset t \"t\" { currency USD }
enum Plan { A, B, C, D, E }
record Line { plan : Plan  other : Plan?  a : number  b : number }
input { n : number  m : number  maybe : number?  plan : Plan  other : Plan?  yes_ : yes/no  lines : list of Line }
";

/// Numbers that fit the small lane, that barely do, and that do not.
const NUMBERS: [&str; 9] =
    ["1", "0", "2", "0.25", "-3", "10", "99999999999.99999", "9223372036854775807", "0.0000000000000000001"];

/// Names that an expression may use.
#[derive(Clone)]
struct Scope {
    numbers: Vec<String>,
    plans: Vec<String>,
    optional: Vec<String>,
}

impl Scope {
    fn with_element(&self, element: &str) -> Scope {
        let mut scope = self.clone();
        scope.numbers.extend([format!("{element}.a"), format!("{element}.b")]);
        scope.plans.push(format!("{element}.plan"));
        scope.optional.push(format!("{element}.other"));
        scope
    }
}

/// Writes a rule set from choices; where they end, the plainest is chosen.
struct Author {
    choices: std::vec::IntoIter<u16>,
    names: usize,
    functions: Vec<String>,
    tiers: Vec<String>,
    charges: Vec<String>,
    scope: Scope,
}

impl Author {
    fn one_of(&mut self, among: usize) -> usize {
        self.choices.next().map_or(0, |choice| usize::from(choice) % among)
    }

    fn pick(&mut self, among: &[String]) -> String {
        let at = self.one_of(among.len());
        among[at].clone()
    }

    fn name(&mut self, start: &str) -> String {
        self.names += 1;
        format!("{start}{}", self.names)
    }

    fn leaf(&mut self, scope: &Scope) -> String {
        match self.one_of(3) {
            0 => NUMBERS[self.one_of(NUMBERS.len())].to_string(),
            _ => self.pick(&scope.numbers),
        }
    }

    fn number(&mut self, depth: u32, scope: &Scope) -> String {
        let Some(depth) = depth.checked_sub(1) else { return self.leaf(scope) };
        match self.one_of(14) {
            0 => self.leaf(scope),
            1 => format!("({} + {})", self.number(depth, scope), self.number(depth, scope)),
            2 => format!("({} - {})", self.number(depth, scope), self.number(depth, scope)),
            3 => format!("({} * {})", self.number(depth, scope), self.number(depth, scope)),
            4 => format!("({} / {})", self.number(depth, scope), ["3", "8", "n"][self.one_of(3)]),
            5 => format!("({} rounded half even to 0.5)", self.number(depth, scope)),
            6 => format!("(maybe otherwise {})", self.number(depth, scope)),
            7 => self.chain(depth, scope),
            8 => {
                let other = self.pick(&scope.optional);
                let given = Scope { plans: vec![other.clone()], ..scope.clone() };
                format!("(if {other} is given then {} else {})", self.chain(0, &given), self.leaf(scope))
            }
            9 | 10 if !self.functions.is_empty() => {
                let function = self.pick(&self.functions.clone());
                format!("{function}({}, {})", self.number(depth, scope), self.pick(&scope.plans))
            }
            11 if !self.tiers.is_empty() => {
                let tiers = self.pick(&self.tiers.clone());
                format!("({tiers}(absolute({})) / 1 USD)", self.number(depth / 2, scope))
            }
            12 => {
                let element = self.name("x");
                let inner = scope.with_element(&element);
                format!(
                    "(sum of {} for each {element} in lines where {})",
                    self.number(depth, &inner),
                    self.condition(depth, &inner)
                )
            }
            13 => {
                let (element, state) = (self.name("x"), self.name("s"));
                let mut inner = scope.with_element(&element);
                inner.numbers.push(state.clone());
                let first = self.leaf(scope);
                let next = self.number(depth, &inner);
                format!(
                    "(walk {element} in lines carrying {state} = {first} {{ next {state} = {next} }}).final.{state}"
                )
            }
            _ => format!("(greatest of ({}, {}))", self.number(depth, scope), self.leaf(scope)),
        }
    }

    /// Conditions one after the other, most of them on one member.
    fn chain(&mut self, depth: u32, scope: &Scope) -> String {
        let plan = self.pick(&scope.plans);
        let mut text = String::from("(");
        for _ in 0..2 + self.one_of(4) {
            match self.one_of(8) {
                0 => write!(text, "if {} ", self.condition(0, scope)).unwrap(),
                1 => write!(text, "if {plan} is not {} ", ["A", "B"][self.one_of(2)]).unwrap(),
                _ => write!(text, "if {plan} is {} ", ["A", "B", "C", "D", "E"][self.one_of(5)]).unwrap(),
            }
            write!(text, "then {} else ", self.number(depth, scope)).unwrap();
        }
        text + &self.number(depth, scope) + ")"
    }

    fn condition(&mut self, depth: u32, scope: &Scope) -> String {
        let below = depth.saturating_sub(1);
        match self.one_of(if depth == 0 { 3 } else { 6 }) {
            0 => format!("{} < {}", self.leaf(scope), self.leaf(scope)),
            1 => format!("{} is {}", self.pick(&scope.plans), ["A", "C"][self.one_of(2)]),
            2 => format!("{} is one of (B, C)", self.pick(&scope.plans)),
            3 => format!("({} and {})", self.condition(below, scope), self.condition(below, scope)),
            4 => format!("({} or yes_)", self.condition(below, scope)),
            _ => format!("{} >= {}", self.number(below, scope), self.number(below, scope)),
        }
    }

    fn some_tiers(&mut self) -> String {
        let name = self.name("t");
        let mut text = format!("tiers {name} {} over number", ["graduated", "volume"][self.one_of(2)]);
        text += ["", ", each tier rounded half up to 0.5 USD", ", flat due at zero"][self.one_of(3)];
        text += " {\n";
        // The bounds are numbers that inputs are.
        for bound in
            ["up to 1", "under 1", "up to 2", "under 2", "under 10"].into_iter().skip(self.one_of(6)).step_by(2)
        {
            writeln!(text, "  {bound} {}", self.rate()).unwrap();
        }
        writeln!(text, "  above {}\n}}", self.rate()).unwrap();
        self.tiers.push(name);
        text
    }

    fn rate(&mut self) -> String {
        let rates =
            ["0.25 USD", "1.005 USD", "0 USD", "-0.5 USD", "2 USD", "0.1 USD", "98765432109876.5 USD", "(n * 1 USD)"];
        rates[self.one_of(rates.len())].to_string() + ["", " plus 0.75 USD flat"][self.one_of(2)]
    }

    fn function(&mut self) -> String {
        let (name, number, plan) = (self.name("f"), self.name("p"), self.name("q"));
        let scope =
            Scope { numbers: vec![number.clone(), "m".to_string()], plans: vec![plan.clone()], ..self.inputs() };
        let body = self.number(2, &scope);
        self.functions.push(name.clone());
        format!("function {name}({number} : number, {plan} : Plan) = {body}\n")
    }

    fn definition(&mut self) -> String {
        let name = self.name("d");
        let scope = self.scope.clone();
        let mut text = format!("let {name} : number = {}\n", self.number(3, &scope));
        if self.one_of(3) == 1 {
            let (exception, other) = (self.name("e"), self.name("e"));
            let (value, when) = (self.leaf(&scope), self.condition(1, &scope));
            writeln!(text, "exception {exception} to {name} = {name} + {value} when {when}").unwrap();
            let (value, when) = (self.number(1, &scope), self.condition(1, &scope));
            writeln!(text, "exception {other} to {exception} = {value} when {when}").unwrap();
        }
        self.scope.numbers.push(name);
        text
    }

    fn charge(&mut self) -> String {
        let name = self.name("C");
        let mut scope = self.scope.clone();
        let mut text = format!("charge {name}");
        let each = self.one_of(3) == 1;
        if each {
            scope = scope.with_element("line");
            let label = ["", " \"{line.a}\""][self.one_of(2)];
            write!(text, "{label} for each line in lines where {}", self.condition(1, &scope)).unwrap();
        }
        match self.tiers.last().cloned() {
            Some(tiers) if self.one_of(2) == 1 => {
                let quantity = self.one_of(2) as u32;
                write!(text, " = {tiers}(absolute({}))", self.number(quantity, &scope)).unwrap();
                if self.one_of(2) == 1 {
                    write!(text, " - {tiers}(absolute({}))", self.leaf(&scope)).unwrap();
                }
            }
            _ => write!(text, " = {} * 1 USD", self.number(3, &scope)).unwrap(),
        }
        match self.one_of(5) {
            1 => write!(text, " minimum 4 USD as {name}_least").unwrap(),
            2 => text += " maximum 9 USD",
            3 => write!(text, " because \"x {{{}}}\"", self.pick(&scope.numbers)).unwrap(),
            _ => {}
        }
        if self.one_of(2) == 1 {
            write!(text, " when {}", self.condition(2, &self.scope.clone())).unwrap();
        }
        text.push('\n');
        self.scope.numbers.push(format!("(sum of applied ({name}) / 1 USD)"));
        self.charges.push(name);
        text
    }

    fn inputs(&self) -> Scope {
        Scope {
            numbers: vec!["n".to_string(), "m".to_string()],
            plans: vec!["plan".to_string()],
            optional: vec!["other".to_string()],
        }
    }
}

/// A rule set, whose one test asks for each of its definitions and charges.
fn rules(choices: Vec<u16>) -> String {
    let none = Scope { numbers: Vec::new(), plans: Vec::new(), optional: Vec::new() };
    let choices = choices.into_iter();
    let mut author =
        Author { choices, names: 0, functions: Vec::new(), tiers: Vec::new(), charges: Vec::new(), scope: none };
    author.scope = author.inputs();
    let mut text = HEADER.to_string();
    for _ in 0..3 + author.one_of(5) {
        text += &match author.one_of(5) {
            0 => author.charge(),
            1 => author.definition(),
            2 => author.function(),
            _ => author.some_tiers() + &author.charge(),
        };
    }
    let scope = author.scope.clone();
    let (message, when) = (author.pick(&scope.numbers), author.condition(2, &scope));
    writeln!(text, "flag F \"{{{message}}}\" when {when}\nlet all : number = {}", scope.numbers.join(" + ")).unwrap();
    text += "output all_of_it = all\ntest \"asked\" {\n  expect total is all * 1 USD\n";
    for charge in &author.charges {
        writeln!(text, "  expect charge {charge} is sum of applied ({charge})").unwrap();
    }
    text + "}\n"
}

fn input() -> impl Strategy<Value = String> {
    let number = || (0..NUMBERS.len()).prop_map(|at| NUMBERS[at]);
    let plan = || (0..5_usize).prop_map(|at| ["A", "B", "C", "D", "E"][at]);
    let other = || proptest::option::of(plan()).prop_map(|plan| plan.map(|plan| format!(r#", "other": "{plan}""#)));
    let line = (plan(), other(), number(), number()).prop_map(|(plan, other, a, b)| {
        format!(r#"{{"plan": "{plan}", "a": "{a}", "b": "{b}"{}}}"#, other.unwrap_or_default())
    });
    let maybe = proptest::option::of(number());
    (number(), number(), maybe, plan(), other(), any::<bool>(), proptest::collection::vec(line, 0..4)).prop_map(
        |(n, m, maybe, plan, other, yes, lines)| {
            let maybe = maybe.map(|maybe| format!(r#", "maybe": "{maybe}""#)).unwrap_or_default();
            let (other, lines) = (other.unwrap_or_default(), lines.join(", "));
            format!(r#"{{"n": "{n}", "m": "{m}", "plan": "{plan}", "yes_": {yes}, "lines": [{lines}]{maybe}{other}}}"#)
        },
    )
}

fn price<'p, O: Observer<'p>>(
    program: &'p Program,
    slots: &[Value],
    limits: &Limits,
    observer: &mut O,
) -> Result<Quote, EvalError> {
    let mut quote = Quote::default();
    eval::price(program, &Hosts::default(), slots, limits, &mut Scratch::new(), &mut quote, observer).map(|()| quote)
}

/// What the test of a rule set asks for, asked for by itself, is what the quote says.
fn asked(program: &Program, slots: &[Value], quote: &Quote, text: &str) {
    let test = &program.tests[0];
    for Expect { kind, .. } in &test.expects {
        let (ExpectKind::Total(_, amount) | ExpectKind::Charge { amount: Some(amount), .. }) = kind else {
            panic!("{kind:?}")
        };
        let of = (amount, test.locals);
        let value = eval::evaluate(program, &Hosts::default(), slots, &Limits::default(), of).unwrap();
        match kind {
            ExpectKind::Charge { charge, .. } => {
                let code = &program.charges[charge.0 as usize].code;
                let up_to_least = format!("{code}_least");
                let lines = quote.lines(code).chain(quote.lines(&up_to_least));
                let booked = lines.fold(Number::ZERO, |sum, line| sum.add(line.amount()).unwrap());
                assert_eq!(value, Value::Number(booked), "{code}\n{text}");
            }
            _ => {
                let all = eval::show(program, &value, &Type::Number);
                assert_eq!(all, quote.output("all_of_it").unwrap().to_string(), "{text}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 4, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_quote_is_the_same_whoever_watches_and_whatever_is_asked_first(
        choices in proptest::collection::vec(any::<u16>(), 0..300),
        inputs in proptest::collection::vec(input(), 3),
    ) {
        let text = rules(choices);
        let rule_set = RuleSet::compile(&text).unwrap_or_else(|rejected| panic!("{rejected}\n{text}"));
        let program = rule_set.program();
        for input in inputs {
            let text = format!("{text}\n{input}");
            let slots = rule_set.read_json_in(&mut rule_set.context(), &input).unwrap().to_vec();
            let steps = (0..60).map(|steps| Limits { steps, ..Limits::default() });
            let depths = (0..40).map(|depth| Limits { depth, ..Limits::default() });
            for limits in steps.chain(depths) {
                let unwatched = price(program, &slots, &limits, &mut Silent);
                prop_assert_eq!(&unwatched, &price(program, &slots, &limits, &mut Coverage::new()), "{:?}\n{}", limits, text);
            }
            let mut tracer = Tracer::new();
            let watched = price(program, &slots, &Limits::default(), &mut tracer);
            prop_assert_eq!(&price(program, &slots, &Limits::default(), &mut Silent), &watched, "{}", text);
            prop_assert_eq!(&price(program, &slots, &Limits::default(), &mut Coverage::new()), &watched, "{}", text);
            if let Ok(quote) = watched {
                asked(program, &slots, &quote, &text);
                let (quoted, later) = rule_set.explain_json(&input).unwrap();
                prop_assert_eq!(&quoted, &quote);
                prop_assert_eq!(later.to_text(), tracer.explain(program, &slots).to_text(), "{}", text);
            }
        }
    }
}
