//! `ratewright bundle inspect`: what a bundle holds, for people.

use super::{Format, compile, open};
use crate::outcome::{Outcome, Result};
use crate::terminal::{self, ERROR, FAINT, STRONG, WARNING};
use clap::Args;
use ratewright::RuleSet;
use ratewright_sources::{Bundle, BundleError};
use std::io::Write;
use std::path::PathBuf;

/// Show what a bundle holds
#[derive(Debug, Args)]
pub struct Inspect {
    /// The bundle, or `-` for standard input
    pub bundle: PathBuf,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Shows one bundle. One that is whole is shown even where its rules cannot be used here; the outcome tells.
pub fn run(arguments: &Inspect) -> Result {
    let bundle = match open(&arguments.bundle)? {
        Ok(bundle) => bundle,
        Err(error) => {
            writeln!(anstream::stderr(), "{ERROR}refused{ERROR:#} `{}`: {error}", arguments.bundle.display())?;
            return Ok(Outcome::Failed);
        }
    };
    let rules = compile(&bundle);
    let verified = match &rules {
        Ok(rules) => bundle.verify(rules).err(),
        Err(error) => Some(error.clone()),
    };
    match arguments.format {
        Format::Human => human(&bundle, rules.as_ref().ok(), verified.as_ref())?,
        Format::Json => {
            let report = serde_json::json!({
                "sha256": bundle.digest(),
                "size": bundle.as_bytes().len(),
                "manifest": bundle.manifest(),
                "rules": rules.as_ref().ok().map(RuleSet::rule_digests),
                "problem": verified.as_ref().map(ToString::to_string),
            });
            let mut out = terminal::stdout();
            serde_json::to_writer_pretty(&mut out, &report)?;
            writeln!(out)?;
            out.flush()?;
        }
    }
    Ok(Outcome::failed_if(verified.is_some()))
}

fn human(bundle: &Bundle, rules: Option<&RuleSet>, problem: Option<&BundleError>) -> Result<()> {
    let manifest = bundle.manifest();
    let mut out = terminal::stdout();
    writeln!(out, "{STRONG}{}{STRONG:#} ({})", manifest.title, manifest.rule_set)?;
    let mut lines = vec![("effective", manifest.effective.period().to_string())];
    if let Some(version) = &manifest.version {
        lines.insert(0, ("version", version.clone()));
    }
    lines.extend(manifest.published.map(|day| ("published", day.to_string())));
    let supersedes = manifest.supersedes.as_ref();
    lines.extend(supersedes.map(|old| ("supersedes", format!("{} from {}", old.version, old.from))));
    lines.push(("digest", manifest.digest.to_string()));
    lines.push(("sha256", format!("{} (the file, {} bytes)", bundle.digest(), bundle.as_bytes().len())));
    let zones =
        format!("engine {}, semantics {}, zones {}", manifest.engine, manifest.semantics, manifest.zone_database);
    lines.push(("made by", zones));
    for (word, text) in lines {
        writeln!(out, "  {} {text}", terminal::left(word, 10))?;
    }
    writeln!(out, "\n{STRONG}texts{STRONG:#}")?;
    let widest = manifest.parts.iter().map(|part| terminal::width(&part.path)).max().unwrap_or(0);
    for part in &manifest.parts {
        let mark = if part.path == manifest.main { "  the rule set" } else { "" };
        let size = terminal::right(&part.size.to_string(), 11);
        writeln!(out, "  {}{size}  {FAINT}{}{FAINT:#}{mark}", terminal::left(&part.path, widest), part.sha256.short())?;
    }
    if let Some(rules) = rules {
        writeln!(out, "\n{STRONG}rules{STRONG:#}")?;
        let rules = rules.rule_digests();
        let widest = rules.iter().map(|rule| terminal::width(&rule.name)).max().unwrap_or(0);
        for rule in &rules {
            let kind = serde_json::to_value(rule.kind)?;
            let kind = terminal::left(kind.as_str().unwrap_or_default(), 10);
            writeln!(out, "  {kind} {}  {FAINT}{}{FAINT:#}", terminal::left(&rule.name, widest), rule.digest.short())?;
        }
    }
    out.flush()?;
    if let Some(problem) = problem {
        writeln!(anstream::stderr(), "{WARNING}warning{WARNING:#}: {problem}")?;
    }
    Ok(())
}
