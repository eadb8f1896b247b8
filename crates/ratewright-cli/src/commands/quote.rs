//! `ratewright quote`: one input or thousands become quotes; a row that fails is reported and the rest goes on.

mod answers;
mod spreadsheet;

use crate::files;
use crate::load;
use crate::outcome::{Failure, Outcome, Result};
use crate::rows::{Batch, Input, InputFormat, Name, Source};
use crate::terminal::{self, STRONG};
use crate::together;
use answers::{Answerer, Answers, Counts};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use ratewright::RuleSet;
use std::io::{BufWriter, Write};
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
    /// How many threads price the rows of a file; all cores, where it is not said. The output is the same for any number
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
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
    let Some(path) = &arguments.inputs else {
        let answers = one_of_fields(arguments, &rules)?;
        let mut writer = Writer::new(arguments, true, 1)?;
        writer.write(answers)?;
        return writer.finish();
    };
    let text = files::read(path)?;
    let (source, one) = read_frame(arguments, path, &text)?;
    check_headings(&rules, &source)?;
    let mut writer = Writer::new(arguments, one, source.about())?;
    let threads = if one { 1 } else { arguments.threads.map_or_else(together::cores, usize::from) };
    let worker = |_| {
        let mut answerer = Answerer::new(arguments, &rules, one);
        let source = &source;
        move |batch: &Batch<'_>| answerer.batch(source, batch)
    };
    together::run(source.batches(), (0..threads).map(worker).collect(), |answers| writer.write(answers))?;
    writer.finish()
}

/// What is said of the input whose fields are on the command line.
fn one_of_fields(arguments: &Quote, rules: &RuleSet) -> Result<Answers> {
    let field = |pair: &String| match pair.split_once('=') {
        Some((name, value)) => Ok((name.trim().to_owned(), value.to_owned())),
        None => Err(Failure::usage(format!("`--input {pair}` needs the form FIELD=VALUE"))),
    };
    let owned = arguments.input.iter().map(field).collect::<Result<Vec<_>>>()?;
    let fields: Vec<(&str, &str)> = owned.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    check_names(rules, fields.iter().map(|(name, _)| *name))?;
    let mut answerer = Answerer::new(arguments, rules, true);
    answerer.row(Name { line: 0, id: None }, &Input::Fields(&fields))?;
    Ok(answerer.take())
}

/// The rows of a text, and whether they are one input by its nature rather than a file of them.
fn read_frame<'t>(arguments: &'t Quote, path: &Path, text: &'t str) -> Result<(Source<'t>, bool)> {
    let format = arguments.input_format.unwrap_or_else(|| InputFormat::guess(path, text));
    let place =
        if path == Path::new(files::STDIN) { "standard input".to_owned() } else { format!("`{}`", path.display()) };
    let source = Source::open(text, format, arguments.id.as_deref())
        .map_err(|why| Failure::usage(format!("the inputs in {place} cannot be read: {why}")))?;
    if let Some(id) = &arguments.id
        && !source.has_id()
    {
        return Err(Failure::usage(format!("no row in {place} has the field `{id}` that `--id` names")));
    }
    let one = format == InputFormat::Json && !text.trim_start_matches('\u{feff}').trim_start().starts_with('[');
    Ok((source, one))
}

/// A heading of a CSV file that is no input is said once, before anything is priced.
fn check_headings(rules: &RuleSet, source: &Source<'_>) -> Result<()> {
    match source.headings() {
        Some(headings) if source.batches().next().is_some() => check_names(rules, headings.into_iter()),
        _ => Ok(()),
    }
}

fn check_names<'n>(rules: &RuleSet, names: impl ExactSizeIterator<Item = &'n str>) -> Result<()> {
    let known: Vec<&str> = rules.program().inputs.iter().map(|field| field.wire.as_str()).collect();
    let alone = names.len() == 1;
    for heading in names {
        let name = heading.split(['.', '[']).next().unwrap_or(heading);
        if !known.contains(&name) {
            let near = match ratewright::diagnostic::did_you_mean(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if alone && heading.contains(';') => "columns are separated by commas, not by `;`".to_owned(),
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

/// A bar on standard error; hidden unless that is a terminal, there is something to wait for, and the quotes go elsewhere.
pub(super) fn progress(rows: usize) -> ProgressBar {
    if rows < 200 || !terminal::stderr_is_terminal() || terminal::stdout_is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(u64::try_from(rows).unwrap_or(u64::MAX));
    let style = ProgressStyle::with_template("{bar:40} {pos} of {len} rows, {eta} left");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// Writes the answers to standard output and standard error.
struct Writer {
    format: Format,
    one: bool,
    out: Box<dyn Write>,
    progress: ProgressBar,
    counts: Counts,
}

impl Writer {
    fn new(arguments: &Quote, one: bool, rows: usize) -> Result<Self> {
        // JSON has no styles to be dropped.
        let mut out: Box<dyn Write> = match arguments.format {
            Format::Json | Format::Jsonl => Box::new(BufWriter::new(std::io::stdout().lock())),
            Format::Human | Format::Csv => Box::new(terminal::stdout()),
        };
        match arguments.format {
            Format::Csv => write!(out, "{}", spreadsheet::HEADER)?,
            Format::Json if !one => writeln!(out, "[")?,
            _ => {}
        }
        let counts = Counts::default();
        Ok(Writer { format: arguments.format, one, out, progress: progress(rows), counts })
    }

    fn write(&mut self, answers: Answers) -> Result<()> {
        if !answers.errors.is_empty() {
            self.progress.suspend(|| anstream::stderr().write_all(&answers.errors))?;
        }
        if answers.opens && self.counts.rows() > 0 {
            self.out.write_all(answers::between(self.format).as_bytes())?;
        }
        self.out.write_all(&answers.out)?;
        self.progress.inc(u64::try_from(answers.counts.rows()).unwrap_or(u64::MAX));
        self.counts.add(answers.counts);
        Ok(())
    }

    fn finish(mut self) -> Result {
        self.progress.finish_and_clear();
        match self.format {
            Format::Json if self.one => writeln!(self.out)?,
            Format::Json if self.counts.rows() == 0 => writeln!(self.out, "]")?,
            Format::Json => writeln!(self.out, "\n]")?,
            _ => {}
        }
        self.out.flush()?;
        if !self.one {
            writeln!(anstream::stderr(), "{STRONG}{}{STRONG:#}", self.counts.summary())?;
        }
        Ok(Outcome::failed_if(self.counts.refused.saturating_add(self.counts.failed) > 0))
    }
}
