//! What is kept of a quote that is to be explained, and how its tree is made of it.
//!
//! A quote follows from its rule set, its input and what the host's functions answer; the rest is computed again, watched.

use super::answers::{Answers, Remembering};
use super::tree::Tree;
use super::{Tracer, build};
use crate::eval::{ErrorKind, EvalError, Hosts, Limits, Scratch, Silent, price};
use crate::program::Program;
use crate::quote::Quote;
use crate::value::Value;
use std::sync::Arc;

/// Room for the log of a quote of middle size.
const RECORDS: usize = 512;

/// What quotes are priced by.
pub(crate) trait Origin: Send + Sync {
    /// The rules, the host's functions and the limits.
    fn rules(&self) -> (&Program, &Hosts, &Limits);
}

/// What is kept of a quote.
#[derive(Clone)]
pub(crate) struct Kept {
    origin: Arc<dyn Origin>,
    inputs: Box<[Value]>,
    answers: Answers,
}

impl Kept {
    /// Prices an input, and keeps what an explanation of the quote needs.
    ///
    /// # Errors
    /// As [`price`]; a refusal names the rows that came closest.
    pub(crate) fn price(
        origin: Arc<dyn Origin>,
        inputs: &[Value],
        scratch: &mut Scratch,
        quote: &mut Quote,
    ) -> Result<Kept, EvalError> {
        let (program, hosts, limits) = origin.rules();
        let (priced, answers) = if hosts.functions().is_empty() {
            (price(program, hosts, inputs, limits, scratch, quote, &mut Silent), Answers::default())
        } else {
            let remembering = Remembering::new(hosts);
            let priced = price(program, &remembering.hosts, inputs, limits, scratch, quote, &mut Silent);
            (priced, remembering.answers())
        };
        let kept = Kept { inputs: inputs.into(), answers, origin: origin.clone() };
        match priced {
            Ok(()) => Ok(kept),
            Err(error) if error.kind == ErrorKind::Refused => Err(kept.watch(quote).1.err().unwrap_or(error)),
            Err(error) => Err(error),
        }
    }

    /// Prices the input once more, watched.
    fn watch(&self, quote: &mut Quote) -> (Tracer<'_>, Result<(), EvalError>) {
        let (program, hosts, limits) = self.origin.rules();
        let answering = self.answers.hosts(hosts);
        let mut tracer = Tracer::with_room(RECORDS);
        let mut scratch = Scratch::new();
        let priced = price(program, &answering, &self.inputs, limits, &mut scratch, quote, &mut tracer);
        (tracer, priced)
    }

    /// The tree of the explanation.
    pub(super) fn tree(&self) -> Tree {
        let (tracer, _) = self.watch(&mut Quote::default());
        build::tree(&tracer, self.origin.rules().0, &self.inputs)
    }
}
