//! What is counted of each rule, worked by hand; that the order of gathering means nothing; that a mended rule costs its own evidence alone.

use crate::tracing::{PARCELS, tracing};
use ratewright::digest::RuleKind;
use ratewright::migrate::bounds::Confidence;
use ratewright::migrate::{
    Answer, Case, ComparisonMemory, Counting, Counts, Evidence, EvidenceError, Measure, MergeError, Path, Prices, Said,
    Stratum, Tolerance, Tracing,
};
use ratewright::value::{Currency, Number};
use ratewright::{Quote, live::Edition};

fn dollars(text: &str) -> Number {
    Number::parse(text).unwrap()
}

fn usd() -> Currency {
    Currency::parse("USD").unwrap()
}

/// Draws of 10 USD.
fn counting() -> Counting {
    Counting { intervals: [(usd(), dollars("10"))].into(), ..Counting::default() }
}

/// Takes down a case: what the legacy side says to an input.
fn record(evidence: &mut Evidence, tracing: &Tracing, stratum: Stratum, input: &str, legacy: &Answer) {
    let (mut quote, mut path) = (Quote::default(), Path::default());
    let mut context = tracing.edition().context();
    let outcome = tracing.quote_json_into(&mut context, input, &mut quote, &mut path);
    let candidate = outcome.as_ref().map_or_else(Said::from, |()| Said::from(&quote));
    let measure = Measure::exact().tolerance("BASE", Tolerance::MinorUnits(1));
    let comparison = measure.compare(&mut ComparisonMemory::default(), Said::from(legacy), candidate);
    let quote = outcome.is_ok().then_some(&quote);
    evidence.record(tracing, Case { stratum, path: &path, quote, comparison: &comparison });
}

fn priced(lines: &[(&str, &str)]) -> Answer {
    let money = |amount: &str| format!("{amount} USD").parse().unwrap();
    lines.iter().fold(Prices::new(), |prices, (code, amount)| prices.line(*code, money(amount))).into()
}

fn input(weight: &str, more: &str) -> String {
    format!(r#"{{"shipped": "2026-03-02", "weight": {weight}{more}}}"#)
}

fn counts<'e>(evidence: &'e Evidence, name: &str, stratum: Stratum) -> &'e Counts {
    evidence.rules().iter().find(|known| known.rule.name == name).unwrap().strata.of(stratum)
}

/// Cases, distinct ones, unexplained mismatches, and money seen and that differs.
fn figures(evidence: &Evidence, name: &str) -> (u64, u64, u64, String, String) {
    let counts = counts(evidence, name, Stratum::Traffic);
    let money = counts.money.get(&usd()).cloned().unwrap_or_default();
    (counts.cases, counts.distinct.count(), counts.unexplained, money.seen.to_string(), money.differed.to_string())
}

fn row(cases: u64, distinct: u64, unexplained: u64, seen: &str, differed: &str) -> (u64, u64, u64, String, String) {
    (cases, distinct, unexplained, seen.to_owned(), differed.to_owned())
}

const HOME: &str = r#", "residential": true"#;

#[test]
fn a_difference_speaks_of_the_rules_that_bear_on_it() {
    let tracing = tracing(PARCELS);
    let mut evidence = Evidence::new(&tracing, counting());
    let mut take = |weight: &str, more: &str, lines: &[(&str, &str)]| {
        record(&mut evidence, &tracing, Stratum::Traffic, &input(weight, more), &priced(lines));
    };
    take("5", "", &[("BASE", "8"), ("FUEL", "0.80")]);
    take("5", "", &[("BASE", "8"), ("FUEL", "0.80")]); // the same parcel again
    take("5", HOME, &[("BASE", "8"), ("HOME", "5"), ("FUEL", "0.80")]); // the legacy side takes 5 USD for 4
    take("20", "", &[("BASE", "20")]); // and here it forgets the fuel surcharge
    take("75", "", &[("BASE", "20"), ("FUEL", "2"), ("HEAVY", "15"), ("HAND", "30")]); // it takes what no rule knows
    take("6", "", &[("BASE", "8.01"), ("FUEL", "0.80")]); // within a cent

    assert_eq!(figures(&evidence, "BASE"), row(6, 5, 0, "72", "0"));
    assert_eq!(figures(&evidence, "base"), row(6, 5, 0, "72", "0"));
    assert_eq!(figures(&evidence, "HOME"), row(1, 1, 1, "4", "1"));
    assert_eq!(figures(&evidence, "FUEL"), row(6, 5, 1, "7.2", "2"));
    assert_eq!(figures(&evidence, "fuel"), row(6, 5, 1, "7.2", "2"));
    assert_eq!(figures(&evidence, "HEAVY"), row(1, 1, 0, "15", "0"));
    assert_eq!(figures(&evidence, "TOO_HEAVY"), row(0, 0, 0, "0", "0"));
    assert_eq!(counts(&evidence, "BASE", Stratum::Traffic).within_tolerance, 1);
    assert_eq!(counts(&evidence, "base", Stratum::Traffic).within_tolerance, 1);
    assert_eq!(evidence.unattributed(Stratum::Traffic), 1, "the 30 USD for HAND");

    let release = evidence.release().of(Stratum::Traffic);
    assert_eq!((release.cases, release.distinct.count(), release.unexplained, release.within_tolerance), (6, 5, 3, 1));
    let money = &release.money[&usd()];
    assert_eq!(
        (money.seen.to_string(), money.differed.to_string(), money.allowed.to_string()),
        ("98.2".into(), "33".into(), "0.01".into())
    );
    // Totals of at most 13.80, 22 and 67 USD in draws of 10: 2, 3 and 7.
    assert_eq!(money.draws_that_differ, 12);
    assert_eq!(Stratum::ALL.map(|stratum| evidence.release().of(stratum).cases), [6, 0, 0, 0]);
}

