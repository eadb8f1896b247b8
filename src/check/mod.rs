//! The tree becomes a program, or diagnostics.
//!
//! Texts come through a [`Loader`]; the checker itself knows no files. Names may be used before they are defined: a
//! definition is checked when it is first needed, so the order of evaluation is found on the way, and a definition that is
//! needed while it is being checked is a circle. One mistake is reported once: what it leaves behind has the type
//! [`Type::Unknown`], which fits everywhere. All items are checked, so all problems of a rule set are reported in one run.

mod arithmetic;
mod book;
mod borrowed;
mod branches;
mod charges;
mod comparison;
mod convert;
mod declare;
mod definitions;
mod depth;
mod echoes;
mod expression;
mod fields;
mod functions;
mod header;
mod items;
mod leaves;
mod lists;
mod load;
mod lookups;
mod names;
mod records;
mod scope;
mod stages;
mod suspicions;
mod tables;
mod tests;
mod tiers;
mod time;
mod types;
mod unused;
mod walk;

pub use depth::{DEEPEST, MOST_NAMES};
pub use load::MOST_FILES;
pub use tables::{CellFault, CellTrial, TriedCell};

use crate::diagnostic::{Diagnostic, Severity, codes};
use crate::lower;
use crate::program::code::Code;
use crate::program::{
    Calendar, Charge, Definition, EnumType, Expr, ExprKind, Function, HostSignature, InputField, Notice, Output,
    Parameter, Period, Program, RoundTo, Supersedes, Test, Tiers, TotalStage, Windows,
};
use crate::quote::Texts;
use crate::source::{SourceMap, Span};
use crate::syntax::ast;
use crate::table::Table;
use crate::types::{EnumId, RecordType, TableId, Type, UnitExpr, Units};
use crate::value::{Currency, Date, Value};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// Where the texts that a rule set names come from: imports, base rule sets, CSV tables and test books.
pub trait Loader {
    /// The text at a path, which is relative to the folder of the main file, uses `/`, and holds no `..` that leaves the root.
    ///
    /// # Errors
    /// Why there is no such text, in words for the author: `no such file`.
    fn load(&self, path: &str) -> Result<String, String>;
}

/// What checking gave: the program where there was no error, and everything found.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The texts read, for showing diagnostics.
    pub sources: Arc<SourceMap>,
    /// The program; absent where a diagnostic is an error.
    pub program: Option<Program>,
    /// Errors and warnings in the order of their places.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads and checks the rule set whose main file is at `main` in the loader.
///
/// Cost: linear in the size of the texts but for the comparison of rows within a table.
pub fn check(main: &str, loader: &dyn Loader) -> Checked {
    let mut checker = Checker::new(loader);
    let program = checker.run(main);
    if let Some(program) = &program {
        checker.check_known(program);
        checker.check_branches(program);
    }
    let mut diagnostics = std::mem::take(&mut checker.diagnostics);
    echoes::drop_echoes(&mut diagnostics, &checker.sources, &|name| checker.symbols.contains_key(name));
    diagnostics.sort_by_key(|d| (d.primary.span.file, d.primary.span.start, d.severity));
    diagnostics.dedup();
    let failed = diagnostics.iter().any(|d| d.severity == Severity::Error);
    let sources = Arc::new(std::mem::take(&mut checker.sources));
    let program = program.filter(|_| !failed).map(|program| {
        let texts = Arc::new(Texts::of(&program));
        let program = Program { sources: sources.clone(), texts, ..program };
        Program { code: lower::lower(&program), ..program }
    });
    Checked { sources, program, diagnostics }
}

/// How far the checking of something is that others may need.
#[derive(Debug, Clone)]
enum Progress<T> {
    /// Not begun.
    Waiting,
    /// Begun: to need it now is a circle.
    Begun,
    /// Done.
    Done(T),
}

