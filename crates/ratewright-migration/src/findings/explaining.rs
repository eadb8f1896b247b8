//! Many mismatches explained on several threads: cases in their order → why each differs, in their order.
//!
//! What is found does not depend on the number of threads, nor on how cases are handed over: what a case is searched by is planned in the
//! order of cases, before threads share them out.

use ratewright::migrate::cause::{Learned, Plan, Searched};
use ratewright::migrate::{Answer, CauseFinder, Comparison};
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A mismatch that is to be explained.
#[derive(Debug, Clone)]
pub struct Differing {
    /// The input in JSON.
    pub input: String,
    /// What the legacy side answered.
    pub legacy: Answer,
    /// How the rules differ from that, after waivers.
    pub comparison: Comparison,
}

/// Explains mismatches on so many threads.
///
/// ```
/// use ratewright::{RuleSet, live::Edition, migrate::{CauseFinder, Comparison, ComparisonMemory, Measure, Prices}};
/// use ratewright_migration::findings::{Differing, Explaining};
///
/// let rules = RuleSet::compile("ruleset r { currency USD }\ninput { weight : mass in lb }\ncharge BASE = 2.50 USD per lb * weight")?;
/// let (finder, mut memory) = (CauseFinder::new(&Edition::new(rules.clone()), Measure::exact()), ComparisonMemory::default());
/// let mut explaining = Explaining::new(&finder, 2);
/// let cases: Vec<Differing> = (1..200).map(|weight| {
///     let input = format!(r#"{{"weight": {weight}}}"#);
///     let legacy = Prices::new().line("BASE", format!("{}.00 USD", weight * 25).parse().unwrap());
///     let comparison = Measure::exact().compare(&mut memory, &legacy, &rules.quote_json(&input));
///     Differing { input, legacy: legacy.into(), comparison }
/// }).collect();
/// let mut words = Vec::new();
/// explaining.explain(cases.iter(), |case, searched| words.push((case.input.clone(), searched.finding.to_string())));
/// assert_eq!(words[2], (r#"{"weight": 3}"#.into(), "unit slip: it vanishes with weight of 3 lb times 10 (by a factor of 10)".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Explaining {
    finders: Vec<CauseFinder>,
    learned: Learned,
}

impl Explaining {
    /// With so many threads; one at least. The finder is not changed.
    pub fn new(finder: &CauseFinder, threads: usize) -> Explaining {
        Explaining { finders: vec![finder.clone(); threads.max(1)], learned: Learned::default() }
    }

    /// Goes on with what an earlier run has learned.
    pub fn going_on(mut self, learned: Learned) -> Explaining {
        self.learned = learned;
        self
    }

    /// What was learned so far, to be stored.
    pub fn learned(&self) -> &Learned {
        &self.learned
    }

    /// Explains cases; tells of each in their order. A panic of a function of the host goes on to the caller.
    pub fn explain<C: AsRef<Differing> + Sync>(
        &mut self,
        cases: impl IntoIterator<Item = C>,
        mut tell: impl FnMut(C, Searched),
    ) {
        let mut planned: Vec<(C, Plan)> = Vec::new();
        for case in cases {
            let plan = match self.learned.plan(&case.as_ref().comparison) {
                Some(plan) => Some(plan),
                None => {
                    self.run(&mut planned, &mut tell);
                    self.learned.plan(&case.as_ref().comparison)
                }
            };
            // Nothing is outstanding now, so there is a plan.
            planned.extend(plan.map(|plan| (case, plan)));
        }
        self.run(&mut planned, &mut tell);
    }

    fn run<C: AsRef<Differing> + Sync>(&mut self, planned: &mut Vec<(C, Plan)>, tell: &mut impl FnMut(C, Searched)) {
        let found = search_all(&mut self.finders, planned);
        for ((case, _), searched) in planned.drain(..).zip(found) {
            self.learned.take(&searched);
            tell(case, searched);
        }
    }
}

fn search<C: AsRef<Differing>>(finder: &mut CauseFinder, (case, plan): &(C, Plan)) -> Searched {
    let Differing { input, legacy, comparison } = case.as_ref();
    finder.search(input, legacy, comparison.clone(), plan.clone())
}

/// What all finders together find of the cases, in their order.
fn search_all<C: AsRef<Differing> + Sync>(finders: &mut [CauseFinder], planned: &[(C, Plan)]) -> Vec<Searched> {
    let is_alone = planned.len() < 2 || finders.len() < 2;
    if let (true, [alone, ..]) = (is_alone, &mut *finders) {
        return planned.iter().map(|case| search(alone, case)).collect();
    }
    let next = AtomicUsize::new(0);
    let share = |finder: &mut CauseFinder| {
        let mut found = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(case) = planned.get(place) else { return found };
            found.push((place, search(finder, case)));
        }
    };
    let mut found: Vec<(usize, Searched)> = thread::scope(|scope| {
        let threads: Vec<_> = finders.iter_mut().map(|finder| scope.spawn(|| share(finder))).collect();
        let joined = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|fault| resume_unwind(fault)));
        joined.flatten().collect()
    });
    found.sort_by_key(|(place, _)| *place);
    found.into_iter().map(|(_, searched)| searched).collect()
}

impl AsRef<Differing> for Differing {
    fn as_ref(&self) -> &Differing {
        self
    }
}
