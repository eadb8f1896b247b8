//! When a source is looked at: spans worked out by hand from the interval, and many programs beside each other.

use super::super::schedule::{LONGEST, LONGEST_ASKED, SOON, Schedule, Time};
use super::*;

const EVERY: Duration = Duration::from_secs(15);
/// The largest random number: the end of a span.
const LAST: u64 = u64::MAX;

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn at(elapsed: Duration) -> Time {
    Time { now: moment(NOON) + elapsed, elapsed }
}

fn unchanged() -> Look {
    Outcome::Unchanged.into()
}

/// A schedule after its first look, which ended at 0.
fn after_a_look(look: &Look) -> Schedule {
    let mut schedule = Schedule::new(EVERY);
    schedule.looked(Some(look), Duration::ZERO, Duration::ZERO, LAST);
    schedule
}

#[test]
fn the_first_look_is_at_once_and_regular_ones_are_spread_over_twice_the_interval() {
    assert_eq!(Schedule::new(EVERY).wait(at(Duration::ZERO), false), Duration::ZERO);
    let mut random = Random::from(1);
    let (mut sum, mut least, mut most) = (Duration::ZERO, seconds(99), Duration::ZERO);
    for _ in 0..20_000 {
        let mut schedule = Schedule::new(EVERY);
        schedule.looked(Some(&unchanged()), Duration::ZERO, seconds(3), random.next());
        let wait = schedule.wait(at(seconds(3)), false);
        (sum, least, most) = (sum + wait, least.min(wait), most.max(wait));
    }
    // Evenly in (0, 30]: the mean of 20,000 is 15 ± 0.06 (one standard deviation).
    assert!((14.7..15.3).contains(&(sum.as_secs_f64() / 20_000.0)), "{sum:?}");
    assert!(least > Duration::ZERO && least < seconds(1) && most > seconds(29) && most <= seconds(30));
    let mut schedule = Schedule::new(EVERY);
    schedule.looked(Some(&unchanged()), Duration::ZERO, Duration::ZERO, 0);
    assert_eq!(schedule.wait(at(Duration::ZERO), false), Duration::from_nanos(1), "never at once");
}

#[test]
fn while_nothing_answers_the_span_doubles_up_to_five_minutes_and_begins_anew_after() {
    let gone = unreachable("gone").into();
    let (mut schedule, mut now) = (Schedule::new(EVERY), Duration::ZERO);
    for span in [60, 120, 240, 300, 300, 300] {
        schedule.looked(Some(&gone), now, now, LAST);
        let wait = schedule.wait(at(now), false);
        assert!(wait > seconds(span - 1) && wait <= seconds(span), "{wait:?} within {span} s");
        now += wait;
    }
    assert_eq!(schedule.failures(), 6);
    schedule.looked(Some(&unchanged()), now, now, LAST);
    assert_eq!((schedule.failures(), schedule.wait(at(now), false)), (0, seconds(30)));

    let mut panicked = Schedule::new(EVERY);
    panicked.looked(None, Duration::ZERO, Duration::ZERO, LAST);
    assert_eq!(panicked.wait(at(Duration::ZERO), false), seconds(60), "a source that fails itself is left alone, too");
    let mut rare = Schedule::new(seconds(600));
    rare.looked(Some(&gone), Duration::ZERO, Duration::ZERO, LAST);
    assert_eq!(rare.wait(at(Duration::ZERO), false), seconds(1200), "never more often than when it answers");
    assert_eq!(LONGEST, seconds(300));
}

#[test]
fn a_source_that_asks_to_be_left_alone_is_for_an_hour_at_most() {
    let asks = |wait: u64| Outcome::Unreachable { why: "busy".into(), wait: Some(seconds(wait)) }.into();
    let schedule = after_a_look(&asks(120));
    // 120 seconds, and then the span of a first failure, so that not all come back at once.
    assert_eq!(schedule.wait(at(Duration::ZERO), false), seconds(180));
    assert_eq!(schedule.wait(at(Duration::ZERO), true), seconds(120), "nor does a hint disturb it");
    assert_eq!(schedule.wait(at(seconds(119)), true), seconds(1));
    let schedule = after_a_look(&asks(u64::MAX));
    assert_eq!(schedule.wait(at(Duration::ZERO), true), LONGEST_ASKED);
}

#[test]
fn what_is_being_written_is_looked_at_soon_and_less_often_where_it_never_ends() {
    let unsettled = Outcome::Unsettled.into();
    let (mut schedule, mut now) = (Schedule::new(EVERY), Duration::ZERO);
    let mut waits = Vec::new();
    for _ in 0..40 {
        schedule.looked(Some(&unsettled), now, now, 3);
        waits.push(schedule.wait(at(now), false));
        now += *waits.last().unwrap();
    }
    assert!(waits[..25].iter().all(|wait| *wait == SOON) && SOON == Duration::from_millis(200));
    assert_eq!((waits[25], waits[26], waits[39]), (SOON * 2, SOON * 4, EVERY));
}

