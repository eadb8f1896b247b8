//! The head of a drafted rule set: its name, the records that it needs, and its input.

use super::draft::{Drafter, Input};
use super::names::{Names, label};
use super::report::{Note, Refused};
use super::types::{Type, Types};
use std::fmt::Write;

impl Drafter<'_> {
    /// The head of the rule set: its name, its records and its input. Inputs that nothing uses are left out, and told where `whole`.
    pub(super) fn head(&mut self, whole: bool) -> Result<String, Refused> {
        let mut names = Names::default();
        let title = if self.model.name.is_empty() { "unnamed" } else { &self.model.name };
        let mut text = format!("ruleset dmn.{} {}\n\n", names.take(title), label(title));
        let written: String = self.blocks.iter().map(|block| block.text.as_str()).collect();
        let inputs = self.inputs.iter().filter_map(|input| input.as_ref().ok()).chain(&self.implied);
        let used: Vec<&Input> = inputs.filter(|input| has_word(&written, &input.name)).collect();
        let mut fields = String::new();
        for input in &used {
            let _ = writeln!(fields, "  {}", self.types.field(&input.name, &input.wire, &input.resolved)?);
        }
        for at in needed(&self.types, &used, &written) {
            if let Some(record) = self.types.records.get(at) {
                text.push_str(&self.types.declaration(record)?);
            }
        }
        if !fields.is_empty() {
            let _ = write!(text, "input {{\n{fields}}}\n");
        }
        for (declared, input) in self.model.inputs.iter().zip(&self.inputs).filter(|_| whole) {
            if input.as_ref().is_ok_and(|input| !used.iter().any(|used| used.name == input.name)) {
                self.notes.push(Note {
                    place: declared.place,
                    what: format!("input \"{}\"", declared.name),
                    text: "nothing that was imported uses it, so the rule set does not take it".into(),
                });
            }
        }
        Ok(text)
    }
}

/// The records that the input and the rules name, and those of their fields.
fn needed(types: &Types, used: &[&Input], written: &str) -> Vec<usize> {
    fn add(types: &Types, ty: &Type, found: &mut Vec<usize>) {
        match ty {
            Type::Record(at) if !found.contains(at) => {
                found.push(*at);
                for field in types.records.get(*at).iter().flat_map(|record| &record.fields) {
                    add(types, &field.resolved.ty, found);
                }
            }
            Type::List(of) => add(types, of, found),
            _ => {}
        }
    }
    let mut found = Vec::new();
    for input in used {
        add(types, &input.resolved.ty, &mut found);
    }
    for (at, record) in types.records.iter().enumerate() {
        if has_word(written, &record.name) {
            add(types, &Type::Record(at), &mut found);
        }
    }
    found.sort_unstable();
    found
}

/// Whether a name stands in a text by itself.
fn has_word(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at.saturating_add(name.len())..).and_then(|after| after.chars().next());
        !before.is_some_and(part) && !after.is_some_and(part)
    })
}
