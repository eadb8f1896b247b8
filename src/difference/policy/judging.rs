//! A difference held against a policy.

use super::quantity::{Moved, moved, part, quantity};
use super::{About, Allowed, Policy};
use crate::difference::effect::{Effect, Sum};
use crate::difference::{Change, Detail, Difference, How, Kind, TableChange};
use crate::rule_set::RuleSet;
use crate::value::{Number, RoundingMode};
use std::collections::BTreeSet;

/// Something that a policy does not let happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The demand, by its name in the file: `rate_percent`.
    pub demand: &'static str,
    /// What it is about; of what real inputs show, nothing.
    pub about: Option<About>,
    /// What happened, and what may.
    pub words: String,
}

/// How many changed keys of one table are told.
const MOST_TOLD: usize = 5;

impl Policy {
    /// What the policy does not let happen, in the order of the changes, then of the effect on real inputs. Without an effect, what is
    /// demanded of it is not judged.
    ///
    /// Cost: reads the difference once.
    pub fn judge(
        &self,
        older: &RuleSet,
        newer: &RuleSet,
        difference: &Difference,
        effect: Option<&Effect>,
    ) -> Vec<Violation> {
        let mut judging = Judging { policy: self, newer, found: Vec::new() };
        for change in
            difference.changes.iter().filter(|change| change.meaning && !self.accepted.contains_key(&change.name))
        {
            judging.change(change);
        }
        judging.tests(older);
        if let Some(effect) = effect {
            judging.effect(effect);
        }
        judging.found
    }
}

struct Judging<'a> {
    policy: &'a Policy,
    newer: &'a RuleSet,
    found: Vec<Violation>,
}

