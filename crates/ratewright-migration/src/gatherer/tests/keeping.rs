//! The evidence that a change of stages is logged with: its digest leads to a file, whatever is written and restarted after; what no record names does not pile up.

use super::*;
use crate::gatherer::KeptEvidence;
use crate::{Log, StageFile};
use ratewright::migrate::log::Change;
use ratewright_sources::Moment;

const NOW: &str = "2026-04-02T12:00:00Z";

fn plan(stage: &str, why: &str) -> String {
    format!(r#"{{ "format": 1, "migration": "parcel", "stage": "{stage}", "who": "Ada", "why": "{why}" }}"#)
}

/// The files that are kept, by their names.
fn kept(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut kept: Vec<String> = names.filter(|name| name.starts_with("kept-evidence-")).collect();
    kept.sort();
    kept
}

/// How many cases the evidence with a digest tells of, which must be where it was kept, as it was.
fn cases(folder: &Path, digest: Digest) -> u64 {
    let KeptEvidence::Same(path) = KeptEvidence::find(folder, digest).unwrap() else { panic!("{digest}") };
    Evidence::from_json(&fs::read_to_string(path).unwrap()).unwrap().release().of(Stratum::Traffic).cases
}

#[test]
fn each_change_of_stages_leads_to_the_evidence_of_its_moment() {
    let folder = tempfile::tempdir().unwrap();
    let (gathered, log, stages) =
        (folder.path().join("gathered"), folder.path().join("stages.log"), folder.path().join("stages.json"));
    fs::create_dir(&gathered).unwrap();
    let (book, now) = (book(RULES), NOW.parse::<Moment>().unwrap());
    let mut from = 1;
    for run in ["a first run", "and one after a restart"] {
        // Left alone it would look once in an hour, have no time, and write at the end.
        let limits =
            GathererLimits { every: Duration::from_secs(3_600), share: 1, evidence_within: Duration::MAX, ..limits() };
        let gatherer = Gatherer::open(&gathered, how(), limits, clock()).unwrap();
        let door = door(&book, "100%", &gatherer);
        fs::write(&stages, plan("shadow", run)).unwrap();
        let (known, named) = (gatherer.clone(), log.clone());
        let opened = StageFile::open(&stages, Log::open(&log).unwrap(), now, move || known.keep_evidence(&named));
        let (mut file, _) = opened.unwrap().telling(|why| panic!("{why}"));
        let worker = start(&gatherer, &door);
        for (stage, why) in [("canary", "ten more"), ("shadow", "and back, ten more")] {
            (from..from + 10).for_each(|n| price(&door, n, "light"));
            from += 10;
            let canary = plan(stage, why).replace("\"who\"", "\"canary\": [{ \"share\": \"1%\" }], \"who\"");
            file.change(&door, Change::parse(&canary).unwrap(), now).unwrap();
        }
        // What is gathered after belongs to no change.
        price(&door, 3, "light");
        worker.finish();
        assert_eq!(gatherer.trouble(), None);
    }
    let records = ratewright::migrate::log::verify(&fs::read(&log).unwrap(), None).records;
    let known: Vec<Option<u64>> =
        records.iter().map(|record| record.evidence().map(|digest| cases(&gathered, digest))).collect();
    // The file says other stages at the restart, before anything is priced again.
    assert_eq!(known, [None, Some(10), Some(20), Some(21), Some(31), Some(41)]);
    assert_eq!(kept(&gathered).len(), 5);

    // What is not there, or is not what it was, is told from what is.
    let digest = records[1].evidence().unwrap();
    let KeptEvidence::Same(path) = KeptEvidence::find(&gathered, digest).unwrap() else { panic!() };
    fs::write(&path, fs::read_to_string(&path).unwrap().replacen("BASE", "BASF", 1)).unwrap();
    assert_eq!(KeptEvidence::find(&gathered, digest).unwrap(), KeptEvidence::Altered(path.clone()));
    fs::remove_file(&path).unwrap();
    assert_eq!(KeptEvidence::find(&gathered, digest).unwrap(), KeptEvidence::Missing);
    // One that cannot be read does not keep the others from being looked at.
    fs::create_dir(&path).unwrap();
    let all = KeptEvidence::find_all(&gathered, records.iter().filter_map(|record| record.evidence())).unwrap();
    let [KeptEvidence::Unreadable(unread, _), others @ ..] = all.as_slice() else { panic!("{all:?}") };
    assert_eq!((unread, others.len()), (&path, 4));
    assert!(others.iter().all(|found| matches!(found, KeptEvidence::Same(_))), "{others:?}");
}

/// A gatherer that runs, its door, and a log in its folder.
fn world(folder: &Path, within: Duration, disk: Arc<dyn Disk>) -> (Arc<Gatherer>, Arc<Door>, PathBuf) {
    let limits = GathererLimits { evidence_within: within, ..limits() };
    let gatherer = Gatherer::on(disk, folder.to_owned(), how(), limits, clock(), None).unwrap();
    let door = door(&book(RULES), "100%", &gatherer);
    (gatherer, door, folder.join("stages.log"))
}

#[test]
fn what_no_record_names_does_not_pile_up_and_what_one_names_stays() {
    let folder = tempfile::tempdir().unwrap();
    let (gatherer, door, path) = world(folder.path(), Duration::MAX, Arc::new(LocalDisk));
    let worker = start(&gatherer, &door);
    let mut log = Log::open(&path).unwrap();
    let mut named = Vec::new();
    for n in 1..=60 {
        price(&door, n, "light");
        let digest = gatherer.keep_evidence(&path).unwrap();
        // Every twentieth change is logged.
        if n % 20 == 0 {
            let change = Change::parse(&plan("shadow", "again")).unwrap();
            log.append(change, NOW.parse().unwrap(), Some(digest)).unwrap();
            named.push((digest, n as u64));
        }
        // The same evidence once more is the same file.
        assert_eq!(gatherer.keep_evidence(&path), Some(digest));
        assert!(kept(folder.path()).len() <= 16 + named.len(), "{n}");
    }
    assert!(named.iter().all(|(digest, cases)| self::cases(folder.path(), *digest) == *cases));
    // A log that is damaged names who knows what: nothing goes, and no more than 64 come.
    fs::write(&path, fs::read_to_string(&path).unwrap().replacen("Ada", "Eve", 1)).unwrap();
    for n in 61..=130 {
        price(&door, n, "light");
        // What cannot be kept is not said either.
        let digest = gatherer.keep_evidence(&path);
        assert!(digest.is_none_or(|digest| self::cases(folder.path(), digest) == n as u64), "{n}");
        // Fifteen are held of those before.
        assert_eq!(digest.is_some(), n < 61 + 64 - 15, "{n}");
    }
    assert!((64..=67).contains(&kept(folder.path()).len()), "{:?}", kept(folder.path()));
    let trouble = gatherer.trouble().unwrap();
    assert!(
        trouble.starts_with("no more evidence is kept until ") && trouble.ends_with("stages.log can be read"),
        "{trouble}"
    );
    assert!(named.iter().all(|(digest, cases)| self::cases(folder.path(), *digest) == *cases));
    worker.finish();
}

#[test]
fn evidence_that_is_not_of_its_moment_is_told_and_nobody_waits_where_nobody_gathers() {
    let folder = tempfile::tempdir().unwrap();
    let (gatherer, door, path) = world(folder.path(), Duration::ZERO, Arc::new(LocalDisk));
    // Nothing was written, and nobody gathers.
    assert_eq!((gatherer.keep_evidence(&path), gatherer.trouble()), (None, None));
    let worker = start(&gatherer, &door);
    price(&door, 1, "light");
    assert!(worker.write());
    let first = gatherer.keep_evidence(&path).unwrap();
    assert_eq!(cases(folder.path(), first), 1);
    // There was no time at all for what may wait.
    let trouble = gatherer.trouble();
    assert_eq!(
        trouble.as_deref(),
        Some(
            "a change of stages is logged with the evidence that was written last: what waited was not gathered in time"
        )
    );
    worker.finish();
    drop(gatherer);
    let (gatherer, ..) = world(folder.path(), Duration::MAX, Arc::new(LocalDisk));
    assert_eq!(gatherer.keep_evidence(&path), Some(first));
}

#[test]
fn on_a_full_disk_no_evidence_is_said_and_that_it_is_not_kept_is_told() {
    let folder = tempfile::tempdir().unwrap();
    run(folder.path(), &book(RULES), 1..=10);
    let (gatherer, _, path) = world(folder.path(), Duration::MAX, Arc::new(Failing(AtomicUsize::new(0))));
    assert_eq!(gatherer.keep_evidence(&path), None);
    let short = edition(RULES).digest().short();
    let digest = Digest::of_bytes(&fs::read(folder.path().join(format!("evidence-{short}.json"))).unwrap());
    let trouble = gatherer.trouble().unwrap();
    assert_eq!(
        trouble,
        format!(
            "a change of stages is logged without its evidence: kept-evidence-{short}-{}.json cannot be written: the disk is full",
            digest.short()
        )
    );
    assert_eq!(KeptEvidence::find(folder.path(), digest).unwrap(), KeptEvidence::Missing);
}
