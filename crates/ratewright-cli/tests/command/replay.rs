//! Recorded cases beside a rule set: `ratewright replay`. Amounts are those of published tests of a tariff, or added up by hand.

use crate::support::{Folder, Ran, finish, project};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use std::io::Write;

/// Shipments of the household goods tariff with the totals of its tests, of which one is a cent less here.
const SHIPMENTS: &str =
    "id,move_date,weight,miles,origin_area,destination_area,discount,answer.total,answer.currency,answer.refused
LAX-MCO,2020-06-15,6250,1120,56,184,58.5%,6662.53,USD,
MCO-CHS,2020-06-15,4040,362,184,692,67%,2847.69,USD,
BEFORE,2020-05-14,4040,362,184,692,67%,2743.78,USD,
SMALL,2020-09-01,640,210,208,692,50%,986.64,USD,
A-CENT,2020-09-01,999.9,799,208,692,50%,1756.93,USD,
AT-800,2020-09-01,1000,800,208,692,50%,1579.56,USD,
BAND-1,2020-09-01,4000,400,184,692,,8629.37,USD,
BAND-2,2020-09-01,4000,401,184,692,,8737.93,USD,
PACK-1,2020-06-01,16000,1500,184,56,60%,15692.42,USD,
PACK-2,2020-06-01,16001,1500,184,56,60%,15931.14,USD,
TOO-BIG,2020-06-01,24000,1500,184,56,60%,,,NO_LINEHAUL
NO-AREA,2020-06-01,2000,1500,9,56,60%,,,E9
";

fn shipments(folder: &Folder, arguments: &[&str]) -> Ran {
    folder.write("shipments.csv", SHIPMENTS);
    folder.write("measure.json", r#"{"totals_only": true, "refusals": {"E9": "NO_SERVICE_AREA"}}"#);
    let rules = project().join("rules/freight/household_goods.rules");
    let rules = rules.to_str().unwrap();
    folder.run(
        &[&["replay", "--rules", rules, "--recorded", "shipments.csv", "--measure", "measure.json"], arguments]
            .concat(),
    )
}

#[test]
fn rules_that_cannot_be_used_are_no_mismatch() {
    let folder = Folder::new();
    folder.write("broken.rules", "ruleset");
    folder.write("recorded.jsonl", "");
    for arguments in [
        &["replay", "--rules", "broken.rules", "--recorded", "recorded.jsonl"][..],
        &["probe", "--rules", "broken.rules"],
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 2, "{}", ran.err);
        assert!(
            ran.err.contains("`broken.rules` cannot be used: ") && ran.err.contains("error: nothing was "),
            "{}",
            ran.err
        );
    }
}

#[test]
fn real_shipments_match_but_for_the_one_that_is_a_cent_off() {
    let folder = Folder::new();
    let ran = shipments(&folder, &[]);
    let lines: Vec<&str> = ran.out.lines().skip(1).collect();
    assert_eq!(
        (ran.code, lines, ran.err.as_str()),
        (
            1,
            vec![
                "12 cases compared: 11 match, 1 mismatch",
                "the rules charge 0.01 USD more in all",
                "",
                "mismatches by kind",
                "  amount: 1 case, +0.01 USD (0.01 USD without signs)",
                "",
                "mismatches by charge",
                "  total",
                "    amount: 1 case, +0.01 USD (0.01 USD without signs)",
                "      first: line 6, A-CENT: total: 1756.94 USD instead of 1756.93 USD, +0.01 USD",
            ],
            ""
        )
    );
    assert!(ran.out.starts_with("`freight.household_goods` \"2020\"\n"), "{}", ran.out);
}

