//! A store behind HTTP or HTTPS: a web server, an object store, a proxy of the company before one.
//!
//! Paths become requests, and answers become bytes, "unchanged", or a reason in words. Every wait has an end, no more is read than was
//! asked for, and nothing that the caller gave in a header stands in an error, in `Debug` or in the name of the store. Writing relies on
//! the conditions of HTTP (`If-None-Match: *`, `If-Match`); that the server keeps them is tried out before the first write.
//!
//! There is no asynchronous runtime in it: a request blocks the thread that makes it, which is the keeper's.

mod address;
mod body;
mod client;
mod words;

use super::{Answer, Store, StoreError, Tag, WritableStore};
use address::Address;
use client::Client;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use ureq::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use ureq::tls::{PemItem, RootCerts};

/// Files beyond this size are asked for compressed. Smaller ones, such as pointers, are not: a server that compresses on the way gives weak
/// tags, and what is replaced needs a strong one.
const COMPRESSED_FROM: u64 = 1024 * 1024;

/// The file by which it is tried out whether a server keeps the conditions of writes.
const TRIAL: &str = "ratewright-store.txt";

/// What stands in it.
const TRIAL_TEXT: &[u8] =
    b"Written to try out whether this store keeps the conditions of a write. It may be deleted at any time.\n";

/// A store behind HTTP or HTTPS.
///
/// An `https` server is trusted where this machine trusts it: by the store of the operating system, in which companies put their own
/// authorities, or by what `SSL_CERT_FILE` names; or where [`Http::trusting`] says so. The proxy of the environment (`HTTPS_PROXY`,
/// `NO_PROXY`) is used. Each request has a connection of its own.
///
/// ```no_run
/// use ratewright_sources::store::{Answer, Http, Store};
///
/// let store = Http::at("https://tariffs.example.com/prices")?
///     .with_header("Authorization", &format!("Bearer {}", std::env::var("TARIFFS_TOKEN")?))?
///     .trusting(&std::fs::read("/etc/company/authority.pem")?)?;
/// let Answer::File { bytes, tag } = store.read("channels/production/parcel.json", None, 65_536)? else { return Ok(()) };
/// assert_eq!(store.read("channels/production/parcel.json", tag.as_ref(), 65_536)?, Answer::Unchanged);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Http {
    address: Address,
    headers: HeaderMap,
    roots: RootCerts,
    patience: Patience,
    client: Client,
    keeps: Keeps,
}

/// Which conditions the server is known to keep.
#[derive(Default)]
struct Keeps {
    if_none_match: AtomicBool,
    if_match: AtomicBool,
}

/// How long a server may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// To be found and connected to, with the exchange of certificates: 5 s.
    pub connect: Duration,
    /// From the request to the end of the head of the answer: 15 s.
    pub answer: Duration,
    /// The time in which there must be some progress: 10 s.
    pub silence: Duration,
    /// How many bytes in that time are progress: 10 KiB.
    pub least: u64,
    /// For the whole: 5 minutes.
    pub whole: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(15),
            silence: Duration::from_secs(10),
            least: 10 * 1024,
            whole: Duration::from_secs(300),
        }
    }
}

/// What a store behind HTTP cannot be made of. It does not repeat what was given: that may be secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// The address.
    #[error("the address of the store cannot be used: {why}")]
    Address {
        /// What is wrong with it.
        why: &'static str,
    },
    /// The name or the value of a header.
    #[error("the header `{name}` cannot be sent: {why}")]
    Header {
        /// Its name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The certificates of the authorities.
    #[error("the certificates of the authorities cannot be used: {why}")]
    Authorities {
        /// What is wrong with them.
        why: &'static str,
    },
}

impl Http {
    /// The store at an address, such as `https://tariffs.example.com/prices`; a `/` at its end makes no difference.
    ///
    /// # Errors
    /// It is no address, or holds what may be secret: a name and password, or a query.
    pub fn at(address: &str) -> Result<Http, HttpError> {
        let (roots, patience) = (RootCerts::PlatformVerifier, Patience::default());
        Ok(Http {
            address: Address::parse(address)?,
            headers: HeaderMap::new(),
            client: Client::new(&roots, &patience),
            roots,
            patience,
            keeps: Keeps::default(),
        })
    }

