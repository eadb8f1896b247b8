#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod asked;
mod failures;
mod replaced;
mod taken_away;

use super::*;
use crate::channel::{FetchError, SignedPointer, Trust, bundle_path, epoch_path, fetch, history, pointer_path};
use crate::store::{Answer, Memory, Store, StoreError};
use minisign::KeyPair;
use ratewright::live::{Edition, Shelf};

const PARCEL: &str = "parcel";

fn now() -> Moment {
    "2026-04-02T06:00:00Z".parse().unwrap()
}

fn rules(head: &str, inputs: &str, price: &str, test: &str) -> RuleSet {
    let text = format!(
        "ruleset parcel \"Parcels\" {head} priced on shipped }}\ninput {{ shipped : date {inputs} }}\ncharge BASE = {price} USD\n{test}"
    );
    RuleSet::compile(&text).unwrap_or_else(|rejected| panic!("{rejected}"))
}

fn edition(version: &str, effective: &str, price: &str) -> Bundle {
    let head = format!("version \"{version}\" {{ currency USD effective {effective}");
    Bundle::build(&rules(&head, "", price, "")).unwrap()
}

/// The first half of 2026 and the second.
fn halves() -> (Bundle, Bundle) {
    (edition("1", "2026-01-01 through 2026-06-30", "10"), edition("2", "2026-07-01 through 2026-12-31", "12"))
}

fn put(bundles: &[&Bundle]) -> Change {
    Change::Beside { put: bundles.iter().map(|bundle| (*bundle).clone()).collect(), remove: Vec::new() }
}

fn remove(version: &str) -> Change {
    Change::Beside { put: Vec::new(), remove: vec![version.to_owned()] }
}

fn by(signer: &str) -> Options {
    Options { signer: Some(signer.to_owned()), ..Options::default() }
}

fn unsigned(store: &dyn WritableStore) -> Publisher<'_> {
    Publisher::unsigned(store, "production").unwrap()
}

fn versions(pointer: &Pointer) -> Vec<&str> {
    pointer.editions.iter().map(|named| named.version.as_deref().unwrap()).collect()
}

/// What a client finds: an epoch and its versions, all of which can be fetched and stand together; or nothing.
fn found(store: &dyn Store) -> Option<(u64, Vec<String>)> {
    let bytes = match store.read(&pointer_path("production", PARCEL), None, 1 << 20) {
        Ok(Answer::File { bytes, .. }) => bytes,
        Err(StoreError::Missing { .. }) => return None,
        other => panic!("{other:?}"),
    };
    let file = SignedPointer::read(&bytes).unwrap();
    let (pointer, _) = file.open(&Trust::Unsigned, "production", PARCEL).unwrap();
    let mut shelf = Shelf::builder();
    for named in &pointer.editions {
        let bundle = fetch(store, named, &Limits::default()).unwrap();
        shelf = shelf.with(Edition::new(bundle.compile(Compiler::new()).unwrap()));
    }
    shelf.build().unwrap();
    Some((pointer.epoch, versions(&pointer).into_iter().map(str::to_owned).collect()))
}

fn is(epoch: u64, versions: &[&str]) -> Option<(u64, Vec<String>)> {
    Some((epoch, versions.iter().map(|version| (*version).to_owned()).collect()))
}

#[test]
fn editions_are_put_beside_those_that_run() {
    let store = Memory::default();
    let publisher = unsigned(&store);
    let publish = |change: Change| publisher.publish(PARCEL, &change, &Options::default(), now());
    let (first, second) = halves();
    publish(put(&[&first])).unwrap();
    publish(put(&[&second])).unwrap();
    assert_eq!(found(&store), is(2, &["1", "2"]));

    // One of the same version takes its place.
    let corrected = edition("2", "2026-07-01 through 2026-12-31", "13");
    let published = publish(put(&[&corrected])).unwrap();
    assert_eq!(found(&store), is(3, &["1", "2"]));
    assert_eq!(published.pointer.editions[1].sha256, corrected.digest());

    assert_eq!(
        publish(remove("3")).unwrap_err().to_string(),
        "there is no edition of the version \"3\" to be taken away; there are 1 and 2"
    );
    publish(remove("1")).unwrap();
    assert_eq!(found(&store), is(4, &["2"]));
    publish(Change::Only(vec![first.clone(), second])).unwrap();
    assert_eq!(found(&store), is(5, &["1", "2"]));
    // With nothing new the pointer is made anew.
    publish(put(&[])).unwrap();
    assert_eq!(found(&store), is(6, &["1", "2"]));

    publish(Change::Again(3)).unwrap();
    assert_eq!(found(&store), is(7, &["1", "2"]));
    let error = publish(Change::Again(9)).unwrap_err().to_string();
    assert_eq!(
        error,
        "there is no epoch 9 of `parcel` on `production` to go back to: `ratewright bundle history` lists those that there are"
    );
    assert!(store.paths().iter().all(|path| path.starts_with("bundles/") || path.starts_with("channels/production/")));
}

