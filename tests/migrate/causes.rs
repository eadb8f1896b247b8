//! Holds: each quirk that old code is known for is found by changing what it is, with the amounts worked out by hand; what nothing explains
//! is unexplained; cases of one cause are one cluster, with exact sums and the same sample in whatever order they came.

use super::comparison::priced;
use ratewright::live::Edition;
use ratewright::migrate::cause::Cause;
use ratewright::migrate::{Answer, CauseFinder, Clusters, Finding, Measure};
use ratewright::value::{Currency, Date};
use ratewright::{Compiler, RuleSet};

const PARCELS: &str = r#"
ruleset parcel "Parcels" version "2026.2" {
  currency USD
  priced on shipped
  effective 2026-07-01 through 2026-12-31
}
enum Zone { near, far }
input {
  shipped : date
  booked  : instant = 2026-08-01T12:00:00Z
  zone    : Zone = near
  weight  : mass in lb
  length  : length in in = 10 in
  gold    : yes/no = no
}
table rate unique {
  zone : Zone
  weight : mass in lb by range
  -> price : USD per lb
  | zone | weight    || price |
  | near | up to 10  || 2.50  |
  | near | over 10   || 2.00  |
  | far  | any       || 3.10  |
}
parameter fuel : percent {
  from 2026-07-01 10%
  from 2026-10-01 12%
}
charge BASE "Transportation" = weight * rate[zone, weight].price
charge FUEL "Fuel" = fuel of BASE
charge LONG "Over 48 in" = 31.00 USD when length > 48 in
charge GOLD "Gold" = 20.00 USD less 10% minimum 19.00 USD when gold
charge LATE "Booked after six in London" = 5 USD when (time of booked in zone "Europe/London") > 18:00
"#;

pub(super) fn edition(text: &str) -> Edition {
    Edition::new(RuleSet::compile(text).unwrap_or_else(|error| panic!("{error}")))
}

/// Why the rules differ from the legacy lines for an input.
pub(super) fn found(rules: &str, input: &str, legacy: &str) -> Finding {
    CauseFinder::new(&edition(rules), Measure::exact()).find(input, &priced(legacy))
}

#[track_caller]
pub(super) fn is(finding: &Finding, causes: &[Cause], words: &str) {
    let all: Vec<String> =
        finding.guess.iter().chain(&finding.others).map(|one| format!("{}: {}", one.cause, one.tried)).collect();
    assert_eq!(finding.causes(), causes, "{finding}\n{}\n{}", finding.comparison, all.join("\n"));
    assert!(finding.to_string().contains(words), "{finding}");
}

