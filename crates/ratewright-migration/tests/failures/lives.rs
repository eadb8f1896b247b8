//! A test of this binary as a process of its own, which is killed by SIGKILL.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs a test with a path in a variable of its environment until it says `opened`, and for some time after; says what it said after that.
pub fn ended((test, variable, path): (&str, &str, &Path), after: Duration) -> Vec<String> {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(variable, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap()).lines();
    // It is killed some time after it has begun, which may take long on a machine with much to do.
    assert!(said.by_ref().map_while(Result::ok).any(|line| line == "opened"));
    let start = Instant::now();
    while start.elapsed() < after {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    said.map_while(Result::ok).collect()
}

/// The number that is drawn after another.
pub fn drawn(mut seed: u64) -> u64 {
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^ (seed << 17)
}
