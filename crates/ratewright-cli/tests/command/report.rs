//! `ratewright report`, on recorded parcels of which old code prices some by quirks that are known, and on cases that all agree.

mod gathered;
mod held_back;
mod large;
mod numbers;
mod page;
mod told;

use crate::support::{Folder, Ran, findings_of, inner, project, read_page};
use serde_json::Value;

/// Ninety recorded parcels, and what was found in them.
const RULES: &str = include_str!("../../../ratewright-migration/tests/findings/parcels.rules");
const RECORDED: &str = include_str!("../../../ratewright-migration/tests/findings/recorded.jsonl");
const WAIVERS: &str = include_str!("../../../ratewright-migration/tests/findings/waivers.json");
const FINDINGS: &str = include_str!("../../../ratewright-migration/tests/findings/findings.json");

/// They all, with the evidence that a replay gathers.
fn folder_of(rules: &str) -> Folder {
    let folder = Folder::new();
    for (name, text) in
        [("parcels.rules", rules), ("recorded.jsonl", RECORDED), ("waivers.json", WAIVERS), ("found.json", FINDINGS)]
    {
        folder.write(name, text);
    }
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--evidence", "known.json"];
    let ran = folder.run(&[&arguments[..], &["--waivers", "waivers.json", "--day", "2026-11-23"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.err);
    folder
}

fn report(folder: &Folder, more: &[&str]) -> Ran {
    let arguments = ["report", "--rules", "parcels.rules", "--evidence", "known.json"];
    folder.run(&[&arguments[..], more].concat())
}

const FOUND: [&str; 4] = ["--findings", "found.json", "--day", "2026-11-23"];

fn json(folder: &Folder, more: &[&str]) -> Value {
    let ran = report(folder, &[more, &["--format", "json"]].concat());
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err))
}

