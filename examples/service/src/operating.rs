//! For operators: how the service stands, and what they may do. `/health`, `/ready`, `/status` and `/metrics` are for whoever reaches the port;
//! `/reload` and `/rollback` need the operator's token, since behind a proxy every caller seems to be on this machine.

use crate::answer::{Problem, json};
use crate::service::Service;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use ratewright::live::{Edition, Held, NotHeld, RolledBack};
use ratewright_sources::SourceStatus;
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The page of `/status`.
#[derive(Serialize)]
struct Status {
    /// The generation of the book that runs.
    generation: u64,
    /// What it can go back to, the one that runs last.
    held: Vec<Generation>,
    sources: Vec<SourceStatus>,
}

#[derive(Serialize)]
struct Generation {
    generation: u64,
    /// The generation whose editions are its own again.
    #[serde(skip_serializing_if = "Option::is_none")]
    again: Option<u64>,
    editions: Vec<OneEdition>,
}

#[derive(Serialize)]
struct OneEdition {
    rule_set: String,
    version: Option<String>,
    digest: String,
}

impl From<&Edition> for OneEdition {
    fn from(edition: &Edition) -> OneEdition {
        OneEdition {
            rule_set: edition.name().to_owned(),
            version: edition.version().map(str::to_owned),
            digest: edition.digest().to_string(),
        }
    }
}

pub(crate) async fn status(State(service): State<Arc<Service>>) -> Response {
    let described = |held: &Held| Generation {
        generation: held.generation,
        again: held.again,
        editions: held.editions.iter().map(OneEdition::from).collect(),
    };
    let held: Vec<Generation> = service.book().held().iter().map(described).collect();
    let generation = held.last().map_or(0, |held| held.generation);
    answer(&Status { generation, held, sources: service.keeping.status() })
}

/// Whether the service answers at all. Whatever is wrong with rules and sources, to start it again would not mend it.
pub(crate) async fn health() -> Response {
    json(StatusCode::OK, b"{\"answering\":true}".to_vec())
}

/// Whether requests should come here: every source has something to price by, and the book still has each rule set that it gave.
pub(crate) async fn ready(State(service): State<Arc<Service>>) -> Response {
    match service.keeping.status().iter().find(|source| !source.is_priced_by()) {
        None => json(StatusCode::OK, b"{\"ready\":true}".to_vec()),
        Some(source) => {
            let message = match source.unpriced.as_slice() {
                [] => format!("there is nothing to price by from {} yet", source.source),
                names => format!(
                    "nobody prices `{}`, which {} gave: see `warnings` in /status",
                    names.join("`, `"),
                    source.source
                ),
            };
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "nothing_to_price_by", message).into_response()
        }
    }
}

/// Counters in the text form of Prometheus. What is told of sources and of the book has the names that `docs/sources.md` says to watch.
pub(crate) async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let mut text = String::new();
    let mut line = |name: &str, source: Option<&str>, value: u64| {
        let label = source.map_or(String::new(), |source| format!("{{source=\"{}\"}}", escaped(source)));
        text.push_str(&format!("ratewright_{name}{label} {value}\n"));
    };
    line("quotes_total", None, service.counts.quotes.load(Ordering::Relaxed));
    line("quote_errors_total", None, service.counts.errors.load(Ordering::Relaxed));
    line("generation", None, service.book().generation());
    for source in service.keeping.status() {
        let name = Some(source.source.as_str());
        if let Some(epoch) = source.running.epoch {
            line("epoch", name, epoch);
        }
        line("staleness_seconds", name, source.staleness.as_secs());
        line("look_failures", name, source.failures.into());
        line("trouble", name, source.trouble().is_some().into());
        line("expired", name, source.expired.into());
        line("taken_back", name, source.taken_back.len() as u64);
        line("warnings", name, source.warnings.len() as u64);
    }
    let plain = HeaderValue::from_static("text/plain; version=0.0.4");
    ([(header::CONTENT_TYPE, plain)], text).into_response()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ")
}

