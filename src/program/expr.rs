//! The expressions of a program: resolved to slots, typed, exact.

use super::RoundTo;
use crate::source::{FileId, Span};
use crate::types::{TableId, Type};
use crate::value::{Number, Value};
use std::fmt::{self, Debug, Formatter};
use std::ops::Deref;
use std::sync::Arc;

macro_rules! identities {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub u32);
    )*};
}

identities! {
    /// A let or output.
    DefinitionId,
    /// A parameter.
    ParameterId,
    /// A function.
    FunctionId,
    /// A host function.
    HostId,
    /// Tiers.
    TiersId,
    /// A calendar.
    CalendarId,
    /// Windows.
    WindowsId,
    /// A charge.
    ChargeId,
}

/// A typed expression with its place: a handle, cheap to copy and to share between the places that need it.
///
/// The place belongs to the handle, so that what is written in many places, such as the name of an input, is kept once.
#[derive(Clone)]
pub struct Expr {
    node: Arc<ExprNode>,
    place: PackedSpan,
}

/// What a handle leads to.
#[derive(Debug, Clone)]
pub struct ExprNode {
    /// What it is.
    pub kind: ExprKind,
    /// The type of its value.
    pub ty: Type,
}

impl Expr {
    /// An expression of its parts.
    pub fn new(kind: ExprKind, ty: Type, span: Span) -> Expr {
        Expr { node: Arc::new(ExprNode { kind, ty }), place: PackedSpan::of(span) }
    }

    /// Its place in the rules.
    pub fn span(&self) -> Span {
        self.place.span()
    }

    /// Whether its last stage is a rounding.
    pub fn rounds_itself(&self) -> bool {
        matches!(&self.kind, ExprKind::Stages(_, stages) if stages.last().is_some_and(Stage::is_rounding))
    }

    /// Where it lies in memory and in the rules: equal only for handles of one expression at one place.
    pub(crate) fn address(&self) -> (usize, Span) {
        (Arc::as_ptr(&self.node).addr(), self.span())
    }

    /// Its parts; those of a shared expression are copied (their children stay shared).
    pub fn into_node(self) -> ExprNode {
        Arc::unwrap_or_clone(self.node)
    }

    /// Its parts, to be altered; those of a shared expression are copied first, and it stays as it is for the others.
    pub fn node_mut(&mut self) -> &mut ExprNode {
        Arc::make_mut(&mut self.node)
    }

    /// The same expression, taken as another kind; a shared one stays as it is for the others.
    pub fn with_kind(mut self, kind: ExprKind) -> Expr {
        self.node_mut().kind = kind;
        self
    }

    /// The same expression, taken as of another type; a shared one stays as it is for the others.
    pub fn with_type(mut self, ty: Type) -> Expr {
        self.node_mut().ty = ty;
        self
    }

    /// The same expression at another place.
    pub fn with_span(self, span: Span) -> Expr {
        Expr { place: PackedSpan::of(span), ..self }
    }
}

impl Deref for Expr {
    type Target = ExprNode;

    fn deref(&self) -> &ExprNode {
        &self.node
    }
}

impl Debug for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let ExprNode { kind, ty } = &**self;
        f.debug_struct("Expr").field("kind", kind).field("ty", ty).field("span", &self.span()).finish()
    }
}

/// A place in eight bytes: exact within the first 32,768 texts.
///
/// An expression starts within the first 16 MiB of its text and is not longer than that, or it starts anywhere and has up to 64 KiB, as in
/// a cell of a long book of tests; of a longer one the end is cut off.
#[derive(Debug, Clone, Copy)]
struct PackedSpan(u64);

/// Set where the start takes 32 bits and the length 16, instead of 24 each.
const FAR: u64 = 1 << 63;

impl PackedSpan {
    fn of(span: Span) -> PackedSpan {
        let (file, start) = (u64::from(span.file.0).min(0x7fff), u64::from(span.start));
        let length = u64::from(span.end.saturating_sub(span.start));
        PackedSpan(match start.max(length) < 1 << 24 {
            true => file << 48 | start << 24 | length,
            false => FAR | file << 48 | start << 16 | length.min(0xffff),
        })
    }

