//! Cells: a text in a column of known role and type becomes a [`Cell`], or a problem in words.
//!
//! A bare text is taken as it stands; in quotes anything may be written. Where a column can hold several values, ranges or `any`
//! depends on its role, so that a value column of texts may hold `any, of these` as one text.

use super::Problem;
use super::cell_text::{self, Ends};
use super::numbers::{NumberReader, Read, has_thousands_marks, is_odd_blank};
use crate::diagnostic::{codes, did_you_mean};
use crate::program::{EnumType, Period};
use crate::table::{Cell, Role};
use crate::types::{Type, Units};
use crate::value::{Currency, Date, Instant, Number, TimeOfDay, Value, Zone};
use std::collections::HashMap;
use std::sync::Arc;

/// Reads the cells of one column.
pub(super) struct CellReader<'a> {
    pub(super) role: Role,
    ty: Type,
    numbers: NumberReader,
    members: Option<Members<'a>>,
    texts: HashMap<String, Arc<str>>,
}

/// A cell, and what is odd about it although it can be read.
#[derive(Debug)]
pub(super) struct ReadCell {
    pub(super) cell: Cell,
    /// The number that was probably meant.
    pub(super) suspicious: Option<String>,
}

struct Members<'a> {
    declared: &'a EnumType,
    names: HashMap<&'a str, u32>,
    labels: HashMap<&'a str, u32>,
}

impl<'a> CellReader<'a> {
    pub(super) fn new(role: Role, ty: &Type, enums: &'a [EnumType]) -> Self {
        let members = match ty.present() {
            Type::Enum(id) => enums.get(id.0 as usize).map(|declared| Members {
                declared,
                names: declared.members.iter().zip(0..).map(|((name, _), at)| (&**name, at)).collect(),
                labels: declared
                    .members
                    .iter()
                    .zip(0..)
                    .filter_map(|((_, label), at)| Some((label.as_deref()?, at)))
                    .collect(),
            }),
            _ => None,
        };
        CellReader { role, ty: ty.clone(), numbers: NumberReader::new(ty.present()), members, texts: HashMap::new() }
    }

    /// Reads a cell; the text has no blanks around it.
    pub(super) fn read(&mut self, text: &str, units: &mut Units) -> Result<ReadCell, Problem> {
        let mut suspicious = None;
        let cell = self.read_role(text, units, &mut suspicious).map_err(|problem| problem.in_cell(text))?;
        Ok(ReadCell { cell, suspicious })
    }

    fn read_role(&mut self, text: &str, units: &mut Units, odd: &mut Option<String>) -> Result<Cell, Problem> {
        if text.is_empty() {
            return match (self.role, &self.ty) {
                (Role::Value, Type::Optional(_)) => Ok(Cell::Value(Value::Absent)),
                (Role::Value, Type::Text) => {
                    Err(Problem::new(codes::EMPTY_CELL, "an empty cell in a column of values")
                        .help("write the text, `\"\"` for an empty one, or declare the column as `text?`"))
                }
                (Role::Value, _) => Err(Problem::new(codes::EMPTY_CELL, "an empty cell in a column of values")
                    .help("write the value, or declare the column as one that may be absent, with `?` after its type")),
                (Role::Break | Role::NextRow, _) => {
                    Err(Problem::new(codes::EMPTY_CELL, "an empty cell in a key column").help("write the value"))
                }
                _ => Err(Problem::new(codes::EMPTY_CELL, "an empty cell in a key column")
                    .help("write `any` where the row holds for every key")
                    .edit("any")),
            };
        }
        let any = text == "any" || text == "*";
        match self.role {
            Role::Break | Role::NextRow if any => {
                Err(Problem::new(codes::BAD_CELL, "`any` in a column that is matched by the nearest row")
                    .help("write a value"))
            }
            Role::Exact | Role::Range | Role::LongestPrefix | Role::Valid if any => Ok(Cell::Any),
            Role::Value | Role::Break | Role::NextRow => Ok(Cell::Value(self.value(text, units, odd)?)),
            Role::Exact => self.exact(text, units, odd),
            Role::Range => match cell_text::split_range(text) {
                Some(ends) => self.range(ends, text, units, odd),
                None => match self.value(text, units, odd) {
                    Ok(value) => Ok(Cell::Value(value)),
                    Err(problem) => Err(self.foreign_range(text).unwrap_or(problem)),
                },
            },
            Role::LongestPrefix => self.prefix(text),
            Role::Valid => match cell_text::split_range(text) {
                Some(ends) => match self.range(ends, text, units, odd)? {
                    Cell::Range(ends) => Ok(Cell::Period(period(ends.low, ends.high))),
                    other => Ok(other),
                },
                None => {
                    let day = Some((self.value(text, units, odd)?, true));
                    Ok(Cell::Period(period(day.clone(), day)))
                }
            },
        }
    }

