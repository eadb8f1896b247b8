//! A decision table into a table of the rules and the look-up that answers as it does.
//!
//! Cells become sets of values. From them it is decided here, before anything is written, whether rules overlap where DMN forbids it, and
//! whether any input is left without a rule: there DMN's result is null, and the look-up's is absent.

use super::cells;
use super::clause::{self, Column};
use super::expression::{Translator, Typed};
use super::model;
use super::names::{Names, label};
use super::outputs::{self, Outputs};
use super::report::Refused;
use super::types::{Field, Resolved, Type};
use super::values::{self, Values};
use std::fmt::Write;

/// How many rows of rules one decision table may become.
const MOST_ROWS: usize = 200_000;
/// How many rules are compared with each other here; in larger tables the rules' own check compares them.
const MOST_COMPARED: usize = 3_000;

/// What a decision table became.
pub(super) struct Drafted {
    /// The declaration.
    pub(super) text: String,
    /// The look-up.
    pub(super) value: Typed,
    /// The fields of the record that several outputs make.
    pub(super) fields: Vec<Field>,
}

/// How a table answers where several rules match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    Unique,
    Any,
    First,
    Priority,
    RuleOrder,
    OutputOrder,
    Collect,
    Sum,
    Count,
    Least,
    Greatest,
}

impl Policy {
    fn read(table: &model::Table) -> Result<Self, Refused> {
        let policy = table.policy.to_ascii_uppercase();
        let aggregation = table.aggregation.as_deref().map(str::to_ascii_uppercase);
        Ok(match (policy.as_str(), aggregation.as_deref()) {
            ("UNIQUE" | "U", _) => Policy::Unique,
            ("ANY" | "A", _) => Policy::Any,
            ("FIRST" | "F", _) => Policy::First,
            ("PRIORITY" | "P", _) => Policy::Priority,
            ("RULE ORDER" | "R", _) => Policy::RuleOrder,
            ("OUTPUT ORDER" | "O", _) => Policy::OutputOrder,
            ("COLLECT" | "C", None | Some("LIST" | "")) => Policy::Collect,
            ("COLLECT" | "C", Some("SUM" | "+")) | ("C+", _) => Policy::Sum,
            ("COLLECT" | "C", Some("COUNT" | "#")) | ("C#", _) => Policy::Count,
            ("COLLECT" | "C", Some("MIN" | "<")) | ("C<", _) => Policy::Least,
            ("COLLECT" | "C", Some("MAX" | ">")) | ("C>", _) => Policy::Greatest,
            _ => {
                return Err(Refused::new(
                    format!("the hit policy `{}` is not known", table.policy),
                    "use one of U A P F R O C",
                ));
            }
        })
    }

    /// One rule's outputs are the result.
    pub(super) fn single(self) -> bool {
        matches!(self, Policy::Unique | Policy::Any | Policy::First | Policy::Priority)
    }

    pub(super) fn ranked(self) -> bool {
        matches!(self, Policy::Priority | Policy::OutputOrder)
    }

    fn words(self) -> &'static str {
        match self {
            Policy::Unique => "unique",
            Policy::Any => "any",
            Policy::First => "first",
            Policy::Priority => "priority lowest rank",
            Policy::RuleOrder | Policy::OutputOrder | Policy::Collect => "collect list",
            Policy::Sum => "collect sum",
            Policy::Count => "collect count",
            Policy::Least => "collect min",
            Policy::Greatest => "collect max",
        }
    }
}

/// What a table is drafted with.
pub(super) struct Frame<'f> {
    pub(super) table: &'f model::Table,
    pub(super) name: String,
    /// What the table is called for people.
    pub(super) title: &'f str,
    /// The types of the input expressions, as far as they are stated.
    pub(super) input_types: Vec<Option<Resolved>>,
    /// The types of the outputs, as far as they are stated.
    pub(super) output_types: Vec<Option<Resolved>>,
}

