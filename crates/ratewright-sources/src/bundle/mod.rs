//! Bundles: a rule set with everything it is made of in one file.
//!
//! A compiled rule set becomes the bytes of a zip file: `manifest.json`, and under `texts/` its rules, imported modules, tables and
//! test books. Nothing is compressed and nothing depends on the day or the machine, so that the same texts give the same bytes
//! everywhere (with one version of the engine, which the manifest names), the digest of the file identifies it, and every tool can look
//! inside. `docs/bundles.md` describes the form.
//!
//! Bytes become a [`Bundle`] only whole and unaltered: sizes are checked before anything is read, every byte against the one that a
//! bundle of these texts has, every text against the digest in the manifest. Who made it no digest can tell: see [`crate::signature`].

mod archive;
mod error;
mod manifest;
#[cfg(test)]
mod tests;

pub use error::BundleError;
pub use manifest::{Effective, FORMAT, Manifest, Supersedes, Tests, Text};

use archive::Part;
use ratewright::digest::Digest;
use ratewright::live::Edition;
use ratewright::source::{SourceFile, SourceMap};
use ratewright::{Compiler, Loader, RuleSet, TestReport};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// The name of the manifest in the file, and the folder of the texts.
const MANIFEST: &str = "manifest.json";
const TEXTS: &str = "texts/";

/// The longest path, in bytes.
const LONGEST_PATH: usize = 1000;

/// How large a bundle may be. What is larger is refused before it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the whole file: 512 MiB by default.
    pub bundle: u64,
    /// Bytes of one text: 256 MiB by default, as many as the engine reads.
    pub part: u64,
    /// Bytes of the manifest: 4 MiB by default.
    pub manifest: u64,
    /// Parts, the manifest among them: 4,096 by default.
    pub parts: u64,
    /// Bytes of all bundles together that one pointer of a [channel](crate::channel) names: 2 GiB by default.
    pub together: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bundle: 512 << 20, part: 256 << 20, manifest: 4 << 20, parts: 4096, together: 2 << 30 }
    }
}

/// A bundle that is whole: its bytes, and what they hold. A clone counts a reference.
///
/// ```
/// use ratewright::{Compiler, RuleSet};
/// use ratewright_sources::{Bundle, Limits};
///
/// let rules = RuleSet::compile(r#"
///     ruleset parcel "Parcels" version "2026.1" { currency USD  effective 2026-01-01 through 2026-12-31  priced on day }
///     input { day : date  weight : mass in lb }
///     charge BASE = 2.50 USD per lb * weight
/// "#)?;
/// let bytes = Bundle::build(&rules)?.as_bytes().to_vec();
///
/// let bundle = Bundle::open(bytes, &Limits::default())?;
/// assert_eq!(bundle.manifest().version.as_deref(), Some("2026.1"));
/// let same = bundle.compile(Compiler::new())?;
/// bundle.verify(&same)?;
/// assert_eq!(same.digest(), rules.digest());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Bundle {
    inner: Arc<Inner>,
}

struct Inner {
    bytes: Vec<u8>,
    manifest: Manifest,
    /// Where each text of the manifest is.
    texts: Vec<Range<usize>>,
}

impl Bundle {
    /// The bundle of a rule set, with all texts that it was made of. Costs its digest and that of its texts.
    ///
    /// # Errors
    /// A path leads out of the folder of the main file, or the texts are larger than [`Limits`] of a bundle are by default.
    pub fn build(rules: &RuleSet) -> Result<Bundle, BundleError> {
        Bundle::build_with(rules, None)
    }

