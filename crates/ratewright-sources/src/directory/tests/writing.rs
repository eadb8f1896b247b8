//! Files that are being written while they are looked at: what is published is what was meant, or nothing.

use super::*;

/// Looks, and nothing comes of it.
fn is_being_written(stand: &mut Stand) {
    let look = stand.look();
    assert!(matches!(look.outcome, Outcome::Unsettled), "{look:?}");
}

#[test]
fn a_file_that_is_written_piece_by_piece_is_published_once_and_whole() {
    let mut stand = Stand::new();
    stand.folder.write("parcel.rules", parcel("1", "10"));
    stand.swapped();
    // Every beginning of it is there for a moment; some of them compile, at 1 and at 12 dollars.
    let text = parcel("2", "125") + "charge MORE = 5 USD\n";
    for end in 0..=text.len() {
        stand.folder.write("parcel.rules", &text[..end]);
        is_being_written(&mut stand);
        assert_eq!(stand.total(), "10.00 USD");
    }
    assert_eq!((stand.swapped().generation, stand.total()), (2, "130.00 USD".into()));
}

#[test]
fn a_burst_of_files_is_one_publication() {
    let mut stand = Stand::new();
    for number in 0..30 {
        stand.folder.write(&format!("r{number}.rules"), of(&format!("r{number}"), "1", "1"));
        is_being_written(&mut stand);
    }
    let published = stand.swapped();
    assert_eq!((published.generation, published.loaded.len()), (1, 30));
}

#[test]
fn rules_and_their_table_are_never_of_two_states() {
    let mut stand = Stand::new();
    let rules = |version: u32| {
        format!(
            "ruleset parcel \"Parcels\" version \"{version}\" {{ currency USD }}\nimport \"fuel.rules\"\ncharge BASE = fuel\n"
        )
    };
    let fuel = |version: u32| format!("module fuel \"Fuel\"\nparameter fuel = {version} USD\n");
    for version in 1..20 {
        let (first, second) = (("parcel.rules", rules(version)), ("fuel.rules", fuel(version)));
        let (first, second) = if version % 2 == 0 { (first, second) } else { (second, first) };
        stand.folder.write(first.0, first.1);
        is_being_written(&mut stand);
        stand.folder.write(second.0, second.1);
        stand.swapped();
        let quote = stand.book.quote_json("parcel", "{}").unwrap();
        assert_eq!(quote.totals()[0].to_string(), format!("{}.00 USD", quote.version().unwrap()));
        assert_eq!(quote.version(), Some(version.to_string().as_str()));
    }
}

#[test]
fn a_change_while_it_is_read_is_noticed() {
    let stand = Stand::with(|directory| directory.settling(Duration::ZERO));
    stand.folder.write("parcel.rules", parcel("1", "10"));
    // The listing that is looked at is of a file that has grown since.
    let listing = stand.directory.list().unwrap();
    stand.folder.write("parcel.rules", parcel("1", "10") + "charge MORE = 1 USD\n");
    assert!(matches!(Snapshot::read(&listing, 1000), Err(NoSnapshot::Changed)));
    stand.folder.remove("parcel.rules");
    assert!(matches!(Snapshot::read(&listing, 1000), Err(NoSnapshot::Changed)));
    // Another file of the same size and times in its place is another.
    stand.folder.write("parcel.rules", parcel("1", "10"));
    let before = stand.directory.list().unwrap();
    stand.folder.write("other", parcel("1", "20"));
    let times = fs::metadata(stand.folder.at("parcel.rules")).unwrap().modified().unwrap();
    fs::File::open(stand.folder.at("other")).unwrap().set_modified(times).unwrap();
    fs::rename(stand.folder.at("other"), stand.folder.at("parcel.rules")).unwrap();
    #[cfg(unix)]
    assert!(before != stand.directory.list().unwrap());
    let _ = before;
}

