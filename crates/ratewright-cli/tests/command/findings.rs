//! Why recorded cases differ, in the file of findings and in the summary; what is to be redacted is in no file.

use crate::support::{Folder, Ran, inner, project};
use serde_json::{Value, json};

/// The folder of the example that others read.
fn example(name: &str) -> String {
    let path = project().join("crates/ratewright-migration/tests/findings").join(name);
    std::fs::read_to_string(path).unwrap()
}

fn with_example() -> Folder {
    let folder = Folder::new();
    for name in ["parcels.rules", "recorded.jsonl", "waivers.json"] {
        folder.write(name, &example(name));
    }
    folder
}

const EXAMPLE: [&str; 9] = [
    "replay",
    "--rules",
    "parcels.rules",
    "--recorded",
    "recorded.jsonl",
    "--waivers",
    "waivers.json",
    "--day",
    "2026-11-23",
];

fn replay(folder: &Folder, arguments: &[&str]) -> Ran {
    folder.run(&[&EXAMPLE[..], arguments].concat())
}

#[test]
fn the_example_is_what_the_command_writes_and_says() {
    let folder = with_example();
    let ran = replay(&folder, &["--findings", "findings.json", "--sample", "5"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert_eq!(folder.read("findings.json"), example("findings.json"));
    let said = "\nmismatches by cause\n  \
        unexplained: whole answer (refusal against amount): 5 cases, 2,224.93 USD less, 2026-11-16 through 2026-11-18\n    \
        first: S-028: whole answer: refused (NO_SERVICE: no service to the far zone over 100 lb) instead of 413.41 USD, -413.41 USD\n  \
        boundary on the other side: HEAVY (missing): 7 cases, 217.00 USD less, 2026-11-14 through 2026-11-20\n    \
        all 7 have weight 50 lb; of the 16 cases with HEAVY that agree none has\n    \
        first: S-009: HEAVY: missing, instead of 31.00 USD, -31.00 USD\n    \
        for instance, it vanishes with weight a millionth more than 50 lb\n";
    assert!(ran.out.contains(said), "{}", ran.out);
    let ran = replay(&folder, &["--findings", "findings.json", "--sample", "5", "--format", "json"]);
    let (summary, file): (Value, Value) = (
        serde_json::from_str(&ran.out).unwrap(),
        serde_json::from_str(inner(&example("findings.json"), "findings")).unwrap(),
    );
    assert_eq!((&summary["clusters"], &summary["rules"]), (&file["clusters"], &file["rules"]));
    assert_eq!(summary["waivers"], file["waivers"]);
}

#[cfg(unix)]
#[test]
fn what_is_written_goes_into_a_pipe_and_through_a_link() {
    let folder = with_example();
    assert!(std::process::Command::new("mkfifo").arg(folder.path("pipe")).status().unwrap().success());
    folder.write("there.json", "");
    std::os::unix::fs::symlink("there.json", folder.path("link")).unwrap();
    let pipe = folder.path("pipe");
    let reader = std::thread::spawn(move || std::fs::read_to_string(pipe).unwrap());
    replay(&folder, &["--findings", "pipe", "--sample", "5", "--evidence", "link"]);
    assert_eq!(reader.join().unwrap(), example("findings.json"));
    assert!(std::fs::symlink_metadata(folder.path("link")).unwrap().is_symlink());
    assert!(folder.read("there.json").contains("\"evidence\""));
}

/// Fifteen hundred parcels: most without their fuel in one week, some cut off, some nobody understands.
fn parcels(folder: &Folder) {
    let mut file = String::new();
    for n in 1..=1_500_i64 {
        let (tenths, day) = (n * 37 % 1_400 + 3, 1 + n % 28);
        // 2 USD for each full pound that is begun, 10 % fuel.
        let base = (tenths + 9) / 10 * 200;
        let fuel = if n % 11 == 0 { base / 10 + 7 } else { base / 10 };
        let base = if n % 5 == 0 { tenths * 20 } else { base };
        let fuel = if (8..15).contains(&day) {
            String::new()
        } else {
            format!(r#", {{"charge": "FUEL", "amount": "{}.{:02} USD"}}"#, fuel / 100, fuel % 100)
        };
        let (id, weight) = (format!("P-{n}"), format!("{}.{}", tenths / 10, tenths % 10));
        file.push_str(&format!(
            r#"{{"id": "{id}", "time": "2026-11-{day:02} 10:00", "input": {{"weight": {weight}}}, "answer": {{"priced": {{"lines": [{{"charge": "BASE", "amount": "{}.{:02} USD"}}{fuel}]}}}}}}"#,
            base / 100, base % 100
        ));
        file.push('\n');
    }
    folder.write("recorded.jsonl", &file);
}

#[test]
fn findings_are_the_same_for_any_number_of_threads_and_for_a_run_in_parts() {
    let folder = Folder::with_parcels();
    parcels(&folder);
    let run = |rest: &[&str]| {
        let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "recorded.jsonl", "--sample", "3"];
        let ran = folder.run(&[&arguments[..], rest].concat());
        assert_eq!((ran.code, ran.err.as_str()), (1, ""));
        ran.out
    };
    let whole = run(&["--findings", "one.json", "--threads", "1"]);
    assert_eq!(run(&["--findings", "three.json", "--threads", "3"]), whole);
    assert_eq!(folder.read("three.json"), folder.read("one.json"));
    for limit in ["317", "500", "900"] {
        run(&["--findings", "parts.json", "--resume", "state", "--limit", limit, "--threads", "2"]);
    }
    assert_eq!(folder.read("parts.json"), folder.read("one.json"));
    // Counted in the file itself: of 28 days seven are without fuel, of what has its fuel each eleventh is wrong in it.
    let findings: Value = serde_json::from_str(inner(&folder.read("one.json"), "findings")).unwrap();
    let cases_of = |charges: Value| -> u64 {
        let all = findings["clusters"].as_array().unwrap().iter().filter(|one| one["key"]["charges"] == charges);
        all.map(|one| one["cases"].as_u64().unwrap()).sum()
    };
    let count = |wanted: fn(i64) -> bool| (1..=1_500).filter(|n| wanted(*n)).count() as u64;
    let without = count(|n| (8..15).contains(&(1 + n % 28)) && (n % 5 != 0 || (n * 37 % 1_400 + 3) % 10 == 0));
    assert_eq!(cases_of(json!([["FUEL", "extra"]])), without);
    let days = findings["days"].as_object().unwrap();
    assert_eq!(days.values().map(|day| day["cases"].as_u64().unwrap()).sum::<u64>(), 1_500);
    // Another sample is another run.
    let ran = folder.run(&[
        "replay",
        "--rules",
        "parcels.rules",
        "--recorded",
        "recorded.jsonl",
        "--findings",
        "parts.json",
        "--resume",
        "state",
    ]);
    assert!(ran.code == 2 && ran.err.contains("`--findings` or `--sample` is not what it was made of"), "{}", ran.err);
}

#[test]
fn an_older_edition_by_which_the_old_code_still_prices_is_named() {
    let folder = Folder::with_parcels();
    let rules = folder.read("parcels.rules");
    folder.write(
        "older.rules",
        &rules.replace("version \"7\"", "version \"6\"").replace("2.00 USD per lb", "1.90 USD per lb"),
    );
    // 3 lb at 1.90 are 5.70, fuel 0.57.
    folder
        .write("recorded.csv", "id,weight,answer.charge.BASE,answer.charge.FUEL,answer.currency\nA,3,5.70,0.57,USD\n");
    let arguments = ["replay", "--rules", "parcels.rules", "--recorded", "recorded.csv", "--findings", "f.json"];
    let ran = folder.run(&[&arguments[..], &["--other-edition", "older.rules"]].concat());
    let said = "  other edition: BASE (amount), FUEL (amount): 1 case, 0.33 USD more\n";
    assert!(ran.code == 1 && ran.out.contains(said), "{}", ran.out);
    assert!(ran.out.contains("    it vanishes with `parcels` \"6\"\n"), "{}", ran.out);
    let ran = folder.run(&arguments);
    assert!(!ran.out.contains("other edition"), "{}", ran.out);
    let ran = folder.run(&[&arguments[..5], &["--other-edition", "older.rules"]].concat());
    assert!(ran.code == 2 && ran.err.contains("--findings"), "{}", ran.err);
}

/// Rules that show what they are given in charges, explanations, errors, refusals and causes.
const CONTRACTS: &str = r#"ruleset contracts "Contracts" { currency USD }
input {
  customer : text
  contact  : text = ""
  weight   : mass in lb
}
table discount first {
  customer : text
  -> part : percent
  | customer         || part |
  | "Globex Corp"    || 10%  |
  | "Initech"        || 20%  |
  | any              || 0%   |
}
charge BASE "Freight for {customer}" = (100% - discount[customer].part) of (2.00 USD per lb * weight) because "contract of {customer}"
refuse NO_CONTRACT "{customer} has no contract, ask {contact}" when weight > 100 lb
"#;

#[test]
fn what_is_redacted_is_in_no_file() {
    let folder = Folder::new();
    folder.write("contracts.rules", CONTRACTS);
    let record = |id: &str, customer: &str, weight: &str, answer: &str| {
        format!(
            r#"{{"id": "{id}", "key": "{customer}", "segment": "of {customer}", "input": {{"customer": "{customer}", "contact": "Peter \"Pete\" Gibbons", "weight": {weight}}}, "answer": {answer}}}"#
        )
    };
    let priced =
        |amount: &str| format!(r#"{{"priced": {{"lines": [{{"charge": "BASE", "amount": "{amount} USD"}}]}}}}"#);
    let lines = [
        // The row of another customer; a price where rules refuse; a refusal that names the customer; an error; an input that cannot be read.
        record("S-1", "Globex Corp", "10", &priced("16.00")),
        record("S-2", "Hooli", "101", &priced("20.00")),
        record(
            "Initech",
            "Initech",
            "10",
            r#"{"refused": {"code": "E9", "words": "Initech has no contract, says Peter \"Pete\" Gibbons"}}"#,
        ),
        record("S-4", "Initech", "10", r#"{"failed": "no answer for Initech"}"#),
        record("S-5", "Initech", "\"heavy\"", &priced("20.00")),
        record("S-6", "Globex Corp", "11", &priced("1.23")),
        "{\"id\": \"Initech\", \"key\": ".to_owned(),
        record("Initech", "Initech", "10", &priced("20.00")),
    ];
    folder.write("recorded.jsonl", &(lines.join("\n") + "\n"));
    folder.write("redaction.json", r#"{"erased": ["contact"], "tokens": ["customer"]}"#);
    folder.write("key", "0123456789abcdef0123456789abcdef\n");
    let arguments = [
        "replay",
        "--rules",
        "contracts.rules",
        "--recorded",
        "recorded.jsonl",
        "--mismatches",
        "differ.jsonl",
        "--findings",
        "findings.json",
        "--resume",
        "state",
        "--format",
        "json",
    ];
    let names = ["Globex", "Initech", "Hooli", "Gibbons", "Pete"];
    let redacted = ["--redaction", "redaction.json", "--redaction-key", "key"];
    let ran = folder.run(&[&arguments[..], &redacted[..]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    for (file, text) in [
        ("out", ran.out),
        ("differ", folder.read("differ.jsonl")),
        ("findings", folder.read("findings.json")),
        ("state", folder.read("state")),
    ] {
        for name in names {
            assert!(!text.contains(name), "{name} is in {file}: {text}");
        }
    }
    let findings: Value = serde_json::from_str(inner(&folder.read("findings.json"), "findings")).unwrap();
    assert_eq!((&findings["tally"]["mismatch"], &findings["records"]), (&json!(6), &json!(8)));
    // What is wanted is still there: the token, the causes, the explanation, and all other numbers.
    let text = folder.read("findings.json");
    // HMAC-SHA-256 by Python's hmac: hmac.new(b"0123456789abcdef0123456789abcdef", b"Globex Corp", "sha256").
    assert!(text.contains("token:9c8665ceb428a626cf5f8b761f3850be") && text.contains("\"wrong_row\""), "{text}");
    assert!(folder.read("differ.jsonl").contains(r#""contact":null,"weight":10"#));
    let erased = r#""redacted":{"erased":["contact"],"tokens":["customer"]}}"#;
    assert!(folder.read("differ.jsonl").lines().all(|line| line.ends_with(erased)));
    std::fs::remove_file(folder.path("state")).unwrap();
    std::fs::remove_file(folder.path("differ.jsonl")).unwrap();
    // Without a redaction they all are.
    folder.run(&arguments);
    let all = folder.read("differ.jsonl") + &folder.read("findings.json");
    assert!(names.iter().all(|name| all.contains(name)));
}

/// Rules that show each kind of value in a form of their own: money with its minor units, an instant in another zone, a mass in their unit.
const FORMS: &str = r#"ruleset parcel "Parcels" { currency USD }
record Ship { name : text, note : text }
input {
  weight : mass in lb
  declared : money in USD
  insured : yes/no
  at : instant
  ship : Ship
  contact : text
}
charge BASE = 2.50 USD per lb * weight
charge INS = 1% of declared when insured
charge NIGHT "asked at {at}" = 1 USD when at > 2026-11-23T12:00:00Z
refuse TOO_HEAVY "{weight} is too much, worth {declared}" when weight > 60 lb
"#;

#[test]
fn what_is_redacted_stands_in_no_other_form_either() {
    let folder = Folder::new();
    folder.write("parcel.rules", FORMS);
    let record = |id: u32, weight: &str| {
        format!(
            r#"{{"id": "S-{id}", "input": {{"weight": "{weight}", "declared": "1234.5 USD", "insured": true, "at": "2026-11-23T10:15:00-06:00", "ship": {{"name": "Bob", "note": "gift"}}, "contact": "Ann Smith"}}, "answer": {{"priced": {{"lines": [{{"charge": "BASE", "amount": "99.00 USD"}}]}}}}}}"#
        )
    };
    let refused = record(3, "22.68 kg").replace(
        r#"{"priced": {"lines": [{"charge": "BASE", "amount": "99.00 USD"}]}}"#,
        r#"{"refused": {"code": "E9", "words": "SMITH sends 50 pounds, worth 1,234.50"}}"#,
    );
    let lines = [record(1, "22.68 kg"), record(2, "29.9371 kg"), refused, record(4, "a stone")];
    folder.write("recorded.jsonl", &(lines.join("\n") + "\n"));
    let arguments = [
        "replay",
        "--rules",
        "parcel.rules",
        "--recorded",
        "recorded.jsonl",
        "--mismatches",
        "differ.jsonl",
        "--findings",
        "findings.json",
        "--resume",
        "state",
        "--redaction",
        "redaction.json",
    ];
    let all = |redaction: &str| {
        folder.write("redaction.json", redaction);
        let ran = folder.run(&arguments);
        assert_eq!((ran.code, ran.err.as_str()), (1, ""));
        let files = ["differ.jsonl", "findings.json", "state"];
        let text = files.map(|file| folder.read(file)).concat() + &ran.out;
        files.iter().for_each(|file| std::fs::remove_file(folder.path(file)).unwrap());
        text
    };
    // 22.68 kg are 50.000841 lb, 29.9371 kg some 66 lb; 10:15 six hours west is 16:15 UTC.
    let forms = ["1234", "1,234", "16:15", "10:15", "50.0", "50 pounds", "22.68", "66.0", "stone", "SMITH", "Smith"];
    let erased = r#"{"erased": ["weight", "declared", "insured", "at", "ship.name", "contact"]}"#;
    let text = all(erased);
    for form in forms {
        assert!(!text.contains(form), "{form} is stored: {text}");
    }
    assert!(!text.contains("insured ="), "{text}");
    assert!(text.contains("not kept, since the rules read what is redacted: at, declared, insured, weight;"), "{text}");
    // Each example says what was taken out of it.
    assert!(
        text.contains(r#""redacted":["at","contact","declared","insured","ship.name","weight"]"#)
            || text.contains("\"redacted\": [\n"),
        "{text}"
    );
    // What no rule reads is in no explanation: those are kept.
    let unread = all(r#"{"erased": ["contact", "ship"]}"#);
    assert!(unread.contains("16:15") && !unread.contains("not kept"), "{unread}");
    assert!(!unread.contains("Smith") && !unread.contains("SMITH") && !unread.contains("Bob"), "{unread}");
    // Whoever wants the words has them, without the values that are found in them.
    let wanted = all(&erased.replace("]}", r#"], "words": true}"#));
    assert!(wanted.contains("declared") && !wanted.contains("not kept, since"), "{wanted}");
}

#[test]
fn a_redaction_that_would_take_out_nothing_is_refused() {
    let folder = Folder::with_parcels();
    folder.write("recorded.csv", "id,weight,country\nA,3,US\n");
    let said = |redaction: &str, rest: &[&str]| {
        folder.write("redaction.json", redaction);
        let arguments =
            ["replay", "--rules", "parcels.rules", "--recorded", "recorded.csv", "--redaction", "redaction.json"];
        let ran = folder.run(&[&arguments[..], rest].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        ran.err
    };
    assert_eq!(
        said(r#"{"erased": ["contry"]}"#, &[]),
        "error: `contry` of the redaction is not an input of parcels: did you mean `country`?\n"
    );
    folder.write("nested.rules", FORMS);
    folder.write("nested.json", r#"{"erased": ["ship.nmae"]}"#);
    let nested = ["replay", "--rules", "nested.rules", "--recorded", "recorded.csv", "--redaction", "nested.json"];
    assert_eq!(
        folder.run(&nested).err,
        "error: `ship.nmae` of the redaction is not an input of parcel: did you mean `ship.name`?\n"
    );
    assert_eq!(
        said(r#"{"tokens": ["country"]}"#, &[]),
        "error: the redaction puts tokens in the place of fields: name their key, `--redaction-key FILE`\n"
    );
    folder.write("key", "short\n");
    let short = said(r#"{"tokens": ["country"]}"#, &["--redaction-key", "key"]);
    assert_eq!(short, "error: the key in `key` has fewer than 16 bytes\n");
    assert!(
        said(r#"{"erase": ["country"]}"#, &[]).contains("`redaction.json` is not a redaction: unknown field `erase`")
    );
}
