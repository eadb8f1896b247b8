//! Two answers of the same old code to the same requests: `ratewright noise`.

use crate::support::Folder;
use serde_json::{Value, json};

fn file(fee: impl Fn(u32) -> &'static str, skip: u32) -> String {
    let numbers = (1..=20).filter(|n| *n != skip);
    let line = |n: u32| {
        format!(
            "{{\"id\": {n}, \"input\": {{}}, \"answer\": {{\"priced\": {{\"lines\": [{{\"charge\": \"FRT\", \"amount\": \"{n}.00 USD\"}}, {{\"charge\": \"FEE\", \"amount\": \"{} USD\"}}]}}}}}}\n",
            fee(n)
        )
    };
    numbers.map(line).collect()
}

#[test]
fn a_charge_that_differs_by_itself_is_named_with_what_to_write() {
    let folder = Folder::new();
    folder.write("monday.jsonl", &file(|_| "1.00", 0));
    folder.write("tuesday.jsonl", &file(|n| if n % 5 == 0 { "1.25" } else { "1.00" }, 0));
    let ran = folder.run(&["noise", "--recorded", "monday.jsonl", "--again", "tuesday.jsonl"]);
    assert_eq!(
        (ran.code, ran.out.as_str(), ran.err.as_str()),
        (
            1,
            "20 cases asked twice: 16 alike, 4 not\n\nmismatches by kind\n  amount: 4 cases, +1.00 USD (1.00 USD without signs)\n\n\
             mismatches by charge\n  FEE\n    amount: 4 cases, +1.00 USD (1.00 USD without signs)\n      \
             first: line 5, 5: FEE: 1.25 USD instead of 1.00 USD, +0.25 USD\n\nwhat to do\n  \
             record what these depend on as inputs; else leave them out of the comparison\n  \
             in the measure: {\"ignored\":[\"FEE\"]}\n",
            ""
        )
    );
    let ran = folder.run(&["noise", "--recorded", "monday.jsonl", "--again", "tuesday.jsonl", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&report["mismatch"], &report["suggested"]), (&json!(4), &json!({"ignored": ["FEE"]})));
}

