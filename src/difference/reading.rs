//! Expressions of a program as forms.
//!
//! A reading keeps a number beside each form: the value of the expression is that number times what the form means. So a weight
//! in pounds and one in kilograms are one form with two numbers, and a conversion between units is no part of a form. Where
//! values of one unit meet (in sums, comparisons, stages) they are counted in base units; everywhere else the number is written
//! into the form, which is always right.

use super::Kind;
use super::form::{Form, Head, Order};
use super::names::Names;
use crate::program::{
    Arithmetic, Each, Expr, ExprKind, Program, RoundStep, RoundTo, Stage, StageKind, Template, TemplatePiece, Walk,
    WalkStep,
};
use crate::source::Span;
use crate::types::{Base, Type, UnitExpr};
use crate::value::{Number, Value};
use std::collections::HashMap;

/// A form, and what it is multiplied by.
struct Scaled {
    by: Number,
    form: Form,
}

/// Reads the expressions of one program.
pub(super) struct Reading<'p> {
    pub program: &'p Program,
    pub names: &'p Names,
    /// Local slots: how deep they were bound, and what one of their unit is in base units.
    locals: HashMap<u16, (usize, Number)>,
    depth: usize,
}

impl<'p> Reading<'p> {
    pub fn new(program: &'p Program, names: &'p Names) -> Self {
        Reading { program, names, locals: HashMap::new(), depth: 0 }
    }

