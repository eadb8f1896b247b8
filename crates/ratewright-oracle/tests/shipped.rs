//! The rule sets that are shipped, their tests, books and inputs, and the vectors of other systems: the engine says what the oracle says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

#[path = "../../../tests/vectors_billing/mapping.rs"]
mod mapping;
#[path = "../../../tests/vectors_freight/plan.rs"]
mod plan;

use ratewright::{Compiler, Directory, RuleSet};
use ratewright_oracle::{Oracle, Outcome, differences};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A rule set as both read it.
struct Both {
    name: String,
    engine: RuleSet,
    oracle: Oracle,
}

impl Both {
    fn read(path: &Path) -> Option<Self> {
        let (folder, name) = (path.parent().unwrap(), path.file_name().unwrap().to_string_lossy().to_string());
        if std::fs::read_to_string(path).unwrap().lines().any(|line| line.starts_with("module")) {
            return None;
        }
        let engine = Compiler::new().loader(Directory::new(folder)).compile(&name);
        let engine = engine.unwrap_or_else(|rejected| panic!("{}: {rejected}", path.display()));
        let load = |path: &str| std::fs::read_to_string(folder.join(path)).ok();
        let oracle = Oracle::load(&name, &load).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()));
        Some(Both { name, engine, oracle })
    }

    /// What differs for an input in JSON.
    fn differences(&self, json: &str) -> Vec<String> {
        let told = self.oracle.price_json(json);
        self.held(&Outcome::of_engine(&self.engine.quote_json(json)), &told, json)
    }

    fn held(&self, engine: &Outcome, told: &ratewright_oracle::oracle::Answer, input: &str) -> Vec<String> {
        if told.equally.contains(engine) {
            return Vec::new();
        }
        let differing = differences(engine, &told.outcome).into_iter();
        differing.map(|difference| format!("{}: {difference}\n    {input}", self.name)).collect()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rule_files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rules") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn tests_of_shipped_rule_sets_hold_and_both_say_the_same_of_their_inputs() {
    let (mut count, mut problems) = (0, Vec::new());
    let folders = ["rules", "examples", "crates/ratewright-cli/src/templates", "crates/ratewright-migration/tests"];
    for path in folders.iter().flat_map(|folder| rule_files(folder)) {
        let Some(both) = Both::read(&path) else { continue };
        for result in both.oracle.test() {
            count += 1;
            problems.extend(result.failures.iter().map(|failure| format!("{} {}: {failure}", both.name, result.name)));
            let input = both.oracle.case(Some(&result.name), |case| case.json()).flatten();
            if let Some(input) = input {
                problems.extend(both.differences(&input.to_string()));
            }
        }
    }
    println!("{count} tests of shipped rule sets");
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    assert!(count >= 100, "only {count} tests were found");
}

#[test]
fn shipments_in_a_file_are_priced_alike() {
    let both = Both::read(&root().join("rules/freight/household_goods.rules")).unwrap();
    let text = std::fs::read_to_string(root().join("rules/freight/household_goods_shipments.csv")).unwrap();
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let headings = lines.next().unwrap();
    let (mut count, mut problems) = (0, Vec::new());
    for line in lines {
        count += 1;
        let fields: Vec<(&str, &str)> = headings.iter().copied().zip(line).collect();
        let engine = Outcome::of_engine(&both.engine.quote_fields(&fields));
        problems.extend(both.held(&engine, &both.oracle.price_fields(&fields), &format!("{fields:?}")));
    }
    println!("{count} shipments");
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    assert!(count >= 14, "only {count} shipments");
}

#[test]
fn vectors_of_other_systems_are_priced_alike() {
    let mut read: BTreeMap<PathBuf, Both> = BTreeMap::new();
    let mut problems = Vec::new();
    let mut cases: Vec<(PathBuf, String)> = Vec::new();
    let text = std::fs::read_to_string(root().join("tests/vectors/billing-vectors.jsonl")).unwrap();
    for line in text.lines() {
        let (name, input) = mapping::mapped(&mapping::Vector::read(line));
        cases.push((root().join(format!("tests/vectors/billing/{name}.rules")), input.to_string()));
    }
    let text = std::fs::read_to_string(root().join("tests/vectors/freight-vectors.jsonl")).unwrap();
    for line in text.lines() {
        let vector: serde_json::Value = serde_json::from_str(line).unwrap();
        let plan = plan::plan_of(vector["id"].as_str().unwrap());
        let input = plan::record(&plan.input, &vector);
        cases.push((root().join(format!("tests/vectors/freight/{}.rules", plan.rules)), input.to_string()));
    }
    for (path, input) in &cases {
        let both = read.entry(path.clone()).or_insert_with(|| Both::read(path).unwrap());
        problems.extend(both.differences(input));
    }
    println!("{} vectors with {} rule sets", cases.len(), read.len());
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    assert!(cases.len() >= 290, "only {} vectors", cases.len());
}