#[test]
fn a_whole_answer_that_differs_speaks_of_all_that_took_part() {
    let tracing = tracing(PARCELS);
    let mut evidence = Evidence::new(&tracing, counting());
    let refused = Answer::refused("TOO_HEAVY", "more than 88 lb");
    record(&mut evidence, &tracing, Stratum::Traffic, &input("89", ""), &refused);
    let blamed = |evidence: &Evidence| -> Vec<String> {
        let blamed = evidence.rules().iter().filter(|known| known.strata.of(Stratum::Traffic).unexplained > 0);
        blamed.map(|known| known.rule.name.clone()).collect()
    };
    assert_eq!(blamed(&evidence), ["BASE", "HEAVY", "FUEL", "base", "fuel", "TOO_HEAVY"]);

    let mut evidence = Evidence::new(&tracing, counting());
    record(&mut evidence, &tracing, Stratum::Traffic, &input("91", ""), &refused);
    assert!(blamed(&evidence).is_empty(), "both refuse by one code");
    assert_eq!(counts(&evidence, "TOO_HEAVY", Stratum::Traffic).cases, 1);
    record(&mut evidence, &tracing, Stratum::Traffic, &input("92", ""), &priced(&[("BASE", "20")]));
    assert_eq!(blamed(&evidence), ["TOO_HEAVY"], "it refused what the legacy side prices");
    record(&mut evidence, &tracing, Stratum::Traffic, r#"{"weight": 5}"#, &priced(&[("BASE", "8")]));
    assert_eq!(evidence.unattributed(Stratum::Traffic), 1, "an input that no rule came to see");
}

#[test]
fn a_total_that_is_wrong_beside_a_tolerated_charge_speaks_of_all_that_took_part() {
    let tracing = tracing(PARCELS);
    let lines = Prices::new().line("BASE", "8.01 USD".parse().unwrap()).line("FUEL", "0.80 USD".parse().unwrap());
    let unexplained = |total: &str| {
        let mut evidence = Evidence::new(&tracing, counting());
        let legacy = lines.clone().total(total.parse().unwrap()).into();
        record(&mut evidence, &tracing, Stratum::Traffic, &input("5", ""), &legacy);
        let of = |rule: &str| counts(&evidence, rule, Stratum::Traffic).unexplained;
        let release = evidence.release().of(Stratum::Traffic).unexplained;
        (release, of("BASE"), of("FUEL"), counts(&evidence, "BASE", Stratum::Traffic).within_tolerance)
    };
    assert_eq!(unexplained("8.81 USD"), (0, 0, 0, 1));
    assert_eq!(unexplained("104.31 USD"), (1, 1, 1, 0));
}

/// The edges of HEAVY: both sides of its condition, and the point of the let that it refers to, which counts where HEAVY applies.
#[test]
fn edges_count_once_and_for_the_rules_that_have_them() {
    let tracing = tracing(PARCELS);
    let mut evidence = Evidence::new(&tracing, counting());
    let mut edges = |stratum, weight: &str, rule: &str| {
        record(&mut evidence, &tracing, stratum, &input(weight, ""), &priced(&[]));
        counts(&evidence, rule, stratum).edges.count()
    };
    assert_eq!(edges(Stratum::Probe, "69", "HEAVY"), 1);
    assert_eq!(edges(Stratum::Probe, "68", "HEAVY"), 1);
    assert_eq!(edges(Stratum::Probe, "71", "HEAVY"), 2);
    assert_eq!(edges(Stratum::Probe, "70", "HEAVY"), 3);
    assert_eq!(edges(Stratum::Traffic, "70", "HEAVY"), 2, "another stratum begins by itself");
    assert_eq!(edges(Stratum::Replay, "10", "base"), 2, "a row and its end");
    assert_eq!(edges(Stratum::Replay, "10.5", "base"), 3);
    assert_eq!(edges(Stratum::Replay, "100", "base"), 3, "refused before any look-up");
}

/// Numbers without a pattern, the same on every machine.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

fn random_case(random: &mut Random) -> (Stratum, String, Answer) {
    let weight = 1 + random.below(95);
    let more = if random.below(3) == 0 { HOME } else { "" };
    let base = if weight <= 10 { 8 } else { 20 };
    let mut lines = vec![("BASE", base.to_string()), ("FUEL", format!("{}.{}", base / 10, base % 10))];
    if weight >= 70 && random.below(4) > 0 {
        lines.push(("HEAVY", "15".to_owned()));
    }
    if !more.is_empty() {
        lines.push(("HOME", if random.below(5) == 0 { "4.01" } else { "4" }.to_owned()));
    }
    let lines: Vec<(&str, &str)> = lines.iter().map(|(code, amount)| (*code, amount.as_str())).collect();
    let answer = if weight > 88 { Answer::refused("TOO_HEAVY", "") } else { priced(&lines) };
    (Stratum::ALL[random.below(4) as usize], input(&weight.to_string(), more), answer)
}

/// However cases are divided among threads and runs, and in whatever order those are put together, the evidence is the same.
#[test]
fn however_evidence_is_put_together_it_is_the_same() {
    let tracing = tracing(PARCELS);
    let mut random = Random(7);
    for round in 0..12 {
        // Small limits, so that some are reached in parts, some in all, some never.
        let counting = Counting {
            distinct_per_rule: 1 + random.below(40),
            distinct: 1 + random.below(200),
            edges_per_rule: 1 + random.below(6),
            ..counting()
        };
        let mut whole = Evidence::new(&tracing, counting.clone());
        let mut parts = vec![whole.clone(); 3];
        for _ in 0..250 {
            let (stratum, input, answer) = random_case(&mut random);
            record(&mut whole, &tracing, stratum, &input, &answer);
            record(&mut parts[random.below(3) as usize], &tracing, stratum, &input, &answer);
        }
        let merged = |order: [usize; 3]| {
            let [mut first, second, third] = order.map(|at| parts[at].clone());
            first.merge(&second).unwrap();
            first.merge(&third).unwrap();
            first
        };
        let mut right = parts[1].clone();
        right.merge(&parts[2]).unwrap();
        let mut nested = parts[0].clone();
        nested.merge(&right).unwrap();
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
            assert!(merged(order) == whole, "round {round}, order {order:?}");
        }
        assert!(nested == whole, "round {round}: the brackets mean nothing");
        let resumed = Evidence::from_json(&whole.to_json()).unwrap();
        assert!(resumed == whole, "round {round}: a file brings it back");
    }
}

