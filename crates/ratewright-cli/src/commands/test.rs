//! `ratewright test`: the tests that stand in rule sets, what failed and by how much, and what no test reaches.

use crate::load;
use crate::outcome::{Failure, Outcome, Result};
use crate::render;
use crate::terminal::{self, ERROR, FAINT, GOOD, STRONG};
use clap::{Args, ValueEnum};
use ratewright::RuleSet;
use ratewright::source::Span;
use ratewright::testing::{self, Coverage, Reach, TestReport};
use std::io::Write;
use std::path::PathBuf;

mod junit;

/// Run the tests that stand in rule sets
#[derive(Debug, Args)]
pub struct Test {
    /// .rules files, and folders in which every rule set is tested
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// How results are written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// List what no test reaches, instead of counting it
    #[arg(long)]
    pub coverage: bool,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON object.
    Json,
    /// JUnit's XML, which continuous integration shows.
    Junit,
    /// Annotations of a GitHub workflow.
    Github,
}

/// The tests of one rule set.
struct Tested {
    path: PathBuf,
    rules: RuleSet,
    report: TestReport,
}

impl Tested {
    /// `rules/parcel.rules:31`
    fn line_of(&self, span: Span) -> String {
        load::line_of(&self.path, &self.rules, span)
    }
}

/// Runs the tests of every rule set; a rule set that cannot be used fails, and the others are tested.
pub fn run(arguments: &Test) -> Result {
    let mut tested = Vec::new();
    let mut unusable = 0usize;
    for path in load::rule_sets(&arguments.paths)? {
        match load::usable(&path)? {
            Ok(rules) => {
                let report = rules.test();
                tested.push(Tested { path, rules, report });
            }
            Err(_) => unusable = unusable.saturating_add(1),
        }
    }
    if tested.is_empty() && unusable == 0 {
        return Err(Failure::usage("there is no rule set in these files, only modules"));
    }
    let mut out = terminal::stdout();
    match arguments.format {
        Format::Human => human(&tested, arguments.coverage, &mut out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &json(&tested))?;
            writeln!(out)?;
        }
        Format::Junit => junit::write(&tested, &mut out)?,
        Format::Github => github(&tested, &mut out)?,
    }
    out.flush()?;
    let (passed, failed) = counts(&tested);
    summary(passed, failed, unusable)?;
    Ok(Outcome::failed_if(failed > 0 || unusable > 0))
}

fn counts(tested: &[Tested]) -> (usize, usize) {
    let results = tested.iter().flat_map(|one| &one.report.results);
    let failed = results.clone().filter(|result| result.outcome == testing::Outcome::Failed).count();
    (results.count().saturating_sub(failed), failed)
}

fn summary(passed: usize, failed: usize, unusable: usize) -> Result<()> {
    let mut parts = vec![format!("{GOOD}{passed} passed{GOOD:#}")];
    if failed > 0 {
        parts.push(format!("{ERROR}{failed} failed{ERROR:#}"));
    }
    if unusable > 0 {
        let count = terminal::count(unusable, "rule set", "rule sets");
        parts.push(format!("{ERROR}{count} cannot be used{ERROR:#}"));
    }
    let tests = terminal::count(passed.saturating_add(failed), "test", "tests");
    writeln!(anstream::stderr(), "{tests}: {}", parts.join(", "))?;
    Ok(())
}

fn human(tested: &[Tested], list: bool, out: &mut impl Write) -> Result<()> {
    for one in tested {
        let failed = one.report.failed().count();
        let passed = one.report.results.len().saturating_sub(failed);
        let (style, word) = if failed > 0 { (ERROR, "FAILED") } else { (GOOD, "ok") };
        if one.report.results.is_empty() {
            writeln!(out, "{STRONG}{}{STRONG:#}  no tests", one.path.display())?;
            continue;
        }
        let tests = terminal::count(one.report.results.len(), "test", "tests");
        writeln!(out, "{STRONG}{}{STRONG:#}  {style}{word}{style:#}  {passed} of {tests} passed", one.path.display())?;
        for result in one.report.failed() {
            writeln!(
                out,
                "\n  {ERROR}failed{ERROR:#}  {STRONG}{}{STRONG:#}  {}",
                result.name,
                one.line_of(result.place)
            )?;
            for failure in &result.failures {
                failure_of(one, failure, out)?;
            }
        }
        if failed > 0 {
            writeln!(out)?;
        }
        coverage(one, list, out)?;
    }
    Ok(())
}

