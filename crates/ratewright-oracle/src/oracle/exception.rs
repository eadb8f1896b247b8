//! Exceptions: what holds instead of a definition, a charge or another exception.

use super::pricing::{Pricing, Scope};
use super::value::{Answer, Problems, Value, all};
use ratewright::syntax::ast::{Exception, ExprKind, Stage, StageKind, Template};

/// What an exception that holds puts in the place of a value.
#[derive(Debug, Clone)]
pub(crate) struct Replaced<'r> {
    pub(crate) value: Value,
    /// The reason of the exception, and the layer that it is written in.
    pub(crate) because: Option<(&'r Template, usize)>,
    /// Its label.
    pub(crate) label: Option<String>,
    /// Whether the last stage of its value is a rounding.
    pub(crate) rounded: bool,
}

impl<'r> Pricing<'r> {
    /// The value that replaces a definition, where an exception to it holds.
    pub(crate) fn exception_to(&self, name: &str) -> Answer<Option<Value>> {
        Ok(self.replaced(name, &Scope::default())?.map(|replaced| replaced.value))
    }

    /// What replaces a definition, a charge or an exception; `scope` holds the element that a charge `for each` is at.
    pub(crate) fn replaced(&self, name: &str, scope: &Scope) -> Answer<Option<Replaced<'r>>> {
        let rules = self.rules;
        let to = rules.exceptions.iter().filter(|(_, exception)| exception.to.text == name);
        let holding = to.map(|(layer, exception)| {
            // An exception to an exception still means the definition or charge by its name.
            let plain = scope.plain.clone().or_else(|| Some(name.to_string()));
            let scope = Scope { layer: *layer, plain, locals: scope.locals.clone() };
            let holds = match &exception.when {
                Some(condition) => self.decided(condition, &scope)?,
                None => true,
            };
            Ok(holds.then_some((exception, scope)))
        });
        let holding: Vec<_> = all(holding.collect::<Vec<_>>())?.into_iter().flatten().collect();
        match holding.as_slice() {
            [] => Ok(None),
            [(exception, scope)] => self.of_exception(exception, scope).map(Some),
            _ => Err(Problems::failed("two exceptions at once")),
        }
    }

    /// The value of an exception that holds, or of the exception to it.
    fn of_exception(&self, exception: &'r Exception, scope: &Scope) -> Answer<Replaced<'r>> {
        if let Some(name) = &exception.name
            && let Some(other) = self.replaced(&name.text, scope)?
        {
            return Ok(other);
        }
        let because = exception.because.as_ref().map(|because| (because, scope.layer));
        let label = exception.label.as_ref().map(|label| label.text.clone());
        let is_rounding = |stage: &Stage| matches!(stage.kind, StageKind::Rounded(_));
        let rounded =
            matches!(&exception.value.kind, ExprKind::Stages(_, stages) if stages.last().is_some_and(is_rounding));
        Ok(Replaced { value: self.value(&exception.value, scope)?, because, label, rounded })
    }

    /// What a name means within an exception to it: its value without exceptions.
    pub(crate) fn plain_value(&self, name: &str) -> Answer<Value> {
        self.version_value(name, usize::MAX, true)
    }
}
