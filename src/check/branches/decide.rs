//! Whether conditions can hold together: case by case over the subjects that they ask about.
//!
//! Each question is bounded by a budget. "Never" holds for all values of all subjects, those included that no input can bring
//! about; "sometimes" comes with inputs that show it, whatever is not known. So neither is ever said wrongly.

use super::classes::{Class, classes};
use super::conditions::{Conditions, Formula, Subject, Test};
use crate::types::Type;
use crate::value::Value;
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

/// Something of each subject, of which a question has few: in their order.
struct BySubject<T>(Vec<(u32, T)>);

impl<T> BySubject<T> {
    fn new() -> Self {
        BySubject(Vec::new())
    }

    fn place(&self, subject: u32) -> Result<usize, usize> {
        self.0.binary_search_by_key(&subject, |(known, _)| *known)
    }

    fn get(&self, subject: u32) -> Option<&T> {
        self.place(subject).ok().and_then(|at| self.0.get(at)).map(|(_, thing)| thing)
    }

    fn insert(&mut self, subject: u32, thing: T) {
        match self.place(subject) {
            Ok(at) => {
                if let Some((_, place)) = self.0.get_mut(at) {
                    *place = thing;
                }
            }
            Err(at) => self.0.insert(at, (subject, thing)),
        }
    }

    fn remove(&mut self, subject: u32) {
        if let Ok(at) = self.place(subject) {
            self.0.remove(at);
        }
    }
}

impl<'f> BySubject<Vec<&'f Rc<Test>>> {
    fn push(&mut self, subject: u32, test: &'f Rc<Test>) {
        match self.place(subject) {
            Ok(at) => self.0.get_mut(at).into_iter().for_each(|(_, tests)| tests.push(test)),
            Err(at) => self.0.insert(at, (subject, vec![test])),
        }
    }
}

/// The classes that some tests of a subject told apart: the next question about it often asks the same.
#[derive(Debug)]
pub(super) struct LastClasses {
    tests: Vec<Rc<Test>>,
    ty: Type,
    optional: bool,
    classes: Rc<[Class]>,
}

impl LastClasses {
    fn are_of(&self, subject: &Subject, tests: &[&Rc<Test>]) -> bool {
        let same = |(known, test): (&Rc<Test>, &&Rc<Test>)| Rc::ptr_eq(known, test);
        self.tests.len() == tests.len()
            && self.tests.iter().zip(tests).all(same)
            && (self.optional, &self.ty) == (subject.optional, &subject.ty)
    }
}

/// One question.
struct Search<'s, 'p> {
    conditions: &'s Conditions<'p>,
    budget: &'s mut Budget,
    tests: BySubject<Vec<&'s Rc<Test>>>,
    classes: BySubject<Rc<[Class]>>,
    values: BySubject<Class>,
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
            |(subject, class): &(u32, Class)| Some((*subject, class.example(self.subjects.get(*subject as usize)?)?));
        search.values.0.iter().map(example).collect()
    }

    /// The subjects that the formulas ask about.
    pub(super) fn asked(&self, formulas: &[Rc<Formula>], budget: &mut Budget) -> Vec<u32> {
        budget.begin();
        let mut tests = BySubject::new();
        formulas.iter().for_each(|formula| gather(formula, &mut tests, budget));
        tests.0.into_iter().map(|(subject, _)| subject).collect()
    }
}

impl<'s, 'p> Search<'s, 'p> {
    fn new(conditions: &'s Conditions<'p>, formulas: &'s [Rc<Formula>], budget: &'s mut Budget) -> Self {
        budget.begin();
        let mut tests = BySubject::new();
        formulas.iter().for_each(|formula| gather(formula, &mut tests, budget));
        Search {
            conditions,
            budget,
            tests,
            classes: BySubject::new(),
            values: BySubject::new(),
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
        self.values.remove(subject);
        Some(false)
    }

    fn classes_of(&mut self, number: u32) -> Rc<[Class]> {
        if let Some(known) = self.classes.get(number) {
            return known.clone();
        }
        let Some(subject) = self.conditions.subjects.get(number as usize) else { return Rc::from([]) };
        let tests = self.tests.get(number).map_or(&[] as &[&Rc<Test>], Vec::as_slice);
        let within_domain = self.undeclared != Some(number);
        let plain = within_domain && !self.shown;
        let mut last = self.conditions.last_classes.borrow_mut();
        let last = match last.get_mut(number as usize).filter(|_| plain) {
            Some(Some(last)) if last.are_of(subject, tests) => {
                self.classes.insert(number, last.classes.clone());
                return last.classes.clone();
            }
            place => place,
        };
        let every: Vec<&Test> = tests.iter().map(|test| test.as_ref()).collect();
        let mut found = classes(self.conditions.program, subject, &every, within_domain);
        if self.shown {
            found.retain(|class| class.example(subject).is_some());
        }
        let found: Rc<[Class]> = found.into();
        if let Some(place) = last {
            let tests = tests.iter().map(|test| Rc::clone(test)).collect();
            let (ty, optional) = (subject.ty.clone(), subject.optional);
            *place = Some(LastClasses { tests, ty, optional, classes: found.clone() });
        }
        self.classes.insert(number, found.clone());
        found
    }

    fn truth(&mut self, formula: &Formula) -> Truth {
        match formula {
            Formula::Known(true) => Truth::Yes,
            Formula::Known(false) => Truth::No,
            Formula::Test(subject, test) => {
                self.budget.step();
                match self.values.get(*subject) {
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
fn gather<'f>(formula: &'f Formula, tests: &mut BySubject<Vec<&'f Rc<Test>>>, budget: &mut Budget) {
    if !budget.step() {
        return;
    }
    match formula {
        Formula::Known(_) => {}
        Formula::Test(subject, test) => tests.push(*subject, test),
        Formula::Not(inner) => gather(inner, tests, budget),
        Formula::All(parts) | Formula::Some(parts) => parts.iter().for_each(|part| gather(part, tests, budget)),
    }
}
