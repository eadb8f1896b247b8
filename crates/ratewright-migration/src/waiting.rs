//! Old code that is waited for: a future of the old code's answer → one answer, without a runtime.
//!
//! The engine's own call is cut in two by the old code ([`Migration::begin`] and [`Migration::finish`]); between the two nothing is held but the
//! call. Contexts are taken for the two parts alone, so that there are as many as threads price at once, however many calls wait.
//! Invariant: what holds of [`Migration::price`] holds here; a call that is dropped while it waits is counted as lost, where it was to be compared.

use ratewright::migrate::stage::Subject;
use ratewright::migrate::{Begun, Migration, MigrationContext, Priced};
use serde::Serialize;
use std::any::Any;
use std::fmt;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::task::Poll;

/// Contexts that calls share.
#[derive(Default)]
pub struct Contexts {
    free: Mutex<Vec<MigrationContext>>,
}

impl Contexts {
    /// None yet: they are made as they are needed.
    pub fn new() -> Contexts {
        Contexts::default()
    }

    /// Does something in one. Where that panics it is gone.
    pub fn with<T>(&self, work: impl FnOnce(&mut MigrationContext) -> T) -> T {
        let free = || self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = free().pop();
        let mut context = taken.unwrap_or_default();
        let done = work(&mut context);
        free().push(context);
        done
    }
}

impl fmt::Debug for Contexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).len();
        f.debug_struct("Contexts").field("free", &free).finish()
    }
}

/// As [`Migration::price`], for old code that is waited for. `legacy` is asked for its future where it is wanted, once. A panic of the future comes out as it
/// would of a call: to the caller where the old code prices, and otherwise nowhere.
///
/// Nothing here knows how long is too long: let the future end with an error of the old code's own after a time, which is read as any other error of it.
///
/// ```
/// use ratewright::live::Book;
/// use ratewright::migrate::stage::{Stages, Subject};
/// use ratewright::migrate::{Answer, Migration};
/// use ratewright_migration::{Contexts, price_async};
/// use std::sync::Arc;
///
/// let stages: Stages = r#"{ "format": 1, "migration": "parcel", "stage": "shadow" }"#.parse()?;
/// let reading = |_: Result<&u32, &String>| Answer::failed("not read");
/// let migration = Migration::new(stages, Arc::new(Book::default()), "parcel", reading, |_| None);
///
/// # async fn monolith() -> Result<u32, String> { Ok(999) }
/// # fn block_on<F: Future>(future: F) -> F::Output {
/// #     let mut future = std::pin::pin!(future);
/// #     let std::task::Poll::Ready(done) = future.as_mut().poll(&mut std::task::Context::from_waker(std::task::Waker::noop())) else { panic!() };
/// #     done
/// # }
/// let contexts = Contexts::new(); // one for all calls
/// let (subject, input) = (Subject::of("customer 17"), serde_json::json!({}));
/// let call = price_async(&migration, &contexts, &subject, &input, monolith);
/// assert_eq!(block_on(call).answer, Ok(999));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub async fn price_async<L, E, I, F>(
    migration: &Migration<L, E>,
    contexts: &Contexts,
    subject: &Subject<'_>,
    input: &I,
    legacy: impl FnOnce() -> F,
) -> Priced<L, E>
where
    I: Serialize + ?Sized,
    F: Future<Output = Result<L, E>>,
{
    let turn = match contexts.with(|context| migration.begin(context, subject, input)) {
        Begun::Priced(priced) => return priced,
        Begun::Legacy(turn) => turn,
    };
    let called = match catch_unwind(AssertUnwindSafe(legacy)) {
        Ok(future) => contained(future).await,
        Err(panic) => Err(panic),
    };
    contexts.with(|context| migration.finish(context, turn, subject, input, called))
}

/// What a future comes to, or its panic.
async fn contained<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
    let mut future = pin!(future);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
        Ok(Poll::Ready(done)) => Poll::Ready(Ok(done)),
        Ok(Poll::Pending) => Poll::Pending,
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}
