//! The engine held against the oracle, and against itself.

use super::{Trial, explained, words};
use crate::oracle::Oracle;
use crate::outcome::{Outcome, Priced, compare};
use ratewright::RuleSet;
use ratewright::eval::{ErrorKind, Explanation};
use ratewright::value::Number;
use std::collections::{BTreeMap, BTreeSet};

/// Engine = oracle.
pub fn agreement(trial: &mut Trial<'_>) -> Result<(), String> {
    let Some(rules) = trial.compiled() else { return Ok(()) };
    let oracle = read(trial)?;
    for input in trial.inputs {
        same(trial, &rules, &oracle, input)?;
    }
    Ok(())
}

/// The oracle's reading of the program.
pub fn read(trial: &Trial<'_>) -> Result<Oracle, String> {
    let files: Vec<(&str, &str)> = trial.program.files.iter().map(|file| (file.0.as_str(), file.1.as_str())).collect();
    Oracle::read(&files).map_err(|words| format!("unread: the oracle cannot read it: {words}"))
}

/// Both price the input alike.
pub fn same(trial: &mut Trial<'_>, rules: &RuleSet, oracle: &Oracle, input: &serde_json::Value) -> Result<(), String> {
    let text = input.to_string();
    let explained = rules.explain_json(&text);
    let (answer, explanation) = match explained {
        Ok((quote, explanation)) => (Ok(quote), Some(explanation)),
        Err(error) => (Err(error), None),
    };
    trial.count_answer(&answer);
    let mut engine = Outcome::of_engine(&answer);
    if let (Outcome::Quote(priced), Some(explanation)) = (&mut engine, &explanation) {
        let rows = rows_of(explanation);
        for line in &mut priced.lines {
            line.rows = rows.get(line.code.as_str()).cloned();
        }
    }
    let mut said = oracle.price_here(&text);
    if let Outcome::Quote(priced) = &mut said.outcome {
        of_whole_charges(priced);
    }
    let Some(difference) = compare(&engine, &said.outcome) else {
        return match &explanation {
            Some(explanation) => explained::same(trial, explanation, &said.explained)
                .map_err(|words| format!("explained: {words}\ninput {text}")),
            None => Ok(()),
        };
    };
    if said.equally.iter().any(|other| compare(&engine, other).is_none()) {
        trial.count("one of several failures");
        return Ok(());
    }
    // A number beyond the documented size is an overflow, and the oracle knows no size on its way.
    let error = answer.as_ref().err().map(|error| format!(" ({error})")).unwrap_or_default();
    Err(format!("disagreement: {difference}{error}\ninput {text}"))
}

/// Tells the rows of all lines of a charge of each of them, as an explanation does.
fn of_whole_charges(priced: &mut Priced) {
    let mut found: BTreeMap<String, Vec<(String, u32)>> = BTreeMap::new();
    for line in &priced.lines {
        found.entry(line.code.clone()).or_default().extend(line.rows.iter().flatten().cloned());
    }
    for line in priced.lines.iter_mut().filter(|line| line.rows.is_some()) {
        line.rows = found.get(&line.code).cloned();
    }
}

/// The rows that priced each charge. What an exception replaces has the name of its charge too, and stands behind it.
fn rows_of(explanation: &Explanation) -> BTreeMap<&str, Vec<(String, u32)>> {
    let mut found = BTreeMap::new();
    for charge in explanation.charges().iter() {
        let rows = || charge.rows.iter().map(|row| (row.table.to_owned(), row.row)).collect();
        found.entry(charge.name).or_insert_with(rows);
    }
    found
}

/// Accepted, hence priced, refused or failed in a listed way.
pub fn accepted(trial: &mut Trial<'_>) -> Result<(), String> {
    let Some(rules) = trial.compiled() else { return Ok(()) };
    let mut context = rules.context();
    for input in trial.inputs {
        let text = input.to_string();
        let answer = rules.quote_json_in(&mut context, &text);
        trial.count_answer(&answer);
        let again = rules.quote_json(&text);
        if words(&answer) != words(&again) {
            return Err(format!("again: {} and then {}\ninput {text}", words(&answer), words(&again)));
        }
        if let Err(error) = &answer {
            let known = ErrorKind::ALL.iter().any(|kind| kind.0 == error.kind);
            let refused = (error.kind == ErrorKind::Refused) == error.code.is_some();
            let placed = error.span.is_some() || error.kind == ErrorKind::Input;
            if !known || !refused || !placed || error.message.is_empty() {
                return Err(format!("error: {error:?}\ninput {text}"));
            }
        }
        match (rules.explain_json(&text), &answer) {
            (Ok((quote, explanation)), Ok(plain)) if quote == *plain => adds_up(plain, &explanation)
                .map_err(|words| format!("explanation: {words}\n{}\ninput {text}", explanation.to_text()))?,
            (Err(explained), Err(plain)) if explained.kind == plain.kind && explained.code == plain.code => {}
            (explained, plain) => {
                let explained = words(&explained.map(|explained| explained.0));
                return Err(format!("explained: {explained}, not {}\ninput {text}", words(plain)));
            }
        }
    }
    Ok(())
}

/// The lines add up to the totals, and the addends of each charge to its lines.
fn adds_up(quote: &ratewright::Quote, explanation: &Explanation) -> Result<(), String> {
    let sum = |numbers: Vec<Number>| {
        let mut numbers = numbers.iter();
        numbers.try_fold(Number::ZERO, |sum, number| sum.add(number)).map_err(|error| format!("a sum: {error:?}"))
    };
    for total in quote.totals() {
        let lines = sum(quote
            .charges()
            .filter(|line| line.currency() == total.currency)
            .map(|line| line.amount().clone())
            .collect())?;
        if lines != total.amount {
            return Err(format!("the lines are {lines}, and the total {total}"));
        }
    }
    let mut known = BTreeSet::new();
    for charge in explanation.charges().iter().filter(|charge| known.insert(charge.name)) {
        let lines = sum(quote.lines(charge.name).map(|line| line.amount().clone()).collect())?;
        let addends = sum(charge.addends.iter().map(|addend| addend.amount.clone()).collect())?;
        let stated = charge.amount.cloned().unwrap_or(Number::ZERO);
        // A bound that books its difference stands beside the charge's own lines; a reference means all of them.
        let booked = quote.charges().any(|line| line.code().starts_with("LINE_"));
        if quote.lines(charge.name).next().is_some() && (!booked && lines != stated || addends != stated) {
            return Err(format!(
                "{}: its lines are {lines}, its addends {addends}, and its amount {stated}",
                charge.name
            ));
        }
    }
    Ok(())
}
