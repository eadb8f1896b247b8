//! What the service is started with: the words of the command line → where its rules come from and how it answers, or what is wrong.
//!
//! The words are those of `ratewright bundle`. What could be meant in two ways is refused: a service that prices by other rules than
//! somebody thinks is worse than one that does not start.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// How the service is started, in short.
pub const SYNOPSIS: &str = "\
ratewright-service --rules FOLDER [--rule-set NAME]... [--trusted FILE]... [options]
ratewright-service --from STORE --channel NAME --rule-set NAME... (--trusted FILE... | --unsigned) [--keep FOLDER] [options]";

/// What each word means.
pub const USAGE: &str = "\
Price by a folder:
  --rules FOLDER      the rule files and bundles of a folder, and what becomes of them
  --rule-set NAME     it must hold this rule set; may be given several times
  --trusted FILE      take nothing but bundles that one of these keys signed

Price by a channel, which `ratewright bundle publish` writes:
  --from STORE        the store: a folder, or an https:// address
  --channel NAME      the channel, such as production
  --rule-set NAME     a rule set on it; may be given several times
  --trusted FILE      public keys in minisign's form, one of which must have signed what runs, and `revoked ID` for those that no longer
                      count; may be given several times. Read again at each look
  --unsigned          ask nobody who signed: where nobody else can write to the store
  --keep FOLDER       keep what runs there, so that a restart begins with it, also without the store, and knows which epochs were seen
  --authorities FILE  a PEM file with the authorities by which alone the server is trusted

Options:
  --listen ADDRESS    answer there: 127.0.0.1:8080
  --every SECONDS     look for new rules about so often: 15; events of the disk and POST /reload let a look come earlier
  --start-empty       start although there is nothing to price by, and refuse to price until there is
  --help              show this

RATEWRIGHT_OPERATOR_TOKEN holds the token for POST /reload and POST /rollback; without it nobody may do these.
RATEWRIGHT_STORE_AUTHORIZATION is sent to an https:// store as `Authorization`.

The exit code is 0 where the service was told to end, 1 where it cannot start or go on, 2 where these words or a file that they name are wrong.";

/// What the service is started with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where the rules come from.
    pub rules: Rules,
    /// Where to answer.
    pub listen: SocketAddr,
    /// How often to look for new rules.
    pub every: Duration,
    /// Whether to start with nothing to price by.
    pub start_empty: bool,
}

/// Where rules come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rules {
    /// From a folder.
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What it must hold.
        rule_sets: Vec<String>,
        /// Files of the keys that must have signed its bundles; none where nobody is asked.
        trusted: Vec<PathBuf>,
    },
    /// From a channel.
    Channel(Followed),
}

/// Rule sets on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The store: a folder or an address.
    pub from: String,
    /// The channel.
    pub channel: String,
    /// The rule sets, each once.
    pub rule_sets: Vec<String>,
    /// Files of the keys that count; none where nobody is asked who signed.
    pub trusted: Vec<PathBuf>,
    /// Where what runs is kept.
    pub keep: Option<PathBuf>,
    /// The file of the authorities by which alone a server is trusted.
    pub authorities: Option<PathBuf>,
}

/// What follows a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Nothing,
    One,
    Several,
}

const KNOWN: [(&str, Takes); 11] = [
    ("--rules", Takes::One),
    ("--from", Takes::One),
    ("--channel", Takes::One),
    ("--rule-set", Takes::Several),
    ("--trusted", Takes::Several),
    ("--unsigned", Takes::Nothing),
    ("--keep", Takes::One),
    ("--authorities", Takes::One),
    ("--listen", Takes::One),
    ("--every", Takes::One),
    ("--start-empty", Takes::Nothing),
];

/// What makes sense with a channel alone.
const OF_CHANNELS: [&str; 4] = ["--channel", "--unsigned", "--keep", "--authorities"];

