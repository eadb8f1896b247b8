//! Lists: visiting elements in order, and what is made of them.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::{ErrorKind, Node, Note, Observer};
use crate::program::{Aggregate, Each, Expr};
use crate::types::Type;
use crate::value::{Number, Value};
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

/// What is done with an element; its index in the list. `false` ends the visit.
type Visit<'v, 'p, 'r, O> = &'v mut dyn FnMut(&mut Evaluator<'p, 'r, O>, usize) -> Outcome<bool>;

impl<'p, 'r, O: Observer<'p>> Evaluator<'p, 'r, O> {
    /// Visits the elements that take part, in their order, each bound to its local slots.
    pub(super) fn visit(&mut self, each: &'p Each, visit: Visit<'_, 'p, 'r, O>) -> Outcome<()> {
        let lists = self.scratch.locals.len();
        let length = self.push_lists(each)?;
        let outcome = self.visit_lists(each, lists, length, visit);
        self.scratch.locals.truncate(lists);
        outcome
    }

    /// Visits the elements of lists of this length that lie on the stack of locals.
    fn visit_lists(&mut self, each: &'p Each, lists: usize, length: usize, visit: Visit<'_, 'p, 'r, O>) -> Outcome<()> {
        if !each.sort.is_empty() {
            for index in self.sorted(each, lists, length)? {
                self.bind(each, lists, index)?;
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
            self.bind(each, lists, index)?;
            self.enter(Node::Element(index));
            if let Some(filter) = &each.filter
                && !self.yes_no(filter)?
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

    /// Pushes the lists in step, which must be of one length, on the stack of locals, and returns that length.
    fn push_lists(&mut self, each: &'p Each) -> Outcome<usize> {
        let mut length = None;
        for (_, list) in &each.binders {
            let elements = self.elements(list)?;
            let first = *length.get_or_insert(elements.len());
            if first != elements.len() {
                let message = format!("lists in step differ in length: {first} and {} elements", elements.len());
                return Err(Failure::input(message));
            }
            self.scratch.locals.push(Value::List(elements));
        }
        Ok(length.unwrap_or(0))
    }

    /// Binds the local slots to the elements with an index of the lists that lie on the stack of locals.
    fn bind(&mut self, each: &'p Each, lists: usize, index: usize) -> Outcome<()> {
        for (offset, (slot, _)) in each.binders.iter().enumerate() {
            let list = self.scratch.locals.get(lists.saturating_add(offset)).and_then(Value::as_list);
            let element = list.and_then(|list| list.get(index)).cloned().unwrap_or_default();
            self.set(*slot, element)?;
        }
        Ok(())
    }

    /// The indices of the elements that take part, sorted; equal ones in the list's order.
    fn sorted(&mut self, each: &'p Each, lists: usize, length: usize) -> Outcome<Vec<usize>> {
        let mut keyed: Vec<(Vec<Value>, usize)> = Vec::new();
        for index in 0..length {
            self.step()?;
            self.bind(each, lists, index)?;
            self.enter(Node::Element(index));
            let taken = match &each.filter {
                Some(filter) => self.yes_no(filter)?,
                None => true,
            };
            if taken {
                let mut keys = Vec::with_capacity(each.sort.len());
                for (key, _) in &each.sort {
                    keys.push(self.evaluate(key)?);
                }
                keyed.push((keys, index));
            }
            self.leave(None);
        }
        keyed.sort_by(|(left, _), (right, _)| {
            let in_order = |((left, right), (_, descending)): ((&Value, &Value), &(Expr, bool))| {
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

    #[inline(never)]
    pub(super) fn record(&mut self, fields: &'p [Expr]) -> Outcome<Value> {
        let start = self.push_all(fields)?;
        Ok(Value::Record(self.scratch.locals.drain(start..).collect()))
    }

    #[inline(never)]
    pub(super) fn list(&mut self, elements: &'p [Expr]) -> Outcome<Value> {
        self.check_length(elements.len())?;
        let start = self.push_all(elements)?;
        Ok(Value::List(self.scratch.locals.drain(start..).collect()))
    }

    #[inline(never)]
    pub(super) fn aggregate(
        &mut self,
        kind: Aggregate,
        each: &'p Each,
        body: &'p Expr,
        if_any: bool,
        expr: &'p Expr,
    ) -> Outcome<Value> {
        let mut gathered = Gathered::new(kind);
        self.visit(each, &mut |evaluator, _| {
            let value = evaluator.evaluate(body)?;
            gathered.add(value)?;
            evaluator.check_length(gathered.list.len())?;
            Ok(true)
        })?;
        gathered.finish(if_any, &expr.ty)
    }

    #[inline(never)]
    pub(super) fn aggregate_values(&mut self, kind: Aggregate, values: &'p [Expr], expr: &'p Expr) -> Outcome<Value> {
        let mut gathered = Gathered::new(kind);
        for value in values {
            gathered.add(self.evaluate(value)?)?;
        }
        gathered.finish(false, &expr.ty)
    }

    #[inline(never)]
    pub(super) fn aggregate_list(
        &mut self,
        kind: Aggregate,
        list: &'p Expr,
        if_any: bool,
        expr: &'p Expr,
    ) -> Outcome<Value> {
        let mut gathered = Gathered::new(kind);
        for element in self.elements(list)?.iter() {
            self.step()?;
            gathered.add(element.clone())?;
        }
        gathered.finish(if_any, &expr.ty)
    }

    #[inline(never)]
    pub(super) fn count(&mut self, list: &'p Expr) -> Outcome<Value> {
        Ok(count_value(self.elements(list)?.len()))
    }

    #[inline(never)]
    pub(super) fn count_each(&mut self, each: &'p Each) -> Outcome<Value> {
        let mut count = 0;
        self.visit(each, &mut |_, _| {
            count += 1;
            Ok(true)
        })?;
        Ok(count_value(count))
    }

    #[inline(never)]
    pub(super) fn quantified(&mut self, any: bool, each: &'p Each, condition: &'p Expr) -> Outcome<Value> {
        let mut answer = !any;
        self.visit(each, &mut |evaluator, _| {
            if evaluator.yes_no(condition)? == any {
                answer = any;
            }
            Ok(answer != any)
        })?;
        Ok(Value::YesNo(answer))
    }

    #[inline(never)]
    pub(super) fn first_last(&mut self, first: bool, list: &'p Expr, if_any: bool) -> Outcome<Value> {
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

    #[inline(never)]
    pub(super) fn the(
        &mut self,
        each: &'p Each,
        greatest: bool,
        by: &'p Expr,
        tie_last: bool,
        if_any: bool,
    ) -> Outcome<Value> {
        let slot = each.binders.first().map_or(0, |(slot, _)| *slot);
        let mut best: Option<(Value, Value, usize)> = None;
        self.visit(each, &mut |evaluator, index| {
            let key = evaluator.evaluate(by)?;
            let wins = match &best {
                None => true,
                Some((best, _, _)) => match key.cmp(best) {
                    Ordering::Equal => tie_last,
                    Ordering::Greater => greatest,
                    Ordering::Less => !greatest,
                },
            };
            if wins {
                best = Some((key, evaluator.element(slot), index));
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

    #[inline(never)]
    pub(super) fn group(&mut self, each: &'p Each, by: &'p Expr) -> Outcome<Value> {
        let slot = each.binders.first().map_or(0, |(slot, _)| *slot);
        let mut places: HashMap<Value, usize> = HashMap::new();
        let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
        self.visit(each, &mut |evaluator, _| {
            let key = evaluator.evaluate(by)?;
            let element = evaluator.element(slot);
            let place = *places.entry(key.clone()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some((_, items)) => items.push(element),
                None => groups.push((key, vec![element])),
            }
            Ok(true)
        })?;
        self.check_length(groups.len())?;
        let record = |(key, items): (Value, Vec<Value>)| Value::record([key, Value::List(items.into())]);
        Ok(Value::list(groups.into_iter().map(record)))
    }

    /// The element that is bound to a slot.
    fn element(&self, slot: u16) -> Value {
        self.scratch.locals.get(self.base + slot as usize).cloned().unwrap_or_default()
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
    seen: HashSet<Value>,
}

impl Gathered {
    fn new(kind: Aggregate) -> Self {
        Gathered { kind, value: None, list: Vec::new(), seen: HashSet::new() }
    }

    fn add(&mut self, value: Value) -> Outcome<()> {
        match self.kind {
            Aggregate::List => self.list.push(value),
            Aggregate::Distinct => {
                if self.seen.insert(value.clone()) {
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

    fn finish(self, if_any: bool, ty: &Type) -> Outcome<Value> {
        match self.kind {
            Aggregate::List | Aggregate::Distinct => Ok(Value::List(self.list.into())),
            _ => match self.value {
                Some(value) => Ok(value),
                None if if_any => Ok(Value::Absent),
                None if self.kind == Aggregate::Sum && *ty == Type::Months => Ok(Value::Months(0)),
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
