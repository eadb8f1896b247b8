//! The log of a migration: each change of its stages with who, why and the evidence of that moment, as lines of text that are chained.
//!
//! Each record has the digest of the one before, and each line the digest of its record: so nothing can be changed, moved, put in or taken
//! out without somebody who checks finding it, but for records at the end. Those are missed only by who knows a later head. Pure: text and a time that is
//! told → a line; bytes of a file → records and what is wrong. Who writes the lines to a disk is the crate `ratewright-migration`.
//!
//! A line is `{"digest":"…","record":{…}}`, the digest being the SHA-256 of the bytes of the record as they stand there.

use super::fields::Fields;
use super::plan::Plan;
use super::stage::{Stages, StagesError};
use crate::digest::Digest;
use crate::value::Instant;
use serde::Serialize;
use serde_json::value::RawValue;
use std::fmt;

/// A change of stages, and who answers for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What is to be done from then on.
    pub stages: Stages,
    /// Who says so.
    pub who: String,
    /// Why.
    pub why: String,
}

impl Change {
    /// Reads a file of stages: those of [`Stages`], and `who` and `why`, which must not be empty.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    ///
    /// ```
    /// use ratewright::migrate::log::Change;
    ///
    /// let file = r#"{ "format": 1, "migration": "parcel", "stage": "shadow", "who": "Ada", "why": "the first week" }"#;
    /// assert_eq!(Change::parse(file)?.who, "Ada");
    /// # Ok::<(), ratewright::migrate::stage::StagesError>(())
    /// ```
    pub fn parse(text: &str) -> Result<Change, StagesError> {
        let known: Vec<&str> = Plan::FIELDS.into_iter().chain(["who", "why"]).collect();
        let mut fields = Fields::of_text(text, &known)?;
        let (who, why) = (said(&mut fields, "who")?, said(&mut fields, "why")?);
        let stages = Plan::of_fields(&mut fields).and_then(Stages::new)?;
        Ok(Change { stages, who, why })
    }
}

/// A text that says something.
fn said(fields: &mut Fields<'_>, name: &str) -> Result<String, String> {
    let wanted = "it must say who changes the stages, or why, as a text";
    let text: String = fields.required(name, wanted)?;
    if text.trim().is_empty() { Err(format!("`{}` is empty: {wanted}", fields.path(name))) } else { Ok(text) }
}

/// A change as it was logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    number: u64,
    at: Instant,
    change: Change,
    evidence: Option<Digest>,
    before: Option<Digest>,
    digest: Digest,
    /// As it stands in its line.
    text: String,
}

/// What a record says, in this order.
#[derive(Serialize)]
struct Said<'r> {
    number: u64,
    at: Instant,
    who: &'r str,
    why: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Digest>,
    stages: &'r Stages,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<Digest>,
}

impl Record {
    /// The record that follows another, or the first one.
    ///
    /// `at` is when the change is made, and `evidence` the digest of what was known of the rules then.
    pub fn after(last: Option<&Record>, change: Change, at: Instant, evidence: Option<Digest>) -> Record {
        let number = last.map_or(1, |last| last.number.saturating_add(1));
        let before = last.map(|last| last.digest);
        let said = Said { number, at, who: &change.who, why: &change.why, evidence, stages: &change.stages, before };
        let text = serde_json::to_string(&said).unwrap_or_default();
        let digest = Digest::of_bytes(text.as_bytes());
        Record { number, at, change, evidence, before, digest, text }
    }

    /// Its line, with the end of the line.
    pub fn line(&self) -> String {
        format!("{{\"digest\":\"{}\",\"record\":{}}}\n", self.digest, self.text)
    }

    /// Its place in the log, from 1.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// When the change was made.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// The change.
    pub fn change(&self) -> &Change {
        &self.change
    }

    /// The digest of what was known of the rules then.
    pub fn evidence(&self) -> Option<Digest> {
        self.evidence
    }

    /// The digest of the record before; none in the first.
    pub fn before(&self) -> Option<Digest> {
        self.before
    }

