//! Publishing to a store behind HTTP: `ratewright bundle publish | rollback | history` and a server that keeps the conditions of writes.

use crate::channel::with_store;
use crate::server::{Files, Server, answer};
use crate::support::{Folder, Ran, finish};
use serde_json::{Value, json};
use std::sync::Arc;

/// Editions and keys, and a store for them behind HTTP.
struct Yard {
    folder: Folder,
    files: Arc<Files>,
    server: Server,
}

impl Yard {
    fn new() -> Yard {
        let files = Arc::new(Files::default());
        let held = files.clone();
        let server = Server::start(move |asked, stream| match asked.header("authorization") {
            Some("Bearer s3cret") => held.answer(asked, stream),
            _ => answer(stream, "401 Unauthorized", &[], b""),
        });
        Yard { folder: with_store(), files, server }
    }

    /// A command about the channel, by somebody who sends this along.
    fn run_as(&self, authorization: &str, what: &str, arguments: &[&str]) -> Ran {
        let store = format!("{}/tariffs", self.server.address);
        let place = if what == "history" { "--from" } else { "--to" };
        let to = ["bundle", what, place, &store, "--channel", "production"];
        let mut command = self.folder.command(&[&to, arguments].concat());
        command.env("RATEWRIGHT_STORE_AUTHORIZATION", authorization);
        finish(command, "")
    }

    fn run(&self, what: &str, arguments: &[&str]) -> Ran {
        self.run_as("Bearer s3cret", what, arguments)
    }

    fn publish(&self, arguments: &[&str]) -> Ran {
        self.run("publish", &[arguments, &["--key", "pricing.key"]].concat())
    }

    /// The epoch and the versions that services find.
    fn running(&self) -> (Value, Vec<Value>) {
        let file = self.files.get("/tariffs/channels/production/parcel.json").unwrap();
        let file: Value = serde_json::from_slice(&file).unwrap();
        let pointer: Value = serde_json::from_str(file["pointer"].as_str().unwrap()).unwrap();
        let editions = pointer["editions"].as_array().unwrap();
        (pointer["epoch"].clone(), editions.iter().map(|named| named["version"].clone()).collect())
    }
}

#[test]
fn it_is_published_to_a_server_refused_gone_back_and_told_of() {
    let yard = Yard::new();
    let ran = yard.publish(&["spring.zip", "--expect", "0", "--signer", "Ada"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.starts_with("published parcel on production: epoch 1\n  spring  new "), "{}", ran.out);
    assert_eq!(yard.running(), (json!(1), vec![json!("spring")]));
    let written =
        |path: &str| yard.server.asked().iter().filter(|asked| asked.method == "PUT" && asked.path == path).count();
    assert_eq!(written("/tariffs/channels/production/parcel/1.json"), 1);

    // A second publisher who has not seen that.
    let ran = yard.publish(&["autumn.zip", "--expect", "0"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(ran.err.starts_with("refused parcel on production: Ada published epoch 1 at "), "{}", ran.err);
    assert!(ran.err.contains("epoch 0 was thought to be the last; look at it, and publish again"), "{}", ran.err);
    assert_eq!(
        (yard.running(), written("/tariffs/channels/production/parcel/2.json")),
        ((json!(1), vec![json!("spring")]), 0)
    );

    let ran = yard.publish(&["autumn.zip", "--expect", "1", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["published"], &report["epoch"]), (0, &json!(true), &json!(2)));
    assert_eq!(yard.running(), (json!(2), vec![json!("spring"), json!("autumn")]));

    let ran =
        yard.run("rollback", &["--rule-set", "parcel", "--epoch", "1", "--key", "pricing.key", "--reason", "too soon"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(ran.err, "warning: nothing prices any more what happens from 2026-07-01 through 2026-12-31\n");
    assert_eq!(yard.running(), (json!(3), vec![json!("spring")]));
    let bundles =
        yard.server.asked().into_iter().filter(|asked| asked.method == "PUT" && asked.path.contains("/bundles/"));
    assert!(
        bundles.clone().count() >= 2 && bundles.into_iter().all(|asked| asked.header("if-none-match") == Some("*"))
    );

    let ran = yard.run("history", &["--rule-set", "parcel", "--key", "pricing.pub"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let epochs: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("epoch ")).collect();
    let [third, second, first] = epochs[..] else { panic!("{}", ran.out) };
    assert!(
        third.starts_with("epoch 3  current  ") && second.starts_with("epoch 2  ") && first.starts_with("epoch 1  ")
    );
    assert!(ran.out.contains("\n  too soon\n    spring  ") && first.contains(" by Ada, key "), "{}", ran.out);

    // Somebody who can write to the server, and has no key, writes over the current pointer.
    yard.files.put("/tariffs/channels/production/parcel.json", b"{\"pointer\": \"{}\"}");
    let ran = yard.run("history", &["--rule-set", "parcel", "--key", "pricing.pub"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("`channels/production/parcel.json` cannot be relied on"), "{}", ran.err);
    assert_eq!(yard.publish(&["autumn.zip"]).code, 1);
}

#[test]
fn whoever_may_not_write_is_told_and_no_secret_is() {
    let yard = Yard::new();
    let arguments = ["spring.zip", "--key", "pricing.key"];
    let ran = yard.run_as("Bearer wr0ng", "publish", &arguments);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("401") && !ran.err.contains("wr0ng"), "{}", ran.err);
    assert!(
        yard.server.asked().iter().all(|asked| asked.method == "GET"),
        "nothing was written: {:?}",
        yard.server.asked()
    );
    assert_eq!(yard.run_as("Bearer wr0ng", "history", &["--rule-set", "parcel", "--unsigned"]).code, 2);
    let ran = yard.run("history", &["--rule-set", "parcel", "--unsigned"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.err.contains("nothing was published of `parcel`"), "{}", ran.err);
}
