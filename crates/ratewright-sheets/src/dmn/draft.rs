//! A model's decisions and business knowledge models, each drafted once, what they require first.
//!
//! What cannot be drafted takes with it only what needs it. A business knowledge model becomes a function for each kind of arguments that
//! it is called with, since what may be absent is part of a type here.

use super::conform::fits;
use super::expression::{Translator, Typed};
use super::feel::{self, Known};
use super::model::{Decision, Feel, Logic, Model, Place, Table};
use super::names::{Names, label};
use super::report::{Imported, LeftOut, Note, Refused};
use super::result::OWN_RECORD;
use super::scope::{Scope, Variable};
use super::table::{self, Frame};
use super::types::{Resolved, Type, Types};
use super::xml::normal;
use std::collections::{BTreeMap, HashMap};

/// What a piece of the rules was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Owner {
    Decision(usize),
    Knowledge(usize),
}

/// A piece of the rules.
pub(super) struct Block {
    pub(super) owner: Owner,
    pub(super) text: String,
}

/// A value that the caller sends.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) wire: String,
    pub(super) resolved: Resolved,
    pub(super) used: bool,
}

#[derive(Clone)]
pub(super) enum Progress {
    Open,
    Done(Result<Typed, Refused>),
}

/// Drafts one model.
pub(super) struct Drafter<'m> {
    pub(super) model: &'m Model,
    pub(super) types: Types,
    pub(super) names: Names,
    /// What the rules' own check did not accept.
    pub(super) rejected: &'m BTreeMap<Owner, Refused>,
    pub(super) inputs: Vec<Result<Input, Refused>>,
    pub(super) implied: Vec<Input>,
    pub(super) decisions: HashMap<usize, Progress>,
    pub(super) outputs: BTreeMap<usize, Imported>,
    pub(super) functions: BTreeMap<(usize, String), Result<(String, Typed), Refused>>,
    pub(super) open_functions: Vec<usize>,
    pub(super) blocks: Vec<Block>,
    pub(super) notes: Vec<Note>,
}

impl<'m> Drafter<'m> {
    pub(super) fn new(model: &'m Model, rejected: &'m BTreeMap<Owner, Refused>) -> Self {
        let mut drafter = Drafter {
            model,
            types: Types::new(model.items.clone()),
            names: Names::default(),
            rejected,
            inputs: Vec::new(),
            implied: Vec::new(),
            decisions: HashMap::new(),
            outputs: BTreeMap::new(),
            functions: BTreeMap::new(),
            open_functions: Vec::new(),
            blocks: Vec::new(),
            notes: Vec::new(),
        };
        for input in &model.inputs {
            let found = drafter.resolve(input.type_ref.as_deref()).and_then(|resolved| {
                let stated = resolved.or_else(|| drafter.type_in_tables(&input.variable));
                stated.ok_or_else(|| {
                    Refused::new(format!("the type of the input `{}` is not stated", input.name), "give it a type")
                })
            });
            let found = found.map_err(|refused| refused.at(input.place)).and_then(|resolved| {
                drafter.types.field("x", &input.name, &resolved).map_err(|refused| refused.at(input.place))?;
                let name = drafter.names.take(&input.name);
                Ok(Input { name, wire: input.name.clone(), resolved, used: false })
            });
            drafter.inputs.push(found);
        }
        drafter
    }

    /// The type that tables state for an input whose own is not stated.
    fn type_in_tables(&mut self, name: &str) -> Option<Resolved> {
        let clauses = self.model.decisions.iter().filter_map(|decision| match &decision.logic {
            Logic::Table(table) => Some(table.inputs.iter()),
            _ => None,
        });
        let stated =
            clauses.flatten().find(|clause| normal(&clause.expression.text) == name && clause.type_ref.is_some());
        self.resolve(stated?.type_ref.as_deref()).ok().flatten()
    }

