//! The files of a replay: recorded cases come in chunks, of one file as they are cut, of two as they are joined.

use super::Replay;
use crate::files::STDIN;
use crate::outcome::{Failure, Result};
use crate::terminal::{self, warn};
use indicatif::{ProgressBar, ProgressStyle};
use ratewright::RuleSet;
use ratewright::diagnostic::did_you_mean;
use ratewright_migration::recorded::{
    Case, Flaw, Form, Joined, Joining, Map, OpenError, Reading, Record, Recorded, Records,
};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many records go to a thread at once.
const CHUNK: usize = 256;

/// Neighbouring records.
pub struct Chunk {
    /// How many were before it.
    pub first: u64,
    /// What they are.
    pub items: Vec<Item>,
}

/// A record, or what two that were joined came to.
pub enum Item {
    /// It is still to be read.
    Record(Record),
    /// It was read when it was joined.
    Joined(Box<std::result::Result<Case, Flaw>>),
}

/// An open file, or two.
pub struct Source {
    cases: Cases,
    reading: Option<Reading>,
    inputs: Vec<String>,
    read: Arc<AtomicU64>,
    bytes: Option<u64>,
}

enum Cases {
    One(Records),
    Two(Box<Joined>),
}

impl Source {
    /// Opens what the arguments name.
    pub fn open(arguments: &Replay, map: &Map) -> Result<Source> {
        let read = Arc::new(AtomicU64::new(0));
        let form = arguments.recorded_format.map(Form::from);
        let bytes = size(&arguments.recorded);
        let recorded = open(&arguments.recorded, form, map, arguments.longest, Some(&read))?;
        let inputs = recorded.reading.inputs().into_iter().map(str::to_owned).collect();
        let Some(answers) = &arguments.answers else {
            let Recorded { records, reading, .. } = recorded;
            return Ok(Source { cases: Cases::One(records), reading: Some(reading), inputs, read, bytes });
        };
        if answers == Path::new(STDIN) && arguments.recorded == Path::new(STDIN) {
            return Err(Failure::usage("both inputs and answers are said to come from standard input"));
        }
        let answers = open(answers, None, map, arguments.longest, None)?;
        let joined = Joined::new(recorded, answers, Joining { window: arguments.window });
        Ok(Source { cases: Cases::Two(Box::new(joined)), reading: None, inputs, read, bytes })
    }

    /// How records are read; none where they are read already.
    pub fn reading(&self) -> Option<Reading> {
        self.reading.clone()
    }

    /// A column or a line of the map that is no input of the rules is said once, before anything is compared.
    pub fn check_inputs(&self, rules: &RuleSet) -> Result<()> {
        let known: Vec<&str> = rules.program().inputs.iter().map(|field| field.wire.as_str()).collect();
        for input in &self.inputs {
            let name = input.split(['.', '[']).next().unwrap_or(input);
            if !known.contains(&name) {
                let help = match did_you_mean(name, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its inputs are {}; a map says which columns are inputs", known.join(", ")),
                };
                return Err(Failure::usage(format!("`{input}` is not an input of {}: {help}", rules.name())));
            }
        }
        Ok(())
    }

    /// A bar on standard error; hidden unless that is a terminal and the size of the file is known.
    pub fn progress(&self) -> Progress {
        let bar = match self.bytes {
            Some(bytes) if terminal::stderr_is_terminal() => {
                let style = ProgressStyle::with_template("{bar:40} {percent}%, {msg} records, {eta} left");
                ProgressBar::new(bytes).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
            }
            _ => ProgressBar::hidden(),
        };
        Progress { bar, read: self.read.clone() }
    }
}

/// How much of the file was read.
pub struct Progress {
    bar: ProgressBar,
    read: Arc<AtomicU64>,
}

impl Progress {
    /// Shows it.
    pub fn show(&self, records: u64) {
        if !self.bar.is_hidden() {
            self.bar.set_message(records.to_string());
            self.bar.set_position(self.read.load(Ordering::Relaxed));
        }
    }