#[test]
fn hints_come_through_after_a_rest_that_grows_while_they_find_nothing() {
    let mut schedule = after_a_look(&unchanged());
    assert_eq!(schedule.wait(at(seconds(1)), false), seconds(29));
    assert_eq!(schedule.wait(at(seconds(1)), true), Duration::ZERO);
    assert_eq!(schedule.wait(at(Duration::ZERO), true), SOON, "not right after a look");
    let (mut now, mut rests) = (Duration::ZERO, Vec::new());
    for _ in 0..8 {
        let rest = schedule.wait(at(now), true);
        rests.push(rest.as_millis());
        now += rest;
        schedule.looked(Some(&unchanged()), now, now, LAST);
    }
    assert_eq!(rests, [200, 400, 800, 1600, 3200, 3750, 3750, 3750], "a quarter of the interval at most");
    now += schedule.wait(at(now), false);
    schedule.looked(Some(&unchanged()), now, now, LAST);
    assert_eq!(schedule.wait(at(now), true), SOON, "a regular look begins anew");
}

#[test]
fn an_announced_moment_is_met_whatever_the_clock_does_meanwhile() {
    let noon = moment(NOON);
    let look = || Look { again_at: Some(noon + seconds(20)), ..unchanged() };
    let schedule = after_a_look(&look());
    let wait = |now: Moment, elapsed: u64| schedule.wait(Time { now, elapsed: seconds(elapsed) }, false);
    assert_eq!(wait(noon, 0), seconds(1), "the time of day is asked each second");
    assert_eq!(wait(noon + seconds(19), 19), seconds(1));
    assert_eq!(wait(noon + seconds(20), 20), Duration::ZERO);
    assert_eq!(wait(noon + seconds(600), 5), Duration::ZERO, "the clock was put forward");
    // It was put back by ten minutes: the moment is far, and the regular look comes when it would.
    let back = moment("2026-04-06T11:50:10Z");
    assert_eq!((wait(back, 10), wait(back, 30)), (seconds(1), Duration::ZERO));
    // It has passed, and the source asks for it again and again.
    let mut schedule = Schedule::new(EVERY);
    let (mut now, mut rests) = (seconds(60), Vec::new());
    for _ in 0..4 {
        schedule.looked(Some(&look()), now, now, LAST);
        rests.push(schedule.wait(at(now), false).as_millis());
        now += *rests.last().map(|rest| Duration::from_millis(*rest as u64)).as_ref().unwrap();
    }
    assert_eq!(rests, [200, 400, 800, 1600]);
}

/// A thousand programs, each looking at one store, second by second. What is counted are the looks that reach the store in a second.
#[test]
fn a_thousand_programs_do_not_storm_a_store_that_comes_back() {
    const PROGRAMS: usize = 1000;
    let (gone_from, back_at, end) = (600_u64, 600 + 3600, 600 + 3600 + 900);
    let mut random = Random::from(11);
    let mut looks = vec![0_u32; end as usize];
    let mut found_again = Vec::new();
    for _ in 0..PROGRAMS {
        let (mut schedule, mut now, mut seen) = (Schedule::new(EVERY), Duration::ZERO, false);
        while now < seconds(end) {
            looks[now.as_secs() as usize] += 1;
            let is_gone = (gone_from..back_at).contains(&now.as_secs());
            let look = if is_gone { unreachable("gone").into() } else { unchanged() };
            if now >= seconds(back_at) && !seen {
                seen = true;
                found_again.push((now - seconds(back_at)).as_secs());
            }
            schedule.looked(Some(&look), now, now, random.next());
            now += schedule.wait(at(now), false);
        }
    }
    // A thousand in fifteen seconds are 67 a second; draws of 67 with their chance reach 100 now and then.
    let most = |from: u64, to: u64| looks[from as usize..to as usize].iter().copied().max().unwrap();
    assert!(most(60, gone_from) < 120, "steady: {}", most(60, gone_from));
    assert!(most(back_at, end) <= 200, "three times the steady rate is 200: {}", most(back_at, end));
    let hour: u32 = looks[(gone_from + 600) as usize..back_at as usize].iter().sum();
    assert!(hour < 1000 * 3000 / 100, "a store that is gone is asked less: {hour}");
    found_again.sort_unstable();
    assert_eq!(found_again.len(), PROGRAMS);
    assert!(found_again[PROGRAMS * 99 / 100] <= 300, "and found again within five minutes");
}
