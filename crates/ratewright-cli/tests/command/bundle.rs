use crate::support::{Folder, Ran, finish};
use serde_json::Value as Json;
use std::process::Stdio;

/// A folder with the parcel tariff in a bundle, and two pairs of keys.
fn with_bundle() -> Folder {
    let folder = Folder::with_parcels();
    let ran = folder.run(&["bundle", "build", "parcels.rules"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{ran:?}");
    assert!(ran.err.starts_with("built parcels 7: 1 text, "), "{}", ran.err);
    for name in ["pricing", "other"] {
        let pair = minisign::KeyPair::generate_unencrypted_keypair().unwrap();
        folder.write(&format!("{name}.key"), &pair.sk.to_box(None).unwrap().into_string());
        folder.write(&format!("{name}.pub"), &pair.pk.to_box().unwrap().into_string());
    }
    folder
}

const BUNDLE: &str = "parcels-7.bundle.zip";

fn sign(folder: &Folder, key: &str) -> Ran {
    folder.run(&["bundle", "sign", BUNDLE, "--key", key])
}

/// What a run wrote on standard output, and nothing but that.
fn json_of(ran: &Ran) -> Json {
    serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

/// The id of a key, as minisign writes it into the first line of its file.
fn id_of(folder: &Folder, key: &str) -> String {
    let first = folder.read(key).lines().next().unwrap().to_owned();
    let id = first.rsplit(' ').next().unwrap().to_owned();
    format!("{id:0>16}")
}

#[test]
fn a_bundle_is_built_signed_verified_and_inspected() {
    let folder = with_bundle();
    let ran = sign(&folder, "pricing.key");
    let id = id_of(&folder, "pricing.pub");
    assert_eq!((ran.code, ran.err), (0, format!("signed parcels 7 by the key {id}: {BUNDLE}.minisig\n")));

    let ran = folder.run(&["bundle", "verify", BUNDLE, "--key", "pricing.pub"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(ran.out.starts_with("fine parcels 7: whole, and its rules mean what it says\n"), "{}", ran.out);
    assert!(ran.out.contains(&format!("signed by {id} (")) && ran.out.contains(": parcels 7 digest:"), "{}", ran.out);

    let ran = folder.run(&["bundle", "inspect", BUNDLE]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    for words in [
        "Parcels (parcels)\n",
        "  version    7\n",
        "  effective  always\n",
        "  tests      1 passed when it was built\n",
        "  the rule set\n",
        "\n  charge     FUEL ",
    ] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
}

#[test]
fn the_same_rules_give_the_same_file() {
    let folder = with_bundle();
    let bytes = std::fs::read(folder.path(BUNDLE)).unwrap();
    let ran = folder.run(&["bundle", "build", "parcels.rules"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("exists already and was left as it is; `--force` replaces it"), "{}", ran.err);
    let ran = folder.run(&["bundle", "build", "parcels.rules", "--force", "--format", "json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(std::fs::read(folder.path(BUNDLE)).unwrap(), bytes);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(report["sha256"], ratewright::digest::Digest::of_bytes(&bytes).to_string());
    assert_eq!((&report["file"], &report["manifest"]["rule_set"]), (&BUNDLE.into(), &"parcels".into()));
    let output = folder.command(&["bundle", "build", "parcels.rules", "--output", "-"]).output().unwrap();
    assert_eq!(output.stdout, bytes);
}

#[test]
fn the_folder_that_it_is_built_in_makes_no_difference() {
    let folder = with_bundle();
    let bytes = std::fs::read(folder.path(BUNDLE)).unwrap();
    folder.write("rules/ground/parcels.rules", crate::support::PARCELS);
    folder.write("elsewhere/notes.txt", "");
    for (within, path) in [
        ("", "rules/ground/parcels.rules"),
        ("rules", "ground/parcels.rules"),
        ("rules/ground", "parcels.rules"),
        ("elsewhere", "../rules/ground/parcels.rules"),
    ] {
        let mut command = folder.command(&["bundle", "build", path, "--output", "-"]);
        let built = command.current_dir(folder.path(within)).output().unwrap();
        assert!(built.status.success(), "{built:?}");
        assert!(built.stdout == bytes, "{within} {path}");
    }
}

#[test]
fn what_is_not_signed_by_a_trusted_key_is_refused() {
    let folder = with_bundle();
    let verify = |arguments: &[&str]| folder.run(&[&["bundle", "verify", BUNDLE], arguments].concat());
    let ran = verify(&["--key", "pricing.pub"]);
    assert_eq!((ran.code, ran.out.as_str()), (1, ""));
    assert!(
        ran.err.contains(&format!("refused `{BUNDLE}`: it is not signed: there is no `{BUNDLE}.minisig`")),
        "{}",
        ran.err
    );
    let ran = verify(&[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("say whose signature counts with `--key` or `--trusted`"), "{}", ran.err);
    let ran = verify(&["--unsigned"]);
    assert_eq!(ran.code, 0);
    assert!(ran.out.contains("who made it was not asked"), "{}", ran.out);

    assert_eq!(sign(&folder, "other.key").code, 0);
    let ran = verify(&["--key", "pricing.pub"]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.err.contains(&format!("signed by the key {}, which is not trusted", id_of(&folder, "other.pub"))),
        "{}",
        ran.err
    );

    let keys = format!("# both, while keys are exchanged\n{}{}", folder.read("pricing.pub"), folder.read("other.pub"));
    folder.write("trusted.keys", &keys);
    assert_eq!(verify(&["--trusted", "trusted.keys"]).code, 0);
    folder.write("trusted.keys", &format!("{keys}revoked {}\n", id_of(&folder, "other.pub")));
    let ran = verify(&["--trusted", "trusted.keys", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["fine"], &report["signed"]), (1, &false.into(), &serde_json::Value::Null));
    assert!(report["problem"].as_str().unwrap().contains("which is revoked; sign it with another"), "{report}");
    let ran = verify(&["--key", folder.read("other.pub").lines().nth(1).unwrap(), "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &report["fine"]), (0, &true.into()));
    assert_eq!(report["signed"]["key"], id_of(&folder, "other.pub"));

    let ran = verify(&["--key", "other.key"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("line 2 is a secret key"), "{}", ran.err);
}

#[test]
fn an_altered_bundle_is_refused_by_every_command() {
    let folder = with_bundle();
    assert_eq!(sign(&folder, "pricing.key").code, 0);
    let mut bytes = std::fs::read(folder.path(BUNDLE)).unwrap();
    let at = bytes.windows(4).position(|bytes| bytes == b"2.00").unwrap();
    bytes[at] = b'1';
    std::fs::write(folder.path(BUNDLE), &bytes).unwrap();
    for arguments in [
        &["verify", "--key", "pricing.pub"][..],
        &["verify", "--unsigned"],
        &["inspect"],
        &["sign", "--force", "--key", "pricing.key"],
    ] {
        let ran = folder.run(&[&["bundle", arguments[0], BUNDLE], &arguments[1..]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (1, ""), "{arguments:?}");
        assert!(ran.err.contains("the file was altered"), "{}", ran.err);
    }
    folder.write("notes.txt", "no bundle");
    let ran = folder.run(&["bundle", "inspect", "notes.txt"]);
    assert_eq!(
        (ran.code, ran.err.as_str()),
        (
            1,
            "refused `notes.txt`: this is no bundle: it does not begin as a zip file does; make one with `ratewright bundle build`\n"
        )
    );
    assert_eq!(folder.run(&["bundle", "inspect", "nothing.zip"]).code, 2);
}

#[test]
fn rules_that_fail_their_tests_are_not_bundled() {
    let folder = Folder::with_parcels();
    folder.write("parcels.rules", &folder.read("parcels.rules").replace("10% of BASE", "11% of BASE"));
    let ran = folder.run(&["bundle", "build", "parcels.rules"]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.err,
        "error: 1 of 1 test fails, and no bundle was made:\n  \
         three pounds parcels.rules:16: expected total is 6.60 USD, found 6.66 USD\n\
         `ratewright test parcels.rules` shows how they came about; `--untested` makes the bundle all the same\n"
    );
    assert!(!folder.path(BUNDLE).exists());
    let report = json_of(&folder.run(&["bundle", "build", "parcels.rules", "--format", "json"]));
    assert_eq!(
        (&report["fine"], &report["file"], &report["problem"]),
        (&false.into(), &Json::Null, &"1 of 1 test fails, and no bundle was made".into())
    );
    assert_eq!(
        report["failed_tests"],
        serde_json::json!([{ "name": "three pounds", "place": "parcels.rules:16",
            "failures": [{ "expected": "total is 6.60 USD", "found": "6.66 USD" }] }])
    );
    let ran = folder.run(&["bundle", "build", "parcels.rules", "--untested"]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("untested: 1 test of its rule set did not run when it was built"), "{}", ran.err);
    let ran = folder.run(&["bundle", "inspect", BUNDLE]);
    assert!(ran.out.contains("  tests      1 test of its rule set did not run when it was built\n"), "{}", ran.out);
    let ran = folder.run(&["bundle", "verify", BUNDLE, "--unsigned"]);
    assert!(ran.out.contains("\n1 test of its rule set did not run when it was built\n"), "{}", ran.out);
    let report = json_of(&folder.run(&["bundle", "verify", BUNDLE, "--unsigned", "--format", "json"]));
    assert_eq!(report["tests"], serde_json::json!({ "written": 1, "passed": 0 }));
    folder.write("broken.rules", "ruleset a { currency USD }\ncharge A = b\n");
    let ran = folder.run(&["bundle", "build", "broken.rules"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("RW0201"), "{}", ran.err);
    let report = json_of(&folder.run(&["bundle", "build", "broken.rules", "--format", "json"]));
    assert_eq!(report["problem"], "`broken.rules` cannot be used: `ratewright check` says why");
}

#[test]
fn of_many_tests_that_fail_the_first_are_named() {
    let folder = Folder::new();
    let tests: String = (1..=7).map(|n| format!("test \"t{n}\" {{ expect total is {n} USD }}\n")).collect();
    folder.write("a.rules", &format!("ruleset a {{ currency USD }}\ncharge A = 3 USD\n{tests}"));
    let ran = folder.run(&["bundle", "build", "a.rules"]);
    assert!(ran.err.starts_with("error: 6 of 7 tests fail, and no bundle was made:\n  t1 a.rules:3: "), "{}", ran.err);
    assert!(
        ran.err.contains("  t6 a.rules:8: expected total is 6.00 USD, found 3.00 USD\n  and 1 more\n"),
        "{}",
        ran.err
    );
}

#[test]
fn a_bundle_is_taken_where_a_rule_set_is() {
    let folder = with_bundle();
    std::fs::remove_file(folder.path("parcels.rules")).unwrap();
    let ran = folder.run(&["quote", BUNDLE, "--input", "weight=2.5", "--format", "json"]);
    assert_eq!((ran.code, json_of(&ran)["totals"][0]["amount"].clone()), (0, "6.60".into()), "{ran:?}");
    let ran = folder.run(&["check", BUNDLE]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "checked 1 file: no problems\n"));
    let ran = folder.run(&["test", BUNDLE]);
    assert_eq!((ran.code, ran.err.as_str()), (0, "1 test: 1 passed\n"));
    folder.write("next.rules", &crate::support::PARCELS.replace("10% of BASE", "11% of BASE"));
    let ran = folder.run(&["diff", BUNDLE, "next.rules"]);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("11%"), "{}", ran.out);
    // What fails in it is named as if it were a folder.
    assert_eq!(folder.run(&["bundle", "build", "next.rules", "--untested", "-o", "next.zip"]).code, 0);
    let ran = folder.run(&["test", "next.zip", "--format", "json"]);
    assert_eq!(json_of(&ran)["rulesets"][0]["tests"][0]["place"], "next.zip/next.rules:16");
    // It has to be whole and to mean what it says, as everywhere.
    let mut bytes = std::fs::read(folder.path(BUNDLE)).unwrap();
    let at = bytes.windows(4).position(|bytes| bytes == b"2.00").unwrap();
    bytes[at] = b'1';
    std::fs::write(folder.path(BUNDLE), &bytes).unwrap();
    for arguments in [&["quote", BUNDLE, "--input", "weight=2.5"][..], &["check", BUNDLE], &["test", BUNDLE]] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 1, "{arguments:?}: {ran:?}");
        assert!([ran.out, ran.err].concat().contains("the file was altered"), "{arguments:?}");
    }
    let ran = folder.run(&["fmt", BUNDLE]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("it is a bundle or another zip file, and a text is wanted here"), "{}", ran.err);
}

#[test]
fn a_folder_is_not_taken_for_a_file() {
    let folder = with_bundle();
    folder.write("empty/notes.txt", "");
    for (arguments, words) in [
        (&["bundle", "build", "."][..], "`.` is a folder; name a rule set in it: `parcels.rules`"),
        (&["quote", ".", "--input", "weight=1"], "`.` is a folder; name a rule set in it: `parcels.rules`"),
        (&["diff", "parcels.rules", "."], "`.` is a folder; name a rule set in it: `parcels.rules`"),
        (&["schema", "empty"], "`empty` is a folder; there is no rule set in it"),
        (
            &["bundle", "build", "parcels.rules", "--output", "empty", "--force"],
            "`empty` is a folder: name the file that is to be written in it, such as `empty/parcels-7.bundle.zip`",
        ),
        (
            &["bundle", "sign", BUNDLE, "--key", "pricing.key", "--output", "empty"],
            "`empty` is a folder: name the file that is to be written in it, such as `empty/parcels-7.bundle.zip.minisig`",
        ),
        (
            &["bundle", "build", "parcels.rules", "--output", "nowhere/a.zip"],
            "cannot write `nowhere/a.zip`: there is no such folder",
        ),
    ] {
        let ran = folder.run(arguments);
        assert_eq!((ran.code, ran.err), (2, format!("error: {words}\n")), "{arguments:?}");
    }
}

#[test]
fn a_key_that_is_none_is_told_as_what_it_is() {
    let folder = with_bundle();
    let ran = folder.run(&["bundle", "verify", BUNDLE, "--key", "RWgarbage"]);
    assert_eq!(ran.code, 2);
    assert_eq!(
        ran.err,
        "error: `RWgarbage` is no file and no public key, which begins with `RW` and has 56 characters, as in a `.pub` file\n"
    );
    let ran = folder.run(&["bundle", "sign", BUNDLE, "--key", "pricing.pub"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("it is a public key, which others check with; name the secret key"), "{}", ran.err);
}

#[test]
fn every_report_says_whether_it_is_fine() {
    let folder = with_bundle();
    let keys = |report: &Json| report.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let run = |arguments: &[&str]| {
        let ran = folder.run(&[&["bundle"], arguments, &["--format", "json"]].concat());
        (ran.code, json_of(&ran))
    };
    folder.write("notes.zip", "no bundle");
    for (fine, broken) in [
        (&["build", "parcels.rules", "--force"][..], &["build", "broken.rules"][..]),
        (&["sign", BUNDLE, "--key", "pricing.key"], &["sign", "notes.zip", "--key", "pricing.key"]),
        (&["verify", BUNDLE, "--key", "pricing.pub"], &["verify", "notes.zip", "--key", "pricing.pub"]),
        (&["inspect", BUNDLE], &["inspect", "notes.zip"]),
    ] {
        let (code, report) = run(fine);
        assert_eq!((code, &report["fine"], &report["problem"]), (0, &true.into(), &Json::Null), "{fine:?}");
        assert_eq!(report["file"], BUNDLE);
        folder.write("broken.rules", "ruleset a { currency USD }\ncharge A = b\n");
        let (code, told) = run(broken);
        assert_eq!((code, &told["fine"], told["problem"].is_string()), (1, &false.into(), true), "{broken:?}");
        assert_eq!(keys(&told), keys(&report));
    }
    let (_, report) = run(&["sign", BUNDLE, "--key", "pricing.key", "--force", "--comment", "change 417"]);
    assert_eq!(report["signature"], format!("{BUNDLE}.minisig"));
    assert_eq!((&report["key"], &report["comment"]), (&id_of(&folder, "pricing.pub").into(), &"change 417".into()));
    let (_, report) = run(&["inspect", BUNDLE]);
    assert_eq!(report["manifest"]["tests"], serde_json::json!({ "written": 1, "passed": 1 }));
    assert_eq!(keys(&report["rules"][0]), ["digest", "kind", "name"]);
}

#[test]
fn functions_of_a_host_need_not_be_there() {
    let folder = Folder::new();
    folder.write(
        "trip.rules",
        "ruleset trip { currency USD }\nhost function miles(a : text) -> number\ninput { to : text }\ncharge A = 2 USD * miles(to)\n",
    );
    assert_eq!(folder.run(&["bundle", "build", "trip.rules", "-o", "trip.zip"]).code, 0);
    let ran = folder.run(&["bundle", "verify", "trip.zip", "--unsigned"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}

#[test]
fn a_bundle_may_come_from_standard_input() {
    let folder = with_bundle();
    assert_eq!(sign(&folder, "pricing.key").code, 0);
    let with_input = |arguments: &[&str]| {
        let mut command = folder.command(arguments);
        command.stdin(Stdio::from(std::fs::File::open(folder.path(BUNDLE)).unwrap()));
        command.output().unwrap()
    };
    let inspected = with_input(&["bundle", "inspect", "-"]);
    assert!(inspected.status.success() && inspected.stdout.starts_with(b"Parcels (parcels)\n"));
    let signature = format!("{BUNDLE}.minisig");
    let verified = with_input(&["bundle", "verify", "-", "--key", "pricing.pub", "--signature", &signature]);
    assert!(verified.status.success(), "{verified:?}");
    assert_eq!(with_input(&["bundle", "verify", "-", "--key", "pricing.pub"]).status.code(), Some(2));
    assert_eq!(with_input(&["bundle", "sign", "-", "--key", "pricing.key"]).status.code(), Some(2));
    let signed =
        with_input(&["bundle", "sign", "-", "--key", "pricing.key", "--output", "-", "--comment", "change 417"]);
    let text = String::from_utf8(signed.stdout).unwrap();
    assert!(text.contains("\ntrusted comment: change 417\n"), "{text}");
}

#[test]
fn the_password_of_a_key_comes_from_the_environment_or_a_terminal() {
    let folder = with_bundle();
    let pair = minisign::KeyPair::generate_encrypted_keypair(Some("pw1".into())).unwrap();
    folder.write("locked.key", &pair.sk.to_box(None).unwrap().into_string());
    folder.write("locked.pub", &pair.pk.to_box().unwrap().into_string());
    let with_password = |password: &str| {
        let mut command = folder.command(&["bundle", "sign", BUNDLE, "--key", "locked.key"]);
        command.env("RATEWRIGHT_KEY_PASSWORD", password);
        finish(command, "")
    };
    let ran = with_password("pw2");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("cannot sign with `locked.key`: the password is wrong"), "{}", ran.err);
    let ran = with_password("pw1");
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert_eq!(folder.run(&["bundle", "verify", BUNDLE, "--key", "locked.pub"]).code, 0);
    folder.write("no.key", "pw1\n");
    let ran = folder.run(&["bundle", "sign", BUNDLE, "--key", "no.key", "--force"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("it is no secret key of minisign"), "{}", ran.err);
}

#[test]
fn keys_of_the_stock_tool_without_a_password_are_taken() {
    let folder = with_bundle();
    // Made by minisign 0.11: `minisign -G -W`. Such a key has no check sum.
    folder.write(
        "stock.key",
        "untrusted comment: minisign encrypted secret key\nRWQAAEIyAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAKpS6ev69T5MW20zGYKrSKqb9YQx1pJe53y9DldiQHQ01fNGaGVZUo7pvu6QqMyVQBZ8RGrEsgs1EOw2oeeUlQbhsJCxPXvWkAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    );
    let ran = sign(&folder, "stock.key");
    assert_eq!(ran.code, 0, "{ran:?}");
    let public = "RWQqlLp6/r1Pk7pvu6QqMyVQBZ8RGrEsgs1EOw2oeeUlQbhsJCxPXvWk";
    assert_eq!(folder.run(&["bundle", "verify", BUNDLE, "--key", public]).code, 0);
    folder.write("stock.key", &folder.read("stock.key").replace("KpS6ev69T5MW20z", "KpS6ev69T5MW20y"));
    let ran = folder.run(&["bundle", "sign", BUNDLE, "--key", "stock.key", "--force"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("cannot sign with `stock.key`: its parts do not belong together"), "{}", ran.err);
}

#[test]
fn the_examples_of_the_help_name_files_that_there_are() {
    let help = Folder::new().run(&["bundle", "build", "--help"]).out;
    let named: Vec<&str> =
        help.split_whitespace().filter(|word| word.ends_with(".rules") && word.contains('/')).collect();
    assert_eq!(named.len(), 2, "{help}");
    for path in named {
        assert!(crate::support::project().join(path).exists(), "{path}");
    }
}
