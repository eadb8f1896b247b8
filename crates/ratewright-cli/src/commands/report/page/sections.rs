//! The plain sections of the page: what to do next, demands, waivers, what was not compared, stages, and what the page was made of.

use super::super::model::Report;
use super::super::waivers::Together;
use super::super::words::{self, capital};
use super::badge;
use crate::figures::{amount, cases_of, grouped, part};
use crate::render::markup::{escaped, with_code};
use ratewright::migrate::WaiverStanding;
use ratewright_migration::findings::{PricedBy, UsedWaiver};
use std::fmt::Write;

/// How many changes of stages are shown, the last ones.
const CHANGES: usize = 50;

/// What to do, in order.
pub fn next(report: &Report, page: &mut String) {
    page.push_str("<section id=\"next\">\n<h2>What to do next</h2>\n<ol>\n");
    for step in &report.next {
        let _ = write!(page, "<li>{}", with_code(&step.words));
        if let Some(number) = step.cluster {
            let _ = write!(page, ". <a href=\"#c{number}\">See cluster {number}</a>");
        }
        if !step.commands.is_empty() {
            let commands: Vec<String> = step.commands.iter().map(|command| escaped(command)).collect();
            let what = if commands.len() == 1 { "The command" } else { "The commands" };
            let commands = commands.join("\n");
            let _ = write!(page, "\n<details><summary>{what}</summary>\n<pre><code>{commands}</code></pre></details>");
        }
        page.push_str("</li>\n");
    }
    page.push_str("</ol>\n</section>\n");
}

/// The demands on the release.
pub fn release(report: &Report, page: &mut String) {
    page.push_str(
        "<section id=\"release\">\n<h2>What the release must show</h2>\n<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\"></th>\
         <th scope=\"col\">demand</th><th scope=\"col\">what was found</th></tr></thead>\n<tbody>\n",
    );
    for gate in &report.gates {
        let _ = writeln!(
            page,
            "<tr><td>{}</td><th scope=\"row\">{}</th><td>{}</td></tr>",
            badge(gate.readiness),
            escaped(&capital(gate.name)),
            with_code(&gate.words)
        );
    }
    page.push_str("</tbody>\n</table></div>\n</section>\n");
}

/// How the two were compared, and what that let pass.
pub fn measure(report: &Report, page: &mut String) {
    page.push_str("<section id=\"measure\">\n<h2>How the two were compared</h2>\n<ul>\n");
    for sentence in super::super::measure::sentences(report) {
        let _ = writeln!(page, "<li>{}</li>", escaped(&capital(&sentence)));
    }
    page.push_str("</ul>\n</section>\n");
}

/// The waivers, and what is left of each.
pub fn waivers(report: &Report, page: &mut String) {
    let all = report.waivers();
    if all.is_empty() {
        return;
    }
    page.push_str(
        "<section id=\"waivers\">\n<h2>Waivers: differences that somebody has agreed to</h2>\n<div class=\"wide\"><table>\n<thead><tr>\
         <th scope=\"col\">waiver</th><th scope=\"col\">why</th><th scope=\"col\">owner</th><th scope=\"col\" class=\"number\">cases used</th>\
         <th scope=\"col\" class=\"number\">amount used</th><th scope=\"col\">until</th></tr></thead>\n<tbody>\n",
    );
    for Together { waiver, other_caps, .. } in &all {
        let used = waiver.amount.as_ref().map_or_else(|| "nothing".to_owned(), amount);
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td class=\"number\">{} of {}<br/><span class=\"none\">{}</span></td>\
             <td class=\"number\">{used}<br/><span class=\"none\">of {}</span></td><td><span class=\"date\">{}</span><br/>{}</td></tr>",
            escaped(&waiver.id),
            escaped(&waiver.reason),
            escaped(&waiver.owner),
            grouped(waiver.cases),
            grouped(waiver.of_cases),
            part(waiver.cases, waiver.of_cases),
            amount(&waiver.of_amount),
            waiver.expires,
            standing(report, waiver)
                + &other_caps
                    .as_ref()
                    .map(|caps| format!("<br/>its caps were {caps}: the least hold"))
                    .unwrap_or_default()
        );
    }
    page.push_str("</tbody>\n</table></div>\n");
    if let Some(words) = words::uses_of_waivers(report) {
        let _ = writeln!(page, "<p class=\"none\">{}.</p>", escaped(&capital(&words)));
    }
    page.push_str("</section>\n");
}

/// How long a waiver still holds, and who must renew it.
fn standing(report: &Report, waiver: &UsedWaiver) -> String {
    let days = report.today.days_until(waiver.expires);
    let owner = escaped(&waiver.owner);
    match (days, waiver.standing) {
        (..0, _) => format!("<strong class=\"bad\">expired: {owner} must renew it</strong>"),
        (_, WaiverStanding::UsedUp) => {
            format!("<strong class=\"bad\">used up: {owner} must raise the cap, or the rules be mended</strong>")
        }
        (0..=30, _) => format!("<strong>{days} days left: {owner} must renew it</strong>"),
        _ => format!("<span class=\"none\">{} days left</span>", grouped(days)),
    }
}

