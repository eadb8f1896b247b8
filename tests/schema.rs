//! The schemas say the truth: what they accept is accepted, and what rule sets give is what they promise.
//!
//! The validator below knows the keywords that the schemas use, and fails on any other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::eval::{self, Hosts};
use ratewright::input::wire;
use ratewright::{Limits, RuleSet};
use serde_json::{Map, Value as Json};
use std::path::Path;

/// Why a value does not satisfy a schema.
fn problem(root: &Json, schema: &Json, value: &Json) -> Option<String> {
    if *schema == Json::Bool(false) {
        return Some(format!("{value} where nothing may stand"));
    }
    let keywords = schema.as_object().unwrap();
    keywords.iter().find_map(|(keyword, wanted)| {
        let fits = match keyword.as_str() {
            "$schema" | "title" | "description" | "$defs" | "default" => true,
            // Dates are checked by their form alone here: the rule set knows the calendar.
            "format" => match wanted.as_str().unwrap() {
                "date" => matches(r"^\d{4}-\d\d-\d\d$", value),
                "date-time" => matches(r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[-+]\d\d:\d\d)$", value),
                other => panic!("unknown format {other}"),
            },
            "type" => is_of_type(wanted.as_str().unwrap(), value),
            "const" => wanted == value,
            "enum" => wanted.as_array().unwrap().contains(value),
            "pattern" => matches(wanted.as_str().unwrap(), value),
            "minimum" => value.as_f64().is_none_or(|found| found >= wanted.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|found| found <= wanted.as_f64().unwrap()),
            "exclusiveMinimum" => value.as_f64().is_none_or(|found| found > wanted.as_f64().unwrap()),
            "exclusiveMaximum" => value.as_f64().is_none_or(|found| found < wanted.as_f64().unwrap()),
            "anyOf" => wanted.as_array().unwrap().iter().any(|one| problem(root, one, value).is_none()),
            "oneOf" => wanted.as_array().unwrap().iter().filter(|one| problem(root, one, value).is_none()).count() == 1,
            "$ref" => {
                let target = root.pointer(&wanted.as_str().unwrap()[1..]).expect("a reference leads somewhere");
                return problem(root, target, value);
            }
            "items" => return value.as_array().into_iter().flatten().find_map(|item| problem(root, wanted, item)),
            "properties" => {
                let object = value.as_object().into_iter().flatten();
                return object.filter_map(|(name, part)| Some((wanted.get(name)?, part, name))).find_map(
                    |(schema, part, name)| problem(root, schema, part).map(|problem| format!("{name}: {problem}")),
                );
            }
            "required" => {
                let names = wanted.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
                value.as_object().is_none_or(|object| names.into_iter().all(|name| object.contains_key(name)))
            }
            "additionalProperties" => {
                let known = keywords["properties"].as_object().unwrap();
                value.as_object().is_none_or(|object| object.keys().all(|name| known.contains_key(name)))
            }
            other => panic!("unknown keyword {other}"),
        };
        (!fits).then(|| format!("{value} against {keyword} {wanted}"))
    })
}

fn is_of_type(name: &str, value: &Json) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("unknown type {other}"),
    }
}

fn matches(pattern: &str, value: &Json) -> bool {
    value.as_str().is_none_or(|text| regex_lite::Regex::new(pattern).unwrap().is_match(text))
}

