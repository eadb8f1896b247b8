//! The service over its port: quotes of one edition while rules change, what an operator sees and does, and errors as JSON.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod client;

use client::{Running, reply, wait_until};
use ratewright::RuleSet;
use ratewright::live::Edition;
use ratewright_sources::{Directory, Keeper, WithoutRules};
use serde_json::Value;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const FOUR_POUNDS: &str = r#"{"shipped": "2026-03-20", "weight": 4}"#;

/// A rule set in which the version, every charge and the total tell the same number.
fn rules(number: u32) -> String {
    format!(
        "ruleset parcel \"Parcels\" version \"{number}\" {{\n    currency USD\n    effective 2026-01-01 through 2026-12-31\n    \
         priced on shipped\n}}\ninput {{ shipped : date weight : mass in lb from 0.1 lb }}\n\
         charge BASE = {number} USD\ncharge MORE = {number}00 USD\ncharge ALL = sum of applied (BASE, MORE)\n"
    )
}

fn write(folder: &Path, text: &str) {
    std::fs::write(folder.join("parcel.rules"), text).unwrap();
}

fn keeper(folder: &Path) -> Keeper {
    client::keeper().source(Directory::new(folder).settling(Duration::from_millis(20)))
}

fn started(folder: &Path) -> Running {
    client::start(keeper(folder))
}

/// The version of an answer, after checking that all of it is by one edition.
fn version_of(text: &str) -> u32 {
    let quote: Value = serde_json::from_str(text).unwrap();
    let number: u32 = quote["version"].as_str().unwrap().parse().unwrap();
    let amounts: Vec<String> = quote["charges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line["amount"]["amount"].as_str().unwrap().to_owned())
        .collect();
    let (one, all) = (format!("{number}.00"), format!("{}.00", number * 101));
    assert_eq!(amounts, [one, format!("{number}00.00"), all], "{text}");
    assert_eq!(quote["totals"][0]["amount"].as_str().unwrap(), format!("{}.00", number * 202), "{text}");
    number
}

#[test]
fn an_answer_is_what_the_engine_writes() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &rules(7));
    let service = started(folder.path());
    let answer = service.post("/quote/parcel", &[], FOUR_POUNDS);
    let mut expected = Vec::new();
    let edition = Edition::new(RuleSet::compile(&rules(7)).unwrap());
    edition.quote_json(FOUR_POUNDS).unwrap().write_json(&mut expected);
    assert_eq!((answer.status, answer.body.as_bytes()), (200, &expected[..]));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("x-ratewright-epoch"), None, "a folder has no epochs");
}

#[test]
fn every_answer_is_of_one_edition_while_a_file_is_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &rules(1));
    let service = started(folder.path());
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let (mut seen, mut answers) = (0, 0_u64);
                    while !stop.load(Ordering::Relaxed) {
                        let answer = service.post("/quote/parcel", &[], FOUR_POUNDS);
                        assert_eq!(answer.status, 200, "{}", answer.body);
                        let version = version_of(&answer.body);
                        assert!(version >= seen, "{version} after {seen}");
                        (seen, answers) = (version, answers + 1);
                    }
                    answers
                })
            })
            .collect();
        for number in 2..8 {
            write(folder.path(), &rules(number));
            wait_until("the new edition prices", || {
                let answer = service.post("/quote/parcel", &[], FOUR_POUNDS);
                version_of(&answer.body) == number
            });
        }
        stop.store(true, Ordering::Relaxed);
        for caller in callers {
            assert!(caller.join().unwrap() > 0);
        }
    });
}

#[test]
fn a_bad_file_changes_nothing_but_the_status() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &rules(1));
    let service = started(folder.path());
    let trouble = || service.get("/status").json()["sources"][0]["problem"].clone();
    assert_eq!(trouble(), Value::Null);
    for bad in ["ruleset parcel {", &rules(2).replace("BASE = 2 USD", "BASE = 2 EUR + 1 USD"), &failing(&rules(2))] {
        write(folder.path(), bad);
        wait_until("the status tells", || trouble()["kind"] == "refused" && trouble()["over"].is_null());
        let answer = service.post("/quote/parcel", &[], FOUR_POUNDS);
        assert_eq!(version_of(&answer.body), 1);
        assert_eq!(service.get("/ready").status, 200);
        write(folder.path(), &rules(1));
        wait_until("the status tells that it is over", || !trouble()["over"].is_null());
    }
}

/// A rule set whose own test fails.
fn failing(text: &str) -> String {
    format!("{text}test \"a parcel\" {{ given shipped = 2026-03-20, weight = 4 lb  expect total is 1.00 USD }}\n")
}

