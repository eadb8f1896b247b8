//! One value without parts, as it came in, becomes a value of its declared type: the wire form of every type stands here.

use super::form::{Plain, Target};
use super::problem::excerpt;
use super::texts::is_equal;
use super::{Problem, Reader, wire};
use crate::diagnostic::did_you_mean;
use crate::program::Domain;
use crate::types::{EnumId, Type};
use crate::value::{Currency, Date, Instant, Number, ParseNumberError, TimeOfDay, Value, Zone};

impl Reader<'_> {
    /// Takes a number: in the declared unit.
    #[inline]
    pub(super) fn number(&mut self, target: &Target, number: Number, slot: &mut Value) -> Result<(), Problem> {
        if target.plain == Plain::Number || (target.plain == Plain::Integer && number.is_integer()) {
            slot.put(Value::Number(number));
            return Ok(());
        }
        self.number_in_domain(target, number, slot)
    }

    fn number_in_domain(&mut self, target: &Target, number: Number, slot: &mut Value) -> Result<(), Problem> {
        match target.ty {
            Type::Number | Type::In(_) => self.put(target, Value::Number(number), slot),
            Type::Integer if number.is_integer() => self.put(target, Value::Number(number), slot),
            _ => Err(self.no_number(target, &number)),
        }
    }

    #[cold]
    fn no_number(&self, target: &Target, number: &Number) -> Problem {
        let problem = self.mismatch(target, &format!("the number {number}"));
        match target.ty {
            Type::Percent => problem.help("a bare number does not say whether it is a percent or a fraction"),
            Type::Text => problem.help("write it in quotes, so that no digit gets lost"),
            _ => problem,
        }
    }

    /// Takes yes or no.
    #[inline]
    pub(super) fn yes_no(&mut self, target: &Target, answer: bool, slot: &mut Value) -> Result<(), Problem> {
        if target.plain == Plain::YesNo {
            slot.put(Value::YesNo(answer));
            return Ok(());
        }
        self.yes_no_in_domain(target, answer, slot)
    }

    fn yes_no_in_domain(&mut self, target: &Target, answer: bool, slot: &mut Value) -> Result<(), Problem> {
        match target.ty {
            Type::YesNo => self.put(target, Value::YesNo(answer), slot),
            _ => Err(self.mismatch(target, if answer { "true" } else { "false" })),
        }
    }

    /// Takes a text.
    pub(super) fn text(&mut self, target: &Target, text: &str, slot: &mut Value) -> Result<(), Problem> {
        let plain = if text.len() <= self.limits.text_length { target.plain } else { Plain::Nothing };
        let value = match plain {
            Plain::Text => match slot {
                // A text that stands there already need not be looked for.
                Value::Text(earlier) if is_equal(earlier, text) => return Ok(()),
                _ => Some(self.texts.value(text)),
            },
            Plain::Number => Number::parse_short(text).map(Value::Number),
            Plain::Percent => short_percent(text).map(Value::Number),
            Plain::Member => self.member_named(target, text).map(Value::Member),
            Plain::Date => Date::parse(text).map(Value::Date),
            _ => None,
        };
        match value {
            Some(value) => {
                slot.put(value);
                Ok(())
            }
            None => self.any_text(target, text, slot),
        }
    }

    #[inline]
    fn member_named(&self, target: &Target, text: &str) -> Option<u32> {
        match target.ty {
            Type::Enum(id) => self.form.member(id, text),
            _ => None,
        }
    }

    /// Takes a text that is not simply put into its slot.
    #[inline(never)]
    fn any_text(&mut self, target: &Target, text: &str, slot: &mut Value) -> Result<(), Problem> {
        match self.read_text(target, text, slot)? {
            true => Ok(()),
            false => Err(self.mismatch(target, &format!("the text {}", excerpt(text)))),
        }
    }

    /// Takes a number that was sent as it is, and would have been sent by a text with so many decimals.
    pub(super) fn exact_number(
        &mut self,
        target: &Target,
        number: Number,
        decimals: u32,
        slot: &mut Value,
    ) -> Result<(), Problem> {
        match target.ty {
            Type::Number | Type::In(_) => self.number(target, number, slot),
            Type::Integer if number.is_integer() => self.number(target, number, slot),
            _ => self.text(target, &number.to_text(decimals), slot),
        }
    }

    /// Takes a value of our own that was sent as it is; where something else is wanted, its text, as if it had been sent by it.
    #[inline]
    pub(super) fn own(&mut self, target: &Target, plain: Plain, value: Value, slot: &mut Value) -> Result<(), Problem> {
        if target.plain == plain {
            slot.put(value);
            return Ok(());
        }
        self.own_in_domain(target, value, slot)
    }

    fn own_in_domain(&mut self, target: &Target, value: Value, slot: &mut Value) -> Result<(), Problem> {
        match (&target.ty, &value) {
            (Type::Date, Value::Date(_)) | (Type::Time, Value::Time(_)) | (Type::Instant, Value::Instant(_)) => {
                self.put(target, value, slot)
            }
            (_, Value::Date(date)) => self.text(target, &date.to_string(), slot),
            (_, Value::Time(time)) => self.text(target, &time.to_string(), slot),
            (_, Value::Instant(instant)) => self.text(target, &instant.to_string(), slot),
            _ => Err(self.mismatch(target, "a value")),
        }
    }

    /// Takes a flat field, which has no type of its own.
    pub(super) fn flat(&mut self, target: &Target, text: &str, slot: &mut Value) -> Result<(), Problem> {
        let taken = match (&target.ty, text) {
            (Type::YesNo, "yes" | "true") => self.put(target, Value::YesNo(true), slot).map(|()| true),
            (Type::YesNo, "no" | "false") => self.put(target, Value::YesNo(false), slot).map(|()| true),
            _ => self.read_text(target, text, slot),
        };
        match taken? {
            true => Ok(()),
            false => Err(self.mismatch(target, &excerpt(text))),
        }
    }

    /// Puts a text as a value of the target's type into the slot; false where it is not one.
    #[inline]
    fn read_text(&mut self, target: &Target, text: &str, slot: &mut Value) -> Result<bool, Problem> {
        if !target.has_parts() {
            self.check_text(text)?;
        }
        let value = match &target.ty {
            Type::Number => number_from(text)?.map(Value::Number),
            Type::Integer => number_from(text)?.filter(Number::is_integer).map(Value::Number),
            Type::Percent => percent_from(text)?.map(Value::Number),
            Type::In(_) => self.quantity_from(&target.ty, text)?,
            Type::Text => Some(self.texts.value(text)),
            Type::Enum(id) => Some(self.member(target, *id, text)?),
            Type::Date => Date::parse(text).map(Value::Date),
            Type::Time => TimeOfDay::parse(text).map(Value::Time),
            Type::Instant => Instant::parse(text).map(Value::Instant),
            Type::Months => months_from(text).map(Value::Months),
            Type::Zone => Some(self.time_zone(target, text)?),
            Type::Currency => Some(self.currency(target, text)?),
            _ => None,
        };
        match value {
            Some(value) => self.put(target, value, slot).map(|()| true),
            None => Ok(false),
        }
    }

    /// Puts a value of the target's type into its slot. Fails where it is outside its domain.
    #[inline]
    pub(super) fn put(&self, target: &Target, value: Value, slot: &mut Value) -> Result<(), Problem> {
        if target.limited {
            self.check_domain(target, &value)?;
        }
        slot.put(value);
        Ok(())
    }

    #[inline]
    fn check_text(&self, text: &str) -> Result<(), Problem> {
        let limit = self.limits.text_length;
        if text.len() > limit && text.chars().nth(limit).is_some() {
            return Err(Problem::new(format!("a text has at most {limit} characters here")));
        }
        Ok(())
    }

    /// A number with or without a unit.
    #[inline]
    fn quantity_from(&mut self, ty: &Type, text: &str) -> Result<Option<Value>, Problem> {
        if let Ok(number) = Number::parse(text) {
            return Ok(Some(Value::Number(number)));
        }
        match text.split_once(' ') {
            None => Ok(number_from(text)?.map(Value::Number)),
            Some((number, unit)) => match number_from(number)? {
                Some(number) => self.quantity(ty, &number, unit).map(Some),
                None => Ok(None),
            },
        }
    }

    /// The member that a variant of a Rust enum is.
    #[inline]
    pub(super) fn variant(
        &mut self,
        target: &Target,
        index: u32,
        variant: &'static str,
        slot: &mut Value,
    ) -> Result<(), Problem> {
        let Type::Enum(id) = target.ty else { return self.text(target, variant, slot) };
        if let Some(member) = self.variants.get(id, index, variant) {
            if target.plain == Plain::Member {
                slot.put(Value::Member(member));
                return Ok(());
            }
            return self.put(target, Value::Member(member), slot);
        }
        self.text(target, variant, slot)?;
        if let Value::Member(member) = slot {
            self.variants.learn(id, index, variant, *member);
        }
        Ok(())
    }

    #[inline]
    fn member(&self, target: &Target, id: EnumId, text: &str) -> Result<Value, Problem> {
        match self.form.member(id, text) {
            Some(member) => Ok(Value::Member(member)),
            None => Err(self.no_member(target, id, text)),
        }
    }

    #[cold]
    fn no_member(&self, target: &Target, id: EnumId, text: &str) -> Problem {
        let expected = wire::expected(self.program, &target.ty, &Domain::default());
        let problem = Problem::new(format!("expected {expected}, found {}", excerpt(text)));
        let members = self.program.enumeration(id).map_or(&[][..], |e| e.members.as_slice());
        match did_you_mean(text, members.iter().map(|(name, _)| &**name)) {
            Some(near) => problem.help(format!("did you mean \"{near}\"?")),
            None => problem,
        }
    }

    fn time_zone(&self, target: &Target, text: &str) -> Result<Value, Problem> {
        Zone::named(text).map(Value::Zone).ok_or_else(|| {
            let problem = self.mismatch(target, &excerpt(text));
            match did_you_mean(text, Zone::names_like(text)) {
                Some(near) => problem.help(format!("did you mean \"{near}\"?")),
                None => problem,
            }
        })
    }

    fn currency(&self, target: &Target, text: &str) -> Result<Value, Problem> {
        Currency::parse(text).map(Value::Currency).ok_or_else(|| {
            let expected = wire::expected(self.program, &target.ty, &target.domain);
            Problem::new(format!("expected {expected}, found {}", excerpt(text)))
        })
    }
}

