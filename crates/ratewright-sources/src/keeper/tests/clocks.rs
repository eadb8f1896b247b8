//! Failure test 9 of the protocol: clocks that are wrong, jump, and meet the hours and seconds that come twice or not at all. And the
//! store that is gone, with the channel that a service follows.

use super::*;
use crate::channel::{Channel, Named, Pointer, SignedPointer, Trust, bundle_path, epoch_path, pointer_path};
use crate::store::{Memory, WritableStore};
use crate::{Bundle, Moment};

const EVERY: Duration = Duration::from_secs(15);

/// A store with the channel `production`, and who follows it.
struct Followed {
    stand: Stand,
    store: Arc<Memory>,
}

impl Followed {
    fn new() -> Followed {
        let store = Arc::new(Memory::default());
        let channel = Channel::new(store.clone(), "production", "parcel", Trust::Unsigned);
        let mut stand = Stand::new(channel, EVERY);
        stand.post.start(&stand.common);
        Followed { stand, store }
    }

    /// Publishes years of a tariff as an epoch, as `ratewright bundle publish` does.
    fn publish(&self, epoch: u64, years: &[(u32, &str)], not_before: Option<Moment>) {
        let named = years.iter().map(|(year, price)| {
            let text = format!(
                "ruleset parcel \"Parcels\" version \"{year}/{price}\" {{\n  currency USD  priced on day\n  \
                 effective {year}-01-01 through {year}-12-31\n}}\ninput {{ at : instant }}\nlet day = date of at in zone \"America/New_York\"\ncharge BASE = {price} USD\n"
            );
            let bundle = Bundle::build(&RuleSet::compile(&text).unwrap_or_else(|error| panic!("{error}"))).unwrap();
            let named = Named { sha256: bundle.digest(), size: bundle.as_bytes().len() as u64, version: None, untested: false };
            self.store.put(&bundle_path(named.sha256), bundle.as_bytes());
            named
        });
        let mut pointer = Pointer::new("production", "parcel", epoch, named.collect(), moment(NOON));
        pointer.not_before = not_before;
        let file = SignedPointer { pointer: SignedPointer::text_of(&pointer).unwrap(), signature: None };
        let bytes = file.to_bytes().unwrap();
        assert!(self.store.create(&epoch_path("production", "parcel", epoch), &bytes).unwrap());
        self.store.put(&pointer_path("production", "parcel"), &bytes);
    }

    /// What an instant of business costs.
    fn price(&self, instant: &str) -> String {
        let quoted = self.stand.common.book.quote_json("parcel", &format!("{{\"at\": \"{instant}\"}}"));
        quoted.map_or_else(|error| error.to_string(), |quote| quote.totals()[0].to_string())
    }

    /// Lets time pass second by second, with the looks that are due. Says how many there were.
    fn pass(&mut self, seconds: u64) -> u32 {
        let mut looks = 0;
        for _ in 0..seconds {
            if self.stand.wait().is_zero() {
                self.stand.look();
                looks += 1;
            }
            self.stand.clock.pass(Duration::from_secs(1));
        }
        looks
    }
}

/// Instants about the ends of years, of hours that come twice and not at all, and of a second that no clock shows; and what they cost. The
/// days are those of New York, five hours behind UTC in winter: worked out by hand.
const PRICES: [(&str, &str); 7] = [
    (
        "2026-01-01T04:59:59Z",
        "no edition of `parcel` is in force on 2025-12-31: what happens from 2026-01-01 through 2027-12-31 is priced",
    ),
    ("2026-01-01T05:00:00Z", "10.00 USD"),
    ("2026-03-08T06:59:59Z", "10.00 USD"),
    ("2026-03-08T07:00:00Z", "10.00 USD"),
    ("2026-11-01T06:30:00Z", "10.00 USD"),
    ("2027-01-01T04:59:59Z", "10.00 USD"),
    ("2027-01-01T05:00:00Z", "11.00 USD"),
];

