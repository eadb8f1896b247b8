//! Holds: every target stands all that a fuzzer has found, and what the repository itself has of its kind.
//!
//! `fuzz/corpus/TARGET` is what takes another way through the code, made as small as it goes; `fuzz/found/TARGET` are the bytes that once did wrong;
//! `fuzz/seeds.py` says what a fuzzer begins with.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright_targets::bound::{on_processor, within};
use ratewright_targets::{TARGETS, Target};
use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Instant;

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// The files of a folder, in the order of their names; none where there is no such folder.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// Runs a target on the files of its folder; says which it does not stand.
fn stands(target: &Target, folder: &str) -> (usize, Vec<PathBuf>) {
    let files = files_in(&fuzz().join(folder).join(target.name));
    let fails = |path: &&PathBuf| {
        let bytes = fs::read(path).unwrap();
        catch_unwind(AssertUnwindSafe(|| (target.run)(&bytes))).is_err()
    };
    (files.len(), files.iter().filter(fails).cloned().collect())
}

#[test]
fn every_target_stands_what_a_fuzzer_has_found() {
    for target in TARGETS {
        let (count, failed) = stands(target, "corpus");
        assert!(count > 0, "{} has no corpus: fuzz/README.md says how to make one", target.name);
        assert_eq!(failed, Vec::<PathBuf>::new());
    }
}

#[test]
fn what_once_did_wrong_does_no_longer() {
    for target in TARGETS {
        assert_eq!(stands(target, "found").1, Vec::<PathBuf>::new());
    }
}

#[test]
fn every_target_is_a_program_of_the_fuzzer_and_none_is_left_over() {
    let names: BTreeSet<&str> = TARGETS.iter().map(|target| target.name).collect();
    assert_eq!(names.len(), TARGETS.len());
    let programs = files_in(&fuzz().join("fuzz_targets"));
    let programs: BTreeSet<&str> = programs.iter().map(|path| path.file_stem().unwrap().to_str().unwrap()).collect();
    assert_eq!(programs, names);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for name in &names {
        assert!(manifest.contains(&format!("name = \"{name}\"\n")), "{name} is no program in fuzz/Cargo.toml");
    }
    for folder in ["corpus", "found"] {
        let entries = fs::read_dir(fuzz().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        for folder in entries.filter(|path| path.is_dir()) {
            let name = folder.file_name().unwrap().to_str().unwrap();
            assert!(names.contains(name), "{} belongs to no target", folder.display());
        }
    }
}

/// A claim that fails is a panic: a target which cannot fail would find nothing.
#[test]
fn a_target_whose_claim_fails_says_so() {
    let took_too_long = || within(0, || spin(2.2));
    assert!(catch_unwind(took_too_long).is_err());
    within(100_000, || ());
}

/// Works on the processor for so many seconds.
fn spin(seconds: f64) {
    let (clock, before) = (Instant::now(), on_processor());
    let passed = || before.zip(on_processor()).map_or(clock.elapsed().as_secs_f64(), |(before, now)| now - before);
    while passed() < seconds {}
}
