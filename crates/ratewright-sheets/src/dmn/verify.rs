//! The whole draft, held against the rules' own check: what that does not accept is taken out and told, until the rest is accepted.

use super::draft::{Drafter, Owner, left_out};
use super::model::{Logic, Model};
use super::report::{Draft, Imported, LeftOut, Refused};
use ratewright::Compiler;
use ratewright::diagnostic::Severity;
use ratewright::source::SourceMap;
use std::collections::BTreeMap;

/// How often a draft is taken apart again; each time loses at least one decision.
const MOST_ROUNDS: usize = 50;

pub(super) fn draft(model: &Model, only: Option<usize>) -> Draft {
    let mut rejected = BTreeMap::new();
    for _ in 0..MOST_ROUNDS {
        let (draft, lines) = once(model, only, &rejected);
        let problems = problems(&draft.rules, &lines);
        if problems.is_empty() {
            return Draft { rules: formatted(&draft.rules), ..draft };
        }
        let before = rejected.len();
        for (owner, refused) in problems {
            rejected.entry(owner).or_insert(refused);
        }
        if rejected.len() == before {
            break;
        }
    }
    let refused = Refused::new("the rules drafted from it were not accepted", "please report it with the model");
    for at in 0..model.decisions.len() {
        rejected.entry(Owner::Decision(at)).or_insert_with(|| refused.clone());
    }
    for at in 0..model.knowledge.len() {
        rejected.entry(Owner::Knowledge(at)).or_insert_with(|| refused.clone());
    }
    once(model, only, &rejected).0
}

/// As `ratewright fmt` writes it.
fn formatted(rules: &str) -> String {
    if rules.is_empty() {
        return String::new();
    }
    let mut sources = SourceMap::default();
    let id = sources.add("draft.rules", rules);
    let (file, problems) = ratewright::syntax::parse(id, rules);
    if problems.is_empty() { ratewright::syntax::format(&file, rules) } else { rules.to_owned() }
}

/// The first line of each piece, and what it was made of.
type Lines = Vec<(u32, Owner)>;

fn once(model: &Model, only: Option<usize>, rejected: &BTreeMap<Owner, Refused>) -> (Draft, Lines) {
    let mut drafter = Drafter::new(model, rejected);
    let mut left: Vec<LeftOut> = Vec::new();
    for (at, decision) in model.decisions.iter().enumerate() {
        if only.is_some_and(|only| only != at) {
            continue;
        }
        if let Err(refused) = drafter.decision(at) {
            left.push(left_out(&format!("decision \"{}\"", decision.name), decision.place, refused));
        }
    }
    if only.is_none() {
        for at in 0..model.knowledge.len() {
            left.extend(drafter.knowledge(at).err());
        }
        elsewhere(model, &mut left);
    }
    let head = match drafter.head(only.is_none()) {
        Ok(head) => head,
        Err(refused) => {
            left.push(left_out("model", super::model::Place { line: 1, column: 1 }, refused));
            drafter.blocks.clear();
            String::new()
        }
    };
    left.sort_by_key(|one| one.place);
    let mut rules = head;
    let mut lines = Vec::new();
    for block in &drafter.blocks {
        rules.push('\n');
        lines.push((line_count(&rules), block.owner));
        rules.push_str(&block.text);
    }
    let has = |owner: Owner| drafter.blocks.iter().any(|block| block.owner == owner);
    let decision_tables = model.decisions.iter().enumerate().map(|(at, one)| (Owner::Decision(at), &one.logic));
    let other_tables = model.knowledge.iter().enumerate().map(|(at, one)| (Owner::Knowledge(at), &one.logic));
    let tables: Vec<Owner> = decision_tables
        .chain(other_tables)
        .filter(|(_, logic)| matches!(logic, Logic::Table(_)))
        .map(|(owner, _)| owner)
        .collect();
    let imported: Vec<Imported> = drafter
        .outputs
        .iter()
        .filter(|(at, _)| has(Owner::Decision(**at)))
        .map(|(_, imported)| imported.clone())
        .collect();
    drafter.notes.sort_by_key(|note| note.place);
    let draft = Draft {
        rules: if drafter.blocks.is_empty() { String::new() } else { rules },
        tables: tables.len(),
        tables_imported: tables.iter().filter(|owner| has(**owner)).count(),
        decisions: model.decisions.len(),
        imported,
        left_out: left,
        notes: drafter.notes,
    };
    (draft, lines)
}

fn line_count(text: &str) -> u32 {
    let ends = text.bytes().filter(|byte| *byte == b'\n').count();
    u32::try_from(ends).unwrap_or(u32::MAX).saturating_add(1)
}

/// What a file holds besides decisions.
fn elsewhere(model: &Model, left: &mut Vec<LeftOut>) {
    for (name, place) in &model.services {
        let refused = Refused::new(
            "a decision service has no counterpart",
            "every decision is an output of the rule set: ask for those that are wanted",
        );
        left.push(left_out(&format!("decision service \"{name}\""), *place, refused));
    }
    for (name, place) in &model.imports {
        let refused =
            Refused::new("imported models are not read", "import each file by itself, and join the drafts by hand");
        left.push(left_out(&format!("import \"{name}\""), *place, refused));
    }
}

/// What the rules' own check says, by the piece that it is about.
fn problems(rules: &str, lines: &Lines) -> BTreeMap<Owner, Refused> {
    let mut found = BTreeMap::new();
    if rules.is_empty() {
        return found;
    }
    let Err(rejected) = Compiler::new().source("draft.rules", rules).compile("draft.rules") else { return found };
    for diagnostic in rejected.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error) {
        let line = rejected
            .sources
            .file(diagnostic.primary.span.file)
            .map_or(0, |file| file.place(diagnostic.primary.span.start).line);
        let before = lines.iter().rev().find(|(first, _)| *first <= line).or_else(|| lines.first());
        if let Some((_, owner)) = before {
            let why = format!("the rules drafted from it are not accepted: {}", diagnostic.title);
            found.entry(*owner).or_insert_with(|| Refused::new(why, "simplify it, or write it by hand in the rules"));
        }
    }
    found
}
