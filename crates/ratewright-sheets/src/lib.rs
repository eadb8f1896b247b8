//! Tables of rules in the forms that others keep them in: spreadsheets and the like, read and written.
//!
//! The engine reads rule files and CSV and knows nothing of this crate; a host or the command puts it between its files and the
//! compiler. What cannot be read exactly is refused with its place, and what is drafted says what was guessed.

mod declared;
pub mod dmn;
pub mod draft;
pub mod export;
pub mod loader;
pub mod looks;
pub mod place;
pub mod review;
pub mod sheet;
pub mod source;
pub mod workbook;

pub use export::Export;
pub use loader::{NumbersRead, Sheets};
