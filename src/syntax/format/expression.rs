//! Expressions as documents: parentheses where the tree needs them or the author wrote them, breaks before operators.

use super::Printer;
use super::layout::Doc;
use crate::syntax::ast::{BinaryOp, Expr, ExprKind, Name, OneOf, Range, RoundTo, Stage, StageKind, Text};
use crate::syntax::tokens;

/// How tightly an expression holds together; see `precedence.rs`.
pub(super) const ANY: u8 = 0;
pub(super) const VALUE: u8 = 1;
pub(super) const OPERATION: u8 = 2;
pub(super) const SUM: u8 = 7;
const OF: u8 = 9;
const SIGNED: u8 = 10;
const TIGHT: u8 = 11;
/// Looser than nothing: what ends by itself.
const CLOSED: u8 = 12;

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) struct At {
    /// The loosest level that may stand here without parentheses.
    pub least: u8,
    /// The level of the operator that follows the text; 0 where none does.
    pub after: u8,
    /// Whether `as` books a difference here, so that a conversion needs parentheses.
    pub booking: bool,
}

impl At {
    pub const fn level(least: u8) -> At {
        At { least, after: 0, booking: false }
    }

    fn operand(self, least: u8, after: u8) -> At {
        At { least, after, ..self }
    }
}

impl Printer<'_> {
    /// An expression.
    pub fn expr(&self, expr: &Expr, at: At) -> Doc {
        let needed = level(&expr.kind) < at.least
            || (at.after > 0 && at.after >= tail(&expr.kind))
            || (at.booking && matches!(expr.kind, ExprKind::As(..)));
        if needed || self.in_parentheses(expr) {
            return Doc::Group(vec![Doc::text("("), self.bare(expr, At::level(ANY)), Doc::text(")")]);
        }
        self.bare(expr, at)
    }

    /// Whether the author put the expression into parentheses: they belong to its place, and to that of no part of it.
    fn in_parentheses(&self, expr: &Expr) -> bool {
        let first = match &expr.kind {
            ExprKind::Binary(_, first, _)
            | ExprKind::Field(first, _)
            | ExprKind::As(first, _)
            | ExprKind::Given(first, _) => Some(first),
            ExprKind::OneOf(first, ..)
            | ExprKind::InRange(first, ..)
            | ExprKind::Within(first, ..)
            | ExprKind::Stages(first, _) => Some(first),
            ExprKind::PerStep { amount, .. } => Some(amount),
            _ => None,
        };
        self.source(expr.span).starts_with('(') && first.is_none_or(|first| first.span.start != expr.span.start)
    }

    fn bare(&self, expr: &Expr, at: At) -> Doc {
        match &expr.kind {
            ExprKind::Broken => Doc::text(self.source(expr.span)),
            ExprKind::Literal(_) => self.literal(expr),
            ExprKind::Name(name) => Doc::text(self.bare_name(name, expr)),
            ExprKind::Stages(value, stages) => self.staged(value, stages),
            ExprKind::If(..) => self.conditional(expr),
            ExprKind::Negate(inner) => Doc::Group(vec![Doc::text("-"), self.expr(inner, at.operand(SIGNED, at.after))]),
            ExprKind::Not(inner) => Doc::Group(vec![Doc::text("not "), self.expr(inner, at.operand(5, at.after))]),
            ExprKind::Binary(..)
            | ExprKind::PerStep { .. }
            | ExprKind::Given(..)
            | ExprKind::Applied(..)
            | ExprKind::OneOf(..)
            | ExprKind::InRange(..)
            | ExprKind::Within(..) => self.chain(expr, at),
            ExprKind::Field(..) | ExprKind::As(..) => self.postfixes(expr),
            ExprKind::Record(fields) => {
                self.bracketed("{ ", " }", fields.iter().map(|(name, value)| self.assignment(name, value)).collect())
            }
            ExprKind::List(values) => self.bracketed("[", "]", self.values(values)),
            ExprKind::Call(name, values) => {
                Doc::Group(vec![Doc::text(self.name(name)), self.bracketed("(", ")", self.values(values))])
            }
            form => self.form(form),
        }
    }

    /// A name as an expression: in backticks where its author put it there, or where it must be.
    fn bare_name(&self, name: &str, expr: &Expr) -> String {
        quoted(name, self.rewritten(expr.span).starts_with('`'))
    }

    /// A name.
    pub fn name(&self, name: &Name) -> String {
        quoted(&name.text, self.source(name.span).starts_with('`'))
    }

    /// A field's name, which may be a reserved word.
    pub fn field_name(&self, name: &Name) -> String {
        let plain =
            tokens::word_length(&name.text) == name.text.len() && !name.text.starts_with(|c: char| c.is_ascii_digit());
        if plain { name.text.clone() } else { format!("`{}`", name.text) }
    }

    /// A text literal as its author wrote it.
    pub fn text(&self, text: &Text) -> Doc {
        Doc::text(self.source(text.span))
    }

    fn literal(&self, expr: &Expr) -> Doc {
        Doc::text(self.rewritten(expr.span))
    }

    pub fn values(&self, values: &[Expr]) -> Vec<Doc> {
        values.iter().map(|value| self.expr(value, At::level(ANY))).collect()
    }

    pub fn assignment(&self, name: &Name, value: &Expr) -> Doc {
        Doc::Group(vec![Doc::text(format!("{} = ", self.field_name(name))), self.expr(value, At::level(ANY))])
    }

    /// Parts between brackets, one on a line where they do not fit.
    pub fn bracketed(&self, open: &'static str, close: &'static str, parts: Vec<Doc>) -> Doc {
        if parts.is_empty() {
            return Doc::text(format!("{}{}", open.trim(), close.trim()));
        }
        let mut inside = Vec::new();
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                inside.push(Doc::text(","));
            }
            let blank = index > 0 || open.ends_with(' ');
            inside.push(Doc::Line(if blank { " " } else { "" }));
            inside.push(part);
        }
        let end = Doc::Line(if close.starts_with(' ') { " " } else { "" });
        Doc::Group(vec![Doc::text(open.trim()), Doc::Nest(inside), end, Doc::text(close.trim())])
    }

    fn staged(&self, value: &Expr, stages: &[Stage]) -> Doc {
        let mut parts = Vec::new();
        for stage in stages {
            parts.push(Doc::Line(" "));
            parts.push(self.stage(stage));
        }
        Doc::Group(vec![self.expr(value, At::level(VALUE)), Doc::Nest(parts)])
    }

    /// One stage: `less 10%`.
    pub fn stage(&self, stage: &Stage) -> Doc {
        let with = |word: &str, value: &Expr| Doc::words(vec![Doc::text(word), self.expr(value, At::level(SUM))]);
        let limit = |word: &str, value: &Expr, booked: &Option<(Name, Option<Text>)>| {
            let after = if booked.is_some() { TIGHT } else { 0 };
            let mut parts = vec![Doc::text(word), self.expr(value, At { least: SUM, after, booking: true })];
            if let Some((code, label)) = booked {
                parts.push(Doc::text(format!("as {}", self.name(code))));
                parts.extend(label.as_ref().map(|label| self.text(label)));
            }
            Doc::words(parts)
        };
        match &stage.kind {
            StageKind::Less(value) => with("less", value),
            StageKind::Plus(value) => with("plus", value),
            StageKind::Minimum(value, booked) => limit("minimum", value, booked),
            StageKind::Maximum(value, booked) => limit("maximum", value, booked),
            StageKind::Rounded(how) => Doc::words(vec![Doc::text("rounded"), self.round_to(how)]),
        }
    }

    /// `half up to 0.01 USD`
    pub fn round_to(&self, how: &RoundTo) -> Doc {
        let mut parts: Vec<Doc> = how.mode.iter().map(|mode| Doc::text(mode.words())).collect();
        parts.push(Doc::text("to"));
        parts.push(match &how.step {
            Some(step) => self.expr(step, At::level(SUM)),
            None => Doc::text("minor unit"),
        });
        Doc::words(parts)
    }

    fn conditional(&self, expr: &Expr) -> Doc {
        let mut parts = Vec::new();
        let mut rung = expr;
        while let ExprKind::If(condition, then, otherwise) = &rung.kind {
            if !parts.is_empty() {
                parts.extend([Doc::Line(" "), Doc::text("else ")]);
            }
            parts.push(Doc::text("if "));
            parts.push(self.expr(condition, At::level(OPERATION)));
            parts.push(Doc::text(" then "));
            parts.push(self.expr(then, At::level(OPERATION)));
            rung = otherwise;
            if self.in_parentheses(rung) {
                break;
            }
        }
        parts.extend([Doc::Line(" "), Doc::text("else "), self.expr(rung, At::level(VALUE))]);
        Doc::Group(vec![Doc::Nest(parts)])
    }

    /// A run of operators of one level, broken before each of them.
    fn chain(&self, expr: &Expr, at: At) -> Doc {
        let run = level(&expr.kind);
        let mut links = Vec::new();
        let mut left = expr;
        // Walks down the left side in a loop: chains may be long.
        loop {
            let after = if links.is_empty() { at.after } else { run };
            let Some((next, link)) = self.link(left, at, after) else { break };
            links.push(link);
            left = next;
            if level(&left.kind) != run || matches!(run, OPERATION | OF) || self.in_parentheses(left) {
                break;
            }
        }
        let least = if matches!(run, OPERATION | OF) { run.saturating_add(1) } else { run };
        let first = match &left.kind {
            ExprKind::Applied(..) if level(&left.kind) == run && std::ptr::eq(left, expr) => self.applied(left),
            _ => self.expr(left, at.operand(least, run)),
        };
        let mut parts = Vec::new();
        for link in links.into_iter().rev() {
            parts.push(Doc::Line(" "));
            parts.push(link);
        }
        if parts.is_empty() { first } else { Doc::Group(vec![first, Doc::Nest(parts)]) }
    }

    fn applied(&self, expr: &Expr) -> Doc {
        let ExprKind::Applied(name, positive) = &expr.kind else { return Doc::text("") };
        Doc::text(format!("{} {}applied", self.name(name), is(*positive)))
    }

    /// The left side of an operation, and the rest of it.
    fn link<'e>(&self, expr: &'e Expr, at: At, after: u8) -> Option<(&'e Expr, Doc)> {
        let run = level(&expr.kind);
        let right = |value: &Expr, least: u8| self.expr(value, at.operand(least, after));
        let sum = |value: &Expr| self.expr(value, At { least: SUM, after, booking: false });
        Some(match &expr.kind {
            ExprKind::Binary(operator, first, second) => {
                let least = match run {
                    OPERATION | OF => run,
                    6 => SUM,
                    _ => run.saturating_add(1),
                };
                (first, Doc::Group(vec![Doc::text(format!("{} ", symbol(*operator))), right(second, least)]))
            }
            ExprKind::PerStep { amount, step, of, started } => {
                let word = if *started { "per started " } else { "per whole " };
                (amount, Doc::Group(vec![Doc::text(word), self.operand(step), Doc::text(" of "), right(of, OF)]))
            }
            ExprKind::Given(first, positive) => (first, Doc::text(format!("{}given", is(*positive)))),
            ExprKind::Within(first, name, positive) => {
                (first, Doc::text(format!("{}within {}", is(*positive), self.name(name))))
            }
            ExprKind::InRange(first, range, positive) => {
                (first, Doc::Group(vec![Doc::text(is(*positive)), self.range_with(range, true, after)]))
            }
            ExprKind::OneOf(first, OneOf::Values(values), positive) => (
                first,
                Doc::Group(vec![
                    Doc::text(format!("{}one of ", is(*positive))),
                    self.bracketed("(", ")", self.values(values)),
                ]),
            ),
            ExprKind::OneOf(first, OneOf::List(list), positive) => {
                // In parentheses it would be one value.
                let list = if self.in_parentheses(list) && !is_simple(&list.kind) {
                    self.bare(list, At::level(TIGHT))
                } else {
                    sum(list)
                };
                (first, Doc::Group(vec![Doc::text(format!("{}one of ", is(*positive))), list]))
            }
            _ => return None,
        })
    }

    fn postfixes(&self, expr: &Expr) -> Doc {
        let mut tails = Vec::new();
        let mut base = expr;
        loop {
            match &base.kind {
                ExprKind::Field(inner, name) => {
                    tails.push(format!(".{}", self.field_name(name)));
                    base = inner;
                }
                ExprKind::As(inner, ty) => {
                    tails.push(format!(" as {}", self.type_text(ty)));
                    base = inner;
                }
                _ => break,
            }
            if self.in_parentheses(base) {
                break;
            }
        }
        tails.reverse();
        if let ExprKind::Lookup { on: Some(on), if_any: false, rows: false, .. } = &base.kind {
            // The date comes after the fields: behind `on` they would be the date's.
            if !self.in_parentheses(base) && tails.iter().all(|tail| tail.starts_with('.')) {
                let date = Doc::words(vec![Doc::text(" on"), self.expr(on, At::level(TIGHT))]);
                return Doc::Group(vec![self.row_lookup(&base.kind), Doc::text(tails.concat()), date]);
            }
        }
        Doc::Group(vec![self.expr(base, At::level(TIGHT).operand(TIGHT, TIGHT)), Doc::text(tails.concat())])
    }

    /// A value that stands where no operators may: others go into parentheses.
    pub fn operand(&self, expr: &Expr) -> Doc {
        match &expr.kind {
            ExprKind::Negate(inner) if is_simple(&inner.kind) && !self.in_parentheses(expr) => {
                Doc::Group(vec![Doc::text("-"), self.operand(inner)])
            }
            kind if is_simple(kind) || self.in_parentheses(expr) => self.expr(expr, At::level(TIGHT)),
            _ => Doc::Group(vec![Doc::text("("), self.bare(expr, At::level(ANY)), Doc::text(")")]),
        }
    }

    /// `A through B`; with `from` before it where it follows a name or `is`.
    pub fn range(&self, range: &Range, from: bool) -> Doc {
        self.range_with(range, from, 0)
    }

    fn range_with(&self, range: &Range, from: bool, after: u8) -> Doc {
        let bound = |bound: &Expr, after: u8| self.expr(bound, At { least: SUM, after, booking: false });
        let words = match (&range.low, &range.high) {
            (Some((low, low_in)), Some((high, high_in))) => {
                let mut words = Vec::new();
                if from || !low_in {
                    words.push(Doc::text(if *low_in { "from" } else { "over" }));
                }
                let to = match (low_in, high_in) {
                    (_, false) => "until",
                    (true, true) => "through",
                    (false, true) => "up to",
                };
                words.extend([bound(low, 0), Doc::text(to), bound(high, after)]);
                words
            }
            (Some((low, included)), None) => {
                vec![Doc::text(if *included { "from" } else { "over" }), bound(low, after)]
            }
            (None, Some((high, included))) => {
                vec![Doc::text(if *included { "up to" } else { "under" }), bound(high, after)]
            }
            (None, None) => Vec::new(),
        };
        Doc::words(words)
    }
}

