//! Cases that wait to be compared in a thread of their own: bounded in number and bytes, and nobody ever waits to put one in. Where comparing is quick it
//! is done beside the call: which of the two, is chosen by what cases cost lately, as a clock measures it.
//!
//! Whoever prices leaves a case and goes on; nobody is woken by it. The thread looks each two milliseconds and compares what is there, as long as it
//! has time: a share of one core. What finds no room is dropped and counted for its cause. The memory of compared cases goes back the same way and is
//! freed by those that price, a little with each call: freed here it made them wait for the allocator, ten microseconds in one call of a hundred.

mod choice;

use crate::budget::Budget;
use choice::Choice;
use ratewright::migrate::{Cause, Elsewhere, Handed, Migration, MigrationContext, Spent};
use ratewright_sources::{Clock, SystemClock};
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How much may wait, and how much time comparing may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RingLimits {
    /// So many cases. 4,096 where nothing is said.
    pub cases: usize,
    /// So many bytes of them. 32 MiB where nothing is said.
    pub bytes: usize,
    /// How often the thread looks. Each two milliseconds where nothing is said.
    pub every: Duration,
    /// How much of one core comparing may take, in thousandths. 50 where nothing is said: 5 %.
    pub share: u32,
    /// Cases are compared in the thread, not beside the call, when what a case costs comes to be more than this on average. 5 microseconds where nothing is said.
    pub handed_above: Duration,
    /// They are compared beside the call again when it comes to be less than this. 2.5 microseconds where nothing is said; zero, for never.
    pub beside_below: Duration,
}

impl Default for RingLimits {
    fn default() -> Self {
        RingLimits {
            cases: 4_096,
            bytes: 32 * 1024 * 1024,
            every: Duration::from_millis(2),
            share: 50,
            handed_above: Duration::from_nanos(5_000),
            beside_below: Duration::from_nanos(2_500),
        }
    }
}

/// Cases that wait. Given to a migration with [`Migration::handing_to`], and started with it.
///
/// ```
/// use ratewright::live::{Book, Edition};
/// use ratewright::migrate::stage::{Stages, Subject};
/// use ratewright::migrate::{Answer, Migration, MigrationContext};
/// use ratewright_migration::{Ring, RingLimits};
/// use std::sync::Arc;
///
/// let stages: Stages = r#"{ "format": 1, "migration": "parcel", "stage": "shadow" }"#.parse()?;
/// let ring = Ring::new(RingLimits::default());
/// let reading = |_: Result<&u32, &String>| Answer::failed("not read");
/// let migration = Migration::new(stages, Arc::new(Book::default()), "parcel", reading, |_| None);
/// let migration = Arc::new(migration.handing_to(ring.clone()));
/// let worker = ring.start(migration.clone())?;
///
/// let subject = Subject::of("customer 17");
/// let priced = migration.price(&mut MigrationContext::default(), &subject, &serde_json::json!({}), || Ok(999));
/// assert_eq!(priced.answer, Ok(999));
/// worker.finish();
/// assert_eq!(migration.counts().compared, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Ring {
    limits: RingLimits,
    choice: Choice,
    /// Whether a case is compared beside its call now. One at a time is, so that of a candidate that never comes back one call waits and no other.
    is_taken: AtomicBool,
    clock: Arc<dyn Clock>,
    sender: SyncSender<Handed>,
    /// Until the thread has it.
    receiver: Mutex<Option<Receiver<Handed>>>,
    cases: AtomicUsize,
    /// Of cases that wait, and of those that are spent.
    bytes: AtomicUsize,
    /// What compared cases were written in, and its bytes. Nobody waits for it: who finds it taken goes on.
    spent: Mutex<Vec<(Spent, usize)>>,
    /// Whether the thread had no time left when it looked last.
    is_out_of_time: AtomicBool,
    is_stopped: AtomicBool,
}

/// The thread that compares. Dropping it stops it after the case that it is at; what waits is dropped and counted.
#[derive(Debug)]
#[must_use = "nothing is compared once it is dropped"]
pub struct RingWorker {
    ring: Arc<Ring>,
    orders: Arc<Orders>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Orders {
    stop: AtomicBool,
    /// Compare all that waits before, whatever time it takes.
    finish: AtomicBool,
}

impl Ring {
    /// Nothing waits yet, and nothing is measured: cases are handed on until some forty were quick.
    pub fn new(limits: RingLimits) -> Arc<Ring> {
        Ring::with_clock(limits, Arc::new(SystemClock::default()))
    }