/// An item with the folder of its file, for paths in it.
#[derive(Debug, Clone)]
struct Entry {
    item: Rc<ast::Item>,
    folder: Rc<str>,
    /// Set on an `override`: the base's item that it replaces is known as `base.NAME`.
    overrides: bool,
    /// From an imported module or a base rule set, where being unused is no matter.
    foreign: bool,
    /// A base's charge or definition that only `base.NAME` refers to.
    hidden: bool,
    /// `remove charge` took it away.
    removed: bool,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Symbol {
    Input(u16),
    Definition(usize),
    Parameter(usize),
    Table(usize),
    Function(usize),
    Host(usize),
    Tiers(usize),
    Calendar(usize),
    Windows(usize),
    Charge(usize),
}

/// Everything that is known while a rule set is checked.
struct Checker<'a> {
    loader: &'a dyn Loader,
    sources: SourceMap,
    diagnostics: Vec<Diagnostic>,
    /// The header of the main file.
    header: Option<ast::Header>,
    /// All items of the main file, its modules and its base, merged.
    entries: Vec<Entry>,
    currency: Option<Currency>,
    /// Whether the header may have named a currency that could not be read.
    currency_is_lost: bool,
    units: Units,
    enums: Vec<EnumType>,
    enum_names: HashMap<String, EnumId>,
    /// Members by name, with the enumerations that have one.
    members: HashMap<String, Vec<(EnumId, u32)>>,
    records: Vec<(String, Arc<RecordType>)>,
    record_fields: Vec<Vec<InputField>>,
    symbols: HashMap<String, (Symbol, Span)>,
    /// The texts that are written in expressions.
    texts: HashSet<Arc<str>>,
    leaves: leaves::Leaves,
    used: BTreeSet<Symbol>,
    inputs: Vec<InputField>,
    input_names: Vec<String>,
    priced_on: Option<Expr>,
    priced_on_written: Option<ast::Expr>,
    base_locals: u16,
    booking: Option<RoundTo>,
    /// How the last charge is booked, and its unit.
    last_booking: Option<(UnitExpr, Arc<RoundTo>)>,
    booking_written: Option<ast::Rounding>,
    round_total: bool,
    effective: Period,
    effective_span: Option<Span>,
    published: Option<Date>,
    supersedes: Option<(ast::Text, Date, Span)>,
    definition_entries: Vec<usize>,
    definitions: Vec<Progress<Definition>>,
    parameter_entries: Vec<usize>,
    parameters: Vec<Progress<Parameter>>,
    table_entries: Vec<Vec<usize>>,
    tables: Vec<Progress<Option<Table>>>,
    /// Tables with a problem: what is known of their rows may be wrong.
    broken_tables: BTreeSet<usize>,
    /// Keys that no row of a table matches.
    gaps: Vec<tables::LeftOut>,
    /// Tables in which some look-up has to find a row.
    sure_of_a_row: BTreeSet<usize>,
    function_entries: Vec<usize>,
    functions: Vec<Progress<Function>>,
    hosts: Vec<HostSignature>,
    tiers_entries: Vec<usize>,
    tiers: Vec<Progress<Tiers>>,
    calendars: Vec<Calendar>,
    windows_entries: Vec<usize>,
    windows: Vec<Progress<Windows>>,
    charge_entries: Vec<usize>,
    charges: Vec<Progress<Charge>>,
    /// Exceptions by the name of what they replace: entries.
    exceptions: HashMap<String, Vec<usize>>,
    /// The names whose exceptions are being checked, outermost first.
    excepted: Vec<String>,
    /// The entries of exceptions that something can ask for.
    reached_exceptions: BTreeSet<usize>,
    outputs: Vec<Output>,
    flags: Vec<Notice>,
    refusals: Vec<Notice>,
    total: Vec<TotalStage>,
    tests: Vec<Test>,
    /// What is being checked now, for the message about a circle.
    stack: Vec<(String, Span)>,
    /// How deep the checking is nested now.
    nested: u32,
    /// The currencies that the test being checked chooses, by the input's slot.
    chosen: Vec<(u16, Currency)>,
}