/// A release of which everything is shown: twenty-three clean cases, and a policy that asks for ten.
fn ready_folder() -> Folder {
    let folder = Folder::with_parcels();
    let mut recorded = String::new();
    for (number, weight) in (1..=20).chain([70, 80]).enumerate() {
        let (base, fuel) = (200 * weight, 20 * weight);
        let money = |cents: u64| format!("{}.{:02} USD", cents / 100, cents % 100);
        recorded += &format!(
            r#"{{"id": "S-{number}", "time": "2026-11-{:02}T08:00:00Z", "input": {{"weight": "{weight} lb"}}, "answer": {{"priced": {{"lines": [{{"charge": "BASE", "amount": "{}"}}, {{"charge": "FUEL", "amount": "{}"}}]}}}}}}"#,
            number % 28 + 1,
            money(base),
            money(fuel)
        );
        recorded.push('\n');
    }
    recorded +=
        r#"{"id": "X", "input": {"weight": 1, "country": "XX"}, "answer": {"refused": {"code": "NO_SERVICE"}}}"#;
    folder.write("recorded.jsonl", &recorded);
    folder.write(
        "policy.json",
        r#"{"distinct_cases_per_rule": 1, "distinct_cases_of_high_revenue": 10, "distinct_cases": 20}"#,
    );
    let facts = r#"{"offered": 1000, "dropped": 1, "shadow": {"from": "2026-10-20", "through": "2026-11-22"}, "effective_dates": 1,
        "p99_microseconds": 2, "drill": {"day": "2026-11-20", "seconds": 9}}"#;
    folder.write("facts.json", facts);
    let ran =
        folder.run(&["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--evidence", "known.json"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    // Old code states neither the output nor the flag: somebody approves of both.
    let rules = json(&folder, &SHOWN)["rules"].clone();
    let not_compared = |rule: &&Value| ["billed_weight", "HEAVY"].contains(&rule["name"].as_str().unwrap());
    let approval =
        |rule: &Value| format!(r#"{{"rule": {}, "name": {}, "approver": "Dana Reyes"}}"#, rule["digest"], rule["name"]);
    let approvals: Vec<String> = rules.as_array().unwrap().iter().filter(not_compared).map(approval).collect();
    let facts = facts.strip_suffix('}').unwrap();
    folder.write("facts.json", &format!("{facts}, \"approvals\": [{}]}}", approvals.join(", ")));
    folder
}

const SHOWN: [&str; 6] = ["--policy", "policy.json", "--facts", "facts.json", "--day", "2026-11-23"];

#[test]
fn the_text_says_what_differs_and_what_to_do_next() {
    let folder = folder_of(RULES);
    let ran = report(&folder, &FOUND);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let path = project().join("crates/ratewright-cli/tests/command/report/parcels.txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &ran.out).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap();
    assert_eq!(ran.out, expected, "`UPDATE=1 cargo test -p ratewright-cli` writes it anew");
}

#[test]
fn what_is_all_shown_is_ready() {
    let folder = ready_folder();
    let ran = report(&folder, &SHOWN);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let verdict = "\nReady: of 5 rules 3 agree with the old code, and 2 are approved without being compared\n";
    assert!(ran.out.contains(verdict), "{}", ran.out);
    assert!(ran.out.contains("begin a canary"), "{}", ran.out);
    let junit = report(&folder, &[&SHOWN[..], &["--format", "junit"]].concat());
    assert_eq!(junit.code, 0);
    assert!(!junit.out.contains("<failure"), "{}", junit.out);
    // A fact less, and nothing is ready any more.
    folder.write("facts.json", &folder.read("facts.json").replace(r#""p99_microseconds": 2,"#, ""));
    let ran = report(&folder, &SHOWN);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains(
            "Insufficient evidence: of the release, 1 demand is still to be shown, although of 5 rules 3 agree"
        ),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("`\"p99_microseconds\": N`"), "{}", ran.out);
}

#[test]
fn the_json_has_everything_with_exact_amounts() {
    let folder = folder_of(RULES);
    let report = json(&folder, &FOUND);
    assert_eq!(report["format"], "ratewright report 1");
    assert_eq!(report["readiness"], "not_ready");
    assert_eq!(report["counts"]["rules"], 6);
    assert_eq!(report["findings"][0]["findings"], serde_json::from_str::<Value>(FINDINGS).unwrap()["findings"]);
    let rules = report["rules"].as_array().unwrap();
    let heavy = rules.iter().find(|rule| rule["name"] == "HEAVY").unwrap();
    assert_eq!((&heavy["label"], &heavy["place"]), (&"Over 50 lb".into(), &"parcels.rules:24".into()));
    // Ten cases of 31 USD are missing, counted by hand.
    assert_eq!(heavy["money"][0]["differed"], "310");
    assert_eq!(heavy["figures"][0]["unexplained"], 10);
    assert_eq!(report["policy"]["distinct_cases_per_rule"], 300);
    // 91 lines were offered; the one that is no JSON was lost.
    assert_eq!((&report["offered"], &report["dropped"]), (&91.into(), &1.into()));
}

#[test]
fn a_build_server_gets_a_case_for_each_rule_and_each_demand() {
    let folder = folder_of(RULES);
    let ran = report(&folder, &[&FOUND[..], &["--format", "junit"]].concat());
    assert_eq!(ran.code, 1);
    let (_, elements) = read_page(&ran.out);
    let cases: Vec<&String> = elements.iter().filter(|element| element.starts_with("testcase ")).collect();
    let names: std::collections::BTreeSet<&str> =
        cases.iter().map(|case| case.split(" name=\"").nth(1).unwrap().split('"').next().unwrap()).collect();
    assert_eq!(names.len(), cases.len(), "{names:?}");
    for (name, kind) in [("charge HEAVY", "not ready"), ("charge BASE", "insufficient evidence")] {
        assert!(names.contains(name), "{names:?}");
        let case = ran.out.split(&format!("name=\"{name}\"")).nth(1).unwrap();
        assert!(case.split("</testcase>").next().unwrap().contains(&format!("type=\"{kind}\"")), "{case}");
    }
    assert!(ran.out.contains("name=\"charge HEAVY\" file=\"parcels.rules\" line=\"24\""), "{}", ran.out);
    assert!(ran.out.contains("<testsuite name=\"parcels rules\" tests=\"6\" failures=\"6\">"), "{}", ran.out);
}

#[test]
fn what_is_of_another_edition_says_so_and_is_not_ready() {
    let folder = ready_folder();
    let ran = report(&folder, &SHOWN);
    assert_eq!(ran.code, 0, "{}", ran.out);
    // One rule is mended: its evidence counts no more, that of the others does, and the release was never seen as it is.
    let mended = folder.read("parcels.rules").replace("10% of BASE", "11% of BASE");
    folder.write("parcels.rules", &mended);
    let ran = report(&folder, &SHOWN);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("what it knows of 4 of 5 rules counts"), "{}", ran.out);
    assert!(ran.out.contains("\nInsufficient evidence: 1 of 5 rules needs more evidence"), "{}", ran.out);
    assert!(ran.out.contains("1. Replay the recorded cases with the rules as they are now"), "{}", ran.out);

    // Findings of other rules keep a release from being ready, whatever the evidence says.
    let mended = RULES.replace("31.00 USD when", "32.00 USD when");
    assert_ne!(mended, RULES);
    let folder = folder_of(&mended);
    let ran = report(&folder, &FOUND);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("compared in replay (by other rules than these)"), "{}", ran.out);
    assert!(ran.out.contains("? the findings are of these rules: these rules are edition "), "{}", ran.out);
    let page = report(&folder, &[&FOUND[..], &["--format", "html"]].concat()).out;
    assert!(page.contains("cases in replay, by other rules than these") && page.contains("that changed since"));
}

/// What is written in a command or in the facts is what the command takes.
#[test]
fn what_is_proposed_can_be_done() {
    let folder = folder_of(RULES);
    let steps = json(&folder, &FOUND)["next"].clone();
    let commands: Vec<&str> =
        steps.as_array().unwrap().iter().filter_map(|step| step["commands"][0].as_str()).collect();
    let quote =
        commands.iter().find(|command| command.ends_with("| ratewright quote parcels.rules - --explain")).unwrap();
    let input = quote.strip_prefix("printf %s '").unwrap().split("' | ").next().unwrap();
    let ran = folder.run_with_input(&["quote", "parcels.rules", "-", "--explain"], input);
    // The rules refuse the first example: that is what differs.
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.err.contains("no service to the far zone over 100 lb"), "{}", ran.err);
    // Probes are made for the rules that lack evidence, and their answers are taken; here the old code is made to answer nothing.
    let few: String = RECORDED.split_inclusive('\n').take(3).collect();
    folder.write("recorded.jsonl", &few);
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--evidence", "known.json"];
    folder.run(&[&arguments[..], &["--force"]].concat());
    let steps = json(&folder, &["--day", "2026-11-23"])["next"].clone();
    let probing = |start: &str| {
        let all = steps.as_array().unwrap().iter().flat_map(|step| step["commands"].as_array().into_iter().flatten());
        let command = all.map(|command| command.as_str().unwrap()).find(|command| command.starts_with(start)).unwrap();
        command.split(' ').skip(1).map(str::to_owned).collect::<Vec<String>>()
    };
    let words = probing("ratewright probe ");
    let ran = folder.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ran.code, 0, "{words:?}: {}", ran.err);
    let probes = folder.read("probes.jsonl");
    let answer = |line: &str| {
        let id = serde_json::from_str::<Value>(line).unwrap()["id"].clone();
        format!("{}\n", serde_json::json!({ "id": id, "answer": { "failed": "not asked" } }))
    };
    folder.write("ANSWERS", &probes.lines().map(answer).collect::<String>());
    folder.write("MEASURE", "{}");
    let words = probing("ratewright replay --rules parcels.rules --recorded probes.jsonl");
    let ran = folder.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ran.code, 1, "{words:?}: {}", ran.err);
    let named = ["--evidence", "probes.evidence", "--findings", "probes.findings", "--day", "2026-11-23"];
    // Probes are no sample: no rate is said of them.
    let page = report(&folder, &[&named[..], &["--format", "html"]].concat()).out;
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("<tr><th scope=\"row\">probe</th>")).collect();
    assert!(!rows.is_empty() && rows.iter().all(|row| row.ends_with("<td>–</td></tr>")), "{rows:?}");
    assert_eq!(json(&folder, &named)["findings"][0]["findings"]["stratum"], "probe");

    let folder = ready_folder();
    folder.write(
        "policy.json",
        r#"{"distinct_cases_per_rule": 22, "distinct_cases_of_high_revenue": 10, "distinct_cases": 20}"#,
    );
    let mut facts: Value = serde_json::from_str(&folder.read("facts.json")).unwrap();
    facts["approvals"] = serde_json::json!([]);
    folder.write("facts.json", &facts.to_string());
    let steps = json(&folder, &SHOWN)["next"].clone();
    let words = steps.as_array().unwrap().iter().map(|step| step["words"].as_str().unwrap());
    let words: Vec<&str> = words.filter(|words| words.contains("approvals")).collect();
    // Of what old code never states, and of the rule whose edges were all met: each list of approvals is taken.
    let lists: Vec<Value> = words
        .iter()
        .map(|words| words.split('`').nth(1).unwrap().replace("NAME", "Dana Reyes"))
        .map(|written| serde_json::from_str::<Value>(&format!("{{{written}}}")).unwrap()["approvals"].clone())
        .collect();
    let names = |list: &Value| list.as_array().unwrap().iter().map(|one| one["name"].clone()).collect::<Vec<_>>();
    assert_eq!(lists.iter().map(names).collect::<Vec<_>>(), [vec!["billed_weight", "HEAVY"], vec!["NO_SERVICE"]]);
    let all: Vec<&Value> = lists.iter().flat_map(|list| list.as_array().unwrap()).collect();
    facts["approvals"] = serde_json::json!(all);
    folder.write("facts.json", &facts.to_string());
    let ran = report(&folder, &SHOWN);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
}

