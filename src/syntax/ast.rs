//! The tree of a `.rules` file as its author wrote it: names unresolved, types unchecked, every node with its place.
//!
//! Each variant's comment shows the surface syntax that it stands for.

use crate::source::{FileId, Span};
use crate::value::{Date, Instant, Number, TimeOfDay};

/// A name and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name, without backticks.
    pub text: String,
    /// Its place.
    pub span: Span,
}

/// A text literal: in messages and reasons `{…}` parts are expressions.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// The text with escapes resolved; templates keep their braces.
    pub text: String,
    /// Its place, quotes included.
    pub span: Span,
}

/// A message or reason: pieces of fixed text and expressions to fill in.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// The pieces in order.
    pub pieces: Vec<TemplatePiece>,
    /// Its place, quotes included.
    pub span: Span,
}

/// One piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum TemplatePiece {
    /// Fixed text.
    Text(String),
    /// `{expression}`
    Fill(Expr),
}

/// A comment and its place; `text` includes the `#`.
#[derive(Debug, Clone, PartialEq)]
pub struct Comment {
    /// The comment with its `#` or `##`, without the line end.
    pub text: String,
    /// Its place.
    pub span: Span,
    /// Whether code stands before it on its line.
    pub trailing: bool,
}

/// A whole file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Which text it was read from.
    pub id: FileId,
    /// `ruleset …`, `module …`; absent where the header itself is broken or missing.
    pub header: Option<Header>,
    /// The items in the order written, without those that could not be read.
    pub items: Vec<Item>,
    /// All comments, in order.
    pub comments: Vec<Comment>,
}

/// `ruleset freight.parcel extends base from "base.rules" "Title" version "2" { … }` or `module shared.units "Title"`
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Whether it is a `module`.
    pub module: bool,
    /// The dotted name.
    pub name: Name,
    /// The base rule set's name and file of a contract.
    pub extends: Option<(Name, Text)>,
    /// The title for people.
    pub title: Option<Text>,
    /// `version "…"`
    pub version: Option<Text>,
    /// What stands in braces.
    pub settings: Vec<Setting>,
    /// Whether all of it could be read; where not, that has been said, and settings may be missing.
    pub whole: bool,
    /// From the first word to the closing brace.
    pub span: Span,
}

/// A line of the header's braces.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// `currency USD`
    Currency(Name),
    /// `effective 2026-01-05 through 2027-01-03`
    Effective(Range),
    /// `published 2026-04-02`
    Published(Date, Span),
    /// `supersedes "2026.1" from 2026-03-01`
    Supersedes(Text, Date, Span),
    /// `priced on ship_date`
    PricedOn(Expr),
    /// `rounding half up to 0.01 USD`, `rounding half even to minor unit on the total`, `rounding none`
    Rounding(Rounding),
}

/// How charges are rounded unless they say otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Rounding {
    /// Mode and step; `None` is `rounding none`.
    pub how: Option<RoundTo>,
    /// `on the total` instead of on each charge.
    pub on_total: bool,
    /// Its place.
    pub span: Span,
}

/// `half up to 0.01 USD`
#[derive(Debug, Clone, PartialEq)]
pub struct RoundTo {
    /// The mode; `None` where it is not written (half up).
    pub mode: Option<crate::value::RoundingMode>,
    /// The step; `None` is `to minor unit`.
    pub step: Option<Box<Expr>>,
    /// Its place.
    pub span: Span,
}

/// An item with its documentation and place.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The `##` lines before it, without the marks.
    pub doc: Option<String>,
    /// What it is.
    pub kind: ItemKind,
    /// From its first word to its last.
    pub span: Span,
}

