//! Requests and answers: one connection for each request, redirects followed by rules of our own.
//!
//! A request becomes the head of an answer, whose body is still to be read, or words why there is none. Headers of the caller go to the
//! server that they were given for and to no other; what came by HTTPS goes on by HTTPS.

use super::body::{Stopped, read_whole};
use super::{Patience, address, words};
use crate::clock::{Clock, Moment, SystemClock};
use crate::store::Tag;
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use ureq::tls::{RootCerts, TlsConfig};

/// How often an answer may lead elsewhere.
const REDIRECTS: usize = 5;

/// The longest tag that is kept.
const LONGEST_TAG: usize = 1024;

/// Makes requests.
pub(super) struct Client {
    agent: Agent,
    whole: Duration,
}

/// The head of an answer.
pub(super) struct Answered {
    pub(super) status: StatusCode,
    /// How long the server asks to be left alone.
    pub(super) wait: Option<Duration>,
    headers: HeaderMap,
    body: ureq::Body,
    clock: SystemClock,
}

impl Client {
    pub(super) fn new(roots: &RootCerts, patience: &Patience) -> Client {
        // The provider of the cryptography is said here, so that nothing depends on what the program has set for all.
        let tls = TlsConfig::builder()
            .root_certs(roots.clone())
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(0)
            .user_agent(concat!("ratewright/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(patience.whole))
            .timeout_resolve(Some(patience.connect))
            .timeout_connect(Some(patience.connect))
            .timeout_recv_response(Some(patience.answer))
            .timeout_per_read(Some(patience.silence))
            .timeout_per_write(Some(patience.silence))
            .build()
            .new_agent();
        Client { agent, whole: patience.whole }
    }

    /// The answer at an address, or where it leads to.
    pub(super) fn get(&self, uri: Uri, secret: &HeaderMap, plain: HeaderMap) -> Result<Answered, String> {
        let (clock, mut at) = (SystemClock::default(), uri.clone());
        for _ in 0..=REDIRECTS {
            let mut headers = plain.clone();
            if address::is_same_server(&uri, &at) {
                headers.extend(secret.clone());
            }
            let request = request(Method::GET, &at, headers, ())?;
            let response = self.agent.run(request).map_err(|error| words::of_error(&error))?;
            let location = response.headers().get(header::LOCATION).filter(|_| leads_elsewhere(response.status()));
            let Some(location) = location else { return Ok(Answered::new(response, clock)) };
            let target = location.to_str().ok().and_then(|location| address::target(&at, location));
            let Some(target) = target else { return Err(words::NOWHERE.to_owned()) };
            if address::leaves_https(&at, &target) {
                return Err(words::IN_THE_CLEAR.to_owned());
            }
            if clock.elapsed() >= self.whole {
                return Err(words::of_stop(Stopped::Late).unwrap_or_default());
            }
            at = target;
        }
        Err(format!("it leads elsewhere more than {REDIRECTS} times"))
    }

    /// Writes at an address where a condition holds. A write follows no redirect.
    pub(super) fn put(
        &self,
        uri: Uri,
        secret: &HeaderMap,
        condition: (HeaderName, HeaderValue),
        bytes: &[u8],
    ) -> Result<Answered, String> {
        let mut headers = secret.clone();
        if !headers.contains_key(header::CONTENT_TYPE) {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        }
        headers.insert(condition.0, condition.1);
        let request = request(Method::PUT, &uri, headers, bytes)?;
        let response = self.agent.run(request).map_err(|error| words::of_failed_write(&error))?;
        Ok(Answered::new(response, SystemClock::default()))
    }
}

fn request<B>(method: Method, uri: &Uri, headers: HeaderMap, body: B) -> Result<Request<B>, String> {
    let built = Request::builder().method(method).uri(uri.clone()).body(body);
    let mut request = built.map_err(|_| words::NO_PATH.to_owned())?;
    *request.headers_mut() = headers;
    Ok(request)
}

fn leads_elsewhere(status: StatusCode) -> bool {
    matches!(
        status,
        StatusCode::MOVED_PERMANENTLY
            | StatusCode::FOUND
            | StatusCode::SEE_OTHER
            | StatusCode::TEMPORARY_REDIRECT
            | StatusCode::PERMANENT_REDIRECT
    )
}

impl Answered {
    fn new(response: Response<ureq::Body>, clock: SystemClock) -> Answered {
        let (head, body) = response.into_parts();
        let is_fine = head.status.is_success() || head.status == StatusCode::NOT_MODIFIED;
        let wait = if is_fine { None } else { wait(&head.headers) };
        Answered { status: head.status, wait, headers: head.headers, body, clock }
    }

    /// What the server calls the content.
    pub(super) fn tag(&self) -> Option<Tag> {
        let tag = self.headers.get(header::ETAG)?.to_str().ok().map(Tag::new)?;
        (tag.as_str().len() <= LONGEST_TAG && super::entity_tag(&tag).is_some()).then_some(tag)
    }

    /// All of the body; or why not, which is nothing where it is larger than it may be.
    pub(super) fn read(mut self, most: u64, patience: &Patience) -> Result<Vec<u8>, Option<String>> {
        // Where the body is decompressed both headers are gone, and the length would be that of what was sent.
        if let Some(encoding) = self.headers.get(header::CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
            let encoding = encoding.to_str().unwrap_or("").escape_debug().to_string();
            return Err(Some(format!("it answers in the encoding `{encoding}`, for which nobody asked")));
        }
        let length = self.headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: u64| length > most) {
            return Err(None);
        }
        read_whole(self.body.as_reader(), most, patience, Duration::ZERO, &self.clock).map_err(words::of_stop)
    }
}

/// How long a server asks to be left alone: in seconds, or until a moment by its own clock.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let wait = text(header::RETRY_AFTER)?.trim();
    if let Ok(seconds) = wait.parse() {
        return Some(Duration::from_secs(seconds));
    }
    Some(Moment::from_http(wait)?.since(text(header::DATE).and_then(Moment::from_http)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn asked(retry_after: &str, date: Option<&str>) -> Option<u64> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, retry_after.parse().unwrap());
        date.map(|date| headers.insert(header::DATE, date.parse().unwrap()));
        wait(&headers).map(|wait| wait.as_secs())
    }

    #[test]
    fn a_server_asks_for_time_in_seconds_or_until_a_moment_by_its_own_clock() {
        assert_eq!(asked("120", None), Some(120));
        // The form of RFC 9110, section 5.6.7.
        let date = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(asked("Sun, 06 Nov 1994 08:51:07 GMT", date), Some(90));
        assert_eq!(asked("Sun, 06 Nov 1994 08:00:00 GMT", date), Some(0));
        assert_eq!(asked("Sun, 06 Nov 1994 08:51:07 GMT", None), None);
        assert_eq!(asked("soon", date), None);
        assert_eq!(asked("-5", date), None);
    }
}
