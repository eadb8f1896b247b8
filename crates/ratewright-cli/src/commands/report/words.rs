//! The words of a report: the verdict in one sentence, kinds of rules and demands, bounds as people say them, commands as a shell takes them.

use super::families::Family;
use super::gates::AGREEMENT;
use super::model::{Found, Report};
use super::rules::Rule;
use crate::commands::replay::summary::{unanswered, used_more_often};
use crate::differing::{self, in_all};
pub use crate::differing::{cluster, shared};
use crate::figures::{amount, cases_of, grouped};
use ratewright::digest::RuleKind;
use ratewright::migrate::bounds::Rate;
use ratewright::migrate::cause::Cause;
use ratewright::migrate::cluster::Difference;
use ratewright::migrate::judgement::Gate;
use ratewright::migrate::{Cluster, Readiness};
use ratewright::quote::Money;
use ratewright_migration::findings::{PricedBy, UsedWaiver};
use std::iter;

/// What is found, in one sentence: `Not ready: 3 of 400 rules differ from the old code; 12 more need evidence`.
pub fn verdict(report: &Report) -> String {
    let (differing, lacking) = (report.count(Readiness::NotReady), report.count(Readiness::InsufficientEvidence));
    let all = grouped(report.rules.len());
    let mut parts = Vec::new();
    if differing > 0 {
        parts.push(format!("{} of {all} rules {} from the old code", grouped(differing), differ(differing)));
    }
    match (differing, lacking) {
        (_, 0) => {}
        (0, _) => parts.push(format!("{} of {all} rules {} more evidence", grouped(lacking), need(lacking))),
        (_, _) => parts.push(format!("{} more {} evidence", grouped(lacking), need(lacking))),
    }
    if differing == 0 && lacking == 0 {
        let agreed = if allowed(report).is_empty() { "" } else { ", or differ as was agreed" };
        let apart = report.rules.iter().filter(|rule| !rule.compared).count();
        let agree = match (report.rules.len().saturating_sub(apart), apart) {
            (1, 0) => format!("its one rule agrees with the old code{}", agreed.replace("differ", "differs")),
            (_, 0) => format!("all {all} rules agree with the old code{agreed}"),
            (compared, _) => format!(
                "of {all} rules {} agree with the old code{agreed}, and {} are approved without being compared",
                grouped(compared),
                grouped(apart)
            ),
        };
        // What holds it back comes first: that rules agree is no verdict.
        parts.push(match open_demands(report) {
            Some(open) => format!("of the release, {open}, although {agree}"),
            None => agree,
        });
        return format!("{}: {}", capital(&report.readiness.to_string()), parts.join("; "));
    }
    let of_release = open_demands(report).map(|open| format!(". Of the release, {open}")).unwrap_or_default();
    format!("{}: {}{of_release}", capital(&report.readiness.to_string()), parts.join("; "))
}

/// `1 demand is not met and 6 are still to be shown`, as many as are marked so below.
fn open_demands(report: &Report) -> Option<String> {
    let open = |wanted: Readiness| report.gates.iter().filter(|gate| gate.readiness == wanted).count();
    let is = |count: usize| if count == 1 { "is" } else { "are" };
    let demands = |count: usize| format!("{} {}", grouped(count), if count == 1 { "demand" } else { "demands" });
    match (open(Readiness::NotReady), open(Readiness::InsufficientEvidence)) {
        (0, 0) => None,
        (broken, 0) => Some(format!("{} {} not met", demands(broken), is(broken))),
        (0, unknown) => Some(format!("{} {} still to be shown", demands(unknown), is(unknown))),
        (broken, unknown) => Some(format!(
            "{} {} not met and {} {} still to be shown",
            demands(broken),
            is(broken),
            grouped(unknown),
            is(unknown)
        )),
    }
}

/// `1 case differs in replay`
pub fn differ_in(count: u64, stratum: &str) -> String {
    format!("{} {} in {stratum}", cases_of(count), differ(count))
}

fn differ(count: impl TryInto<u64>) -> &'static str {
    if count.try_into().is_ok_and(|count| count == 1) { "differs" } else { "differ" }
}

fn need(count: usize) -> &'static str {
    if count == 1 { "needs" } else { "need" }
}

/// What is tolerated or waived, in one sentence for each stratum: whoever reads that rules agree is told how much they do not.
pub fn allowed(report: &Report) -> Vec<String> {
    let strata = report.evidence.release().iter();
    let sentences =
        strata.filter(|(_, counts)| counts.waived > 0 || counts.within_tolerance > 0).map(|(stratum, counts)| {
            let count = counts.waived.saturating_add(counts.within_tolerance);
            let money = counts.money.iter().filter(|(_, money)| !money.allowed.is_zero());
            let money: Vec<String> =
                money.map(|(currency, money)| amount(&Money::new(money.allowed.clone(), *currency))).collect();
            let money =
                if money.is_empty() { String::new() } else { format!(", by {} without signs", money.join(", ")) };
            format!("{} in {stratum} {} as was agreed{money}", cases_of(count), differ(count))
        });
    sentences.collect()
}