    /// The same, where a given clock measures what cases cost.
    pub fn with_clock(limits: RingLimits, clock: Arc<dyn Clock>) -> Arc<Ring> {
        let (sender, receiver) = sync_channel(limits.cases.max(1));
        Arc::new(Ring {
            choice: Choice::new(limits.handed_above, limits.beside_below),
            is_taken: AtomicBool::new(false),
            clock,
            limits,
            sender,
            receiver: Mutex::new(Some(receiver)),
            cases: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            spent: Mutex::default(),
            is_out_of_time: AtomicBool::new(false),
            is_stopped: AtomicBool::new(false),
        })
    }

    /// How many cases wait, and how many bytes are held for them and for those compared last.
    pub fn waiting(&self) -> (usize, usize) {
        (self.cases.load(Ordering::Acquire), self.bytes.load(Ordering::Acquire))
    }

    /// Whether cases are compared beside the call now.
    pub fn is_beside(&self) -> bool {
        self.choice.is_beside()
    }

    /// What comparing a case costs: an average in which the last ones count most. [`RingLimits::handed_above`] before any was measured.
    pub fn cost(&self) -> Duration {
        self.choice.average()
    }

    /// Starts the thread that compares.
    ///
    /// # Errors
    /// It was started before, or the system gives no thread.
    pub fn start<L: 'static, E: 'static>(self: &Arc<Self>, migration: Arc<Migration<L, E>>) -> io::Result<RingWorker> {
        let receiver = self.receiver.lock().unwrap_or_else(PoisonError::into_inner).take();
        let receiver = receiver.ok_or_else(|| io::Error::other("the cases of this ring are compared already"))?;
        let orders = Arc::new(Orders::default());
        let (ring, told) = (self.clone(), orders.clone());
        let thread = std::thread::Builder::new().name("ratewright comparing".to_owned());
        let thread = thread.spawn(move || {
            ring.work(&receiver, &told, |context, case| {
                // What is left alone is not compared, and says nothing of what that costs.
                let is_compared = !migration.breaker_is_open();
                (migration.compare(context, case), is_compared)
            });
        })?;
        Ok(RingWorker { ring: self.clone(), orders, thread: Some(thread) })
    }

    fn work(
        &self,
        cases: &Receiver<Handed>,
        orders: &Orders,
        compare: impl Fn(&mut MigrationContext, Handed) -> (Spent, bool),
    ) {
        let start = Instant::now();
        let mut budget = Budget::new(self.limits.share, Duration::ZERO);
        let mut context = MigrationContext::default();
        loop {
            let stops = orders.stop.load(Ordering::Acquire);
            let finishes = stops && orders.finish.load(Ordering::Acquire);
            if self.cases.load(Ordering::Acquire) == 0 {
                self.free_all(); // nobody prices for now
            }
            while finishes || (!orders.stop.load(Ordering::Acquire) && budget.has_time(start.elapsed())) {
                let Ok(case) = cases.try_recv() else { break };
                let bytes = case.bytes();
                let (began, measured) = (start.elapsed(), self.clock.elapsed());
                let compared = catch_unwind(AssertUnwindSafe(|| compare(&mut context, case)));
                if matches!(compared, Ok((_, true))) {
                    self.choice.cost(self.clock.elapsed().saturating_sub(measured));
                }
                budget.spend(start.elapsed().saturating_sub(began));
                self.cases.fetch_sub(1, Ordering::AcqRel);
                match compared {
                    Ok((spent, _)) => self.give_back(spent, bytes),
                    Err(_) => {
                        context = MigrationContext::default();
                        self.freed(bytes);
                    }
                }
            }
            if stops {
                // Nobody puts any in from now on; who was about to sees it, or it is seen here.
                self.is_stopped.store(true, Ordering::SeqCst);
                while let Ok(case) = cases.try_recv() {
                    self.gone(case.bytes());
                    case.drop_for(Cause::Stopped);
                }
                self.free_all();
                return;
            }
            self.is_out_of_time.store(!budget.has_time(start.elapsed()), Ordering::Relaxed);
            std::thread::sleep(self.limits.every);
        }
    }