    /// As [`Bundle::build`]; the manifest says what became of the tests that stand in the rule set: what their report says, or that they
    /// were not run.
    ///
    /// # Errors
    /// As [`Bundle::build`].
    ///
    /// ```
    /// use ratewright_sources::{Bundle, bundle::Tests};
    ///
    /// let rules = ratewright::RuleSet::compile(
    ///     "ruleset parcel { currency USD }\ncharge BASE = 3 USD\ntest \"any\" { expect total is 3 USD }",
    /// )?;
    /// let report = rules.test();
    /// assert!(report.passed());
    /// let bundle = Bundle::build_after(&rules, Some(&report))?;
    /// assert_eq!(bundle.manifest().tests, Some(Tests { written: 1, passed: 1 }));
    /// let bundle = Bundle::build_after(&rules, None)?;
    /// assert_eq!(bundle.manifest().tests, Some(Tests { written: 1, passed: 0 }));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn build_after(rules: &RuleSet, report: Option<&TestReport>) -> Result<Bundle, BundleError> {
        Bundle::build_with(rules, Some(Tests::of(rules, report)))
    }

    fn build_with(rules: &RuleSet, tests: Option<Tests>) -> Result<Bundle, BundleError> {
        let sources = rules.sources();
        let mut texts: BTreeMap<&str, &str> = BTreeMap::new();
        let mut main = "";
        for (at, (path, file)) in within(sources).enumerate() {
            check_path(path)?;
            if at == 0 {
                main = path;
            }
            match texts.insert(path, &file.text) {
                Some(other) if *other != *file.text => {
                    return Err(BundleError::TwoTexts { path: path.to_owned() });
                }
                _ => {}
            }
        }
        let named = texts.iter().map(|(path, text)| {
            let sha256 = Digest::of_bytes(text.as_bytes());
            Text { path: (*path).to_owned(), size: text.len() as u64, sha256 }
        });
        let manifest = Manifest { tests, ..Manifest::of(rules, rules.digest(), main, named.collect()) }.write()?;
        let texts = texts.iter().map(|(path, text)| (format!("{TEXTS}{path}"), text.as_bytes()));
        let parts: Vec<_> = std::iter::once((MANIFEST.to_owned(), &*manifest)).chain(texts).collect();
        Bundle::open(archive::write(&parts)?, &Limits::default())
    }

    /// Reads a bundle. It is not compiled, and who made it is not asked.
    ///
    /// # Errors
    /// It is larger than the limits, not whole, altered, or no bundle at all: see [`BundleError`].
    pub fn open(bytes: Vec<u8>, limits: &Limits) -> Result<Bundle, BundleError> {
        let parts = archive::read(&bytes, limits)?;
        let held = |part: &Part| bytes.get(part.bytes.clone()).unwrap_or_default();
        let Some((first, rest)) = parts.split_first().filter(|(first, _)| first.name == MANIFEST) else {
            return Err(BundleError::Manifest { why: format!("the first part is not `{MANIFEST}`") });
        };
        let manifest = Manifest::read(held(first))?;
        let mut last: Option<&str> = None;
        for part in rest {
            let Some(path) = part.name.strip_prefix(TEXTS) else {
                return Err(BundleError::OtherParts { path: part.name.clone(), named: false });
            };
            check_path(path)?;
            if last.is_some_and(|last| last >= path) {
                return Err(BundleError::OutOfOrder { path: path.to_owned() });
            }
            last = Some(path);
        }
        let mut named = manifest.parts.iter();
        for part in rest {
            let path = part.name.strip_prefix(TEXTS).unwrap_or_default();
            match named.next() {
                Some(text) if text.path == path => check_text(text, held(part))?,
                Some(text) if *text.path < *path => {
                    return Err(BundleError::OtherParts { path: text.path.clone(), named: true });
                }
                _ => return Err(BundleError::OtherParts { path: path.to_owned(), named: false }),
            }
        }
        let missing = named.next().map(|text| &text.path);
        let main = Some(&manifest.main).filter(|main| !manifest.parts.iter().any(|text| text.path == **main));
        if let Some(path) = missing.or(main) {
            return Err(BundleError::OtherParts { path: path.clone(), named: true });
        }
        let texts = rest.iter().map(|part| part.bytes.clone()).collect();
        Ok(Bundle { inner: Arc::new(Inner { bytes, manifest, texts }) })
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.inner.manifest
    }

    /// The file.
    pub fn as_bytes(&self) -> &[u8] {
        &self.inner.bytes
    }

    /// SHA-256 of the file, by which it may be named. Made anew at each call.
    pub fn digest(&self) -> Digest {
        Digest::of_bytes(self.as_bytes())
    }

    /// Its texts with their paths, in the order of the paths.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        let parts = self.inner.manifest.parts.iter().zip(&self.inner.texts);
        parts.map(|(text, range)| (text.path.as_str(), self.text_at(range)))
    }

    /// The text at a path.
    pub fn text(&self, path: &str) -> Option<&str> {
        let at = self.inner.manifest.parts.binary_search_by(|text| (*text.path).cmp(path)).ok()?;
        self.inner.texts.get(at).map(|range| self.text_at(range))
    }

    fn text_at(&self, range: &Range<usize>) -> &str {
        // That it is UTF-8 was checked when it was opened.
        self.inner.bytes.get(range.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    /// The rule set that it holds. The compiler brings functions of the host and limits; texts come from the bundle alone. That the
    /// rules mean what the manifest says [`Bundle::verify`] tells.
    ///
    /// # Errors
    /// Everything that is wrong with the rule set, or the compiler brought texts of its own.
    pub fn compile(&self, compiler: Compiler) -> Result<RuleSet, BundleError> {
        let compiled = compiler.loader(self.clone()).compile(&self.inner.manifest.main);
        let rules = compiled.map_err(|rejected| BundleError::Rejected(Box::new(rejected)))?;
        self.compare_texts(&rules)?;
        Ok(rules)
    }

    /// Whether a rule set is the one that the bundle says it holds: its texts, its name, title, version, period and meaning. Costs
    /// [`RuleSet::digest`].
    ///
    /// # Errors
    /// The first thing that differs.
    pub fn verify(&self, rules: &RuleSet) -> Result<(), BundleError> {
        self.compare_texts(rules)?;
        self.inner.manifest.compare(rules, rules.digest())
    }

    /// The edition that it holds, compiled and verified: as [`Bundle::compile`], [`Bundle::verify`] and [`Edition::new`], at the cost of one
    /// digest instead of two.
    ///
    /// # Errors
    /// As [`Bundle::compile`] and [`Bundle::verify`].
    pub fn edition(&self, compiler: Compiler) -> Result<Edition, BundleError> {
        let edition = Edition::new(self.compile(compiler)?);
        self.inner.manifest.compare(edition.rules(), edition.digest())?;
        Ok(edition)
    }

    fn compare_texts(&self, rules: &RuleSet) -> Result<(), BundleError> {
        let other = |path: &str| BundleError::OtherTexts { path: path.to_owned() };
        let mut used = vec![false; self.inner.texts.len()];
        for (path, file) in within(rules.sources()) {
            if self.text(path) != Some(&*file.text) {
                return Err(other(path));
            }
            let at = self.inner.manifest.parts.binary_search_by(|text| (*text.path).cmp(path));
            if let Some(used) = at.ok().and_then(|at| used.get_mut(at)) {
                *used = true;
            }
        }
        let unused = self.inner.manifest.parts.iter().zip(&used).find(|(_, used)| !**used);
        unused.map_or(Ok(()), |(text, _)| Err(other(&text.path)))
    }
}

/// Its texts, and no others.
impl Loader for Bundle {
    fn load(&self, path: &str) -> Result<String, String> {
        self.text(path).map(str::to_owned).ok_or_else(|| "the bundle has no such text".to_owned())
    }
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Manifest { rule_set, version, parts, .. } = self.manifest();
        let mut shown = f.debug_struct("Bundle");
        shown.field("rule_set", rule_set).field("version", version).field("parts", &parts.len()).finish_non_exhaustive()
    }
}

