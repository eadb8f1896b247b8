//! Numbers of the sheet that no case came to: what is said of them, and what to do next.

use super::*;

const RULES: &str = "ruleset t \"t\" { currency USD  priced on shipped }\ninput { shipped : date, zone : integer from 1 through 3, n : integer from 1 through 5000 }\n\
    parameter fuel : percent {\n from 2026-01-01 10%\n from 2026-09-01 15%\n}\n\
    table rate { zone : integer -> price : money\n | zone || price |\n | 1 || 10 |\n | 2 || 20 |\n | 3 || 30 |\n}\n\
    let freight = rate[zone].price + n * 0.10 USD minimum 45 USD\ncharge LINE = freight\ncharge FUEL = fuel of LINE\n";

/// 30 shipments of April to zones 1 and 2, of 500 and more: no minimum, no fuel of autumn, no zone 3.
fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("t.rules", RULES);
    let line = |n: u32| {
        let (zone, shipped) = (n % 2 + 1, "2026-04-01");
        let freight = f64::from(zone * 10) + f64::from(n) / 10.0; // whole cents: the fuel is a tenth of whole tens of cents
        let line = |charge: &str, amount: f64| format!(r#"{{"charge": "{charge}", "amount": "{amount:.2} USD"}}"#);
        let lines = format!("{}, {}", line("LINE", freight), line("FUEL", freight / 10.0));
        format!(
            r#"{{"id": "c{n}", "input": {{"shipped": "{shipped}", "zone": {zone}, "n": {n}}}, "answer": {{"priced": {{"lines": [{lines}]}}}}}}"#
        )
    };
    let lines: Vec<String> = (500..530).map(line).collect();
    folder.write("recorded.jsonl", &lines.join("\n"));
    folder.write("policy.json", r#"{"distinct_cases_per_rule": 20, "distinct_cases_of_high_revenue": 20}"#);
    let arguments = ["replay", "--rules", "t.rules", "--recorded", "recorded.jsonl", "--evidence", "known.json"];
    let ran = folder.run(&arguments);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    folder
}

#[test]
fn what_was_never_compared_stands_beside_the_verdict_and_is_probed() {
    let folder = folder();
    let shown =
        ["report", "--rules", "t.rules", "--evidence", "known.json", "--policy", "policy.json", "--day", "2026-11-24"];
    let out = folder.run(&shown).out;
    let counted =
        "1 row of 1 table (rate), 1 value of 1 parameter (fuel) were never compared; none of them is demanded";
    assert!(out.contains(&format!("\n{counted}\n")), "{out}");
    let next = "  1. 2 rules have enough cases, and none of them tells all that is asked of the rule. Probe LINE, fuel: LINE: a minimum or \
                maximum in it, or in what it refers to, was not seen both to apply and not to apply; fuel: the value in force since 2026-09-01 \
                was never met\n     ratewright probe --rules t.rules --only LINE --only fuel --output probes.jsonl\n";
    assert!(out.contains(next), "{out}");
    assert!(!out.contains("Gather more cases"), "{out}");
    let json: serde_json::Value =
        serde_json::from_str(&folder.run(&[&shown[..], &["--format", "json"]].concat()).out).unwrap();
    assert!(json["compared"].as_array().unwrap().contains(&counted.into()), "{}", json["compared"]);
    let rate = json["rules"].as_array().unwrap().iter().find(|rule| rule["name"] == "rate").unwrap();
    assert_eq!(
        (&rate["entries"], &rate["never_compared"], &rate["readiness"]),
        (&3.into(), &1.into(), &"ready".into())
    );
    let page = folder.run(&[&shown[..], &["--format", "html"]].concat()).out;
    assert!(page.contains(&format!("<p>{counted}.</p>")));
    assert!(page.contains("no mismatch; 1 of 3 rows was never compared"));

    // A team may demand all rows: then the table lacks one, in the report and for probes.
    folder.write(
        "strict.json",
        r#"{"distinct_cases_per_rule": 20, "distinct_cases_of_high_revenue": 20, "rows_at_least": "100%"}"#,
    );
    let out = folder.run(&[&shown[..5], &["--policy", "strict.json", "--day", "2026-11-24"]].concat()).out;
    assert!(out.contains("\n  ? enough rows, values and tiers were compared: 1 row of 1 table (rate)"), "{out}");
    assert!(out.contains("rate: 1 of 3 rows was never compared, and 100% are wanted"), "{out}");
    let probed = |policy: &str, day: &str| {
        let ran =
            folder.run(&["probe", "--rules", "t.rules", "--evidence", "known.json", "--policy", policy, "--day", day]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        let inputs =
            ran.out.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["input"].clone());
        inputs.collect::<Vec<_>>()
    };
    let of_zone = |inputs: &[serde_json::Value]| inputs.iter().any(|input| input.to_string().contains(r#""zone":"3""#));
    let of_day =
        |inputs: &[serde_json::Value]| inputs.iter().any(|input| input["shipped"].as_str() >= Some("2026-09-01"));
    assert!(of_zone(&probed("strict.json", "2026-11-24")));
    assert!(of_day(&probed("policy.json", "2026-11-24")));
}