/// A name as it is written in backticks or without.
fn quoted(name: &str, in_backticks: bool) -> String {
    let plain = tokens::word_length(name) == name.len() || name.contains('.');
    if in_backticks || !plain || tokens::is_reserved(name) { format!("`{name}`") } else { name.into() }
}

/// A unit's or type's name: `in` is the inch, and needs no backticks.
pub(super) fn unit_name(name: &str) -> String {
    if name == "in" { name.into() } else { quoted(name, false) }
}

fn is(positive: bool) -> &'static str {
    if positive { "is " } else { "is not " }
}

/// Whether an expression may stand as an operand, and holds together whatever follows it.
pub(super) fn is_simple(kind: &ExprKind) -> bool {
    match kind {
        ExprKind::Literal(_)
        | ExprKind::Name(_)
        | ExprKind::Call(..)
        | ExprKind::List(_)
        | ExprKind::Record(_)
        | ExprKind::On(..)
        | ExprKind::Broken => true,
        ExprKind::Lookup { if_any, .. } => !if_any,
        ExprKind::Field(base, _) => is_simple(&base.kind),
        _ => false,
    }
}

fn symbol(operator: BinaryOp) -> &'static str {
    match operator {
        BinaryOp::Add => "+",
        BinaryOp::Subtract => "-",
        BinaryOp::Multiply => "*",
        BinaryOp::Divide => "/",
        BinaryOp::Less => "<",
        BinaryOp::AtMost => "<=",
        BinaryOp::Greater => ">",
        BinaryOp::AtLeast => ">=",
        BinaryOp::Is => "is",
        BinaryOp::IsNot => "is not",
        BinaryOp::And => "and",
        BinaryOp::Or => "or",
        BinaryOp::Otherwise => "otherwise",
        BinaryOp::Of => "of",
        BinaryOp::ContainedIn => "contained in",
    }
}

