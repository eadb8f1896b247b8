//! Probes of a rule set: `ratewright probe`, and what `replay` makes of their answers.

use crate::support::{Folder, project};
use ratewright::RuleSet;
use ratewright::migrate::{Answer, Evidence, Stratum};
use serde_json::{Value, json};

/// The answers that a rule set gives to the inputs of a file of probes.
fn answers(rules: &RuleSet, probes: &str) -> String {
    let answer = |line: &str| {
        let case: Value = serde_json::from_str(line).unwrap();
        let answer = Answer::from(&rules.quote_json(&case["input"].to_string()));
        format!("{}\n", json!({ "id": case["id"], "answer": answer }))
    };
    probes.lines().map(answer).collect()
}

/// Probes of a shipped rule set, answered by that rule set: all match, and the evidence has the edges that the summary names.
#[track_caller]
fn comes_back(file: &str, rest: &[&str]) {
    let folder = Folder::new();
    let file = project().join("rules").join(file);
    let path = file.to_str().unwrap();
    let ran = folder.run(&[&["probe", "--rules", path, "--output", "probes.jsonl"], rest].concat());
    assert!(ran.code < 2 && ran.out.is_empty(), "{ran:?}");
    let summary = folder.run(&[&["probe", "--rules", path, "--format", "json"], rest].concat());
    let summary: Value = serde_json::from_str(&summary.out).unwrap();

    let rules = RuleSet::from_file(&file).unwrap();
    let probes = folder.read("probes.jsonl");
    folder.write("answers.jsonl", &answers(&rules, &probes));
    let asked = ["replay", "--rules", path, "--recorded", "probes.jsonl", "--answers", "answers.jsonl"];
    let ran = folder.run(&[&asked[..], &["--probes", "--evidence", "evidence.json"]].concat());
    let all = probes.lines().count();
    let words = format!("{all} cases compared: {all} match, 0 mismatch\n");
    assert!(ran.code == 0 && ran.out.contains(&words), "{ran:?}");

    let evidence = Evidence::from_json(&folder.read("evidence.json")).unwrap();
    let mut rules_with_edges = 0;
    for said in summary["rules"].as_array().unwrap() {
        let known = evidence.rules().iter().find(|known| known.rule.digest.to_string() == said["digest"]);
        let known = known.filter(|known| known.rule.name == said["name"]).unwrap();
        let counts = known.strata.of(Stratum::Probe);
        // What an answer does not say, such as an output, is not compared, and no case counts for it.
        if said["kind"] == "output" {
            assert_eq!(counts.cases, 0, "{}", known.rule.name);
            continue;
        }
        assert_eq!(json!(counts.edges.count()), said["met"], "{}", known.rule.name);
        assert_eq!(json!(counts.cases), said["probes"], "{}", known.rule.name);
        rules_with_edges += u64::from(counts.edges.count() > 0);
    }
    assert!(rules_with_edges > 1);
}

#[test]
fn answers_to_probes_come_back_as_evidence_of_the_edges_that_they_were_made_for() {
    comes_back("billing/seats.rules", &[]);
    comes_back("billing/threshold_invoices.rules", &["--changes", "0"]);
    comes_back("freight/ltl_deficit_weight.rules", &["--changes", "0"]);
    comes_back("freight/household_goods.rules", &["--rows-per-table", "4", "--changes", "0"]);
}

const RULES: &str = r#"ruleset parcels "Parcels" { currency USD  priced on day }
input {
    weight   : mass in lb over 0 lb up to 150 lb
    zone     : integer from 1 through 3
    day      : date
    declared : money?
    pieces   : list of integer = []
}
parameter fuel : percent {
    from 2026-01-01 10%
    from 2026-07-01 12%
}
table rate { zone : integer  weight : mass in lb by break -> price : money
  | zone | weight || price |
  | 1    | 0 lb   || 5     |
  | 1    | 50 lb  || 9     |
  | 2    | 0 lb   || 7     |
  | 3    | 0 lb   || 8     |
}
charge BASE = rate[zone, weight].price
charge FUEL = fuel of BASE
charge COVER = 1% of declared when declared is given and declared > 100 USD
charge NEVER = 1 USD when weight > 150 lb
"#;

