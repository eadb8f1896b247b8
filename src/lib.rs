#![doc = include_str!("../README.md")]

pub mod check;
pub mod diagnostic;
pub mod eval;
pub mod input;
pub mod library;
pub mod program;
pub mod quote;
pub mod source;
pub mod syntax;
pub mod table;
pub mod types;
pub mod value;
