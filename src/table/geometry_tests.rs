//! What is said about the rows of random tables, held against every key of a small world.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::key::Key;
use super::{Cell, Column, Default, Found, HitPolicy, Index, Origin, Role, RowsBuilder, Table};
use crate::source::Span;
use crate::types::Type;
use crate::value::number::Lane;
use crate::value::{Number, Value};
use proptest::prelude::*;

const TEXTS: [&str; 4] = ["a", "ab", "abc", "b"];

pub(super) fn number(n: i64) -> Value {
    Value::Number(Number::from_i64(n))
}

fn cell(role: Role) -> BoxedStrategy<Cell> {
    let value = (0..6_i64).prop_map(number);
    let end = || proptest::option::weighted(0.9, ((0..6_i64).prop_map(number), any::<bool>()));
    match role {
        Role::Exact => prop_oneof![
            4 => value.clone().prop_map(Cell::Value),
            1 => Just(Cell::Any),
            1 => proptest::collection::btree_set(value, 2..4).prop_map(|v| Cell::OneOf(v.into_iter().collect())),
        ]
        .boxed(),
        Role::Range => prop_oneof![
            1 => value.prop_map(Cell::Value),
            1 => Just(Cell::Any),
            // A range without ends cannot be written; what matches every key is `any`.
            6 => (end(), end()).prop_map(|(low, high)| match (&low, &high) {
                (None, None) => Cell::Any,
                _ => Cell::range(low, high),
            }),
        ]
        .boxed(),
        Role::LongestPrefix => prop_oneof![
            3 => proptest::sample::select(&TEXTS[..]).prop_map(|t| Cell::Value(Value::text(t))),
            1 => Just(Cell::Any),
            1 => proptest::sample::select(&TEXTS[..]).prop_map(|t| Cell::Exactly(t.into())),
        ]
        .boxed(),
        _ => value.prop_map(Cell::Value).boxed(),
    }
}

pub(super) fn tables(policy: HitPolicy) -> impl Strategy<Value = Table> {
    let role = prop_oneof![
        2 => Just(Role::Exact), 3 => Just(Role::Range), 1 => Just(Role::Break), 1 => Just(Role::NextRow), 1 => Just(Role::LongestPrefix)
    ];
    (proptest::collection::vec((role, any::<bool>()), 1..4)).prop_flat_map(move |keys| {
        let row: Vec<_> = keys.iter().map(|(role, _)| cell(*role)).chain([cell(Role::Value)]).collect();
        let policy = policy.clone();
        proptest::collection::vec(row, 1..8).prop_map(move |rows| table(&keys, policy.clone(), rows))
    })
}

fn table(keys: &[(Role, bool)], policy: HitPolicy, rows: Vec<Vec<Cell>>) -> Table {
    let key = |(role, whole): &(Role, bool)| match role {
        Role::LongestPrefix => (*role, Type::Text),
        _ if *whole => (*role, Type::Integer),
        _ => (*role, Type::Number),
    };
    let columns = keys.iter().map(key).chain([(Role::Value, Type::Number)]);
    let column = |(role, ty)| Column { name: String::new(), role, ty, span: Span::default() };
    let columns: Vec<Column> = columns.map(column).collect();
    let mut builder = RowsBuilder::new(columns.len());
    rows.into_iter().for_each(|cells| builder.push(cells, Origin::default()));
    let mut table = Table {
        name: String::new(),
        columns,
        policy,
        rows: builder.build(),
        default: Default::Error,
        index: Index::default(),
        span: Span::default(),
    };
    table.index_rows();
    table
}

/// Every combination of keys that can be told apart: whole numbers, and for plain numbers halves as well.
pub(super) fn world(table: &Table) -> Vec<Vec<Value>> {
    let keys = |column: &Column| -> Vec<Value> {
        match (column.role, &column.ty) {
            (Role::LongestPrefix, _) => {
                ["", "a", "ab", "abc", "abcd", "abx", "ac", "b", "bx", "c"].map(Value::text).to_vec()
            }
            (_, Type::Integer) => (-2..8).map(number).collect(),
            _ => (-3..14).map(|n| Value::Number(Number::ratio(n, 2).unwrap())).collect(),
        }
    };
    table.keys().fold(vec![Vec::new()], |all, (_, column)| {
        let extend = |start: Vec<Value>| keys(column).into_iter().map(move |key| [start.clone(), vec![key]].concat());
        all.into_iter().flat_map(extend).collect()
    })
}

/// Bands of whole numbers with a hole behind each: 0, 2, 4, …
fn bands_with_holes(count: i64) -> Table {
    let band = |n: i64| {
        vec![Cell::range(Some((number(4 * n), true)), Some((number(4 * n + 1), true))), Cell::Value(number(n))]
    };
    table(&[(Role::Range, true)], HitPolicy::Unique, (0..count).map(band).collect())
}

#[test]
fn where_holes_are_not_looked_for_any_more_it_is_said() {
    let few = bands_with_holes(100).holes();
    assert!(few.complete && few.found.len() == 99);
    // 10,100 rows may be visited by 9,900 look-ups: 100,000,000 / 10,100.
    let many = bands_with_holes(10_100).holes();
    assert!(!many.complete && many.found.len() == 9_900, "{}", many.found.len());
}

