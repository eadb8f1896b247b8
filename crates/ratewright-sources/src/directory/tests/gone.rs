//! Files and folders that go: nothing stops being priced by accident.

use super::*;

#[test]
fn a_file_that_goes_holds_everything_back_until_it_is_back_or_retired() {
    let mut stand = Stand::new();
    stand.folder.write("parcel.rules", parcel("1", "10"));
    stand.folder.write("ocean.rules", of("ocean", "1", "3"));
    stand.swapped();
    stand.folder.remove("ocean.rules");
    stand.folder.write("parcel.rules", parcel("2", "12"));
    let said = "`ocean.rules` is gone, which gave `ocean` \"1\": put it back, or take it away on purpose by a file `ocean.rules.retired`";
    assert_eq!(stand.refused(), said);
    assert_eq!((stand.total(), total(&stand.book, "ocean")), ("10.00 USD".into(), "3.00 USD".into()));
    // It is back.
    stand.folder.write("ocean.rules", of("ocean", "1", "3"));
    stand.swapped();
    assert_eq!(stand.total(), "12.00 USD");
    // It goes on purpose, by being renamed.
    fs::rename(stand.folder.at("ocean.rules"), stand.folder.at("ocean.rules.retired")).unwrap();
    let look = stand.settled();
    assert!(matches!(look.outcome, Outcome::Swapped(_)), "{look:?}");
    assert_eq!(look.warnings, ["`ocean` is priced by nobody any more"]);
    assert_eq!(total(&stand.book, "ocean"), "there is no rule set `ocean`: there is `parcel`");
    assert_eq!(stand.total(), "12.00 USD");
    // What says so may go too; and a file that comes again is priced by, with a word about what says that it went.
    stand.folder.remove("ocean.rules.retired");
    assert!(stand.is_unchanged());
    stand.folder.write("ocean.rules", of("ocean", "2", "4"));
    stand.folder.write("ocean.rules.retired", "");
    let look = stand.settled();
    assert!(look.warnings[0].contains("take one away"), "{look:?}");
    assert_eq!(total(&stand.book, "ocean"), "4.00 USD");
}

#[test]
fn an_edition_of_several_does_not_go_by_accident_either() {
    let mut stand = Stand::new();
    stand.folder.write("2026.rules", year(2026, "", "10"));
    let corrected = year(2026, ".2", "9").replace("12-31 }", "12-31  supersedes \"2026\" from 2026-03-01 }");
    stand.folder.write("2026-2.rules", &corrected);
    stand.swapped();
    let total = |stand: &Stand| {
        let quote = stand.book.quote_json("parcel", r#"{"day": "2026-05-01"}"#).unwrap();
        quote.totals()[0].to_string()
    };
    assert_eq!(total(&stand), "9.00 USD");
    stand.folder.remove("2026-2.rules");
    assert!(stand.refused().starts_with("`2026-2.rules` is gone, which gave `parcel` \"2026.2\""));
    assert_eq!(total(&stand), "9.00 USD", "and not the old tariff");
    // Under another name it is the same edition.
    stand.folder.write("corrected/may.rules", &corrected);
    let published = stand.swapped();
    assert_eq!((&published.loaded, total(&stand)), (&published.removed, "9.00 USD".into()));
    fs::rename(stand.folder.at("corrected/may.rules"), stand.folder.at("corrected/may.rules.retired")).unwrap();
    stand.swapped();
    assert_eq!(total(&stand), "10.00 USD");
}

#[test]
fn an_edition_that_is_written_over_by_one_of_other_days_is_told_of() {
    let mut stand = Stand::new();
    stand.folder.write("parcel.rules", year(2026, "", "10"));
    stand.swapped();
    stand.folder.write("parcel.rules", year(2027, "", "11"));
    let look = stand.settled();
    assert!(matches!(look.outcome, Outcome::Swapped(_)));
    let said = "`parcel` was priced from 2026-01-01 through 2026-12-31, and is now priced from 2027-01-01 through 2027-12-31 only";
    assert_eq!(look.warnings, [said]);
    assert_eq!(stand.look().warnings, [said], "while it is so");
    stand.folder.write("parcel-2026.rules", year(2026, "", "10"));
    assert!(stand.settled().warnings.is_empty());
}

#[test]
fn a_rule_set_that_takes_another_name_leaves_the_old_one_to_nobody_only_on_purpose() {
    let mut stand = Stand::new();
    stand.folder.write("parcel.rules", parcel("1", "10"));
    stand.swapped();
    stand.folder.write("parcel.rules", of("parcels", "1", "10"));
    assert!(stand.refused().starts_with("no file gives `parcel` any more, which ran"));
    assert_eq!(stand.total(), "10.00 USD");
}

#[test]
fn a_folder_that_goes_leaves_what_ran() {
    let mut stand = Stand::new();
    stand.folder.write("parcel.rules", parcel("1", "10"));
    stand.swapped();
    let away = stand.folder.0.join("away");
    fs::rename(stand.folder.rules(), &away).unwrap();
    let said = format!("there is no folder {}", stand.folder.rules().display());
    for _ in 0..30 {
        assert_eq!(stand.refused(), said);
    }
    assert_eq!((stand.total(), stand.directory.running().origin), ("10.00 USD".into(), Origin::Source));
    assert!(stand.directory.hints().contains(&stand.folder.rules()), "it may come again");
    fs::create_dir(stand.folder.rules()).unwrap();
    assert!(stand.refused().contains("`parcel.rules` is gone"), "an empty one is not the one that was there");
    fs::remove_dir(stand.folder.rules()).unwrap();
    fs::rename(&away, stand.folder.rules()).unwrap();
    assert!(stand.is_unchanged());
    fs::remove_dir_all(stand.folder.rules()).unwrap();
    fs::write(stand.folder.rules(), "a file").unwrap();
    assert!(stand.refused().ends_with("is no folder"));
    fs::remove_file(stand.folder.rules()).unwrap();
}

#[test]
fn what_must_be_there_is_waited_for_also_at_the_start() {
    let mut stand = Stand::with(|directory| directory.expecting("parcel").expecting("ocean"));
    stand.folder.write("parcel.rules", parcel("1", "10"));
    assert!(stand.nothing().starts_with("there is no rule set `ocean` in"));
    assert_eq!(stand.total(), "there is no rule set `parcel`: none has been published yet");
    stand.folder.write("ocean.rules", of("ocean", "1", "3"));
    stand.swapped();
    fs::rename(stand.folder.at("ocean.rules"), stand.folder.at("ocean.rules.retired")).unwrap();
    assert!(stand.refused().starts_with("there is no rule set `ocean` in"));
}
