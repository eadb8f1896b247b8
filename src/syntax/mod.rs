//! Text to tree and back: the only user of the grammar.
//!
//! [`parse`] never fails: it gives the tree of all that could be read, and the problems of all that could not. Nothing here knows what names
//! mean.

pub mod ast;
mod cell;
mod charges;
mod expected;
mod expression;
mod format;
mod forms;
mod grammar;
mod habits;
mod items;
pub mod limits;
mod literals;
mod messages;
mod node;
mod plain;
mod precedence;
mod recover;
mod scan;
mod tables;
mod tokens;
mod words;

pub use format::format;
pub use tokens::is_reserved;

use pest::Parser;

use crate::diagnostic::{Diagnostic, codes};
use crate::source::{FileId, Span};
use ast::{Comment, Expr, ExprKind, File};
use expected::Failure;
use grammar::{Grammar, Rule};
use node::{Node, Reader};
use recover::{Entry, Junk};

/// Reads a `.rules` file: the tree of what could be read, and all problems, in the order of their places.
///
/// Never fails and never panics. Takes time in proportion to the text. The limits of [`limits`] hold on every host.
pub fn parse(id: FileId, text: &str) -> (File, Vec<Diagnostic>) {
    let file = File { id, header: None, items: Vec::new(), comments: Vec::new() };
    if text.len() > limits::FILE_BYTES {
        let title = format!("the file is larger than {} MiB", limits::FILE_BYTES / (1024 * 1024));
        let problem =
            Diagnostic::error(codes::FILE_TOO_LARGE, title, Span::new(id, 0, 0), format!("{} bytes", text.len()));
        return (file, vec![problem.help("put large tables into CSV files")]);
    }
    let scan = scan::scan(id, text, 0);
    if let Some(whole) = plain::file(id, &scan) {
        return (File { id, header: Some(whole.header), items: whole.items, comments: scan.comments }, Vec::new());
    }
    by_the_grammar(file, scan)
}

/// Reads a file by the grammar alone.
fn by_the_grammar(mut file: File, scan: scan::Scan) -> (File, Vec<Diagnostic>) {
    let id = file.id;
    let reader = Reader::new(id, 0);
    file.comments = scan.comments;
    let mut broken_header = !scan.blanked.is_empty();
    match Grammar::parse(Rule::file, &scan.masked) {
        Ok(mut pairs) => {
            let entries = pairs.next().map(|pair| Node(pair).parts().collect::<Vec<_>>()).unwrap_or_default();
            // What is wrong with a blanked item cannot reach into its neighbours.
            let blanked = |problem: &&Diagnostic| {
                scan.blanked.iter().any(|item| item.contains(&(problem.primary.span.start as usize)))
            };
            let reported: Vec<_> = scan.problems.iter().filter(|problem| !blanked(problem)).cloned().collect();
            broken_header |= read_entries(&reader, &scan.masked, &entries, &reported, &mut file);
        }
        Err(error) => reader.report(Failure::new(&scan.masked, 0, &error).problem(&reader)),
    }
    if file.header.is_none() && !broken_header {
        let place = Span::new(id, 0, 0);
        let problem = Diagnostic::error(
            codes::HEADER_MISSING,
            "the file has no header",
            place,
            "a file starts with `ruleset` or `module`",
        );
        reader.report(problem.help("start the file with `ruleset its.name \"Its title\" { currency USD }`"));
    }
    let mut problems = scan.problems;
    problems.extend(reader.problems.into_inner());
    problems.sort_by_key(|problem| problem.primary.span.start);
    (file, problems)
}

