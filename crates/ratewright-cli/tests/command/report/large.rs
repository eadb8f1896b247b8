//! A large migration: 400 rules, 400 days, and 60 causes with 20 cases each, gathered as a replay gathers them. The page of it stays below
//! five megabytes, with all rules and clusters on it.
//!
//! `RATEWRIGHT_LARGE_REPORT=FOLDER` writes its files there for 10⁶ cases, 25,000 of which are different; `benches/report.py` measures by them how long the page takes to open.

use crate::support::{Folder, read_page};
use ratewright::live::Edition;
use ratewright::migrate::cause::{Cause, Factor, Finding};
use ratewright::migrate::cluster::FieldValues;
use ratewright::migrate::{
    About, Answer, Case, Clusters, Comparison, ComparisonMemory, Counting, Evidence, Measure, Path, Stratum, Tracing,
    Verdict,
};
use ratewright::quote::Money;
use ratewright::value::Date;
use ratewright::{Quote, RuleSet};
use ratewright_migration::findings::{Days, Findings, PricedBy, UsedWaiver};
use ratewright_migration::recorded;
use std::fmt::Write;

/// How many charges differ, each for one cause.
const CAUSES: usize = 60;
const DAYS: i64 = 400;

/// 300 charges, 40 tables, 30 parameters, 20 flags and 10 refusals.
fn rules() -> String {
    let mut text = "ruleset large \"Freight of a large carrier\" version \"2027.1\" {\n  currency USD\n  priced on shipped\n}\n\
        input {\n  shipped : date\n  lane : integer from 1 through 60\n  weight : mass in lb from 0.1 lb through 20_000 lb\n  \
        customer : text = \"\"\n  service : text = \"ground\"\n}\n"
        .to_owned();
    for table in 0..40 {
        let _ = writeln!(
            text,
            "table rates_{table} unique {{\n  lane : integer by range\n  -> price : USD per lb\n  | lane || price |\n  | 1 through 20 || 0.{:02} |\n  | 21 through 40 || 0.{:02} |\n  | 41 through 60 || 0.99 |\n}}",
            20 + table,
            30 + table
        );
    }
    for parameter in 0..30 {
        let _ = writeln!(
            text,
            "parameter index_{parameter} : percent {{\n  from 2025-01-01 {}%\n  from 2026-07-01 {}.5%\n}}",
            parameter + 1,
            parameter + 1
        );
    }
    for charge in 0..300 {
        let amount = match charge % 10 {
            0 => format!("rates_{}[lane].price * weight", charge / 10 % 40),
            1 => format!("index_{} of rates_{}[lane].price * weight", charge / 10 % 30, (charge / 10 + 30) % 40),
            _ => format!("{}.{:02} USD + 0.0{} USD per lb * weight", charge % 40 + 1, charge % 100, charge % 9 + 1),
        };
        let _ = writeln!(
            text,
            "charge C_{charge:03} \"Accessorial service number {charge}\" = {amount}\n    when lane is {} and weight > {} lb",
            charge % 60 + 1,
            charge % 7 * 10
        );
    }
    for flag in 0..20 {
        let _ = writeln!(text, "flag F_{flag} \"lane {{lane}} is watched\" when lane is {}", flag + 1);
    }
    for refusal in 0..10 {
        let _ = writeln!(text, "refuse R_{refusal} \"no service\" when weight > {} lb", 15_000 + refusal);
    }
    text
}

