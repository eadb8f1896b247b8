//! Requests that carry the epoch that their caller has seen: answered by it or a later one after one look, or with 409, never by an older.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[allow(dead_code)]
mod client;
#[allow(dead_code)]
mod publishing;

use client::{Reply, Running, wait_until};
use publishing::{publish, rules};
use ratewright::live::Book;
use ratewright_sources::store::Memory;
use ratewright_sources::{Channel, Directory, Keeper, Trust, WithoutRules};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const AN_HOUR: Duration = Duration::from_secs(3600);

/// A service on a channel that by itself would look about every hour.
fn following(store: &Arc<Memory>) -> Running {
    let channel = Channel::new(store.clone(), "production", "parcel", Trust::Unsigned);
    client::start(client::keeper().every(AN_HOUR).source(channel))
}

fn quote(service: &Running, least: Option<u64>) -> Reply {
    let least = least.map(|least| least.to_string());
    let headers: Vec<(&str, &str)> = least.iter().map(|least| ("x-ratewright-epoch", least.as_str())).collect();
    service.post("/quote/parcel", &headers, r#"{"shipped": "2026-03-20"}"#)
}

/// The total, and the epoch that the answer is of.
fn told(answer: &Reply) -> (String, Option<u64>) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let total = answer.json()["totals"][0]["amount"].as_str().unwrap().to_owned();
    (total, answer.header("x-ratewright-epoch").map(|epoch| epoch.parse().unwrap()))
}

fn of(total: &str, epoch: u64) -> (String, Option<u64>) {
    (total.to_owned(), Some(epoch))
}

#[test]
fn who_has_seen_a_later_epoch_is_answered_by_it_after_one_look() {
    let store = Arc::new(Memory::default());
    publish(&*store, None, &rules("1", 10));
    let service = following(&store);
    assert_eq!(told(&quote(&service, None)), of("10.00", 1));
    publish(&*store, None, &rules("2", 12));
    assert_eq!(told(&quote(&service, None)), of("10.00", 1), "it has not looked");
    assert_eq!(told(&quote(&service, Some(1))), of("10.00", 1), "and need not");
    assert_eq!(told(&quote(&service, Some(2))), of("12.00", 2));
    assert_eq!(told(&quote(&service, None)), of("12.00", 2));

    let looks = || service.get("/status").json()["sources"][0]["looks"].as_u64().unwrap();
    let before = looks();
    let answer = quote(&service, Some(3));
    assert_eq!((answer.status, answer.code().as_str()), (409, "epoch_not_reached"), "{}", answer.body);
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert!(answer.body.contains("`parcel` is priced by epoch 2 here, and 3 is asked for"), "{}", answer.body);
    assert!(looks() > before, "it has looked");
}

#[test]
fn no_epoch_is_claimed_for_what_was_gone_back_to_by_hand() {
    let store = Arc::new(Memory::default());
    publish(&*store, None, &rules("1", 10));
    let service = following(&store);
    publish(&*store, None, &rules("2", 12));
    assert_eq!(told(&quote(&service, Some(2))), of("12.00", 2));
    let operator = [("Authorization", "Bearer s3cret")];
    assert_eq!(service.post("/rollback", &operator, "").status, 200);

    assert_eq!(told(&quote(&service, None)), ("10.00".to_owned(), None));
    for least in [1, 2, 3] {
        assert_eq!(quote(&service, Some(least)).code(), "epoch_not_reached");
    }
    let generations = service.get("/status").json()["generation"].as_u64().unwrap();
    assert_eq!(service.post(&format!("/rollback/{}", generations - 1), &operator, "").status, 200);
    assert_eq!(told(&quote(&service, Some(2))), of("12.00", 2), "it is that epoch again");
    assert_eq!(service.post("/rollback", &operator, "").status, 200);
    publish(&*store, None, &rules("3", 13));
    assert_eq!(told(&quote(&service, Some(3))), of("13.00", 3));
}

