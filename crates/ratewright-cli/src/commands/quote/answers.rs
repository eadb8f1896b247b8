//! Rows in, what is said of them out: each row is priced and written in the format asked for, into memory that one thread owns.
//!
//! An [`Answers`] is what one batch of rows gives; put together in the order of the batches they are the command's output, and the
//! same whatever the batches were.

use super::{Format, Quote, spreadsheet};
use crate::itemised;
use crate::load;
use crate::outcome::{Failure, Result};
use crate::rows::{Batch, Input, Name, Source, broken};
use crate::terminal::{self, ERROR, FAINT, WARNING};
use ratewright::eval::{ErrorKind, EvalError, Explanation, NearRow};
use ratewright::quote::Quote as Priced;
use ratewright::{Context, RuleSet};
use serde::Serialize;
use serde_json::json;
use std::io::Write;

/// What is said of neighbouring rows.
#[derive(Debug, Default)]
pub struct Answers {
    /// For standard output, without what stands before the first row.
    pub out: Vec<u8>,
    /// Whether the first row has something there.
    pub opens: bool,
    /// For standard error.
    pub errors: Vec<u8>,
    /// How the rows went.
    pub counts: Counts,
}

/// How rows went.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    /// Those with a quote.
    pub quoted: usize,
    /// Those that the rules refuse.
    pub refused: usize,
    /// Those with an error.
    pub failed: usize,
}

impl Counts {
    /// Adds others.
    pub fn add(&mut self, others: Counts) {
        self.quoted = self.quoted.saturating_add(others.quoted);
        self.refused = self.refused.saturating_add(others.refused);
        self.failed = self.failed.saturating_add(others.failed);
    }

    /// All of them.
    pub fn rows(&self) -> usize {
        self.quoted.saturating_add(self.refused).saturating_add(self.failed)
    }

    /// `5 rows: 2 quoted, 1 refused, 2 failed`.
    pub fn summary(&self) -> String {
        let mut summary = format!("{}: {} quoted", terminal::count(self.rows(), "row", "rows"), self.quoted);
        if self.refused > 0 {
            summary.push_str(&format!(", {} refused", self.refused));
        }
        if self.failed > 0 {
            summary.push_str(&format!(", {} failed", self.failed));
        }
        summary
    }
}

/// What stands between the rows of standard output.
pub fn between(format: Format) -> &'static str {
    match format {
        Format::Human => "\n",
        Format::Json => ",\n",
        Format::Jsonl | Format::Csv => "",
    }
}

/// Prices rows and writes what is said of them. Each thread has its own.
pub struct Answerer<'a> {
    arguments: &'a Quote,
    rules: &'a RuleSet,
    /// Whether there is one input by its nature rather than a file of them.
    one: bool,
    context: Context,
    quote: Priced,
    answers: Answers,
}

/// A quote in JSON, with its explanation as one more field.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(flatten)]
    quote: &'a Priced,
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<&'a Explanation>,
}

impl<'a> Answerer<'a> {
    /// For one thread.
    pub fn new(arguments: &'a Quote, rules: &'a RuleSet, one: bool) -> Self {
        let (quote, answers) = Default::default();
        Answerer { arguments, rules, one, context: rules.context(), quote, answers }
    }

    /// What is said of the rows of a batch.
    pub fn batch(&mut self, source: &Source<'_>, batch: &Batch<'_>) -> Result<Answers> {
        source.each(batch, |name, input| self.row(name, &input))?;
        Ok(self.take())
    }

    /// What is said of the rows since the last time.
    pub fn take(&mut self) -> Answers {
        let room = self.answers.out.len();
        std::mem::replace(&mut self.answers, Answers { out: Vec::with_capacity(room), ..Answers::default() })
    }

    /// Prices a row.
    pub fn row(&mut self, name: Name<'_>, input: &Input<'_>) -> Result<()> {
        let mut quote = std::mem::take(&mut self.quote);
        let priced = self.price(input, &mut quote);
        let said = match priced {
            Ok(explanation) => {
                self.separate();
                self.answers.counts.quoted = self.answers.counts.quoted.saturating_add(1);
                self.priced(name, &quote, explanation.as_ref())
            }
            Err(error) => self.failed(name, &error),
        };
        self.quote = quote;
        said
    }

    /// Fills in the quote, and tells how it came about where that is asked for.
    fn price(&mut self, input: &Input<'_>, quote: &mut Priced) -> std::result::Result<Option<Explanation>, EvalError> {
        let Answerer { rules, context, .. } = self;
        let outcome = match input {
            Input::Json(text) if self.arguments.explain => rules.explain_json_into(context, text, quote).map(Some),
            Input::Fields(fields) if self.arguments.explain => {
                rules.explain_fields_into(context, fields, quote).map(Some)
            }
            Input::Json(text) => rules.quote_json_into(context, text, quote).map(|()| None),
            Input::Fields(fields) => rules.quote_fields_into(context, fields, quote).map(|()| None),
            Input::Broken(why) => Err(not_readable(why.clone())),
        };
        outcome.map_err(|error| match input {
            Input::Json(text) if error.kind == ErrorKind::Input => broken(text).map_or(error, not_readable),
            _ => error,
        })
    }

