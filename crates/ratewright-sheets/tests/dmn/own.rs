//! A model of our own: what DMN's own text says of each cell, gap, default and null, beside what the rules answer.

use ratewright::RuleSet;
use ratewright_sheets::dmn::{self, Draft, Model, NotDmn};
use serde_json::{Value as Json, json};

const FREIGHT: &str = include_str!("own/freight.dmn");

fn freight() -> (Draft, RuleSet) {
    let draft = dmn::import(FREIGHT).unwrap();
    let rules = RuleSet::compile(&draft.rules).unwrap_or_else(|error| panic!("{error}\n{}", draft.rules));
    (draft, rules)
}

fn answers(rules: &RuleSet, weight: &str, lane: &str, hazardous: bool, date: &str, limit: &str) -> Json {
    let shipment = json!({ "Weight (lb)": weight, "Lane": lane, "Hazardous": hazardous, "Ship date": date });
    let quote = rules.quote_json(&json!({ "Shipment": shipment, "Limit": limit }).to_string()).unwrap();
    let quote = serde_json::to_value(quote).unwrap();
    let outputs = quote["outputs"].as_array().unwrap();
    outputs.iter().map(|output| (output["name"].as_str().unwrap().to_owned(), output["value"].clone())).collect()
}

#[test]
fn what_keeps_its_meaning_answers_as_the_model_does() {
    let (_, rules) = freight();
    let one = answers(&rules, "499.99", "south", true, "2026-06-01", "130");
    assert_eq!(one["weight_band"], "light");
    assert_eq!(one["rate"], "10");
    assert_eq!(one["surcharges"], "9.5");
    assert_eq!(one["over_limit"], "yes");
    // Neither `< 130` nor `> 130`: null, which `-` matches, and no other test.
    assert_eq!((one["gap"].as_str(), one["after_the_gap"].as_str()), (None, Some("1")));
    assert_eq!(one["total_value"], "50");
    let two = answers(&rules, "500", "north", false, "2026-09-01", "250");
    assert_eq!(two["weight_band"], "medium");
    assert_eq!(two["rate"], "20.25");
    // No rule matches, and the sum of nothing is null.
    assert_eq!(two["surcharges"], Json::Null);
    assert_eq!(two["over_limit"], "no");
    assert_eq!((two["gap"].as_str(), two["after_the_gap"].as_str()), (Some("HIGH"), Some("3")));
    assert_eq!(two["total_value"], "101.25");
    let three = answers(&rules, "2000", "north", false, "2026-12-02", "129.999");
    assert_eq!((three["weight_band"].as_str(), three["rate"].as_str()), (Some("heavy"), Some("99.5")));
    assert_eq!(three["surcharges"], "2");
    assert_eq!((three["gap"].as_str(), three["after_the_gap"].as_str()), (Some("LOW"), Some("2")));
}

#[test]
fn allowed_values_are_checked_where_the_value_is_sent() {
    let (_, rules) = freight();
    for (weight, lane) in [("0", "north"), ("20000.1", "north"), ("5", "East")] {
        let shipment = json!({ "Weight (lb)": weight, "Lane": lane, "Hazardous": true, "Ship date": "2026-01-01" });
        let refused = rules.quote_json(&json!({ "Shipment": shipment, "Limit": 1 }).to_string()).unwrap_err();
        assert_eq!(refused.kind, ratewright::ErrorKind::Input, "{weight} {lane}");
    }
}

#[test]
fn what_cannot_keep_its_meaning_is_left_out_with_its_place_and_what_needs_it() {
    let (draft, _) = freight();
    let said: Vec<String> =
        draft.left_out.iter().map(|left| format!("{} {}: {}", left.place, left.what, left.why)).collect();
    assert_eq!(
        said,
        [
            "100:30 decision \"Greeting\": texts cannot be joined in rules",
            "105:30 decision \"After the greeting\": it needs decision \"Greeting\", which is left out",
            "114:7 decision \"Overlapping\": rules 1 and 2 overlap, which the hit policy U forbids",
        ]
    );
    assert_eq!((draft.tables, draft.tables_imported), (7, 6));
    assert_eq!((draft.decisions, draft.imported.len()), (10, 7));
}

#[test]
fn names_reasons_and_rows_are_kept() {
    let (draft, rules) = freight();
    for kept in [
        "\"Weight band\"",
        "named \"Weight (lb)\"",
        "\"Item 110 {{a}\"",
        "over 0 up to 20000",
        "matching \"north|south\"",
    ] {
        assert!(draft.rules.contains(kept), "{kept}\n{}", draft.rules);
    }
    // The model sums surcharges, and has none in autumn.
    let warned: Vec<&str> = rules.warnings().iter().map(|warning| warning.title.as_str()).collect();
    assert_eq!(warned, ["the bands of `shipment_ship_date` leave a hole"]);
}

