//! Digests say when the meaning of rules has changed, and only then.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use ratewright::digest::Digest;
use ratewright::{Compiler, Directory, RuleSet};
use std::fs;

/// Rules in which everything depends on something.
const RULES: &str = r#"ruleset parcel "Parcels" version "7" { currency USD  priced on shipped }
enum Service { GROUND, AIR }
input { weight : mass in lb  service : Service  zone : text  shipped : date  insured : yes/no = no }
parameter fuel : percent { from 2026-01-01 10%  from 2026-07-01 12% }
let billed = (greatest of (weight, 1 lb)) rounded up to 1 lb
function handled(price : money) = price + 1 USD
tiers drayage graduated over mass in lb { up to 10 1 USD per lb  above 0.50 USD per lb }
table rates most specific {
  service : Service  zone : text -> rate : USD per lb
  | service | zone || rate |
  | GROUND  | "A"  || 2    |
  | GROUND  | any  || 3    |
  | AIR     | any  || 9    |
}
charge BASE "Transportation" = billed * rates[service, zone].rate
charge FUEL "Fuel" = fuel of BASE because "Tariff 4"
charge DRAYAGE = drayage(billed) when zone is "A"
charge INSURANCE = handled(2 USD) when insured
output billed_weight = billed
flag HEAVY "more than 70 lb" when weight > 70 lb
refuse NOTHING "no weight" when weight is 0 lb
"#;

fn compiled(text: &str) -> RuleSet {
    RuleSet::compile(text).unwrap_or_else(|rejected| panic!("{rejected}"))
}

fn replaced(from: &str, to: &str) -> RuleSet {
    assert!(RULES.contains(from), "{from}");
    compiled(&RULES.replace(from, to))
}

/// The names of the rules whose digests differ, in order; a rule has to be in both.
fn changed(other: &RuleSet) -> Vec<String> {
    let (before, after) = (compiled(RULES).rule_digests(), other.rule_digests());
    assert_eq!(before.len(), after.len());
    let pairs = before.into_iter().zip(after);
    pairs.filter(|(a, b)| a.digest != b.digest).map(|(a, _)| a.name).collect()
}

#[test]
fn the_hash_is_sha_256() {
    // FIPS 180-4, the example of one block.
    let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(Digest::of_bytes(b"abc").to_string(), abc);
    assert_eq!(abc.parse::<Digest>().unwrap(), Digest::of_bytes(b"abc"));
    assert!("abc".parse::<Digest>().is_err());
    assert!("+a".repeat(32).parse::<Digest>().is_err());
}

#[test]
fn layout_comments_and_how_a_number_is_written_are_no_meaning() {
    let other = RULES
        .replace("charge FUEL", "# a comment\n\n   charge   FUEL")
        .replace("|| 2    |", "|| 2.0  |")
        .replace("0.50 USD per lb", "0.5 USD per lb");
    assert_eq!(compiled(RULES).digest(), compiled(&other).digest());
    assert_eq!(changed(&compiled(&other)), [""; 0]);
}

#[test]
fn a_rule_changes_with_what_it_depends_on_and_no_other_does() {
    assert_eq!(changed(&replaced("from 2026-07-01 12%", "from 2026-07-01 13%")), ["FUEL", "fuel"]);
    assert_eq!(changed(&replaced("|| 9    |", "|| 8    |")), ["BASE", "FUEL", "rates"]);
    assert_eq!(changed(&replaced("price + 1 USD", "price + 2 USD")), ["INSURANCE"]);
    assert_eq!(changed(&replaced("above 0.50", "above 0.51")), ["DRAYAGE"]);
    let weight = ["BASE", "FUEL", "DRAYAGE", "billed_weight"];
    assert_eq!(changed(&replaced("up to 1 lb", "up to 2 lb")), weight);
    assert_eq!(changed(&replaced("insured : yes/no = no", "insured : yes/no = yes")), ["INSURANCE"]);
    assert_eq!(changed(&replaced("weight > 70 lb", "weight > 71 lb")), ["HEAVY"]);
    assert_eq!(changed(&replaced("weight is 0 lb", "weight < 1 lb")), ["NOTHING"]);
}

#[test]
fn names_and_words_for_people_cost_no_evidence_but_make_another_edition() {
    let renamed = RULES.replace("billed", "billable").replace("billable_weight", "billed_weight");
    let other = [
        renamed,
        RULES.replace("\"Transportation\"", "\"Carriage\""),
        RULES.replace("\"Tariff 4\"", "\"Tariff 5\""),
        RULES.replace("\"more than 70 lb\"", "\"heavy\""),
        RULES.replace("version \"7\"", "version \"8\""),
    ];
    for text in other {
        assert_ne!(text, RULES);
        let other = compiled(&text);
        assert_eq!(changed(&other), [""; 0], "{text}");
        assert_ne!(compiled(RULES).digest(), other.digest(), "{text}");
    }
}

