//! What all cases of a cluster have in common is told where somebody looks for it, with counts of an independent loop, and never what is redacted.

use crate::support::{Folder, inner};
use serde_json::{Value, json};

const RULES: &str = "ruleset pallets \"Pallets\" version \"1\" { currency USD }
input { liftgate : yes/no = no  customer : text  zone : integer from 1 through 8 }
charge BASE \"Line haul\" = 20 USD * zone
charge LIFT \"Lift-gate\" = 38 USD when liftgate
";

/// Zone, lift-gate and customer of a shipment.
fn shipment(number: u64) -> (u64, bool, u64) {
    (number * 37 % 8 + 1, number.is_multiple_of(3), number * 11 % 7)
}

/// 300 shipments; old code forgets the lift-gate in zone 5.
fn recorded(folder: &Folder) {
    let mut file = String::new();
    for number in 0..300 {
        let (zone, liftgate, customer) = shipment(number);
        let lift = if liftgate && zone != 5 { r#", {"charge": "LIFT", "amount": "38 USD"}"# } else { "" };
        file.push_str(&format!(
            r#"{{"id": "S{number}", "input": {{"zone": {zone}, "liftgate": {liftgate}, "customer": "C{customer}"}}, "answer": {{"priced": {{"lines": [{{"charge": "BASE", "amount": "{} USD"}}{lift}]}}}}}}"#,
            20 * zone
        ));
        file.push('\n');
    }
    folder.write("pallets.rules", RULES);
    folder.write("recorded.jsonl", &file);
}

const REPLAY: [&str; 7] =
    ["replay", "--rules", "pallets.rules", "--recorded", "recorded.jsonl", "--findings", "found.json"];

fn count(of: impl Fn(u64, bool) -> bool) -> u64 {
    let counted = (0..300).map(shipment).filter(|(zone, liftgate, _)| of(*zone, *liftgate));
    counted.count() as u64
}

#[test]
fn the_zone_in_which_a_surcharge_is_forgotten_is_told() {
    let folder = Folder::new();
    recorded(&folder);
    let differ = count(|zone, liftgate| liftgate && zone == 5);
    let agree = count(|zone, liftgate| liftgate && zone != 5);
    let ran = folder.run(&[&REPLAY[..], &["--threads", "3", "--format", "json"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let summary: Value = serde_json::from_str(&ran.out).unwrap();
    let cluster = &summary["clusters"][0];
    assert_eq!(cluster["cases"], differ);
    let shared = json!([{"field": "zone", "have": {"one_of": ["5"]}, "charge": "LIFT", "agree": agree, "alike": 0}]);
    assert_eq!(cluster["shared"], shared);
    let written = folder.read("found.json");
    assert_eq!(serde_json::from_str::<Value>(inner(&written, "findings")).unwrap()["clusters"][0]["shared"], shared);
    // In parts, and on one thread, it is the same.
    for limit in ["70", "150", "300"] {
        folder.run(&[&REPLAY[..], &["--threads", "1", "--resume", "state", "--limit", limit]].concat());
    }
    assert_eq!(folder.read("found.json"), written);
}

/// Thousands apart as people write them; no number here has more than three digits.
#[test]
fn it_is_said_in_the_summary_and_in_the_report() {
    let folder = Folder::new();
    recorded(&folder);
    let (differ, agree) =
        (count(|zone, liftgate| liftgate && zone == 5), count(|zone, liftgate| liftgate && zone != 5));
    let words = format!("all {differ} have zone 5; of the {agree} cases with LIFT that agree none has");
    let ran = folder.run(&[&REPLAY[..], &["--evidence", "known.json"]].concat());
    assert!(ran.out.contains(&format!("\n    {words}\n    first: ")), "{}", ran.out);
    let report = |format: &str| {
        let files = ["--evidence", "known.json", "--findings", "found.json", "--format", format];
        folder.run(&[&["report", "--rules", "pallets.rules"], &files[..]].concat()).out
    };
    let text = report("text");
    assert!(text.contains(&format!("\n     {words}\n")), "{text}");
    assert!(text.contains(&format!("Lift-gate (LIFT), extra: {differ} cases")), "{text}");
    let page = report("html");
    assert!(page.contains(&format!("<p><strong>All{}.</strong></p>", &words[3..])), "{page}");
    let row = format!(
        "<td class=\"number\">{differ}</td><td class=\"number\">{}.00 USD more</td><td>zone 5</td>",
        38 * differ
    );
    assert!(page.contains(&row), "{page}");
}

/// What differs in a digit more is a cluster of its own; a reader is told of them as of one.
#[test]
fn what_clusters_that_are_told_as_one_have_in_common_is_told_of_all_of_them() {
    let folder = Folder::new();
    let rules = "ruleset pallets \"Pallets\" version \"1\" { currency USD }
input { zone : integer from 1 through 8, pieces : integer from 1 through 23 }
charge RUSH \"Rush\" = 9 USD * pieces
";
    let shipment = |number: u64| (number * 37 % 8 + 1, number * 11 % 23 + 1);
    let (mut file, mut clusters, mut money) = (String::new(), [0; 3], 0);
    for number in 0..300 {
        let (zone, pieces) = shipment(number);
        let lines = match zone == 5 {
            true => String::new(),
            false => format!(r#"{{"charge": "RUSH", "amount": "{} USD"}}"#, 9 * pieces),
        };
        if zone == 5 {
            // 9 USD are 900 cents, 18 to 99 USD four digits of them, 108 USD and more five.
            clusters[usize::from(pieces > 1) + usize::from(pieces > 11)] += 1;
            money += 9 * pieces;
        }
        file += &format!(
            r#"{{"id": "S{number}", "input": {{"zone": {zone}, "pieces": {pieces}}}, "answer": {{"priced": {{"lines": [{lines}], "totals": []}}}}}}"#
        );
        file.push('\n');
    }
    folder.write("pallets.rules", rules);
    folder.write("recorded.jsonl", &file);
    let differ: u64 = clusters.iter().sum();
    assert!(clusters.iter().all(|cases| *cases > 0), "{clusters:?}");
    let ran = folder.run(&[&REPLAY[..], &["--evidence", "known.json"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    let report = |format: &str| {
        let files = ["--evidence", "known.json", "--findings", "found.json", "--format", format];
        folder.run(&[&["report", "--rules", "pallets.rules"], &files[..]].concat()).out
    };
    let (thousands, rest, agree) = (money / 1_000, money % 1_000, 300 - differ);
    let said = format!(
        "1. Clusters 1, 2 and 3, extra surcharge: Rush (RUSH), extra: {differ} cases, the rules charge {thousands},{rest:03}.00 USD more. \
         All {differ} have zone 5; of the {agree} cases with RUSH that agree none has. "
    );
    let text = report("text");
    assert!(text.contains(&said), "{said} is not in {text}");
    let page = report("html");
    assert!(page.contains("USD more</td><td>zone 5</td></tr>"), "{page}");
}

#[test]
fn a_field_that_is_redacted_is_not_told() {
    let folder = Folder::new();
    recorded(&folder);
    folder.write("redaction.json", r#"{"erased": ["zone"]}"#);
    let ran = folder.run(&[&REPLAY[..], &["--redaction", "redaction.json", "--resume", "state"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (1, ""));
    assert!(!ran.out.contains("zone 5"), "{}", ran.out);
    let found: Value = serde_json::from_str(inner(&folder.read("found.json"), "findings")).unwrap();
    assert_eq!(found["clusters"][0]["shared"], Value::Null);
    assert!(!folder.read("state").contains(r#"{"number":"5"}"#));
}