    fn span(self) -> Span {
        let PackedSpan(bits) = self;
        let file = FileId((bits >> 48 & 0x7fff) as u32);
        let (start, length) = match bits & FAR {
            0 => (bits >> 24 & 0xff_ffff, bits & 0xff_ffff),
            _ => (bits >> 16 & 0xffff_ffff, bits & 0xffff),
        };
        Span::new(file, start as u32, (start as u32).saturating_add(length as u32))
    }
}

/// A message or reason: pieces to be joined.
#[derive(Debug, Clone)]
pub struct Template {
    /// The pieces.
    pub pieces: Vec<TemplatePiece>,
    /// Its place.
    pub span: Span,
}

impl Template {
    /// The text, where nothing is filled in.
    pub fn fixed(&self) -> Option<&Arc<str>> {
        match self.pieces.as_slice() {
            [TemplatePiece::Text(text)] => Some(text),
            _ => None,
        }
    }
}

/// One piece of a template.
#[derive(Debug, Clone)]
pub enum TemplatePiece {
    /// Fixed text.
    Text(Arc<str>),
    /// A value, shown as people write it.
    Fill(Expr),
}

/// Elements of one or more lists in step.
#[derive(Debug, Clone)]
pub struct Each {
    /// Local slots and lists; several lists must be of one length.
    pub binders: Vec<(u16, Expr)>,
    /// Which elements take part.
    pub filter: Option<Expr>,
    /// Sort keys, and whether each is descending; stable.
    pub sort: Vec<(Expr, bool)>,
}

/// A stage: applied to the value before it, in that value's unit.
#[derive(Debug, Clone)]
pub struct Stage {
    /// What is done.
    pub kind: StageKind,
    /// Its place.
    pub span: Span,
}

impl Stage {
    /// Whether it rounds.
    pub fn is_rounding(&self) -> bool {
        matches!(self.kind, StageKind::Rounded(_))
    }
}

/// The stages.
#[derive(Debug, Clone)]
pub enum StageKind {
    /// `less 10%`: value − percent × value
    LessPercent(Expr),
    /// `less 5 USD`
    LessAmount(Expr),
    /// `plus 10%`
    PlusPercent(Expr),
    /// `plus 5 USD`
    PlusAmount(Expr),
    /// `minimum x as CODE "label"`
    Minimum(Expr, Option<StageLine>),
    /// `maximum x as CODE "label"`
    Maximum(Expr, Option<StageLine>),
    /// `rounded …`
    Rounded(RoundTo),
}

/// The line that books what a `minimum` or `maximum` adds or takes.
#[derive(Debug, Clone)]
pub struct StageLine {
    /// Its code.
    pub code: Arc<str>,
    /// Its label.
    pub label: Option<Arc<str>>,
}

/// Comparisons; both sides have one type and unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `is`
    Is,
    /// `is not`
    IsNot,
}

/// Arithmetic on numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`, and `percent of x`
    Multiply,
    /// `/`
    Divide,
}

/// Arithmetic on dates and instants; counts are numbers (days, seconds) or months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateArithmetic {
    /// date + whole days
    AddDays,
    /// date + months, clamped to the month's end
    AddMonths,
    /// date - date, in days
    DaysBetween,
    /// instant + seconds
    AddSeconds,
    /// instant - instant, in seconds
    SecondsBetween,
    /// months + months
    SumMonths,
    /// months × integer
    TimesMonths,
}

/// What an aggregate makes of its elements.
pub use crate::syntax::ast::{Aggregate, Remainder};

