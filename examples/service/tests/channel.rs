//! The program on a channel, as an operator meets it: publishing, following, going back, restarting while the store is gone, wrong keys.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[allow(dead_code)]
mod client;
mod publishing;

use client::{Reply, reply, wait_until};
use publishing::{Key, publish, publish_with, roll_back, rules};
use ratewright_service::options::Options;
use ratewright_sources::store::Folder;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// A store, a key that is trusted, and a place to keep what runs.
struct World {
    folder: tempfile::TempDir,
    key: Key,
}

impl World {
    fn new() -> World {
        let world = World { folder: tempfile::tempdir().unwrap(), key: Key::new() };
        std::fs::create_dir(world.path("store")).unwrap();
        std::fs::write(world.path("trusted.keys"), world.key.public()).unwrap();
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn publish(&self, text: &str) -> u64 {
        publish(&Folder::new(self.path("store")), Some(&self.key), text)
    }

    /// Words that follow the store, or another place.
    fn following(&self, from: &str) -> Vec<String> {
        let word = |name: &str| self.path(name).to_str().unwrap().to_owned();
        let (keys, keep) = (word("trusted.keys"), word("kept"));
        let words = ["--channel", "production", "--rule-set", "parcel", "--trusted", &keys, "--keep", &keep];
        ["--from", from].iter().chain(&words).map(|word| (*word).to_owned()).collect()
    }

    fn start(&self) -> Program {
        Program::start(&self.following(self.path("store").to_str().unwrap()))
    }
}

/// The program, until it is dropped.
struct Program {
    child: Child,
    address: SocketAddr,
}

fn command(words: &[String]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ratewright-service"));
    command.args(words).args(["--listen", "127.0.0.1:0", "--every", "1"]).env("RATEWRIGHT_OPERATOR_TOKEN", "s3cret");
    command
}

/// What comes of a start that does not succeed.
fn refused(words: &[String]) -> (Option<i32>, String) {
    let Output { status, stdout, stderr } = command(words).output().unwrap();
    assert!(stdout.is_empty());
    (status.code(), String::from_utf8(stderr).unwrap())
}

impl Program {
    fn start(words: &[String]) -> Program {
        let mut child = command(words).stderr(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let address = told.find_map(|line| line.strip_prefix("answering at http://").map(|text| text.parse().unwrap()));
        std::thread::spawn(move || told.for_each(drop));
        Program { child, address: address.expect("it starts") }
    }

    fn quote(&self, headers: &[(&str, &str)]) -> Reply {
        reply(self.address, "POST", "/quote/parcel", headers, r#"{"shipped": "2026-03-20"}"#)
    }

    /// The total, and the epoch in the head.
    fn price(&self) -> (String, Option<u64>) {
        let answer = self.quote(&[]);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let total = answer.json()["totals"][0]["amount"].as_str().unwrap().to_owned();
        (total, answer.header("x-ratewright-epoch").map(|epoch| epoch.parse().unwrap()))
    }

    fn comes_to(&self, price: &str, epoch: u64) {
        wait_until("the epoch prices", || self.price() == (price.to_owned(), Some(epoch)));
    }

    fn source(&self) -> serde_json::Value {
        reply(self.address, "GET", "/status", &[], "").json()["sources"][0].clone()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn what_is_published_is_priced_by_and_so_is_what_was_gone_back_to() {
    let world = World::new();
    assert_eq!(world.publish(&rules("1", 10)), 1);
    let program = world.start();
    assert_eq!(program.price(), ("10.00".to_owned(), Some(1)));
    assert_eq!(world.publish(&rules("2", 12)), 2);
    program.comes_to("12.00", 2);
    assert_eq!(roll_back(&Folder::new(world.path("store")), Some(&world.key), 1), 3);
    program.comes_to("10.00", 3);

    // What somebody else signed runs nowhere, and is told of.
    std::fs::create_dir(world.path("elsewhere")).unwrap();
    publish(&Folder::new(world.path("elsewhere")), Some(&Key::new()), &rules("9", 99));
    let pointer = "channels/production/parcel.json";
    std::fs::copy(world.path("elsewhere").join(pointer), world.path("store").join(pointer)).unwrap();
    wait_until("it is refused", || program.source()["problem"]["kind"] == "refused");
    assert_eq!(program.price(), ("10.00".to_owned(), Some(3)));
    assert_eq!(reply(program.address, "GET", "/ready", &[], "").status, 200);
}

#[test]
fn a_restart_without_the_store_begins_with_what_was_kept_and_takes_nothing_older() {
    let world = World::new();
    world.publish(&rules("1", 10));
    let first = std::fs::read(world.path("store/channels/production/parcel.json")).unwrap();
    world.publish(&rules("2", 12));
    drop(world.start());
    std::fs::rename(world.path("store"), world.path("gone")).unwrap();

    let program = world.start();
    assert_eq!(program.price(), ("12.00".to_owned(), Some(2)), "the epoch is known from the first quote on");
    assert_eq!(program.source()["running"]["origin"], "kept");
    assert_eq!(program.quote(&[("x-ratewright-epoch", "2")]).status, 200);
    assert_eq!(program.quote(&[("x-ratewright-epoch", "3")]).code(), "epoch_not_reached");

    std::fs::write(world.path("gone/channels/production/parcel.json"), first).unwrap();
    std::fs::rename(world.path("gone"), world.path("store")).unwrap();
    wait_until("the old pointer is refused", || {
        program.source()["problem"]["why"]
            .as_str()
            .is_some_and(|why| why.contains("an old pointer was put in its place"))
    });
    assert_eq!(program.price().0, "12.00");
}

#[test]
fn keys_are_exchanged_and_revoked_without_a_restart() {
    let (world, next) = (World::new(), Key::new());
    let store = Folder::new(world.path("store"));
    world.publish(&rules("1", 10));
    let program = world.start();
    std::fs::write(world.path("trusted.keys"), world.key.public() + "\n" + &next.public()).unwrap();
    publish_with(&store, &world.key, &next, &rules("2", 12));
    program.comes_to("12.00", 2);
    // The old one is lost: what it signs from now on runs nowhere.
    std::fs::write(world.path("trusted.keys"), format!("{}\nrevoked {}\n", next.public(), world.key.id())).unwrap();
    publish_with(&store, &next, &world.key, &rules("9", 99));
    wait_until("it is refused", || {
        program.source()["problem"]["why"].as_str().is_some_and(|why| why.contains("is revoked"))
    });
    assert_eq!(program.price(), ("12.00".to_owned(), Some(2)));
}

#[test]
fn a_store_behind_a_web_server_is_followed() {
    let world = World::new();
    world.publish(&rules("1", 10));
    let program = Program::start(&world.following(&serve_files(world.path("store"))));
    assert_eq!(program.price(), ("10.00".to_owned(), Some(1)));
    world.publish(&rules("2", 12));
    program.comes_to("12.00", 2);
}

/// Gives the files of a folder by HTTP.
fn serve_files(folder: PathBuf) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut head = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let Some(asked) = head.next() else { continue };
            head.find(String::is_empty);
            let path = asked.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
            let (status, body) = match std::fs::read(folder.join(path)) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("404 Not Found", Vec::new()),
            };
            let head = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
            stream.write_all(&[head.as_bytes(), &body].concat()).ok();
        }
    });
    format!("http://{address}")
}