    fn gone(&self, bytes: usize) {
        self.freed(bytes);
        self.cases.fetch_sub(1, Ordering::AcqRel);
    }

    fn freed(&self, bytes: usize) {
        self.bytes.fetch_sub(bytes, Ordering::AcqRel);
    }

    /// Leaves what a case was written in to those that price.
    fn give_back(&self, spent: Spent, bytes: usize) {
        match self.spent.try_lock() {
            Ok(mut all) => all.push((spent, bytes)),
            Err(_) => self.freed(bytes),
        }
    }

    /// Frees what two cases were written in: more than the one that comes.
    fn free_two(&self) {
        let two = match self.spent.try_lock() {
            Ok(mut all) => [all.pop(), all.pop()],
            Err(_) => return,
        };
        for (spent, bytes) in two.into_iter().flatten() {
            drop(spent);
            self.freed(bytes);
        }
    }

    fn free_all(&self) {
        let all = std::mem::take(&mut *self.spent.lock().unwrap_or_else(PoisonError::into_inner));
        for (spent, bytes) in all {
            drop(spent);
            self.freed(bytes);
        }
    }

    /// The cause for which there is no room: where comparing has no time left, that is why.
    fn full(&self, otherwise: Cause) -> Cause {
        if self.is_out_of_time.load(Ordering::Relaxed) { Cause::Budget } else { otherwise }
    }
}

/// The place beside the calls, until it is dropped.
struct Place<'a>(&'a AtomicBool);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

impl Elsewhere for Ring {
    fn beside(&self, compare: &mut dyn FnMut()) {
        let is_wanted = self.choice.is_beside() && !self.is_stopped.load(Ordering::Relaxed);
        if is_wanted && !self.is_taken.swap(true, Ordering::Acquire) {
            let _place = Place(&self.is_taken);
            let began = self.clock.elapsed();
            compare();
            self.choice.cost(self.clock.elapsed().saturating_sub(began));
        }
    }

    fn refuses(&self) -> Option<Cause> {
        self.free_two();
        if self.is_stopped.load(Ordering::Relaxed) {
            return Some(Cause::Stopped);
        }
        let (cases, bytes) = self.waiting();
        match (cases >= self.limits.cases, bytes >= self.limits.bytes) {
            (true, _) => Some(self.full(Cause::TooMany)),
            (_, true) => Some(self.full(Cause::TooLarge)),
            _ => None,
        }
    }

    fn take(&self, case: Handed) {
        // Room is taken before a case is put in, and given back where it is not: so that the bytes never exceed their limit.
        let bytes = case.bytes();
        let before = self.bytes.fetch_add(bytes, Ordering::AcqRel);
        self.cases.fetch_add(1, Ordering::AcqRel);
        if before.saturating_add(bytes) > self.limits.bytes {
            self.gone(bytes);
            return case.drop_for(self.full(Cause::TooLarge));
        }
        match self.sender.try_send(case) {
            Ok(()) => {}
            Err(TrySendError::Full(case)) => {
                self.gone(bytes);
                case.drop_for(self.full(Cause::TooMany));
            }
            Err(TrySendError::Disconnected(case)) => {
                self.gone(bytes);
                case.drop_for(Cause::Stopped);
            }
        }
    }
}

impl RingWorker {
    /// Compares all that waits, whatever time it takes, and stops.
    pub fn finish(mut self) {
        self.orders.finish.store(true, Ordering::Release);
        self.stop();
    }

    /// As [`Ring::waiting`].
    pub fn waiting(&self) -> (usize, usize) {
        self.ring.waiting()
    }

    fn stop(&mut self) {
        self.orders.stop.store(true, Ordering::Release);
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so itself; its cases are counted as lost.
            let _ = thread.join();
        }
    }
}

impl Drop for RingWorker {
    fn drop(&mut self) {
        self.stop();
    }
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (cases, bytes) = self.waiting();
        f.debug_struct("Ring").field("cases", &cases).field("bytes", &bytes).finish_non_exhaustive()
    }
}
