//! Clusters on the page: what differs for one reason, how much, and the best example side by side.
//!
//! The first are open, the others folded. Where the page is full, examples are left out and that is said.

use super::super::examples::{self, Line};
use super::super::model::{Found, Report};
use super::super::words::{self, capital, short};
use crate::figures::{amounts_in, cases_of, grouped};
use crate::render::markup::escaped;
use ratewright::migrate::{Cluster, Example};
use std::fmt::Write;

/// How many clusters are open.
const OPEN: usize = 10;
/// How many characters of an input, of an explanation and of the words of a difference are shown.
const INPUT: usize = 8_000;
const EXPLANATION: usize = 12_000;
const WORDS: usize = 400;
/// How many lines of two answers stand beside each other, those that differ first.
const LINES: usize = 60;
/// How many other cases are listed, and how many other factors.
const OTHERS: usize = 22;
const FACTORS: usize = 12;

/// All of them.
pub fn clusters(report: &Report, budget: usize, page: &mut String) {
    if report.found.is_empty() {
        page.push_str("<section id=\"clusters\">\n<h2>What differs, and why</h2>\n<p>No findings were named: <code>ratewright replay</code> writes them with <code>--findings</code>.</p>\n</section>\n");
        return;
    }
    page.push_str("<section id=\"clusters\">\n<h2>What differs, and why</h2>\n");
    let (mut shown, mut left_out) = (0_usize, 0_usize);
    for (number, found, cluster) in report.clusters() {
        if page.len() > budget {
            left_out = left_out.saturating_add(1);
            let _ = writeln!(page, "<article id=\"c{number}\">");
            heading(report, (number, found, cluster), page);
            page.push_str("<p class=\"none\">Its example is in the JSON: this page is full.</p>\n</article>\n");
            continue;
        }
        shown = shown.saturating_add(1);
        let folded = shown > OPEN;
        if folded {
            let line = format!("Cluster {number}: {}: {}", words::labelled(report, cluster), cases_of(cluster.cases));
            let _ = writeln!(page, "<details class=\"folded\"><summary>{}</summary>", escaped(&line));
        }
        let _ = writeln!(page, "<article id=\"c{number}\">");
        heading(report, (number, found, cluster), page);
        rules_of(report, cluster, page);
        body(report, cluster, page);
        page.push_str("</article>\n");
        if folded {
            page.push_str("</details>\n");
        }
    }
    outside(report, page);
    if shown == 0 && left_out == 0 {
        let allowed: Vec<String> =
            words::allowed(report).iter().map(|sentence| format!(" {}.", escaped(sentence))).collect();
        let but = if allowed.is_empty() { "" } else { " but what was agreed to" };
        let _ = writeln!(page, "<p>Nothing differs{but}.{}</p>", allowed.concat());
    }
    page.push_str("</section>\n");
}

/// Cases that differ and are in no cluster.
fn outside(report: &Report, page: &mut String) {
    for found in &report.found {
        let clustered = found.findings.clusters.iter().fold(0_u64, |sum, cluster| sum.saturating_add(cluster.cases));
        let outside = found.findings.tally.mismatches.saturating_sub(clustered);
        if outside > 0 {
            let (cases, path) = (cases_of(outside), escaped(&found.path.display().to_string()));
            let _ = writeln!(
                page,
                "<p class=\"note\">{cases} in <code>{path}</code> differ without being in a cluster.</p>"
            );
        }
    }
}

fn heading(report: &Report, (number, found, cluster): (usize, &Found, &Cluster), page: &mut String) {
    let period = match (cluster.days.keys().next(), cluster.days.keys().next_back()) {
        (Some(first), Some(last)) if first == last => format!(", all on {first}"),
        (Some(first), Some(last)) => format!(", from {first} to {last}"),
        _ => String::new(),
    };
    let other = if found.is_of_this_edition { "" } else { ", by other rules than these" };
    let meaning: Vec<&str> = cluster.key.causes.iter().map(|cause| words::meaning(*cause)).collect();
    let meaning = escaped(&meaning.join(" "));
    let _ = writeln!(
        page,
        "<h3>Cluster {number}: {}</h3>\n<p>{meaning}</p>\n<p>{} in {}{other}{period}. {}.</p>",
        escaped(&words::labelled(report, cluster)),
        capital(&cases_of(cluster.cases)),
        found.findings.stratum,
        escaped(&capital(&words::money(&cluster.differences)))
    );
    for sentence in words::shared(cluster) {
        let _ = writeln!(page, "<p><strong>{}.</strong></p>", escaped(&capital(&short(&sentence, WORDS))));
    }
}

