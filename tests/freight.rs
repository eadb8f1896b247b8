//! The freight rule sets: their own tests pass, and every worked example is priced with all its steps.
//!
//! The steps of `vectors/freight-worked.jsonl` are asserted under the names of the rule sets' outputs and charges; the tables below
//! only say which is which.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

use ratewright::RuleSet;
use rust_decimal::Decimal;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn compiled(file: &Path) -> RuleSet {
    RuleSet::from_file(file).unwrap_or_else(|e| panic!("{}:\n{e}", file.display()))
}

/// A rule set of the folder, compiled once for all tests.
fn rule_set(name: &str) -> RuleSet {
    static COMPILED: Mutex<BTreeMap<String, RuleSet>> = Mutex::new(BTreeMap::new());
    let compile = || compiled(&root().join("rules/freight").join(format!("{name}.rules")));
    COMPILED.lock().unwrap().entry(name.to_string()).or_insert_with(compile).clone()
}

#[test]
fn the_tests_beside_the_rules_pass() {
    let mut files = 0;
    for file in std::fs::read_dir(root().join("rules/freight")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rules") {
            let report = rule_set(path.file_stem().unwrap().to_str().unwrap()).test();
            let failed: Vec<_> = report.failed().collect();
            assert!(failed.is_empty(), "{}\n{failed:#?}", path.display());
            files += 1;
        }
    }
    assert!(files >= 6);
}

/// The worked examples of one rule set.
fn worked(ruleset: u64) -> Vec<Json> {
    let text = std::fs::read_to_string(root().join("tests/vectors/freight-worked.jsonl")).unwrap();
    let all = text.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
    let found: Vec<_> = all.filter(|example| example["ruleset"] == ruleset).collect();
    assert_eq!(found.len(), 2, "worked examples of rule set {ruleset}");
    found
}

