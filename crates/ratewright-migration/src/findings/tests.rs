//! The findings of ninety recorded parcels, of which old code prices some by quirks that are known, are those that were counted by hand;
//! and are read as they were written, or not at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use super::*;
use crate::recorded::{LONGEST, Map, Recorded};
use crate::replay::{Agreed, Replayed, Replayer};
use ratewright::Compiler;
use ratewright::migrate::cause::Cause;
use ratewright::migrate::cluster::Difference;
use ratewright::migrate::{Answer, CauseFinder, Clusters, Verdict};

const RULES: &str = include_str!("../../tests/findings/parcels.rules");
const RECORDED: &str = include_str!("../../tests/findings/recorded.jsonl");
const WAIVERS: &str = include_str!("../../tests/findings/waivers.json");
/// What others read as an example. It is written anew by `RATEWRIGHT_EXAMPLE=1 cargo test -p ratewright-migration findings`.
const WRITTEN: &str = include_str!("../../tests/findings/findings.json");

/// The recorded file compared and explained.
fn found() -> Findings {
    let rules = Compiler::new().source("parcels.rules", RULES).compile("parcels.rules").unwrap();
    let (edition, measure) = (Edition::new(rules), Measure::exact());
    let waivers: Waivers = serde_json::from_str(WAIVERS).unwrap();
    let (mut uses, on) = (WaiverUses::default(), Date::new(2026, 11, 23).unwrap());
    let mut replayer = Replayer::new(&edition, &measure).telling_fields();
    let mut finder = CauseFinder::new(&edition, measure.clone());
    let (mut clusters, mut days) = (Clusters::sampling(5), Days::default());
    let mut findings = Findings::of(PricedBy::from(&edition), Stratum::Replay, &measure);
    let Recorded { records, reading, .. } =
        Recorded::open(Box::new(RECORDED.as_bytes()), None, &Map::default(), LONGEST).unwrap();
    for record in records {
        findings.records += 1;
        let case = match reading.case(&record.unwrap()) {
            Ok(case) => case,
            Err(flaw) => {
                findings.tally.flawed(flaw);
                continue;
            }
        };
        let day = case.time.as_deref().and_then(day_of);
        let Replayed { mut comparison, agreed, .. } = replayer.replay(&case).unwrap();
        if let Some(Agreed { fields, charges }) = agreed {
            clusters.agrees(&fields, charges.iter().map(String::as_str));
        }
        waivers.apply(&mut uses, &mut comparison, on);
        findings.tally.compared(&case, &comparison).unwrap();
        days.add(day, &comparison);
        if comparison.verdict() != Verdict::Mismatch {
            continue;
        }
        let (input, legacy) = (case.input.to_json(), case.answer.clone().unwrap());
        let finding = finder.find_in(&input, &legacy, comparison);
        let (id, explained) = (case.id.as_deref().unwrap(), edition.explain_json(&input));
        clusters.add(&finding, id, case.line, day, || match explained {
            Ok((quote, explanation)) => (input, legacy, Answer::from(&quote), Some(explanation.to_text())),
            Err(error) => (input, legacy, Answer::from(&error), None),
        });
    }
    findings.set_days(days);
    findings.waivers = UsedWaiver::all(&waivers, &uses, on);
    findings.clusters = clusters.read();
    findings
}

#[test]
fn the_example_is_what_is_found() {
    let found = found();
    if std::env::var_os("RATEWRIGHT_EXAMPLE").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/findings/findings.json");
        std::fs::write(path, found.to_json()).unwrap();
    }
    assert_eq!(found.to_json(), WRITTEN);
    assert_eq!(Findings::from_json(WRITTEN).unwrap(), found);
}

