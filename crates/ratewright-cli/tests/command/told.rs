//! What a person reads of a migration adds up and says what to do: sums, waivers that do not fit, files of another sort, logs.

use crate::support::Folder;

/// Three parcels by the tariff of most tests, 2 USD a pound and 10 % fuel: a fuel that is five cents too much, one that is missing, and a
/// parcel that the rules cannot read.
fn three() -> Folder {
    let folder = Folder::with_parcels();
    folder.write(
        "three.csv",
        "id,weight,answer.charge.BASE,answer.charge.FUEL,answer.total,answer.currency\n\
         A,1,2.00,0.25,2.25,USD\nB,1,2.00,,2.00,USD\nC,1000,24.00,2.40,26.40,USD\n",
    );
    folder
}

const THREE: [&str; 5] = ["replay", "--rules", "parcels.rules", "--recorded", "three.csv"];

/// 2.20 − 2.25 and 2.20 − 2.00 are +0.15; what the rules cannot read is not 26.40 less.
#[test]
fn what_a_reader_adds_up_adds_up() {
    let folder = three();
    let ran = folder.run(&THREE);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let kinds = "\n3 cases compared: 0 match, 3 mismatch\nthe rules charge 0.15 USD more in all\n\
         not in that sum: 1 case that one side did not answer, in which the old code charges 26.40 USD\n\n\
         mismatches by kind\n  extra: 1 case, +0.20 USD (0.20 USD without signs)\n  amount: 1 case, -0.05 USD (0.05 USD without signs)\n  \
         error: 1 case\n\nmismatches by charge\n";
    assert!(ran.out.contains(kinds), "{}", ran.out);
    assert!(ran.out.contains("\n  total (what charges differ by is in it)\n"), "{}", ran.out);
    // The report says the same.
    let arguments = [&THREE[..], &["--evidence", "e.json", "--findings", "f.json"]].concat();
    assert_eq!(folder.run(&arguments).code, 1);
    let ran = folder.run(&["report", "--rules", "parcels.rules", "--evidence", "e.json", "--findings", "f.json"]);
    let words = "3 cases compared in replay: 0 agree, 3 differ; the rules charge 0.15 USD more in all, without 1 case that one side did \
                 not answer, in which the old code charges 26.40 USD\n";
    assert!(ran.out.contains(words), "{}", ran.out);
}

/// What is waived is no mismatch, and in what the rules charge more all the same.
#[test]
fn kinds_and_what_is_waived_add_up_to_the_whole() {
    let folder = three();
    folder.write("waivers.json", &waivers(["FUEL", "BASE"]).replace("\"missing\", \"extra\"", "\"missing\""));
    let ran = folder.run(&[&THREE[..], &["--waivers", "waivers.json", "--day", "2026-11-23"]].concat());
    let kinds = "\nthe rules charge 0.15 USD more in all\nnot in that sum: 1 case that one side did not answer, in which the old code charges 26.40 USD\n\n\
                 mismatches by kind\n  extra: 1 case, +0.20 USD (0.20 USD without signs)\n  error: 1 case\n  \
                 tolerated or waived, or in totals alone: -0.05 USD\n\nmismatches by charge\n";
    assert!(ran.out.contains(kinds), "{}", ran.out);
}

