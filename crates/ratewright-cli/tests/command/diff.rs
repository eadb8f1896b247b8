//! `ratewright diff`: hand-made pairs of rule sets, what is said of them, and what it does to inputs.

use super::support::{Folder, Ran, read_page};

const OLD: &str = r#"ruleset freight "Freight" version "1" {
  currency USD
  effective 2026-01-01 through 2026-12-31
  priced on day
}
input {
  day    : date = 2026-05-01
  zone   : text
  weight : mass in lb from 1 lb through 5000 lb
}
parameter fuel : percent {
  from 2026-01-01 18.50%
}
table rates unique {
  zone : text
  weight : mass in lb by range
  -> rate : USD per cwt
  | zone | weight              || rate  |
  | "A"  | under 500           || 50.00 |
  | "A"  | from 500 until 1000 || 42.10 |
  | "A"  | from 1000           || 40.00 |
  | "B"  | any                 || 60.00 |
}
charge BASE "Transportation" = rates[zone, weight].rate * weight
charge FUEL "Fuel surcharge" = fuel of BASE
charge HEAVY "Heavy" = 25 USD when weight > 2000 lb
test "six hundred pounds" {
  given zone = "A", weight = 600 lb
  expect charge BASE is 252.60 USD
}
"#;

/// The newer edition: other fuel from April on, one dearer rate, an earlier limit, and everything moved around.
fn new() -> String {
    let items = OLD.split_once("parameter").unwrap();
    let (header, rest) = (items.0.replace("version \"1\"", "version \"2\""), format!("parameter{}", items.1));
    let rest = rest
        .replace(
            "from 2026-01-01 18.50%\n",
            "from 2026-01-01 18.50%\n  from 2026-04-01 17.75% because \"Fuel index\"\n",
        )
        .replace("42.10 |", "43.00 |")
        .replace("2000 lb", "1500 lb");
    let (charges, parameters) = rest.split_at(rest.find("charge BASE").unwrap());
    format!("{header}{parameters}\n# the charges\n{charges}")
}

fn folder() -> Folder {
    let folder = Folder::new();
    folder.write("old.rules", OLD);
    folder.write("new.rules", &new());
    folder
}

#[track_caller]
fn says(ran: &Ran, lines: &[&str]) {
    let mut rest = ran.out.lines();
    for line in lines {
        assert!(
            rest.any(|found| found.trim_end() == *line),
            "no line {line:?} (in this order) in\n{}{}",
            ran.out,
            ran.err
        );
    }
}

