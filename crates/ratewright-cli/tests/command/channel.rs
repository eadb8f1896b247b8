//! Publishing on channels: `ratewright bundle publish | rollback | history`.

use crate::support::{Folder, Ran};
use serde_json::{Value, json};

/// Editions of a tariff in bundles, two pairs of keys, and an empty store.
pub fn with_store() -> Folder {
    let folder = Folder::new();
    let edition = |version: &str, days: &str, input: &str, price: &str| {
        let text = format!(
            "ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD effective {days} priced on day }}\ninput {{ day : date {input} }}\ncharge BASE = {price} USD\ntest \"base\" {{ given day = {}{} expect charge BASE is {price} USD }}\n",
            &days[..10],
            if input.is_empty() { "" } else { ", weight = 1" }
        );
        folder.write("edition.rules", &text);
        let bundle = format!("{version}.zip");
        let ran = folder.run(&["bundle", "build", "edition.rules", "--force", "--output", &bundle]);
        assert_eq!(ran.code, 0, "{ran:?}");
    };
    edition("spring", "2026-01-01 through 2026-06-30", "", "10");
    edition("autumn", "2026-07-01 through 2026-12-31", "", "12");
    edition("winter", "2027-01-01 through 2027-06-30", "", "13");
    edition("late", "2026-09-01 through 2026-12-31", "", "12");
    edition("heavy", "2026-07-01 through 2026-12-31", "weight : number", "12");
    for name in ["pricing", "other"] {
        let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        folder.write(&format!("{name}.key"), &pair.sk.to_box(None).unwrap().into_string());
        folder.write(&format!("{name}.pub"), &pair.pk.to_box().unwrap().into_string());
    }
    std::fs::create_dir(folder.path("store")).unwrap();
    folder
}

const TO: [&str; 4] = ["--to", "store", "--channel", "production"];
const KEY: [&str; 2] = ["--key", "pricing.key"];

fn publish(folder: &Folder, arguments: &[&str]) -> Ran {
    folder.run(&[&["bundle", "publish"], arguments, &TO, &KEY].concat())
}

fn rollback(folder: &Folder, arguments: &[&str]) -> Ran {
    folder.run(&[&["bundle", "rollback", "--rule-set", "parcel"], arguments, &TO, &KEY].concat())
}

fn history(folder: &Folder, arguments: &[&str]) -> Ran {
    let from = ["--from", "store", "--channel", "production", "--rule-set", "parcel"];
    folder.run(&[&["bundle", "history"], arguments, &from].concat())
}

/// The versions that run, by the file that services read.
fn running(folder: &Folder) -> (Value, Vec<Value>) {
    let file: Value = serde_json::from_str(&folder.read("store/channels/production/parcel.json")).unwrap();
    let pointer: Value = serde_json::from_str(file["pointer"].as_str().unwrap()).unwrap();
    let versions = pointer["editions"].as_array().unwrap().iter().map(|named| named["version"].clone()).collect();
    (pointer["epoch"].clone(), versions)
}

