//! What the service is started with.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How the service is started.
pub const USAGE: &str = "\
ratewright-service --rules FOLDER [--listen ADDRESS] [--every SECONDS] [--start-empty]

  --rules FOLDER      price by the rule files and bundles of a folder, and by what becomes of them
  --listen ADDRESS    answer there: 127.0.0.1:8080
  --every SECONDS     look for new rules about so often: 15; events of the disk and POST /reload let a look come earlier
  --start-empty       start although there is nothing to price by, and refuse to price until there is

RATEWRIGHT_OPERATOR_TOKEN holds the token for POST /reload and POST /rollback; without it nobody may do these.";

/// What the service is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The folder of rules.
    pub rules: PathBuf,
    /// Where to answer.
    pub listen: SocketAddr,
    /// How often to look for new rules.
    pub every: Duration,
    /// Whether to start with nothing to price by.
    pub start_empty: bool,
}

impl Options {
    /// Reads the words of the command line, without the first.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Options, String> {
        let mut rules = None;
        let mut listen = SocketAddr::from(([127, 0, 0, 1], 8080));
        let mut every = Duration::from_secs(15);
        let mut start_empty = false;
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("`{word}` wants a value"));
            match &*word {
                "--rules" => rules = Some(PathBuf::from(value()?)),
                "--listen" => {
                    listen = value()?.parse().map_err(|_| "`--listen` wants an address such as 127.0.0.1:8080")?;
                }
                "--every" => {
                    let seconds = value()?.parse().ok().filter(|seconds| *seconds > 0);
                    every = Duration::from_secs(seconds.ok_or("`--every` wants a number of seconds such as 15")?);
                }
                "--start-empty" => start_empty = true,
                _ => return Err(format!("`{word}` is not known")),
            }
        }
        let rules = rules.ok_or("`--rules` is missing: name a folder such as rules/freight")?;
        Ok(Options { rules, listen, every, start_empty })
    }
}
