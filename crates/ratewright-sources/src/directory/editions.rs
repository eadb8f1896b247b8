//! The editions of a folder: a snapshot → all rule sets in it, compiled, or everything that is wrong with them.
//!
//! What was made of the same texts before is not compiled again.

use super::snapshot::{Held, Snapshot};
use crate::bundle::{Bundle, Limits};
use crate::channel::Trust;
use ratewright::Compiler;
use ratewright::digest::Digest;
use ratewright::live::Edition;
use ratewright::source::SourceMap;
use std::collections::BTreeMap;

/// The endings of files that count.
pub(super) const RULES: &str = ".rules";
pub(super) const CSV: &str = ".csv";
pub(super) const BUNDLE: &str = ".bundle.zip";
pub(super) const SIGNATURE: &str = ".minisig";
pub(super) const RETIRED: &str = ".retired";

/// Lines for people of what is wrong; more are counted.
const MOST_LINES: usize = 20;

/// An edition, and what it was made of.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) edition: Edition,
    /// The files, with the digests that they had.
    of: Vec<(String, Digest)>,
}

impl Made {
    fn is_still_there(&self, snapshot: &Snapshot) -> bool {
        self.of.iter().all(|(path, digest)| snapshot.file(path).is_some_and(|held| held.sha256 == *digest))
    }
}

/// Editions by the files that give them.
pub(super) type All = BTreeMap<String, Made>;

/// Makes the editions of a folder.
pub(super) struct Maker {
    pub(super) compiler: Box<dyn Fn() -> Compiler + Send>,
    pub(super) trusted: Trust,
}

impl Maker {
    /// All editions in a snapshot, and what an operator should know; or what is wrong, for people.
    pub(super) fn make(&self, snapshot: &Snapshot, before: &All) -> Result<(All, Vec<String>), String> {
        let (mut all, mut problems, mut warnings) = (All::new(), Vec::new(), Vec::new());
        for (path, held) in snapshot.files() {
            let is_bundle = path.ends_with(BUNDLE);
            if !is_bundle && !path.ends_with(RULES) {
                continue;
            }
            if !is_bundle && self.trusted.keys().is_some() {
                warnings.push(format!("`{path}` does not count: only signed bundles do in this folder"));
                continue;
            }
            // Keys may have been revoked since: whether a bundle counts is asked each time.
            let signature = match is_bundle.then(|| self.signature_of(snapshot, path, held)) {
                Some(Err(problem)) => {
                    problems.push(problem);
                    continue;
                }
                Some(Ok(signature)) => signature,
                None => None,
            };
            if let Some(known) = before.get(path).filter(|known| known.is_still_there(snapshot)) {
                all.insert(path.to_owned(), known.clone());
                continue;
            }
            let made = match is_bundle {
                true => self.of_bundle(path, held, signature).map(Some),
                false => self.of_rules(snapshot, path),
            };
            match made {
                Ok(made) => all.extend(made.map(|made| (path.to_owned(), made))),
                Err(problem) => problems.push(problem),
            }
        }
        match problems.is_empty() {
            true => Ok((all, warnings)),
            false => Err(in_short(&problems.join("\n"))),
        }
    }

    /// The rule set in a file; none, where it is a module for others to import.
    fn of_rules(&self, snapshot: &Snapshot, path: &str) -> Result<Option<Made>, String> {
        let text = snapshot.text(path).map_err(|why| format!("{path}: {why}"))?;
        if is_module(text) {
            return Ok(None);
        }
        let compiled = (self.compiler)().loader(snapshot.clone()).compile(path);
        let rules = compiled.map_err(|rejected| rejected.to_string())?;
        let mut of = Vec::new();
        for (_, file) in rules.sources().files() {
            // What the program brought along is not in the folder.
            of.extend(snapshot.file(&file.name).map(|held| (file.name.to_string(), held.sha256)));
        }
        Ok(Some(Made { edition: Edition::new(rules), of }))
    }

    /// The file of the signature of a bundle, where it counts; none where nobody is asked who signed.
    fn signature_of(&self, snapshot: &Snapshot, path: &str, held: &Held) -> Result<Option<(String, Digest)>, String> {
        let Some(trusted) = self.trusted.keys() else { return Ok(None) };
        let beside = format!("{path}{SIGNATURE}");
        let Some(signature) = snapshot.file(&beside) else {
            let what = "the bundle is not signed, and only signed ones count";
            return Err(format!("{path}: {what}: put `{beside}` beside it"));
        };
        let text = String::from_utf8_lossy(&signature.bytes);
        trusted.verify(&held.bytes, &text).map_err(|error| format!("{path}: {error}"))?;
        Ok(Some((beside, signature.sha256)))
    }

    fn of_bundle(&self, path: &str, held: &Held, signature: Option<(String, Digest)>) -> Result<Made, String> {
        let problem = |why: &dyn std::fmt::Display| format!("{path}: {why}");
        let of = [(path.to_owned(), held.sha256)].into_iter().chain(signature).collect();
        let bundle = Bundle::open(held.bytes.clone(), &Limits::default()).map_err(|error| problem(&error))?;
        let rules = bundle.compile((self.compiler)()).map_err(|error| problem(&error))?;
        bundle.verify(&rules).map_err(|error| problem(&error))?;
        Ok(Made { edition: Edition::new(rules), of })
    }
}

fn is_module(text: &str) -> bool {
    let mut sources = SourceMap::default();
    let id = sources.add("", text);
    ratewright::syntax::parse(id, text).0.header.is_some_and(|header| header.module)
}

/// The first lines of what is wrong.
pub(super) fn in_short(problems: &str) -> String {
    let count = problems.lines().count();
    if count <= MOST_LINES {
        return problems.to_owned();
    }
    let first: Vec<&str> = problems.lines().take(MOST_LINES).collect();
    format!("{}\nand {} more lines", first.join("\n"), count.saturating_sub(MOST_LINES))
}
