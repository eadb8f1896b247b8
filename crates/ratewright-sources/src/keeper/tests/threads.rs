//! The keeper with its threads. Nothing here waits for time to pass: what is waited for are looks that are asked for.

use super::*;

const NEVER: Duration = Duration::from_secs(1_000_000);

/// Waits until something is so; the machine may be slow.
fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what} has not come");
        std::thread::yield_now();
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn keeper() -> Keeper {
    Keeper::new(Arc::new(Book::default())).every(NEVER)
}

/// A look that lasts until it is let go.
fn blocks() -> (Step, Receiver<()>, Sender<()>) {
    let ((begun, has_begun), (let_go, gone)) = (channel(), channel::<()>());
    let step: Step = Box::new(move |_| {
        begun.send(()).unwrap();
        let _ = gone.recv();
        Outcome::Unchanged.into()
    });
    (step, has_begun, let_go)
}

#[test]
fn a_source_without_rules_fails_the_start_and_is_named() {
    let ((one, one_steps), (other, other_steps)) = (scripted("parcel on production"), scripted("ocean"));
    one_steps.send(publishes("1", "10")).unwrap();
    other_steps.send(gives(unreachable("no route to host"))).unwrap();
    let error = keeper().source(one).source(other).start().unwrap_err();
    assert_eq!(error.to_string(), "there is nothing to price by from ocean: no route to host");
}

#[test]
fn refusing_to_price_goes_on_until_the_source_answers() {
    let (source, steps) = scripted("parcel");
    steps.send(gives(unreachable("no route to host"))).unwrap();
    let keeping = keeper().source(source).without_rules(WithoutRules::RefuseToPrice).start().unwrap();
    assert_eq!(total(keeping.book()), "there is no rule set `parcel`: none has been published yet");
    assert!(!keeping.status()[0].is_priced_by());
    steps.send(publishes("1", "10")).unwrap();
    keeping.look_now();
    until("the first edition", || total(keeping.book()) == "10.00 USD");
    until("the page", || keeping.status()[0].is_priced_by());
    keeping.stop();
}

#[test]
fn what_was_kept_is_priced_by_while_the_first_look_hangs() {
    let (source, steps) = scripted("parcel");
    let (step, has_begun, let_go) = blocks();
    steps.send(step).unwrap();
    let keeping = keeper().source(source.starting_with(publishes("1", "10"))).start().unwrap();
    assert_eq!(total(keeping.book()), "10.00 USD");
    has_begun.recv().unwrap();
    assert!(keeping.status()[0].looking);
    assert_eq!(keeping.status()[0].running.origin, Origin::Kept);
    drop(let_go);
    keeping.stop();
}

#[test]
fn a_slow_source_blocks_no_other_nor_the_page_nor_the_end() {
    let ((slow, slow_steps), (quick, quick_steps)) = (scripted("slow"), scripted("quick"));
    quick_steps.send(publishes("1", "10")).unwrap();
    let keeping = keeper().source(slow.starting_with(publishes("0", "9"))).source(quick).start().unwrap();
    let (step, has_begun, let_go) = blocks();
    slow_steps.send(step).unwrap();
    keeping.look_now();
    has_begun.recv().unwrap();
    quick_steps.send(publishes("2", "12")).unwrap();
    keeping.look_now();
    until("the edition of the quick one", || total(keeping.book()) == "12.00 USD");
    until("the page", || keeping.status()[1].running.editions[0].version.as_deref() == Some("2"));
    assert!(keeping.status()[0].looking);
    // The end is not held up by the look that hangs: it is let go only after.
    drop(keeping);
    drop(let_go);
}

#[test]
fn hints_that_come_together_make_one_look() {
    let (source, steps) = scripted("parcel");
    steps.send(publishes("1", "10")).unwrap();
    let keeping = keeper().source(source).start().unwrap();
    assert_eq!(keeping.status()[0].looks, 1);
    let (step, has_begun, let_go) = blocks();
    steps.send(step).unwrap();
    keeping.look_now();
    has_begun.recv().unwrap();
    (0..1000).for_each(|_| keeping.look_now());
    drop(let_go);
    until("the looks", || keeping.status()[0].looks == 3);
    assert!(!keeping.status()[0].looking);
    keeping.stop();
}

#[test]
fn a_floor_of_the_epoch_is_met_or_looked_for() {
    let (source, steps) = scripted("parcel");
    steps.send(publishes("1", "10")).unwrap();
    let keeping = keeper().source(source).start().unwrap();
    // The epoch of these sources is the generation of the book: 1 after the first publication.
    assert!(keeping.at_least("parcel", 1));
    assert!(!keeping.at_least("ocean", 1), "no source is for it");
    steps.send(publishes("2", "12")).unwrap();
    assert!(!keeping.at_least("parcel", 2), "the caller is told to come back");
    until("the epoch", || keeping.at_least("parcel", 2));
    assert_eq!(total(keeping.book()), "12.00 USD");
    keeping.stop();
}

#[test]
fn stopping_waits_for_the_threads() {
    struct Counted(Scripted, #[allow(dead_code)] Arc<()>);
    impl Source for Counted {
        fn name(&self) -> String {
            self.0.name()
        }
        fn start(&mut self, book: &Book, now: Moment) -> Look {
            self.0.start(book, now)
        }
        fn look(&mut self, book: &Book, now: Moment) -> Look {
            self.0.look(book, now)
        }
        fn running(&self) -> Running {
            self.0.running()
        }
    }
    let ((source, steps), alive) = (scripted("parcel"), Arc::new(()));
    steps.send(publishes("1", "10")).unwrap();
    let keeping = keeper().source(Counted(source, alive.clone())).start().unwrap();
    assert_eq!(Arc::strong_count(&alive), 2);
    keeping.stop();
    assert_eq!(Arc::strong_count(&alive), 1, "the source is gone with its thread");
}
