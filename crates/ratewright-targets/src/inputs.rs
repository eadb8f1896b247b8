//! Inputs that nobody sent: JSON and fields, to a rule set with an input of every type.

use crate::language::rules_of;
use ratewright::{Context, ErrorKind, EvalError, Quote, RuleSet};
use std::sync::LazyLock;

/// A rule set that reads an input of every type, and shows all of it.
const EVERY_TYPE: &str = include_str!("every_type.rules");

static RULES: LazyLock<Option<RuleSet>> =
    LazyLock::new(|| rules_of("every_type.rules", &[("every_type.rules", EVERY_TYPE)]).ok());

fn rules() -> &'static RuleSet {
    match &*RULES {
        Some(rules) => rules,
        None => panic!("the rule set of this target does not compile"),
    }
}

/// JSON gives a quote or is refused with words; read and written in the form of the wire it is the same input, and through serde it is what it is
/// as text.
pub fn json(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let rules = rules();
    let quote = rules.quote_json(text);
    if let Err(error) = &quote {
        refused(error);
    }
    let Ok(value) = serde_json::from_str::<serde_json::Value>(text) else {
        assert!(quote.is_err(), "no JSON, and priced");
        return;
    };
    // What serde has read has lost the digits of numbers and names that stand twice: it may be refused where the text is not, or the other way.
    if !text.contains(['.', 'e', 'E'])
        && let (Ok(from_text), Ok(from_value)) = (&quote, &rules.quote(&value))
    {
        assert_eq!(from_text, from_value, "through serde it is priced otherwise");
    }
    reused(rules, text, &quote);
}

/// These rules add what they are sent, and read it on a day: nothing else can go wrong.
fn refused(error: &EvalError) {
    assert!(matches!(error.kind, ErrorKind::Input | ErrorKind::Overflow), "{error}");
    assert!(!error.to_string().is_empty(), "refused without a word");
}

/// A context and a quote that were used before give the same.
fn reused(rules: &RuleSet, text: &str, expected: &Result<Quote, EvalError>) {
    let (mut context, mut quote) = (Context::default(), Quote::default());
    let _ = rules.quote_json_into(&mut context, r#"{"text": "used before"}"#, &mut quote);
    let again = rules.quote_json_into(&mut context, text, &mut quote).map(|()| quote);
    let words = |error: &EvalError| error.to_string();
    assert_eq!(again.as_ref().map_err(words), expected.as_ref().map_err(words), "asked again it is priced otherwise");
}

/// Lines `name=value` are fields, as a CSV row has them: priced or refused with words.
pub fn fields(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let fields: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('=')).collect();
    if let Err(error) = rules().quote_fields(&fields) {
        refused(&error);
    }
}
