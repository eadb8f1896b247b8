//! Writing: of all who write at once one does, and nobody is told that nothing was written where that is not known.

use crate::failed;
use crate::server::{Asked, Files, Server, answer};
use ratewright_sources::store::{Answer, Http, Store, Tag, WritableStore};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn started() -> (Arc<Files>, Server, Http) {
    let files = Arc::new(Files::default());
    let held = files.clone();
    let server = Server::start(move |asked, stream| held.answer(asked, stream));
    let store = Http::at(&server.address).unwrap();
    (files, server, store)
}

/// A store whose server keeps all conditions, but answers writes of one file as the test says.
fn answering(
    path: &'static str,
    own: impl Fn(&Asked, &Files, &mut dyn std::io::Write) -> std::io::Result<()> + Send + Sync + 'static,
) -> (Arc<Files>, Http) {
    let files = Arc::new(Files::default());
    let held = files.clone();
    let server = Server::start(move |asked, stream| match asked.path == path && asked.method == "PUT" {
        true => own(asked, &held, stream),
        false => held.answer(asked, stream),
    });
    (files, Http::at(&server.address).unwrap())
}

#[test]
fn a_file_is_made_once_and_replaced_by_whoever_knows_it() {
    let (files, server, store) = started();
    let store = store.with_header("Authorization", "Bearer s3cret").unwrap();
    assert_eq!(store.create("a/b", b"one"), Ok(true));
    assert_eq!(store.create("a/b", b"two"), Ok(false));
    assert_eq!(store.replace("a/b", None, b"two"), Ok(false));
    assert_eq!(files.get("/a/b").unwrap(), b"one");

    let Ok(Answer::File { tag: Some(first), .. }) = store.read("a/b", None, 100) else { panic!() };
    assert_eq!(store.replace("a/b", Some(&first), b"two"), Ok(true));
    assert_eq!(store.replace("a/b", Some(&first), b"three"), Ok(false));
    assert_eq!(files.get("/a/b").unwrap(), b"two");
    assert_eq!(store.replace("a/c", None, b"new"), Ok(true));
    assert_eq!(store.replace("a/d", Some(&first), b"gone meanwhile"), Ok(false));
    assert_eq!(files.get("/a/d"), None);
    assert!(server.asked().iter().all(|asked| asked.header("authorization") == Some("Bearer s3cret")));
    assert_eq!(store.create("empty", b""), Ok(true));
    assert_eq!(files.get("/empty").unwrap(), b"");
}

#[test]
fn of_many_who_make_a_file_at_once_one_does() {
    let (files, server, _) = started();
    for round in 0..10 {
        let path = format!("channels/{round}.json");
        let made: Vec<usize> = std::thread::scope(|scope| {
            let writers = (0..8).map(|writer| {
                let (address, path) = (&server.address, &path);
                scope.spawn(move || {
                    let store = Http::at(address).unwrap();
                    store.create(path, writer.to_string().as_bytes()).unwrap().then_some(writer)
                })
            });
            let writers: Vec<_> = writers.collect();
            writers.into_iter().filter_map(|writer| writer.join().unwrap()).collect()
        });
        assert_eq!(made.len(), 1, "{made:?}");
        assert_eq!(files.get(&format!("/{path}")).unwrap(), made[0].to_string().as_bytes());
    }
}

#[test]
fn a_server_that_overwrites_whatever_one_says_is_not_published_to() {
    let server = Server::start(|asked, stream| {
        let status = if asked.method == "PUT" { "201 Created" } else { "404 Not Found" };
        answer(stream, status, &[("ETag", "\"a\"")], b"")
    });
    let store = Http::at(&server.address).unwrap();
    assert!(failed(store.create("a", b"one")).0.contains("If-None-Match"));
    assert!(failed(store.replace("a", Some(&Tag::new("\"a\"")), b"one")).0.contains("If-Match"));
    assert!(server.asked().iter().all(|asked| asked.path == "/ratewright-store.txt"), "{:?}", server.asked());
}

