//! The first look at a text: its comments, its fixed limits and its stray characters, in one pass without recursion.
//!
//! Input is the text, output a [`Scan`]: the comments, the problems, and a masked text of the same length for the grammar, in which what
//! breaks a limit is blank. The grammar never sees deep nesting, endless names or control characters.

use std::ops::Range;

use super::ast::Comment;
use super::limits;
use super::tokens::{self, Token, TokenKind};
use crate::diagnostic::{Diagnostic, codes};
use crate::source::{FileId, Span};

/// Carriage return alone, line and paragraph separators, next line, vertical tab and form feed.
const LOOKS_LIKE_LINE_END: [char; 6] = ['\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{B}', '\u{C}'];

/// What the first look found.
pub(super) struct Scan {
    /// All comments in order.
    pub comments: Vec<Comment>,
    /// Broken limits, stray characters and texts that are not closed.
    pub problems: Vec<Diagnostic>,
    /// The text for the grammar: as long as the original, blank where that broke a limit.
    pub masked: String,
    /// The items that were blanked.
    pub blanked: Vec<Range<usize>>,
    /// Where items start.
    pub items: Vec<usize>,
    /// Whether no item can reach past the start of the next: none starts within brackets, or after what asks for more.
    pub cut: bool,
}

/// Looks at a text of at most [`limits::FILE_BYTES`] bytes whose first byte is byte `base` of the file.
pub(super) fn scan(id: FileId, text: &str, base: u32) -> Scan {
    let mut scanner = Scanner {
        id,
        text,
        base,
        depth: Depth::default(),
        comments: Vec::new(),
        problems: Vec::new(),
        blank: Vec::new(),
        whole: Vec::new(),
        apostrophes: Vec::new(),
        dates: Vec::new(),
        read_until: 0,
        items: Vec::new(),
        open: 0,
        unfinished: false,
        cut: true,
    };
    let mut at = 0;
    if text.starts_with('\u{FEFF}') {
        at = '\u{FEFF}'.len_utf8();
        scanner.blank.push(0..at);
    }
    let mut item = at;
    let mut line_has_code = false;
    while let Some(token) = tokens::next(text, at) {
        at = token.end;
        if token.starts_line {
            line_has_code = false;
            if tokens::starts_item(text, token.start) {
                item = token.start;
                scanner.depth = Depth::default();
                scanner.cut &= scanner.open == 0 && !scanner.unfinished;
                scanner.items.push(item);
            }
        }
        if token.kind == TokenKind::Comment {
            scanner.comments.push(Comment {
                text: scanner.words(&token).trim_end().into(),
                span: scanner.span(token.start, token.end),
                trailing: line_has_code,
            });
            scanner.look_for_line_ends(&token);
            continue;
        }
        line_has_code = true;
        scanner.follow(&token);
        if !scanner.look_at(&token) {
            let end = tokens::next_item(text, token.end);
            scanner.whole.push(item..end);
            scanner.depth = Depth::default();
            at = end.max(token.end);
            item = at;
        }
    }
    scanner.finish()
}

struct Scanner<'t> {
    id: FileId,
    text: &'t str,
    base: u32,
    depth: Depth,
    comments: Vec<Comment>,
    problems: Vec<Diagnostic>,
    blank: Vec<Range<usize>>,
    whole: Vec<Range<usize>>,
    /// Apostrophes that stand for quotes; the grammar sees quotes there.
    apostrophes: Vec<usize>,
    /// Dates written day or month first, and how the grammar sees them, as long as they are.
    dates: Vec<(usize, String)>,
    /// Stray characters before this byte belong to one that is reported.
    read_until: usize,
    items: Vec<usize>,
    /// How many brackets are open.
    open: isize,
    /// Whether the last token asks for more: an operator, a word of the language.
    unfinished: bool,
    cut: bool,
}