/// The items of a file.
#[derive(Debug, Clone, PartialEq)]
#[allow(clippy::large_enum_variant, reason = "a file has few items, and each is read where it stands")]
pub enum ItemKind {
    /// `import "shared/units.rules"`
    Import(Text),
    /// `unit seat plural seats`, `unit pallet = 48 carton`
    Unit {
        /// Its name.
        name: Name,
        /// Another spelling.
        plural: Option<Name>,
        /// What one of it is, a quantity literal; `None` declares a dimension.
        definition: Option<Expr>,
    },
    /// `enum Service { ground "Ground", two_day }`
    Enum {
        /// Its name.
        name: Name,
        /// Its members with their labels.
        members: Vec<(Name, Option<Text>)>,
    },
    /// `record Line { weight : mass in lb  note : text? }`
    Record {
        /// Its name.
        name: Name,
        /// Its fields.
        fields: Vec<Field>,
    },
    /// `input { ship_date : date  … }`
    Input(Vec<Field>),
    /// `let billed : mass in lb = …`
    Let {
        /// Its name.
        name: Name,
        /// Its stated type.
        ty: Option<TypeExpr>,
        /// Its value.
        value: Expr,
    },
    /// `parameter fuel : percent { from 2026-01-05 18.50% … }`, `parameter handling = 4.10 USD because "…"`
    Parameter(Parameter),
    /// `function f(a : number, b : text) -> number = …`
    Function {
        /// Its name.
        name: Name,
        /// Its parameters.
        params: Vec<Param>,
        /// Its stated result.
        result: Option<TypeExpr>,
        /// Its body.
        body: Expr,
    },
    /// `host function f(a : number) -> number`
    HostFunction {
        /// Its name.
        name: Name,
        /// Its parameters.
        params: Vec<Param>,
        /// Its result.
        result: TypeExpr,
    },
    /// `table base_rate unique { … }`
    Table(Table),
    /// `tiers egress graduated over data in GiB { … }`
    Tiers(Tiers),
    /// `calendar holidays { 25 December, … }`
    Calendar {
        /// Its name.
        name: Name,
        /// Its days.
        days: Vec<(CalendarDays, Span)>,
    },
    /// `windows peak in zone "Europe/London" { … }`
    Windows {
        /// Its name.
        name: Name,
        /// The zone, a text literal or an input of type zone.
        zone: Expr,
        /// Its lines.
        lines: Vec<WindowLine>,
    },
    /// `charge BASE "Transportation" = …`
    Charge(Charge),
    /// `exception gold to RESI "label" = 0 USD when … because "…"`
    Exception(Exception),
    /// `output billed_weight = billed "Billed weight"`
    Output {
        /// Its name.
        name: Name,
        /// Its stated type.
        ty: Option<TypeExpr>,
        /// Its value.
        value: Expr,
        /// Its label.
        label: Option<Text>,
    },
    /// `flag OVERSIZE "message" when …`
    Flag {
        /// Its code.
        code: Name,
        /// Its message.
        message: Template,
        /// When it is raised.
        when: Expr,
    },
    /// `refuse NO_SERVICE "message" when …`
    Refuse {
        /// Its code.
        code: Name,
        /// Its message.
        message: Template,
        /// When the quote is refused.
        when: Expr,
    },
    /// `total minimum 10.00 USD as TRUE_UP "Minimum charge"`
    Total(Vec<Stage>),
    /// `test "name" { … }`, `test "name" from "cases.csv"`
    Test(Test),
    /// `override charge BASE = …` : any item that replaces the base's item of the same kind and name
    Override(Box<Item>),
    /// `remove charge HANDLING`
    Remove(Name),
}

/// A field of a record or of the input.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: Name,
    /// `named "wireName"`
    pub wire: Option<Text>,
    /// Its type.
    pub ty: TypeExpr,
    /// `from 0.1 lb through 150 lb`
    pub range: Option<Range>,
    /// `matching "[0-9]{5}"`
    pub matching: Option<Text>,
    /// `= 0 USD`
    pub default: Option<Expr>,
    /// Its label.
    pub label: Option<Text>,
}

/// A parameter of a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeExpr {
    /// What it is.
    pub kind: TypeKind,
    /// Its place.
    pub span: Span,
}

/// The forms of types.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `number`, `integer`, `percent`, `money`, `date`, `time`, `instant`, `months`, `zone`, `text`, an enum, a record, or one unit
    Name(String),
    /// `yes/no`
    YesNo,
    /// `mass in lb`, `money in EUR`, `duration in s`: dimension word and unit
    In(Name, UnitExpr),
    /// `USD per cwt`, `cent per cwt`: a unit expression of more than one unit
    Unit(UnitExpr),
    /// `list of T`
    List(Box<TypeExpr>),
    /// `T?`
    Optional(Box<TypeExpr>),
    /// `currency among (EUR, USD)`
    CurrencyAmong(Vec<Name>),
}

/// A unit or a quotient of units: `lb`, `USD per cwt`, `USD per cwt per mi`
#[derive(Debug, Clone, PartialEq)]
pub struct UnitExpr {
    /// The unit above.
    pub top: Name,
    /// The units below, one for each `per`.
    pub per: Vec<Name>,
    /// Its place.
    pub span: Span,
}

