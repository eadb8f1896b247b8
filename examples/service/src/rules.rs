//! Where the rules come from, as named on the command line → sources for the keeper, or what is wrong with the files that are named.

use crate::options::{Followed, Rules};
use ratewright_sources::store::{Folder, Http, Store};
use ratewright_sources::{Channel, Directory, Keeper, KeyFiles, Trust};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The environment variable with what is sent to a store as `Authorization`, as for the command `ratewright`.
const AUTHORIZATION: &str = "RATEWRIGHT_STORE_AUTHORIZATION";

impl Rules {
    /// Lets a keeper keep its book by these.
    ///
    /// # Errors
    /// A file of keys or authorities cannot be read, or the store is named wrongly: for people.
    pub fn keep(&self, keeper: Keeper) -> Result<Keeper, String> {
        match self {
            Rules::Folder { folder, rule_sets, trusted } => {
                let directory = rule_sets.iter().fold(Directory::new(folder), |all, name| all.expecting(name));
                Ok(keeper.source(match trusted.as_slice() {
                    [] => directory,
                    files => directory.signed_by(keys(files)?),
                }))
            }
            Rules::Channel(followed) => Ok(followed.channels()?.into_iter().fold(keeper, Keeper::source)),
        }
    }
}

impl Followed {
    /// A source for each rule set.
    fn channels(&self) -> Result<Vec<Channel>, String> {
        let store = self.store()?;
        let trust = match self.trusted.as_slice() {
            [] => Trust::Unsigned,
            files => Trust::Files(keys(files)?),
        };
        let follow = |rule_set: &String| {
            let channel = Channel::new(store.clone(), &self.channel, rule_set, trust.clone());
            match &self.keep {
                Some(folder) => channel.kept_in(folder),
                None => channel,
            }
        };
        Ok(self.rule_sets.iter().map(follow).collect())
    }

    fn store(&self) -> Result<Arc<dyn Store>, String> {
        let named = &self.from;
        if !named.starts_with("https://") && !named.starts_with("http://") {
            return match &self.authorities {
                _ if named.contains("://") => {
                    Err(format!("`{named}` is no store: name a folder, or an address with `https://`"))
                }
                Some(_) => Err("`--authorities` is for stores with an `https://` address".to_owned()),
                None => Ok(Arc::new(Folder::new(named))),
            };
        }
        let mut store = Http::at(named).map_err(|error| error.to_string())?;
        if let Ok(value) = std::env::var(AUTHORIZATION) {
            store = store.with_header("Authorization", &value).map_err(|error| error.to_string())?;
        }
        if let Some(path) = &self.authorities {
            let pem = std::fs::read(path).map_err(|error| cannot_read(path, &error))?;
            store = store.trusting(&pem).map_err(|error| format!("`{}`: {error}", path.display()))?;
        }
        Ok(Arc::new(store))
    }
}

/// The keys in files, which are read again at each look.
fn keys(files: &[PathBuf]) -> Result<KeyFiles, String> {
    KeyFiles::read(files).map_err(|error| error.to_string())
}

fn cannot_read(path: &Path, error: &std::io::Error) -> String {
    format!("cannot read `{}`: {error}", path.display())
}