/// Two channels in one book. Going back takes both back; what would leave one without a price is refused, and seen where it is done otherwise.
#[test]
fn going_back_takes_no_rule_set_away_and_what_is_otherwise_is_told() {
    let store = Arc::new(Memory::default());
    let freight = |version: &str, price: u32| rules(version, price).replace("ruleset parcel", "ruleset freight");
    publish(&*store, None, &rules("1", 10));
    let book = Arc::new(Book::default());
    let channel = |rule_set: &str| Channel::new(store.clone(), "production", rule_set, Trust::Unsigned);
    let keeper = Keeper::new(book.clone()).source(channel("parcel")).source(channel("freight")).every(AN_HOUR);
    let service = client::start(keeper.without_rules(WithoutRules::RefuseToPrice));
    wait_until("the first looks", || service.get("/status").json()["sources"][1]["looks"] == 1);
    assert_eq!(book.generation(), 1, "parcel alone");
    let operator = [("Authorization", "Bearer s3cret")];
    let look = |is_there: &dyn Fn() -> bool| {
        assert_eq!(service.post("/reload", &operator, "").status, 202);
        wait_until("the looks", is_there);
    };
    publish(&*store, None, &freight("1", 100));
    look(&|| service.get("/ready").status == 200);
    publish(&*store, None, &freight("2", 120));
    look(&|| book.generation() == 3);
    wait_until("the page", || service.get("/status").json()["sources"][1]["running"]["epoch"] == 2);
    assert!(
        service
            .get("/metrics")
            .body
            .contains("ratewright_taken_back{source=\"freight on production from memory\"} 0\n")
    );

    let answer = service.post("/rollback/1", &operator, "");
    assert_eq!((answer.status, answer.code().as_str()), (409, "would_price_nobody"));
    assert!(answer.body.contains("generation 1 has no `freight`, which runs"), "{}", answer.body);
    assert_eq!(book.generation(), 3, "nothing has changed");

    let answer = service.post("/rollback", &operator, "");
    assert_eq!((answer.status, answer.json()["otherwise"].clone()), (200, serde_json::json!(["freight"])));
    let source = service.get("/status").json()["sources"][1].clone();
    assert_eq!((&source["taken_back"], &source["unpriced"]), (&serde_json::json!(["freight"]), &serde_json::json!([])));
    assert!(
        service
            .get("/metrics")
            .body
            .contains("ratewright_taken_back{source=\"freight on production from memory\"} 1\n")
    );
    assert_eq!(service.get("/ready").status, 200, "there is a price");
    let warnings = || service.get("/status").json()["sources"][1]["warnings"][0].clone();
    look(&|| warnings().as_str().is_some_and(|told| told.starts_with("`freight` runs otherwise than epoch 2 says")));
    assert_eq!(service.post("/rollback", &operator, "").code(), "would_price_nobody");

    book.roll_back(1).unwrap();
    let answer = service.get("/ready");
    assert_eq!((answer.status, answer.code().as_str()), (503, "nothing_to_price_by"));
    assert!(
        answer.body.contains("nobody prices `freight`, which freight on production from memory gave"),
        "{}",
        answer.body
    );
}

#[test]
fn a_folder_has_no_epochs_and_a_channel_without_rules_looks_for_them() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("parcel.rules"), rules("1", 10)).unwrap();
    let service = client::start(client::keeper().source(Directory::new(folder.path())));
    assert_eq!(told(&quote(&service, None)), ("10.00".to_owned(), None));
    assert_eq!(quote(&service, Some(1)).code(), "epoch_not_reached");

    let store = Arc::new(Memory::default());
    let channel = Channel::new(store.clone(), "production", "parcel", Trust::Unsigned);
    let keeper = client::keeper().every(AN_HOUR).source(channel).without_rules(WithoutRules::RefuseToPrice);
    let service = client::start(keeper);
    assert_eq!((quote(&service, None).code().as_str(), service.get("/ready").status), ("nothing_to_price_by", 503));
    assert_eq!(service.get("/health").status, 200, "to start it again would bring no rules");
    publish(&*store, None, &rules("1", 10));
    assert_eq!(told(&quote(&service, Some(1))), of("10.00", 1));
    assert_eq!(service.get("/ready").status, 200);
}

#[test]
fn the_epoch_that_is_told_is_that_of_the_quote_while_epochs_come() {
    let store = Arc::new(Memory::default());
    publish(&*store, None, &rules("1", 1));
    let channel = Channel::new(store.clone(), "production", "parcel", Trust::Unsigned);
    let service = client::start(client::keeper().every(Duration::from_millis(30)).source(channel));
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let callers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut with_epoch = 0_u64;
                    while !stop.load(Ordering::Relaxed) {
                        let (total, epoch) = told(&quote(&service, None));
                        // Epoch N costs N USD.
                        assert!(epoch.is_none_or(|epoch| total == format!("{epoch}.00")), "{total} {epoch:?}");
                        with_epoch += u64::from(epoch.is_some());
                    }
                    with_epoch
                })
            })
            .collect();
        let start = Instant::now();
        for epoch in 2..12 {
            publish(&*store, None, &rules(&epoch.to_string(), epoch));
            wait_until("the epoch prices", || {
                let answer = quote(&service, Some(epoch.into()));
                assert!(start.elapsed() < Duration::from_secs(120), "{}", answer.body);
                answer.status == 200 && told(&answer).1 == Some(epoch.into())
            });
        }
        stop.store(true, Ordering::Relaxed);
        for caller in callers {
            assert!(caller.join().unwrap() > 0);
        }
    });
}

/// An alarm that is copied from the page must fire here, too.
#[test]
fn metrics_have_the_names_of_the_page_that_says_what_to_watch() {
    let page = include_str!("../../../docs/sources.md");
    let named = |line: &'static str| line.strip_prefix("| `ratewright_")?.split('`').next();
    let page_has: Vec<&str> = page.lines().filter_map(named).collect();
    let alarms: Vec<&str> = page.lines().filter(|line| line.contains("**Alarm:**")).filter_map(named).collect();
    assert!(alarms.len() >= 6, "{alarms:?}");
    let store = Arc::new(Memory::default());
    publish(&*store, None, &rules("1", 10));
    let metrics = following(&store).get("/metrics").body;
    let given = metrics.lines().map(|line| line.strip_prefix("ratewright_").unwrap().split([' ', '{']).next().unwrap());
    let given: Vec<&str> = given.collect();
    for name in alarms {
        assert!(given.contains(&name), "there is no ratewright_{name}: {metrics}");
    }
    for name in given {
        assert!(page_has.contains(&name) || name.starts_with("quote"), "the page has no ratewright_{name}");
    }
}
