//! What trips a guard, and that too few cases are no success.

use ratewright::migrate::{Guard, Guards, Step, Window};

fn window(cases: u64) -> Window {
    Window { cases, offered: cases, p99_microseconds: Some(40), ..Window::default() }
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
    let money = |amount: &str| vec![amount.parse().unwrap()];
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
    trips(Window { dropped: 11, ..window(5_000) }, Guard::Drops, "11 of 5,000 cases were dropped, and 0.2% may");
    trips(
        Window { p99_microseconds: Some(51), ..window(5_000) },
        Guard::Latency,
        "the slowest hundredth of calls takes 51 µs, and 50 µs are allowed",
    );
}

#[test]
fn on_the_limit_it_goes_on() {
    let money = |amount: &str| vec![amount.parse().unwrap()];
    let full = Window {
        unexplained: 2,
        differed: money("100.00 USD"),
        largest: money("20 USD"),
        errors: 5,
        dropped: 10,
        p99_microseconds: Some(50),
        ..window(5_000)
    };
    assert_eq!(guards().step(&full), Step::Continue);
    assert_eq!(
        guards().step(&Window { differed: money("9000 EUR"), ..window(1_000) }),
        Step::Continue,
        "no limit is written for euros"
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
