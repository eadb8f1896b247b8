//! The measured effect on the page: sums, charts, failures, and the largest changes with both explanations.

use super::super::measure::{Measured, Shown};
use super::super::report::{self, Report};
use super::super::sides::report_lines;
use crate::figures::grouped;
use crate::render::chart::{self, Bar};
use crate::render::markup::escaped;
use ratewright::difference::effect::{Effect, Sum};
use std::fmt::Write;

/// How many rows with failures, and values of a key, are written.
const MOST: usize = 200;
/// How many bars a chart has.
const BARS: usize = 20;

/// The figures that say it all.
pub fn summary(measured: &Measured, page: &mut String) {
    let effect = &measured.effect;
    let (up, down) = effect.up_and_down;
    let _ = writeln!(
        page,
        "<section aria-label=\"effect\">\n<h2>effect on {} inputs</h2>\n<p class=\"place\">{}</p>\n\
         <p>{} priced by both, {} with other amounts: {} up, {} down.</p>",
        grouped(effect.inputs),
        escaped(&measured.source),
        grouped(effect.priced),
        grouped(effect.changed),
        grouped(up),
        grouped(down)
    );
    if effect.overflowed {
        page.push_str("<p class=\"breaks\">A sum grew too large, and is not complete.</p>\n");
    }
    let totals = effect.totals.iter().map(|sum| (format!("total {}", sum.currency), None, sum)).collect::<Vec<_>>();
    sums("", "", &totals, page);
    let classes = effect.classes.iter().enumerate();
    // The class in the middle goes both ways.
    let colour = |at: usize| match at.cmp(&(effect.classes.len() / 2)) {
        std::cmp::Ordering::Less => "fall",
        std::cmp::Ordering::Equal => "even",
        std::cmp::Ordering::Greater => "rise",
    };
    let counts: Vec<_> = classes.map(|(at, count)| (report::class(at), *count, colour(at))).collect();
    chart::columns("how many quotes changed by how much", &counts, page);
    page.push_str("</section>\n");
}

/// Sums by charge and key, failures, and the largest changes.
pub fn details(report: &Report<'_>, measured: &Measured, page: &mut String) {
    let effect = &measured.effect;
    let charge = |one: &ratewright::difference::effect::ChargeSum| match &one.label {
        Some(label) => format!("{} {label}", one.code),
        None => one.code.clone(),
    };
    let charges: Vec<_> = effect.charges.iter().map(|one| (charge(one), Some(one.changed), &one.sum)).collect();
    page.push_str("<section aria-label=\"effect by charge\">\n<h2>effect by charge</h2>\n");
    charted("difference by charge", &charges, page);
    sums("charge", "quotes changed", &charges, page);
    page.push_str("</section>\n");
    for key in &effect.keys {
        let name = |value: &str| if value.is_empty() { "not given".to_owned() } else { value.to_owned() };
        let groups = key.groups.iter();
        let mut lines: Vec<_> = groups
            .flat_map(|one| one.totals.iter().map(move |sum| (name(&one.value), Some(one.changed), sum)))
            .collect();
        lines.sort_by_key(|(_, _, sum)| std::cmp::Reverse(sum.difference().abs()));
        let title = format!("effect by {}", key.name);
        let _ = writeln!(page, "<section aria-label=\"{}\">\n<h2>{0}</h2>", escaped(&title));
        charted(&format!("difference by {}", key.name), &lines, page);
        let shown = if report.all { lines.len() } else { MOST.min(lines.len()) };
        sums(&key.name, "quotes changed", lines.get(..shown).unwrap_or_default(), page);
        if lines.len() > shown {
            let _ = writeln!(
                page,
                "<p class=\"none\">… and {} more; --all writes them</p>",
                grouped(lines.len().saturating_sub(shown))
            );
        }
        page.push_str("</section>\n");
    }
    failures(report, measured, page);
    largest(effect, measured, page);
}

type Line<'a> = (String, Option<usize>, &'a Sum);

