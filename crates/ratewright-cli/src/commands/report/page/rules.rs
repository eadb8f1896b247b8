//! The rules on the page: a map with one cell for each, and each with its evidence.
//!
//! A cell leads to its rule; browsers unfold what it stands in. Rules that are ready are folded together, since nobody has to do anything, and so
//! are others where they are many.

use super::super::model::Report;
use super::super::rules::Rule;
use super::super::words::{self, short};
use super::{badge, class, sign};
use crate::figures::{amount, grouped};
use crate::render::markup::{escaped, with_code};
use ratewright::digest::RuleKind;
use ratewright::migrate::judgement::Figures;
use ratewright::migrate::{Cluster, Readiness, Stratum};
use ratewright::quote::Money;
use std::fmt::Write;

/// Up to how many rules a cell has its rule's name in it.
const NAMED: usize = 60;

/// Up to how many rules that are not ready are listed without being unfolded.
const OPEN: usize = 15;

const KINDS: [(RuleKind, &str); 8] = [
    (RuleKind::Charge, "Charges"),
    (RuleKind::Exception, "Exceptions"),
    (RuleKind::Table, "Tables"),
    (RuleKind::Parameter, "Parameters"),
    (RuleKind::Total, "Totals"),
    (RuleKind::Output, "Outputs"),
    (RuleKind::Flag, "Flags"),
    (RuleKind::Refusal, "Refusals"),
];

/// All of it.
pub fn rules(report: &Report, page: &mut String) {
    page.push_str("<section id=\"rules\">\n<h2>Readiness of each rule</h2>\n<ul class=\"key\">\n");
    for (readiness, what) in [
        (Readiness::Ready, "ready: seen often enough, and nothing differs"),
        (Readiness::InsufficientEvidence, "more evidence needed; the fuller the cell, the less is missing"),
        (Readiness::NotReady, "different from the old code"),
    ] {
        let _ = writeln!(
            page,
            "<li>{} <strong>{}</strong> {what}</li>",
            badge(readiness),
            grouped(report.count(readiness))
        );
    }
    page.push_str(
        "</ul>\n<p class=\"find\" hidden=\"hidden\"><label>Find rules <input id=\"find\" type=\"search\" placeholder=\"FUEL, table, not ready …\"/></label> \
         <output id=\"shown\"></output></p>\n",
    );
    let numbered: Vec<(usize, &Rule)> = report.rules.iter().enumerate().collect();
    for (kind, title) in KINDS {
        let own: Vec<_> = numbered.iter().filter(|(_, rule)| rule.judgement.rule.kind == kind).collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(page, "<h3>{title} <small>{}</small></h3>\n<ul class=\"map\">", grouped(own.len()));
        for (number, rule) in own {
            cell(*number, rule, report.rules.len() <= NAMED, page);
        }
        page.push_str("</ul>\n");
    }
    let of = |wanted: Readiness| numbered.iter().filter(move |(_, rule)| rule.judgement.readiness == wanted);
    page.push_str("<h3>One by one</h3>\n");
    for (readiness, one, many) in [
        (Readiness::NotReady, "rule differs from the old code", "rules differ from the old code"),
        (Readiness::InsufficientEvidence, "rule needs more evidence", "rules need more evidence"),
        (Readiness::Ready, "rule is ready", "rules are ready"),
    ] {
        let count = report.count(readiness);
        if count == 0 {
            continue;
        }
        let open = if readiness != Readiness::Ready && count <= OPEN { " open=\"open\"" } else { "" };
        let what = if count == 1 { one } else { many };
        let _ = writeln!(page, "<details class=\"all\"{open}>\n<summary>{} {what}</summary>\n<div>", grouped(count));
        of(readiness).for_each(|(number, rule)| row(report, *number, rule, page));
        page.push_str("</div>\n</details>\n");
    }
    page.push_str("</section>\n");
}

/// What a search looks through.
fn searched(rule: &Rule) -> String {
    let label = rule.label.as_deref().unwrap_or_default();
    let words =
        format!("{} {} {label} {}", words::kind(rule.judgement.rule.kind), rule.name(), rule.judgement.readiness);
    escaped(&short(&words, 200).to_lowercase())
}

fn cell(number: usize, rule: &Rule, is_named: bool, page: &mut String) {
    let readiness = rule.judgement.readiness;
    let filled = match readiness {
        Readiness::InsufficientEvidence => format!(" f{}", rule.progress / 25),
        _ => String::new(),
    };
    let name = if is_named { format!(" {}", escaped(&short(rule.name(), 18))) } else { String::new() };
    let _ = writeln!(
        page,
        "<li data-rule=\"{}\"><a class=\"cell {}{filled}\" href=\"#r{number}\" aria-label=\"{}\">{}{name}</a></li>",
        searched(rule),
        class(readiness),
        escaped(&short(&rule.in_one_line(), 300)),
        sign(readiness)
    );
}