#[test]
fn cases_of_several_sources_stand_beside_each_other() {
    let folder = folder_of(RULES);
    // The same cases once more, as answers to probes, and as those of a service that dropped some.
    let found = inner(FINDINGS, "findings");
    folder.write("probed.json", &findings_of(&found.replace("\"stratum\":\"replay\"", "\"stratum\":\"probe\"")));
    let dropped = found.replace("\"stratum\":\"replay\"", "\"stratum\":\"traffic\"");
    let dropped =
        dropped.replace("\"dropped\":{}", "\"dropped\":{\"too_many\":7}").replace("\"records\":91", "\"records\":98");
    folder.write("live.json", &findings_of(&dropped));
    let ran = folder.run(&[
        "replay",
        "--rules",
        "parcels.rules",
        "--recorded",
        "recorded.jsonl",
        "--probes",
        "--evidence",
        "probes.json",
    ]);
    assert_eq!(ran.code, 1);
    let named =
        ["--findings", "found.json", "probed.json", "live.json", "--evidence", "probes.json", "--day", "2026-11-23"];
    let report = json(&folder, &named);
    // The seven that were dropped, and the line that is no JSON; probes do not count.
    assert_eq!((&report["offered"], &report["dropped"]), (&98.into(), &8.into()));
    let heavy = report["rules"].as_array().unwrap().iter().find(|rule| rule["name"] == "HEAVY").unwrap();
    let strata: Vec<&str> =
        heavy["figures"].as_array().unwrap().iter().map(|one| one["stratum"].as_str().unwrap()).collect();
    assert_eq!(strata, ["probe", "replay"]);
    let page = self::report(&folder, &[&named[..], &["--format", "html"]].concat()).out;
    let (text, _) = read_page(&page);
    for words in [
        "USD replay (found.json)",
        "USD probe (probed.json)",
        "USD traffic (live.json)",
        "Dropped: too many",
        "Cluster 21: ",
    ] {
        assert!(text.contains(words), "no {words:?} in\n{text}");
    }
}