/// The texts of a rule set, the main file first, with their paths in the innermost folder that holds all of them: wherever that folder is, and whichever
/// it was read from.
fn within(sources: &SourceMap) -> impl Iterator<Item = (&str, &SourceFile)> {
    let names = || sources.files().map(|(_, file)| &*file.name);
    let folder_of = |path: &str| path.rfind('/').map_or(0, |at| at.saturating_add(1));
    let main = names().next().unwrap_or_default();
    let mut root = main.get(..folder_of(main)).unwrap_or_default();
    while !root.is_empty() && !names().all(|name| name.starts_with(root)) {
        root = root.get(..folder_of(root.trim_end_matches('/'))).unwrap_or_default();
    }
    sources.files().map(move |(_, file)| (file.name.strip_prefix(root).unwrap_or(&file.name), file))
}

/// Whether a path stays within the folder of whoever unpacks it, on every system.
fn check_path(path: &str) -> Result<(), BundleError> {
    let mut names = path.split('/');
    let why = if path.len() > LONGEST_PATH {
        "is too long"
    } else if path.starts_with('/') || path.as_bytes().get(1) == Some(&b':') {
        "is absolute"
    } else if path.contains('\\') || path.chars().any(char::is_control) {
        "has a character that no path may have"
    } else if names.clone().any(|name| name == "..") {
        "leads out of the folder"
    } else if names.any(|name| name.is_empty() || name == ".") {
        "has a name that is empty or a dot"
    } else {
        return Ok(());
    };
    Err(BundleError::Path { path: path.to_owned(), why })
}

/// Whether a text is the one that the manifest was made for.
fn check_text(text: &Text, bytes: &[u8]) -> Result<(), BundleError> {
    let path = || text.path.clone();
    if text.size != bytes.len() as u64 {
        return Err(BundleError::PartSize { path: path(), expected: text.size, found: bytes.len() as u64 });
    }
    let found = Digest::of_bytes(bytes);
    if found != text.sha256 {
        return Err(BundleError::PartDigest { path: path(), expected: text.sha256, found });
    }
    std::str::from_utf8(bytes).map(|_| ()).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count().saturating_add(1);
        BundleError::NotText { path: path(), line }
    })
}