impl<'t> Scanner<'t> {
    fn words(&self, token: &Token) -> &'t str {
        self.text.get(token.start..token.end).unwrap_or("")
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let place = |offset: usize| self.base.saturating_add(offset as u32);
        Span::new(self.id, place(start), place(end))
    }

    fn report(&mut self, problem: Diagnostic) {
        self.problems.push(problem);
    }

    fn follow(&mut self, token: &Token) {
        let words = self.words(token);
        self.unfinished = match token.kind {
            TokenKind::Open | TokenKind::Minus | TokenKind::Stray => true,
            TokenKind::Mark => !matches!(words, "%" | "?"),
            TokenKind::Word if matches!(words, "yes" | "no") => false,
            TokenKind::Word => tokens::is_reserved(words) || tokens::ITEM_WORDS.contains(&words),
            _ => false,
        };
        match token.kind {
            TokenKind::Open => self.open = self.open.saturating_add(1),
            TokenKind::Close => self.open = self.open.saturating_sub(1),
            _ => {}
        }
    }

    /// Refuses a comment with what editors show as the end of a line, and what ends none here: what stands after it looks like rules.
    fn look_for_line_ends(&mut self, comment: &Token) {
        let words = self.words(comment);
        let words = words.strip_suffix('\r').unwrap_or(words);
        let Some((at, found)) = words.char_indices().find(|(_, c)| LOOKS_LIKE_LINE_END.contains(c)) else { return };
        let start = comment.start.saturating_add(at);
        let span = self.span(start, start.saturating_add(found.len_utf8()));
        let title = format!("U+{:04X} in a comment looks like the end of a line, and is none", u32::from(found));
        self.report(
            Diagnostic::error(codes::STRAY_CHARACTER, title, span, "what stands after it belongs to the comment")
                .help("save the file with line feeds, or carriage returns and line feeds, as line ends"),
        );
    }

    /// Checks one token; `false` where its item must be blanked.
    fn look_at(&mut self, token: &Token) -> bool {
        let words = self.words(token);
        let span = self.span(token.start, token.end);
        match token.kind {
            TokenKind::Stray => self.stray(token, words, span),
            TokenKind::Number if self.local_date(token) => {}
            TokenKind::Text { closed: false } => {
                self.report(
                    Diagnostic::error(
                        codes::TEXT_NOT_CLOSED,
                        "a text is not closed",
                        span,
                        "no `\"` ends it on this line",
                    )
                    .help("end the text with `\"`; a line end inside a text is written `\\n`"),
                );
                return false;
            }
            TokenKind::Text { closed: true } if words.len() > limits::TEXT_BYTES.saturating_add(2) => {
                let title = format!("a text is longer than {} bytes", limits::TEXT_BYTES);
                self.report(Diagnostic::error(
                    codes::TEXT_TOO_LONG,
                    title,
                    span,
                    format!("{} bytes", words.len().saturating_sub(2)),
                ));
                return false;
            }
            TokenKind::Word
                if words.len() > limits::NAME_CHARACTERS && words.chars().count() > limits::NAME_CHARACTERS =>
            {
                let title = format!("a name is longer than {} characters", limits::NAME_CHARACTERS);
                let shown = self.span(
                    token.start,
                    words
                        .char_indices()
                        .nth(limits::NAME_CHARACTERS)
                        .map_or(token.end, |(i, _)| token.start.saturating_add(i)),
                );
                self.report(Diagnostic::error(
                    codes::NAME_TOO_LONG,
                    title,
                    shown,
                    format!("{} characters", words.chars().count()),
                ));
                return false;
            }
            _ => {
                if let Some(title) = self.depth.step(token.kind, words) {
                    let code = if title.starts_with("nested") { codes::TOO_DEEP } else { codes::CHAIN_TOO_LONG };
                    self.report(
                        Diagnostic::error(code, title, span, "the limit is passed here")
                            .help("give parts of it a name with `let`, and use the names"),
                    );
                    return false;
                }
            }
        }
        true
    }

    fn stray(&mut self, token: &Token, words: &str, span: Span) {
        if self.apostrophes.binary_search(&token.start).is_ok() {
            return;
        }
        self.blank.push(token.start..token.end);
        let Some(character) = words.chars().next() else { return };
        if token.start < self.read_until || self.pair(token, words) {
            return;
        }
        if matches!(character, '\u{A0}' | '\u{2007}' | '\u{202F}' | '\u{2009}') {
            return; // blanks that text processors put in: read as blanks
        }
        let named =
            if character.is_control() { format!("U+{:04X}", u32::from(character)) } else { format!("`{character}`") };
        let problem = Diagnostic::error(
            codes::STRAY_CHARACTER,
            format!("the character {named} has no meaning here"),
            span,
            "not part of the language",
        );
        self.report(match character {
            '“' | '”' | '„' | '«' | '»' => {
                problem.help("write texts between straight quotes, `\"`").edit(span, "\"")
            }
            '–' | '—' | '−' => problem.help("write a minus as `-`, and a range with `through`").edit(span, "-"),
            '×' => problem.help("write a product with `*`").edit(span, "*"),
            '÷' => problem.help("write a quotient with `/`").edit(span, "/"),
            '≤' => problem.help("write `<=`").edit(span, "<="),
            '≥' => problem.help("write `>=`").edit(span, ">="),
            '€' => problem.help("write the currency's code after the amount, as in `12.50 EUR`"),
            '£' => problem.help("write the currency's code after the amount, as in `12.50 GBP`"),
            '¥' => problem.help("write the currency's code after the amount, as in `1200 JPY`"),
            '!' => problem.help("write `is not`, or `not` before a condition"),
            '&' => problem.help("write `and`"),
            '\'' => problem.help("write texts between straight quotes, `\"`"),
            ';' => problem.help("statements end by themselves; take it away").edit(span, ""),
            _ => problem.help("take it away, or put it into a text"),
        });
    }

    /// A date written day or month first, which would be read as a quotient or a number with two points.
    fn local_date(&mut self, token: &Token) -> bool {
        let Some(date) = self.text.get(token.start..).and_then(super::habits::local_date) else { return false };
        let span = self.span(token.start, token.start.saturating_add(date.length));
        let title = "dates are written year, month, day";
        let problem = Diagnostic::error(codes::BAD_DATE, title, span, "not a date here");
        self.report(match &date.meant {
            Some(meant) => problem.help(format!("write `{meant}`")).edit(span, meant),
            None => problem.help(format!("such as `{}`, if that is the day meant", date.possible)),
        });
        self.dates.push((token.start, date.possible));
        true
    }

    /// Two characters that are one word elsewhere, or a text between apostrophes.
    fn pair(&mut self, token: &Token, words: &str) -> bool {
        let after = self.text.get(token.end..).unwrap_or("");
        let line = if words == "'" { after.split('\n').next() } else { None };
        let inside = line.and_then(|line| line.split_once('\'')).map(|(inside, _)| inside);
        let inside = inside.filter(|inside| !inside.contains('"'));
        let (length, meant) = match (words, inside) {
            ("'", Some(inside)) => (inside.len().saturating_add(1), format!("\"{inside}\"")),
            ("&", _) if after.starts_with('&') => (1, "and".to_string()),
            ("!", _) if after.starts_with('=') => (1, "is not".to_string()),
            _ => return false,
        };
        let end = token.end.saturating_add(length);
        let span = self.span(token.start, end);
        let title = match words {
            "'" => "a text stands between quotes, not between apostrophes".to_string(),
            _ => format!("`{}` is written `{meant}`", self.text.get(token.start..end).unwrap_or(words)),
        };
        self.report(
            Diagnostic::error(codes::STRAY_CHARACTER, title, span, "not part of the language")
                .help(format!("write `{meant}`"))
                .edit(span, meant),
        );
        self.read_until = end;
        if words == "'" {
            self.blank.pop();
            self.apostrophes.extend([token.start, end.saturating_sub(1)]);
        } else {
            self.blank.push(token.end..end);
        }
        true
    }

    fn finish(self) -> Scan {
        let mut bytes = self.text.as_bytes().to_vec();
        for range in self.blank.iter().chain(&self.whole) {
            for byte in bytes.get_mut(range.clone()).unwrap_or_default() {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
        }
        for place in &self.apostrophes {
            if let Some(byte) = bytes.get_mut(*place) {
                *byte = b'"';
            }
        }
        for (start, date) in &self.dates {
            let place = *start..start.saturating_add(date.len());
            if let Some(place) = bytes.get_mut(place) {
                place.copy_from_slice(date.as_bytes());
            }
        }
        let masked = String::from_utf8(bytes).unwrap_or_default();
        let whole = self.whole;
        let comments = self.comments;
        Scan { comments, problems: self.problems, masked, blanked: whole, items: self.items, cut: self.cut }
    }
}

