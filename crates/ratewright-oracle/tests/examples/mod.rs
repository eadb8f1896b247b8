//! The examples of `docs/language` as plain text: fences of Markdown, the files before them, and the marks beside their lines.
//!
//! `# = 10.44 USD` is the value of the item of its line, `# ! no row matched` how it fails; on lines of their own `# given`, `# total =`,
//! `# line CODE =`, `# no line CODE`, `# refused CODE`, `# flag CODE`, `# no flag CODE`, `# part LABEL =`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::path::Path;

/// What a rule set without a header stands under.
const HEADER: &str = "ruleset example { currency USD }\n";

/// One example.
#[derive(Debug, Clone)]
pub struct Example {
    pub document: String,
    /// The line of its fence.
    pub line: usize,
    /// The main file first.
    pub files: Vec<(String, String)>,
    /// How many lines stand before the example's first.
    pub before: usize,
    pub marks: Vec<(usize, Mark)>,
    pub given: bool,
    pub tests: bool,
}

/// What stands beside a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    Value(String),
    Error(String),
    Code,
    Total(String),
    Line(String, String),
    NoLine(String),
    Refused(String),
    Flag(String, bool),
    Part(String, String),
}

/// All examples of the reference.
pub fn examples() -> Vec<Example> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/language");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().filter(|path| path.extension().is_some_and(|e| e == "md")).flat_map(|path| of_document(path)).collect()
}

fn of_document(path: &Path) -> Vec<Example> {
    let document = path.file_name().unwrap().to_string_lossy().to_string();
    let text = std::fs::read_to_string(path).unwrap();
    let (mut found, mut files): (Vec<Example>, Vec<(String, String)>) = (Vec::new(), Vec::new());
    let mut fence: Option<(String, usize, String)> = None;
    for (number, line) in (1..).zip(text.lines()) {
        match fence.take() {
            Some((info, start, body)) if line.trim_end() == "```" => match info.split_once(' ') {
                Some((_, path)) => files.push((path.trim().to_string(), body)),
                None if info == "rules" => found.push(read(&document, start, &body, &files)),
                None => {}
            },
            Some((info, start, body)) => fence = Some((info, start, format!("{body}{line}\n"))),
            None => {
                if let Some(info) = line.strip_prefix("```") {
                    fence = Some((info.trim().to_string(), number, String::new()));
                }
            }
        }
    }
    found
}

fn read(document: &str, line: usize, text: &str, files: &[(String, String)]) -> Example {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or("");
    let whole = first.starts_with("ruleset") || first.starts_with("module");
    let mut main = if whole { text.to_string() } else { format!("{HEADER}{text}") };
    let (mut marks, mut given) = (Vec::new(), Vec::new());
    for (number, line) in (1..).zip(text.lines()) {
        let own = line.trim().strip_prefix("# ");
        match own.and_then(|comment| comment.strip_prefix("given ")) {
            Some(values) => given.push(format!("  given {values}\n")),
            None => marks.extend(own.and_then(own_line).or_else(|| beside(line)).map(|mark| (number, mark))),
        }
    }
    if !given.is_empty() {
        main.push_str(&format!("\ntest \"(given)\" {{\n{}  expect yes\n}}\n", given.concat()));
    }
    let mut all = vec![("example.rules".to_string(), main)];
    all.extend(files.iter().cloned());
    Example {
        document: document.to_string(),
        line,
        files: all,
        before: usize::from(!whole),
        marks,
        given: !given.is_empty(),
        tests: text.lines().any(|line| line.starts_with("test ")),
    }
}

fn own_line(comment: &str) -> Option<Mark> {
    let pair = |rest: &str| rest.split_once(" = ").map(|(a, b)| (a.trim().to_string(), b.trim().to_string()));
    if let Some(total) = comment.strip_prefix("total = ") {
        return Some(Mark::Total(total.trim().to_string()));
    }
    if let Some((code, amount)) = comment.strip_prefix("line ").and_then(pair) {
        return Some(Mark::Line(code, amount));
    }
    if let Some((label, amount)) = comment.strip_prefix("part ").and_then(pair) {
        return Some(Mark::Part(label, amount));
    }
    let word = |prefix: &str| comment.strip_prefix(prefix).map(|rest| rest.trim().to_string());
    word("no line ")
        .map(Mark::NoLine)
        .or_else(|| word("refused ").map(Mark::Refused))
        .or_else(|| word("no flag ").map(|code| Mark::Flag(code, false)))
        .or_else(|| word("flag ").map(|code| Mark::Flag(code, true)))
}

fn beside(line: &str) -> Option<Mark> {
    if let Some((_, value)) = line.rsplit_once("# = ") {
        return Some(Mark::Value(value.trim().to_string()));
    }
    let (_, words) = line.rsplit_once("# ! ").or_else(|| line.split_once("# in "))?;
    Some(if words.contains("RW0") { Mark::Code } else { Mark::Error(words.trim().to_string()) })
}