/// Why waivers were used more often than cases are waived, where that is so.
pub fn uses_of_waivers(report: &Report) -> Option<String> {
    let waivers: Vec<&UsedWaiver> = report.found.iter().flat_map(|found| &found.findings.waivers).collect();
    let waived = report.found.iter().fold(0_u64, |sum, found| sum.saturating_add(found.findings.tally.waived));
    used_more_often(&waivers, waived)
}

/// Of which day the facts are, where that is not the day of the judgement.
pub fn facts_before(report: &Report) -> Option<String> {
    let day = report.written_facts.today.filter(|day| *day != report.today)?;
    Some(format!("The facts are of {day}, and the judgement is of {}", report.today))
}

/// What was compared, in one sentence for each file of findings, or of the evidence where there are none.
pub fn compared(report: &Report) -> Vec<String> {
    let mut sentences = compared_by_file(report);
    sentences.extend(allowed(report));
    sentences.extend(report.never_compared.clone());
    sentences
}

fn compared_by_file(report: &Report) -> Vec<String> {
    if report.found.is_empty() {
        let of = report.evidence.release().iter().filter(|(_, counts)| counts.cases > 0);
        let each = of.map(|(stratum, counts)| {
            format!(
                "{} compared in {stratum}: {} {}",
                cases_of(counts.cases),
                grouped(counts.unexplained),
                differ(counts.unexplained)
            )
        });
        return each.collect();
    }
    report.found.iter().flat_map(|found| iter::once(of_findings(report, found)).chain(beyond_sums(found))).collect()
}

/// How many differences are missing in the sums of a file, where any are.
pub fn beyond_sums(found: &Found) -> Option<String> {
    let (beyond, stratum) = (found.findings.beyond_sums, found.findings.stratum);
    let what = "more digits than a sum can have: the sums are too small";
    match beyond {
        0 => None,
        1 => Some(format!("the difference of 1 case in {stratum} has {what}")),
        _ => Some(format!("the differences of {} in {stratum} have {what}", cases_of(beyond))),
    }
}

fn of_findings(report: &Report, found: &Found) -> String {
    let tally = &found.findings.tally;
    if found.findings.rules == PricedBy::nothing() {
        let offered = cases_of(found.findings.records);
        return format!("{offered} in {} priced by no edition: none was compared", found.findings.stratum);
    }
    let mut parts = vec![format!("{} agree", grouped(tally.matches))];
    for (count, word) in [(tally.within_tolerance, "within tolerance"), (tally.waived, "waived")] {
        if count > 0 {
            parts.push(format!("{} {word}", grouped(count)));
        }
    }
    parts.push(format!("{} differ", grouped(tally.mismatches)));
    let money = in_all(&tally.more).map(|money| format!("; {money}")).unwrap_or_default();
    let apart = unanswered(&tally.unanswered).map(|apart| format!(", without {apart}")).unwrap_or_default();
    let other = if found.is_of_this_edition { "" } else { " (by other rules than these)" };
    // The evidence is what is judged.
    let is_denied = found.is_of_this_edition && report.gates.iter().any(|gate| gate.name == AGREEMENT);
    let denied = if is_denied { "; the evidence says otherwise" } else { "" };
    format!(
        "{} compared in {}{other}: {}{money}{apart}{denied}",
        cases_of(tally.compared),
        found.findings.stratum,
        parts.join(", ")
    )
}

/// The cause of a cluster and what differs, by what charges are called: `boundary on the other side: Overlength (OVER), missing`.
pub fn labelled(report: &Report, cluster: &Cluster) -> String {
    differing::labelled(cluster, |charges| called(report, charges))
}

/// What the cases of a family have in common, in one sentence.
pub fn in_common(family: &Family<'_>) -> Option<String> {
    let (cases, shared) = family.shared();
    let all = match family.cases() {
        all if all == cases => format!("all {}", grouped(all)),
        all => format!("{} of {}", grouped(cases), grouped(all)),
    };
    differing::in_common(&all, shared)
}

/// Charges by their labels and codes: `Overlength (OVER)`; `BASE + FUEL` are two.
pub fn called(report: &Report, charges: &str) -> String {
    let one = |code: &str| label(report, code).map_or_else(|| code.to_owned(), |label| format!("{label} ({code})"));
    charges.split(" + ").map(one).collect::<Vec<_>>().join(" + ")
}

/// The same by their labels alone, where they have one.
pub fn label_of(report: &Report, charges: &str) -> String {
    charges.split(" + ").map(|code| label(report, code).unwrap_or(code)).collect::<Vec<_>>().join(" + ")
}

fn label<'r>(report: &'r Report, code: &str) -> Option<&'r str> {
    let is_it = |rule: &&Rule| rule.judgement.rule.kind == RuleKind::Charge && rule.name() == code;
    report.rules.iter().find(is_it).and_then(|rule| rule.label.as_deref())
}

