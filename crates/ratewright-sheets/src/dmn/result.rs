//! The result of a decision table: the expression that gives it, and the columns that it needs of the table.

use super::expression::{Level, Typed};
use super::model::OutputClause;
use super::outputs::{Entry, Output, Outputs};
use super::report::Refused;
use super::table::{Frame, Needed, Policy};
use super::types::{Field, Resolved, Type};
use super::values::Values;
use std::fmt::Write;

/// The record that a table's outputs make, before it has a place among the types.
pub(super) const OWN_RECORD: usize = usize::MAX;

impl Outputs {
    /// Whether two rules have the same outputs.
    pub(super) fn same(&self, a: usize, b: usize) -> bool {
        self.all.iter().all(|output| output.entries.get(a) == output.entries.get(b))
    }

    /// Whether two rules have the same priority.
    pub(super) fn tied(&self, a: usize, b: usize) -> bool {
        self.ranks.get(a) == self.ranks.get(b)
    }

    /// The fields of the record that several outputs make.
    pub(super) fn fields(&self, frame: &Frame<'_>) -> Vec<Field> {
        let clauses = frame.table.outputs.iter().zip(&self.all);
        let field = |(clause, output): (&OutputClause, &Output)| Field {
            component: clause.name.clone().unwrap_or_default(),
            name: output.name.clone(),
            resolved: Resolved::plain(output.ty.clone()),
        };
        clauses.map(field).collect()
    }

    /// The expression of the result, and what it needs of the table.
    pub(super) fn result(
        &self,
        frame: &Frame<'_>,
        policy: Policy,
        look_up: &str,
        complete: bool,
        notes: &mut Vec<String>,
    ) -> Result<Needed, Refused> {
        let computed = self
            .all
            .iter()
            .any(|output| output.entries.iter().chain(&output.default).any(|e| matches!(e, Entry::Computed(_))));
        let needed = match (policy, self.all.as_slice()) {
            (Policy::Count, _) => self.count(look_up, complete, notes),
            (_, [one]) if policy.single() && computed => return one.chosen(frame, look_up, complete),
            (_, [one]) if policy.single() => one.one(look_up, complete),
            (Policy::Sum | Policy::Least | Policy::Greatest, [one]) => one.gathered(policy, look_up, complete),
            (Policy::Sum | Policy::Least | Policy::Greatest, _) => {
                Err(Refused::new("several outputs cannot be aggregated", "use a table for each output"))
            }
            (_, _) if policy.single() => self.row(frame, policy, look_up, complete),
            _ => self.list(frame, policy, look_up, complete, notes),
        };
        let mut needed = needed.map_err(|refused| refused.at(frame.table.place))?;
        if policy.ranked() {
            needed.columns.push(("rank".into(), "integer".into()));
            for (cells, rank) in needed.cells.iter_mut().zip(&self.ranks) {
                cells.push(rank.to_string());
            }
            if let Some(otherwise) = &mut needed.otherwise {
                otherwise.push("0".into());
            }
        }
        Ok(needed)
    }

    fn cells(&self, frame: &Frame<'_>) -> Result<Vec<Vec<String>>, Refused> {
        let mut rows = Vec::new();
        for (at, rule) in frame.table.rules.iter().enumerate() {
            let cells: Result<Vec<String>, Refused> =
                self.all.iter().filter_map(|output| output.entries.get(at)).map(Entry::cell).collect();
            rows.push(cells.map_err(|refused| refused.at(rule.place))?);
        }
        Ok(rows)
    }

    fn count(&self, look_up: &str, complete: bool, notes: &mut Vec<String>) -> Result<Needed, Refused> {
        if self.all.iter().any(|output| output.default.is_some()) && !complete {
            return Err(Refused::new("a default output of a table that counts has no counterpart", "take it out"));
        }
        if !complete {
            notes.push("where no rule matches, the count is 0".into());
        }
        let rules = self.all.first().map_or(0, |output| output.entries.len());
        Ok(Needed {
            value: Typed::atom(look_up, Type::Number),
            columns: vec![("value".into(), "integer".into())],
            cells: vec![vec!["1".into()]; rules],
            otherwise: None,
        })
    }

