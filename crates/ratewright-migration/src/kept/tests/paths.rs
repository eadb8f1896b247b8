//! A path of the redaction that leads to no input: refused where the rules are known, and else nothing of what it should have taken out is kept.

use super::*;

fn misspelt() -> Redaction {
    Redaction::new(["shiper"], []).unwrap()
}

const WORDS: &str = "`shiper` of the redaction is not an input of parcel: did you mean `shipper`?";

fn kept_of(folder: &std::path::Path, redaction: Redaction, book: Arc<Book>) -> (String, Option<String>) {
    let kept = Kept::open(folder, KeptLimits::default(), redaction, key(), noon()).unwrap();
    let door = door(book, &kept);
    let subject = Subject::of("customer 17").in_segment("staff of Ann").case("order of Ann");
    let input = serde_json::json!({"n": 3, "shipper": "Ann"});
    let priced = door.price(&mut MigrationContext::default(), &subject, &input, || Ok(()));
    assert_eq!(priced.answer, Ok(()));
    kept.finish();
    assert_eq!((kept.counts().seen, kept.counts().written), (1, 1));
    (std::fs::read_to_string(folder.join("mismatches-000001.jsonl")).unwrap(), kept.trouble())
}

#[test]
fn a_path_that_leads_to_no_input_of_known_rules_is_refused() {
    let (folder, edition) = (tempfile::tempdir().unwrap(), Edition::new(RuleSet::compile(RULES).unwrap()));
    let open = |redaction: Redaction| {
        Kept::open_for([&edition], folder.path(), KeptLimits::default(), redaction, key(), noon())
    };
    let error = open(misspelt()).unwrap_err();
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::InvalidInput, WORDS.to_owned()));
    drop(open(Redaction::new(["shipper"], []).unwrap()).unwrap());
}

#[test]
fn of_rules_that_come_later_nothing_is_kept_but_what_differs() {
    let folder = tempfile::tempdir().unwrap();
    let (text, trouble) = kept_of(folder.path(), misspelt(), book(RULES));
    assert!(!text.contains("Ann"), "{text}");
    assert!(text.contains(r#""input":null"#) && text.contains(r#""amount":"-7.00""#), "{text}");
    assert!(text.ends_with("\"redacted\":{\"erased\":[\"…\"]}}\n"), "{text}");
    assert_eq!(trouble.unwrap(), format!("{WORDS}; no inputs of its cases are kept"));
}

#[test]
fn where_no_edition_prices_nobody_knows_the_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let (text, trouble) = kept_of(folder.path(), Redaction::new(["shipper"], []).unwrap(), Arc::new(Book::default()));
    assert!(!text.contains("Ann") && text.contains(r#""input":null"#), "{text}");
    let words = "no edition priced yet that shows whether the paths of the redaction lead to inputs; no inputs of its cases are kept";
    assert_eq!(trouble.unwrap(), words);
    // Where nothing is to be taken out, nothing has to be known.
    let folder = tempfile::tempdir().unwrap();
    let (text, trouble) = kept_of(folder.path(), Redaction::default(), Arc::new(Book::default()));
    assert!(text.contains("Ann") && trouble.is_none(), "{text}");
}

#[test]
fn that_a_path_leads_astray_is_told_while_cases_of_such_rules_come() {
    let folder = tempfile::tempdir().unwrap();
    let limits = KeptLimits { every: Duration::from_millis(1), ..KeptLimits::default() };
    let redaction = Redaction::new(["sender"], []).unwrap();
    let kept = Kept::open(folder.path(), limits, redaction, key(), noon()).unwrap();
    let (book, old) = (book(RULES), Edition::new(RuleSet::compile(RULES).unwrap()).digest());
    let door = door(book.clone(), &kept);
    let write_one = || {
        let input = serde_json::json!({"n": 3});
        let priced = door.price(&mut MigrationContext::default(), &Subject::of("Ann"), &input, || Ok(()));
        assert_eq!(priced.answer, Ok(()));
        while kept.counts().written < kept.counts().seen {
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    write_one();
    // What is said of a line is said after it counts as written.
    while kept.trouble().is_none() {
        std::thread::sleep(Duration::from_millis(1));
    }
    let renamed = RULES.replace("shipper : text", "sender : text = \"none\"  shipper : text");
    let next = Edition::new(RuleSet::compile(&renamed).unwrap());
    book.publish(ratewright::live::Publication::new().remove(old).put(next)).unwrap();
    write_one();
    kept.finish();
    assert_eq!(kept.trouble(), None);
}
