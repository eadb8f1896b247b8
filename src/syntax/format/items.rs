//! The header, the definitions and the calendars.

use super::Formatter;
use super::expression::{ANY, At, SUM, VALUE};
use super::layout::{Doc, WIDTH, padded, width};
use crate::source::Span;
use crate::syntax::ast::{
    CalendarDays, Field, Header, Item, ItemKind, Name, Param, Parameter, ParameterValues, Setting, Text, TypeExpr,
    WindowLine,
};

impl Formatter<'_> {
    pub fn header(&mut self, header: &Header) {
        let printer = &self.printer;
        let mut words = vec![Doc::text(format!(
            "{} {}",
            if header.module { "module" } else { "ruleset" },
            printer.source(header.name.span)
        ))];
        if let Some((base, file)) = &header.extends {
            words.extend([Doc::text(format!("extends {} from", printer.source(base.span))), printer.text(file)]);
        }
        words.extend(header.title.as_ref().map(|title| printer.text(title)));
        words.extend(header.version.iter().flat_map(|version| [Doc::text("version"), printer.text(version)]));
        let start = header.span.start as usize;
        self.writer.line(start, start, &Doc::words(words));
        let has_braces = printer.source(header.span).ends_with('}');
        if has_braces {
            self.writer.open();
            for setting in &header.settings {
                self.setting(setting);
            }
            self.writer.close(header.span.end as usize);
        }
    }

    fn setting(&mut self, setting: &Setting) {
        let printer = &self.printer;
        let (word, value, span) = match setting {
            Setting::Currency(name) => ("currency", Doc::text(printer.name(name)), name.span),
            Setting::Effective(range) => ("effective", printer.range(range, false), range.span),
            Setting::Published(date, span) => ("published", Doc::text(date.to_string()), *span),
            Setting::Supersedes(version, from, span) => {
                let words = vec![printer.text(version), Doc::text(format!("from {from}"))];
                ("supersedes", Doc::words(words), *span)
            }
            Setting::PricedOn(date) => ("priced on", printer.expr(date, At::level(VALUE)), date.span),
            Setting::Rounding(rounding) => {
                let mut words =
                    vec![rounding.how.as_ref().map_or_else(|| Doc::text("none"), |how| printer.round_to(how))];
                words.extend(rounding.on_total.then(|| Doc::text("on the total")));
                ("rounding", Doc::words(words), rounding.span)
            }
        };
        let line = Doc::Group(vec![Doc::text(padded(word, 11)), value]);
        self.writer.line(span.start as usize, span.end as usize, &line);
    }

    /// An item that starts at `start` of the source, with a word such as `override ` before it.
    pub fn item(&mut self, item: &Item, start: usize, before: &str) {
        let end = item.span.end as usize;
        let printer = &self.printer;
        let word = |word: &str| format!("{before}{word}");
        match &item.kind {
            ItemKind::Import(file) => {
                let line = Doc::words(vec![Doc::text(word("import")), printer.text(file)]);
                self.writer.line(start, end, &line);
            }
            ItemKind::Unit { name, plural, definition } => {
                let mut words = vec![Doc::text(format!("{} {}", word("unit"), printer.name(name)))];
                words.extend(plural.as_ref().map(|plural| Doc::text(format!("plural {}", printer.name(plural)))));
                words.extend(definition.iter().flat_map(|one| [Doc::text("="), printer.expr(one, At::level(SUM))]));
                self.writer.line(start, end, &Doc::words(words));
            }
            ItemKind::Enum { name, members } => self.enumeration(&word("enum"), name, members, item.span, start),
            ItemKind::Record { name, fields } => {
                let head = format!("{} {}", word("record"), printer.name(name));
                self.fields(&head, fields, item.span, start, self.is_on_one_line(item.span));
            }
            ItemKind::Input(fields) => self.fields(&word("input"), fields, item.span, start, false),
            ItemKind::Let { name, ty, value } => {
                let line = Doc::Group(vec![
                    self.defined(&word("let"), name, ty.as_ref()),
                    Doc::text(" = "),
                    printer.expr(value, At::level(ANY)),
                ]);
                self.writer.line(start, end, &line);
            }
            ItemKind::Parameter(parameter) => self.parameter(&word("parameter"), parameter, item.span, start),
            ItemKind::Function { name, params, result, body } => {
                let head = Doc::text(format!("{} {}", word("function"), printer.name(name)));
                let result = result.as_ref().map(|ty| format!(" -> {}", printer.type_text(ty))).unwrap_or_default();
                let body = Doc::Group(vec![
                    Doc::text(format!("{result} =")),
                    Doc::Nest(vec![Doc::Line(" "), printer.expr(body, At::level(ANY))]),
                ]);
                let line = Doc::Group(vec![head, self.params(params), body]);
                self.writer.line(start, end, &line);
            }
            ItemKind::HostFunction { name, params, result } => {
                let head = Doc::text(format!("{} {}", word("host function"), printer.name(name)));
                let line = Doc::Group(vec![
                    head,
                    self.params(params),
                    Doc::text(format!(" -> {}", printer.type_text(result))),
                ]);
                self.writer.line(start, end, &line);
            }
            ItemKind::Output { name, ty, value, label } => {
                let mut parts = vec![
                    self.defined(&word("output"), name, ty.as_ref()),
                    Doc::text(" = "),
                    printer.expr(value, At::level(ANY)),
                ];
                parts.extend(label.iter().flat_map(|label| [Doc::text(" "), printer.text(label)]));
                self.writer.line(start, end, &Doc::Group(parts));
            }
            ItemKind::Flag { code, message, when } => {
                self.message_item(&word("flag"), code, message.span, when, item.span, start)
            }
            ItemKind::Refuse { code, message, when } => {
                self.message_item(&word("refuse"), code, message.span, when, item.span, start)
            }
            ItemKind::Remove(name) => {
                let line = Doc::text(format!("{} {}", word("remove charge"), printer.name(name)));
                self.writer.line(start, end, &line);
            }
            ItemKind::Override(inner) => self.item(inner, start, "override "),
            ItemKind::Table(table) => self.table(&word("table"), table, item.span, start),
            ItemKind::Tiers(tiers) => self.tiers(&word("tiers"), tiers, item.span, start),
            ItemKind::Calendar { name, days } => self.calendar(&word("calendar"), name, days, item.span, start),
            ItemKind::Windows { name, zone, lines } => {
                let head = Doc::words(vec![
                    Doc::text(format!("{} {} in zone", word("windows"), printer.name(name))),
                    printer.operand(zone),
                ]);
                self.writer.line(start, zone.span.end as usize, &head);
                self.writer.open();
                lines.iter().for_each(|line| self.window_line(line));
                self.writer.close(end);
            }
            ItemKind::Charge(charge) => self.charge(&word("charge"), charge, item.span, start),
            ItemKind::Exception(exception) => self.exception(&word("exception"), exception, item.span, start),
            ItemKind::Total(stages) => self.total(&word("total"), stages, item.span, start),
            ItemKind::Test(test) => self.test(&word("test"), test, item.span, start),
        }
    }

    /// Whether an item stands on one line of the source, without comments in it.
    pub fn is_on_one_line(&self, span: Span) -> bool {
        !self.printer.source(span).contains('\n') && !self.writer.has_comments(span.start as usize, span.end as usize)
    }

    fn defined(&self, word: &str, name: &Name, ty: Option<&TypeExpr>) -> Doc {
        let ty = ty.map(|ty| format!(" : {}", self.printer.type_text(ty))).unwrap_or_default();
        Doc::text(format!("{word} {}{ty}", self.printer.name(name)))
    }

    pub fn params(&self, params: &[Param]) -> Doc {
        let param = |param: &Param| {
            Doc::text(format!("{} : {}", self.printer.name(&param.name), self.printer.type_text(&param.ty)))
        };
        self.printer.bracketed("(", ")", params.iter().map(param).collect())
    }

    fn message_item(
        &mut self,
        word: &str,
        code: &Name,
        message: Span,
        when: &crate::syntax::ast::Expr,
        span: Span,
        start: usize,
    ) {
        let printer = &self.printer;
        let head = Doc::text(format!("{word} {} {}", printer.name(code), printer.source(message)));
        let when = Doc::words(vec![Doc::text("when"), printer.expr(when, At::level(VALUE))]);
        let line = Doc::Group(vec![head, Doc::Nest(vec![Doc::Line(" "), when])]);
        self.writer.line(start, span.end as usize, &line);
    }

    /// A block of parts on one line, where that fits.
    fn on_one_line(&mut self, head: &str, parts: &[String], between: &str, span: Span, start: usize) -> bool {
        let line = format!("{head} {{ {} }}", parts.join(between));
        let fits = width(&line) <= WIDTH && self.is_on_one_line(span) && !parts.is_empty();
        if fits {
            self.writer.line(start, span.end as usize, &Doc::text(line));
        }
        fits
    }

    fn enumeration(&mut self, word: &str, name: &Name, members: &[(Name, Option<Text>)], span: Span, start: usize) {
        let head = format!("{word} {}", self.printer.name(name));
        let member = |(name, label): &(Name, Option<Text>)| {
            let label = label.as_ref().map(|label| format!(" {}", self.printer.source(label.span))).unwrap_or_default();
            format!("{}{label}", self.printer.name(name))
        };
        let parts: Vec<String> = members.iter().map(member).collect();
        if self.on_one_line(&head, &parts, ", ", span, start) {
            return;
        }
        self.writer.line(start, start, &Doc::text(head));
        self.writer.open();
        for ((name, label), part) in members.iter().zip(parts) {
            let end = label.as_ref().map_or(name.span, |label| label.span).end as usize;
            self.writer.line(name.span.start as usize, end, &Doc::text(format!("{part},")));
        }
        self.writer.close(span.end as usize);
    }

    fn fields(&mut self, head: &str, fields: &[Field], span: Span, start: usize, one_line: bool) {
        // Fields that were declared together share the place of their type.
        let mut lines: Vec<(Vec<&Field>, String)> = Vec::new();
        for field in fields {
            match lines.last_mut() {
                Some((group, names)) if group.first().is_some_and(|first| first.ty.span == field.ty.span) => {
                    names.push_str(&format!(", {}", self.printer.field_name(&field.name)));
                    group.push(field);
                }
                _ => lines.push((vec![field], self.printer.field_name(&field.name))),
            }
        }
        if one_line {
            let parts: Vec<String> = lines
                .iter()
                .filter_map(|(group, names)| Some(format!("{names} : {}", self.field_rest(group.first()?).flat())))
                .collect();
            // A name after a number would be its unit.
            let is_number = |part: &String| part.ends_with(|last: char| last.is_ascii_digit());
            let between = if parts.iter().rev().skip(1).any(is_number) { ", " } else { "   " };
            if self.on_one_line(head, &parts, between, span, start) {
                return;
            }
        }
        let column = lines
            .iter()
            .filter(|(group, _)| group.len() == 1)
            .map(|(_, names)| width(names))
            .filter(|&names| names <= 24)
            .max()
            .unwrap_or(0);
        self.writer.line(start, start, &Doc::text(head));
        self.writer.open();
        for (group, names) in &lines {
            let Some(first) = group.first() else { continue };
            let names = if group.len() == 1 { padded(names, column) } else { names.clone() };
            let line = Doc::Group(vec![Doc::text(format!("{names} : ")), self.field_rest(first)]);
            self.writer.line(first.name.span.start as usize, field_end(first), &line);
        }
        self.writer.close(span.end as usize);
    }

    fn field_rest(&self, field: &Field) -> Doc {
        let printer = &self.printer;
        let mut words = vec![Doc::text(printer.type_text(&field.ty))];
        words.extend(field.wire.iter().flat_map(|wire| [Doc::text("named"), printer.text(wire)]));
        words.extend(field.range.as_ref().map(|range| printer.range(range, true)));
        words.extend(field.matching.iter().flat_map(|pattern| [Doc::text("matching"), printer.text(pattern)]));
        words.extend(field.default.iter().flat_map(|value| [Doc::text("="), printer.expr(value, At::level(ANY))]));
        words.extend(field.label.as_ref().map(|label| printer.text(label)));
        Doc::words(words)
    }

    fn parameter(&mut self, word: &str, parameter: &Parameter, span: Span, start: usize) {
        let head = self.defined(word, &parameter.name, parameter.ty.as_ref());
        let reason =
            |reason: &Option<Text>| reason.as_ref().map(|text| format!("because {}", self.printer.source(text.span)));
        match &parameter.values {
            ParameterValues::Constant(value, because) => {
                let mut parts = vec![head, Doc::text(" = "), self.printer.expr(value, At::level(ANY))];
                parts.extend(reason(because).map(|because| Doc::Nest(vec![Doc::Line(" "), Doc::text(because)])));
                self.writer.line(start, span.end as usize, &Doc::Group(parts));
            }
            ParameterValues::Dated(values) => {
                let period = |range: &crate::syntax::ast::Range| {
                    let printer = &self.printer;
                    let word = |included: bool| if included { " through " } else { " until " };
                    let low = range.low.as_ref().map(|(low, _)| printer.operand(low).flat()).unwrap_or_default();
                    let high = range
                        .high
                        .as_ref()
                        .map(|(high, included)| format!("{}{}", word(*included), printer.operand(high).flat()));
                    format!("from {low}{}", high.unwrap_or_default())
                };
                let columns: Vec<(String, String, Option<String>)> = values
                    .iter()
                    .map(|value| {
                        (
                            period(&value.period),
                            self.printer.expr(&value.value, At::level(ANY)).flat(),
                            reason(&value.because),
                        )
                    })
                    .collect();
                if let [(period, value, because)] = columns.as_slice() {
                    let because = because.as_ref().map(|because| format!(" {because}")).unwrap_or_default();
                    if self.on_one_line(&head.flat(), &[format!("{period} {value}{because}")], "", span, start) {
                        return;
                    }
                }
                let periods = columns.iter().map(|(period, ..)| width(period)).max().unwrap_or(0);
                let amounts = columns
                    .iter()
                    .filter(|(_, _, because)| because.is_some())
                    .map(|(_, value, _)| width(value))
                    .max()
                    .unwrap_or(0);
                self.writer.line(start, start, &head);
                self.writer.open();
                for (value, (period, amount, because)) in values.iter().zip(columns) {
                    let line = match because {
                        Some(because) => {
                            format!("{}  {}  {because}", padded(&period, periods), padded(&amount, amounts))
                        }
                        None => format!("{}  {amount}", padded(&period, periods)),
                    };
                    self.writer.line(value.span.start as usize, value.span.end as usize, &Doc::text(line));
                }
                self.writer.close(span.end as usize);
            }
        }
    }

    fn calendar(&mut self, word: &str, name: &Name, days: &[(CalendarDays, Span)], span: Span, start: usize) {
        let head = format!("{word} {}", self.printer.name(name));
        let parts: Vec<String> = days.iter().map(|(_, place)| self.printer.rewritten(*place)).collect();
        if self.on_one_line(&head, &parts, ", ", span, start) {
            return;
        }
        self.writer.line(start, start, &Doc::text(head));
        self.writer.open();
        for ((_, place), part) in days.iter().zip(parts) {
            self.writer.line(place.start as usize, place.end as usize, &Doc::text(format!("{part},")));
        }
        self.writer.close(span.end as usize);
    }

    fn window_line(&mut self, line: &WindowLine) {
        // As written: its days, times and calendars are words and literals.
        let words = self.printer.rewritten(line.span);
        self.writer.line(line.span.start as usize, line.span.end as usize, &Doc::text(words));
    }
}

fn field_end(field: &Field) -> usize {
    let mut end = field.ty.span.end;
    end = end.max(field.range.as_ref().map_or(0, |range| range.span.end));
    end = end.max(field.default.as_ref().map_or(0, |value| value.span.end));
    for text in [&field.wire, &field.matching, &field.label].into_iter().flatten() {
        end = end.max(text.span.end);
    }
    end as usize
}
