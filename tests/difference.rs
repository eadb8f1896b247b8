//! What is said to differ between editions of the shipped tariffs: nothing for another layout, exactly the item for another
//! literal, and never nothing where a price differs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::difference::{Kind, Retested, Verdict};
use ratewright::source::SourceMap;
use ratewright::syntax::{self, ast};
use ratewright::{Compiler, Directory, RuleSet};
use std::path::{Path, PathBuf};

/// The tariffs without large tables, which are compiled many times.
fn tariffs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut found = Vec::new();
    for folder in ["billing", "freight"] {
        let files = std::fs::read_dir(root.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        found.extend(files.filter(|path| path.extension().is_some_and(|extension| extension == "rules")));
    }
    found.retain(|path| !path.ends_with("household_goods.rules"));
    found.sort();
    found
}

fn compile(path: &Path, text: &str) -> Option<RuleSet> {
    let folder = path.parent().unwrap();
    Compiler::new().loader(Directory::new(folder)).source("main.rules", text).compile("main.rules").ok()
}

fn parse(text: &str) -> ast::File {
    let mut sources = SourceMap::default();
    let id = sources.add("main.rules", text);
    syntax::parse(id, text).0
}

/// The items of a file in the opposite order; the header stays first.
fn turned_around(text: &str) -> String {
    let file = parse(text);
    let header = file.header.as_ref().unwrap().span;
    let mut parts = vec![&text[header.start as usize..header.end as usize]];
    // The order of refusals, charges and bounds on totals means something; everything else may stand anywhere.
    let kept = |item: &&ast::Item| {
        use ast::ItemKind::{Charge, Refuse, Total};
        matches!(item.kind, Charge(_) | Refuse { .. } | Total(_))
    };
    let of = |item: &ast::Item| &text[item.span.start as usize..item.span.end as usize];
    parts.extend(file.items.iter().rev().filter(|item| !kept(item)).map(of));
    parts.extend(file.items.iter().filter(kept).map(of));
    parts.join("\n\n")
}

#[test]
fn another_layout_and_order_are_no_change() {
    for path in tariffs() {
        let text = std::fs::read_to_string(&path).unwrap();
        let rules = compile(&path, &text).unwrap();
        let formatted = syntax::format(&parse(&text), &text);
        let squeezed =
            text.lines().map(|line| if line.trim_start().starts_with('#') { "" } else { line }).collect::<Vec<_>>();
        for other in [formatted, turned_around(&text), squeezed.join("\n\n")] {
            let other = compile(&path, &other).unwrap();
            for (old, new) in [(&rules, &other), (&other, &rules)] {
                let difference = old.difference(new);
                let changes: Vec<_> = difference.changes.iter().map(|change| (change, &change.details)).collect();
                assert!(changes.is_empty(), "{}: {changes:#?}", path.display());
                assert!(difference.affected.is_empty());
            }
        }
    }
}

/// A number in an item, changed; with the kind and name of the item.
struct Mutation {
    text: String,
    at: usize,
    kind: Kind,
    name: String,
}

fn named(item: &ast::ItemKind) -> Option<(Kind, &str)> {
    Some(match item {
        ast::ItemKind::Let { name, .. } => (Kind::Let, &name.text),
        ast::ItemKind::Parameter(parameter) => (Kind::Parameter, &parameter.name.text),
        ast::ItemKind::Function { name, .. } => (Kind::Function, &name.text),
        ast::ItemKind::Table(table) => (Kind::Table, &table.name.text),
        ast::ItemKind::Tiers(tiers) => (Kind::Tiers, &tiers.name.text),
        ast::ItemKind::Charge(charge) => (Kind::Charge, &charge.code.text),
        ast::ItemKind::Output { name, .. } => (Kind::Output, &name.text),
        ast::ItemKind::Flag { code, .. } => (Kind::Flag, &code.text),
        ast::ItemKind::Refuse { code, .. } => (Kind::Refusal, &code.text),
        _ => return None,
    })
}

/// Every way to make one digit of one number of an item another one.
fn mutations(text: &str) -> Vec<Mutation> {
    let mut found = Vec::new();
    for item in parse(text).items {
        let Some((kind, name)) = named(&item.kind) else { continue };
        let (start, end) = (item.span.start as usize, item.span.end as usize);
        let (mut quoted, mut comment) = (false, false);
        for at in start..end {
            let byte = text.as_bytes()[at];
            match byte {
                b'"' if !comment => quoted = !quoted,
                b'#' if !quoted => comment = true,
                b'\n' => comment = false,
                b'1'..=b'8' if !quoted && !comment => {
                    let before = text[..at].chars().next_back().unwrap();
                    let mut start = at;
                    while text[..start].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | ':')) {
                        start -= text[..start].chars().next_back().unwrap().len_utf8();
                    }
                    // Not within names and dates, and no digit that only a format has.
                    if !text[start..at].contains(|c: char| c.is_alphabetic()) && !before.is_alphabetic() {
                        let mut changed = text.to_string();
                        changed.replace_range(at..=at, &((byte + 1) as char).to_string());
                        found.push(Mutation { text: changed, at, kind, name: name.to_string() });
                    }
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn another_digit_is_found_in_exactly_its_item() {
    let mut tried = 0;
    for path in tariffs() {
        let text = std::fs::read_to_string(&path).unwrap();
        let rules = compile(&path, &text).unwrap();
        let all = mutations(&text);
        // Spread over the file, the same in every run; all of them with an environment variable.
        let most = std::env::var("RATEWRIGHT_DIFFERENCE_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(5);
        let step = (all.len() / most).max(1);
        for mutation in all.iter().step_by(step) {
            // Some digits cannot be another one: a range that then overlaps, a date of a year that is not priced.
            let Some(other) = compile(&path, &mutation.text) else { continue };
            let difference = rules.difference(&other);
            let found: Vec<_> = difference.changes.iter().map(|change| (change.kind, change.name.as_str())).collect();
            let line = text[..mutation.at].lines().count();
            let here = format!("{}:{line}: {} {}", path.display(), mutation.kind, mutation.name);
            if found.is_empty() {
                // A digit that means nothing: a row that no key reaches, a number that is only shown.
                let retest = rules.retest(&other);
                let fails =
                    |test: &&Retested| test.before == Verdict::Passed && matches!(test.after, Verdict::Failed(_));
                assert!(
                    !retest.tests.iter().any(|test| fails(&test)),
                    "{here}: a test fails, and nothing is said to have changed"
                );
                continue;
            }
            assert_eq!(found, [(mutation.kind, mutation.name.as_str())], "{here}");
            tried += 1;
        }
    }
    assert!(tried > 40, "only {tried} mutations were compared");
}
