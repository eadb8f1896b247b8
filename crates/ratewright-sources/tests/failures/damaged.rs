//! Files that are not what was published: a bit flipped at every byte, cut off at every length, empty, endless, zip bombs.

use crate::world::{CHANNEL, RULE_SET, World, noon, pointer, price, refusal, tariff, trust};
use ratewright::live::Book;
use ratewright_sources::channel::{Channel, LARGEST_POINTER, Named, bundle_path, pointer_path};
use ratewright_sources::{Bundle, Keeper, KeeperWatcher, Limits, Outcome, Source, SourceStatus};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// The file with one bit flipped, at each of its bytes; cut off at each length; with a byte too many.
fn damaged(file: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let flipped = (0..file.len()).map(|at| {
        let mut other = file.to_vec();
        other[at] ^= 1 << (at % 8);
        other
    });
    let cut_off = (0..file.len()).map(|length| file[..length].to_vec());
    flipped.chain(cut_off).chain([[file, b"\0"].concat()])
}

#[test]
fn a_damaged_bundle_is_refused_with_one_cause_and_fetched_once_it_is_mended() {
    let ((world, book, mut channel), tariff) = (World::running(), tariff("2", 11));
    world.publish(2, &[&tariff]);
    let path = bundle_path(tariff.digest());
    let mut causes = BTreeSet::new();
    for other in damaged(tariff.as_bytes()) {
        world.store.memory.put(&path, &other);
        causes.insert(refusal(channel.look(&book, noon())));
        assert_eq!((price(&book).as_str(), channel.running().epoch), ("10.00 USD", Some(1)));
    }
    // One for what is altered, one for what is too large.
    assert_eq!(causes.len(), 2, "{causes:#?}");
    assert!(causes.iter().all(|cause| cause.starts_with("epoch 2 does not run: ")), "{causes:#?}");
    // What lies there and is no bundle is not fetched again.
    world.store.memory.put(&path, b"PK");
    refusal(channel.look(&book, noon()));
    world.store.given();
    refusal(channel.look(&book, noon()));
    assert_eq!(world.store.given(), [pointer_path(CHANNEL, RULE_SET)]);
    world.put(&tariff);
    channel.look(&book, noon());
    assert_eq!(price(&book), "11.00 USD");
}

#[test]
fn a_damaged_pointer_is_refused_wherever_something_is_signed() {
    let ((world, book, mut channel), tariff) = (World::running(), tariff("2", 11));
    let whole = world.signed(&pointer(2, &[&tariff]));
    let text = std::str::from_utf8(&whole).unwrap();
    // Its first line is signed by nobody, and only for people.
    let comment = text.find("untrusted comment: ").unwrap();
    let comment = comment..comment + text[comment..].find("\\n").unwrap();
    let mut counted = 0;
    for (at, other) in damaged(&whole).enumerate() {
        world.show(&other);
        let cause = refusal(channel.look(&book, noon()));
        assert_eq!(refusal(channel.look(&book, noon())), cause, "the same is said in the same words");
        // Its bundle is not there, so that what counts is told from what does not.
        if cause.starts_with("epoch 2 does not run: there is no `bundles/") {
            assert!(comment.contains(&at), "byte {at} of {text}");
            counted += 1;
        }
        assert_eq!((price(&book).as_str(), channel.running().epoch), ("10.00 USD", Some(1)));
    }
    assert!(counted > 10 && counted <= comment.len(), "{counted}");
    for other in [Vec::new(), vec![b' '; LARGEST_POINTER as usize + 1], b"{}".to_vec(), vec![b'['; 100_000]] {
        world.show(&other);
        refusal(channel.look(&book, noon()));
        assert_eq!(price(&book), "10.00 USD");
    }
    world.put(&tariff);
    world.show(&whole);
    channel.look(&book, noon());
    assert_eq!(price(&book), "11.00 USD");
}

