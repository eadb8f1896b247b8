//! The examples of `docs/language`: read from Markdown, compiled, priced, and held against what stands beside their lines.
//!
//! A fence ```` ```rules ```` is an example: a whole rule set where it starts with `ruleset` or `module`, else the items of one whose
//! currency is USD. A fence with a path, such as ```` ```csv zones.csv ```` or ```` ```rules shared/units.rules ````, is a file for the
//! examples after it in the same document. Marks within an example:
//!
//! - `# = 10.44 USD` beside a `let`, `output`, `parameter` or `charge`: its value as people write it (of a charge, that of its lines,
//!   separated by commas); `# = no line` where a charge books none.
//! - `# ! RW0306` beside a line: a diagnostic about that line. An example with such marks gives exactly those.
//! - `# ! no row matched`: pricing, or the `let` or `output` of that line, fails so.
//! - `# in zones.csv:3 ! RW0506` on a line of its own: a diagnostic about a line of another file.
//! - On lines of their own: `# given weight = 3 lb, …` the input, `# total = 12.37 USD`, `# line CODE = 1.20 USD`, `# no line CODE`,
//!   `# refused CODE`, `# flag CODE`, `# no flag CODE`, `# part 0 to 10 GiB = 0.85 USD` a breakdown line.
//! - A `test` of the example is run.
#![allow(dead_code)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::check::{self, Checked, Loader};
use ratewright::diagnostic::Severity;
use ratewright::eval::{self, ErrorKind, EvalError, HostFunction, Hosts, Limits, Scratch, Silent};
use ratewright::program::{Expr, ExprKind, Program};
use ratewright::quote::Quote;
use ratewright::types::Type;
use ratewright::value::{Number, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The header of an example that has none.
const HEADER: &str = "ruleset example { currency USD }\n";

/// One example of the reference.
#[derive(Debug, Clone)]
pub struct Example {
    /// The document, from the root of the repository.
    pub document: String,
    /// The line of its fence.
    pub line: usize,
    /// Its text.
    pub text: String,
    /// The files before it in the document.
    pub files: BTreeMap<String, String>,
    /// The requirements in whose paragraph it stands.
    pub tags: BTreeSet<String>,
}

/// The texts of one example.
#[derive(Debug, Clone, Default)]
pub struct Texts(pub BTreeMap<String, String>);

impl Loader for Texts {
    fn load(&self, path: &str) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_string())
    }
}

