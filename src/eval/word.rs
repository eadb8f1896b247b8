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
    /// The scale of a number; what the bits are otherwise lies behind all scales.
    tag: u8,
}

/// What the bits of a word are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
    /// Nothing is known yet.
    Unknown,
    /// The value stands beside the word.
    Elsewhere,
}

/// The tags behind all scales, which are at most 18: two tags are scales where no bit of either is at or above this one.
const KINDS: u8 = 32;
const YES_NO: u8 = KINDS;
const MEMBER: u8 = KINDS + 1;
const DATE: u8 = KINDS + 2;
const MONTHS: u8 = KINDS + 3;
const ROW: u8 = KINDS + 4;
const ABSENT: u8 = KINDS + 5;
const UNKNOWN: u8 = KINDS + 6;
const ELSEWHERE: u8 = KINDS + 7;

impl Word {
    pub(super) const UNKNOWN: Word = Word { bits: 0, tag: UNKNOWN };
    pub(super) const ABSENT: Word = Word { bits: 0, tag: ABSENT };
    pub(super) const ELSEWHERE: Word = Word { bits: 0, tag: ELSEWHERE };

    pub(super) fn kind(self) -> Kind {
        match self.tag {
            YES_NO => Kind::YesNo,
            MEMBER => Kind::Member,
            DATE => Kind::Date,
            MONTHS => Kind::Months,
            ROW => Kind::Row,
            ABSENT => Kind::Absent,
            UNKNOWN => Kind::Unknown,
            ELSEWHERE => Kind::Elsewhere,
            _ => Kind::Number,
        }
    }

    /// Whether there is no value, and none is to come.
    #[inline(always)]
    pub(super) fn is_absent(self) -> bool {
        self.tag == ABSENT
    }

    /// Whether nothing is known yet.
    #[inline(always)]
    pub(super) fn is_unknown(self) -> bool {
        self.tag == UNKNOWN
    }

    /// Whether the value stands beside the word.
    #[inline(always)]
    pub(super) fn is_elsewhere(self) -> bool {
        self.tag == ELSEWHERE
    }

    #[inline(always)]
    pub(super) fn number(lane: Lane) -> Word {
        Word { bits: lane.mantissa, tag: lane.scale }
    }

    #[inline(always)]
    pub(super) fn yes_no(answer: bool) -> Word {
        Word { bits: i64::from(answer), tag: YES_NO }
    }

    #[inline]
    pub(super) fn row(table: u32, row: u32) -> Word {
        Word { bits: (i64::from(table) << 32) | i64::from(row), tag: ROW }
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
            Value::Member(member) => Word { bits: i64::from(*member), tag: MEMBER },
            Value::Date(date) => Word { bits: i64::from(date.day_number()), tag: DATE },
            Value::Months(months) => Word { bits: i64::from(*months), tag: MONTHS },
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
        Some(match self.kind() {
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
        (self.tag < KINDS).then(|| self.mantissa())
    }

    /// Both numbers of the small lane.
    #[inline(always)]
    pub(super) fn lanes(self, other: Word) -> Option<(Lane, Lane)> {
        ((self.tag | other.tag) < KINDS).then(|| (self.mantissa(), other.mantissa()))
    }

    #[inline(always)]
    fn mantissa(self) -> Lane {
        Lane { mantissa: self.bits, scale: self.tag }
    }

    /// Yes or no.
    #[inline(always)]
    pub(super) fn answer(self) -> Option<bool> {
        (self.tag == YES_NO).then_some(self.bits != 0)
    }

    /// The place of a member.
    #[inline]
    pub(super) fn member(self) -> Option<u32> {
        (self.tag == MEMBER).then_some(self.bits as u32)
    }

    /// The date.
    #[inline]
    pub(super) fn date(self) -> Option<Date> {
        (self.tag == DATE).then(|| Date::from_day_number(self.bits as i32)).flatten()
    }

    /// The table and the row.
    #[inline(always)]
    pub(super) fn table_row(self) -> Option<(u32, u32)> {
        (self.tag == ROW).then_some(((self.bits >> 32) as u32, self.bits as u32))
    }

    /// The order of two words of one kind whose bits say it; `None` where more has to be looked at.
    #[inline(always)]
    pub(super) fn order(self, other: Word) -> Option<std::cmp::Ordering> {
        if self.tag == other.tag && self.tag <= ROW {
            return Some(self.bits.cmp(&other.bits));
        }
        self.lanes(other).map(|(a, b)| a.compare(b))
    }

    /// A small count.
    pub(super) fn count(count: usize) -> Word {
        Word { bits: count as i64, tag: 0 }
    }

    /// The count.
    pub(super) fn as_count(self) -> usize {
        usize::try_from(self.bits).unwrap_or(0)
    }
}
