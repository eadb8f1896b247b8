//! The items of a rule set as lists of facets: what is compared, aspect by aspect.

use super::Kind;
use super::form::Form;
use super::names::Names;
use super::reading::Reading;
use crate::eval::show;
use crate::program::{
    Charge, ChargeAmount, Exception, InputField, Notice, Period, Program, Template, Tier, TierPart, TierRows, Tiers,
};
use crate::source::Span;
use crate::types::{Base, Type};
use crate::value::{Currency, Number, Value};

/// One aspect of an item.
#[derive(Debug, Clone)]
pub(super) struct Facet {
    /// What it is: `when`, `amount`, `exception gold, value`.
    pub aspect: String,
    pub form: Form,
    /// No price depends on it: a label, a reason.
    pub words: bool,
}

/// An item with what is compared of it.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub kind: Kind,
    pub name: String,
    pub label: Option<String>,
    /// Its place; of what stands nowhere, none.
    pub span: Option<Span>,
    pub facets: Vec<Facet>,
    /// Its place among the items of its kind in the program.
    pub index: usize,
    /// A base's item that was replaced, or what an exception of its own stands beside.
    pub hidden: bool,
}

/// All items of a program but for its tests, with tables and parameters by their declaration alone.
pub(super) fn items(program: &Program, names: &Names) -> Vec<Item> {
    let lister = Lister { program, names };
    let mut items = vec![lister.header()];
    items.extend(lister.inputs());
    items.extend(lister.enumerations());
    items.extend(lister.records());
    items.extend(lister.units());
    items.extend(lister.parameters());
    items.extend(lister.tables());
    items.extend(lister.tiers());
    items.extend(lister.calendars());
    items.extend(lister.windows());
    items.extend(lister.functions());
    items.extend(lister.definitions());
    items.extend(lister.charges());
    items.extend(lister.totals());
    items.extend(lister.notices(Kind::Flag, &program.flags));
    items.extend(lister.notices(Kind::Refusal, &program.refusals));
    hide_echoes(&mut items);
    items
}

/// What stands beside its own exceptions is the same item once more.
fn hide_echoes(items: &mut Vec<Item>) {
    let spans: Vec<(Kind, Option<Span>)> =
        items.iter().filter(|item| !item.name.starts_with("base.")).map(|item| (item.kind, item.span)).collect();
    items.retain(|item| !item.name.starts_with("base.") || !spans.contains(&(item.kind, item.span)));
}

fn facet(aspect: impl Into<String>, form: Form) -> Facet {
    Facet { aspect: aspect.into(), form, words: false }
}

fn words(aspect: &str, text: Option<impl AsRef<str>>, span: Span) -> Option<Facet> {
    let text = text?;
    let shown = format!("{:?}", text.as_ref());
    Some(Facet { aspect: aspect.to_string(), form: Form::leaf(shown.clone(), span).saying(shown), words: true })
}

/// A fact that is its own words.
fn fact(aspect: impl Into<String>, text: impl Into<String>, span: Span) -> Facet {
    let text = text.into();
    facet(aspect, Form::leaf(text.clone(), span).saying(text))
}

struct Lister<'p> {
    program: &'p Program,
    names: &'p Names,
}

