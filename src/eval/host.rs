//! Functions of the embedding program, called by rules.

use super::evaluator::Evaluator;
use super::failure::{Failure, Outcome};
use super::{ErrorKind, Observer, show};
use crate::program::code::Reg;
use crate::program::{HostId, Program};
use crate::types::Type;
use crate::value::Value;
use std::fmt;
use std::sync::Arc;

/// A function of the embedding program. It must be pure: the same arguments give the same result.
pub type HostFunction = Arc<dyn Fn(&[Value]) -> Result<Value, String> + Send + Sync>;

/// The functions of the embedding program, in the order of the program's signatures.
#[derive(Clone, Default)]
pub struct Hosts {
    functions: Vec<HostFunction>,
}

impl Hosts {
    /// The functions in the order of [`crate::program::Program::hosts`].
    pub fn new(functions: Vec<HostFunction>) -> Self {
        Hosts { functions }
    }

    /// The functions, in the order of the program's signatures.
    pub(crate) fn functions(&self) -> &[HostFunction] {
        &self.functions
    }

    /// Whether they are the very functions of another rule set, not others that may do the same.
    pub(crate) fn are(&self, others: &Hosts) -> bool {
        let same = |(one, other)| Arc::ptr_eq(one, other);
        self.functions.len() == others.functions.len() && self.functions.iter().zip(&others.functions).all(same)
    }

    fn get(&self, id: HostId) -> Option<&HostFunction> {
        self.functions.get(id.0 as usize)
    }
}

impl fmt::Debug for Hosts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hosts({})", self.functions.len())
    }
}

impl<'p, O: Observer<'p>> Evaluator<'p, '_, O> {
    /// A call of a host function; its result must be of the declared type.
    pub(super) fn host(&mut self, id: HostId, arguments: &[Reg]) -> Outcome<Value> {
        self.step()?;
        let given: Vec<Value> = arguments.iter().map(|argument| self.value(*argument)).collect();
        let Some(signature) = self.program.hosts.get(id.0 as usize) else {
            return Err(Failure::mismatch("a host function"));
        };
        let Some(function) = self.hosts.get(id) else {
            return Err(Failure::new(ErrorKind::Host, format!("the program gives no function `{}`", signature.name)));
        };
        let value = function(&given)
            .map_err(|message| Failure::new(ErrorKind::Host, format!("`{}` failed: {message}", signature.name)))?;
        if fits(self.program, &value, &signature.result) {
            return Ok(value);
        }
        let wanted = show::show_type(self.program, &signature.result);
        Err(Failure::new(ErrorKind::Host, format!("`{}` gave a value that is not of type {wanted}", signature.name)))
    }
}

/// Whether a value from outside is one of the type.
fn fits(program: &Program, value: &Value, ty: &Type) -> bool {
    match (ty, value) {
        (Type::Optional(_), Value::Absent) => true,
        (Type::Optional(inner), _) => fits(program, value, inner),
        (Type::Integer, Value::Number(number)) => number.is_integer(),
        (Type::Number | Type::Percent | Type::In(_), Value::Number(_))
        | (Type::YesNo, Value::YesNo(_))
        | (Type::Text, Value::Text(_))
        | (Type::Date, Value::Date(_))
        | (Type::Time, Value::Time(_))
        | (Type::Instant, Value::Instant(_))
        | (Type::Months, Value::Months(_))
        | (Type::Zone, Value::Zone(_))
        | (Type::Currency, Value::Currency(_)) => true,
        (Type::Enum(id), Value::Member(member)) => {
            program.enumeration(*id).is_some_and(|e| (*member as usize) < e.members.len())
        }
        (Type::Record(record), Value::Record(values)) => {
            record.fields.len() == values.len()
                && record.fields.iter().zip(values.iter()).all(|(field, value)| fits(program, value, &field.ty))
        }
        (Type::List(element), Value::List(values)) => values.iter().all(|value| fits(program, value, element)),
        _ => false,
    }
}
