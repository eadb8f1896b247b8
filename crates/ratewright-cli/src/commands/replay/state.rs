//! How far a run has come: written whole or not at all, so that a run that was killed goes on from the last one written.
//!
//! A state belongs to what it was made of: the rules, how they are compared, and the recorded file by its size and its beginning. With
//! anything else it is refused, with words that say what is different.

use super::Replay;
use super::codes::Codes;
use super::explained::Found;
use super::files::size;
use crate::files::STDIN;
use crate::outcome::{Failure, Result};
use ratewright::digest::Digest;
use ratewright::live::Edition;
use ratewright::migrate::WaiverUses;
use ratewright::value::Date;
use ratewright_migration::redacting::Redacting;
use ratewright_migration::replay::Tally;
use ratewright_sources::disk::{LocalDisk, write_whole};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

/// How much of a recorded file is looked at to know it again.
const BEGINNING: u64 = 1024 * 1024;

/// The name of the format, with its version.
const FORMAT: &str = "ratewright replay 5";

/// What a run was given, in words by which a later one is told from it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Given(BTreeMap<String, String>);

/// How far a run has come.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct State {
    format: String,
    given: Given,
    /// How many records were counted.
    pub records: u64,
    /// What they came to.
    pub tally: Tally,
    /// What was used of waivers.
    pub uses: WaiverUses,
    /// What was known of each rule, as the file of it.
    pub evidence: Option<String>,
    /// What was found of mismatches.
    pub found: Option<Found>,
    /// How long the file of mismatches was.
    pub mismatches: Option<u64>,
    /// The codes of old code; none in a state of before they were looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<Codes>,
}

impl Given {
    /// What these arguments name. Where no state is kept, nothing is looked at.
    pub fn of(
        arguments: &Replay,
        (edition, others): (&Edition, &[Edition]),
        day: Date,
        redacting: &Redacting,
    ) -> Result<Given> {
        let mut given = BTreeMap::new();
        if arguments.resume.is_none() {
            return Ok(Given(given));
        }
        let mut add = |name: &str, value: String| drop(given.insert(name.to_owned(), value));
        add("the rules", edition.digest().to_string());
        let files = [
            ("the recorded file", Some(&arguments.recorded)),
            ("the file of answers", arguments.answers.as_ref()),
            ("the map", arguments.map.as_ref()),
            ("the measure", arguments.measure.as_ref()),
            ("the waivers", arguments.waivers.as_ref()),
            ("the redaction", arguments.redaction.as_ref()),
        ];
        for (name, path) in files {
            add(name, path.map_or_else(|| Ok("none".to_owned()), |path| known_by(path))?);
        }
        add("the day of waivers", arguments.waivers.as_ref().map_or_else(String::new, |_| day.to_string()));
        add("`--window`, `--longest` or `--recorded-format`", {
            format!("{} {} {:?}", arguments.window, arguments.longest, arguments.recorded_format)
        });
        add("`--evidence` or `--probes`", format!("{} {}", arguments.evidence.is_some(), arguments.probes));
        // Not where nothing is said, so that what an earlier release left can be gone on from.
        if !arguments.intervals.is_empty() || arguments.distinct_per_rule.is_some() {
            let limit = arguments.distinct_per_rule.map_or_else(String::new, |limit| limit.to_string());
            add("`--intervals` or `--distinct-per-rule`", format!("{} {limit}", arguments.intervals.join(" ")));
        }
        add("`--findings` or `--sample`", format!("{} {}", arguments.findings.is_some(), arguments.sample));
        let others: Vec<String> = others.iter().map(|other| other.digest().to_string()).collect();
        add("`--other-edition`", others.join(" "));
        // The key shows nothing of itself, but a token of it.
        add("the key of tokens", redacting.token("ratewright replay").unwrap_or_default());
        let path = |path: &Option<std::path::PathBuf>| path.as_ref().map(|path| path.display().to_string());
        add("`--mismatches`", path(&arguments.mismatches).unwrap_or_default());
        Ok(Given(given))
    }

    /// What differs.
    fn differing<'g>(&'g self, other: &'g Given) -> Vec<&'g str> {
        let all = self.0.keys().chain(other.0.keys().filter(|name| !self.0.contains_key(*name)));
        all.filter(|name| self.0.get(*name) != other.0.get(*name)).map(String::as_str).collect()
    }
}

/// The size of a file and the digest of its beginning.
fn known_by(path: &Path) -> Result<String> {
    if path == Path::new(STDIN) {
        return Err(Failure::usage("`--resume` needs files: standard input cannot be read again"));
    }
    let failed = |error| Failure::file("read", path, &error);
    let mut beginning = Vec::new();
    File::open(path).and_then(|file| file.take(BEGINNING).read_to_end(&mut beginning)).map_err(failed)?;
    let bytes = size(path).ok_or_else(|| Failure::usage("`--resume` needs files that can be read again"))?;
    Ok(format!("{bytes} bytes {}", Digest::of_bytes(&beginning)))
}

impl State {
    /// Of a run that has not begun.
    pub fn new(given: Given) -> State {
        State {
            format: FORMAT.to_owned(),
            given,
            records: 0,
            tally: Tally::default(),
            uses: WaiverUses::default(),
            evidence: None,
            found: None,
            mismatches: None,
            codes: None,
        }
    }

    /// The state in a file; a new one where there is none.
    pub fn read(path: &Path, given: Given) -> Result<State> {
        if std::fs::metadata(path).is_ok_and(|there| !there.is_file()) {
            let words = format!("`--resume {}`: a state is kept in a file, and this is none", path.display());
            return Err(Failure::usage(words));
        }
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(State::new(given)),
            Err(error) => return Err(Failure::file("read", path, &error)),
        };
        let wrong = |why: String| Failure::usage(format!("cannot go on from `{}`: {why}", path.display()));
        let again = "to begin anew, remove it";
        let state: State = serde_json::from_str(&text)
            .map_err(|error| wrong(format!("it is not the state of a replay ({error}); {again}")))?;
        if state.format != FORMAT {
            return Err(wrong(format!("it is of another format, `{}`; {again}", state.format)));
        }
        let differing = state.given.differing(&given);
        if !differing.is_empty() {
            let verb = if differing.len() == 1 { "is" } else { "are" };
            return Err(wrong(format!("{} {verb} not what it was made of; {again}", differing.join(", "))));
        }
        Ok(state)
    }

    /// Writes it.
    pub fn write(&self, path: &Path) -> Result<()> {
        let text = serde_json::to_string(self)?;
        write_whole(&LocalDisk, path, text.as_bytes()).map_err(|error| Failure::file("write", path, &error))
    }
}
