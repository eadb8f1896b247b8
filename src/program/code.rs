//! The code of a program: what the evaluator runs. Made once from the typed expressions by `lower`.
//!
//! A register holds a value. There are registers for the inputs, the definitions, the charges and the constants, and below them for what
//! is computed on the way; since nothing refers to itself, each expression has registers of its own, and no values are stacked. An
//! operation reads registers and writes one; what is needed only sometimes is jumped over. Whatever visits elements or chooses among
//! alternatives is a [`Form`], whose parts are pieces of code of their own: a [`Source`].
//!
//! Observers and errors need more than the operations say: the marks hold the places of all operations and what an observer is told
//! before each. They are made when somebody asks, by the same lowering, and belong to the same operations.

use super::{
    Aggregate, Arithmetic, CalendarId, ChargeId, Comparison, DateArithmetic, DefinitionId, Expr, HostId, ParameterId,
    Remainder, TiersId, WindowsId,
};
use crate::quote::ChargeWords;
use crate::source::Span;
use crate::types::{TableId, Type};
use crate::value::{Currency, Number, RoundingMode, Value};
use std::sync::{Arc, OnceLock};

mod tiers;

pub(crate) use tiers::{KnownTier, KnownTiers};
pub use tiers::{TierForm, TierPartForm, TierRowsForm, TiersForm};

/// The place of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Reg(pub u32);

impl Reg {
    /// Its index.
    #[inline(always)]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One operation: first the register that it writes, then those that it reads. Jumps name the operation to go on with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Op {
    /// Does nothing, where an observer is told something; the next operation that is not the same.
    Nothing(u32),
    /// Goes to the branch for the member in a register, where nobody watches; by the place among the choices.
    Choose(Reg, u32),
    /// The end of a piece of code, of a definition or of a charge.
    Return,
    /// Go on there.
    Jump(u32),
    /// Go on there if yes.
    JumpIf(Reg, u32),
    /// Go on there if no.
    JumpUnless(Reg, u32),
    /// Go on there if there is a value.
    JumpIfGiven(Reg, u32),
    /// Go on there unless the number is above zero.
    JumpUnlessPositive(Reg, u32),
    /// The same value.
    Move(Reg, Reg),
    /// The sum.
    Add(Reg, Reg, Reg),
    /// The difference.
    Subtract(Reg, Reg, Reg),
    /// The product.
    Multiply(Reg, Reg, Reg),
    /// The quotient.
    Divide(Reg, Reg, Reg),
    /// The number or months with the other sign.
    Negate(Reg, Reg),
    /// The larger number; of equals, the first.
    Greatest(Reg, Reg, Reg),
    /// The smaller number; of equals, the first.
    Least(Reg, Reg, Reg),
    /// A number rounded to a multiple of a step.
    Round(Reg, Reg, Reg, RoundingMode),
    /// Refuses a step below zero.
    CheckStep(Reg),
    /// The smallest amount of the currency that the caller chose in an input.
    MinorUnit(Reg, Reg),
    /// The step where the currency in a register is this one, else the smallest amount of it.
    OwnStep(Reg, Reg, Reg, Currency),
    /// How many started (true) or whole steps a number above zero has.
    Steps(Reg, Reg, Reg, bool),
    /// No for yes.
    Not(Reg, Reg),
    /// A comparison.
    Compare(Comparison, Reg, Reg, Reg),
    /// A comparison, and a jump if it is decided no.
    CompareJump(Comparison, Reg, Reg, Reg, u32),
    /// Whether there is a value.
    IsGiven(Reg, Reg),
    /// A field of a record.
    Field(Reg, Reg, u16),
    /// A column of a row.
    Column(Reg, Reg, u16),
    /// Computes a definition where its register does not know it yet; how deep the expression is nested that asks.
    Define(Reg, DefinitionId, u16),
    /// The end of a definition: its own register, and the one that holds the value.
    Defined(Reg, DefinitionId, Reg),
    /// Computes a charge where its register does not know it yet; how deep the expression is nested that asks.
    Charge(Reg, ChargeId, u16),
    /// Books a line of a charge with its amount.
    Book(ChargeId, Reg),
    /// The end of a charge.
    Charged(ChargeId),
    /// The amount of a charge that applies, from the charge's own register.
    Amount(Reg, Reg, ChargeId),
    /// Whether a charge applies.
    IsApplied(Reg, ChargeId),
    /// Calls a function, whose arguments are in its registers; how deep the call is nested.
    Call(u32, u16),
    /// What a function computes begins here, in place of a call: how deep that would be nested, and how deep it is nested itself.
    Deeper(u16, u16),
    /// From here on, until a line is booked, tiers belong to the breakdown of a charge.
    Breakdown,
    /// Remembers how many tiers the breakdown has.
    CountTiers(Reg),
    /// The tiers since then count with the other sign.
    NegateTiers(Reg),
    /// Tiers at a quantity; how deep the expression is nested.
    Tiers(Reg, Reg, TiersId, u16),
    /// A form.
    Form(Reg, FormId),
}

