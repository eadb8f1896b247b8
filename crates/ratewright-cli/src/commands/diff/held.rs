//! What a written policy says about a comparison: the file in, the violations out, in the words of each rendering.

use super::measure::Measured;
use super::report::{Edition, Report};
use crate::outcome::{Failure, Result};
use crate::render::markup::escaped;
use crate::terminal::{self, ERROR, FAINT, GOOD, STRONG};
use ratewright::RuleSet;
use ratewright::difference::{Difference, Policy, Violation};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

/// A policy and what it does not let happen.
pub struct Held {
    /// The name of its file.
    source: String,
    /// What it does not let happen.
    violations: Vec<Violation>,
    /// Whether real inputs were measured, so that what is demanded of them was judged.
    measured: bool,
}

impl Held {
    /// Reads the policy and holds it against the comparison.
    pub fn new(
        path: &Path,
        (old, new): (&RuleSet, &RuleSet),
        difference: &Difference,
        measured: Option<&Measured>,
    ) -> Result<Held> {
        let text = std::fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
        let policy: Policy =
            text.parse().map_err(|error| Failure::usage(format!("`{}` cannot be used: {error}", path.display())))?;
        let violations = policy.judge(old, new, difference, measured.map(|measured| &measured.effect));
        Ok(Held { source: path.display().to_string(), violations, measured: measured.is_some() })
    }

    /// Whether nothing happened that the policy does not let happen.
    pub fn is_kept(&self) -> bool {
        self.violations.is_empty()
    }

    /// For people, on a terminal.
    pub fn write(&self, report: &Report<'_>, out: &mut dyn Write) -> Result<()> {
        writeln!(out, "\n{STRONG}policy{STRONG:#}  {FAINT}{}{FAINT:#}", self.source)?;
        for violation in &self.violations {
            let place = place(report, violation);
            let place = if place.is_empty() { place } else { format!("  {FAINT}{place}{FAINT:#}") };
            writeln!(out, "  {ERROR}{}{ERROR:#}: {}{place}", violation.demand, violation.words)?;
        }
        match self.violations.len() {
            0 => writeln!(out, "  {GOOD}kept{GOOD:#}")?,
            count => writeln!(out, "  {ERROR}{}{ERROR:#}", terminal::count(count, "violation", "violations"))?,
        }
        if !self.measured {
            writeln!(out, "  {FAINT}no inputs are given, so what the policy demands of them is not judged{FAINT:#}")?;
        }
        Ok(())
    }

    /// For programs.
    pub fn json(&self, report: &Report<'_>) -> Value {
        let violation = |violation: &Violation| {
            let about = violation.about.as_ref();
            let at =
                |edition: &Edition<'_>, span: Option<ratewright::source::Span>| span.map(|span| edition.line_of(span));
            json!({
                "demand": violation.demand,
                "words": violation.words,
                "kind": about.map(|about| about.kind.to_string()),
                "name": about.map(|about| &about.name),
                "before_place": about.and_then(|about| at(&report.old, about.before_place)),
                "after_place": about.and_then(|about| at(&report.new, about.after_place)),
            })
        };
        json!({
            "file": self.source,
            "kept": self.is_kept(),
            "inputs_judged": self.measured,
            "violations": self.violations.iter().map(violation).collect::<Vec<_>>(),
        })
    }

    /// A section of the page.
    pub fn page(&self, report: &Report<'_>, page: &mut String) {
        let _ = writeln!(
            page,
            "<section aria-label=\"policy\">\n<h2>policy</h2>\n<p class=\"place\">{}</p>",
            escaped(&self.source)
        );
        if self.is_kept() {
            page.push_str("<p class=\"summary same\">kept</p>\n");
        } else {
            page.push_str("<ul class=\"breaks\">\n");
            for violation in &self.violations {
                let place = escaped(&place(report, violation));
                let words = escaped(&violation.words);
                let _ = writeln!(
                    page,
                    "<li><strong>{}</strong>: {words} <span class=\"place\">{place}</span></li>",
                    escaped(violation.demand)
                );
            }
            page.push_str("</ul>\n");
        }
        if !self.measured {
            page.push_str("<p>no inputs are given, so what the policy demands of them is not judged</p>\n");
        }
        page.push_str("</section>\n");
    }
}

fn place(report: &Report<'_>, violation: &Violation) -> String {
    violation.about.as_ref().map(|about| report.places(about.before_place, about.after_place)).unwrap_or_default()
}
