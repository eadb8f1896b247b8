//! Holds: every quirk that was seeded is found in clusters of its own, with its cause, and none is left when the rules are mended and
//! what is wrong with old code is agreed to. What was seeded where is computed beside rules and old code (`seeded`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod seeded;

use ratewright::RuleSet;
use ratewright::live::Edition;
use ratewright::migrate::{Answer, CauseFinder, Cluster, Clusters, Measure, cause::Cause};
use ratewright_worked_migration::{adapter, shipment::Shipment, traffic::Traffic};
use rust_decimal::Decimal;
use seeded::{Quirk, Tariff};
use std::collections::{BTreeMap, BTreeSet};

/// All of them take a debug build minutes.
const SHIPMENTS: u64 = if cfg!(debug_assertions) { 6_000 } else { 100_000 };

type Seeded = BTreeMap<String, BTreeSet<Quirk>>;

/// The clusters of a step, each with all of its cases, and the quirks that were seeded in each shipment.
fn found(step: &str, measure: &str) -> (Vec<Cluster>, Seeded) {
    let file = |path: &str| format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    let rules = RuleSet::from_file(file(&format!("rules/{step}.rules"))).unwrap();
    let measure: Measure = serde_json::from_str(&std::fs::read_to_string(file(measure)).unwrap()).unwrap();
    let mut finder = CauseFinder::new(&Edition::new(rules.clone()), measure);
    let (mut clusters, tariff, mut seeded) = (Clusters::sampling(usize::MAX), Tariff::read(), Seeded::new());
    for (place, shipment) in (0..).zip(Traffic::recorded(SHIPMENTS)) {
        let input = shipment.input();
        let legacy = adapter::ask(&input).unwrap();
        seeded.insert(shipment.id.clone(), quirks(&tariff, &shipment, &legacy));
        let (input, legacy) = (input.to_string(), adapter::answer(legacy.as_ref()));
        let finding = finder.find(&input, &legacy);
        let kept = || (input.clone(), legacy.clone(), Answer::from(&rules.quote_json(&input)), None);
        clusters.add(&finding, &shipment.id, place, None, kept);
    }
    (clusters.read(), seeded)
}

fn quirks(tariff: &Tariff, shipment: &Shipment, legacy: &adapter::Legacy) -> BTreeSet<Quirk> {
    let amount = |amount: f64| -> Decimal { format!("{amount:.2}").parse().unwrap() };
    let amounts = legacy.as_ref().ok().map(|invoice| {
        let lines = invoice.ln.iter().map(|(code, value)| (*code, amount(*value)));
        lines.chain([("total", amount(invoice.tot))]).collect()
    });
    tariff.quirks(shipment, amounts.as_ref())
}

/// What each shows as.
fn cause(quirk: Quirk) -> Cause {
    match quirk {
        Quirk::FloatNoise | Quirk::LinesRounded => Cause::Rounding,
        Quirk::Boundary => Cause::BoundarySide,
        Quirk::ForgottenPeak | Quirk::LiftgateTyped => Cause::ExtraSurcharge,
        Quirk::StaleRates | Quirk::FuelTyped => Cause::OtherEdition,
        Quirk::Kilograms => Cause::UnitSlip,
        Quirk::Midnight => Cause::DateShift,
        Quirk::Order => Cause::OrderOfStages,
        Quirk::HazmatTyped => Cause::MistypedRate,
    }
}

/// The quirks of which there are clusters: those that a shipment of theirs has alone. Each such shipment must be with others of its quirk alone.
fn of_one_quirk(clusters: &[Cluster], seeded: &Seeded) -> BTreeMap<Quirk, u64> {
    let mut quirks = BTreeMap::new();
    for cluster in clusters {
        let alone: BTreeSet<Quirk> = cluster
            .sample
            .iter()
            .filter(|example| seeded[&example.key].len() == 1)
            .map(|example| *seeded[&example.key].first().unwrap())
            .collect();
        assert!(alone.len() <= 1, "{cluster}: {alone:?}");
        if let Some(quirk) = alone.first() {
            assert_eq!(cluster.key.causes, [cause(*quirk)], "{cluster}: {quirk:?}");
            *quirks.entry(*quirk).or_default() += cluster.cases;
        }
    }
    quirks
}

#[test]
fn every_seeded_quirk_is_in_clusters_of_its_own_with_its_cause() {
    let (clusters, seeded) = found("1-first", "measure.json");
    let found = of_one_quirk(&clusters, &seeded);
    let all: BTreeSet<Quirk> = seeded.values().flatten().copied().collect();
    assert_eq!(all.len(), 11, "{all:?}");
    assert_eq!(found.keys().copied().collect::<BTreeSet<Quirk>>(), all);
    // Every shipment with a quirk differs, and no other.
    let differ: BTreeSet<&String> = clusters.iter().flat_map(|cluster| &cluster.sample).map(|one| &one.key).collect();
    let hit: BTreeSet<&String> = seeded.iter().filter(|(_, quirks)| !quirks.is_empty()).map(|(id, _)| id).collect();
    assert_eq!(differ, hit);
}

#[test]
fn what_is_mended_is_gone_and_what_is_wrong_with_old_code_is_left() {
    let (clusters, seeded) = found("6-zone-6", "measure.json");
    let left = of_one_quirk(&clusters, &seeded);
    let wrong = [Quirk::FloatNoise, Quirk::ForgottenPeak, Quirk::Kilograms, Quirk::Midnight];
    assert_eq!(left.keys().copied().collect::<Vec<Quirk>>(), wrong);
    for example in clusters.iter().flat_map(|cluster| &cluster.sample) {
        assert!(wrong.iter().any(|quirk| seeded[&example.key].contains(quirk)), "{}", example.key);
    }
}