/// How deep the current token stands, over-counted where only the grammar could tell.
#[derive(Default)]
struct Depth {
    /// What stood before each open bracket: openers and operators.
    around: Vec<(usize, usize)>,
    openers: usize,
    operators: usize,
    /// The run of `of` between two values, which binds to the right.
    shares: usize,
    /// Walks whose state may hold another walk; never reset within an item.
    walks: usize,
    last: Last,
}

/// What the last token was.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    #[default]
    Other,
    Word,
    Else,
    Minus,
    /// A word that opens a nested value with `of`.
    Opener,
}

impl Depth {
    /// Takes one more token; a title where a limit is passed.
    fn step(&mut self, kind: TokenKind, words: &str) -> Option<String> {
        let last = std::mem::replace(&mut self.last, Last::of(kind, words));
        match (kind, words) {
            (TokenKind::Open, _) => {
                self.openers = self.openers.saturating_add(self.shares);
                self.shares = 0;
                self.around.push((self.openers, self.operators));
                self.openers = self.openers.saturating_add(1);
            }
            (TokenKind::Close, _) => (self.openers, self.operators) = self.around.pop().unwrap_or_default(),
            (TokenKind::Row, _)
            | (TokenKind::Word, "when" | "because" | "let")
            | (TokenKind::Mark, "," | "=" | ":" | "->" | "?") => self.reset(),
            (TokenKind::Word, "carrying") => self.walks = self.walks.saturating_add(1),
            (TokenKind::Word, "of") if last != Last::Opener => {
                self.shares = self.shares.saturating_add(1);
                self.operators = self.operators.saturating_add(1);
            }
            (TokenKind::Word, _) => self.word(words, last),
            (TokenKind::Minus, _) => {
                self.openers = self.openers.saturating_add(usize::from(last == Last::Minus));
                self.operators = self.operators.saturating_add(1);
                self.shares = 0;
            }
            (TokenKind::Mark, _) => {
                self.operators = self.operators.saturating_add(1);
                self.shares = if matches!(words, "." | "%" | "$") { self.shares } else { 0 };
            }
            _ => {}
        }
        if self.openers.saturating_add(self.shares) > limits::NESTING || self.walks > limits::NESTING {
            return Some(format!("nested more than {} deep", limits::NESTING));
        }
        (self.operators > limits::OPERATORS)
            .then(|| format!("more than {} operators in one expression", limits::OPERATORS))
    }

