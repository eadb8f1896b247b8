//! `ratewright bundle sign`: a signature of minisign beside a bundle.
//!
//! The password of the secret key comes from the terminal or from the environment, never from the command line, which others see.

use super::{Format, named, open, print_json, signature_of, write};
use crate::files::STDIN;
use crate::outcome::{Failure, Outcome, Result};
use crate::terminal::{ERROR, GOOD};
use clap::Args;
use ct_codecs::{Base64, Decoder};
use minisign::{PublicKey, SecretKey, SecretKeyBox};
use ratewright_sources::TrustedKeys;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The environment variable that holds the password of the secret key.
const PASSWORD: &str = "RATEWRIGHT_KEY_PASSWORD";

/// The bytes of a secret key, with its method, salt and check sum.
const KEY_LENGTH: usize = 158;

/// Sign a bundle with a key of minisign
#[derive(Debug, Args)]
pub struct Sign {
    /// The bundle, or `-` for standard input
    pub bundle: PathBuf,
    /// The file of the secret key, as `minisign -G` makes it
    #[arg(long, value_name = "FILE")]
    pub key: PathBuf,
    /// Where to write the signature: beside the bundle with `.minisig` after its name where this is not given, `-` for standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// What is said under the signature: the name and digest of the rule set where this is not given
    #[arg(long, value_name = "TEXT")]
    pub comment: Option<String>,
    /// Replace a signature that is there
    #[arg(long)]
    pub force: bool,
    /// How to tell what was signed
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Signs one bundle.
pub fn run(arguments: &Sign) -> Result {
    let shown = arguments.bundle.display();
    let to = match &arguments.output {
        Some(path) => path.clone(),
        None => signature_of(&arguments.bundle).map_err(|_| {
            Failure::usage("a bundle from standard input has no name: say with `--output` where to write its signature")
        })?,
    };
    if to == Path::new(STDIN) && arguments.format == Format::Json {
        return Err(Failure::usage("`--format json` and the signature cannot both go to standard output: name a file"));
    }
    let comment = arguments.comment.as_deref();
    if comment.is_some_and(|comment| comment.chars().any(char::is_control)) {
        return Err(Failure::usage("the comment of a signature is one line of text"));
    }
    let bundle = match open(&arguments.bundle)? {
        Ok(bundle) => bundle,
        Err(error) => {
            match arguments.format {
                Format::Human => {
                    writeln!(anstream::stderr(), "{ERROR}error{ERROR:#}: `{shown}` was not signed: {error}")?;
                }
                Format::Json => print_json(&report_of(arguments, None, Some(&error.to_string())))?,
            }
            return Ok(Outcome::Failed);
        }
    };
    let key = secret_key(&arguments.key)?;
    let said = format!("{} digest:{}", named(&bundle), bundle.manifest().digest.short());
    let comment = comment.unwrap_or(&said);
    let internal = |error: minisign::PError| Failure::Internal(format!("cannot sign: {error}"));
    let public = PublicKey::from_secret_key(&key).map_err(internal)?;
    let signature = minisign::sign(None, &key, bundle.as_bytes(), Some(comment), None).map_err(internal)?;
    let signature = signature.into_string();
    // Other code than that which signed says whether it holds.
    let mut trusted = TrustedKeys::new();
    let signed = trusted.add(&public.to_base64(), None).map_err(|error| Failure::Internal(error.to_string()))?;
    trusted.verify(bundle.as_bytes(), &signature).map_err(|_| {
        Failure::usage(format!("cannot sign with `{}`: its parts do not belong together", arguments.key.display()))
    })?;
    if to == Path::new(STDIN) {
        let mut out = std::io::stdout().lock();
        out.write_all(signature.as_bytes())?;
        out.flush()?;
    } else {
        let usual = signature_of(&arguments.bundle).unwrap_or_else(|_| PathBuf::from("bundle.minisig"));
        write(&to, Path::new(usual.file_name().unwrap_or(usual.as_os_str())), signature.as_bytes(), arguments.force)?;
        match arguments.format {
            Format::Human => {
                let name = named(&bundle);
                writeln!(anstream::stderr(), "{GOOD}signed{GOOD:#} {name} by the key {signed}: {}", to.display())?;
            }
            Format::Json => print_json(&report_of(arguments, Some((&to, &signed.to_string(), comment)), None))?,
        }
    }
    Ok(Outcome::Fine)
}

fn report_of(arguments: &Sign, made: Option<(&Path, &str, &str)>, problem: Option<&str>) -> serde_json::Value {
    serde_json::json!({
        "file": arguments.bundle,
        "fine": problem.is_none(),
        "problem": problem,
        "signature": made.map(|(path, _, _)| path),
        "key": made.map(|(_, key, _)| key),
        "comment": made.map(|(_, _, comment)| comment),
    })
}

/// The secret key in a file.
fn secret_key(path: &Path) -> Result<SecretKey> {
    let shown = path.display();
    let text = crate::files::read(path)?;
    let wrong = |why: &str| Failure::usage(format!("cannot sign with `{shown}`: {why}"));
    let public = TrustedKeys::parse(&text).is_ok_and(|keys| keys.keys().next().is_some());
    let no_key = |_| match public {
        true => wrong("it is a public key, which others check with; name the secret key that belongs to it"),
        false => wrong("it is no secret key of minisign, as `minisign -G` makes it"),
    };
    let line = text.lines().nth(1).unwrap_or_default();
    let bytes = Base64::decode_to_vec(line, None).ok().filter(|bytes| bytes.len() == KEY_LENGTH).ok_or(());
    let bytes = bytes.map_err(no_key)?;
    let held = SecretKeyBox::from_string(&text).map_err(|_| no_key(()))?;
    if bytes.get(2..4) == Some(&[0, 0]) {
        // Without a password the stock tool writes no check sum either, which the crate would miss.
        let no_sum = bytes.iter().rev().take(32).all(|byte| *byte == 0);
        let key = if no_sum { SecretKey::from_bytes(&bytes) } else { held.into_unencrypted_secret_key() };
        return key.map_err(|_| wrong("the file is not whole"));
    }
    let password = match std::env::var(PASSWORD) {
        Ok(password) => password,
        Err(_) => rpassword::prompt_password(format!("Password of {shown}: ")).map_err(|_| {
            wrong(&format!("it has a password, and there is no terminal to ask for it: set {PASSWORD}"))
        })?,
    };
    held.into_secret_key(Some(password)).map_err(|_| wrong("the password is wrong, or the file is not whole"))
}
