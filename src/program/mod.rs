//! The compiled rule set: typed, resolved to slots, immutable. It holds no unresolved names, no errors and no unknown types.
//!
//! `check` makes it, `eval` runs it, the explanation and the reports read it. Units are gone from values: where units of one
//! dimension meet, the checker has written an [`ExprKind::Scale`].

pub mod code;
pub mod expr;
pub mod visit;

pub use crate::syntax::ast::{CalendarDays, GroupPolicy};
pub use expr::*;

use crate::quote::Texts;
use crate::source::{SourceMap, Span};
use crate::table::Table;
use crate::types::{EnumId, RecordType, Type, UnitExpr, Units};
use crate::value::{Currency, Date, Number, RoundingMode, TimeOfDay, Value};
use std::ops::Deref;
use std::sync::Arc;

/// A half-open period of days: `from` included, `until` excluded; an absent end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Period {
    /// The first day.
    pub from: Option<Date>,
    /// The day after the last.
    pub until: Option<Date>,
}

impl Period {
    /// Whether the day lies in the period.
    pub fn contains(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day < until)
    }

    /// The days that lie in both periods.
    pub fn within(self, other: Period) -> Period {
        let until = match (self.until, other.until) {
            (Some(own), Some(until)) => Some(own.min(until)),
            (own, until) => own.or(until),
        };
        Period { from: self.from.max(other.from), until }
    }
}

/// `from 2026-01-05 through 2027-01-03`, both days included; `on 2026-01-05`; `always`.
impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let last = self.until.and_then(|until| until.add_days(-1));
        match (self.from, last) {
            (Some(from), Some(last)) if from == last => write!(f, "on {from}"),
            (Some(from), Some(last)) => write!(f, "from {from} through {last}"),
            (Some(from), None) => write!(f, "from {from}"),
            (None, Some(last)) => write!(f, "through {last}"),
            (None, None) => write!(f, "always"),
        }
    }
}

/// A compiled rule set.
#[derive(Debug, Clone)]
pub struct Program {
    /// Its dotted name.
    pub name: String,
    /// Where that is written.
    pub name_span: Span,
    /// Its title for people.
    pub title: String,
    /// Its version, as its author wrote it.
    pub version: Option<String>,
    /// The name of the rule set that it extends.
    pub extends: Option<String>,
    /// When it may be used; inputs priced on another day are refused.
    pub effective: Period,
    /// Where that is written; its name, where it is not.
    pub effective_span: Span,
    /// The day from which it is known.
    pub published: Option<Date>,
    /// The edition that it replaces.
    pub supersedes: Option<Supersedes>,
    /// Where that is written.
    pub supersedes_span: Option<Span>,
    /// The currency of `money`.
    pub currency: Option<Currency>,
    /// The texts that it was made of.
    pub sources: Arc<SourceMap>,
    /// Its units.
    pub units: Units,
    /// Its enumerations, by [`EnumId`].
    pub enums: Vec<EnumType>,
    /// Its declared record types, for the schema.
    pub records: Vec<Arc<RecordType>>,
    /// Wire names, domains and labels of the fields of declared records, in the order of `records`.
    pub record_fields: Vec<Vec<InputField>>,
    /// The fields of the input, in order; a slot for each.
    pub inputs: Vec<InputField>,
    /// The day on which it is priced.
    pub priced_on: Option<Expr>,
    /// How many local slots `priced_on` and the defaults of inputs need.
    pub locals: u16,
    /// Lets and outputs, by [`DefinitionId`].
    pub definitions: Vec<Definition>,
    /// Parameters, by [`ParameterId`].
    pub parameters: Vec<Parameter>,
    /// Tables, by [`crate::types::TableId`].
    pub tables: Vec<Table>,
    /// Functions, by [`FunctionId`].
    pub functions: Vec<Function>,
    /// Signatures of the functions that the host gives, by [`HostId`].
    pub hosts: Vec<HostSignature>,
    /// Tiers, by [`TiersId`].
    pub tiers: Vec<Tiers>,
    /// Calendars, by [`CalendarId`].
    pub calendars: Vec<Calendar>,
    /// Windows, by [`WindowsId`].
    pub windows: Vec<Windows>,
    /// Charges in the order of the quote, by [`ChargeId`]; those with `listed` false (a base's overridden ones) book no line.
    pub charges: Vec<Charge>,
    /// Stages of the totals, in the order written.
    pub total: Vec<TotalStage>,
    /// Named outputs in the order written: name, label, definition.
    pub outputs: Vec<Output>,
    /// Flags in the order written.
    pub flags: Vec<Notice>,
    /// Refusals in the order written; the first that holds refuses the quote, before any charge.
    pub refusals: Vec<Notice>,
    /// Whether charges are booked unrounded and each total is rounded instead, with a visible ROUNDING line for the difference.
    pub round_total: Option<RoundTo>,
    /// Its tests.
    pub tests: Vec<Test>,
    /// The words that its quotes show.
    pub(crate) texts: Arc<Texts>,
    /// What the evaluator runs.
    pub(crate) code: code::Code,
}

