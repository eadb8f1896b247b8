//! Lists: visiting elements in order, and what is made of them.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::num::Num;
use super::word::Word;
use super::{ErrorKind, Node, Note, Observer};
use crate::program::Aggregate;
use crate::program::code::{EachForm, Reg, Source};
use crate::value::{Number, Value};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What is done with an element; its index in the list. `false` ends the visit.
type Visit<'v, 'p, 'r, O> = &'v mut dyn FnMut(&mut Evaluator<'p, 'r, O>, usize) -> Outcome<bool>;

/// Lists in step, all of one length: nearly always one.
struct Lists {
    first: Option<Arc<[Value]>>,
    others: Vec<Arc<[Value]>>,
}

impl<'p, 'r, O: Observer<'p>> Evaluator<'p, 'r, O> {
    /// Visits the elements that take part, in their order, each bound to its register.
    pub(super) fn visit(&mut self, each: &'p EachForm, visit: Visit<'_, 'p, 'r, O>) -> Outcome<()> {
        let lists = self.lists(each)?;
        let length = lists.first.as_ref().map_or(0, |list| list.len());
        if !each.sort.is_empty() {
            for index in self.sorted(each, &lists, length)? {
                self.bind(each, &lists, index);
                self.enter(Node::Element(index));
                let go_on = visit(self, index)?;
                self.leave(Some(&Value::Absent));
                if !go_on {
                    break;
                }
            }
            return Ok(());
        }
        for index in 0..length {
            self.step()?;
            self.bind(each, &lists, index);
            self.enter(Node::Element(index));
            if let Some(filter) = each.filter
                && !self.answer_of(filter)?
            {
                self.leave(None);
                continue;
            }
            let go_on = visit(self, index)?;
            self.leave(Some(&Value::Absent));
            if !go_on {
                break;
            }
        }
        Ok(())
    }

    /// The lists in step, which must be of one length.
    fn lists(&mut self, each: &'p EachForm) -> Outcome<Lists> {
        let mut lists = Lists { first: None, others: Vec::new() };
        for binder in &each.binders {
            let list = self.obtain(binder.list)?;
            let elements = self.elements(list)?;
            let Some(first) = &lists.first else {
                lists.first = Some(elements);
                continue;
            };
            if first.len() != elements.len() {
                let message =
                    format!("lists in step differ in length: {} and {} elements", first.len(), elements.len());
                return Err(Failure::input(message));
            }
            lists.others.push(elements);
        }
        Ok(lists)
    }

    /// Binds the registers to the elements with an index.
    fn bind(&mut self, each: &EachForm, lists: &Lists, index: usize) {
        let lists = lists.first.iter().chain(&lists.others);
        for (binder, list) in each.binders.iter().zip(lists) {
            let element = list.get(index).unwrap_or(&Value::Absent);
            if O::ENABLED || binder.whole {
                self.set(binder.element, element.clone());
            }
            let Value::Record(values) = element else {
                binder.fields.iter().for_each(|(_, reg)| self.set_word(*reg, Word::ABSENT));
                continue;
            };
            for (field, reg) in &binder.fields {
                let value = values.get(usize::from(*field)).unwrap_or(&Value::Absent);
                let word = match value {
                    Value::Number(number) => number.lane().map_or(Word::ELSEWHERE, Word::number),
                    value => Word::of(value),
                };
                match word.is_elsewhere() {
                    true => self.set(*reg, value.clone()),
                    false => self.set_word(*reg, word),
                }
            }
        }
    }

    /// The indices of the elements that take part, sorted; equal ones in the list's order.
    fn sorted(&mut self, each: &'p EachForm, lists: &Lists, length: usize) -> Outcome<Vec<usize>> {
        let mut keyed: Vec<(Vec<Value>, usize)> = Vec::new();
        for index in 0..length {
            self.step()?;
            self.bind(each, lists, index);
            self.enter(Node::Element(index));
            let taken = match each.filter {
                Some(filter) => self.answer_of(filter)?,
                None => true,
            };
            if taken {
                let mut keys = Vec::with_capacity(each.sort.len());
                for (key, _) in &each.sort {
                    keys.push(self.value_of(*key)?);
                }
                keyed.push((keys, index));
            }
            self.leave(None);
        }
        keyed.sort_by(|(left, _), (right, _)| {
            let in_order = |((left, right), (_, descending)): ((&Value, &Value), &(Source, bool))| {
                if *descending { right.cmp(left) } else { left.cmp(right) }
            };
            left.iter()
                .zip(right)
                .zip(&each.sort)
                .map(in_order)
                .find(|o| *o != Ordering::Equal)
                .unwrap_or(Ordering::Equal)
        });
        Ok(keyed.into_iter().map(|(_, index)| index).collect())
    }

    pub(super) fn aggregate(
        &mut self,
        kind: Aggregate,
        each: &'p EachForm,
        body: Source,
        if_any: bool,
        months: bool,
    ) -> Outcome<Value> {
        if kind == Aggregate::Sum && !months {
            return self.sum_each(each, body, if_any);
        }
        let mut gathered = Gathered::new(kind);
        self.visit(each, &mut |evaluator, _| {
            let value = evaluator.value_of(body)?;
            if kind == Aggregate::Distinct {
                evaluator.count_held(&value)?;
            }
            gathered.add(value)?;
            evaluator.check_length(gathered.list.len())?;
            Ok(true)
        })?;
        let value = gathered.finish(if_any, months)?;
        self.check_made(&value)?;
        Ok(value)
    }

    /// A sum of numbers.
    fn sum_each(&mut self, each: &'p EachForm, body: Source, if_any: bool) -> Outcome<Value> {
        let mut sum: Option<Num> = None;
        self.visit(each, &mut |evaluator, _| {
            let next = evaluator.num_of(body)?;
            sum = Some(match &sum {
                None => next,
                Some(sum) => sum.add(&next)?,
            });
            Ok(true)
        })?;
        Ok(match sum {
            Some(sum) => Value::Number(sum.to_number()),
            None if if_any => Value::Absent,
            None => Value::Number(Number::ZERO),
        })
    }

    pub(super) fn aggregate_values(&mut self, kind: Aggregate, values: &[Reg]) -> Outcome<Value> {
        let mut gathered = Gathered::new(kind);
        for value in values {
            gathered.add(self.value(*value))?;
        }
        gathered.finish(false, false)
    }

    pub(super) fn aggregate_list(&mut self, kind: Aggregate, list: Reg, if_any: bool, months: bool) -> Outcome<Value> {
        let mut gathered = Gathered::new(kind);
        for element in self.elements(list)?.iter() {
            self.step()?;
            self.count_held(element)?;
            gathered.add(element.clone())?;
        }
        gathered.finish(if_any, months)
    }

    pub(super) fn count(&mut self, list: Reg) -> Outcome<Value> {
        Ok(count_value(self.elements(list)?.len()))
    }

    pub(super) fn count_each(&mut self, each: &'p EachForm) -> Outcome<Value> {
        let mut count = 0;
        self.visit(each, &mut |_, _| {
            count += 1;
            Ok(true)
        })?;
        Ok(count_value(count))
    }

    pub(super) fn quantified(&mut self, any: bool, each: &'p EachForm, condition: Source) -> Outcome<Value> {
        let mut answer = !any;
        self.visit(each, &mut |evaluator, _| {
            if evaluator.answer_of(condition)? == any {
                answer = any;
            }
            Ok(answer != any)
        })?;
        Ok(Value::YesNo(answer))
    }

    pub(super) fn first_last(&mut self, first: bool, list: Reg, if_any: bool) -> Outcome<Value> {
        let elements = self.elements(list)?;
        match if first { elements.first() } else { elements.last() } {
            Some(element) => Ok(element.clone()),
            None if if_any => Ok(Value::Absent),
            None => Err(Failure::new(
                ErrorKind::NoRow,
                format!("the list has no {} element", if first { "first" } else { "last" }),
            )),
        }
    }

    /// The element with the greatest or least key; of equals, the last or the first.
    pub(super) fn the(
        &mut self,
        each: &'p EachForm,
        by: Source,
        (greatest, tie_last): (bool, bool),
        if_any: bool,
    ) -> Outcome<Value> {
        let mut best: Option<(Value, Value, usize)> = None;
        self.visit(each, &mut |evaluator, index| {
            let key = evaluator.value_of(by)?;
            let wins = match &best {
                None => true,
                Some((best, _, _)) => match key.cmp(best) {
                    Ordering::Equal => tie_last,
                    Ordering::Greater => greatest,
                    Ordering::Less => !greatest,
                },
            };
            if wins {
                best = Some((key, evaluator.element(each), index));
            }
            Ok(true)
        })?;
        match best {
            Some((_, element, index)) => {
                self.note(Note::Winner(index));
                Ok(element)
            }
            None if if_any => Ok(Value::Absent),
            None => Err(Failure::new(ErrorKind::NoRow, "no element takes part, so that none can be chosen")),
        }
    }

    pub(super) fn group(&mut self, each: &'p EachForm, by: Source) -> Outcome<Value> {
        let mut places: HashMap<Value, usize> = HashMap::new();
        let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
        self.visit(each, &mut |evaluator, _| {
            let key = evaluator.value_of(by)?;
            evaluator.count_held(&key)?;
            let element = evaluator.element(each);
            let place = *places.entry(key.clone()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((_, items)) => items.push(element),
                None => groups.push((key, vec![element])),
            }
            Ok(true)
        })?;
        self.check_length(groups.len())?;
        let record = |(key, items): (Value, Vec<Value>)| Value::record([key, Value::List(items.into())]);
        let groups = Value::list(groups.into_iter().map(record));
        self.check_made(&groups)?;
        Ok(groups)
    }

    /// The element that is bound now.
    fn element(&self, each: &EachForm) -> Value {
        each.binders.first().map_or(Value::Absent, |binder| self.value(binder.element))
    }
}

