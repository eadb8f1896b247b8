//! Every example of `docs/wire-format.md`: the types that it names, what is sent, and what the rules see or why not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::tests::Doors;
use super::wire;
use crate::RuleSet;

const RULES: &str = r#"
ruleset wire "Wire" { currency USD }
enum Service { ground "Ground", two_day }
record Line { weight : mass in lb  note : text?  pieces : integer = 1 }
input { x : TYPE }
charge C = 1 USD
"#;

/// A row of a table: its line, what is sent, what is read.
type Example = (usize, String, String);

/// The types of the document with the rows of their tables.
fn examples() -> Vec<(String, Vec<Example>)> {
    let mut types: Vec<(String, Vec<Example>)> = Vec::new();
    for (index, line) in include_str!("../../docs/wire-format.md").lines().enumerate() {
        if let Some(ty) = line.strip_prefix("type `").and_then(|rest| rest.strip_suffix('`')) {
            types.push((ty.to_string(), Vec::new()));
        }
        let cells = line.strip_prefix("| `").and_then(|rest| rest.strip_suffix(" |")?.split_once("` | "));
        if let (Some((sent, read)), Some((_, rows))) = (cells, types.last_mut()) {
            rows.push((index + 1, sent.to_string(), read.to_string()));
        }
    }
    types
}

#[test]
fn every_example_of_the_document_is_true() {
    let mut problems = Vec::new();
    let types = examples();
    for (ty, rows) in &types {
        let rules = RuleSet::compile(&RULES.replace("TYPE", ty)).unwrap_or_else(|rejected| panic!("{ty}: {rejected}"));
        assert!(!rows.is_empty(), "{ty} has no examples");
        for (line, sent, expected) in rows {
            let found = read(&rules, sent);
            let agrees = match (expected.strip_prefix("refused: "), &found) {
                (Some(words), Err(message)) => message.contains(words),
                (None, Ok(shown)) => shown == expected,
                _ => false,
            };
            if !agrees {
                problems.push(format!("line {line}: `{ty}`, {sent}: expected {expected}, found {found:?}"));
            }
        }
    }
    assert!(types.len() >= 17 && problems.is_empty(), "{}", problems.join("\n"));
}

/// What a text is read as.
fn read(rules: &RuleSet, sent: &str) -> Result<String, String> {
    let program = rules.program();
    let slots = Doors::new(program).bind_json(&format!("{{\"x\": {sent}}}")).map_err(|error| error.message)?;
    let (field, value) = (program.inputs.first().unwrap(), slots.first().unwrap());
    Ok(wire::text(program, &field.ty, value))
}
