//! What is asked of bundles before any of them is published: that they were tested when they were made, and are not too large together.

use super::*;
use ratewright::digest::Digest;

#[test]
fn what_was_not_tested_when_it_was_made_is_published_only_where_that_is_said() {
    let (store, publisher_of) = (Memory::default(), unsigned);
    let publisher = publisher_of(&store);
    let head = |version: &str, days: &str| format!("version \"{version}\" {{ currency USD effective {days}");
    let test = "test \"t\" { given shipped = 2026-08-01 expect charge BASE is 12 USD }";
    let rules = rules(&head("2", "2026-07-01 through 2026-12-31"), "", "12", test);
    let untested = Bundle::build_after(&rules, None).unwrap();
    let words = "the bundle `parcel` 2 is untested: 1 test of its rule set did not run when it was built; build it with its tests";
    refused(&store, &put(&[&untested]), &Options::default(), words);
    refused(&store, &Change::Only(vec![untested.clone()]), &Options::default(), words);

    let allowed = Options { allow_untested: true, ..Options::default() };
    let published = publisher.publish(PARCEL, &put(&[&untested]), &allowed, now()).unwrap();
    assert!(published.pointer.editions[0].untested);
    assert_eq!(
        published.warnings,
        ["the bundle `parcel` 2 is untested: 1 test of its rule set did not run when it was built"]
    );
    // What runs is not asked again, and the pointers that follow say it of this edition alone.
    let spring = "test \"t\" { given shipped = 2026-03-01 expect charge BASE is 10 USD }";
    let first = super::rules(&head("1", "2026-01-01 through 2026-06-30"), "", "10", spring);
    let first = Bundle::build_after(&first, Some(&first.test())).unwrap();
    let both = publisher.publish(PARCEL, &put(&[&first]), &Options::default(), now()).unwrap();
    let said = |pointer: &Pointer| -> Vec<(String, bool)> {
        pointer.editions.iter().map(|named| (named.version.clone().unwrap(), named.untested)).collect()
    };
    assert_eq!(said(&both.pointer), [("2".to_owned(), true), ("1".to_owned(), false)]);
    let shown = history(&store, "production", PARCEL, &Trust::Unsigned, 5).unwrap();
    assert_eq!(said(shown.entries[0].pointer.as_ref().unwrap()), said(&both.pointer));

    // Tested, it is another file of the same meaning, and takes the place of the other.
    let tested = Bundle::build_after(&rules, Some(&rules.test())).unwrap();
    let mended = publisher.publish(PARCEL, &put(&[&tested]), &Options::default(), now()).unwrap();
    assert_eq!(said(&mended.pointer), [("1".to_owned(), false), ("2".to_owned(), false)]);
    // Going back is not hindered.
    let back = publisher.publish(PARCEL, &Change::Again(2), &Options::default(), now()).unwrap();
    assert_eq!(said(&back.pointer), said(&both.pointer));
}

#[test]
fn what_is_too_large_together_is_not_published_and_nothing_of_it_is_fetched() {
    let store = Memory::default();
    let (first, second) = halves();
    let size = |bundle: &Bundle| bundle.as_bytes().len() as u64;
    let both = size(&first) + size(&second);
    let limits = |together: u64| Limits { together, ..Limits::default() };
    let publish = |together: u64, change: Change| {
        unsigned(&store).limits(limits(together)).publish(PARCEL, &change, &Options::default(), now())
    };
    publish(both - 1, put(&[&first])).unwrap();
    let error = publish(both - 1, put(&[&second])).unwrap_err().to_string();
    let words = format!(
        "the bundles of one pointer may have {} bytes together, and these have {both}: take old editions away",
        both - 1
    );
    assert_eq!((error, found(&store)), (words, is(1, &["1"])));
    publish(both, put(&[&second])).unwrap();
    assert_eq!(found(&store), is(2, &["1", "2"]));

    // A pointer that somebody else made, of bundles that would be asked for in vain: of each as many bytes as are allowed, and of all too many.
    let named = |byte: u8| Named { sha256: Digest::of_bytes(&[byte]), size: 512 << 20, version: None, untested: false };
    let pointer = Pointer::new("production", PARCEL, 3, (0..5).map(named).collect(), now());
    let text = SignedPointer::text_of(&pointer).unwrap();
    let file = SignedPointer { pointer: text, signature: None }.to_bytes().unwrap();
    store.put(&epoch_path("production", PARCEL, 3), &file);
    store.put(&pointer_path("production", PARCEL), &file);
    let too_much = |change: &Change| {
        let error = unsigned(&store).publish(PARCEL, change, &Options::default(), now()).unwrap_err();
        matches!(error, PublishError::TooMuch { bytes: 2_684_354_560, allowed: 2_147_483_648 })
    };
    assert!(too_much(&put(&[])) && too_much(&put(&[&first])) && too_much(&Change::Again(3)));
    // It is gone back from all the same.
    unsigned(&store).publish(PARCEL, &Change::Again(2), &Options::default(), now()).unwrap();
    assert_eq!(found(&store), is(4, &["1", "2"]));
}
