//! The log of a migration: `ratewright log verify | show`, on a log that another program wrote.

use crate::support::Folder;
use serde_json::{Value, json};

const LOG: &str = include_str!("../../../../tests/migrate/stages.log");
const HEAD: &str = "f3172b1e9990df22514723d8dd505664aa06cb4725d6f54efacf6545505129b3";

fn with_log() -> Folder {
    let folder = Folder::new();
    folder.write("parcel.log", LOG);
    folder
}

#[test]
fn a_log_that_nobody_altered_is_fine() {
    let folder = with_log();
    let ran = folder.run(&["log", "verify", "parcel.log", "--head", HEAD]);
    let words = format!("fine parcel.log: 3 changes, none of them altered\nhead {HEAD}\n");
    assert_eq!((ran.code, ran.out, ran.err.as_str()), (0, words.clone(), ""));
    let ran = folder.run(&["log", "verify", "parcel.log"]);
    let hint = "whether lines are missing at the end only an earlier head tells: `--head`\n";
    assert_eq!((ran.code, ran.out), (0, format!("{words}{hint}")));
    let ran = folder.run_with_input(&["log", "verify", "-", "--format", "json"], LOG);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report, json!({ "file": "-", "fine": true, "changes": 3, "head": HEAD, "faults": [] }));
}

#[test]
fn what_is_no_log_was_not_altered() {
    let folder = with_log();
    folder.write("recorded.jsonl", "{\"id\": \"A\", \"input\": {}, \"answer\": {}}\n{\"id\": \"B\", \"input\": {}}\n");
    let ran = folder.run(&["log", "verify", "recorded.jsonl"]);
    let words = "error: `recorded.jsonl` is no log of stages: it looks like recorded cases\n";
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (2, "", words));
    // Showing it says the same in one line.
    let ran = folder.run(&["log", "show", "recorded.jsonl"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (2, "", words));
    // Who knows a head knows that there was a log: then its lines were written over.
    let ran = folder.run(&["log", "verify", "recorded.jsonl", "--head", HEAD]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.matches("altered: line").count()), (1, "", 2), "{}", ran.err);
    folder.write("known.json", "{\"format\": \"ratewright evidence 2\"}");
    let ran = folder.run(&["log", "verify", "known.json"]);
    assert!(ran.code == 2 && ran.err.contains("it is a file of evidence"), "{}", ran.err);
    // Of many altered lines the first five are named.
    let altered = format!("{}\n", LOG.lines().next().unwrap().replace("Ada", "Eve"));
    folder.write("parcel.log", &altered.repeat(9));
    let ran = folder.run(&["log", "verify", "parcel.log"]);
    assert_eq!((ran.code, ran.err.matches("altered: line").count()), (1, 5), "{}", ran.err);
    assert!(ran.err.contains(" more places; `--format json` names all\n"), "{}", ran.err);
}

