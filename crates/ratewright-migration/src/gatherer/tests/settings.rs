//! What is said of gathering: how evidence is counted, and what is compiled beside the share of time.

use super::*;
use ratewright::migrate::cluster::{Have, Shared};
use ratewright::value::Currency;

fn drawn(intervals: &[(&str, i64)], distinct_per_rule: Option<u64>) -> Gathering {
    let interval = |(currency, amount): &(&str, i64)| (Currency::parse(currency).unwrap(), Number::from(*amount));
    Gathering { intervals: intervals.iter().map(interval).collect(), distinct_per_rule, ..how() }
}

fn open_so(folder: &Path, how: Gathering) -> Result<Arc<Gatherer>, String> {
    Gatherer::open(folder, how, limits(), clock()).map_err(|error| error.to_string())
}

#[test]
fn money_is_drawn_and_distinct_cases_are_told_apart_as_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let (book, digest) = (book(RULES), edition(RULES).digest());
    let gatherer = open_so(folder.path(), drawn(&[("USD", 10)], Some(20))).unwrap();
    let door = door(&book, "100%", &gatherer);
    let worker = start(&gatherer, &door);
    (1..=40).for_each(|n| price(&door, n, "light"));
    worker.finish();
    drop((door, gatherer));
    let known = evidence(folder.path(), digest);
    let base = known.rules()[0].strata.of(Stratum::Traffic);
    // Of 39 cases (13 is refused) 20 are told apart.
    assert_eq!((base.cases, base.distinct.count()), (39, 20));
    // 1 + … + 40 less 13 USD and one more of old code's 8 for 7: 807 or 808 USD are 80 draws of 10, of which one differs.
    let usd = Currency::parse("USD").unwrap();
    let confidence = ratewright::migrate::bounds::Confidence::USUAL;
    let drawn_so = base.money_bounds(usd, &known.counting().intervals[&usd], confidence);
    assert_eq!((drawn_so.draws, drawn_so.differ), (80, 1));
    // What was counted so is not gone on from in another way.
    for other in [drawn(&[("USD", 100)], Some(20)), drawn(&[], Some(20))] {
        let error = open_so(folder.path(), other).unwrap_err();
        let words =
            "it was counted by other intervals of money: gather into another folder, or remove it to begin anew";
        assert!(error.contains(words), "{error}");
    }
    drop(open_so(folder.path(), drawn(&[("USD", 10)], Some(20))).unwrap());
}

#[test]
fn a_policy_that_asks_for_more_cases_goes_on_and_what_was_counted_is_a_least_number() {
    let folder = tempfile::tempdir().unwrap();
    let (book, digest) = (book(RULES), edition(RULES).digest());
    let base = |cases: std::ops::RangeInclusive<i64>, distinct: u64| {
        let gatherer = open_so(folder.path(), drawn(&[], Some(distinct))).unwrap();
        let door = door(&book, "100%", &gatherer);
        let worker = start(&gatherer, &door);
        cases.for_each(|n| price(&door, n, "light"));
        worker.finish();
        assert_eq!(gatherer.trouble(), None);
        let known = evidence(folder.path(), digest);
        let base = known.rules()[0].strata.of(Stratum::Traffic);
        (base.cases, base.distinct.count(), base.distinct.is_full())
    };
    assert_eq!(base(21..=40, 10), (20, 10, true));
    // Which ten there were nobody knows any more: the same twenty again are twenty, and not thirty.
    assert_eq!(base(21..=40, 40), (40, 20, false));
    assert_eq!(base(41..=45, 40), (45, 25, false));
    // Fewer are no reason to begin anew.
    assert_eq!(base(46..=46, 5), (46, 26, false));
}

#[test]
fn where_nothing_is_said_as_many_are_told_apart_as_the_policy_asks_for() {
    let told_apart = |policy: &str| {
        let counting = Gathering { policy: policy.parse().unwrap(), ..how() }.counting();
        (counting.distinct_per_rule, counting.distinct)
    };
    assert_eq!(told_apart("{}"), (16_384, 1_048_576));
    let more = r#"{"distinct_cases_of_high_revenue": 29956, "distinct_cases": 3000000}"#;
    assert_eq!(told_apart(more), (29_956, 3_000_000));
    assert_eq!(told_apart(r#"{"distinct_cases_per_rule": 2000000}"#), (2_000_000, 2_000_000));
}

#[test]
fn a_draw_of_no_money_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for nothing in [0, -5] {
        let error = open_so(folder.path(), drawn(&[("USD", nothing)], None)).unwrap_err();
        let words = format!(
            "nothing can be gathered so: each draw of money stands for {nothing} USD: write how much, such as 100"
        );
        assert_eq!(error, words);
    }
}

#[test]
fn a_path_of_the_redaction_that_leads_to_no_input_of_known_rules_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let so = |path: &str| Gathering {
        redaction: Redaction::new([path], []).unwrap(),
        editions: vec![edition(RULES)],
        ..how()
    };
    let words =
        "nothing can be gathered so: `shiper` of the redaction is not an input of parcel: did you mean `shipper`?";
    assert_eq!(open_so(folder.path(), so("shiper")).unwrap_err(), words);
    drop(open_so(folder.path(), so("shipper")).unwrap());
}

#[test]
fn what_is_compiled_to_look_for_causes_is_compiled_once_and_told() {
    let edition = edition(RULES);
    let taken = |n: i64| {
        let input = serde_json::json!({"n": n, "shipper": "Ann"}).to_string();
        let (legacy, quote) = (old(n), edition.rules().quote_json(&input));
        let comparison = Measure::exact().compare(&mut ComparisonMemory::default(), &legacy, &quote);
        Taken {
            id: None,
            class: None,
            time: "2026-04-02T12:00:00Z".to_owned(),
            stratum: Stratum::Traffic,
            edition: Some(edition.clone()),
            input,
            answers: (!comparison.is_match()).then(|| (legacy, Answer::from(&quote))),
            comparison,
        }
    };
    let mut gathered = Gathered::new(how(), limits(), None);
    // 3 matches, 7 differs: what it needs is compiled once, and is still there when memory was let go of.
    assert!(!gathered.prepare(&taken(3)));
    assert!(gathered.prepare(&taken(7)) && !gathered.prepare(&taken(7)));
    gathered.take(taken(7));
    gathered.begin_memory_anew();
    assert!(!gathered.prepare(&taken(7)));
    // Another gatherer compiles for itself.
    assert!(Gathered::new(how(), limits(), None).prepare(&taken(7)));
}

#[test]
fn what_all_cases_of_a_cluster_have_in_common_is_known_over_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(RULES);
    run(folder.path(), &book, 1..=30);
    run(folder.path(), &book, [7; 5]);
    let found = findings(folder.path(), edition(RULES).digest(), Stratum::Traffic);
    let of_seven = found.clusters.iter().find(|cluster| cluster.cases == 6).unwrap();
    // Of 1 through 30 all agree but 7 and 13; the shipper is redacted, and the same in all of them.
    let (field, have) = ("n".to_owned(), Have::OneOf(vec!["7".to_owned()]));
    let shared = Shared { field, have, charge: Some("BASE".to_owned()), agree: 28, alike: Some(0) };
    assert_eq!(of_seven.shared, [shared]);
}