/// What was dropped, and what could not be compared.
pub fn not_compared(report: &Report, page: &mut String) {
    let mut rows = String::new();
    for found in &report.found {
        let (of, file) = (found.findings.records, escaped(&found.path.display().to_string()));
        let mut row = |count: u64, cause: &str, first: &str| {
            let _ = writeln!(
                rows,
                "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td><td><code>{file}</code></td></tr>",
                escaped(&capital(cause)),
                grouped(count),
                part(count, of),
                escaped(first)
            );
        };
        for (cause, flawed) in &found.findings.tally.not_compared {
            row(flawed.records, cause.words(), &flawed.first.to_string());
        }
        for (cause, count) in found.findings.dropped.iter().filter(|(_, count)| **count > 0) {
            row(*count, &format!("dropped: {}", cause.replace('_', " ")), "");
        }
    }
    page.push_str("<section id=\"not-compared\">\n<h2>What was not compared</h2>\n");
    match (rows.is_empty(), report.found.is_empty()) {
        (true, true) => page.push_str("<p>No findings were named, so that nothing is known of it.</p>\n"),
        (true, false) => page.push_str("<p>Every case that was offered was compared.</p>\n"),
        (false, _) => {
            let _ = write!(
                page,
                "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">cause</th><th scope=\"col\" class=\"number\">cases</th>\
                 <th scope=\"col\" class=\"number\">part of all</th><th scope=\"col\">the first</th><th scope=\"col\">file</th></tr></thead>\n\
                 <tbody>\n{rows}</tbody>\n</table></div>\n"
            );
        }
    }
    page.push_str("</section>\n");
}

/// The stages so far.
pub fn stages(report: &Report, page: &mut String) {
    let Some(stages) = &report.stages else { return };
    page.push_str("<section id=\"stages\">\n<h2>Stages so far</h2>\n");
    for fault in &stages.verified.faults {
        let _ = writeln!(page, "<p class=\"note\"><strong>{}</strong></p>", escaped(&fault.to_string()));
    }
    let records = &stages.verified.records;
    let before = records.len().saturating_sub(CHANGES);
    if before > 0 {
        let _ = writeln!(page, "<p class=\"none\">{} earlier changes are in the JSON.</p>", grouped(before));
    }
    page.push_str("<ol class=\"timeline\">\n");
    for record in records.iter().skip(before) {
        let change = record.change();
        let plan = change.stages.plan();
        let shares: Vec<String> = plan
            .canary
            .iter()
            .filter(|_| plan.stage == ratewright::migrate::stage::Stage::Canary)
            .map(|step| format!("{} of {}", step.share, step.segment.as_deref().unwrap_or("all others")))
            .collect();
        let shares = if shares.is_empty() { String::new() } else { format!(": {}", shares.join(", ")) };
        let _ = writeln!(
            page,
            "<li class=\"{0}\"><strong>{0}</strong>{1} <span class=\"place\">{2}, {3}</span><br/>{4}</li>",
            plan.stage,
            escaped(&shares),
            record.at(),
            escaped(&change.who),
            escaped(&change.why)
        );
    }
    page.push_str("</ol>\n</section>\n");
}

/// What the page was made of, and how its words are meant.
pub fn sources(report: &Report, page: &mut String) {
    page.push_str("<section id=\"sources\">\n<h2>What this page was made of</h2>\n<ul>\n");
    let place = |path: &std::path::Path| escaped(&path.display().to_string());
    let _ = writeln!(
        page,
        "<li>Rules: <code>{}</code>, {}, edition <code>{}</code></li>",
        place(&report.path),
        escaped(&report.name()),
        report.edition.digest()
    );
    for file in &report.evidence_files {
        let other = if file.carried_over { ", carried over" } else { "" };
        let _ = writeln!(
            page,
            "<li>Evidence: <code>{}</code>, of edition {}{other}</li>",
            place(&file.path),
            file.edition.short()
        );
    }
    for found in &report.found {
        let edition = match found.findings.rules == PricedBy::nothing() {
            true => "no edition".to_owned(),
            false => format!("edition {}", found.findings.rules.edition.short()),
        };
        let other = if found.is_of_this_edition { "" } else { ", which is not that of these rules" };
        let _ = writeln!(
            page,
            "<li>Findings: <code>{}</code>, {} in {}, of {edition}{other}</li>",
            place(&found.path),
            cases_of(found.findings.tally.compared),
            found.findings.stratum
        );
    }
    if let Some(stages) = &report.stages {
        let _ = writeln!(page, "<li>Log of stages: <code>{}</code></li>", place(&stages.path));
    }
    page.push_str("</ul>\n<details>\n<summary>How the words are meant</summary>\n<dl>\n");
    for (term, meaning) in GLOSSARY {
        let _ = writeln!(page, "<dt>{term}</dt><dd>{meaning}</dd>");
    }
    page.push_str("</dl>\n</details>\n</section>\n");
}

const GLOSSARY: [(&str, &str); 8] = [
    (
        "distinct cases",
        "A million repeats of one parcel are one case: cases are told apart by the fields that some rule reads.",
    ),
    (
        "edge",
        "A place where rules could go wrong: a side of a condition, the point where it turns, a row of a table, the bound of a tier.",
    ),
    (
        "at most 1 case in … differs",
        "With the confidence of the policy, 95 % where it says nothing. It holds however often somebody looks; one mismatch raises it at once.",
    ),
    ("mismatch", "A difference that nobody has agreed to and no tolerance covers. One is enough not to be ready."),
    ("unexplained", "Mismatches whose cause was looked for and not found: somebody has to look."),
    (
        "replay, traffic, probe, adaptive",
        "Where cases come from: recorded, live, made to meet edges, or taken since evidence was lacking. They are never added up.",
    ),
    (
        "much money",
        "A rule through which as much passes as through the smallest of the charges that make up most of the money; it needs more cases.",
    ),
    ("more, less", "Always what the rules charge more or less than the old code."),
];