proptest! {
    #![proptest_config(ProptestConfig::default())]

    #[test]
    fn rows_meet_where_a_look_up_finds_several(
        table in prop_oneof![tables(HitPolicy::Unique), tables(HitPolicy::Any), tables(HitPolicy::MostSpecific)]
    ) {
        let several = world(&table).into_iter().find(|keys| matches!(table.look_up(keys, None), Found::Several(..)));
        let meetings = table.meetings(1000);
        prop_assert!(meetings.complete);
        match (&several, meetings.found.first()) {
            (Some(keys), None) => prop_assert!(false, "{:?} finds several", keys),
            // A third row may be closer wherever two meet; only `most specific` lets it.
            (None, Some(meeting)) if table.policy == HitPolicy::Unique => prop_assert!(false, "{:?}", meeting),
            _ => {}
        }
        for meeting in meetings.found {
            // Where any key will do, so does an absent one.
            let keys: Vec<Value> = meeting.at.into_iter().map(|key| key.unwrap_or(Value::Absent)).collect();
            let given: Vec<Option<Value>> = keys.into_iter().map(Some).collect();
            let matching = table.candidates_at(&given);
            prop_assert!(matching.contains(&meeting.first) && matching.contains(&meeting.second), "{:?}", given);
        }
    }

    #[test]
    fn a_row_is_found_however_its_keys_are_held(
        table in prop_oneof![tables(HitPolicy::Unique), tables(HitPolicy::First), tables(HitPolicy::MostSpecific)]
    ) {
        for keys in world(&table) {
            let found = table.look_up(&keys, None);
            let with_zeros = |place: usize| match Key::of(&keys[place]) {
                Key::Number(lane) => Key::Number(Lane { mantissa: lane.mantissa * 1_000, scale: lane.scale + 3 }),
                key => key,
            };
            prop_assert_eq!(table.look_up_by(with_zeros, None), found.clone(), "{:?}", keys);
            prop_assert_eq!(table.look_up_by(|place| Key::Other(&keys[place]), None), found, "{:?}", keys);
        }
    }

    #[test]
    fn a_hole_is_no_rows_key(table in tables(HitPolicy::First)) {
        for hole in table.holes().found {
            prop_assert_eq!(table.matching(&hole.at, None), Vec::<u32>::new(), "{:?}", hole);
        }
    }

    #[test]
    fn a_row_that_never_wins_is_never_found(table in tables(HitPolicy::First)) {
        let never = table.never_first().found;
        let dead: Vec<u32> = never.iter().map(|(row, _)| *row).collect();
        let mut matched = Vec::new();
        for keys in world(&table) {
            if let Found::Row(row) = table.look_up(&keys, None) {
                prop_assert!(!dead.contains(&row), "row {} at {:?}", row, keys);
            }
            let matching = table.candidates_at(&keys.iter().cloned().map(Some).collect());
            let beaten = never.iter().filter(|(row, _)| matching.contains(row));
            for (row, by) in beaten {
                prop_assert!(by < row && matching.contains(by), "row {} at {:?} and not row {}", row, keys, by);
            }
            matched.extend(matching);
        }
        // Of a row that says the same as an earlier one, or less, it is said.
        let columns: Vec<(u16, Role)> = table.keys().map(|(at, column)| (at as u16, column.role)).collect();
        for row in matched {
            let says_all = |other: u32| columns.iter().all(|(at, role)| {
                let any = table.cell(other, *at) == Some(&Cell::Any) && matches!(role, Role::Exact | Role::Range);
                any || table.cell(other, *at) == table.cell(row, *at)
            });
            prop_assert!(dead.contains(&row) || !(0..row).any(says_all), "row {}", row);
        }
    }

    #[test]
    fn one_column_of_bands_has_a_hole_where_a_key_between_them_finds_nothing(
        rows in proptest::collection::vec((0..9_i64, any::<bool>(), 0..4_i64, any::<bool>()), 2..7), whole in any::<bool>()
    ) {
        let band = |(low, low_included, length, high_included)| {
            let high = low + length;
            let included = length == 0;
            vec![
                Cell::range(Some((number(low), low_included || included)), Some((number(high), high_included || included))),
                Cell::Value(number(0)),
            ]
        };
        let lowest = rows.iter().map(|row| row.0).min().unwrap();
        let highest = rows.iter().map(|row| row.0 + row.2).max().unwrap();
        let table = table(&[(Role::Range, whole)], HitPolicy::First, rows.into_iter().map(band).collect());
        let steps = if whole { 1 } else { 2 };
        let missed = (lowest * steps..=highest * steps)
            .map(|n| vec![Value::Number(Number::ratio(n, steps).unwrap())])
            .skip_while(|keys| table.look_up(keys, None) == Found::Nothing)
            .collect::<Vec<_>>();
        let last = missed.iter().rposition(|keys| table.look_up(keys, None) != Found::Nothing).map_or(0, |at| at + 1);
        let hole = missed[..last].iter().any(|keys| table.look_up(keys, None) == Found::Nothing);
        prop_assert_eq!(!table.holes().found.is_empty(), hole);
    }
}
