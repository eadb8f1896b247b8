//! Contracts: a rule set that extends another one and changes parts of it for one customer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use ratewright::check::{Loader, check};
use ratewright::{Compiler, RuleSet};
use std::collections::HashMap;

struct Files(HashMap<String, String>);

impl Loader for Files {
    fn load(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_string())
    }
}

const BASE: &str = r#"
ruleset freight.parcel "Domestic parcel" version "2026.1" {
  currency USD
  effective 2026-01-01 through 2026-12-31
  priced on ship_date
}
import "shared/zones.rules"
input { ship_date : date   zone : Zone   weight : mass in lb }
table rates {
  zone   : Zone
  weight : mass in lb by range
  -> price : money

  | zone  | weight        || price |
  | local | up to 10      || 10.00 |
  | local | over 10       || 20.00 |
  | far   | up to 10      || 30.00 |
  | far   | over 10       || 40.00 |
}
parameter fuel : percent {
  from 2026-01-01 10%
  from 2026-07-01 12%
}
let surcharge_base = BASE
charge BASE "Transportation" = rates[zone, weight].price
charge HANDLING "Handling" = 2.00 USD
charge FUEL "Fuel" = fuel of sum of applied (surcharge_base_charge, HANDLING)
let unused_by_tests = surcharge_base
charge surcharge_base_charge "Copy" = 0 USD when weight > 1000 lb
output paid_for = unused_by_tests
"#;

const ZONES: &str = "module shared.zones \"Zones\"\nenum Zone { local, far }\n";

fn files(contract: &str) -> Files {
    let files = [("parcel.rules", BASE), ("shared/zones.rules", ZONES), ("contracts/acme.rules", contract)];
    Files(files.iter().map(|(path, text)| (path.to_string(), text.to_string())).collect())
}

fn compile(contract: &str) -> RuleSet {
    match Compiler::new().loader(files(contract)).compile("contracts/acme.rules") {
        Ok(rule_set) => rule_set,
        Err(rejected) => panic!("{rejected}"),
    }
}

const HEADER: &str = r#"ruleset contracts.acme extends freight.parcel from "../parcel.rules" "ACME, contract 2026-117" {
  effective 2026-03-01 through 2026-12-31
}
"#;

fn lines(rule_set: &RuleSet, input: &str) -> Vec<String> {
    let quote = rule_set.quote_json(input).expect("it is priced");
    quote.charges().map(|line| format!("{} {}", line.code(), line.money())).collect()
}

#[test]
fn a_contract_without_changes_prices_as_its_base() {
    let contract = compile(HEADER);
    let base = Compiler::new().loader(files("")).compile("parcel.rules").expect("the base is right");
    let input = r#"{"ship_date": "2026-08-01", "zone": "far", "weight": 12}"#;
    assert_eq!(lines(&contract, input), lines(&base, input));
    assert_eq!(lines(&contract, input), ["BASE 40.00 USD", "HANDLING 2.00 USD", "FUEL 0.24 USD"]);
}

#[test]
fn overrides_take_the_place_of_what_they_replace() {
    let contract = compile(&format!(
        r#"{HEADER}
override parameter fuel {{ from 2026-03-01 50% }}
override charge BASE "Transportation" = base.BASE less 38% minimum 8.20 USD
override table rates {{ | local | up to 10 || 12.00 | }}
charge FEE "Contract fee" = 1.00 USD
"#
    ));
    // 12.00 less 38 % is 7.44, so the minimum; 50 % of 2.00.
    let near = r#"{"ship_date": "2026-08-01", "zone": "local", "weight": 3}"#;
    assert_eq!(lines(&contract, near), ["BASE 8.20 USD", "HANDLING 2.00 USD", "FUEL 1.00 USD", "FEE 1.00 USD"]);
    // 40.00 less 38 % is 24.80.
    let far = r#"{"ship_date": "2026-08-01", "zone": "far", "weight": 12}"#;
    assert_eq!(lines(&contract, far)[0], "BASE 24.80 USD");
}

#[test]
fn a_removed_charge_is_gone_and_sums_go_on_without_it() {
    let contract = compile(&format!("{HEADER}remove charge HANDLING\n"));
    let input = r#"{"ship_date": "2026-08-01", "zone": "far", "weight": 12}"#;
    assert_eq!(lines(&contract, input), ["BASE 40.00 USD", "FUEL 0.00 USD"]);
}

#[test]
fn the_period_is_the_contracts() {
    let contract = compile(HEADER);
    let error = contract.quote_json(r#"{"ship_date": "2026-02-01", "zone": "far", "weight": 12}"#).unwrap_err();
    assert_eq!(error.kind, ratewright::eval::ErrorKind::Input, "{error}");
}

#[track_caller]
fn refused(contract: &str, code: &str) {
    let checked = check("contracts/acme.rules", &files(contract));
    let codes: Vec<_> = checked.diagnostics.iter().map(|d| d.code.to_string()).collect();
    assert_eq!(codes, [code], "{:#?}", checked.diagnostics);
}

#[test]
fn an_override_that_matches_nothing_is_an_error() {
    refused(&format!("{HEADER}override parameter fule {{ from 2026-03-01 1% }}\n"), "RW0209");
    refused(&format!("{HEADER}override charge BSAE = 1 USD\n"), "RW0209");
    refused(&format!("{HEADER}remove charge HANDLNIG\n"), "RW0209");
    refused(&format!("{HEADER}override table rates {{ | local | up to 11 || 12.00 | }}\n"), "RW0515");
}

#[test]
fn the_named_base_must_be_the_one_in_the_file() {
    refused(&HEADER.replace("extends freight.parcel", "extends freight.parcle"), "RW0208");
    refused(&HEADER.replace("../parcel.rules", "../parcle.rules"), "RW0200");
}

#[test]
fn a_contract_without_a_period_is_in_force_as_long_as_its_base() {
    let rules = compile(
        "ruleset contracts.acme extends freight.parcel from \"../parcel.rules\" \"ACME\" { }\nremove charge HANDLING\n",
    );
    let quote = |day: &str| rules.quote_json(&format!(r#"{{"ship_date": "{day}", "zone": "far", "weight": 3}}"#));
    assert_eq!(quote("2026-12-31").unwrap().totals()[0].to_string(), "30.00 USD");
    let error = quote("2027-01-01").unwrap_err();
    assert_eq!(error.kind, ratewright::ErrorKind::Input, "{error}");
}