/// `A through B`, `over A up to B`, `from A`, `under B`, …
#[derive(Debug, Clone, PartialEq)]
pub struct Range {
    /// The lower end, and whether it is included.
    pub low: Option<(Box<Expr>, bool)>,
    /// The upper end, and whether it is included.
    pub high: Option<(Box<Expr>, bool)>,
    /// Its place.
    pub span: Span,
}

/// A parameter: constant or dated.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: Name,
    /// Its type; may be left out of a constant.
    pub ty: Option<TypeExpr>,
    /// Its values.
    pub values: ParameterValues,
}

/// The values of a parameter.
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterValues {
    /// `= 4.10 USD because "…"`
    Constant(Expr, Option<Text>),
    /// `{ from 2026-01-05 18.50% because "…" … }`
    Dated(Vec<DatedValue>),
}

/// `from 2026-01-05 18.50% because "…"`; with `until 2026-06-30` after the date, the value ends there
#[derive(Debug, Clone, PartialEq)]
pub struct DatedValue {
    /// Its period: `from D` or any range of dates.
    pub period: Range,
    /// Its value.
    pub value: Expr,
    /// Its reason.
    pub because: Option<Text>,
    /// Its place.
    pub span: Span,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// Its hit policy; `None` where it is not written (unique).
    pub policy: Option<(HitPolicy, Span)>,
    /// `crosstab`
    pub crosstab: bool,
    /// `from "file.csv"`
    pub file: Option<Text>,
    /// `effective …`
    pub effective: Option<Range>,
    /// The declared columns, in order; empty in an `override table`.
    pub columns: Vec<Column>,
    /// `ignoring "remarks", "source"`
    pub ignoring: Vec<Text>,
    /// The heading line of an inline table: its cells, raw.
    pub heading: Option<Row>,
    /// The rows of an inline table: raw cells.
    pub rows: Vec<Row>,
}

/// How several matching rows are treated.
#[derive(Debug, Clone, PartialEq)]
pub enum HitPolicy {
    /// `unique`
    Unique,
    /// `first`
    First,
    /// `any`
    Any,
    /// `priority highest COLUMN` (true) or `priority lowest COLUMN`
    Priority(bool, Name),
    /// `most specific`
    MostSpecific,
    /// `collect sum` …
    Collect(Collect),
}

/// What a collecting table makes of its matching rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Collect {
    /// `collect sum`
    Sum,
    /// `collect min`
    Min,
    /// `collect max`
    Max,
    /// `collect count`
    Count,
    /// `collect list`
    List,
}

/// A declared column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name; `valid` for a `valid` column.
    pub name: Name,
    /// What it is for.
    pub role: ColumnRole,
    /// `across`: the key of a crosstab whose values stand in the heading.
    pub across: bool,
    /// Its type; `None` for `valid`.
    pub ty: Option<TypeExpr>,
    /// `column "Zone Number"`: its heading in the file.
    pub heading: Option<Text>,
    /// `from "lower" until "upper"`: the two columns of the file that hold the ends of a range.
    pub ends: Option<ColumnEnds>,
    /// Its place.
    pub span: Span,
}

/// The headings of the columns that hold the ends of a range, and whether each end is included.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnEnds {
    /// The lower end.
    pub low: Option<(Text, bool)>,
    /// The upper end.
    pub high: Option<(Text, bool)>,
}

/// What a column is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnRole {
    /// A key that equals the cell.
    Exact,
    /// `by range`
    Range,
    /// `by break`
    Break,
    /// `by next row`
    NextRow,
    /// `by longest prefix`
    LongestPrefix,
    /// `valid`
    Valid,
    /// `-> price : money`
    Value,
}

/// One line of an inline table: raw cells between bars; `split` cells stand before `||`.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The cells' texts, trimmed, as written, with their places.
    pub cells: Vec<Text>,
    /// How many cells stand before `||`; all where there is no `||`.
    pub split: usize,
    /// The whole line.
    pub span: Span,
}

/// Tiers.
#[derive(Debug, Clone, PartialEq)]
pub struct Tiers {
    /// Their name.
    pub name: Name,
    /// `(steps : list of Step)`
    pub params: Vec<Param>,
    /// `volume` instead of `graduated`.
    pub volume: bool,
    /// `over data in GiB`
    pub over: TypeExpr,
    /// `, flat due at zero`
    pub flat_at_zero: bool,
    /// `, each tier rounded half up to 0.01 USD`
    pub each_rounded: Option<RoundTo>,
    /// The tiers as written or made from a list.
    pub rows: TierRows,
}