/// The documents of the reference with their text, by name.
pub fn documents() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/language");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "md"))
        .map(|path| {
            let name = format!("docs/language/{}", path.file_name().unwrap().to_string_lossy());
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// The marks of requirements in a line of text: `**T4**`.
pub fn tags_of(line: &str) -> BTreeSet<String> {
    let is_mark = |word: &&str| {
        let mut chars = word.chars();
        chars.next().is_some_and(|c| "TRLDSQM".contains(c)) && word.len() > 1 && chars.all(|c| c.is_ascii_digit())
    };
    line.split("**").skip(1).step_by(2).filter(is_mark).map(str::to_string).collect()
}

/// The examples of a document, in order.
pub fn examples(document: &str, text: &str) -> Vec<Example> {
    let mut found = Vec::new();
    let mut files = BTreeMap::new();
    let mut tags = BTreeSet::new();
    let mut fence: Option<(String, usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        match &mut fence {
            Some((info, start, body)) if line.trim_end() == "```" => {
                let (info, start, body) = (info.clone(), *start, body.clone());
                fence = None;
                match info.split_once(' ') {
                    Some((_, path)) => {
                        files.insert(path.trim().to_string(), body);
                    }
                    None if info == "rules" => found.push(Example {
                        document: document.to_string(),
                        line: start,
                        text: body,
                        files: files.clone(),
                        tags: tags.clone(),
                    }),
                    None => {}
                }
            }
            Some((_, _, body)) => {
                body.push_str(line);
                body.push('\n');
            }
            None => {
                if let Some(info) = line.strip_prefix("```") {
                    fence = Some((info.trim().to_string(), index + 1, String::new()));
                } else if line.starts_with('#') {
                    tags = tags_of(line);
                } else if line.starts_with("**") {
                    tags.extend(tags_of(line));
                }
            }
        }
    }
    assert!(fence.is_none(), "{document}: a fence is not closed");
    found
}

/// A mark beside a line, or on a line of its own.
#[derive(Debug, Clone, PartialEq)]
enum Mark {
    Value(String),
    Code(String),
    Error(ErrorKind),
    Total(String),
    Line(String, String),
    NoLine(String),
    Refused(String),
    Flag(String, bool),
    Part(String, String),
}

/// An example with its marks read.
struct Prepared {
    texts: Texts,
    main: String,
    /// How many lines stand before the example's first.
    before: usize,
    marks: Vec<(usize, Mark)>,
    given: bool,
    tests: bool,
}

fn own_line_mark(comment: &str) -> Option<Mark> {
    let pair = |rest: &str| rest.split_once(" = ").map(|(a, b)| (a.trim().to_string(), b.trim().to_string()));
    if let Some(rest) = comment.strip_prefix("total = ") {
        return Some(Mark::Total(rest.trim().to_string()));
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

fn beside(line: &str) -> Vec<Mark> {
    let mut marks = Vec::new();
    if let Some((_, value)) = line.rsplit_once("# = ") {
        marks.push(Mark::Value(value.trim().to_string()));
    } else if let Some((_, words)) = line.rsplit_once("# ! ") {
        match ErrorKind::named(words.trim()) {
            Some(kind) => marks.push(Mark::Error(kind)),
            None => marks.extend(words.split_whitespace().map(|code| {
                assert!(code.starts_with("RW") && code.len() == 6, "neither a code nor an error: {words}");
                Mark::Code(code.to_string())
            })),
        }
    }
    marks
}

/// Whether a text is a whole file, with its header.
fn is_whole(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| line.starts_with("ruleset") || line.starts_with("module"))
}

/// The text of an example as a file.
pub fn with_header(text: &str) -> String {
    if is_whole(text) { text.to_string() } else { format!("{HEADER}{text}") }
}

fn prepare(example: &Example) -> Prepared {
    let whole = is_whole(&example.text);
    let mut text = with_header(&example.text);
    let mut marks = Vec::new();
    let mut given = Vec::new();
    for (index, line) in example.text.lines().enumerate() {
        match line.trim().strip_prefix("# ") {
            Some(comment) => {
                if let Some(values) = comment.strip_prefix("given ") {
                    given.push(format!("  given {values}"));
                } else if comment.starts_with("in ") {
                    continue;
                } else if let Some(mark) = own_line_mark(comment) {
                    marks.push((index + 1, mark));
                } else {
                    marks.extend(beside(line.trim_start()).into_iter().map(|mark| (index + 1, mark)));
                }
            }
            None => marks.extend(beside(line).into_iter().map(|mark| (index + 1, mark))),
        }
    }
    if !given.is_empty() {
        text.push_str(&format!("\ntest \"(given)\" {{\n{}\n  expect yes\n}}\n", given.join("\n")));
    }
    let mut texts = Texts(example.files.clone());
    let main = "example.rules".to_string();
    texts.0.insert(main.clone(), text);
    let tests = example.text.lines().any(|line| line.starts_with("test "));
    Prepared { texts, main, before: usize::from(!whole), marks, given: !given.is_empty(), tests }
}

/// The host functions that examples may declare: `distance` is 120 miles, `failing` fails.
fn hosts(program: &Program) -> Hosts {
    let functions = program.hosts.iter().map(|host| -> HostFunction {
        match host.name.as_str() {
            "distance" => Arc::new(|_: &[Value]| Ok(Value::Number(Number::from_i64(120)))),
            _ => Arc::new(|_: &[Value]| Err("the server does not answer".to_string())),
        }
    });
    Hosts::new(functions.collect())
}

/// Runs an example; what is not as it says, in words. Empty where all is.
pub fn run(example: &Example) -> Vec<String> {
    let prepared = prepare(example);
    let at = |line: usize| format!("{}:{}", example.document, example.line + line);
    let elsewhere = example.files.values().any(|text| text.contains("# ! RW")) || example.text.contains("\n# in ");
    if prepared.marks.is_empty() && !prepared.tests && !elsewhere {
        return vec![format!("{}: the example expects nothing", at(0))];
    }
    let checked = check::check(&prepared.main, &prepared.texts);
    let mut problems = diagnostics_problems(&prepared, &checked, &at);
    let Some(program) = &checked.program else {
        if problems.is_empty() && !elsewhere && !prepared.marks.iter().any(|(_, mark)| matches!(mark, Mark::Code(_))) {
            problems.push(format!("{}: there is no program, and nothing is reported", at(0)));
        }
        return problems;
    };
    if prepared.marks.iter().any(|(_, mark)| matches!(mark, Mark::Code(_))) {
        if prepared.marks.iter().any(|(_, mark)| !matches!(mark, Mark::Code(_))) {
            problems.push(format!("{}: diagnostics and values in one example", at(0)));
        }
        return problems;
    }
    let mut run = Run { program, hosts: hosts(program), limits: Limits::default(), inputs: Vec::new() };
    match run.inputs(&prepared) {
        Ok(inputs) => run.inputs = inputs,
        Err(problem) => {
            // Without inputs only tests can be run.
            if prepared.marks.is_empty() {
                run.tests(&prepared, &at, &mut problems);
            } else {
                problems.push(format!("{}: {problem}", at(0)));
            }
            return problems;
        }
    }
    run.marks(&prepared, &at, &mut problems);
    run.tests(&prepared, &at, &mut problems);
    problems
}

fn diagnostics_problems(prepared: &Prepared, checked: &Checked, at: &dyn Fn(usize) -> String) -> Vec<String> {
    let wants_unused = prepared.marks.iter().any(|(_, mark)| *mark == Mark::Code("RW0900".to_string()));
    // An example of what happens where two exceptions hold at once is warned of it.
    let two = ErrorKind::named("two exceptions at once").unwrap();
    let shows_two = prepared.marks.iter().any(|(_, mark)| matches!(mark, Mark::Error(kind) if *kind == two));
    let mut expected: Vec<(usize, String)> = prepared
        .marks
        .iter()
        .filter_map(|(line, mark)| match mark {
            Mark::Code(code) => Some((*line, code.clone())),
            _ => None,
        })
        .collect();
    let mut elsewhere: Vec<(String, usize, String)> = Vec::new();
    for (name, text) in prepared.texts.0.iter().filter(|(name, _)| **name != prepared.main) {
        for (index, line) in text.lines().enumerate().filter(|(_, line)| line.contains("# ! RW")) {
            elsewhere.extend(beside(line).into_iter().filter_map(|mark| match mark {
                Mark::Code(code) => Some((name.clone(), index + 1, code)),
                _ => None,
            }));
        }
    }
    for line in prepared.texts.0[&prepared.main].lines().filter_map(|line| line.strip_prefix("# in ")) {
        let (place, codes) = line.split_once(" ! ").expect("`# in FILE:LINE ! CODE`");
        let (name, line) = place.split_once(':').expect("`# in FILE:LINE ! CODE`");
        elsewhere
            .extend(codes.split_whitespace().map(|code| (name.to_string(), line.parse().unwrap(), code.to_string())));
    }
    let mut problems = Vec::new();
    for found in &checked.diagnostics {
        let code = found.code.to_string();
        if (code == "RW0900" && !wants_unused) || (code == "RW0923" && shows_two) {
            continue;
        }
        let file = checked.sources.file(found.primary.span.file).unwrap();
        let line = file.place(found.primary.span.start).line as usize;
        let line = if *file.name == *prepared.main { line.saturating_sub(prepared.before) } else { 0 };
        let place = file.place(found.primary.span.start).line as usize;
        if let Some(known) = elsewhere.iter().position(|(n, l, c)| *n == *file.name && *l == place && *c == code) {
            elsewhere.remove(known);
            continue;
        }
        match expected.iter().position(|(l, c)| *l == line && *c == code) {
            Some(known) => {
                expected.remove(known);
            }
            None => {
                let kind = if found.severity == Severity::Error { "error" } else { "warning" };
                let label = &found.primary.text;
                problems.push(format!("{}: {kind} {code} is not expected: {} ({label})", at(line), found.title));
            }
        }
    }
    let missing = elsewhere.into_iter();
    problems.extend(missing.map(|(name, line, code)| format!("{name}:{line}: {code} is expected and not reported")));
    problems
        .extend(expected.into_iter().map(|(line, code)| format!("{}: {code} is expected and not reported", at(line))));
    problems
}

struct Run<'p> {
    program: &'p Program,
    hosts: Hosts,
    limits: Limits,
    inputs: Vec<Value>,
}

impl Run<'_> {
    fn evaluate(&self, expr: &Expr, locals: u16) -> Result<Value, EvalError> {
        eval::evaluate(self.program, &self.hosts, &self.inputs, &self.limits, (expr, locals))
    }

    /// The slots of the input: given, default, or absent.
    fn inputs(&self, prepared: &Prepared) -> Result<Vec<Value>, String> {
        let test = self.program.tests.last().filter(|_| prepared.given);
        let mut slots = Vec::new();
        for (slot, field) in self.program.inputs.iter().enumerate() {
            let given = test.and_then(|test| test.given.iter().find(|(known, _)| *known as usize == slot));
            let locals = self.program.locals.max(test.map_or(0, |test| test.locals));
            let value = match (given.map(|(_, value)| value).or(field.default.as_ref()), &field.ty) {
                (Some(value), _) => self.evaluate(value, locals).map_err(|error| error.to_string())?,
                (None, Type::Optional(_)) => Value::Absent,
                (None, _) => return Err(format!("the example needs `# given {} = …`", field.name)),
            };
            slots.push(value);
        }
        Ok(slots)
    }

    fn quote(&self) -> Result<Quote, EvalError> {
        let (mut scratch, mut quote) = (Scratch::new(), Quote::default());
        eval::price(self.program, &self.hosts, &self.inputs, &self.limits, &mut scratch, &mut quote, &mut Silent)
            .map(|()| quote)
    }

    /// The definition, parameter or charge that stands on a line, or starts last before it.
    fn item_at(&self, prepared: &Prepared, line: usize) -> Option<(usize, Item)> {
        let line_of = |span: ratewright::source::Span| {
            let file = self.program.sources.file(span.file)?;
            (*file.name == *prepared.main).then(|| (file.place(span.start).line as usize) - prepared.before)
        };
        let mut items: Vec<(usize, Item)> = Vec::new();
        for (index, definition) in self.program.definitions.iter().enumerate() {
            items.extend(line_of(definition.span).map(|line| (line, Item::Definition(index))));
        }
        for (index, parameter) in self.program.parameters.iter().enumerate() {
            items.extend(line_of(parameter.span).map(|line| (line, Item::Parameter(index))));
        }
        for (index, charge) in self.program.charges.iter().enumerate().filter(|(_, charge)| charge.listed) {
            items.extend(line_of(charge.span).map(|line| (line, Item::Charge(index))));
        }
        items.into_iter().filter(|(start, _)| *start <= line).max_by_key(|(start, _)| *start)
    }

    fn value_of(&self, item: Item, quote: &Result<Quote, EvalError>) -> Result<String, EvalError> {
        let expr = match item {
            Item::Definition(index) => {
                let definition = &self.program.definitions[index];
                let id = ratewright::program::DefinitionId(index as u32);
                Expr::new(ExprKind::Definition(id), definition.value.ty.clone(), definition.span)
            }
            Item::Parameter(index) => {
                let parameter = &self.program.parameters[index];
                let id = ratewright::program::ParameterId(index as u32);
                let on = self.program.priced_on.clone().filter(|_| !parameter.constant);
                Expr::new(ExprKind::Parameter(id, on), parameter.ty.clone(), parameter.span)
            }
            Item::Charge(index) => {
                let quote = quote.as_ref().map_err(Clone::clone)?;
                let lines: Vec<String> =
                    quote.lines(&self.program.charges[index].code).map(|line| line.money().to_string()).collect();
                return Ok(if lines.is_empty() { "no line".to_string() } else { lines.join(", ") });
            }
        };
        let value = self.evaluate(&expr, self.program.locals)?;
        Ok(eval::show::show_in(self.program, &self.inputs, &value, &expr.ty))
    }

    fn marks(&self, prepared: &Prepared, at: &dyn Fn(usize) -> String, problems: &mut Vec<String>) {
        if prepared.marks.is_empty() {
            return;
        }
        let quote = self.quote();
        let expects_failure = prepared.marks.iter().any(|(_, mark)| matches!(mark, Mark::Error(_) | Mark::Refused(_)));
        if let (Err(error), false) = (&quote, expects_failure) {
            problems.push(format!("{}: the example is not priced: {error}", at(0)));
        }
        for (line, mark) in &prepared.marks {
            if let Err(problem) = self.mark(prepared, *line, mark, &quote) {
                problems.push(format!("{}: {problem}", at(*line)));
            }
        }
    }

    fn mark(
        &self,
        prepared: &Prepared,
        line: usize,
        mark: &Mark,
        quote: &Result<Quote, EvalError>,
    ) -> Result<(), String> {
        let same = |found: String, expected: &str| match found == expected {
            true => Ok(()),
            false => Err(format!("expected {expected}, found {found}")),
        };
        let priced = || quote.as_ref().map_err(|error| error.to_string());
        match mark {
            Mark::Value(expected) => {
                let Some((_, item)) = self.item_at(prepared, line) else {
                    return Err("no item has this value".to_string());
                };
                same(self.value_of(item, quote).map_err(|error| error.to_string())?, expected)
            }
            Mark::Error(kind) => {
                let item = self.item_at(prepared, line).filter(|(start, _)| *start == line);
                let outcome = match item {
                    Some((_, item @ Item::Definition(_))) => self.value_of(item, quote),
                    _ => quote.as_ref().map(|_| "a quote".to_string()).map_err(Clone::clone),
                };
                match outcome {
                    Ok(value) => Err(format!("expected `{}`, found {value}", kind.words())),
                    Err(error) if error.kind == *kind => Ok(()),
                    Err(error) => Err(format!("expected `{}`, found: {error}", kind.words())),
                }
            }
            Mark::Code(_) => Ok(()),
            Mark::Total(expected) => {
                let totals: Vec<String> = priced()?.totals().iter().map(ToString::to_string).collect();
                same(totals.join(", "), expected)
            }
            Mark::Line(code, expected) => {
                let lines: Vec<String> = priced()?.lines(code).map(|line| line.money().to_string()).collect();
                same(lines.join(", "), expected)
            }
            Mark::NoLine(code) => match priced()?.lines(code).next() {
                Some(line) => Err(format!("expected no line {code}, found {}", line.money())),
                None => Ok(()),
            },
            Mark::Refused(code) => match quote {
                Err(error) if error.code.as_deref() == Some(code) => Ok(()),
                Err(error) => Err(error.to_string()),
                Ok(_) => Err(format!("expected the refusal {code}, found a quote")),
            },
            Mark::Flag(code, raised) => {
                let found = priced()?.flags().any(|flag| flag.code() == &**code);
                if found == *raised {
                    Ok(())
                } else {
                    Err(format!("the flag {code} is {}", if found { "raised" } else { "not raised" }))
                }
            }
            Mark::Part(label, expected) => {
                let parts: Vec<String> = priced()?
                    .charges()
                    .flat_map(|line| line.breakdown())
                    .filter(|part| part.label() == *label)
                    .map(|part| part.money().to_string())
                    .collect();
                if parts.is_empty() {
                    let labels: Vec<&str> =
                        priced()?.charges().flat_map(|line| line.breakdown()).map(|part| part.label()).collect();
                    return Err(format!("there is no part `{label}` but {}", labels.join("; ")));
                }
                same(parts.join(", "), expected)
            }
        }
    }

    fn tests(&self, prepared: &Prepared, at: &dyn Fn(usize) -> String, problems: &mut Vec<String>) {
        if !prepared.tests {
            return;
        }
        let report = ratewright::testing::run(self.program, &self.hosts, &self.limits);
        let written = report.results.iter().filter(|result| result.name != "(given)");
        let mut count = 0;
        for result in written {
            count += 1;
            for failure in &result.failures {
                problems.push(format!(
                    "{}: test \"{}\": expected {}, found {}",
                    at(0),
                    result.name,
                    failure.expected,
                    failure.found
                ));
            }
        }
        if count == 0 {
            problems.push(format!("{}: no test was run", at(0)));
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Item {
    Definition(usize),
    Parameter(usize),
    Charge(usize),
}
