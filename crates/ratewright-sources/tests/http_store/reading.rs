//! Reading: what a store gives, and what it does not get away with.

use crate::server::{Files, Server, answer};
use crate::{failed, impatient};
use ratewright_sources::store::{Answer, Http, Store, StoreError, Tag};
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

const MOST: u64 = 1000;

fn store(server: &Server) -> Http {
    Http::at(&server.address).unwrap()
}

/// A server that gives the same answer to everything.
fn always(status: &'static str, headers: &'static [(&'static str, &'static str)], body: &'static [u8]) -> Server {
    Server::start(move |_, stream| answer(stream, status, headers, body))
}

#[track_caller]
fn file(answer: Result<Answer, StoreError>) -> (Vec<u8>, Option<Tag>) {
    match answer {
        Ok(Answer::File { bytes, tag }) => (bytes, tag),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_is_fetched_once_and_again_when_it_has_changed() {
    let files = Arc::new(Files::default());
    files.put("/prices/channels/a%20b.json", b"one");
    let held = files.clone();
    let server = Server::start(move |asked, stream| held.answer(asked, stream));
    let store = Http::at(&format!("{}/prices/", server.address)).unwrap();

    let (bytes, tag) = file(store.read("channels/a b.json", None, MOST));
    assert_eq!((bytes, tag.as_ref().unwrap().as_str()), (b"one".to_vec(), "\"v1\""));
    assert_eq!(store.read("channels/a b.json", tag.as_ref(), MOST), Ok(Answer::Unchanged));
    files.put("/prices/channels/a%20b.json", b"two");
    let (bytes, tag) = file(store.read("channels/a b.json", tag.as_ref(), MOST));
    assert_eq!((bytes, tag.unwrap().as_str()), (b"two".to_vec(), "\"v2\""));

    let tags: Vec<_> = server.asked().iter().map(|asked| asked.header("if-none-match").map(str::to_owned)).collect();
    assert_eq!(tags, [None, Some("\"v1\"".to_owned()), Some("\"v1\"".to_owned())]);
}

#[test]
fn the_tag_of_another_store_is_not_asked_with() {
    let server = always("200 OK", &[], b"one");
    for foreign in ["3f9a", "\"a\"b\"", "\"a\nb\"", "W/x"] {
        assert_eq!(file(store(&server).read("a", Some(&Tag::new(foreign)), MOST)), (b"one".to_vec(), None));
    }
    assert!(server.asked().iter().all(|asked| asked.header("if-none-match").is_none()));
}

#[test]
fn a_weak_tag_will_do_for_reading() {
    let server = always("304 Not Modified", &[("ETag", "W/\"a\"")], b"");
    assert_eq!(store(&server).read("a", Some(&Tag::new("W/\"a\"")), MOST), Ok(Answer::Unchanged));
    assert_eq!(server.asked()[0].header("if-none-match"), Some("W/\"a\""));
}

#[test]
fn what_is_not_there_is_missing_and_all_else_is_no_answer() {
    for status in ["404 Not Found", "410 Gone"] {
        let server = always(status, &[], b"x");
        let missing = StoreError::Missing { path: "a".to_owned(), place: server.address.clone() };
        assert_eq!(store(&server).read("a", None, MOST), Err(missing));
    }
    for status in
        ["500 Internal Server Error", "403 Forbidden", "401 Unauthorized", "206 Partial Content", "204 No Content"]
    {
        let (why, wait) = failed(store(&always(status, &[], b"")).read("a", None, MOST));
        assert!(why.contains(&status[..3]), "{why}");
        assert_eq!(wait, None);
    }
    let unasked = always("304 Not Modified", &[], b"");
    assert!(failed(store(&unasked).read("a", None, MOST)).0.contains("304"));
    assert!(failed(store(&always("200 OK", &[], b"x")).read("../a", None, MOST)).0.contains("no path"));
}

#[test]
fn an_overloaded_store_says_for_how_long() {
    let seconds = always("503 Service Unavailable", &[("Retry-After", "120")], b"");
    assert_eq!(failed(store(&seconds).read("a", None, MOST)).1, Some(Duration::from_secs(120)));
    let headers: &[_] = &[("Date", "Sun, 06 Nov 1994 08:49:37 GMT"), ("Retry-After", "Sun, 06 Nov 1994 08:50:07 GMT")];
    let moment = always("429 Too Many Requests", headers, b"");
    assert_eq!(failed(store(&moment).read("a", None, MOST)).1, Some(Duration::from_secs(30)));
}

#[test]
fn a_file_that_is_said_to_be_too_large_is_not_read() {
    let server = always("200 OK", &[("Content-Length", "1000000000000")], b"x");
    let too_large = StoreError::TooLarge { path: "a".to_owned(), place: server.address.clone(), most: MOST };
    assert_eq!(store(&server).read("a", None, MOST), Err(too_large));
}

#[test]
fn as_large_as_may_be_is_read_and_a_byte_more_is_not() {
    let server = Server::start(|_, stream| answer(stream, "200 OK", &[], &[7; MOST as usize]));
    assert_eq!(file(store(&server).read("a", None, MOST)).0, vec![7; MOST as usize]);
    let most = MOST - 1;
    let too_large = StoreError::TooLarge { path: "a".to_owned(), place: server.address.clone(), most };
    assert_eq!(store(&server).read("a", None, most), Err(too_large));
}

#[test]
fn an_endless_file_is_read_to_the_limit_alone() {
    for framing in ["Transfer-Encoding: chunked", "X-Framing: until the connection closes"] {
        let server = Server::start(move |_, stream| {
            write!(stream, "HTTP/1.1 200 OK\r\n{framing}\r\n\r\n")?;
            loop {
                match framing.starts_with("Transfer") {
                    true => stream.write_all(b"a\r\n0123456789\r\n")?,
                    false => stream.write_all(b"0123456789")?,
                }
            }
        });
        let too_large = StoreError::TooLarge { path: "a".to_owned(), place: server.address.clone(), most: MOST };
        assert_eq!(store(&server).read("a", None, MOST), Err(too_large), "{framing}");
    }
}

#[test]
fn a_file_that_ends_early_is_no_file() {
    let server = always("200 OK", &[("Content-Length", "10")], b"12345");
    assert!(failed(store(&server).read("a", None, MOST)).0.contains("ends in the middle"));
    let chunked = always("200 OK", &[("Transfer-Encoding", "chunked")], b"5\r\n12345\r\n");
    assert!(failed(store(&chunked).read("a", None, MOST)).0.contains("ends in the middle"));
    let nothing = Server::start(|_, _| Ok(()));
    assert!(failed(store(&nothing).read("a", None, MOST)).0.contains("connection"));
    let babble = Server::start(|_, stream| stream.write_all(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"));
    assert!(failed(store(&babble).read("a", None, MOST)).0.contains("HTTP"));
}

#[test]
fn what_follows_a_file_is_not_part_of_it() {
    let server = always("200 OK", &[("Content-Length", "5")], b"12345HTTP/1.1 200 OK\r\n\r\n");
    let store = store(&server);
    for _ in 0..3 {
        assert_eq!(file(store.read("a", None, MOST)).0, b"12345");
    }
    assert_eq!(server.asked().len(), 3);
}

#[test]
fn a_byte_now_and_then_is_given_up() {
    let server = Server::start(|_, stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")?;
        loop {
            stream.write_all(b"x")?;
            stream.flush()?;
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    assert!(failed(impatient(&server.address).read("a", None, MOST)).0.contains("next to nothing"));
}

#[test]
fn silence_is_given_up_wherever_it_begins() {
    for said in ["", "HTTP/1.1 200 OK\r\nX: ", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n12345"] {
        let server = Server::start(move |_, stream| {
            stream.write_all(said.as_bytes())?;
            stream.flush()?;
            std::thread::park();
            Ok(())
        });
        assert!(failed(impatient(&server.address).read("a", None, MOST)).0.contains("in time"), "{said}");
    }
}

#[test]
fn nobody_listens() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    assert_eq!(failed(Http::at(&address).unwrap().read("a", None, MOST)).0, "nobody listens there");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_compressed_file_is_counted_as_it_was() {
    let bytes = vec![b'a'; 2_000_000];
    let packed = gzip(&bytes);
    assert!(packed.len() < 100_000);
    let server = Server::start(move |_, stream| answer(stream, "200 OK", &[("Content-Encoding", "gzip")], &packed));
    assert_eq!(file(store(&server).read("a", None, 2_000_000)).0, bytes);
    let too_large = StoreError::TooLarge { path: "a".to_owned(), place: server.address.clone(), most: 1_999_999 };
    assert_eq!(store(&server).read("a", None, 1_999_999), Err(too_large));
    assert!(store(&server).read("a", None, MOST).is_err());
    let asked: Vec<_> =
        server.asked().iter().map(|asked| asked.header("accept-encoding").unwrap().to_owned()).collect();
    assert_eq!(asked, ["gzip", "gzip", "identity"]);
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let bomb = gzip(&vec![0; 50_000_000]);
    assert!(bomb.len() < 1_000_000, "{}", bomb.len());
    let server = Server::start(move |_, stream| answer(stream, "200 OK", &[("Content-Encoding", "gzip")], &bomb));
    let too_large = StoreError::TooLarge { path: "a".to_owned(), place: server.address.clone(), most: MOST };
    assert_eq!(store(&server).read("a", None, MOST), Err(too_large));
}

#[test]
fn a_compressed_file_that_is_damaged_or_of_another_kind_is_no_file() {
    let mut packed = gzip(&[b'a'; 100_000]);
    packed.truncate(packed.len() - 9);
    let server = Server::start(move |_, stream| answer(stream, "200 OK", &[("Content-Encoding", "gzip")], &packed));
    failed(store(&server).read("a", None, 1_000_000));
    let brotli = always("200 OK", &[("Content-Encoding", "br")], b"x");
    assert!(failed(store(&brotli).read("a", None, MOST)).0.contains("`br`"));
}

#[test]
fn a_redirect_is_followed_some_times() {
    let server = Server::start(|asked, stream| match &*asked.path {
        "/old/a" => answer(stream, "301 Moved Permanently", &[("Location", "/new/a")], b""),
        "/new/a" => answer(stream, "307 Temporary Redirect", &[("Location", "b")], b""),
        "/new/b" => answer(stream, "200 OK", &[], b"found"),
        "/loop/a" => answer(stream, "302 Found", &[("Location", "/loop/a")], b""),
        "/nowhere/a" => answer(stream, "302 Found", &[("Location", "ftp://elsewhere/a")], b""),
        _ => answer(stream, "302 Found", &[], b""),
    });
    let at = |folder: &str| Http::at(&format!("{}/{folder}", server.address)).unwrap().read("a", None, MOST);
    assert_eq!(file(at("old")).0, b"found");
    assert!(failed(at("loop")).0.contains("more than 5 times"));
    assert_eq!(server.asked().iter().filter(|asked| asked.path == "/loop/a").count(), 6);
    assert!(failed(at("nowhere")).0.contains("no address"));
    assert!(failed(at("other")).0.contains("no address"));
}

#[test]
fn a_key_goes_to_no_other_server() {
    let other = Server::start(|_, stream| answer(stream, "200 OK", &[], b"elsewhere"));
    let location = format!("{}/a?signature=s3cret", other.address);
    let server = Server::start(move |asked, stream| match &*asked.path {
        "/first/a" => answer(stream, "302 Found", &[("Location", "/second/a")], b""),
        _ => answer(stream, "302 Found", &[("Location", &location)], b""),
    });
    let store = Http::at(&format!("{}/first", server.address)).unwrap();
    let store =
        store.with_header("Authorization", "Bearer s3cret").unwrap().with_header("x-api-key", "s3cret").unwrap();
    assert_eq!(file(store.read("a", None, MOST)).0, b"elsewhere");
    for asked in server.asked() {
        assert_eq!(asked.header("authorization"), Some("Bearer s3cret"));
        assert_eq!(asked.header("x-api-key"), Some("s3cret"));
    }
    assert_eq!(server.asked().len(), 2);
    let asked = other.asked();
    assert_eq!((asked[0].header("authorization"), asked[0].header("x-api-key")), (None, None));
    assert_eq!(asked[0].path, "/a?signature=s3cret");
}

#[test]
fn what_is_secret_is_not_sent_in_clear_text() {
    let with_token =
        |address: &str| Http::at(address).unwrap().with_header("Authorization", "Bearer s3cret").map(|_| ());
    for address in [
        "http://192.0.2.2:8483/tariffs",
        "http://tariffs.example.com",
        "http://127.0.0.1.example.com",
        "http://[2001:db8::1]:80",
        "http://localhost.example.com",
    ] {
        let error = with_token(address).unwrap_err().to_string();
        assert_eq!(
            error,
            "the header `Authorization` cannot be sent: the store has an `http://` address on another machine, and whoever is on the way would read it: use `https://`",
        );
    }
    for address in [
        "https://192.0.2.2/tariffs",
        "http://127.0.0.1:8483",
        "http://127.8.0.1",
        "http://[::1]:8483/t",
        "http://LOCALHOST:1",
    ] {
        assert_eq!(with_token(address), Ok(()), "{address}");
    }
    // What is not secret may be: nothing is sent along.
    assert!(Http::at("http://tariffs.example.com").is_ok());
}

#[test]
fn what_is_secret_is_shown_nowhere() {
    let server = always("401 Unauthorized", &[], b"you sent s3cret");
    let store = store(&server).with_header("Authorization", "Bearer s3cret").unwrap();
    let error = store.read("a", None, MOST).unwrap_err();
    for shown in [format!("{store:?}"), format!("{store:#?}"), store.place(), error.to_string(), format!("{error:?}")] {
        assert!(!shown.contains("s3cret"), "{shown}");
    }
    assert!(format!("{store:?}").contains("authorization"));
    for (name, value) in [("a b", "s3cret"), ("a", "s3cret\n"), ("if-match", "s3cret"), ("Content-Length", "s3cret")] {
        let error = Http::at("http://localhost").unwrap().with_header(name, value).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    }
}