    /// A reading in which the first locals are parameters of these types.
    pub fn with_parameters<'t>(program: &'p Program, names: &'p Names, types: impl Iterator<Item = &'t Type>) -> Self {
        let mut reading = Reading::new(program, names);
        for (slot, ty) in types.enumerate() {
            reading.bind(slot as u16, ty);
        }
        reading
    }

    /// Makes a local known, one deeper than those before it.
    pub fn bind(&mut self, slot: u16, ty: &Type) {
        let factor = self.factor(ty);
        self.locals.insert(slot, (self.depth, factor));
        self.depth = self.depth.saturating_add(1);
    }

    /// What an expression means, numbers in the base units of its type.
    pub fn form(&mut self, expr: &Expr) -> Form {
        self.counted(expr, &self.factor(&expr.ty))
    }

    /// What one of the type's unit is in base units.
    pub fn factor(&self, ty: &Type) -> Number {
        match ty.present() {
            Type::In(unit) => self.unit_factor(unit),
            _ => Number::ONE,
        }
    }

    fn unit_factor(&self, unit: &UnitExpr) -> Number {
        self.program.units.factor(unit).ok().filter(|factor| !factor.is_zero()).unwrap_or(Number::ONE)
    }

    /// The form of an expression whose value is multiplied by `unit`.
    fn counted(&mut self, expr: &Expr, unit: &Number) -> Form {
        let Scaled { by, form } = self.read(expr);
        times(form, &by, unit)
    }

    /// The value itself, as an operation takes it that knows its unit.
    fn raw(&mut self, expr: &Expr) -> Form {
        self.counted(expr, &Number::ONE)
    }

    fn named(&self, kind: Kind, name: String, declared: &Type, span: Span) -> Scaled {
        let form = Form::new(Head::Named(kind, name), Order::Fixed, Vec::new(), span);
        self.in_unit(form, declared)
    }

    /// A form that means base units, as a value in the unit of a type.
    fn in_unit(&self, form: Form, ty: &Type) -> Scaled {
        Scaled { by: reciprocal(&self.factor(ty)), form }
    }

    /// A node whose parts are of one unit and whose value is in it.
    fn alike(&mut self, word: &str, parts: &[&Expr], span: Span) -> Scaled {
        let unit = parts.first().map_or(Number::ONE, |part| self.factor(&part.ty));
        let parts = parts.iter().map(|part| self.counted(part, &unit)).collect();
        Scaled { by: reciprocal(&unit), form: Form::of(word, parts, span) }
    }

    /// A node whose parts are values as they are.
    fn plain(&mut self, word: impl Into<String>, parts: &[&Expr], span: Span) -> Scaled {
        let parts = parts.iter().map(|part| self.raw(part)).collect();
        exactly(Form::of(word, parts, span))
    }

    fn read(&mut self, expr: &Expr) -> Scaled {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Constant(value) => {
                let form = self.constant(value, &expr.ty, span);
                self.in_unit(form, if matches!(value, Value::Number(_)) { &expr.ty } else { &Type::Text })
            }
            ExprKind::Scale(inner, factor) => {
                let Scaled { by, form } = self.read(inner);
                match by.mul(factor) {
                    Ok(by) => Scaled { by, form: form.at(span) },
                    Err(_) => exactly(Form::of(format!("× {factor} × {by}"), vec![form], span)),
                }
            }
            ExprKind::Local(slot) => match self.locals.get(slot) {
                Some((depth, factor)) => {
                    Scaled { by: reciprocal(factor), form: Form::leaf(format!("local {depth}"), span) }
                }
                None => exactly(Form::leaf(format!("slot {slot}"), span)),
            },
            ExprKind::Arithmetic(Arithmetic::Multiply | Arithmetic::Divide, _, _) => self.product(expr),
            ExprKind::Arithmetic(Arithmetic::Add | Arithmetic::Subtract, _, _) => self.sum(expr),
            ExprKind::And(..) => self.chain(expr, "and"),
            ExprKind::Or(..) => self.chain(expr, "or"),
            ExprKind::Stages(inner, stages) => self.stages(inner, stages, span),
            _ => self.reference(expr).or_else(|| self.list(expr)).unwrap_or_else(|| self.operation(expr)),
        }
    }

    /// What stands for something with a name.
    fn reference(&mut self, expr: &Expr) -> Option<Scaled> {
        let (program, names, span) = (self.program, self.names, expr.span);
        let found = match &expr.kind {
            ExprKind::Input(slot) => {
                let field = program.inputs.get(*slot as usize)?;
                self.named(Kind::Input, names.of(Kind::Input, u32::from(*slot)), &field.ty, span)
            }
            ExprKind::Definition(id) => {
                let definition = program.definitions.get(id.0 as usize)?;
                self.named(names.definition(*id), names.of(Kind::Let, id.0), &definition.value.ty, span)
            }
            ExprKind::Charge(id) => {
                let unit = Type::In(program.charges.get(id.0 as usize)?.unit.clone());
                self.named(Kind::Charge, names.of(Kind::Charge, id.0), &unit, span)
            }
            ExprKind::IsApplied(id) => {
                let charge = self.named(Kind::Charge, names.of(Kind::Charge, id.0), &Type::Text, span).form;
                exactly(Form::of("is applied", vec![charge], span))
            }
            ExprKind::SumApplied(ids) => {
                let unit =
                    ids.first().and_then(|id| program.charges.get(id.0 as usize)).map(|c| Type::In(c.unit.clone()));
                let one = |id: &crate::program::ChargeId| {
                    self.named(Kind::Charge, names.of(Kind::Charge, id.0), &Type::Text, span).form
                };
                let form = Form::free("sum of applied", ids.iter().map(one).collect(), span);
                self.in_unit(form, &unit.unwrap_or(Type::Number))
            }
            ExprKind::Parameter(id, on) => {
                let parameter = program.parameters.get(id.0 as usize)?;
                let name = names.of(Kind::Parameter, id.0);
                let parts = on.iter().map(|on| self.raw(on)).collect();
                let form = Form::new(Head::Named(Kind::Parameter, name), Order::Fixed, parts, span);
                self.in_unit(form, &parameter.ty)
            }
            ExprKind::Lookup { table, keys, on, if_any, rows } => {
                let columns: Vec<_> = program.tables.get(table.0 as usize)?.keys().map(|(_, column)| column).collect();
                let mut parts = Vec::with_capacity(keys.len());
                for (key, column) in keys.iter().zip(columns) {
                    let unit = self.factor(&column.ty);
                    let key = key.as_ref().map_or_else(|| Form::leaf("any", span), |key| self.counted(key, &unit));
                    let key_span = key.span;
                    parts.push(Form::of(format!("key {}", column.name), vec![key], key_span));
                }
                if let Some(on) = on {
                    let on_span = on.span;
                    parts.push(Form::of("on", vec![self.raw(on)], on_span));
                }
                parts.extend(if_any.then(|| Form::leaf("if any", span)));
                parts.extend(rows.then(|| Form::leaf("rows of", span)));
                let name = names.of(Kind::Table, table.0);
                exactly(Form::new(Head::Named(Kind::Table, name), Order::Run, parts, span))
            }
            ExprKind::Call(id, arguments) => {
                let function = program.functions.get(id.0 as usize)?;
                let types = function.params.iter().map(|(_, ty)| ty);
                self.call(Kind::Function, names.of(Kind::Function, id.0), (types, arguments), &function.body.ty, span)
            }
            ExprKind::Host(id, arguments) => {
                let host = program.hosts.get(id.0 as usize)?;
                let types = host.params.iter().map(|(_, ty)| ty);
                self.call(
                    Kind::HostFunction,
                    names.of(Kind::HostFunction, id.0),
                    (types, arguments),
                    &host.result,
                    span,
                )
            }
            ExprKind::Tiers(id, arguments) => {
                let tiers = program.tiers.get(id.0 as usize)?;
                let types = std::iter::once(&tiers.over).chain(tiers.params.iter().map(|(_, ty)| ty));
                self.call(Kind::Tiers, names.of(Kind::Tiers, id.0), (types, arguments), &tiers.result, span)
            }
            ExprKind::WithinWindows(inner, id) => {
                let windows = self.named(Kind::Windows, names.of(Kind::Windows, id.0), &Type::Text, span).form;
                exactly(Form::of("is within", vec![self.raw(inner), windows], span))
            }
            ExprKind::WithinCalendar(inner, id) => {
                let calendar = self.named(Kind::Calendar, names.of(Kind::Calendar, id.0), &Type::Text, span).form;
                exactly(Form::of("is within", vec![self.raw(inner), calendar], span))
            }
            ExprKind::Split(from, until, id) => {
                let windows = self.named(Kind::Windows, names.of(Kind::Windows, id.0), &Type::Text, span).form;
                exactly(Form::of("split", vec![self.raw(from), self.raw(until), windows], span))
            }
            _ => return None,
        };
        Some(found)
    }

    fn call<'t>(
        &mut self,
        kind: Kind,
        name: String,
        (types, arguments): (impl Iterator<Item = &'t Type>, &[Expr]),
        result: &Type,
        span: Span,
    ) -> Scaled {
        let units: Vec<Number> = types.map(|ty| self.factor(ty)).collect();
        let parts = arguments.iter().zip(units).map(|(argument, unit)| self.counted(argument, &unit)).collect();
        self.in_unit(Form::new(Head::Named(kind, name), Order::Fixed, parts, span), result)
    }

    /// What goes through lists.
    fn list(&mut self, expr: &Expr) -> Option<Scaled> {
        let span = expr.span;
        let found = match &expr.kind {
            ExprKind::Aggregate { kind, each, body, if_any } => {
                let unit = self.factor(&body.ty);
                let parts = self.each(each, |reading| vec![reading.counted(body, &unit)], span);
                let by = if is_list(&expr.ty) { Number::ONE } else { reciprocal(&unit) };
                Scaled { by, form: Form::of(format!("{kind:?} {if_any}"), parts, span) }
            }
            ExprKind::AggregateValues(kind, values) => {
                let unit = values.first().map_or(Number::ONE, |value| self.factor(&value.ty));
                let parts = values.iter().map(|value| self.counted(value, &unit)).collect();
                let by = if is_list(&expr.ty) { Number::ONE } else { reciprocal(&unit) };
                let word = format!("{kind:?} of values");
                let free = matches!(kind, crate::program::Aggregate::List | crate::program::Aggregate::Distinct);
                Scaled { by, form: if free { Form::run(word, parts, span) } else { Form::free(word, parts, span) } }
            }
            ExprKind::AggregateList(kind, inner, if_any) => {
                let form = Form::of(format!("{kind:?} of list {if_any}"), vec![self.raw(inner)], span);
                if is_list(&expr.ty) { exactly(form) } else { self.element(form, &inner.ty) }
            }
            ExprKind::FirstLast(first, inner, if_any) => {
                let form = Form::of(format!("first {first} {if_any}"), vec![self.raw(inner)], span);
                self.element(form, &inner.ty)
            }
            ExprKind::CountEach(each) => exactly(Form::of("count", self.each(each, |_| Vec::new(), span), span)),
            ExprKind::Quantified(any, each, body) => {
                let parts = self.each(each, |reading| vec![reading.raw(body)], span);
                exactly(Form::of(if *any { "any has" } else { "every has" }, parts, span))
            }
            ExprKind::The { each, greatest, by, tie_last, if_any } => {
                let parts = self.each(each, |reading| vec![reading.form(by)], span);
                let form = Form::of(format!("the greatest {greatest} last {tie_last} {if_any}"), parts, span);
                match each.binders.first() {
                    Some((_, list)) => self.element(form, &list.ty),
                    None => exactly(form),
                }
            }
            ExprKind::Group(each, body) => {
                exactly(Form::of("group", self.each(each, |reading| vec![reading.form(body)], span), span))
            }
            ExprKind::Walk(walk) => exactly(self.walk(walk, span)),
            ExprKind::List(elements) => {
                exactly(Form::run("list", elements.iter().map(|element| self.form(element)).collect(), span))
            }
            ExprKind::Record(fields) => {
                let names = match expr.ty.present() {
                    Type::Record(record) => record.fields.iter().map(|field| field.name.clone()).collect(),
                    _ => Vec::new(),
                };
                let field = |(at, field): (usize, &Expr)| {
                    let name = names.get(at).cloned().unwrap_or_else(|| at.to_string());
                    Form::of(format!("field {name}"), vec![self.form(field)], field.span)
                };
                exactly(Form::free("record", fields.iter().enumerate().map(field).collect(), span))
            }
            ExprKind::InList(value, list) => {
                let unit = match list.ty.present() {
                    Type::List(element) => self.factor(element),
                    _ => Number::ONE,
                };
                exactly(Form::of("is in list", vec![self.counted(value, &unit), self.raw(list)], span))
            }
            ExprKind::Field(inner, at) | ExprKind::Column(inner, at) => self.field(inner, *at, span),
            _ => return None,
        };
        Some(found)
    }

    /// A field of a record or a column of a row, by its name.
    fn field(&mut self, inner: &Expr, at: u16, span: Span) -> Scaled {
        let (name, ty) = match inner.ty.present() {
            Type::Record(record) => {
                record.fields.get(at as usize).map(|field| (field.name.clone(), field.ty.clone())).unzip()
            }
            Type::Row(id) => {
                let table = self.program.tables.get(id.0 as usize);
                let column = table.and_then(|table| table.columns.get(at as usize));
                column.map(|column| (column.name.clone(), column.ty.clone())).unzip()
            }
            _ => (None, None),
        };
        let word = format!("field {}", name.unwrap_or_else(|| at.to_string()));
        let form = Form::of(word, vec![self.raw(inner)], span);
        self.in_unit(form, &ty.unwrap_or(Type::Number))
    }

    /// An element of a list, whose values mean base units.
    fn element(&self, form: Form, list: &Type) -> Scaled {
        match list.present() {
            Type::List(element) => self.in_unit(form, element),
            _ => exactly(form),
        }
    }

    /// The lists, filter and order, then the parts that see their elements.
    pub fn each(&mut self, each: &Each, body: impl FnOnce(&mut Self) -> Vec<Form>, span: Span) -> Vec<Form> {
        let depth = self.depth;
        let mut parts: Vec<Form> = each.binders.iter().map(|(_, list)| self.raw(list)).collect();
        for (slot, list) in &each.binders {
            match list.ty.present() {
                Type::List(element) => self.bind(*slot, element),
                _ => self.bind(*slot, &Type::Unknown),
            }
        }
        parts.push(match &each.filter {
            Some(filter) => self.raw(filter),
            None => Form::leaf("all", span),
        });
        for (key, descending) in &each.sort {
            let key = self.form(key);
            let key_span = key.span;
            parts.push(Form::of(format!("sorted {descending}"), vec![key], key_span));
        }
        parts.extend(body(self));
        self.depth = depth;
        parts
    }

    fn walk(&mut self, walk: &Walk, span: Span) -> Form {
        let first: Vec<Form> = walk.state.iter().map(|(_, first)| self.form(first)).collect();
        let state = Form::run("carrying", first, span);
        let parts = self.each(
            &walk.each,
            |reading| {
                for (slot, first) in &walk.state {
                    reading.bind(*slot, &first.ty);
                }
                let steps = walk.steps.iter().map(|step| reading.walk_step(step)).collect();
                vec![Form::run("steps", steps, span)]
            },
            span,
        );
        Form::of("walk", parts.into_iter().chain([state]).collect(), span)
    }

    fn walk_step(&mut self, step: &WalkStep) -> Form {
        match step {
            WalkStep::Let(slot, value) => {
                let form = self.form(value);
                self.bind(*slot, &value.ty);
                Form::of("let", vec![form], value.span)
            }
            WalkStep::Keep(row, when) => {
                let parts = std::iter::once(self.form(row)).chain(when.iter().map(|when| self.raw(when))).collect();
                Form::run("keep", parts, row.span)
            }
            WalkStep::Next(slot, value) => {
                let place = self.locals.get(slot).map_or(0, |(depth, _)| *depth);
                Form::of(format!("next {place}"), vec![self.form(value)], value.span)
            }
        }
    }

    /// Everything else.
    fn operation(&mut self, expr: &Expr) -> Scaled {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Negate(inner) => match self.read(inner) {
                Scaled { by, form } if matches!(inner.kind, ExprKind::Constant(_)) => {
                    Scaled { by, form: times(form, &Number::ONE, &Number::from_i64(-1)) }
                }
                Scaled { by, form } => Scaled { by, form: Form::of("-", vec![form], span) },
            },
            ExprKind::Compare(comparison, a, b) => {
                let form = self.alike(&format!("{comparison:?}"), &[a, b], span).form;
                exactly(form)
            }
            ExprKind::If(condition, a, b) => {
                let unit = self.factor(&a.ty);
                let parts = vec![self.raw(condition), self.counted(a, &unit), self.counted(b, &unit)];
                Scaled { by: reciprocal(&unit), form: Form::of("if", parts, span) }
            }
            ExprKind::Otherwise(a, b) => self.alike("otherwise", &[a, b], span),
            ExprKind::OneOf(value, values) => {
                let unit = self.factor(&value.ty);
                let value = self.counted(value, &unit);
                let values = values.iter().map(|value| self.counted(value, &unit)).collect();
                exactly(Form::of("is one of", vec![value, Form::free("values", values, span)], span))
            }
            ExprKind::InRange { value, low, high } => {
                let unit = self.factor(&value.ty);
                let mut parts = vec![self.counted(value, &unit)];
                for end in [low, high] {
                    parts.push(match end {
                        Some((end, included)) => {
                            Form::of(format!("end {included}"), vec![self.counted(end, &unit)], end.span)
                        }
                        None => Form::leaf("open", span),
                    });
                }
                exactly(Form::of("is from", parts, span))
            }
            ExprKind::ContainedIn(percent, of) => {
                let unit = self.factor(&of.ty);
                let parts = vec![self.raw(percent), self.counted(of, &unit)];
                Scaled { by: reciprocal(&unit), form: Form::of("contained in", parts, span) }
            }
            ExprKind::PerStep { amount, step, of, started } => {
                let (money, unit) = (self.factor(&amount.ty), self.factor(&of.ty));
                let parts = vec![self.counted(amount, &money), self.counted(step, &unit), self.counted(of, &unit)];
                let word = if *started { "per started" } else { "per whole" };
                Scaled { by: reciprocal(&money), form: Form::of(word, parts, span) }
            }
            ExprKind::Draw(amount, from) => {
                let parts: Vec<&Expr> = std::iter::once(&**amount).chain(from).collect();
                exactly(self.alike("draw", &parts, span).form)
            }
            ExprKind::Allocate { amount, weights, round, remainder } => {
                let unit = self.factor(&amount.ty);
                let parts = vec![self.counted(amount, &unit), self.raw(weights), self.rounding(round, &unit, span)];
                exactly(Form::of(format!("allocate {remainder:?}"), parts, span))
            }
            ExprKind::Increments(of, first, then) => exactly(self.alike("increments", &[of, first, then], span).form),
            ExprKind::Template(template) => exactly(self.template(template)),
            ExprKind::Library(function, arguments) => {
                // A function may see in which unit its argument is counted, as `whole` does.
                let units: Vec<String> =
                    arguments.iter().map(|argument| self.factor(&argument.ty).to_string()).collect();
                let word = format!("{function:?} {}", units.join(" "));
                self.plain(word, &arguments.iter().collect::<Vec<_>>(), span)
            }
            ExprKind::Days { from, to, inclusive, thirty_360 } => {
                self.plain(format!("days {inclusive} {thirty_360}"), &[from, to], span)
            }
            ExprKind::DateArithmetic(how, a, b) => self.plain(format!("{how:?}"), &[a, b], span),
            other => {
                let mut parts = Vec::new();
                expr.parts(&mut |part| parts.push(part));
                self.plain(word_of(other), &parts, span)
            }
        }
    }

    /// A sum as the list of its terms, counted in base units.
    fn sum(&mut self, expr: &Expr) -> Scaled {
        let mut terms = Vec::new();
        flatten_sum(expr, false, &mut terms);
        let unit = terms.first().map_or(Number::ONE, |(term, _)| self.factor(&term.ty));
        let parts = terms
            .iter()
            .map(|(term, minus)| {
                let form = self.counted(term, &unit);
                let span = form.span;
                if *minus { Form::of("minus", vec![form], span) } else { form }
            })
            .collect();
        Scaled { by: reciprocal(&unit), form: Form::free("sum of terms", parts, expr.span) }
    }

    /// A product as the list of its factors; what they are multiplied by is kept outside.
    fn product(&mut self, expr: &Expr) -> Scaled {
        let (mut by, mut parts, mut failed) = (Number::ONE, Vec::new(), false);
        let mut factors = Vec::new();
        flatten_product(expr, false, &mut factors);
        for factor in factors {
            let (factor, divides) = match factor {
                Factor::Number(number) => {
                    failed |= by.mul(number).map(|product| by = product).is_err();
                    continue;
                }
                Factor::Of(factor, divides) => (factor, divides),
            };
            let one = self.read(factor);
            let result = if divides { by.div(&one.by) } else { by.mul(&one.by) };
            failed |= result.map(|product| by = product).is_err();
            let span = one.form.span;
            parts.push(if divides { Form::of("divided by", vec![one.form], span) } else { one.form });
        }
        if failed {
            // Beyond what numbers can hold: compared as written.
            let mut parts = Vec::new();
            expr.parts(&mut |part| parts.push(part));
            let word = format!("{:?}", matches!(expr.kind, ExprKind::Arithmetic(Arithmetic::Divide, ..)));
            return self.plain(word, &parts, expr.span);
        }
        Scaled { by, form: Form::free("product", parts, expr.span) }
    }

    fn chain(&mut self, expr: &Expr, word: &str) -> Scaled {
        let mut links = Vec::new();
        flatten_chain(expr, word == "and", &mut links);
        let parts = links.into_iter().map(|link| self.raw(link)).collect();
        exactly(Form::run(word, parts, expr.span))
    }

    fn stages(&mut self, inner: &Expr, stages: &[Stage], span: Span) -> Scaled {
        let unit = self.factor(&inner.ty);
        let parts = std::iter::once(self.counted(inner, &unit))
            .chain(stages.iter().map(|stage| self.stage(stage, &unit)))
            .collect::<Vec<_>>();
        Scaled { by: reciprocal(&unit), form: Form::run("stages", parts, span) }
    }

    /// A stage of a value that is multiplied by `unit`.
    pub fn stage(&mut self, stage: &Stage, unit: &Number) -> Form {
        let span = stage.span;
        let (word, amount) = match &stage.kind {
            StageKind::LessPercent(percent) => ("less percent".to_string(), self.raw(percent)),
            StageKind::PlusPercent(percent) => ("plus percent".to_string(), self.raw(percent)),
            StageKind::LessAmount(amount) => ("less".to_string(), self.counted(amount, unit)),
            StageKind::PlusAmount(amount) => ("plus".to_string(), self.counted(amount, unit)),
            StageKind::Minimum(amount, line) | StageKind::Maximum(amount, line) => {
                let minimum = matches!(stage.kind, StageKind::Minimum(..));
                let code = line.as_ref().map_or_else(String::new, |line| format!(" as {} {:?}", line.code, line.label));
                let word = if minimum { "minimum" } else { "maximum" };
                (format!("{word}{code}"), self.counted(amount, unit))
            }
            StageKind::Rounded(round) => ("rounded".to_string(), self.rounding(round, unit, span)),
        };
        Form::of(word, vec![amount], span)
    }

    /// A rounding of a value that is multiplied by `unit`.
    pub fn rounding(&mut self, round: &RoundTo, unit: &Number, span: Span) -> Form {
        let step = match &round.step {
            RoundStep::Expr(step) => self.counted(step, unit),
            RoundStep::Fixed(step) => times(Form::number(step.clone(), String::new(), span), &Number::ONE, unit),
            RoundStep::MinorOf(slot) => {
                let name = self.names.of(Kind::Input, u32::from(*slot));
                Form::leaf(format!("minor unit of {name}"), span)
            }
        };
        // A step has no dimension of its own: it has that of what is rounded.
        let step = match step.head {
            Head::Number(number, _) => Form::number(number, String::new(), step.span),
            _ => step,
        };
        Form::of(format!("to {:?}", round.mode), vec![step], span)
    }

    /// A text with what is filled in.
    pub fn template(&mut self, template: &Template) -> Form {
        let piece = |piece: &TemplatePiece| match piece {
            TemplatePiece::Text(text) => Form::leaf(format!("text {text:?}"), template.span),
            TemplatePiece::Fill(expr) => {
                let unit = match expr.ty.present() {
                    Type::In(unit) => self.program.units.show(unit),
                    _ => String::new(),
                };
                Form::of(format!("fill {unit}"), vec![self.form(expr)], template.span)
            }
        };
        let parts: Vec<Form> = template.pieces.iter().map(piece).collect();
        Form::of("message", parts, template.span)
    }

    /// A constant, in base units where it is a quantity.
    pub fn constant(&self, value: &Value, ty: &Type, span: Span) -> Form {
        match (value, ty.present()) {
            (Value::Number(number), ty) => {
                let dimension = match ty {
                    Type::In(unit) => self.dimension(unit),
                    _ => String::new(),
                };
                let number = number.mul(&self.factor(ty)).unwrap_or_else(|_| number.clone());
                Form::number(number, dimension, span)
            }
            (Value::Member(member), Type::Enum(id)) => {
                let (name, member) = self.names.member(*id, *member);
                Form::new(Head::Named(Kind::Enumeration, name), Order::Fixed, vec![Form::leaf(member, span)], span)
            }
            (Value::List(values), Type::List(element)) => {
                Form::run("list", values.iter().map(|value| self.constant(value, element, span)).collect(), span)
            }
            (Value::Record(values), Type::Record(record)) => {
                let field = |(field, value): (&crate::types::FieldType, &Value)| {
                    Form::of(format!("field {}", field.name), vec![self.constant(value, &field.ty, span)], span)
                };
                Form::free("record", record.fields.iter().zip(values.iter()).map(field).collect(), span)
            }
            (value, _) => Form::leaf(format!("{value:?}"), span),
        }
    }

    /// The dimension of a unit, declared ones by the name of their first unit.
    pub fn dimension(&self, unit: &UnitExpr) -> String {
        let units = &self.program.units;
        let mut words: Vec<String> = units
            .dimension(unit)
            .0
            .iter()
            .map(|(base, power)| {
                let base = match base {
                    Base::Declared(id) => units.get(*id).map_or_else(String::new, |unit| unit.name.clone()),
                    Base::Chosen(slot) => format!("chosen by {}", self.names.of(Kind::Input, *slot)),
                    Base::Money(currency) => currency.code().to_string(),
                    other => format!("{other:?}"),
                };
                if *power == 1 { base } else { format!("{base}^{power}") }
            })
            .collect();
        words.sort();
        words.join("·")
    }
}

