//! A draft of the rules that read a file: what its columns hold and how its rows are found, guessed, with the reasons beside it.
//!
//! The draft is a whole rule set that compiles: every guess was tried on every row, and the result was compiled before it is handed out.
//! What a file cannot tell (a currency, to whom a shared bound belongs) is listed for its author to settle.

mod grid;
mod matching;
mod names;
mod shape;
mod write;

use crate::source::Source;
use grid::Grid;
use ratewright::diagnostic::{Diagnostic, Severity, codes};
use ratewright::source::SourceMap;
use ratewright::{Compiler, Rejected, syntax};
use shape::Shape;
use write::Policy;

/// What a draft is made of.
#[derive(Debug, Clone)]
pub struct Request {
    /// The path by which the rules name the file: `tables/zones.csv`, `rates.xlsx#Ground`.
    pub path: String,
    /// The name of the table, which is the rule set's, too.
    pub name: String,
}

/// Drafts the rules for a file.
///
/// # Errors
/// In words for the author: the file cannot be read as a table at all, since a cell has no exact value, a row has another length or a
/// heading is missing.
///
/// ```
/// use ratewright_sheets::draft::{Request, draft};
/// use ratewright_sheets::source::Source;
///
/// let file = "zone,weight_lb,price_usd\n2,0,9.12\n2,100,8.40\n3,0,10.44\n3,100,9.80\n";
/// let source = Source::csv(move || Ok(Box::new(file.as_bytes())));
/// let rules = draft(&source, &Request { path: "rates.csv".into(), name: "rates".into() })?;
/// let line = |words: &str| rules.lines().any(|line| line.split_whitespace().eq(words.split(' ')));
/// assert!(line("zone : integer"));
/// assert!(line("weight_lb : mass in lb by break"));
/// assert!(line("-> price_usd : money"));
/// # Ok::<(), String>(())
/// ```
pub fn draft(source: &Source, request: &Request) -> Result<String, String> {
    let grid = Grid::read(source)?;
    let shape = Shape::of(&grid);
    if !shape.is_table() {
        return Err(
            "no column can be told to be a key, and another what is looked up by it; a key has no empty cells".into()
        );
    }
    let text = text_of(source)?;
    let policy = if shape.twins.is_some() { Policy::First } else { Policy::Unique };
    // It is tried beside the file, wherever it will stand.
    let beside = Request { path: "the file.csv".into(), name: request.name.clone() };
    let written = |policy: &Policy| formatted(&write::write(&grid, &shape, request, policy));
    let tried = |policy: &Policy| compile(&write::write(&grid, &shape, &beside, policy), &beside, &text);
    let Err(rejected) = tried(&policy) else { return Ok(written(&policy)) };
    if let Some(found) = errors(&rejected).find(|error| error.code == codes::ROWS_OVERLAP) {
        let policy = Policy::Overlapping(told(&rejected, found));
        if tried(&policy).is_ok() {
            return Ok(written(&policy));
        }
    }
    let why: Vec<String> = errors(&rejected).take(5).map(|error| told(&rejected, error)).collect();
    if grid.has_otherwise {
        return Err(format!("its row `otherwise` does not fit the rows above it: {}", why.join("; ")));
    }
    Err(format!("what was drafted does not compile, so it is not handed out: {}", why.join("; ")))
}

/// The rules in the layout of `ratewright fmt`.
fn formatted(rules: &str) -> String {
    let mut sources = SourceMap::default();
    let (tree, diagnostics) = syntax::parse(sources.add("draft.rules", rules), rules);
    if diagnostics.is_empty() { syntax::format(&tree, rules) } else { rules.to_owned() }
}

/// The whole file as the compiler reads it.
fn text_of(source: &Source) -> Result<String, String> {
    if let Some(sheet) = source.as_sheet() {
        return sheet.csv().map_err(|remarks| remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join(". "));
    }
    source.text()
}

fn compile(rules: &str, request: &Request, text: &str) -> Result<(), Rejected> {
    let compiler = Compiler::new().source("draft.rules", rules).source(&request.path, text);
    compiler.compile("draft.rules").map(drop)
}

fn errors(rejected: &Rejected) -> impl Iterator<Item = &Diagnostic> {
    rejected.diagnostics.iter().filter(|one| one.severity == Severity::Error)
}

fn told(rejected: &Rejected, error: &Diagnostic) -> String {
    format!("{}: {} {}", rejected.sources.line_of(error.primary.span), error.code, error.title)
}