#[test]
fn what_was_kept_and_is_damaged_does_not_run() {
    let (world, book, mut channel) = World::running();
    world.publish(2, &[&tariff("2", 11)]);
    channel.look(&book, noon());
    world.store.memory.fail(Some("gone"));
    let live = world.folder().join("production/parcel/live");
    let newest = fs::read_dir(live).unwrap().map(|entry| entry.unwrap().path()).max().unwrap();
    for name in ["pointer.json".to_owned(), tariff("2", 11).digest().to_string()] {
        let path = newest.join(&name);
        let whole = fs::read(&path).unwrap();
        let mut runs = 0;
        for other in damaged(&whole) {
            fs::write(&path, &other).unwrap();
            let (book, mut channel) = (Book::default(), world.channel());
            let look = channel.start(&book, noon());
            match channel.running().epoch {
                Some(1) => {
                    assert!(price(&book) == "10.00 USD" && look.warnings.len() == 2, "{look:?}");
                    assert_eq!(look.warnings[1], "it begins with epoch 1, and epoch 2 was seen before");
                }
                // In the line of the signature that nobody signs.
                epoch => {
                    assert_eq!((epoch, price(&book).as_str(), name.as_str()), (Some(2), "11.00 USD", "pointer.json"));
                    runs += 1;
                }
            }
        }
        assert!(runs < 50, "{runs}");
        fs::write(&path, &whole).unwrap();
    }
    let book = Book::default();
    world.channel().start(&book, noon());
    assert_eq!(price(&book), "11.00 USD");
}

