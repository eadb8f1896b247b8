//! Stages: who is priced by which side, and what a plan that is wrong is told.
//!
//! Buckets and counts of keys were computed with Python's hashlib, as `bucket` says.

use ratewright::migrate::bucket::Share;
use ratewright::migrate::stage::{Because, Decision, Plan, Sample, Side, Stage, Stages, Step, Subject};

fn plan(stage: Stage) -> Plan {
    Plan { migration: "parcel".to_owned(), stage, ..Plan::default() }
}

fn share(text: &str) -> Share {
    text.parse().unwrap()
}

fn canary(steps: &[(Option<&str>, &str)]) -> Stages {
    let steps = steps.iter().map(|(segment, text)| Step { segment: segment.map(str::to_owned), share: share(text) });
    Stages::new(Plan { canary: steps.collect(), ..plan(Stage::Canary) }).unwrap()
}

fn decided(stages: &Stages, subject: Subject<'_>) -> (Side, Because) {
    let Decision { by, because, .. } = stages.decide(&subject);
    (by, because)
}

#[test]
fn each_stage_asks_whom_it_says() {
    let asked = |stage: Stage| {
        let everybody = vec![Step { segment: None, share: Share::ALL }];
        let stages = Stages::new(Plan { canary: everybody, ..plan(stage) }).unwrap();
        let decision = stages.decide(&Subject::of("customer 17"));
        (decision.by, decision.asks_legacy(), decision.asks_candidate())
    };
    assert_eq!(asked(Stage::Off), (Side::Legacy, true, false));
    assert_eq!(asked(Stage::Shadow), (Side::Legacy, true, true));
    assert_eq!(asked(Stage::Canary), (Side::Candidate, true, true));
    assert_eq!(asked(Stage::Primary), (Side::Candidate, true, true));
    assert_eq!(asked(Stage::Complete), (Side::Candidate, false, true));
}

#[test]
fn off_is_off_whatever_else_the_plan_says() {
    let everybody = vec![Step { segment: None, share: Share::ALL }];
    let all = Plan { canary: everybody, trusted: vec!["FUEL".to_owned()], ..plan(Stage::Off) };
    let decision = Stages::new(all).unwrap().decide(&Subject::of("customer 17"));
    assert_eq!((decision.by, decision.asks_candidate(), decision.composes), (Side::Legacy, false, false));
}

#[test]
fn a_share_begins_and_ends_where_its_buckets_do() {
    // customer 1292 has bucket 198, customer 2237 has 478, customer 2014 has 999,934.
    let by = |text: &str, key: &str| canary(&[(None, text)]).decide(&Subject::of(key)).by;
    assert_eq!(by("0.0198%", "customer 1292"), Side::Legacy);
    assert_eq!(by("0.0199%", "customer 1292"), Side::Candidate);
    assert_eq!(by("0.0199%", "customer 2237"), Side::Legacy);
    assert_eq!(by("99.9934%", "customer 2014"), Side::Legacy);
    assert_eq!(by("99.9935%", "customer 2014"), Side::Candidate);
    assert_eq!((by("0%", "customer 1292"), by("100%", "customer 2014")), (Side::Legacy, Side::Candidate));
}

#[test]
fn a_larger_share_only_adds_customers_and_a_smaller_one_only_takes_some_away() {
    let keys: Vec<String> = (0..100_000).map(|n| format!("customer {n}")).collect();
    let members = |text: &str| -> Vec<bool> {
        let stages = canary(&[(None, text)]);
        keys.iter().map(|key| stages.decide(&Subject::of(key)).by == Side::Candidate).collect()
    };
    let shares = ["0.1%", "1%", "10%"].map(members);
    let counts = shares.each_ref().map(|members| members.iter().filter(|is_in| **is_in).count());
    assert_eq!(counts, [119, 1_052, 10_068]);
    for (smaller, larger) in shares.iter().zip(&shares[1..]) {
        assert!(smaller.iter().zip(larger).all(|(was_in, is_in)| *is_in || !was_in));
    }
}

