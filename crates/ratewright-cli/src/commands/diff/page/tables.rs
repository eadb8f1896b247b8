//! The changed keys of a table: a coloured grid where two columns say them, a list otherwise.

use super::super::report::{self, Report};
use crate::figures::grouped;
use crate::render::markup::escaped;
use ratewright::difference::{BoxChange, TableChange};
use ratewright::value::Number;
use std::fmt::Write;

/// The widest and longest grid, and the longest list.
const GRID: (usize, usize) = (40, 200);
const LIST: usize = 200;

/// What changed in a table.
pub fn table(report: &Report<'_>, table: &TableChange, page: &mut String) {
    let _ = writeln!(page, "<p>{}</p>", escaped(&report::table_summary(table)));
    if table.boxes.is_empty() {
        return;
    }
    match grid_of(table) {
        Some(grid) => grid.write(page),
        None => list(report, table, page),
    }
}

struct Grid<'t> {
    names: (&'t str, &'t str),
    rows: Vec<&'t str>,
    columns: Vec<&'t str>,
    cells: Vec<(usize, usize, &'t BoxChange)>,
}

/// The grid, where every change lies at one place of the same two columns, every place has one, and there are enough of them.
fn grid_of(table: &TableChange) -> Option<Grid<'_>> {
    let first = table.boxes.first()?;
    let [(row, _), (column, _)] = first.keys.as_slice() else { return None };
    let mut grid = Grid { names: (row, column), rows: Vec::new(), columns: Vec::new(), cells: Vec::new() };
    for one in &table.boxes {
        let [(other_row, row_keys), (other_column, column_keys)] = one.keys.as_slice() else { return None };
        if (&**other_row, &**other_column) != grid.names || one.values.len() != 1 {
            return None;
        }
        let place = |names: &mut Vec<_>, keys| {
            names.iter().position(|known| *known == keys).unwrap_or_else(|| {
                names.push(keys);
                names.len().saturating_sub(1)
            })
        };
        let at = (place(&mut grid.rows, &**row_keys), place(&mut grid.columns, &**column_keys));
        grid.cells.push((at.0, at.1, one));
    }
    let few = table.boxes.len() < 4;
    // Stretches of one column may overlap where they stand in different rows, and an empty place would then tell nothing.
    let full = grid.cells.len() == grid.rows.len().saturating_mul(grid.columns.len());
    (!few && full && grid.columns.len() <= GRID.0 && grid.rows.len() <= GRID.1).then_some(grid)
}

impl Grid<'_> {
    fn write(&self, page: &mut String) {
        let _ = write!(
            page,
            "<div class=\"wide\"><table class=\"grid\">\n<thead><tr><th scope=\"col\">{} \\ {}</th>",
            escaped(self.names.0),
            escaped(self.names.1)
        );
        for column in &self.columns {
            let _ = write!(page, "<th scope=\"col\" class=\"number\">{}</th>", escaped(column));
        }
        page.push_str("</tr></thead>\n<tbody>\n");
        for (at, row) in self.rows.iter().enumerate() {
            let _ = write!(page, "<tr><th scope=\"row\">{}</th>", escaped(row));
            for column in 0..self.columns.len() {
                let there = self.cells.iter().find(|(row, other, _)| (*row, *other) == (at, column));
                let Some(value) = there.and_then(|(_, _, one)| one.values.first()) else { continue };
                let part = value.part();
                let words = part.as_ref().map(|part| format!("<small>{}</small>", report::percent(part)));
                let _ = write!(
                    page,
                    "<td class=\"{}\">{} → {}{}</td>",
                    part.as_ref().map(heat).unwrap_or_default(),
                    escaped(&value.before),
                    escaped(&value.after),
                    words.unwrap_or_default()
                );
            }
            page.push_str("</tr>\n");
        }
        page.push_str("</tbody>\n</table></div>\n");
    }
}

/// The class of a cell's colour: the percentage stands in the cell, too.
fn heat(part: &Number) -> &'static str {
    let over = |percent: i64| part.abs() > Number::ratio(percent, 100).unwrap_or_default();
    let size = if over(10) {
        3
    } else if over(5) {
        2
    } else if over(2) {
        1
    } else {
        0
    };
    let classes = if part.is_negative() { ["down1", "down2", "down3", "down4"] } else { ["up1", "up2", "up3", "up4"] };
    classes.get(size).copied().unwrap_or_default()
}

fn list(report: &Report<'_>, table: &TableChange, page: &mut String) {
    let shown = if report.all { table.boxes.len() } else { LIST };
    let open = if table.boxes.len() <= 20 { " open=\"open\"" } else { "" };
    let _ = writeln!(
        page,
        "<details{open}><summary>the changed keys</summary>\n<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">keys</th>\
         <th scope=\"col\">before</th><th scope=\"col\">after</th><th scope=\"col\">change</th></tr></thead>\n<tbody>"
    );
    for one in table.boxes.iter().take(shown) {
        for value in &one.values {
            let column = if one.values.len() > 1 { format!(" ({})", escaped(&value.column)) } else { String::new() };
            let part = value.part().map(|part| report::percent(&part)).unwrap_or_default();
            let _ = writeln!(
                page,
                "<tr><th scope=\"row\">{}{column}<div class=\"place\">{}</div></th><td>{}</td><td>{}</td><td class=\"number\">{part}</td></tr>",
                escaped(&report::keys(one)),
                escaped(&report.places(one.before_place, one.after_place)),
                escaped(&value.before),
                escaped(&value.after)
            );
        }
    }
    page.push_str("</tbody>\n</table></div>\n");
    if table.boxes.len() > shown {
        let rest = grouped(table.boxes.len().saturating_sub(shown));
        let _ = writeln!(page, "<p class=\"none\">… and {rest} more; --all writes them</p>");
    }
    page.push_str("</details>\n");
}
