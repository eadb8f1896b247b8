//! What is known while a rule set is written: names in scope, declared things, thresholds met; and pieces of text with how tightly they bind.

use super::choices::Choices;
use super::decimal::{Day, Decimal};
use super::types::Ty;
use std::collections::{BTreeMap, BTreeSet};

/// A construct of the language that a program has.
pub type Feature = &'static str;

/// How tightly a piece of an expression binds; loosest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// With stages, a conversion, or a form that takes all that follows.
    Stages,
    If,
    Otherwise,
    Or,
    And,
    Not,
    Comparison,
    Sum,
    Product,
    Of,
    /// With a sign or a date of its own.
    Unary,
    Primary,
}

/// A piece of an expression.
#[derive(Debug, Clone)]
pub struct Piece {
    pub text: String,
    pub level: Level,
}

impl Piece {
    pub fn new(text: impl Into<String>, level: Level) -> Self {
        Piece { text: text.into(), level }
    }

    pub fn primary(text: impl Into<String>) -> Self {
        Piece::new(text, Level::Primary)
    }

    /// As it stands where something at least as tight is wanted.
    pub fn at(self, least: Level) -> String {
        if self.level >= least { self.text } else { format!("({})", self.text) }
    }
}

/// A name in scope.
#[derive(Debug, Clone)]
pub struct Name {
    pub text: String,
    pub ty: Ty,
}

/// A value near which something changes, as inputs are drawn to it.
#[derive(Debug, Clone, PartialEq)]
pub enum Landmark {
    Number(Decimal, String),
    Day(Day),
    Text(String),
    /// A time of day, in seconds.
    Time(i64),
    /// Seconds since 1970.
    Instant(i64),
}

/// A table that can be looked up.
#[derive(Debug, Clone)]
pub struct TableForm {
    pub name: String,
    pub keys: Vec<Ty>,
    /// What can be read of a row, besides, the values first.
    pub columns: Vec<(String, Ty)>,
    /// The names of the keys that a row does not tell.
    pub policy: Policy,
    /// Whether rows or the table have periods.
    pub dated: bool,
}

/// What a look-up gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    Row,
    /// Of `collect`.
    Rows,
    Count,
    /// A row of aggregated values.
    Aggregate,
}

/// A function, or tiers.
#[derive(Debug, Clone)]
pub struct Function {
    pub name: String,
    pub params: Vec<Ty>,
    pub result: Ty,
}

/// The state of a program that is being written.
pub struct Writer<'c> {
    pub c: &'c mut Choices,
    pub features: BTreeSet<Feature>,
    pub names: Vec<Name>,
    pub landmarks: BTreeMap<String, Vec<Landmark>>,
    pub enums: Vec<(String, Vec<String>)>,
    pub records: Vec<(String, Vec<super::inputs::Field>)>,
    /// Quantities in declared units.
    pub units: Vec<Ty>,
    pub tables: Vec<TableForm>,
    pub functions: Vec<Function>,
    /// Dated parameters, which `on` can read.
    pub dated: Vec<Name>,
    pub calendars: Vec<String>,
    pub windows: Vec<String>,
    /// The currencies in use, the rule set's own first.
    pub currencies: Vec<String>,
    /// Whether the rule set is priced on a date.
    pub priced: bool,
    pub tags: Vec<String>,
    /// The tag of the charge that is being written.
    pub tagging: Option<String>,
    /// Tags that are summed up somewhere, which nothing behind it can have.
    pub summed: BTreeSet<String>,
    /// Charges that may be absent, which only some forms may name.
    pub conditional: Vec<Name>,
    /// Names that something refers to.
    pub used: BTreeSet<String>,
    next: BTreeMap<&'static str, usize>,
}

impl<'c> Writer<'c> {
    pub fn new(c: &'c mut Choices) -> Self {
        Writer {
            c,
            features: BTreeSet::new(),
            names: Vec::new(),
            landmarks: BTreeMap::new(),
            enums: Vec::new(),
            records: Vec::new(),
            units: Vec::new(),
            tables: Vec::new(),
            functions: Vec::new(),
            dated: Vec::new(),
            calendars: Vec::new(),
            windows: Vec::new(),
            currencies: vec!["USD".to_owned()],
            priced: false,
            tags: Vec::new(),
            tagging: None,
            summed: BTreeSet::new(),
            conditional: Vec::new(),
            used: BTreeSet::new(),
            next: BTreeMap::new(),
        }
    }

