//! The oracle shares the parser with the engine, and nothing past the tree.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

/// What the evaluator may name of the engine; of values only what literals of the tree are held in.
const ALLOWED: &[&str] = &["ratewright::syntax", "ratewright::source", "ratewright::value::"];
const HOLDERS: &[&str] = &["RoundingMode", "Date", "Instant", "Number"];

#[test]
fn the_evaluator_uses_nothing_of_the_engine_past_the_tree() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/oracle");
    let mut uses = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            let at = format!("{}:{}", path.display(), number + 1);
            assert!(!line.contains("jiff") && !line.contains("crate::compare"), "{at}: {line}");
            for (start, _) in line.match_indices("ratewright::") {
                let named = &line[start..];
                assert!(ALLOWED.iter().any(|allowed| named.starts_with(allowed)), "{at}: {line}");
                if let Some(held) = named.strip_prefix("ratewright::value::") {
                    let names = held
                        .trim_start_matches('{')
                        .split(|c: char| !c.is_alphanumeric())
                        .filter(|name| !name.is_empty());
                    assert!(
                        names.clone().all(|name| HOLDERS.contains(&name) || name.chars().all(char::is_lowercase)),
                        "{at}: {line}"
                    );
                }
                uses += 1;
            }
        }
    }
    assert!(uses > 20, "only {uses} uses were found");
}
