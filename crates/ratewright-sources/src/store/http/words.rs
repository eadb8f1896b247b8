//! What went wrong with a server, for people. Nothing that the caller gave in a header stands in it, nor the target of a redirect, which may
//! hold a signature.

use super::body::Stopped;
use super::client::Answered;
use std::io;
use ureq::http::{HeaderName, StatusCode};
use ureq::{Error, Timeout};

pub(super) const NO_PATH: &str = "it is no path of a store: folders and a name with `/` between, none of them `..`";
pub(super) const NOWHERE: &str = "it leads elsewhere, but says no address to which one can go";
pub(super) const IN_THE_CLEAR: &str = "it leads from https to http: nothing is fetched in the clear";
const UNKNOWN_NAME: &str = "its name is not known: look for a slip in the address, and at the name service";
pub(super) const WEAK: &str = "its tag is a weak one (W/…), by which no file can be replaced safely; let the server give strong ones, \
     for instance by not compressing what it sends of small files";
pub(super) const FOREIGN_TAG: &str = "the tag is none of this store: read the file again";
pub(super) const CONFLICT: &str = "it answers 409 Conflict, and no other content is there than was expected, so nothing was written: \
     another writer may be at work, or the folder must be made first; try again";

/// Why a request got no answer.
pub(super) fn of_error(error: &Error) -> String {
    match error {
        Error::Io(error) => of_io(error),
        Error::Rustls(error) => of_tls(error),
        Error::Timeout(Timeout::Resolve) => "its name is not resolved in time".to_owned(),
        Error::Timeout(Timeout::Connect) => "no connection is made in time".to_owned(),
        Error::Timeout(Timeout::Global) => "it takes too long for the whole".to_owned(),
        Error::Timeout(Timeout::PerRead | Timeout::RecvResponse) => "it does not answer in time".to_owned(),
        Error::Timeout(_) => "it does not take what is sent in time".to_owned(),
        Error::HostNotFound => UNKNOWN_NAME.to_owned(),
        Error::ConnectionFailed => "no connection can be made".to_owned(),
        Error::ConnectProxyFailed(_) | Error::InvalidProxyUrl => {
            "the proxy of the environment (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY) does not lead to it".to_owned()
        }
        Error::LargeResponseHeader(..) => "the head of its answer is too large".to_owned(),
        Error::Decompress(..) => "what it sends is no whole gzip".to_owned(),
        Error::Protocol(_) => "it does not speak HTTP as it should".to_owned(),
        other => other.to_string(),
    }
}

fn of_io(error: &io::Error) -> String {
    let inner = error.get_ref();
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return of_tls(error);
    }
    if let Some(error) = inner.and_then(|inner| inner.downcast_ref::<Error>()) {
        return of_error(error);
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "nobody listens there".to_owned(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
            "the connection broke".to_owned()
        }
        io::ErrorKind::UnexpectedEof => "the connection ended early".to_owned(),
        _ if is_look_up(error) => UNKNOWN_NAME.to_owned(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "it does not answer in time".to_owned(),
        _ => error.to_string(),
    }
}

/// Whether a name was not found: the standard library has no kind of its own for it.
fn is_look_up(error: &io::Error) -> bool {
    error.to_string().starts_with("failed to lookup address information")
}

fn of_tls(error: &rustls::Error) -> String {
    use rustls::CertificateError as Wrong;
    let rustls::Error::InvalidCertificate(wrong) = error else { return format!("no secure connection: {error}") };
    match wrong {
        Wrong::UnknownIssuer => {
            "nobody who is trusted vouches for its certificate: put the company's authority into the store of this \
             machine, or give its PEM file"
                .to_owned()
        }
        Wrong::Expired | Wrong::ExpiredContext { .. } => "its certificate has expired".to_owned(),
        Wrong::NotValidYet | Wrong::NotValidYetContext { .. } => {
            "its certificate is not valid yet: look at the clock of this machine".to_owned()
        }
        Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => {
            "its certificate is for another name".to_owned()
        }
        Wrong::Revoked => "its certificate is revoked".to_owned(),
        other => format!("its certificate does not count: {other}"),
    }
}

/// Why a write got no answer, and whether it may have been done all the same.
pub(super) fn of_failed_write(error: &Error) -> String {
    let after = if was_never_sent(error) { "nothing was written" } else { UNKNOWN };
    format!("{}; {after}", of_error(error))
}

const UNKNOWN: &str = "whether it was written is not known: look before writing again";

/// Whether an error comes before the first byte of the request.
fn was_never_sent(error: &Error) -> bool {
    use io::ErrorKind as Kind;
    let is_certificate = |error: &rustls::Error| matches!(error, rustls::Error::InvalidCertificate(_));
    match error {
        Error::HostNotFound
        | Error::ConnectionFailed
        | Error::ConnectProxyFailed(_)
        | Error::InvalidProxyUrl
        | Error::TlsRequired
        | Error::Timeout(Timeout::Resolve | Timeout::Connect) => true,
        Error::Rustls(error) => is_certificate(error),
        Error::Io(error) => {
            let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
            let is_before =
                matches!(error.kind(), Kind::ConnectionRefused | Kind::HostUnreachable | Kind::NetworkUnreachable);
            is_before || is_look_up(error) || tls.is_some_and(is_certificate)
        }
        _ => false,
    }
}

/// Why a body was not read to its end; nothing where it is larger than it may be.
pub(super) fn of_stop(stopped: Stopped) -> Option<String> {
    match stopped {
        Stopped::TooLarge => None,
        Stopped::TooSlow { bytes } => Some(format!("it sends next to nothing ({bytes} bytes lately) and is given up")),
        Stopped::Late => Some("it takes too long for the whole".to_owned()),
        Stopped::Broken(error) => Some(format!("what it sends ends in the middle: {}", of_io(&error))),
    }
}

/// What an answer to a question says that is none.
pub(super) fn of_read(answered: &Answered) -> String {
    let hint = match answered.status {
        StatusCode::UNAUTHORIZED => ": it wants to know who asks, or does not know the key that was given",
        StatusCode::FORBIDDEN => ": who asks may not read this, or it is not there and who asks may not know",
        StatusCode::NOT_MODIFIED => ", although nothing was known before",
        status if status.is_redirection() => ", but says no address",
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => ": it is overloaded or being looked after",
        _ => "",
    };
    format!("it answers {}{hint}", answered.status)
}

/// What an answer to a write says that was not done, or not surely.
pub(super) fn of_write(answered: &Answered) -> String {
    let status = answered.status;
    let after = match status {
        StatusCode::UNAUTHORIZED => {
            "it wants to know who writes, or does not know the key that was given; nothing was written"
        }
        StatusCode::FORBIDDEN => "who asks may not write there; nothing was written",
        StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_IMPLEMENTED => "it takes no files; nothing was written",
        StatusCode::PAYLOAD_TOO_LARGE => "it takes no file of this size; nothing was written",
        StatusCode::TOO_MANY_REQUESTS => "it is overloaded; nothing was written",
        status if status.is_redirection() => {
            "a write follows no redirect: give the address to which it leads; nothing was written"
        }
        status if status.is_client_error() => "nothing was written",
        _ => UNKNOWN,
    };
    format!("it answers {status}: {after}")
}

/// That a server overwrites whatever its writers say.
pub(super) fn keeps_no(condition: &HeaderName) -> String {
    let name = if condition == "if-match" { "If-Match" } else { "If-None-Match" };
    format!(
        "it writes although the condition of the write ({name}) does not hold, so that two who publish could overwrite each other; \
         publish to a store that keeps conditions. Only this trial was written"
    )
}
