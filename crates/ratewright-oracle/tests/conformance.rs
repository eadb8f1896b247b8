//! The conformance suite, run with the oracle: every case but those of diagnostics, warnings, tests and paths of errors.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

use ratewright_oracle::outcome::{Line, Money, Priced};
use ratewright_oracle::{Oracle, Outcome, oracle::Answer};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The folder of the suite.
fn suite() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../conformance")
}

#[test]
fn every_case_gives_what_it_says() {
    let (mut count, mut problems) = (0, Vec::new());
    let mut read: BTreeMap<PathBuf, Result<Oracle, String>> = BTreeMap::new();
    for (folder, file, text) in files() {
        let cases: Value = serde_json::from_str(&text).unwrap();
        for (case, raw) in cases["cases"].as_array().unwrap().iter().zip(raw_cases(&text)) {
            let rules = case.get("rules").unwrap_or(&cases["rules"]).as_str().unwrap();
            let expect = &case["expect"];
            let about_a_quote = ["lines", "totals", "outputs", "flags", "messages", "charges", "refused", "failed"];
            if !about_a_quote.iter().any(|name| expect.get(name).is_some()) {
                continue;
            }
            // The oracle counts no steps.
            if case["name"] == "more than ten million elements visited" {
                continue;
            }
            count += 1;
            let oracle = read.entry(folder.join(rules)).or_insert_with(|| oracle(&folder, rules));
            let found = match oracle {
                Ok(oracle) => {
                    problems_of(expect, &priced(oracle, case, raw.get("input").map_or("{}", |raw| raw.get())))
                }
                Err(problem) => vec![problem.clone()],
            };
            let name = format!("{} {} ({file}, {rules})", case["paragraph"], case["name"]);
            problems.extend(found.into_iter().map(|problem| format!("{name}\n    {problem}")));
        }
    }
    println!("{count} cases");
    assert!(problems.is_empty(), "{} problems of {count} cases:\n{}", problems.len(), problems.join("\n"));
    assert!(count >= 1_500, "only {count} cases");
}

/// The files of cases with their folders and names.
fn files() -> Vec<(PathBuf, String, String)> {
    let mut found = Vec::new();
    for page in std::fs::read_dir(suite()).unwrap().map(|entry| entry.unwrap().path()) {
        if !page.is_dir() || page.ends_with("make") {
            continue;
        }
        for path in std::fs::read_dir(&page).unwrap().map(|entry| entry.unwrap().path()) {
            if path.extension().is_some_and(|extension| extension == "json") {
                let cases = std::fs::read_to_string(&path).unwrap();
                found.push((page.clone(), path.file_name().unwrap().to_string_lossy().to_string(), cases));
            }
        }
    }
    found.sort_by(|a, b| (&a.0, &a.1).cmp(&(&b.0, &b.1)));
    found
}

/// The fields of each case as they stand in the file.
fn raw_cases(text: &str) -> Vec<BTreeMap<String, Box<RawValue>>> {
    let file: BTreeMap<String, Box<RawValue>> = serde_json::from_str(text).unwrap();
    serde_json::from_str(file["cases"].get()).unwrap()
}

fn oracle(folder: &Path, rules: &str) -> Result<Oracle, String> {
    let oracle = Oracle::load(rules, &|path| std::fs::read_to_string(folder.join(path)).ok())?;
    Ok(oracle.host("distance", Some(120)).host("failing", None))
}

/// Prices the input of a case; `raw` is it as it stands in the file, each digit.
fn priced(oracle: &Oracle, case: &Value, raw: &str) -> Answer {
    if let Some(fields) = case.get("fields") {
        let text = |pair: &Value| -> (String, String) { serde_json::from_value(pair.clone()).unwrap() };
        let pairs: Vec<(String, String)> = match fields {
            Value::Array(pairs) => pairs.iter().map(text).collect(),
            fields => serde_json::from_value::<BTreeMap<String, String>>(fields.clone()).unwrap().into_iter().collect(),
        };
        return oracle.price_fields(&pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect::<Vec<_>>());
    }
    match (case.get("input_text"), case.get("input")) {
        (Some(text), _) => oracle.price_json(text.as_str().unwrap()),
        (None, Some(_)) => oracle.price_json(raw),
        (None, None) => oracle.price_json("{}"),
    }
}

