//! What keeps the meaning of a rule set: its layout, a bundle, a change that the difference does not tell, a comparison with itself.

use super::{Trial, compile, words};
use crate::generate::mutate;
use ratewright::migrate::{Answer, ComparisonMemory, Measure};
use ratewright::source::FileId;
use ratewright::syntax::{format as formatted, parse};
use ratewright::{EvalError, Quote};
use ratewright_sources::{Bundle, Limits};

/// Formatting keeps the meaning and is idempotent.
pub fn format(trial: &mut Trial<'_>) -> Result<(), String> {
    let mut files = trial.program.files.clone();
    for (path, text) in files.iter_mut().filter(|file| file.0.ends_with(".rules")) {
        let (file, problems) = parse(FileId::default(), text);
        let once = formatted(&file, text);
        if !problems.is_empty() {
            trial.count("texts with problems");
            if once != *text {
                return Err(format!("changed: {path} has problems and was changed"));
            }
            continue;
        }
        trial.count("texts");
        let (again, problems) = parse(FileId::default(), &once);
        if let Some(problem) = problems.first() {
            return Err(format!("unreadable: {path}: {}\n{once}", problem.title));
        }
        let twice = formatted(&again, &once);
        if twice != once {
            return Err(format!("twice: {path}\n{once}\n---- and then\n{twice}"));
        }
        if once == *text {
            trial.count("texts that stand as they are written");
        }
        *text = once;
    }
    match (compile(&trial.program.files), compile(&files)) {
        (Ok(before), Ok(after)) => {
            trial.count("programs that compile");
            let (one, other) = (before.digest(), after.digest());
            if one == other { Ok(()) } else { Err(format!("meaning: digest {one} and, formatted, {other}")) }
        }
        (Err(_), Err(_)) => Ok(()),
        (Ok(_), Err(rejected)) => Err(format!("rejected: formatted, {rejected}")),
        (Err(rejected), Ok(_)) => Err(format!("accepted: only when formatted; before, {rejected}")),
    }
}

/// What comes out of a bundle prices to the same bytes.
pub fn bundle(trial: &mut Trial<'_>) -> Result<(), String> {
    let Some(rules) = trial.compiled() else { return Ok(()) };
    let words_of = |error: ratewright_sources::BundleError| format!("bundle: {error}");
    let built = Bundle::build(&rules).map_err(words_of)?;
    let opened = Bundle::open(built.as_bytes().to_vec(), &Limits::default()).map_err(words_of)?;
    let again = opened.compile(ratewright::Compiler::new()).map_err(words_of)?;
    opened.verify(&again).map_err(words_of)?;
    for input in trial.inputs {
        let text = input.to_string();
        let (before, after) = (rules.quote_json(&text), again.quote_json(&text));
        trial.count_answer(&before);
        if told(&before) != told(&after) {
            return Err(format!("quotes: {} and, out of the bundle, {}\ninput {text}", words(&before), words(&after)));
        }
    }
    Ok(())
}

/// A quote or an error without the places of the texts, which move.
fn told(answer: &Result<Quote, EvalError>) -> String {
    match answer {
        Ok(_) => words(answer),
        Err(error) => error.to_string(),
    }
}

/// Charges, totals and refusals, without words.
fn prices(answer: &Result<Quote, EvalError>) -> String {
    match answer {
        Ok(quote) => {
            let lines: Vec<String> = quote.charges().map(|line| format!("{} {}", line.code(), line.money())).collect();
            format!("{lines:?} {:?}", quote.totals())
        }
        Err(error) => format!("{} {:?}", error.kind.words(), error.code),
    }
}

/// No change of meaning, no other quote.
pub fn difference(trial: &mut Trial<'_>) -> Result<(), String> {
    let Some(before) = trial.compiled() else { return Ok(()) };
    let changed = mutate(trial.program.clone(), &mut trial.choices);
    let Ok(after) = compile(&changed.files) else {
        trial.count("changed programs that are rejected");
        return Ok(());
    };
    let difference = before.difference(&after);
    let means = difference.changes_meaning();
    let mut differ = None;
    for input in trial.inputs {
        let text = input.to_string();
        let (one, other) = (before.quote_json(&text), after.quote_json(&text));
        trial.count_answer(&one);
        if prices(&one) != prices(&other) {
            differ = Some(format!("{} and then {}\ninput {text}", prices(&one), prices(&other)));
            break;
        }
    }
    match (means, differ) {
        (false, Some(differ)) => {
            Err(format!("empty: diff tells no change of meaning, but {differ}\n---- changed\n{}", changed.text()))
        }
        (false, None) => {
            trial.count("no change of meaning");
            if before.digest() == after.digest() {
                trial.count("no change of meaning, equal digests");
            }
            Ok(())
        }
        (true, Some(_)) => {
            trial.count("a change of meaning that sampled quotes show");
            Ok(())
        }
        (true, None) => {
            trial.count("a change of meaning that no sampled quote shows");
            Ok(())
        }
    }
}

/// A comparison with itself is silent.
pub fn shadow(trial: &mut Trial<'_>) -> Result<(), String> {
    let Some(rules) = trial.compiled() else { return Ok(()) };
    let (measure, mut memory) = (Measure::exact(), ComparisonMemory::default());
    for input in trial.inputs {
        let text = input.to_string();
        let candidate = rules.quote_json(&text);
        trial.count_answer(&candidate);
        let legacy = Answer::from(&rules.quote_json(&text));
        // A side that fails says nothing that could match.
        if matches!(legacy, Answer::Failed(_)) {
            continue;
        }
        let kept = serde_json::to_string(&legacy).map_err(|error| format!("kept: {error}"))?;
        let read: Answer = serde_json::from_str(&kept).map_err(|error| format!("kept: {error}: {kept}"))?;
        for legacy in [&legacy, &read] {
            let found = measure.compare(&mut memory, legacy, &candidate);
            if !found.is_match() {
                return Err(format!("mismatch: {found}\ninput {text}"));
            }
        }
    }
    Ok(())
}