/// What a migration of so many cases leaves behind, each so many times, of which each so many-th turn of all lanes differs.
fn files(cases: u64, times: u64, every: u64) -> (String, String, String) {
    let text = rules();
    let edition =
        Edition::new(RuleSet::compile(&text).unwrap_or_else(|rejected| panic!("{:?}", rejected.diagnostics.first())));
    let tracing = Tracing::new(&edition);
    let mut evidence = Evidence::new(&tracing, Counting::default());
    let mut findings = Findings::of(PricedBy::from(&edition), Stratum::Replay, &Measure::exact());
    let (mut clusters, mut days) = (Clusters::sampling(20), Days::default());
    let (mut context, mut quote, mut path) = (edition.context(), Quote::default(), Path::default());
    let mut memory = ComparisonMemory::default();
    let first = Date::new(2025, 10, 1).unwrap();
    let mut explanations = std::collections::BTreeMap::new();
    for number in 0..cases {
        let day = first.add_days((number * 7 % DAYS as u64) as i64).unwrap();
        // A lane in each turn, a weight that comes again seldom.
        let (lane, weight) = (number % 60 + 1, number.wrapping_mul(2_654_435_761) % 1_000_000);
        let input = format!(
            r#"{{"shipped": "{day}", "lane": {lane}, "weight": "{}.{:03} lb", "customer": "token:{:032x}", "service": "freight, with appointment"}}"#,
            weight / 1_000 + 1,
            weight % 1_000,
            number % 5_000
        );
        let priced = tracing.quote_json_into(&mut context, &input, &mut quote, &mut path);
        assert!(priced.is_ok(), "{input}: {priced:?}");
        let legacy = legacy(&quote, number, every);
        let comparison = Measure::exact().compare(&mut memory, &legacy, &quote);
        let case = recorded(number, &input, &legacy, day);
        let differs = comparison.verdict() == Verdict::Mismatch;
        let finding = differs.then(|| finding(&edition, comparison.clone()));
        // Of each lane once; longer than what the page shows of it. That of three hundred charges has fifty thousand characters.
        let explained = || {
            let text = edition.explain_json(&input).map(|(_, explanation)| explanation.to_text());
            text.unwrap().chars().take(15_000).collect::<String>()
        };
        let explained = explanations.entry(lane).or_insert_with(explained);
        for again in 0..times {
            let seen = Case { stratum: Stratum::Replay, path: &path, quote: Some(&quote), comparison: &comparison };
            evidence.record(&tracing, seen);
            findings.records += 1;
            findings.tally.compared(&case, &comparison).unwrap();
            days.add(Some(day), &comparison);
            let sequence = number + again * cases;
            if let Some(finding) = &finding {
                clusters.add(finding, &format!("SHIPMENT-{sequence:09}"), sequence, Some(day), || {
                    (input.clone(), legacy.clone(), Answer::from(&quote), Some(explained.clone()))
                });
            }
        }
    }
    findings.set_days(days);
    findings.clusters = clusters.read();
    findings.waivers = (0..25).map(waiver).collect();
    (text, evidence.to_json(), findings.to_json())
}

/// The old code charges a cent less, or twelve dollars more, in some cases of the first charge of a lane.
fn legacy(quote: &Quote, number: u64, every: u64) -> Answer {
    let Answer::Priced(mut prices) = Answer::from(quote) else { panic!("it is priced") };
    let quirk = |code: &str| {
        code.strip_prefix("C_").and_then(|digits| digits.parse::<usize>().ok()).is_some_and(|charge| charge < CAUSES)
    };
    if (number / 60).is_multiple_of(every)
        && let Some(line) = prices.lines.iter_mut().find(|line| quirk(&line.charge))
    {
        let by: Money = if number.is_multiple_of(2) { "-0.01 USD" } else { "12.34 USD" }.parse().unwrap();
        line.amount.amount = line.amount.amount.add(&by.amount).unwrap();
        prices.totals.clear();
    }
    Answer::Priced(prices)
}

fn recorded(number: u64, input: &str, legacy: &Answer, day: Date) -> recorded::Case {
    let line = format!(
        r#"{{"id": "SHIPMENT-{number:09}", "time": "{day}", "input": {input}, "answer": {}}}"#,
        serde_json::to_string(legacy).unwrap()
    );
    let map = recorded::Map::default();
    let recorded::Recorded { records, reading, .. } = recorded::Recorded::open(
        Box::new(std::io::Cursor::new(line)),
        Some(recorded::Form::Jsonl),
        &map,
        recorded::LONGEST,
    )
    .unwrap();
    let record = records.into_iter().next().unwrap().unwrap();
    reading.case(&record).unwrap()
}

/// A guess as the finder of causes would make it.
fn finding(edition: &Edition, comparison: Comparison) -> Finding {
    let code = comparison.differences.iter().find(|one| one.about == About::Charge).unwrap().charges[0].clone();
    let charge: usize = code.trim_start_matches("C_").parse().unwrap();
    let causes = [Cause::Rounding, Cause::BoundarySide, Cause::WrongRow, Cause::UnitSlip, Cause::OtherEdition];
    let factor = |cause: Cause, tried: &str| Factor {
        cause,
        tried: format!("with {code} {tried}"),
        is_tried: true,
        field: None,
        explains: vec![0],
        specific: true,
    };
    let guess = vec![factor(causes[charge % causes.len()], "rounded down where it is booked")];
    let others = (0..4).map(|other| factor(causes[other], "of another day, of which there are several")).collect();
    let rules = edition.rule_digests().iter().filter(|rule| rule.name == code).cloned().collect();
    let (follows, fields) = (Vec::new(), FieldValues::default());
    Finding { comparison, guess, others, incomplete: false, follows, rules, tries: 120, fields }
}