fn failure_of(one: &Tested, failure: &testing::Failure, out: &mut impl Write) -> Result<()> {
    writeln!(out, "    {FAINT}{}{FAINT:#}", one.line_of(failure.span))?;
    writeln!(out, "      expected    {}", failure.expected)?;
    writeln!(out, "      found       {}", failure.found)?;
    if let Some(difference) = &failure.difference {
        writeln!(out, "      difference  {difference}")?;
    }
    for line in failure.explanation.iter().flat_map(|text| text.lines()) {
        writeln!(out, "      {FAINT}{line}{FAINT:#}")?;
    }
    Ok(())
}

/// What is counted: its word for many, what stands before the name of one, and how much of it was reached.
fn kinds(coverage: &Coverage) -> [(&'static str, &'static str, &Reach); 5] {
    [
        ("charges", "charge ", &coverage.charges),
        ("rows", "", &coverage.rows),
        ("branches", "the condition ", &coverage.branches),
        ("exceptions", "", &coverage.exceptions),
        ("tiers", "", &coverage.tiers),
    ]
}

fn coverage(one: &Tested, list: bool, out: &mut impl Write) -> Result<()> {
    let kinds = kinds(&one.report.coverage);
    let there = kinds.iter().filter(|(_, _, reach)| reach.total > 0);
    let words: Vec<String> =
        there.clone().map(|(many, _, reach)| format!("{} of {} {many}", reach.reached(), reach.total)).collect();
    if !words.is_empty() {
        writeln!(out, "  {FAINT}reached: {}{FAINT:#}", words.join(", "))?;
    }
    if list {
        for (_, before, reach) in there {
            for missed in &reach.missed {
                let place = one.line_of(missed.span);
                writeln!(out, "    not reached  {before}{}  {FAINT}{place}{FAINT:#}", missed.name)?;
            }
        }
    }
    Ok(())
}

fn json(tested: &[Tested]) -> serde_json::Value {
    use serde_json::{Value, json};
    let (passed, failed) = counts(tested);
    let rule_set = |one: &Tested| -> Value {
        let failure = |failure: &testing::Failure| {
            json!({
                "place": one.line_of(failure.span), "expected": failure.expected, "found": failure.found,
                "difference": failure.difference, "explanation": failure.explanation,
            })
        };
        let result = |result: &testing::TestResult| {
            json!({
                "name": result.name, "place": one.line_of(result.place),
                "passed": result.outcome == testing::Outcome::Passed,
                "failures": result.failures.iter().map(failure).collect::<Vec<_>>(),
            })
        };
        let missed = |missed: &testing::Missed| json!({ "name": missed.name, "place": one.line_of(missed.span) });
        let reach = |(kind, _, reach): (&str, &str, &Reach)| {
            let missed: Vec<_> = reach.missed.iter().map(missed).collect();
            (kind.to_owned(), json!({ "total": reach.total, "reached": reach.reached(), "missed": missed }))
        };
        json!({
            "path": one.path.to_string_lossy(), "ruleset": one.rules.name(), "version": one.rules.version(),
            "tests": one.report.results.iter().map(result).collect::<Vec<_>>(),
            "coverage": Value::Object(kinds(&one.report.coverage).into_iter().map(reach).collect()),
        })
    };
    json!({ "passed": passed, "failed": failed, "rulesets": tested.iter().map(rule_set).collect::<Vec<_>>() })
}

fn github(tested: &[Tested], out: &mut impl Write) -> Result<()> {
    for one in tested {
        for result in one.report.failed() {
            for failure in &result.failures {
                let place = one.line_of(failure.span);
                let (path, line) = place.rsplit_once(':').unwrap_or((&place, "1"));
                let place = format!("file={},line={line},", render::github::property(path));
                let message = format!("expected {}\nfound {}", failure.expected, failure.found);
                writeln!(out, "{}", render::github::annotation("error", &place, &result.name, &message))?;
            }
        }
    }
    Ok(())
}
