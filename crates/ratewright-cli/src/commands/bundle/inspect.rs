//! `ratewright bundle inspect`: what a bundle holds, for people.

use super::{Format, compile, open, print_json};
use crate::outcome::{Outcome, Result};
use crate::terminal::{self, ERROR, FAINT, STRONG, WARNING};
use clap::Args;
use ratewright::RuleSet;
use ratewright_sources::bundle::Tests;
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
            match arguments.format {
                Format::Human => {
                    writeln!(anstream::stderr(), "{ERROR}refused{ERROR:#} `{}`: {error}", arguments.bundle.display())?;
                }
                Format::Json => print_json(&report_of(arguments, None, None, Some(&error)))?,
            }
            return Ok(Outcome::Failed);
        }
    };
    let rules = compile(&bundle);
    let verified = match &rules {
        Ok(rules) => bundle.verify(rules).err(),
        Err(error) => Some(error.clone()),
    };
    let rules = rules.as_ref().ok();
    match arguments.format {
        Format::Human => human(&bundle, rules, verified.as_ref())?,
        Format::Json => print_json(&report_of(arguments, Some(&bundle), rules, verified.as_ref()))?,
    }
    Ok(Outcome::failed_if(verified.is_some()))
}

fn report_of(
    arguments: &Inspect,
    bundle: Option<&Bundle>,
    rules: Option<&RuleSet>,
    problem: Option<&BundleError>,
) -> serde_json::Value {
    serde_json::json!({
        "file": arguments.bundle,
        "fine": problem.is_none(),
        "problem": problem.map(ToString::to_string),
        "size": bundle.map(|bundle| bundle.as_bytes().len()),
        "sha256": bundle.map(Bundle::digest),
        "manifest": bundle.map(Bundle::manifest),
        "rules": rules.map(RuleSet::rule_digests),
    })
}

/// What became of the tests before the bundle was made.
fn words_of(tests: Option<Tests>) -> String {
    match tests {
        None => "whether they passed, the bundle does not say".to_owned(),
        Some(Tests { written: 0, .. }) => "there are none".to_owned(),
        Some(tests) => tests.untested().unwrap_or_else(|| match tests.passed {
            1 => "1 passed when it was built".to_owned(),
            passed => format!("all {passed} passed when it was built"),
        }),
    }
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
    lines.push(("tests", words_of(manifest.tests)));
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