impl<'a> Checker<'a> {
    fn new(loader: &'a dyn Loader) -> Self {
        Checker {
            loader,
            sources: SourceMap::default(),
            diagnostics: Vec::new(),
            header: None,
            entries: Vec::new(),
            currency: None,
            currency_is_lost: false,
            units: Units::default(),
            enums: Vec::new(),
            enum_names: HashMap::new(),
            members: HashMap::new(),
            records: Vec::new(),
            record_fields: Vec::new(),
            symbols: HashMap::new(),
            texts: HashSet::new(),
            leaves: leaves::Leaves::default(),
            used: BTreeSet::new(),
            inputs: Vec::new(),
            input_names: Vec::new(),
            priced_on: None,
            priced_on_written: None,
            base_locals: 0,
            booking: None,
            last_booking: None,
            booking_written: None,
            round_total: false,
            effective: Period::default(),
            effective_span: None,
            published: None,
            supersedes: None,
            definition_entries: Vec::new(),
            definitions: Vec::new(),
            parameter_entries: Vec::new(),
            parameters: Vec::new(),
            table_entries: Vec::new(),
            tables: Vec::new(),
            broken_tables: BTreeSet::new(),
            gaps: Vec::new(),
            sure_of_a_row: BTreeSet::new(),
            function_entries: Vec::new(),
            functions: Vec::new(),
            hosts: Vec::new(),
            tiers_entries: Vec::new(),
            tiers: Vec::new(),
            calendars: Vec::new(),
            windows_entries: Vec::new(),
            windows: Vec::new(),
            charge_entries: Vec::new(),
            charges: Vec::new(),
            exceptions: HashMap::new(),
            excepted: Vec::new(),
            reached_exceptions: BTreeSet::new(),
            outputs: Vec::new(),
            flags: Vec::new(),
            refusals: Vec::new(),
            total: Vec::new(),
            tests: Vec::new(),
            stack: Vec::new(),
            nested: 0,
            chosen: Vec::new(),
        }
    }

    fn run(&mut self, main: &str) -> Option<Program> {
        self.load_all(main);
        self.declare_types();
        self.declare_names();
        self.check_header();
        self.check_everything();
        self.warn_unused();
        self.check_depth();
        self.finish()
    }

    /// Checks every item that nothing has needed yet.
    fn check_everything(&mut self) {
        for index in 0..self.tables.len() {
            self.need_table(index);
        }
        for index in 0..self.parameters.len() {
            self.need_parameter(index);
        }
        for index in 0..self.functions.len() {
            self.need_function(index);
        }
        for index in 0..self.tiers.len() {
            self.need_tiers(index);
        }
        for index in 0..self.windows.len() {
            self.need_windows(index);
        }
        for index in 0..self.definitions.len() {
            self.need_definition(index);
        }
        for index in 0..self.charges.len() {
            self.need_charge(index);
        }
        self.check_notices();
        self.check_total();
        self.check_tests();
        self.report_gaps();
    }

    /// Only a table in which a look-up counts on finding a row may have no gaps.
    fn report_gaps(&mut self) {
        for known in std::mem::take(&mut self.gaps) {
            let at = match self.symbols.get(&known.table) {
                Some((Symbol::Table(index), _)) => *index,
                _ => continue,
            };
            if self.sure_of_a_row.contains(&at) {
                self.report(known.diagnostic);
            }
        }
    }

