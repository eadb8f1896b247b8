//! What lists and records hold in all, those in them included.
//!
//! A value is shared and not copied, so a list of a list twice, and of that twice, costs nothing to make, and doubles with every level
//! for whoever compares it, tells of it or writes it down. So what is made is counted as if nothing were shared.

use super::Observer;
use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use crate::value::Value;

/// How many times more values one list or record may hold in all than a list may have elements.
const IN_ALL: usize = 10;

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// Checks a value that the rules make: what the lists and records in it hold counts as steps, and has a limit of its own.
    pub(super) fn check_made(&mut self, made: &Value) -> Outcome<()> {
        match made {
            Value::List(values) | Value::Record(values) => self.count_all(values),
            _ => Ok(()),
        }
    }

    /// Counts as steps what a value holds, where it is visited as a whole: compared, or looked for among others.
    pub(super) fn count_held(&mut self, value: &Value) -> Outcome<()> {
        match value {
            Value::List(_) | Value::Record(_) => self.count_all(std::slice::from_ref(value)),
            _ => Ok(()),
        }
    }

    fn count_all(&mut self, values: &[Value]) -> Outcome<()> {
        let most = self.limits.list.saturating_mul(IN_ALL);
        let mut room = most;
        if !values.iter().all(|value| has_room(value, &mut room)) {
            return Err(Failure::limit(format!("a list or record holds more than {most} values in all")));
        }
        self.steps(most.saturating_sub(room))
    }
}

/// Takes from the room what a value holds; whether there was enough.
fn has_room(value: &Value, room: &mut usize) -> bool {
    let (Value::List(values) | Value::Record(values)) = value else { return true };
    match room.checked_sub(values.len()) {
        Some(left) => *room = left,
        None => return false,
    }
    values.iter().all(|value| has_room(value, room))
}