/// How much cases differ: `the rules charge 527.00 USD less`.
pub fn money(differences: &[Difference]) -> String {
    match differing::money(differences) {
        Some(money) => format!("the rules charge {money}"),
        None => "no amounts can be set against each other".to_owned(),
    }
}

/// What a cause means, for somebody who knows prices and no programs.
pub fn meaning(cause: Cause) -> &'static str {
    match cause {
        Cause::UnitSlip => "One side takes a quantity in another unit, such as kilograms for pounds.",
        Cause::DateShift => "One side is a day or some hours off, as where one counts in another time zone.",
        Cause::BoundarySide => {
            "A value that lies exactly on a limit is priced as above it by one side and as below it by the other: `over 50` against `50 and over`."
        }
        Cause::OrderOfStages => "A discount and a minimum are applied in another order.",
        Cause::ExtraBound => "The rules have a minimum or a maximum that the old code does not have.",
        Cause::Rounding => "The sides round another way, or at another moment: each line, or only their sum.",
        Cause::OtherEdition => "One side uses a rate of another day: an older or a newer tariff.",
        Cause::WrongRow => "One side uses another row of a rate table.",
        Cause::MissingSurcharge => "The old code charges something that the rules do not.",
        Cause::ExtraSurcharge => "The rules charge something that the old code does not.",
        Cause::MistypedRate => {
            "A number has a slip of typing, in the rules or in the old code: another one gives the old amount."
        }
        Cause::Unexplained => "Nothing that was tried makes the difference vanish: somebody has to look.",
    }
}

/// What kind of rule it is.
pub fn kind(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Charge => "charge",
        RuleKind::Exception => "exception",
        RuleKind::Table => "table",
        RuleKind::Parameter => "parameter",
        RuleKind::Total => "total",
        RuleKind::Output => "output",
        RuleKind::Flag => "flag",
        RuleKind::Refusal => "refusal",
    }
}

/// The name of a demand.
pub fn gate(gate: Gate) -> &'static str {
    match gate {
        Gate::Mismatches => "nothing differs but what was agreed to",
        Gate::Cases => "enough distinct cases",
        Gate::Numbers => "enough rows, values and tiers were compared",
        Gate::Rate => "differences are rare enough",
        Gate::Money => "as much of the money agrees as is demanded",
        Gate::Rules => "every rule is ready",
        Gate::Digests => "the evidence is of these rules",
        Gate::Drops => "few cases were dropped",
        Gate::Shadow => "both ran beside each other long enough",
        Gate::Latency => "comparing is quick",
        Gate::Drill => "going back was practised",
    }
}

/// The names of the demands on how long both ran, in the order in which they are judged.
pub const SHADOW: [&str; 3] =
    ["both ran on enough days", "both ran at the end of a month", "both ran when another edition came into force"];

/// A bound as people say it: `at most 1 case in 3,100 differs`; a percentage where that says more.
pub fn bound(rate: Rate) -> String {
    // Both are rounded so that nothing is promised that the bound does not hold.
    match 100_000_000_u32.checked_div(rate.hundred_millionths()) {
        Some(0 | 1) if rate.hundred_millionths() >= 100_000_000 => "nothing can be said yet".to_owned(),
        Some(cases) if cases < 10 => {
            format!("at most {}% of cases differ", rate.hundred_millionths().div_ceil(1_000_000))
        }
        Some(cases) => format!("at most 1 case in {} differs ({rate})", grouped(cases)),
        None => "no case differs".to_owned(),
    }
}

/// With its first letter as at the beginning of a sentence.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// An argument as a shell takes it.
pub fn quoted(argument: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./,:=@%+".contains(c);
    match !argument.is_empty() && argument.chars().all(is_plain) {
        true => argument.to_owned(),
        false => format!("'{}'", argument.replace('\'', "'\\''")),
    }
}

/// At most so many characters, and `…` where something was cut.
pub fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratewright::migrate::bounds::Confidence;

    #[test]
    fn bounds_are_said_as_people_say_them() {
        // 1 − 0.05^(1 / 2,995) is 0.09997 %; that of 5 clean cases 45.07 %.
        assert_eq!(bound(Rate::fixed(0, 2_995, Confidence::USUAL)), "at most 1 case in 1,000 differs (0.099975%)");
        assert_eq!(bound(Rate::fixed(0, 5, Confidence::USUAL)), "at most 46% of cases differ");
        assert_eq!(bound(Rate::fixed(0, 0, Confidence::USUAL)), "nothing can be said yet");
    }

    #[test]
    fn a_shell_takes_back_what_was_quoted() {
        assert_eq!(quoted("rules/parcel.rules"), "rules/parcel.rules");
        assert_eq!(quoted("FUEL / contract"), "'FUEL / contract'");
        assert_eq!(quoted("it's $(rm)"), "'it'\\''s $(rm)'");
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!((short("运费运费", 2), short("运费", 2)), ("运费…".to_owned(), "运费".to_owned()));
    }
}