#[test]
fn an_operator_reloads_and_goes_back() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &rules(1));
    let service = client::start(keeper(folder.path()).every(Duration::from_secs(3600)));
    let operator = [("Authorization", "Bearer s3cret")];
    let version = || version_of(&service.post("/quote/parcel", &[], FOUR_POUNDS).body);
    assert_eq!(service.post("/rollback", &operator, "").status, 409, "there is nothing before the first");

    for path in ["/reload", "/rollback", "/rollback/1"] {
        for headers in [&[][..], &[("Authorization", "Bearer wrong")], &[("Authorization", "s3cret")]] {
            let answer = service.post(path, headers, "");
            assert_eq!((answer.status, answer.code()), (403, "not_the_operator".to_owned()));
        }
    }
    for number in [2, 3] {
        write(folder.path(), &rules(number));
        wait_until("the new edition prices", || {
            assert_eq!(service.post("/reload", &operator, "").status, 202);
            version() == number
        });
    }
    let back = service.post("/rollback", &operator, "");
    assert_eq!((back.status, version()), (200, 2), "{}", back.body);
    assert_eq!(service.post("/rollback", &operator, "").status, 200);
    assert_eq!(version(), 1, "going back twice goes further back");
    assert_eq!(service.post("/rollback/3", &operator, "").status, 200);
    assert_eq!(version(), 3);
    assert_eq!(service.post("/rollback/77", &operator, "").code(), "not_held");
    assert_eq!(service.post("/rollback/x", &operator, "").status, 400);
    let status = service.get("/status").json();
    assert_eq!(status["held"].as_array().unwrap().last().unwrap()["again"], 3);
    assert_eq!(status["generation"], 6);

    // What came of going back stays while the files stay, and gives way to new ones.
    assert_eq!(service.post("/rollback/2", &operator, "").status, 200);
    let looks = || service.get("/status").json()["sources"][0]["looks"].as_u64().unwrap();
    let before = looks();
    assert_eq!(service.post("/reload", &operator, "").status, 202);
    wait_until("it looks again", || looks() > before);
    assert_eq!(version(), 2);
    write(folder.path(), &rules(4));
    wait_until("the new edition prices", || {
        service.post("/reload", &operator, "");
        version() == 4
    });
}

#[test]
fn without_a_token_nobody_is_the_operator() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &rules(1));
    let service = client::start_with(keeper(folder.path()), None);
    for headers in [&[][..], &[("Authorization", "Bearer ")], &[("Authorization", "Bearer s3cret")]] {
        assert_eq!(service.post("/rollback/0", headers, "").status, 403);
    }
}

#[test]
fn errors_have_a_code_for_programs_and_a_status() {
    let folder = tempfile::tempdir().unwrap();
    let refusing = rules(1) + "refuse HEAVY \"too heavy\" when weight > 100 lb\n";
    write(folder.path(), &refusing);
    let service = started(folder.path());
    let cases = [
        ("/quote/nothing", FOUR_POUNDS, 404, "no_rule_set"),
        ("/quote/parcel", "{", 400, "not_json"),
        ("/quote/parcel", "", 400, "not_json"),
        ("/quote/parcel", r#"{"shipped": "2026-03-20"}"#, 422, "input_not_accepted"),
        ("/quote/parcel", r#"{"shipped": "2026-03-20", "weight": 0}"#, 422, "input_not_accepted"),
        ("/quote/parcel", r#"{"shipped": "2020-03-20", "weight": 4}"#, 422, "not_in_force"),
        ("/quote/parcel", r#"{"shipped": "2026-03-20", "weight": 101}"#, 422, "refused"),
    ];
    for (path, input, status, code) in cases {
        let answer = service.post(path, &[], input);
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{input}: {}", answer.body);
        assert!(!answer.json()["error"]["message"].as_str().unwrap().is_empty());
    }
    let answer = service.post("/quote/parcel", &[], r#"{"shipped": "2026-03-20", "weight": 101}"#).json();
    assert_eq!(answer["error"]["refusal"], "HEAVY");
    let answer = service.post("/quote/parcel", &[], r#"{"shipped": "2026-03-20", "weight": 0}"#).json();
    assert_eq!(answer["error"]["path"], "weight");

    let large = format!("{{\"shipped\": \"{}\"}}", "2".repeat(2_000_000));
    assert_eq!(service.post("/quote/parcel", &[], &large).code(), "too_large");
    assert_eq!(service.post("/quote/parcel", &[("x-ratewright-epoch", "new")], FOUR_POUNDS).code(), "not_an_epoch");
    assert_eq!(service.post("/quote/parcel", &[("x-ratewright-epoch", "1")], FOUR_POUNDS).code(), "epoch_not_reached");
    assert_eq!(service.get("/quote/parcel").status, 405);
    assert!(service.get("/metrics").body.contains("ratewright_quotes_total 0\n"));
}

#[test]
fn with_nothing_to_price_by_the_service_refuses_until_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let keeper = keeper(folder.path()).without_rules(WithoutRules::RefuseToPrice).patience(Duration::ZERO);
    let service = client::start(keeper);
    let answer = service.post("/quote/parcel", &[], FOUR_POUNDS);
    assert_eq!((answer.status, answer.code().as_str()), (503, "nothing_to_price_by"));
    assert_eq!(service.get("/ready").status, 503);
    write(folder.path(), &rules(1));
    wait_until("there is something to price by", || service.get("/ready").status == 200);
    assert_eq!(version_of(&service.post("/quote/parcel", &[], FOUR_POUNDS).body), 1);
}

#[test]
fn the_service_ends_although_a_caller_keeps_a_connection_open() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &rules(1));
    let service = started(folder.path());
    let address = service.address;
    let idle = std::net::TcpStream::connect(address).unwrap();
    assert_eq!(reply(address, "GET", "/ready", &[], "").status, 200);
    service.end();
    assert!(std::net::TcpStream::connect(address).is_err(), "nobody listens any more");
    drop(idle);
}

#[test]
fn the_rules_beside_the_example_price() {
    let service = started(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"));
    let answer = service.post("/quote/parcel", &[], FOUR_POUNDS).json();
    assert_eq!(answer["totals"][0]["amount"], "22.00");
}
