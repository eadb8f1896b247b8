//! Expressions by their type: what every type has (names, choices, look-ups, calls), and the magnitudes.

use super::types::{Ty, Unit};
use super::writer::{Level, Piece, Writer};

/// The modes of rounding.
pub const MODES: &[&str] = &["half up", "half even", "half down", "up", "down", "ceiling", "floor"];

impl Writer<'_> {
    /// An expression of the type, of at most so many levels.
    pub fn expr(&mut self, ty: &Ty, depth: u32) -> Piece {
        if depth == 0 || self.c.below(6) < 2 {
            return self.leaf(ty, depth);
        }
        for _ in 0..4 {
            let piece = match self.c.below(3) {
                0 if ty.is_magnitude() => self.magnitude_form(ty, depth - 1),
                0 | 1 => self.own_form(ty, depth - 1),
                _ => self.common_form(ty, depth - 1),
            };
            if let Some(piece) = piece {
                return piece;
            }
        }
        self.leaf(ty, depth)
    }

    /// The text of an expression that binds at least so tightly.
    pub fn operand(&mut self, ty: &Ty, depth: u32, least: Level) -> String {
        self.expr(ty, depth).at(least)
    }

    /// A name or a literal.
    pub fn leaf(&mut self, ty: &Ty, depth: u32) -> Piece {
        if self.c.below(3) != 2
            && let Some(name) = self.named(ty)
        {
            return name;
        }
        // A condition that is written out decides nothing.
        if *ty == Ty::YesNo && !self.c.once_in(8) {
            return self.comparison(0);
        }
        if let Some(literal) = self.literal(ty) {
            return literal;
        }
        if let Some(name) = self.named(ty) {
            return name;
        }
        match ty {
            Ty::List(inner) => self.list_literal(inner, depth.saturating_sub(1)),
            Ty::Record(name) => self.record_literal(name, depth.saturating_sub(1)),
            Ty::Optional(inner) => self.leaf(inner, depth),
            Ty::Zone => Piece::primary("\"UTC\""),
            _ => Piece::primary("0"),
        }
    }

    /// What every type has.
    fn common_form(&mut self, ty: &Ty, depth: u32) -> Option<Piece> {
        match self.c.below(8) {
            0 | 1 => Some(self.conditional(ty, depth)),
            2 => {
                let name = self.plain_name(|known| matches!(known, Ty::Optional(inner) if inner.fits(ty)))?;
                self.has("otherwise");
                let other = self.operand(ty, depth, Level::Or);
                Some(Piece::new(format!("{} otherwise {other}", name.text), Level::Otherwise))
            }
            3 => self.table_value(ty, depth),
            4 => self.call(ty, depth),
            5 => self.of_list(ty, depth),
            6 => {
                let found: Vec<_> = self.dated.iter().filter(|name| name.ty.fits(ty)).cloned().collect();
                let name = self.c.one_of(&found)?.text.clone();
                self.used.insert(name.clone());
                self.has("parameter on a date");
                let date = self.date_operand(depth);
                Some(Piece::new(format!("{name} on {date}"), Level::Unary))
            }
            _ => {
                let name = self.plain_name(|known| matches!(known, Ty::Optional(inner) if inner.fits(ty)))?;
                self.has("is given");
                let there = self.given(&name.text, |w| w.operand(ty, depth, Level::If));
                let absent = self.operand(ty, depth, Level::Otherwise);
                Some(Piece::new(format!("if {} is given then {there} else {absent}", name.text), Level::If))
            }
        }
    }

    fn conditional(&mut self, ty: &Ty, depth: u32) -> Piece {
        self.has("if");
        let condition = self.operand(&Ty::YesNo, depth, Level::Otherwise);
        let (yes, no) = (self.operand(ty, depth, Level::Otherwise), self.operand(ty, depth, Level::Otherwise));
        if self.c.once_in(4) {
            let (other, middle) =
                (self.operand(&Ty::YesNo, depth, Level::Otherwise), self.operand(ty, depth, Level::Otherwise));
            return Piece::new(format!("if {condition} then {yes} else if {other} then {middle} else {no}"), Level::If);
        }
        Piece::new(format!("if {condition} then {yes} else {no}"), Level::If)
    }

    /// A date where `on` wants one: tight, and without a date of its own.
    pub fn date_operand(&mut self, depth: u32) -> String {
        match self.expr(&Ty::Date, depth) {
            Piece { text, level: Level::Primary } if !text.contains(['[', ' ', '(']) => text,
            piece => format!("({})", piece.text),
        }
    }

    /// A call of a function, or of tiers.
    fn call(&mut self, ty: &Ty, depth: u32) -> Option<Piece> {
        let found: Vec<_> = self.functions.iter().filter(|known| known.result.fits(ty)).cloned().collect();
        let function = self.c.one_of(&found)?.clone();
        self.has("call");
        self.used.insert(function.name.clone());
        let given: Vec<String> = function.params.iter().map(|param| self.expr(param, depth).text).collect();
        Some(Piece::primary(format!("{}({})", function.name, given.join(", "))))
    }

    /// What only one type has.
    fn own_form(&mut self, ty: &Ty, depth: u32) -> Option<Piece> {
        match ty {
            Ty::Number => self.number_form(depth),
            Ty::Integer => self.integer_form(depth),
            Ty::Percent => {
                self.has("as percent");
                let number = self.operand(&Ty::Number, depth, Level::Primary);
                Some(Piece::new(format!("{number} as percent"), Level::Stages))
            }
            Ty::Money(currency) => self.money_form(&currency.clone(), depth),
            Ty::Quantity(unit) => self.quantity_form(&unit.clone(), depth),
            Ty::Rate(currency, unit) => {
                self.has("rate by division");
                let amount = self.operand(&Ty::Money(currency.clone()), depth, Level::Product);
                let over = self.operand(&Ty::Quantity(unit.clone()), depth, Level::Of);
                Some(Piece::new(format!("{amount} / {over}"), Level::Product))
            }
            Ty::YesNo => self.condition(depth),
            Ty::Text => self.text_form(depth),
            Ty::Date => self.date_form(depth),
            Ty::Time => self.time_form(depth),
            Ty::Instant => self.instant_form(depth),
            Ty::Months => self.months_form(depth),
            Ty::List(inner) => self.list_form(&inner.clone(), depth),
            Ty::Record(name) => Some(self.record_literal(&name.clone(), depth)),
            Ty::Optional(inner) => self.optional_form(&inner.clone(), depth),
            Ty::Zone | Ty::Enum(_) | Ty::Shape(_) => None,
        }
    }

    /// What all magnitudes have.
    fn magnitude_form(&mut self, ty: &Ty, depth: u32) -> Option<Piece> {
        let whole = *ty == Ty::Integer;
        let by = if whole { Ty::Integer } else { Ty::Number };
        match self.c.below(14) {
            0 | 1 => {
                let (left, right) = (self.operand(ty, depth, Level::Sum), self.operand(ty, depth, Level::Product));
                let sign = self.c.among("+", &["-"]);
                Some(Piece::new(format!("{left} {sign} {right}"), Level::Sum))
            }
            2 => {
                let (left, right) = (self.operand(ty, depth, Level::Product), self.operand(&by, depth, Level::Of));
                Some(match self.c.once_in(3) {
                    true => Piece::new(format!("{} * {left}", Piece::new(right, Level::Of).text), Level::Product),
                    false => Piece::new(format!("{left} * {right}"), Level::Product),
                })
            }
            3 if !whole => {
                self.has("division");
                let (left, right) = (self.operand(ty, depth, Level::Product), self.operand(&by, depth, Level::Of));
                Some(Piece::new(format!("{left} / {right}"), Level::Product))
            }
            4..=6 => {
                let value = self.operand(ty, depth, Level::If);
                let stages = self.stages(ty, depth)?;
                Some(Piece::new(format!("{value}{stages}"), Level::Stages))
            }
            7 if !whole => {
                self.has("percent of");
                let word = self.c.among("of", &["of", "contained in"]);
                let share = self.operand(&Ty::Percent, depth.min(1), Level::Unary);
                let whole = self.operand(ty, depth, Level::Unary);
                Some(Piece::new(format!("{share} {word} {whole}"), Level::Of))
            }
            8 => {
                self.has("least and greatest of values");
                let which = self.c.among("greatest", &["least"]);
                let count = self.c.between(2, 3);
                let all: Vec<String> = (0..count).map(|_| self.expr(ty, depth).text).collect();
                Some(Piece::new(format!("{which} of ({})", all.join(", ")), Level::Stages))
            }
            9 => self.aggregate(ty, depth),
            10 => {
                self.has("per started");
                let over = self.any_magnitude();
                let each = self.operand(ty, depth.min(1), Level::Unary);
                let (word, step) = (self.c.among("started", &["whole"]), self.step(&over));
                let of = self.operand(&over, depth, Level::Unary);
                Some(Piece::new(format!("{each} per {word} {step} of {of}"), Level::Of))
            }
            11 => {
                self.has("library function");
                let value = self.expr(ty, depth).text;
                Some(Piece::primary(format!("absolute({value})")))
            }
            12 => {
                let value = self.operand(ty, depth, Level::Primary);
                Some(Piece::new(format!("-{value}"), Level::Unary))
            }
            _ if whole => None,
            _ => {
                self.has("library function");
                let (value, by) = (self.expr(ty, depth).text, self.step(ty));
                Some(Piece::primary(format!("remainder({value}, {by})")))
            }
        }
    }

    /// One to three stages, each with a space before it.
    pub fn stages(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let mut stages = String::new();
        for _ in 0..self.c.between(1, 3) {
            let stage = match self.c.below(5) {
                0 | 1 if *ty == Ty::Percent => continue,
                // Of these, only a rounding keeps a whole number whole.
                0..=3 if *ty == Ty::Integer => continue,
                n @ (0 | 1) => {
                    self.has("less and plus");
                    let word = if n == 0 { "less" } else { "plus" };
                    let ty = if self.c.once_in(3) { ty.clone() } else { Ty::Percent };
                    format!("{word} {}", self.operand(&ty, depth.min(1), Level::Sum))
                }
                n @ (2 | 3) => {
                    self.has("minimum and maximum");
                    let word = if n == 2 { "minimum" } else { "maximum" };
                    format!("{word} {}", self.limit(ty, depth.min(1)))
                }
                _ => self.rounding(ty),
            };
            stages.push(' ');
            stages.push_str(&stage);
        }
        (!stages.is_empty()).then_some(stages)
    }

    /// What stands after `minimum` or `maximum`.
    pub fn limit(&mut self, ty: &Ty, depth: u32) -> String {
        let limit = self.operand(ty, depth, Level::Sum);
        if limit.contains([' ', '[']) && (limit.contains(" as ") || limit.contains(" of ")) {
            format!("({limit})")
        } else {
            limit
        }
    }

    pub fn rounding(&mut self, ty: &Ty) -> String {
        self.has("rounding");
        let mode = self.c.among("", MODES);
        let space = if mode.is_empty() { "" } else { " " };
        let step = match ty {
            Ty::Money(_) if self.c.once_in(4) => "minor unit".to_owned(),
            Ty::Integer => "1".to_owned(),
            ty => self.step(ty),
        };
        format!("rounded {mode}{space}to {step}")
    }

    /// Some magnitude that there are names of, or a plain one.
    pub fn any_magnitude(&mut self) -> Ty {
        let found: Vec<Ty> = self.names.iter().map(|name| name.ty.clone()).filter(Ty::is_magnitude).collect();
        match self.c.one_of(&found) {
            Some(ty) => ty.clone(),
            None => self.money(),
        }
    }

    fn number_form(&mut self, depth: u32) -> Option<Piece> {
        match self.c.below(6) {
            0 | 1 => {
                self.has("quotient of one dimension");
                let ty = match self.any_magnitude() {
                    Ty::Integer => Ty::Number,
                    ty => ty,
                };
                let (left, right) = (self.operand(&ty, depth, Level::Product), self.operand(&ty, depth, Level::Of));
                Some(Piece::new(format!("{left} / {right}"), Level::Product))
            }
            2 => {
                self.has("as number");
                let found: Vec<Ty> =
                    self.names.iter().map(|name| name.ty.clone()).filter(|ty| matches!(ty, Ty::Quantity(_))).collect();
                let ty = self.c.one_of(&found)?.clone();
                let unit = self.other_unit(&ty).unit();
                let value = self.operand(&ty, depth, Level::Primary);
                Some(Piece::new(format!("{value} as number in {unit}"), Level::Stages))
            }
            3 => {
                self.has("as number");
                let value = self.operand(&Ty::Percent, depth, Level::Primary);
                Some(Piece::new(format!("{value} as number"), Level::Stages))
            }
            4 => {
                self.has("number_from");
                let text = self.expr(&Ty::Text, depth).text;
                let other = self.operand(&Ty::Number, depth, Level::Or);
                Some(Piece::new(format!("number_from({text}) otherwise {other}"), Level::Otherwise))
            }
            _ => Some(self.expr(&Ty::Integer, depth)),
        }
    }

    fn integer_form(&mut self, depth: u32) -> Option<Piece> {
        match self.c.below(6) {
            0 => {
                self.has("rounding");
                let mode = self.c.among("half up", MODES);
                let value = self.operand(&Ty::Number, depth, Level::If);
                Some(Piece::new(format!("{value} rounded {mode} to 1"), Level::Stages))
            }
            1 => Some(Piece::primary(format!("whole({})", self.expr(&Ty::Number, depth).text))),
            2 => {
                self.has("count of");
                let (list, inner) = self.list_name(|_| true)?;
                if self.c.once_in(2) {
                    return Some(Piece::new(format!("count of {list}"), Level::Stages));
                }
                let each = self.fresh("x");
                let condition = self.within(&each, inner, |w| w.operand(&Ty::YesNo, depth, Level::Otherwise));
                Some(Piece::new(format!("count of each {each} in {list} where {condition}"), Level::Stages))
            }
            3 => Some(Piece::primary(format!("characters({})", self.expr(&Ty::Text, depth).text))),
            4 => {
                self.has("part of a date");
                let part = self.c.among("year", &["month", "day", "weekday"]);
                Some(Piece::primary(format!("{part}({})", self.expr(&Ty::Date, depth).text)))
            }
            _ => {
                self.has("months_between");
                let (from, until) = (self.expr(&Ty::Date, depth).text, self.expr(&Ty::Date, depth).text);
                Some(Piece::primary(format!("months_between({from}, {until})")))
            }
        }
    }

    fn money_form(&mut self, currency: &str, depth: u32) -> Option<Piece> {
        match self.c.below(6) {
            0..=2 => {
                let rate = self.some_rate(currency)?;
                self.has("rate times quantity");
                let Ty::Rate(_, unit) = &rate else { return None };
                let amount = self.operand(&Ty::Quantity(unit.clone()), depth, Level::Of);
                let price = self.operand(&rate, depth, Level::Of);
                Some(match self.c.once_in(2) {
                    true => Piece::new(format!("{amount} * {price}"), Level::Product),
                    false => Piece::new(format!("{price} * {amount}"), Level::Product),
                })
            }
            3 => {
                self.has("as money");
                let number = self.operand(&Ty::Number, depth, Level::Primary);
                Some(Piece::new(format!("{number} as {currency}"), Level::Stages))
            }
            4 => self.tagged_sum(currency),
            _ => {
                let others: Vec<String> = self.currencies.iter().filter(|known| *known != currency).cloned().collect();
                let other = self.c.one_of(&others)?.clone();
                self.has("exchange");
                let amount = self.operand(&Ty::Money(other.clone()), depth, Level::Product);
                let rate = self.positive();
                Some(Piece::new(format!("{amount} * {rate} {currency} per {other}"), Level::Product))
            }
        }
    }

    /// A rate of the currency per some unit that there are names of.
    fn some_rate(&mut self, currency: &str) -> Option<Ty> {
        let units = self.names.iter().filter_map(|name| match &name.ty {
            Ty::Quantity(unit) | Ty::Rate(_, unit) => Some(unit.clone()),
            _ => None,
        });
        let units: Vec<Unit> = units.collect();
        Some(Ty::Rate(currency.to_owned(), self.c.one_of(&units)?.clone()))
    }

    fn quantity_form(&mut self, unit: &Unit, depth: u32) -> Option<Piece> {
        if unit.dimension == "duration" && !self.c.once_in(3) {
            return self.duration_form(depth);
        }
        if self.c.once_in(2) {
            self.has("quantity by division");
            let currency = self.currency();
            let amount = self.operand(&Ty::Money(currency.clone()), depth, Level::Product);
            let rate = self.operand(&Ty::Rate(currency, unit.clone()), depth, Level::Of);
            return Some(Piece::new(format!("{amount} / {rate}"), Level::Product));
        }
        self.has("as a unit");
        let number = self.operand(&Ty::Number, depth, Level::Primary);
        Some(Piece::new(format!("{number} as {}", unit.name), Level::Stages))
    }
}