#[test]
fn one_decision_comes_with_what_it_requires() {
    let model = Model::read(FREIGHT).unwrap();
    let draft = model.draft_decision("After  the gap").unwrap();
    let imported: Vec<&str> = draft.imported.iter().map(|one| one.decision.as_str()).collect();
    assert_eq!(imported, ["Gap", "After the gap"]);
    assert!(!draft.rules.contains("shipment"), "{}", draft.rules);
    assert!(model.draft_decision("after the gap").is_none());
}

#[test]
fn other_files_are_told_for_what_they_are() {
    for (text, said) in [
        ("", "it cannot be read as XML"),
        ("<a", "it cannot be read as XML"),
        ("<rules/>", "its first element is `rules`"),
        ("<definitions/>", "its elements have no namespace"),
        ("<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\"/>", "is not one of DMN 1.1 to 1.5"),
        ("<!DOCTYPE a [<!ENTITY b \"cccc\">]><definitions>&b;</definitions>", "it cannot be read as XML"),
    ] {
        let error = dmn::import(text).unwrap_err();
        assert!(error.to_string().contains(said), "{text}: {error}");
    }
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert!(matches!(dmn::import(&deep), Err(NotDmn::Unreadable { .. })));
    assert_eq!(dmn::import(&" ".repeat(64 * 1024 * 1024 + 1)).unwrap_err(), NotDmn::TooLarge);
}

#[test]
fn every_version_of_the_namespace_is_read() {
    for namespace in [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
    ] {
        let text = FREIGHT.replace("https://www.omg.org/spec/DMN/20230324/MODEL/", namespace);
        assert_eq!(dmn::import(&text).unwrap().rules, dmn::import(FREIGHT).unwrap().rules);
    }
}