    /// Takes it away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// The chunks of a source, up to a fault of the file or to the last record that is wanted.
pub struct Chunks {
    source: Source,
    taken: u64,
    last: Option<u64>,
    fault: Option<io::Error>,
}

impl Chunks {
    /// All, or those up to the record of this number.
    pub fn of(source: Source, last: Option<u64>) -> Chunks {
        Chunks { source, taken: 0, last, fault: None }
    }

    /// What kept the rest of the file from being read.
    pub fn fault(&self) -> Option<&io::Error> {
        self.fault.as_ref()
    }

    /// Whether no more records were wanted.
    pub fn is_stopped(&self) -> bool {
        self.last.is_some_and(|last| self.taken >= last)
    }

    /// Says which files of rows end in the middle of a row.
    pub fn warn_of_open_ends(&self, arguments: &Replay) -> Result<()> {
        let [recorded, answers] = match &self.source.cases {
            Cases::One(records) => [records.ends_openly(), false],
            Cases::Two(joined) => joined.end_openly(),
        };
        let files = [(recorded, Some(&arguments.recorded)), (answers, arguments.answers.as_ref())];
        files
            .into_iter()
            .filter(|(openly, _)| *openly)
            .filter_map(|(_, path)| path)
            .try_for_each(|path| warn_of_open_end(path))
    }

    fn item(&mut self) -> Option<Item> {
        if self.fault.is_some() || self.last.is_some_and(|last| self.taken >= last) {
            return None;
        }
        let next = match &mut self.source.cases {
            Cases::One(records) => records.next().map(|record| record.map(Item::Record)),
            Cases::Two(joined) => joined.next().map(|found| found.map(|found| Item::Joined(Box::new(found)))),
        };
        match next? {
            Ok(item) => {
                self.taken = self.taken.saturating_add(1);
                Some(item)
            }
            Err(error) => {
                self.fault = Some(error);
                None
            }
        }
    }
}

impl Iterator for Chunks {
    type Item = Chunk;

    fn next(&mut self) -> Option<Chunk> {
        let first = self.taken;
        let items: Vec<Item> = std::iter::from_fn(|| self.item()).take(CHUNK).collect();
        (!items.is_empty()).then_some(Chunk { first, items })
    }
}

/// Counts the bytes that go through it.
struct Counting<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(room)?;
        self.read.fetch_add(u64::try_from(read).unwrap_or(0), Ordering::Relaxed);
        Ok(read)
    }
}

/// Opens one file; the bytes that are read of it are counted where that is asked for.
pub fn open(
    path: &Path,
    form: Option<Form>,
    map: &Map,
    longest: usize,
    read: Option<&Arc<AtomicU64>>,
) -> Result<Recorded> {
    let file: Box<dyn Read + Send> = if path == Path::new(STDIN) {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(|error| Failure::file("read", path, &error))?)
    };
    let file: Box<dyn Read + Send> = match read {
        Some(read) => Box::new(Counting { inner: file, read: read.clone() }),
        None => file,
    };
    let form = form.or_else(|| Form::of_name(&path.to_string_lossy()));
    let recorded = Recorded::open(file, form, map, longest).map_err(|error| match error {
        OpenError::Io(error) => Failure::file("read", path, &error),
        OpenError::Frame(why) => Failure::usage(format!("the cases in `{}` cannot be read: {why}", path.display())),
    })?;
    for (name, near) in recorded.misspelt() {
        warn(&format!("in the first record of `{}` nothing reads `{name}`; did you mean `{near}`?", path.display()))?;
    }
    Ok(recorded)
}

/// Says that a file of rows ends in the middle of one.
pub fn warn_of_open_end(path: &Path) -> Result<()> {
    Ok(warn(&format!(
        "the last line of `{}` has no end and fewer cells than there are headings: the file was cut off there, and nothing behind is known",
        path.display()
    ))?)
}

/// How many bytes a file has, where it is one.
pub fn size(path: &Path) -> Option<u64> {
    let data = (path != Path::new(STDIN)).then(|| std::fs::metadata(path).ok()).flatten()?;
    data.is_file().then_some(data.len())
}
