//! Lists and records: literals, aggregates, choices, look-ups of many rows, sharing out, groups and walks.

use super::types::Ty;
use super::writer::{Level, Name, Piece, Policy, Writer};

impl Writer<'_> {
    pub fn list_literal(&mut self, inner: &Ty, depth: u32) -> Piece {
        self.has("list");
        let all: Vec<String> = (0..self.c.between(1, 3)).map(|_| self.expr(inner, depth).text).collect();
        Piece::primary(format!("[{}]", all.join(", ")))
    }

    pub fn record_literal(&mut self, name: &str, depth: u32) -> Piece {
        self.has("record");
        let mut parts = Vec::new();
        for field in self.fields_of(name) {
            if field.must_be_sent() || self.c.once_in(2) {
                let ty = match &field.ty {
                    Ty::Optional(inner) => (**inner).clone(),
                    ty => ty.clone(),
                };
                parts.push(format!("{} = {}", field.name, self.expr(&ty, depth).text));
            }
        }
        Piece::primary(format!("{{ {} }}", parts.join(", ")))
    }

    /// A list whose elements are of the type, or one of their names.
    pub fn list_form(&mut self, inner: &Ty, depth: u32) -> Option<Piece> {
        match self.c.below(8) {
            0..=3 => {
                let (list, element) = self.list_name(|_| true)?;
                let each = self.fresh("x");
                let distinct = inner.is_ordered() && self.c.once_in(3);
                self.has(if distinct { "distinct of" } else { "list of" });
                let word = if distinct { "distinct" } else { "list" };
                let text = self.within(&each, element, |w| {
                    let value = w.operand(inner, depth, Level::Sum);
                    let elements = w.elements(&each, &list, depth);
                    format!("{word} of {value} for each {elements}")
                });
                Some(Piece::new(text, Level::Stages))
            }
            4 if *inner == Ty::Integer => {
                self.has("numbers");
                let (first, last) = (self.c.between(0, 2), self.c.between(0, 4));
                Some(Piece::primary(format!("numbers({first}, {last})")))
            }
            4 if *inner == Ty::Date => {
                self.has("dates");
                let first = self.day();
                let last = first.moved(self.c.between(0, 5) as i64 - 1);
                Some(Piece::primary(format!("dates({first}, {last})")))
            }
            5 => {
                self.has("reversed and concatenated");
                Some(Piece::primary(format!("reversed({})", self.expr(&inner.clone().list(), depth).text)))
            }
            6 => {
                self.has("reversed and concatenated");
                let list = inner.clone().list();
                let (one, other) = (self.expr(&list, depth).text, self.expr(&list, depth).text);
                Some(Piece::primary(format!("concatenated({one}, {other})")))
            }
            _ => self.allocation(inner, depth),
        }
    }

    /// What stands after `for each`: the list, and which of its elements, and in which order.
    pub fn elements(&mut self, each: &str, list: &str, depth: u32) -> String {
        let mut text = format!("{each} in {list}");
        if self.c.once_in(3) {
            self.has("where");
            text.push_str(&format!(" where {}", self.operand(&Ty::YesNo, depth, Level::Otherwise)));
        }
        if self.c.once_in(4) {
            self.has("sorted by");
            let ty = self.any_magnitude();
            text.push_str(&format!(" sorted by {}", self.operand(&ty, depth.min(1), Level::Sum)));
            text.push_str(self.c.among("", &[" descending"]));
        }
        text
    }

    fn allocation(&mut self, inner: &Ty, depth: u32) -> Option<Piece> {
        if !inner.is_magnitude() || *inner == Ty::Percent || *inner == Ty::Integer {
            return None;
        }
        self.has("allocate");
        let amount = self.operand(inner, depth, Level::Sum);
        let (mode, step) = (self.c.among("down", super::expression::MODES), self.step(inner));
        let rest = self.c.among("last", &["first", "largest"]);
        if self.c.once_in(2)
            && let Some((list, element)) = self.list_name(|_| true)
        {
            let each = self.fresh("x");
            let ty = self.any_magnitude();
            let weight = self.within(&each, element, |w| w.operand(&ty, depth.min(1), Level::Sum));
            let text = format!(
                "allocate {amount} by {weight} for each {each} in {list} rounded {mode} to {step} remainder to {rest}"
            );
            return Some(Piece::new(text, Level::Stages));
        }
        let weights = self.list_name(Ty::is_magnitude).map_or_else(|| "[1, 2, 4]".to_owned(), |name| name.0);
        Some(Piece::new(
            format!("allocate {amount} by {weights} rounded {mode} to {step} remainder to {rest}"),
            Level::Stages,
        ))
    }

    /// An element of a list, or something of one.
    pub fn of_list(&mut self, ty: &Ty, depth: u32) -> Option<Piece> {
        if self.c.once_in(2) {
            let (list, _) = self.list_name(|inner| inner.fits(ty))?;
            self.has("first and last of");
            let word = self.c.among("first", &["last"]);
            return Some(if self.c.once_in(2) {
                let other = self.operand(ty, depth, Level::Or);
                Piece::new(format!("({word} of {list} if any) otherwise {other}"), Level::Otherwise)
            } else {
                Piece::new(format!("{word} of {list}"), Level::Stages)
            });
        }
        let (list, element) = self.list_name(|_| true)?;
        let each = self.fresh("x");
        // The element, or a field of it.
        let read = match &element {
            element if element.fits(ty) => String::new(),
            Ty::Record(record) => {
                let fields = self.fields_of(record);
                format!(".{}", fields.iter().find(|field| field.read_as().fits(ty))?.name)
            }
            Ty::Shape(fields) => format!(".{}", fields.iter().find(|field| field.1.fits(ty))?.0),
            _ => return None,
        };
        self.has("the element with");
        let by = self.any_magnitude();
        let text = self.within(&each, element, |w| {
            let value = w.operand(&by, depth.min(1), Level::Sum);
            let which = match w.c.once_in(3) {
                true => format!(" where {}", w.operand(&Ty::YesNo, depth, Level::Otherwise)),
                false => String::new(),
            };
            let (word, tie) = (w.c.among("least", &["greatest"]), w.c.among("first", &["last"]));
            format!("(the {each} in {list}{which} with {word} {value} tie {tie}){read}")
        });
        Some(Piece::primary(text))
    }

    /// The sum, least or greatest of a list.
    pub fn aggregate(&mut self, ty: &Ty, depth: u32) -> Option<Piece> {
        self.has("aggregate");
        let word = self.c.among("sum", &["sum", "least", "greatest"]);
        if self.c.once_in(3)
            && let Some((list, _)) = self.list_name(|inner| inner == ty)
        {
            return Some(Piece::new(format!("{word} of {list}"), Level::Stages));
        }
        let (list, element) = self.source()?;
        let each = self.fresh("x");
        let step = self.c.once_in(8).then(|| self.list_name(|_| true)).flatten();
        let text = self.within(&each, element, |w| match step {
            Some((other, inner)) => {
                w.has("lists in step");
                let second = w.fresh("y");
                let value = w.within(&second, inner, |w| w.operand(ty, depth, Level::Sum));
                format!("{word} of {value} for each {each} in {list} with {second} in {other}")
            }
            None => {
                let value = w.operand(ty, depth, Level::Sum);
                format!("{word} of {value} for each {}", w.elements(&each, &list, depth))
            }
        });
        Some(Piece::new(text, Level::Stages))
    }

    /// A list to go through: a name, the rows of a table, increments, or the pieces of a split.
    pub fn source(&mut self) -> Option<(String, Ty)> {
        match self.c.below(6) {
            0 => self.rows_of(),
            1 => {
                self.has("increments");
                let ty = self.duration();
                let value = self.operand(&ty, 1, Level::Unary);
                // As many increments as there are would take long where they are short.
                let value = format!("(least of ({value}, 90 min))");
                let (first, then) = (self.c.among("30 s", &["1 min", "60 s"]), self.c.among("6 s", &["30 s", "1 min"]));
                let shape = Ty::Shape(vec![("start".to_owned(), ty.clone()), ("length".to_owned(), ty)]);
                Some((format!("(increments of {value} first {first} then {then})"), shape))
            }
            2 => {
                let windows = self.windows.clone();
                let name = self.c.one_of(&windows)?.clone();
                self.used.insert(name.clone());
                self.has("split");
                let (start, hours) = (self.operand(&Ty::Instant, 1, Level::Sum), self.c.between(0, 60));
                let end = self.operand(&Ty::Instant, 1, Level::Sum);
                let end = if self.c.once_in(4) { end } else { format!("{start} + {hours} h") };
                let length = self.duration();
                let parts = [("start", Ty::Instant), ("end", Ty::Instant), ("length", length), ("inside", Ty::YesNo)];
                let shape = parts.into_iter().map(|(name, ty)| (name.to_owned(), ty)).collect();
                Some((format!("(split {start} until {end} by {name})"), Ty::Shape(shape)))
            }
            _ => self.list_name(|_| true),
        }
    }

    /// `rows of` a table.
    pub fn rows_of(&mut self) -> Option<(String, Ty)> {
        let found: Vec<_> = self.tables.iter().filter(|table| table.policy == Policy::Row).cloned().collect();
        let table = self.c.one_of(&found)?.clone();
        self.has("rows of");
        self.used.insert(table.name.clone());
        let mut keys: Vec<String> = Vec::new();
        for key in &table.keys {
            keys.push(if self.c.once_in(2) { "any".to_owned() } else { self.expr(key, 1).text });
        }
        let on = if table.dated && (!self.priced || self.c.once_in(3)) {
            format!(" on {}", self.date_operand(1))
        } else {
            String::new()
        };
        Some((format!("(rows of {}[{}]{on})", table.name, keys.join(", ")), Ty::Shape(table.columns)))
    }

    /// A value that may be absent.
    pub fn optional_form(&mut self, inner: &Ty, depth: u32) -> Option<Piece> {
        self.has("if any");
        if inner.is_ordered() && self.c.once_in(2) {
            let word = self.c.among("least", &["greatest"]);
            let (list, element) = self.source()?;
            let each = self.fresh("x");
            let text = self.within(&each, element, |w| {
                let value = w.operand(inner, depth, Level::Sum);
                format!("{word} of {value} for each {} if any", w.elements(&each, &list, depth))
            });
            return Some(Piece::new(text, Level::Stages));
        }
        let (list, _) = self.list_name(|element| element == inner)?;
        let word = self.c.among("first", &["last"]);
        Some(Piece::new(format!("{word} of {list} if any"), Level::Stages))
    }

    /// `sum of applied` charges in the currency, by name or tag.
    pub fn tagged_sum(&mut self, currency: &str) -> Option<Piece> {
        let ty = Ty::Money(currency.to_owned());
        if self.c.once_in(3) && currency == self.currency() && self.currencies.len() == 1 {
            let tags = self.tags.clone();
            let tag = self.c.one_of(&tags)?;
            self.summed.insert(tag.clone());
            self.has("sum of applied tagged");
            return Some(Piece::new(format!("sum of applied tagged {tag}"), Level::Stages));
        }
        let names: Vec<Name> = self.conditional.iter().filter(|name| name.ty == ty).cloned().collect();
        let name = self.c.one_of(&names)?.text.clone();
        let other = self.c.one_of(&names)?.text.clone();
        self.has("sum of applied");
        self.used.insert(name.clone());
        self.used.insert(other.clone());
        let all = if name == other { name } else { format!("{name}, {other}") };
        Some(Piece::new(format!("sum of applied ({all})"), Level::Stages))
    }
}
