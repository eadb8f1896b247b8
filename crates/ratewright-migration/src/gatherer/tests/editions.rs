//! Many editions in turn: nothing is counted twice or lost, memory and files are bounded, and a panic while one is put back ends nothing.

use super::*;
use crate::gatherer::gathered::Became;
use ratewright::migrate::Kind;

/// Editions that differ in the price of one; `HEAVY` is the same in all.
fn editions(count: i64) -> Vec<Edition> {
    let text = |price: i64| RULES.replace("1 USD * n", &format!("{price} USD * n"));
    (1..=count).map(|price| edition(&text(price))).collect()
}

/// The book has this one alone from now on.
fn publish(book: &Book, all: &[Edition], next: &Edition) {
    let others = all.iter().filter(|one| *one != next);
    let publication = others.fold(Publication::new(), |publication, other| publication.remove(other.digest()));
    book.publish(publication.put(next.clone())).unwrap();
}

/// How many files there are whose names begin so.
fn files(folder: &Path, begin: &str) -> usize {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(begin)).count()
}

/// Cases of the release and of `HEAVY`, as far as it is known of one.
fn counted(folder: &Path, edition: &Edition) -> (u64, u64) {
    let known = evidence(folder, edition.digest());
    let heavy = known.rules()[1].strata.of(Stratum::Traffic).cases;
    (known.release().of(Stratum::Traffic).cases, heavy)
}

#[test]
fn editions_in_turn_go_and_come_back_to_what_they_were() {
    let (folder, all) = (tempfile::tempdir().unwrap(), editions(20));
    let book = Arc::new(Book::default());
    let gatherer = open(folder.path());
    let door = door(&book, "100%", &gatherer);
    let worker = start(&gatherer, &door);
    // Each edition once, in three rounds; written after each round, when four of twenty go.
    for round in 1..=3 {
        for one in &all {
            publish(&book, &all, one);
            price(&door, 90 + round, "heavy");
        }
        assert!(worker.write());
    }
    worker.finish();
    assert_eq!((gatherer.trouble(), gatherer.counts().gathered), (None, 60));
    for (before, one) in (0..).zip(&all) {
        let found = findings(folder.path(), one.digest(), Stratum::Traffic);
        // Each was asked three times. It began with what the one before it knew of HEAVY then, and no more of others is in it when it comes back.
        assert_eq!((found.tally.compared, counted(folder.path(), one)), (3, (3, before + 3)), "{one}");
    }
    // Each edition has one file of each sort.
    assert_eq!((files(folder.path(), "evidence-"), files(folder.path(), "findings-")), (20, 20));
    assert!(files(folder.path(), "gathered-") <= 20);
    drop((gatherer, door));
    // And a restart goes on, with one that went too.
    run(folder.path(), &book, [95]);
    publish(&book, &all, &all[0]);
    run(folder.path(), &book, [96]);
    assert_eq!(counted(folder.path(), &all[0]), (4, 4));
    assert_eq!(counted(folder.path(), &all[19]).0, 4);
}

#[test]
fn of_too_many_editions_at_once_some_are_not_gathered_and_that_is_counted() {
    let (folder, all) = (tempfile::tempdir().unwrap(), editions(34));
    let book = Arc::new(Book::default());
    let gatherer = open(folder.path());
    let door = door(&book, "100%", &gatherer);
    let worker = start(&gatherer, &door);
    for one in &all {
        publish(&book, &all, one);
        price(&door, 3, "light");
    }
    assert!(worker.write());
    // Two of them came when 32 were there; now there is room again.
    assert_eq!((gatherer.counts().gathered, gatherer.counts().no_room), (32, 2));
    price(&door, 4, "light");
    worker.finish();
    assert_eq!((gatherer.counts().gathered, gatherer.counts().no_room), (33, 2));
    let of = |one: &Edition| findings(folder.path(), one.digest(), Stratum::Traffic);
    assert_eq!(of(&all[31]).dropped, BTreeMap::from([("not_gathered".to_owned(), 2)]));
    assert_eq!(of(&all[33]).tally.compared, 1);
}