/// Where a step of a worked example is found in a quote.
enum Step {
    /// An output.
    Output(&'static str),
    /// The sum of the lines of a charge; zero where there is none.
    Charge(&'static str),
    /// The same with the other sign.
    Credit(&'static str),
}
use Step::{Charge, Credit, Output};

fn number_of(value: &Json) -> Option<Decimal> {
    match value {
        Json::String(text) => text.parse().ok(),
        Json::Number(number) => number.to_string().parse().ok(),
        Json::Object(parts) => number_of(parts.get("amount").or(parts.get("value"))?),
        _ => None,
    }
}

fn find(quote: &Json, step: &Step) -> Json {
    let charged = |code: &str| -> Decimal {
        let lines = quote["charges"].as_array().unwrap().iter().filter(|line| line["code"] == code);
        lines.map(|line| number_of(&line["amount"]).unwrap()).sum()
    };
    match step {
        Output(name) => {
            let found = quote["outputs"].as_array().unwrap().iter().find(|output| output["name"] == *name);
            found.unwrap_or_else(|| panic!("no output {name} in {quote}"))["value"].clone()
        }
        Charge(code) => json!(charged(code).to_string()),
        Credit(code) => json!((-charged(code)).to_string()),
    }
}

/// Equal as numbers where they are numbers, field by field and element by element otherwise.
fn same(expected: &Json, found: &Json) -> bool {
    match (expected, found) {
        (Json::Array(expected), Json::Array(found)) => {
            expected.len() == found.len() && expected.iter().zip(found).all(|(e, f)| same(e, f))
        }
        _ => match (number_of(expected), number_of(found)) {
            (Some(expected), Some(found)) => expected == found,
            _ => expected == found,
        },
    }
}

/// Prices an example and compares its total and every step that `steps` names; steps are pointers into the example's steps.
fn prices(rules: &RuleSet, example: &Json, input: &Json, steps: &[(&str, Step)]) -> Json {
    let name = format!("rule set {} example {}", example["ruleset"], example["example"]);
    let quote = rules.quote_json(&input.to_string()).unwrap_or_else(|e| panic!("{name}: {e}"));
    let quote = serde_json::to_value(&quote).unwrap();
    assert_eq!(number_of(&quote["totals"][0]), number_of(&example["total"]), "total of {name}: {quote}");
    for (pointer, step) in steps {
        // A step that does not occur in an example, such as a surcharge that is not due, is zero.
        let expected = example["steps"].pointer(pointer).cloned().unwrap_or(json!("0"));
        let found = find(&quote, step);
        assert!(same(&expected, &found), "{pointer} of {name} is {found}, not {expected}");
    }
    quote
}

fn list(value: &Json) -> &[Json] {
    value.as_array().unwrap()
}

#[test]
fn ltl_deficit_weight() {
    let rules = rule_set("ltl_deficit_weight");
    for example in worked(1) {
        let given = &example["input"];
        let lines: Json =
            list(&given["lines"]).iter().map(|line| json!({ "class": line[0], "weight": line[1] })).collect();
        let mut input = json!({ "lines": lines, "diesel": given["diesel"] });
        for accessorial in given["acc"].as_array().into_iter().flatten() {
            input[accessorial.as_str().unwrap()] = json!(true);
        }
        prices(
            &rules,
            &example,
            &input,
            &[
                ("/total_weight", Output("billed_weight")),
                ("/rated_break", Output("rated_at_break")),
                ("/deficit_lb", Output("deficit")),
                ("/class_charge", Output("class_charge")),
                ("/gross", Output("gross")),
                ("/discount", Credit("DISCOUNT")),
                ("/net_linehaul", Output("net")),
                ("/fuel_percent", Output("fuel_percent")),
                ("/fuel", Charge("FUEL")),
                ("/high_cost_area", Charge("HIGH_COST")),
            ],
        );
    }
}

#[test]
fn household_goods() {
    let rules = rule_set("household_goods");
    for example in worked(3) {
        let given = &example["input"];
        let discount: Decimal = given["discount"].as_str().unwrap().parse().unwrap();
        let input = json!({
            "move_date": "2020-06-15", "weight": given["lb"], "miles": given["miles"], "origin_area": given["origin_area"],
            "destination_area": given["dest_area"], "discount": format!("{}%", discount * Decimal::from(100)),
        });
        // Amounts of the steps are in cents.
        let quote = prices(&rules, &example, &input, &[("/cwt", Output("hundredweights"))]);
        for (part, output, charge) in [
            ("linehaul", "linehaul_gross", "LINEHAUL"),
            ("origin_service", "origin_gross", "ORIGIN"),
            ("dest_service", "destination_gross", "DESTINATION"),
            ("pack", "pack_gross", "PACK"),
            ("unpack", "unpack_gross", "UNPACK"),
        ] {
            let steps = &example["steps"];
            for (expected, step) in [(&steps["gross"][part], Output(output)), (&steps["net"][part], Charge(charge))] {
                let expected = number_of(expected).unwrap() / Decimal::from(100);
                assert_eq!(number_of(&find(&quote, &step)), Some(expected), "{part} of {example}");
            }
        }
        for (step, output) in [
            ("base_linehaul", "linehaul_from_table"),
            ("origin_factor", "linehaul_at_origin"),
            ("dest_factor", "linehaul_at_destination"),
            ("shorthaul", "shorthaul_added"),
        ] {
            let expected = number_of(&example["steps"][step]).unwrap() / Decimal::from(100);
            assert_eq!(number_of(&find(&quote, &Output(output))), Some(expected), "{step} of {example}");
        }
    }
}

/// The shipments of the folder are priced from their flat rows; the totals were computed apart, with exact fractions.
#[test]
fn household_goods_shipments() {
    let rules = rule_set("household_goods");
    let text = std::fs::read_to_string(root().join("rules/freight/household_goods_shipments.csv")).unwrap();
    let mut rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let headings = rows.next().unwrap();
    let mut totals = Vec::new();
    for row in rows {
        let fields: Vec<(&str, &str)> = headings.iter().copied().zip(row).collect();
        let quote = rules.quote_fields(&fields).unwrap_or_else(|e| panic!("{fields:?}: {e}"));
        totals.push(quote.totals()[0].to_string().replace(" USD", ""));
    }
    assert_eq!(totals, SHIPMENT_TOTALS);
}

const SHIPMENT_TOTALS: &[&str] = &[
    "6662.53", "2847.69", "986.64", "1756.94", "15489.75", "2743.78", "2847.69", "6232.09", "15931.14", "8475.79",
    "2671.70", "20374.75", "22718.78", "11582.05",
];

#[test]
fn air_cargo() {
    let rules = rule_set("air_cargo");
    for example in worked(4) {
        let given = &example["input"];
        let piece = |p: &Json| json!({ "count": p[0], "length": p[1], "width": p[2], "height": p[3] });
        let pieces: Json = list(&given["pieces"]).iter().map(piece).collect();
        let input = json!({ "pieces": pieces, "gross_weight": given["gross_kg"] });
        prices(
            &rules,
            &example,
            &input,
            &[
                ("/volume_cm3", Output("volume_cm3")),
                ("/volume_kg", Output("volume_kg")),
                ("/gross_kg", Output("gross_kg")),
                ("/chargeable_kg", Output("chargeable_kg")),
                ("/freight", Charge("FREIGHT")),
                ("/rated_kg", Output("rated_kg")),
                ("/fuel", Charge("FUEL")),
                ("/security", Charge("SECURITY")),
                ("/awb", Charge("AWB")),
                ("/usd", Output("in_dollars")),
            ],
        );
    }
}

#[test]
fn ocean_lcl() {
    let rules = rule_set("ocean_lcl");
    for example in worked(5) {
        let given = &example["input"];
        let piece = |p: &Json| json!({ "count": p[0], "length": p[1], "width": p[2], "height": p[3], "weight": p[4] });
        let pieces: Json = list(&given["pieces"]).iter().map(piece).collect();
        let input = json!({ "pieces": pieces, "received": given["received"], "sailed": given["sailed"], "value": given["value"] });
        prices(
            &rules,
            &example,
            &input,
            &[
                ("/cbm", Output("cbm")),
                ("/tonnes", Output("tonnes")),
                ("/revenue_tons", Output("billed_tons")),
                ("/rate", Output("rate_per_ton")),
                ("/ad_valorem", Output("ad_valorem")),
                ("/base", Charge("FREIGHT")),
                ("/baf", Charge("BAF")),
                ("/caf", Charge("CAF")),
                ("/heavy_lift", Charge("HEAVY")),
                ("/thc_eur", Output("thc_eur")),
                ("/thc_usd", Charge("THC")),
                ("/doc", Charge("DOC")),
            ],
        );
    }
}

#[test]
fn shop_shipping_templates() {
    let rules = rule_set("shop_shipping_templates");
    for example in worked(6) {
        let given = &example["input"];
        let item = |i: &Json| {
            json!({
                "template": i["tpl"], "price": i["price"], "quantity": i["qty"], "weight": i["kg"], "volume": i["cm3"],
            })
        };
        let items: Json = list(&given["items"]).iter().map(item).collect();
        let input = json!({ "items": items, "region": given["region"] });
        let quote = prices(
            &rules,
            &example,
            &input,
            &[
                ("/goods", Output("合计商品")),
                ("/first_charged", Output("首重所属")),
                ("/island", Charge("海岛")),
                ("/lines", Output("分摊")),
            ],
        );
        let templates = find(&quote, &Output("模板明细"));
        assert_eq!(list(&templates).len(), example["steps"]["templates"].as_object().unwrap().len());
        for found in list(&templates) {
            let expected = &example["steps"]["templates"][found["code"].as_str().unwrap()];
            for step in ["quantity", "first", "continuation"] {
                assert!(same(&expected[step], &found[step]), "{step} of {found} should be {expected}");
            }
        }
    }
}

#[test]
fn shop_table_rates() {
    let rules = rule_set("shop_table_rates");
    for example in worked(10) {
        let given = &example["input"];
        let item = |i: &Json| json!({ "price": i["price"], "quantity": i["qty"], "weight": i["kg"] });
        let items: Json = list(&given["items"]).iter().map(item).collect();
        let coupon = format!("{}%", given["coupon_percent"].as_str().unwrap());
        let input =
            json!({ "country": given["country"], "postcode": given["postcode"], "items": items, "coupon": coupon });
        prices(
            &rules,
            &example,
            &input,
            &[
                ("/kg", Output("weight_kg")),
                ("/subtotal", Output("goods")),
                ("/discount", Output("coupon_value")),
                ("/after", Output("goods_to_pay")),
                ("/table", Charge("DELIVERY")),
                ("/handling", Charge("HANDLING")),
                ("/of_which_tax", Output("of_which_tax")),
            ],
        );
    }
}

/// Random inputs whose amounts `vectors/freight_reference.py` computed apart from the rules: the total, then outputs.
#[test]
fn computed_cases() {
    let text = std::fs::read_to_string(root().join("tests/vectors/freight-computed.jsonl")).unwrap();
    let mut priced = 0;
    for line in text.lines() {
        let case: Json = serde_json::from_str(line).unwrap();
        let name = case[0].as_str().unwrap();
        let quote = rule_set(name).quote_json(&case[1].to_string()).unwrap_or_else(|e| panic!("{e}: {line}"));
        let quote = serde_json::to_value(&quote).unwrap();
        let mut found = vec![number_of(&quote["totals"][0])];
        match name {
            "air_cargo" => found.push(number_of(&find(&quote, &Output("in_dollars")))),
            "shop_table_rates" => found.push(number_of(&find(&quote, &Output("of_which_tax")))),
            "shop_shipping_templates" => found.extend(list(&find(&quote, &Output("分摊"))).iter().map(number_of)),
            _ => {}
        }
        let expected: Vec<_> = list(&case[2]).iter().map(number_of).collect();
        assert_eq!(found, expected, "{line}");
        priced += 1;
    }
    assert_eq!(priced, 600);
}
