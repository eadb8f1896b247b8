//! Slips in files of a migration, which would change what is found: each is refused or told, with what was probably meant.

use crate::support::{Folder, Ran};
use serde_json::{Value, json};

const RULES: &str = r#"
ruleset pallet.ltl "Pallet freight" version "1" { currency USD }
input { weight : mass in lb  liftgate : yes/no = no }
table rate { weight : mass in lb by range -> price : money
  | weight    || price                                |
  | up to 500 || 96.40                                |
  | otherwise || refuse "NO_RATE" "none for {weight}" |
}
charge LINE = rate[weight].price
charge LIFT = 38.00 USD when liftgate
refuse NO_WEIGHT "nothing to carry" when weight <= 0 lb
"#;

/// Two cases, of which old code charges more for the second one.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("pallet.rules", RULES);
    let line = |id: u32, lift: &str| {
        let lines = json!([{"charge": "L1", "amount": "96.40 USD"}, {"charge": "LG", "amount": lift}]);
        let input = json!({"weight": 400 + id, "liftgate": true});
        format!("{}\n", json!({"id": id, "input": input, "answer": {"priced": {"lines": lines}}}))
    };
    folder.write("recorded.jsonl", &(line(1, "38.00 USD") + &line(2, "40.00 USD")));
    folder.write("measure.json", MEASURE);
    folder
}

const MEASURE: &str = r#"{"charges": {"L1": ["LINE"], "LG": ["LIFT"]}}"#;

fn replay(folder: &Folder, more: &[&str]) -> Ran {
    folder.run(
        &[&["replay", "--rules", "pallet.rules", "--recorded", "recorded.jsonl", "--measure", "measure.json"], more]
            .concat(),
    )
}

