//! Explanations of a rule set are told when they are read: later, elsewhere, of another answer of a host they say what was quoted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use ratewright::eval::{self, Hosts, Limits, Scratch, Tracer};
use ratewright::value::Number;
use ratewright::{Compiler, ErrorKind, Quote, RuleSet, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const TRIP: &str = r#"ruleset trip "Trips" version "2" { currency USD }
input { origin : text  stops : list of text = [] }
host function distance(origin : text, destination : text) -> length in mi
let out = distance(origin, "HUB")
charge OUT = 0.50 USD per mi * out
charge STOP for each stop in stops = 0.10 USD per mi * distance(stop, "HUB")
"#;

/// A host whose answers are 101, 102, … miles, one for each call.
fn trips(calls: &Arc<AtomicI64>) -> RuleSet {
    let calls = calls.clone();
    let answer = move |_: &[Value]| Ok(Value::Number(Number::from_i64(101 + calls.fetch_add(1, Ordering::Relaxed))));
    Compiler::new().source("trip.rules", TRIP).host("distance", answer).compile("trip.rules").unwrap()
}

#[test]
fn an_explanation_says_what_the_host_answered_and_asks_it_nothing() {
    let calls = Arc::new(AtomicI64::new(0));
    let rules = trips(&calls);
    let input = r#"{"origin": "A", "stops": ["B", "C"]}"#;
    let (quote, explanation) = rules.explain_json(input).unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 3);
    // 101 × 0.50, 102 × 0.10, 103 × 0.10
    let amounts: Vec<String> = quote.charges().map(|line| line.money().to_string()).collect();
    assert_eq!(amounts, ["50.50 USD", "10.20 USD", "10.30 USD"]);
    drop(rules);
    let copy = explanation.clone();
    assert_eq!(explanation.definition("out").unwrap().value, Some("101 mi"));
    assert_eq!(explanation.charge("STOP").unwrap().value, Some("20.50 USD"));
    assert_eq!((explanation.ruleset(), explanation.version()), ("trip", Some("2")));
    assert_eq!(copy, explanation);
    assert_eq!(calls.load(Ordering::Relaxed), 3, "the host is asked once for each call of the quote");
}

#[test]
fn explanations_are_read_when_their_memory_prices_something_else() {
    let rules = RuleSet::compile(
        r#"ruleset p "p" { currency USD }
        input { name : text  weights : list of mass in lb }
        charge BASE "Base for {name}" for each weight in weights = 2 USD per lb * weight"#,
    )
    .unwrap();
    let (mut context, mut quote) = (rules.context(), Quote::default());
    let explanations: Vec<_> = [("Ann", 3), ("Bo", 40), ("Cy", 500)]
        .map(|(name, weight)| {
            let input = format!(r#"{{"name": "{name}", "weights": ["{weight} lb", "1 lb"]}}"#);
            let explanation = rules.explain_json_into(&mut context, &input, &mut quote).unwrap();
            let line = quote.lines("BASE").next().unwrap();
            assert_eq!(line.label(), Some(format!("Base for {name}").as_str()));
            (name, explanation)
        })
        .into();
    assert_eq!(rules.quote_json_in(&mut context, r#"{"name": "", "weights": []}"#).unwrap().charges().count(), 0);
    let told = std::thread::spawn(move || {
        let values = |e: &eval::Explanation| e.charge("BASE").and_then(|charge| charge.value.map(str::to_string));
        explanations.iter().map(|(name, explanation)| (*name, values(explanation))).collect::<Vec<_>>()
    });
    let told = told.join().unwrap();
    let wanted = [("Ann", "8.00 USD"), ("Bo", "82.00 USD"), ("Cy", "1002.00 USD")];
    assert_eq!(told, wanted.map(|(name, value)| (name, Some(value.to_string()))));
}

#[test]
fn what_is_told_later_is_what_a_watcher_tells_at_once() {
    let rules = RuleSet::from_file("docs/parcel.rules").unwrap();
    let input = r#"{"ship_date": "2026-01-20", "weight": "48 oz", "residential": true}"#;
    let (quote, later) = rules.explain_json(input).unwrap();
    let mut context = rules.context();
    let slots = rules.read_json_in(&mut context, input).unwrap().to_vec();
    let (mut tracer, mut watched) = (Tracer::new(), Quote::default());
    let (hosts, limits) = (Hosts::default(), Limits::default());
    eval::price(rules.program(), &hosts, &slots, &limits, &mut Scratch::new(), &mut watched, &mut tracer).unwrap();
    let at_once = tracer.explain(rules.program(), &slots);
    assert_eq!(quote, watched);
    assert_eq!(later, at_once);
    assert_eq!(later.to_text(), at_once.to_text());
    assert_eq!(serde_json::to_string(&later).unwrap(), serde_json::to_string(&at_once).unwrap());
    let (_, other) = rules.explain_json(&input.replace("48", "49")).unwrap();
    assert_ne!(later, other);
}

#[test]
fn what_cannot_be_priced_leaves_an_empty_quote() {
    let rules = RuleSet::compile(
        "ruleset p \"p\" { currency USD }\ninput { n : number }\nrefuse ODD \"none\" when n is 0\ncharge A = 1 USD / (n - 1)",
    )
    .unwrap();
    let (mut context, mut quote) = (rules.context(), Quote::default());
    rules.explain_json_into(&mut context, r#"{"n": 3}"#, &mut quote).unwrap();
    assert_eq!(quote.charges().count(), 1);
    for (input, kind) in [
        (r#"{"n": 0}"#, ErrorKind::Refused),
        (r#"{"n": 1}"#, ErrorKind::DivisionByZero),
        (r#"{"n": []}"#, ErrorKind::Input),
    ] {
        let (explained, silent) = (rules.explain_json_into(&mut context, input, &mut quote), rules.quote_json(input));
        assert_eq!(explained.map(|_| ()).unwrap_err(), silent.unwrap_err());
        assert_eq!(rules.explain_json(input).unwrap_err().kind, kind);
        assert_eq!(quote, Quote::default());
    }
}
