//! Inputs that tell the rules from others in which one number or one comparison is different.
//!
//! An edge can be met without being seen in the answer: a rate that a minimum hides, a break that rounding hides. So the texts of the rules
//! are changed in one place after the other and compiled; where no kept input is answered otherwise then, one is looked for among many
//! that go further away from the boundaries.

use super::places::{at, number, of_number, places, with};
use super::report::json;
use super::search::Search;
use crate::eval::path::fold;
use crate::migrate::Answer;
use crate::rule_set::{Context, RuleSet};
use crate::source::Span;
use crate::value::{Number, Value};

/// From how many starting points inputs further away are made.
const STARTS: usize = 40;

/// How many inputs are to tell each change: another change of the same number may be hidden where one is seen.
const TELLING: usize = 3;

/// How many inputs further away there are at most.
const FURTHER: usize = 4_000;

/// By what a field is multiplied, and how many steps are added, so that the result has digits of every size.
const FURTHER_BY: [(i64, i64); 5] = [(1, 7), (3, 1), (10, 3), (37, 11), (1000, 17)];

/// A place in a text of the rules, and what is put there instead.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) span: Span,
    pub(super) instead: String,
}

/// What came of the changes.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// How many changes were tried.
    pub(super) tried: u64,
    /// Those that no input tells.
    pub(super) untold: Vec<Change>,
}

/// An input in JSON, with what the rules say to it.
struct Asked {
    slots: Vec<Value>,
    input: String,
    answer: Answer,
}

impl Search<'_> {
    /// Tries up to so many changes, and keeps inputs that tell them.
    pub(super) fn changes_of_rules(&mut self, most: usize, tick: &mut dyn FnMut(&Self)) -> Told {
        let mut told = Told::default();
        let all = self.all_changes();
        if most == 0 || all.is_empty() {
            return told;
        }
        let rules = self.tracing.edition().rules().clone();
        let mut context = rules.context();
        let kept: Vec<Vec<Value>> = self.kept.iter().map(|kept| kept.slots.clone()).collect();
        let mut asked = self.asked(&rules, &mut context, kept);
        let mut further: Option<Vec<Asked>> = None;
        let every = all.len().div_ceil(most).max(1);
        for change in all.into_iter().step_by(every) {
            let Some(other) = self.changed(&rules, &change) else { continue };
            told.tried = told.tried.saturating_add(1);
            let mut context = other.context();
            let mut found = tells(&asked, &other, &mut context, (0, TELLING)).len();
            if found < TELLING {
                if further.is_none() {
                    let inputs = self.further();
                    further = Some(self.asked(&rules, &mut rules.context(), inputs));
                }
                let further = further.as_deref().unwrap_or_default();
                let first = fold(u64::from(change.span.start), told.tried) as usize;
                for at in tells(further, &other, &mut context, (first, TELLING.saturating_sub(found))) {
                    let Some(Asked { slots, input, answer }) = further.get(at) else { continue };
                    let program = self.trials.program();
                    self.consider(slots, true, &|| {
                        let (text, line) = (program.sources.text(change.span), program.sources.line_of(change.span));
                        format!("tells `{text}` from `{}` at {line}", change.instead)
                    });
                    asked.push(Asked { slots: slots.clone(), input: input.clone(), answer: answer.clone() });
                    found = found.saturating_add(1);
                }
            }
            if found == 0 {
                told.untold.push(change);
            }
            tick(self);
        }
        told
    }

    /// What the rules answer to inputs; those that end in an error are left out.
    fn asked(&mut self, rules: &RuleSet, context: &mut Context, inputs: Vec<Vec<Value>>) -> Vec<Asked> {
        let program = self.trials.program();
        let mut asked = Vec::new();
        for slots in inputs {
            let input = json(program, &slots);
            let answer = Answer::from(&rules.quote_json_in(context, &input));
            self.trials.count = self.trials.count.saturating_add(1);
            if !matches!(answer, Answer::Failed(_)) {
                asked.push(Asked { slots, input, answer });
            }
        }
        asked
    }

    /// The rules with one place changed; none where that does not compile.
    fn changed(&self, rules: &RuleSet, change: &Change) -> Option<RuleSet> {
        let program = self.program();
        let file = program.sources.file(change.span.file)?;
        let mut text = file.text.to_string();
        let range = change.span.start as usize..change.span.end as usize;
        text.get(range.clone())?;
        text.replace_range(range, &change.instead);
        let main = program.sources.file(program.name_span.file)?;
        rules.compiler().source(&file.name, &text).compile(&main.name).ok()
    }

    /// Inputs further away from the boundaries: the starting points with their fields multiplied, one by one and all at once.
    fn further(&self) -> Vec<Vec<Value>> {
        let mut further = Vec::new();
        let every = self.starts.len().div_ceil(STARTS).max(1);
        for start in self.starts.iter().step_by(every) {
            further.push(start.slots.clone());
            let mut at_once: Vec<Vec<Value>> = FURTHER_BY.iter().map(|_| start.slots.clone()).collect();
            for open in places(self.program(), &start.slots) {
                let Some(now) = at(&start.slots, &open.place) else { continue };
                let step = self.pools.step(open.ty);
                for ((by, more), whole) in FURTHER_BY.iter().zip(&mut at_once) {
                    let moved = number(now).and_then(|own| {
                        let more = Number::from_i64(*more).mul(&step).ok()?;
                        own.mul(&Number::from_i64(if open.ty.is_numeric() { *by } else { 1 })).ok()?.add(&more).ok()
                    });
                    let Some(value) = moved.and_then(|moved| of_number(now, &moved)) else { continue };
                    further.extend(with(&start.slots, &open.place, value.clone()));
                    if open.ty.is_numeric() && self.pools.admits(open.domain, &value) {
                        *whole = with(whole, &open.place, value).unwrap_or_else(|| whole.clone());
                    }
                }
                for value in self.changes(&open, Some(now)) {
                    further.extend(with(&start.slots, &open.place, value));
                }
                let ends = [&open.domain.low, &open.domain.high].into_iter().flatten().filter(|(_, own)| *own);
                further.extend(ends.filter_map(|(end, _)| with(&start.slots, &open.place, end.clone())));
            }
            further.extend(at_once);
        }
        let every = further.len().div_ceil(FURTHER).max(1);
        further.into_iter().step_by(every).collect()
    }

    /// All numbers, days and comparisons of the rules' own texts, each with something else; not those in tests, texts and comments.
    fn all_changes(&self) -> Vec<Change> {
        let program = self.program();
        let mut all = Vec::new();
        for (id, file) in program.sources.files() {
            if file.name.ends_with(".csv") {
                continue;
            }
            let tests = program.tests.iter().map(|test| test.span).filter(|span| span.file == id);
            let begin = program.name_span;
            let begin = if begin.file == id { begin.end as usize } else { 0 };
            let end = tests.map(|span| span.start as usize).min().unwrap_or(file.text.len());
            changes_in(&file.text, begin, end, &mut |start, end, instead| {
                all.push(Change { span: Span::new(id, start as u32, end as u32), instead });
            });
        }
        all
    }
}