/// What is refused, and in which words; and nothing has changed by it.
#[track_caller]
fn refused(store: &Memory, change: &Change, options: &Options, words: &str) {
    let before: Vec<_> = store.paths();
    let error = unsigned(store).publish(PARCEL, change, options, now()).unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
    assert_eq!(store.paths(), before);
}

#[test]
fn what_cannot_run_is_not_published() {
    let store = Memory::default();
    let (first, second) = halves();
    let options = Options::default();
    refused(&store, &put(&[]), &options, "no edition of `parcel` runs, and none was given");
    unsigned(&store).publish(PARCEL, &put(&[&first]), &options, now()).unwrap();

    let autumn = edition("autumn", "2026-09-01 through 2026-12-31", "12");
    refused(&store, &put(&[&autumn]), &options, "no edition of `parcel` holds from 2026-07-01 through 2026-08-31");
    let spring = edition("spring", "2026-05-01 through 2026-12-31", "12");
    refused(&store, &put(&[&spring]), &options, "from 2026-05-01 through 2026-06-30");
    refused(&store, &put(&[&second, &second]), &options, "\"2\"");

    let head = "version \"2\" { currency USD effective 2026-07-01 through 2026-12-31";
    let wrong = "test \"t\" { given shipped = 2026-08-01 expect charge BASE is 13 USD }";
    let failing = Bundle::build(&rules(head, "", "12", wrong)).unwrap();
    let words = "the bundle `parcel` 2 is untested: it does not say whether the tests of its rule set passed";
    refused(&store, &put(&[&failing]), &options, words);
    let untested = Options { allow_untested: true, ..Options::default() };
    refused(&store, &put(&[&failing]), &untested, "the test \"t\" of `parcel` \"2\" fails");

    let other =
        RuleSet::compile("ruleset freight \"Freight\" version \"7\" { currency USD }\ncharge BASE = 1 USD").unwrap();
    let words = "the bundle `freight` 7 is of the rule set `freight`, and `parcel` was to be published";
    refused(&store, &put(&[&Bundle::build(&other).unwrap()]), &options, words);

    // A bundle that is compiled to something else than it says.
    let same = rules(head, "", "12", "");
    let lying = unsigned(&store).compiled_by(move |_| Ok(same.clone()));
    let error = lying.publish(PARCEL, &put(&[&first]), &options, now()).unwrap_err();
    assert!(error.to_string().contains("was made with another text than the bundle's"), "{error}");
    assert_eq!(found(&store), is(1, &["1"]));
}

