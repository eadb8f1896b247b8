//! A service on a port of its own, and a caller that speaks just enough HTTP.

use ratewright::live::Book;
use ratewright_service::{Epochs, Service, serve};
use ratewright_sources::Keeper;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A service that runs until it is dropped.
pub struct Running {
    pub address: SocketAddr,
    end: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

pub struct Reply {
    pub status: u16,
    head: String,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().filter_map(|line| line.split_once(": ")).find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The code of an error.
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap().to_owned()
    }
}

/// A keeper that looks often, so that tests need not wait.
pub fn keeper() -> Keeper {
    Keeper::new(Arc::new(Book::default())).every(Duration::from_millis(30))
}

pub fn start(keeper: Keeper) -> Running {
    start_with(keeper, Some("s3cret"))
}

pub fn start_with(keeper: Keeper, token: Option<&'static str>) -> Running {
    let epochs = Epochs::default();
    let keeping = keeper.watched_by(Arc::new(epochs.clone())).start().unwrap();
    let service = Service::new(keeping, epochs, token);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let thread = std::thread::spawn(move || {
        serve(listener, service, async {
            ended.await.ok();
        })
        .unwrap();
    });
    Running { address, end: Some(end), thread: Some(thread) }
}

impl Running {
    pub fn get(&self, path: &str) -> Reply {
        reply(self.address, "GET", path, &[], "")
    }

    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        reply(self.address, "POST", path, headers, body)
    }

    /// Lets it end, and waits for that.
    pub fn end(mut self) {
        self.let_go();
    }

    fn let_go(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.let_go();
        }
    }
}

pub fn reply(address: SocketAddr, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
    let mut stream = TcpStream::connect(address).unwrap();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let length = body.len();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // A service that takes no more answers all the same.
    stream.write_all(body.as_bytes()).ok();
    let mut text = Vec::new();
    stream.read_to_end(&mut text).ok();
    let text = String::from_utf8(text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Reply { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

/// Waits until something holds: generously, since the machine may be busy.
pub fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(60), "it never came to this: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
