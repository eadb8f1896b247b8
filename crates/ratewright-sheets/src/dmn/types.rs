//! Types: what DMN calls a type, and the type of the rules that stands for it.
//!
//! An item definition with components becomes a record; one with allowed values becomes a type with a domain, which is checked where the
//! value is sent. What has no counterpart is refused with the reason.

use super::cells;
use super::feel::{self, Known};
use super::model::Item;
use super::names::{Names, label, quoted};
use super::report::Refused;
use super::values::Values;
use std::collections::HashMap;
use std::fmt::Write;

/// The type of a value in the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    Number,
    Text,
    YesNo,
    Date,
    Time,
    /// A value that is carried as its text and cannot be used: DMN has the type, the rules have not.
    Opaque,
    /// A record, by its place in [`Types::records`].
    Record(usize),
    List(Box<Type>),
}

/// A type with what is known of its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Resolved {
    pub(super) ty: Type,
    /// The only values that it may have.
    pub(super) domain: Option<Values>,
    /// Whether `null` is one of the allowed values.
    pub(super) nullable: bool,
}

/// A record of the rules.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) name: String,
    pub(super) fields: Vec<Field>,
}

/// A field of a record.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// Its name in DMN and on the wire.
    pub(super) component: String,
    pub(super) name: String,
    pub(super) resolved: Resolved,
}

/// The types of a model.
#[derive(Debug, Default, Clone)]
pub(super) struct Types {
    items: Vec<Item>,
    pub(super) records: Vec<Record>,
    known: HashMap<String, Result<Option<Resolved>, Refused>>,
    open: Vec<String>,
}

impl Type {
    /// All values of the type, where sets of them can be told apart.
    pub(super) fn all(&self) -> Option<Values> {
        match self {
            Type::Number | Type::Date | Type::Time => Some(Values::all_ordered()),
            Type::Text => Some(Values::all_texts()),
            Type::YesNo => Some(Values::both()),
            Type::Opaque | Type::Record(_) | Type::List(_) => None,
        }
    }

    /// The type in words.
    pub(super) fn words(&self) -> &'static str {
        match self {
            Type::Number => "a number",
            Type::Text => "a text",
            Type::YesNo => "a yes/no",
            Type::Date => "a date",
            Type::Time => "a time",
            Type::Opaque => "an instant or a duration",
            Type::Record(_) => "a context",
            Type::List(_) => "a list",
        }
    }
}

impl Resolved {
    pub(super) fn plain(ty: Type) -> Self {
        Resolved { ty, domain: None, nullable: false }
    }
}

impl Types {
    pub(super) fn new(items: Vec<Item>) -> Self {
        Types { items, ..Types::default() }
    }

    /// Every name that may stand after a dot.
    pub(super) fn components(&self) -> Vec<String> {
        fn add(item: &Item, names: &mut Vec<String>) {
            for component in &item.components {
                names.push(component.name.clone());
                add(component, names);
            }
        }
        let mut names = Vec::new();
        for item in &self.items {
            add(item, &mut names);
        }
        names.retain(|name| name.contains(|c: char| !c.is_alphanumeric()));
        names.sort();
        names.dedup();
        names
    }

    /// What a type reference means; `None` where it says nothing (`Any`).
    pub(super) fn resolve(&mut self, reference: &str, names: &mut Names) -> Result<Option<Resolved>, Refused> {
        if let Some(item) = self.items.iter().find(|item| item.name == reference).cloned() {
            if let Some(known) = self.known.get(reference) {
                return known.clone();
            }
            if self.open.iter().any(|open| open == reference) || self.open.len() > 30 {
                return Err(Refused::new(
                    format!("the type `{reference}` is made of itself"),
                    "types of rules cannot be: take the recursion out",
                ));
            }
            self.open.push(reference.to_owned());
            let found = self.item(&item, &item.name, names, 0).map_err(|refused| refused.at(item.place));
            self.open.pop();
            self.known.insert(reference.to_owned(), found.clone());
            return found;
        }
        simple(reference).map(|ty| ty.map(Resolved::plain))
    }

    fn item(&mut self, item: &Item, path: &str, names: &mut Names, depth: usize) -> Result<Option<Resolved>, Refused> {
        if item.function || depth > 20 {
            return Err(Refused::new(
                format!("the type `{path}` is one of functions, or nests too deep"),
                "rules have no functions as values",
            ));
        }
        let base = if item.components.is_empty() {
            match &item.type_ref {
                Some(reference) => self.resolve(reference, names)?,
                None => None,
            }
        } else {
            Some(Resolved::plain(self.record(item, path, names, depth)?))
        };
        let Some(mut found) = base else { return Ok(None) };
        if let Some(allowed) = item.allowed.as_ref().filter(|allowed| !allowed.text.is_empty()) {
            let tests =
                feel::unary_tests(&allowed.text, &Known::default()).map_err(|refused| refused.at(allowed.place))?;
            if let Some(tests) = tests {
                let (values, nullable) =
                    cells::allowed(&tests, &found.ty).map_err(|refused| refused.at(allowed.place))?;
                found.domain = Some(match &found.domain {
                    Some(domain) => domain.and(&values),
                    None => values,
                });
                found.nullable = nullable;
            }
        }
        if item.collection {
            if found.nullable {
                return Err(Refused::new(
                    format!("the elements of `{path}` may be null"),
                    "take null out of its allowed values",
                ));
            }
            // The domain of a list is that of its elements.
            found.ty = Type::List(Box::new(found.ty));
        }
        Ok(Some(found))
    }

