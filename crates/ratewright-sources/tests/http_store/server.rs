//! A server for tests, here and of the command: it reads one request from each connection, and whatever the test gives it answers, well or badly.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What was asked.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// With names in small letters.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

/// Answers on the loopback address for as long as the process lives.
pub struct Server {
    pub address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub fn start(answer: impl Fn(&Asked, &mut dyn Write) -> io::Result<()> + Send + Sync + 'static) -> Server {
        Server::with("http", Ok, answer)
    }

    /// As `start`; connections are made what the exchange goes through, such as encrypted ones.
    pub fn with<C: Read + Write>(
        scheme: &str,
        connect: impl Fn(TcpStream) -> io::Result<C> + Send + Sync + 'static,
        answer: impl Fn(&Asked, &mut dyn Write) -> io::Result<()> + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("{scheme}://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, connect, answer) = (asked.clone(), Arc::new(connect), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (log, connect, answer) = (log.clone(), connect.clone(), answer.clone());
                // Whatever breaks here is what the test is about, or shows on the other side.
                std::thread::spawn(move || exchange(connect(stream)?, &log, &*answer));
            }
        });
        Server { address, asked }
    }

    /// What was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

fn exchange(
    stream: impl Read + Write,
    log: &Mutex<Vec<Asked>>,
    answer: &dyn Fn(&Asked, &mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let asked = request(&mut stream)?;
    log.lock().unwrap().push(asked.clone());
    let stream = stream.get_mut();
    answer(&asked, stream)?;
    stream.flush()
}

fn request(stream: &mut impl BufRead) -> io::Result<Asked> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let mut asked = Asked {
        method: words.next().ok_or(io::ErrorKind::UnexpectedEof)?,
        path: words.next().ok_or(io::ErrorKind::InvalidData)?,
        ..Asked::default()
    };
    loop {
        let mut line = String::new();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        asked.headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = asked.header("content-length").map_or(0, |length| length.parse().unwrap());
    asked.body = vec![0; length];
    stream.read_exact(&mut asked.body)?;
    Ok(asked)
}

/// Answers as a server should.
pub fn answer(stream: &mut dyn Write, status: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<()> {
    write!(stream, "HTTP/1.1 {status}\r\nConnection: close\r\n")?;
    headers.iter().try_for_each(|(name, value)| write!(stream, "{name}: {value}\r\n"))?;
    let is_said = headers.iter().any(|(name, _)| ["Content-Length", "Transfer-Encoding"].contains(name));
    if !is_said && !status.starts_with("304") && !status.starts_with("204") {
        write!(stream, "Content-Length: {}\r\n", body.len())?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(body)
}

/// A server that holds files and keeps the conditions of HTTP, as RFC 9110 says in section 13.
#[derive(Default)]
pub struct Files {
    held: Mutex<BTreeMap<String, (u64, Vec<u8>)>>,
}

impl Files {
    pub fn get(&self, path: &str) -> Option<Vec<u8>> {
        self.held.lock().unwrap().get(path).map(|(_, bytes)| bytes.clone())
    }

    pub fn put(&self, path: &str, bytes: &[u8]) {
        let mut held = self.held.lock().unwrap();
        let next = held.get(path).map_or(1, |(number, _)| number + 1);
        held.insert(path.to_owned(), (next, bytes.to_vec()));
    }

    pub fn answer(&self, asked: &Asked, stream: &mut dyn Write) -> io::Result<()> {
        let mut held = self.held.lock().unwrap();
        let tag = held.get(&asked.path).map(|(number, _)| format!("\"v{number}\""));
        let (if_match, if_none_match) = (asked.header("if-match"), asked.header("if-none-match"));
        let fails = if_match.is_some_and(|wanted| tag.as_deref() != Some(wanted))
            || if_none_match.is_some_and(|other| tag.as_deref().is_some_and(|tag| other == "*" || other == tag));
        match (&*asked.method, tag) {
            ("GET", Some(tag)) if fails => answer(stream, "304 Not Modified", &[("ETag", &tag)], b""),
            ("GET", Some(tag)) => answer(stream, "200 OK", &[("ETag", &tag)], &held[&asked.path].1.clone()),
            ("GET", None) => answer(stream, "404 Not Found", &[], b"nothing here"),
            ("PUT", _) if fails => answer(stream, "412 Precondition Failed", &[], b""),
            ("PUT", tag) => {
                let next = held.get(&asked.path).map_or(1, |(number, _)| number + 1);
                held.insert(asked.path.clone(), (next, asked.body.clone()));
                answer(stream, if tag.is_some() { "204 No Content" } else { "201 Created" }, &[], b"")
            }
            _ => answer(stream, "405 Method Not Allowed", &[], b""),
        }
    }
}