    /// Sends a header with every request, such as `Authorization`. It is never shown, and sent to no other server, wherever a redirect leads.
    ///
    /// # Errors
    /// The name or the value cannot be sent, the header is one that the store itself must set, or the address begins with `http://` and is not
    /// on this machine: what is secret would go there in clear text.
    pub fn with_header(mut self, name: &str, value: &str) -> Result<Http, HttpError> {
        let wrong = |why| HttpError::Header { name: name.escape_debug().to_string(), why };
        let known = HeaderName::from_bytes(name.as_bytes()).map_err(|_| HttpError::Header {
            name: "…".to_owned(),
            why: "its name has other characters than letters, digits and `-`",
        })?;
        let mut value =
            HeaderValue::from_str(value).map_err(|_| wrong("its value has line breaks or other control characters"))?;
        let own = [header::IF_MATCH, header::IF_NONE_MATCH, header::ACCEPT_ENCODING, header::HOST, header::RANGE];
        let framing = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION, header::EXPECT];
        if own.contains(&known) || framing.contains(&known) {
            return Err(wrong("the store sets it itself"));
        }
        if self.address.is_in_the_clear() {
            return Err(wrong(
                "the store has an `http://` address on another machine, and whoever is on the way would read it: use `https://`",
            ));
        }
        value.set_sensitive(true);
        self.headers.insert(known, value);
        Ok(self)
    }

    /// Trusts servers whose certificate is of one of these authorities, and no others: the content of a PEM file.
    ///
    /// # Errors
    /// There is no certificate in it, or what is in it is none.
    pub fn trusting(mut self, pem: &[u8]) -> Result<Http, HttpError> {
        let wrong = |why| Err(HttpError::Authorities { why });
        let mut certificates = Vec::new();
        for item in ureq::tls::parse_pem(pem) {
            match item {
                Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
                Ok(_) => return wrong("there is a private key among them, which does not belong there"),
                Err(_) => return wrong("the file is no PEM file"),
            }
        }
        if certificates.is_empty() {
            return wrong("there is no `-----BEGIN CERTIFICATE-----` in the file");
        }
        let mut known = rustls::RootCertStore::empty();
        for certificate in &certificates {
            if known.add(certificate.der().to_vec().into()).is_err() {
                return wrong("one of them is no certificate of an authority");
            }
        }
        self.roots = RootCerts::from(certificates);
        self.client = Client::new(&self.roots, &self.patience);
        Ok(self)
    }

    /// Says how long the server may take.
    pub fn with_patience(mut self, patience: Patience) -> Http {
        self.patience = patience;
        self.client = Client::new(&self.roots, &self.patience);
        self
    }

    fn failed(&self, path: &str, why: String, wait: Option<Duration>) -> StoreError {
        StoreError::Failed { path: path.to_owned(), place: self.place(), why, wait }
    }

    /// Asks for a file; whether the answer is of use is for the caller.
    fn get(&self, path: &str, headers: HeaderMap) -> Result<client::Answered, StoreError> {
        let Some(uri) = self.address.of(path) else { return Err(self.failed(path, words::NO_PATH.to_owned(), None)) };
        self.client.get(uri, &self.headers, headers).map_err(|why| self.failed(path, why, None))
    }

    /// Writes a file where a condition holds; says whether it did.
    fn put(&self, path: &str, condition: (HeaderName, HeaderValue), bytes: &[u8]) -> Result<Wrote, StoreError> {
        let Some(uri) = self.address.of(path) else { return Err(self.failed(path, words::NO_PATH.to_owned(), None)) };
        let answered =
            self.client.put(uri, &self.headers, condition, bytes).map_err(|why| self.failed(path, why, None))?;
        match answered.status {
            StatusCode::OK | StatusCode::CREATED | StatusCode::NO_CONTENT => Ok(Wrote::Yes),
            StatusCode::PRECONDITION_FAILED => Ok(Wrote::No),
            StatusCode::CONFLICT => Ok(Wrote::Conflict),
            _ => Err(self.failed(path, words::of_write(&answered), answered.wait)),
        }
    }

    /// What a conflict means, which servers answer for more than one reason: whether something else is there than was expected.
    fn look_again(&self, path: &str, expected: Option<&Tag>) -> Result<bool, StoreError> {
        let answered = self.get(path, conditions(expected, false))?;
        match (answered.status, expected) {
            (StatusCode::OK, None) => Ok(false),
            (StatusCode::OK, Some(expected)) if answered.tag().as_ref() != Some(expected) => Ok(false),
            (StatusCode::NOT_FOUND | StatusCode::GONE, Some(_)) => Ok(false),
            _ => Err(self.failed(path, words::CONFLICT.to_owned(), answered.wait)),
        }
    }

    /// Tries out, once, whether the server refuses a write whose condition does not hold: one that does not would let two publishers
    /// overwrite each other.
    fn try_out(&self, known: &AtomicBool, condition: fn() -> (HeaderName, HeaderValue)) -> Result<(), StoreError> {
        if known.load(Ordering::Relaxed) {
            return Ok(());
        }
        let none_there = (header::IF_NONE_MATCH, HeaderValue::from_static("*"));
        self.put(TRIAL, none_there, TRIAL_TEXT)?;
        if self.put(TRIAL, condition(), TRIAL_TEXT)? == Wrote::Yes {
            return Err(self.failed(TRIAL, words::keeps_no(&condition().0), None));
        }
        known.store(true, Ordering::Relaxed);
        Ok(())
    }
}