#[test]
fn a_tolerance_or_a_waiver_takes_the_cent() {
    let folder = Folder::new();
    folder.write(
        "waivers.json",
        r#"[{"id": "W-1", "owner": "Dana Reyes", "reason": "truncated", "expires": "2026-12-31", "totals": true, "kinds": ["amount"], "cases": 5, "amount": "1.00 USD"}]"#,
    );
    let ran = shipments(&folder, &["--waivers", "waivers.json", "--day", "2026-12-31"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.contains("12 cases compared: 11 match, 1 waived, 0 mismatch\n"), "{}", ran.out);
    let used = "  W-1 (Dana Reyes, until 2026-12-31): 1 of 5 cases, 0.01 USD of 1.00 USD\n";
    assert!(ran.out.ends_with(used), "{}", ran.out);
    let ran = shipments(&folder, &["--waivers", "waivers.json", "--day", "2027-01-01"]);
    assert!(ran.code == 1 && ran.out.contains("(waiver W-1 has expired)"), "{}", ran.out);
}

/// Parcels by the tariff of most tests: 2 USD a pound and 10 % fuel. Every seventh has no fuel, every hundredth is broken, and every
/// thirtieth has the id of the one before.
fn parcels(folder: &Folder) {
    let mut file = String::new();
    for n in 1..=2_000_u32 {
        let id = if n % 30 == 0 { n - 1 } else { n };
        let weight = n % 50 + 1;
        let fuel = if n % 7 == 0 {
            ""
        } else {
            &format!(r#",{{"charge": "FSC", "amount": "{}.{} USD"}}"#, weight / 5, weight % 5 * 2)
        };
        file.push_str(&match n % 100 {
            0 => format!("{{\"id\": {n}\n"),
            _ => format!(
                "{{\"id\": {id}, \"key\": \"C-{}\", \"input\": {{\"weight\": {weight}}}, \"answer\": {{\"priced\": {{\"lines\": [{{\"charge\": \"BASE\", \"amount\": \"{}.00 USD\"}}{fuel}]}}}}}}\n",
                n % 9, weight * 2
            ),
        });
    }
    folder.write("recorded.jsonl", &file);
    folder.write("parcels.measure", r#"{"charges": {"FSC": ["FUEL"]}}"#);
}

const PARCELS: [&str; 7] =
    ["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--measure", "parcels.measure"];

fn replay(folder: &Folder, arguments: &[&str]) -> Ran {
    folder.run(&[&PARCELS[..], arguments].concat())
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_record_is_counted_once_and_the_number_of_threads_changes_nothing() {
    let folder = Folder::with_parcels();
    parcels(&folder);
    let run = |threads: &str| {
        let rest =
            ["--mismatches", "differ.jsonl", "--evidence", "evidence.json", "--format", "json", "--threads", threads];
        let ran = replay(&folder, &rest);
        (ran.code, ran.out, folder.read("differ.jsonl"), folder.read("evidence.json"))
    };
    let one = run("1");
    assert_eq!(run("3"), one);
    let report: Value = serde_json::from_str(&one.1).unwrap();
    // Of 2,000 records 20 are broken; of the 66 with the id of the one before, 6 are among them.
    let bad = &report["not_compared"];
    assert_eq!((&bad["unreadable"]["records"], &bad["unreadable"]["first"]["line"]), (&json!(20), &json!(100)));
    assert_eq!((&bad["duplicate"]["records"], &bad["duplicate"]["first"]["id"]), (&json!(60), &json!("29")));
    // Of those divided by 7, neither broken nor with an id that was there before.
    let without = (1..=2_000).filter(|n| n % 7 == 0 && n % 100 != 0 && n % 30 != 0).count();
    let compared = 2_000 - 20 - 60;
    assert_eq!((&report["records"], &report["compared"]), (&json!(2_000), &json!(compared)));
    assert_eq!((&report["match"], &report["mismatch"]), (&json!(compared - without), &json!(without)));
    let extra = &report["charges"]["FUEL"]["extra"];
    assert_eq!((&extra["cases"], &extra["first"]["line"]), (&json!(without), &json!(7)));
    assert_eq!(one.2.lines().count(), without);
    let first: Value = serde_json::from_str(one.2.lines().next().unwrap()).unwrap();
    assert_eq!((&first["id"], &first["key"], &first["input"]), (&json!("7"), &json!("C-7"), &json!({"weight": 8})));
    // 8 lb are 16.00, of which 10 % are 1.60.
    assert_eq!(first["comparison"]["differences"][0]["difference"], json!({"amount": "1.60", "currency": "USD"}));
    let evidence: Value = serde_json::from_str(&one.3).unwrap();
    let rules = evidence["evidence"]["rules"].as_array().unwrap();
    let base = rules.iter().find(|rule| rule["name"] == "BASE").unwrap();
    assert_eq!(base["strata"]["replay"]["cases"], json!(compared));
}

#[test]
fn a_run_that_stops_goes_on_to_the_same_end() {
    let folder = Folder::with_parcels();
    parcels(&folder);
    let files = |name: &str| {
        [["--mismatches".to_owned(), format!("{name}.differ")], ["--evidence".to_owned(), format!("{name}.evidence")]]
            .concat()
    };
    let run = |name: &str, rest: &[&str]| {
        let files = files(name);
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        replay(&folder, &[&files[..], &["--format", "json"], rest].concat())
    };
    let whole = run("whole", &[]);
    let mut parts = run("parts", &["--resume", "state", "--limit", "777"]);
    let report: Value = serde_json::from_str(&parts.out).unwrap();
    assert_eq!(report["records"], json!(777));
    // What was written behind the last state is written again.
    let mut differ = std::fs::OpenOptions::new().append(true).open(folder.path("parts.differ")).unwrap();
    differ.write_all(b"{\"half a li").unwrap();
    for _ in 0..2 {
        parts = run("parts", &["--resume", "state", "--limit", "700"]);
    }
    assert_eq!((parts.code, &parts.out), (whole.code, &whole.out));
    assert_eq!(folder.read("parts.differ"), folder.read("whole.differ"));
    assert_eq!(folder.read("parts.evidence"), folder.read("whole.evidence"));
    // Once more: nothing is counted twice.
    assert_eq!(run("parts", &["--resume", "state"]).out, whole.out);
}

#[test]
fn a_state_of_something_else_is_refused_in_words() {
    let folder = Folder::with_parcels();
    parcels(&folder);
    assert_eq!(replay(&folder, &["--resume", "state", "--limit", "100"]).code, 1);
    let refused = |words: &str| {
        let ran = replay(&folder, &["--resume", "state"]);
        let said = format!("error: cannot go on from `state`: {words}; to begin anew, remove it\n");
        assert_eq!((ran.code, ran.out.as_str(), ran.err), (2, "", said));
    };
    folder.write("parcels.measure", "{}");
    refused("the measure is not what it was made of");
    let file = folder.read("recorded.jsonl");
    folder.write("recorded.jsonl", &file[..file.len() - 1]);
    refused("the measure, the recorded file are not what it was made of");
    folder.write("parcels.measure", r#"{"charges": {"FSC": ["FUEL"]}}"#);
    let rules = folder.read("parcels.rules");
    folder.write("parcels.rules", &rules.replace("10% of BASE", "11% of BASE"));
    refused("the recorded file, the rules are not what it was made of");
    folder.write("state", "{}");
    let ran = replay(&folder, &["--resume", "state"]);
    assert!(ran.code == 2 && ran.err.contains("it is not the state of a replay"), "{}", ran.err);
    let ran = folder.run(&["replay", "--rules", "parcels.rules", "--recorded", "-", "--resume", "state"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (2, "error: `--resume` needs files: standard input cannot be read again\n")
    );
}

#[test]
fn what_is_packed_is_read_and_one_that_breaks_off_is_no_success() {
    let folder = Folder::with_parcels();
    let fine = r#"{"input": {"weight": 1}, "answer": {"priced": {"lines": [{"charge": "BASE", "amount": "2.00 USD"}, {"charge": "FUEL", "amount": "0.20 USD"}]}}}"#;
    let packed = packed(&format!("{fine}\n").repeat(500));
    std::fs::write(folder.path("cases.jsonl.gz"), &packed).unwrap();
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "cases.jsonl.gz"];
    let ran = folder.run(&arguments);
    assert!(ran.code == 0 && ran.out.contains("500 cases compared: 500 match, 0 mismatch\n"), "{ran:?}");
    std::fs::write(folder.path("cases.jsonl.gz"), &packed[..packed.len() - 9]).unwrap();
    let ran = folder.run(&arguments);
    assert!(ran.code == 2 && ran.err.contains("in the middle of the file"), "{ran:?}");
    let ran =
        finish(folder.command(&["replay", "--rules", "parcels.rules", "--recorded", "-", "--format", "text"]), fine);
    assert!(ran.code == 0 && ran.out.contains("1 case compared: 1 match, 0 mismatch\n"), "{ran:?}");
}

#[test]
fn a_case_that_cannot_be_compared_is_no_success_either() {
    let folder = Folder::with_parcels();
    folder.write("asked.csv", "id,weight\nA,1\nB,1\nC\n");
    folder.write(
        "answered.csv",
        "id,answer.charge.BASE,answer.charge.FUEL\nB,2.00 USD,0.20 USD\nX,1 USD,\nA,2.00 USD,0.20 USD\n",
    );
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "asked.csv", "--answers", "answered.csv"];
    let ran = folder.run(&arguments);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: 2 records could not be compared\n"));
    let rest = ran.out.split_once("2 cases compared: 2 match, 0 mismatch\n\n").unwrap().1;
    assert_eq!(
        rest,
        "not compared\n  1 unreadable; the first: line 4: the row has 1 cells, the headings are 2\n  \
         1 answers without an input; the first: answers, line 3, X: there is no input with its id\n"
    );
    folder.write("none.jsonl", "\n");
    let ran = folder.run(&["replay", "--rules", "parcels.rules", "--recorded", "none.jsonl"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: there is no case in the file\n"));
}

#[test]
fn what_is_not_right_is_said_before_anything_is_compared() {
    let folder = Folder::with_parcels();
    folder.write("cases.csv", "id,wieght\nA,1\n");
    let said = |rest: &[&str]| {
        let ran = folder.run(&[&["replay", "--rules", "parcels.rules", "--recorded", "cases.csv"], rest].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        ran.err
    };
    assert_eq!(said(&[]), "error: `wieght` is not an input of parcels: did you mean `weight`?\n");
    folder.write("map.json", r#"{"inputs": {"weight": "WEIGHT"}}"#);
    let words = "error: the cases in `cases.csv` cannot be read: there is no column `WEIGHT`: ";
    assert!(said(&["--map", "map.json"]).starts_with(words));
    folder.write("map.json", r#"{"input": {"weight": "WEIGHT"}}"#);
    assert!(said(&["--map", "map.json"]).starts_with("error: `map.json` is not a map: "));
    folder.write("measure.json", r#"{"tolerence": "exact"}"#);
    assert!(
        said(&["--measure", "measure.json"]).contains("`measure.json` is not a measure: unknown field `tolerence`")
    );
}

#[test]
fn a_row_that_says_yes_or_no_is_explained_and_taken_as_an_example() {
    let folder = Folder::new();
    folder.write(
        "pallet.rules",
        "ruleset pallet \"Pallets\" { currency USD }\ninput { weight : mass in lb, liftgate : yes/no }\n\
         charge BASE = 60 USD\ncharge HEAVY = 31 USD when weight > 500 lb\ncharge LIFT = 5 USD when liftgate\n",
    );
    folder.write(
        "rated.csv",
        "id,weight,liftgate,answer.charge.BASE,answer.charge.HEAVY,answer.charge.LIFT,answer.currency\n\
         A,500,no,60,31,,USD\nB,600,yes,60,31,5,USD\n",
    );
    let replay = ["replay", "--rules", "pallet.rules", "--recorded", "rated.csv", "--findings", "f.json"];
    let ran = folder.run(&[&replay[..], &["--mismatches", "m.jsonl"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    assert!(ran.out.contains("boundary on the other side: HEAVY (missing): 1 case"), "{}", ran.out);
    let mismatch: Value = serde_json::from_str(&folder.read("m.jsonl")).unwrap();
    assert_eq!(mismatch["input"], json!({"weight": "500", "liftgate": false}));
    let probe = folder.run(&["probe", "--rules", "pallet.rules", "--like", "rated.csv", "--output", "p.jsonl"]);
    assert_eq!(probe.code, 0, "{}", probe.err);
}

#[test]
fn nothing_is_written_over_what_is_read() {
    let folder = Folder::new();
    shipments(&folder, &[]);
    for (option, path) in
        [("--findings", "shipments.csv"), ("--evidence", "./measure.json"), ("--mismatches", "shipments.csv")]
    {
        let ran = shipments(&folder, &[option, path]);
        assert_eq!(ran.code, 2);
        let words = format!("error: `{option}` would write over `{path}`, which is read: name another file\n");
        assert_eq!(ran.err, words);
    }
    assert_eq!(folder.read("shipments.csv"), SHIPMENTS);
    let ran = shipments(&folder, &["--findings", "one", "--evidence", "one"]);
    assert_eq!(ran.err, "error: `one` cannot be written by both `--findings` and `--evidence`: name two files\n");
}

#[test]
fn a_charge_of_the_measure_that_the_rules_do_not_have_is_said() {
    let folder = Folder::new();
    shipments(&folder, &[]);
    folder.write("typo.json", r#"{"charges": {"FRT": ["LINEHUL"]}}"#);
    let rules = project().join("rules/freight/household_goods.rules");
    let rules = rules.to_str().unwrap();
    let ran = folder.run(&["replay", "--rules", rules, "--recorded", "shipments.csv", "--measure", "typo.json"]);
    let words = "the measure: `LINEHUL` is no charge of freight.household_goods: did you mean `LINEHAUL`?";
    assert_eq!((ran.code, ran.err), (2, format!("error: {words}\n")));
}
