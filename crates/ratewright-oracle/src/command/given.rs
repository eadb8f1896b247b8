//! What the command was given: options, each with its value. One that is not known or cannot be read is refused, so that no run is
//! another than its command line says.

use ratewright_oracle::properties::Plan;
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::time::Duration;

/// The options of a run.
pub struct Given {
    pub plan: Plan,
    pub property: Option<String>,
    pub number: u64,
}

/// Reads the words after the command's first one, which takes the options that `known` names.
pub fn read(words: &[String], known: &[&str]) -> Result<Given, String> {
    let plan = Plan { programs: 1_000, inputs: 50, seed: 1, threads: 2, within: None, trials: 4_000, wanted: 1 };
    let mut given = Given { plan, property: None, number: 0 };
    let mut words = words.iter();
    while let Some(name) = words.next() {
        if !known.contains(&name.as_str()) {
            return Err(format!("there is no option `{name}` here"));
        }
        let value = words.next().ok_or_else(|| format!("`{name}` has no value"))?;
        let plan = &mut given.plan;
        match name.as_str() {
            "--programs" => plan.programs = number(name, value)?,
            "--inputs" => plan.inputs = number(name, value)?,
            "--seed" => plan.seed = number(name, value)?,
            "--threads" => plan.threads = number::<NonZeroUsize>(name, value)?.get(),
            "--trials" => plan.trials = number(name, value)?,
            "--wanted" => plan.wanted = number(name, value)?,
            "--minutes" => plan.within = Some(minutes(name, value)?),
            "--number" => given.number = number(name, value)?,
            _ => given.property = Some(value.clone()),
        }
    }
    Ok(given)
}

fn number<T: FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("`{name} {value}` is not a whole number that can be used"))
}

fn minutes(name: &str, value: &str) -> Result<Duration, String> {
    let read = value.parse::<f64>().ok().and_then(|minutes| Duration::try_from_secs_f64(minutes * 60.0).ok());
    read.ok_or_else(|| format!("`{name} {value}` is not a number of minutes"))
}