#[test]
fn only_evidence_of_one_kind_is_put_together() {
    let one = tracing(PARCELS);
    let other = tracing(&PARCELS.replace("15 USD when heavy", "16 USD when heavy"));
    let mut evidence = Evidence::new(&one, counting());
    let before = evidence.clone();
    let error = evidence.merge(&Evidence::new(&other, counting())).unwrap_err();
    assert_eq!(error, MergeError::Editions(one.edition().digest().short(), other.edition().digest().short()));
    let by_another = Evidence::new(&one, Counting { measure: Measure::exact().ignoring("FUEL"), ..counting() });
    assert_eq!(evidence.merge(&by_another), Err(MergeError::Measures));
    let elsewhere = Evidence::new(&one, Counting { distinct: 5, ..counting() });
    assert_eq!(evidence.merge(&elsewhere), Err(MergeError::Counting));
    record(&mut evidence, &other, Stratum::Traffic, &input("5", ""), &priced(&[]));
    assert!(evidence == before, "a case of another edition is not counted");
}

fn gathered(tracing: &Tracing) -> Evidence {
    let mut evidence = Evidence::new(tracing, counting());
    let mut random = Random(3);
    for _ in 0..300 {
        let (stratum, input, answer) = random_case(&mut random);
        record(&mut evidence, tracing, stratum, &input, &answer);
    }
    evidence
}