/// What an edition replaces: `supersedes "2026.1" from 2026-03-01`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supersedes {
    /// The version that it replaces.
    pub version: String,
    /// The first business day on which it does.
    pub from: Date,
}

/// An enumeration.
#[derive(Debug, Clone)]
pub struct EnumType {
    /// Its name.
    pub name: String,
    /// Its members: name and label.
    pub members: Vec<(Arc<str>, Option<String>)>,
    /// Where it is declared.
    pub span: Span,
}

/// A field that comes in from outside: of the input or of a record in it.
#[derive(Debug, Clone)]
pub struct InputField {
    /// Its name in rules.
    pub name: String,
    /// Its name on the wire.
    pub wire: String,
    /// Its type.
    pub ty: Type,
    /// The values that it may have.
    pub domain: Domain,
    /// Its value where none is sent.
    pub default: Option<Expr>,
    /// Its label.
    pub label: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// What is accepted from outside, beyond the type.
#[derive(Debug, Clone, Default)]
pub struct Domain {
    /// The lower end in the field's unit, and whether it is included.
    pub low: Option<(Value, bool)>,
    /// The upper end in the field's unit, and whether it is included.
    pub high: Option<(Value, bool)>,
    /// The pattern that the whole text must match.
    pub matching: Option<Pattern>,
    /// The currencies that may be chosen.
    pub currencies: Vec<Currency>,
}

/// A text pattern, anchored at both ends.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// As written.
    pub text: String,
    /// Compiled.
    pub regex: regex_lite::Regex,
}

/// A named value, computed at most once in a quote.
#[derive(Debug, Clone)]
pub struct Definition {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Expr,
    /// What replaces the value under a condition.
    pub exceptions: Vec<Exception>,
    /// How many local slots its evaluation needs.
    pub locals: u16,
    /// The name in its declaration.
    pub span: Span,
}

/// A replacement of a value under a condition.
#[derive(Debug, Clone)]
pub struct Exception {
    /// Its own name, or what it replaces.
    pub name: String,
    /// Its label.
    pub label: Option<String>,
    /// When it holds.
    pub when: Expr,
    /// The value then.
    pub value: Expr,
    /// How that is rounded when it is booked; `None` where it says so itself, the rule set says `none`, or it is no charge's.
    pub booking: Option<Arc<RoundTo>>,
    /// Its reason.
    pub because: Option<Template>,
    /// Exceptions to this exception.
    pub exceptions: Vec<Exception>,
    /// Its place.
    pub span: Span,
}

/// A parameter: values with their periods, sorted, not overlapping. A constant has one value with an open period.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Its values.
    pub values: Vec<DatedValue>,
    /// Whether it is a constant, which needs no date.
    pub constant: bool,
    /// The name in its declaration.
    pub span: Span,
}

/// One value of a parameter.
#[derive(Debug, Clone)]
pub struct DatedValue {
    /// When it holds.
    pub period: Period,
    /// The value.
    pub value: Value,
    /// Its reason.
    pub because: Option<String>,
    /// Its place.
    pub span: Span,
}

/// A function; its parameters are the first locals.
#[derive(Debug, Clone)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Its parameters.
    pub params: Vec<(String, Type)>,
    /// Its body.
    pub body: Expr,
    /// How many local slots a call needs, parameters included.
    pub locals: u16,
    /// The name in its declaration.
    pub span: Span,
}

/// A function given by the embedding program.
#[derive(Debug, Clone)]
pub struct HostSignature {
    /// Its name.
    pub name: String,
    /// Its parameters.
    pub params: Vec<(String, Type)>,
    /// Its result.
    pub result: Type,
    /// The name in its declaration.
    pub span: Span,
}

/// Tiers, as a function of a quantity (local 0) and their parameters (the locals after it).
#[derive(Debug, Clone)]
pub struct Tiers {
    /// Their name.
    pub name: String,
    /// Their parameters.
    pub params: Vec<(String, Type)>,
    /// The type of the quantity.
    pub over: Type,
    /// The type of the result.
    pub result: Type,
    /// All at the rate of the tier that the quantity falls in, instead of each part at its own.
    pub volume: bool,
    /// The flat fee of the first tier is due at zero.
    pub flat_at_zero: bool,
    /// How each tier's amount is rounded.
    pub each_rounded: Option<RoundTo>,
    /// The tiers.
    pub rows: TierRows,
    /// How many local slots a call needs.
    pub locals: u16,
    /// The name in their declaration.
    pub span: Span,
}

