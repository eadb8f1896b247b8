//! `ratewright quote`: one input or thousands become quotes; a row that fails is reported and the rest goes on.

mod spreadsheet;

use crate::files;
use crate::itemised;
use crate::load;
use crate::outcome::{Failure, Outcome, Result};
use crate::rows::{self, Content, InputFormat, Row};
use crate::terminal::{self, ERROR, FAINT, STRONG, WARNING};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use ratewright::eval::{ErrorKind, EvalError, Explanation, NearRow};
use ratewright::quote::Quote as Priced;
use ratewright::{Context, RuleSet};
use serde::Serialize;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Price inputs: one, or thousands
///
/// A row that cannot be priced is reported with its line on standard error, and the rest goes on; the exit code is then 1.
#[derive(Debug, Args)]
pub struct Quote {
    /// The file of the rule set
    pub rules: PathBuf,
    /// Inputs: a JSON object or array, JSON lines, or CSV; `-` is standard input
    #[arg(required_unless_present = "input")]
    pub inputs: Option<PathBuf>,
    /// A field of one input, instead of a file; repeat it for each field: --input 'weight=3 lb' --input 'lines[0].class=c70'
    #[arg(long = "input", value_name = "FIELD=VALUE", conflicts_with = "inputs")]
    pub input: Vec<String>,
    /// A column or field that names a row and is no input, such as the number of a shipment: it is shown with the quote
    #[arg(long, value_name = "FIELD")]
    pub id: Option<String>,
    /// The format of the inputs, where the file's name does not tell it
    #[arg(long, value_enum)]
    pub input_format: Option<InputFormat>,
    /// How quotes are written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Show how every amount came about
    #[arg(long)]
    pub explain: bool,
}

/// How quotes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// An itemised bill.
    Human,
    /// An object for one input, an array for several.
    Json,
    /// An object a line for each row, in order; a row that failed gives an object with `error`.
    Jsonl,
    /// A line for each charge, total, output, flag and error.
    Csv,
}

/// Prices all rows.
pub fn run(arguments: &Quote) -> Result {
    let rules = match load::usable(&arguments.rules)? {
        Ok(rules) => rules,
        Err(outcome) => return Ok(outcome),
    };
    let (rows, one) = read_rows(arguments)?;
    check_headings(&rules, &rows)?;
    let mut writer = Writer::new(arguments, one)?;
    let progress = progress(rows.len());
    let mut counts = Counts::default();
    let mut context = rules.context();
    for (index, row) in rows.iter().enumerate() {
        match price(&rules, &mut context, row, arguments.explain) {
            Ok((quote, explanation)) => {
                counts.quoted = counts.quoted.saturating_add(1);
                writer.quote(&rules, index, row, &quote, explanation.as_ref())?;
            }
            Err(error) => {
                counts.add(&error);
                let place = place(&rules, arguments, &error);
                progress.suspend(|| report(row, one, &error, &place))?;
                writer.failure(index, row, &error, &place)?;
            }
        }
        progress.inc(1);
    }
    progress.finish_and_clear();
    writer.finish()?;
    if !one {
        writeln!(anstream::stderr(), "{STRONG}{}{STRONG:#}", counts.summary())?;
    }
    Ok(Outcome::failed_if(counts.refused.saturating_add(counts.failed) > 0))
}

/// The rows, and whether they are one input by its nature rather than a file of them.
fn read_rows(arguments: &Quote) -> Result<(Vec<Row>, bool)> {
    let Some(path) = &arguments.inputs else {
        let field = |pair: &String| match pair.split_once('=') {
            Some((name, value)) => Ok((name.trim().to_owned(), value.to_owned())),
            None => Err(Failure::usage(format!("`--input {pair}` needs the form FIELD=VALUE"))),
        };
        let fields = arguments.input.iter().map(field).collect::<Result<Vec<_>>>()?;
        return Ok((vec![Row { line: 0, id: None, content: Content::Fields(fields) }], true));
    };
    let text = files::read(path)?;
    let format = arguments.input_format.unwrap_or_else(|| InputFormat::guess(path, &text));
    let place =
        if path == Path::new(files::STDIN) { "standard input".to_owned() } else { format!("`{}`", path.display()) };
    let mut rows = rows::read(&text, format)
        .map_err(|why| Failure::usage(format!("the inputs in {place} cannot be read: {why}")))?;
    if let Some(id) = &arguments.id {
        rows.iter_mut().for_each(|row| row.take_id(id));
        if rows.iter().all(|row| row.id.is_none()) && !rows.is_empty() {
            return Err(Failure::usage(format!("no row in {place} has the field `{id}` that `--id` names")));
        }
    }
    let one = format == InputFormat::Json && !text.trim_start_matches('\u{feff}').trim_start().starts_with('[');
    Ok((rows, one))
}

