//! Decision tables: typed cells, hit policies, and look-up through an index.
//!
//! `check` builds a [`Table`] from cells that it has read in the columns' types and units; `eval` looks rows up. A table
//! neither rounds nor evaluates.

pub mod analysis;
#[cfg(test)]
mod analysis_tests;
mod axis;
mod cell;
mod concerned;
mod diagram;
pub mod difference;
mod geometry;
#[cfg(test)]
mod geometry_tests;
mod hits;
mod index;
mod interner;
pub mod interval;
pub(crate) mod key;
pub mod look_up;
pub mod message;
mod nearest;
pub mod periods;
mod rows;
pub(crate) mod slots;
mod sweep;
pub(crate) mod texts;

pub use axis::Domain;
pub use index::Index;
pub(crate) use key::Key;
pub use look_up::Found;
pub use nearest::Near;
pub use rows::{Origin, Rows, RowsBuilder};

use crate::program::Period;
use crate::source::Span;
use crate::types::Type;
use crate::value::Value;
use std::sync::Arc;

/// A compiled table.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Its columns as declared: keys, `valid`, then values. Rows hold a cell or a value for each.
    pub columns: Vec<Column>,
    /// What happens where several rows match.
    pub policy: HitPolicy,
    /// Its rows, in the order written.
    pub rows: Rows,
    /// What a miss gives.
    pub default: Default,
    /// How rows are found.
    pub index: Index,
    /// The name in its declaration.
    pub span: Span,
}

/// What a look-up gives where no row matches.
#[derive(Debug, Clone)]
pub enum Default {
    /// An error.
    Error,
    /// The row `otherwise`, which is the last of the rows and matches nothing else.
    Row,
    /// A refusal: code and message, in which `{key}` is filled in.
    Refuse(Arc<str>, Arc<str>, Span),
}

/// A column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// The type of its keys or values, unit included.
    pub ty: Type,
    /// Where it is declared.
    pub span: Span,
}

/// What a column is for.
pub use crate::syntax::ast::{Collect, ColumnRole as Role};

/// What happens where several rows match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HitPolicy {
    /// One row may match.
    Unique,
    /// The first in the order written.
    First,
    /// Several may match if their values agree.
    Any,
    /// The one with the highest (true) or lowest value in a column; of equals, the first.
    Priority(bool, u16),
    /// Column by column from the left: a value beats `any`, a longer prefix a shorter, a higher break a lower.
    MostSpecific,
    /// All of them.
    Collect(Collect),
}

impl HitPolicy {
    /// Whether keys without a row are answered too: by no rows, or by their number.
    pub(crate) fn finds_without_rows(&self) -> bool {
        matches!(self, HitPolicy::Collect(Collect::Count | Collect::List))
    }
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cell {
    /// Matches every key.
    Any,
    /// The value of a value column; or the one value of a key (exact, break, next row); the prefix of a prefix column.
    Value(Value),
    /// Several values of an exact key.
    OneOf(Box<[Value]>),
    /// A range.
    Range(Box<Ends>),
    /// The whole text, in a prefix column.
    Exactly(Arc<str>),
    /// The period of a `valid` column.
    Period(Period),
}

/// The ends of a range, and whether each is included.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ends {
    /// The lower end.
    pub low: Option<(Value, bool)>,
    /// The upper end.
    pub high: Option<(Value, bool)>,
}

impl Table {
    /// The columns that are keys (not `valid`), with their positions, in order.
    pub fn keys(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns.iter().enumerate().filter(|(_, c)| !matches!(c.role, Role::Value | Role::Valid))
    }

    /// Whether rows have periods, so that a look-up needs a date.
    pub fn is_dated(&self) -> bool {
        self.columns.iter().any(|c| c.role == Role::Valid)
    }
}
