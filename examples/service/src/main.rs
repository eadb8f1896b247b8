//! Starts the service: `cargo run --release -p ratewright-service -- --rules rules/freight`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program, which says how it stands where its operator looks"
)]

use ratewright::live::{Book, Published, RolledBack, Watcher};
use ratewright_service::options::{Options, Rules, SYNOPSIS, USAGE};
use ratewright_service::{Epochs, Service, serve};
use ratewright_sources::keeper::Problem;
use ratewright_sources::{Clock, Keeper, KeeperWatcher, Moment, SourceStatus, SystemClock, WithoutRules};
use std::error::Error;
use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;

/// Writes what comes of looking for new rules; nothing where nothing changes.
struct Log(SystemClock);

impl Log {
    fn say(&self, status: &SourceStatus, what: &str) {
        let now: Moment = self.0.now();
        eprintln!("{now} {}: {what}", status.source);
    }
}

impl KeeperWatcher for Log {
    fn swapped(&self, status: &SourceStatus, published: &Published) {
        let loaded: Vec<String> = published.loaded.iter().map(ToString::to_string).collect();
        let loaded = if loaded.is_empty() { "nothing new".to_owned() } else { loaded.join(", ") };
        let epoch = status.running.epoch.map_or(String::new(), |epoch| format!("epoch {epoch}, "));
        self.say(status, &format!("{epoch}generation {}, with {loaded}", published.generation));
    }

    fn refused(&self, status: &SourceStatus, problem: &Problem) {
        self.say(status, &format!("refused, {}: {}", what_goes_on(status), problem.why));
    }

    fn unreachable(&self, status: &SourceStatus, problem: &Problem) {
        self.say(status, &format!("no answer, {}: {}", what_goes_on(status), problem.why));
    }

    fn warned(&self, status: &SourceStatus, warning: &str) {
        self.say(status, warning);
    }

    fn recovered(&self, status: &SourceStatus, _: &Problem) {
        self.say(status, "all is well again");
    }
}

impl Watcher for Log {
    fn rolled_back(&self, rolled_back: &RolledBack) {
        let RolledBack { generation, to, from } = rolled_back;
        eprintln!("{} by hand: generation {generation}, as generation {to}; {from} ran before", self.0.now());
    }
}

/// What becomes of quotes while something is wrong.
fn what_goes_on(status: &SourceStatus) -> &'static str {
    if status.is_priced_by() { "what ran runs on" } else { "and there is nothing to price by" }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help" || word == "-h") {
        println!("{SYNOPSIS}\n\n{USAGE}");
        return ExitCode::SUCCESS;
    }
    let options = match Options::parse(words) {
        Ok(options) => options,
        Err(why) => {
            eprintln!("{why}\n\n{SYNOPSIS}\n`--help` says what each word means");
            return ExitCode::from(2);
        }
    };
    let keeper = match keeper(&options) {
        Ok(keeper) => keeper,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    match run(&options, keeper) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// A keeper for a new book.
fn keeper(options: &Options) -> Result<Keeper, String> {
    let log = Arc::new(Log(SystemClock::default()));
    let without = if options.start_empty { WithoutRules::RefuseToPrice } else { WithoutRules::Fail };
    let keeper = Keeper::new(Arc::new(Book::default().watched_by(log.clone())))
        .every(options.every)
        .without_rules(without)
        .watched_by(log);
    options.rules.keep(keeper)
}

fn run(options: &Options, keeper: Keeper) -> Result<(), Box<dyn Error>> {
    if matches!(&options.rules, Rules::Channel(followed) if followed.keep.is_none()) {
        eprintln!(
            "nothing is kept without `--keep`: a restart needs the store, and does not know which epochs were seen"
        );
    }
    let listener = TcpListener::bind(options.listen)
        .map_err(|error| format!("cannot answer at {}, see `--listen`: {error}", options.listen))?;
    let epochs = Epochs::default();
    let keeping = keeper.watched_by(Arc::new(epochs.clone())).start()?;
    let token = std::env::var("RATEWRIGHT_OPERATOR_TOKEN").ok().filter(|token| !token.is_empty());
    eprintln!("answering at http://{}", listener.local_addr()?);
    serve(listener, Service::new(keeping, epochs, token.as_deref()), asked_to_end())?;
    eprintln!("ended");
    Ok(())
}

/// Comes when the operator or the cluster lets the service end: SIGTERM, or SIGINT from a keyboard.
#[cfg(unix)]
async fn asked_to_end() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminated) = signal(SignalKind::terminate()) else { return interrupted().await };
    let mut interrupted = std::pin::pin!(interrupted());
    std::future::poll_fn(|context| match interrupted.as_mut().poll(context) {
        std::task::Poll::Ready(()) => std::task::Poll::Ready(()),
        std::task::Poll::Pending => terminated.poll_recv(context).map(drop),
    })
    .await;
}

#[cfg(not(unix))]
use interrupted as asked_to_end;

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await; // nobody can be heard: the service runs until it is killed
    }
}
