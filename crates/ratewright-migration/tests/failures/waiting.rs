//! Old code that is waited for: its answers, its panics and calls that nobody waits for any more, under an executor made by hand.

use crate::world::{Door, door, door_on};
use ratewright::migrate::stage::Subject;
use ratewright::migrate::{By, Cause};
use ratewright_migration::{Contexts, price_async};
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// Counts how often it is woken.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// Polls until it is done, each time only once it was woken.
fn run<F: Future>(future: F) -> F::Output {
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut future = pin!(future);
    for polls in 1.. {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return done;
        }
        assert_eq!(woken.0.load(Ordering::SeqCst), polls, "it waits for nobody");
    }
    panic!("it never ends")
}

/// Answers when it is polled for the third time.
async fn later<T>(answer: impl FnOnce() -> T) -> T {
    let mut polls = 0;
    poll_fn(|context| {
        polls += 1;
        context.waker().wake_by_ref();
        if polls < 3 { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    answer()
}

fn anyone() -> Subject<'static> {
    Subject::of("customer 17")
}

fn counted(door: &Door) -> (u64, u64, Vec<(Cause, u64)>) {
    let counts = door.counts();
    assert_eq!((counts.offered, counts.pending), (counts.compared + counts.all_dropped(), 0), "{counts:?}");
    (counts.offered, counts.compared, counts.dropped)
}

#[test]
fn answers_are_those_of_a_call_and_the_future_is_asked_for_once_where_it_is_wanted() {
    let contexts = Contexts::new();
    for (stage, by, answer, calls) in [
        ("off", By::Legacy, 999, 1),
        ("shadow", By::Legacy, 999, 1),
        ("primary", By::Candidate, 1_000, 1),
        ("complete", By::Candidate, 1_000, 0),
    ] {
        let (door, asked) = (door(None, || 1), Cell::new(0));
        door.change(crate::world::stages(stage)).unwrap();
        let legacy = || {
            asked.set(asked.get() + 1);
            later(|| Ok(999))
        };
        let input = serde_json::json!({});
        let priced = run(price_async(&door, &contexts, &anyone(), &input, legacy));
        assert_eq!((priced.answer, priced.by, asked.get()), (Ok(answer), by, calls), "{stage}");
        let compared = u64::from(["shadow", "primary"].contains(&stage));
        assert_eq!(counted(&door), (compared, compared, vec![]), "{stage}");
    }
}

#[test]
fn a_panic_while_it_is_waited_for_goes_on_to_whom_the_old_code_prices_and_to_nobody_else() {
    let contexts = Contexts::new();
    let (shadow, primary) = (door(None, || 1), door(None, || 1));
    primary.change(crate::world::stages("primary")).unwrap();
    let input = serde_json::json!({});
    let asked = |door: &Door| {
        let panics = || later(|| -> Result<i64, String> { std::panic::panic_any(4711_u64) });
        catch_unwind(AssertUnwindSafe(|| run(price_async(door, &contexts, &anyone(), &input, panics)).answer))
    };
    assert_eq!(asked(&shadow).unwrap_err().downcast_ref::<u64>(), Some(&4711));
    assert_eq!(counted(&shadow), (1, 0, vec![(Cause::LegacyPanicked, 1)]));
    assert_eq!(asked(&primary).unwrap(), Ok(1_000));
    assert_eq!((counted(&primary), primary.counts().panics), ((1, 1, vec![]), 1));
    // So does one of whoever makes the future.
    let panics = || -> std::future::Ready<Result<i64, String>> { std::panic::panic_any(4712_u64) };
    let caught =
        catch_unwind(AssertUnwindSafe(|| run(price_async(&shadow, &contexts, &anyone(), &input, panics)).answer));
    assert_eq!(caught.unwrap_err().downcast_ref::<u64>(), Some(&4712));
    assert_eq!(counted(&shadow), (2, 0, vec![(Cause::LegacyPanicked, 2)]));
}

#[test]
fn a_call_that_is_given_up_while_it_waits_is_counted_as_lost() {
    let (door, contexts) = (door(None, || 1), Contexts::new());
    let input = serde_json::json!({});
    {
        let subject = anyone();
        let mut call = pin!(price_async(&door, &contexts, &subject, &input, || later(|| Ok(999))));
        assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(door.counts().pending, 1);
    }
    assert_eq!(counted(&door), (1, 0, vec![(Cause::Lost, 1)]));
}

#[test]
fn many_calls_wait_at_once_and_share_contexts() {
    let (door, contexts) = (door(None, || 1), Contexts::new());
    let input = serde_json::json!({});
    let subjects: Vec<String> = (0..200).map(|number| format!("customer {number}")).collect();
    let subjects: Vec<Subject<'_>> = subjects.iter().map(|key| Subject::of(key)).collect();
    type Call<'c> = Pin<Box<dyn Future<Output = Result<i64, String>> + Send + 'c>>;
    // They may move between threads.
    let mut calls: Vec<Call<'_>> = Vec::new();
    for (subject, cents) in subjects.iter().zip(0..) {
        let (door, contexts, input) = (&door, &contexts, &input);
        calls.push(Box::pin(async move {
            price_async(door, contexts, subject, input, || later(move || Ok(cents))).await.answer
        }));
    }
    let mut context = Context::from_waker(Waker::noop());
    let mut done: Vec<Option<Result<i64, String>>> = vec![None; calls.len()];
    for _ in 0..3 {
        for (call, done) in calls.iter_mut().zip(&mut done).filter(|(_, done)| done.is_none()) {
            if let Poll::Ready(answer) = call.as_mut().poll(&mut context) {
                *done = Some(answer);
            }
        }
    }
    assert!(done.into_iter().zip(0..).all(|(done, cents)| done == Some(Ok(cents))));
    assert_eq!(counted(&door), (200, 200, vec![]));
    assert_eq!(format!("{contexts:?}"), "Contexts { free: 1 }");
}

#[test]
fn old_code_that_takes_too_long_is_read_as_what_it_says_then() {
    let (door, contexts) = (door_on(door_book(), "shadow"), Contexts::new());
    let input = serde_json::json!({});
    let priced =
        run(price_async(&door, &contexts, &anyone(), &input, || later(|| Err("timeout after 2 s".to_owned()))));
    assert_eq!(priced.answer, Err("timeout after 2 s".to_owned()));
    assert_eq!(counted(&door), (1, 1, vec![]));
}

fn door_book() -> Arc<ratewright::live::Book> {
    let book = Arc::new(ratewright::live::Book::default());
    let rules =
        ratewright::RuleSet::compile("ruleset parcel \"Parcels\" { currency USD }\ncharge BASE = 10 USD").unwrap();
    book.publish(ratewright::live::Edition::new(rules)).unwrap();
    book
}
