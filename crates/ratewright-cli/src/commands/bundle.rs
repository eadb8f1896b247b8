//! `ratewright bundle`: a rule set with all its texts in one file, signed, checked and published.
//!
//! What a bundle is and when it is refused, the crate ratewright-sources decides; here are files, keys and words.

mod build;
mod channel;
mod history;
mod inspect;
mod publish;
mod rollback;
mod sign;
mod signer;
mod verify;

use crate::bundles::{compile, open};
use crate::files::STDIN;
use crate::outcome::{Failure, Result};
use crate::terminal;
use clap::{Args, Subcommand, ValueEnum};
use ratewright_sources::Bundle;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Put a rule set with all its texts in one file, sign it, check it, publish it
#[derive(Debug, Args)]
pub struct BundleCommand {
    /// What to do.
    #[command(subcommand)]
    pub command: What,
}

/// What is done with bundles.
#[derive(Debug, Subcommand)]
pub enum What {
    /// Make a bundle of a rule set, once its tests pass
    ///
    /// The bundle is a zip file: `manifest.json`, and under `texts/` the rules with their modules, tables and test books. The same texts
    /// give the same bytes on every machine.
    #[command(after_help = "Examples:
  ratewright bundle build rules/freight/household_goods.rules
  ratewright bundle build rules/freight/ocean_lcl.rules --output ocean.bundle.zip
  unzip -l ocean.bundle.zip")]
    Build(build::Build),
    /// Sign a bundle with a key of minisign
    ///
    /// Keys are made with the tool minisign: `minisign -G`. The password of the key is asked for, or taken from the environment variable
    /// RATEWRIGHT_KEY_PASSWORD. The stock tool checks what was signed: `minisign -Vm BUNDLE -p KEY.pub`.
    #[command(after_help = "Examples:
  ratewright bundle sign parcel.bundle.zip --key ~/.minisign/minisign.key
  ratewright bundle sign parcel.bundle.zip --key pricing.key --comment 'approved: change 417'")]
    Sign(sign::Sign),
    /// Check that a bundle is whole, signed by a trusted key, and means what it says
    #[command(after_help = "Examples:
  ratewright bundle verify parcel.bundle.zip --key pricing.pub
  ratewright bundle verify parcel.bundle.zip --trusted trusted.keys --format json
  ratewright bundle verify - --signature parcel.minisig --trusted trusted.keys < parcel.bundle.zip")]
    Verify(verify::Verify),
    /// Show what a bundle holds
    #[command(after_help = "Examples:
  ratewright bundle inspect parcel.bundle.zip
  ratewright bundle inspect parcel.bundle.zip --format json | jq .rules")]
    Inspect(inspect::Inspect),
    /// Let bundles run on a channel
    ///
    /// A channel is an environment such as `production`. For each rule set on it the store holds a small signed pointer that names the bundles
    /// which run; services look at it and take what it names. Before anything is written every bundle is compiled and tested, all
    /// editions must stand together in time, and callers of what runs must not break. An `https://` store is sent what stands in the
    /// environment variable RATEWRIGHT_STORE_AUTHORIZATION as `Authorization`.
    #[command(after_help = "Examples:
  ratewright bundle publish parcel-2026.1.bundle.zip --to /srv/tariffs --channel production --key pricing.key --reason 'rates of 2026'
  ratewright bundle publish parcel-2026.2.bundle.zip --to /srv/tariffs --channel production --key pricing.key --not-before 2026-05-01T00:00:00Z
  ratewright bundle publish parcel-2026.2.bundle.zip --to https://tariffs.example.com --channel staging --key pricing.key --dry-run
  ratewright bundle publish --rule-set parcel --remove 2024.1 --to /srv/tariffs --channel production --key pricing.key")]
    Publish(publish::Publish),
    /// Let the editions of an earlier epoch run again, as a new epoch
    ///
    /// They are tested as everything that is published. Whether callers of what runs now break is told and hinders nothing. The password of
    /// the key is taken from RATEWRIGHT_KEY_PASSWORD or asked for.
    #[command(after_help = "Examples:
  ratewright bundle rollback --rule-set parcel --epoch 41 --to /srv/tariffs --channel production --key pricing.key --reason 'wrong zone 4'")]
    Rollback(rollback::Rollback),
    /// Show what was published on a channel
    ///
    /// Epochs with when, by whom and why they were published, the editions that they name, and what is wrong with them, such as a signature
    /// that does not hold. Where something is, the exit code is 1.
    #[command(after_help = "Examples:
  ratewright bundle history --from /srv/tariffs --channel production --rule-set parcel --trusted trusted.keys
  ratewright bundle history --from https://tariffs.example.com --channel production --rule-set parcel --key pricing.pub --format json")]
    History(history::History),
}

/// How a bundle is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON object.
    Json,
}

/// Does one of them.
pub fn run(arguments: &BundleCommand) -> Result {
    match &arguments.command {
        What::Build(arguments) => build::run(arguments),
        What::Sign(arguments) => sign::run(arguments),
        What::Verify(arguments) => verify::run(arguments),
        What::Inspect(arguments) => inspect::run(arguments),
        What::Publish(arguments) => publish::run(arguments),
        What::Rollback(arguments) => rollback::run(arguments),
        What::History(arguments) => history::run(arguments),
    }
}

/// Writes a file whole or not at all: under another name first, then renamed. `usual` is the name that it has where none is given.
fn write(path: &Path, usual: &Path, bytes: &[u8], replace: bool) -> Result<()> {
    let failed = |error: &std::io::Error| Failure::file("write", path, error);
    if path.is_dir() {
        return Err(Failure::usage(format!(
            "`{}` is a folder: name the file that is to be written in it, such as `{}`",
            path.display(),
            path.join(usual).display()
        )));
    }
    if !replace && path.exists() {
        return Err(Failure::usage(format!(
            "`{}` exists already and was left as it is; `--force` replaces it",
            path.display()
        )));
    }
    let mut name =
        path.file_name().map(|name| name.to_owned()).ok_or_else(|| failed(&ErrorKind::IsADirectory.into()))?;
    name.push(format!(".{}.new", std::process::id()));
    let aside = path.with_file_name(name);
    let written = std::fs::File::create(&aside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.and_then(|()| std::fs::rename(&aside, path)).map_err(|error| {
        let _ = std::fs::remove_file(&aside);
        failed(&error)
    })
}

/// `parcel 2026.1`.
fn named(bundle: &Bundle) -> String {
    let manifest = bundle.manifest();
    match &manifest.version {
        Some(version) => format!("{} {version}", manifest.rule_set),
        None => manifest.rule_set.clone(),
    }
}

/// One report on standard output.
fn print_json(report: &serde_json::Value) -> Result<()> {
    let mut out = terminal::stdout();
    serde_json::to_writer_pretty(&mut out, report)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}

/// Where the signature of a bundle stands: its name with `.minisig` after it.
fn signature_of(bundle: &Path) -> Result<PathBuf> {
    if bundle == Path::new(STDIN) {
        return Err(Failure::usage(
            "a bundle from standard input has no name: say with `--signature` where its signature is",
        ));
    }
    let mut name = bundle.as_os_str().to_owned();
    name.push(".minisig");
    Ok(PathBuf::from(name))
}