impl Judging<'_> {
    fn say(&mut self, demand: &'static str, change: &Change, detail: Option<&Detail>, words: String) {
        let places = detail.map_or((None, None), |detail| (detail.before_place, detail.after_place));
        let about = About {
            kind: change.kind,
            name: change.name.clone(),
            before_place: places.0.or(change.before_place),
            after_place: places.1.or(change.after_place),
        };
        self.found.push(Violation { demand, about: Some(about), words });
    }

    fn change(&mut self, change: &Change) {
        match (change.kind, &change.how) {
            (Kind::Output | Kind::Enumeration | Kind::Unit | Kind::HostFunction, _) => {} // these book nothing by themselves
            (Kind::Input | Kind::Record, _) => self.input(change),
            (Kind::Charge, How::Added) => {
                let because =
                    |charge: &crate::program::Charge| *charge.code == *change.name && charge.because.is_some();
                let reason = self.newer.program().charges.iter().any(because);
                let words = format!("the charge {} is new", change.name);
                self.allowed("charges_added", self.policy.charges_added, reason, change, None, words);
            }
            (Kind::Charge, How::Removed) => {
                let words = format!("the charge {} is gone", change.name);
                self.allowed("charges_removed", self.policy.charges_removed, false, change, None, words);
            }
            (Kind::Charge, How::Renamed(was)) => {
                let words = format!("the charge {was} is called {} now", change.name);
                self.allowed("charges_removed", self.policy.charges_removed, false, change, None, words);
            }
            (Kind::Total | Kind::Refusal | Kind::Flag, How::Added | How::Removed) => {
                let how = if change.how == How::Added { "new" } else { "gone" };
                let words = format!("the {} {} is {how}", change.kind, change.name);
                self.allowed("formulas", self.policy.formulas, false, change, None, words);
            }
            // What comes or goes without a charge that changes has no effect.
            (_, How::Added | How::Removed | How::Renamed(_)) => {}
            (Kind::Table, How::Changed) => {
                self.details(change, |detail| matches!(detail.aspect.as_str(), "hit policy" | "otherwise"));
                if let Some(table) = &change.table {
                    self.table(change, table);
                }
            }
            (Kind::Header, How::Changed) => {
                self.details(change, |detail| matches!(detail.aspect.as_str(), "rounding" | "currency" | "priced on"));
            }
            (Kind::Parameter, How::Changed) => {
                self.details(change, |detail| detail.aspect != "type");
            }
            (_, How::Changed) => self.details(change, |_| true),
        }
    }

    /// What callers send, or what is taken where they send nothing.
    fn input(&mut self, change: &Change) {
        let counts =
            |detail: &&Detail| !detail.words && (detail.aspect.contains("type") || detail.aspect.contains("default"));
        let detail = change.details.iter().find(counts);
        let words = match (&change.breaks, detail) {
            (Some(breaks), _) => format!("the {} {}: {breaks}", change.kind, change.name),
            (None, Some(detail)) if change.how == How::Changed => {
                let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_string());
                format!("{}: {} → {}", titled(change, detail), text(&detail.before), text(&detail.after))
            }
            (None, _) => return,
        };
        self.allowed("inputs", self.policy.inputs, false, change, detail, words);
    }

    fn allowed(
        &mut self,
        demand: &'static str,
        allowed: Allowed,
        reason: bool,
        change: &Change,
        detail: Option<&Detail>,
        words: String,
    ) {
        match allowed {
            Allowed::Always => {}
            Allowed::WithReason if reason => {}
            Allowed::WithReason => self.say(demand, change, detail, format!("{words}, and no `because` says why")),
            Allowed::Never => self.say(demand, change, detail, words),
        }
    }

    /// The smallest parts that changed: numbers move, all else is another formula.
    fn details(&mut self, change: &Change, counts: impl Fn(&Detail) -> bool) {
        let is_reason = |detail: &&Detail| detail.words && detail.aspect.contains("because") && detail.after.is_some();
        let reason = change.details.iter().any(|detail| is_reason(&detail));
        for detail in change.details.iter().filter(|detail| !detail.words && counts(detail)) {
            let program = self.newer.program();
            let read = |text: &Option<String>| text.as_deref().and_then(|text| quantity(text, program));
            let (before, after) = (read(&detail.before), read(&detail.after));
            if let (Some(before), Some(after)) = (&before, &after)
                && let Some(moved) = moved(before, after)
            {
                self.rate(change, detail, &moved);
            } else if change.kind == Kind::Parameter {
                // A period without a value before or after is one that the other edition is not for.
            } else {
                let (name, text) =
                    (titled(change, detail), |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".into()));
                let words = format!("{name}: {} → {}", text(&detail.before), text(&detail.after));
                self.allowed("formulas", self.policy.formulas, reason, change, Some(detail), words);
            }
            if change.kind == Kind::Parameter && detail.after.is_some() {
                let words = format!("{} has another value", titled(change, detail));
                let reason = detail.because.is_some();
                self.allowed("parameters", self.policy.parameters, reason, change, Some(detail), words);
            }
        }
    }

    fn limit(&self, name: &str) -> &Number {
        self.policy.rate_percent_of.get(name).unwrap_or(&self.policy.rate_percent)
    }

    fn rate(&mut self, change: &Change, detail: &Detail, moved: &Moved) {
        let limit = self.limit(&change.name).clone();
        if let Some(by) = beyond(moved, &limit) {
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            let (before, after) = (text(&detail.before), text(&detail.after));
            let words = format!("{}: {before} → {after} is {by}", titled(change, detail));
            self.say("rate_percent", change, Some(detail), words);
        }
    }

    fn table(&mut self, change: &Change, table: &TableChange) {
        if !table.decided && table.rows_apart != (0, 0) {
            let words =
                format!("the table {} is too large to be compared by its keys, and has other rows", change.name);
            self.say("rate_percent", change, None, words);
        }
        let limit = self.limit(&change.name).clone();
        let mut told = 0_usize;
        for one in &table.boxes {
            let keys: Vec<String> = one.keys.iter().map(|(column, keys)| format!("{column} {keys}")).collect();
            let places = Detail { before_place: one.before_place, after_place: one.after_place, ..Detail::default() };
            for value in &one.values {
                let about = format!("{}, {}", change.name, keys.join(", "));
                let by = value.numbers.as_ref().and_then(|(before, after)| part(before, after));
                let said = match by.as_ref().map(|moved| beyond(moved, &limit)) {
                    Some(Some(by)) => {
                        Some(("rate_percent", format!("{about}: {} → {} is {by}", value.before, value.after)))
                    }
                    Some(None) => None,
                    None if value.after == "no row" => match self.policy.rows_removed {
                        Allowed::Always => None,
                        _ => Some(("rows_removed", format!("{about} has no row any more"))),
                    },
                    None => None,
                };
                let Some((demand, words)) = said else { continue };
                told = told.saturating_add(1);
                if told <= MOST_TOLD {
                    self.say(demand, change, Some(&places), words);
                }
            }
        }
        if let Some(more) = told.checked_sub(MOST_TOLD).filter(|more| *more > 0) {
            let words = format!("{}: {more} more ranges of keys have moved as far", change.name);
            self.say("rate_percent", change, None, words);
        }
    }

    /// Tests that only the older edition has, by their names.
    fn tests(&mut self, older: &RuleSet) {
        if self.policy.tests_removed == Allowed::Always {
            return;
        }
        let kept: BTreeSet<&str> = self.newer.program().tests.iter().map(|test| test.name.as_str()).collect();
        for test in older.program().tests.iter().filter(|test| !kept.contains(test.name.as_str())) {
            if !self.policy.accepted.contains_key(&test.name) {
                let words = format!("the test \"{}\" is gone", test.name);
                self.found.push(Violation { demand: "tests_removed", about: None, words });
            }
        }
    }

    fn effect(&mut self, effect: &Effect) {
        let mut said = |demand: &'static str, words: String| {
            self.found.push(Violation { demand, about: None, words });
        };
        if effect.priced == 0 {
            said("impact_percent", "no input is priced by both editions, so nothing was measured".to_string());
        }
        if effect.overflowed {
            said("impact_percent", "a sum grew beyond what numbers can hold".to_string());
        }
        for sum in &effect.totals {
            let moved = part(&sum.before, &sum.after);
            if let Some(by) = moved.as_ref().and_then(|moved| beyond(moved, &self.policy.impact_percent)) {
                said("impact_percent", format!("the sum of all totals: {} is {by}", from_to(sum)));
            }
            let amount = self.policy.impact_amount.get(&sum.currency);
            if let Some(most) = amount.filter(|most| sum.difference().abs() > **most) {
                let words =
                    format!("the sum of all totals: {} is more than {most} {} apart", from_to(sum), sum.currency);
                said("impact_amount", words);
            }
        }
        if let Some(widest) = &effect.widest
            && let Some(moved) = part(&widest.total.before, &widest.total.after)
            && let Some(by) = beyond(&moved, &self.policy.quote_percent)
        {
            let number = widest.input.saturating_add(1);
            said("quote_percent", format!("the total of input {number}: {} is {by}", from_to(&widest.total)));
        }
        let lost = effect.failures.iter().filter(|failed| failed.before.is_none() && failed.after.is_some());
        let lost: Vec<usize> = lost.map(|failed| failed.input.saturating_add(1)).collect();
        if lost.len() as u64 > self.policy.unpriced {
            let first = lost.first().copied().unwrap_or_default();
            let words = format!("{} of the inputs have no price any more, the first is input {first}", lost.len());
            said("unpriced", words);
        }
    }
}

/// `LIFTGATE, amount`; the name alone where the item says it.
fn titled(change: &Change, detail: &Detail) -> String {
    let within = detail.within.iter().map(String::as_str);
    let aspect = Some(detail.aspect.as_str()).filter(|aspect| !aspect.is_empty());
    [change.name.as_str()].into_iter().chain(aspect).chain(within).collect::<Vec<_>>().join(", ")
}

fn from_to(sum: &Sum) -> String {
    format!("{} → {} {}", sum.before, sum.after, sum.currency)
}

/// In words how far something moved, where that is more than so many percent.
fn beyond(moved: &Moved, limit: &Number) -> Option<String> {
    match moved {
        Moved::Beyond => Some(format!("no change by a percentage, and at most {limit} % may be")),
        Moved::Percent(percent) if percent.abs() > *limit => {
            let tenth = Number::ratio(1, 10)?;
            let shown = percent.abs().round_to(&tenth, RoundingMode::default()).ok()?;
            let way = if percent.is_negative() { "down" } else { "up" };
            Some(format!("{way} by {shown} %, more than {limit} %"))
        }
        Moved::Percent(_) => None,
    }
}
