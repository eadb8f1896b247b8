//! What all requests share, and the doors of the service.

use crate::epochs::Epochs;
use crate::{operating, quoting};
use axum::Router;
use axum::routing::{get, post};
use ratewright::digest::Digest;
use ratewright::live::{Book, Pinned};
use ratewright_sources::{Keeping, SourceStatus};
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

impl Service {
    /// A service on a book that is kept. The epochs are those that watch its keeper. Without a token nobody may reload or go back.
    pub fn new(keeping: Keeping, epochs: Epochs, token: Option<&str>) -> Service {
        let token = token.map(|token| Digest::of_bytes(token.as_bytes()));
        keeping.status().iter().for_each(|source| epochs.learn(source));
        Service { keeping, counts: Counts::default(), epochs, token }
    }

    pub(crate) fn book(&self) -> &Book {
        self.keeping.book()
    }

    /// What prices now, and by which epoch of a rule set, where that is known. Where an epoch is asked for that is not here, its source is
    /// looked at once, and the answer waits for that.
    ///
    /// # Errors
    /// It is not here after that either: by which epoch the rule set is priced.
    pub(crate) async fn shelf(&self, rule_set: &str, least: Option<u64>) -> Result<(Pinned, Option<u64>), Option<u64>> {
        let now = || {
            let shelf = self.book().pin();
            let epoch = self.epochs.of(rule_set, &shelf);
            (shelf, epoch)
        };
        let found = now();
        let Some(least) = least.filter(|least| found.1 < Some(*least)) else { return Ok(found) };
        drop(found);
        self.look_once(rule_set, least).await;
        let found = now();
        if found.1 < Some(least) { Err(found.1) } else { Ok(found) }
    }

    async fn look_once(&self, rule_set: &str, least: u64) {
        let status = self.keeping.status();
        // The keeper tells a moment later than it knows.
        status.iter().for_each(|source| self.epochs.learn(source));
        let its = |status: &&SourceStatus| status.running.rule_set.as_deref() == Some(rule_set);
        let Some(source) = status.iter().find(its) else { return }; // what is priced from a folder has no epochs
        // A look that is under way may have asked the store before the caller's epoch was there: the one after it counts.
        let more = match self.keeping.at_least(rule_set, least) {
            false => 1 + u64::from(source.looking),
            true if source.looking => 1, // something is being swapped
            true => return,              // somebody went back by hand, which no look changes
        };
        self.epochs.wait(rule_set, source.looks.saturating_add(more), least, ONE_LOOK).await;
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
        .route("/health", get(operating::health))
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
