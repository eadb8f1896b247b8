//! Cases that are compared later, and what observers are told.

use super::*;

/// Takes cases and keeps them, loses or refuses them.
#[derive(Default)]
struct Kept {
    cases: Mutex<VecDeque<Handed>>,
    refuses: Mutex<Option<Cause>>,
    panics: bool,
}

impl Elsewhere for Kept {
    fn refuses(&self) -> Option<Cause> {
        *self.refuses.lock().unwrap()
    }

    fn take(&self, case: Handed) {
        assert!(!self.panics, "no room");
        self.cases.lock().unwrap().push_back(case);
    }
}

#[test]
fn cases_that_are_compared_later_are_priced_by_the_editions_of_then() {
    let (told, kept, book) = (Arc::new(Told::default()), Arc::new(Kept::default()), rules());
    let door = door(stages(Stage::Shadow), book.clone()).observed_by(told.clone()).handing_to(kept.clone());
    let (priced, calls) = priced(&door, anyone());
    assert_eq!((priced.by, calls, door.counts().pending), (By::Legacy, 1, 1));
    let old = book.pin().newest("parcel").unwrap().digest();
    let text = "ruleset parcel \"Parcels\" { currency USD }\ninput { n : integer = 1 }\ncharge BASE = 77 USD";
    let next = Edition::new(RuleSet::compile(text).unwrap());
    book.publish(ratewright::live::Publication::new().remove(old).put(next)).unwrap();
    let case = kept.cases.lock().unwrap().pop_front().unwrap();
    assert!(case.bytes() > 100);
    drop(door.compare(&mut MigrationContext::default(), case));
    let words = "mismatch: FUEL: 2.00 USD instead of 1.00 USD, +1.00 USD; total: 12.00 USD instead of 11.00 USD, +1.00 USD | {}";
    assert_eq!(told.take(), [words]);
    assert_eq!((door.counts().compared, dropped(&door.counts())), (1, vec![]));
}

#[test]
fn each_case_that_is_handed_on_is_counted_once_whatever_becomes_of_it() {
    let kept = Arc::new(Kept::default());
    let door = door(stages(Stage::Shadow), rules()).handing_to(kept.clone());
    let price = |count: usize| (0..count).for_each(|_| assert_eq!(priced(&door, anyone()).0.answer, legacy()));
    price(10);
    let mut cases = std::mem::take(&mut *kept.cases.lock().unwrap());
    let mut context = MigrationContext::default();
    cases.drain(..3).for_each(|case| drop(door.compare(&mut context, case)));
    cases.drain(..2).for_each(|case| case.drop_for(Cause::Budget));
    drop(cases);
    *kept.refuses.lock().unwrap() = Some(Cause::TooMany);
    price(4);
    let counts = door.counts();
    assert_eq!((counts.offered, counts.compared, counts.pending), (14, 3, 0));
    assert_eq!(dropped(&counts), [(Cause::TooMany, 4), (Cause::Budget, 2), (Cause::Lost, 5)]);

    let broken = Arc::new(Kept { panics: true, ..Kept::default() });
    let door = self::door(stages(Stage::Shadow), rules()).handing_to(broken);
    assert_eq!(priced(&door, anyone()).0.answer, legacy());
    assert_eq!(dropped(&door.counts()), [(Cause::Lost, 1)]);
}

/// Has cases compared beside the call, so often, and panics then where it is to.
struct Beside {
    times: usize,
    panics: bool,
    handed: Kept,
}

impl Elsewhere for Beside {
    fn beside(&self, compare: &mut dyn FnMut()) {
        (0..self.times).for_each(|_| compare());
        assert!(!self.panics, "no clock");
    }

    fn take(&self, case: Handed) {
        self.handed.take(case);
    }
}

#[test]
fn a_case_that_is_compared_beside_the_call_is_not_handed_on_and_counts_once() {
    for (times, panics) in [(0, false), (0, true), (1, false), (2, false), (1, true)] {
        let (told, beside) = (Arc::new(Told::default()), Arc::new(Beside { times, panics, handed: Kept::default() }));
        let door = door(stages(Stage::Shadow), rules()).observed_by(told.clone()).handing_to(beside.clone());
        let (priced, calls) = priced(&door, anyone());
        assert_eq!((priced.answer, priced.by, calls), (legacy(), By::Legacy, 1));
        let (handed, compared) = (beside.handed.cases.lock().unwrap().len(), door.counts().compared);
        assert_eq!((handed, compared, told.take().len()), if times == 0 { (1, 0, 0) } else { (0, 1, 1) }, "{times}");
        assert_eq!((door.counts().panics, dropped(&door.counts())), (u64::from(panics), vec![]));
    }
}

#[test]
fn an_input_that_cannot_be_written_down_is_counted() {
    let door = door(stages(Stage::Shadow), rules()).handing_to(Arc::new(Kept::default()));
    let input = std::collections::BTreeMap::from([((1, 2), 3)]);
    let priced = door.price(&mut MigrationContext::default(), &anyone(), &input, legacy);
    assert_eq!((priced.answer, dropped(&door.counts())), (legacy(), vec![(Cause::Unwritable, 1)]));
}

#[test]
fn what_is_told_is_what_differs() {
    let told = Arc::new(Told::default());
    let door = door(stages(Stage::Shadow), book("charge BASE = 10 USD\ncharge FUEL = 1 USD")).observed_by(told.clone());
    let _ = priced(&door, anyone());
    assert_eq!(told.take(), ["match | {}"]);
    struct Verdicts(Mutex<Vec<(Verdict, Stage, bool)>>);
    impl Observer for Verdicts {
        fn compared(&self, observed: &Observed<'_>) {
            let seen = (observed.comparison.verdict(), observed.stage, observed.edition.is_some());
            self.0.lock().unwrap().push(seen);
        }
    }
    let verdicts = Arc::new(Verdicts(Mutex::new(Vec::new())));
    let door = self::door(stages(Stage::Primary), rules()).observed_by(verdicts.clone());
    let _ = priced(&door, anyone());
    assert_eq!(*verdicts.0.lock().unwrap(), [(Verdict::Mismatch, Stage::Primary, true)]);
}
