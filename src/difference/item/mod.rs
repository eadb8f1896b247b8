//! The items of a rule set as lists of facets: what is compared, aspect by aspect.

mod charges;
mod declarations;
mod formulas;

use super::Kind;
use super::form::Form;
use super::names::Names;
use super::reading::Reading;
use crate::eval::show;
use crate::program::Program;
use crate::source::Span;
use crate::types::Type;
use crate::value::Number;

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

/// The codes of options in their order, where that decides nothing but which of equal amounts is named.
pub(super) const OPTION_ORDER: &str = "order of the options, the first of equal amounts is named";

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
        item.facets.push(fact("effective", program.effective.to_string(), span));
        item.facets.extend(program.published.map(|day| fact("published", day.to_string(), span)));
        let superseded =
            program.supersedes.as_ref().map(|other| format!("version {} from {}", other.version, other.from));
        item.facets.extend(superseded.map(|other| fact("supersedes", other, span)));
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
            RoundStep::Expr(step) | RoundStep::OwnOf(_, _, step) => {
                let text = crate::syntax::on_one_line(self.program.sources.text(step.span()));
                if text.is_empty() { "its step".to_string() } else { text }
            }
            RoundStep::Fixed(step) => step.to_string(),
            RoundStep::MinorOf(slot) => format!("the minor unit of {}", self.name(Kind::Input, usize::from(*slot))),
        };
        format!("{} to {step}", round.mode.words())
    }

    fn type_words(&self, ty: &Type) -> String {
        type_words(self.program, self.names, ty)
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
