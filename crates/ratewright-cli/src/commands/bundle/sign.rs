//! `ratewright bundle sign`: a signature of minisign beside a bundle.

use super::signer::Signer;
use super::{Format, named, open, print_json, signature_of, write};
use crate::files::STDIN;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::{ERROR, GOOD};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Sign a bundle with a key of minisign
#[derive(Debug, Args)]
pub struct Sign {
    /// The bundle, or `-` for standard input
    pub bundle: PathBuf,
    /// The file of the secret key, as `minisign -G` makes it
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Where to write the signature: beside the bundle with `.minisig` after its name where this is not given, `-` for standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What is said under the signature: the name and digest of the rule set where this is not given
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// Replace a signature that is there
    #[arg(long)]
    pub force: bool,
    /// How to tell what was signed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Signs one bundle.
pub fn run(arguments: &Sign) -> Result {
    let shown = arguments.bundle.display();
    let to = match &arguments.output {
        Some(path) => path.clone(),
        None => signature_of(&arguments.bundle).map_err(|_| {
            Failure::usage("a bundle from standard input has no name: say with `--output` where to write its signature")
        })?,
    };
    if to == Path::new(STDIN) && arguments.format == Format::Json {
        return Err(Failure::usage("`--format json` and the signature cannot both go to standard output: name a file"));
    }
    let comment = arguments.comment.as_deref();
    if comment.is_some_and(|comment| comment.chars().any(char::is_control)) {
        return Err(Failure::usage("the comment of a signature is one line of text"));
    }
    let bundle = match open(&arguments.bundle)? {
        Ok(bundle) => bundle,
        Err(error) => {
            match arguments.format {
                Format::Human => {
                    writeln!(anstream::stderr(), "{ERROR}error{ERROR:#}: `{shown}` was not signed: {error}")?;
                }
                Format::Json => print_json(&report_of(arguments, None, Some(&error.to_string())))?,
            }
            return Ok(Outcome::Failed);
        }
    };
    let signer = Signer::of(&arguments.key)?;
    let said = format!("{} digest:{}", named(&bundle), bundle.manifest().digest.short());
    let comment = comment.unwrap_or(&said);
    let signature = signer.sign(bundle.as_bytes(), comment)?;
    if to == Path::new(STDIN) {
        let mut out = std::io::stdout().lock();
        out.write_all(signature.as_bytes())?;
        out.flush()?;
    } else {
        let usual = signature_of(&arguments.bundle).unwrap_or_else(|_| PathBuf::from("bundle.minisig"));
        write(&to, Path::new(usual.file_name().unwrap_or(usual.as_os_str())), signature.as_bytes(), arguments.force)?;
        match arguments.format {
            Format::Human => {
                let name = named(&bundle);
                writeln!(
                    anstream::stderr(),
                    "{GOOD}signed{GOOD:#} {name} by the key {}: {}",
                    signer.id(),
                    to.display()
                )?;
            }
            Format::Json => print_json(&report_of(arguments, Some((&to, &signer.id().to_string(), comment)), None))?,
        }
    }
    Ok(Outcome::Fine)
}

fn report_of(arguments: &Sign, made: Option<(&Path, &str, &str)>, problem: Option<&str>) -> serde_json::Value {
    serde_json::json!({
        "file": arguments.bundle,
        "fine": problem.is_none(),
        "problem": problem,
        "signature": made.map(|(path, _, _)| path),
        "key": made.map(|(_, key, _)| key),
        "comment": made.map(|(_, _, comment)| comment),
    })
}
