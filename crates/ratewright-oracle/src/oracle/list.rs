//! Lists: elements that take part, in their order; sums, extremes, choices and groups.

use super::pricing::{Pricing, Scope};
use super::value::{Answer, Problems, Value, all, both};
use ratewright::syntax::ast::{Each, Expr};
use std::cmp::Ordering;

impl Pricing<'_> {
    /// For each element that takes part, the scope in which it has its name; in order.
    pub(crate) fn each(&self, each: &Each, scope: &Scope) -> Answer<Vec<Scope>> {
        let lists = all(each.binders.iter().map(|(_, list)| self.elements_of(list, scope)).collect::<Vec<_>>())?;
        let length = lists.first().map_or(0, Vec::len);
        if lists.iter().any(|list| list.len() != length) {
            return Err(Problems::failed("input not accepted"));
        }
        let mut scopes = Vec::new();
        for place in 0..length {
            let mut inner = scope.clone();
            for ((name, _), list) in each.binders.iter().zip(&lists) {
                if let Some(element) = list.get(place) {
                    inner = inner.with(&name.text, element.clone());
                }
            }
            scopes.push(inner);
        }
        let taken = match &each.filter {
            Some(condition) => {
                let verdicts = all(scopes.iter().map(|scope| self.yes(condition, scope)).collect::<Vec<_>>())?;
                scopes.into_iter().zip(verdicts).filter(|(_, taken)| *taken).map(|(scope, _)| scope).collect()
            }
            None => scopes,
        };
        if each.sort.is_empty() { Ok(taken) } else { self.sorted(taken, &each.sort) }
    }

    /// Scopes in the order of what is computed in them; equals stay as they were.
    fn sorted(&self, scopes: Vec<Scope>, by: &[(Expr, bool)]) -> Answer<Vec<Scope>> {
        let keys = |scope: &Scope| all(by.iter().map(|(expr, _)| self.value(expr, scope)).collect::<Vec<_>>());
        let keyed = all(scopes.into_iter().map(|scope| keys(&scope).map(|keys| (keys, scope))).collect::<Vec<_>>())?;
        let mut sorted: Vec<(Vec<Value>, Scope)> = Vec::new();
        for (keys, scope) in keyed {
            let mut place = sorted.len();
            while place > 0 {
                let Some((before, _)) = sorted.get(place.saturating_sub(1)) else { break };
                if self.order_of_keys(before, &keys, by)? != Ordering::Greater {
                    break;
                }
                place = place.saturating_sub(1);
            }
            sorted.insert(place, (keys, scope));
        }
        Ok(sorted.into_iter().map(|(_, scope)| scope).collect())
    }

    fn order_of_keys(&self, left: &[Value], right: &[Value], by: &[(Expr, bool)]) -> Answer<Ordering> {
        for ((a, b), (_, descending)) in left.iter().zip(right).zip(by) {
            let order = self.order(a, b)?;
            if order != Ordering::Equal {
                return Ok(if *descending { order.reverse() } else { order });
            }
        }
        Ok(Ordering::Equal)
    }

    /// The sum of values, of which there is at least one.
    pub(crate) fn sum(&self, values: &[Value]) -> Answer<Value> {
        let Some((first, rest)) = values.split_first() else { return Err(Problems::mistaken("a sum of nothing")) };
        let one = super::number::whole(1);
        rest.iter().try_fold(first.clone(), |sum, value| self.add(&sum, value, &one))
    }

    /// The least or greatest of values.
    pub(crate) fn extreme(&self, values: &[Value], greatest: bool) -> Answer<Option<Value>> {
        let mut best: Option<&Value> = None;
        for value in values {
            let better = match best {
                Some(best) => {
                    let order = self.order(value, best)?;
                    order == if greatest { Ordering::Greater } else { Ordering::Less }
                }
                None => true,
            };
            if better {
                best = Some(value);
            }
        }
        match (best, values.first()) {
            (Some(best), Some(first)) => self.like(best.clone(), first).map(Some),
            _ => Ok(None),
        }
    }

    /// Values without those that are equal to one before.
    pub(crate) fn distinct(&self, values: Vec<Value>) -> Answer<Vec<Value>> {
        let mut kept: Vec<Value> = Vec::new();
        for value in values {
            if !kept.iter().try_fold(false, |found, known| Ok(found || self.equal(known, &value)?))? {
                kept.push(value);
            }
        }
        Ok(kept)
    }

    /// `any x in L has C`, `every x in L has C`
    pub(crate) fn quantified(&self, any: bool, each: &Each, condition: &Expr, scope: &Scope) -> Answer<Value> {
        for scope in self.each(each, scope)? {
            if self.yes(condition, &scope)? == any {
                return Ok(Value::YesNo(any));
            }
        }
        Ok(Value::YesNo(!any))
    }

    /// `the x in L with least E tie first`; of `how`: greatest, the last of equals, may be absent.
    pub(crate) fn the_element(&self, each: &Each, how: (bool, bool, bool), by: &Expr, scope: &Scope) -> Answer<Value> {
        let (greatest, tie_last, if_any) = how;
        let Some((name, _)) = each.binders.first() else { return Err(Problems::mistaken("no list to choose from")) };
        let scopes = self.each(each, scope)?;
        let measured = all(scopes.iter().map(|scope| self.value(by, scope)).collect::<Vec<_>>())?;
        let mut best: Option<(&Value, &Scope)> = None;
        for (measure, scope) in measured.iter().zip(&scopes) {
            let better = match best {
                Some((known, _)) => {
                    let order = self.order(measure, known)?;
                    let order = if greatest { order.reverse() } else { order };
                    order == Ordering::Less || (tie_last && order == Ordering::Equal)
                }
                None => true,
            };
            if better {
                best = Some((measure, scope));
            }
        }
        match best.and_then(|(_, scope)| scope.locals.get(&name.text)) {
            Some(element) => Ok(element.clone()),
            None => super::expression::none(if_any),
        }
    }

    /// `group x in L by E`: groups in the order in which their keys first occur.
    pub(crate) fn groups(&self, each: &Each, by: &Expr, scope: &Scope) -> Answer<Value> {
        let Some((name, _)) = each.binders.first() else { return Err(Problems::mistaken("no list to group")) };
        let scopes = self.each(each, scope)?;
        let keys = all(scopes.iter().map(|scope| self.value(by, scope)).collect::<Vec<_>>())?;
        let mut groups: Vec<(Value, Vec<Value>)> = Vec::new();
        for (key, scope) in keys.into_iter().zip(&scopes) {
            let element = scope.locals.get(&name.text).cloned().unwrap_or(Value::Absent);
            let mut known = None;
            for (place, (other, _)) in groups.iter().enumerate() {
                if known.is_none() && self.equal(other, &key)? {
                    known = Some(place);
                }
            }
            match known.and_then(|place| groups.get_mut(place)) {
                Some((_, items)) => items.push(element),
                None => groups.push((key, vec![element])),
            }
        }
        let group = |(key, items): (Value, Vec<Value>)| {
            Value::Record(vec![("key".to_string(), key), ("items".to_string(), Value::List(items))])
        };
        Ok(Value::List(groups.into_iter().map(group).collect()))
    }

    /// `draw P from (a, b) in order`: each takes what it needs of what those before it left.
    pub(crate) fn draw(&self, pool: &Expr, names: &[ratewright::syntax::ast::Name], scope: &Scope) -> Answer<Value> {
        let wants = names.iter().map(|name| {
            let expr = Expr { kind: ratewright::syntax::ast::ExprKind::Name(name.text.clone()), span: name.span };
            self.value(&expr, scope)
        });
        let (mut left, wants) = both(self.value(pool, scope), all(wants.collect::<Vec<_>>()))?;
        let minus = super::number::whole(-1);
        let mut fields = Vec::new();
        for (name, want) in names.iter().zip(wants) {
            let want = self.like(want, &left)?;
            let enough = self.order(&want, &left)? != Ordering::Greater;
            let nothing = self.scaled(&left, &super::number::whole(0))?;
            let taken = if enough { want.clone() } else { left.clone() };
            // Nothing is taken from a pool that is empty or below, and nothing by what wants nothing.
            let taken = if self.order(&taken, &nothing)? == Ordering::Less { nothing } else { taken };
            left = self.add(&left, &taken, &minus)?;
            let rest = self.add(&want, &taken, &minus)?;
            let parts = vec![("taken".to_string(), taken), ("rest".to_string(), rest)];
            fields.push((name.text.clone(), Value::Record(parts)));
        }
        fields.push(("left".to_string(), left));
        Ok(Value::Record(fields))
    }
}
