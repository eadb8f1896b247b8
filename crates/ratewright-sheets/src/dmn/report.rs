//! What an import says: what was drafted, what was left out with its place and why, and what the reader should know.

use super::model::Place;
use serde::Serialize;

/// What was drafted from a DMN model.
#[derive(Debug, Clone, Serialize)]
pub struct Draft {
    /// The rule set; `ratewright check` accepts it. Empty where nothing could be imported.
    #[serde(skip)]
    pub rules: String,
    /// How many decision tables the model has, those of business knowledge models included.
    pub tables: usize,
    /// How many of them stand in the rule set.
    pub tables_imported: usize,
    /// How many decisions the model has.
    pub decisions: usize,
    /// The decisions that stand in the rule set, in the model's order.
    pub imported: Vec<Imported>,
    /// What was left out, in the order of the file.
    pub left_out: Vec<LeftOut>,
    /// What was kept, with something to know about it.
    pub notes: Vec<Note>,
}

/// A decision and the output that it became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// The decision's name.
    pub decision: String,
    /// The output's name in the rules and in a quote.
    pub output: String,
    /// The components of a context, each with its name in the quote; empty where the result is one value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, String)>,
}

/// Something that is not in the rule set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// What it is: `decision "Routing"`.
    pub what: String,
    /// Why its meaning could not be kept.
    pub why: String,
    /// What to do about it.
    pub help: String,
}

/// Something to know about what was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// What it is about: `decision "Routing"`.
    pub what: String,
    /// What to know.
    pub text: String,
}

/// A file that is no DMN model that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotDmn {
    /// Larger than 64 MiB.
    TooLarge,
    /// Not XML, or XML with a document type.
    Unreadable {
        /// What the reader of XML says, with the place.
        why: String,
    },
    /// XML of another kind.
    Another {
        /// Its first element.
        root: String,
    },
    /// A version of DMN that is not known.
    Version {
        /// The namespace.
        namespace: String,
    },
}

impl std::fmt::Display for NotDmn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            NotDmn::TooLarge => write!(f, "it is larger than 64 MiB"),
            NotDmn::Unreadable { why } => write!(f, "it cannot be read as XML: {why}"),
            NotDmn::Another { root } => {
                write!(f, "it is no DMN model: its first element is `{root}`, not `definitions`")
            }
            NotDmn::Version { namespace } if namespace.is_empty() => {
                write!(f, "it is no DMN model: its elements have no namespace")
            }
            NotDmn::Version { namespace } => write!(f, "its namespace `{namespace}` is not one of DMN 1.1 to 1.5"),
        }
    }
}

impl std::error::Error for NotDmn {}

/// Why something was left out, before its place is known.
#[derive(Debug, Clone)]
pub(super) struct Refused {
    pub(super) place: Option<Place>,
    pub(super) why: String,
    pub(super) help: String,
}

impl Refused {
    pub(super) fn new(why: impl Into<String>, help: impl Into<String>) -> Self {
        Refused { place: None, why: why.into(), help: help.into() }
    }

    /// At a place, unless it already has a closer one.
    pub(super) fn at(mut self, place: Place) -> Self {
        self.place = self.place.or(Some(place));
        self
    }
}
