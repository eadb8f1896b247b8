//! `ratewright-oracle one RULES INPUT.json …`: prices inputs with the engine and with the oracle, and says what differs.

use ratewright::{Compiler, Directory};
use ratewright_oracle::{Oracle, Outcome, differences};
use std::io::Write;
use std::path::Path;

/// Writes a line; a reader that is gone is no problem.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prices inputs that stand in files, or are JSON themselves; whether nothing differs.
pub fn one(rules: &str, inputs: &[&str]) -> Result<bool, String> {
    let path = Path::new(rules);
    let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
    let name = path.file_name().map(|name| name.to_string_lossy().to_string()).unwrap_or_default();
    let engine =
        Compiler::new().loader(Directory::new(&folder)).compile(&name).map_err(|rejected| rejected.to_string())?;
    let oracle = Oracle::load(&name, &|path| std::fs::read_to_string(folder.join(path)).ok())?;
    let mut same = true;
    for input in inputs {
        let json = std::fs::read_to_string(input).unwrap_or_else(|_| (*input).to_string());
        let told = oracle.price_json(&json);
        let quote = engine.quote_json(&json);
        if let Err(error) = &quote {
            say(&error.to_string());
        }
        let found = Outcome::of_engine(&quote);
        say(&format!("engine: {found}\noracle: {}", told.outcome));
        let differing = differences(&found, &told.outcome);
        if differing.is_empty() || told.equally.contains(&found) {
            say("the same");
            continue;
        }
        same = false;
        differing.iter().for_each(|difference| say(&format!("differs: {difference}")));
    }
    Ok(same)
}
