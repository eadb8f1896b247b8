//! What the commands about channels share: the store that is named, whose signatures count, and what is said in a pointer.

use super::signer::Signer;
use super::{print_json, verify};
use crate::bundles::compile;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::{self, ERROR, FAINT, GOOD, STRONG, WARNING};
use clap::Args;
use ratewright::digest::Digest;
use ratewright::live::{Edition, Reason, ShelfProblem};
use ratewright_sources::channel::{Change, Named, Options, Plan, PublishError, Publisher};
use ratewright_sources::store::Folder;
use ratewright_sources::{Clock, KeyId, Moment, Pointer, SystemClock, WritableStore};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// The environment variable with what is sent to a store as `Authorization`.
#[cfg(feature = "http")]
const AUTHORIZATION: &str = "RATEWRIGHT_STORE_AUTHORIZATION";

/// The store and the channel that are published to.
#[derive(Debug, Args)]
pub struct To {
    /// The store: a folder that is there, or an `https://` address
    #[arg(long, value_name = "STORE")]
    pub to: String,
    /// The channel, such as `production`
    #[arg(long, value_name = "NAME")]
    pub channel: String,
    /// A PEM file with the authorities by which alone the server is trusted
    #[arg(long, value_name = "FILE")]
    pub authorities: Option<PathBuf>,
}

/// Who signs, and whose pointers are relied on.
#[derive(Debug, Args)]
pub struct Signing {
    /// The file of the secret key that signs the pointer
    #[arg(long, value_name = "SECRET", required_unless_present = "unsigned")]
    pub key: Option<PathBuf>,
    /// Sign nothing, and rely on what is there: where nobody else can write to the store
    #[arg(long, conflicts_with_all = ["key", "trusted"])]
    pub unsigned: bool,
    /// A file of the keys that are trusted, as services have it; without it, the own key alone. May be given several times
    #[arg(long, value_name = "FILE")]
    pub trusted: Vec<PathBuf>,
}

/// What is said in a pointer, and on which conditions it is published.
#[derive(Debug, Args)]
pub struct Said {
    /// Why, in one line for people
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
    /// Who publishes, for people; the key that signed is known anyhow
    #[arg(long, value_name = "NAME")]
    pub signer: Option<String>,
    /// When it goes live, such as 2026-05-01T00:00:00Z; at once, where this is not given
    #[arg(long, value_name = "TIME")]
    pub not_before: Option<Moment>,
    /// Until when the next pointer will come: services raise an alarm after it, and go on
    #[arg(long, value_name = "TIME")]
    pub expires: Option<Moment>,
    /// The oldest engine that may price by it, such as 0.1.0
    #[arg(long, value_name = "VERSION")]
    pub min_engine: Option<String>,
    /// The epoch that must be the last one, 0 for none: refused where somebody else has published since
    #[arg(long, value_name = "EPOCH", value_parser = epoch)]
    pub expect: Option<u64>,
    /// Take at least this epoch: where a store was lost, and services have seen later epochs than it has
    #[arg(long, value_name = "EPOCH", value_parser = epoch)]
    pub least_epoch: Option<u64>,
    /// Check everything and publish nothing
    #[arg(long)]
    pub dry_run: bool,
    /// How to tell what was published
    #[arg(long, value_enum, default_value_t = super::Format::Human)]
    pub format: super::Format,
}

/// An epoch on the command line.
pub fn epoch(text: &str) -> std::result::Result<u64, String> {
    let wrong = |_| "an epoch is a whole number, such as 41; `ratewright bundle history` lists them".to_owned();
    text.parse().map_err(wrong)
}

/// What would be refused without being allowed.
#[derive(Debug, Default)]
pub struct Allowed {
    /// Callers run into changes of what they send.
    pub breaking: bool,
    /// Bundles whose tests did not all pass before they were made.
    pub untested: bool,
}

impl Said {
    fn options(&self, allowed: &Allowed) -> Options {
        Options {
            expected_epoch: self.expect,
            least_epoch: self.least_epoch,
            allow_breaking: allowed.breaking,
            allow_untested: allowed.untested,
            not_before: self.not_before,
            expires: self.expires,
            min_engine: self.min_engine.clone(),
            signer: self.signer.clone(),
            reason: self.reason.clone(),
        }
    }
}

/// The store of a name on the command line.
pub fn store(named: &str, authorities: Option<&PathBuf>) -> Result<Box<dyn WritableStore>> {
    if !named.starts_with("https://") && !named.starts_with("http://") {
        if named.contains("://") {
            return Err(Failure::usage(format!("`{named}` is no store: name a folder, or an address with `https://`")));
        }
        return match authorities {
            Some(_) => Err(Failure::usage("`--authorities` is for stores with an `https://` address")),
            None => Ok(Box::new(Folder::new(named))),
        };
    }
    http(named, authorities)
}