#[test]
fn editions_are_published_beside_each_other_and_gone_back_from() {
    let folder = with_store();
    let ran = publish(&folder, &["spring.zip", "--dry-run"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.starts_with("would publish parcel on production: epoch 1\n  spring  new "), "{}", ran.out);
    assert!(!folder.path("store/channels").exists());

    assert_eq!(publish(&folder, &["spring.zip"]).code, 0);
    let ran = publish(&folder, &["autumn.zip", "--reason", "rates of July", "--signer", "Ada"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let lines: Vec<&str> = ran.out.lines().map(|line| line.rsplit_once("  ").unwrap_or((line, "")).0).collect();
    assert_eq!(lines, ["published parcel on production: epoch 2", "  spring  as before ", "  autumn  new       "]);
    assert_eq!(running(&folder), (json!(2), vec![json!("spring"), json!("autumn")]));

    let ran = publish(&folder, &["winter.zip", "--only"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("  winter  new") && ran.out.contains("  spring  taken away"), "{}", ran.out);
    assert_eq!(ran.err, "warning: nothing prices any more what happens from 2026-01-01 through 2026-12-31\n");
    let ran = rollback(&folder, &["--epoch", "2", "--reason", "too soon"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(running(&folder), (json!(4), vec![json!("spring"), json!("autumn")]));
    let ran = publish(&folder, &["--rule-set", "parcel", "--remove", "autumn"]);
    assert_eq!((ran.code, running(&folder)), (0, (json!(5), vec![json!("spring")])));
    assert_eq!(rollback(&folder, &["--epoch", "9"]).code, 1);
    let ran = rollback(&folder, &["--epoch", "abc"]);
    assert!(ran.code == 2 && ran.err.contains("an epoch is a whole number, such as 41"), "{ran:?}");
    let told = history(&folder, &["--key", "pricing.pub"]);
    assert_eq!(told.out.matches("went back to").count(), 2, "{}", told.out);
    assert!(told.out.contains("  went back to what epoch 2 names\n"), "{}", told.out);
}

#[test]
fn what_is_in_the_way_is_said_and_nothing_is_published() {
    let folder = with_store();
    assert_eq!(publish(&folder, &["spring.zip", "--signer", "Ada"]).code, 0);
    let ran = publish(&folder, &["late.zip"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(
        ran.err.starts_with(
            "refused parcel on production: no edition of `parcel` holds from 2026-07-01 through 2026-08-31"
        ),
        "{}",
        ran.err
    );
    let ran = publish(&folder, &["heavy.zip"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    folder.write("edition.rules", "ruleset parcel \"Parcels\" version \"other\" { currency USD effective 2026-03-01 through 2026-09-30 priced on day }\ninput { day : date }\ncharge BASE = 11 USD\ntest \"base\" { given day = 2026-03-01 expect charge BASE is 11 USD }\n");
    assert_eq!(folder.run(&["bundle", "build", "edition.rules", "--force", "--output", "over.zip"]).code, 0);
    let over = publish(&folder, &["over.zip"]);
    assert_eq!(over.code, 1);
    let words =
        "\n  to let these bundles run and nothing else: `--only`; to take one away that runs: `--remove VERSION`\n";
    assert!(over.err.contains("both hold") && over.err.ends_with(words), "{}", over.err);
    assert!(ran.err.contains("`weight`: it must now be sent") && ran.err.contains("`--allow-breaking`"), "{}", ran.err);
    let ran = publish(&folder, &["autumn.zip", "--expect", "0"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.starts_with("refused parcel on production: Ada published epoch 1 at ")
            && ran.err.contains("epoch 0 was thought to be the last"),
        "{}",
        ran.err
    );
    let ran = publish(&folder, &["autumn.zip", "--expect", "0", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["published"], &report["conflict"]["signer"]), (1, &json!(false), &json!("Ada")));

    // Usage: what no store can help.
    for (arguments, words) in [
        (&["--only"][..], "say with `--rule-set` what is published"),
        (&["autumn.zip", "--expires", "2020-01-01T00:00:00Z"], "the pointer would expire at 2020-01-01T00:00:00Z"),
        (&["autumn.zip", "--expires", "tomorrow"], "`tomorrow` is no moment"),
        (&["autumn.zip", "--min-engine", "999.0.0"], "for engines from 999.0.0 on"),
        (&["none.zip"], "cannot read `none.zip`: no such file"),
        (&["autumn.zip", "--unsigned"], "cannot be used with"),
    ] {
        let ran = publish(&folder, arguments);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(words), "{}", ran.err);
    }
    folder.write("no.zip", "no bundle");
    assert_eq!(publish(&folder, &["no.zip"]).code, 1);
    let refused: Value = serde_json::from_str(&publish(&folder, &["no.zip", "--format", "json"]).out).unwrap();
    let keys: Vec<_> = refused.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["channel", "dry_run", "file", "key", "problem", "published", "rule_set", "store"]);
    let first = ["autumn.zip", "--expect", "7", "--rule-set", "parcel", "--to", "store", "--channel", "empty"];
    let ran = folder.run(&[&["bundle", "publish"][..], &first, &KEY].concat());
    assert!(
        ran.code == 1
            && ran.err.contains("epoch 7 was thought to be the last, and nothing was published yet: look whether"),
        "{ran:?}"
    );
    assert_eq!(running(&folder), (json!(1), vec![json!("spring")]));

    let elsewhere = |to: &str| {
        folder.run(&["bundle", "publish", "spring.zip", "--to", to, "--channel", "production", "--unsigned"])
    };
    let ran = elsewhere("gone");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("the folder is not there; make it, or mount it"), "{}", ran.err);
    let ran = elsewhere("ftp://tariffs.example.com");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("is no store: name a folder, or an address with `https://`"), "{}", ran.err);
    // Nobody listens at the port that is kept for nothing.
    assert_eq!(elsewhere("http://127.0.0.1:1").code, 2);
}

#[test]
fn what_was_not_tested_when_it_was_built_is_published_only_where_that_is_said() {
    let folder = with_store();
    let text = "ruleset parcel \"Parcels\" version \"7\" { currency USD }\ncharge BASE = 10 USD\ntest \"any\" { expect total is 10 USD }\n";
    folder.write("untested.rules", text);
    let built = folder.run(&["bundle", "build", "untested.rules", "--untested", "--output", "untested.zip"]);
    assert_eq!(built.code, 0, "{built:?}");
    let inspected = folder.run(&["bundle", "inspect", "untested.zip"]);
    assert!(inspected.out.contains("tests      1 test of its rule set did not run when it was built"), "{inspected:?}");
    let ran = publish(&folder, &["untested.zip"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert_eq!(
        ran.err,
        "refused parcel on production: the bundle `parcel` 7 is untested: 1 test of its rule set did not run when it was built; build it with its tests, or say with `--untested` that it may be published all the same\n"
    );
    assert!(!folder.path("store/channels").exists());

    let ran = publish(&folder, &["untested.zip", "--untested"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let warning = "warning: the bundle `parcel` 7 is untested: 1 test of its rule set did not run when it was built\n";
    assert_eq!(ran.err, warning);
    let told = history(&folder, &["--key", "pricing.pub"]);
    assert!(told.out.contains(" bytes  untested when it was built\n"), "{}", told.out);

    folder.write("untested.rules", &text.replace("total is 10", "total is 11"));
    folder.run(&["bundle", "build", "untested.rules", "--untested", "--force", "--output", "untested.zip"]);
    let ran = publish(&folder, &["untested.zip", "--untested"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("the test \"any\" of `parcel` \"7\" fails"), "{}", ran.err);
    assert!(ran.err.contains("(untested.rules:"), "{}", ran.err);
    assert_eq!(running(&folder), (json!(1), vec![json!("7")]));
}

#[test]
fn a_bundle_whose_tests_were_all_deleted_is_refused_unless_that_is_said() {
    let folder = with_store();
    assert_eq!(publish(&folder, &["spring.zip"]).code, 0);
    let text = "ruleset parcel \"Parcels\" version \"spring\" { currency USD effective 2026-01-01 through 2026-06-30 priced on day }\ninput { day : date }\ncharge BASE = 100 USD\n";
    folder.write("edition.rules", text);
    let built = folder.run(&["bundle", "build", "edition.rules", "--force", "--output", "ten.zip"]);
    assert_eq!(built.code, 0);
    assert!(
        built.err.contains("warning: no test stands in the rule set: nobody has asked what it charges"),
        "{built:?}"
    );
    let ran = publish(&folder, &["ten.zip"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert_eq!(
        ran.err,
        "refused parcel on production: the bundle `parcel` spring is untested: no test stands in its rule set, and 1 test in that of `parcel` spring, which runs; build it with its tests, or say with `--untested` that it may be published all the same\n"
    );
    assert_eq!(running(&folder), (json!(1), vec![json!("spring")]));
    let ran = publish(&folder, &["ten.zip", "--untested"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.err.contains("warning: `parcel` spring is replaced by another content of the same version: "),
        "{ran:?}"
    );
}

#[test]
fn keys_are_exchanged_and_strangers_are_refused() {
    let folder = with_store();
    assert_eq!(publish(&folder, &["spring.zip"]).code, 0);
    let by_other = |arguments: &[&str]| {
        folder.run(&[&["bundle", "publish", "autumn.zip", "--key", "other.key"], arguments, &TO].concat())
    };
    let ran = by_other(&[]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("cannot be relied on, and what it names would run on"), "{}", ran.err);
    folder.write("trusted.keys", &format!("{}{}", folder.read("pricing.pub"), folder.read("other.pub")));
    assert_eq!(by_other(&["--trusted", "trusted.keys"]).code, 0);
    assert_eq!(history(&folder, &["--trusted", "trusted.keys"]).code, 0);

    // Whoever trusts the first key alone is told.
    let ran = history(&folder, &["--key", "pricing.pub"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("epoch 2\n  problem: the pointer does not count: the file is signed by the key"),
        "{}",
        ran.out
    );
    assert!(ran.err.starts_with("problem: `channels/production/parcel.json` cannot be relied on"), "{}", ran.err);
    assert_eq!(ran.err.matches("problem: ").count(), 1, "{}", ran.err);
    // The same meaning in another file, and another meaning under the same name.
    let text = "ruleset parcel \"Parcels\" version \"autumn\" { currency USD effective 2026-07-01 through 2026-12-31 priced on day }\ninput { day : date }\ncharge BASE = 12 USD\ntest \"base\" { given day = 2026-07-01 expect charge BASE is 12 USD }\n# a remark\n";
    for (text, news) in
        [(text.to_owned(), "same meaning, another file"), (text.replace("12 USD", "13 USD"), "new, in the place of ")]
    {
        folder.write("edition.rules", &text);
        assert_eq!(folder.run(&["bundle", "build", "edition.rules", "--force", "--output", "again.zip"]).code, 0);
        let again = ["bundle", "publish", "again.zip", "--key", "other.key", "--trusted", "trusted.keys"];
        let ran = folder.run(&[&again[..], &TO].concat());
        assert!(ran.code == 0 && ran.out.contains(&format!("  autumn  {news}")), "{ran:?}");
    }
}

#[test]
fn the_history_is_for_people_and_for_programs() {
    let folder = with_store();
    let ran = history(&folder, &["--unsigned"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, "parcel on production in store\n"));
    assert_eq!(
        ran.err,
        "problem: nothing was published of `parcel` on `production` there: look whether the store, the channel and the rule set are the right ones\n"
    );
    assert_eq!(history(&folder, &["--unsigned", "--last", "0"]).code, 2);
    assert_eq!(publish(&folder, &["spring.zip", "--signer", "Ada", "--reason", "the first"]).code, 0);
    assert_eq!(publish(&folder, &["autumn.zip", "--not-before", "2126-05-01T02:00:00+02:00"]).code, 0);
    let ran = history(&folder, &["--key", "pricing.pub"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    for words in [
        "\nepoch 2  current  ",
        "\n  goes live 2126-05-01T00:00:00Z\n",
        "\nepoch 1  ",
        " by Ada, key ",
        "\n  the first\n    spring  ",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    let ran = history(&folder, &["--key", "pricing.pub", "--format", "json", "--last", "1"]);
    let report: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&report["current"], &report["earlier"], &report["problems"]), (&json!(2), &json!(1), &json!([])));
    let entry = &report["entries"][0];
    assert_eq!((&entry["epoch"], &entry["current"], &entry["problem"]), (&json!(2), &json!(true), &Value::Null));
    assert_eq!(entry["pointer"]["editions"][1]["version"], "autumn");
    assert_eq!(entry["signed"]["comment"], "pointer of parcel on production");
    assert_eq!(history(&folder, &[]).code, 2);

    // Somebody alters what was published.
    let file = folder.read("store/channels/production/parcel/1.json");
    folder.write("store/channels/production/parcel/1.json", &file.replace("the first", "the last "));
    let ran = history(&folder, &["--key", "pricing.pub"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out.contains("epoch 1\n  problem: the pointer does not count: the signature does not fit"),
        "{}",
        ran.out
    );
}
