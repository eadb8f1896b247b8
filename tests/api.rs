//! A customer's program: rules embedded in Rust, through the public API alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::quote::Data;
use ratewright::value::{Number, Value};
use ratewright::{Compiler, ErrorKind, EvalError, Limits, RuleSet};
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

const PARCEL: &str = r#"
ruleset shop.parcel "Parcels" version "3" {
  currency USD
}
enum Service { ground "Ground", two_day "Two days" }
record Line { weight : mass in lb from 0.1 lb through 150 lb  note : text?  pieces : integer = 1 }
input {
  service     : Service                                   "Service"
  lines       : list of Line
  declared    : money = 0 USD                             "Declared value"
  origin      : text matching "[0-9]{5}"
  discount    : percent?
  residential : yes/no = no
  ship_date   : date named "shipDate"
}
let weight = sum of line.weight * line.pieces for each line in lines
charge BASE "Transportation" = (if service is ground then 0.50 USD per lb else 1.25 USD per lb) * weight
charge RESI "Residential" = 4 USD when residential
charge DECL "Declared value" = 1 USD per started 100 USD of declared when declared > 0 USD
output billed_weight = weight "Billed weight"
flag HEAVY "the shipment weighs {weight}" when weight > 100 lb
refuse FAR "we do not collect from {origin}" when origin is "99999"
test "two pieces" {
  given service = ground, lines = [{ weight = 3 lb, pieces = 2 }], origin = "06510", ship_date = 2026-01-20
  expect charge BASE is 3 USD
  expect no charge RESI
  expect total is 3 USD
  expect weight is 6 lb
}
test "declared" {
  given service = two_day, lines = [{ weight = 4 lb, pieces = 1 }], origin = "06510", ship_date = 2026-01-20, declared = 101 USD
  expect charge DECL is 2 USD
  expect total is 7 USD
}
test "refused" {
  given service = ground, lines = [], origin = "99999", ship_date = 2026-01-20
  expect refusal FAR
}
"#;

fn parcel() -> RuleSet {
    RuleSet::compile(PARCEL).unwrap_or_else(|rejected| panic!("{rejected}"))
}

#[derive(Serialize, Clone)]
#[serde(rename_all = "camelCase")]
struct Shipment {
    service: Service,
    lines: Vec<Line>,
    declared: Option<Decimal>,
    ship_date: String,
    #[serde(flatten)]
    from: Address,
    #[serde(flatten)]
    more: BTreeMap<String, bool>,
}

#[derive(Serialize, Clone)]
#[serde(rename_all = "snake_case")]
enum Service {
    Ground,
    TwoDay,
}

#[derive(Serialize, Clone)]
struct Address {
    origin: Zip,
}

#[derive(Serialize, Clone)]
struct Zip(String);

#[derive(Serialize, Clone)]
struct Line {
    weight: Weight,
    #[serde(skip_serializing_if = "Option::is_none")]
    pieces: Option<u64>,
}