#[test]
fn zip_bombs_and_files_without_end_are_refused_before_they_are_unpacked() {
    let (world, book, mut channel) = World::running();
    // A megabyte of zeros in a thousand bytes, forty times over, with the digest and the size that the pointer says, signed.
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    bomb.start_file("manifest.json", options).unwrap();
    bomb.write_all(br#"{"format": 1}"#).unwrap();
    for part in 0..40 {
        bomb.start_file(format!("texts/{part}.rules"), options).unwrap();
        bomb.write_all(&vec![0; 1 << 20]).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 100_000, "{}", bomb.len());
    let named = |bytes: &[u8]| {
        let sha256 = ratewright::digest::Digest::of_bytes(bytes);
        world.store.memory.put(&bundle_path(sha256), bytes);
        Named { sha256, size: bytes.len() as u64, version: None, untested: false }
    };
    // The same with nothing compressed, whose directory says four gigabytes.
    let mut liar = tariff("2", 11).as_bytes().to_vec();
    let directory = liar.windows(4).position(|four| four == b"PK\x01\x02").unwrap();
    liar[directory + 20..directory + 28].fill(0xFE);
    for (epoch, (bytes, why)) in
        (2..).zip([(bomb, "compressed"), (liar, "4278124286 bytes"), (Vec::new(), "no bundle")])
    {
        let mut pointer = pointer(epoch, &[]);
        pointer.editions = vec![named(&bytes)];
        world.show(&world.signed(&pointer));
        let cause = refusal(channel.look(&book, noon()));
        assert!(cause.contains(why), "{cause}");
        // It is not tried again before the pointer changes.
        world.store.given();
        assert_eq!(refusal(channel.look(&book, noon())), cause);
        assert_eq!(world.store.given(), Vec::<String>::new());
    }
    // A file that does not end where the pointer says.
    let third = tariff("3", 12);
    world.publish(5, &[&third]);
    world.store.memory.put(&bundle_path(third.digest()), &vec![0; 1 << 20]);
    assert!(refusal(channel.look(&book, noon())).contains("is larger than the"));
    assert_eq!((price(&book).as_str(), channel.running().epoch), ("10.00 USD", Some(1)));
}

#[test]
fn what_a_pointer_names_and_is_too_large_together_is_refused_and_nothing_of_it_is_fetched() {
    let (world, book) = (World::new(), Book::default());
    world.publish(1, &[&tariff("1", 10)]);
    let (one, other) = (tariff("2", 11), tariff("3", 12));
    let both = (one.as_bytes().len() + other.as_bytes().len()) as u64;
    let client = |book: &Book, together: u64| {
        let mut limits = Limits::default();
        limits.together = together;
        let mut channel = world.unkept().limits(limits);
        channel.start(book, noon());
        channel
    };
    let mut channel = client(&book, both - 1);
    channel.look(&book, noon());
    world.publish(2, &[&one, &other]);
    world.store.given();
    let cause = refusal(channel.look(&book, noon()));
    assert_eq!(
        cause,
        format!("epoch 2 does not run: its bundles have {both} bytes together, and {} are allowed", both - 1)
    );
    assert_eq!(world.store.given(), [pointer_path(CHANNEL, RULE_SET)]);
    assert_eq!(refusal(channel.look(&book, noon())), cause);
    assert_eq!((price(&book).as_str(), channel.running().epoch), ("10.00 USD", Some(1)));
    // One byte more, and both are fetched; what is wrong with them is another thing. The client runs what was before, and warns.
    let fresh = Book::default();
    let look = client(&fresh, both).look(&fresh, noon());
    let [cause] = &look.warnings[..] else { panic!("{look:?}") };
    assert!(cause.starts_with("epoch 2 does not run: ") && !cause.contains("together, and"), "{cause}");
    let given = world.store.given();
    assert!([&one, &other].iter().all(|bundle| given.contains(&bundle_path(bundle.digest()))), "{given:?}");
}

/// Counts who would be woken.
#[derive(Default)]
struct Alerts {
    refused: Mutex<Vec<String>>,
    looks: AtomicU64,
}

impl KeeperWatcher for Alerts {
    fn refused(&self, _: &SourceStatus, problem: &ratewright_sources::keeper::Problem) {
        self.refused.lock().unwrap().push(problem.why.clone());
    }

    fn looked(&self, _: &SourceStatus, _: ratewright_sources::keeper::Found) {
        self.looks.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn whoever_is_on_call_is_told_once_however_often_it_is_looked_at() {
    let (world, book) = (World::new(), Arc::new(Book::default()));
    world.publish(1, &[&tariff("1", 10)]);
    let alerts = Arc::new(Alerts::default());
    let keeper = Keeper::new(book.clone()).source(world.channel()).every(Duration::from_millis(10));
    let keeping = keeper.watched_by(alerts.clone()).start().unwrap();
    let looks = |more: u64| {
        let (until, start) = (alerts.looks.load(Ordering::SeqCst) + more, Instant::now());
        while alerts.looks.load(Ordering::SeqCst) < until {
            assert!(start.elapsed() < Duration::from_secs(120), "it is no longer looked at");
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    looks(2);
    assert_eq!((price(&book).as_str(), alerts.refused.lock().unwrap().len()), ("10.00 USD", 0));

    let second = tariff("2", 11);
    world.store.memory.put(&bundle_path(second.digest()), &second.as_bytes()[1..]);
    world.show(&world.signed(&pointer(2, &[&second])));
    looks(6);
    let told = alerts.refused.lock().unwrap().clone();
    assert!(matches!(&told[..], [why] if why.contains("is not what its name says in memory")), "{told:?}");
    assert_eq!(price(&book), "10.00 USD");

    let mut bad = world.signed(&pointer(3, &[&second]));
    let last = bad.len() / 2;
    bad[last] ^= 1;
    world.show(&bad);
    looks(6);
    assert_eq!(alerts.refused.lock().unwrap().len(), 2);
    world.publish(3, &[&second]);
    looks(3);
    assert_eq!((price(&book).as_str(), alerts.refused.lock().unwrap().len()), ("11.00 USD", 2));
    keeping.stop();
}

#[test]
fn a_bundle_for_which_somebody_else_signed_is_not_asked_for() {
    let (world, book, other) = (World::new(), Book::default(), crate::world::key());
    let bundle: Bundle = tariff("1", 10);
    world.publish(1, &[&bundle]);
    let mut channel = Channel::new(world.store.clone(), CHANNEL, RULE_SET, trust(&[&other], &[]));
    let look = channel.look(&book, noon());
    assert!(matches!(&look.outcome, Outcome::Refused { why } if why.contains("which is not trusted")), "{look:?}");
    assert_eq!(world.store.given(), [pointer_path(CHANNEL, RULE_SET)]);
}
