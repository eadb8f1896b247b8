//! Who is told what comes of looking: counters, logs, alerts.

use super::status::{Found, Problem, SourceStatus};
use ratewright::live::Published;

/// Is told what comes of the looks of a [`Keeper`](super::Keeper), by the thread of the source and holding no lock. It should be quick: the source is not looked at meanwhile. A panic in it changes nothing.
///
/// What is wrong is told once, when it begins, and again where the words for it change; not at every look.
pub trait KeeperWatcher: Send + Sync {
    /// A look has ended. Told of every look, after what is told by the other methods.
    fn looked(&self, _status: &SourceStatus, _found: Found) {}

    /// The source does not answer. What runs goes on.
    fn unreachable(&self, _status: &SourceStatus, _problem: &Problem) {}

    /// What is there must not run, or there is nothing, or the source itself fails: somebody has to do something. What runs goes on.
    fn refused(&self, _status: &SourceStatus, _problem: &Problem) {}

    /// Something that an operator should know, although pricing goes on.
    fn warned(&self, _status: &SourceStatus, _warning: &str) {}

    /// Something new is in use.
    fn swapped(&self, _status: &SourceStatus, _published: &Published) {}

    /// What was wrong is over: what runs is what should.
    fn recovered(&self, _status: &SourceStatus, _problem: &Problem) {}
}
