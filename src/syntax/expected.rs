//! What was expected where the grammar could go no further, and what was found there instead.

use std::ops::Range;

use pest::error::{Error, ErrorVariant, InputLocation};

use super::grammar::Rule;
use super::habits::{decimal_comma, habit};
use super::node::Reader;
use super::tokens::{self, ITEM_WORDS, Token, TokenKind};
use super::words::{Rank, words};
use crate::diagnostic::{Diagnostic, codes, did_you_mean};
use crate::source::Span;

/// Words that start a clause, so that a slip in one is not taken for a slip in an item's word.
pub(super) const CLAUSE_WORDS: [&str; 22] = [
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

/// Words that start a setting of the header.
pub(super) const SETTING_WORDS: [&str; 6] = ["currency", "effective", "published", "supersedes", "priced", "rounding"];

/// A failed reading of a text.
pub(super) struct Failure<'t> {
    text: &'t str,
    /// The furthest place that the grammar came to.
    at: usize,
    expected: Vec<Rule>,
    /// The token at that place; `None` at the end of the text.
    found: Option<Token>,
    /// The token before that place.
    before: Option<Token>,
    /// The token at the end of a line of the header's braces that took the next line's word for what it lacks.
    cut_short: Option<Token>,
    stack_used_up: bool,
}