#[test]
fn callers_break_only_where_they_may_and_clients_that_missed_it_are_told() {
    let store = Memory::default();
    let publisher = unsigned(&store);
    let (first, _) = halves();
    let options = Options::default();
    publisher.publish(PARCEL, &put(&[&first]), &options, now()).unwrap();
    let head = |version: &str, days: &str| format!("version \"{version}\" {{ currency USD effective {days}");
    let heavy = rules(&head("2", "2026-07-01 through 2026-12-31"), "weight : number", "12", "");
    let heavy = Bundle::build(&heavy).unwrap();
    refused(&store, &put(&[&heavy]), &options, "`weight`: it must now be sent");

    let allowed = Options { allow_breaking: true, ..Options::default() };
    let published = publisher.publish(PARCEL, &put(&[&heavy]), &allowed, now()).unwrap();
    assert_eq!((published.breaks.len(), published.pointer.breaking), (1, Some(2)));
    // The next one breaks nobody beside it, but whoever slept through it still runs the first.
    let next = rules(&head("3", "2027-01-01 through 2027-12-31"), "weight : number", "12", "");
    let published = publisher.publish(PARCEL, &put(&[&Bundle::build(&next).unwrap()]), &options, now()).unwrap();
    assert_eq!((published.pointer.epoch, published.pointer.breaking), (3, Some(2)));

    refused(&store, &Change::Only(Vec::new()), &options, "there would be no edition of `parcel` any more");
    let back = publisher.publish(PARCEL, &Change::Again(1), &options, now()).unwrap();
    assert_eq!(
        (back.pointer.breaking, &*back.warnings),
        (Some(4), &["nothing prices any more what happens from 2026-07-01 through 2027-12-31".to_owned()][..])
    );
    let heavy = rules(&head("1", "2026-01-01 through 2026-06-30"), "weight : number", "10", "");
    publisher.publish(PARCEL, &put(&[&Bundle::build(&heavy).unwrap()]), &allowed, now()).unwrap();
    let back = publisher.publish(PARCEL, &Change::Again(4), &options, now()).unwrap();
    assert_eq!((back.pointer.breaking, back.breaks.len(), back.warnings.len()), (Some(6), 1, 1));
    assert!(back.warnings[0].contains("`weight`: it is no longer read"), "{:?}", back.warnings);
    let nobody = publisher.publish(PARCEL, &Change::Only(Vec::new()), &allowed, now()).unwrap();
    assert_eq!((nobody.pointer.editions.len(), found(&store)), (0, is(7, &[])));
    publisher.publish(PARCEL, &put(&[&first]), &options, now()).unwrap();
    assert_eq!(found(&store), is(8, &["1"]));
}

#[test]
fn who_has_published_meanwhile_is_named() {
    let store = Memory::default();
    let publisher = unsigned(&store);
    let (first, second) = halves();
    let expecting = |epoch: u64| Options { expected_epoch: Some(epoch), ..by("Ada") };
    publisher.publish(PARCEL, &put(&[&first]), &expecting(0), now()).unwrap();
    let plan = publisher.plan(PARCEL, &put(&[&second]), &by("Ada"), now()).unwrap();
    assert_eq!((plan.pointer().epoch, plan.loaded().len(), plan.removed().len()), (2, 1, 0));
    let options = Options { reason: Some("fuel".to_owned()), ..by("Bob") };
    publisher.publish(PARCEL, &put(&[&first]), &options, now()).unwrap();
    assert_eq!(
        publisher.carry_out(plan).unwrap_err().to_string(),
        "Bob published epoch 2 at 2026-04-02T06:00:00Z (\"fuel\"), with 1, and epoch 1 was thought to be the last; look at it, and publish again"
    );
    refused(
        &store,
        &put(&[&second]),
        &expecting(1),
        "Bob published epoch 2 at 2026-04-02T06:00:00Z (\"fuel\"), with 1",
    );
    assert_eq!(found(&store), is(2, &["1"]));
}

struct Keys {
    one: KeyPair,
    other: KeyPair,
}

impl Keys {
    fn trusted(&self, lines: &[&KeyPair]) -> TrustedKeys {
        let mut keys = TrustedKeys::new();
        for pair in lines {
            keys.add(&pair.pk.to_base64(), None).unwrap();
        }
        keys
    }

    fn publisher<'s>(&self, store: &'s Memory, trusted: &[&KeyPair], signs: &'s KeyPair) -> Publisher<'s> {
        let sign = |bytes: &[u8]| {
            minisign::sign(None, &signs.sk, bytes, None, None)
                .map(|signed| signed.into_string())
                .map_err(|e| e.to_string())
        };
        Publisher::signing(store, "production", self.trusted(trusted), sign).unwrap()
    }
}

