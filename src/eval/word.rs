//! What a register holds: a value in two machine words, or the note that it stands elsewhere.
//!
//! Numbers of the small lane, yes and no, members, dates, months and rows fit; they are copied and compared without looking at
//! anything else. Texts, lists, records and the like, and numbers that do not fit, stand beside the word.

use crate::value::number::Lane;
use crate::value::{Date, Number, Value};

/// A register's content.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word {
    bits: i64,
    kind: Kind,
    scale: u8,
}

/// What the bits are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// Not computed yet.
    Unknown,
    /// The mantissa of a number of the small lane.
    Number,
    /// 0 or 1.
    YesNo,
    /// The place of a member.
    Member,
    /// The number of a day.
    Date,
    /// A number of months.
    Months,
    /// A table and a row.
    Row,
    /// Nothing: an optional value that was not given, a charge that does not apply.
    Absent,
    /// The value stands beside the word.
    Elsewhere,
}

impl Word {
    pub(super) const UNKNOWN: Word = Word { bits: 0, kind: Kind::Unknown, scale: 0 };
    pub(super) const ABSENT: Word = Word { bits: 0, kind: Kind::Absent, scale: 0 };
    pub(super) const ELSEWHERE: Word = Word { bits: 0, kind: Kind::Elsewhere, scale: 0 };

    #[inline(always)]
    pub(super) fn kind(self) -> Kind {
        self.kind
    }

    #[inline(always)]
    pub(super) fn number(lane: Lane) -> Word {
        Word { bits: lane.mantissa, kind: Kind::Number, scale: lane.scale }
    }

    #[inline(always)]
    pub(super) fn yes_no(answer: bool) -> Word {
        Word { bits: i64::from(answer), kind: Kind::YesNo, scale: 0 }
    }

    pub(super) fn row(table: u32, row: u32) -> Word {
        Word { bits: (i64::from(table) << 32) | i64::from(row), kind: Kind::Row, scale: 0 }
    }

    /// The word of a value.
    #[inline]
    pub(super) fn of(value: &Value) -> Word {
        match value {
            Value::Number(number) => match number.lane() {
                Some(lane) => Word::number(lane),
                None => Word::ELSEWHERE,
            },
            Value::YesNo(answer) => Word::yes_no(*answer),
            Value::Member(member) => Word { bits: i64::from(*member), kind: Kind::Member, scale: 0 },
            Value::Date(date) => Word { bits: i64::from(date.day_number()), kind: Kind::Date, scale: 0 },
            Value::Months(months) => Word { bits: i64::from(*months), kind: Kind::Months, scale: 0 },
            Value::Row { table, row } => Word::row(*table, *row),
            Value::Absent => Word::ABSENT,
            Value::Text(_)
            | Value::Time(_)
            | Value::Instant(_)
            | Value::Zone(_)
            | Value::Currency(_)
            | Value::Record(_)
            | Value::List(_) => Word::ELSEWHERE,
        }
    }

    /// The value, where it does not stand elsewhere.
    pub(super) fn value(self) -> Option<Value> {
        Some(match self.kind {
            Kind::Number => Value::Number(Number::from_lane(self.mantissa())),
            Kind::YesNo => Value::YesNo(self.bits != 0),
            Kind::Member => Value::Member(self.bits as u32),
            Kind::Date => Value::Date(self.date()?),
            Kind::Months => Value::Months(self.bits as i32),
            Kind::Row => Value::Row { table: (self.bits >> 32) as u32, row: self.bits as u32 },
            Kind::Absent | Kind::Unknown => Value::Absent,
            Kind::Elsewhere => return None,
        })
    }

    /// The number of the small lane.
    #[inline(always)]
    pub(super) fn lane(self) -> Option<Lane> {
        (self.kind == Kind::Number).then(|| self.mantissa())
    }

    #[inline(always)]
    fn mantissa(self) -> Lane {
        Lane { mantissa: self.bits, scale: self.scale }
    }

    /// Yes or no.
    #[inline(always)]
    pub(super) fn answer(self) -> Option<bool> {
        (self.kind == Kind::YesNo).then_some(self.bits != 0)
    }

    /// The place of a member.
    pub(super) fn member(self) -> Option<u32> {
        (self.kind == Kind::Member).then_some(self.bits as u32)
    }

    /// The date.
    pub(super) fn date(self) -> Option<Date> {
        (self.kind == Kind::Date).then(|| Date::from_day_number(self.bits as i32)).flatten()
    }

    /// The table and the row.
    #[inline(always)]
    pub(super) fn table_row(self) -> Option<(u32, u32)> {
        (self.kind == Kind::Row).then_some(((self.bits >> 32) as u32, self.bits as u32))
    }

    /// The order of two words of one kind whose bits say it; `None` where more has to be looked at.
    #[inline(always)]
    pub(super) fn order(self, other: Word) -> Option<std::cmp::Ordering> {
        match (self.kind, other.kind) {
            (Kind::Number, Kind::Number) => Some(self.mantissa().compare(other.mantissa())),
            (Kind::YesNo, Kind::YesNo)
            | (Kind::Member, Kind::Member)
            | (Kind::Date, Kind::Date)
            | (Kind::Months, Kind::Months)
            | (Kind::Row, Kind::Row) => Some(self.bits.cmp(&other.bits)),
            _ => None,
        }
    }

    /// A small count.
    pub(super) fn count(count: usize) -> Word {
        Word { bits: count as i64, kind: Kind::Number, scale: 0 }
    }

    /// The count.
    pub(super) fn as_count(self) -> usize {
        usize::try_from(self.bits).unwrap_or(0)
    }
}
