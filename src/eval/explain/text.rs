//! An explanation as an indented text for analysts.
//!
//! What has a name is explained where it is first used, and only referred to afterwards.

use super::words::shorten;
use super::{Explained, Explanation, Reference, Step, Steps};
use crate::eval::show::put;
use crate::quote::one_line;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

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
        for charge in self.charges().iter() {
            writer.explained(charge, true);
        }
        for definition in self.definitions().iter() {
            if writer.seen.insert(definition.name) {
                writer.explained(definition, false);
            }
        }
        for notice in self.notices().iter() {
            writer.explained(notice, false);
        }
        if self.is_cut_short() {
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
        writer.seen.insert(definition.name);
        writer.explained(definition, false);
        Some(writer.text)
    }
}

/// A record or list, cut where it is long: its parts are told below.
fn brief(value: &str) -> Cow<'_, str> {
    if value.starts_with(['{', '[']) { shorten(value, LONGEST_COMPOSITE) } else { Cow::Borrowed(value) }
}

struct Writer<'e> {
    /// The definitions by their names.
    definitions: HashMap<&'e str, Explained<'e>>,
    text: String,
    /// The definitions that were explained already.
    seen: HashSet<&'e str>,
    /// The elements and parameters whose values stand further up, for each open element of a list.
    bound: Vec<HashSet<(&'e str, &'e str)>>,
}

impl<'e> Writer<'e> {
    fn new(explanation: &'e Explanation) -> Self {
        let mut definitions = HashMap::new();
        for definition in explanation.definitions().iter() {
            definitions.entry(definition.name).or_insert(definition);
        }
        Writer { definitions, text: String::new(), seen: HashSet::new(), bound: Vec::new() }
    }

    fn line(&mut self, level: usize, text: &str) {
        let indent = level.min(DEEPEST) * 2;
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.text.push_str(&shorten(&one_line(text), WIDTH.saturating_sub(indent)));
        self.text.push('\n');
    }

    fn explained(&mut self, explained: Explained<'e>, charge: bool) {
        let mut heading = explained.name.to_string();
        if let Some(label) = explained.label {
            put(&mut heading, format_args!(" \"{label}\""));
        }
        match explained.value {
            Some(value) => put(&mut heading, format_args!(" = {value}")),
            None if charge => heading.push_str(" does not apply"),
            None => {}
        }
        put(&mut heading, format_args!("  ({})", explained.place));
        self.line(0, &heading);
        self.bound = vec![HashSet::new()];
        self.steps(explained.parts, 1);
        if explained.addends.len() > 1 {
            self.line(1, "adds up from");
            for addend in explained.addends.iter() {
                self.line(2, &format!("{}  {}", addend.shown, addend.label));
            }
        }
    }

    fn steps(&mut self, steps: Steps<'e>, level: usize) {
        let mut all = steps.iter();
        for step in all.by_ref().take(SHOWN_STEPS) {
            self.step(step, level);
        }
        let more = all.count();
        if more > 0 {
            self.line(level, &format!("… {more} more"));
        }
    }

    /// Whether a step only repeats the value of an element or parameter that stands further up.
    fn is_repeated(&mut self, step: &Step<'e>) -> bool {
        let Some(value) = step.value else { return false };
        let bare = step.parts.is_empty() && step.notes.is_empty() && step.see.is_none() && !step.label.starts_with('[');
        let key = (step.label, value);
        bare && (self.bound.iter().any(|bound| bound.contains(&key))
            || self.bound.last_mut().is_some_and(|bound| !bound.insert(key)))
    }

    fn step(&mut self, step: Step<'e>, level: usize) {
        if self.is_repeated(&step) {
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

    fn told(&mut self, step: Step<'e>, level: usize) {
        let mut value = String::new();
        if let Some(known) = step.value {
            value.push_str(" = ");
            value.push_str(&brief(known));
        }
        let room = WIDTH.saturating_sub(level.min(DEEPEST) * 2 + value.chars().count());
        let mut heading = shorten(step.label, room.max(SHORTEST_LABEL)).into_owned();
        heading.push_str(&value);
        let mut together = String::new();
        for (at, note) in step.notes.iter().enumerate() {
            together.push_str(if at > 0 { ", " } else { "" });
            together.push_str(note);
        }
        let room = WIDTH.saturating_sub(level.min(DEEPEST) * 2 + heading.chars().count() + 3);
        let on_one_line = !step.notes.is_empty() && together.chars().count() <= room;
        if on_one_line {
            put(&mut heading, format_args!(" ({together})"));
        }
        let definition = match step.see {
            Some(Reference::Definition(name)) => self.definitions.get(name).copied(),
            Some(Reference::Charge(_)) => {
                heading.push_str(", see there");
                None
            }
            None => None,
        };
        let first_time = definition.is_some_and(|definition| self.seen.insert(definition.name));
        if definition.is_some_and(|definition| !first_time && !definition.parts.is_empty()) {
            heading.push_str(", as above");
        }
        self.line(level, &heading);
        if !on_one_line {
            for note in step.notes.iter() {
                self.line(level + 1, note);
            }
        }
        self.steps(step.parts, level + 1);
        if let (Some(definition), true) = (definition, first_time) {
            self.steps(definition.parts, level + 1);
        }
    }
}