#[cfg(feature = "http")]
fn http(named: &str, authorities: Option<&PathBuf>) -> Result<Box<dyn WritableStore>> {
    let mut store = ratewright_sources::store::Http::at(named).map_err(Failure::usage)?;
    if let Ok(value) = std::env::var(AUTHORIZATION) {
        store = store.with_header("Authorization", &value).map_err(Failure::usage)?;
    }
    if let Some(path) = authorities {
        let pem = std::fs::read(path).map_err(|error| Failure::file("read", path, &error))?;
        store = store.trusting(&pem).map_err(Failure::usage)?;
    }
    Ok(Box::new(store))
}

#[cfg(not(feature = "http"))]
fn http(named: &str, _: Option<&PathBuf>) -> Result<Box<dyn WritableStore>> {
    Err(Failure::usage(format!("`{named}`: this ratewright was built without HTTP; name a folder")))
}

/// Publishes one change, and tells of it.
pub fn publish(to: &To, signing: &Signing, said: &Said, rule_set: &str, change: &Change, allowed: &Allowed) -> Result {
    let store = store(&to.to, to.authorities.as_ref())?;
    let signer = signing.key.as_deref().map(Signer::of).transpose()?;
    let publisher = match &signer {
        None => Publisher::unsigned(&*store, &to.channel),
        Some(signer) => {
            let trusted = match signing.trusted.is_empty() {
                true => signer.public().clone(),
                false => verify::trusted_keys(&[], &signing.trusted)?,
            };
            let comment = format!("pointer of {rule_set} on {}", to.channel);
            let sign = move |bytes: &[u8]| signer.sign(bytes, &comment).map_err(|failure| failure.to_string());
            Publisher::signing(&*store, &to.channel, trusted, sign)
        }
    };
    let publisher = publisher.map_err(Failure::usage)?.compiled_by(compile);
    let now = SystemClock::default().now();
    let told = Told { to, said, rule_set, key: signer.as_ref().map(Signer::id) };
    let plan = match publisher.plan(rule_set, change, &said.options(allowed), now) {
        Ok(plan) => plan,
        Err(error) => return told.refused(&error),
    };
    let mut done = Done::of(&plan);
    let warnings = match said.dry_run {
        true => plan.warnings().to_vec(),
        false => match publisher.carry_out(plan) {
            Ok(published) => published.warnings,
            Err(error) => return told.refused(&error),
        },
    };
    done.warnings = warnings.iter().map(|warning| for_the_command(warning)).collect();
    told.done(&done)
}

/// What was published, or would be.
struct Done {
    pointer: Pointer,
    /// What ran.
    before: Vec<Named>,
    loaded: Vec<Edition>,
    removed: Vec<Edition>,
    breaks: Vec<String>,
    warnings: Vec<String>,
}

impl Done {
    fn of(plan: &Plan) -> Done {
        Done {
            pointer: plan.pointer().clone(),
            before: plan.before().to_vec(),
            loaded: plan.loaded().to_vec(),
            removed: plan.removed().to_vec(),
            breaks: plan.breaks().iter().map(|one| for_the_command(&one.to_string())).collect(),
            warnings: Vec::new(),
        }
    }
}

impl Done {
    /// Each edition that is named or was taken away: its version, what is new about it, and the digest of its bundle.
    fn lines(&self) -> Vec<(String, String, String)> {
        let with = |editions: &[Edition], version: Option<&str>| {
            editions.iter().find(|edition| edition.version() == version).map(|edition| edition.digest().short())
        };
        let ran = |digest: Digest| self.before.iter().any(|named| named.sha256 == digest);
        let ran_otherwise = |version: Option<&str>| self.before.iter().any(|named| named.version.as_deref() == version);
        let named = self.pointer.editions.iter().map(|named| {
            let version = named.version.as_deref();
            let news = match (with(&self.loaded, version), with(&self.removed, version)) {
                (Some(new), Some(old)) if new == old => "same meaning, another file".to_owned(),
                (Some(_), Some(old)) => format!("new, in the place of {old}"),
                (Some(_), None) => "new".to_owned(),
                _ if !ran(named.sha256) && ran_otherwise(version) => "same meaning, another file".to_owned(),
                _ => "as before".to_owned(),
            };
            (or_none(named.version.clone()), news, named.sha256.short())
        });
        let is_named =
            |old: &&Edition| self.pointer.editions.iter().any(|named| named.version.as_deref() == old.version());
        let gone = self.removed.iter().filter(|old| !is_named(old));
        let gone = gone.map(|old| (or_none(old.version().map(str::to_owned)), "taken away".to_owned(), String::new()));
        named.chain(gone).collect()
    }
}

