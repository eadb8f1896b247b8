//! `POST /quote/{rule_set}`: an input in JSON → the quote in JSON, or the reason why there is none.

use crate::answer::{Problem, json};
use crate::service::{Counts, Service};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use ratewright::Quote;
use ratewright::live::{LiveContext, Shelf};
use ratewright_sources::source::Origin;
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;

/// The epoch that a caller has seen, and in answers the one by which a quote was made.
const EPOCH: HeaderName = HeaderName::from_static("x-ratewright-epoch");

/// The largest input, in bytes.
const LARGEST_INPUT: usize = 1024 * 1024;

/// How long an input may take to come.
const SLOWEST_INPUT: Duration = Duration::from_secs(10);

thread_local! {
    /// The memory of quotes, one for each thread of the runtime: a quote is made without waiting, so no other comes between.
    static MEMORY: RefCell<(LiveContext, Quote)> = RefCell::default();
}

pub(crate) async fn quote(
    State(service): State<Arc<Service>>,
    Path(rule_set): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match try_to_quote(&service, &rule_set, &headers, body).await {
        Ok(response) => {
            Counts::add(&service.counts.quotes);
            response
        }
        Err(problem) => {
            Counts::add(&service.counts.errors);
            problem.into_response()
        }
    }
}

async fn try_to_quote(service: &Service, rule_set: &str, headers: &HeaderMap, body: Body) -> Result<Response, Problem> {
    let input = input(body).await?;
    let least = least(headers)?;
    // The shelf is taken once: the epoch that is told is that of the quote, whatever is swapped meanwhile.
    let (shelf, epoch) = service.shelf(rule_set, least).await.map_err(|epoch| behind(rule_set, epoch, least))?;
    let text = price(service, &shelf, rule_set, &input)?;
    let mut response = json(StatusCode::OK, text);
    if let Some(epoch) = epoch {
        response.headers_mut().insert(EPOCH, HeaderValue::from(epoch));
    }
    Ok(response)
}

/// The input, which has a size and a time.
async fn input(body: Body) -> Result<String, Problem> {
    let read = tokio::time::timeout(SLOWEST_INPUT, axum::body::to_bytes(body, LARGEST_INPUT)).await;
    let Ok(read) = read else {
        return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "too_slow", "the input did not come in time"));
    };
    let Ok(bytes) = read else {
        let message = format!("the input has more than {LARGEST_INPUT} bytes, or did not come whole");
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message));
    };
    String::from_utf8(bytes.into())
        .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "not_json", "the input is not UTF-8"))
}

/// The epoch that is asked for is not here.
fn behind(rule_set: &str, epoch: Option<u64>, least: Option<u64>) -> Problem {
    let has = epoch.map_or("no epoch that is known".to_owned(), |epoch| format!("epoch {epoch}"));
    let least = least.unwrap_or_default();
    let message = format!("`{rule_set}` is priced by {has} here, and {least} is asked for: ask again, or elsewhere");
    Problem::new(StatusCode::CONFLICT, "epoch_not_reached", message)
}

/// The epoch that the quote must be of at least.
fn least(headers: &HeaderMap) -> Result<Option<u64>, Problem> {
    let Some(value) = headers.get(EPOCH) else { return Ok(None) };
    let wrong = || {
        Problem::new(StatusCode::BAD_REQUEST, "not_an_epoch", format!("the header {EPOCH} must be a number such as 42"))
    };
    value.to_str().ok().and_then(|text| text.parse().ok()).map(Some).ok_or_else(wrong)
}

fn price(service: &Service, shelf: &Shelf, rule_set: &str, input: &str) -> Result<Vec<u8>, Problem> {
    MEMORY.with_borrow_mut(|(context, quote)| match shelf.quote_json_into(context, rule_set, input, quote) {
        Ok(()) => {
            let mut text = Vec::with_capacity(1024);
            quote.write_json(&mut text);
            Ok(text)
        }
        Err(error) => {
            let problem = Problem::of(&error, input);
            Err(if problem.status == StatusCode::NOT_FOUND { missing(service, rule_set, problem) } else { problem })
        }
    })
}

/// Whether a rule set that is not there should be: a source for it may have had nothing yet.
fn missing(service: &Service, rule_set: &str, problem: Problem) -> Problem {
    let status = service.keeping.status();
    let may_be_for_it = |of: Option<&str>| of.is_none_or(|of| of == rule_set);
    let waits = status
        .iter()
        .find(|source| source.running.origin == Origin::Nothing && may_be_for_it(source.running.rule_set.as_deref()));
    match waits {
        Some(source) => {
            let message = format!("there is nothing to price by from {} yet", source.source);
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "nothing_to_price_by", message)
        }
        None => problem,
    }
}
