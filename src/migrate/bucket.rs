//! Which customers belong to a percentage: key → bucket → in or out.
//!
//! A key falls into one of a million buckets, by its SHA-256 and integer arithmetic alone, and stays there for ever: a share of 5 % has
//! all keys of a share of 1 %, and more. Who belongs to what can be computed anywhere, [`bucket`] says how. The way never changes; another
//! way would have another name than [`ALGORITHM`]. Vectors for other implementations: `tests/migrate/buckets.csv`.

use crate::digest::Digest;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// The name of the way from a key to its bucket.
pub const ALGORITHM: &str = "sha256-ppm-1";

/// How many buckets there are: a share counts in millionths.
pub const BUCKETS: u32 = 1_000_000;

/// The bucket of a key: the first eight bytes of SHA-256(salt, a zero byte, key) as a number, highest byte first, times a million, divided
/// by 2 to the 64th and rounded down.
///
/// Migrations with different salts divide keys independently of each other. A salt holds no zero byte; what follows one is not
/// part of it. Costs a hash: some 200 ns.
///
/// ```
/// use ratewright::migrate::bucket::bucket;
///
/// assert_eq!(bucket("parcel-2026", "customer 17"), bucket("parcel-2026", "customer 17"));
/// assert_ne!(bucket("parcel-2026", "customer 17"), bucket("freight-2026", "customer 17"));
/// ```
pub fn bucket(salt: &str, key: &str) -> u32 {
    let salt = salt.split('\0').next().unwrap_or_default();
    let digest = Digest::of_parts(&[salt.as_bytes(), &[0], key.as_bytes()]);
    let high = digest.as_bytes().iter().take(8).fold(0_u128, |high, byte| (high << 8) | u128::from(*byte));
    u32::try_from((high * u128::from(BUCKETS)) >> 64).unwrap_or(BUCKETS - 1)
}

/// A part of all keys, in millionths.
///
/// ```
/// use ratewright::migrate::bucket::{Share, bucket};
///
/// let share: Share = "12.5%".parse()?;
/// assert_eq!(share.millionths(), 125_000);
/// assert!(Share::ALL.includes(bucket("", "any")) && !Share::NONE.includes(bucket("", "any")));
/// # Ok::<(), ratewright::migrate::bucket::NotAShare>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Share(u32);

/// A text that is no share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no share: write a percentage from 0% through 100%, with up to four digits after the point, such as 12.5%"
)]
pub struct NotAShare {
    text: String,
}

impl Share {
    /// Nobody.
    pub const NONE: Share = Share(0);

    /// Everybody.
    pub const ALL: Share = Share(BUCKETS);

    /// So many millionths; all, where there are more.
    pub fn of_millionths(millionths: u32) -> Share {
        Share(millionths.min(BUCKETS))
    }

    /// In millionths.
    pub fn millionths(self) -> u32 {
        self.0
    }

    /// Whether the keys of a bucket belong to it.
    pub fn includes(self, bucket: u32) -> bool {
        bucket < self.0
    }
}

impl FromStr for Share {
    type Err = NotAShare;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let number = text.trim().strip_suffix('%')?.trim_end();
            let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            if !digits(whole) || !digits(fraction) || fraction.len() > 4 || whole.len() > 3 {
                return None;
            }
            let (whole, fraction): (u32, u32) = (whole.parse().ok()?, format!("{fraction:0<4}").parse().ok()?);
            Some(whole * 10_000 + fraction).filter(|millionths| *millionths <= BUCKETS).map(Share)
        };
        read().ok_or_else(|| NotAShare { text: text.to_owned() })
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, fraction) = (self.0 / 10_000, self.0 % 10_000);
        let fraction = format!(".{fraction:04}");
        write!(f, "{whole}{}%", fraction.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl Serialize for Share {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