/// Where tiers come from.
#[derive(Debug, Clone, PartialEq)]
pub enum TierRows {
    /// Written out.
    Written(Vec<Tier>),
    /// `each step in steps { up to step.limit  step.rate }`
    Each {
        /// The name of one element.
        name: Name,
        /// The list.
        list: Expr,
        /// The tier made of it.
        tier: Box<Tier>,
    },
}

/// One tier.
#[derive(Debug, Clone, PartialEq)]
pub struct Tier {
    /// Its bound and whether the bound belongs to it (`up to`) or to the next (`under`); `None` for `above`.
    pub bound: Option<(Expr, bool)>,
    /// Its price: one or more parts joined by `plus`.
    pub parts: Vec<TierPart>,
    /// Its place.
    pub span: Span,
}

/// One part of a tier's price.
#[derive(Debug, Clone, PartialEq)]
pub enum TierPart {
    /// `0.085 USD per GiB` or `10%`: times the quantity in the tier
    Rate(Expr),
    /// `5.00 USD flat`
    Flat(Expr),
    /// `1.50 USD per started 3 piece` (true) or `per whole`
    PerStep(Expr, Expr, bool),
}

/// Days of a calendar.
#[derive(Debug, Clone, PartialEq)]
pub enum CalendarDays {
    /// `2026-04-03`, `2026-04-03 through 2026-04-06`: both ends included
    Dates(Date, Date),
    /// `25 December`, `1 June through 30 September` as (month, day): every year, both included, may wrap the year's end
    Yearly((u8, u8), (u8, u8)),
    /// `Saturday, Sunday`, `Monday through Friday` as days 1 (Monday) to 7: both included, may wrap
    Weekdays(u8, u8),
}

/// `Monday through Friday 08:00 until 20:00 except on holidays`
#[derive(Debug, Clone, PartialEq)]
pub struct WindowLine {
    /// Ranges of weekdays 1 (Monday) to 7; empty is `every day`.
    pub days: Vec<(u8, u8)>,
    /// When it opens.
    pub from: TimeOfDay,
    /// When it closes; at or before `from` is on the next day. `24:00` is 00:00.
    pub until: TimeOfDay,
    /// `except on CALENDAR`
    pub except: Option<Name>,
    /// `only on CALENDAR`
    pub only: Option<Name>,
    /// Its place.
    pub span: Span,
}

/// A charge.
#[derive(Debug, Clone, PartialEq)]
pub struct Charge {
    /// Its code.
    pub code: Name,
    /// Its label.
    pub label: Option<Template>,
    /// `for each line in lines where …`
    pub each: Option<Box<Each>>,
    /// Its amount.
    pub amount: ChargeAmount,
    /// `when …`
    pub when: Option<Expr>,
    /// `because "…"`
    pub because: Option<Template>,
    /// `tagged a, b`
    pub tags: Vec<Name>,
    /// `shown as 3 piece at 0.45 USD per piece`: quantity and unit price for the quote's line
    pub shown: Option<Box<(Expr, Option<Expr>)>>,
}

/// `for each line in lines with share in shares where …`
#[derive(Debug, Clone, PartialEq)]
pub struct Each {
    /// The names with their lists; more than one go in step.
    pub binders: Vec<(Name, Expr)>,
    /// Which elements take part.
    pub filter: Option<Box<Expr>>,
    /// `sorted by E descending`: expressions, and whether each is descending.
    pub sort: Vec<(Expr, bool)>,
    /// Its place.
    pub span: Span,
}

/// What a charge amounts to.
#[derive(Debug, Clone, PartialEq)]
pub enum ChargeAmount {
    /// An expression; its outermost stages (`minimum`, `rounded`, …) are [`ExprKind::Stages`].
    Expr(Expr),
    /// `dearest of { … }`
    Group(GroupPolicy, Vec<GroupOption>, Vec<Stage>),
}

/// Which option of an exclusive group is charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupPolicy {
    /// `dearest of`
    Dearest,
    /// `cheapest of`
    Cheapest,
    /// `first of`
    First,
}

/// `SIZE "Over 48 in" 31.00 USD when …`
#[derive(Debug, Clone, PartialEq)]
pub struct GroupOption {
    /// Its code.
    pub code: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Its amount.
    pub amount: Expr,
    /// When it applies.
    pub when: Option<Expr>,
}

/// An exception.
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    /// Its own name.
    pub name: Option<Name>,
    /// What it replaces.
    pub to: Name,
    /// Its label.
    pub label: Option<Text>,
    /// Its value.
    pub value: Expr,
    /// When it holds.
    pub when: Option<Expr>,
    /// Its reason.
    pub because: Option<Template>,
}

