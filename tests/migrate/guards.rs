//! What trips a guard, and that too few cases are no success.

use ratewright::migrate::stage::{Stage, Stages};
use ratewright::migrate::{Guard, Guards, Step, Window};

fn window(cases: u64) -> Window {
    Window {
        cases,
        offered: cases,
        dropped: Some(0),
        differed: Some(vec![]),
        largest: Some(vec![]),
        p99_microseconds: Some(40),
        ..Window::default()
    }
}

fn guards() -> Guards {
    r#"{"cases_at_least": 1000, "unexplained": 2, "amount": {"USD": "100"}, "amount_of_one": {"USD": "20", "JPY": "500"},
        "errors_at_most": "0.1%", "p99_microseconds": 50, "drops_at_most": "0.2%"}"#
        .parse()
        .unwrap()
}

#[track_caller]
fn trips(window: Window, guard: Guard, words: &str) {
    match guards().step(&window) {
        Step::StepBack(trips) => {
            assert_eq!(trips.iter().map(|trip| (trip.guard, trip.words.as_str())).collect::<Vec<_>>(), [(guard, words)])
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_limit_that_is_passed_steps_back_and_says_why() {
    let money = |amount: &str| Some(vec![amount.parse().unwrap()]);
    trips(Window { unexplained: 3, ..window(5) }, Guard::Unexplained, "3 unexplained mismatches, and 2 are allowed");
    trips(
        Window { differed: money("100.01 USD"), ..window(5) },
        Guard::Amount,
        "100.01 USD differ in all, and 100.00 USD are allowed",
    );
    trips(
        Window { largest: money("-20.50 USD"), ..window(5) },
        Guard::AmountOfOne,
        "-20.50 USD differ in one case, and 20.00 USD are allowed",
    );
    trips(
        Window { largest: money("501 JPY"), ..window(5_000) },
        Guard::AmountOfOne,
        "501 JPY differ in one case, and 500 JPY are allowed",
    );
    trips(Window { errors: 6, ..window(5_000) }, Guard::Errors, "6 of 5,000 cases ended in an error, and 0.1% may");
    trips(Window { dropped: Some(11), ..window(5_000) }, Guard::Drops, "11 of 5,000 cases were dropped, and 0.2% may");
    trips(
        Window { p99_microseconds: Some(51), ..window(5_000) },
        Guard::Latency,
        "the slowest hundredth of calls takes 51 µs, and 50 µs are allowed",
    );
}

#[test]
fn on_the_limit_it_goes_on() {
    let money = |amount: &str| Some(vec![amount.parse().unwrap()]);
    let full = Window {
        unexplained: 2,
        differed: money("100.00 USD"),
        largest: money("20 USD"),
        errors: 5,
        dropped: Some(10),
        p99_microseconds: Some(50),
        ..window(5_000)
    };
    assert_eq!(guards().step(&full), Step::Continue);
}

#[test]
fn nothing_may_differ_in_a_currency_without_a_limit_where_others_have_one() {
    let euros = || Some(vec!["20 USD".parse().unwrap(), "9000 EUR".parse().unwrap()]);
    trips(
        Window { differed: euros(), ..window(1_000) },
        Guard::Amount,
        "9000.00 EUR differ in all, and no limit is written for EUR",
    );
    trips(
        Window { largest: euros(), ..window(1_000) },
        Guard::AmountOfOne,
        "9000.00 EUR differ in one case, and no limit is written for EUR",
    );
    let unlimited: Guards = r#"{"unexplained": 2}"#.parse().unwrap();
    assert_eq!(unlimited.step(&Window { differed: euros(), largest: euros(), ..window(1_000) }), Step::Continue);
}

#[test]
fn errors_are_a_part_of_all_calls_that_the_candidate_had_a_part_in() {
    // In `complete` nothing is compared: one call of 100,000 that old code had to answer is no reason to go back, and 101 are.
    let step = |errors| guards().step(&Window { errors, asked: 100_000, ..window(0) });
    assert!(matches!(step(100), Step::NotEnough(_)));
    let Step::StepBack(found) = step(101) else { panic!("it goes on") };
    assert_eq!(found[0].words, "101 of 100,000 cases ended in an error, and 0.1% may");
    trips(
        Window { asked: 1_000, p99_microseconds: Some(51), ..window(0) },
        Guard::Latency,
        "the slowest hundredth of calls takes 51 µs, and 50 µs are allowed",
    );
}

#[test]
fn it_goes_back_to_a_stage_in_which_old_code_prices_everything() {
    let plan = |stage: &str, more: &str| -> Stages {
        format!(r#"{{ "format": 1, "migration": "parcel", "stage": "{stage}"{more} }}"#).parse().unwrap()
    };
    let trusted = r#", "trusted": ["FUEL"], "canary": [{ "share": "5%" }]"#;
    let back = |guards: &str, running: &Stages| guards.parse::<Guards>().unwrap().back_from(running).unwrap();
    for stage in Stage::ALL {
        let running = plan(stage.name(), trusted);
        for (guards, to) in [("{}", "shadow"), (r#"{"back_to": "off"}"#, "off")] {
            let expected = (stage != Stage::Off).then(|| plan(to, r#", "canary": [{ "share": "5%" }]"#));
            let found = back(guards, &running);
            assert_eq!(found, expected, "{stage}");
            assert!(found.is_none_or(|found| found.only_gives_back(&running)), "{stage}");
        }
    }
    assert_eq!(back("{}", &plan("shadow", "")), None);
    assert_eq!(
        r#"{"back_to": "canary"}"#.parse::<Guards>().unwrap_err().to_string(),
        "the guards: `back_to`: it must be \"shadow\" or \"off\", where old code prices everything, and it is `canary`"
    );
}

/// One error in 10 cases may be one in a thousand yet; two may not.
#[test]
fn a_rate_trips_when_no_number_of_good_cases_could_mend_it() {
    let step = |errors, cases| guards().step(&Window { errors, ..window(cases) });
    assert!(matches!(step(1, 10), Step::NotEnough(_)));
    assert!(matches!(step(2, 10), Step::StepBack(_)));
    assert_eq!(step(1, 1_000), Step::Continue);
    assert!(matches!(guards().step(&Window { p99_microseconds: Some(900), ..window(10) }), Step::NotEnough(_)));
}

#[test]
fn too_little_is_no_success() {
    let missing = |window: Window| match guards().step(&window) {
        Step::NotEnough(words) => words,
        other => panic!("{other:?}"),
    };
    assert_eq!(missing(window(0)), ["0 of 1,000 cases were compared"]);
    assert_eq!(missing(window(999)), ["999 of 1,000 cases were compared"]);
    assert_eq!(
        missing(Window { p99_microseconds: None, ..window(5_000) }),
        ["nobody has measured how long calls take"]
    );
    assert_eq!(missing(Window { offered: 0, ..window(5_000) }), ["nobody has counted what was offered for comparison"]);
    assert_eq!(missing(Window { dropped: None, ..window(5_000) }), ["nobody has counted what was dropped"]);
    assert_eq!(
        missing(Window { differed: None, largest: None, ..window(5_000) }),
        ["nobody has added up how much differs in all", "nobody has added up how much differs in one case"]
    );
    let none: Guards = r#"{"cases_at_least": 0}"#.parse().unwrap();
    assert!(matches!(none.step(&Window::default()), Step::NotEnough(_)), "nothing at all is never enough");
}

#[test]
fn a_slip_in_guards_is_an_error() {
    for (text, words) in [
        (r#"{"unexplaned": 1}"#, "the guards: `unexplaned` is not known; did you mean `unexplained`?"),
        (r#"{"amount": {"USD": "-1"}}"#, "the guards: `amount`: an amount is below zero"),
        (
            r#"{"amount": 5}"#,
            "the guards: `amount`: it must be amounts in quotes by currency, such as {\"USD\": \"100\"}, and it is 5",
        ),
    ] {
        assert_eq!(text.parse::<Guards>().unwrap_err().to_string(), words);
    }
    let written = serde_json::to_string(&guards()).unwrap();
    assert_eq!(written.parse(), Ok(guards()), "{written}");
}