/// The expressions.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// A constant.
    Constant(Value),
    /// An input field's slot.
    Input(u16),
    /// A local slot: a parameter of a function, an element of a list, state of a walk.
    Local(u16),
    /// A let or output; computed once.
    Definition(DefinitionId),
    /// The booked amount of a charge that always applies.
    Charge(ChargeId),
    /// Whether a charge applies.
    IsApplied(ChargeId),
    /// The sum of the booked amounts of those that apply; all have the expression's unit.
    SumApplied(Box<[ChargeId]>),
    /// A parameter on a date; `None` for a constant, which needs no date.
    Parameter(ParameterId, Option<Expr>),
    /// A field of a record.
    Field(Expr, u16),
    /// A column of a row.
    Column(Expr, u16),
    /// A record.
    Record(Box<[Expr]>),
    /// A list.
    List(Box<[Expr]>),
    /// `-x`
    Negate(Expr),
    /// `not x`
    Not(Expr),
    /// A unit conversion: times an exact factor.
    Scale(Expr, Number),
    /// Arithmetic on numbers.
    Arithmetic(Arithmetic, Expr, Expr),
    /// Arithmetic on dates, instants and months.
    DateArithmetic(DateArithmetic, Expr, Expr),
    /// A comparison.
    Compare(Comparison, Expr, Expr),
    /// `and`: the right side only where the left is yes.
    And(Expr, Expr),
    /// `or`: the right side only where the left is no.
    Or(Expr, Expr),
    /// `if c then a else b`
    If(Box<[Expr; 3]>),
    /// `x is given`
    IsGiven(Expr),
    /// `x otherwise y`
    Otherwise(Expr, Expr),
    /// `x is one of (a, b)`
    OneOf(Expr, Box<[Expr]>),
    /// `x is one of L`
    InList(Expr, Expr),
    /// `x is from a through b`: ends, and whether each is included
    InRange {
        /// The value.
        value: Expr,
        /// The lower end.
        low: Option<Box<(Expr, bool)>>,
        /// The upper end.
        high: Option<Box<(Expr, bool)>>,
    },
    /// An instant within windows.
    WithinWindows(Expr, WindowsId),
    /// A date within a calendar.
    WithinCalendar(Expr, CalendarId),
    /// Stages applied to a value.
    Stages(Expr, Box<[Stage]>),
    /// `20% contained in x`: x × p ÷ (1 + p)
    ContainedIn(Expr, Expr),
    /// `a per started b of c`: a × ⌈c ÷ b⌉ (⌊ ⌋ for whole), 0 where c ≤ 0; `b` is in the unit of `c`
    PerStep {
        /// The amount for each step, the step, what is counted in steps.
        parts: Box<[Expr; 3]>,
        /// `started`, not `whole`.
        started: bool,
    },
    /// A look-up.
    Lookup {
        /// The table.
        table: TableId,
        /// The keys in the order of the key columns; `None` is any, only with `rows`.
        keys: Box<[Option<Expr>]>,
        /// The date for rows with a period; present where the table has any.
        on: Option<Expr>,
        /// A miss is an absent value.
        if_any: bool,
        /// All rows that match, in the table's order.
        rows: bool,
    },
    /// A call of a function.
    Call(FunctionId, Box<[Expr]>),
    /// A call of a host function.
    Host(HostId, Box<[Expr]>),
    /// A library function.
    Library(crate::library::Function, Box<[Expr]>),
    /// Tiers at a quantity (the first argument), then their parameters.
    Tiers(TiersId, Box<[Expr]>),
    /// `sum of E for each x in L`; `if_any`: absent for an empty list.
    Aggregate {
        /// What is made of the elements.
        kind: Aggregate,
        /// The elements.
        each: Box<Each>,
        /// The value of one.
        body: Expr,
        /// Absent for an empty list.
        if_any: bool,
    },
    /// `greatest of (a, b)`, `least of (a, b)`, `sum of (a, b)`
    AggregateValues(Aggregate, Box<[Expr]>),
    /// `sum of L` and so on: the list itself.
    AggregateList(Aggregate, Expr, bool),
    /// `count of L`
    Count(Expr),
    /// `count of each x in L where C`
    CountEach(Box<Each>),
    /// `any x in L has C` (true), `every x in L has C` (false)
    Quantified(bool, Box<Each>, Expr),
    /// `first of L` (true), `last of L`; absent or an error for an empty list
    FirstLast(bool, Expr, bool),
    /// `the x in L with least E`
    The {
        /// The elements (one binder).
        each: Box<Each>,
        /// `greatest`.
        greatest: bool,
        /// What is compared.
        by: Expr,
        /// Of equals, the last.
        tie_last: bool,
        /// Absent for an empty list.
        if_any: bool,
    },
    /// `group x in L by E`: a list of records {key, items}, in the order of first occurrence.
    Group(Box<Each>, Expr),
    /// A walk: a record {rows, final}; `final` is a record of the states.
    Walk(Box<Walk>),
    /// `draw P from (a, b)`: a record of {taken, rest} for each in order, then `left`.
    Draw(Expr, Box<[Expr]>),
    /// A list of parts that add up to the amount.
    Allocate {
        /// The amount, and a list of weights, none negative, not all zero unless the amount is zero.
        parts: Box<[Expr; 2]>,
        /// How parts are rounded. Where the amount is no multiple of the step, the part that takes the remainder is none either.
        round: Box<RoundTo>,
        /// Where the remainder goes.
        remainder: Remainder,
    },
    /// `days from a until b`, in whole days.
    Days {
        /// From this day on.
        from: Expr,
        /// To this day.
        to: Expr,
        /// The last day counts.
        inclusive: bool,
        /// 30E/360.
        thirty_360: bool,
    },
    /// `date of i in zone z`
    DateOf(Expr, Expr),
    /// `time of i in zone z`
    TimeOf(Expr, Expr),
    /// `instant of d at t in zone z`
    InstantOf(Box<[Expr; 3]>),
    /// `split a until b by peak`: a list of records {start, end, length in s, inside}
    Split(Expr, Expr, WindowsId),
    /// `increments of x first a then b`: a list of records {start, length}, all in the unit of `x`
    Increments(Box<[Expr; 3]>),
    /// Text filled in.
    Template(Box<Template>),
}

