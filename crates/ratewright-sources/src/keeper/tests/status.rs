//! How it stands with a source, and what is told of it, look by look.

use super::*;

const EVERY: Duration = Duration::from_secs(15);

/// A book that is priced by version 1, at 10.00 USD.
fn begun(source: Scripted, steps: &Sender<Step>) -> Stand {
    let mut stand = Stand::new(source, EVERY);
    stand.post.start(&stand.common);
    steps.send(publishes("1", "10")).unwrap();
    assert_eq!(stand.look(), Found::Swapped);
    assert_eq!(stand.diary.take(), ["swapped: 1"]);
    stand
}

/// Failure test 1 of the protocol: the store is gone for an hour.
#[test]
fn a_store_that_is_gone_for_an_hour_costs_no_quote_and_is_told_once() {
    let (source, steps) = scripted("parcel on production");
    let mut stand = begun(source, &steps);
    let (mut waits, mut quotes) = (Vec::new(), 0);
    while stand.clock.now() < moment("2026-04-06T13:00:00Z") {
        steps.send(gives(unreachable("connection refused"))).unwrap();
        assert_eq!(stand.look(), Found::Unreachable);
        let status = stand.status();
        assert_eq!(status.staleness, stand.clock.now().since(moment(NOON)), "it rises with every second");
        assert_eq!(status.failures as usize, waits.len() + 1);
        assert_eq!(status.last_contact, Some(moment(NOON)));
        // Second by second until the next look.
        waits.push(stand.wait());
        while !stand.wait().is_zero() {
            stand.clock.pass(Duration::from_secs(1));
            assert_eq!(total(&stand.common.book), "10.00 USD");
            quotes += 1;
        }
    }
    assert!(quotes >= 3600, "{quotes}");
    let longest = waits.iter().max().unwrap();
    assert!(*longest > Duration::from_secs(120) && *longest <= Duration::from_secs(300), "{waits:?}");
    assert!((10..60).contains(&waits.len()), "regular looks would be 240: {}", waits.len());
    assert_eq!(stand.diary.take(), ["unreachable: connection refused"]);

    steps.send(publishes("2", "12")).unwrap();
    let (failed, came_back) = (waits.len(), stand.clock.now());
    assert_eq!(stand.look(), Found::Swapped);
    assert_eq!(total(&stand.common.book), "12.00 USD");
    assert_eq!(
        stand.diary.take(),
        [format!("recovered after {failed} looks: connection refused"), "swapped: 2".to_owned()]
    );
    let status = stand.status();
    assert_eq!((status.failures, status.staleness, status.last_contact), (0, Duration::ZERO, Some(came_back)));
    assert!(stand.wait() <= EVERY * 2, "and is looked at as before");
    let problem = status.problem.as_ref().unwrap();
    assert_eq!((problem.since, problem.over), (moment(NOON), Some(came_back)), "what was wrong stays on the page");
    assert_eq!(status.trouble(), None);
}

/// Or a program that is started every five minutes would never be 600 seconds behind.
#[test]
fn a_restart_without_the_store_makes_what_was_kept_no_newer() {
    for restart in 0..3 {
        let (source, steps) = scripted("parcel on production");
        let published = Some(moment("2026-04-06T11:00:00Z"));
        let source = Scripted { running: Running { published, ..Running::default() }, ..source };
        let mut stand = Stand::new(source.starting_with(publishes("1", "10")), EVERY);
        stand.clock.set(moment(NOON) + Duration::from_secs(restart * 300));
        stand.post.start(&stand.common);
        let since_published = Duration::from_secs(3600 + restart * 300);
        assert_eq!((stand.status().staleness, stand.status().last_confirmed), (since_published, None));
        steps.send(gives(unreachable("connection refused"))).unwrap();
        stand.look();
        stand.clock.pass(Duration::from_secs(7));
        assert_eq!(stand.status().staleness, since_published + Duration::from_secs(7));
        steps.send(gives(Outcome::Unchanged)).unwrap();
        stand.look();
        assert_eq!(stand.status().staleness, Duration::ZERO, "the store says that it is what should run");
        stand.clock.pass(Duration::from_secs(7));
        assert_eq!(stand.status().staleness, Duration::from_secs(7));
    }
}

#[test]
fn each_cause_is_told_once_and_again_where_it_changes_or_comes_back() {
    let (source, steps) = scripted("parcel");
    let mut stand = begun(source, &steps);
    let told = |stand: &mut Stand, outcome: Outcome| {
        steps.send(gives(outcome)).unwrap();
        stand.clock.pass(EVERY);
        stand.look();
        stand.diary.take()
    };
    assert_eq!(told(&mut stand, refused("a test fails")), ["refused: a test fails"]);
    assert!(told(&mut stand, refused("a test fails")).is_empty());
    assert!(told(&mut stand, Outcome::Unsettled).is_empty(), "nobody knows yet");
    assert_eq!(told(&mut stand, refused("another fails")), ["refused: another fails"]);
    assert_eq!(told(&mut stand, unreachable("timeout")), ["unreachable: timeout"]);
    assert!(told(&mut stand, refused("a test fails")).is_empty(), "known, although the store was gone meanwhile");
    assert_eq!(stand.status().staleness, EVERY * 6, "an answer that must not run confirms nothing");
    assert_eq!(stand.status().last_contact, Some(stand.clock.now()));
    assert_eq!(told(&mut stand, Outcome::Unchanged), ["recovered after 5 looks: a test fails"]);
    assert!(told(&mut stand, Outcome::Unchanged).is_empty());
    assert_eq!(told(&mut stand, refused("a test fails")), ["refused: a test fails"], "it has come back");
}

