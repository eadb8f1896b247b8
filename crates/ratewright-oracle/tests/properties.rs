//! Short runs of the properties that must hold of every rule set, with fixed seeds. The long runs are
//! `cargo run --release -p ratewright-oracle -- properties --programs 20000 --inputs 50 --seed 1`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use ratewright_oracle::generate::{Choices, program};
use ratewright_oracle::properties::{ALL, Plan, Report, compile, digest, run};

#[track_caller]
fn holds(name: &str, programs: u64, inputs: usize) -> Report {
    let property = ALL.iter().find(|property| property.name == name).expect("a property");
    let plan = Plan { programs, inputs, seed: 20_260_105, threads: 2, within: None, trials: 600, wanted: 1 };
    let report = run(property, &plan);
    if let Some(found) = report.counterexamples.first() {
        panic!("program {}: {}\n{:#?}\n{}", found.number, found.smaller, found.files, found.input);
    }
    assert_eq!(report.programs, programs);
    report
}

#[test]
fn the_engine_says_what_the_oracle_says_to_the_last_digit() {
    let report = holds("agreement", 420, 30);
    assert!(report.count("pairs") >= 10_000 && report.count("priced") > 5_000, "{:?}", report.counts);
    for failure in ["refused", "no row matched", "input not accepted", "overflow", "division by zero"] {
        assert!(report.count(failure) > 10, "{failure}: {:?}", report.counts);
    }
}

#[test]
fn a_look_up_finds_what_a_scan_finds() {
    let report = holds("index", 400, 15);
    assert!(report.count("pairs") >= 5_000 && report.count("look-ups in another order") > 1_000, "{:?}", report.counts);
}

#[test]
fn what_is_accepted_prices_refuses_or_fails_as_listed_and_explains_itself() {
    let report = holds("accepted", 300, 10);
    assert!(report.count("priced") > 800 && report.count("refused") > 50 && report.count("no row matched") > 20);
}

#[test]
fn formatting_keeps_the_meaning() {
    let report = holds("format", 300, 0);
    assert!(report.count("texts") > 200 && report.count("texts with problems") > 20);
}

#[test]
fn a_bundle_prices_to_the_same_bytes() {
    assert!(holds("bundle", 150, 10).count("priced") > 500);
}

#[test]
fn where_diff_finds_nothing_all_quotes_are_the_same() {
    let report = holds("difference", 400, 15);
    assert!(report.count("no change of meaning") > 20);
    assert!(report.count("a change of meaning that sampled quotes show") > 20);
}

#[test]
fn a_rule_set_never_mismatches_itself() {
    assert!(holds("shadow", 150, 10).count("priced") > 500);
}

#[test]
fn a_table_that_nothing_is_said_against_never_misses() {
    let report = holds("complete", 1_500, 12);
    assert!(report.count("tables that are complete") > 50);
}

#[test]
fn one_digest_for_every_machine_in_debug_and_release_on_any_threads() {
    let wanted = include_str!("digest.txt").trim();
    for threads in [1, 3] {
        assert_eq!(digest(7, 120, 6, threads).to_string(), wanted, "{threads} threads");
    }
}

#[test]
fn well_typed_programs_compile() {
    let compiled = (0..400).filter(|seed| compile(&program(&mut Choices::seeded(*seed)).files).is_ok()).count();
    assert!(compiled >= 380, "{compiled} of 400");
}

#[test]
fn a_replayed_program_is_the_same_and_the_simplest_one_compiles() {
    let mut seeded = Choices::seeded(11);
    let made = program(&mut seeded);
    let again = program(&mut Choices::given(seeded.made().to_vec()));
    assert_eq!(made.files, again.files);
    let simplest = program(&mut Choices::from_bytes(&[]));
    assert!(compile(&simplest.files).is_ok(), "{}", simplest.text());
}