#[test]
fn that_conditions_are_kept_is_tried_out_once() {
    let (_, server, store) = started();
    for number in 0..5 {
        assert_eq!(store.create(&number.to_string(), b"x"), Ok(true));
    }
    assert_eq!(server.asked().iter().filter(|asked| asked.path == "/ratewright-store.txt").count(), 2);
}

#[test]
fn a_weak_or_foreign_tag_replaces_nothing() {
    let (_, server, store) = started();
    assert!(failed(store.replace("a", Some(&Tag::new("W/\"v1\"")), b"x")).0.contains("weak"));
    assert!(failed(store.replace("a", Some(&Tag::new("3f9a")), b"x")).0.contains("none of this store"));
    assert!(failed(store.create("../a", b"x")).0.contains("no path"));
    assert!(server.asked().iter().all(|asked| asked.path == "/ratewright-store.txt"), "nothing was asked of a file");
}

#[test]
fn a_conflict_is_looked_into() {
    // As a store that answers 409 where another was there first (Azure: BlobAlreadyExists).
    let (files, store) = answering("/a", |_, files, stream| {
        files.put("/a", b"of another");
        answer(stream, "409 Conflict", &[], b"")
    });
    assert_eq!(store.create("a", b"mine"), Ok(false));
    assert_eq!(files.get("/a").unwrap(), b"of another");
    // The file of a moment ago is no longer the one.
    assert_eq!(store.replace("a", Some(&Tag::new("\"v1\"")), b"mine"), Ok(false));
    // As a store that answers 409 while another writes, who may fail yet (S3), or where there is no such folder (WebDAV).
    let (files, store) = answering("/a", |_, _, stream| answer(stream, "409 Conflict", &[], b""));
    assert!(failed(store.create("a", b"mine")).0.contains("try again"));
    files.put("/a", b"known");
    assert!(failed(store.replace("a", Some(&Tag::new("\"v1\"")), b"mine")).0.contains("try again"));
    assert_eq!(store.replace("a", Some(&Tag::new("\"v7\"")), b"mine"), Ok(false));
}

#[test]
fn where_it_is_not_known_whether_a_file_was_written_that_is_said() {
    let written = |asked: &Asked, files: &Files| files.put(&asked.path, &asked.body);
    let (files, store) = answering("/a", move |asked, files, _| {
        written(asked, files);
        Ok(()) // and the connection ends without a word
    });
    assert!(failed(store.create("a", b"mine")).0.contains("not known"));
    assert_eq!(files.get("/a").unwrap(), b"mine");
    let (_, store) = answering("/a", |_, _, stream| answer(stream, "500 Internal Server Error", &[], b""));
    assert!(failed(store.create("a", b"mine")).0.contains("not known"));
    for status in ["403 Forbidden", "405 Method Not Allowed", "413 Content Too Large", "429 Too Many Requests"] {
        let (_, store) = answering("/a", move |_, _, stream| answer(stream, status, &[("Retry-After", "7")], b""));
        let (why, wait) = failed(store.create("a", b"mine"));
        assert!(why.contains("nothing was written") && why.contains(&status[..3]), "{why}");
        assert_eq!(wait.unwrap().as_secs(), 7);
    }
}

#[test]
fn where_nothing_can_have_been_written_that_is_said() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let (why, _) = failed(Http::at(&address).unwrap().create("a", b"x"));
    assert_eq!(why, "nobody listens there; nothing was written");
}

#[test]
fn a_write_follows_no_redirect() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = count.clone();
    let (_, store) = answering("/a", move |_, _, stream| {
        counted.fetch_add(1, Ordering::SeqCst);
        answer(stream, "307 Temporary Redirect", &[("Location", "/b")], b"")
    });
    assert!(failed(store.create("a", b"mine")).0.contains("give the address"));
    assert_eq!(count.load(Ordering::SeqCst), 1);
    assert!(store.read("b", None, 10).is_err());
}