#[test]
fn quotes_know_no_clock_and_looks_come_however_it_jumps() {
    let mut followed = Followed::new();
    followed.publish(1, &[(2026, "10"), (2027, "11")], None);
    assert_eq!(followed.stand.look(), Found::Swapped);
    let (generation, running) = (followed.stand.common.book.generation(), followed.stand.status().running);
    let settings = [
        "2026-04-06T12:10:00Z", // put forward by ten minutes
        "2026-04-06T11:50:00Z", // and back by twenty
        "2026-03-08T06:59:55Z", // an hour is left out in New York
        "2026-11-01T05:59:55Z", // an hour comes twice
        "2026-12-31T23:59:55Z", // the year ends in UTC
        "2027-01-01T04:59:55Z", // and in New York
        "2016-12-31T23:59:59Z", // a second more
        "2016-12-31T23:59:59Z", // which is this one again
        "1970-01-01T00:00:00Z", // a battery is empty
        "2099-01-01T00:00:00Z",
    ];
    for setting in settings {
        followed.stand.clock.set(moment(setting));
        let before = followed.stand.clock.elapsed();
        for (instant, price) in PRICES {
            assert_eq!(followed.price(instant), price, "{instant} while the clock shows {setting}");
        }
        // On average sixty looks in a quarter of an hour; draws of them are hardly ever half or twice as many.
        let looks = followed.pass(900);
        assert!((30..=120).contains(&looks), "{looks} looks after the clock showed {setting}");
        assert_eq!(followed.stand.clock.elapsed() - before, Duration::from_secs(900));
        let status = followed.stand.status();
        assert!(status.staleness <= EVERY * 2, "{:?} after the clock showed {setting}", status.staleness);
        assert_eq!((followed.stand.common.book.generation(), status.running), (generation, running.clone()));
    }
    assert_eq!(followed.stand.diary.take(), ["swapped: 2026/10"], "and nobody was told of anything");
    assert_eq!(moment("2016-12-31T23:59:60Z"), moment("2016-12-31T23:59:59Z"), "there is no second 60 to be shown");
}

#[test]
fn what_was_announced_goes_live_when_the_clock_shows_it_and_stays_so_when_it_is_put_back() {
    let mut followed = Followed::new();
    followed.publish(1, &[(2026, "10")], None);
    followed.stand.look();
    followed.publish(2, &[(2026, "12")], Some(moment("2026-04-06T12:30:00Z")));
    followed.pass(60);
    let at_noon = "2026-04-06T12:00:00Z";
    assert_eq!((followed.price(at_noon), followed.stand.status().running.epoch), ("10.00 USD".into(), Some(1)));
    // Put back by ten minutes, and forward by twenty to just before it.
    for setting in ["2026-04-06T11:51:00Z", "2026-04-06T12:29:50Z"] {
        followed.stand.clock.set(moment(setting));
        followed.pass(5);
        assert_eq!(followed.price(at_noon), "10.00 USD", "at {setting}");
    }
    // Also while the store is gone: it has been tested and waits here.
    followed.store.fail(Some("connection refused"));
    followed.pass(10);
    assert_eq!((followed.price(at_noon), followed.stand.status().running.epoch), ("12.00 USD".into(), Some(2)));
    followed.store.fail(None);
    for setting in ["2026-04-06T12:20:00Z", "2026-04-06T11:00:00Z", "1970-01-01T00:00:00Z"] {
        followed.stand.clock.set(moment(setting));
        followed.pass(120);
        assert_eq!((followed.price(at_noon), followed.stand.status().running.epoch), ("12.00 USD".into(), Some(2)));
    }
}

/// Failure test 1 of the protocol once more, with the source that a service uses.
#[test]
fn a_channel_whose_store_is_gone_for_an_hour_prices_on_and_catches_up() {
    let mut followed = Followed::new();
    followed.publish(1, &[(2026, "10")], None);
    followed.stand.look();
    followed.stand.diary.take();
    followed.pass(60);
    followed.store.fail(Some("connection refused"));
    let (mut looks, before) = (0, followed.stand.clock.now());
    for _ in 0..3600 {
        looks += followed.pass(1);
        assert_eq!(followed.price("2026-04-06T12:00:00Z"), "10.00 USD");
    }
    let status = followed.stand.status();
    assert!((10..60).contains(&looks), "regular looks would be 240: {looks}");
    let age = status.staleness.as_secs();
    assert!((3570..=3631).contains(&age), "since the last answer, up to 30 s before the hour: {age}");
    assert!(status.last_contact.is_some_and(|contact| contact <= before));
    let told = followed.stand.diary.take();
    assert!(told.len() == 1 && told[0].contains("connection refused"), "{told:?}");
    followed.store.fail(None);
    followed.publish(2, &[(2026, "12")], None);
    followed.pass(300);
    assert_eq!(followed.price("2026-04-06T12:00:00Z"), "12.00 USD");
    assert_eq!((followed.stand.status().failures, followed.stand.status().trouble()), (0, None));
    let told = followed.stand.diary.take();
    assert!(told.len() == 2 && told[0].starts_with("recovered") && told[1] == "swapped: 2026/12", "{told:?}");
}
