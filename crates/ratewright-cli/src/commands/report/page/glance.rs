//! The money at a glance: one short table of what differs, how often, by how much, and what all its cases have in common.

use super::super::families::{Family, families};
use super::super::model::{Found, Report};
use super::super::words::{self, capital, short};
use crate::differing;
use crate::figures::grouped;
use crate::render::markup::escaped;
use ratewright::migrate::Cluster;
use std::fmt::Write;

/// How many causes have a row of their own.
const ROWS: usize = 6;
/// How many characters are shown of what cases have in common.
const WORDS: usize = 120;

/// A table for each file of findings in which something differs.
pub fn glance(report: &Report, page: &mut String) {
    let own: Vec<&Found> = report.found.iter().filter(|found| !found.findings.clusters.is_empty()).collect();
    if own.is_empty() {
        return;
    }
    page.push_str("<section id=\"glance\">\n<h2>What differs, in money</h2>\n");
    for found in own {
        let other = if found.is_of_this_edition { "" } else { ", by other rules than these" };
        let _ = writeln!(
            page,
            "<div class=\"wide\"><table><caption>In {}{other}</caption><thead><tr><th scope=\"col\">what differs</th>\
             <th scope=\"col\" class=\"number\">cases</th><th scope=\"col\" class=\"number\">the rules charge</th>\
             <th scope=\"col\">all cases have</th></tr></thead><tbody>",
            found.findings.stratum
        );
        table(report, &families(found), page);
        page.push_str("</tbody></table></div>\n");
    }
    page.push_str("</section>\n");
}

fn table(report: &Report, families: &[Family<'_>], page: &mut String) {
    for family in families.iter().take(ROWS) {
        let Some(first) = family.clusters.first() else { continue };
        let name = capital(&words::labelled(report, first));
        let number = family.numbers.first().copied().unwrap_or_default();
        row(&format!("<a href=\"#c{number}\">{}</a>", escaped(&name)), family, &common(family), page);
    }
    let rest = families.get(ROWS..).unwrap_or_default();
    if !rest.is_empty() {
        let others = together(rest);
        let causes = if rest.len() == 1 { "other cause" } else { "other causes" };
        row(&format!("{} {causes}", grouped(rest.len())), &others, "", page);
    }
    if families.len() > 1 {
        row("All that differs", &together(families), "", page);
    }
}

fn row(name: &str, family: &Family<'_>, common: &str, page: &mut String) {
    let money = differing::money(&family.differences()).unwrap_or_else(|| "–".to_owned());
    let _ = writeln!(
        page,
        "<tr><th scope=\"row\">{name}</th><td class=\"number\">{}</td><td class=\"number\">{}</td><td>{}</td></tr>",
        grouped(family.cases()),
        escaped(&money),
        escaped(&short(common, WORDS))
    );
}

/// The clusters of several families as of one.
fn together<'r>(families: &[Family<'r>]) -> Family<'r> {
    let clusters: Vec<&Cluster> = families.iter().flat_map(|family| family.clusters.iter().copied()).collect();
    Family { numbers: families.iter().flat_map(|family| family.numbers.iter().copied()).collect(), clusters }
}

/// What the cases of a family have in common: `zone 5, liftgate yes`; `31 of 35: region west`.
fn common(family: &Family<'_>) -> String {
    let (cases, shared) = family.shared();
    let some = if cases == family.cases() || shared.is_empty() {
        String::new()
    } else {
        format!("{} of {}: ", grouped(cases), grouped(family.cases()))
    };
    let common = shared.iter().map(|shared| format!("{} {}", shared.field, shared.have));
    some + &common.collect::<Vec<_>>().join(", ")
}
