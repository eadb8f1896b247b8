//! Ratewright: quotes from structs, and from values that are in their slots already.

use crate::workloads::calls::{evaluations, quotes};
use crate::{Answer, exact};
use ratewright::quote::Data;
use ratewright::value::{Number, Value};
use ratewright::{Quote, RuleSet};

pub struct Ours<'a> {
    pub quote: Box<dyn FnMut() + 'a>,
    pub evaluate: Box<dyn FnMut() + 'a>,
    answer: Box<dyn FnMut(usize) -> Quote + 'a>,
    /// A line that the others do not give as one.
    without: &'static str,
}

impl<'a> Ours<'a> {
    pub fn new<I: serde::Serialize>(rules: &'a RuleSet, inputs: &'a [I], slots: Vec<Vec<Value>>) -> Self {
        let slots: &'a [Vec<Value>] = slots.leak();
        Ours {
            quote: Box::new(quotes(rules, inputs)),
            evaluate: Box::new(evaluations(rules, slots)),
            answer: Box::new(move |input| rules.quote(&inputs[input]).unwrap()),
            without: "",
        }
    }

    pub fn without(self, code: &'static str) -> Self {
        Ours { without: code, ..self }
    }

    pub fn answer(&mut self, input: usize) -> Answer {
        let quote = (self.answer)(input);
        if let Some(Data::Quantity(rate)) = quote.output("rate") {
            return Answer { lines: Vec::new(), total: amount(rate.value, 4) };
        }
        let lines = quote.charges().filter(|line| line.code() != self.without);
        Answer {
            lines: lines.map(|line| (line.code().to_string(), amount(line.amount(), 2))).collect(),
            total: amount(&quote.totals()[0].amount, 2),
        }
    }
}

fn amount(number: &Number, digits: u32) -> Option<i64> {
    exact(number.to_decimal()?, digits)
}