fn exactly(form: Form) -> Scaled {
    Scaled { by: Number::ONE, form }
}

fn is_list(ty: &Type) -> bool {
    matches!(ty.present(), Type::List(_))
}

fn reciprocal(number: &Number) -> Number {
    Number::ONE.div(number).unwrap_or(Number::ONE)
}

/// The form times two numbers; a constant takes them in.
fn times(form: Form, a: &Number, b: &Number) -> Form {
    let Ok(by) = a.mul(b) else {
        let span = form.span;
        return Form::of(format!("× {a} × {b}"), vec![form], span);
    };
    if by == Number::ONE {
        return form;
    }
    let span = form.span;
    if let Head::Number(number, dimension) = &form.head
        && let Ok(product) = number.mul(&by)
    {
        return Form::number(product, dimension.clone(), span);
    }
    Form::of(format!("× {by}"), vec![form], span)
}

enum Factor<'e> {
    /// A factor of its own: from a conversion between units.
    Number(&'e Number),
    /// An expression, and whether it divides.
    Of(&'e Expr, bool),
}

fn flatten_product<'e>(expr: &'e Expr, divides: bool, factors: &mut Vec<Factor<'e>>) {
    match &expr.kind {
        ExprKind::Arithmetic(Arithmetic::Multiply, a, b) => {
            flatten_product(a, divides, factors);
            flatten_product(b, divides, factors);
        }
        ExprKind::Arithmetic(Arithmetic::Divide, a, b) => {
            flatten_product(a, divides, factors);
            flatten_product(b, !divides, factors);
        }
        ExprKind::Scale(inner, factor) if !divides && matches!(inner.kind, ExprKind::Arithmetic(..)) => {
            factors.push(Factor::Number(factor));
            flatten_product(inner, divides, factors);
        }
        _ => factors.push(Factor::Of(expr, divides)),
    }
}

