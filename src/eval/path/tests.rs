//! A path beside what the coverage of tests collects by other means, and beside the names of the rules' digests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::{Edges, Path, Watch};
use crate::RuleSet;
use crate::digest::{RuleKind, of_rules};
use crate::eval::{Coverage, Hosts, Limits, Scratch, evaluate, price};
use crate::program::{ChargeId, Exception, Program};
use crate::quote::Quote;
use crate::types::TableId;
use crate::value::Value;
use std::collections::BTreeSet;

/// The inputs of a rule set's own tests, as far as they can be computed without any.
fn inputs(program: &Program) -> Vec<Vec<Value>> {
    let (hosts, limits) = (Hosts::default(), Limits::default());
    let value = |expr| evaluate(program, &hosts, &[], &limits, (expr, 64)).unwrap_or_default();
    let defaults: Vec<Value> =
        program.inputs.iter().map(|field| field.default.as_ref().map(value).unwrap_or_default()).collect();
    let slots = program.tests.iter().map(|test| {
        let mut slots = defaults.clone();
        test.given.iter().for_each(|(slot, expr)| slots[usize::from(*slot)] = value(expr));
        slots
    });
    slots.collect()
}

/// Whether one of some exceptions, or of the exceptions to them, gave a value.
fn held(exceptions: &[Exception], reached: &Coverage) -> bool {
    let gave =
        |exception: &Exception| reached.exceptions.contains(&exception.span) || held(&exception.exceptions, reached);
    exceptions.iter().any(gave)
}

/// What the coverage of one evaluation says of rules: kind and name.
fn exercised(
    program: &Program,
    reached: &Coverage,
    priced: bool,
    refused: Option<&str>,
) -> BTreeSet<(RuleKind, String)> {
    let mut rules = BTreeSet::new();
    for charge in reached.charges.iter().map(|charge| &program.charges[charge.0 as usize]) {
        // Where an exception gave the amount, the charge's own was not computed.
        if !held(&charge.exceptions, reached) {
            rules.insert((RuleKind::Charge, charge.code.to_string()));
        }
    }
    for (table, _) in &reached.rows {
        rules.insert((RuleKind::Table, program.tables[table.0 as usize].name.clone()));
    }
    for flag in &reached.flags {
        rules.insert((RuleKind::Flag, program.flags[*flag].code.to_string()));
    }
    for refusal in &reached.refusals {
        rules.insert((RuleKind::Refusal, program.refusals[*refusal].code.to_string()));
    }
    if priced {
        rules.extend(program.outputs.iter().map(|output| (RuleKind::Output, output.name.clone())));
    } else if let Some(table) = program
        .tables
        .iter()
        .find(|table| matches!(&table.default, crate::table::Default::Refuse(code, ..) if Some(&**code) == refused))
    {
        rules.insert((RuleKind::Table, table.name.clone()));
    }
    rules
}

/// Holds the path of each input against its coverage; how many edges all inputs met.
#[track_caller]
fn agrees(program: &Program) -> usize {
    let (hosts, limits) = (Hosts::default(), Limits::default());
    let (edges, digests) = (Edges::of(program), of_rules(program));
    assert_eq!(edges.rules(), digests.len());
    let (mut scratch, mut quote, mut plain, mut path) =
        (Scratch::new(), Quote::default(), Quote::default(), Path::default());
    let mut met = BTreeSet::new();
    for slots in inputs(program) {
        let mut reached = Coverage::new();
        let expected = price(program, &hosts, &slots, &limits, &mut scratch, &mut plain, &mut reached);
        let error = expected.as_ref().err();
        reached.end(program, error.and_then(|error| error.span));
        let mut watch = Watch::begin(&edges, &mut path, &slots);
        let outcome = price(program, &hosts, &slots, &limits, &mut scratch, &mut quote, &mut watch);
        watch.end(program, &scratch, &outcome);
        assert_eq!((&outcome, &quote), (&expected, &plain), "whoever watches, the quote is the same");

        let refused = error.and_then(|error| error.code.as_deref());
        let expected = exercised(program, &reached, outcome.is_ok(), refused);
        let compared = [RuleKind::Charge, RuleKind::Table, RuleKind::Flag, RuleKind::Refusal, RuleKind::Output];
        let rules = path.rules().map(|rule| (digests[rule].kind, digests[rule].name.clone()));
        let found: BTreeSet<_> = rules.filter(|(kind, _)| compared.contains(kind)).collect();
        if refused.is_some() || outcome.is_ok() {
            assert_eq!(found, expected, "{}", program.name);
        }
        let held = path.rules().filter(|rule| digests[*rule].kind == RuleKind::Exception).count();
        assert_eq!(held, reached.exceptions.len());

        let rows: BTreeSet<u32> = reached.rows.iter().filter_map(|(table, row)| edges.row(*table, *row)).collect();
        let tiers: BTreeSet<u32> = reached.tiers.iter().filter_map(|span| edges.tier(*span, false)).collect();
        let sides = reached.conditions.iter().flat_map(|(span, (yes, no))| [(*span, true, *yes), (*span, false, *no)]);
        let sides: BTreeSet<u32> =
            sides.filter(|(.., met)| *met).filter_map(|(span, side, _)| edges.condition(span, side)).collect();
        let edges_met: BTreeSet<u32> = path.edges().iter().copied().collect();
        for expected in [rows, tiers, sides] {
            assert!(expected.is_subset(&edges_met), "{}", program.name);
        }
        met.extend(edges_met);
    }
    met.len()
}

