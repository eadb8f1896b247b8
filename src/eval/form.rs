//! The dispatch over forms.

use super::Observer;
use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::show;
use super::word::Word;
use crate::program::code::{Form, Reg, TextForm, TextPiece};
use crate::value::Value;

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// Computes a form into a register.
    #[inline(never)]
    pub(super) fn form(&mut self, to: Reg, form: &'p Form) -> Outcome<()> {
        let value = match form {
            Form::LookUp { table, keys, on, if_any, rows } => {
                return self.look_up(to, *table, (keys, *on), *if_any, *rows);
            }
            Form::OneOf(value, values) => {
                let found = self.one_of(*value, values);
                self.set_word(to, Word::yes_no(found));
                return Ok(());
            }
            Form::Parameter(id, on) => self.parameter(*id, *on)?,
            Form::Price(id) => return self.price_specially(to, *id),
            Form::BookEach(_, each, line) => return self.book_each(each, *line),
            Form::Excepted(id, exceptions, value) => self.excepted(*id, exceptions, *value)?,
            Form::SumApplied(ids) => self.sum_applied(ids)?,
            Form::Record(fields) => {
                let record = Value::Record(fields.iter().map(|field| self.value(*field)).collect());
                self.check_made(&record)?;
                record
            }
            Form::List(elements) => {
                self.check_length(elements.len())?;
                let list = Value::List(elements.iter().map(|element| self.value(*element)).collect());
                self.check_made(&list)?;
                list
            }
            Form::DateArithmetic(arithmetic, left, right) => self.date_arithmetic(*arithmetic, *left, *right)?,
            Form::InList(value, list) => Value::YesNo(self.in_list(*value, *list)?),
            Form::WithinWindows(instant, id, zone) => self.within_windows(*instant, *id, *zone)?,
            Form::WithinCalendar(date, id) => self.within_calendar(*date, *id)?,
            Form::Host(id, arguments) => self.host(*id, arguments)?,
            Form::Library(function, arguments, ty) => self.library(*function, arguments, ty)?,
            Form::Draw(pool, wants) => self.draw(*pool, wants)?,
            Form::Allocate(amount, weights, step, mode, remainder) => {
                self.allocate((*amount, *weights), *step, *mode, *remainder)?
            }
            Form::Days(from, to, inclusive, thirty_360) => self.days(*from, *to, *inclusive, *thirty_360)?,
            Form::DateOf(instant, zone) => self.date_of(*instant, *zone)?,
            Form::TimeOf(instant, zone) => self.time_of(*instant, *zone)?,
            Form::InstantOf(date, time, zone) => self.instant_of(*date, *time, *zone)?,
            Form::Split(start, end, id, zone) => self.split(*start, *end, *id, *zone)?,
            Form::Increments(total, first, then) => self.increments(*total, *first, *then)?,
            Form::Text(text) => Value::text(&self.fill(text)?),
            _ => self.list_form(form)?,
        };
        self.set(to, value);
        Ok(())
    }

    #[inline(never)]
    fn list_form(&mut self, form: &'p Form) -> Outcome<Value> {
        match form {
            Form::Aggregate(kind, each, body, if_any, months) => self.aggregate(*kind, each, *body, *if_any, *months),
            Form::AggregateValues(kind, values) => self.aggregate_values(*kind, values),
            Form::AggregateList(kind, list, if_any, months) => self.aggregate_list(*kind, *list, *if_any, *months),
            Form::Count(list) => self.count(*list),
            Form::CountEach(each) => self.count_each(each),
            Form::Quantified(any, each, condition) => self.quantified(*any, each, *condition),
            Form::FirstLast(first, list, if_any) => self.first_last(*first, *list, *if_any),
            Form::The(each, by, greatest, tie_last, if_any) => self.the(each, *by, (*greatest, *tie_last), *if_any),
            Form::Group(each, by) => self.group(each, *by),
            Form::Walk(each, state, steps) => self.walk(each, state, steps),
            _ => Err(Failure::mismatch("a form of a list")),
        }
    }

    /// Whether a value is one of constants.
    fn one_of(&self, value: Reg, values: &[Value]) -> bool {
        match (self.word(value).value(), self.beside(value)) {
            (Some(value), _) => values.contains(&value),
            (None, Value::Text(text)) => {
                values.iter().any(|value| matches!(value, Value::Text(other) if **other == **text))
            }
            (None, value) => values.contains(value),
        }
    }

    fn in_list(&mut self, value: Reg, list: Reg) -> Outcome<bool> {
        let value = self.value(value);
        for element in self.elements(list)?.iter() {
            self.step()?;
            self.count_held(element)?;
            if *element == value {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A field of a record.
    pub(super) fn field(&mut self, to: Reg, record: Reg, field: u16) -> Outcome<()> {
        let value = match self.beside(record) {
            Value::Record(fields) if self.word(record).is_elsewhere() => fields.get(usize::from(field)),
            _ => None,
        };
        let Some(value) = value else { return Err(Failure::mismatch("a field")) };
        let word = Word::of(value);
        if word.value().is_some() {
            self.set_word(to, word);
        } else {
            let value = value.clone();
            self.set(to, value);
        }
        Ok(())
    }

    /// A text with its values filled in.
    #[inline(never)]
    pub(super) fn fill(&mut self, text: &'p TextForm) -> Outcome<String> {
        let mut filled = String::new();
        for piece in &text.pieces {
            match piece {
                TextPiece::Text(fixed) => filled.push_str(fixed),
                TextPiece::Fill(source, ty) => {
                    let value = self.value_of(*source)?;
                    filled.push_str(&show::plain(self.program, self.inputs, &value, ty));
                }
            }
            self.check_text(&filled)?;
        }
        Ok(filled)
    }

    /// Checks the length of a text that the rules make.
    pub(super) fn check_text(&self, text: &str) -> Outcome<()> {
        if text.len() > self.limits.text {
            return Err(Failure::limit(format!("a text is longer than {} bytes", self.limits.text)));
        }
        Ok(())
    }
}
