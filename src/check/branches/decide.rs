//! Whether conditions can hold together: case by case over the subjects that they ask about.
//!
//! Each question is bounded by a budget. "Never" holds for all values of all subjects, those included that no input can bring
//! about; "sometimes" comes with inputs that show it, whatever is not known. So neither is ever said wrongly.

use super::classes::{Class, classes};
use super::conditions::{Conditions, Formula, Test};
use crate::types::Type;
use crate::value::Value;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How many tests one question may take.
const MOST_STEPS: usize = 100_000;

/// How many tests all questions about one program may take.
const MOST_STEPS_IN_ALL: usize = 4_000_000;

/// What is left of the work that may be spent.
#[derive(Debug)]
pub(super) struct Budget {
    left: usize,
    all: usize,
}

impl Budget {
    pub(super) fn new() -> Self {
        Budget { left: 0, all: MOST_STEPS_IN_ALL }
    }

    /// Whether no more questions are answered.
    pub(super) fn is_spent(&self) -> bool {
        self.all == 0
    }

    fn begin(&mut self) {
        self.left = MOST_STEPS.min(self.all);
    }

    /// Whether another step may be taken.
    fn step(&mut self) -> bool {
        self.all = self.all.saturating_sub(1);
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }
}

/// The truth of a formula under some values; where it is open, a subject that would tell more.
enum Truth {
    Yes,
    No,
    Open(Option<u32>),
}

/// One question.
struct Search<'s, 'p> {
    conditions: &'s Conditions<'p>,
    budget: &'s mut Budget,
    tests: BTreeMap<u32, Vec<&'s Test>>,
    classes: BTreeMap<u32, Rc<[Class]>>,
    values: BTreeMap<u32, Class>,
    /// Only subjects whose values are free, with examples.
    shown: bool,
    /// A subject whose declaration is not looked at.
    undeclared: Option<u32>,
}

impl Conditions<'_> {
    /// Whether the formulas never hold together, for certain. Nothing is assumed of the declaration of the subject `undeclared`.
    pub(super) fn never(&self, formulas: &[Rc<Formula>], undeclared: Option<u32>, budget: &mut Budget) -> bool {
        let mut search = Search::new(self, formulas, budget);
        search.undeclared = undeclared;
        search.find(formulas) == Some(false)
    }

    /// Values of subjects that come from outside, at which all formulas hold whatever else is computed; `None` where none are
    /// known. An optional one may be absent.
    pub(super) fn example(&self, formulas: &[Rc<Formula>], budget: &mut Budget) -> Option<Vec<(u32, Value)>> {
        let mut search = Search::new(self, formulas, budget);
        search.shown = true;
        if search.find(formulas) != Some(true) {
            return None;
        }
        let example =
            |(subject, class): (&u32, &Class)| Some((*subject, class.example(self.subjects.get(*subject as usize)?)?));
        search.values.iter().map(example).collect()
    }

    /// The subjects that the formulas ask about.
    pub(super) fn asked(&self, formulas: &[Rc<Formula>], budget: &mut Budget) -> Vec<u32> {
        budget.begin();
        let mut tests = BTreeMap::new();
        formulas.iter().for_each(|formula| gather(formula, &mut tests, budget));
        tests.into_keys().collect()
    }
}

impl<'s, 'p> Search<'s, 'p> {
    fn new(conditions: &'s Conditions<'p>, formulas: &'s [Rc<Formula>], budget: &'s mut Budget) -> Self {
        budget.begin();
        let mut tests = BTreeMap::new();
        formulas.iter().for_each(|formula| gather(formula, &mut tests, budget));
        Search {
            conditions,
            budget,
            tests,
            classes: BTreeMap::new(),
            values: BTreeMap::new(),
            shown: false,
            undeclared: None,
        }
    }

    /// Whether values are found at which all formulas hold; `None` where the budget does not suffice.
    fn find(&mut self, formulas: &[Rc<Formula>]) -> Option<bool> {
        let mut open: Option<u32> = None;
        let mut stuck = false;
        for formula in formulas {
            if !self.budget.step() {
                return None;
            }
            match self.truth(formula) {
                Truth::No => return Some(false),
                Truth::Yes => {}
                Truth::Open(subject) => {
                    stuck |= subject.is_none();
                    open = open.or(subject);
                }
            }
        }
        if self.budget.left == 0 {
            return None;
        }
        let Some(subject) = open else { return Some(!stuck) };
        for class in self.classes_of(subject).iter() {
            self.values.insert(subject, class.clone());
            match self.find(formulas) {
                Some(false) => {}
                found => return found,
            }
        }
        self.values.remove(&subject);
        Some(false)
    }

    fn classes_of(&mut self, number: u32) -> Rc<[Class]> {
        if let Some(known) = self.classes.get(&number) {
            return known.clone();
        }
        let Some(subject) = self.conditions.subjects.get(number as usize) else { return Rc::from([]) };
        let tests = self.tests.get(&number).map_or(&[] as &[&Test], Vec::as_slice);
        let within_domain = self.undeclared != Some(number);
        let mut found = classes(self.conditions.program, subject, tests, within_domain);
        if self.shown {
            found.retain(|class| class.example(subject).is_some());
        }
        let found: Rc<[Class]> = found.into();
        self.classes.insert(number, found.clone());
        found
    }

    fn truth(&mut self, formula: &Formula) -> Truth {
        match formula {
            Formula::Known(true) => Truth::Yes,
            Formula::Known(false) => Truth::No,
            Formula::Test(subject, test) => {
                self.budget.step();
                match self.values.get(subject) {
                    Some(class) if class.passes(test) => Truth::Yes,
                    Some(_) => Truth::No,
                    None => {
                        let known = self.conditions.subjects.get(*subject as usize);
                        let plain = |ty: &Type| !matches!(ty, Type::Record(_) | Type::List(_));
                        let free = known.is_some_and(|subject| subject.declared.is_some() && plain(&subject.ty));
                        Truth::Open((free || !self.shown).then_some(*subject))
                    }
                }
            }
            Formula::Not(inner) => match self.truth(inner) {
                Truth::Yes => Truth::No,
                Truth::No => Truth::Yes,
                open => open,
            },
            Formula::All(parts) => self.joined(parts, true),
            Formula::Some(parts) => self.joined(parts, false),
        }
    }

    /// All of the parts (true), or one of them.
    fn joined(&mut self, parts: &[Rc<Formula>], all: bool) -> Truth {
        let mut open: Option<Option<u32>> = None;
        for part in parts {
            match (self.truth(part), all) {
                (Truth::No, true) => return Truth::No,
                (Truth::Yes, false) => return Truth::Yes,
                (Truth::Open(subject), _) => open = Some(open.flatten().or(subject)),
                _ => {}
            }
            if self.budget.left == 0 {
                return Truth::Open(None); // the question ends undecided
            }
        }
        match (open, all) {
            (Some(subject), _) => Truth::Open(subject),
            (None, true) => Truth::Yes,
            (None, false) => Truth::No,
        }
    }
}

/// The tests of each subject, as far as the budget goes; a question that has used it up stays undecided.
fn gather<'f>(formula: &'f Formula, tests: &mut BTreeMap<u32, Vec<&'f Test>>, budget: &mut Budget) {
    if !budget.step() {
        return;
    }
    match formula {
        Formula::Known(_) => {}
        Formula::Test(subject, test) => tests.entry(*subject).or_default().push(test),
        Formula::Not(inner) => gather(inner, tests, budget),
        Formula::All(parts) | Formula::Some(parts) => parts.iter().for_each(|part| gather(part, tests, budget)),
    }
}
