use crate::support::Folder;

const MODEL: &str = include_str!("../../../ratewright-sheets/tests/dmn/own/freight.dmn");

#[test]
fn a_draft_is_written_and_what_is_left_out_is_told_with_its_place() {
    let folder = Folder::new();
    folder.write("freight.dmn", MODEL);
    let ran = folder.run(&["import", "dmn", "freight.dmn", "--output", "freight.rules"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{ran:?}");
    for said in [
        "left out freight.dmn:100:30 decision \"Greeting\": texts cannot be joined in rules\n         let the program that shows them join them",
        "left out freight.dmn:105:30 decision \"After the greeting\": it needs decision \"Greeting\", which is left out\n",
        "left out freight.dmn:114:7 decision \"Overlapping\": rules 1 and 2 overlap, which the hit policy U forbids\n",
        "7 of 10 decisions imported, 6 of 7 tables; 3 things need attention\nwrote freight.rules\n",
    ] {
        assert!(ran.err.contains(said), "{said}\n{}", ran.err);
    }
    let ran = folder.run(&["check", "freight.rules"]);
    // The model sums surcharges, and has none in autumn.
    assert_eq!((ran.code, ran.err.as_str()), (0, "checked 1 file: 1 warning\n"), "{}", ran.out);
    assert!(ran.out.contains("warning[RW0919]: the bands of `shipment_ship_date` leave a hole"), "{}", ran.out);
    assert_eq!(folder.run(&["fmt", "--check", "freight.rules"]).code, 0);
    let input = r#"{"Limit": 250, "Shipment": {"Weight (lb)": 500, "Lane": "north", "Hazardous": false, "Ship date": "2026-09-01"}}"#;
    let ran = folder.run_with_input(&["quote", "freight.rules", "-"], input);
    assert!(ran.code == 0 && ran.out.contains("101.25"), "{ran:?}");
    let ran = folder.run(&["import", "dmn", "freight.dmn", "--output", "freight.rules"]);
    assert_eq!((ran.code, ran.err.as_str()), (2, "error: `freight.rules` exists already and was left as it is\n"));
}

#[test]
fn one_decision_goes_to_standard_output() {
    let folder = Folder::new();
    folder.write("freight.dmn", MODEL);
    let ran = folder.run(&["import", "dmn", "freight.dmn", "--decision", "After the gap"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "2 of 2 decisions imported\n"));
    assert!(ran.out.starts_with("ruleset dmn.freight_class \"Freight class\"\n"), "{}", ran.out);
    assert!(ran.out.contains("output after_the_gap : number") && !ran.out.contains("shipment"), "{}", ran.out);
    let ran = folder.run(&["import", "dmn", "freight.dmn", "--decision", "After the gab"]);
    assert_eq!(ran.err, "error: `freight.dmn` has no decision \"After the gab\"; did you mean \"After the gap\"?\n");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
}

#[test]
fn machines_get_one_object() {
    let folder = Folder::new();
    folder.write("freight.dmn", MODEL);
    let ran = folder.run(&["import", "dmn", "freight.dmn", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((report["tables"].as_u64(), report["tables_imported"].as_u64()), (Some(7), Some(6)));
    assert_eq!(report["left_out"][2]["line"], 114);
    assert_eq!(report["imported"][0]["output"], "weight_band");
    assert!(report["rules"].as_str().unwrap().contains("table weight_band_table unique"));
    let ran = folder.run(&["import", "dmn", "freight.dmn", "--format", "json", "--output", "freight.rules"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert!(report.get("rules").is_none() && folder.read("freight.rules").contains("ruleset"));
}

#[test]
fn what_is_no_model_is_a_wrong_call() {
    let folder = Folder::new();
    folder.write("a.dmn", "<html/>");
    let ran = folder.run(&["import", "dmn", "a.dmn"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert_eq!(
        ran.err,
        "error: cannot import `a.dmn`: it is no DMN model: its first element is `html`, not `definitions`\n"
    );
    assert_eq!(folder.run(&["import", "dmn", "none.dmn"]).code, 2);
}
