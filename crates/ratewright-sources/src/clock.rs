//! What time it is, and how much has passed: the one place that asks the machine, so that tests can set it by hand.
//!
//! No quote depends on it. It decides when to look again, when an edition that was announced goes live, and how old is what is known.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A second in time, written in UTC: `2026-04-02T06:00:00Z`.
///
/// ```
/// use ratewright_sources::Moment;
/// use std::time::Duration;
///
/// let moment: Moment = "2026-04-02T06:00:00Z".parse()?;
/// assert_eq!((moment + Duration::from_secs(90)).to_string(), "2026-04-02T06:01:30Z");
/// assert_eq!(moment, "2026-04-02T08:00:00+02:00".parse()?);
/// # Ok::<(), ratewright_sources::NotAMoment>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

/// A text that is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no moment: write one with its offset, such as 2026-04-02T06:00:00Z or 2026-04-02T08:00:00+02:00")]
pub struct NotAMoment {
    text: String,
}

impl Moment {
    /// Seconds since the beginning of 1970 in UTC.
    pub fn from_unix(seconds: i64) -> Moment {
        Moment(seconds)
    }

    /// Seconds since the beginning of 1970 in UTC.
    pub fn to_unix(self) -> i64 {
        self.0
    }

    /// The moment of a header of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT`.
    #[cfg(feature = "http")]
    pub(crate) fn from_http(text: &str) -> Option<Moment> {
        jiff::fmt::rfc2822::parse(text).ok().map(|read| Moment(read.timestamp().as_second()))
    }

    /// The time since an earlier moment; none where that is later.
    pub fn since(self, earlier: Moment) -> Duration {
        Duration::from_secs(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

impl std::ops::Add<Duration> for Moment {
    type Output = Moment;

    /// Whole seconds; the last moment that there is instead of one beyond it.
    fn add(self, time: Duration) -> Moment {
        Moment(self.0.saturating_add(i64::try_from(time.as_secs()).unwrap_or(i64::MAX)))
    }
}

impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = text.parse::<Timestamp>();
        read.map(|read| Moment(read.as_second())).map_err(|_| NotAMoment { text: text.to_owned() })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_second(self.0) {
            Ok(timestamp) => write!(f, "{timestamp}"),
            Err(_) => write!(f, "{} s", self.0),
        }
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Moment({self})")
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The time of day. It may be wrong, and jump either way.
    fn now(&self) -> Moment;

    /// How much time has passed since some beginning. It never goes back.
    fn elapsed(&self) -> Duration;
}

/// The clock of the machine.
#[derive(Debug, Clone)]
pub struct SystemClock {
    start: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock { start: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment(Timestamp::now().as_second())
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

/// A clock that stands still until it is moved: for tests.
///
/// ```
/// use ratewright_sources::{Clock, ManualClock};
/// use std::time::Duration;
///
/// let clock = ManualClock::at("2026-04-02T06:00:00Z".parse()?);
/// clock.pass(Duration::from_secs(10));
/// clock.set("2026-04-02T05:50:00Z".parse()?); // somebody put it back by ten minutes
/// assert_eq!(clock.now().to_string(), "2026-04-02T05:50:00Z");
/// assert_eq!(clock.elapsed(), Duration::from_secs(10));
/// # Ok::<(), ratewright_sources::NotAMoment>(())
/// ```
#[derive(Debug)]
pub struct ManualClock {
    shows: Mutex<(Moment, Duration)>,
}

impl ManualClock {
    /// A clock that shows a moment.
    pub fn at(moment: Moment) -> ManualClock {
        ManualClock { shows: Mutex::new((moment, Duration::ZERO)) }
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        let mut shows = self.shows();
        *shows = (shows.0 + time, shows.1.saturating_add(time));
    }

    /// Sets the time of day; no time passes by it.
    pub fn set(&self, moment: Moment) {
        self.shows().0 = moment;
    }

    fn shows(&self) -> MutexGuard<'_, (Moment, Duration)> {
        self.shows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Moment {
        self.shows().0
    }

    fn elapsed(&self) -> Duration {
        self.shows().1
    }
}