    pub(super) fn resolve(&mut self, reference: Option<&str>) -> Result<Option<Resolved>, Refused> {
        match reference {
            Some(reference) => self.types.resolve(reference, &mut self.names),
            None => Ok(None),
        }
    }

    /// The value of a decision, drafted when it is first asked for.
    pub(super) fn decision(&mut self, at: usize) -> Result<Typed, Refused> {
        match self.decisions.get(&at) {
            Some(Progress::Done(result)) => return result.clone(),
            Some(Progress::Open) => {
                return Err(Refused::new("it requires itself", "take one of the requirements of the circle out"));
            }
            None => {}
        }
        let Some(decision) = self.model.decisions.get(at) else {
            return Err(Refused::new("there is no such decision", "correct the requirement"));
        };
        self.decisions.insert(at, Progress::Open);
        let notes = self.notes.len();
        let result = match self.rejected.get(&Owner::Decision(at)) {
            Some(refused) => Err(refused.clone()),
            None if self.decisions.len() > 100 && self.depth() > 100 => {
                Err(Refused::new("more than 100 decisions require each other in a row", "shorten the row"))
            }
            None => self.draft_decision(at, decision).map_err(|refused| refused.at(decision.place)),
        };
        if result.is_err() {
            self.notes.truncate(notes);
        }
        self.decisions.insert(at, Progress::Done(result.clone()));
        result
    }

    fn depth(&self) -> usize {
        self.decisions.values().filter(|progress| matches!(progress, Progress::Open)).count()
    }

    fn draft_decision(&mut self, at: usize, decision: &'m Decision) -> Result<Typed, Refused> {
        let mut scope = self.scope(&decision.requires);
        if let Logic::Table(table) = &decision.logic {
            self.imply(table, &mut scope, &decision.name);
        }
        let stated = self.resolve(decision.type_ref.as_deref())?;
        let what = format!("decision \"{}\"", decision.name);
        let (value, declarations) =
            self.body(&decision.logic, &scope, &decision.name, stated.as_ref(), &what, decision.place)?;
        let name = self.names.take(&decision.name);
        let ty = self.types.write(&value.ty);
        let optional = if value.optional { "?" } else { "" };
        let shown = if name == decision.name { String::new() } else { format!(" {}", label(&decision.name)) };
        let text = format!("{declarations}output {name} : {ty}{optional} = {}{shown}\n", value.text);
        self.blocks.push(Block { owner: Owner::Decision(at), text });
        let fields = self.fields(&value.ty);
        self.outputs.insert(at, Imported { decision: decision.name.clone(), output: name.clone(), fields });
        Ok(Typed { optional: value.optional, domain: value.domain, ..Typed::atom(name, value.ty) })
    }

    /// The components of a record, or of a list of them, with their names in the rules.
    fn fields(&self, ty: &Type) -> Vec<(String, String)> {
        match ty {
            Type::List(of) => self.fields(of),
            ty => {
                let fields = self.types.record_of(ty).into_iter().flat_map(|record| &record.fields);
                fields.map(|field| (field.component.clone(), field.name.clone())).collect()
            }
        }
    }

    /// What a decision or business knowledge model requires.
    pub(super) fn scope(&mut self, requires: &[String]) -> Scope {
        let mut scope = Scope::default();
        for href in requires {
            let Some(id) = href.rsplit('#').next().filter(|id| !id.is_empty()) else { continue };
            if let Some(at) = self.model.inputs.iter().position(|input| input.id == id) {
                self.require_input(at, &mut scope);
            } else if let Some(at) = self.model.decisions.iter().position(|decision| decision.id == id) {
                let Some(decision) = self.model.decisions.get(at) else { continue };
                match self.decision(at) {
                    Ok(value) => scope.variables.push(Variable { name: decision.variable.clone(), value }),
                    Err(_) => {
                        let why = format!("it needs decision \"{}\", which is left out", decision.name);
                        scope.missing.push((decision.variable.clone(), Refused::new(why, "mend that one first")));
                    }
                }
            } else {
                let named = self.model.knowledge.iter().enumerate().filter(|(_, knowledge)| knowledge.id == id);
                scope.functions.extend(named.map(|(at, knowledge)| (knowledge.name.clone(), at)));
            }
        }
        self.known(&mut scope);
        scope
    }