#[test]
fn what_was_read_while_somebody_wrote_is_not_published() {
    let mut stand = Stand::with(|directory| directory.settling(Duration::ZERO));
    stand.folder.write("parcel.rules", parcel("1", "10"));
    let fuel = stand.folder.at("fuel.rules");
    stand.directory.meanwhile = Some(Box::new(move || fs::write(fuel, of("fuel", "1", "3")).unwrap()));
    is_being_written(&mut stand);
    assert_eq!(stand.swapped().loaded.len(), 2, "both at once");
    // Of the same length, in place, after it was read.
    let parcels = stand.folder.at("parcel.rules");
    stand.folder.write("parcel.rules", parcel("2", "12"));
    stand.directory.meanwhile = Some(Box::new(move || fs::write(parcels, parcel("2", "13")).unwrap()));
    is_being_written(&mut stand);
    assert_eq!((stand.swapped().loaded.len(), stand.total()), (1, "13.00 USD".into()));
}

#[test]
fn files_that_never_rest_are_told_of() {
    let mut stand = Stand::new();
    stand.folder.write("parcel.rules", parcel("1", "10"));
    stand.swapped();
    let mut told = 0;
    for turn in 0..400 {
        stand.folder.write("parcel.rules", parcel("2", &format!("{turn}.00")));
        let look = stand.look();
        assert!(matches!(look.outcome, Outcome::Unsettled));
        told += look.warnings.len();
    }
    assert_eq!(told, 400 - 300, "after a minute, at each look the same");
    assert_eq!(stand.swapped().generation, 2);
    assert!(stand.look().warnings.is_empty());
}

#[test]
fn editors_save_in_all_their_ways() {
    let mut stand = Stand::new();
    let path = |name: &str| stand.folder.at(name);
    let (main, aside, backup) = (path("parcel.rules"), path(".parcel.rules.tmp"), path("parcel.rules~"));
    stand.folder.write("parcel.rules", parcel("0", "10"));
    stand.swapped();
    // Written aside and renamed over it.
    fs::write(&aside, parcel("1", "11")).unwrap();
    fs::rename(&aside, &main).unwrap();
    stand.swapped();
    assert_eq!(stand.total(), "11.00 USD");
    // Renamed away as a backup, written anew, and meanwhile not there.
    fs::rename(&main, &backup).unwrap();
    is_being_written(&mut stand);
    fs::write(&main, parcel("2", "12")).unwrap();
    stand.swapped();
    assert_eq!(stand.total(), "12.00 USD");
    // Cut to nothing, and written.
    fs::write(&main, "").unwrap();
    is_being_written(&mut stand);
    fs::write(&main, parcel("3", "13")).unwrap();
    stand.swapped();
    assert_eq!(stand.total(), "13.00 USD");
}

/// What a cluster does with a ConfigMap: files are links through a link that is replaced in one step.
#[cfg(unix)]
#[test]
fn a_config_map_changes_in_one_step() {
    use std::os::unix::fs::symlink;
    let mut stand = Stand::with(|directory| directory.settling(Duration::ZERO));
    let root = stand.folder.rules();
    let state = |name: &str, price: &str| {
        fs::create_dir(root.join(name)).unwrap();
        fs::write(root.join(name).join("parcel.rules"), parcel(name, price)).unwrap();
        fs::write(root.join(name).join("ocean.rules"), of("ocean", name, price)).unwrap();
        symlink(name, root.join("..data_tmp")).unwrap();
        fs::rename(root.join("..data_tmp"), root.join("..data")).unwrap();
    };
    state("..2026_04_06_12_00_00.1", "10");
    symlink("..data/parcel.rules", root.join("parcel.rules")).unwrap();
    symlink("..data/ocean.rules", root.join("ocean.rules")).unwrap();
    let published = stand.swapped();
    assert_eq!(published.loaded.len(), 2, "each file counts once");
    let canonical = fs::canonicalize(&root).unwrap();
    let hints = stand.directory.hints();
    assert!(
        hints.contains(&canonical) && hints.contains(&canonical.join("..2026_04_06_12_00_00.1/parcel.rules")),
        "{hints:?}"
    );

    state("..2026_04_06_12_01_00.2", "12");
    fs::remove_dir_all(root.join("..2026_04_06_12_00_00.1")).unwrap();
    assert_eq!(stand.swapped().loaded.len(), 2);
    assert_eq!((stand.total(), total(&stand.book, "ocean")), ("12.00 USD".into(), "12.00 USD".into()));
    assert!(
        stand.directory.hints().contains(&canonical.join("..2026_04_06_12_01_00.2/ocean.rules")),
        "where to look has moved"
    );
    // The link is gone: both files lead nowhere.
    fs::remove_file(root.join("..data")).unwrap();
    assert_eq!(stand.refused(), "`ocean.rules` is a link that leads nowhere");
    assert_eq!(stand.total(), "12.00 USD");
}