#[test]
fn a_start_that_cannot_succeed_says_why() {
    let world = World::new();
    let store = world.path("store");
    let following = world.following(store.to_str().unwrap());
    let (code, told) = refused(&following);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("there is nothing to price by from parcel on production from"), "{told}");
    assert!(!told.contains("what ran runs on"), "nothing ran: {told}");

    // Signed by a key that is not trusted.
    publish(&Folder::new(&store), Some(&Key::new()), &rules("1", 10));
    let (code, told) = refused(&following);
    assert!(code == Some(1) && told.contains(&format!("trusted are {}", world.key.id())), "{told}");

    let but = |from: &str, to: &str| -> Vec<String> {
        following.iter().map(|word| if word == from { to.to_owned() } else { word.clone() }).collect()
    };
    let keys = world.path("trusted.keys").to_str().unwrap().to_owned();
    std::fs::write(world.path("none.keys"), "# nobody yet\n").unwrap();
    std::fs::write(world.path("secret.keys"), world.key.secret()).unwrap();
    let file = |name: &str| world.path(name).to_str().unwrap().to_owned();
    for (words, expected) in [
        (but(&keys, &file("no.keys")), "cannot read `"),
        (but(&keys, &file("none.keys")), "no key counts"),
        (but(&keys, &file("secret.keys")), "is a secret key"),
        (but(store.to_str().unwrap(), "ftp://tariffs.example.com"), "`ftp://tariffs.example.com` is no store"),
        (but("--trusted", "--unsigned"), "is not known"),
        (but("--channel", "--rules"), "`--rules` and `--from` exclude each other"),
        (but("--channel", "--rule-set"), "`--channel` is missing"),
    ] {
        let (code, told) = refused(&words);
        assert!(code == Some(2) && told.contains(expected), "{words:?}: {told}");
    }
}