#[test]
fn samples_are_drawn_independently_of_the_canary() {
    let both = Plan {
        canary: vec![Step { segment: None, share: share("10%") }],
        sample: Sample { shadow: share("10%"), reverse: share("10%") },
        ..plan(Stage::Canary)
    };
    let stages = Stages::new(both).unwrap();
    let decisions: Vec<Decision> =
        (0..100_000).map(|n| stages.decide(&Subject::of(&format!("customer {n}")))).collect();
    let count = |holds: &dyn Fn(&Decision) -> bool| decisions.iter().filter(|one| holds(one)).count();
    assert_eq!(count(&|one| one.compares), 9_952);
    assert_eq!(count(&|one| one.compares && one.by == Side::Candidate), 1_019);
    // By the case, where there is one: customer 17 has 164,761 among samples, customer 0 has 79,386.
    assert!(!stages.decide(&Subject::of("customer 17")).compares);
    assert!(stages.decide(&Subject::of("customer 17").case("customer 0")).compares);
    assert_eq!(stages.decide(&Subject::of("customer 17").case("customer 0")).sampled, share("10%"));
}

#[test]
fn the_first_share_that_is_for_a_segment_counts() {
    let stages = canary(&[(Some("staff"), "100%"), (Some("key accounts"), "0%"), (None, "100%")]);
    let of = Subject::of("customer 17");
    assert_eq!(decided(&stages, of.in_segment("staff")), (Side::Candidate, Because::InShare));
    assert_eq!(decided(&stages, of.in_segment("key accounts")), (Side::Legacy, Because::OutsideShare));
    assert_eq!(decided(&stages, of.in_segment("others")), (Side::Candidate, Because::InShare));
    assert_eq!(decided(&stages, of), (Side::Candidate, Because::InShare));
    let staff = canary(&[(Some("staff"), "100%")]);
    assert_eq!(decided(&staff, of), (Side::Legacy, Because::NoSegment));
    assert_eq!(decided(&staff, of.in_segment("others")), (Side::Legacy, Because::NoSegment));
    assert_eq!(decided(&staff, of.in_segment("staff")), (Side::Candidate, Because::InShare));
}

#[test]
fn without_a_key_the_legacy_prices_even_where_the_share_is_everybody() {
    let stages = canary(&[(None, "100%")]);
    assert_eq!(decided(&stages, Subject::unknown()), (Side::Legacy, Because::WithoutKey));
    assert_eq!(decided(&stages, Subject::of("")), (Side::Legacy, Because::WithoutKey));
    // Where everybody is the candidate's, nobody asks for a key.
    let primary = Stages::new(plan(Stage::Primary)).unwrap();
    assert_eq!(decided(&primary, Subject::unknown()), (Side::Candidate, Because::Primary));
    // A sample that is all of them has those without a key; another has not.
    let shadow = |text: &str| {
        let sample = Sample { shadow: share(text), reverse: Share::NONE };
        Stages::new(Plan { sample, ..plan(Stage::Shadow) }).unwrap().decide(&Subject::unknown()).compares
    };
    assert_eq!((shadow("100%"), shadow("99%"), shadow("0%")), (true, false, false));
}

#[test]
fn trusted_charges_are_the_candidates_where_the_legacy_prices_the_rest() {
    let composes = |stage: Stage, key: &str| {
        let steps = vec![Step { segment: None, share: share("0.0199%") }];
        let plan = Plan { canary: steps, trusted: vec!["FUEL".to_owned()], ..plan(stage) };
        let plan = Plan { sample: Sample { shadow: Share::NONE, reverse: Share::NONE }, ..plan };
        let decision = Stages::new(plan).unwrap().decide(&Subject::of(key));
        (decision.composes, decision.asks_legacy(), decision.asks_candidate())
    };
    assert_eq!(composes(Stage::Shadow, "customer 17"), (true, true, true));
    assert_eq!(composes(Stage::Canary, "customer 17"), (true, true, true));
    assert_eq!(composes(Stage::Canary, "customer 1292"), (false, false, true));
    assert_eq!(composes(Stage::Primary, "customer 17"), (false, false, true));
}

const FILE: &str = r#"{
  "format": 1,
  "migration": "parcel",
  "salt": "parcel-2026",
  "buckets": "sha256-ppm-1",
  "stage": "canary",
  "canary": [
    { "segment": "staff", "share": "100%" },
    { "share": "0.1%" }
  ],
  "trusted": ["FUEL", "TOLL"],
  "sample": { "shadow": "10%", "reverse": "2.5%" }
}"#;

