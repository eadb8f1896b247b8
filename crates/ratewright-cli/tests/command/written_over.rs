//! Evidence and findings that stand in the files of a replay already: January's are not lost by a run of February.

use crate::support::{Folder, Ran};

const RULES: &str = r#"
ruleset pallet.ltl "Pallet freight" version "1" { currency USD }
input { weight : mass in lb  liftgate : yes/no = no }
charge LINE = 0.10 USD per lb * weight
charge LIFT = 38.00 USD when liftgate
"#;

/// Cases of a month: one of each weight, asked on the days of it, of which old code charges 40 USD for the lift-gate of the first.
fn month(month: u32, weights: std::ops::Range<u32>) -> String {
    let first = weights.start;
    let case = |weight: u32| {
        let (day, lift) = (weight - first + 1, if weight == first { "40.00" } else { "38.00" });
        format!(
            r#"{{"id": "{month}-{weight}", "time": "2026-{month:02}-{day:02}T10:00:00Z", "input": {{"weight": {weight}, "liftgate": true}}, "answer": {{"priced": {{"lines": [{{"charge": "LINE", "amount": "{}.{} USD"}}, {{"charge": "LIFT", "amount": "{lift} USD"}}]}}}}}}"#,
            weight / 10,
            weight % 10
        ) + "\n"
    };
    weights.map(case).collect()
}

/// January has weights of 100 to 104 lb, February 103 to 108 lb: three of January's five are not in it.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("pallet.rules", RULES);
    folder.write("january.jsonl", &month(1, 100..105));
    folder.write("february.jsonl", &month(2, 103..109));
    folder.write("both.jsonl", &(month(1, 100..105) + &month(2, 103..109)));
    folder
}

fn replay(folder: &Folder, recorded: &str, more: &[&str]) -> Ran {
    folder.run(&[&["replay", "--rules", "pallet.rules", "--recorded", recorded], more].concat())
}

const BOTH: [&str; 4] = ["--evidence", "known.evidence", "--findings", "known.findings"];