    fn word(&mut self, word: &str, last: Last) {
        match word {
            "if" if last == Last::Else => {}
            "of" | "otherwise" => {
                self.openers = self.openers.saturating_add(1);
                self.operators = self.operators.saturating_add(1);
            }
            "if" | "not" | "has" | "draw" | "allocate" | "split" | "days" => {
                self.openers = self.openers.saturating_add(1)
            }
            "in" if last == Last::Word => self.openers = self.openers.saturating_add(1),
            "as" | "per" | "contained" => self.operators = self.operators.saturating_add(1),
            "else" | "and" | "or" | "is" | "less" | "plus" | "minimum" | "maximum" | "rounded" => {
                self.operators = self.operators.saturating_add(1);
                self.shares = 0;
            }
            _ => {}
        }
    }

    /// A new part begins within the same brackets.
    fn reset(&mut self) {
        let inside = usize::from(!self.around.is_empty());
        let (openers, operators) = self.around.last().copied().unwrap_or_default();
        self.openers = openers.saturating_add(inside);
        self.operators = operators;
        self.shares = 0;
    }
}

impl Last {
    fn of(kind: TokenKind, words: &str) -> Self {
        match (kind, words) {
            (TokenKind::Minus, _) => Last::Minus,
            (TokenKind::Word, "else") => Last::Else,
            (
                TokenKind::Word,
                "sum" | "least" | "greatest" | "list" | "distinct" | "count" | "first" | "last" | "one" | "date"
                | "time" | "instant" | "increments" | "rows",
            ) => Last::Opener,
            (TokenKind::Word, _) => Last::Word,
            _ => Last::Other,
        }
    }
}
