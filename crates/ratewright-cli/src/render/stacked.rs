//! Stacked columns in time as inline SVG: what rises above the line, what falls below it, one colour for each series, an axis with amounts.
//!
//! Lengths are whole tenths of a point, from exact numbers; a figure in words stands on each column.

use super::markup::escaped;
use crate::figures::amount;
use ratewright::quote::Money;
use ratewright::value::{Currency, Number, RoundingMode};
use std::fmt::Write;

/// How high the columns are in all, in tenths of a point.
const HEIGHT: i64 = 2200;
/// Where they begin, and how wide they are in all, in points.
const LEFT: usize = 110;
const WIDTH: usize = 640;
/// How many columns have their name below.
const NAMES: usize = 8;

/// A series: its name for the legend, what it is called on each column, and for each column what rises and what falls, both without signs.
pub struct Series {
    pub name: String,
    pub short: String,
    pub parts: Vec<(Number, Number)>,
}

/// A chart: its title, the names of its columns, and its series from the line outwards.
pub struct Stacked<'a> {
    pub title: &'a str,
    pub columns: &'a [String],
    pub series: &'a [Series],
    pub currency: Currency,
}

fn plus(sum: &Number, more: &Number) -> Number {
    sum.add(more).unwrap_or_else(|_| sum.clone())
}

/// An amount in tenths of a point, of a range that takes the whole height.
fn tenths(value: &Number, range: &Number) -> i64 {
    let scaled = value.mul(&Number::from_i64(HEIGHT)).and_then(|scaled| scaled.div(range));
    let whole = scaled.and_then(|scaled| scaled.round_to(&Number::ONE, RoundingMode::HalfUp));
    whole.ok().and_then(|whole| whole.to_i64()).unwrap_or(0).clamp(-HEIGHT, HEIGHT)
}

/// Tenths as points: `12.5`.
fn points(tenths: i64) -> String {
    format!("{}.{}", tenths / 10, (tenths % 10).abs())
}

/// The step of an axis: 1, 2 or 5 of some decimal place, so that at most five fit.
fn step(range: &Number) -> Number {
    let fits = |step: &Number| step.mul(&Number::from_i64(5)).is_ok_and(|five| five >= *range);
    let scaled = |by: &Number, down: bool| {
        let ten = Number::from_i64(10);
        if down { by.div(&ten) } else { by.mul(&ten) }.unwrap_or(Number::ONE)
    };
    let mut decade = Number::ONE;
    for _ in 0..40 {
        let smaller = scaled(&decade, true);
        match (fits(&decade), fits(&smaller)) {
            (false, _) => decade = scaled(&decade, false),
            (true, true) => decade = smaller,
            (true, false) => break,
        }
    }
    let below = scaled(&decade, true);
    let candidates = [2, 5].map(|times| below.mul(&Number::from_i64(times)).unwrap_or(decade.clone()));
    candidates.into_iter().find(fits).unwrap_or(decade)
}