impl Op {
    /// The comparison and the jump that an operation consists of.
    pub(crate) fn halves(self) -> Option<(Op, Op)> {
        match self {
            Op::CompareJump(comparison, to, a, b, goal) => {
                Some((Op::Compare(comparison, to, a, b), Op::JumpUnless(to, goal)))
            }
            _ => None,
        }
    }

    /// The registers of the two sides, where they are compared by size.
    pub(crate) fn compared_by_size(&self) -> Option<(Reg, Reg)> {
        match *self {
            Op::Compare(comparison, _, a, b) | Op::CompareJump(comparison, _, a, b, _) => {
                (!matches!(comparison, Comparison::Is | Comparison::IsNot)).then_some((a, b))
            }
            _ => None,
        }
    }

    /// The registers of the two sides, where two values are compared.
    pub(crate) fn compared(&self) -> Option<(Reg, Reg)> {
        match *self {
            Op::Compare(_, _, a, b) | Op::CompareJump(_, _, a, b, _) => Some((a, b)),
            _ => None,
        }
    }

    /// The register of the result of an operation on words.
    pub(crate) fn result_mut(&mut self) -> Option<&mut Reg> {
        match self {
            Op::Move(to, _)
            | Op::Add(to, ..)
            | Op::Subtract(to, ..)
            | Op::Multiply(to, ..)
            | Op::Divide(to, ..)
            | Op::Negate(to, _)
            | Op::Greatest(to, ..)
            | Op::Least(to, ..)
            | Op::Round(to, ..)
            | Op::Steps(to, ..)
            | Op::Not(to, _)
            | Op::Compare(_, to, ..)
            | Op::IsGiven(to, _)
            | Op::Field(to, ..)
            | Op::Column(to, ..)
            | Op::Amount(to, ..)
            | Op::IsApplied(to, _)
            | Op::Tiers(to, ..)
            | Op::Form(to, _) => Some(to),
            _ => None,
        }
    }
}

/// Where the conditions on the member of one value lead.
#[derive(Debug, Clone, Default)]
pub(crate) struct Choice {
    /// Where the branch of each member begins, that has one of its own.
    pub(crate) goals: Vec<Option<u32>>,
    /// Where that of all others begins.
    pub(crate) otherwise: u32,
}

/// The place of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormId(pub u32);

/// A value that is computed when it is needed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Source {
    /// Where the value is afterwards.
    pub value: Reg,
    /// Where its code begins; `None` where the value is there already.
    pub code: Option<u32>,
    /// Its expression among the roots of the marks.
    pub root: u32,
}

/// Elements of one or more lists in step.
#[derive(Debug, Clone, PartialEq)]
pub struct EachForm {
    /// The lists, and where their elements are put.
    pub binders: Box<[Binder]>,
    /// Which elements take part.
    pub filter: Option<Source>,
    /// Sort keys, and whether each is descending.
    pub sort: Box<[(Source, bool)]>,
}

/// A list whose elements are visited, and the registers of one element.
#[derive(Debug, Clone, PartialEq)]
pub struct Binder {
    /// The register of the element.
    pub element: Reg,
    /// Whether anything asks for the element itself, and not only for fields of it.
    pub whole: bool,
    /// Fields that are asked for, which fit a word, and their registers.
    pub fields: Box<[(u16, Reg)]>,
    /// The list.
    pub list: Source,
}

