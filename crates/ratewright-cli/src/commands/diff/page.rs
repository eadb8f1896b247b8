//! A comparison as one page that needs nothing but itself: no script, no font, no picture from elsewhere.
//!
//! Every text of rules and inputs goes through [`escaped`](markup::escaped). The page is well-formed XML, too; charts are inline SVG with their
//! figures in a table beside them, and no meaning hangs on a colour alone.

mod measured;
mod tables;

use super::report::{self, Report};
use crate::figures::grouped;
use crate::render::markup::{self, escaped};
use ratewright::difference::{Change, Detail, How, Verdict};
use std::fmt::Write;

const STYLE: &str = include_str!("page/style.css");

/// The page.
pub fn page(report: &Report<'_>) -> String {
    let mut page = markup::head(&report.title(), STYLE, None);
    let title = escaped(&report.title());
    let class = if report.difference.changes_meaning() { "changed" } else { "same" };
    let path = |path: &std::path::Path| escaped(&path.display().to_string());
    let _ = writeln!(
        page,
        "<header>\n<h1>{title}</h1>\n<p class=\"summary {class}\">{}</p>\n<p class=\"place\">{} → {}</p>\n</header>",
        escaped(&report.summary()),
        path(report.old.path),
        path(report.new.path)
    );
    if let Some(held) = report.held {
        held.page(report, &mut page);
    }
    if let Some(measured) = report.measured {
        measured::summary(measured, &mut page);
    }
    changes(report, &mut page);
    affected(report, &mut page);
    tests(report, &mut page);
    if let Some(measured) = report.measured {
        measured::details(report, measured, &mut page);
    }
    words(report, &mut page);
    page.push_str(markup::END);
    page
}

fn changes(report: &Report<'_>, page: &mut String) {
    let mut kind = None;
    for change in report.changes(true) {
        if kind != Some(change.kind) {
            if kind.is_some() {
                page.push_str("</section>\n");
            }
            let words = change.kind.words().1;
            let _ = writeln!(page, "<section aria-label=\"{words}\">\n<h2>{words}</h2>");
            kind = Some(change.kind);
        }
        item(report, change, page);
    }
    if kind.is_some() {
        page.push_str("</section>\n");
    }
}

fn item(report: &Report<'_>, change: &Change, page: &mut String) {
    let name = if change.name.is_empty() { "this rule set" } else { &change.name };
    let label = change.label.as_ref().map(|label| format!(" <span class=\"label\">{}</span>", escaped(label)));
    let how = match change.how {
        How::Changed => String::new(),
        _ => format!(" <span class=\"how\">{}</span>", escaped(&report::how(change))),
    };
    let place = escaped(&report.places(change.before_place, change.after_place));
    let _ = writeln!(
        page,
        "<article>\n<h3>{}{}{how}</h3>\n<p class=\"place\">{place}</p>",
        escaped(name),
        label.unwrap_or_default()
    );
    details(&change.details, page);
    if let Some(breaks) = &change.breaks {
        let _ = writeln!(page, "<p class=\"breaks\"><strong>Callers:</strong> {}</p>", escaped(breaks));
    }
    if let Some(table) = &change.table {
        tables::table(report, table, page);
    }
    page.push_str("</article>\n");
}

fn details(details: &[Detail], page: &mut String) {
    if details.is_empty() {
        return;
    }
    page.push_str("<div class=\"wide\"><table class=\"details\">\n<thead><tr><th scope=\"col\">what</th><th scope=\"col\">before</th><th scope=\"col\">after</th></tr></thead>\n<tbody>\n");
    for detail in details {
        let side = |text: &Option<String>, tag: &str| match text {
            Some(text) => format!("<td><{tag}>{}</{tag}></td>", escaped(text)),
            None => "<td class=\"none\">–</td>".to_owned(),
        };
        let because =
            detail.because.as_ref().map(|text| format!("<div class=\"because\">because {}</div>", escaped(text)));
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}{}</th>{}{}</tr>",
            escaped(&report::aspect(detail)),
            because.unwrap_or_default(),
            side(&detail.before, "del"),
            side(&detail.after, "ins")
        );
    }
    page.push_str("</tbody>\n</table></div>\n");
}

fn affected(report: &Report<'_>, page: &mut String) {
    if report.difference.affected.is_empty() {
        return;
    }
    page.push_str("<section aria-label=\"affected\">\n<h2>affected, and unchanged themselves</h2>\n<ul>\n");
    for one in &report.difference.affected {
        let items: Vec<String> = one.items.iter().map(|(kind, name)| format!("{kind} {}", escaped(name))).collect();
        let (kind, name) = &one.through;
        let _ = writeln!(page, "<li>through {kind} <strong>{}</strong>: {}</li>", escaped(name), items.join(", "));
    }
    page.push_str("</ul>\n</section>\n");
}

fn tests(report: &Report<'_>, page: &mut String) {
    let changed: Vec<_> = report.tests_that_change().collect();
    if changed.is_empty() {
        return;
    }
    let _ = writeln!(
        page,
        "<section aria-label=\"tests\">\n<h2>tests</h2>\n<p>{} of {} pass on the rules of one edition only.</p>\n\
         <div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">test</th><th scope=\"col\">on the old rules it</th>\
         <th scope=\"col\">on the new rules it</th></tr></thead>\n<tbody>",
        grouped(changed.len()),
        grouped(report.retest.tests.len())
    );
    for test in changed {
        let cell = |verdict: &Verdict| {
            let class = if *verdict == Verdict::Passed { "good" } else { "bad" };
            format!("<td class=\"{class}\">{}</td>", escaped(&report::verdict(verdict)))
        };
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}<div class=\"place\">{}</div></th>{}{}</tr>",
            escaped(&test.name),
            escaped(&report.place_of_test(test)),
            cell(&test.before),
            cell(&test.after)
        );
    }
    page.push_str("</tbody>\n</table></div>\n</section>\n");
}

fn words(report: &Report<'_>, page: &mut String) {
    let (words, renamed): (Vec<_>, Vec<_>) = (report.changes(false).collect(), report.renamed().collect());
    let moved = &report.difference.moved;
    if words.is_empty() && renamed.is_empty() && moved.is_empty() {
        return;
    }
    page.push_str("<section aria-label=\"no price depends on this\">\n<h2>no price depends on this</h2>\n");
    for change in words {
        let _ = writeln!(page, "<h3>{}</h3>", escaped(&report::heading(change)));
        details(&change.details, page);
    }
    if !renamed.is_empty() || !moved.is_empty() {
        page.push_str("<ul>\n");
    }
    for (change, was) in &renamed {
        let _ = writeln!(page, "<li>{} {} is now called {}</li>", change.kind, escaped(was), escaped(&change.name));
    }
    if !moved.is_empty() {
        let items: Vec<String> = moved.iter().map(|(kind, name)| format!("{kind} {}", escaped(name))).collect();
        let _ = writeln!(page, "<li>only moved: {}</li>", items.join(", "));
    }
    if !renamed.is_empty() || !moved.is_empty() {
        page.push_str("</ul>\n");
    }
    page.push_str("</section>\n");
}
