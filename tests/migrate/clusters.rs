//! Holds: clusters are the same whatever the order of cases, however they are shared out, and wherever a run stops and is stored; counts and
//! sums are those counted by hand, day by day; what could not have been gathered is not read.

use super::comparison::{compared, priced};
use proptest::prelude::*;
use ratewright::digest::Digest;
use ratewright::migrate::cause::{Cause, Factor};
use ratewright::migrate::cluster::{FieldValues, InputFields, SAMPLING};
use ratewright::migrate::{Cluster, Clusters, Finding, Measure, WaiverUses, Waivers};
use ratewright::value::Date;
use ratewright::{Context, RuleSet};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// A case: which charge differs, by how many cents, what explains it, on which day of November it was asked (0: not known).
#[derive(Debug, Clone)]
struct One {
    charge: &'static str,
    cents: i64,
    causes: Vec<Cause>,
    day: u32,
    /// A field of its input, of which there are more different values than are kept of a cluster.
    zone: u32,
}

fn one() -> impl Strategy<Value = One> {
    let charges = prop::sample::select(vec!["BASE", "FUEL", "HEAVY"]);
    let cents = prop_oneof![-200..-1_i64, 1..200_i64];
    let causes = prop::sample::subsequence(vec![Cause::BoundarySide, Cause::Rounding, Cause::MissingSurcharge], 0..=3);
    (charges, cents, causes, 0..4_u32, 1..9_u32).prop_map(|(charge, cents, causes, day, zone)| One {
        charge,
        cents,
        causes,
        day,
        zone,
    })
}

fn amount(cents: i64) -> String {
    format!("{}{}.{:02} USD", if cents < 0 { "-" } else { "" }, cents.abs() / 100, cents.abs() % 100)
}

fn finding(one: &One) -> Finding {
    let legacy = format!("{} 5.00 USD", one.charge);
    let comparison = compared(&Measure::exact(), &legacy, &format!("{} {}", one.charge, amount(500 + one.cents)));
    let factor = |cause: &Cause| Factor {
        cause: *cause,
        tried: cause.to_string(),
        is_tried: true,
        field: None,
        explains: vec![0],
        specific: true,
    };
    let mut factors = one.causes.iter().map(factor);
    Finding {
        comparison,
        guess: factors.next().into_iter().collect(),
        others: factors.collect(),
        incomplete: one.causes.is_empty(),
        follows: Vec::new(),
        rules: Vec::new(),
        tries: 0,
        fields: fields(one),
    }
}