fn flatten_sum<'e>(expr: &'e Expr, minus: bool, terms: &mut Vec<(&'e Expr, bool)>) {
    match &expr.kind {
        ExprKind::Arithmetic(Arithmetic::Add, a, b) => {
            flatten_sum(a, minus, terms);
            flatten_sum(b, minus, terms);
        }
        ExprKind::Arithmetic(Arithmetic::Subtract, a, b) => {
            flatten_sum(a, minus, terms);
            flatten_sum(b, !minus, terms);
        }
        _ => terms.push((expr, minus)),
    }
}

fn flatten_chain<'e>(expr: &'e Expr, and: bool, links: &mut Vec<&'e Expr>) {
    match &expr.kind {
        ExprKind::And(a, b) if and => {
            flatten_chain(a, and, links);
            flatten_chain(b, and, links);
        }
        ExprKind::Or(a, b) if !and => {
            flatten_chain(a, and, links);
            flatten_chain(b, and, links);
        }
        _ => links.push(expr),
    }
}

/// The word of an operation that is nothing but its parts.
fn word_of(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Not(_) => "not",
        ExprKind::IsGiven(_) => "is given",
        ExprKind::Count(_) => "count of",
        ExprKind::DateOf(..) => "date of",
        ExprKind::TimeOf(..) => "time of",
        ExprKind::InstantOf(..) => "instant of",
        _ => "operation",
    }
}
