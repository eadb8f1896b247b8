//! Diagrams of random tables, and what is read off them, held against look-ups at every key of a small world.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::analysis::Effort;
use super::diagram::Arena;
use super::geometry_tests::{number, tables, world};
use super::sweep::{Space, Sweep};
use super::{Domain, Found, HitPolicy, Role, Table};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn any_policy() -> impl Strategy<Value = Table> {
    prop_oneof![
        tables(HitPolicy::Unique),
        tables(HitPolicy::Any),
        tables(HitPolicy::First),
        tables(HitPolicy::MostSpecific),
    ]
}

fn domains(table: &Table) -> Vec<Domain> {
    let keys = table.columns.iter().filter(|column| column.role != Role::Value);
    keys.map(|column| Domain::of(column.role, &column.ty, 0)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn a_diagram_leads_to_the_rows_that_a_look_up_decides_between(table in any_policy()) {
        let space = Space::new(&[&table], &domains(&table)).unwrap();
        let mut arena = Arena::default();
        let (root, sets) = Sweep::diagram(&table, 0, &space, &mut arena, usize::MAX).unwrap();
        for keys in world(&table) {
            let slab = |level: u16| {
                let level = &space.levels[level as usize];
                level.axis.slab(&keys[level.key])
            };
            let rows = sets.rows(arena.follow(root, slab).as_outcome().unwrap());
            let found = match (table.look_up(&keys, None), rows) {
                (Found::Nothing, rows) => rows.is_empty(),
                (Found::Row(row), [first, ..]) => row == *first,
                (Found::Several(one, other), rows) => rows.contains(&one) && rows.contains(&other),
                _ => false,
            };
            prop_assert!(found, "{:?} at {:?}", rows, keys);
        }
    }

    #[test]
    fn an_analysis_says_what_look_ups_find(table in any_policy()) {
        let analysis = table.analyse(&domains(&table), Effort { findings: usize::MAX / 16, ..Effort::default() });
        prop_assert!(analysis.decided);
        let mut found = BTreeSet::new();
        let mut several = BTreeSet::new();
        for keys in world(&table) {
            match table.look_up(&keys, None) {
                Found::Row(row) => {
                    found.insert(row);
                }
                Found::Several(one, other) => {
                    several.insert((one, other));
                }
                _ => {}
            }
        }
        for never in &analysis.never {
            prop_assert!(!found.contains(&never.row) && !several.iter().any(|(a, b)| *a == never.row || *b == never.row));
        }
        if table.policy == HitPolicy::First {
            let never: BTreeSet<u32> = analysis.never.iter().map(|never| never.row).collect();
            for row in 0..table.matchable() as u32 {
                prop_assert_eq!(never.contains(&row), !found.contains(&row), "row {}", row);
            }
        }
        let told: BTreeSet<(u32, u32)> = analysis.overlaps.iter().filter(|overlap| !(table.policy == HitPolicy::Any && overlap.agree)).map(|overlap| (overlap.first, overlap.second)).collect();
        prop_assert!(several.iter().all(|pair| told.contains(pair)), "{:?} {:?}", several, told);
        prop_assert_eq!(several.is_empty(), told.is_empty());
        for gap in &analysis.gaps {
            let keys: Vec<_> = gap.at.iter().map(|key| key.clone().unwrap_or_else(|| number(1))).collect();
            prop_assert_eq!(table.look_up(&keys, None), Found::Nothing, "{:?}", gap);
        }
    }

    #[test]
    fn a_difference_is_where_look_ups_differ((old, new) in any_policy().prop_flat_map(|table| {
        let rows = proptest::collection::vec((0..table.len() as u32, 0..table.len() as u32), 0..3);
        (Just(table), rows)
    }).prop_map(|(table, swaps)| (table.clone(), swapped(table, &swaps)))) {
        let difference = old.difference(&new, &domains(&old), Effort::default());
        prop_assert!(difference.decided);
        let mut same = true;
        for keys in world(&old) {
            let answer = |table: &Table| match table.look_up(&keys, None) {
                Found::Row(row) => Some(Some(table.value(row, table.columns.len() as u16 - 1))),
                Found::Nothing => None,
                _ => Some(None),
            };
            same = same && answer(&old) == answer(&new);
        }
        if difference.changed.is_empty() {
            prop_assert!(same);
        }
        // Two rows that conflict with other values differ too, and a look-up does not tell that.
        if !same {
            prop_assert!(!difference.changed.is_empty());
        }
    }
}

/// The table with the values of some rows exchanged.
fn swapped(mut table: Table, swaps: &[(u32, u32)]) -> Table {
    let last = table.columns.len() as u16 - 1;
    for (one, other) in swaps {
        let (a, b) = (table.cell(*one, last).unwrap().clone(), table.cell(*other, last).unwrap().clone());
        table.rows.replace(*one, last, b);
        table.rows.replace(*other, last, a);
    }
    table.index_rows();
    table
}
