//! What a report says is meant as it is said: verdicts, steps that lead somewhere, and the measure by which all was compared.

use super::held_back::waived_folder;
use super::*;

fn words_of(report: &Value) -> Vec<String> {
    report["next"].as_array().unwrap().iter().map(|step| step["words"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_release_that_only_the_release_holds_back_says_so_first() {
    let folder = waived_folder();
    let ran = report(&folder, &[&SHOWN[..4], &["--day", "2026-12-01", "--findings", "found.json"]].concat());
    let verdict = "\nNot ready: of the release, 1 demand is not met and 1 is still to be shown, although of 5 rules 3 agree with the old code, or differ \
                   as was agreed, and 2 are approved without being compared\n";
    assert!(ran.out.contains(verdict), "{}", ran.out);
    assert!(ran.out.contains("\n  1. W-3 ended on 2026-11-30, and 1 case rests on it: "), "{}", ran.out);
    assert!(!ran.out.contains("Not ready: of 5 rules"), "{}", ran.out);
}

#[test]
fn numbers_of_one_and_demands_of_none_are_said_as_people_say_them() {
    let folder = folder_of(RULES);
    let steps = words_of(&json(&folder, &FOUND));
    assert!(
        steps.contains(&"Then the 2 other causes, which matter less, in the order in which they stand here".to_owned()),
        "{steps:?}"
    );
    let ran = report(&folder, &FOUND);
    assert!(
        ran.out.contains(
            "✗ nothing differs but what was agreed to: 54 mismatches (54 in replay): mend the rules, or waive them"
        ),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("unexplained mismatch"), "{}", ran.out);
    // A policy that demands no other edition demands nothing of it, once both have run.
    let folder = ready_folder();
    folder.write("policy.json", &folder.read("policy.json").replacen('{', r#"{"shadow_effective_dates": 0, "#, 1));
    folder.write("facts.json", &folder.read("facts.json").replace(r#""effective_dates": 1,"#, ""));
    let ran = report(&folder, &SHOWN);
    assert_eq!(ran.code, 0, "{}", ran.out);
    let demand = "✓ both ran when another edition came into force: ";
    assert!(ran.out.contains(&format!("{demand}not demanded (0 first days of another edition)\n")), "{}", ran.out);
    let ran = report(&folder, &["--policy", "policy.json", "--day", "2026-11-23"]);
    assert!(ran.out.contains(demand) && !ran.out.contains("0 of 0"), "{}", ran.out);
    assert!(
        !ran.out.contains("until both ran on enough days (0 of 30), both ran at the end of a month (0 of 1), both"),
        "{}",
        ran.out
    );
}

/// A rule of which all edges were met has nothing left to probe.
#[test]
fn what_was_met_is_not_probed() {
    let folder = ready_folder();
    folder.write(
        "policy.json",
        r#"{"distinct_cases_per_rule": 22, "distinct_cases_of_high_revenue": 10, "distinct_cases": 20}"#,
    );
    let told = json(&folder, &SHOWN);
    let commands: Vec<&Value> =
        told["next"].as_array().unwrap().iter().filter_map(|step| step["commands"].get(0)).collect();
    assert!(commands.is_empty(), "{commands:?}");
    let steps = words_of(&told);
    let more =
        "1 rule needs more cases: NO_SERVICE. Gather more of them; or, since no edge of it is left that was not met";
    assert!(steps.iter().any(|step| step.starts_with(more)), "{steps:?}");
    assert_eq!(steps.iter().filter(|step| step.contains("NO_SERVICE")).count(), 1, "{steps:?}");
}

#[test]
fn nothing_differs_is_not_said_over_what_is_waived() {
    let folder = waived_folder();
    let page = report(&folder, &[&SHOWN[..], &["--findings", "found.json", "--format", "html"]].concat()).out;
    assert!(!page.contains("Nothing differs."), "{page}");
    assert!(page.contains("<p>Nothing differs but what was agreed to. 1 case in replay differs as was agreed, by 0.01 USD without signs.</p>"), "{page}");
}

#[test]
fn the_measure_is_shown_with_what_it_and_waivers_let_pass() {
    let folder = waived_folder();
    folder.write("measure.json", r#"{"charges": {"FSC": ["FUEL"]}, "ignored": ["NOTE"], "tolerances": {"BASE": {"minor_units": 3}}, "total": {"parts_per_million": 50}}"#);
    let recorded = folder.read("recorded.jsonl").replacen(r#""amount": "8.00 USD""#, r#""amount": "8.02 USD""#, 1);
    assert_ne!(recorded, folder.read("recorded.jsonl"));
    folder.write("recorded.jsonl", &recorded);
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--waivers", "waivers.json"];
    let written = [
        "--day",
        "2026-11-23",
        "--evidence",
        "known.json",
        "--findings",
        "found.json",
        "--measure",
        "measure.json",
        "--force",
    ];
    let ran = folder.run(&[&arguments[..], &written[..]].concat());
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let with_findings = [&SHOWN[..], &["--findings", "found.json"]].concat();
    let ran = report(&folder, &with_findings);
    let told = "\nhow the two were compared\n  of the old code FSC stands for FUEL\n  left out: NOTE\n  of charges may differ BASE by 3 minor units; all others must be equal\n  \
                totals may differ by 50 millionths of the old amount\n  \
                let pass in replay: 1 case within tolerance, 1 waived, by 0.03 USD without signs; waivers took up, line by line, W-3 0.01 USD\n";
    assert!(ran.out.contains(told), "{}", ran.out);
    let page = report(&folder, &[&with_findings[..], &["--format", "html"]].concat()).out;
    for words in [
        "<h2>How the two were compared</h2>",
        "Of charges may differ BASE by 3 minor units",
        "1 case within tolerance, 1 waived",
    ] {
        assert!(page.contains(words), "no {words} in {page}");
    }
    let told = json(&folder, &with_findings);
    assert_eq!(told["measure"]["ignored"], serde_json::json!(["NOTE"]));
}

#[test]
fn a_command_with_an_erased_field_says_that_it_is_to_be_filled_in() {
    let folder = folder_of(RULES);
    folder.write("redaction.json", r#"{"erased": ["customer"]}"#);
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--evidence", "known.json"];
    let ran = folder.run(&[&arguments[..], &["--redaction", "redaction.json", "--findings", "found.json"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.err);
    let told = json(&folder, &FOUND);
    let steps: Vec<&Value> =
        told["next"].as_array().unwrap().iter().filter(|step| step["cluster"].is_number()).collect();
    assert!(!steps.is_empty());
    for step in steps {
        let words = step["words"].as_str().unwrap();
        assert!(words.ends_with("; fill in `customer` in the command, which was taken out of the input"), "{words}");
    }
}

#[test]
fn the_page_has_code_for_code_and_dates_in_one_piece() {
    let folder = folder_of(RULES);
    let page = report(&folder, &[&FOUND[..], &["--format", "html"]].concat()).out;
    let next = page.split("<section id=\"next\">").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(next.contains("<code>&quot;p99_microseconds&quot;: N</code>"), "{next}");
    assert!(!next.split("<pre>").next().unwrap().contains('`'), "{next}");
    assert!(page.contains("<td><span class=\"date\">2026-12-31</span><br/>"), "{page}");
    assert!(page.contains(".date { white-space: nowrap; }"));
}

/// The same cases, once to the last digit and once with a tolerance: what one of them shows is nothing that the other does.
#[test]
fn findings_by_another_measure_are_not_of_the_same_runs() {
    let folder = ready_folder();
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--findings", "found.json"];
    let with_findings = [&SHOWN[..], &["--findings", "found.json"]].concat();
    assert_eq!(folder.run(&arguments).code, 0);
    assert_eq!(report(&folder, &with_findings).code, 0);
    folder.write("measure.json", r#"{"tolerance": {"minor_units": 1}}"#);
    assert_eq!(folder.run(&[&arguments[..], &["--measure", "measure.json"]].concat()).code, 0);
    let ran = report(&folder, &with_findings);
    assert_eq!(ran.code, 1, "{}", ran.out);
    let words = "✗ findings and evidence agree: `found.json` was compared by another measure than the evidence: name the evidence of the same runs\n";
    assert!(ran.out.contains(words), "{}", ran.out);
}

/// Findings of a run with waivers beside evidence of one without tell two stories of the same cases.
#[test]
fn findings_that_know_of_fewer_differences_contradict_the_evidence() {
    let folder = folder_of(RULES);
    let mut found: Value = serde_json::from_str(inner(FINDINGS, "findings")).unwrap();
    found["rules"]["edition"] = json(&folder, &FOUND)["rule_set"]["edition"].clone();
    let differ = found["tally"]["mismatch"].as_u64().unwrap();
    found["tally"]["waived"] = (found["tally"]["waived"].as_u64().unwrap() + differ).into();
    found["tally"]["mismatch"] = 0.into();
    found["clusters"] = Value::Array(Vec::new());
    folder.write("found.json", &findings_of(&found.to_string()));
    let ran = report(&folder, &FOUND);
    let words = "✗ findings and evidence agree: 0 cases differ in replay by the findings, and 54 by the evidence: name the evidence of the same runs\n";
    assert!(ran.code == 1 && ran.out.contains(words), "{}", ran.out);
}

#[test]
fn a_copy_of_a_file_does_not_count_twice() {
    let folder = folder_of(RULES);
    folder.write("copy.json", &folder.read("known.json"));
    let ran = report(&folder, &["--evidence", "copy.json"]);
    let words = "`copy.json` cannot be used: it is a copy of `known.json`, and would count twice";
    assert!(ran.code == 2 && ran.err.contains(words), "{}", ran.err);
}

/// Fuel is 10 % of BASE: where old code has 2.20 USD a pound, it differs with it, and is right.
#[test]
fn what_follows_from_another_charge_is_said_beside_the_rule() {
    let folder = Folder::with_parcels();
    let case = |weight: u64, base: u64, fuel: u64| {
        let money = |cents: u64| format!("{}.{:02} USD", cents / 100, cents % 100);
        let lines = format!(
            r#"[{{"charge": "BASE", "amount": "{}"}}, {{"charge": "FUEL", "amount": "{}"}}]"#,
            money(base),
            money(fuel)
        );
        format!(
            r#"{{"id": "S-{weight}", "input": {{"weight": {weight}}}, "answer": {{"priced": {{"lines": {lines}}}}}}}"#
        ) + "\n"
    };
    let wrong = (31..=38).map(|weight| case(weight, 220 * weight, 22 * weight));
    let dear = (51..=53).map(|weight| case(weight, 200 * weight, 20 * weight + 7));
    let right = (10..=20).map(|weight| case(weight, 200 * weight, 20 * weight));
    folder.write("recorded.jsonl", &wrong.chain(dear).chain(right).collect::<String>());
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--evidence", "known.json"];
    let ran = folder.run(&[&arguments[..], &["--findings", "found.json"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let out = report(&folder, &["--findings", "found.json"]).out;
    let begin = |name: &str, count: u32| {
        format!("  ✗ charge {name}: not ready: {count} mismatches ({count} in replay): mend the rules, or waive them")
    };
    assert!(
        out.contains(&format!("{}; 8 of 11 follow from BASE  parcels.rules:", begin("FUEL Fuel surcharge", 11))),
        "{out}"
    );
    assert!(out.contains(&format!("{}  parcels.rules:", begin("BASE Transportation", 8))), "{out}");
    let page = report(&folder, &["--findings", "found.json", "--format", "html"]).out;
    assert!(page.contains("<li>8 of 11 follow from BASE.</li>"), "{page}");
    // Of what the findings do not tell of nobody can say it.
    let out = report(&folder, &[]).out;
    assert!(!out.contains("follow from"), "{out}");
}
