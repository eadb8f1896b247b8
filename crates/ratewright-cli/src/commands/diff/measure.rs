//! Real inputs priced with both editions: rows in, the engine's sums and the largest changes with both explanations out.

use super::Diff;
use crate::commands::quote;
use crate::files;
use crate::outcome::{Failure, Result};
use crate::rows::{self, Content, InputFormat, Row};
use ratewright::difference::effect::Effect;
use ratewright::eval::{ErrorKind, EvalError, Explanation};
use ratewright::quote::Quote;
use ratewright::{Context, RuleSet};
use std::path::Path;

/// What the inputs showed.
#[derive(Debug)]
pub struct Measured {
    /// The name of the file.
    pub source: String,
    /// The sums.
    pub effect: Effect,
    /// The title of each input: `line 7, SHP-1042`.
    pub titles: Vec<String>,
    /// The largest changes, in the order of `effect.largest`.
    pub largest: Vec<Shown>,
}

/// An input with its quote and explanation by both editions.
#[derive(Debug)]
pub struct Shown {
    /// The older edition's.
    pub before: (Quote, Explanation),
    /// The newer edition's.
    pub after: (Quote, Explanation),
}

/// Prices every row with both editions.
pub fn measure(arguments: &Diff, path: &Path, old: &RuleSet, new: &RuleSet) -> Result<Measured> {
    let source = if path == Path::new(files::STDIN) { "standard input".to_owned() } else { path.display().to_string() };
    let text = files::read(path)?;
    let format = arguments.input_format.unwrap_or_else(|| InputFormat::guess(path, &text));
    let mut rows = rows::read(&text, format)
        .map_err(|why| Failure::usage(format!("the inputs in `{source}` cannot be read: {why}")))?;
    drop(text);
    let keys = take_fields(arguments, &source, &mut rows, [old, new])?;
    check_headings(&rows, [old, new])?;
    let mut effect = Effect::new(&arguments.by, arguments.largest);
    let (mut old_context, mut new_context) = (old.context(), new.context());
    let progress = quote::progress(rows.len());
    for (row, values) in rows.iter().zip(&keys) {
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        let before = price(old, &mut old_context, row, false).map(|(quote, _)| quote);
        let after = price(new, &mut new_context, row, false).map(|(quote, _)| quote);
        effect.add(&values, &before, &after);
        progress.inc(1);
    }
    progress.finish_and_clear();
    let mut largest = Vec::new();
    for one in &effect.largest {
        let Some(row) = rows.get(one.input) else { continue };
        let explained = |rules: &RuleSet| {
            let (quote, explanation) = price(rules, &mut rules.context(), row, true).ok()?;
            Some((quote, explanation?))
        };
        if let (Some(before), Some(after)) = (explained(old), explained(new)) {
            largest.push(Shown { before, after });
        }
    }
    let titles = rows.iter().map(Row::title).collect();
    Ok(Measured { source, effect, titles, largest })
}

/// The quote of a row, and how it came about where that is asked for.
fn price(
    rules: &RuleSet,
    context: &mut Context,
    row: &Row,
    explain: bool,
) -> std::result::Result<(Quote, Option<Explanation>), EvalError> {
    let with = |(quote, explanation)| (quote, Some(explanation));
    let without = |quote| (quote, None);
    match &row.content {
        Content::Json(text) if explain => rules.explain_json(text).map(with),
        Content::Json(text) => rules.quote_json_in(context, text).map(without),
        Content::Fields(fields) => {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            if explain {
                rules.explain_fields(&fields).map(with)
            } else {
                rules.quote_fields_in(context, &fields).map(without)
            }
        }
        Content::Broken(why) => Err(EvalError {
            kind: ErrorKind::Input,
            message: why.clone(),
            span: None,
            code: None,
            path: None,
            nearest: Vec::new(),
        }),
    }
}

/// Takes what names a row out of it; the values of the keys, of each row, where a field that is no input is taken out, too.
fn take_fields(arguments: &Diff, source: &str, rows: &mut [Row], editions: [&RuleSet; 2]) -> Result<Vec<Vec<String>>> {
    if let Some(id) = &arguments.id {
        rows.iter_mut().for_each(|row| row.take_id(id));
        if rows.iter().all(|row| row.id.is_none()) && !rows.is_empty() {
            return Err(Failure::usage(format!("no row in `{source}` has the field `{id}` that `--id` names")));
        }
    }
    let mut values: Vec<Vec<String>> = rows.iter().map(|_| Vec::new()).collect();
    for name in &arguments.by {
        let first = name.split(['.', '[']).next().unwrap_or(name);
        let is_input = editions.iter().any(|rules| rules.program().inputs.iter().any(|field| field.wire == first));
        let mut found = rows.is_empty();
        for (row, values) in rows.iter_mut().zip(&mut values) {
            let value = match (arguments.id.as_ref() == Some(name), is_input) {
                (true, _) => row.id.clone(),
                (_, true) => row.value(name),
                (_, false) => row.take(name),
            };
            found |= value.is_some();
            values.push(value.unwrap_or_default());
        }
        if !found {
            return Err(Failure::usage(format!("no row in `{source}` has the field `{name}` that `--by` names")));
        }
    }
    Ok(values)
}

/// A heading of a CSV file that is an input of neither edition is said once, before anything is priced.
fn check_headings(rows: &[Row], editions: [&RuleSet; 2]) -> Result<()> {
    let Some(Content::Fields(fields)) = rows.iter().map(|row| &row.content).find(|c| matches!(c, Content::Fields(_)))
    else {
        return Ok(());
    };
    let inputs = editions.iter().flat_map(|rules| rules.program().inputs.iter().map(|field| field.wire.as_str()));
    let known: Vec<&str> = inputs.collect();
    for (heading, _) in fields {
        let name = heading.split(['.', '[']).next().unwrap_or(heading);
        if !known.contains(&name) {
            let help = match ratewright::diagnostic::did_you_mean(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a column that only names the rows is given by `--id {heading}` or `--by {heading}`"),
            };
            return Err(Failure::usage(format!("`{heading}` is not an input of either edition: {help}")));
        }
    }
    Ok(())
}
