//! Random tables by themselves: each look-up against a scan, rows in another order, and what is said to be complete.

use super::{Trial, agreement, compile, words};
use ratewright::eval::ErrorKind;

/// The engine's index finds what the oracle's scan finds, and unique rows may stand in any order.
pub fn index(trial: &mut Trial<'_>) -> Result<(), String> {
    let Some(rules) = trial.compiled() else { return Ok(()) };
    let oracle = agreement::read(trial)?;
    let permuted = match permuted(trial) {
        Some(files) => Some(compile(&files).map_err(|rejected| format!("order: in another order, {rejected}"))?),
        None => None,
    };
    for input in trial.inputs {
        agreement::same(trial, &rules, &oracle, input)?;
        if let Some(permuted) = &permuted {
            let text = input.to_string();
            let (one, other) = (rules.quote_json(&text), permuted.quote_json(&text));
            let same = match (&one, &other) {
                (Ok(one), Ok(other)) => one == other,
                (Err(one), Err(other)) => one.kind == other.kind && one.code == other.code,
                _ => false,
            };
            if !same {
                return Err(format!("order: {} and, in another order, {}\ninput {text}", words(&one), words(&other)));
            }
            trial.count("look-ups in another order");
        }
    }
    Ok(())
}

/// The program with the rows of its unique tables in another order, where it has such.
fn permuted(trial: &mut Trial<'_>) -> Option<Vec<(String, String)>> {
    let mut files = trial.program.files.clone();
    let text = files.first_mut().map(|file| &mut file.1)?;
    let lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let is_unique = lines
        .iter()
        .any(|line| line.starts_with("table ") && [" unique", "1 {"].iter().any(|words| line.contains(words)));
    if !is_unique || text.contains(".csv") || text.contains(" crosstab") {
        return None;
    }
    let is_row = |line: &&String| {
        line.starts_with("  | ")
            && !line.starts_with("  | key_")
            && !line.starts_with("  | valid")
            && !line.starts_with("  | otherwise")
    };
    let mut rows: Vec<String> = lines.iter().filter(is_row).cloned().collect();
    trial.choices.shuffle(&mut rows);
    let mut next = rows.into_iter();
    *text =
        lines.iter().map(|line| if is_row(&line) { next.next().unwrap_or_default() } else { line.clone() }).collect();
    Some(files)
}

/// What is told of a table that may miss, or that nobody could decide.
const SAID: &[&str] = &["RW0912", "RW0918", "RW0919", "RW0924", "RW0925"];

/// A table that nothing is said against never misses.
pub fn complete(trial: &mut Trial<'_>) -> Result<(), String> {
    let Some(rules) = trial.compiled() else { return Ok(()) };
    if rules.warnings().iter().any(|warning| SAID.contains(&warning.code.to_string().as_str())) {
        trial.count("tables that something is said against");
        return Ok(());
    }
    // Names of an open list leave no gap by being left out, and of inputs without a declared range nothing is known.
    let text = trial.program.text();
    let keys = || text.lines().filter(|line| line.trim_start_matches("  across ").trim_start().starts_with("key_"));
    let open =
        keys().any(|line| [": text", ": integer"].iter().any(|ty| line.ends_with(ty)) || line.contains("prefix"));
    let undeclared = trial.program.fields.iter().any(|field| {
        let both = |text: &str| text.contains(" through ") || text.contains(" until ");
        let declared = field.bounds.as_ref().is_some_and(|bounds| both(&bounds.text));
        field.ty.is_ordered() && !declared
    });
    if open || undeclared {
        trial.count("tables of which nothing is claimed");
        return Ok(());
    }
    trial.count("tables that are complete");
    for input in trial.inputs {
        let text = input.to_string();
        let answer = rules.quote_json(&text);
        trial.count_answer(&answer);
        if let Err(error) = &answer
            && error.kind == ErrorKind::NoRow
        {
            return Err(format!("miss: {error}\ninput {text}"));
        }
    }
    Ok(())
}