#[test]
fn old_codes_that_are_no_charges_are_hinted_at() {
    let folder = Folder::with_parcels();
    folder.write("old.csv", "id,weight,answer.charge.FRT,answer.charge.FSC,answer.currency\nA,1,2.00,0.20,USD\n");
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "old.csv"];
    let hint = "\nof the old code FRT, FSC are no charges of the rules: a measure says what they stand for, `--measure FILE`\n";
    let ran = folder.run(&arguments);
    assert!(ran.code == 1 && ran.out.contains(hint), "{}", ran.out);
    folder.write("measure.json", r#"{"charges": {"FRT": ["BASE"]}}"#);
    let ran = folder.run(&[&arguments[..], &["--measure", "measure.json"]].concat());
    let hint = "\nof the old code FSC is no charge of the rules: a measure says what it stands for, `--measure FILE`\n";
    assert!(ran.code == 1 && ran.out.contains(hint), "{}", ran.out);
    folder.write("measure.json", r#"{"charges": {"FRT": ["BASE"], "FSC": ["FUEL"]}}"#);
    let ran = folder.run(&[&arguments[..], &["--measure", "measure.json"]].concat());
    assert!(ran.code == 0 && !ran.out.contains("no charge"), "{}", ran.out);
}

/// A code of the measure that no case has is misspelt, or was never charged; a refusal that nothing stands for lost its line of the measure.
#[test]
fn codes_of_the_measure_that_no_case_has_and_refusals_that_are_none_are_named() {
    let folder = Folder::with_parcels();
    let case = |id: u32, answer: &str| {
        format!(r#"{{"id": {id}, "input": {{"weight": 1, "country": "XX"}}, "answer": {answer}}}"#) + "\n"
    };
    let priced =
        r#"{"priced": {"lines": [{"charge": "FRT", "amount": "2.00 USD"}, {"charge": "FSC", "amount": "0.20 USD"}]}}"#;
    let cases = [
        priced,
        r#"{"refused": {"code": "E1"}}"#,
        r#"{"refused": {"code": "E9"}}"#,
        r#"{"refused": {"code": "NO_SERVICE"}}"#,
    ];
    folder.write("old.jsonl", &(1..).zip(cases).map(|(id, answer)| case(id, answer)).collect::<String>());
    let run = |measure: &str, more: &[&str]| {
        folder.write("measure.json", measure);
        let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "old.jsonl", "--measure", "measure.json"];
        let ran = folder.run(&[&arguments[..], more].concat());
        assert_eq!((ran.code, ran.err.as_str()), (1, ""));
        ran.out
    };
    let wrong = r#"{"charges": {"FRT": ["BASE"], "FSX": ["FUEL"], "RSD": ["FUEL"]}, "refusals": {"E1": "NO_SERVICE", "E7": "NO_SERVICE"}}"#;
    let said = "\n\nof the measure no case has the old code FSX, RSD\n\nof the measure no case is refused by the old code E7\n\n\
                of the refusals of the old code E9 is none of the rules: a measure says what it stands for, `--measure FILE`\n";
    assert!(run(wrong, &[]).ends_with(said));
    // In parts it is the same.
    run(wrong, &["--resume", "state", "--limit", "2"]);
    assert!(run(wrong, &["--resume", "state"]).ends_with(said));
    let summary: serde_json::Value = serde_json::from_str(&run(wrong, &["--format", "json"])).unwrap();
    assert_eq!(summary["codes"], serde_json::json!({"charges": ["FSX", "RSD"], "refusals": ["E7"], "unknown": ["E9"]}));
    // Probes are made for a few charges.
    assert!(!run(wrong, &["--probes", "--evidence", "probes.evidence"]).contains("no case"));
    let right =
        r#"{"charges": {"FRT": ["BASE"], "FSC": ["FUEL"]}, "refusals": {"E1": "NO_SERVICE", "E9": "NO_SERVICE"}}"#;
    let out = run(right, &[]);
    assert!(!out.contains("no case") && !out.contains("none of the rules"), "{out}");
}

fn waivers(charges: [&str; 2]) -> String {
    let waiver = |id: &str, charge: &str| {
        format!(
            r#"{{"id": "{id}", "owner": "Dana Reyes", "reason": "agreed", "expires": "2026-12-31", "charges": ["{charge}"],
                "kinds": ["amount", "missing", "extra"], "cases": 5, "amount": "9.00 USD"}}"#
        )
    };
    let [one, other] = charges;
    format!("[{}, {}]", waiver("W-1", one), waiver("W-2", other))
}

