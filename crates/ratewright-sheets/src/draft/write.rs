//! The text of a draft.

use super::Request;
use super::grid::{Column, Grid};
use super::matching::{self, How};
use super::names;
use super::shape::{Pair, Shape};
use crate::looks::Kind;

/// What happens where several rows match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Policy {
    /// One row may match.
    Unique,
    /// Some rows have the same keys: the first of them is taken.
    First,
    /// Some rows overlap, as the compiler says.
    Overlapping(String),
}

/// One key or value of the table, as it is declared.
struct Declared {
    /// The comment above it.
    comment: String,
    name: String,
    /// The type of its input or output; empty for a period.
    ty: String,
    /// What stands after the type.
    clauses: String,
    is_key: bool,
}

/// The draft while it is written.
struct Draft<'a> {
    grid: &'a Grid,
    currency: &'static str,
    has_cents: bool,
    enums: Vec<(String, Vec<(String, String)>)>,
    names: Vec<String>,
    settle: Vec<String>,
}

/// Writes the draft.
pub(super) fn write(grid: &Grid, shape: &Shape, request: &Request, policy: &Policy) -> String {
    let table = names::name(&names::words(&request.name));
    let named = grid.columns.iter().find_map(|column| names::currency(&names::words(&column.heading)));
    let mut draft = Draft {
        grid,
        currency: named.unwrap_or("USD"),
        has_cents: false,
        enums: Vec::new(),
        names: vec![table.clone(), "found".to_owned(), "date".to_owned()],
        settle: Vec::new(),
    };
    match (policy, shape.twins) {
        (Policy::Unique, _) => {}
        (Policy::Overlapping(told), _) => {
            draft.settle.push(format!("rows overlap ({told}), and the first of them is taken"))
        }
        (Policy::First, twins) => {
            let (a, b) = twins.unwrap_or_default();
            draft.settle.push(format!(
                "nothing tells the rows of lines {a} and {b} apart: the first of such rows is taken; with `collect list` all of them are"
            ));
        }
    }
    let mut columns: Vec<Declared> = Vec::new();
    for pair in &shape.pairs {
        columns.push(draft.range(pair));
    }
    for key in &shape.keys {
        columns.extend(draft.key(*key, &shape.keys));
    }
    columns.sort_by_key(|column| column.ty.is_empty());
    for value in &shape.values {
        columns.extend(draft.value(*value));
    }
    draft.currency_to_settle(named.is_some(), &columns);
    draft.unused(shape);
    let policy = if *policy == Policy::Unique { "unique" } else { "first" };
    draft.text(request, &table, policy, &columns, shape)
}