/// What a person finds who goes through these rules with a pencil.
#[test]
fn each_threshold_row_break_day_and_member_is_asked_for() {
    let folder = Folder::new();
    folder.write("parcels.rules", RULES);
    let ran = folder.run(&["probe", "--rules", "parcels.rules"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    let inputs: Vec<Value> =
        ran.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["input"].clone()).collect();
    let has = |field: &str, values: &[&str]| {
        for value in values {
            assert!(inputs.iter().any(|input| input[field] == *value), "{field} {value}\n{}", ran.out);
        }
    };
    has("weight", &["49 lb", "50 lb", "51 lb"]);
    has("zone", &["1", "2", "3"]);
    has("day", &["2026-06-30", "2026-07-01", "2026-01-01"]);
    has(
        "declared",
        &["99.99 USD", "100 USD", "100.01 USD"].map(|amount| if amount == "100 USD" { "100.00 USD" } else { amount }),
    );
    assert!(inputs.iter().any(|input| input.get("declared").is_none()), "{}", ran.out);
    let never = "charge `NEVER`, 2 of 3 edges are met\n    `weight > 150 lb`: yes (parcels.rules:23): it is no for every input that was tried\n";
    assert!(ran.err.contains(never), "{}", ran.err);
    assert!(ran.err.contains("not exercised: charge `NEVER`\n"), "{}", ran.err);
}

#[test]
fn what_is_asked_for_is_narrowed_by_rules_evidence_and_recorded_cases() {
    let folder = Folder::new();
    folder.write("parcels.rules", RULES);
    let ran = folder.run(&["probe", "--rules", "parcels.rules", "--only", "COVER"]);
    assert!(ran.code == 0 && ran.err.starts_with("3 of 3 edges of 1 rule of `parcels` are met by "), "{ran:?}");
    let ran = folder.run(&["probe", "--rules", "parcels.rules", "--only", "COVR"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: `COVR` is not a rule of parcels; did you mean `COVER`?\n"));

    // What has all its edges met by probes is not asked for again.
    let rules = RuleSet::compile(RULES).unwrap();
    folder.run(&["probe", "--rules", "parcels.rules", "--output", "probes.jsonl"]);
    folder.write("answers.jsonl", &answers(&rules, &folder.read("probes.jsonl")));
    let asked = ["replay", "--rules", "parcels.rules", "--recorded", "probes.jsonl", "--answers", "answers.jsonl"];
    folder.run(&[&asked[..], &["--probes", "--evidence", "evidence.json"]].concat());
    let ran = folder.run(&["probe", "--rules", "parcels.rules", "--evidence", "evidence.json", "--format", "json"]);
    let left: Value = serde_json::from_str(&ran.out).unwrap();
    let left: Vec<&str> = left["rules"].as_array().unwrap().iter().map(|rule| rule["name"].as_str().unwrap()).collect();
    assert!(left.contains(&"NEVER") && !left.contains(&"COVER"), "{left:?}");

    // Recorded cases are where a search begins.
    let recorded = r#"{"id": "A", "input": {"weight": "7 lb", "zone": 2, "day": "2031-12-24"}}"#;
    folder.write("recorded.jsonl", recorded);
    let ran = folder.run(&["probe", "--rules", "parcels.rules", "--like", "recorded.jsonl"]);
    assert!(ran.out.contains(r#""day":"2031-12-24""#), "{}", ran.out);
    folder.write("recorded.jsonl", r#"{"id": "A", "input": {"weight": "0 lb"}}"#);
    let ran = folder.run(&["probe", "--rules", "parcels.rules", "--like", "recorded.jsonl"]);
    assert!(ran.code == 2 && ran.err.contains("no case in `recorded.jsonl` is an input of the rules: "), "{ran:?}");
}

#[test]
fn rows_are_written_for_those_who_read_no_json_and_are_read_by_replay() {
    let folder = Folder::new();
    folder.write("parcels.rules", RULES);
    let ran = folder.run(&["probe", "--rules", "parcels.rules", "--format", "csv", "--only", "BASE", "rate"]);
    let head = ran.out.lines().next().unwrap();
    assert!(head.starts_with("id,") && head.contains("weight") && head.contains("zone"), "{head}");
    // The list of pieces is empty in most of them, which no row says.
    folder.write("probes.csv", &ran.out);
    let rows = ran.out.lines().count() - 1;
    let ran = folder.run(&["replay", "--rules", "parcels.rules", "--recorded", "probes.csv"]);
    let words = format!("{rows} without an answer");
    assert!(ran.code == 2 && ran.out.contains(&words), "{ran:?}");
}

#[test]
fn rules_are_exercised_as_often_as_is_asked_and_the_same_probes_come_again() {
    let folder = Folder::with_parcels();
    let ask = |rest: &[&str]| folder.run(&[&["probe", "--rules", "parcels.rules"], rest].concat());
    let few = ask(&[]);
    assert_eq!(few.out, ask(&[]).out);
    let summary: Value = serde_json::from_str(&ask(&["--cases-per-rule", "30", "--format", "json"]).out).unwrap();
    for rule in summary["rules"].as_array().unwrap() {
        assert!(rule["probes"].as_u64().unwrap() >= 30, "{rule}");
    }
}
