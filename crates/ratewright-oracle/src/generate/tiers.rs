//! Tiers of each kind: graduated and volume, over quantities, numbers and money; flat fees, started steps, roundings, parameters.

use super::types::Ty;
use super::writer::{Function, Writer};

impl Writer<'_> {
    /// Tiers, and their text.
    pub fn tiers(&mut self) -> String {
        let name = self.fresh("tiers_");
        let kind = self.c.among("graduated", &["volume"]);
        self.has(if kind == "graduated" { "tiers graduated" } else { "tiers volume" });
        let over = match self.c.below(4) {
            0 | 1 => self.some_quantity(),
            2 => Ty::Number,
            _ => self.money(),
        };
        let mut options = String::new();
        if self.c.once_in(4) {
            self.has("flat due at zero");
            options.push_str(", flat due at zero");
        }
        if self.c.once_in(4) {
            self.has("each tier rounded");
            let rounding = self.rounding(&self.money());
            options.push_str(&format!(", each tier {rounding}"));
        }
        // A name after a bare number would be read as its unit.
        let param = (over != Ty::Number && self.c.once_in(5)).then(|| self.fresh("rate_"));
        let currency = self.currency();
        let rate = match &over {
            Ty::Money(_) => Ty::Percent,
            Ty::Quantity(unit) => Ty::Rate(currency, unit.clone()),
            _ => self.money(),
        };
        let mut params = vec![over.clone()];
        let mut shown = String::new();
        if let Some(param) = &param {
            self.has("tiers with parameters");
            shown = format!("({param} : {rate})");
            params.push(rate.clone());
        }
        let mut lines = String::new();
        let count = self.c.below(3);
        for bound in self.rising(&over, count) {
            // A bound of zero begins nothing.
            if bound.split(' ').next().is_none_or(|number| number.chars().all(|c| c == '0' || c == '.')) {
                continue;
            }
            let word = self.c.among("up to", &["under"]);
            let bare = param.is_none() && !matches!(over, Ty::Number) && self.c.once_in(2);
            let bound = if bare { bound.split(' ').next().unwrap_or_default().to_owned() } else { bound };
            lines.push_str(&format!("  {word} {bound} {}\n", self.part(&over, &rate, param.as_deref())));
        }
        lines.push_str(&format!("  above {}\n", self.part(&over, &rate, param.as_deref())));
        self.functions.push(Function { name: name.clone(), params, result: self.money() });
        format!("tiers {name}{shown} {kind} over {over}{options} {{\n{lines}}}\n")
    }

    fn part(&mut self, over: &Ty, rate: &Ty, param: Option<&str>) -> String {
        let money = self.money();
        let flat = |w: &mut Self| format!("{} flat", Writer::magnitude(&money, w.decimal()));
        match self.c.below(8) {
            5 => {
                self.has("flat tier");
                flat(self)
            }
            6 => {
                self.has("started steps in a tier");
                let (price, word, step) =
                    (Writer::magnitude(&money, self.decimal()), self.c.among("started", &["whole"]), self.step(over));
                format!("{price} per {word} {step}")
            }
            n => {
                let rate = match param {
                    Some(param) if self.c.once_in(2) => param.to_owned(),
                    _ => Writer::magnitude(rate, self.decimal()),
                };
                if n == 7 {
                    self.has("flat fee beside a rate");
                    format!("{rate} plus {}", flat(self))
                } else {
                    rate
                }
            }
        }
    }
}
