//! What is tried with any bytes at all.
//!
//! A target takes bytes that nobody chose and does with them what a service, an author or an operator would do. It holds where nothing
//! panics and what it claims of the result is true; where a claim fails, it panics with what was claimed, for the fuzzer to see.
//! `fuzz/` runs the targets with libFuzzer; the tests of this crate replay the corpora that it found.
//!
//! Bytes → nothing, or a panic. A target is pure but for a clock that [`bound`] reads, and keeps nothing from one call to the next.
#![allow(clippy::panic, reason = "a panic is how a target tells that its claim does not hold")]

pub mod arithmetic;
pub mod arriving;
pub mod bound;
pub mod dates;
pub mod inputs;
pub mod language;
pub mod migrating;
pub mod tables;

/// A target: its name, which is that of its file in `fuzz/fuzz_targets` and of its corpus, and what it does with bytes.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub run: fn(&[u8]),
}

/// All targets, in the order in which the reliability page lists them.
pub const TARGETS: &[Target] = &[
    Target { name: "parse", run: language::parse },
    Target { name: "format", run: language::format },
    Target { name: "check", run: language::check },
    Target { name: "quote", run: language::quote },
    Target { name: "difference", run: language::difference },
    Target { name: "json_input", run: inputs::json },
    Target { name: "field_input", run: inputs::fields },
    Target { name: "csv_table", run: tables::csv },
    Target { name: "workbook", run: tables::workbook },
    Target { name: "dmn", run: tables::dmn },
    Target { name: "bundle", run: arriving::bundle },
    Target { name: "pointer", run: arriving::pointer },
    Target { name: "recorded", run: migrating::recorded },
    Target { name: "evidence", run: migrating::evidence },
    Target { name: "findings", run: migrating::findings },
    Target { name: "stages", run: migrating::stages },
    Target { name: "stage_log", run: migrating::log },
    Target { name: "arithmetic", run: arithmetic::operations },
    Target { name: "dates", run: dates::civil },
    Target { name: "zones", run: dates::zoned },
];

/// Cuts bytes in two at the first line that is `---` and nothing else: rules and an input, or two rule sets. Without one, the second is empty.
fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    const MARK: &[u8] = b"\n---\n";
    match bytes.windows(MARK.len()).position(|window| window == MARK) {
        Some(at) => {
            let (first, rest) = bytes.split_at(at);
            (first, rest.get(MARK.len()..).unwrap_or_default())
        }
        None => (bytes, &[]),
    }
}
