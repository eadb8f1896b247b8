//! Inputs that only a table names, as many tools write them.

use super::draft::{Drafter, Input};
use super::expression::Typed;
use super::model::Table;
use super::report::Note;
use super::scope::{Scope, Variable};
use super::xml::normal;

impl Drafter<'_> {
    /// Inputs that tables name without any requirement, as many tools write them: taken where the table states their type.
    pub(super) fn imply(&mut self, table: &Table, scope: &mut Scope, decision: &str) {
        for clause in &table.inputs {
            let name = normal(&clause.expression.text);
            let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_'))
                && name.chars().next().is_some_and(char::is_alphabetic);
            let known = scope.known.names.contains(&name)
                || self.model.inputs.iter().any(|input| input.variable == name)
                || self.model.decisions.iter().any(|decision| decision.variable == name);
            let Ok(Some(resolved)) = self.resolve(clause.type_ref.as_deref()) else { continue };
            if known || !plain || clause.type_ref.is_none() {
                continue;
            }
            let at = match self.implied.iter().position(|input| input.wire == name && input.resolved == resolved) {
                Some(at) => at,
                None if self.implied.iter().any(|input| input.wire == name) => continue,
                None => {
                    let input = Input { name: self.names.take(&name), wire: name.clone(), resolved, used: true };
                    self.notes.push(Note {
                        place: clause.expression.place,
                        what: format!("decision \"{decision}\""),
                        text: format!("`{name}` is no input of the model; it was taken for one"),
                    });
                    self.implied.push(input);
                    self.implied.len().saturating_sub(1)
                }
            };
            if let Some(input) = self.implied.get(at) {
                let value = Typed::atom(input.name.clone(), input.resolved.ty.clone());
                scope.variables.push(Variable { name, value });
            }
        }
        self.known(scope);
    }
}