#[test]
fn help_is_given_to_who_asks() {
    let output = Command::new(env!("CARGO_BIN_EXE_ratewright-service")).arg("--help").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success()
            && text.contains("--from STORE")
            && text.contains("--keep FOLDER       keep")
            && output.stderr.is_empty(),
        "{text}"
    );
}

#[test]
fn what_could_be_meant_in_two_ways_is_refused() {
    let wrong = |words: &str, expected: &str| {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let (code, told) = refused(&words);
        assert!(code == Some(2) && told.starts_with(expected), "{words:?}: {told}");
        assert!(told.lines().count() <= 5, "the reason scrolls away: {told}");
    };
    wrong("--start-empty", "say where the rules come from");
    wrong("--rules a --rules b", "`--rules` is given twice");
    wrong("--rules a --keep b", "`--keep` is for a channel");
    wrong("--rules --start-empty", "`--rules` wants a value");
    wrong("--from a --channel c --rule-set parcel", "say whose signature counts");
    wrong("--from a --channel c --rule-set parcel --trusted k --unsigned", "`--trusted` and `--unsigned` exclude");
    wrong("--from a --channel c --unsigned", "`--rule-set` is missing");
    wrong("--frm a", "`--frm` is not known");
    wrong("--rules /no/such/folder --trusted /no/such/keys", "cannot read `/no/such/keys`");
}

#[test]
fn the_command_lines_of_the_page_are_understood() {
    let page = include_str!("../README.md").replace("\\\n", " ");
    let shell = page.lines().filter_map(|line| line.split_once("-p ratewright-service -- ")?.1.split('#').next());
    let shell = shell.map(|words| words.trim_end_matches('`').split_whitespace().map(str::to_owned).collect());
    let listed = page.split("args: [").skip(1).chain(page.split("CMD [").skip(1));
    let listed = listed.map(|rest| {
        let (words, _) = rest.split_once(']').unwrap();
        words.split(',').map(|word| word.trim().trim_matches('"').to_owned()).collect()
    });
    let lines: Vec<Vec<String>> = shell.chain(listed).collect();
    assert_eq!(lines.len(), 6, "{lines:?}");
    for line in lines {
        let understood = Options::parse(line.clone());
        assert!(understood.is_ok(), "{line:?}: {understood:?}");
    }
}

#[test]
fn a_folder_may_be_held_to_rule_sets_and_keys() {
    let world = World::new();
    let folder = world.path("rules");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("parcel.rules"), rules("1", 10)).unwrap();
    let words = |more: &[&str]| -> Vec<String> {
        ["--rules", folder.to_str().unwrap()].iter().chain(more).map(|word| (*word).to_owned()).collect()
    };
    let started = Program::start(&words(&["--rule-set", "parcel"]));
    assert_eq!(started.price(), ("10.00".to_owned(), None));
    let (code, told) = refused(&words(&["--rule-set", "letter"]));
    assert!(code == Some(1) && told.contains("letter"), "{told}");
    let (code, told) = refused(&words(&["--trusted", world.path("trusted.keys").to_str().unwrap()]));
    assert!(code == Some(1) && told.contains("nothing to price by"), "{told}");
    sign_into(&world.key, &folder);
    std::fs::remove_file(folder.join("parcel.rules")).unwrap();
    let started = Program::start(&words(&["--trusted", world.path("trusted.keys").to_str().unwrap()]));
    assert_eq!(started.price(), ("12.00".to_owned(), None));
}

/// Puts a signed bundle into a folder.
fn sign_into(key: &Key, folder: &Path) {
    let bundle = publishing::bundle(&rules("2", 12));
    std::fs::write(folder.join("parcel.bundle.zip.minisig"), key.sign(bundle.as_bytes())).unwrap();
    std::fs::write(folder.join("parcel.bundle.zip"), bundle.as_bytes()).unwrap();
}
