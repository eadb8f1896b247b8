//! The outputs of a decision table as they are written: constants, null or computed values, their type, and their order.

use super::cells::{self, Literal};
use super::expression::{Translator, Typed};
use super::feel::{self, Expression};
use super::model::{Feel, OutputClause};
use super::names::Names;
use super::report::Refused;
use super::table::{Frame, Policy};
use super::types::{self, Resolved, Type};

/// What one rule gives in one output.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Entry {
    Constant(Literal),
    Null,
    Computed(Typed),
}

/// One output of a table.
pub(super) struct Output {
    pub(super) name: String,
    pub(super) ty: Type,
    pub(super) entries: Vec<Entry>,
    pub(super) default: Option<Entry>,
    /// The place of each rule's constant among the output values.
    pub(super) ranks: Option<Vec<usize>>,
}

/// All outputs of a table.
pub(super) struct Outputs {
    pub(super) all: Vec<Output>,
    pub(super) ranks: Vec<usize>,
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

    pub(super) fn cell(&self) -> Result<String, Refused> {
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
