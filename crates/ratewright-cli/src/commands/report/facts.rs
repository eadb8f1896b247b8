//! The file of facts: what nobody can count from cases. Text → what is said; what it does not say is not known, and nothing is ready then.
//!
//! Read strictly: a field that is misspelt is an error, for a fact that nobody reads is one that is missing.

use ratewright::diagnostic::did_you_mean;
use ratewright::live::Edition;
use ratewright::migrate::{Approval, Facts};
use ratewright::value::Date;
use serde::{Deserialize, Serialize};

/// What the file says. Every field may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenFacts {
    /// The day on which the facts were written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub today: Option<Date>,
    /// How many cases were offered for comparison.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered: Option<u64>,
    /// How many of them were dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<u64>,
    /// On which days both sides ran beside each other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Shadow>,
    /// On how many of these days another edition came into force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effective_dates: Option<u32>,
    /// What the comparison added to the slowest hundredth of calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p99_microseconds: Option<u64>,
    /// When going back was last practised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Drill>,
    /// Who approves of rules of which the edges were met.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub approvals: Vec<Approval>,
}

/// The first and the last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shadow {
    /// The first.
    pub from: Date,
    /// The last.
    pub through: Date,
}

/// A time at which going back was practised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drill {
    /// When.
    pub day: Date,
    /// How long it took.
    pub seconds: u64,
}

/// By which part of its cases a count is worse than another; of equals, the one that has seen more.
pub fn part_lost((offered, dropped): &(u64, u64)) -> (u128, u64) {
    let part = u128::from(*dropped).saturating_mul(1 << 60).checked_div(u128::from(*offered));
    (part.unwrap_or(u128::from(*dropped > 0)), *offered)
}

impl WrittenFacts {
    /// What a text says.
    ///
    /// # Errors
    /// It is no such file, or what it says contradicts itself.
    pub fn of_text(text: &str) -> Result<WrittenFacts, String> {
        let facts: WrittenFacts = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if let Some(Shadow { from, through }) = facts.shadow.filter(|shadow| shadow.through < shadow.from) {
            return Err(format!("`shadow` ends on {through}, before it begins on {from}"));
        }
        if let Some(today) = facts.today {
            let days =
                [("shadow", facts.shadow.map(|shadow| shadow.through)), ("drill", facts.drill.map(|drill| drill.day))];
            for (what, day) in days {
                if let Some(day) = day.filter(|day| *day > today) {
                    return Err(format!("`{what}` names {day}, and the facts are of {today}: nobody can know it yet"));
                }
            }
        }
        if let Some(approval) = facts.approvals.iter().find(|approval| approval.approver.trim().is_empty()) {
            return Err(format!("nobody approves of `{}`: write who does, as its `approver`", approval.name));
        }
        match (facts.offered, facts.dropped) {
            (None, Some(_)) => Err("`dropped` is said without `offered`: how many cases were offered?".to_owned()),
            (Some(_), None) => Err("`offered` is said without `dropped`: how many of them were dropped?".to_owned()),
            (Some(offered), Some(dropped)) if dropped > offered => {
                Err(format!("{dropped} cases are said to be dropped, of {offered} that were offered"))
            }
            _ => Ok(facts),
        }
    }

    /// What is to be said of approvals that are of no rule of an edition, which approve of nothing.
    pub fn approvals_of_nothing(&self, edition: &Edition) -> Vec<String> {
        let rules = edition.rule_digests();
        let words = |Approval { rule, name, approver }: &Approval| {
            let named = rules.iter().find(|known| known.name == *name);
            if rules.iter().any(|known| known.name == *name && known.digest == *rule) {
                return None;
            }
            let why = match (rules.iter().find(|known| known.digest == *rule), named) {
                (Some(other), _) => format!("its digest is that of `{}`", other.name),
                (None, Some(now)) => format!(
                    "the rule is another one than that which was approved of: whoever approves of it as it is now writes {}",
                    now.digest
                ),
                (None, None) => match did_you_mean(name, rules.iter().map(|known| known.name.as_str())) {
                    Some(near) => format!("there is no such rule; did you mean `{near}`?"),
                    None => "there is no such rule".to_owned(),
                },
            };
            Some(format!("{approver}'s approval of `{name}` counts for nothing in {}: {why}", edition.name()))
        };
        self.approvals.iter().filter_map(words).collect()
    }

    /// The facts of a judgement of an edition on a day. Of what is said of drops and what was `counted`, the worse is so: what was
    /// counted nobody can talk away.
    pub fn of(&self, edition: &Edition, day: Date, counted: (u64, u64)) -> Facts {
        let said = self.offered.zip(self.dropped).unwrap_or_default();
        let (offered, dropped) = [counted, said].into_iter().max_by_key(part_lost).unwrap_or(counted);
        Facts {
            offered,
            dropped,
            shadow: self.shadow.map(|shadow| (shadow.from, shadow.through)),
            effective_dates: self.effective_dates.unwrap_or(0),
            p99_microseconds: self.p99_microseconds,
            drill: self.drill.map(|drill| (drill.day, drill.seconds)),
            approvals: self.approvals.clone(),
            ..Facts::new(day, edition)
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_not_said_is_not_known() {
        assert_eq!(WrittenFacts::of_text("{}").unwrap(), WrittenFacts::default());
        let facts = WrittenFacts::of_text(r#"{"drill": {"day": "2026-11-20", "seconds": 12}}"#).unwrap();
        assert_eq!(facts.drill.map(|drill| drill.seconds), Some(12));
    }

    #[test]
    fn what_is_misspelt_or_contradicts_itself_is_refused() {
        for (text, words) in [
            (r#"{"offerd": 3}"#, "unknown field `offerd`"),
            (r#"{"offered": 3}"#, "how many of them were dropped?"),
            (r#"{"offered": 3, "dropped": 4}"#, "4 cases are said to be dropped, of 3"),
            (r#"{"shadow": {"from": "2026-02-01", "through": "2026-01-01"}}"#, "before it begins on 2026-02-01"),
            (r#"{"drill": {"day": "2026-02-30", "seconds": 1}}"#, "line 1"),
            (
                r#"{"today": "2026-01-31", "shadow": {"from": "2026-01-01", "through": "2026-02-01"}}"#,
                "`shadow` names 2026-02-01, and the facts are of 2026-01-31",
            ),
            (r#"{"today": "2026-01-31", "drill": {"day": "2026-02-01", "seconds": 1}}"#, "`drill` names 2026-02-01"),
            (r#"{"offered": 3, "dropped": 1, "offered": 9}"#, "duplicate field `offered`"),
            (
                r#"{"approvals": [{"rule": "d5f7bd003e025b6ae95d01342d956c0c1351c806e82cca61ec0f7eaf08b45dec", "name": "HAZ", "approver": " "}]}"#,
                "nobody approves of `HAZ`",
            ),
        ] {
            let error = WrittenFacts::of_text(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
