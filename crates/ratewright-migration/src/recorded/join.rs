//! Two files that belong together by the ids of requests: inputs and answers → cases, and what has no partner.
//!
//! Both are read side by side, and at most `window` records of each wait for their partners. A case whose answer does not come while so many
//! others come is given up and said to be without an answer; an answer that comes afterwards is said to be late. So every record of both files is in a case
//! or in a flaw. Of an id that was there before the first record counts.

use super::reading::Again;
use super::{Case, Cause, Flaw, Input, Record, Recorded};
use ratewright::migrate::Answer;
use std::collections::{HashMap, HashSet, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;

/// How two files are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Joining {
    /// How many records of each file wait for their partners at most.
    pub window: usize,
}

impl Default for Joining {
    fn default() -> Self {
        Joining { window: 100_000 }
    }
}

/// The cases of a file, each with the answer that another file has for its id: in the order in which both are there.
#[derive(Debug)]
pub struct Pairs {
    inputs: Recorded,
    answers: Recorded,
    joining: Joining,
    cases: Waiting<Case>,
    partners: Waiting<Partner>,
    /// Whether both files ask the same, so that two inputs of one id must be equal.
    asks_again: bool,
    /// The ids of all inputs, of all answers, and of inputs that were given up.
    seen: [Ids; 2],
    given_up: HashSet<u64>,
    found: VecDeque<Result<(Case, Option<Answer>), Flaw>>,
    over: [bool; 2],
    failed: bool,
}

/// A record of the second file.
#[derive(Debug)]
struct Partner {
    line: u64,
    /// What it asked, where both files ask the same.
    input: Option<Input>,
    answer: Option<Answer>,
}

/// Records that wait for their partners, the oldest first.
#[derive(Debug)]
struct Waiting<T> {
    by_id: HashMap<String, T>,
    order: VecDeque<String>,
}

impl<T> Waiting<T> {
    fn new() -> Self {
        Waiting { by_id: HashMap::new(), order: VecDeque::new() }
    }

    fn put(&mut self, id: String, value: T) {
        self.order.push_back(id.clone());
        self.by_id.insert(id, value);
    }

    fn take(&mut self, id: &str) -> Option<T> {
        self.by_id.remove(id)
    }

    /// The oldest, where more than `room` wait.
    fn oldest_beyond(&mut self, room: usize) -> Option<(String, T)> {
        while self.by_id.len() > room {
            let id = self.order.pop_front()?;
            if let Some(value) = self.by_id.remove(&id) {
                return Some((id, value));
            }
        }
        if self.order.len() > room.saturating_mul(2).saturating_add(1024) {
            let by_id = &self.by_id;
            self.order.retain(|id| by_id.contains_key(id));
        }
        None
    }
}

impl Pairs {
    /// Joins two files.
    pub fn new(inputs: Recorded, answers: Recorded, joining: Joining) -> Pairs {
        Pairs {
            inputs,
            answers,
            joining,
            cases: Waiting::new(),
            partners: Waiting::new(),
            asks_again: false,
            seen: [Ids::default(), Ids::default()],
            given_up: HashSet::new(),
            found: VecDeque::new(),
            over: [false; 2],
            failed: false,
        }
    }

    /// Joins two files that ask the same: two records of one id that asked something else are no pair, as far as the second one says what it asked.
    pub fn of_the_same(inputs: Recorded, again: Recorded, joining: Joining) -> Pairs {
        Pairs { asks_again: true, ..Pairs::new(inputs, again, joining) }
    }

    fn input(&mut self, record: &Record) {
        let case = match self.inputs.reading.case(record) {
            Ok(case) => case,
            Err(flaw) => return self.flawed(flaw),
        };
        let of = |cause, words: &str| flaw((record.line, false), case.id.clone(), cause, words);
        let Some(id) = case.id.clone() else {
            return self.flawed(of(Cause::NoId, "it has no id, by which its answer would be found"));
        };
        if !self.is_new(0, &id) {
            return self.flawed(of(Cause::Duplicate, "an input before it has its id; that one counts"));
        }
        match self.partners.take(&id) {
            Some(partner) => self.complete(case, partner),
            None => self.cases.put(id, case),
        }
        if let Some((id, case)) = self.cases.oldest_beyond(self.joining.window) {
            self.give_up(id, &case);
        }
    }

