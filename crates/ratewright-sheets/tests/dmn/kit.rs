//! The compatibility kit of DMN: every model is imported, every case is priced, and what is left out is pinned.
//!
//! `tck.cases` holds the cases, `tck.outcome` what became of each decision; `UPDATE_SNAPSHOTS=1` writes it anew. `SOURCES.md` says where
//! models and cases come from.

use crate::models::MODELS;
use crate::values::{self, Feel};
use ratewright::{ErrorKind, RuleSet};
use ratewright_sheets::dmn::{self, Draft, Model};
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::path::Path;

/// What became of the cases.
#[derive(Default)]
struct Tally {
    answered: usize,
    left_out: usize,
    at_the_door: usize,
    stopped: usize,
    not_sent: usize,
    wrong: Vec<String>,
}

struct Prepared {
    draft: Draft,
    rules: Option<RuleSet>,
    output: Option<String>,
    fields: Vec<String>,
    fields_of_result: Vec<(String, String)>,
}

fn prepare(name: &str, model: &Model, decision: &str) -> Option<Prepared> {
    let draft = model.draft_decision(decision)?;
    let imported = draft.imported.iter().find(|one| one.decision == decision);
    let output = imported.map(|one| one.output.clone());
    let fields_of_result = imported.map_or_else(Vec::new, |one| one.fields.clone());
    let rules = output
        .as_ref()
        .map(|_| RuleSet::compile(&draft.rules).unwrap_or_else(|error| panic!("{name} {decision}: {error}")));
    let fields = rules.as_ref().map_or_else(Vec::new, |rules| {
        let schema = rules.input_schema();
        schema["properties"].as_object().map(|fields| fields.keys().cloned().collect()).unwrap_or_default()
    });
    Some(Prepared { draft, rules, output, fields, fields_of_result })
}

/// The result with the components' own names, as the draft tells them.
fn named(value: &Json, fields: &[(String, String)]) -> Json {
    let own =
        |name: &String| fields.iter().find(|(_, field)| field == name).map_or(name, |(component, _)| component).clone();
    match value {
        Json::Object(object) => Json::Object(object.iter().map(|(name, value)| (own(name), value.clone())).collect()),
        Json::Array(items) => Json::Array(items.iter().map(|item| named(item, fields)).collect()),
        other => other.clone(),
    }
}

impl Tally {
    fn case(&mut self, name: &str, prepared: &Prepared, given: &str, expected: &str) {
        let (Some(rules), Some(output)) = (&prepared.rules, &prepared.output) else {
            self.left_out += 1;
            return;
        };
        let (Some(Feel::Context(given)), Some(expected)) = (values::read(given), values::read(expected)) else {
            self.not_sent += 1;
            return;
        };
        let sent: Map<String, Json> = given
            .iter()
            .filter(|(name, _)| prepared.fields.contains(name))
            .map(|(name, value)| (name.clone(), value.json()))
            .collect();
        match rules.quote_json(&Json::Object(sent).to_string()) {
            Ok(quote) => {
                let quote = serde_json::to_value(&quote).unwrap();
                let outputs = quote["outputs"].as_array().unwrap();
                let actual =
                    outputs.iter().find(|one| one["name"] == output.as_str()).map(|one| one["value"].clone()).unwrap();
                let actual = named(&actual, &prepared.fields_of_result);
                if expected.is(&actual) {
                    self.answered += 1;
                } else {
                    self.wrong.push(format!(
                        "{name}: expected {expected:?}, the rules say {actual}\n{}",
                        prepared.draft.rules
                    ));
                }
            }
            Err(error) if error.kind == ErrorKind::Input => self.at_the_door += 1,
            Err(_) if expected == Feel::Null => self.stopped += 1,
            Err(error) => self
                .wrong
                .push(format!("{name}: expected {expected:?}, the rules stop: {error}\n{}", prepared.draft.rules)),
        }
    }
}