/// The rules that are concerned, and how many of them are not of this edition any more.
fn rules_of(report: &Report, cluster: &Cluster, page: &mut String) {
    let numbered = |digest| report.rules.iter().enumerate().find(move |(_, rule)| rule.judgement.rule.digest == digest);
    let (mut links, mut gone) = (Vec::new(), 0_usize);
    for digest in &cluster.key.rules {
        match numbered(*digest) {
            Some((number, rule)) => links.push(format!("<a href=\"#r{number}\">{}</a>", escaped(rule.name()))),
            None => gone = gone.saturating_add(1),
        }
    }
    if gone > 0 {
        links.push(format!("{} that changed since", grouped(gone)));
    }
    if !links.is_empty() {
        let _ = writeln!(page, "<p class=\"place\">Rules: {}</p>", links.join(", "));
    }
}

fn body(report: &Report, cluster: &Cluster, page: &mut String) {
    let Some(best) = examples::best(cluster) else {
        page.push_str("<p class=\"none\">No case of it was kept.</p>\n");
        return;
    };
    let said = examples::said(cluster, best);
    if !said.is_empty() {
        let said = escaped(&short(&super::super::words::capital(&said), WORDS));
        let _ = writeln!(page, "<p class=\"guess\">{said}.</p>");
    }
    let day = best.day.map(|day| format!(", {day}")).unwrap_or_default();
    let _ = writeln!(
        page,
        "<div class=\"wide\"><table class=\"beside\"><caption>{}{day}: the smallest input that shows it</caption><thead><tr><th scope=\"col\"></th>\
         <th scope=\"col\">charge</th><th scope=\"col\" class=\"number\">old code</th><th scope=\"col\" class=\"number\">the rules</th>\
         <th scope=\"col\" class=\"number\">difference</th></tr></thead><tbody>",
        escaped(&short(&best.key, WORDS))
    );
    let lines = examples::lines(best, report.evidence.counting().measure.written());
    lines.iter().take(LINES).for_each(|line| beside(report, line, page));
    page.push_str("</tbody></table></div>\n");
    if lines.len() > LINES {
        let more = grouped(lines.len().saturating_sub(LINES));
        let _ = writeln!(page, "<p class=\"none\">{more} more lines are in the JSON.</p>");
    }
    folded("The input", &pretty(&best.input), INPUT, page);
    if !best.redacted.is_empty() {
        let taken = escaped(&short(&best.redacted.join(", "), WORDS));
        let _ = writeln!(page, "<p class=\"none\">Redacted in it: {taken}.</p>");
    }
    if let Some(explanation) = &best.explanation {
        folded("How the rules came to their amounts", &amounts_in(explanation.trim_end()), EXPLANATION, page);
    }
    more_tried(cluster, best, page);
    others(cluster, best, page);
}

fn beside(report: &Report, line: &Line, page: &mut String) {
    let (class, mark) = if line.differs { (" class=\"differs\"", "≠") } else { ("", "") };
    let _ = writeln!(
        page,
        "<tr{class}><td>{mark}</td><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
        escaped(&words::called(report, &line.about)),
        escaped(&short(&line.legacy, WORDS)),
        escaped(&short(&line.candidate, WORDS)),
        escaped(&line.difference)
    );
}