impl<'t> Failure<'t> {
    /// The failure that `error` tells of, at or after byte `least` of `text`.
    pub fn new(text: &'t str, least: usize, error: &Error<Rule>) -> Self {
        let at = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at.max(least),
        };
        let (expected, stack_used_up) = match &error.variant {
            ErrorVariant::ParsingError { positives, .. } => (positives.clone(), false),
            ErrorVariant::CustomError { .. } => (Vec::new(), true),
        };
        let mut found = tokens::next(text, at);
        while let Some(comment) = found.as_ref().filter(|token| token.kind == TokenKind::Comment) {
            found = tokens::next(text, comment.end);
        }
        let before = last_token(text, at);
        let cut_short = before.as_ref().filter(|_| expected.contains(&Rule::setting)).and_then(|word| {
            let line = text.get(..word.start)?.rfind('\n')?;
            let is_first = text.get(line..word.start)?.trim().is_empty();
            let is_setting = SETTING_WORDS.contains(&text.get(word.start..word.end)?);
            last_token(text, line).filter(|last| is_first && is_setting && text.get(last.start..last.end) != Some("{"))
        });
        Failure { text, at, expected, found, before, cut_short, stack_used_up }
    }

    fn words(&self, token: Option<&Token>) -> &'t str {
        token.and_then(|token| self.text.get(token.start..token.end)).unwrap_or("")
    }

    /// Whether what was read before could have ended there.
    fn may_end(&self) -> bool {
        let ends = |rule: &Rule| matches!(rule, Rule::EOI | Rule::end_of_item | Rule::close_brace);
        self.expected.iter().any(ends)
    }

    /// Whether the token before stands on an earlier line than the one found.
    fn on_a_new_line(&self) -> bool {
        match (&self.before, &self.found) {
            (Some(before), Some(found)) => self.text.get(before.end..found.start).is_some_and(|gap| gap.contains('\n')),
            (_, found) => found.is_none(),
        }
    }

    /// The token to blame: the one found, or the one before it where that should have been followed by something on its line.
    fn blamed(&self) -> Option<(&Token, String)> {
        match (&self.found, &self.before) {
            (Some(found), _) if !self.on_a_new_line() || self.may_end() => {
                Some((found, format!("`{}` stands here", shortened(self.words(Some(found))))))
            }
            (_, Some(before)) => Some((before, "nothing follows this".into())),
            (Some(found), None) => Some((found, "this stands here".into())),
            (None, None) => None,
        }
    }

    /// What is said about it.
    pub fn problem(&self, reader: &Reader) -> Diagnostic {
        if self.stack_used_up {
            let span = reader.place(self.at, self.text.len());
            return Diagnostic::error(
                codes::TOO_DEEP,
                "nested too deep for this thread's stack",
                span,
                "the stack is used up here",
            );
        }
        if let Some(last) = &self.cut_short {
            let title = format!("something is missing after `{}`", shortened(self.words(Some(last))));
            return Diagnostic::error(codes::SYNTAX, title, reader.place(last.start, last.end), "nothing follows this");
        }
        let (start, end, label) =
            self.blamed().map_or((self.at, self.at, "here".into()), |(token, label)| (token.start, token.end, label));
        let span = reader.place(start, end);
        if let Some(problem) = self.not_closed(reader, span).or_else(|| self.unknown_item(span)) {
            return problem;
        }
        if let Some(problem) = self.decimal_comma(reader) {
            return problem;
        }
        let after = match self.words(self.before.as_ref()) {
            "" => String::new(),
            before => format!(" after `{}`", shortened(before)),
        };
        let found = self.words(self.found.as_ref());
        let problem = match wanted(&self.expected) {
            Some(Wanted { words, ends_in_examples }) => {
                let comma = if ends_in_examples && !after.is_empty() { "," } else { "" };
                Diagnostic::error(codes::SYNTAX, format!("expected {words}{comma}{after}"), span, label)
            }
            None if found.is_empty() => {
                Diagnostic::error(codes::SYNTAX, format!("something is missing{after}"), span, label)
            }
            None => {
                let title = format!("`{}` cannot stand here{after}", shortened(found));
                Diagnostic::error(codes::UNEXPECTED, title, span, "not expected here")
            }
        };
        if self.expected.contains(&Rule::kw_then) && self.words(self.before.as_ref()) == ")" {
            return problem.help("a choice is written `if a then b else c`");
        }
        if self.on_a_new_line() && !self.may_end() {
            return problem;
        }
        let Some(token) = &self.found else { return problem };
        match habit(reader, self.text, self.before.as_ref(), token, &self.expected) {
            Some((words, None)) => problem.help(words),
            Some((words, Some((place, edit)))) => problem.help(words).edit(place, edit),
            None => with_help(problem, &self.expected, token.kind, found, span),
        }
    }

    /// A number with a decimal comma on the line that is wrong, at or before the place.
    fn decimal_comma(&self, reader: &Reader) -> Option<Diagnostic> {
        let (token, _) = self.blamed()?;
        let line = self.text.get(..token.start)?.rfind('\n').map_or(0, |end| end.saturating_add(1));
        let (place, meant) = decimal_comma(self.text, line, token.end)?;
        let span = reader.place(place.start, place.end);
        let title = "the decimal mark is a point, not a comma";
        let problem = Diagnostic::error(codes::SYNTAX, title, span, "read as two numbers");
        Some(problem.help(format!("write `{meant}`")).edit(span, meant))
    }

    /// At the end of the text: a bracket that nothing closes.
    fn not_closed(&self, reader: &Reader, span: Span) -> Option<Diagnostic> {
        let open = unclosed(self.text).filter(|_| self.found.is_none())?;
        let bracket = self.text.get(open..open.saturating_add(1))?;
        let close = match bracket {
            "(" => ")",
            "[" => "]",
            _ => "}",
        };
        let place = reader.place(open, open.saturating_add(1));
        let problem = Diagnostic::error(codes::NOT_CLOSED, format!("`{bracket}` is not closed"), place, "opened here");
        Some(problem.also(span, format!("`{close}` is missing after this")).help(format!("close it with `{close}`")))
    }

    /// A line that starts with a word, where an item could start.
    fn unknown_item(&self, span: Span) -> Option<Diagnostic> {
        let found = self.found.as_ref().filter(|token| token.kind == TokenKind::Word)?;
        let starts_line = self.text.get(..found.start)?.is_empty() || self.text.get(..found.start)?.ends_with('\n');
        if !starts_line || wanted(&self.expected).is_some() {
            return None;
        }
        let word = self.words(Some(found));
        let problem = unknown_item(word, span);
        Some(match did_you_mean(word, ITEM_WORDS).filter(|meant| *meant != word) {
            Some(meant) => problem.help(format!("did you mean `{meant}`?")).edit(span, meant),
            None => problem.help(
                "items start with words such as `let`, `table`, `charge`; what belongs to the item above is set in",
            ),
        })
    }

    /// The line that is wrong, where the text can be read on without it: not the first, and with no bracket that another line closes.
    pub fn wrong_line(&self) -> Option<Range<usize>> {
        self.found.as_ref()?;
        if wanted(&self.expected).is_some_and(|wanted| wanted.words == "`{`") {
            // Without the lines within the braces these would be missed no less.
            return None;
        }
        let (token, _) = match &self.cut_short {
            Some(last) => (last, String::new()),
            None => self.blamed()?,
        };
        let start = self.text.get(..token.start)?.rfind('\n')?.saturating_add(1);
        let end = self.text.get(start..)?.find('\n').map_or(self.text.len(), |length| start.saturating_add(length));
        let line = self.text.get(start..end)?;
        let mut open: u32 = 0;
        let mut at = 0;
        while let Some(token) = tokens::next(line, at) {
            at = token.end;
            match token.kind {
                TokenKind::Open => open = open.saturating_add(1),
                TokenKind::Close => open = open.checked_sub(1)?,
                _ => {}
            }
        }
        (open == 0).then_some(start..end)
    }
}

