//! A migration whose legacy answers 999 cents, and rules that say 10 USD.

use ratewright::Compiler;
use ratewright::live::{Book, Edition};
use ratewright::migrate::stage::{Stages, Subject};
use ratewright::migrate::{Answer, Composed, Elsewhere, Migration, MigrationContext, Observer, Prices};
use ratewright::value::{Number, Value};
use ratewright_sources::Moment;
use std::sync::Arc;

pub type Door = Migration<i64, String>;

pub fn noon() -> Moment {
    "2026-04-02T12:00:00Z".parse().unwrap()
}

pub fn plan(stage: &str, more: &str) -> String {
    format!(r#"{{ "format": 1, "migration": "parcel", "stage": "{stage}"{more} }}"#)
}

pub fn stages(stage: &str) -> Stages {
    plan(stage, "").parse().unwrap()
}

/// A door in shadow; `one` is what the rules ask of their host for each price.
pub fn door(elsewhere: Option<Arc<dyn Elsewhere>>, one: impl Fn() -> i64 + Send + Sync + 'static) -> Arc<Door> {
    let text =
        "ruleset parcel \"Parcels\" { currency USD }\nhost function one() -> integer\ncharge BASE = 10 USD * one()";
    let host = move |_: &[Value]| Ok(Value::Number(Number::from_i64(one())));
    let rules = Compiler::new().source("main.rules", text).host("one", host).compile("main.rules").unwrap();
    let book = Arc::new(Book::default());
    book.publish(Edition::new(rules)).unwrap();
    let door = door_on(book, "shadow");
    Arc::new(match elsewhere {
        Some(elsewhere) => door.handing_to(elsewhere),
        None => door,
    })
}

/// A door of a book in a stage. The legacy answers with cents, or refuses.
pub fn door_on(book: Arc<Book>, stage: &str) -> Door {
    let reading = |answer: Result<&i64, &String>| -> Answer {
        match answer {
            Ok(cents) => {
                let cents = Number::from_scaled((*cents).into(), 2).unwrap();
                Prices::new().line("BASE", format!("{cents} USD").parse().unwrap()).into()
            }
            Err(words) => Answer::refused("E17", words.clone()),
        }
    };
    let making = |composed: &Composed<'_>| match composed {
        Composed::Priced(prices) => prices.totals[0].amount.mul(&Number::from_i64(100)).ok()?.to_i64().map(Ok),
        Composed::Refused { words, .. } => Some(Err((*words).to_owned())),
    };
    Migration::new(stages(stage), book, "parcel", reading, making)
}

/// A door in shadow whose observer is told of a mismatch for each price.
pub fn door_observed_by(observer: Arc<dyn Observer>) -> Door {
    let door = Arc::into_inner(door(None, || 1)).unwrap();
    door.observed_by(observer)
}

pub fn price(door: &Door, context: &mut MigrationContext) -> i64 {
    door.price(context, &Subject::of("customer 17"), &serde_json::json!({}), || Ok(999)).answer.unwrap()
}