/// The lists that a schema may not have empty.
fn empty_lists(schema: &Json) -> Vec<String> {
    match schema {
        Json::Object(object) => {
            let own = object.iter().filter(|(keyword, list)| {
                matches!(keyword.as_str(), "anyOf" | "oneOf" | "enum") && list.as_array().is_some_and(Vec::is_empty)
            });
            own.map(|(keyword, _)| keyword.clone()).chain(object.values().flat_map(empty_lists)).collect()
        }
        Json::Array(parts) => parts.iter().flat_map(empty_lists).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_rule_set_without_outputs_and_flags_has_a_schema_too() {
    let rules =
        RuleSet::compile("ruleset r { currency USD }\ninput { weight : number }\ncharge A = 1 USD * weight\n").unwrap();
    let schema = rules.quote_schema();
    assert_eq!(empty_lists(&schema), Vec::<String>::new());
    let mut quote = serde_json::to_value(rules.quote_json(r#"{"weight": 2}"#).unwrap()).unwrap();
    assert_eq!(problem(&schema, &schema, &quote), None);
    quote["outputs"] = serde_json::json!([{"name": "a", "value": true}]);
    assert!(problem(&schema, &schema, &quote).is_some());
}

#[test]
fn the_documented_wire_format_is_that_of_the_schema() {
    // What only the rule set knows: units and currencies, the calendar, the names of zones, and an unclear JSON text.
    let beyond = [
        "\"3 in\"",
        "\"3 pounds\"",
        "\"42.10 USD\"",
        "\"12.50 EUR\"",
        "\"2026-02-30\"",
        "\"GMT+25\"",
        "\"europe/london\"",
        "NaN",
    ];
    let beyond = |sent: &str| beyond.contains(&sent) || sent == r#"{"weight": 3, "weight": 3}"#;
    let mut schema = Json::Null;
    let mut examples = 0;
    for line in include_str!("../docs/wire-format.md").lines() {
        if let Some(ty) = line.strip_prefix("type `").and_then(|rest| rest.strip_suffix('`')) {
            let rules = format!(
                "ruleset wire \"Wire\" {{ currency USD }}\nenum Service {{ ground \"Ground\", two_day }}\n\
                 record Line {{ weight : mass in lb  note : text?  pieces : integer = 1 }}\ninput {{ x : {ty} }}\ncharge C = 1 USD"
            );
            schema = RuleSet::compile(&rules).unwrap_or_else(|rejected| panic!("{rejected}")).input_schema();
        }
        let cells = line.strip_prefix("| `").and_then(|rest| rest.strip_suffix(" |")?.split_once("` | "));
        let Some((sent, read)) = cells else { continue };
        if beyond(sent) {
            continue;
        }
        let input: Json = serde_json::from_str(&format!("{{\"x\": {sent}}}")).unwrap();
        let found = problem(&schema, &schema, &input);
        assert_eq!(found.is_some(), read.starts_with("refused: "), "{line}: {found:?}\n{schema:#}");
        examples += 1;
    }
    assert!(examples > 70, "{examples}");
}

#[test]
fn what_shipped_rule_sets_take_and_give_fits_their_schemas() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let (mut quotes, mut folders) = (0, vec![root]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rules") {
                // A module is no rule set; a rule set that does not compile is reported by another test.
                let Ok(rules) = RuleSet::from_file(&path) else { continue };
                quotes += priced_tests(&rules, &path);
            }
        }
    }
    assert!(quotes > 50, "{quotes}");
}

/// Prices what the tests of a rule set give, as JSON, and checks both sides; how many were priced.
fn priced_tests(rules: &RuleSet, path: &Path) -> usize {
    let (program, limits) = (rules.program(), Limits::default());
    let (input_schema, quote_schema) = (rules.input_schema(), rules.quote_schema());
    let mut priced = 0;
    for test in &program.tests {
        let mut input = Map::new();
        for (slot, value) in &test.given {
            let field = &program.inputs[usize::from(*slot)];
            let hosts = Hosts::default();
            let locals = test.locals.max(program.locals);
            let value = eval::evaluate(program, &hosts, &[], &limits, (value, locals)).unwrap();
            input.insert(field.wire.clone(), wire::json(program, &field.ty, &value));
        }
        let input = Json::Object(input);
        let Ok(quote) = rules.quote(&input) else { continue };
        assert_eq!(problem(&input_schema, &input_schema, &input), None, "{}: {}", path.display(), test.name);
        let json = serde_json::to_value(&quote).unwrap();
        assert_eq!(problem(&quote_schema, &quote_schema, &json), None, "{}: {}", path.display(), test.name);
        assert_eq!(rules.quote_json(&input.to_string()).unwrap(), quote);
        priced += 1;
    }
    priced
}