#[test]
fn answers_that_are_alike_are_fine_and_what_is_missing_is_not() {
    let folder = Folder::new();
    folder.write("monday.jsonl", &file(|_| "1.00", 0));
    let ran = folder.run(&["noise", "--recorded", "monday.jsonl", "--again", "monday.jsonl"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "20 cases asked twice: 20 alike, 0 not\n"));
    folder.write("tuesday.jsonl", &file(|_| "1.00", 7));
    let ran = folder.run(&["noise", "--recorded", "monday.jsonl", "--again", "tuesday.jsonl"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: 1 record could not be compared\n"));
    assert!(ran.out.ends_with("not compared\n  1 without an answer; the first: line 7, 7: its answer is not there\n"));
}

/// The same id with another question says nothing of old code: each such record is told, with what differs.
#[test]
fn answers_to_other_questions_are_not_compared() {
    let folder = Folder::new();
    let answer = r#""answer": {"priced": {"lines": [{"charge": "FRT", "amount": "9.00 USD"}]}}"#;
    let lines = |inputs: &[&str]| -> String {
        let numbered = (1..).zip(inputs);
        numbered.map(|(n, input)| format!("{{\"id\": {n}, \"input\": {input}, {answer}}}\n")).collect()
    };
    let asked = [r#"{"weight": 3.0, "zone": {"from": 1}}"#, r#"{"weight": 4, "zone": {"from": 2}, "home": true}"#];
    folder.write("monday.jsonl", &lines(&asked));
    // Other digits of the same number, a unit said or not, and another order.
    let same =
        [r#"{"zone": {"from": 1}, "weight": "3 lb"}"#, r#"{"weight": 4, "zone": {"from": "2.0"}, "home": "yes"}"#];
    folder.write("same.jsonl", &lines(&same));
    let ran = folder.run(&["noise", "--recorded", "monday.jsonl", "--again", "same.jsonl"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "2 cases asked twice: 2 alike, 0 not\n"));
    folder.write(
        "other.jsonl",
        &lines(&[r#"{"weight": 1, "zone": {"from": 1}}"#, r#"{"weight": 4, "zone": {"from": 3}}"#]),
    );
    let ran = folder.run(&["noise", "--recorded", "monday.jsonl", "--again", "other.jsonl"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: 2 records could not be compared\n"));
    assert_eq!(
        ran.out,
        "0 cases asked twice: 0 alike, 0 not\n\nnot compared\n  2 asked something else under one id; the first: line 1, 1: \
         `weight` is `3.0` in the first file and `1` in the second\n"
    );
    // Postal codes and accounts that differ in the zeros before them are others; what one number is for the other is none of theirs.
    for (one, other, code) in [
        (r#""01234""#, r#""1234""#, 2),
        (r#""01234""#, r#""01234""#, 0),
        (r#""00""#, r#""0""#, 2),
        (r#""0.50""#, "0.5", 0),
        ("0", r#""0.0""#, 0),
        (r#""-07""#, "-7", 2),
    ] {
        let asked = |zip: &str| lines(&[&format!(r#"{{"zip": {zip}}}"#), "{}"]);
        folder.write("one.jsonl", &asked(one));
        folder.write("two.jsonl", &asked(other));
        let ran = folder.run(&["noise", "--recorded", "one.jsonl", "--again", "two.jsonl"]);
        assert_eq!(ran.code, code, "{one} {other}: {}{}", ran.out, ran.err);
    }
    let ran = folder.run(&["noise", "--recorded", "other.jsonl", "--again", "monday.jsonl", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["not_compared"]["other_input"]["records"], 2, "{report}");
}

/// Lines in another order are alike, unless the measure says that their order counts; what it leaves out is left out.
#[test]
fn noise_is_what_a_replay_would_take_for_a_difference() {
    let folder = Folder::new();
    let line = |lines: &[(&str, &str)]| {
        let lines: Vec<Value> =
            lines.iter().map(|(code, amount)| json!({"charge": code, "amount": format!("{amount} USD")})).collect();
        format!("{}\n", json!({"id": 1, "input": {}, "answer": {"priced": {"lines": lines}}}))
    };
    folder.write("monday.jsonl", &line(&[("FRT", "9.00"), ("FEE", "1.00"), ("NO", "17")]));
    folder.write("tuesday.jsonl", &line(&[("FEE", "1.01"), ("FRT", "9.00"), ("NO", "18")]));
    let run = |measure: &str| {
        folder.write("measure.json", measure);
        folder.run(&["noise", "--recorded", "monday.jsonl", "--again", "tuesday.jsonl", "--measure", "measure.json"])
    };
    let agreed = r#""charges": {"FEE": ["SERVICE"], "NO": ["NUMBER"]}, "ignored": ["NO", "NUMBER"], "tolerances": {"SERVICE": {"minor_units": 1}}"#;
    let ran = run(&format!("{{{agreed}}}"));
    assert_eq!(
        (ran.code, ran.out.lines().next()),
        (0, Some("1 case asked twice: 1 alike, 0 not")),
        "{}{}",
        ran.out,
        ran.err
    );
    let ran = run(&format!("{{{agreed}, \"ordered\": true}}"));
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("order: 1 case"), "{}", ran.out);
    let ran = run(r#"{"ignored": ["NO"]}"#);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("FEE\n    amount: 1 case, +0.01 USD"), "{}", ran.out);
}

#[test]
fn what_is_nested_thousands_deep_is_held_against_the_other_as_it_is_written() {
    let folder = Folder::new();
    let line = |inner: &str| {
        let input = format!("{}{inner}{}", "[".repeat(30_000), "]".repeat(30_000));
        format!("{{\"id\": 1, \"input\": {{\"x\": {input}}}, \"answer\": {{\"refused\": {{\"code\": \"R\"}}}}}}\n")
    };
    for (name, inner) in [("one.jsonl", "1"), ("same.jsonl", "1"), ("other.jsonl", "2")] {
        folder.write(name, &line(inner));
    }
    assert_eq!(folder.run(&["noise", "--recorded", "one.jsonl", "--again", "same.jsonl"]).code, 0);
    assert_eq!(folder.run(&["noise", "--recorded", "one.jsonl", "--again", "other.jsonl"]).code, 2);
}