    /// The record of several outputs, from an expression for the row: `r` or the look-up.
    fn record(&self, frame: &Frame<'_>, row: &str) -> Result<(String, Type), Refused> {
        if frame.table.outputs.iter().any(|output| output.name.is_none()) {
            return Err(Refused::new("one of several outputs has no name", "name each output"));
        }
        let ty = Type::Record(OWN_RECORD);
        let fields: Vec<String> =
            self.all.iter().map(|output| format!("{} = {row}.{}", output.name, output.name)).collect();
        Ok((format!("{{ {} }}", fields.join(", ")), ty))
    }

    fn value_columns(&self, frame: &Frame<'_>, blank: bool) -> Vec<(String, String)> {
        let optional =
            |output: &Output| blank || output.entries.iter().chain(&output.default).any(|entry| *entry == Entry::Null);
        let written = |output: &Output| {
            let ty = words(&output.ty);
            format!("{ty}{}", if optional(output) { "?" } else { "" })
        };
        let _ = frame;
        self.all.iter().map(|output| (output.name.clone(), written(output))).collect()
    }

    fn row(&self, frame: &Frame<'_>, policy: Policy, look_up: &str, complete: bool) -> Result<Needed, Refused> {
        if self
            .all
            .iter()
            .flat_map(|output| output.entries.iter().chain(&output.default))
            .any(|entry| *entry == Entry::Null)
        {
            return Err(Refused::new("one of several outputs is null", "write a value"));
        }
        let defaults: Vec<&Entry> = self.all.iter().filter_map(|output| output.default.as_ref()).collect();
        let otherwise = match (complete, defaults.len()) {
            (true, _) | (_, 0) => None,
            (_, some) if some == self.all.len() => {
                Some(defaults.iter().map(|entry| entry.cell()).collect::<Result<Vec<_>, _>>()?)
            }
            _ => {
                return Err(Refused::new(
                    "some outputs have a default and some have not",
                    "give all of them a default, or none",
                ));
            }
        };
        let cells = self.cells(frame)?;
        let columns = self.value_columns(frame, false);
        if complete || otherwise.is_some() {
            let (text, ty) = self.record(frame, look_up)?;
            return Ok(Needed { value: Typed::atom(text, ty), columns, cells, otherwise });
        }
        let (record, ty) = self.record(frame, "r")?;
        let sorted = if policy == Policy::Priority { " sorted by r.rank" } else { "" };
        let text = format!("first of (list of {record} for each r in rows of {look_up}{sorted}) if any");
        let value = Typed { optional: true, ..Typed::new(text, ty, Level::Loose) };
        Ok(Needed { value, columns, cells, otherwise: None })
    }

    fn list(
        &self,
        frame: &Frame<'_>,
        policy: Policy,
        look_up: &str,
        complete: bool,
        notes: &mut Vec<String>,
    ) -> Result<Needed, Refused> {
        if self.all.iter().flat_map(|output| &output.entries).any(|entry| *entry == Entry::Null) {
            return Err(Refused::new("a list with null in it has no counterpart", "write a value"));
        }
        if !complete {
            if self.all.iter().any(|output| output.default.is_some()) {
                return Err(Refused::new(
                    "a default output of a table that gives a list has no counterpart",
                    "take it out",
                ));
            }
            notes.push("where no rule matches, the list is empty; engines of DMN say an empty list or null".into());
        }
        let (element, ty, domain) = match self.all.as_slice() {
            [one] => ("r.value".to_owned(), one.ty.clone(), one.domain()),
            _ => {
                let (text, ty) = self.record(frame, "r")?;
                (text, ty, None)
            }
        };
        let sorted = if policy == Policy::OutputOrder { " sorted by r.rank" } else { "" };
        let text = format!("list of {element} for each r in {look_up}{sorted}");
        Ok(Needed {
            value: Typed { domain, ..Typed::new(text, Type::List(Box::new(ty)), Level::Loose) },
            columns: self.value_columns(frame, false),
            cells: self.cells(frame)?,
            otherwise: None,
        })
    }
}

fn words(ty: &Type) -> &'static str {
    match ty {
        Type::Number => "number",
        Type::YesNo => "yes/no",
        Type::Date => "date",
        Type::Time => "time",
        Type::Text | Type::Opaque | Type::Record(_) | Type::List(_) => "text",
    }
}

impl Output {
    fn constants(&self) -> Result<Vec<Vec<String>>, Refused> {
        self.entries.iter().map(|entry| Ok(vec![entry.cell()?])).collect()
    }

