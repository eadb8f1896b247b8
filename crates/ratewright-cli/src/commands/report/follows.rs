//! Which mismatches of a rule come from another charge: a percentage of a line haul that is wrong is wrong with it, and the percentage is not.
//!
//! Clusters of mismatches + what charges are computed of → beside a rule how many of its mismatches go with a charge that differs in the same cases.
//! Nothing is told where clusters and evidence do not speak of the same cases.

use super::examples;
use super::model::Found;
use super::rules::Rule;
use crate::figures::grouped;
use ratewright::live::Edition;
use ratewright::migrate::{Cluster, Tracing};
use ratewright::program::{ChargeId, Expr, ExprKind, Program};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The cases of a rule's clusters.
#[derive(Default)]
struct Cases {
    /// In which a charge differs that it bears on, and none that this is computed of.
    own: u64,
    /// In which one change makes the charge right and what it is computed of.
    follow: u64,
    /// In which what it is computed of differs too.
    beside: u64,
    /// What it is computed of, that differs.
    from: BTreeSet<String>,
}

/// Says beside each rule which of its mismatches follow from another charge, and which clusters it bears on.
pub fn tell(edition: &Edition, found: &[Found], rules: &mut [Rule]) {
    let (tracing, program) = (Tracing::new(edition), edition.rules().program());
    let computed_of = computed_of(program);
    let mut all: BTreeMap<u32, Cases> = BTreeMap::new();
    let mut bears_on: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
    for found in found.iter().filter(|found| found.is_of_this_edition) {
        for (number, cluster) in (found.first_cluster..).zip(&found.findings.clusters) {
            for (rule, from) in concerned(&tracing, &computed_of, cluster) {
                bears_on.entry(rule).or_default().insert(number);
                all.entry(rule).or_default().add(cluster, from);
            }
        }
    }
    for rule in rules {
        let is_it = |digest: &ratewright::digest::RuleDigest| *digest == rule.judgement.rule;
        let at = edition.rule_digests().iter().position(is_it).and_then(|at| u32::try_from(at).ok());
        let Some(at) = at else { continue };
        let mismatches = rule.judgement.figures.iter().fold(0_u64, |sum, one| sum.saturating_add(one.unexplained));
        rule.follows = all.get(&at).and_then(|cases| cases.words(mismatches));
        rule.bears_on = bears_on.remove(&at).unwrap_or_default();
    }
}

impl Cases {
    fn add(&mut self, cluster: &Cluster, from: BTreeSet<String>) {
        let cases = match (from.is_empty(), examples::is_one_change(cluster)) {
            (true, _) => &mut self.own,
            (false, true) => &mut self.follow,
            (false, false) => &mut self.beside,
        };
        *cases = cases.saturating_add(cluster.cases);
        self.from.extend(from);
    }

    /// `219 of 254 follow from HAUL`
    fn words(&self, mismatches: u64) -> Option<String> {
        let Cases { own, follow, beside, from } = self;
        let told = own.saturating_add(*follow).saturating_add(*beside);
        if told != mismatches || from.is_empty() {
            return None;
        }
        let (names, differ) =
            (from.iter().cloned().collect::<Vec<_>>(), if from.len() == 1 { "differs" } else { "differ" });
        let (from, all) = (names.join(" and "), grouped(mismatches));
        let verb = if *follow == 1 { "follows" } else { "follow" };
        Some(match (*follow, *beside) {
            (0, _) => format!("in {} of {all} {from} {differ} as well: look at that first", grouped(*beside)),
            (_, 0) => format!("{} of {all} {verb} from {from}", grouped(*follow)),
            (_, _) => format!(
                "{} of {all} {verb} from {from}, which {differ} in {} more as well",
                grouped(*follow),
                grouped(*beside)
            ),
        })
    }
}

/// The rules that bear on what differs in a cluster, each with the charges that differ too and of which all that it bears on is computed.
fn concerned(
    tracing: &Tracing,
    computed_of: &BTreeMap<&str, BTreeSet<&str>>,
    cluster: &Cluster,
) -> BTreeMap<u32, BTreeSet<String>> {
    // Charges that are compared in one sum are not told apart.
    let sums: Vec<Vec<&str>> = cluster.key.charges.iter().map(|(names, _)| names.split(" + ").collect()).collect();
    let mut concerned: BTreeMap<u32, (bool, BTreeSet<String>)> = BTreeMap::new();
    for own in &sums {
        let others = sums.iter().filter(|other| *other != own).flatten();
        let of = |code: &str| own.iter().any(|own| computed_of.get(own).is_some_and(|of| of.contains(code)));
        let from: BTreeSet<String> = others.filter(|code| of(code)).map(|code| (*code).to_owned()).collect();
        for rule in own.iter().flat_map(|code| tracing.edges().bearing_on(code).unwrap_or_default()) {
            let (is_own, all) = concerned.entry(*rule).or_default();
            *is_own |= from.is_empty();
            all.extend(from.iter().cloned());
        }
    }
    let settled = |(rule, (is_own, from))| (rule, if is_own { BTreeSet::new() } else { from });
    concerned.into_iter().map(settled).collect()
}

