//! What the items declare: units, enumerations, records, inputs and the names of everything else.

use super::{Checker, MOST_NAMES, Progress, Symbol};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Calendar, EnumType, HostSignature, InputField};
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};
use crate::types::{Base, EnumId, FieldType, RecordType, Type};
use crate::value::{Currency, Number};
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

impl Checker<'_> {
    /// Declares what types are made of.
    pub(super) fn declare_types(&mut self) {
        self.declare_currency();
        let items = self.items();
        for (_, item) in &items {
            if let ItemKind::Enum { name, members } = &item.kind {
                self.declare_enum(name, members);
            }
        }
        for (_, item) in &items {
            if let ItemKind::Unit { name, plural, definition } = &item.kind {
                self.declare_unit(name, plural.as_ref(), definition.as_ref());
            }
        }
        self.declare_chosen_currencies(&items);
        self.declare_records(&items);
        for (_, item) in &items {
            if let ItemKind::Input(fields) = &item.kind {
                self.declare_inputs(fields);
            }
        }
    }

    fn items(&self) -> Vec<(usize, Rc<ast::Item>)> {
        self.entries.iter().enumerate().map(|(at, entry)| (at, entry.item.clone())).collect()
    }

    pub(super) fn settings(&self) -> Vec<ast::Setting> {
        self.header.as_ref().map(|header| header.settings.clone()).unwrap_or_default()
    }

    fn declare_currency(&mut self) {
        self.currency_is_lost = self.header.as_ref().is_some_and(|header| !header.whole);
        for setting in self.settings() {
            match setting {
                ast::Setting::Currency(name) => match Currency::parse(&name.text) {
                    Some(currency) => self.currency = Some(currency),
                    None => {
                        self.currency_is_lost = true;
                        let title = format!("there is no currency `{}`", name.text);
                        let problem = Diagnostic::error(codes::UNKNOWN_UNIT, title, name.span, "not an ISO 4217 code");
                        self.report(problem.help("write the three letters, such as `USD`"));
                    }
                },
                ast::Setting::PricedOn(expr) => self.priced_on_written = Some(expr),
                ast::Setting::Rounding(rounding) => self.booking_written = Some(rounding),
                ast::Setting::Effective(_) | ast::Setting::Published(..) | ast::Setting::Supersedes(..) => {}
            }
        }
    }

    fn declare_enum(&mut self, name: &ast::Name, members: &[(ast::Name, Option<ast::Text>)]) {
        let id = EnumId(self.enums.len() as u32);
        if self.enum_names.insert(name.text.clone(), id).is_some() {
            self.report(
                Diagnostic::error(
                    codes::DEFINED_TWICE,
                    format!("`{}` is declared twice", name.text),
                    name.span,
                    "declared again here",
                )
                .help("give one of them another name"),
            );
        }
        let mut known: Vec<(Arc<str>, Option<String>)> = Vec::new();
        let mut names: HashSet<&str> = HashSet::new();
        for (member, label) in members {
            if !names.insert(&member.text) {
                self.report(
                    Diagnostic::error(
                        codes::DEFINED_TWICE,
                        format!("`{}` has `{}` twice", name.text, member.text),
                        member.span,
                        "again",
                    )
                    .help("take it out"),
                );
                continue;
            }
            self.members.entry(member.text.clone()).or_default().push((id, known.len() as u32));
            known.push((member.text.as_str().into(), label.as_ref().map(|l| l.text.clone())));
        }
        self.enums.push(EnumType { name: name.text.clone(), members: known, span: name.span });
    }

    fn declare_unit(&mut self, name: &ast::Name, plural: Option<&ast::Name>, definition: Option<&ast::Expr>) {
        if self.units.find(&name.text).is_some() {
            self.report(
                Diagnostic::error(
                    codes::DEFINED_TWICE,
                    format!("the unit `{}` is known already", name.text),
                    name.span,
                    "declared again here",
                )
                .help("use the known one, or choose another name"),
            );
            return;
        }
        let id = match definition {
            None => self.units.declare(&name.text),
            Some(definition) => {
                let ast::ExprKind::Literal(ast::Literal::Number(number, Some(unit))) = &definition.kind else {
                    self.report(
                        Diagnostic::error(
                            codes::UNKNOWN_UNIT,
                            "a unit is defined by a quantity",
                            definition.span,
                            "not a number with a unit",
                        )
                        .help("such as `unit pallet = 48 carton`"),
                    );
                    return;
                };
                let Some(base) = self.resolve_unit(unit) else { return };
                let dimension = self.units.dimension(&base);
                match (dimension.0.as_slice(), self.units.factor(&base).and_then(|factor| factor.mul(number))) {
                    ([(base, power)], Ok(factor)) if factor.is_positive() => {
                        self.units.add(&name.text, *base, *power, factor)
                    }
                    _ => {
                        self.report(
                            Diagnostic::error(
                                codes::UNKNOWN_UNIT,
                                "a unit is so much of one other unit",
                                definition.span,
                                "cannot define a unit",
                            )
                            .help("write a positive number of one unit, such as `unit pallet = 48 carton`"),
                        );
                        return;
                    }
                }
            }
        };
        if let Some(plural) = plural {
            self.units.alias(&plural.text, id);
        }
    }

    /// An input of type `currency among (…)` is a unit of money of its own.
    fn declare_chosen_currencies(&mut self, items: &[(usize, Rc<ast::Item>)]) {
        let fields = items.iter().filter_map(|(_, item)| match &item.kind {
            ItemKind::Input(fields) => Some(fields),
            _ => None,
        });
        let names: Vec<(usize, String)> = fields
            .flatten()
            .enumerate()
            .filter(|(_, field)| matches!(field.ty.kind, ast::TypeKind::CurrencyAmong(_)))
            .map(|(slot, field)| (slot, field.name.text.clone()))
            .collect();
        for (slot, name) in names {
            self.units.add(&name, Base::Chosen(slot as u32), 1, Number::ONE);
        }
    }

    /// Records may name each other in any order, but not in a circle.
    fn declare_records(&mut self, items: &[(usize, Rc<ast::Item>)]) {
        let mut waiting: Vec<(&ast::Name, &Vec<ast::Field>)> = items
            .iter()
            .filter_map(|(_, item)| match &item.kind {
                ItemKind::Record { name, fields } => Some((name, fields)),
                _ => None,
            })
            .collect();
        while !waiting.is_empty() {
            let names: Vec<String> = waiting.iter().map(|(name, _)| name.text.clone()).collect();
            let ready = waiting.iter().position(|(_, fields)| fields.iter().all(|field| !mentions(&field.ty, &names)));
            let Some(ready) = ready else {
                for (name, _) in &waiting {
                    self.report(
                        Diagnostic::error(
                            codes::CIRCLE,
                            format!("the record `{}` holds itself", name.text),
                            name.span,
                            "part of a circle of records",
                        )
                        .help("a record cannot hold a record of its own kind"),
                    );
                }
                return;
            };
            let (name, fields) = waiting.remove(ready);
            let mut checked = self.check_fields(fields);
            let record = |checked: &[InputField]| {
                let fields = checked.iter().map(|f| FieldType { name: f.name.clone(), ty: f.ty.clone() }).collect();
                Arc::new(RecordType { name: name.text.clone(), fields })
            };
            if !self.check_fields_in_all(&Type::Record(record(&checked)), name.span) {
                checked.iter_mut().for_each(|field| field.ty = Type::Unknown);
            }
            let record = record(&checked);
            if self.records.iter().any(|(known, _)| *known == name.text) {
                self.report(
                    Diagnostic::error(
                        codes::DEFINED_TWICE,
                        format!("`{}` is declared twice", name.text),
                        name.span,
                        "declared again here",
                    )
                    .help("give one of them another name"),
                );
                continue;
            }
            self.records.push((name.text.clone(), record));
            self.record_fields.push(checked);
        }
    }

    fn declare_inputs(&mut self, fields: &[ast::Field]) {
        for field in self.check_fields(fields) {
            if self.inputs.len() > MOST_NAMES {
                return; // reported with the fields
            }
            if self.input_names.contains(&field.name) {
                continue; // reported as defined twice when names are declared
            }
            let slot = self.inputs.len() as u16;
            self.declare_symbol(&field.name.clone(), field.span, Symbol::Input(slot));
            self.input_names.push(field.name.clone());
            self.inputs.push(field);
        }
    }

    /// Gives every item its place and its name.
    pub(super) fn declare_names(&mut self) {
        for (at, item) in self.items() {
            let hidden = self.entries.get(at).is_some_and(|entry| entry.hidden);
            let overrides = self.entries.get(at).is_some_and(|entry| entry.overrides);
            let mut declared: Option<(&ast::Name, Symbol)> = None;
            match &item.kind {
                ItemKind::Let { name, .. } | ItemKind::Output { name, .. } => {
                    let symbol = Symbol::Definition(self.definitions.len());
                    self.definition_entries.push(at);
                    self.definitions.push(Progress::Waiting);
                    let same_name = matches!(&item.kind, ItemKind::Output { value, .. } if matches!(&value.kind, ast::ExprKind::Name(n) if *n == name.text));
                    if !same_name {
                        declared = Some((name, symbol));
                    }
                }
                ItemKind::Parameter(parameter) => {
                    declared = Some((&parameter.name, Symbol::Parameter(self.parameters.len())));
                    self.parameter_entries.push(at);
                    self.parameters.push(Progress::Waiting);
                }
                ItemKind::Table(table) => {
                    let known = self.symbols.get(&table.name.text).copied();
                    match known {
                        Some((Symbol::Table(index), _)) if table.effective.is_some() || overrides => {
                            if let Some(entries) = self.table_entries.get_mut(index) {
                                entries.push(at);
                            }
                        }
                        _ => {
                            declared = Some((&table.name, Symbol::Table(self.tables.len())));
                            self.table_entries.push(vec![at]);
                            self.tables.push(Progress::Waiting);
                        }
                    }
                }
                ItemKind::Function { name, .. } => {
                    declared = Some((name, Symbol::Function(self.functions.len())));
                    self.function_entries.push(at);
                    self.functions.push(Progress::Waiting);
                }
                ItemKind::HostFunction { name, params, result } => {
                    declared = Some((name, Symbol::Host(self.hosts.len())));
                    let params = params.iter().map(|p| (p.name.text.clone(), self.resolve_type(&p.ty))).collect();
                    let result = self.resolve_type(result);
                    self.hosts.push(HostSignature { name: name.text.clone(), params, result, span: name.span });
                }
                ItemKind::Tiers(tiers) => {
                    declared = Some((&tiers.name, Symbol::Tiers(self.tiers.len())));
                    self.tiers_entries.push(at);
                    self.tiers.push(Progress::Waiting);
                }
                ItemKind::Calendar { name, days } => {
                    declared = Some((name, Symbol::Calendar(self.calendars.len())));
                    let days = days.iter().map(|(days, _)| days.clone()).collect();
                    self.calendars.push(Calendar { name: name.text.clone(), days });
                }
                ItemKind::Windows { name, .. } => {
                    declared = Some((name, Symbol::Windows(self.windows.len())));
                    self.windows_entries.push(at);
                    self.windows.push(Progress::Waiting);
                }
                ItemKind::Charge(charge) => {
                    declared = Some((&charge.code, Symbol::Charge(self.charges.len())));
                    self.charge_entries.push(at);
                    self.charges.push(Progress::Waiting);
                }
                ItemKind::Exception(exception) => {
                    self.exceptions.entry(exception.to.text.clone()).or_default().push(at);
                }
                _ => {}
            }
            if let Some((name, symbol)) = declared {
                let mut shown = name.text.clone();
                while hidden && (shown == name.text || self.symbols.contains_key(&shown)) {
                    shown = format!("base.{shown}"); // a contract of a contract may override twice
                }
                self.declare_symbol(&shown, name.span, symbol);
            }
        }
    }

    fn declare_symbol(&mut self, name: &str, span: Span, symbol: Symbol) {
        if let Some((_, before)) = self.symbols.get(name) {
            let before = *before;
            self.report(
                Diagnostic::error(
                    codes::DEFINED_TWICE,
                    format!("`{name}` is defined twice"),
                    span,
                    "defined again here",
                )
                .also(before, "first defined here")
                .help("give one of them another name"),
            );
            return;
        }
        self.symbols.insert(name.to_string(), (symbol, span));
    }
}

fn mentions(ty: &ast::TypeExpr, names: &[String]) -> bool {
    match &ty.kind {
        ast::TypeKind::Name(name) => names.contains(name),
        ast::TypeKind::List(inner) | ast::TypeKind::Optional(inner) => mentions(inner, names),
        _ => false,
    }
}
