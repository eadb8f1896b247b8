//! DMN models as drafts of rule sets: decision tables, literal expressions and business knowledge models that keep their meaning.
//!
//! XML goes in; a rule set that is accepted, and a list of what was left out with place and reason, come out. Nothing is approximated: what
//! has no exact counterpart is left out, with all that needs it, and the rest is imported. `docs/dmn.md` says what maps to what.

mod cells;
mod clause;
mod conform;
mod draft;
mod expression;
mod feel;
mod functions;
mod head;
mod implied;
mod knowledge;
mod model;
mod names;
mod outputs;
mod question;
mod report;
mod result;
mod scope;
mod screen;
mod table;
mod types;
mod values;
mod verify;
mod xml;

pub use model::Place;
pub use report::{Draft, Imported, LeftOut, NotDmn, Note};

/// A DMN model that was read.
#[derive(Debug)]
pub struct Model {
    read: model::Model,
}

impl Model {
    /// Reads the XML of a model, of DMN 1.1 to 1.5.
    ///
    /// # Errors
    /// Where the text is no DMN model. What a model holds and cannot be imported is no error, but is listed in the draft.
    pub fn read(text: &str) -> Result<Self, NotDmn> {
        Ok(Model { read: xml::read(text)? })
    }

    /// The names of its decisions, in the file's order.
    pub fn decisions(&self) -> impl Iterator<Item = &str> {
        self.read.decisions.iter().map(|decision| decision.name.as_str())
    }

    /// Drafts rules from all its decisions.
    pub fn draft(&self) -> Draft {
        verify::draft(&self.read, None)
    }

    /// Drafts rules from one decision and all that it requires; `None` where there is no such decision.
    pub fn draft_decision(&self, name: &str) -> Option<Draft> {
        let name = xml::normal(name);
        let found = self.read.decisions.iter().position(|decision| decision.name == name)?;
        Some(verify::draft(&self.read, Some(found)))
    }
}

/// Drafts rules from all decisions of a model.
///
/// # Errors
/// Where the text is no DMN model.
pub fn import(text: &str) -> Result<Draft, NotDmn> {
    Ok(Model::read(text)?.draft())
}