impl<'p> Lister<'p> {
    fn reading(&self) -> Reading<'p> {
        Reading::new(self.program, self.names)
    }

    fn item(&self, kind: Kind, name: &str, index: usize, span: Span) -> Item {
        let hidden = name.starts_with("base.");
        Item { kind, name: name.to_string(), label: None, span: Some(span), facets: Vec::new(), index, hidden }
    }

    fn name(&self, kind: Kind, index: usize) -> String {
        self.names.of(kind, index as u32)
    }

    fn header(&self) -> Item {
        let (program, span) = (self.program, Span::default());
        let mut item = Item { span: None, ..self.item(Kind::Header, "", 0, span) };
        item.facets.extend(words("name", Some(&program.name), span));
        item.facets.extend(words("title", Some(&program.title), span));
        item.facets.extend(words("version", program.version.as_ref(), span));
        item.facets.extend(program.extends.iter().map(|base| fact("extends", base, span)));
        item.facets.push(fact("effective", period(&program.effective), span));
        item.facets.extend(program.currency.map(|currency| fact("currency", currency.code(), span)));
        item.facets.extend(program.priced_on.iter().map(|day| facet("priced on", self.reading().form(day))));
        if let Some(round) = &program.round_total {
            let form = self.reading().rounding(round, &Number::ONE, span);
            item.facets.push(facet("rounding of the total", form.saying(self.rounding(round))));
        }
        item
    }

    fn rounding(&self, round: &crate::program::RoundTo) -> String {
        use crate::program::RoundStep;
        let step = match &round.step {
            RoundStep::Expr(step) => {
                let text = crate::syntax::on_one_line(self.program.sources.text(step.span));
                if text.is_empty() { "its step".to_string() } else { text }
            }
            RoundStep::Fixed(step) => step.to_string(),
            RoundStep::MinorOf(slot) => format!("the minor unit of {}", self.name(Kind::Input, usize::from(*slot))),
        };
        format!("{} to {step}", round.mode.words())
    }

    fn inputs(&self) -> Vec<Item> {
        let item = |(index, field): (usize, &InputField)| {
            let mut item = self.item(Kind::Input, &self.name(Kind::Input, index), index, field.span);
            item.label.clone_from(&field.label);
            item.facets = self.field(field, "");
            item
        };
        self.program.inputs.iter().enumerate().map(item).collect()
    }

    fn field(&self, field: &InputField, before: &str) -> Vec<Facet> {
        let (program, span) = (self.program, field.span);
        let named = |aspect: &str| format!("{before}{aspect}");
        let mut facets = vec![
            fact(named("type"), self.type_words(&field.ty), span),
            fact(named("name on the wire"), format!("{:?}", field.wire), span),
        ];
        let reading = self.reading();
        let element = element_type(&field.ty);
        let end = |end: &(Value, bool), (with, without): (&str, &str)| {
            let (value, included) = end;
            let text = show::plain(program, &[], value, element);
            let text = format!("{} {text}", if *included { with } else { without });
            Form::of(format!("{included}"), vec![reading.constant(value, element, span)], span).saying(text)
        };
        let domain = &field.domain;
        facets.extend(domain.low.iter().map(|low| facet(named("lowest"), end(low, ("from", "over")))));
        facets.extend(domain.high.iter().map(|high| facet(named("highest"), end(high, ("up to", "under")))));
        facets.extend(domain.matching.iter().map(|one| fact(named("pattern"), format!("{:?}", one.text), span)));
        if !domain.currencies.is_empty() {
            let one = |currency: &Currency| Form::leaf(currency.code(), span).saying(currency.code());
            let form = Form::free("currencies", domain.currencies.iter().map(one).collect(), span);
            facets.push(facet(named("currencies"), form));
        }
        if let Some(default) = &field.default {
            let form = self.reading().form(default);
            let form = match &default.kind {
                crate::program::ExprKind::Constant(value) => form.saying(show::show(program, value, &field.ty)),
                _ => form,
            };
            facets.push(facet(named("default"), form));
        }
        facets.extend(words(&named("label"), field.label.as_ref(), span));
        facets
    }

    fn type_words(&self, ty: &Type) -> String {
        type_words(self.program, self.names, ty)
    }

    fn enumerations(&self) -> Vec<Item> {
        let item = |(index, one): (usize, &crate::program::EnumType)| {
            let mut item = self.item(Kind::Enumeration, &self.name(Kind::Enumeration, index), index, one.span);
            let members = one.members.iter().map(|(name, _)| Form::leaf(&**name, one.span).saying(&**name)).collect();
            item.facets.push(facet("member", Form::free("members", members, one.span)));
            for (name, label) in &one.members {
                item.facets.extend(words(&format!("label of {name}"), label.as_ref(), one.span));
            }
            item
        };
        self.program.enums.iter().enumerate().map(item).collect()
    }

    fn records(&self) -> Vec<Item> {
        let records = self.program.records.iter().zip(&self.program.record_fields).enumerate();
        let item =
            |(index, (record, fields)): (usize, (&std::sync::Arc<crate::types::RecordType>, &Vec<InputField>))| {
                let span = fields.first().map_or_else(Span::default, |field| field.span);
                let mut item = self.item(Kind::Record, &record.name, index, span);
                item.facets = fields.iter().flat_map(|field| self.field(field, &format!("{}, ", field.name))).collect();
                item
            };
        records.map(item).collect()
    }

    /// The units that authors declared, by name.
    fn units(&self) -> Vec<Item> {
        let known = crate::types::Units::default();
        let units = &self.program.units;
        let mut names: Vec<&str> = units.names().filter(|name| known.named(name).is_none()).collect();
        names.sort_unstable();
        let mut items = Vec::new();
        for (index, name) in names.into_iter().enumerate() {
            let Some((id, unit)) = units.named(name).and_then(|id| Some((id, units.get(id)?))) else { continue };
            let of_money = matches!(unit.base, Base::Money(_) | Base::Chosen(_)) && unit.factor == Number::ONE;
            if of_money && (Currency::parse(name).is_some() || matches!(unit.base, Base::Chosen(_))) {
                continue;
            }
            let dimension = self.reading().dimension(&crate::types::UnitExpr(vec![(id, 1)]));
            let text = format!("{} {dimension}", unit.factor);
            let mut item = Item { span: None, ..self.item(Kind::Unit, name, index, Span::default()) };
            item.facets.push(fact("size", text, Span::default()));
            items.push(item);
        }
        items
    }

    fn parameters(&self) -> Vec<Item> {
        let item = |(index, parameter): (usize, &crate::program::Parameter)| {
            let mut item = self.item(Kind::Parameter, &self.name(Kind::Parameter, index), index, parameter.span);
            item.facets.push(fact("type", self.type_words(&parameter.ty), parameter.span));
            item
        };
        self.program.parameters.iter().enumerate().map(item).collect()
    }

    fn tables(&self) -> Vec<Item> {
        let item = |(index, table): (usize, &crate::table::Table)| {
            self.item(Kind::Table, &self.name(Kind::Table, index), index, table.span)
        };
        self.program.tables.iter().enumerate().map(item).collect()
    }

    fn tiers(&self) -> Vec<Item> {
        self.program.tiers.iter().enumerate().map(|(index, tiers)| self.tiers_item(index, tiers)).collect()
    }

    fn tiers_item(&self, index: usize, tiers: &Tiers) -> Item {
        let span = tiers.span;
        let mut item = self.item(Kind::Tiers, &self.name(Kind::Tiers, index), index, span);
        let types = std::iter::once(&tiers.over).chain(tiers.params.iter().map(|(_, ty)| ty));
        let mut reading = Reading::with_parameters(self.program, self.names, types);
        item.facets.push(fact("how", if tiers.volume { "volume" } else { "graduated" }, span));
        item.facets.push(fact("over", self.type_words(&tiers.over), span));
        item.facets.extend(self.signature(&tiers.params, None, span));
        item.facets.extend(tiers.flat_at_zero.then(|| fact("flat due at zero", "yes", span)));
        let (over, result) = (reading.factor(&tiers.over), reading.factor(&tiers.result));
        item.facets.extend(tiers.each_rounded.iter().map(|round| {
            let form = reading.rounding(round, &result, span).saying(self.rounding(round));
            facet("each tier rounded", form)
        }));
        let form = match &tiers.rows {
            TierRows::Written(rows) => Form::run(
                "tiers",
                rows.iter().map(|tier| self.tier(&mut reading, tier, (&over, &result))).collect(),
                span,
            ),
            TierRows::Each { list, slot, tier } => {
                let source = reading.form(list);
                match list.ty.present() {
                    Type::List(element) => reading.bind(*slot, element),
                    _ => reading.bind(*slot, &Type::Unknown),
                }
                Form::of("each", vec![source, self.tier(&mut reading, tier, (&over, &result))], span)
            }
        };
        item.facets.push(facet("tier", form));
        item
    }

    fn tier(&self, reading: &mut Reading<'p>, tier: &Tier, (over, result): (&Number, &Number)) -> Form {
        let bound = match &tier.bound {
            Some((bound, included)) => Form::of(format!("{included}"), vec![reading.form(bound)], bound.span),
            None => Form::leaf("open", tier.span),
        };
        let text = |span| crate::syntax::on_one_line(self.program.sources.text(span));
        let title = match &tier.bound {
            Some((bound, included)) => format!("{} {}", if *included { "up to" } else { "under" }, text(bound.span)),
            None => "above".to_string(),
        };
        let part = |part: &TierPart| match part {
            TierPart::Rate { rate, scale } => {
                // What one base unit of the quantity costs, in base units of the result.
                let by = [reading.factor(&rate.ty)].iter().try_fold(scale.clone(), |by, factor| by.div(factor));
                let by = by.and_then(|by| by.mul(result)).and_then(|by| by.div(over)).unwrap_or_else(|_| scale.clone());
                Form::of(format!("rate × {by}"), vec![reading.form(rate)], rate.span)
            }
            TierPart::Flat(flat) => Form::of("flat", vec![reading.form(flat)], flat.span),
            TierPart::PerStep { amount, step, started } => {
                let parts = vec![reading.form(amount), reading.form(step)];
                Form::of(format!("per step {started}"), parts, amount.span.to(step.span))
            }
        };
        let parts = tier.parts.iter().map(part).collect();
        Form::of("tier", vec![bound, Form::run("price", parts, tier.span)], tier.span).titled(title)
    }

    fn signature(&self, params: &[(String, Type)], result: Option<&Type>, span: Span) -> Vec<Facet> {
        let param = |(at, (name, ty)): (usize, &(String, Type))| {
            let words = self.type_words(ty);
            let form = Form::leaf(words.clone(), span).saying(format!("{name} : {words}"));
            facet(format!("parameter {}", at.saturating_add(1)), form)
        };
        let result = result.map(|ty| fact("result", self.type_words(ty), span));
        params.iter().enumerate().map(param).chain(result).collect()
    }

    fn functions(&self) -> Vec<Item> {
        let (program, mut items) = (self.program, Vec::new());
        for (index, function) in program.functions.iter().enumerate() {
            let mut item = self.item(Kind::Function, &self.name(Kind::Function, index), index, function.span);
            item.facets = self.signature(&function.params, None, function.span);
            let types = function.params.iter().map(|(_, ty)| ty);
            let mut reading = Reading::with_parameters(program, self.names, types);
            item.facets.push(facet("value", reading.form(&function.body)));
            items.push(item);
        }
        for (index, host) in program.hosts.iter().enumerate() {
            let mut item = self.item(Kind::HostFunction, &self.name(Kind::HostFunction, index), index, host.span);
            item.facets = self.signature(&host.params, Some(&host.result), host.span);
            items.push(item);
        }
        items
    }

    fn definitions(&self) -> Vec<Item> {
        let item = |(index, definition): (usize, &crate::program::Definition)| {
            let kind = self.names.definition(crate::program::DefinitionId(index as u32));
            let mut item = self.item(kind, &self.name(Kind::Let, index), index, definition.span);
            let mut reading = self.reading();
            item.facets.push(facet("value", reading.form(&definition.value)));
            self.exceptions(&definition.exceptions, &mut reading, "", &mut item.facets);
            let output = self.program.outputs.iter().find(|output| output.definition.0 as usize == index);
            if let Some(output) = output {
                item.label.clone_from(&output.label);
                item.facets.extend(words("label", output.label.as_ref(), definition.span));
            }
            item
        };
        self.program.definitions.iter().enumerate().map(item).collect()
    }

    fn exceptions(&self, all: &[Exception], reading: &mut Reading<'p>, before: &str, facets: &mut Vec<Facet>) {
        for exception in all {
            let name = format!("{before}exception {}", exception.name);
            facets.push(facet(format!("{name}, when"), reading.form(&exception.when)));
            facets.push(facet(format!("{name}, value"), reading.form(&exception.value)));
            facets.extend(self.reason(&format!("{name}, because"), exception.because.as_ref(), reading));
            facets.extend(words(&format!("{name}, label"), exception.label.as_ref(), exception.span));
            self.exceptions(&exception.exceptions, reading, &format!("{name}, "), facets);
        }
    }

    fn reason(&self, aspect: &str, text: Option<&Template>, reading: &mut Reading<'p>) -> Option<Facet> {
        let form = reading.template(text?);
        let words = crate::syntax::on_one_line(self.program.sources.text(form.span));
        Some(Facet { aspect: aspect.to_string(), form: form.saying(words), words: true })
    }

    fn charges(&self) -> Vec<Item> {
        self.program.charges.iter().enumerate().map(|(index, charge)| self.charge(index, charge)).collect()
    }

    fn charge(&self, index: usize, charge: &Charge) -> Item {
        let mut item = self.item(Kind::Charge, &self.name(Kind::Charge, index), index, charge.span);
        item.hidden |= !charge.listed;
        item.label = charge.label.as_ref().and_then(Template::fixed).map(ToString::to_string);
        let (mut reading, mut facets) = (self.reading(), Vec::new());
        match &charge.each {
            Some(each) => {
                let span = charge.span;
                let list = reading.each(
                    each,
                    |reading| {
                        self.charge_facets(charge, reading, &mut facets);
                        Vec::new()
                    },
                    span,
                );
                facets.insert(0, facet("for each", Form::of("for each", list, span)));
            }
            None => self.charge_facets(charge, &mut reading, &mut facets),
        }
        item.facets = facets;
        item
    }

    fn charge_facets(&self, charge: &Charge, reading: &mut Reading<'p>, facets: &mut Vec<Facet>) {
        let span = charge.span;
        match &charge.amount {
            ChargeAmount::Expr(amount) => facets.push(facet("amount", reading.form(amount))),
            ChargeAmount::Group { policy, options, stages } => {
                facets.push(fact("choice", format!("{policy:?}").to_lowercase(), span));
                let option = |option: &crate::program::GroupOption| {
                    let amount = reading.form(&option.amount);
                    let when = option.when.iter().map(|when| reading.form(when)).collect();
                    let parts = vec![amount, Form::run("when", when, option.span)];
                    Form::of(format!("option {}", option.code), parts, option.span)
                        .titled(format!("option {}", option.code))
                };
                let parts = options.iter().map(option).collect();
                // Which of several counts is a matter of their order only for `first of`.
                let free = *policy != crate::program::GroupPolicy::First;
                let form = if free { Form::free("options", parts, span) } else { Form::run("options", parts, span) };
                facets.push(facet("amount", form));
                for option in options {
                    facets.extend(words(&format!("label of {}", option.code), option.label.as_ref(), option.span));
                }
                let unit = reading.factor(&Type::In(charge.unit.clone()));
                let stages: Vec<Form> = stages.iter().map(|stage| reading.stage(stage, &unit)).collect();
                facets.push(facet("stages", Form::run("stages", stages, span)));
            }
        }
        facets.extend(charge.when.iter().map(|when| facet("when", reading.form(when))));
        self.exceptions(&charge.exceptions, reading, "", facets);
        let unit = reading.factor(&Type::In(charge.unit.clone()));
        facets.push(fact("currency", reading.dimension(&charge.unit), span));
        if let Some(round) = &charge.booking {
            let form = reading.rounding(round, &unit, span);
            facets.push(facet("rounding", form.saying(self.rounding(round))));
        }
        if !charge.tags.is_empty() {
            let one = |tag: &std::sync::Arc<str>| Form::leaf(&**tag, span).saying(&**tag);
            facets.push(facet("tag", Form::free("tags", charge.tags.iter().map(one).collect(), span)));
        }
        if let Some((quantity, price)) = &charge.shown {
            let mut parts = vec![reading.form(quantity)];
            parts.extend(price.iter().map(|price| reading.form(price)));
            facets.push(Facet { words: true, ..facet("shown as", Form::run("shown", parts, quantity.span)) });
        }
        facets.extend(self.reason("label", charge.label.as_ref(), reading));
        facets.extend(self.reason("because", charge.because.as_ref(), reading));
    }

    fn totals(&self) -> Vec<Item> {
        let item = |(index, stage): (usize, &crate::program::TotalStage)| {
            let mut item = self.item(Kind::Total, &stage.code, index, stage.span);
            item.label = stage.label.as_ref().map(ToString::to_string);
            let bound = self.reading().form(&stage.bound);
            item.facets.push(facet(if stage.maximum { "maximum" } else { "minimum" }, bound));
            item.facets.extend(words("label", stage.label.as_ref(), stage.span));
            item
        };
        self.program.total.iter().enumerate().map(item).collect()
    }

    fn notices(&self, kind: Kind, notices: &[Notice]) -> Vec<Item> {
        let item = |(index, notice): (usize, &Notice)| {
            let mut item = self.item(kind, &notice.code, index, notice.span);
            let mut reading = self.reading();
            item.facets.push(facet("when", reading.form(&notice.when)));
            item.facets.extend(self.reason("message", Some(&notice.message), &mut reading));
            item
        };
        notices.iter().enumerate().map(item).collect()
    }

    fn calendars(&self) -> Vec<Item> {
        let item = |(index, calendar): (usize, &crate::program::Calendar)| {
            let span = Span::default();
            let mut item =
                Item { span: None, ..self.item(Kind::Calendar, &self.name(Kind::Calendar, index), index, span) };
            let days = calendar.days.iter().map(|days| {
                let words = super::words::days(days);
                Form::leaf(words.clone(), span).saying(words)
            });
            item.facets.push(facet("day", Form::free("days", days.collect(), span)));
            item
        };
        self.program.calendars.iter().enumerate().map(item).collect()
    }

    fn windows(&self) -> Vec<Item> {
        let item = |(index, windows): (usize, &crate::program::Windows)| {
            let mut item = self.item(Kind::Windows, &self.name(Kind::Windows, index), index, windows.span);
            item.facets.push(facet("zone", self.reading().form(&windows.zone)));
            let lines = windows.lines.iter().map(|line| {
                let words = super::words::window(line, &|id| self.names.of(Kind::Calendar, id.0));
                let calendars = line.except.iter().chain(&line.only);
                let parts = calendars.map(|id| {
                    let head = super::form::Head::Named(Kind::Calendar, self.names.of(Kind::Calendar, id.0));
                    Form::new(head, super::form::Order::Fixed, Vec::new(), windows.span)
                });
                Form::of(words.clone(), parts.collect(), windows.span).saying(words)
            });
            item.facets.push(facet("hours", Form::free("lines", lines.collect(), windows.span)));
            item
        };
        self.program.windows.iter().enumerate().map(item).collect()
    }
}

/// The type of what a domain is about: of a list, of its elements.
fn element_type(ty: &Type) -> &Type {
    match ty.present() {
        Type::List(element) => element_type(element),
        other => other,
    }
}

/// `from 2026-01-05 through 2027-01-03`
pub(super) fn period(period: &Period) -> String {
    super::words::period(period)
}

/// A type in the author's words, with names that were changed as they were.
pub(super) fn type_words(program: &Program, names: &Names, ty: &Type) -> String {
    match ty {
        Type::Enum(id) => names.of(Kind::Enumeration, id.0),
        Type::List(element) => format!("list of {}", type_words(program, names, element)),
        Type::Optional(inner) => format!("{}?", type_words(program, names, inner)),
        Type::Record(record) if record.name.is_empty() => {
            let field =
                |field: &crate::types::FieldType| format!("{} : {}", field.name, type_words(program, names, &field.ty));
            format!("{{ {} }}", record.fields.iter().map(field).collect::<Vec<_>>().join("  "))
        }
        Type::Row(id) => format!("row of {}", names.of(Kind::Table, id.0)),
        other => show::show_type(program, other),
    }
}
