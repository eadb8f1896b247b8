//! A secret key of minisign from a file, and what it signs.
//!
//! The password of the key comes from the terminal or from the environment, never from the command line, which others see. What was signed
//! is checked by other code before anybody gets it.

use crate::outcome::{Failure, Result};
use ct_codecs::{Base64, Decoder};
use minisign::{PublicKey, SecretKey, SecretKeyBox};
use ratewright_sources::{KeyId, TrustedKeys};
use std::path::{Path, PathBuf};

/// The environment variable that holds the password of the secret key.
const PASSWORD: &str = "RATEWRIGHT_KEY_PASSWORD";

/// The bytes of a secret key, with its method, salt and check sum.
const KEY_LENGTH: usize = 158;

/// A secret key that is ready to sign.
pub struct Signer {
    path: PathBuf,
    key: SecretKey,
    id: KeyId,
    public: TrustedKeys,
}

impl Signer {
    /// The key in a file, as `minisign -G` makes it.
    pub fn of(path: &Path) -> Result<Signer> {
        let key = secret_key(path)?;
        let public = PublicKey::from_secret_key(&key).map_err(|error| internal(&error))?;
        let mut trusted = TrustedKeys::new();
        let id = trusted.add(&public.to_base64(), None).map_err(|error| Failure::Internal(error.to_string()))?;
        Ok(Signer { path: path.to_owned(), key, id, public: trusted })
    }

    /// The id of the key.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The public key alone, as one that is trusted.
    pub fn public(&self) -> &TrustedKeys {
        &self.public
    }

    /// The text of a signature, with one line of words that are signed too.
    pub fn sign(&self, bytes: &[u8], comment: &str) -> Result<String> {
        let signature =
            minisign::sign(None, &self.key, bytes, Some(comment), None).map_err(|error| internal(&error))?;
        let signature = signature.into_string();
        self.public.verify(bytes, &signature).map_err(|_| {
            Failure::usage(format!("cannot sign with `{}`: its parts do not belong together", self.path.display()))
        })?;
        Ok(signature)
    }
}

fn internal(error: &minisign::PError) -> Failure {
    Failure::Internal(format!("cannot sign: {error}"))
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
