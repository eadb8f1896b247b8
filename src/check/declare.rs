//! What the items declare: units, enumerations, records, inputs and the names of everything else.

use super::convert::constant;
use super::scope::Scope;
use super::{Checker, Progress, Symbol};
use crate::diagnostic::{Diagnostic, codes};
use crate::program::{Calendar, Domain, EnumType, HostSignature, InputField, Pattern, Period, RoundStep, RoundTo};
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind};
use crate::types::{Base, EnumId, FieldType, RecordType, Type, UnitExpr};
use crate::value::{Currency, Number, RoundingMode, Value};
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

    fn settings(&self) -> Vec<ast::Setting> {
        self.header.as_ref().map(|header| header.settings.clone()).unwrap_or_default()
    }

    fn declare_currency(&mut self) {
        for setting in self.settings() {
            match setting {
                ast::Setting::Currency(name) => match Currency::parse(&name.text) {
                    Some(currency) => self.currency = Some(currency),
                    None => self.report(
                        Diagnostic::error(
                            codes::UNKNOWN_UNIT,
                            format!("there is no currency `{}`", name.text),
                            name.span,
                            "not an ISO 4217 code",
                        )
                        .help("write the three letters, such as `USD`"),
                    ),
                },
                ast::Setting::PricedOn(expr) => self.priced_on_written = Some(expr),
                ast::Setting::Rounding(rounding) => self.booking_written = Some(rounding),
                ast::Setting::Effective(_) => {}
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
        for (member, label) in members {
            if known.iter().any(|(text, _)| **text == *member.text) {
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
            let checked = self.check_fields(fields);
            let record = RecordType {
                name: name.text.clone(),
                fields: checked.iter().map(|f| FieldType { name: f.name.clone(), ty: f.ty.clone() }).collect(),
            };
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
            self.records.push((name.text.clone(), Arc::new(record)));
            self.record_fields.push(checked);
        }
    }

    fn declare_inputs(&mut self, fields: &[ast::Field]) {
        for field in self.check_fields(fields) {
            if self.input_names.contains(&field.name) {
                continue; // reported as defined twice when names are declared
            }
            let slot = self.inputs.len() as u16;
            self.declare_symbol(&field.name.clone(), field.span, Symbol::Input(slot));
            self.input_names.push(field.name.clone());
            self.inputs.push(field);
        }
    }

    fn check_fields(&mut self, fields: &[ast::Field]) -> Vec<InputField> {
        let mut checked: Vec<InputField> = Vec::new();
        for field in fields {
            if checked.iter().any(|known| known.name == field.name.text) {
                self.report(
                    Diagnostic::error(
                        codes::DEFINED_TWICE,
                        format!("the field `{}` is declared twice", field.name.text),
                        field.name.span,
                        "declared again here",
                    )
                    .help("take it out, or give it another name"),
                );
                continue;
            }
            let ty = self.resolve_type(&field.ty);
            let domain = self.check_domain(field, &ty);
            let default = field.default.as_ref().and_then(|default| self.check_default(default, &ty, &field.name.text));
            checked.push(InputField {
                name: field.name.text.clone(),
                wire: field.wire.as_ref().map_or_else(|| field.name.text.clone(), |w| w.text.clone()),
                ty,
                domain,
                default,
                label: field.label.as_ref().map(|l| l.text.clone()),
                span: field.name.span,
            });
        }
        checked
    }

    fn check_default(&mut self, default: &ast::Expr, ty: &Type, name: &str) -> Option<crate::program::Expr> {
        let expr = self.expression(default, Some(ty), &mut Scope::default());
        let expr = self.coerce(expr, ty, &format!("the default of `{name}`"));
        if expr.ty == Type::Unknown {
            return None;
        }
        match constant(&expr) {
            Some(value) => Some(crate::program::Expr { kind: crate::program::ExprKind::Constant(value), ..expr }),
            None => {
                self.report(
                    Diagnostic::error(
                        codes::NOT_CONSTANT,
                        format!("the default of `{name}` must be written out"),
                        default.span,
                        "this is computed",
                    )
                    .help(
                        "write a value, or make the field optional with `?` and say `… otherwise …` where it is used",
                    ),
                );
                None
            }
        }
    }

    fn check_domain(&mut self, field: &ast::Field, ty: &Type) -> Domain {
        let mut domain = Domain::default();
        if let Some(range) = &field.range {
            let inner = ty.present().clone();
            if inner.is_ordered() || inner == Type::Unknown {
                (domain.low, domain.high) = self.constant_range(range, &inner);
            } else {
                let shown = self.show_type(&inner);
                self.report(
                    Diagnostic::error(
                        codes::TYPE_MISMATCH,
                        format!("{shown} has no range"),
                        range.span,
                        "a range of what has no order",
                    )
                    .help("take the range out; for text write `matching \"…\"`"),
                );
            }
        }
        if let Some(matching) = &field.matching {
            domain.matching = self.check_pattern(matching, ty);
        }
        if let ast::TypeKind::CurrencyAmong(names) = &field.ty.kind {
            for name in names {
                match Currency::parse(&name.text) {
                    Some(currency) => domain.currencies.push(currency),
                    None => self.report(
                        Diagnostic::error(
                            codes::UNKNOWN_UNIT,
                            format!("there is no currency `{}`", name.text),
                            name.span,
                            "not an ISO 4217 code",
                        )
                        .help("write the three letters, such as `USD`"),
                    ),
                }
            }
        }
        domain
    }

    fn check_pattern(&mut self, matching: &ast::Text, ty: &Type) -> Option<Pattern> {
        if *ty.present() != Type::Text && *ty != Type::Unknown {
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    "only text matches a pattern",
                    matching.span,
                    "a pattern for what is not text",
                )
                .help("take `matching` out, or make the field text"),
            );
            return None;
        }
        match regex_lite::Regex::new(&format!("^(?:{})$", matching.text)) {
            Ok(regex) => Some(Pattern { text: matching.text.clone(), regex }),
            Err(problem) => {
                self.report(
                    Diagnostic::error(
                        codes::BAD_PATTERN,
                        "this pattern cannot be read",
                        matching.span,
                        problem.to_string(),
                    )
                    .help("such as `[0-9]{5}` for five digits, `[A-Z]{2}.*` for two letters and more"),
                );
                None
            }
        }
    }

    /// The ends of a range whose ends are written out, in the type's unit.
    #[allow(clippy::type_complexity, reason = "the two ends of a range, each with its inclusion")]
    pub(super) fn constant_range(
        &mut self,
        range: &ast::Range,
        ty: &Type,
    ) -> (Option<(Value, bool)>, Option<(Value, bool)>) {
        let low = range
            .low
            .as_ref()
            .and_then(|(end, included)| Some((self.constant_of(end, ty, "the range's lower end")?, *included)));
        let high = range
            .high
            .as_ref()
            .and_then(|(end, included)| Some((self.constant_of(end, ty, "the range's upper end")?, *included)));
        if let (Some((low, low_in)), Some((high, high_in))) = (&low, &high)
            && (low > high || (low == high && !(*low_in && *high_in)))
        {
            self.report(
                Diagnostic::error(
                    codes::EMPTY_RANGE,
                    "nothing lies in this range",
                    range.span,
                    "its end comes before its beginning",
                )
                .help("swap the two ends, or include both: `A through B`"),
            );
        }
        (low, high)
    }

    /// The value of an expression that must be written out, in the type's unit.
    pub(super) fn constant_of(&mut self, expr: &ast::Expr, ty: &Type, what: &str) -> Option<Value> {
        let checked = self.expression(expr, Some(ty), &mut Scope::default());
        let checked = self.coerce(checked, ty, what);
        if checked.ty == Type::Unknown {
            return None;
        }
        let value = constant(&checked);
        if value.is_none() {
            self.report(
                Diagnostic::error(
                    codes::NOT_CONSTANT,
                    format!("{what} must be written out"),
                    expr.span,
                    "this is computed",
                )
                .help("write a value here; what is computed belongs in a `let`"),
            );
        }
        value
    }

    /// The half-open period of a range of dates.
    pub(super) fn period_of(&mut self, range: &ast::Range) -> Period {
        let (low, high) = self.constant_range(range, &Type::Date);
        let day_after = |value: Value, after: bool| {
            let date = value.as_date()?;
            if after { date.add_days(1) } else { Some(date) }
        };
        Period {
            from: low.and_then(|(value, included)| day_after(value, !included)),
            until: high.and_then(|(value, included)| day_after(value, included)),
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

    /// Effective period, pricing date and rounding.
    pub(super) fn check_header(&mut self) {
        for setting in self.settings() {
            if let ast::Setting::Effective(range) = setting {
                self.effective = self.period_of(&range);
            }
        }
        if let Some(written) = self.priced_on_written.clone() {
            let mut scope = Scope::default();
            let expr = self.expression(&written, Some(&Type::Date), &mut scope);
            let expr = self.coerce(expr, &Type::Date, "the pricing date");
            self.base_locals = self.base_locals.max(scope.slots());
            self.priced_on = Some(expr);
        }
        match self.booking_written.clone() {
            Some(ast::Rounding { how: None, .. }) => self.booking = None,
            Some(ast::Rounding { how: Some(how), on_total, .. }) => {
                self.round_total = on_total;
                let mode = how.mode.unwrap_or(RoundingMode::HalfUp);
                let step = how.step.as_ref().map(|step| self.header_step(step));
                self.booking = Some(RoundTo { mode, step: step.unwrap_or(RoundStep::Fixed(Number::ZERO)) });
            }
            None => self.booking = Some(RoundTo { mode: RoundingMode::HalfUp, step: RoundStep::Fixed(Number::ZERO) }),
        }
    }

    /// The step of the header's rounding, with its unit; a zero stands for the minor unit of whatever currency is booked.
    fn header_step(&mut self, step: &ast::Expr) -> RoundStep {
        let expr = self.expression(step, None, &mut Scope::default());
        let is_money = matches!(&expr.ty, Type::In(unit) if self.units.currency(unit).is_some());
        if !is_money && expr.ty != Type::Unknown {
            self.report(
                Diagnostic::error(
                    codes::TYPE_MISMATCH,
                    "charges are rounded to an amount of money",
                    step.span,
                    "not an amount of money",
                )
                .help("such as `rounding half up to 0.01 USD`, or `to minor unit`"),
            );
        }
        RoundStep::Expr(Box::new(expr))
    }

    /// How a charge in this unit is rounded when it is booked.
    pub(super) fn booking_for(&mut self, unit: &UnitExpr, span: Span) -> Option<RoundTo> {
        let booking = self.booking.clone()?;
        let step = match &booking.step {
            RoundStep::Expr(expr) => match self.try_coerce(expr.as_ref().clone(), &Type::In(unit.clone())) {
                Ok(expr) => RoundStep::Expr(Box::new(expr)),
                Err(_) => self.minor_unit(unit, span)?,
            },
            _ => self.minor_unit(unit, span)?,
        };
        Some(RoundTo { mode: booking.mode, step })
    }

    /// The minor unit of the currency that amounts in this unit are of.
    pub(super) fn minor_unit(&mut self, unit: &UnitExpr, span: Span) -> Option<RoundStep> {
        match self.units.currency(unit) {
            Some(Base::Money(currency)) => {
                let digits = currency.digits();
                let minor = Number::from_scaled(1, digits)?;
                let factor = self.units.factor(unit).ok()?;
                Some(RoundStep::Fixed(minor.div(&factor).ok()?))
            }
            Some(Base::Chosen(slot)) => Some(RoundStep::MinorOf(slot as u16)),
            _ => {
                let shown = self.units.show(unit);
                self.report(
                    Diagnostic::error(
                        codes::TYPE_MISMATCH,
                        format!("`{shown}` has no minor unit"),
                        span,
                        "not an amount of money",
                    )
                    .help("write the step, such as `rounded up to 0.5 kg`"),
                );
                None
            }
        }
    }
}

fn mentions(ty: &ast::TypeExpr, names: &[String]) -> bool {
    match &ty.kind {
        ast::TypeKind::Name(name) => names.contains(name),
        ast::TypeKind::List(inner) | ast::TypeKind::Optional(inner) => mentions(inner, names),
        _ => false,
    }
}