#[test]
fn what_was_altered_is_named_with_its_line() {
    let folder = with_log();
    let verify = |log: &str, arguments: &[&str]| {
        folder.write("parcel.log", log);
        let ran = folder.run(&[&["log", "verify", "parcel.log"], arguments].concat());
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ran:?}");
        ran.err
    };
    assert_eq!(
        verify(&LOG.replace("zone 4", "zone 5"), &[]),
        "altered: line 3 was altered: its digest is not that of its record\n3 changes can be read\n"
    );
    let lines: Vec<&str> = LOG.split_inclusive('\n').collect();
    assert_eq!(
        verify(&[lines[0], lines[2]].concat(), &[]),
        "altered: line 2 does not follow line 1: something was altered, taken out, put in or moved here\n2 changes can be read\n"
    );
    assert_eq!(
        verify(&lines[..2].concat(), &["--head", HEAD]),
        format!(
            "altered: no record has the digest {HEAD}, the last that was known: the end was cut off, or the log was written anew\n2 changes can be read\n"
        )
    );
    let ran = folder.run(&["log", "verify", "parcel.log", "--head", HEAD, "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["fine"], &report["changes"]), (1, &json!(false), &json!(2)));
    // What is no text is altered too, and moves no cursor.
    folder.write("parcel.log", "\u{1b}[2J\n");
    let ran = folder.run(&["log", "show", "parcel.log"]);
    assert_eq!((ran.code, ran.err.lines().count()), (2, 1), "{}", ran.err);
    let ran = folder.run(&["log", "verify", "parcel.log", "--head", HEAD]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.starts_with("altered: line 1 cannot be read: ") && !ran.err.contains('\u{1b}'), "{}", ran.err);
}

#[test]
fn the_evidence_that_changes_name_is_there_as_it_was_or_is_said_not_to_be() {
    let folder = with_log();
    // Change 2 names the SHA-256 of nothing (FIPS 180-4), which is the digest of an empty file.
    let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let verify = |more: &[&str]| {
        folder.run(&[&["log", "verify", "parcel.log", "--head", HEAD, "--evidence", "gathered"], more].concat())
    };
    let ran = verify(&[]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: `--evidence gathered`: there is no such folder\n"));
    std::fs::create_dir(folder.path("gathered")).unwrap();
    let ran = verify(&[]);
    assert_eq!(ran.err, "missing: the evidence e3b0c44298fc, which change 2 names, is not in gathered\n");
    assert_eq!((ran.code, ran.out), (1, format!("fine parcel.log: 3 changes, none of them altered\nhead {HEAD}\n")));
    let file = "gathered/kept-evidence-0123456789ab-e3b0c44298fc.json";
    folder.write(file, "no longer nothing");
    let ran = verify(&[]);
    let words = format!("altered: the evidence e3b0c44298fc, which change 2 names, is not what stands in {file}\n");
    assert_eq!((ran.code, ran.err), (1, words));
    folder.write(file, "");
    let ran = verify(&[]);
    assert!(
        ran.out.ends_with("\nfine gathered: the evidence of 1 change is there, none of it altered\n"),
        "{}",
        ran.out
    );
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let ran = verify(&["--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let evidence = json!([{ "change": 2, "digest": digest, "file": file, "fine": true }]);
    assert_eq!((&report["fine"], &report["evidence"]), (&json!(true), &evidence));
}

#[test]
fn changes_are_shown() {
    let folder = with_log();
    let ran = folder.run(&["log", "show", "parcel.log"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let expected = r#"1 shadow  2026-04-02T06:00:00Z  Ada
  the first week
  compared: 100% of those whom the old code prices
  evidence none was given  digest eb3cafac4027
2 canary  2026-04-20T06:00:00Z  Ada
  no mismatch in 30 days: "FUEL" first
  the rules price 100% of staff
  the rules price 0.1% of all others
  the rules price FUEL of those whom the old code prices
  compared: 100% of those whom the old code prices
  compared: 2.5% of those whom the rules price
  evidence e3b0c44298fc  digest e940d23b9c0f
3 off  2026-04-21T09:30:15Z  Łukasz
  zone 4 was wrong
  evidence none was given  digest f3172b1e9990
"#;
    assert_eq!(ran.out, expected);
    let ran = folder.run(&["log", "show", "parcel.log", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    let last = &report["records"][2];
    assert_eq!((&last["digest"], &last["who"], &last["number"]), (&json!(HEAD), &json!("Łukasz"), &json!(3)));
    assert_eq!(last["stages"]["stage"], "off");
}

#[test]
fn what_is_no_log_or_no_digest_is_a_matter_of_usage() {
    let folder = with_log();
    let ran = folder.run(&["log", "verify", "none.log"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: cannot read `none.log`: no such file\n"));
    let ran = folder.run(&["log", "verify", "parcel.log", "--head", "f317"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: `--head f317`: a digest is 64 hexadecimal digits\n"));
}