fn problems_of(expect: &Value, told: &Answer) -> Vec<String> {
    match (&told.outcome, expect.get("refused"), expect.get("failed")) {
        (Outcome::Quote(quote), None, None) => of_quote(expect, quote),
        (Outcome::Refused { code, message }, Some(wanted), _) => {
            let mut found = same(&Value::from(code.as_str()), wanted);
            found.extend(
                expect.get("message").into_iter().flat_map(|wanted| same(&Value::from(message.as_str()), wanted)),
            );
            found
        }
        (_, None, Some(wanted)) => {
            let words = Outcome::Failed(wanted.as_str().unwrap().to_string());
            if told.equally.contains(&words) {
                Vec::new()
            } else {
                vec![format!("expected {words}, got {}", told.outcome)]
            }
        }
        (outcome, ..) => vec![format!("expected {expect}, got {outcome}")],
    }
}

fn of_quote(expect: &Value, quote: &Priced) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(lines) = expect.get("lines") {
        let got = quote.lines.iter().map(|line| serde_json::json!([line.code, shown(&line.amount)])).collect();
        found.extend(same(&Value::Array(got), lines));
    }
    if let Some(totals) = expect.get("totals") {
        found.extend(same(&quote.totals.iter().map(shown).collect(), totals));
    }
    for (name, wanted) in expect.get("outputs").and_then(Value::as_object).into_iter().flatten() {
        match quote.outputs.iter().find(|(known, _)| known == name) {
            Some((_, value)) => found.extend(same(&value.to_json(), wanted)),
            None => found.push(format!("there is no output {name}")),
        }
    }
    if let Some(flags) = expect.get("flags") {
        found.extend(same(&quote.flags.iter().map(|(code, _)| Value::from(code.as_str())).collect(), flags));
    }
    for (code, wanted) in expect.get("messages").and_then(Value::as_object).into_iter().flatten() {
        let got = quote.flags.iter().find(|(known, _)| known == code).map(|(_, message)| message.as_str());
        found.extend(same(&Value::from(got), wanted));
    }
    if let Some(charges) = expect.get("charges").and_then(Value::as_array) {
        found.extend(same(&Value::from(quote.lines.len()), &Value::from(charges.len())));
        for (wanted, line) in charges.iter().zip(&quote.lines) {
            found.extend(wanted.as_object().unwrap().iter().flat_map(|(name, wanted)| of_line(line, name, wanted)));
        }
    }
    found
}

/// A field of a line, of those that the oracle tells.
fn of_line(line: &Line, name: &str, wanted: &Value) -> Vec<String> {
    let amount = &line.amount;
    match name {
        "code" => same(&Value::from(line.code.as_str()), wanted),
        "label" => same(&Value::from(line.label.as_deref()), wanted),
        "reason" => same(&Value::from(line.reason.as_deref()), wanted),
        "amount" => same(
            &Value::from(shown(amount)),
            &Value::from(format!("{} {}", wanted["amount"].as_str().unwrap(), wanted["currency"].as_str().unwrap())),
        ),
        _ => Vec::new(),
    }
}

fn same(got: &Value, wanted: &Value) -> Vec<String> {
    if plain(got) == plain(wanted) { Vec::new() } else { vec![format!("expected {wanted}, got {got}")] }
}

/// JSON in which an amount has no needless zeros, and no output is absent.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) if text.contains('.') && text.parse::<f64>().is_ok() => {
            Value::from(text.trim_end_matches('0').trim_end_matches('.'))
        }
        Value::Array(elements) => elements.iter().map(plain).collect(),
        Value::Object(fields) => fields
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), plain(value)))
            .collect(),
        value => value.clone(),
    }
}

/// `10.44 USD`
fn shown(money: &Money) -> String {
    let json = format!("{{\"amount\": \"{}\", \"currency\": \"{}\"}}", money.amount, money.currency);
    serde_json::from_str::<ratewright::quote::Money>(&json).unwrap().to_string()
}
