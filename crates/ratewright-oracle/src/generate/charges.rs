//! Charges with all their clauses, groups of options, charges for each element; exceptions, totals, refusals, flags.

use super::types::Ty;
use super::writer::{Level, Name, Writer};

impl Writer<'_> {
    /// A charge, with exceptions to it at times, and their text.
    pub fn charge(&mut self, depth: u32) -> String {
        let text = self.one_charge(depth);
        // From now on others may sum up what has its tag.
        if let Some(tag) = self.tagging.take()
            && self.currencies.len() == 1
            && !self.tags.contains(&tag)
        {
            self.tags.push(tag);
        }
        text
    }

    fn one_charge(&mut self, depth: u32) -> String {
        let (code, ty) = (self.fresh("C"), self.some_money());
        let label = match self.c.below(3) {
            0 => String::new(),
            1 => format!(" \"Charge {code}\""),
            _ => format!(" \"{}\"", self.message("Charge")),
        };
        match self.c.below(8) {
            6 => return self.group_charge(&code, &label, &ty, depth),
            7 => {
                if let Some(text) = self.charge_for_each(&code, &ty, depth) {
                    return text;
                }
            }
            _ => {}
        }
        self.has("charge");
        let mut text = format!("charge {code}{label} = {}", self.operand(&ty, depth, Level::If));
        text.push_str(&self.charge_stages(&ty, depth));
        let conditional = self.c.once_in(3);
        if conditional {
            self.has("charge when");
            text.push_str(&format!("\n    when {}", self.operand(&Ty::YesNo, depth, Level::Otherwise)));
        }
        text.push_str(&self.clauses(depth));
        text.push('\n');
        if self.c.once_in(5) {
            text.push_str(&self.exceptions(&code, &ty, !conditional, depth));
        }
        let name = Name { text: code, ty };
        match conditional {
            true => self.conditional.push(name),
            false => {
                self.conditional.push(name.clone());
                self.names.push(name);
            }
        }
        text
    }

    /// The stages of a charge, which may book lines.
    fn charge_stages(&mut self, ty: &Ty, depth: u32) -> String {
        let mut text = String::new();
        if self.c.once_in(3) {
            text.push_str(&self.stages(ty, depth).unwrap_or_default());
        }
        if self.c.once_in(5) {
            self.has("minimum as a line");
            let word = self.c.among("minimum", &["maximum"]);
            let code = self.fresh("LINE_");
            text.push_str(&format!("\n    {word} {} as {code}", self.limit(ty, depth.min(1))));
            if self.c.once_in(2) {
                text.push_str(&format!(" \"Line {code}\""));
            }
        }
        if self.c.once_in(5) {
            text.push_str(&format!(" {}", self.rounding(ty)));
        }
        text
    }

    fn clauses(&mut self, depth: u32) -> String {
        let mut text = String::new();
        if self.c.once_in(4) {
            self.has("because");
            text.push_str(&format!("\n    because \"{}\"", self.message("Tariff 12.4(b)")));
        }
        if self.c.once_in(3) {
            self.has("tagged");
            let tag = self.c.among("fuelled", &["insured"]).to_owned();
            if !self.summed.contains(&tag) {
                self.tagging = Some(tag.clone());
                text.push_str(&format!("\n    tagged {tag}"));
            }
        }
        if self.c.once_in(6) {
            self.has("shown as");
            let (quantity, price) = (self.some_magnitude(), self.some_money());
            text.push_str(&format!("\n    shown as {}", self.operand(&quantity, depth.min(1), Level::Sum)));
            if self.c.once_in(2) {
                text.push_str(&format!(" at {}", self.operand(&price, depth.min(1), Level::Sum)));
            }
        }
        text
    }

    fn group_charge(&mut self, code: &str, label: &str, ty: &Ty, depth: u32) -> String {
        self.has("exclusive group");
        let kind = self.c.among("dearest", &["cheapest", "first"]);
        let mut text = format!("charge {code}{label} = {kind} of {{\n");
        for _ in 0..self.c.between(1, 3) {
            let (option, amount) = (self.fresh("OPTION_"), self.operand(ty, depth, Level::If));
            let label = if self.c.once_in(2) { format!(" \"Option {option}\"") } else { String::new() };
            let when = match self.c.once_in(3) {
                true => String::new(),
                false => format!(" when {}", self.operand(&Ty::YesNo, depth, Level::Otherwise)),
            };
            text.push_str(&format!("  {option}{label} {amount}{when}\n"));
        }
        text.push('}');
        if self.c.once_in(4) {
            text.push_str(&self.stages(ty, depth).unwrap_or_default());
        }
        text.push_str(&self.clauses(depth));
        self.conditional.push(Name { text: code.to_owned(), ty: ty.clone() });
        text + "\n"
    }

    fn charge_for_each(&mut self, code: &str, ty: &Ty, depth: u32) -> Option<String> {
        let (list, element) = self.list_name(|_| true)?;
        self.has("charge for each");
        let each = self.fresh("x");
        let text = self.within(&each, element, |w| {
            let label = if w.c.once_in(2) { format!(" \"{}\"", w.message("Piece")) } else { String::new() };
            let which = match w.c.once_in(2) {
                true => format!(" where {}", w.operand(&Ty::YesNo, depth, Level::Otherwise)),
                false => String::new(),
            };
            let amount = w.operand(ty, depth, Level::If);
            let mut text = format!("charge {code}{label} for each {each} in {list}{which} = {amount}");
            if w.c.once_in(3) {
                text.push_str(&w.stages(ty, depth).unwrap_or_default());
            }
            text + &w.clauses(depth)
        });
        self.names.push(Name { text: code.to_owned(), ty: ty.clone() });
        Some(text + "\n")
    }

    /// Exceptions to something, and to each other.
    pub fn exceptions(&mut self, to: &str, ty: &Ty, readable: bool, depth: u32) -> String {
        self.has("exception");
        let mut text = String::new();
        let mut target = to.to_owned();
        for _ in 0..self.c.between(1, 2) {
            let name = self.fresh("exception_");
            // Its own name is the value that it replaces.
            let value = match self.c.once_in(2) && readable {
                true => {
                    self.has("exception of its own value");
                    format!("{to} less {}", self.operand(&Ty::Percent, 0, Level::Sum))
                }
                false => self.operand(ty, depth, Level::If),
            };
            let when = self.operand(&Ty::YesNo, depth, Level::Otherwise);
            let label = if self.c.once_in(3) { format!(" \"Exception {name}\"") } else { String::new() };
            let reason = if self.c.once_in(3) { " because \"Terms 4\"" } else { "" };
            text.push_str(&format!("exception {name} to {target}{label} = {value} when {when}{reason}\n"));
            if self.c.once_in(2) {
                self.has("exception to an exception");
                target = name;
            }
        }
        text
    }

    /// A `let` of money or a quantity with exceptions.
    pub fn excepted(&mut self, depth: u32) -> String {
        let (name, ty) = (self.fresh("d"), self.some_money());
        let mut text = format!("let {name} = {}\n", self.expr(&ty, depth).text);
        text.push_str(&self.exceptions(&name, &ty, true, depth));
        self.names.push(Name { text: name, ty });
        text
    }

    pub fn total(&mut self) -> String {
        self.has("total with a bound");
        let (word, code) = (self.c.among("minimum", &["maximum"]), self.fresh("LINE_"));
        let money = self.money();
        format!("total {word} {} as {code} \"Bound\"\n", self.limit(&money, 1))
    }

    pub fn refusal(&mut self, depth: u32) -> String {
        self.has("refuse");
        let code = self.fresh("R");
        format!(
            "refuse {code} \"{}\" when {}\n",
            self.message("refused"),
            self.operand(&Ty::YesNo, depth, Level::Otherwise)
        )
    }

    pub fn flag(&mut self, depth: u32) -> String {
        self.has("flag");
        let code = self.fresh("F");
        format!(
            "flag {code} \"{}\" when {}\n",
            self.message("flagged"),
            self.operand(&Ty::YesNo, depth, Level::Otherwise)
        )
    }
}
