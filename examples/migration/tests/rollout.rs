//! Holds: while the stages go forward, and back when a guard trips, every answer is right and every shipment is answered; the log has all of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use ratewright::digest::Digest;
use ratewright::migrate::bucket::{Share, bucket};
use ratewright::migrate::log::verify;
use ratewright::migrate::stage::Stage;
use ratewright::migrate::{Evidence, Stratum};
use ratewright_migration::{GathererCounts, KeptEvidence};
use ratewright_worked_migration::{rollout, traffic::Traffic};
use std::collections::BTreeSet;
use std::path::Path;

fn ran(run: fn(&Path, &mut dyn std::io::Write) -> rollout::Outcome<()>, folder: &Path) -> Vec<String> {
    let mut out = Vec::new();
    run(folder, &mut out).unwrap();
    String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
}

/// The number before some words in the lines that count.
fn sum(lines: &[String], words: &str) -> u64 {
    let count = |line: &String| {
        let before: Vec<&str> = line.strip_prefix("   ")?.split(words).next()?.split_whitespace().collect();
        line.contains(words).then(|| before.last().unwrap().parse::<u64>().unwrap())
    };
    lines.iter().filter_map(count).sum()
}

#[test]
fn from_shadow_to_complete_with_a_guard_that_trips() {
    let folder = tempfile::tempdir().unwrap();
    let shadow = ran(rollout::shadow, folder.path());
    let canary = ran(rollout::canary, folder.path());

    // 35 and 16 days of 250 shipments: each answered once, and rightly.
    let answered = |lines: &[String]| sum(lines, " by old code") + sum(lines, " by the rules") + sum(lines, " by both");
    assert_eq!((answered(&shadow), answered(&canary)), (35 * 250, 16 * 250));
    assert_eq!(sum(&shadow, " wrong answers") + sum(&canary, " wrong answers"), 0);
    // In shadow nothing differs that nobody has agreed to. A shipment that both refuse has no charge to be trusted with.
    assert_eq!(sum(&shadow, " differ"), 0);

    // One comparison of edition 7 is enough, before anybody is priced by it.
    let place = |words: &str| canary.iter().position(|line| line.contains(words)).unwrap_or_else(|| panic!("{words}"));
    let trip = place("2026-12-11 back to shadow at once: 1 unexplained mismatch, and 0 are allowed");
    assert_eq!(sum(&canary[trip - 1..trip], " differ"), 1);
    assert_eq!(sum(&canary[trip - 1..=trip + 1], " by the rules"), 0);

    // On the day of 50 % the rules price whom the arithmetic of buckets says.
    let half = place("share: 50%");
    let share: Share = "50%".parse().unwrap();
    let of_the_day = Traffic::service("2026-12-07".parse().unwrap(), 16, 4000).skip(8 * 250).take(250);
    let in_share = of_the_day.filter(|shipment| share.includes(bucket("freight", &shipment.customer))).count();
    assert_eq!(sum(&canary[half..=half + 1], " by the rules"), u64::try_from(in_share).unwrap());

    let verified = verify(&std::fs::read(folder.path().join("stages.log")).unwrap(), None);
    assert_eq!(verified.faults, []);
    let head = verified.records.last().unwrap().digest().to_string();
    assert_eq!(*canary.last().unwrap(), format!("head of the log: {head}"));
    let stages: Vec<Stage> = verified.records.iter().map(|record| record.change().stages.stage()).collect();
    let (shadow, canary) = (Stage::Shadow, Stage::Canary);
    let first = [shadow, shadow, canary, shadow, canary, canary, canary, canary];
    assert_eq!(stages, [&first[..], &[shadow, canary, canary, Stage::Primary, Stage::Complete]].concat());
    let back = verified.records[8].change();
    assert_eq!((back.who.as_str(), back.why.as_str()), ("the guards", "1 unexplained mismatch, and 0 are allowed"));

    // Each change but the first, before which nothing was compared, says which evidence there was; the last one that of the file.
    let evidence: Vec<Option<Digest>> = verified.records.iter().map(|record| record.evidence()).collect();
    assert_eq!(evidence.iter().position(Option::is_some), Some(1));
    assert!(evidence[1..].iter().all(Option::is_some), "{evidence:?}");
    // Between the practice of going back and the changes of the same morning nothing was compared; else each tells of more.
    let distinct: BTreeSet<Option<Digest>> = evidence.iter().copied().collect();
    assert!(distinct.len() >= 10, "{evidence:?}");
    // Each is kept, and tells of all that was compared of its edition up to then: that of the trip of the one case of edition 7.
    let read = |digest: Digest| {
        let found = KeptEvidence::find(&folder.path().join("gathered"), digest).unwrap();
        let KeptEvidence::Same(path) = found else { panic!("{digest}: {found:?}") };
        Evidence::from_json(&std::fs::read_to_string(path).unwrap()).unwrap().release().of(Stratum::Traffic).cases
    };
    let cases: Vec<u64> = evidence[1..].iter().map(|digest| read(digest.unwrap())).collect();
    let (shadow, days) = (8_750, |days: u64| 8_750 + days * 250);
    let first = [3_500, 8_262, 8_262, shadow];
    assert_eq!(cases, [&first[..], &[days(1), days(2), days(3), 1, 750, days(5), days(6), days(11)]].concat());
}

#[test]
fn what_comes_first_is_said_and_nothing_is_begun_twice() {
    let folder = tempfile::tempdir().unwrap();
    let said = |run: fn(&Path, &mut dyn std::io::Write) -> rollout::Outcome<()>| {
        run(folder.path(), &mut Vec::new()).unwrap_err().to_string().replace(folder.path().to_str().unwrap(), "FOLDER")
    };
    assert_eq!(said(rollout::canary), "both sides did not run in FOLDER yet: say `shadow FOLDER` first");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    std::fs::write(folder.path().join("stages.log"), "").unwrap();
    let before =
        "both sides ran in FOLDER before, and the log of it goes on: say `canary FOLDER`, or take another folder";
    assert_eq!(said(rollout::shadow), before);
}

#[test]
fn shipments_that_are_not_gathered_are_said_to_be_missing() {
    let counts =
        |gathered: u64| GathererCounts { seen: 4_000, gathered, no_room: 4_000 - gathered, failed: 0, no_edition: 0 };
    assert_eq!(rollout::not_gathered(&counts(4_000)), None);
    let words = "evidence and findings: 3 of 4000 shipments were compared and not gathered";
    assert_eq!(rollout::not_gathered(&counts(3_997)).as_deref(), Some(words));
}