#[test]
fn each_quirk_has_its_cluster_with_the_cases_that_were_counted_by_hand() {
    let found = found();
    let of = |charges: &[&str], causes: &[Cause]| {
        let named = |one: &Cluster| one.key.charges.iter().map(|(code, _)| code.clone()).collect::<Vec<_>>();
        let all = found.clusters.iter().filter(|one| named(one) == charges && one.key.causes == causes);
        all.map(|one| one.cases).sum::<u64>()
    };
    // The old code cuts the fuel surcharge off, charges HEAVY from 50 lb on, began PEAK two days late (twelve cases of it are waived), and
    // priced what the rules refuse.
    assert_eq!(of(&["FUEL"], &[Cause::Rounding]), 30);
    assert_eq!(of(&["HEAVY"], &[Cause::BoundarySide]), 7);
    assert_eq!(of(&["PEAK"], &[Cause::ExtraSurcharge]), 5);
    assert_eq!(of(&["FUEL", "HEAVY"], &[Cause::BoundarySide, Cause::Rounding]), 2);
    assert_eq!(of(&["FUEL", "PEAK"], &[Cause::Rounding, Cause::ExtraSurcharge]), 4);
    assert_eq!(of(&["HEAVY", "PEAK"], &[Cause::BoundarySide, Cause::ExtraSurcharge]), 1);
    assert_eq!(of(&["whole answer"], &[Cause::Unexplained]), 5);
    let Tally { compared, matches, waived, mismatches, .. } = found.tally;
    assert_eq!((found.records, compared, matches, waived, mismatches), (91, 90, 33, 3, 54));
    assert_eq!((found.waivers[0].cases, &found.waivers[0].standing), (12, &WaiverStanding::UsedUp));
    let days: Vec<(String, u64, u64)> =
        found.days.iter().map(|(date, day)| (date.to_string(), day.cases, day.mismatches)).collect();
    let expected = [(14, 12, 4), (15, 13, 5), (16, 12, 9), (17, 13, 12), (18, 12, 8), (19, 13, 6), (20, 12, 7)];
    assert_eq!(days, expected.map(|(day, cases, differ)| (format!("2026-11-{day}"), cases, differ)));
    assert_eq!(found.undated, 3);
}

#[test]
fn what_days_have_adds_up_to_what_clusters_have() {
    let found = found();
    for (date, day) in &found.days {
        let of_clusters = found.clusters.iter().filter_map(|cluster| cluster.days.get(date));
        let (mut cases, mut sums) = (0, Vec::new());
        for one in of_clusters {
            cases += one.cases;
            one.differences.iter().for_each(|sum| Difference::join_to(&mut sums, sum));
        }
        assert_eq!((cases, &sums), (day.mismatches, &day.differences), "{date}");
    }
}

#[test]
fn a_file_that_is_not_one_or_contradicts_itself_is_refused() {
    // As if it had been written so.
    let refused = |from: &str, to: &str| {
        let (_, inner) = WRITTEN.split_once("\"findings\":").unwrap();
        let inner = inner.trim_end().strip_suffix('}').unwrap();
        assert!(inner.contains(from), "{from}");
        let changed = serde_json::value::RawValue::from_string(inner.replacen(from, to, 1)).unwrap();
        let sha256 = Digest::of_bytes(changed.get().as_bytes());
        let file = File { format: FORMAT.to_owned(), sha256, findings: &changed };
        Findings::from_json(&serde_json::to_string(&file).unwrap()).unwrap_err().to_string()
    };
    assert!(Findings::from_json("").unwrap_err().to_string().starts_with("this is no file of findings: "));
    let cut = &WRITTEN[..WRITTEN.len() / 2];
    assert_eq!(Findings::from_json(cut), Err(FindingsError::Damaged("it is cut off in the middle".to_owned())));
    let altered = WRITTEN.replacen("\"undated\":3", "\"undated\":4", 1);
    let words = "its checksum is not that of what stands in it";
    assert_eq!(Findings::from_json(&altered), Err(FindingsError::Damaged(words.to_owned())));
    let other = Findings::from_json(&WRITTEN.replacen("findings 4", "findings 7", 1)).unwrap_err().to_string();
    assert!(other.contains("of the format `ratewright findings 7`"), "{other}");
    assert!(refused("\"stratum\"", "\"strata\"").contains("unknown field `strata`"));
    assert!(refused("\"direction\"", "\"directions\"").contains("unknown field `directions`"));
    assert!(refused("\"tried\"", "\"tryed\"").contains("unknown field `tryed`"));
    let words = "the findings contradict themselves: ";
    let again = "; take them from where they were written, or find anew";
    let said = |what: &str| format!("{words}{what}{again}");
    assert_eq!(
        refused("\"undated\":3", "\"undated\":4"),
        said("91 cases are on a day or undated, and 90 were compared")
    );
    assert_eq!(refused("\"records\":91", "\"records\":9"), said("90 cases were compared, and 9 were offered"));
    assert_eq!(refused("\"match\":33", "\"match\":34"), said("91 cases have a verdict, and 90 were compared"));
}

#[test]
fn a_day_is_the_date_part_of_a_time() {
    let is = |time: &str| day_of(time).map(|day| day.to_string());
    for time in ["2026-11-23T23:59:59-10:00", "2026-11-23 08:00", "2026-11-23", " 2026-11-23"] {
        assert_eq!(is(time).as_deref(), Some("2026-11-23"), "{time}");
    }
    for time in ["", "1764000000", "2026-11-231", "2026-13-01", "23.11.2026 08:00", "2026-11-2é"] {
        assert_eq!(is(time), None, "{time}");
    }
}
