//! Walks: through a list in order, with state that is carried from element to element.

use super::pricing::{Pricing, Scope};
use super::value::{Answer, Value, all};
use ratewright::syntax::ast::{Walk, WalkStep};

impl Pricing<'_> {
    /// `walk x in L carrying n = 0 { … }`: `.rows` that were kept, and the `.final` state.
    pub(crate) fn walk(&self, walk: &Walk, scope: &Scope) -> Answer<Value> {
        let mut state = Vec::new();
        for (name, ty, start) in &walk.state {
            let value = self.value(start, scope)?;
            let value = match ty {
                Some(ty) => self.typed(value, ty)?,
                None => value,
            };
            state.push((name.text.clone(), value));
        }
        let mut rows = Vec::new();
        for element in self.each(&walk.each, scope)? {
            let before = state.iter().fold(element, |scope, (name, value)| scope.with(name, value.clone()));
            self.walk_one(walk, before, &mut state, &mut rows)?;
        }
        Ok(Value::Record(vec![("rows".to_string(), Value::List(rows)), ("final".to_string(), Value::Record(state))]))
    }

    /// What one element does: all `next` are computed from the state before.
    fn walk_one(
        &self,
        walk: &Walk,
        mut scope: Scope,
        state: &mut [(String, Value)],
        rows: &mut Vec<Value>,
    ) -> Answer<()> {
        let mut next = Vec::new();
        let mut done = Vec::new();
        for step in &walk.steps {
            match step {
                WalkStep::Let(name, value) => {
                    let value = self.value(value, &scope)?;
                    scope = scope.with(&name.text, value);
                }
                WalkStep::Keep(record, when) => {
                    let kept = match when {
                        Some(condition) => self.yes(condition, &scope)?,
                        None => true,
                    };
                    if kept {
                        rows.push(self.value(record, &scope)?);
                    }
                }
                WalkStep::Next(name, value) => {
                    done.push(self.value(value, &scope));
                    next.push(name.text.clone());
                }
            }
        }
        for (name, value) in next.iter().zip(all(done)?) {
            if let Some((_, known)) = state.iter_mut().find(|(known, _)| known == name) {
                *known = self.like(value, known)?;
            }
        }
        Ok(())
    }
}
