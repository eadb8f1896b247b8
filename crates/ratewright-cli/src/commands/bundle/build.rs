//! `ratewright bundle build`: a rule set becomes a bundle.

use super::{Format, named, write};
use crate::files::STDIN;
use crate::load;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::{self, ERROR, GOOD};
use clap::Args;
use ratewright::RuleSet;
use ratewright_sources::Bundle;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Make a bundle of a rule set, once its tests pass
#[derive(Debug, Args)]
pub struct Build {
    /// The file of the rule set
    pub rules: PathBuf,
    /// Where to write the bundle: `NAME-VERSION.bundle.zip` where this is not given, `-` for standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    pub force: bool,
    /// Do not run the tests of the rule set first
    #[arg(long)]
    pub untested: bool,
    /// How to tell what was built
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Builds one bundle.
pub fn run(arguments: &Build) -> Result {
    let to_stdout = arguments.output.as_deref() == Some(Path::new(STDIN));
    if to_stdout && arguments.format == Format::Json {
        return Err(Failure::usage("`--format json` and the bundle cannot both go to standard output: name a file"));
    }
    let rules = match load::usable(&arguments.rules)? {
        Ok(rules) => rules,
        Err(outcome) => return Ok(outcome),
    };
    if !arguments.untested && !tests_pass(&rules)? {
        return Ok(Outcome::Failed);
    }
    let bundle = Bundle::build(&rules)
        .map_err(|error| Failure::usage(format!("cannot make a bundle of `{}`: {error}", arguments.rules.display())))?;
    if to_stdout {
        let mut out = std::io::stdout().lock();
        out.write_all(bundle.as_bytes())?;
        out.flush()?;
        return Ok(Outcome::Fine);
    }
    let path = arguments.output.clone().unwrap_or_else(|| default_name(&bundle));
    write(&path, bundle.as_bytes(), arguments.force)?;
    match arguments.format {
        Format::Human => {
            let count = terminal::count(bundle.manifest().parts.len(), "text", "texts");
            let (size, digest) = (bundle.as_bytes().len(), bundle.digest());
            let shown = path.display();
            writeln!(
                anstream::stderr(),
                "{GOOD}built{GOOD:#} {}: {count}, {size} bytes in {shown}\nsha256 {digest}",
                named(&bundle)
            )?;
        }
        Format::Json => {
            let report = serde_json::json!({
                "file": path, "size": bundle.as_bytes().len(), "sha256": bundle.digest(), "manifest": bundle.manifest(),
            });
            let mut out = terminal::stdout();
            serde_json::to_writer_pretty(&mut out, &report)?;
            writeln!(out)?;
            out.flush()?;
        }
    }
    Ok(Outcome::Fine)
}

/// Whether all tests of the rule set pass; what fails is said.
fn tests_pass(rules: &RuleSet) -> Result<bool> {
    let report = rules.test();
    if report.passed() {
        return Ok(true);
    }
    writeln!(
        anstream::stderr(),
        "{ERROR}error{ERROR:#}: tests of the rule set fail, and no bundle was made; `ratewright test` shows them, `--untested` makes it all the same"
    )?;
    Ok(false)
}

/// `freight.parcel-2026.1.bundle.zip`; what no file name should have is a dash.
fn default_name(bundle: &Bundle) -> PathBuf {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' };
    let name: String = named(bundle).chars().map(plain).collect();
    PathBuf::from(format!("{name}.bundle.zip"))
}