/// The charges of which each charge is computed, at whatever remove, by their codes.
fn computed_of(program: &Program) -> BTreeMap<&str, BTreeSet<&str>> {
    let code = |id: ChargeId| program.charges.get(id.0 as usize).map(|charge| &*charge.code);
    let mut direct: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for charge in &program.charges {
        let mut parts = Vec::new();
        charge.parts(&mut |part| parts.push(part));
        direct.entry(&charge.code).or_default().extend(named(program, parts).into_iter().filter_map(code));
    }
    direct.iter().map(|(code, first)| (*code, all_of(first, &direct))).collect()
}

fn all_of<'p>(first: &BTreeSet<&'p str>, direct: &BTreeMap<&'p str, BTreeSet<&'p str>>) -> BTreeSet<&'p str> {
    let (mut all, mut waiting) = (BTreeSet::new(), first.iter().copied().collect::<Vec<_>>());
    while let Some(code) = waiting.pop() {
        if all.insert(code) {
            waiting.extend(direct.get(code).into_iter().flatten());
        }
    }
    all
}

/// The charges that expressions name, directly or through lets, functions and tiers.
fn named<'p>(program: &'p Program, mut waiting: Vec<&'p Expr>) -> Vec<ChargeId> {
    let (mut charges, mut seen) = (Vec::new(), HashSet::new());
    while let Some(whole) = waiting.pop() {
        whole.walk(&mut |expr| {
            // Those of lets, functions and tiers are walked once.
            let (kind, id) = match &expr.kind {
                ExprKind::Charge(id) | ExprKind::IsApplied(id) => return charges.push(*id),
                ExprKind::SumApplied(ids) => return charges.extend(ids.iter().copied()),
                ExprKind::Definition(id) => (0, id.0),
                ExprKind::Call(id, _) => (1, id.0),
                ExprKind::Tiers(id, _) => (2, id.0),
                _ => return,
            };
            if !seen.insert((kind, id)) {
                return;
            }
            let mut push = |part| waiting.push(part);
            match kind {
                0 => program.definitions.get(id as usize).iter().for_each(|one| one.parts(&mut push)),
                1 => program.functions.get(id as usize).iter().for_each(|one| push(&one.body)),
                _ => program.tiers.get(id as usize).iter().for_each(|one| one.parts(&mut push)),
            }
        });
    }
    charges
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use ratewright::RuleSet;

    #[test]
    fn a_charge_is_computed_of_what_it_names_through_lets_functions_and_tiers() {
        let rules = RuleSet::compile(
            "ruleset r { currency USD }\ninput { weight : mass in lb }\ncharge HAUL = 2 USD per lb * weight\ncharge COLD = 9% of HAUL\n\
             let freight = HAUL + COLD\ncharge FUEL = 10% of freight\ncharge STOP = 1 USD\ncharge SUMMER = 1% of FUEL\n",
        )
        .unwrap();
        let all = computed_of(rules.program());
        let of = |code: &str| all.get(code).unwrap().iter().copied().collect::<Vec<_>>();
        assert_eq!((of("HAUL"), of("STOP")), (Vec::new(), Vec::new()));
        assert_eq!((of("COLD"), of("FUEL")), (vec!["HAUL"], vec!["COLD", "HAUL"]));
        assert_eq!(of("SUMMER"), ["COLD", "FUEL", "HAUL"]);
    }

    #[test]
    fn what_follows_is_told_where_all_mismatches_are_in_clusters() {
        let cases = |own, follow, beside| Cases { own, follow, beside, from: BTreeSet::from(["HAUL".to_owned()]) };
        assert_eq!(cases(35, 219, 0).words(254).unwrap(), "219 of 254 follow from HAUL");
        assert_eq!(cases(0, 1, 0).words(1).unwrap(), "1 of 1 follows from HAUL");
        assert_eq!(
            cases(35, 148, 71).words(254).unwrap(),
            "148 of 254 follow from HAUL, which differs in 71 more as well"
        );
        assert_eq!(cases(35, 0, 71).words(106).unwrap(), "in 71 of 106 HAUL differs as well: look at that first");
        assert_eq!(cases(35, 219, 0).words(255), None);
        assert_eq!(Cases { own: 35, ..Cases::default() }.words(35), None);
    }
}
