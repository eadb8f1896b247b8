//! Cases of wanted classes are compared beyond the sample, in a stratum of their own; the sample is the same whoever wants what.

use ratewright::live::{Book, Edition};
use ratewright::migrate::stage::{Decision, Stages, Subject};
use ratewright::migrate::{
    Answer, Case, Comparison, Counting, Elsewhere, Evidence, Handed, Migration, MigrationContext, Observed, Observer,
    Path, Policy, Prices, Stratum, Tracing, Wanted, Wanting,
};
use ratewright::{Quote, RuleSet};
use std::sync::{Arc, Mutex};

fn stages(stage: &str, sample: &str) -> Stages {
    let plan = format!(
        r#"{{ "format": 1, "migration": "parcel", "stage": "{stage}", "sample": {{ "shadow": "{sample}", "reverse": "{sample}" }} }}"#
    );
    plan.parse().unwrap()
}

/// What is decided of 4,000 cases, every other one of a wanted class.
fn decided(stages: &Stages, wanting: &Wanting) -> Vec<(bool, Decision)> {
    let decided = (0..4_000).map(|number| {
        let order = format!("order {number}");
        let is_wanted = number % 2 == 0;
        let class = if is_wanted { "CA zone 5 hazmat" } else { "CA zone 2" };
        let subject = Subject::of("customer 17").case(&order).like(class);
        (is_wanted, stages.decide_wanting(&subject, |class| wanting.wants(class)))
    });
    decided.collect()
}

#[test]
fn the_sample_stays_what_it_is_and_the_rest_of_a_wanted_class_is_compared_apart() {
    let wanting = Wanting::new();
    for stage in ["shadow", "primary"] {
        let stages = stages(stage, "10%");
        wanting.set(Wanted::default());
        let before = decided(&stages, &wanting);
        wanting.set(Wanted::new([("CA zone 2".to_owned(), false)], true));
        let after = decided(&stages, &wanting);
        let drawn = before.iter().filter(|(_, decision)| decision.compares).count();
        // 400 of 4,000, with a standard deviation of 19.
        assert!((320..=480).contains(&drawn), "{drawn}");
        for ((is_wanted, before), (_, after)) in before.into_iter().zip(after) {
            match (before.compares, is_wanted) {
                (true, _) | (false, false) => assert_eq!(before, after),
                (false, true) => {
                    assert!(after.compares && after.wanted);
                    assert_eq!((after.stratum(), after.sampled.to_string()), (Stratum::Adaptive, "90%".to_owned()));
                    assert_eq!(Decision { compares: false, wanted: false, sampled: before.sampled, ..after }, before);
                }
            }
        }
    }
}

#[test]
fn where_nothing_is_to_be_compared_nothing_is_wanted() {
    let wanting = Wanting::new();
    wanting.set(Wanted::new([], true));
    for (stage, sample) in [("shadow", "0%"), ("primary", "0%"), ("off", "10%"), ("complete", "10%")] {
        assert!(decided(&stages(stage, sample), &wanting).iter().all(|(_, decision)| !decision.compares), "{stage}");
    }
    // All are drawn: there is nothing beside the sample.
    let all = decided(&stages("shadow", "100%"), &wanting);
    assert!(all.iter().all(|(_, decision)| decision.compares && decision.stratum() == Stratum::Traffic));
    // A case without a class is drawn by the sample alone.
    let subject = Subject::of("customer 17");
    let stages = stages("shadow", "0.0001%");
    assert!(!stages.decide_wanting(&subject, |class| wanting.wants(class)).compares);
    assert!(stages.decide_wanting(&subject.like("any"), |class| wanting.wants(class)).wanted);
}

#[derive(Default)]
struct Told(Mutex<Vec<String>>, Mutex<Vec<Handed>>);

impl Observer for Told {
    fn compared(&self, observed: &Observed<'_>) {
        let subject = &observed.subject;
        let words = [subject.key(), subject.case_key(), subject.class()].map(|text| text.unwrap_or("-").to_owned());
        let edition = observed.priced_by().map(|edition| edition.name().to_owned());
        let stratum = observed.decision.stratum();
        self.0.lock().unwrap().push(format!("{} {stratum} {}", words.join("|"), edition.unwrap_or_default()));
    }
}

