//! The start of a service: a file of stages and its log → which stages count, and why the file does not where it does not.

use super::{Evidence, StageFile, parse};
use crate::log::Log;
use ratewright::digest::Digest;
use ratewright::migrate::log::Change;
use ratewright::migrate::stage::Stages;
use ratewright_sources::Moment;
use std::path::PathBuf;

/// Why nobody knows which stages count at the start.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nobody knows which stages count: {why}; and the log {} has no change", .log.display())]
pub struct NoStages {
    /// What is wrong with the file.
    pub why: String,
    log: PathBuf,
}

/// A file of stages that was opened, and the stages to begin with.
#[derive(Debug)]
#[must_use = "the file may not count, and somebody must be told why"]
pub struct Opened {
    file: StageFile,
    stages: Stages,
    warning: Option<String>,
}

impl Opened {
    /// Why the stages are not those that the file says, if so, for people.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// The file, and the stages to begin with, once somebody was told why they are not those that the file says, if so.
    pub fn telling(self, told: impl FnOnce(&str)) -> (StageFile, Stages) {
        if let Some(warning) = &self.warning {
            told(warning);
        }
        (self.file, self.stages)
    }
}

impl StageFile {
    /// The stages to begin with: those of the file, logged where the log ends with others; or where the file does not count, those that were
    /// logged last, with the reason. Meanwhile nothing is looked at: [`StageFile::look`] and [`StageFile::watch`] do that.
    ///
    /// `evidence` gives the digest of what is known of the rules whenever a change is logged, this one too, as
    /// [`Gatherer::keep_evidence`](crate::Gatherer::keep_evidence) does; a panic of it is contained, and the change logged without.
    ///
    /// # Errors
    /// Neither the file nor the log says any. A service may begin with [`Stages::off`] then.
    pub fn open(
        path: impl Into<PathBuf>,
        log: Log,
        now: Moment,
        evidence: impl Fn() -> Option<Digest> + Send + 'static,
    ) -> Result<Opened, NoStages> {
        let (path, log_path) = (path.into(), log.path().to_owned());
        let evidence: Evidence = Box::new(evidence);
        let mut file = StageFile::on(path, log, evidence);
        let last = file.log.last().map(|last| last.change().stages.clone());
        let read = file.read().and_then(|bytes| parse(&bytes).map(|change| (bytes, change)));
        let why = match read {
            Ok((bytes, change)) => {
                let stages = change.stages.clone();
                let outdated = file.is_outdated(&change);
                let is_last = last.as_ref() == Some(&stages);
                let logged = match (is_last, outdated) {
                    (true, _) => Ok(()),
                    (false, Some(why)) => {
                        file.done = Some((bytes, None));
                        return last
                            .map(|last| Opened { file, stages: last, warning: Some(why.clone()) })
                            .ok_or(NoStages { why, log: log_path });
                    }
                    (false, None) => {
                        let evidence = file.evidence_now();
                        file.log.append(change, now, evidence).map(|_| ()).map_err(|error| error.to_string())
                    }
                };
                match logged {
                    Ok(()) => {
                        file.done = Some((bytes, None));
                        return Ok(Opened { file, stages, warning: None });
                    }
                    Err(why) => why,
                }
            }
            Err(why) => why,
        };
        match last {
            Some(last) => Ok(Opened { file, stages: last, warning: Some(why) }),
            None => Err(NoStages { why, log: log_path }),
        }
    }

    /// Whether a file says what was logged before and changed since by code, so that nobody has edited it since: a restart must not move anybody forward
    /// again whom a guard has stepped back. What only gives back counts in any case.
    pub(super) fn is_outdated(&self, change: &Change) -> Option<String> {
        let last = self.log.last()?;
        let known = self.log.earlier().iter().rev().find(|record| record.change() == change)?;
        let is_back = change.stages.only_gives_back(&last.change().stages);
        (!is_back).then(|| {
            format!(
                "{} says what was logged as change {} and replaced since by change {}, which counts: edit it to let it count again",
                self.path.display(),
                known.number(),
                last.number()
            )
        })
    }
}
