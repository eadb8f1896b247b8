//! Probes: what they reach of every shipped rule set.

use ratewright::RuleSet;
use ratewright::live::Edition;
use ratewright::migrate::{Prober, Probes, Tracing};
use std::path::PathBuf;

/// The files of the shipped rule sets.
pub fn shipped() -> Vec<PathBuf> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut files = Vec::new();
    for folder in ["billing", "freight"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let file = entry.unwrap().path();
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            if text.lines().any(|line| line.starts_with("ruleset ")) {
                files.push(file);
            }
        }
    }
    files.sort();
    files
}

/// The probes of a rule set, of a sample of the rows of large tables.
fn probes(rules: RuleSet) -> Probes {
    let mut prober = Prober::new(&Tracing::new(&Edition::new(rules)));
    prober.rows_per_table(24);
    prober.probes(&mut |_| {})
}

#[test]
fn every_rule_of_every_shipped_rule_set_is_reached_and_nearly_every_edge() {
    let (mut edges, mut met) = (0, 0);
    for file in shipped() {
        let probes = probes(RuleSet::from_file(&file).unwrap());
        let missing: Vec<&str> = probes.not_exercised().map(|rule| rule.rule.name.as_str()).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", file.display());
        let (own, all) = (probes.edges_met(), probes.edges());
        assert!(own * 100 >= all * 90, "{}: {own} of {all} edges", file.display());
        (edges, met) = (edges + all, met + own);
    }
    assert!(edges > 500 && met * 100 >= edges * 95, "{met} of {edges} edges");
}
