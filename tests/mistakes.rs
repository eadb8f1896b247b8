//! Mistakes of analysts, and what stops each: `tests/mistakes/NNN_name`, counted in `docs/mistakes.md`.
//!
//! A folder holds `wrong.rules`, a small tariff with one mistake, `right.rules`, its twin without it, the files that they name, and
//! `mistake.json`, which says what the mistake is, on which lines it stands, and what stops it. Where the edition before is there as well
//! (`before.rules`), both are compared with it under `policy.json`, and priced with `inputs.jsonl`. The wrong one must be stopped by that and
//! at that place; of the right one nothing may be said. What nothing stops is kept and counted. `UPDATE=1` writes `docs/mistakes.md` anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

use ratewright::Directory;
use ratewright::RuleSet;
use ratewright::check::{Checked, check};
use ratewright::diagnostic::{Diagnostic, Severity};
use ratewright::difference::Policy;
use ratewright::difference::effect::Effect;
use ratewright::source::Span;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// One folder.
struct Mistake {
    folder: PathBuf,
    /// What an analyst would say that went wrong.
    says: String,
    domain: String,
    /// Its lines: `wrong.rules:12`.
    at: Vec<String>,
    /// `error RW0306`, `coverage`, `nothing`.
    stopped_by: String,
    /// Of what nothing stops: why.
    why: Option<String>,
}

