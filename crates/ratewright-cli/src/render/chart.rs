//! Charts as inline SVG: bars to the right for what rises, to the left for what falls, and columns for counts.
//!
//! Lengths are whole thousandths of the longest bar, from exact numbers.

use super::markup::escaped;
use crate::figures::grouped;
use ratewright::value::{Number, RoundingMode};
use std::fmt::Write;

/// A bar: its name, its length (below zero to the left), and the words beside it.
pub struct Bar {
    pub name: String,
    pub length: Number,
    pub words: String,
}

/// A thousandth of the longest, as whole steps.
fn thousandths(length: &Number, longest: &Number) -> i64 {
    let part = length.abs().div(longest).and_then(|part| part.mul(&Number::from_i64(1000)));
    let whole = part.and_then(|part| part.round_to(&Number::ONE, RoundingMode::HalfUp));
    whole.ok().and_then(|whole| whole.to_i64()).unwrap_or(0)
}

/// Horizontal bars around a middle line.
pub fn bars(title: &str, bars: &[Bar], page: &mut String) {
    let Some(longest) = bars.iter().map(|bar| bar.length.abs()).max().filter(|longest| !longest.is_zero()) else {
        return;
    };
    let height = bars.len().saturating_mul(22).saturating_add(8);
    let described: Vec<String> = bars.iter().map(|bar| format!("{}: {}", bar.name, bar.words)).collect();
    let _ = writeln!(
        page,
        "<figure>\n<svg viewBox=\"-20 0 800 {height}\" role=\"img\" aria-label=\"{}: {}\">",
        escaped(title),
        escaped(&described.join("; "))
    );
    let _ = writeln!(page, "<line class=\"axis\" x1=\"400\" x2=\"400\" y1=\"2\" y2=\"{}\"/>", height.saturating_sub(2));
    for (at, bar) in bars.iter().enumerate() {
        let top = at.saturating_mul(22).saturating_add(5);
        let width = thousandths(&bar.length, &longest).saturating_mul(180) / 1000;
        let (class, x) = if bar.length.is_negative() { ("fall", 400_i64.saturating_sub(width)) } else { ("rise", 400) };
        let base = top.saturating_add(13);
        let words_at = if bar.length.is_negative() { 408 } else { 408_i64.saturating_add(width) };
        let _ = writeln!(
            page,
            "<text x=\"210\" y=\"{base}\" text-anchor=\"end\">{}</text>\
             <rect class=\"{class}\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"16\"/>\
             <text x=\"{words_at}\" y=\"{base}\">{}</text>",
            escaped(&short(&bar.name)),
            escaped(&bar.words)
        );
    }
    let _ = writeln!(page, "</svg>\n<figcaption>{}</figcaption>\n</figure>", escaped(title));
}

/// Columns for counts, each with its name below and the class of its colour.
pub fn columns(title: &str, counts: &[(String, usize, &str)], page: &mut String) {
    let Some(most) = counts.iter().map(|(_, count, _)| *count).max().filter(|most| *most > 0) else { return };
    let described: Vec<String> = counts.iter().map(|(name, count, _)| format!("{name}: {count}")).collect();
    let _ = writeln!(
        page,
        "<figure>\n<svg viewBox=\"-40 0 800 260\" role=\"img\" aria-label=\"{}: {}\">\n<line class=\"axis\" x1=\"4\" x2=\"756\" y1=\"170\" y2=\"170\"/>",
        escaped(title),
        escaped(&described.join("; "))
    );
    let step = 752_usize.checked_div(counts.len()).unwrap_or(752);
    for (at, (name, count, class)) in counts.iter().enumerate() {
        let left = at.saturating_mul(step).saturating_add(8);
        let height = count.saturating_mul(145).div_ceil(most);
        let (top, middle) = (170_usize.saturating_sub(height), left.saturating_add(step / 2).saturating_sub(4));
        let _ = writeln!(
            page,
            "<rect class=\"{class}\" x=\"{left}\" y=\"{top}\" width=\"{}\" height=\"{height}\"/>\
             <text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>\
             <text x=\"{middle}\" y=\"186\" text-anchor=\"end\" transform=\"rotate(-35 {middle} 186)\">{}</text>",
            step.saturating_sub(8),
            top.saturating_sub(4),
            if *count > 0 { grouped(*count) } else { String::new() },
            escaped(name)
        );
    }
    let _ = writeln!(page, "</svg>\n<figcaption>{}</figcaption>\n</figure>", escaped(title));
}

/// A name that fits before its bar.
fn short(name: &str) -> String {
    const MOST: usize = 24;
    match name.chars().count() > MOST {
        true => name.chars().take(MOST).chain(['…']).collect(),
        false => name.to_owned(),
    }
}
