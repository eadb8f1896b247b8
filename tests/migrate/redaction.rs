//! Holds: what is named is not in what is stored, wherever and however often it is sent, and all else is there digit by digit.

use ratewright::RuleSet;
use ratewright::migrate::{NotKept, Redaction, RedactionKey};

fn key() -> RedactionKey {
    RedactionKey::new(&[7; 32]).unwrap()
}

fn kept(erased: &[&str], tokens: &[&str], input: &str) -> String {
    let redaction = Redaction::new(erased.iter().copied(), tokens.iter().copied()).unwrap();
    redaction.json(&key(), input).unwrap().json().to_owned()
}

#[test]
fn only_what_is_named_is_taken_out() {
    let input = r#"{"a": 1.10, "big": 12345678901234567890.000000001, "s": {"n": "Ann \u0041", "z": "06510"}, "l": [ {"n": "x"}, {"n": null} ] }"#;
    assert_eq!(kept(&[], &[], input), input);
    assert_eq!(
        kept(&["s.n"], &[], input),
        r#"{"a":1.10,"big":12345678901234567890.000000001,"s":{"n":null,"z":"06510"},"l":[ {"n": "x"}, {"n": null} ]}"#
    );
    for path in ["l.n", "l[].n", "l[*].n"] {
        assert!(kept(&[path], &[], input).ends_with(r#""l":[{"n":null},{"n":null}]}"#), "{path}");
    }
    assert!(kept(&["l[0].n"], &[], input).ends_with(r#""l":[{"n":null},{"n": null}]}"#));
    assert!(kept(&["l[1].n"], &[], input).contains(r#"{"n": "x"}"#));
}

#[test]
fn nothing_slips_through() {
    // Sent twice, sent with an escaped name, sent as another kind of value than the path expects.
    assert_eq!(kept(&["name"], &[], r#"{"name": "Ann", "na\u006de": "Bob"}"#), r#"{"name":null,"name":null}"#);
    assert_eq!(kept(&["shipper.name"], &[], r#"{"shipper": "Ann"}"#), r#"{"shipper":null}"#);
    assert_eq!(
        kept(&["parcels[].note"], &[], r#"{"parcels": {"note": "Ann", "kg": 3}}"#),
        r#"{"parcels":{"note":null,"kg":3}}"#
    );
    assert_eq!(kept(&["tags[]"], &[], r#"{"tags": ["Ann", ["Bob"]]}"#), r#"{"tags":[null,null]}"#);
    let deep = format!(r#"{{"a": {}"Ann"{}}}"#, "[".repeat(5000), "]".repeat(5000));
    let redaction = Redaction::new(["a.name"], []).unwrap();
    if let Ok(kept) = redaction.json(&key(), &deep) {
        assert!(!kept.json().contains("Ann"));
    }
    assert_eq!(redaction.json(&key(), r#"{"a": "Ann"#), Err(NotKept));
    assert!(
        Redaction::new(["a..b"], []).is_err()
            && Redaction::new(["a[x]"], []).is_err()
            && Redaction::new([""], []).is_err()
    );
    assert!(RedactionKey::new(b"short").is_none());
}

#[test]
fn equal_values_have_equal_tokens_and_other_keys_other_ones() {
    // HMAC-SHA-256 by Python's hmac: hmac.new(b"\x07" * 32, b"17", "sha256").
    let token = "token:5ee7c0eb394f5536f35fc975cb340f78";
    assert_eq!(kept(&[], &["c"], r#"{"c": "17"}"#), format!(r#"{{"c":"{token}"}}"#));
    assert_eq!(kept(&[], &["c"], r#"{"c": 17}"#), format!(r#"{{"c":"{token}"}}"#));
    assert_ne!(RedactionKey::new(&[8; 32]).unwrap().token("17"), token);
    assert_eq!(format!("{:?}", key()), "RedactionKey(…)");
}

#[test]
fn words_lose_what_the_input_lost() {
    let redaction = Redaction::new(["name", "age"], ["customer"]).unwrap();
    let kept = redaction.json(&key(), r#"{"name": "Ann", "age": 41.0, "customer": "17", "weight": 3}"#).unwrap();
    let words = kept.words("Ann (41) of 17, not Annabel 417 or 3 lb; age 41.0, Ann");
    assert_eq!(words, "… (…) of token:5ee7c0eb394f5536f35fc975cb340f78, not Annabel 417 or 3 lb; age …, …");
    assert_eq!(serde_json::to_string(&kept).unwrap().matches("Ann").count(), 0);
    assert_eq!(format!("{kept:?}").matches("Ann").count(), 0);
    let many = format!(r#"{{"name": {:?}}}"#, (0..2000).map(|n| n.to_string()).collect::<Vec<_>>());
    assert_eq!(redaction.json(&key(), &many).unwrap().words("anything"), "…");
}

#[test]
fn words_lose_a_value_that_is_escaped_cut_off_or_has_a_unit() {
    let redaction = Redaction::new(["name", "weight", "rate"], ["customer"]).unwrap();
    let input = r#"{"name": "Ann \"O\"  Neil", "weight": "50.00 lb", "rate": "7.50%", "customer": "Globex Corporation of Springfield"}"#;
    let kept = redaction.json(&key(), input).unwrap();
    let token = kept.json().split("\"token:").nth(1).unwrap().split('"').next().unwrap();
    // Escaped as in rules and in JSON, with its spaces made one, cut off at the end of a line, and numbers by their digits.
    let words = "given name \"Ann \\\"O\\\"  Neil\" or Ann \"O\" Neil; weight of 50 lb at 7.5%, not 150 lb; Globex Corporation of Sp… and Globex…";
    let expected =
        format!("given name \"…\" or …; weight of … lb at …%, not 150 lb; token:{token}… and token:{token}…");
    assert_eq!(kept.words(words), expected);
    // What is cut off elsewhere stays.
    assert_eq!(kept.words("charge TRANSPORTA… of 3 lb"), "charge TRANSPORTA… of 3 lb");
}

const NESTED: &str = r#"ruleset r "Rates" { currency USD }
record Place { street : text, zone : text }
record Stop { place : Place, note : text }
input { stops : list of Stop, label : text, unread : text, limit : money in USD = 5 USD }
charge BASE "for {label}" = 1 USD * (count of stops)
flag LIMIT "up to {limit}" when (count of stops) > 3
"#;

#[test]
fn a_path_that_leads_to_no_field_is_refused_wherever_it_goes_astray() {
    let rules = RuleSet::compile(NESTED).unwrap();
    let said = |path: &str| Redaction::new([path], []).unwrap().check(&rules).map_err(|unknown| unknown.to_string());
    for path in ["stops", "stops.note", "stops[].note", "stops[2].place.street", "stops[].place", "label"] {
        assert_eq!(said(path), Ok(()), "{path}");
    }
    let wrong = |path: &str, help: &str| {
        assert_eq!(said(path), Err(format!("`{path}` of the redaction is not an input of r: {help}")));
    };
    wrong("stops[].plaec.street", "did you mean `stops.place`?");
    wrong("stops[].place.stret", "did you mean `stops.place.street`?");
    wrong("stops.place.name", "the fields of `stops.place` are street, zone");
    wrong("label.first", "`label` has no fields");
    wrong("label[]", "`label` is no list");
    wrong("wieght", "its inputs are stops, label, unread, limit");
    // Tokens are looked at as well.
    assert!(Redaction::new([], ["lable"]).unwrap().check(&rules).is_err());
}

#[test]
fn what_rules_read_is_told_also_where_only_words_show_it() {
    let rules = RuleSet::compile(NESTED).unwrap();
    let redaction = Redaction::new(["label", "limit", "stops[].note"], ["unread"]).unwrap();
    let input = r#"{"stops": [{"place": {"street": "A", "zone": "B"}, "note": "N"}], "label": "Ann", "unread": "x", "limit": "7.5 USD"}"#;
    assert_eq!(redaction.json(&key(), input).unwrap().read_by(&rules), ["label", "limit", "stops[].note"]);
    // What was not sent was not taken out.
    let kept = redaction.json(&key(), r#"{"stops": [], "label": null, "unread": "x"}"#).unwrap();
    assert!(kept.read_by(&rules).is_empty() && kept.is_any());
}
