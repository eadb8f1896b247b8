//! One phenomenon a file: `ok/` is read without a problem and formatted as its snapshot shows, `err/` has the problems that its snapshot lists.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test --test syntax` writes the snapshots anew; what changed is then for a person to read.

use super::{folder, format_of, problems_of, texts_in};
use std::fs;
use std::path::Path;

#[test]
fn what_is_right_is_read_and_formatted() {
    let cases = texts_in("tests/cases/syntax/ok");
    assert!(cases.len() >= 60);
    for (path, text) in cases {
        assert_eq!(problems_of(&text), Vec::<String>::new(), "{}", path.display());
        compare(&path, &text, &format_of(&text));
    }
}

#[test]
fn what_is_wrong_is_reported() {
    let cases = texts_in("tests/cases/syntax/err");
    assert!(cases.len() >= 40);
    for (path, text) in cases {
        let problems = problems_of(&text);
        assert!(!problems.is_empty(), "{} has no problem", path.display());
        compare(&path, &text, &format!("{}\n", problems.join("\n")));
    }
}

/// Compares with the snapshot beside the case: its source, a line of dashes, and the output.
#[track_caller]
fn compare(path: &Path, source: &str, output: &str) {
    let snapshot = path.with_extension("snap");
    let now = format!("{}\n--------\n{output}", source.trim_end().replace('\r', "").replace('\0', "␀"));
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        fs::write(&snapshot, &now).unwrap();
    }
    let before = fs::read_to_string(&snapshot).unwrap_or_default();
    assert_eq!(before, now, "{} differs", snapshot.display());
}

#[test]
fn no_snapshot_is_left_over() {
    for case in ["ok", "err"] {
        for entry in fs::read_dir(folder(&format!("tests/cases/syntax/{case}"))).unwrap() {
            let path = entry.unwrap().path();
            assert!(path.with_extension("rules").exists(), "{} has no case", path.display());
        }
    }
}
