//! Who answers, and what happens where a side fails.

use super::*;

#[test]
fn in_shadow_the_answer_is_the_legacys_whatever_the_candidate_does() {
    struct Broken;
    impl Observer for Broken {
        fn compared(&self, _: &Observed<'_>) {
            panic!("this observer is broken");
        }
    }
    let books = [
        rules(),
        Arc::new(Book::default()),
        book("charge BASE = 10 USD\nrefuse NO \"not today\" when n is 1"),
        book("charge BASE = 10 USD / (n - 1)"),
        panicking("no one"),
        looping(),
    ];
    for (index, book) in books.into_iter().enumerate() {
        for plan in [stages(Stage::Shadow), unsampled(stages(Stage::Shadow)), stages(Stage::Off)] {
            let door = door(plan, book.clone()).observed_by(Arc::new(Broken));
            for _ in 0..5 {
                let (priced, calls) = priced(&door, anyone());
                assert_eq!((priced.answer, priced.by, calls), (legacy(), By::Legacy, 1), "{index}");
                assert_eq!((priced.standing, priced.edition), (None, None), "{index}");
            }
            dropped(&door.counts());
        }
    }
}

#[test]
fn what_cannot_be_read_is_counted_and_harms_nobody() {
    let broken = |_: Result<&Invoice, &String>| -> Answer { panic!("no such field") };
    let stages = Stages::new(Plan { trusted: vec!["FUEL".to_owned()], ..stages(Stage::Shadow) }).unwrap();
    let door: Door = Migration::new(stages, rules(), "parcel", broken, making);
    let (priced, calls) = priced(&door, anyone());
    assert_eq!((priced.answer, priced.by, calls), (legacy(), By::Legacy, 1));
    assert_eq!(priced.standing.unwrap().to_string(), "what the old code answers could not be read");
    let counts = door.counts();
    assert_eq!((dropped(&counts), counts.panics, counts.not_composed), (vec![(Cause::Panicked, 1)], 1, 1));
}

#[test]
fn a_panic_of_a_legacy_that_prices_goes_on_as_it_is() {
    let canary = Plan { canary: vec![Step { segment: None, share: "0%".parse().unwrap() }], ..stages(Stage::Canary) };
    let trusted = Plan { trusted: vec!["FUEL".to_owned()], ..stages(Stage::Shadow) };
    for plan in [stages(Stage::Off), stages(Stage::Shadow), canary, trusted] {
        let door = door(plan.clone(), rules());
        let call = || -> Result<Invoice, String> { std::panic::panic_any(4711_u64) };
        let mut context = MigrationContext::default();
        let caught =
            catch_unwind(AssertUnwindSafe(|| door.price(&mut context, &anyone(), &serde_json::json!({}), call).answer));
        assert_eq!(caught.unwrap_err().downcast_ref::<u64>(), Some(&4711));
        let counts = door.counts();
        let expected = if plan.stage == Stage::Off { vec![] } else { vec![(Cause::LegacyPanicked, 1)] };
        assert_eq!((dropped(&counts), counts.panics, counts.by_legacy), (expected, 0, 0));
        // The same context prices on.
        assert_ne!(door.price(&mut context, &anyone(), &serde_json::json!({}), legacy).by, By::Candidate);
    }
}

#[test]
fn a_panic_of_a_legacy_that_is_only_asked_beside_is_contained() {
    let told = Arc::new(Told::default());
    let door = door(stages(Stage::Primary), rules()).observed_by(told.clone());
    let call = || -> Result<Invoice, String> { panic!("out of order") };
    let priced = door.price(&mut MigrationContext::default(), &anyone(), &serde_json::json!({"n": 3}), call);
    assert_eq!((priced.by, priced.answer.unwrap().total.as_deref()), (By::Candidate, Some("12.00 USD")));
    let words =
        "mismatch: whole answer: 12.00 USD instead of failed (it panicked: out of order), +12.00 USD | {\"n\":3}";
    assert_eq!(told.take(), [words]);
    assert!(!door.breaker_is_open());
}