#[test]
fn an_edition_that_cannot_be_gone_on_from_is_not_begun_anew() {
    let (folder, all) = (tempfile::tempdir().unwrap(), editions(17));
    let book = Arc::new(Book::default());
    for one in &all {
        publish(&book, &all, one);
        run(folder.path(), &book, [3]);
    }
    // The first went; its file is damaged.
    let path = folder.path().join(format!("gathered-{}.json", all[0].digest().short()));
    fs::write(&path, fs::read_to_string(&path).unwrap().replacen("BASE", "BASF", 1)).unwrap();
    publish(&book, &all, &all[0]);
    let gatherer = open(folder.path());
    let door = door(&book, "100%", &gatherer);
    let worker = start(&gatherer, &door);
    price(&door, 4, "light");
    worker.finish();
    assert_eq!((gatherer.counts().gathered, gatherer.counts().no_room), (0, 1));
    let trouble = gatherer.trouble().unwrap();
    assert!(trouble.contains("cannot be gone on from: its checksum is not that of what stands in it"), "{trouble}");
    assert_eq!(counted(folder.path(), &all[0]).0, 1, "what was there stays");
}

/// A case that an edition prices otherwise than old code, a dollar apart.
fn differing(edition: &Edition) -> Taken {
    let input = serde_json::json!({"n": 40, "shipper": "Ann"}).to_string();
    let (legacy, quote) = (old(7), edition.rules().quote_json(&input));
    let comparison = Measure::exact().compare(&mut ComparisonMemory::default(), &legacy, &quote);
    Taken {
        id: None,
        class: None,
        time: "2026-04-02T12:00:00Z".to_owned(),
        stratum: Stratum::Traffic,
        edition: Some(edition.clone()),
        input,
        answers: Some((legacy, Answer::from(&quote))),
        comparison,
    }
}

#[test]
fn what_is_compiled_for_editions_in_turn_is_bounded_and_beside_the_share_once() {
    let all = editions(10);
    let mut gathered = Gathered::new(how(), limits(), None);
    let beside: Vec<bool> = all.iter().map(|one| gathered.prepare(&differing(one))).collect();
    assert_eq!(beside, [true; 10]);
    let compiled = |gathered: &Gathered| gathered.running.iter().filter(|one| one.finders.is_some()).count();
    assert_eq!(compiled(&gathered), 8);
    // Another round compiles what was let go of, in the share.
    let again: Vec<bool> = all.iter().map(|one| gathered.prepare(&differing(one))).collect();
    assert_eq!((again, compiled(&gathered)), (vec![false; 10], 8));
}

#[test]
fn what_old_code_has_from_another_edition_is_found_as_that() {
    let folder = tempfile::tempdir().unwrap();
    // Two figures at once that no other factor explains.
    let before = RULES.replace("1 USD * n", "3.17 USD * n + 11.93 USD");
    let all = [edition(&before), edition(RULES)];
    let book = Arc::new(Book::default());
    let gatherer = open(folder.path());
    let shadow = r#"{ "format": 1, "migration": "parcel", "stage": "shadow" }"#.parse::<Stages>().unwrap();
    let reading = |answer: Result<&i64, &String>| -> Answer {
        let amount = 317 * answer.unwrap() + 1193;
        Prices::new().line("BASE", format!("{}.{:02} USD", amount / 100, amount % 100).parse().unwrap()).into()
    };
    let door: Door = Migration::new(shadow, book.clone(), "parcel", reading, |_| None);
    let door = Arc::new(door.observed_by(gatherer.clone()));
    let worker = start(&gatherer, &door);
    publish(&book, &all, &all[0]);
    price(&door, 40, "light");
    assert!(worker.write());
    publish(&book, &all, &all[1]);
    price(&door, 41, "light");
    worker.finish();
    let found = findings(folder.path(), all[1].digest(), Stratum::Traffic);
    assert_eq!((found.tally.compared, found.tally.mismatches), (1, 1));
    assert!(found.tally.kinds.contains_key(&Kind::Amount));
    let words: Vec<String> = found.clusters.iter().map(ToString::to_string).collect();
    assert!(words[0].starts_with("other edition: BASE (amount), 1 case"), "{words:?}");
}

/// A disk that panics so often, when a file of an edition that went is read, or where any is written; or says that it may not.
struct Panicking {
    while_read: bool,
    says_so: bool,
    left: AtomicUsize,
}