    /// Writes what stands before a row, unless it is the first.
    fn separate(&mut self) {
        match self.answers.counts.rows() {
            0 => self.answers.opens = true,
            _ => self.answers.out.extend_from_slice(between(self.arguments.format).as_bytes()),
        }
    }

    fn priced(&mut self, name: Name<'_>, quote: &Priced, tree: Option<&Explanation>) -> Result<()> {
        let out = &mut self.answers.out;
        match self.arguments.format {
            Format::Human => {
                if !self.one {
                    writeln!(out, "{FAINT}{}{FAINT:#}", terminal::plain(&name.title()))?;
                }
                write!(out, "{}", itemised::render(quote, self.rules.title()))?;
                if let Some(tree) = tree {
                    writeln!(out, "\n{}", tree.to_text().trim_end())?;
                }
                Ok(())
            }
            Format::Csv => spreadsheet::quote(out, name, quote),
            Format::Jsonl if tree.is_none() => Ok(line_of_json(out, name.id, quote)?),
            Format::Json | Format::Jsonl => self.json(&Answer { id: name.id, quote, explanation: tree }),
        }
    }

    /// Says on standard error, and where its format has a place for it on standard output, what is wrong with a row.
    fn failed(&mut self, name: Name<'_>, error: &EvalError) -> Result<()> {
        let place = error.span.map(|span| load::line_of(&self.arguments.rules, self.rules, span)).unwrap_or_default();
        let title = if self.one { None } else { Some(name.title()) };
        report(&mut self.answers.errors, title, error, &place)?;
        if self.arguments.format != Format::Human {
            self.separate();
        }
        let counts = &mut self.answers.counts;
        let count = if error.kind == ErrorKind::Refused { &mut counts.refused } else { &mut counts.failed };
        *count = count.saturating_add(1);
        match self.arguments.format {
            Format::Human => Ok(()),
            Format::Csv => spreadsheet::failure(&mut self.answers.out, name, error),
            Format::Json | Format::Jsonl => {
                let line = (!self.one).then_some(name.line);
                self.json(&json!({ "error": in_json(name.id, line, error, &place) }))
            }
        }
    }

    fn json(&mut self, value: &impl Serialize) -> Result<()> {
        let out = &mut self.answers.out;
        if self.arguments.format == Format::Jsonl {
            serde_json::to_writer(&mut *out, value)?;
            out.push(b'\n');
            return Ok(());
        }
        Ok(serde_json::to_writer_pretty(out, value)?)
    }
}

/// The line of a quote: its object, with what names the row as the first field.
fn line_of_json(out: &mut Vec<u8>, id: Option<&str>, quote: &Priced) -> serde_json::Result<()> {
    if let Some(id) = id {
        out.extend_from_slice(b"{\"id\":");
        serde_json::to_writer(&mut *out, id)?;
        out.push(b',');
    }
    let start = out.len();
    quote.write_json(out);
    if id.is_some() {
        out.remove(start); // its opening brace
    }
    out.push(b'\n');
    Ok(())
}

fn not_readable(why: String) -> EvalError {
    EvalError { kind: ErrorKind::Input, message: why, span: None, code: None, path: None, nearest: Vec::new() }
}

fn in_json(id: Option<&str>, line: Option<usize>, error: &EvalError, place: &str) -> serde_json::Value {
    let mut words = json!({ "kind": error.kind.words(), "message": error.message });
    if let Some(fields) = words.as_object_mut() {
        let optional = [("code", error.code.as_deref()), ("path", error.path.as_deref())];
        let place = (!place.is_empty()).then_some(place);
        for (name, text) in optional.into_iter().chain([("place", place), ("id", id)]) {
            fields.extend(text.map(|text| (name.to_owned(), text.into())));
        }
        if !error.nearest.is_empty() {
            fields.insert("nearest".to_owned(), error.nearest.iter().map(near_row).collect());
        }
        fields.extend(line.map(|line| ("line".to_owned(), line.into())));
    }
    words
}

/// A row that nearly matched, for JSON.
fn near_row(row: &NearRow) -> serde_json::Value {
    let wants = row.wants.iter().map(|wanted| json!({ "column": wanted.column, "cell": wanted.cell }));
    json!({ "row": row.row, "place": row.place, "wants": wants.collect::<Vec<_>>() })
}

/// The lines on standard error about a row.
fn report(
    out: &mut Vec<u8>,
    title: Option<String>,
    error: &EvalError,
    place: &str,
) -> std::result::Result<(), Failure> {
    let style = if error.kind == ErrorKind::Refused { WARNING } else { ERROR };
    let line = title.map(|title| format!("{}: ", terminal::plain(&title))).unwrap_or_default();
    let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
    let words = terminal::plain(&error.to_string());
    let (kind, rest) = words.split_once(':').unwrap_or((&words, ""));
    let rest = if rest.is_empty() { String::new() } else { format!(":{rest}") };
    writeln!(out, "{line}{style}{kind}{style:#}{rest}{FAINT}{place}{FAINT:#}")?;
    // The message of an error names them; that of a refusal is its author's.
    if error.kind == ErrorKind::Refused {
        for near in &error.nearest {
            writeln!(out, "  {FAINT}nearest:{FAINT:#} {near}")?;
        }
    }
    Ok(())
}