#[test]
fn an_answer_of_the_rules_comes_before_a_legacy_that_is_asked_beside_and_is_compared_after() {
    let told = Arc::new(Told::default());
    let door = door(stages(Stage::Primary), rules()).observed_by(told.clone());
    let (mut context, input) = (MigrationContext::default(), serde_json::json!({"n": 3}));
    let mut answered = |door: &Door| {
        let Begun::Legacy(turn) = door.begin(&mut context, &anyone(), &input) else { panic!("it is compared") };
        let First::Answered(priced, beside) = door.answer_first(turn) else { panic!("it is answered") };
        assert_eq!((priced.by, priced.answer.unwrap().total.as_deref()), (By::Candidate, Some("12.00 USD")));
        assert!(priced.edition.is_some() && told.take().is_empty());
        beside
    };
    let (first, second, third) = (answered(&door), answered(&door), answered(&door));
    assert_eq!((door.counts().by_candidate, door.counts().pending), (3, 3));
    // They end in another order, in contexts of others, one with a panic and one never.
    let mut other = MigrationContext::default();
    door.finish_beside(&mut other, second, &anyone(), &input, Err(Box::new("out of order")));
    let failed =
        "mismatch: whole answer: 12.00 USD instead of failed (it panicked: out of order), +12.00 USD | {\"n\":3}";
    assert_eq!(told.take(), [failed]);
    door.finish_beside(&mut other, first, &anyone(), &input, Ok(legacy()));
    let differs = "mismatch: FUEL: 2.00 USD instead of 1.00 USD, +1.00 USD; total: 12.00 USD instead of 11.00 USD, +1.00 USD | {\"n\":3}";
    assert_eq!(told.take(), [differs]);
    drop(third);
    let counts = door.counts();
    assert_eq!((dropped(&counts), counts.compared, counts.pending), (vec![(Cause::Lost, 1)], 2, 0));
    // Where the old code is to answer there is none before.
    let shadow = self::door(stages(Stage::Shadow), rules());
    let Begun::Legacy(turn) = shadow.begin(&mut other, &anyone(), &input) else { panic!("the legacy answers") };
    let First::Legacy(turn) = shadow.answer_first(turn) else { panic!("nobody has answered") };
    assert_eq!(shadow.finish(&mut other, turn, &anyone(), &input, Ok(legacy())).answer, legacy());
}

#[test]
fn where_the_candidate_prices_the_legacy_is_called_only_to_compare() {
    let by_stage = |plan: Plan| {
        let door = door(plan, rules());
        let (priced, calls) = priced(&door, anyone());
        let invoice = priced.answer.unwrap();
        assert_eq!(
            invoice.lines,
            [("BASE".to_owned(), "10.00 USD".to_owned()), ("FUEL".to_owned(), "2.00 USD".to_owned())]
        );
        assert_eq!(
            (priced.by, invoice.by, priced.edition.is_some()),
            (By::Candidate, Some(vec![Side::Candidate; 2]), true)
        );
        (calls, door.counts().compared)
    };
    assert_eq!(by_stage(stages(Stage::Primary)), (1, 1));
    assert_eq!(by_stage(unsampled(stages(Stage::Primary))), (0, 0));
    assert_eq!(by_stage(stages(Stage::Complete)), (0, 0));
    // A refusal of the rules is an answer.
    let refusing = door(stages(Stage::Complete), book("charge BASE = 10 USD\nrefuse NO \"not today\" when n is 1"));
    let (priced, calls) = priced(&refusing, anyone());
    assert_eq!((priced.answer, priced.by, calls), (Err("NO: not today".to_owned()), By::Candidate, 0));
}