pub(crate) async fn reload(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    if let Err(problem) = may_operate(&service, &headers) {
        return problem.into_response();
    }
    service.keeping.look_now();
    json(StatusCode::ACCEPTED, b"{\"looking\":true}".to_vec())
}

/// Back to what ran before what runs.
pub(crate) async fn roll_back(State(service): State<Arc<Service>>, headers: HeaderMap) -> Response {
    let held = service.book().held();
    let one = |number: u64| held.iter().find(|held| held.generation == number);
    // Where what runs came of going back, it is what ran at first: going back twice goes further back.
    let mut first = service.book().generation();
    while let Some(again) = one(first).and_then(|held| held.again) {
        first = again;
    }
    let before = held.iter().rev().map(|held| held.generation).find(|number| *number < first);
    back_to(&service, &headers, before.unwrap_or(0))
}

/// Back to a generation that `/status` lists.
pub(crate) async fn roll_back_to(
    State(service): State<Arc<Service>>,
    Path(generation): Path<String>,
    headers: HeaderMap,
) -> Response {
    match generation.parse() {
        Ok(generation) => back_to(&service, &headers, generation),
        Err(_) => {
            let message = "a generation is a number: see `held` in /status";
            Problem::new(StatusCode::BAD_REQUEST, "not_a_generation", message).into_response()
        }
    }
}

fn back_to(service: &Service, headers: &HeaderMap, generation: u64) -> Response {
    if let Err(problem) = may_operate(service, headers) {
        return problem.into_response();
    }
    let held = service.book().held();
    let is_held = held.iter().any(|held| held.generation == generation);
    if held.iter().any(|held| held.generation == generation && held.editions.is_empty()) {
        let message = format!("nothing is priced by generation {generation}: there is nothing to go back to");
        return Problem::new(StatusCode::CONFLICT, "nothing_before", message).into_response();
    }
    let is_lost = |name: &&str| !held.iter().any(|held| held.generation == generation && has(held, name));
    let running = service.book().pin();
    let lost: Vec<&str> = running.names().filter(is_lost).collect();
    if is_held && !lost.is_empty() {
        let message = format!(
            "generation {generation} has no `{}`, which runs: nobody would price it. Going back takes all rule sets back; for one, let its \
             source say what it said before (`ratewright bundle rollback`, or the old file)",
            lost.join("`, `")
        );
        return Problem::new(StatusCode::CONFLICT, "would_price_nobody", message).into_response();
    }
    match service.book().roll_back(generation) {
        Ok(RolledBack { generation, to, from }) => {
            let otherwise = otherwise(&service.book().held(), from, generation);
            answer(
                &serde_json::json!({ "generation": generation, "again": to, "before": from, "otherwise": otherwise }),
            )
        }
        Err(error @ NotHeld { .. }) => {
            Problem::new(StatusCode::CONFLICT, "not_held", error.to_string()).into_response()
        }
    }
}

fn has(held: &Held, rule_set: &str) -> bool {
    held.editions.iter().any(|edition| edition.name() == rule_set)
}

/// The rule sets of which two generations have other editions.
fn otherwise(held: &[Held], one: u64, other: u64) -> BTreeSet<String> {
    let of = |number: u64| {
        let editions = held.iter().filter(|held| held.generation == number).flat_map(|held| &held.editions);
        editions.map(|edition| (edition.name(), edition.digest())).collect::<BTreeSet<_>>()
    };
    of(one).symmetric_difference(&of(other)).map(|(name, _)| (*name).to_owned()).collect()
}

fn may_operate(service: &Service, headers: &HeaderMap) -> Result<(), Problem> {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if service.is_operator(sent) {
        return Ok(());
    }
    let message = "this needs the header `Authorization: Bearer …` with the token that RATEWRIGHT_OPERATOR_TOKEN held when the \
         service started; without one nobody may do it";
    Err(Problem::new(StatusCode::FORBIDDEN, "not_the_operator", message))
}

fn answer(page: &impl Serialize) -> Response {
    match serde_json::to_vec_pretty(page) {
        Ok(text) => json(StatusCode::OK, text),
        Err(error) => Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "not_json", error.to_string()).into_response(),
    }
}
