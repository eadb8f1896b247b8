//! The digest of a rule set, and those of its rules.

use super::expression::{Item, Reading, Scope};
use super::writer::Writer;
use super::{Digest, RuleDigest, RuleKind};
use crate::program::{Exception, Notice, Program};

/// The digest of everything that can change a byte of a quote or of its explanation. Takes time in proportion to the rules and the
/// rows of all tables.
pub fn of_rule_set(program: &Program) -> Digest {
    let mut reading = Reading::of_all_shown(program);
    let mut writer = Reading::begin("rule set");
    header(&mut writer, program);
    reading.declarations(&mut writer);
    reading.named_items(&mut writer);
    for rule in reading.rules_beside_charges() {
        writer.text(&rule.name);
        writer.digest(rule.digest);
    }
    writer.finish()
}

/// The digest of each rule: charges and their exceptions in the order of the rules, then tables, parameters, bounds of the totals,
/// outputs, flags and refusals. Takes time in proportion to the rules and the rows of all tables.
pub fn of_rules(program: &Program) -> Vec<RuleDigest> {
    let mut reading = Reading::of_meaning(program);
    let mut rules = Vec::new();
    for (id, charge) in (0..).zip(&program.charges) {
        let digest = reading.item(Item::Charge(id));
        rules.push(RuleDigest { kind: RuleKind::Charge, name: charge.code.to_string(), digest });
        let binders = charge.each.iter().flat_map(|each| &each.binders).map(|(slot, _)| *slot);
        reading.exception_rules(&charge.code, &charge.exceptions, &mut Scope(binders.collect()), &mut rules);
    }
    for definition in &program.definitions {
        reading.exception_rules(&definition.name, &definition.exceptions, &mut Scope::default(), &mut rules);
    }
    for (id, table) in (0..).zip(&program.tables) {
        let digest = reading.item(Item::Table(id));
        rules.push(RuleDigest { kind: RuleKind::Table, name: table.name.clone(), digest });
    }
    for (id, parameter) in (0..).zip(&program.parameters) {
        let digest = reading.item(Item::Parameter(id));
        rules.push(RuleDigest { kind: RuleKind::Parameter, name: parameter.name.clone(), digest });
    }
    rules.extend(reading.rules_beside_charges());
    rules
}

fn header(writer: &mut Writer, program: &Program) {
    writer.text(&program.name);
    writer.text(&program.title);
    writer.optional(program.version.as_deref());
    writer.optional(program.extends.as_deref());
    for day in [program.effective.from, program.effective.until] {
        writer.optional(day.map(|day| day.to_string()).as_deref());
    }
    writer.optional(program.published.map(|day| day.to_string()).as_deref());
    writer.optional(program.supersedes.as_ref().map(|other| other.version.as_str()));
    writer.optional(program.supersedes.as_ref().map(|other| other.from.to_string()).as_deref());
    writer.optional(program.currency.map(|currency| currency.to_string()).as_deref());
}

impl Reading<'_> {
    /// What comes in: the fields with their domains, and the day of pricing.
    fn declarations(&mut self, writer: &mut Writer) {
        let program = self.program;
        let scope = &mut Scope::default();
        writer.count(program.inputs.len());
        for field in program.inputs.iter().chain(program.record_fields.iter().flatten()) {
            for text in [&field.name, &field.wire] {
                writer.text(text);
            }
            writer.optional(field.label.as_deref());
            self.ty(writer, &field.ty);
            self.maybe(writer, field.default.as_ref(), scope);
            for end in [&field.domain.low, &field.domain.high] {
                writer.yes_no(end.is_some());
                if let Some((end, included)) = end {
                    writer.yes_no(*included);
                    self.value(writer, end, &field.ty);
                }
            }
            writer.optional(field.domain.matching.as_ref().map(|pattern| pattern.text.as_str()));
            writer.count(field.domain.currencies.len());
            field.domain.currencies.iter().for_each(|currency| writer.text(&currency.to_string()));
        }
        self.maybe(writer, program.priced_on.as_ref(), scope);
        for enumeration in &program.enums {
            writer.text(&enumeration.name);
            writer.count(enumeration.members.len());
            for (name, label) in &enumeration.members {
                writer.text(name);
                writer.optional(label.as_deref());
            }
        }
    }

    /// All that has a name.
    fn named_items(&mut self, writer: &mut Writer) {
        let program = self.program;
        let all = [
            numbered(&program.definitions, Item::Definition),
            numbered(&program.parameters, Item::Parameter),
            numbered(&program.functions, Item::Function),
            numbered(&program.tiers, Item::Tiers),
            numbered(&program.calendars, Item::Calendar),
            numbered(&program.windows, Item::Windows),
            numbered(&program.tables, Item::Table),
            numbered(&program.charges, Item::Charge),
        ];
        for items in all {
            writer.count(items.len());
            for item in items {
                let digest = self.item(item);
                writer.digest(digest);
            }
        }
    }

    fn exception_rules(&mut self, owner: &str, all: &[Exception], scope: &mut Scope, rules: &mut Vec<RuleDigest>) {
        for exception in all {
            let name = format!("{owner} / {}", exception.name);
            let digest = self.exception(exception, scope);
            rules.push(RuleDigest { kind: RuleKind::Exception, name: name.clone(), digest });
            self.exception_rules(&name, &exception.exceptions, scope, rules);
        }
    }

    /// The totals, outputs, flags and refusals.
    fn rules_beside_charges(&mut self) -> Vec<RuleDigest> {
        let program = self.program;
        let mut rules = Vec::new();
        let mut rule = |kind, name: &str, writer: Writer| {
            rules.push(RuleDigest { kind, name: name.to_string(), digest: writer.finish() });
        };
        let scope = &mut Scope::default();
        for stage in &program.total {
            let mut writer = Self::begin("total");
            self.show(&mut writer, stage.label.as_deref());
            self.unit(&mut writer, &stage.unit);
            writer.yes_no(stage.maximum);
            self.expression(&mut writer, &stage.bound, scope);
            rule(RuleKind::Total, &stage.code, writer);
        }
        if let Some(to) = &program.round_total {
            let mut writer = Self::begin("round total");
            self.rounding(&mut writer, to, scope);
            rule(RuleKind::Total, "ROUNDING", writer);
        }
        for output in &program.outputs {
            let mut writer = Self::begin("output");
            self.show(&mut writer, output.label.as_deref());
            let digest = self.item(Item::Definition(output.definition.0));
            writer.digest(digest);
            rule(RuleKind::Output, &output.name, writer);
        }
        let kinds = [(RuleKind::Flag, &program.flags), (RuleKind::Refusal, &program.refusals)];
        for (kind, notices) in kinds {
            for Notice { code, message, when, .. } in notices {
                let mut writer = Self::begin("notice");
                self.expression(&mut writer, when, scope);
                self.text(&mut writer, message, scope);
                rule(kind, code, writer);
            }
        }
        rules
    }
}

/// The items of a list, by their places.
fn numbered<T>(list: &[T], item: fn(u32) -> Item) -> Vec<Item> {
    (0..list.len() as u32).map(item).collect()
}