/// A text of pieces.
#[derive(Debug, Clone, PartialEq)]
pub struct TextForm {
    /// The pieces.
    pub pieces: Box<[TextPiece]>,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum TextPiece {
    /// Fixed.
    Text(Arc<str>),
    /// A value of a type.
    Fill(Source, Type),
}

/// A line of a walk's body.
#[derive(Debug, Clone, PartialEq)]
pub enum StepForm {
    /// A value of this element.
    Let(Reg, Source),
    /// A record kept, where the condition holds.
    Keep(Source, Option<Source>),
    /// The next value of the state.
    Next(Reg, Source),
}

/// How an amount is rounded: the step, and whether it still has to be checked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RoundForm {
    /// The step.
    pub step: Source,
    /// The mode.
    pub mode: RoundingMode,
    /// The step is the smallest amount of the currency in this input.
    pub minor_of: Option<Reg>,
    /// … unless that is this currency, whose step is the one that stands here.
    pub own: Option<Currency>,
}

/// A stage whose operand is computed when its turn comes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StageForm {
    /// `less 10%`
    LessPercent(Source),
    /// `less 5 USD`
    LessAmount(Source),
    /// `plus 10%`
    PlusPercent(Source),
    /// `plus 5 USD`
    PlusAmount(Source),
    /// `minimum`
    Minimum(Source),
    /// `maximum`
    Maximum(Source),
    /// `rounded`
    Rounded(RoundForm),
}

/// An exception: when it holds, its value and how that is booked, its reason, and the exceptions to it, in the order of the program's.
#[derive(Debug, Clone, PartialEq)]
pub struct ExceptionForm {
    /// When it holds.
    pub when: Source,
    /// The value then.
    pub value: Source,
    /// How that is rounded when it is booked.
    pub booking: Option<RoundForm>,
    /// Its reason.
    pub because: Option<TextForm>,
    /// Exceptions to it.
    pub exceptions: Box<[ExceptionForm]>,
}

/// Forms: what visits elements, chooses, or is computed by code of its own.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// A parameter on a date.
    Parameter(ParameterId, Reg),
    /// A look-up: table, keys, date, `if any`, all rows.
    LookUp {
        /// The table.
        table: TableId,
        /// The keys in the order of the key columns.
        keys: Box<[Option<Reg>]>,
        /// The date.
        on: Option<Reg>,
        /// A miss is an absent value.
        if_any: bool,
        /// All rows that match.
        rows: bool,
    },
    /// A record.
    Record(Box<[Reg]>),
    /// A list.
    List(Box<[Reg]>),
    /// Arithmetic on dates, instants and months.
    DateArithmetic(DateArithmetic, Reg, Reg),
    /// Whether a value is one of constants.
    OneOf(Reg, Box<[Value]>),
    /// Whether a value is in a list.
    InList(Reg, Reg),
    /// Whether an instant is within windows of a zone.
    WithinWindows(Reg, WindowsId, Reg),
    /// Whether a date is within a calendar.
    WithinCalendar(Reg, CalendarId),
    /// A host function.
    Host(HostId, Box<[Reg]>),
    /// A library function; the type of its first argument.
    Library(crate::library::Function, Box<[Reg]>, Type),
    /// `sum of E for each …`; whether an empty sum is of months.
    Aggregate(Aggregate, EachForm, Source, bool, bool),
    /// `sum of (a, b)`
    AggregateValues(Aggregate, Box<[Reg]>),
    /// `sum of L`
    AggregateList(Aggregate, Reg, bool, bool),
    /// The sum of the charges that apply.
    SumApplied(Box<[ChargeId]>),
    /// `count of L`
    Count(Reg),
    /// `count of each x in L`
    CountEach(EachForm),
    /// `any`, `every`
    Quantified(bool, EachForm, Source),
    /// `first of`, `last of`
    FirstLast(bool, Reg, bool),
    /// `the x in L with least E`: greatest, of equals the last, `if any`
    The(EachForm, Source, bool, bool, bool),
    /// `group x in L by E`
    Group(EachForm, Source),
    /// A walk: elements, states with their first values, body.
    Walk(EachForm, Box<[(Reg, Source)]>, Box<[StepForm]>),
    /// `draw P from (a, b)`
    Draw(Reg, Box<[Reg]>),
    /// An allocation: amount, weights, step, mode, remainder.
    Allocate(Reg, Reg, Reg, RoundingMode, Remainder),
    /// Days from, until; the last counts; 30E/360.
    Days(Reg, Reg, bool, bool),
    /// `date of i in zone z`
    DateOf(Reg, Reg),
    /// `time of i in zone z`
    TimeOf(Reg, Reg),
    /// `instant of d at t in zone z`
    InstantOf(Reg, Reg, Reg),
    /// `split a until b by peak`, and the zone
    Split(Reg, Reg, WindowsId, Reg),
    /// `increments of x first a then b`
    Increments(Reg, Reg, Reg),
    /// Text filled in.
    Text(TextForm),
    /// A definition with exceptions.
    Excepted(DefinitionId, Box<[ExceptionForm]>, Source),
    /// The amount of a charge with exceptions, options, or bounds that book lines of their own; absent where no option holds.
    Price(ChargeId),
    /// The lines of a charge for each element: the code of one line.
    BookEach(ChargeId, EachForm, u32),
}

