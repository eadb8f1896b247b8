//! What has a name in the rules, in canonical form: the digest of each, made once.

use super::Digest;
use super::expression::{Item, Reading, Scope};
use super::writer::Writer;
use crate::program::{
    Charge, ChargeAmount, ChargeGroup, Exception, GroupOption, GroupPolicy, HostSignature, Template, Tier, TierPart,
    TierRows, Tiers,
};
use crate::types::Type;
use crate::value::zone_database_version;

impl Reading<'_> {
    /// The digest of an item's meaning.
    pub(super) fn item(&mut self, item: Item) -> Digest {
        if let Some(known) = self.known.get(&item) {
            return *known;
        }
        let digest = self.form(item).unwrap_or_else(|| Writer::new("nothing").finish());
        self.known.insert(item, digest);
        digest
    }

    fn form(&mut self, item: Item) -> Option<Digest> {
        let program = self.program;
        let scope = &mut Scope::default();
        let writer = match item {
            Item::Definition(id) => {
                let definition = program.definitions.get(id as usize)?;
                let mut writer = Self::begin("let");
                self.show(&mut writer, Some(&definition.name));
                self.ty(&mut writer, &definition.value.ty);
                self.expression(&mut writer, &definition.value, scope);
                self.exceptions(&mut writer, &definition.exceptions, scope);
                writer
            }
            Item::Parameter(id) => {
                let parameter = program.parameters.get(id as usize)?;
                let mut writer = Self::begin("parameter");
                self.show(&mut writer, Some(&parameter.name));
                self.ty(&mut writer, &parameter.ty);
                writer.count(parameter.values.len());
                for dated in &parameter.values {
                    let day = |day: Option<crate::value::Date>| day.map(|day| day.to_string());
                    writer.optional(day(dated.period.from).as_deref());
                    writer.optional(day(dated.period.until).as_deref());
                    self.value(&mut writer, &dated.value, &parameter.ty);
                    self.show(&mut writer, dated.because.as_deref());
                }
                writer
            }
            Item::Function(id) => {
                let function = program.functions.get(id as usize)?;
                let mut writer = Self::begin("function");
                self.show(&mut writer, Some(&function.name));
                self.parameters(&mut writer, function.params.iter().map(|(_, ty)| ty), scope);
                function.params.iter().for_each(|(name, _)| self.show(&mut writer, Some(name)));
                self.expression(&mut writer, &function.body, scope);
                writer
            }
            Item::Tiers(id) => self.tiers(program.tiers.get(id as usize)?, scope),
            Item::Calendar(id) => {
                let calendar = program.calendars.get(id as usize)?;
                let mut writer = Self::begin("calendar");
                self.show(&mut writer, Some(&calendar.name));
                writer.unordered(
                    calendar.days.iter().map(|day| Digest::of_bytes(format!("{day:?}").as_bytes())).collect(),
                );
                writer
            }
            Item::Windows(id) => {
                let windows = program.windows.get(id as usize)?;
                let mut writer = Self::begin("windows");
                self.show(&mut writer, Some(&windows.name));
                writer.text(zone_database_version());
                self.expression(&mut writer, &windows.zone, scope);
                writer.count(windows.lines.len());
                for line in &windows.lines {
                    writer.text(&format!("{:?} {} {}", line.days, line.from.seconds(), line.until.seconds()));
                    for calendar in [line.except, line.only] {
                        writer.yes_no(calendar.is_some());
                        if let Some(id) = calendar {
                            let calendar = self.item(Item::Calendar(id.0));
                            writer.digest(calendar);
                        }
                    }
                }
                writer
            }
            Item::Table(id) => return Some(self.table(program.tables.get(id as usize)?)),
            Item::Charge(id) => self.charge(program.charges.get(id as usize)?),
        };
        Some(writer.finish())
    }

    /// Parameters become the first locals.
    fn parameters<'t>(&self, writer: &mut Writer, types: impl Iterator<Item = &'t Type>, scope: &mut Scope) {
        for (slot, ty) in types.enumerate() {
            self.ty(writer, ty);
            scope.0.push(slot as u16);
        }
        writer.count(scope.0.len());
    }

    pub(super) fn host(&self, writer: &mut Writer, host: &HostSignature) {
        writer.text(&host.name);
        writer.count(host.params.len());
        host.params.iter().for_each(|(_, ty)| self.ty(writer, ty));
        self.ty(writer, &host.result);
    }

    fn tiers(&mut self, tiers: &Tiers, scope: &mut Scope) -> Writer {
        let mut writer = Self::begin("tiers");
        self.show(&mut writer, Some(&tiers.name));
        let types = std::iter::once(&tiers.over).chain(tiers.params.iter().map(|(_, ty)| ty));
        self.parameters(&mut writer, types, scope);
        self.ty(&mut writer, &tiers.result);
        writer.yes_no(tiers.volume);
        writer.yes_no(tiers.flat_at_zero);
        writer.yes_no(tiers.each_rounded.is_some());
        tiers.each_rounded.iter().for_each(|to| self.rounding(&mut writer, to, scope));
        match &tiers.rows {
            TierRows::Written(rows) => {
                writer.text("written");
                writer.count(rows.len());
                rows.iter().for_each(|tier| self.tier(&mut writer, tier, scope));
            }
            TierRows::Each { list, slot, tier } => {
                writer.text("each");
                self.expression(&mut writer, list, scope);
                scope.0.push(*slot);
                self.tier(&mut writer, tier, scope);
            }
        }
        writer
    }

    fn tier(&mut self, writer: &mut Writer, tier: &Tier, scope: &mut Scope) {
        writer.yes_no(tier.bound.is_some());
        if let Some((bound, included)) = &tier.bound {
            writer.yes_no(*included);
            self.expression(writer, bound, scope);
        }
        writer.count(tier.parts.len());
        for part in &tier.parts {
            match part {
                TierPart::Rate { rate, scale } => {
                    writer.text("rate");
                    writer.number(scale);
                    self.expression(writer, rate, scope);
                }
                TierPart::Flat(amount) => {
                    writer.text("flat");
                    self.expression(writer, amount, scope);
                }
                TierPart::PerStep { amount, step, started } => {
                    writer.text(if *started { "per started" } else { "per whole" });
                    self.expression(writer, amount, scope);
                    self.expression(writer, step, scope);
                }
            }
        }
    }

    /// Whether and how much a charge books, and in which currency. Of its texts at least what is filled in, since that can fail.
    fn charge(&mut self, charge: &Charge) -> Writer {
        let mut writer = Self::begin("charge");
        let scope = &mut Scope::default();
        self.show(&mut writer, Some(&charge.code));
        charge.tags.iter().for_each(|tag| self.show(&mut writer, Some(tag)));
        self.unit(&mut writer, &charge.unit);
        writer.yes_no(charge.listed);
        writer.yes_no(charge.each.is_some());
        match &charge.each {
            Some(each) => self.each(&mut writer, each, scope, |this, writer, scope| this.line(writer, charge, scope)),
            None => self.line(&mut writer, charge, scope),
        }
        writer
    }

    fn line(&mut self, writer: &mut Writer, charge: &Charge, scope: &mut Scope) {
        self.maybe(writer, charge.when.as_ref(), scope);
        match &charge.amount {
            ChargeAmount::Expr(amount) => {
                writer.text("amount");
                self.expression(writer, amount, scope);
            }
            ChargeAmount::Group(group) => {
                let ChargeGroup { policy, options, stages } = &**group;
                writer.text(match policy {
                    GroupPolicy::Dearest => "dearest of",
                    GroupPolicy::Cheapest => "cheapest of",
                    GroupPolicy::First => "first of",
                });
                writer.count(options.len());
                for GroupOption { code, label, amount, when, .. } in options {
                    writer.text(code);
                    self.show(writer, label.as_deref());
                    self.expression(writer, amount, scope);
                    self.maybe(writer, when.as_ref(), scope);
                }
                self.stages(writer, stages, scope);
            }
        }
        writer.yes_no(charge.booking.is_some());
        charge.booking.iter().for_each(|to| self.rounding(writer, to, scope));
        self.exceptions(writer, &charge.exceptions, scope);
        for text in [&charge.label, &charge.because] {
            self.show(writer, text.as_ref().map(|_| "said"));
            text.iter().for_each(|text| self.text(writer, text, scope));
        }
        if let Some((quantity, price)) = &charge.shown {
            writer.text("shown");
            self.expression(writer, quantity, scope);
            self.maybe(writer, price.as_ref(), scope);
        }
    }

    /// A text for people: what is filled in, and what stands around it where that is part of the form.
    pub(super) fn text(&mut self, writer: &mut Writer, text: &Template, scope: &mut Scope) {
        match self.shown {
            true => self.template(writer, text, scope),
            false => text.parts(&mut |part| self.expression(writer, part, scope)),
        }
    }

    /// Exceptions in the order written: the first that holds counts.
    fn exceptions(&mut self, writer: &mut Writer, all: &[Exception], scope: &mut Scope) {
        writer.count(all.len());
        for exception in all {
            let digest = self.exception(exception, scope);
            writer.digest(digest);
        }
    }

    /// One exception with those to it.
    pub(super) fn exception(&mut self, exception: &Exception, scope: &mut Scope) -> Digest {
        let mut writer = Self::begin("exception");
        self.expression(&mut writer, &exception.when, scope);
        self.expression(&mut writer, &exception.value, scope);
        if let Some(to) = &exception.booking {
            writer.text("booked");
            self.rounding(&mut writer, to, scope);
        }
        self.show(&mut writer, Some(&exception.name));
        self.show(&mut writer, exception.label.as_deref());
        self.show(&mut writer, exception.because.as_ref().map(|_| "said"));
        exception.because.iter().for_each(|text| self.text(&mut writer, text, scope));
        self.exceptions(&mut writer, &exception.exceptions, scope);
        writer.finish()
    }
}
