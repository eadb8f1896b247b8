//! Definitions whose values are records without a type: rows, groups, walks, draws, and records written out.

use super::types::Ty;
use super::writer::{Level, Name, Policy, Writer};

impl Writer<'_> {
    /// A `let` of such a value, and its text.
    pub fn shape(&mut self, depth: u32) -> Option<String> {
        let (text, ty) = match self.c.below(6) {
            0 => self.row()?,
            1 => self.group(depth)?,
            2 | 3 => self.walk(depth)?,
            4 => self.draw()?,
            _ => self.written_out(depth),
        };
        let name = self.fresh("d");
        self.names.push(Name { text: name.clone(), ty });
        Some(format!("let {name} = {text}\n"))
    }

    fn written_out(&mut self, depth: u32) -> (String, Ty) {
        self.has("record without a type");
        let mut fields = Vec::new();
        for _ in 0..self.c.between(1, 3) {
            fields.push((self.fresh("part_"), self.some_type()));
        }
        let values: Vec<String> =
            fields.iter().map(|(name, ty)| format!("{name} = {}", self.expr(ty, depth).text)).collect();
        (format!("{{ {} }}", values.join(", ")), Ty::Shape(fields))
    }

    /// A row of a table.
    fn row(&mut self) -> Option<(String, Ty)> {
        let found: Vec<_> = self.tables.iter().filter(|table| table.policy != Policy::Count).cloned().collect();
        let table = self.c.one_of(&found)?.clone();
        let look_up = self.look_up(&table, 1);
        let row = Ty::Shape(table.columns);
        match table.policy {
            Policy::Row if self.c.once_in(3) => {
                self.has("look-up if any");
                let asked = if look_up.contains(" on ") { return None } else { format!("{look_up} if any") };
                Some((asked, row.optional()))
            }
            Policy::Rows => Some((look_up, row.list())),
            _ => Some((look_up, row)),
        }
    }

    fn group(&mut self, depth: u32) -> Option<(String, Ty)> {
        let (list, element) = self.list_name(|_| true)?;
        self.has("group");
        let each = self.fresh("x");
        let key = match &element {
            Ty::Record(record) => {
                let fields = self.fields_of(record);
                let fields: Vec<_> = fields.into_iter().filter(|field| field.read_as().is_ordered()).collect();
                let field = self.c.one_of(&fields)?;
                (format!("{each}.{}", field.name), field.read_as())
            }
            element if element.is_ordered() => (each.clone(), element.clone()),
            _ => (
                self.within(&each, element.clone(), |w| w.operand(&Ty::Integer, depth.min(1), Level::Sum)),
                Ty::Integer,
            ),
        };
        let shape = Ty::Shape(vec![("key".to_owned(), key.1), ("items".to_owned(), element.list())]);
        Some((format!("group {each} in {list} by {}", key.0), shape.list()))
    }

    fn walk(&mut self, depth: u32) -> Option<(String, Ty)> {
        let (list, element) = self.list_name(|_| true)?;
        self.has("walk");
        let each = self.fresh("x");
        let before = self.names.len();
        let mut carried = Vec::new();
        for _ in 0..self.c.between(1, 2) {
            let (name, ty) = (self.fresh("held_"), self.some_magnitude());
            // What is carried on may be a fraction.
            let ty = if ty == Ty::Integer { Ty::Number } else { ty };
            carried.push((name, ty));
        }
        let mut begin = Vec::new();
        for (name, ty) in &carried {
            let stated = if *ty == Ty::Number || self.c.once_in(3) { format!(" : {ty}") } else { String::new() };
            begin.push(format!("{name}{stated} = {}", self.operand(ty, 1, Level::If)));
        }
        self.names.extend(carried.iter().map(|(name, ty)| Name { text: name.clone(), ty: ty.clone() }));
        self.names.push(Name { text: each.clone(), ty: element });
        let mut lines = String::new();
        if self.c.once_in(2) {
            let (name, ty) = (self.fresh("held_"), self.some_magnitude());
            lines.push_str(&format!("  let {name} = {}\n", self.expr(&ty, depth).text));
            self.names.push(Name { text: name, ty });
        }
        let mut kept = Vec::new();
        for _ in 0..self.c.between(1, 2) {
            kept.push((self.fresh("part_"), self.some_magnitude()));
        }
        let values: Vec<String> =
            kept.iter().map(|(name, ty)| format!("{name} = {}", self.expr(ty, depth).text)).collect();
        lines.push_str(&format!("  keep {{ {} }}", values.join(", ")));
        if self.c.once_in(2) {
            lines.push_str(&format!(" when {}", self.operand(&Ty::YesNo, depth, Level::Otherwise)));
        }
        lines.push('\n');
        for (name, ty) in &carried {
            // Each time by a number more, so that what grows by itself does not grow beyond all reason.
            let change = self.operand(ty, depth.min(1), Level::Product);
            let next = self
                .c
                .among(format!("{name} + {change}"), &[format!("greatest of ({name}, {change})"), change.clone()]);
            lines.push_str(&format!("  next {name} = {next}\n"));
        }
        self.names.truncate(before);
        let shape = vec![("rows".to_owned(), Ty::Shape(kept).list()), ("final".to_owned(), Ty::Shape(carried))];
        Some((format!("walk {each} in {list} carrying {} {{\n{lines}}}", begin.join(", ")), Ty::Shape(shape)))
    }

    fn draw(&mut self) -> Option<(String, Ty)> {
        let ty = self.plain_name(|ty| ty.is_magnitude() && *ty != Ty::Integer && *ty != Ty::Percent)?.ty;
        self.has("draw");
        let mut names: Vec<String> = Vec::new();
        for name in self.names.iter().filter(|name| name.ty == ty) {
            if !names.contains(&name.text) && !self.dated.iter().any(|dated| dated.text == name.text) {
                names.push(name.text.clone());
            }
        }
        names.truncate(3);
        if names.is_empty() {
            return None;
        }
        self.c.shuffle(&mut names);
        self.used.extend(names.iter().cloned());
        let pool = self.operand(&ty, 1, Level::Sum);
        let part = Ty::Shape(vec![("taken".to_owned(), ty.clone()), ("rest".to_owned(), ty.clone())]);
        let mut shape: Vec<(String, Ty)> = names.iter().map(|name| (name.clone(), part.clone())).collect();
        shape.push(("left".to_owned(), ty));
        Some((format!("draw {pool} from ({}) in order", names.join(", ")), Ty::Shape(shape)))
    }
}