    fn record(&mut self, item: &Item, path: &str, names: &mut Names, depth: usize) -> Result<Type, Refused> {
        let mut fields = Vec::new();
        let mut field_names = Names::default();
        for component in &item.components {
            let inner = format!("{path} {}", component.name);
            let plain = component.components.is_empty() && !component.collection && component.allowed.is_none();
            let resolved = match &component.type_ref {
                Some(reference) if plain && unlike(reference) => Some(Resolved::plain(Type::Opaque)),
                _ => self
                    .item(component, &inner, names, depth.saturating_add(1))
                    .map_err(|refused| refused.at(component.place))?,
            };
            let Some(resolved) = resolved else {
                return Err(Refused::new(
                    format!("the type of `{}` in `{path}` is not stated", component.name),
                    "give it a type",
                )
                .at(component.place));
            };
            let name = field_names.take(&component.name);
            fields.push(Field { component: component.name.clone(), name, resolved });
        }
        Ok(self.add_record(path, fields, names))
    }

    /// A new record.
    pub(super) fn add_record(&mut self, label: &str, fields: Vec<Field>, names: &mut Names) -> Type {
        let name = capitalised(&names.take(label));
        self.records.push(Record { name, fields });
        Type::Record(self.records.len().saturating_sub(1))
    }

    /// The record among the types that has exactly these components, in any order.
    pub(super) fn record_of(&self, ty: &Type) -> Option<&Record> {
        match ty {
            Type::Record(at) => self.records.get(*at),
            _ => None,
        }
    }

    /// The type as the rules write it.
    pub(super) fn write(&self, ty: &Type) -> String {
        match ty {
            Type::Number => "number".into(),
            Type::Text | Type::Opaque => "text".into(),
            Type::YesNo => "yes/no".into(),
            Type::Date => "date".into(),
            Type::Time => "time".into(),
            Type::Record(at) => self.records.get(*at).map(|record| record.name.clone()).unwrap_or_default(),
            Type::List(of) => format!("list of {}", self.write(of)),
        }
    }

    /// A field of the input or a record: `age : number named "Applicant Age" from 0 through 120`.
    pub(super) fn field(&self, name: &str, wire: &str, resolved: &Resolved) -> Result<String, Refused> {
        let mut line = format!("{name} : {}{}", self.write(&resolved.ty), if resolved.nullable { "?" } else { "" });
        if name != wire {
            let wire = quoted(wire)
                .ok_or_else(|| Refused::new("a name cannot be written in rules", "give it another name"))?;
            let _ = write!(line, " named {wire}");
        }
        if let Some(domain) = resolved.domain.as_ref().filter(|domain| !domain.is_all()) {
            line.push_str(&door(domain, &resolved.ty)?);
        }
        Ok(line)
    }

    /// The record's declaration.
    pub(super) fn declaration(&self, record: &Record) -> Result<String, Refused> {
        let fields: Result<Vec<String>, Refused> =
            record.fields.iter().map(|field| self.field(&field.name, &field.component, &field.resolved)).collect();
        Ok(format!("record {} {{\n  {}\n}}\n", record.name, fields?.join("\n  ")))
    }
}

/// What is checked where a value is sent.
fn door(domain: &Values, ty: &Type) -> Result<String, Refused> {
    let cannot = || {
        Refused::new(
            "its allowed values are not one range, or a list of texts",
            "rules check one range or a list of texts: state them so",
        )
    };
    match domain {
        Values::Ordered(intervals) if !matches!(ty, Type::List(_)) => match intervals.as_slice() {
            [one] => Ok(format!(" {}", cells::range(one))),
            _ => Err(cannot()),
        },
        _ if matches!(ty, Type::List(_)) => Err(Refused::new(
            "it is a list whose elements have allowed values",
            "the elements of a list are not checked in rules: take the allowed values out",
        )),
        Values::Texts { named, others: false } if !named.is_empty() => {
            let patterns: Vec<String> = named.iter().map(|text| pattern(text)).collect();
            let pattern = quoted(&patterns.join("|")).ok_or_else(cannot)?;
            Ok(format!(" matching {pattern}"))
        }
        _ => Err(cannot()),
    }
}

/// A text as a pattern that only it fits.
fn pattern(text: &str) -> String {
    let mut pattern = String::new();
    for character in text.chars() {
        if character.is_ascii_punctuation() && character != '_' && character != '-' && character != '/' {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

fn capitalised(name: &str) -> String {
    let mut characters = name.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// Whether a type is one of DMN's that rules have no counterpart for, and that is sent as a text.
fn unlike(reference: &str) -> bool {
    let plain = reference.rsplit(':').next().unwrap_or(reference);
    matches!(
        plain,
        "date and time"
            | "dateTime"
            | "days and time duration"
            | "dayTimeDuration"
            | "years and months duration"
            | "yearMonthDuration"
    )
}

/// A type that is built in. Prefixes such as `feel:` are left out.
pub(super) fn simple(reference: &str) -> Result<Option<Type>, Refused> {
    let plain = reference.rsplit(':').next().unwrap_or(reference);
    Ok(Some(match plain {
        "number" | "integer" | "long" | "double" => Type::Number,
        "string" => Type::Text,
        "boolean" => Type::YesNo,
        "date" => Type::Date,
        "time" => Type::Time,
        "Any" | "any" => return Ok(None),
        _ => {
            return Err(Refused::new(
                format!("the type {} has no counterpart", label(reference).replace('"', "`")),
                "use numbers, texts, booleans, dates, times and item definitions of these",
            ));
        }
    }))
}
