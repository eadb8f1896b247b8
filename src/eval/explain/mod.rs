//! Why a quote is what it is: every charge, definition and output down to inputs, parameters, table rows and roundings.
//!
//! An [`Explanation`] keeps the input of a quote, what the host's functions answered, and its rule set: a quote depends on nothing else. Its
//! tree is made when somebody reads it, by the same evaluator with a [`Tracer`] that watches. What is computed once is explained once, and
//! referred to by name. The addends of a charge add up to its amount exactly.

mod addends;
mod answers;
mod build;
mod kept;
mod steps;
mod text;
mod tracer;
mod tree;
mod uses;
mod view;
mod words;

use crate::program::Program;
use crate::value::Value;
use serde::{Serialize, Serializer};
use std::fmt;
use std::sync::OnceLock;
use tree::{Range, Tree, place};

pub(crate) use kept::{Kept, Origin};
pub use tracer::Tracer;
pub use view::{Addend, Explained, List, Reference, Step, Steps, UsedRow};

/// How a quote came about.
///
/// One of [`crate::RuleSet::explain`] costs little until it is read, and little memory: the values of the input and of the host's
/// answers. The first of its methods that is called makes all its words, in a hundred times the time of the quote or less; they are kept
/// with it.
#[derive(Clone, Default)]
pub struct Explanation {
    tree: OnceLock<Tree>,
    kept: Option<Kept>,
}

impl Explanation {
    /// One that is told when somebody asks.
    pub(crate) fn to_tell(kept: Kept) -> Self {
        Explanation { tree: OnceLock::new(), kept: Some(kept) }
    }

    fn tree(&self) -> &Tree {
        self.tree.get_or_init(|| self.kept.as_ref().map(Kept::tree).unwrap_or_default())
    }

    /// The name of the rule set.
    pub fn ruleset(&self) -> &str {
        let tree = self.tree();
        tree.words(tree.ruleset)
    }

    /// Its version.
    pub fn version(&self) -> Option<&str> {
        let tree = self.tree();
        tree.version.map(|version| tree.words(version))
    }

    /// The charges that were computed, applied or not, in the order of the rules.
    pub fn charges(&self) -> List<'_, Explained<'_>> {
        let tree = self.tree();
        List::new(tree, Range { from: 0, to: tree.charges })
    }

    /// The definitions and outputs that were computed, in the order of the rules.
    pub fn definitions(&self) -> List<'_, Explained<'_>> {
        let tree = self.tree();
        List::new(tree, Range { from: tree.charges, to: tree.notices })
    }

    /// The bounds on totals that were looked at, flags and refusals, in the order of the rules.
    pub fn notices(&self) -> List<'_, Explained<'_>> {
        let tree = self.tree();
        List::new(tree, Range { from: tree.notices, to: place(tree.explained.len()) })
    }

    /// Whether there was more to tell than an explanation may hold.
    pub fn is_cut_short(&self) -> bool {
        self.tree().cut_short
    }

    /// The explanation of the charge with a code.
    pub fn charge(&self, code: &str) -> Option<Explained<'_>> {
        self.charges().iter().find(|charge| charge.name == code)
    }

    /// The explanation of the definition or output with a name.
    pub fn definition(&self, name: &str) -> Option<Explained<'_>> {
        self.definitions().iter().find(|definition| definition.name == name)
    }

    /// The explanation that a reference leads to.
    pub fn see(&self, reference: Reference<'_>) -> Option<Explained<'_>> {
        match reference {
            Reference::Charge(code) => self.charge(code),
            Reference::Definition(name) => self.definition(name),
        }
    }

    /// All of it, as it is written.
    fn whole(&self) -> Whole<'_> {
        Whole {
            ruleset: self.ruleset(),
            version: self.version(),
            charges: self.charges(),
            definitions: self.definitions(),
            notices: self.notices(),
            cut_short: self.is_cut_short(),
        }
    }
}

/// What an explanation consists of: the fields of its JSON.
#[derive(Debug, PartialEq, Serialize)]
struct Whole<'e> {
    ruleset: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'e str>,
    charges: List<'e, Explained<'e>>,
    definitions: List<'e, Explained<'e>>,
    notices: List<'e, Explained<'e>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    cut_short: bool,
}

impl Tracer<'_> {
    /// The explanation of what was watched. `inputs` are those that were priced.
    pub fn explain(self, program: &Program, inputs: &[Value]) -> Explanation {
        Explanation { tree: OnceLock::from(build::tree(&self, program, inputs)), kept: None }
    }
}

impl PartialEq for Explanation {
    fn eq(&self, other: &Self) -> bool {
        self.whole() == other.whole()
    }
}

impl fmt::Debug for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.whole().fmt(f)
    }
}

impl Serialize for Explanation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.whole().serialize(serializer)
    }
}
