//! The cells of key columns: partitions that leave nothing out and overlap nowhere, and cells at will.

use super::decimal::{Day, Decimal};
use super::types::Ty;
use super::writer::{Landmark, Writer};

/// How a key column matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Exact,
    Range,
    Break,
    NextRow,
    Prefix,
    Valid,
}

impl How {
    pub fn words(self) -> &'static str {
        match self {
            How::Exact | How::Valid => "",
            How::Range => " by range",
            How::Break => " by break",
            How::NextRow => " by next row",
            How::Prefix => " by longest prefix",
        }
    }
}

/// A key column.
#[derive(Debug, Clone)]
pub struct Key {
    pub name: String,
    pub ty: Ty,
    pub how: How,
}

/// A text as a cell holds it.
pub fn text_cell(text: &str) -> String {
    if text.chars().all(|c| c.is_ascii_alphanumeric()) { text.to_owned() } else { format!("\"{text}\"") }
}

impl Writer<'_> {
    /// Cells of the column that do not overlap, and that leave nothing out where that can be said and is wanted.
    pub fn partition(&mut self, key: &Key, whole: bool) -> Vec<String> {
        match (key.how, &key.ty) {
            (How::Exact, Ty::Enum(name)) => {
                let members = self.members_of(name);
                let mut cells: Vec<String> = Vec::new();
                for member in members {
                    let joined = self.c.once_in(4);
                    match cells.last_mut().filter(|_| joined) {
                        Some(last) => last.push_str(&format!(", {member}")),
                        None => cells.push(member),
                    }
                }
                cells
            }
            (How::Exact, Ty::YesNo) => {
                self.c.among(vec!["yes", "no"], &[vec!["any"]]).into_iter().map(str::to_owned).collect()
            }
            (How::Exact, Ty::Text) | (How::Prefix, _) => {
                let mut texts: Vec<String> = Vec::new();
                for _ in 0..self.c.between(1, 4) {
                    let text = self.text();
                    self.landmark(&Ty::Text, Landmark::Text(text.clone()));
                    let longer = format!("{text}1");
                    self.landmark(&Ty::Text, Landmark::Text(longer));
                    texts.push(text_cell(&text));
                }
                texts.sort();
                texts.dedup();
                if key.how == How::Prefix {
                    let exactly = self.c.below(texts.len().saturating_mul(2));
                    if let Some(text) = texts.get_mut(exactly) {
                        *text = format!("exactly {text}");
                    }
                    if whole {
                        texts.push("any".to_owned());
                    }
                }
                texts
            }
            (How::Exact, ty) => self.bare_rising(ty, 3),
            (How::Break | How::NextRow, ty) => self.bare_rising(ty, 4),
            (How::Range, ty) => {
                let count = self.c.between(1, 3);
                let values = self.bare_rising(ty, count);
                self.bands(&values, whole)
            }
            (How::Valid, _) => self.periods(whole),
        }
    }

    /// Rising values as cells hold them, at times without their unit.
    fn bare_rising(&mut self, ty: &Ty, count: usize) -> Vec<String> {
        let count = self.c.between(1, count);
        let values = self.rising(ty, count);
        let bare = matches!(ty, Ty::Money(_) | Ty::Quantity(_) | Ty::Rate(..)) && !self.c.once_in(4);
        if !bare {
            return values
                .into_iter()
                .map(|value| value.trim_matches('"').to_owned())
                .map(|value| if *ty == Ty::Text { text_cell(&value) } else { value })
                .collect();
        }
        values.iter().map(|value| value.split(' ').next().unwrap_or_default().to_owned()).collect()
    }

    /// Bands that touch at the values.
    fn bands(&mut self, values: &[String], whole: bool) -> Vec<String> {
        let mut bands = Vec::new();
        let upper = self.c.once_in(2);
        let single = self.c.once_in(6);
        if let [value] = values
            && single
        {
            return vec![format!("under {value}"), value.clone(), format!("over {value}")];
        }
        if let Some(first) = values.first()
            && (whole || self.c.once_in(2))
        {
            bands.push(if upper { format!("up to {first}") } else { format!("under {first}") });
        }
        for pair in values.windows(2) {
            if let [low, high] = pair {
                bands.push(if upper { format!("over {low} up to {high}") } else { format!("{low} until {high}") });
            }
        }
        if let Some(last) = values.last()
            && (whole || bands.is_empty() || self.c.once_in(2))
        {
            bands.push(if upper { format!("over {last}") } else { format!("from {last}") });
        }
        bands
    }

    fn periods(&mut self, whole: bool) -> Vec<String> {
        let mut day = self.day();
        let mut periods = Vec::new();
        if whole {
            periods.push(format!("under {day}"));
        }
        for _ in 0..self.c.between(0, 2) {
            let end = day.moved(self.c.between(1, 120) as i64);
            self.landmark(&Ty::Date, Landmark::Day(end));
            periods.push(match self.c.once_in(2) {
                true => format!("{day} through {}", end.moved(-1)),
                false => format!("{day} until {end}"),
            });
            day = end;
        }
        self.landmark(&Ty::Date, Landmark::Day(day));
        periods.push(format!("from {day}"));
        periods
    }

    /// Any cell that the column may have.
    pub fn any_cell(&mut self, key: &Key) -> String {
        if self.c.once_in(3) {
            return "any".to_owned();
        }
        match (key.how, &key.ty) {
            (How::Range, ty) => {
                let values = self.rising(ty, 2);
                let bare = |text: Option<&String>| text.cloned().unwrap_or_default();
                let (low, high) = (bare(values.first()), bare(values.get(1)));
                match self.c.below(6) {
                    0 => format!("{low} through {high}"),
                    1 => format!("over {low} up to {high}"),
                    2 => format!("{low} until {high}"),
                    3 => format!("over {low}"),
                    4 => format!("up to {high}"),
                    _ => low,
                }
            }
            (_, Ty::Enum(name)) => {
                let members = self.members_of(name);
                self.c.one_of(&members).cloned().unwrap_or_default()
            }
            (_, Ty::Text) => {
                let text = self.text();
                self.landmark(&Ty::Text, Landmark::Text(text.clone()));
                text_cell(&text)
            }
            (_, Ty::YesNo) => self.c.among("yes", &["no"]).to_owned(),
            _ => {
                let decimal = Decimal::whole(self.c.between(0, 9) as i64);
                self.landmark(&key.ty, Landmark::Number(decimal, String::new()));
                decimal.to_string()
            }
        }
    }

    /// A cell of a value column.
    pub fn value_cell(&mut self, ty: &Ty) -> String {
        match ty {
            Ty::Text => text_cell(&self.text()),
            Ty::Enum(name) => {
                let members = self.members_of(name);
                self.c.one_of(&members).cloned().unwrap_or_default()
            }
            Ty::YesNo => self.c.among("yes", &["no"]).to_owned(),
            Ty::Date => Day::to_string(&self.day()),
            Ty::Integer => self.c.between(0, 12).to_string(),
            Ty::Percent => format!("{}%", self.decimal()),
            Ty::Number => self.decimal().to_string(),
            ty if self.c.once_in(4) => Self::magnitude(ty, self.decimal()),
            _ => self.decimal().to_string(),
        }
    }
}