#[test]
fn mending_one_rule_keeps_the_evidence_of_all_others() {
    let before = tracing(PARCELS);
    let evidence = gathered(&before);
    let after = tracing(
        &PARCELS.replace("15 USD when heavy", "16 USD when heavy").replace("let heavy", "\n# seventy\nlet   heavy"),
    );
    let carried = evidence.carry_over(&after);
    assert_eq!(carried.edition(), after.edition().digest());
    for (old, new) in evidence.rules().iter().zip(carried.rules()) {
        assert_eq!(old.rule.name, new.rule.name);
        match old.rule.name.as_str() {
            "HEAVY" => assert!(new.strata.iter().all(|(_, counts)| *counts == Counts::default())),
            _ => assert_eq!(old, new),
        }
    }
    assert_eq!(carried.release().of(Stratum::Traffic).cases, 0, "no whole case was priced by this edition");
    assert!(evidence.carry_over(&before).rules() == evidence.rules());
    assert!(evidence.rules().iter().filter(|known| known.strata.of(Stratum::Traffic).cases > 0).count() > 5);
}

#[test]
fn what_is_known_follows_a_rule_to_another_name_but_never_to_another_rule() {
    let text = |body: &str| tracing(&format!("ruleset t \"t\" {{ currency USD }}\n{body}"));
    let one = text("charge A = 1 USD\ncharge B = 2 USD");
    let mut evidence = Evidence::new(&one, counting());
    record(&mut evidence, &one, Stratum::Replay, "{}", &priced(&[("A", "1"), ("B", "2")]));
    let cases = |evidence: &Evidence| -> Vec<(String, u64)> {
        let known =
            evidence.rules().iter().map(|known| (known.rule.name.clone(), known.strata.of(Stratum::Replay).cases));
        known.collect()
    };
    let named =
        |names: &[(&str, u64)]| names.iter().map(|(name, cases)| (name.to_string(), *cases)).collect::<Vec<_>>();
    assert_eq!(cases(&evidence.carry_over(&text("charge A = 1 USD\ncharge C = 2 USD"))), named(&[("A", 1), ("C", 1)]));
    // Of two rules that mean the same, each has its own evidence.
    assert_eq!(cases(&evidence.carry_over(&text("charge A = 1 USD\ncharge D = 1 USD"))), named(&[("A", 1), ("D", 0)]));
    assert_eq!(cases(&evidence.carry_over(&text("charge D = 1 USD\ncharge E = 1 USD"))), named(&[("D", 0), ("E", 0)]));
}

/// A field more: inputs that come again may look new, so that what was counted stays a least number.
#[test]
fn an_input_that_comes_again_is_not_taken_for_a_new_one() {
    let one = tracing(PARCELS);
    let mut evidence = Evidence::new(&one, counting());
    for weight in ["5", "6", "7"] {
        record(&mut evidence, &one, Stratum::Replay, &input(weight, ""), &priced(&[("BASE", "8"), ("FUEL", "0.80")]));
    }
    let more = PARCELS.replace("gold        : yes/no = no", "gold : yes/no = no\n night : yes/no = yes");
    let other = tracing(&(more + "charge NIGHT = 3 USD when night\n"));
    let mut carried = evidence.carry_over(&other);
    let distinct = |evidence: &Evidence| counts(evidence, "BASE", Stratum::Replay).distinct.count();
    for (weight, expected) in [("5", 3), ("6", 3), ("7", 3), ("8", 4)] {
        let legacy = priced(&[("BASE", "8"), ("FUEL", "0.80"), ("NIGHT", "3")]);
        record(&mut carried, &other, Stratum::Replay, &input(weight, ""), &legacy);
        assert_eq!(distinct(&carried), expected, "{weight}");
    }
}

#[test]
fn cases_that_other_evidence_has_not_are_counted_while_they_are_told_apart() {
    let tracing = tracing(PARCELS);
    let of = |limit: u64, weights: &[&str]| {
        let mut evidence = Evidence::new(&tracing, Counting { distinct: limit, ..counting() });
        let legacy = priced(&[("BASE", "1")]);
        weights.iter().for_each(|weight| {
            record(&mut evidence, &tracing, Stratum::Replay, &input(weight, ""), &legacy);
        });
        evidence.release().of(Stratum::Replay).distinct.clone()
    };
    let (some, others) = (of(100, &["1", "2", "3", "2"]), of(100, &["2", "4"]));
    assert_eq!((some.beyond(&others), others.beyond(&some), some.beyond(&some)), (2, 1, 0));
    // Of what reached its limit nobody can say it.
    let full = of(2, &["1", "2", "3"]);
    assert_eq!((full.is_full(), full.beyond(&others), others.beyond(&full)), (true, 0, 0));
}