/// Where the code of something begins, and how deep expressions are nested in it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Entry {
    /// The first operation.
    pub start: u32,
    /// The deepest nesting.
    pub depth: u16,
}

/// What a charge books besides its amount.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChargeForm {
    /// The words and the currency of its lines, where every quote shows them alike and nothing but the amount besides.
    pub(crate) plain: Option<(ChargeWords, Currency)>,
    /// Its currency; `None` where a caller chooses it.
    pub currency: Option<Currency>,
    /// The rest, which a plain charge does not have.
    pub details: Option<Box<ChargeFormDetails>>,
}

/// What the lines of a charge may have besides an amount and fixed words.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChargeFormDetails {
    /// The input that chooses the currency.
    pub chosen: Option<Reg>,
    /// How much of the currency one of its unit is, where that is not one.
    pub factor: Option<Number>,
    /// Its label, where it is not fixed.
    pub label: Option<TextForm>,
    /// Its reason.
    pub because: Option<TextForm>,
    /// The quantity and unit price that are shown.
    pub shown: Option<(Source, Option<Source>)>,
    /// What its amount is made of, where operations alone do not say it.
    pub special: Option<Box<SpecialForm>>,
}

/// The details of a plain charge.
static NO_DETAILS: ChargeFormDetails =
    ChargeFormDetails { chosen: None, factor: None, label: None, because: None, shown: None, special: None };

impl ChargeForm {
    /// What its lines may have besides an amount and fixed words.
    pub(crate) fn details(&self) -> &ChargeFormDetails {
        self.details.as_deref().unwrap_or(&NO_DETAILS)
    }
}

/// The amount of a charge with exceptions, options, or bounds that book lines of their own.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecialForm {
    /// Exceptions to the amount.
    pub exceptions: Box<[ExceptionForm]>,
    /// The amount before stages; `None` for a group.
    pub amount: Option<Source>,
    /// The options of a group: when, amount.
    pub options: Box<[(Option<Source>, Source)]>,
    /// The stages.
    pub stages: Box<[StageForm]>,
    /// How the amount is rounded when it is booked.
    pub booking: Option<RoundForm>,
}

/// A flag or refusal.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeForm {
    /// When it holds.
    pub when: Source,
    /// Its message.
    pub message: TextForm,
}

/// What code is for.
#[derive(Debug, Clone, Default)]
pub(crate) enum Purpose {
    /// Quotes: what every quote computes is computed in the course of it.
    #[default]
    Quote,
    /// Single questions, and one that is none of the program's own with its local slots.
    Asked(Option<(Expr, u16)>),
}