/// A heading of a CSV file that is no input is said once, before anything is priced.
fn check_headings(rules: &RuleSet, rows: &[Row]) -> Result<()> {
    let Some(Content::Fields(fields)) = rows.iter().map(|row| &row.content).find(|c| matches!(c, Content::Fields(_)))
    else {
        return Ok(());
    };
    let known: Vec<&str> = rules.program().inputs.iter().map(|field| field.wire.as_str()).collect();
    for (heading, _) in fields {
        let name = heading.split(['.', '[']).next().unwrap_or(heading);
        if !known.contains(&name) {
            let near = match ratewright::diagnostic::did_you_mean(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if fields.len() == 1 && heading.contains(';') => {
                    "columns are separated by commas, not by `;`".to_owned()
                }
                None => format!(
                    "a column that only names the rows is given by `--id {heading}`; the inputs are {}",
                    known.join(", ")
                ),
            };
            return Err(Failure::usage(format!("`{heading}` is not an input of {}: {near}", rules.name())));
        }
    }
    Ok(())
}

/// How the rows went.
#[derive(Debug, Default)]
struct Counts {
    quoted: usize,
    refused: usize,
    failed: usize,
}

impl Counts {
    fn add(&mut self, error: &EvalError) {
        let count = if error.kind == ErrorKind::Refused { &mut self.refused } else { &mut self.failed };
        *count = count.saturating_add(1);
    }

    fn summary(&self) -> String {
        let rows = self.quoted.saturating_add(self.refused).saturating_add(self.failed);
        let mut summary = format!("{}: {} quoted", terminal::count(rows, "row", "rows"), self.quoted);
        if self.refused > 0 {
            summary.push_str(&format!(", {} refused", self.refused));
        }
        if self.failed > 0 {
            summary.push_str(&format!(", {} failed", self.failed));
        }
        summary
    }
}

/// The quote of a row, and how it came about where that is asked for.
pub(super) fn price(
    rules: &RuleSet,
    context: &mut Context,
    row: &Row,
    explain: bool,
) -> std::result::Result<(Priced, Option<Explanation>), EvalError> {
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

/// `rules/parcel.rules:31`, or nothing for an error that no rule is about.
fn place(rules: &RuleSet, arguments: &Quote, error: &EvalError) -> String {
    let Some(span) = error.span else { return String::new() };
    load::line_of(&arguments.rules, rules, span)
}

/// Says on standard error what is wrong with a row.
fn report(row: &Row, one: bool, error: &EvalError, place: &str) -> Result<()> {
    let style = if error.kind == ErrorKind::Refused { WARNING } else { ERROR };
    let line = if one { String::new() } else { format!("{}: ", row.title()) };
    let place = if place.is_empty() { String::new() } else { format!(" ({place})") };
    let words = error.to_string();
    let (kind, rest) = words.split_once(':').unwrap_or((&words, ""));
    let rest = if rest.is_empty() { String::new() } else { format!(":{rest}") };
    writeln!(anstream::stderr(), "{line}{style}{kind}{style:#}{rest}{FAINT}{place}{FAINT:#}")?;
    // The message of an error names them; that of a refusal is its author's.
    if error.kind == ErrorKind::Refused {
        for near in &error.nearest {
            writeln!(anstream::stderr(), "  {FAINT}nearest:{FAINT:#} {near}")?;
        }
    }
    Ok(())
}

/// A row that nearly matched, for JSON.
fn near_row(row: &NearRow) -> serde_json::Value {
    let wants = row.wants.iter().map(|wanted| json!({ "column": wanted.column, "cell": wanted.cell }));
    json!({ "row": row.row, "place": row.place, "wants": wants.collect::<Vec<_>>() })
}

/// A bar on standard error; hidden unless that is a terminal, there is something to wait for, and the quotes go elsewhere.
pub(super) fn progress(rows: usize) -> ProgressBar {
    if rows < 200 || !terminal::stderr_is_terminal() || terminal::stdout_is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::try_from(rows).unwrap_or(u64::MAX));
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} rows, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
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

