//! JUnit's XML, as build servers read it: suites of cases, each with what failed in it.

use super::markup::escaped;
use crate::outcome::Result;
use std::io::Write;

/// Cases under one name.
#[derive(Debug)]
pub struct Suite {
    /// Its name, which is the class of its cases.
    pub name: String,
    /// Its cases.
    pub cases: Vec<Case>,
}

/// One case; it has passed where nothing failed.
#[derive(Debug)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// `path:line` of what it is about, where it has a place.
    pub place: Option<String>,
    /// What failed.
    pub failures: Vec<Failure>,
}

/// What failed in a case.
#[derive(Debug)]
pub struct Failure {
    /// What sort of failure it is, where there are several.
    pub sort: Option<&'static str>,
    /// In one line.
    pub message: String,
    /// All of it.
    pub text: String,
}

/// Writes all suites.
pub fn write(suites: &[Suite], out: &mut impl Write) -> Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>")?;
    for suite in suites {
        let (tests, name) = (suite.cases.len(), escaped(&suite.name));
        let failures = suite.cases.iter().filter(|case| !case.failures.is_empty()).count();
        writeln!(out, "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\">")?;
        suite.cases.iter().try_for_each(|case| one(&name, case, out))?;
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")?;
    Ok(())
}

fn one(class: &str, case: &Case, out: &mut impl Write) -> Result<()> {
    let place = case.place.as_deref().map(|place| {
        let (path, line) = place.rsplit_once(':').unwrap_or((place, "1"));
        format!(" file=\"{}\" line=\"{}\"", escaped(path), escaped(line))
    });
    let attributes = format!("classname=\"{class}\" name=\"{}\"{}", escaped(&case.name), place.unwrap_or_default());
    if case.failures.is_empty() {
        writeln!(out, "    <testcase {attributes}/>")?;
        return Ok(());
    }
    writeln!(out, "    <testcase {attributes}>")?;
    for failure in &case.failures {
        let sort = failure.sort.map(|sort| format!(" type=\"{}\"", escaped(sort))).unwrap_or_default();
        let (message, text) = (escaped(&failure.message), escaped(&failure.text));
        writeln!(out, "      <failure message=\"{message}\"{sort}>{text}</failure>")?;
    }
    writeln!(out, "    </testcase>")?;
    Ok(())
}
