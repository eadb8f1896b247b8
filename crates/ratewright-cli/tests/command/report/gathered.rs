//! The report of what a service gathered while it ran: the files of the library, as they are, given to the command.

use crate::support::Folder;
use ratewright::live::{Book, Edition};
use ratewright::migrate::stage::{Stages, Subject};
use ratewright::migrate::{Answer, Migration, MigrationContext, Prices, RedactionKey};
use ratewright::{Compiler, RuleSet};
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
    let rules: RuleSet = Compiler::new().source("main", RULES).compile("main").unwrap();
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
