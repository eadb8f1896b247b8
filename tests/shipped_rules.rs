//! Every rule set in `rules/` compiles without a warning, passes its own tests, and describes what it takes and gives.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::{Rejected, RuleSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

fn rule_files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            rule_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rules") {
            found.push(path);
        }
    }
}

/// The rule sets in a folder; modules are left out.
fn rule_sets(folder: &str) -> Vec<(PathBuf, Result<RuleSet, Rejected>)> {
    let mut files = Vec::new();
    rule_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules").join(folder), &mut files);
    let is_rule_set = |path: &PathBuf| {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().any(|line| line.starts_with("ruleset "))
    };
    files.into_iter().filter(is_rule_set).map(|path| (path.clone(), RuleSet::from_file(&path))).collect()
}

#[test]
fn every_rule_set_passes_its_own_tests() {
    let mut problems = String::new();
    let mut tests = 0;
    for (path, compiled) in rule_sets("") {
        let rules = match compiled {
            Ok(rules) => rules,
            Err(rejected) => {
                writeln!(problems, "{}:\n{rejected}", path.display()).unwrap();
                continue;
            }
        };
        for warning in rules.warnings() {
            let place = rules.sources().line_of(warning.primary.span);
            writeln!(problems, "{place}: {}: {}", warning.code, warning.title).unwrap();
        }
        let report = rules.test();
        tests += report.results.len();
        assert!(!report.results.is_empty(), "{} has no tests", path.display());
        for result in report.failed() {
            for failure in &result.failures {
                let place = rules.sources().line_of(failure.span);
                writeln!(problems, "{place}: {}: expected {}, found {}", result.name, failure.expected, failure.found)
                    .unwrap();
            }
        }
    }
    assert!(tests > 50 && problems.is_empty(), "{tests} tests\n{problems}");
}
