//! What a bundle says of itself: `manifest.json`, its first part.
//!
//! A compiled rule set becomes a manifest, a manifest JSON and back. The JSON has one form: what is read is written the same.

use super::error::BundleError;
use ratewright::digest::{Digest, SEMANTICS};
use ratewright::program::Period;
use ratewright::value::Date;
use ratewright::{RuleSet, TestReport};
use serde::{Deserialize, Serialize};

/// The format of bundles that this version writes, and the latest that it reads.
pub const FORMAT: u32 = 1;

/// What a bundle holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Manifest {
    /// The version of the bundle's form.
    pub format: u32,
    /// The dotted name of the rule set.
    pub rule_set: String,
    /// Its title for people.
    pub title: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The days of business for which it holds.
    pub effective: Effective,
    /// The day from which it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<Date>,
    /// What it replaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<Supersedes>,
    /// The digest of its meaning: [`RuleSet::digest`].
    pub digest: Digest,
    /// The version of what rules mean for which the digest holds: [`SEMANTICS`].
    pub semantics: u32,
    /// The release of the zone database of the engine that made it.
    pub zone_database: String,
    /// The version of the engine that made it.
    pub engine: String,
    /// Its tests when it was made; bundles that were made otherwise than by `ratewright bundle build` say nothing of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tests: Option<Tests>,
    /// The path of the main file among the parts.
    pub main: String,
    /// Its texts, in the order of their paths: rules, tables, test books.
    pub parts: Vec<Text>,
}

/// From the first day through the last; an absent end is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effective {
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub through: Option<Date>,
}

impl Effective {
    /// As the engine has it: half-open.
    pub fn period(self) -> Period {
        Period { from: self.from, until: self.through.and_then(|day| day.add_days(1)) }
    }
}

/// What an edition replaces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supersedes {
    /// The version that it replaces.
    pub version: String,
    /// The first day of business on which it does.
    pub from: Date,
}

/// What became of the tests that stand in a rule set, before a bundle was made of it. Who signs the bundle vouches for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tests {
    /// How many there are, rows of test books among them.
    pub written: u64,
    /// How many ran and passed: none, where they were not run.
    pub passed: u64,
}

impl Tests {
    /// What a report says of the tests of its rule set; without one, that they were not run.
    pub(super) fn of(rules: &RuleSet, report: Option<&TestReport>) -> Tests {
        let passed = report.map_or(0, |report| report.results.len().saturating_sub(report.failed().count()));
        Tests { written: rules.program().tests.len() as u64, passed: passed as u64 }
    }

    /// What is to be said where not all of them ran and passed, for people.
    ///
    /// ```
    /// use ratewright_sources::bundle::Tests;
    ///
    /// assert_eq!(Tests { written: 2, passed: 2 }.untested(), None);
    /// let untested = Tests { written: 2, passed: 0 }.untested();
    /// assert_eq!(untested.as_deref(), Some("2 tests of its rule set did not run when it was built"));
    /// ```
    pub fn untested(self) -> Option<String> {
        match self {
            Tests { written, passed } if written == passed => None,
            Tests { written: 1, .. } => Some("1 test of its rule set did not run when it was built".to_owned()),
            Tests { written, passed: 0 } => {
                Some(format!("{written} tests of its rule set did not run when it was built"))
            }
            Tests { written, passed } => {
                Some(format!("of {written} tests of its rule set {passed} passed when it was built"))
            }
        }
    }
}

/// One text of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Its path, with `/` between folders; of a sheet, with what follows the workbook's name: `rates.xlsx#Ground`. A sheet is CSV text.
    pub path: String,
    /// Its bytes.
    pub size: u64,
    /// Their SHA-256.
    pub sha256: Digest,
}

/// Only what every format has.
#[derive(Deserialize)]
struct AnyFormat {
    format: u32,
}

impl Manifest {
    /// What is to be said of its tests, where it does not say that all that stand in its rules passed before it was made.
    pub(crate) fn untested(&self, rules: &RuleSet) -> Option<String> {
        let written = Tests::of(rules, None).written;
        match self.tests {
            Some(tests) => tests.untested(),
            None if written == 0 => None,
            None => Some("it does not say whether the tests of its rule set passed before it was made".to_owned()),
        }
    }

