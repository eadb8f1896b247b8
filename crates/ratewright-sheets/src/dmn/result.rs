//! The outputs of a decision table: their constants or expressions, their order, and the expression that gives the table's result.

use super::cells::{self, Literal};
use super::expression::{Level, Translator, Typed};
use super::feel::{self, Expression};
use super::model::{Feel, OutputClause};
use super::names::Names;
use super::report::Refused;
use super::table::{Frame, Needed, Policy};
use super::types::{self, Field, Resolved, Type};
use super::values::Values;
use std::fmt::Write;

/// The record that a table's outputs make, before it has a place among the types.
pub(super) const OWN_RECORD: usize = usize::MAX;

/// What one rule gives in one output.
#[derive(Debug, Clone, PartialEq)]
enum Entry {
    Constant(Literal),
    Null,
    Computed(Typed),
}

/// One output of a table.
struct Output {
    name: String,
    ty: Type,
    entries: Vec<Entry>,
    default: Option<Entry>,
    /// The place of each rule's constant among the output values.
    ranks: Option<Vec<usize>>,
}

/// All outputs of a table.
pub(super) struct Outputs {
    all: Vec<Output>,
    ranks: Vec<usize>,
}

pub(super) fn read(
    frame: &Frame<'_>,
    policy: Policy,
    translator: &mut Translator<'_, '_>,
    names: &mut Names,
) -> Result<Outputs, Refused> {
    let table = frame.table;
    if table.outputs.is_empty() {
        return Err(Refused::new("the table has no output", "add one").at(table.place));
    }
    let mut all = Vec::new();
    for (at, clause) in table.outputs.iter().enumerate() {
        let stated = frame.output_types.get(at).and_then(Option::as_ref);
        all.push(
            output(frame, at, clause, stated, policy, translator, names).map_err(|refused| refused.at(clause.place))?,
        );
    }
    let rules = table.rules.len();
    let mut ranks = vec![0; rules];
    if policy.ranked() {
        let order: Vec<&Vec<usize>> = all.iter().filter_map(|output| output.ranks.as_ref()).collect();
        if order.is_empty() {
            return Err(Refused::new(
                "the hit policy needs output values, in their order",
                "list the output values, the first the highest",
            )
            .at(table.place));
        }
        let key = |rule: usize| order.iter().filter_map(|ranks| ranks.get(rule).copied()).collect::<Vec<_>>();
        let mut keys: Vec<Vec<usize>> = (0..rules).map(key).collect();
        let of_rules = keys.clone();
        keys.sort();
        keys.dedup();
        ranks = of_rules.iter().map(|key| keys.binary_search(key).map_or(0, |at| at.saturating_add(1))).collect();
    }
    Ok(Outputs { all, ranks })
}

fn entry(feel: &Feel, translator: &mut Translator<'_, '_>) -> Result<Entry, Refused> {
    if feel.text.is_empty() || feel.text == "-" {
        return Err(Refused::new("an output is empty", "write a value").at(feel.place));
    }
    let stated = feel.type_ref.as_deref().and_then(|stated| types::simple(stated).ok().flatten());
    let read = |translator: &mut Translator<'_, '_>| {
        let expression = feel::expression(&feel.text, &translator.scope.known)?;
        if expression == Expression::Null {
            return Ok(Entry::Null);
        }
        match cells::literal(&expression)? {
            Some(literal) => {
                literal.write()?;
                Ok(Entry::Constant(literal))
            }
            None => translator.value(&expression).map(Entry::Computed),
        }
    };
    let entry = read(translator).map_err(|refused| refused.at(feel.place))?;
    match (entry.ty(), stated) {
        (Some(ty), Some(stated)) if ty != stated => Err(Refused::new(
            format!("an output is {}, and its type says otherwise: that is null in DMN", ty.words()),
            "correct the type",
        )
        .at(feel.place)),
        _ => Ok(entry),
    }
}

impl Entry {
    fn ty(&self) -> Option<Type> {
        match self {
            Entry::Constant(literal) => Some(literal.ty()),
            Entry::Computed(typed) => Some(typed.ty.clone()),
            Entry::Null => None,
        }
    }