/// Up to so many inputs to which other rules answer otherwise, from one of them on.
fn tells(asked: &[Asked], other: &RuleSet, context: &mut Context, (first, most): (usize, usize)) -> Vec<usize> {
    let all = (0..asked.len()).map(|at| at.saturating_add(first % asked.len()) % asked.len());
    let mut differs = |at: &usize| {
        asked.get(*at).is_some_and(|one| Answer::from(&other.quote_json_in(context, &one.input)) != one.answer)
    };
    all.filter(|at| differs(at)).take(most).collect()
}

/// Goes through a text, and calls `found` with each place that can be changed and what to put there.
fn changes_in(text: &str, begin: usize, end: usize, found: &mut dyn FnMut(usize, usize, String)) {
    let mut at = begin;
    let mut before = ' ';
    while let Some(rest) = text.get(at..end).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next().unwrap_or(' ');
        let mut length = first.len_utf8();
        // Outputs are no part of an answer, so nothing tells them apart.
        if first == '#' || (before == '\n' && rest.starts_with("output ")) {
            length = rest.find('\n').unwrap_or(rest.len());
        } else if first == '"' {
            length =
                rest.get(1..).and_then(|rest| rest.find('"')).map_or(rest.len(), |length| length.saturating_add(2));
        } else if first.is_ascii_digit() && !before.is_ascii_alphanumeric() && before != '_' {
            length = rest.find(|c: char| !(c.is_ascii_digit() || "._-".contains(c))).unwrap_or(rest.len());
            let token = rest.get(..length).unwrap_or_default().trim_end_matches(['.', '-', '_']);
            if let Some((head, last)) =
                token.char_indices().next_back().and_then(|(at, last)| Some((token.get(..at)?, last)))
            {
                let digit = last.to_digit(10).unwrap_or(0);
                let others = [digit.checked_add(1).filter(|digit| *digit < 10), digit.checked_sub(1)];
                for other in others.into_iter().flatten() {
                    found(at, at.saturating_add(token.len()), format!("{head}{other}"));
                }
            }
        } else if let Some(instead) = other_side(rest).filter(|_| before == ' ') {
            length = if instead.len() == 1 { 2 } else { 1 };
            found(at, at.saturating_add(length), instead.to_owned());
        }
        before = rest.get(..length).and_then(|passed| passed.chars().next_back()).unwrap_or(' ');
        at = at.saturating_add(length);
    }
}

/// The comparison at the beginning of a text, with its bound on the other side.
fn other_side(text: &str) -> Option<&'static str> {
    let operators = [("<= ", "<"), (">= ", ">"), ("< ", "<="), ("> ", ">=")];
    operators.into_iter().find(|(operator, _)| text.starts_with(operator)).map(|(_, instead)| instead)
}