/// What came of a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrote {
    Yes,
    No,
    Conflict,
}

/// The headers of a question: what is known already, and in which encodings the answer may come.
fn conditions(unless: Option<&Tag>, compressed: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(if compressed { "gzip" } else { "identity" }));
    if let Some(value) = unless.and_then(entity_tag) {
        headers.insert(header::IF_NONE_MATCH, value);
    }
    headers
}

/// A tag as it may stand in a header; none where it is that of another store.
fn entity_tag(tag: &Tag) -> Option<HeaderValue> {
    let quoted = tag.as_str().strip_prefix("W/").unwrap_or(tag.as_str());
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    if inner.contains('"') { None } else { HeaderValue::from_str(tag.as_str()).ok() }
}

impl Store for Http {
    fn place(&self) -> String {
        self.address.to_string()
    }

    fn read(&self, path: &str, unless: Option<&Tag>, most: u64) -> Result<Answer, StoreError> {
        let asked = conditions(unless, most >= COMPRESSED_FROM);
        let was_conditional = asked.contains_key(header::IF_NONE_MATCH);
        let answered = self.get(path, asked)?;
        match answered.status {
            StatusCode::OK => {
                let tag = answered.tag();
                let read = answered.read(most, &self.patience);
                let too_large = || StoreError::TooLarge { path: path.to_owned(), place: self.place(), most };
                let bytes = read.map_err(|why| why.map_or_else(too_large, |why| self.failed(path, why, None)))?;
                Ok(Answer::File { bytes, tag })
            }
            StatusCode::NOT_MODIFIED if was_conditional => Ok(Answer::Unchanged),
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                Err(StoreError::Missing { path: path.to_owned(), place: self.place() })
            }
            _ => Err(self.failed(path, words::of_read(&answered), answered.wait)),
        }
    }
}

impl WritableStore for Http {
    fn create(&self, path: &str, bytes: &[u8]) -> Result<bool, StoreError> {
        let none_there = || (header::IF_NONE_MATCH, HeaderValue::from_static("*"));
        self.try_out(&self.keeps.if_none_match, none_there)?;
        match self.put(path, none_there(), bytes)? {
            Wrote::Yes => Ok(true),
            Wrote::No => Ok(false),
            Wrote::Conflict => self.look_again(path, None),
        }
    }

    fn replace(&self, path: &str, expected: Option<&Tag>, bytes: &[u8]) -> Result<bool, StoreError> {
        let Some(expected) = expected else { return self.create(path, bytes) };
        if expected.as_str().starts_with("W/") {
            return Err(self.failed(path, words::WEAK.to_owned(), None));
        }
        let Some(value) = entity_tag(expected) else {
            return Err(self.failed(path, words::FOREIGN_TAG.to_owned(), None));
        };
        self.try_out(&self.keeps.if_match, || {
            (header::IF_MATCH, HeaderValue::from_static("\"ratewright: no file has this tag\""))
        })?;
        match self.put(path, (header::IF_MATCH, value), bytes)? {
            Wrote::Yes => Ok(true),
            Wrote::No => Ok(false),
            Wrote::Conflict => self.look_again(path, Some(expected)),
        }
    }
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<&str> = self.headers.keys().map(HeaderName::as_str).collect();
        f.debug_struct("Http")
            .field("place", &self.place())
            .field("headers", &headers)
            .field("patience", &self.patience)
            .finish_non_exhaustive()
    }
}
