//! What is read from a quote, and that one whose memory is used again says what one made anew says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::quote::Data;
use ratewright::{Quote, RuleSet};

const PARCEL: &str = r#"ruleset parcel "Parcels" version "7" { currency USD }
record Piece { weight : mass in lb   code : text }
input { pieces : list of Piece   note : text = ""   due : date = 2026-03-01 }
charge FUEL "Fuel" = 10% of LATER because "Tariff 4" tagged energy, road
charge PIECE "Piece {piece.code}" for each piece in pieces = 0.50 USD * (piece.weight as number in lb) + 10% of LATER
    shown as piece.weight at 0.50 USD per lb because "piece {piece.code}"
charge LATER = tiered(sum of piece.weight for each piece in pieces) minimum 4 USD as LEAST "At least"
tiers tiered graduated over mass in lb { up to 10 1 USD per lb
 above 0.75 USD per lb }
charge ABROAD = 3 EUR when note is not ""
output heaviest = greatest of piece.weight for each piece in pieces
output first = first of pieces
output weights = list of piece.weight for each piece in pieces
output day = due
flag NOTED "the note is {note}" when note is not ""
refuse HEAVY "{count of pieces} pieces are too many" when (count of pieces) > 3
"#;

const OTHER: &str = r#"ruleset other { currency EUR }
input { pieces : list of number   note : text = ""   due : date = 2026-03-01 }
charge ONLY "The only one" = 2 EUR
"#;

fn quote(rules: &RuleSet, input: &str) -> Quote {
    rules.quote_json(input).unwrap()
}

fn written(quote: &Quote) -> String {
    let mut text = b"before ".to_vec();
    quote.write_json(&mut text);
    String::from_utf8(text).unwrap().strip_prefix("before ").unwrap().to_owned()
}

const TWO: &str = r#"{"pieces": [{"weight": 8, "code": "a"}, {"weight": 4, "code": "b"}], "note": "fragile"}"#;

#[test]
fn lines_stand_in_the_order_of_the_rules_whatever_was_computed_first() {
    let rules = RuleSet::compile(PARCEL).unwrap();
    let quote = quote(&rules, TWO);
    // 10 lb at 1, 2 lb at 0.75: 11.50; its tenth is 1.15, on each piece.
    let lines: Vec<String> = quote.charges().map(|line| format!("{} {}", line.code(), line.money())).collect();
    assert_eq!(lines, ["FUEL 1.15 USD", "PIECE 5.15 USD", "PIECE 3.15 USD", "LATER 11.50 USD", "ABROAD 3.00 EUR"]);
    assert_eq!(quote.totals().iter().map(ToString::to_string).collect::<Vec<_>>(), ["20.95 USD", "3.00 EUR"]);
    let parts = |at: usize| quote.charges().nth(at).unwrap().breakdown().map(|part| part.label()).collect::<Vec<_>>();
    assert_eq!([parts(0).len(), parts(1).len(), parts(2).len()], [0, 0, 0]);
    assert_eq!(parts(3), ["0 to 10 lb", "over 10 lb"]);
}

#[test]
fn a_line_says_all_that_the_rules_say_of_it() {
    let rules = RuleSet::compile(PARCEL).unwrap();
    let quote = quote(&rules, TWO);
    let mut lines = quote.charges();
    let fuel = lines.next().unwrap();
    assert_eq!((fuel.label(), fuel.reason(), fuel.item()), (Some("Fuel"), Some("Tariff 4"), None));
    assert_eq!(fuel.tags().collect::<Vec<_>>(), ["energy", "road"]);
    assert!(fuel.quantity().is_none() && fuel.unit_price().is_none());
    let piece = lines.nth(1).unwrap();
    assert_eq!((piece.label(), piece.reason(), piece.item()), (Some("Piece b"), Some("piece b"), Some(1)));
    assert_eq!(piece.quantity().unwrap().to_string(), "4 lb");
    assert_eq!(piece.unit_price().unwrap().to_string(), "0.5 USD per lb");
    let rate = lines.next().unwrap().breakdown().nth(1).unwrap();
    assert_eq!((rate.quantity().unwrap().unit, rate.rate().unwrap().unit), ("lb", "USD per lb"));
    assert_eq!(rate.money().to_string(), "1.50 USD");
    let flags: Vec<_> = quote.flags().map(|flag| (flag.code(), flag.message())).collect();
    assert_eq!(flags, [("NOTED", "the note is fragile")]);
    assert_eq!((quote.rule_set(), quote.version()), ("parcel", Some("7")));
}