#[test]
fn findings_that_the_evidence_does_not_know_of_are_a_contradiction() {
    let folder = folder_of(RULES);
    let some = RECORDED.lines().next().unwrap();
    folder.write("recorded.jsonl", &format!("{some}\n"));
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--evidence", "known.json"];
    folder.run(&[&arguments[..], &["--force"]].concat());
    let ran = report(&folder, &FOUND);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains(
            "✗ findings and evidence agree: 54 cases differ in replay by the findings, and 0 by the evidence"
        ),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("\nNot ready: "), "{}", ran.out);
    let said = "54 differ; the rules charge 2,507.07 USD less in all; the evidence says otherwise\n";
    assert!(ran.out.contains(said), "{}", ran.out);
}

#[test]
fn a_waiver_that_has_ended_waives_nothing() {
    let folder = folder_of(RULES);
    let ran = report(&folder, &["--findings", "found.json", "--day", "2027-01-01"]);
    let words = "✗ waivers still hold: W-1 ended on 2026-12-31, and 12 cases rest on it: Dana Reyes must renew it";
    assert!(ran.out.contains(words), "{}", ran.out);
    let page = report(&folder, &["--findings", "found.json", "--day", "2027-01-01", "--format", "html"]).out;
    assert!(page.contains("expired: Dana Reyes must renew it"));
}

