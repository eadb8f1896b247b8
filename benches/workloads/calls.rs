//! Calls that price the next of a list of inputs: what benches repeat.

use ratewright::eval::{Hosts, Limits, Node, Note, Observer, Scratch, Silent, price};
use ratewright::value::Value;
use ratewright::{Quote, RuleSet};
use std::hint::black_box;

/// A version by hand.
pub fn by_hand<'a, I, R>(inputs: &'a [I], mut version: impl FnMut(&I) -> R + 'a) -> impl FnMut() + 'a {
    let mut next = inputs.iter().cycle();
    move || drop(black_box(version(black_box(next.next().unwrap()))))
}

/// The same, of inputs of its own.
pub fn by_hand_owned<I, R>(inputs: Vec<I>, mut version: impl FnMut(&I) -> R) -> impl FnMut() {
    let mut next = (0..inputs.len()).cycle();
    move || drop(black_box(version(black_box(&inputs[next.next().unwrap()]))))
}

/// Quotes from values that serde walks over, in a context that is used again.
pub fn quotes<'a, I: serde::Serialize>(rules: &'a RuleSet, inputs: &'a [I]) -> impl FnMut() + 'a {
    let mut context = rules.context();
    by_hand(inputs, move |input| rules.quote_in(&mut context, input).unwrap())
}

/// The same into a quote that is used again too.
pub fn quotes_into<'a, I: serde::Serialize>(rules: &'a RuleSet, inputs: &'a [I]) -> impl FnMut() + 'a {
    let (mut context, mut quote) = (rules.context(), Quote::default());
    by_hand(inputs, move |input| {
        rules.quote_into(&mut context, input, &mut quote).unwrap();
        black_box(&quote);
    })
}

/// Quotes from values that are in their slots already, into a quote that is used again.
pub fn evaluations<'a>(rules: &'a RuleSet, slots: &'a [Vec<Value>]) -> impl FnMut() + 'a {
    watched(rules, slots, || Silent)
}

/// The same, watched by a new observer each.
pub fn watched<'a, O: Observer<'a>>(
    rules: &'a RuleSet,
    slots: &'a [Vec<Value>],
    mut observer: impl FnMut() -> O + 'a,
) -> impl FnMut() + 'a {
    let (hosts, limits, mut scratch) = (Hosts::default(), Limits::default(), Scratch::new());
    let mut quote = Quote::default();
    by_hand(slots, move |slots| {
        price(rules.program(), &hosts, slots, &limits, &mut scratch, &mut quote, &mut observer()).unwrap();
        black_box(&quote);
    })
}

/// An observer that is not used: as [`Silent`], but another type, so that code for it is made anew.
pub struct Unused;

impl Observer<'_> for Unused {
    const ENABLED: bool = false;

    fn enter(&mut self, _: Node<'_>) {}

    fn leave(&mut self, _: Option<&Value>) {}

    fn note(&mut self, _: Note<'_, '_>) {}
}

/// An observer that is used, and counts what it is told.
#[derive(Default)]
pub struct Counting(u32);

impl Observer<'_> for Counting {
    fn enter(&mut self, _: Node<'_>) {
        self.0 += 1;
    }

    fn leave(&mut self, value: Option<&Value>) {
        self.0 += u32::from(value.is_some());
    }

    fn note(&mut self, _: Note<'_, '_>) {
        self.0 += 1;
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        black_box(self.0);
    }
}