/// One parcel of which both lines differ: it uses two waivers, and is one case.
#[test]
fn uses_of_waivers_that_are_more_than_cases_say_why() {
    let folder = Folder::with_parcels();
    folder.write(
        "both.csv",
        "id,weight,answer.charge.BASE,answer.charge.FUEL,answer.currency\nA,1,2.01,0.21,USD\nB,1,2.01,0.20,USD\n",
    );
    folder.write("waivers.json", &waivers(["BASE", "FUEL"]));
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "both.csv", "--waivers", "waivers.json"];
    let written = ["--day", "2026-11-23", "--evidence", "e.json", "--findings", "f.json"];
    let ran = folder.run(&[&arguments[..], &written[..]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    let words = "\n  waivers were used 3 times for 2 waived cases: a case may need several, and one that differs in something else too is a \
                 mismatch\n";
    assert!(ran.out.contains(words), "{}", ran.out);
    let arguments = ["report", "--rules", "parcels.rules", "--evidence", "e.json", "--findings", "f.json"];
    let on = ["--day", "2026-11-23"];
    let ran = folder.run(&[&arguments[..], &on[..]].concat());
    assert!(ran.out.contains(words), "{}", ran.out);
    let page = folder.run(&[&arguments[..], &on[..], &["--format", "html"]].concat()).out;
    assert!(
        page.contains("waivers were used 3 times for 2 waived cases")
            || page.contains("Waivers were used 3 times for 2 waived cases")
    );
}

#[test]
fn a_waiver_for_a_charge_that_the_rules_do_not_have_is_warned_of() {
    let folder = three();
    folder.write("waivers.json", &waivers(["BASE", "FULE"]));
    let ran = folder.run(&[&THREE[..], &["--waivers", "waivers.json", "--day", "2026-11-23"]].concat());
    let words = "warning: the waivers: W-2 is for `FULE`, which is no charge of parcels: did you mean `FUEL`?\n";
    assert_eq!((ran.code, ran.err.as_str()), (1, words));
    // Of old code there may be lines that no rule stands for: a waiver names them as old code does.
    folder.write("waivers.json", &waivers(["BASE", "LFT"]));
    folder.write("three.csv", &folder.read("three.csv").replace("answer.charge.FUEL", "answer.charge.LFT"));
    let ran = folder.run(&[&THREE[..], &["--waivers", "waivers.json", "--day", "2026-11-23"]].concat());
    let words = "warning: the waivers: W-2 is for `LFT`, which is no charge of parcels: it waives a line of old code of that name alone\n";
    assert_eq!((ran.code, ran.err.as_str()), (1, words));
}

#[test]
fn a_file_of_another_sort_or_a_part_of_one_says_so() {
    let folder = three();
    let all = [&THREE[..], &["--evidence", "e.json", "--findings", "f.json", "--resume", "state"]].concat();
    assert_eq!(folder.run(&all).code, 1);
    let (evidence, findings) = (folder.read("e.json"), folder.read("f.json"));
    folder.write("empty", "");
    folder.write("cut.evidence", &evidence[..evidence.len() / 2]);
    folder.write("cut.findings", &findings[..findings.len() / 2]);
    folder.write(
        "damaged.findings",
        &findings.replacen("\"mismatch\":3", "\"mismatch\":2", 1).replacen("\"match\":0", "\"match\":1", 1),
    );
    folder.write("old.findings", r#"{"format":"ratewright findings 2","rules":{}}"#);
    folder.write("log.json", "[1, 2]");
    let said = |evidence: &str, findings: &str| {
        let ran = folder.run(&["report", "--rules", "parcels.rules", "--evidence", evidence, "--findings", findings]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        ran.err
    };
    let is = |file: &str, words: &str| format!("error: `{file}` cannot be used: {words}\n");
    assert_eq!(said("f.json", "f.json"), is("f.json", "it is a file of findings, which `report --findings` names"));
    assert_eq!(said("e.json", "e.json"), is("e.json", "it is a file of evidence, which `report --evidence` names"));
    assert_eq!(said("state", "f.json"), is("state", "it is the state of a replay, which `replay --resume` names"));
    assert_eq!(
        said("cut.findings", "f.json"),
        is("cut.findings", "it is a file of findings, which `report --findings` names")
    );
    assert_eq!(said("empty", "f.json"), is("empty", "this is no file of evidence: it is empty"));
    assert_eq!(said("e.json", "empty"), is("empty", "this is no file of findings: it is empty"));
    let cut = "it is cut off in the middle; take it from where it was written, or";
    assert_eq!(
        said("cut.evidence", "f.json"),
        is("cut.evidence", &format!("the evidence is damaged: {cut} gather it anew"))
    );
    assert_eq!(
        said("e.json", "cut.findings"),
        is("cut.findings", &format!("the findings are damaged: {cut} find anew"))
    );
    let words = "the findings are damaged: its checksum is not that of what stands in it; take it from where it was written, or find anew";
    assert_eq!(said("e.json", "damaged.findings"), is("damaged.findings", words));
    assert!(said("e.json", "old.findings").contains("the findings are of the format `ratewright findings 2`"));
    assert!(said("parcels.rules", "f.json").contains("this is no file of evidence: "));
    assert!(said("e.json", "log.json").contains("this is no file of findings: "));
    let ran = folder.run(&["probe", "--rules", "parcels.rules", "--evidence", "f.json"]);
    let words = "error: `f.json` cannot be used: it is a file of findings, which `report --findings` names\n";
    assert_eq!((ran.code, ran.err.as_str()), (2, words));
}

/// Measure, map, waivers, redaction, policy and facts are files that people write, and mistake for each other.
#[test]
fn files_that_people_write_and_swap_are_told_as_what_they_are() {
    let folder = three();
    let all = [&THREE[..], &["--evidence", "e.json", "--findings", "f.json"]].concat();
    assert_eq!(folder.run(&all).code, 1);
    folder.write("measure.json", r#"{"charges": {"FSC": ["FUEL"]}}"#);
    folder.write("waivers.json", &waivers(["BASE", "FUEL"]));
    folder.write("policy.json", r#"{"distinct_cases": 3}"#);
    folder.write("facts.json", r#"{"offered": 3, "dropped": 0}"#);
    folder.write("empty.json", " \n");
    for (option, file, words) in [
        ("--measure", "waivers.json", "is not a measure: it looks like waivers, which `replay --waivers` names"),
        ("--waivers", "measure.json", "is not waivers: it looks like a measure, which `replay --measure` names"),
        ("--map", "measure.json", "is not a map: it looks like a measure, which `replay --measure` names"),
        ("--redaction", "policy.json", "is not a redaction: it looks like a policy, which `report --policy` names"),
        ("--measure", "f.json", "is not a measure: it is a file of findings, which `report --findings` names"),
        ("--measure", "empty.json", "is not a measure: it is empty"),
    ] {
        let ran = folder.run(&[&THREE[..], &[option, file]].concat());
        assert_eq!((ran.code, ran.err), (2, format!("error: `{file}` {words}\n")));
    }
    for (option, file, words) in [
        ("--policy", "facts.json", "it looks like facts, which `report --facts` names"),
        ("--facts", "policy.json", "it looks like a policy, which `report --policy` names"),
        ("--facts", "e.json", "it is a file of evidence, which `report --evidence` names"),
    ] {
        let ran = folder.run(&["report", "--rules", "parcels.rules", "--evidence", "e.json", option, file]);
        assert_eq!((ran.code, ran.err), (2, format!("error: `{file}` cannot be used: {words}\n")));
    }
}

#[test]
fn a_map_without_a_separator_is_told_of_it() {
    let folder = Folder::with_parcels();
    folder.write("cases.csv", "NO;WEIGHT;TOTAL\nA;1;2.20\n");
    folder.write(
        "map.json",
        r#"{"id": "NO", "inputs": {"weight": "WEIGHT"}, "answer": {"total": "TOTAL", "currency": "USD"}}"#,
    );
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "cases.csv", "--map", "map.json"];
    let ran = folder.run(&arguments);
    let words = r#"the first line is read as one column; say in a map what stands between columns: {"separator": ";"}"#;
    assert_eq!((ran.code, ran.err), (2, format!("error: the cases in `cases.csv` cannot be read: {words}\n")));
}

#[test]
fn an_emptied_log_is_not_fine() {
    let folder = Folder::new();
    folder.write("parcel.log", "");
    let ran = folder.run(&["log", "verify", "parcel.log"]);
    let words =
        "nothing known: no change stands in parcel.log: name the log of this migration, or find out who emptied it\n";
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (1, "", words));
    let ran = folder.run(&["log", "verify", "parcel.log", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &told["fine"], &told["changes"]), (1, &false.into(), &0.into()));
}

#[test]
fn a_log_with_the_line_ends_of_windows_says_so() {
    let folder = Folder::new();
    let log = include_str!("../../../../tests/migrate/stages.log");
    folder.write("parcel.log", &log.replace('\n', "\r\n"));
    let ran = folder.run(&["log", "verify", "parcel.log"]);
    let words = "altered: line 1 cannot be read: it ends as lines do on Windows, with a carriage return, which something on the way has added\n";
    assert!(ran.code == 1 && ran.err.starts_with(words), "{}", ran.err);
}

#[test]
fn a_report_is_written_by_a_name_that_says_as_what() {
    let folder = three();
    assert_eq!(folder.run(&[&THREE[..], &["--evidence", "e.json"]].concat()).code, 1);
    let write = |output: &str, more: &[&str]| {
        let all = ["report", "--rules", "parcels.rules", "--evidence", "e.json", "--output", output];
        folder.run(&[&all[..], more].concat())
    };
    for output in ["x.pdf", "x.htlm"] {
        let ran = write(output, &[]);
        let words = format!(
            "error: `{output}` does not say as what the report is to be written: end it in .html, .json, .xml (JUnit) or .txt, or say `--format`\n"
        );
        assert_eq!((ran.code, ran.err), (2, words));
        assert!(!folder.path(output).exists());
        assert_eq!(write(output, &["--format", "text"]).code, 1);
    }
    for (output, begins) in
        [("x.TXT", "parcels 7"), ("x", "parcels 7"), ("x.HTML", "<!DOCTYPE html>"), ("x.json", "{"), ("x.xml", "<?xml")]
    {
        assert_eq!(write(output, &[]).code, 1);
        assert!(folder.read(output).starts_with(begins), "{output}: {}", folder.read(output));
    }
}
