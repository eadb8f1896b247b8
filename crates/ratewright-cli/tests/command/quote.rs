use crate::support::{Folder, finish};
use serde_json::{Value, json};
use std::io::Read;
use std::process::Stdio;

const BILL: &str = "\
Parcels (parcels, version 7)

  BASE   Transportation  3 lb × 2 USD per lb  6.00 USD
           Rate sheet 3
  FUEL   Fuel surcharge                       0.60 USD
  ────────────────────────────────────────────────────
  Total                                       6.60 USD

  Billed weight  3 lb
";

#[test]
fn one_input_becomes_a_bill() {
    let folder = Folder::with_parcels();
    folder.write("one.json", "{\"weight\": 2.5}");
    for arguments in [&["quote", "parcels.rules", "one.json"][..], &["quote", "parcels.rules", "--input", "weight=2.5"]]
    {
        let ran = folder.run(arguments);
        assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, BILL, ""));
    }
    let ran = folder.run_with_input(&["quote", "parcels.rules", "-"], "{\n\"weight\": \"2.5 lb\"}");
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, BILL, ""));
}

#[test]
fn a_bad_row_is_reported_with_its_line_and_the_rest_goes_on() {
    let folder = Folder::with_parcels();
    folder.write("rows.csv", "weight,country\n2.5,US\n4,XX\n5\nabc,US\n\n80,\n");
    let ran = folder.run(&["quote", "parcels.rules", "rows.csv"]);
    assert_eq!(ran.code, 1);
    let lines: Vec<&str> = ran.err.lines().collect();
    assert_eq!(lines[0], "line 3: refused: NO_SERVICE: we do not ship to XX (parcels.rules:13)");
    assert_eq!(lines[1], "line 4: input not accepted: the row has 1 cell, the header has 2");
    assert!(lines[2].starts_with("line 5: input not accepted: `weight`: ") && lines[2].contains("abc"), "{}", lines[2]);
    assert_eq!(lines[3], "5 rows: 2 quoted, 1 refused, 2 failed");
    assert!(ran.out.starts_with(&format!("line 2\n{BILL}\nline 7\n")), "{}", ran.out);
    assert!(ran.out.ends_with("\n  HEAVY  80 lb is a heavy parcel\n"), "{}", ran.out);
}

#[test]
fn json_lines_answer_row_by_row() {
    let folder = Folder::with_parcels();
    folder.write("rows.jsonl", "{\"weight\": 2.5}\n{\"weight\": 500}\n{\"weight\": \n{\"weight\": 1}\n");
    let ran = folder.run(&["quote", "parcels.rules", "rows.jsonl", "--format", "jsonl"]);
    assert_eq!(ran.code, 1);
    let answers: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(answers.len(), 4);
    assert_eq!(answers[0]["totals"], json!([{ "amount": "6.60", "currency": "USD" }]));
    assert_eq!((&answers[1]["error"]["line"], &answers[1]["error"]["path"]), (&json!(2), &json!("weight")));
    assert_eq!(answers[2]["error"]["kind"], "input not accepted");
    assert_eq!(answers[3]["totals"][0]["amount"], "2.20");
}

#[test]
fn json_is_an_object_for_one_and_an_array_for_several() {
    let folder = Folder::with_parcels();
    let one = folder.run_with_input(&["quote", "parcels.rules", "-", "--format", "json"], "{\"weight\": 1}");
    let one: Value = serde_json::from_str(&one.out).unwrap();
    assert_eq!(one["ruleset"], "parcels");
    for (input, amounts) in [("[]", vec![]), ("[{\"weight\": 1}, {\"weight\": 2}]", vec!["2.20", "4.40"])] {
        let ran = folder.run_with_input(&["quote", "parcels.rules", "-", "--format", "json"], input);
        assert_eq!(ran.code, 0, "{ran:?}");
        let quotes: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
        let found: Vec<&Value> = quotes.iter().map(|quote| &quote["totals"][0]["amount"]).collect();
        assert_eq!(found, amounts);
    }
}