impl Options {
    /// Reads the words of the command line, without the first.
    ///
    /// # Errors
    /// What is wrong, for people.
    ///
    /// ```
    /// use ratewright_service::options::{Options, Rules};
    ///
    /// let words = "--from /srv/tariffs --channel production --rule-set parcel --trusted trusted.keys --keep /var/lib/tariffs";
    /// let options = Options::parse(words.split(' ').map(str::to_owned))?;
    /// let Rules::Channel(followed) = options.rules else { return Err("no channel".into()) };
    /// assert_eq!((followed.channel.as_str(), followed.rule_sets.as_slice()), ("production", &["parcel".to_owned()][..]));
    ///
    /// let words = "--from /srv/tariffs --channel production --rule-set parcel".split(' ').map(str::to_owned);
    /// assert_eq!(
    ///     Options::parse(words).unwrap_err(),
    ///     "say whose signature counts with `--trusted FILE`, or with `--unsigned` that none is asked for"
    /// );
    /// # Ok::<(), String>(())
    /// ```
    pub fn parse(words: impl IntoIterator<Item = String>) -> Result<Options, String> {
        let mut said = Said::read(words)?;
        let listen = said.one("--listen").unwrap_or_else(|| "127.0.0.1:8080".to_owned());
        let listen = listen.parse().map_err(|_| "`--listen` wants an address such as 127.0.0.1:8080")?;
        let every = said.one("--every").unwrap_or_else(|| "15".to_owned());
        let every = every.parse().ok().filter(|seconds| (1..=86_400).contains(seconds));
        let every = Duration::from_secs(every.ok_or("`--every` wants a number of seconds such as 15")?);
        let start_empty = said.is("--start-empty");
        Ok(Options { rules: said.rules()?, listen, every, start_empty })
    }
}

/// The words, as they were said.
struct Said(BTreeMap<String, Vec<String>>);

impl Said {
    fn read(words: impl IntoIterator<Item = String>) -> Result<Said, String> {
        let mut said: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            let Some((_, takes)) = KNOWN.iter().find(|(known, _)| *known == word) else {
                return Err(format!("`{word}` is not known"));
            };
            let value = match takes {
                Takes::Nothing => None,
                _ => {
                    let value = words.next().filter(|value| !value.is_empty() && !value.starts_with("--"));
                    Some(value.ok_or_else(|| format!("`{word}` wants a value"))?)
                }
            };
            if *takes != Takes::Several && said.contains_key(&word) {
                return Err(format!("`{word}` is given twice"));
            }
            said.entry(word).or_default().extend(value);
        }
        Ok(Said(said))
    }

    fn is(&self, word: &str) -> bool {
        self.0.contains_key(word)
    }

    fn all(&mut self, word: &str) -> Vec<String> {
        self.0.remove(word).unwrap_or_default()
    }

    fn one(&mut self, word: &str) -> Option<String> {
        self.all(word).pop()
    }

    /// A path, or several.
    fn files(&mut self, word: &str) -> Vec<PathBuf> {
        self.all(word).into_iter().map(PathBuf::from).collect()
    }

    fn rules(mut self) -> Result<Rules, String> {
        let mut rule_sets = self.all("--rule-set");
        rule_sets.sort_unstable();
        rule_sets.dedup();
        match (self.one("--rules"), self.one("--from")) {
            (Some(folder), None) => match OF_CHANNELS.iter().find(|word| self.is(word)) {
                Some(word) => Err(format!("`{word}` is for a channel, and `--rules` is no channel: see `--from`")),
                None => Ok(Rules::Folder { folder: folder.into(), rule_sets, trusted: self.files("--trusted") }),
            },
            (None, Some(from)) => self.followed(from, rule_sets).map(Rules::Channel),
            (Some(_), Some(_)) => {
                Err("`--rules` and `--from` exclude each other: rules come from one place".to_owned())
            }
            (None, None) => {
                Err("say where the rules come from: `--rules FOLDER`, or `--from STORE` with `--channel`".to_owned())
            }
        }
    }

    fn followed(&mut self, from: String, rule_sets: Vec<String>) -> Result<Followed, String> {
        let channel = self.one("--channel").ok_or("`--channel` is missing: name one such as production")?;
        if rule_sets.is_empty() {
            return Err("`--rule-set` is missing: name each rule set to follow, such as parcel".to_owned());
        }
        let trusted = self.files("--trusted");
        match (trusted.is_empty(), self.is("--unsigned")) {
            (true, false) => {
                let what =
                    "say whose signature counts with `--trusted FILE`, or with `--unsigned` that none is asked for";
                return Err(what.to_owned());
            }
            (false, true) => return Err("`--trusted` and `--unsigned` exclude each other".to_owned()),
            _ => {}
        }
        let (keep, authorities) = (self.one("--keep").map(PathBuf::from), self.one("--authorities").map(PathBuf::from));
        Ok(Followed { from, channel, rule_sets, trusted, keep, authorities })
    }
}
