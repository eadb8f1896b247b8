//! Which numbers of the sheet cases came to: bounds that applied and did not, the value that is in force, and rows, values and tiers.
//!
//! Agreement says nothing of a number that no case came to, in whatever stratum: here strata tell of one another. Invariant: what is asked of a rule is
//! asked until it was seen or somebody approves of the rule, and what is not asked is counted.

use super::cases::approval;
use super::{Approval, Facts, Gate, Readiness, Reason, RuleJudgement, exceeds, number};
use crate::digest::RuleKind;
use crate::migrate::Policy;
use crate::migrate::bucket::Share;
use crate::migrate::evidence::RuleEvidence;

/// How many rules are named of each kind.
const NAMED: usize = 5;

/// The kinds of entries: of one, of several, and of whose rules.
const ENTRIES: [(&str, &str, &str, &str); 3] = [
    ("row", "rows", "table", "tables"),
    ("value", "values", "parameter", "parameters"),
    ("tier", "tiers", "rule", "rules"),
];

fn entries_of(kind: RuleKind) -> usize {
    match kind {
        RuleKind::Table => 0,
        RuleKind::Parameter => 1,
        _ => 2,
    }
}

/// `2 of 12 rows were`
fn of_all(never: u64, rule: &RuleEvidence) -> String {
    let (one, many, ..) = ENTRIES.get(entries_of(rule.rule.kind)).copied().unwrap_or_default();
    let what = if rule.entries == 1 { one } else { many };
    let were = if never == 1 { "was" } else { "were" };
    format!("{} of {} {what} {were}", number(never), number(rule.entries))
}

/// To how many entries of a rule no case came.
pub(super) fn never_compared(known: &RuleEvidence) -> Option<u64> {
    known.entries_met().map(|met| known.entries.saturating_sub(met))
}

impl Policy {
    /// What is said of the numbers of a rule that some case exercised; nothing where there is nothing to say.
    pub(super) fn numbers(&self, known: &RuleEvidence, facts: &Facts) -> Vec<Reason> {
        if known.strata.iter().all(|(_, counts)| counts.cases == 0) {
            return Vec::new();
        }
        let approval = approval(known, facts);
        let mut reasons = Vec::new();
        if !known.has_seen_its_bounds() {
            let words =
                "a minimum or maximum in it, or in what it refers to, was not seen both to apply and not to apply";
            let (readiness, words) = unless_approved(words.to_owned(), approval);
            reasons.push(Reason::plain(Gate::Numbers, readiness, words));
        }
        if let Some(period) = known.unseen_in_force(facts.today) {
            let since = period.from.map(|from| format!(" since {from}")).unwrap_or_default();
            let (readiness, words) = unless_approved(format!("the value in force{since} was never met"), approval);
            reasons.push(Reason::plain(Gate::Numbers, readiness, words));
        }
        reasons.extend(self.entries(known, approval));
        reasons
    }

    fn entries(&self, known: &RuleEvidence, approval: Option<&Approval>) -> Option<Reason> {
        let (all, never) = (known.entries, never_compared(known));
        let said = match never {
            _ if all == 0 => return None,
            Some(0) if self.rows_at_least.is_none() => return None,
            Some(never) => format!("{} never compared", of_all(never, known)),
            None => {
                "more edges of it were met than are told apart, so that nobody knows which of them were not".to_owned()
            }
        };
        let Some(least) = self.rows_at_least else {
            return Some(Reason::plain(Gate::Numbers, Readiness::Ready, said));
        };
        let is_enough = never.is_some_and(|never| !exceeds(never, all, rest(least)));
        let (readiness, words) = match is_enough {
            true => (Readiness::Ready, format!("{said}, and {least} are wanted")),
            false => unless_approved(format!("{said}, and {least} are wanted"), approval),
        };
        let met = all.saturating_sub(never.unwrap_or(all));
        Some(Reason::numbers(Gate::Numbers, readiness, words, met, part_of(all, least)))
    }

    /// What no case came to, in the rules that are compared; nothing where there is nothing.
    pub(super) fn numbers_of_release(&self, rules: &[RuleJudgement]) -> Option<Reason> {
        if rules.iter().all(|rule| rule.figures.is_empty()) {
            return None;
        }
        let (mut parts, mut sum, mut entries) = (Vec::new(), 0_u64, 0_u64);
        for (at, (one, many, whose, of_whom)) in ENTRIES.into_iter().enumerate() {
            let own = || rules.iter().filter(move |rule| entries_of(rule.rule.kind) == at);
            let open: Vec<&RuleJudgement> = own().filter(|rule| rule.never_compared != Some(0)).collect();
            let never = open.iter().fold(0_u64, |sum, rule| sum.saturating_add(rule.never_compared.unwrap_or(0)));
            sum = sum.saturating_add(never);
            entries = own().fold(entries, |sum, rule| sum.saturating_add(rule.entries));
            let unknown = open.iter().filter(|rule| rule.never_compared.is_none()).count();
            if open.is_empty() {
                continue;
            }
            let mut names: Vec<&str> = open.iter().take(NAMED).map(|rule| rule.rule.name.as_str()).collect();
            let more = format!("{} more", number(open.len().saturating_sub(names.len()) as u64));
            if open.len() > names.len() {
                names.push(&more);
            }
            let (what, of) = (if never == 1 { one } else { many }, if open.len() == 1 { whose } else { of_whom });
            let least = if unknown > 0 { "at least " } else { "" };
            parts.push(format!(
                "{least}{} {what} of {} {of} ({})",
                number(never),
                number(open.len() as u64),
                names.join(", ")
            ));
        }
        if parts.is_empty() {
            return None;
        }
        let were = if sum == 1 { "was" } else { "were" };
        let words = format!("{} {were} never compared", parts.join(", "));
        let wanted = self.rows_at_least.map(|least| part_of(entries, least));
        let (readiness, demand) = match self.rows_at_least {
            None => (Readiness::Ready, "none of them is demanded".to_owned()),
            Some(least) => {
                let demanded = |reason: &&Reason| reason.gate == Gate::Numbers && reason.wanted.is_some();
                let of_rules = rules.iter().flat_map(|rule| rule.reasons.iter().filter(demanded));
                let worst = of_rules.map(|reason| reason.readiness).max();
                (worst.unwrap_or(Readiness::Ready), format!("of each rule {least} are wanted"))
            }
        };
        let found = entries.saturating_sub(sum);
        Some(Reason {
            found: Some(found),
            wanted,
            ..Reason::plain(Gate::Numbers, readiness, format!("{words}; {demand}"))
        })
    }
}

/// How many are the wanted part of all, rounded up.
fn part_of(all: u64, least: Share) -> u64 {
    let part = u128::from(all).saturating_mul(u128::from(least.millionths())).div_ceil(1_000_000);
    u64::try_from(part).unwrap_or(all)
}

/// What may be left.
fn rest(least: Share) -> u32 {
    1_000_000_u32.saturating_sub(least.millionths())
}

fn unless_approved(words: String, approval: Option<&Approval>) -> (Readiness, String) {
    match approval {
        Some(Approval { approver, .. }) => (Readiness::Ready, format!("{words}; {approver} approves all the same")),
        None => (Readiness::InsufficientEvidence, format!("{words}: probe it, or name an approver")),
    }
}