fn waiver(number: u64) -> UsedWaiver {
    let text = format!(
        r#"{{"id": "W-{number}", "owner": "Dana Reyes", "reason": "the old code truncates; customers were told in the letter of March",
        "expires": "2027-0{}-28", "standing": "open", "cases": 0, "of_cases": 1000, "of_amount": "10.00 USD"}}"#,
        number % 9 + 1
    );
    serde_json::from_str(&text).unwrap()
}

const ARGUMENTS: [&str; 9] = [
    "report",
    "--rules",
    "large.rules",
    "--evidence",
    "large.evidence",
    "--findings",
    "large.findings",
    "--day",
    "2026-11-23",
];

#[test]
fn a_page_of_400_rules_and_60_clusters_is_below_five_megabytes() {
    let folder = Folder::new();
    let (rules, evidence, findings) = files(1_440, 1, 1);
    folder.write("large.rules", &rules);
    folder.write("large.evidence", &evidence);
    folder.write("large.findings", &findings);
    let found = Findings::from_json(&findings).unwrap();
    assert_eq!(found.clusters.len(), CAUSES);
    assert!(found.clusters.iter().all(|cluster| cluster.sample.len() == 20));
    let ran = folder.run(&[&ARGUMENTS[..], &["--output", "report.html"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.err);
    let page = folder.read("report.html");
    assert!(page.len() <= 5_000_000, "{} bytes", page.len());
    let (_, elements) = read_page(&page);
    let id = |element: &String| element.rsplit_once(" id=\"").map(|(_, id)| id.trim_end_matches('"').to_owned());
    let ids: std::collections::HashSet<String> = elements.iter().filter_map(id).collect();
    let has = |id: String| ids.contains(&id);
    assert!((0..400).all(|rule| has(format!("r{rule}"))) && !has("r400".to_owned()));
    assert!((1..=CAUSES).all(|cluster| has(format!("c{cluster}"))) && !has("c61".to_owned()));
    assert_eq!(elements.iter().filter(|element| element.starts_with("a class=\"cell ")).count(), 400);
}

#[test]
fn a_page_of_very_long_texts_stays_below_five_megabytes_and_says_what_it_leaves_out() {
    let folder = Folder::new();
    let (rules, evidence, findings) = files(480, 1, 8);
    folder.write("large.rules", &rules);
    folder.write("large.evidence", &evidence);
    let mut found = Findings::from_json(&findings).unwrap();
    let clusters = found.clusters.clone();
    found.tally.mismatches *= 20;
    for cluster in &mut found.clusters {
        cluster.sample.truncate(1);
        for example in cluster.first.iter_mut().chain(&mut cluster.largest).chain(&mut cluster.sample) {
            let long = "<&>".repeat(20_000);
            example.input = example.input.replace("freight, with appointment", &long);
            example.explanation = Some(long);
        }
    }
    (0..10).for_each(|_| found.clusters.extend(clusters.iter().cloned()));
    (found.records, found.tally.compared) = (found.tally.mismatches, found.tally.mismatches);
    (found.tally.matches, found.undated) = (0, 0);
    found.days.clear();
    found.undated = found.tally.compared;
    folder.write("large.findings", &found.to_json());
    let ran = folder.run(&[&ARGUMENTS[..], &["--format", "html"]].concat());
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.out.len() <= 5_000_000, "{} bytes", ran.out.len());
    assert!(ran.out.contains("more characters are in the JSON") && ran.out.contains("this page is full"));
    read_page(&ran.out);
}

/// Writes the files that are measured.
#[test]
fn the_files_that_are_measured() {
    let Some(folder) = std::env::var_os("RATEWRIGHT_LARGE_REPORT").map(std::path::PathBuf::from) else { return };
    let (rules, evidence, findings) = files(25_000, 40, 8);
    for (name, text) in [("large.rules", rules), ("large.evidence", evidence), ("large.findings", findings)] {
        std::fs::write(folder.join(name), text).unwrap();
    }
}
