//! Memory for quotes of many editions: one thread's, to be used again.

use super::Edition;
use crate::rule_set::Context;

/// For how many editions besides the last one memory is kept.
const OTHERS: usize = 7;

/// The memory of quotes, to be reused by one thread for many quotes of a [`Shelf`](super::Shelf) or [`Book`](super::Book): a
/// [`Context`] for each of the last eight editions. It keeps no edition, and may be used with any shelf or book.
#[derive(Debug, Default)]
pub struct LiveContext {
    last: Kept,
    others: Vec<Kept>,
    /// Which of the others is given up next.
    next: usize,
}

/// The memory of one edition, which is known by its address alone: where another one has come to lie there, its memory begins anew.
#[derive(Debug, Default)]
struct Kept {
    address: usize,
    context: Box<Context>,
}

impl LiveContext {
    /// Memory that has not been used.
    pub fn new() -> Self {
        LiveContext::default()
    }

    /// The address of the edition that was used last.
    pub(super) fn used_last(&self) -> usize {
        self.last.address
    }

    /// The memory of an edition.
    pub(super) fn of(&mut self, edition: &Edition) -> &mut Context {
        let address = edition.rules().address();
        if self.last.address != address {
            self.turn_to(address);
        }
        &mut self.last.context
    }

    #[cold]
    fn turn_to(&mut self, address: usize) {
        let kept = self.others.iter().position(|kept| kept.address == address);
        let at = match kept {
            Some(at) => at,
            None if self.others.len() < OTHERS => {
                self.others.push(Kept::default());
                self.others.len() - 1
            }
            None => {
                self.next = (self.next + 1) % OTHERS;
                self.next
            }
        };
        if let Some(other) = self.others.get_mut(at) {
            std::mem::swap(&mut self.last, other);
        }
        self.last.address = address;
    }
}
