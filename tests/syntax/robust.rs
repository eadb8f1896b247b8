//! Texts that nobody should write: whatever comes in, reading ends, in time, without a panic, on a small stack.

use super::problems_of;

/// Runs `work` on a thread with a stack of 2 MiB, the smallest that a host is likely to give.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(work).unwrap().join().unwrap();
}

fn reads(text: String) {
    on_a_small_stack(move || {
        let _ = problems_of(&text);
    });
}

#[track_caller]
fn refuses(text: String, code: &str) {
    on_a_small_stack({
        let code = code.to_string();
        move || {
            let problems = problems_of(&text);
            assert!(problems.iter().any(|problem| problem.starts_with(&code)), "{problems:#?}");
            assert!(problems.len() < 5, "{problems:#?}");
        }
    });
}

#[track_caller]
fn accepts(text: String) {
    on_a_small_stack(move || {
        let problems = problems_of(&text);
        assert!(problems.is_empty(), "{problems:#?}");
    });
}

fn rules(items: &str) -> String {
    format!("ruleset r {{ currency USD }}\n{items}\nlet after = 1\n")
}

#[test]
fn nesting_up_to_the_limit_is_read_on_a_small_stack() {
    accepts(rules(&format!("let a = {}1{}", "(".repeat(63), ")".repeat(63))));
    accepts(rules(&format!("let a = {}1{}", "[".repeat(63), "]".repeat(63))));
    accepts(rules(&format!("let a = {}1{}", "f(".repeat(63), ")".repeat(63))));
    accepts(rules(&format!("let a = {}1{}", "{ a = ".repeat(63), "}".repeat(63))));
    accepts(rules(&format!("let a = {}1{}", "sum of (".repeat(31), ")".repeat(31))));
    accepts(rules(&format!("let a = {}b", "sum of ".repeat(63))));
    accepts(rules(&format!("let a = {}b", "not ".repeat(63))));
    accepts(rules(&format!("let a = {}b", "- ".repeat(63))));
    accepts(rules(&format!("let a = {}1", "1% of ".repeat(63))));
    accepts(rules(&format!("let a = {}1", "b otherwise ".repeat(63))));
    accepts(rules(&format!("let a = {}1{}", "if b then ".repeat(63), " else 2".repeat(63))));
    accepts(rules(&format!("let a = {}yes", "any x in a has ".repeat(31))));
    accepts(rules(&format!("let a = {}1{}", "t[(if b then ".repeat(21), " else 2)]".repeat(21))));
}

#[test]
fn chains_up_to_the_limit_are_read_on_a_small_stack() {
    accepts(rules(&format!("let a = 1{}", " + 1".repeat(1000))));
    accepts(rules(&format!("let a = b{}", ".c".repeat(1000))));
    accepts(rules(&format!("let a = b{}", " as number".repeat(999))));
    accepts(rules(&format!("let a = 1{}", " less 1".repeat(999))));
    accepts(rules(&format!("let a = if b then 1{} else 3", " else if b then 2".repeat(990))));
    accepts(rules(&format!("let a = {}1", "a or ".repeat(1000))));
}

#[test]
fn deeper_nesting_is_refused_with_its_place() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("f(", ")"),
        ("{ a = ", "}"),
        ("not ", ""),
        ("- ", ""),
        ("1% of ", ""),
        ("sum of ", ""),
    ] {
        refuses(rules(&format!("let a = {}1{}", open.repeat(100_000), close.repeat(100_000))), "RW0105 2:");
        refuses(rules(&format!("let a = {}1{}", open.repeat(66), close.repeat(66))), "RW0105 2:");
    }
    refuses(rules(&format!("let a = {}1", "if b then ".repeat(10_000))), "RW0105 2:");
    refuses(rules(&format!("let a = {}1", "any x in ".repeat(10_000))), "RW0105 2:");
    refuses(rules(&format!("let a = {}1", "the x in ".repeat(10_000))), "RW0105 2:");
    refuses(rules(&format!("let a = {}1", "walk x in y carrying n = ".repeat(10_000))), "RW0105 2:");
    refuses(rules(&format!("let a = {}1", "days from ".repeat(10_000))), "RW0105 2:");
    refuses(rules(&format!("let a = {}1", "allocate 1 by ".repeat(10_000))), "RW0105 2:");
    refuses(rules(&format!("let a : {}text = 1", "list of ".repeat(10_000))), "RW0105 2:");
    refuses(rules(&format!("let a = 1{}", "(".repeat(100_000))), "RW0105 2:");
}

#[test]
fn longer_chains_are_refused_with_their_place() {
    refuses(rules(&format!("let a = 1{}", " + 1".repeat(100_000))), "RW0106 2:");
    refuses(rules(&format!("let a = b{}", ".c".repeat(100_000))), "RW0106 2:");
    refuses(rules(&format!("let a = 1{}", " less 1".repeat(100_000))), "RW0106 2:");
    refuses(rules(&format!("let a = if b then 1{} else 3", " else if b then 2".repeat(10_000))), "RW0106 2:");
}

#[test]
fn long_names_and_texts_are_refused() {
    refuses(rules(&format!("let {} = 1", "a".repeat(1_000_000))), "RW0104 2:5");
    refuses(rules(&format!("let a = \"{}\"", "a".repeat(1_000_000))), "RW0103 2:9");
    accepts(rules(&format!("let {} = 1", "é".repeat(200))));
    accepts(rules(&format!("let a = \"{}\"", "a".repeat(10_000))));
    refuses(rules(&format!("let a = {}", "9".repeat(1_000_000))), "RW0107 2:9");
}

#[test]
fn a_file_over_the_limit_is_refused_unread() {
    let text = format!("{}\n", "# a comment that fills the file\n".repeat(600_000));
    assert_eq!(problems_of(&text).len(), 1);
    assert!(problems_of(&text)[0].starts_with("RW0122"));
}

#[test]
fn junk_is_read_in_time() {
    reads("\0".repeat(10_000));
    reads("|".repeat(100_000));
    reads("\"".repeat(100_000));
    reads("`".repeat(100_000));
    reads("{ ".repeat(100_000));
    reads("} ".repeat(100_000));
    reads("let a = \n".repeat(500));
    reads("input { \n".repeat(500));
    reads("table t { | a | b || \n".repeat(500));
    reads("test \"a\" { given a = 1 expect \n".repeat(300));
    reads("if a then ".repeat(500));
    reads("x is one of (".repeat(500));
    reads(rules(&format!("let a = {}", "b is one of (".repeat(60))));
    reads(rules(&format!("let a = {}", "if b then (".repeat(30))));
    reads(rules(&format!("let a = {}", "if b then 1 else if (".repeat(30))));
    reads(rules(&format!("let a = {}", "sum of (".repeat(30))));
    reads(rules(&format!("let a = {}", "t[(f({ a = [".repeat(12))));
    reads(rules(&format!("let a = {}", "greatest of (a, ".repeat(30))));
    reads(rules(&format!("let a = {}", "x on (".repeat(60))));
    reads(rules(&format!("let a = {}", "walk x in (y) carrying n = (".repeat(20))));
    reads(rules(&format!("charge A = {}", "dearest of { A (".repeat(20))));
}