    fn exact(&mut self, text: &str, units: &mut Units, odd: &mut Option<String>) -> Result<Cell, Problem> {
        if self.ty.is_numeric() && has_thousands_marks(text) {
            let clean = text.replace(',', "");
            return Err(Problem::new(codes::BAD_CELL, "thousands marks, or several values?")
                .help(format!("write `{clean}` for one number, or `{}` for several", text.replace(',', ", "))));
        }
        if !text.contains(',') || self.members.as_ref().is_some_and(|members| members.find(text).is_some()) {
            return self.value(text, units, odd).map(Cell::Value).map_err(|problem| self.range_hint(text, problem));
        }
        let mut values = Vec::new();
        for part in cell_text::split_commas(text) {
            if part.is_empty() {
                return Err(
                    Problem::new(codes::BAD_CELL, "nothing stands between two commas").help("take one comma out")
                );
            }
            let value = self.value(part, units, odd);
            values.push(value.map_err(|problem| self.range_hint(part, problem).in_part(part, text))?);
        }
        values.sort();
        values.dedup();
        match values.as_slice() {
            [one] => Ok(Cell::Value(one.clone())),
            _ => Ok(Cell::OneOf(values.into())),
        }
    }

    fn range_hint(&self, text: &str, problem: Problem) -> Problem {
        if self.ty.is_ordered() && cell_text::split_range(text).is_some() {
            return Problem::new(codes::BAD_CELL, "a range in a column that is matched exactly")
                .help("declare the column `by range`");
        }
        if self.ty.is_numeric()
            && let Some(range) = cell_text::foreign_range(text, self.whole_numbers())
        {
            return Problem::new(codes::BAD_CELL, "a range in a column that is matched exactly")
                .help(format!("declare the column `by range`, and write `{}`", range.words));
        }
        problem
    }

    /// A range as other notations write it, and how it is written here.
    fn foreign_range(&self, text: &str) -> Option<Problem> {
        let range = cell_text::foreign_range(text, self.whole_numbers()).filter(|_| self.ty.is_numeric())?;
        let help = match &range.otherwise {
            Some((low, words)) => format!("write `{}`, or `{words}` where {low} itself belongs to it", range.words),
            None => format!("write `{}`", range.words),
        };
        Some(Problem::new(codes::BAD_CELL, "a range is written in words").help(help).edit(range.words))
    }

    /// Whether what lies between two neighbours is nothing.
    fn whole_numbers(&self) -> bool {
        self.ty.present() == &Type::Integer
    }

