//! The program as its user meets it: lines in, quotes out, while the rules of its folder are replaced, broken and mended.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::RuleSet;
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const FOUR_POUNDS: &str = r#"{"shipped": "2026-03-20", "weight": 4}"#;

/// The longest wait: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A tariff. Four pounds are the base price and 4 × 2.50 USD, and 10 % of both: with 10 USD 22.00, with 12 USD 24.20, with 12.50 USD 24.75.
fn rules(version: &str, base: &str, total: &str) -> String {
    format!(
        "ruleset parcel \"Parcels\" version \"{version}\" {{\n    currency USD\n    effective 2026-01-01 through 2026-12-31\n    \
         priced on shipped\n    rounding half up to 0.01 USD\n}}\ninput {{ shipped : date weight : mass in lb from 0.1 lb }}\n\
         charge BASE = {base} USD + weight * 2.50 USD per lb\ncharge FUEL = 10% of BASE\n\
         test \"four pounds\" {{ given shipped = 2026-03-20, weight = 4 lb  expect total is {total} USD }}\n"
    )
}

fn write(folder: &Path, text: &str) {
    std::fs::write(folder.join("parcel.rules"), text).unwrap();
}

/// The program, while it runs.
struct Running {
    child: Child,
    inputs: Option<ChildStdin>,
    answers: Receiver<String>,
    told: Receiver<String>,
}

impl Running {
    fn start(folder: &Path) -> Running {
        let mut command = program();
        command.arg(folder).arg("parcel").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (answers, told) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        Running { inputs: child.stdin.take(), child, answers, told }
    }

    fn answer(&mut self, input: &str) -> Value {
        writeln!(self.inputs.as_mut().unwrap(), "{input}").unwrap();
        serde_json::from_str(&self.answers.recv_timeout(PATIENCE).unwrap()).unwrap()
    }

    /// The version, the digest of the edition and the total of a quote.
    fn quote(&mut self) -> (String, String, String) {
        let quote = self.answer(FOUR_POUNDS);
        let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{quote}")).to_owned();
        (text(&quote["version"]), text(&quote["edition"]), text(&quote["totals"][0]["amount"]))
    }

    /// Waits until the operator is told something.
    fn is_told(&self, what: &str) -> String {
        let start = Instant::now();
        while let Ok(line) = self.told.recv_timeout(PATIENCE.saturating_sub(start.elapsed())) {
            if line.contains(what) {
                return line;
            }
        }
        panic!("nobody was told of `{what}`");
    }

    /// Ends the inputs; says how the program ended, and what it told at the end.
    fn end(mut self) -> (Option<i32>, String) {
        drop(self.inputs.take());
        let code = self.child.wait().unwrap().code();
        (code, self.told.iter().last().unwrap_or_default())
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_ratewright-embedded"))
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

fn of(text: &str, version: &str, total: &str) -> (String, String, String) {
    (version.to_owned(), RuleSet::compile(text).unwrap().digest().to_string(), total.to_owned())
}

#[test]
fn it_goes_on_while_its_rules_are_replaced_broken_and_mended() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second, third) = (rules("1", "10", "22.00"), rules("2", "12", "24.20"), rules("3", "12.50", "24.75"));
    let (of_first, of_second) = (of(&first, "1", "22.00"), of(&second, "2", "24.20"));
    write(folder.path(), &first);
    let mut program = Running::start(folder.path());
    assert_eq!(program.quote(), of_first);

    // Every quote is by the one or by the other.
    write(folder.path(), &second);
    let start = Instant::now();
    loop {
        let quote = program.quote();
        if quote == of_second {
            break;
        }
        assert_eq!(quote, of_first);
        assert!(start.elapsed() < PATIENCE);
    }

    write(folder.path(), "ruleset parcel {");
    assert!(program.is_told("refused, what ran runs on: ").contains("parcel.rules"));
    assert_eq!(program.quote(), of_second);
    write(folder.path(), &rules("3", "99", "24.75"));
    assert!(program.is_told("refused, what ran runs on: ").contains("four pounds"), "its own test fails");
    assert_eq!(program.quote(), of_second);
    std::fs::remove_file(folder.path().join("parcel.rules")).unwrap();
    program.is_told("refused, what ran runs on: ");
    assert_eq!(program.quote(), of_second);

    write(folder.path(), &third);
    program.is_told("pricing by `parcel` \"3\"");
    assert_eq!(program.quote(), of(&third, "3", "24.75"));
    assert_eq!(program.end().0, Some(0));
}

#[test]
fn an_input_without_a_quote_is_answered_in_its_place_and_shows_in_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &rules("1", "10", "22.00"));
    let mut program = Running::start(folder.path());
    let wrong = [
        ("{", "JSON"),
        (r#"{"shipped": "2026-03-20", "weight": 0}"#, "weight"),
        (r#"{"shipped": "2020-03-20", "weight": 4}"#, "2020-03-20"),
    ];
    for (number, (input, words)) in (1_u64..).zip(wrong) {
        let answer = program.answer(input);
        assert_eq!(answer["error"]["line"], number);
        assert!(answer["error"]["message"].as_str().unwrap().contains(words), "{answer}");
    }
    assert_eq!(program.quote().2, "22.00");
    assert_eq!(program.end(), (Some(1), "inputs without a quote: 3".to_owned()));
}

#[test]
fn bytes_that_are_no_text_are_answered_and_empty_lines_are_not() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &rules("1", "10", "22.00"));
    let mut program = Running::start(folder.path());
    let inputs = [b"\n \r\n\xff\n".as_slice(), FOUR_POUNDS.as_bytes(), b"\r\n", FOUR_POUNDS.as_bytes()].concat();
    program.inputs.take().unwrap().write_all(&inputs).unwrap();
    let answers: Vec<Value> = program.answers.iter().map(|line| serde_json::from_str(&line).unwrap()).collect();
    assert_eq!((answers.len(), &answers[0]["error"]["line"]), (3, &Value::from(3)));
    assert!(answers[1..].iter().all(|quote| quote["totals"][0]["amount"] == "22.00"), "{answers:?}");
    assert_eq!(program.end().0, Some(1));
}

#[test]
fn without_rules_it_does_not_start_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let run = |words: &[&str]| -> Output { program().args(words).stdin(Stdio::null()).output().unwrap() };
    let path = folder.path().to_str().unwrap();
    write(folder.path(), "ruleset parcel {");
    for (words, code, told) in [
        (&[path, "parcel"][..], 1, "parcel.rules:1"),
        (&["/no/such/folder", "parcel"], 1, "there is no folder /no/such/folder"),
        (&[path], 2, "ratewright-embedded FOLDER RULE_SET < INPUTS"),
        (&[path, "parcel", "more"], 2, "ratewright-embedded FOLDER RULE_SET < INPUTS"),
    ] {
        let output = run(words);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(code), &b""[..]), "{error}");
        assert!(error.contains(told), "{error}");
    }
    write(folder.path(), &rules("1", "10", "22.00").replace("ruleset parcel", "ruleset letter"));
    let output = run(&[path, "parcel"]);
    assert!(output.status.code() == Some(1) && String::from_utf8(output.stderr).unwrap().contains("parcel"));
}
