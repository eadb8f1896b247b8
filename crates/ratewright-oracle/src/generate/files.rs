//! The files of a program: the head, what stands in which order, modules and contracts.

use super::choices::Choices;
use super::types::Ty;
use super::writer::Writer;
use super::{Landmark, Program};

/// The path of the rule set.
const MAIN: &str = "main.rules";

/// A rule set that is well typed by construction.
pub fn program(c: &mut Choices) -> Program {
    let mut w = Writer::new(c);
    let mut files = Vec::new();
    let mut fields = Vec::new();
    let head = w.head();
    let module = w.c.once_in(6);
    let (mut shared, mut text) = (String::new(), String::new());
    let declared = w.declarations();
    match module {
        true => {
            w.has("module");
            shared = format!("module shared.parts \"Shared parts\"\n\n{declared}");
            text.push_str("import \"shared/parts.rules\"\n\n");
        }
        false => text.push_str(&declared),
    }
    text.push_str(&w.input(&mut fields));
    let mut items = w.definitions(&mut files);
    let charges = w.charges();
    // Names may be defined in any order.
    if w.c.once_in(3) {
        w.has("any order");
        w.c.shuffle(&mut items);
    }
    text.push_str(&items.concat());
    text.push_str(&charges);
    let contract = if w.c.once_in(8) { w.contract() } else { None };
    match contract {
        Some(contract) => {
            w.has("contract");
            files.insert(0, ("base/main.rules".to_owned(), format!("{head}\n{text}")));
            if module {
                files.push(("base/shared/parts.rules".to_owned(), shared));
            }
            for (path, _) in files.iter_mut().filter(|file| file.0.ends_with(".csv")) {
                *path = format!("base/{path}");
            }
            files.insert(0, (MAIN.to_owned(), contract));
        }
        None => {
            files.insert(0, (MAIN.to_owned(), format!("{head}\n{text}")));
            if module {
                files.push(("shared/parts.rules".to_owned(), shared));
            }
        }
    }
    let Writer { features, landmarks, enums, records, .. } = w;
    Program { files, features, fields, landmarks, enums, records }
}

impl Writer<'_> {
    /// The head of the rule set.
    fn head(&mut self) -> String {
        let own = self.c.among("USD", &["USD", "EUR", "JPY", "KWD"]);
        self.currencies = vec![own.to_owned()];
        if self.c.once_in(4) {
            self.has("several currencies");
            let other = self.c.among("EUR", &["USD", "JPY", "CHF"]);
            if other != own {
                self.currencies.push(other.to_owned());
            }
        }
        let mut text = format!("ruleset random.rules \"Random\" {{\n  currency {own}\n");
        self.priced = self.c.once_in(2);
        if self.priced {
            self.has("priced on");
            if self.c.once_in(3) {
                self.has("effective");
                let first = super::decimal::Day::of(2025, 1, 5).moved(self.c.between(0, 300) as i64);
                let last = first.moved(self.c.between(100, 600) as i64);
                self.landmark(&Ty::Date, Landmark::Day(first));
                self.landmark(&Ty::Date, Landmark::Day(last));
                text.push_str(&format!("  effective {first} {} {last}\n", self.c.among("through", &["until"])));
            }
            text.push_str("  priced on priced_on\n");
        }
        match self.c.below(5) {
            2 => {
                self.has("rounding of the rule set");
                let mode = self.c.among("half even", super::expression::MODES);
                let step = self.c.among("0.05", &["0.01", "1", "0.001"]);
                let total = if self.c.once_in(3) && self.currencies.len() == 1 {
                    self.has("rounding on the total");
                    " on the total"
                } else {
                    ""
                };
                text.push_str(&format!("  rounding {mode} to {step} {own}{total}\n"));
            }
            3 => {
                self.has("rounding none");
                text.push_str("  rounding none\n");
            }
            _ => {}
        }
        text + "}\n"
    }

    /// What a module may hold: units, enumerations, records, calendars, windows.
    fn declarations(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.c.below(3) {
            text.push_str(&self.unit());
        }
        for _ in 0..self.c.below(3) {
            text.push_str(&self.enumeration());
        }
        for _ in 0..self.c.below(3) {
            text.push_str(&self.record());
        }
        for _ in 0..self.c.below(2) {
            text.push_str(&self.calendar());
        }
        for _ in 0..self.c.below(2) {
            text.push_str(&self.window());
        }
        text
    }

    /// Parameters, tables, tiers, functions and lets, each made of those before it.
    fn definitions(&mut self, files: &mut Vec<(String, String)>) -> Vec<String> {
        let depth = 3;
        let mut items = Vec::new();
        for _ in 0..self.c.below(4) {
            items.push(self.parameter());
        }
        for _ in 0..self.c.below(3) {
            let (text, file) = self.table();
            items.push(text);
            files.extend(file);
        }
        for _ in 0..self.c.below(3) {
            items.push(self.tiers());
        }
        for _ in 0..self.c.below(2) {
            items.push(self.function(2));
        }
        for _ in 0..self.c.below(6) {
            items.push(match self.c.once_in(8) {
                true => self.excepted(depth),
                false => self.definition(depth),
            });
        }
        items
    }

    fn charges(&mut self) -> String {
        let mut text = String::new();
        for _ in 0..self.c.between(1, 4) {
            text.push_str(&self.charge(3));
        }
        for _ in 0..self.c.below(4) {
            text.push_str(&self.output(3));
        }
        for _ in 0..self.c.below(2) {
            text.push_str(&self.flag(2));
        }
        if self.c.once_in(3) {
            text.push_str(&self.refusal(2));
        }
        if self.c.once_in(4) {
            text.push_str(&self.total());
        }
        text
    }

    /// A contract over the rule set, where there is something to override.
    fn contract(&mut self) -> Option<String> {
        let mut text =
            "ruleset contracts.random extends random.rules from \"base/main.rules\" \"A contract\" { }\n\n".to_owned();
        let charges: Vec<_> = self.conditional.iter().filter(|name| name.text.starts_with('C')).cloned().collect();
        let charge = self.c.one_of(&charges)?.clone();
        let amount = match self.names.iter().any(|name| name.text == charge.text) && self.c.once_in(2) {
            true => format!("base.{} less 10%", charge.text),
            false => Self::magnitude(&charge.ty, self.decimal()),
        };
        text.push_str(&format!("override charge {} = {amount}\n", charge.text));
        let unused: Vec<_> = charges
            .iter()
            .filter(|name| name.text != charge.text && !self.used.contains(&name.text))
            .cloned()
            .collect();
        if let Some(gone) = self.c.one_of(&unused) {
            self.features.insert("remove charge");
            text.push_str(&format!("remove charge {}\n", gone.text));
        }
        text.push_str(&format!(
            "charge ACCOUNT \"Account fee\" = {}\n",
            Self::magnitude(&self.money(), self.decimal())
        ));
        Some(text)
    }
}