#[test]
fn where_the_candidate_fails_the_legacy_answers_in_every_stage() {
    let cases: [(Arc<Book>, &str); 4] = [
        (Arc::new(Book::default()), "there is no rule set `parcel`"),
        (book("charge BASE = 10 USD / (n - 1)"), "division by zero"),
        (panicking("no one"), "the candidate panicked: no one"),
        (looping(), "limit reached: the quote takes more than 5000 steps"),
    ];
    for (book, words) in cases {
        for plan in [stages(Stage::Primary), unsampled(stages(Stage::Primary)), stages(Stage::Complete)] {
            let door = door(plan, book.clone());
            let (priced, calls) = priced(&door, anyone());
            assert_eq!((priced.answer, priced.by, calls, priced.edition), (legacy(), By::Legacy, 1, None), "{words}");
            let standing = priced.standing.unwrap().to_string();
            assert!(standing.starts_with("the candidate failed: ") && standing.contains(words), "{standing}");
            let counts = door.counts();
            assert_eq!((counts.fell_back, counts.by_legacy, dropped(&counts)), (1, 1, vec![]), "{words}");
        }
    }
    // And where no answer can be made of what the candidate says.
    for making in [|_: &Composed<'_>| None, |_: &Composed<'_>| -> Option<Result<Invoice, String>> { panic!("no form") }]
    {
        let stages = Stages::new(stages(Stage::Primary)).unwrap();
        let door: Door = Migration::new(stages, rules(), "parcel", reading, making);
        let (priced, calls) = priced(&door, anyone());
        assert_eq!((priced.answer, priced.standing, calls), (legacy(), Some(Standing::NotMade), 1));
        assert_eq!((door.counts().not_made, door.counts().compared), (1, 1));
    }
}

#[test]
fn a_canary_asks_whom_it_says_and_counts_those_without_a_key() {
    // customer 1292 has bucket 198 and customer 2014 has 999,934 by the salt `parcel`.
    let door = door(stages(Stage::Canary), rules());
    let by = |subject: Subject<'_>| {
        let (priced, calls) = priced(&door, subject);
        assert_eq!(calls, 1);
        (priced.by, priced.because)
    };
    assert_eq!(by(Subject::of("customer 1292")), (By::Candidate, Because::InShare));
    assert_eq!(by(Subject::of("customer 2014")), (By::Legacy, Because::OutsideShare));
    assert_eq!(by(Subject::unknown()), (By::Legacy, Because::WithoutKey));
    let counts = door.counts();
    assert_eq!((counts.by_candidate, counts.by_legacy, counts.without_key, counts.compared), (1, 2, 1, 3));
}

#[test]
fn too_many_faults_open_the_breaker_until_the_stages_change() {
    let told = Arc::new(Told::default());
    let asked = Arc::new(AtomicU64::new(0));
    let counter = asked.clone();
    let text =
        "ruleset parcel \"Parcels\" { currency USD }\nhost function one() -> integer\ncharge BASE = 10 USD * one()";
    let one = move |_: &[Value]| match counter.fetch_add(1, Ordering::SeqCst) % 2 {
        0 => Ok(Value::Number(Number::from_i64(1))),
        _ => panic!("every other one"),
    };
    let book = Arc::new(Book::default());
    book.publish(Edition::new(Compiler::new().source("m", text).host("one", one).compile("m").unwrap())).unwrap();
    let door = door(stages(Stage::Primary), book).observed_by(told.clone());
    let bys: Vec<By> = (0..10).map(|_| priced(&door, anyone()).0.by).collect();
    let (rules, old) = (By::Candidate, By::Legacy);
    assert_eq!(bys, [rules, old, rules, old, rules, old, old, old, old, old]);
    assert_eq!(asked.load(Ordering::SeqCst), 6);
    let opened: Vec<String> = told.take().into_iter().filter(|words| words.starts_with("opened")).collect();
    assert_eq!(opened, ["opened: the candidate panicked: every other one"]);
    let counts = door.counts();
    assert_eq!((dropped(&counts), counts.fell_back, counts.breaker_opened), (vec![(Cause::Breaker, 4)], 7, 1));
    assert_eq!(priced(&door, anyone()).0.standing, Some(Standing::BreakerOpen));

    door.change(Stages::new(stages(Stage::Primary)).unwrap()).unwrap();
    assert_eq!((door.breaker_is_open(), priced(&door, anyone()).0.by), (false, rules));
    // Where the rules are all that is left, they are asked also with an open breaker.
    (0..10).for_each(|_| drop(priced(&door, anyone())));
    assert!(door.breaker_is_open());
    door.change(Stages::new(stages(Stage::Complete)).unwrap()).unwrap();
    let bys: Vec<By> = (0..12).map(|_| priced(&door, anyone()).0.by).collect();
    assert!(door.breaker_is_open() && bys[8..].contains(&rules), "{bys:?}");
}

