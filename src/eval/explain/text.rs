//! An explanation as an indented text for analysts.
//!
//! What has a name is explained where it is first used, and only referred to afterwards.

use super::build::shorten;
use super::{Explained, Explanation, Reference, Step};
use std::collections::HashSet;

/// The width that lines keep to.
const WIDTH: usize = 110;

/// The deepest indentation, in levels.
const DEEPEST: usize = 20;

/// The longest record or list in a line, in characters.
const LONGEST_COMPOSITE: usize = 48;

/// How many steps of one kind (elements of a list) are written out.
const SHOWN_STEPS: usize = 20;

/// What is left of a label at least, in characters, beside a long value.
const SHORTEST_LABEL: usize = 24;

impl Explanation {
    /// The whole explanation: charges in the order of the rules, then definitions that no charge uses, then notices.
    pub fn to_text(&self) -> String {
        let mut writer = Writer::new(self);
        for charge in &self.charges {
            writer.explained(charge, true);
        }
        for definition in &self.definitions {
            if writer.seen.insert(&definition.name) {
                writer.explained(definition, false);
            }
        }
        for notice in &self.notices {
            writer.explained(notice, false);
        }
        if self.cut_short {
            writer.line(0, "… there was more than an explanation may hold");
        }
        writer.text
    }

    /// The explanation of one charge, with everything that it rests on except other charges.
    pub fn charge_text(&self, code: &str) -> Option<String> {
        let charge = self.charge(code)?;
        let mut writer = Writer::new(self);
        writer.explained(charge, true);
        Some(writer.text)
    }

    /// The explanation of one definition or output, with everything that it rests on except charges.
    pub fn definition_text(&self, name: &str) -> Option<String> {
        let definition = self.definition(name)?;
        let mut writer = Writer::new(self);
        writer.seen.insert(&definition.name);
        writer.explained(definition, false);
        Some(writer.text)
    }
}

/// A record or list, cut where it is long: its parts are told below.
fn brief(value: &str) -> String {
    if value.starts_with(['{', '[']) { shorten(value, LONGEST_COMPOSITE) } else { value.to_string() }
}

struct Writer<'e> {
    explanation: &'e Explanation,
    text: String,
    /// The definitions that were explained already.
    seen: HashSet<&'e str>,
    /// The elements and parameters whose values stand further up, for each open element of a list.
    bound: Vec<HashSet<(&'e str, &'e str)>>,
}

impl<'e> Writer<'e> {
    fn new(explanation: &'e Explanation) -> Self {
        Writer { explanation, text: String::new(), seen: HashSet::new(), bound: Vec::new() }
    }

    fn line(&mut self, level: usize, text: &str) {
        let indent = level.min(DEEPEST) * 2;
        self.text.push_str(&" ".repeat(indent));
        self.text.push_str(&shorten(text, WIDTH.saturating_sub(indent)));
        self.text.push('\n');
    }

    fn explained(&mut self, explained: &'e Explained, charge: bool) {
        let mut heading = explained.name.clone();
        if let Some(label) = &explained.label {
            heading.push_str(&format!(" \"{label}\""));
        }
        match &explained.value {
            Some(value) => heading.push_str(&format!(" = {value}")),
            None if charge => heading.push_str(" does not apply"),
            None => {}
        }
        heading.push_str(&format!("  ({})", explained.place));
        self.line(0, &heading);
        self.bound = vec![HashSet::new()];
        self.steps(&explained.parts, 1);
        if explained.addends.len() > 1 {
            self.line(1, "adds up from");
            for addend in &explained.addends {
                self.line(2, &format!("{}  {}", addend.shown, addend.label));
            }
        }
    }

    fn steps(&mut self, steps: &'e [Step], level: usize) {
        for step in steps.iter().take(SHOWN_STEPS) {
            self.step(step, level);
        }
        if steps.len() > SHOWN_STEPS {
            self.line(level, &format!("… {} more", steps.len() - SHOWN_STEPS));
        }
    }

    /// Whether a step only repeats the value of an element or parameter that stands further up.
    fn is_repeated(&mut self, step: &'e Step) -> bool {
        let Some(value) = &step.value else { return false };
        let bare = step.parts.is_empty() && step.notes.is_empty() && step.see.is_none() && !step.label.starts_with('[');
        let key = (step.label.as_str(), value.as_str());
        bare && (self.bound.iter().any(|bound| bound.contains(&key))
            || self.bound.last_mut().is_some_and(|bound| !bound.insert(key)))
    }

    fn step(&mut self, step: &'e Step, level: usize) {
        if self.is_repeated(step) {
            return;
        }
        let element = step.label.starts_with('[');
        if element {
            self.bound.push(HashSet::new());
        }
        self.told(step, level);
        if element {
            self.bound.pop();
        }
    }

    fn told(&mut self, step: &'e Step, level: usize) {
        let value = step.value.as_ref().map_or_else(String::new, |value| format!(" = {}", brief(value)));
        let room = WIDTH.saturating_sub(level.min(DEEPEST) * 2 + value.chars().count());
        let mut heading = shorten(&step.label, room.max(SHORTEST_LABEL));
        heading.push_str(&value);
        let together = step.notes.join(", ");
        let room = WIDTH.saturating_sub(level.min(DEEPEST) * 2 + heading.chars().count() + 3);
        let on_one_line = !step.notes.is_empty() && together.chars().count() <= room;
        if on_one_line {
            heading.push_str(&format!(" ({together})"));
        }
        let definition = match &step.see {
            Some(reference @ Reference::Definition(_)) => self.explanation.see(reference),
            Some(Reference::Charge(_)) => {
                heading.push_str(", see there");
                None
            }
            None => None,
        };
        let first_time = definition.is_some_and(|definition| self.seen.insert(&definition.name));
        if definition.is_some_and(|definition| !first_time && !definition.parts.is_empty()) {
            heading.push_str(", as above");
        }
        self.line(level, &heading);
        if !on_one_line {
            for note in &step.notes {
                self.line(level + 1, note);
            }
        }
        self.steps(&step.parts, level + 1);
        if let (Some(definition), true) = (definition, first_time) {
            self.steps(&definition.parts, level + 1);
        }
    }
}