    fn require_input(&mut self, at: usize, scope: &mut Scope) {
        let Some(declared) = self.model.inputs.get(at) else { return };
        match self.inputs.get_mut(at) {
            Some(Ok(input)) => {
                input.used = true;
                let value = Typed {
                    optional: input.resolved.nullable,
                    domain: input.resolved.domain.clone(),
                    ..Typed::atom(input.name.clone(), input.resolved.ty.clone())
                };
                scope.variables.push(Variable { name: declared.variable.clone(), value });
            }
            Some(Err(why)) => scope.missing.push((declared.variable.clone(), why.clone())),
            None => {}
        }
    }

    pub(super) fn known(&self, scope: &mut Scope) {
        let variables = scope.variables.iter().map(|variable| variable.name.clone());
        let missing = scope.missing.iter().map(|(name, _)| name.clone());
        let functions = scope.functions.iter().map(|(name, _)| name.clone());
        let names = variables.chain(missing).chain(functions).filter(|name| !name.is_empty()).collect();
        scope.known = Known { names, components: self.types.components() };
    }

    /// The value of a decision's or business knowledge model's logic, with the declarations that it needs.
    pub(super) fn body(
        &mut self,
        logic: &'m Logic,
        scope: &Scope,
        title: &str,
        stated: Option<&Resolved>,
        what: &str,
        place: Place,
    ) -> Result<(Typed, String), Refused> {
        let (value, declarations) = match logic {
            Logic::Table(table) => {
                let (value, declarations) = self.table(table, scope, title, stated, what)?;
                (
                    self.held_against(value, table.type_ref.as_deref()).map_err(|refused| refused.at(table.place))?,
                    declarations,
                )
            }
            other => (self.value(other, scope, what)?, String::new()),
        };
        if let Some(stated) = stated {
            fits(&value, stated, &self.types).map_err(|refused| refused.at(place))?;
        }
        Ok((value, declarations))
    }

    /// The value of a literal expression or an invocation.
    fn value(&mut self, logic: &'m Logic, scope: &Scope, what: &str) -> Result<Typed, Refused> {
        match logic {
            Logic::Literal(feel) => {
                let value = self.translate(feel, scope, what)?;
                self.held_against(value, feel.type_ref.as_deref()).map_err(|refused| refused.at(feel.place))
            }
            Logic::Invocation(invocation) => {
                let callee = &invocation.callee;
                let name = normal(&callee.text);
                let Some((_, function)) = scope.functions.iter().find(|(function, _)| *function == name) else {
                    return Err(Refused::new(
                        format!("`{name}` is no business knowledge model that is required here"),
                        "only business knowledge models of this file are invoked: add the requirement, or write it by hand",
                    )
                    .at(callee.place));
                };
                let mut arguments = Vec::new();
                for (parameter, logic, place) in &invocation.bindings {
                    let value = self.value(logic, scope, what).map_err(|refused| refused.at(*place))?;
                    arguments.push((Some(parameter.clone()), value));
                }
                let value = self.call(*function, &arguments).map_err(|refused| refused.at(callee.place))?;
                self.held_against(value, invocation.type_ref.as_deref()).map_err(|refused| refused.at(callee.place))
            }
            Logic::Table(table) => {
                Err(Refused::new("a decision table as an argument has no counterpart", "make it a decision of its own")
                    .at(table.place))
            }
            Logic::None => Err(Refused::new("it has no logic", "write a table or a literal expression")),
            Logic::Other(kind, place) => Err(Refused::new(
                format!("{kind} has no counterpart that is sure to mean the same"),
                "use decisions with tables and literal expressions, or write it by hand in the rules",
            )
            .at(*place)),
        }
    }

