#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ratewright_targets::migrating::log(bytes));
