//! Conditions: comparisons, ranges, choices, what is given, applied or within; and texts.

use super::types::Ty;
use super::writer::{Level, Piece, Writer};

impl Writer<'_> {
    /// A condition.
    pub fn condition(&mut self, depth: u32) -> Option<Piece> {
        match self.c.below(12) {
            0..=2 => Some(self.comparison(depth)),
            3 => {
                self.has("and, or, not");
                let (left, right) =
                    (self.operand(&Ty::YesNo, depth, Level::And), self.operand(&Ty::YesNo, depth, Level::Not));
                Some(Piece::new(format!("{left} and {right}"), Level::And))
            }
            4 => {
                let (left, right) =
                    (self.operand(&Ty::YesNo, depth, Level::Or), self.operand(&Ty::YesNo, depth, Level::And));
                Some(Piece::new(format!("{left} or {right}"), Level::Or))
            }
            5 => Some(Piece::new(format!("not {}", self.operand(&Ty::YesNo, depth, Level::Primary)), Level::Not)),
            6 => self.in_range(depth),
            7 => self.one_of_values(depth),
            8 => self.given_or_applied(depth),
            9 => self.is_within(depth),
            10 => self.quantified(depth),
            _ => self.text_question(depth),
        }
    }

    /// Some type that values are compared by, of which there are names if possible.
    fn comparable(&mut self, ordered: bool) -> Ty {
        let found: Vec<Ty> = self
            .names
            .iter()
            .map(|name| name.ty.clone())
            .filter(|ty| ty.is_ordered() || !ordered && matches!(ty, Ty::Enum(_) | Ty::Months))
            .collect();
        self.c.one_of(&found).cloned().unwrap_or(Ty::Number)
    }

    pub fn comparison(&mut self, depth: u32) -> Piece {
        self.has("comparison");
        let ordered = !self.c.once_in(3);
        let ty = self.comparable(ordered);
        let (left, right) = (self.operand(&ty, depth, Level::Sum), self.operand(&ty, depth, Level::Sum));
        let sign = if ordered {
            self.c.among(">", &["<", ">=", "<=", "is", "is not"])
        } else {
            self.c.among("is", &["is not"])
        };
        Piece::new(format!("{left} {sign} {right}"), Level::Comparison)
    }

    fn in_range(&mut self, depth: u32) -> Option<Piece> {
        self.has("is in a range");
        let ty = self.comparable(true);
        let value = self.operand(&ty, depth, Level::Sum);
        let bounds = self.rising(&ty, 2);
        let (low, high) = (bounds.first()?, bounds.get(1)?);
        let range = match self.c.below(8) {
            0 => format!("from {low} through {high}"),
            1 => format!("from {low} until {high}"),
            2 => format!("over {low} up to {high}"),
            3 => format!("over {low} until {high}"),
            4 => format!("over {low}"),
            5 => format!("up to {high}"),
            6 => format!("under {high}"),
            _ => format!("from {low}"),
        };
        let not = self.c.among("", &["", "", "not "]);
        Some(Piece::new(format!("{value} is {not}{range}"), Level::Comparison))
    }

    fn one_of_values(&mut self, depth: u32) -> Option<Piece> {
        self.has("is one of");
        let not = self.c.among("", &["", "not "]);
        if self.c.once_in(3) {
            let (list, inner) = self.list_name(|ty| {
                !matches!(ty, Ty::Quantity(_) | Ty::Rate(..)) && ty.is_ordered() || matches!(ty, Ty::Enum(_))
            })?;
            let value = self.operand(&inner, depth, Level::Sum);
            return Some(Piece::new(format!("{value} is {not}one of {list}"), Level::Comparison));
        }
        let ty = self.comparable(false);
        let value = self.operand(&ty, depth, Level::Sum);
        let all: Vec<String> = (0..self.c.between(1, 3)).map(|_| self.expr(&ty, 0).text).collect();
        Some(Piece::new(format!("{value} is {not}one of ({})", all.join(", ")), Level::Comparison))
    }

    fn given_or_applied(&mut self, depth: u32) -> Option<Piece> {
        let not = self.c.among("", &["", "", "not "]);
        if self.c.once_in(2) && !self.conditional.is_empty() {
            self.has("is applied");
            let charge = self.c.one_of(&self.conditional)?.text.clone();
            self.used.insert(charge.clone());
            return Some(Piece::new(format!("{charge} is {not}applied"), Level::Comparison));
        }
        let name = self.plain_name(|ty| matches!(ty, Ty::Optional(_)))?;
        self.has("is given");
        if not.is_empty() && self.c.once_in(2) {
            let right = self.given(&name.text, |w| w.operand(&Ty::YesNo, depth, Level::Not));
            return Some(Piece::new(format!("{} is given and {right}", name.text), Level::And));
        }
        Some(Piece::new(format!("{} is {not}given", name.text), Level::Comparison))
    }

    fn is_within(&mut self, depth: u32) -> Option<Piece> {
        let not = self.c.among("", &["", "not "]);
        let (ty, names) = if self.c.once_in(2) {
            self.has("is within windows");
            (Ty::Instant, &self.windows)
        } else {
            self.has("is within a calendar");
            (Ty::Date, &self.calendars)
        };
        let names = names.clone();
        let name = self.c.one_of(&names)?;
        self.used.insert(name.clone());
        let value = self.operand(&ty, depth, Level::Sum);
        Some(Piece::new(format!("{value} is {not}within {name}"), Level::Comparison))
    }

    fn quantified(&mut self, depth: u32) -> Option<Piece> {
        let (list, inner) = self.list_name(|_| true)?;
        self.has("any and every");
        let (word, each) = (self.c.among("any", &["every"]), self.fresh("x"));
        let condition = self.within(&each, inner, |w| w.operand(&Ty::YesNo, depth, Level::Otherwise));
        Some(Piece::new(format!("{word} {each} in {list} has {condition}"), Level::Stages))
    }

    fn text_question(&mut self, depth: u32) -> Option<Piece> {
        self.has("text functions");
        let function = self.c.among("starts_with", &["ends_with", "contains"]);
        let (text, part) = (self.expr(&Ty::Text, depth).text, self.expr(&Ty::Text, 0).text);
        Some(Piece::primary(format!("{function}({text}, {part})")))
    }

    /// A text made of others.
    pub fn text_form(&mut self, depth: u32) -> Option<Piece> {
        self.has("text functions");
        match self.c.below(4) {
            0 | 1 => {
                let function = self.c.among("upper", &["lower", "trim", "without_spaces"]);
                Some(Piece::primary(format!("{function}({})", self.expr(&Ty::Text, depth).text)))
            }
            2 => {
                let function = self.c.among("left", &["right"]);
                let (text, count) = (self.expr(&Ty::Text, depth).text, self.c.between(0, 4));
                Some(Piece::primary(format!("{function}({text}, {count})")))
            }
            _ => {
                let ty = self.comparable(false);
                Some(Piece::primary(format!("text_from({})", self.expr(&ty, depth).text)))
            }
        }
    }

    /// A message with names of the scope filled in.
    pub fn message(&mut self, words: &str) -> String {
        let mut text = words.to_owned();
        if self.c.once_in(2)
            && let Some(name) = self.plain_name(|ty| ty.is_ordered() || matches!(ty, Ty::Enum(_) | Ty::YesNo))
        {
            self.has("message filled in");
            text.push_str(&format!(" {{{}}}", name.text));
        }
        if self.c.once_in(8) {
            text.push_str(" {{x}}");
        }
        text
    }
}
