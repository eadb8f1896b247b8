//! Addresses: where a store is, where a path in it is, and where a redirect leads to.
//!
//! An address as text becomes parts that are known to hold nothing secret, so that it may stand in logs. No path leads out of the store.

use super::HttpError;
use std::fmt;
use std::net::IpAddr;
use ureq::http::Uri;
use ureq::http::uri::Scheme;

/// Where a store is: `https://tariffs.example.com/prices/`.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address {
    /// Without the last `/`.
    text: String,
}

impl Address {
    /// The address of a store. A `/` at its end makes no difference.
    pub(super) fn parse(text: &str) -> Result<Address, HttpError> {
        let wrong = |why: &'static str| Err(HttpError::Address { why });
        if text.contains(['?', '#']) {
            return wrong("it must have no `?` and no `#`: what is secret is given in a header");
        }
        let Ok(uri) = text.parse::<Uri>() else {
            return wrong("it is no address such as https://tariffs.example.com/prices");
        };
        if uri.scheme() != Some(&Scheme::HTTPS) && uri.scheme() != Some(&Scheme::HTTP) {
            return wrong("it must begin with https:// or http://");
        }
        match uri.authority() {
            Some(authority) if authority.as_str().contains('@') => {
                wrong("it must have no name and password: they are given in the header `Authorization`")
            }
            Some(authority) if !authority.host().is_empty() => {
                Ok(Address { text: text.trim_end_matches('/').to_owned() })
            }
            _ => wrong("it names no host"),
        }
    }

    /// Whether what is sent there can be read on its way: without TLS, to another machine.
    pub(super) fn is_in_the_clear(&self) -> bool {
        let Ok(uri) = self.text.parse::<Uri>() else { return true };
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let is_here =
            host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|host| host.is_loopback());
        uri.scheme() != Some(&Scheme::HTTPS) && !is_here
    }

    /// The address of a file; none where the path is not relative or leads out of the store.
    pub(super) fn of(&self, path: &str) -> Option<Uri> {
        let mut text = self.text.clone();
        for segment in path.split('/') {
            if segment.is_empty() || segment == "." || segment == ".." {
                return None;
            }
            text.push('/');
            segment.bytes().for_each(|byte| push_encoded(&mut text, byte));
        }
        text.parse().ok()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A byte of a path as it stands in an address.
fn push_encoded(text: &mut String, byte: u8) {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        text.push(char::from(byte));
    } else {
        text.push_str(&format!("%{byte:02X}"));
    }
}

/// Where a redirect leads to, which may be said in full or in part.
pub(super) fn target(from: &Uri, location: &str) -> Option<Uri> {
    let location = location.split('#').next().unwrap_or("");
    let (scheme, authority) = (from.scheme_str()?, from.authority()?.as_str());
    let full = if location.is_empty() {
        return None;
    } else if location.contains("://") {
        location.to_owned()
    } else if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{authority}{location}")
    } else {
        let folder = from.path().rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{scheme}://{authority}{folder}/{location}")
    };
    let uri: Uri = full.parse().ok()?;
    let is_http = uri.scheme() == Some(&Scheme::HTTP) || uri.scheme() == Some(&Scheme::HTTPS);
    (is_http && uri.authority().is_some_and(|authority| !authority.as_str().contains('@'))).then_some(uri)
}

/// Whether two addresses are of one server, which may be told what is secret between us and it.
pub(super) fn is_same_server(a: &Uri, b: &Uri) -> bool {
    let same_host = a.host().zip(b.host()).is_some_and(|(a, b)| a.eq_ignore_ascii_case(b));
    same_host && a.scheme() == b.scheme() && port(a) == port(b)
}

/// Whether a step from one address to another would go on in the clear.
pub(super) fn leaves_https(from: &Uri, to: &Uri) -> bool {
    from.scheme() == Some(&Scheme::HTTPS) && to.scheme() != Some(&Scheme::HTTPS)
}

fn port(uri: &Uri) -> u16 {
    uri.port_u16().unwrap_or(if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn of(address: &str, path: &str) -> Option<String> {
        Address::parse(address).unwrap().of(path).map(|uri| uri.to_string())
    }

    #[test]
    fn paths_lie_below_the_address_with_and_without_a_slash() {
        for address in ["https://example.com/prices", "https://example.com/prices/", "https://example.com/prices//"] {
            assert_eq!(of(address, "bundles/3f9a").unwrap(), "https://example.com/prices/bundles/3f9a");
        }
        assert_eq!(of("http://localhost:8080", "a").unwrap(), "http://localhost:8080/a");
        assert_eq!(of("http://[::1]:8080/", "a.b/c-d_e~f").unwrap(), "http://[::1]:8080/a.b/c-d_e~f");
    }

    #[test]
    fn what_is_no_letter_is_encoded_and_nothing_leads_out() {
        assert_eq!(of("http://h", "a b/ü?#%&+").unwrap(), "http://h/a%20b/%C3%BC%3F%23%25%26%2B");
        assert_eq!(of("http://h", "a\\..\\b").unwrap(), "http://h/a%5C..%5Cb");
        for path in ["", "/a", "a//b", "a/", "../a", "a/../../b", "./a"] {
            assert_eq!(of("http://h/p", path), None, "{path}");
        }
    }

    #[test]
    fn addresses_that_hold_a_secret_or_name_no_server_are_refused_without_repeating_them() {
        for address in [
            "https://user:pw-7@example.com/",
            "https://example.com/?sig=pw-7",
            "https://example.com/#pw-7",
            "ftp://example.com/pw-7",
            "example.com/pw-7",
            "/pw-7",
            "https://",
            "https:// pw-7",
            "",
        ] {
            let error = Address::parse(address).err().expect(address).to_string();
            assert!(!error.contains("pw-7"), "{error}");
        }
    }

    #[test]
    fn redirects_are_said_in_full_or_in_part() {
        let from: Uri = "https://a.example/x/y?z".parse().unwrap();
        let to = |location: &str| target(&from, location).map(|uri| uri.to_string());
        assert_eq!(to("https://b.example/q?s=1#f").unwrap(), "https://b.example/q?s=1");
        assert_eq!(to("//b.example/q").unwrap(), "https://b.example/q");
        assert_eq!(to("/q").unwrap(), "https://a.example/q");
        assert_eq!(to("q").unwrap(), "https://a.example/x/q");
        for wrong in ["", "#f", "ftp://a.example/", "https://u:p@a.example/", "https://"] {
            assert_eq!(to(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn one_server_is_one_scheme_host_and_port() {
        let uri = |text: &str| text.parse::<Uri>().unwrap();
        let same = |a: &str, b: &str| is_same_server(&uri(a), &uri(b));
        assert!(same("https://a.example/x", "https://A.example:443/y"));
        assert!(!same("https://a.example/", "https://b.example/"));
        assert!(!same("https://a.example/", "https://a.example:8443/"));
        assert!(!same("http://a.example/", "https://a.example/"));
        assert!(leaves_https(&uri("https://a.example/"), &uri("http://a.example/")));
        assert!(!leaves_https(&uri("http://a.example/"), &uri("http://a.example/")));
        assert!(!leaves_https(&uri("http://a.example/"), &uri("https://a.example/")));
    }
}