#[test]
fn the_order_of_terms_and_of_rows_that_exclude_each_other_is_no_meaning() {
    let sums = |sum: &str| {
        compiled(&format!("ruleset r {{ currency USD }}\ninput {{ a : money  b : money }}\ncharge C = {sum}"))
    };
    let digest = |rules: &RuleSet| rules.rule_digests()[0].digest;
    assert_eq!(digest(&sums("a + b + 1 USD")), digest(&sums("1 USD + (b + a)")));
    assert_ne!(digest(&sums("a - b")), digest(&sums("b - a")));
    assert_ne!(digest(&sums("a + b + 1 USD")), digest(&sums("a + b + b + 1 USD")));
    let table = |policy: &str, rows: [&str; 2]| {
        let head = format!("table t {policy} {{\n  k : text -> v : money\n  | k || v |\n");
        compiled(&format!(
            "ruleset r {{ currency USD }}\ninput {{ k : text }}\n{head}{}  | otherwise || 0 |\n}}\ncharge C = t[k].v",
            rows.concat()
        ))
    };
    let (a, b) = ("  | \"A\" || 1 |\n", "  | \"B\" || 2 |\n");
    assert_eq!(digest(&table("", [a, b])), digest(&table("", [b, a])));
    assert_ne!(digest(&table("first", [a, b])), digest(&table("first", [b, a])));
    assert_ne!(table("", [a, b]).digest(), table("", [b, a]).digest(), "explanations show the rows in their order");
}

/// Each number of a real rule set, changed in its last digit, makes another edition and changes the digest of at least one rule.
#[test]
fn every_number_counts() {
    for path in ["freight/ltl_deficit_weight.rules", "billing/electricity.rules", "billing/seats.rules"] {
        let text = fs::read_to_string(format!("rules/{path}")).unwrap();
        let rules = |text: &str| Compiler::new().loader(Directory::new("rules")).source(path, text).compile(path);
        let before = rules(&text).unwrap();
        let body = text.split("\ntest ").next().unwrap().len();
        let mut tried = 0;
        let places = numbers(&text[..body]);
        for place in places.iter().copied().step_by(1 + places.len() / 8) {
            let digit = text.as_bytes()[place];
            let other = if digit == b'9' { b'8' } else { digit + 1 };
            let mut bytes = text.clone().into_bytes();
            bytes[place] = other;
            let Ok(after) = rules(std::str::from_utf8(&bytes).unwrap()) else { continue };
            let around = &text[place.saturating_sub(30)..place + 1];
            assert_ne!(before.digest(), after.digest(), "{path}: {around}");
            tried += 1;
        }
        assert!(tried > 5, "{path}: {tried}");
    }
}

/// The last digit of each number outside comments and texts.
fn numbers(text: &str) -> Vec<usize> {
    let (mut places, mut quoted, mut comment) = (Vec::new(), false, false);
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' => comment = false,
            b'#' if !quoted => comment = true,
            b'"' if !comment => quoted = !quoted,
            _ => {}
        }
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let ends = byte.is_ascii_digit() && !next.is_ascii_digit() && next != b'.' && !next.is_ascii_alphabetic();
        if ends && !quoted && !comment {
            places.push(at);
        }
    }
    places
}

/// Digests that were given out once; they change with `digest::SEMANTICS`, and those of rules with local times with the zone database.
#[test]
fn digests_stay_as_they_are() {
    let known = [
        ("billing/electricity.rules", "4e3f681a47a8294d87ebe9cc96ff1a7e672fe337244fad383589ac07e2fbc6e3"),
        ("billing/sales_tax.rules", "bf62777bb4176aec3cce055dff16e11d6332935689e44829b2e459e966001a72"),
        ("billing/telephone_call.rules", "af1c63848b3c1dcdf59b3843743f68af27c11a01a18fdc145b25a816022d5652"),
        ("freight/air_cargo.rules", "ad905913a8ff6d900c766528b9ff0391999a77cb07ee46c5ad02dae97744e01f"),
        ("freight/ltl_deficit_weight.rules", "2eb4de689c5d45fbce965b016fb9eb293bc8cf4134234eef4e64af6a4428f621"),
        ("freight/shop_shipping_templates.rules", "029a20b8615822e8e8410314112c69659007ed71958747044042640340bced1a"),
    ];
    let digest = |path: &str| {
        let rules = Compiler::new().loader(Directory::new("rules")).compile(path).unwrap();
        // One over all: that of the rule set, and those of its rules.
        let all: String = rules.rule_digests().iter().map(|rule| format!("{} {}\n", rule.name, rule.digest)).collect();
        Digest::of_bytes(format!("{} {all}", rules.digest()).as_bytes()).to_string()
    };
    let found = known.map(|(path, _)| (path, digest(path)));
    let known = known.map(|(path, digest)| (path, digest.to_string()));
    assert_eq!(found, known);
}