/// A walk over a list with carried state.
#[derive(Debug, Clone)]
pub struct Walk {
    /// The elements (filter and order apply before the walk).
    pub each: Each,
    /// Local slots of the state with the values before the first element.
    pub state: Vec<(u16, Expr)>,
    /// The body in order. `next` values are all computed from the old state and set together at the end of an element.
    pub steps: Vec<WalkStep>,
}

/// A line of a walk's body.
#[derive(Debug, Clone)]
pub enum WalkStep {
    /// A value of this element, into a local slot.
    Let(u16, Expr),
    /// A record kept, where the condition holds.
    Keep(Expr, Option<Expr>),
    /// The next value of the state in a local slot.
    Next(u16, Expr),
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a place is after it was packed.
    fn packed(file: u32, start: u32, end: u32) -> (u32, u32, u32) {
        let Span { file, start, end } = PackedSpan::of(Span::new(FileId(file), start, end)).span();
        (file.0, start, end)
    }

    #[test]
    fn a_place_is_packed_exactly() {
        const MIB: u32 = 1 << 20;
        for (file, start, end) in [
            (0, 0, 0),
            (0, 17, 17),
            (3, 5, 16 * MIB - 1),
            (32_767, 16 * MIB - 1, 16 * MIB),
            (1, 16 * MIB - 1, 32 * MIB - 2),
            (1, 16 * MIB, 16 * MIB),
            (32_767, 16 * MIB, 16 * MIB + 65_535),
            (2, u32::MAX - 9, u32::MAX),
        ] {
            assert_eq!(packed(file, start, end), (file, start, end));
        }
    }

    #[test]
    fn of_a_long_place_far_away_the_start_is_exact() {
        let far = 100_000_000;
        assert_eq!(packed(4, far, far + 70_000), (4, far, far + 65_535));
        assert_eq!(packed(4, 7, 7 + (1 << 24)), (4, 7, 7 + 65_535));
    }

    #[test]
    fn an_expression_is_small() {
        assert_eq!(size_of::<Expr>(), 16);
        assert_eq!(size_of::<ExprKind>(), 40);
    }
}