impl Draft<'_> {
    /// A name that nothing else has.
    fn fresh(&mut self, words: &[String]) -> String {
        let mut name = names::name(words);
        while self.names.contains(&name) {
            name.push('_');
        }
        self.names.push(name.clone());
        name
    }

    fn range(&mut self, pair: &Pair) -> Declared {
        let column = |at: usize| self.grid.column(at);
        let (Some(low), Some(high)) = (column(pair.low), column(pair.high)) else { return Declared::none() };
        let included = if pair.included { "through" } else { "until" };
        let clauses = format!(" from {} {included} {}", quoted(&low.heading), quoted(&high.heading));
        let comment = format!("the two ends of a range: {}", pair.because);
        if pair.because.contains("settle") {
            self.settle.push(format!("{} and {}: {}", low.heading, high.heading, pair.because));
        }
        for text in high.texts.iter().filter(|text| {
            matches!(text.as_str(), "2147483647" | "999999" | "9999999" | "99999999" | "999999999" | "9999-12-31")
        }) {
            self.settle.push(format!("{}: {text} looks like no end at all; an empty cell is one", high.heading));
        }
        if pair.valid {
            return Declared { comment, name: "valid".into(), ty: String::new(), clauses, is_key: true };
        }
        let (low_kind, low_words) = (low.kind, names::words(&low.heading));
        let words = names::end(&low_words)
            .map(|(_, rest)| rest)
            .filter(|rest| !rest.is_empty())
            .unwrap_or_else(|| low_words.clone());
        let whole = low_kind == Kind::Number(true) && high.kind == Kind::Number(true);
        let ty = match low_kind {
            Kind::Number(_) => self.number_type(&low_words, whole, false, &low.heading),
            Kind::Date => "date".to_owned(),
            _ => "text".to_owned(),
        };
        let name = self.fresh(&words);
        Declared { comment, name, ty, clauses: format!(" by range{clauses}"), is_key: true }
    }

    fn key(&mut self, at: usize, keys: &[usize]) -> Option<Declared> {
        let column = self.grid.column(at)?;
        let found = matching::of(self.grid, at, keys);
        let words = names::words(&column.heading);
        let name = self.fresh(&words);
        if found.because.contains("settle") {
            self.settle.push(format!("{}: {}", column.heading, found.because));
        }
        self.strays(column);
        let ty = match (column.kind, found.how) {
            (Kind::Text, How::Exact) if let Some(members) = matching::members(column, self.grid.rows()) => {
                let name = names::enumeration(&name);
                let one = |text: &&String| text.contains(',') && !matching::is_several(column, text);
                if let Some(text) = column.texts.iter().find(one) {
                    let heading = &column.heading;
                    self.settle.push(format!(
                        "{heading}: `{text}` was taken as one value; if it is several, give each its own member"
                    ));
                }
                self.enums.push((name.clone(), members));
                name
            }
            (Kind::Number(whole), how) => self.number_type(&words, whole && how == How::Exact, false, &column.heading),
            (Kind::Range, _) => self.number_type(&words, false, false, &column.heading),
            (kind, _) => plain_type(kind).to_owned(),
        };
        if ty == "text" && found.how == How::Exact && column.texts.iter().any(|text| text.contains(',')) {
            self.settle
                .push(format!("{}: a cell with a comma is several keys; put a single one in quotes", column.heading));
        }
        let clauses = format!("{}{}", found.how.words(), heading_clause(&name, &column.heading));
        Some(Declared { comment: found.because, name, ty, clauses, is_key: true })
    }

    fn value(&mut self, at: usize) -> Option<Declared> {
        let column = self.grid.column(at)?;
        let words = names::words(&column.heading);
        self.strays(column);
        let ty = match column.kind {
            Kind::Number(whole) => self.number_type(&words, whole, true, &column.heading),
            Kind::Range => "text".to_owned(),
            kind => plain_type(kind).to_owned(),
        };
        let name = self.fresh(&words);
        let optional = if column.empty > 0 { "?" } else { "" };
        let held = if column.kind == Kind::Range { Kind::Text } else { column.kind };
        let mut comment = format!("{} ({})", held.words(), column.examples());
        if column.empty > 0 {
            comment.push_str(&format!("; {} of its cells are empty", column.empty));
        }
        let clauses = heading_clause(&name, &column.heading);
        Some(Declared { comment, name, ty: format!("{ty}{optional}"), clauses, is_key: false })
    }

    /// The type of a column of numbers: an amount, a quantity, a plain number.
    fn number_type(&mut self, words: &[String], whole: bool, value: bool, heading: &str) -> String {
        if value && names::in_cents(words) {
            self.has_cents = true;
            return "cent".to_owned();
        }
        if let Some(unit) = names::unit(words).filter(|_| !(value && names::is_result(words))) {
            return unit.to_owned();
        }
        let share =
            words.iter().any(|word| matches!(word.as_str(), "percent" | "pct" | "factor" | "multiplier" | "discount"));
        if value && share {
            self.settle.push(format!(
                "{heading}: a number without `%`; as a percent it is written `18.5%` and declared `percent`"
            ));
        }
        if names::currency(words) == Some(self.currency) || (value && names::is_result(words) && !share) {
            return "money".to_owned();
        }
        if names::is_quantity(words) && !value {
            self.settle.push(format!("{heading}: its unit, such as `mass in lb`; a plain number was taken"));
            return "number".to_owned();
        }
        if whole { "integer".to_owned() } else { "number".to_owned() }
    }

    /// Cells that made a column one of texts.
    fn strays(&mut self, column: &Column) {
        let Some(strays) = &column.strays else { return };
        let example: String = strays.example.chars().filter(|c| !c.is_control()).take(40).collect();
        let text = format!(
            "{}: it holds {} but for {} of its cells, such as `{example}` in line {}, and was taken as text; mend them, or declare what they are",
            column.heading,
            strays.kind.words(),
            strays.count,
            strays.line
        );
        self.settle.push(text);
    }

    fn currency_to_settle(&mut self, named: bool, columns: &[Declared]) {
        let amounts = self.has_cents || columns.iter().any(|column| column.ty.starts_with("money"));
        if !named && amounts {
            self.settle.insert(0, "the currency: no heading names one, and USD was taken".to_owned());
        }
        for column in columns.iter().filter(|column| !column.is_key && column.ty.starts_with("money")) {
            self.settle.push(format!(
                "{}: an amount was taken; a rate is declared such as `USD per cwt`, a share as `percent`",
                column.name
            ));
        }
    }

    fn unused(&mut self, shape: &Shape) {
        for column in shape.ignored.iter().filter_map(|at| self.grid.column(*at)) {
            let why = match column.kind {
                Kind::Nothing => "holds nothing".to_owned(),
                _ => format!("holds `{}` in every row", column.text(0)),
            };
            self.settle.push(format!("{}: {why}, and is ignored", column.heading));
        }
    }

    fn text(&self, request: &Request, table: &str, policy: &str, columns: &[Declared], shape: &Shape) -> String {
        let dated = columns.iter().any(|column| column.ty.is_empty());
        let mut text = format!(
            "# Drafted from {} ({} rows). Comments say what was guessed, and why.\n",
            comment(&request.path),
            self.grid.rows()
        );
        if !self.settle.is_empty() {
            text.push_str("#\n# To settle:\n");
            for point in &self.settle {
                text.push_str(&format!("# - {}\n", comment(point)));
            }
        }
        text.push_str(&format!("ruleset {table} {} {{\n    currency {}\n", quoted(&request.name), self.currency));
        if dated {
            text.push_str("    priced on date\n");
        }
        text.push_str("}\n\n");
        if self.has_cents {
            text.push_str(&format!("unit cent = 0.01 {}\n\n", self.currency));
        }
        for (name, members) in &self.enums {
            let member = |(name, label): &(String, String)| {
                if name == label { name.clone() } else { format!("{name} {}", quoted(label)) }
            };
            text.push_str(&format!(
                "enum {name} {{ {} }}\n\n",
                members.iter().map(member).collect::<Vec<_>>().join(", ")
            ));
        }
        let keys: Vec<&Declared> = columns.iter().filter(|column| column.is_key && !column.ty.is_empty()).collect();
        if dated || !keys.is_empty() {
            text.push_str("input {\n");
            if dated {
                text.push_str("    date : date\n");
            }
            keys.iter().for_each(|key| text.push_str(&format!("    {} : {}\n", key.name, key.ty)));
            text.push_str("}\n\n");
        }
        self.table(&mut text, (request, table, policy), columns, shape, &keys);
        let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
        text.push_str(&format!(
            "\n# The row for an input, and what it says.\nlet found = {table}[{}]\n",
            names.join(", ")
        ));
        for value in columns.iter().filter(|column| !column.is_key) {
            text.push_str(&format!("output {0} = found.{0}\n", value.name));
        }
        text
    }

    fn table(
        &self,
        text: &mut String,
        head: (&Request, &str, &str),
        columns: &[Declared],
        shape: &Shape,
        keys: &[&Declared],
    ) {
        let (request, table, policy) = head;
        text.push_str(&format!("table {table} {policy} from {} {{\n", quoted(&request.path)));
        for column in columns {
            let arrow = if column.is_key { "" } else { "-> " };
            let colon = if column.ty.is_empty() { String::new() } else { format!(" : {}", column.ty) };
            text.push_str(&format!(
                "    # {}\n    {arrow}{}{colon}{}\n",
                comment(&column.comment),
                column.name,
                column.clauses
            ));
        }
        let ignored: Vec<String> =
            shape.ignored.iter().filter_map(|at| self.grid.column(*at)).map(|column| quoted(&column.heading)).collect();
        if !ignored.is_empty() {
            text.push_str(&format!("    ignoring {}\n", ignored.join(", ")));
        }
        if self.grid.has_otherwise {
            text.push_str("}\n");
            return;
        }
        let shown: Vec<String> = keys.iter().map(|key| format!("{} {{{}}}", key.name, key.name)).collect();
        let message = format!(
            "no row of {table} for {}",
            if shown.is_empty() { "this date".to_owned() } else { shown.join(", ") }
        );
        text.push_str("    # without this row, a look-up that no row answers would be an error, and a gap between ranges would not compile\n");
        text.push_str(&format!("    | otherwise || refuse \"NO_ROW\" {} |\n}}\n", quoted(&message)));
    }
}

impl Declared {
    fn none() -> Declared {
        Declared {
            comment: String::new(),
            name: String::new(),
            ty: String::new(),
            clauses: String::new(),
            is_key: true,
        }
    }
}

fn plain_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Number(true) => "integer",
        Kind::Number(false) | Kind::Range => "number",
        Kind::Percent => "percent",
        Kind::Date => "date",
        Kind::Time => "time",
        Kind::Instant => "instant",
        Kind::YesNo => "yes/no",
        Kind::Code | Kind::Text | Kind::Nothing => "text",
    }
}

/// `column "Zone Number"` where the heading is not the name.
fn heading_clause(name: &str, heading: &str) -> String {
    if name == heading { String::new() } else { format!(" column {}", quoted(heading)) }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}

/// A text that stays on its line.
fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