/// What checks a folder out beside the other and turns a link to it does.
#[cfg(unix)]
#[test]
fn a_folder_that_is_a_link_may_be_turned_and_links_in_circles_end() {
    use std::os::unix::fs::symlink;
    let mut stand = Stand::with(|directory| directory.settling(Duration::ZERO));
    let (above, link) = (stand.folder.0.clone(), stand.folder.rules());
    fs::remove_dir(&link).unwrap();
    for (name, price) in [("a", "10"), ("b", "12")] {
        fs::create_dir(above.join(name)).unwrap();
        fs::write(above.join(name).join("parcel.rules"), parcel(name, price)).unwrap();
        symlink("..", above.join(name).join("up")).unwrap();
        symlink(".", above.join(name).join("here")).unwrap();
    }
    symlink("a", &link).unwrap();
    // `up` leads to the folder above, where the rules of `a` and `b` are again: two of one version.
    assert!(stand.nothing().contains("give the same edition twice, `parcel` \"a\""));
    fs::remove_file(above.join("a/up")).unwrap();
    fs::remove_file(above.join("b/up")).unwrap();
    stand.swapped();
    assert_eq!(stand.total(), "10.00 USD");
    symlink("b", above.join("turned")).unwrap();
    fs::rename(above.join("turned"), &link).unwrap();
    stand.swapped();
    assert_eq!(stand.total(), "12.00 USD");
    assert!(stand.directory.hints().contains(&link), "it may be turned again");
}

#[test]
fn a_change_that_shows_in_no_time_or_size_is_found_by_contents() {
    let mut stand = Stand::new();
    stand.folder.write("parcel.rules", parcel("1", "10"));
    stand.swapped();
    stand.folder.write("parcel.rules", parcel("1", "20"));
    // As if the file system said that nothing has changed.
    let listing = stand.directory.list().unwrap();
    stand.directory.seen = Some((listing.clone(), Duration::ZERO));
    stand.directory.judged.as_mut().unwrap().listing = listing;
    let looks = (1..=CONTENTS_EVERY).find(|_| matches!(stand.look().outcome, Outcome::Swapped(_)));
    assert!(looks.is_some_and(|looks| looks > 1), "{looks:?}");
    assert_eq!(stand.total(), "20.00 USD");
}

#[test]
fn a_file_that_was_changed_just_now_is_compared_by_contents_until_it_is_older() {
    let mut stand = Stand::new();
    stand.folder.write("parcel.rules", parcel("1", "10"));
    stand.clock.set(SystemClock::default().now());
    stand.swapped();
    assert!(stand.directory.judged.as_ref().unwrap().young);
    stand.folder.write("parcel.rules", parcel("1", "20"));
    let listing = stand.directory.list().unwrap();
    stand.directory.seen = Some((listing.clone(), Duration::ZERO));
    stand.directory.judged.as_mut().unwrap().listing = listing;
    stand.swapped();
    assert_eq!(stand.total(), "20.00 USD");
    stand.clock.pass(Duration::from_secs(3600));
    assert!(stand.is_unchanged() && !stand.directory.judged.as_ref().unwrap().young);
}