/// The look-up and the declaration.
pub(super) fn draft(frame: &Frame<'_>, translator: &mut Translator<'_, '_>) -> Result<Drafted, Refused> {
    let table = frame.table;
    let policy = Policy::read(table)?;
    if table.rules.is_empty() {
        return Err(Refused::new("the table has no rules", "add a rule").at(table.place));
    }
    let mut names = Names::default();
    for reserved in ["because", "value", "rank", "rule", "nothing"] {
        names.take(reserved);
    }
    let outputs = outputs::read(frame, policy, translator, &mut names)?;
    let mut columns = Vec::new();
    for (at, clause) in table.inputs.iter().enumerate() {
        columns.extend(
            clause::input(frame, at, clause, translator, &mut names)
                .map_err(|refused| refused.at(clause.expression.place))?,
        );
    }
    if columns.is_empty() {
        let (name, cells) = (names.take("always"), vec![Values::both(); table.rules.len()]);
        columns.push(Column { name, ty: Type::YesNo, key: "yes".into(), domain: Values::both(), cells });
    }
    let rows: Vec<Vec<Values>> = (0..table.rules.len())
        .map(|rule| columns.iter().filter_map(|column| column.cells.get(rule).cloned()).collect())
        .collect();
    meetings(table, policy, &outputs, &rows)?;
    let domains: Vec<Values> = columns.iter().map(|column| column.domain.clone()).collect();
    let complete = values::complete(&domains, &rows);
    let keys: Vec<&str> = columns.iter().map(|column| column.key.as_str()).collect();
    let look_up = format!("{}[{}]", frame.name, keys.join(", "));
    let drafted = outputs.result(frame, policy, &look_up, complete, &mut translator.notes)?;
    // The rules' own check knows the types of keys, not all that is known here of their values.
    let whole: Vec<Values> = columns.iter().map(|column| column.ty.all().unwrap_or_else(Values::both)).collect();
    let closed = drafted.otherwise.is_some() || !policy.single() || values::complete(&whole, &rows);
    let text = write(frame, policy, &columns, &rows, &drafted, closed)?;
    Ok(Drafted { text, value: drafted.value, fields: outputs.fields(frame) })
}

/// What the result needs of the table.
pub(super) struct Needed {
    pub(super) value: Typed,
    /// The value columns with their types.
    pub(super) columns: Vec<(String, String)>,
    /// Their cells, one list for each rule.
    pub(super) cells: Vec<Vec<String>>,
    /// Their cells where no rule matches.
    pub(super) otherwise: Option<Vec<String>>,
}

/// Rules that must not meet.
fn meetings(table: &model::Table, policy: Policy, outputs: &Outputs, rows: &[Vec<Values>]) -> Result<(), Refused> {
    if rows.len() > MOST_COMPARED {
        return if policy == Policy::Any || policy.ranked() {
            Err(Refused::new(
                format!("the table has more than {MOST_COMPARED} rules to compare"),
                "use the hit policy U or F",
            )
            .at(table.place))
        } else {
            Ok(())
        };
    }
    let (found, why, help) = match policy {
        Policy::Unique => (
            values::meeting(rows, |_, _| true),
            "overlap, which the hit policy U forbids",
            "let one end where the other begins, or choose another hit policy",
        ),
        Policy::Any => (
            values::meeting(rows, |a, b| !outputs.same(a, b)),
            "overlap and have different outputs, which the hit policy A forbids",
            "let them agree, or choose another hit policy",
        ),
        Policy::Priority | Policy::OutputOrder => (
            values::meeting(rows, |a, b| outputs.tied(a, b) && !outputs.same(a, b)),
            "overlap, have the same priority and different outputs: DMN does not say which is first",
            "give the other outputs an order, too",
        ),
        Policy::Count => (
            values::meeting(rows, |a, b| outputs.same(a, b)),
            "overlap and have the same output: versions of DMN differ on whether it counts once",
            "let the outputs differ",
        ),
        _ => (None, "", ""),
    };
    let Some((first, second)) = found else { return Ok(()) };
    let place = table.rules.get(second).map_or(table.place, |rule| rule.place);
    Err(Refused::new(format!("rules {} and {} {why}", first.saturating_add(1), second.saturating_add(1)), help)
        .at(place))
}

