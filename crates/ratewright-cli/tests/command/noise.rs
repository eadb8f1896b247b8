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