/// A count as a value.
pub(super) fn count_value(count: usize) -> Value {
    Value::Number(Number::from_i128(count as i128))
}

/// What an aggregate has gathered so far.
struct Gathered {
    kind: Aggregate,
    /// The sum, least or greatest so far.
    value: Option<Value>,
    list: Vec<Value>,
    /// What a list without doubles has.
    seen: Option<HashSet<Value>>,
}

impl Gathered {
    fn new(kind: Aggregate) -> Self {
        Gathered { kind, value: None, list: Vec::new(), seen: None }
    }

    fn add(&mut self, value: Value) -> Outcome<()> {
        match self.kind {
            Aggregate::List => self.list.push(value),
            Aggregate::Distinct => {
                if self.seen.get_or_insert_default().insert(value.clone()) {
                    self.list.push(value);
                }
            }
            Aggregate::Sum => {
                self.value = Some(match self.value.take() {
                    None => value,
                    Some(sum) => add_values(&sum, &value)?,
                });
            }
            Aggregate::Least | Aggregate::Greatest => {
                let better = match &self.value {
                    None => true,
                    Some(best) if self.kind == Aggregate::Least => value < *best,
                    Some(best) => value > *best,
                };
                if better {
                    self.value = Some(value);
                }
            }
        }
        Ok(())
    }

    fn finish(self, if_any: bool, months: bool) -> Outcome<Value> {
        match self.kind {
            Aggregate::List | Aggregate::Distinct => Ok(Value::List(self.list.into())),
            _ => match self.value {
                Some(value) => Ok(value),
                None if if_any => Ok(Value::Absent),
                None if self.kind == Aggregate::Sum && months => Ok(Value::Months(0)),
                None if self.kind == Aggregate::Sum => Ok(Value::Number(Number::ZERO)),
                None => {
                    let word = if self.kind == Aggregate::Least { "least" } else { "greatest" };
                    Err(Failure::new(ErrorKind::NoRow, format!("an empty list has no {word} element")))
                }
            },
        }
    }
}

/// The sum of two values.
fn add_values(left: &Value, right: &Value) -> Outcome<Value> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Ok(Value::Number(left.add(right)?)),
        (Value::Months(left), Value::Months(right)) => match left.checked_add(*right) {
            Some(sum) => Ok(Value::Months(sum)),
            None => Err(Failure::new(ErrorKind::Overflow, "too many months")),
        },
        _ => Err(Failure::mismatch("numbers to add")),
    }
}