#[test]
fn inputs_that_only_a_table_names_are_taken_with_its_types() {
    let text = r#"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="Dish" id="d">
      <decision id="Decision_1" name="Dish"><decisionTable id="t">
        <input id="i" label="Season"><inputExpression typeRef="string"><text>season</text></inputExpression></input>
        <input id="j" label="Guests"><inputExpression typeRef="integer"><text>guestCount</text></inputExpression></input>
        <output id="o" label="Dish" name="desiredDish" typeRef="string"/>
        <rule><inputEntry><text>"Winter"</text></inputEntry><inputEntry><text>&lt;= 8</text></inputEntry><outputEntry><text>"Roast"</text></outputEntry></rule>
      </decisionTable></decision></definitions>"#;
    let draft = dmn::import(text).unwrap();
    assert_eq!(draft.left_out, []);
    assert_eq!(draft.notes.len(), 2, "{:?}", draft.notes);
    let rules = RuleSet::compile(&draft.rules).unwrap();
    let quote = rules.quote_json(r#"{"season": "Winter", "guestCount": 8}"#).unwrap();
    let quote = serde_json::to_value(quote).unwrap();
    assert_eq!(quote["outputs"][0]["value"], "Roast");
}

/// A model with one decision table of one column, and inputs to send.
fn one_column(name: &str, ty: &str, cells: &[&str]) -> String {
    let escape = |cell: &str| cell.replace('&', "&amp;").replace('<', "&lt;");
    let rule = |(at, cell): (usize, &&str)| {
        format!(
            "<rule><inputEntry><text>{}</text></inputEntry><outputEntry><text>{at}</text></outputEntry></rule>",
            escape(cell)
        )
    };
    let rules: String = cells.iter().enumerate().map(rule).collect();
    format!(
        r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="one">
        <inputData id="i" name="{name}"><variable name="{name}" typeRef="{ty}"/></inputData>
        <inputData id="j" name="other"><variable name="other" typeRef="{ty}"/></inputData>
        <decision id="d" name="d"><informationRequirement><requiredInput href="#i"/></informationRequirement>
        <informationRequirement><requiredInput href="#j"/></informationRequirement>
        <decisionTable hitPolicy="FIRST"><input><inputExpression><text>{name}</text></inputExpression></input><output/>{rules}</decisionTable>
        </decision></definitions>"##
    )
}

#[test]
fn cells_of_every_type_match_as_feel_says() {
    for (name, ty, cells, sent, other, expected) in [
        (
            "Ship date",
            "date",
            &["< date(\"2026-02-01\")", "[@\"2026-02-01\"..@\"2026-03-01\")"][..],
            "2026-02-28",
            "",
            Some("1"),
        ),
        ("Ship date", "date", &["> other + duration(\"P1M\")", "-"], "2026-02-28", "2026-01-31", Some("1")),
        ("Ship date", "date", &["> other + duration(\"P1M\")", "-"], "2026-03-01", "2026-01-31", Some("0")),
        ("at", "time", &["]time(\"08:00:00\")..@\"09:00:00\"]"], "08:00", "", None),
        ("at", "time", &["]time(\"08:00:00\")..@\"09:00:00\"]"], "09:00", "", Some("0")),
        ("x-y", "number", &["? * 2 > other", "other"], "3", "6", None),
        ("x-y", "number", &["? * 2 > other", "other"], "3.1", "6", Some("0")),
        ("x-y", "number", &["? * 2 > other", "other"], "-6", "-6", Some("1")),
        ("x-y", "number", &["-3, >= 1.50"], "-3", "", Some("0")),
        ("x-y", "number", &["-3, >= 1.50"], "1.499", "", None),
        ("name", "string", &["not(\"a\", \"b|c\")"], "(other)", "", Some("0")),
        ("name", "string", &["not(\"a\", \"b|c\")"], "b|c", "", None),
        ("name", "string", &["starts with(?, \"é\")", "other"], "été", "", Some("0")),
        ("name", "string", &["starts with(?, \"é\")", "other"], "z", "z", Some("1")),
        ("yes", "boolean", &["not(other)", "true"], "true", "true", Some("1")),
        ("yes", "boolean", &["not(other)", "true"], "true", "false", Some("0")),
    ] {
        let draft = dmn::import(&one_column(name, ty, cells)).unwrap();
        assert_eq!(draft.left_out, [], "{cells:?}");
        let rules = RuleSet::compile(&draft.rules).unwrap();
        let value = |text: &str| if ty == "boolean" { json!(text == "true") } else { json!(text) };
        let mut input = json!({ name: value(sent) });
        if rules.input_schema()["properties"].get("other").is_some() {
            input["other"] = value(other);
        }
        let expected = expected.map_or(Json::Null, |expected| json!(expected));
        assert_eq!(first_output(&rules, &input), expected, "{cells:?} {input}\n{}", draft.rules);
    }
}

fn first_output(rules: &RuleSet, input: &Json) -> Json {
    let quote = rules.quote_json(&input.to_string()).unwrap();
    serde_json::to_value(quote).unwrap()["outputs"][0]["value"].clone()
}

#[test]
fn cells_that_engines_read_differently_are_left_out() {
    for (ty, cell, why) in [
        ("boolean", "other or true", "a computed yes/no in a column of yes/no"),
        ("number", "\"3\"", "a text stands where a number is tested"),
        ("number", "null", "a cell that tests for `null`"),
        ("date", "date(\"2026-02-30\")", "is no day"),
        ("number", "other, ", "the expression ends before it is whole"),
        ("number", "for i in [1] return i", "`for` has no counterpart"),
        ("number", "unknown + 1", "`unknown` is no input"),
        ("string", "string(other)", "the function `string`"),
        ("dateTime", "< other", "the type `dateTime` has no counterpart"),
    ] {
        let draft = dmn::import(&one_column("x", ty, &[cell, "-"])).unwrap();
        let said: Vec<&str> = draft.left_out.iter().map(|left| left.why.as_str()).collect();
        assert!(said.len() == 1 && said[0].contains(why), "{cell}: {said:?}");
        assert!(draft.left_out[0].place.line > 1 && draft.rules.is_empty());
    }
}

#[test]
fn several_outputs_are_absent_together_where_no_rule_matches() {
    for policy in ["UNIQUE", "FIRST", "ANY", "PRIORITY"] {
        let rule = |cell: &str, a: &str, b: u8| {
            format!(
                "<rule><inputEntry><text>{cell}</text></inputEntry><outputEntry><text>\"{a}\"</text></outputEntry><outputEntry><text>{b}</text></outputEntry></rule>"
            )
        };
        let text = format!(
            r##"<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" name="two">
            <inputData id="i" name="x"><variable name="x" typeRef="number"/></inputData>
            <decision id="d" name="d"><informationRequirement><requiredInput href="#i"/></informationRequirement>
            <decisionTable hitPolicy="{policy}"><input><inputExpression><text>x</text></inputExpression></input>
            <output name="Kind of"><outputValues><text>"high", "low"</text></outputValues></output><output name="level"/>
            {}{}</decisionTable></decision></definitions>"##,
            rule("&lt; 5", "low", 1),
            rule("&gt; 7", "high", 2)
        );
        let draft = dmn::import(&text).unwrap();
        assert_eq!(draft.left_out, [], "{policy}");
        assert_eq!(
            draft.imported[0].fields,
            [("Kind of".to_owned(), "kind_of".to_owned()), ("level".to_owned(), "level".to_owned())]
        );
        let rules = RuleSet::compile(&draft.rules).unwrap();
        assert_eq!(first_output(&rules, &json!({ "x": 4 })), json!({ "kind_of": "low", "level": "1" }));
        assert_eq!(first_output(&rules, &json!({ "x": 6 })), Json::Null, "{}", draft.rules);
        assert_eq!(first_output(&rules, &json!({ "x": "7.01" })), json!({ "kind_of": "high", "level": "2" }));
    }
}