    pub fn has(&mut self, feature: Feature) {
        self.features.insert(feature);
    }

    /// A name that was not there before.
    pub fn fresh(&mut self, prefix: &'static str) -> String {
        let number = self.next.entry(prefix).or_default();
        *number = number.saturating_add(1);
        format!("{prefix}{number}")
    }

    /// The rule set's own currency.
    pub fn currency(&self) -> String {
        self.currencies.first().cloned().unwrap_or_default()
    }

    pub fn money(&self) -> Ty {
        Ty::Money(self.currency())
    }

    pub fn landmark(&mut self, ty: &Ty, landmark: Landmark) {
        let known = self.landmarks.entry(ty.kind()).or_default();
        if known.len() < 60 && !known.contains(&landmark) {
            known.push(landmark);
        }
    }

    /// All that can be named: the names in scope, and the fields of those that are records.
    fn paths(&self) -> Vec<Name> {
        let mut found = self.names.clone();
        let mut at = 0;
        // Fields of fields of names, and no deeper.
        while let Some(name) = found.get(at).cloned() {
            at = at.saturating_add(1);
            if name.text.matches('.').count() >= 2 {
                continue;
            }
            match &name.ty {
                Ty::Shape(fields) => found.extend(
                    fields.iter().map(|(field, ty)| Name { text: format!("{}.{field}", name.text), ty: ty.clone() }),
                ),
                Ty::Record(record) => found.extend(
                    self.fields_of(record)
                        .iter()
                        .map(|field| Name { text: format!("{}.{}", name.text, field.name), ty: field.read_as() }),
                ),
                _ => {}
            }
        }
        found
    }

    fn use_path(&mut self, path: &str) {
        self.used.insert(path.split('.').next().unwrap_or_default().to_owned());
    }

    /// Some name of the type, or field of one.
    pub fn named(&mut self, ty: &Ty) -> Option<Piece> {
        let found: Vec<Name> = self.paths().into_iter().filter(|name| name.ty.fits(ty)).collect();
        let name = self.c.one_of(&found)?.text.clone();
        self.use_path(&name);
        Some(Piece::primary(name))
    }

    /// Some plain name, without fields.
    pub fn plain_name(&mut self, fits: impl Fn(&Ty) -> bool) -> Option<Name> {
        let found: Vec<Name> = self.names.iter().filter(|name| fits(&name.ty)).cloned().collect();
        let name = self.c.one_of(&found)?.clone();
        self.used.insert(name.text.clone());
        Some(name)
    }

    /// Some list whose elements have any type of these.
    pub fn list_name(&mut self, fits: impl Fn(&Ty) -> bool) -> Option<(String, Ty)> {
        let found: Vec<(String, Ty)> = self
            .paths()
            .into_iter()
            .filter_map(|name| match name.ty {
                Ty::List(inner) if fits(&inner) => Some((name.text, *inner)),
                _ => None,
            })
            .collect();
        let (name, inner) = self.c.one_of(&found)?.clone();
        self.use_path(&name);
        Some((name, inner))
    }

    /// What is written while a name has a type.
    pub fn within<T>(&mut self, name: &str, ty: Ty, write: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.names.len();
        self.names.push(Name { text: name.to_owned(), ty });
        let written = write(self);
        self.names.truncate(before);
        written
    }

    /// What is written while a name that may be absent is known to be there.
    pub fn given<T>(&mut self, name: &str, write: impl FnOnce(&mut Self) -> T) -> T {
        let mut before = None;
        for known in self.names.iter_mut().filter(|known| known.text == name) {
            if let Ty::Optional(inner) = &known.ty {
                let inner = (**inner).clone();
                before = Some(std::mem::replace(&mut known.ty, inner));
            }
        }
        let written = write(self);
        if let Some(before) = before {
            for known in self.names.iter_mut().filter(|known| known.text == name) {
                known.ty = before.clone();
            }
        }
        written
    }

    /// The fields of a record type.
    pub fn fields_of(&self, record: &str) -> Vec<super::inputs::Field> {
        self.records.iter().find(|known| known.0 == record).map(|known| known.1.clone()).unwrap_or_default()
    }

    pub fn members_of(&self, list: &str) -> Vec<String> {
        self.enums.iter().find(|known| known.0 == list).map(|known| known.1.clone()).unwrap_or_default()
    }
}
