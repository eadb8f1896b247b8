//! Which rules the cases of each class exercise: learned from cases → which classes are wanted.
//!
//! A class is wanted while too few of its cases were seen, or while a rule that they exercise lacks evidence. Rules are known by kind and name, so that a
//! rule that was mended is wanted again by the classes that exercised it. The number of classes is bounded: beyond it, a class that is not
//! known is not wanted, for nothing could be learned of it.

use ratewright::digest::{RuleDigest, RuleKind};
use ratewright::migrate::Wanted;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// What is known of all classes.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Classes {
    known: BTreeMap<String, Class>,
    /// The rules that any class exercises, each once.
    rules: Vec<(RuleKind, String)>,
}

/// What is known of one.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    cases: u64,
    /// By their places in the list.
    rules: BTreeSet<usize>,
}

impl Classes {
    /// Takes in a case of a class that exercised rules; of a new class only where there is room for one.
    pub(super) fn learn<'r>(&mut self, class: &str, rules: impl Iterator<Item = &'r RuleDigest>, most: usize) {
        let has_room = self.known.len() < most;
        let known = match self.known.get_mut(class) {
            Some(known) => known,
            None if has_room => self.known.entry(class.to_owned()).or_default(),
            None => return,
        };
        known.cases = known.cases.saturating_add(1);
        for rule in rules {
            let is_it = |(kind, name): &(RuleKind, String)| *kind == rule.kind && *name == rule.name;
            let place = self.rules.iter().position(is_it).unwrap_or_else(|| {
                self.rules.push((rule.kind, rule.name.clone()));
                self.rules.len().saturating_sub(1)
            });
            known.rules.insert(place);
        }
    }

    /// Which are wanted, where these rules lack evidence.
    pub(super) fn wanted(&self, lacking: &HashSet<(RuleKind, &str)>, cases: u64, most: usize) -> Wanted {
        let lacks: Vec<bool> =
            self.rules.iter().map(|(kind, name)| lacking.contains(&(*kind, name.as_str()))).collect();
        let is_wanted = |class: &Class| {
            class.cases < cases || class.rules.iter().any(|rule| lacks.get(*rule).copied().unwrap_or_default())
        };
        let known = self.known.iter().map(|(name, class)| (name.clone(), is_wanted(class)));
        Wanted::new(known, self.known.len() < most)
    }
}
