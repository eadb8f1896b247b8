//! Reading what a server sends: bytes as they come → all of them, or why no more are taken.
//!
//! Never more than the caller's limit is kept, whatever the server says of the length; and a server that sends next to nothing is given up
//! long before the deadline.

use super::Patience;
use crate::clock::Clock;
use std::io::{self, Read};
use std::time::Duration;

/// How much is read at once.
const PIECE: usize = 64 * 1024;

/// Why no more is read.
#[derive(Debug)]
pub(super) enum Stopped {
    /// There is more than may be.
    TooLarge,
    /// It comes too slowly: so many bytes in the time that is given for a bit of progress.
    TooSlow {
        /// The bytes that came in that time.
        bytes: u64,
    },
    /// The time for the whole is over.
    Late,
    /// The connection broke, ended early, or what came is no gzip.
    Broken(io::Error),
}

/// Reads to the end. `began` is when the call began, by the clock.
pub(super) fn read_whole(
    mut body: impl Read,
    most: u64,
    patience: &Patience,
    began: Duration,
    clock: &impl Clock,
) -> Result<Vec<u8>, Stopped> {
    let mut whole = Vec::new();
    let mut piece = vec![0; PIECE];
    let (mut since, mut in_time) = (clock.elapsed(), 0_u64);
    loop {
        let count = match body.read(&mut piece) {
            Ok(0) => return Ok(whole),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
            Err(error) => return Err(Stopped::Broken(error)),
        };
        if (whole.len() as u64).saturating_add(count as u64) > most {
            return Err(Stopped::TooLarge);
        }
        whole.extend_from_slice(piece.get(..count).unwrap_or_default());
        in_time = in_time.saturating_add(count as u64);
        let now = clock.elapsed();
        if now.saturating_sub(began) >= patience.whole {
            return Err(Stopped::Late);
        }
        if now.saturating_sub(since) >= patience.silence {
            if in_time < patience.least {
                return Err(Stopped::TooSlow { bytes: in_time });
            }
            (since, in_time) = (now, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use crate::{ManualClock, Moment};
    use std::cell::Cell;

    /// Gives so many bytes at each read, which takes so long; and tells how many were taken.
    struct Slow<'c> {
        clock: &'c ManualClock,
        bytes: usize,
        each: Duration,
        left: usize,
        taken: &'c Cell<usize>,
    }

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.clock.pass(self.each);
            let count = self.bytes.min(self.left).min(into.len());
            into[..count].fill(7);
            self.left -= count;
            self.taken.set(self.taken.get() + count);
            Ok(count)
        }
    }

    fn read(bytes: usize, each: Duration, left: usize, most: u64) -> (Result<Vec<u8>, Stopped>, usize, Duration) {
        let (clock, taken) = (ManualClock::at(Moment::from_unix(0)), Cell::new(0));
        let patience = Patience { silence: Duration::from_secs(10), least: 100, ..Patience::default() };
        let body = Slow { clock: &clock, bytes, each, left, taken: &taken };
        let read = read_whole(body, most, &patience, Duration::ZERO, &clock);
        (read, taken.get(), clock.elapsed())
    }

    #[test]
    fn what_fits_is_read_whole() {
        assert_eq!(read(1000, Duration::ZERO, 300_000, 300_000).0.unwrap(), vec![7; 300_000]);
        assert_eq!(read(1000, Duration::ZERO, 0, 0).0.unwrap(), vec![0; 0]);
    }

    #[test]
    fn no_more_than_a_piece_is_read_beyond_the_limit() {
        let (read, taken, _) = read(1000, Duration::ZERO, usize::MAX, 5000);
        assert!(matches!(read, Err(Stopped::TooLarge)), "{read:?}");
        assert_eq!(taken, 6000);
    }

    #[test]
    fn a_byte_a_second_is_given_up_after_the_first_silence() {
        let (read, _, passed) = read(1, Duration::from_secs(1), usize::MAX, u64::MAX);
        assert!(matches!(read, Err(Stopped::TooSlow { bytes: 10 })), "{read:?}");
        assert_eq!(passed, Duration::from_secs(10));
    }

    #[test]
    fn slow_but_steady_lasts_until_the_deadline() {
        let (read, _, passed) = read(50, Duration::from_secs(1), usize::MAX, u64::MAX);
        assert!(matches!(read, Err(Stopped::Late)), "{read:?}");
        assert_eq!(passed, Patience::default().whole);
    }
}
