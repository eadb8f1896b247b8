//! How far the rule sets on channels are: what the keeper tells of its looks → the epoch by which a shelf prices, where it is known.
//!
//! A shelf is of an epoch where it holds exactly the editions of that epoch. So nothing is claimed for what somebody went back to by hand, and
//! for a moment nothing is for what was swapped just now.

use ratewright::digest::Digest;
use ratewright::live::{Edition, Published, Shelf};
use ratewright_sources::keeper::Found;
use ratewright_sources::{KeeperWatcher, SourceStatus};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::sync::watch;

/// How far the rule sets on channels are: a watcher of the keeper, which requests read and wait for.
#[derive(Clone, Default)]
pub struct Epochs {
    known: watch::Sender<BTreeMap<String, Known>>,
}

/// What is known of a rule set on a channel.
#[derive(Default)]
struct Known {
    epoch: Option<u64>,
    editions: BTreeSet<Digest>,
    looks: u64,
}

impl KeeperWatcher for Epochs {
    fn swapped(&self, status: &SourceStatus, _: &Published) {
        self.learn(status);
    }

    fn looked(&self, status: &SourceStatus, _: Found) {
        self.learn(status);
    }
}

impl Epochs {
    /// Takes note of how it stands with a source, unless more is known already.
    pub(crate) fn learn(&self, status: &SourceStatus) {
        let running = &status.running;
        let Some(rule_set) = &running.rule_set else { return };
        let editions = running.editions.iter().map(|edition| edition.digest).collect();
        let known = Known { epoch: running.epoch, editions, looks: status.looks };
        self.known.send_if_modified(|all| {
            let is_news = all.get(rule_set).is_none_or(|before| before.looks <= known.looks);
            if is_news {
                all.insert(rule_set.clone(), known);
            }
            is_news
        });
    }

    /// The epoch by which a shelf prices a rule set. None where it comes from no channel.
    pub(crate) fn of(&self, rule_set: &str, shelf: &Shelf) -> Option<u64> {
        let all = self.known.borrow();
        let known = all.get(rule_set)?;
        let is_of_it = shelf.editions(rule_set).map(Edition::digest).all(|digest| known.editions.contains(&digest))
            && shelf.editions(rule_set).count() == known.editions.len();
        known.epoch.filter(|_| is_of_it)
    }

    /// Waits until as many looks for a rule set have ended, or an epoch has come; not longer than a time.
    pub(crate) async fn wait(&self, rule_set: &str, looks: u64, epoch: u64, longest: Duration) {
        let is_over = |all: &BTreeMap<String, Known>| {
            let known = all.get(rule_set);
            known.is_some_and(|known| known.looks >= looks || known.epoch.is_some_and(|known| known >= epoch))
        };
        let mut changes = self.known.subscribe();
        // Whether it came or takes too long: what counts is how far the rule set is then.
        drop(tokio::time::timeout(longest, changes.wait_for(is_over)).await);
    }
}
