//! What is said about text that no item could be made of.
//!
//! A stretch of junk is read again by the strict rule, alone or together with the item before it; the furthest place that the grammar came
//! to, and what it would have taken there, become the message.

use pest::Parser;

use super::ast::{Charge, ChargeAmount, Expr, ExprKind, Header, Item, ItemKind, Name, Parameter, ParameterValues};
use super::expected::{CLAUSE_WORDS, Failure, SETTING_WORDS, unknown_item};
use super::grammar::{Grammar, Rule};
use super::node::{Node, Reader};
use super::tokens::{self, ITEM_WORDS, Token, TokenKind};
use crate::diagnostic::{Diagnostic, codes, did_you_mean};

/// How many problems of one item are reported in one run.
const PROBLEMS_OF_AN_ITEM: usize = 20;

/// The bytes from which on an item is large.
const LARGE_ITEM: usize = 64 * 1024;

/// What a stretch of a file was read as.
pub(super) enum Entry {
    Header(Box<Header>),
    Item(Box<Item>),
}

/// A stretch of junk in the masked text of a file.
pub(super) struct Junk<'t> {
    pub text: &'t str,
    pub start: usize,
    pub end: usize,
    /// Where the entry before it starts.
    pub previous: Option<usize>,
}

impl Junk<'_> {
    fn first_word(&self) -> &str {
        self.text.get(self.start..).map_or("", tokens::word_at)
    }

    /// Says what is wrong with it, and reads what can be read of it nevertheless.
    pub fn explain(&self, reader: &Reader) -> Option<Entry> {
        let word = self.first_word();
        let mut entry = None;
        if ITEM_WORDS.contains(&word) {
            entry = self.strict(reader, self.start).or_else(|| self.stub(reader, word));
        } else if let Some(meant) = self.misspelt(self.start) {
            report_misspelt(reader, self.start, word, meant);
            entry = self.stub(reader, meant);
        } else if let Some(previous) = self.previous {
            entry = self.strict(reader, previous);
        } else {
            let end = self.token_at(self.start).map_or(self.end, |token| token.end);
            let title = "an item cannot start like this";
            let problem =
                Diagnostic::error(codes::UNKNOWN_ITEM, title, reader.place(self.start, end), "not the word of an item");
            reader.report(problem.help("a file starts with `ruleset name { … }` or `module name`; items start with words such as `let`, `table`, `charge`"));
        }
        self.explain_other_lines(reader);
        entry
    }

    /// Whether it follows the entry that ends at byte `end` on the same line: then only a part of that entry was read.
    pub fn continues(&self, end: usize) -> bool {
        self.text.get(end..self.start).is_some_and(|gap| !gap.contains('\n'))
            && !ITEM_WORDS.contains(&self.first_word())
    }

    /// Whether it goes on with what belongs to a header before it.
    pub fn is_rest_of(&self, header: &Header) -> bool {
        let end = header.span.end as usize;
        let follows = self.previous.is_some_and(|previous| previous < end) && end <= self.start;
        let opens = self.text.get(self.start..).is_some_and(|rest| rest.starts_with('{'));
        let word = self.first_word();
        let belongs = matches!(word, "version" | "extends") || SETTING_WORDS.contains(&word);
        follows && (self.continues(end) || opens || belongs)
    }

    /// Whether a header that was read without its wrong lines still has what the names of a contract come from.
    pub fn has_the_base_of(&self, header: &Header) -> bool {
        let from = self.previous.unwrap_or(self.start);
        let words = self.text.get(from..self.end).unwrap_or_default().split_whitespace();
        header.extends.is_some() || !words.take_while(|word| *word != "{").any(|word| word == "extends")
    }

    /// What can be known of it where its problems are known already.
    pub fn known(&self, reader: &Reader) -> Option<Entry> {
        self.stub(reader, self.first_word())
    }

    /// Lines of the junk after its first that start with a misspelt item word.
    fn explain_other_lines(&self, reader: &Reader) {
        let mut at = self.start;
        while let Some(line) = self.text.get(at..self.end).and_then(|rest| rest.find('\n')) {
            at = at.saturating_add(line).saturating_add(1);
            let place = reader.place(at, at).start;
            let reported = reader.problems.borrow().iter().any(|problem| problem.primary.span.start == place);
            if let Some(meant) = self.misspelt(at).filter(|_| !reported) {
                let word = self.text.get(at..).map_or("", tokens::word_at);
                report_misspelt(reader, at, word, meant);
            }
        }
    }

    /// The item word that the word at byte `at` was meant to be, where it starts a line and something like a name follows.
    fn misspelt(&self, at: usize) -> Option<&'static str> {
        let line_start =
            self.text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with(['\n', ' ', '\t']));
        let rest = self.text.get(at..self.end)?;
        let word = tokens::word_at(rest);
        let after = rest.get(word.len()..)?.trim_start_matches([' ', '\t']);
        let shaped = after.starts_with(|c: char| c == '"' || c == '`' || c == '{' || c == '_' || c.is_alphabetic());
        if !line_start || !shaped || word.is_empty() || ITEM_WORDS.contains(&word) {
            return None;
        }
        let meant = did_you_mean(word, ITEM_WORDS.into_iter().chain(CLAUSE_WORDS))?;
        ITEM_WORDS.into_iter().find(|item| *item == meant)
    }

    fn token_at(&self, at: usize) -> Option<Token> {
        tokens::next(self.text.get(..self.end)?, at)
    }

    /// Reads from byte `from` to the junk's end by the strict rule, and reports how far that came; then again without the line that was wrong,
    /// and so on, so that all wrong lines of a block are reported, and its other lines are known. What is read is the junk itself,
    /// or the header before it together with it.
    fn strict(&self, reader: &Reader, from: usize) -> Option<Entry> {
        let mut text = self.text.get(from..self.end)?.to_string();
        let inner = Reader::new(reader.id, reader.base.saturating_add(u32::try_from(from).ok()?));
        let least = self.start.saturating_sub(from);
        let mut entry = None;
        // A large table is not read again and again.
        let rounds = if text.len() > LARGE_ITEM { 2 } else { PROBLEMS_OF_AN_ITEM };
        for _ in 0..rounds {
            let failure = match Grammar::parse(Rule::strict_entry, &text) {
                Ok(mut pairs) => {
                    let read = pairs.next().and_then(|pair| read_entry(&inner, &Node(pair)));
                    entry = read.filter(|read| from == self.start || matches!(read, Entry::Header(_)));
                    break;
                }
                Err(error) => Failure::new(&text, least, &error),
            };
            inner.report(failure.problem(&inner));
            let Some(line) = failure.wrong_line() else { break };
            let blank = " ".repeat(line.len());
            text.replace_range(line, &blank);
        }
        let mut problems = inner.problems.into_inner();
        if problems.is_empty() {
            let span = reader.place(self.start, self.end);
            problems.push(Diagnostic::error(codes::UNEXPECTED, "this cannot stand here", span, "not expected here"));
        }
        reader.problems.borrow_mut().extend(problems);
        entry
    }

    /// A definition by the name that the junk defines, so that its users are not reported as well.
    fn stub(&self, reader: &Reader, item_word: &str) -> Option<Entry> {
        let word = self.token_at(self.start)?;
        let name = self.token_at(word.end)?;
        let text = self.text.get(name.start..name.end)?;
        if name.kind != TokenKind::Word {
            return None;
        }
        let name = Name { text: text.trim_matches('`').into(), span: reader.place(name.start, name.end) };
        let span = reader.place(self.start, self.end);
        let broken = Expr { kind: ExprKind::Broken, span };
        let kind = match item_word {
            "let" => ItemKind::Let { name, ty: None, value: broken },
            "output" => ItemKind::Output { name, ty: None, value: broken, label: None },
            "parameter" => {
                ItemKind::Parameter(Parameter { name, ty: None, values: ParameterValues::Constant(broken, None) })
            }
            "charge" => ItemKind::Charge(Charge {
                code: name,
                label: None,
                each: None,
                amount: ChargeAmount::Expr(broken),
                when: None,
                because: None,
                tags: Vec::new(),
                shown: None,
            }),
            _ => return None,
        };
        Some(Entry::Item(Box::new(Item { doc: None, kind, span })))
    }
}

fn report_misspelt(reader: &Reader, at: usize, word: &str, meant: &str) {
    let span = reader.place(at, at.saturating_add(word.len()));
    reader.report(unknown_item(word, span).help(format!("did you mean `{meant}`?")).edit(span, meant));
}

/// The header or item of a `strict_entry`, which was read without its wrong lines.
fn read_entry(reader: &Reader, strict: &Node<'_>) -> Option<Entry> {
    let entry = strict.first()?;
    match entry.rule() {
        Rule::header => reader.header(&entry).map(|header| Entry::Header(Box::new(Header { whole: false, ..header }))),
        _ => reader.item(&entry).map(|item| Entry::Item(Box::new(item))),
    }
}
