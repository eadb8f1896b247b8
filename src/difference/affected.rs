//! What did not change itself but depends on something that did.

use super::item::Item;
use super::names::Renames;
use super::{Change, Kind};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Something that changed, and what depends on it without having changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// What changed: kind and name.
    pub through: (Kind, String),
    /// What depends on it and can be seen in a quote, in the order of the rules.
    pub items: Vec<(Kind, String)>,
}

type Key = (Kind, String);

/// For each change what depends on it, in the order of the changes.
pub(super) fn find(changes: &[Change], items: &[Item], counted_otherwise: &[Key], renames: &Renames) -> Vec<Affected> {
    let users = users(items);
    let name_before = |change: &Change| {
        let was = renames.get(&(super::renamed::names_kind(change.kind), change.name.clone()));
        was.cloned().unwrap_or_else(|| change.name.clone())
    };
    let changed: HashSet<Key> =
        changes.iter().filter(|change| change.meaning).map(|change| (change.kind, name_before(change))).collect();
    let order: BTreeMap<usize, Key> = items.iter().enumerate().map(|(at, item)| (at, key(item))).collect();
    let mut affected = Vec::new();
    for change in changes.iter().filter(|change| change.meaning) {
        let through = (change.kind, change.name.clone());
        let reached = reach(&(change.kind, name_before(change)), &users, &changed);
        let mut items: Vec<Key> = order
            .values()
            .filter(|item| is_told(item.0) && reached.contains(*item) && !changed.contains(*item))
            .cloned()
            .collect();
        if change.kind == Kind::Unit {
            items.extend(counted_otherwise.iter().filter(|item| is_told(item.0)).cloned());
        }
        items.dedup();
        if !items.is_empty() {
            affected.push(Affected { through, items });
        }
    }
    affected
}

fn key(item: &Item) -> Key {
    (item.kind, item.name.clone())
}

/// What a quote shows.
fn is_told(kind: Kind) -> bool {
    matches!(kind, Kind::Charge | Kind::Total | Kind::Output | Kind::Flag | Kind::Refusal)
}

/// Who names what.
fn users(items: &[Item]) -> HashMap<Key, Vec<Key>> {
    let mut users: HashMap<Key, Vec<Key>> = HashMap::new();
    for item in items {
        for facet in items_facets(item) {
            facet.references(&mut |kind, name| {
                users.entry((kind, name.to_string())).or_default().push(key(item));
            });
        }
    }
    users
}

fn items_facets(item: &Item) -> impl Iterator<Item = &super::form::Form> {
    item.facets.iter().filter(|facet| !facet.words).map(|facet| &facet.form)
}

/// What depends on a thing through things that did not change themselves.
fn reach(from: &Key, users: &HashMap<Key, Vec<Key>>, changed: &HashSet<Key>) -> HashSet<Key> {
    let mut reached = HashSet::new();
    let mut open = vec![from.clone()];
    while let Some(next) = open.pop() {
        for user in users.get(&next).into_iter().flatten() {
            if !changed.contains(user) && reached.insert(user.clone()) {
                open.push(user.clone());
            }
        }
    }
    reached
}