fn input(parts: &str) -> String {
    format!(r#"{{"shipped": "2026-08-03"{parts}}}"#)
}

#[test]
fn no_difference_has_no_cause() {
    // 3 lb near: 7.50, fuel 0.75.
    let finding = found(PARCELS, &input(r#", "weight": 3"#), "BASE 7.50 USD, FUEL 0.75 USD");
    assert!(finding.comparison.is_match() && finding.causes().is_empty() && finding.tries == 0);
}

#[test]
fn boundaries_of_tables_and_conditions() {
    // 10 lb are priced at 2.50; the old code took the next row from 10 lb on: 20.00, fuel 2.00.
    let finding = found(PARCELS, &input(r#", "weight": 10"#), "BASE 20.00 USD, FUEL 2.00 USD");
    is(&finding, &[Cause::BoundarySide], "with weight a millionth more than 10 lb");
    assert!(
        finding.rules.iter().any(|rule| rule.name == "rate") && finding.rules.iter().any(|rule| rule.name == "BASE")
    );
    // 48 in are not over 48 in; the old code charged from 48 in on.
    let finding =
        found(PARCELS, &input(r#", "weight": 3, "length": 48"#), "BASE 7.50 USD, FUEL 0.75 USD, LONG 31.00 USD");
    is(&finding, &[Cause::BoundarySide], "with length a millionth more than 48 in");
    assert!(finding.others.iter().any(|one| one.cause == Cause::MissingSurcharge));
}

#[test]
fn units_days_and_hours() {
    // 3 kg taken for 3 lb: 3 × 2.20462 = 6.61386 lb at 2.50 are 16.53465, so 16.53, fuel 1.65.
    let finding = found(PARCELS, &input(r#", "weight": 3"#), "BASE 16.53 USD, FUEL 1.65 USD");
    is(&finding, &[Cause::UnitSlip], "as pounds for kilograms");
    // On 1 October fuel is 12 %; the old code, a day behind, took 10 %.
    let october = r#"{"shipped": "2026-10-01", "weight": 3}"#;
    is(&found(PARCELS, october, "BASE 7.50 USD, FUEL 0.75 USD"), &[Cause::DateShift], "a day earlier");
    // In London 17:30Z is 18:30 in summer; the old code read the clock of UTC.
    let late = input(r#", "weight": 3, "booked": "2026-08-03T17:30:00Z""#);
    is(&found(PARCELS, &late, "BASE 7.50 USD, FUEL 0.75 USD"), &[Cause::DateShift], "1 hour earlier");
}

#[test]
fn order_rounding_and_rows() {
    // 20.00 less 10 % are 18.00, at least 19.00; the old code took the minimum first: 20.00, less 10 % are 18.00.
    let finding =
        found(PARCELS, &input(r#", "weight": 3, "gold": true"#), "BASE 7.50 USD, FUEL 0.75 USD, GOLD 18.00 USD");
    is(&finding, &[Cause::OrderOfStages], "with `minimum 19.00 USD` before `less 10%`");
    // 2.35 lb are 5.875: 5.88 rounded half up, 5.87 cut off; fuel 0.588 and 0.587, both 0.59.
    let finding = found(PARCELS, &input(r#", "weight": "2.35""#), "BASE 5.87 USD, FUEL 0.59 USD");
    is(&finding, &[Cause::Rounding], "with BASE rounded");
    // Fuel of what was not rounded:
    // 4.018 lb near are 10.045 → 10.05, 10 % 1.005 → 1.01; of 10.045 it is 1.0045 → 1.00.
    let finding = found(PARCELS, &input(r#", "weight": "4.018""#), "BASE 10.05 USD, FUEL 1.00 USD");
    is(&finding, &[Cause::Rounding], "with FUEL");
    let all: Vec<&str> = finding.guess.iter().chain(&finding.others).map(|one| one.tried.as_str()).collect();
    assert!(all.contains(&"with FUEL of BASE before it is rounded"), "{all:?}");
    // The row of the other zone: 3 lb far are 9.30, fuel 0.93.
    let finding = found(PARCELS, &input(r#", "weight": 3"#), "BASE 9.30 USD, FUEL 0.93 USD");
    is(&finding, &[Cause::WrongRow], "with zone far instead of near");
}

/// Dated rows, a dated fuel surcharge and a season; lines are added in a named value.
const PALLETS: &str = r#"
ruleset pallets "Pallets" { currency USD  priced on shipped }
input { shipped : date, zone : integer, weights : list of mass in lb }
table rate {
  zone : integer
  valid
  -> price : USD per cwt
  | zone | valid            || price |
  | 1    | under 2026-01-05 || 20.00 |
  | 1    | from 2026-01-05  || 22.22 |
}
parameter fuel : percent {
  from 2025-01-01 10%
  from 2026-01-05 12%
}
calendar summer { 22 June through 10 July }
let per_cwt = rate[zone].price
let gross = sum of weight * per_cwt for each weight in weights
charge BASE = gross
charge FUEL = fuel of BASE
charge PEAK = 24 USD when shipped is within summer
"#;

#[test]
fn one_table_of_last_year_beside_the_fuel_of_this_year() {
    // 300 lb at the old 20.00 are 60.00; fuel is 12 % of that already: 7.20.
    let finding =
        found(PALLETS, r#"{"shipped": "2026-03-03", "zone": 1, "weights": [300]}"#, "BASE 60.00 USD, FUEL 7.20 USD");
    is(&finding, &[Cause::OtherEdition], "with `rate` as on 2026-01-04");
    // 300 lb at 22.22 are 66.66, and fuel is still 10 % of that: 6.67.
    let finding =
        found(PALLETS, r#"{"shipped": "2026-03-03", "zone": 1, "weights": [300]}"#, "BASE 66.66 USD, FUEL 6.67 USD");
    is(&finding, &[Cause::OtherEdition], "with `fuel` as on 2025-01-01");
}

#[test]
fn a_season_that_was_forgotten_is_no_other_edition() {
    // Outside the season nothing else differs, so that any day outside it would do; what there is to say is that 24 USD are extra.
    let finding =
        found(PALLETS, r#"{"shipped": "2026-06-25", "zone": 1, "weights": [300]}"#, "BASE 66.66 USD, FUEL 8.00 USD");
    is(
        &finding,
        &[Cause::ExtraSurcharge],
        "extra surcharge: PEAK, which the rules charge when shipped is within summer",
    );
}

#[test]
fn lines_that_are_rounded_before_a_named_value_adds_them() {
    // 1.15 lb at 22.22 per cwt are 0.25553. Rounded that is 0.26, twice 0.52; both in one are 0.51106, which is 0.51.
    let finding = found(
        PALLETS,
        r#"{"shipped": "2026-03-03", "zone": 1, "weights": ["1.15", "1.15"]}"#,
        "BASE 0.52 USD, FUEL 0.06 USD",
    );
    let all: Vec<&str> = finding.guess.iter().chain(&finding.others).map(|one| one.tried.as_str()).collect();
    assert_eq!(finding.causes(), [Cause::Rounding]);
    assert!(
        all.iter().any(|tried| tried.starts_with("with each part of `sum of weight * per_cwt")
            && tried.contains("rounded half up")),
        "{all:?}"
    );
}

#[test]
fn a_stale_table_is_another_edition() {
    let older = PARCELS
        .replace("2026.2", "2026.1")
        .replace("effective 2026-07-01 through 2026-12-31", "effective 2026-01-01 through 2026-06-30")
        .replace("|| 2.50", "|| 2.40");
    let older = older.replace("from 2026-07-01 10%", "from 2026-01-01 10%");
    let mut finder = CauseFinder::new(&edition(PARCELS), Measure::exact()).with_editions([&edition(&older)]);
    // 3 lb at the old 2.40 are 7.20, fuel 0.72.
    let finding = finder.find(&input(r#", "weight": 3"#), &priced("BASE 7.20 USD, FUEL 0.72 USD"));
    is(&finding, &[Cause::OtherEdition], "with `parcel` \"2026.1\"");
    // In November the old code still takes the fuel of September, which is within the edition.
    let november = r#"{"shipped": "2026-11-12", "weight": 3}"#;
    let finding = finder.find(november, &priced("BASE 7.50 USD, FUEL 0.75 USD"));
    is(&finding, &[Cause::OtherEdition], "with shipped as on 2026-07-01");
}

#[test]
fn surcharges_that_one_side_forgets() {
    let usual = "BASE 7.50 USD, FUEL 0.75 USD";
    let forgotten = found(PARCELS, &input(r#", "weight": 3, "length": 60"#), &format!("{usual}; 8.25 USD"));
    is(&forgotten, &[Cause::ExtraSurcharge], "extra surcharge: LONG, which the rules charge when length > 48 in");
    let lacking = found(PARCELS, &input(r#", "weight": 3"#), &format!("{usual}, FEE 1.00 USD; 9.25 USD"));
    is(&lacking, &[Cause::MissingSurcharge], "missing surcharge: FEE of 1.00 USD, for which the rules have no charge");
    // Where the old code states its total alone, the charge is found that is too much.
    let mut finder = CauseFinder::new(&edition(PARCELS), Measure::exact().totals_only());
    let finding = finder.find(&input(r#", "weight": 3, "length": 60"#), &priced("; 8.25 USD"));
    is(&finding, &[Cause::ExtraSurcharge], "with LONG left out");
}

#[test]
fn what_nothing_explains_is_unexplained_and_two_causes_are_both_said() {
    let finding = found(PARCELS, &input(r#", "weight": 3"#), "BASE 7.13 USD, FUEL 0.77 USD");
    is(&finding, &[Cause::Unexplained], "unexplained");
    assert!(finding.tries > 20);
    // A boundary of LONG, and a fee.
    let both = "BASE 7.50 USD, FUEL 0.75 USD, LONG 31.00 USD, FEE 1.00 USD";
    let finding = found(PARCELS, &input(r#", "weight": 3, "length": 48"#), both);
    is(
        &finding,
        &[Cause::BoundarySide, Cause::MissingSurcharge],
        "; missing surcharge: FEE of 1.00 USD, for which the rules have no charge",
    );
    assert!(!finding.incomplete);
    // A fee, and an amount that nobody understands.
    let finding = found(PARCELS, &input(r#", "weight": 3"#), "BASE 7.13 USD, FUEL 0.75 USD, FEE 1.00 USD");
    is(&finding, &[Cause::MissingSurcharge, Cause::Unexplained], "the rest is unexplained");
    // An input that cannot be read can be priced by no other factor.
    let finding = found(PARCELS, r#"{"shipped": "2026-08-03"}"#, "BASE 7.50 USD");
    is(&finding, &[Cause::Unexplained], "unexplained");
}

/// A rate of last year, a rate of which kilograms were taken for pounds, and a minimum.
const FREIGHT: &str = r#"
ruleset freight "Freight" { currency USD  priced on shipped }
input { shipped : date, zone : integer, weight : mass in lb }
table rate {
  zone : integer
  valid
  -> price : USD per cwt
  | zone | valid            || price |
  | 1    | under 2026-01-05 || 20.00 |
  | 1    | from 2026-01-05  || 22.00 |
  | 2    | from 2025-01-01  || 30.00 |
}
charge BASE = weight * rate[zone].price minimum 100 USD
charge FUEL = 10% of BASE
"#;

#[test]
fn a_factor_of_units_that_was_learned_is_held_against_those_of_other_kinds() {
    let mut finder = CauseFinder::new(&edition(FREIGHT), Measure::exact());
    let case = |zone, pounds: i64| format!(r#"{{"shipped": "2026-03-03", "zone": {zone}, "weight": {pounds}}}"#);
    // To zone 2 old code takes 1,250 lb for kilograms: 567 at 0.30 USD are 170.10 instead of 375.00, and so on; fuel is a tenth.
    for times in 1..=70_i64 {
        let cents = 17_010 * times;
        let legacy =
            format!("BASE {}.{:02} USD, FUEL {}.{:02} USD", cents / 100, cents % 100, cents / 1000, cents / 10 % 100);
        is(&finder.find(&case(2, 1250 * times), &priced(&legacy)), &[Cause::UnitSlip], "as kilograms for pounds");
    }
    // To zone 1 it takes the rate of last year: 480 lb at 0.20 USD are 96, so 100.00 instead of 105.60. Any factor that makes the weight less gives
    // the minimum too, and none of them says why.
    let stale = finder.find(&case(1, 480), &priced("BASE 100.00 USD, FUEL 10.00 USD"));
    is(&stale, &[Cause::OtherEdition], "with shipped as on 2024-12-31");
    assert!(stale.others.iter().filter(|one| one.cause == Cause::UnitSlip).all(|one| !one.specific));
    // A search for everything says the same.
    let alone = found(FREIGHT, &case(1, 480), "BASE 100.00 USD, FUEL 10.00 USD");
    assert_eq!(alone.guess, stale.guess);
}

#[test]
fn rules_with_functions_of_the_host_are_tried_with_the_same_functions() {
    let rules = Compiler::new()
        .source("r.rules", "ruleset r { currency USD }\ninput { a : text }\nhost function miles(a : text) -> number\ncharge TRIP = 0.555 USD * miles(a)")
        .host("miles", |_| Ok(ratewright::value::Number::from_i64(3).into()))
        .compile("r.rules")
        .unwrap();
    let mut finder = CauseFinder::new(&Edition::new(rules), Measure::exact());
    is(&finder.find(r#"{"a": "x"}"#, &priced("TRIP 1.66 USD")), &[Cause::Rounding], "with TRIP rounded");
}

/// Old code in a few lines: rounds down, charges LONG from 48 in on, and forgets fuel in September.
fn old(weight_hundredths: i64, length: i64, day: u32) -> Answer {
    let cents = weight_hundredths * 250 / 100; // cut off
    let exact_cents = (weight_hundredths * 250 + 50) / 100;
    let fuel = (exact_cents * 10 + 50) / 100;
    let money = |cents: i64| format!("{}.{:02} USD", cents / 100, cents % 100);
    let mut lines = vec![format!("BASE {}", money(cents))];
    if day / 100 != 9 {
        lines.push(format!("FUEL {}", money(fuel)));
    }
    if length >= 48 {
        lines.push("LONG 31.00 USD".to_owned());
    }
    priced(&lines.join(", "))
}

#[test]
fn quirks_land_in_clusters_of_their_own_whatever_the_order() {
    let edition = edition(PARCELS);
    let cases: Vec<(String, Answer)> = (0..96_i64)
        .map(|n| {
            let (weight, length, day) = (101 + n * 7, 40 + n % 12, 801 + (n as u32 % 2) * 100);
            let input = format!(
                r#"{{"shipped": "2026-{:02}-{:02}", "weight": "{}.{:02}", "length": {length}}}"#,
                day / 100,
                day % 100,
                weight / 100,
                weight % 100
            );
            (input, old(weight, length, day))
        })
        .collect();
    let clusters_of = |order: &[usize]| {
        let mut finder = CauseFinder::new(&edition, Measure::exact());
        let mut clusters = Clusters::sampling(3);
        for n in order {
            let (input, legacy) = &cases[*n];
            let finding = finder.find(input, legacy);
            let candidate = Answer::from(&edition.quote_json(input));
            let day = (*n % 5 > 0).then(|| Date::parse(&format!("2026-08-{:02}", *n % 5)).unwrap());
            clusters.add(&finding, &format!("case {n}"), *n as u64, day, || {
                (input.clone(), legacy.clone(), candidate, None)
            });
        }
        clusters
    };
    let forward: Vec<usize> = (0..cases.len()).collect();
    let read = clusters_of(&forward).read();

    // Every mismatch is in one cluster, and the sums are those of the differences, case by case.
    let usd = Currency::parse("USD").unwrap();
    let mut net = ratewright::value::Number::ZERO;
    let mut mismatches = 0;
    for (input, legacy) in &cases {
        let found = Measure::exact().compare(&mut Default::default(), legacy, &edition.quote_json(input));
        mismatches += u64::from(!found.is_match());
        for change in found.differences.iter().flat_map(|one| one.changes()) {
            net = net.add(&change.amount).unwrap();
        }
    }
    assert_eq!(read.iter().map(|cluster| cluster.cases).sum::<u64>(), mismatches);
    let sum = read
        .iter()
        .filter_map(|cluster| cluster.in_currency(usd))
        .try_fold(ratewright::value::Number::ZERO, |sum, one| sum.add(&one.signed.amount));
    assert_eq!(sum.unwrap(), net);

    // Where one thing differs, its cause is named; where several do, each of them.
    for cluster in &read {
        let expected: Vec<Cause> = cluster
            .key
            .charges
            .iter()
            .map(|(charge, _)| match charge.as_str() {
                "BASE" => Cause::Rounding,
                "FUEL" => Cause::ExtraSurcharge,
                _ => Cause::BoundarySide,
            })
            .collect();
        let mut expected = expected;
        expected.sort_unstable();
        assert_eq!(cluster.key.causes, expected, "{cluster}");
        assert!(cluster.first.as_ref().unwrap().sequence <= cluster.largest.as_ref().unwrap().sequence);
    }
    assert!(read.iter().any(|cluster| cluster.key.causes == [Cause::Rounding]));

    // In any order and in two halves the same clusters with the same sample come out.
    let backward: Vec<usize> = forward.iter().rev().copied().collect();
    assert_eq!(clusters_of(&backward).read(), read);
    let (one, other) = backward.split_at(40);
    let mut joined = clusters_of(one);
    joined.join(clusters_of(other));
    assert_eq!(joined.read(), read);
    let text = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<Vec<ratewright::migrate::Cluster>>(&text).unwrap(), read);
}