fn row(report: &Report, number: usize, rule: &Rule, page: &mut String) {
    let judgement = &rule.judgement;
    let label =
        rule.label.as_ref().map(|label| format!(" <span class=\"label\">{}</span>", escaped(&short(label, 120))));
    let why = rule.why();
    let _ = writeln!(
        page,
        "<details class=\"rule {}\" data-rule=\"{}\"><summary>{} <strong>{}</strong>{} <span class=\"place\">{}</span>\
         <span class=\"why\">{}</span></summary>\n<div id=\"r{number}\">",
        class(judgement.readiness),
        searched(rule),
        badge(judgement.readiness),
        escaped(rule.name()),
        label.unwrap_or_default(),
        words::kind(judgement.rule.kind),
        escaped(&why)
    );
    if page.len() > super::BUDGET {
        page.push_str("<p class=\"none\">Its evidence is in the JSON: this page is full.</p>\n</div></details>\n");
        return;
    }
    page.push_str("<ul>\n");
    for (readiness, words) in rule.reasons() {
        let _ = writeln!(page, "<li>{} {}</li>", badge(readiness), with_code(words));
    }
    if judgement.high_revenue {
        page.push_str("<li>Much money passes through it, so that more cases are wanted.</li>\n");
    }
    if let Some(follows) = &rule.follows {
        let _ = writeln!(page, "<li>{}.</li>", escaped(&words::capital(follows)));
    }
    page.push_str("</ul>\n");
    evidence(judgement.edges, &judgement.figures, page);
    money(rule, page);
    concerned(report, rule, page);
    let place = rule.place.as_ref().map(|place| format!("{}, ", escaped(place))).unwrap_or_default();
    let _ = writeln!(page, "<p class=\"place\">{place}digest {}</p>\n</div></details>", judgement.rule.digest.short());
}

fn evidence(edges: u64, figures: &[Figures], page: &mut String) {
    if figures.is_empty() {
        return;
    }
    page.push_str(
        "<div class=\"wide\"><table><thead><tr><th scope=\"col\">seen in</th><th scope=\"col\" class=\"number\">cases</th>\
         <th scope=\"col\" class=\"number\">distinct</th><th scope=\"col\" class=\"number\">edges met</th>\
         <th scope=\"col\" class=\"number\">mismatches</th><th scope=\"col\" class=\"number\">waived</th>\
         <th scope=\"col\" class=\"number\">tolerated</th><th scope=\"col\">so that</th></tr></thead><tbody>\n",
    );
    for one in figures {
        let met = match edges {
            0 => "it has none".to_owned(),
            _ => format!("{} of {}", grouped(one.edges), grouped(edges)),
        };
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>\
             <td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td></tr>",
            one.stratum,
            grouped(one.cases),
            grouped(one.distinct),
            met,
            grouped(one.unexplained),
            grouped(one.waived),
            grouped(one.within_tolerance),
            // Probes are made, and no sample of anything: they show no rate.
            if one.stratum == Stratum::Probe { "–".to_owned() } else { words::bound(one.bounds.watched) }
        );
    }
    page.push_str("</tbody></table></div>\n");
}

fn money(rule: &Rule, page: &mut String) {
    if rule.money.is_empty() {
        return;
    }
    page.push_str("<ul>\n");
    for (stratum, currency, money) in &rule.money {
        let of = |number: &ratewright::value::Number| amount(&Money::new(number.clone(), *currency));
        let told = |number: &ratewright::value::Number, what: &str| match number.is_zero() {
            true => format!("nothing of it {what}"),
            false => format!("{} of it {what}", of(number)),
        };
        let figures = rule.judgement.figures.iter().find(|figures| figures.stratum == *stratum);
        let drawn = figures.and_then(|figures| figures.money.iter().find(|one| one.currency == *currency));
        let at_most = drawn.map(|drawn| {
            let (draws, interval) = (grouped(drawn.bounds.draws), of(&drawn.interval));
            format!("; at most {} of it differs, by {draws} draws of {interval}", drawn.bounds.bounds.watched)
        });
        let _ = writeln!(
            page,
            "<li>Money in {stratum}: {} passed through it; {}, {}{}</li>",
            of(&money.seen),
            told(&money.differed, "differs"),
            told(&money.allowed, "is tolerated or waived"),
            at_most.unwrap_or_default()
        );
    }
    page.push_str("</ul>\n");
}

/// The clusters of which the rule is a part.
fn concerned(report: &Report, rule: &Rule, page: &mut String) {
    // Of parameters it is not known in which cases they were used.
    let bears_on = |number| rule.judgement.rule.kind == RuleKind::Parameter && rule.bears_on.contains(&number);
    let is_own = |cluster: &Cluster| cluster.key.rules.contains(&rule.judgement.rule.digest);
    let own = report.clusters().filter(|(number, _, cluster)| is_own(cluster) || bears_on(*number));
    let links: Vec<String> = own.map(|(number, ..)| format!("<a href=\"#c{number}\">cluster {number}</a>")).collect();
    if !links.is_empty() {
        let _ = writeln!(page, "<p>What differs: {}</p>", links.join(", "));
    }
}
