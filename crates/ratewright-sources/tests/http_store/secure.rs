//! HTTPS: whom a store trusts.

use crate::failed;
use crate::server::{Asked, Server, answer};
use ratewright_sources::store::{Answer, Http, Store};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io::{self, Write};
use std::sync::Arc;

const AUTHORITY: &[u8] = include_bytes!("certificates/authority.pem");

/// A server by HTTPS, with the certificate of the tests.
fn secure(answer: impl Fn(&Asked, &mut dyn Write) -> io::Result<()> + Send + Sync + 'static) -> Server {
    let certificate = include_bytes!("certificates/server.pem");
    let chain = CertificateDer::pem_slice_iter(certificate).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("certificates/server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
    let connect = move |stream| {
        let connection = rustls::ServerConnection::new(config.clone()).map_err(io::Error::other)?;
        Ok(rustls::StreamOwned::new(connection, stream))
    };
    Server::with("https", connect, answer)
}

#[test]
fn a_server_nobody_vouches_for_is_told_nothing() {
    let server = secure(|_, stream| answer(stream, "200 OK", &[], b"x"));
    let store = Http::at(&server.address).unwrap().with_header("Authorization", "Bearer s3cret").unwrap();
    assert!(failed(store.read("a", None, 10)).0.contains("nobody who is trusted vouches"));
    assert!(server.asked().is_empty());
}

#[test]
fn the_authority_of_the_company_vouches_for_its_servers() {
    let server = secure(|_, stream| answer(stream, "200 OK", &[], b"x"));
    let store = Http::at(&server.address).unwrap().trusting(AUTHORITY).unwrap();
    assert_eq!(store.read("a", None, 10), Ok(Answer::File { bytes: b"x".to_vec(), tag: None }));
    let by_name = server.address.replace("127.0.0.1", "localhost");
    assert!(Http::at(&by_name).unwrap().trusting(AUTHORITY).unwrap().read("a", None, 10).is_ok());
}

#[test]
fn nothing_is_fetched_in_the_clear_that_was_asked_for_by_https() {
    let open = Server::start(|_, stream| answer(stream, "200 OK", &[], b"forged"));
    let location = format!("{}/a", open.address);
    let server = secure(move |_, stream| answer(stream, "302 Found", &[("Location", &location)], b""));
    let store = Http::at(&server.address).unwrap().trusting(AUTHORITY).unwrap();
    assert!(failed(store.read("a", None, 10)).0.contains("from https to http"));
    assert!(open.asked().is_empty());
}

#[test]
fn what_is_no_certificate_of_an_authority_is_refused() {
    let key = include_bytes!("certificates/server.key");
    for wrong in [&b""[..], b"no certificate", key, b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        assert!(Http::at("https://localhost").unwrap().trusting(wrong).is_err());
    }
}