impl Panicking {
    fn fail(&self, at: bool) -> io::Result<()> {
        let left = |left: usize| left.checked_sub(1);
        let fails = at && self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, left).is_ok();
        assert!(!fails || self.says_so, "no disk");
        if fails { Err(ErrorKind::PermissionDenied.into()) } else { Ok(()) }
    }
}

impl Disk for Panicking {
    fn make_folder(&self, path: &Path) -> io::Result<()> {
        LocalDisk.make_folder(path)
    }
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.fail(!self.while_read)?;
        LocalDisk.write(path, bytes)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        LocalDisk.rename(from, to)
    }
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        LocalDisk.link(from, to)
    }
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        LocalDisk.sync_folder(path)
    }
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        LocalDisk.remove_file(path)
    }
    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        LocalDisk.remove_folder(path)
    }
    fn names(&self, path: &Path) -> io::Result<Vec<String>> {
        LocalDisk.names(path)
    }
    fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let is_of_one = path.file_name().unwrap().to_string_lossy().starts_with("gathered-");
        self.fail(self.while_read && is_of_one)?;
        LocalDisk.read(path, most)
    }
    fn has_file(&self, path: &Path) -> bool {
        LocalDisk.has_file(path)
    }
}

#[test]
fn a_panic_beside_the_cases_ends_nothing_and_is_told() {
    let all = editions(17);
    let book = Arc::new(Book::default());
    for while_read in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        for one in &all {
            publish(&book, &all, one);
            run(folder.path(), &book, [3]);
        }
        publish(&book, &all, &all[0]);
        let disk = Arc::new(Panicking { while_read, says_so: false, left: AtomicUsize::new(1) });
        let gatherer = Gatherer::on(disk, folder.path().to_owned(), how(), limits(), clock(), None).unwrap();
        let door = door(&book, "100%", &gatherer);
        let worker = start(&gatherer, &door);
        price(&door, 4, "light");
        assert!(worker.write());
        let trouble = gatherer.trouble().unwrap();
        let during = if while_read { "a case was prepared" } else { "files were written" };
        assert!(trouble.starts_with(&format!("gathering panicked while {during}: it went on")), "{trouble}");
        price(&door, 5, "light");
        worker.finish();
        let counts = gatherer.counts();
        // What was being put back is one case that is not gathered.
        assert_eq!((counts.gathered, counts.no_room), if while_read { (1, 1) } else { (2, 0) });
        assert_eq!(counted(folder.path(), &all[0]).0, 1 + counts.gathered);
    }
}

#[test]
fn a_file_that_cannot_be_read_now_is_asked_for_again() {
    let (folder, all) = (tempfile::tempdir().unwrap(), editions(17));
    let book = Arc::new(Book::default());
    for one in &all {
        publish(&book, &all, one);
        run(folder.path(), &book, [3]);
    }
    publish(&book, &all, &all[0]);
    let disk = Arc::new(Panicking { while_read: true, says_so: true, left: AtomicUsize::new(2) });
    let gatherer = Gatherer::on(disk, folder.path().to_owned(), how(), limits(), clock(), None).unwrap();
    let door = door(&book, "100%", &gatherer);
    let worker = start(&gatherer, &door);
    let trouble = |n: i64| {
        price(&door, n, "light");
        price(&door, n + 1, "light");
        assert!(worker.write());
        gatherer.trouble()
    };
    // It is asked for once each time that files are written, and told until it is there.
    let short = all[0].digest().short();
    let words = format!(
        "gathered-{short}.json cannot be read: permission denied; no cases of edition {short} are gathered until it can"
    );
    assert_eq!([trouble(10), trouble(20), trouble(30)], [Some(words.clone()), Some(words), None]);
    worker.finish();
    assert_eq!((gatherer.counts().gathered, gatherer.counts().no_room), (2, 4));
    assert_eq!(counted(folder.path(), &all[0]).0, 3);
}

#[test]
fn what_panics_while_rules_are_compiled_for_a_cause_is_counted_and_told() {
    let one = edition(RULES);
    let mut gathered = Gathered::new(how(), limits(), None);
    gathered.panics_preparing = true;
    assert_eq!([gathered.prepare(&differing(&one)), gathered.prepare(&differing(&one))], [false, false]);
    assert_eq!(gathered.unprepared, 2);
    assert_eq!(gathered.take(differing(&one)), Became::Gathered);
}