impl Mistake {
    fn name(&self) -> String {
        self.folder.file_name().unwrap().to_string_lossy().into_owned()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// `error`, `warning`, `lint`, `coverage`, `diff` or `nothing`.
    fn means(&self) -> &str {
        self.stopped_by.split(' ').next().unwrap()
    }

    /// Whether one of the lines of the mistake is that of a span.
    fn is_at(&self, line_of: &str) -> bool {
        let line = line_of.rsplit('/').next().unwrap();
        self.at.iter().any(|at| at == line)
    }
}

fn text(value: &Value, name: &str) -> Option<String> {
    value.get(name).map(|text| text.as_str().unwrap().to_owned())
}

fn mistakes() -> Vec<Mistake> {
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(all).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    let read = |folder: PathBuf| {
        let said = std::fs::read_to_string(folder.join("mistake.json")).unwrap();
        let said: Value = serde_json::from_str(&said).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let known = ["mistake", "domain", "at", "stopped_by", "why"];
        assert!(said.as_object().unwrap().keys().all(|key| known.contains(&&**key)), "{}", folder.display());
        let at = said["at"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect();
        let all = |name: &str| text(&said, name).unwrap_or_else(|| panic!("{}: {name}", folder.display()));
        Mistake {
            says: all("mistake"),
            domain: all("domain"),
            stopped_by: all("stopped_by"),
            why: text(&said, "why"),
            at,
            folder,
        }
    };
    folders.into_iter().map(read).collect()
}

fn checked(path: &Path) -> Checked {
    let (folder, main) = Directory::around(path);
    check(&main, &folder)
}

/// The places that a diagnostic names.
fn places(checked: &Checked, diagnostic: &Diagnostic) -> Vec<String> {
    let spans = std::iter::once(diagnostic.primary.span).chain(diagnostic.secondary.iter().map(|label| label.span));
    spans.map(|span: Span| checked.sources.line_of(span)).collect()
}

/// Everything that is said about a file, a line for each.
fn all_said(checked: &Checked) -> String {
    let mut said = String::new();
    for diagnostic in &checked.diagnostics {
        write!(said, "\n    {} {}: {:?}", diagnostic.code, diagnostic.title, places(checked, diagnostic)).unwrap();
    }
    said
}

/// What is wrong with what the project says about a rule file that has no mistake; nothing if all is well.
fn about_the_right_one(path: &Path) -> Result<RuleSet, String> {
    let said = checked(path);
    if !said.diagnostics.is_empty() {
        return Err(format!("{} is not accepted without a word:{}", path.display(), all_said(&said)));
    }
    let rules = RuleSet::from_file(path).unwrap();
    let report = rules.test();
    match report.passed() {
        true => Ok(rules),
        false => Err(format!("a test of {} fails", path.display())),
    }
}

fn as_severity(means: &str) -> Severity {
    if means == "error" { Severity::Error } else { Severity::Warning }
}

/// The mistake is named by a diagnostic of the code.
fn is_named(mistake: &Mistake) -> Result<(), String> {
    let said = checked(&mistake.file("wrong.rules"));
    let code = mistake.stopped_by.split(' ').nth(1).unwrap_or_default();
    let severity = as_severity(mistake.means());
    let number: u32 = code.trim_start_matches("RW").parse().unwrap_or_default();
    let is_lint = number >= 930;
    if (mistake.means() == "lint") != is_lint {
        return Err(format!("{code} is a lint from RW0930 on"));
    }
    let names = |diagnostic: &&Diagnostic| {
        let here = places(&said, diagnostic).iter().any(|place| mistake.is_at(place));
        diagnostic.code.to_string() == code && diagnostic.severity == severity && here
    };
    let worse = said.diagnostics.iter().any(|one| severity == Severity::Warning && one.severity == Severity::Error);
    match said.diagnostics.iter().find(names) {
        Some(_) if !worse => Ok(()),
        _ => Err(format!("{} does not name {:?}:{}", mistake.stopped_by, mistake.at, all_said(&said))),
    }
}

/// The mistake is something that no test reaches, where its twin has none.
fn is_uncovered(mistake: &Mistake, right: &RuleSet) -> Result<(), String> {
    let wrong = about_the_right_one(&mistake.file("wrong.rules"))?;
    let missed = |rules: &RuleSet| -> Vec<String> {
        let coverage = rules.test().coverage;
        let reaches = [coverage.charges, coverage.rows, coverage.branches, coverage.exceptions, coverage.tiers];
        reaches.iter().flat_map(|reach| &reach.missed).map(|missed| rules.sources().line_of(missed.span)).collect()
    };
    let of_right = missed(right);
    if !of_right.is_empty() {
        return Err(format!("no test of its twin reaches {of_right:?}"));
    }
    let of_wrong = missed(&wrong);
    match of_wrong.iter().any(|place| mistake.is_at(place)) {
        true => Ok(()),
        false => Err(format!("tests reach {:?}, but not {of_wrong:?}", mistake.at)),
    }
}

/// What the policy of the folder does not let happen from the edition before to this one.
fn violations(mistake: &Mistake, rules: &RuleSet) -> Vec<String> {
    let before = about_the_right_one(&mistake.file("before.rules")).unwrap();
    let policy: Policy = std::fs::read_to_string(mistake.file("policy.json")).unwrap().parse().unwrap();
    let effect = std::fs::read_to_string(mistake.file("inputs.jsonl")).ok().map(|inputs| {
        let mut effect = Effect::new(&[], 0);
        inputs.lines().for_each(|input| effect.add(&[], &before.quote_json(input), &rules.quote_json(input)));
        assert_eq!(effect.failures.len(), 0, "{}: an input has no price", mistake.name());
        effect
    });
    let difference = before.difference(rules);
    policy.judge(&before, rules, &difference, effect.as_ref()).into_iter().map(|violation| violation.words).collect()
}

/// The mistake breaks the policy, where its twin keeps it.
fn breaks_the_policy(mistake: &Mistake, right: &RuleSet) -> Result<(), String> {
    let of_right = violations(mistake, right);
    if !of_right.is_empty() {
        return Err(format!("its twin breaks the policy: {of_right:?}"));
    }
    let wrong = about_the_right_one(&mistake.file("wrong.rules"))?;
    match violations(mistake, &wrong).is_empty() {
        true => Err("it keeps the policy".to_owned()),
        false => Ok(()),
    }
}

/// What is not as its folder says.
fn problem(mistake: &Mistake) -> Result<(), String> {
    let right = about_the_right_one(&mistake.file("right.rules"))?;
    match mistake.means() {
        "error" | "warning" | "lint" => is_named(mistake),
        "coverage" => is_uncovered(mistake, &right),
        "diff" => breaks_the_policy(mistake, &right),
        "nothing" if mistake.why.is_none() => Err("nothing stops it, and nobody says why".to_owned()),
        "nothing" => about_the_right_one(&mistake.file("wrong.rules")).map(drop),
        other => Err(format!("`{other}` stops nothing")),
    }
}

#[test]
fn each_mistake_is_stopped_by_what_its_folder_says() {
    let all = mistakes();
    let problems: Vec<String> = all
        .iter()
        .filter_map(|mistake| problem(mistake).err().map(|problem| format!("{}: {problem}", mistake.name())))
        .collect();
    assert!(problems.is_empty(), "{} of {}:\n{}", problems.len(), all.len(), problems.join("\n"));
    assert!(all.len() >= 120, "only {} mistakes", all.len());
}

/// The means in the order of the page, with what a reader sees.
const MEANS: [(&str, &str); 6] = [
    ("error", "an error: the rule set is not accepted"),
    ("warning", "a warning that names it"),
    ("lint", "a warning about what looks unlikely (from RW0930 on)"),
    ("coverage", "something that no test reaches (`ratewright test --coverage`)"),
    ("diff", "`ratewright diff --policy` against the edition before"),
    ("nothing", "nothing"),
];

const HEAD: &str = "\
# Mistakes of analysts, and what stops them

Each folder of `tests/mistakes` holds a small tariff with one mistake (`wrong.rules`) and its twin without it (`right.rules`). The wrong one
must be stopped, at the line of the mistake, by what is written here; the right one must pass without an error or a warning, and, where the
edition before is compared, keep the same policy. `cargo test --test mistakes` holds this page against what really happens, and `UPDATE=1`
writes it. A difference that is merely listed does not count as stopped, and neither does a test that fails.
";

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

fn page(all: &[Mistake]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for mistake in all {
        *counts.entry(mistake.means()).or_default() += 1;
    }
    let caught = all.len() - counts.get("nothing").copied().unwrap_or_default();
    let tenths = caught * 1000 / all.len();
    let mut page = HEAD.to_owned();
    writeln!(page, "\n**{caught} of {} are stopped: {}.{} %.**\n", all.len(), tenths / 10, tenths % 10).unwrap();
    page.push_str("| stopped by | mistakes |\n|---|---:|\n");
    for (means, words) in MEANS {
        writeln!(page, "| {words} | {} |", counts.get(means).copied().unwrap_or_default()).unwrap();
    }
    page.push_str("\n## Not stopped, and why\n\n| mistake | domain | why nothing stops it |\n|---|---|---|\n");
    for mistake in all.iter().filter(|mistake| mistake.means() == "nothing") {
        let why = mistake.why.as_deref().unwrap_or_default();
        writeln!(page, "| {} ({}) | {} | {} |", escaped(&mistake.says), mistake.name(), mistake.domain, escaped(why))
            .unwrap();
    }
    page.push_str("\n## Stopped\n\n| mistake | domain | stopped by |\n|---|---|---|\n");
    for mistake in all.iter().filter(|mistake| mistake.means() != "nothing") {
        let folder = mistake.name();
        writeln!(page, "| {} ({folder}) | {} | {} |", escaped(&mistake.says), mistake.domain, mistake.stopped_by)
            .unwrap();
    }
    page
}

#[test]
fn the_page_says_what_is_stopped() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/mistakes.md");
    let now = page(&mistakes());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == now, "docs/mistakes.md is stale; write it anew with UPDATE=1 cargo test --test mistakes");
}
