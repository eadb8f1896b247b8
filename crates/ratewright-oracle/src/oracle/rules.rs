//! A rule set as its files say it: imports read in, a contract's base below it, every definition by its name.
//!
//! Texts go in; what the evaluator looks names up in comes out. A contract is a layer above its base: an overridden definition stays as
//! the version of the layer below, which `base.NAME` means. Nothing is checked: the engine's checker has accepted the rule set.

use super::kind::Kind;
use super::table::TableRows;
use super::units::Units;
use ratewright::source::{FileId, SourceMap, Span};
use ratewright::syntax::ast::{
    CalendarDays, Charge, Exception, Expr, ExprKind, Field, File, Header, Item, ItemKind, Literal, Param, Parameter,
    Range, Rounding, Setting, Stage, Table, Template, Test, Tiers, TypeExpr, TypeKind, WindowLine,
};
use ratewright::syntax::parse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

/// What a name stands for.
#[derive(Debug, Clone)]
pub(crate) enum Definition {
    /// A `let` or an `output`.
    Named(Option<TypeExpr>, Expr),
    /// A parameter.
    Parameter(Parameter),
    /// A charge.
    Charge(Charge),
    /// A field of the input.
    Input(Field),
    /// A function.
    Function(Vec<Param>, Option<TypeExpr>, Expr),
    /// A host function.
    Host(TypeExpr),
    /// Tiers.
    Tiers(Tiers),
}

/// A message that is said when a condition holds: of a flag or a refusal.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    pub(crate) code: String,
    pub(crate) message: Template,
    pub(crate) when: Expr,
    pub(crate) layer: usize,
}

/// A rule set.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub(crate) units: Units,
    pub(crate) currency: Option<String>,
    pub(crate) effective: Option<Range>,
    pub(crate) priced_on: Option<Expr>,
    pub(crate) rounding: Option<Rounding>,
    pub(crate) enums: BTreeMap<String, Vec<String>>,
    pub(crate) records: BTreeMap<String, Vec<Field>>,
    pub(crate) inputs: Vec<Field>,
    /// Each name's versions with their layers, the lowest first.
    pub(crate) definitions: BTreeMap<String, Vec<(usize, Definition)>>,
    pub(crate) charges: Vec<String>,
    pub(crate) outputs: Vec<String>,
    pub(crate) exceptions: Vec<(usize, Exception)>,
    pub(crate) totals: Vec<(usize, Vec<Stage>)>,
    pub(crate) flags: Vec<Notice>,
    pub(crate) refusals: Vec<Notice>,
    pub(crate) tables: BTreeMap<String, Vec<TableRows>>,
    pub(crate) calendars: BTreeMap<String, Vec<CalendarDays>>,
    pub(crate) windows: BTreeMap<String, (Expr, Vec<WindowLine>)>,
    pub(crate) tests: Vec<Test>,
    /// The patterns of fields, by their text.
    pub(crate) patterns: BTreeMap<String, regex::Regex>,
    /// What the latest definitions of names are, as far as it was asked.
    pub(crate) kinds: Mutex<BTreeMap<String, Kind>>,
    /// What host functions answer: a number of their unit, or that they fail.
    pub(crate) hosts: BTreeMap<String, Option<i64>>,
}

impl Rules {
    /// Whether a name is that of a definition or an output.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        let latest = self.definitions.get(name).and_then(|versions| versions.last());
        matches!(latest, Some((_, Definition::Named(..))))
    }

    /// The charges that a contract removes.
    pub(crate) fn removed_charges(&self) -> impl Iterator<Item = &String> {
        let is_charge = |versions: &[(usize, Definition)]| {
            versions.iter().any(|(_, definition)| matches!(definition, Definition::Charge(_)))
        };
        let charges = self.definitions.iter().filter(move |(_, versions)| is_charge(versions));
        charges.map(|(code, _)| code).filter(|code| !self.charges.contains(code))
    }
}

/// Gives the text of a path, where there is one.
pub(crate) type Load<'f> = &'f dyn Fn(&str) -> Option<String>;

/// Reads the rule set whose main file is at a path.
pub(crate) fn read(main: &str, load: Load<'_>) -> Result<Rules, String> {
    let mut reading = Reading {
        load,
        rules: Rules::default(),
        seen: BTreeSet::new(),
        units: Vec::new(),
        tables: Vec::new(),
        sources: SourceMap::default(),
    };
    reading.rules.units = Units::built_in();
    reading.file(main)?;
    reading.declare_units()?;
    reading.read_tables()?;
    reading.read_patterns();
    Ok(reading.rules)
}