/// Where tiers come from.
#[derive(Debug, Clone)]
pub enum TierRows {
    /// Written, by rising bound; the last has none.
    Written(Vec<Tier>),
    /// One for each element of a list, in its order.
    Each {
        /// The list.
        list: Expr,
        /// The local slot of one element.
        slot: u16,
        /// The tier made of it; an absent bound is open.
        tier: Box<Tier>,
    },
}

/// One tier.
#[derive(Debug, Clone)]
pub struct Tier {
    /// Its upper bound in the unit of `over`, and whether the bound belongs to it.
    pub bound: Option<(Expr, bool)>,
    /// Its price.
    pub parts: Vec<TierPart>,
    /// Its place.
    pub span: Span,
}

/// One part of a tier's price; every amount is in the unit of the tiers' result.
#[derive(Debug, Clone)]
pub enum TierPart {
    /// An amount for each unit of the quantity, times the number: `scale` is the exact unit conversion.
    Rate {
        /// The rate as written.
        rate: Expr,
        /// What `rate × quantity` is multiplied by.
        scale: Number,
    },
    /// An amount, once.
    Flat(Expr),
    /// An amount for each step of the quantity: started (true) or whole.
    PerStep {
        /// The amount.
        amount: Expr,
        /// The step in the unit of `over`.
        step: Expr,
        /// Started, not whole.
        started: bool,
    },
}

/// A set of days.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// Its name.
    pub name: String,
    /// Its days.
    pub days: Vec<CalendarDays>,
}

/// Open hours in a zone.
#[derive(Debug, Clone)]
pub struct Windows {
    /// Their name.
    pub name: String,
    /// The zone: a constant or an input.
    pub zone: Expr,
    /// The lines.
    pub lines: Vec<WindowLine>,
    /// The name in their declaration.
    pub span: Span,
}

/// One line of open hours.
#[derive(Debug, Clone)]
pub struct WindowLine {
    /// Ranges of weekdays, 1 Monday to 7 Sunday, both included; empty is every day.
    pub days: Vec<(u8, u8)>,
    /// When it opens.
    pub from: TimeOfDay,
    /// When it closes; at or before `from`, on the next day.
    pub until: TimeOfDay,
    /// Not on these days (the day on which it opens).
    pub except: Option<CalendarId>,
    /// Only on these days.
    pub only: Option<CalendarId>,
}

/// A charge.
#[derive(Debug, Clone)]
pub struct Charge {
    /// Its code.
    pub code: Arc<str>,
    /// Its amount.
    pub amount: ChargeAmount,
    /// When it applies.
    pub when: Option<Expr>,
    /// Its unit: plain money.
    pub unit: UnitExpr,
    /// How its amount is rounded when it is booked; `None` where it says so itself or the rule set says `none`.
    pub booking: Option<Arc<RoundTo>>,
    /// Whether it books lines in the quote.
    pub listed: bool,
    /// How many local slots its evaluation needs.
    pub locals: u16,
    /// The code in its declaration.
    pub span: Span,
    /// What not every charge has.
    pub details: Details,
}

/// What not every charge has: no memory is kept where there is nothing of it. Reads as the [`ChargeDetails`] that it may hold.
#[derive(Debug, Clone, Default)]
pub struct Details(Option<Box<ChargeDetails>>);

/// What a charge may have besides its amount and condition. A charge reads its fields as its own: `charge.label`.
#[derive(Debug, Clone)]
pub struct ChargeDetails {
    /// Its label, which may differ from line to line.
    pub label: Option<Template>,
    /// One line for each element of a list.
    pub each: Option<Each>,
    /// Its reason.
    pub because: Option<Template>,
    /// Its tags.
    pub tags: Vec<Arc<str>>,
    /// The quantity and unit price shown on its line.
    pub shown: Option<(Expr, Option<Expr>)>,
    /// What replaces its amount under a condition.
    pub exceptions: Vec<Exception>,
}

/// The details of a charge that has none.
static NO_DETAILS: ChargeDetails =
    ChargeDetails { label: None, each: None, because: None, tags: Vec::new(), shown: None, exceptions: Vec::new() };

impl From<ChargeDetails> for Details {
    fn from(details: ChargeDetails) -> Self {
        let ChargeDetails { label, each, because, tags, shown, exceptions } = &details;
        let none = label.is_none() && each.is_none() && because.is_none() && shown.is_none();
        let none = none && tags.is_empty() && exceptions.is_empty();
        Details((!none).then(|| Box::new(details)))
    }
}

impl Deref for Details {
    type Target = ChargeDetails;

    fn deref(&self) -> &ChargeDetails {
        self.0.as_deref().unwrap_or(&NO_DETAILS)
    }
}