#[test]
fn a_spreadsheet_gets_a_line_for_each_charge() {
    let folder = Folder::with_parcels();
    folder.write("rows.csv", "shipment,weight,country\nS-1,2.5,US\nS-2,4,XX\n");
    let ran = folder.run(&["quote", "parcels.rules", "rows.csv", "--format", "csv", "--id", "shipment"]);
    let expected = "\
line,id,kind,code,label,item,quantity,unit,unit_price,amount,currency,text
2,S-1,charge,BASE,Transportation,,3,lb,2 USD per lb,6.00,USD,Rate sheet 3
2,S-1,charge,FUEL,Fuel surcharge,,,,,0.60,USD,
2,S-1,total,,,,,,,6.60,USD,
2,S-1,output,billed_weight,Billed weight,,3,lb,,,,
3,S-2,error,NO_SERVICE,,,,,,,,refused: NO_SERVICE: we do not ship to XX
";
    assert_eq!((ran.code, ran.out.as_str()), (1, expected));
}

#[test]
fn a_row_is_named_by_its_id() {
    let folder = Folder::with_parcels();
    folder.write("rows.csv", "shipment,weight,country\nS-1,2.5,US\nS-2,4,XX\n");
    let ran = folder.run(&["quote", "parcels.rules", "rows.csv", "--id", "shipment"]);
    assert!(ran.out.starts_with("line 2, S-1\n"), "{}", ran.out);
    assert!(ran.err.starts_with("line 3, S-2: refused: NO_SERVICE"), "{}", ran.err);
    folder.write("rows.jsonl", "{\"weight\": 2.5, \"shipment\": \"S-1\"}\n{\"weight\": 500, \"shipment\": 2}\n");
    let ran = folder.run(&["quote", "parcels.rules", "rows.jsonl", "--format", "jsonl", "--id", "shipment"]);
    let answers: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&answers[0]["id"], &answers[1]["error"]["id"]), (&json!("S-1"), &json!("2")));
    let ran = folder.run(&["quote", "parcels.rules", "rows.jsonl", "--id", "number"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
}

#[test]
fn a_heading_that_is_no_input_is_said_once() {
    let folder = Folder::with_parcels();
    for (heading, words) in [
        ("wieght,country", "did you mean `weight`?"),
        ("shipment,weight", "`--id shipment`"),
        ("weight;country", "separated by commas"),
    ] {
        let row = if heading.contains(';') { "2.5;US" } else { "2.5,US" };
        folder.write("rows.csv", &format!("{heading}\n{row}\n{row}\n"));
        let ran = folder.run(&["quote", "parcels.rules", "rows.csv"]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{ran:?}");
        assert!(ran.err.contains(words), "{}", ran.err);
    }
}

#[test]
fn an_explanation_follows_the_bill() {
    let folder = Folder::with_parcels();
    let ran = folder.run(&["quote", "parcels.rules", "--input", "weight=2.5", "--explain"]);
    assert_eq!(ran.code, 0);
    let tree = ran.out.strip_prefix(BILL).unwrap();
    for words in ["BASE \"Transportation\" = 6.00 USD  (parcels.rules:10)", "weight = 2.5 lb (input)", "+0.5 from 2.5"]
    {
        assert!(tree.contains(words), "{words}\n{tree}");
    }
    let ran = folder.run(&["quote", "parcels.rules", "--input", "weight=2.5", "--explain", "--format", "json"]);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert!(answer["explanation"].is_object() && answer["charges"].is_array(), "{answer}");
}

#[test]
fn thousands_of_rows_are_priced_in_one_run() {
    let folder = Folder::with_parcels();
    let rows: String = (0..3000).map(|row| format!("{}\n", row % 150 + 1)).collect();
    folder.write("rows.csv", &format!("weight\n{rows}"));
    let ran = folder.run(&["quote", "parcels.rules", "rows.csv", "--format", "jsonl"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "3000 rows: 3000 quoted\n"));
    assert_eq!(ran.out.lines().count(), 3000);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = Folder::with_parcels();
    let rows: String = (0..3000).map(|_| "1\n").collect();
    folder.write("rows.csv", &format!("weight\n{rows}"));
    let mut command = folder.command(&["quote", "parcels.rules", "rows.csv"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 10]).unwrap();
    drop(out);
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8(output.stderr).unwrap().as_str()), (Some(0), ""));
}

#[test]
fn what_is_wrong_with_the_command_line_is_said() {
    let folder = Folder::with_parcels();
    folder.write("broken.json", "{\"weight\": 1");
    for (arguments, words) in [
        (&["quote", "missing.rules", "broken.json"][..], "cannot read `missing.rules`: no such file"),
        (&["quote", "parcels.rules", "missing.json"], "cannot read `missing.json`: no such file"),
        (&["quote", "parcels.rules", "broken.json"], "the inputs in `broken.json` cannot be read: line 1"),
        (&["quote", "parcels.rules", "--input", "weight"], "`--input weight` needs the form FIELD=VALUE"),
        (&["quote", "parcels.rules"], "required"),
    ] {
        let ran = folder.run(arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(words), "{words}\n{}", ran.err);
    }
}

