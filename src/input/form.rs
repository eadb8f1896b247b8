//! The form of a rule set's input, resolved once for reading: the fields of the input and of its records, and enumerations by name.
//!
//! A program in, targets out: each says which type is wanted, what it may be, and what it is made of. A rule set keeps one; memory of
//! earlier inputs is only used for the form that it was made for.

use super::texts::Seeded;
use crate::program::{Domain, EnumType, Expr, InputField, Program};
use crate::source::Span;
use crate::types::{EnumId, Type};
use std::collections::HashMap;
use std::sync::Arc;

/// The form of the input of one rule set.
#[derive(Debug)]
pub(crate) struct InputForm {
    input: Target,
    inputs: Vec<Field>,
    records: Vec<Vec<Field>>,
    members: Vec<HashMap<Arc<str>, u32, Seeded>>,
}

/// A field of the input or of a record.
#[derive(Debug)]
pub(super) struct Field {
    /// Its name in rules.
    pub(super) name: String,
    /// Its name on the wire.
    pub(super) wire: String,
    /// Its value where none is sent.
    pub(super) default: Option<Expr>,
    /// Whether it may be absent.
    pub(super) optional: bool,
    /// Where it is declared.
    pub(super) span: Span,
    /// What is read into it.
    pub(super) target: Target,
}

/// What is being read: the whole input, or a value of a type.
#[derive(Debug)]
pub(super) struct Target {
    /// Its type without `?`; unknown for the whole input.
    pub(super) ty: Type,
    /// What it may be.
    pub(super) domain: Domain,
    /// Whether the domain leaves anything out.
    pub(super) limited: bool,
    /// What is taken as it comes.
    pub(super) plain: Plain,
    /// Whether `null` stands for a value that is not sent.
    pub(super) nullable: bool,
    /// What it is made of.
    pub(super) parts: Parts,
}

/// Which values a target takes as they come, for its type is all that limits them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plain {
    /// Any number.
    Number,
    /// Any whole number.
    Integer,
    /// Any percent.
    Percent,
    /// Yes and no.
    YesNo,
    /// Any text.
    Text,
    /// Any member of its enumeration.
    Member,
    /// Any date.
    Date,
    /// Any time of day.
    Time,
    /// Any instant.
    Instant,
    /// None.
    Nothing,
}

impl Plain {
    /// What is taken as it comes by a type.
    const fn of(ty: &Type, limited: bool) -> Self {
        match ty {
            _ if limited => Plain::Nothing,
            Type::Number | Type::In(_) => Plain::Number,
            Type::Integer => Plain::Integer,
            Type::Percent => Plain::Percent,
            Type::YesNo => Plain::YesNo,
            Type::Text => Plain::Text,
            Type::Enum(_) => Plain::Member,
            Type::Date => Plain::Date,
            Type::Time => Plain::Time,
            Type::Instant => Plain::Instant,
            _ => Plain::Nothing,
        }
    }
}

/// What a target is made of.
#[derive(Debug)]
pub(super) enum Parts {
    /// One value.
    None,
    /// The fields of the input.
    Input,
    /// The fields of a declared record, by its place in the program.
    Record(usize),
    /// Elements; the domain of a list is that of its elements.
    List(Box<Target>),
}

/// A number of its own, such as that of a quantity in parts.
pub(super) static NUMBER: Target = any(Type::Number);

/// A text of its own, such as the unit of a quantity in parts.
pub(super) static TEXT: Target = any(Type::Text);

/// A value of a type without parts and without a domain.
const fn any(ty: Type) -> Target {
    let domain = Domain { low: None, high: None, matching: None, currencies: Vec::new() };
    let plain = Plain::of(&ty, false);
    Target { ty, domain, limited: false, plain, nullable: false, parts: Parts::None }
}

impl InputForm {
    /// What is to know of a program.
    pub(crate) fn new(program: &Program) -> Self {
        let fields = |fields: &[InputField]| fields.iter().map(|field| Field::new(program, field)).collect::<Vec<_>>();
        InputForm {
            input: Target { parts: Parts::Input, ..any(Type::Unknown) },
            inputs: fields(&program.inputs),
            records: program.record_fields.iter().map(|record| fields(record)).collect(),
            members: program.enums.iter().map(members).collect(),
        }
    }

    /// The whole input.
    pub(super) fn input(&self) -> &Target {
        &self.input
    }

    /// The fields of the record that is being read, where it is one.
    #[inline]
    pub(super) fn fields_of(&self, target: &Target) -> Option<&[Field]> {
        match target.parts {
            Parts::Input => Some(&self.inputs),
            Parts::Record(at) => self.records.get(at).map(Vec::as_slice),
            Parts::List(_) | Parts::None => None,
        }
    }

    /// The member of an enumeration with a name.
    pub(super) fn member(&self, id: EnumId, name: &str) -> Option<u32> {
        self.members.get(id.0 as usize)?.get(name).copied()
    }
}

fn members(declared: &EnumType) -> HashMap<Arc<str>, u32, Seeded> {
    let names = declared.members.iter().map(|(name, _)| name.clone());
    names.zip(0..).collect()
}

impl Field {
    fn new(program: &Program, field: &InputField) -> Self {
        let InputField { name, wire, ty, domain, default, span, .. } = field;
        let optional = matches!(ty, Type::Optional(_));
        let target = Target::new(program, ty, domain, optional || default.is_some());
        Field { name: name.clone(), wire: wire.clone(), default: default.clone(), optional, span: *span, target }
    }
}

impl Target {
    fn new(program: &Program, ty: &Type, domain: &Domain, nullable: bool) -> Self {
        let parts = match ty.present() {
            Type::List(element) => {
                let optional = matches!(**element, Type::Optional(_));
                Parts::List(Box::new(Target::new(program, element, domain, optional)))
            }
            Type::Record(record) => match program.records.iter().position(|known| known.name == record.name) {
                Some(at) => Parts::Record(at),
                None => Parts::None,
            },
            _ => Parts::None,
        };
        let Domain { low, high, matching, currencies } = domain;
        let limited = low.is_some() || high.is_some() || matching.is_some() || !currencies.is_empty();
        let (ty, domain) = (ty.present().clone(), domain.clone());
        Target { plain: Plain::of(&ty, limited), ty, domain, limited, nullable, parts }
    }

    /// An element of the list that is being read.
    #[inline]
    pub(super) fn element(&self) -> Option<&Target> {
        match &self.parts {
            Parts::List(element) => Some(element),
            _ => None,
        }
    }

    /// Whether it is the whole input.
    pub(super) fn is_input(&self) -> bool {
        matches!(self.parts, Parts::Input)
    }

    /// Whether it is a record or a list.
    #[inline]
    pub(super) fn has_parts(&self) -> bool {
        !matches!(self.parts, Parts::None)
    }

    /// Whether it may be sent as an object of number and unit.
    pub(super) fn has_unit(&self) -> bool {
        matches!(self.ty, Type::In(_) | Type::Percent)
    }
}
