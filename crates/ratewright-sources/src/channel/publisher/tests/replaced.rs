//! What is told of a new edition beside those that run: tests that were taken out, and a version that comes to mean something else.

use super::*;

const YEAR: &str = "2026-01-01 through 2026-12-31";

fn with_tests(version: &str, days: &str, price: &str, tests: usize) -> Bundle {
    let head = format!("version \"{version}\" {{ currency USD effective {days}");
    let day = &days[..10];
    let test = |n| format!("test \"{n}\" {{ given shipped = {day} expect charge BASE is {price} USD }}\n");
    let rules = rules(&head, "", price, &(0..tests).map(test).collect::<String>());
    Bundle::build_after(&rules, Some(&rules.test())).unwrap()
}

fn digest(bundle: &Bundle) -> String {
    bundle.manifest().digest.short()
}

#[test]
fn a_rule_set_whose_tests_were_all_taken_out_is_published_only_where_that_is_said() {
    let store = Memory::default();
    let publisher = unsigned(&store);
    let tested = with_tests("2020.3", YEAR, "10", 13);
    let published = publisher.publish(PARCEL, &put(&[&tested]), &Options::default(), now()).unwrap();
    assert_eq!(published.warnings, [""; 0]);

    let ten_times = with_tests("2020.3", YEAR, "100", 0);
    let words = "the bundle `parcel` 2020.3 is untested: no test stands in its rule set, and 13 tests in that of `parcel` 2020.3, which runs; build it with its tests";
    refused(&store, &put(&[&ten_times]), &Options::default(), words);
    refused(&store, &Change::Only(vec![ten_times.clone()]), &Options::default(), words);
    let next_year = with_tests("2021", "2027-01-01 through 2027-12-31", "100", 0);
    refused(&store, &put(&[&next_year]), &Options::default(), "is untested: no test stands in its rule set");

    let allowed = Options { allow_untested: true, ..Options::default() };
    let published = publisher.publish(PARCEL, &put(&[&ten_times]), &allowed, now()).unwrap();
    assert!(published.pointer.editions[0].untested);
    let replaced = format!(
        "`parcel` 2020.3 is replaced by another content of the same version: {}… takes the place of {}…",
        digest(&ten_times),
        digest(&tested)
    );
    assert_eq!(
        published.warnings,
        [
            "the bundle `parcel` 2020.3 is untested: no test stands in its rule set, and 13 tests in that of `parcel` 2020.3, which runs",
            &*replaced
        ]
    );
}

#[test]
fn fewer_tests_than_before_and_none_at_all_are_told() {
    let store = Memory::default();
    let publish = |bundle: &Bundle| {
        unsigned(&store).publish(PARCEL, &put(&[bundle]), &Options::default(), now()).unwrap().warnings
    };
    assert_eq!(
        publish(&with_tests("1", YEAR, "10", 0)),
        [
            "the bundle `parcel` 1 has no tests: nobody has asked what it charges; write some, `test \"…\" { given … expect … }`"
        ]
    );
    let many = with_tests("1", YEAR, "10", 5);
    // The same meaning with more tests: nothing is to be said.
    assert_eq!(publish(&many), [""; 0]);
    let fewer = with_tests("1", YEAR, "10", 4);
    assert_eq!(
        publish(&fewer),
        ["the bundle `parcel` 1 has 4 tests, and `parcel` 1, which runs, has 5: is any missing?"]
    );
    // A new version is compared with the last that runs.
    let next = with_tests("2", "2027-01-01 through 2027-12-31", "12", 1);
    assert_eq!(
        publish(&next),
        ["the bundle `parcel` 2 has 1 test, and `parcel` 1, which runs, has 4: is any missing?"]
    );
    assert_eq!(publish(&with_tests("3", "2028-01-01 through 2028-12-31", "12", 1)), [""; 0]);

    // The same version that means something else.
    let corrected = with_tests("1", YEAR, "11", 4);
    let words = format!(
        "`parcel` 1 is replaced by another content of the same version: {}… takes the place of {}…",
        digest(&corrected),
        digest(&many)
    );
    assert_eq!(publish(&corrected), [words]);
    // To go back to what was is not warned of.
    let back = unsigned(&store).publish(PARCEL, &Change::Again(3), &Options::default(), now()).unwrap();
    assert!(back.warnings.iter().all(|warning| !warning.contains("content")), "{:?}", back.warnings);
}