#[test]
fn a_rule_set_that_cannot_be_used_prices_nothing() {
    let folder = Folder::new();
    folder.write("a.rules", "ruleset a { currency USD }\ncharge A = b\n");
    let ran = finish(folder.command(&["quote", "a.rules", "-"]), "{}");
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.contains("error[RW0201]"), "{}", ran.err);
}

#[test]
fn a_function_of_the_embedding_program_is_missed_only_where_it_is_called() {
    let folder = Folder::new();
    folder.write(
        "a.rules",
        "ruleset a { currency USD }\ninput { far : yes/no }\nhost function miles(x : number) -> number\n\
         charge A = if far then miles(3) * 1 USD else 2 USD\n\
         test \"near\" { given far = no  expect total is 2 USD }\n",
    );
    for subcommand in ["check", "test"] {
        let ran = folder.run(&[subcommand, "a.rules"]);
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    let ran = folder.run(&["quote", "a.rules", "--input", "far=no"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = folder.run(&["quote", "a.rules", "--input", "far=yes"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.starts_with("host function failed: ") && ran.err.ends_with(" (a.rules:4)\n"), "{}", ran.err);
    assert!(ran.err.contains("only the embedding program has this function"), "{}", ran.err);
}

/// A table in lines 3 to 8, without rates for zones past 8; its last row is the one given.
fn zones(last: &str) -> String {
    format!(
        "ruleset zones {{ currency USD }}\ninput {{ zone : integer }}\ntable rate {{ zone : integer by range -> price : money\n\
         | zone        || price |\n| 2 through 4 || 9.00  |\n| 5 through 8 || 12.00 |\n{last}}}\ncharge A = rate[zone].price\n"
    )
}

#[test]
fn a_miss_names_the_rows_that_came_closest() {
    let folder = Folder::new();
    folder.write("zones.rules", &zones(""));
    let missing = ["quote", "zones.rules", "--input", "zone=9"];
    let ran = folder.run(&missing);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            1,
            "no row matched: no row of `rate` matches zone 9; nearest: row 2 (zones.rules:6) wants zone 5 through 8 (zones.rules:8)\n"
        )
    );
    let ran = folder.run(&[&missing[..], &["--format", "json"]].concat());
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    let wants = json!([{ "column": "zone", "cell": "5 through 8" }]);
    assert_eq!(answer["error"]["nearest"], json!([{ "row": 2, "place": "zones.rules:6", "wants": wants }]));
}

#[test]
fn an_explained_refusal_names_the_rows_that_came_closest() {
    let folder = Folder::new();
    folder.write("zones.rules", &zones("| otherwise || refuse \"FAR\" \"we do not go to zone {zone}\" |\n"));
    let refused = "refused: FAR: we do not go to zone 9 (zones.rules:7)\n";
    let ran = folder.run(&["quote", "zones.rules", "--input", "zone=9"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, refused));
    let ran = folder.run(&["quote", "zones.rules", "--input", "zone=9", "--explain"]);
    let near = "  nearest: row 2 (zones.rules:6) wants zone 5 through 8\n";
    assert_eq!((ran.code, ran.err), (1, format!("{refused}{near}")));
}

/// 3,000 rows with a name, of which one in ten is refused, one in a thousand is broken and one in a hundred has no number.
fn rows_of_every_kind(json: bool) -> String {
    let mut rows = if json { String::new() } else { "shipment,weight,country\n".to_owned() };
    for n in 0..3_000 {
        let weight = if n % 100 == 3 { "heavy".to_owned() } else { (n % 150 + 1).to_string() };
        let country = if n % 10 == 7 { "XX" } else { "US" };
        rows.push_str(&match (json, n % 1000 == 501) {
            (true, true) => "{\"shipment\":\n".to_owned(),
            (true, false) => {
                format!("{{\"shipment\": \"S-{n}\", \"weight\": \"{weight}\", \"country\": \"{country}\"}}\n")
            }
            (false, true) => format!("S-{n}\n"),
            (false, false) => format!("S-{n},{weight},{country}\n"),
        });
    }
    rows
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let folder = Folder::with_parcels();
    folder.write("rows.csv", &rows_of_every_kind(false));
    folder.write("rows.jsonl", &rows_of_every_kind(true));
    let lines = rows_of_every_kind(true);
    let sound: Vec<&str> = lines.lines().filter(|line| line.ends_with('}')).collect();
    folder.write("rows.json", &format!("[{}]", sound.join(",\n")));
    for (file, broken) in [("rows.csv", 3), ("rows.jsonl", 3), ("rows.json", 0)] {
        for format in ["human", "json", "jsonl", "csv"] {
            let run = |threads: &str| {
                let arguments = ["quote", "parcels.rules", file, "--id", "shipment", "--format", format];
                folder.run(&[&arguments[..], &["--threads", threads]].concat())
            };
            let one = run("1");
            // 30 of 3,000 have no number, and none of them is refused; 300 are refused, of which none is broken.
            let (rows, failed) = (2_997 + broken, 30 + broken);
            let summary = format!("{rows} rows: 2667 quoted, 300 refused, {failed} failed\n");
            assert!(one.code == 1 && one.err.ends_with(&summary), "{file}: {}", &one.err[one.err.len() - 80..]);
            assert!(one.err.starts_with(&format!("line {}, S-3: ", if file == "rows.csv" { 5 } else { 4 })));
            let several = run("3");
            assert!(
                (one.code, &one.out, &one.err) == (several.code, &several.out, &several.err),
                "{file} as {format} on three threads"
            );
            if format == "json" {
                let answers: Vec<Value> = serde_json::from_str(&one.out).unwrap();
                assert_eq!(answers.len(), rows);
            }
        }
    }
}

#[test]
fn a_number_of_threads_is_at_least_one() {
    let folder = Folder::with_parcels();
    folder.write("rows.csv", "weight\n1\n");
    let ran = folder.run(&["quote", "parcels.rules", "rows.csv", "--threads", "0"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("--threads"), "{}", ran.err);
}

#[test]
fn a_first_row_that_fails_leaves_no_gap() {
    let folder = Folder::with_parcels();
    folder.write("rows.csv", "weight,country\n4,XX\n2.5,US\n");
    let ran = folder.run(&["quote", "parcels.rules", "rows.csv", "--format", "json"]);
    let answers: Vec<Value> = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&answers[0]["error"]["line"], &answers[1]["totals"][0]["amount"]), (&json!(2), &json!("6.60")));
    folder.write("none.jsonl", "\n\n");
    let ran = folder.run(&["quote", "parcels.rules", "none.jsonl", "--format", "json"]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "[\n]\n", "0 rows: 0 quoted\n"));
}