    /// Its digest, which covers all that came before: the head of the log while nothing follows.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// Reads the record of a line without its end, and whether the line has the digest of it.
    fn read(line: &str) -> Result<(Record, bool), String> {
        const NOT_SO: &str = "it is no line of this log: {\"digest\":\"…\",\"record\":{…}} without any blanks between";
        let (stated, text) = parts(line).ok_or(NOT_SO)?;
        let raw: &RawValue = serde_json::from_str(text).map_err(|_| NOT_SO)?;
        let known = ["number", "at", "who", "why", "evidence", "stages", "before"];
        let mut fields = Fields::of_value(raw, "record", &known)?;
        let at: String = fields.required("at", "a time such as 2026-04-02T06:00:00Z")?;
        let stages = fields.raw("stages").ok_or("`record.stages` is missing")?;
        let record = Record {
            number: fields.required("number", "it must be a number")?,
            at: Instant::parse(&at).ok_or_else(|| format!("`record.at` is no time: {at}"))?,
            change: Change {
                who: said(&mut fields, "who")?,
                why: said(&mut fields, "why")?,
                stages: stages.get().parse().map_err(|error| format!("`record.stages`: {error}"))?,
            },
            evidence: fields.said("evidence", "it must be a digest")?,
            before: fields.said("before", "it must be a digest")?,
            digest: stated,
            text: text.to_owned(),
        };
        Ok((record, Digest::of_bytes(text.as_bytes()) == stated))
    }
}

impl Serialize for Record {
    /// With its digest, for people and programs that read it; not the line of the log.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Told<'r> {
            digest: Digest,
            #[serde(flatten)]
            said: Said<'r>,
        }
        let Record { number, at, change: Change { stages, who, why }, evidence, before, digest, .. } = self;
        let said = Said { number: *number, at: *at, who, why, evidence: *evidence, stages, before: *before };
        Told { digest: *digest, said }.serialize(serializer)
    }
}

/// The digest and the record of a line.
fn parts(line: &str) -> Option<(Digest, &str)> {
    let (digest, rest) = line.strip_prefix("{\"digest\":\"")?.split_at_checked(64)?;
    let stated = digest.parse::<Digest>().ok().filter(|stated| stated.to_string() == digest)?;
    Some((stated, rest.strip_prefix("\",\"record\":")?.strip_suffix('}')?))
}

/// What is wrong with a log, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// A line cannot be read.
    Unreadable {
        /// The line, from 1.
        line: usize,
        /// Why.
        why: String,
    },
    /// What a record says is not what its digest is of.
    Altered {
        /// The line, from 1.
        line: usize,
    },
    /// A record does not follow the one in the line before, or is not the first although it stands there.
    Astray {
        /// The line, from 1.
        line: usize,
    },
    /// The last line has no end: it was being written when its writer died, or was cut.
    Unfinished {
        /// The line, from 1.
        line: usize,
        /// Whether all of its record is there, and fits.
        is_whole: bool,
    },
    /// The head that was known is in no line.
    Cut {
        /// The head that was known.
        head: Digest,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Unreadable { line, why } => write!(f, "line {line} cannot be read: {why}"),
            Fault::Altered { line } => write!(f, "line {line} was altered: its digest is not that of its record"),
            Fault::Astray { line: 1 } => {
                write!(f, "line 1 is not the first record: what came before was cut off, or lines were moved")
            }
            Fault::Astray { line } => write!(
                f,
                "line {line} does not follow line {}: something was altered, taken out, put in or moved here",
                line.saturating_sub(1)
            ),
            Fault::Unfinished { line, is_whole } => write!(
                f,
                "line {line} has no end: {}",
                match is_whole {
                    true => "its writer died before it had said that the change is logged, or somebody cut it",
                    false => "its writer died while it wrote, before anything was changed, or somebody cut it",
                }
            ),
            Fault::Cut { head } => write!(
                f,
                "no record has the digest {head}, the last that was known: the end was cut off, or the log was written anew"
            ),
        }
    }
}

