//! Which rules a case exercised, and which edges of them.

use ratewright::live::Edition;
use ratewright::migrate::{Path, Tracing};
use ratewright::{Quote, RuleSet};
use std::collections::BTreeSet;

pub const PARCELS: &str = r#"
ruleset parcel "Parcels" { currency USD  priced on shipped }
input {
    shipped     : date
    weight      : mass in lb over 0 lb
    residential : yes/no = no
    gold        : yes/no = no
    service     : text = "ground"
    reference   : text = ""
}
parameter fuel : percent {
    from 2026-01-01  10%
    from 2026-07-01  12%
}
table base {
    service : text
    weight  : mass in lb by range
    -> price : money

    | service | weight            || price |
    | ground  | up to 10          || 8     |
    | ground  | over 10 up to 100 || 20    |
}
let heavy = weight >= 70 lb
charge BASE = base[service, weight].price
charge HOME = 4 USD when residential
exception gold to HOME = 1 USD when gold
charge HEAVY = 15 USD when heavy
charge FUEL = fuel of BASE
refuse TOO_HEAVY "more than 90 lb" when weight > 90 lb
flag LIGHT "a letter" when weight < 1 lb
"#;

pub fn tracing(text: &str) -> Tracing {
    Tracing::new(&Edition::new(RuleSet::compile(text).unwrap_or_else(|rejected| panic!("{rejected}"))))
}

pub fn path(tracing: &Tracing, input: &str) -> Path {
    let (mut quote, mut path) = (Quote::default(), Path::default());
    let mut context = tracing.edition().context();
    let _ = tracing.quote_json_into(&mut context, input, &mut quote, &mut path);
    path
}

fn rules(tracing: &Tracing, input: &str) -> Vec<String> {
    let path = path(tracing, input);
    tracing.rules(&path).map(|rule| rule.name.clone()).collect()
}

#[test]
fn a_case_exercises_what_was_charged_and_what_that_took() {
    let tracing = tracing(PARCELS);
    let rules = |input| rules(&tracing, input);
    assert_eq!(rules(r#"{"shipped": "2026-03-02", "weight": 5}"#), ["BASE", "FUEL", "base", "fuel"]);
    assert_eq!(
        rules(r#"{"shipped": "2026-03-02", "weight": 75, "residential": true}"#),
        ["BASE", "HOME", "HEAVY", "FUEL", "base", "fuel"]
    );
    assert_eq!(
        rules(r#"{"shipped": "2026-03-02", "weight": 0.5, "residential": true, "gold": true}"#),
        ["BASE", "HOME / gold", "FUEL", "base", "fuel", "LIGHT"],
        "the exception gave the amount"
    );
    assert_eq!(rules(r#"{"shipped": "2026-03-02", "weight": 91}"#), ["TOO_HEAVY"]);
    assert!(rules(r#"{"weight": 91}"#).is_empty(), "what cannot be read exercises nothing");
    let before_any_fuel = rules(r#"{"shipped": "2025-03-02", "weight": 5}"#);
    assert_eq!(before_any_fuel, ["BASE", "base"], "an error that no rule means: what was reached before it");
}

/// Worked by hand: two sides of each condition, one point of each comparison, each row and its end, each value of a parameter.
#[test]
fn the_edges_of_each_rule_are_counted() {
    let tracing = tracing(PARCELS);
    let names = tracing.edition().rule_digests().iter().map(|rule| rule.name.as_str());
    let counted: Vec<(&str, u64)> = names.zip((0..).map(|rule| tracing.edges().of_rule(rule))).collect();
    let expected = [
        ("BASE", 0),
        ("HOME", 2),
        ("HOME / gold", 2),
        ("HEAVY", 3), // its own condition, and the point of the let that it refers to
        ("FUEL", 0),
        ("base", 4),
        ("fuel", 2),
        ("LIGHT", 3),
        ("TOO_HEAVY", 3),
    ];
    assert_eq!(counted, expected);
}

/// The edges that inputs meet, however often, are those that their bounds say.
#[test]
fn a_bound_is_met_where_it_lies() {
    let tracing = tracing(PARCELS);
    let met = |weight: &str| -> BTreeSet<u32> {
        path(&tracing, &format!(r#"{{"shipped": "2026-03-02", "weight": {weight}}}"#)).edges().iter().copied().collect()
    };
    let new = |weight: &str, beside: &str| met(weight).difference(&met(beside)).count();
    assert_eq!(new("10", "9"), 1, "the end of the first row");
    assert_eq!(new("10.5", "10"), 1, "the second row");
    assert_eq!(new("70", "71"), 1, "the point of the comparison; both are heavy");
    assert_eq!(new("70", "69"), 2, "the point, and the other side of `when heavy`");
    assert_eq!(new("90", "89"), 1, "the point of the refusal");
    assert_eq!(new("1.00", "2"), 1, "the point of the flag");
    assert_eq!(new("42", "43"), 0);
}

#[test]
fn signatures_tell_ways_and_inputs_apart() {
    let tracing = tracing(PARCELS);
    let path = |input: &str| path(&tracing, input);
    let five = path(r#"{"shipped": "2026-03-02", "weight": 5}"#);
    let six = path(r#"{"shipped": "2026-03-02", "weight": 6}"#);
    assert_eq!(five.signature(), six.signature(), "one way");
    assert_ne!(five.input(), six.input(), "two inputs");
    assert_ne!(five.signature(), path(r#"{"shipped": "2026-03-02", "weight": 50}"#).signature());
    for same in [
        r#"{"weight": "5 lb", "shipped": "2026-03-02"}"#,
        r#"{"weight": 5.00, "shipped": "2026-03-02", "residential": false}"#,
        r#"{"weight": "80 oz", "shipped": "2026-03-02", "service": "ground"}"#,
        r#"{"weight": 5, "shipped": "2026-03-02", "reference": "which no rule reads"}"#,
    ] {
        assert_eq!(path(same).input(), five.input(), "{same}");
    }
    let longer = PARCELS.replace("gold        : yes/no = no", "gold : yes/no = no\n night : yes/no = no")
        + "charge NIGHT = 3 USD when night\n";
    let longer = self::path(&self::tracing(&longer), r#"{"shipped": "2026-03-02", "weight": 5}"#);
    assert_eq!(longer.input(), five.input(), "a field more, at its default");
}

/// The signature of an input computed here as its description says: eight bytes at a time, lowest first.
#[test]
fn a_signature_is_what_its_description_says() {
    fn fold(a: u64, b: u64) -> u64 {
        let product = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b ^ 0xd6e8_feb8_6659_fd93);
        (product >> 64) as u64 ^ product as u64
    }
    let name = |name: &str| {
        let mut word = [0; 8];
        word[..name.len()].copy_from_slice(name.as_bytes());
        fold(fold(0, u64::from_le_bytes(word)), name.len() as u64)
    };
    let weight = fold(fold(fold(fold(0, 1), 125), 1), name("weight")); // 12.5
    let shipped = fold(fold(fold(0, 6), 20_514), name("shipped")); // days since 1970-01-01
    let path = path(&tracing(PARCELS), r#"{"shipped": "2026-03-02", "weight": 12.5}"#);
    assert_eq!(path.input(), weight.wrapping_add(shipped));
}