/// Rule files that are being read.
struct Reading<'f> {
    load: Load<'f>,
    rules: Rules,
    seen: BTreeSet<String>,
    sources: SourceMap,
    /// Units that are not declared yet: name, plural, definition.
    units: Vec<(String, Option<String>, Option<Expr>)>,
    /// Tables whose rows are not read yet: the file that declares them, and whether they override.
    tables: Vec<(String, Table, bool)>,
}

impl Reading<'_> {
    fn text(&self, path: &str) -> Result<String, String> {
        (self.load)(path).ok_or_else(|| format!("there is no file {path}"))
    }

    /// Reads a file, and before it what it stands on; its layer, from 0.
    fn file(&mut self, path: &str) -> Result<usize, String> {
        let text = self.text(path)?;
        let (file, problems) = parse(self.sources.add(path, &text), &text);
        if let Some(problem) = problems.first() {
            return Err(format!("{path}: {}", problem.title));
        }
        let File { header: Some(header), items, .. } = file else { return Err(format!("{path}: no header")) };
        let layer = match &header.extends {
            Some((_, base)) => self.file(&beside(path, &base.text))?.saturating_add(1),
            None => 0,
        };
        self.header(&header);
        for item in items {
            self.item(path, layer, item, false)?;
        }
        Ok(layer)
    }

    fn header(&mut self, header: &Header) {
        for setting in &header.settings {
            match setting {
                Setting::Currency(name) => self.rules.currency = Some(name.text.clone()),
                Setting::Effective(range) => self.rules.effective = Some(range.clone()),
                Setting::PricedOn(date) => self.rules.priced_on = Some(date.clone()),
                Setting::Rounding(rounding) => self.rules.rounding = Some(rounding.clone()),
                Setting::Published(..) | Setting::Supersedes(..) => {}
            }
        }
    }

    /// A module, once, in the layer of who imports it.
    fn import(&mut self, path: &str, layer: usize) -> Result<(), String> {
        if !self.seen.insert(path.to_string()) {
            return Ok(());
        }
        let text = self.text(path)?;
        let (file, _) = parse(self.sources.add(path, &text), &text);
        file.items.into_iter().try_for_each(|item| self.item(path, layer, item, false))
    }

    fn item(&mut self, path: &str, layer: usize, item: Item, overriding: bool) -> Result<(), String> {
        match item.kind {
            ItemKind::Import(from) => return self.import(&beside(path, &from.text), layer),
            ItemKind::Override(item) => return self.item(path, layer, *item, true),
            ItemKind::Unit { name, plural, definition } => {
                self.units.push((name.text, plural.map(|plural| plural.text), definition));
            }
            ItemKind::Enum { name, members } => {
                let members = members.into_iter().map(|(member, _)| member.text).collect();
                self.rules.enums.insert(name.text, members);
            }
            ItemKind::Record { name, fields } => {
                self.rules.records.insert(name.text, fields);
            }
            ItemKind::Input(fields) => {
                for field in fields {
                    self.define(&field.name.text, layer, Definition::Input(field.clone()));
                    self.rules.inputs.push(field);
                }
            }
            ItemKind::Table(table) => self.tables.push((path.to_string(), table, overriding)),
            ItemKind::Calendar { name, days } => {
                self.rules.calendars.insert(name.text, days.into_iter().map(|(days, _)| days).collect());
            }
            ItemKind::Windows { name, zone, lines } => {
                self.rules.windows.insert(name.text, (zone, lines));
            }
            ItemKind::Remove(name) => self.rules.charges.retain(|code| *code != name.text),
            ItemKind::Test(test) => self.rules.tests.push(test),
            kind => self.priced_item(layer, kind),
        }
        Ok(())
    }

    /// An item that has a value, or says something.
    fn priced_item(&mut self, layer: usize, kind: ItemKind) {
        match kind {
            ItemKind::Let { name, ty, value } => self.define(&name.text, layer, Definition::Named(ty, value)),
            ItemKind::Output { name, ty, value, .. } => {
                push_new(&mut self.rules.outputs, &name.text);
                self.define(&name.text, layer, Definition::Named(ty, value));
            }
            ItemKind::Parameter(mut parameter) => {
                let known = self.rules.definitions.get(&parameter.name.text).and_then(|versions| versions.last());
                if let Some((_, Definition::Parameter(known))) = known {
                    parameter.ty = parameter.ty.or_else(|| known.ty.clone());
                }
                self.define(&parameter.name.text.clone(), layer, Definition::Parameter(parameter));
            }
            ItemKind::Function { name, params, result, body } => {
                self.define(&name.text, layer, Definition::Function(params, result, body));
            }
            ItemKind::HostFunction { name, result, .. } => {
                self.define(&name.text, layer, Definition::Host(result));
            }
            ItemKind::Tiers(tiers) => self.define(&tiers.name.text.clone(), layer, Definition::Tiers(tiers)),
            ItemKind::Charge(mut charge) => {
                // A charge that overrides keeps the label and the tags of the base's where it writes none.
                let known = self.rules.definitions.get(&charge.code.text).and_then(|versions| versions.last());
                if let Some((_, Definition::Charge(known))) = known {
                    charge.label = charge.label.or_else(|| known.label.clone());
                    if charge.tags.is_empty() {
                        charge.tags = known.tags.clone();
                    }
                }
                push_new(&mut self.rules.charges, &charge.code.text);
                self.define(&charge.code.text.clone(), layer, Definition::Charge(charge));
            }
            ItemKind::Exception(exception) => self.rules.exceptions.push((layer, exception)),
            ItemKind::Total(stages) => self.rules.totals.push((layer, stages)),
            ItemKind::Flag { code, message, when } => {
                replace(&mut self.rules.flags, Notice { code: code.text, message, when, layer });
            }
            ItemKind::Refuse { code, message, when } => {
                replace(&mut self.rules.refusals, Notice { code: code.text, message, when, layer });
            }
            _ => {}
        }
    }

    fn define(&mut self, name: &str, layer: usize, definition: Definition) {
        self.rules.definitions.entry(name.to_string()).or_default().push((layer, definition));
    }

    /// Declares the units, each after those that it is defined by; a currency that the caller chooses is one too.
    fn declare_units(&mut self) -> Result<(), String> {
        for field in &self.rules.inputs {
            if matches!(field.ty.kind, TypeKind::CurrencyAmong(_)) {
                self.rules.units.declare(&field.name.text, None, None);
            }
        }
        while !self.units.is_empty() {
            let before = self.units.len();
            let units = std::mem::take(&mut self.units);
            for (name, plural, definition) in units {
                let one = match definition.as_ref().map(|definition| &definition.kind) {
                    None => None,
                    Some(ExprKind::Literal(Literal::Number(number, Some(unit)))) => match self.rules.unit(unit) {
                        Ok(unit) => Some((super::literal::rational(number), unit)),
                        Err(_) => {
                            self.units.push((name, plural, definition));
                            continue;
                        }
                    },
                    Some(_) => return Err(format!("the unit {name} is not defined by a quantity")),
                };
                self.rules.units.declare(&name, plural.as_deref(), one);
            }
            if self.units.len() == before {
                return Err("a unit is defined by one that there is not".to_string());
            }
        }
        Ok(())
    }

    fn read_patterns(&mut self) {
        let fields = self.rules.inputs.iter().chain(self.rules.records.values().flatten());
        let patterns = fields.filter_map(|field| field.matching.as_ref());
        let read = |text: &String| Some((text.clone(), regex::Regex::new(&format!("^(?:{text})$")).ok()?));
        self.rules.patterns = patterns.filter_map(|pattern| read(&pattern.text)).collect();
    }

    fn read_tables(&mut self) -> Result<(), String> {
        for (path, table, overriding) in std::mem::take(&mut self.tables) {
            let name = table.name.text.clone();
            if overriding && table.columns.is_empty() {
                let mut known = self.rules.tables.remove(&name).unwrap_or_default();
                known.iter_mut().try_for_each(|rows| rows.override_rows(&self.rules, &table))?;
                self.rules.tables.insert(name, known);
                continue;
            }
            let csv = match &table.file {
                Some(file) => Some(self.text(&beside(&path, &file.text))?),
                None => None,
            };
            let rows = TableRows::read(&self.rules, table, csv.as_deref())?;
            self.rules.tables.entry(name).or_default().push(rows);
        }
        Ok(())
    }
}

fn push_new(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|known| known == name) {
        names.push(name.to_string());
    }
}

/// Puts a notice in the place of the one with its code, or at the end.
fn replace(notices: &mut Vec<Notice>, notice: Notice) {
    match notices.iter_mut().find(|known| known.code == notice.code) {
        Some(known) => *known = notice,
        None => notices.push(notice),
    }
}

/// The values and charges of the main file with their places.
pub(crate) fn names(rules: &Rules) -> Vec<(String, Span)> {
    let versions =
        rules.definitions.iter().flat_map(|(name, versions)| versions.iter().map(move |version| (name, version)));
    let place = |(name, (_, definition)): (&String, &(usize, Definition))| match definition {
        Definition::Named(_, expr) => Some((name.clone(), expr.span)),
        Definition::Parameter(parameter) => Some((name.clone(), parameter.name.span)),
        Definition::Charge(charge) => Some((name.clone(), charge.code.span)),
        _ => None,
    };
    versions.filter_map(place).filter(|(_, span)| span.file == FileId::default()).collect()
}

/// The path of a file that another one names.
pub(crate) fn beside(path: &str, named: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in named.split('/') {
        match part {
            "." | "" => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}