#[derive(Serialize, Clone)]
#[serde(untagged)]
enum Weight {
    Pounds(Decimal),
    With { value: u32, unit: &'static str },
    Text(String),
}

fn shipment() -> Shipment {
    Shipment {
        service: Service::TwoDay,
        lines: vec![
            Line { weight: Weight::Pounds("2.5".parse().unwrap()), pieces: Some(2) },
            Line { weight: Weight::With { value: 16, unit: "oz" }, pieces: None },
            Line { weight: Weight::Text("2 lb".into()), pieces: None },
        ],
        declared: Some(Decimal::new(10_050, 2)),
        ship_date: "2026-01-20".into(),
        from: Address { origin: Zip("06510".into()) },
        more: BTreeMap::from([("residential".to_string(), true)]),
    }
}

#[test]
fn a_struct_is_priced() {
    let quote = parcel().quote(&shipment()).unwrap();
    let lines: Vec<_> = quote.charges().map(|line| (line.code(), line.money().to_string())).collect();
    // 8 lb at 1.25; 100.50 is two started hundreds
    assert_eq!(lines, [("BASE", "10.00 USD".into()), ("RESI", "4.00 USD".into()), ("DECL", "2.00 USD".to_string())]);
    assert_eq!(quote.totals()[0].to_string(), "16.00 USD");
    let Some(Data::Quantity(weight)) = quote.output("billed_weight") else { panic!("{quote}") };
    assert_eq!((weight.value.to_string().as_str(), weight.unit), ("8", "lb"));
}

#[test]
fn the_three_doors_give_the_same_quote() {
    let rules = parcel();
    let json = r#"{"shipDate": "2026-01-20", "service": "two_day", "origin": "06510", "residential": true, "declared": 100.50,
        "lines": [{"weight": 2.5, "pieces": 2}, {"weight": "16 oz"}, {"weight": {"value": 2, "unit": "lb"}}]}"#;
    let fields = [
        ("service", "two_day"),
        ("lines.0.weight", "2.5"),
        ("lines.0.pieces", "2"),
        ("lines[1].weight", "16 oz"),
        ("lines[2].weight", "2 lb"),
        ("lines[3].weight", ""),
        ("declared", "100.50"),
        ("shipDate", "2026-01-20"),
        ("origin", "06510"),
        ("residential", "yes"),
        ("discount", ""),
    ];
    let quote = rules.quote(&shipment()).unwrap();
    assert_eq!(rules.quote_json(json).unwrap(), quote);
    assert_eq!(rules.quote_fields(&fields).unwrap(), quote);
    assert_eq!(rules.quote(&serde_json::from_str::<serde_json::Value>(json).unwrap()).unwrap(), quote);
    let mut context = rules.context();
    for _ in 0..3 {
        assert_eq!(rules.quote_in(&mut context, &shipment()).unwrap(), quote);
        assert_eq!(rules.quote_json_in(&mut context, json).unwrap(), quote);
        assert!(rules.quote_json_in(&mut context, "{}").is_err());
    }
    let (explained, explanation) = rules.explain_json(json).unwrap();
    assert_eq!(explained, quote);
    assert_eq!(explanation.charge("BASE").unwrap().value, Some("10.00 USD"));
}

#[test]
fn a_rule_set_is_shared_between_threads() {
    let rules = parcel();
    let totals: Vec<String> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..4)
            .map(|_| {
                let rules = rules.clone();
                scope.spawn(move || rules.quote(&shipment()).unwrap().totals()[0].to_string())
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).collect()
    });
    assert_eq!(totals, ["16.00 USD"; 4]);
}

#[test]
fn refusals_and_flags_reach_the_caller() {
    let rules = parcel();
    let mut far = shipment();
    far.from.origin = Zip("99999".into());
    let error = rules.quote(&far).unwrap_err();
    assert_eq!((error.kind, error.code.as_deref()), (ErrorKind::Refused, Some("FAR")));
    assert_eq!(error.message, "we do not collect from 99999");
    let mut heavy = shipment();
    heavy.service = Service::Ground;
    heavy.lines[0].pieces = Some(50);
    let quote = rules.quote(&heavy).unwrap();
    assert_eq!(quote.flags().next().unwrap().message(), "the shipment weighs 128 lb");
}

/// An input with one field replaced, as JSON text.
fn with(field: &str, value: &str) -> String {
    let mut fields = BTreeMap::from([
        ("service", "\"ground\""),
        ("lines", "[{\"weight\": 3}]"),
        ("origin", "\"06510\""),
        ("shipDate", "\"2026-01-20\""),
    ]);
    fields.insert(field, value);
    let parts: Vec<_> = fields.iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
    format!("{{{}}}", parts.join(", "))
}

#[track_caller]
fn refused(rules: &RuleSet, input: &str, path: &str, words: &str) {
    let error: EvalError = rules.quote_json(input).expect_err("it should be refused");
    assert_eq!((error.kind, error.path.as_deref()), (ErrorKind::Input, Some(path)), "{error}");
    assert!(error.message.contains(words), "`{}` lacks `{words}`", error.message);
}

