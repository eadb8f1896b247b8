//! `ratewright bundle rollback`: the editions of an earlier epoch run again.

use super::channel::{Allowed, Said, Signing, To, publish};
use crate::outcome::Result;
use clap::Args;
use ratewright_sources::channel::Change;

/// Let the editions of an earlier epoch run again, as a new epoch
#[derive(Debug, Args)]
pub struct Rollback {
    /// The dotted name of the rule set
    #[arg(long, value_name = "NAME")]
    pub rule_set: String,
    /// The epoch to go back to, as `ratewright bundle history` lists them
    #[arg(long, value_name = "EPOCH", value_parser = super::channel::epoch)]
    pub epoch: u64,
    #[command(flatten)]
    pub to: To,
    #[command(flatten)]
    pub signing: Signing,
    #[command(flatten)]
    pub said: Said,
}

/// Goes back on one channel.
pub fn run(arguments: &Rollback) -> Result {
    let change = Change::Again(arguments.epoch);
    publish(&arguments.to, &arguments.signing, &arguments.said, &arguments.rule_set, &change, &Allowed::default())
}
