//! The functions of the library: what they are called, what they take and give, and what they compute.
//!
//! Signatures are checked by `check`; the computations here are pure, total on well-typed values but for the listed errors.

mod compute;

use crate::types::Type;

pub use compute::ComputeError;

/// A function of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// `year(date) -> integer`
    Year,
    /// `month(date) -> integer`
    Month,
    /// `day(date) -> integer`
    Day,
    /// `weekday(date) -> integer`, 1 Monday to 7 Sunday
    Weekday,
    /// `start_of_month(date) -> date`
    StartOfMonth,
    /// `end_of_month(date) -> date`
    EndOfMonth,
    /// `days_in_month(date) -> duration in day`
    DaysInMonth,
    /// `months_between(date, date) -> integer`, whole calendar months
    MonthsBetween,
    /// `add_months_exactly(date, months) -> date`; an error where the day does not exist
    AddMonthsExactly,
    /// `upper(text) -> text`
    Upper,
    /// `lower(text) -> text`
    Lower,
    /// `trim(text) -> text`
    Trim,
    /// `without_spaces(text) -> text`
    WithoutSpaces,
    /// `left(text, integer) -> text`, in characters
    Left,
    /// `right(text, integer) -> text`
    Right,
    /// `starts_with(text, text) -> yes/no`
    StartsWith,
    /// `ends_with(text, text) -> yes/no`
    EndsWith,
    /// `contains(text, text) -> yes/no`
    Contains,
    /// `characters(text) -> integer`
    Characters,
    /// `number_from(text) -> number?`: the digits as a number; absent where it is none
    NumberFrom,
    /// `text_from(any) -> text`: as people write it
    TextFrom,
    /// `absolute(numeric) -> the same`
    Absolute,
    /// `whole(number) -> integer`: toward zero
    Whole,
    /// `remainder(numeric, the same) -> the same`: x − y × ⌊x ÷ y⌋
    Remainder,
    /// `numbers(integer, integer) -> list of integer`: both ends included
    Numbers,
    /// `dates(date, date) -> list of date`: both ends included
    Dates,
    /// `reversed(list of T) -> list of T`
    Reversed,
    /// `concatenated(list of T, list of T) -> list of T`
    Concatenated,
    /// `date_from(integer, integer, integer) -> date`; an error where it does not exist
    DateFrom,
}

/// All functions with their names.
pub const FUNCTIONS: &[(&str, Function)] = &[
    ("year", Function::Year),
    ("month", Function::Month),
    ("day", Function::Day),
    ("weekday", Function::Weekday),
    ("start_of_month", Function::StartOfMonth),
    ("end_of_month", Function::EndOfMonth),
    ("days_in_month", Function::DaysInMonth),
    ("months_between", Function::MonthsBetween),
    ("add_months_exactly", Function::AddMonthsExactly),
    ("upper", Function::Upper),
    ("lower", Function::Lower),
    ("trim", Function::Trim),
    ("without_spaces", Function::WithoutSpaces),
    ("left", Function::Left),
    ("right", Function::Right),
    ("starts_with", Function::StartsWith),
    ("ends_with", Function::EndsWith),
    ("contains", Function::Contains),
    ("characters", Function::Characters),
    ("number_from", Function::NumberFrom),
    ("text_from", Function::TextFrom),
    ("absolute", Function::Absolute),
    ("whole", Function::Whole),
    ("remainder", Function::Remainder),
    ("numbers", Function::Numbers),
    ("dates", Function::Dates),
    ("reversed", Function::Reversed),
    ("concatenated", Function::Concatenated),
    ("date_from", Function::DateFrom),
];

/// What a parameter of a library function accepts, or what it gives.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// Exactly this type.
    Is(Type),
    /// A whole number of days as `duration in day`.
    Days,
    /// Any number, quantity, money or percent.
    Numeric,
    /// The type of the first argument.
    SameAsFirst,
    /// A list of any type.
    List,
    /// A list of whole numbers.
    Integers,
    /// Anything.
    Anything,
}

impl Function {
    /// The function with this name.
    pub fn named(name: &str) -> Option<Function> {
        FUNCTIONS.iter().find(|(known, _)| *known == name).map(|(_, function)| *function)
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        FUNCTIONS.iter().find(|(_, function)| *function == self).map_or("", |(name, _)| name)
    }

    /// What it takes and gives.
    pub fn signature(self) -> (Vec<Shape>, Shape) {
        use Function as F;
        use Shape::{Anything, Days, Integers, Is, List, Numeric, SameAsFirst};
        let is = |ty: Type| Is(ty);
        match self {
            F::Year | F::Month | F::Day | F::Weekday => (vec![is(Type::Date)], is(Type::Integer)),
            F::StartOfMonth | F::EndOfMonth => (vec![is(Type::Date)], is(Type::Date)),
            F::DaysInMonth => (vec![is(Type::Date)], Days),
            F::MonthsBetween => (vec![is(Type::Date), is(Type::Date)], is(Type::Integer)),
            F::AddMonthsExactly => (vec![is(Type::Date), is(Type::Months)], is(Type::Date)),
            F::Upper | F::Lower | F::Trim | F::WithoutSpaces => (vec![is(Type::Text)], is(Type::Text)),
            F::Left | F::Right => (vec![is(Type::Text), is(Type::Integer)], is(Type::Text)),
            F::StartsWith | F::EndsWith | F::Contains => (vec![is(Type::Text), is(Type::Text)], is(Type::YesNo)),
            F::Characters => (vec![is(Type::Text)], is(Type::Integer)),
            F::NumberFrom => (vec![is(Type::Text)], is(Type::Number.optional())),
            F::TextFrom => (vec![Anything], is(Type::Text)),
            F::Absolute => (vec![Numeric], SameAsFirst),
            F::Whole => (vec![is(Type::Number)], is(Type::Integer)),
            F::Remainder => (vec![Numeric, SameAsFirst], SameAsFirst),
            F::Numbers => (vec![is(Type::Integer), is(Type::Integer)], Integers),
            F::Dates => (vec![is(Type::Date), is(Type::Date)], is(Type::List(Type::Date.into()))),
            F::Reversed => (vec![List], SameAsFirst),
            F::Concatenated => (vec![List, SameAsFirst], SameAsFirst),
            F::DateFrom => (vec![is(Type::Integer), is(Type::Integer), is(Type::Integer)], is(Type::Date)),
        }
    }
}