#[test]
fn a_text_of_the_input_breaks_no_line() {
    let folder = Folder::new();
    let rules = "ruleset r { currency USD }\ninput { t : text, bad : yes/no = no }\ncharge A \"Depot {t}\" = 1 USD\noutput o = t\n\
                 flag SAID \"said {t}\" when t is not \"\"\nrefuse NONE \"not {t}\" when bad";
    folder.write("r.rules", rules);
    let forged = "x\r\n  Total  0.00 USD\u{85}\u{2028}\u{1b}[31m\u{0}\u{202e}y";
    folder.write("one.json", &json!({ "t": forged }).to_string());
    let plain = forged.replace(|c: char| c.is_control() || "\u{2028}\u{202e}".contains(c), " ");
    let ran = folder.run(&["quote", "r.rules", "one.json", "--explain"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let lines: Vec<&str> = ran.out.lines().collect();
    for said in
        [format!("  A      Depot {plain}    1.00 USD"), format!("  o  {plain}"), format!("  SAID  said {plain}")]
    {
        assert!(lines.contains(&&*said), "{said:?} in {lines:?}");
    }
    assert!(!lines.iter().any(|line| line.trim_start().starts_with("Total  0.00")), "{lines:?}");
    assert!(!ran.out.contains(['\r', '\u{2028}', '\u{85}', '\u{1b}', '\u{0}', '\u{202e}']));
    let kept = folder.run(&["quote", "r.rules", "one.json", "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&kept.out).unwrap()["outputs"][0]["value"], json!(forged));
    folder.write("refused.json", &json!({ "t": "x\r\n", "bad": true }).to_string());
    let refused = folder.run(&["quote", "r.rules", "refused.json"]);
    assert_eq!((refused.code, refused.err.lines().count()), (1, 1), "{}", refused.err);
    assert!(refused.err.starts_with("refused: NONE: not x   "), "{}", refused.err);
}
