//! Business knowledge models as functions: one for each kind of arguments that they are called with.

use super::conform::fits;
use super::draft::{Block, Drafter, Owner, left_out};
use super::expression::Typed;
use super::model::Knowledge;
use super::names::Names;
use super::report::{LeftOut, Refused};
use super::scope::Variable;

impl<'m> Drafter<'m> {
    /// Calls a business knowledge model, which is drafted for these kinds of arguments when it is first called so.
    pub(super) fn call(&mut self, at: usize, arguments: &[(Option<String>, Typed)]) -> Result<Typed, Refused> {
        let Some(knowledge) = self.model.knowledge.get(at) else {
            return Err(Refused::new("there is no such business knowledge model", "correct the requirement"));
        };
        let name = &knowledge.name;
        if arguments.len() != knowledge.parameters.len() {
            return Err(Refused::new(
                format!(
                    "`{name}` has {} parameters, and {} are given: the others are null",
                    knowledge.parameters.len(),
                    arguments.len()
                ),
                "give each parameter a value",
            ));
        }
        let mut ordered = Vec::new();
        for (position, parameter) in knowledge.parameters.iter().enumerate() {
            let named = arguments.iter().find(|(name, _)| name.as_ref() == Some(&parameter.name));
            let placed = arguments.get(position).filter(|(name, _)| name.is_none());
            let (_, value) = named.or(placed).ok_or_else(|| {
                Refused::new(
                    format!("the parameter `{}` of `{name}` is not given: it is null", parameter.name),
                    "give it a value",
                )
            })?;
            if let Some(stated) = self.resolve(parameter.type_ref.as_deref())? {
                fits(value, &stated, &self.types)?;
            }
            ordered.push(value.clone());
        }
        let (function, result) = self.function(at, knowledge, &ordered).map_err(|refused| match refused.place {
            Some(_) => Refused::new(
                format!("it calls business knowledge model \"{name}\", which is left out"),
                "mend that one first",
            ),
            None => refused,
        })?;
        let texts: Vec<&str> = ordered.iter().map(|value| value.text.as_str()).collect();
        Ok(Typed { text: format!("{function}({})", texts.join(", ")), ..result })
    }

    /// The function that a business knowledge model becomes for values like these: its name, and what it gives.
    fn function(&mut self, at: usize, knowledge: &'m Knowledge, values: &[Typed]) -> Result<(String, Typed), Refused> {
        let kinds: Vec<String> =
            values.iter().map(|value| format!("{:?} {} {:?}", value.ty, value.optional, value.domain)).collect();
        let key = (at, kinds.join(";"));
        if let Some(known) = self.functions.get(&key) {
            return known.clone();
        }
        if self.open_functions.contains(&at) || self.open_functions.len() > 50 {
            return Err(Refused::new(
                format!("`{}` calls itself", knowledge.name),
                "functions of rules cannot: write it by hand",
            ));
        }
        self.open_functions.push(at);
        let notes = self.notes.len();
        let result = match self.rejected.get(&Owner::Knowledge(at)) {
            Some(refused) => Err(refused.clone()),
            None => self.draft_function(at, knowledge, values).map_err(|refused| refused.at(knowledge.place)),
        };
        self.open_functions.pop();
        if result.is_err() {
            self.notes.truncate(notes);
        }
        self.functions.insert(key, result.clone());
        result
    }

    fn draft_function(
        &mut self,
        at: usize,
        knowledge: &'m Knowledge,
        values: &[Typed],
    ) -> Result<(String, Typed), Refused> {
        let mut scope = self.scope(&knowledge.requires);
        let mut names = Names::default();
        let mut parameters = Vec::new();
        for (parameter, value) in knowledge.parameters.iter().zip(values) {
            let name = names.take(&parameter.name);
            let optional = if value.optional { "?" } else { "" };
            parameters.push(format!("{name} : {}{optional}", self.types.write(&value.ty)));
            let value =
                Typed { optional: value.optional, domain: value.domain.clone(), ..Typed::atom(name, value.ty.clone()) };
            scope.variables.insert(0, Variable { name: parameter.name.clone(), value });
        }
        self.known(&mut scope);
        let stated = self.resolve(knowledge.type_ref.as_deref()).ok().flatten();
        let what = format!("business knowledge model \"{}\"", knowledge.name);
        let (value, declarations) =
            self.body(&knowledge.logic, &scope, &knowledge.name, stated.as_ref(), &what, knowledge.place)?;
        let name = self.names.take(&knowledge.name);
        let optional = if value.optional { "?" } else { "" };
        let ty = self.types.write(&value.ty);
        let parameters = parameters.join(", ");
        let text = format!("{declarations}function {name}({parameters}) -> {ty}{optional} = {}\n", value.text);
        self.blocks.push(Block { owner: Owner::Knowledge(at), text });
        let result = Typed { optional: value.optional, domain: value.domain, ..Typed::atom("", value.ty) };
        Ok((name, result))
    }

    /// A business knowledge model by itself, with the types that its parameters state, unless it was drafted for a call.
    pub(super) fn knowledge(&mut self, at: usize) -> Result<(), LeftOut> {
        let Some(knowledge) = self.model.knowledge.get(at) else { return Ok(()) };
        if self.functions.iter().any(|((function, _), result)| *function == at && result.is_ok()) {
            return Ok(());
        }
        let known = self
            .functions
            .iter()
            .find(|((function, _), _)| *function == at)
            .and_then(|(_, result)| result.clone().err());
        let result = match known {
            Some(refused) => Err(refused),
            None => self.alone(at, knowledge),
        };
        result.map_err(|refused| {
            left_out(&format!("business knowledge model \"{}\"", knowledge.name), knowledge.place, refused)
        })
    }

    fn alone(&mut self, at: usize, knowledge: &'m Knowledge) -> Result<(), Refused> {
        let mut values = Vec::new();
        for parameter in &knowledge.parameters {
            let resolved = self.resolve(parameter.type_ref.as_deref())?.ok_or_else(|| {
                Refused::new(format!("the type of its parameter `{}` is not stated", parameter.name), "give it a type")
            })?;
            values.push(Typed { optional: resolved.nullable, domain: resolved.domain, ..Typed::atom("", resolved.ty) });
        }
        self.function(at, knowledge, &values).map(|_| ())
    }
}
