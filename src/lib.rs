#![doc = include_str!("../README.md")]

pub mod check;
pub mod diagnostic;
pub mod difference;
pub mod digest;
pub mod eval;
pub mod files;
pub mod input;
pub mod library;
pub mod live;
mod lower;
#[cfg(feature = "parallel")]
mod many;
pub mod migrate;
pub mod program;
pub mod quote;
pub mod rule_set;
pub mod schema;
pub mod source;
pub mod syntax;
pub mod table;
pub mod testing;
pub mod types;
pub mod value;

pub use check::Loader;
pub use diagnostic::Diagnostic;
pub use difference::Difference;
pub use eval::{ErrorKind, EvalError, Limits};
pub use files::Directory;
pub use quote::Quote;
pub use rule_set::{Compiler, Context, Rejected, RuleSet};
pub use testing::TestReport;
pub use value::Value;
