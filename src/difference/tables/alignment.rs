//! Two editions of a table brought to the same columns, units and numbers of members.

use super::Edition;
use crate::table::{Cell, Column, Ends, HitPolicy, Index, Origin, Role, RowsBuilder, Table};
use crate::types::{EnumId, Type};
use crate::value::{Number, Value};
use std::collections::HashMap;

/// A column of the common table: where it stands in each edition.
pub(super) struct Common {
    pub name: String,
    pub role: Role,
    pub old: Option<usize>,
    pub new: Option<usize>,
}

/// The columns of both: all keys, and the values that both have.
pub(super) fn common(old: Edition<'_>, new: Edition<'_>) -> Option<Vec<Common>> {
    let mut columns = Vec::new();
    for (at, column) in old.table.columns.iter().enumerate() {
        let there = new.table.columns.iter().position(|other| other.name == column.name);
        let newer = there.and_then(|there| new.table.columns.get(there));
        if column.role == Role::Value && newer.is_none_or(|newer| newer.role != Role::Value) {
            continue;
        }
        let role = match newer {
            Some(newer) => {
                conversion(old, new, &newer.ty, &column.ty)?;
                together(column.role, newer.role)?
            }
            None => column.role,
        };
        columns.push(Common { name: column.name.clone(), role, old: Some(at), new: there });
    }
    for (at, column) in new.table.columns.iter().enumerate() {
        if column.role != Role::Value && old.table.columns.iter().all(|other| other.name != column.name) {
            columns.push(Common { name: column.name.clone(), role: column.role, old: None, new: Some(at) });
        }
    }
    // Keys, then periods, then values, as every table has them.
    columns.sort_by_key(|column| match column.role {
        Role::Valid => 1,
        Role::Value => 2,
        _ => 0,
    });
    Some(columns)
}

/// The way of matching that says what both say.
fn together(a: Role, b: Role) -> Option<Role> {
    match (a, b) {
        (a, b) if a == b => Some(a),
        (Role::Exact, Role::Range) | (Role::Range, Role::Exact) => Some(Role::Range),
        _ => None,
    }
}

/// By what numbers of one type are multiplied to be numbers of another; `None` where the types have nothing in common.
pub(super) fn conversion(to_edition: Edition<'_>, from_edition: Edition<'_>, from: &Type, to: &Type) -> Option<Number> {
    match (from.present(), to.present()) {
        (Type::In(from), Type::In(to)) => {
            let (a, b) = (&from_edition.program.units, &to_edition.program.units);
            let reading = |edition: Edition<'_>, unit| {
                crate::difference::reading::Reading::new(edition.program, edition.names).dimension(unit)
            };
            let same = reading(from_edition, from) == reading(to_edition, to);
            same.then(|| a.factor(from).ok()?.div(&b.factor(to).ok()?).ok()).flatten()
        }
        (Type::Number | Type::Integer, Type::Number | Type::Integer) => Some(Number::ONE),
        (Type::Enum(a), Type::Enum(b)) => {
            let name = |edition: Edition<'_>, id: &EnumId| edition.names.member(*id, 0).0;
            (name(from_edition, a) == name(to_edition, b)).then_some(Number::ONE)
        }
        (Type::List(a), Type::List(b)) => conversion(to_edition, from_edition, a, b),
        (Type::Record(a), Type::Record(b)) => (a.name == b.name).then_some(Number::ONE),
        (Type::Enum(_) | Type::In(_), _) | (_, Type::Enum(_) | Type::In(_)) => None,
        (a, b) => (a == b).then_some(Number::ONE),
    }
}

/// The members of enumerations under numbers that both editions share.
pub(super) struct Members {
    /// Enumeration and member to their number.
    numbers: HashMap<(String, String), u32>,
    /// The members of each enumeration by number.
    pub names: HashMap<String, Vec<String>>,
}

impl Members {
    pub fn of(old: Edition<'_>, new: Edition<'_>) -> Members {
        let mut members = Members { numbers: HashMap::new(), names: HashMap::new() };
        for edition in [old, new] {
            for (id, one) in edition.program.enums.iter().enumerate() {
                for member in 0..one.members.len() {
                    let (name, member) = edition.names.member(EnumId(id as u32), member as u32);
                    let list = members.names.entry(name.clone()).or_default();
                    members.numbers.entry((name, member.clone())).or_insert_with(|| {
                        list.push(member);
                        list.len().saturating_sub(1) as u32
                    });
                }
            }
        }
        members
    }