    fn cell(&self) -> Result<String, Refused> {
        match self {
            Entry::Constant(literal) => literal.write(),
            Entry::Null => Ok(String::new()),
            Entry::Computed(typed) => Err(Refused::new(
                format!(
                    "the output `{}` must be computed, which has a counterpart only in a table with one output and one result",
                    typed.text
                ),
                "write a constant, or compute in a decision of its own",
            )),
        }
    }
}

fn output(
    frame: &Frame<'_>,
    at: usize,
    clause: &OutputClause,
    stated: Option<&Resolved>,
    policy: Policy,
    translator: &mut Translator<'_, '_>,
    names: &mut Names,
) -> Result<Output, Refused> {
    let mut entries = Vec::new();
    for rule in &frame.table.rules {
        let cell = rule.outputs.get(at).ok_or_else(|| {
            Refused::new("a rule has fewer outputs than the table", "give each rule a value for each output")
                .at(rule.place)
        })?;
        entries.push(entry(cell, translator)?);
    }
    let default = clause.default.as_ref().map(|default| entry(default, translator)).transpose()?;
    let mut types: Vec<Type> = entries.iter().chain(&default).filter_map(Entry::ty).collect();
    types.dedup();
    let ty = match (types.as_slice(), stated) {
        ([one], None) => one.clone(),
        ([one], Some(stated)) if stated.ty == *one => one.clone(),
        ([one], Some(stated)) if *one == Type::List(Box::new(stated.ty.clone())) => {
            return Err(Refused::new("an output is a list where one value is stated", "correct the type"));
        }
        ([one], Some(_)) => {
            return Err(Refused::new(
                format!("an output is {}, and its type says otherwise: that is null in DMN", one.words()),
                "correct the type",
            ));
        }
        ([], _) => return Err(Refused::new("an output has no value but null", "write a value")),
        (_, _) => return Err(Refused::new("the values of one output are of several types", "use one type")),
    };
    let order = match &clause.values {
        Some(values) => listed(values, &ty).map_err(|refused| refused.at(values.place))?,
        None => None,
    };
    let allowed = stated.and_then(|stated| stated.domain.clone());
    let mut ranks = order.as_ref().filter(|_| policy.ranked()).map(|_| Vec::new());
    for (at, entry) in entries.iter().enumerate() {
        let Entry::Constant(literal) = entry else { continue };
        let place = frame.table.rules.get(at).map_or(clause.place, |rule| rule.place);
        let outside = || {
            let text = literal.write().unwrap_or_default();
            Refused::new(format!("{text} is not among the output values"), "add it to them, in its place").at(place)
        };
        if allowed.as_ref().is_some_and(|allowed| !literal.values().within(allowed)) {
            return Err(outside());
        }
        if let (Some(order), Some(ranks)) = (&order, &mut ranks) {
            ranks.push(order.iter().position(|value| value == literal).ok_or_else(outside)?);
        }
    }
    if ranks.as_ref().is_some_and(|ranks| ranks.len() != entries.len()) {
        return Err(Refused::new("an output that gives the order of rules must be constant", "write a constant"));
    }
    let name = match &clause.name {
        Some(name) if frame.table.outputs.len() > 1 => names.take(name),
        _ if frame.table.outputs.len() > 1 => names.take(&format!("output {}", at.saturating_add(1))),
        _ => "value".to_owned(),
    };
    Ok(Output { name, ty, entries, default, ranks })
}

/// The output values, where they are a list of constants.
fn listed(values: &Feel, ty: &Type) -> Result<Option<Vec<Literal>>, Refused> {
    let Some(tests) = feel::unary_tests(&values.text, &feel::Known::default())? else { return Ok(None) };
    let mut listed = Vec::new();
    for test in &tests {
        let feel::Test::Value(value) = test else { return Ok(None) };
        match cells::literal(value)? {
            Some(literal) if literal.ty() == *ty => listed.push(literal),
            _ => return Ok(None),
        }
    }
    Ok(Some(listed))
}

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

    fn domain(&self) -> Option<Values> {
        let mut sets = self.entries.iter().chain(&self.default).filter_map(|entry| match entry {
            Entry::Constant(literal) => Some(literal.values()),
            _ => None,
        });
        let first = sets.next()?;
        Some(sets.fold(first, |all, set| all.or(&set)))
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