    fn prefix(&mut self, text: &str) -> Result<Cell, Problem> {
        let (text, whole) = match cell_text::after(text, "exactly") {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        if cell_text::split_commas(text).len() > 1 {
            return Err(Problem::new(codes::BAD_CELL, "several prefixes in one cell")
                .help("write a row for each prefix, or put a text with a comma in quotes"));
        }
        let text = self.text(text)?;
        match (whole, text.is_empty()) {
            (true, _) => Ok(Cell::Exactly(text)),
            (false, true) => Err(Problem::new(codes::BAD_CELL, "an empty prefix").help("write `any`").edit("any")),
            (false, false) => Ok(Cell::Value(Value::Text(text))),
        }
    }

    /// Reads a range whose ends are written in one cell, whose text is `cell`, or in two.
    pub(super) fn range(
        &mut self,
        ends: Ends<'_>,
        cell: &str,
        units: &mut Units,
        odd: &mut Option<String>,
    ) -> Result<Cell, Problem> {
        let mut written = Vec::new();
        let mut end = |this: &mut Self, end: Option<(&str, bool)>| -> Result<Option<(Value, bool)>, Problem> {
            let Some((text, included)) = end else { return Ok(None) };
            if this.ty.present().is_numeric() {
                let read = this.numbers.read(text, units).map_err(|problem| problem.in_part(text, cell))?;
                written.push((read.converted, read.bare));
                return Ok(Some((this.number(read, odd), included)));
            }
            let value = this.value(text, units, odd).map_err(|problem| problem.in_part(text, cell))?;
            Ok(Some((value, included)))
        };
        let low = end(self, ends.low)?;
        let high = end(self, ends.high)?;
        if let [(true, _), (_, true)] | [(_, true), (true, _)] = written.as_slice() {
            return Err(Problem::new(codes::CELL_UNIT, "a unit at one end of the range only")
                .help("write the unit at both ends, or use the column's own unit at both"));
        }
        if let (Some((low, low_included)), Some((high, high_included))) = (&low, &high) {
            if low > high {
                return Err(Problem::new(codes::EMPTY_RANGE, "the range ends before it begins").help("swap its ends"));
            }
            if low == high && !(*low_included && *high_included) {
                return Err(Problem::new(codes::EMPTY_RANGE, "the range holds nothing")
                    .help("its two ends are the same; `A through A` holds that one value"));
            }
        }
        match (&low, &high) {
            (None, None) => Ok(Cell::Any),
            _ => Ok(Cell::range(low, high)),
        }
    }

    /// The period of a row from the days that two cells hold.
    pub(super) fn period(&mut self, ends: Ends<'_>, units: &mut Units) -> Result<Cell, Problem> {
        Ok(match self.range(ends, "", units, &mut None)? {
            Cell::Range(ends) => Cell::Period(period(ends.low, ends.high)),
            other => other,
        })
    }

    fn number(&self, read: Read, odd: &mut Option<String>) -> Value {
        if read.suspicious.is_some() {
            *odd = read.suspicious;
        }
        Value::Number(read.number)
    }

    fn text(&mut self, text: &str) -> Result<Arc<str>, Problem> {
        let Some(word) = cell_text::unquote(text) else {
            return Err(Problem::new(codes::BAD_CELL, "a text whose quotes do not fit").help(
                "close the quotes at the end of the cell; inside, a quote is written `\\\"` and a backslash `\\\\`",
            ));
        };
        if !word.quoted
            && let Some(blank) = word.text.chars().find(|c| is_odd_blank(*c))
        {
            let clean: String = word.text.chars().map(|c| if is_odd_blank(c) { ' ' } else { c }).collect();
            return Err(Problem::new(
                codes::BAD_CELL,
                format!("an invisible character (U+{:04X}) stands in this text", u32::from(blank)),
            )
            .help("take it out, or put the text in quotes if it belongs there")
            .edit(clean.trim()));
        }
        if let Some(known) = self.texts.get(&*word.text) {
            return Ok(known.clone());
        }
        let shared: Arc<str> = (*word.text).into();
        // Keys are mostly different; a few values come again and again.
        if self.texts.len() < 1024 {
            self.texts.insert(word.text.into_owned(), shared.clone());
        }
        Ok(shared)
    }

    fn value(&mut self, text: &str, units: &mut Units, odd: &mut Option<String>) -> Result<Value, Problem> {
        let bad = |what: &str, help: &str| Problem::new(codes::BAD_CELL, what).help(help);
        match self.ty.present() {
            Type::Number | Type::Integer | Type::Percent | Type::In(_) => {
                let read = self.numbers.read(text, units)?;
                Ok(self.number(read, odd))
            }
            Type::Text => self.text(text).map(Value::Text),
            Type::Enum(_) => self.member(text),
            Type::YesNo => match text {
                "yes" => Ok(Value::YesNo(true)),
                "no" => Ok(Value::YesNo(false)),
                _ => Err(bad("this is neither `yes` nor `no`", "write `yes` or `no`")),
            },
            Type::Date => Date::parse(text)
                .map(Value::Date)
                .ok_or_else(|| bad("this is not a date", "dates are written year, month, day: `2026-01-05`")),
            Type::Time => TimeOfDay::parse(text)
                .map(Value::Time)
                .ok_or_else(|| bad("this is not a time of day", "a time is written `08:00`")),
            Type::Instant => Instant::parse(text).map(Value::Instant).ok_or_else(|| {
                bad(
                    "this is not a point in time",
                    "it is written `2026-03-03T19:59:40Z` or with an offset such as `+01:00`",
                )
            }),
            Type::Months => months(text)
                .map(Value::Months)
                .ok_or_else(|| bad("this is not a number of months", "write `3 months` or `1 year`")),
            Type::Zone => Zone::named(text).map(Value::Zone).ok_or_else(|| {
                let problem = Problem::new(codes::BAD_CELL, "there is no such time zone");
                match did_you_mean(text, Zone::names_like(text)) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")).edit(near),
                    None => problem.help("a zone is named as `Europe/London`"),
                }
            }),
            Type::Currency => Currency::parse(text)
                .map(Value::Currency)
                .ok_or_else(|| bad("there is no such currency", "a currency is written `EUR`")),
            Type::Record(_) | Type::Row(_) | Type::List(_) | Type::Optional(_) | Type::Unknown => {
                Err(bad("a cell cannot hold this", "give the column a plain type"))
            }
        }
    }

