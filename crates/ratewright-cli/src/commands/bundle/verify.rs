//! `ratewright bundle verify`: whether a bundle is whole, who signed it, and whether it means what it says.

use super::{Format, compile, named, open, print_json, signature_of};
use crate::files;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::{self, ERROR, FAINT, GOOD, WARNING};
use clap::Args;
use ratewright_sources::bundle::Tests;
use ratewright_sources::{Bundle, Signed, TrustedKeys};
use std::io::Write;
use std::path::PathBuf;

/// Check that a bundle is whole, signed by a trusted key, and means what it says
#[derive(Debug, Args)]
pub struct Verify {
    /// The bundle, or `-` for standard input
    pub bundle: PathBuf,
    /// A public key that is trusted: its file, or the line in it that begins with `RW`; may be given several times
    #[arg(long, value_name = "KEY")]
    pub key: Vec<String>,
    /// A file of trusted keys, with `revoked ID` for those that no longer count; may be given several times
    #[arg(long, value_name = "FILE")]
    pub trusted: Vec<PathBuf>,
    /// The file of the signature: beside the bundle with `.minisig` after its name where this is not given
    #[arg(long, value_name = "FILE")]
    pub signature: Option<PathBuf>,
    /// Ask nobody who made it: check that it is whole and means what it says
    #[arg(long, conflicts_with_all = ["key", "trusted", "signature"])]
    pub unsigned: bool,
    /// How to tell what was found
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Checks one bundle. The signature comes first: what nobody vouches for is not compiled.
pub fn run(arguments: &Verify) -> Result {
    let trusted = match arguments.unsigned {
        true => None,
        false => Some(trusted_keys(&arguments.key, &arguments.trusted)?),
    };
    let bundle = match open(&arguments.bundle)? {
        Ok(bundle) => bundle,
        Err(error) => return refused(arguments, None, None, &error.to_string()),
    };
    let signed = match trusted.map(|trusted| signature(arguments, &bundle, &trusted)).transpose()? {
        Some(Err(why)) => return refused(arguments, Some(&bundle), None, &why),
        Some(Ok(signed)) => Some(signed),
        None => None,
    };
    if let Err(error) = compile(&bundle).and_then(|rules| bundle.verify(&rules)) {
        return refused(arguments, Some(&bundle), signed.as_ref(), &error.to_string());
    }
    if arguments.format == Format::Json {
        return print_json(&bundle_report(arguments, Some(&bundle), signed.as_ref(), None)).map(|()| Outcome::Fine);
    }
    let mut out = terminal::stdout();
    writeln!(out, "{GOOD}fine{GOOD:#} {}: whole, and its rules mean what it says", named(&bundle))?;
    match &signed {
        Some(Signed { key, name, comment, .. }) => {
            let name = name.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
            writeln!(out, "signed by {key}{name}: {comment}")?;
        }
        None => writeln!(out, "{WARNING}who made it was not asked{WARNING:#}")?,
    }
    if let Some(untested) = bundle.manifest().tests.and_then(Tests::untested) {
        writeln!(out, "{WARNING}{untested}{WARNING:#}")?;
    }
    writeln!(out, "{FAINT}sha256 {}{FAINT:#}", bundle.digest())?;
    out.flush()?;
    Ok(Outcome::Fine)
}

/// The keys of a command line: those that are named one by one, and those in files.
pub(super) fn trusted_keys(keys: &[String], files: &[PathBuf]) -> Result<TrustedKeys> {
    if keys.is_empty() && files.is_empty() {
        return Err(Failure::usage(
            "say whose signature counts with `--key` or `--trusted`, or with `--unsigned` that none is asked for",
        ));
    }
    let mut trusted = TrustedKeys::new();
    for key in keys {
        // A line of base64 may hold `/`, so a file of this name does not come first.
        if trusted.add(key, None).is_ok() {
            continue;
        }
        let path = PathBuf::from(key);
        if !path.exists() {
            let form = "which begins with `RW` and has 56 characters, as in a `.pub` file";
            return Err(Failure::usage(format!("`{key}` is no file and no public key, {form}")));
        }
        trusted.extend(keys_in(&path)?);
    }
    for path in files {
        trusted.extend(keys_in(path)?);
    }
    Ok(trusted)
}

fn keys_in(path: &std::path::Path) -> Result<TrustedKeys> {
    let text = files::read(path)?;
    TrustedKeys::parse(&text)
        .map_err(|error| Failure::usage(format!("cannot read the keys in `{}`: {error}", path.display())))
}

/// Who signed the bundle, or why it counts as unsigned.
fn signature(
    arguments: &Verify,
    bundle: &Bundle,
    trusted: &TrustedKeys,
) -> Result<std::result::Result<Signed, String>> {
    let path = match &arguments.signature {
        Some(path) => path.clone(),
        None => signature_of(&arguments.bundle)?,
    };
    if arguments.signature.is_none() && !path.exists() {
        return Ok(Err(format!("it is not signed: there is no `{}`", path.display())));
    }
    let text = match std::fs::read(&path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => return Err(Failure::file("read", &path, &error)),
    };
    Ok(trusted.verify(bundle.as_bytes(), &text).map_err(|error| error.to_string()))
}

fn refused(arguments: &Verify, bundle: Option<&Bundle>, signed: Option<&Signed>, why: &str) -> Result {
    match arguments.format {
        Format::Human => {
            writeln!(anstream::stderr(), "{ERROR}refused{ERROR:#} `{}`: {why}", arguments.bundle.display())?;
        }
        Format::Json => print_json(&bundle_report(arguments, bundle, signed, Some(why)))?,
    }
    Ok(Outcome::Failed)
}

fn bundle_report(
    arguments: &Verify,
    bundle: Option<&Bundle>,
    signed: Option<&Signed>,
    problem: Option<&str>,
) -> serde_json::Value {
    let signed = signed.map(
        |signed| serde_json::json!({ "key": signed.key.to_string(), "name": signed.name, "comment": signed.comment }),
    );
    serde_json::json!({
        "file": arguments.bundle,
        "fine": problem.is_none(),
        "problem": problem,
        "sha256": bundle.map(Bundle::digest),
        "rule_set": bundle.map(|bundle| &bundle.manifest().rule_set),
        "version": bundle.and_then(|bundle| bundle.manifest().version.as_ref()),
        "digest": bundle.map(|bundle| bundle.manifest().digest),
        "tests": bundle.map(|bundle| bundle.manifest().tests),
        "signed": signed,
    })
}
