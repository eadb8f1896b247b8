//! Bundles as files: read, opened, and compiled without the program that embeds them.
//!
//! Whoever names a rule set on the command line may name a bundle of it. Who signed it `ratewright bundle verify` asks, and nobody
//! else here; that it is whole and means what it says always holds of what comes from here.

use crate::files::STDIN;
use crate::outcome::{Failure, Result};
use ratewright::diagnostic::codes;
use ratewright::{Compiler, RuleSet};
use ratewright_sources::{Bundle, BundleError, Limits};
use std::io::Read;
use std::path::Path;

/// How a zip file with something in it begins, and an empty one.
const ZIP: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// Whether a file begins as a bundle does.
pub fn is_zip(path: &Path) -> bool {
    let mut mark = [0; 4];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut mark));
    read.is_ok() && ZIP.contains(&mark.as_slice())
}

/// The bytes of a file, or of standard input for `-`; nothing is read beyond what a bundle may have.
fn read(path: &Path) -> Result<Vec<u8>> {
    let most = Limits::default().bundle.saturating_add(1);
    let mut bytes = Vec::new();
    let outcome = match path == Path::new(STDIN) {
        true => std::io::stdin().take(most).read_to_end(&mut bytes),
        false => std::fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)),
    };
    outcome.map_err(|error| Failure::file("read", path, &error))?;
    Ok(bytes)
}

/// The bundle in a file, or why it is none.
pub fn open(path: &Path) -> Result<std::result::Result<Bundle, BundleError>> {
    Ok(Bundle::open(read(path)?, &Limits::default()))
}

/// Compiles the rules of a bundle. A function that only an embedding program can give stands in as one that fails.
pub fn compile(bundle: &Bundle) -> std::result::Result<RuleSet, BundleError> {
    let rejected = match bundle.compile(Compiler::new()) {
        Err(BundleError::Rejected(rejected)) => rejected,
        other => return other,
    };
    let missing = rejected.diagnostics.iter().filter(|one| one.code == codes::HOST_NOT_GIVEN);
    let names: Vec<&str> = missing.map(|one| rejected.sources.text(one.primary.span)).collect();
    if names.is_empty() {
        return Err(BundleError::Rejected(rejected));
    }
    let stand_in = |compiler: Compiler, name: &&str| {
        compiler.host(name, |_| Err("only the embedding program has this function".to_owned()))
    };
    bundle.compile(names.iter().fold(Compiler::new(), stand_in))
}

/// The rule set of the bundle in a file, which means what the bundle says.
pub fn rules_of(path: &Path) -> Result<std::result::Result<RuleSet, BundleError>> {
    let bundle = match open(path)? {
        Ok(bundle) => bundle,
        Err(error) => return Ok(Err(error)),
    };
    Ok(compile(&bundle).and_then(|rules| bundle.verify(&rules).map(|()| rules)))
}
