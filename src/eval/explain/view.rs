//! What one reads of an explanation: views that borrow their words from its tree.
//!
//! Their fields are those of the JSON of an explanation, in its order.

use super::tree::{Chain, Named, Passage, Range, See, Tree};
use crate::value::Number;
use serde::{Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// The explanation of something with a name.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Explained<'e> {
    /// The code of a charge, the name of a definition.
    pub name: &'e str,
    /// Its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<&'e str>,
    /// Its value as people write it; absent for a charge that does not apply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<&'e str>,
    /// Where it is declared: `parcel.rules:41`.
    pub place: &'e str,
    /// The amount of a charge in its unit, which the addends add up to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<&'e Number>,
    /// What adds up to the amount of a charge.
    #[serde(skip_serializing_if = "List::is_empty")]
    pub addends: List<'e, Addend<'e>>,
    /// The table rows that were used for it, directly or through definitions.
    #[serde(skip_serializing_if = "List::is_empty")]
    pub rows: List<'e, UsedRow<'e>>,
    /// How it was computed.
    pub parts: Steps<'e>,
}

/// A part of a charge's amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Addend<'e> {
    /// What it is: a term of a sum, a stage, a tier, a rounding.
    pub label: &'e str,
    /// Its amount in the unit of the charge.
    pub amount: &'e Number,
    /// The amount as people write it.
    pub shown: &'e str,
}

/// A table row that was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct UsedRow<'e> {
    /// The table.
    pub table: &'e str,
    /// The row's number, from 1.
    pub row: u32,
    /// Its place: `rates.csv:17`.
    pub place: &'e str,
}

/// One step of a computation, with the steps that it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Step<'e> {
    /// What was computed, in the words of the rules.
    pub label: &'e str,
    /// Its value as people write it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<&'e str>,
    /// What is known about it: the row of a table, the reason of a parameter, the difference of a rounding.
    #[serde(skip_serializing_if = "List::is_empty")]
    pub notes: List<'e, &'e str>,
    /// Where it is explained, if it has a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub see: Option<Reference<'e>>,
    /// What it rests on.
    #[serde(skip_serializing_if = "Steps::is_empty")]
    pub parts: Steps<'e>,
}

/// A reference to something explained under its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reference<'e> {
    /// A charge, by its code.
    Charge(&'e str),
    /// A definition, by its name.
    Definition(&'e str),
}

/// A list of an explanation.
pub struct List<'e, T> {
    tree: &'e Tree,
    range: Range,
    of: PhantomData<fn() -> T>,
}

/// What stands in a [`List`].
trait Listed<'e>: Sized {
    fn at(tree: &'e Tree, at: usize) -> Option<Self>;
}

impl<'e, T> List<'e, T> {
    pub(super) fn new(tree: &'e Tree, range: Range) -> Self {
        List { tree, range, of: PhantomData }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.range.to.saturating_sub(self.range.from) as usize
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

#[allow(private_bounds, reason = "what can stand in a list is known here alone")]
impl<'e, T: Listed<'e>> List<'e, T> {
    /// Each, in the order of the explanation.
    pub fn iter(&self) -> impl Iterator<Item = T> + use<'e, T> {
        let tree = self.tree;
        (self.range.from..self.range.to).filter_map(move |at| T::at(tree, at as usize))
    }
}

/// Steps of an explanation, in the order in which they were computed.
#[derive(Clone, Copy)]
pub struct Steps<'e> {
    tree: &'e Tree,
    chain: Chain,
}

impl<'e> Steps<'e> {
    pub(super) fn new(tree: &'e Tree, chain: Chain) -> Self {
        Steps { tree, chain }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.chain.is_empty()
    }

    /// Each step.
    pub fn iter(&self) -> impl Iterator<Item = Step<'e>> + use<'e> {
        let (tree, mut rest) = (self.tree, self.chain);
        std::iter::from_fn(move || {
            let (node, after) = tree.first(rest)?;
            rest = after;
            Some(Step {
                label: tree.words(node.label),
                value: node.value.map(|value| tree.words(value)),
                notes: List::new(tree, node.notes),
                see: node.see.map(|see| match see {
                    See::Charge(code) => Reference::Charge(tree.words(code)),
                    See::Definition(name) => Reference::Definition(tree.words(name)),
                }),
                parts: Steps::new(tree, node.parts),
            })
        })
    }
}

impl<'e> Listed<'e> for Explained<'e> {
    fn at(tree: &'e Tree, at: usize) -> Option<Self> {
        let Named { name, label, value, place, amount, addends, rows, parts } = tree.explained.get(at)?;
        let words = |passage: &Option<Passage>| passage.map(|passage| tree.words(passage));
        Some(Explained {
            name: tree.words(*name),
            label: words(label),
            value: words(value),
            place: tree.words(*place),
            amount: amount.as_ref(),
            addends: List::new(tree, *addends),
            rows: List::new(tree, *rows),
            parts: Steps::new(tree, *parts),
        })
    }
}

impl<'e> Listed<'e> for Addend<'e> {
    fn at(tree: &'e Tree, at: usize) -> Option<Self> {
        let node = tree.addends.get(at)?;
        Some(Addend { label: tree.words(node.label), amount: &node.amount, shown: tree.words(node.shown) })
    }
}

impl<'e> Listed<'e> for UsedRow<'e> {
    fn at(tree: &'e Tree, at: usize) -> Option<Self> {
        let node = tree.rows.get(at)?;
        Some(UsedRow { table: tree.words(node.table), row: node.row, place: tree.words(node.place) })
    }
}

impl<'e> Listed<'e> for &'e str {
    fn at(tree: &'e Tree, at: usize) -> Option<Self> {
        tree.notes.get(at).map(|note| tree.words(*note))
    }
}

impl<T> Clone for List<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<'_, T> {}

impl<'e, T: Listed<'e> + fmt::Debug> fmt::Debug for List<'e, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'e, T: Listed<'e> + PartialEq> PartialEq for List<'e, T> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<'e, T: Listed<'e> + PartialEq + Eq> Eq for List<'e, T> {}

impl<'e, T: Listed<'e> + Serialize> Serialize for List<'e, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl fmt::Debug for Steps<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for Steps<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Serialize for Steps<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}