#[test]
fn a_file_is_read_and_written_as_the_same() {
    let stages: Stages = FILE.parse().unwrap();
    let expected = Plan {
        migration: "parcel".to_owned(),
        salt: Some("parcel-2026".to_owned()),
        stage: Stage::Canary,
        canary: vec![
            Step { segment: Some("staff".to_owned()), share: Share::ALL },
            Step { segment: None, share: Share::of_millionths(1_000) },
        ],
        trusted: vec!["FUEL".to_owned(), "TOLL".to_owned()],
        sample: Sample { shadow: Share::of_millionths(100_000), reverse: Share::of_millionths(25_000) },
    };
    assert_eq!(stages.plan(), &expected);
    let written = serde_json::to_string_pretty(&stages).unwrap();
    assert_eq!(written.parse::<Stages>().unwrap(), stages);
    let as_values = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(as_values(&written), as_values(FILE));
    // What is left out has its usual meaning, and says so when it is written.
    let short: Stages = r#"{"format": 1, "migration": "parcel", "stage": "shadow"}"#.parse().unwrap();
    assert_eq!((short.plan().salt(), short.plan().sample), ("parcel", Sample::default()));
    assert_eq!(serde_json::to_string(&short).unwrap().parse::<Stages>().unwrap(), short);
}

