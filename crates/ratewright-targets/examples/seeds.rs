//! Writes those seeds of the fuzzer that only the engine can make: a bundle, pointers, evidence, findings and a log of stages.
//!
//!     cargo run -p ratewright-targets --example seeds

use ratewright::RuleSet;
use ratewright::live::Edition;
use ratewright::migrate::log::{Change, Record};
use ratewright::migrate::{
    Answer, Case, CauseFinder, ComparisonMemory, Counting, Evidence, Measure, Path, Prices, Stratum, Tracing,
};
use ratewright::value::Instant;
use ratewright::{Context, Quote};
use ratewright_migration::findings::{Findings, PricedBy};
use ratewright_sources::channel::Named;
use ratewright_sources::{Bundle, Pointer, SignedPointer};
use std::error::Error;
use std::fs;

const RULES: &str = r#"ruleset parcel "Parcels" version "2026.1" { currency USD }
input { weight : mass in lb }
charge BASE = 2.50 USD per lb * weight
charge HEAVY = 31 USD when weight > 50 lb
"#;

fn seed(target: &str, name: &str, bytes: impl AsRef<[u8]>) -> Result<(), Box<dyn Error>> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target);
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join(name), bytes)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let rules = RuleSet::compile(RULES)?;
    let bundle = Bundle::build(&rules)?;
    seed("bundle", "parcel", bundle.as_bytes())?;

    let pointer = Pointer::new("production", "parcel", 7, vec![Named::of(&bundle)], "2026-04-02T06:00:00Z".parse()?);
    let signed = SignedPointer { pointer: SignedPointer::text_of(&pointer)?, signature: None };
    seed("pointer", "parcel", signed.to_bytes()?)?;

    let edition = Edition::new(rules.clone());
    let tracing = Tracing::new(&edition);
    let mut evidence = Evidence::new(&tracing, Counting::default());
    seed("evidence", "none", evidence.to_json())?;
    let measure = Measure::exact();
    let mut finder = CauseFinder::new(&edition, measure.clone());
    let priced = PricedBy {
        name: edition.name().to_owned(),
        version: rules.version().map(str::to_owned),
        edition: edition.digest(),
    };
    seed("findings", "none", Findings::of(priced, Stratum::Traffic, &measure).to_json())?;

    let (mut context, mut quote, mut path) = (Context::default(), Quote::default(), Path::default());
    for weight in ["3", "50", "51"] {
        let input = format!(r#"{{"weight": {weight}}}"#);
        let answer = tracing.quote_json_into(&mut context, &input, &mut quote, &mut path).map(|()| quote.clone());
        let legacy: Answer = Prices::new().line("BASE", "125.00 USD".parse()?).into();
        let comparison = measure.compare(&mut ComparisonMemory::default(), &legacy, &answer);
        let _ = finder.find(&input, &legacy);
        let quote = answer.as_ref().ok();
        evidence.record(&tracing, Case { stratum: Stratum::Traffic, path: &path, quote, comparison: &comparison });
    }
    seed("evidence", "three_cases", evidence.to_json())?;

    let written = r#"{ "format": 1, "migration": "parcel", "stage": "shadow", "who": "Ada", "why": "the first week" }"#;
    let change = Change::parse(written)?;
    let at = Instant::parse("2026-04-02T06:00:00Z").ok_or("an instant")?;
    let first = Record::after(None, change.clone(), at, Some(edition.digest()));
    let second = Record::after(Some(&first), change, at, None);
    seed("stage_log", "two_changes", first.line() + &second.line())?;
    seed("stages", "shadow", written)
}
