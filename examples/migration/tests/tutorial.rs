//! Holds: the commands of `docs/moving-over.md` do, one after the other, what stands there.
//!
//! They compare 100,000 shipments a dozen times, which takes a debug build minutes: `.ci/run` runs them as a release. `UPDATE=1` prints what each
//! command says, for whoever edits the page.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where the page keeps its files; here it is a folder of its own.
const FOLDER: &str = "/tmp/moving";

/// How the page asks old code.
const OLD_CODE: &str = "cargo run -q --release -p ratewright-worked-migration --";

/// The programs as they were built with this test: `ratewright` is another package's, so it is built first.
fn programs() -> PathBuf {
    let own = Path::new(env!("CARGO_BIN_EXE_ratewright-worked-migration"));
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "-p", "ratewright-cli"]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    assert!(build.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap().success());
    own.parent().unwrap().to_owned()
}

/// What a command says, on both of its outputs.
fn said(command: &str, programs: &Path) -> String {
    let path = format!("{}:{}", programs.display(), std::env::var("PATH").unwrap());
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{{ {command}\n}} 2>&1")]).env("PATH", path).env("NO_COLOR", "1");
    let output = shell.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null()).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Whether a text is what the page shows: `…` stands for anything.
fn is_shown(shown: &str, said: &str) -> bool {
    let mut rest = said;
    let mut parts = shown.split('…');
    let Some(found) = rest.strip_prefix(parts.next().unwrap()) else { return false };
    rest = found;
    let parts: Vec<&str> = parts.collect();
    for (place, part) in parts.iter().enumerate() {
        let found = if place + 1 == parts.len() { rest.rfind(part) } else { rest.find(part) };
        let Some(at) = found else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

#[test]
fn what_is_shown_tells_one_text_from_another() {
    assert!(is_shown("a\n", "a\n") && is_shown("a\n…\nz\n", "a\nb\nc\nz\n") && is_shown("a … c\n", "a b c\n"));
    assert!(!is_shown("a\n", "a\nb\n") && !is_shown("a\n…\nz\n", "a\nb\n") && !is_shown("a … c\n", "b b c\n"));
}

#[test]
#[cfg_attr(debug_assertions, ignore = "minutes in a debug build: .ci/run runs it as a release")]
fn the_commands_of_the_tutorial_do_what_it_says() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/moving-over.md")).unwrap();
    let (programs, folder) = (programs(), tempfile::tempdir().unwrap());
    let own = folder.path().join("moving");
    std::fs::create_dir(&own).unwrap();
    let (own, mut commands, mut wrong) = (own.to_str().unwrap(), 0, Vec::new());
    for block in page.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        for step in block.split("$ ").skip(1) {
            // A command may go on in the next line.
            let mut end = 0;
            for line in step.split_inclusive('\n') {
                end += line.len();
                if !line.ends_with("\\\n") {
                    break;
                }
            }
            let (command, shown) = step.split_at(end);
            let run = command.replace(OLD_CODE, "ratewright-worked-migration").replace(FOLDER, own);
            let said = said(&run, &programs).replace(own, FOLDER);
            commands += 1;
            if std::env::var_os("UPDATE").is_some() {
                println!("$ {command}{said}");
            } else if !is_shown(shown, &said) {
                wrong.push(format!("$ {command}{said}"));
            }
        }
    }
    assert!(commands >= 12, "{commands} commands");
    assert!(wrong.is_empty(), "these commands say something else:\n{}", wrong.join("\n"));
}
