//! The codes of old code in recorded cases: which of the measure no case has, which is misspelt or was never charged, and which refusals nothing
//! stands for.

use crate::figures::grouped;
use crate::terminal::plain;
use ratewright::migrate::{Answer, Measure};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How many refusals are kept that nothing stands for, and how many codes are named.
const MOST: usize = 20;

/// What of the codes is known so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codes {
    /// The charges of the measure that no case had.
    pub charges: BTreeSet<String>,
    /// Its refusals that no case had.
    pub refusals: BTreeSet<String>,
    /// The refusals of old code that are none of the rules, and that the measure does not name; the first of them.
    pub unknown: BTreeSet<String>,
}

impl Codes {
    /// Before any case.
    pub fn of(measure: &Measure) -> Codes {
        let written = measure.written();
        // Where totals alone are compared, old code need not state lines.
        let charges = if written.totals_only { BTreeSet::new() } else { written.charges.keys().cloned().collect() };
        Codes { charges, refusals: written.refusals.keys().cloned().collect(), unknown: BTreeSet::new() }
    }

    /// Takes in what old code said, beside the codes by which the rules refuse.
    pub fn take(&mut self, answer: &Answer, measure: &Measure, refused_by: &BTreeSet<String>) {
        match answer {
            Answer::Priced(prices) if !self.charges.is_empty() => {
                for line in &prices.lines {
                    self.charges.remove(&line.charge);
                }
            }
            Answer::Refused { code, .. } => {
                self.refusals.remove(code);
                let written = measure.written();
                let is_known =
                    written.refusals.contains_key(code) || written.ignored.contains(code) || refused_by.contains(code);
                if !is_known && self.unknown.len() < MOST {
                    self.unknown.insert(code.clone());
                }
            }
            Answer::Priced(_) | Answer::Failed(_) => {}
        }
    }

    /// What is to be told of them, a line for each.
    pub fn words(&self) -> Vec<String> {
        let named = |codes: &BTreeSet<String>| {
            let more = codes.len().saturating_sub(MOST);
            let more = if more > 0 { format!(" and {} more", grouped(more)) } else { String::new() };
            codes.iter().take(MOST).map(|code| plain(code)).collect::<Vec<_>>().join(", ") + &more
        };
        let (are, they) = if self.unknown.len() == 1 { ("is", "it stands") } else { ("are", "they stand") };
        let (charges, refusals, unknown) = (named(&self.charges), named(&self.refusals), named(&self.unknown));
        let all = [
            (&self.charges, format!("of the measure no case has the old code {charges}")),
            (&self.refusals, format!("of the measure no case is refused by the old code {refusals}")),
            (
                &self.unknown,
                format!(
                    "of the refusals of the old code {unknown} {are} none of the rules: a measure says what {they} for, `--measure FILE`"
                ),
            ),
        ];
        all.into_iter().filter(|(codes, _)| !codes.is_empty()).map(|(_, words)| words).collect()
    }
}