/// The code of a program.
#[derive(Debug, Clone, Default)]
pub struct Code {
    /// The operations of everything, piece after piece.
    pub(crate) ops: Vec<Op>,
    /// The forms.
    pub(crate) forms: Vec<Form>,
    /// Where a chain of conditions on the member of one value leads.
    pub(crate) choices: Vec<Choice>,
    /// The values of the constants, in the order of their registers.
    pub(crate) constants: Vec<Value>,
    /// How many registers there are before those of the constants.
    pub(crate) registers: u32,
    /// The register of the first definition and of the first charge: the inputs lie before them.
    pub(crate) definition_registers: u32,
    /// The register of the first charge.
    pub(crate) charge_registers: u32,
    /// The code of the definitions.
    pub(crate) definitions: Vec<Entry>,
    /// The code of the functions, and the register of the result.
    pub(crate) functions: Vec<(Entry, Reg)>,
    /// The tiers.
    pub(crate) tiers: Vec<Option<TiersForm>>,
    /// The code of the charges.
    pub(crate) charges: Vec<Entry>,
    /// What charges book.
    pub(crate) charge_forms: Vec<ChargeForm>,
    /// The day on which it is priced.
    pub(crate) priced_on: Option<Source>,
    /// Refusals.
    pub(crate) refusals: Vec<NoticeForm>,
    /// Flags.
    pub(crate) flags: Vec<NoticeForm>,
    /// Where the code that asks for each output begins.
    pub(crate) outputs: Vec<u32>,
    /// The bounds on the totals.
    pub(crate) total: Vec<Source>,
    /// The rounding of the totals.
    pub(crate) round_total: Option<RoundForm>,
    /// Where the code of the quote's charges begins.
    pub(crate) quote: u32,
    /// The deepest nesting in it.
    pub(crate) depth: u16,
    /// Expressions that are asked for one by one: defaults of inputs and what tests say.
    pub(crate) asked: Vec<(Expr, Source)>,
    /// What it is for.
    pub(crate) purpose: Purpose,
    /// The code that answers single questions; made when one is first asked.
    pub(crate) asking: OnceLock<Box<Code>>,
    /// What errors and observers ask for; made when it is first needed.
    pub(crate) marks: OnceLock<Marks>,
    /// Tells this code from any other.
    pub(crate) identity: Arc<()>,
}

/// What an observer is told before an operation.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// An expression begins.
    Enter(Expr),
    /// It ends with the value in a register.
    Leave(Reg),
    /// A stage of a `Stages` expression begins.
    EnterStage(Expr, u16),
    /// The stage ended with a value.
    LeaveStage(Reg),
    /// A condition was decided.
    Condition(Span, Reg),
    /// A value was rounded: from, to.
    Rounded(Reg, Reg),
    /// An amount was booked: from, to.
    Booked(Reg, Reg),
    /// A `minimum` or `maximum` by its place: two sides of which it applies where the first is the smaller one, and how both are rounded.
    Bound(Span, (Reg, Reg), Option<(Reg, RoundingMode)>),
    /// A definition was known already.
    Known(DefinitionId),
    /// A charge was known already.
    KnownCharge(ChargeId),
    /// A definition begins in the course of a quote; it ends with [`Event::Leave`].
    EnterDefinition(DefinitionId),
    /// A charge begins in the course of a quote.
    EnterCharge(ChargeId),
    /// The charge ended with the amount in a register, if it applies.
    LeaveCharge(Reg),
    /// A row of a table gave a value again.
    Row(TableId, Reg),
    /// The one value of a parameter was in force.
    Constant(ParameterId),
}

/// What errors and observers need to know of the operations.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    /// The place of each operation.
    pub(crate) spans: Vec<Span>,
    /// Where the events before each operation begin in `events`; one more for the end.
    pub(crate) starts: Vec<u32>,
    /// The events.
    pub(crate) events: Vec<Event>,
    /// What is told between the halves of a comparison and jump, by its place.
    pub(crate) decided: Vec<(u32, Vec<Event>)>,
    /// The expressions of the sources.
    pub(crate) roots: Vec<Expr>,
}

impl Code {
    /// The value of an expression that is asked for by itself.
    pub(crate) fn asked(&self, expr: &Expr) -> Option<Source> {
        let at = self.asked.binary_search_by_key(&expr.address(), |(asked, _)| asked.address()).ok()?;
        self.asked.get(at).map(|(_, source)| *source)
    }

    /// The register of a definition's value.
    pub(crate) fn definition(&self, id: DefinitionId) -> Reg {
        Reg(self.definition_registers.saturating_add(id.0))
    }

    /// The register of a charge's amount.
    pub(crate) fn charge(&self, id: ChargeId) -> Reg {
        Reg(self.charge_registers.saturating_add(id.0))
    }
}

/// What arithmetic two numbers are given to, as an operation.
pub(crate) fn operation(arithmetic: Arithmetic, to: Reg, left: Reg, right: Reg) -> Op {
    match arithmetic {
        Arithmetic::Add => Op::Add(to, left, right),
        Arithmetic::Subtract => Op::Subtract(to, left, right),
        Arithmetic::Multiply => Op::Multiply(to, left, right),
        Arithmetic::Divide => Op::Divide(to, left, right),
    }
}
