//! Charges, exceptions, the total and tests.

use super::Formatter;
use super::expression::{ANY, At, SUM, VALUE};
use super::layout::{Doc, padded, width};
use crate::source::Span;
use crate::syntax::ast::{
    Charge, ChargeAmount, Exception, Expect, ExpectKind, Expr, ExprKind, GroupOption, GroupPolicy, Name, Stage,
    Template, Test,
};

impl Formatter<'_> {
    pub fn charge(&mut self, word: &str, charge: &Charge, span: Span, start: usize) {
        let printer = &self.printer;
        let mut head = vec![Doc::text(format!("{word} {}", printer.name(&charge.code)))];
        head.extend(charge.label.as_ref().map(|label| Doc::text(printer.source(label.span))));
        head.extend(charge.each.as_ref().map(|each| printer.for_each(each)));
        head.push(Doc::text("="));
        let has_clauses =
            charge.when.is_some() || charge.because.is_some() || !charge.tags.is_empty() || charge.shown.is_some();
        match &charge.amount {
            ChargeAmount::Expr(amount) => match &amount.kind {
                ExprKind::Stages(value, stages)
                    if !printer.source(amount.span).starts_with('(') || amount.span.start == value.span.start =>
                {
                    self.staged(head, value, stages, has_clauses, start);
                }
                _ => {
                    head.push(printer.expr(amount, At::level(ANY)));
                    self.writer.line(start, amount.span.end as usize, &Doc::words(head));
                }
            },
            ChargeAmount::Group(policy, options, stages) => {
                head.push(Doc::text(match policy {
                    GroupPolicy::Dearest => "dearest of",
                    GroupPolicy::Cheapest => "cheapest of",
                    GroupPolicy::First => "first of",
                }));
                self.writer.line(start, start, &Doc::words(head));
                self.writer.open();
                self.options(options);
                self.writer.close(self.group_end(options, span));
                stages.iter().for_each(|stage| self.stage_line(stage));
            }
        }
        self.charge_clauses(charge);
    }

    /// Where the options of a group end: after the brace behind the last of them.
    fn group_end(&self, options: &[GroupOption], span: Span) -> usize {
        let last = options
            .last()
            .map_or(span.start, |option| option.when.as_ref().map_or(option.amount.span, |when| when.span).end)
            as usize;
        let brace = self.printer.text.get(last..).and_then(|rest| rest.find('}'));
        brace.map_or(span.end as usize, |offset| last.saturating_add(offset).saturating_add(1))
    }

    /// An amount with stages: on one line where nothing else follows and it fits, else each on a line of its own.
    fn staged(&mut self, mut head: Vec<Doc>, value: &Expr, stages: &[Stage], has_clauses: bool, start: usize) {
        let end = stages.last().map_or(value.span, |stage| stage.span).end as usize;
        head.push(self.printer.expr(value, At::level(VALUE)));
        let head = Doc::words(head);
        let staged: Vec<String> = stages.iter().map(|stage| self.printer.stage(stage).flat()).collect();
        let line = format!("{} {}", head.flat(), staged.join(" "));
        if !has_clauses
            && width(&line) <= super::layout::WIDTH
            && !self.writer.has_comments(value.span.end as usize, end)
        {
            self.writer.line(start, end, &Doc::text(line));
            return;
        }
        self.writer.line(start, value.span.end as usize, &head);
        stages.iter().for_each(|stage| self.stage_line(stage));
    }

    fn stage_line(&mut self, stage: &Stage) {
        let line = self.printer.stage(stage);
        self.writer.clause(stage.span.start as usize, stage.span.end as usize, &line);
    }

    fn charge_clauses(&mut self, charge: &Charge) {
        if let Some(when) = &charge.when {
            self.when(when);
        }
        if let Some(because) = &charge.because {
            self.because(because);
        }
        if let (Some(first), Some(last)) = (charge.tags.first(), charge.tags.last()) {
            let line = Doc::text(format!("tagged {}", self.printer.names(&charge.tags)));
            self.writer.clause(first.span.start as usize, last.span.end as usize, &line);
        }
        if let Some((quantity, price)) = charge.shown.as_deref() {
            let sum = |value: &Expr| self.printer.expr(value, At::level(SUM));
            let mut words = vec![Doc::text("shown as"), sum(quantity)];
            words.extend(price.iter().flat_map(|price| [Doc::text("at"), sum(price)]));
            let end = price.as_ref().unwrap_or(quantity).span.end as usize;
            self.writer.clause(quantity.span.start as usize, end, &Doc::words(words));
        }
    }

    fn when(&mut self, when: &Expr) {
        let line = Doc::words(vec![Doc::text("when"), self.printer.expr(when, At::level(VALUE))]);
        self.writer.clause(when.span.start as usize, when.span.end as usize, &line);
    }

    fn because(&mut self, because: &Template) {
        let line = Doc::text(format!("because {}", self.printer.source(because.span)));
        self.writer.clause(because.span.start as usize, because.span.end as usize, &line);
    }

    fn options(&mut self, options: &[GroupOption]) {
        let room = options.iter().map(|option| width(&self.printer.name(&option.code))).max().unwrap_or(0);
        for option in options {
            let printer = &self.printer;
            let mut words = vec![Doc::text(padded(&printer.name(&option.code), room))];
            words.extend(option.label.as_ref().map(|label| printer.text(label)));
            words.push(printer.expr(&option.amount, At::level(ANY)));
            words.extend(option.when.iter().flat_map(|when| [Doc::text("when"), printer.expr(when, At::level(VALUE))]));
            let end = option.when.as_ref().unwrap_or(&option.amount).span.end as usize;
            self.writer.line(option.code.span.start as usize, end, &Doc::words(words));
        }
    }

    pub fn exception(&mut self, word: &str, exception: &Exception, span: Span, start: usize) {
        let printer = &self.printer;
        let name = exception.name.as_ref().map(|name| format!("{} ", printer.name(name))).unwrap_or_default();
        let mut words = vec![Doc::text(format!("{word} {name}to {}", printer.name(&exception.to)))];
        words.extend(exception.label.as_ref().map(|label| printer.text(label)));
        words.extend([Doc::text("="), printer.expr(&exception.value, At::level(ANY))]);
        let end =
            if exception.when.is_some() || exception.because.is_some() { exception.value.span.end } else { span.end };
        self.writer.line(start, end as usize, &Doc::words(words));
        if let Some(when) = &exception.when {
            self.when(when);
        }
        if let Some(because) = &exception.because {
            self.because(because);
        }
    }

    pub fn total(&mut self, word: &str, stages: &[Stage], span: Span, start: usize) {
        let mut words = vec![Doc::text(word)];
        words.extend(stages.iter().map(|stage| self.printer.stage(stage)));
        self.writer.line(start, span.end as usize, &Doc::words(words));
    }

    pub fn test(&mut self, word: &str, test: &Test, span: Span, start: usize) {
        let head = format!("{word} {}", self.printer.source(test.name.span));
        if let Some(file) = &test.file {
            self.writer.line(
                start,
                span.end as usize,
                &Doc::text(format!("{head} from {}", self.printer.source(file.span))),
            );
            return;
        }
        self.writer.line(start, start, &Doc::text(head));
        self.writer.open();
        let mut expects = test.expects.iter().peekable();
        let mut given = test.given.as_slice();
        while let Some((first, _)) = given.first() {
            while let Some(expect) = expects.next_if(|expect| expect.span.start < first.span.start) {
                self.expect(expect);
            }
            let (line, rest) = given.split_at_checked(self.on_this_line(given)).unwrap_or((given, &[]));
            self.given(line);
            given = rest;
        }
        expects.for_each(|expect| self.expect(expect));
        self.writer.close(span.end as usize);
    }

    /// How many of the values given stand together on a line of the source, and fit on one.
    fn on_this_line(&self, given: &[(Name, Expr)]) -> usize {
        let mut count: usize = 0;
        let mut end = None;
        let mut room = super::layout::WIDTH.saturating_sub(12);
        for (name, value) in given {
            let same_line = end.is_none_or(|end: u32| {
                self.printer
                    .text
                    .get(end as usize..name.span.start as usize)
                    .is_some_and(|gap| gap.trim() == "," && !gap.contains('\n'))
            });
            let needed = width(&self.printer.assignment(name, value).flat()).saturating_add(2);
            if count > 0 && (!same_line || needed > room) {
                break;
            }
            room = room.saturating_sub(needed);
            count = count.saturating_add(1);
            end = Some(value.span.end);
        }
        count.max(1)
    }

    fn given(&mut self, given: &[(Name, Expr)]) {
        let (Some((first, _)), Some((_, last))) = (given.first(), given.last()) else { return };
        let mut parts = vec![Doc::text("given ")];
        for (index, (name, value)) in given.iter().enumerate() {
            parts.extend((index > 0).then(|| Doc::text(", ")));
            parts.push(self.printer.assignment(name, value));
        }
        self.writer.line(first.span.start as usize, last.span.end as usize, &Doc::Group(parts));
    }

    fn expect(&mut self, expect: &Expect) {
        let printer = &self.printer;
        let sum = |value: &Expr| printer.expr(value, At::level(SUM));
        let words = match &expect.kind {
            ExpectKind::Charge { code, amount, by } => {
                let mut words = vec![Doc::text(format!("charge {}", printer.name(code)))];
                words.extend(amount.iter().flat_map(|amount| [Doc::text("is"), sum(amount)]));
                words.extend(by.iter().map(|(table, row)| Doc::text(format!("by {} row {row}", printer.name(table)))));
                words
            }
            ExpectKind::NoCharge(code) => vec![Doc::text(format!("no charge {}", printer.name(code)))],
            ExpectKind::Total(amount) => vec![Doc::text("total is"), sum(amount)],
            ExpectKind::Flag(code, raised) => {
                vec![Doc::text(format!("{}flag {}", if *raised { "" } else { "no " }, printer.name(code)))]
            }
            ExpectKind::Refusal(code) => vec![Doc::text("refusal"), printer.text(code)],
            ExpectKind::Error(words) => vec![Doc::text("error"), Doc::text(words.text.clone())],
            ExpectKind::Explanation(code, text) => {
                vec![Doc::text(format!("explanation of {} has", printer.name(code))), printer.text(text)]
            }
            ExpectKind::That(condition) => vec![printer.expr(condition, At::level(ANY))],
        };
        let mut line = vec![Doc::text("expect")];
        line.extend(words);
        self.writer.line(expect.span.start as usize, expect.span.end as usize, &Doc::words(line));
    }
}