fn charted(title: &str, lines: &[Line<'_>], page: &mut String) {
    // Amounts of several currencies have no common length.
    let one_currency =
        lines.iter().all(|(_, _, sum)| lines.first().is_some_and(|(_, _, one)| one.currency == sum.currency));
    if !one_currency {
        return;
    }
    let bars: Vec<Bar> = lines
        .iter()
        .filter(|(_, _, sum)| sum.before != sum.after)
        .take(BARS)
        .map(|(name, _, sum)| Bar { name: name.clone(), length: sum.difference(), words: report::by_how_much(sum) })
        .collect();
    chart::bars(title, &bars, page);
}

fn sums(name: &str, count: &str, lines: &[Line<'_>], page: &mut String) {
    let _ = writeln!(
        page,
        "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">{}</th><th scope=\"col\" class=\"number\">before</th>\
         <th scope=\"col\" class=\"number\">after</th><th scope=\"col\" class=\"number\">difference</th>\
         <th scope=\"col\" class=\"number\">{count}</th></tr></thead>\n<tbody>",
        escaped(name)
    );
    for (name, changed, sum) in lines {
        let class = match sum.before.cmp(&sum.after) {
            std::cmp::Ordering::Less => "number up",
            std::cmp::Ordering::Equal => "number none",
            std::cmp::Ordering::Greater => "number down",
        };
        let by = if sum.before == sum.after { "unchanged".to_owned() } else { report::by_how_much(sum) };
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td><td class=\"{class}\">{by}</td>\
             <td class=\"number\">{}</td></tr>",
            escaped(name),
            report::amount(sum, &sum.before),
            report::amount(sum, &sum.after),
            changed.map(grouped).unwrap_or_default()
        );
    }
    page.push_str("</tbody>\n</table></div>\n");
}

fn failures(report: &Report<'_>, measured: &Measured, page: &mut String) {
    let failures = &measured.effect.failures;
    if failures.is_empty() {
        return;
    }
    let same = failures.iter().filter(|one| one.is_same()).count();
    let other = failures.iter().filter(|one| !one.is_same());
    let _ = writeln!(
        page,
        "<section aria-label=\"refusals and errors\">\n<h2>refusals and errors</h2>\n<p>{} come, go or change; {} are the same in both.</p>",
        grouped(failures.len().saturating_sub(same)),
        grouped(same)
    );
    page.push_str("<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">input</th><th scope=\"col\">before</th><th scope=\"col\">after</th></tr></thead>\n<tbody>\n");
    let shown = if report.all { failures.len() } else { MOST };
    for one in other.take(shown) {
        let title = measured.titles.get(one.input).cloned().unwrap_or_default();
        let side = |reason: &Option<ratewright::difference::effect::Reason>| match reason {
            Some(reason) => format!("<td class=\"bad\">{}</td>", escaped(&reason.words)),
            None => "<td class=\"good\">priced</td>".to_owned(),
        };
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th>{}{}</tr>",
            escaped(&title),
            side(&one.before),
            side(&one.after)
        );
    }
    page.push_str("</tbody>\n</table></div>\n</section>\n");
}

fn largest(effect: &Effect, measured: &Measured, page: &mut String) {
    if measured.largest.is_empty() {
        return;
    }
    page.push_str("<section aria-label=\"largest changes\">\n<h2>largest changes</h2>\n");
    for (one, shown) in effect.largest.iter().zip(&measured.largest) {
        let title = measured.titles.get(one.input).cloned().unwrap_or_default();
        let _ = writeln!(
            page,
            "<details><summary><strong>{}</strong> {} → {} <strong>{}</strong></summary>",
            escaped(&title),
            report::amount(&one.total, &one.total.before),
            report::amount(&one.total, &one.total.after),
            report::by_how_much(&one.total)
        );
        lines(shown, page);
        let side = |word: &str, (_, explanation): &(_, ratewright::eval::Explanation)| {
            format!("<div>\n<h3>{word}</h3>\n<pre>{}</pre>\n</div>\n", escaped(explanation.to_text().trim_end()))
        };
        let _ = writeln!(
            page,
            "<div class=\"sides\">\n{}{}</div>\n</details>",
            side("before", &shown.before),
            side("after", &shown.after)
        );
    }
    page.push_str("</section>\n");
}

/// Both quotes, line by line.
fn lines(shown: &Shown, page: &mut String) {
    page.push_str("<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">charge</th><th scope=\"col\" class=\"number\">before</th><th scope=\"col\" class=\"number\">after</th></tr></thead>\n<tbody>\n");
    for line in report_lines(shown) {
        let class = if line.before == line.after { "number none" } else { "number" };
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\">{}</th><td class=\"{class}\">{}</td><td class=\"{class}\">{}</td></tr>",
            escaped(&line.code),
            escaped(&line.before),
            escaped(&line.after)
        );
    }
    page.push_str("</tbody>\n</table></div>\n");
}