#[test]
fn only_signed_pointers_count_and_keys_can_be_exchanged() {
    let pair = || KeyPair::generate_unencrypted_keypair().unwrap();
    let (keys, store, options) = (Keys { one: pair(), other: pair() }, Memory::default(), Options::default());
    let (one, other) = (&keys.one, &keys.other);
    let (first, second) = halves();
    keys.publisher(&store, &[one], one).publish(PARCEL, &put(&[&first]), &options, now()).unwrap();
    let SignedPointer { pointer, signature } = match store.read(&epoch_path("production", PARCEL, 1), None, 1 << 20) {
        Ok(Answer::File { bytes, .. }) => SignedPointer::read(&bytes).unwrap(),
        other => panic!("{other:?}"),
    };
    let signed = keys.trusted(&[one]).verify(pointer.as_bytes(), &signature.unwrap());
    assert!(signed.is_ok());

    // Nothing is written with a signature that would not count.
    let before = store.paths();
    let error = keys.publisher(&store, &[one], other).publish(PARCEL, &put(&[&second]), &options, now()).unwrap_err();
    assert!(matches!(error, PublishError::NotSigned(_)), "{error}");
    // What stands is not relied on.
    let stranger = keys.publisher(&store, &[other], other);
    let error = stranger.publish(PARCEL, &put(&[&second]), &options, now()).unwrap_err();
    assert!(matches!(error, PublishError::Untrusted { .. }), "{error}");
    let error = stranger.publish(PARCEL, &Change::Only(vec![second.clone()]), &options, now()).unwrap_err();
    assert!(matches!(error, PublishError::Incomparable { .. }), "{error}");
    assert_eq!(store.paths(), before);

    keys.publisher(&store, &[one, other], other).publish(PARCEL, &put(&[&second]), &options, now()).unwrap();
    assert_eq!(found(&store), is(2, &["1", "2"]));

    // The first key was lost; what it signed is not gone back to, and does not stand in the way.
    let mut revoked = keys.trusted(&[one, other]);
    revoked.revoke(keys.trusted(&[one]).keys().next().unwrap().0);
    let sign = |bytes: &[u8]| Ok(minisign::sign(None, &other.sk, bytes, None, None).unwrap().into_string());
    let publisher = Publisher::signing(&store, "production", revoked, sign).unwrap();
    let error = publisher.publish(PARCEL, &Change::Again(1), &options, now()).unwrap_err();
    assert!(error.to_string().contains("which is revoked"), "{error}");
    publisher.publish(PARCEL, &put(&[]), &options, now()).unwrap();
    assert_eq!(found(&store), is(3, &["1", "2"]));

    // A channel none of whose pointers counts any more goes on with another key.
    let third = pair();
    let publisher = keys.publisher(&store, &[&third], &third);
    let allowed = Options { allow_breaking: true, ..Options::default() };
    let published = publisher.publish(PARCEL, &Change::Only(vec![first]), &allowed, now()).unwrap();
    assert_eq!((published.pointer.epoch, published.pointer.breaking), (4, Some(4)));
    assert!(published.warnings[0].contains("was passed over"), "{:?}", published.warnings);
}

#[test]
fn what_is_announced_stays_announced() {
    let store = Memory::default();
    let publisher = unsigned(&store);
    let (first, second) = halves();
    let in_may: Moment = "2026-05-01T00:00:00Z".parse().unwrap();
    let announced = Options { not_before: Some(in_may), ..Options::default() };
    publisher.publish(PARCEL, &put(&[&first]), &announced, now()).unwrap();
    refused(&store, &put(&[&second]), &Options::default(), "epoch 1 is announced for 2026-05-01T00:00:00Z");
    let later = Options { not_before: Some("2026-06-01T00:00:00Z".parse().unwrap()), ..Options::default() };
    refused(&store, &put(&[&second]), &later, "epoch 1 is announced for");
    publisher.publish(PARCEL, &put(&[&second]), &announced, now()).unwrap();
    let published = publisher.publish(PARCEL, &put(&[]), &Options::default(), in_may).unwrap();
    assert_eq!(published.pointer.not_before, None);
}