    /// How many members both editions know of an enumeration.
    pub fn count(&self, edition: Edition<'_>, ty: &Type) -> usize {
        let Type::Enum(id) = ty.present() else { return 0 };
        let (name, _) = edition.names.member(*id, 0);
        self.names.get(&name).map_or(0, Vec::len)
    }

    fn value(&self, edition: Edition<'_>, value: &Value, ty: &Type, by: &Number) -> Option<Value> {
        Some(match (value, ty.present()) {
            (Value::Number(number), _) => Value::Number(number.mul(by).ok()?),
            (Value::Member(member), Type::Enum(id)) => {
                Value::Member(*self.numbers.get(&edition.names.member(*id, *member))?)
            }
            (Value::List(values), Type::List(element)) => {
                let values = values.iter().map(|value| self.value(edition, value, element, by));
                Value::list(values.collect::<Option<Vec<_>>>()?)
            }
            (value, _) => value.clone(),
        })
    }

    fn cell(&self, edition: Edition<'_>, cell: &Cell, ty: &Type, by: &Number) -> Option<Cell> {
        let one = |value: &Value| self.value(edition, value, ty, by);
        let end = |end: &Option<(Value, bool)>| match end {
            Some((value, included)) => one(value).map(|value| Some((value, *included))),
            None => Some(None),
        };
        Some(match cell {
            Cell::Value(value) => Cell::Value(one(value)?),
            Cell::OneOf(values) => Cell::OneOf(values.iter().map(one).collect::<Option<Vec<_>>>()?.into()),
            Cell::Range(ends) => Cell::Range(Box::new(Ends { low: end(&ends.low)?, high: end(&ends.high)? })),
            Cell::Any | Cell::Exactly(_) | Cell::Period(_) => cell.clone(),
        })
    }
}

/// An edition of the table with the common columns, in the units of the older one; its rows keep their places.
pub(super) fn rebuilt(
    edition: Edition<'_>,
    columns: &[Common],
    place: &dyn Fn(&Common) -> Option<usize>,
    members: &Members,
    old: Edition<'_>,
) -> Option<Table> {
    let table = edition.table;
    let mut builder = RowsBuilder::new(columns.len());
    // Each distinct cell is brought over once.
    let mut ids: Vec<Option<Vec<u32>>> = Vec::with_capacity(columns.len());
    for (at, common) in columns.iter().enumerate() {
        let Some(from) = place(common) else {
            ids.push(None);
            builder.intern(at, Cell::Any);
            continue;
        };
        let column = table.columns.get(from)?;
        let wanted = common.old.and_then(|at| old.table.columns.get(at)).map_or(&column.ty, |column| &column.ty);
        let by = if common.old.is_some() { conversion(old, edition, &column.ty, wanted)? } else { Number::ONE };
        let cells = table.distinct(from as u16).iter();
        let cells = cells.map(|cell| Some(builder.intern(at, members.cell(edition, cell, &column.ty, &by)?)));
        ids.push(Some(cells.collect::<Option<Vec<u32>>>()?));
    }
    for row in 0..table.len() as u32 {
        let cells = columns.iter().zip(&ids).map(|(common, ids)| {
            let id = place(common).and_then(|from| table.cell_id(row, from as u16));
            ids.as_ref().zip(id).and_then(|(ids, id)| ids.get(id as usize)).copied().unwrap_or(0)
        });
        let span = table.rows.span(row).unwrap_or(table.span);
        let origin = Origin { number: row.saturating_add(1), span, because: None };
        builder.push_ids(cells.collect::<Vec<_>>(), origin);
    }
    let policy = match &table.policy {
        HitPolicy::Priority(highest, column) => {
            let at = columns.iter().position(|common| place(common) == Some(usize::from(*column)))?;
            HitPolicy::Priority(*highest, at as u16)
        }
        other => other.clone(),
    };
    let column = |common: &Common| {
        let known = place(common).and_then(|at| table.columns.get(at));
        let (ty, span) = known.map_or((Type::Unknown, table.span), |column| (column.ty.clone(), column.span));
        Column { name: common.name.clone(), role: common.role, ty, span }
    };
    Some(Table {
        name: table.name.clone(),
        columns: columns.iter().map(column).collect(),
        policy,
        rows: builder.build(),
        default: table.default.clone(),
        index: Index::default(),
        span: table.span,
    })
}
