//! What all requests share, and the doors of the service.

use crate::{operating, quoting};
use axum::Router;
use axum::routing::{get, post};
use ratewright::digest::Digest;
use ratewright::live::Book;
use ratewright_sources::keeper::Found;
use ratewright_sources::{KeeperWatcher, Keeping, SourceStatus};
use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// How long the look may take for which a request waits that asks for a later epoch.
const ONE_LOOK: Duration = Duration::from_secs(2);

/// How long requests may take that are on their way when the service is told to end.
const LAST_REQUESTS: Duration = Duration::from_secs(10);

/// What all requests share.
pub struct Service {
    pub(crate) keeping: Keeping,
    pub(crate) counts: Counts,
    epochs: Epochs,
    /// The digest of the operator's token, so that comparing takes as long whatever is sent.
    token: Option<Digest>,
}

/// What is counted, from the start.
#[derive(Default)]
pub(crate) struct Counts {
    pub(crate) quotes: AtomicU64,
    pub(crate) errors: AtomicU64,
}

impl Counts {
    pub(crate) fn add(count: &AtomicU64) {
        count.fetch_add(1, Ordering::Relaxed);
    }
}

/// How far the rule sets on channels are: a watcher of the keeper, which requests read and wait for.
#[derive(Clone, Default)]
pub struct Epochs {
    known: watch::Sender<BTreeMap<String, Known>>,
}

/// What is known of a rule set on a channel.
#[derive(Clone, Copy, Default)]
struct Known {
    epoch: Option<u64>,
    looks: u64,
}

impl KeeperWatcher for Epochs {
    fn looked(&self, status: &SourceStatus, _: Found) {
        let Some(rule_set) = &status.running.rule_set else { return };
        let known = Known { epoch: status.running.epoch, looks: status.looks };
        self.known.send_modify(|all| {
            all.insert(rule_set.clone(), known);
        });
    }
}

impl Epochs {
    fn of(&self, rule_set: &str) -> Known {
        self.known.borrow().get(rule_set).copied().unwrap_or_default()
    }
}

impl Service {
    /// A service on a book that is kept. The epochs are those that watch its keeper. Without a token nobody may reload or go back.
    pub fn new(keeping: Keeping, epochs: Epochs, token: Option<&str>) -> Service {
        let token = token.map(|token| Digest::of_bytes(token.as_bytes()));
        Service { keeping, counts: Counts::default(), epochs, token }
    }

    pub(crate) fn book(&self) -> &Book {
        self.keeping.book()
    }

    /// The epoch by which a rule set is priced at least.
    pub(crate) fn epoch(&self, rule_set: &str) -> Option<u64> {
        self.epochs.of(rule_set).epoch
    }

    /// Whether a rule set is priced by an epoch or a later one. If not, its source is looked at once, and the answer waits for that.
    pub(crate) async fn reaches(&self, rule_set: &str, floor: u64) -> bool {
        let is_there = |known: Known| known.epoch.is_some_and(|epoch| epoch >= floor);
        let before = self.epochs.of(rule_set);
        if is_there(before) || self.keeping.at_least(rule_set, floor) {
            return true;
        }
        if before.epoch.is_none() {
            return false; // what is priced from a folder has no epochs
        }
        // A look that is under way may have asked the store before the caller's epoch was there: the one after it counts.
        let is_looking = |status: &SourceStatus| status.looking && status.running.rule_set.as_deref() == Some(rule_set);
        let under_way = u64::from(self.keeping.status().iter().any(is_looking));
        let enough = before.looks.saturating_add(1).saturating_add(under_way);
        let mut known = self.epochs.known.subscribe();
        let is_over = |all: &BTreeMap<String, Known>| {
            all.get(rule_set).is_some_and(|known| is_there(*known) || known.looks >= enough)
        };
        // Whether the look ended or takes too long, what counts is how far the rule set is then.
        drop(tokio::time::timeout(ONE_LOOK, known.wait_for(is_over)).await);
        is_there(self.epochs.of(rule_set))
    }

    /// Whether a request may reload and go back; none may where no token was set.
    pub(crate) fn is_operator(&self, token: Option<&str>) -> bool {
        self.token.is_some() && token.map(|token| Digest::of_bytes(token.as_bytes())) == self.token
    }
}

/// Answers requests until `end` comes, then those that are on their way, and gives the threads of the keeper back.
///
/// # Errors
/// The system gives no threads, or does not take the listener.
pub fn serve(
    listener: std::net::TcpListener,
    service: Service,
    end: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let service = Arc::new(service);
    let doors = Router::new()
        .route("/quote/{rule_set}", post(quoting::quote))
        .route("/ready", get(operating::ready))
        .route("/status", get(operating::status))
        .route("/metrics", get(operating::metrics))
        .route("/reload", post(operating::reload))
        .route("/rollback", post(operating::roll_back))
        .route("/rollback/{generation}", post(operating::roll_back_to))
        .with_state(service.clone());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let served = runtime.block_on(async move {
        listener.set_nonblocking(true)?;
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let (ended, mut is_ended) = watch::channel(false);
        let end = async move {
            end.await;
            ended.send_replace(true);
        };
        let serving = tokio::spawn(axum::serve(listener, doors).with_graceful_shutdown(end).into_future());
        // Who keeps a connection open without asking anything does not keep the service from ending.
        drop(is_ended.wait_for(|is_ended| *is_ended).await);
        match tokio::time::timeout(LAST_REQUESTS, serving).await {
            Ok(served) => served.map_err(io::Error::other)?,
            Err(_) => Ok(()),
        }
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    if let Some(service) = Arc::into_inner(service) {
        service.keeping.stop();
    }
    served
}
