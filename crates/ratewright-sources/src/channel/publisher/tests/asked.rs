//! What is asked of bundles before any of them is published: that they were tested when they were made.

use super::*;

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
    let (first, _) = halves();
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