#[test]
fn words_that_differ_from_look_to_look_are_kept_within_bounds() {
    let (source, steps) = scripted("parcel");
    let mut stand = begun(source, &steps);
    for turn in 0..100 {
        steps.send(gives(unreachable(&format!("port {turn} is closed")))).unwrap();
        stand.look();
    }
    let status = stand.status();
    assert_eq!((status.problem.unwrap().looks, status.looks), (100, 101));
}

#[test]
fn warnings_are_told_when_they_begin_and_last_while_nothing_answers() {
    let (source, steps) = scripted("parcel");
    let mut stand = begun(source, &steps);
    let mut told = |outcome: Outcome, warnings: &[&str]| {
        let warnings = warnings.iter().map(|warning| (*warning).to_owned()).collect();
        steps.send(Box::new(move |_| Look { warnings, ..outcome.into() })).unwrap();
        stand.look();
        (stand.diary.take(), stand.status().warnings)
    };
    let disk = "the last-known-good could not be written: no space left";
    let (said, shown) = told(Outcome::Unchanged, &[disk]);
    assert_eq!((said, shown), (vec![format!("warned: {disk}")], vec![disk.to_owned()]));
    assert_eq!(told(Outcome::Unchanged, &[disk]), (Vec::new(), vec![disk.to_owned()]));
    assert_eq!(told(unreachable("gone"), &[]).1, [disk]);
    assert_eq!(told(Outcome::Unchanged, &[disk]).0, ["recovered after 1 looks: gone"]);
    assert!(told(Outcome::Unchanged, &[]).1.is_empty());
    assert_eq!(told(Outcome::Unchanged, &[disk]).0, [format!("warned: {disk}")]);
}

#[test]
fn a_source_that_panics_is_told_of_and_goes_on() {
    let (source, steps) = scripted("parcel");
    let mut stand = begun(source, &steps);
    for _ in 0..3 {
        steps.send(Box::new(|_| panic!("index out of bounds"))).unwrap();
        assert_eq!(stand.look(), Found::Panicked);
    }
    let said = "panicked: the source itself failed: index out of bounds; what ran goes on, report this";
    assert_eq!(stand.diary.take(), [said]);
    assert_eq!((total(&stand.common.book), stand.status().failures), ("10.00 USD".to_owned(), 3));
    steps.send(publishes("2", "12")).unwrap();
    assert_eq!((stand.look(), total(&stand.common.book)), (Found::Swapped, "12.00 USD".to_owned()));
}

#[test]
fn a_watcher_that_panics_changes_nothing() {
    struct Panics;
    impl KeeperWatcher for Panics {
        fn swapped(&self, _: &SourceStatus, _: &Published) {
            panic!("a bell that is broken");
        }
    }
    let (source, steps) = scripted("parcel");
    let mut stand = Stand::new(source, EVERY);
    stand.common.watchers.insert(0, Arc::new(Panics));
    steps.send(publishes("1", "10")).unwrap();
    assert_eq!((stand.look(), stand.diary.take()), (Found::Swapped, vec!["swapped: 1".to_owned()]));
}

#[test]
fn the_page_says_what_runs_how_old_it_is_and_what_is_wrong() {
    let (source, steps) = scripted("parcel on production");
    let source =
        Scripted { running: Running { expires: Some(moment("2026-04-06T12:00:30Z")), ..Running::default() }, ..source };
    let mut stand = Stand::new(source, EVERY);
    steps.send(gives(refused("main.rules:3:1: RW0201: there is no `weight`"))).unwrap();
    stand.look();
    stand.clock.pass(Duration::from_secs(40));
    let page = serde_json::to_value(stand.status()).unwrap();
    assert_eq!(page["source"], "parcel on production");
    assert_eq!(page["staleness_seconds"], 40);
    assert_eq!(page["expired"], true);
    assert_eq!(page["last_contact"], "2026-04-06T12:00:00Z");
    assert_eq!(page["last_confirmed"], serde_json::Value::Null);
    assert_eq!(page["problem"]["kind"], "refused");
    assert_eq!(page["problem"]["why"], "main.rules:3:1: RW0201: there is no `weight`");
    assert_eq!(page["running"]["origin"], "nothing");
    assert_eq!(page["next_look"], "2026-04-06T12:00:40Z", "it is due");
}