#[test]
fn a_damaged_file_is_found_wherever_it_is_damaged() {
    let tracing = tracing(PARCELS);
    let mut evidence = Evidence::new(&tracing, counting());
    record(&mut evidence, &tracing, Stratum::Traffic, &input("5", HOME), &priced(&[("BASE", "8")]));
    let text = evidence.to_json();
    assert!(text.starts_with(r#"{"format":"ratewright evidence","version":3,"sha256":""#), "{text}");
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1;
        if let Ok(damaged) = String::from_utf8(bytes) {
            assert!(Evidence::from_json(&damaged).is_err(), "byte {at}");
        }
        assert!(Evidence::from_json(&text[..at]).is_err(), "cut at {at}");
    }
    let words = |text: &str| Evidence::from_json(text).unwrap_err().to_string();
    let newer = text.replacen("\"version\":3", "\"version\":4", 1);
    assert_eq!(Evidence::from_json(&newer), Err(EvidenceError::Version(4)));
    assert!(words(&newer).starts_with("the evidence is of version 4 of its format, and version 3 is read"));
    let more = text.replacen("\"cases\":1", "\"cases\":9", 1);
    assert_eq!(
        words(&more),
        "the evidence is damaged: its checksum is not that of what stands in it; take it from where it was written, or gather it anew"
    );
    assert!(words("[]").starts_with("this is no file of evidence"));
    assert!(words(r#"{"format":"tariff","version":1}"#).contains("its format is `tariff`"));
}

/// 299 and 2,995 clean cases show less than 1 % and 0.1 %, as is published; the bound that may be watched needs 3.5 % more.
#[test]
fn bounds_are_of_distinct_cases_and_of_every_mismatch() {
    let tracing = tracing("ruleset t \"t\" { currency USD }\ninput { n : integer }\ncharge A = 1 USD * n");
    let mut evidence = Evidence::new(&tracing, counting());
    for n in 0..299 {
        for _ in 0..2 {
            record(
                &mut evidence,
                &tracing,
                Stratum::Replay,
                &format!(r#"{{"n": {n}}}"#),
                &priced(&[("A", &n.to_string())]),
            );
        }
    }
    let counts = counts(&evidence, "A", Stratum::Replay);
    assert_eq!((counts.cases, counts.distinct.count()), (598, 299), "repeats show nothing new");
    let bounds = counts.bounds(Confidence::USUAL);
    assert!(bounds.fixed.hundred_millionths() < 1_000_000 && bounds.watched.hundred_millionths() > 1_000_000);
    assert_eq!(evidence.rules()[0].strata.of(Stratum::Traffic).bounds(Confidence::USUAL).watched.to_string(), "100%");
    assert_eq!(evidence.rules()[0].rule.kind, RuleKind::Charge);
    let edition: &Edition = tracing.edition();
    assert_eq!(edition.rule_digests()[0], evidence.rules()[0].rule);
}

/// An auditor's example: with no error in draws of 26,882 each, at most 3.0 intervals, 80,646, are wrong at 95 %. 3.0 is rounded up
/// from 2.9957; three thousand draws show less than a thousandth.
#[test]
fn money_is_drawn_as_auditors_draw_it() {
    let interval = dollars("26882");
    let money = |seen: &str, draws_that_differ| Counts {
        money: [(
            usd(),
            ratewright::migrate::evidence::Money { seen: dollars(seen), draws_that_differ, ..Default::default() },
        )]
        .into(),
        ..Counts::default()
    };
    let bounds = money("80646000", 0).money_bounds(usd(), &interval, Confidence::USUAL);
    assert_eq!((bounds.draws, bounds.differ), (3_000, 0));
    assert!(bounds.bounds.fixed.hundred_millionths() < 100_000);
    let misstated = u128::from(bounds.bounds.fixed.hundred_millionths()) * 80_646_000 / 100_000_000;
    assert!((80_400..=80_646).contains(&misstated), "{misstated}");
    let one = money("80672881.99", 1).money_bounds(usd(), &interval, Confidence::USUAL);
    assert_eq!(one.draws, 3_000, "a draw begun is none");
    assert!(one.bounds.fixed > bounds.bounds.fixed && one.bounds.watched > one.bounds.fixed);
    assert_eq!(Counts::default().money_bounds(usd(), &interval, Confidence::USUAL).bounds.fixed.to_string(), "100%");
}