/// What a log holds, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// The records that can be read, in the order of their lines; also one in a last line without an end, if it fits.
    pub records: Vec<Record>,
    /// What is wrong, in the order of the lines; nothing, where each byte is as it was written.
    pub faults: Vec<Fault>,
    /// How many bytes at the beginning are whole lines.
    pub whole_lines: usize,
}

impl Verified {
    /// The digest of the last record: whoever notes it elsewhere finds a cut later.
    pub fn head(&self) -> Option<Digest> {
        self.records.last().map(Record::digest)
    }
}

/// Checks a log: finds any change of any byte, lines that were moved, taken out or put in, and with the last head that was known also
/// that its end was cut off. Nothing else tells a shorter log from one that is not yet longer; and who may write all of the file can write
/// another log, which only that head tells apart.
///
/// ```
/// use ratewright::migrate::log::{Change, Record, verify};
/// use ratewright::value::Instant;
///
/// let change = Change::parse(r#"{ "format": 1, "migration": "parcel", "stage": "shadow", "who": "Ada", "why": "the first week" }"#)?;
/// let at = Instant::parse("2026-04-02T06:00:00Z").unwrap();
/// let first = Record::after(None, change.clone(), at, None);
/// let log = first.line() + &Record::after(Some(&first), change, at, None).line();
///
/// let verified = verify(log.as_bytes(), None);
/// assert!(verified.faults.is_empty());
/// let cut = verify(first.line().as_bytes(), verified.head());
/// assert!(cut.faults[0].to_string().contains("the end was cut off"));
/// let altered = verify(log.replace("Ada", "Eve").as_bytes(), None);
/// assert_eq!(altered.faults[0].to_string(), "line 1 was altered: its digest is not that of its record");
/// # Ok::<(), ratewright::migrate::stage::StagesError>(())
/// ```
pub fn verify(bytes: &[u8], last_known_head: Option<Digest>) -> Verified {
    let mut verified = Verified::default();
    let mut chain = Chain::Begin;
    for (line, bytes) in (1..).zip(bytes.split_inclusive(|byte| *byte == b'\n')) {
        let (bytes, is_ended) = match bytes.strip_suffix(b"\n") {
            Some(bytes) => (bytes, true),
            None => (bytes, false),
        };
        let read = match bytes.ends_with(b"\r") {
            true => Err("it ends as lines do on Windows, with a carriage return, which something on the way has added"
                .to_owned()),
            false => str::from_utf8(bytes).map_err(|_| "it is no text".to_owned()).and_then(Record::read),
        };
        if !is_ended {
            let fits = |(record, holds): &(Record, bool)| *holds && chain.is_followed_by(record);
            let record = read.ok().filter(fits).map(|(record, _)| record);
            verified.faults.push(Fault::Unfinished { line, is_whole: record.is_some() });
            verified.records.extend(record);
            continue;
        }
        verified.whole_lines = verified.whole_lines.saturating_add(bytes.len()).saturating_add(1);
        match read {
            Ok((record, holds)) => {
                if !chain.is_followed_by(&record) {
                    verified.faults.push(Fault::Astray { line });
                }
                if !holds {
                    verified.faults.push(Fault::Altered { line });
                }
                chain = Chain::At(record.number, record.digest);
                verified.records.push(record);
            }
            Err(why) => {
                verified.faults.push(Fault::Unreadable { line, why });
                chain = Chain::Lost;
            }
        }
    }
    if let Some(head) = last_known_head
        && !verified.records.iter().any(|record| record.digest == head)
    {
        verified.faults.push(Fault::Cut { head });
    }
    verified
}

/// What the next record must follow.
enum Chain {
    Begin,
    At(u64, Digest),
    /// A line that cannot be read, which is said already.
    Lost,
}

impl Chain {
    fn is_followed_by(&self, record: &Record) -> bool {
        match self {
            Chain::Begin => record.number == 1 && record.before.is_none(),
            Chain::At(number, digest) => record.number == number.saturating_add(1) && record.before == Some(*digest),
            Chain::Lost => true,
        }
    }
}