#[test]
fn a_path_is_what_coverage_says_of_every_shipped_tariff() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let (mut files, mut met) = (0, 0);
    for folder in ["billing", "freight"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let file = entry.unwrap().path();
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            if text.lines().any(|line| line.starts_with("ruleset ")) {
                met += agrees(RuleSet::from_file(&file).unwrap().program());
                files += 1;
            }
        }
    }
    assert!(files > 10 && met > 300, "{files} files, {met} edges");
}

/// Exceptions, groups, bounds with lines of their own, totals, refusing tables: what the tariffs have little of.
#[test]
fn a_path_is_what_coverage_says_of_rarer_rules() {
    let text = r#"ruleset t "t" { currency USD  rounding half up to 0.05 USD on the total }
input { n : integer }
table rate { n : integer by break -> price : money
  | n         || price |
  | 1         || 2     |
  | 10        || 5     |
  | otherwise || refuse "LOW" "none for {n}" |
}
tiers t graduated over number { up to 10  1.00 USD flat  above 2.00 USD flat }
let kind = if n > 20 then 2 else 1
exception large to kind = 3 when n > 30
charge BASE = rate[n].price * kind
charge TIERS = t(n) when n is not 7
exception odd to TIERS = 9 USD when n is from 11 through 13
exception twelve to odd = 8 USD when n is 12
output doubled = n * 2
flag BIG "big" when n >= 30
refuse HUGE "huge" when n > 1000
total minimum 25 USD as TRUE_UP
"#;
    let tests: String = [0, 1, 7, 10, 11, 12, 13, 21, 30, 31, 1001]
        .map(|n| format!("test \"{n}\" {{ given n = {n}  expect n is {n} }}\n"))
        .concat();
    let rules = RuleSet::compile(&(text.to_owned() + &tests)).unwrap_or_else(|rejected| panic!("{rejected}"));
    assert!(agrees(rules.program()) > 15);
}

/// The places of rules are those of their digests: what books `TRUE_UP` and `ROUNDING` has these names there.
#[test]
fn lines_name_the_rules_that_bear_on_them() {
    let rules = RuleSet::compile(
        r#"ruleset t "t" { currency USD  rounding half up to 0.05 USD on the total }
input { n : number }
parameter p = 2 USD
parameter q = 3
parameter r = 100%
table rate { n : number by break -> price : money
  | n || price |
  | 0 || 2     |
}
let f = n * q
exception big to f = 5 when n > 5
charge A = rate[f].price
charge B = p * n minimum 4 USD as LEAST
charge C = r of B
total minimum 25 USD as TRUE_UP
"#,
    )
    .unwrap_or_else(|rejected| panic!("{rejected}"));
    let (edges, digests) = (Edges::of(rules.program()), of_rules(rules.program()));
    let bearing = |code: &str| -> Option<Vec<String>> {
        edges.bearing_on(code).map(|rules| rules.iter().map(|rule| digests[*rule as usize].name.clone()).collect())
    };
    let some = |names: &[&str]| Some(names.iter().map(ToString::to_string).collect::<Vec<_>>());
    assert_eq!(bearing("A"), some(&["A", "f / big", "rate", "q"]));
    assert_eq!(bearing("B"), some(&["B", "p"]));
    assert_eq!(bearing("LEAST"), some(&["B", "p"]));
    assert_eq!(bearing("C"), some(&["C", "r"]), "what bears on B bears on the line of B");
    assert_eq!(bearing("TRUE_UP"), some(&["TRUE_UP"]));
    assert_eq!(bearing("ROUNDING"), some(&["ROUNDING"]));
    assert_eq!(bearing("D"), None);
    assert_eq!(edges.row(TableId(0), 0).is_some(), edges.charge(ChargeId(0).0) == 0);
}
