//! What the numbered things of a program are called in a comparison.
//!
//! A program refers to things by number, two programs agree only in names. A name that the newer edition changed stands here as the
//! older one, so that what uses it is found equal. A base's replaced item, which keeps its name, is called `base.NAME`.

use super::Kind;
use crate::program::{DefinitionId, Program};
use crate::types::EnumId;
use std::collections::{HashMap, HashSet};

/// Names that were changed: kind and newer name to the older one.
pub(super) type Renames = HashMap<(Kind, String), String>;

/// The names of a program's things.
#[derive(Debug)]
pub(super) struct Names {
    lists: HashMap<Kind, Vec<String>>,
    /// Which definitions are outputs.
    outputs: HashSet<u32>,
    members: Vec<Vec<String>>,
}

impl Names {
    /// The names of a program, with those that were changed as they were before.
    pub fn of_program(program: &Program, renames: &Renames) -> Names {
        let outputs: HashSet<u32> = program.outputs.iter().map(|output| output.definition.0).collect();
        let list = |kind: Kind, names: &mut dyn Iterator<Item = &str>| (kind, distinct(kind, names, renames));
        let mut charges = program.charges.iter().map(|charge| &*charge.code);
        let lists = [
            list(Kind::Input, &mut program.inputs.iter().map(|field| field.name.as_str())),
            list(Kind::Let, &mut program.definitions.iter().map(|definition| definition.name.as_str())),
            list(Kind::Parameter, &mut program.parameters.iter().map(|parameter| parameter.name.as_str())),
            list(Kind::Table, &mut program.tables.iter().map(|table| table.name.as_str())),
            list(Kind::Function, &mut program.functions.iter().map(|function| function.name.as_str())),
            list(Kind::HostFunction, &mut program.hosts.iter().map(|host| host.name.as_str())),
            list(Kind::Tiers, &mut program.tiers.iter().map(|tiers| tiers.name.as_str())),
            list(Kind::Calendar, &mut program.calendars.iter().map(|calendar| calendar.name.as_str())),
            list(Kind::Windows, &mut program.windows.iter().map(|windows| windows.name.as_str())),
            list(Kind::Enumeration, &mut program.enums.iter().map(|one| one.name.as_str())),
            list(Kind::Charge, &mut charges),
        ];
        let members = program.enums.iter().map(|one| one.members.iter().map(|(name, _)| name.to_string()).collect());
        Names { lists: lists.into_iter().collect(), outputs, members: members.collect() }
    }

    /// The name of a thing by its number.
    pub fn of(&self, kind: Kind, number: u32) -> String {
        self.all(kind).get(number as usize).cloned().unwrap_or_else(|| number.to_string())
    }

    /// The names of all things of a kind, in their order.
    pub fn all(&self, kind: Kind) -> &[String] {
        self.lists.get(&kind).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a definition is a let or an output.
    pub fn definition(&self, id: DefinitionId) -> Kind {
        if self.outputs.contains(&id.0) { Kind::Output } else { Kind::Let }
    }

    /// An enumeration and a member of it.
    pub fn member(&self, id: EnumId, member: u32) -> (String, String) {
        let known = self.members.get(id.0 as usize).and_then(|members| members.get(member as usize));
        (self.of(Kind::Enumeration, id.0), known.cloned().unwrap_or_else(|| member.to_string()))
    }
}

fn distinct(kind: Kind, names: &mut dyn Iterator<Item = &str>, renames: &Renames) -> Vec<String> {
    let mut seen = HashSet::new();
    names
        .map(|name| {
            let known = renames.get(&(kind, name.to_string())).cloned();
            let mut shown = known.unwrap_or_else(|| name.to_string());
            while !seen.insert(shown.clone()) {
                shown = format!("base.{shown}");
            }
            shown
        })
        .collect()
}
