//! `ratewright bundle build`: a rule set becomes a bundle.

use super::{Format, named, print_json, write};
use crate::bundles;
use crate::files::STDIN;
use crate::load;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::{self, ERROR, FAINT, GOOD, STRONG, WARNING};
use clap::Args;
use ratewright::RuleSet;
use ratewright::testing::{self, TestReport, TestResult};
use ratewright_sources::Bundle;
use ratewright_sources::bundle::Tests;
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

/// How many failing tests are named.
const NAMED: usize = 5;

/// Builds one bundle.
pub fn run(arguments: &Build) -> Result {
    let to_stdout = arguments.output.as_deref() == Some(Path::new(STDIN));
    if to_stdout && arguments.format == Format::Json {
        return Err(Failure::usage("`--format json` and the bundle cannot both go to standard output: name a file"));
    }
    let shown = arguments.rules.display();
    let rules = match load::usable(&arguments.rules)? {
        Ok(rules) => rules,
        Err(_) => return refused(arguments, &format!("`{shown}` cannot be used: `ratewright check` says why"), None),
    };
    let report = (!arguments.untested).then(|| rules.test());
    if let Some(report) = report.as_ref().filter(|report| !report.passed()) {
        return tests_fail(arguments, &rules, report);
    }
    // What it holds is read as whoever opens it will: from its own texts alone.
    let made = Bundle::build_after(&rules, report.as_ref());
    let made = made.and_then(|bundle| bundle.verify(&bundles::compile(&bundle)?).map(|()| bundle));
    let bundle = match made {
        Ok(bundle) => bundle,
        Err(error) => {
            let problem = format!("cannot make a bundle of `{shown}`: {error}");
            writeln!(anstream::stderr(), "{ERROR}error{ERROR:#}: {problem}")?;
            return refused(arguments, &problem, None);
        }
    };
    if to_stdout {
        let mut out = std::io::stdout().lock();
        out.write_all(bundle.as_bytes())?;
        out.flush()?;
        return Ok(Outcome::Fine);
    }
    let usual = default_name(&bundle);
    let path = arguments.output.clone().unwrap_or_else(|| usual.clone());
    write(&path, &usual, bundle.as_bytes(), arguments.force)?;
    match arguments.format {
        Format::Human => built(&bundle, &path)?,
        Format::Json => print_json(&report_of(Some((&bundle, &path)), None, None))?,
    }
    Ok(Outcome::Fine)
}

fn built(bundle: &Bundle, path: &Path) -> Result<()> {
    let count = terminal::count(bundle.manifest().parts.len(), "text", "texts");
    let (size, digest) = (bundle.as_bytes().len(), bundle.digest());
    let (name, shown) = (named(bundle), path.display());
    let mut err = anstream::stderr();
    writeln!(err, "{GOOD}built{GOOD:#} {name}: {count}, {size} bytes in {shown}\nsha256 {digest}")?;
    if bundle.manifest().tests.is_some_and(|tests| tests.written == 0) {
        writeln!(err, "{WARNING}warning{WARNING:#}: no test stands in the rule set: nobody has asked what it charges")?;
    }
    if let Some(untested) = bundle.manifest().tests.and_then(Tests::untested) {
        writeln!(err, "{WARNING}untested{WARNING:#}: {untested}, and the bundle says so")?;
    }
    Ok(())
}

/// Says which tests fail.
fn tests_fail(arguments: &Build, rules: &RuleSet, report: &TestReport) -> Result {
    let failed: Vec<&TestResult> = report.failed().collect();
    let tests = terminal::count(report.results.len(), "test", "tests");
    let fail = if failed.len() == 1 { "fails" } else { "fail" };
    let problem = format!("{} of {tests} {fail}, and no bundle was made", failed.len());
    let mut err = anstream::stderr();
    writeln!(err, "{ERROR}error{ERROR:#}: {problem}:")?;
    for result in failed.iter().take(NAMED) {
        let found: Vec<String> = result.failures.iter().map(expected_and_found).collect();
        let place = load::line_of(&arguments.rules, rules, result.place);
        writeln!(err, "  {STRONG}{}{STRONG:#} {FAINT}{place}{FAINT:#}: {}", result.name, found.join("; "))?;
    }
    let rest = failed.len().saturating_sub(NAMED);
    if rest > 0 {
        writeln!(err, "  and {rest} more")?;
    }
    let shown = arguments.rules.display();
    writeln!(err, "`ratewright test {shown}` shows how they came about; `--untested` makes the bundle all the same")?;
    let of_one = |result: &&TestResult| {
        let failure = |one: &testing::Failure| serde_json::json!({ "expected": one.expected, "found": one.found });
        serde_json::json!({
            "name": result.name,
            "place": load::line_of(&arguments.rules, rules, result.place),
            "failures": result.failures.iter().map(failure).collect::<Vec<_>>(),
        })
    };
    refused(arguments, &problem, Some(failed.iter().map(of_one).collect()))
}

fn expected_and_found(failure: &testing::Failure) -> String {
    format!("expected {}, found {}", failure.expected, failure.found)
}

/// The report of a bundle that was not made; what people read has been said.
fn refused(arguments: &Build, problem: &str, failed: Option<serde_json::Value>) -> Result {
    if arguments.format == Format::Json {
        print_json(&report_of(None, Some(problem), failed))?;
    }
    Ok(Outcome::Failed)
}

fn report_of(
    made: Option<(&Bundle, &Path)>,
    problem: Option<&str>,
    failed: Option<serde_json::Value>,
) -> serde_json::Value {
    let bundle = made.map(|(bundle, _)| bundle);
    serde_json::json!({
        "file": made.map(|(_, path)| path),
        "fine": problem.is_none(),
        "problem": problem,
        "failed_tests": failed,
        "size": bundle.map(|bundle| bundle.as_bytes().len()),
        "sha256": bundle.map(Bundle::digest),
        "manifest": bundle.map(Bundle::manifest),
    })
}

/// `freight.parcel-2026.1.bundle.zip`; what no file name should have is a dash.
fn default_name(bundle: &Bundle) -> PathBuf {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '-' };
    let name: String = named(bundle).chars().map(plain).collect();
    PathBuf::from(format!("{name}.bundle.zip"))
}