impl Stacked<'_> {
    /// Writes it; nothing, where nothing rises or falls.
    pub fn write(&self, page: &mut String) {
        let sum = |at: usize, side: fn(&(Number, Number)) -> &Number| {
            let parts = self.series.iter().filter_map(|series| series.parts.get(at)).map(side);
            parts.fold(Number::ZERO, |sum, part| plus(&sum, part))
        };
        let highest = (0..self.columns.len()).map(|at| sum(at, |part| &part.0)).max().unwrap_or_default();
        let lowest = (0..self.columns.len()).map(|at| sum(at, |part| &part.1)).max().unwrap_or_default();
        let range = plus(&highest, &lowest);
        if !range.is_positive() {
            return;
        }
        let zero = tenths(&highest, &range).saturating_add(100);
        let _ = writeln!(
            page,
            "<figure>\n<svg class=\"stacked\" viewBox=\"0 0 800 258\" role=\"img\" aria-label=\"{}\">",
            escaped(&format!(
                "{}. At most {} more and {} less in one column.",
                self.title,
                self.money(&highest),
                self.money(&lowest)
            ))
        );
        self.axis(&highest, &lowest, zero, &range, page);
        for at in 0..self.columns.len() {
            self.column(at, zero, &range, page);
        }
        page.push_str("</svg>\n<ul class=\"legend\">\n");
        for (at, series) in self.series.iter().enumerate() {
            let _ = writeln!(page, "<li><span class=\"swatch s{at}\"></span> {}</li>", escaped(&series.name));
        }
        let _ = writeln!(page, "</ul>\n<figcaption>{}</figcaption>\n</figure>", escaped(self.title));
    }

    fn money(&self, number: &Number) -> String {
        amount(&Money::new(number.clone(), self.currency))
    }

    fn axis(&self, highest: &Number, lowest: &Number, zero: i64, range: &Number, page: &mut String) {
        let step = step(range);
        let mut ticks = vec![Number::ZERO];
        for (end, sign) in [(highest, false), (lowest, true)] {
            let mut at = step.clone();
            while at <= *end {
                ticks.push(if sign { at.neg() } else { at.clone() });
                at = plus(&at, &step);
            }
        }
        for tick in ticks {
            let y = zero.saturating_sub(tenths(&tick, range));
            let y_text = points(y);
            let class = if tick.is_zero() { "axis" } else { "grid" };
            let sign = if tick.is_positive() { "+" } else { "" };
            let _ = writeln!(
                page,
                "<line class=\"{class}\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y_text}\" y2=\"{y_text}\"/><text x=\"{}\" y=\"{}\" text-anchor=\"end\">{sign}{}</text>",
                LEFT.saturating_add(WIDTH),
                LEFT.saturating_sub(6),
                points(y.saturating_add(40)),
                escaped(&self.money(&tick))
            );
        }
    }

    fn column(&self, at: usize, zero: i64, range: &Number, page: &mut String) {
        let count = self.columns.len().max(1);
        let place = |at: usize| {
            LEFT.saturating_mul(10)
                .saturating_add(at.saturating_mul(WIDTH).saturating_mul(10).checked_div(count).unwrap_or(0))
        };
        let (left, right) = (place(at), place(at.saturating_add(1)));
        let gap = right.saturating_sub(left) / 6;
        let name = self.columns.get(at).map_or("", String::as_str);
        let (x, width) =
            (left.saturating_add(gap), right.saturating_sub(left).saturating_sub(gap.saturating_mul(2)).max(5));
        let (x, width) = (points(i64::try_from(x).unwrap_or(0)), points(i64::try_from(width).unwrap_or(5)));
        let (mut up, mut down) = (zero, zero);
        for (number, series) in self.series.iter().enumerate() {
            let Some((rise, fall)) = series.parts.get(at) else { continue };
            for (part, is_rise) in [(rise, true), (fall, false)] {
                let height = tenths(part, range);
                if !part.is_positive() {
                    continue;
                }
                let y = if is_rise { up.saturating_sub(height) } else { down };
                if is_rise {
                    up = y
                } else {
                    down = down.saturating_add(height)
                }
                let words = format!(
                    "{name}: {} {} by {}",
                    self.money(part),
                    if is_rise { "more" } else { "less" },
                    series.short
                );
                let _ = writeln!(
                    page,
                    "<rect class=\"s{number}\" x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"{}\"><title>{}</title></rect>",
                    points(y),
                    points(height.max(3)),
                    escaped(&words)
                );
            }
        }
        let every = count.div_ceil(NAMES).max(1);
        if at.is_multiple_of(every) {
            let middle = points(i64::try_from(left.saturating_add(right) / 2).unwrap_or(0));
            let _ = writeln!(page, "<text x=\"{middle}\" y=\"252\" text-anchor=\"middle\">{}</text>", escaped(name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_has_round_steps() {
        let of =
            |mantissa: i128, scale: u32| step(&Number::from_scaled(mantissa, scale).unwrap_or_default()).to_string();
        assert_eq!([of(7, 0), of(10, 0), of(999, 0), of(3, 2), of(26, 0)], ["2", "2", "200", "0.01", "10"]);
    }

    #[test]
    fn what_rises_stands_above_the_line_and_what_falls_below() {
        let number = Number::from_i64;
        let series = [
            Series {
                name: "the first".to_owned(),
                short: "one".to_owned(),
                parts: vec![(number(30), number(0)), (number(0), number(10))],
            },
            Series {
                name: "the second".to_owned(),
                short: "two".to_owned(),
                parts: vec![(number(10), number(0)), (number(0), number(0))],
            },
        ];
        let (columns, mut page) = (["Monday".to_owned(), "Tuesday".to_owned()], String::new());
        let currency = Currency::all().find(|currency| currency.code() == "USD");
        let Some(currency) = currency else { return assert!(currency.is_some()) };
        Stacked { title: "t", columns: &columns, series: &series, currency }.write(&mut page);
        // 50 USD are 220 points: the line is 40 of them below the top at 10, and 30 and 10 above it.
        for rect in [
            "class=\"s0\" x=\"163.3\" y=\"54.0\" width=\"213.4\" height=\"132.0\"",
            "class=\"s1\" x=\"163.3\" y=\"10.0\" width=\"213.4\" height=\"44.0\"",
            "class=\"s0\" x=\"483.3\" y=\"186.0\" width=\"213.4\" height=\"44.0\"",
        ] {
            assert!(page.contains(rect), "no {rect} in\n{page}");
        }
        assert!(page.contains("<title>Tuesday: 10.00 USD less by one</title>"), "{page}");
        assert!(page.contains(">+20.00 USD</text>") && page.contains(">-10.00 USD</text>"), "{page}");
    }
}
