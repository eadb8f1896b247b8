//! What the host's functions answered while a quote was priced, so that telling how it came about asks them nothing again.

use crate::eval::{HostFunction, Hosts};
use crate::value::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// The calls of one function, in their order: arguments and answer.
type Calls = Vec<(Box<[Value]>, Result<Value, String>)>;

/// Functions that remember their answers.
pub(super) struct Remembering {
    calls: Vec<Arc<Mutex<Calls>>>,
    pub(super) hosts: Hosts,
}

impl Remembering {
    /// The functions, each of which remembers.
    pub(super) fn new(hosts: &Hosts) -> Self {
        let calls: Vec<Arc<Mutex<Calls>>> = hosts.functions().iter().map(|_| Arc::default()).collect();
        let remember = |(function, calls): (&HostFunction, &Arc<Mutex<Calls>>)| -> HostFunction {
            let (function, calls) = (function.clone(), calls.clone());
            Arc::new(move |arguments| {
                let answer = function(arguments);
                calls.lock().unwrap_or_else(PoisonError::into_inner).push((arguments.into(), answer.clone()));
                answer
            })
        };
        let hosts = Hosts::new(hosts.functions().iter().zip(&calls).map(remember).collect());
        Remembering { calls, hosts }
    }

    /// What they answered.
    pub(super) fn answers(self) -> Answers {
        let taken =
            |calls: Arc<Mutex<Calls>>| std::mem::take(&mut *calls.lock().unwrap_or_else(PoisonError::into_inner));
        Answers(self.calls.into_iter().map(taken).map(Arc::new).collect())
    }
}

/// What each function answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers(Box<[Arc<Calls>]>);

impl Answers {
    /// Functions that answer the same again. What was never asked is asked of the host.
    pub(super) fn hosts(&self, hosts: &Hosts) -> Hosts {
        let answer = |(function, calls): (&HostFunction, &Arc<Calls>)| -> HostFunction {
            let (function, calls, next) = (function.clone(), calls.clone(), AtomicUsize::new(0));
            Arc::new(move |arguments| {
                let known = calls.get(next.fetch_add(1, Ordering::Relaxed));
                match known.filter(|(asked, _)| **asked == *arguments) {
                    Some((_, answer)) => answer.clone(),
                    None => function(arguments),
                }
            })
        };
        Hosts::new(hosts.functions().iter().zip(&self.0).map(answer).collect())
    }
}
