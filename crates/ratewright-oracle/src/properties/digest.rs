//! One digest over everything that many programs come to: it must be the same on every machine, in debug and release, on any threads.

use super::{compile, words};
use crate::generate::{Choices, inputs, program};
use ratewright::digest::Digest;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// The digest of so many programs and their inputs, computed on so many threads.
pub fn digest(seed: u64, programs: u64, count: usize, threads: usize) -> Digest {
    let (next, found) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= programs {
                        return;
                    }
                    let digest = of_program(seed, number, count);
                    if let Ok(mut found) = found.lock() {
                        found.push((number, digest));
                    }
                }
            });
        }
    });
    let mut found = found.into_inner().unwrap_or_default();
    found.sort_unstable_by_key(|one| one.0);
    let parts: Vec<&[u8]> = found.iter().map(|one| one.1.as_bytes().as_slice()).collect();
    Digest::of_parts(&parts)
}

fn of_program(seed: u64, number: u64, count: usize) -> Digest {
    let mut choices = Choices::seeded(super::runner::seed_of(seed, number));
    let program = program(&mut choices);
    let inputs = inputs(&program, &mut choices, count);
    let mut said = vec![program.text()];
    match compile(&program.files) {
        Ok(rules) => {
            said.extend(inputs.iter().map(|input| match rules.quote_json(&input.to_string()) {
                Ok(quote) => words(&Ok(quote)),
                // The words of messages may get better.
                Err(error) => format!("{} {:?}", error.kind.words(), error.code),
            }));
        }
        Err(_) => said.push("rejected".to_owned()),
    }
    let parts: Vec<&[u8]> = said.iter().map(String::as_bytes).collect();
    Digest::of_parts(&parts)
}