    fn answer(&mut self, record: &Record) {
        let reading = &self.answers.reading;
        let read = match self.asks_again {
            true => reading.asked_again(record),
            false => reading.answer_alone(record).map(|(id, answer)| Again { id, input: None, answer }),
        };
        let Again { id, input, answer } = match read {
            Ok(read) => read,
            Err(flaw) => return self.flawed(flaw),
        };
        let of = |cause, words: &str| flaw((record.line, true), id.clone(), cause, words);
        let Some(id) = id.clone() else {
            return self.flawed(of(Cause::NoId, "it has no id, by which its input would be found"));
        };
        if !self.is_new(1, &id) {
            return self.flawed(of(Cause::Duplicate, "an answer before it has its id; that one counts"));
        }
        let partner = Partner { line: record.line, input, answer };
        match self.cases.take(&id) {
            Some(case) => self.complete(case, partner),
            None if self.given_up.contains(&hash(&id)) => {
                self.flawed(of(Cause::Late, "it came after its input had been given up"));
            }
            None => self.partners.put(id, partner),
        }
        if let Some((id, Partner { line, .. })) = self.partners.oldest_beyond(self.joining.window) {
            self.flawed(no_case(id, line));
        }
    }

    fn complete(&mut self, case: Case, partner: Partner) {
        let Partner { input, answer, .. } = partner;
        match input.and_then(|input| case.input.differs_from(&input)) {
            Some(words) => self.flawed(flaw((case.line, false), case.id, Cause::OtherInput, &words)),
            None => self.found.push_back(Ok((case, answer))),
        }
    }

    fn give_up(&mut self, id: String, case: &Case) {
        self.given_up.insert(hash(&id));
        self.flawed(flaw((case.line, false), Some(id), Cause::NoAnswer, "its answer is not there"));
    }

    fn flawed(&mut self, flaw: Flaw) {
        self.found.push_back(Err(flaw));
    }

    /// Whether the last lines of the files have no end, as [`Records::ends_openly`](super::Records::ends_openly) says.
    pub fn end_openly(&self) -> [bool; 2] {
        [self.inputs.records.ends_openly(), self.answers.records.ends_openly()]
    }

    fn is_new(&mut self, side: usize, id: &str) -> bool {
        self.seen.get_mut(side).is_some_and(|seen| seen.is_new(id))
    }

    /// Reads a record of each file, as long as there are any.
    fn step(&mut self) -> io::Result<()> {
        let [no_inputs, no_answers] = self.over;
        if !no_inputs {
            match self.inputs.records.next().transpose()? {
                Some(record) => self.input(&record),
                None => self.over = [true, no_answers],
            }
        }
        let [no_inputs, _] = self.over;
        if !no_answers {
            match self.answers.records.next().transpose()? {
                Some(record) => self.answer(&record),
                None => self.over = [no_inputs, true],
            }
        }
        if self.over == [true, true] {
            while let Some((id, case)) = self.cases.oldest_beyond(0) {
                self.give_up(id, &case);
            }
            while let Some((id, Partner { line, .. })) = self.partners.oldest_beyond(0) {
                self.flawed(no_case(id, line));
            }
        }
        Ok(())
    }
}

impl Iterator for Pairs {
    type Item = io::Result<Result<(Case, Option<Answer>), Flaw>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(found) = self.found.pop_front() {
                return Some(Ok(found));
            }
            if self.failed || self.over == [true, true] {
                return None;
            }
            if let Err(error) = self.step() {
                self.failed = true;
                return Some(Err(error));
            }
        }
    }
}

/// The cases of a file of inputs with their answers from another one, in the order in which they are complete.
#[derive(Debug)]
pub struct Joined(Pairs);

impl Joined {
    /// Joins a file of inputs and one of answers.
    pub fn new(inputs: Recorded, answers: Recorded, joining: Joining) -> Joined {
        Joined(Pairs::new(inputs, answers, joining))
    }

    /// Whether the last lines of the files have no end, as [`Records::ends_openly`](super::Records::ends_openly) says.
    pub fn end_openly(&self) -> [bool; 2] {
        self.0.end_openly()
    }
}

/// An answer that says nothing is none, which whoever compares the case finds.
impl Iterator for Joined {
    type Item = io::Result<Result<Case, Flaw>>;

    fn next(&mut self) -> Option<Self::Item> {
        let pair = self.0.next()?;
        Some(pair.map(|found| found.map(|(case, answer)| Case { answer, ..case })))
    }
}

fn no_case(id: String, line: u64) -> Flaw {
    flaw((line, true), Some(id), Cause::NoCase, "there is no input with its id")
}

fn flaw((line, of_answers): (u64, bool), id: Option<String>, cause: Cause, words: &str) -> Flaw {
    Flaw { line, of_answers, id, cause, words: words.to_owned() }
}

/// The ids that were there before, in some 9 to 18 bytes each.
#[derive(Debug, Clone, Default)]
pub struct Ids(HashSet<u64>);

impl Ids {
    /// Remembers an id, and says whether it was not there before. It is known by 64 bits: that two ids of ten million are taken for one has
    /// a chance of one in 300,000, and is reported like any id that comes again.
    pub fn is_new(&mut self, id: &str) -> bool {
        self.0.insert(hash(id))
    }
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}