    fn finish(&mut self) -> Option<Program> {
        let header = self.header.take()?;
        fn done<T>(list: &mut Vec<Progress<T>>) -> Option<Vec<T>> {
            let mut all = Vec::with_capacity(list.len());
            for progress in list.drain(..) {
                let Progress::Done(value) = progress else { return None };
                all.push(value);
            }
            Some(all)
        }
        let effective_span = self.effective_span.unwrap_or(header.name.span);
        let supersedes_span = self.supersedes.as_ref().map(|(_, _, span)| *span);
        Some(Program {
            name: header.name.text.clone(),
            name_span: header.name.span,
            title: header.title.map(|t| t.text).unwrap_or(header.name.text),
            version: header.version.map(|t| t.text),
            extends: header.extends.map(|(name, _)| name.text),
            effective: self.effective,
            effective_span,
            supersedes_span,
            published: self.published,
            supersedes: self.supersedes.take().map(|(version, from, _)| Supersedes { version: version.text, from }),
            currency: self.currency,
            sources: Arc::default(),
            units: std::mem::take(&mut self.units),
            enums: std::mem::take(&mut self.enums),
            records: self.records.drain(..).map(|(_, record)| record).collect(),
            record_fields: std::mem::take(&mut self.record_fields),
            inputs: std::mem::take(&mut self.inputs),
            priced_on: self.priced_on.take(),
            locals: self.base_locals,
            definitions: done(&mut self.definitions)?,
            parameters: done(&mut self.parameters)?,
            tables: done(&mut self.tables)?.into_iter().collect::<Option<Vec<_>>>()?,
            functions: done(&mut self.functions)?,
            hosts: std::mem::take(&mut self.hosts),
            tiers: done(&mut self.tiers)?,
            calendars: std::mem::take(&mut self.calendars),
            windows: done(&mut self.windows)?,
            charges: done(&mut self.charges)?,
            total: std::mem::take(&mut self.total),
            outputs: std::mem::take(&mut self.outputs),
            flags: std::mem::take(&mut self.flags),
            refusals: std::mem::take(&mut self.refusals),
            round_total: self.booking.take().filter(|_| self.round_total),
            tests: std::mem::take(&mut self.tests),
            texts: Arc::default(),
            code: Code::default(),
        })
    }

    /// What is decided before any quote, in a program without errors.
    fn check_branches(&mut self, program: &Program) {
        if self.diagnostics.iter().all(|known| known.severity != Severity::Error) {
            let ends = tiers::ends_that_no_input_passes(program);
            self.diagnostics.retain(|known| known.code != codes::TIERS_END || !ends.contains(&known.primary.span));
            self.diagnostics.extend(branches::findings(program, &self.sources));
            self.diagnostics.extend(suspicions::findings(program, &self.sources));
        }
    }

    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// What is left of an expression that was reported: a value of the type that fits everywhere.
    fn broken(&self, span: Span) -> Expr {
        Expr::new(ExprKind::Constant(Value::Absent), Type::Unknown, span)
    }

    fn entry_item(&self, entry: usize) -> Option<Rc<ast::Item>> {
        self.entries.get(entry).map(|entry| entry.item.clone())
    }

    fn table_name(&self, id: TableId) -> String {
        let entry = self.table_entries.get(id.0 as usize).and_then(|entries| entries.first()).copied();
        match entry.and_then(|entry| self.entry_item(entry)).as_deref() {
            Some(ast::Item { kind: ast::ItemKind::Table(table), .. }) => table.name.text.clone(),
            _ => String::new(),
        }
    }

    /// Says that what is needed now needs itself, with the way round.
    fn report_circle(&mut self, name: &str, span: Span) {
        let from = self.stack.iter().position(|(known, _)| known == name).map_or(0, |at| at.saturating_add(1));
        let way: Vec<(String, Span)> = self.stack.get(from..).unwrap_or_default().to_vec();
        let names: Vec<&str> = [name].into_iter().chain(way.iter().map(|(n, _)| n.as_str())).chain([name]).collect();
        let mut diagnostic = Diagnostic::error(
            crate::diagnostic::codes::CIRCLE,
            format!("`{name}` depends on itself"),
            span,
            format!("here `{name}` is needed to compute `{name}`"),
        )
        .help(format!("the circle is {}; take one of them out of it", names.join(" → ")));
        for (other, place) in way {
            diagnostic = diagnostic.also(place, format!("through `{other}`"));
        }
        self.report(diagnostic);
    }
}