#[test]
fn what_cannot_be_used_is_said_with_its_file() {
    let folder = folder_of(RULES);
    folder.write("facts.json", r#"{"offerd": 3}"#);
    folder.write("policy.json", r#"{"distinct_case": 3}"#);
    folder.write("other.rules", "ruleset other { currency USD }\ncharge A = 3 USD\n");
    folder.write("broken.rules", "ruleset other { currency USD }\ncharge A = b\n");
    folder.write("stages.log", "");
    let all: [(&[&str], &str); 9] = [
        (&["--log", "stages.log", "--head", "f317"], "`--head f317`: a digest is 64 hexadecimal digits"),
        (&["--facts", "facts.json"], "`facts.json` cannot be used: the facts: unknown field `offerd`"),
        (&["--policy", "policy.json"], "`policy.json` cannot be used: the policy: `distinct_case` is not known"),
        (&["--findings", "known.json"], "`known.json` cannot be used: "),
        (&["--findings", "gone.json"], "cannot read `gone.json`: no such file"),
        (&["--findings", "found.json", "found.json"], "`found.json` is named twice, and would count twice"),
        (&["--day", "soon"], "`--day soon` needs a date such as 2026-12-31"),
        (&["--log", "gone.log"], "cannot read `gone.log`: no such file"),
        (&["--output", "gone/report.html"], "cannot write `gone/report.html`: there is no such folder"),
    ];
    for (more, words) in all {
        let ran = report(&folder, more);
        assert_eq!(ran.code, 2, "{more:?}: {}", ran.out);
        assert!(ran.err.contains(words), "{more:?}: {}", ran.err);
    }
    let ran = folder.run(&["report", "--rules", "other.rules", "--evidence", "known.json"]);
    assert_eq!(ran.code, 2);
    assert!(
        ran.err.contains("`known.json` cannot be used: it is of the rule set `parcels`, and the rules are `other`"),
        "{}",
        ran.err
    );
    let ran = folder.run(&["report", "--rules", "broken.rules", "--evidence", "known.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`broken.rules` cannot be used: 1 error"), "{}", ran.err);
}