#[test]
fn january_stays_and_february_stands_beside_it() {
    let folder = folder();
    assert_eq!(replay(&folder, "january.jsonl", &BOTH).code, 1);
    let files = || ["known.evidence", "known.findings"].map(|name| folder.read(name));
    let january = files();
    let again = replay(&folder, "january.jsonl", &BOTH);
    assert_eq!((again.code, again.err.as_str(), files()), (1, "", january.clone()), "the same once more");

    let said = "error: `known.evidence` holds evidence of 3 distinct cases in replay that this run has not: it stays, and what this run gathered \
                stands in `known-2.evidence` and `known-2.findings`; `report` takes both, `--evidence known.evidence known-2.evidence` \
                `--findings known.findings known-2.findings`; or say `--force` to write over it\n";
    for _ in 0..2 {
        let ran = replay(&folder, "february.jsonl", &BOTH);
        assert_eq!((ran.code, ran.err.as_str(), files()), (2, said, january.clone()));
        assert!(ran.out.contains("6 cases compared: 5 match, 1 mismatch"), "{}", ran.out);
    }
    assert!(!folder.path("known-3.evidence").exists(), "February again is February once more");
    // What is said can be done: nine cases are eleven less the two weights that come in both months.
    let report = [
        "report",
        "--rules",
        "pallet.rules",
        "--day",
        "2026-03-01",
        "--evidence",
        "known.evidence",
        "known-2.evidence",
    ];
    let ran = folder.run(&[&report[..], &["--findings", "known.findings", "known-2.findings"]].concat());
    assert!(ran.out.contains("? enough distinct cases: 9 of 300,000 distinct cases in replay"), "{}", ran.out);
    assert!(ran.out.contains("✗ nothing differs but what was agreed to: 2 mismatches (2 in replay)"), "{}", ran.out);
    // A number that is taken by something else is passed over.
    folder.write("known-2.findings", "print('a script')");
    let ran = replay(&folder, "february.jsonl", &BOTH);
    assert!(ran.err.contains("stands in `known-3.evidence` and `known-3.findings`"), "{}", ran.err);
    assert_eq!(folder.read("known-2.findings"), "print('a script')");
    // Both months together have all that January has.
    let ran = replay(&folder, "both.jsonl", &BOTH);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert_ne!(files(), january);
    let ran = replay(&folder, "february.jsonl", &[&BOTH[..], &["--force"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert_eq!(files()[1], folder.read("known-3.findings"));
}

#[test]
fn a_run_in_parts_writes_over_what_it_wrote_itself() {
    let folder = folder();
    for limit in ["2", "2", "2"] {
        let ran = replay(&folder, "january.jsonl", &[&BOTH[..], &["--resume", "state", "--limit", limit]].concat());
        assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    }
    let parts = ["known.evidence", "known.findings"].map(|name| folder.read(name));
    assert_eq!(replay(&folder, "january.jsonl", &["--evidence", "whole", "--findings", "whole.findings"]).code, 1);
    assert_eq!(parts, ["whole", "whole.findings"].map(|name| folder.read(name)));
}

#[test]
fn what_is_known_beforehand_is_refused_before_anything_is_compared() {
    let folder = folder();
    assert_eq!(replay(&folder, "january.jsonl", &BOTH).code, 1);
    let before = ["known.evidence", "known.findings"].map(|name| folder.read(name));
    let refused = |ran: Ran, words: &str| {
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
        assert!(ran.err.contains(words) && ran.err.contains("would be lost: name another file"), "{}", ran.err);
        assert!(ran.err.contains("or say `--force`"), "{}", ran.err);
        assert_eq!(["known.evidence", "known.findings"].map(|name| folder.read(name)), before);
        assert!(!folder.path("known-2.evidence").exists());
    };
    let again = |more: &[&str]| replay(&folder, "january.jsonl", more);
    let of_evidence = "`known.evidence` holds evidence of 5 cases in replay compared";
    refused(again(&[&BOTH[..2], &["--probes"]].concat()), &format!("{of_evidence}, and would be lost"));
    folder.write("measure.json", r#"{"tolerances": {"LIFT": {"minor_units": 200}}}"#);
    refused(again(&[&BOTH[..], &["--measure", "measure.json"]].concat()), &format!("{of_evidence} by another measure"));
    folder.write("pallet.rules", &RULES.replace("38.00", "40.00"));
    refused(again(&BOTH), &format!("{of_evidence} with other rules, pallet.ltl "));
    folder.write("pallet.rules", RULES);
    // Findings go with their evidence: not those of probes over those of a replay, and not over those of other evidence.
    let of_findings = "`known.findings` holds findings of 5 cases in replay";
    let other = ["--evidence", "other.evidence", "--findings", "known.findings"];
    refused(again(&[&other[..], &["--probes"]].concat()), &format!("{of_findings}, and would be lost"));
    refused(again(&other), &format!("{of_findings}, which is not what is known in `other.evidence`"));
    assert_eq!(replay(&folder, "february.jsonl", &other[..2]).code, 1);
    refused(replay(&folder, "february.jsonl", &other), &format!("{of_findings}, which is not what is known in"));
    // What is counted otherwise is of the same cases.
    let ran = again(&[&BOTH[..], &["--intervals", "USD=10"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
}

#[test]
fn what_is_no_such_file_is_not_written_over() {
    let folder = folder();
    for (option, what) in [("--evidence", "evidence"), ("--findings", "findings")] {
        folder.write("there", "print('a script')");
        let ran = replay(&folder, "january.jsonl", &[option, "there"]);
        let words = format!(
            "error: `there` holds what is no {what} of this version of ratewright, and would be lost: name another file"
        );
        assert!(ran.code == 2 && ran.err.starts_with(&words), "{}", ran.err);
        assert_eq!(folder.read("there"), "print('a script')");
        assert_eq!(replay(&folder, "january.jsonl", &[option, "there", "--force"]).code, 1);
        // An empty file is no loss.
        folder.write("there", "");
        assert_eq!(replay(&folder, "january.jsonl", &[option, "there"]).code, 1);
    }
    let ran = replay(&folder, "january.jsonl", &["--force"]);
    assert!(ran.code == 2 && ran.err.contains("--findings"), "{}", ran.err);
}

#[test]
fn findings_alone_are_written_over_by_a_run_with_as_many_cases_on_each_day() {
    let folder = folder();
    let alone = ["--findings", "known.findings"];
    assert_eq!(replay(&folder, "january.jsonl", &alone).code, 1);
    let january = folder.read("known.findings");
    // Mended rules are no other cases.
    folder.write("pallet.rules", &RULES.replace("38.00", "40.00"));
    assert_eq!(replay(&folder, "january.jsonl", &alone).code, 1);
    folder.write("pallet.rules", RULES);
    assert_eq!(
        (replay(&folder, "january.jsonl", &alone).err.as_str(), folder.read("known.findings")),
        ("", january.clone())
    );
    let ran = replay(&folder, "february.jsonl", &alone);
    let words = "error: `known.findings` holds findings of 1 case of 2026-01-01, and this run has 0: it stays, and what this run gathered stands in \
                 `known-2.findings`; `report` takes both, `--findings known.findings known-2.findings`; or say `--force` to write over it\n";
    assert_eq!((ran.code, ran.err.as_str(), folder.read("known.findings")), (2, words, january));
    let ran = replay(&folder, "both.jsonl", &alone);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
}
