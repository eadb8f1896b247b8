//! Reading without the grammar gives what reading by the grammar gives, or nothing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use crate::source::FileId;
use crate::syntax::ast::File;
use crate::syntax::{by_the_grammar, plain, scan};
use proptest::prelude::*;

/// Whether plain items were found; panics where the two ways disagree.
#[track_caller]
fn is_plain(text: &str) -> bool {
    let id = FileId::default();
    let Some(whole) = plain::file(id, &scan::scan(id, text, 0)) else { return false };
    let empty = File { id, header: None, items: Vec::new(), comments: Vec::new() };
    let (file, problems) = by_the_grammar(empty, scan::scan(id, text, 0));
    assert!(problems.is_empty(), "{text}\n{problems:#?}");
    assert_eq!(file.header.as_ref(), Some(&whole.header), "{text}");
    assert_eq!(file.items, whole.items, "{text}");
    true
}

fn with_header(item: &str) -> String {
    format!("ruleset r \"R\" {{ currency USD }}\n{item}")
}

#[test]
fn what_is_plain_is_read_as_by_the_grammar() {
    for item in [
        "charge A = 1 USD",
        "## About it\ncharge A \"label\" = 18.5% of (x + 2 * y) - -z.w # so\n  when not a and b or c because \"why\" tagged t, u\n",
        "charge A = 5 USD per kg * w when t is GOLD and a is from 5 USD until 20 USD and c is one of (\"DE\", \"FR\")",
        "let a = b is over 3 up to 4 kg or b is under 3 or b is not up to 7 or b is 3 through 4 or b is not from 3",
        "let a = b is not given otherwise X is applied and d is within summer and e is not 0.5%",
        "let a = f(1, 2_000.5, \"\") < g() otherwise 5% of 20% of x",
        "output a = yes \"Label\"\nflag F \"m\" when a\nrefuse R \"\" when (a)",
        "enum E { A, B }\nlet a = A\nenum F { C }\nunit seat\nlet b = 3 seat",
        "let first = 1\nlet a = yes\nlet b = no\n",
        "table t {\n  a : A\n  -> b : money\n  | a | b |\n  | x, y || 1 |\n\n # so\n  | z || 2 | # and so\n  | \"a|b\" || 3\n}\n",
        "table t first {\n  a : A by range\n  -> b : money\n} charge X = 1 USD\ntable u {\n a : A\n | a |\n | \"x | 1 | }",
        "override table t { | a || 1 | }\ntable u from \"u.csv\" {\n a : A\n -> b : money\n | otherwise || 1 |\n}",
    ] {
        assert!(is_plain(&with_header(item)), "{item}");
    }
}

#[test]
fn what_only_looks_plain_is_left_to_the_grammar() {
    for item in [
        "let w = walk x in xs carrying n = 0 {\nlet y = 2\nlet z = 3\nnext n = y + z\n}",
        "override\ncharge A = 1 USD",
        "let a = b.\ncharge X = 5 USD",
        "input {\n  a : number\ncharge X = a USD\n  b : number\n}",
        "let a = 2026-01-05",
        "let a = rounded",
        "let b = 5 USD\n per\nlet c = 3\n",
        "let a = x on\ninput { weight : number  unit : text }\nlet b = c",
        "let a = 3 months",
        "let a = b < c < d",
        "let a = sum of (b, c)",
        "charge A = 1 USD minimum 2 USD",
        "table t crosstab {\n  a : A\n  across w : number\n  -> b : money\n  | a || 1 | 2 |\n  | x || 3 | 4 |\n}",
        "table t {\n  a : A\n  | a | b |\n  -> b : money\n  | x || 1 |\n}",
        "table t {\n  a : A\n  -> b : money\n  | a | b |\n  , | x || 1 |\n}",
        "table t {\n  a : A\n  -> b : money\n  | a | b |\n  | x || 1 |\n} }",
    ] {
        assert!(!is_plain(&with_header(item)), "{item}");
    }
}

#[test]
fn the_rules_of_the_project_are_read_as_by_the_grammar() {
    let (mut count, mut plain) = (0, 0);
    let mut folders = vec!["rules".to_string(), "docs".to_string(), "tests".to_string(), "benches".to_string()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.to_string_lossy().into_owned();
            if path.is_dir() {
                folders.push(name);
            } else if name.ends_with(".rules") || name.ends_with(".md") {
                let text = std::fs::read_to_string(&path).unwrap();
                for text in text.split("```rules").skip(usize::from(name.ends_with(".md"))) {
                    let text = text.split("```").next().unwrap();
                    count += 1;
                    plain += usize::from(is_plain(text));
                    plain += usize::from(is_plain(&with_header(text)));
                }
            }
        }
    }
    assert!(count > 100 && plain > 40, "{plain} of {count}");
}

/// What is plain, and what is next to it.
const WORDS: &[&str] = &[
    "a",
    "b",
    "(",
    ")",
    ",",
    ".",
    "+",
    "-",
    "*",
    "/",
    "<",
    "<=",
    ">",
    ">=",
    "=",
    "is",
    "is",
    "not",
    "and",
    "or",
    "of",
    "5%",
    "of",
    "2",
    "3 USD",
    "0.5",
    "kg",
    "per",
    "in",
    "\"t\"",
    "\"u {a}\"",
    "from",
    "until",
    "through",
    "over",
    "up",
    "to",
    "under",
    "one",
    "of",
    "given",
    "applied",
    "within",
    "otherwise",
    "when",
    "because",
    "tagged",
    "yes",
    "no",
    "if",
    "then",
    "else",
    "f(",
    "sum",
    "minimum",
    "as",
    "on",
    "x[",
    "]",
    "first",
    "# note\n",
    "\n",
    "2026-01-05",
    "08:00",
    "`q`",
    "é",
    "{",
    "}",
    "->",
    "charge",
    "let",
    "\ncharge C =",
    "\nlet d =",
    "\noutput e = a",
    "\nflag F \"m\" when",
    "\nunit",
    "\nenum E {",
    "\ninput {",
    ": number",
    "for each",
    "started",
    "3 in",
    "4 month",
    "total",
    "test",
    "$5",
];

/// Items that mean something, of which parts are exchanged.
const ITEMS: &[&str] = &[
    "charge A \"l\" = 5% of ( a ) when a is one of ( \"x\" , \"y\" ) and b is from 2 USD until 3 USD",
    "let c = a + b * 3 kg - f( a , 2 ) otherwise not a is given",
    "output d = a is not over 3 up to 4.5 and b . w <= 2 \"label\"",
    "flag G \"m\" when a is under 3 or B is applied or a is 2 through 3",
    "charge C = - a / b because \"why\" tagged t , u when a < b",
    "enum E { A , B }",
    "input { a : number , b : text }",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_read_at_all_is_read_as_by_the_grammar(
        items in prop::collection::vec((prop::sample::select(ITEMS), prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(WORDS), any::<bool>()), 0..4)), 1..4)
    ) {
        let mut text = String::new();
        for (item, changes) in items {
            let mut words: Vec<&str> = item.split(' ').collect();
            for (place, word, insert) in changes {
                let at = place.index(words.len());
                if insert { words.insert(at, word) } else { words[at] = word }
            }
            text += &words.join(" ");
            text.push('\n');
        }
        is_plain(&with_header(&text));
    }
}
