//! Tiers, functions, lets and outputs, with their exceptions.

use super::super::Kind;
use super::super::form::Form;
use super::super::reading::Reading;
use super::{Facet, Item, Lister, facet, fact, words};
use crate::program::{Definition, DefinitionId, Exception, Template, Tier, TierPart, TierRows, Tiers};
use crate::source::Span;
use crate::types::Type;
use crate::value::Number;

impl<'p> Lister<'p> {
    pub(super) fn tiers(&self) -> Vec<Item> {
        self.program.tiers.iter().enumerate().map(|(index, tiers)| self.tiers_item(index, tiers)).collect()
    }

    pub(super) fn tiers_item(&self, index: usize, tiers: &Tiers) -> Item {
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

    pub(super) fn tier(&self, reading: &mut Reading<'p>, tier: &Tier, (over, result): (&Number, &Number)) -> Form {
        let text = |span| crate::syntax::on_one_line(self.program.sources.text(span));
        let title = match &tier.bound {
            Some((bound, included)) => format!("{} {}", if *included { "up to" } else { "under" }, text(bound.span())),
            None => "above".to_string(),
        };
        let bound = match &tier.bound {
            Some((bound, included)) => {
                Form::of(format!("{included}"), vec![reading.form(bound)], bound.span()).around(title.clone())
            }
            None => Form::leaf("open", tier.span),
        };
        let part = |part: &TierPart| match part {
            TierPart::Rate { rate, scale } => {
                // What one base unit of the quantity costs, in base units of the result.
                let by = [reading.factor(&rate.ty)].iter().try_fold(scale.clone(), |by, factor| by.div(factor));
                let by = by.and_then(|by| by.mul(result)).and_then(|by| by.div(over)).unwrap_or_else(|_| scale.clone());
                Form::of(format!("rate × {by}"), vec![reading.form(rate)], rate.span())
            }
            TierPart::Flat(flat) => Form::of("flat", vec![reading.form(flat)], flat.span()),
            TierPart::PerStep { amount, step, started } => {
                let parts = vec![reading.form(amount), reading.form(step)];
                Form::of(format!("per step {started}"), parts, amount.span().to(step.span()))
            }
        };
        let parts = tier.parts.iter().map(part).collect();
        Form::of("tier", vec![bound, Form::run("price", parts, tier.span)], tier.span).titled(title)
    }

    pub(super) fn signature(&self, params: &[(String, Type)], result: Option<&Type>, span: Span) -> Vec<Facet> {
        let param = |(at, (name, ty)): (usize, &(String, Type))| {
            let words = self.type_words(ty);
            let form = Form::leaf(words.clone(), span).saying(format!("{name} : {words}"));
            facet(format!("parameter {}", at.saturating_add(1)), form)
        };
        let result = result.map(|ty| fact("result", self.type_words(ty), span));
        params.iter().enumerate().map(param).chain(result).collect()
    }

    pub(super) fn functions(&self) -> Vec<Item> {
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

    pub(super) fn definitions(&self) -> Vec<Item> {
        let item = |(index, definition): (usize, &Definition)| {
            let kind = self.names.definition(DefinitionId(index as u32));
            let mut item = self.item(kind, &self.name(Kind::Let, index), index, definition.span);
            let mut reading = self.reading();
            item.facets.push(facet("value", reading.form(&definition.value)));
            self.exceptions(&definition.exceptions, &mut reading, "", &mut item.facets);
            let output = self.program.outputs.iter().find(|output| output.definition.0 as usize == index);
            if let Some(output) = output {
                // Who reads the quote sees in which unit it is counted.
                item.facets.push(fact("type", self.type_words(&definition.value.ty), definition.span));
                item.label.clone_from(&output.label);
                item.facets.extend(words("label", output.label.as_ref(), definition.span));
            }
            item
        };
        self.program.definitions.iter().enumerate().map(item).collect()
    }

    pub(super) fn exceptions(
        &self,
        all: &[Exception],
        reading: &mut Reading<'p>,
        before: &str,
        facets: &mut Vec<Facet>,
    ) {
        for exception in all {
            let name = format!("{before}exception {}", exception.name);
            facets.push(facet(format!("{name}, when"), reading.form(&exception.when)));
            facets.push(facet(format!("{name}, value"), reading.form(&exception.value)));
            facets.extend(self.reason(&format!("{name}, because"), exception.because.as_ref(), reading));
            facets.extend(words(&format!("{name}, label"), exception.label.as_ref(), exception.span));
            self.exceptions(&exception.exceptions, reading, &format!("{name}, "), facets);
        }
    }

    pub(super) fn reason(&self, aspect: &str, text: Option<&Template>, reading: &mut Reading<'p>) -> Option<Facet> {
        let form = reading.template(text?);
        let words = crate::syntax::on_one_line(self.program.sources.text(form.span));
        Some(Facet { aspect: aspect.to_string(), form: form.saying(words), words: true })
    }
}
