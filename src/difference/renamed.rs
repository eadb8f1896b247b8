//! Items with another name that are the same in everything else.

use super::item::{self, Item};
use super::names::{Names, Renames};
use super::reading::Reading;
use super::tables::{self, Edition};
use super::{Kind, parameters};
use crate::program::Program;

/// The kinds whose items can be known again by what they say.
const KINDS: [Kind; 12] = [
    Kind::Enumeration,
    Kind::Record,
    Kind::Input,
    Kind::Parameter,
    Kind::Table,
    Kind::Tiers,
    Kind::Calendar,
    Kind::Function,
    Kind::Let,
    Kind::Output,
    Kind::Charge,
    Kind::Windows,
];

/// The newer names of items, with what they were called before. What uses a renamed item is known again in the next round.
pub(super) fn find(older: &Program, newer: &Program, old_names: &Names, old_items: &[Item]) -> Renames {
    let mut renames = Renames::new();
    loop {
        let new_names = Names::of_program(newer, &renames);
        let new_items = item::items(newer, &new_names);
        let search = Search { older, newer, old_names, new_names: &new_names };
        let found = KINDS.iter().flat_map(|kind| search.of_kind(*kind, old_items, &new_items)).collect::<Vec<_>>();
        if found.is_empty() {
            return renames;
        }
        renames.extend(found);
    }
}

struct Search<'p> {
    older: &'p Program,
    newer: &'p Program,
    old_names: &'p Names,
    new_names: &'p Names,
}

impl Search<'_> {
    fn of_kind(&self, kind: Kind, old_items: &[Item], new_items: &[Item]) -> Vec<((Kind, String), String)> {
        let alone = |items: &[Item], others: &[Item]| -> Vec<Item> {
            let of_kind = |item: &&Item| item.kind == kind && !item.hidden;
            let there = |item: &Item| others.iter().any(|other| other.kind == kind && other.name == item.name);
            items.iter().filter(of_kind).filter(|item| !there(item)).cloned().collect()
        };
        let (gone, come) = (alone(old_items, new_items), alone(new_items, old_items));
        let mut found = Vec::new();
        for old in &gone {
            let twins: Vec<&Item> = come.iter().filter(|new| self.same(old, new)).collect();
            if let [new] = twins.as_slice()
                && gone.iter().filter(|other| self.same(other, new)).count() == 1
            {
                found.push(((names_kind(kind), new.name.clone()), old.name.clone()));
            }
        }
        found
    }

    fn same(&self, old: &Item, new: &Item) -> bool {
        let facets = |item: &Item| {
            let told =
                item.facets.iter().filter(|facet| !(item.kind == Kind::Input && facet.aspect == "name on the wire"));
            told.map(|facet| (facet.aspect.clone(), facet.form.clone())).collect::<Vec<_>>()
        };
        facets(old) == facets(new) && self.same_values(old, new)
    }

    fn same_values(&self, old: &Item, new: &Item) -> bool {
        match old.kind {
            Kind::Parameter => {
                let (Some(older), Some(newer)) =
                    (self.older.parameters.get(old.index), self.newer.parameters.get(new.index))
                else {
                    return false;
                };
                let old = Reading::new(self.older, self.old_names);
                let new = Reading::new(self.newer, self.new_names);
                parameters::compare((&old, older), (&new, newer)).is_empty()
            }
            Kind::Table => {
                let (Some(older), Some(newer)) = (self.older.tables.get(old.index), self.newer.tables.get(new.index))
                else {
                    return false;
                };
                let old = Edition { program: self.older, names: self.old_names, table: older };
                let new = Edition { program: self.newer, names: self.new_names, table: newer };
                let type_words = |edition: Edition<'_>, ty: &_| item::type_words(edition.program, edition.names, ty);
                tables::declarations(old, new, &type_words).is_empty()
                    && tables::compare(old, new).is_some_and(|change| change.decided && change.boxes.is_empty())
            }
            _ => true,
        }
    }
}

/// Outputs are definitions, and known under their names.
pub(super) fn names_kind(kind: Kind) -> Kind {
    if kind == Kind::Output { Kind::Let } else { kind }
}