    /// What a bundle of the rule set says whose digest this is.
    pub(super) fn of(rules: &RuleSet, digest: Digest, main: &str, parts: Vec<Text>) -> Manifest {
        let program = rules.program();
        let Period { from, until } = program.effective;
        let supersedes = program.supersedes.as_ref();
        Manifest {
            format: FORMAT,
            rule_set: program.name.clone(),
            title: program.title.clone(),
            version: program.version.clone(),
            effective: Effective { from, through: until.and_then(|day| day.add_days(-1)) },
            published: program.published,
            supersedes: supersedes.map(|old| Supersedes { version: old.version.clone(), from: old.from }),
            digest,
            semantics: SEMANTICS,
            zone_database: rules.zone_database_version().to_owned(),
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            tests: None,
            main: main.to_owned(),
            parts,
        }
    }

    /// Its JSON, with a line end.
    pub(super) fn write(&self) -> Result<Vec<u8>, BundleError> {
        let mut json =
            serde_json::to_vec_pretty(self).map_err(|error| BundleError::Manifest { why: error.to_string() })?;
        json.push(b'\n');
        Ok(json)
    }

    /// The manifest in JSON that [`Manifest::write`] wrote.
    pub(super) fn read(json: &[u8]) -> Result<Manifest, BundleError> {
        let broken = |error: serde_json::Error| BundleError::Manifest { why: error.to_string() };
        let AnyFormat { format } = serde_json::from_slice(json).map_err(broken)?;
        if format > FORMAT {
            return Err(BundleError::LaterFormat { format, known: FORMAT });
        }
        let manifest: Manifest = serde_json::from_slice(json).map_err(broken)?;
        if manifest.format != FORMAT || manifest.write()? != json {
            return Err(BundleError::Manifest { why: "it is not written as ratewright writes it".to_owned() });
        }
        if let Some(Tests { written, passed }) = manifest.tests.filter(|tests| tests.passed > tests.written) {
            return Err(BundleError::Manifest { why: format!("of {written} tests {passed} cannot have passed") });
        }
        Ok(manifest)
    }

    /// The first thing in which the rules, whose digest this is, are not what the manifest says; parts are not compared.
    pub(super) fn compare(&self, rules: &RuleSet, digest: Digest) -> Result<(), BundleError> {
        let found = Manifest::of(rules, digest, &self.main, Vec::new());
        let written = Tests::of(rules, None).written;
        if let Some(tests) = self.tests.filter(|tests| tests.written != written) {
            let (expected, found) = (tests.written.to_string(), written.to_string());
            return Err(BundleError::OtherManifest { field: "the number of tests", expected, found });
        }
        let shown = |value: &dyn shown::Shown| value.shown();
        let fields: [(&'static str, &dyn shown::Shown, &dyn shown::Shown); 6] = [
            ("the rule set", &self.rule_set, &found.rule_set),
            ("the title", &self.title, &found.title),
            ("the version", &self.version, &found.version),
            ("the period", &self.effective, &found.effective),
            ("published", &self.published, &found.published),
            ("supersedes", &self.supersedes, &found.supersedes),
        ];
        for (field, expected, found) in fields {
            let (expected, found) = (shown(expected), shown(found));
            if expected != found {
                return Err(BundleError::OtherManifest { field, expected, found });
            }
        }
        match self.digest == found.digest {
            true => Ok(()),
            false => Err(BundleError::OtherMeaning {
                expected: self.digest,
                found: found.digest,
                why: self.why_other(&found),
            }),
        }
    }

    /// What can explain that two engines read other rules in the same texts.
    fn why_other(&self, here: &Manifest) -> String {
        if self.semantics != here.semantics {
            return format!(
                "; it holds version {} of what rules mean, and this engine version {}: use an engine of that version, or make the bundle anew and test it",
                self.semantics, here.semantics
            );
        }
        if self.zone_database != here.zone_database {
            return format!(
                "; its zone database is {}, and this engine's is {}: use the engine {}, or make the bundle anew and test it",
                self.zone_database, here.zone_database, self.engine
            );
        }
        "; make the bundle anew".to_owned()
    }
}

/// Fields as people read them.
mod shown {
    use super::{Date, Effective, Supersedes};

    pub(super) trait Shown {
        fn shown(&self) -> String;
    }

    impl Shown for String {
        fn shown(&self) -> String {
            format!("\"{self}\"")
        }
    }

    impl Shown for Date {
        fn shown(&self) -> String {
            self.to_string()
        }
    }

    impl Shown for Effective {
        fn shown(&self) -> String {
            self.period().to_string()
        }
    }

    impl Shown for Supersedes {
        fn shown(&self) -> String {
            format!("\"{}\" from {}", self.version, self.from)
        }
    }

    impl<T: Shown> Shown for Option<T> {
        fn shown(&self) -> String {
            self.as_ref().map_or_else(|| "nothing".to_owned(), Shown::shown)
        }
    }
}
