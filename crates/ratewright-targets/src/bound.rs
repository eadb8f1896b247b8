//! How long reading and checking a text may take, for each of its bytes.
//!
//! A quadratic reader is a fast one until somebody sends it a megabyte. The bound is generous, for a debug build with counters for a fuzzer
//! on a machine that others use, and counts the time that the thread is on a processor, where the system says so (Linux): what is
//! beyond it is no slow machine but a wrong exponent.

use std::time::Instant;

/// What any call may take, in seconds.
const ONCE: f64 = 2.0;
/// What each byte may take beside that, in seconds: 10,000 bytes in 6 seconds.
const EACH_BYTE: f64 = 400e-6;

/// Does the work on so many bytes, and returns what it gives.
///
/// # Panics
/// It took longer than the bound.
pub fn within<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    let (clock, before) = (Instant::now(), on_processor());
    let done = work();
    let took = before.zip(on_processor()).map_or(clock.elapsed().as_secs_f64(), |(before, after)| after - before);
    let bound = ONCE + EACH_BYTE * bytes as f64;
    assert!(took <= bound, "{bytes} bytes took {took:.2} seconds, more than {bound:.2}");
    done
}

/// The seconds that this thread has been on a processor; none where the system does not say so.
pub fn on_processor() -> Option<f64> {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(spent.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}
