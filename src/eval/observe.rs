//! Who watches an evaluation: nobody, the explanation, or the coverage of tests.
//!
//! One evaluator runs for all of them. With [`Silent`] every call of an observer compiles away.

use super::NearRow;
use super::tiers::TierLine;
use crate::program::{ChargeId, DefinitionId, Exception, Expr, GroupOption, ParameterId, Stage, TiersId};
use crate::source::Span;
use crate::types::TableId;
use crate::value::{Date, Number, Value};
use std::cmp::Ordering;

/// Something whose value is computed from other values.
#[derive(Debug, Clone, Copy)]
pub enum Node<'p> {
    /// An expression.
    Expr(&'p Expr),
    /// A let or output, computed for the first time.
    Definition(DefinitionId),
    /// A charge, computed for the first time. It is left with its amount, or without a value where it does not apply.
    Charge(ChargeId),
    /// A line of a charge `for each`, by the index of the element; left without a value where none is booked.
    Line(usize),
    /// An element of a list, by its index; left without a value where the filter leaves it out.
    Element(usize),
    /// An option of an exclusive group.
    Option(&'p GroupOption),
    /// A stage; left with the value after it.
    Stage(&'p Stage),
    /// An exception that holds; left with its value.
    Exception(&'p Exception),
    /// A stage of a total, by its index.
    TotalStage(usize),
    /// A flag, by its index.
    Flag(usize),
    /// A refusal, by its index.
    Refusal(usize),
}

/// Something that happened within a node.
#[derive(Debug)]
pub enum Note<'p, 'v> {
    /// The value of a definition was known already.
    KnownDefinition(DefinitionId),
    /// The state of a charge was known already.
    KnownCharge(ChargeId),
    /// A row of a table gave the value.
    Row(TableId, u32),
    /// No row of a table matched, which `if any` allows.
    NoRow(TableId),
    /// A row that came closest where none matched; only for an observer that explains.
    Nearest(&'v NearRow),
    /// A value of a parameter was in force.
    DatedValue(ParameterId, usize),
    /// A condition was decided, by its place: of an `if`, or a `when`.
    Condition(Span, bool),
    /// A tier gave a part of the amount.
    Tier(TiersId, &'v TierLine),
    /// A value was rounded.
    Rounded(&'v Number, &'v Number),
    /// The amount of a charge was rounded when it was booked: from, to.
    Booked(&'v Number, &'v Number),
    /// A stage's line was booked: code and amount in the unit of the charge.
    StageLine(&'p str, &'v Number),
    /// The element with this index won.
    Winner(usize),
    /// The amount of a charge that has exceptions or options is its own, and no exception's.
    OwnAmount(ChargeId),
    /// Why a line is charged.
    Reason(&'v str),
    /// The two sides of a comparison by size were equal, by its place; only for an observer that watches edges.
    Equal(Span),
    /// The quantity was the upper bound of a tier, by the tier's place; only for an observer that watches edges.
    AtTierBound(Span),
    /// A `minimum` or `maximum` was held against an amount, by its place; only for an observer that watches edges.
    Bound(Span, AtBound),
    /// A key of a look-up was an end of the range, period or break in the row that gave the value; only for an observer that watches edges.
    AtRowEnd(TableId, u32),
    /// Two sides are about to be compared, by the place of the operation in the code and that of its expression; only for an observer that
    /// wants sights, as all that follow.
    Compared(u32, Span, Value, Value),
    /// The keys of a look-up, and its day.
    LookedUp(TableId, Vec<Value>, Option<Date>),
    /// The quantity of tiers beside the upper bound of one, by the tier's place.
    Measured(Span, Number, Number),
    /// Both sides of a `minimum` or `maximum`, by its place; it applies where the first is the smaller one.
    Bounded(Span, Number, Number),
    /// The day on which a parameter is asked for.
    AskedOn(ParameterId, Date),
}

/// Where an amount lies beside a `minimum` or `maximum`, both as they are booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AtBound {
    /// The bound takes the place of the amount.
    Applies,
    /// The amount is the bound, to the step in which it is booked.
    Exactly,
    /// The amount stays.
    DoesNotApply,
}

impl AtBound {
    /// All of them.
    pub(crate) const ALL: [AtBound; 3] = [AtBound::Applies, AtBound::Exactly, AtBound::DoesNotApply];

    /// Of two sides, the smaller one first where the bound applies.
    pub(crate) fn of(order: Ordering) -> AtBound {
        match order {
            Ordering::Less => AtBound::Applies,
            Ordering::Equal => AtBound::Exactly,
            Ordering::Greater => AtBound::DoesNotApply,
        }
    }
}

/// Watches an evaluation of a program that lives for `'p`.
pub trait Observer<'p> {
    /// Whether it watches at all; where not, no call of it is made.
    const ENABLED: bool = true;

    /// Whether it tells people how a value came about, so that more may be computed for its sake.
    const EXPLAINS: bool = false;

    /// Whether it is told of every expression and of values. Where not, no [`Node::Expr`] and [`Node::Stage`] is entered, and a node that was
    /// need not be left.
    const VALUES: bool = true;

    /// Whether it is told where a value lies exactly on an edge.
    const EDGES: bool = false;

    /// Whether it is told what decides at each edge: the sides of comparisons, the keys of look-ups, the quantity of tiers.
    const SIGHTS: bool = false;

    /// A value is about to be computed. Each call is followed by one of [`Observer::leave`], unless the evaluation fails.
    fn enter(&mut self, node: Node<'p>);

    /// The value of the node entered last; `None` where it has none.
    fn leave(&mut self, value: Option<&Value>);

    /// Something happened within the node entered last.
    fn note(&mut self, note: Note<'p, '_>);
}

/// Watches nothing and costs nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer<'_> for Silent {
    const ENABLED: bool = false;

    fn enter(&mut self, _: Node<'_>) {}

    fn leave(&mut self, _: Option<&Value>) {}

    fn note(&mut self, _: Note<'_, '_>) {}
}
