//! What the command is given is done as it stands there, or refused: no run is shorter than its command line says.
#![allow(clippy::unwrap_used)]

use std::process::{Command, Output};

fn command(words: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ratewright-oracle")).args(words.split(' ')).output().unwrap()
}

#[test]
fn what_is_not_known_or_not_read_is_refused() {
    for (words, problem) in [
        ("compare --programms 7 --inputs 3", "there is no option `--programms` here"),
        ("compare --programs abc", "`--programs abc` is not a whole number that can be used"),
        ("compare --programs -1", "`--programs -1` is not a whole number that can be used"),
        ("compare --programs 7 --threads 0", "`--threads 0` is not a whole number that can be used"),
        ("compare --programs", "`--programs` has no value"),
        ("compare --minutes soon", "`--minutes soon` is not a number of minutes"),
        ("compare --property index", "there is no option `--property` here"),
        ("compare 7", "there is no option `7` here"),
        ("properties --property indexes", "there is no property `indexes`"),
        ("digest --minutes 1", "there is no option `--minutes` here"),
        ("compares --programs 7", "there is no command `compares`"),
        ("one rules.rules", "`one` takes a rule file and the inputs"),
    ] {
        let told = command(words);
        let said = String::from_utf8(told.stderr).unwrap();
        assert_eq!(told.status.code(), Some(2), "{words}: {said}");
        assert!(
            said.starts_with(problem) && said.contains("ratewright-oracle compare --programs N"),
            "{words}: {said}"
        );
        assert!(told.stdout.is_empty());
    }
}

#[test]
fn a_run_is_as_long_as_it_was_asked_to_be() {
    let told = command("compare --programs 3 --inputs 2 --seed 5 --threads 1 --wanted 1 --trials 10");
    let said = String::from_utf8(told.stdout).unwrap();
    assert!(told.status.success() && said.contains("seed 5, 3 programs") && said.contains(" on 1 threads"), "{said}");
}
