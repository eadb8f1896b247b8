//! A quote as an itemised bill: columns aligned by what a reader sees, so that `运费` and `Fuel` stand in line.
//!
//! Code, label, quantity × price, amount; below a line its tiers, its chosen option and its reason; then totals, outputs, flags.

use crate::terminal::{self, FAINT, STRONG, WARNING, plain};
use anstyle::Style;
use ratewright::quote::{BreakdownLine, ChargeLine, Output, Quote};
use std::fmt::Write;

const PLAIN: Style = Style::new();

/// One line of the bill.
struct Line {
    cells: [String; 4],
    style: Style,
}

/// The bill; its lines have styles, which the streams of [`crate::terminal`] drop where nobody sees them.
pub fn render(quote: &Quote, title: &str) -> String {
    let mut lines = Vec::new();
    for charge in quote.charges() {
        add_charge(charge, &mut lines);
    }
    let charges = lines.len();
    for total in quote.totals() {
        lines.push(Line { cells: ["Total".into(), String::new(), String::new(), total.to_string()], style: STRONG });
    }
    let mut text = format!("{STRONG}{}{STRONG:#}\n\n", heading(quote, title));
    let widths = widths(&lines);
    for (index, line) in lines.iter().enumerate() {
        if index == charges {
            let all = widths.iter().sum::<usize>().saturating_add(GAPS);
            let _ = writeln!(text, "  {FAINT}{}{FAINT:#}", "─".repeat(all));
        }
        let _ = writeln!(text, "{}", drawn(line, &widths));
    }
    add_rest(quote, &mut text);
    text
}

/// The columns between the four columns.
const GAPS: usize = 6;

fn heading(quote: &Quote, title: &str) -> String {
    let name = match quote.version() {
        Some(version) => format!("{}, version {version}", quote.rule_set()),
        None => quote.rule_set().to_owned(),
    };
    if title.is_empty() || title == quote.rule_set() { name } else { format!("{title} ({name})") }
}

fn add_charge(charge: ChargeLine<'_>, lines: &mut Vec<Line>) {
    let mut code = charge.code().to_string();
    if let Some(item) = charge.item() {
        code.push_str(&format!(" [{}]", item.saturating_add(1)));
    }
    let label = plain(charge.label().unwrap_or(""));
    let quantity = match (charge.quantity(), charge.unit_price()) {
        (Some(quantity), Some(price)) => format!("{quantity} × {price}"),
        (Some(quantity), None) => quantity.to_string(),
        (None, Some(price)) => format!("at {price}"),
        (None, None) => String::new(),
    };
    lines.push(Line { cells: [code, label, quantity, charge.money().to_string()], style: PLAIN });
    for part in charge.breakdown() {
        lines.push(breakdown(part));
    }
    if let Some(reason) = charge.reason() {
        lines.push(Line {
            cells: [String::new(), format!("  {}", plain(reason)), String::new(), String::new()],
            style: FAINT,
        });
    }
}

/// A tier or the chosen option: its amount stands in the third column, out of the way of those that add up to the total.
fn breakdown(part: BreakdownLine<'_>) -> Line {
    let label = match part.code() {
        Some(code) if part.label().is_empty() || part.label() == code => format!("  {code}"),
        Some(code) => format!("  {code}: {}", part.label()),
        None => format!("  {}", part.label()),
    };
    let label = plain(&label);
    let amount = match (part.quantity(), part.rate()) {
        (Some(quantity), Some(rate)) => format!("{quantity} × {rate} = {}", part.money()),
        (Some(quantity), None) => format!("{quantity} = {}", part.money()),
        _ => part.money().to_string(),
    };
    Line { cells: [String::new(), label, amount, String::new()], style: FAINT }
}

fn widths(lines: &[Line]) -> [usize; 4] {
    let mut widths = [0; 4];
    for line in lines {
        for (widest, cell) in widths.iter_mut().zip(&line.cells) {
            *widest = (*widest).max(terminal::width(cell));
        }
    }
    widths
}

fn drawn(line: &Line, widths: &[usize; 4]) -> String {
    let [code, label, quantity, amount] = &line.cells;
    let [first, second, third, fourth] = *widths;
    let text = format!(
        "{}  {}  {}  {}",
        terminal::left(code, first),
        terminal::left(label, second),
        terminal::left(quantity, third),
        terminal::right(amount, fourth)
    );
    let style = line.style;
    format!("  {style}{}{style:#}", text.trim_end())
}

/// Outputs and flags.
fn add_rest(quote: &Quote, text: &mut String) {
    let name = |output: Output<'_>| output.label().unwrap_or(output.name()).to_owned();
    let widest = quote.outputs().map(|output| terminal::width(&name(output))).max().unwrap_or(0);
    if quote.outputs().len() > 0 {
        text.push('\n');
    }
    for output in quote.outputs() {
        let _ = writeln!(text, "  {}  {}", terminal::left(&name(output), widest), plain(&output.value().to_string()));
    }
    if quote.flags().len() > 0 {
        text.push('\n');
    }
    for flag in quote.flags() {
        let _ = writeln!(text, "  {WARNING}{}{WARNING:#}  {}", flag.code(), plain(flag.message()));
    }
}
