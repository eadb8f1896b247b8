//! Requests that carry the epoch that their caller has seen: answered by it or a later one after one look, or with 409, never by an older.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[allow(dead_code)]
mod client;
#[allow(dead_code)]
mod publishing;

use client::{Reply, Running, wait_until};
use publishing::{publish, rules};
use ratewright_sources::store::Memory;
use ratewright_sources::{Channel, Directory, Trust, WithoutRules};
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
