//! Drafts: what is guessed of a file, and that it finds the rows of the file.

use crate::support::{Files, compile, excel};
use proptest::prelude::*;
use ratewright::RuleSet;
use ratewright_sheets::draft::{Request, draft};
use ratewright_sheets::place::SheetPath;
use ratewright_sheets::source::Source;
use rust_xlsxwriter::Format;
use std::path::Path;

fn drafted(csv: &str) -> String {
    let (csv, request) = (csv.to_owned(), Request { path: "rates.csv".into(), name: "rates".into() });
    let source = Source::csv(move || Ok(Box::new(std::io::Cursor::new(csv.clone().into_bytes()))));
    draft(&source, &request).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(csv: &'static str) -> String {
    let source = Source::csv(move || Ok(Box::new(csv.as_bytes())));
    draft(&source, &Request { path: "rates.csv".into(), name: "rates".into() }).unwrap_err()
}

/// The draft for a CSV file, and the rule set that it is.
fn usable(csv: &str) -> (String, RuleSet) {
    let text = drafted(csv);
    let rules =
        compile(&text, Files::of([("rates.csv", csv.into())])).unwrap_or_else(|error| panic!("{error}\n{text}"));
    (text, rules)
}

/// What the rules put out for an input: `price=9.12 USD fuel=18.5%`.
fn outputs(rules: &RuleSet, input: &str) -> String {
    let quote = rules.quote_json(input).unwrap_or_else(|error| panic!("{error:?}"));
    let quote = serde_json::to_value(&quote).unwrap();
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let shown = |value: &serde_json::Value| match (value.get("amount"), value.get("value")) {
        (Some(amount), _) => format!("{} {}", text(amount), text(&value["currency"])),
        (_, Some(number)) => format!("{}{}", text(number), text(&value["unit"])),
        _ => text(value),
    };
    let outputs = quote["outputs"].as_array().unwrap().iter();
    outputs
        .map(|one| format!("{}={}", one["name"].as_str().unwrap(), shown(&one["value"])))
        .collect::<Vec<_>>()
        .join(" ")
}

fn declares(text: &str, lines: &[&str]) {
    for line in lines {
        let found = text.lines().any(|found| found.split_whitespace().eq(line.split_whitespace()));
        assert!(found, "no line `{line}` in\n{text}");
    }
}

#[test]
fn a_grid_of_zones_and_weight_breaks() {
    let (text, rules) = usable("zone,weight_lb,price_usd\n2,0,9.12\n2,100,8.40\n3,0,10.44\n3,100,9.80\n");
    declares(&text, &["zone : integer", "weight_lb : mass in lb by break", "-> price_usd : money", "currency USD"]);
    assert_eq!(outputs(&rules, r#"{"zone": 3, "weight_lb": "99 lb"}"#), "price_usd=10.44 USD");
    assert_eq!(outputs(&rules, r#"{"zone": 2, "weight_lb": "100 lb"}"#), "price_usd=8.40 USD");
}

#[test]
fn bands_that_leave_a_step_between_them_include_both_ends() {
    let csv = "service,min_kg,max_kg,price_gbp\nletter,0,0.999,1.10\nletter,1,1.999,2.20\nparcel,0,0.999,3.30\nparcel,1,1.999,4.40\n";
    let (text, rules) = usable(csv);
    declares(
        &text,
        &[
            "kg : mass in kg by range from \"min_kg\" through \"max_kg\"",
            "currency GBP",
            "enum Service { letter, parcel }",
            "service : Service",
        ],
    );
    assert_eq!(outputs(&rules, r#"{"service": "parcel", "kg": 1.999}"#), "price_gbp=4.40 GBP");
    let quote = rules.quote_json(r#"{"service": "parcel", "kg": 0.9995}"#).unwrap_err();
    assert!(quote.message.contains("no row of rates for kg 0.9995 kg, service parcel"), "{}", quote.message);
}

#[test]
fn bands_that_share_a_bound_give_it_to_the_next_and_ask() {
    let (text, rules) = usable("weight from,weight to,price\n0,1,9.12\n1,5,10.44\n5,,12.00\n");
    declares(&text, &["weight : number by range from \"weight from\" until \"weight to\"", "-> price : money"]);
    let settled = text.lines().filter(|line| line.starts_with("# - ")).collect::<Vec<_>>().join("\n");
    assert!(
        settled.contains(
            "a row ends where the next begins (1, then 1); settle which of the two the shared bound belongs to"
        ),
        "{settled}"
    );
    assert!(settled.contains("the currency: no heading names one, and USD was taken"), "{settled}");
    assert!(settled.contains("weight from: its unit, such as `mass in lb`; a plain number was taken"), "{settled}");
    assert_eq!(outputs(&rules, r#"{"weight": 5}"#), "price=12.00 USD");
    assert_eq!(outputs(&rules, r#"{"weight": 4.99}"#), "price=10.44 USD");
}

#[test]
fn codes_of_different_lengths_are_prefixes() {
    let (text, rules) = usable("postcode,zone\nAB,1\nAB1,2\nAB10,3\nZE,4\n");
    declares(&text, &["postcode : text by longest prefix", "-> zone : integer"]);
    assert_eq!(outputs(&rules, r#"{"postcode": "AB12 3CD"}"#), "zone=2");
}

#[test]
fn upper_bounds_are_matched_by_the_next_row() {
    let (text, rules) = usable("max_g,price\n100,1.05\n250,2.10\n500,3.15\n");
    declares(&text, &["max_g : number by next row"]);
    assert_eq!(outputs(&rules, r#"{"max_g": 101}"#), "price=2.10 USD");
}

#[test]
fn periods_are_what_rows_are_valid_in() {
    let csv = "region,effective_from,effective_to,fuel,insured\nnorth,2026-01-01,2026-06-30,18.5%,yes\nnorth,2026-07-01,,17%,no\nsouth,2026-01-01,,16%,no\nsouth 2,2026-01-01,,16%,no\n";
    let (text, rules) = usable(csv);
    declares(
        &text,
        &[
            "valid from \"effective_from\" through \"effective_to\"",
            "priced on date",
            "-> fuel : percent",
            "-> insured : yes/no",
        ],
    );
    assert_eq!(outputs(&rules, r#"{"region": "north", "date": "2026-06-30"}"#), "fuel=18.5% insured=true");
    assert_eq!(outputs(&rules, r#"{"region": "north", "date": "2026-07-01"}"#), "fuel=17% insured=false");
}

#[test]
fn what_is_no_name_becomes_a_label() {
    let csv = "Service type,Zone #,Base rate\nNext day (air),2,31.00\nNext day (air),3,33.00\nGround,2,9.12\nGround,3,10.44\n";
    let (text, rules) = usable(csv);
    declares(
        &text,
        &[
            "enum Service_type { next_day_air \"Next day (air)\", Ground }",
            "service_type : Service_type column \"Service type\"",
            "zone : integer column \"Zone #\"",
            "-> base_rate : money column \"Base rate\"",
        ],
    );
    assert_eq!(outputs(&rules, r#"{"service_type": "next_day_air", "zone": 3}"#), "base_rate=33.00 USD");
}

#[test]
fn what_cannot_be_read_is_kept_as_text_and_named() {
    let (text, _) = usable("zone,price,unit\n2,9.12,x\n3,\"1,665.25\",x\n4,7,x\n5,8,x\n6,9,x\n");
    declares(&text, &["-> price : text", "ignoring \"unit\""]);
    assert!(
        text.contains(
            "# - price: it holds numbers but for 1 of its cells, such as `1,665.25` in line 3, and was taken as text"
        ),
        "{text}"
    );
    assert!(text.contains("# - unit: holds `x` in every row, and is ignored"), "{text}");
}

#[test]
fn rows_that_nothing_tells_apart_are_named() {
    let (text, _) = usable("country,zone\nGB,1\nFR,2\nGB,3\n");
    assert!(text.contains("table rates first from"), "{text}");
    assert!(text.contains("# - nothing tells the rows of lines 2 and 4 apart: the first of such rows is taken; with `collect list` all of them are"), "{text}");
}

#[test]
fn what_is_no_table_is_refused_in_words() {
    assert_eq!(refused("zone,price\n2,9.12\n3\n"), "the row of line 3 has 1 cells under 2 headings");
    assert_eq!(refused("zone,zone\n2,9.12\n"), "two columns are headed `zone`");
    assert_eq!(refused("zone,\n2,9.12\n"), "column 2 has no heading");
    assert_eq!(refused("zone,price\n"), "it has headings and no rows");
    assert_eq!(refused(""), "it is empty; its first line names the columns");
}

#[test]
fn a_sheet_is_drafted_as_a_file_is() {
    let bytes = excel(|sheet| {
        let (day, share) = (Format::new().set_num_format("yyyy-mm-dd"), Format::new().set_num_format("0.0%"));
        for (column, name) in ["zone", "valid from", "valid to", "price EUR", "fuel"].into_iter().enumerate() {
            sheet.write(2, column as u16 + 1, name)?;
        }
        for (row, (zone, price)) in [(1, 9.12), (2, 10.44), (3, 33.8)].into_iter().enumerate() {
            let row = row as u32 + 3;
            sheet
                .write(row, 1, zone)?
                .write_with_format(row, 2, 46_023, &day)?
                .write_with_format(row, 3, 46_387, &day)?;
            sheet.write(row, 4, price)?.write_with_format(row, 5, 0.185, &share)?;
        }
        Ok(())
    });
    let path = SheetPath::parse("rates.xlsx#Ground!B3").unwrap();
    let source = Source::sheet(bytes.clone(), &path).unwrap();
    let text = draft(&source, &Request { path: "rates.xlsx#Ground!B3".into(), name: "Ground".into() }).unwrap();
    declares(
        &text,
        &[
            "valid from \"valid from\" through \"valid to\"",
            "-> price_eur : money column \"price EUR\"",
            "-> fuel : percent",
            "currency EUR",
        ],
    );
    let rules = compile(&text, Files::of([("rates.xlsx", bytes)])).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(outputs(&rules, r#"{"zone": 3, "date": "2026-12-31"}"#), "price_eur=33.80 EUR fuel=18.5%");
}

#[test]
fn the_tables_of_the_real_tariff_are_drafted_as_they_were_declared_by_hand() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/freight/tables/400ng");
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let (text, rules) = usable(&read("mil400ng_linehaul_rates.csv"));
    declares(
        &text,
        &[
            "distance_miles : length in mi by range from \"distance_miles_lower\" until \"distance_miles_upper_excl\"",
            "weight_lbs : mass in lb by range from \"weight_lbs_lower\" until \"weight_lbs_upper_excl\"",
            "type : Type",
            "valid from \"effective_from\" until \"effective_to\"",
            "-> rate_cents : cent",
        ],
    );
    // The second row of the file: 162600 cents.
    let input = r#"{"date": "2020-05-15", "type": "ConusLinehaul", "distance_miles": 20, "weight_lbs": 1100}"#;
    assert!(outputs(&rules, input).contains("rate_cents=1626.00 USD"), "{}", outputs(&rules, input));
    for (name, line) in [
        ("mil400ng_pack_rates.csv", "kind : Kind"),
        ("mil400ng_service_areas.csv", "service_area : integer"),
        (
            "mil400ng_shorthaul_rates.csv",
            "cwt_miles : length in mi by range from \"cwt_miles_lower\" until \"cwt_miles_upper_excl\"",
        ),
    ] {
        let (text, _) = usable(&read(name));
        declares(&text, &[line, "valid from \"effective_from\" until \"effective_to\""]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever a file holds, a draft compiles, or the file itself is refused.
    #[test]
    fn a_draft_compiles(
        headings in proptest::collection::vec(prop_oneof![
            proptest::sample::select(vec![
                "zone", "weight_lb", "from", "to", "min kg", "max kg", "price", "Rate (cents)", "valid from", "valid to", "if", "any", "found", "date", "rates",
                "Äpfel", "运费", "2nd", "%", "effective", "note", "percent", "because", "valid", "otherwise", "column", "ignoring", "unit", "lb", "in",
            ]).prop_map(str::to_owned),
            "[ -~]{1,8}",
        ], 1..6),
        kinds in proptest::collection::vec(0..9_usize, 6),
        seeds in proptest::collection::vec(proptest::collection::vec(0..1000_u32, 6), 1..12),
    ) {
        let mut headings = headings;
        headings.sort();
        headings.dedup();
        let cell = |kind: usize, seed: u32| match kind {
            0 => format!("{}", seed % 5),
            1 => format!("{}.{:02}", seed / 10, seed % 100),
            2 => ["GB", "FR", "AB", "AB1", "AB10", "any", "otherwise", "Next day", "a, b", "\"q\""][seed as usize % 10].to_owned(),
            3 => format!("2026-{:02}-{:02}", seed % 12 + 1, seed % 28 + 1),
            4 => format!("{}%", seed % 30),
            5 => ["yes", "no", "", "-"][seed as usize % 4].to_owned(),
            6 => ["up to 1", "over 1 up to 5", "5", "any", "from 7"][seed as usize % 5].to_owned(),
            7 => ["07030", "10001", "7030", "1,665.25", "[1]", "#N/A", "08:00"][seed as usize % 7].to_owned(),
            _ => format!("{}", seed * 100),
        };
        let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let mut csv = headings.iter().map(|heading| quote(heading)).collect::<Vec<_>>().join(",") + "\n";
        for row in &seeds {
            let cells = (0..headings.len()).map(|at| quote(&cell(kinds[at], row[at])));
            csv.push_str(&(cells.collect::<Vec<_>>().join(",") + "\n"));
        }
        let text = csv.clone();
        let source = Source::csv(move || Ok(Box::new(std::io::Cursor::new(text.clone().into_bytes()))));
        if let Err(error) = draft(&source, &Request { path: "rates.csv".into(), name: "rates".into() }) {
            prop_assert!(!error.contains("does not compile"), "{error}\n{csv}");
        }
    }
}

#[test]
fn a_cell_of_several_values_is_no_value_of_its_own() {
    let rows = "a,1,9\nb,1,8\n\"a, b\",2,7\na,3,6\nb,3,5\n\"a, b\",4,4\n";
    let (text, rules) = usable(&format!("lane,zone,price_usd\n{rows}"));
    declares(&text, &["enum Lane { a, b }"]);
    for (lane, zone, price) in [("a", 1, "9.00"), ("b", 2, "7.00"), ("a", 4, "4.00"), ("b", 3, "5.00")] {
        let input = format!(r#"{{"lane": "{lane}", "zone": {zone}}}"#);
        assert_eq!(outputs(&rules, &input), format!("price_usd={price} USD"));
    }
    let (text, _) = usable("lane,zone,price_usd\na,1,9\n\"c, d\",1,8\na,2,7\n\"c, d\",2,6\n");
    assert!(text.contains("# - lane: `c, d` was taken as one value"), "{text}");
}
