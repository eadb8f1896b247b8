//! Many quotes at once: the same quotes in the same order as one after the other, however many threads there are.
#![cfg(feature = "parallel")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::value::{Number, Value};
use ratewright::{Compiler, ErrorKind, EvalError, Quote, RuleSet};
use serde::Serialize;
use std::panic::{AssertUnwindSafe, catch_unwind};

const RULES: &str = r#"
ruleset parcel "Parcels" { currency USD }
input {
  weight : mass in lb up to 150 lb
  zone   : text
}
host function handling(weight : number) -> number
refuse TOO_FAR "we do not ship to {zone}" when zone is "Z9"
charge BASE "Transportation to {zone}" = 2.50 USD per lb * weight
charge HANDLING = handling(weight / 1 lb) * 1 USD
output billed = weight
"#;

#[derive(Serialize, Clone)]
struct Parcel {
    weight: usize,
    zone: String,
}

/// Of a hundred parcels 85 are priced, 10 are refused, one weighs too much, and in four the host function fails.
fn parcels(count: usize) -> Vec<Parcel> {
    let zone = |n: usize| format!("Z{}", n % 10);
    (0..count).map(|n| Parcel { weight: if n % 100 == 42 { 151 } else { n % 25 + 1 }, zone: zone(n) }).collect()
}

fn rules() -> RuleSet {
    let handling = |arguments: &[Value]| match &arguments[0] {
        Value::Number(weight) if *weight == Number::from_i64(13) => Err("no handling for thirteen".to_owned()),
        Value::Number(weight) if *weight == Number::from_i64(149) => panic!("a fault of the host"),
        Value::Number(weight) => Ok(Value::Number(weight.clone())),
        other => Err(format!("found {other:?}")),
    };
    Compiler::new().source("parcel.rules", RULES).host("handling", handling).compile("parcel.rules").unwrap()
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

type Outcomes = Vec<Result<Quote, EvalError>>;

/// What tells errors apart: kind, message and field.
type Told = (ErrorKind, String, Option<String>);

/// What tells outcomes apart.
fn told(outcomes: Outcomes) -> Vec<Result<Quote, Told>> {
    outcomes.into_iter().map(|outcome| outcome.map_err(|error| (error.kind, error.message, error.path))).collect()
}

fn collected(each: impl FnOnce(&mut dyn FnMut(usize, Result<&Quote, EvalError>) -> Result<(), ()>)) -> Outcomes {
    let mut outcomes = Vec::new();
    each(&mut |index, outcome| {
        assert_eq!(index, outcomes.len());
        outcomes.push(outcome.cloned());
        Ok(())
    });
    outcomes
}

#[test]
fn many_quotes_are_those_made_one_by_one() {
    let (rules, parcels) = (rules(), parcels(3_000));
    let one_by_one = told(parcels.iter().map(|parcel| rules.quote(parcel)).collect());
    let failed = |kind: ErrorKind| one_by_one.iter().filter(|o| o.as_ref().is_err_and(|e| e.0 == kind)).count();
    let counts = [ErrorKind::Refused, ErrorKind::Input, ErrorKind::Host].map(failed);
    // The four that the function fails on weigh 13 lb: parcels 12, 37, 62 and 87 of a hundred, none of which goes to zone 9.
    assert_eq!(counts, [300, 30, 120]);
    assert!(one_by_one[42].as_ref().is_err_and(|error| error.2.as_deref() == Some("weight")));

    for threads in [1, 2, 5] {
        pool(threads).install(|| {
            assert!(told(rules.quote_many(&parcels)) == one_by_one, "{threads} threads");
            let handed = collected(|each| rules.quote_each(parcels.iter(), each).unwrap());
            assert!(told(handed) == one_by_one, "{threads} threads, handed over");
        });
    }
    // Outside of a pool of its own.
    assert!(told(rules.quote_many(&parcels)) == one_by_one);
    let handed = collected(|each| rules.quote_each(parcels.clone(), each).unwrap());
    assert!(told(handed) == one_by_one);
}

#[test]
fn many_json_texts_are_as_one() {
    let rules = rules();
    let mut texts: Vec<String> = parcels(4_500)
        .iter()
        .map(|parcel| format!(r#"{{"weight": {}, "zone": "{}"}}"#, parcel.weight, parcel.zone))
        .collect();
    texts[2_321] = "{\"weight\":".to_owned();
    let one_by_one = told(texts.iter().map(|text| rules.quote_json(text)).collect());
    assert!(one_by_one[2_321].is_err() && one_by_one[2_322].is_ok());
    for threads in [1, 2, 5] {
        pool(threads).install(|| {
            assert!(told(rules.quote_many_json(&texts)) == one_by_one, "{threads} threads");
            let handed = collected(|each| rules.quote_each_json(texts.iter(), each).unwrap());
            assert!(told(handed) == one_by_one, "{threads} threads, handed over");
        });
    }
}

#[test]
fn nothing_gives_nothing() {
    let rules = rules();
    assert!(rules.quote_many::<Parcel>(&[]).is_empty());
    assert!(rules.quote_many_json::<&str>(&[]).is_empty());
    assert!(collected(|each| rules.quote_each(Vec::<Parcel>::new(), each).unwrap()).is_empty());
    assert_eq!(rules.quote_many(&parcels(1)).len(), 1);
}

#[test]
fn an_error_of_the_caller_ends_the_run() {
    let rules = rules();
    for last in [0, 7, 20_000] {
        let mut handed = Vec::new();
        let mut read = 0;
        let inputs = std::iter::repeat(parcels(1).remove(0)).inspect(|_| read += 1);
        let ended = rules.quote_each(inputs, |index, _| {
            handed.push(index);
            if index == last { Err("enough") } else { Ok(()) }
        });
        assert_eq!(ended, Err("enough"));
        assert_eq!(handed, (0..=last).collect::<Vec<_>>());
        // The iterator never ends; it was read a bounded number of batches ahead.
        assert!(read <= last + 2 * (rayon::current_num_threads() * 8 * 256), "{read} inputs were read");
    }
}

#[test]
fn a_panic_of_a_host_function_reaches_the_caller_and_harms_no_later_quote() {
    let rules = rules();
    let mut parcels = parcels(3_000);
    let sound = told(rules.quote_many(&parcels));
    parcels[1_234] = Parcel { weight: 149, zone: "Z1".to_owned() };
    for threads in [1, 2, 5] {
        let pool = pool(threads);
        let many = catch_unwind(AssertUnwindSafe(|| pool.install(|| rules.quote_many(&parcels))));
        let each = catch_unwind(AssertUnwindSafe(|| {
            pool.install(|| rules.quote_each(parcels.iter(), |_, _| Ok::<(), ()>(())))
        }));
        for words in [many.err().unwrap(), each.err().unwrap()] {
            assert_eq!(words.downcast_ref::<&str>(), Some(&"a fault of the host"));
        }
        assert!(told(pool.install(|| rules.quote_many(&parcels[..1_234]))) == sound[..1_234], "{threads} threads");
    }
}
