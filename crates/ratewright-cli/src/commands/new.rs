//! `ratewright new`: a rule set to start from, with its test.

use crate::outcome::{Failure, Outcome, Result};
use clap::{Args, ValueEnum};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Start a rule set from a template
#[derive(Debug, Args)]
pub struct New {
    /// The name of the rule set, or the path of its file; `parcels` writes parcels.rules
    pub name: PathBuf,
    /// What to start from
    #[arg(long, value_enum, default_value_t = Template::Parcel)]
    pub template: Template,
}

/// The templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Template {
    /// A parcel tariff: zones, base rates, weight in tiers, fuel.
    Parcel,
    /// A subscription: plans, usage in tiers, tax by country.
    Subscription,
}

impl Template {
    fn text(self) -> &'static str {
        match self {
            Template::Parcel => include_str!("../templates/parcel.rules"),
            Template::Subscription => include_str!("../templates/subscription.rules"),
        }
    }
}

/// Writes the file, never over another one.
pub fn run(arguments: &New) -> Result {
    let mut path = arguments.name.clone();
    if path.extension().is_none_or(|extension| extension != "rules") {
        let mut name = path.into_os_string();
        name.push(".rules");
        path = name.into();
    }
    let name = rule_set_name(&path)?;
    let text = arguments.template.text().replacen("NAME", &name, 1);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder).map_err(|error| Failure::file("create", folder, &error))?;
    }
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(Failure::usage(format!("`{}` exists already and was left as it is", path.display())));
        }
        Err(error) => return Err(Failure::file("write", &path, &error)),
    };
    file.write_all(text.as_bytes()).map_err(|error| Failure::file("write", &path, &error))?;
    let path = path.display();
    let mut err = anstream::stderr();
    writeln!(err, "wrote {path}")?;
    writeln!(err, "next: ratewright test {path}")?;
    Ok(Outcome::Fine)
}

/// The name that a rule set in this file gets: the file's own, with `_` for what a name cannot hold.
fn rule_set_name(path: &Path) -> Result<String> {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let name: String = stem.chars().map(|c| if c.is_alphanumeric() || c == '.' { c } else { '_' }).collect();
    if name.split('.').all(|part| part.starts_with(|c: char| c.is_alphabetic() || c == '_')) {
        Ok(name)
    } else {
        Err(Failure::usage(format!("`{stem}` cannot name a rule set: a name starts with a letter")))
    }
}
