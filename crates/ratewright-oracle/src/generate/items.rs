//! Definitions: units, enumerations, records, the input, parameters, lets, functions, outputs.

use super::decimal::Day;
use super::inputs::{Bounds, Field};
use super::types::{DIMENSIONS, Ty, Unit};
use super::writer::{Function, Landmark, Name, Writer};

impl Writer<'_> {
    pub fn some_enum(&mut self) -> Option<Ty> {
        let names: Vec<String> = self.enums.iter().map(|known| known.0.clone()).collect();
        self.c.one_of(&names).cloned().map(Ty::Enum)
    }

    pub fn some_quantity(&mut self) -> Ty {
        // Rather one that there are values of.
        let known: Vec<Ty> =
            self.names.iter().map(|name| name.ty.clone()).filter(|ty| matches!(ty, Ty::Quantity(_))).collect();
        if !self.c.once_in(4)
            && let Some(ty) = self.c.one_of(&known)
        {
            return ty.clone();
        }
        let (dimension, units) = self.c.one_of(DIMENSIONS).copied().unwrap_or(("mass", &["lb"]));
        let name = self.c.one_of(units).map_or("lb", |name| name);
        Ty::Quantity(Unit { name: name.to_owned(), dimension: dimension.to_owned(), known: true })
    }

    pub fn some_rate_type(&mut self) -> Ty {
        match self.some_quantity() {
            Ty::Quantity(unit) => Ty::Rate(self.currency(), unit),
            ty => ty,
        }
    }

    pub fn some_money(&mut self) -> Ty {
        let first = self.money();
        match self.c.once_in(3) {
            true => self.c.one_of(&self.currencies).cloned().map_or(first, Ty::Money),
            false => first,
        }
    }

    pub fn some_magnitude(&mut self) -> Ty {
        match self.c.below(8) {
            0..=2 => self.some_money(),
            3 => Ty::Number,
            4 => self.some_rate_type(),
            5 => Ty::Percent,
            _ => self.some_quantity(),
        }
    }

    /// Some type that is no list.
    pub fn some_type(&mut self) -> Ty {
        match self.c.below(12) {
            0..=4 => self.some_magnitude(),
            5 => Ty::Integer,
            6 => Ty::Date,
            7 => Ty::Text,
            8 => Ty::YesNo,
            9 => self.some_enum().unwrap_or(Ty::YesNo),
            10 => self.c.among(Ty::Instant, &[Ty::Time, Ty::Months]),
            _ => self.some_quantity(),
        }
    }

    /// A unit of its own, and its text.
    pub fn unit(&mut self) -> String {
        self.has("declared unit");
        let name = self.fresh("unit_");
        let definition = match self.c.once_in(2) {
            true => String::new(),
            false => match self.some_quantity() {
                Ty::Quantity(unit) => {
                    let size = self.positive();
                    let ty = Ty::Quantity(Unit { name: name.clone(), ..unit.clone() });
                    self.units.push(ty);
                    format!(" = {size} {}", unit.name)
                }
                _ => String::new(),
            },
        };
        if definition.is_empty() {
            self.units.push(Ty::Quantity(Unit { name: name.clone(), dimension: name.clone(), known: false }));
        }
        let plural = if self.c.once_in(3) { format!(" plural {name}s") } else { String::new() };
        format!("unit {name}{plural}{definition}\n")
    }

    pub fn enumeration(&mut self) -> String {
        self.has("enum");
        let name = self.fresh("Kind_");
        let mut members = Vec::new();
        let mut parts = Vec::new();
        for _ in 0..self.c.between(2, 4) {
            let member = self.fresh("member_");
            let label = if self.c.once_in(3) { format!(" \"Label of {member}\"") } else { String::new() };
            parts.push(format!("{member}{label}"));
            members.push(member);
        }
        self.enums.push((name.clone(), members));
        format!("enum {name} {{ {} }}\n", parts.join(", "))
    }

    pub fn record(&mut self) -> String {
        self.has("record");
        let name = self.fresh("Record_");
        let count = self.c.between(1, 3);
        let fields: Vec<Field> = (0..count).map(|_| self.field(false)).collect();
        let mut text = format!("record {name} {{\n");
        fields.iter().for_each(|field| text.push_str(&format!("  {field}\n")));
        self.records.push((name, fields));
        text + "}\n"
    }

    /// A field of the input or of a record.
    fn field(&mut self, of_input: bool) -> Field {
        let unit = self.units.clone();
        let mut ty = match self.c.below(10) {
            0 if !unit.is_empty() => self.c.one_of(&unit).cloned().unwrap_or(Ty::Number),
            1 if of_input => Ty::Zone,
            _ => self.some_type(),
        };
        let name = self.fresh(if of_input { "in_" } else { "field_" });
        let mut field = Field { name, ty: ty.clone(), ..Field::default() };
        if of_input {
            match self.c.below(8) {
                6 => ty = ty.list(),
                7 => {
                    let records: Vec<String> = self.records.iter().map(|known| known.0.clone()).collect();
                    if let Some(record) = self.c.one_of(&records) {
                        ty = Ty::Record(record.clone());
                        ty = if self.c.once_in(4) { ty } else { ty.list() };
                    }
                }
                _ => {}
            }
        }
        field.ty = ty.clone();
        match self.c.below(9) {
            5 if ty.is_ordered() && ty != Ty::Text => {
                self.has("declared range");
                let inside = self.rising_marks(&ty, 2);
                let bounds: Vec<String> = inside.iter().map(|mark| mark.literal(&ty)).collect();
                if let (Some(low), Some(high)) = (bounds.first(), bounds.get(1)) {
                    let text = match self.c.below(5) {
                        0 => format!(" from {low} through {high}"),
                        1 => format!(" from {low}"),
                        2 => format!(" over {low} up to {high}"),
                        3 => format!(" from {low} until {high}"),
                        _ => format!(" up to {high}"),
                    };
                    field.bounds = Some(Bounds { text, inside });
                }
            }
            6 if !matches!(ty, Ty::List(_)) => {
                self.has("optional value");
                field.ty = ty.optional();
            }
            7 if !matches!(ty, Ty::List(_) | Ty::Record(_) | Ty::Zone) => {
                self.has("default");
                field.default = self.literal(&ty).map(|literal| literal.text);
            }
            8 if ty == Ty::Text => {
                self.has("matching");
                field.pattern = Some(self.c.among("[0-9]{5}", &["[A-Z]{1,3}", ".*", "[A-Z0-9 ]+"]));
            }
            _ => {}
        }
        if self.c.once_in(10) {
            self.has("named on the wire");
            field.wire = Some(format!("wire-{}", field.name));
        }
        if self.c.once_in(6) {
            field.label = Some(format!("Label of {}", field.name));
        }
        field
    }

    /// The input, and its text.
    pub fn input(&mut self, fields: &mut Vec<Field>) -> String {
        if self.priced {
            fields.push(Field { name: "priced_on".to_owned(), ty: Ty::Date, ..Field::default() });
        }
        if self.c.once_in(8) {
            self.has("currency among");
            let name = "paid_in".to_owned();
            fields.push(Field {
                name: name.clone(),
                ty: Ty::Zone,
                currencies: vec!["USD", "EUR", "JPY"],
                ..Field::default()
            });
            self.currencies.push(name);
        }
        for _ in 0..self.c.between(2, 7) {
            let field = self.field(true);
            fields.push(field);
        }
        if fields.iter().all(|field| !matches!(field.ty, Ty::Quantity(_))) {
            let ty = self.some_quantity();
            fields.push(Field { name: self.fresh("in_"), ty, ..Field::default() });
        }
        let known = fields.iter().filter(|field| field.currencies.is_empty());
        self.names.extend(known.map(|field| Name { text: field.name.clone(), ty: field.read_as() }));
        let mut text = "input {\n".to_owned();
        fields.iter().for_each(|field| text.push_str(&format!("  {field}\n")));
        text + "}\n"
    }

    /// A parameter, at times one with dates, and its text.
    pub fn parameter(&mut self) -> String {
        let name = self.fresh("price_");
        let ty = match self.c.below(3) {
            0 => Ty::Percent,
            1 => self.some_rate_type(),
            _ => self.some_magnitude(),
        };
        let value = |w: &mut Self| Self::magnitude(&ty, w.decimal());
        if !self.c.once_in(3) {
            self.has("parameter");
            let stated = if ty == Ty::Number || self.c.once_in(2) { format!(" : {ty}") } else { String::new() };
            let reason = if self.c.once_in(3) { " because \"Price list 7\"" } else { "" };
            let text = format!("parameter {name}{stated} = {}{reason}\n", value(self));
            self.names.push(Name { text: name, ty });
            return text;
        }
        self.has("dated parameter");
        let mut day = Day::of(2024, 1, 1).moved(self.c.between(0, 366) as i64);
        let mut text = format!("parameter {name} : {ty} {{\n");
        for _ in 0..self.c.between(1, 4) {
            self.landmark(&Ty::Date, Landmark::Day(day));
            let reason = if self.c.once_in(4) { " because \"Index\"" } else { "" };
            text.push_str(&format!("  from {day} {}{reason}\n", value(self)));
            day = day.moved(self.c.between(1, 500) as i64);
        }
        if self.priced {
            self.names.push(Name { text: name.clone(), ty: ty.clone() });
        }
        self.dated.push(Name { text: name, ty });
        text + "}\n"
    }

    /// A `let`, and its text.
    pub fn definition(&mut self, depth: u32) -> String {
        if self.c.once_in(4)
            && let Some(shape) = self.shape(depth)
        {
            return shape;
        }
        self.has("let");
        let mut ty = self.some_type();
        let mut value = None;
        match self.c.below(8) {
            6 => ty = ty.list(),
            // Only what says `if any` is known to be absent at times.
            7 if ty.is_ordered() => {
                value = self.optional_form(&ty, depth).map(|piece| piece.text);
                ty = if value.is_some() { ty.optional() } else { ty };
            }
            _ => {}
        }
        let value = value.unwrap_or_else(|| self.expr(&ty, depth).text);
        let name = self.fresh("d");
        // A list of whole numbers, or an absent value, is known by its type.
        let stated = match &ty {
            Ty::Number | Ty::Integer | Ty::List(_) | Ty::Record(_) => true,
            Ty::Optional(_) => false,
            _ => self.c.once_in(3),
        };
        let stated = if stated { format!(" : {ty}") } else { String::new() };
        self.names.push(Name { text: name.clone(), ty });
        format!("let {name}{stated} = {value}\n")
    }

    /// A function, and its text.
    pub fn function(&mut self, depth: u32) -> String {
        self.has("function");
        let (name, result) = (self.fresh("function_"), self.some_type());
        let mut params = Vec::new();
        for _ in 0..self.c.between(1, 2) {
            params.push((self.fresh("given_"), self.some_type()));
        }
        // A function knows all names; here it is made of what it is given, and of what was before it.
        let before = self.names.len();
        self.names.extend(params.iter().map(|(name, ty)| Name { text: name.clone(), ty: ty.clone() }));
        let value = self.expr(&result, depth).text;
        self.names.truncate(before);
        let shown: Vec<String> = params.iter().map(|(name, ty)| format!("{name} : {ty}")).collect();
        let stated =
            if matches!(result, Ty::Number) || self.c.once_in(2) { format!(" -> {result}") } else { String::new() };
        let text = format!("function {name}({}){stated} = {value}\n", shown.join(", "));
        self.functions.push(Function { name, params: params.into_iter().map(|param| param.1).collect(), result });
        text
    }

    pub fn output(&mut self, depth: u32) -> String {
        self.has("output");
        let mut ty = self.some_type();
        if self.c.once_in(6) {
            ty = ty.list();
        }
        let value = match self.c.once_in(2) {
            true => self.named(&ty).map(|piece| piece.text),
            false => None,
        };
        let value = value.unwrap_or_else(|| self.expr(&ty, depth).text);
        format!("output {} : {ty} = {value}\n", self.fresh("out_"))
    }
}