    /// All constants, joined two by two, so that a long column costs little more than its length.
    fn domain(&self) -> Option<Values> {
        let constants = self.entries.iter().chain(&self.default).filter_map(|entry| match entry {
            Entry::Constant(literal) => Some(literal.values()),
            _ => None,
        });
        let mut sets: Vec<Values> = constants.collect();
        while sets.len() > 1 {
            let joined = |pair: &[Values]| match pair {
                [a, b] => Some(a.or(b)),
                pair => pair.first().cloned(),
            };
            sets = sets.chunks(2).filter_map(joined).collect();
        }
        sets.pop()
    }

    /// One output of one rule.
    fn one(&self, look_up: &str, complete: bool) -> Result<Needed, Refused> {
        let otherwise = match &self.default {
            _ if complete => None,
            Some(default) => Some(default.clone()),
            None => Some(Entry::Null),
        };
        let optional = self.entries.iter().chain(&otherwise).any(|entry| *entry == Entry::Null);
        let value =
            Typed { optional, domain: self.domain(), ..Typed::atom(format!("{look_up}.value"), self.ty.clone()) };
        let ty = format!("{}{}", words(&self.ty), if optional { "?" } else { "" });
        Ok(Needed {
            value,
            columns: vec![("value".into(), ty)],
            cells: self.constants()?,
            otherwise: otherwise.map(|entry| Ok(vec![entry.cell()?])).transpose()?,
        })
    }

    /// The output of one rule, where outputs are computed: the table says which rule.
    fn chosen(&self, frame: &Frame<'_>, look_up: &str, complete: bool) -> Result<Needed, Refused> {
        if self.ranks.is_some() || matches!(self.ty, Type::List(_) | Type::Record(_)) {
            return Err(Refused::new(
                "a computed output has no counterpart here",
                "use the hit policy U, A or F, and plain values",
            )
            .at(frame.table.place));
        }
        let text = |entry: &Entry| match entry {
            Entry::Constant(literal) => literal.write(),
            Entry::Null => Ok(format!("{look_up}.nothing")),
            Entry::Computed(typed) => Ok(typed.at(Level::Or)),
        };
        let fallback = match &self.default {
            Some(default) => default.clone(),
            None => Entry::Null,
        };
        let entries: Vec<&Entry> = self.entries.iter().chain((!complete).then_some(&fallback)).collect();
        let nothing = entries.iter().any(|entry| **entry == Entry::Null);
        let optional = nothing || entries.iter().any(|entry| matches!(entry, Entry::Computed(typed) if typed.optional));
        let mut written = String::new();
        let (last, first) = entries.split_last().ok_or_else(|| Refused::new("the table has no rules", "add a rule"))?;
        for (at, entry) in first.iter().enumerate() {
            let _ = write!(written, "if {look_up}.rule is {} then {} else ", at.saturating_add(1), text(entry)?);
        }
        written.push_str(&text(last)?);
        let rule = |number: usize| {
            let mut cells = vec![number.to_string()];
            if nothing {
                cells.push(String::new());
            }
            cells
        };
        let mut columns = vec![("rule".to_owned(), "integer".to_owned())];
        if nothing {
            columns.push(("nothing".into(), format!("{}?", words(&self.ty))));
        }
        Ok(Needed {
            value: Typed { optional, ..Typed::new(written, self.ty.clone(), Level::Loose) },
            columns,
            cells: (1..=self.entries.len()).map(rule).collect(),
            otherwise: (!complete).then(|| rule(0)),
        })
    }

    /// The sum, least or greatest of all rules that match.
    fn gathered(&self, policy: Policy, look_up: &str, complete: bool) -> Result<Needed, Refused> {
        if self.ty != Type::Number || self.entries.contains(&Entry::Null) {
            return Err(Refused::new(
                "only numbers have a sum, least or greatest here",
                "let every output be a number",
            ));
        }
        let text = format!("{look_up}.value");
        let value = match (complete, &self.default, policy) {
            (true, _, _) => Typed::atom(text, Type::Number),
            (false, Some(default), _) if *default != Entry::Null => {
                let text = format!("if count of rows of {look_up} > 0 then {text} else {}", default.cell()?);
                Typed::new(text, Type::Number, Level::Loose)
            }
            (false, _, _) => {
                let text =
                    format!("if count of rows of {look_up} > 0 then {text} else (first of numbers(1, 0) if any)");
                Typed { optional: true, ..Typed::new(text, Type::Number, Level::Loose) }
            }
        };
        Ok(Needed {
            value,
            columns: vec![("value".into(), "number".into())],
            cells: self.constants()?,
            otherwise: None,
        })
    }
}