/// An input on lines of its own, its digits as they are.
fn pretty(input: &str) -> String {
    let mut text = String::with_capacity(input.len());
    let (mut depth, mut within, mut escape) = (0_usize, false, false);
    for letter in input.chars() {
        let line = |text: &mut String, depth: usize| {
            text.push('\n');
            text.push_str(&"  ".repeat(depth.min(40)));
        };
        if within {
            text.push(letter);
            (within, escape) = (escape || letter != '"', !escape && letter == '\\');
            continue;
        }
        match letter {
            '{' | '[' => {
                depth = depth.saturating_add(1);
                text.push(letter);
                line(&mut text, depth);
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut text, depth);
                text.push(letter);
            }
            ',' => {
                text.push(letter);
                line(&mut text, depth);
            }
            ':' => text.push_str(": "),
            '"' => {
                within = true;
                text.push(letter);
            }
            letter if letter.is_whitespace() => {}
            letter => text.push(letter),
        }
    }
    text
}

fn folded(title: &str, text: &str, most: usize, page: &mut String) {
    let cut = text.chars().count().saturating_sub(most);
    let _ = write!(page, "<details><summary>{title}</summary>\n<pre>{}</pre>\n", escaped(&short(text, most)));
    if cut > 0 {
        let _ = writeln!(page, "<p class=\"none\">{} more characters are in the JSON.</p>", grouped(cut));
    }
    page.push_str("</details>\n");
}

/// What else would explain it, in this case and in others.
fn more_tried(cluster: &Cluster, best: &Example, page: &mut String) {
    let more = best.factors.iter().skip(1);
    if more.len() == 0 && cluster.explained_by.len() < 2 {
        return;
    }
    page.push_str("<details><summary>What else would explain it</summary>\n<ul>\n");
    for factor in more.clone().take(FACTORS) {
        let all = if factor.specific { "" } else { ", which other changes do as well" };
        let _ = writeln!(page, "<li>{}: {}{all}</li>", factor.cause, escaped(&short(&factor.to_string(), WORDS)));
    }
    if more.len() > FACTORS {
        let _ = writeln!(
            page,
            "<li class=\"none\">{} more are in the JSON</li>",
            grouped(more.len().saturating_sub(FACTORS))
        );
    }
    page.push_str("</ul>\n<p>Of all cases of the cluster it explains: ");
    let each: Vec<String> =
        cluster.explained_by.iter().map(|(cause, count)| format!("{cause} {}", grouped(*count))).collect();
    let _ = writeln!(page, "{}.</p>\n</details>", each.join(", "));
}

/// The other cases that are kept, each in a line.
fn others(cluster: &Cluster, best: &Example, page: &mut String) {
    let kept = examples::kept(cluster);
    let _ = writeln!(page, "<details><summary>{} kept of it</summary>\n<ul>", capital(&cases_of(kept.len() as u64)));
    let is = |one: &Option<Example>, example: &Example| {
        one.as_ref().is_some_and(|one| one.sequence == example.sequence && one.key == example.key)
    };
    for example in kept.iter().take(OTHERS) {
        let mut roles = Vec::new();
        for (role, holds) in [
            ("the first", is(&cluster.first, example)),
            ("the largest", is(&cluster.largest, example)),
            ("shown above", example.sequence == best.sequence && example.key == best.key),
        ] {
            roles.extend(holds.then_some(role));
        }
        let roles = if roles.is_empty() { String::new() } else { format!(" ({})", roles.join(", ")) };
        let day = example.day.map(|day| format!(" on {day}")).unwrap_or_default();
        let _ = writeln!(
            page,
            "<li><strong>{}</strong>{day}{roles}: {}</li>",
            escaped(&short(&example.key, WORDS)),
            escaped(&short(&amounts_in(&example.comparison.to_string()), WORDS))
        );
    }
    page.push_str("</ul>\n</details>\n");
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_input_is_laid_out_and_keeps_its_digits() {
        let text = super::pretty(r#"{"a":1.10,"b":["x{,\"",2]}"#);
        assert_eq!(text, "{\n  \"a\": 1.10,\n  \"b\": [\n    \"x{,\\\"\",\n    2\n  ]\n}");
    }
}