#[test]
fn bad_inputs_are_refused_with_their_path() {
    let rules = parcel();
    refused(&rules, "{}", "service", "missing");
    refused(&rules, &with("lines", "null"), "lines", "found null");
    refused(&rules, &with("colour", "\"red\""), "colour", "there is no such field");
    refused(&rules, &with("orgin", "\"06510\""), "orgin", "did you mean `origin`?");
    refused(&rules, &with("ship_date", "\"2026-01-20\""), "ship_date", "it is sent as `shipDate`");
    refused(&rules, &with("declared", "NaN"), "declared", "not JSON");
    refused(&rules, &with("declared", "Infinity"), "declared", "not JSON");
    refused(
        &rules,
        &with("lines", "[{\"weight\": 3}, {\"weight\": 150.01}]"),
        "lines[1].weight",
        "through 150 lb, found 150.01 lb",
    );
    refused(&rules, &with("lines", "[{\"weight\": 3, \"pieces\": \"two\"}]"), "lines[0].pieces", "a whole number");
    refused(&rules, &with("lines", "[{\"weight\": 3, \"note\": 3}]"), "lines[0].note", "in quotes");
    refused(&rules, &with("lines", "[{\"weight\": 3, \"weight\": 3}]"), "lines[0].weight", "sent twice");
    refused(&rules, &with("shipDate", "\"2026-02-30\""), "shipDate", "expected a date");
    refused(&rules, &with("shipDate", "20260120"), "shipDate", "expected a date");
    refused(&rules, &with("service", "\"Ground\""), "service", "did you mean \"ground\"?");
    refused(&rules, &with("origin", "\"065\""), "origin", "must match");
    refused(&rules, &with("residential", "1"), "residential", "`true` or `false`");
    refused(&rules, &with("discount", "0.1"), "discount", "does not say whether");
    refused(&rules, &with("declared", "\"5 EUR\""), "declared", "expected USD, found EUR");
    refused(&rules, &with("origin", &format!("\"{}\"", "9".repeat(1_000_000))), "origin", "at most 10000 characters");
    refused(&rules, &with("declared", &"9".repeat(1_000_000)), "declared", "digits");
    refused(&rules, &with("lines", &"[".repeat(10_000)), "lines[0]", "found a list");
    refused(&rules, &with("declared", &"[".repeat(10_000)), "declared", "");
    refused(&rules, &with("nested", &"{\"a\":".repeat(10_000)), "nested", "there is no such field");
    refused(&rules, "", "", "not JSON");
    refused(&rules, "\u{0}", "", "not JSON");
    // A number of 29 digits, more than any machine number holds, is exact.
    let quote = rules.quote_json(&with("declared", "12345678901234567890123456700.00")).unwrap();
    assert_eq!(quote.lines("DECL").next().unwrap().money().to_string(), "123456789012345678901234567.00 USD");
    let error = rules.quote(&BTreeMap::from([("declared", f64::NAN)])).unwrap_err();
    assert_eq!(error.path.as_deref(), Some("declared"));
}

