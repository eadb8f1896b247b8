//! Tables, with their columns aligned, and tiers.

use super::Formatter;
use super::expression::{At, SUM};
use super::layout::{Doc, padded, width};
use crate::source::Span;
use crate::syntax::ast::{
    Collect, Column, ColumnEnds, ColumnRole, HitPolicy, Row, Table, Text, Tier, TierPart, TierRows, Tiers,
};

impl Formatter<'_> {
    pub fn table(&mut self, word: &str, table: &Table, span: Span, start: usize) {
        let printer = &self.printer;
        let mut words = vec![Doc::text(format!("{word} {}", printer.name(&table.name)))];
        words.extend(table.policy.as_ref().map(|(policy, _)| Doc::text(self.hit_policy(policy))));
        words.extend(table.crosstab.then(|| Doc::text("crosstab")));
        words.extend(table.file.iter().flat_map(|file| [Doc::text("from"), printer.text(file)]));
        words.extend(table.effective.iter().flat_map(|period| [Doc::text("effective"), printer.range(period, false)]));
        self.writer.line(start, start, &Doc::words(words));
        self.writer.open();
        self.columns(table);
        let rows: Vec<&Row> = table.heading.iter().chain(&table.rows).collect();
        let lines = self.row_lines(&rows);
        for (row, line) in rows.iter().zip(lines) {
            self.writer.line(row.span.start as usize, row.span.end as usize, &Doc::text(line));
        }
        self.writer.close(span.end as usize);
    }

    fn hit_policy(&self, policy: &HitPolicy) -> String {
        match policy {
            HitPolicy::Unique => "unique".into(),
            HitPolicy::First => "first".into(),
            HitPolicy::Any => "any".into(),
            HitPolicy::Priority(highest, column) => {
                format!("priority {} {}", if *highest { "highest" } else { "lowest" }, self.printer.field_name(column))
            }
            HitPolicy::MostSpecific => "most specific".into(),
            HitPolicy::Collect(collect) => {
                let word = match collect {
                    Collect::Sum => "sum",
                    Collect::Min => "min",
                    Collect::Max => "max",
                    Collect::Count => "count",
                    Collect::List => "list",
                };
                format!("collect {word}")
            }
        }
    }

    fn columns(&mut self, table: &Table) {
        let names = |value: bool| {
            let columns = table
                .columns
                .iter()
                .filter(|column| (column.role == ColumnRole::Value) == value && column.role != ColumnRole::Valid);
            columns.map(|column| width(&self.column_name(column))).max().unwrap_or(0)
        };
        let (keys, values) = (names(false), names(true));
        let mut lines: Vec<(Span, String)> = Vec::new();
        for column in &table.columns {
            let room = if column.role == ColumnRole::Value { values } else { keys };
            lines.push((column.span, self.column(column, room)));
        }
        for (index, text) in table.ignoring.iter().enumerate() {
            // Names after one `ignoring` stay on one line.
            let follows = index.checked_sub(1).and_then(|before| table.ignoring.get(before)).is_some_and(|before| {
                self.printer
                    .text
                    .get(before.span.end as usize..text.span.start as usize)
                    .is_some_and(|gap| gap.trim() == ",")
            });
            match lines.last_mut().filter(|_| follows) {
                Some((span, line)) => {
                    *span = span.to(text.span);
                    line.push_str(&format!(", {}", self.printer.source(text.span)));
                }
                None => lines.push((text.span, format!("ignoring {}", self.printer.source(text.span)))),
            }
        }
        lines.sort_by_key(|(span, _)| span.start);
        for (span, line) in lines {
            self.writer.line(span.start as usize, span.end as usize, &Doc::text(line));
        }
    }

    fn column_name(&self, column: &Column) -> String {
        let across = if column.across { "across " } else { "" };
        format!("{across}{}", self.printer.field_name(&column.name))
    }

    fn column(&self, column: &Column, room: usize) -> String {
        let mut line = match column.role {
            ColumnRole::Valid => "valid".to_string(),
            ColumnRole::Value => format!("-> {}", padded(&self.column_name(column), room)),
            _ => padded(&self.column_name(column), room),
        };
        if let Some(ty) = &column.ty {
            line.push_str(&format!(" : {}", self.printer.type_text(ty)));
        }
        line.push_str(match column.role {
            ColumnRole::Range => " by range",
            ColumnRole::Break => " by break",
            ColumnRole::NextRow => " by next row",
            ColumnRole::LongestPrefix => " by longest prefix",
            ColumnRole::Exact | ColumnRole::Valid | ColumnRole::Value => "",
        });
        if let Some(heading) = &column.heading {
            line.push_str(&format!(" column {}", self.printer.source(heading.span)));
        }
        if let Some(ends) = &column.ends {
            line.push_str(&self.column_ends(ends));
        }
        line
    }

    fn column_ends(&self, ends: &ColumnEnds) -> String {
        let source = |text: &Text| self.printer.source(text.span);
        let low = ends
            .low
            .as_ref()
            .map(|(text, included)| format!(" {} {}", if *included { "from" } else { "over" }, source(text)));
        let high = ends.high.as_ref().map(|(text, included)| {
            let word = match (&ends.low, included) {
                (Some((_, true)), true) => "through",
                (Some(_), false) => "until",
                (_, true) => "up to",
                (None, false) => "under",
            };
            format!(" {word} {}", source(text))
        });
        format!("{}{}", low.unwrap_or_default(), high.unwrap_or_default())
    }

    /// The rows with their columns aligned by the width in which they are shown; a row with fewer cells than the others is set under `||`.
    fn row_lines(&self, rows: &[&Row]) -> Vec<String> {
        let cells =
            |row: &Row| -> Vec<String> { row.cells.iter().map(|cell| self.printer.source(cell.span).into()).collect() };
        let usual = rows.first().map_or((0, 0), |row| (row.cells.len(), row.split));
        let mut widths = vec![0; usual.0];
        for row in rows.iter().filter(|row| (row.cells.len(), row.split) == usual) {
            for (room, cell) in widths.iter_mut().zip(cells(row)) {
                *room = width(&cell).max(*room);
            }
        }
        let lines = rows.iter().map(|row| {
            let is_usual = (row.cells.len(), row.split) == usual;
            let texts = cells(row).into_iter().enumerate().map(|(index, cell)| {
                let room = widths.get(index).copied().filter(|_| is_usual).unwrap_or(0);
                padded(&cell, room)
            });
            let texts: Vec<String> = texts.collect();
            let (keys, values) = texts.split_at_checked(row.split).unwrap_or((&texts, &[]));
            let keys = keys.join(" | ");
            let keys_room =
                widths.get(..usual.1).map_or(0, |keys| keys.iter().sum::<usize>() + 3 * usual.1.saturating_sub(1));
            match (keys.is_empty() && row.split == 0, values.is_empty()) {
                (true, true) => "|".to_string(),
                (true, false) => format!("|| {} |", values.join(" | ")),
                (false, true) => format!("| {keys} |"),
                (false, false) => format!("| {} || {} |", padded(&keys, keys_room), values.join(" | ")),
            }
        });
        lines.collect()
    }

    pub fn tiers(&mut self, word: &str, tiers: &Tiers, span: Span, start: usize) {
        let printer = &self.printer;
        let mut head = format!("{word} {}", printer.name(&tiers.name));
        if !tiers.params.is_empty() {
            head.push_str(&self.params(&tiers.params).flat());
        }
        head.push_str(&format!(
            " {} over {}",
            if tiers.volume { "volume" } else { "graduated" },
            printer.type_text(&tiers.over)
        ));
        if tiers.flat_at_zero {
            head.push_str(", flat due at zero");
        }
        if let Some(rounding) = &tiers.each_rounded {
            head.push_str(&format!(", each tier rounded {}", printer.round_to(rounding).flat()));
        }
        match &tiers.rows {
            TierRows::Written(rows) => {
                let bounds: Vec<String> = rows.iter().map(|tier| self.bound(tier)).collect();
                let room = bounds.iter().map(|bound| width(bound)).max().unwrap_or(0);
                self.writer.line(start, start, &Doc::text(head));
                self.writer.open();
                for (tier, bound) in rows.iter().zip(&bounds) {
                    let line = Doc::text(format!("{}  {}", padded(bound, room), self.parts(tier)));
                    self.writer.line(tier.span.start as usize, tier.span.end as usize, &line);
                }
            }
            TierRows::Each { name, list, tier } => {
                self.writer.line(start, start, &Doc::text(head));
                self.writer.open();
                let line = format!(
                    "each {} in {} {{ {}  {} }}",
                    self.printer.name(name),
                    self.printer.operand(list).flat(),
                    self.bound(tier),
                    self.parts(tier)
                );
                self.writer.line(name.span.start as usize, tier.span.end as usize, &Doc::text(line));
            }
        }
        self.writer.close(span.end as usize);
    }

    fn bound(&self, tier: &Tier) -> String {
        match &tier.bound {
            Some((bound, true)) => format!("up to {}", self.printer.operand(bound).flat()),
            Some((bound, false)) => format!("under {}", self.printer.operand(bound).flat()),
            None => "above".into(),
        }
    }

    fn parts(&self, tier: &Tier) -> String {
        let sum = |value| self.printer.expr(value, At::level(SUM)).flat();
        let parts = tier.parts.iter().map(|part| match part {
            TierPart::Rate(rate) => sum(rate),
            TierPart::Flat(amount) => format!("{} flat", sum(amount)),
            TierPart::PerStep(amount, step, started) => {
                format!(
                    "{} per {} {}",
                    sum(amount),
                    if *started { "started" } else { "whole" },
                    self.printer.operand(step).flat()
                )
            }
        });
        parts.collect::<Vec<_>>().join(" plus ")
    }
}
