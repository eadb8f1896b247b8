//! Batches on several threads: each thread works on what comes next, and the answers are written in the order of the batches.
//!
//! A thread locks once for a batch and shares nothing else with the others. So many batches are under way that no thread waits,
//! and no more, so that memory is bounded however long the file is.

use crate::outcome::{Failure, Result};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

/// How many batches for each thread are under way at most: being priced, or waiting for those before them.
const UNDER_WAY: usize = 8;

/// Hands every batch to one of the `workers`, each on a thread of its own, and writes the answers in order. A single worker
/// works on this thread. The first failure ends it. Batches are taken on this thread, as they are needed.
pub fn run<B: Send, A: Send, W>(
    mut batches: impl Iterator<Item = B>,
    mut workers: Vec<W>,
    mut write: impl FnMut(A) -> Result<()>,
) -> Result<()>
where
    W: FnMut(&B) -> Result<A> + Send,
{
    if let [alone] = workers.as_mut_slice() {
        return batches.try_for_each(|batch| write(alone(&batch)?));
    }
    let room = workers.len().saturating_mul(UNDER_WAY);
    std::thread::scope(|scope| {
        let (give, next) = mpsc::channel::<(usize, B)>();
        let (answer, answered) = mpsc::channel();
        let next = Arc::new(Mutex::new(next));
        for mut worker in workers {
            let (next, answer) = (next.clone(), answer.clone());
            scope.spawn(move || {
                loop {
                    let taken = next.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, batch)) = taken else { return };
                    let answers = catch_unwind(AssertUnwindSafe(|| worker(&batch)));
                    if answer.send((number, answers)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(answer);
        let (mut given, mut written) = (0usize, 0usize);
        let mut early = BTreeMap::new();
        loop {
            while given.saturating_sub(written) < room
                && let Some(batch) = batches.next()
            {
                if give.send((given, batch)).is_err() {
                    return Err(Failure::Internal("the rows could not be shared out".to_owned()));
                }
                given = given.saturating_add(1);
            }
            if written == given {
                return Ok(());
            }
            while let Some(answers) = early.remove(&written) {
                match answers {
                    Ok(answers) => write(answers?)?,
                    Err(fault) => resume_unwind(fault),
                }
                written = written.saturating_add(1);
            }
            if written < given && !early.contains_key(&written) {
                let Ok((number, answers)) = answered.recv() else {
                    return Err(Failure::Internal("a batch of rows was lost".to_owned()));
                };
                early.insert(number, answers);
            }
        }
    })
}

/// The threads that this machine runs at once.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}
