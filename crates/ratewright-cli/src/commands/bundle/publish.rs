//! `ratewright bundle publish`: bundles run on a channel.

use super::channel::{Allowed, Said, Signing, To, publish};
use super::{Format, print_json};
use crate::bundles;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::ERROR;
use clap::Args;
use ratewright_sources::Bundle;
use ratewright_sources::channel::Change;
use std::io::Write;
use std::path::PathBuf;

/// Let bundles run on a channel
#[derive(Debug, Args)]
pub struct Publish {
    /// The bundles; with none, what runs is published anew, such as with a later `--expires`
    pub bundles: Vec<PathBuf>,
    #[command(flatten)]
    pub to: To,
    #[command(flatten)]
    pub signing: Signing,
    /// The rule set, where no bundle says it
    #[arg(long, value_name = "NAME")]
    pub rule_set: Option<String>,
    /// Let these bundles run and nothing else; without this they are put beside those that run, in the place of those of the same version
    #[arg(long)]
    pub only: bool,
    /// Take the edition of this version away; may be given several times
    #[arg(long, value_name = "VERSION", conflicts_with = "only")]
    pub remove: Vec<String>,
    /// Go on where callers run into changes of what they send
    #[arg(long)]
    pub allow_breaking: bool,
    /// Take bundles whose tests did not run when they were built; here they run all the same, and must pass
    #[arg(long)]
    pub untested: bool,
    #[command(flatten)]
    pub said: Said,
}

/// Publishes on one channel.
pub fn run(arguments: &Publish) -> Result {
    let mut bundles: Vec<Bundle> = Vec::new();
    for path in &arguments.bundles {
        match bundles::open(path)? {
            Ok(bundle) => bundles.push(bundle),
            Err(error) => {
                match arguments.said.format {
                    Format::Human => {
                        writeln!(anstream::stderr(), "{ERROR}refused{ERROR:#} `{}`: {error}", path.display())?;
                    }
                    Format::Json => {
                        let problem = error.to_string();
                        print_json(&serde_json::json!({
                            "published": false,
                            "dry_run": arguments.said.dry_run,
                            "problem": problem,
                            "file": path,
                            "store": arguments.to.to,
                            "channel": arguments.to.channel,
                            "rule_set": arguments.rule_set,
                            "key": null,
                        }))?;
                    }
                }
                return Ok(Outcome::Failed);
            }
        }
    }
    let first = bundles.first().map(|bundle| bundle.manifest().rule_set.clone());
    let rule_set = match arguments.rule_set.clone().or(first) {
        Some(rule_set) => rule_set,
        None => return Err(Failure::usage("say with `--rule-set` what is published, where no bundle says it")),
    };
    let change = match arguments.only {
        true => Change::Only(bundles),
        false => Change::Beside { put: bundles, remove: arguments.remove.clone() },
    };
    let allowed = Allowed { breaking: arguments.allow_breaking, untested: arguments.untested };
    publish(&arguments.to, &arguments.signing, &arguments.said, &rule_set, &change, &allowed)
}
