//! A redaction beside the rules that read its inputs: paths that lead to no field, and which of the fields that were taken out rules read.
//!
//! Rules + paths → a path that is misspelt, with the one that may be meant. Invariant: what no rule reads stands in no explanation.

use super::{Redacted, Redaction, Step, steps};
use crate::diagnostic::did_you_mean;
use crate::eval::path::fields_read;
use crate::input::fields_of_record;
use crate::program::Program;
use crate::rule_set::RuleSet;
use crate::types::Type;

/// A path that leads to no field of an input: what it was to take out would stay.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` of the redaction is not an input of {rules}: {help}")]
pub struct UnknownField {
    path: String,
    rules: String,
    help: String,
}

impl Redaction {
    /// Whether each path leads to a field of the inputs of a rule set, within records and lists too.
    ///
    /// ```
    /// use ratewright::{RuleSet, migrate::Redaction};
    ///
    /// let text = "ruleset r \"Rates\" { currency USD }\nrecord Ship { name : text }\ninput { ship : Ship }\ncharge BASE = 1 USD";
    /// let rules = RuleSet::compile(text)?;
    /// assert!(Redaction::new(["ship.name"], [])?.check(&rules).is_ok());
    /// let misspelt = Redaction::new(["ship.nmae"], [])?.check(&rules);
    /// assert_eq!(
    ///     misspelt.unwrap_err().to_string(),
    ///     "`ship.nmae` of the redaction is not an input of r: did you mean `ship.name`?"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The first that leads to none.
    pub fn check(&self, rules: &RuleSet) -> Result<(), UnknownField> {
        for field in &self.fields {
            if let Err(help) = walk(rules.program(), &field.steps) {
                let rules = rules.program().name.to_string();
                return Err(UnknownField { path: field.path.clone(), rules, help });
            }
        }
        Ok(())
    }
}

impl Redacted {
    /// The paths of the fields that were taken out and that rules read: an explanation by these rules shows them, or what was made of them, in
    /// forms that nobody finds again. Without any, an explanation shows nothing of what was taken out.
    pub fn read_by(&self, rules: &RuleSet) -> Vec<&str> {
        let program = rules.program();
        let read: Vec<&str> = fields_read(program)
            .filter_map(|slot| program.inputs.get(usize::from(slot)))
            .map(|field| field.wire.as_str())
            .collect();
        let is_read = |path: &&str| match steps(path).as_deref() {
            Some([Step::Field(name), ..]) => read.contains(&name.as_str()),
            _ => true,
        };
        self.erased().chain(self.tokens()).filter(is_read).collect()
    }
}

/// Follows a path through the types of an input; or what to do about it, in words.
fn walk(program: &Program, steps: &[Step]) -> Result<(), String> {
    let mut fields: Vec<(&str, &Type)> = program.inputs.iter().map(|field| (field.wire.as_str(), &field.ty)).collect();
    let (mut before, mut here): (String, Option<&Type>) = (String::new(), None);
    for step in steps {
        // Lists may be left out of a path.
        match step {
            Step::Every | Step::Element(_) => match here.map(Type::present) {
                Some(Type::List(element)) => here = Some(element.as_ref()),
                _ => return Err(format!("`{before}` is no list")),
            },
            Step::Field(name) => {
                if let Some(ty) = here {
                    fields = fields_below(program, ty);
                }
                let Some((_, ty)) = fields.iter().find(|(known, _)| known == name) else {
                    return Err(help(&before, name, &fields));
                };
                before = if before.is_empty() { name.clone() } else { format!("{before}.{name}") };
                here = Some(ty);
            }
        }
    }
    Ok(())
}

/// The fields of a record, also where it is the element of a list.
fn fields_below<'p>(program: &'p Program, ty: &'p Type) -> Vec<(&'p str, &'p Type)> {
    match ty.present() {
        Type::List(element) => fields_below(program, element),
        Type::Record(record) => {
            let sent = fields_of_record(program, record);
            let named = record.fields.iter().enumerate().map(|(place, field)| {
                (sent.get(place).map_or(field.name.as_str(), |sent| sent.wire.as_str()), &field.ty)
            });
            named.collect()
        }
        _ => Vec::new(),
    }
}

fn help(before: &str, name: &str, fields: &[(&str, &Type)]) -> String {
    let whole = |name: &str| if before.is_empty() { name.to_owned() } else { format!("{before}.{name}") };
    let names = || fields.iter().map(|(name, _)| *name);
    match did_you_mean(name, names()) {
        Some(near) => format!("did you mean `{}`?", whole(near)),
        None if fields.is_empty() && !before.is_empty() => format!("`{before}` has no fields"),
        None if before.is_empty() => format!("its inputs are {}", names().collect::<Vec<_>>().join(", ")),
        None => format!("the fields of `{before}` are {}", names().collect::<Vec<_>>().join(", ")),
    }
}