#[test]
fn codes_of_a_measure_that_mean_nothing_or_contradict_each_other_are_said() {
    let folder = folder();
    for (measure, words) in [
        (
            r#"{"charges": {"L1": ["LINE"], "LG": ["LIFT"]}, "ignored": ["LIFT"]}"#,
            "`LG` stands for LIFT, and of these `LIFT` is left out and `LG` is not: leave all of them out, or none",
        ),
        (
            r#"{"charges": {"L1": ["LINE"], "LG": ["LIFT"]}, "refusals": {"R9": "NO_RAET"}}"#,
            "the measure: pallet.ltl never refuses by `NO_RAET`: did you mean `NO_RATE`?",
        ),
    ] {
        folder.write("measure.json", measure);
        let ran = replay(&folder, &[]);
        assert_eq!(ran.code, 2, "{}", ran.out);
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    // What a table refuses by is a refusal as well; all of a group may be left out.
    let fine =
        r#"{"charges": {"L1": ["LINE"], "LG": ["LIFT"]}, "refusals": {"R9": "NO_RATE"}, "ignored": ["LIFT", "LG"]}"#;
    folder.write("measure.json", fine);
    let ran = replay(&folder, &[]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    folder.write("measure.json", r#"{"charges": {"L1": ["LINE"], "LG": ["LIFT"]}, "ignored": ["LIFFT", "NUMBER"]}"#);
    let ran = replay(&folder, &[]);
    let told = "warning: the measure leaves out `LIFFT`, which is no charge of pallet.ltl: a line of old code may be called so, or did you mean `LIFT`?\n";
    assert_eq!((ran.code, ran.err.as_str()), (1, told));
}

#[test]
fn a_waiver_in_a_currency_in_which_nothing_differs_is_told() {
    let folder = folder();
    let waiver = |amount: &str| {
        json!([{"id": "W-1", "owner": "Dana Reyes", "reason": "old", "expires": "2099-12-31", "charges": ["LIFT"], "kinds": ["amount"],
            "cases": 9, "amount": amount}])
    };
    let run = |waivers: &Value| {
        folder.write("waivers.json", &format!("{waivers}\n"));
        replay(&folder, &["--waivers", "waivers.json", "--day", "2026-11-23"])
    };
    let ran = run(&waiver("9.00 EUR"));
    let told = "warning: the waivers: W-1 holds up to 9.00 EUR, and what it is for differs in USD: it waives nothing\n";
    assert_eq!((ran.code, ran.err.as_str()), (1, told));
    let ran = run(&waiver("9.00 USD"));
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    // What is missing is not looked for in the line behind the file.
    let mut nobody = waiver("9.00 USD");
    nobody[0].as_object_mut().unwrap().remove("owner");
    let ran = run(&nobody);
    assert_eq!(ran.err, "error: `waivers.json` is not waivers: waiver `W-1` has no owner: write who answers for it\n");
}

#[test]
fn what_is_nearly_a_field_of_a_record_and_a_line_without_its_end_are_told() {
    let folder = folder();
    let recorded = folder.read("recorded.jsonl");
    folder.write(
        "recorded.jsonl",
        &recorded.replace(r#""id":1"#, r#""id":1,"tiem":"2026-03-02T10:00:00Z","colour":"red""#),
    );
    let ran = replay(&folder, &[]);
    let told = "warning: in the first record of `recorded.jsonl` nothing reads `tiem`; did you mean `time`?\n";
    assert_eq!((ran.code, ran.err.as_str()), (1, told));

    let rows = "id,weight,liftgate,answer.total,answer.currency\n1,401,yes,134.40,USD\n2,402,yes,134.40,USD";
    folder.write("recorded.csv", rows);
    let run =
        || folder.run(&["replay", "--rules", "pallet.rules", "--recorded", "recorded.csv", "--measure", "totals.json"]);
    folder.write("totals.json", r#"{"totals_only": true}"#);
    // Half of all programs write no end of the last line: only a row that lacks cells is told.
    for whole in [rows.to_owned(), format!("{rows}\n"), rows.replace("134.40,USD", "\"134.40\",\"USD\"")] {
        folder.write("recorded.csv", &whole);
        let ran = run();
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    }
    let told = "warning: the last line of `recorded.csv` has no end and fewer cells than there are headings: the file was cut off there, and nothing behind is known\n";
    for cut in [rows.trim_end_matches(",USD"), rows.trim_end_matches(",134.40,USD")] {
        folder.write("recorded.csv", cut);
        let ran = run();
        assert_eq!(ran.code, 2, "{}", ran.out);
        assert!(ran.err.starts_with(told), "{}", ran.err);
        assert!(ran.out.contains("the row has "), "{}", ran.out);
    }
    folder.write("recorded.csv", &format!("{}\n", rows.trim_end_matches(",USD")));
    assert!(!run().err.contains("warning"), "a short row with its end is a row");
}

#[test]
fn a_report_tells_of_approvals_of_nothing_and_of_a_run_that_was_stopped() {
    let folder = folder();
    let files = ["--evidence", "known.evidence", "--findings", "known.findings"];
    assert_eq!(replay(&folder, &[&files[..], &["--limit", "1"]].concat()).code, 0);
    let report = |facts: &Value| {
        folder.write("facts.json", &facts.to_string());
        let arguments = ["report", "--rules", "pallet.rules", "--facts", "facts.json", "--day", "2026-11-23"];
        folder.run(&[&arguments[..], &files].concat())
    };
    let known: Value = serde_json::from_str(&folder.read("known.evidence")).unwrap();
    let digest = |name: &str| {
        let rules = known["evidence"]["rules"].as_array().unwrap();
        rules.iter().find(|rule| rule["name"] == name).unwrap()["digest"].as_str().unwrap().to_owned()
    };
    let stopped = "warning: `known.findings` is of a replay that `--limit` stopped after 1 record: nothing behind it was compared\n";
    let (line, lift) = (digest("LINE"), digest("LIFT"));
    for (rule, name, words) in [
        (&lift, "LINE", Some("its digest is that of `LIFT`".to_owned())),
        (&"0".repeat(64), "LIFFT", Some("there is no such rule; did you mean `LIFT`?".to_owned())),
        (
            &"0".repeat(64),
            "LINE",
            Some(format!(
                "the rule is another one than that which was approved of: whoever approves of it as it is now writes {line}"
            )),
        ),
        (&line, "LINE", None),
    ] {
        let ran = report(&json!({"approvals": [{"rule": rule, "name": name, "approver": "Dana Reyes"}]}));
        let told = words.map(|words| {
            format!("warning: the facts: Dana Reyes's approval of `{name}` counts for nothing in pallet.ltl: {words}\n")
        });
        assert_eq!((ran.code, ran.err), (1, told.unwrap_or_default() + stopped));
        let gate = "? replays went to the end: `known.findings` is of a replay that `--limit` stopped after 1 record: nothing behind it was compared: replay without it";
        assert!(ran.out.contains(gate), "{}", ran.out);
    }
    let ran = report(&json!({"approvals": [{"rule": line, "name": "LINE", "approver": ""}]}));
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("nobody approves of `LINE`: write who does, as its `approver`"), "{}", ran.err);
}
