//! The report of what a service gathered while it ran: the files of the library, as they are, given to the command.

use crate::support::Folder;
use ratewright::live::{Book, Edition};
use ratewright::migrate::stage::{Stages, Subject};
use ratewright::migrate::{Answer, Measure, Migration, MigrationContext, Prices, RedactionKey, Stratum};
use ratewright::{Compiler, RuleSet};
use ratewright_migration::findings::{Findings, PricedBy};
use ratewright_migration::{Gatherer, GathererLimits, Gathering};
use ratewright_sources::ManualClock;
use std::sync::Arc;

const RULES: &str = "ruleset parcel \"Parcels\" { currency USD }
input { n : integer }
charge BASE = 1 USD * n
charge HEAVY = 5 USD when n > 90
";

/// Prices 1 through 120, of which the old code prices `wrong` a dollar higher; what is gathered of it stands in the folder.
fn serve(folder: &Folder, wrong: i64) -> String {
    serve_by(folder, RULES, wrong)
}

/// The same by other rules.
fn serve_by(folder: &Folder, rules: &str, wrong: i64) -> String {
    let rules: RuleSet = Compiler::new().source("main", rules).compile("main").unwrap();
    let edition = Edition::new(rules);
    let (book, short) = (Arc::new(Book::default()), edition.digest().short());
    book.publish(edition).unwrap();
    let key = RedactionKey::new(b"0123456789abcdef0123456789abcdef").unwrap();
    let clock = Arc::new(ManualClock::at("2026-11-22T12:00:00Z".parse().unwrap()));
    let limits = GathererLimits { share: 1_000, ..GathererLimits::default() };
    std::fs::create_dir_all(folder.path("gathered")).unwrap();
    let gatherer = Gatherer::open(folder.path("gathered"), Gathering::usual(key), limits, clock).unwrap();
    let shadow: Stages = r#"{ "format": 1, "migration": "parcel", "stage": "shadow" }"#.parse().unwrap();
    let reading = move |n: Result<&i64, &String>| -> Answer {
        let n = *n.unwrap();
        let base = if n == wrong { n + 1 } else { n };
        let prices = Prices::new().line("BASE", format!("{base}.00 USD").parse().unwrap());
        if n > 90 { prices.line("HEAVY", "5.00 USD".parse().unwrap()).into() } else { prices.into() }
    };
    let migration: Migration<i64, String> = Migration::new(shadow, book, "parcel", reading, |_| None);
    let migration = Arc::new(migration.observed_by(gatherer.clone()));
    let counted = migration.clone();
    let worker = gatherer.start(move || counted.counts()).unwrap();
    for n in 1..=120 {
        let key = format!("order {n}");
        let subject = Subject::of("customer 17").case(&key);
        let priced =
            migration.price(&mut MigrationContext::default(), &subject, &serde_json::json!({ "n": n }), || Ok(n));
        assert_eq!(priced.answer, Ok(n));
    }
    worker.finish();
    assert_eq!((gatherer.counts().gathered, gatherer.trouble()), (120, None));
    short
}

#[test]
fn what_a_service_gathered_is_reported() {
    for (wrong, code) in [(0, 0), (7, 1)] {
        let folder = Folder::new();
        let short = serve(&folder, wrong);
        folder.write("parcel.rules", RULES);
        folder.write(
            "policy.json",
            r#"{"distinct_cases_per_rule": 30, "distinct_cases_of_high_revenue": 100, "distinct_cases": 120}"#,
        );
        let facts = r#"{"shadow": {"from": "2026-10-20", "through": "2026-11-22"}, "effective_dates": 1,
            "p99_microseconds": 2, "drill": {"day": "2026-11-20", "seconds": 9}}"#;
        folder.write("facts.json", facts);
        let (evidence, findings) =
            (format!("gathered/evidence-{short}.json"), format!("gathered/findings-{short}-traffic.json"));
        let ran = folder.run(&[
            "report",
            "--rules",
            "parcel.rules",
            "--evidence",
            &evidence,
            "--findings",
            &findings,
            "--policy",
            "policy.json",
            "--facts",
            "facts.json",
            "--day",
            "2026-11-23",
        ]);
        assert_eq!((ran.code, ran.err.as_str()), (code, ""), "{}", ran.out);
        assert!(ran.out.contains("120 cases compared in traffic"), "{}", ran.out);
        assert!(ran.out.contains("✓ few cases were dropped: 0 of 120 cases were dropped"), "{}", ran.out);
        assert!(ran.out.contains("120 of 120 distinct cases in traffic"), "{}", ran.out);
        // The dollar of 7 is found again with its order.
        assert_eq!(ran.out.contains("order 7:"), wrong == 7, "{}", ran.out);
        assert_eq!(
            ran.out.contains("BASE (amount): 1 case in traffic; the rules charge 1.00 USD less"),
            wrong == 7,
            "{}",
            ran.out
        );
    }
}

/// What no edition priced is lost to the release that is judged.
#[test]
fn what_no_edition_priced_counts_as_dropped() {
    let folder = Folder::new();
    let short = serve(&folder, 0);
    folder.write("parcel.rules", RULES);
    let mut none = Findings::of(PricedBy::nothing(), Stratum::Traffic, &Measure::exact());
    none.records = 3;
    none.dropped.insert("no_edition".to_owned(), 3);
    folder.write("gathered/findings-none-traffic.json", &none.to_json());
    let evidence = format!("gathered/evidence-{short}.json");
    let findings = "gathered/findings-none-traffic.json";
    let report = ["report", "--rules", "parcel.rules", "--evidence", &evidence, "--findings", findings];
    let ran = folder.run(&[&report[..], &["--day", "2026-11-23"]].concat());
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{}", ran.out);
    assert!(ran.out.contains("✗ few cases were dropped: 3 of 3 cases were dropped"), "{}", ran.out);
    assert!(ran.out.contains("\n3 cases in traffic priced by no edition: none was compared\n"), "{}", ran.out);
    assert!(ran.out.contains("3 of 3 (100%) dropped: no edition"), "{}", ran.out);
    let page = folder.run(&[&report[..], &["--day", "2026-11-23", "--format", "html"]].concat()).out;
    assert!(page.contains("of no edition</li>"), "{page}");
}

/// The second edition has what the first knew of its rules: both files together would count it twice.
#[test]
fn evidence_that_was_taken_over_counts_once() {
    let folder = Folder::new();
    let first = serve(&folder, 0);
    let next = RULES.replace("5 USD when", "6 USD when");
    let second = serve_by(&folder, &next, 0);
    folder.write("parcel.rules", &next);
    let [first, second] = [first, second].map(|short| format!("gathered/evidence-{short}.json"));
    let report = ["report", "--rules", "parcel.rules", "--day", "2026-11-23", "--evidence", &second];
    for evidence in [&["--evidence", first.as_str()][..], &[]] {
        let ran = folder.run(&[&report[..], evidence].concat());
        match evidence.is_empty() {
            true => assert!(ran.code == 1 && ran.err.is_empty(), "{}", ran.err),
            false => {
                assert_eq!(ran.code, 2, "{}", ran.out);
                let words =
                    format!("`{first}` cannot be used: `{second}` has taken over evidence of an edition before it");
                assert!(ran.err.contains(&words), "{}", ran.err);
            }
        }
    }
}