impl Deref for Charge {
    type Target = ChargeDetails;

    fn deref(&self) -> &ChargeDetails {
        &self.details
    }
}

/// What a charge amounts to.
#[derive(Debug, Clone)]
pub enum ChargeAmount {
    /// An expression; where its outermost node is [`ExprKind::Stages`], stages with a line of their own book it.
    Expr(Expr),
    /// One of several options, then stages.
    Group(Box<ChargeGroup>),
}

/// One of several options, then stages.
#[derive(Debug, Clone)]
pub struct ChargeGroup {
    /// Which one.
    pub policy: GroupPolicy,
    /// The options.
    pub options: Box<[GroupOption]>,
    /// The stages after the choice.
    pub stages: Box<[Stage]>,
}

/// An option of an exclusive group.
#[derive(Debug, Clone)]
pub struct GroupOption {
    /// Its code.
    pub code: Arc<str>,
    /// Its label.
    pub label: Option<Arc<str>>,
    /// Its amount, in the charge's unit.
    pub amount: Expr,
    /// When it applies.
    pub when: Option<Expr>,
    /// Its place.
    pub span: Span,
}

/// A stage of the total of one currency.
#[derive(Debug, Clone)]
pub struct TotalStage {
    /// The currency: the total that it is about.
    pub unit: UnitExpr,
    /// The bound.
    pub bound: Expr,
    /// `maximum` instead of `minimum`.
    pub maximum: bool,
    /// The code of the line that books the difference.
    pub code: Arc<str>,
    /// Its label.
    pub label: Option<Arc<str>>,
    /// How many local slots its evaluation needs.
    pub locals: u16,
    /// Its place.
    pub span: Span,
}

/// A named output.
#[derive(Debug, Clone)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its label.
    pub label: Option<String>,
    /// Its value.
    pub definition: DefinitionId,
}

/// A flag or a refusal.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Its code.
    pub code: Arc<str>,
    /// Its message.
    pub message: Template,
    /// When it holds.
    pub when: Expr,
    /// How many local slots its evaluation needs.
    pub locals: u16,
    /// Its place.
    pub span: Span,
}

/// How an amount is rounded.
#[derive(Debug, Clone)]
pub struct RoundTo {
    /// The mode.
    pub mode: RoundingMode,
    /// The step.
    pub step: RoundStep,
}

/// The step of a rounding.
#[derive(Debug, Clone)]
pub enum RoundStep {
    /// An expression in the unit of what is rounded.
    Expr(Expr),
    /// A power of ten: 10^-digits of a known currency, in the unit of what is rounded.
    Fixed(Number),
    /// The minor unit of the currency that the input field in this slot chooses.
    MinorOf(u16),
    /// The expression, an amount of this currency, where the input field in this slot chooses it; else the minor unit of what it chooses.
    OwnOf(u16, Currency, Expr),
}

/// A test.
#[derive(Debug, Clone)]
pub struct Test {
    /// Its name.
    pub name: String,
    /// The inputs that it gives: slot and constant value.
    pub given: Vec<(u16, Expr)>,
    /// What it expects.
    pub expects: Vec<Expect>,
    /// How many local slots its expressions need.
    pub locals: u16,
    /// Its place: the name, or the row of the CSV file.
    pub span: Span,
}

/// An expectation.
#[derive(Debug, Clone)]
pub struct Expect {
    /// What is expected.
    pub kind: ExpectKind,
    /// Its place.
    pub span: Span,
}

/// What a test can expect.
#[derive(Debug, Clone)]
pub enum ExpectKind {
    /// A charge that applies, with its amount (or the list of its lines' amounts), and the table row that priced it.
    Charge {
        /// The charge.
        charge: ChargeId,
        /// Its amount in its unit, or a list of amounts.
        amount: Option<Expr>,
        /// A table, and a row of it from 1.
        by: Option<(crate::types::TableId, u32)>,
    },
    /// A charge that does not apply.
    NoCharge(ChargeId),
    /// The amount of a line booked under a code that is not a charge's (a true-up, an option of a group).
    Line(Arc<str>, Option<Expr>),
    /// No line with a code that is not a charge's.
    NoLine(Arc<str>),
    /// The total in a currency.
    Total(UnitExpr, Expr),
    /// A flag that is raised (true) or not.
    Flag(Arc<str>, bool),
    /// A refusal with this code.
    Refusal(String),
    /// A run-time error of this kind.
    Error(crate::eval::ErrorKind),
    /// A text in the explanation of a charge.
    Explanation(ChargeId, String),
    /// A yes/no expression.
    That(Expr),
}

impl Program {
    /// The enumeration with this identity.
    pub fn enumeration(&self, id: EnumId) -> Option<&EnumType> {
        self.enums.get(id.0 as usize)
    }
}
