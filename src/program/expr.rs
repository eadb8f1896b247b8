//! The expressions of a program: resolved to slots, typed, exact.

use super::RoundTo;
use crate::source::Span;
use crate::types::{TableId, Type};
use crate::value::{Number, Value};
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

/// A typed expression with its place.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// The type of its value.
    pub ty: Type,
    /// Its place in the rules.
    pub span: Span,
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
    pub filter: Option<Box<Expr>>,
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
    SumApplied(Vec<ChargeId>),
    /// A parameter on a date; `None` for a constant, which needs no date.
    Parameter(ParameterId, Option<Box<Expr>>),
    /// A field of a record.
    Field(Box<Expr>, u16),
    /// A column of a row.
    Column(Box<Expr>, u16),
    /// A record.
    Record(Vec<Expr>),
    /// A list.
    List(Vec<Expr>),
    /// `-x`
    Negate(Box<Expr>),
    /// `not x`
    Not(Box<Expr>),
    /// A unit conversion: times an exact factor.
    Scale(Box<Expr>, Number),
    /// Arithmetic on numbers.
    Arithmetic(Arithmetic, Box<Expr>, Box<Expr>),
    /// Arithmetic on dates, instants and months.
    DateArithmetic(DateArithmetic, Box<Expr>, Box<Expr>),
    /// A comparison.
    Compare(Comparison, Box<Expr>, Box<Expr>),
    /// `and`: the right side only where the left is yes.
    And(Box<Expr>, Box<Expr>),
    /// `or`: the right side only where the left is no.
    Or(Box<Expr>, Box<Expr>),
    /// `if c then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `x is given`
    IsGiven(Box<Expr>),
    /// `x otherwise y`
    Otherwise(Box<Expr>, Box<Expr>),
    /// `x is one of (a, b)`
    OneOf(Box<Expr>, Vec<Expr>),
    /// `x is one of L`
    InList(Box<Expr>, Box<Expr>),
    /// `x is from a through b`: ends, and whether each is included
    InRange {
        /// The value.
        value: Box<Expr>,
        /// The lower end.
        low: Option<(Box<Expr>, bool)>,
        /// The upper end.
        high: Option<(Box<Expr>, bool)>,
    },
    /// An instant within windows.
    WithinWindows(Box<Expr>, WindowsId),
    /// A date within a calendar.
    WithinCalendar(Box<Expr>, CalendarId),
    /// Stages applied to a value.
    Stages(Box<Expr>, Vec<Stage>),
    /// `20% contained in x`: x × p ÷ (1 + p)
    ContainedIn(Box<Expr>, Box<Expr>),
    /// `a per started b of c`: a × ⌈c ÷ b⌉ (⌊ ⌋ for whole), 0 where c ≤ 0; `b` is in the unit of `c`
    PerStep {
        /// The amount for each step.
        amount: Box<Expr>,
        /// The step.
        step: Box<Expr>,
        /// What is counted in steps.
        of: Box<Expr>,
        /// `started`, not `whole`.
        started: bool,
    },
    /// A look-up.
    Lookup {
        /// The table.
        table: TableId,
        /// The keys in the order of the key columns; `None` is any, only with `rows`.
        keys: Vec<Option<Expr>>,
        /// The date for rows with a period; present where the table has any.
        on: Option<Box<Expr>>,
        /// A miss is an absent value.
        if_any: bool,
        /// All rows that match, in the table's order.
        rows: bool,
    },
    /// A call of a function.
    Call(FunctionId, Vec<Expr>),
    /// A call of a host function.
    Host(HostId, Vec<Expr>),
    /// A library function.
    Library(crate::library::Function, Vec<Expr>),
    /// Tiers at a quantity (the first argument), then their parameters.
    Tiers(TiersId, Vec<Expr>),
    /// `sum of E for each x in L`; `if_any`: absent for an empty list.
    Aggregate {
        /// What is made of the elements.
        kind: Aggregate,
        /// The elements.
        each: Each,
        /// The value of one.
        body: Box<Expr>,
        /// Absent for an empty list.
        if_any: bool,
    },
    /// `greatest of (a, b)`, `least of (a, b)`, `sum of (a, b)`
    AggregateValues(Aggregate, Vec<Expr>),
    /// `sum of L` and so on: the list itself.
    AggregateList(Aggregate, Box<Expr>, bool),
    /// `count of L`
    Count(Box<Expr>),
    /// `count of each x in L where C`
    CountEach(Each),
    /// `any x in L has C` (true), `every x in L has C` (false)
    Quantified(bool, Each, Box<Expr>),
    /// `first of L` (true), `last of L`; absent or an error for an empty list
    FirstLast(bool, Box<Expr>, bool),
    /// `the x in L with least E`
    The {
        /// The elements (one binder).
        each: Each,
        /// `greatest`.
        greatest: bool,
        /// What is compared.
        by: Box<Expr>,
        /// Of equals, the last.
        tie_last: bool,
        /// Absent for an empty list.
        if_any: bool,
    },
    /// `group x in L by E`: a list of records {key, items}, in the order of first occurrence.
    Group(Each, Box<Expr>),
    /// A walk: a record {rows, final}; `final` is a record of the states.
    Walk(Box<Walk>),
    /// `draw P from (a, b)`: a record of {taken, rest} for each in order, then `left`.
    Draw(Box<Expr>, Vec<Expr>),
    /// A list of parts that add up to the amount.
    Allocate {
        /// The amount.
        amount: Box<Expr>,
        /// A list of weights, none negative, not all zero unless the amount is zero.
        weights: Box<Expr>,
        /// How parts are rounded. Where the amount is no multiple of the step, the part that takes the remainder is none either.
        round: RoundTo,
        /// Where the remainder goes.
        remainder: Remainder,
    },
    /// `days from a until b`, in whole days.
    Days {
        /// From this day on.
        from: Box<Expr>,
        /// To this day.
        to: Box<Expr>,
        /// The last day counts.
        inclusive: bool,
        /// 30E/360.
        thirty_360: bool,
    },
    /// `date of i in zone z`
    DateOf(Box<Expr>, Box<Expr>),
    /// `time of i in zone z`
    TimeOf(Box<Expr>, Box<Expr>),
    /// `instant of d at t in zone z`
    InstantOf(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `split a until b by peak`: a list of records {start, end, length in s, inside}
    Split(Box<Expr>, Box<Expr>, WindowsId),
    /// `increments of x first a then b`: a list of records {start, length}, all in the unit of `x`
    Increments(Box<Expr>, Box<Expr>, Box<Expr>),
    /// Text filled in.
    Template(Template),
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