/// Reads the entries of a file into it; whether the header was there, and broken.
fn read_entries(reader: &Reader, masked: &str, entries: &[Node<'_>], reported: &[Diagnostic], file: &mut File) -> bool {
    let mut broken_header = false;
    let mut previous = None;
    for entry in entries {
        let start = entry.start();
        match entry.rule() {
            Rule::header => {
                let header = reader.header(entry);
                if file.header.is_some() || !file.items.is_empty() {
                    let problem = Diagnostic::error(
                        codes::HEADER_MISPLACED,
                        "the header stands first, and once",
                        reader.span(entry),
                        "not at the start of the file",
                    );
                    reader.report(
                        problem.help("one file holds one rule set or one module; move the rest to a file of its own"),
                    );
                }
                if file.header.is_none() {
                    file.header = header;
                }
            }
            Rule::item => match reader.item(entry) {
                Some(mut item) => {
                    let end = start.saturating_add(entry.text().len());
                    let half = reported.iter().any(|p| (start..end).contains(&(p.primary.span.start as usize)));
                    let whole = Junk { text: masked, start, end, previous: None };
                    if let Some(Entry::Item(unknown)) = if half { whole.known(reader) } else { None } {
                        item = *unknown;
                    }
                    item.doc = documentation(masked, &file.comments, start);
                    file.items.push(item);
                }
                None => reader.report(Diagnostic::error(
                    codes::UNREADABLE,
                    "this item cannot be read",
                    reader.span(entry),
                    "please report this as a bug of the program",
                )),
            },
            Rule::junk => {
                let end = start.saturating_add(entry.text().trim_end().len());
                let junk = Junk { text: masked, start, end, previous };
                let word = tokens::word_at(entry.text());
                broken_header |= matches!(word, "ruleset" | "module")
                    || (previous.is_none() && !word.is_empty() && !tokens::ITEM_WORDS.contains(&word));
                let from = previous.unwrap_or(start);
                let known =
                    reported.iter().any(|problem| (from..=end).contains(&(problem.primary.span.start as usize)));
                if let (Some(from), Some(last)) = (previous, file.items.last_mut())
                    && junk.continues(last.span.end as usize)
                    && let Some(Entry::Item(unknown)) =
                        (Junk { text: masked, start: from, end: start, previous: None }).known(reader)
                {
                    last.kind = unknown.kind;
                }
                // Of a header that goes on here, only a part was read.
                let cut_off =
                    file.items.is_empty() && file.header.as_ref().is_some_and(|header| junk.is_rest_of(header));
                match if known { junk.known(reader) } else { junk.explain(reader) } {
                    Some(Entry::Item(item)) => file.items.push(*item),
                    Some(Entry::Header(header)) if (file.header.is_none() || cut_off) && file.items.is_empty() => {
                        file.header = Some(*header).filter(|header| junk.has_the_base_of(header))
                    }
                    _ if cut_off => file.header = None,
                    _ => {}
                }
                broken_header |= cut_off;
            }
            _ => {}
        }
        previous = Some(start);
    }
    broken_header
}

/// The `##` lines that stand directly before byte `start`.
fn documentation(text: &str, comments: &[Comment], start: usize) -> Option<String> {
    let mut below = start;
    let mut lines = Vec::new();
    let before = comments.partition_point(|comment| (comment.span.start as usize) < start);
    for comment in comments.get(..before).unwrap_or_default().iter().rev() {
        let gap = text.get(comment.span.end as usize..below).unwrap_or("-");
        let Some(line) = comment
            .text
            .strip_prefix("##")
            .filter(|_| !comment.trailing && gap.trim().is_empty() && gap.matches('\n').count() == 1)
        else {
            break;
        };
        lines.push(line.strip_prefix(' ').unwrap_or(line));
        below = comment.span.start as usize;
        // Blanks that indent the comment belong to the gap above it.
        below = text.get(..below).map_or(below, |above| above.trim_end_matches([' ', '\t']).len());
    }
    lines.reverse();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// A piece of a text on one line: without comments, and with one blank where blanks, line ends or comments stood.
pub fn on_one_line(text: &str) -> String {
    let (mut line, mut at, mut end) = (String::new(), 0, 0);
    while let Some(token) = tokens::next(text, at) {
        at = token.end;
        if token.kind == tokens::TokenKind::Comment {
            continue;
        }
        if token.start > end && !line.is_empty() {
            line.push(' ');
        }
        line.push_str(text.get(token.start..token.end).unwrap_or(""));
        end = token.end;
    }
    line
}

/// Reads one expression that stands at byte `offset` of a file, such as what a message fills in; spans count from the file's start.
///
/// What cannot be read is [`ExprKind::Broken`], with at least one problem.
pub fn parse_expression(id: FileId, text: &str, offset: u32) -> (Expr, Vec<Diagnostic>) {
    let end = offset.saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX));
    let broken = Expr { kind: ExprKind::Broken, span: Span::new(id, offset, end) };
    if text.len() > limits::FILE_BYTES {
        return (
            broken.clone(),
            vec![Diagnostic::error(codes::FILE_TOO_LARGE, "the expression is too large", broken.span, "too large")],
        );
    }
    let scan = scan::scan(id, text, offset);
    if !scan.problems.is_empty() {
        return (broken, scan.problems);
    }
    let reader = Reader::new(id, offset);
    let value = match Grammar::parse(Rule::strict_expression, &scan.masked) {
        Ok(mut pairs) => {
            pairs.next().and_then(|pair| Node(pair).part(Rule::expression)).and_then(|node| reader.expression(&node))
        }
        Err(error) => {
            reader.report(Failure::new(&scan.masked, 0, &error).problem(&reader));
            None
        }
    };
    if value.is_none() && reader.problems.borrow().is_empty() {
        reader.report(Diagnostic::error(
            codes::UNREADABLE,
            "this expression cannot be read",
            broken.span,
            "please report this as a bug of the program",
        ));
    }
    (value.unwrap_or(broken), reader.problems.into_inner())
}
