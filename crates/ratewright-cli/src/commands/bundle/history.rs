//! `ratewright bundle history`: what was published on a channel, by whom, and what is wrong with it.

use super::channel::{or_none, plain, store};
use super::{Format, print_json, verify};
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::{self, ERROR, FAINT, GOOD, STRONG};
use clap::Args;
use ratewright_sources::channel::{self, Entry, PublishError};
use ratewright_sources::{Pointer, Signed, Trust};
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;

/// Show what was published on a channel
#[derive(Debug, Args)]
pub struct History {
    /// The store: a folder, or an `https://` address
    #[arg(long, value_name = "STORE")]
    pub from: String,
    /// The channel, such as `production`
    #[arg(long, value_name = "NAME")]
    pub channel: String,
    /// The dotted name of the rule set
    #[arg(long, value_name = "NAME")]
    pub rule_set: String,
    /// A public key that is trusted: its file, or the line in it that begins with `RW`; may be given several times
    #[arg(long, value_name = "KEY")]
    pub key: Vec<String>,
    /// A file of trusted keys, with `revoked ID` for those that no longer count; may be given several times
    #[arg(long, value_name = "FILE")]
    pub trusted: Vec<PathBuf>,
    /// Ask nobody who signed
    #[arg(long, conflicts_with_all = ["key", "trusted"])]
    pub unsigned: bool,
    /// How many epochs to show
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..))]
    pub last: u64,
    /// A PEM file with the authorities by which alone the server is trusted
    #[arg(long, value_name = "FILE")]
    pub authorities: Option<PathBuf>,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Shows one channel. Where something is wrong with it, the outcome tells.
pub fn run(arguments: &History) -> Result {
    let trust = match arguments.unsigned {
        true => Trust::Unsigned,
        false => Trust::Keys(verify::trusted_keys(&arguments.key, &arguments.trusted)?),
    };
    let store = store(&arguments.from, arguments.authorities.as_ref())?;
    let (channel, rule_set) = (&arguments.channel, &arguments.rule_set);
    let read = channel::history(&*store, channel, rule_set, &trust, arguments.last);
    let mut history = read.map_err(|error: PublishError| Failure::usage(error))?;
    if history.entries.is_empty() && history.problems.is_empty() {
        history.problems.push(format!(
            "nothing was published of `{rule_set}` on `{channel}` there: look whether the store, the channel and the rule set are the right ones"
        ));
    }
    match arguments.format {
        Format::Human => human(arguments, &history)?,
        Format::Json => print_json(&json!({
            "store": arguments.from,
            "channel": channel,
            "rule_set": rule_set,
            "current": history.current,
            "entries": history.entries.iter().map(entry).collect::<Vec<Value>>(),
            "earlier": history.earlier,
            "problems": history.problems,
        }))?,
    }
    let entries_fine = history.entries.iter().all(|entry| entry.problem.is_none());
    Ok(Outcome::failed_if(!entries_fine || !history.problems.is_empty()))
}

fn entry(entry: &Entry) -> Value {
    json!({
        "epoch": entry.epoch,
        "current": entry.is_current,
        "pointer": entry.pointer,
        "signed": entry.signed.as_ref().map(|Signed { key, name, comment, .. }| {
            json!({ "key": key.to_string(), "name": name, "comment": comment })
        }),
        "digest": entry.digest,
        "problem": entry.problem,
    })
}

fn human(arguments: &History, history: &channel::History) -> Result<()> {
    let mut out = terminal::stdout();
    writeln!(out, "{STRONG}{}{STRONG:#} on {} in {}", arguments.rule_set, arguments.channel, arguments.from)?;
    for (at, entry) in history.entries.iter().enumerate() {
        let current = if entry.is_current { format!("  {GOOD}current{GOOD:#}") } else { String::new() };
        write!(out, "\n{STRONG}epoch {}{STRONG:#}{current}", entry.epoch)?;
        match &entry.pointer {
            Some(pointer) => said(&mut out, pointer, entry.signed.as_ref())?,
            None => writeln!(out)?,
        }
        if let Some(epoch) = went_back_to(history.entries.get(at..).unwrap_or_default()) {
            writeln!(out, "  went back to what epoch {epoch} names")?;
        }
        if let Some(problem) = &entry.problem {
            writeln!(out, "  {ERROR}problem{ERROR:#}: {}", plain(problem))?;
        }
    }
    if history.earlier > 0 {
        writeln!(
            out,
            "\n{FAINT}{} before these{FAINT:#}",
            terminal::count(history.earlier as usize, "epoch", "epochs")
        )?;
    }
    out.flush()?;
    for problem in &history.problems {
        writeln!(anstream::stderr(), "{ERROR}problem{ERROR:#}: {}", plain(problem))?;
    }
    Ok(())
}

/// The epoch whose editions the first of these runs again, where they are others than those before it.
fn went_back_to(entries: &[Entry]) -> Option<u64> {
    let editions = |entry: &Entry| {
        let pointer = entry.pointer.as_ref()?;
        let mut named: Vec<_> = pointer.editions.iter().map(|named| named.sha256).collect();
        named.sort_unstable();
        Some(named).filter(|named| !named.is_empty())
    };
    let (first, earlier) = entries.split_first()?;
    let (now, before) = (editions(first)?, editions(earlier.first()?));
    earlier
        .iter()
        .find(|entry| before.as_ref() != Some(&now) && editions(entry).as_ref() == Some(&now))
        .map(|entry| entry.epoch)
}

/// What a pointer says, and who signed it.
fn said(out: &mut impl Write, pointer: &Pointer, signed: Option<&Signed>) -> Result<()> {
    let signer = pointer.signer.as_ref().map_or_else(String::new, |who| format!(" by {}", plain(who)));
    let key = signed.map_or_else(
        || "not asked who signed".to_owned(),
        |signed| {
            let name = signed.name.as_ref().map_or_else(String::new, |name| format!(" ({})", plain(name)));
            format!("key {}{name}", signed.key)
        },
    );
    writeln!(out, "  {}{signer}, {key}", pointer.made)?;
    if let Some(reason) = &pointer.reason {
        writeln!(out, "  {}", plain(reason))?;
    }
    let editions = pointer.editions.iter().map(|named| (plain(&or_none(named.version.clone())), named));
    let widest = editions.clone().map(|(version, _)| terminal::width(&version)).max().unwrap_or(0);
    for (version, named) in editions {
        let sha256 = named.sha256.short();
        let untested = if named.untested { "  untested when it was built" } else { "" };
        let version = terminal::left(&version, widest);
        writeln!(out, "    {version}  {FAINT}{sha256}  {} bytes{FAINT:#}{untested}", named.size)?;
    }
    if pointer.editions.is_empty() {
        writeln!(out, "    no editions: nobody is priced by it")?;
    }
    let moments = [("goes live", pointer.not_before), ("expires", pointer.expires)];
    for (what, moment) in moments.into_iter().filter_map(|(what, moment)| Some((what, moment?))) {
        writeln!(out, "  {what} {moment}")?;
    }
    if let Some(engine) = &pointer.min_engine {
        writeln!(out, "  for engines from {} on", plain(engine))?;
    }
    if pointer.breaking == Some(pointer.epoch) {
        writeln!(out, "  callers may break")?;
    }
    Ok(())
}
