//! What is said about text that no item could be made of.
//!
//! A stretch of junk is read again by the strict rule, alone or together with the item before it; the furthest place that the grammar came
//! to, and what it would have taken there, become the message.

use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};

use super::ast::{Charge, ChargeAmount, Expr, ExprKind, Item, ItemKind, Name, Parameter, ParameterValues};
use super::grammar::{Grammar, Rule};
use super::node::Reader;
use super::tokens::{self, ITEM_WORDS, Token, TokenKind};
use super::words::{Rank, words};
use crate::diagnostic::{Diagnostic, codes, did_you_mean};

/// Words that start a clause, so that a slip in one is not taken for a slip in an item's word.
const CLAUSE_WORDS: [&str; 22] = [
    "when",
    "because",
    "tagged",
    "shown",
    "minimum",
    "maximum",
    "rounded",
    "less",
    "plus",
    "where",
    "otherwise",
    "then",
    "else",
    "through",
    "until",
    "under",
    "over",
    "and",
    "or",
    "given",
    "expect",
    "from",
];

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

    /// Says what is wrong with it.
    pub fn explain(&self, reader: &Reader) {
        let word = self.first_word();
        if ITEM_WORDS.contains(&word) {
            self.strict(reader, self.start);
        } else if let Some(meant) = self.misspelt(self.start) {
            report_misspelt(reader, self.start, word, meant);
        } else if let Some(previous) = self.previous {
            self.strict(reader, previous);
        } else {
            let end = self.token_at(self.start).map_or(self.end, |token| token.end);
            let problem = Diagnostic::error(
                codes::UNKNOWN_ITEM,
                "an item cannot start like this",
                reader.place(self.start, end),
                "not the word of an item",
            );
            reader.report(problem.help("a file starts with `ruleset name { … }` or `module name`; items start with words such as `let`, `table`, `charge`"));
        }
        self.explain_other_lines(reader);
    }

    /// Lines of the junk after its first that start with a misspelt item word.
    fn explain_other_lines(&self, reader: &Reader) {
        let mut at = self.start;
        while let Some(line) = self.text.get(at..self.end).and_then(|rest| rest.find('\n')) {
            at = at.saturating_add(line).saturating_add(1);
            if let Some(meant) = self.misspelt(at) {
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

    /// Reads from byte `from` to the junk's end by the strict rule, and reports how far that came.
    fn strict(&self, reader: &Reader, from: usize) {
        let Some(text) = self.text.get(from..self.end) else { return };
        let Err(error) = Grammar::parse(Rule::strict_entry, text) else {
            let problem = Diagnostic::error(
                codes::UNEXPECTED,
                "this cannot stand here",
                reader.place(self.start, self.end),
                "not expected here",
            );
            return reader.report(problem);
        };
        let problem = message(reader, self.text, from, self.start, self.end, &error);
        reader.report(problem);
    }

    /// A definition by the name that the junk defines, so that its users are not reported as well.
    pub fn stub(&self, reader: &Reader) -> Option<Item> {
        let word = self.token_at(self.start)?;
        let name = self.token_at(word.end)?;
        let text = self.text.get(name.start..name.end)?;
        if name.kind != TokenKind::Word {
            return None;
        }
        let name = Name { text: text.trim_matches('`').into(), span: reader.place(name.start, name.end) };
        let span = reader.place(self.start, self.end);
        let broken = Expr { kind: ExprKind::Broken, span };
        let kind = match self.first_word() {
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
        Some(Item { doc: None, kind, span })
    }
}

fn report_misspelt(reader: &Reader, at: usize, word: &str, meant: &str) {
    let span = reader.place(at, at.saturating_add(word.len()));
    let problem = Diagnostic::error(
        codes::UNKNOWN_ITEM,
        format!("no item starts with `{word}`"),
        span,
        "not the word of an item",
    );
    reader.report(problem.help(format!("did you mean `{meant}`?")).edit(span, meant));
}

/// The message for how far the grammar came in `text[from..end]`, at or after byte `least` of `text`.
pub(super) fn message(
    reader: &Reader,
    text: &str,
    from: usize,
    least: usize,
    end: usize,
    error: &Error<Rule>,
) -> Diagnostic {
    let offset = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let at = from.saturating_add(offset).max(least);
    let scope = text.get(..end).unwrap_or(text);
    let expected: &[Rule] = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives,
        ErrorVariant::CustomError { .. } => {
            return Diagnostic::error(
                codes::TOO_DEEP,
                "nested too deep for this thread's stack",
                reader.place(at, end),
                "the stack is used up here",
            );
        }
    };
    let found = tokens::next(scope, at).filter(|token| token.kind != TokenKind::Comment);
    let before = last_token(scope, from, at);
    let after = before
        .as_ref()
        .and_then(|token| text.get(token.start..token.end))
        .map(shortened)
        .map(|words| format!(" after `{words}`"))
        .unwrap_or_default();
    let found_text = found.as_ref().and_then(|token| text.get(token.start..token.end)).unwrap_or("");
    let same_line = before.as_ref().is_none_or(|before| {
        found.as_ref().is_some_and(|found| text.get(before.end..found.start).is_some_and(|gap| !gap.contains('\n')))
    });
    let (start, stop, label) = match (&found, &before) {
        (Some(found), _) if same_line || (found.start < end && !tokens::starts_item(text, found.start)) => {
            (found.start, found.end, format!("`{}` stands here", shortened(found_text)))
        }
        (_, Some(before)) => (before.start, before.end, "nothing follows this".to_string()),
        _ => (at, at, "here".to_string()),
    };
    let span = reader.place(start, stop);
    let wanted = wanted(expected);
    let open = unclosed(scope, from).filter(|_| found.is_none());
    if let (Some(open), Some(close)) = (open, open.and_then(|open| closing(text, open))) {
        let bracket = text.get(open..open.saturating_add(1)).unwrap_or("");
        return Diagnostic::error(
            codes::NOT_CLOSED,
            format!("`{bracket}` is not closed"),
            reader.place(open, open.saturating_add(1)),
            "opened here",
        )
        .also(span, format!("`{close}` is missing after this"))
        .help(format!("close it with `{close}`"));
    }
    let starts_line = found
        .as_ref()
        .is_some_and(|token| token.start == 0 || text.get(..token.start).is_some_and(|before| before.ends_with('\n')));
    if wanted.is_none() && starts_line && found.as_ref().is_some_and(|token| token.kind == TokenKind::Word) {
        return Diagnostic::error(
            codes::UNKNOWN_ITEM,
            format!("no item starts with `{}`", shortened(found_text)),
            span,
            "not the word of an item",
        )
        .help("items start with words such as `let`, `table`, `charge`; what belongs to the item above is set in");
    }
    let problem = match &wanted {
        Some(wanted) => Diagnostic::error(codes::SYNTAX, format!("expected {wanted}{after}"), span, label),
        None if found_text.is_empty() => {
            Diagnostic::error(codes::SYNTAX, format!("something is missing{after}"), span, label)
        }
        None => Diagnostic::error(
            codes::UNEXPECTED,
            format!("`{}` cannot stand here{after}", shortened(found_text)),
            span,
            "not expected here",
        ),
    };
    with_help(problem, expected, found.as_ref().map(|token| token.kind), found_text, span)
}

/// What would have been taken, in words; `None` where only operators and clauses would.
fn wanted(expected: &[Rule]) -> Option<String> {
    let may_end = expected.iter().any(|rule| matches!(rule, Rule::EOI | Rule::end_of_item));
    let mut ranked: Vec<(Rank, String)> = Vec::new();
    for rule in expected {
        let (rank, said) = words(*rule);
        let said = said.say(*rule);
        if rank != Rank::Silent && !ranked.iter().any(|(_, other)| *other == said) {
            ranked.push((rank, said));
        }
    }
    if ranked.iter().any(|(_, said)| said == "a value") {
        // Kinds of values are values.
        ranked.retain(|(_, said)| {
            !said.starts_with("a text")
                && !said.starts_with("a number")
                && !said.starts_with("a date")
                && !said.starts_with("a time")
        });
    }
    let best = ranked.iter().map(|(rank, _)| *rank).min()?;
    if best == Rank::Operator && (may_end || ranked.len() > 3) || (best == Rank::Possible && may_end) {
        return None;
    }
    let mut said: Vec<String> = ranked.into_iter().filter(|(rank, _)| *rank == best).map(|(_, said)| said).collect();
    said.truncate(4);
    let last = said.pop()?;
    Some(if said.is_empty() { last } else { format!("{} or {last}", said.join(", ")) })
}

fn with_help(
    problem: Diagnostic,
    expected: &[Rule],
    kind: Option<TokenKind>,
    found: &str,
    span: crate::source::Span,
) -> Diagnostic {
    let takes_a_name = expected
        .iter()
        .any(|rule| matches!(rule, Rule::name | Rule::expression | Rule::value | Rule::sum | Rule::operand));
    let letters = found.find(|c: char| c.is_alphabetic()).filter(|_| kind == Some(TokenKind::Number));
    if let Some((number, unit)) = letters.and_then(|at| found.split_at_checked(at)) {
        return problem.help("a space stands between a number and its unit").edit(span, format!("{number} {unit}"));
    }
    if kind != Some(TokenKind::Word) {
        return match found {
            "=" => problem.help("values are compared with `is`"),
            ";" => problem.help("take it away; statements end by themselves"),
            _ => problem,
        };
    }
    let keywords: Vec<String> = expected
        .iter()
        .map(|rule| format!("{rule:?}"))
        .filter_map(|rule| rule.strip_prefix("kw_").map(str::to_string))
        .collect();
    let within = expected.iter().flat_map(|rule| words_within(*rule)).copied();
    let near = did_you_mean(found, keywords.iter().map(String::as_str).chain(CLAUSE_WORDS).chain(within))
        .filter(|near| *near != found && found.len() > 2);
    match near {
        Some(near) => {
            let near = near.to_string();
            problem.help(format!("did you mean `{near}`?")).edit(span, near)
        }
        None if takes_a_name => problem
            .help(format!("`{found}` is a word of the language; as a name it stands in backticks"))
            .edit(span, format!("`{found}`")),
        None => problem,
    }
}

/// The words that a rule's text may start with, for those that are not keywords of their own.
fn words_within(rule: Rule) -> &'static [&'static str] {
    match rule {
        Rule::setting => &["currency", "effective", "priced", "rounding"],
        Rule::weekdays | Rule::weekday | Rule::window_line | Rule::calendar_days => {
            &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "every"]
        }
        Rule::month_name => &[
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
        Rule::tier => &["up", "under", "above"],
        Rule::collector => &["sum", "min", "max", "count", "list"],
        _ => &[],
    }
}

/// The last token that ends at or before `at`.
fn last_token(text: &str, from: usize, at: usize) -> Option<Token> {
    let mut last = None;
    let mut place = from;
    while let Some(token) = tokens::next(text, place) {
        place = token.end.max(place.saturating_add(1));
        if token.end > at {
            break;
        }
        if token.kind != TokenKind::Comment {
            last = Some(token);
        }
    }
    last
}

/// The innermost bracket from byte `from` on that nothing closes.
fn unclosed(text: &str, from: usize) -> Option<usize> {
    let mut open = Vec::new();
    let mut place = from;
    while let Some(token) = tokens::next(text, place) {
        place = token.end.max(place.saturating_add(1));
        match token.kind {
            TokenKind::Open => open.push(token.start),
            TokenKind::Close => {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

fn closing(text: &str, open: usize) -> Option<char> {
    match text.get(open..)?.chars().next()? {
        '(' => Some(')'),
        '[' => Some(']'),
        '{' => Some('}'),
        _ => None,
    }
}

/// A token as it is shown in a sentence.
fn shortened(words: &str) -> String {
    match words.char_indices().nth(30) {
        Some((cut, _)) => format!("{}…", words.get(..cut).unwrap_or("")),
        None => words.into(),
    }
}