#[test]
fn faults_that_are_far_apart_do_not_open_the_breaker() {
    let asked = Arc::new(AtomicU64::new(0));
    let counter = asked.clone();
    let text =
        "ruleset parcel \"Parcels\" { currency USD }\nhost function one() -> integer\ncharge BASE = 10 USD * one()";
    let one = move |_: &[Value]| match counter.fetch_add(1, Ordering::SeqCst) % 10 {
        9 => panic!("one in ten"),
        _ => Ok(Value::Number(Number::from_i64(1))),
    };
    let book = Arc::new(Book::default());
    book.publish(Edition::new(Compiler::new().source("m", text).host("one", one).compile("m").unwrap())).unwrap();
    let with = |calls: u64| {
        let door = door(stages(Stage::Shadow), book.clone()).breaker(BreakerLimit { faults: 2, calls });
        (0..50).for_each(|_| drop(priced(&door, anyone())));
        door.breaker_is_open()
    };
    assert_eq!((with(10), with(11)), (false, true));
}

#[test]
fn each_answer_is_of_one_change_of_stages_however_often_they_change() {
    let door = Arc::new(door(unsampled(stages(Stage::Off)), rules()));
    let quote = || {
        let (mut context, mut by) = (MigrationContext::default(), [0_u64; 2]);
        // Each thread meets both, however seldom it runs.
        while by.iter().any(|times| *times < 1_000) {
            let priced = door.price(&mut context, &anyone(), &serde_json::json!({}), legacy);
            // Even changes are off, odd ones are complete.
            let expected = match priced.generation % 2 {
                0 => (Stage::Off, By::Legacy, "11.00 USD"),
                _ => (Stage::Complete, By::Candidate, "12.00 USD"),
            };
            let total = priced.answer.unwrap().total.unwrap();
            assert_eq!((priced.stage, priced.by, total.as_str()), expected);
            by[usize::from(priced.by == By::Candidate)] += 1;
        }
        by
    };
    let [legacy, candidate] = std::thread::scope(|scope| {
        let quoting = [scope.spawn(quote), scope.spawn(quote)];
        while !quoting.iter().all(|thread| thread.is_finished()) {
            for stage in [Stage::Complete, Stage::Off] {
                door.change(Stages::new(unsampled(stages(stage))).unwrap()).unwrap();
                std::thread::yield_now();
            }
        }
        quoting
            .map(|thread| thread.join().unwrap())
            .into_iter()
            .fold([0, 0], |sum, by| [sum[0] + by[0], sum[1] + by[1]])
    });
    let counts = door.counts();
    assert_eq!((counts.by_legacy, counts.by_candidate), (legacy, candidate));
}

#[test]
fn stages_of_another_migration_or_that_divide_a_canary_anew_are_refused() {
    let door = door(stages(Stage::Canary), rules());
    let salted = |stage: Stage| Stages::new(Plan { salt: Some("anew".to_owned()), ..stages(stage) }).unwrap();
    let refused = |stages: Stages| door.change(stages).unwrap_err().to_string();
    let other = Stages::new(Plan { migration: "freight".to_owned(), ..stages(Stage::Off) }).unwrap();
    assert_eq!(refused(other), "`migration` is `freight`, and this is the migration `parcel`");
    assert_eq!(
        refused(salted(Stage::Canary)),
        "`salt` is another one: it would divide the customers of a running canary anew"
    );
    assert_eq!(door.stages().1, 0);
    assert_eq!(door.change(salted(Stage::Off)), Ok(1));
    assert_eq!(door.change(salted(Stage::Canary)), Ok(2));
}