/// Writes quotes to standard output in one format.
struct Writer<'a> {
    arguments: &'a Quote,
    one: bool,
    out: Box<dyn Write>,
    table: Option<spreadsheet::Writer>,
}

impl<'a> Writer<'a> {
    fn new(arguments: &'a Quote, one: bool) -> Result<Self> {
        let mut writer = Writer { arguments, one, out: Box::new(terminal::stdout()), table: None };
        match arguments.format {
            Format::Csv => writer.table = Some(spreadsheet::Writer::new(terminal::stdout())?),
            Format::Json if !one => write!(writer.out, "[")?,
            _ => {}
        }
        Ok(writer)
    }

    fn quote(
        &mut self,
        rules: &RuleSet,
        index: usize,
        row: &Row,
        quote: &Priced,
        tree: Option<&Explanation>,
    ) -> Result<()> {
        match self.arguments.format {
            Format::Human => self.human(rules, index, row, quote, tree)?,
            Format::Csv => {
                if let Some(table) = &mut self.table {
                    table.quote(row, quote)?;
                }
            }
            Format::Json | Format::Jsonl => {
                self.json(index, &Answer { id: row.id.as_deref(), quote, explanation: tree })?;
            }
        }
        Ok(())
    }

    fn failure(&mut self, index: usize, row: &Row, error: &EvalError, place: &str) -> Result<()> {
        match self.arguments.format {
            Format::Human => Ok(()),
            Format::Csv => match &mut self.table {
                Some(table) => table.failure(row, error),
                None => Ok(()),
            },
            Format::Json | Format::Jsonl => {
                let mut words = json!({ "kind": error.kind.words(), "message": error.message });
                if let Some(fields) = words.as_object_mut() {
                    let optional = [("code", error.code.clone()), ("path", error.path.clone())];
                    let place = (!place.is_empty()).then(|| place.to_owned());
                    for (name, text) in optional.into_iter().chain([("place", place), ("id", row.id.clone())]) {
                        fields.extend(text.map(|text| (name.to_owned(), text.into())));
                    }
                    if !error.nearest.is_empty() {
                        fields.insert("nearest".to_owned(), error.nearest.iter().map(near_row).collect());
                    }
                    if !self.one {
                        fields.insert("line".to_owned(), row.line.into());
                    }
                }
                self.json(index, &json!({ "error": words }))
            }
        }
    }

    fn human(
        &mut self,
        rules: &RuleSet,
        index: usize,
        row: &Row,
        quote: &Priced,
        tree: Option<&Explanation>,
    ) -> Result<()> {
        if index > 0 {
            writeln!(self.out)?;
        }
        if !self.one {
            writeln!(self.out, "{FAINT}{}{FAINT:#}", row.title())?;
        }
        write!(self.out, "{}", itemised::render(quote, rules.title()))?;
        if let Some(tree) = tree {
            writeln!(self.out, "\n{}", tree.to_text().trim_end())?;
        }
        Ok(())
    }

    fn json(&mut self, index: usize, value: &impl Serialize) -> Result<()> {
        if self.arguments.format == Format::Jsonl {
            serde_json::to_writer(&mut self.out, value)?;
            writeln!(self.out)?;
            return Ok(());
        }
        if !self.one {
            writeln!(self.out, "{}", if index > 0 { "," } else { "" })?;
        }
        serde_json::to_writer_pretty(&mut self.out, value)?;
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        match self.arguments.format {
            Format::Json if self.one => writeln!(self.out)?,
            Format::Json => writeln!(self.out, "\n]")?,
            _ => {}
        }
        if let Some(table) = self.table {
            table.finish()?;
        }
        self.out.flush()?;
        Ok(())
    }
}