/// An expression with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its place.
    pub span: Span,
}

/// A literal.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `10_240`, or with a unit `12.50 USD`, `3 lb`, `0.085 USD per GiB`
    Number(Number, Option<Box<UnitExpr>>),
    /// `18.5%`, holding 0.185
    Percent(Number),
    /// `3 months`, `1 year`
    Months(i32),
    /// `2026-01-05`
    Date(Date),
    /// `08:00`
    Time(TimeOfDay),
    /// `2026-03-03T19:59:40Z`
    Instant(Instant),
    /// `"…"`
    Text(String),
    /// `yes`, `no`
    YesNo(bool),
}

/// A stage: applied to all that stands before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// What is done.
    pub kind: StageKind,
    /// Its place.
    pub span: Span,
}

/// The stages.
#[derive(Debug, Clone, PartialEq)]
pub enum StageKind {
    /// `less 10%`, `less 5 USD`
    Less(Expr),
    /// `plus 2%`, `plus 5 USD`
    Plus(Expr),
    /// `minimum 8 USD as CODE "label"`
    Minimum(Expr, Option<(Name, Option<Text>)>),
    /// `maximum 8 USD as CODE "label"`
    Maximum(Expr, Option<(Name, Option<Text>)>),
    /// `rounded half up to 0.01 USD`
    Rounded(RoundTo),
}

/// Operators between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
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
    /// `and`
    And,
    /// `or`
    Or,
    /// `otherwise`
    Otherwise,
    /// `18.5% of x`
    Of,
    /// `20% contained in x`
    ContainedIn,
}

/// What an aggregate makes of its elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aggregate {
    /// `sum of`
    Sum,
    /// `least of`
    Least,
    /// `greatest of`
    Greatest,
    /// `list of`
    List,
    /// `distinct of`
    Distinct,
}

/// What an aggregate is over.
#[derive(Debug, Clone, PartialEq)]
pub enum AggregateOver {
    /// `sum of E for each x in L where C`
    Each(Box<Expr>, Box<Each>),
    /// `sum of L`
    List(Box<Expr>),
    /// `greatest of (a, b, c)`
    Values(Vec<Expr>),
}

/// Expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A part that could not be read; already reported.
    Broken,
    /// `12.50 USD`
    Literal(Literal),
    /// `billed`
    Name(String),
    /// `-x`
    Negate(Box<Expr>),
    /// `not x`
    Not(Box<Expr>),
    /// `a + b`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `x.field`; also `Service.ground` and `base.BASE`
    Field(Box<Expr>, Name),
    /// `table[a, b] on d if any`: `None` for a key written `any`; `rows of table[…]`
    Lookup {
        /// The table.
        table: Name,
        /// The keys.
        keys: Vec<Option<Expr>>,
        /// `on d`
        on: Option<Box<Expr>>,
        /// `if any`
        if_any: bool,
        /// `rows of`
        rows: bool,
    },
    /// `fuel on publication_date`
    On(Name, Box<Expr>),
    /// `f(a, b)`: a function, a library function or tiers
    Call(Name, Vec<Expr>),
    /// `{ a = 1, b = 2 }`
    Record(Vec<(Name, Expr)>),
    /// `[1, 2]`
    List(Vec<Expr>),
    /// `if c then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `x is given`, `x is not given` (false)
    Given(Box<Expr>, bool),
    /// `X is applied`, `X is not applied` (false)
    Applied(Name, bool),
    /// `x is one of (a, b)` or of a list; false with `is not`
    OneOf(Box<Expr>, OneOf, bool),
    /// `x is from a through b`; false with `is not`
    InRange(Box<Expr>, Box<Range>, bool),
    /// `x is within peak`; false with `is not`
    Within(Box<Expr>, Name, bool),
    /// `x less 10% rounded to 0.01 USD`
    Stages(Box<Expr>, Vec<Stage>),
    /// `a per started b of c`; false is `per whole`
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
    /// `sum of …`
    Aggregate(Aggregate, AggregateOver, bool),
    /// `sum of applied (A, B)`
    SumApplied(Vec<Name>),
    /// `sum of applied tagged t`
    SumTagged(Name),
    /// `count of L`
    Count(Box<Expr>),
    /// `count of each x in L where C`
    CountEach(Box<Each>),
    /// `any x in L has C` (true) or `every x in L has C`
    Quantified(bool, Box<Each>, Box<Expr>),
    /// `first of L` (true) or `last of L`, with `if any`
    FirstLast(bool, Box<Expr>, bool),
    /// `the x in L where C with least E tie first if any`
    The {
        /// The elements.
        each: Box<Each>,
        /// `greatest` instead of `least`.
        greatest: bool,
        /// What is compared.
        by: Box<Expr>,
        /// `tie last`
        tie_last: bool,
        /// `if any`
        if_any: bool,
    },
    /// `group x in L by E`
    Group(Box<Each>, Box<Expr>),
    /// `walk x in L carrying n = 0 { … }`
    Walk(Box<Walk>),
    /// `draw P from (a, b) in order`
    Draw(Box<Expr>, Vec<Name>),
    /// `allocate A by W for each x in L rounded down to 0.01 USD remainder to last`
    Allocate {
        /// The amount.
        amount: Box<Expr>,
        /// The weight of each part.
        by: Box<Expr>,
        /// The parts; `None` where `by` is a list itself.
        each: Option<Box<Each>>,
        /// How parts are rounded.
        round: RoundTo,
        /// Where the remainder goes.
        remainder: Remainder,
    },
    /// `days from a until b on 30/360`
    Days {
        /// From this day on.
        from: Box<Expr>,
        /// To this day.
        to: Box<Expr>,
        /// `through`: the last day counts.
        inclusive: bool,
        /// `on 30/360`
        thirty_360: bool,
    },
    /// `date of i in zone z`
    DateOf(Box<Expr>, Box<Expr>),
    /// `time of i in zone z`
    TimeOf(Box<Expr>, Box<Expr>),
    /// `instant of d at t in zone z`
    InstantOf(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `split a until b by peak`
    Split(Box<Expr>, Box<Expr>, Name),
    /// `increments of x first 30 s then 6 s`
    Increments(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `x as number`, `x as percent`, `x as number in lb`, `x as lb`
    As(Box<Expr>, Box<TypeExpr>),
}

/// The right side of `is one of`.
#[derive(Debug, Clone, PartialEq)]
pub enum OneOf {
    /// `(a, b, c)`
    Values(Vec<Expr>),
    /// `is one of countries`
    List(Box<Expr>),
}

/// Where the remainder of an allocation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remainder {
    /// `remainder to first`
    First,
    /// `remainder to last`
    Last,
    /// `remainder to largest`: one step each to the largest remainders
    Largest,
}

/// A walk.
#[derive(Debug, Clone, PartialEq)]
pub struct Walk {
    /// `x in L`
    pub each: Box<Each>,
    /// `carrying n = 0, m : money = 0 USD`
    pub state: Vec<(Name, Option<TypeExpr>, Expr)>,
    /// The body in order.
    pub steps: Vec<WalkStep>,
}

/// A line of a walk's body.
#[derive(Debug, Clone, PartialEq)]
pub enum WalkStep {
    /// `let before = volume`
    Let(Name, Expr),
    /// `keep { fee = fee } when …`
    Keep(Expr, Option<Expr>),
    /// `next volume = volume + tx.amount`
    Next(Name, Expr),
}

/// A test.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// Its name.
    pub name: Text,
    /// `from "cases.csv"`
    pub file: Option<Text>,
    /// `given a = 1, b = 2`
    pub given: Vec<(Name, Expr)>,
    /// What it expects.
    pub expects: Vec<Expect>,
}

/// One expectation.
#[derive(Debug, Clone, PartialEq)]
pub struct Expect {
    /// What is expected.
    pub kind: ExpectKind,
    /// Its place.
    pub span: Span,
}

/// What a test can expect.
#[derive(Debug, Clone, PartialEq)]
pub enum ExpectKind {
    /// `charge BASE is 10.44 USD by base_rate row 2`; of a charge `for each` also the list of its amounts, `[1 USD, 2 USD]`
    Charge {
        /// Its code.
        code: Name,
        /// Its amount.
        amount: Option<Expr>,
        /// The table and row (from 1; of a CSV file the data row) that priced it.
        by: Option<(Name, u32)>,
    },
    /// `no charge RESI`
    NoCharge(Name),
    /// `total is 12.37 USD`
    Total(Expr),
    /// `flag X`, `no flag X` (false)
    Flag(Name, bool),
    /// `refusal R7`
    Refusal(Text),
    /// `error no row matched`: the kind's words
    Error(Text),
    /// `explanation of BASE has "text"`
    Explanation(Name, Text),
    /// Any yes/no expression, mostly `x is y`.
    That(Expr),
}