/// The declaration, its rows aligned.
fn write(
    frame: &Frame<'_>,
    policy: Policy,
    columns: &[Column],
    rows: &[Vec<Values>],
    needed: &Needed,
    closed: bool,
) -> Result<String, Refused> {
    let mut text = format!("## {}\ntable {} {} {{\n", comment(frame.title), frame.name, policy.words());
    for column in columns {
        let ty = match column.ty {
            Type::Number => "number by range",
            Type::Date => "date by range",
            Type::Time => "time by range",
            Type::YesNo => "yes/no",
            _ => "text",
        };
        let _ = writeln!(text, "  {} : {ty}", column.name);
    }
    for (name, ty) in &needed.columns {
        let _ = writeln!(text, "  -> {name} : {ty}");
    }
    let reasons = frame.table.rules.iter().any(|rule| !rule.because.is_empty());
    let mut lines = vec![heading(columns, needed, reasons)];
    for (at, row) in rows.iter().enumerate() {
        let Some(rule) = frame.table.rules.get(at) else { continue };
        let mut pieces: Vec<Vec<String>> = Vec::new();
        for set in row {
            pieces.push(cells::write(set).map_err(|refused| refused.at(rule.place))?.ok_or_else(|| {
                Refused::new("a cell that names what it excludes has no counterpart here", "list what it includes")
                    .at(rule.place)
            })?);
        }
        let mut values = needed.cells.get(at).cloned().unwrap_or_default();
        if reasons {
            values.push(if rule.because.is_empty() { String::new() } else { label(&rule.because) });
        }
        for keys in product(&pieces) {
            lines.push((keys, values.clone()));
        }
        if lines.len() > MOST_ROWS {
            return Err(Refused::new(format!("the table would have more than {MOST_ROWS} rows"), "split it")
                .at(frame.table.place));
        }
    }
    if lines.len() == 1 {
        return Err(Refused::new("no rule of the table can match", "correct the cells").at(frame.table.place));
    }
    aligned(&mut text, &lines, columns.len());
    if let Some(otherwise) = &needed.otherwise {
        let mut values = otherwise.clone();
        if reasons {
            values.push(String::new());
        }
        let _ = writeln!(text, "  | otherwise || {} |", values.join(" | "));
    }
    if !closed {
        text.push_str("  | otherwise || refuse \"NO_RULE\" \"no rule of the decision table matches\" |\n");
    }
    text.push_str("}\n");
    Ok(text)
}

type Line = (Vec<String>, Vec<String>);

fn heading(columns: &[Column], needed: &Needed, reasons: bool) -> Line {
    let keys = columns.iter().map(|column| column.name.clone()).collect();
    let mut values: Vec<String> = needed.columns.iter().map(|(name, _)| name.clone()).collect();
    if reasons {
        values.push("because".into());
    }
    (keys, values)
}

/// One cell of each column, in every combination.
fn product(pieces: &[Vec<String>]) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = vec![Vec::new()];
    for cells in pieces {
        if rows.len().saturating_mul(cells.len()) > MOST_ROWS {
            return vec![Vec::new(); MOST_ROWS];
        }
        rows = rows
            .iter()
            .flat_map(|row| cells.iter().map(move |cell| row.iter().cloned().chain([cell.clone()]).collect()))
            .collect();
    }
    rows
}

fn aligned(text: &mut String, lines: &[Line], keys: usize) {
    let all = |line: &Line| line.0.iter().chain(&line.1).map(|cell| cell.chars().count().min(40)).collect::<Vec<_>>();
    let mut widths: Vec<usize> = Vec::new();
    for line in lines {
        for (at, width) in all(line).into_iter().enumerate() {
            match widths.get_mut(at) {
                Some(known) => *known = (*known).max(width),
                None => widths.push(width),
            }
        }
    }
    for line in lines {
        text.push_str("  |");
        for (at, cell) in line.0.iter().chain(&line.1).enumerate() {
            let width = widths.get(at).copied().unwrap_or(0);
            let bar = if at.saturating_add(1) == keys { "||" } else { "|" };
            let _ = write!(text, " {cell:width$} {bar}");
        }
        text.push('\n');
    }
}

fn comment(title: &str) -> String {
    title.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect()
}