impl Elsewhere for Told {
    fn take(&self, case: Handed) {
        self.1.lock().unwrap().push(case);
    }
}

#[test]
fn an_observer_is_told_of_the_class_and_of_the_edition_also_where_it_refuses_and_later() {
    let text = "ruleset parcel \"Parcels\" { currency USD }\ninput { n : integer }\ncharge BASE = 10 USD\nrefuse NO \"no\" when n is 2\nrefuse DIV \"no\" when 1 / (n - 3) > 5";
    let (told, wanting) = (Arc::new(Told::default()), Wanting::new());
    wanting.set(Wanted::new([], true));
    let migration = |later: bool| {
        let book = Arc::new(Book::default());
        book.publish(Edition::new(RuleSet::compile(text).unwrap())).unwrap();
        let reading = |_: Result<&(), &()>| -> Answer { Prices::new().into() };
        let door = Migration::new(stages("shadow", "0.0001%"), book, "parcel", reading, |_| None);
        let door = door.observed_by(told.clone()).favouring(wanting.clone());
        if later { door.handing_to(told.clone()) } else { door }
    };
    let mut context = MigrationContext::default();
    for later in [false, true] {
        let door = migration(later);
        for n in 1..=3 {
            let subject = Subject::of("customer 17").case("order 4711").like("CA");
            let priced = door.price(&mut context, &subject, &serde_json::json!({ "n": n }), || Ok(()));
            assert_eq!(priced.answer, Ok(()));
        }
        for case in std::mem::take(&mut *told.1.lock().unwrap()) {
            drop(door.compare(&mut context, case));
        }
        let expected = ["customer 17|order 4711|CA adaptive parcel"; 3];
        assert_eq!(std::mem::take(&mut *told.0.lock().unwrap()), expected, "{later}");
    }
}

#[test]
fn a_rule_lacks_cases_until_one_stratum_that_counts_or_the_adaptive_one_has_enough() {
    let text = "ruleset parcel \"Parcels\" { currency USD }\ninput { n : integer }\ncharge BASE = 10 USD\ncharge HEAVY = 1 USD when n > 100\nparameter unused = 3 USD";
    let tracing = Tracing::new(&Edition::new(RuleSet::compile(text).unwrap()));
    let mut evidence = Evidence::new(&tracing, Counting::default());
    let (mut context, mut quote, mut path) = (tracing.edition().context(), Quote::default(), Path::default());
    let mut record = |evidence: &mut Evidence, n: u32, stratum: Stratum| {
        tracing.quote_json_into(&mut context, &format!(r#"{{"n": {n}}}"#), &mut quote, &mut path).unwrap();
        let comparison = Comparison::default();
        evidence.record(&tracing, Case { stratum, path: &path, quote: Some(&quote), comparison: &comparison });
    };
    let policy: Policy = r#"{"distinct_cases_per_rule": 3, "distinct_cases_of_high_revenue": 4}"#.parse().unwrap();
    let names = |evidence: &Evidence| -> Vec<String> {
        let lacking = policy.lacking(evidence).into_iter().zip(evidence.rules());
        lacking.filter(|(lacks, _)| *lacks).map(|(_, known)| known.rule.name.clone()).collect()
    };
    // BASE has most of the money, and so needs four cases; probes count for nothing here.
    (1..=3).for_each(|n| record(&mut evidence, n, Stratum::Traffic));
    (101..=109).for_each(|n| record(&mut evidence, n, Stratum::Probe));
    assert_eq!(names(&evidence), ["BASE", "HEAVY"]);
    record(&mut evidence, 3, Stratum::Traffic);
    record(&mut evidence, 101, Stratum::Traffic);
    assert_eq!(names(&evidence), ["HEAVY"]);
    // Two in one stratum and one in another are no three.
    record(&mut evidence, 102, Stratum::Adaptive);
    record(&mut evidence, 103, Stratum::Adaptive);
    assert_eq!(names(&evidence), ["HEAVY"]);
    record(&mut evidence, 104, Stratum::Adaptive);
    assert_eq!(names(&evidence), Vec::<String>::new());
}