    /// A value that is of the type that its element states.
    fn held_against(&mut self, value: Typed, stated: Option<&str>) -> Result<Typed, Refused> {
        if let Some(stated) = self.resolve(stated)? {
            fits(&value, &stated, &self.types)?;
        }
        Ok(value)
    }

    fn translate(&mut self, feel: &Feel, scope: &Scope, what: &str) -> Result<Typed, Refused> {
        let types = self.types.clone();
        let mut call = |at: usize, arguments: &[(Option<String>, Typed)]| self.call(at, arguments);
        let mut translator = Translator { scope, types: &types, call: &mut call, notes: Vec::new() };
        let read = |translator: &mut Translator<'_, '_>| {
            let expression = feel::expression(&feel.text, &scope.known)?;
            translator.value(&expression)
        };
        let value = read(&mut translator).map_err(|refused| refused.at(feel.place));
        let notes = translator.notes;
        self.note(notes, feel.place, what);
        value
    }

    fn note(&mut self, mut notes: Vec<String>, place: Place, what: &str) {
        notes.sort();
        notes.dedup();
        self.notes.extend(notes.into_iter().map(|text| Note { place, what: what.to_owned(), text }));
    }

    fn table(
        &mut self,
        table: &'m Table,
        scope: &Scope,
        title: &str,
        stated: Option<&Resolved>,
        what: &str,
    ) -> Result<(Typed, String), Refused> {
        let mut input_types = Vec::new();
        for clause in &table.inputs {
            input_types
                .push(self.resolve(clause.type_ref.as_deref()).map_err(|refused| refused.at(clause.expression.place))?);
        }
        let mut output_types = Vec::new();
        for clause in &table.outputs {
            output_types.push(self.resolve(clause.type_ref.as_deref()).map_err(|refused| refused.at(clause.place))?);
        }
        if let ([only], Some(stated)) = (output_types.as_mut_slice(), stated)
            && only.is_none()
        {
            *only = match &stated.ty {
                Type::List(of) => Some(Resolved::plain((**of).clone())),
                Type::Record(_) => None,
                ty => Some(Resolved { ty: ty.clone(), ..stated.clone() }),
            };
        }
        let ends = title.to_lowercase().ends_with("table");
        let name = self.names.take(&if ends { format!("{title} rows") } else { format!("{title} table") });
        let frame = Frame { table, name, title, input_types, output_types };
        let types = self.types.clone();
        let mut call = |at: usize, arguments: &[(Option<String>, Typed)]| self.call(at, arguments);
        let mut translator = Translator { scope, types: &types, call: &mut call, notes: Vec::new() };
        let drafted = table::draft(&frame, &mut translator).map_err(|refused| refused.at(table.place))?;
        let notes = translator.notes;
        self.note(notes, table.place, what);
        let mut value = drafted.value;
        if mentions(&value.ty) {
            let record = self.types.add_record(&format!("{title} row"), drafted.fields, &mut self.names);
            value.ty = replaced(value.ty, &record);
        }
        Ok((value, drafted.text))
    }
}

/// Something that was left out, at its own place or that of the reason.
pub(super) fn left_out(what: &str, place: Place, refused: Refused) -> LeftOut {
    LeftOut { place: refused.place.unwrap_or(place), what: what.to_owned(), why: refused.why, help: refused.help }
}

fn mentions(ty: &Type) -> bool {
    match ty {
        Type::Record(at) => *at == OWN_RECORD,
        Type::List(of) => mentions(of),
        _ => false,
    }
}

fn replaced(ty: Type, record: &Type) -> Type {
    match ty {
        Type::Record(OWN_RECORD) => record.clone(),
        Type::List(of) => Type::List(Box::new(replaced(*of, record))),
        other => other,
    }
}