#[test]
fn what_is_wrong_in_a_file_is_said_with_its_place() {
    let with = |old: &str, new: &str| {
        let text = FILE.replace(old, new);
        assert_ne!(text, FILE, "{old}");
        text.parse::<Stages>().unwrap_err().to_string()
    };
    let cases = [
        (r#""trusted""#, r#""trustd""#, "`trustd` is not known; did you mean `trusted`?"),
        (r#""share": "0.1%""#, r#""shares": "0.1%""#, "`canary[1].shares` is not known; did you mean `share`?"),
        (r#""reverse""#, r#""revers""#, "`sample.revers` is not known; did you mean `reverse`?"),
        (
            r#""salt""#,
            r#""colour""#,
            "`colour` is not known; what is known are `format`, `migration`, `salt`, `buckets`, `stage`, `canary`, `trusted` and `sample`",
        ),
        (r#""salt""#, r#""stage""#, "`stage` stands there twice"),
        (r#""stage": "canary""#, r#""stage": "primery""#, "`stage`: `primery` is no stage; did you mean `primary`?"),
        (
            r#""stage": "canary""#,
            r#""stage": "everything""#,
            "`stage`: `everything` is no stage; the stages are `off`, `shadow`, `canary`, `primary` and `complete`",
        ),
        (
            r#""stage": "canary""#,
            r#""stage": null"#,
            "`stage`: it must be one of the stages, as a text, and it is null",
        ),
        (r#""stage": "canary","#, "", "`stage` is missing: one of `off`, `shadow`, `canary`, `primary` and `complete`"),
        (r#""segment": "staff""#, r#""segment": null"#, "`canary[0].segment`: it must be a text, and it is null"),
        (r#""0.1%""#, "0.1", "`canary[1].share`: it must be a percentage as a text, such as \"12.5%\", and it is 0.1"),
        (
            r#""0.1%""#,
            r#""0.00001%""#,
            "`canary[1].share`: `0.00001%` is no share: write a percentage from 0% through 100%, with up to four digits after the point, such as 12.5%",
        ),
        (
            r#""2.5%""#,
            r#""101%""#,
            "`sample.reverse`: `101%` is no share: write a percentage from 0% through 100%, with up to four digits after the point, such as 12.5%",
        ),
        (r#""format": 1"#, r#""format": 2"#, "`format` is 2, which is written by a later release; this one reads 1"),
        (
            r#""sha256-ppm-1""#,
            r#""murmur3""#,
            "`buckets` is `murmur3`, and customers are divided by `sha256-ppm-1` alone: they would be others",
        ),
        (r#""TOLL""#, r#""FUEL""#, "`trusted[1]`: `FUEL` stands there twice"),
        (r#""TOLL""#, "7", "`trusted[1]`: it must be the code of a charge, as a text, and it is 7"),
        (r#"["FUEL", "TOLL"]"#, r#""FUEL""#, "`trusted`: it must be a list in brackets, and it is \"FUEL\""),
        (r#""migration": "parcel""#, r#""migration": "  ""#, "`migration` must name the migration"),
        ("\"canary\",\n", "\"canary\"\n", "line 7, column 3: expected `,` or `}`"),
    ];
    for (old, new, words) in cases {
        assert_eq!(with(old, new), words);
    }
    for cut in 1..FILE.len() {
        assert!(FILE[..cut].parse::<Stages>().is_err(), "{}", &FILE[..cut]);
    }
    assert!(format!("{FILE} x").parse::<Stages>().is_err());
    assert!("[]".parse::<Stages>().is_err());
}

#[test]
fn shares_that_are_never_reached_are_refused() {
    let steps = |steps: &[Option<&str>]| {
        let steps = steps.iter().map(|segment| Step { segment: segment.map(str::to_owned), share: Share::ALL });
        Stages::new(Plan { canary: steps.collect(), ..plan(Stage::Canary) })
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    let refused = |words: &str| Err(words.to_owned());
    assert_eq!(steps(&[Some("a"), Some("b"), None]), Ok(()));
    assert_eq!(steps(&[]), refused("`stage` is canary, and `canary` says for whom: a list with at least one share"));
    assert_eq!(
        steps(&[None, Some("a")]),
        refused("`canary[1]` is never reached: `canary[0]` is for everybody; put the one without a segment last")
    );
    assert_eq!(
        steps(&[Some("a"), Some("b"), Some("a")]),
        refused("`canary[2]` is never reached: `canary[0]` is for `a` too")
    );
    assert_eq!(steps(&[Some("")]), refused("`canary[0].segment` is empty: leave it out to mean everybody"));
}

#[test]
fn what_only_gives_back_to_the_legacy_is_told_from_what_moves_anybody_forward() {
    let of = |stage: Stage, shares: &[(Option<&str>, &str)], trusted: &[&str]| {
        let steps =
            shares.iter().map(|(segment, text)| Step { segment: segment.map(str::to_owned), share: share(text) });
        let trusted = trusted.iter().map(|charge| (*charge).to_owned()).collect();
        Stages::new(Plan { canary: steps.collect(), trusted, ..plan(stage) }).unwrap()
    };
    let one = [(None, "1%")];
    let (off, shadow, fuel) =
        (of(Stage::Off, &[], &[]), of(Stage::Shadow, &[], &[]), of(Stage::Shadow, &[], &["FUEL"]));
    let (canary, larger) = (of(Stage::Canary, &one, &[]), of(Stage::Canary, &[(None, "2%")], &[]));
    let staff = of(Stage::Canary, &[(Some("staff"), "0%"), (None, "1%")], &[]);
    let (with_fuel, primary) = (of(Stage::Canary, &one, &["FUEL"]), of(Stage::Primary, &[], &[]));
    let complete = of(Stage::Complete, &[], &[]);
    let back = [
        (&off, &complete),
        (&off, &shadow),
        (&shadow, &fuel),
        (&shadow, &canary),
        (&fuel, &with_fuel),
        (&fuel, &primary),
        (&canary, &larger),
        (&canary, &with_fuel),
        (&canary, &primary),
        (&primary, &complete),
        (&complete, &complete),
    ];
    let forward = [
        (&fuel, &shadow),
        (&fuel, &off),
        (&fuel, &canary),
        (&canary, &shadow),
        (&larger, &canary),
        (&with_fuel, &canary),
        (&staff, &canary),
        (&primary, &canary),
        (&primary, &off),
        (&complete, &primary),
    ];
    for (new, running) in back {
        assert!(new.only_gives_back(running), "{:?} after {:?}", new.plan(), running.plan());
    }
    for (new, running) in forward {
        assert!(!new.only_gives_back(running), "{:?} after {:?}", new.plan(), running.plan());
    }
    // Whom the rules price by stages that only give back, they priced before.
    for (new, running) in back {
        for n in 0..2_000 {
            let key = format!("customer {n}");
            let by = |stages: &Stages| stages.decide(&Subject::of(&key)).by;
            assert!(by(new) == Side::Legacy || by(running) == Side::Candidate);
        }
    }
}
