//! What is written in a file is in its cases, exactly, or in a flaw with its line.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use flate2::{Compression, write::GzEncoder};
use std::io::Write;

fn open(file: &[u8], map: &str, longest: usize) -> Result<Recorded, OpenError> {
    Recorded::open(Box::new(std::io::Cursor::new(file.to_vec())), None, &serde_json::from_str(map).unwrap(), longest)
}

fn cases(file: &[u8], map: &str, longest: usize) -> Vec<Result<Case, Flaw>> {
    let Recorded { records, reading, .. } = open(file, map, longest).unwrap();
    records.map(|record| reading.case(&record.unwrap())).collect()
}

fn read(file: &str) -> Vec<Result<Case, Flaw>> {
    cases(file.as_bytes(), "{}", LONGEST)
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn answer(text: &str) -> Option<Answer> {
    Some(serde_json::from_str(text).unwrap())
}

const LINES: &str = r#"{"id": "S-1", "key": "C-9", "segment": "staff", "time": "2026-11-23T10:00:00Z", "input": {"weight": 1.10}, "answer": {"priced": {"lines": [{"charge": "FRT", "amount": "8.80 USD"}]}}, "host": "app-3"}

{"id": 7, "input": {"weight": 12345678901234567.89}, "answer": {"refused": {"code": "E17"}}}
{"input": {}, "answer": null}
"#;

#[test]
fn a_line_is_a_case_and_its_numbers_are_not_touched() {
    let found: Vec<Case> = read(LINES).into_iter().map(Result::unwrap).collect();
    let first = Case {
        line: 1,
        id: Some("S-1".into()),
        key: Some("C-9".into()),
        segment: Some("staff".into()),
        time: Some("2026-11-23T10:00:00Z".into()),
        input: Input::Json("{\"weight\": 1.10}".into()),
        answer: answer(r#"{"priced": {"lines": [{"charge": "FRT", "amount": "8.80 USD"}]}}"#),
    };
    assert_eq!(found[0], first);
    assert_eq!((found[1].line, found[1].id.as_deref()), (3, Some("7")));
    assert_eq!(found[1].input, Input::Json("{\"weight\": 12345678901234567.89}".into()));
    assert_eq!((found[2].line, &found[2].id, &found[2].answer), (4, &None, &None));
}

#[test]
fn what_is_packed_is_read_as_if_it_were_not_and_a_cut_one_is_an_error() {
    let halves = LINES.split_at(LINES.find("{\"id\": 7").unwrap());
    let appended = [packed(halves.0), packed(halves.1)].concat();
    assert_eq!(cases(&appended, "{}", LONGEST), read(LINES));
    let whole = packed(&LINES.repeat(1000));
    let cut = &whole[..whole.len() - 20];
    let Recorded { records, .. } = open(cut, "{}", LONGEST).unwrap();
    let last = records.last().unwrap();
    assert_eq!(last.unwrap_err().kind(), std::io::ErrorKind::UnexpectedEof);
}

#[test]
fn a_line_without_an_end_ends_the_file() {
    let endless = std::io::Cursor::new(LINES).chain(std::io::repeat(b' '));
    let Recorded { records, .. } = Recorded::open(Box::new(endless), None, &Map::default(), LONGEST).unwrap();
    let read: Vec<_> = records.take(10).collect();
    assert_eq!(read.iter().filter(|record| record.is_ok()).count(), 3);
    let error = read.last().unwrap().as_ref().unwrap_err();
    assert_eq!(error.to_string(), "line 5 is longer than 64 MiB, so that this is no file of records");
}

#[test]
fn every_bad_line_is_a_flaw_with_its_place_and_hides_no_other() {
    let mut file = b"{\"id\": \"A\", \"input\": {}}\n{\"id\":\n[1]\n{\"id\": \"B\", \"input\": 3}\n\xff\n".to_vec();
    file.extend_from_slice(b"{\"id\": \"C\"}\n{\"id\": \"D\", \"input\": {}, \"answer\": {\"priced\": {}}}\n");
    file.extend_from_slice(
        format!("{{\"id\": \"E\", \"input\": {{}}, \"pad\": \"{}\"}}\n", "x".repeat(200)).as_bytes(),
    );
    file.extend_from_slice(b"{\"id\": \"F\", \"id\": \"G\", \"input\": {}}\n{\"id\": \"H\", \"input\": {}}");
    let found = cases(&file, "{}", 100);
    let told: Vec<(u64, Option<&str>, Option<Cause>)> = found
        .iter()
        .map(|one| match one {
            Ok(case) => (case.line, case.id.as_deref(), None),
            Err(flaw) => (flaw.line, flaw.id.as_deref(), Some(flaw.cause)),
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, Some("A"), None),
            (2, None, Some(Cause::Unreadable)),
            (3, None, Some(Cause::Unreadable)),
            (4, Some("B"), Some(Cause::NoInput)),
            (5, None, Some(Cause::Unreadable)),
            (6, Some("C"), Some(Cause::NoInput)),
            (7, Some("D"), Some(Cause::WrongAnswer)),
            (8, None, Some(Cause::TooLong)),
            (9, None, Some(Cause::Unreadable)),
            (10, Some("H"), None),
        ]
    );
    let words = found[6].as_ref().unwrap_err().to_string();
    assert!(words.starts_with("line 7, D: its answer cannot be read: ") && words.contains("lines"), "{words}");
}

#[test]
fn a_csv_file_of_the_capture_format_needs_no_map() {
    let file = "\u{feff}id,weight,note,answer.charge.FRT,answer.total,answer.currency,answer.refused\n\
                S-1,1.10,\"two\nlines\",8.80,9.00,USD,\nS-2,3,,,,,E17\nS-3,4,,,,,\n";
    let found: Vec<Case> = read(file).into_iter().map(Result::unwrap).collect();
    let text = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    assert_eq!(found[0].input, Input::Fields(vec![text("weight", "1.10"), text("note", "two\nlines")]));
    let priced = r#"{"priced": {"lines": [{"charge": "FRT", "amount": "8.80 USD"}], "totals": ["9.00 USD"]}}"#;
    assert_eq!(found[0].answer, answer(priced));
    assert_eq!((found[1].line, &found[1].answer), (4, &answer(r#"{"refused": {"code": "E17"}}"#)));
    assert_eq!((found[2].line, &found[2].answer), (5, &None));
}

const MAP: &str = r#"{"id": "NO", "separator": ";", "inputs": {
    "weight": {"from": "W", "unit": "lb"}, "service": {"from": "SVC", "values": {"2D": "TwoDay"}}, "country": {"value": "US"}},
    "answer": {"currency": "USD", "lines": {"FRT": "F"}, "failed": "ERR"}}"#;

#[test]
fn a_map_says_where_everything_stands_in_csv() {
    let found = cases(b"NO;W;SVC;F;ERR\n1;3.5;2D;8.80;\n2;3.5;XX;8.80;\n3;;2D;;timeout\n4;1;2D;8,80;\n", MAP, LONGEST);
    let text = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let first = found[0].as_ref().unwrap();
    let expected = vec![text("country", "US"), text("service", "TwoDay"), text("weight", "3.5 lb")];
    assert_eq!(first.input, Input::Fields(expected));
    assert_eq!(first.answer, answer(r#"{"priced": {"lines": [{"charge": "FRT", "amount": "8.80 USD"}]}}"#));
    let second = found[1].as_ref().unwrap_err();
    assert_eq!(second.to_string(), "line 3, 2: `SVC` is `XX`, for which the map has no value");
    assert_eq!(found[2].as_ref().unwrap().answer, answer(r#"{"failed": "timeout"}"#));
    assert_eq!(found[3].as_ref().unwrap_err().cause, Cause::WrongAnswer);
}

#[test]
fn a_map_says_where_everything_stands_in_json() {
    let map = r#"{"id": "req.no", "inputs": {"weight": {"from": "req.w", "unit": "lb"}, "lines": "req.items"},
        "answer": {"currency": "USD", "list": {"at": "res.charges", "charge": "code", "amount": "amt"}, "total": "res.sum"}}"#;
    let line = br#"{"req": {"no": 5, "w": 3.50, "items": [{"a": 1.0}]}, "res": {"charges": [{"code": "FRT", "amt": 8.80}], "sum": "9 EUR"}}"#;
    let found = cases(line, map, LONGEST).remove(0).unwrap();
    assert_eq!(found.id.as_deref(), Some("5"));
    assert_eq!(found.input, Input::Json(r#"{"lines":[{"a": 1.0}],"weight":"3.50 lb"}"#.into()));
    let priced = r#"{"priced": {"lines": [{"charge": "FRT", "amount": "8.80 USD"}], "totals": ["9 EUR"]}}"#;
    assert_eq!(found.answer, answer(priced));
}

#[test]
fn fields_become_lists_and_objects() {
    let field = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let fields =
        vec![field("lines[1].class", "c70"), field("lines[0].class", "c50"), field("note", ""), field("w", "1.10")];
    let expected = r#"{"lines":[{"class":"c50"},{"class":"c70"}],"w":"1.10"}"#;
    assert_eq!(Input::Fields(fields).to_json(), expected);
}

#[test]
fn fields_that_ask_yes_or_no_are_so_in_json() {
    let rules = ratewright::RuleSet::compile(
        r#"
        ruleset r "R" { currency USD }
        record Piece { fragile : yes/no, note : text }
        input { pieces : list of Piece, liftgate : yes/no, residential : yes/no, words : text }
        let fragile = any piece in pieces has piece.fragile or piece.note is "y"
        charge BASE = 1 USD when liftgate or residential or words is "x" or fragile
        "#,
    )
    .unwrap();
    let fields = [
        ("liftgate", "no"),
        ("residential", "true"),
        ("words", "yes"),
        ("pieces[0].fragile", "yes"),
        ("pieces[0].note", "no"),
    ];
    let fields = fields.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
    let expected = r#"{"liftgate":false,"pieces":[{"fragile":true,"note":"no"}],"residential":true,"words":"yes"}"#;
    let input = Input::Fields(fields).json_for(&rules);
    assert_eq!(input, Input::Json(expected.into()));
    assert!(rules.quote_json(expected).is_ok());
}

#[test]
fn headings_that_the_map_does_not_find_are_said_before_anything_is_read() {
    let said = |file: &str, map: &str| open(file.as_bytes(), map, LONGEST).unwrap_err().to_string();
    assert_eq!(said("N0;W;SVC;F;ERR\n", MAP), "there is no column `NO`: did you mean `N0`?");
    assert!(said("NO;W\n1;2\n", "{}").ends_with(r#"{"separator": ";"}"#));
    assert_eq!(said("a,b,a\n", "{}"), "two columns are called `a`");
    let no_part = |heading: &str| said(&format!("id,weight,{heading}\n"), "{}");
    let misspelt = |heading: &str| {
        no_part(heading).strip_prefix(&format!("the column `{heading}` is no part of an answer: ")).map(str::to_owned)
    };
    assert_eq!(misspelt("answer.totl").unwrap(), "did you mean `answer.total`?");
    assert_eq!(misspelt("answer.chrage.FRT").unwrap(), "did you mean `answer.charge.FRT`?");
    assert_eq!(
        misspelt("answer.charge.").unwrap(),
        "the columns of an answer are answer.total, answer.currency, answer.refused, answer.words, answer.failed and answer.charge.… with a code"
    );
    // With a map that says where the answer stands too: it would be neither input nor answer.
    let map = r#"{"answer": {"total": "T"}}"#;
    assert!(
        said("id,weight,T,answer.total\n", map).contains("`answer.total`"),
        "{}",
        said("id,weight,T,answer.total\n", map)
    );
}

#[test]
fn a_quote_that_is_not_closed_costs_its_own_row_alone() {
    let mut file = String::from("id,note\n1,\"open\n2,5\n");
    for row in 3..60 {
        file.push_str(&format!("{row},5'\n"));
    }
    let found = cases(file.as_bytes(), "{}", 100);
    assert_eq!(found[0].as_ref().unwrap_err().cause, Cause::TooLong);
    let ids: Vec<String> = found[1..].iter().map(|case| case.as_ref().unwrap().id.clone().unwrap()).collect();
    assert_eq!(ids, (2..60).map(|row| row.to_string()).collect::<Vec<_>>());
}

/// Id and line of a case; of a flaw its line, whether that is one of answers, and its cause.
type Told = Result<(String, u64), (u64, bool, Cause)>;

fn joined(inputs: &str, answers: &str, window: usize) -> Vec<Told> {
    let file = |text: &str| open(text.as_bytes(), "{}", LONGEST).unwrap();
    let joined = Joined::new(file(inputs), file(answers), Joining { window });
    let told = joined.map(|found| match found.unwrap() {
        Ok(case) => Ok((case.id.unwrap(), case.line)),
        Err(flaw) => Err((flaw.line, flaw.of_answers, flaw.cause)),
    });
    told.collect()
}

fn input(id: &str) -> String {
    format!("{{\"id\": \"{id}\", \"input\": {{}}}}\n")
}

fn answered(id: &str) -> String {
    format!("{{\"id\": \"{id}\", \"answer\": {{\"failed\": \"x\"}}}}\n")
}

#[test]
fn two_files_are_joined_and_what_has_no_partner_is_said() {
    let inputs = [input("a"), input("b"), input("c"), input("a"), "{\"input\": {}}\n".to_owned()].concat();
    let answers = [answered("c"), answered("x"), answered("a"), answered("c")].concat();
    let mut found = joined(&inputs, &answers, 10);
    found.sort_by_key(|one| format!("{one:?}"));
    assert_eq!(
        found,
        [
            Err((2, false, Cause::NoAnswer)),
            Err((2, true, Cause::NoCase)),
            Err((4, false, Cause::Duplicate)),
            Err((4, true, Cause::Duplicate)),
            Err((5, false, Cause::NoId)),
            Ok(("a".to_owned(), 1)),
            Ok(("c".to_owned(), 3)),
        ]
    );
}

#[test]
fn an_answer_after_the_window_is_late() {
    let inputs: String = (0..10).map(|n| input(&n.to_string())).collect();
    let answers: String = (1..10).chain([0]).map(|n| answered(&n.to_string())).collect();
    let found = joined(&inputs, &answers, 3);
    // The answer of 0 comes nine records late, all others one early; three may wait.
    assert_eq!(found.iter().filter(|one| one.is_ok()).count(), 10, "one waits: {found:?}");
    let found = joined(&inputs, &answers, 0);
    let causes = |cause| found.iter().filter(|one| matches!(one, Err((_, _, is)) if *is == cause)).count();
    assert_eq!((causes(Cause::NoAnswer), causes(Cause::Late), causes(Cause::NoCase)), (10, 1, 9));
}

mod whatever {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        /// However a CSV file is quoted, its rows are those that the csv crate reads from the whole of it.
        #[test]
        fn rows_are_cut_where_a_reader_of_the_whole_file_cuts_them(
            rows in prop::collection::vec(prop::collection::vec("[a\", \n\r]{0,6}", 2), 1..8)
        ) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["a", "b"]).unwrap();
            rows.iter().for_each(|row| writer.write_record(row).unwrap());
            let file = writer.into_inner().unwrap();
            let mut whole = csv::ReaderBuilder::new().from_reader(file.as_slice());
            let expected: Vec<Vec<String>> = whole.records()
                .map(|row| row.unwrap().iter().map(str::to_owned).collect())
                .collect();
            let found: Vec<Vec<String>> = cases(&file, "{}", LONGEST).into_iter().map(|case| match case.unwrap().input {
                Input::Fields(fields) => fields.into_iter().map(|(_, text)| text).collect(),
                Input::Json(_) => Vec::new(),
            }).collect();
            prop_assert_eq!(found, expected);
        }

        /// Whatever bytes a file has, each line but empty ones is in a case or a flaw.
        #[test]
        fn no_line_is_lost(lines in prop::collection::vec("[{}\":a1, ]{0,12}", 0..12)) {
            let text = lines.join("\n");
            let Recorded { records, reading, .. } =
                Recorded::open(Box::new(std::io::Cursor::new(text.into_bytes())), Some(Form::Jsonl), &Map::default(), 8).unwrap();
            let found: Vec<u64> = records.map(|record| match reading.case(&record.unwrap()) {
                Ok(case) => case.line,
                Err(flaw) => flaw.line,
            }).collect();
            let expected: Vec<u64> = (1..).zip(&lines).filter(|(_, line)| !line.trim().is_empty()).map(|(at, _)| at).collect();
            prop_assert_eq!(found, expected);
        }
    }
}

#[test]
fn a_record_with_many_fields_is_read_without_holding_each_against_all() {
    let compared = |fields: u64| {
        let inputs: Vec<String> = (0..fields).map(|at| format!("\"field{at}\": {at}")).collect();
        let record = format!("{{\"id\": \"S-1\", \"input\": {{{}}}}}\n", inputs.join(", "));
        json::COMPARED.set(0);
        assert_eq!(read(&record)[0].as_ref().unwrap().id.as_deref(), Some("S-1"));
        json::COMPARED.get()
    };
    // Two names are held against each other where their hashes say that they may be equal, which is hardly ever so; pairs are 200 million.
    assert!(compared(20_000) < 20_000);
    let twice = read("{\"input\": {\"a\": 1, \"b\": 2, \"a\": 1}}\n").remove(0).unwrap_err();
    assert!(twice.words.contains("`a` is there twice"), "{}", twice.words);
}