#[test]
fn every_case_is_answered_or_its_decision_is_left_out_with_a_place() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dmn");
    let cases = std::fs::read_to_string(folder.join("tck.cases")).unwrap();
    let models: HashMap<&str, (&str, Model)> =
        MODELS.iter().map(|(name, text)| (*name, (*text, Model::read(text).unwrap()))).collect();
    let mut prepared: HashMap<(String, String), Option<Prepared>> = HashMap::new();
    let (mut tally, mut tabled) = (Tally::default(), Tally::default());
    let (mut model, mut given) = ("", "{}");
    let (mut count, mut unknown) = (0, Vec::new());
    for line in cases.lines() {
        if let Some(name) = line.strip_prefix("model ") {
            model = name;
        } else if let Some(context) = line.strip_prefix("given ") {
            given = context;
        } else if let Some(case) = line.strip_prefix("expect ") {
            let (decision, expected) = case.split_once(" = ").unwrap();
            let (text, read) = &models[model];
            let key = (model.to_owned(), decision.to_owned());
            let prepared = prepared.entry(key).or_insert_with(|| prepare(model, read, decision));
            let Some(prepared) = prepared else {
                unknown.push(format!("{model} {decision}"));
                continue;
            };
            let name = format!("{model} {decision} given {given}");
            count += 1;
            tally.case(&name, prepared, given, expected);
            if text.contains("<decisionTable") {
                tabled.case(&name, prepared, given, expected);
            }
        }
    }
    assert!(unknown.len() <= 22, "cases ask for decisions that no model has: {unknown:?}");
    assert!(count > 3_000, "{count} cases were found");
    let said = outcome(count, &tally, &tabled);
    assert!(tally.wrong.is_empty(), "{} cases are answered wrongly:\n{}", tally.wrong.len(), tally.wrong.join("\n"));
    pinned(&folder.join("tck.outcome"), &said);
}

/// The figures, and for each model what is answered and what is left out and why.
fn outcome(count: usize, tally: &Tally, tabled: &Tally) -> String {
    let mut said = String::new();
    let mut bodies = String::new();
    let (mut decisions, mut imported, mut tables, mut tables_imported, mut with_tables) = (0, 0, 0, 0, 0);
    for (name, text) in MODELS {
        let draft = dmn::import(text).unwrap();
        decisions += draft.decisions;
        imported += draft.imported.len();
        tables += draft.tables;
        tables_imported += draft.tables_imported;
        with_tables += usize::from(draft.tables > 0);
        if !draft.rules.is_empty() {
            RuleSet::compile(&draft.rules).unwrap_or_else(|error| panic!("{name}: {error}\n{}", draft.rules));
        }
        let _ = writeln!(
            bodies,
            "\nmodel {name}: {} of {} decisions, {} of {} tables",
            draft.imported.len(),
            draft.decisions,
            draft.tables_imported,
            draft.tables
        );
        let mut reasons: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for left in &draft.left_out {
            assert!(left.place.line > 0 && left.place.column > 0, "{left:?}");
            reasons.entry(&left.why).or_default().push(format!("{} at {}", left.what, left.place));
        }
        for (why, places) in reasons {
            let _ = writeln!(bodies, "  {why}: {}", places.join(", "));
        }
    }
    let _ = writeln!(
        said,
        "models {}: {imported} of {decisions} decisions imported, {tables_imported} of {tables} tables in {with_tables} models",
        MODELS.len()
    );
    for (of, tally, count) in [("cases", tally, count), ("cases of models with tables", tabled, 0)] {
        let all =
            tally.answered + tally.left_out + tally.at_the_door + tally.stopped + tally.not_sent + tally.wrong.len();
        let _ = writeln!(
            said,
            "{of} {all}: {} answered, {} of decisions left out, {} not accepted as input, {} stopped with an error where null is expected, {} not sendable, {} wrong",
            tally.answered,
            tally.left_out,
            tally.at_the_door,
            tally.stopped,
            tally.not_sent,
            tally.wrong.len()
        );
        assert!(count == 0 || count == all);
    }
    said + &bodies
}

fn pinned(path: &Path, said: &str) {
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, said).unwrap();
        return;
    }
    let known = std::fs::read_to_string(path).unwrap_or_default();
    let difference: Vec<String> = said
        .lines()
        .filter(|line| !known.lines().any(|other| other == *line))
        .map(|line| format!("+ {line}"))
        .chain(known.lines().filter(|line| !said.lines().any(|other| other == *line)).map(|line| format!("- {line}")))
        .collect();
    assert!(known == said, "what is imported has changed; UPDATE_SNAPSHOTS=1 accepts it\n{}", difference.join("\n"));
}