/// What is told of a publication, and to whom.
struct Told<'a> {
    to: &'a To,
    said: &'a Said,
    rule_set: &'a str,
    key: Option<KeyId>,
}

impl Told<'_> {
    fn done(&self, done: &Done) -> Result {
        let epoch = done.pointer.epoch;
        if self.said.format == super::Format::Json {
            let editions = |editions: &[Edition]| -> Value {
                editions.iter().map(|one| json!({ "version": one.version(), "digest": one.digest() })).collect()
            };
            let more = json!({
                "epoch": epoch,
                "pointer": done.pointer,
                "loaded": editions(&done.loaded),
                "removed": editions(&done.removed),
                "breaks": done.breaks,
                "warnings": done.warnings,
            });
            let report = self.report(!self.said.dry_run, None, more);
            return print_json(&report).map(|()| Outcome::Fine);
        }
        let mut out = terminal::stdout();
        let (rule_set, channel) = (self.rule_set, &self.to.channel);
        match self.said.dry_run {
            true => writeln!(out, "{STRONG}would publish{STRONG:#} {rule_set} on {channel}: epoch {epoch}")?,
            false => writeln!(out, "{GOOD}published{GOOD:#} {rule_set} on {channel}: epoch {epoch}")?,
        }
        let lines = done.lines();
        let widest = lines.iter().map(|(version, ..)| terminal::width(version)).max().unwrap_or(0);
        let news_widest = lines.iter().map(|(_, news, _)| terminal::width(news)).max().unwrap_or(0).max(10);
        for (version, news, digest) in lines {
            let (version, news) = (terminal::left(&plain(&version), widest), terminal::left(&news, news_widest));
            writeln!(out, "  {version}  {news}  {FAINT}{digest}{FAINT:#}")?;
        }
        if let Some(moment) = done.pointer.not_before {
            writeln!(out, "goes live at {moment}")?;
        }
        out.flush()?;
        for warning in done.breaks.iter().filter(|one| !done.warnings.contains(one)).chain(&done.warnings) {
            writeln!(anstream::stderr(), "{WARNING}warning{WARNING:#}: {}", plain(warning))?;
        }
        Ok(Outcome::Fine)
    }

    fn refused(&self, error: &PublishError) -> Result {
        use PublishError::{Name, NotSigned, Store, Wish};
        let mut words = for_the_command(&error.to_string());
        if let PublishError::Refused(refused) = error
            && refused.reasons().iter().any(|one| matches!(one, Reason::Shelf(ShelfProblem::Overlap { .. })))
        {
            words.push_str(
                "\nto let these bundles run and nothing else: `--only`; to take one away that runs: `--remove VERSION`",
            );
        }
        let is_usage = matches!(error, Name { .. } | Wish(_) | Store(_) | NotSigned(_));
        match self.said.format {
            super::Format::Json => {
                let more = match error {
                    PublishError::Conflict { pointer, .. } => json!({ "conflict": pointer }),
                    _ => Value::Null,
                };
                print_json(&self.report(false, Some(words.clone()), more))?;
            }
            super::Format::Human if !is_usage => {
                let lines: Vec<String> = words.lines().map(plain).collect();
                let name = format!("{} on {}", self.rule_set, self.to.channel);
                writeln!(anstream::stderr(), "{ERROR}refused{ERROR:#} {name}: {}", lines.join("\n  "))?;
            }
            super::Format::Human => {}
        }
        if is_usage { Err(Failure::usage(words)) } else { Ok(Outcome::Failed) }
    }

    /// What every report says, and what this one says besides.
    fn report(&self, published: bool, problem: Option<String>, more: Value) -> Value {
        let mut report = json!({
            "published": published,
            "dry_run": self.said.dry_run,
            "problem": problem,
            "store": self.to.to,
            "channel": self.to.channel,
            "rule_set": self.rule_set,
            "key": self.key.map(|key| key.to_string()),
        });
        if let (Value::Object(report), Value::Object(more)) = (&mut report, more) {
            report.extend(more);
        }
        report
    }
}

/// Words of the library, which speaks of what a program calls.
fn for_the_command(words: &str) -> String {
    words.replace("`allow_breaking()`", "`--allow-breaking`").replace("`allow_untested`", "`--untested`")
}

/// A version, or what stands for one that is not there.
pub fn or_none(version: Option<String>) -> String {
    version.unwrap_or_else(|| "no version".to_owned())
}

/// What somebody else wrote, for a terminal: without what would move its cursor or change its colours.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}