/// The problem of a word that no item starts with.
pub(super) fn unknown_item(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        codes::UNKNOWN_ITEM,
        format!("no item starts with `{}`", shortened(word)),
        span,
        "not the word of an item",
    )
}

/// What would have been taken.
struct Wanted {
    words: String,
    /// Whether the last of it is followed by examples, so that a comma says where they end.
    ends_in_examples: bool,
}

/// What would have been taken, in words; `None` where only operators and clauses would.
fn wanted(expected: &[Rule]) -> Option<Wanted> {
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
    // Where one of them is a list itself, a comma says where the next begins.
    let is_list = |one: &String| one.contains(',') || one.contains(" or ");
    let comma = if said.iter().chain([&last]).any(is_list) { "," } else { "" };
    let ends_in_examples = last.contains(", such as ");
    let words = if said.is_empty() { last } else { format!("{}{comma} or {last}", said.join(", ")) };
    Some(Wanted { words, ends_in_examples })
}

fn with_help(problem: Diagnostic, expected: &[Rule], kind: TokenKind, found: &str, span: Span) -> Diagnostic {
    let takes_a_name = expected
        .iter()
        .any(|rule| matches!(rule, Rule::name | Rule::expression | Rule::value | Rule::sum | Rule::operand));
    if kind == TokenKind::Number && expected == [Rule::text] {
        return problem.help("a text stands in quotes").edit(span, format!("\"{found}\""));
    }
    let letters = found.find(|c: char| c.is_alphabetic()).filter(|_| kind == TokenKind::Number);
    if let Some((number, unit)) = letters.and_then(|at| found.split_at_checked(at)) {
        return problem.help("a space stands between a number and its unit").edit(span, format!("{number} {unit}"));
    }
    if kind != TokenKind::Word {
        return problem;
    }
    let keywords: Vec<String> = expected
        .iter()
        .map(|rule| format!("{rule:?}"))
        .filter_map(|rule| rule.strip_prefix("kw_").map(str::to_string))
        .collect();
    let within = expected.iter().flat_map(|rule| words_within(*rule)).copied();
    let near = did_you_mean(found, keywords.iter().map(String::as_str).chain(CLAUSE_WORDS).chain(within))
        .filter(|near| *near != found && found.len() > 2 && !tokens::is_reserved(found));
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
        Rule::setting => &SETTING_WORDS,
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
fn last_token(text: &str, at: usize) -> Option<Token> {
    let mut last = None;
    let mut place = 0;
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

/// The innermost bracket that nothing closes.
fn unclosed(text: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut place = 0;
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

/// A token as it is shown in a sentence.
fn shortened(words: &str) -> String {
    match words.char_indices().nth(30) {
        Some((cut, _)) => format!("{}…", words.get(..cut).unwrap_or("")),
        None => words.into(),
    }
}
