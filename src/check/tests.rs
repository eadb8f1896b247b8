//! Tests beside the rules: what they give, and what they expect.

use super::scope::{Fact, Scope};
use super::time::near_zone;
use super::{Checker, Progress, Symbol};
use crate::diagnostic::{Diagnostic, codes, did_you_mean};
use crate::eval::ErrorKind;
use crate::program::{ChargeId, Expect, ExpectKind, Expr, ExprKind, Test};
use crate::source::Span;
use crate::syntax::ast;
use crate::table::Default as Miss;
use crate::types::{Base, TableId, Type, UnitExpr};
use crate::value::{Currency, Value, Zone};
use std::sync::Arc;

impl Checker<'_> {
    pub(super) fn check_tests(&mut self) {
        for at in 0..self.entries.len() {
            let Some(item) = self.entry_item(at) else { continue };
            let ast::ItemKind::Test(test) = &item.kind else { continue };
            if test.file.is_some() {
                let folder = self.entries.get(at).map_or_else(|| "".into(), |entry| entry.folder.clone());
                self.test_book(test, &folder);
                continue;
            }
            let checked = self.test(test);
            self.tests.push(checked);
        }
    }

    fn test(&mut self, test: &ast::Test) -> Test {
        let mut scope = Scope::default();
        let mut given = Vec::new();
        for (name, value) in &test.given {
            let Some(slot) = self.input_slot(name) else { continue };
            if given.iter().any(|(known, _)| *known == slot) {
                self.report(
                    Diagnostic::error(
                        codes::DEFINED_TWICE,
                        format!("`{}` is given twice", name.text),
                        name.span,
                        "given again here",
                    )
                    .help("take one of them out"),
                );
                continue;
            }
            if let Some(value) = self.given_value(slot, value, &mut scope) {
                given.push((slot, value));
            }
        }
        self.chosen = chosen_currencies(&given);
        let expects = test.expects.iter().filter_map(|expect| self.expectation(expect, &mut scope)).collect();
        self.chosen.clear();
        Test { name: test.name.text.clone(), given, expects, locals: scope.slots(), span: test.name.span }
    }

    pub(super) fn input_slot(&mut self, name: &ast::Name) -> Option<u16> {
        let slot = self.input_names.iter().position(|known| *known == name.text);
        if slot.is_none() {
            let mut diagnostic = Diagnostic::error(
                codes::UNKNOWN_NAME,
                format!("the input has no `{}`", name.text),
                name.span,
                "not a field of the input",
            );
            diagnostic = match did_you_mean(&name.text, self.input_names.iter().map(String::as_str)) {
                Some(near) => diagnostic.help(format!("did you mean `{near}`?")).edit(name.span, near),
                None => diagnostic.help(format!("the input has {}", self.input_names.join(", "))),
            };
            self.report(diagnostic);
        }
        slot.map(|slot| slot as u16)
    }

    /// The value that a test gives for an input; a currency and a zone are written as text.
    fn given_value(&mut self, slot: u16, value: &ast::Expr, scope: &mut Scope) -> Option<Expr> {
        let field = self.inputs.get(slot as usize)?;
        let (ty, name) = (field.ty.clone(), field.name.clone());
        if let Some(value) = self.named_value(&ty, value) {
            return Some(value);
        }
        if let ast::ExprKind::Literal(ast::Literal::Text(text)) = &value.kind
            && matches!(ty.present(), Type::Zone | Type::Currency)
        {
            let zone = *ty.present() == Type::Zone;
            let (code, what) =
                if zone { (codes::UNKNOWN_ZONE, "time zone") } else { (codes::UNKNOWN_UNIT, "currency") };
            let help = if zone {
                near_zone(text).unwrap_or_else(|| "write an IANA name such as `\"Europe/London\"`".to_owned())
            } else {
                "write the three letters, such as `USD`".to_owned()
            };
            self.report(
                Diagnostic::error(code, format!("there is no {what} `{text}`"), value.span, "not known").help(help),
            );
            return None;
        }
        let checked = self.expect(value, &ty, &format!("`{name}`"), scope);
        if checked.ty == Type::Unknown {
            return None;
        }
        if let Some(span) = needs_the_quote(&checked) {
            self.report(
                Diagnostic::error(
                    codes::NOT_CONSTANT,
                    format!("the value of `{name}` cannot depend on the rule set"),
                    span,
                    "known only when the test runs",
                )
                .help("a test gives values, and may compute them from numbers, dates and lists alone"),
            );
            return None;
        }
        Some(checked)
    }

    /// `USD` for a chosen currency, `"Europe/London"` for a zone.
    fn named_value(&self, ty: &Type, value: &ast::Expr) -> Option<Expr> {
        let text = match &value.kind {
            ast::ExprKind::Name(name) => name,
            ast::ExprKind::Literal(ast::Literal::Text(text)) => text,
            _ => return None,
        };
        let value_of = match ty.present() {
            Type::Currency => Value::Currency(Currency::parse(text)?),
            Type::Zone => Value::Zone(Zone::named(text)?),
            _ => return None,
        };
        Some(Expr::new(ExprKind::Constant(value_of), ty.clone(), value.span))
    }

    pub(super) fn expectation(&mut self, expect: &ast::Expect, scope: &mut Scope) -> Option<Expect> {
        let kind = match &expect.kind {
            ast::ExpectKind::Charge { code, amount, by } => {
                self.expect_charge(code, amount.as_ref(), by.as_ref(), scope)?
            }
            ast::ExpectKind::NoCharge(code) => match self.charge_index(code) {
                Some(charge) => ExpectKind::NoCharge(ChargeId(charge as u32)),
                None => ExpectKind::NoLine(self.line_code(code)?),
            },
            ast::ExpectKind::Total(amount) => {
                let amount = self.expression(amount, None, scope);
                let unit = self.total_unit(&amount)?;
                ExpectKind::Total(unit, amount)
            }
            ast::ExpectKind::Flag(code, raised) => {
                if !self.flags.iter().any(|flag| *flag.code == *code.text) {
                    let flags: Vec<String> = self.flags.iter().map(|flag| flag.code.to_string()).collect();
                    self.unknown_code("flag", (&code.text, code.span), &flags);
                    return None;
                }
                ExpectKind::Flag(code.text.as_str().into(), *raised)
            }
            ast::ExpectKind::Refusal(code) => {
                if let Some(known) = self.refusal_codes().filter(|known| !known.contains(&code.text)) {
                    self.unknown_code("refusal", (&code.text, code.span), &known);
                    return None;
                }
                ExpectKind::Refusal(code.text.clone())
            }
            ast::ExpectKind::Error(words) => match ErrorKind::named(&words.text) {
                Some(kind) => ExpectKind::Error(kind),
                None => {
                    let known: Vec<&str> = ErrorKind::ALL.iter().map(|(_, words)| *words).collect();
                    self.report(
                        Diagnostic::error(
                            codes::UNKNOWN_NAME,
                            format!("there is no error `{}`", words.text),
                            words.span,
                            "not one of the errors",
                        )
                        .help(format!("the errors are: {}", known.join(", "))),
                    );
                    return None;
                }
            },
            ast::ExpectKind::Explanation(code, text) => {
                let charge = self.find_charge(code)?;
                ExpectKind::Explanation(ChargeId(charge as u32), text.text.clone())
            }
            ast::ExpectKind::That(condition) => {
                scope.learn(self.all_facts());
                let mark = scope.mark();
                let condition = self.condition(condition, scope);
                scope.reset(mark);
                ExpectKind::That(condition)
            }
        };
        Some(Expect { kind, span: expect.span })
    }

    /// In a test a charge may be named plainly: where it does not apply, the expectation fails.
    pub(super) fn all_facts(&self) -> Vec<Fact> {
        self.symbols
            .iter()
            .filter(|(_, (symbol, _))| matches!(symbol, Symbol::Charge(_)))
            .map(|(name, _)| Fact::Applied(name.clone()))
            .collect()
    }

    pub(super) fn charge_index(&self, code: &ast::Name) -> Option<usize> {
        match self.symbols.get(&code.text) {
            Some((Symbol::Charge(index), _)) => Some(*index),
            _ => None,
        }
    }

    pub(super) fn line_code(&mut self, code: &ast::Name) -> Option<Arc<str>> {
        let known = self.line_codes();
        if known.contains(&code.text) {
            return Some(code.text.as_str().into());
        }
        let charges = self.symbols.iter().filter(|(_, (s, _))| matches!(s, Symbol::Charge(_))).map(|(n, _)| n.clone());
        let known: Vec<String> = known.into_iter().chain(charges).collect();
        self.unknown_code("charge", (&code.text, code.span), &known);
        None
    }

    /// The codes that the rule set refuses with; `None` where a table could not be read.
    fn refusal_codes(&self) -> Option<Vec<String>> {
        let mut known: Vec<String> = self.refusals.iter().map(|refusal| refusal.code.to_string()).collect();
        for table in &self.tables {
            let Progress::Done(Some(table)) = table else { return None };
            if let Miss::Refuse(code, ..) = &table.default {
                known.push(code.to_string());
            }
        }
        Some(known)
    }

    fn unknown_code(&mut self, what: &str, (code, span): (&str, Span), known: &[String]) {
        let mut diagnostic = Diagnostic::error(
            codes::UNKNOWN_NAME,
            format!("there is no {what} `{code}`"),
            span,
            format!("not a {what} of this rule set"),
        );
        diagnostic = match did_you_mean(code, known.iter().map(String::as_str)) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")).edit(span, near),
            None => diagnostic.help(format!("name a {what} by its code")),
        };
        self.report(diagnostic);
    }

    fn expect_charge(
        &mut self,
        code: &ast::Name,
        amount: Option<&ast::Expr>,
        by: Option<&(ast::Name, u32)>,
        scope: &mut Scope,
    ) -> Option<ExpectKind> {
        let Some(index) = self.charge_index(code) else {
            let line = self.line_code(code)?;
            let amount = amount.map(|amount| self.expression(amount, None, scope));
            return Some(ExpectKind::Line(line, amount));
        };
        let (unit, _) = self.charge_unit(index, &code.text, code.span)?;
        let amount = amount.map(|amount| {
            let list = matches!(amount.kind, ast::ExprKind::List(_));
            let what = format!("the amount of {}", code.text);
            self.expected_amount(amount, &unit, list, &what, scope)
        });
        let by = match by {
            Some((table, row)) => Some((self.expected_table(table, *row)?, *row)),
            None => None,
        };
        Some(ExpectKind::Charge { charge: ChargeId(index as u32), amount, by })
    }

    /// The amount or amounts that a test expects; where the caller chooses the currency, in the one that the test chooses.
    fn expected_amount(
        &mut self,
        amount: &ast::Expr,
        unit: &UnitExpr,
        list: bool,
        what: &str,
        scope: &mut Scope,
    ) -> Expr {
        let of = |unit: UnitExpr| if list { Type::List(Arc::new(Type::In(unit))) } else { Type::In(unit) };
        let wanted = of(unit.clone());
        let chosen = match self.units.currency(unit) {
            Some(Base::Chosen(slot)) => {
                self.chosen.iter().find(|(known, _)| u32::from(*known) == slot).map(|(_, c)| *c)
            }
            _ => None,
        };
        let checked = self.expression(amount, Some(&wanted), scope);
        if let Some(currency) = chosen {
            let written = of(self.units.money(currency));
            if let Ok(same) = self.try_coerce(checked.clone(), &written) {
                return same.with_type(wanted);
            }
        }
        self.coerce(checked, &wanted, what)
    }

    fn expected_table(&mut self, name: &ast::Name, row: u32) -> Option<TableId> {
        let Some((Symbol::Table(index), _)) = self.symbols.get(&name.text).copied() else {
            self.report(
                Diagnostic::error(
                    codes::UNKNOWN_NAME,
                    format!("there is no table `{}`", name.text),
                    name.span,
                    "not a table",
                )
                .help("name the table whose row prices the charge"),
            );
            return None;
        };
        let rows = match self.tables.get(index) {
            Some(Progress::Done(Some(table))) => table.len(),
            _ => return None,
        };
        if row == 0 || (row as usize > rows && !self.broken_tables.contains(&index)) {
            self.report(
                Diagnostic::error(
                    codes::WRONG_KEYS,
                    format!("`{}` has {rows} rows", name.text),
                    name.span,
                    format!("row {row} is none of them"),
                )
                .help("rows count from 1, the heading does not count"),
            );
            return None;
        }
        Some(TableId(index as u32))
    }

    fn total_unit(&mut self, amount: &Expr) -> Option<UnitExpr> {
        match &amount.ty {
            Type::In(unit) if self.units.currency(unit).is_some() => Some(unit.clone()),
            Type::Unknown => None,
            other => {
                let shown = self.show_type(other);
                self.report(
                    Diagnostic::error(
                        codes::NOT_MONEY,
                        format!("a total is an amount of money, not {shown}"),
                        amount.span(),
                        format!("this is {shown}"),
                    )
                    .help("write the amount with its currency, such as `12.37 USD`"),
                );
                None
            }
        }
    }
}

/// The place in a test's value that only a quote could tell: an input, a definition, a charge or a parameter.
fn needs_the_quote(expr: &Expr) -> Option<Span> {
    match expr.kind {
        ExprKind::Input(_)
        | ExprKind::Definition(_)
        | ExprKind::Charge(_)
        | ExprKind::IsApplied(_)
        | ExprKind::SumApplied(_)
        | ExprKind::Parameter(..) => return Some(expr.span()),
        _ => {}
    }
    let mut found = None;
    expr.parts(&mut |part| found = found.or_else(|| needs_the_quote(part)));
    found
}

/// The currencies that a test chooses, by the input's slot.
pub(super) fn chosen_currencies(given: &[(u16, Expr)]) -> Vec<(u16, Currency)> {
    given
        .iter()
        .filter_map(|(slot, value)| match &value.kind {
            ExprKind::Constant(Value::Currency(currency)) => Some((*slot, *currency)),
            _ => None,
        })
        .collect()
}