#[test]
fn outputs_are_read_as_trees() {
    let rules = RuleSet::compile(PARCEL).unwrap();
    let quote = quote(&rules, TWO);
    let names: Vec<&str> = quote.outputs().map(|output| output.name()).collect();
    assert_eq!(names, ["heaviest", "first", "weights", "day"]);
    assert_eq!(quote.output("day"), Some(Data::Text("2026-03-01")));
    let Some(Data::Record(piece)) = quote.output("first") else { panic!("{quote:?}") };
    assert_eq!(piece.map(|(name, _)| name).collect::<Vec<_>>(), ["weight", "code"]);
    assert_eq!(piece.field("code"), Some(Data::Text("a")));
    let Some(Data::List(weights)) = quote.output("weights") else { panic!("{quote:?}") };
    assert_eq!(weights.map(|weight| weight.to_string()).collect::<Vec<_>>(), ["8 lb", "4 lb"]);
    assert_eq!(quote.output("first").unwrap().to_string(), "{ weight = 8 lb, code = a }");
    assert!(quote.output("second").is_none());
}

#[test]
fn a_quote_used_again_says_what_one_made_anew_says() {
    let (parcel, other) = (RuleSet::compile(PARCEL).unwrap(), RuleSet::compile(OTHER).unwrap());
    let inputs = [
        (&parcel, TWO),
        (&parcel, r#"{"pieces": [{"weight": 1, "code": "c"}]}"#),
        (&other, r#"{"pieces": []}"#),
        (&parcel, r#"{"pieces": [{"weight": 1, "code": "c"}], "note": "n"}"#),
        (&other, r#"{"pieces": [1]}"#),
        (&parcel, TWO),
    ];
    let (mut context, mut again) = (parcel.context(), Quote::default());
    for (rules, input) in inputs {
        rules.quote_json_into(&mut context, input, &mut again).unwrap();
        let anew = quote(rules, input);
        assert_eq!(again, anew);
        assert_eq!(serde_json::to_string(&again).unwrap(), serde_json::to_string(&anew).unwrap());
        assert_eq!(written(&again), serde_json::to_string(&anew).unwrap());
        assert_eq!((again.to_string(), format!("{again:?}")), (anew.to_string(), format!("{anew:?}")));
    }
}

#[test]
fn json_is_written_as_serde_json_writes_it() {
    let rules = RuleSet::compile(
        r#"ruleset odd "Odd" version "a \"b\" \\ c" { currency USD  rounding none }
        input { text : text  numbers : list of number  given : number? }
        charge PICK "Tab here" = first of { ONE "First \"one\"" 1 USD / 3
            TWO 2 USD } because "new\nline"
        output text_of_it = text
        output records = list of { n = n, half = n / 2, part = 50% * n } for each n in numbers
        output all = { yes_no = yes, other = no, absent = given, price = 3 USD per kg, nothing = numbers }
        flag SAID "{text}" when yes"#,
    );
    let rules = rules.unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(written(&Quote::default()), serde_json::to_string(&Quote::default()).unwrap());
    let every_byte: String = (0..=0xff_u8).map(char::from).collect();
    for text in ["", "plain", "\"", "运费 – 🚚\\", "\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}", &every_byte] {
        for numbers in [vec![], vec!["1"], vec!["0.1", "-12345678901234567890123.5", "7"]] {
            let input = serde_json::json!({ "text": text, "numbers": numbers });
            let quote = rules.quote(&input).unwrap();
            assert_eq!(written(&quote), serde_json::to_string(&quote).unwrap());
        }
    }
}

#[test]
fn an_error_leaves_the_quote_empty() {
    let rules = RuleSet::compile(PARCEL).unwrap();
    let (mut context, mut quote) = (rules.context(), Quote::default());
    let piece = r#"{"weight": 1, "code": "c"}"#;
    for wrong in
        [format!(r#"{{"pieces": [{piece}, {piece}, {piece}, {piece}]}}"#), "{}".into(), r#"{"pieces": []}"#.into()]
    {
        rules.quote_json_into(&mut context, TWO, &mut quote).unwrap();
        assert_ne!(quote, Quote::default());
        rules.quote_json_into(&mut context, &wrong, &mut quote).unwrap_err();
        assert_eq!(quote, Quote::default(), "{wrong}");
        assert_eq!((quote.rule_set(), quote.charges().len(), quote.totals().len()), ("", 0, 0));
    }
}

#[test]
fn quotes_are_equal_where_they_say_the_same() {
    let rules = RuleSet::compile(PARCEL).unwrap();
    let same = RuleSet::compile(&PARCEL.replace("charge FUEL", "\n\n# the same\ncharge FUEL")).unwrap();
    assert_eq!(quote(&rules, TWO), quote(&same, TWO));
    for (old, new) in [
        ("\"Fuel\"", "\"Diesel\""),
        ("Tariff 4", "Tariff 5"),
        ("energy, road", "energy"),
        ("piece {piece.code}\"", "item {piece.code}\""),
        ("output day = due", "output day = due + 1 day"),
        ("the note is", "it says"),
        ("version \"7\"", "version \"8\""),
        ("at 0.50 USD per lb", "at 0.49 USD per lb"),
    ] {
        let changed = PARCEL.replacen(old, new, 1);
        assert_ne!(changed, PARCEL, "{old}");
        assert_ne!(quote(&rules, TWO), quote(&RuleSet::compile(&changed).unwrap(), TWO), "{old}");
    }
}