/// The level of an expression: the higher, the tighter.
fn level(kind: &ExprKind) -> u8 {
    match kind {
        ExprKind::Stages(..) => ANY,
        ExprKind::If(..) => VALUE,
        ExprKind::Not(_) => 5,
        ExprKind::Given(..)
        | ExprKind::Applied(..)
        | ExprKind::OneOf(..)
        | ExprKind::InRange(..)
        | ExprKind::Within(..) => 6,
        ExprKind::PerStep { .. } => OF,
        ExprKind::Negate(_) => SIGNED,
        ExprKind::Binary(operator, ..) => match operator {
            BinaryOp::Otherwise => OPERATION,
            BinaryOp::Or => 3,
            BinaryOp::And => 4,
            BinaryOp::Add | BinaryOp::Subtract => SUM,
            BinaryOp::Multiply | BinaryOp::Divide => 8,
            BinaryOp::Of | BinaryOp::ContainedIn => OF,
            _ => 6,
        },
        _ => TIGHT,
    }
}

/// The loosest operator that a form would draw into itself if it followed it.
fn tail(kind: &ExprKind) -> u8 {
    match kind {
        ExprKind::Quantified(..) => OPERATION,
        ExprKind::Group(..) | ExprKind::Days { .. } => SUM,
        ExprKind::CountEach(each) => each_tail(each),
        ExprKind::Aggregate(_, over, if_any) => match over {
            _ if *if_any => CLOSED,
            crate::syntax::ast::AggregateOver::Each(_, each) => each_tail(each),
            _ => TIGHT,
        },
        ExprKind::Lookup { on, .. } => {
            if on.is_some() {
                TIGHT
            } else {
                CLOSED
            }
        }
        ExprKind::On(..)
        | ExprKind::Count(_)
        | ExprKind::FirstLast(..)
        | ExprKind::DateOf(..)
        | ExprKind::TimeOf(..)
        | ExprKind::InstantOf(..)
        | ExprKind::Increments(..) => TIGHT,
        _ => CLOSED,
    }
}

fn each_tail(each: &crate::syntax::ast::Each) -> u8 {
    match (&each.filter, each.sort.is_empty()) {
        (_, false) => SUM,
        (Some(_), true) => OPERATION,
        (None, true) => TIGHT,
    }
}