#[test]
fn two_pointers_of_one_epoch_are_found() {
    let store = Memory::default();
    let (first, second) = halves();
    unsigned(&store).publish(PARCEL, &put(&[&first]), &by("Ada"), now()).unwrap();
    // Somebody wrote the current pointer by hand.
    let mut pointer = Pointer::new("production", PARCEL, 1, Vec::new(), now());
    pointer.signer = Some("Mallory".to_owned());
    let text = SignedPointer::text_of(&pointer).unwrap();
    store.put(
        &pointer_path("production", PARCEL),
        &SignedPointer { pointer: text, signature: None }.to_bytes().unwrap(),
    );
    refused(&store, &put(&[&second]), &by("Ada"), "there are two pointers of epoch 1");
    let told = history(&store, "production", PARCEL, &Trust::Unsigned, 5).unwrap();
    assert!(told.entries[0].problem.as_ref().unwrap().starts_with("clients find another pointer of this epoch"));
    unsigned(&store).publish(PARCEL, &Change::Again(1), &by("Ada"), now()).unwrap();
    assert_eq!(found(&store), is(2, &["1"]));
}

#[test]
fn what_is_broken_does_not_keep_from_going_back() {
    let store = Memory::default();
    let publisher = unsigned(&store);
    let (first, second) = halves();
    let options = Options::default();
    publisher.publish(PARCEL, &put(&[&first]), &options, now()).unwrap();
    publisher.publish(PARCEL, &put(&[&second]), &options, now()).unwrap();
    store.put(&bundle_path(second.digest()), b"altered");
    refused(&store, &put(&[]), &options, "an edition that is to run, 2, is not there");
    let back = publisher.publish(PARCEL, &Change::Again(1), &options, now()).unwrap();
    assert_eq!((found(&store), back.pointer.breaking), (is(3, &["1"]), Some(3)));
    assert!(back.warnings[0].starts_with("what runs could not be compared with"), "{:?}", back.warnings);
    // What lies under its digest is not what it should be, and is never published over.
    let error = publisher.publish(PARCEL, &put(&[&second]), &options, now()).unwrap_err();
    assert!(matches!(error, PublishError::Gone { why: FetchError::Another { .. }, .. }), "{error}");
    store.remove(&bundle_path(second.digest()));
    publisher.publish(PARCEL, &put(&[&second]), &options, now()).unwrap();
    assert_eq!(found(&store), is(4, &["1", "2"]));
    // One that runs and is gone is published again.
    store.remove(&bundle_path(second.digest()));
    refused(&store, &put(&[]), &options, "an edition that is to run, 2, is not there");
    publisher.publish(PARCEL, &put(&[&second]), &options, now()).unwrap();
    assert_eq!(found(&store), is(5, &["1", "2"]));
}

#[test]
fn wishes_that_make_no_sense_are_refused() {
    let store = Memory::default();
    let (first, _) = halves();
    let at = |text: &str| Some(text.parse::<Moment>().unwrap());
    let wish = |options: Options, words: &str| refused(&store, &put(&[&first]), &options, words);
    wish(Options { expires: at("2026-04-02T06:00:00Z"), ..Options::default() }, "would expire at 2026-04-02T06:00:00Z");
    let (not_before, expires) = (at("2026-05-01T00:00:00Z"), at("2026-04-30T00:00:00Z"));
    wish(Options { not_before, expires, ..Options::default() }, "before it goes live at 2026-05-01T00:00:00Z");
    wish(Options { reason: Some("a\nb".to_owned()), ..Options::default() }, "the reason is one line of text");
    wish(Options { min_engine: Some("1.x".to_owned()), ..Options::default() }, "`1.x` is no version of an engine");
    wish(Options { min_engine: Some("999.0.0".to_owned()), ..Options::default() }, "and this one, which has to test");
    for name in ["", "a/b", "../a", ".a", "a\\b"] {
        assert!(matches!(Publisher::unsigned(&store, name), Err(PublishError::Name { .. })), "{name}");
        let error = unsigned(&store).publish(name, &put(&[&first]), &Options::default(), now()).unwrap_err();
        assert!(matches!(error, PublishError::Name { .. }), "{name}");
    }
    let options = Options { min_engine: Some("0.1.0".to_owned()), ..Options::default() };
    unsigned(&store).publish(PARCEL, &put(&[&first]), &options, now()).unwrap();
    // What runs goes on to need it.
    let published = unsigned(&store).publish(PARCEL, &put(&[]), &Options::default(), now()).unwrap();
    assert_eq!(published.pointer.min_engine.as_deref(), Some("0.1.0"));
}
