//! What a migration is to do, as people write it: text → plan.
//!
//! Plain data, read strictly: what is not known, stands twice or is `null` is an error with its path. A plan counts once it was checked:
//! [`Stages`](super::stage::Stages).

use super::bucket::{ALGORITHM, Share};
use super::fields::{Fields, listed, read};
use crate::diagnostic::did_you_mean;
use serde::Serialize;
use serde_json::value::RawValue;
use std::fmt;
use std::str::FromStr;

/// How far a migration has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// The legacy prices everything, and the candidate is not asked: whatever else the plan says.
    #[default]
    Off,
    /// The legacy prices; the candidate is asked beside it, and the two are compared.
    Shadow,
    /// The candidate prices the customers of a share, the legacy all others.
    Canary,
    /// The candidate prices; the legacy is asked beside it, and the two are compared.
    Primary,
    /// The candidate prices, and the legacy is not asked.
    Complete,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Stage; 5] = [Stage::Off, Stage::Shadow, Stage::Canary, Stage::Primary, Stage::Complete];

    /// Its name, as in a file.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Off => "off",
            Stage::Shadow => "shadow",
            Stage::Canary => "canary",
            Stage::Primary => "primary",
            Stage::Complete => "complete",
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Stage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = Stage::ALL.map(Stage::name);
        let found = Stage::ALL.into_iter().find(|stage| stage.name() == text);
        found.ok_or_else(|| match did_you_mean(text, names) {
            Some(meant) => format!("`{text}` is no stage; did you mean `{meant}`?"),
            None => format!("`{text}` is no stage; the stages are {}", listed(&names)),
        })
    }
}

/// The share of one segment of customers in a canary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Step {
    /// The segment, as the caller names it; everybody, where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// Which part of its keys the candidate prices.
    pub share: Share,
}

/// How many of the cases that could be compared are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Sample {
    /// Of those that the legacy prices: how many the candidate prices too.
    pub shadow: Share,
    /// Of those that the candidate prices: how many the legacy prices too.
    pub reverse: Share,
}

impl Default for Sample {
    /// All of them.
    fn default() -> Self {
        Sample { shadow: Share::ALL, reverse: Share::ALL }
    }
}

/// What a migration is to do, as it is written down. It counts once [`Stages::new`](super::stage::Stages::new) has checked it.
///
/// `Plan::default()` with a name is `off`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The name of the migration.
    pub migration: String,
    /// What divides customers independently of other migrations; the name of the migration where nothing is said.
    pub salt: Option<String>,
    /// How far it has come.
    pub stage: Stage,
    /// Shares by segment, of which the first that is for a customer counts. Kept in all stages, used in [`Stage::Canary`].
    pub canary: Vec<Step>,
    /// The codes of charges that the candidate already prices for all whom the legacy prices otherwise, in [`Stage::Shadow`] and
    /// [`Stage::Canary`].
    pub trusted: Vec<String>,
    /// How many cases are compared.
    pub sample: Sample,
}

/// Why a plan does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct StagesError {
    problem: String,
}

impl StagesError {
    pub(super) fn new(problem: impl Into<String>) -> Self {
        StagesError { problem: problem.into() }
    }
}

impl From<String> for StagesError {
    fn from(problem: String) -> Self {
        StagesError { problem }
    }
}

impl Plan {
    /// What divides customers.
    pub fn salt(&self) -> &str {
        self.salt.as_deref().unwrap_or(&self.migration)
    }

    /// The fields of a plan in a file.
    pub(super) const FIELDS: [&str; 8] =
        ["format", "migration", "salt", "buckets", "stage", "canary", "trusted", "sample"];

    /// Reads them.
    pub(super) fn of_fields(fields: &mut Fields<'_>) -> Result<Plan, StagesError> {
        match fields.required::<u64>("format", "it must be 1, the format of this file")? {
            1 => {}
            other => {
                return Err(StagesError::new(format!(
                    "`{}` is {other}, which is written by a later release; this one reads 1",
                    fields.path("format")
                )));
            }
        }
        if let Some(other) = fields.optional::<String>("buckets", "it must be a text")?.filter(|name| name != ALGORITHM)
        {
            return Err(StagesError::new(format!(
                "`{}` is `{other}`, and customers are divided by `{ALGORITHM}` alone: they would be others",
                fields.path("buckets")
            )));
        }
        let stage = fields.said("stage", "it must be one of the stages, as a text")?;
        let stage = stage.ok_or_else(|| format!("`{}` is missing: one of {}", fields.path("stage"), stages()))?;
        let canary = fields.list("canary")?;
        let trusted = fields.list("trusted")?;
        Ok(Plan {
            migration: fields.required("migration", "the name of the migration, as a text")?,
            salt: fields.optional("salt", "it must be a text")?,
            stage,
            canary: canary.iter().map(|(path, value)| Step::read(value, path)).collect::<Result<_, _>>()?,
            trusted: trusted
                .iter()
                .map(|(path, value)| read(value, path, "it must be the code of a charge, as a text"))
                .collect::<Result<_, _>>()?,
            sample: match fields.raw("sample") {
                Some(value) => Sample::read(value, &fields.path("sample"))?,
                None => Sample::default(),
            },
        })
    }
}

fn stages() -> String {
    listed(&Stage::ALL.map(Stage::name))
}

/// What a share must be.
const A_SHARE: &str = "it must be a percentage as a text, such as \"12.5%\"";

impl Step {
    fn read(value: &RawValue, path: &str) -> Result<Step, String> {
        let mut fields = Fields::of_value(value, path, &["segment", "share"])?;
        let share = fields.said("share", A_SHARE)?;
        Ok(Step {
            segment: fields.optional("segment", "it must be a text")?,
            share: share
                .ok_or_else(|| format!("`{}` is missing: a percentage such as \"12.5%\"", fields.path("share")))?,
        })
    }
}

impl Sample {
    fn read(value: &RawValue, path: &str) -> Result<Sample, String> {
        let mut fields = Fields::of_value(value, path, &["shadow", "reverse"])?;
        let all = Sample::default();
        Ok(Sample {
            shadow: fields.said("shadow", A_SHARE)?.unwrap_or(all.shadow),
            reverse: fields.said("reverse", A_SHARE)?.unwrap_or(all.reverse),
        })
    }
}