#[test]
fn what_changed_is_said_and_nothing_else() {
    let ran = folder().run(&["diff", "old.rules", "new.rules"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert_eq!(
        ran.out,
        "\
Freight, 1 → 2: 3 changes in meaning, 1 in words only

parameters
  fuel  old.rules:11 → new.rules:20
    from 2026-04-01: 18.5% → 17.75%  because \"Fuel index\"

tables
  rates  old.rules:14 → new.rules:24
    zone A, weight 500 until 1000 lb: 42.10 USD per cwt → 43.00 USD per cwt (+2.14%)  new.rules:30

charges
  HEAVY \"Heavy\"  old.rules:26 → new.rules:13
    when: 2000 lb → 1500 lb

affected, and unchanged themselves
  through parameter fuel: charge FUEL
  through table rates: charge BASE, charge FUEL

words only
  header
    version: \"1\" → \"2\"

tests  1 of 1 pass on the rules of one edition only
  six hundred pounds  old.rules:27
    on the old rules it passes
    on the new rules it fails: expected charge BASE is 252.60 USD, found 258.00 USD (5.40 USD)
"
    );
}

#[test]
fn another_layout_is_no_change() {
    let folder = Folder::new();
    folder.write("old.rules", OLD);
    let (header, rest) = OLD.split_once("parameter").unwrap();
    let (middle, end) = rest.split_at(rest.find("charge BASE").unwrap());
    folder.write(
        "new.rules",
        &format!("{header}\n# moved\n{end}\n\nparameter{middle}").replace("from 1000   ", "from 10 cwt"),
    );
    let ran = folder.run(&["diff", "old.rules", "new.rules"]);
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(
        ran.out,
        "Freight: no change in meaning (3 inputs, 1 parameter, 1 table with 4 rows proved equal, 3 charges; 2 items only moved)\n"
    );
    let quiet = folder.run(&["diff", "old.rules", "new.rules", "--quiet"]);
    assert_eq!((quiet.code, quiet.out.as_str(), quiet.err.as_str()), (0, "", ""));
}

#[test]
fn exit_codes_tell_what_was_found() {
    let folder = folder();
    let quiet = folder.run(&["diff", "old.rules", "new.rules", "--quiet"]);
    assert_eq!((quiet.code, quiet.out.as_str()), (1, ""));
    assert_eq!(folder.run(&["diff", "old.rules", "none.rules"]).code, 2);
    folder.write("broken.rules", "ruleset r { currency USD }\ncharge A = weight");
    let broken = folder.run(&["diff", "old.rules", "broken.rules"]);
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("`broken.rules` cannot be compared: 1 error"), "{}", broken.err);
}

/// HEAVY from 2000 to 1500 lb is down by a quarter. In all 1650.23 become 1671.15, 1.3 % more.
#[test]
fn a_policy_decides_the_exit_code() {
    let folder = folder();
    folder.write("history.csv", HISTORY);
    let judged = |policy: &str, more: &[&str]| {
        folder.write("policy.json", policy);
        folder.run(&[&["diff", "old.rules", "new.rules", "--policy", "policy.json"], more].concat())
    };
    let inputs = ["--inputs", "history.csv", "--id", "shipment", "--by", "customer"];
    let ran = judged("{}", &[]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    let heavy = "  rate_percent: HEAVY, when: 2000 lb → 1500 lb is down by 25 %, more than 10 %  ";
    let told = ran.out.lines().find(|line| line.starts_with(heavy)).unwrap_or_else(|| panic!("{}", ran.out));
    assert!(told.contains("old.rules:") && told.contains("new.rules:"), "{told}");
    says(&ran, &["  1 violation", "  no inputs are given, so what the policy demands of them is not judged"]);
    let accepted = r#"{"accepted": {"HEAVY": "contract of May"}}"#;
    let ran = judged(accepted, &[]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    says(&ran, &["policy  policy.json", "  kept"]);
    let quiet = judged(accepted, &[&inputs[..], &["--quiet"]].concat());
    assert_eq!((quiet.code, quiet.out.as_str()), (0, ""));
    let tight = r#"{"accepted": {"HEAVY": "contract of May"}, "impact_percent": 1, "impact_amount": {"USD": 20.92}}"#;
    let ran = judged(tight, &[&inputs[..], &["--format", "json"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let policy = &report["policy"];
    assert_eq!((&policy["kept"], &policy["inputs_judged"]), (&false.into(), &true.into()));
    assert_eq!(policy["violations"].as_array().unwrap().len(), 1);
    assert_eq!(policy["violations"][0]["demand"], "impact_percent");
    let page = judged("{}", &["--format", "html"]);
    assert!(page.out.contains("<li><strong>rate_percent</strong>: HEAVY, when"), "{}", page.out);
    let wrong = judged(r#"{"rate": 5}"#, &[]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("`policy.json` cannot be used: the policy: `rate` is not known"), "{}", wrong.err);
    assert_eq!(folder.run(&["diff", "old.rules", "new.rules", "--policy", "none.json"]).code, 2);
}

/// 600 lb to A: 600 × 0.421 = 252.60, now 600 × 0.43 = 258.00; 100 lb to B: 60.00 both; 1,800 lb to B: 1080.00, now HEAVY, too.
/// Fuel on 2026-05-01: 18.5 %, now 17.75 %.
const HISTORY: &str = "\
shipment,zone,weight,customer
S-1,A,600,Acme
S-2,B,100,Byte
S-3,B,1800,Acme
S-4,C,100,Byte
S-5,B,9999,Byte
";

#[test]
fn the_effect_on_inputs_is_measured() {
    let folder = folder();
    folder.write("history.csv", HISTORY);
    let arguments =
        ["diff", "old.rules", "new.rules", "--inputs", "history.csv", "--id", "shipment", "--by", "customer"];
    let ran = folder.run(&[&arguments[..], &["--by", "zone", "--largest", "1"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.err);
    // 252.60 + 46.73 → 258.00 + 45.80; 60.00 + 11.10 → 60.00 + 10.65; 1080.00 + 199.80 → 1080.00 + 191.70 + 25.00
    says(
        &ran,
        &[
            "effect on 5 inputs of history.csv",
            "  3 priced by both, 3 with other amounts: 2 up, 1 down",
            "    total USD  1650.23 USD → 1671.15 USD  +20.92 USD (+1.27%)",
            "    BASE       1392.60 USD → 1398.00 USD  +5.40 USD (+0.39%)    1 quote",
            "    FUEL        257.63 USD →  248.15 USD  -9.48 USD (-3.68%)   3 quotes",
            "    HEAVY         0.00 USD →   25.00 USD  +25.00 USD            1 quote",
            "  by customer",
            "    Acme  1579.13 USD → 1600.50 USD  +21.37 USD (+1.35%)  2 changed",
            "    Byte    71.10 USD →   70.65 USD  -0.45 USD (-0.63%)   1 changed",
            "  by zone",
            "    B  1350.90 USD → 1367.35 USD  +16.45 USD (+1.22%)  2 changed",
            "    A   299.33 USD →  303.80 USD  +4.47 USD (+1.49%)   1 changed",
            "  2 not priced by either, for the same reason",
            "  largest changes",
            "  line 4, S-3  1279.80 USD → 1296.70 USD  +16.90 USD (+1.32%)",
            "      BASE   1080.00 USD → 1080.00 USD",
            "      FUEL    199.80 USD →  191.70 USD",
            "      HEAVY            - →   25.00 USD",
        ],
    );
    let wrong = folder.run(&["diff", "old.rules", "new.rules", "--inputs", "history.csv", "--by", "custmer"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("no row in `history.csv` has the field `custmer` that `--by` names"), "{}", wrong.err);
    let heading = folder.run(&["diff", "old.rules", "new.rules", "--inputs", "history.csv", "--by", "customer"]);
    assert_eq!(heading.code, 2);
    assert!(heading.err.contains("`shipment` is not an input of either edition"), "{}", heading.err);
}

#[test]
fn refusals_that_come_and_go_are_told() {
    let folder = folder();
    let refusing = new().replace("charge HEAVY", "refuse FAR \"not to {zone}\" when zone is \"B\"\ncharge HEAVY");
    folder.write("new.rules", &refusing);
    folder.write("history.jsonl", "{\"zone\": \"A\", \"weight\": 600}\n{\"zone\": \"B\", \"weight\": 100}\n{\n");
    let there = folder.run(&["diff", "old.rules", "new.rules", "--inputs", "history.jsonl"]);
    says(
        &there,
        &[
            "  1 not priced by either, for the same reason",
            "  refusals and errors that come, go or change",
            "    line 2: now refused: FAR: not to B",
        ],
    );
    let back = folder.run(&["diff", "new.rules", "old.rules", "--inputs", "history.jsonl"]);
    says(&back, &["    line 2: no longer refused: FAR: not to B"]);
}

#[test]
fn json_has_everything() {
    let folder = folder();
    folder.write("history.csv", HISTORY);
    let arguments =
        ["diff", "old.rules", "new.rules", "--format", "json", "--inputs", "history.csv", "--id", "shipment"];
    let ran = folder.run(&[&arguments[..], &["--by", "customer", "--output", "report.json"]].concat());
    assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{}", ran.err);
    let report: serde_json::Value = serde_json::from_str(&folder.read("report.json")).unwrap();
    assert_eq!(report["changes_meaning"], true);
    let table = &report["changes"][1];
    assert_eq!((&table["kind"], &table["name"]), (&"table".into(), &"rates".into()));
    let one = &table["table"]["boxes"][0];
    assert_eq!(one["keys"]["weight"], "500 until 1000 lb");
    assert_eq!(one["values"][0]["after"], "43.00 USD per cwt");
    assert_eq!(one["values"][0]["part"], "9/421");
    assert_eq!(one["after_place"], "new.rules:30");
    let effect = &report["effect"];
    assert_eq!(effect["totals"][0]["difference"], "20.92");
    assert_eq!(effect["by"][0]["groups"][0]["value"], "Acme");
    assert_eq!(effect["failures"].as_array().unwrap().len(), 2);
    assert_eq!(effect["largest"][0]["row"], "line 4, S-3");
    assert_eq!(effect["largest"][0]["explanation_after"]["version"], "2");
}

#[test]
fn the_page_needs_nothing_and_runs_nothing() {
    let folder = folder();
    // What a rule set or an input says is text, whatever it looks like.
    let hostile = new()
        .replace("\"Heavy\"", "\"<script>alert(1)</script>\"")
        .replace("when weight > 1500", "because \"a & b < 'c'\" when weight > 1500");
    folder.write("new.rules", &hostile);
    folder.write("history.csv", &HISTORY.replace("Acme", "\"<img src=x onerror=alert(1)>\""));
    let arguments =
        ["diff", "old.rules", "new.rules", "--format", "html", "--inputs", "history.csv", "--id", "shipment"];
    let ran = folder.run(&[&arguments[..], &["--by", "customer", "-o", "report.html"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.err);
    let page = folder.read("report.html");
    assert!(page.starts_with("<!DOCTYPE html>"));
    let (text, elements) = read_page(&page);
    for word in [
        "Freight, 1 → 2",
        "3 changes in meaning",
        "500 until 1000 lb",
        "43.00 USD per cwt",
        "+20.92 USD (+1.27%)",
        "passes",
    ] {
        assert!(text.contains(word), "no {word:?} in\n{text}");
    }
    assert!(text.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && text.contains("&lt;img src=x"));
    for element in &elements {
        let name = element.split([' ', '\n']).next().unwrap();
        assert!(!matches!(name, "script" | "link" | "img" | "iframe" | "object" | "base" | "form"), "{element}");
        assert!(
            ![" src=", " href=", " on", "url("]
                .iter()
                .any(|forbidden| element.contains(forbidden) && !element.contains("aria-label")),
            "{element}"
        );
        // A picture says in words what it shows.
        assert!(name != "svg" || (element.contains("role=\"img\"") && element.contains("aria-label=")), "{element}");
    }
    assert!(!page.contains("http:") && !page.contains("https:") && !page.contains("@import"));
    assert!(page.contains("prefers-color-scheme: dark"));
    assert!(page.contains("content=\"default-src 'none'; style-src 'sha256-"), "{page}");
    let count = |name: &str| elements.iter().filter(|element| element.split(' ').next() == Some(name)).count();
    assert!(count("svg") >= 3 && count("details") >= 3 && count("pre") == 6, "{elements:?}");
}

#[test]
fn tables_of_two_keys_are_drawn_as_a_grid() {
    let table = |prices: [&str; 4]| {
        let [a, b, c, d] = prices;
        format!(
            "ruleset grid {{ currency USD }}
input {{ zone : integer  weight : mass in lb from 0 lb }}
table rates crosstab {{
  zone : integer
  across weight : mass in lb by break
  -> price : money
  | zone || 0 | 10 |
  | 1 || {a} | {b} |
  | 2 || {c} | {d} |
}}
charge BASE = rates[zone, weight].price
"
        )
    };
    let folder = Folder::new();
    folder.write("old.rules", &table(["5.00", "8.00", "6.00", "9.00"]));
    folder.write("new.rules", &table(["5.05", "8.80", "5.70", "18.00"]));
    let ran = folder.run(&["diff", "old.rules", "new.rules", "--format", "html"]);
    let (text, elements) = read_page(&ran.out);
    assert!(elements.iter().any(|element| element == "table class=\"grid\""), "{elements:?}");
    // Five cents on five dollars, eighty on eight, thirty less of six, and twice as much: each with its colour and its figure.
    for (class, words) in [
        ("up1", "5.00 USD → 5.05 USD+1%"),
        ("up3", "8.00 USD → 8.80 USD+10%"),
        ("down2", "6.00 USD → 5.70 USD-5%"),
        ("up4", "9.00 USD → 18.00 USD+100%"),
    ] {
        assert!(elements.contains(&format!("td class=\"{class}\"")), "no {class} in {elements:?}");
        assert!(text.contains(words), "no {words} in\n{text}");
    }
}