/// What the input of a case says: a zone, a day now and then, and a note that is too long to be told where the zone is 3.
fn fields(one: &One) -> FieldValues {
    static FIELDS: LazyLock<InputFields> = LazyLock::new(|| {
        let rules = "ruleset r { currency USD }\ninput { note : text  zone : integer  shipped : date? }\ncharge BASE = 1 USD * zone";
        InputFields::of(&RuleSet::compile(rules).unwrap())
    });
    let note = if one.zone == 3 { "long ".repeat(20) } else { "short".to_owned() };
    let shipped = day(one.day).map(|day| format!(r#", "shipped": "{day}""#)).unwrap_or_default();
    FIELDS.of_json(&mut Context::default(), &format!(r#"{{"note": "{note}", "zone": {}{shipped}}}"#, one.zone))
}

fn day(number: u32) -> Option<Date> {
    Date::new(2026, 11, i64::from(number).try_into().unwrap())
}

/// Adds the cases of these places, and one beside each that agrees.
fn add(clusters: &mut Clusters, all: &[One], places: impl IntoIterator<Item = usize>) {
    for place in places {
        let one = &all[place];
        // Every third key comes again: keys are a caller's, and may.
        let key = format!("case {}", place - place % 3 % 2);
        clusters.add(&finding(one), &key, place as u64, day(one.day), || {
            (format!("{{\"n\": {place}}}"), priced(&format!("{} 5.00 USD", one.charge)), priced("BASE 1.00 USD"), None)
        });
        clusters.agrees(&fields(&all[all.len() - 1 - place]), [one.charge]);
    }
}

proptest! {
    #[test]
    fn wherever_a_run_stops_and_is_stored_it_goes_on_to_the_same_clusters(
        all in prop::collection::vec(one(), 1..60),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        sampled in 0..5_usize,
    ) {
        let mut whole = Clusters::sampling(sampled);
        add(&mut whole, &all, 0..all.len());

        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(all.len())).chain([0, all.len()]).collect();
        cuts.sort_unstable();
        let (mut stopped, mut shared) = (Clusters::sampling(sampled), Clusters::sampling(sampled));
        for part in cuts.windows(2).rev() {
            let mut alone = Clusters::sampling(sampled);
            add(&mut alone, &all, (part[0]..part[1]).rev());
            shared.join(alone);
        }
        for part in cuts.windows(2) {
            let stored = serde_json::to_string(&stopped).unwrap();
            stopped = serde_json::from_str(&stored).unwrap();
            add(&mut stopped, &all, part[0]..part[1]);
        }
        prop_assert_eq!(&stopped, &whole);
        prop_assert_eq!(&shared, &whole);
        prop_assert_eq!(serde_json::to_string(&stopped.read()).unwrap(), serde_json::to_string(&whole.read()).unwrap());
    }

    #[test]
    fn counts_and_sums_are_those_counted_by_hand(all in prop::collection::vec(one(), 1..60)) {
        let mut clusters = Clusters::sampling(3);
        add(&mut clusters, &all, 0..all.len());
        prop_assert_eq!(clusters.cases(), all.len() as u64);
        // By charge and day: cases, cents with and without their signs.
        let mut expected: BTreeMap<(String, Option<Date>), (u64, i64, i64)> = BTreeMap::new();
        for one in &all {
            let counted = expected.entry((one.charge.to_owned(), day(one.day))).or_default();
            *counted = (counted.0 + 1, counted.1 + one.cents, counted.2 + one.cents.abs());
        }
        let mut read: BTreeMap<(String, Option<Date>), (u64, i64, i64)> = BTreeMap::new();
        let cents = |amount: &ratewright::quote::Money| -> i64 {
            amount.to_string().replace(" USD", "").replace('.', "").parse().unwrap()
        };
        for cluster in clusters.read() {
            let charge = cluster.key.charges[0].0.clone();
            let mut undated = (cluster.cases, cents(&cluster.differences[0].signed), cents(&cluster.differences[0].absolute));
            for (day, of_day) in &cluster.days {
                let counted = read.entry((charge.clone(), Some(*day))).or_default();
                let (net, gross) = (cents(&of_day.differences[0].signed), cents(&of_day.differences[0].absolute));
                *counted = (counted.0 + of_day.cases, counted.1 + net, counted.2 + gross);
                undated = (undated.0 - of_day.cases, undated.1 - net, undated.2 - gross);
            }
            let counted = read.entry((charge, None)).or_default();
            *counted = (counted.0 + undated.0, counted.1 + undated.1, counted.2 + undated.2);
        }
        read.retain(|_, counted| counted.0 > 0);
        prop_assert_eq!(read, expected);
    }
}

#[test]
fn the_sample_is_of_the_smallest_digests_and_the_first_of_the_largest_is_kept() {
    let all: Vec<One> = (0..40)
        .map(|n| One { charge: "BASE", cents: 10 + n % 7, causes: vec![Cause::Rounding], day: 1, zone: 1 })
        .collect();
    let mut clusters = Clusters::sampling(4);
    for (place, one) in all.iter().enumerate() {
        let kept = || ("{}".to_owned(), priced(""), priced(""), None);
        clusters.add(&finding(one), &format!("K{place}"), place as u64, None, kept);
    }
    let read = clusters.read();
    let mut digests: Vec<(Digest, String)> = (0..40)
        .map(|n| format!("K{n}"))
        .map(|key| (Digest::of_bytes(format!("{SAMPLING}\0{key}").as_bytes()), key))
        .collect();
    digests.sort();
    let expected: Vec<&str> = digests[..4].iter().map(|(_, key)| key.as_str()).collect();
    assert_eq!(read[0].sample.iter().map(|example| example.key.as_str()).collect::<Vec<_>>(), expected);
    // 16 cents come first with the seventh case.
    assert_eq!((read[0].first.as_ref().unwrap().sequence, read[0].largest.as_ref().unwrap().sequence), (0, 6));
}

#[test]
fn what_is_tolerated_or_waived_is_in_no_cluster() {
    let waivers: Waivers = serde_json::from_str(
        r#"[{"id": "W", "owner": "Ann", "reason": "known", "expires": "2026-12-31", "charges": ["FUEL"], "kinds": ["amount"], "cases": 9, "amount": "9 USD"}]"#,
    )
    .unwrap();
    let measure = Measure::exact().tolerance("HEAVY", ratewright::migrate::Tolerance::MinorUnits(1));
    let (legacy, mut cases) = ("BASE 5.00 USD, FUEL 1.00 USD, HEAVY 2.00 USD; 8.00 USD", 0);
    let mut clusters = Clusters::sampling(1);
    for candidate in [
        "BASE 5.00 USD, FUEL 1.03 USD, HEAVY 2.01 USD; 8.04 USD",
        "BASE 5.50 USD, FUEL 1.03 USD, HEAVY 2.01 USD; 8.54 USD",
    ] {
        let mut comparison = compared(&measure, legacy, candidate);
        waivers.apply(&mut WaiverUses::default(), &mut comparison, Date::new(2026, 11, 23).unwrap());
        let finding = Finding {
            comparison,
            guess: vec![],
            others: vec![],
            incomplete: true,
            follows: Vec::new(),
            rules: vec![],
            tries: 0,
            fields: FieldValues::default(),
        };
        cases += 1;
        clusters.add(&finding, "K", cases, None, || ("{}".to_owned(), priced(""), priced(""), None));
    }
    let read = clusters.read();
    assert_eq!(read.len(), 1);
    // Of the second case 0.50 of BASE alone.
    assert_eq!(read[0].to_string(), "unexplained: BASE (amount), 1 case, more by 0.50 USD in all");
}

#[test]
fn what_could_not_have_been_gathered_is_not_read() {
    let mut clusters = Clusters::sampling(2);
    add(&mut clusters, &[One { charge: "BASE", cents: 3, causes: vec![], day: 2, zone: 1 }], [0]);
    let stored = serde_json::to_string(&clusters).unwrap();
    let refused = |from: &str, to: &str| {
        assert!(stored.contains(from), "{stored}");
        serde_json::from_str::<Clusters>(&stored.replace(from, to)).unwrap_err().to_string()
    };
    assert!(refused("\"sampled\":2", "\"sampled\":0").contains("the sample of a stored cluster"));
    assert!(refused("\"cases\":1,\"differences\"", "\"cases\":0,\"differences\"").contains("has no case"));
    assert!(refused("\"whole\":[]", "\"whole\":[],\"more\":1").contains("unknown field `more`"));
    let of_day = refused("{\"2026-11-02\":{\"cases\":1", "{\"2026-11-02\":{\"cases\":7");
    assert!(of_day.contains("more cases on its days than in all"), "{of_day}");
}

#[test]
fn beyond_so_many_kinds_all_others_are_counted_together_and_nothing_is_lost() {
    let all: Vec<One> = (0..40)
        .map(|n| One { charge: ["BASE", "FUEL", "HEAVY"][n % 3], cents: 1, causes: Vec::new(), day: 1, zone: 1 })
        .collect();
    let mut whole = Clusters::sampling(2);
    add(&mut whole, &all, 0..all.len());
    let kinds = whole.read().len();
    assert!(kinds > 1);
    // One kind is kept apart.
    let mut few = Clusters::sampling(2).at_most(1);
    add(&mut few, &all, 0..all.len());
    let read = few.read();
    assert_eq!(read.len(), 2);
    let others = read.iter().find(|cluster| cluster.key.is_others()).unwrap();
    let apart = read.iter().find(|cluster| !cluster.key.is_others()).unwrap();
    // Cases, money, days and causes of all are there.
    assert_eq!(others.cases + apart.cases, 40);
    assert!(others.to_string().starts_with("all other kinds, too many to keep apart: "), "{others}");
    let cents = |clusters: &[Cluster]| -> i64 {
        let sums = clusters.iter().flat_map(|cluster| &cluster.differences);
        sums.map(|one| one.absolute.amount.to_string().replace('.', "").parse::<i64>().unwrap()).sum()
    };
    assert_eq!(cents(&read), cents(&whole.read()));
    assert_eq!(others.days.values().map(|day| day.cases).sum::<u64>(), others.cases);
    assert_eq!(others.explained_by.values().sum::<u64>(), others.cases);
    assert!(others.first.is_some() && others.largest.is_some() && others.sample.len() == 2);
    // What is stored goes on with the same bound, and joining keeps to it.
    let stored: Clusters = serde_json::from_str(&serde_json::to_string(&few).unwrap()).unwrap();
    assert_eq!(stored, few);
    let mut joined = Clusters::sampling(2).at_most(1);
    add(&mut joined, &all, 0..1);
    joined.join(whole);
    assert_eq!((joined.read().len(), joined.cases()), (2, 41));
}