    fn member(&mut self, text: &str) -> Result<Value, Problem> {
        let Some(members) = &self.members else {
            return Err(Problem::new(codes::BAD_CELL, "a member of an unknown enumeration"));
        };
        let word = cell_text::unquote(text).map_or_else(|| text.into(), |word| word.text);
        let plain = word.strip_prefix(&*members.declared.name).and_then(|rest| rest.strip_prefix('.')).unwrap_or(&word);
        if let Some(member) = members.find(plain) {
            return Ok(Value::Member(member));
        }
        let known = members.declared.members.iter();
        let words = known.flat_map(|(name, label)| [Some(&**name), label.as_deref()]).flatten();
        let problem = Problem::new(codes::BAD_CELL, format!("`{word}` is not a member of {}", members.declared.name));
        Err(match did_you_mean(&word, words) {
            Some(near) => problem.help(format!("did you mean `{near}`?")).edit(near),
            None => {
                let names: Vec<&str> = members.declared.members.iter().take(12).map(|(name, _)| &**name).collect();
                let more = if members.declared.members.len() > 12 { ", …" } else { "" };
                problem.help(format!("its members are {}{more}", names.join(", ")))
            }
        })
    }
}

impl Members<'_> {
    fn find(&self, text: &str) -> Option<u32> {
        self.names.get(text).or_else(|| self.labels.get(text)).copied()
    }
}

/// `3 months`, `1 year`, or a bare number of months.
fn months(text: &str) -> Option<i32> {
    let (number, unit) = text.split_once(' ').unwrap_or((text, "months"));
    let number = i32::try_from(Number::parse_literal(number).ok()?.to_i64()?).ok()?;
    match unit.trim() {
        "month" | "months" => Some(number),
        "year" | "years" => number.checked_mul(12),
        _ => None,
    }
}

/// A range of dates as a period, whose last day is before `until`.
fn period(low: Option<(Value, bool)>, high: Option<(Value, bool)>) -> Period {
    let day = |end: Option<(Value, bool)>, next: bool| {
        let (value, included) = end?;
        let date = value.as_date()?;
        if included == next { date.add_days(1) } else { Some(date) }
    };
    Period { from: day(low, false), until: day(high, true) }
}
