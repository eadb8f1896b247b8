//! A DMN model as its file states it: inputs, decisions, business knowledge models and their logic, each with its place.
//!
//! Nothing is understood yet: FEEL is text here, references are the ids that the file gives. Plain data.

use serde::Serialize;
use std::fmt;

/// Where something stands in the file, both counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize)]
pub struct Place {
    /// The line.
    pub line: u32,
    /// The character of the line.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// A file's model.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) name: String,
    pub(super) items: Vec<Item>,
    pub(super) inputs: Vec<InputData>,
    pub(super) decisions: Vec<Decision>,
    pub(super) knowledge: Vec<Knowledge>,
    pub(super) services: Vec<(String, Place)>,
    pub(super) imports: Vec<(String, Place)>,
}

/// An item definition, or a component of one.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) type_ref: Option<String>,
    pub(super) collection: bool,
    pub(super) allowed: Option<Feel>,
    pub(super) components: Vec<Item>,
    pub(super) function: bool,
    pub(super) place: Place,
}

/// What the caller of the model sends.
#[derive(Debug, Clone)]
pub(super) struct InputData {
    pub(super) id: String,
    pub(super) name: String,
    /// What FEEL calls it.
    pub(super) variable: String,
    pub(super) type_ref: Option<String>,
    pub(super) place: Place,
}

/// A decision.
#[derive(Debug)]
pub(super) struct Decision {
    pub(super) id: String,
    pub(super) name: String,
    /// What FEEL calls it.
    pub(super) variable: String,
    pub(super) type_ref: Option<String>,
    pub(super) requires: Vec<String>,
    pub(super) logic: Logic,
    pub(super) place: Place,
}

/// A business knowledge model: a function of its parameters.
#[derive(Debug)]
pub(super) struct Knowledge {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) type_ref: Option<String>,
    pub(super) requires: Vec<String>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) logic: Logic,
    pub(super) place: Place,
}

/// A formal parameter.
#[derive(Debug, Clone)]
pub(super) struct Parameter {
    pub(super) name: String,
    pub(super) type_ref: Option<String>,
}

/// A piece of FEEL.
#[derive(Debug, Clone)]
pub(super) struct Feel {
    pub(super) text: String,
    /// The type that its element states.
    pub(super) type_ref: Option<String>,
    pub(super) place: Place,
}

/// What a decision or a business knowledge model computes.
#[derive(Debug)]
pub(super) enum Logic {
    /// Nothing is written.
    None,
    Literal(Feel),
    Table(Box<Table>),
    Invocation(Box<Invocation>),
    /// A form of another kind, by what it is called.
    Other(&'static str, Place),
}

/// A call of a business knowledge model.
#[derive(Debug)]
pub(super) struct Invocation {
    pub(super) callee: Feel,
    /// The arguments by the names of their parameters.
    pub(super) bindings: Vec<(String, Logic, Place)>,
    pub(super) type_ref: Option<String>,
}

/// A decision table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) policy: String,
    pub(super) aggregation: Option<String>,
    pub(super) type_ref: Option<String>,
    pub(super) inputs: Vec<InputClause>,
    pub(super) outputs: Vec<OutputClause>,
    pub(super) rules: Vec<Rule>,
    pub(super) place: Place,
}

/// A column of conditions.
#[derive(Debug)]
pub(super) struct InputClause {
    pub(super) expression: Feel,
    pub(super) type_ref: Option<String>,
    pub(super) values: Option<Feel>,
    pub(super) label: Option<String>,
}

/// A column of results.
#[derive(Debug)]
pub(super) struct OutputClause {
    pub(super) name: Option<String>,
    pub(super) type_ref: Option<String>,
    pub(super) values: Option<Feel>,
    pub(super) default: Option<Feel>,
    pub(super) place: Place,
}

/// A row.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) inputs: Vec<Feel>,
    pub(super) outputs: Vec<Feel>,
    pub(super) because: String,
    pub(super) place: Place,
}