#[test]
fn a_host_function_is_called_and_its_result_checked() {
    let text = r#"
        ruleset trip "Trips" { currency USD }
        input { origin : text  destination : text }
        host function distance(origin : text, destination : text) -> length in mi
        charge TRIP = distance(origin, destination) * 0.56 USD per mi
    "#;
    let compiler = || Compiler::new().source("trip.rules", text);
    let input = r#"{"origin": "Boston", "destination": "Albany"}"#;
    let rules = compiler().host("distance", |arguments| match arguments {
        [Value::Text(from), Value::Text(to)] if &**from == "Boston" && &**to == "Albany" => {
            Ok(Number::from_i64(170).into())
        }
        _ => Err("no such road".to_string()),
    });
    let rules = rules.compile("trip.rules").unwrap();
    assert_eq!(rules.quote_json(input).unwrap().totals()[0].to_string(), "95.20 USD");
    let error = rules.quote_json(r#"{"origin": "Boston", "destination": "Atlantis"}"#).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Host);
    assert!(error.message.contains("no such road") && error.span.is_some(), "{error}");
    let wrong = compiler().host("distance", |_| Ok(Value::text("far"))).compile("trip.rules").unwrap();
    assert_eq!(wrong.quote_json(input).unwrap_err().kind, ErrorKind::Host);
    let rejected = compiler().compile("trip.rules").unwrap_err();
    assert_eq!(rejected.to_string(), "trip.rules:4:23: RW0415: the program gives no function `distance`");
}

#[test]
fn limits_are_those_of_the_compiler() {
    let limits = Limits { steps: 10, ..Limits::default() };
    let rules = Compiler::new().source("parcel.rules", PARCEL).limits(limits).compile("parcel.rules").unwrap();
    let many = format!("[{}]", vec!["{\"weight\": 1}"; 50].join(", "));
    assert_eq!(rules.quote_json(&with("lines", &many)).unwrap_err().kind, ErrorKind::Limit);
}

#[test]
fn the_tests_of_the_rules_pass_and_say_what_they_miss() {
    let report = parcel().test();
    assert!(report.passed(), "{:#?}", report.failed().collect::<Vec<_>>());
    assert_eq!(report.results.len(), 3);
    let charges: Vec<_> = report.coverage.charges.missed.iter().map(|missed| missed.name.as_str()).collect();
    assert_eq!((report.coverage.charges.total, charges), (3, vec!["RESI"]));
    let branches = &report.coverage.branches;
    // service is ground, residential, declared > 0, weight > 100, origin is "99999": each yes and no
    assert_eq!((branches.total, branches.reached()), (10, 8));
}

#[test]
fn a_failing_test_says_both_values() {
    let text = PARCEL
        .replace("expect charge DECL is 2 USD", "expect charge DECL is 2.50 USD")
        .replace("weight is 6 lb", "weight is 7 lb");
    let report = RuleSet::compile(&text).unwrap().test();
    let failures: Vec<_> = report.failed().flat_map(|result| &result.failures).collect();
    let words: Vec<_> =
        failures.iter().map(|f| (f.expected.as_str(), f.found.as_str(), f.difference.as_deref())).collect();
    assert_eq!(
        words,
        [
            ("weight is 7 lb", "weight is 6 lb", Some("-1 lb")),
            ("charge DECL is 2.50 USD", "2.00 USD", Some("-0.50 USD")),
        ]
    );
    assert!(failures[1].explanation.as_deref().unwrap().contains("DECL"));
}

#[test]
fn what_is_rejected_says_where() {
    let rejected =
        RuleSet::compile("ruleset a \"A\" { currency USD }\ncharge B = wieght\ninput { weight : money }").unwrap_err();
    assert!(rejected.to_string().starts_with("main.rules:2:12: RW0201: "), "{rejected}");
    let rejected = RuleSet::from_file("no/such/file.rules").unwrap_err();
    assert!(rejected.to_string().contains("cannot read"), "{rejected}");
}

#[test]
fn the_input_schema_names_every_field() {
    let schema = parcel().input_schema();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["required"], serde_json::json!(["service", "lines", "origin", "shipDate"]));
    assert_eq!(schema["properties"]["origin"]["pattern"], "^(?:[0-9]{5})$");
    assert_eq!(
        schema["properties"]["service"]["oneOf"][1],
        serde_json::json!({"const": "two_day", "title": "Two days"})
    );
    assert_eq!(schema["properties"]["lines"]["items"]["$ref"], "#/$defs/Line");
    let weight = &schema["$defs"]["Line"]["properties"]["weight"];
    assert!(weight["description"].as_str().unwrap().starts_with("from 0.1 lb through 150 lb"), "{weight}");
    let schema = parcel().quote_schema();
    assert_eq!(schema["$defs"]["charge"]["properties"]["code"]["enum"], serde_json::json!(["BASE", "DECL", "RESI"]));
}
