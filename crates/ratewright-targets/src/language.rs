//! Rules that nobody wrote: reading, formatting, checking, pricing and comparing them.

use crate::{bound, halves};
use ratewright::diagnostic::Diagnostic;
use ratewright::migrate::{Answer, ComparisonMemory, Measure, Verdict};
use ratewright::source::FileId;
use ratewright::syntax;
use ratewright::{Compiler, ErrorKind, Quote, RuleSet};
use std::collections::BTreeMap;

/// The longest text that is tried: what a longer one finds, a shorter one does.
const LONGEST: usize = 64 * 1024;

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok().filter(|text| text.len() <= LONGEST)
}

/// Every place that a problem names lies in the text, on the edges of its characters.
fn are_in(problems: &[Diagnostic], text: &str) {
    for problem in problems {
        let span = problem.primary.span;
        let place = text.get(span.start as usize..span.end as usize);
        assert!(place.is_some(), "{} points outside of the text, at {span:?}", problem.title);
        assert!(!problem.title.is_empty(), "a problem without words: {problem:?}");
    }
}

/// Any text is read within the bound, and what is wrong with it has its place.
pub fn parse(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let (_, problems) = bound::within(text.len(), || syntax::parse(FileId::default(), text));
    are_in(&problems, text);
}

/// What is read without a problem means the same once it is formatted, formatting again changes nothing, and what has problems stays as
/// it is written.
pub fn format(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let (file, problems) = syntax::parse(FileId::default(), text);
    let formatted = bound::within(text.len(), || syntax::format(&file, text));
    if !problems.is_empty() {
        assert_eq!(formatted, text, "a text with problems was changed");
        return;
    }
    let (again, problems) = syntax::parse(FileId::default(), &formatted);
    assert!(problems.is_empty(), "formatted, it cannot be read: {problems:?}\n{formatted}");
    assert_eq!(without_places(&again), without_places(&file), "formatted, it means something else\n{formatted}");
    assert_eq!(again.comments.len(), file.comments.len(), "a comment was lost\n{formatted}");
    assert_eq!(syntax::format(&again, &formatted), formatted, "formatting it again changes it");
}

/// A tree as text without its places.
fn without_places(file: &syntax::ast::File) -> String {
    const BEGINS: &str = "Span {";
    let written = format!("{:?} {:?}", file.header, file.items);
    let mut pieces = written.split(BEGINS);
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        kept.push('_');
        kept.push_str(piece.split_once('}').map_or(piece, |(_, rest)| rest));
    }
    kept
}

/// The rule set of a text, or nothing where it is refused. What is refused has a problem that says so, and each has its place.
fn compiled(text: &str) -> Option<RuleSet> {
    match bound::within(text.len(), || RuleSet::compile(text)) {
        Ok(rules) => Some(rules),
        Err(rejected) => {
            assert!(!rejected.diagnostics.is_empty(), "refused without a word");
            are_in(&rejected.diagnostics, text);
            None
        }
    }
}

/// Any text is checked within the bound; one that is accepted has a digest, and the same one when its texts are compiled again.
pub fn check(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let Some(rules) = compiled(text) else { return };
    are_in(rules.warnings(), text);
    let (file, _) = syntax::parse(FileId::default(), text);
    let formatted = syntax::format(&file, text);
    match RuleSet::compile(&formatted) {
        Ok(again) => assert_eq!(again.digest(), rules.digest(), "formatted, it means something else"),
        Err(rejected) => panic!("formatted, it is refused: {:?}", rejected.diagnostics),
    }
}

/// Rules and an input, with `---` on a line between them: an accepted rule set gives a quote whose lines add up, or one of the known errors; the
/// same when it is asked again or asked for an explanation; and an answer differs from itself in nothing.
pub fn quote(bytes: &[u8]) {
    let (rules, input) = halves(bytes);
    let (Some(rules), Some(input)) = (text(rules), text(input)) else { return };
    let Some(rules) = compiled(rules) else { return };
    let answer = rules.quote_json(input);
    match rules.explain_json(input) {
        Ok((quote, explanation)) => {
            assert_eq!(Some(&quote), answer.as_ref().ok(), "explained, it is another quote");
            let _ = explanation.to_text();
        }
        Err(error) => assert_eq!(Some(error.to_string()), answer.as_ref().err().map(ToString::to_string)),
    }
    if let Ok(quote) = &answer {
        adds_up(quote);
    }
    if answer.as_ref().is_err_and(|error| error.kind != ErrorKind::Refused) {
        return; // An error is no answer that could be the same as another.
    }
    let said = Answer::from(&answer);
    let comparison = Measure::exact().compare(&mut ComparisonMemory::default(), &said, &answer);
    assert_eq!(comparison.verdict(), Verdict::Match, "beside itself it differs: {comparison:?}");
}

/// The lines of a quote add up to its totals, and it is written in the way it is read.
fn adds_up(quote: &Quote) {
    let mut sums = BTreeMap::new();
    for line in quote.charges() {
        let sum = sums.entry(line.currency()).or_insert(ratewright::value::Number::ZERO);
        match sum.add(line.amount()) {
            Ok(more) => *sum = more,
            Err(_) => return,
        }
    }
    for total in quote.totals() {
        assert_eq!(sums.get(&total.currency), Some(&total.amount), "the lines do not add up");
    }
    let mut written = Vec::new();
    quote.write_json(&mut written);
    let read: Result<serde_json::Value, _> = serde_json::from_slice(&written);
    assert!(read.is_ok(), "a quote is written in no JSON: {read:?}");
}

/// Two rule sets with `---` on a line between them: a difference is told, either way round, and there is none exactly where both mean the same.
pub fn difference(bytes: &[u8]) {
    let (older, newer) = halves(bytes);
    let (Some(older), Some(newer)) = (text(older), text(newer)) else { return };
    let Some(older) = compiled(older) else { return };
    assert!(!older.difference(&older).changes_meaning(), "it differs from itself");
    let Some(newer) = compiled(newer) else { return };
    let (there, back) = (older.difference(&newer), newer.difference(&older));
    assert_eq!(there.changes_meaning(), back.changes_meaning(), "it differs one way only");
    if older.digest() == newer.digest() {
        assert!(!there.changes_meaning(), "of one digest, and different");
    }
}

/// A rule set that is made for a target, of the files that it names.
pub(crate) fn rules_of(main: &str, texts: &[(&str, &str)]) -> Result<RuleSet, String> {
    let mut compiler = Compiler::new();
    for (path, text) in texts {
        compiler = compiler.source(path, text);
    }
    compiler.compile(main).map_err(|rejected| format!("{:?}", rejected.diagnostics))
}
