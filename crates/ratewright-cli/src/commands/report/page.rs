//! A report as one page that needs nothing but itself, for somebody who writes no programs.
//!
//! Every text of rules, cases and people goes through [`escaped`](markup::escaped), and the page may run nothing but its own few lines of
//! script, which only search and unfold: without them everything is there. No meaning hangs on a colour alone. The page stays below five
//! megabytes whatever it is made of: what does not fit is said, and is in the JSON.

mod clusters;
mod glance;
mod money;
mod rules;
mod sections;

use super::model::Report;
use super::words;
use crate::figures::grouped;
use crate::render::markup::{self, escaped};
use ratewright::migrate::Readiness;
use std::fmt::Write;

const STYLE: &str = include_str!("page/style.css");
const SCRIPT: &str = include_str!("page/script.js");

/// How many bytes a page has before it begins to leave out examples.
const BUDGET: usize = 4_000_000;

/// The page.
pub fn page(report: &Report) -> String {
    let title = format!("{}: ready to take over?", report.name());
    let mut page = markup::head(&title, STYLE, Some(SCRIPT));
    head(report, &mut page);
    glance::glance(report, &mut page);
    sections::next(report, &mut page);
    sections::release(report, &mut page);
    sections::measure(report, &mut page);
    rules::rules(report, &mut page);
    money::money(report, &mut page);
    clusters::clusters(report, BUDGET, &mut page);
    sections::waivers(report, &mut page);
    sections::not_compared(report, &mut page);
    sections::stages(report, &mut page);
    sections::sources(report, &mut page);
    page.push_str(markup::END);
    page
}

/// The class of a readiness.
fn class(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Ready => "ready",
        Readiness::InsufficientEvidence => "lacking",
        Readiness::NotReady => "differing",
    }
}

/// Its sign, which needs no colour.
fn sign(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Ready => "✓",
        Readiness::InsufficientEvidence => "?",
        Readiness::NotReady => "✗",
    }
}

/// The sign with words for those who do not see it.
fn badge(readiness: Readiness) -> String {
    format!(
        "<span class=\"badge {}\" role=\"img\" aria-label=\"{readiness}\">{}</span>",
        class(readiness),
        sign(readiness)
    )
}

fn head(report: &Report, page: &mut String) {
    let title = report.edition.rules().title();
    let title = if title.is_empty() { report.edition.name() } else { title };
    let version = report.edition.version().map(|version| format!(", version {version}")).unwrap_or_default();
    let _ = writeln!(
        page,
        "<header>\n<h1>{}</h1>\n<p class=\"place\">May the rules take over from the old code? Judged on {}; edition {}.</p>\n\
         <p class=\"verdict {}\">{} {}.</p>",
        escaped(&format!("{title}{version}")),
        report.today,
        report.edition.digest().short(),
        class(report.readiness),
        badge(report.readiness),
        escaped(&words::verdict(report))
    );
    for sentence in words::compared(report) {
        let _ = writeln!(page, "<p>{}.</p>", escaped(&sentence));
    }
    if let Some(sentence) = words::facts_before(report) {
        let _ = writeln!(page, "<p class=\"note\">{sentence}.</p>");
    }
    for file in report.evidence_files.iter().filter(|file| file.carried_over) {
        let _ = writeln!(
            page,
            "<p class=\"note\">The evidence in <code>{}</code> is of an older edition ({}). What it knows of {} of {} rules counts here, which have not changed since; for the others it counts nothing.</p>",
            escaped(&file.path.display().to_string()),
            file.edition.short(),
            grouped(file.same_rules),
            grouped(report.rules.len())
        );
    }
    page.push_str("</header>\n");
}
