//! What an expression may name: inputs, decisions, parameters, and business knowledge models.

use super::expression::Typed;
use super::feel::Known;
use super::report::Refused;

/// A variable that an expression may name.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    pub(super) name: String,
    pub(super) value: Typed,
}

/// What an expression may name.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) variables: Vec<Variable>,
    /// What may not be named, and why.
    pub(super) missing: Vec<(String, Refused)>,
    /// The business knowledge models that may be called: their names and places in the model.
    pub(super) functions: Vec<(String, usize)>,
    pub(super) known: Known,
    /// What `?` is.
    pub(super) input: Option<Typed>,
}

/// Calls a business knowledge model with arguments, named or not.
pub(super) type Call<'c> = dyn FnMut(usize, &[(Option<String>, Typed)]) -> Result<Typed, Refused> + 'c;