/// A number in a text: a decimal, or the fraction `1/3` in which results that do not end are written.
#[inline]
fn number_from(text: &str) -> Result<Option<Number>, Problem> {
    match Number::parse(text) {
        Ok(number) => Ok(Some(number)),
        Err(error) => odd_number_from(text, error),
    }
}

#[cold]
fn odd_number_from(text: &str, error: ParseNumberError) -> Result<Option<Number>, Problem> {
    let read = if text.contains('/') { Number::parse_exact(text) } else { Err(error) };
    match read {
        Ok(number) => Ok(Some(number)),
        Err(ParseNumberError::NotANumber) if text.contains(',') => Err(Problem::new(format!(
            "found {}; write numbers without separators of thousands and with a decimal point",
            excerpt(text)
        ))),
        Err(ParseNumberError::NotANumber) => Ok(None),
        Err(other) => Err(Problem::new(format!("found {}: {other}", excerpt(text)))),
    }
}

/// `18.5%`, as its fraction, where it has few digits. None says nothing about the text.
#[inline]
fn short_percent(text: &str) -> Option<Number> {
    Number::parse_short_hundredths(text.strip_suffix("%")?)
}

/// `18.5%`, as its fraction.
fn percent_from(text: &str) -> Result<Option<Number>, Problem> {
    let Some(digits) = text.strip_suffix("%") else { return Ok(None) };
    if let Some(number) = short_percent(text) {
        return Ok(Some(number));
    }
    let Some(number) = number_from(digits)? else { return Ok(None) };
    Ok(number.div(&Number::from_i64(100)).ok())
}

/// `3 months`, `1 month`, `2 years`, `-1 month`.
fn months_from(text: &str) -> Option<i32> {
    let (count, unit) = text.split_once(' ')?;
    if count.starts_with('+') {
        return None;
    }
    let count: i32 = count.parse().ok()?;
    match unit {
        "month" | "months" => Some(count),
        "year" | "years" => count.checked_mul(12),
        _ => None,
    }
}
